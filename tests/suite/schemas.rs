//! The schemas in `schemas/` and the reference in `docs/` are those of the types.

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

#[test]
fn the_reference_of_scenario_files_is_fresh() {
    let saved = fs::read_to_string(project("docs/scenario.md")).unwrap_or_default();
    assert!(
        saved == stampede::scenario::reference(),
        "docs/scenario.md is not what `scenario::reference` says"
    );
}
