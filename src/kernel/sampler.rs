//! Draws from distributions, equal on every machine: our own arithmetic over a pinned `libm`.
//!
//! Addition, multiplication, division and square root are exact by IEEE 754 everywhere; logarithms, exponentials and
//! powers are not, so they come from the `libm` crate and never from the host. This is the one module that may use
//! them.

use super::stream::{Sheets, Stream};
use crate::domain::{Distribution, SimDuration};

/// A draw from `distribution`, never negative.
pub fn draw(distribution: &Distribution, stream: &mut Stream) -> f64 {
    match distribution {
        Distribution::Constant { value } => *value,
        Distribution::Uniform { low, high } => low + (high - low) * stream.unit(),
        Distribution::Exponential { mean } => mean * exponential(stream),
        Distribution::Normal { mean, sd } => (mean + sd * normal(stream)).max(0.0),
        Distribution::Lognormal { mean, sigma } => {
            mean * libm::exp(sigma * normal(stream) - 0.5 * sigma * sigma)
        }
        Distribution::Gamma { mean, shape } => mean / shape * gamma(*shape, stream),
        Distribution::Weibull { scale, shape } => scale * libm::pow(exponential(stream), 1.0 / shape),
        Distribution::Empirical { values } => values[below(values.len() as u32, stream) as usize],
    }
}

/// A draw in seconds, rounded to a microsecond.
pub fn draw_duration(distribution: &Distribution, stream: &mut Stream) -> SimDuration {
    SimDuration::from_secs_f64(draw(distribution, stream))
}

/// A draw in seconds, rounded to a microsecond, from the stream of an entity and an attempt; a constant opens none.
pub fn draw_duration_of(
    distribution: &Distribution,
    sheets: &mut Sheets,
    entity: u32,
    attempt: u32,
) -> SimDuration {
    if let Distribution::Constant { value } = distribution {
        return SimDuration::from_secs_f64(*value);
    }
    draw_duration(distribution, &mut sheets.stream(entity, attempt))
}

/// Exponential with mean 1, by inversion.
pub fn exponential(stream: &mut Stream) -> f64 {
    -libm::log(stream.open_unit())
}

/// The quantile of the standard Gumbel distribution (mode 0, scale 1) at 0 < `p` < 1: −ln(−ln p).
pub fn gumbel_quantile(p: f64) -> f64 {
    -libm::log(-libm::log(p))
}

/// Standard normal, by inversion: one uniform number per draw, and monotone in it.
pub fn normal(stream: &mut Stream) -> f64 {
    normal_quantile(stream.open_unit())
}

/// Uniform on 0..`bound`, `bound` > 0: the high half of a 32 × 64-bit product, biased by less than 2⁻³².
pub fn below(bound: u32, stream: &mut Stream) -> u32 {
    ((u128::from(stream.bits()) * u128::from(bound)) >> 64) as u32
}

/// The quantile of the standard normal distribution at 0 < `p` < 1, to about 16 digits.
///
/// Source: M. J. Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics
/// 37 (1988) 477–484, routine PPND16.
#[expect(clippy::excessive_precision, reason = "the coefficients are quoted as published")]
#[expect(clippy::unreadable_literal, reason = "the coefficients are quoted as published")]
pub fn normal_quantile(p: f64) -> f64 {
    /// c₀ + c₁x + … by Horner's rule.
    fn polynomial(x: f64, coefficients: [f64; 8]) -> f64 {
        coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
    }
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        return q * polynomial(
            r,
            [
                3.3871328727963666080e0,
                1.3314166789178437745e2,
                1.9715909503065514427e3,
                1.3731693765509461125e4,
                4.5921953931549871457e4,
                6.7265770927008700853e4,
                3.3430575583588128105e4,
                2.5090809287301226727e3,
            ],
        ) / polynomial(
            r,
            [
                1.0,
                4.2313330701600911252e1,
                6.8718700749205790830e2,
                5.3941960214247511077e3,
                2.1213794301586595867e4,
                3.9307895800092710610e4,
                2.8729085735721942674e4,
                5.2264952788528545610e3,
            ],
        );
    }
    let r = (-libm::log(if q < 0.0 { p } else { 1.0 - p })).sqrt();
    let tail = if r <= 5.0 {
        polynomial(
            r - 1.6,
            [
                1.42343711074968357734e0,
                4.63033784615654529590e0,
                5.76949722146069140550e0,
                3.64784832476320460504e0,
                1.27045825245236838258e0,
                2.41780725177450611770e-1,
                2.27238449892691845833e-2,
                7.74545014278341407640e-4,
            ],
        ) / polynomial(
            r - 1.6,
            [
                1.0,
                2.05319162663775882187e0,
                1.67638483018380384940e0,
                6.89767334985100004550e-1,
                1.48103976427480074590e-1,
                1.51986665636164571966e-2,
                5.47593808499534494600e-4,
                1.05075007164441684324e-9,
            ],
        )
    } else {
        polynomial(
            r - 5.0,
            [
                6.65790464350110377720e0,
                5.46378491116411436990e0,
                1.78482653991729133580e0,
                2.96560571828504891230e-1,
                2.65321895265761230930e-2,
                1.24266094738807843860e-3,
                2.71155556874348757815e-5,
                2.01033439929228813265e-7,
            ],
        ) / polynomial(
            r - 5.0,
            [
                1.0,
                5.99832206555887937690e-1,
                1.36929880922735805310e-1,
                1.48753612908506148525e-2,
                7.86869131145613259100e-4,
                1.84631831751005468180e-5,
                1.42151175831644588870e-7,
                2.04426310338993978564e-15,
            ],
        )
    };
    if q < 0.0 { -tail } else { tail }
}

/// Gamma with scale 1 and any `shape` > 0.
///
/// Source: G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000)
/// 363–372; below shape 1 their boost by a power of a uniform number.
pub fn gamma(shape: f64, stream: &mut Stream) -> f64 {
    if shape < 1.0 {
        let boost = libm::pow(stream.open_unit(), 1.0 / shape);
        return boost * gamma(shape + 1.0, stream);
    }
    let d = shape - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = normal(stream);
        let v = 1.0 + c * x;
        if v <= 0.0 {
            continue;
        }
        let v = v * v * v;
        if libm::log(stream.open_unit()) < 0.5 * x * x + d - d * v + d * libm::log(v) {
            return d * v;
        }
    }
}

/// A Poisson count with any `mean` ≥ 0: arrivals of a unit-rate stream before `mean`, taken in stretches short enough
/// for the product of uniform numbers not to underflow. Takes time in proportion to the mean.
pub fn poisson(mean: f64, stream: &mut Stream) -> u32 {
    let mut count = 0;
    let mut left = mean;
    while left > 0.0 {
        let stretch = left.min(32.0);
        left -= stretch;
        let floor = libm::exp(-stretch);
        let mut product = stream.open_unit();
        while product > floor {
            count += 1;
            product *= stream.open_unit();
        }
    }
    count
}

/// A negative-binomial count with this `mean` and variance `dispersion` × mean: a Poisson count whose mean is gamma
/// distributed. A dispersion of 1 or less is plain Poisson.
pub fn negative_binomial(mean: f64, dispersion: f64, stream: &mut Stream) -> u32 {
    if dispersion <= 1.0 || mean <= 0.0 {
        return poisson(mean, stream);
    }
    let scale = dispersion - 1.0;
    let rate = scale * gamma(mean / scale, stream);
    poisson(rate, stream)
}

/// A position in a list of `weights`, with a probability in proportion to its weight. The weights are not negative and
/// not all zero.
pub fn weighted(weights: impl Iterator<Item = f64> + Clone, stream: &mut Stream) -> usize {
    let total: f64 = weights.clone().sum();
    let mut left = stream.unit() * total;
    let mut last = 0;
    for (position, weight) in weights.enumerate() {
        if weight > 0.0 {
            last = position;
            if left < weight {
                return position;
            }
            left -= weight;
        }
    }
    last
}

/// The natural logarithm, equal on every machine, for scenario parameters given in another form.
pub fn natural_log(x: f64) -> f64 {
    libm::log(x)
}

#[cfg(test)]
mod tests;
