//! The event queue: one per world, ordered by (time, sequence).

use std::collections::VecDeque;

use super::agenda::Agenda;
use crate::domain::{SimDuration, SimTime};

/// When a waiting event is due and where its message lies, in one number: the time above, then the order of sending, then
/// the slot. Comparing two of them is one operation, and keeping them small is half the speed of the agenda.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Due(u128);

impl Due {
    /// Bits for the slot: a quarter of a billion messages may wait at a time.
    const SLOT_BITS: u32 = 28;
    /// What is left for the order of sending: 68 billion messages in a world.
    const SEQUENCE_BITS: u32 = 64 - Self::SLOT_BITS;

    fn new(at: SimTime, sequence: u64, slot: u32) -> Self {
        assert!(
            sequence >> Self::SEQUENCE_BITS == 0 && slot >> Self::SLOT_BITS == 0,
            "the world is too large"
        );
        // No event is due before the scenario's start, so the order of the bits is that of the instants.
        Self(u128::from(at.micros() as u64) << 64 | u128::from(sequence << Self::SLOT_BITS | u64::from(slot)))
    }

    fn at(self) -> SimTime {
        SimTime::from_micros((self.0 >> 64) as i64)
    }

    fn slot(self) -> usize {
        (self.0 as u64 & ((1 << Self::SLOT_BITS) - 1)) as usize
    }
}

/// Messages on their way, delivered by (time, sequence): among equal times, first sent is first delivered.
///
/// What is sent without delay never enters the agenda: it can only be behind what was sent before it at this instant.
pub struct EventQueue<M> {
    now: SimTime,
    sequence: u64,
    /// What was sent without delay when nothing else was on its way at this instant: nothing can come before it.
    next: Option<M>,
    ready: VecDeque<M>,
    /// What is delivered when nothing else is left to deliver at this instant.
    last: VecDeque<M>,
    agenda: Agenda<Due>,
    /// Whether the agenda has something for this very instant: it was sent before all that is ready, and goes first.
    contended: bool,
    waiting: Vec<Option<M>>,
    vacant: Vec<u32>,
}

impl<M> Default for EventQueue<M> {
    fn default() -> Self {
        Self {
            now: SimTime::ZERO,
            sequence: 0,
            next: None,
            ready: VecDeque::new(),
            last: VecDeque::new(),
            agenda: Agenda::default(),
            contended: false,
            waiting: Vec::new(),
            vacant: Vec::new(),
        }
    }
}

impl<M> EventQueue<M> {
    /// The instant of the last event delivered.
    #[inline]
    pub fn now(&self) -> SimTime {
        self.now
    }

    /// Messages sent so far.
    pub fn sent(&self) -> u64 {
        self.sequence
    }

    /// Whether nothing else is to be delivered at this instant: what is sent now without delay comes next.
    #[inline]
    pub fn is_quiet(&self) -> bool {
        !self.contended && self.next.is_none() && self.ready.is_empty() && self.last.is_empty()
    }

    /// Sends `message`, to be delivered `after` from now; a negative delay counts as none.
    #[inline]
    pub fn send(&mut self, after: SimDuration, message: M) {
        let sequence = self.sequence;
        self.sequence += 1;
        if after <= SimDuration::ZERO {
            if self.is_quiet() {
                self.next = Some(message);
            } else {
                self.ready.push_back(message);
            }
            return;
        }
        let slot = if let Some(slot) = self.vacant.pop() {
            self.waiting[slot as usize] = Some(message);
            slot
        } else {
            self.waiting.push(Some(message));
            (self.waiting.len() - 1) as u32
        };
        self.agenda.push(Due::new(self.now.saturating_add(after), sequence, slot));
    }

    /// Sends `message`, to be delivered at this instant once everything else of it is, including what is sent meanwhile.
    pub fn send_last(&mut self, message: M) {
        self.sequence += 1;
        self.last.push_back(message);
    }

    /// Takes the next message out and moves the clock to it.
    #[inline]
    pub fn take_next(&mut self) -> Option<M> {
        if let Some(next) = self.next.take() {
            return Some(next);
        }
        if !self.contended {
            if !self.ready.is_empty() {
                return self.ready.pop_front();
            }
            if !self.last.is_empty() {
                return self.last.pop_front();
            }
        }
        let due = self.agenda.pop()?;
        self.now = due.at();
        self.contended = self.agenda.first().is_some_and(|next| next.at() == self.now);
        self.vacant.push(due.slot() as u32);
        self.waiting[due.slot()].take()
    }

    /// Forgets everything and sets the clock back to the start; keeps the buffers.
    pub fn reset(&mut self) {
        self.now = SimTime::ZERO;
        self.sequence = 0;
        self.next = None;
        self.ready.clear();
        self.last.clear();
        self.agenda.clear();
        self.contended = false;
        self.waiting.clear();
        self.vacant.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(micros: i64) -> SimDuration {
        SimDuration::from_micros(micros)
    }

    #[test]
    fn events_come_by_time_and_among_equals_in_the_order_of_sending() {
        let mut queue = EventQueue::default();
        for (delay, name) in [(20, "c"), (10, "a"), (20, "d"), (10, "b"), (0, "first"), (30, "e")] {
            queue.send(after(delay), name);
        }
        let mut seen = Vec::new();
        while let Some(name) = queue.take_next() {
            seen.push((queue.now().micros(), name));
        }
        assert_eq!(seen, [(0, "first"), (10, "a"), (10, "b"), (20, "c"), (20, "d"), (30, "e")]);
    }

    #[test]
    fn what_was_sent_earlier_for_this_instant_goes_before_what_is_sent_at_it() {
        let mut queue = EventQueue::default();
        queue.send(after(5), "one");
        queue.send(after(5), "two");
        assert_eq!(queue.take_next(), Some("one"));
        queue.send(after(0), "three");
        queue.send(after(-1), "four");
        assert_eq!(queue.take_next(), Some("two"));
        assert_eq!(queue.take_next(), Some("three"));
        assert_eq!(queue.take_next(), Some("four"));
        assert_eq!(queue.take_next(), None);
        assert_eq!(queue.now().micros(), 5);
    }

    #[test]
    fn what_is_sent_last_comes_when_the_instant_has_nothing_more() {
        let mut queue = EventQueue::default();
        for name in ["one", "two"] {
            queue.send(after(5), name);
        }
        queue.send(after(6), "later");
        assert_eq!(queue.take_next(), Some("one"));
        queue.send_last("last");
        queue.send_last("very last");
        queue.send(after(0), "three");
        assert_eq!(queue.take_next(), Some("two"));
        assert_eq!(queue.take_next(), Some("three"));
        queue.send(after(0), "four");
        assert_eq!(queue.take_next(), Some("four"));
        assert_eq!(queue.take_next(), Some("last"));
        queue.send(after(0), "afterthought");
        assert_eq!(queue.take_next(), Some("afterthought"));
        assert_eq!((queue.take_next(), queue.now().micros()), (Some("very last"), 5));
        assert_eq!((queue.take_next(), queue.now().micros()), (Some("later"), 6));
        queue.send_last("forgotten");
        queue.reset();
        assert_eq!(queue.take_next(), None);
    }

    /// Against a sorted list, for pseudo-random delays with many ties.
    #[test]
    fn it_orders_like_a_sorted_list() {
        let mut queue = EventQueue::default();
        let mut expected: Vec<(i64, u64)> = Vec::new();
        let mut state = 1_u64;
        let mut delivered = Vec::new();
        for step in 0..5000_u64 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let delay = ((state >> 60) % 4) as i64;
            expected.push((queue.now().micros() + delay, step));
            queue.send(after(delay), step);
            if state >> 63 == 1
                && let Some(message) = queue.take_next()
            {
                delivered.push((queue.now().micros(), message));
            }
        }
        while let Some(message) = queue.take_next() {
            delivered.push((queue.now().micros(), message));
        }
        assert!(delivered.windows(2).all(|pair| pair[0].0 <= pair[1].0), "time never runs back");
        assert!(delivered.windows(2).all(|pair| pair[0] < pair[1]), "ties come in the order of sending");
        delivered.sort_unstable();
        expected.sort_unstable();
        assert_eq!(delivered, expected);
    }
}
