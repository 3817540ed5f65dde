//! What a ranker is asked.

use crate::domain::TicketId;
use crate::domain::calendar::{Offer, OfferOrder};
use crate::kernel::stream::Streams;

/// Orders the offers that a dispatch has read.
pub trait Ranker: Send {
    /// The order in which it wants its offers, first choice first. It is what a dispatch considers.
    fn order(&self) -> OfferOrder;

    /// How many offers it has to see to pick `picks` of them; `None`: all.
    fn needs(&self, picks: u32) -> Option<u32>;

    /// Changes the order of `offers` for this attempt of a ticket's dispatch.
    fn rank(&mut self, streams: &Streams, ticket: TicketId, attempt: u16, offers: &mut [Offer]);

    /// What is added to the costs of technicians, by their number, in this attempt: as many numbers as technicians.
    fn noise(&mut self, _streams: &Streams, _ticket: TicketId, _attempt: u16, _technicians: usize) -> &[f64] {
        &[]
    }
}
