//! From the replications of all arms to what a comparison says: measures across arms, summaries, differences.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::bursts::{Bursts, Ranks};
use super::catalog::{self, MEASURES, Measure, Number, Reference, Taken, Unit};
use super::collector::Values;
use super::numbers::Numbers;
use super::statistics::{Estimate, Moments, holm};
use super::summary::{Paired, Pairs, Summary};

/// The number that the best arm has least of.
pub const MAKESPAN: &str = "makespan";

/// Which arms the others are compared with, by their positions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct References {
    /// The first arm that dispatches one ticket at a time.
    pub one_at_a_time: Option<usize>,
    /// The first arm that dispatches in batches.
    pub batched: Option<usize>,
}

impl References {
    /// The arm that differences are taken to: the one at a time, or else the first.
    pub fn baseline(self) -> usize {
        self.one_at_a_time.unwrap_or(0)
    }

    pub(super) fn arm(self, reference: Reference) -> Option<usize> {
        match reference {
            Reference::OneAtATime => self.one_at_a_time,
            Reference::Batched => self.batched,
        }
    }
}

/// What the replications of an arm come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// One summary per number, in their order.
    pub summaries: Vec<Summary>,
    /// Differences to the baseline, replication by replication, in the same order; empty for the baseline.
    pub paired: Vec<Option<Paired>>,
    /// How much longer than each arm before it, in their order, it takes on average to the last owner, replication by
    /// replication, as the comparison with the best has it.
    pub behind: Vec<Option<Estimate>>,
}

/// The makespans of any two arms, replication by replication: what a comparison with the best goes by.
///
/// With the confidence of the comparison, none of the differences of the best arm to any other is above zero at its lower
/// end; so arms of which one is behind another for sure are not the best. Each difference has α / (k − 1) on that side for the
/// k − 1 arms that an arm is compared with (Bonferroni), which holds however much arms have in common by sharing their
/// bursts.
///
/// Source: J. C. Hsu, "Constrained simultaneous confidence intervals for multiple comparisons with the best", Ann. Statist. 12
/// (1984) 1136–1144; with common random numbers B. L. Nelson and F. J. Matejcik, "Using common random numbers for
/// indifference-zone selection and multiple comparisons in simulation", Management Science 41 (1995) 1935–1945.
#[derive(Clone, Debug)]
struct Behind {
    /// Where makespans are among the numbers.
    position: Option<usize>,
    arms: usize,
    /// Of each arm and each before it.
    pairs: Vec<Pairs>,
}

impl Behind {
    fn new(arms: usize, numbers: &Numbers) -> Self {
        let makespan = |number: Number| number.measure.key == MAKESPAN;
        let pairs = vec![Pairs::default(); arms * arms.saturating_sub(1) / 2];
        Self { position: numbers.all().position(makespan), arms, pairs }
    }

    fn add<'v>(&mut self, values: &(impl Iterator<Item = &'v Values> + Clone)) {
        let Some(position) = self.position else { return };
        let mut pairs = self.pairs.iter_mut();
        for (arm, own) in values.clone().enumerate() {
            for (pairs, other) in pairs.by_ref().take(arm).zip(values.clone()) {
                pairs.add(own[position], other[position]);
            }
        }
    }

    /// The difference of each arm to each before it.
    fn finish(&self, confidence: f64) -> impl Iterator<Item = Vec<Option<Estimate>>> {
        let others = self.arms.saturating_sub(1).max(1) as f64;
        let two_sided = (1.0 - 2.0 * (1.0 - confidence) / others).max(0.0);
        let mut pairs = self.pairs.iter();
        let difference = move |pairs: &Pairs| Some(pairs.difference(two_sided)?.rounded(Unit::Seconds));
        (0..self.arms).map(move |arm| pairs.by_ref().take(arm).map(difference).collect())
    }
}

/// Takes in the replications of all arms, one after the other, and keeps no more of them than it needs in the end.
#[derive(Clone, Debug)]
pub struct Comparing {
    arms: Vec<Running>,
    baseline: usize,
    behind: Behind,
    /// The unit of each number.
    units: Vec<Unit>,
}

/// What is known of an arm so far: one entry per number, in their order.
#[derive(Clone, Debug)]
struct Running {
    columns: Vec<Moments>,
    bursts: Vec<Bursts>,
    /// Empty for the baseline.
    pairs: Vec<Pairs>,
}

impl Comparing {
    /// Compares so many arms by these numbers.
    pub fn new(arms: usize, numbers: &Numbers, references: References) -> Self {
        let baseline = references.baseline();
        let units: Vec<Unit> = numbers.all().map(|number| number.measure.unit).collect();
        let running = |arm| Running {
            columns: vec![Moments::default(); units.len()],
            bursts: vec![Bursts::default(); units.len()],
            pairs: if arm == baseline { Vec::new() } else { vec![Pairs::default(); units.len()] },
        };
        let behind = Behind::new(arms, numbers);
        Self { arms: (0..arms).map(running).collect(), baseline, behind, units }
    }

    /// Takes in the next replication: the values of each arm, those that [`Across`] fills in included.
    pub fn add<'v>(&mut self, values: impl Iterator<Item = &'v Values> + Clone) {
        let Some(base) = values.clone().nth(self.baseline) else { return };
        self.behind.add(&values);
        for (arm, values) in self.arms.iter_mut().zip(values) {
            for ((column, bursts), value) in arm.columns.iter_mut().zip(&mut arm.bursts).zip(values) {
                if let Some(value) = *value {
                    column.add(value);
                    bursts.add(value);
                }
            }
            for ((pairs, value), base) in arm.pairs.iter_mut().zip(values).zip(base) {
                pairs.add(*value, *base);
            }
        }
    }

    /// What the replications come to, arm by arm, without the noise of binary sums.
    pub fn finish(&self, confidence: f64) -> Vec<Compared> {
        let mut ranks: BTreeMap<u32, Ranks> = BTreeMap::new();
        let mut summary = |((column, bursts), &unit): ((&Moments, &Bursts), &Unit)| {
            let ranks = ranks.entry(bursts.count()).or_insert_with(|| Ranks::new(bursts.count(), confidence));
            let over_bursts = bursts.quantiles(ranks);
            Summary { over_bursts, ..Summary::from_moments(column, unit, confidence).rounded(unit) }
        };
        let paired = |(pairs, &unit): (&Pairs, &Unit)| {
            let paired = pairs.paired(confidence)?;
            Some(Paired { difference: paired.difference.rounded(unit), ..paired })
        };
        let compared = |(arm, behind): (&Running, Vec<Option<Estimate>>)| Compared {
            summaries: arm.columns.iter().zip(&arm.bursts).zip(&self.units).map(&mut summary).collect(),
            paired: arm.pairs.iter().zip(&self.units).map(paired).collect(),
            behind,
        };
        let mut compared: Vec<Compared> =
            self.arms.iter().zip(self.behind.finish(confidence)).map(compared).collect();
        for number in 0..self.units.len() {
            correct(&mut compared, number);
        }
        compared
    }
}

/// Corrects how likely the differences of a number are by chance, for there being several.
fn correct(arms: &mut [Compared], number: usize) {
    let mut family: Vec<&mut Paired> =
        arms.iter_mut().filter_map(|arm| arm.paired.get_mut(number)?.as_mut()).collect();
    let corrected = holm(&family.iter().map(|paired| paired.p).collect::<Vec<_>>());
    for (paired, p) in family.iter_mut().zip(corrected) {
        paired.p_holm = p;
    }
}

/// The measures that span arms, as far as the arms they are taken against are there.
pub struct Across(Vec<Span>);

/// One of them.
struct Span {
    /// The position of the number that it follows from, and its own.
    from: usize,
    to: usize,
    /// The arm it is taken against.
    reference: usize,
    follows: fn(f64, f64) -> Option<f64>,
    unit: Unit,
}

impl Across {
    /// For arms with these references.
    pub fn new(references: References) -> Self {
        let span = |measure: &Measure| {
            let Taken::Across { number, with, follows } = measure.taken else { return None };
            let (from, to) = (catalog::position(number)?, catalog::position(measure.key)?);
            Some(Span { from, to, reference: references.arm(with)?, follows, unit: measure.unit })
        };
        Self(MEASURES.iter().filter_map(span).collect())
    }

    /// Fills them in for one replication, given as the values of each arm.
    pub fn fill(&self, arms: &mut [&mut Values]) {
        for Span { from, to, reference, follows, unit } in &self.0 {
            let theirs = arms[*reference][*from];
            for values in arms.iter_mut() {
                let value = values[*from].zip(theirs).and_then(|(own, theirs)| follows(own, theirs));
                values[*to] = value.map(|value| unit.rounded(value));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::catalog::NUMBERS;

    /// One arm's values where only this number was measured.
    fn arm(key: &str, numbers: &[Option<f64>]) -> Vec<Values> {
        let position = catalog::position(key).unwrap();
        let row = |&number| {
            let mut values = vec![None; NUMBERS];
            values[position] = number;
            values
        };
        numbers.iter().map(row).collect()
    }

    /// Fills in the measures that span arms, replication by replication.
    fn fill(arms: &mut [Vec<Values>], references: References) {
        let across = Across::new(references);
        for replication in 0..arms[0].len() {
            let mut values: Vec<&mut Values> = arms.iter_mut().map(|arm| &mut arm[replication]).collect();
            across.fill(&mut values);
        }
    }

    /// What arms come to.
    fn compared(arms: &mut [Vec<Values>], references: References) -> Vec<Compared> {
        fill(arms, references);
        let mut comparing = Comparing::new(arms.len(), &Numbers::default(), references);
        for replication in 0..arms[0].len() {
            comparing.add(arms.iter().map(|arm| &arm[replication]));
        }
        comparing.finish(0.95)
    }

    /// What is found of this measure in each arm.
    fn found(arms: &mut [Vec<Values>], references: References, key: &str) -> Vec<Vec<Option<f64>>> {
        fill(arms, references);
        let position = catalog::position(key).unwrap();
        arms.iter().map(|arm| arm.iter().map(|values| values[position]).collect()).collect()
    }

    #[test]
    fn regret_is_the_later_start_on_the_same_seed() {
        let key = "time_to_start.mean";
        let mut arms = [
            arm(key, &[Some(90.0), Some(50.0), None]),
            arm(key, &[Some(60.0), None, Some(10.0)]),
            arm(key, &[None; 3]),
        ];
        let references = References { one_at_a_time: Some(0), batched: Some(1) };
        assert_eq!(
            found(&mut arms, references, "regret"),
            [vec![Some(30.0), None, None], vec![Some(0.0), None, Some(0.0)], vec![None; 3]]
        );
    }

    #[test]
    fn who_starts_earlier_than_batched_has_a_negative_regret() {
        let key = "time_to_start.mean";
        let mut arms = [arm(key, &[Some(60.0), Some(0.3)]), arm(key, &[Some(45.5), Some(0.1)])];
        let references = References { one_at_a_time: None, batched: Some(0) };
        assert_eq!(found(&mut arms, references, "regret")[1], [Some(-14.5), Some(-0.2)]);
    }

    #[test]
    fn speed_up_is_the_time_of_one_at_a_time_over_the_own_and_needs_both() {
        let arms = || {
            [
                arm("makespan", &[Some(30.0), Some(0.0), None]),
                arm("makespan", &[Some(60.0), Some(8.0), Some(1.0)]),
            ]
        };
        let references = References { one_at_a_time: Some(1), batched: None };
        assert_eq!(
            found(&mut arms(), references, "speed_up"),
            [vec![Some(2.0), None, None], vec![Some(1.0), Some(1.0), Some(1.0)]]
        );
        assert_eq!(found(&mut arms(), References::default(), "speed_up"), [[None; 3], [None; 3]]);
    }

    #[test]
    fn sums_over_replications_have_no_binary_noise() {
        let mut arms = [
            arm("conflict_rate", &[Some(0.1), Some(0.2), Some(0.3)]),
            arm("conflict_rate", &[Some(0.2), Some(0.2), Some(0.2)]),
        ];
        let compared = compared(&mut arms, References::default());
        let rate = catalog::position("conflict_rate").unwrap();
        let own = compared[0].summaries[rate];
        assert_eq!((own.mean.unwrap().mean, own.total), (0.2, 0.6));
        assert_ne!(0.1 + 0.2 + 0.3, 0.6, "or there is no noise to lose");
        assert_eq!(compared[1].paired[rate].unwrap().difference.mean, 0.0);
    }

    #[test]
    fn how_far_each_is_behind_those_before_it_is_known() {
        let column = |numbers: [f64; 4]| arm("makespan", &numbers.map(Some));
        let mut arms = [
            column([10.0, 21.0, 30.0, 41.0]),
            column([12.0, 22.0, 33.0, 43.0]),
            column([11.0, 21.0, 31.0, 41.0]),
        ];
        let compared = compared(&mut arms, References::default());
        let means: Vec<Vec<f64>> =
            compared.iter().map(|arm| arm.behind.iter().map(|it| it.unwrap().mean).collect()).collect();
        assert_eq!(means, [vec![], vec![2.0], vec![0.5, -1.5]]);
        let behind = compared[1].behind[0].unwrap();
        // Differences 2, 1, 3, 2: a standard error of √(2/3) / 2, and t(3) with 2.5 % on a side for two others.
        let (lower, _) = behind.interval.unwrap();
        assert!((lower - (2.0 - 3.182_446 * (2.0_f64 / 3.0).sqrt() / 2.0)).abs() < 2e-6, "{lower}");
    }

    #[test]
    fn a_difference_among_several_is_corrected_for_them() {
        let numbers = |shift: f64| {
            let noise = [0.3, -0.2, 0.1, -0.4, 0.2, 0.1];
            arm("makespan", &noise.map(|noise| Some(100.0 + shift + noise * shift.signum())))
        };
        let plain = arm("makespan", &[Some(100.0); 6]);
        let mut three = [plain.clone(), numbers(0.3), numbers(9.0)];
        let makespan = catalog::position("makespan").unwrap();
        let several = compared(&mut three, References::default());
        let [near, far] = [1, 2].map(|arm| several[arm].paired[makespan].unwrap());
        let (near_p, far_p) = (near.p.unwrap(), far.p.unwrap());
        assert!(far_p < 1e-4 && (0.01..0.1).contains(&near_p), "{near_p} {far_p}");
        assert_eq!((near.p_holm, far.p_holm), (Some(near_p), Some(2.0 * far_p)));
        let alone = compared(&mut three[..2], References::default());
        assert_eq!(alone[1].paired[makespan].unwrap().p_holm, Some(near_p));
    }

    #[test]
    fn differences_are_taken_to_the_baseline_which_has_none_itself() {
        let mut arms =
            [arm("makespan", &[Some(30.0), Some(10.0)]), arm("makespan", &[Some(60.0), Some(20.0)])];
        let references = References { one_at_a_time: Some(1), batched: None };
        let compared = compared(&mut arms, references);
        let makespan = catalog::position("makespan").unwrap();
        let [own, base] = &compared[..] else { panic!("two arms") };
        assert!(base.paired.is_empty());
        assert_eq!(own.paired[makespan].unwrap().difference.mean, -20.0);
        assert_eq!(own.summaries[makespan].total, 40.0);
        // The measures across arms are summed up like the others.
        assert_eq!(own.summaries[catalog::position("speed_up").unwrap()].mean.unwrap().mean, 2.0);
    }
}
