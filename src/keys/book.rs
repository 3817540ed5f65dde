//! The book of what a document may hold: sections with their keys, choices with their options.

use serde_json::{Value as Json, json};

use super::document::Node;

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

/// What holds where a key is left out.
#[derive(Clone, Debug, PartialEq)]
pub enum Fallback {
    /// This value, as it would be typed.
    Value(Json),
    /// What these words say; nothing needs to be said where they are empty.
    Words(String),
    /// Required: there is no default. What to write, as an example.
    Required(&'static str),
}

impl Fallback {
    /// In words; empty where nothing needs to be said.
    pub fn in_words(&self) -> String {
        match self {
            Self::Value(value) if *value == json!({}) => String::new(),
            Self::Value(value) if *value == json!("") => "empty".to_owned(),
            Self::Value(value) => Node::of_json(value).toml(),
            Self::Words(words) => words.clone(),
            Self::Required(_) => String::new(),
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

/// Lines of documentation as one text.
pub fn words(lines: &[&str]) -> String {
    let lines: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
    lines.join(" ")
}
