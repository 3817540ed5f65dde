//! The document as it was typed: a tree in which every value knows where it was written.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Place, Problem, Source};
use super::text;

/// Where a value was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// An index into [`Document::sources`].
    pub source: usize,
    /// Bytes of that source's text.
    pub span: Range<usize>,
}

/// A value and where it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where it was written.
    pub origin: Origin,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A table.
    Table(Table),
    /// A list.
    List(Vec<Node>),
    /// A string, a finite number or a boolean. A date is the string it was written as.
    Leaf(serde_json::Value),
    /// A number that no scenario can use; a problem has been noted.
    Unusable,
}

/// A table, its entries in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The entries.
    pub entries: Vec<KeyValue>,
}

/// One `key = value`.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyValue {
    /// The key.
    pub key: String,
    /// Where the key was written; for a section, its header.
    pub key_origin: Origin,
    /// The value.
    pub node: Node,
}

/// The path to a value: `desk.technician[2].name`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyPath(pub Vec<Step>);

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the value of this key of a table.
    Key(String),
    /// To this element of a list, counted from 0.
    Index(usize),
}

/// The whole document with the texts it came from.
#[derive(Clone, Debug)]
pub struct Document {
    /// The table that everything is in.
    pub root: Node,
    /// The file first, then the flags.
    pub sources: Vec<Arc<Source>>,
}

impl KeyPath {
    /// The path to the whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// The path to the value of a key of this table.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        let mut longer = self.clone();
        longer.0.push(Step::Key(key.to_owned()));
        longer
    }

    /// The path to an element of this list.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        let mut longer = self.clone();
        longer.0.push(Step::Index(index));
        longer
    }
}

impl KeyPath {
    /// What a header says in brackets to lead here; `None` for the whole document.
    pub fn header(&self) -> Option<String> {
        let keys = self.0.iter().filter_map(|step| match step {
            Step::Key(key) => Some(bare_or_quoted(key)),
            Step::Index(_) => None,
        });
        let keys: Vec<String> = keys.collect();
        (!keys.is_empty()).then(|| keys.join("."))
    }

    /// The last key that leads here, as TOML writes it; empty for the whole document.
    pub fn last_key(&self) -> String {
        let key = self.0.iter().rev().find_map(|step| match step {
            Step::Key(key) => Some(bare_or_quoted(key)),
            Step::Index(_) => None,
        });
        key.unwrap_or_default()
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => {
                    let dot = if position > 0 { "." } else { "" };
                    if is_bare(key) { write!(f, "{dot}{key}")? } else { write!(f, "{dot}{key:?}")? }
                }
            }
        }
        Ok(())
    }
}

/// A string as TOML writes it: what JSON escapes, TOML reads.
fn quoted(text: &str) -> String {
    text::toml(&serde_json::Value::from(text).to_string()).into_owned()
}

/// A key as TOML writes it.
pub(super) fn bare_or_quoted(key: &str) -> String {
    if is_bare(key) { key.to_owned() } else { quoted(key) }
}

fn is_bare(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

impl Table {
    /// The table as a TOML document: sections under headers, what is inside them on one line each.
    pub fn toml(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, "", true);
        text
    }

    /// Writes what stands under the header `path`; `at_root`: tables have headers of their own.
    fn write(&self, text: &mut String, path: &str, at_root: bool) {
        let has_header = |entry: &&KeyValue| {
            entry.node.is_list_of_tables() || at_root && matches!(entry.node.value, Value::Table(_))
        };
        for entry in self.entries.iter().filter(|entry| !has_header(entry)) {
            text.extend([bare_or_quoted(&entry.key).as_str(), " = ", &entry.node.toml(), "\n"]);
        }
        for entry in self.entries.iter().filter(has_header) {
            let path = format!("{path}{}", bare_or_quoted(&entry.key));
            match &entry.node.value {
                Value::Table(table) => {
                    text.extend(["\n[", &path, "]\n"]);
                    table.write(text, &format!("{path}."), false);
                }
                Value::List(items) => {
                    for item in items {
                        text.extend(["\n[[", &path, "]]\n"]);
                        if let Value::Table(table) = &item.value {
                            table.write(text, &format!("{path}."), false);
                        }
                    }
                }
                Value::Leaf(_) | Value::Unusable => {}
            }
        }
    }

    /// The entry of this key.
    pub fn entry(&self, key: &str) -> Option<&KeyValue> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The entry of this key, to be changed.
    pub fn entry_mut(&mut self, key: &str) -> Option<&mut KeyValue> {
        self.entries.iter_mut().find(|entry| entry.key == key)
    }
}

impl Node {
    /// The value one step further, if it is there.
    pub fn child(&self, step: &Step) -> Option<&Node> {
        match (&self.value, step) {
            (Value::Table(table), Step::Key(key)) => table.entry(key).map(|entry| &entry.node),
            (Value::List(list), Step::Index(index)) => list.get(*index),
            _ => None,
        }
    }

    fn child_mut(&mut self, step: &Step) -> Option<&mut Node> {
        match (&mut self.value, step) {
            (Value::Table(table), Step::Key(key)) => table.entry_mut(key).map(|entry| &mut entry.node),
            (Value::List(list), Step::Index(index)) => list.get_mut(*index),
            _ => None,
        }
    }

    /// JSON as a value that nobody typed.
    pub fn of_json(json: &serde_json::Value) -> Self {
        let origin = || Origin { source: 0, span: 0..0 };
        let value = match json {
            serde_json::Value::Object(map) => {
                let entry = |(key, value): (&String, &serde_json::Value)| KeyValue {
                    key: key.clone(),
                    key_origin: origin(),
                    node: Self::of_json(value),
                };
                Value::Table(Table { entries: map.iter().map(entry).collect() })
            }
            serde_json::Value::Array(list) => Value::List(list.iter().map(Self::of_json).collect()),
            leaf => Value::Leaf(leaf.clone()),
        };
        Self { value, origin: origin() }
    }

    /// What this value is, for a message: `the string "thirty"`.
    pub fn describe(&self) -> String {
        match &self.value {
            Value::Table(_) => "a table".to_owned(),
            Value::List(list) if list.is_empty() => "an empty list".to_owned(),
            Value::List(_) => "a list".to_owned(),
            Value::Leaf(serde_json::Value::String(text)) => {
                let shown: String = text.chars().take(60).collect();
                let cut = if shown.len() < text.len() { "…" } else { "" };
                format!("the string {:?}", format!("{shown}{cut}"))
            }
            Value::Leaf(serde_json::Value::Bool(value)) => value.to_string(),
            Value::Leaf(number) => format!("the number {number}"),
            Value::Unusable => "unusable".to_owned(),
        }
    }

    /// The value as TOML, on one line.
    pub fn toml(&self) -> String {
        match &self.value {
            Value::Leaf(serde_json::Value::String(text)) => quoted(text),
            Value::Leaf(leaf) => leaf.to_string(),
            Value::Unusable => String::new(),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(Node::toml).collect();
                format!("[{}]", items.join(", "))
            }
            Value::Table(table) if table.entries.is_empty() => "{}".to_owned(),
            Value::Table(table) => {
                let entry =
                    |entry: &KeyValue| format!("{} = {}", bare_or_quoted(&entry.key), entry.node.toml());
                let entries: Vec<String> = table.entries.iter().map(entry).collect();
                format!("{{ {} }}", entries.join(", "))
            }
        }
    }

    /// Whether this is a list of tables, which TOML writes under headers.
    pub fn is_list_of_tables(&self) -> bool {
        match &self.value {
            Value::List(items) => {
                !items.is_empty() && items.iter().all(|item| matches!(item.value, Value::Table(_)))
            }
            _ => false,
        }
    }

    /// The document as JSON with sorted keys and no white space.
    pub fn canonical_json(&self) -> String {
        match &self.value {
            Value::Leaf(leaf) => leaf.to_string(),
            Value::Unusable => "null".to_owned(),
            Value::List(list) => {
                let items: Vec<String> = list.iter().map(Node::canonical_json).collect();
                format!("[{}]", items.join(","))
            }
            Value::Table(table) => {
                let mut entries: Vec<&KeyValue> = table.entries.iter().collect();
                entries.sort_by(|a, b| a.key.cmp(&b.key));
                let entries: Vec<String> = entries
                    .iter()
                    .map(|entry| {
                        let key = serde_json::Value::String(entry.key.clone());
                        format!("{key}:{}", entry.node.canonical_json())
                    })
                    .collect();
                format!("{{{}}}", entries.join(","))
            }
        }
    }
}

impl Document {
    /// A document that nobody typed.
    pub fn of(root: Node) -> Self {
        let nowhere = Source { name: String::new(), text: String::new(), is_flag: false, is_preset: false };
        Self { root, sources: vec![Arc::new(nowhere)] }
    }

    /// The value at `path`, if it is there.
    pub fn find(&self, path: &KeyPath) -> Option<&Node> {
        path.0.iter().try_fold(&self.root, |node, step| node.child(step))
    }

    /// `path` without the last steps that lead nowhere.
    pub fn deepest(&self, path: &KeyPath) -> KeyPath {
        let mut known = path.clone();
        while self.find(&known).is_none() {
            known.0.pop();
        }
        known
    }

    /// Where the value at `path` was written; for a table its header or its key.
    pub fn origin(&self, path: &KeyPath) -> Option<&Origin> {
        let node = self.find(path)?;
        match (&node.value, path.0.last()) {
            (_, None) => None,
            (Value::Table(_), Some(Step::Key(_))) => self.key_origin(path),
            _ => Some(&node.origin),
        }
    }

    /// Where the key that `path` ends with was written.
    pub fn key_origin(&self, path: &KeyPath) -> Option<&Origin> {
        let (last, parent) = path.0.split_last()?;
        match (&self.find(&KeyPath(parent.to_vec()))?.value, last) {
            (Value::Table(table), Step::Key(key)) => table.entry(key).map(|entry| &entry.key_origin),
            _ => None,
        }
    }

    /// Where the value at `path` was written, or its key, or the table that it is in.
    pub fn place(&self, path: &KeyPath) -> Place {
        let nowhere = Origin { source: 0, span: 0..0 };
        let origin = self.origin(path).or_else(|| self.key_origin(path)).unwrap_or(&nowhere);
        Place { source: Arc::clone(&self.sources[origin.source]), offset: origin.span.start }
    }

    /// Puts a plain value in the place of the one at `path`, if there is one.
    pub fn set_leaf(&mut self, path: &KeyPath, leaf: serde_json::Value) {
        if let Some(node) = path.0.iter().try_fold(&mut self.root, |node, step| node.child_mut(step)) {
            node.value = Value::Leaf(leaf);
        }
    }

    /// Takes the value at `path` out, if it is there.
    pub fn remove(&mut self, path: &KeyPath) {
        let Some((Step::Key(key), parent)) = path.0.split_last() else { return };
        let parent = parent.iter().try_fold(&mut self.root, |node, step| node.child_mut(step));
        if let Some(Node { value: Value::Table(table), .. }) = parent {
            table.entries.retain(|entry| entry.key != *key);
        }
    }

    /// A problem with the text at `origin`, or with the file as a whole.
    pub fn problem(
        &self,
        origin: Option<&Origin>,
        message: String,
        expected: String,
        help: Option<String>,
    ) -> Problem {
        let source = &self.sources[origin.map_or(0, |origin| origin.source)];
        Problem {
            source: Arc::clone(source),
            span: origin.map(|origin| origin.span.clone()),
            message,
            expected,
            help,
        }
    }
}

/// Turns TOML values into nodes and notes the numbers that no scenario can use.
pub struct Reader<'a> {
    /// The source the text belongs to, and its index.
    pub source: (usize, &'a Arc<Source>),
    /// Where the text begins in its source.
    pub offset: usize,
    /// Numbers that cannot be used.
    pub problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    fn origin(&self, span: &Range<usize>) -> Origin {
        Origin { source: self.source.0, span: span.start + self.offset..span.end + self.offset }
    }

    /// The node of `value`; a problem is noted for a number that is out of range or not finite.
    pub fn node(&mut self, value: &Spanned<DeValue<'_>>) -> Node {
        let origin = self.origin(&value.span());
        let value = match value.get_ref() {
            DeValue::String(text) => Value::Leaf(text.as_ref().into()),
            DeValue::Datetime(datetime) => Value::Leaf(datetime.to_string().into()),
            DeValue::Boolean(value) => Value::Leaf((*value).into()),
            DeValue::Integer(integer) => {
                let (digits, radix) = (integer.as_str(), integer.radix());
                let signed = i64::from_str_radix(digits, radix).map(serde_json::Value::from);
                let number =
                    signed.or_else(|_| u64::from_str_radix(digits, radix).map(serde_json::Value::from));
                number.map_or_else(|_| self.refuse(&origin, "a number of at most 64 bits"), Value::Leaf)
            }
            DeValue::Float(float) => {
                let number = float.as_str().parse::<f64>().ok().and_then(serde_json::Number::from_f64);
                match number {
                    Some(number) => Value::Leaf(number.into()),
                    None => self.refuse(&origin, "a finite number"),
                }
            }
            DeValue::Array(array) => Value::List(array.iter().map(|item| self.node(item)).collect()),
            DeValue::Table(table) => Value::Table(self.table(table)),
        };
        Node { value, origin }
    }

    /// The table with its entries in the order of the text.
    pub fn table(&mut self, table: &DeTable<'_>) -> Table {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let entry = |(key, value): (&Spanned<Cow<'_, str>>, &Spanned<DeValue<'_>>)| KeyValue {
            key: key.get_ref().to_string(),
            key_origin: self.origin(&key.span()),
            node: self.node(value),
        };
        Table { entries: entries.into_iter().map(entry).collect() }
    }

    fn refuse(&mut self, origin: &Origin, expected: &str) -> Value {
        let text = self.source.1.text.get(origin.span.clone()).unwrap_or_default();
        self.problems.push(Problem {
            source: Arc::clone(self.source.1),
            message: format!("`{text}` cannot be used"),
            span: Some(origin.span.clone()),
            expected: format!("expected {expected}"),
            help: None,
        });
        Value::Unusable
    }
}
