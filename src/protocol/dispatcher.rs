//! The dispatcher: takes each ticket through trigger, wait, read, rank, claim and confirm, as its discipline allows.

mod answer;
mod batch;
mod per_ticket;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use super::agent::{Admission, Agent, Way};
use super::message::{
    Citation, Delivery, Errand, Placement, ToCalendar, ToDispatcher, ToFollowUp, ToProvider, ToQueue,
    ToTechnician, ToTriage, Try,
};
use super::provider::Calls;
use super::{Actor, Outbox, Rules, Script};
use crate::discipline::{Approach, Discipline, Ended, How, Order, Orders, Place, Take, Waiting};
use crate::domain::calendar::{Offer, Request};
use crate::domain::settings::{LeadFrom, Stage};
use crate::domain::{AgentId, Burst, HoldId, SimDuration, SimTime, TechnicianId, Ticket, TicketId};
use crate::facts::{CostPart, Fact, Reason};
use crate::kernel::stream::{Purpose, Streams};
use crate::ranker::Ranker;
use answer::Answers;
use batch::Batch;
use per_ticket::PerTicket;

/// A dispatch under way.
#[derive(Debug, Default)]
struct Flight {
    began: SimTime,
    attempt: u16,
    /// The rank of the pick that is being claimed, from 1.
    rank: u16,
    /// The ranking, once it is known; `None` while the calendars are asked.
    errand: Option<Box<Errand>>,
    /// Tokens spent.
    tokens: u64,
    /// A write is under way, and can no longer be stopped.
    writes: bool,
    /// Why it was given up, once it was: all that it waits for is the end of its write.
    given_up: Option<Reason>,
}

impl Flight {
    /// The ranking, once it is known.
    fn picks(&self) -> &[Offer] {
        self.errand.as_ref().map_or(&[], |errand| errand.offers.as_slice())
    }
}

/// A ticket as triage has handed it on.
struct Triaged {
    ticket: Ticket,
    /// When that was.
    came_at: SimTime,
    /// Since when it could be dispatched.
    since: SimTime,
}

/// Why a ticket gets no slot.
fn without_slot(has_eligible: bool) -> Reason {
    if has_eligible { Reason::NoSlot } else { Reason::NobodyEligible }
}

/// The dispatcher of one agent.
pub struct Dispatcher {
    id: AgentId,
    rules: Rules,
    admission: Admission,
    discipline: Box<dyn Discipline>,
    /// What the discipline wants done next.
    orders: Orders,
    /// Whether the calendar service wants to hear of dispatches that end without a booking.
    says_goodbye: bool,
    /// Whether a summary line is written after the dispatch.
    is_summarised: bool,
    ranker: Box<dyn Ranker>,
    asks_ai: bool,
    calls: Calls,
    burst: Arc<Burst>,
    streams: Streams,
    /// Where there is triage: what it has handed on.
    triaged: Option<PerTicket<Triaged>>,
    /// Duplicates that have an owner or a team.
    settled: PerTicket<()>,
    /// Dispatches that were stopped where they were, and when.
    stopped: BTreeMap<TicketId, SimTime>,
    batch: Option<Batch>,
    /// Tickets of a batch that got no slot, and why, while others are still being written.
    left_over: Vec<(TicketId, Reason)>,
    /// Where dispatches are the AI's work alone: the tickets whose results have to fit together.
    answers: Answers,
    flights: Vec<Flight>,
    vacant: Vec<NonZeroU32>,
    /// The place of each ticket in `flights`, counted from 1, while its dispatch is under way.
    flight_of: PerTicket<NonZeroU32>,
}

impl Dispatcher {
    /// The dispatcher of this agent, with nothing to do yet.
    pub fn new(id: AgentId, rules: &Rules) -> Self {
        let Script { burst, streams } = Script::default();
        let ranker = rules.ranker();
        Self {
            id,
            rules: rules.clone(),
            admission: Admission::default(),
            discipline: rules.discipline.kind.build(Place { agent: id, agents: rules.agents.len() as u32 }),
            orders: Orders::new(),
            says_goodbye: (ranker.order().peers() != 0.0 || rules.locks().is_some())
                && !matches!(rules.agents[id.index()].way, Way::Answer { .. }),
            is_summarised: rules
                .triage
                .as_ref()
                .is_some_and(|triage| triage.stages[Stage::Summary as usize].is_some()),
            asks_ai: rules.discipline.ranker.nature().asks_ai,
            ranker,
            calls: Calls::new(&rules.ranker),
            burst,
            streams,
            triaged: rules.triage.is_some().then(|| PerTicket::for_one_of(rules.agents.len())),
            settled: PerTicket::for_one_of(rules.agents.len()),
            stopped: BTreeMap::new(),
            batch: None,
            left_over: Vec::new(),
            answers: Answers::default(),
            flights: Vec::new(),
            vacant: Vec::new(),
            flight_of: PerTicket::for_one_of(rules.agents.len()),
        }
    }

    fn agent(&self) -> &Agent {
        &self.rules.agents[self.id.index()]
    }

    /// What triage has handed on, where there is any.
    fn handed_on(&self, ticket: TicketId) -> Option<&Triaged> {
        self.triaged.as_ref()?.get(ticket)
    }

    /// The ticket as this agent knows it.
    fn ticket(&self, ticket: TicketId) -> &Ticket {
        self.handed_on(ticket).map_or_else(|| self.burst.ticket(ticket), |triaged| &triaged.ticket)
    }

    /// How long it is that the ticket could be dispatched.
    fn delay(&self, ticket: TicketId, now: SimTime) -> SimDuration {
        now - self
            .handed_on(ticket)
            .map_or_else(|| self.burst.ticket(ticket).arrived_at, |triaged| triaged.since)
    }

    /// Whether the ticket's dispatch is under way.
    fn flies(&self, ticket: TicketId) -> bool {
        self.flight_of.get(ticket).is_some()
    }

    /// The place in `flights` of a ticket whose dispatch is under way.
    fn place(&self, ticket: TicketId) -> usize {
        let number = self.flight_of.get(ticket).expect("only who asks for what flies gets here");
        number.get() as usize - 1
    }

    fn flight(&mut self, ticket: TicketId) -> &mut Flight {
        let place = self.place(ticket);
        &mut self.flights[place]
    }

    fn tell_calendar(&self, message: ToCalendar, out: &mut impl Outbox) {
        out.send(SimDuration::ZERO, Delivery::calendar(self.id, message));
    }

    /// Tells the workflows that follow dispatches, if there are any.
    fn tell_follow_ups(&self, message: ToFollowUp, out: &mut impl Outbox) {
        if self.rules.follow_up.is_some() {
            out.send(SimDuration::ZERO, Delivery::FollowUp(message));
        }
    }

    fn arrive(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        self.rules.announce(TicketId(ticket.0 + 1), &self.burst, out);
        out.state(Fact::Arrived { ticket });
        self.admit(ticket, out);
    }

    /// What triage has found out replaces what the ticket said.
    fn triaged(&mut self, ticket: TicketId, found: Ticket, since: SimTime, out: &mut impl Outbox) {
        if let Some(triaged) = &mut self.triaged {
            triaged.insert(ticket, Triaged { ticket: found, came_at: out.now(), since });
        }
        self.admit(ticket, out);
    }

    /// Lets the ticket wait for its dispatch, unless it fails a test.
    fn admit(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        let details = self.ticket(ticket);
        if let Some(test) = self.agent().fails(details, out.now(), &self.rules.desk) {
            out.state(Fact::Skipped { ticket, agent: self.id, test });
            return self.tell_follow_ups(ToFollowUp::Left { ticket }, out);
        }
        let team = self.rules.desk.team_of(details.board);
        if self.agent().way == Way::Team {
            return self.queue(ticket, out);
        }
        let no_pod = self.rules.desk.pods.len() as u32 + team.0;
        let (company, priority) = (details.company, details.priority);
        let pod = self.rules.desk.pod_of(company).map_or(no_pod, |pod| pod as u32);
        self.await_answer(ticket);
        self.discipline.waits(out.now(), Waiting { ticket, pod, company, priority }, &mut self.orders);
    }

    /// The board decides the team; there is nothing to read, rank or claim, and so nothing to wait for.
    fn queue(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        if self.merges(ticket, out) {
            return;
        }
        let Ticket { board, priority, .. } = *self.ticket(ticket);
        let delay = self.delay(ticket, out.now());
        let team = self.rules.desk.team_of(board);
        out.state(Fact::Queued { ticket, agent: self.id, team, delay, taken: SimDuration::ZERO });
        out.send(SimDuration::ZERO, Delivery::Queue(ToQueue::Put { ticket, team, priority }));
        self.settle(ticket, out);
    }

    /// Does what the discipline wants done, until it wants nothing more.
    fn follow(&mut self, out: &mut impl Outbox) {
        while let Some(order) = self.orders.pop_front() {
            self.obey(order, out);
        }
    }

    fn obey(&mut self, order: Order, out: &mut impl Outbox) {
        match order {
            Order::Begin(ticket) => self.begin_dispatch(ticket, out),
            Order::BeginTogether(tickets) => self.begin_together(tickets, out),
            Order::Write(ticket) if self.only_answers() => self.rework(ticket, out),
            Order::Write(ticket) => {
                out.state(Fact::TurnAgain { ticket });
                self.take_next(ticket, out);
            }
            Order::Leave(ticket, reason) => self.stop(ticket, reason, out),
            Order::Wake(after, alarm) => {
                out.send(after, Delivery::Dispatcher(self.id, ToDispatcher::Alarm { alarm }));
            }
            Order::WakeLast(after, alarm) => {
                out.send(after, Delivery::Dispatcher(self.id, ToDispatcher::AlarmLast { alarm }));
            }
            Order::State(fact) => out.state(*fact),
        }
    }

    /// Puts the ticket's dispatch under way.
    fn take_off(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        let number = self.vacant.pop().unwrap_or_else(|| {
            self.flights.push(Flight::default());
            NonZeroU32::MIN.saturating_add(self.flights.len() as u32 - 1)
        });
        self.flight_of.insert(ticket, number);
        let flight = self.flight(ticket);
        (flight.began, flight.attempt, flight.tokens) = (out.now(), 0, 0);
        (flight.writes, flight.given_up) = (false, None);
        out.state(Fact::Turn { ticket, agent: self.id });
    }

    fn begin_dispatch(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        self.take_off(ticket, out);
        if self.merges(ticket, out) {
            self.end(ticket, How::Merged, out);
        } else if self.only_answers() {
            self.begin_answer(ticket, out);
        } else if self.discipline.approach(ticket).locks {
            let request = Box::new(self.request(ticket));
            self.tell_calendar(ToCalendar::Lock { request }, out);
        } else {
            self.read(ticket, out);
        }
    }

    /// Whether the ticket is merged with its twin, which has been dispatched; one that is under way cannot be found.
    fn merges(&mut self, ticket: TicketId, out: &mut impl Outbox) -> bool {
        let Some(twin) = self.burst.ticket(ticket).twin else { return false };
        if self.settled.get(twin).is_some() {
            out.state(Fact::Merged { ticket, agent: self.id, into: twin });
            self.tell_follow_ups(ToFollowUp::Left { ticket }, out);
            return true;
        }
        if self.flies(twin) {
            out.state(Fact::MergeMissed { ticket, twin });
        }
        false
    }

    fn request(&mut self, ticket: TicketId) -> Request {
        let agent = &self.rules.agents[self.id.index()];
        let triaged = self.triaged.as_ref().and_then(|triaged| triaged.get(ticket));
        let (details, came_at) = if let Some(Triaged { ticket, came_at, .. }) = triaged {
            (ticket, *came_at)
        } else {
            let details = self.burst.ticket(ticket);
            (details, details.arrived_at)
        };
        let among = self.admission.among(agent, details, came_at, &self.rules.desk);
        let (team, category, status) =
            (self.rules.desk.team_of(details.board), details.category, details.status);
        Request { ticket, team, category, status, among, thinking: SimDuration::ZERO }
    }

    /// Begins an attempt: reads the calendars.
    fn read(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        let flight = self.flight(ticket);
        flight.attempt += 1;
        let attempt = flight.attempt;
        // What is asked stays the same from attempt to attempt.
        let is_known = attempt > 1 && flight.errand.is_some();
        let mut errand = flight.errand.take().unwrap_or_default();
        if !is_known {
            errand.request = self.request(ticket);
        }
        errand.request.thinking = self.foresight(ticket, attempt);
        self.tell_calendar(ToCalendar::Read { errand, attempt }, out);
    }

    /// How long the ranking will take, where a slot's lead counts from its end.
    fn foresight(&mut self, ticket: TicketId, attempt: u16) -> SimDuration {
        match &self.agent().way {
            Way::Slot(slots) if slots.lead_from == LeadFrom::Decision => self.thinking(ticket, attempt),
            _ => SimDuration::ZERO,
        }
    }

    /// How long a ranking takes that no provider lets wait.
    fn thinking(&mut self, ticket: TicketId, attempt: u16) -> SimDuration {
        let key = u32::from(attempt);
        if self.asks_ai {
            return self.calls.latency(ticket, key);
        }
        self.calls.rule_latency(ticket, key)
    }

    /// Has the offers ranked.
    fn rank(&mut self, mut errand: Box<Errand>, out: &mut impl Outbox) {
        let ticket = errand.request.ticket;
        let attempt = self.flight(ticket).attempt;
        if errand.offers.is_empty() {
            return self.give_up(ticket, without_slot(errand.has_eligible), out);
        }
        if out.explains() {
            self.explain_noise(ticket, attempt, &errand.offers, out);
        }
        self.ranker.rank(&self.streams, ticket, attempt, &mut errand.offers);
        let picks = self.rules.picks() as usize;
        errand.offers.truncate(picks);
        // However many dispatches are under way, each keeps a few offers and not those of the whole team.
        errand.offers.shrink_to(picks);
        self.begin_ranking(ticket, out);
        self.ask(ticket, attempt, Some(errand), out);
    }

    fn explain_noise(&mut self, ticket: TicketId, attempt: u16, offers: &[Offer], out: &mut impl Outbox) {
        let technicians = self.rules.desk.technicians.len();
        let noise = self.ranker.noise(&self.streams, ticket, attempt, technicians);
        for Offer { technician, .. } in offers {
            if let Some(&value) = noise.get(technician.index()) {
                out.state(Fact::Scored {
                    ticket,
                    attempt,
                    technician: *technician,
                    part: CostPart::Noise,
                    value,
                });
            }
        }
    }

    /// States that a ranking can begin, where its call does not begin at once or there is none.
    fn begin_ranking(&self, ticket: TicketId, out: &mut impl Outbox) {
        if !self.asks_ai || self.rules.ranker.provider.is_some() {
            out.state(Fact::RankingBegun { ticket });
        }
    }

    /// Asks the ranker, whose answer takes its time. The ranking that the answer will make known travels with it: of many
    /// dispatches under way, each is then found with fewer steps from one place in memory to the next.
    fn ask(&mut self, ticket: TicketId, attempt: u16, errand: Option<Box<Errand>>, out: &mut impl Outbox) {
        if !self.asks_ai {
            let ranked = ToDispatcher::Ranked { ticket, tokens: 0, errand };
            return out.send(self.thinking(ticket, attempt), Delivery::Dispatcher(self.id, ranked));
        }
        if self.rules.ranker.provider.is_some() {
            self.flight(ticket).errand = errand;
            let call = ToProvider::Call { ticket, attempt };
            return out.send(SimDuration::ZERO, Delivery::provider(self.id, call));
        }
        let latency = self.thinking(ticket, attempt);
        let tokens = self.calls.tokens(ticket, u32::from(attempt));
        out.state(Fact::Asked { ticket, attempt, tokens, answer_at: out.now() + latency });
        out.send(latency, Delivery::Dispatcher(self.id, ToDispatcher::Ranked { ticket, tokens, errand }));
    }

    /// The ranking is known: takes the primary pick.
    fn ranked(&mut self, ticket: TicketId, tokens: u32, out: &mut impl Outbox) {
        let flight = self.flight(ticket);
        flight.rank = 0;
        flight.tokens += u64::from(tokens);
        if self.only_answers() {
            return self.answered(ticket, out);
        }
        let flight = self.flight(ticket);
        let attempt = flight.attempt;
        for (place, pick) in flight.picks().iter().enumerate() {
            let Offer { technician, start, cost } = *pick;
            let rank = place as u16 + 1;
            out.state(Fact::Ranked { ticket, attempt, rank, technician, start, cost });
        }
        self.take_next(ticket, out);
    }

    /// Takes the next pick of the ranking; when there is none, starts over or gives up.
    fn take_next(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        let Approach { take, walks, .. } = self.discipline.approach(ticket);
        if take == Take::Rest {
            return self.report(ticket, How::Resting, out);
        }
        let way = &self.rules.agents[self.id.index()].way;
        let place = self.place(ticket);
        let flight = &mut self.flights[place];
        let Some(&Offer { technician, start, .. }) = flight.picks().get(usize::from(flight.rank)) else {
            return self.lost(ticket, out);
        };
        flight.rank += 1;
        let which = Try { attempt: flight.attempt, rank: flight.rank };
        if take == Take::Hold
            && matches!(way, Way::Slot(_))
            && let Some(errand) = flight.errand.take()
        {
            return self.tell_calendar(ToCalendar::Claim { errand, which, walks }, out);
        }
        let version = flight.errand.as_ref().map_or(0, |errand| errand.version);
        let cited = || Placement::IfCurrent(Box::new(Citation { technician, start, version }));
        let placement = match way {
            _ if take == Take::WriteIfCurrent => cited(),
            Way::Slot(_) => Placement::Slot(technician, start),
            // There is no slot to hold.
            Way::Owner(..) | Way::Team | Way::Answer { .. } => Placement::Owner(technician),
        };
        flight.writes = true;
        self.tell_calendar(ToCalendar::Write { ticket, placement, which }, out);
    }

    /// The pick is lost: on to the next, or to a new ranking.
    fn refused(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        let flight = self.flight(ticket);
        flight.writes = false;
        if let Some(reason) = flight.given_up {
            // It was told to stop while it wrote.
            self.unassigned(ticket, reason, out);
        } else if self.discipline.approach(ticket).walks {
            self.take_next(ticket, out);
        } else {
            self.lost(ticket, out);
        }
    }

    /// Every pick of this attempt is lost.
    fn lost(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        let (attempt, tokens) = (self.flight(ticket).attempt, self.flight(ticket).tokens);
        if u32::from(attempt) >= self.rules.discipline.max_attempts {
            self.give_up(ticket, Reason::AttemptsExhausted, out);
        } else if self.discipline.affords_retry(ticket, tokens) {
            self.read(ticket, out);
        } else {
            self.unassigned(ticket, Reason::Budget, out);
        }
    }

    /// No pick will win: books on the second day where the scenario wants that, or leaves the ticket without an owner.
    fn give_up(&mut self, ticket: TicketId, reason: Reason, out: &mut impl Outbox) {
        if !matches!(self.agent().way, Way::Slot(slots) if slots.second_day) {
            return self.unassigned(ticket, reason, out);
        }
        let placement = Placement::SecondDay(Box::new(self.request(ticket)));
        let flight = self.flight(ticket);
        (flight.rank, flight.given_up, flight.writes) = (0, Some(reason), true);
        let which = Try { attempt: flight.attempt, rank: 0 };
        self.tell_calendar(ToCalendar::Write { ticket, placement, which }, out);
    }

    /// The answer to a claim brings the ranking back.
    fn claimed(&mut self, errand: Box<Errand>, rank: u16) -> TicketId {
        let ticket = errand.request.ticket;
        let flight = self.flight(ticket);
        (flight.errand, flight.rank) = (Some(errand), rank);
        ticket
    }

    fn granted(&mut self, ticket: TicketId, hold: HoldId, out: &mut impl Outbox) {
        let flight = self.flight(ticket);
        flight.writes = true;
        let which = Try { attempt: flight.attempt, rank: flight.rank };
        self.tell_calendar(ToCalendar::Write { ticket, placement: Placement::Held(hold), which }, out);
    }

    fn written(&mut self, ticket: TicketId, technician: TechnicianId, start: SimTime, out: &mut impl Outbox) {
        let now = out.now();
        let flight = self.flight(ticket);
        let (attempts, rank, taken) = (flight.attempt, flight.rank, now - flight.began);
        let delay = self.delay(ticket, now);
        out.state(Fact::Dispatched { ticket, technician, attempts, rank, delay, taken });
        // Otherwise the replay ends at the booking.
        if self.burst.ticket(ticket).work.is_some() {
            let booked = ToTechnician::Booked { ticket, start };
            out.send(SimDuration::ZERO, Delivery::Technician(technician, booked));
        }
        self.settle(ticket, out);
        self.end(ticket, How::Dispatched, out);
    }

    /// The ticket has an owner or a team: what is left is its status, its summary line and what follows.
    fn settle(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        self.tell_follow_ups(ToFollowUp::Dispatched { ticket }, out);
        if self.burst.ticket(ticket).twin.is_some() {
            self.settled.insert(ticket, ());
        }
        let was = self.ticket(ticket).status;
        if let Some(is) = self.agent().status_after.filter(|status| *status != was) {
            out.state(Fact::StatusChanged { ticket, was, is });
        }
        if self.is_summarised {
            out.send(SimDuration::ZERO, Delivery::Triage(ToTriage::Summarise { ticket }));
        }
    }

    /// Ends a dispatch where it is, or leaves a ticket whose dispatch has not begun. A write that is under way is waited
    /// for, but nothing follows when it fails.
    fn stop(&mut self, ticket: TicketId, reason: Reason, out: &mut impl Outbox) {
        if !self.flies(ticket) {
            out.state(Fact::Unassigned { ticket, agent: self.id, reason, attempts: 0 });
            self.settle_answers(ticket, out);
            self.tell_follow_ups(ToFollowUp::Left { ticket }, out);
        } else if self.flight(ticket).writes {
            self.flight(ticket).given_up.get_or_insert(reason);
        } else {
            self.stopped.insert(ticket, out.now());
            self.unassigned(ticket, reason, out);
        }
    }

    fn unassigned(&mut self, ticket: TicketId, reason: Reason, out: &mut impl Outbox) {
        let attempts = self.flight(ticket).attempt;
        out.state(Fact::Unassigned { ticket, agent: self.id, reason, attempts });
        self.tell_follow_ups(ToFollowUp::Left { ticket }, out);
        if self.says_goodbye {
            self.tell_calendar(ToCalendar::Leave { ticket }, out);
        }
        self.end(ticket, How::Left, out);
    }

    fn end(&mut self, ticket: TicketId, how: How, out: &mut impl Outbox) {
        self.report(ticket, how, out);
        self.vacant.extend(self.flight_of.remove(ticket));
        self.settle_answers(ticket, out);
        if !self.left_over.is_empty() {
            self.give_up_left_over(out);
        }
    }

    /// Tells the discipline how a dispatch has ended, or that it rests.
    fn report(&mut self, ticket: TicketId, how: How, out: &mut impl Outbox) {
        let tokens = self.flight(ticket).tokens;
        self.discipline.ended(out.now(), Ended { ticket, how, tokens }, &mut self.orders);
    }
}

impl Actor for Dispatcher {
    type Message = ToDispatcher;

    fn begin(&mut self, script: &Script) {
        self.burst = Arc::clone(&script.burst);
        self.streams = script.streams;
        self.calls.turn(script.streams);
        self.discipline.reset(&script.streams);
        self.orders.clear();
        self.stopped.clear();
        self.batch = None;
        self.left_over.clear();
        self.answers.clear();
        if let Some(triaged) = &mut self.triaged {
            triaged.reset(self.burst.tickets.len());
        }
        self.settled.reset(self.burst.tickets.len());
        self.vacant.clear();
        self.vacant.extend((1..=self.flights.len() as u32).rev().filter_map(NonZeroU32::new));
        self.flight_of.reset(self.burst.tickets.len());
    }

    #[inline]
    fn handle(&mut self, message: ToDispatcher, out: &mut impl Outbox) {
        match message {
            ToDispatcher::Arrive { ticket } => self.arrive(ticket, out),
            ToDispatcher::Triaged { ticket, found, since } => self.triaged(ticket, *found, since, out),
            ToDispatcher::Together { table } => self.rank_together(*table, out),
            ToDispatcher::AlarmLast { alarm } => {
                out.send_last(Delivery::Dispatcher(self.id, ToDispatcher::Alarm { alarm }));
            }
            ToDispatcher::Alarm { alarm } => self.discipline.woke(out.now(), alarm, &mut self.orders),
            ToDispatcher::Locked { ticket } if self.flies(ticket) => self.read(ticket, out),
            ToDispatcher::Snapshot { errand } if self.flies(errand.request.ticket) => self.rank(errand, out),
            ToDispatcher::Ranked { ticket, tokens, errand } if self.flies(ticket) => {
                if let Some(batch) = self.batch.take() {
                    self.ranked_together(batch, tokens, out);
                } else {
                    if errand.is_some() {
                        self.flight(ticket).errand = errand;
                    }
                    self.ranked(ticket, tokens, out);
                }
            }
            ToDispatcher::RankerFailed { ticket } if self.flies(ticket) => match self.batch.take() {
                Some(batch) => self.give_up_together(&batch, Reason::RankerFailed, out),
                None => self.give_up(ticket, Reason::RankerFailed, out),
            },
            ToDispatcher::Granted { errand, rank, hold } if self.flies(errand.request.ticket) => {
                let ticket = self.claimed(errand, rank);
                self.granted(ticket, hold, out);
            }
            // Too late: kept, it would block the slot until its lease ends.
            ToDispatcher::Granted { errand, hold, .. } => {
                let unneeded_since = self.stopped.get(&errand.request.ticket).copied().unwrap_or(out.now());
                self.tell_calendar(ToCalendar::Release { hold, unneeded_since }, out);
            }
            // The dispatch cannot have been stopped: nothing came between the claim and this.
            ToDispatcher::Booked { errand, rank } => {
                let Offer { technician, start, .. } = errand.offers[usize::from(rank) - 1];
                let ticket = self.claimed(errand, rank);
                self.written(ticket, technician, start, out);
            }
            ToDispatcher::Beaten { errand, rank } if self.flies(errand.request.ticket) => {
                let ticket = self.claimed(errand, rank);
                self.refused(ticket, out);
            }
            ToDispatcher::Refused { ticket } | ToDispatcher::Lapsed { ticket } if self.flies(ticket) => {
                self.refused(ticket, out);
            }
            // Writes are always waited for.
            ToDispatcher::Written { ticket, technician, start } => {
                self.written(ticket, technician, start, out);
            }
            ToDispatcher::Full { ticket } => {
                let reason = self.flight(ticket).given_up.unwrap_or(Reason::AttemptsExhausted);
                self.unassigned(ticket, reason, out);
            }
            // An answer to a dispatch that has ended meanwhile.
            _ => {}
        }
        self.follow(out);
    }
}
