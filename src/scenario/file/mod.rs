//! The scenario as it is typed, section by section: what the decoder accepts and the JSON Schema describes.
//!
//! Every field is optional here, so that one problem does not hide the next; what is required is checked when the
//! scenario is resolved, and marked `required` for the schema.

pub mod burst;
pub mod desk;
pub mod discipline;
pub mod dispatch;
pub mod distribution;
pub mod duration;
pub mod experiment;
pub mod number;
pub mod output;
pub mod ranker;
pub mod text;
pub mod triage;

use schemars::JsonSchema;
use serde::Deserialize;

use burst::BurstFile;
use desk::DeskFile;
use discipline::DisciplineFile;
use dispatch::{AgentFile, DispatchFile};
use experiment::{ExperimentFile, ThresholdsFile};
use output::OutputFile;
use ranker::{CalendarFile, RankerFile};
use text::CivilTime;
use triage::TriageFile;

use super::presets::Preset;

/// A Stampede scenario: the burst, the desk it lands on, the disciplines to compare, and what is demanded of them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Scenario")]
#[schemars(extend("if" = { "not": { "required": ["preset"] } }, "then" = { "required": ["discipline"] }))]
pub struct ScenarioFile {
    /// The scenario's name, as reports print it. Without an `output.folder`, results go to a folder of this name below
    /// `results`, with dashes for slashes.
    #[schemars(required, length(min = 1))]
    pub name: Option<String>,
    /// One sentence: what the scenario shows. Default: empty.
    #[schemars(extend("default" = ""))]
    pub summary: Option<String>,
    /// The seed of every random stream. Default: 1.
    #[schemars(extend("default" = 1))]
    pub seed: Option<u64>,
    /// When the scenario starts: civil time in `time_zone`, `YYYY-MM-DDTHH:MM`. Where clocks go back, the first of the
    /// two. Default: 2026-11-23T08:00, a Monday.
    #[schemars(extend("default" = "2026-11-23T08:00"))]
    pub start: Option<CivilTime>,
    /// The IANA time zone of the scenario's civil times, such as "Europe/Berlin". Default: "UTC".
    #[schemars(extend("default" = "UTC"))]
    pub time_zone: Option<String>,
    /// The tickets.
    #[schemars(required)]
    pub burst: Option<BurstFile>,
    /// The technicians, teams and boards.
    #[schemars(required)]
    pub desk: Option<DeskFile>,
    /// Fill in what the scenario leaves out from what a product's documentation says. Default: no preset.
    #[expect(dead_code, reason = "presets are laid before decoding; here a wrong name is refused")]
    pub preset: Option<Preset>,
    /// What a dispatch does. Where there are `[[agent]]`, what they have in common.
    pub dispatch: Option<DispatchFile>,
    /// Dispatch workflows, where there are several. Default: one, named `dispatch`, which does what `[dispatch]` says.
    pub agent: Option<Vec<AgentFile>>,
    /// The triage that tickets pass. Default: none, what tickets say is right from the start.
    pub triage: Option<TriageFile>,
    /// Who ranks technicians, and the simulated AI.
    pub ranker: Option<RankerFile>,
    /// The calendar service.
    pub calendar: Option<CalendarFile>,
    /// The arms of the comparison, one `[[discipline]]` each. Required, unless there is a preset, which has its own.
    #[schemars(length(min = 1))]
    pub discipline: Option<Vec<DisciplineFile>>,
    /// How often the scenario is replayed, and how sure the results have to be.
    pub experiment: Option<ExperimentFile>,
    /// What is demanded of the results. Keys are metrics such as `dispatch_delay`, or `"discipline.metric"` in quotes.
    pub thresholds: Option<ThresholdsFile>,
    /// What is printed, and where the results go.
    pub output: Option<OutputFile>,
}
