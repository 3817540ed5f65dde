//! The calendars of a desk: entries, holds, and the earliest slot of everybody, kept incrementally.
//!
//! A technician's *gap* is the first run of starts that fit: any start between its first and its last will do. As long
//! as nothing is written into it, a later clock only moves the earliest start within the gap, so nothing needs to be
//! searched again. A team keeps those whose gap is open now apart from those whose gap opens later; the first few
//! technicians by earliest start are then read off both, whatever the size of the team.

mod diary;
mod team;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::desk::Desk;
use super::ids::{HoldId, TeamId, TechnicianId, TicketId};
use super::interval::Interval;
use super::settings::SlotRules;
use super::time::{SimDuration, SimTime};
use diary::Diary;
pub use diary::{Entry, Standing};
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

impl Offer {
    /// Cheapest first, then the desk's order of technicians.
    pub fn by_cost(&self, other: &Self) -> std::cmp::Ordering {
        self.cost.total_cmp(&other.cost).then(self.technician.cmp(&other.technician))
    }
}

/// What a reader of the calendars cares for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Preference {
    /// Cost of an hour until the slot.
    pub start: f64,
    /// Cost of a wholly booked day.
    pub load: f64,
    /// Worth of a success rate of one in the ticket's category.
    pub history: f64,
    /// Cost of each other dispatch that considers the technician.
    pub peers: f64,
}

/// How a dispatch workflow looks at the calendars, whatever the ticket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlook {
    /// How to order the offers.
    pub preference: Preference,
    /// How many offers at most; `None`: everybody's.
    pub limit: Option<u32>,
    /// How many technicians a dispatch considers from its read on, if peers are counted.
    pub considers: u32,
}

/// What a dispatch asks of the calendars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// For this ticket.
    pub ticket: TicketId,
    /// Among the members of this team.
    pub team: TeamId,
    /// The ticket's category.
    pub category: u32,
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
}

/// A grant: the slot is kept for the ticket until it is confirmed, given back or the lease runs out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    /// For whom.
    pub ticket: TicketId,
    /// Whose slot.
    pub technician: TechnicianId,
    /// When it starts.
    pub start: SimTime,
    /// Since when it is held.
    pub since: SimTime,
}

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

/// The calendars of all technicians of a desk.
pub struct Calendar {
    desk: Arc<Desk>,
    rules: SlotRules,
    lease: SimDuration,
    diaries: Vec<Diary>,
    teams: Vec<TeamIndex>,
    /// For each technician the teams and the position in each.
    places: Vec<Vec<(TeamId, u32)>>,
    holds: Vec<Hold>,
    /// Holds in the order in which their leases end, with that instant.
    leases: VecDeque<(SimTime, HoldId)>,
    /// How many dispatches consider each technician, and whom each dispatch considers.
    considered: Vec<u32>,
    considering: BTreeMap<TicketId, Vec<TechnicianId>>,
}

impl Calendar {
    /// Empty calendars.
    pub fn new(desk: Arc<Desk>, rules: SlotRules, lease: SimDuration) -> Self {
        let mut places = vec![Vec::new(); desk.technicians.len()];
        for (team, members) in desk.teams.iter().enumerate() {
            for (position, member) in members.members.iter().enumerate() {
                places[member.index()].push((TeamId(team as u32), position as u32));
            }
        }
        let teams = desk.teams.iter().map(|team| TeamIndex::new(team.members.clone())).collect();
        let mut calendar = Self {
            diaries: vec![Diary::default(); desk.technicians.len()],
            considered: vec![0; desk.technicians.len()],
            teams,
            places,
            holds: Vec::new(),
            leases: VecDeque::new(),
            considering: BTreeMap::new(),
            desk,
            rules,
            lease,
        };
        calendar.reset();
        calendar
    }

    /// Empties every calendar; keeps the buffers.
    pub fn reset(&mut self) {
        self.holds.clear();
        self.leases.clear();
        self.considering.clear();
        self.considered.fill(0);
        let earliest = self.rules.round_up(SimTime::ZERO + self.rules.lead);
        for team in &mut self.teams {
            team.restart(earliest);
        }
        for technician in 0..self.diaries.len() {
            self.diaries[technician].clear();
            self.search(TechnicianId(technician as u32), earliest);
        }
    }

    /// The offers to a dispatch at `now`, cheapest first, into `offers`.
    ///
    /// Where only the start matters, this takes time in proportion to the limit and the logarithm of the team.
    pub fn read(&mut self, now: SimTime, request: &Request, outlook: &Outlook, offers: &mut Vec<Offer>) {
        offers.clear();
        let from = self.rules.round_up(now + self.rules.lead);
        let latest = now.saturating_add(self.rules.horizon);
        self.teams[request.team.index()].advance(from);
        let preference = &outlook.preference;
        let counts_peers = preference.peers != 0.0;
        if counts_peers {
            self.forget(request.ticket);
        }
        let start_only = preference.load == 0.0 && preference.history == 0.0 && !counts_peers;
        let limit = outlook.limit.map_or(usize::MAX, |limit| limit as usize);
        if start_only && preference.start > 0.0 {
            self.earliest(now, from, latest, request.team, preference.start, limit, offers);
            return;
        }
        self.earliest(now, from, latest, request.team, preference.start, usize::MAX, offers);
        for offer in &mut *offers {
            let technician = offer.technician.index();
            offer.cost = preference.start * (offer.start - now).as_hours_f64();
            if preference.load != 0.0 {
                offer.cost += preference.load * self.booked_share(offer.technician, offer.start);
            }
            offer.cost -= preference.history
                * self.desk.technicians[technician]
                    .history
                    .get(request.category as usize)
                    .copied()
                    .unwrap_or(0.5);
            offer.cost += preference.peers * f64::from(self.considered[technician]);
        }
        offers.sort_unstable_by(Offer::by_cost);
        if counts_peers {
            let considered: Vec<TechnicianId> =
                offers.iter().take(outlook.considers as usize).map(|offer| offer.technician).collect();
            for technician in &considered {
                self.considered[technician.index()] += 1;
            }
            self.considering.insert(request.ticket, considered);
        }
        offers.truncate(limit);
    }

    /// The first `limit` members of the team by earliest start, ties in the desk's order, at a cost of `weight` an hour.
    #[expect(clippy::too_many_arguments, reason = "the parts of one read, which nobody else needs together")]
    fn earliest(
        &mut self,
        now: SimTime,
        from: SimTime,
        latest: SimTime,
        team: TeamId,
        weight: f64,
        limit: usize,
        offers: &mut Vec<Offer>,
    ) {
        let team = team.index();
        let mut position = 0;
        while offers.len() < limit
            && let Some(open) = self.teams[team].next_open(position)
        {
            position = open + 1;
            let technician = self.teams[team].member(open);
            if self.diaries[technician.index()].gap.last < from {
                // The clock has outrun this gap. Its successor opens later, or never.
                self.search(technician, from);
                if !self.teams[team].is_open(open) {
                    continue;
                }
            }
            if from <= latest {
                offers.push(Offer { technician, start: from, cost: weight * (from - now).as_hours_f64() });
            }
        }
        for (start, position) in self.teams[team].later() {
            if offers.len() >= limit || start > latest {
                break;
            }
            let technician = self.teams[team].member(position as usize);
            offers.push(Offer { technician, start, cost: weight * (start - now).as_hours_f64() });
        }
    }

    /// How much of the working day around `at` is held or booked, 0..1 (more where it is booked twice). A technician
    /// who works round the clock has days of 24 hours, counted from the scenario's start.
    fn booked_share(&self, technician: TechnicianId, at: SimTime) -> f64 {
        const DAY: SimDuration = SimDuration::from_hours(24);
        let hours = &self.desk.hours[self.desk.technicians[technician.index()].hours];
        let Some(&window) = hours.windows.get(hours.window_after(at)) else { return 0.0 };
        let day = if window.length() <= DAY {
            window
        } else {
            Interval::new(SimTime::ZERO + DAY * at.micros().div_euclid(DAY.micros()), DAY)
        };
        self.diaries[technician.index()].busy_within(day).micros() as f64 / day.length().micros() as f64
    }

    /// Claims the slot that starts at `start`: held from now until confirmed, released or lapsed.
    ///
    /// # Errors
    /// What stands in the way.
    pub fn claim(
        &mut self,
        now: SimTime,
        ticket: TicketId,
        technician: TechnicianId,
        start: SimTime,
    ) -> Result<HoldId, Obstacle> {
        if start < now {
            return Err(Obstacle::Started);
        }
        let slot = Interval::new(start, self.rules.duration);
        if let Some(entry) = self.diaries[technician.index()].overlapping(slot) {
            return Err(match entry.standing {
                Standing::Held(_) => Obstacle::Held(entry.ticket),
                Standing::Booked => Obstacle::Booked(entry.ticket),
            });
        }
        let hold = HoldId(self.holds.len() as u32);
        self.holds.push(Hold { ticket, technician, start, since: now });
        self.leases.push_back((now.saturating_add(self.lease), hold));
        self.enter(technician, Entry { slot, ticket, standing: Standing::Held(hold) });
        Ok(hold)
    }

    /// Turns a hold into a booking and returns it; `None` when the hold is gone.
    pub fn confirm(&mut self, hold: HoldId) -> Option<(TicketId, TechnicianId, Interval)> {
        let Hold { ticket, technician, start, .. } = *self.holds.get(hold.index())?;
        let entry = self.diaries[technician.index()].held(start, hold)?;
        entry.standing = Standing::Booked;
        let slot = entry.slot;
        self.forget(ticket);
        Some((ticket, technician, slot))
    }

    /// Gives a hold back and returns it; `None` when it is gone or booked.
    pub fn release(&mut self, hold: HoldId) -> Option<Hold> {
        let held = *self.holds.get(hold.index())?;
        self.diaries[held.technician.index()].remove_held(held.start, hold)?;
        // What was in the way no longer is, so the first gap may open earlier.
        let from = self.earliest_known(held.technician);
        self.search(held.technician, from);
        Some(held)
    }

    /// The next hold whose lease has run out at `now`, released; call until `None`.
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
        self.leases.iter().filter_map(|&(_, hold)| {
            let held = self.holds[hold.index()];
            self.diaries[held.technician.index()].has_held(held.start, hold).then_some((hold, held))
        })
    }

    /// Books without looking: check-then-act, where the check was long ago.
    pub fn write(&mut self, ticket: TicketId, technician: TechnicianId, start: SimTime) -> Interval {
        let slot = Interval::new(start, self.rules.duration);
        self.enter(technician, Entry { slot, ticket, standing: Standing::Booked });
        self.forget(ticket);
        slot
    }

    /// Books the first free slot of the second working day, looking from the member (ticket number mod members) on;
    /// `None` when that day is full, or over, for all of them. The first day is the one in which the scenario starts,
    /// or the next one where it starts after hours.
    pub fn write_second_day(
        &mut self,
        now: SimTime,
        ticket: TicketId,
        team: TeamId,
    ) -> Option<(TechnicianId, Interval)> {
        let members = self.desk.teams[team.index()].members.len();
        let (technician, start) = (0..members).find_map(|step| {
            let position = (ticket.index() + step) % members;
            let technician = self.desk.teams[team.index()].members[position];
            let hours = &self.desk.hours[self.desk.technicians[technician.index()].hours];
            let day = hours.windows.get(hours.window_after(SimTime::ZERO) + 1)?;
            let from = self.rules.round_up(day.start.max(now));
            let gap = self.diaries[technician.index()].gap_from(&self.rules, hours, from);
            (gap.first < day.end).then_some((technician, gap.first))
        })?;
        Some((technician, self.write(ticket, technician, start)))
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
        let diary = &mut self.diaries[technician.index()];
        diary.insert(entry);
        let gap = diary.gap;
        let reach = self.rules.duration + self.rules.buffer;
        let touches = entry.slot.start < gap.last.saturating_add(reach)
            && gap.first < entry.slot.end + self.rules.buffer;
        if touches {
            self.search(technician, gap.first);
        }
    }

    /// The earliest start that a read may still ask for: where the slowest of the technician's teams has got to.
    fn earliest_known(&self, technician: TechnicianId) -> SimTime {
        let teams = self.places[technician.index()].iter();
        teams.map(|&(team, _)| self.teams[team.index()].advanced_to()).min().unwrap_or(SimTime::ZERO)
    }

    /// Finds the technician's first gap at or after `from` and files it with the teams.
    fn search(&mut self, technician: TechnicianId, from: SimTime) {
        let hours = &self.desk.hours[self.desk.technicians[technician.index()].hours];
        let diary = &mut self.diaries[technician.index()];
        let old = diary.gap;
        let new = diary.gap_from(&self.rules, hours, from);
        diary.gap = new;
        for &(team, position) in &self.places[technician.index()] {
            self.teams[team.index()].refile(position, old.first, new.first);
        }
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
