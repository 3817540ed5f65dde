//! The JSON Schema of scenario files, generated from the types that decode them.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use serde_json::Value;

use super::file::ScenarioFile;

/// The JSON Schema (draft 07, which TOML editors know) of a scenario file: pretty, with a newline at the end, and the
/// same bytes every time.
pub fn json_schema() -> String {
    let mut schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<ScenarioFile>();
    RecursiveTransform(without_null).transform(&mut schema);
    let mut text =
        serde_json::to_string_pretty(&schema).expect("a schema has string keys and finite numbers only");
    text.push('\n');
    text
}

/// Takes `null` out of what an optional key may be: TOML has none, the key is left out instead.
fn without_null(schema: &mut Schema) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type") != Some(&Value::from("null")));
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            schema.remove("anyOf");
            if only.contains_key("$ref") {
                // In draft 07 a reference hides its neighbours, the description among them.
                schema.insert("allOf".to_owned(), Value::Array(vec![Value::Object(only)]));
            } else {
                for (key, value) in only {
                    if schema.get(&key).is_none() {
                        schema.insert(key, value);
                    }
                }
            }
        }
    }
}
