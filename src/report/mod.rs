//! Reports: a comparison as people and as programs read it. Reports read results and never make any.
//!
//! What is printed: [`text`], [`markdown`], [`github`], and of a single ticket [`story`]. What is written to a results
//! folder: [`json`], [`csv`], [`audit`], [`subagents`] and [`plots`], put together by [`folder`].
//!
//! Every byte follows from the comparison alone: no wall clock, no locale, no path, no hash order.

pub mod audit;
pub mod csv;
pub mod folder;
pub mod github;
pub mod json;
pub mod markdown;
pub mod plots;
pub mod story;
pub mod subagents;
pub mod text;

mod content;
mod figures;
#[cfg(test)]
pub(crate) mod tests;

/// The version that stands in every file that names one.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
