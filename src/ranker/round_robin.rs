//! `round-robin`: the next eligible technician in rotation, then the following ones.

use super::contract::Ranker;
use super::definition::{RankerDefinition, RankerNature};
use crate::domain::TicketId;
use crate::domain::calendar::{Offer, OfferOrder};
use crate::domain::settings::RankerSettings;
use crate::kernel::stream::Streams;
use crate::section;

section! {
    /// The next eligible technician in rotation.
    pub struct RoundRobin: Copy {}
}

impl RankerDefinition for RoundRobin {
    fn name(&self) -> &'static str {
        "round-robin"
    }

    fn nature(&self) -> RankerNature {
        RankerNature { by_roster: true, ..RankerNature::PLAIN }
    }

    fn build(&self, _: &RankerSettings, _: OfferOrder) -> Box<dyn Ranker> {
        Box::new(*self)
    }
}

/// The rotation stands where the snapshot found it: it moves on when a slot is held or booked, so dispatches that read at
/// the same time all see the same technician as next.
impl Ranker for RoundRobin {
    fn order(&self) -> OfferOrder {
        OfferOrder::Rotation
    }

    fn needs(&self, picks: u32) -> Option<u32> {
        Some(picks)
    }

    fn rank(&mut self, _: &Streams, _: TicketId, _: u16, _: &mut [Offer]) {}
}
