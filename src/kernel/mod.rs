//! The clock, the event queue, the random streams and the event log. Knows only the domain.

mod agenda;
pub mod log;
pub mod queue;
pub mod sampler;
pub mod stream;

use crate::domain::{SimDuration, SimTime};
use log::{Log, Logged, Observer};
use queue::EventQueue;

/// What makes a world run: its queue, whose clock is the world's clock, and its log, which an `O` watches.
pub struct Kernel<M, F, O = ()> {
    queue: EventQueue<M>,
    /// The event log.
    pub log: Log<F, O>,
}

impl<M, F: Logged, O: Observer<F>> Default for Kernel<M, F, O> {
    fn default() -> Self {
        Self { queue: EventQueue::default(), log: Log::new(None) }
    }
}

impl<M, F: Logged, O: Observer<F>> Kernel<M, F, O> {
    /// Simulated time.
    #[inline]
    pub fn now(&self) -> SimTime {
        self.queue.now()
    }

    /// Messages sent since the last reset.
    pub fn sent(&self) -> u64 {
        self.queue.sent()
    }

    /// Sends `message`, to be delivered `after` from now.
    #[inline]
    pub fn send(&mut self, after: SimDuration, message: M) {
        self.queue.send(after, message);
    }

    /// Sends `message`, to be delivered at this instant once everything else of it is.
    pub fn send_last(&mut self, message: M) {
        self.queue.send_last(message);
    }

    /// Writes a fact into the log.
    #[inline(always)]
    pub fn state(&mut self, fact: F) {
        self.log.write(self.queue.now(), fact);
    }

    /// The next message, with the clock moved to it.
    #[inline]
    pub fn take_next(&mut self) -> Option<M> {
        self.queue.take_next()
    }

    /// Whether nothing else is to be delivered at this instant.
    #[inline]
    pub fn is_quiet(&self) -> bool {
        self.queue.is_quiet()
    }

    /// Whether facts that only explain others are wanted.
    #[inline]
    pub fn explains(&self) -> bool {
        self.log.explains()
    }

    /// Empties the queue and sets the clock back to the start.
    pub fn reset(&mut self) {
        self.queue.reset();
    }
}
