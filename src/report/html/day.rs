//! The technicians' day in a recorded replication: what is booked and what is worked on, for a script to draw.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::super::figures::clean;
use super::super::occupied::Occupied;
use crate::domain::{Burst, Desk, Interval, SimDuration, SimTime, TechnicianId, TicketId};

/// A page with more technicians, or with more spans, would be slow.
const TECHNICIANS: usize = 60;
const SPANS: usize = 1200;
/// What begins later than this after the first is counted only.
const REACH: SimDuration = SimDuration::from_hours(14);

/// What technicians do in one replication of one discipline.
#[derive(Serialize)]
pub(super) struct Day {
    /// Those who are shown: who is double-booked first, then who has most to do.
    technicians: Vec<Row>,
    /// How many have something to do.
    of: usize,
    /// Spans that begin too late to be shown.
    later: usize,
}

/// A technician's day.
#[derive(Serialize)]
struct Row {
    name: String,
    /// Working hours, in seconds since the start.
    hours: Vec<(f64, f64)>,
    spans: Vec<Span>,
}

/// A span of it: from, to, in seconds since the start; the ticket; whether it is work, else a booking; whether it is a booking
/// that overlaps another.
#[derive(Clone, Serialize)]
struct Span(f64, f64, String, bool, bool);

/// A span before it is written.
struct Entry {
    from: SimTime,
    to: SimTime,
    ticket: TicketId,
    is_work: bool,
    is_double: bool,
}

/// What is booked and worked on. `None`: nothing.
pub(super) fn day(found: &Occupied, burst: &Burst, desk: &Desk) -> Option<Day> {
    let mut entries: BTreeMap<TechnicianId, Vec<Entry>> = BTreeMap::new();
    let kinds = [(&found.bookings, false), (&found.work, true)];
    for (it, is_work) in kinds.into_iter().flat_map(|(all, is_work)| all.iter().map(move |it| (it, is_work)))
    {
        let is_double = !is_work && found.doubled.contains(&(it.ticket, it.technician));
        let Interval { start: from, end: to } = it.span;
        let entry = Entry { from, to, ticket: it.ticket, is_work, is_double };
        entries.entry(it.technician).or_default().push(entry);
    }
    let first = entries.values().flatten().map(|entry| entry.from).min()?;
    let limit = first.saturating_add(REACH);
    let later = entries.values().flatten().filter(|entry| entry.from > limit).count();
    for own in entries.values_mut() {
        own.retain(|entry| entry.from <= limit);
        own.sort_by_key(|entry| (entry.is_work, entry.from, entry.ticket));
    }
    entries.retain(|_, own| !own.is_empty());
    let of = entries.len();
    let mut order: Vec<TechnicianId> = entries.keys().copied().collect();
    let troubled = |id: &TechnicianId| entries[id].iter().filter(|entry| entry.is_double).count();
    order.sort_by_key(|id| (Reverse(troubled(id)), Reverse(entries[id].len()), *id));
    let mut room = SPANS;
    let fits = |id: &&TechnicianId| {
        let spans = entries[*id].len();
        let fits = spans <= room;
        room = room.saturating_sub(spans);
        fits
    };
    let technicians: Vec<Row> = order
        .iter()
        .take(TECHNICIANS)
        .take_while(fits)
        .map(|id| row(&entries[id], *id, burst, desk, (first, limit)))
        .collect();
    (!technicians.is_empty()).then_some(Day { technicians, of, later })
}

/// Seconds to the millisecond, which is more than a page shows.
pub(super) fn seconds(micros: i64) -> f64 {
    (micros as f64 / 1e3).round() / 1e3
}

fn row(
    entries: &[Entry],
    id: TechnicianId,
    burst: &Burst,
    desk: &Desk,
    (first, limit): (SimTime, SimTime),
) -> Row {
    let technician = &desk.technicians[id.index()];
    let seconds = |at: SimTime| seconds(at.micros());
    let windows = &desk.hours[technician.hours].windows;
    let near = windows.iter().filter(|window| window.end > first && window.start <= limit);
    let hours = near.map(|window| (seconds(window.start), seconds(window.end.min(limit + REACH)))).collect();
    let span = |entry: &Entry| {
        let ticket = clean(&burst.name(entry.ticket)).into_owned();
        Span(seconds(entry.from), seconds(entry.to), ticket, entry.is_work, entry.is_double)
    };
    Row { name: clean(&technician.name).into_owned(), hours, spans: entries.iter().map(span).collect() }
}
