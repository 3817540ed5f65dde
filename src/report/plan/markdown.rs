//! A plan as GitHub-flavoured Markdown: what the terminal says.

use std::fmt::Write as _;

use super::content;
use crate::keys::text::markdown as escape;
use crate::results::plan::Plan;

/// The report.
pub(super) fn plan(p: &Plan) -> String {
    let (title, how) = content::heading(p);
    let mut out = format!("## {}\n\n{}.\n", escape(&title), escape(&how));
    for warning in &p.warnings {
        let _ = write!(out, "\n> **Note:** {}\n", escape(warning));
    }
    out.push('\n');
    for (is_answer, answer) in content::answers(p) {
        let mark = if is_answer { "✓" } else { "✗" };
        let _ = writeln!(out, "* {mark} **{}**", escape(&answer));
    }
    out.push('\n');
    for sentence in content::evidence(p) {
        let _ = writeln!(out, "* {}", escape(&sentence));
    }
    let table = content::table(p);
    let _ = write!(out, "\n{}:\n\n| |", escape(&table.caption));
    for column in &table.columns {
        let _ = write!(out, " {} |", escape(column));
    }
    let _ = write!(out, "\n|---|{}\n", "---:|".repeat(table.columns.len()));
    for row in &table.rows {
        let cells: Vec<String> = row.cells.iter().map(|cell| escape(cell)).collect();
        let _ = writeln!(out, "| {} | {} |", escape(&row.label), cells.join(" | "));
    }
    if let Some(more) = table.left_out() {
        let _ = write!(out, "\n{more}\n");
    }
    out
}
