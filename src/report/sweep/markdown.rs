//! A sweep as GitHub-flavoured Markdown: what the terminal says.

use std::fmt::Write as _;

use super::content;
use crate::keys::text::markdown as escape;
use crate::results::sweep::Sweep;

/// The report.
pub(super) fn sweep(s: &Sweep) -> String {
    let (title, how) = content::heading(s);
    let mut out = format!("## {}\n\n{}.\n", escape(&title), escape(&how));
    for warning in &s.warnings {
        let _ = write!(out, "\n> **Note:** {}\n", escape(warning));
    }
    let held = content::held(s);
    if !held.is_empty() {
        out += "\n| | Threshold | |\n|---|---|---|\n";
        for held in held {
            let mark = match held.holds {
                holds if holds == held.of => "✓",
                0 => "✗",
                _ => "~",
            };
            let _ = writeln!(out, "| {mark} | {} | {} |", escape(&held.demand), escape(&held.words));
        }
    }
    for content::Table { caption, rows } in content::tables(s) {
        let _ = write!(out, "\n{}:\n\n| |", escape(&caption));
        for arm in &s.arms {
            let _ = write!(out, " {} |", escape(arm));
        }
        let _ = write!(out, "\n|---|{}\n", "---:|".repeat(s.arms.len()));
        for row in rows {
            let _ = writeln!(out, "| {} | {} |", escape(&row.label), row.cells.join(" | "));
        }
    }
    if let Some(more) = content::left_out(s) {
        let _ = write!(out, "\n{more}\n");
    }
    let sentences = content::sentences(s);
    if !sentences.is_empty() {
        let _ = write!(out, "\n{}\n", escape(&sentences.join(" ")));
    }
    out
}
