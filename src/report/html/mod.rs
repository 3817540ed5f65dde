//! `report.html`: the results as one page that needs nothing but itself, for people who never open a terminal.
//!
//! What there is to read stands in the markup, charts included, so that it is there on paper and without scripts. A script adds
//! what a page can do better: to zoom, sort, filter, open a ticket's story, and look at one discipline at a time. The page may
//! load nothing, and runs no script but its own, whose digest it states.

mod chapters;
mod data;
mod day;
mod page;
mod parts;
#[cfg(test)]
mod tests;

use std::io;

use super::plots::Charts;
use crate::results::Comparison;
use crate::results::plan::Plan;
use crate::results::sweep::Sweep;

/// The page of a comparison with its charts.
///
/// # Errors
/// When recorded replications cannot be read, or a chart cannot be drawn.
pub(super) fn of_comparison(c: &Comparison, charts: &Charts) -> io::Result<String> {
    let data = data::embedded(c)?;
    Ok(page::page(&c.setup, &c.source, &chapters::of_comparison(c, charts, &data)?, Some(&data.json)))
}

/// The page of a sweep with its charts.
///
/// # Errors
/// When a chart cannot be drawn.
pub(super) fn of_sweep(s: &Sweep, charts: &Charts) -> io::Result<String> {
    Ok(page::page(&s.setup, &s.source, &chapters::of_sweep(s, charts)?, None))
}

/// The page of a plan with its chart.
///
/// # Errors
/// When the chart cannot be drawn.
pub(super) fn of_plan(p: &Plan, charts: &Charts) -> io::Result<String> {
    Ok(page::page(&p.setup, &p.source, &chapters::of_plan(p, charts)?, None))
}
