//! Means with their confidence intervals, and what they are made from.

use std::cell::RefCell;
use std::collections::BTreeMap;

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// A mean and how far the truth may be from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// Half the width of the confidence interval; `None` where there was only one value.
    pub half_width: Option<f64>,
}

impl Estimate {
    /// The mean of `values` with its two-sided Student t interval; `None` without values.
    ///
    /// The values count as independent draws: give it one number per replication.
    pub fn of(values: impl IntoIterator<Item = f64>, confidence: f64) -> Option<Self> {
        let mut welford = Welford::default();
        for value in values {
            welford.add(value);
        }
        welford.estimate(confidence)
    }

    /// The interval's lower end.
    pub fn lower(&self) -> Option<f64> {
        self.half_width.map(|half| self.mean - half)
    }

    /// The interval's upper end.
    pub fn upper(&self) -> Option<f64> {
        self.half_width.map(|half| self.mean + half)
    }
}

/// Count, mean and variance of a stream of values, in one pass and without cancellation.
///
/// Source: B. P. Welford, "Note on a method for calculating corrected sums of squares and products", Technometrics 4
/// (1962) 419–420. Rounding depends on the order of the values: feed it in the order of the replications.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Welford {
    count: u32,
    mean: f64,
    squares: f64,
}

impl Welford {
    /// Takes in a value.
    pub fn add(&mut self, value: f64) {
        self.count += 1;
        let off = value - self.mean;
        self.mean += off / f64::from(self.count);
        self.squares += off * (value - self.mean);
    }

    /// How many values there were.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Their mean; `None` without values.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then_some(self.mean)
    }

    /// Their sample variance, with n − 1 below; `None` with fewer than two values.
    pub fn variance(&self) -> Option<f64> {
        (self.count > 1).then(|| self.squares / f64::from(self.count - 1))
    }

    /// The mean with its two-sided Student t interval; `None` without values. Equal values have an interval of no
    /// width.
    pub fn estimate(&self, confidence: f64) -> Option<Estimate> {
        let half_width = self.variance().map(|variance| {
            if variance > 0.0 {
                t_quantile(f64::from(self.count - 1), confidence) * (variance / f64::from(self.count)).sqrt()
            } else {
                0.0
            }
        });
        self.mean().map(|mean| Estimate { mean, half_width })
    }
}

/// Half the width of the confidence interval of a difference between two independent means: what the comparison
/// would have without pairing. `None` where one of the two has fewer than two values.
///
/// Source: B. L. Welch, "The generalization of 'Student's' problem when several different population variances are
/// involved", Biometrika 34 (1947) 28–35, with Satterthwaite's degrees of freedom.
pub fn welch_half_width(first: &Welford, second: &Welford, confidence: f64) -> Option<f64> {
    let share = |side: &Welford| side.variance().map(|variance| variance / f64::from(side.count));
    let (a, b) = (share(first)?, share(second)?);
    if a + b == 0.0 {
        return Some(0.0);
    }
    let freedom =
        (a + b) * (a + b) / (a * a / f64::from(first.count - 1) + b * b / f64::from(second.count - 1));
    Some(t_quantile(freedom, confidence) * (a + b).sqrt())
}

/// The number of standard errors on either side of a mean that a two-sided interval with this `confidence` takes.
///
/// Rounded to six decimals, as printed tables have it: the algorithm uses the host's logarithms, whose last bits
/// differ between machines, and the rounding keeps them out of the results.
fn t_quantile(freedom: f64, confidence: f64) -> f64 {
    thread_local! {
        /// A comparison asks for the same few quantiles for each of its measures.
        static KNOWN: RefCell<BTreeMap<(u64, u64), f64>> = const { RefCell::new(BTreeMap::new()) };
    }
    /// Quantiles remembered at most; degrees of freedom need not be whole, so there is no end of them.
    const ENOUGH: usize = 1024;
    KNOWN.with_borrow_mut(|known| {
        if known.len() >= ENOUGH {
            known.clear();
        }
        *known.entry((freedom.to_bits(), confidence.to_bits())).or_insert_with(|| {
            let p = 0.5 + confidence / 2.0;
            let quantile =
                if freedom < MANY { exact_t_quantile(freedom, p) } else { expanded_t_quantile(freedom, p) };
            (quantile * 1e6).round() / 1e6
        })
    })
}

/// Degrees of freedom from which on the expansion is the better of the two: the exact algorithm loses digits as they
/// grow, a whole 10⁻⁵ at 100,000.
const MANY: f64 = 300.0;

/// The `p`-quantile of Student's t by inversion.
fn exact_t_quantile(freedom: f64, p: f64) -> f64 {
    StudentsT::new(0.0, 1.0, freedom).expect("degrees of freedom are positive").inverse_cdf(p)
}

/// The `p`-quantile of Student's t by expansion around that of the normal distribution.
///
/// Source: M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions" (1964), 26.7.5.
fn expanded_t_quantile(freedom: f64, p: f64) -> f64 {
    let x = Normal::standard().inverse_cdf(p);
    let square = x * x;
    let first = (square + 1.0) * x / 4.0;
    let second = ((5.0 * square + 16.0) * square + 3.0) * x / 96.0;
    let third = (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) * x / 384.0;
    x + (first + (second + third / freedom) / freedom) / freedom
}

/// The Gini coefficient of amounts that are not negative: 0 where all have the same, towards 1 where one has it all.
/// `None` where there is nothing to share. Sorts the amounts.
///
/// The mean absolute difference over twice the mean, which for sorted amounts is Σ (2i − n − 1) xᵢ / (n Σ xᵢ).
pub fn gini(amounts: &mut [i64]) -> Option<f64> {
    amounts.sort_unstable();
    let n = amounts.len() as i128;
    let total: i128 = amounts.iter().map(|&amount| i128::from(amount)).sum();
    let weighted: i128 =
        (1..).zip(amounts.iter()).map(|(rank, &amount)| (2 * rank - n - 1) * i128::from(amount)).sum();
    (total > 0).then(|| weighted as f64 / (n * total) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::sampler::normal;
    use crate::kernel::stream::{Purpose, Streams};

    #[test]
    fn t_quantiles_are_those_of_the_tables() {
        for (freedom, confidence, expected) in [
            (1.0, 0.95, 12.706_205),
            (2.0, 0.95, 4.302_653),
            (4.0, 0.99, 4.604_095),
            (9.0, 0.90, 1.833_113),
            (9.0, 0.95, 2.262_157),
            (29.0, 0.95, 2.045_230),
            (99.0, 0.95, 1.984_217),
            (999.0, 0.95, 1.962_341),
            (1000.0, 0.999, 3.300_283),
            (99_999.0, 0.95, 1.959_988),
        ] {
            let found = t_quantile(freedom, confidence);
            assert!((found - expected).abs() < 1.5e-6, "t({freedom}, {confidence}) = {found}");
        }
    }

    #[test]
    fn the_two_ways_to_a_quantile_meet() {
        for p in [0.9, 0.95, 0.975, 0.995, 0.9995] {
            let apart = exact_t_quantile(MANY, p) - expanded_t_quantile(MANY, p);
            assert!(apart.abs() < 1e-6, "{apart} at {p}");
        }
    }

    #[test]
    fn remembered_quantiles_are_kept_apart() {
        for _ in 0..2 {
            assert_eq!(t_quantile(9.0, 0.95), 2.262_157);
            assert_eq!(t_quantile(9.0, 0.90), 1.833_113);
            assert_eq!(t_quantile(10.0, 0.95), 2.228_139);
        }
    }

    #[test]
    fn the_interval_of_ten_values_is_as_computed_by_hand() {
        // 1..=10: mean 5.5, variance 55/6, standard error √(55/60).
        let estimate = Estimate::of((1..=10).map(f64::from), 0.95).expect("ten values");
        assert!((estimate.mean - 5.5).abs() < 1e-12);
        let half = estimate.half_width.expect("more than one value");
        assert!((half - 2.262_157 * (55.0_f64 / 60.0).sqrt()).abs() < 1e-9);
        assert_eq!(estimate.lower(), Some(estimate.mean - half));
        assert_eq!(estimate.upper(), Some(estimate.mean + half));
    }

    #[test]
    fn equal_values_have_no_width_and_one_value_has_no_interval() {
        for value in [0.1, 1e9 / 3.0, -7.7] {
            let estimate = Estimate::of(std::iter::repeat_n(value, 1000), 0.95);
            assert_eq!(estimate, Some(Estimate { mean: value, half_width: Some(0.0) }));
        }
        assert_eq!(Estimate::of([0.3], 0.95), Some(Estimate { mean: 0.3, half_width: None }));
        assert_eq!(Estimate::of([], 0.95), None);
    }

    #[test]
    fn variance_survives_a_large_offset() {
        let mut welford = Welford::default();
        assert_eq!((welford.mean(), welford.variance()), (None, None));
        for value in [4.0, 7.0, 13.0, 16.0] {
            welford.add(1e9 + value);
        }
        assert_eq!((welford.count(), welford.mean(), welford.variance()), (4, Some(1e9 + 10.0), Some(30.0)));
    }

    #[test]
    fn intervals_cover_the_truth_as_often_as_they_say() {
        // Seed 42, 1,000 experiments of 20 standard normal values. The number of 95 % intervals that cover is
        // binomial with mean 950 and standard deviation 6.9; leaving 930..=970 has a probability of 0.3 %.
        let covered = (0..1000)
            .filter(|&experiment| {
                let mut stream = Streams::new(42, experiment).stream(Purpose::Work, 0, 0);
                let estimate = Estimate::of((0..20).map(|_| normal(&mut stream)), 0.95).expect("20 values");
                estimate.mean.abs() <= estimate.half_width.expect("more than one value")
            })
            .count();
        assert!((930..=970).contains(&covered), "{covered} of 1,000 intervals cover");
    }

    #[test]
    fn welch_is_as_computed_by_hand() {
        let side = |values: &[f64]| {
            let mut welford = Welford::default();
            for &value in values {
                welford.add(value);
            }
            welford
        };
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

    #[test]
    fn gini_of_known_shares() {
        assert_eq!(gini(&mut [7, 7, 7, 7]), Some(0.0));
        assert_eq!(gini(&mut [0, 0, 9, 0]), Some(0.75));
        assert_eq!(gini(&mut [3, 1, 2]), Some(4.0 / 18.0));
        assert_eq!(gini(&mut [0, 0]), None);
        assert_eq!(gini(&mut []), None);
    }
}
