//! Half-open intervals of simulated time.

use serde::{Deserialize, Serialize};

use super::time::{SimDuration, SimTime};

/// `[start, end)`: a slot, a booking, a working day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Interval {
    /// The first instant inside.
    pub start: SimTime,
    /// The first instant after.
    pub end: SimTime,
}

impl Interval {
    /// From `start`, `length` long.
    pub fn new(start: SimTime, length: SimDuration) -> Self {
        Self { start, end: start + length }
    }

    /// Its length.
    pub fn length(self) -> SimDuration {
        self.end - self.start
    }

    /// Whether the two share an instant; touching ends do not.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether `at` lies inside.
    pub fn contains(self, at: SimTime) -> bool {
        self.start <= at && at < self.end
    }
}
