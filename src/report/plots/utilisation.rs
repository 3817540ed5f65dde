//! Who is at work when: a heat map of technicians and quarters of an hour, a panel for each discipline.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;

use plotters::style::RGBColor;

use super::super::judgement::{baseline, fastest};
use super::super::occupied::Occupied;
use super::axis::clock_ticks;
use super::canvas::{Anchor, Area, Drawing, Text, width};
use super::frame::frame;
use super::style::{GRID, INK, LABEL, MUTED, SMALL, is_light};
use super::view::View;
use super::words::{duration, grouped, name};
use crate::domain::{Interval, SimDuration, SimTime, TechnicianId};
use crate::results::{Arm, Comparison, Recorded};

/// Panels at most.
const PANELS: usize = 4;
/// Technicians at most.
const ROWS: usize = 25;
/// Pixels that a row has at most.
const ROW: f64 = 30.0;
/// Pixels that a cell is wide at least.
const CELL: f64 = 7.0;
/// A quarter of an hour, in seconds.
const QUARTER: i64 = 900;

/// What one discipline's technicians did in the replication.
struct Day<'a> {
    arm: &'a Arm,
    /// Whether these are spans of work; otherwise of bookings.
    works: bool,
    spans: BTreeMap<TechnicianId, Vec<Interval>>,
}

/// The chart of the first recorded replication; `None` where none is recorded, or nobody has work in it.
///
/// # Errors
/// When a recorded replication cannot be read.
pub(super) fn compose(view: &View<'_>) -> io::Result<Option<Drawing>> {
    let mut days = Vec::new();
    for arm in &view.arms {
        let Some(recorded) = arm.recorded.first() else { continue };
        let (works, spans) = spans(recorded)?;
        days.push(Day { arm, works, spans });
    }
    Ok(draw(view, days))
}

/// Who works when; where no work is simulated, who is booked when.
fn spans(recorded: &Recorded) -> io::Result<(bool, BTreeMap<TechnicianId, Vec<Interval>>)> {
    let found = Occupied::of(recorded)?;
    let works = !found.work.is_empty();
    let mut spans: BTreeMap<TechnicianId, Vec<Interval>> = BTreeMap::new();
    for it in if works { found.work } else { found.bookings } {
        spans.entry(it.technician).or_default().push(it.span);
    }
    Ok((works, spans))
}

fn draw(view: &View<'_>, days: Vec<Day<'_>>) -> Option<Drawing> {
    let all = days.len();
    let days = most_telling(view, days);
    let spans = || days.iter().flat_map(|day| day.spans.values().flatten());
    let first = spans().map(|span| span.start).min()?;
    let last = spans().map(|span| span.end).max().filter(|last| *last > first)?;
    // The busiest technicians in the order of the desk.
    let mut rows: Vec<TechnicianId> =
        (0..view.setup.desk.technicians.len() as u32).map(TechnicianId).collect();
    let busy = |who: &TechnicianId| -> i64 {
        let of = |day: &Day<'_>| day.spans.get(who).map_or(0, |spans| covered(spans, i64::MIN, i64::MAX));
        days.iter().map(of).sum()
    };
    rows.sort_by_key(|who| (Reverse(busy(who)), *who));
    let left_out = rows.len().saturating_sub(ROWS);
    rows.truncate(ROWS);
    rows.sort_unstable();

    let mut notes: Vec<String> = Vec::new();
    if all > days.len() {
        notes.push(format!("{} of {all} disciplines shown", days.len()));
    }
    if left_out > 0 {
        notes.push(format!("the {ROWS} busiest technicians shown, {} not", grouped(left_out as u64)));
    }
    let notes = if notes.is_empty() { notes } else { vec![notes.join(" · ")] };
    let replication = days.iter().find_map(|day| day.arm.recorded.first())?.replication + 1;
    let shown = format!("replication {replication} of {}", grouped(u64::from(view.setup.replications)));
    let (mut drawing, area) = frame(view, finding(view, &days), &shown, &notes);

    let called = |who: &TechnicianId| view.setup.desk.technicians[who.index()].name.as_str();
    let names = rows.iter().map(|who| width(called(who), SMALL, false)).fold(0.0, f64::max).min(190.0) + 14.0;
    let gap = 22.0;
    let panels = days.len() as f64;
    let wide = (area.width() - names - gap * (panels - 1.0)) / panels;
    let grid = Grid::over(&view.setup.start, first, last, wide);
    let top = area.top + 30.0;
    let row = ((area.bottom - 70.0 - top) / rows.len() as f64).min(ROW);
    let bottom = top + row * rows.len() as f64;
    for (place, who) in rows.iter().enumerate() {
        let middle = top + (place as f64 + 0.5) * row;
        let label = Text::new(called(who), (area.left + names - 12.0, middle)).size(SMALL);
        let label = label.within(names - 14.0).anchor(Anchor::End);
        drawing.text(label);
    }
    for (place, day) in days.iter().enumerate() {
        let left = area.left + names + place as f64 * (wide + gap);
        let panel = Area { left, top, right: left + wide, bottom };
        let heading = Text::new(day.arm.name.clone(), (left, area.top + 10.0)).size(LABEL).bold();
        drawing.text(heading.within(wide));
        grid.draw(&mut drawing, view, day, &rows, panel);
    }
    let works = days.iter().any(|day| day.works);
    let bottom = key(&mut drawing, &grid, works, (area.left, bottom + 52.0));
    drawing.end_at(bottom);
    Some(drawing)
}

/// The cells of a panel.
struct Grid {
    /// When the first one begins, in seconds since the start; all of them on quarters of an hour of the clock.
    from: i64,
    /// Seconds of one.
    step: i64,
    many: usize,
    wide: f64,
}

impl Grid {
    /// Cells from the first work to the last: quarters of an hour, or as many of them as it takes to have few enough.
    fn over(start: &jiff::ZonedDateTime, first: SimTime, last: SimTime, wide: f64) -> Self {
        let past = i64::from(start.minute()) * 60 + i64::from(start.second());
        let (first, last) = (seconds(first), seconds(last));
        let most = (wide / CELL).floor().max(1.0) as i64;
        let mut step = QUARTER;
        loop {
            let from = (first + past).div_euclid(step) * step - past;
            let many = (last - from + step - 1).div_euclid(step).max(1);
            if many <= most {
                return Self { from, step, many: many as usize, wide: wide / many as f64 };
            }
            step *= 2;
        }
    }

    /// One discipline's panel.
    fn draw(&self, drawing: &mut Drawing, c: &Comparison, day: &Day<'_>, rows: &[TechnicianId], panel: Area) {
        let row = panel.height() / rows.len() as f64;
        let until = self.from + self.step * self.many as i64;
        for (place, who) in rows.iter().enumerate() {
            let spans = day.spans.get(who).map_or(&[][..], Vec::as_slice);
            let top = panel.top + place as f64 * row;
            // Most cells of a day are idle: they are one strip.
            let idle = Area { top, bottom: top + row - 1.0, ..panel };
            drawing.fill(idle.corners(), shade(0.0));
            for cell in 0..self.many {
                let part = self.busy(spans, cell);
                if part == 0.0 {
                    continue;
                }
                let left = panel.left + cell as f64 * self.wide;
                let area = Area { left, top, right: left + self.wide, bottom: top + row };
                let colour = shade(part);
                let inner = Area { right: area.right - 1.0, bottom: area.bottom - 1.0, ..area };
                drawing.fill(inner.corners(), colour);
                let text = format!("{:.0}", 100.0 * part);
                if row >= 20.0 && self.wide >= width("100", SMALL, false) + 8.0 {
                    let middle =
                        (f64::midpoint(inner.left, inner.right), f64::midpoint(inner.top, inner.bottom));
                    let mut text = Text::new(text, middle).anchor(Anchor::Middle);
                    text.colour = if is_light(colour) { INK } else { RGBColor(255, 255, 255) };
                    drawing.text(text);
                }
            }
        }
        let x = |at: f64| panel.left + (at - self.from as f64) / (until - self.from) as f64 * panel.width();
        let wanted = (panel.width() / 76.0).floor().max(2.0) as usize;
        let mut free = panel.left - 8.0;
        for (at, label) in clock_ticks(&c.setup.start, self.from as f64, until as f64, wanted) {
            let (at, half) = (x(at), width(&label, SMALL, false) / 2.0);
            drawing.line(vec![(at, panel.bottom), (at, panel.bottom + 5.0)], MUTED, 1.0);
            // Labels of neighbouring panels keep apart.
            let middle = at.max(panel.left - 8.0 + half).min(panel.right + 8.0 - half);
            if middle - half >= free {
                let text = Text::new(label, (middle, panel.bottom + 17.0)).muted();
                drawing.text(text.anchor(Anchor::Middle));
                free = middle + half + 8.0;
            }
        }
    }

    /// The share of a cell that these spans cover, each of its time once.
    fn busy(&self, spans: &[Interval], cell: usize) -> f64 {
        let start = self.from + self.step * cell as i64;
        covered(spans, start * 1_000_000, (start + self.step) * 1_000_000) as f64
            / (self.step * 1_000_000) as f64
    }
}

/// How much of the time from `start` to `end` these spans cover, each of its moments once, in microseconds.
fn covered(spans: &[Interval], start: i64, end: i64) -> i64 {
    let mut parts: Vec<(i64, i64)> = spans
        .iter()
        .map(|span| (span.start.micros().max(start), span.end.micros().min(end)))
        .filter(|(from, to)| from < to)
        .collect();
    parts.sort_unstable();
    let (mut sum, mut until) = (0, start);
    for (from, to) in parts {
        sum += (to - from.max(until)).max(0);
        until = until.max(to);
    }
    sum
}

fn seconds(at: SimTime) -> i64 {
    at.micros().div_euclid(1_000_000)
}

/// From nearly white to dark blue, the darker the busier.
fn shade(part: f64) -> RGBColor {
    /// Nobody works; a little; all the time.
    const ENDS: [(f64, f64, f64); 3] = [(240.0, 240.0, 240.0), (200.0, 222.0, 240.0), (0.0, 66.0, 120.0)];
    let mix = |(a, b, c): (f64, f64, f64), (d, e, f): (f64, f64, f64), share: f64| {
        let channel = |one: f64, other: f64| (one + (other - one) * share).round() as u8;
        RGBColor(channel(a, d), channel(b, e), channel(c, f))
    };
    if part <= 0.0 { mix(ENDS[0], ENDS[0], 0.0) } else { mix(ENDS[1], ENDS[2], part.min(1.0)) }
}

/// What the shades mean; returns where it ends.
fn key(drawing: &mut Drawing, grid: &Grid, works: bool, (left, middle): (f64, f64)) -> f64 {
    let cell = match grid.step {
        QUARTER => "quarter of an hour".to_owned(),
        3600 => "hour".to_owned(),
        step => duration(step as f64),
    };
    let what = if works { "at work" } else { "booked" };
    let text = Text::new(format!("share of each {cell} that a technician is {what}"), (left, middle)).muted();
    let mut x = text.area().right + 16.0;
    drawing.text(text);
    for percent in [0, 25, 50, 75, 100] {
        let area = Area { left: x, right: x + 26.0, top: middle - 8.0, bottom: middle + 8.0 };
        drawing.fill(area.corners(), shade(f64::from(percent) / 100.0));
        drawing.outline(area, GRID, 1.0);
        let text = Text::new(format!("{percent}\u{a0}%"), (x + 32.0, middle)).muted();
        x = text.area().right + 16.0;
        drawing.text(text);
    }
    middle + 10.0
}

/// The disciplines that are shown: of many, the baseline, the fastest, those that spread the work most differently, and the
/// first of the others.
fn most_telling<'a>(c: &Comparison, days: Vec<Day<'a>>) -> Vec<Day<'a>> {
    if days.len() <= PANELS {
        return days;
    }
    let base = baseline(c).map(|arm| &*arm.name);
    let best = fastest(c).first().map(|arm| &*arm.name);
    let fewest = days.iter().min_by_key(|day| day.spans.len()).map(|day| &*day.arm.name);
    let most = days.iter().rev().max_by_key(|day| day.spans.len()).map(|day| &*day.arm.name);
    let names = days.iter().map(|day| &*day.arm.name);
    let mut chosen: Vec<String> = Vec::new();
    for name in [base, best, fewest, most].into_iter().flatten().chain(names) {
        if chosen.len() < PANELS && !chosen.iter().any(|other| other == name) {
            chosen.push(name.to_owned());
        }
    }
    days.into_iter().filter(|day| chosen.contains(&day.arm.name)).collect()
}

/// The finding: how many technicians have work, and how long the busiest works.
fn finding(c: &Comparison, days: &[Day<'_>]) -> String {
    let fewest = days.iter().min_by_key(|day| day.spans.len());
    let most = days.iter().rev().max_by_key(|day| day.spans.len());
    let (Some(fewest), Some(most)) = (fewest, most) else { return "Nobody works".to_owned() };
    let all = grouped(c.setup.desk.technicians.len() as u64);
    let many = |day: &Day<'_>| format!("{} of {all}", grouped(day.spans.len() as u64));
    let longest = |day: &Day<'_>| {
        let longest = day.spans.values().map(|spans| covered(spans, i64::MIN, i64::MAX)).max().unwrap_or(0);
        SimDuration::from_micros(longest).as_secs_f64()
    };
    let busiest = |day: &Day<'_>| format!("the busiest for {}", duration(longest(day)));
    let verb = if days.iter().any(|day| day.works) { "work" } else { "are booked" };
    let told = |day: &Day<'_>| format!("under {} {}, {}", name(&day.arm.name), many(day), busiest(day));
    if days.len() == 1 {
        return format!(
            "Under {} {} technicians {verb}, {}",
            name(&most.arm.name),
            many(most),
            busiest(most)
        );
    }
    if fewest.spans.len() == most.spans.len() {
        let all = || days.iter().map(longest);
        let least = duration(all().fold(f64::INFINITY, f64::min));
        let span = match duration(all().fold(0.0, f64::max)) {
            same if same == least => same,
            more => format!("{least} to {more}"),
        };
        return format!(
            "Under each discipline shown {} technicians {verb}, the busiest for {span}",
            many(most)
        );
    }
    format!("Technicians who {verb}: {}; {}", told(most), told(fewest))
}
