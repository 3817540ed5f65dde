//! Whether a mean difference may be chance: how likely one as far from zero is where there is none.

use super::critical::{LEAST_P, t_tails};
use super::interval::{EVENTS, Part};
use super::moments::{Moments, welch_freedom};

impl Moments {
    /// How likely values whose true mean is zero have a mean at least as far from it: the probability with which their
    /// confidence interval, as [`Moments::estimate`] makes it, would end there. `None` where too few values tell.
    ///
    /// Where more than half of the values are zero, those that are not decide: their mean is zero where that of all is. As
    /// it could have come with the other sign each time, nothing is less likely than that all have the same.
    pub fn p_value(&self) -> Option<f64> {
        if self.never > 0 || self.count < 2 {
            return None;
        }
        match self.usual() {
            Some((0.0, 0)) => Some(1.0),
            // Always, or nearly always, the same difference.
            Some((usual, events)) if events < EVENTS && usual * self.mean > 0.0 => {
                Some(same_sign(self.count, events))
            }
            Some((_, events)) if events < EVENTS => None,
            Some((0.0, events)) => {
                let (t, freedom) = Part::of_events(self, 0.0, events).against_zero();
                Some(t_tails(freedom, t).max(same_sign(events, 0)))
            }
            _ => {
                let (t, freedom) = Part::of_all(self).against_zero();
                Some(t_tails(freedom, t))
            }
        }
    }
}

/// How likely so many values have the same sign, but for at most so many others, where either is as likely.
fn same_sign(values: u32, others: u32) -> f64 {
    let all = (0..values).fold(1.0, |likely, _| likely / 2.0);
    // With one of the others more there are as many ways to choose them as there are places left for each place taken.
    let ways = |k: u32| (0..k).map(|i| f64::from(values - i) / f64::from(i + 1)).product::<f64>();
    let tail = (0..=others).map(|k| ways(k) * all).sum::<f64>();
    ((2.0 * tail * 1e9).round() / 1e9).clamp(LEAST_P, 1.0)
}

/// How likely two independent samples whose true means are the same have means as far apart: the probability with which
/// the interval of [`welch_half_width`](super::welch_half_width) would end at zero. `None` where one has fewer than two
/// values, or an infinite one.
pub fn welch_p_value(first: &Moments, second: &Moments) -> Option<f64> {
    let share = |side: &Moments| Some(side.variance()? / f64::from(side.count));
    let (a, b) = (share(first)?, share(second)?);
    let apart = (second.mean - first.mean).abs();
    if apart == 0.0 {
        return Some(1.0);
    }
    if a + b == 0.0 {
        // Of all ways to deal the values to the two samples, two part them so.
        let (few, all) = (first.count.min(second.count), first.count + second.count);
        let ways = (0..few).map(|k| f64::from(all - k) / f64::from(few - k)).product::<f64>();
        return Some((2.0 / ways).clamp(LEAST_P, 1.0));
    }
    Some(t_tails(welch_freedom((first, a), (second, b)), apart / (a + b).sqrt()))
}

/// The probabilities of a family, corrected so that with each that is at most α called significant, the chance that any
/// of them is called so wrongly is at most α, however they depend on each other. One that is unknown counts as one of the
/// family, and stays unknown.
///
/// Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statist. 6 (1979) 65–70.
pub fn holm(family: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut known: Vec<(usize, f64)> =
        family.iter().enumerate().filter_map(|(place, p)| Some((place, (*p)?))).collect();
    known.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut corrected = vec![None; family.len()];
    let mut least = 0.0_f64;
    for (rank, (place, p)) in known.into_iter().enumerate() {
        least = least.max((family.len() - rank) as f64 * p).min(1.0);
        corrected[place] = Some(least);
    }
    corrected
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::sampler::normal;
    use crate::kernel::stream::{Purpose, Streams};
    use crate::metrics::statistics::Support;

    /// Values of these many replications, by what is drawn for each.
    fn values(seed: u64, n: u32, draw: impl Fn(f64) -> f64) -> Moments {
        let mut stream = Streams::new(seed, 0).stream(Purpose::Work, 0, 0);
        (0..n).map(|_| draw(normal(&mut stream))).collect()
    }

    #[test]
    fn it_is_significant_where_the_interval_leaves_out_zero_and_not_elsewhere() {
        let mut told = [0, 0];
        for seed in 0..400 {
            let n = 10 + (seed % 7) as u32 * 50;
            let shift = f64::from(seed as u32 % 5) * 0.1;
            // Even, and as skewed as can be on either side.
            let skewed = |z: f64| libm::exp(1.2 * z) - libm::exp(0.72);
            for moments in [
                values(seed, n, |z| z + shift),
                values(seed, n, |z| skewed(z) + shift),
                values(seed, n, |z| -skewed(z) - shift),
            ] {
                let p = moments.p_value().expect("enough values");
                for confidence in [0.9, 0.95, 0.999] {
                    let (lower, upper) =
                        moments.estimate(Support::Difference, confidence).unwrap().interval.unwrap();
                    if (p - (1.0 - confidence)).abs() > 1e-5 {
                        let leaves_out = lower > 0.0 || upper < 0.0;
                        assert_eq!(p < 1.0 - confidence, leaves_out, "{seed}: {p}, {lower} to {upper}");
                        told[usize::from(leaves_out)] += 1;
                    }
                }
            }
        }
        assert!(told.iter().all(|times| *times > 500), "{told:?}");
    }

    #[test]
    fn a_difference_in_few_replications_is_tested_by_those() {
        // Half of the time nothing, else five to fifteen events of one sign: as likely as so many coins alike.
        let with = |events: u32, size: f64| {
            (0..100).map(|place| if place < events { size } else { 0.0 }).collect::<Moments>()
        };
        assert_eq!(with(0, 1.0).p_value(), Some(1.0));
        assert_eq!(with(4, 1.0).p_value(), None);
        assert_eq!(with(5, 1.0).p_value(), Some(0.0625));
        assert_eq!(with(15, -3.0).p_value(), Some(0.000_061_035));
        assert_eq!(with(100, -3.0).p_value(), Some(1e-9), "always the same");
        assert_eq!([3.0].into_iter().collect::<Moments>().p_value(), None);
        assert_eq!([3.0, f64::INFINITY].into_iter().collect::<Moments>().p_value(), None);
        // Ups and downs that cancel out.
        let ups: Moments = (0..100).map(|place| [1.0, -1.0, 0.0, 0.0, 0.0][place % 5]).collect();
        assert_eq!(ups.p_value(), Some(1.0));
    }

    #[test]
    fn holms_correction_is_as_printed_and_counts_what_is_unknown() {
        let corrected = holm(&[Some(0.01), Some(0.04), Some(0.03), Some(0.005)]);
        let expected = [0.03, 0.06, 0.06, 0.02];
        for (found, expected) in corrected.iter().zip(expected) {
            assert!((found.unwrap() - expected).abs() < 1e-12, "{corrected:?}");
        }
        assert_eq!(holm(&[Some(0.02), None]), [Some(0.04), None]);
        assert_eq!(holm(&[Some(0.9), Some(0.8)]), [Some(1.0), Some(1.0)]);
        assert_eq!(holm(&[Some(0.3)]), [Some(0.3)]);
        assert_eq!(holm(&[]), []);
    }

    #[test]
    fn a_difference_in_nearly_all_replications_is_no_chance() {
        let mut nearly = [1.0; 40];
        nearly[7] = 2.0;
        nearly[23] = -1.0;
        let p = nearly.into_iter().collect::<Moments>().p_value().expect("a sign");
        // Of 40 coins at most two are unlike the others: (1 + 40 + 780) / 2³⁹.
        assert_eq!(p, (821e9 / (1_u64 << 39) as f64).round() / 1e9);
        nearly[23] = -100.0;
        assert_eq!(nearly.into_iter().collect::<Moments>().p_value(), None, "the mean has the other sign");
    }

    #[test]
    fn two_samples_are_told_apart_by_their_spread_or_without_any_by_their_sizes() {
        let moments = |values: &[f64]| values.iter().copied().collect::<Moments>();
        assert_eq!(welch_p_value(&moments(&[1.0; 2]), &moments(&[2.0; 2])), Some(2.0 / 6.0));
        assert_eq!(welch_p_value(&moments(&[1.0; 2]), &moments(&[1.0; 5])), Some(1.0));
        assert_eq!(welch_p_value(&moments(&[1.0]), &moments(&[1.0; 5])), None);
        // Means 2 and 6 with variances 1 over n = 3: t = 4.899 with four degrees of freedom, whose table has 0.0080.
        let p = welch_p_value(&moments(&[1.0, 2.0, 3.0]), &moments(&[5.0, 6.0, 7.0])).expect("three values");
        assert!((p - 0.0080).abs() < 5e-5, "{p}");
    }
}
