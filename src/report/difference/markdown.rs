//! What differs, as GitHub-flavoured Markdown: the verdict first, for a pull request or the summary of a job's step.

use std::fmt::Write as _;

use super::super::content;
use super::{COLUMNS, arm_heading, cause, correction, heading, key_change, of_one, pairing, rows, verdict};
use crate::keys::Named;
use crate::keys::text::markdown as escape;
use crate::results::difference::{Difference, Effect};

/// The whole difference.
pub fn markdown(d: &Difference) -> String {
    let mut out = format!("## {}\n\n", escape(&heading(d)));
    let mark = if d.is_regression() { "✗" } else { "✓" };
    let _ = write!(out, "{mark} **{}**\n\n{}\n", escape(&verdict(d)), escape(&cause(d)));
    if d.is_nothing() {
        return out;
    }
    if !d.keys.is_empty() {
        out.push('\n');
    }
    for change in &d.keys {
        let _ = writeln!(out, "* {}", escape(&key_change(change)));
    }
    for sentence in of_one(d) {
        let _ = write!(out, "\n{}\n", escape(&sentence));
    }
    if !(d.crossed.is_empty() && d.mended.is_empty()) {
        out += "\n| | Threshold | Measured |\n|---|---|---|\n";
        let turned = [(&d.crossed, "✗ **held, is crossed**"), (&d.mended, "✓ was crossed, holds")];
        for (verdicts, mark) in turned {
            for verdict in verdicts {
                let (demand, found) = (content::demand(verdict), content::finding(verdict));
                let _ = writeln!(out, "| {mark} | {} | {} |", escape(&demand), escape(&found));
            }
        }
    }
    for arm in &d.arms {
        let _ = write!(out, "\n**{}**\n", escape(&arm_heading(arm)));
        let rows = rows(arm);
        if !rows.is_empty() {
            let _ = write!(out, "\n| | {} | it is |\n|---|---:|---:|---:|---:|---|\n", COLUMNS.join(" | "));
        }
        for (effect, row) in rows {
            let effect = if effect == Effect::Regressed { "**regressed**" } else { effect.name() };
            let _ = writeln!(out, "| {} | {} | {effect} |", escape(&row.label), row.cells.join(" | "));
        }
    }
    let _ = write!(out, "\n{}", escape(&pairing(d)));
    if let Some(correction) = correction(d) {
        let _ = write!(out, " {}", escape(&correction));
    }
    out.push('\n');
    out
}
