//! Whether the thresholds hold at a value of a key: replications doubled until that is decided, with the error split over all
//! decisions that the search can make.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::super::{Experiment, ExperimentError, Options};
use super::smallest::{Smallest, most_tries, smallest};
use crate::metrics::thresholds::{Standing, Threshold};
use crate::results::Comparison;
use crate::results::plan::{self, Answer, Demand, Level, Try};

/// Replications before the first look.
pub(super) const FIRST: u32 = 100;

/// What is sought in a range.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// How many values the range has.
    pub values: usize,
    /// The value at a place, as scenarios write it.
    pub value: &'a dyn Fn(usize) -> String,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Sought {
    /// How sure each decision is.
    pub level: Level,
    /// The values that were tried, in ascending order.
    pub tries: Vec<Try>,
    /// One per discipline.
    pub answers: Vec<Answer>,
}

impl Level {
    /// How sure each decision has to be that all of them together are as sure as the experiment: so many values may be
    /// tried, for so many disciplines with at most so many thresholds each. Half of what there is goes to the last look, at
    /// which most close calls are decided.
    ///
    /// A threshold is decided by one end of an interval, and a wrong decision is a matter of that end alone, so half of what
    /// the interval leaves out counts.
    pub(super) fn of(experiment: &Experiment, tries: usize) -> Self {
        let arms = experiment.arms_held_to_something();
        let thresholds =
            |arm: &String| experiment.scenario.thresholds.iter().filter(|it| it.is_for(arm)).count();
        let thresholds = arms.iter().map(thresholds).max().unwrap_or(0).max(1);
        let looks = looks(experiment.most_replications()).count();
        let demands = (tries * thresholds * arms.len().max(1)) as f64;
        let error = (1.0 - experiment.scenario.experiment.confidence) / demands;
        // To nine decimals, as no more are needed.
        let confidence = |share: f64| ((1.0 - 2.0 * error * share) * 1e9).round() / 1e9;
        let before = 0.5 / (looks - 1).max(1) as f64;
        Self {
            tries: tries as u32,
            looks: looks as u32,
            thresholds: thresholds as u32,
            arms: arms.len() as u32,
            last: confidence(if looks == 1 { 1.0 } else { 0.5 }),
            before: confidence(before),
        }
    }
}

impl Experiment {
    /// The names of the arms, in the scenario's order.
    pub(super) fn arms(&self) -> Vec<String> {
        self.scenario.disciplines.iter().map(|arm| arm.name.clone()).collect()
    }

    /// Those of the arms that some threshold is for.
    pub fn arms_held_to_something(&self) -> Vec<String> {
        let thresholds = &self.scenario.thresholds;
        self.arms().into_iter().filter(|arm| thresholds.iter().any(|it| it.is_for(arm))).collect()
    }
}

/// Replications at each look: doubled from the first on up to the most.
fn looks(most: u32) -> impl Iterator<Item = u32> {
    let doubled = std::iter::successors(Some(FIRST), |done| done.checked_mul(2));
    doubled.take_while(move |&done| done < most).chain([most])
}

/// The smallest value of a range for which each discipline's thresholds hold. `at` makes the experiment at a place, which
/// has the same disciplines and thresholds as `base`; `progress` is told the place and how many replications are done.
///
/// # Errors
/// Those of `at`, and of running the replications.
pub fn seek<E: From<ExperimentError>>(
    asked: Asked<'_>,
    base: &Experiment,
    at: &mut dyn FnMut(usize) -> Result<Experiment, E>,
    options: &Options,
    progress: &mut dyn FnMut(usize, u32),
) -> Result<Sought, E> {
    let level = Level::of(base, most_tries(asked.values));
    let mut tries: BTreeMap<usize, Try> = BTreeMap::new();
    let mut answers = Vec::new();
    for arm in base.arms_held_to_something() {
        let found = smallest(asked.values, &mut |place| {
            let tried = match tries.entry(place) {
                Entry::Occupied(tried) => tried.into_mut(),
                Entry::Vacant(free) => {
                    let mut told = |done| progress(place, done);
                    let (replications, demands) = probe(&mut at(place)?, level, options, &mut told)?;
                    let value = (asked.value)(place);
                    free.insert(Try { place: place as u64, value, replications, demands })
                }
            };
            Ok::<_, E>(tried.standing(&arm) == Standing::Holds)
        })?;
        answers.push(answer(arm, &found, asked.values));
    }
    // As `compare` would judge the answers: with all replications, and with the experiment's own confidence.
    for answer in &mut answers {
        let Some(place) = answer.place else { continue };
        let Some(known) = tries.get_mut(&(place as usize)) else { continue };
        if known.demands.iter().any(|demand| demand.compared.is_none()) {
            let mut told = |done| progress(place as usize, done);
            let comparison = at(place as usize)?.run(options, &mut told)?;
            compared(&mut known.demands, &comparison);
        }
        answer.compared =
            Some(known.demands_of(&answer.discipline).all(|demand| demand.compared == Some(true)));
    }
    Ok(Sought { level, tries: tries.into_values().collect(), answers })
}

/// What trying came to for an arm.
fn answer(arm: String, found: &Smallest, values: usize) -> Answer {
    Answer {
        discipline: arm,
        place: found.answer.map(|place| place as u64),
        exhaustive: found.is_exhaustive(values),
        fails_above: found.fails_above(),
        compared: None,
    }
}

/// Tries an experiment: runs replications until every arm is decided, or there are no more; says how many, and how each
/// threshold stands for each arm.
///
/// A precision that is asked for is not: its place is taken by the decision.
pub(super) fn probe(
    experiment: &mut Experiment,
    level: Level,
    options: &Options,
    progress: &mut dyn FnMut(u32),
) -> Result<(u32, Vec<Demand>), ExperimentError> {
    let most = experiment.most_replications();
    let is_precise = experiment.scenario.precision.take().is_some();
    experiment.scenario.experiment.replications = most;
    let own = experiment.scenario.clone();
    let mut both = own.thresholds.clone();
    both.extend(own.thresholds.iter().map(Threshold::opposite));
    let arms = experiment.arms();
    let mut parts = Vec::new();
    let mut done = 0;
    let mut looks = looks(most);
    loop {
        let until = looks.next().unwrap_or(most);
        parts.push(experiment.run_part(done..until, options, &mut |more| progress(done + more))?);
        done = until;
        experiment.scenario.experiment.replications = done;
        experiment.scenario.experiment.confidence = if done == most { level.last } else { level.before };
        experiment.scenario.thresholds.clone_from(&both);
        let judged = experiment.conclude(parts.clone());
        experiment.scenario.clone_from(&own);
        let mut demands = demands(&own.thresholds, &arms, &judged?, done == most);
        let is_decided = |arm: &String| {
            plan::standing(demands.iter().filter(|demand| demand.discipline == *arm)) != Standing::Undecided
        };
        if done == most {
            if !is_precise {
                compared(&mut demands, &experiment.conclude(parts)?);
            }
            return Ok((done, demands));
        }
        if arms.iter().all(is_decided) {
            return Ok((done, demands));
        }
    }
}

/// How thresholds stand, arm by arm, given the verdicts on them and on their opposites.
fn demands(thresholds: &[Threshold], arms: &[String], judged: &Comparison, is_last: bool) -> Vec<Demand> {
    let mut demands = Vec::new();
    for arm in arms {
        for threshold in thresholds {
            let (own, opposite) =
                (judged.verdict(threshold, arm), judged.verdict(&threshold.opposite(), arm));
            let Some((own, opposite)) = own.zip(opposite) else { continue };
            demands.push(Demand {
                discipline: arm.clone(),
                threshold: threshold.clone(),
                measured: own.measured,
                against: own.judged_by,
                in_favour: opposite.judged_by.map(|bound| threshold.in_favour(bound)),
                judged_on: own.judged_on.clone(),
                standing: threshold.standing(own, opposite, is_last),
                compared: None,
            });
        }
    }
    demands
}

/// Notes what a comparison says of the demands.
fn compared(demands: &mut [Demand], comparison: &Comparison) {
    for demand in demands {
        let verdict = comparison.verdict(&demand.threshold, &demand.discipline);
        demand.compared = verdict.map(|verdict| verdict.holds);
    }
}
