//! A sweep as GitHub-flavoured Markdown: what the terminal says.

use std::fmt::Write as _;

use super::super::export::markdown::table;
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
    for content::Table { caption, rows } in content::tables(s, content::SHOWN) {
        let _ = write!(out, "\n{}:\n", escape(&caption));
        table(&mut out, &s.arms, &rows);
    }
    if let Some(more) = content::left_out(s, content::SHOWN) {
        let _ = write!(out, "\n{more}\n");
    }
    let sentences = content::sentences(s);
    if !sentences.is_empty() {
        let _ = write!(out, "\n{}\n", escape(&sentences.join(" ")));
    }
    out
}
