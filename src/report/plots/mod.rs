//! Charts for stakeholders, each as SVG and as PNG: a title that states the finding, and the picture behind it.
//!
//! A chart is first composed as a drawing (a list of shapes in pixels, so that tests can check what is
//! where), then painted onto either of plotters' backends by one generic function in `paint`. Text is measured, and
//! in the bitmap drawn, with an embedded font: no font of the host shows. The same comparison gives the same bytes.

mod axis;
mod canvas;
mod collisions;
mod frame;
mod gantt;
mod in_flight;
mod labels;
mod paint;
mod response;
mod slices;
mod style;
mod sweep;
#[cfg(test)]
mod tests;
mod throughput;
mod words;

use std::io;
use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::results::Comparison;
use crate::results::plan::Plan;
use crate::results::sweep::Sweep;
use canvas::Drawing;

/// A chart, ready to be written to files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// The file's name without extension, as in `throughput`.
    pub name: String,
    /// The chart as an SVG document, 1200 × 675 px.
    pub svg: String,
    /// The chart as a PNG file, 1200 × 675 px.
    pub png: Vec<u8>,
}

/// Composes a chart, unless it would have nothing to show.
type Compose = fn(&Comparison) -> io::Result<Option<Drawing>>;

/// Every chart by its file's name, in the order in which reports place them.
const CHARTS: [(&str, Compose); 5] = [
    ("throughput", |c| Ok(throughput::compose(c))),
    ("in-flight", in_flight::compose),
    ("collisions", |c| Ok(collisions::compose(c))),
    ("gantt", gantt::compose),
    ("slices", slices::compose),
];

/// Charts that are drawn at the same time: each takes 25 MB meanwhile.
const AT_ONCE: usize = 4;

/// Why a chart could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PlotError {
    /// A drawing backend failed.
    #[error(
        "a chart could not be drawn ({0}); this is a defect of Stampede, please report it with the scenario"
    )]
    Backend(String),
    /// The bitmap could not be encoded.
    #[error("a chart could not be written as PNG ({0}); the SVG files are unaffected")]
    Png(#[from] png::EncodingError),
    /// A recorded replication cannot be read.
    #[error(transparent)]
    Unreadable(#[from] io::Error),
}

/// Draws every chart that has something to show, in the order in which reports place them, with up to so many threads.
///
/// # Errors
/// When a recorded replication cannot be read; when a backend or the PNG encoder fails, which only a defect can make them
/// do.
pub fn draw_all(comparison: &Comparison, threads: usize) -> Result<Vec<Chart>, PlotError> {
    let named = |(name, drawing): (&str, Drawing)| (name.to_owned(), drawing);
    let drawings: Vec<_> = compose(comparison)?.into_iter().map(named).collect();
    draw(&drawings, threads)
}

/// Draws every chart of a sweep that has something to show, with up to so many threads.
///
/// # Errors
/// When a backend or the PNG encoder fails, which only a defect can make them do.
pub fn draw_sweep(s: &Sweep, threads: usize) -> Result<Vec<Chart>, PlotError> {
    draw(&sweep::compose(s), threads)
}

/// Draws the chart of a plan, if it has something to show.
///
/// # Errors
/// When a backend or the PNG encoder fails, which only a defect can make them do.
pub fn draw_plan(p: &Plan) -> Result<Vec<Chart>, PlotError> {
    let drawing = response::compose(p).map(|drawing| ("plan".to_owned(), drawing));
    draw(drawing.as_slice(), 1)
}

/// Draws charts, several at a time; they come in their order. Where the system has no more threads, fewer do the work.
fn draw(drawings: &[(String, Drawing)], threads: usize) -> Result<Vec<Chart>, PlotError> {
    let next = AtomicUsize::new(0);
    let chart = |place: usize| {
        let (name, drawing) = drawings.get(place)?;
        let chart = || Ok(Chart { name: name.clone(), svg: paint::svg(drawing)?, png: paint::png(drawing)? });
        Some((place, chart()))
    };
    let work = || -> Vec<(usize, Result<Chart, PlotError>)> {
        std::iter::from_fn(|| chart(next.fetch_add(1, Ordering::Relaxed))).collect()
    };
    let mut drawn = thread::scope(|scope| {
        let helpers: Vec<_> = (1..threads.min(AT_ONCE).min(drawings.len()))
            .map_while(|_| thread::Builder::new().spawn_scoped(scope, work).ok())
            .collect();
        let mut drawn = work();
        for helper in helpers {
            drawn.extend(helper.join().unwrap_or_else(|cause| panic::resume_unwind(cause)));
        }
        drawn
    });
    drawn.sort_by_key(|(place, _)| *place);
    drawn.into_iter().map(|(_, chart)| chart).collect()
}

/// The charts as lists of shapes.
fn compose(comparison: &Comparison) -> io::Result<Vec<(&'static str, Drawing)>> {
    let chart = |(name, compose): &(&'static str, Compose)| {
        compose(comparison).map(|drawing| Some((*name, drawing?))).transpose()
    };
    CHARTS.iter().filter_map(chart).collect()
}
