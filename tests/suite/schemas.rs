//! The schemas in `schemas/` are those of the definitions, and the generated pages in `docs/` those of the definitions.

use std::fs;

use crate::common::project;

#[test]
fn schemas_are_fresh() {
    for (file, schema) in [
        ("schemas/scenario.json", stampede::scenario::json_schema()),
        ("schemas/summary.json", stampede::report::export::json::json_schema()),
        ("schemas/difference.json", stampede::report::difference::json_schema()),
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
    for (name, page) in [
        ("scenario", stampede::scenario::reference()),
        ("measures", stampede::metrics::reference()),
        ("tables", stampede::report::tables::reference()),
    ] {
        let saved = fs::read_to_string(project(&format!("docs/{name}.md"))).unwrap_or_default();
        assert!(
            saved == page,
            "docs/{name}.md is stale: run `cargo run --release -- reference {name} > docs/{name}.md`"
        );
    }
}
