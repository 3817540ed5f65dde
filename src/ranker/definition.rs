//! What defines a kind of ranker: its keys, and what the rest of the program needs to know about it.

use std::fmt;
use std::sync::Arc;

use super::contract::Ranker;
use crate::domain::calendar::{OfferOrder, Preference};
use crate::domain::criteria::Criterion;
use crate::domain::settings::RankerSettings;
use crate::keys::{self, Chosen, KindInfo, Section, Topic};

/// A kind of ranker: a [`Section`] whose keys, if it has any, stand in the table `[ranker.<kind>]`, and whose
/// documentation says in a sentence what the kind does.
pub trait RankerDefinition: fmt::Debug + Send + Sync {
    /// What the kind is called in scenarios.
    fn name(&self) -> &'static str;

    /// What the rest of the program needs to know about it.
    fn nature(&self) -> RankerNature {
        RankerNature::PLAIN
    }

    /// The ranker. `order` is what `[ranker]` says: its weights, that of peers times the arm's peer awareness, or what is to
    /// be compared one after the other.
    fn build(&self, settings: &RankerSettings, order: OfferOrder) -> Box<dyn Ranker>;
}

/// What holds for every ranker of a kind.
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
pub type RankerKind = Chosen<dyn RankerDefinition>;

impl RankerKind {
    /// The kind with these keys.
    pub fn of(settings: impl RankerDefinition + 'static) -> Self {
        Self(Arc::new(settings))
    }

    /// The ranker, heeding its peers as much as `peer_awareness` (0..1) says.
    pub fn ranker(&self, settings: &RankerSettings, peer_awareness: f64) -> Box<dyn Ranker> {
        let preference = Preference {
            start: settings.w_start,
            load: settings.w_load,
            history: settings.w_history,
            peers: settings.w_peers * peer_awareness,
        };
        let order = match settings.order {
            None => OfferOrder::Cost(preference),
            Some(criteria) if peer_awareness > 0.0 => OfferOrder::InTurn(criteria),
            Some(criteria) => OfferOrder::InTurn(criteria.without(Criterion::Peers)),
        };
        self.build(settings, order)
    }
}

/// A kind of ranker as the reader of scenarios knows it.
pub type Definition = keys::Definition<RankerKind>;

impl Definition {
    /// The kind that `D` defines.
    pub fn of<D: RankerDefinition + Section + Default>() -> Self {
        Self {
            info: KindInfo { name: D::default().name(), doc: D::DOC, keys: D::keys, names: D::names },
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
