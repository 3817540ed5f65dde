//! `stampede schema`: the JSON Schemas, generated from the types.

use super::arguments::{Schema, SchemaOf};
use super::exit::{Exit, Failure};
use super::print;
use crate::{report, scenario};

/// Runs the command.
pub fn schema(arguments: &Schema) -> Result<Exit, Failure> {
    print(&match arguments.of {
        SchemaOf::Scenario => scenario::json_schema(),
        SchemaOf::Summary => report::export::json::json_schema(),
    })?;
    Ok(Exit::Fine)
}
