//! Presets: what the documentation of a product says, as a document that lies under the scenario's.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::de::DeTable;

use super::document::{Document, Entry, KeyPath, Node, Reader, Step, Table, Value};
use super::error::{Problem, Source};
use super::resolve::discipline::KEYS_OF_KINDS;
use super::resolve::dispatch::{DEFAULT_MODE, KEYS_OF_MODES};

/// A product whose documentation fills in what a scenario leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Neo Agent's Parallel Dispatch.
    Neo,
    /// zofiQ's Dispatch Agent.
    Zofiq,
}

/// The table of a preset that holds defaults for every discipline. No scenario has it.
const EACH_DISCIPLINE: &str = "each_discipline";

/// What is left to do once the flags are set in the document.
pub(super) struct Laid {
    /// The preset among the document's sources.
    source: usize,
    /// Defaults for every discipline.
    each_discipline: Table,
}

/// The text of the preset called `name`.
fn text_of(name: &str) -> Option<&'static str> {
    match name {
        "neo" => Some(include_str!("presets/neo.toml")),
        "zofiq" => Some(include_str!("presets/zofiq.toml")),
        _ => None,
    }
}

/// Lays the preset that the document names under it: tables are merged, and what the document states wins. `None`
/// where it names none that exists.
pub(super) fn lay(document: &mut Document, problems: &mut Vec<Problem>) -> Option<Laid> {
    let named = document.find(&KeyPath::root().key("preset"))?;
    let Value::Leaf(serde_json::Value::String(name)) = &named.value else { return None };
    let text = text_of(name)?;
    let source = Arc::new(Source {
        name: format!("preset {name:?}"),
        text: text.to_owned(),
        is_flag: false,
        is_preset: true,
    });
    let (table, _) = DeTable::parse_recoverable(text);
    let index = document.sources.len();
    let mut preset = Reader { source: (index, &source), offset: 0, problems }.table(table.get_ref());
    document.sources.push(source);
    let mut each_discipline = Table::default();
    preset.entries.retain_mut(|entry| match &mut entry.node.value {
        Value::Table(table) if entry.key == EACH_DISCIPLINE => {
            each_discipline = std::mem::take(table);
            false
        }
        _ => true,
    });
    if let Value::Table(root) = &mut document.root.value {
        lay_under(root, preset);
    }
    Some(Laid { source: index, each_discipline })
}

/// Adds to `table` what `under` has and it has not.
fn lay_under(table: &mut Table, under: Table) {
    for entry in under.entries {
        if table.removed.contains(&entry.key) {
            continue;
        }
        match (table.entry_mut(&entry.key), entry.node.value) {
            (Some(Entry { node: Node { value: Value::Table(table), .. }, .. }), Value::Table(under)) => {
                lay_under(table, under);
            }
            (Some(_), _) => {}
            (None, value) => table.entries.push(Entry { node: Node { value, ..entry.node }, ..entry }),
        }
    }
}

impl Laid {
    /// Fills the disciplines up with the preset's defaults, and takes out what the preset says of another mode than
    /// the document's.
    pub(super) fn finish(self, document: &mut Document) {
        let Value::Table(root) = &mut document.root.value else { return };
        if let Some(Entry { node: Node { value: Value::List(list), .. }, .. }) = root.entry_mut("discipline")
        {
            for item in &mut list.items {
                let kind = text_at(item, "kind").unwrap_or_default();
                let Value::Table(arm) = &mut item.value else { continue };
                let mut defaults = self.each_discipline.clone();
                defaults.entries.retain(|entry| goes_with(&KEYS_OF_KINDS, &entry.key, &kind));
                lay_under(arm, defaults);
            }
        }
        // An agent uses of [dispatch] only what goes with its own mode.
        if root.entry("agent").is_some() {
            return;
        }
        if let Some(Entry { node, .. }) = root.entry_mut("dispatch") {
            let mode = text_at(node, "mode").unwrap_or_else(|| DEFAULT_MODE.to_owned());
            if let Value::Table(dispatch) = &mut node.value {
                dispatch.entries.retain(|entry| {
                    entry.key_origin.source != self.source || goes_with(&KEYS_OF_MODES, &entry.key, &mode)
                });
            }
        }
    }
}

/// The string called `key` in the table `node`.
fn text_at(node: &Node, key: &str) -> Option<String> {
    match &node.child(&Step::Key(key.to_owned()))?.value {
        Value::Leaf(serde_json::Value::String(text)) => Some(text.clone()),
        _ => None,
    }
}

/// Whether `key` goes with the mode or kind called `found`; a key that is not in the table goes with all.
fn goes_with(table: &[(&str, &[&str])], key: &str, found: &str) -> bool {
    table.iter().all(|(known, names)| *known != key || names.contains(&found))
}
