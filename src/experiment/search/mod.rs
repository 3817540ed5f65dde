//! Experiments that look for something: the smallest value of a key whose thresholds hold, or the best of many alternatives.

mod erlang;
mod planning;
mod probe;
mod select;
mod smallest;

pub use planning::{Progress, answer, digest, known_points, origin, question};
