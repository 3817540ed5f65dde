//! Which replications a worker runs next. Workers that are too far ahead of the slowest one wait, so that what is kept until
//! its turn to be written comes stays small however many replications there are.

use std::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Hands out batches of replications in their order.
pub(super) struct Turns {
    state: Mutex<State>,
    changed: Condvar,
}

/// How far the workers are.
struct State {
    /// The next replication that nobody has taken.
    next: u32,
    /// The first that is not written.
    written: u32,
    /// The replication after the last.
    end: u32,
    /// How many are taken at a time: waking the gatherer for each of them would take as long as a small one.
    batch: u32,
    /// How many may be taken and not written.
    ahead: u32,
    stopped: bool,
}

/// What a worker is told.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    /// To run these.
    Run(Range<u32>),
    /// To ask again after something has changed.
    Wait,
    /// That there is nothing left to do.
    End,
}

/// Batches that are taken and not written, per worker: enough that nobody waits for a batch that takes three times as long
/// as others.
const AHEAD: u32 = 4;

impl Turns {
    /// For these replications and so many workers.
    pub(super) fn new(replications: &Range<u32>, workers: usize) -> Self {
        // Small enough that all workers end together and progress shows.
        let batch = (replications.len() / (64 * workers)).clamp(1, 64) as u32;
        let state = State {
            next: replications.start,
            written: replications.start,
            end: replications.end,
            batch,
            ahead: batch.saturating_mul(AHEAD).saturating_mul(workers as u32),
            stopped: false,
        };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// The next replications to run, as soon as there are some; `None` where there are none left.
    ///
    /// The worker with the first of those that are not written never waits here, so that all others come to their turn.
    pub(super) fn take(&self) -> Option<Range<u32>> {
        let mut state = self.state();
        loop {
            match state.answer() {
                Answer::Run(batch) => return Some(batch),
                Answer::Wait => {
                    state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
                Answer::End => return None,
            }
        }
    }

    /// All replications before this one are written.
    pub(super) fn written(&self, before: u32) {
        self.state().written = before;
        self.changed.notify_all();
    }

    /// Nobody gets anything any more.
    pub(super) fn stop(&self) {
        self.state().stopped = true;
        self.changed.notify_all();
    }

    /// Nothing in here is left half done by a panic.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn answer(&mut self) -> Answer {
        if self.stopped || self.next >= self.end {
            return Answer::End;
        }
        if self.next - self.written >= self.ahead {
            return Answer::Wait;
        }
        let first = self.next;
        self.next = self.end.min(first.saturating_add(self.batch));
        Answer::Run(first..self.next)
    }
}

/// Stops everybody when it is dropped: nobody must wait for one who has left early.
pub(super) struct StopOnDrop<'a>(pub &'a Turns);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_handed_out_once_and_nobody_runs_far_ahead() {
        for (replications, workers) in
            [(0..1, 1), (0..1000, 2), (7..100_000, 3), (u32::MAX - 5..u32::MAX, 16)]
        {
            let turns = Turns::new(&replications, workers);
            let mut state = turns.state();
            let bound = state.batch * AHEAD * workers as u32;
            let (mut next, mut waited) = (replications.start, false);
            loop {
                match state.answer() {
                    Answer::Run(batch) => {
                        assert_eq!(batch.start, next);
                        assert!(batch.end - state.written < bound + state.batch, "{batch:?}");
                        next = batch.end;
                    }
                    Answer::Wait => {
                        waited = true;
                        assert!(state.next - state.written >= bound);
                        // The slowest batch comes at last.
                        state.written += state.batch;
                    }
                    Answer::End => break,
                }
            }
            assert_eq!((next, waited), (replications.end, replications.len() as u32 > bound));
        }
    }

    #[test]
    fn a_worker_that_waits_goes_on_when_something_is_written_and_ends_when_all_is_stopped() {
        let turns = Turns::new(&(0..1000), 1);
        let first = turns.take();
        while turns.state().answer() != Answer::Wait {}
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| (turns.take(), turns.take()));
            turns.written(first.map_or(0, |batch| batch.end));
            let next = 15 * AHEAD;
            let taken = Some(next..next + 15);
            std::thread::yield_now();
            drop(StopOnDrop(&turns));
            assert!([(taken, None), (None, None)].contains(&waiting.join().unwrap()));
        });
    }
}
