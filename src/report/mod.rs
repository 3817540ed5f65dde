//! Reports: a comparison as people and as programs read it. Reports read results and never make any.
//!
//! Whole comparisons: [`export`]. Single tables: [`tables`]. Pictures: `plots`. What of these a results folder has is put
//! together by [`files`]. A single ticket: [`story`].
//!
//! Every byte follows from the comparison alone: no wall clock, no locale, no path, no hash order.

pub mod events;
pub mod export;
#[cfg(feature = "charts")]
pub mod plots;
pub mod story;
pub mod tables;

mod civil;
mod content;
mod derived;
mod figures;
mod names;
#[cfg(test)]
mod tests;

pub use derived::{ReportError, files};

/// The version that stands in every file that names one.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
