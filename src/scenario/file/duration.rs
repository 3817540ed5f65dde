//! Durations as they are typed: a number and a unit.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Visitor};

use super::super::decode::expected;
use crate::domain::SimDuration;
use crate::domain::time::DurationError;

/// What a duration looks like, for editors.
pub(super) const PATTERN: &str = r"^\s*([0-9]+(\.[0-9]*)?\s*(us|ms|s|min|h|d)\s*)+$";

/// What a duration looks like, for messages.
pub(super) const EXPECTED: &str = "a duration such as \"90s\", \"10min\" or \"1h30min\"";

/// The shortest and the longest slot, in microseconds.
const SLOT_MICROS: std::ops::RangeInclusive<i64> = 60_000_000..=28_800_000_000;

/// Reads a duration; the error says what was expected.
pub(super) fn read<E: serde::de::Error>(text: &str) -> Result<SimDuration, E> {
    text.parse().map_err(|error| {
        if let DurationError::TooLong(_) = error {
            expected(&"a duration of at most \"365250d\", which is a thousand years")
        } else if text.trim_start().starts_with('-') {
            expected(&"a duration that is not negative")
        } else if text.trim().parse::<f64>().is_ok() {
            needs_unit(&text.trim())
        } else {
            expected(&format_args!("{EXPECTED}; units are us, ms, s, min, h and d"))
        }
    })
}

/// The error for a number without a unit.
pub(super) fn needs_unit<E: serde::de::Error>(number: &dyn fmt::Display) -> E {
    expected(&format_args!(
        "a duration, in quotes and with a unit; write for example \"{number}s\" or \"{number}min\""
    ))
}

/// Defines a duration with a range.
macro_rules! duration {
    ($(#[$doc:meta])* $name:ident, $valid:expr, $refusal:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name(pub SimDuration);

        impl Visitor<'_> for $name {
            type Value = Self;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(EXPECTED)
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self, E> {
                let duration = read(text)?;
                let is_valid: fn(SimDuration) -> bool = $valid;
                if is_valid(duration) { Ok(Self(duration)) } else { Err(expected(&$refusal)) }
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Self, E> {
                Err(needs_unit(&number))
            }

            fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Self, E> {
                Err(expected(&"a duration that is not negative, in quotes and with a unit"))
            }

            fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Self, E> {
                Err(needs_unit(&number))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(Self(SimDuration::ZERO))
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
                json_schema!({ "type": "string", "pattern": PATTERN })
            }
        }
    };
}

duration!(
    /// A duration, zero included.
    Length,
    |_| true,
    ""
);
duration!(
    /// A duration above zero.
    PositiveLength,
    |duration| duration > SimDuration::ZERO,
    "a duration above zero"
);
duration!(
    /// A slot's length.
    SlotLength,
    |duration| SLOT_MICROS.contains(&duration.micros()),
    "a duration from \"1min\" to \"8h\"; a slot is one appointment of 1 to 480 minutes, within a working day"
);
