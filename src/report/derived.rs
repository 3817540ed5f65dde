//! The derived files of a results folder: whatever can be made again from the comparison alone.

use super::export::{Exporter as _, Json, csv};
use crate::results::Comparison;
use crate::results::folder::REPLICATIONS;

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
    let mut files = vec![("data/summary.json".to_owned(), Json.export(c))];
    let tables = csv::files(c).map(|(name, table)| (format!("data/{name}"), table.into_bytes()));
    // What a comparison is read back from is not derived from it.
    files.extend(tables.filter(|(path, _)| path != REPLICATIONS));
    #[cfg(feature = "charts")]
    for chart in super::plots::draw_all(c)? {
        files.push((format!("charts/{}.svg", chart.name), chart.svg.into_bytes()));
        files.push((format!("charts/{}.png", chart.name), chart.png));
    }
    Ok(files)
}
