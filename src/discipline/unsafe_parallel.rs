//! `unsafe-parallel`: all at once, check-then-act. Two dispatches that read the same snapshot book the same slot,
//! silently.

use super::contract::{Approach, Discipline, Take};
use super::definition::{Claims, DisciplineDefinition, Nature, Place};
use super::lane::{InLane, LaneSettings};
use crate::section;

section! {
    /// All at once, nothing protects the slot.
    pub struct UnsafeParallelSettings: Copy {
        ..lane: LaneSettings;
    }
}

impl DisciplineDefinition for UnsafeParallelSettings {
    fn name(&self) -> &'static str {
        "unsafe-parallel"
    }

    fn nature(&self) -> Nature {
        Nature { claims: Claims::Nothing, ..Nature::PLAIN }
    }

    fn build(&self, _: Place) -> Box<dyn Discipline> {
        Box::new(InLane::new(self.lane.concurrency, Approach::by(Take::Write)))
    }
}
