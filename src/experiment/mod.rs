//! Replications: the same bursts under every discipline, a range of them at a time, spread over threads.

mod assumptions;
mod check;
mod design;
mod doubling;
mod memory;
mod notes;
mod running;
pub mod search;
pub mod sweep;
#[cfg(test)]
mod tests;
mod turns;
mod worker;

use std::collections::BTreeMap;
use std::io;
use std::ops::{Range, RangeInclusive};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use sha2::{Digest, Sha256};

use crate::discipline::{DisciplineSettings, Nature};
use crate::domain::settings::{AgentSettings, TriageSettings};
use crate::domain::{Burst, Dimension, Segment};
use crate::engine::{self, Engine, World};
use crate::facts::Fact;
use crate::kernel::log::Observer;
use crate::kernel::stream::Streams;
use crate::keys::Named;
use crate::metrics::catalog::Number;
use crate::metrics::comparison::References;
use crate::metrics::interim::Interim;
use crate::metrics::numbers::Numbers;
use crate::metrics::thresholds::Threshold;
use crate::protocol::agent::{Agent, Agents, Way};
use crate::protocol::trigger::UnknownName;
use crate::protocol::{Rules, Script};
use crate::results::entry::{Expected, Key};
use crate::results::journal::{Journal, Origin};
use crate::results::part::{self, Frame, Part, PartsError};
use crate::results::spool::Store;
use crate::results::{self, Comparison, Input, Setup, Source};
use crate::scenario::{Scenario, ScenarioError};
use crate::workload::{self, Workload, WorkloadError};
pub use check::{Refusal, check};
pub use worker::{Arena, Outcome};

/// How to run an experiment. None of it shows in the results.
#[derive(Clone, Debug)]
pub struct Options {
    /// Who carries the messages.
    pub engine: Engine,
    /// Worker threads; at least one.
    pub threads: usize,
}

/// Why an experiment could not be run to its end.
#[derive(Debug, thiserror::Error)]
pub enum ExperimentError {
    /// The burst or the desk cannot be made.
    #[error(transparent)]
    Workload(#[from] WorkloadError),
    /// Agents or their standing rules name what neither the scenario nor its files know.
    #[error(transparent)]
    Names(#[from] ScenarioError),
    /// An agent that was not read from a scenario names what the desk does not know.
    #[error("{whose}{error}")]
    Agent {
        /// Which agent, where there are several; else empty.
        whose: String,
        /// What it names.
        error: UnknownName,
    },
    /// A worker panicked, with this message: the machine ran out of something, or it is a defect.
    #[error(
        "a worker failed before its replications were done ({0}); unless the machine ran out of something, please report \
         this with the scenario and the seed"
    )]
    Worker(String),
    /// Replications were stopped before all were done: see [`Experiment::stopping_at`].
    #[error("stopped after {done} of {of} replications")]
    Stopped {
        /// How many were done.
        done: u32,
        /// How many there were to do.
        of: u32,
    },
    /// The system has no more threads.
    #[error("cannot start {wanted} worker threads: {cause}; ask for fewer")]
    Threads {
        /// How many were wanted.
        wanted: usize,
        /// The system's word.
        cause: io::Error,
    },
    /// A file that the scenario names cannot be read.
    #[error("cannot read {path}: {cause}")]
    Input {
        /// The file.
        path: PathBuf,
        /// The system's word.
        cause: io::Error,
    },
    /// Replications or logs cannot be put aside.
    #[error(transparent)]
    Aside(#[from] io::Error),
    /// The engine is not in this build.
    #[error(
        "this build has no engine `actix`: build it with the feature `actix`, or run with the engine `direct`"
    )]
    NoEngine,
    /// The parts do not make up the experiment.
    #[error(transparent)]
    Parts(#[from] PartsError),
}

impl ExperimentError {
    /// What is wrong, in sentences.
    pub fn each(&self) -> Vec<String> {
        match self {
            Self::Workload(error) => error.each().iter().map(ToString::to_string).collect(),
            error => vec![error.to_string()],
        }
    }
}

/// A scenario with its desk and its bursts, ready to run.
pub struct Experiment {
    scenario: Scenario,
    workload: Workload,
    agents: Arc<Agents>,
    source: Source,
    stop: Arc<AtomicBool>,
    /// Numbers that are asked for besides those of thresholds.
    asked: Vec<Number>,
    /// Where replications and logs are put aside.
    store: Store,
    /// Where finished replications are kept, and what those of this experiment look like.
    journal: Option<(Journal, Expected)>,
    /// What is told of the replications that are run before all are.
    interim: Option<Arc<Mutex<Interim>>>,
}

impl Experiment {
    /// Reads the files that the scenario names and builds its desk.
    ///
    /// # Errors
    /// What is wrong with the files or the desk; if nothing is, each name that agents state and nobody knows.
    pub fn prepare(scenario: Scenario) -> Result<Self, ExperimentError> {
        let workload = workload::prepare(&scenario.burst, &scenario.desk, &scenario.start)?;
        scenario.meet(workload.desk(), &segments(&workload, &scenario))?;
        let agent = |settings: &AgentSettings| {
            let whose = || match scenario.agents.len() {
                0 | 1 => String::new(),
                _ => format!("agent {:?}: ", settings.name),
            };
            Agent::new(settings, workload.desk())
                .map_err(|error| ExperimentError::Agent { whose: whose(), error })
        };
        let agents = scenario.agents.iter().map(agent).collect::<Result<_, ExperimentError>>()?;
        let agents = Arc::new(Agents::new(agents, workload.desk()));
        let source = source(&scenario)?;
        Ok(Self {
            scenario,
            workload,
            agents,
            source,
            stop: Arc::default(),
            asked: Vec::new(),
            store: Store::default(),
            journal: None,
            interim: None,
        })
    }

    /// Adds each replication that is run to what there is so far; those that a journal has are not run.
    #[must_use]
    pub fn watched(mut self, so_far: Arc<Mutex<Interim>>) -> Self {
        self.interim = Some(so_far);
        self
    }

    /// Once `stop` is set, workers begin no more replications, and running ends with [`ExperimentError::Stopped`].
    #[must_use]
    pub fn stopping_at(mut self, stop: Arc<AtomicBool>) -> Self {
        self.stop = stop;
        self
    }

    /// Measures these numbers besides those of the catalog and of thresholds.
    #[must_use]
    pub fn measuring(mut self, numbers: Vec<Number>) -> Self {
        self.asked = numbers;
        self
    }

    /// Takes the replications that a journal has of this experiment from there, and adds those to it that it runs. What it is
    /// to measure is said before.
    #[must_use]
    pub fn keeping(mut self, journal: Journal) -> Self {
        let expected = Expected {
            key: self.key(),
            arms: self.scenario.disciplines.len(),
            agents: self.agents.len(),
            numbers: self.numbers(),
            records: self.scenario.experiment.records,
        };
        self.journal = Some((journal, expected));
        self
    }

    /// The digest of what decides a replication besides its number. Experiments that differ in how many replications they
    /// have, or in how these are judged, have the same.
    pub fn key(&self) -> Key {
        let arms: Vec<&str> = self.scenario.disciplines.iter().map(|arm| arm.name.as_str()).collect();
        let numbers: Vec<String> = self.numbers().all().map(|number| number.key()).collect();
        let records = self.scenario.experiment.records;
        let decides = (results::VERSION, self.scenario.deciding(), arms, numbers, records, self.inputs());
        Sha256::digest(format!("{decides:?}")).into()
    }

    /// The files that the scenario names, as results folders call them, each with its SHA-256.
    pub fn inputs(&self) -> Vec<(String, String)> {
        self.source.digests()
    }

    /// What produces its results.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// What the command called `command` does with it.
    pub fn origin(&self, command: &str) -> Origin {
        Origin {
            stampede: results::VERSION.to_owned(),
            command: command.to_owned(),
            scenario: self.scenario.digest.clone(),
            inputs: self.inputs(),
        }
    }

    /// Puts replications and logs aside in another place.
    #[cfg(test)]
    pub(crate) fn put_aside_in(&mut self, store: Store) {
        self.store = store;
    }

    /// The numbers that each replication yields.
    pub fn numbers(&self) -> Numbers {
        let Scenario { experiment, thresholds, precision, .. } = &self.scenario;
        let demanded = thresholds.iter().map(Threshold::number);
        let precise = precision.as_ref().map(|precision| precision.number.clone());
        let asked: Vec<Number> = demanded.chain(precise).chain(self.asked.iter().cloned()).collect();
        let all = segments(&self.workload, &self.scenario);
        let is_told = |dimension: Dimension| {
            let is_meant = |number: &Number| {
                number.segment.as_ref().is_some_and(|segment| segment.dimension == dimension)
            };
            let values = all.iter().filter(|segment| segment.dimension == dimension).count();
            TOLD.contains(&values) || experiment.by.contains(&dimension) || asked.iter().any(is_meant)
        };
        let told: Vec<Segment> = all.iter().filter(|segment| is_told(segment.dimension)).cloned().collect();
        Numbers::asked_for(asked).of_segments(told)
    }

    /// The rules of each arm, in the scenario's order.
    pub fn rules(&self) -> Vec<Rules> {
        let rules = |discipline: &DisciplineSettings| Rules {
            desk: Arc::clone(self.workload.desk()),
            agents: Arc::clone(&self.agents),
            triage: self.triage(),
            follow_up: self.scenario.follow_up.clone(),
            ranker: self.scenario.ranker.clone(),
            costs: self.scenario.costs.clone(),
            calendar: self.scenario.calendar.clone(),
            discipline: discipline.clone(),
        };
        self.scenario.disciplines.iter().map(rules).collect()
    }

    /// The triage that tickets pass. Where agents wait for a status that tickets may reach later, they wait there.
    fn triage(&self) -> Option<TriageSettings> {
        let stated = self.scenario.triage.clone();
        stated.or_else(|| self.waits_for_status().then_some(TriageSettings::NOTHING))
    }

    /// Whether tickets can reach the status that an agent waits for after they have arrived.
    fn waits_for_status(&self) -> bool {
        let names_some = |agent: &AgentSettings| !agent.trigger.statuses.is_empty();
        self.workload.changes_statuses() && self.scenario.agents.iter().any(names_some)
    }

    /// The burst of a replication, which counts from 0, with its random streams.
    pub fn script(&self, replication: u32) -> Script {
        let streams = Streams::new(self.scenario.seed, u64::from(replication));
        let mut burst = Burst::default();
        self.workload.burst(&streams, &mut burst);
        Script { burst: Arc::new(burst), streams }
    }

    /// Runs one replication under the arm called `arm` with `observer` watching, and hands it back. `None`: there is no
    /// such arm.
    pub fn watch<O: Observer<Fact>>(&self, arm: &str, replication: u32, observer: O) -> Option<O> {
        let rules = self.rules().into_iter().find(|rules| rules.discipline.name == arm)?;
        World::new(&rules, Engine::Direct).run(&self.script(replication), Some(observer)).observer
    }

    /// How many replications there are, as far as is known after so many: where a mean has to be precise, up to the next
    /// look at it.
    pub fn planned(&self, done: u32) -> u32 {
        let Scenario { experiment, precision, .. } = &self.scenario;
        precision.as_ref().map_or(experiment.replications, |precision| precision.end_of_stage(done))
    }

    /// The most replications that there can be.
    pub fn most_replications(&self) -> u32 {
        let Scenario { experiment, precision, .. } = &self.scenario;
        precision.as_ref().map_or(experiment.replications, |precision| precision.most)
    }

    /// Runs every discipline of the scenario on the same bursts, until a mean is as precise as the scenario asks or as often
    /// as it says. `progress` is told how many replications are done.
    ///
    /// # Errors
    /// [`ExperimentError::NoEngine`] where the engine is not built in; [`ExperimentError::Threads`] where there are not
    /// enough; [`ExperimentError::Aside`] where replications need a temporary file and there is no room for it;
    /// [`ExperimentError::Stopped`] on request; [`ExperimentError::Worker`] where one panics.
    pub fn run(
        &self,
        options: &Options,
        progress: &mut dyn FnMut(u32),
    ) -> Result<Comparison, ExperimentError> {
        let parts = match &self.scenario.precision {
            Some(precision) => doubling::run(self, precision, options, progress)?,
            None => vec![self.run_part(0..self.scenario.experiment.replications, options, progress)?],
        };
        self.conclude(parts)
    }

    /// Runs a range of the replications. `progress` is told how many of them are done. Those that [the journal](
    /// Experiment::keeping) has are not run again.
    ///
    /// What they yield does not stay in memory: it goes to a temporary file, which is gone with the last part or comparison
    /// that reads it.
    ///
    /// # Errors
    /// As for [`Experiment::run`]; and [`ExperimentError::Parts`] where a sealed journal has not all of them.
    pub fn run_part(
        &self,
        replications: Range<u32>,
        options: &Options,
        progress: &mut dyn FnMut(u32),
    ) -> Result<Part, ExperimentError> {
        if !engine::is_built_in(options.engine) {
            return Err(ExperimentError::NoEngine);
        }
        running::run(self, replications, options, progress)
    }

    /// The arms that the others are measured against.
    fn references(&self) -> References {
        let first = |wanted: fn(Nature) -> bool| {
            self.scenario.disciplines.iter().position(|arm| wanted(arm.kind.nature()))
        };
        References {
            one_at_a_time: first(|nature| nature.one_at_a_time),
            batched: first(|nature| nature.together),
        }
    }

    /// The comparison that parts make up, whatever their order and wherever they were cut. Where a mean has to be precise,
    /// there are as many replications as the parts have.
    ///
    /// # Errors
    /// When the parts are not the replications of the scenario, each once, or too few for the precision; when they cannot be
    /// read back.
    pub fn conclude(&self, parts: Vec<Part>) -> Result<Comparison, ExperimentError> {
        let Self { scenario, workload, agents, source, .. } = self;
        let ends = parts.iter().map(|part| part.replications.end);
        let replications = match &scenario.precision {
            Some(_) => ends.max().unwrap_or(0),
            None => scenario.experiment.replications,
        };
        let frame = Frame {
            setup: Setup {
                name: scenario.name.clone(),
                summary: scenario.summary.clone(),
                scenario_digest: scenario.digest.clone(),
                seed: scenario.seed,
                start: scenario.start.clone(),
                replications,
                confidence: scenario.experiment.confidence,
                precision: scenario.precision.clone(),
                currency: scenario.costs.currency.clone(),
                numbers: self.numbers(),
                by: scenario.experiment.by.iter().map(|dimension| dimension.name().to_owned()).collect(),
                assumptions: assumptions::assumptions(scenario, workload.desk()),
                charts: scenario.output.charts.clone(),
                desk: Arc::clone(workload.desk()),
                agents: scenario.agents.iter().map(|agent| agent.name.clone()).collect(),
                modes: scenario.agents.iter().map(|agent| agent.mode.name().to_owned()).collect(),
                books_slots: agents.iter().any(|agent| matches!(agent.way, Way::Slot(_))),
                sets_owners: agents.iter().any(|agent| matches!(agent.way, Way::Slot(_) | Way::Owner(..))),
            },
            source: source.clone(),
            arms: scenario.disciplines.iter().map(|arm| arm.name.clone()).collect(),
            references: self.references(),
            thresholds: scenario.thresholds.clone(),
            warnings: self.notes(),
        };
        let mut comparison = part::merge(frame, parts)?;
        if let Some(precision) = &scenario.precision {
            doubling::conclude(precision, &mut comparison)?;
        }
        Ok(comparison)
    }
}

/// How many values a dimension has whose segments are measured though nobody asks for them.
const TOLD: RangeInclusive<usize> = 2..=12;

/// The segments that tickets can fall into, dimension by dimension.
fn segments(workload: &Workload, scenario: &Scenario) -> Vec<Segment> {
    let agents = scenario.agents.iter().map(|agent| Segment::new(Dimension::Agent, &*agent.name));
    workload.segments().into_iter().chain(agents).collect()
}

/// What produces the comparison: the effective scenario, which finds its files in a folder of its own.
fn source(scenario: &Scenario) -> Result<Source, ExperimentError> {
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
    let mut inputs: Vec<Input> = Vec::new();
    for file in scenario.input_files() {
        if names.contains_key(file.typed.as_str()) {
            continue;
        }
        let last = file.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        // Two files of one name lie in folders with numbers.
        let numbers = (2..).map(|number| format!("inputs/{number}/{last}"));
        let mut free = std::iter::once(format!("inputs/{last}")).chain(numbers);
        let name = free.find(|name| inputs.iter().all(|input| input.name != *name)).unwrap_or_default();
        names.insert(&file.typed, name.clone());
        let sha256 = results::sha256_of(&file.path)
            .map_err(|cause| ExperimentError::Input { path: file.path.clone(), cause })?;
        inputs.push(Input { name, path: file.path.clone(), sha256 });
    }
    let scenario_text = scenario.effective(|typed| names.get(typed).cloned().unwrap_or_default());
    Ok(Source {
        stampede: results::VERSION.to_owned(),
        scenario: scenario_text,
        overrides: scenario.overrides().to_vec(),
        inputs,
    })
}
