//! The calendars of a desk: entries, holds, and everybody's earliest slot, kept incrementally.
//!
//! A technician's *gap* is the first run of starts that fit: any start between its first and its last will do. As long
//! as nothing is written into it, a later clock only moves the earliest start within the gap, so nothing needs to be
//! searched again. A team keeps those whose gap is open now apart from those whose gap opens later; the first few
//! technicians by earliest start are then read off both, whatever the size of the team.

mod cost;
mod diary;
mod locks;
mod reading;
mod roster;
mod table;
mod team;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::desk::Desk;
use super::ids::{HoldId, TeamId, TechnicianId, TicketId};
use super::interval::Interval;
use super::settings::SlotRules;
use super::time::{SimDuration, SimTime};
pub use cost::CostUnit;
use diary::{Diary, Gap};
pub use diary::{DoubleBooking, Entry, Standing};
pub use locks::{LockQueue, Locks};
pub use reading::{Among, Bar, CostPart, Finding, OfferOrder, Outlook, Owners, Preference, Request};
pub use roster::Roster;
pub use table::{CostTable, Further, Row, Slots};
use team::TeamIndex;

/// A slot that a technician could take, and what ranking by cost makes of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offer {
    /// Who.
    pub technician: TechnicianId,
    /// The slot's start.
    pub start: SimTime,
    /// The cost; lower is better.
    pub cost: f64,
}

/// What stands in the way of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The slot has started already.
    Started,
    /// An overlapping hold of this ticket.
    Held(TicketId),
    /// An overlapping booking of this ticket.
    Booked(TicketId),
    /// An overlapping entry that was there from the outset.
    Busy,
    /// The calendar has changed since it was read.
    Changed,
}

/// A grant: the slot is kept for the ticket until it is confirmed or given back, or its lease runs out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// For whom.
    pub ticket: TicketId,
    /// Whose slot.
    pub technician: TechnicianId,
    /// When it starts.
    pub start: SimTime,
    /// When it was granted.
    pub since: SimTime,
}

/// The calendars of all technicians of a desk.
pub struct Calendar {
    desk: Arc<Desk>,
    rules: SlotRules,
    lease: SimDuration,
    diaries: Vec<Diary>,
    teams: Vec<TeamIndex>,
    /// The teams of each technician, and the position in each of them.
    places: Places,
    /// The holds that stand, and how many there ever were.
    holds: BTreeMap<HoldId, Hold>,
    granted: u32,
    /// Holds in the order in which their leases end, with that instant.
    leases: VecDeque<(SimTime, HoldId)>,
    /// How many dispatches consider each technician, and whom each dispatch considers.
    considered: Vec<u32>,
    considering: BTreeMap<TicketId, Vec<TechnicianId>>,
    /// Who owns how many tickets, and whose turn it is.
    roster: Roster,
    /// How often anything has changed, and the count at which each technician's calendar or roster last did.
    changes: u64,
    changed: Vec<u64>,
    /// Whether the in/out board ever shows anybody as out.
    anybody_out: bool,
}

impl Calendar {
    /// Calendars with nothing in them but what the desk says. Slots that follow `rules` are found through the index;
    /// any others are searched for.
    pub fn new(desk: Arc<Desk>, rules: SlotRules, lease: SimDuration) -> Self {
        let teams = desk.teams.iter().map(|team| TeamIndex::new(team.members.clone())).collect();
        let mut calendar = Self {
            diaries: vec![Diary::default(); desk.technicians.len()],
            considered: vec![0; desk.technicians.len()],
            teams,
            places: Places::on(&desk),
            holds: BTreeMap::new(),
            granted: 0,
            leases: VecDeque::new(),
            considering: BTreeMap::new(),
            roster: Roster::new(&desk),
            changes: 0,
            changed: vec![0; desk.technicians.len()],
            anybody_out: desk.technicians.iter().any(|technician| !technician.out.is_empty()),
            desk,
            rules,
            lease,
        };
        calendar.reset();
        calendar
    }

    /// Back to the state in which the scenario begins; buffers are kept.
    pub fn reset(&mut self) {
        self.roster.reset(&self.desk);
        self.changes = 0;
        self.changed.fill(0);
        self.holds.clear();
        self.granted = 0;
        self.leases.clear();
        self.considering.clear();
        self.considered.fill(0);
        let earliest = self.rules.round_up(SimTime::ZERO + self.rules.lead);
        for team in &mut self.teams {
            team.restart(earliest);
        }
        // The gap of the last technician who has nothing in the calendar serves the next with the same hours.
        let mut known = None;
        for technician in 0..self.diaries.len() {
            self.diaries[technician].clear();
            for &slot in &self.desk.technicians[technician].busy {
                let ticket = TicketId(u32::MAX);
                self.diaries[technician].insert(Entry { slot, ticket, standing: Standing::Busy });
            }
            let hours = self.desk.technicians[technician].hours;
            let gap = match known {
                Some((of, gap)) if of == hours && self.diaries[technician].entries().is_empty() => gap,
                _ => self.diaries[technician].gap_from(&self.rules, &self.desk.hours[hours], earliest),
            };
            if self.diaries[technician].entries().is_empty() {
                known = Some((hours, gap));
            }
            self.file(TechnicianId(technician as u32), gap);
        }
    }

    /// Claims a slot: held from now until confirmed, released or lapsed.
    ///
    /// # Errors
    /// What stands in the way.
    pub fn claim(
        &mut self,
        now: SimTime,
        ticket: TicketId,
        technician: TechnicianId,
        slot: Interval,
    ) -> Result<HoldId, Obstacle> {
        let hold = self.grant(now, technician, slot)?;
        self.holds.insert(hold, Hold { ticket, technician, start: slot.start, since: now });
        self.leases.push_back((now.saturating_add(self.lease), hold));
        self.enter(technician, Entry { slot, ticket, standing: Standing::Held(hold) });
        Ok(hold)
    }

    /// Claims a slot and confirms the hold at once: it is not held for any length of time.
    ///
    /// # Errors
    /// What stands in the way.
    pub fn claim_and_confirm(
        &mut self,
        now: SimTime,
        ticket: TicketId,
        technician: TechnicianId,
        slot: Interval,
    ) -> Result<HoldId, Obstacle> {
        let hold = self.grant(now, technician, slot)?;
        self.write(ticket, technician, slot);
        Ok(hold)
    }

    /// The number of the next hold, if the slot is free.
    fn grant(&mut self, now: SimTime, technician: TechnicianId, slot: Interval) -> Result<HoldId, Obstacle> {
        if slot.start < now {
            return Err(Obstacle::Started);
        }
        if let Some(entry) = self.diaries[technician.index()].overlapping(slot) {
            return Err(match entry.standing {
                Standing::Held(_) => Obstacle::Held(entry.ticket),
                Standing::Booked => Obstacle::Booked(entry.ticket),
                Standing::Busy => Obstacle::Busy,
            });
        }
        self.granted += 1;
        Ok(HoldId(self.granted - 1))
    }

    /// Turns a hold into a booking and returns it; `None` when the hold is gone.
    pub fn confirm(&mut self, hold: HoldId) -> Option<(TicketId, TechnicianId, Interval)> {
        let Hold { ticket, technician, start, .. } = self.holds.remove(&hold)?;
        let entry = self.diaries[technician.index()].held(start, hold)?;
        entry.standing = Standing::Booked;
        let slot = entry.slot;
        self.forget(ticket);
        Some((ticket, technician, slot))
    }

    /// Gives a hold back and returns it; `None` when it is gone or booked.
    pub fn release(&mut self, hold: HoldId) -> Option<Hold> {
        let held = self.holds.remove(&hold)?;
        self.diaries[held.technician.index()].remove_held(held.start, hold)?;
        self.touch(held.technician);
        // What was in the way no longer is, so the first gap may open earlier.
        let from = self.earliest_known(held.technician);
        self.search(held.technician, from);
        Some(held)
    }

    /// Releases the next hold whose lease has run out at `now`, and returns it; call until `None`.
    pub fn lapse(&mut self, now: SimTime) -> Option<(HoldId, Hold)> {
        while let Some(&(ends, hold)) = self.leases.front() {
            if ends > now {
                return None;
            }
            self.leases.pop_front();
            if let Some(held) = self.release(hold) {
                return Some((hold, held));
            }
        }
        None
    }

    /// The holds that stand, neither confirmed nor released.
    pub fn standing_holds(&self) -> impl Iterator<Item = (HoldId, Hold)> + '_ {
        self.holds.iter().map(|(hold, held)| (*hold, *held))
    }

    /// Books without looking: check-then-act, where the check was long ago.
    pub fn write(&mut self, ticket: TicketId, technician: TechnicianId, slot: Interval) {
        self.enter(technician, Entry { slot, ticket, standing: Standing::Booked });
        self.forget(ticket);
    }

    /// How often anything has changed so far: the version of a snapshot taken now.
    pub fn version(&self) -> u64 {
        self.changes
    }

    /// Whether nothing about the technician has changed since a snapshot of this version.
    pub fn is_current(&self, technician: TechnicianId, version: u64) -> bool {
        self.changed[technician.index()] <= version
    }

    /// Books if the technician's calendar is as it was read.
    ///
    /// # Errors
    /// What stands in the way.
    pub fn write_if_current(
        &mut self,
        now: SimTime,
        ticket: TicketId,
        technician: TechnicianId,
        slot: Interval,
        version: u64,
    ) -> Result<(), Obstacle> {
        if slot.start < now {
            return Err(Obstacle::Started);
        }
        if !self.is_current(technician, version) {
            return Err(Obstacle::Changed);
        }
        self.write(ticket, technician, slot);
        Ok(())
    }

    /// Who owns how much, and whose turn it is.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// The technician owns the ticket from now on, in this status.
    pub fn own(&mut self, ticket: TicketId, technician: TechnicianId, status: u32) {
        self.roster.own(technician, status);
        self.touch(technician);
        self.forget(ticket);
    }

    /// The technician has had a turn in the team's rotation.
    pub fn pass_turn(&mut self, technician: TechnicianId, team: TeamId) {
        self.roster.pass_turn(technician, team);
    }

    /// The technician is done with a ticket that was in this status.
    pub fn disown(&mut self, technician: TechnicianId, status: u32) {
        self.roster.disown(technician, status);
        self.touch(technician);
    }

    fn touch(&mut self, technician: TechnicianId) {
        self.changes += 1;
        self.changed[technician.index()] = self.changes;
    }

    /// Books the first free slot of the second working day. The search starts from member (ticket number mod members) and
    /// passes over those whom the request does not admit; `None` when that day is full, or over, for all the others. The
    /// first day is the one in which the scenario starts, or the next one where it starts after hours.
    pub fn write_second_day(
        &mut self,
        now: SimTime,
        request: &Request,
        rules: &SlotRules,
    ) -> Option<(TechnicianId, Interval)> {
        let ticket = request.ticket;
        let members = &self.desk.teams[request.team.index()].members;
        let (technician, start) = (0..members.len()).find_map(|step| {
            let technician = members[(ticket.index() + step) % members.len()];
            if !request.admits(technician) {
                return None;
            }
            let hours = &self.desk.hours[self.desk.technicians[technician.index()].hours];
            let day = hours.windows.get(hours.window_after(SimTime::ZERO) + 1)?;
            let from = rules.round_up(day.start.max(now));
            let gap = self.diaries[technician.index()].gap_from(rules, hours, from);
            (gap.first < day.end).then_some((technician, gap.first))
        })?;
        let slot = Interval::new(start, rules.slot);
        self.write(ticket, technician, slot);
        Some((technician, slot))
    }

    /// The ticket's dispatch considers nobody any more.
    pub fn forget(&mut self, ticket: TicketId) {
        if self.considering.is_empty() {
            return;
        }
        for technician in self.considering.remove(&ticket).unwrap_or_default() {
            self.considered[technician.index()] -= 1;
        }
    }

    /// Whether no dispatch considers anybody.
    #[cfg(test)]
    pub(crate) fn considers_nobody(&self) -> bool {
        self.considering.is_empty() && self.considered.iter().all(|count| *count == 0)
    }

    /// All entries of a technician, by start.
    pub fn entries(&self, technician: TechnicianId) -> &[Entry] {
        self.diaries[technician.index()].entries()
    }

    /// Every booking that overlaps another of the same technician, by technician and start.
    pub fn double_bookings(&self) -> Vec<DoubleBooking> {
        let mut found = Vec::new();
        for (technician, diary) in self.diaries.iter().enumerate() {
            diary.double_bookings(TechnicianId(technician as u32), &mut found);
        }
        found
    }

    /// Puts an entry into a diary and moves the technician's gap out of its way.
    fn enter(&mut self, technician: TechnicianId, entry: Entry) {
        self.touch(technician);
        let diary = &mut self.diaries[technician.index()];
        diary.insert(entry);
        let gap = diary.gap;
        let reach = self.rules.slot + self.rules.buffer;
        let touches = entry.slot.start < gap.last.saturating_add(reach)
            && gap.first < entry.slot.end + self.rules.buffer;
        if touches {
            self.search(technician, gap.first);
        }
    }

    /// The earliest start that a read may still ask for: where the slowest of the technician's teams has got to.
    fn earliest_known(&self, technician: TechnicianId) -> SimTime {
        let teams = self.places.of(technician).iter();
        teams.map(|&(team, _)| self.teams[team.index()].advanced_to()).min().unwrap_or(SimTime::ZERO)
    }

    /// Finds the technician's first gap at or after `from` and files it with the teams.
    fn search(&mut self, technician: TechnicianId, from: SimTime) {
        let hours = &self.desk.hours[self.desk.technicians[technician.index()].hours];
        let gap = self.diaries[technician.index()].gap_from(&self.rules, hours, from);
        self.file(technician, gap);
    }

    /// Files the technician's first gap with the teams.
    fn file(&mut self, technician: TechnicianId, gap: Gap) {
        let old = std::mem::replace(&mut self.diaries[technician.index()].gap, gap);
        for &(team, position) in self.places.of(technician) {
            self.teams[team.index()].refile(position, old.first, gap.first);
        }
    }
}

/// The places of technicians in teams, in one list: most technicians have one.
struct Places {
    /// Technician by technician, in the order of the teams.
    list: Vec<(TeamId, u32)>,
    /// Where each technician's places end.
    ends: Vec<u32>,
}

impl Places {
    /// Those on a desk.
    fn on(desk: &Desk) -> Self {
        let members = || desk.teams.iter().flat_map(|team| &team.members);
        // First how many places each technician has, and from that where they begin; they end there once they are filled in.
        let mut ends = vec![0; desk.technicians.len()];
        members().for_each(|member| ends[member.index()] += 1);
        let mut total = 0;
        for end in &mut ends {
            total += std::mem::replace(end, total);
        }
        let mut list = vec![(TeamId(0), 0); total as usize];
        for (team, members) in (0..).map(TeamId).zip(&desk.teams) {
            for (position, member) in (0..).zip(&members.members) {
                let end = &mut ends[member.index()];
                list[*end as usize] = (team, position);
                *end += 1;
            }
        }
        Self { list, ends }
    }

    fn of(&self, technician: TechnicianId) -> &[(TeamId, u32)] {
        let first = technician.index().checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.list[first as usize..self.ends[technician.index()] as usize]
    }
}

impl SlotRules {
    /// The first instant on the grid that is not before `at`.
    pub fn round_up(&self, at: SimTime) -> SimTime {
        match self.grid {
            None => at,
            Some(grid) => {
                let (at, grid) = (at.micros(), grid.micros());
                SimTime::from_micros(
                    at.div_euclid(grid)
                        .saturating_add(i64::from(at.rem_euclid(grid) != 0))
                        .saturating_mul(grid),
                )
            }
        }
    }

    /// The last instant on the grid that is not after `at`.
    pub fn round_down(&self, at: SimTime) -> SimTime {
        match self.grid {
            None => at,
            Some(grid) => {
                SimTime::from_micros(at.micros().div_euclid(grid.micros()).saturating_mul(grid.micros()))
            }
        }
    }
}

#[cfg(test)]
mod tests;
