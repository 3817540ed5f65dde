//! Scenarios: TOML files in, validated plans out, or every problem of the file at once.
//!
//! What was typed (`file`) and what it means ([`Scenario`]) are two types. A document is read into a tree that knows
//! where each value was written, flags are set in it, the tree is decoded, and the decoded values are checked
//! against each other.

mod decode;
mod document;
mod error;
mod file;
mod overrides;
mod presets;
mod resolve;
mod running;
mod schema;

use std::path::Path;
use std::sync::Arc;

use jiff::Zoned;
use sha2::{Digest, Sha256};
use toml::de::DeTable;

use crate::domain::hex::hex;
use crate::domain::settings::{
    AgentSettings, BurstPlan, CalendarSettings, DeskPlan, DisciplineSettings, ExperimentSettings,
    RankerSettings, TriageSettings,
};
use crate::metrics::thresholds::Threshold;
use document::{Document, Node, Origin, Reader, Value};

pub use error::{Problem, ScenarioError, Source};
pub use running::{Color, EngineName, Format, Running};
pub use schema::json_schema;

/// A scenario that is known to make sense.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The name.
    pub name: String,
    /// What it shows, in one sentence; may be empty.
    pub summary: String,
    /// The seed of every random stream.
    pub seed: u64,
    /// Simulated time zero, in the scenario's time zone.
    pub start: Zoned,
    /// The tickets.
    pub burst: BurstPlan,
    /// The desk.
    pub desk: DeskPlan,
    /// The dispatch workflows, in order; at least one.
    pub agents: Vec<AgentSettings>,
    /// The triage that tickets pass. `None`: what they say is right from the start.
    pub triage: Option<TriageSettings>,
    /// The simulated AI.
    pub ranker: RankerSettings,
    /// The calendar service.
    pub calendar: CalendarSettings,
    /// The arms of the comparison; at least one.
    pub disciplines: Vec<DisciplineSettings>,
    /// How often, and how surely.
    pub experiment: ExperimentSettings,
    /// What is demanded.
    pub thresholds: Vec<Threshold>,
    /// How to run it.
    pub running: Running,
    /// SHA-256, in hexadecimal, of the effective document: the file with its preset below it and the overrides set, as
    /// JSON with sorted keys and no white space. The keys behind [`Running`] are not part of it, nor are files that the scenario names.
    pub digest: String,
}

/// A value from the command line that takes the place of one in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// A dotted path into the document: `burst.tickets`, `discipline.parallel.alternatives`. Elements of a list are
    /// named, else numbered from 0, else all are meant.
    pub key: String,
    /// A TOML value; what is none is taken as a string.
    pub value: String,
    /// The flag it came from: `--set`, `--seed`.
    pub origin: String,
}

/// The scenario in the file at `path`, with `overrides` set in it.
///
/// # Errors
/// Everything that is wrong with the file, its values and the overrides.
pub fn load(path: &Path, overrides: &[Override]) -> Result<Scenario, ScenarioError> {
    let name = path.display().to_string();
    let refuse = |text: &str, span, message: String, expected: &str, help: Option<&str>| {
        let source =
            Arc::new(Source { name: name.clone(), text: text.to_owned(), is_flag: false, is_preset: false });
        let (expected, help) = (expected.to_owned(), help.map(str::to_owned));
        Err(ScenarioError { problems: vec![Problem { source, span, message, expected, help }] })
    };
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(_) if path.is_dir() => {
            return refuse("", None, "this is a folder".to_owned(), "expected a scenario file", None);
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let help = Some("check the path and the folder you are in");
            return refuse("", None, "there is no such file".to_owned(), "", help);
        }
        Err(error) => {
            return refuse("", None, "the file cannot be read".to_owned(), &error.to_string(), None);
        }
    };
    match std::str::from_utf8(&bytes) {
        Ok(text) => parse(text, &name, path.parent().unwrap_or(Path::new("")), overrides),
        Err(error) => {
            // The text before the bad byte is enough to show the place, with the byte replaced.
            let start = error.valid_up_to();
            let end_of_line =
                bytes[start..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |to| start + to);
            let shown = String::from_utf8_lossy(&bytes[..end_of_line]);
            refuse(
                &shown,
                Some(start..start + '\u{fffd}'.len_utf8()),
                format!("byte {:#04x} at offset {start} is not UTF-8", bytes[start]),
                "expected UTF-8 text",
                Some("save the file as UTF-8"),
            )
        }
    }
}

/// The scenario in `text`, with `overrides` set in it. Messages call the text `file_name`; files that it names are
/// looked for in `folder`.
///
/// # Errors
/// Everything that is wrong with the text, its values and the overrides.
pub fn parse(
    text: &str,
    file_name: &str,
    folder: &Path,
    overrides: &[Override],
) -> Result<Scenario, ScenarioError> {
    let source = Arc::new(Source {
        name: file_name.to_owned(),
        text: text.to_owned(),
        is_flag: false,
        is_preset: false,
    });
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut problems: Vec<Problem> = errors.iter().map(|error| syntax_problem(&source, error)).collect();
    if !problems.is_empty() {
        return Err(failure(problems, &[source]));
    }
    let root = Reader { source: (0, &source), offset: 0, problems: &mut problems }.table(table.get_ref());
    let origin = Origin { source: 0, span: 0..0 };
    let mut document = Document { root: Node { value: Value::Table(root), origin }, sources: vec![source] };
    // What the preset brings can be set by flags, so it has to be there before them.
    let (preset, overrides): (Vec<_>, Vec<_>) = overrides.iter().partition(|typed| typed.key == "preset");
    overrides::apply(&mut document, &preset, &mut problems);
    let laid = presets::lay(&mut document, &mut problems);
    overrides::apply(&mut document, &overrides, &mut problems);
    if let Some(laid) = laid {
        laid.finish(&mut document);
    }
    let simulated = running::simulated_part(&document).canonical_json() + &document.order_of_weights();
    let digest = hex(&Sha256::digest(simulated));
    let file = decode::decode(&mut document, &mut problems);
    let scenario = file.and_then(|file| resolve::resolve(&document, &file, folder, digest, &mut problems));
    match scenario {
        Some(scenario) if problems.is_empty() => Ok(scenario),
        _ => Err(failure(problems, &document.sources)),
    }
}

/// A syntax error as a problem.
fn syntax_problem(source: &Arc<Source>, error: &toml::de::Error) -> Problem {
    let span = error.span().unwrap_or(0..0);
    if error.message().starts_with("string values must be quoted")
        && source.text.get(span.clone()).is_some_and(|text| text.trim().is_empty())
    {
        return Problem {
            source: Arc::clone(source),
            span: Some(span),
            message: "not valid TOML: a value is missing".to_owned(),
            expected: "expected a value such as \"text\", 3, true or [1, 2]".to_owned(),
            help: None,
        };
    }
    let (message, expected) = error.message().split_once(", expected ").map_or_else(
        || (error.message().replace('\n', " "), String::new()),
        |(message, expected)| (message.to_owned(), format!("expected {expected}")),
    );
    Problem {
        source: Arc::clone(source),
        span: Some(span),
        message: format!("not valid TOML: {message}"),
        expected,
        help: None,
    }
}

/// The problems in the order of the file, then of the flags; a flag that is wrong for every element of a list is
/// reported once.
fn failure(problems: Vec<Problem>, sources: &[Arc<Source>]) -> ScenarioError {
    let mut kept: Vec<Problem> = Vec::new();
    for problem in problems {
        let is_same = |other: &Problem| {
            Arc::ptr_eq(&other.source, &problem.source)
                && other.span == problem.span
                && problem.span.is_some()
        };
        if !(problem.source.is_flag && kept.iter().any(is_same)) {
            kept.push(problem);
        }
    }
    kept.sort_by_key(|problem| {
        let source = sources.iter().position(|source| Arc::ptr_eq(source, &problem.source));
        (source, problem.span.as_ref().map_or(0, |span| span.start))
    });
    ScenarioError { problems: kept }
}

#[cfg(test)]
mod tests;
