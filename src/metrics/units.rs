//! The units of measures, and which of two values is to be wished for.

use crate::named;

named! {
    /// What a number counts.
    pub enum Unit {
        /// Seconds of simulated time.
        Seconds = "seconds",
        /// Minutes of simulated time.
        Minutes = "minutes",
        /// A share, 0 to 1; in a threshold also a percentage, as in `35%`.
        Share = "share",
        /// Things.
        Count = "count",
        /// Tickets per hour.
        PerHour = "per_hour",
        /// A ratio.
        Ratio = "ratio",
        /// Money, in the scenario's currency.
        Money = "money",
    }
}

named! {
    /// Which of two values of a measure a service manager would rather have.
    pub enum Better {
        /// The smaller one.
        Smaller = "smaller",
        /// The larger one.
        Larger = "larger",
        /// It depends: the number describes and does not judge.
        Neither = "neither",
    }
}

impl Unit {
    /// A value of a replication without the noise of binary sums: lengths of time to the microsecond, money to nine
    /// decimals. Counts are whole and quotients of counts are divided only once, so they stay as they are.
    pub fn rounded(self, value: f64) -> f64 {
        match self {
            Self::Seconds => to_decimals(value, 1e6),
            // A microsecond is less than two of the eighth decimal of a minute, and more than one.
            Self::Minutes => to_decimals(value, 1e8),
            Self::Money => to_decimals(value, 1e9),
            Self::Share | Self::Count | Self::PerHour | Self::Ratio => value,
        }
    }

    /// A number that sums up replications without the noise of binary sums: lengths and money as [`Unit::rounded`] has
    /// them, everything else to twelve decimals.
    pub fn rounded_over_replications(self, value: f64) -> f64 {
        match self {
            Self::Seconds | Self::Minutes | Self::Money => self.rounded(value),
            Self::Share | Self::Count | Self::PerHour | Self::Ratio => to_decimals(value, 1e12),
        }
    }
}

/// `value` to as many decimals as `scale` has zeros. One too large to have that many is as exact as it can be.
fn to_decimals(value: f64, scale: f64) -> f64 {
    /// From here on a floating-point number is whole.
    const WHOLE: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;
    let scaled = value * scale;
    if scaled.abs() < WHOLE { scaled.round() / scale } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_lose_their_binary_noise_and_quotients_keep_their_digits() {
        for (unit, value, rounded) in [
            (Unit::Seconds, 221.085_068_800_000_02, "221.085069"),
            (Unit::Seconds, 0.1 + 0.2, "0.3"),
            (Unit::Minutes, 1.100_232_000_000_001_9, "1.100232"),
            (Unit::Minutes, 1.0 / 6e7, "0.00000002"),
            (Unit::Money, 0.1 + 0.2, "0.3"),
            (Unit::Share, 1.0 / 3.0, "0.3333333333333333"),
            (Unit::Count, 1e15, "1000000000000000"),
        ] {
            assert_eq!(unit.rounded(value).to_string(), rounded);
        }
        assert_eq!(Unit::Count.rounded_over_replications(11.399_999_999_999_999), 11.4);
        assert_eq!(Unit::Seconds.rounded_over_replications(0.1 + 0.2), 0.3);
    }

    #[test]
    fn what_is_too_large_or_never_stays_as_it_is() {
        for value in [f64::INFINITY, 9.2e12 + 0.123, -1e300] {
            assert_eq!(Unit::Seconds.rounded(value), value);
            assert_eq!(Unit::Ratio.rounded_over_replications(value), value);
        }
    }
}
