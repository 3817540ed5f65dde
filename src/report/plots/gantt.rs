//! The technicians' day in one replication: who is promised what and when, a panel for each discipline.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::io;
use std::sync::Arc;

use plotters::style::RGBColor;

use super::axis::{clock_ticks, time_of_day};
use super::canvas::{Anchor, Area, Drawing, Text, width};
use super::frame::frame;
use super::style::{GRID, INK, LABEL, NEUTRAL, PAPER, SMALL, is_light};
use super::view::View;
use super::words::{grouped, name, tickets};
use crate::domain::{Burst, Interval, SimDuration, SimTime, TechnicianId, TicketId};
use crate::facts::Fact;
use crate::results::{Arm, Comparison};

/// Panels at most.
const PANELS: usize = 3;
/// Technicians at most.
const ROWS: usize = 25;
/// Bookings and work that lie further than this after the first are counted, not drawn.
const SPAN: SimDuration = SimDuration::from_hours(14);

/// Lanes thinner than this many pixels are drawn plain, with one outline around all of them.
const THIN: f64 = 9.0;

/// A ticket in a technician's calendar.
#[derive(Clone, Copy, Debug)]
struct Booking {
    technician: TechnicianId,
    ticket: TicketId,
    slot: Interval,
    /// Place among overlapping bookings, from the top.
    lane: usize,
    /// How many lanes the bookings that overlap it, directly or in a chain, take.
    lanes: usize,
    /// Whether another booking overlaps it.
    double: bool,
}

/// What one discipline did in the replication.
struct Day {
    arm: usize,
    burst: Arc<Burst>,
    bookings: Vec<Booking>,
    work: Vec<(TechnicianId, Interval)>,
}

/// Most bookings of one technician at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Peak {
    technician: TechnicianId,
    at: SimTime,
    bookings: usize,
}

/// The chart; `None` where no replication was recorded or nothing was booked.
///
/// # Errors
/// When the replication cannot be read.
pub(super) fn compose(comparison: &View<'_>) -> io::Result<Option<Drawing>> {
    let arms = &comparison.arms;
    let Some(first) = arms.iter().find_map(|arm| arm.recorded.first()) else { return Ok(None) };
    let replication = first.replication;
    let days = arms.iter().enumerate().filter_map(|(arm, all)| Day::of(arm, all, replication).transpose());
    Ok(draw(comparison, replication, days.collect::<io::Result<_>>()?))
}

fn draw(comparison: &View<'_>, replication: u32, days: Vec<Day>) -> Option<Drawing> {
    let arms = &comparison.arms;
    let all = days.len();
    let days = most_telling(days, comparison.references.baseline());
    let title = finding(comparison, &days);
    let first = days.iter().flat_map(|day| &day.bookings).map(|booking| booking.slot.start).min()?;
    let arrived = days.iter().flat_map(|day| &day.burst.tickets).map(|ticket| ticket.arrived_at).min();
    let from =
        arrived.map_or(first, |arrived| if first - arrived > SPAN { first } else { arrived.min(first) });
    let limit = from.saturating_add(SPAN).max(first + SimDuration::from_hours(1));
    let slots = || days.iter().flat_map(|day| day.bookings.iter().map(|booking| booking.slot));
    let work = || days.iter().flat_map(|day| day.work.iter().map(|(_, span)| *span));
    let to = slots().chain(work()).map(|span| span.end).filter(|end| *end <= limit).max().unwrap_or(limit);
    let beyond = slots().filter(|slot| slot.start >= to).count();

    let desk = &comparison.setup.desk;
    let busy: BTreeSet<TechnicianId> =
        days.iter().flat_map(|day| &day.bookings).map(|booking| booking.technician).collect();
    let mut rows: Vec<TechnicianId> = (0..desk.technicians.len() as u32).map(TechnicianId).collect();
    rows.sort_by_key(|id| (!busy.contains(id), *id));
    let left_out = rows.len().saturating_sub(ROWS);
    rows.truncate(ROWS);

    let mut notes = Vec::new();
    if all > days.len() {
        notes.push(format!("{} of {all} disciplines shown", days.len()));
    }
    if left_out > 0 {
        let noun = if left_out == 1 { "technician" } else { "technicians" };
        notes.push(format!("{left_out} more {noun} not shown"));
    }
    if beyond > 0 {
        let noun = if beyond == 1 { "booking" } else { "bookings" };
        notes.push(format!("{beyond} later {noun} not shown"));
    }
    let notes: Vec<String> = if notes.is_empty() { notes } else { vec![notes.join(" · ")] };
    let shown =
        format!("replication {} of {}", replication + 1, grouped(u64::from(comparison.setup.replications)));
    let (mut drawing, area) = frame(comparison, title, &shown, &notes);

    let names =
        rows.iter().map(|id| width(&desk.technicians[id.index()].name, SMALL, false)).fold(0.0, f64::max);
    let names = names.min(170.0) + 12.0;
    let body = Area { left: area.left + names, top: area.top + 60.0, bottom: area.bottom - 54.0, ..area };
    let row = (body.height() / rows.len().max(1) as f64).min(64.0);
    let body = Area { bottom: body.top + row * rows.len() as f64, ..body };
    for (index, id) in rows.iter().enumerate() {
        let at = (body.left - 10.0, body.top + (index as f64 + 0.5) * row);
        let size = (row * 0.8).clamp(14.0, SMALL);
        let label = Text::new(desk.technicians[id.index()].name.clone(), at).size(size);
        drawing.text(label.within(names - 12.0).anchor(Anchor::End));
    }
    let gap = 26.0;
    let count = days.len() as f64;
    let wide = (body.width() - gap * (count - 1.0)) / count;
    for (index, day) in days.iter().enumerate() {
        let left = body.left + index as f64 * (wide + gap);
        let area = Area { left, right: left + wide, ..body };
        let panel = Panel { day, rows: &rows, area, row, from, to };
        let look = comparison.looks[day.arm];
        drawing.marker(look.marker, (left + 8.0, area.top - 48.0), 7.0, look.colour);
        let heading =
            Text::new(arms[day.arm].name.clone(), (left + 22.0, area.top - 48.0)).size(LABEL).bold();
        drawing.text(heading.within(wide - 22.0));
        panel.grid(&mut drawing, comparison);
        panel.bars(&mut drawing, look.colour);
    }
    key(&mut drawing, (area.left, body.bottom + 48.0), double_bookings(&days, row));
    Some(drawing)
}

impl Day {
    /// The day of an arm, unless nothing was booked on it.
    fn of(arm: usize, results: &Arm, replication: u32) -> io::Result<Option<Self>> {
        let recorded = results.recorded.iter().find(|recorded| recorded.replication == replication);
        let Some(recorded) = recorded else { return Ok(None) };
        let mut bookings = Vec::new();
        let mut work = Vec::new();
        // Since when each technician who works does.
        let mut since = BTreeMap::new();
        for record in &recorded.records {
            let record = record?;
            match record.fact {
                Fact::Booked { ticket, technician, start, end, .. } => {
                    let slot = Interval { start, end };
                    bookings.push(Booking { technician, ticket, slot, lane: 0, lanes: 1, double: false });
                }
                Fact::Started { technician, .. } | Fact::Continued { technician, .. } => {
                    since.insert(technician, record.at);
                }
                Fact::Interrupted { technician, .. } | Fact::Finished { technician, .. } => {
                    if let Some(start) = since.remove(&technician) {
                        work.push((technician, Interval { start, end: record.at }));
                    }
                }
                _ => {}
            }
        }
        stack(&mut bookings);
        let burst = recorded.burst()?;
        Ok((!bookings.is_empty()).then_some(Self { arm, burst, bookings, work }))
    }

    /// The instant at which somebody is promised to most tickets; the earliest, and the first technician, of several.
    fn peak(&self) -> Option<Peak> {
        let mut peak: Option<Peak> = None;
        let mut ends = BinaryHeap::new();
        let mut last = None;
        // Bookings are sorted by technician and start, and only at a start can there be more than before.
        for Booking { technician, slot, .. } in &self.bookings {
            if last.replace(*technician) != Some(*technician) {
                ends.clear();
            }
            while ends.peek().is_some_and(|Reverse(end)| *end <= slot.start) {
                ends.pop();
            }
            ends.push(Reverse(slot.end));
            let candidate = Peak { technician: *technician, at: slot.start, bookings: ends.len() };
            let order = |peak: &Peak| (Reverse(peak.bookings), peak.at, peak.technician);
            if peak.is_none_or(|best| order(&candidate) < order(&best)) {
                peak = Some(candidate);
            }
        }
        peak
    }

    fn doubles(&self) -> usize {
        self.bookings.iter().filter(|booking| booking.double).count()
    }

    /// When the last promised slot ends.
    fn end(&self) -> SimTime {
        self.bookings.iter().map(|booking| booking.slot.end).max().unwrap_or_default()
    }
}

/// Sorts bookings by technician and time, and gives those that overlap lanes of their own.
fn stack(bookings: &mut [Booking]) {
    bookings.sort_by_key(|booking| (booking.technician, booking.slot, booking.ticket));
    let mut first = 0;
    while first < bookings.len() {
        let technician = bookings[first].technician;
        let mut ends: Vec<SimTime> = Vec::new();
        let mut reach = SimTime::MIN;
        let mut next = first;
        while next < bookings.len()
            && bookings[next].technician == technician
            && (next == first || bookings[next].slot.start < reach)
        {
            let slot = bookings[next].slot;
            let lane = ends.iter().position(|end| *end <= slot.start).unwrap_or(ends.len());
            if lane == ends.len() {
                ends.push(slot.end);
            } else {
                ends[lane] = slot.end;
            }
            bookings[next].lane = lane;
            reach = reach.max(slot.end);
            next += 1;
        }
        for booking in &mut bookings[first..next] {
            booking.lanes = ends.len();
            // Each of them starts inside, or is met by, another: none is alone.
            booking.double = ends.len() > 1;
        }
        first = next;
    }
}

/// The panels to show, in the scenario's order: the baseline, then those with most double bookings, then the others.
fn most_telling(days: Vec<Day>, baseline: usize) -> Vec<Day> {
    let mut ranked: Vec<Day> = days;
    let stacked = |day: &Day| day.peak().map_or(0, |peak| peak.bookings);
    ranked.sort_by_key(|day| (day.arm != baseline, Reverse((stacked(day), day.doubles())), day.arm));
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
    fn grid(&self, drawing: &mut Drawing, comparison: &Comparison) {
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
        for (seconds, label) in clock_ticks(&comparison.setup.start, from, to, wanted) {
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
            let mine: Vec<&Booking> =
                self.day.bookings.iter().filter(|booking| booking.technician == *id).collect();
            for booking in mine.iter().filter(|booking| booking.slot.start < self.to) {
                self.bar(drawing, booking, bars, colour);
            }
            for (position, booking) in mine.iter().enumerate() {
                let starts =
                    booking.lane == 0 && (position == 0 || mine[position - 1].slot.end <= booking.slot.start);
                if booking.lanes > 1 && starts && booking.slot.start < self.to {
                    self.tally(drawing, &mine[position..], bars);
                }
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

    fn bar(&self, drawing: &mut Drawing, booking: &Booking, bars: Area, colour: RGBColor) {
        let lane = bars.height() / booking.lanes as f64;
        let top = bars.top + lane * booking.lane as f64;
        let area = Area {
            left: self.x(booking.slot.start) + 0.5,
            right: self.x(booking.slot.end) - 0.5,
            top,
            bottom: top + lane - if booking.lanes > 1 { 1.0 } else { 0.0 },
        };
        if booking.double && lane >= THIN {
            drawing.fill(area.corners(), PAPER);
            hatch(drawing, area, colour);
            drawing.outline(area.grown(-0.75), INK, 1.7);
        } else {
            drawing.fill(area.corners(), colour);
        }
        let name = self.day.burst.name(booking.ticket);
        let size = 14.0;
        if area.height() >= size + 2.0 && width(&name, size, true) + 6.0 <= area.width() {
            let at = (f64::midpoint(area.left, area.right), f64::midpoint(area.top, area.bottom));
            let text = Text::new(name, at).size(size).bold().anchor(Anchor::Middle);
            if booking.double {
                drawing.fill(text.area().grown(1.0).corners(), PAPER);
            }
            let colour = if booking.double || is_light(colour) { INK } else { PAPER };
            drawing.text(Text { colour, ..text });
        }
    }

    /// Outlines a stack of thin bookings, and writes to the right how many there are, where there is room.
    fn tally(&self, drawing: &mut Drawing, from_here: &[&Booking], bars: Area) {
        let mut end = from_here[0].slot.end;
        let mut count = 0;
        for booking in from_here {
            if booking.slot.start >= end {
                break;
            }
            end = end.max(booking.slot.end);
            count += 1;
        }
        let (left, right) = (self.x(from_here[0].slot.start), self.x(end));
        if bars.height() / (from_here[0].lanes as f64) < THIN {
            drawing.outline(Area { left, right, ..bars }.grown(0.5), INK, 1.7);
        }
        let next = from_here.get(count).map_or(self.area.right, |booking| self.x(booking.slot.start));
        let at = (right + 6.0, f64::midpoint(bars.top, bars.bottom));
        for words in [tickets(count as f64), format!("×{count}")] {
            let text = Text::new(words, at).bold();
            if text.area().right <= next.min(self.area.right) && bars.height() >= 0.8 * SMALL {
                drawing.text(text);
                break;
            }
        }
    }
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

/// How double bookings are drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doubles {
    /// There are none.
    Absent,
    /// Some have lanes wide enough to be hatched.
    Hatched,
    /// All are thin lanes with one outline around them.
    Striped,
}

/// How the double bookings of these days are drawn in rows of this height.
fn double_bookings(days: &[Day], row: f64) -> Doubles {
    let doubles = || days.iter().flat_map(|day| &day.bookings).filter(|booking| booking.double);
    if doubles().next().is_none() {
        Doubles::Absent
    } else if doubles().any(|booking| (0.78 * row - 2.0) / booking.lanes as f64 >= THIN) {
        Doubles::Hatched
    } else {
        Doubles::Striped
    }
}

/// What the shapes mean.
fn key(drawing: &mut Drawing, (left, middle): (f64, f64), doubles: Doubles) {
    let mut x = left;
    for (index, meaning) in
        ["promised slot", "double booking", "actual work", "arrival"].into_iter().enumerate()
    {
        let area = Area { left: x, right: x + 26.0, top: middle - 7.0, bottom: middle + 7.0 };
        match index {
            0 => drawing.fill(area.corners(), NEUTRAL),
            1 => {
                match doubles {
                    Doubles::Absent => continue,
                    Doubles::Hatched => hatch(drawing, area, NEUTRAL),
                    Doubles::Striped => {
                        drawing.fill(area.corners(), NEUTRAL);
                        let line = vec![(area.left, middle), (area.right, middle)];
                        drawing.line(line, PAPER, 1.0);
                    }
                }
                drawing.outline(area, INK, 1.7);
            }
            2 => drawing.fill(Area { top: middle - 2.0, bottom: middle + 2.0, ..area }.corners(), INK),
            _ => drawing.line(vec![(x + 22.0, middle - 5.0), (x + 22.0, middle + 5.0)], INK, 1.0),
        }
        let text = Text::new(meaning, (x + 34.0, middle)).muted();
        x = text.area().right + 28.0;
        drawing.text(text);
    }
}

/// The finding of this replication.
fn finding(comparison: &Comparison, days: &[Day]) -> String {
    let called = |day: &Day| name(&comparison.arms[day.arm].name);
    let clock = |at: SimTime| time_of_day(&comparison.setup.start, at.as_secs_f64());
    let who = |id: TechnicianId| name(&comparison.setup.desk.technicians[id.index()].name);
    let mut worst: Option<(&Day, Peak)> = None;
    for day in days {
        if let Some(peak) = day.peak()
            && worst.is_none_or(|(_, most)| peak.bookings > most.bookings)
        {
            worst = Some((day, peak));
        }
    }
    let Some((day, peak)) = worst else {
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn booking(technician: u32, ticket: u32, start: i64, end: i64) -> Booking {
        let at = |minutes| SimTime::ZERO + SimDuration::from_mins(minutes);
        Booking {
            technician: TechnicianId(technician),
            ticket: TicketId(ticket),
            slot: Interval { start: at(start), end: at(end) },
            lane: 0,
            lanes: 1,
            double: false,
        }
    }

    #[test]
    fn overlapping_bookings_get_lanes_of_their_own_and_touching_ones_do_not() {
        let mut bookings = vec![
            booking(1, 5, 0, 30),
            booking(0, 0, 0, 30),
            booking(0, 1, 20, 50),
            booking(0, 2, 30, 60),
            booking(0, 3, 60, 90),
        ];
        stack(&mut bookings);
        let seen: Vec<_> = bookings.iter().map(|b| (b.ticket.0, b.lane, b.lanes, b.double)).collect();
        let expected =
            [(0, 0, 2, true), (1, 1, 2, true), (2, 0, 2, true), (3, 0, 1, false), (5, 0, 1, false)];
        assert_eq!(seen, expected);
    }

    #[test]
    fn the_peak_is_the_earliest_instant_with_most_bookings_of_one_technician() {
        let mut bookings = vec![
            booking(0, 0, 0, 30),
            booking(0, 1, 30, 60),
            booking(1, 2, 0, 30),
            booking(1, 3, 10, 40),
            booking(1, 4, 30, 60),
            booking(2, 5, 5, 20),
            booking(2, 6, 6, 20),
        ];
        stack(&mut bookings);
        let day = Day { arm: 0, burst: Arc::default(), bookings, work: Vec::new() };
        let at = SimTime::ZERO + SimDuration::from_mins(6);
        assert_eq!(day.peak(), Some(Peak { technician: TechnicianId(2), at, bookings: 2 }));
        assert_eq!(day.doubles(), 5);
    }
}
