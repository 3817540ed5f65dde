//! A number over two keys: a cell per pair of values, a picture per discipline.

use plotters::style::RGBColor;

use super::super::super::figures::quantity;
use super::super::super::sweep::{label, short_keys};
use super::super::canvas::{Anchor, Area, Drawing, Text, width};
use super::super::frame::framed;
use super::super::style::{INK, LABEL, NEUTRAL, PAPER, SMALL, is_light};
use super::super::words::{name, sentence};
use super::scale::log2;
use super::slice::values;
use crate::keys::wording::list;
use crate::metrics::catalog::{Better, Number, Unit};
use crate::results::sweep::{Point, Sweep};

/// Pictures on a chart.
const MOST: usize = 6;
/// Cells narrower or lower than this have no text.
const SMALLEST: (f64, f64) = (30.0, 18.0);
/// From this ratio on of the largest value to the smallest, equal ratios are equal steps of colour.
const WIDE: f64 = 10.0;
/// The colours of the smallest value and of the largest.
const ENDS: (RGBColor, RGBColor) = (RGBColor(240, 246, 250), RGBColor(0, 92, 148));

/// The picture of all disciplines.
struct Heat<'a> {
    s: &'a Sweep,
    number: &'a Number,
    /// The values of the first key and of the second.
    rows: Vec<&'a str>,
    columns: Vec<&'a str>,
    /// The names of both.
    names: Vec<String>,
    /// The smallest value and the largest.
    ends: (f64, f64),
}

/// The chart of a grid over two keys; `None` where nobody measured the number.
pub(super) fn compose(s: &Sweep, number: &Number) -> Option<Drawing> {
    let arms: Vec<usize> =
        (0..s.arms.len()).filter(|&arm| s.course(arm, &number.key()).flatten().next().is_some()).collect();
    let finite = |pick: fn(f64, f64) -> f64| {
        let all = s.points.iter().flat_map(|point| arms.iter().filter_map(|&arm| mean(point, arm, number)));
        all.filter(|value| value.is_finite()).reduce(pick).unwrap_or(0.0)
    };
    let ends = (finite(f64::min), finite(f64::max));
    if arms.is_empty() {
        return None;
    }
    let heat = Heat { s, number, rows: values(s, 0), columns: values(s, 1), names: short_keys(s), ends };
    let mut notes = Vec::new();
    if s.points.iter().any(|point| arms.iter().any(|&arm| heat.holds(point, arm).is_some())) {
        notes.push("framed: every threshold on this number holds".to_owned());
    }
    let (shown, hidden) = arms.split_at(arms.len().min(MOST));
    if !hidden.is_empty() {
        let others: Vec<String> = hidden.iter().map(|&arm| name(&s.arms[arm])).collect();
        notes.push(format!("not shown: {}", list(&others)));
    }
    let (mut drawing, area) = framed(&s.setup, heat.finding(&arms), &super::shown(s), &notes);
    let across = shown.len().min(3);
    let down = shown.len().div_ceil(across);
    let (gap, foot) = (30.0, 34.0);
    let wide = (area.width() - gap * (across as f64 - 1.0)) / across as f64;
    let high = (area.height() - foot - 10.0 * (down as f64 - 1.0)) / down as f64;
    for (place, &arm) in shown.iter().enumerate() {
        let left = area.left + (place % across) as f64 * (wide + gap);
        let top = area.top + (place / across) as f64 * (high + 10.0);
        heat.draw(&mut drawing, arm, Area { left, top, right: left + wide, bottom: top + high });
    }
    if ends.0 < ends.1 {
        heat.scale(&mut drawing, (area.left, area.bottom - 8.0));
    }
    Some(drawing)
}

/// The mean of a number at a point.
fn mean(point: &Point, arm: usize, number: &Number) -> Option<f64> {
    Some(point.arms[arm].numbers.get(&number.key())?.mean?.mean)
}

impl Heat<'_> {
    /// Whether all that is demanded of the number holds; `None` where nothing is.
    fn holds(&self, point: &Point, arm: usize) -> Option<bool> {
        let about = |verdict: &&crate::metrics::thresholds::Verdict| {
            verdict.discipline == self.s.arms[arm] && verdict.threshold.number() == *self.number
        };
        let mut verdicts = point.verdicts.iter().filter(about).peekable();
        verdicts.peek()?;
        Some(verdicts.all(|verdict| verdict.holds))
    }

    /// Whether equal ratios are equal steps of colour.
    fn is_logarithmic(&self) -> bool {
        self.ends.0 > 0.0 && self.ends.1 / self.ends.0 >= WIDE
    }

    /// The colour of a value.
    fn colour(&self, value: f64) -> RGBColor {
        let place = |value: f64| if self.is_logarithmic() { log2(value) } else { value };
        let span = place(self.ends.1) - place(self.ends.0);
        between(if span > 0.0 { (place(value) - place(self.ends.0)) / span } else { 0.0 })
    }

    /// What an end of the scale says, and the title.
    fn told(&self, value: f64) -> String {
        super::amount(self.number.measure.unit, value)
    }

    /// What a cell says, in which there is less room.
    fn brief(&self, value: f64) -> String {
        let unit = self.number.measure.unit;
        let seconds = match unit {
            Unit::Seconds => value,
            Unit::Minutes => value * 60.0,
            Unit::Share | Unit::Count | Unit::PerHour | Unit::Ratio | Unit::Money => {
                return quantity(unit, value);
            }
        };
        match seconds {
            never if !never.is_finite() => quantity(unit, value),
            short if short.abs() < 60.0 => quantity(unit, value),
            minutes if minutes.abs() < 600.0 => format!("{:.1} min", minutes / 60.0),
            minutes if minutes.abs() < 6000.0 => format!("{:.0} min", minutes / 60.0),
            hours => format!("{:.1} h", hours / 3600.0),
        }
    }

    /// The picture of one discipline.
    fn draw(&self, drawing: &mut Drawing, arm: usize, panel: Area) {
        let Self { s, rows, columns, names, .. } = self;
        let heading = Text::new(s.arms[arm].clone(), (panel.left, panel.top + 8.0)).size(LABEL).bold();
        drawing.text(heading.within(panel.width()));
        let label_width = rows.iter().map(|value| width(value, SMALL, false)).fold(0.0, f64::max).min(110.0);
        let body = Area {
            left: panel.left + label_width + 10.0,
            top: panel.top + 46.0,
            bottom: panel.bottom - 26.0,
            ..panel
        };
        let half = panel.width() / 2.0 - 8.0;
        let down = Text::new(format!("{} (down)", names[0]), (panel.left, panel.top + 31.0)).muted();
        drawing.text(down.within(half));
        let along = Text::new(format!("{} (across)", names[1]), (panel.right, panel.top + 31.0)).muted();
        drawing.text(along.within(half).anchor(Anchor::End));
        let size = (body.width() / columns.len() as f64, body.height() / rows.len() as f64);
        for point in &s.points {
            let place =
                |all: &[&str], value: &str| all.iter().position(|it| *it == value).unwrap_or(0) as f64;
            let (x, y) = (place(columns, &point.values[1]), place(rows, &point.values[0]));
            let (left, top) = (body.left + x * size.0, body.top + y * size.1);
            let cell = Area { left, top, right: left + size.0, bottom: top + size.1 }.grown(-1.0);
            let value = mean(point, arm, self.number);
            let colour = match value {
                None => PAPER,
                Some(value) if value.is_infinite() => NEUTRAL,
                Some(value) => self.colour(value),
            };
            if self.holds(point, arm) == Some(true) {
                drawing.fill(cell.corners(), INK);
                drawing.fill(cell.grown(-3.0).corners(), colour);
            } else {
                drawing.fill(cell.corners(), colour);
            }
            let words = value.map_or_else(|| "–".to_owned(), |value| self.brief(value));
            let middle = (f64::midpoint(cell.left, cell.right), f64::midpoint(cell.top, cell.bottom));
            let text = Text::new(words, middle).anchor(Anchor::Middle);
            let fits = text.area().width() <= size.0 - 8.0;
            if fits && size.0 >= SMALLEST.0 && size.1 >= SMALLEST.1 {
                drawing.text(Text { colour: if is_light(colour) { INK } else { PAPER }, ..text });
            }
        }
        let mut last = f64::NEG_INFINITY;
        for (place, value) in rows.iter().enumerate() {
            let y = body.top + (place as f64 + 0.5) * size.1;
            if y - last >= 16.0 {
                let label = Text::new(*value, (body.left - 8.0, y)).muted().within(label_width);
                drawing.text(label.anchor(Anchor::End));
                last = y;
            }
        }
        let mut taken = f64::NEG_INFINITY;
        for (place, value) in columns.iter().enumerate() {
            let at = (body.left + (place as f64 + 0.5) * size.0, body.bottom + 14.0);
            let label = Text::new(*value, at).muted().within(110.0).anchor(Anchor::Middle);
            if label.left() >= taken + 8.0 {
                taken = label.area().right;
                drawing.text(label);
            }
        }
    }

    /// The colours, with the values at their ends.
    fn scale(&self, drawing: &mut Drawing, (left, y): (f64, f64)) {
        const STEPS: u32 = 60;
        const LONG: f64 = 240.0;
        let from = Text::new(self.told(self.ends.0), (left, y)).muted();
        let left = from.area().right + 10.0;
        let at = |step: u32| left + LONG * f64::from(step) / f64::from(STEPS);
        for step in 0..STEPS {
            let area = Area { left: at(step), right: at(step + 1), top: y - 7.0, bottom: y + 7.0 };
            drawing.fill(area.corners(), between(f64::from(step) / f64::from(STEPS - 1)));
        }
        drawing.text(from);
        let how = if self.is_logarithmic() { ", in steps of equal ratio" } else { "" };
        drawing.text(Text::new(format!("{}{how}", self.told(self.ends.1)), (left + LONG + 10.0, y)).muted());
    }

    /// The finding: where the number is best, or where it is least and where most.
    fn finding(&self, arms: &[usize]) -> String {
        let Self { s, number, names, .. } = self;
        let what = sentence(&label(s, number));
        let all = s.points.iter().flat_map(|point| arms.iter().map(move |&arm| (point, arm)));
        let mut measured: Vec<(&Point, usize, f64)> =
            all.filter_map(|(point, arm)| Some((point, arm, mean(point, arm, number)?))).collect();
        // Stable: of equals the first point counts.
        measured.sort_by(|one, other| one.2.total_cmp(&other.2));
        let (Some(least), Some(most)) = (measured.first(), measured.last()) else { return what };
        let at = |(point, arm, _): &(&Point, usize, f64)| {
            let under =
                if s.arms.len() == 1 { String::new() } else { format!(" under {}", name(&s.arms[*arm])) };
            {
                let (one, other) =
                    (super::set(&names[0], &point.values[0]), super::set(&names[1], &point.values[1]));
                format!("at {one}, {other}{under}")
            }
        };

        let (low, high) = (self.told(least.2), self.told(most.2));
        if least.2.to_bits() == most.2.to_bits() {
            return format!("{what}: {low} wherever it is measured");
        }
        let but = |(point, arm, _): &(&Point, usize, f64)| {
            super::fault(s, &point.arms[*arm]).map_or_else(String::new, |fault| format!(", but {fault}"))
        };
        match number.measure.better {
            Better::Smaller => format!("{what}: {low} at best, {}{}", at(least), but(least)),
            Better::Larger => format!("{what}: {high} at best, {}{}", at(most), but(most)),
            Better::Neither => format!("{what}: from {low} {} to {high} {}", at(least), at(most)),
        }
    }
}

/// The colour at this share of the way from the smallest value to the largest.
fn between(share: f64) -> RGBColor {
    let (RGBColor(r0, g0, b0), RGBColor(r1, g1, b1)) = ENDS;
    let mix = |from: u8, to: u8| (f64::from(from) + (f64::from(to) - f64::from(from)) * share).round() as u8;
    RGBColor(mix(r0, r1), mix(g0, g1), mix(b0, b1))
}
