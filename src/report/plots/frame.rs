//! The frame of every chart: the finding as title, and beneath it what was run.

use super::canvas::{Area, Drawing, Paper, Point, Text, elide, width, wrap};
use super::style::{BOTTOM, MARGIN, SMALL, TITLE};
use super::view::View;
use super::words;
use crate::results::Setup;

/// Starts a chart: the finding as title, and beneath it the scenario, the replications, the seed and `notes`.
/// Says so where not all disciplines are shown. Also returns the area left for the picture.
pub(super) fn frame(view: &View<'_>, title: String, shown: &str, notes: &[String]) -> (Drawing, Area) {
    let shown = match view.shown() {
        Some(few) => format!("{shown} · {few}"),
        None => shown.to_owned(),
    };
    framed(&view.setup, title, &shown, notes)
}

/// Writes what else is to be said beneath the picture, in lines of at most `room` pixels from `at` on, as many as it takes.
pub(super) fn foot(drawing: &mut Drawing, at: Point, room: f64, notes: &[String]) {
    let (left, mut y) = at;
    let lines = notes.iter().flat_map(|note| wrap(&words::sentence(note), room, SMALL, false, usize::MAX));
    for (index, line) in lines.enumerate() {
        y = at.1 + 20.0 * index as f64;
        drawing.text(Text::new(line, (left, y)).muted());
    }
    drawing.end_at((drawing.paper.height - BOTTOM).max(y + 2.0));
}

/// Starts a chart of results of any kind, as [`frame`] does.
pub(super) fn framed(setup: &Setup, title: String, shown: &str, notes: &[String]) -> (Drawing, Area) {
    let paper = Paper::of(setup.charts.chart_size);
    let room = paper.width - 2.0 * MARGIN;
    let mut drawing = Drawing::new(title, paper);
    // One line if that costs little size; else two of about the same length.
    let full = width(&drawing.title, TITLE, true);
    let size = match room / full {
        fit if fit >= 0.9 => TITLE * fit.min(1.0),
        fit if fit >= 0.54 => TITLE,
        _ => 0.8 * TITLE,
    };
    let mut lines = wrap(&drawing.title, room, size, true, 2);
    for narrower in [0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5] {
        let balanced = wrap(&drawing.title, room * narrower, size, true, usize::MAX);
        if balanced.len() <= lines.len() {
            lines = balanced;
        }
    }
    let mut y = 40.0;
    for line in lines {
        drawing.text(Text::new(line, (MARGIN, y)).size(size).bold());
        y += 1.3 * size;
    }
    let facts = format!(" · {shown} · seed {}", setup.seed);
    let name_room = room - width(&facts, SMALL + 1.0, false);
    let name = elide(&setup.name, name_room, SMALL + 1.0, false);
    drawing.text(Text::new(format!("{name}{facts}"), (MARGIN, y)).size(SMALL + 1.0).muted());
    y += 24.0;
    for note in notes {
        drawing.text(Text::new(words::sentence(note), (MARGIN, y)).muted().within(room));
        y += 22.0;
    }
    let (right, bottom) = (paper.width - MARGIN, paper.height - BOTTOM);
    (drawing, Area { left: MARGIN, top: y + 6.0, right, bottom })
}
