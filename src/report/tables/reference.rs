//! The description of every table and column in Markdown, made from the tables themselves.

use std::fmt::Write as _;

use super::{Described, TABLES};

/// `docs/tables.md`, a section per table: what it has a row for, each column, and the values of those that have a fixed few.
pub fn reference() -> String {
    let mut out = String::from(
        "# The tables of a results folder\n\n\
         <!-- Made from src/report/tables/: change it there, then run `UPDATE_DOCS=1 cargo test fresh`. -->\n\n\
         Instants are RFC 3339 with the offset of the scenario's zone, lengths of time are in seconds, and numbers are the \
         shortest that read back the same. A cell is empty where there is nothing to say.\n",
    );
    for table in TABLES {
        let _ = write!(
            out,
            "\n## `{}.csv`\n\n{}\n\n| column | what it says |\n|---|---|\n",
            table.name, table.about
        );
        let columns = (table.columns)();
        // Columns that are described elsewhere, one by one, have no words here.
        for Described { name, about, .. } in columns.iter().filter(|column| !column.about.is_empty()) {
            let _ = writeln!(out, "| `{name}` | {about} |");
        }
        for Described { name, values, .. } in columns.iter().filter(|column| !column.values.is_empty()) {
            let _ = write!(out, "\n| `{name}` | |\n|---|---|\n");
            for (value, meaning) in values {
                let _ = writeln!(out, "| `{value}` | {meaning} |");
            }
        }
    }
    out
}
