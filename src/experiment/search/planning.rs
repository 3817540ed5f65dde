//! A plan: the question that a scenario asks, answered.

use sha2::{Digest as _, Sha256};

use super::super::{Experiment, ExperimentError, Options, design};
use super::erlang::erlang;
use super::probe::{Asked, seek};
use super::select::{Choice, choose};
use crate::domain::hex::hex;
use crate::metrics::catalog::Number;
use crate::metrics::statistics::Zone;
use crate::results::journal::{Journal, Origin};
use crate::results::plan::{Best, Found, Plan, Smallest};
use crate::results::{Comparison, Setup};
use crate::scenario::{Design, Minimised, Override, Planning, Scenario, Vary};

/// The most replications in which alternatives are compared.
const MOST_COMPARED: u32 = 100_000;

/// How far a plan is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The values that are being tried.
    pub point: String,
    /// How many replications of them are done.
    pub replications: u32,
}

/// The question that a scenario asks, which was narrowed to the disciplines that are to be run.
///
/// # Errors
/// What keeps it from asking one.
pub fn question(scenario: &Scenario) -> Result<&Minimised, String> {
    let minimised = scenario.planning.minimise.as_ref().ok_or(
        "nothing is sought: say what is to be as small as can be, as in --minimise desk.technicians=6..12 or \
         --minimise dispatch_delay.p95, or in the scenario with [plan] and minimise = \"desk.technicians=6..12\"",
    )?;
    let is_run = |name: &String| scenario.disciplines.iter().any(|arm| arm.name == *name);
    let stated = &scenario.thresholds;
    match minimised {
        Minimised::Key(vary) if stated.is_empty() => Err(format!(
            "a plan needs at least one threshold: what has to hold for the smallest {}? Write it in the scenario, as \
             in [thresholds] with dispatch_delay = [\"p(95) < 10min\"]",
            vary.key()
        )),
        Minimised::Key(_)
            if stated.iter().all(|it| it.discipline.as_ref().is_some_and(|name| !is_run(name))) =>
        {
            Err("every threshold is for a discipline that is not run: run it, or write a threshold without a discipline"
                .to_owned())
        }
        Minimised::Number(_) if scenario.planning.vary.is_empty() && scenario.disciplines.len() < 2 => {
            Err("there is one discipline and nothing to choose from: say which keys take which values, as in --vary \
                 desk.technicians=6..12"
                .to_owned())
        }
        Minimised::Key(_) | Minimised::Number(_) => Ok(minimised),
    }
}

/// The points of a choice, as overrides: one without any where no key is varied.
fn points(varied: &[Vary]) -> Vec<Vec<String>> {
    design::points(varied, Design::Grid, 0)
}

/// Answers the [`question`] of the scenario of `base`. `at` makes the experiment of the same
/// scenario with these overrides besides; finished replications are taken from the journal and put there; `progress` is told
/// how far it is.
///
/// # Errors
/// Those of `at`, and of running the replications.
pub fn answer<E: From<ExperimentError>>(
    mut base: Experiment,
    minimised: &Minimised,
    at: &mut dyn FnMut(&[Override]) -> Result<Experiment, E>,
    journal: Option<&Journal>,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Plan, E> {
    let most = base.most_replications();
    let frame = empty(&mut base)?;
    let found = match minimised {
        Minimised::Number(number) => {
            let zone = base.scenario.planning.zone(number.measure.unit);
            let points = Points { at, journal, numbers: vec![number.clone()] };
            Found::Best(best(&base, number, zone, points, options, progress)?)
        }
        Minimised::Key(vary) => {
            let points = Points { at, journal, numbers: Vec::new() };
            Found::Smallest(smallest(&base, vary, points, options, progress)?)
        }
    };
    let setup = Setup { scenario_digest: digest(&base.scenario), replications: most, ..frame.setup };
    let arms = frame.arms.into_iter().map(|arm| arm.name).collect();
    Ok(Plan { setup, source: frame.source, arms, found, warnings: frame.warnings })
}

/// What the plan of an experiment is, for its journal.
pub fn origin(base: &Experiment) -> Origin {
    Origin { scenario: digest(&base.scenario), ..base.origin("plan") }
}

/// The digest of a scenario with its question.
pub fn digest(scenario: &Scenario) -> String {
    let Planning { minimise, vary, indifference } = &scenario.planning;
    let sought = match minimise {
        Some(Minimised::Key(vary)) => format!("{vary:?}"),
        Some(Minimised::Number(number)) => number.key(),
        None => String::new(),
    };
    hex(&Sha256::digest(format!("{} {sought} {vary:?} {indifference:?}", scenario.digest)))
}

/// What can be checked before anything is run, as overrides: the ends of a range, or all points of a choice.
pub fn known_points(scenario: &Scenario) -> Vec<Vec<Override>> {
    let Planning { minimise, vary, .. } = &scenario.planning;
    match minimise {
        Some(Minimised::Key(vary)) => {
            [0, vary.count() - 1].map(|place| vec![vary.set(&vary.value(place))]).into()
        }
        _ => points(vary).iter().map(|values| set(vary, values)).collect(),
    }
}

/// The overrides that give keys their values.
fn set(varied: &[Vary], values: &[String]) -> Vec<Override> {
    varied.iter().zip(values).map(|(vary, value)| vary.set(value)).collect()
}

/// A comparison of no replications, which has all but results.
fn empty(base: &mut Experiment) -> Result<Comparison, ExperimentError> {
    let own = base.scenario.clone();
    base.scenario.precision = None;
    base.scenario.experiment.replications = 0;
    let empty = base.conclude(Vec::new());
    base.scenario = own;
    empty
}

/// How the experiments of a plan are made.
struct Points<'a, E> {
    at: &'a mut dyn FnMut(&[Override]) -> Result<Experiment, E>,
    journal: Option<&'a Journal>,
    /// What is measured besides the catalog.
    numbers: Vec<Number>,
}

impl<E> Points<'_, E> {
    /// The experiment with these overrides, without logs.
    fn at(&mut self, set: &[Override]) -> Result<Experiment, E> {
        let mut experiment = (self.at)(set)?.measuring(self.numbers.clone());
        experiment.scenario.experiment.records = 0;
        Ok(match self.journal {
            Some(journal) => experiment.keeping(journal.clone()),
            None => experiment,
        })
    }
}

/// The smallest value of a key.
fn smallest<E: From<ExperimentError>>(
    base: &Experiment,
    vary: &Vary,
    mut points: Points<'_, E>,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Smallest, E> {
    let values = usize::try_from(vary.count()).unwrap_or(usize::MAX);
    let value = |place: usize| vary.value(place as u64);
    let mut experiment = |place| points.at(&[vary.set(&value(place))]);
    let mut told = |place, replications| {
        progress(Progress { point: format!("{}={}", vary.key(), value(place)), replications });
    };
    let found = seek(Asked { values, value: &value }, base, &mut experiment, options, &mut told)?;
    let (from, to) = (value(0), value(values.saturating_sub(1)));
    let range = from.parse().ok().zip(to.parse().ok());
    Ok(Smallest {
        key: vary.key().to_owned(),
        erlang: erlang(&base.scenario, vary.key(), range),
        from,
        to,
        values: vary.count(),
        level: found.level,
        tries: found.tries,
        answers: found.answers,
    })
}

/// The best by a number.
fn best<E: From<ExperimentError>>(
    base: &Experiment,
    number: &Number,
    zone: Zone,
    mut made: Points<'_, E>,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Best, E> {
    let varied = &base.scenario.planning.vary;
    let keys: Vec<String> = varied.iter().map(|vary| vary.key().to_owned()).collect();
    let points = points(varied);
    let mut experiment = |point: usize| made.at(&set(varied, &points[point]));
    let mut told = |point: usize, replications| {
        let pairs = keys.iter().zip(&points[point]).map(|(key, value)| format!("{key}={value}"));
        progress(Progress { point: pairs.collect::<Vec<_>>().join(", "), replications });
    };
    let choice = Choice { number: number.clone(), zone, most: MOST_COMPARED, keys: &keys, points: &points };
    choose(&choice, base, &mut experiment, options, &mut told)
}
