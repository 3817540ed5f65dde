//! Numbers with bounds.

use std::marker::PhantomData;

use serde_json::json;

use super::book::{Book, Shape};
use super::form::Form;
use super::reading::At;

/// A whole number from `LOW` to `HIGH`, read as `T`.
pub struct Whole<const LOW: u32, const HIGH: u32, T = u32>(PhantomData<T>);

impl<const LOW: u32, const HIGH: u32, T: TryFrom<u32> + 'static> Form for Whole<LOW, HIGH, T> {
    type Value = T;

    fn read(at: &mut At<'_, '_>) -> Option<T> {
        let number =
            at.number().and_then(serde_json::Number::as_u64).and_then(|number| u32::try_from(number).ok());
        let number =
            number.filter(|number| (LOW..=HIGH).contains(number)).and_then(|number| T::try_from(number).ok());
        number.or_else(|| at.refuse(format_args!("a whole number from {LOW} to {HIGH}"), None))
    }

    fn shape(_: &mut Book<'_>) -> Shape {
        let schema = json!({ "type": "integer", "minimum": LOW, "maximum": HIGH });
        Shape::Leaf(schema, format!("a whole number from {LOW} to {HIGH}"))
    }
}

/// Any whole number from 0 on.
impl Form for u64 {
    type Value = u64;

    fn read(at: &mut At<'_, '_>) -> Option<u64> {
        let number = at.number().and_then(serde_json::Number::as_u64);
        number.or_else(|| at.refuse(format_args!("a whole number from 0 to {}", u64::MAX), None))
    }

    fn shape(_: &mut Book<'_>) -> Shape {
        Shape::Leaf(
            json!({ "type": "integer", "minimum": 0 }),
            format!("a whole number from 0 to {}", u64::MAX),
        )
    }
}

/// Defines a number with bounds.
macro_rules! number {
    ($(#[$doc:meta])* $name:ident, from $low:literal, to $high:literal) => {
        number!($(#[$doc])* $name, $low, $high, "minimum", |number| number >= f64::from($low),
            concat!("a number from ", stringify!($low), " to ", stringify!($high)));
    };
    ($(#[$doc:meta])* $name:ident, at least $low:literal, to $high:literal) => {
        number!($(#[$doc])* $name, $low, $high, "minimum", |number| number >= f64::from($low),
            concat!("a number of at least ", stringify!($low), ", at most ", stringify!($high)));
    };
    ($(#[$doc:meta])* $name:ident, above $low:literal, to $high:literal) => {
        number!($(#[$doc])* $name, $low, $high, "exclusiveMinimum", |number| number > f64::from($low),
            concat!("a number above ", stringify!($low), ", at most ", stringify!($high)));
    };
    ($(#[$doc:meta])* $name:ident, $low:literal, $high:literal, $least:literal, $above:expr, $words:expr) => {
        $(#[$doc])*
        pub struct $name;

        impl Form for $name {
            type Value = f64;

            fn read(at: &mut At<'_, '_>) -> Option<f64> {
                let is_above: fn(f64) -> bool = $above;
                let number = at.number().and_then(serde_json::Number::as_f64);
                let number = number.filter(|&number| is_above(number) && number <= f64::from($high));
                number.or_else(|| at.refuse($words, None))
            }

            fn shape(_: &mut Book<'_>) -> Shape {
                Shape::Leaf(json!({ "type": "number", $least: $low, "maximum": $high }), $words.to_owned())
            }
        }
    };
}

number!(
    /// A share or a rate.
    Share, from 0, to 1
);
number!(
    /// A weight, a price, a count that need not be whole.
    NonNegative, at least 0, to 1e12
);
number!(
    /// A mean or a scale.
    Positive, above 0, to 1e12
);
number!(
    /// The confidence of an interval.
    Confidence, from 0.5, to 0.9999
);
number!(
    /// A coefficient of variation.
    Variation, from 0, to 100
);
number!(
    /// The standard deviation of a logarithm.
    LogDeviation, from 0, to 5
);
number!(
    /// The shape of a distribution.
    ShapeParameter, from 0.0001, to 1e9
);
number!(
    /// Variance over mean.
    Dispersion, from 1, to 1e6
);
