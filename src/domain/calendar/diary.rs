//! One technician's calendar: entries by start, and the first gap.

use crate::domain::desk::WorkingHours;
use crate::domain::ids::{HoldId, TechnicianId, TicketId};
use crate::domain::interval::Interval;
use crate::domain::settings::SlotRules;
use crate::domain::time::{SimDuration, SimTime};

/// A booking that overlaps others of the same technician.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DoubleBooking {
    /// The ticket.
    pub ticket: TicketId,
    /// Whose calendar.
    pub technician: TechnicianId,
    /// How many other bookings it overlaps.
    pub peers: u32,
    /// Time first covered twice by this booking, taken in order of start.
    pub overlap: SimDuration,
}

/// Something in a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub slot: Interval,
    /// For which ticket; meaningless where it was there from the outset.
    pub ticket: TicketId,
    /// Held, booked or there from the outset.
    pub standing: Standing,
}

/// Whether an entry is final.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Claimed under this hold.
    Held(HoldId),
    /// Booked.
    Booked,
    /// There from the outset, for no ticket of the burst.
    Busy,
}

/// A run of starts that fit: all from `first` to `last`, on the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    pub first: SimTime,
    pub last: SimTime,
}

impl Gap {
    /// No start fits any more.
    pub const NEVER: Gap = Gap { first: SimTime::MAX, last: SimTime::MAX };
}

/// One technician's calendar.
#[derive(Clone, Debug)]
pub(super) struct Diary {
    /// By start; equal starts in the order of writing.
    entries: Vec<Entry>,
    /// The length of the longest entry so far: nothing that starts earlier than this before an instant can reach it.
    longest: SimDuration,
    pub gap: Gap,
}

impl Default for Diary {
    fn default() -> Self {
        Self { entries: Vec::new(), longest: SimDuration::ZERO, gap: Gap::NEVER }
    }
}

impl Diary {
    pub fn clear(&mut self) {
        self.entries.clear();
        self.longest = SimDuration::ZERO;
        self.gap = Gap::NEVER;
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The first gap that has a start at or after `from`, which lies on the grid: inside working hours, a buffer away
    /// from every entry.
    pub fn gap_from(&self, rules: &SlotRules, hours: &WorkingHours, from: SimTime) -> Gap {
        let (duration, buffer) = (rules.slot, rules.buffer);
        let mut at = from;
        let reach = self.longest + buffer;
        let mut next = self.entries.partition_point(|entry| entry.slot.start.saturating_add(reach) <= at);
        for window in &hours.windows[hours.window_after(at)..] {
            at = at.max(rules.round_up(window.start));
            while at + duration <= window.end {
                while self.entries.get(next).is_some_and(|entry| entry.slot.end + buffer <= at) {
                    next += 1;
                }
                match self.entries.get(next) {
                    Some(entry) if entry.slot.start < at + duration + buffer => {
                        at = rules.round_up(entry.slot.end + buffer);
                    }
                    entry => {
                        let limit =
                            entry.map_or(window.end, |entry| window.end.min(entry.slot.start - buffer));
                        return Gap { first: at, last: rules.round_down(limit - duration) };
                    }
                }
            }
        }
        Gap::NEVER
    }

    /// An entry that overlaps `slot`.
    pub fn overlapping(&self, slot: Interval) -> Option<&Entry> {
        let end = self.entries.partition_point(|entry| entry.slot.start < slot.end);
        self.entries[..end]
            .iter()
            .rev()
            .take_while(|entry| entry.slot.start + self.longest > slot.start)
            .find(|entry| entry.slot.overlaps(slot))
    }

    pub fn insert(&mut self, entry: Entry) {
        self.longest = self.longest.max(entry.slot.length());
        let position = self.entries.partition_point(|other| other.slot.start <= entry.slot.start);
        // There may be very many technicians, most of them with few entries: doubling would leave much room unused.
        if self.entries.len() == self.entries.capacity() {
            self.entries.reserve_exact(self.entries.len() / 4 + 1);
        }
        self.entries.insert(position, entry);
    }

    fn position_of_held(&self, start: SimTime, hold: HoldId) -> Option<usize> {
        let first = self.entries.partition_point(|entry| entry.slot.start < start);
        self.entries[first..]
            .iter()
            .take_while(|entry| entry.slot.start == start)
            .position(|entry| entry.standing == Standing::Held(hold))
            .map(|offset| first + offset)
    }

    /// The entry under this hold.
    pub fn held(&mut self, start: SimTime, hold: HoldId) -> Option<&mut Entry> {
        self.position_of_held(start, hold).map(|position| &mut self.entries[position])
    }

    pub fn remove_held(&mut self, start: SimTime, hold: HoldId) -> Option<Entry> {
        self.position_of_held(start, hold).map(|position| self.entries.remove(position))
    }

    /// Time inside `span` that entries take. What several take counts once.
    pub fn busy_within(&self, span: Interval) -> SimDuration {
        let first =
            self.entries.partition_point(|entry| entry.slot.start.saturating_add(self.longest) <= span.start);
        let mut busy = SimDuration::ZERO;
        let mut covered_until = span.start;
        for entry in &self.entries[first..] {
            if entry.slot.start >= span.end {
                break;
            }
            let (start, end) = (entry.slot.start.max(covered_until), entry.slot.end.min(span.end));
            if end > start {
                busy += end - start;
                covered_until = end;
            }
        }
        busy
    }

    /// Appends the bookings that overlap another.
    pub fn double_bookings(&self, technician: TechnicianId, found: &mut Vec<DoubleBooking>) {
        let booked = || self.entries.iter().filter(|entry| entry.standing == Standing::Booked);
        if booked().map(|entry| entry.slot).is_sorted_by(|one, next| one.end <= next.start) {
            return;
        }
        let starts: Vec<SimTime> = booked().map(|entry| entry.slot.start).collect();
        let mut ends: Vec<SimTime> = booked().map(|entry| entry.slot.end).collect();
        ends.sort_unstable();
        let (mut covered_until, mut twice_until) = (SimTime::MIN, SimTime::MIN);
        for Entry { slot, ticket, .. } in booked() {
            // All but those that start once this one is over, those that are over when it starts, and itself.
            let before_end = starts.partition_point(|start| *start < slot.end);
            let over = ends.partition_point(|end| *end <= slot.start);
            let peers = (before_end - over - 1) as u32;
            let overlap_end = slot.end.min(covered_until);
            let overlap_start = slot.start.max(twice_until);
            let overlap =
                if overlap_end > overlap_start { overlap_end - overlap_start } else { SimDuration::ZERO };
            twice_until = twice_until.max(overlap_end);
            covered_until = covered_until.max(slot.end);
            if peers > 0 {
                found.push(DoubleBooking { ticket: *ticket, technician, peers, overlap });
            }
        }
    }
}
