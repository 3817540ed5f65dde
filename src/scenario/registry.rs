//! The kinds of discipline and of ranker that scenarios may name.

use crate::discipline::{self, DisciplineDefinition, Disciplines};
use crate::keys::{Kinds, Section, Topic};
use crate::ranker::{self, RankerDefinition, Rankers};

/// The kinds of discipline and of ranker that scenarios may name: those that Stampede comes with, and what is added.
#[derive(Clone)]
pub struct Registry {
    pub(super) disciplines: Vec<discipline::Definition>,
    pub(super) rankers: Vec<ranker::Definition>,
}

impl Default for Registry {
    fn default() -> Self {
        Self { disciplines: discipline::shipped(), rankers: ranker::shipped() }
    }
}

impl Registry {
    /// With one kind of discipline more; it replaces one of the same name.
    #[must_use]
    pub fn with_discipline<D: DisciplineDefinition + Section + Default>(mut self) -> Self {
        let added = discipline::Definition::of::<D>();
        self.disciplines.retain(|known| known.info.name != added.info.name);
        self.disciplines.push(added);
        self
    }

    /// With one kind of ranker more; it replaces one of the same name.
    #[must_use]
    pub fn with_ranker<D: RankerDefinition + Section + Default>(mut self) -> Self {
        let added = ranker::Definition::of::<D>();
        self.rankers.retain(|known| known.info.name != added.info.name);
        self.rankers.push(added);
        self
    }

    /// The kinds with their names and keys.
    pub(super) fn kinds(&self) -> Kinds {
        let disciplines = self.disciplines.iter().map(|definition| definition.info).collect();
        let rankers = self.rankers.iter().map(|definition| definition.info).collect();
        Kinds(vec![(Disciplines::NAME, disciplines), (Rankers::NAME, rankers)])
    }

    /// The kind of discipline called `name`.
    pub(super) fn discipline(&self, name: &str) -> Option<&discipline::Definition> {
        self.disciplines.iter().find(|definition| definition.info.name == name)
    }
}
