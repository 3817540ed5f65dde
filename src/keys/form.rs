//! The forms of values: how each is read, and how the JSON Schema and the reference page describe it.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::document::{Document, Node};
use super::reading::{At, Reading};

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
    read_json(json, |at| at.read::<F>()).expect("defaults have the form of their key")
}

fn read_json<T>(json: &Json, read: impl FnOnce(&mut At<'_, '_>) -> T) -> T {
    let (document, kinds) = (Document::of(Node::of_json(json)), Kinds::default());
    let mut reading = Reading::new(&document, "".as_ref(), &kinds);
    let value = read(&mut reading.root());
    assert!(reading.problems.is_empty(), "{json} does not fit its key: {:?}", reading.problems);
    value
}

/// A key of a section.
#[derive(Clone, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub doc: String,
    /// What may be typed.
    pub shape: Shape,
    /// What holds where it is left out.
    pub fallback: Fallback,
}

impl Key {
    /// A key of this form.
    pub fn new<F: Form>(book: &mut Book<'_>, name: &'static str, doc: &[&str], fallback: Fallback) -> Self {
        Self { name, doc: words(doc), shape: F::shape(book), fallback }
    }
}

/// What holds where a key is left out.
#[derive(Clone, Debug, PartialEq)]
pub enum Fallback {
    /// This value, as it would be typed.
    Value(Json),
    /// What these words say; nothing needs to be said where they are empty.
    Words(String),
    /// Nothing: the key has to be there.
    Required,
}

impl Fallback {
    /// In words; empty where nothing needs to be said.
    pub fn in_words(&self) -> String {
        match self {
            Self::Value(value) if *value == json!({}) => String::new(),
            Self::Value(value) if *value == json!("") => "empty".to_owned(),
            Self::Value(value) => Node::of_json(value).toml(),
            Self::Words(words) => words.clone(),
            Self::Required => String::new(),
        }
    }
}

/// What may be typed for a value.
#[derive(Clone, Debug)]
pub enum Shape {
    /// A plain value: its JSON Schema, and what it is in words.
    Leaf(Json, String),
    /// A section or a choice of this name in the book.
    Named(String),
    /// A list; whether it needs an element.
    List(Box<Shape>, bool),
    /// A table whose keys are names.
    Names(Box<Shape>),
    /// The one or the other.
    Either(Vec<Shape>),
}

/// A section or a choice.
#[derive(Clone, Debug)]
pub enum Chapter {
    /// A table with known keys.
    Section {
        /// What it is.
        doc: String,
        /// Its keys.
        keys: Vec<Key>,
        /// How many of them have to be there, if that is limited.
        limits: Option<(u32, u32)>,
        /// Kinds of the table with their names and the keys that go with them, where that depends on the kind.
        kinds: Vec<(&'static str, Vec<&'static str>)>,
    },
    /// One of some names.
    Choice {
        /// What it is about.
        doc: String,
        /// The names, each with what it means.
        options: Vec<(&'static str, String)>,
    },
}

/// The sections and choices that a document can have, in the order in which they come up.
pub struct Book<'a> {
    /// The kinds that can be named.
    pub kinds: &'a Kinds,
    /// The chapters with their names.
    pub chapters: Vec<(String, Option<Chapter>)>,
}

impl<'a> Book<'a> {
    /// Nothing entered yet.
    pub fn new(kinds: &'a Kinds) -> Self {
        Self { kinds, chapters: Vec::new() }
    }

    /// Enters what is called `name`, unless it is there.
    pub fn enter(&mut self, name: &str, chapter: impl FnOnce(&mut Self) -> Chapter) -> Shape {
        if !self.chapters.iter().any(|(known, _)| known == name) {
            let place = self.chapters.len();
            self.chapters.push((name.to_owned(), None));
            let chapter = chapter(self);
            self.chapters[place].1 = Some(chapter);
        }
        Shape::Named(name.to_owned())
    }

    /// What is called `name`.
    pub fn chapter(&self, name: &str) -> Option<&Chapter> {
        self.chapters.iter().find(|(known, _)| known == name)?.1.as_ref()
    }
}

/// Kinds that a key may name, and that code outside of the crate may add to.
#[derive(Clone, Debug, Default)]
pub struct Kinds(pub Vec<(&'static str, Vec<KindInfo>)>);

impl Kinds {
    /// The kinds of this topic.
    pub fn of(&self, topic: &str) -> &[KindInfo] {
        self.0.iter().find(|(name, _)| *name == topic).map_or(&[], |(_, kinds)| kinds)
    }
}

/// One kind.
#[derive(Clone, Copy, Debug)]
pub struct KindInfo {
    /// Its name.
    pub name: &'static str,
    /// What it is, line by line.
    pub doc: &'static [&'static str],
    /// The keys of its own.
    pub keys: fn(&mut Book<'_>) -> Vec<Key>,
    /// Their names.
    pub names: fn() -> Vec<&'static str>,
}

/// One kind and how it is read as a `K`.
#[derive(Clone, Copy)]
pub struct Definition<K> {
    /// Its name, its documentation and its keys.
    pub info: KindInfo,
    /// Reads its keys.
    pub read: fn(&mut At<'_, '_>) -> K,
    /// The kind with nothing stated.
    pub plain: fn() -> K,
}

/// A kind with its keys, whose type is forgotten. Two are equal if they print alike, which sections do that hold the
/// same, floating-point numbers to the last digit.
pub struct Chosen<D: ?Sized>(pub Arc<D>);

impl<D: ?Sized> Deref for Chosen<D> {
    type Target = D;

    fn deref(&self) -> &D {
        &self.0
    }
}

impl<D: ?Sized> Clone for Chosen<D> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<D: ?Sized + fmt::Debug> fmt::Debug for Chosen<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<D: ?Sized + fmt::Debug> PartialEq for Chosen<D> {
    fn eq(&self, other: &Self) -> bool {
        format!("{self:?}") == format!("{other:?}")
    }
}

/// What kinds are kinds of.
pub trait Topic: 'static {
    /// The name.
    const NAME: &'static str;
    /// What it is about.
    const DOC: &'static str;
}

/// The name of a kind.
pub struct KindOf<T>(PhantomData<T>);

impl<T: Topic> Form for KindOf<T> {
    type Value = String;

    fn read(at: &mut At<'_, '_>) -> Option<String> {
        let names: Vec<&str> = at.reading.kinds.of(T::NAME).iter().map(|kind| kind.name).collect();
        at.one_of(&names).map(str::to_owned)
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        let options = book.kinds.of(T::NAME).iter().map(|kind| (kind.name, words(kind.doc))).collect();
        book.enter(T::NAME, |_| Chapter::Choice { doc: T::DOC.to_owned(), options })
    }
}

/// Lines of documentation as one text.
pub fn words(lines: &[&str]) -> String {
    let lines: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
    lines.join(" ")
}

/// True or false.
impl Form for bool {
    type Value = bool;

    fn read(at: &mut At<'_, '_>) -> Option<bool> {
        match at.node.value {
            super::document::Value::Leaf(Json::Bool(value)) => Some(value),
            _ => at.refuse("true or false", None),
        }
    }

    fn shape(_: &mut Book<'_>) -> Shape {
        Shape::Leaf(json!({ "type": "boolean" }), "true or false".to_owned())
    }
}

/// Any text.
impl Form for String {
    type Value = String;

    fn read(at: &mut At<'_, '_>) -> Option<String> {
        match at.text() {
            Some(text) => Some(text.to_owned()),
            None => at.refuse("a string", None),
        }
    }

    fn shape(_: &mut Book<'_>) -> Shape {
        Shape::Leaf(json!({ "type": "string" }), "text".to_owned())
    }
}

/// The path of a folder, seen from the folder that the program is started in.
pub struct Folder;

impl Form for Folder {
    type Value = PathBuf;

    fn read(at: &mut At<'_, '_>) -> Option<PathBuf> {
        at.read::<String>().map(PathBuf::from)
    }

    fn shape(_: &mut Book<'_>) -> Shape {
        Shape::Leaf(json!({ "type": "string", "minLength": 1 }), "the path of a folder".to_owned())
    }
}

/// A name: a text with more than white space, and no control characters.
pub struct ProperName;

impl Form for ProperName {
    type Value = String;

    fn read(at: &mut At<'_, '_>) -> Option<String> {
        let name = at.read::<String>()?;
        if name.trim().is_empty() || name.chars().any(char::is_control) {
            let (path, message) = (&at.path, "is empty or has control characters");
            at.reading.refuse(path, format!("`{path}` {message}"), "expected a name", None);
        }
        Some(name)
    }

    fn shape(_: &mut Book<'_>) -> Shape {
        Shape::Leaf(json!({ "type": "string", "minLength": 1 }), "a name".to_owned())
    }
}

/// A name that keys can address: small letters, digits and hyphens. Whoever reads it says so in its own words.
pub struct PlainName;

impl Form for PlainName {
    type Value = String;

    fn read(at: &mut At<'_, '_>) -> Option<String> {
        at.read::<String>()
    }

    fn shape(_: &mut Book<'_>) -> Shape {
        let schema = json!({ "type": "string", "pattern": "^[a-z0-9-]+$" });
        Shape::Leaf(schema, "small letters, digits and hyphens".to_owned())
    }
}

/// The path of a file, relative to the document's folder. Whoever reads it says what is wrong with the file.
pub struct FileName;

impl Form for FileName {
    type Value = PathBuf;

    fn read(at: &mut At<'_, '_>) -> Option<Self::Value> {
        at.file()
    }

    fn shape(_: &mut Book<'_>) -> Shape {
        Shape::Leaf(
            json!({ "type": "string" }),
            "the path of a file, relative to the scenario's folder".to_owned(),
        )
    }
}

/// A list. What does not fit is noted and left out.
pub struct List<F>(PhantomData<F>);

impl<F: Form> Form for List<F> {
    type Value = Vec<F::Value>;

    fn read(at: &mut At<'_, '_>) -> Option<Self::Value> {
        at.items::<F>()
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        Shape::List(Box::new(F::shape(book)), false)
    }
}

/// A list that is not empty. Whoever reads it says so in its own words.
pub struct SomeOf<F>(PhantomData<F>);

impl<F: Form> Form for SomeOf<F> {
    type Value = Vec<F::Value>;

    fn read(at: &mut At<'_, '_>) -> Option<Self::Value> {
        at.items::<F>()
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        Shape::List(Box::new(F::shape(book)), true)
    }
}

/// A table of names with values, in the order of the document.
pub struct Named<F>(PhantomData<F>);

impl<F: Form> Form for Named<F> {
    type Value = Vec<(String, F::Value)>;

    fn read(at: &mut At<'_, '_>) -> Option<Self::Value> {
        at.entries::<F>()
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        Shape::Names(Box::new(F::shape(book)))
    }
}
