//! A sweep: the same experiment at many points, one after the other, all on the same bursts.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sha2::{Digest as _, Sha256};

use super::design;
use super::{Experiment, ExperimentError, Options, Refusal, check};
use crate::domain::hex::hex;
use crate::metrics::catalog::Number;
use crate::metrics::thresholds::Threshold;
use crate::results::journal::{Journal, Origin};
use crate::results::sweep::{Point, PointArm, Sweep, measured};
use crate::results::{Comparison, Setup, Source};
use crate::scenario::{Override, Problem, Registry, Scenario, ScenarioError, Text};

/// What a sweep tells where neither it nor a threshold names a number.
const USUAL: [&str; 2] = ["dispatch_delay.p95", "conflict_rate"];

/// A sweep, ready to run: every point has been loaded and checked.
pub struct Sweeping {
    keys: Vec<String>,
    design: String,
    numbers: Vec<Number>,
    source: Source,
    points: Vec<Prepared>,
}

/// A point before it is run.
struct Prepared {
    values: Vec<String>,
    experiment: Experiment,
}

/// How far a sweep is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Points that are done.
    pub points: usize,
    /// Replications that are done at the point that is being run.
    pub replications: u32,
    /// How many it is to have, as far as is known.
    pub planned: u32,
}

impl Sweeping {
    /// Loads and checks every point of the sweep that `scenario` states, which is what `text` with `overrides` means. It has
    /// been narrowed to the disciplines that are to be run.
    ///
    /// # Errors
    /// Everything that is wrong with any of the points, each problem once, with the first of the points that have it.
    pub fn prepare(scenario: &Scenario, text: &Text, overrides: &[Override]) -> Result<Self, Box<Refusal>> {
        let sweep = &scenario.sweep;
        let keys: Vec<String> = sweep.vary.iter().map(|vary| vary.key().to_owned()).collect();
        let mut wrong = Wrong::default();
        let mut points = Vec::new();
        for values in design::points(&sweep.vary, sweep.design, scenario.seed) {
            let set = sweep.vary.iter().zip(&values).map(|(vary, value)| vary.set(value));
            let overrides: Vec<Override> = overrides.iter().cloned().chain(set).collect();
            let point = Point { values, replications: 0, arms: Vec::new(), verdicts: Vec::new() };
            let name = point.name(&keys);
            match check(text.draft(&overrides, &Registry::default())).map(Scenario::narrowed) {
                Err(refusal) => wrong.refused(*refusal, &name),
                Ok(at_point) => match differs(scenario, &at_point) {
                    Some(sentence) => wrong.told(sentence.to_owned(), &name),
                    None => match Experiment::prepare(at_point) {
                        Err(ExperimentError::Names(problems)) => {
                            wrong.refused(Refusal { scenario: problems, files: Vec::new() }, &name);
                        }
                        Err(error) => {
                            for sentence in error.each() {
                                wrong.told(sentence, &name);
                            }
                        }
                        Ok(experiment) => points.push(Prepared { values: point.values, experiment }),
                    },
                },
            }
        }
        let numbers = numbers(scenario);
        let source = super::source(scenario);
        let source = source.map_err(|error| wrong.files.push(error.to_string())).ok();
        match source.filter(|_| wrong.is_empty()) {
            None => Err(Box::new(wrong.refusal())),
            Some(source) => Ok(Self { keys, design: sweep.design.to_string(), source, points, numbers }
                .each(|experiment, numbers| experiment.measuring(numbers.to_vec()))),
        }
    }

    /// Once `stop` is set, running ends with [`ExperimentError::Stopped`].
    #[must_use]
    pub fn stopping_at(self, stop: &Arc<AtomicBool>) -> Self {
        self.each(|experiment, _| experiment.stopping_at(Arc::clone(stop)))
    }

    /// Takes finished replications from a journal, and puts them there.
    #[must_use]
    pub fn keeping(self, journal: &Journal) -> Self {
        self.each(|experiment, _| experiment.keeping(journal.clone()))
    }

    /// What the sweep is of, for its journal.
    pub fn origin(&self) -> Origin {
        Origin {
            stampede: self.source.stampede.clone(),
            command: "sweep".to_owned(),
            scenario: self.digest(),
            inputs: self.source.digests(),
        }
    }

    /// The sweep with each experiment changed in this way.
    fn each(self, change: impl Fn(Experiment, &[Number]) -> Experiment) -> Self {
        let Self { numbers, points, .. } = self;
        let change = |point: Prepared| Prepared { experiment: change(point.experiment, &numbers), ..point };
        let points = points.into_iter().map(change).collect();
        Self { numbers, points, ..self }
    }

    /// How many points there are.
    pub fn count(&self) -> usize {
        self.points.len()
    }

    /// The digest of the scenario with its points.
    pub fn digest(&self) -> String {
        let mut digest = Sha256::new();
        for point in &self.points {
            digest
                .update(format!("{:?} {:?} {}\n", self.keys, point.values, point.experiment.scenario.digest));
        }
        let numbers: Vec<String> = self.numbers.iter().map(Number::key).collect();
        digest.update(format!("{} {numbers:?}", self.design));
        hex(&digest.finalize())
    }

    /// What produces its results.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The experiments, one per point.
    pub fn experiments(&self) -> impl Iterator<Item = &Experiment> {
        self.points.iter().map(|point| &point.experiment)
    }

    /// Runs every point. `progress` is told how many are done, and how many replications of the next.
    ///
    /// # Errors
    /// As for [`Experiment::run`], of any point.
    pub fn run(
        &self,
        options: &Options,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Sweep, ExperimentError> {
        let mut found: Option<(Setup, Vec<String>)> = None;
        let (mut points, mut notes) = (Vec::new(), Vec::new());
        for Prepared { values, experiment } in &self.points {
            let done = points.len();
            let comparison = experiment.run(options, &mut |replications| {
                let planned = experiment.planned(replications);
                progress(Progress { points: done, replications, planned });
            })?;
            notes.push(comparison.warnings.clone());
            points.push(point(values.clone(), &comparison));
            if found.is_none() {
                let arms = comparison.arms.iter().map(|arm| arm.name.clone()).collect();
                found = Some((comparison.setup, arms));
            }
            progress(Progress { points: done + 1, replications: 0, planned: 0 });
        }
        let (setup, arms) = found.expect("a sweep has points, or it is refused");
        let setup = Setup { scenario_digest: self.digest(), ..setup };
        let mut warnings = gathered(&notes, |place| points[place].name(&self.keys));
        let (measures, unknown): (Vec<&Number>, Vec<&Number>) =
            self.numbers.iter().partition(|number| setup.numbers.position(number).is_some());
        let unmeasured = |number: &&Number| format!("`{}` is measured of no ticket", number.key());
        warnings.extend(unknown.iter().map(unmeasured));
        Ok(Sweep {
            setup,
            source: self.source.clone(),
            keys: self.keys.clone(),
            design: self.design.clone(),
            measures: measures.into_iter().map(Number::key).collect(),
            arms,
            points,
            warnings,
        })
    }
}

/// The numbers that a sweep tells.
fn numbers(scenario: &Scenario) -> Vec<Number> {
    let mut numbers: Vec<Number> = scenario.sweep.numbers().collect();
    if numbers.is_empty() {
        numbers.extend(scenario.thresholds.iter().map(Threshold::number));
    }
    if numbers.is_empty() {
        numbers.extend(crate::metrics::catalog::all().filter(|number| USUAL.contains(&&*number.key())));
    }
    let mut seen = BTreeSet::new();
    numbers.retain(|number| seen.insert(number.key()));
    numbers
}

/// Why a scenario cannot be a point of the sweep of another.
fn differs(scenario: &Scenario, at_point: &Scenario) -> Option<&'static str> {
    let arms =
        |scenario: &Scenario| scenario.disciplines.iter().map(|arm| arm.name.clone()).collect::<Vec<_>>();
    let files = |scenario: &Scenario| {
        scenario.input_files().iter().map(|file| file.typed.clone()).collect::<BTreeSet<_>>()
    };
    if arms(scenario) != arms(at_point) {
        return Some("there the disciplines are others, and all points need the same");
    }
    (files(scenario) != files(at_point))
        .then_some("there the scenario names other files, and the results keep those of one scenario")
}

/// What a comparison comes to as a point of a sweep.
fn point(values: Vec<String>, comparison: &Comparison) -> Point {
    let Setup { numbers, replications, .. } = &comparison.setup;
    let arm = |arm: &crate::results::Arm| PointArm {
        digest: arm.digest,
        numbers: measured(numbers, &arm.summaries),
    };
    Point {
        values,
        replications: *replications,
        arms: comparison.arms.iter().map(arm).collect(),
        verdicts: comparison.verdicts.clone(),
    }
}

/// The notes on all points, each once: with the first point it is about and how many more there are, unless it is about
/// all.
fn gathered(notes: &[Vec<String>], name: impl Fn(usize) -> String) -> Vec<String> {
    let mut seen: Vec<(&String, usize, usize)> = Vec::new();
    for (place, notes) in notes.iter().enumerate() {
        for note in notes {
            match seen.iter_mut().find(|(known, ..)| *known == note) {
                Some((.., count)) => *count += 1,
                None => seen.push((note, place, 1)),
            }
        }
    }
    let told = |(note, first, count): (&String, usize, usize)| match count {
        count if count == notes.len() => note.clone(),
        1 => format!("at {}: {note}", name(first)),
        count => format!("at {} and {} more: {note}", name(first), points_in_words(count - 1)),
    };
    seen.into_iter().map(told).collect()
}

/// `1 point`, `2 points`.
fn points_in_words(count: usize) -> String {
    crate::keys::wording::counted(count as u64, "point")
}

/// What is wrong with points, each thing once.
#[derive(Default)]
struct Wrong {
    problems: Vec<(Problem, String, usize)>,
    files: Vec<String>,
    sentences: Vec<(String, String, usize)>,
}

impl Wrong {
    /// Takes in what is wrong with the point of this name.
    fn refused(&mut self, refusal: Refusal, name: &str) {
        for problem in refusal.scenario.problems {
            let same = |known: &&mut (Problem, String, usize)| {
                let (a, b) = (&known.0, &problem);
                (&a.source.text, &a.span, &a.message) == (&b.source.text, &b.span, &b.message)
            };
            match self.problems.iter_mut().find(same) {
                Some((.., count)) => *count += 1,
                None => self.problems.push((problem, name.to_owned(), 1)),
            }
        }
        refusal.files.into_iter().for_each(|sentence| self.told(sentence, name));
    }

    /// Takes in a sentence on the point of this name.
    fn told(&mut self, sentence: String, name: &str) {
        match self.sentences.iter_mut().find(|(known, ..)| *known == sentence) {
            Some((.., count)) => *count += 1,
            None => self.sentences.push((sentence, name.to_owned(), 1)),
        }
    }

    fn is_empty(&self) -> bool {
        self.problems.is_empty() && self.files.is_empty() && self.sentences.is_empty()
    }

    /// All of it, with the points.
    fn refusal(self) -> Refusal {
        let at = |name: &str, count: usize| match count {
            1 => format!("at {name}"),
            count => format!("at {name} and {} more", points_in_words(count - 1)),
        };
        let problems = self.problems.into_iter().map(|(problem, name, count)| Problem {
            message: format!("{} ({})", problem.message, at(&name, count)),
            ..problem
        });
        let sentences =
            self.sentences.iter().map(|(sentence, name, count)| format!("{}: {sentence}", at(name, *count)));
        let scenario = ScenarioError { problems: problems.collect() };
        Refusal { scenario, files: self.files.iter().cloned().chain(sentences).collect() }
    }
}
