//! A plan on the terminal: the answer, the evidence, and what was tried.

use super::super::export::text::{NARROWEST, Style, table};
use super::content;
use super::parts::SHOWN;
use crate::keys::prose::wrap;
use crate::results::plan::Plan;

/// The report.
pub(super) fn plan(p: &Plan, style: Style) -> String {
    let width = style.width.max(NARROWEST);
    let mut out = String::new();
    let (title, how) = content::heading(p);
    out += &wrap(&title, width, "", "");
    out += &wrap(&how, width, "", "");
    out.push('\n');
    out += &short(p, style);
    out.push('\n');
    for sentence in content::evidence(p) {
        out += &wrap(&sentence, width, "", "  ");
    }
    out.push('\n');
    let tried = content::table(p, SHOWN);
    out += &wrap(&format!("{}:", tried.caption), width, "", "");
    table(&mut out, &tried.columns, &tried.rows, width);
    if let Some(more) = tried.left_out() {
        out += &wrap(&more, width, "", "");
    }
    out
}

/// The answer, and nothing else.
pub fn short(p: &Plan, style: Style) -> String {
    let width = style.width.max(NARROWEST);
    let line = |(is_answer, answer): (bool, String)| {
        let (mark, colour) = if is_answer { ("✓", "\u{1b}[32m") } else { ("✗", "\u{1b}[31m") };
        let painted = if style.color { format!("{colour}{mark}\u{1b}[0m") } else { mark.to_owned() };
        wrap(&answer, width, "  ", "    ").replacen(' ', &painted, 1)
    };
    content::answers(p).into_iter().map(line).collect()
}
