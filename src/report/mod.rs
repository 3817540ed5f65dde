//! Reports: a comparison as people and as programs read it. Reports read results and never make any.
//!
//! Whole comparisons: [`export`]. Single tables: [`tables`]. Charts: [`plots`]. Every file of a results folder that is made
//! of them: [`files`]. One ticket's course: [`story`].
//! The comparison while it is still being made: [`interim`].
//!
//! Every byte follows from the comparison alone: no wall clock, no locale, no path, no hash order.

pub mod difference;
pub mod export;
#[cfg(feature = "charts")]
mod html;
pub mod plan;
#[cfg(feature = "charts")]
pub mod plots;
pub mod story;
pub mod sweep;
pub mod tables;

mod amounts;
mod content;
mod derived;
mod figures;
mod flights;
mod interim;
mod judgement;
#[cfg(feature = "charts")]
mod occupied;
mod overview;
mod paired;
mod reading;
mod segments;
#[cfg(test)]
pub(crate) mod tests;
#[cfg(feature = "xlsx")]
mod xlsx;

pub use derived::files;
pub use interim::interim;
