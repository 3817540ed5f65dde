//! `stampede schema`: the JSON Schemas, generated from the types.

use super::arguments::{Schema, SchemaOf};
use super::exit::{Exit, Failure};
use super::print;
use crate::keys::text::Allowed;
use crate::{report, scenario};

/// Runs the command.
pub fn schema(arguments: &Schema) -> Result<Exit, Failure> {
    let schema = match arguments.of {
        SchemaOf::Scenario => scenario::json_schema(),
        SchemaOf::Summary => report::export::json::json_schema(),
        SchemaOf::Difference => report::difference::json_schema(),
    };
    print(schema, Allowed::Nothing)?;
    Ok(Exit::Fine)
}
