//! A plan as people and as programs read it: the same formats as of a comparison, and the files of its folder.

mod best;
pub(super) mod content;
mod csv;
mod github;
mod markdown;
mod parts;
mod smallest;
#[cfg(test)]
pub(crate) mod tests;
mod text;

use super::derived::Files;
#[cfg(feature = "xlsx")]
use super::derived::WORKBOOK;
use super::export::junit;
use super::export::text::Style;
use crate::results::folder::Content;
use crate::results::plan::Plan;

#[cfg(feature = "xlsx")]
pub(super) use csv::fill;
#[cfg(feature = "charts")]
pub(super) use smallest::deciding;
pub use text::short;

/// A key without the section that goes without saying: `Help Desk.technicians`, `parallel.concurrency`.
#[cfg(feature = "charts")]
pub(super) fn short_key(key: &str) -> &str {
    let sections = ["desk.team.", "desk.", "discipline."];
    sections.into_iter().find_map(|section| key.strip_prefix(section)).unwrap_or(key)
}

/// The plan in the format that `--format` calls so; text is laid out in this style. `None`: there is no such format.
pub fn export(format: &str, p: &Plan, style: Style) -> Option<String> {
    match format {
        "text" => Some(text::plan(p, style)),
        "json" => Some(p.to_json()),
        "csv" => Some(csv::table(p)),
        "markdown" => Some(markdown::plan(p)),
        "github" => Some(github::annotations(p)),
        "junit" => Some(String::from_utf8_lossy(&junit(p)).into_owned()),
        _ => None,
    }
}

/// The plan as a test case that fails where there is no answer.
fn junit(p: &Plan) -> Vec<u8> {
    let answers: Vec<String> = content::answers(p).into_iter().map(|(_, answer)| answer).collect();
    junit::of_plan(p, &answers.join(". "))
}

/// The derived files of a plan's folder.
pub fn files(p: &Plan) -> Files<'_> {
    let mut files: Files = drawn(p);
    files.push(("data/plan.csv".to_owned(), Content::Bytes(csv::table(p).into_bytes())));
    files.push(("junit.xml".to_owned(), Content::Bytes(junit(p))));
    files.push(("report.md".to_owned(), Content::Bytes(markdown::plan(p).into_bytes())));
    #[cfg(feature = "xlsx")]
    files.push((WORKBOOK.to_owned(), Content::made(|| super::xlsx::plan(p))));
    files
}

/// The charts, and the page that has them.
#[cfg(feature = "charts")]
fn drawn(p: &Plan) -> Files<'_> {
    let charts = super::plots::Charts::of_plan(p);
    super::derived::with_page(charts, |charts| super::html::of_plan(p, charts))
}

/// No charts.
#[cfg(not(feature = "charts"))]
fn drawn(_: &Plan) -> Files<'_> {
    Vec::new()
}
