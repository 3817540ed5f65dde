//! What defines a kind of ranker: its keys, and what the rest of the program needs to know about it.

use std::fmt;
use std::sync::Arc;

use super::contract::Ranker;
use crate::domain::calendar::Preference;
use crate::domain::settings::RankerSettings;
use crate::keys::{At, KindInfo, Section, Topic};

/// A kind of ranker: a section whose keys, if it has any, stand in the table `[ranker.<kind>]`, and whose documentation
/// says in a sentence what the kind does.
pub trait RankerDefinition: Section + fmt::Debug + Send + Sync {
    /// What the kind is called in scenarios.
    const KIND: &'static str;

    /// What the rest of the program needs to know about it.
    const NATURE: RankerNature = RankerNature::PLAIN;

    /// The ranker. `preference` has the weights of `[ranker]`, that of peers times the arm's peer awareness.
    fn build(&self, settings: &RankerSettings, preference: Preference) -> Box<dyn Ranker>;
}

/// What is so about every ranker of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RankerNature {
    /// It asks the AI, which takes the AI's time and costs its tokens, and gives costs to match batches by.
    pub asks_ai: bool,
    /// It goes by how many tickets technicians have, or by whose turn it is.
    pub by_roster: bool,
}

impl RankerNature {
    /// Nothing special.
    pub const PLAIN: RankerNature = RankerNature { asks_ai: false, by_roster: false };
}

/// A kind of ranker with its keys.
#[derive(Clone)]
pub struct RankerKind(Arc<dyn Defined>);

/// A [`RankerDefinition`] whose type is forgotten.
trait Defined: fmt::Debug + Send + Sync {
    fn name(&self) -> &'static str;
    fn nature(&self) -> RankerNature;
    fn build(&self, settings: &RankerSettings, preference: Preference) -> Box<dyn Ranker>;
}

impl<D: RankerDefinition> Defined for D {
    fn name(&self) -> &'static str {
        D::KIND
    }

    fn nature(&self) -> RankerNature {
        D::NATURE
    }

    fn build(&self, settings: &RankerSettings, preference: Preference) -> Box<dyn Ranker> {
        RankerDefinition::build(self, settings, preference)
    }
}

impl RankerKind {
    /// The kind with these keys.
    pub fn of(settings: impl RankerDefinition) -> Self {
        Self(Arc::new(settings))
    }

    /// What it is called in scenarios.
    pub fn name(&self) -> &'static str {
        self.0.name()
    }

    /// What is so about every ranker of this kind.
    pub fn nature(&self) -> RankerNature {
        self.0.nature()
    }

    /// The ranker, heeding its peers as much as `peer_awareness` (0..1) says.
    pub fn build(&self, settings: &RankerSettings, peer_awareness: f64) -> Box<dyn Ranker> {
        let preference = Preference {
            start: settings.w_start,
            load: settings.w_load,
            history: settings.w_history,
            peers: settings.w_peers * peer_awareness,
        };
        self.0.build(settings, preference)
    }
}

impl fmt::Debug for RankerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Sections print all that they hold, floating-point numbers to the last digit.
impl PartialEq for RankerKind {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name() && format!("{self:?}") == format!("{other:?}")
    }
}

/// A kind as the reader of scenarios knows it.
#[derive(Clone, Copy)]
pub struct Definition {
    /// Its name, its documentation and its keys.
    pub info: KindInfo,
    /// What is so about every ranker of this kind.
    pub nature: RankerNature,
    /// The names of its keys.
    pub names: fn() -> Vec<&'static str>,
    /// Reads its keys.
    pub read: fn(&mut At<'_, '_>) -> RankerKind,
    /// The kind with nothing stated.
    pub plain: fn() -> RankerKind,
}

impl Definition {
    /// The kind that `D` defines.
    pub fn of<D: RankerDefinition + Default>() -> Self {
        Self {
            info: KindInfo { name: D::KIND, doc: D::DOC, keys: D::keys },
            nature: D::NATURE,
            names: D::names,
            read: |at| RankerKind::of(D::decode(at)),
            plain: || RankerKind::of(D::default()),
        }
    }
}

/// The topic of kinds of ranker.
pub struct Rankers;

impl Topic for Rankers {
    const NAME: &'static str = "RankerKind";
    const DOC: &'static str = "Who ranks the technicians.";
}
