//! The best of many alternatives: points, each under every discipline, of which those take part whose thresholds hold.

use super::super::{Experiment, ExperimentError, Options};
use super::probe::{FIRST, probe};
use crate::metrics::catalog::{Better, Number};
use crate::metrics::statistics::{Selection, Taken, Zone};
use crate::metrics::thresholds::Standing;
use crate::results::plan::{self, Alternative, Best, Fate, Level};

/// What is sought.
#[derive(Clone, Debug)]
pub struct Choice<'a> {
    /// The number whose mean is to be as good as can be.
    pub number: Number,
    /// The difference that is worth telling.
    pub zone: Zone,
    /// The most replications.
    pub most: u32,
    /// The keys that are varied.
    pub keys: &'a [String],
    /// The values of the keys at each point; at least one.
    pub points: &'a [Vec<String>],
}

/// Chooses the best. `at` makes the experiment at a point, which has the same disciplines and thresholds as `base`;
/// `progress` is told the point and how many replications of it are done.
///
/// # Errors
/// Those of `at`, and of running the replications.
pub fn choose<E: From<ExperimentError>>(
    choice: &Choice<'_>,
    base: &Experiment,
    at: &mut dyn FnMut(usize) -> Result<Experiment, E>,
    options: &Options,
    progress: &mut dyn FnMut(usize, u32),
) -> Result<Best, E> {
    let largest = choice.number.measure.better == Better::Larger;
    let level = (!base.arms_held_to_something().is_empty()).then(|| Level::of(base, choice.points.len()));
    let arms = base.arms();
    let mut alternatives = Vec::new();
    for (point, values) in choice.points.iter().enumerate() {
        let (tried, demands) = match level {
            Some(level) => probe(&mut at(point)?, level, options, &mut |done| progress(point, done))?,
            None => (0, Vec::new()),
        };
        alternatives.extend(arms.iter().map(|arm| {
            let demands: Vec<_> =
                demands.iter().filter(|demand| demand.discipline == *arm).cloned().collect();
            let feasible = plan::standing(demands.iter()) == Standing::Holds;
            let fate = if feasible { Fate::Left } else { Fate::Infeasible };
            Alternative {
                values: values.clone(),
                discipline: arm.clone(),
                tried,
                demands,
                replications: 0,
                mean: None,
                fate,
            }
        }));
    }
    let confidence = base.scenario.experiment.confidence;
    let mut best = Best {
        number: choice.number.key(),
        largest,
        keys: choice.keys.to_vec(),
        level,
        zone: None,
        alternatives,
        chosen: None,
    };
    let mut selection = Selection::new(best.alternatives.len(), FIRST, confidence, choice.zone);
    for index in best.having(|fate| fate != Fate::Left) {
        selection.drop(index);
    }
    select(choice, &mut best, &mut selection, &arms, at, options, progress)?;
    Ok(best)
}

/// Runs replications of whoever is in until one is chosen.
fn select<E: From<ExperimentError>>(
    choice: &Choice<'_>,
    best: &mut Best,
    selection: &mut Selection,
    arms: &[String],
    at: &mut dyn FnMut(usize) -> Result<Experiment, E>,
    options: &Options,
    progress: &mut dyn FnMut(usize, u32),
) -> Result<(), E> {
    let sign = if best.largest { -1.0 } else { 1.0 };
    let rounded = |value| choice.number.measure.unit.rounded_over_replications(value);
    let mut experiments: Vec<Option<Experiment>> = choice.points.iter().map(|_| None).collect();
    while selection.taken() < choice.most && !selection.left().is_empty() {
        let done = selection.taken();
        let until = choice.most.min(done + FIRST.max(done / 2));
        let mut columns: Vec<Vec<Option<f64>>> = vec![Vec::new(); best.alternatives.len()];
        for (point, experiment) in experiments.iter_mut().enumerate() {
            let is_in = |arm: usize| selection.left().contains(&(point * arms.len() + arm));
            if !(0..arms.len()).any(is_in) {
                *experiment = None;
                continue;
            }
            let experiment = match experiment {
                Some(experiment) => experiment,
                none => none.insert(at(point)?),
            };
            let position = experiment.numbers().position(&choice.number);
            let part = experiment.run_part(done..until, options, &mut |more| progress(point, done + more))?;
            for (arm, rows) in part.arms.iter().enumerate().filter(|(arm, _)| is_in(*arm)) {
                let column = &mut columns[point * arms.len() + arm];
                for row in &rows.rows {
                    let row = row.map_err(ExperimentError::from)?;
                    column.push(position.and_then(|position| *row.values.get(position)?));
                }
            }
        }
        for replication in 0..(until - done) as usize {
            let value = |index: usize| columns[index].get(replication).copied().flatten();
            for index in selection.left().to_vec() {
                if value(index).is_none_or(f64::is_infinite) {
                    selection.drop(index);
                    best.alternatives[index].fate = Fate::Unmeasured;
                }
            }
            if selection.left().is_empty() {
                break;
            }
            let before = selection.left().to_vec();
            let taken = selection.take(|index| sign * value(index).unwrap_or_default());
            for index in before {
                let alternative = &mut best.alternatives[index];
                (alternative.replications, alternative.mean) =
                    (selection.taken(), Some(rounded(sign * selection.mean(index))));
                if !selection.left().contains(&index) {
                    alternative.fate = Fate::Worse;
                }
            }
            best.zone = selection.zone().map(rounded);
            match taken {
                Taken::More => {}
                Taken::NoZone => return Ok(()),
                Taken::Chosen(index) => {
                    best.alternatives[index].fate = Fate::Chosen;
                    best.chosen = Some(index);
                    return Ok(());
                }
            }
        }
    }
    Ok(())
}

impl Best {
    /// The alternatives with such a fate.
    fn having(&self, is_meant: impl Fn(Fate) -> bool) -> Vec<usize> {
        let all = self.alternatives.iter().enumerate();
        all.filter(|(_, alternative)| is_meant(alternative.fate)).map(|(index, _)| index).collect()
    }
}
