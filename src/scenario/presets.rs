//! Presets: what the documentation of a product says, as a document that lies under the scenario's.

use std::sync::Arc;

use toml::de::DeTable;

use super::arms::ArmKeys;
use super::dispatch;
use super::rankers;
use super::registry::Registry;
use crate::choice;
use crate::domain::settings::Mode;
use crate::keys::document::{Document, KeyPath, KeyValue, Node, Reader, Step, Table, Value};
use crate::keys::{Named, Problem, Section, Source};

choice! {
    /// A product whose documentation fills in what a scenario leaves out.
    pub enum Preset {
        /// Neo Agent's Parallel Dispatch.
        Neo = "neo",
        /// zofiQ's Dispatch Agent.
        Zofiq = "zofiq",
    }
}

impl Preset {
    /// What its documentation says.
    const fn text(self) -> &'static str {
        match self {
            Self::Neo => include_str!("presets/neo.toml"),
            Self::Zofiq => include_str!("presets/zofiq.toml"),
        }
    }
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

/// Lays the preset that the document names under it: tables are merged, and what the document states wins. `None`
/// where it names none that exists.
pub(super) fn lay(document: &mut Document, problems: &mut Vec<Problem>) -> Option<Laid> {
    let named = document.find(&KeyPath::root().key("preset"))?;
    let Value::Leaf(serde_json::Value::String(name)) = &named.value else { return None };
    let text = Preset::from_name(name)?.text();
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
        match (table.entry_mut(&entry.key), entry.node.value) {
            (Some(KeyValue { node: Node { value: Value::Table(table), .. }, .. }), Value::Table(under)) => {
                lay_under(table, under);
            }
            (Some(_), _) => {}
            (None, value) => table.entries.push(KeyValue { node: Node { value, ..entry.node }, ..entry }),
        }
    }
}

impl Laid {
    /// Fills the disciplines up with the preset's defaults, and takes out what the preset says of modes that no agent of
    /// the document has, and either its order of comparison or its weights.
    pub(super) fn finish(self, document: &mut Document, registry: &Registry) {
        let Value::Table(root) = &mut document.root.value else { return };
        if let Some(KeyValue { node: Node { value: Value::List(items), .. }, .. }) =
            root.entry_mut("discipline")
        {
            for item in items {
                let kind = text_at(item, "kind").unwrap_or_default();
                let mut known = ArmKeys::names();
                known.extend(registry.discipline(&kind).map(|kind| (kind.info.names)()).unwrap_or_default());
                let Value::Table(arm) = &mut item.value else { continue };
                let mut defaults = self.each_discipline.clone();
                defaults.entries.retain(|entry| known.contains(&entry.key.as_str()));
                lay_under(arm, defaults);
            }
        }
        if let Some(KeyValue { node: Node { value: Value::Table(ranker), .. }, .. }) =
            root.entry_mut("ranker")
        {
            self.order_or_weights(ranker);
        }
        let common = root.entry("dispatch").and_then(|entry| text_at(&entry.node, "mode"));
        let common = common.unwrap_or_else(|| Mode::OwnerAndSlot.name().to_owned());
        let modes = match root.entry("agent").map(|entry| &entry.node.value) {
            Some(Value::List(agents)) => {
                agents.iter().map(|agent| text_at(agent, "mode").unwrap_or_else(|| common.clone())).collect()
            }
            _ => vec![common],
        };
        let has_mode = |(mode, _): &(&str, Vec<&str>)| modes.iter().any(|known| known == mode);
        let used: Vec<&str> =
            dispatch::kinds().into_iter().filter(has_mode).flat_map(|(_, keys)| keys).collect();
        if let Some(KeyValue { node: Node { value: Value::Table(dispatch), .. }, .. }) =
            root.entry_mut("dispatch")
        {
            dispatch
                .entries
                .retain(|entry| entry.key_origin.source != self.source || used.contains(&entry.key.as_str()));
        }
    }

    /// Of what the preset says of ranking, keeps its weights where the document weighs, and its order where it does not.
    fn order_or_weights(&self, ranker: &mut Table) {
        let is_own = |entry: &KeyValue| entry.key_origin.source != self.source;
        let is_set = |entry: &KeyValue| match &entry.node.value {
            Value::Leaf(value) => value.as_f64().is_none_or(|number| number > 0.0),
            _ => true,
        };
        let weighs = |entry: &KeyValue| match entry.key.as_str() {
            "temperature" => is_set(entry),
            key => rankers::WEIGHTS.contains(&key),
        };
        let document_weighs = ranker.entries.iter().any(|entry| is_own(entry) && weighs(entry));
        let has_order =
            ranker.entries.iter().any(|entry| entry.key == "order" && (is_own(entry) || !document_weighs));
        ranker.entries.retain(|entry| {
            is_own(entry)
                || if has_order {
                    !rankers::WEIGHTS.contains(&entry.key.as_str())
                } else {
                    entry.key != "order"
                }
        });
    }
}

/// The string called `key` in the table `node`.
fn text_at(node: &Node, key: &str) -> Option<String> {
    match &node.child(&Step::Key(key.to_owned()))?.value {
        Value::Leaf(serde_json::Value::String(text)) => Some(text.clone()),
        _ => None,
    }
}
