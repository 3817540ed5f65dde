//! The form of a value: how it is read, and how the JSON Schema and the reference page describe it.

use serde_json::{Value as Json, json};

use super::book::{Book, Chapter, Fallback, Key, Kinds, Shape, words};
use super::document::{Document, Node, Value};
use super::named::Named;
use super::reading::{At, Reading};
use super::text::control;

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
    at.is_table_of(&S::names()).then(|| S::decode(at))
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
        let Value::List(items) = &self.node.value else { return self.refuse("a list", None) };
        let mut read = Vec::with_capacity(items.len());
        for (index, node) in items.iter().enumerate() {
            let path = self.path.index(index);
            read.extend(self.inner(node, path).read::<F>());
        }
        Some(read)
    }

    /// The entries of this table, in their order; `None`, with a problem noted, if it is none.
    pub fn entries<F: Form>(&mut self) -> Option<Vec<(String, F::Value)>> {
        let Value::Table(table) = &self.node.value else { return self.refuse("a table", None) };
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
}
