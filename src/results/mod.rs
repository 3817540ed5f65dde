//! A comparison as data: everything that reports are made from, and nothing that depends on the machine. It is merged
//! from [parts](part), and [written to and read back from a folder](folder).
//!
//! Replications and recorded logs may be more than fits into memory. They are [spools](spool): read one value after the
//! other, as often as is wanted, with an error where the temporary file that they lie in cannot be read.

mod bundle;
pub mod difference;
pub mod entry;
pub mod events;
pub mod folder;
mod frames;
pub mod journal;
mod manifest;
pub mod part;
pub mod plan;
mod reading;
pub mod recorded;
pub mod replications;
pub mod shard;
pub mod share;
pub mod single;
pub mod spool;
mod summarise;
pub mod sweep;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::Desk;
use crate::domain::charts::ChartSettings;
use crate::facts::names::Roll;
use crate::kernel::log::Digest;
use crate::metrics::agents::AgentTotals;
use crate::metrics::catalog;
use crate::metrics::collector::Values;
use crate::metrics::comparison::References;
use crate::metrics::numbers::Numbers;
use crate::metrics::precision::{Precision, State};
use crate::metrics::statistics::Estimate;
use crate::metrics::summary::{Paired, Summary};
use crate::metrics::thresholds::{Threshold, Verdict};
use crate::metrics::timeline::Timeline;

pub use manifest::sha256_of;
use plan::Plan;
pub use recorded::Recorded;
use spool::Spool;
use sweep::Sweep;

/// The version of this Stampede.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What a results folder holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Results {
    /// The result of `run` or `compare`.
    Comparison(Box<Comparison>),
    /// The result of `sweep`.
    Sweep(Box<Sweep>),
    /// The result of `plan`.
    Plan(Box<Plan>),
}

/// The result of `run` or `compare`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// What was asked.
    pub setup: Setup,
    /// What produced it. In a folder that is `scenario.toml`, `inputs/` and `manifest.json`.
    #[serde(skip)]
    pub source: Source,
    /// One arm per discipline, in the scenario's order.
    pub arms: Vec<Arm>,
    /// The arms that the others are measured against.
    pub references: References,
    /// Arrivals since the scenario's start, summed over replications.
    pub arrivals: Timeline,
    /// Each threshold, judged, in the scenario's order.
    pub verdicts: Vec<Verdict>,
    /// What the reader should know before trusting the numbers; whole sentences.
    pub warnings: Vec<String>,
}

/// What was asked, as reports repeat it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    /// The scenario's name.
    pub name: String,
    /// Its one-line summary.
    pub summary: String,
    /// SHA-256 of the scenario as it was run (with `--set` and flags applied), in hexadecimal.
    pub scenario_digest: String,
    /// The seed.
    pub seed: u64,
    /// The scenario's start: RFC 9557 civil time with zone, as in `2026-11-23T08:00:00-05:00[America/New_York]`.
    #[serde(with = "as_text")]
    pub start: jiff::ZonedDateTime,
    /// Replications.
    pub replications: u32,
    /// Two-sided confidence of the intervals.
    pub confidence: f64,
    /// What amounts of money are in, if the scenario says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// How precise a mean had to be, which decided how many replications there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<Precision>,
    /// The numbers that each replication yields: those of the catalog, what thresholds ask for besides, and those of
    /// segments.
    #[serde(default, skip_serializing_if = "Numbers::are_the_catalogs")]
    pub numbers: Numbers,
    /// The dimensions of which reports have a table, as scenarios call them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    /// What is held to be true of the desk, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assumptions: Vec<Assumption>,
    /// What charts show.
    #[serde(default, skip_serializing_if = "ChartSettings::are_usual")]
    pub charts: ChartSettings,
    /// The desk.
    pub desk: Arc<Desk>,
    /// The names of the agents, in the scenario's order.
    pub agents: Vec<String>,
    /// The mode of each of them, as scenarios call it, in the same order.
    pub modes: Vec<String>,
    /// Whether an agent books slots; otherwise no calendar is touched.
    pub books_slots: bool,
    /// Whether an agent gives tickets an owner; otherwise technicians pull from their team's queue, or the AI alone works.
    pub sets_owners: bool,
}

/// Something that a scenario holds to be true of the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assumption {
    /// What it is about: `Working hours`.
    pub topic: String,
    /// What is assumed, in whole sentences.
    pub words: String,
}

impl Assumption {
    /// This, about that.
    pub fn new(topic: impl Into<String>, words: impl Into<String>) -> Self {
        Self { topic: topic.into(), words: words.into() }
    }
}

impl Setup {
    /// Whether an agent has this mode.
    pub fn has_mode(&self, name: &str) -> bool {
        self.modes.iter().any(|mode| mode == name)
    }

    /// What a ticket gets where all goes well: an owner, a team (into whose queue it gets), or a result.
    pub fn gain(&self) -> Gain {
        if self.sets_owners {
            Gain::Owner
        } else if self.has_mode("read-only") && !self.has_mode("team-only") {
            Gain::Result
        } else {
            Gain::Team
        }
    }
}

/// What a dispatch gives a ticket; where agents differ, the first of these that one of them gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gain {
    /// An owner, with a slot or without.
    Owner,
    /// A place in a team's queue.
    Team,
    /// The result of the AI's work.
    Result,
}

impl Gain {
    /// What it is called.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Team => "team",
            Self::Result => "result",
        }
    }

    /// What a ticket lacks that does not get it.
    pub fn lacked(self) -> &'static str {
        match self {
            Self::Owner | Self::Team => "an owner",
            Self::Result => "a result",
        }
    }

    /// The label of a measure, which speaks of owners, in words that are true of it. Not for texts with names in them.
    pub fn label(self, label: &str) -> String {
        if self != Self::Result {
            return label.to_owned();
        }
        label
            .replace("an owner or a team", self.lacked())
            .replace("an owner", self.lacked())
            .replace(" to owner", " to result")
            .replace("last owner", "last result")
    }

    /// What a ticket does that gets it.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Owner => "gets an owner",
            Self::Team => "gets into a team's queue",
            Self::Result => "gets its result",
        }
    }
}

/// What produced a comparison.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Source {
    /// The version of Stampede that simulated.
    pub stampede: String,
    /// The effective scenario: a TOML document with the preset, `--set` and flags applied, which yields the same results.
    pub scenario: String,
    /// The overrides as they were given: `--seed 7`, `--set desk.technicians=12`.
    pub overrides: Vec<String>,
    /// The files that the scenario names.
    pub inputs: Vec<Input>,
}

impl Source {
    /// The files that the scenario names, each with its SHA-256.
    pub fn digests(&self) -> Vec<(String, String)> {
        self.inputs.iter().map(|input| (input.name.clone(), input.sha256.clone())).collect()
    }
}

/// A file that a scenario names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its place in a results folder, and what the effective scenario calls it: `inputs/monday.csv`.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Its SHA-256 in hexadecimal, as of when it was read.
    pub sha256: String,
}

/// One discipline's results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arm {
    /// Its name.
    pub name: String,
    /// One summary per number, in the order of [`Setup::numbers`].
    #[serde(skip)]
    pub summaries: Vec<Summary>,
    /// Differences to the baseline, replication by replication, in the order of [`Setup::numbers`]. Empty for the
    /// baseline itself.
    #[serde(skip)]
    pub paired: Vec<Option<Paired>>,
    /// How much longer than each arm before it, in their order, it takes on average to the last owner: those of an arm to all
    /// others are together as sure on either side as the comparison is. `None` where there is no replication with both.
    #[serde(skip)]
    pub behind: Vec<Option<Estimate>>,
    /// One row per replication, in their order.
    #[serde(skip)]
    pub replications: Spool<ReplicationRow>,
    /// Tickets dispatched since the scenario's start, summed over replications.
    pub dispatched: Timeline,
    /// The same tickets against how long they had waited for it; empty in folders that do not have it yet.
    #[serde(default)]
    pub delays: Timeline,
    /// Claims refused since the scenario's start, summed over replications; empty in folders that do not have it yet.
    #[serde(default)]
    pub refused: Timeline,
    /// What each agent did, summed over replications, in the order of [`Setup::agents`].
    pub agents: Vec<AgentTotals>,
    /// The digests of all replications, joined in their order.
    #[serde(skip)]
    pub digest: Digest,
    /// Full logs of the first replications, as many as the scenario asks for, in their order.
    #[serde(skip)]
    pub recorded: Vec<Recorded>,
}

/// One replication's numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplicationRow {
    /// Counts from 0.
    pub replication: u32,
    /// The event log's digest.
    pub digest: Digest,
    /// In the order of [`Setup::numbers`]; `None` where nothing was measured, infinite for a percentile that is never
    /// reached.
    pub values: Values,
}

impl Setup {
    /// The name of an entry of a list of the desk or of the agents. Tickets are the burst's, so there are none here.
    pub fn entry(&self, list: Roll, number: u32) -> Option<&str> {
        let (desk, index) = (&self.desk, number as usize);
        match list {
            Roll::Tickets => None,
            Roll::Technicians => desk.technicians.get(index).map(|technician| &*technician.name),
            Roll::Agents => self.agents.get(index).map(|name| &**name),
            Roll::Teams => desk.teams.get(index).map(|team| &*team.name),
            Roll::Boards => desk.boards.get(index).map(|board| &*board.name),
            Roll::Statuses => desk.statuses.get(index).map(|name| &**name),
            Roll::Categories => desk.categories.get(index).map(|name| &**name),
            Roll::Companies => desk.companies.get(index).map(|name| &**name),
        }
    }

    /// [`Setup::entry`], or the empty text where there is none.
    pub fn name(&self, list: Roll, number: u32) -> &str {
        self.entry(list, number).unwrap_or_default()
    }
}

impl Arm {
    /// The summary of a number of the catalog by its key (`dispatch_delay.p95`).
    pub fn summary(&self, key: &str) -> Option<&Summary> {
        catalog::position(key).and_then(|index| self.summaries.get(index))
    }
}

impl Comparison {
    /// How precise each arm is, where a mean had to be.
    pub fn states(&self, precision: &Precision) -> Vec<State> {
        let position = self.setup.numbers.position(&precision.number);
        let summary = |arm: &Arm| arm.summaries.get(position?).map(|summary| precision.state(summary));
        self.arms.iter().map(|arm| summary(arm).unwrap_or(State::Unmeasured)).collect()
    }

    /// The arm called `name`.
    pub fn arm(&self, name: &str) -> Option<&Arm> {
        self.arms.iter().find(|arm| arm.name == name)
    }

    /// What a threshold was found to be for the arm called `name`.
    pub fn verdict(&self, threshold: &Threshold, name: &str) -> Option<&Verdict> {
        self.verdicts.iter().find(|verdict| verdict.threshold == *threshold && verdict.discipline == name)
    }
}

/// Civil time as the text it prints.
mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(
        at: &jiff::ZonedDateTime,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(at)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<jiff::ZonedDateTime, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}
