//! The description of every table and column in Markdown, made from the tables themselves.

use std::fmt::Write as _;

use super::{Described, TABLES};
use crate::results::replications::LEADING;

/// What the table is that results are read back from.
const REPLICATIONS: &str = "One row per discipline and replication. After these columns comes one for each number, named by \
                            its key and in the order of [the measures](measures.md); it is empty where nothing was measured, \
                            and `never` where so many tickets have no value that a percentile is not reached. \
                            Percentiles that thresholds ask for besides follow after all others.";

/// `docs/tables.md`, a section per table: what it has a row for, each column, and the values of those that have a fixed few.
pub fn reference() -> String {
    let mut out = String::from(
        "# The tables of a results folder\n\n\
         <!-- Made from src/report/tables/: change it there, then run `cargo run --release -- reference tables > docs/tables.md`. -->\n\n\
         Instants are RFC 3339 with the offset of the scenario's zone, lengths of time are in seconds, and numbers are the \
         shortest that read back the same; lengths are rounded to the microsecond first, and sums over replications to \
         twelve decimals. A cell is empty where there is nothing to say.\n",
    );
    let mut sections: Vec<(&str, &str, Vec<Described>)> =
        TABLES.iter().map(|table| (table.name, table.about, (table.columns)())).collect();
    // Written beside its reader.
    let leading = LEADING.map(|(name, about)| Described { name, about, values: Vec::new() });
    sections.push(("replications", REPLICATIONS, leading.into()));
    sections.sort_by_key(|&(name, ..)| name);
    for (name, about, columns) in sections {
        let _ = write!(out, "\n## `{name}.csv`\n\n{about}\n\n| column | what it says |\n|---|---|\n");
        for Described { name, about, .. } in &columns {
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
