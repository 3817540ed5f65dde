//! A sweep on the terminal: where thresholds hold, then a table per number, then what changes.

use std::fmt::Write as _;

use super::super::export::text::{NARROWEST, Style, table};
use super::super::figures::clean;
use super::content::{self, Held};
use crate::keys::prose::wrap;
use crate::results::sweep::Sweep;

/// The report.
pub(super) fn sweep(s: &Sweep, style: Style) -> String {
    let width = style.width.max(NARROWEST);
    let mut out = String::new();
    let (title, how) = content::heading(s);
    out += &wrap(&title, width, "", "");
    out += &wrap(&how, width, "", "");
    out.push('\n');
    let held = content::held(s);
    if !held.is_empty() {
        for held in &held {
            line(&mut out, held, style, width);
        }
        out.push('\n');
    }
    let names: Vec<String> = s.arms.iter().map(|arm| clean(arm).into_owned()).collect();
    for content::Table { caption, rows } in content::tables(s, content::SHOWN) {
        out += &wrap(&format!("{caption}:"), width, "", "");
        table(&mut out, &names, &rows, width);
    }
    if let Some(more) = content::left_out(s, content::SHOWN) {
        let _ = writeln!(out, "{more}\n");
    }
    for sentence in content::sentences(s) {
        out += &wrap(&sentence, width, "", "");
    }
    out
}

/// The thresholds that do not hold everywhere, and nothing else.
pub fn thresholds(s: &Sweep, style: Style) -> String {
    let mut out = String::new();
    let crossed = content::held(s).into_iter().filter(|held| held.holds < held.of);
    crossed.for_each(|held| line(&mut out, &held, style, style.width.max(NARROWEST)));
    out
}

/// A threshold with a mark: everywhere, somewhere or nowhere.
fn line(out: &mut String, held: &Held, style: Style, width: usize) {
    let (mark, colour) = match held.holds {
        holds if holds == held.of => ("✓", "\u{1b}[32m"),
        0 => ("✗", "\u{1b}[31m"),
        _ => ("~", "\u{1b}[33m"),
    };
    let painted = if style.color { format!("{colour}{mark}\u{1b}[0m") } else { mark.to_owned() };
    let text = format!("{} {}", held.demand, held.words);
    *out += &wrap(&text, width, "  ", "    ").replacen(' ', &painted, 1);
}
