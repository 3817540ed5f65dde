//! What a stream of values is summed up in: as many numbers however long the stream.

use super::critical::t_quantile;

/// Values of which each is counted by itself.
const COUNTED: usize = 4;

/// Count, mean, variance, skewness, extremes and sum of a stream of values, and its most frequent value, in one pass and
/// without cancellation.
///
/// A value may be infinite, which means "never". Rounding depends on the order of the values: add them in the order of
/// the replications.
///
/// Source: B. P. Welford, "Note on a method for calculating corrected sums of squares and products", Technometrics 4
/// (1962) 419–420; for the third power P. Pébay, "Formulas for robust, one-pass parallel computation of covariances and
/// arbitrary-order statistical moments", Sandia report SAND2008-6212 (2008).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// Finite values.
    pub(super) count: u32,
    /// Infinite ones.
    pub(super) never: u32,
    /// Of the finite values.
    pub(super) mean: f64,
    /// Sum of the squared distances to the mean.
    pub(super) squares: f64,
    /// Sum of the cubed distances to the mean.
    pub(super) cubes: f64,
    /// Of all values.
    least: f64,
    most: f64,
    total: f64,
    above_zero: u32,
    /// The first few different values, each with how often it came. A value that nearly all replications have is among
    /// them: that all of the first four are others is a matter of less than one in a million where one in fifty differs.
    frequent: [(f64, u32); COUNTED],
}

impl Default for Moments {
    fn default() -> Self {
        Self {
            count: 0,
            never: 0,
            mean: 0.0,
            squares: 0.0,
            cubes: 0.0,
            least: f64::INFINITY,
            most: f64::NEG_INFINITY,
            total: 0.0,
            above_zero: 0,
            frequent: [(0.0, 0); COUNTED],
        }
    }
}

impl Moments {
    /// Takes in a value.
    pub fn add(&mut self, value: f64) {
        self.least = self.least.min(value);
        self.most = self.most.max(value);
        self.total += value;
        self.above_zero += u32::from(value > 0.0);
        if value.is_infinite() {
            self.never += 1;
            return;
        }
        if let Some(slot) = self.frequent.iter_mut().find(|(known, times)| *known == value || *times == 0) {
            *slot = (value, slot.1 + 1);
        }
        self.count += 1;
        let n = f64::from(self.count);
        let off = value - self.mean;
        let step = off / n;
        self.cubes += (off * (n - 1.0) * step * (n - 2.0) - 3.0 * self.squares) * step;
        self.mean += step;
        self.squares += off * (value - self.mean);
    }

    /// How many values there were.
    pub fn count(&self) -> u32 {
        self.count + self.never
    }

    /// Their mean; `None` without values.
    pub fn mean(&self) -> Option<f64> {
        let mean = if self.never > 0 { f64::INFINITY } else { self.mean };
        (self.count() > 0).then_some(mean)
    }

    /// The sample variance, with n − 1 below; `None` with fewer than two values, or where one is "never".
    pub fn variance(&self) -> Option<f64> {
        (self.count > 1 && self.never == 0).then(|| self.squares / f64::from(self.count - 1))
    }

    /// The smallest value; `None` without values.
    pub fn least(&self) -> Option<f64> {
        (self.count() > 0).then_some(self.least)
    }

    /// The largest value; `None` without values.
    pub fn most(&self) -> Option<f64> {
        (self.count() > 0).then_some(self.most)
    }

    /// How many values are more than zero.
    pub fn above_zero(&self) -> u32 {
        self.above_zero
    }

    /// The sum of the values.
    pub fn total(&self) -> f64 {
        self.total
    }

    /// The value that more than half of the replications have, with how many have another.
    pub(super) fn usual(&self) -> Option<(f64, u32)> {
        let &(value, times) = self.frequent.iter().max_by_key(|(_, times)| *times)?;
        let others = self.count - times;
        (times > others).then_some((value, others))
    }
}

impl FromIterator<f64> for Moments {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut moments = Self::default();
        values.into_iter().for_each(|value| moments.add(value));
        moments
    }
}

/// Half the width of the confidence interval of a difference between two independent means: what the comparison
/// would have without pairing. `None` where one of the two has fewer than two values.
///
/// Source: B. L. Welch, "The generalization of 'Student's' problem when several different population variances are
/// involved", Biometrika 34 (1947) 28–35, with Satterthwaite's degrees of freedom.
pub fn welch_half_width(first: &Moments, second: &Moments, confidence: f64) -> Option<f64> {
    let share = |side: &Moments| side.variance().map(|variance| variance / f64::from(side.count));
    let (a, b) = (share(first)?, share(second)?);
    if a + b == 0.0 {
        return Some(0.0);
    }
    Some(t_quantile(welch_freedom((first, a), (second, b)), confidence) * (a + b).sqrt())
}

/// Satterthwaite's degrees of freedom of two samples, each with its variance over its count; not both are zero.
pub(super) fn welch_freedom((first, a): (&Moments, f64), (second, b): (&Moments, f64)) -> f64 {
    (a + b) * (a + b) / (a * a / f64::from(first.count - 1) + b * b / f64::from(second.count - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variance_survives_a_large_offset() {
        let mut moments = Moments::default();
        assert_eq!((moments.mean(), moments.variance()), (None, None));
        for value in [4.0, 7.0, 13.0, 16.0] {
            moments.add(1e9 + value);
        }
        assert_eq!((moments.count(), moments.mean(), moments.variance()), (4, Some(1e9 + 10.0), Some(30.0)));
    }

    #[test]
    fn welch_is_as_computed_by_hand() {
        let side = |values: &[f64]| values.iter().copied().collect::<Moments>();
        // Variances 1 and 4 over n = 3 each: a = 1/3, b = 4/3, freedom = (25/9) / (1/18 + 16/18) = 50/17.
        let half =
            welch_half_width(&side(&[1.0, 2.0, 3.0]), &side(&[2.0, 4.0, 6.0]), 0.95).expect("three values");
        assert!((half - t_quantile(50.0 / 17.0, 0.95) * (5.0_f64 / 3.0).sqrt()).abs() < 1e-9);
        // Equal variances and sizes: 2 (n − 1) degrees of freedom.
        let half =
            welch_half_width(&side(&[1.0, 2.0, 3.0]), &side(&[5.0, 6.0, 7.0]), 0.95).expect("three values");
        assert!((half - 2.776_445 * (2.0_f64 / 3.0).sqrt()).abs() < 1e-5);
        assert_eq!(welch_half_width(&side(&[1.0, 1.0]), &side(&[2.0, 2.0]), 0.95), Some(0.0));
        assert_eq!(welch_half_width(&side(&[1.0]), &side(&[2.0, 3.0]), 0.95), None);
    }
}
