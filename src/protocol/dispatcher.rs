//! The dispatcher: takes each ticket through trigger, wait, read, rank, claim and confirm, as its discipline allows.

use std::collections::VecDeque;
use std::sync::Arc;

use super::message::{Delivery, ToCalendar, ToDispatcher, ToQueue, ToTechnician, Try};
use super::trigger::Trigger;
use super::{Actor, Outbox, Rules, Script};
use crate::discipline::{self, Discipline, Protection};
use crate::domain::calendar::{Offer, Request};
use crate::domain::settings::Mode;
use crate::domain::{
    AgentId, Burst, Desk, Distribution, HoldId, Interval, SimDuration, SimTime, TeamId, TechnicianId,
    TicketId,
};
use crate::kernel::log::{Fact, Reason};
use crate::kernel::sampler;
use crate::kernel::stream::{Purpose, Streams};
use crate::ranker::Ai;

/// A dispatch under way.
#[derive(Debug, Default)]
struct Flight {
    ticket: TicketId,
    began: SimTime,
    attempt: u16,
    /// The rank of the pick that is being claimed, from 1.
    rank: u16,
    /// The ranking, once it is known; the calendar's answer before.
    picks: Vec<Offer>,
    /// Why it was given up, once it was.
    given_up: Option<Reason>,
}

/// No dispatch under way for this ticket.
const GROUNDED: u32 = u32::MAX;

/// One dispatch workflow.
pub struct Dispatcher {
    desk: Arc<Desk>,
    trigger: Trigger,
    discipline: Box<dyn Discipline>,
    max_attempts: u32,
    /// How many picks a ranking has.
    picks: u32,
    books_slots: bool,
    second_day: bool,
    /// Whether the calendar keeps count of who considers whom.
    counts_peers: bool,
    write_latency: Distribution,
    ranker: Ai,
    burst: Arc<Burst>,
    streams: Streams,
    waiting: VecDeque<TicketId>,
    running: u32,
    flights: Vec<Flight>,
    vacant: Vec<u32>,
    /// For each ticket its place in `flights`.
    flight_of: Vec<u32>,
}

impl Dispatcher {
    /// A dispatcher with nothing to do yet.
    pub fn new(rules: &Rules) -> Self {
        let ranker = rules.ranker();
        let Script { burst, streams } = Script::default();
        Self {
            desk: Arc::clone(&rules.desk),
            trigger: rules.trigger.clone(),
            discipline: discipline::build(&rules.discipline),
            max_attempts: rules.discipline.max_attempts,
            picks: rules.picks(),
            books_slots: matches!(rules.mode, Mode::OwnerAndSlot(_)),
            second_day: matches!(rules.mode, Mode::OwnerAndSlot(slots) if slots.second_day),
            counts_peers: ranker.preference().peers != 0.0,
            write_latency: rules.calendar.write_latency.clone(),
            ranker,
            burst,
            streams,
            waiting: VecDeque::new(),
            running: 0,
            flights: Vec::new(),
            vacant: Vec::new(),
            flight_of: Vec::new(),
        }
    }

    /// The team behind the board at which the ticket arrived.
    fn team_of(&self, ticket: TicketId) -> TeamId {
        self.desk.team_of(self.burst.ticket(ticket).board)
    }

    fn flight(&mut self, ticket: TicketId) -> &mut Flight {
        let place = self.flight_of[ticket.index()];
        &mut self.flights[place as usize]
    }

    /// Announces the arrival of the next ticket, if there is one.
    fn expect(&self, ticket: TicketId, out: &mut impl Outbox) {
        if let Some(next) = self.burst.tickets.get(ticket.index()) {
            let after = next.arrived_at - out.now();
            out.send(after, Delivery::Dispatcher(ToDispatcher::Arrive { ticket }));
        }
    }

    fn arrive(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        self.expect(TicketId(ticket.0 + 1), out);
        out.state(Fact::Arrived { ticket });
        if let Some(test) = self.trigger.fails(self.burst.ticket(ticket)) {
            out.state(Fact::Skipped { ticket, agent: AgentId(0), test });
        } else if self.books_slots {
            self.waiting.push_back(ticket);
            self.grant_turns(out);
        } else {
            // The board decides the team; there is nothing to read, rank or claim, and so nothing to wait for.
            let team = self.team_of(ticket);
            out.state(Fact::Queued { ticket, team, delay: SimDuration::ZERO, taken: SimDuration::ZERO });
            out.send(SimDuration::ZERO, Delivery::Queue(ToQueue::Put { ticket, team }));
        }
    }

    fn grant_turns(&mut self, out: &mut impl Outbox) {
        while self.discipline.admits(self.running)
            && let Some(ticket) = self.waiting.pop_front()
        {
            self.running += 1;
            let place = self.vacant.pop().unwrap_or_else(|| {
                self.flights.push(Flight::default());
                (self.flights.len() - 1) as u32
            });
            self.flight_of[ticket.index()] = place;
            let flight = &mut self.flights[place as usize];
            (flight.ticket, flight.began, flight.attempt) = (ticket, out.now(), 0);
            out.state(Fact::Turn { ticket, agent: AgentId(0) });
            self.read(ticket, out);
        }
    }

    /// Begins an attempt: reads the calendars.
    fn read(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        let flight = self.flight(ticket);
        flight.attempt += 1;
        let (attempt, offers) = (flight.attempt, std::mem::take(&mut flight.picks));
        let category = self.burst.ticket(ticket).category;
        let request = Request { ticket, team: self.team_of(ticket), category };
        out.send(SimDuration::ZERO, Delivery::Calendar(ToCalendar::Read { request, attempt, offers }));
    }

    /// Has the offers ranked.
    fn rank(&mut self, ticket: TicketId, mut offers: Vec<Offer>, out: &mut impl Outbox) {
        let attempt = self.flight(ticket).attempt;
        if offers.is_empty() {
            self.flight(ticket).picks = offers;
            self.give_up(ticket, Reason::NoSlot, out);
            return;
        }
        self.ranker.rank(&self.streams, ticket, attempt, self.picks, &mut offers);
        self.flight(ticket).picks = offers;
        let call = self.ranker.call(&self.streams, ticket, attempt);
        let answer_at = out.now() + call.latency;
        out.state(Fact::Asked { ticket, attempt, tokens: call.tokens, answer_at });
        out.send(call.latency, Delivery::Dispatcher(ToDispatcher::Ranked { ticket }));
    }

    /// The ranking is known: takes the primary pick.
    fn ranked(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        let flight = self.flight(ticket);
        flight.rank = 0;
        let attempt = flight.attempt;
        for (place, pick) in flight.picks.iter().enumerate() {
            let Offer { technician, start, cost } = *pick;
            let rank = place as u16 + 1;
            out.state(Fact::Ranked { ticket, attempt, rank, technician, start, cost });
        }
        self.take_next(ticket, out);
    }

    /// Takes the next pick of the ranking; when there is none, starts over or gives up.
    fn take_next(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        let flight = self.flight(ticket);
        let Some(&Offer { technician, start, .. }) = flight.picks.get(usize::from(flight.rank)) else {
            return self.lost(ticket, out);
        };
        flight.rank += 1;
        let which = Try { attempt: flight.attempt, rank: flight.rank };
        match self.discipline.protection(ticket) {
            Protection::Hold => {
                let claim = ToCalendar::Claim { ticket, technician, start, which };
                out.send(SimDuration::ZERO, Delivery::Calendar(claim));
            }
            Protection::None => {
                let after = self.write_latency(ticket, which);
                out.send(after, Delivery::Calendar(ToCalendar::Write { ticket, technician, start }));
            }
        }
    }

    /// Every pick of this attempt is lost.
    fn lost(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        if u32::from(self.flight(ticket).attempt) < self.max_attempts {
            self.read(ticket, out);
        } else {
            self.give_up(ticket, Reason::AttemptsExhausted, out);
        }
    }

    /// No pick will win: books on the second day where the scenario wants that, or leaves the ticket without an owner.
    fn give_up(&mut self, ticket: TicketId, reason: Reason, out: &mut impl Outbox) {
        if self.second_day {
            let flight = self.flight(ticket);
            (flight.rank, flight.given_up) = (0, Some(reason));
            let which = Try { attempt: flight.attempt, rank: 0 };
            let after = self.write_latency(ticket, which);
            let team = self.team_of(ticket);
            out.send(after, Delivery::Calendar(ToCalendar::WriteSecondDay { ticket, team }));
        } else {
            self.unassigned(ticket, reason, out);
        }
    }

    fn write_latency(&self, ticket: TicketId, which: Try) -> SimDuration {
        if self.write_latency.is_zero() {
            return SimDuration::ZERO;
        }
        let mut stream = self.streams.stream(Purpose::CalendarWrite, ticket.0, which.key());
        sampler::draw_duration(&self.write_latency, &mut stream)
    }

    /// A grant for a dispatch that has ended meanwhile is given back, or it would block the slot until its lease ends.
    fn granted(&mut self, ticket: TicketId, hold: HoldId, out: &mut impl Outbox) {
        if self.flight_of[ticket.index()] == GROUNDED {
            return out.send(SimDuration::ZERO, Delivery::Calendar(ToCalendar::Release { hold }));
        }
        let flight = self.flight(ticket);
        let which = Try { attempt: flight.attempt, rank: flight.rank };
        let after = self.write_latency(ticket, which);
        out.send(after, Delivery::Calendar(ToCalendar::Confirm { hold, ticket }));
    }

    fn written(&mut self, ticket: TicketId, technician: TechnicianId, slot: Interval, out: &mut impl Outbox) {
        let now = out.now();
        let flight = self.flight(ticket);
        let (attempts, rank, taken) = (flight.attempt, flight.rank, now - flight.began);
        let delay = now - self.burst.ticket(ticket).arrived_at;
        out.state(Fact::Dispatched { ticket, technician, attempts, rank, delay, taken });
        let booked = ToTechnician::Booked { ticket, slot };
        out.send(SimDuration::ZERO, Delivery::Technician(technician, booked));
        self.end(ticket, out);
    }

    fn unassigned(&mut self, ticket: TicketId, reason: Reason, out: &mut impl Outbox) {
        let attempts = self.flight(ticket).attempt;
        out.state(Fact::Unassigned { ticket, reason, attempts });
        if self.counts_peers {
            out.send(SimDuration::ZERO, Delivery::Calendar(ToCalendar::Leave { ticket }));
        }
        self.end(ticket, out);
    }

    fn end(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        self.vacant.push(self.flight_of[ticket.index()]);
        self.flight_of[ticket.index()] = GROUNDED;
        self.running -= 1;
        self.grant_turns(out);
    }
}

impl Actor for Dispatcher {
    type Message = ToDispatcher;

    fn begin(&mut self, script: &Script) {
        self.burst = Arc::clone(&script.burst);
        self.streams = script.streams;
        self.waiting.clear();
        self.running = 0;
        self.vacant.clear();
        self.vacant.extend((0..self.flights.len() as u32).rev());
        self.flight_of.clear();
        self.flight_of.resize(self.burst.tickets.len(), GROUNDED);
    }

    #[inline]
    fn handle(&mut self, message: ToDispatcher, out: &mut impl Outbox) {
        match message {
            ToDispatcher::Arrive { ticket } => self.arrive(ticket, out),
            ToDispatcher::Snapshot { ticket, offers } => self.rank(ticket, offers, out),
            ToDispatcher::Ranked { ticket } => self.ranked(ticket, out),
            ToDispatcher::Granted { ticket, hold } => self.granted(ticket, hold, out),
            ToDispatcher::Refused { ticket } | ToDispatcher::Lapsed { ticket } => self.take_next(ticket, out),
            ToDispatcher::Written { ticket, technician, slot } => self.written(ticket, technician, slot, out),
            ToDispatcher::Full { ticket } => {
                let reason = self.flight(ticket).given_up.unwrap_or(Reason::AttemptsExhausted);
                self.unassigned(ticket, reason, out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::settings::SlotRules;
    use crate::domain::{Board, Ticket};
    use crate::protocol::instant_rules;

    /// Keeps what is sent.
    #[derive(Default)]
    struct Sent(Vec<(SimDuration, Delivery)>);

    impl Outbox for Sent {
        fn now(&self) -> SimTime {
            SimTime::ZERO
        }

        fn send(&mut self, after: SimDuration, delivery: Delivery) {
            self.0.push((after, delivery));
        }

        fn state(&mut self, _: Fact) {}
    }

    #[test]
    fn a_grant_that_arrives_too_late_is_released() {
        let slots = SlotRules {
            duration: SimDuration::from_mins(30),
            buffer: SimDuration::ZERO,
            lead: SimDuration::ZERO,
            grid: None,
            horizon: SimDuration::from_hours(24),
            second_day: false,
        };
        let board = Board { name: "Service Desk".into(), team: TeamId(0) };
        let desk = Desk { boards: vec![board], ..Desk::default() };
        let rules = instant_rules(desk, Mode::OwnerAndSlot(slots));
        let burst = Arc::new(Burst { tickets: vec![Ticket::default()], ..Burst::default() });
        let mut dispatcher = Dispatcher::new(&rules);
        dispatcher.begin(&Script { burst, streams: Streams::new(1, 0) });
        let (ticket, hold) = (TicketId(0), HoldId(7));
        let mut sent = Sent::default();
        dispatcher.handle(ToDispatcher::Arrive { ticket }, &mut sent);
        // Nobody has a slot: the dispatch ends.
        dispatcher.handle(ToDispatcher::Snapshot { ticket, offers: Vec::new() }, &mut sent);
        sent.0.clear();
        dispatcher.handle(ToDispatcher::Granted { ticket, hold }, &mut sent);
        assert_eq!(sent.0, [(SimDuration::ZERO, Delivery::Calendar(ToCalendar::Release { hold }))]);
    }
}
