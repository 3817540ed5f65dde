//! `[desk]`: technicians, teams, boards and working hours.

use schemars::JsonSchema;
use serde::Deserialize;

use super::number::{Share, Whole};
use super::text::{Hours, Named, Span, Weekday};

/// The desk: technicians by count, by team or by name.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Desk")]
pub struct DeskFile {
    /// How many technicians: "Technician 1", "Technician 2" and so on, each in every team. Or list them as
    /// `[[desk.technician]]`, or give each `[[desk.team]]` a count of its own, or name a `technicians_file`.
    pub technicians: Option<Whole<1, 1_000_000>>,
    /// A CSV file with the technicians, relative to the scenario's folder. Columns in any order: `technician`
    /// (required), `teams`, `hours`, `weekdays`, `time_zone`, `history`, `out`, `busy`, `open`.
    pub technicians_file: Option<String>,
    /// A CSV file with the pods, relative to the scenario's folder. Columns in any order: `pod` (required),
    /// `technician`, `hours`, `zone`, `customer`. What contradicts the desk is ignored with a warning. Default: no
    /// pods.
    pub pods: Option<String>,
    /// Working hours, "HH:MM-HH:MM" up to 24:00, or "always". Default: "08:00-17:00".
    #[schemars(extend("default" = "08:00-17:00"))]
    pub hours: Option<Hours>,
    /// Working days. With hours "always": round the clock on these days. Not with `joined_days`. Default: Monday to
    /// Friday, or with hours "always" all days.
    #[schemars(length(min = 1))]
    pub weekdays: Option<Vec<Weekday>>,
    /// Lay this many working days, at most ten years of them, end to end, with no night between them, from the
    /// scenario's start. Default: days follow the calendar.
    pub joined_days: Option<Whole<1, 3653>>,
    /// Take teams, boards and technicians from the recording. Default: false.
    #[schemars(extend("default" = false))]
    pub from_recording: Option<bool>,
    /// The teams. Default: one team, "Service Desk", with everybody in it and one board of the same name.
    pub team: Option<Vec<TeamFile>>,
    /// The technicians by name.
    pub technician: Option<Vec<TechnicianFile>>,
}

/// The technicians behind one or more boards.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Team")]
pub struct TeamFile {
    /// The team's name, unique.
    #[schemars(required, length(min = 1))]
    pub name: Option<String>,
    /// The ticket queues the team serves. Default: one, named like the team.
    #[schemars(length(min = 1))]
    pub boards: Option<Vec<String>>,
    /// How many technicians: "Network 1", "Network 2" and so on. Only without `desk.technicians`,
    /// `desk.technicians_file` and `[[desk.technician]]`.
    pub technicians: Option<Whole<1, 1_000_000>>,
}

/// One technician.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Technician")]
pub struct TechnicianFile {
    /// The technician's name, unique.
    #[schemars(required, length(min = 1))]
    pub name: Option<String>,
    /// The teams the technician is in. Default: all.
    #[schemars(length(min = 1))]
    pub teams: Option<Vec<String>>,
    /// Working hours, "HH:MM-HH:MM" up to 24:00, or "always". Default: the desk's.
    pub hours: Option<Hours>,
    /// Working days. With hours "always", one's own or the desk's: round the clock on these days. Not with
    /// `desk.joined_days`. Default: those that the desk states; if it states none, Monday to Friday, or with hours
    /// "always" all days.
    #[schemars(length(min = 1))]
    pub weekdays: Option<Vec<Weekday>>,
    /// The IANA time zone of the working hours and of `out` and `busy`. Default: the scenario's.
    pub time_zone: Option<String>,
    /// The share of tickets solved, 0 to 1, by category. Default: unknown.
    pub history: Option<Named<Share>>,
    /// When the in/out board shows the technician as out: "HH:MM-HH:MM" on the day on which the scenario starts, or
    /// "2026-11-23T09:00/2026-11-23T10:30". Default: never.
    pub out: Option<Vec<Span>>,
    /// What stands in the calendar already, written like `out`. Default: nothing.
    pub busy: Option<Vec<Span>>,
    /// How many tickets the technician owns already, by status. Default: none.
    pub open: Option<Named<Whole<0, 1_000_000>>>,
}
