//! `parallel`: all at once, the slot held the moment it is picked. A lost race walks the ranked alternatives, then
//! retries from scratch.

use super::contract::{Approach, Discipline, Ended, Orders, Take, Waiting};
use super::definition::{Claims, DisciplineDefinition, Nature, Place};
use super::lane::{Lane, LaneSettings};
use crate::domain::{SimTime, TicketId};
use crate::kernel::stream::{Purpose, Streams};
use crate::keys::Share;
use crate::section;

section! {
    /// All at once, the slot is held the moment it is picked.
    pub struct ParallelSettings: Copy {
        ..lane: LaneSettings;
        /// The share of dispatches that are protected; the rest run unsafe.
        protected_share: Share = 1.0,
    }
}

impl DisciplineDefinition for ParallelSettings {
    fn name(&self) -> &'static str {
        "parallel"
    }

    fn nature(&self) -> Nature {
        Nature { holds: true, claims: Claims::Slots, peer_awareness: Some(1.0), ..Nature::PLAIN }
    }

    fn build(&self, place: Place) -> Box<dyn Discipline> {
        Box::new(Parallel::new(self.lane.concurrency, self.protected_share, place.agents))
    }
}

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
