//! `[output]`: what is printed, and where the results go.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::scenario::running::{Color, Format};

/// What is printed, and where the results go. A flag on the command line wins.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Output")]
pub struct OutputFile {
    /// Folder for the results, relative to the folder the program is started in, not to the scenario's; made where it
    /// is missing. Default: results/<scenario name>, and after `run` results/<scenario name>-<discipline>-run.
    #[schemars(length(min = 1))]
    pub folder: Option<String>,
    /// What to print on standard output. Default: "text".
    #[schemars(extend("default" = "text"))]
    pub format: Option<Format>,
    /// No progress and no notes; of the text report only the thresholds that were crossed. Default: false.
    #[schemars(extend("default" = false))]
    pub quiet: Option<bool>,
    /// When to use colour. Default: "auto".
    #[schemars(extend("default" = "auto"))]
    pub color: Option<Color>,
}
