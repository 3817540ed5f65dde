//! `[dispatch]` and `[[discipline]]`: what a dispatch does, and how dispatches are kept out of each other's way.

use schemars::JsonSchema;
use serde::Deserialize;

use super::duration::{Length, PositiveLength, SlotLength};
use super::number::{Share, Whole};

/// What a dispatch does.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Dispatch")]
pub struct DispatchFile {
    /// Book a slot with a technician, or only assign the board's team. Default: "owner-and-slot".
    #[schemars(extend("default" = "owner-and-slot"))]
    pub mode: Option<ModeFile>,
    /// Dispatch only tickets that arrive at these boards. Default: all.
    pub boards: Option<Vec<String>>,
    /// Dispatch only tickets that arrive in these statuses. A ticket of which no status is recorded is "New".
    /// Default: all.
    pub statuses: Option<Vec<String>>,
    /// Dispatch only tickets of these companies. Default: all.
    pub companies: Option<Vec<String>>,
    /// Never dispatch tickets of these companies, whatever the other lists say. Default: none.
    pub excluded_companies: Option<Vec<String>>,
    /// A slot's length: a duration from 1min to 8h. Default: "30min".
    #[schemars(extend("default" = "30min"))]
    pub slot: Option<SlotLength>,
    /// Free time kept between two calendar entries: a duration. Default: "10min".
    #[schemars(extend("default" = "10min"))]
    pub buffer: Option<Length>,
    /// No slot starts earlier than this after the decision: a duration. Default: "10min".
    #[schemars(extend("default" = "10min"))]
    pub lead: Option<Length>,
    /// Slots start at multiples of this duration after the scenario's start. Default: at any instant.
    pub grid: Option<PositiveLength>,
    /// No slot starts later than this after the decision: a duration above zero. Default: "24h".
    #[schemars(extend("default" = "24h"))]
    pub horizon: Option<PositiveLength>,
    /// After the last attempt has lost, take the first free slot of the second working day. Default: false.
    #[schemars(extend("default" = false))]
    pub second_day: Option<bool>,
}

/// What a dispatch does.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Mode")]
pub enum ModeFile {
    /// Assign a technician and book a slot.
    OwnerAndSlot,
    /// Assign the board's team; technicians pull from its queue.
    TeamOnly,
}

/// One arm of the comparison.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Discipline")]
pub struct DisciplineFile {
    /// How concurrent dispatches are controlled.
    #[schemars(required)]
    pub kind: Option<KindFile>,
    /// The arm's name, unique: small letters, digits and hyphens. Default: the kind.
    #[schemars(regex(pattern = "^[a-z0-9-]+$"))]
    pub name: Option<String>,
    /// How many dispatches run at the same time. Default: no limit. Not for `sequential`, which runs one.
    pub concurrency: Option<Whole<1, 100_000_000>>,
    /// Ranked picks behind the primary, tried in order when a claim is refused. Default: 3.
    #[schemars(extend("default" = 3))]
    pub alternatives: Option<Whole<0, 10_000>>,
    /// Passes of read, rank and claim before a ticket is left unassigned. Default: 5.
    #[schemars(extend("default" = 5))]
    pub max_attempts: Option<Whole<1, 10_000>>,
    /// How much the ranker heeds what its peers consider, 0 to 1. Default: 1 for `parallel`, else 0.
    pub peer_awareness: Option<Share>,
}

/// How concurrent dispatches are controlled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "DisciplineKind")]
pub enum KindFile {
    /// One at a time.
    Sequential,
    /// All at once, nothing protects the slot.
    UnsafeParallel,
    /// All at once, the slot is held the moment it is picked.
    Parallel,
}
