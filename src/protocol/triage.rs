//! Triage: finds out, step by step, what a ticket is about, before it is dispatched; and writes its summary line after.

use std::sync::Arc;

use super::agent::Agent;
use super::message::{Delivery, ToDispatcher, ToTriage};
use super::{Actor, Outbox, Rules, Script};
use crate::domain::settings::{Stage, StageSettings, TriageSettings};
use crate::domain::{BoardId, Burst, SimDuration, Ticket, TicketId};
use crate::facts::Fact;
use crate::kernel::sampler;
use crate::kernel::stream::{Purpose, Stream, Streams};
use crate::keys::Named;

/// The most urgent and the least urgent priority that an error may find.
const PRIORITIES: (u32, u32) = (1, 5);

/// One pipeline for all tickets of the desk; tickets do not wait for each other.
pub struct Triage {
    rules: Rules,
    settings: TriageSettings,
    burst: Arc<Burst>,
    streams: Streams,
    /// What each ticket looks like by now, and whether its company is wrong.
    found: Vec<(Ticket, bool)>,
}

impl Triage {
    /// A pipeline with nothing in it; `None` where the scenario has none.
    pub fn new(rules: &Rules) -> Option<Self> {
        let Script { burst, streams } = Script::default();
        Some(Self {
            settings: rules.triage.clone()?,
            rules: rules.clone(),
            burst,
            streams,
            found: Vec::new(),
        })
    }

    fn stage(&self, stage: u8) -> Option<&StageSettings> {
        self.settings.stages.get(usize::from(stage)).and_then(Option::as_ref)
    }

    fn arrive(&self, ticket: TicketId, out: &mut impl Outbox) {
        self.rules.announce(TicketId(ticket.0 + 1), &self.burst, out);
        out.state(Fact::Arrived { ticket });
        self.step(ticket, 0, out);
    }

    /// Begins the first step from `stage` on that the scenario has, or hands the ticket on.
    fn step(&self, ticket: TicketId, stage: u8, out: &mut impl Outbox) {
        for stage in stage..Stage::Summary as u8 {
            if self.stage(stage).is_some() {
                return self.begin_step(ticket, stage, out);
            }
        }
        let found = &self.found[ticket.index()].0;
        let agent = Agent::of_ticket(&self.rules.agents, found, out.now(), &self.rules.desk);
        let triaged = ToDispatcher::Triaged {
            ticket,
            board: found.board,
            company: found.company,
            priority: found.priority,
        };
        out.send(SimDuration::ZERO, Delivery::Dispatcher(agent, triaged));
    }

    fn begin_step(&self, ticket: TicketId, stage: u8, out: &mut impl Outbox) {
        let Some(settings) = self.stage(stage) else { return };
        let mut stream = self.streams.stream(Purpose::TriageLatency, ticket.0, u32::from(stage));
        let latency = sampler::draw_duration(&settings.latency, &mut stream);
        out.send(latency, Delivery::Triage(ToTriage::StepOver { ticket, stage }));
    }

    fn step_over(&mut self, ticket: TicketId, number: u8, out: &mut impl Outbox) {
        let Some(settings) = self.stage(number) else { return };
        let mut stream = self.streams.stream(Purpose::TriageError, ticket.0, u32::from(number));
        let errs = stream.unit() < settings.error_rate;
        let stage = Stage::ALL[usize::from(number)];
        let desk = Arc::clone(&self.rules.desk);
        let (found, company_wrong) = &mut self.found[ticket.index()];
        let (was, is) = match stage {
            Stage::Company => {
                let was = found.company;
                found.company = other(errs, was, (0, desk.companies.len() as u32), &mut stream);
                *company_wrong = found.company != was;
                (was, found.company)
            }
            Stage::Priority => {
                let was = u32::from(found.priority);
                let is = other(errs, was, (PRIORITIES.0, PRIORITIES.1 + 1), &mut stream);
                found.priority = is as u8;
                (was, is)
            }
            Stage::Board => {
                let was = found.board.0;
                found.board = BoardId(other(errs, was, (0, desk.boards.len() as u32), &mut stream));
                (was, found.board.0)
            }
            Stage::Contact | Stage::Agreement | Stage::Summary => (0, 0),
        };
        let wrong = match stage {
            Stage::Company | Stage::Priority | Stage::Board => was != is,
            // People and contracts are looked for at the company that was found.
            Stage::Contact | Stage::Agreement => errs || *company_wrong,
            Stage::Summary => false,
        };
        out.state(Fact::Triaged { ticket, stage, was, is, wrong });
        if stage != Stage::Summary {
            self.step(ticket, number + 1, out);
        }
    }
}

/// `was`, or after an error another number of `from..to`, all equally likely; `was` where there is no other.
fn other(errs: bool, was: u32, (from, to): (u32, u32), stream: &mut Stream) -> u32 {
    let others = (to - from).saturating_sub(u32::from((from..to).contains(&was)));
    if !errs || others == 0 {
        return was;
    }
    let drawn = from + sampler::below(others, stream);
    drawn + u32::from((from..to).contains(&was) && drawn >= was)
}

impl Actor for Triage {
    type Message = ToTriage;

    fn begin(&mut self, script: &Script) {
        self.burst = Arc::clone(&script.burst);
        self.streams = script.streams;
        self.found.clear();
        self.found.extend(self.burst.tickets.iter().map(|ticket| (ticket.clone(), false)));
    }

    fn handle(&mut self, message: ToTriage, out: &mut impl Outbox) {
        match message {
            ToTriage::Arrive { ticket } => self.arrive(ticket, out),
            ToTriage::StepOver { ticket, stage } => self.step_over(ticket, stage, out),
            ToTriage::Summarise { ticket } => self.begin_step(ticket, Stage::Summary as u8, out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_finds_every_other_number_and_never_the_right_one() {
        let streams = Streams::new(4, 0);
        let found: Vec<u32> = (0..300)
            .map(|ticket| other(true, 3, (1, 6), &mut streams.stream(Purpose::TriageError, ticket, 0)))
            .collect();
        for number in 1..6 {
            assert_eq!(found.contains(&number), number != 3, "{number}");
        }
        let mut stream = streams.stream(Purpose::TriageError, 0, 0);
        assert_eq!(other(true, 0, (0, 1), &mut stream), 0, "there is no other");
        assert_eq!(other(false, 2, (0, 9), &mut stream), 2);
        let beyond: Vec<u32> = (0..99).map(|_| other(true, 9, (1, 6), &mut stream)).collect();
        assert!(beyond.iter().all(|number| (1..6).contains(number)), "{beyond:?}");
    }
}
