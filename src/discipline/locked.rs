//! `locked`: all at once, but everybody eligible is locked from the read to the write. Locks are taken in the order of
//! technicians, so nobody waits in a circle; as they span the ranking, dispatches of one team go one after the other.
//!
//! With a queue per technician that is not fair where sets of technicians differ. A dispatch that wants many waits for the
//! first that is taken and stands in no other line, so later ones that want a few of the others pass it, again and again.

use super::contract::{Approach, Discipline, Take};
use super::definition::{Claims, DisciplineDefinition, Nature, Place};
use super::lane::{InLane, LaneSettings};
use crate::domain::calendar::LockQueue;
use crate::section;

section! {
    /// All at once; everybody eligible is locked from the read to the write.
    pub struct LockedSettings: Copy {
        ..lane: LaneSettings;
        /// How dispatches stand in line for locks that others have.
        queue: LockQueue = "per-technician",
    }
}

impl DisciplineDefinition for LockedSettings {
    fn name(&self) -> &'static str {
        "locked"
    }

    fn nature(&self) -> Nature {
        Nature { locks: Some(self.queue), claims: Claims::Nothing, ..Nature::PLAIN }
    }

    fn build(&self, _: Place) -> Box<dyn Discipline> {
        let approach = Approach { locks: true, take: Take::Write, walks: true };
        Box::new(InLane::new(self.lane.concurrency, approach))
    }
}
