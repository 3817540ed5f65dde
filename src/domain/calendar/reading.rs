//! Reading the calendars: who could take a ticket, when, and at what cost.

use std::sync::Arc;

use super::cost::CostUnit;
use super::{Calendar, Offer};
use crate::domain::criteria::{Criteria, Criterion};
use crate::domain::ids::{TeamId, TechnicianId, TicketId};
use crate::domain::settings::SlotRules;
use crate::domain::time::{SimDuration, SimTime};
use crate::named;

/// What a reader of the calendars cares about.
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

impl Preference {
    /// The largest weight.
    pub fn largest(&self) -> f64 {
        self.start.max(self.load).max(self.history).max(self.peers)
    }

    /// The unit in which costs by this preference are compared.
    pub fn unit(&self) -> CostUnit {
        CostUnit::of(self.largest())
    }
}

/// What offers are ordered by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OfferOrder {
    /// Cost, the sum of what the reader cares about.
    Cost(Preference),
    /// One thing after the other; the cost is what the first of them says.
    InTurn(Criteria),
    /// Active tickets, the better success rate first among equals.
    Active,
    /// The rotation: first whoever follows the member that got the team's last ticket.
    Rotation,
}

impl OfferOrder {
    /// The cost of each other dispatch that considers the technician.
    pub fn peers(&self) -> f64 {
        match self {
            OfferOrder::Cost(preference) => preference.peers,
            OfferOrder::InTurn(criteria) => f64::from(u8::from(criteria.contains(Criterion::Peers))),
            OfferOrder::Active | OfferOrder::Rotation => 0.0,
        }
    }

    /// The unit in which costs are compared. What is not weighed counts as it is.
    pub fn unit(&self) -> CostUnit {
        match self {
            OfferOrder::Cost(preference) => preference.unit(),
            OfferOrder::InTurn(_) | OfferOrder::Active | OfferOrder::Rotation => CostUnit::of(1.0),
        }
    }
}

/// How an agent looks at the calendars, whatever the ticket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlook {
    /// How to order the offers.
    pub order: OfferOrder,
    /// The most offers wanted; `None`: everybody's.
    pub limit: Option<u32>,
    /// How many technicians a dispatch considers from its read on, if peers are counted.
    pub considers: u32,
}

/// Who may own one more ticket where no slots are booked, in the desk's numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owners {
    /// Who has this many active tickets or more may not.
    pub max_active: Option<u32>,
    /// Tickets in these statuses are not active.
    pub excluded: Vec<u32>,
    /// Who is after hours may not.
    pub respect_hours: bool,
}

/// Why a member of the team is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bar {
    /// A standing rule.
    Sop,
    /// The company's pod, which the technician is not in.
    Pod,
}

/// What keeps each technician from a ticket, by technician; `None`: nothing.
pub type Among = Vec<Option<Bar>>;

/// What a dispatch asks of the calendars.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// For this ticket.
    pub ticket: TicketId,
    /// Among the members of this team.
    pub team: TeamId,
    /// The ticket's category.
    pub category: u32,
    /// The ticket's status.
    pub status: u32,
    /// Those members whom standing rules and pods admit; `None`: all.
    pub among: Option<Arc<Among>>,
    /// How long after the read the decision falls, where a slot's lead counts from that.
    pub thinking: SimDuration,
}

impl Request {
    /// The earliest and the latest start that a read at `now` may offer.
    pub(super) fn span(&self, now: SimTime, rules: &SlotRules) -> (SimTime, SimTime) {
        let decided = now + self.thinking;
        (rules.round_up(decided + rules.lead), decided.saturating_add(rules.horizon))
    }

    /// Whether neither a standing rule nor a pod leaves the technician out.
    pub fn admits(&self, technician: TechnicianId) -> bool {
        self.among.as_ref().is_none_or(|among| among[technician.index()].is_none())
    }
}

named! {
    /// What a dispatch found about a technician of the ticket's team.
    #[derive(serde::Serialize, serde::Deserialize)]
    pub enum Finding {
        /// Eligible.
        Eligible = "eligible",
        /// Shown as out on the in/out board.
        Out = "out",
        /// Not at work at this hour.
        AfterHours = "after_hours",
        /// No free slot within the horizon.
        NoSlot = "no_slot",
        /// At or above the cap on active tickets.
        AtCap = "at_cap",
        /// A standing rule assigns the ticket to others, or never to this technician.
        Sop = "sop",
        /// Not in the company's pod.
        Pod = "pod",
    }
}

named! {
    /// A part of a technician's cost.
    #[derive(serde::Serialize, serde::Deserialize)]
    pub enum CostPart {
        /// The time until the slot.
        Start = "start",
        /// The booked share of the day.
        Load = "load",
        /// The success rate in the category, subtracted.
        History = "history",
        /// Dispatches that consider the technician.
        Peers = "peers",
        /// Noise, subtracted.
        Noise = "noise",
        /// Active tickets.
        Active = "active",
        /// The place in the rotation.
        Rotation = "rotation",
    }
}

/// A success rate breaks ties between counts, so it weighs less than one ticket.
const HISTORY_AS_TIE_BREAK: f64 = 0.5;

impl Calendar {
    /// Puts the slots on offer to a dispatch at `now` into `offers`, first choice first.
    ///
    /// Where only the start matters, this takes time in proportion to the limit and the logarithm of the team.
    pub fn read(
        &mut self,
        now: SimTime,
        request: &Request,
        rules: &SlotRules,
        outlook: &Outlook,
        offers: &mut Vec<Offer>,
    ) {
        offers.clear();
        let (from, latest) = request.span(now, rules);
        let counts_peers = outlook.order.peers() != 0.0;
        if counts_peers {
            self.forget(request.ticket);
        }
        let limit = outlook.limit.map_or(usize::MAX, |limit| limit as usize);
        if let OfferOrder::Cost(Preference { start, load: 0.0, history: 0.0, peers: 0.0 }) = outlook.order
            && start > 0.0
        {
            return self.free(now, (from, latest), request, rules, (start, limit), offers);
        }
        self.free(now, (from, latest), request, rules, (0.0, usize::MAX), offers);
        self.put_in_order(now, request, outlook, offers);
        if counts_peers {
            self.consider(request.ticket, outlook.considers, offers);
        }
        offers.truncate(limit);
    }

    /// Puts the technicians who could own the ticket at `now` into `offers`, first choice first: those who are not out, and
    /// whom `owners` lets own one more. No calendar is looked at.
    pub fn read_owners(
        &mut self,
        now: SimTime,
        request: &Request,
        owners: &Owners,
        outlook: &Outlook,
        offers: &mut Vec<Offer>,
    ) {
        offers.clear();
        let peers = outlook.order.peers();
        if peers != 0.0 {
            self.forget(request.ticket);
        }
        for position in 0..self.desk.teams[request.team.index()].members.len() {
            let technician = self.desk.teams[request.team.index()].members[position];
            if self.owner_finding(technician, now, request, owners) == Finding::Eligible {
                let cost = match outlook.order {
                    OfferOrder::Rotation => self.place_in_rotation(request.team, position),
                    OfferOrder::Cost(_) | OfferOrder::InTurn(_) | OfferOrder::Active => {
                        self.by_active(technician, request, &owners.excluded)
                            + peers * f64::from(self.considered[technician.index()])
                    }
                };
                offers.push(Offer { technician, start: now, cost });
            }
        }
        // An active ticket weighs one, whatever the reader's weights.
        CostUnit::of(peers.max(1.0)).sort(offers);
        if peers != 0.0 {
            self.consider(request.ticket, outlook.considers, offers);
        }
        offers.truncate(outlook.limit.map_or(usize::MAX, |limit| limit as usize));
    }

    /// Whether the board shows the member as in and neither rules nor pods leave the member out.
    pub(super) fn is_candidate(&self, technician: TechnicianId, now: SimTime, request: &Request) -> bool {
        self.bar(technician, now, request).is_none()
            && self.desk.technicians[technician.index()].teams.contains(&request.team)
    }

    /// What keeps a member out, whatever the calendar says.
    fn bar(&self, technician: TechnicianId, now: SimTime, request: &Request) -> Option<Finding> {
        if self.anybody_out && self.desk.technicians[technician.index()].is_out(now) {
            return Some(Finding::Out);
        }
        match request.among.as_ref().and_then(|among| among[technician.index()]) {
            Some(Bar::Sop) => Some(Finding::Sop),
            Some(Bar::Pod) => Some(Finding::Pod),
            None => None,
        }
    }

    /// The slot that a dispatch which books by `rules` finds for a member of the team.
    ///
    /// # Errors
    /// Why it finds none.
    pub fn slot_finding(
        &self,
        technician: TechnicianId,
        now: SimTime,
        request: &Request,
        rules: &SlotRules,
    ) -> Result<SimTime, Finding> {
        if let Some(bar) = self.bar(technician, now, request) {
            return Err(bar);
        }
        let hours = &self.desk.hours[self.desk.technicians[technician.index()].hours];
        let (from, latest) = request.span(now, rules);
        let first = self.diaries[technician.index()].gap_from(rules, hours, from).first;
        if first <= latest {
            return Ok(first);
        }
        // Where the lead or the grid leaves no start at all, somebody at work is not after hours.
        let works = hours.next_open(from).is_some_and(|open| open <= latest.max(from));
        Err(if works { Finding::NoSlot } else { Finding::AfterHours })
    }

    /// How a dispatch that assigns an owner finds a member of the team.
    pub fn owner_finding(
        &self,
        technician: TechnicianId,
        now: SimTime,
        request: &Request,
        owners: &Owners,
    ) -> Finding {
        let hours = &self.desk.hours[self.desk.technicians[technician.index()].hours];
        let active = || self.roster.active(technician, &owners.excluded);
        if let Some(bar) = self.bar(technician, now, request) {
            bar
        } else if owners.respect_hours && !hours.open_at(now) {
            Finding::AfterHours
        } else if owners.max_active.is_some_and(|most| active() >= most) {
            Finding::AtCap
        } else {
            Finding::Eligible
        }
    }

    /// The parts of the cost by which a reader with this order sees the technician's slot. They add up to the cost,
    /// apart from the ranker's noise, unless they are compared one after the other.
    pub fn parts(
        &self,
        technician: TechnicianId,
        start: SimTime,
        now: SimTime,
        request: &Request,
        order: OfferOrder,
    ) -> Vec<(CostPart, f64)> {
        let history = self.success_rate(technician, request);
        match order {
            OfferOrder::Cost(preference) => vec![
                (CostPart::Start, preference.start * (start - now).as_hours_f64()),
                (CostPart::Load, preference.load * self.booked_share(technician, start, SimDuration::ZERO)),
                (CostPart::History, -(preference.history * history)),
                (
                    CostPart::Peers,
                    preference.peers * f64::from(self.considered_by_others(technician, request.ticket)),
                ),
            ],
            OfferOrder::InTurn(criteria) => {
                let value = |criterion| {
                    let peers = f64::from(self.considered_by_others(technician, request.ticket));
                    match criterion {
                        Criterion::Start => (CostPart::Start, (start - now).as_hours_f64()),
                        Criterion::Load => {
                            (CostPart::Load, self.booked_share(technician, start, SimDuration::ZERO))
                        }
                        Criterion::History => (CostPart::History, -history),
                        Criterion::Peers => (CostPart::Peers, peers),
                    }
                };
                criteria.iter().map(value).collect()
            }
            OfferOrder::Active => self.owner_parts(technician, request, order, &[]),
            OfferOrder::Rotation => {
                let members = &self.desk.teams[request.team.index()].members;
                let position = members.iter().position(|member| *member == technician).unwrap_or(0);
                vec![(CostPart::Rotation, self.place_in_rotation(request.team, position))]
            }
        }
    }

    /// The same where an owner is sought and no slot.
    pub fn owner_parts(
        &self,
        technician: TechnicianId,
        request: &Request,
        order: OfferOrder,
        excluded: &[u32],
    ) -> Vec<(CostPart, f64)> {
        if order == OfferOrder::Rotation {
            return self.parts(technician, SimTime::ZERO, SimTime::ZERO, request, order);
        }
        let history = self.success_rate(technician, request);
        vec![
            (CostPart::Active, f64::from(self.roster.active(technician, excluded))),
            (CostPart::History, -(HISTORY_AS_TIE_BREAK * history)),
            (
                CostPart::Peers,
                order.peers() * f64::from(self.considered_by_others(technician, request.ticket)),
            ),
        ]
    }

    fn considered_by_others(&self, technician: TechnicianId, ticket: TicketId) -> u32 {
        let own = self.considering.get(&ticket).is_some_and(|considered| considered.contains(&technician));
        self.considered[technician.index()] - u32::from(own)
    }

    fn by_active(&self, technician: TechnicianId, request: &Request, excluded: &[u32]) -> f64 {
        f64::from(self.roster.active(technician, excluded))
            - HISTORY_AS_TIE_BREAK * self.success_rate(technician, request)
    }

    /// How many turns the member at `position` of the team is away from the next: 0 is next.
    fn place_in_rotation(&self, team: TeamId, position: usize) -> f64 {
        let members = &self.desk.teams[team.index()].members;
        let next = match self.roster.last(team) {
            // Members are in the desk's order.
            Some(last) => members.partition_point(|member| *member <= last),
            None => 0,
        };
        ((position + members.len() - next % members.len()) % members.len()) as f64
    }

    fn success_rate(&self, technician: TechnicianId, request: &Request) -> f64 {
        self.desk.technicians[technician.index()].success_rate(request.category)
    }

    /// What the slot costs the reader, whatever the ticket; `taken` more of the technician's day is as good as booked.
    pub(super) fn slot_cost(
        &self,
        technician: TechnicianId,
        start: SimTime,
        now: SimTime,
        preference: &Preference,
        taken: SimDuration,
    ) -> f64 {
        let cost = preference.start * (start - now).as_hours_f64();
        if preference.load == 0.0 {
            return cost;
        }
        cost + preference.load * self.booked_share(technician, start, taken)
    }

    /// What the ticket adds to the cost of any slot of the technician.
    pub(super) fn ticket_cost(
        &self,
        technician: TechnicianId,
        request: &Request,
        preference: &Preference,
    ) -> f64 {
        let peers = preference.peers * f64::from(self.considered[technician.index()]);
        peers - preference.history * self.success_rate(technician, request)
    }

    /// What the slot says to each criterion, whatever the ticket; less is better.
    pub(super) fn of_slot(
        &self,
        criteria: Criteria,
        technician: TechnicianId,
        start: SimTime,
        now: SimTime,
        taken: SimDuration,
    ) -> [f64; Criteria::MOST] {
        criteria.values(|criterion| match criterion {
            Criterion::Start => (start - now).as_hours_f64(),
            Criterion::Load => self.booked_share(technician, start, taken),
            Criterion::History | Criterion::Peers => 0.0,
        })
    }

    /// What the ticket says to each criterion, whatever the slot of the technician.
    pub(super) fn of_ticket(
        &self,
        criteria: Criteria,
        technician: TechnicianId,
        request: &Request,
    ) -> [f64; Criteria::MOST] {
        criteria.values(|criterion| match criterion {
            Criterion::Start | Criterion::Load => 0.0,
            Criterion::History => -self.success_rate(technician, request),
            Criterion::Peers => f64::from(self.considered[technician.index()]),
        })
    }

    /// Sorts the offers by one criterion after the other, and then in the desk's order.
    fn put_in_turn(&self, now: SimTime, request: &Request, criteria: Criteria, offers: &mut [Offer]) {
        let unit = CostUnit::of(1.0);
        let mut keyed: Vec<([i64; Criteria::MOST], Offer)> = Vec::with_capacity(offers.len());
        for offer in &*offers {
            let slot = self.of_slot(criteria, offer.technician, offer.start, now, SimDuration::ZERO);
            let ticket = self.of_ticket(criteria, offer.technician, request);
            let values: [f64; Criteria::MOST] = std::array::from_fn(|place| slot[place] + ticket[place]);
            keyed.push((values.map(|value| unit.count(value)), Offer { cost: values[0], ..*offer }));
        }
        keyed.sort_unstable_by_key(|(key, offer)| (*key, offer.technician));
        for (offer, (_, sorted)) in offers.iter_mut().zip(keyed) {
            *offer = sorted;
        }
    }

    /// Costs the offers and sorts them.
    fn put_in_order(&self, now: SimTime, request: &Request, outlook: &Outlook, offers: &mut [Offer]) {
        match outlook.order {
            OfferOrder::InTurn(criteria) => return self.put_in_turn(now, request, criteria, offers),
            OfferOrder::Cost(preference) => {
                for offer in &mut *offers {
                    let Offer { technician, start, .. } = *offer;
                    let peers = preference.peers * f64::from(self.considered[technician.index()]);
                    let slot = self.slot_cost(technician, start, now, &preference, SimDuration::ZERO);
                    offer.cost = slot - preference.history * self.success_rate(technician, request) + peers;
                }
            }
            OfferOrder::Active => {
                for offer in &mut *offers {
                    offer.cost = self.by_active(offer.technician, request, &[]);
                }
            }
            OfferOrder::Rotation => {
                let members = &self.desk.teams[request.team.index()].members;
                for offer in &mut *offers {
                    let position = members.partition_point(|member| *member < offer.technician);
                    offer.cost = self.place_in_rotation(request.team, position);
                }
            }
        }
        outlook.order.unit().sort(offers);
    }

    /// The dispatch considers the first few of its offers from now on.
    fn consider(&mut self, ticket: TicketId, considers: u32, offers: &[Offer]) {
        let considered: Vec<TechnicianId> =
            offers.iter().take(considers as usize).map(|offer| offer.technician).collect();
        for technician in &considered {
            self.considered[technician.index()] += 1;
        }
        self.considering.insert(ticket, considered);
    }

    /// The first `limit` members of the team by earliest start between `from` and `latest`, ties in the desk's order, at
    /// a cost of `weight` per hour.
    fn free(
        &mut self,
        now: SimTime,
        (from, latest): (SimTime, SimTime),
        request: &Request,
        rules: &SlotRules,
        (weight, limit): (f64, usize),
        offers: &mut Vec<Offer>,
    ) {
        let filtered = self.anybody_out || request.among.is_some();
        let cost = |start: SimTime| weight * (start - now).as_hours_f64();
        // The index never goes back to an earlier start.
        if *rules != self.rules || request.thinking > SimDuration::ZERO {
            for &technician in &self.desk.teams[request.team.index()].members {
                if let Ok(start) = self.slot_finding(technician, now, request, rules) {
                    offers.push(Offer { technician, start, cost: cost(start) });
                }
            }
            offers.sort_unstable_by_key(|offer| (offer.start, offer.technician));
            return offers.truncate(limit);
        }
        let team = request.team.index();
        self.teams[team].advance(from);
        let (mut position, cost_now) = (0, cost(from));
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
            if from <= latest && !(filtered && self.bar(technician, now, request).is_some()) {
                offers.push(Offer { technician, start: from, cost: cost_now });
            }
        }
        if offers.len() >= limit {
            return;
        }
        self.teams[team].each_later(|&(start, position)| {
            let technician = self.teams[team].member(position as usize);
            let offered = start <= latest && !(filtered && self.bar(technician, now, request).is_some());
            if offered {
                offers.push(Offer { technician, start, cost: cost(start) });
            }
            start <= latest && offers.len() < limit
        });
    }

    /// How much of the working day around `at` is held or booked, plus `taken`: 0..1.
    pub(super) fn booked_share(&self, technician: TechnicianId, at: SimTime, taken: SimDuration) -> f64 {
        let hours = &self.desk.hours[self.desk.technicians[technician.index()].hours];
        let Some(day) = hours.day_at(at) else { return 0.0 };
        let busy = (self.diaries[technician.index()].busy_within(day) + taken).min(day.length());
        busy.micros() as f64 / day.length().micros() as f64
    }
}
