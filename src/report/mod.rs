//! Reports: a comparison as people and as programs read it. Reports read results and never make any.
//!
//! Whole comparisons: [`export`]. Single tables: [`tables`]. What else a results folder has: [`events`] and [`plots`], put
//! together by [`folder`]. What is read back from such a folder: [`story`].
//!
//! Every byte follows from the comparison alone: no wall clock, no locale, no path, no hash order.

pub mod events;
pub mod export;
pub mod folder;
pub mod plots;
pub mod story;
pub mod tables;

mod civil;
mod content;
mod figures;
mod names;
#[cfg(test)]
mod tests;

/// The version that stands in every file that names one.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
