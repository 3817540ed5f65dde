//! What a stream of values is summed up in: as many numbers however long the stream.

use super::critical::t_quantile;
use super::estimate::{Basis, Estimate};

/// Count, mean, variance, extremes and sum of a stream of values, in one pass and without cancellation.
///
/// A value may be infinite, which means "never". Rounding depends on the order of the values: add them in the order of
/// the replications.
///
/// Source: B. P. Welford, "Note on a method for calculating corrected sums of squares and products", Technometrics 4
/// (1962) 419–420.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// Finite values.
    count: u32,
    /// Infinite ones.
    never: u32,
    /// Of the finite values.
    mean: f64,
    squares: f64,
    /// Of all values.
    least: f64,
    most: f64,
    total: f64,
}

impl Default for Moments {
    fn default() -> Self {
        Self {
            count: 0,
            never: 0,
            mean: 0.0,
            squares: 0.0,
            least: f64::INFINITY,
            most: f64::NEG_INFINITY,
            total: 0.0,
        }
    }
}

impl Moments {
    /// Takes in a value.
    pub fn add(&mut self, value: f64) {
        self.least = self.least.min(value);
        self.most = self.most.max(value);
        self.total += value;
        if value.is_infinite() {
            self.never += 1;
            return;
        }
        self.count += 1;
        let off = value - self.mean;
        self.mean += off / f64::from(self.count);
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

    /// The sum of the values.
    pub fn total(&self) -> f64 {
        self.total
    }

    /// The mean with its two-sided Student t interval; `None` without values. Equal values have an interval of no
    /// width.
    pub fn estimate(&self, confidence: f64) -> Option<Estimate> {
        let mean = self.mean()?;
        if self.never > 0 {
            return Some(Estimate {
                mean,
                interval: None,
                basis: Basis::Never { events: self.never, of: self.count() },
            });
        }
        let Some(variance) = self.variance() else {
            return Some(Estimate::single(mean));
        };
        let half_width = if variance > 0.0 {
            t_quantile(f64::from(self.count - 1), confidence) * (variance / f64::from(self.count)).sqrt()
        } else {
            0.0
        };
        Some(Estimate::around(mean, half_width))
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
    let freedom =
        (a + b) * (a + b) / (a * a / f64::from(first.count - 1) + b * b / f64::from(second.count - 1));
    Some(t_quantile(freedom, confidence) * (a + b).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::sampler::normal;
    use crate::kernel::stream::{Purpose, Streams};

    fn of(values: impl IntoIterator<Item = f64>, confidence: f64) -> Option<Estimate> {
        values.into_iter().collect::<Moments>().estimate(confidence)
    }

    #[test]
    fn the_interval_of_ten_values_is_as_computed_by_hand() {
        // 1..=10: mean 5.5, variance 55/6, standard error √(55/60).
        let estimate = of((1..=10).map(f64::from), 0.95).expect("ten values");
        assert!((estimate.mean - 5.5).abs() < 1e-12);
        let half = estimate.width().map(|width| width / 2.0).expect("more than one value");
        assert!((half - 2.262_157 * (55.0_f64 / 60.0).sqrt()).abs() < 1e-9);
    }

    #[test]
    fn equal_values_have_no_width_and_one_value_has_no_interval() {
        for value in [0.1, 1e9 / 3.0, -7.7] {
            let estimate = of(std::iter::repeat_n(value, 1000), 0.95);
            assert_eq!(estimate, Some(Estimate::around(value, 0.0)));
        }
        assert_eq!(of([0.3], 0.95), Some(Estimate::single(0.3)));
        assert_eq!(of([], 0.95), None);
    }

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
    fn intervals_cover_the_truth_as_often_as_they_say() {
        // Seed 42, 1,000 experiments of 20 standard normal values. The number of 95 % intervals that cover is
        // binomial with mean 950 and standard deviation 6.9; leaving 930..=970 has a probability of 0.3 %.
        let covered = (0..1000)
            .filter(|&experiment| {
                let mut stream = Streams::new(42, experiment).stream(Purpose::Work, 0, 0);
                let estimate = of((0..20).map(|_| normal(&mut stream)), 0.95).expect("20 values");
                estimate.mean.abs() <= estimate.width().map(|width| width / 2.0).expect("more than one value")
            })
            .count();
        assert!((930..=970).contains(&covered), "{covered} of 1,000 intervals cover");
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
