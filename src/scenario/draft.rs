//! A scenario as far as it could be understood, and everything that is wrong with it so far.

use std::sync::Arc;

use jiff::ZonedDateTime;

use super::names;
use super::plan::Scenario;
use crate::domain::settings::{BurstPlan, DeskPlan};
use crate::domain::{Desk, Segment};
use crate::keys::document::{Document, KeyPath};
use crate::keys::reading::is_about;
use crate::keys::{Problem, ScenarioError, Source};

/// A scenario as far as it could be understood, and everything that is wrong with it so far. What it names in other files
/// has not been looked at yet: see [`crate::experiment::check`].
#[derive(Debug)]
pub struct Draft {
    pub(super) scenario: Option<Scenario>,
    pub(super) problems: Vec<Problem>,
    /// What could be understood, and where it stands; `None` if the text is no document.
    pub(super) outline: Option<Outline>,
    pub(super) sources: Vec<Arc<Source>>,
}

/// What a scenario says of the burst and the desk, though other parts of it may be wrong.
#[derive(Debug)]
pub(super) struct Outline {
    pub document: Document,
    pub start: Option<ZonedDateTime>,
    pub burst: Option<BurstPlan>,
    pub desk: Option<DeskPlan>,
    /// Where something is wrong.
    pub blamed: Vec<KeyPath>,
}

impl Draft {
    /// The scenario, if nothing is wrong with it.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the file, then of the flags.
    pub fn finish(self) -> Result<Scenario, ScenarioError> {
        match self.scenario {
            Some(scenario) if self.problems.is_empty() => Ok(scenario),
            _ => Err(failure(self.problems, &self.sources)),
        }
    }

    /// Whether something is known to be wrong.
    pub(crate) fn is_bad(&self) -> bool {
        self.scenario.is_none() || !self.problems.is_empty()
    }

    /// When it starts, what arrives and on which desk, each as far as it was understood.
    pub(crate) fn plans(&self) -> (Option<&ZonedDateTime>, Option<&BurstPlan>, Option<&DeskPlan>) {
        let outline = self.outline.as_ref();
        (
            outline.and_then(|outline| outline.start.as_ref()),
            outline.and_then(|outline| outline.burst.as_ref()),
            outline.and_then(|outline| outline.desk.as_ref()),
        )
    }

    /// Whether nothing is known to be wrong with the values of these keys, each with dots between its parts.
    pub(crate) fn is_sound(&self, keys: &[&str]) -> bool {
        let path = |key: &&str| key.split('.').fold(KeyPath::root(), |path, step| path.key(step));
        let blamed = |outline: &Outline| keys.iter().any(|key| is_about(&outline.blamed, &path(key)));
        self.outline.as_ref().is_some_and(|outline| !blamed(outline))
    }

    /// Adds what is wrong with names that only files could tell, now that the desk is made and it is known into which
    /// segments tickets fall.
    pub(crate) fn meet(&mut self, desk: &Desk, segments: &[Segment]) {
        let Some(Outline { document, burst: Some(burst), desk: Some(plan), blamed, .. }) = &self.outline
        else {
            return;
        };
        self.problems.extend(names::unknown_to(document, blamed, (plan, burst), desk, segments));
    }
}

/// The problems in the order of the file, then of the flags; a flag that is wrong for every element of a list is
/// reported once.
pub(super) fn failure(problems: Vec<Problem>, sources: &[Arc<Source>]) -> ScenarioError {
    let mut kept: Vec<Problem> = Vec::new();
    for problem in problems {
        let is_same = |other: &Problem| {
            Arc::ptr_eq(&other.source, &problem.source)
                && other.span == problem.span
                && problem.span.is_some()
        };
        if !(problem.source.is_flag && kept.iter().any(is_same)) {
            kept.push(problem);
        }
    }
    kept.sort_by_key(|problem| {
        let source = sources.iter().position(|source| Arc::ptr_eq(source, &problem.source));
        (source, problem.span.as_ref().map_or(0, |span| span.start))
    });
    ScenarioError { problems: kept }
}
