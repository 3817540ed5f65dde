//! The derived files of a results folder: whatever can be made again from the comparison alone.

use std::io;

use super::export::{Exporter, Json, Junit, Markdown, csv};
use crate::results::Comparison;
use crate::results::folder::Content;

/// Why a derived file could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// What the comparison has put aside cannot be read.
    #[error(transparent)]
    Unreadable(#[from] io::Error),
    /// A chart could not be drawn.
    #[cfg(feature = "charts")]
    #[error(transparent)]
    Charts(#[from] super::plots::PlotError),
}

/// Files, each with its path in the folder.
pub(super) type Files<'a> = Vec<(String, Content<'a>)>;

/// The derived files. Tables are made row by row while they are written; charts are drawn with up to so many threads.
///
/// # Errors
/// When a chart cannot be drawn, or recorded replications cannot be read.
pub fn files(c: &Comparison, threads: usize) -> Result<Files<'_>, ReportError> {
    let mut files: Files = charts(c, threads)?;
    for table in csv::tables(c)? {
        let content = Content::written(|out| csv::write(table, c, out));
        files.push((format!("data/{}.csv", table.name), content));
    }
    files.push(("data/summary.json".to_owned(), Content::Bytes(Json.export(c))));
    files.push(("junit.xml".to_owned(), Content::Bytes(Junit.export(c))));
    files.push(("report.md".to_owned(), Content::Bytes(Markdown.export(c))));
    Ok(files)
}

/// The charts, each in two formats.
#[cfg(feature = "charts")]
fn charts(c: &Comparison, threads: usize) -> Result<Files<'_>, ReportError> {
    Ok(of_charts(super::plots::draw_all(c, threads)?))
}

/// The files of charts.
#[cfg(feature = "charts")]
pub(super) fn of_charts(charts: Vec<super::plots::Chart>) -> Files<'static> {
    let mut files = Vec::new();
    for chart in charts {
        files.push((format!("charts/{}.svg", chart.name), Content::Bytes(chart.svg.into_bytes())));
        files.push((format!("charts/{}.png", chart.name), Content::Bytes(chart.png)));
    }
    files
}

/// No charts.
#[cfg(not(feature = "charts"))]
#[expect(clippy::unnecessary_wraps, reason = "with charts, drawing can fail")]
fn charts(_: &Comparison, _: usize) -> Result<Files<'_>, ReportError> {
    Ok(Vec::new())
}
