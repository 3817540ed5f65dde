//! From facts to numbers: what is measured, its statistics, and the thresholds it is held to.

pub mod catalog;
pub mod collector;
pub mod quantiles;
pub mod statistics;
pub mod summary;
pub mod thresholds;
pub mod timeline;
pub mod workflow;
