//! The report as GitHub-flavoured Markdown: what the terminal says, for a pull request or a page.

use std::fmt::Write as _;

use super::super::content::{self, Row};
use super::super::overview::{Overview, overview};
use super::super::paired::{Differences, differences};
use super::super::reading::reading;
use super::super::segments::segments;
use super::Exporter;
use crate::keys::text::markdown as escape;
use crate::results::Comparison;

/// The report of `compare` as Markdown.
#[derive(Clone, Copy, Debug)]
pub struct Markdown;

impl Exporter for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn export(&self, c: &Comparison) -> Vec<u8> {
        comparison(c).into_bytes()
    }
}

/// The report of `compare`.
fn comparison(c: &Comparison) -> String {
    let (title, how) = content::heading(c);
    let mut out = format!("## {}\n\n{}.\n", escape(&title), escape(&how));
    if let Some(precision) = content::precision(c) {
        let _ = write!(out, "\n{}\n", escape(&precision));
    }
    for warning in &c.warnings {
        let _ = write!(out, "\n> **Note:** {}\n", escape(warning));
    }
    if let Some(Overview { heading, columns, rows }) = overview(c) {
        let _ = write!(out, "\n{}\n", escape(&heading));
        table(&mut out, &columns, &rows);
    }
    if !c.verdicts.is_empty() {
        out += "\n| | Threshold | Measured |\n|---|---|---|\n";
        for verdict in &c.verdicts {
            let mark = if verdict.holds { "✓" } else { "✗ **crossed**" };
            let demand = escape(&content::demand(verdict));
            let _ = writeln!(out, "| {mark} | {demand} | {} |", escape(&content::finding(verdict)));
        }
    }
    let rows = content::rows(c);
    if !rows.is_empty() {
        let arms: Vec<&str> = c.arms.iter().map(|arm| &*arm.name).collect();
        table(&mut out, &arms, &rows);
    }
    if let Some(Differences { heading, columns, rows, notes }) = differences(c) {
        let _ = write!(out, "\n{}\n", escape(&heading));
        table(&mut out, &columns, &rows);
        let _ = write!(out, "\n{}\n", escape(&notes));
    }
    if let Some(note) = content::unseen(c) {
        let _ = write!(out, "\n{note}\n");
    }
    if let Some((heading, columns, rows)) = content::agents(c) {
        let _ = write!(out, "\n{}\n", escape(&heading));
        table(&mut out, &columns, &rows);
    }
    for segments in segments(c, false) {
        let _ = write!(out, "\n{}\n", escape(&segments.heading));
        let columns = segments.columns.clone();
        table(&mut out, &columns, &segments.rows());
    }
    let sentences = reading(c);
    if !sentences.is_empty() {
        let _ = write!(out, "\n{}\n", escape(&sentences.join(" ")));
    }
    out
}

/// Adds a table of rows, of which the first column has the labels and no name. All of it is shown as it stands.
pub(in crate::report) fn table(out: &mut String, columns: &[impl AsRef<str>], rows: &[Row]) {
    *out += "\n| |";
    for column in columns {
        let _ = write!(out, " {} |", escape(column.as_ref()));
    }
    let _ = write!(out, "\n|---|{}\n", "---:|".repeat(columns.len()));
    for row in rows {
        let cells: Vec<String> = row.cells.iter().map(|cell| escape(cell)).collect();
        let _ = writeln!(out, "| {} | {} |", escape(&row.label), cells.join(" | "));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::agents::AgentTotals;
    use crate::report::tests::comparison as sample;

    #[test]
    fn the_tables_have_as_many_cells_in_each_row_and_names_cannot_break_them() {
        let mut c = sample();
        c.arms[1].name = "a|b\n*c*".to_owned();
        let text = comparison(&c);
        assert!(
            text.starts_with("## monday-4: Four tickets at once\n\n2 replications, seed 7, 95 % confidence")
        );
        assert!(
            text.contains("| | sequential | a\\|b\\\\n\\*c\\* | parallel |\n|---|---:|---:|---:|\n"),
            "{text}"
        );
        assert!(
            text.contains(
                "| ✗ **crossed** | parallel: conflict\\_rate mean \\< 0.35 | 40 % (upper 95 % bound"
            )
        );
        assert!(text.contains("> **Note:** Two replications say little."));
        let table = text.lines().skip_while(|line| !line.starts_with("| | seq"));
        for line in table.take_while(|line| line.starts_with('|')) {
            assert_eq!(line.replace("\\|", "").matches('|').count(), 5, "{line}");
        }
    }

    #[test]
    fn many_disciplines_have_an_overview_before_all_else() {
        let mut c = sample();
        assert!(!comparison(&c).contains("doubles"));
        let more = c.arms.clone();
        c.arms.extend(more);
        c.arms[5].name = "a|b".to_owned();
        let text = comparison(&c);
        let (overview, verdicts) = (text.find("\n\n6 disciplines, means"), text.find("| ✗ **crossed**"));
        assert!(overview.is_some() && overview < verdicts, "{text}");
        assert!(
            text.contains("| | last owner | delay, 95 % | doubles | no owner | verdict |\n|---|---:|"),
            "{text}"
        );
        assert!(text.contains("\n| a\\|b | 4 min 50 s | 4 min 20 s | 0 | 0.50 | – |\n"), "{text}");
    }

    #[test]
    fn several_agents_have_a_table_of_their_own() {
        let mut c = sample();
        assert!(!comparison(&c).contains("By agent"));
        c.setup.agents.push("a|b".to_owned());
        c.arms[0].agents.push(AgentTotals::default());
        let text = comparison(&c);
        assert!(
            text.contains("| | dispatches | conflicts | fallbacks | retries | unassigned |\n|---|---:|"),
            "{text}"
        );
        assert!(text.contains("| sequential: a\\|b | 0 | – | – | – | 0 |\n"), "{text}");
    }
}
