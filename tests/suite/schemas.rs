//! The schemas in `schemas/` are those of the types.

use std::fs;

use crate::common::project;

#[test]
fn schemas_are_fresh() {
    for (file, schema) in [
        ("schemas/scenario.json", stampede::scenario::json_schema()),
        ("schemas/summary.json", stampede::report::json::json_schema()),
    ] {
        let saved = fs::read_to_string(project(file)).unwrap_or_default();
        assert!(
            saved == schema,
            "{file} is stale: run `cargo run --release -- schema {} > {file}`",
            file.trim_start_matches("schemas/").trim_end_matches(".json")
        );
    }
}
