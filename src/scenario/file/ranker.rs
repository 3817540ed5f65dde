//! `[ranker]` and `[calendar]`: the rankers, the simulated AI among them, and the calendar service.

use schemars::JsonSchema;
use serde::Deserialize;

use super::distribution::{Amount, DistributionFile, Time};
use super::duration::{Length, PositiveLength};
use super::number::{NonNegative, Share, Whole};

/// Who ranks the technicians, and the simulated AI: what it weighs, how long it takes, what it costs.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Ranker")]
pub struct RankerFile {
    /// Who ranks, unless a discipline says otherwise. Default: "ai".
    #[schemars(extend("default" = "ai"))]
    pub kind: Option<RankerKindFile>,
    /// How long a ranking takes that asks no AI. Default: "1s".
    #[schemars(extend("default" = "1s"))]
    pub rule_latency: Option<DistributionFile<Time>>,
    /// What the AI's provider allows, and how often it fails. Default: everything, never.
    pub provider: Option<ProviderFile>,
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
    /// How long a ranking by the AI takes. Default: lognormal with mean 150s and a coefficient of variation of 0.6.
    #[schemars(extend("default" = { "lognormal": { "mean": "150s", "cv": 0.6 } }))]
    pub latency: Option<DistributionFile<Time>>,
    /// Tokens a ranking uses. Default: 0.
    #[schemars(extend("default" = 0))]
    pub tokens: Option<DistributionFile<Amount>>,
    /// Price of a million tokens, in the reader's currency. Default: 0.
    #[schemars(extend("default" = 0))]
    pub price_per_million_tokens: Option<NonNegative>,
}

/// Who ranks the technicians.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "RankerKind")]
pub enum RankerKindFile {
    /// The simulated AI: lowest cost first.
    Ai,
    /// The next eligible technician in rotation.
    RoundRobin,
    /// Fewest active tickets first.
    LeastLoaded,
    /// Two technicians drawn at random, the better one first.
    TwoChoices,
}

/// What the provider of the AI allows, and how often it fails.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Provider")]
pub struct ProviderFile {
    /// Calls that may begin within any sixty seconds. Default: no limit.
    pub calls_per_minute: Option<Whole<1, 100_000_000>>,
    /// Calls under way at the same time. Default: no limit.
    pub concurrent_calls: Option<Whole<1, 100_000_000>>,
    /// The share of calls that fail, 0 to 1, each after its whole latency. Default: 0.0.
    #[schemars(extend("default" = 0.0))]
    pub failure_rate: Option<Share>,
    /// How often a call is made, the first included, before the dispatch is given up: 1 to 30, as each pause is twice
    /// the last. Default: 3.
    #[schemars(extend("default" = 3))]
    pub max_tries: Option<Whole<1, 30>>,
    /// The pause before the second try, a duration; it doubles with each further one. Default: "2s".
    #[schemars(extend("default" = "2s"))]
    pub back_off: Option<Length>,
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
    /// Calls served at the same time; the others wait. Default: no limit.
    pub concurrent_calls: Option<Whole<1, 100_000_000>>,
}
