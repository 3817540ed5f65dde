//! `[burst]`: where the tickets come from and what they are.

use schemars::JsonSchema;
use serde::Deserialize;

use super::distribution::{DistributionFile, Time};
use super::duration::{Length, PositiveLength};
use super::number::{Dispersion, NonNegative, Share, Whole};
use super::text::{CivilTime, Weights};

/// The tickets: how many, when, and what they are.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Burst")]
pub struct BurstFile {
    /// How many tickets arrive. Required for `uniform`, `poisson`, `backlog` and `spike`; a profile or a recording
    /// says itself how many.
    pub tickets: Option<Whole<1, 100_000_000>>,
    /// How the tickets arrive: exactly one shape.
    #[schemars(required)]
    pub arrivals: Option<ArrivalsFile>,
    /// How long a ticket's work takes. Default: none, and the replay ends at the booking.
    pub work: Option<DistributionFile<Time>>,
    /// Ticket categories with their weights, at least 0, not all 0. Default: one category, `general`.
    pub categories: Option<Weights>,
    /// Companies with their weights, at least 0, not all 0. Default: one company, `company`.
    pub companies: Option<Weights>,
    /// Boards with their weights, at least 0, not all 0. Default: every ticket arrives at the desk's first board.
    pub boards: Option<Weights>,
    /// Priorities 1 to 9 (1 is the most urgent) with their weights, at least 0, not all 0. Default: all are 3.
    pub priorities: Option<Weights>,
    /// Statuses on arrival with their weights, at least 0, not all 0. Default: all are `New`.
    pub statuses: Option<Weights>,
    /// The share of tickets, 0 to 1, that belong to a pair of duplicates. Default: 0.
    #[schemars(extend("default" = 0.0))]
    pub duplicates: Option<Share>,
}

/// How the tickets arrive: exactly one shape.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Arrivals", extend("minProperties" = 1, "maxProperties" = 1))]
pub struct ArrivalsFile {
    /// A Monday queue: every instant of a stretch alike.
    pub uniform: Option<UniformArrivals>,
    /// A Poisson stream that ends with the last ticket.
    pub poisson: Option<PoissonArrivals>,
    /// Counts by quarter hour, as a history shows them, with their overdispersion.
    pub profile: Option<ProfileArrivals>,
    /// Everything waits when the scenario starts: the after-hours backlog. Written `{ backlog = {} }`.
    pub backlog: Option<BacklogArrivals>,
    /// The clean-up after an outage: most tickets at once, then ever fewer.
    pub spike: Option<SpikeArrivals>,
    /// A recorded burst.
    pub recorded: Option<RecordedArrivals>,
}

/// A Monday queue.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UniformArrivals {
    /// How long tickets keep arriving, from the scenario's start. A duration.
    #[schemars(required)]
    pub over: Option<Length>,
}

/// A Poisson stream.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PoissonArrivals {
    /// The mean time between two tickets. A duration above zero.
    #[schemars(required)]
    pub mean_gap: Option<PositiveLength>,
}

/// Counts by quarter hour.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileArrivals {
    /// The mean number of tickets in each quarter hour from the scenario's start; at least 0, not all 0.
    #[schemars(required, length(min = 1))]
    pub mean_counts: Option<Vec<NonNegative>>,
    /// Variance over mean of the counts; 1 is Poisson. Default: 1.0.
    #[schemars(extend("default" = 1.0))]
    pub dispersion: Option<Dispersion>,
}

/// An after-hours backlog; it has no parameters.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BacklogArrivals {}

/// The clean-up after an outage.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SpikeArrivals {
    /// The mean time from the scenario's start to a ticket. A duration above zero.
    #[schemars(required)]
    pub mean: Option<PositiveLength>,
    /// The share of tickets that come from the first company, 0 to 1, whatever its weight; the others share the rest
    /// by theirs. Default: 0, so that a first company with others beside it has no ticket.
    #[schemars(extend("default" = 0.0))]
    pub same_company: Option<Share>,
}

/// A recorded burst and the part of it to replay.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordedArrivals {
    /// The recording, relative to the scenario's folder.
    #[schemars(required)]
    pub file: Option<String>,
    /// What the file is. Default: "native".
    #[schemars(extend("default" = "native"))]
    pub format: Option<FormatFile>,
    /// Leave out tickets before this civil time. Default: none are.
    pub from: Option<CivilTime>,
    /// Leave out tickets at or after this civil time. Default: none are.
    pub until: Option<CivilTime>,
    /// Leave out rows that cannot be read, and count them, instead of refusing the file. Default: false.
    #[schemars(extend("default" = false))]
    pub skip_bad_rows: Option<bool>,
}

/// The format of a recording.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "RecordingFormat")]
pub enum FormatFile {
    /// Stampede's own CSV.
    Native,
    /// A ServiceNow incident event log.
    ServiceNow,
}
