//! One number in two runs: by how much it differs, how sure that is, and whether it is worse by more than is tolerated.

use super::statistics::{Basis, Estimate, Moments, Support, welch_half_width, welch_p_value};
use super::tolerance::Tolerance;
use super::units::Better;

/// What two runs measured of a number. Replications are taken in as pairs, where both runs had the same random numbers,
/// or apart.
#[derive(Clone, Copy, Debug)]
pub struct Contrast {
    better: Better,
    tolerance: Tolerance,
    /// Of pairs: later run minus baseline, and by how much it is worse than tolerated.
    paired: Sides,
    /// Apart: the baseline, and the later run.
    apart: [Sides; 2],
    /// Pairs of which one side only measured something, or which differ.
    unlike: u32,
}

/// Sums of the same replications, each seen in three ways.
#[derive(Clone, Copy, Debug, Default)]
struct Sides {
    /// Values, or differences, as far as they are finite.
    value: Moments,
    /// How bad that is, tolerance taken into account: the later run is worse where its mean is larger.
    harm: Moments,
    /// 1 for each that is "never".
    never: Moments,
}

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contrasted {
    /// Later run minus baseline; of the share of replications that are never, where that is what differs. `None` where
    /// one of the two measured nothing.
    pub difference: Option<Estimate>,
    /// Whether the difference is one of shares of replications that are "never".
    pub of_never: bool,
    /// Whether no replication differs, or apart, whether both runs have the same mean and spread.
    pub is_same: bool,
    /// How likely chance alone makes as large a difference; `None` where too few replications were run to tell.
    pub p: Option<f64>,
    /// How likely chance alone makes it as much worse than tolerated; 1 where it is not. `None` where too few were run to
    /// tell, or neither is better.
    pub p_worse: Option<f64>,
}

impl Contrast {
    /// Nothing taken in yet.
    pub fn new(better: Better, tolerance: Tolerance) -> Self {
        Self { better, tolerance, paired: Sides::default(), apart: [Sides::default(); 2], unlike: 0 }
    }

    /// Takes in what both runs measured in a replication.
    pub fn add_pair(&mut self, before: Option<f64>, after: Option<f64>) {
        self.unlike += u32::from(before != after);
        let (Some(before), Some(after)) = (before, after) else { return };
        let never = |value: f64| f64::from(u8::from(value.is_infinite()));
        self.paired.never.add(never(after) - never(before));
        if before.is_finite() && after.is_finite() {
            self.paired.value.add(after - before);
            self.paired.harm.add(self.sign() * (after - before) - self.tolerance.around(before));
        }
    }

    /// Takes in what the baseline measured in a replication that has no partner.
    pub fn add_before(&mut self, value: Option<f64>) {
        self.add_apart(0, value);
    }

    /// Takes in what the later run measured in a replication that has no partner.
    pub fn add_after(&mut self, value: Option<f64>) {
        self.add_apart(1, value);
    }

    fn add_apart(&mut self, side: usize, value: Option<f64>) {
        let Some(value) = value else { return };
        let tolerated = if side == 0 { self.tolerance.around(value) } else { 0.0 };
        let harm = self.sign() * value + tolerated;
        let Sides { value: values, harm: harms, never } = &mut self.apart[side];
        never.add(f64::from(u8::from(value.is_infinite())));
        if value.is_finite() {
            values.add(value);
            harms.add(harm);
        }
    }

    fn sign(&self) -> f64 {
        if self.better == Better::Larger { -1.0 } else { 1.0 }
    }

    /// What comes of it, with intervals of this confidence.
    pub fn finish(&self, confidence: f64) -> Contrasted {
        let (difference, of_never, is_same, p, harm) = if self.paired.never.count() > 0 || self.unlike > 0 {
            self.pairs(confidence)
        } else {
            self.samples(confidence)
        };
        let p_worse = match (self.better, harm) {
            (Better::Neither, _) | (_, None) => None,
            (_, Some((mean, _))) if mean <= 0.0 => Some(1.0),
            (_, Some((_, p))) => p,
        };
        Contrasted { difference, of_never, is_same, p, p_worse }
    }

    fn pairs(&self, confidence: f64) -> Parts {
        let Sides { value, harm, never } = &self.paired;
        let of_never = never.above_zero() > 0 || never.least().is_some_and(|least| least < 0.0);
        let (values, harms) = if of_never { (never, never) } else { (value, harm) };
        let worse = harms.mean().map(|mean| (mean, harms.p_value()));
        let difference = values.estimate(Support::Difference, confidence);
        (difference, of_never, self.unlike == 0, values.p_value(), worse)
    }

    fn samples(&self, confidence: f64) -> Parts {
        let [before, after] = &self.apart;
        let of_never = before.never.mean() != after.never.mean();
        let of = |sides: &Sides| if of_never { sides.never } else { sides.value };
        let harm = |sides: &Sides| if of_never { sides.never } else { sides.harm };
        let (first, second) = (of(before), of(after));
        let difference = first.mean().zip(second.mean()).map(|(first_mean, second_mean)| {
            let mean = second_mean - first_mean;
            match welch_half_width(&first, &second, confidence) {
                Some(half) => Estimate::around(mean, half),
                None => Estimate { mean, interval: None, basis: Basis::Single },
            }
        });
        let is_same = (first.count(), first.mean(), first.variance())
            == (second.count(), second.mean(), second.variance());
        let (harm_before, harm_after) = (harm(before), harm(after));
        let worse = harm_before.mean().zip(harm_after.mean());
        let worse = worse.map(|(first, second)| (second - first, welch_p_value(&harm_before, &harm_after)));
        (difference, of_never, is_same, welch_p_value(&first, &second), worse)
    }
}

/// The difference, whether it is of shares that are never, whether there is none, its probability, and the harm with its
/// probability.
type Parts = (Option<Estimate>, bool, bool, Option<f64>, Option<(f64, Option<f64>)>);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::catalog::NEVER;

    fn pairs(better: Better, tolerance: Tolerance, change: impl Fn(u32) -> (f64, f64)) -> Contrasted {
        let mut contrast = Contrast::new(better, tolerance);
        for replication in 0..200 {
            let (before, after) = change(replication);
            contrast.add_pair(Some(before), Some(after));
        }
        contrast.finish(0.95)
    }

    /// A burst that is worth 100 to 110, and changes by `by` or one more.
    fn moved(by: f64) -> impl Fn(u32) -> (f64, f64) {
        move |n| {
            let before = 100.0 + f64::from(n % 11);
            (before, before + by + f64::from(n % 2))
        }
    }

    #[test]
    fn worse_is_what_the_measure_calls_worse_and_only_beyond_the_tolerance() {
        let tolerance = Tolerance { relative: 0.02, absolute: 0.0 };
        for (better, by, tolerance, is_worse) in [
            (Better::Smaller, 1.0, Tolerance::default(), true),
            (Better::Smaller, 1.0, tolerance, false),
            (Better::Smaller, 5.0, tolerance, true),
            (Better::Smaller, -5.0, Tolerance::default(), false),
            (Better::Larger, 5.0, Tolerance::default(), false),
            (Better::Larger, -5.0, tolerance, true),
            (Better::Larger, -5.0, Tolerance { relative: 0.0, absolute: 6.0 }, false),
        ] {
            let found = pairs(better, tolerance, moved(by));
            let p = found.p_worse.unwrap();
            assert_eq!(p < 0.001, is_worse, "{better:?} by {by}: {found:?}");
            assert!(found.p.unwrap() < 0.001 && !found.is_same);
            let mut apart = Contrast::new(better, tolerance);
            for (before, after) in (0..200).map(moved(by)) {
                apart.add_before(Some(before));
                apart.add_after(Some(after));
            }
            let apart = apart.finish(0.95);
            assert_eq!(apart.p_worse.unwrap() < 0.001, is_worse, "apart, {better:?} by {by}: {apart:?}");
            let [apart_by, by] = [apart, found].map(|found| found.difference.unwrap());
            assert!((apart_by.mean - by.mean).abs() < 1e-9);
            assert!(apart_by.width() > by.width(), "pairs are closer");
        }
        assert_eq!(pairs(Better::Neither, Tolerance::default(), moved(5.0)).p_worse, None);
    }

    #[test]
    fn what_is_the_same_is_said_to_be_so() {
        let same = pairs(Better::Smaller, Tolerance::default(), |n| (f64::from(n), f64::from(n)));
        assert!(same.is_same && same.p == Some(1.0) && same.p_worse == Some(1.0));
        // Noise that moves no mean for sure.
        let noise = |n: u32| (0.0, [1.0, -1.0][n as usize % 2]);
        let noise = pairs(Better::Smaller, Tolerance::default(), noise);
        assert!(!noise.is_same && noise.p == Some(1.0));
    }

    #[test]
    fn one_replication_tells_nothing_for_sure() {
        let mut contrast = Contrast::new(Better::Smaller, Tolerance::default());
        contrast.add_pair(Some(1.0), Some(2.0));
        let found = contrast.finish(0.95);
        assert_eq!((found.p, found.p_worse, found.is_same), (None, None, false));
        assert_eq!(found.difference, Some(Estimate::single(1.0)));
    }

    #[test]
    fn what_is_never_oftener_is_worse() {
        let never = |n: u32| (5.0, if n.is_multiple_of(10) { NEVER } else { 5.0 });
        let found = pairs(Better::Smaller, Tolerance::default(), never);
        assert!(found.of_never && found.p_worse.unwrap() < 0.001, "{found:?}");
        assert!((found.difference.unwrap().mean - 0.1).abs() < 1e-12);
        // As often as before: what is finite counts.
        let both = |n: u32| if n.is_multiple_of(10) { (NEVER, NEVER) } else { moved(5.0)(n) };
        let found = pairs(Better::Smaller, Tolerance::default(), both);
        assert!(!found.of_never && found.p_worse.unwrap() < 0.001, "{found:?}");
    }

    #[test]
    fn nothing_measured_is_no_difference() {
        let mut contrast = Contrast::new(Better::Smaller, Tolerance::default());
        contrast.add_pair(None, Some(2.0));
        contrast.add_pair(None, None);
        let found = contrast.finish(0.95);
        assert_eq!((found.difference, found.p, found.is_same), (None, None, false));
    }
}
