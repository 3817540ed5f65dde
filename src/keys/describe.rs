//! What a document may hold, in the words of the JSON Schema and of the reference page.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json, json};

use super::book::{Book, Chapter, Fallback, Key, Shape};

/// The JSON Schema (draft 07, which TOML editors know) of the document whose root is the section called `root`.
pub fn json_schema(book: &Book<'_>, root: &str) -> Map<String, Json> {
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
    schema.insert("title".to_owned(), json!(root));
    let mut definitions = Map::new();
    for (name, entry) in &book.chapters {
        let Some(entry) = entry else { continue };
        if name == root {
            schema.extend(chapter_schema(entry));
        } else {
            definitions.insert(name.clone(), Json::Object(chapter_schema(entry)));
        }
    }
    schema.insert("definitions".to_owned(), Json::Object(definitions));
    schema
}

fn chapter_schema(entry: &Chapter) -> Map<String, Json> {
    let mut schema = Map::new();
    match entry {
        Chapter::Choice { doc, options } => {
            let option = |(name, doc): &(&str, String)| match doc.as_str() {
                "" => json!({ "type": "string", "const": name }),
                doc => json!({ "description": doc, "type": "string", "const": name }),
            };
            schema.insert("description".to_owned(), json!(doc));
            schema.insert("oneOf".to_owned(), options.iter().map(option).collect());
        }
        Chapter::Section { doc, keys, limits, .. } => {
            schema.insert("description".to_owned(), json!(doc));
            schema.insert("type".to_owned(), json!("object"));
            let properties = keys.iter().map(|key| (key.name.to_owned(), property(key)));
            schema.insert("properties".to_owned(), Json::Object(properties.collect()));
            schema.insert("additionalProperties".to_owned(), json!(false));
            let required =
                keys.iter().filter(|key| matches!(key.fallback, Fallback::Required(_))).map(|key| key.name);
            let required: Vec<&str> = required.collect();
            if !required.is_empty() {
                schema.insert("required".to_owned(), json!(required));
            }
            if let Some((least, most)) = limits {
                schema.insert("minProperties".to_owned(), json!(least));
                schema.insert("maxProperties".to_owned(), json!(most));
            }
        }
    }
    schema
}

fn property(key: &Key) -> Json {
    let mut schema = Map::new();
    let default = key.fallback.in_words();
    let default = if default.is_empty() { default } else { format!(" Default: {default}.") };
    schema.insert("description".to_owned(), json!(format!("{}{default}", key.doc)));
    match shape_schema(&key.shape) {
        Json::Object(shape) if !shape.contains_key("$ref") => schema.extend(shape),
        // In draft 07 a reference hides its neighbours, the description among them.
        reference => schema.extend([("allOf".to_owned(), json!([reference]))]),
    }
    if let Fallback::Value(value) = &key.fallback
        && *value != json!({})
    {
        schema.insert("default".to_owned(), value.clone());
    }
    Json::Object(schema)
}

fn shape_schema(shape: &Shape) -> Json {
    match shape {
        Shape::Leaf(schema, _) => schema.clone(),
        Shape::Named(name) => json!({ "$ref": format!("#/definitions/{name}") }),
        Shape::List(items, false) => json!({ "type": "array", "items": shape_schema(items) }),
        Shape::List(items, true) => json!({ "type": "array", "items": shape_schema(items), "minItems": 1 }),
        Shape::Names(values) => json!({ "type": "object", "additionalProperties": shape_schema(values) }),
        Shape::Either(shapes) => json!({ "anyOf": shapes.iter().map(shape_schema).collect::<Json>() }),
    }
}

/// The paths of all lists of tables, as keys joined by dots, and the names of the tables inside their elements.
pub fn lists_of_tables(book: &Book<'_>, root: &str) -> (Vec<String>, Vec<&'static str>) {
    let (mut lists, mut inside) = (Vec::new(), Vec::new());
    let mut to_do = vec![(root, String::new(), false)];
    while let Some((name, path, is_element)) = to_do.pop() {
        let Some(Chapter::Section { keys, .. }) = book.chapter(name) else { continue };
        for key in keys {
            let at = if path.is_empty() { key.name.to_owned() } else { format!("{path}.{}", key.name) };
            match &key.shape {
                Shape::Named(section) => to_do.push((section, at, is_element)),
                Shape::List(items, _) => {
                    if let Shape::Named(section) = items.as_ref()
                        && let Some(Chapter::Section { .. }) = book.chapter(section)
                    {
                        lists.push(at.clone());
                        to_do.push((section, at, true));
                    }
                }
                Shape::Names(_) if is_element => inside.push(key.name),
                Shape::Leaf(..) | Shape::Names(_) | Shape::Either(_) => {}
            }
        }
    }
    (lists, inside)
}

/// The reference of the document whose root is the section called `root`, as Markdown: every section with its keys, every
/// choice with its options.
pub fn reference(book: &Book<'_>, root: &str) -> String {
    let mut text = String::new();
    for (name, entry) in &book.chapters {
        match entry {
            Some(Chapter::Section { doc, keys, limits, kinds }) => {
                let places = places(book, root, name);
                let title = if name == root { "The scenario's head".to_owned() } else { title(name) };
                let _ = writeln!(text, "## {title}\n");
                if !places.is_empty() {
                    let _ = writeln!(text, "{}\n", places.join(", "));
                }
                let _ = writeln!(text, "{doc}\n");
                match limits {
                    Some((1, 1)) => text.push_str("Exactly one of these keys:\n\n"),
                    Some((least, most)) => {
                        let _ = writeln!(text, "From {least} to {most} of these keys:\n");
                    }
                    None => {}
                }
                if keys.is_empty() {
                    text.push_str("It has no keys.\n\n");
                    continue;
                }
                text.push_str("| key | value | default | |\n|---|---|---|---|\n");
                for key in keys {
                    let default = match &key.fallback {
                        Fallback::Required(_) => "required".to_owned(),
                        Fallback::Value(value) if *value != json!("") && *value != json!({}) => {
                            format!("`{}`", key.fallback.in_words())
                        }
                        fallback => fallback.in_words(),
                    };
                    let with: Vec<String> = (kinds.iter().filter(|(_, keys)| keys.contains(&key.name)))
                        .map(|(kind, _)| format!("`{kind}`"))
                        .collect();
                    let with = match with.len() {
                        count if count == kinds.len() => String::new(),
                        _ => format!(" Goes with {}.", with.join(", ")),
                    };
                    let value = shape_in_words(book, &key.shape);
                    let line = format!("| `{}` | {value} | {default} | {}{with} |", key.name, key.doc);
                    let _ = writeln!(text, "{line}");
                }
                text.push('\n');
            }
            Some(Chapter::Choice { doc, options }) => {
                let _ = writeln!(text, "## {}\n\n{doc}\n\n| value | |\n|---|---|", title(name));
                for (option, doc) in options {
                    let _ = writeln!(text, "| `\"{option}\"` | {doc} |");
                }
                text.push('\n');
            }
            None => {}
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The title of a chapter; a choice between kinds is called after what they are kinds of.
fn title(name: &str) -> String {
    match name.strip_suffix("Kind") {
        Some(topic) => format!("Kinds of {}", topic.to_lowercase()),
        None => name.to_owned(),
    }
}

/// Where a section stands: `[desk]`, `[[desk.team]]`.
fn places(book: &Book<'_>, root: &str, wanted: &str) -> Vec<String> {
    let mut places = Vec::new();
    let mut to_do = vec![(root, String::new())];
    while let Some((name, path)) = to_do.pop() {
        let Some(Chapter::Section { keys, .. }) = book.chapter(name) else { continue };
        for key in keys {
            let at = if path.is_empty() { key.name.to_owned() } else { format!("{path}.{}", key.name) };
            let (section, place) = match &key.shape {
                Shape::Named(section) => (section, format!("`[{at}]`")),
                Shape::List(items, _) => match items.as_ref() {
                    Shape::Named(section) => (section, format!("`[[{at}]]`")),
                    _ => continue,
                },
                _ => continue,
            };
            if section == wanted {
                places.push(place);
            }
            to_do.push((section, at));
        }
    }
    places.sort();
    places
}

fn shape_in_words(book: &Book<'_>, shape: &Shape) -> String {
    match shape {
        Shape::Leaf(_, words) => words.clone(),
        Shape::Named(name) => {
            let title = title(name);
            let anchor = title.to_lowercase().replace(' ', "-");
            match book.chapter(name) {
                Some(Chapter::Section { .. }) => format!("a table: [{title}](#{anchor})"),
                _ => format!("one of [{title}](#{anchor})"),
            }
        }
        Shape::List(items, _) => format!("a list; each: {}", shape_in_words(book, items)),
        Shape::Names(values) => format!("a table of names; each: {}", shape_in_words(book, values)),
        Shape::Either(shapes) => {
            let words: Vec<String> = shapes.iter().map(|shape| shape_in_words(book, shape)).collect();
            words.join(", or ")
        }
    }
}
