//! A plan as GitHub-flavoured Markdown: what the terminal says.

use std::fmt::Write as _;

use super::super::export::markdown::table;
use super::content;
use super::parts::SHOWN;
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
    let tried = content::table(p, SHOWN);
    let _ = write!(out, "\n{}:\n", escape(&tried.caption));
    table(&mut out, &tried.columns, &tried.rows);
    if let Some(more) = tried.left_out() {
        let _ = write!(out, "\n{more}\n");
    }
    out
}
