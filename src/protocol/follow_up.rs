//! The workflow that follows each dispatch: those of one company have to begin in the order in which its tickets arrived.

use std::sync::Arc;

use super::message::{Delivery, ToFollowUp};
use super::{Actor, Outbox, Rules, Script};
use crate::domain::settings::{FollowUpSettings, Overtaken};
use crate::domain::{Burst, SimDuration, TicketId};
use crate::facts::Fact;
use crate::kernel::sampler;
use crate::kernel::stream::{Purpose, Streams};

/// One for all tickets of the desk.
pub struct FollowUps {
    settings: FollowUpSettings,
    burst: Arc<Burst>,
    streams: Streams,
    /// By company, its tickets in order of arrival, and how many of the first have all come to an end.
    lines: Vec<(Vec<TicketId>, usize)>,
    /// How far each ticket has come.
    states: Vec<State>,
}

/// How far a ticket has come.
#[derive(Clone, Copy, PartialEq)]
enum State {
    /// It is still to be dispatched.
    Open,
    /// It has been dispatched, and its workflow waits.
    Waits,
    /// Its dispatch has come to an end, and its workflow, if it has one, has begun.
    Ended,
}

impl FollowUps {
    /// Nothing to do yet; `None` where no workflow follows.
    pub fn new(rules: &Rules) -> Option<Self> {
        let Script { burst, streams } = Script::default();
        let settings = rules.follow_up.clone()?;
        let lines = vec![(Vec::new(), 0); rules.desk.companies.len().max(1)];
        Some(Self { settings, burst, streams, lines, states: Vec::new() })
    }

    /// The company's tickets.
    fn line(&mut self, ticket: TicketId) -> &mut (Vec<TicketId>, usize) {
        let company = self.burst.ticket(ticket).company;
        &mut self.lines[company as usize]
    }

    /// Whether an earlier ticket of the company is still to be dispatched.
    fn has_overtaken(&mut self, ticket: TicketId) -> bool {
        let (tickets, ended) = self.line(ticket);
        tickets.get(*ended).is_some_and(|first| *first < ticket)
    }

    /// The ticket has been dispatched.
    fn dispatched(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        let overtaken = self.has_overtaken(ticket);
        if overtaken && self.settings.overtaken == Overtaken::Waits {
            self.states[ticket.index()] = State::Waits;
            return;
        }
        self.begin_workflow(ticket, overtaken, out);
        self.ended(ticket, out);
    }

    /// The ticket's dispatch has come to an end: the workflows of those that have waited for it begin.
    fn ended(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        self.states[ticket.index()] = State::Ended;
        loop {
            let (tickets, ended) = self.line(ticket);
            let Some(&first) = tickets.get(*ended) else { return };
            match self.states[first.index()] {
                State::Open => return,
                State::Waits => {
                    self.states[first.index()] = State::Ended;
                    self.begin_workflow(first, false, out);
                }
                State::Ended => {}
            }
            self.line(ticket).1 += 1;
        }
    }

    fn begin_workflow(&self, ticket: TicketId, wrong: bool, out: &mut impl Outbox) {
        let draw = |length, part| {
            sampler::draw_duration(length, &mut self.streams.stream(Purpose::FollowUp, ticket.0, part))
        };
        let rework = if wrong { draw(&self.settings.rework, 1) } else { SimDuration::ZERO };
        let over = Delivery::FollowUp(ToFollowUp::Over { ticket, wrong });
        out.send(draw(&self.settings.latency, 0) + rework, over);
    }
}

impl Actor for FollowUps {
    type Message = ToFollowUp;

    fn begin(&mut self, script: &Script) {
        self.burst = Arc::clone(&script.burst);
        self.streams = script.streams;
        self.states.clear();
        self.states.resize(self.burst.tickets.len(), State::Open);
        self.lines.iter_mut().for_each(|(tickets, ended)| {
            tickets.clear();
            *ended = 0;
        });
        for ticket in (0..self.states.len() as u32).map(TicketId) {
            self.line(ticket).0.push(ticket);
        }
    }

    fn handle(&mut self, message: ToFollowUp, out: &mut impl Outbox) {
        match message {
            ToFollowUp::Dispatched { ticket } => self.dispatched(ticket, out),
            ToFollowUp::Left { ticket } => self.ended(ticket, out),
            ToFollowUp::Over { ticket, wrong } => {
                let done = out.now() - self.burst.ticket(ticket).arrived_at;
                out.state(Fact::FollowedUp { ticket, wrong, done });
            }
        }
    }
}
