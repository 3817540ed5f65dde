//! The calendar service of the desk: answers reads, grants or refuses claims, writes entries and owners, keeps locks.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::agent::{Agents, Way};
use super::message::{Citation, Delivery, Errand, Placement, Sent, ToCalendar, ToDispatcher};
use super::{Actor, Outbox, Rules, Script};
use crate::domain::calendar::{
    Among, Calendar, CostPart, CostTable, Finding, Hold, LockQueue, Locks, Obstacle, Offer, OfferOrder,
    Outlook, Owners, Request,
};
use crate::domain::settings::{CalendarSettings, LeadFrom};
use crate::domain::{
    AgentId, Burst, Desk, HoldId, Interval, SimDuration, SimTime, TeamId, TechnicianId, TicketId,
};
use crate::facts::{Fact, Refusal};
use crate::kernel::sampler;
use crate::kernel::stream::{Purpose, Sheets};

/// A ticket as it was last read for.
#[derive(Clone, Copy, Default)]
struct Standing {
    team: TeamId,
    status: u32,
    /// The status in which a technician owns it, once one does.
    owned_in: Option<u32>,
}

/// One actor per desk, like a PSA's schedule service.
pub struct CalendarService {
    desk: Arc<Desk>,
    agents: Arc<Agents>,
    calendar: Calendar,
    locks: Locks,
    /// The sets of technicians that were locked so far: of which team, whom rules and pods admit, and the number.
    lock_sets: Vec<(TeamId, Option<Arc<Among>>, usize)>,
    /// Who wants locks, and since when.
    lockers: BTreeMap<TicketId, (AgentId, SimTime)>,
    settings: CalendarSettings,
    /// How the dispatchers want their offers.
    outlook: Outlook,
    /// Whether anybody asks how many tickets a technician has, or whose turn it is.
    keeps_roster: bool,
    /// What the roster needs to know of each ticket, if it is kept.
    standings: Vec<Standing>,
    burst: Arc<Burst>,
    reads: Sheets,
    claims: Sheets,
    writes: Sheets,
    /// What the last read has found.
    found: Vec<Offer>,
    /// Calls under way, and those that wait, where their number is limited.
    calls: u32,
    line: VecDeque<(AgentId, ToCalendar)>,
}

impl CalendarService {
    /// A service with the calendars of the desk; `None` where no agent looks at any.
    pub fn new(rules: &Rules) -> Option<Self> {
        let mut ways = rules.agents.iter().map(|agent| &agent.way);
        // The index serves the slots of the first agent that books some.
        let slots = ways.clone().find_map(|way| match way {
            Way::Slot(slots) => Some(*slots),
            Way::Owner(..) | Way::Team | Way::Answer { .. } => None,
        });
        ways.find(|way| matches!(way, Way::Slot(_) | Way::Owner(..)))?;
        let desk = Arc::clone(&rules.desk);
        let Script { burst, streams } = Script::default();
        let sheets = |purpose| Sheets::new(streams, purpose);
        Some(Self {
            calendar: Calendar::new(Arc::clone(&desk), slots.unwrap_or_default(), rules.calendar.lease),
            locks: match rules.locks() {
                Some(queue) => Locks::new(desk.technicians.len(), queue),
                None => Locks::new(0, LockQueue::PerTechnician),
            },
            lock_sets: Vec::new(),
            lockers: BTreeMap::new(),
            agents: Arc::clone(&rules.agents),
            settings: rules.calendar.clone(),
            outlook: rules.outlook(),
            keeps_roster: rules.keeps_roster(),
            standings: Vec::new(),
            desk,
            burst,
            reads: sheets(Purpose::CalendarRead),
            claims: sheets(Purpose::CalendarClaim),
            writes: sheets(Purpose::CalendarWrite),
            found: Vec::new(),
            calls: 0,
            line: VecDeque::new(),
        })
    }

    /// Whether nothing is held, locked, considered or under way.
    #[cfg(test)]
    pub(super) fn is_at_rest(&self) -> bool {
        let idle = self.calls == 0 && self.line.is_empty();
        idle && self.lockers.is_empty()
            && self.locks.are_free()
            && self.calendar.standing_holds().next().is_none()
            && self.calendar.considers_nobody()
    }

    fn read_latency(&mut self, ticket: TicketId, attempt: u16) -> SimDuration {
        let attempt = u32::from(attempt);
        sampler::draw_duration_of(&self.settings.read_latency, &mut self.reads, ticket.0, attempt)
    }

    /// Acts on a message; says how long it keeps one of the service's places busy, if it is a call.
    #[inline]
    fn act(&mut self, from: AgentId, message: ToCalendar, out: &mut impl Outbox) -> Option<SimDuration> {
        let (after, reply) = match message {
            ToCalendar::Lock { request } => {
                self.lock(from, &request, out);
                return None;
            }
            ToCalendar::Read { mut errand, attempt } => {
                let after = self.read_latency(errand.request.ticket, attempt);
                self.foresee(from, after, std::slice::from_mut(&mut errand.request));
                self.read(from, &mut errand, attempt, out);
                (after, ToDispatcher::Snapshot { errand })
            }
            ToCalendar::ReadTogether { mut requests } => {
                let after = self.read_latency(requests[0].ticket, 1);
                self.foresee(from, after, &mut requests);
                (after, ToDispatcher::Together { table: Box::new(self.read_together(from, &requests, out)) })
            }
            ToCalendar::Claim { errand, which, walks } => {
                let (latency, ticket) = (&self.settings.claim_latency, errand.request.ticket);
                let after = sampler::draw_duration_of(latency, &mut self.claims, ticket.0, which.key());
                (after, self.claim(from, errand, which.rank, walks, out))
            }
            ToCalendar::Write { ticket, placement, which } => {
                let latency = &self.settings.write_latency;
                let after = sampler::draw_duration_of(latency, &mut self.writes, ticket.0, which.key());
                if after > SimDuration::ZERO {
                    out.send(after, Delivery::calendar(from, ToCalendar::Stand { ticket, placement }));
                    return Some(after);
                }
                (after, self.stand(from, ticket, placement, out))
            }
            ToCalendar::Stand { ticket, placement } => {
                let reply = self.stand(from, ticket, placement, out);
                out.send(SimDuration::ZERO, Delivery::Dispatcher(from, reply));
                return None;
            }
            ToCalendar::CallOver => {
                self.calls -= 1;
                if let Some((from, message)) = self.line.pop_front() {
                    self.handle(Sent { from, message }, out);
                }
                return None;
            }
            ToCalendar::Release { hold, unneeded_since } => {
                if let Some(held) = self.calendar.release(hold) {
                    let orphaned = out.now() - unneeded_since.max(held.since);
                    freed(hold, held, false, orphaned, out);
                }
                return None;
            }
            ToCalendar::Leave { ticket } => {
                self.calendar.forget(ticket);
                self.free_locks(ticket, out);
                return None;
            }
            ToCalendar::Resolved { ticket, technician } => {
                // What was pulled from a team's queue is not counted.
                if let Some(status) = self.standings[ticket.index()].owned_in.take() {
                    self.calendar.disown(technician, status);
                }
                return None;
            }
            ToCalendar::Close => {
                self.close(out);
                return None;
            }
        };
        out.send(after, Delivery::Dispatcher(from, reply));
        Some(after)
    }

    /// The slot of an agent that starts then.
    fn slot(&self, from: AgentId, start: SimTime) -> Interval {
        let length = match &self.agents[from.index()].way {
            Way::Slot(rules) => rules.slot,
            Way::Owner(..) | Way::Team | Way::Answer { .. } => SimDuration::ZERO,
        };
        Interval::new(start, length)
    }

    /// Where a slot's lead counts from the decision, that is later by the way of the answer, too.
    fn foresee(&self, from: AgentId, way: SimDuration, requests: &mut [Request]) {
        if matches!(&self.agents[from.index()].way, Way::Slot(slots) if slots.lead_from == LeadFrom::Decision)
        {
            for request in requests {
                request.thinking += way;
            }
        }
    }

    fn read(&mut self, from: AgentId, errand: &mut Errand, attempt: u16, out: &mut impl Outbox) {
        let Errand { request, offers, has_eligible, .. } = errand;
        let found = &mut self.found;
        let (now, ticket) = (out.now(), request.ticket);
        if self.keeps_roster {
            self.standings[ticket.index()] =
                Standing { team: request.team, status: request.status, owned_in: None };
        }
        match &self.agents[from.index()].way {
            Way::Owner(owners) => self.calendar.read_owners(now, request, owners, &self.outlook, found),
            Way::Slot(slots) => self.calendar.read(now, request, slots, &self.outlook, found),
            Way::Team | Way::Answer { .. } => found.clear(),
        }
        // Many dispatches may be under way at a time: each gets what it asked for, in no more room than that takes.
        offers.clear();
        offers.extend_from_slice(found);
        *has_eligible = !offers.is_empty() || self.has_eligible(from, now, request);
        out.state(Fact::Read { ticket, attempt, offered: offers.len() as u32 });
        if out.explains() {
            self.explain(from, request, attempt, offers, out);
        }
        errand.version = self.calendar.version();
    }

    /// Whether anybody is eligible for a ticket that nobody has a slot for.
    fn has_eligible(&self, from: AgentId, now: SimTime, request: &Request) -> bool {
        match &self.agents[from.index()].way {
            Way::Slot(slots) => self.calendar.has_eligible(now, request, slots),
            Way::Owner(..) | Way::Team | Way::Answer { .. } => false,
        }
    }

    /// What each request would cost in each slot.
    fn read_together(&mut self, from: AgentId, requests: &[Request], out: &mut impl Outbox) -> CostTable {
        let Way::Slot(slots) = &self.agents[from.index()].way else { return CostTable::empty() };
        let table = self.calendar.table(out.now(), requests, slots, &self.outlook);
        for (request, row) in requests.iter().zip(&table.rows) {
            let (ticket, attempt) = (request.ticket, 1);
            let offered = || table.technicians.iter().zip(&row.added).filter(|(_, added)| added.is_finite());
            out.state(Fact::Read { ticket, attempt, offered: offered().count() as u32 });
            if !out.explains() {
                continue;
            }
            // The costs of later slots are not made of the parts of the first one's: no parts are stated.
            for technician in self.explained(request, offered().map(|(slots, _)| slots.technician)) {
                let (finding, _) = self.finding(from, technician, out.now(), request);
                out.state(Fact::Evaluated { ticket, attempt, technician, finding });
            }
        }
        table
    }

    /// States how each member of the team was found, and what the cost of the eligible ones is made of.
    fn explain(
        &self,
        from: AgentId,
        request: &Request,
        attempt: u16,
        offers: &[Offer],
        out: &mut impl Outbox,
    ) {
        let (now, ticket) = (out.now(), request.ticket);
        let is_in_turn = matches!(self.outlook.order, OfferOrder::InTurn(_))
            && matches!(self.agents[from.index()].way, Way::Slot(_));
        for technician in self.explained(request, offers.iter().map(|offer| offer.technician)) {
            let (finding, parts) = self.finding(from, technician, now, request);
            out.state(Fact::Evaluated { ticket, attempt, technician, finding });
            for (part, value) in parts {
                if is_in_turn {
                    out.state(Fact::Compared { ticket, attempt, technician, part, value });
                } else if value != 0.0 {
                    out.state(Fact::Scored { ticket, attempt, technician, part, value });
                }
            }
        }
    }

    /// The members of the team; of one that is too large for anybody to read about, the first who are offered.
    fn explained(&self, request: &Request, offered: impl Iterator<Item = TechnicianId>) -> Vec<TechnicianId> {
        /// The most technicians that anybody reads about.
        const MOST: usize = 64;
        let members = &self.desk.teams[request.team.index()].members;
        if members.len() <= MOST { members.clone() } else { offered.take(MOST).collect() }
    }

    /// How a technician is found, and what the cost of one who is eligible is made of.
    fn finding(
        &self,
        from: AgentId,
        technician: TechnicianId,
        now: SimTime,
        request: &Request,
    ) -> (Finding, Vec<(CostPart, f64)>) {
        let order = self.outlook.order;
        let found = match &self.agents[from.index()].way {
            Way::Owner(owners) => match self.calendar.owner_finding(technician, now, request, owners) {
                Finding::Eligible => {
                    Ok(self.calendar.owner_parts(technician, request, order, &owners.excluded))
                }
                finding => Err(finding),
            },
            Way::Slot(slots) => self
                .calendar
                .slot_finding(technician, now, request, slots)
                .map(|start| self.calendar.parts(technician, start, now, request, order)),
            Way::Team | Way::Answer { .. } => Ok(Vec::new()),
        };
        found.map_or_else(|finding| (finding, Vec::new()), |parts| (Finding::Eligible, parts))
    }

    /// Claims the pick of this rank. Where the dispatcher would ask for what comes next before anything else could be
    /// delivered, it is done at once: the claim of the next pick, and the write of what is granted.
    fn claim(
        &mut self,
        from: AgentId,
        errand: Box<Errand>,
        mut rank: u16,
        walks: bool,
        out: &mut impl Outbox,
    ) -> ToDispatcher {
        let ticket = errand.request.ticket;
        let CalendarSettings { claim_latency, write_latency, concurrent_calls, lease, .. } = &self.settings;
        let goes_on = out.is_quiet() && claim_latency.is_zero() && concurrent_calls.is_none();
        let writes = goes_on && write_latency.is_zero() && *lease > SimDuration::ZERO;
        loop {
            let Offer { technician, start, .. } = errand.offers[usize::from(rank) - 1];
            let slot = self.slot(from, start);
            let claim = if writes {
                self.calendar.claim_and_confirm(out.now(), ticket, technician, slot)
            } else {
                self.calendar.claim(out.now(), ticket, technician, slot)
            };
            match claim {
                Ok(hold) => {
                    out.state(Fact::Granted { ticket, hold, technician, start });
                    self.pass_turn(ticket, technician);
                    if writes {
                        self.booked(from, ticket, (technician, slot), true, out);
                        return ToDispatcher::Booked { errand, rank };
                    }
                    return ToDispatcher::Granted { errand, rank, hold };
                }
                Err(obstacle) => refused(ticket, technician, start, obstacle, out),
            }
            if !(goes_on && walks && usize::from(rank) < errand.offers.len()) {
                return ToDispatcher::Beaten { errand, rank };
            }
            rank += 1;
        }
    }

    /// Writes what there is to write.
    fn stand(
        &mut self,
        from: AgentId,
        ticket: TicketId,
        placement: Placement,
        out: &mut impl Outbox,
    ) -> ToDispatcher {
        let now = out.now();
        match placement {
            Placement::Held(hold) => match self.calendar.confirm(hold) {
                Some((ticket, technician, slot)) => self.booked(from, ticket, (technician, slot), true, out),
                None => ToDispatcher::Lapsed { ticket },
            },
            Placement::Slot(technician, start) => {
                let slot = self.slot(from, start);
                self.calendar.write(ticket, technician, slot);
                self.booked(from, ticket, (technician, slot), false, out)
            }
            Placement::IfCurrent(citation) => self.stand_if_current(from, ticket, *citation, out),
            Placement::SecondDay(request) => {
                let Way::Slot(slots) = self.agents[from.index()].way else {
                    return ToDispatcher::Full { ticket };
                };
                match self.calendar.write_second_day(now, &request, &slots) {
                    Some(booking) => self.booked(from, ticket, booking, false, out),
                    None => ToDispatcher::Full { ticket },
                }
            }
            Placement::Owner(technician) => self.owned(from, ticket, technician, out),
        }
    }

    /// Writes a slot or an owner if nothing about the technician has changed since it was read.
    fn stand_if_current(
        &mut self,
        from: AgentId,
        ticket: TicketId,
        citation: Citation,
        out: &mut impl Outbox,
    ) -> ToDispatcher {
        let now = out.now();
        let Citation { technician, start, version } = citation;
        if !matches!(self.agents[from.index()].way, Way::Slot(_)) {
            if !self.calendar.is_current(technician, version) {
                refused(ticket, technician, start, Obstacle::Changed, out);
                return ToDispatcher::Refused { ticket };
            }
            out.state(Fact::Passed { ticket, technician });
            return self.owned(from, ticket, technician, out);
        }
        let slot = self.slot(from, start);
        match self.calendar.write_if_current(now, ticket, technician, slot, version) {
            Ok(()) => {
                out.state(Fact::Passed { ticket, technician });
                self.booked(from, ticket, (technician, slot), false, out)
            }
            Err(obstacle) => {
                refused(ticket, technician, start, obstacle, out);
                ToDispatcher::Refused { ticket }
            }
        }
    }

    /// States that an entry stands, and says so.
    fn booked(
        &mut self,
        from: AgentId,
        ticket: TicketId,
        (technician, slot): (TechnicianId, Interval),
        held: bool,
        out: &mut impl Outbox,
    ) -> ToDispatcher {
        out.state(Fact::Booked { ticket, technician, start: slot.start, end: slot.end, held });
        self.own(from, ticket, technician);
        // Whoever is held has had the turn since the claim; others may have had theirs meanwhile.
        if !held {
            self.pass_turn(ticket, technician);
        }
        self.free_locks(ticket, out);
        ToDispatcher::Written { ticket, technician, start: slot.start }
    }

    /// The technician owns the ticket, and no calendar is touched.
    fn owned(
        &mut self,
        from: AgentId,
        ticket: TicketId,
        technician: TechnicianId,
        out: &mut impl Outbox,
    ) -> ToDispatcher {
        self.own(from, ticket, technician);
        self.pass_turn(ticket, technician);
        if let Way::Owner(Owners { max_active, excluded, .. }) = &self.agents[from.index()].way {
            let active = self.calendar.roster().active(technician, excluded);
            let over_cap = max_active.is_some_and(|most| active > most);
            out.state(Fact::Assigned { ticket, technician, active, over_cap });
        }
        self.free_locks(ticket, out);
        ToDispatcher::Written { ticket, technician, start: out.now() }
    }

    /// The technician owns the ticket, in the status that the agent gives it.
    fn own(&mut self, from: AgentId, ticket: TicketId, technician: TechnicianId) {
        if !self.keeps_roster {
            return;
        }
        let standing = &mut self.standings[ticket.index()];
        let owned_in = self.agents[from.index()].status_after.unwrap_or(standing.status);
        standing.owned_in = Some(owned_in);
        self.calendar.own(ticket, technician, owned_in);
    }

    /// The technician has had a turn in the rotation of the ticket's team.
    fn pass_turn(&mut self, ticket: TicketId, technician: TechnicianId) {
        if self.keeps_roster {
            self.calendar.pass_turn(technician, self.standings[ticket.index()].team);
        }
    }

    fn lock(&mut self, from: AgentId, request: &Request, out: &mut impl Outbox) {
        let set = self.lock_set(request);
        self.lockers.insert(request.ticket, (from, out.now()));
        if self.locks.take(request.ticket, set) {
            self.locked(request.ticket, out);
        }
    }

    /// The number of the set of technicians that the request locks.
    fn lock_set(&mut self, request: &Request) -> usize {
        let same = |among: &Option<Arc<Among>>| match (among, &request.among) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        let known = self.lock_sets.iter().find(|(team, among, _)| *team == request.team && same(among));
        if let Some(&(.., set)) = known {
            return set;
        }
        let members = &self.desk.teams[request.team.index()].members;
        let set =
            self.locks.add_set(members.iter().copied().filter(|member| request.admits(*member)).collect());
        self.lock_sets.push((request.team, request.among.clone(), set));
        set
    }

    fn locked(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        let Some(&(agent, since)) = self.lockers.get(&ticket) else { return };
        let waited = out.now() - since;
        out.state(Fact::Locked { ticket, technicians: self.locks.held(ticket), waited });
        out.send(SimDuration::ZERO, Delivery::Dispatcher(agent, ToDispatcher::Locked { ticket }));
    }

    /// Frees what the ticket's dispatch has locked.
    fn free_locks(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        if self.lockers.remove(&ticket).is_some() {
            for next in self.locks.free(ticket) {
                self.locked(next, out);
            }
        }
    }

    fn close(&mut self, out: &mut impl Outbox) {
        let leaked: Vec<(HoldId, Hold)> = self.calendar.standing_holds().collect();
        for (hold, held) in leaked {
            freed(hold, held, false, out.now() - held.since, out);
        }
        for double in self.calendar.double_bookings() {
            out.state(Fact::DoubleBooked {
                ticket: double.ticket,
                technician: double.technician,
                peers: double.peers,
                overlap: double.overlap,
            });
        }
    }
}

impl Actor for CalendarService {
    type Message = Sent<ToCalendar>;

    fn begin(&mut self, script: &Script) {
        self.calendar.reset();
        self.locks.reset();
        self.lockers.clear();
        self.burst = Arc::clone(&script.burst);
        for sheets in [&mut self.reads, &mut self.claims, &mut self.writes] {
            sheets.turn(script.streams);
        }
        self.calls = 0;
        self.line.clear();
        self.standings.clear();
        if self.keeps_roster {
            self.standings.resize(self.burst.tickets.len(), Standing::default());
        }
    }

    fn handle(&mut self, Sent { from, message }: Self::Message, out: &mut impl Outbox) {
        let now = out.now();
        while let Some((hold, held)) = self.calendar.lapse(now) {
            freed(hold, held, true, SimDuration::ZERO, out);
        }
        let limit = self.settings.concurrent_calls;
        if limit.is_some_and(|limit| self.calls >= limit) && message.is_call() {
            return self.line.push_back((from, message));
        }
        let busy = self.act(from, message, out);
        if let (Some(after), Some(_)) = (busy, limit) {
            self.calls += 1;
            out.send(after, Delivery::calendar(from, ToCalendar::CallOver));
        }
    }
}

/// States that a claim or a write is refused.
fn refused(
    ticket: TicketId,
    technician: TechnicianId,
    start: SimTime,
    obstacle: Obstacle,
    out: &mut impl Outbox,
) {
    let (why, by) = match obstacle {
        Obstacle::Started => (Refusal::Started, None),
        Obstacle::Held(peer) => (Refusal::Held, Some(peer)),
        Obstacle::Booked(peer) => (Refusal::Booked, Some(peer)),
        Obstacle::Busy => (Refusal::Busy, None),
        Obstacle::Changed => (Refusal::Changed, None),
    };
    out.state(Fact::Refused { ticket, technician, start, why, by });
}

/// States that a hold is gone.
fn freed(hold: HoldId, held: Hold, lapsed: bool, orphaned: SimDuration, out: &mut impl Outbox) {
    let Hold { ticket, technician, start, .. } = held;
    out.state(Fact::Freed { ticket, hold, technician, start, lapsed, orphaned });
}
