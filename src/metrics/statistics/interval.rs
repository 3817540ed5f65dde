//! Where the truth behind a mean lies: which interval is used when.
//!
//! Student's t covers what is distributed evenly enough. What simulations count seldom is: most bursts have no double
//! booking, or exactly as many AI calls as tickets, and a few have others. So there are three cases.
//!
//! 1. No value is that of more than half of the replications. The interval is Student's t. Where the values are skewed,
//!    it reaches farther on the side of their long tail: P. Hall, "On the removal of skewness by transformation", J. R.
//!    Statist. Soc. B 54 (1992) 221–228.
//! 2. More than half of the replications have the same value, and at least [`EVENTS`] have another. The mean is that
//!    value, and the share of replications that differ times how much they differ on average. The share has the interval
//!    of C. J. Clopper and E. S. Pearson, Biometrika 26 (1934) 404–413, the average that of case 1, and the product both:
//!    G. Y. Zou, J. Taleban and C. Y. Huo, "Confidence interval estimation for lognormal data with application to health
//!    economics", Comput. Stat. Data Anal. 53 (2009) 3755–3764.
//! 3. Fewer differ. How much they differ on average is not known, but at most as many differ as Clopper and Pearson say.
//!    That bounds the mean where it is known how much a replication can differ, see [`Support`].

use super::critical::{binomial_lower, binomial_upper, t_quantile};
use super::estimate::{Basis, Estimate};
use super::moments::Moments;

/// Replications that must differ from the usual value for how much they differ to be told. Found by trying: see
/// `benches/coverage.md`.
pub(super) const EVENTS: u32 = 5;

/// The skewness over √n up to which values count as evenly distributed.
const EVEN: f64 = 0.1;

/// What is known of the values of a measure before any is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// From 0 to 1.
    Share,
    /// Not negative, and where nearly all replications have the same value other than zero, the others differ by at most
    /// as much, or by at most as much as has been seen: counts, ratios, money.
    Amount,
    /// Lengths of time, which a single night can multiply. Where no replication is below zero, the mean is not.
    Length,
    /// Anything: differences.
    Difference,
}

impl Moments {
    /// The mean and where the truth lies, for values of this kind; `None` without values.
    pub fn estimate(&self, support: Support, confidence: f64) -> Option<Estimate> {
        estimate(self, support, confidence)
    }
}

/// What [`Moments::estimate`] finds.
fn estimate(values: &Moments, support: Support, confidence: f64) -> Option<Estimate> {
    let mean = values.mean()?;
    if values.never > 0 {
        let basis = Basis::Never { events: values.never, of: values.count() };
        return Some(Estimate { mean, interval: None, basis });
    }
    if values.count == 1 {
        return Some(Estimate::single(mean));
    }
    let (interval, basis) = match values.usual() {
        Some((usual, events)) if events < EVENTS => {
            let at_most = binomial_upper(events, values.count, confidence);
            let reach = reach(values, support, usual);
            let interval = reach.map(|(down, up)| (usual - at_most * down, usual + at_most * up));
            (interval, Basis::Few { events, of: values.count, at_most })
        }
        Some((usual, events)) => (Some(of_parts(values, usual, events, confidence)), Basis::Enough),
        None => (Some(Part::of_all(values).interval(confidence)), Basis::Enough),
    };
    let least = if support == Support::Difference || values.least()? < 0.0 { f64::NEG_INFINITY } else { 0.0 };
    let most = if support == Support::Share { values.most()?.max(1.0) } else { f64::INFINITY };
    let interval = interval.map(|(lower, upper)| (lower.max(least), upper.min(most)));
    Some(Estimate { mean, interval, basis })
}

/// How far below and above the usual value a replication can be; `None` where that is not known.
fn reach(values: &Moments, support: Support, usual: f64) -> Option<(f64, f64)> {
    let below = usual - values.least()?;
    let above = values.most()? - usual;
    match support {
        Support::Share => Some((usual, above.max(1.0 - usual))),
        Support::Amount if usual != 0.0 => Some((below.max(usual.abs()), above.max(usual.abs()))),
        Support::Amount | Support::Length | Support::Difference => None,
    }
}

/// The interval where the usual value and those of `events` replications make up the mean.
fn of_parts(values: &Moments, usual: f64, events: u32, confidence: f64) -> (f64, f64) {
    let n = f64::from(values.count);
    let k = f64::from(events);
    let part = Part::of_events(values, usual, events);
    let mean = part.mean;
    let (shallow, deep) = part.interval(confidence);
    let share = k / n;
    let (rarer, oftener) =
        (binomial_lower(events, values.count, confidence), binomial_upper(events, values.count, confidence));
    let (nearer, farther) = if mean < 0.0 { (oftener, rarer) } else { (rarer, oftener) };
    let away = |share_off: f64, mean_off: f64| {
        let (a, b) = (mean * share_off, share * mean_off);
        (a * a + b * b).sqrt()
    };
    (
        usual + share * mean - away(share - nearer, mean - shallow),
        usual + share * mean + away(farther - share, deep - mean),
    )
}

/// Values by their count, mean and central sums.
pub(super) struct Part {
    count: u32,
    mean: f64,
    squares: f64,
    cubes: f64,
}

impl Part {
    /// All values.
    pub(super) fn of_all(values: &Moments) -> Self {
        Self { count: values.count, mean: values.mean, squares: values.squares, cubes: values.cubes }
    }

    /// The distances from the usual value of the `events` values that have another.
    pub(super) fn of_events(values: &Moments, usual: f64, events: u32) -> Self {
        // The sums over all replications are those over the events, as the others are at no distance.
        let n = f64::from(values.count);
        let k = f64::from(events);
        let off = values.mean - usual;
        let second = values.squares + n * off * off;
        let third = values.cubes + (3.0 * values.squares + n * off * off) * off;
        let mean = n * off / k;
        Self {
            count: events,
            mean,
            squares: (second - k * mean * mean).max(0.0),
            cubes: third - (3.0 * second - 2.0 * k * mean * mean) * mean,
        }
    }

    /// The standard error of the mean, and the skewness over √n.
    fn error_and_skew(&self) -> (f64, f64) {
        let n = f64::from(self.count);
        let spread = (self.squares / n).sqrt();
        let skew = self.cubes / n / (spread * spread * spread) / n.sqrt();
        ((self.squares / (n - 1.0) / n).sqrt(), skew)
    }

    /// The quantile of Student's t with which [`Part::interval`] ends at zero, and its degrees of freedom: infinite where
    /// all values are the same other than zero.
    pub(super) fn against_zero(&self) -> (f64, f64) {
        let freedom = f64::from(self.count) - 1.0;
        if self.squares <= 0.0 {
            return (if self.mean == 0.0 { 0.0 } else { f64::INFINITY }, freedom);
        }
        let (error, skew) = self.error_and_skew();
        let t = self.mean / error;
        if skew.abs() <= EVEN {
            return (t.abs(), freedom);
        }
        let a = skew / 3.0;
        let transformed = t + a * t * t + a * a * t * t * t / 3.0 + a / 2.0;
        // Of the two ends on the side of zero the one that is farther out decides.
        (t.abs().min(transformed * t.signum()).max(0.0), freedom)
    }

    /// Student's t interval of the mean, longer on the side of the long tail where the values are skewed.
    fn interval(&self, confidence: f64) -> (f64, f64) {
        if self.squares <= 0.0 {
            return (self.mean, self.mean);
        }
        let t = t_quantile(f64::from(self.count) - 1.0, confidence);
        let (error, skew) = self.error_and_skew();
        let even = (self.mean - t * error, self.mean + t * error);
        if skew.abs() <= EVEN {
            return even;
        }
        // Hall's transformation, 3.1: T + a T² + a² T³ / 3 + a / 2 is nearly normal; this is its inverse.
        let a = skew / 3.0;
        let inverse = |z: f64| (libm::cbrt(1.0 + 3.0 * a * (z - a / 2.0)) - 1.0) / a;
        (even.0.min(self.mean - inverse(t) * error), even.1.max(self.mean - inverse(-t) * error))
    }
}

#[cfg(test)]
mod tests;
