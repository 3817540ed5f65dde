//! What differs, on the terminal: the verdict last, where the eye is.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::super::content::{self, Row};
use super::super::export::text::{NARROWEST, Style, table};
use super::{COLUMNS, arm_heading, cause, correction, heading, key_change, of_one, pairing, rows, verdict};
use crate::keys::prose::wrap;
use crate::results::difference::{ArmDifference, Difference, Effect};

/// The whole difference.
pub fn text(d: &Difference, style: Style) -> String {
    let width = style.width.max(NARROWEST);
    let mut out = wrap(&heading(d), width, "", "");
    if d.is_nothing() {
        return out + &wrap(&format!("{} {}", cause(d), verdict(d)), width, "", "");
    }
    out += &wrap(&pairing(d), width, "", "");
    out.push('\n');
    out += &wrap(&cause(d), width, "", "");
    for change in &d.keys {
        out += &wrap(&key_change(change), width, "  ", "    ");
    }
    for sentence in of_one(d) {
        out += &wrap(&sentence, width, "", "");
    }
    out.push('\n');
    out += &thresholds(d, style, width);
    let mut marked = BTreeSet::new();
    for arm in &d.arms {
        out += &arm_rows(arm, rows(arm), width, &mut marked);
    }
    for (mark, meaning) in marked {
        out += &wrap(&format!("{mark} {meaning}"), width, "", "  ");
    }
    if let Some(correction) = correction(d) {
        out += &wrap(&correction, width, "", "");
    }
    out + &wrap(&verdict(d), width, "", "")
}

/// Only what makes it a regression; nothing where it is none.
pub fn regressions(d: &Difference, style: Style) -> String {
    if !d.is_regression() {
        return String::new();
    }
    let width = style.width.max(NARROWEST);
    let mut only = d.clone();
    only.mended.clear();
    let mut out = thresholds(&only, style, width);
    for arm in &d.arms {
        let mut regressed = rows(arm);
        regressed.retain(|(effect, _)| *effect == Effect::Regressed);
        if !regressed.is_empty() {
            out += &arm_rows(arm, regressed, width, &mut BTreeSet::new());
        }
    }
    out + &wrap(&verdict(d), width, "", "")
}

/// A discipline with its rows, each with a mark; the marks are entered with their meanings.
fn arm_rows(
    arm: &ArmDifference,
    rows: Vec<(Effect, Row)>,
    width: usize,
    marked: &mut BTreeSet<(&'static str, &'static str)>,
) -> String {
    let mut out = wrap(&arm_heading(arm), width, "", "");
    let marked = rows.into_iter().map(|(effect, row)| {
        let (mark, meaning) = match effect {
            Effect::Regressed => ("✗", "worse by more than chance and the tolerance"),
            Effect::Worse => ("~", "worse by more than chance, and not by more than the tolerance"),
            Effect::Better => ("✓", "better by more than chance"),
            Effect::Untold => {
                ("?", "too few replications measured it in both runs to tell whether by chance")
            }
            _ => ("·", "other by more than chance, and neither better nor worse"),
        };
        marked.insert((mark, meaning));
        Row { label: format!("{mark} {}", row.label).into(), ..row }
    });
    let marked: Vec<Row> = marked.collect();
    table(&mut out, &COLUMNS.map(str::to_owned), &marked, width);
    if marked.is_empty() {
        out.push('\n');
    }
    out
}

/// The thresholds that turned.
fn thresholds(d: &Difference, style: Style, width: usize) -> String {
    let marks =
        if style.color { ["\u{1b}[31m✗\u{1b}[0m", "\u{1b}[32m✓\u{1b}[0m"] } else { ["✗", "✓"] };
    let turned =
        [(&d.crossed, "held, and is crossed", marks[0]), (&d.mended, "was crossed, and holds", marks[1])];
    let mut out = String::new();
    for (verdicts, words, mark) in turned {
        for verdict in verdicts {
            let line = format!("{} {words}: {}", content::demand(verdict), content::finding(verdict));
            out += &wrap(&line, width, "  ", "    ").replacen(' ', mark, 1);
        }
    }
    if !out.is_empty() {
        let _ = writeln!(out);
    }
    out
}
