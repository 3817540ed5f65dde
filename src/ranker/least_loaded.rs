//! `least-loaded`: fewest active tickets, history breaks ties.

use super::Ranker;
use crate::domain::TicketId;
use crate::domain::calendar::{Offer, Order};
use crate::kernel::stream::Streams;

/// The order is that of the snapshot.
pub struct LeastLoaded;

impl Ranker for LeastLoaded {
    fn order(&self) -> Order {
        Order::Active
    }

    fn needs(&self, picks: u32) -> Option<u32> {
        Some(picks)
    }

    fn rank(&mut self, _: &Streams, _: TicketId, _: u16, _: &mut [Offer]) {}
}
