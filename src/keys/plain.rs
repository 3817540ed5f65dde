//! The forms of plain values, and of lists and tables of others.

use std::marker::PhantomData;
use std::path::PathBuf;

use serde_json::{Value as Json, json};

use super::book::{Book, Shape};
use super::document::Value;
use super::form::Form;
use super::reading::At;

/// True or false.
impl Form for bool {
    type Value = bool;

    fn read(at: &mut At<'_, '_>) -> Option<bool> {
        match at.node.value {
            Value::Leaf(Json::Bool(value)) => Some(value),
            _ => at.refuse("true or false", None),
        }
    }

    fn shape(_: &mut Book<'_>) -> Shape {
        Shape::Leaf(json!({ "type": "boolean" }), "true or false".to_owned())
    }
}

/// Any text without control characters.
impl Form for String {
    type Value = String;

    fn read(at: &mut At<'_, '_>) -> Option<String> {
        let Some(text) = at.text() else { return at.refuse("a string", None) };
        at.has_no_control(text);
        Some(text.to_owned())
    }

    fn shape(_: &mut Book<'_>) -> Shape {
        Shape::Leaf(json!({ "type": "string" }), "text".to_owned())
    }
}

/// Text for people, on one line: white space of any kind is a blank.
pub struct Sentence;

impl Form for Sentence {
    type Value = String;

    fn read(at: &mut At<'_, '_>) -> Option<String> {
        let Some(text) = at.text() else { return at.refuse("a string", None) };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        at.has_no_control(&text);
        Some(text)
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        String::shape(book)
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

/// The path of a file that is written, seen from the folder that the program is started in.
pub struct OutputFile;

impl Form for OutputFile {
    type Value = PathBuf;

    fn read(at: &mut At<'_, '_>) -> Option<PathBuf> {
        let file = at.read::<String>()?;
        if file.is_empty() {
            let path = &at.path;
            at.reading.refuse(path, format!("`{path}` is empty"), "expected the path of a file", None);
        }
        Some(file.into())
    }

    fn shape(_: &mut Book<'_>) -> Shape {
        let words = "the path of a file that is written, seen from the folder that the program is started in";
        Shape::Leaf(json!({ "type": "string", "minLength": 1 }), words.to_owned())
    }
}

/// A name: a text with more than white space, and no control characters.
pub struct ProperName;

impl Form for ProperName {
    type Value = String;

    fn read(at: &mut At<'_, '_>) -> Option<String> {
        let name = at.read::<String>()?;
        if name.trim().is_empty() {
            let path = &at.path;
            at.reading.refuse(path, format!("`{path}` is empty"), "expected a name", None);
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

/// The path of a file, relative to the document's folder and inside it. Whoever reads it says what is wrong with the file.
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

/// A value, or a list of such values that is not empty.
pub struct OneOrMore<F>(PhantomData<F>);

impl<F: Form> Form for OneOrMore<F> {
    type Value = Vec<F::Value>;

    fn read(at: &mut At<'_, '_>) -> Option<Self::Value> {
        match &at.node.value {
            Value::List(items) if items.is_empty() => at.refuse("at least one value", None),
            Value::List(_) => at.items::<F>(),
            _ => at.read::<F>().map(|value| vec![value]),
        }
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        Shape::Either(vec![F::shape(book), SomeOf::<F>::shape(book)])
    }
}

/// A table of names with values, in the order of the document.
pub struct ByName<F>(PhantomData<F>);

impl<F: Form> Form for ByName<F> {
    type Value = Vec<(String, F::Value)>;

    fn read(at: &mut At<'_, '_>) -> Option<Self::Value> {
        at.entries::<F>()
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        Shape::Names(Box::new(F::shape(book)))
    }
}
