//! A plan as workflow commands that GitHub shows as annotations: an error where there is no answer, a notice with it.

use std::fmt::Write as _;

use super::content;
use crate::keys::text::{command_data as data, command_property as property};
use crate::results::plan::Plan;

/// The annotations, one per line.
pub(super) fn annotations(p: &Plan) -> String {
    let title = property(&p.setup.name);
    let mut out = String::new();
    for warning in &p.warnings {
        let _ = writeln!(out, "::warning title={title}::{}", data(warning));
    }
    let sentences: Vec<String> =
        content::answers(p).into_iter().map(|(_, answer)| answer + ".").chain(content::evidence(p)).collect();
    let kind = if p.is_answered() { "notice" } else { "error" };
    let _ = writeln!(out, "::{kind} title={title}::{}", data(&sentences.join(" ")));
    out
}
