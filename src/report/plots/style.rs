//! How every chart looks: sizes, Okabe–Ito colours, dashes and markers, the frame with title and subtitle.

use plotters::style::RGBColor;

use super::canvas::{Area, Drawing, Point, Text, width, wrap};
use super::words;
use crate::results::{Arm, Comparison};

/// Pixels across.
pub(super) const WIDTH: u32 = 1200;
/// Pixels down.
pub(super) const HEIGHT: u32 = 675;
/// Space kept free at the left and right edges, in pixels.
pub(super) const MARGIN: f64 = 36.0;

/// Size of the title, in pixels per em.
const TITLE: f64 = 27.0;
/// Size of labels that name things.
pub(super) const LABEL: f64 = 18.0;
/// Size of axis labels and notes.
pub(super) const SMALL: f64 = 15.0;

/// Text and outlines.
pub(super) const INK: RGBColor = RGBColor(30, 30, 30);
/// Secondary text.
pub(super) const MUTED: RGBColor = RGBColor(92, 92, 92);
/// Grid lines.
pub(super) const GRID: RGBColor = RGBColor(224, 224, 224);
/// The background.
pub(super) const PAPER: RGBColor = RGBColor(255, 255, 255);

/// Meanings in a key that are no discipline's own.
pub(super) const NEUTRAL: RGBColor = RGBColor(150, 150, 150);

/// Whether a colour is so light that white beside it, or on it, is hard to see.
pub(super) fn is_light(colour: RGBColor) -> bool {
    // Luma of ITU-R BT.601, in thousandths.
    299 * u32::from(colour.0) + 587 * u32::from(colour.1) + 114 * u32::from(colour.2) > 125_000
}

/// How a discipline is drawn: by colour, and without it by dashes and marker.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    /// One of the Okabe–Ito colours (Okabe and Ito, "Color Universal Design", 2008), but for a violet in the place of their
    /// yellow, which is too pale for a line on white.
    pub colour: RGBColor,
    /// Strokes and gaps in pixels; none: an unbroken line.
    pub dashes: &'static [f64],
    /// Drawn where a line ends.
    pub marker: Marker,
}

/// The shape of a marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    Disc,
    Square,
    Triangle,
    Diamond,
    Plunge,
}

/// The looks. The first three belong to the disciplines of those names, whatever else a scenario compares.
const LOOKS: [(&str, Look); 8] = [
    ("sequential", Look { colour: RGBColor(0, 114, 178), dashes: &[], marker: Marker::Disc }),
    ("unsafe-parallel", Look { colour: RGBColor(213, 94, 0), dashes: &[9.0, 5.0], marker: Marker::Triangle }),
    ("parallel", Look { colour: RGBColor(0, 158, 115), dashes: &[], marker: Marker::Square }),
    ("", Look { colour: RGBColor(204, 121, 167), dashes: &[14.0, 5.0], marker: Marker::Diamond }),
    ("", Look { colour: RGBColor(230, 159, 0), dashes: &[], marker: Marker::Plunge }),
    ("", Look { colour: RGBColor(86, 180, 233), dashes: &[14.0, 4.0, 3.0, 4.0], marker: Marker::Square }),
    ("", Look { colour: RGBColor(0, 0, 0), dashes: &[5.0, 5.0], marker: Marker::Diamond }),
    ("", Look { colour: RGBColor(98, 60, 150), dashes: &[9.0, 3.0, 3.0, 3.0], marker: Marker::Disc }),
];

/// The look of each arm. A discipline keeps its own; other arms take what is free, in their order.
pub(super) fn looks(arms: &[Arm]) -> Vec<Look> {
    let own = |arm: &Arm| LOOKS.iter().find(|(name, _)| *name == arm.name);
    let mut free: Vec<Look> = Vec::new();
    // Looks without an owner first, so that a variant of a discipline is not mistaken for the discipline itself.
    for (name, look) in LOOKS.iter().filter(|(name, _)| name.is_empty()).chain(&LOOKS[..3]) {
        if name.is_empty() || arms.iter().all(|arm| arm.name != *name) {
            free.push(*look);
        }
    }
    let mut rest = free.iter().cycle();
    arms.iter()
        .map(|arm| match own(arm) {
            Some((_, look)) => *look,
            None => rest.next().copied().unwrap_or(LOOKS[3].1),
        })
        .collect()
}

impl Drawing {
    /// A marker.
    pub fn marker(&mut self, marker: Marker, (x, y): Point, radius: f64, colour: RGBColor) {
        let r = radius;
        match marker {
            Marker::Disc => self.disc((x, y), r, colour),
            Marker::Square => {
                let half = 0.88 * r;
                self.fill(
                    Area { left: x - half, top: y - half, right: x + half, bottom: y + half }.corners(),
                    colour,
                );
            }
            Marker::Triangle => {
                self.fill(
                    vec![(x, y - 1.2 * r), (x + 1.1 * r, y + 0.8 * r), (x - 1.1 * r, y + 0.8 * r)],
                    colour,
                );
            }
            Marker::Plunge => {
                self.fill(
                    vec![(x, y + 1.2 * r), (x + 1.1 * r, y - 0.8 * r), (x - 1.1 * r, y - 0.8 * r)],
                    colour,
                );
            }
            Marker::Diamond => {
                let half = 1.2 * r;
                self.fill(vec![(x, y - half), (x + half, y), (x, y + half), (x - half, y)], colour);
            }
        }
    }
}

/// Starts a chart: paper, the finding as title, and beneath it the scenario, the replications, the seed and `notes`.
/// Also returns the area left for the picture.
pub(super) fn frame(
    comparison: &Comparison,
    title: String,
    shown: &str,
    notes: &[String],
) -> (Drawing, Area) {
    let (wide, high) = (f64::from(WIDTH), f64::from(HEIGHT));
    let room = wide - 2.0 * MARGIN;
    let mut drawing = Drawing::new(title);
    drawing.fill(Area { left: 0.0, top: 0.0, right: wide, bottom: high }.corners(), PAPER);
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
    let setup = &comparison.setup;
    let facts = format!(" · {shown} · seed {}", setup.seed);
    let name_room = room - width(&facts, SMALL + 1.0, false);
    let name = super::canvas::elide(&setup.name, name_room, SMALL + 1.0, false);
    drawing.text(Text::new(format!("{name}{facts}"), (MARGIN, y)).size(SMALL + 1.0).muted());
    y += 24.0;
    for note in notes {
        drawing.text(Text::new(words::sentence(note), (MARGIN, y)).muted().within(room));
        y += 22.0;
    }
    (drawing, Area { left: MARGIN, top: y + 6.0, right: wide - MARGIN, bottom: high - 24.0 })
}
