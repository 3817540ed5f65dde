//! Numbers with a range, known to the decoder and to the JSON Schema alike.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Visitor};

use super::super::decode::expected;

/// A whole number from `LOW` to `HIGH`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole<const LOW: u32, const HIGH: u32>(pub u32);

impl<const LOW: u32, const HIGH: u32> Visitor<'_> for Whole<LOW, HIGH> {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a whole number from {LOW} to {HIGH}")
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Self, E> {
        match u32::try_from(value) {
            Ok(value) if (LOW..=HIGH).contains(&value) => Ok(Self(value)),
            _ => Err(expected(&format_args!("a whole number from {LOW} to {HIGH}"))),
        }
    }
}

impl<'de, const LOW: u32, const HIGH: u32> Deserialize<'de> for Whole<LOW, HIGH> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self(0))
    }
}

impl<const LOW: u32, const HIGH: u32> JsonSchema for Whole<LOW, HIGH> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Whole_{LOW}_{HIGH}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": LOW, "maximum": HIGH })
    }
}

/// Defines a number with a range.
macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $valid:expr, $schema:tt) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name(pub f64);

        impl Visitor<'_> for $name {
            type Value = Self;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($expected)
            }

            fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Self, E> {
                let is_valid: fn(f64) -> bool = $valid;
                if is_valid(value) { Ok(Self(value)) } else { Err(expected(&$expected)) }
            }

            fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Self, E> {
                self.visit_f64(value as f64)
            }

            fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Self, E> {
                self.visit_f64(value as f64)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(Self(0.0))
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

number!(
    /// A share or a rate.
    Share,
    "a number from 0 to 1",
    |x| (0.0..=1.0).contains(&x),
    { "type": "number", "minimum": 0, "maximum": 1 }
);
number!(
    /// A weight, a price, a count that need not be whole.
    NonNegative,
    "a number of at least 0, at most 1e12",
    |x| (0.0..=1e12).contains(&x),
    { "type": "number", "minimum": 0, "maximum": 1e12 }
);
number!(
    /// A mean or a scale.
    Positive,
    "a number above 0, at most 1e12",
    |x| x > 0.0 && x <= 1e12,
    { "type": "number", "exclusiveMinimum": 0, "maximum": 1e12 }
);
number!(
    /// The confidence of an interval.
    Confidence,
    "a number from 0.5 to 0.9999",
    |x| (0.5..=0.9999).contains(&x),
    { "type": "number", "minimum": 0.5, "maximum": 0.9999 }
);
number!(
    /// A coefficient of variation.
    Variation,
    "a number from 0 to 100",
    |x| (0.0..=100.0).contains(&x),
    { "type": "number", "minimum": 0, "maximum": 100 }
);
number!(
    /// The standard deviation of a logarithm.
    LogDeviation,
    "a number from 0 to 5",
    |x| (0.0..=5.0).contains(&x),
    { "type": "number", "minimum": 0, "maximum": 5 }
);
number!(
    /// A shape.
    Shape,
    "a number from 0.0001 to 1e9",
    |x| (1e-4..=1e9).contains(&x),
    { "type": "number", "minimum": 0.0001, "maximum": 1e9 }
);
number!(
    /// Variance over mean.
    Dispersion,
    "a number from 1 to 1e6",
    |x| (1.0..=1e6).contains(&x),
    { "type": "number", "minimum": 1, "maximum": 1e6 }
);
