//! The axes of a sweep's charts: where values stand, and which of them are written there.

use super::super::super::figures::quantity;
use super::super::axis::round_ticks;
use super::super::canvas::{Anchor, Area, Drawing, Text, width};
use super::super::style::{GRID, MUTED, SMALL};
use super::slice::Slice;
use crate::metrics::catalog::Unit;

/// From this ratio on of the largest value to the smallest, equal ratios are equally far apart.
const WIDE: f64 = 30.0;

/// The axis of a key.
pub(super) struct Across {
    pub plot: Area,
    low: f64,
    high: f64,
    is_logarithmic: bool,
}

impl Across {
    /// An axis on which every point of a slice has a place.
    pub fn new(slice: &Slice<'_>, plot: Area) -> Self {
        let ends = (slice.at.first().copied().unwrap_or(0.0), slice.at.last().copied().unwrap_or(0.0));
        let is_logarithmic = slice.is_measured && ends.0 > 0.0 && ends.1 / ends.0 >= WIDE;
        Self { plot, low: ends.0, high: ends.1, is_logarithmic }
    }

    /// Where a value stands.
    pub fn x(&self, value: f64) -> f64 {
        let place = |value: f64| if self.is_logarithmic { log2(value) } else { value };
        let span = place(self.high) - place(self.low);
        // A single value stands in the middle.
        let share = if span > 0.0 { (place(value) - place(self.low)) / span } else { 0.5 };
        self.plot.left + share * self.plot.width()
    }

    /// Draws the axis: the values of the points, as far as there is room for them, and the name of the key.
    pub fn draw(&self, drawing: &mut Drawing, slice: &Slice<'_>) {
        let bottom = self.plot.bottom;
        let mut taken = f64::NEG_INFINITY;
        for (place, &at) in slice.at.iter().enumerate() {
            let x = self.x(at);
            let label = Text::new(slice.value(place), (x, bottom + 18.0))
                .muted()
                .anchor(Anchor::Middle)
                .within(150.0);
            drawing.line(vec![(x, bottom), (x, bottom + 6.0)], MUTED, 1.0);
            if label.left() < taken + 10.0 {
                continue;
            }
            taken = label.area().right;
            drawing.text(label);
        }
        let how = if self.is_logarithmic { " (equal ratios are equally far apart)" } else { "" };
        let name = Text::new(format!("{}{how}", slice.name), (self.plot.right, bottom + 42.0));
        drawing.text(name.muted().anchor(Anchor::End).within(self.plot.width()));
    }
}

/// The axis of a number.
pub(in super::super) struct Up {
    pub plot: Area,
    low: f64,
    high: f64,
    ticks: Vec<f64>,
    unit: Unit,
}

impl Up {
    /// An axis from zero, or from below it, to `most` at least; room to its left is taken from `area` for the labels.
    pub fn new(unit: Unit, (least, most): (f64, f64), area: Area) -> Self {
        let mut all: Vec<f64> = if most > 0.0 { ticks(unit, most) } else { vec![0.0] };
        if least < 0.0 {
            all.extend(ticks(unit, -least).into_iter().skip(1).map(|tick| -tick));
        }
        all.sort_by(f64::total_cmp);
        let (low, mut high) = (all[0], all[all.len() - 1]);
        if low >= high {
            high = low + 1.0;
        }
        let room = all.iter().map(|&tick| width(&quantity(unit, tick), SMALL, false)).fold(0.0, f64::max);
        let plot = Area { left: area.left + room + 12.0, ..area };
        Self { plot, low, high, ticks: all, unit }
    }

    /// Where a value stands.
    pub fn y(&self, value: f64) -> f64 {
        self.plot.bottom
            - (value.clamp(self.low, self.high) - self.low) / (self.high - self.low) * self.plot.height()
    }

    /// Draws the axis.
    pub fn draw(&self, drawing: &mut Drawing) {
        for &tick in &self.ticks {
            let (y, colour) = (self.y(tick), if tick == 0.0 { MUTED } else { GRID });
            drawing.line(vec![(self.plot.left, y), (self.plot.right, y)], colour, 1.0);
            let label = Text::new(quantity(self.unit, tick), (self.plot.left - 8.0, y));
            drawing.text(label.muted().anchor(Anchor::End));
        }
    }
}

/// Steps of an axis of time, in seconds.
const STEPS: [f64; 18] = [
    1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 10_800.0,
    21_600.0, 43_200.0, 86_400.0,
];
/// An axis has about so many steps.
const WANTED: u32 = 6;

/// Round values of this unit from zero to `most` at least, which is above zero.
pub(super) fn ticks(unit: Unit, most: f64) -> Vec<f64> {
    let second = match unit {
        Unit::Seconds => 1.0,
        Unit::Minutes => 1.0 / 60.0,
        Unit::Share | Unit::Count | Unit::PerHour | Unit::Ratio | Unit::Money => {
            // Without the noise of binary products, which would show in the labels.
            return round_ticks(most, WANTED).into_iter().map(|tick| (tick * 1e9).round() / 1e9).collect();
        }
    };
    let (shortest, longest) = (STEPS[0] * second, STEPS[STEPS.len() - 1] * second);
    let fits = |step: &f64| most / step <= f64::from(WANTED);
    if most < shortest {
        return round_ticks(most, WANTED);
    }
    match STEPS.iter().map(|step| step * second).find(fits) {
        Some(step) => (0..=(most / step - 1e-9).ceil() as u32).map(|tick| f64::from(tick) * step).collect(),
        None => round_ticks(most / longest, WANTED).into_iter().map(|tick| tick * longest).collect(),
    }
}

/// The logarithm to the base 2, which is the same on every machine.
pub fn log2(value: f64) -> f64 {
    libm::log2(value)
}

/// Two to this power, which is the same on every machine.
pub fn exp2(power: f64) -> f64 {
    libm::exp2(power)
}
