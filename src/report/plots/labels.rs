//! Labels of curves: each near its point, where it covers neither a line nor another label.

use plotters::style::RGBColor;

use super::canvas::{Area, Drawing, Point, Text};
use super::style::{INK, LABEL, PAPER, SMALL};
use super::view::View;

/// A place so bad is not near, or covers something.
const NEAR: f64 = 300.0;

/// Finds a place for each label where it covers neither a line nor another label.
pub(super) struct Labels {
    /// Where the curves are.
    pub plot: Area,
    /// The right edge of the paper that may be written on.
    pub right: f64,
    /// The lines to keep off.
    pub lines: Vec<Vec<Point>>,
    /// What is taken already.
    pub taken: Vec<Area>,
}

impl Labels {
    /// Writes the name of an arm and its value beside `point`. Arms in grey are named where there is room for it nearby.
    pub fn arm(&mut self, drawing: &mut Drawing, view: &View<'_>, arm: usize, point: Point, value: String) {
        let lit = view.is_lit(arm);
        let size = if lit { LABEL } else { SMALL };
        let name = Text::new(view.arms[arm].name.clone(), (0.0, 0.0)).size(size);
        let value = Text::new(value, (0.0, 0.0)).size(size);
        let (name, value) = if lit {
            (name.bold().within(300.0), value)
        } else {
            (name.muted().within(200.0), value.muted())
        };
        let most = if lit { f64::INFINITY } else { NEAR };
        self.write(drawing, point, name, value, view.looks[arm].colour, most);
    }

    /// Writes a label for `point`, a name and a value side by side, as near to it as there is room.
    pub fn place(
        &mut self,
        drawing: &mut Drawing,
        point: Point,
        mut name: Text,
        value: Text,
        colour: RGBColor,
    ) {
        name.colour = INK;
        self.write(drawing, point, name, value, colour, f64::INFINITY);
    }

    /// The same, unless the best place is as bad as `most` or worse.
    fn write(
        &mut self,
        drawing: &mut Drawing,
        point: Point,
        mut name: Text,
        mut value: Text,
        colour: RGBColor,
        most: f64,
    ) {
        let split = name.area().width() + if value.words.is_empty() { 0.0 } else { 9.0 };
        let width = split + value.area().width();
        let (half, gap) = (0.62 * name.size, 18.0);
        let mut best: Option<(f64, Area)> = None;
        for dx in [gap, -gap - width, -width / 2.0, 60.0, -60.0 - width, 130.0, 230.0] {
            for step in 0..34 {
                let dy = f64::from((step + 1) / 2) * if step % 2 == 1 { 13.0 } else { -13.0 };
                let area = Area {
                    left: point.0 + dx,
                    top: point.1 + dy - half,
                    right: point.0 + dx + width,
                    bottom: point.1 + dy + half,
                };
                let cost = self.cost(area, point);
                if best.is_none_or(|(least, _)| cost < least) {
                    best = Some((cost, area));
                }
            }
        }
        let Some((_, area)) = best.filter(|(cost, _)| *cost < most) else { return };
        let middle = f64::midpoint(area.top, area.bottom);
        let nearest = leader(area, point);
        drawing.fill(area.corners(), PAPER);
        if (nearest.0 - point.0).abs() + (nearest.1 - point.1).abs() > 2.0 * gap {
            drawing.line(vec![point, nearest], colour, 1.0);
        }
        name.at = (area.left, middle);
        value.at = (area.left + split, middle);
        drawing.text(name);
        if !value.words.is_empty() {
            drawing.text(value);
        }
        self.taken.push(area);
        self.lines.push(vec![point, nearest]);
    }

    /// How bad a place is: outside the picture, over a label, over a line, far away, in this order.
    fn cost(&self, area: Area, point: Point) -> f64 {
        let roomy = area.grown(3.0);
        let mut cost = 0.0;
        if area.left < self.plot.left + 4.0
            || area.right > self.right
            || area.top < self.plot.top - 6.0
            || area.bottom > self.plot.bottom - 4.0
        {
            cost += 1e7;
        }
        cost += 1e5 * self.taken.iter().filter(|taken| taken.overlaps(roomy)).count() as f64;
        for line in &self.lines {
            cost += 400.0 * line.windows(2).map(|pair| covered(roomy, pair[0], pair[1])).sum::<f64>();
        }
        let end = leader(area, point);
        let own = Area { left: point.0, top: point.1, right: point.0, bottom: point.1 }.grown(1.0);
        for taken in self.taken.iter().filter(|taken| !taken.overlaps(own)) {
            cost += 400.0 * covered(*taken, point, end);
        }
        let (dx, dy) = (2.0 * (end.0 - point.0).abs(), 2.0 * (end.1 - point.1).abs());
        cost + dx + 1.5 * dy + if area.right < point.0 { 20.0 } else { 0.0 }
    }
}

/// Where a line from `point` to the text in `area` ends.
fn leader(area: Area, point: Point) -> Point {
    let middle = f64::midpoint(area.top, area.bottom);
    let x = point.0.clamp(area.left - 4.0, area.right + 4.0);
    let above = if middle < point.1 { area.bottom } else { area.top };
    // Beside the text at half its height, or straight above or below it at its edge.
    if (area.left..=area.right).contains(&x) { (x, above) } else { (x, middle) }
}

/// How many pixels of a line, sampled at every second one, run through an area.
fn covered(area: Area, from: Point, to: Point) -> f64 {
    // Most lines are nowhere near, by more than rounding could move a sample.
    let (left, right) = (from.0.min(to.0), from.0.max(to.0));
    let (top, bottom) = (from.1.min(to.1), from.1.max(to.1));
    if !area.overlaps(Area { left, top, right, bottom }.grown(1.0)) {
        return 0.0;
    }
    let length = (to.0 - from.0).abs().max((to.1 - from.1).abs());
    let samples = (length / 2.0).ceil().max(1.0) as u32;
    let inside = (0..=samples).filter(|&sample| {
        let share = f64::from(sample) / f64::from(samples);
        let (x, y) = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
        area.left < x && x < area.right && area.top < y && y < area.bottom
    });
    2.0 * inside.count() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_line_counts_what_runs_through_the_area() {
        let area = Area { left: 10.0, top: 20.0, right: 20.0, bottom: 30.0 };
        for (from, to, pixels) in [
            ((0.0, 25.0), (100.0, 25.0), 8.0),
            ((100.0, 25.0), (0.0, 25.0), 8.0),
            ((15.0, 0.0), (15.0, 100.0), 8.0),
            // It only just reaches in, and only just does not.
            ((0.0, 25.0), (10.01, 25.0), 2.0),
            ((0.0, 25.0), (10.0, 25.0), 0.0),
            ((0.0, 20.0), (100.0, 20.0), 0.0),
            ((0.0, 20.01), (100.0, 20.01), 8.0),
            ((15.0, 25.0), (15.0, 25.0), 4.0),
            ((0.0, 0.0), (9.0, 100.0), 0.0),
        ] {
            assert_eq!(covered(area, from, to), pixels, "{from:?} {to:?}");
        }
    }
}
