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

/// Draws every chart that has something to show, in the order in which reports place them.
///
/// # Errors
/// When a recorded replication cannot be read; when a backend or the PNG encoder fails, which only a defect can make them
/// do.
pub fn draw_all(comparison: &Comparison) -> Result<Vec<Chart>, PlotError> {
    compose(comparison)?
        .into_iter()
        .map(|(name, drawing)| {
            Ok(Chart { name: name.to_owned(), svg: paint::svg(&drawing)?, png: paint::png(&drawing)? })
        })
        .collect()
}

/// Draws every chart of a sweep that has something to show.
///
/// # Errors
/// When a backend or the PNG encoder fails, which only a defect can make them do.
pub fn draw_sweep(s: &Sweep) -> Result<Vec<Chart>, PlotError> {
    let chart = |(name, drawing): (String, Drawing)| {
        Ok(Chart { name, svg: paint::svg(&drawing)?, png: paint::png(&drawing)? })
    };
    sweep::compose(s).into_iter().map(chart).collect()
}

/// Draws the chart of a plan, if it has something to show.
///
/// # Errors
/// When a backend or the PNG encoder fails, which only a defect can make them do.
pub fn draw_plan(p: &Plan) -> Result<Vec<Chart>, PlotError> {
    let drawing = response::compose(p);
    let chart = |drawing: Drawing| {
        Ok(Chart { name: "plan".to_owned(), svg: paint::svg(&drawing)?, png: paint::png(&drawing)? })
    };
    drawing.into_iter().map(chart).collect()
}

/// The charts as lists of shapes.
fn compose(comparison: &Comparison) -> io::Result<Vec<(&'static str, Drawing)>> {
    let chart = |(name, compose): &(&'static str, Compose)| {
        compose(comparison).map(|drawing| Some((*name, drawing?))).transpose()
    };
    CHARTS.iter().filter_map(chart).collect()
}
