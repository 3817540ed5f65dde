//! Scenarios: TOML files in, validated plans out, or every problem of the file at once.
//!
//! A document is read into a tree that knows where each value was written ([`keys`](crate::keys)), the preset is laid
//! under it, flags are set in it; its sections are read, and what they say is checked against each other.

mod arms;
mod burst;
mod checks;
mod demands;
mod desk;
mod dispatch;
mod distribution;
mod draft;
mod effective;
mod head;
mod names;
mod overrides;
mod plan;
mod planning;
mod precision;
mod presets;
mod rankers;
mod registry;
mod running;
mod sop;
mod sweep;
mod text;
mod triage;
mod vary;

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use toml::de::DeTable;

use crate::keys::document::{Document, KeyPath, Node, Origin, Reader, Value};
use crate::keys::{Book, Form, Reading, describe};
use draft::Outline;
use effective::Effective;
use head::{ScenarioKeys, Understood};
use overrides::Lists;
use running::ALLOW_OUTSIDE;

pub use crate::domain::settings::Engine;
pub use crate::keys::{InputFile, Place, Problem, ScenarioError, Source};
pub use draft::Draft;
pub use overrides::Override;
pub use plan::Scenario;
pub use planning::{Minimised, Planning};
pub use registry::Registry;
pub use running::{Color, Format, Output, Running};
pub use sweep::{Design, Sweep};
pub use text::{STANDARD_INPUT_NAME, Text};
pub use vary::{Vary, VaryError};

/// The scenario in the file at `path`, with `overrides` set in it.
///
/// # Errors
/// Everything that is wrong with the file, its values and the overrides.
pub fn load(path: &Path, overrides: &[Override]) -> Result<Scenario, ScenarioError> {
    load_with(path, overrides, &Registry::default())
}

/// The scenario in the file at `path`, with `overrides` set in it; it may name the kinds that `registry` knows.
///
/// # Errors
/// Everything that is wrong with the file, its values and the overrides.
pub fn load_with(
    path: &Path,
    overrides: &[Override],
    registry: &Registry,
) -> Result<Scenario, ScenarioError> {
    Text::read(path).draft(overrides, registry).finish()
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
    parse_with(text, file_name, folder, overrides, &Registry::default())
}

/// The scenario in `text`, as [`parse`] reads it; it may name the kinds that `registry` knows.
///
/// # Errors
/// Everything that is wrong with the text, its values and the overrides.
pub fn parse_with(
    text: &str,
    file_name: &str,
    folder: &Path,
    overrides: &[Override],
    registry: &Registry,
) -> Result<Scenario, ScenarioError> {
    draft_of(text, file_name, folder, overrides, registry).finish()
}

/// What could not even be read as a document.
fn unreadable(problems: Vec<Problem>) -> Draft {
    let sources = problems.iter().take(1).map(|problem| Arc::clone(&problem.source)).collect();
    Draft { scenario: None, problems, outline: None, sources }
}

/// The scenario in `text`, as [`parse_with`] reads it, as far as it can be understood.
fn draft_of(text: &str, file_name: &str, folder: &Path, given: &[Override], registry: &Registry) -> Draft {
    let source = Arc::new(Source {
        name: file_name.to_owned(),
        text: text.to_owned(),
        is_flag: false,
        is_preset: false,
    });
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut problems: Vec<Problem> = errors.iter().map(|error| syntax_problem(&source, error)).collect();
    if !problems.is_empty() {
        return unreadable(problems);
    }
    let root = Reader { source: (0, &source), offset: 0, problems: &mut problems }.table(table.get_ref());
    let origin = Origin { source: 0, span: 0..0 };
    let mut document = Document { root: Node { value: Value::Table(root), origin }, sources: vec![source] };
    let kinds = registry.kinds();
    let book = book(&kinds);
    let (lists, tables_in_elements) = describe::lists_of_tables(&book, ROOT);
    let lists = Lists { lists, tables_in_elements };
    // What the preset brings can be set by flags, so it has to be there before them.
    let (preset, overrides): (Vec<_>, Vec<_>) = given.iter().partition(|typed| typed.key == "preset");
    overrides::apply(&mut document, &preset, &lists, &mut problems);
    let laid = presets::lay(&mut document, &mut problems);
    overrides::apply(&mut document, &overrides, &lists, &mut problems);
    if let Some(laid) = laid {
        laid.finish(&mut document, registry);
    }
    precision::overrule(&mut document);
    let mut reading = Reading::new(&document, folder, &kinds);
    reading.problems = problems;
    let allowed = document.find(&KeyPath::root().key(ALLOW_OUTSIDE));
    reading.allow_outside = allowed.is_some_and(|node| node.value == Value::Leaf(true.into()));
    let Understood { scenario, start, burst, desk } = head::understand(&mut reading, registry);
    let (problems, files) = (std::mem::take(&mut reading.problems), std::mem::take(&mut reading.files));
    let blamed = reading.blamed();
    let scenario = scenario.map(|scenario| {
        let effective = Effective::new(&document, files, given).stating(scenario.effective.places);
        Scenario { digest: effective.digest(), effective, ..scenario }
    });
    let sources = document.sources.clone();
    let outline = Some(Outline { document, start, burst, desk, blamed });
    Draft { scenario, problems, outline, sources }
}

/// The name of the scenario's head in the book.
const ROOT: &str = "Scenario";

/// All that a scenario may hold.
fn book(kinds: &crate::keys::Kinds) -> Book<'_> {
    let mut book = Book::new(kinds);
    ScenarioKeys::shape(&mut book);
    book
}

/// The JSON Schema (draft 07, which TOML editors know) of a scenario file: pretty, with a newline at the end, and the
/// same bytes every time.
pub fn json_schema() -> String {
    let kinds = Registry::default().kinds();
    let mut schema = describe::json_schema(&book(&kinds), ROOT);
    schema.insert("if".to_owned(), json!({ "not": { "required": ["preset"] } }));
    schema.insert("then".to_owned(), json!({ "required": ["discipline"] }));
    let mut text =
        serde_json::to_string_pretty(&schema).expect("a schema has string keys and finite numbers only");
    text.push('\n');
    text
}

/// The reference of scenario files, as Markdown: every key with its value, its default and what it says.
pub fn reference() -> String {
    let kinds = Registry::default().kinds();
    let introduction = "# Scenario files\n\n<!-- Made from src/scenario/, src/discipline/ and src/ranker/: change it there, then run \
                        `cargo run --release -- reference scenario > docs/scenario.md`. -->\n\nA scenario is a TOML \
                        file. This page lists its sections with their keys, and what may stand there.\n\nDurations are \
                        written in quotes with their units, which are us, ms, s, min, h and d: \"90s\", \
                        \"1h30min\".\n\n";
    introduction.to_owned() + &describe::reference(&book(&kinds), ROOT)
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
    // Whoever writes a header twice often means a list.
    let header = || {
        let name = source.text.get(span.clone())?;
        let before = source.text.get(..span.start)?.trim_end();
        (before.ends_with('[') && !before.ends_with("[["))
            .then(|| format!("where it is a list of tables, write [[{name}]] above each"))
    };
    let help = if message == "duplicate key" { header() } else { None };
    Problem {
        source: Arc::clone(source),
        span: Some(span),
        message: format!("not valid TOML: {message}"),
        expected,
        help,
    }
}

#[cfg(test)]
mod tests;
