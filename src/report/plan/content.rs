//! What the reports of a plan all say: its heading, the answer, the evidence for it, and what was tried.

use super::super::content::{conditions, title};
use super::parts::Table;
use super::{best, smallest};
use crate::results::plan::{Found, Plan};

/// What was planned, in two lines: the name with its summary, and the question with how it was run.
pub(in crate::report) fn heading(p: &Plan) -> (String, String) {
    let question = match &p.found {
        Found::Smallest(found) => smallest::question(found),
        Found::Best(found) => best::question(found),
    };
    (title(&p.setup), question + &conditions(&p.setup))
}

/// The answer, with one sentence for each discipline that is asked about by itself, and whether it is one.
pub(in crate::report) fn answers(p: &Plan) -> Vec<(bool, String)> {
    match &p.found {
        Found::Smallest(found) => smallest::answers(found),
        Found::Best(found) => vec![(found.chosen.is_some(), best::answer(found))],
    }
}

/// The evidence for the answer, and how sure it is.
pub(in crate::report) fn evidence(p: &Plan) -> Vec<String> {
    match &p.found {
        Found::Smallest(found) => smallest::evidence(p, found),
        Found::Best(found) => best::evidence(p, found),
    }
}

/// What was tried, in at most so many rows.
pub(in crate::report) fn table(p: &Plan, most: usize) -> Table {
    match &p.found {
        Found::Smallest(found) => smallest::table(found, most),
        Found::Best(found) => best::table(p, found, most),
    }
}
