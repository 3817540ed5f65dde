//! `[ranker]` and `[calendar]`: the simulated AI and the calendar service.

use schemars::JsonSchema;
use serde::Deserialize;

use super::distribution::{Amount, DistributionFile, Time};
use super::duration::PositiveLength;
use super::number::NonNegative;

/// The simulated AI: what it weighs, how long it takes, what it costs.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Ranker")]
pub struct RankerFile {
    /// Cost of an hour until the slot. Default: 1.0.
    #[schemars(extend("default" = 1.0))]
    pub w_start: Option<NonNegative>,
    /// Cost of a day that is wholly booked. Default: 1.0.
    #[schemars(extend("default" = 1.0))]
    pub w_load: Option<NonNegative>,
    /// Worth of a success rate of one in the ticket's category. Default: 1.0.
    #[schemars(extend("default" = 1.0))]
    pub w_history: Option<NonNegative>,
    /// Cost of each other dispatch that considers the same technician, times the peer awareness. Default: 1.0.
    #[schemars(extend("default" = 1.0))]
    pub w_peers: Option<NonNegative>,
    /// Scale of the noise in the ranking; 0: every dispatch ranks alike. Default: 0.0.
    #[schemars(extend("default" = 0.0))]
    pub temperature: Option<NonNegative>,
    /// How long a ranking takes. Default: lognormal with mean 150s and a coefficient of variation of 0.6.
    #[schemars(extend("default" = { "lognormal": { "mean": "150s", "cv": 0.6 } }))]
    pub latency: Option<DistributionFile<Time>>,
    /// Tokens a ranking uses. Default: 0.
    #[schemars(extend("default" = 0))]
    pub tokens: Option<DistributionFile<Amount>>,
    /// Price of a million tokens, in the reader's currency. Default: 0.
    #[schemars(extend("default" = 0))]
    pub price_per_million_tokens: Option<NonNegative>,
}

/// The calendar service: its latencies and its leases.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Calendar")]
pub struct CalendarFile {
    /// From the snapshot to its arrival at the dispatcher. Default: "0s".
    #[schemars(extend("default" = "0s"))]
    pub read_latency: Option<DistributionFile<Time>>,
    /// A claim's way there and back. Default: "0s".
    #[schemars(extend("default" = "0s"))]
    pub claim_latency: Option<DistributionFile<Time>>,
    /// From the decision until the entry stands in the calendar. Default: "0s".
    #[schemars(extend("default" = "0s"))]
    pub write_latency: Option<DistributionFile<Time>>,
    /// A hold that is not confirmed lapses after this duration, above zero. Default: "2min".
    #[schemars(extend("default" = "2min"))]
    pub lease: Option<PositiveLength>,
}
