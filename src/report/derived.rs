//! The derived files of a results folder: whatever can be made again from the comparison alone.

use super::{audit, csv, json, subagents};
use crate::results::Comparison;

/// Why a derived file could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A chart could not be drawn.
    #[cfg(feature = "charts")]
    #[error(transparent)]
    Charts(#[from] super::plots::PlotError),
}

/// The derived files, each with its path in the folder.
///
/// # Errors
/// When a chart cannot be drawn.
pub fn files(c: &Comparison) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    let mut files: Vec<(String, Vec<u8>)> = [
        ("audit.csv", audit::audit(c)),
        ("bookings.csv", csv::bookings(c)),
        ("conflicts.csv", csv::conflicts(c)),
        ("summary.csv", csv::summary(c)),
        ("summary.json", json::summary(c)),
        ("tickets.csv", csv::tickets(c)),
        ("workflows.csv", csv::workflows(c)),
    ]
    .into_iter()
    .chain(subagents::table(c).map(|table| ("subagents.csv", table)))
    .map(|(name, text)| (format!("data/{name}"), text.into_bytes()))
    .collect();
    #[cfg(feature = "charts")]
    for chart in super::plots::draw_all(c)? {
        files.push((format!("charts/{}.svg", chart.name), chart.svg.into_bytes()));
        files.push((format!("charts/{}.png", chart.name), chart.png));
    }
    Ok(files)
}
