//! Stacked bars: a row for each discipline, its parts side by side, and what they come to at the end. Parts differ by
//! colour and by pattern.

use plotters::style::RGBColor;

use super::canvas::{Anchor, Area, Drawing, Text, width};
use super::style::{GRID, INK, LABEL, MUTED, PAPER, SMALL, is_light};
use super::view::View;

/// Pixels that a row has at least and at most.
const ROW: (f64, f64) = (26.0, 96.0);
/// Pixels between the lines of a pattern.
const STEP: f64 = 8.0;

/// A part of each bar.
pub(super) struct Part {
    /// What it is called.
    pub name: String,
    /// How it looks.
    pub fill: Fill,
}

/// How a part looks.
#[derive(Clone, Copy)]
pub(super) struct Fill {
    pub colour: RGBColor,
    pub pattern: Pattern,
}

/// The lines across an area.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pattern {
    Plain,
    Rising,
    Falling,
    Crossed,
    Upright,
    Level,
}

/// The bars of all disciplines.
pub(super) struct Stacks {
    /// What the bars show.
    pub heading: String,
    /// The parts, in the order in which they are stacked.
    pub parts: Vec<Part>,
    /// By discipline, the size of each part; `None` where nothing was measured.
    pub bars: Vec<Option<Vec<f64>>>,
    /// What is said in place of a bar.
    pub absent: String,
    /// Places on the axis with their labels, the first at zero.
    pub ticks: Vec<(f64, String)>,
    /// A size in words.
    pub says: fn(f64) -> String,
}

impl Stacks {
    /// Draws them, with a key to those parts that there are; the paper ends beneath it.
    pub fn draw(&self, drawing: &mut Drawing, view: &View<'_>, area: Area) {
        let totals: Vec<Option<f64>> =
            self.bars.iter().map(|bar| bar.as_ref().map(|parts| parts.iter().sum())).collect();
        let names: f64 = view.arms.iter().map(|arm| width(&arm.name, LABEL, true)).fold(0.0, f64::max);
        let names = names.min(230.0) + 38.0;
        let ends = totals.iter().flatten().map(|total| width(&(self.says)(*total), LABEL, true));
        let ends = ends.fold(0.0, f64::max) + 14.0;
        let least = if totals.contains(&None) { width(&self.absent, SMALL, false) + 14.0 } else { 0.0 };
        let body = Area {
            left: area.left + names,
            top: area.top + 34.0,
            right: area.right - ends.max(least - 60.0),
            bottom: area.bottom - 64.0,
        };
        let rows = view.arms.len() as f64;
        let row = (body.height() / rows).clamp(ROW.0, ROW.1);
        let body = Area { bottom: body.top + rows * row, ..body };
        drawing.text(Text::new(&*self.heading, (area.left, area.top + 8.0)).muted().within(area.width()));
        let most = totals.iter().flatten().copied().fold(0.0, f64::max);
        let end = self.ticks.iter().map(|tick| tick.0).fold(most, f64::max);
        let x = |value: f64| body.left + value / end * body.width();
        for (value, label) in &self.ticks {
            let colour = if *value == 0.0 { MUTED } else { GRID };
            drawing.line(vec![(x(*value), body.top - 4.0), (x(*value), body.bottom)], colour, 1.0);
            let half = width(label, SMALL, false) / 2.0;
            let at = x(*value).min(area.right - half);
            drawing.text(Text::new(&**label, (at, body.bottom + 16.0)).muted().anchor(Anchor::Middle));
        }
        for (arm, (bar, total)) in self.bars.iter().zip(&totals).enumerate() {
            let middle = body.top + (arm as f64 + 0.5) * row;
            drawing.marker(view.looks[arm].marker, (area.left + 9.0, middle), 7.0, view.looks[arm].colour);
            let label = Text::new(view.arms[arm].name.clone(), (area.left + 26.0, middle)).size(LABEL).bold();
            drawing.text(label.within(names - 38.0));
            let (Some(bar), Some(total)) = (bar, total) else {
                let text = Text::new(&*self.absent, (body.left + 12.0, middle)).muted();
                drawing.fill(text.area().grown(2.0).corners(), PAPER);
                drawing.text(text);
                continue;
            };
            let half = 0.5 * (0.62 * row).min(54.0);
            let mut sum = 0.0;
            for (part, size) in self.parts.iter().zip(bar) {
                let left = x(sum);
                sum += size;
                let piece = Area { left, top: middle - half, right: x(sum), bottom: middle + half };
                if piece.width() > 0.2 {
                    part.fill.draw(drawing, piece);
                    self.label(drawing, part.fill, piece, *size);
                }
            }
            let total = Text::new((self.says)(*total), (x(sum) + 10.0, middle)).size(LABEL).bold();
            drawing.fill(total.area().grown(2.0).corners(), PAPER);
            drawing.text(total);
        }
        let bottom = self.key(drawing, (area.left, body.bottom + 46.0), area.right);
        drawing.end_at(bottom);
    }

    /// The size of a part, where there is room for it.
    fn label(&self, drawing: &mut Drawing, fill: Fill, piece: Area, size: f64) {
        let middle = (f64::midpoint(piece.left, piece.right), f64::midpoint(piece.top, piece.bottom));
        let mut text = Text::new((self.says)(size), middle).anchor(Anchor::Middle);
        if text.area().width() + 14.0 > piece.width() || piece.height() < SMALL {
            return;
        }
        text.colour = if is_light(fill.colour) { INK } else { PAPER };
        if fill.pattern != Pattern::Plain {
            drawing.fill(text.area().grown(2.0).corners(), fill.colour);
        }
        drawing.text(text);
    }

    /// What the looks mean, in as many lines as it takes; returns where it ends.
    fn key(&self, drawing: &mut Drawing, (left, top): (f64, f64), right: f64) -> f64 {
        let (mut x, mut y) = (left, top);
        for (place, part) in self.parts.iter().enumerate() {
            let some = |bar: &Vec<f64>| bar.get(place).is_some_and(|size| *size > 0.0);
            if !self.bars.iter().flatten().any(some) {
                continue;
            }
            let room = 34.0 + width(&part.name, SMALL, false);
            if x > left && x + room > right {
                (x, y) = (left, y + 26.0);
            }
            let swatch = Area { left: x, right: x + 26.0, top: y - 9.0, bottom: y + 9.0 };
            part.fill.draw(drawing, swatch);
            drawing.text(Text::new(&*part.name, (x + 34.0, y)).muted());
            x += room + 28.0;
        }
        y + 10.0
    }
}

impl Fill {
    /// Fills an area.
    fn draw(self, drawing: &mut Drawing, area: Area) {
        drawing.fill(area.corners(), self.colour);
        let ink = if is_light(self.colour) { MUTED } else { PAPER };
        let (rising, falling) = match self.pattern {
            Pattern::Plain => (false, false),
            Pattern::Rising => (true, false),
            Pattern::Falling => (false, true),
            Pattern::Crossed => (true, true),
            Pattern::Upright => {
                let mut x = (area.left / STEP).floor() * STEP + STEP;
                while x < area.right {
                    drawing.line(vec![(x, area.top), (x, area.bottom)], ink, 1.0);
                    x += STEP;
                }
                return;
            }
            Pattern::Level => {
                let mut y = area.top + STEP / 2.0;
                while y < area.bottom {
                    drawing.line(vec![(area.left, y), (area.right, y)], ink, 1.0);
                    y += STEP;
                }
                return;
            }
        };
        // A line that rises crosses the bottom edge at `foot`, wherever that is.
        let mut foot = ((area.left - area.height()) / STEP).floor() * STEP + STEP;
        while foot < area.right {
            let from = (foot - area.left).min(0.0).abs();
            let to = (area.right - foot).min(area.height());
            if to > from {
                let points = |up: f64| {
                    vec![(foot + from, up_from(area, from, up)), (foot + to, up_from(area, to, up))]
                };
                if rising {
                    drawing.line(points(1.0), ink, 1.0);
                }
                if falling {
                    drawing.line(points(-1.0), ink, 1.0);
                }
            }
            foot += STEP;
        }
    }
}

/// So far above the bottom edge, or with `up` below zero beneath the top edge.
fn up_from(area: Area, height: f64, up: f64) -> f64 {
    if up > 0.0 { area.bottom - height } else { area.top + height }
}
