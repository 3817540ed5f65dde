//! What one discipline books in one replication: who is promised what and when, and who works when.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io;
use std::sync::Arc;

use super::super::super::occupied::{Occupied, Stretch};
use crate::domain::{Burst, Interval, SimTime, TechnicianId, TicketId};
use crate::results::Arm;

/// A ticket in a technician's calendar.
#[derive(Clone, Copy, Debug)]
pub(super) struct Booking {
    pub technician: TechnicianId,
    pub ticket: TicketId,
    pub slot: Interval,
}

/// Bookings of one technician that overlap, directly or in a chain; mostly a single one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub technician: TechnicianId,
    /// From the first start to the last end.
    pub span: Interval,
    /// How many bookings.
    pub tickets: usize,
    /// The ticket of the first of them.
    pub first: TicketId,
}

/// What one discipline did in the replication.
pub(super) struct Day {
    pub arm: usize,
    pub burst: Arc<Burst>,
    /// By technician and time.
    pub bookings: Vec<Booking>,
    /// In the same order.
    pub blocks: Vec<Block>,
    pub work: Vec<(TechnicianId, Interval)>,
}

/// Most bookings of one technician at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Peak {
    pub technician: TechnicianId,
    pub at: SimTime,
    pub bookings: usize,
}

impl Day {
    fn new(
        arm: usize,
        burst: Arc<Burst>,
        mut bookings: Vec<Booking>,
        work: Vec<(TechnicianId, Interval)>,
    ) -> Self {
        bookings.sort_by_key(|booking| (booking.technician, booking.slot, booking.ticket));
        let blocks = blocks(&bookings);
        Self { arm, burst, bookings, blocks, work }
    }

    /// The day of an arm, unless nothing was booked on it.
    ///
    /// # Errors
    /// When the replication cannot be read.
    pub fn of(arm: usize, results: &Arm, replication: u32) -> io::Result<Option<Self>> {
        let recorded = results.recorded.iter().find(|recorded| recorded.replication == replication);
        let Some(recorded) = recorded else { return Ok(None) };
        let found = Occupied::of(recorded)?;
        let booking = |it: Stretch| Booking { technician: it.technician, ticket: it.ticket, slot: it.span };
        let bookings: Vec<Booking> = found.bookings.into_iter().map(booking).collect();
        let work = found.work.into_iter().map(|it| (it.technician, it.span)).collect();
        let burst = recorded.burst()?;
        Ok((!bookings.is_empty()).then(|| Self::new(arm, burst, bookings, work)))
    }

    /// The instant at which somebody is promised to most tickets; the earliest, and the first technician, of several.
    pub fn peak(&self) -> Option<Peak> {
        let mut peak: Option<Peak> = None;
        let mut ends = BinaryHeap::new();
        let mut last = None;
        // Only at a start can there be more than before.
        for Booking { technician, slot, .. } in &self.bookings {
            if last.replace(*technician) != Some(*technician) {
                ends.clear();
            }
            while ends.peek().is_some_and(|Reverse(end)| *end <= slot.start) {
                ends.pop();
            }
            ends.push(Reverse(slot.end));
            let candidate = Peak { technician: *technician, at: slot.start, bookings: ends.len() };
            let order = |peak: &Peak| (Reverse(peak.bookings), peak.at, peak.technician);
            if peak.is_none_or(|best| order(&candidate) < order(&best)) {
                peak = Some(candidate);
            }
        }
        peak
    }

    /// How many tickets are in a double booking.
    pub fn doubles(&self) -> usize {
        self.blocks.iter().filter(|block| block.tickets > 1).map(|block| block.tickets).sum()
    }

    /// When the last promised slot ends.
    pub fn end(&self) -> SimTime {
        self.blocks.iter().map(|block| block.span.end).max().unwrap_or_default()
    }
}

/// The blocks of bookings that are sorted by technician and time.
fn blocks(bookings: &[Booking]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for Booking { technician, ticket, slot } in bookings {
        match blocks.last_mut() {
            Some(last) if last.technician == *technician && slot.start < last.span.end => {
                last.span.end = last.span.end.max(slot.end);
                last.tickets += 1;
            }
            _ => blocks.push(Block { technician: *technician, span: *slot, tickets: 1, first: *ticket }),
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SimDuration;

    fn at(minutes: i64) -> SimTime {
        SimTime::ZERO + SimDuration::from_mins(minutes)
    }

    fn day(bookings: &[(u32, u32, i64, i64)]) -> Day {
        let booking = |&(technician, ticket, start, end): &(u32, u32, i64, i64)| Booking {
            technician: TechnicianId(technician),
            ticket: TicketId(ticket),
            slot: Interval { start: at(start), end: at(end) },
        };
        Day::new(0, Arc::default(), bookings.iter().map(booking).collect(), Vec::new())
    }

    #[test]
    fn bookings_that_overlap_are_one_block_and_those_that_touch_are_not() {
        let day = day(&[(1, 5, 0, 30), (0, 0, 0, 30), (0, 1, 20, 50), (0, 2, 30, 60), (0, 3, 60, 90)]);
        let seen: Vec<_> = (day.blocks.iter())
            .map(|block| (block.technician.0, block.span, block.tickets, block.first.0))
            .collect();
        let span = |start, end| Interval { start: at(start), end: at(end) };
        assert_eq!(seen, [(0, span(0, 60), 3, 0), (0, span(60, 90), 1, 3), (1, span(0, 30), 1, 5)]);
        assert_eq!((day.doubles(), day.end()), (3, at(90)));
    }

    #[test]
    fn the_peak_is_the_earliest_instant_with_most_bookings_of_one_technician() {
        let day = day(&[
            (0, 0, 0, 30),
            (0, 1, 30, 60),
            (1, 2, 0, 30),
            (1, 3, 10, 40),
            (1, 4, 30, 60),
            (2, 5, 5, 20),
            (2, 6, 6, 20),
        ]);
        assert_eq!(day.peak(), Some(Peak { technician: TechnicianId(2), at: at(6), bookings: 2 }));
        assert_eq!(day.doubles(), 5);
    }
}
