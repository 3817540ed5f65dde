//! `sequential`: one dispatch at a time. Nobody else can take the slot between the read and the write, so nothing
//! protects it.

use super::contract::{Approach, Discipline, Take};
use super::definition::{Claims, DisciplineDefinition, Nature, Place};
use super::lane::InLane;
use crate::section;

section! {
    /// One at a time.
    pub struct SequentialSettings: Copy {
    }
}

impl DisciplineDefinition for SequentialSettings {
    fn name(&self) -> &'static str {
        "sequential"
    }

    fn nature(&self) -> Nature {
        Nature { one_at_a_time: true, claims: Claims::Nothing, ..Nature::PLAIN }
    }

    fn build(&self, _: Place) -> Box<dyn Discipline> {
        Box::new(InLane::new(Some(1), Approach::by(Take::Write)))
    }
}
