//! A lane: tickets in the order in which they came, a limited number of them under way at a time.

use std::collections::VecDeque;

use super::contract::{Approach, Discipline, Ended, Order, Orders, Waiting};
use crate::domain::{SimTime, TicketId};
use crate::kernel::stream::Streams;
use crate::keys::Whole;
use crate::section;

section! {
    /// How wide a lane is.
    pub struct LaneSettings: Copy {
        /// How many dispatches run at the same time.
        concurrency: Whole<1, 100_000_000> = none "no limit",
    }
}

/// First come, first served, at most `limit` at a time.
#[derive(Clone, Debug)]
pub struct Lane {
    limit: u32,
    running: u32,
    waiting: VecDeque<TicketId>,
}

impl Lane {
    /// An empty lane; without a limit all go at once.
    pub fn new(limit: Option<u32>) -> Self {
        Self { limit: limit.unwrap_or(u32::MAX), running: 0, waiting: VecDeque::new() }
    }

    /// Empties it.
    pub fn reset(&mut self) {
        self.running = 0;
        self.waiting.clear();
    }

    /// A ticket joins the lane, and begins if there is room.
    pub fn join(&mut self, ticket: TicketId, orders: &mut Orders) {
        if self.running < self.limit {
            self.running += 1;
            orders.push_back(Order::Begin(ticket));
        } else {
            self.waiting.push_back(ticket);
        }
    }

    /// One of those under way has ended: the next begins.
    pub fn leave(&mut self, orders: &mut Orders) {
        match self.waiting.pop_front() {
            Some(next) => orders.push_back(Order::Begin(next)),
            None => self.running -= 1,
        }
    }
}

/// A discipline that is a lane and goes about every dispatch in the same way.
pub struct InLane {
    lane: Lane,
    approach: Approach,
}

impl InLane {
    /// At most `limit` dispatches at a time (`None`: no limit), each with this approach.
    pub fn new(limit: Option<u32>, approach: Approach) -> Self {
        Self { lane: Lane::new(limit), approach }
    }
}

impl Discipline for InLane {
    fn reset(&mut self, _streams: &Streams) {
        self.lane.reset();
    }

    fn waits(&mut self, _now: SimTime, waiting: Waiting, orders: &mut Orders) {
        self.lane.join(waiting.ticket, orders);
    }

    fn ended(&mut self, _now: SimTime, _ended: Ended, orders: &mut Orders) {
        self.lane.leave(orders);
    }

    fn approach(&self, _ticket: TicketId) -> Approach {
        self.approach
    }
}
