//! Distributions as a scenario states them; `kernel::sampler` draws from them.

use std::sync::Arc;

/// A distribution over non-negative numbers: seconds where it is a duration, a plain count where it is tokens.
///
/// The scenario's loader builds it, so its parameters are known to be in range.
#[derive(Clone, Debug, PartialEq)]
pub enum Distribution {
    /// Always `value`.
    Constant {
        /// The value.
        value: f64,
    },
    /// Uniform on `[low, high)`.
    Uniform {
        /// The least value.
        low: f64,
        /// The bound that no value reaches.
        high: f64,
    },
    /// Exponential.
    Exponential {
        /// The mean.
        mean: f64,
    },
    /// Normal, with values below zero set to zero.
    Normal {
        /// The mean before the cut.
        mean: f64,
        /// The standard deviation before the cut.
        sd: f64,
    },
    /// Lognormal: the logarithm has mean ln(`mean`) − `sigma`²/2 and standard deviation `sigma`.
    Lognormal {
        /// The mean.
        mean: f64,
        /// The standard deviation of the logarithm.
        sigma: f64,
    },
    /// Gamma.
    Gamma {
        /// The mean.
        mean: f64,
        /// The shape; the coefficient of variation is 1/√shape.
        shape: f64,
    },
    /// Weibull.
    Weibull {
        /// The scale.
        scale: f64,
        /// The shape; 1 is the exponential.
        shape: f64,
    },
    /// One of the listed values, all equally likely.
    Empirical {
        /// The values; not empty.
        values: Arc<[f64]>,
    },
}

impl Distribution {
    /// A distribution that is always zero.
    pub const ZERO: Distribution = Distribution::Constant { value: 0.0 };

    /// What no draw falls below.
    pub fn least(&self) -> f64 {
        match self {
            Self::Constant { value } => *value,
            Self::Uniform { low, .. } => *low,
            Self::Empirical { values } => values.iter().copied().fold(f64::INFINITY, f64::min),
            Self::Exponential { .. }
            | Self::Normal { .. }
            | Self::Lognormal { .. }
            | Self::Gamma { .. }
            | Self::Weibull { .. } => 0.0,
        }
    }

    /// Whether every draw is zero.
    pub fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }
}

/// The form of distributions of durations, in seconds.
pub struct Durations;

/// The form of distributions of plain numbers.
pub struct Amounts;
