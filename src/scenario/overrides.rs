//! Values from the command line: set in the document before it is decoded, so that they obey the same rules.

use std::sync::Arc;

use toml::de::DeValue;

use crate::keys::document::{Document, KeyPath, KeyValue, Node, Origin, Reader, Step, Table, Value};
use crate::keys::nearest::nearest;
use crate::keys::{Problem, Source};

/// A value from the command line that takes the place of one in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// A dotted path into the document: `burst.tickets`, `discipline.parallel.alternatives`. Elements of a list are
    /// named, else numbered from 0, else all are meant.
    pub key: String,
    /// A TOML value; anything that is not one is taken as a string.
    pub value: String,
    /// The flag it came from: `--set`, `--seed`.
    pub origin: String,
}

/// A flag that adds a value to the list of a key in a table, where the others put theirs in the place of another.
struct Adding {
    flag: &'static str,
    /// The table.
    table: &'static str,
    /// What stands between key and value.
    between: &'static str,
}

/// Demands a threshold more.
const DEMAND: &str = "--threshold";
const ADDING: [Adding; 2] = [
    Adding { flag: DEMAND, table: "thresholds", between: ": " },
    Adding { flag: "--export", table: "output.export", between: "=" },
];

impl Override {
    /// The flag that adds, and the key in its table, if this comes from such a flag.
    fn adding(&self) -> Option<(&'static Adding, &str)> {
        let adding = ADDING.iter().find(|adding| adding.flag == self.origin)?;
        Some((adding, self.key.strip_prefix(adding.table)?.strip_prefix('.')?))
    }

    /// `--threshold METRIC: DEMAND`.
    pub fn demand(metric: &str, demand: &str) -> Self {
        Self { key: format!("thresholds.{metric}"), value: demand.to_owned(), origin: DEMAND.to_owned() }
    }

    /// `--export FORMAT=FILE`.
    pub fn export(format: &str, file: &str) -> Self {
        Self { key: format!("output.export.{format}"), value: file.to_owned(), origin: "--export".to_owned() }
    }
}

/// Whether this is a `--threshold`.
pub(super) fn is_demand(source: &Source) -> bool {
    source.is_flag && source.name.starts_with(DEMAND)
}

/// Of the thresholds, keeps what `--threshold` demands.
pub(super) fn keep_demanded(document: &mut Document) {
    let Document { root: Node { value: Value::Table(root), .. }, sources } = document else { return };
    if let Some(KeyValue { node: Node { value: Value::Table(thresholds), .. }, .. }) =
        root.entry_mut("thresholds")
    {
        thresholds.entries.retain_mut(|entry| match &mut entry.node.value {
            Value::List(demands) => {
                demands.retain(|demand| is_demand(&sources[demand.origin.source]));
                !demands.is_empty()
            }
            _ => false,
        });
        if thresholds.entries.is_empty() {
            root.entries.retain(|entry| entry.key != "thresholds");
        }
    }
}

/// As it was typed.
impl std::fmt::Display for Override {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some((Adding { flag, between, .. }, key)) = self.adding() {
            return write!(f, "{flag} {key}{between}{}", self.value);
        }
        match self.origin.as_str() {
            "--set" => write!(f, "--set {}={}", self.key, self.value),
            // It sets its key to `false`.
            "--no-files" => f.write_str("--no-files"),
            // A flag without a value sets its key to `true`; one with names separates them by commas.
            origin if self.value == "true" => f.write_str(origin),
            origin => write!(
                f,
                "{origin} {}",
                self.names().map_or_else(|| self.value.clone(), |names| names.join(","))
            ),
        }
    }
}

impl Override {
    /// The names, where the value is a list of them.
    fn names(&self) -> Option<Vec<String>> {
        let DeValue::Array(items) = DeValue::parse(&self.value).ok()?.into_inner() else { return None };
        items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect()
    }
}

/// What a document may hold, as far as setting values in it is concerned.
pub(super) struct Lists {
    /// Lists of tables, as keys joined by dots: a flag sets values in their elements, and cannot make an element.
    pub lists: Vec<String>,
    /// Tables of names inside an element of such a list.
    pub tables_in_elements: Vec<&'static str>,
}

/// The table with the shape of the arrivals, of which there is one only.
fn arrivals() -> KeyPath {
    KeyPath::root().key("burst").key("arrivals")
}

/// No key of a scenario has more steps; a longer one need not be walked.
const MOST_STEPS: usize = 16;

/// Sets each override in turn; what cannot be set is noted in `problems`.
pub(super) fn apply(
    document: &mut Document,
    overrides: &[&Override],
    lists: &Lists,
    problems: &mut Vec<Problem>,
) {
    for typed in overrides {
        let adding = typed.adding();
        let (lead, is_set) = match (adding, typed.origin.as_str()) {
            (Some((Adding { flag, between, .. }, key)), _) => (format!("{flag} {key}{between}"), false),
            (None, "--set") => (format!("--set {}=", typed.key), true),
            (None, origin) => (format!("{origin} "), false),
        };
        let text = typed.to_string();
        let source = Arc::new(Source { name: text.clone(), text, is_flag: true, is_preset: false });
        let index = document.sources.len();
        document.sources.push(Arc::clone(&source));
        let key_span = match adding {
            Some((Adding { flag, between, .. }, _)) => flag.len() + 1..lead.len() - between.len(),
            None if is_set => "--set ".len()..lead.len() - 1,
            None => 0..typed.origin.len(),
        };
        let value_span =
            if lead.len() < source.text.len() { lead.len()..source.text.len() } else { key_span.clone() };
        let key_origin = Origin { source: index, span: key_span };
        let plain = || Node {
            value: Value::Leaf(typed.value.clone().into()),
            origin: Origin { source: index, span: value_span.clone() },
        };
        if let Some((Adding { table, .. }, key)) = adding {
            let steps: Vec<String> = table.split('.').chain([key]).map(str::to_owned).collect();
            add(document, &steps, &key_origin, plain(), lists, problems);
            continue;
        }
        if let Some(Value::Table(arrivals)) = document.find(&arrivals()).map(|node| &node.value)
            && let Some(rest) = typed.key.strip_prefix("burst.arrivals.recorded.")
            && !arrivals.entries.is_empty()
            && arrivals.entry("recorded").is_none()
        {
            problems.push(document.problem(
                Some(&key_origin),
                format!("the burst is not recorded: there is no `{rest}` to set"),
                String::new(),
                Some("leave it out, or replace the whole of `burst.arrivals` by a recording".to_owned()),
            ));
            continue;
        }
        let Some(steps) = split_key(&typed.key) else {
            problems.push(document.problem(
                Some(&key_origin),
                format!("`{}` is not a key", typed.key),
                "expected names joined by dots, such as burst.tickets".to_owned(),
                None,
            ));
            continue;
        };
        let mut node = match DeValue::parse(&typed.value) {
            Ok(value) => {
                Reader { source: (index, &source), offset: lead.len(), problems: &mut *problems }.node(&value)
            }
            Err(_) if typed.value.starts_with(['[', '{', '"', '\'']) => {
                problems.push(document.problem(
                    Some(&Origin { source: index, span: value_span }),
                    format!("{} is not valid TOML", typed.value),
                    "expected a list, a table or a string as TOML writes it".to_owned(),
                    Some("texts in it go in double quotes, and the shell needs the whole in single quotes: --set \
                          'desk.weekdays=[\"mon\", \"tue\"]'".to_owned()),
                ));
                continue;
            }
            Err(_) => plain(),
        };
        if let (Value::List(names), false) = (&mut node.value, is_set) {
            // A flag takes names with commas between them, and is shown so.
            let mut start = lead.len();
            for name in names {
                let length = match &name.value {
                    Value::Leaf(serde_json::Value::String(name)) => name.len(),
                    _ => name.toml().len(),
                };
                name.origin.span = start..start + length;
                start += length + 1;
            }
        }
        let change = Change { steps: &steps, key_origin: &key_origin, value: &node, lists };
        if let Err((message, help)) = set(&mut document.root, &KeyPath::root(), &change) {
            problems.push(document.problem(Some(&key_origin), message, String::new(), help));
        }
    }
}

/// Adds a value to those of a key, which has one or a list of them. Where it has neither, the document is refused for that.
fn add(
    document: &mut Document,
    steps: &[String],
    key_origin: &Origin,
    added: Node,
    lists: &Lists,
    problems: &mut Vec<Problem>,
) {
    let path = steps.iter().fold(KeyPath::root(), |path, step| path.key(step));
    let there = document.find(&path);
    let origin = there.map_or(&added.origin, |there| &there.origin).clone();
    let mut values = match there.map(|there| &there.value) {
        None => Vec::new(),
        Some(Value::List(values)) => values.clone(),
        Some(Value::Leaf(_)) => there.into_iter().cloned().collect(),
        Some(Value::Table(_) | Value::Unusable) => return,
    };
    if values.iter().all(|value| value.value != added.value) {
        values.push(added);
    }
    let value = Node { value: Value::List(values), origin };
    let change = Change { steps, key_origin, value: &value, lists };
    if let Err((message, help)) = set(&mut document.root, &KeyPath::root(), &change) {
        problems.push(document.problem(Some(key_origin), message, String::new(), help));
    }
}

/// What is left to do: the steps still to go, and the value to put there.
#[derive(Clone, Copy)]
struct Change<'a> {
    steps: &'a [String],
    key_origin: &'a Origin,
    value: &'a Node,
    lists: &'a Lists,
}

/// A message and, where there is one, a help.
type Refusal = (String, Option<String>);

/// Sets the value inside `node`, which is at `path`.
fn set(node: &mut Node, path: &KeyPath, change: &Change<'_>) -> Result<(), Refusal> {
    let Some((step, rest)) = change.steps.split_first() else {
        *node = change.value.clone();
        return Ok(());
    };
    let deeper = Change { steps: rest, ..*change };
    match &mut node.value {
        Value::Leaf(_) | Value::Unusable => {
            Err((format!("`{path}` has a plain value and no keys inside it"), None))
        }
        Value::List(list) => set_in_list(list, path, change, &deeper),
        Value::Table(table) => {
            let path = path.key(step);
            if table.entry(step).is_none() {
                if !rest.is_empty() && change.lists.has(&path) {
                    return Err((format!("the scenario has no [[{path}]] to set this in"), None));
                }
                table.entries.push(KeyValue {
                    key: step.clone(),
                    key_origin: change.key_origin.clone(),
                    node: Node { value: Value::Table(Table::default()), origin: change.key_origin.clone() },
                });
            }
            match table.entry_mut(step) {
                Some(entry) => set(&mut entry.node, &path, &deeper),
                None => Ok(()),
            }
        }
    }
}

impl Lists {
    /// Whether a list of tables belongs at `path`, whichever elements it leads through.
    fn has(&self, path: &KeyPath) -> bool {
        let keys: Vec<&str> = path
            .0
            .iter()
            .filter_map(|step| match step {
                Step::Key(key) => Some(key.as_str()),
                Step::Index(_) => None,
            })
            .collect();
        self.lists.contains(&keys.join("."))
    }
}

/// Sets the value in the element that the first step names, else in the one it numbers, else in all.
fn set_in_list(
    list: &mut [Node],
    path: &KeyPath,
    change: &Change<'_>,
    deeper: &Change<'_>,
) -> Result<(), Refusal> {
    let step = &change.steps[0];
    let names: Vec<Option<String>> = list.iter().map(element_name).collect();
    if let Some(index) = names.iter().position(|name| name.as_ref() == Some(step)) {
        return set(&mut list[index], &path.index(index), deeper);
    }
    if let Ok(index) = step.parse::<usize>() {
        let count = list.len();
        return match list.get_mut(index) {
            Some(item) => set(item, &path.index(index), deeper),
            None => {
                Err((format!("`{path}` has {count} elements, counted from 0: there is no {index}"), None))
            }
        };
    }
    let is_table_inside = change.lists.tables_in_elements.contains(&step.as_str())
        || list.iter().any(|item| item.child(&Step::Key(step.clone())).is_some());
    if !deeper.steps.is_empty() && !is_table_inside {
        let known: Vec<&str> = names.iter().flatten().map(String::as_str).collect();
        let help = match nearest(step, known.iter().copied()) {
            Some(close) => format!("did you mean `{path}.{close}`?"),
            None => format!("known names: {}", known.join(", ")),
        };
        return Err((format!("`{path}` has no element named `{step}`"), Some(help)));
    }
    if list.is_empty() {
        return Err((format!("`{path}` is empty"), None));
    }
    for (index, item) in list.iter_mut().enumerate() {
        set(item, &path.index(index), change)?;
    }
    Ok(())
}

/// The name by which an element of a list is addressed: its `name`, else its `kind`.
fn element_name(node: &Node) -> Option<String> {
    ["name", "kind"].iter().find_map(|key| match node.child(&Step::Key((*key).to_owned()))?.value {
        Value::Leaf(serde_json::Value::String(ref name)) => Some(name.clone()),
        _ => None,
    })
}

/// The steps of a dotted key, where a step may stand in double quotes; `None` if one is empty, a quote stays open, or
/// there are more than any scenario has.
pub(super) fn split_key(key: &str) -> Option<Vec<String>> {
    let mut steps = Vec::new();
    let mut rest = key;
    loop {
        let (step, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => rest.split_at(rest.find('.').unwrap_or(rest.len())),
        };
        let step = step.trim();
        if step.is_empty() {
            return None;
        }
        steps.push(step.to_owned());
        if steps.len() > MOST_STEPS {
            return None;
        }
        match after.strip_prefix('.') {
            Some(next) => rest = next,
            None => return after.is_empty().then_some(steps),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_split_at_dots_outside_quotes() {
        let split = |key: &str| split_key(key).map(|steps| steps.join("|"));
        assert_eq!(split("burst.tickets").as_deref(), Some("burst|tickets"));
        assert_eq!(split("thresholds.\"a.b\"").as_deref(), Some("thresholds|a.b"));
        assert_eq!(
            split("desk.technician.\"Ann B.\".hours").as_deref(),
            Some("desk|technician|Ann B.|hours")
        );
        assert_eq!(split(&"a.".repeat(100_000)), None);
        for bad in ["", ".", "a.", ".a", "a..b", "\"a", "\"a\"b"] {
            assert_eq!(split(bad), None, "{bad}");
        }
    }
}
