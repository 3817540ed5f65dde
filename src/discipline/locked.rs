//! `locked`: all at once, but everybody eligible is locked from the read to the write. Locks are taken in the order of
//! technicians, so nobody waits in a circle; as they span the ranking, dispatches of one team go one after the other.

use super::contract::{Approach, Discipline, Take};
use super::definition::{DisciplineDefinition, Nature, Place};
use super::lane::{InLane, LaneSettings};
use crate::section;

section! {
    /// All at once; everybody eligible is locked from the read to the write.
    pub struct LockedSettings: Copy {
        ..lane: LaneSettings;
    }
}

impl DisciplineDefinition for LockedSettings {
    fn name(&self) -> &'static str {
        "locked"
    }

    fn nature(&self) -> Nature {
        Nature { locks: true, ..Nature::PLAIN }
    }

    fn build(&self, _: Place) -> Box<dyn Discipline> {
        let approach = Approach { locks: true, take: Take::Write, walks: true };
        Box::new(InLane::new(self.lane.concurrency, approach))
    }
}
