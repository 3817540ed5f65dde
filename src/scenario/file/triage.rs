//! `[triage]`: what is found out about a ticket before, and for the summary after, it is dispatched.

use schemars::JsonSchema;
use serde::Deserialize;

use super::distribution::{DistributionFile, Time};
use super::number::Share;

/// The triage that tickets pass, in this order: at least one stage. What a stage that is left out would find out is
/// right from the start.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Triage", extend("minProperties" = 1))]
pub struct TriageFile {
    /// Which company the ticket is from. Default: no such stage.
    pub company: Option<StageFile>,
    /// Urgency, impact and priority. Default: no such stage.
    pub priority: Option<StageFile>,
    /// Which board the ticket belongs to. Default: no such stage.
    pub board: Option<StageFile>,
    /// Who reported the ticket. Default: no such stage.
    pub contact: Option<StageFile>,
    /// Which agreement covers the ticket. Default: no such stage.
    pub agreement: Option<StageFile>,
    /// The summary line, written after the dispatch. Default: no such stage.
    pub summary: Option<SummaryFile>,
}

/// One step of triage.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Stage")]
pub struct StageFile {
    /// How long it takes. Default: "0s".
    #[schemars(extend("default" = "0s"))]
    pub latency: Option<DistributionFile<Time>>,
    /// How often it is wrong, 0 to 1. Default: 0.0.
    #[schemars(extend("default" = 0.0))]
    pub error_rate: Option<Share>,
}

/// The step that writes the summary line.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Summary")]
pub struct SummaryFile {
    /// How long it takes. Default: "0s".
    #[schemars(extend("default" = "0s"))]
    pub latency: Option<DistributionFile<Time>>,
    /// Known only to be refused with its reason.
    #[schemars(skip)]
    pub error_rate: Option<Share>,
}
