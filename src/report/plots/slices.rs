//! The subagents of one replication: when each slice was queued, when it ran, how it ended.

use std::io;

use plotters::style::RGBColor;

use super::super::tables::subagents::{Slice, slices};
use super::axis::clock_ticks;
use super::canvas::{Anchor, Area, Drawing, Text, width};
use super::frame::frame;
use super::style::{GRID, INK, LABEL, PAPER, SMALL};
use super::view::View;
use super::words::{duration, grouped, name, tickets};
use crate::domain::{SimDuration, SimTime};
use crate::facts::SpecStatus;
use crate::results::Comparison;

/// Specs at most.
const ROWS: usize = 25;

/// The chart; `None` where no recorded replication has subagents. It shows the first that has, of the first such arm.
///
/// # Errors
/// When a recorded replication cannot be read.
pub(super) fn compose(comparison: &View<'_>) -> io::Result<Option<Drawing>> {
    for (index, arm) in comparison.arms.iter().enumerate() {
        for recorded in &arm.recorded {
            let all = slices(recorded)?;
            if !all.is_empty() {
                return Ok(draw(comparison, index, recorded.replication, all));
            }
        }
    }
    Ok(None)
}

/// The chart of these slices.
fn draw(comparison: &View<'_>, index: usize, replication: u32, mut all: Vec<Slice>) -> Option<Drawing> {
    let title = finding(&comparison.arms[index].name, &all);
    let from = all.iter().map(|slice| slice.queued_at).min()?;
    let to = all.iter().map(last_instant).max()?.max(from + SimDuration::from_mins(1));
    let left_out = all.len().saturating_sub(ROWS);
    all.truncate(ROWS);
    let notes: Vec<String> =
        if left_out > 0 { vec![format!("{left_out} later subagents not shown")] } else { Vec::new() };
    let shown =
        format!("replication {} of {}", replication + 1, grouped(u64::from(comparison.setup.replications)));
    let (mut drawing, area) = frame(comparison, title, &shown, &notes);
    let labels: Vec<String> = all.iter().map(label).collect();
    let names = labels.iter().map(|label| width(label, SMALL, false)).fold(0.0, f64::max) + 12.0;
    // Room at the right for how the last one ended.
    let ends = all.iter().map(|slice| width(&outcome(slice), SMALL, false)).fold(0.0, f64::max) + 16.0;
    let body = Area {
        left: area.left + names,
        top: area.top + 40.0,
        right: area.right - ends,
        bottom: area.bottom - 54.0,
    };
    let row = (body.height() / all.len() as f64).min(52.0);
    let body = Area { bottom: body.top + row * all.len() as f64, ..body };
    let colour = comparison.looks[index].colour;
    let scale = Scale { from, to, body };
    let heading = Text::new(comparison.arms[index].name.clone(), (body.left, area.top + 12.0));
    drawing.text(heading.size(LABEL).bold().within(body.width()));
    grid(&mut drawing, comparison, &scale, all.len(), row);
    for (place, (slice, label)) in all.iter().zip(labels).enumerate() {
        let middle = body.top + (place as f64 + 0.5) * row;
        drawing.text(Text::new(label, (body.left - 10.0, middle)).anchor(Anchor::End));
        bar(&mut drawing, slice, &scale, (middle, 0.34 * row), colour);
    }
    key(&mut drawing, (area.left, body.bottom + 44.0), colour);
    Some(drawing)
}

/// Where instants are.
struct Scale {
    from: SimTime,
    to: SimTime,
    body: Area,
}

impl Scale {
    fn x(&self, at: SimTime) -> f64 {
        let share = (at - self.from).as_secs_f64() / (self.to - self.from).as_secs_f64();
        self.body.left + share.clamp(0.0, 1.0) * self.body.width()
    }
}

/// The clock and the rows.
fn grid(drawing: &mut Drawing, comparison: &Comparison, scale: &Scale, rows: usize, row: f64) {
    let body = scale.body;
    let wanted = (body.width() / 70.0).floor().max(2.0) as usize;
    let (from, to) = (scale.from.as_secs_f64(), scale.to.as_secs_f64());
    for (seconds, label) in clock_ticks(&comparison.setup.start, from, to, wanted) {
        let x = scale.x(SimTime::ZERO + SimDuration::from_secs_f64(seconds));
        drawing.line(vec![(x, body.top), (x, body.bottom)], GRID, 1.0);
        drawing.text(Text::new(label, (x, body.bottom + 14.0)).muted().anchor(Anchor::Middle));
    }
    for index in 0..=rows {
        let y = body.top + index as f64 * row;
        drawing.line(vec![(body.left, y), (body.right, y)], GRID, 1.0);
    }
}

/// One slice: the wait in a light colour, the run in a strong one, the end with its mark and its words.
fn bar(drawing: &mut Drawing, slice: &Slice, scale: &Scale, (middle, half): (f64, f64), colour: RGBColor) {
    let (top, bottom) = (middle - half, middle + half);
    let end = scale.x(slice.ended.map_or(scale.to, |end| end.at));
    let began = slice.started_at.map_or(end, |at| scale.x(at));
    let queued = scale.x(slice.queued_at);
    if began - queued > 0.5 {
        drawing.fill(Area { left: queued, right: began, top, bottom }.corners(), light(colour));
    }
    if slice.started_at.is_some() {
        let right = end.max(began + 1.0);
        drawing.fill(Area { left: began, right, top, bottom }.corners(), colour);
    }
    if let Some(status) = slice.ended.map(|end| end.status) {
        mark(drawing, status, (end, middle), half, colour);
    }
    drawing.text(Text::new(outcome(slice), (end + 12.0, middle)));
}

/// How a run ended: nothing more where its slice was through, a wall at the ceiling, a paper disc where it failed.
fn mark(drawing: &mut Drawing, status: SpecStatus, (x, y): (f64, f64), half: f64, colour: RGBColor) {
    match status {
        SpecStatus::Success => {}
        SpecStatus::Timeout => {
            let area = Area { left: x - 2.0, right: x + 2.0, top: y - half - 3.0, bottom: y + half + 3.0 };
            drawing.fill(area.corners(), INK);
        }
        SpecStatus::Failed => {
            drawing.disc((x, y), 6.0, INK);
            drawing.disc((x, y), 4.0, if half > 6.0 { PAPER } else { colour });
        }
    }
}

/// `spec-3 · 6 tickets`.
fn label(slice: &Slice) -> String {
    format!("{} · {}", slice.spec, tickets(f64::from(slice.tickets)))
}

/// What stands behind the bar.
fn outcome(slice: &Slice) -> String {
    match slice.ended {
        None if slice.started_at.is_none() => "never started".to_owned(),
        None => String::new(),
        Some(end) if end.status == SpecStatus::Success => "all done".to_owned(),
        Some(end) => format!("{} of {} done", end.done, slice.tickets),
    }
}

/// The last instant that is known of a slice.
fn last_instant(slice: &Slice) -> SimTime {
    slice.ended.map(|end| end.at).or(slice.started_at).unwrap_or(slice.queued_at)
}

/// The colour on a third of its strength.
fn light(RGBColor(red, green, blue): RGBColor) -> RGBColor {
    let mix = |part: u8| ((u16::from(part) + 2 * 255) / 3) as u8;
    RGBColor(mix(red), mix(green), mix(blue))
}

/// What the shapes mean.
fn key(drawing: &mut Drawing, (left, middle): (f64, f64), colour: RGBColor) {
    let mut x = left;
    for (index, meaning) in ["queued", "running", "stopped at its ceiling", "failed"].into_iter().enumerate()
    {
        let area = Area { left: x, right: x + 26.0, top: middle - 7.0, bottom: middle + 7.0 };
        match index {
            0 => drawing.fill(area.corners(), light(colour)),
            1 => drawing.fill(area.corners(), colour),
            2 => mark(drawing, SpecStatus::Timeout, (x + 20.0, middle), 6.0, colour),
            _ => mark(drawing, SpecStatus::Failed, (x + 20.0, middle), 7.0, colour),
        }
        let text = Text::new(meaning, (x + 34.0, middle)).muted();
        x = text.area().right + 28.0;
        drawing.text(text);
    }
}

/// The finding: how many were through with their slices, and when the last one was.
fn finding(arm: &str, all: &[Slice]) -> String {
    let ended = |status| {
        all.iter().filter(|slice| slice.ended.is_some_and(|end| end.status == status)).count() as u64
    };
    let (through, stopped, failed) =
        (ended(SpecStatus::Success), ended(SpecStatus::Timeout), ended(SpecStatus::Failed));
    let queued = all.iter().map(|slice| slice.queued_at).min().unwrap_or_default();
    let last = all.iter().map(last_instant).max().unwrap_or_default();
    let after = duration((last - queued).as_secs_f64());
    let who = name(arm);
    if through == all.len() as u64 {
        let count = grouped(through);
        return match through {
            1 => format!("{who}: the only subagent is through after {after}"),
            _ => format!("{who}: all {count} subagents are through after {after}"),
        };
    }
    let mut rest = Vec::new();
    if stopped > 0 {
        rest.push(format!("{} stopped at the ceiling", grouped(stopped)));
    }
    if failed > 0 {
        rest.push(format!("{} failed", grouped(failed)));
    }
    let rest = if rest.is_empty() { String::new() } else { format!("; {}", rest.join(", ")) };
    format!("{who}: {through} of {} subagents got through their slices{rest}", grouped(all.len() as u64))
}
