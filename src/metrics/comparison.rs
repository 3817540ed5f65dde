//! From the replications of all arms to what a comparison says: measures across arms, summaries, differences.

use serde::{Deserialize, Serialize};

use super::catalog::{self, MEASURES, Reference, Taken, Unit};
use super::collector::Values;
use super::numbers::Numbers;
use super::summary::{Paired, Summary};

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
}

/// Compares arms. Each is given as its replications' values, in the order of `numbers`; the replications are those of the
/// same seeds, in the same order. Fills in the measures that span arms, then sums up, without the noise of binary sums.
pub fn compare(
    arms: &mut [Vec<&mut Values>],
    numbers: &Numbers,
    references: References,
    confidence: f64,
) -> Vec<Compared> {
    across(arms, references);
    let column = |arm: usize, number: usize| arms[arm].iter().map(move |values| values[number]);
    let baseline = references.baseline();
    let difference = |arm: usize, number: usize, unit: Unit| {
        let paired = Paired::of(column(arm, number), column(baseline, number), confidence)?;
        Some(Paired { difference: paired.difference.rounded(unit), ..paired })
    };
    let units: Vec<Unit> = numbers.all().map(|number| number.measure.unit).collect();
    let numbered = || units.iter().copied().enumerate();
    (0..arms.len())
        .map(|arm| Compared {
            summaries: numbered()
                .map(|(number, unit)| Summary::of(column(arm, number), unit, confidence).rounded(unit))
                .collect(),
            paired: if arm == baseline {
                Vec::new()
            } else {
                numbered().map(|(number, unit)| difference(arm, number, unit)).collect()
            },
        })
        .collect()
}

/// Fills in the measures that span arms, where the arm they are taken against is there.
fn across(arms: &mut [Vec<&mut Values>], references: References) {
    for measure in MEASURES {
        let Taken::Across { number, with, follows } = measure.taken else { continue };
        let (Some(from), Some(to)) = (catalog::position(number), catalog::position(measure.key)) else {
            continue;
        };
        let Some(reference) = references.arm(with) else { continue };
        let theirs: Vec<Option<f64>> = arms[reference].iter().map(|values| values[from]).collect();
        for rows in arms.iter_mut() {
            for (values, theirs) in rows.iter_mut().zip(&theirs) {
                let value = values[from].zip(*theirs).and_then(|(own, theirs)| follows(own, theirs));
                values[to] = value.map(|value| measure.unit.rounded(value));
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

    /// What is found of this measure in each arm.
    fn found(arms: &mut [Vec<Values>], references: References, key: &str) -> Vec<Vec<Option<f64>>> {
        let mut rows: Vec<Vec<&mut Values>> = arms.iter_mut().map(|arm| arm.iter_mut().collect()).collect();
        across(&mut rows, references);
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
        let mut rows: Vec<Vec<&mut Values>> = arms.iter_mut().map(|arm| arm.iter_mut().collect()).collect();
        let compared = compare(&mut rows, &Numbers::default(), References::default(), 0.95);
        let rate = catalog::position("conflict_rate").unwrap();
        let own = compared[0].summaries[rate];
        assert_eq!((own.mean.unwrap().mean, own.total), (0.2, 0.6));
        assert_ne!(0.1 + 0.2 + 0.3, 0.6, "or there is no noise to lose");
        assert_eq!(compared[1].paired[rate].unwrap().difference.mean, 0.0);
    }

    #[test]
    fn differences_are_taken_to_the_baseline_which_has_none_itself() {
        let mut arms =
            [arm("makespan", &[Some(30.0), Some(10.0)]), arm("makespan", &[Some(60.0), Some(20.0)])];
        let mut rows: Vec<Vec<&mut Values>> = arms.iter_mut().map(|arm| arm.iter_mut().collect()).collect();
        let compared = compare(
            &mut rows,
            &Numbers::default(),
            References { one_at_a_time: Some(1), batched: None },
            0.95,
        );
        let makespan = catalog::position("makespan").unwrap();
        let [own, base] = &compared[..] else { panic!("two arms") };
        assert!(base.paired.is_empty());
        assert_eq!(own.paired[makespan].unwrap().difference.mean, -20.0);
        assert_eq!(own.summaries[makespan].total, 40.0);
        // The measures across arms are summed up like the others.
        assert_eq!(own.summaries[catalog::position("speed_up").unwrap()].mean.unwrap().mean, 2.0);
    }
}
