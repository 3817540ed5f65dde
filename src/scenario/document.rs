//! The document as it was typed: a tree in which every value knows where it was written.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{Problem, Source};

/// Where a value was written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Origin {
    /// An index into [`Document::sources`].
    pub source: usize,
    /// Bytes of that source's text.
    pub span: Range<usize>,
}

/// A value and where it was written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub value: Value,
    pub origin: Origin,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Table(Table),
    List(List),
    /// A string, a finite number or a boolean. A date is the string it was written as.
    Leaf(serde_json::Value),
}

/// A table, its entries in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Table {
    pub entries: Vec<Entry>,
    /// Keys that were taken out because of a problem: nobody should call them missing.
    pub removed: Vec<String>,
}

/// One `key = value`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub key: String,
    pub key_origin: Origin,
    pub node: Node,
}

/// A list.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct List {
    pub items: Vec<Node>,
    /// Whether an item was taken out because of a problem.
    pub removed: bool,
}

/// The path to a value: `desk.technician[2].name`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct KeyPath(pub Vec<Step>);

/// One step of a path.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

/// The whole document with the texts it came from.
#[derive(Clone, Debug)]
pub(super) struct Document {
    pub root: Node,
    /// The file first, then the flags.
    pub sources: Vec<Arc<Source>>,
}

impl KeyPath {
    pub fn root() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        let mut longer = self.clone();
        longer.0.push(Step::Key(key.to_owned()));
        longer
    }

    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        let mut longer = self.clone();
        longer.0.push(Step::Index(index));
        longer
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => {
                    let dot = if position > 0 { "." } else { "" };
                    let bare = !key.is_empty()
                        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
                    if bare { write!(f, "{dot}{key}")? } else { write!(f, "{dot}{key:?}")? }
                }
            }
        }
        Ok(())
    }
}

impl Table {
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    pub fn entry_mut(&mut self, key: &str) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.key == key)
    }
}

impl Node {
    /// The value one step further, if it is there.
    pub fn child(&self, step: &Step) -> Option<&Node> {
        match (&self.value, step) {
            (Value::Table(table), Step::Key(key)) => table.entry(key).map(|entry| &entry.node),
            (Value::List(list), Step::Index(index)) => list.items.get(*index),
            _ => None,
        }
    }

    fn child_mut(&mut self, step: &Step) -> Option<&mut Node> {
        match (&mut self.value, step) {
            (Value::Table(table), Step::Key(key)) => table.entry_mut(key).map(|entry| &mut entry.node),
            (Value::List(list), Step::Index(index)) => list.items.get_mut(*index),
            _ => None,
        }
    }

    /// Whether something was taken out of this value.
    fn is_damaged(&self) -> bool {
        match &self.value {
            Value::Table(table) => {
                !table.removed.is_empty() || table.entries.iter().any(|entry| entry.node.is_damaged())
            }
            Value::List(list) => list.removed || list.items.iter().any(Node::is_damaged),
            Value::Leaf(_) => false,
        }
    }

    /// What this value is, for a message: `the string "thirty"`.
    pub fn describe(&self) -> String {
        match &self.value {
            Value::Table(_) => "a table".to_owned(),
            Value::List(list) if list.items.is_empty() => "an empty list".to_owned(),
            Value::List(_) => "a list".to_owned(),
            Value::Leaf(serde_json::Value::String(text)) => {
                let shown: String = text.chars().take(60).collect();
                let cut = if shown.len() < text.len() { "…" } else { "" };
                format!("the string {:?}", format!("{shown}{cut}"))
            }
            Value::Leaf(serde_json::Value::Bool(value)) => value.to_string(),
            Value::Leaf(number) => format!("the number {number}"),
        }
    }

    /// The document as JSON with sorted keys and no white space.
    pub fn canonical_json(&self) -> String {
        match &self.value {
            Value::Leaf(leaf) => leaf.to_string(),
            Value::List(list) => {
                let items: Vec<String> = list.items.iter().map(Node::canonical_json).collect();
                format!("[{}]", items.join(","))
            }
            Value::Table(table) => {
                let mut entries: Vec<&Entry> = table.entries.iter().collect();
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
    /// The names in the burst's weights as they were written: draws depend on their order, which sorting hides.
    pub fn order_of_weights(&self) -> String {
        let burst = self.root.child(&Step::Key("burst".to_owned()));
        let mut order = String::new();
        for section in ["boards", "categories", "companies", "priorities", "statuses"] {
            let weights = burst.and_then(|burst| burst.child(&Step::Key(section.to_owned())));
            if let Some(Node { value: Value::Table(table), .. }) = weights {
                let keys: Vec<&str> = table.entries.iter().map(|entry| entry.key.as_str()).collect();
                order.extend(["\n", section, "=", &keys.join(",")]);
            }
        }
        order
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

    /// Takes the value at `path` out and remembers that; false where there is none.
    pub fn remove(&mut self, path: &KeyPath) -> bool {
        let Some((last, parent)) = path.0.split_last() else { return false };
        let Some(parent) = parent.iter().try_fold(&mut self.root, |node, step| node.child_mut(step)) else {
            return false;
        };
        match (&mut parent.value, last) {
            (Value::Table(table), Step::Key(key)) => {
                let before = table.entries.len();
                table.entries.retain(|entry| entry.key != *key);
                table.removed.push(key.clone());
                table.entries.len() < before
            }
            (Value::List(list), Step::Index(index)) if *index < list.items.len() => {
                list.items.remove(*index);
                list.removed = true;
                true
            }
            _ => false,
        }
    }

    /// Remembers that `key` of the table at `path` was meant, though it was misspelt.
    pub fn excuse(&mut self, path: &KeyPath, key: &str) {
        if let Some(Node { value: Value::Table(table), .. }) =
            path.0.iter().try_fold(&mut self.root, |node, step| node.child_mut(step))
        {
            table.removed.push(key.to_owned());
        }
    }

    /// Whether what `path` names, or something inside it, was taken out because of a problem.
    pub fn is_damaged(&self, path: &KeyPath) -> bool {
        let mut node = &self.root;
        for step in &path.0 {
            match node.child(step) {
                Some(child) => node = child,
                None => {
                    return match (&node.value, step) {
                        (Value::Table(table), Step::Key(key)) => table.removed.contains(key),
                        (Value::List(list), Step::Index(_)) => list.removed,
                        _ => false,
                    };
                }
            }
        }
        node.is_damaged()
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
pub(super) struct Reader<'a> {
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

    /// The node of `value`; `None`, with a problem noted, for a number that is out of range or not finite.
    pub fn node(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Node> {
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
                let Ok(number) = number else {
                    self.refuse(origin, "a number of at most 64 bits");
                    return None;
                };
                Value::Leaf(number)
            }
            DeValue::Float(float) => {
                let number = float.as_str().parse::<f64>().ok().and_then(serde_json::Number::from_f64);
                let Some(number) = number else {
                    self.refuse(origin, "a finite number");
                    return None;
                };
                Value::Leaf(number.into())
            }
            DeValue::Array(array) => {
                let items: Vec<Node> = array.iter().filter_map(|item| self.node(item)).collect();
                Value::List(List { removed: items.len() < array.len(), items })
            }
            DeValue::Table(table) => Value::Table(self.table(table)),
        };
        Some(Node { value, origin })
    }

    /// The table with its entries in the order of the text.
    pub fn table(&mut self, table: &DeTable<'_>) -> Table {
        let mut read = Table::default();
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            let name = key.get_ref().to_string();
            match self.node(value) {
                Some(node) => {
                    read.entries.push(Entry { key: name, key_origin: self.origin(&key.span()), node });
                }
                None => read.removed.push(name),
            }
        }
        read
    }

    fn refuse(&mut self, origin: Origin, expected: &str) {
        let text = self.source.1.text.get(origin.span.clone()).unwrap_or_default();
        self.problems.push(Problem {
            source: Arc::clone(self.source.1),
            message: format!("`{text}` cannot be used"),
            span: Some(origin.span),
            expected: format!("expected {expected}"),
            help: None,
        });
    }
}
