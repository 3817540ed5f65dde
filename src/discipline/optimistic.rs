//! `optimistic`: all at once; each write is refused when anything about the technician has changed since it was read. A
//! lost race costs a new ranking, because only a new read can tell what has changed.

use super::contract::{Approach, Discipline, Take};
use super::definition::{DisciplineDefinition, Place};
use super::lane::{InLane, LaneSettings};
use crate::section;

section! {
    /// All at once; the write is refused when the calendar has changed since it was read.
    pub struct OptimisticSettings: Copy {
        ..lane: LaneSettings;
    }
}

impl DisciplineDefinition for OptimisticSettings {
    fn name(&self) -> &'static str {
        "optimistic"
    }

    fn build(&self, _: Place) -> Box<dyn Discipline> {
        let approach = Approach { locks: false, take: Take::WriteIfCurrent, walks: false };
        Box::new(InLane::new(self.lane.concurrency, approach))
    }
}
