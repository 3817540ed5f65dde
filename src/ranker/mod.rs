//! Rankers: what turns the offers of the calendars into an ordered list of picks. One file a ranker.

mod ai;

pub use ai::Ai;
