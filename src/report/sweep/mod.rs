//! A sweep as people and as programs read it: the same formats as of a comparison, and the files of its folder.

pub(super) mod content;
mod csv;
mod github;
mod markdown;
#[cfg(test)]
pub(crate) mod tests;
mod text;

use super::derived::Files;
#[cfg(feature = "xlsx")]
use super::derived::WORKBOOK;
use super::export::junit;
use super::export::text::Style;
use crate::results::folder::Content;
use crate::results::sweep::Sweep;

#[cfg(any(feature = "charts", feature = "xlsx"))]
pub(super) use content::{label, short_keys, told};
#[cfg(feature = "xlsx")]
pub(super) use csv::fill;
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

/// The derived files of a sweep's folder.
pub fn files(s: &Sweep) -> Files<'_> {
    let mut files: Files = drawn(s);
    files.push(("data/sweep.csv".to_owned(), Content::Bytes(csv::table(s).into_bytes())));
    files.push(("junit.xml".to_owned(), Content::Bytes(junit::of_sweep(s))));
    files.push(("report.md".to_owned(), Content::Bytes(markdown::sweep(s).into_bytes())));
    #[cfg(feature = "xlsx")]
    files.push((WORKBOOK.to_owned(), Content::made(|| super::xlsx::sweep(s))));
    files
}

/// The charts, and the page that has them.
#[cfg(feature = "charts")]
fn drawn(s: &Sweep) -> Files<'_> {
    let charts = super::plots::Charts::of_sweep(s);
    super::derived::with_page(charts, |charts| super::html::of_sweep(s, charts))
}

/// No charts.
#[cfg(not(feature = "charts"))]
fn drawn(_: &Sweep) -> Files<'_> {
    Vec::new()
}
