//! How a scenario is run and where its results go. None of it is simulated, so none of it is in the digest.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use super::document::{Document, KeyPath, Node, Value};

/// What the command line may say as well; there a flag takes the place of the key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Running {
    /// Only these disciplines, by name; all are known. Empty: the command decides.
    pub disciplines: Vec<String>,
    /// Who carries the messages. `None`: the command decides.
    pub engine: Option<EngineName>,
    /// Worker threads, at least 1. `None`: one a core.
    pub threads: Option<u16>,
    /// Where the results go, as seen from the current folder. `None`: the command decides.
    pub folder: Option<PathBuf>,
    /// What is printed on standard output.
    pub format: Format,
    /// No progress and no notes.
    pub quiet: bool,
    /// When colour is used.
    pub color: Color,
}

/// The drivers by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Engine")]
pub enum EngineName {
    /// Every actor with a mailbox of its own.
    Actix,
    /// The same actors, called in a loop.
    Direct,
}

/// What goes to standard output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// A table to read.
    #[default]
    Text,
    /// The content of summary.json.
    Json,
    /// The content of summary.csv.
    Csv,
    /// The text report for a pull request or a page.
    Markdown,
    /// Annotations of a GitHub workflow: crossed thresholds, and a summary.
    Github,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The part of the document that says what is simulated: without the keys that [`Running`] is made of, and without the
/// name of the preset, which has done its work.
pub(super) fn simulated_part(document: &Document) -> Node {
    let mut document = document.clone();
    let experiment = KeyPath::root().key("experiment");
    document.remove(&KeyPath::root().key("output"));
    document.remove(&KeyPath::root().key("preset"));
    for key in ["disciplines", "engine", "threads"] {
        document.remove(&experiment.key(key));
    }
    // A section that had nothing else says as much as none.
    if let Some(Node { value: Value::Table(table), .. }) = document.find(&experiment)
        && table.entries.is_empty()
    {
        document.remove(&experiment);
    }
    document.root
}
