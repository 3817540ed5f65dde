//! The derived files of a results folder: whatever can be made again from the comparison alone.

use super::export::{Exporter, Json, Markdown, csv};
use crate::results::Comparison;

/// Why a derived file could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A chart could not be drawn.
    #[cfg(feature = "charts")]
    #[error(transparent)]
    Charts(#[from] super::plots::PlotError),
}

/// Files, each with its path in the folder.
type Files = Vec<(String, Vec<u8>)>;

/// The derived files.
///
/// # Errors
/// When a chart cannot be drawn.
pub fn files(c: &Comparison) -> Result<Files, ReportError> {
    let charts = charts(c)?;
    let tables = csv::files(c).map(|(name, table)| (name, table.into_bytes()));
    Ok(tables
        .chain([("summary.json".to_owned(), Json.export(c))])
        .map(|(name, bytes)| (format!("data/{name}"), bytes))
        .chain([("report.md".to_owned(), Markdown.export(c))])
        .chain(charts)
        .collect())
}

/// The charts, each in two formats.
#[cfg(feature = "charts")]
fn charts(c: &Comparison) -> Result<Files, ReportError> {
    let mut files = Vec::new();
    for chart in super::plots::draw_all(c)? {
        files.push((format!("charts/{}.svg", chart.name), chart.svg.into_bytes()));
        files.push((format!("charts/{}.png", chart.name), chart.png));
    }
    Ok(files)
}

/// No charts.
#[cfg(not(feature = "charts"))]
#[expect(clippy::unnecessary_wraps, reason = "with charts, drawing can fail")]
fn charts(_: &Comparison) -> Result<Files, ReportError> {
    Ok(Vec::new())
}
