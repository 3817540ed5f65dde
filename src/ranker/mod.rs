//! Rankers: what turns the offers of the calendars into an ordered list of picks. One file per ranker.

mod ai;
mod least_loaded;
mod round_robin;
mod two_choices;

use crate::domain::TicketId;
use crate::domain::calendar::{Offer, Order, Preference};
use crate::domain::settings::{RankerKind, RankerSettings};
use crate::kernel::stream::Streams;

/// Orders the offers that a dispatch has read.
pub trait Ranker: Send {
    /// The order in which it wants its offers, first choice first. It is what a dispatch considers.
    fn order(&self) -> Order;

    /// How many offers it has to see to pick `picks` of them; `None`: all.
    fn needs(&self, picks: u32) -> Option<u32>;

    /// Changes the order of `offers` for this attempt of a ticket's dispatch.
    fn rank(&mut self, streams: &Streams, ticket: TicketId, attempt: u16, offers: &mut [Offer]);

    /// What is added to the costs of technicians, by their number, in this attempt: as many numbers as technicians.
    fn noise(&mut self, _streams: &Streams, _ticket: TicketId, _attempt: u16, _technicians: usize) -> &[f64] {
        &[]
    }
}

/// The ranker of this kind, heeding its peers as much as `peer_awareness` (0..1) says.
pub fn build(kind: RankerKind, settings: &RankerSettings, peer_awareness: f64) -> Box<dyn Ranker> {
    let preference = Preference {
        start: settings.w_start,
        load: settings.w_load,
        history: settings.w_history,
        peers: settings.w_peers * peer_awareness,
    };
    match kind {
        RankerKind::Ai => Box::new(ai::Ai::new(preference, settings.temperature)),
        RankerKind::RoundRobin => Box::new(round_robin::RoundRobin),
        RankerKind::LeastLoaded => Box::new(least_loaded::LeastLoaded),
        RankerKind::TwoChoices => Box::new(two_choices::TwoChoices::new(preference)),
    }
}
