//! What a comparison yields: everything that reports are made from, and nothing that depends on the machine.

pub mod events;

use std::sync::Arc;

use crate::domain::settings::Mode;
use crate::domain::{Burst, Desk};
use crate::facts::Record;
use crate::facts::names::List;
use crate::kernel::log::Digest;
use crate::metrics::summary::{Paired, Summary};
use crate::metrics::thresholds::Verdict;
use crate::metrics::timeline::Timeline;
use crate::metrics::workflow::Workflow;

/// The result of `run` or `compare`.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// What was asked.
    pub setup: Setup,
    /// One arm a discipline, in the scenario's order.
    pub arms: Vec<Arm>,
    /// Arrivals since the scenario's start, summed over replications.
    pub arrivals: Timeline,
    /// Each threshold, judged, in the scenario's order.
    pub verdicts: Vec<Verdict>,
    /// What the reader should know before trusting the numbers; whole sentences.
    pub warnings: Vec<String>,
}

/// What was asked, as reports repeat it.
#[derive(Clone, Debug)]
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
    pub start: jiff::Zoned,
    /// Replications.
    pub replications: u32,
    /// Two-sided confidence of the intervals.
    pub confidence: f64,
    /// The desk.
    pub desk: Arc<Desk>,
    /// The names of the dispatch workflows, in the scenario's order.
    pub agents: Vec<String>,
    /// What a dispatch of each of them does, in the same order.
    pub modes: Vec<Mode>,
    /// Whether a workflow books slots; otherwise no calendar is touched.
    pub books_slots: bool,
    /// Whether a workflow gives tickets an owner; otherwise technicians pull from their team's queue.
    pub sets_owners: bool,
}

/// One discipline's results.
#[derive(Clone, Debug)]
pub struct Arm {
    /// Its name.
    pub name: String,
    /// One summary a measure, in the order of the catalog.
    pub summaries: Vec<Summary>,
    /// Differences to the baseline, replication by replication, in the order of the catalog. Empty for the
    /// baseline itself, which is the first sequential arm or else the first arm.
    pub paired: Vec<Option<Paired>>,
    /// One row a replication, in their order.
    pub replications: Vec<ReplicationRow>,
    /// Tickets dispatched since the scenario's start, summed over replications.
    pub dispatched: Timeline,
    /// What each workflow did, summed over replications, in the order of [`Setup::agents`].
    pub workflows: Vec<Workflow>,
    /// The digests of all replications, joined in their order.
    pub digest: Digest,
    /// Full logs of the first replications, as many as the scenario asks for.
    pub recorded: Vec<Recorded>,
}

/// One replication's numbers.
#[derive(Clone, Debug)]
pub struct ReplicationRow {
    /// Counts from 0.
    pub replication: u32,
    /// The event log's digest.
    pub digest: Digest,
    /// In the order of the catalog; `None` where nothing was measured.
    pub values: Vec<Option<f64>>,
}

/// The full log of one replication.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Counts from 0.
    pub replication: u32,
    /// The tickets.
    pub burst: Arc<Burst>,
    /// Everything that happened.
    pub records: Arc<[Record]>,
}

impl Setup {
    /// The name of an entry of a list of the desk or of the agents. Tickets are the burst's, so there are none here.
    pub fn entry(&self, list: List, number: u32) -> Option<&str> {
        let (desk, index) = (&self.desk, number as usize);
        match list {
            List::Tickets => None,
            List::Technicians => desk.technicians.get(index).map(|technician| &*technician.name),
            List::Agents => self.agents.get(index).map(|name| &**name),
            List::Teams => desk.teams.get(index).map(|team| &*team.name),
            List::Boards => desk.boards.get(index).map(|board| &*board.name),
            List::Statuses => desk.statuses.get(index).map(|name| &**name),
            List::Categories => desk.categories.get(index).map(|name| &**name),
            List::Companies => desk.companies.get(index).map(|name| &**name),
        }
    }

    /// [`Setup::entry`], or the empty text where there is none.
    pub fn name(&self, list: List, number: u32) -> &str {
        self.entry(list, number).unwrap_or_default()
    }
}

impl Arm {
    /// The summary of a measure by its key (`dispatch_delay.p95`).
    pub fn summary(&self, key: &str) -> Option<&Summary> {
        crate::metrics::catalog::position(key).map(|index| &self.summaries[index])
    }
}
