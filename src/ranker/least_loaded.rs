//! `least-loaded`: fewest active tickets, history breaks ties.

use super::contract::Ranker;
use super::definition::{RankerDefinition, RankerNature};
use crate::domain::TicketId;
use crate::domain::calendar::{Offer, OfferOrder};
use crate::domain::settings::RankerSettings;
use crate::kernel::stream::Streams;
use crate::section;

section! {
    /// Fewest active tickets first.
    pub struct LeastLoaded: Copy {}
}

impl RankerDefinition for LeastLoaded {
    fn name(&self) -> &'static str {
        "least-loaded"
    }

    fn nature(&self) -> RankerNature {
        RankerNature { by_roster: true, ..RankerNature::PLAIN }
    }

    fn build(&self, _: &RankerSettings, _: OfferOrder) -> Box<dyn Ranker> {
        Box::new(*self)
    }
}

/// The order is that of the snapshot.
impl Ranker for LeastLoaded {
    fn order(&self) -> OfferOrder {
        OfferOrder::Active
    }

    fn needs(&self, picks: u32) -> Option<u32> {
        Some(picks)
    }

    fn rank(&mut self, _: &Streams, _: TicketId, _: u16, _: &mut [Offer]) {}
}
