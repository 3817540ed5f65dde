//! The subagents of one replication: when each slice was queued, when it ran, how it ended.

use std::cmp::Reverse;
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

/// Subagents at most, of all disciplines together, though of each there are some.
const ROWS: usize = 24;
/// Subagents of each discipline at least, if it has so many.
const FEWEST: usize = 2;
/// Pixels that a row has, at least and at most.
const ROW: (f64, f64) = (19.0, 44.0);
/// Pixels for what is written above the rows of a discipline.
const HEADING: f64 = 38.0;

/// The subagents of a discipline.
struct Group {
    arm: usize,
    replication: u32,
    /// What became of all of them.
    finding: String,
    fates: Fates,
    /// Seconds from when the first was queued until the last ended.
    takes: f64,
    /// Those that are drawn, as they were queued.
    rows: Vec<Slice>,
}

/// How many runs ended how.
#[derive(Clone, Copy)]
struct Fates {
    all: u64,
    through: u64,
    stopped: u64,
    failed: u64,
}

/// The chart; `None` where no recorded replication has subagents. Of each discipline it shows the first that has.
///
/// # Errors
/// When a recorded replication cannot be read.
pub(super) fn compose(view: &View<'_>) -> io::Result<Option<Drawing>> {
    let mut groups: Vec<Group> = Vec::new();
    for (index, arm) in view.arms.iter().enumerate() {
        for recorded in &arm.recorded {
            let all = slices(recorded)?;
            if !all.is_empty() {
                groups.push(Group::new(index, recorded.replication, all));
                break;
            }
        }
    }
    Ok(draw(view, groups))
}

impl Group {
    fn new(arm: usize, replication: u32, rows: Vec<Slice>) -> Self {
        let queued = rows.iter().map(|slice| slice.queued_at).min().unwrap_or_default();
        let last = rows.iter().map(last_instant).max().unwrap_or_default();
        let takes = (last - queued).as_secs_f64();
        let fates = Fates::of(&rows);
        Self { arm, replication, finding: finding(fates, takes), fates, takes, rows }
    }

    /// Keeps so many subagents: those that are not through with their slices first, then those that end last.
    fn keep(&mut self, most: usize) {
        let is_through = |slice: &Slice| slice.ended.is_some_and(|end| end.status == SpecStatus::Success);
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.sort_by_key(|&row| (is_through(&self.rows[row]), Reverse(last_instant(&self.rows[row])), row));
        order.truncate(most);
        let mut row = 0;
        self.rows.retain(|_| {
            row += 1;
            order.contains(&(row - 1))
        });
    }
}

/// The chart of these subagents.
fn draw(view: &View<'_>, mut groups: Vec<Group>) -> Option<Drawing> {
    let title = title(view, &groups);
    let slices = || groups.iter().flat_map(|group| &group.rows);
    let from = slices().map(|slice| slice.queued_at).min()?;
    let to = slices().map(last_instant).max()?.max(from + SimDuration::from_mins(1));
    let all = slices().count();
    let most = (ROWS / groups.len()).max(FEWEST);
    for group in &mut groups {
        group.keep(most);
    }
    let rows: usize = groups.iter().map(|group| group.rows.len()).sum();
    let note = || {
        let which = "those not through with their slices first, then those that end last";
        format!("{rows} of {} subagents shown: {which}", grouped(all as u64))
    };
    let notes: Vec<String> = (rows < all).then(note).into_iter().collect();
    let replication = groups[0].replication;
    let shown = if groups.iter().all(|group| group.replication == replication) {
        format!("replication {} of {}", replication + 1, grouped(u64::from(view.setup.replications)))
    } else {
        "of each discipline the first recorded replication with subagents".to_owned()
    };
    let (mut drawing, area) = frame(view, title, &shown, &notes);
    let slices = || groups.iter().flat_map(|group| &group.rows);
    let names = slices().map(|slice| width(&label(slice), SMALL, false)).fold(0.0, f64::max) + 12.0;
    // Room at the right for how the last one ended.
    let ends = slices().map(|slice| width(&outcome(slice), SMALL, false)).fold(0.0, f64::max) + 16.0;
    let top = area.top + 6.0;
    let room = area.bottom - 54.0 - top - HEADING * groups.len() as f64;
    let row = (room / rows as f64).clamp(ROW.0, ROW.1);
    let mut body = Area { left: area.left + names, top, right: area.right - ends, bottom: top };
    for group in &groups {
        let look = view.looks[group.arm];
        let middle = body.bottom + 0.55 * HEADING;
        body = Area { top: body.bottom + HEADING, ..body };
        body.bottom = body.top + row * group.rows.len() as f64;
        drawing.marker(look.marker, (area.left + 8.0, middle), 6.5, look.colour);
        let arm = Text::new(view.arms[group.arm].name.clone(), (area.left + 22.0, middle)).size(LABEL).bold();
        let arm = arm.within(360.0);
        let after = arm.area().right + 12.0;
        drawing.text(arm);
        drawing.text(Text::new(group.finding.clone(), (after, middle)).muted().within(area.right - after));
        let scale = Scale { from, to, body };
        grid(&mut drawing, view, &scale, group.rows.len(), row);
        for (place, slice) in group.rows.iter().enumerate() {
            let middle = body.top + (place as f64 + 0.5) * row;
            drawing.text(Text::new(label(slice), (body.left - 10.0, middle)).anchor(Anchor::End));
            bar(&mut drawing, slice, &scale, (middle, 0.34 * row), look.colour);
        }
    }
    clock(&mut drawing, view, &Scale { from, to, body });
    key(&mut drawing, (area.left, body.bottom + 44.0), view.looks[groups[0].arm].colour);
    drawing.end_at(body.bottom + 54.0);
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

/// The round clock times of the picture, with their labels.
fn ticks(view: &View<'_>, scale: &Scale) -> Vec<(f64, String)> {
    let wanted = (scale.body.width() / 70.0).floor().max(2.0) as usize;
    let (from, to) = (scale.from.as_secs_f64(), scale.to.as_secs_f64());
    let place = |seconds| scale.x(SimTime::ZERO + SimDuration::from_secs_f64(seconds));
    let ticks = clock_ticks(&view.setup.start, from, to, wanted).into_iter();
    ticks.map(|(seconds, label)| (place(seconds), label)).collect()
}

/// The lines behind the rows of a discipline.
fn grid(drawing: &mut Drawing, view: &View<'_>, scale: &Scale, rows: usize, row: f64) {
    let body = scale.body;
    for (x, _) in ticks(view, scale) {
        drawing.line(vec![(x, body.top), (x, body.bottom)], GRID, 1.0);
    }
    for index in 0..=rows {
        let y = body.top + index as f64 * row;
        drawing.line(vec![(body.left, y), (body.right, y)], GRID, 1.0);
    }
}

/// The clock beneath the last rows.
fn clock(drawing: &mut Drawing, view: &View<'_>, scale: &Scale) {
    for (x, label) in ticks(view, scale) {
        drawing.text(Text::new(label, (x, scale.body.bottom + 14.0)).muted().anchor(Anchor::Middle));
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

impl Fates {
    fn of(all: &[Slice]) -> Self {
        let ended = |status| {
            let is_it = |slice: &&Slice| slice.ended.is_some_and(|end| end.status == status);
            all.iter().filter(is_it).count() as u64
        };
        let (through, stopped, failed) =
            (ended(SpecStatus::Success), ended(SpecStatus::Timeout), ended(SpecStatus::Failed));
        Self { all: all.len() as u64, through, stopped, failed }
    }
}

/// How many were through with their slices, and when the last one was.
fn finding(fates: Fates, takes: f64) -> String {
    let after = duration(takes);
    match fates.through {
        1 if fates.all == 1 => format!("the only subagent is through after {after}"),
        all if all == fates.all => format!("all {} subagents are through after {after}", grouped(all)),
        through => {
            let rest = [(fates.stopped, "stopped at the ceiling"), (fates.failed, "failed")];
            let rest = rest.into_iter().filter(|(many, _)| *many > 0);
            let rest: Vec<String> = rest.map(|(many, what)| format!("{} {what}", grouped(many))).collect();
            let rest = if rest.is_empty() { String::new() } else { format!("; {}", rest.join(", ")) };
            format!("{through} of {} subagents got through their slices{rest}", grouped(fates.all))
        }
    }
}

/// The finding: of one discipline what became of its subagents, of several where fewest of them got through.
fn title(view: &View<'_>, groups: &[Group]) -> String {
    let called = |group: &Group| name(&view.arms[group.arm].name);
    let share = |group: &Group| group.fates.through as f64 / group.fates.all as f64;
    let Some(worst) = groups.iter().min_by(|a, b| share(a).total_cmp(&share(b))) else {
        return String::new();
    };
    let told = format!("{}: {}", called(worst), worst.finding);
    let others = groups.len() - 1;
    let through = groups.iter().filter(|group| group.fates.through == group.fates.all).count();
    match through {
        _ if others == 0 => told,
        0 => format!("{told}; no discipline gets all of them through"),
        1 if others == 1 => format!("{told}; the other discipline gets all of them through"),
        all if all == others => format!("{told}; the other {others} disciplines get all of them through"),
        all if all < others => {
            let get = if all == 1 { "gets" } else { "get" };
            format!("{told}; {all} of the other {others} disciplines {get} all of them through")
        }
        _ => {
            let by_time = |a: &&Group, b: &&Group| a.takes.total_cmp(&b.takes);
            let (first, last) = (groups.iter().min_by(by_time), groups.iter().max_by(by_time));
            let (first, last) = (first.unwrap_or(worst), last.unwrap_or(worst));
            match (duration(first.takes), duration(last.takes)) {
                (same, other) if same == other => {
                    format!("Under each discipline all subagents are through after {same}")
                }
                (least, most) => format!(
                    "All subagents get through their slices, after {least} under {}, after {most} under {}",
                    called(first),
                    called(last)
                ),
            }
        }
    }
}
