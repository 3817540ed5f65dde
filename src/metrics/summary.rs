//! A measure over many replications: its mean with an interval, and its difference to a baseline.

use serde::{Deserialize, Serialize};

use super::bursts::OverBursts;
use super::catalog::Unit;
use super::never;
use super::statistics::{Estimate, Moments, Support, welch_half_width};

/// One measure over the replications.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Replications in which it was measured.
    pub n: u32,
    /// The mean with its confidence interval; `None` when nothing was measured.
    pub mean: Option<Estimate>,
    /// The smallest value; infinite where all are "never".
    #[serde(with = "never::option")]
    pub min: Option<f64>,
    /// The largest value; infinite where one is "never".
    #[serde(with = "never::option")]
    pub max: Option<f64>,
    /// The sum over replications; infinite where one is "never".
    #[serde(with = "never::number")]
    pub total: f64,
    /// Replications in which it was more than zero.
    pub above_zero: u32,
    /// What it keeps to in shares of the replications; `None` where nothing was measured, or nobody asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over_bursts: Option<OverBursts>,
}

impl Summary {
    /// Sums up a column of values in this unit: one per replication, in their order, `None` where nothing was measured.
    pub fn of(column: impl IntoIterator<Item = Option<f64>>, unit: Unit, confidence: f64) -> Self {
        Self::from_moments(&column.into_iter().flatten().collect(), unit, confidence)
    }

    /// Sums up values that were added in the order of their replications.
    pub fn from_moments(moments: &Moments, unit: Unit, confidence: f64) -> Self {
        let support = match unit {
            Unit::Share => Support::Share,
            Unit::Count | Unit::PerHour | Unit::Ratio | Unit::Money => Support::Amount,
            Unit::Seconds | Unit::Minutes => Support::Length,
        };
        Self {
            n: moments.count(),
            mean: moments.estimate(support, confidence),
            min: moments.least(),
            max: moments.most(),
            total: moments.total(),
            above_zero: moments.above_zero(),
            over_bursts: None,
        }
    }

    /// The same without the noise of binary sums.
    #[must_use]
    pub fn rounded(self, unit: Unit) -> Self {
        let mean = self.mean.map(|mean| mean.rounded(unit));
        Self { mean, total: unit.rounded_over_replications(self.total), ..self }
    }
}

/// A paired difference: this arm minus the baseline on the same seed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paired {
    /// The mean difference with its interval.
    pub difference: Estimate,
    /// Width of the unpaired interval over that of the paired one: what common random numbers gain. `None` where
    /// the paired one has no width.
    pub narrowing: Option<f64>,
    /// How likely a mean as far from zero is where there is no difference; `None` where too few replications tell.
    pub p: Option<f64>,
    /// The same, by Holm's correction for the differences of this number between the baseline and all other arms. It stays
    /// `None` until these are known.
    pub p_holm: Option<f64>,
}

impl Paired {
    /// The difference between two columns, replication by replication; only those count in which both were
    /// measured. `None` where there is none.
    pub fn of(
        arm: impl IntoIterator<Item = Option<f64>>,
        baseline: impl IntoIterator<Item = Option<f64>>,
        confidence: f64,
    ) -> Option<Self> {
        let mut pairs = Pairs::default();
        arm.into_iter().zip(baseline).for_each(|(value, base)| pairs.add(value, base));
        pairs.paired(confidence)
    }
}

/// What pairs of values are summed up in, in the order of the replications.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pairs {
    here: Moments,
    there: Moments,
    between: Moments,
}

impl Pairs {
    /// Takes in what an arm and the baseline measured in a replication. The pair counts where both measured something
    /// other than "never", from which nothing can be taken.
    pub fn add(&mut self, value: Option<f64>, base: Option<f64>) {
        if let (Some(value), Some(base)) = (value, base)
            && value.is_finite()
            && base.is_finite()
        {
            self.here.add(value);
            self.there.add(base);
            self.between.add(value - base);
        }
    }

    /// The mean difference; `None` where no pair counts.
    pub(super) fn difference(&self, confidence: f64) -> Option<Estimate> {
        self.between.estimate(Support::Difference, confidence)
    }

    /// The difference with what there is to say of it; `None` where no pair counts.
    pub fn paired(&self, confidence: f64) -> Option<Paired> {
        let difference = self.difference(confidence)?;
        let narrowing = difference
            .width()
            .filter(|&paired| paired > 0.0)
            .and_then(|paired| Some(2.0 * welch_half_width(&self.here, &self.there, confidence)? / paired));
        Some(Paired { difference, narrowing, p: self.between.p_value(), p_holm: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::sampler::normal;
    use crate::kernel::stream::{Purpose, Streams};
    use crate::metrics::statistics::Basis;

    #[test]
    fn a_summary_skips_what_was_not_measured() {
        let summary = Summary::of([None, Some(3.0), Some(-1.0), None, Some(4.0)], Unit::Minutes, 0.95);
        assert_eq!((summary.n, summary.min, summary.max, summary.total), (3, Some(-1.0), Some(4.0), 6.0));
        assert_eq!(summary.above_zero, 2);
        let mean = summary.mean.expect("three values");
        assert!((mean.mean - 2.0).abs() < 1e-12);
        // Variance 7, t(2) = 4.302653; the lower value is the farther one, which lengthens that side.
        let half = 4.302_653 * (7.0_f64 / 3.0).sqrt();
        let (lower, upper) = mean.interval.expect("three values");
        assert!((upper - 2.0 - half).abs() < 1e-9 && lower < 2.0 - half);
    }

    #[test]
    fn nothing_measured_is_not_zero() {
        let nothing =
            Summary { n: 0, mean: None, min: None, max: None, total: 0.0, above_zero: 0, over_bursts: None };
        assert_eq!(Summary::of([None, None], Unit::Count, 0.95), nothing);
        assert_eq!(Summary::of([], Unit::Count, 0.95), nothing);
    }

    #[test]
    fn a_pair_needs_both_sides() {
        let arm = [Some(5.0), None, Some(9.0), Some(100.0)];
        let baseline = [Some(1.0), Some(2.0), Some(3.0), None];
        let paired = Paired::of(arm, baseline, 0.95).expect("two pairs");
        assert_eq!(paired.difference.mean, 5.0);
        // Differences 4 and 6: variance 2, standard error 1, t(1) = 12.706205.
        assert!((paired.difference.width().expect("two pairs") / 2.0 - 12.706_205).abs() < 1.5e-6);
        assert_eq!(Paired::of([Some(1.0), None], [None, Some(1.0)], 0.95), None);
        let single = Paired::of([Some(3.0)], [Some(1.0)], 0.95).expect("one pair");
        assert_eq!(
            single,
            Paired { difference: Estimate::single(2.0), narrowing: None, p: None, p_holm: None }
        );
    }

    #[test]
    fn a_constant_difference_has_no_width_to_compare_with() {
        const FEW: Basis = Basis::Few { events: 0, of: 2, at_most: 0.841_886_117 };
        let paired = Paired::of([Some(3.0), Some(8.0)], [Some(1.0), Some(6.0)], 0.95).expect("two pairs");
        assert_eq!(
            paired,
            Paired {
                difference: Estimate { mean: 2.0, interval: None, basis: FEW },
                narrowing: None,
                p: Some(0.5),
                p_holm: None,
            }
        );
    }

    #[test]
    fn never_makes_the_mean_never_and_no_difference_is_taken_to_it() {
        let late = [Some(5.0), Some(f64::INFINITY), None, Some(7.0)];
        let summary = Summary::of(late, Unit::Seconds, 0.95);
        let mean = summary.mean.expect("three values");
        assert_eq!((mean.mean, mean.interval), (f64::INFINITY, None));
        assert_eq!(mean.basis, Basis::Never { events: 1, of: 3 });
        assert_eq!(
            (summary.n, summary.min, summary.max, summary.total),
            (3, Some(5.0), Some(f64::INFINITY), f64::INFINITY)
        );
        let paired = Paired::of(late, [Some(4.0), Some(2.0), Some(1.0), Some(3.0)], 0.95).expect("two pairs");
        assert_eq!(paired.difference.mean, 2.5);
        assert_eq!(Paired::of([Some(f64::INFINITY)], [Some(f64::INFINITY)], 0.95), None);
    }

    #[test]
    fn a_difference_that_is_seldom_there_has_no_interval() {
        let mut arm = [Some(8.0); 100];
        arm[7] = Some(9.0);
        let difference = Paired::of(arm, [Some(8.0); 100], 0.95).expect("a hundred pairs").difference;
        assert!((difference.mean - 0.01).abs() < 1e-12);
        assert_eq!(difference.interval, None);
        assert!(matches!(difference.basis, Basis::Few { events: 1, of: 100, .. }));
    }

    #[test]
    fn what_the_arms_share_narrows_the_difference() {
        // Seed 7, 400 replications: noise of sd 3 common to both arms, of sd 1 in each. Unpaired variance 20,
        // paired 2: the ratio of widths is √10 = 3.16; its relative standard error is about 3.5 %, so leaving
        // 2.5..4 is a matter of six of them.
        let (mut arm, mut baseline) = (Vec::new(), Vec::new());
        for replication in 0..400 {
            let mut stream = Streams::new(7, replication).stream(Purpose::Work, 0, 0);
            let common = 3.0 * normal(&mut stream);
            arm.push(Some(common + normal(&mut stream)));
            baseline.push(Some(common + normal(&mut stream)));
        }
        let narrowing =
            Paired::of(arm, baseline, 0.95).and_then(|paired| paired.narrowing).expect("400 pairs");
        assert!((2.5..4.0).contains(&narrowing), "{narrowing}");
    }
}
