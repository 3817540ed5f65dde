//! The form of a value: how it is read, and how the JSON Schema and the reference page describe it.

use serde_json::{Value as Json, json};

use super::book::{Book, Chapter, Fallback, Key, Kinds, Shape, words};
use super::document::{Document, Node, Value, bare_or_quoted};
use super::named::Named;
use super::nearest::nearest;
use super::reading::{At, Reading};
use super::text::control;
use super::wording;

/// The form of a value: what is typed, and what it is read as.
pub trait Form: 'static {
    /// What the value is read as.
    type Value;

    /// Reads the value; `None`, with a problem noted, if it does not fit.
    fn read(at: &mut At<'_, '_>) -> Option<Self::Value>;

    /// What may be typed. Sections and choices are entered into the book and named.
    fn shape(book: &mut Book<'_>) -> Shape;
}

/// A table with known keys. [`section!`](crate::section) defines one.
pub trait Section: Sized + 'static {
    /// Its name.
    const NAME: &'static str;
    /// What it is, line by line.
    const DOC: &'static [&'static str];
    /// How many of its keys have to be there, if that is limited: the least and the most.
    const LIMITS: Option<(u32, u32)> = None;

    /// Its keys.
    fn keys(book: &mut Book<'_>) -> Vec<Key>;

    /// Reads its keys. Other keys of the table are not looked at.
    fn decode(at: &mut At<'_, '_>) -> Self;

    /// The names of its keys.
    fn names() -> Vec<&'static str>;
}

/// Reads a section, and refuses keys that it does not have.
pub fn read_section<S: Section>(at: &mut At<'_, '_>) -> Option<S> {
    if matches!(at.node.value, Value::Table(_)) || at.node.is_list_of_tables() {
        return at.is_table_of(&S::names()).then(|| S::decode(at));
    }
    // Of a table that holds one thing only, which of them was meant may be all that is typed.
    let meant = at.text().filter(|_| S::LIMITS == Some((1, 1))).and_then(|text| nearest(text, S::names()));
    let example = example_of::<S>(at, meant);
    match meant {
        None => at.refuse("a table", Some(example)),
        Some(meant) => {
            let found = format!("`{}` is {}", at.path, at.node.describe());
            at.reading.refuse(&at.path, found, "expected a table", Some(example));
            at.reading.damage(at.path.key(meant));
            Some(S::decode(at))
        }
    }
}

/// What helps where a section should be: an example with the keys that it requires, or with the one that was `meant`.
fn example_of<S: Section>(at: &At<'_, '_>, meant: Option<&str>) -> String {
    let mut book = Book::new(at.reading.kinds);
    let keys = S::keys(&mut book);
    let table = |keys: &[Key]| {
        let required = keys.iter().filter_map(|key| match key.fallback {
            Fallback::Required(example) => Some(example),
            _ => None,
        });
        match required.collect::<Vec<_>>().as_slice() {
            [] if keys.is_empty() => Some("{}".to_owned()),
            [] => None,
            required => Some(format!("{{ {} }}", required.join(", "))),
        }
    };
    let inner = meant.and_then(|meant| {
        let Shape::Named(section) = &keys.iter().find(|key| key.name == meant)?.shape else { return None };
        let Some(Chapter::Section { keys, .. }) = book.chapter(section) else { return None };
        Some(format!("{{ {meant} = {} }}", table(keys)?))
    });
    match (inner.or_else(|| table(&keys)), at.path.header()) {
        (_, Some(header)) if at.path.0.len() == 1 => format!("write [{header}] and its keys below it"),
        (Some(example), _) => format!("write {} = {example}", at.path.last_key()),
        (None, _) => {
            let names: Vec<&str> = keys.iter().map(|key| key.name).collect();
            format!("write a table in braces, with keys such as {}", wording::list(&names))
        }
    }
}

/// Enters a section into the book.
pub fn enter_section<S: Section>(book: &mut Book<'_>) -> Shape {
    book.enter(S::NAME.trim_end_matches("Settings").trim_end_matches("Keys"), |book| Chapter::Section {
        doc: words(S::DOC),
        keys: S::keys(book),
        limits: S::LIMITS,
        kinds: Vec::new(),
    })
}

/// Reads the value that is named.
pub fn read_choice<N: Named>(at: &mut At<'_, '_>) -> Option<N> {
    let names: Vec<&str> = N::ALL.iter().map(|value| value.name()).collect();
    N::from_name(at.one_of(&names)?)
}

/// Enters a choice between the values of an enum, with what it is, line by line.
pub fn enter_choice<N: Named>(book: &mut Book<'_>, name: &str, doc: &[&str]) -> Shape {
    book.enter(name, |_| Chapter::Choice {
        doc: words(doc),
        options: N::ALL.iter().map(|value| (value.name(), value.meaning().to_owned())).collect(),
    })
}

/// The section with nothing stated.
///
/// # Panics
/// If a default of one of its keys does not fit the key, which is a defect.
pub fn default_section<S: Section>() -> S {
    read_json(&json!({}), S::decode)
}

/// The value that a default, which stands in the code as JSON, is read as.
///
/// # Panics
/// If it does not fit, which is a defect.
pub fn default_value<F: Form>(json: &Json) -> F::Value {
    read_json(json, F::read).expect("defaults have the form of their key")
}

fn read_json<T>(json: &Json, read: impl FnOnce(&mut At<'_, '_>) -> T) -> T {
    let (document, kinds) = (Document::of(Node::of_json(json)), Kinds::default());
    let mut reading = Reading::new(&document, "".as_ref(), &kinds);
    let value = read(&mut reading.root());
    assert!(reading.problems.is_empty(), "{json} does not fit its key: {:?}", reading.problems);
    value
}

impl Key {
    /// A key of this form.
    pub fn new<F: Form>(book: &mut Book<'_>, name: &'static str, doc: &[&str], fallback: Fallback) -> Self {
        Self { name, doc: words(doc), shape: F::shape(book), fallback }
    }
}

/// Reading in a form.
impl At<'_, '_> {
    /// The value in the given form; `None`, with a problem noted, if it does not fit.
    pub fn read<F: Form>(&mut self) -> Option<F::Value> {
        if let Value::Unusable = self.node.value {
            self.reading.damage(self.path.clone());
            return None;
        }
        F::read(self)
    }

    /// The value of a key of this table in the given form, if it is there and fits.
    pub fn field<F: Form>(&mut self, key: &str) -> Option<F::Value> {
        self.key(key)?.read::<F>()
    }

    /// The elements of this list; `None`, with a problem noted, if it is none.
    pub fn items<F: Form>(&mut self) -> Option<Vec<F::Value>> {
        let Value::List(items) = &self.node.value else {
            let help = self.list_help::<F>();
            return self.refuse("a list", help);
        };
        let mut read = Vec::with_capacity(items.len());
        for (index, node) in items.iter().enumerate() {
            let path = self.path.index(index);
            read.extend(self.inner(node, path).read::<F>());
        }
        Some(read)
    }

    /// The entries of this table, in their order; `None`, with a problem noted, if it is none.
    pub fn entries<F: Form>(&mut self) -> Option<Vec<(String, F::Value)>> {
        let Value::Table(table) = &self.node.value else {
            let help = self.names_help::<F>();
            return self.refuse("a table", help);
        };
        let mut read = Vec::new();
        for entry in &table.entries {
            let path = self.path.key(&entry.key);
            if let Some(control) = control(&entry.key) {
                let control = control.escape_default();
                let message = format!("a name in `{}` has the control character {control}", self.path);
                let help = "expected a name without control characters".to_owned();
                self.reading.refuse_key(&path, message, Some(help));
            }
            read.extend(self.inner(&entry.node, path).read::<F>().map(|value| (entry.key.clone(), value)));
        }
        Some(read)
    }

    /// What helps where a list of such elements should be.
    fn list_help<F: Form>(&self) -> Option<String> {
        let mut book = Book::new(self.reading.kinds);
        let holds_tables = match F::shape(&mut book) {
            Shape::Named(name) => matches!(book.chapter(&name), Some(Chapter::Section { .. })),
            _ => false,
        };
        match &self.node.value {
            Value::Table(_) if holds_tables => {
                let header = self.path.header()?;
                Some(format!("write [[{header}]], with two brackets on either side, once for each"))
            }
            Value::Leaf(_) if !holds_tables => {
                Some(format!("write {} = [{}]", self.path.last_key(), self.node.toml()))
            }
            _ => None,
        }
    }

    /// What helps where a table of names with such values should be: an example with the names that were typed.
    fn names_help<F: Form>(&self) -> Option<String> {
        let Shape::Leaf(schema, _) = F::shape(&mut Book::new(self.reading.kinds)) else { return None };
        let value = if schema["maximum"] == json!(1) { "0.5" } else { "1" };
        let typed = match &self.node.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(self.node),
        };
        let mut entries: Vec<String> = (typed.iter().take(3))
            .filter_map(|node| match &node.value {
                Value::Leaf(Json::String(name)) => Some(format!("{} = {value}", bare_or_quoted(name))),
                _ => None,
            })
            .collect();
        if entries.is_empty() {
            entries.push(format!("name = {value}"));
        }
        Some(format!("write for example {} = {{ {} }}", self.path.last_key(), entries.join(", ")))
    }
}
