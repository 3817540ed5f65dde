//! The schemas in `schemas/` are those of the types, and the generated pages in `docs/` those of the definitions.

use std::fs;

use crate::common::project;

#[test]
fn schemas_are_fresh() {
    for (file, schema) in [
        ("schemas/scenario.json", stampede::scenario::json_schema()),
        ("schemas/summary.json", stampede::report::export::json::json_schema()),
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
fn references_are_fresh() {
    for (file, page) in [
        ("docs/measures.md", stampede::metrics::reference()),
        ("docs/tables.md", stampede::report::tables::reference()),
    ] {
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(project(file), &page).expect("pages can be written");
        }
        let saved = fs::read_to_string(project(file)).unwrap_or_default();
        assert!(saved == page, "{file} is stale: run `UPDATE_DOCS=1 cargo test fresh`");
    }
}
