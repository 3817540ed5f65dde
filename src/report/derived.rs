//! The derived files of a results folder: whatever can be made again from the comparison alone.

use std::io;
#[cfg(feature = "charts")]
use std::sync::Arc;

use super::export::{Exporter, Json, Junit, Markdown, csv};
#[cfg(feature = "charts")]
use super::html;
#[cfg(feature = "charts")]
use super::plots::Charts;
#[cfg(feature = "xlsx")]
use super::xlsx;
use crate::results::Comparison;
use crate::results::folder::Content;

/// The workbook's place in a folder.
#[cfg(feature = "xlsx")]
pub(super) const WORKBOOK: &str = "report.xlsx";

/// Files, each with its path in the folder.
pub(super) type Files<'a> = Vec<(String, Content<'a>)>;

/// The derived files. They are made while they are written; tables are so row by row.
///
/// # Errors
/// When recorded replications cannot be read.
pub fn files(c: &Comparison) -> io::Result<Files<'_>> {
    let mut files: Files = drawn(c)?;
    for table in csv::tables(c)? {
        let content = Content::written(|out| csv::write(table, c, out));
        files.push((format!("data/{}.csv", table.name), content));
    }
    files.push(("data/summary.json".to_owned(), Content::made(|| Ok(Json.export(c)))));
    files.push(("junit.xml".to_owned(), Content::made(|| Ok(Junit.export(c)))));
    files.push(("report.md".to_owned(), Content::made(|| Ok(Markdown.export(c)))));
    #[cfg(feature = "xlsx")]
    files.push((WORKBOOK.to_owned(), Content::made(|| xlsx::comparison(c))));
    Ok(files)
}

/// The charts, and the page that has them.
#[cfg(feature = "charts")]
fn drawn(c: &Comparison) -> io::Result<Files<'_>> {
    Ok(with_page(Charts::of_comparison(c)?, |charts| html::of_comparison(c, charts)))
}

/// The files of charts, and of the page that `page` makes with them.
#[cfg(feature = "charts")]
pub(super) fn with_page<'a>(
    charts: Charts,
    page: impl Fn(&Charts) -> io::Result<String> + Sync + 'a,
) -> Files<'a> {
    let charts = Arc::new(charts);
    let mut files = of_charts(&charts);
    files.push(("report.html".to_owned(), Content::made(move || Ok(page(&charts)?.into_bytes()))));
    files
}

/// The files of charts, each in two formats.
#[cfg(feature = "charts")]
fn of_charts<'a>(charts: &Arc<Charts>) -> Files<'a> {
    let mut files: Files = Vec::new();
    for (place, name) in charts.names().enumerate() {
        let [svg, png] = [Arc::clone(charts), Arc::clone(charts)];
        let svg = move || Ok(svg.svg(place).map_err(io::Error::other)?.into_bytes());
        let png = move || png.png(place).map_err(io::Error::other);
        files.push((format!("charts/{name}.svg"), Content::made(svg)));
        files.push((format!("charts/{name}.png"), Content::made(png)));
    }
    files
}

/// No charts.
#[cfg(not(feature = "charts"))]
#[expect(clippy::unnecessary_wraps, reason = "charts are composed from what may be unreadable")]
fn drawn(_: &Comparison) -> io::Result<Files<'_>> {
    Ok(Vec::new())
}
