//! The technicians' day in one replication: who is promised what and when, a panel for each discipline.

mod day;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io;

use plotters::style::RGBColor;

use super::axis::{clock_ticks, time_of_day};
use super::canvas::{Anchor, Area, Drawing, Paper, Text, width};
use super::frame::frame;
use super::style::{GRID, INK, LABEL, MARGIN, NEUTRAL, PAPER, SMALL, is_light};
use super::view::View;
use super::words::{grouped, name, tickets};
use crate::domain::{SimDuration, SimTime, TechnicianId};
use crate::results::Comparison;
use day::{Block, Day, Peak};

/// Panels at most.
const PANELS: usize = 3;
/// Technicians at most, so that each has room for what is written on its blocks.
const ROWS: usize = 12;
/// Pixels that a row has at most.
const ROW: f64 = 64.0;
/// Bookings and work that lie further than this after the first are counted, not drawn.
const SPAN: SimDuration = SimDuration::from_hours(14);
/// Pixels that the shortest slot has at least.
const SLOT: f64 = 20.0;
/// Pixels of a block that its text leaves free, to the left and the right together.
const PADDING: f64 = 5.0;
/// Pixels between panels.
const GAP: f64 = 26.0;

/// The chart; `None` where no replication was recorded or nothing was booked.
///
/// # Errors
/// When the replication cannot be read.
pub(super) fn compose(view: &View<'_>) -> io::Result<Option<Drawing>> {
    let arms = &view.arms;
    let Some(first) = arms.iter().find_map(|arm| arm.recorded.first()) else { return Ok(None) };
    let replication = first.replication;
    let days = arms.iter().enumerate().filter_map(|(arm, all)| Day::of(arm, all, replication).transpose());
    Ok(draw(view, replication, days.collect::<io::Result<_>>()?))
}

fn draw(view: &View<'_>, replication: u32, days: Vec<Day>) -> Option<Drawing> {
    let booking = days.len();
    let days = most_telling(days, view);
    let desk = &view.setup.desk;
    let rows = rows(&days, desk.technicians.len() as u32);
    let room = width_of_names(view, &rows);
    let mut notes = Vec::new();
    if booking > days.len() {
        notes.push(format!("{} of {booking} disciplines that book are drawn", days.len()));
    }
    if desk.technicians.len() > rows.len() {
        let all = grouped(desk.technicians.len() as u64);
        let doubles = days.iter().any(|day| day.doubles() > 0);
        let which =
            if doubles { "those with double bookings first, then the busiest" } else { "the busiest" };
        notes.push(format!("{} of {all} technicians: {which}", rows.len()));
    }
    let shown = format!("replication {} of {}", replication + 1, grouped(u64::from(view.setup.replications)));
    let title = finding(view, &days);
    let paper = Paper::of(view.setup.charts.chart_size).width - 2.0 * MARGIN;
    let panels = days.len() as f64;
    let wide = (paper - room - GAP * (panels - 1.0)) / panels;
    let (from, to) = span(&days, &rows, wide)?;
    let beyond = days.iter().flat_map(|day| &day.bookings);
    let beyond = beyond.filter(|it| it.slot.start >= to && rows.contains(&it.technician)).count();
    if beyond > 0 {
        let noun = if beyond == 1 { "booking" } else { "bookings" };
        notes.push(format!("{} later {noun} not shown", grouped(beyond as u64)));
    }
    let work = days.iter().flat_map(|day| &day.work).filter(|(technician, _)| rows.contains(technician));
    if let Some(last) = work.map(|(_, span)| span.end).max().filter(|last| *last > to) {
        notes.push(format!("work goes on until {}", time_of_day(&view.setup.start, last.as_secs_f64())));
    }
    let notes: Vec<String> = if notes.is_empty() { notes } else { vec![notes.join(" · ")] };
    let (mut drawing, area) = frame(view, title, &shown, &notes);

    let body = Area { left: area.left + room, top: area.top + 60.0, bottom: area.bottom - 54.0, ..area };
    let row = (body.height() / rows.len().max(1) as f64).min(ROW);
    let body = Area { bottom: body.top + row * rows.len() as f64, ..body };
    for (index, id) in rows.iter().enumerate() {
        let at = (body.left - 10.0, body.top + (index as f64 + 0.5) * row);
        let label = Text::new(desk.technicians[id.index()].name.clone(), at);
        drawing.text(label.within(room - 12.0).anchor(Anchor::End));
    }
    for (index, day) in days.iter().enumerate() {
        let left = body.left + index as f64 * (wide + GAP);
        let area = Area { left, right: left + wide, ..body };
        let look = view.looks[day.arm];
        drawing.marker(look.marker, (left + 8.0, area.top - 48.0), 7.0, look.colour);
        let heading = Text::new(view.arms[day.arm].name.clone(), (left + 22.0, area.top - 48.0));
        drawing.text(heading.size(LABEL).bold().within(wide - 22.0));
        let panel = Panel { day, rows: &rows, area, row, from, to };
        panel.grid(&mut drawing, view);
        panel.bars(&mut drawing, look.colour);
    }
    key(&mut drawing, (area.left, body.bottom + 48.0), &days);
    drawing.end_at(body.bottom + 54.0);
    Some(drawing)
}

/// The technicians to show, in the desk's order: whoever is promised to most at once, those with double bookings, the busiest.
fn rows(days: &[Day], technicians: u32) -> Vec<TechnicianId> {
    let worst = worst(days).map(|(_, peak)| peak.technician);
    let mut seen: BTreeMap<TechnicianId, (usize, usize)> = BTreeMap::new();
    for block in days.iter().flat_map(|day| &day.blocks) {
        let (doubles, all) = seen.entry(block.technician).or_default();
        *all += block.tickets;
        *doubles += if block.tickets > 1 { block.tickets } else { 0 };
    }
    let mut rows: Vec<TechnicianId> = (0..technicians).map(TechnicianId).collect();
    rows.sort_by_key(|id| (Some(*id) != worst, Reverse(seen.get(id).copied().unwrap_or_default()), *id));
    rows.truncate(ROWS);
    rows.sort_unstable();
    rows
}

/// How much room the names of technicians take.
fn width_of_names(view: &View<'_>, rows: &[TechnicianId]) -> f64 {
    let names = rows.iter().map(|id| width(&view.setup.desk.technicians[id.index()].name, SMALL, false));
    names.fold(0.0, f64::max).min(170.0) + 12.0
}

/// From when until when the day is drawn in panels as wide as this: no longer than leaves each slot so wide that the number of
/// its tickets fits.
fn span(days: &[Day], rows: &[TechnicianId], wide: f64) -> Option<(SimTime, SimTime)> {
    let bookings = || days.iter().flat_map(|day| &day.bookings);
    let first = bookings().map(|booking| booking.slot.start).min()?;
    let arrived = days.iter().flat_map(|day| &day.burst.tickets).map(|ticket| ticket.arrived_at).min();
    let shortest = bookings().map(|booking| (booking.slot.end - booking.slot.start).as_secs_f64());
    let shortest = shortest.fold(f64::INFINITY, f64::min).max(60.0);
    let most = days.iter().flat_map(|day| &day.blocks).map(|block| block.tickets).max().unwrap_or_default();
    let least = SLOT.max(width(&grouped(most as u64), SMALL, true) + PADDING + 1.0);
    let reach = SPAN.min(SimDuration::from_secs_f64(wide / least * shortest));
    // What arrives long before the first slot is not in the picture, or nothing else would be.
    let is_near =
        |arrived: &SimTime| first - *arrived <= SimDuration::from_secs_f64(reach.as_secs_f64() / 2.0);
    let from = arrived.filter(is_near).map_or(first, |arrived| arrived.min(first));
    let limit = from.saturating_add(reach);
    let is_seen = |technician: &TechnicianId| rows.contains(technician);
    let slots = bookings().filter(|booking| is_seen(&booking.technician)).map(|booking| booking.slot.end);
    let slots = slots.filter(|end| *end <= limit).max().unwrap_or(limit);
    // Work may go on for hours after the last slot, which would leave little room for all that is before.
    let after = SimDuration::from_secs_f64((slots - from).as_secs_f64() / 2.0);
    let most = limit.min(slots.saturating_add(after));
    let work = days.iter().flat_map(|day| &day.work).filter(|(technician, _)| is_seen(technician));
    let to = work.map(|(_, span)| span.end.min(most)).max().map_or(slots, |end| end.max(slots));
    Some((from, to))
}

/// The panels to show, in the scenario's order: the baseline, then those with most double bookings, then the others.
fn most_telling(days: Vec<Day>, view: &View<'_>) -> Vec<Day> {
    let mut ranked: Vec<Day> = days;
    let baseline = view.references.baseline();
    let stacked = |day: &Day| day.peak().map_or(0, |peak| peak.bookings);
    ranked.sort_by_key(|day| {
        let doubles = Reverse((stacked(day), day.doubles()));
        (day.arm != baseline, doubles, !view.is_lit(day.arm), day.arm)
    });
    // Beside the worst, one that has none says more than the second worst.
    if let Some(clean) = ranked.iter().skip(2).position(|day| day.doubles() == 0) {
        let day = ranked.remove(clean + 2);
        ranked.insert(2, day);
    }
    ranked.truncate(PANELS);
    ranked.sort_by_key(|day| day.arm);
    ranked
}

/// One discipline's day.
struct Panel<'a> {
    day: &'a Day,
    rows: &'a [TechnicianId],
    area: Area,
    row: f64,
    from: SimTime,
    to: SimTime,
}

impl Panel<'_> {
    fn x(&self, at: SimTime) -> f64 {
        let share = (at - self.from).as_secs_f64() / (self.to - self.from).as_secs_f64();
        self.area.left + share.clamp(0.0, 1.0) * self.area.width()
    }

    /// Heading, clock, rows and arrivals.
    fn grid(&self, drawing: &mut Drawing, view: &View<'_>) {
        let area = self.area;
        let booked = tickets(self.day.bookings.len() as f64);
        let doubles = match self.day.doubles() {
            0 => "none twice".to_owned(),
            doubles => format!("{doubles} in a double booking"),
        };
        let text = Text::new(format!("{booked} booked, {doubles}"), (area.left, area.top - 25.0));
        drawing.text(text.muted().within(area.width()));
        let wanted = (area.width() / 54.0).floor().max(2.0) as usize;
        let (from, to) = (self.from.as_secs_f64(), self.to.as_secs_f64());
        for (seconds, label) in clock_ticks(&view.setup.start, from, to, wanted) {
            let x = self.x(SimTime::ZERO + SimDuration::from_secs_f64(seconds));
            drawing.line(vec![(x, area.top), (x, area.bottom)], GRID, 1.0);
            let label = Text::new(label, (x, area.bottom + 14.0)).muted();
            let half = label.area().width() / 2.0;
            // Labels at the very edge lean inwards, lest they meet those of the next panel.
            let x = x.clamp(area.left + half, (area.right - half).max(area.left + half));
            drawing.text(Text { at: (x, label.at.1), ..label }.anchor(Anchor::Middle));
        }
        for index in 0..=self.rows.len() {
            let y = area.top + index as f64 * self.row;
            drawing.line(vec![(area.left, y), (area.right, y)], GRID, 1.0);
        }
        // Of arrivals within half a pixel one tick is enough.
        let mut drawn = f64::NEG_INFINITY;
        for ticket in &self.day.burst.tickets {
            let x = self.x(ticket.arrived_at);
            if (self.from..=self.to).contains(&ticket.arrived_at) && x - drawn >= 0.5 {
                drawing.line(vec![(x, area.top - 8.0), (x, area.top)], INK, 1.0);
                drawn = x;
            }
        }
    }

    fn bars(&self, drawing: &mut Drawing, colour: RGBColor) {
        for (index, id) in self.rows.iter().enumerate() {
            let top = self.area.top + index as f64 * self.row;
            let bars = Area { top: top + 2.0, bottom: top + 0.78 * self.row, ..self.area };
            let is_seen = |block: &&Block| block.technician == *id && block.span.start < self.to;
            for block in self.day.blocks.iter().filter(is_seen) {
                self.block(drawing, block, bars, colour);
            }
            for (_, span) in self.day.work.iter().filter(|(who, _)| who == id) {
                let (left, right) = (self.x(span.start), self.x(span.end));
                if span.start < self.to && right - left > 1.5 {
                    let (top, bottom) = (top + 0.82 * self.row, top + 0.94 * self.row);
                    let bottom = bottom.max(top + 2.0);
                    drawing.fill(Area { left, right: right - 1.0, top, bottom }.corners(), INK);
                }
            }
        }
    }

    /// A booking with its ticket's name, or a double booking with the number of its tickets.
    fn block(&self, drawing: &mut Drawing, block: &Block, bars: Area, colour: RGBColor) {
        let (left, right) = (self.x(block.span.start) + 0.5, self.x(block.span.end) - 0.5);
        let area = Area { left, right, ..bars };
        let double = block.tickets > 1;
        if double {
            double_booking(drawing, area, colour);
        } else {
            drawing.fill(area.corners(), colour);
        }
        let at = (f64::midpoint(left, right), f64::midpoint(area.top, area.bottom));
        let words = match block.tickets {
            1 => vec![self.day.burst.name(block.first)],
            many => vec![tickets(many as f64), grouped(many as u64)],
        };
        let texts = words.into_iter().map(|words| Text::new(words, at).bold().anchor(Anchor::Middle));
        let mut fitting = texts.filter(|text| text.area().width() + PADDING <= area.width());
        let Some(text) = fitting.next().filter(|text| text.size <= area.height()) else { return };
        if double {
            drawing.fill(text.area().grown(2.0).corners(), PAPER);
        }
        let colour = if double || is_light(colour) { INK } else { PAPER };
        drawing.text(Text { colour, ..text });
    }
}

/// What marks a double booking.
fn double_booking(drawing: &mut Drawing, area: Area, colour: RGBColor) {
    drawing.fill(area.corners(), PAPER);
    hatch(drawing, area, colour);
    drawing.outline(area.grown(-0.75), INK, 1.7);
}

/// Diagonal strokes over an area.
fn hatch(drawing: &mut Drawing, area: Area, colour: RGBColor) {
    let (wide, high) = (area.width(), area.height());
    let mut offset = -high;
    while offset < wide {
        // From the lower left to the upper right, cut at the area's edges.
        let (from, to) = (offset.max(0.0), (offset + high).min(wide));
        if to > from {
            let line = vec![
                (area.left + from, area.bottom - (from - offset)),
                (area.left + to, area.bottom - (to - offset)),
            ];
            drawing.line(line, colour, 2.0);
        }
        offset += 5.0;
    }
}

/// What the shapes mean.
fn key(drawing: &mut Drawing, (left, middle): (f64, f64), days: &[Day]) {
    let doubles = days.iter().any(|day| day.doubles() > 0);
    let mut x = left;
    for meaning in ["promised slot", DOUBLE, "actual work", "arrival"] {
        let area = Area { left: x, right: x + 26.0, top: middle - 7.0, bottom: middle + 7.0 };
        match meaning {
            "promised slot" => drawing.fill(area.corners(), NEUTRAL),
            DOUBLE if doubles => double_booking(drawing, area, NEUTRAL),
            DOUBLE => continue,
            "actual work" => {
                drawing.fill(Area { top: middle - 2.0, bottom: middle + 2.0, ..area }.corners(), INK);
            }
            _ => drawing.line(vec![(x + 22.0, middle - 5.0), (x + 22.0, middle + 5.0)], INK, 1.0),
        }
        let text = Text::new(meaning, (x + 34.0, middle)).muted();
        x = text.area().right + 28.0;
        drawing.text(text);
    }
}

/// What the key says of double bookings.
const DOUBLE: &str = "double booking with its number of tickets";

/// Who is promised to most tickets at once, and under which discipline; the first of several.
fn worst(days: &[Day]) -> Option<(&Day, Peak)> {
    let mut worst: Option<(&Day, Peak)> = None;
    for day in days {
        if let Some(peak) = day.peak()
            && worst.is_none_or(|(_, most)| peak.bookings > most.bookings)
        {
            worst = Some((day, peak));
        }
    }
    worst
}

/// The finding of this replication.
fn finding(comparison: &Comparison, days: &[Day]) -> String {
    let called = |day: &Day| name(&comparison.arms[day.arm].name);
    let clock = |at: SimTime| time_of_day(&comparison.setup.start, at.as_secs_f64());
    let who = |id: TechnicianId| name(&comparison.setup.desk.technicians[id.index()].name);
    let Some((day, peak)) = worst(days) else {
        return "Nothing was booked".to_owned();
    };
    let base = comparison.references.baseline();
    if peak.bookings > 1 {
        let clean: Vec<&Day> = days.iter().filter(|day| day.doubles() == 0).collect();
        let rest = match clean.iter().find(|day| day.arm != base).or(clean.first()) {
            Some(day) => format!("; {} never promises anyone twice", called(day)),
            None => String::new(),
        };
        return format!(
            "{} promises {} to {} at once, at\u{a0}{}{rest}",
            called(day),
            who(peak.technician),
            tickets(peak.bookings as f64),
            clock(peak.at)
        );
    }
    let earliest = days.iter().min_by_key(|day| (day.end(), day.arm)).unwrap_or(day);
    match days.iter().max_by_key(|day| day.end()) {
        Some(latest) if clock(latest.end()) != clock(earliest.end()) => format!(
            "No technician is promised twice; the last slot ends at {} under {}, at {} under {}",
            clock(earliest.end()),
            called(earliest),
            clock(latest.end()),
            called(latest)
        ),
        _ if days.iter().all(|other| other.bookings.len() == day.bookings.len()) => format!(
            "No technician is promised twice: {} booked, the last slot ends at\u{a0}{}",
            tickets(day.bookings.len() as f64),
            clock(earliest.end())
        ),
        _ => format!("No technician is promised twice; the last slot ends at\u{a0}{}", clock(earliest.end())),
    }
}
