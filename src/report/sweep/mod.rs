//! A sweep as people and as programs read it: the same formats as of a comparison, and the files of its folder.

mod content;
mod csv;
mod github;
mod markdown;
#[cfg(test)]
pub(crate) mod tests;
mod text;

use super::derived::{Files, ReportError};
use super::export::junit;
use super::export::text::Style;
use crate::results::folder::Content;
use crate::results::sweep::Sweep;

#[cfg(feature = "charts")]
pub(super) use content::{label, short_keys, told};
pub use text::thresholds;

/// The sweep in the format that `--format` calls so; text is laid out in this style. `None`: there is no such format.
pub fn export(format: &str, s: &Sweep, style: Style) -> Option<String> {
    match format {
        "text" => Some(text::sweep(s, style)),
        "json" => Some(s.to_json()),
        "csv" => Some(csv::table(s)),
        "markdown" => Some(markdown::sweep(s)),
        "github" => Some(github::annotations(s)),
        "junit" => Some(String::from_utf8_lossy(&junit::of_sweep(s)).into_owned()),
        _ => None,
    }
}

/// The derived files of a sweep's folder; charts are drawn with up to so many threads.
///
/// # Errors
/// When a chart cannot be drawn.
pub fn files(s: &Sweep, threads: usize) -> Result<Files<'_>, ReportError> {
    let mut files: Files = charts(s, threads)?;
    files.push(("data/sweep.csv".to_owned(), Content::Bytes(csv::table(s).into_bytes())));
    files.push(("junit.xml".to_owned(), Content::Bytes(junit::of_sweep(s))));
    files.push(("report.md".to_owned(), Content::Bytes(markdown::sweep(s).into_bytes())));
    Ok(files)
}

/// The charts, each in two formats.
#[cfg(feature = "charts")]
fn charts(s: &Sweep, threads: usize) -> Result<Files<'_>, ReportError> {
    Ok(super::derived::of_charts(super::plots::draw_sweep(s, threads)?))
}

/// No charts.
#[cfg(not(feature = "charts"))]
#[expect(clippy::unnecessary_wraps, reason = "with charts, drawing can fail")]
fn charts(_: &Sweep, _: usize) -> Result<Files<'_>, ReportError> {
    Ok(Vec::new())
}
