//! Counts of events against the clock, in a bounded number of bins whose width doubles as the run grows.

use serde::{Deserialize, Serialize};

use crate::domain::SimTime;

/// Bins at most.
const BINS: usize = 1024;

/// A histogram over simulated time since the scenario's start. What happened before the start counts in the first bin.
///
/// The width of a bin is a second times a power of two, the smallest that fits the latest event, so two timelines
/// of the same events are equal in whatever order they were filled or merged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    doublings: u32,
    counts: Vec<u64>,
}

impl Timeline {
    /// Counts an event.
    pub fn add(&mut self, at: SimTime) {
        let second = (at.micros().max(0) / 1_000_000) as u64;
        while (second >> self.doublings) as usize >= BINS {
            self.double();
        }
        let bin = (second >> self.doublings) as usize;
        if bin >= self.counts.len() {
            self.counts.resize(bin + 1, 0);
        }
        self.counts[bin] += 1;
    }

    /// The events so far; it is empty then, and keeps its room.
    #[must_use]
    pub fn take(&mut self) -> Self {
        let taken = self.clone();
        self.doublings = 0;
        self.counts.clear();
        taken
    }

    /// Adds another timeline's events.
    pub fn merge(&mut self, other: &Timeline) {
        while self.doublings < other.doublings {
            self.double();
        }
        let finer = 1 << (self.doublings - other.doublings);
        self.counts.resize(self.counts.len().max(other.counts.len().div_ceil(finer)), 0);
        for (bin, counts) in self.counts.iter_mut().zip(other.counts.chunks(finer)) {
            *bin += counts.iter().sum::<u64>();
        }
    }

    /// Seconds in a bin.
    pub fn bin_seconds(&self) -> f64 {
        (1_u64 << self.doublings) as f64
    }

    /// Events in each bin, up to the last that is not empty.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// Seconds since the scenario's start with the number of events until then, at the end of each bin, from the start of the
    /// first on; nothing without events.
    pub fn running(&self) -> impl Iterator<Item = (f64, u64)> {
        let mut sum = 0;
        let ends = self.counts.iter().enumerate().map(move |(bin, count)| {
            sum += count;
            ((bin + 1) as f64 * self.bin_seconds(), sum)
        });
        self.counts.first().map(|_| (0.0, 0)).into_iter().chain(ends)
    }

    /// All events.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Whether it can be what [`Timeline::add`] makes of events.
    pub fn is_sound(&self) -> bool {
        let total = self.counts.iter().try_fold(0_u64, |total, &count| total.checked_add(count));
        self.doublings < 44 && self.counts.len() <= BINS && total.is_some()
    }

    fn double(&mut self) {
        self.doublings += 1;
        self.counts = self.counts.chunks(2).map(|pair| pair.iter().sum()).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(seconds: &[i64]) -> Timeline {
        let mut timeline = Timeline::default();
        for &second in seconds {
            timeline.add(SimTime::from_micros(second * 1_000_000));
        }
        timeline
    }

    #[test]
    fn order_of_filling_and_merging_does_not_show() {
        let all = filled(&[-5, 0, 3, 1023, 1024, 90_000, 7]);
        assert_eq!(all, filled(&[90_000, 7, 1024, 1023, 3, 0, -5]));
        let mut merged = filled(&[-5, 0, 3]);
        merged.merge(&filled(&[1023, 90_000]));
        merged.merge(&filled(&[7, 1024]));
        assert_eq!(all, merged);
        assert_eq!(all.total(), 7);
        assert_eq!(all.bin_seconds(), 128.0);
    }

    #[test]
    fn a_merge_into_a_coarser_timeline_keeps_every_count() {
        let mut coarse = filled(&[90_000]);
        coarse.merge(&filled(&[1, 2, 1000]));
        assert_eq!(coarse, filled(&[1, 2, 1000, 90_000]));
    }
}
