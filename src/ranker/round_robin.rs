//! `round-robin`: the next eligible technician in rotation, then the following ones.

use super::Ranker;
use crate::domain::TicketId;
use crate::domain::calendar::{Offer, Order};
use crate::kernel::stream::Streams;

/// The rotation stands where the snapshot found it: it moves on when a slot is held or booked, so dispatches that read at
/// the same time all see the same technician as next.
pub struct RoundRobin;

impl Ranker for RoundRobin {
    fn order(&self) -> Order {
        Order::Rotation
    }

    fn needs(&self, picks: u32) -> Option<u32> {
        Some(picks)
    }

    fn rank(&mut self, _: &Streams, _: TicketId, _: u16, _: &mut [Offer]) {}
}
