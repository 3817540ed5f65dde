//! Charts for stakeholders, each as SVG and as PNG: a title that states the finding, and the picture behind it.
//!
//! A chart is first composed as a drawing (a list of shapes in pixels, so that tests can check what is
//! where), then painted onto either of plotters' backends by one generic function in `paint`. Text is measured, and
//! in the bitmap drawn, with an embedded font: no font of the host shows. The same comparison gives the same bytes.

mod axis;
mod canvas;
mod causes;
mod collisions;
mod cost;
mod delay;
mod frame;
mod gantt;
mod hidden;
mod in_flight;
mod labels;
mod paint;
mod refusals;
mod response;
mod slices;
mod stacks;
mod style;
mod sweep;
#[cfg(test)]
mod tests;
mod throughput;
mod utilisation;
mod view;
mod words;

use std::io;
use std::sync::{Mutex, PoisonError};

use plotters::style::RGBColor;

use crate::results::Arm;
use crate::results::Comparison;
use crate::results::plan::Plan;
use crate::results::sweep::Sweep;
pub(super) use axis::time_of_day;
use canvas::Drawing;
use view::View;

/// Charts that are composed, in the order in which reports place them, and painted when they are asked for.
#[derive(Debug)]
pub struct Charts {
    /// Each with its file's name without extension, as in `throughput`.
    drawings: Vec<(String, Drawing)>,
    /// Room to paint in that nobody uses at the moment.
    spare: Mutex<Vec<Vec<u8>>>,
}

/// Composes a chart, unless it would have nothing to show.
type Compose = fn(&View<'_>) -> io::Result<Option<Drawing>>;

/// Every chart by its file's name, in the order in which reports place them.
const CHARTS: [(&str, Compose); 10] = [
    ("throughput", |view| Ok(throughput::compose(view))),
    ("delay", |view| Ok(delay::compose(view))),
    ("where-the-time-goes", |view| Ok(causes::compose(view))),
    ("in-flight", in_flight::compose),
    ("collisions", |view| Ok(collisions::compose(view))),
    ("refusals", |view| Ok(refusals::compose(view))),
    ("gantt", gantt::compose),
    ("utilisation", utilisation::compose),
    ("slices", slices::compose),
    ("cost", |view| Ok(cost::compose(view))),
];

/// The name of a plan's chart.
const PLAN: &str = "plan";

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
}

impl Charts {
    /// Every chart of a comparison that has something to show.
    ///
    /// # Errors
    /// When a recorded replication cannot be read.
    pub fn of_comparison(c: &Comparison) -> io::Result<Self> {
        let named = |(name, drawing): (&str, Drawing)| (name.to_owned(), drawing);
        Ok(Self::of(compose(c)?.into_iter().map(named).collect()))
    }

    /// Every chart of a sweep that has something to show.
    pub fn of_sweep(s: &Sweep) -> Self {
        Self::of(sweep::compose(s))
    }

    /// The chart of a plan, if it has something to show.
    pub fn of_plan(p: &Plan) -> Self {
        let chart = p.setup.charts.shows(PLAN).then(|| response::compose(p)).flatten();
        Self::of(chart.map(|drawing| (PLAN.to_owned(), drawing)).into_iter().collect())
    }

    /// No charts.
    #[cfg(test)]
    pub fn none() -> Self {
        Self::of(Vec::new())
    }

    fn of(drawings: Vec<(String, Drawing)>) -> Self {
        Self { drawings, spare: Mutex::default() }
    }

    /// The names of their files without extensions, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.drawings.iter().map(|(name, _)| &**name)
    }

    /// The chart at this place as an SVG document.
    ///
    /// # Errors
    /// When the backend fails, which only a defect can make it do.
    pub fn svg(&self, place: usize) -> Result<String, PlotError> {
        paint::svg(&self.drawings[place].1)
    }

    /// The chart at this place as a PNG file.
    ///
    /// # Errors
    /// When the backend or the encoder fails, which only a defect can make them do.
    pub fn png(&self, place: usize) -> Result<Vec<u8>, PlotError> {
        // Nothing in there is left half done by a panic.
        let spare = || self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        let mut samples = spare().pop().unwrap_or_default();
        let png = paint::png(&self.drawings[place].1, &mut samples);
        spare().push(samples);
        png
    }
}

/// The colour of each arm, as a page writes it, and the dashes of its line.
pub(super) fn colours(c: &Comparison) -> Vec<(String, Vec<f64>)> {
    let view = View::of(c);
    let look = |arm: &Arm| {
        let shown = view.arms.iter().zip(&view.looks).find(|(known, _)| known.name == arm.name);
        shown.map_or(style::REST, |(_, look)| *look)
    };
    let written = |look: style::Look| {
        let RGBColor(red, green, blue) = look.colour;
        (format!("#{red:02X}{green:02X}{blue:02X}"), look.dashes.to_vec())
    };
    c.arms.iter().map(|arm| written(look(arm))).collect()
}

/// The names of all charts of comparisons.
#[cfg(test)]
pub(super) fn all_names() -> impl Iterator<Item = &'static str> {
    CHARTS.iter().map(|(name, _)| *name)
}

/// The charts as lists of shapes.
fn compose(comparison: &Comparison) -> io::Result<Vec<(&'static str, Drawing)>> {
    let view = View::of(comparison);
    let chart = |(name, compose): &(&'static str, Compose)| {
        compose(&view).map(|drawing| Some((*name, drawing?))).transpose()
    };
    let is_asked = |(name, _): &&(&str, Compose)| comparison.setup.charts.shows(name);
    CHARTS.iter().filter(is_asked).filter_map(chart).collect()
}
