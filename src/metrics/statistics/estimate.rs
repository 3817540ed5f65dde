//! A mean over replications, and how far the truth may be from it.

use std::ops::Neg;

use serde::{Deserialize, Serialize};

use crate::metrics::catalog::Unit;
use crate::metrics::never;

/// A mean and what is known of the truth behind it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The mean; infinite where one of the values is "never".
    #[serde(with = "never::number")]
    pub mean: f64,
    /// Where the truth lies, with the confidence that was asked for: the lower end and the upper one, which need not be
    /// equally far from the mean. `None` where the values do not tell.
    pub interval: Option<(f64, f64)>,
    /// What the interval rests on, or why there is none.
    pub basis: Basis,
}

/// What an interval rests on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// Enough values that differ.
    Enough,
    /// One value only, which has no interval.
    Single,
    /// Nearly all values are equal: too few are not to tell how often that happens, and how much it comes to.
    Few {
        /// How many values differ from the others, which are all equal.
        events: u32,
        /// How many values there are.
        of: u32,
        /// With the confidence that was asked for, at most this share of all replications would differ.
        at_most: f64,
    },
    /// Some values are "never", and so the mean is.
    Never {
        /// How many.
        events: u32,
        /// How many values there are.
        of: u32,
    },
}

impl Basis {
    /// The word for it in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Enough => "enough",
            Self::Single => "single",
            Self::Few { .. } => "few",
            Self::Never { .. } => "never",
        }
    }

    /// How many replications differ, or are "never".
    pub fn events(self) -> Option<u32> {
        match self {
            Self::Few { events, .. } | Self::Never { events, .. } => Some(events),
            Self::Enough | Self::Single => None,
        }
    }

    /// The largest share of replications that would differ.
    pub fn at_most(self) -> Option<f64> {
        match self {
            Self::Few { at_most, .. } => Some(at_most),
            _ => None,
        }
    }

    /// Every word with its meaning.
    pub const WORDS: [(&'static str, &'static str); 4] = [
        ("enough", "Enough replications differ for the interval to be trusted."),
        ("single", "There is one value only, and no interval."),
        (
            "few",
            "All or nearly all replications have the same value. An interval, where there is one, is as wide as the few \
             that may differ can make it; where nobody knows how much they can differ, there is none.",
        ),
        ("never", "In some replications the value is \"never\", and so the mean is."),
    ];
}

impl Estimate {
    /// A mean in the middle of its interval.
    pub fn around(mean: f64, half_width: f64) -> Self {
        Self { mean, interval: Some((mean - half_width, mean + half_width)), basis: Basis::Enough }
    }

    /// The only value there is.
    pub fn single(value: f64) -> Self {
        Self { mean: value, interval: None, basis: Basis::Single }
    }

    /// The interval's lower end.
    pub fn lower(&self) -> Option<f64> {
        self.interval.map(|(lower, _)| lower)
    }

    /// The interval's upper end.
    pub fn upper(&self) -> Option<f64> {
        self.interval.map(|(_, upper)| upper)
    }

    /// The same without the noise of binary sums.
    #[must_use]
    pub fn rounded(self, unit: Unit) -> Self {
        let round = |value| unit.rounded_over_replications(value);
        let interval = self.interval.map(|(lower, upper)| (round(lower), round(upper)));
        Self { mean: round(self.mean), interval, ..self }
    }

    /// From the interval's lower end to its upper one.
    pub fn width(&self) -> Option<f64> {
        self.interval.map(|(lower, upper)| upper - lower)
    }
}

/// The same the other way round: a gain instead of a loss.
impl Neg for Estimate {
    type Output = Self;

    fn neg(self) -> Self {
        Self { mean: -self.mean, interval: self.interval.map(|(lower, upper)| (-upper, -lower)), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_way_round_the_ends_change_places() {
        let estimate = Estimate { mean: 3.0, interval: Some((2.0, 7.0)), basis: Basis::Enough };
        let other = -estimate;
        assert_eq!((other.mean, other.interval), (-3.0, Some((-7.0, -2.0))));
        assert_eq!(-other, estimate);
        assert_eq!(estimate.width(), Some(5.0));
    }

    #[test]
    fn every_basis_has_a_word_of_its_own() {
        let all = [
            Basis::Enough,
            Basis::Single,
            Basis::Few { events: 0, of: 20, at_most: 0.2 },
            Basis::Never { events: 1, of: 20 },
        ];
        assert_eq!(all.map(Basis::word), Basis::WORDS.map(|(word, _)| word));
    }
}
