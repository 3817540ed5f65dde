//! `parallel`: all at once, the slot held the moment it is picked. A lost race walks the ranked alternatives, then
//! retries from scratch.

use super::lane::Lane;
use super::{Approach, Discipline, Ended, Orders, Take, Waiting};
use crate::domain::{SimTime, TicketId};
use crate::kernel::stream::{Purpose, Streams};

/// All at once, or a limited number at a time, protected by holds.
///
/// The share of dispatches that the roll-out has reached is protected; the rest write unsafe, on the same calendars.
/// Where only one runs at a time, and there is no other agent, there is nothing to protect: holds would change nothing,
/// and none are taken.
pub struct Parallel {
    lane: Lane,
    one_at_a_time: bool,
    protected_share: f64,
    streams: Streams,
}

impl Parallel {
    /// At most `limit` dispatches at a time (`None`: no limit), `protected_share` (0..1) of them protected;
    /// one of so many `agents`.
    pub fn new(limit: Option<u32>, protected_share: f64, agents: u32) -> Self {
        Self {
            lane: Lane::new(limit),
            one_at_a_time: limit == Some(1) && agents == 1,
            protected_share,
            streams: Streams::new(0, 0),
        }
    }

    fn protects(&self, ticket: TicketId) -> bool {
        let share = self.protected_share;
        share >= 1.0 || (share > 0.0 && self.streams.stream(Purpose::RollOut, ticket.0, 0).unit() < share)
    }
}

impl Discipline for Parallel {
    fn reset(&mut self, streams: &Streams) {
        self.lane.reset();
        self.streams = *streams;
    }

    fn waits(&mut self, _now: SimTime, waiting: Waiting, orders: &mut Orders) {
        self.lane.join(waiting.ticket, orders);
    }

    fn ended(&mut self, _now: SimTime, _ended: Ended, orders: &mut Orders) {
        self.lane.leave(orders);
    }

    fn approach(&self, ticket: TicketId) -> Approach {
        let holds = !self.one_at_a_time && self.protects(ticket);
        Approach::by(if holds { Take::Hold } else { Take::Write })
    }
}
