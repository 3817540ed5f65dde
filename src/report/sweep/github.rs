//! A sweep as workflow commands that GitHub shows as annotations. It explores, so a threshold that does not hold is no error.

use std::fmt::Write as _;

use super::content;
use crate::keys::text::{command_data as data, command_property as property};
use crate::results::sweep::Sweep;

/// The annotations, one per line.
pub(super) fn annotations(s: &Sweep) -> String {
    let title = property(&s.setup.name);
    let mut out = String::new();
    for warning in &s.warnings {
        let _ = writeln!(out, "::warning title={title}::{}", data(warning));
    }
    let held = content::held(s).into_iter().map(|held| format!("{} {}.", held.demand, held.words));
    let sentences: Vec<String> = held.chain(content::sentences(s)).collect();
    let _ = writeln!(out, "::notice title={title}::{}", data(&sentences.join(" ")));
    out
}
