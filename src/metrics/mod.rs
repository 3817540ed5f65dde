//! From facts to numbers: what is measured, its statistics, and the thresholds it is held to.

pub mod agents;
pub mod bursts;
pub mod catalog;
mod causes;
pub mod collector;
pub mod comparison;
pub mod contrast;
mod costs;
pub mod counts;
pub mod interim;
mod measures;
pub mod never;
pub mod numbers;
pub mod percent;
pub mod possible;
pub mod precision;
pub mod quantiles;
mod reference;
mod segments;
pub mod statistics;
pub mod summary;
pub mod thresholds;
pub mod timeline;
pub mod tolerance;
mod units;

pub use reference::reference;
