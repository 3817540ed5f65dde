//! From the document to the low-level types: every value that does not fit is noted and taken out, until all fit.

use std::fmt::Display;

use serde::de::value::{Error, MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, Error as _, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use super::document::{Document, KeyPath, Node, Step, Value};
use super::error::Problem;
use super::file::ScenarioFile;
use crate::domain::nearest::nearest;

/// After this many problems the rest can wait.
const MOST_PROBLEMS: usize = 100;

/// The scenario as it was typed, without the values that do not fit; those are noted in `problems`. `None` if there are
/// so many that nothing more should be said.
pub(super) fn decode(document: &mut Document, problems: &mut Vec<Problem>) -> Option<ScenarioFile> {
    while problems.len() < MOST_PROBLEMS {
        let error = match serde_path_to_error::deserialize::<_, ScenarioFile>(&document.root) {
            Ok(file) => return Some(file),
            Err(error) => error,
        };
        let path = error
            .path()
            .iter()
            .filter_map(|segment| match segment {
                serde_path_to_error::Segment::Seq { index } => Some(Step::Index(*index)),
                serde_path_to_error::Segment::Map { key } => Some(Step::Key(key.clone())),
                _ => None,
            })
            .collect();
        let path = document.deepest(&KeyPath(path));
        let message = error.inner().to_string();
        let progress = match message.strip_prefix("unknown field ") {
            Some(rest) => unknown_key(document, &path, rest, problems),
            None => wrong_value(document, &path, &message, problems),
        };
        if !progress {
            let origin = document.origin(&path);
            problems.push(document.problem(origin, message, String::new(), None));
            return None;
        }
    }
    None
}

/// Notes an unknown key and takes it out. `rest` is serde's "`found`, expected one of `a`, `b`".
fn unknown_key(document: &mut Document, path: &KeyPath, rest: &str, problems: &mut Vec<Problem>) -> bool {
    let (_, known) = rest.rsplit_once(", expected ").unwrap_or((rest, ""));
    let known = quoted(known);
    // The path ends with the key itself or with its table, according to where serde noticed it.
    let is_unknown = |key: &str| rest.starts_with(&format!("`{key}`")) && !known.contains(&key);
    let path = match path.0.last() {
        Some(Step::Key(key)) if is_unknown(key) => path.clone(),
        _ => match document.find(path).map(|node| &node.value) {
            Some(Value::Table(table)) => match table.entries.iter().find(|entry| is_unknown(&entry.key)) {
                Some(entry) => path.key(&entry.key),
                None => return false,
            },
            _ => return false,
        },
    };
    let Some((Step::Key(key), table)) = path.0.split_last() else { return false };
    let table = KeyPath(table.to_vec());
    let close = nearest(key, known.iter().copied());
    let help = match close {
        Some(close) => format!("did you mean `{close}`?"),
        None if known.is_empty() => "no keys are known here".to_owned(),
        None => format!("known keys: {}", known.join(", ")),
    };
    let place = if table.0.is_empty() { "the scenario's head".to_owned() } else { format!("`{table}`") };
    problems.push(document.problem(
        document.key_origin(&path),
        format!("unknown key `{key}` in {place}"),
        String::new(),
        Some(help),
    ));
    if let Some(close) = close {
        document.excuse(&table, close);
    }
    document.remove(&path)
}

/// Notes a value of the wrong type or out of range and takes it out.
fn wrong_value(document: &mut Document, path: &KeyPath, message: &str, problems: &mut Vec<Problem>) -> bool {
    let Some(node) = document.find(path) else { return false };
    let (expected, help) = match message.rsplit_once(", expected ") {
        Some((_, names)) if message.starts_with("unknown variant ") => {
            let names = quoted(names);
            let help = match &node.value {
                Value::Leaf(serde_json::Value::String(found)) => nearest(found, names.iter().copied()),
                _ => None,
            };
            let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
            (names.join(" or "), help.map(|close| format!("did you mean \"{close}\"?")))
        }
        Some((_, expected)) => match expected.split_once("; ") {
            Some((expected, help)) => (in_words(expected).to_owned(), Some(help.to_owned())),
            None => (in_words(expected).to_owned(), None),
        },
        None => (message.to_owned(), None),
    };
    problems.push(document.problem(
        Some(document.origin(path).unwrap_or(&node.origin)),
        format!("`{path}` is {}", node.describe()),
        format!("expected {expected}"),
        help,
    ));
    document.remove(path)
}

/// The names between backticks.
fn quoted(list: &str) -> Vec<&str> {
    list.split('`').skip(1).step_by(2).collect()
}

/// Serde's names of types in plain words.
fn in_words(expected: &str) -> &str {
    match expected {
        "u64" => "a whole number from 0 to 18446744073709551615",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "a table",
        other => other,
    }
}

/// An error that says what should have been there; what was found is known from the document.
pub(super) fn expected<E: serde::de::Error>(what: &dyn Display) -> E {
    E::invalid_value(Unexpected::Other("something else"), &what.to_string().as_str())
}

impl<'de> IntoDeserializer<'de, Error> for &'de Node {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Unlike serde's own formats, a list is never taken for a table with its keys left out.
impl<'de> Deserializer<'de> for &'de Node {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.value {
            Value::Table(table) => {
                let entries = table.entries.iter().map(|entry| (entry.key.as_str(), &entry.node));
                visitor.visit_map(MapDeserializer::new(entries))
            }
            Value::List(list) => visitor.visit_seq(SeqDeserializer::new(list.items.iter())),
            Value::Leaf(serde_json::Value::String(text)) => visitor.visit_borrowed_str(text),
            Value::Leaf(serde_json::Value::Bool(value)) => visitor.visit_bool(*value),
            Value::Leaf(serde_json::Value::Number(number)) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => visitor.visit_u64(number),
                (None, Some(number)) => visitor.visit_i64(number),
                (None, None) => visitor.visit_f64(number.as_f64().unwrap_or_default()),
            },
            Value::Leaf(_) => Err(expected(&"a value")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match &self.value {
            Value::Table(_) => self.deserialize_any(visitor),
            _ => Err(expected(&"a table")),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match &self.value {
            Value::Leaf(serde_json::Value::String(text)) => {
                visitor.visit_enum(text.as_str().into_deserializer())
            }
            _ => Err(Error::unknown_variant("", variants)),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map identifier ignored_any
    }
}
