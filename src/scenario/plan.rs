//! A scenario that is known to make sense.

use jiff::ZonedDateTime;

use super::effective::Effective;
use super::names;
use super::overrides;
use super::planning::Planning;
use super::running::{Output, Running};
use super::sweep::Sweep;
use crate::discipline::DisciplineSettings;
use crate::domain::settings::{
    AgentSettings, BurstPlan, CalendarSettings, CostSettings, DeskPlan, ExperimentSettings, FollowUpSettings,
    RankerSettings, TriageSettings,
};
use crate::domain::{Desk, Segment};
use crate::keys::{InputFile, Place, ScenarioError};
use crate::metrics::precision::Precision;
use crate::metrics::thresholds::Threshold;

/// A scenario that is known to make sense. Two are equal if all of this is; the document they came from does not count.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The name.
    pub name: String,
    /// What it shows, in one sentence; may be empty.
    pub summary: String,
    /// The seed of every random stream.
    pub seed: u64,
    /// Simulated time zero, in the scenario's time zone.
    pub start: ZonedDateTime,
    /// The tickets.
    pub burst: BurstPlan,
    /// The desk.
    pub desk: DeskPlan,
    /// The agents, in order; at least one.
    pub agents: Vec<AgentSettings>,
    /// The triage that tickets pass. `None`: what they say is right from the start.
    pub triage: Option<TriageSettings>,
    /// The workflow that follows each dispatch, if there is one.
    pub follow_up: Option<FollowUpSettings>,
    /// The simulated AI.
    pub ranker: RankerSettings,
    /// What things cost.
    pub costs: CostSettings,
    /// The calendar service.
    pub calendar: CalendarSettings,
    /// The arms of the comparison; at least one.
    pub disciplines: Vec<DisciplineSettings>,
    /// How often, and how surely.
    pub experiment: ExperimentSettings,
    /// How precise a mean has to be. `None`: there are as many replications as [`ExperimentSettings`] says.
    pub precision: Option<Precision>,
    /// What is demanded.
    pub thresholds: Vec<Threshold>,
    /// How to run it.
    pub running: Running,
    /// What a sweep varies.
    pub sweep: Sweep,
    /// What a plan looks for.
    pub planning: Planning,
    /// What is printed, and where the results go.
    pub output: Output,
    /// SHA-256, in hexadecimal, of the effective document: the file with its preset below it and the overrides set, as
    /// JSON with sorted keys and no white space. The keys behind [`Running`], [`Sweep`], [`Planning`] and [`Output`] are not part of it. Of files
    /// that the scenario names, the name is, without its folder, but not the content.
    pub digest: String,
    pub(super) effective: Effective,
}

impl Scenario {
    /// The scenario as a TOML file that runs as it is and yields the same results: its preset laid under it, all
    /// overrides set. What says how to run it is left out, but for the choice of disciplines and what charts show. `rename` says what to
    /// write instead of the path of an input file, which it is given as it was typed.
    pub fn effective(&self, rename: impl Fn(&str) -> String) -> String {
        self.effective.toml(rename)
    }

    /// The files that the scenario names.
    pub fn input_files(&self) -> &[InputFile] {
        &self.effective.files
    }

    /// What is wrong with the names that agents, their standing rules and thresholds state, as far as only the files could
    /// tell, now that the desk is made and it is known into which segments tickets fall.
    ///
    /// # Errors
    /// Each name that is unknown, with its place.
    pub(crate) fn meet(&self, desk: &Desk, segments: &[Segment]) -> Result<(), ScenarioError> {
        let document = self.effective.document();
        let problems = document
            .map(|document| names::unknown_to(document, &[], (&self.desk, &self.burst), desk, segments))
            .unwrap_or_default();
        if problems.is_empty() { Ok(()) } else { Err(ScenarioError { problems }) }
    }

    /// The overrides that have a part in the results, as they were given: `--set desk.technicians=12`.
    pub fn overrides(&self) -> &[String] {
        &self.effective.overrides
    }

    /// The digest of what decides each replication by itself: as [`Scenario::digest`], but without the scenario's name, the
    /// section `[experiment]` and the thresholds.
    pub fn deciding(&self) -> String {
        self.effective.deciding()
    }

    /// The scenario with only those disciplines that it says are to be run.
    #[must_use]
    pub fn narrowed(mut self) -> Self {
        let names = &self.running.disciplines;
        self.disciplines.retain(|arm| names.is_empty() || names.contains(&arm.name));
        self
    }

    /// The thresholds, each with where it was stated.
    pub fn stated_thresholds(&self) -> impl Iterator<Item = (&Threshold, &Place)> {
        self.thresholds.iter().zip(&self.effective.places)
    }

    /// One replication, recorded, of the first discipline that is to be run. Thresholds are for means over many bursts, so
    /// of those only what `--threshold` demands is left, as whoever types it means this burst.
    #[must_use]
    pub fn single(self) -> Self {
        let mut scenario = self.narrowed();
        scenario.disciplines.truncate(1);
        scenario.experiment.replications = 1;
        scenario.experiment.records = 1;
        scenario.precision = None;
        let stated = scenario.thresholds.into_iter().zip(scenario.effective.places);
        (scenario.thresholds, scenario.effective.places) =
            stated.filter(|(_, place)| overrides::is_demand(&place.source)).unzip();
        if let Some(arm) = scenario.disciplines.first() {
            scenario.effective.narrow(&arm.name);
            scenario.digest = scenario.effective.digest();
        }
        scenario
    }
}
