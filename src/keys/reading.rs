//! Reading a document key by key: every value that does not fit is noted with its place, and the rest is read on.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use super::book::Kinds;
use super::document::{Document, KeyPath, Node, Origin, Step, Value};
use super::files::is_outside;
use super::nearest::nearest;
use super::problem::Problem;
use super::text::control;

/// After this many problems the rest can wait.
const MOST_PROBLEMS: usize = 100;

/// A file that the document names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// Its path as it was typed.
    pub typed: String,
    /// Its path, resolved against the document's folder.
    pub path: PathBuf,
    /// The key that names it.
    pub key: KeyPath,
}

/// What has been read so far, and what was wrong with it.
pub struct Reading<'a> {
    /// What is read.
    pub document: &'a Document,
    /// Where files that the document names are looked for.
    pub folder: &'a Path,
    /// The kinds that can be named.
    pub kinds: &'a Kinds,
    /// What is wrong, each thing once.
    pub problems: Vec<Problem>,
    /// The files that the document names.
    pub files: Vec<InputFile>,
    /// Whether these files may lie outside the folder.
    pub allow_outside: bool,
    /// Where values do not fit, keys are unknown, or a key was meant that is misspelt.
    damaged: Vec<KeyPath>,
    /// Where anything else is wrong.
    refused: Vec<KeyPath>,
}

/// A value of the document, to be read.
pub struct At<'r, 'a> {
    /// Where problems go.
    pub reading: &'r mut Reading<'a>,
    /// The value.
    pub node: &'a Node,
    /// Where it is.
    pub path: KeyPath,
    /// The table that has what this one leaves out, and where it is.
    beneath: Option<(&'a Node, KeyPath)>,
}

impl<'a> Reading<'a> {
    /// Nothing read yet.
    pub fn new(document: &'a Document, folder: &'a Path, kinds: &'a Kinds) -> Self {
        Self {
            document,
            folder,
            kinds,
            problems: Vec::new(),
            files: Vec::new(),
            allow_outside: false,
            damaged: Vec::new(),
            refused: Vec::new(),
        }
    }

    /// The value at `path`, if it is there.
    pub fn at(&mut self, path: &KeyPath) -> Option<At<'_, 'a>> {
        let node = self.document.find(path)?;
        Some(At { reading: self, node, path: path.clone(), beneath: None })
    }

    /// The whole document.
    pub fn root(&mut self) -> At<'_, 'a> {
        At { node: &self.document.root, reading: self, path: KeyPath::root(), beneath: None }
    }

    /// Notes a problem with the value at `path`, or with the closest table around it.
    pub fn refuse(
        &mut self,
        path: &KeyPath,
        message: impl Into<String>,
        expected: &str,
        help: Option<String>,
    ) {
        let origin = self.document.origin(&self.document.deepest(path));
        self.note(origin, message.into(), expected.to_owned(), help);
        self.refused.push(path.clone());
    }

    /// Notes a problem with the key that `path` ends with.
    pub fn refuse_key(&mut self, path: &KeyPath, message: impl Into<String>, help: Option<String>) {
        self.note(self.document.key_origin(path), message.into(), String::new(), help);
        self.refused.push(path.clone());
    }

    /// Notes a problem once: what several tables have in common is wrong for each of them.
    fn note(&mut self, origin: Option<&Origin>, message: String, expected: String, help: Option<String>) {
        let problem = self.document.problem(origin, message, expected, help);
        if self.problems.len() > MOST_PROBLEMS || self.problems.contains(&problem) {
            return;
        }
        if self.problems.len() == MOST_PROBLEMS {
            let message = format!("more is wrong: of the problems {MOST_PROBLEMS} are shown");
            self.problems.push(Problem { message, expected: String::new(), help: None, ..problem });
        } else {
            self.problems.push(problem);
        }
    }

    /// Notes that `table` lacks `key`, unless it was there and is known to be wrong.
    pub fn missing(&mut self, table: &KeyPath, key: &str, example: &str) {
        let path = table.key(key);
        if !self.is_damaged(&path) {
            let origin = self.document.origin(&self.document.deepest(table));
            self.note(
                origin,
                format!("`{path}` is missing"),
                String::new(),
                Some(format!("write {example}")),
            );
            self.refused.push(path);
        }
    }

    /// Remembers that nothing should be concluded from what is at `path`.
    pub fn damage(&mut self, path: KeyPath) {
        self.damaged.push(path);
    }

    /// Whether what `path` names, something inside it or something around it is known to be wrong.
    pub fn is_damaged(&self, path: &KeyPath) -> bool {
        is_about(&self.damaged, path)
    }

    /// Whether the value at `path` itself has been refused, for whatever reason.
    pub fn is_refused(&self, path: &KeyPath) -> bool {
        self.damaged.contains(path) || self.refused.contains(path)
    }

    /// Whether an element of the list at `path`, or its value of one of these keys, is known not to fit.
    pub fn elements_are_damaged(&self, path: &KeyPath, keys: &[&str]) -> bool {
        self.damaged.iter().any(|damaged| match damaged.0.strip_prefix(path.0.as_slice()) {
            Some([_, Step::Key(key), ..]) => keys.contains(&key.as_str()),
            Some(_) => true,
            None => path.0.starts_with(&damaged.0),
        })
    }

    /// Where something is known to be wrong.
    pub fn blamed(self) -> Vec<KeyPath> {
        [self.damaged, self.refused].concat()
    }

    /// The path of the `number`-th element, counted from 0, that could be read of the list at `path`.
    pub fn element(&self, path: &KeyPath, number: usize) -> KeyPath {
        if !self.is_damaged(path) {
            return path.index(number);
        }
        let could_be_read = |at: &KeyPath| !self.damaged.contains(at);
        let mut elements = (0..).map(|index| path.index(index)).filter(could_be_read);
        elements.nth(number).unwrap_or_else(|| path.clone())
    }

    /// Whether the user states a value at `path`, in the file or with a flag. What a preset says is not stated.
    pub fn is_stated(&self, path: &KeyPath) -> bool {
        let origin = self.document.find(path).map(|node| &node.origin);
        origin.is_some_and(|origin| !self.document.sources[origin.source].is_preset)
    }

    /// The one of `choices` that is there; a problem is noted for none, with an example of one, or for several.
    pub fn exactly_one<'c>(
        &mut self,
        path: &KeyPath,
        choices: impl IntoIterator<Item = (&'c str, bool)>,
        example: Option<String>,
    ) -> Option<&'c str> {
        let choices: Vec<(&str, bool)> = choices.into_iter().collect();
        let present: Vec<&str> = choices.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect();
        let all: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let expected = format!("expected exactly one of {}", all.join(", "));
        let found = match *present.as_slice() {
            [one] => return Some(one),
            [] if self.is_damaged(path) => return None,
            [] => match *all.as_slice() {
                [one, other] => format!("`{path}` has neither {one} nor {other}"),
                _ => format!("`{path}` has none of the keys that it needs one of"),
            },
            [first, second] => format!("`{path}` has both {first} and {second}"),
            _ => format!("`{path}` has {}", present.join(", ")),
        };
        let help =
            example.filter(|_| present.is_empty()).map(|example| format!("write for example {example}"));
        self.refuse(path, found, &expected, help);
        None
    }
}

/// Whether one of `places` is at `path`, inside it or around it. The whole document is around nothing: that it lacks
/// something says nothing about what it has.
pub(crate) fn is_about(places: &[KeyPath], path: &KeyPath) -> bool {
    places
        .iter()
        .any(|place| !place.0.is_empty() && (place.0.starts_with(&path.0) || path.0.starts_with(&place.0)))
}

impl<'a> At<'_, 'a> {
    /// The same table, with what it leaves out taken from the one at `path`, if there is one.
    #[must_use]
    pub fn over(mut self, path: &KeyPath) -> Self {
        self.beneath = self.reading.document.find(path).map(|node| (node, path.clone()));
        self
    }

    /// The value of a key of this table, if it is there.
    pub fn key(&mut self, key: &str) -> Option<At<'_, 'a>> {
        let step = Step::Key(key.to_owned());
        let (node, path) = match (self.node.child(&step), &self.beneath) {
            (Some(node), _) => (node, self.path.key(key)),
            (None, Some((table, path))) => (table.child(&step)?, path.key(key)),
            (None, None) => return None,
        };
        Some(self.inner(node, path))
    }

    /// A value inside this one, which is at `path`.
    pub(super) fn inner(&mut self, node: &'a Node, path: KeyPath) -> At<'_, 'a> {
        At { reading: self.reading, node, path, beneath: None }
    }

    /// The string that this is, if it is one.
    pub fn text(&self) -> Option<&'a str> {
        match &self.node.value {
            Value::Leaf(serde_json::Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The number that this is, if it is one.
    pub fn number(&self) -> Option<&'a serde_json::Number> {
        match &self.node.value {
            Value::Leaf(serde_json::Value::Number(number)) => Some(number),
            _ => None,
        }
    }

    /// Whether this is a table all of whose keys are among `known`; problems are noted for what is not.
    pub fn is_table_of(&mut self, known: &[&str]) -> bool {
        let Value::Table(table) = &self.node.value else {
            let header = self.path.header().filter(|_| self.node.is_list_of_tables());
            let help = header.map(|header| format!("write [{header}], with one bracket on either side"));
            return self.refuse("a table", help).unwrap_or(false);
        };
        for entry in &table.entries {
            if !known.contains(&entry.key.as_str()) && entry.node.value != Value::Unusable {
                self.unknown(&entry.key, known);
            }
        }
        true
    }

    /// Notes an unknown key; the known one that was probably meant is not missing.
    fn unknown(&mut self, key: &str, known: &[&str]) {
        let path = self.path.key(key);
        let close = nearest(key, known.iter().copied());
        let help = match close {
            Some(close) => format!("did you mean `{close}`?"),
            None if known.is_empty() => "no keys are known here".to_owned(),
            None => format!("known keys: {}", known.join(", ")),
        };
        let table = &self.path;
        let place = if table.0.is_empty() { "the scenario's head".to_owned() } else { format!("`{table}`") };
        self.reading.refuse_key(&path, format!("unknown key `{key}` in {place}"), Some(help));
        self.reading.damage(path);
        if let Some(close) = close {
            self.reading.damage(self.path.key(close));
        }
    }

    /// Notes that this value is not what was `expected`.
    pub fn refuse<T>(&mut self, expected: impl Display, help: Option<String>) -> Option<T> {
        let origin = self.reading.document.origin(&self.path).or(Some(&self.node.origin));
        let found = format!("`{}` is {}", self.path, self.node.describe());
        self.reading.note(origin, found, format!("expected {expected}"), help);
        self.reading.damage(self.path.clone());
        None
    }

    /// The one of `names` that this is; `None`, with a problem noted, if it is none.
    pub fn one_of<'n>(&mut self, names: &[&'n str]) -> Option<&'n str> {
        let text = self.text();
        if let Some(name) = text.and_then(|text| names.iter().find(|name| **name == text)) {
            return Some(name);
        }
        let close = text.and_then(|text| nearest(text, names.iter().copied()));
        let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        self.refuse(quoted.join(" or "), close.map(|close| format!("did you mean \"{close}\"?")))
    }

    /// Whether a text of this value has no control character, which would drive whatever shows the text; a problem is
    /// noted if it has.
    pub(super) fn has_no_control(&mut self, text: &str) -> bool {
        let Some(control) = control(text) else { return true };
        let message = format!("`{}` has the control character {}", self.path, control.escape_default());
        self.reading.refuse(&self.path, message, "expected text without control characters", None);
        false
    }

    /// The file that this names, resolved against the document's folder; `None`, with a problem noted, if it is no
    /// string, has control characters, or lies outside the folder where that is not allowed. Whether the file is there is not looked at.
    pub fn file(&mut self) -> Option<PathBuf> {
        let Some(typed) = self.text() else { return self.refuse("a string", None) };
        if !self.has_no_control(typed) {
            self.reading.damage(self.path.clone());
            return None;
        }
        if !self.reading.allow_outside && is_outside(self.reading.folder, typed.as_ref()) {
            let path = self.path.clone();
            let help = "put the file there, or allow it with allow_outside = true in the scenario's head or with \
                        --allow-outside";
            self.reading.refuse(
                &path,
                format!("`{path}` names {typed:?}, which is outside the scenario's folder"),
                "expected a file in the folder of the scenario or below",
                Some(help.to_owned()),
            );
            self.reading.damage(path);
            return None;
        }
        let path = self.reading.folder.join(typed);
        let file = InputFile { typed: typed.to_owned(), path: path.clone(), key: self.path.clone() };
        if !self.reading.files.contains(&file) {
            self.reading.files.push(file);
        }
        Some(path)
    }
}
