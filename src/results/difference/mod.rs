//! What differs between two comparisons, a baseline and a later run: the scenario, the events, every number with how sure
//! the difference is, and the thresholds.

mod keys;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;

use super::{Arm, Comparison};
use crate::metrics::catalog::{Better, Number, Unit};
use crate::metrics::contrast::{Contrast, Contrasted};
use crate::metrics::statistics::{Estimate, holm};
use crate::metrics::thresholds::Verdict;
use crate::metrics::tolerance::Tolerances;
use crate::named;
pub use keys::KeyChange;

named! {
    /// Which replications of two runs are compared with which.
    pub enum Pairing {
        /// Each with the one of the same number: both runs have the same seed and the same arrivals.
        Bursts = "bursts",
        /// Each with the one of the same number: both runs have the same seed, though not the same arrivals.
        Seed = "seed",
        /// None with any: the seeds differ, and the means are compared as those of independent samples (Welch's t).
        None = "none",
    }
}

named! {
    /// What has become of a number.
    pub enum Effect {
        /// No replication differs.
        Same = "same",
        /// It differs by no more than chance makes it.
        Chance = "chance",
        /// It differs, and is not tested: it is no row of the reports, and no threshold and no tolerance is about it.
        Untested = "untested",
        /// It differs, and too few replications measured it in both runs to tell whether by chance.
        Untold = "untold",
        /// It differs by more than chance, and neither is better.
        Changed = "changed",
        /// It is better by more than chance.
        Better = "better",
        /// It is worse by more than chance, and not by more than is tolerated.
        Worse = "worse",
        /// It is worse by more than chance and the tolerance.
        Regressed = "regressed",
    }
}

/// What differs between two comparisons.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The scenario's name in the baseline, and now.
    pub names: [String; 2],
    /// The version of Stampede that made the baseline, and the later run.
    pub versions: [String; 2],
    /// The replications of the baseline, and of the later run.
    pub replications: [u32; 2],
    /// The confidence of the later run, with which everything is judged.
    pub confidence: f64,
    /// Which replications are compared with which.
    pub pairing: Pairing,
    /// The keys of the scenario that differ, and the files that it names.
    pub keys: Vec<KeyChange>,
    /// The disciplines of both, in the order of the later run.
    pub arms: Vec<ArmDifference>,
    /// The disciplines of the baseline alone, and of the later run alone.
    pub arms_of_one: [Vec<String>; 2],
    /// The keys of the numbers of the baseline alone, and of the later run alone.
    pub numbers_of_one: [Vec<String>; 2],
    /// Thresholds that held in the baseline and are crossed now, as they are judged now.
    pub crossed: Vec<Verdict>,
    /// Thresholds that were crossed in the baseline and hold now.
    pub mended: Vec<Verdict>,
    /// How many differences were tested at once.
    pub tested: usize,
}

/// What differs under one discipline.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmDifference {
    /// Its name.
    pub name: String,
    /// Of how many pairs of replications the event logs differ; `None` without pairs.
    pub logs: Option<u32>,
    /// One row per number that both runs have, in the order of the files.
    pub rows: Vec<Row>,
}

/// One number under one discipline.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The number.
    pub number: Number,
    /// Its mean in the baseline; `None`: nothing was measured.
    pub before: Option<Estimate>,
    /// Its mean now.
    pub after: Option<Estimate>,
    /// How far apart they are, and how sure that is.
    pub contrast: Contrasted,
    /// The probability of as large a difference by chance, corrected for all that are tested; `None`: it is not tested.
    pub p: Option<f64>,
    /// What has become of it.
    pub effect: Effect,
}

impl Row {
    /// Not judged yet.
    fn new(number: Number, [before, after]: [Option<Estimate>; 2], contrast: Contrasted) -> Self {
        let mut row = Self { number, before, after, contrast, p: None, effect: Effect::Same };
        let unit = row.unit();
        row.contrast.difference = contrast.difference.map(|difference| difference.rounded(unit));
        row
    }

    /// The unit of the difference.
    pub fn unit(&self) -> Unit {
        if self.contrast.of_never { Unit::Share } else { self.number.measure.unit }
    }
}

impl Difference {
    /// What differs in `after` from `before`.
    ///
    /// # Errors
    /// When the replications of one cannot be read.
    pub fn between(before: &Comparison, after: &Comparison, tolerances: &Tolerances) -> io::Result<Self> {
        let keys = keys::changes(&before.source, &after.source);
        let both: BTreeMap<String, [usize; 2]> = common(before, after);
        let pairing = match (before.setup.seed == after.setup.seed, before.arrivals == after.arrivals) {
            (false, _) => Pairing::None,
            // With other numbers of replications the sums differ, though each burst may be the same.
            (true, false) if keys.iter().any(KeyChange::is_simulated) => Pairing::Seed,
            (true, false) if before.setup.replications == after.setup.replications => Pairing::Seed,
            (true, _) => Pairing::Bursts,
        };
        let confidence = after.setup.confidence;
        let mut arms = Vec::new();
        for arm in &after.arms {
            if let Some(base) = before.arm(&arm.name) {
                let numbers: Vec<Number> =
                    after.setup.numbers.all().filter(|it| both.contains_key(&it.key())).collect();
                let places: Vec<[usize; 2]> = numbers.iter().map(|number| both[&number.key()]).collect();
                let contrasts =
                    numbers.iter().map(|it| Contrast::new(it.measure.better, tolerances.of(it))).collect();
                let (logs, contrasts) = contrasted(base, arm, &places, contrasts, pairing != Pairing::None)?;
                let rows =
                    numbers.into_iter().zip(places).zip(contrasts).map(|((number, places), contrast)| {
                        let means = [base.summaries[places[0]].mean, arm.summaries[places[1]].mean];
                        Row::new(number, means, contrast.finish(confidence))
                    });
                arms.push(ArmDifference { name: arm.name.clone(), logs, rows: rows.collect() });
            }
        }
        let demanded: Vec<Number> = [before, after]
            .into_iter()
            .flat_map(|c| &c.verdicts)
            .map(|verdict| verdict.threshold.number())
            .collect();
        let is_tested = |number: &Number| {
            let is_row = number.measure.rows.iter().any(|(_, aggregate)| *aggregate == number.aggregate);
            is_row || demanded.contains(number) || tolerances.is_about(number)
        };
        let tested = judge(&mut arms, 1.0 - confidence, is_tested);
        let was = |verdict: &Verdict| {
            let same =
                |old: &&Verdict| old.threshold == verdict.threshold && old.discipline == verdict.discipline;
            before.verdicts.iter().find(same).map(|old| old.holds)
        };
        let turned = |holds: bool| {
            let all = after.verdicts.iter();
            all.filter(|it| it.holds == holds && was(it) == Some(!holds)).cloned().collect()
        };
        let only = |of: &Comparison, other: &Comparison| {
            let names = of.arms.iter().map(|arm| &arm.name).filter(|name| other.arm(name).is_none());
            names.cloned().collect()
        };
        let numbers = |of: &Comparison| {
            let keys = of.setup.numbers.all().map(|number| number.key());
            keys.filter(|key| !both.contains_key(key)).collect()
        };
        let two = |of: fn(&Comparison) -> String| [of(before), of(after)];
        Ok(Self {
            names: two(|c| c.setup.name.clone()),
            versions: two(|c| c.source.stampede.clone()),
            replications: [before.setup.replications, after.setup.replications],
            confidence,
            pairing,
            keys,
            arms,
            arms_of_one: [only(before, after), only(after, before)],
            numbers_of_one: [numbers(before), numbers(after)],
            crossed: turned(false),
            mended: turned(true),
            tested,
        })
    }

    /// The numbers that regressed, each with the name of its discipline.
    pub fn regressed(&self) -> impl Iterator<Item = (&str, &Row)> {
        let rows = self.arms.iter().flat_map(|arm| arm.rows.iter().map(|row| (arm.name.as_str(), row)));
        rows.filter(|(_, row)| row.effect == Effect::Regressed)
    }

    /// Whether a number regressed or a threshold that held is crossed now.
    pub fn is_regression(&self) -> bool {
        !self.crossed.is_empty() || self.regressed().next().is_some()
    }

    /// Whether the scenario says the same of what is simulated, and its files are the same.
    pub fn is_same_scenario(&self) -> bool {
        !self.keys.iter().any(KeyChange::is_simulated)
    }

    /// The disciplines whose events differ.
    pub fn moved(&self) -> impl Iterator<Item = &ArmDifference> {
        self.arms.iter().filter(|arm| arm.logs.is_some_and(|logs| logs > 0))
    }

    /// Whether nothing differs but, perhaps, the version that simulated.
    pub fn is_nothing(&self) -> bool {
        let arms = || self.arms.iter();
        self.keys.is_empty()
            && self.replications[0] == self.replications[1]
            && self.arms_of_one.iter().chain(&self.numbers_of_one).all(Vec::is_empty)
            && arms().all(|arm| arm.logs == Some(0))
            && arms().flat_map(|arm| &arm.rows).all(|row| row.effect == Effect::Same)
            && self.crossed.is_empty()
            && self.mended.is_empty()
    }
}

/// The places of the numbers that both have, by their keys.
fn common(before: &Comparison, after: &Comparison) -> BTreeMap<String, [usize; 2]> {
    let places = |c: &Comparison| -> BTreeMap<String, usize> {
        c.setup.numbers.all().enumerate().map(|(place, number)| (number.key(), place)).collect()
    };
    let old = places(before);
    places(after).into_iter().filter_map(|(key, new)| Some((key.clone(), [*old.get(&key)?, new]))).collect()
}

/// Takes in all replications of a discipline in both runs; with how many pairs have other event logs, where there are pairs.
fn contrasted(
    before: &Arm,
    after: &Arm,
    places: &[[usize; 2]],
    mut contrasts: Vec<Contrast>,
    paired: bool,
) -> io::Result<(Option<u32>, Vec<Contrast>)> {
    let mut logs = 0;
    if paired {
        for (old, new) in before.replications.iter().zip(after.replications.iter()) {
            let (old, new) = (old?, new?);
            logs += u32::from(old.digest != new.digest);
            for (contrast, &[from, to]) in contrasts.iter_mut().zip(places) {
                contrast.add_pair(old.values[from], new.values[to]);
            }
        }
        return Ok((Some(logs), contrasts));
    }
    for row in &before.replications {
        let row = row?;
        for (contrast, &[from, _]) in contrasts.iter_mut().zip(places) {
            contrast.add_before(row.values[from]);
        }
    }
    for row in &after.replications {
        let row = row?;
        for (contrast, &[_, to]) in contrasts.iter_mut().zip(places) {
            contrast.add_after(row.values[to]);
        }
    }
    Ok((None, contrasts))
}

/// Says of each number what has become of it, with this probability at most of being wrong about any of them. Returns how
/// many were tested: of those that are to be, all that both runs measured, but for what stayed the same with all events of
/// its discipline.
fn judge(arms: &mut [ArmDifference], alpha: f64, is_tested: impl Fn(&Number) -> bool) -> usize {
    let mut rows: Vec<&mut Row> = Vec::new();
    for arm in arms {
        let is_moved = arm.logs != Some(0);
        for row in arm.rows.iter_mut().filter(|row| is_moved || !row.contrast.is_same) {
            if is_tested(&row.number) && row.contrast.p.is_some() {
                rows.push(row);
            } else if !row.contrast.is_same {
                row.effect = if row.contrast.p.is_some() { Effect::Untested } else { Effect::Untold };
            }
        }
    }
    let corrected = |of: fn(&Row) -> Option<f64>| holm(&rows.iter().map(|row| of(row)).collect::<Vec<_>>());
    let differs = corrected(|row| row.contrast.p);
    let worse = corrected(|row| row.contrast.p_worse.or(Some(1.0)));
    let tested = rows.len();
    for ((row, p), worse) in rows.into_iter().zip(differs).zip(worse) {
        row.p = p;
        let up = row.contrast.difference.is_some_and(|difference| difference.mean > 0.0);
        row.effect = match row.number.measure.better {
            _ if row.contrast.is_same => Effect::Same,
            Better::Smaller | Better::Larger if worse.is_some_and(|worse| worse <= alpha) => {
                Effect::Regressed
            }
            _ if p.is_none_or(|p| p > alpha) => Effect::Chance,
            Better::Neither => Effect::Changed,
            Better::Smaller if up => Effect::Worse,
            Better::Larger if !up => Effect::Worse,
            Better::Smaller | Better::Larger => Effect::Better,
        };
    }
    tested
}
