//! Triage: finds out, step by step, what a ticket is about, before it is dispatched; and writes its summary line after.
//! Here, too, it waits for the status in which it is dispatched, if people change it.

use std::sync::Arc;

use super::message::{Delivery, ToDispatcher, ToTriage};
use super::{Actor, Outbox, Rules, Script};
use crate::domain::settings::{PriorityMatrix, Stage, StageSettings, TriageSettings};
use crate::domain::{BoardId, Burst, SimDuration, SimTime, Ticket, TicketId};
use crate::facts::{Fact, Test};
use crate::kernel::sampler;
use crate::kernel::stream::{Purpose, Stream, Streams};

/// The most urgent and the least urgent priority that an error may find.
const PRIORITIES: (u32, u32) = (1, 5);

/// The order in which the steps before the dispatch run.
const ORDER: [Stage; 7] = [
    Stage::Company,
    Stage::Urgency,
    Stage::Impact,
    Stage::Priority,
    Stage::Board,
    Stage::Contact,
    Stage::Agreement,
];

/// One pipeline for all tickets of the desk; tickets do not wait for each other.
pub struct Triage {
    rules: Rules,
    settings: TriageSettings,
    burst: Arc<Burst>,
    streams: Streams,
    found: Vec<Found>,
}

/// What is known of a ticket by now.
struct Found {
    ticket: Ticket,
    company_wrong: bool,
    /// Its urgency and its impact, from 0 for high to 2 for low: as they are, and as they were found.
    right: [u8; 2],
    levels: [u8; 2],
    /// Since when it is in its status.
    since: SimTime,
    /// How many changes of its status were made.
    changes: usize,
    place: Place,
}

/// Where a ticket is.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// In triage.
    Triage,
    /// It waits for another status.
    Waits,
    /// It has come to its agent.
    Agent,
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

    fn arrive(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        self.rules.announce(TicketId(ticket.0 + 1), &self.burst, out);
        out.state(Fact::Arrived { ticket });
        self.announce_change(ticket, out);
        self.step(ticket, &ORDER, out);
    }

    /// Announces the next change of the ticket's status, if there is one.
    fn announce_change(&self, ticket: TicketId, out: &mut impl Outbox) {
        let made = self.found[ticket.index()].changes;
        if let Some(change) = self.burst.changes_of(ticket).get(made) {
            out.send(change.at - out.now(), Delivery::Triage(ToTriage::StatusChange { ticket }));
        }
    }

    fn change_status(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        let found = &mut self.found[ticket.index()];
        if found.place == Place::Agent {
            return;
        }
        let Some(change) = self.burst.changes_of(ticket).get(found.changes) else { return };
        let was = std::mem::replace(&mut found.ticket.status, change.status);
        (found.since, found.changes) = (out.now(), found.changes + 1);
        out.state(Fact::StatusChanged { ticket, was, is: change.status });
        self.announce_change(ticket, out);
        if self.found[ticket.index()].place == Place::Waits {
            self.hand_on(ticket, out);
        }
    }

    /// Begins the first of these steps that the scenario has, or hands the ticket on.
    fn step(&mut self, ticket: TicketId, stages: &[Stage], out: &mut impl Outbox) {
        match stages.iter().find(|stage| self.settings.stage(**stage).is_some()) {
            Some(stage) => self.begin_step(ticket, *stage, out),
            None => self.hand_on(ticket, out),
        }
    }

    /// Hands the ticket on to its agent, which dispatches it or says why not. What fails its trigger waits for another
    /// status, if it comes to one.
    fn hand_on(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        let Rules { agents, desk, .. } = &self.rules;
        let found = &mut self.found[ticket.index()];
        let agent = agents.of_ticket(&found.ticket, out.now(), desk);
        if found.changes < self.burst.changes_of(ticket).len() {
            let fails = agents[agent.index()].fails(&found.ticket, out.now(), desk);
            // Standing rules and overwrite rules are asked when the trigger is met; their answer is final.
            if !matches!(fails, None | Some(Test::Owned | Test::Sop)) {
                found.place = Place::Waits;
                return;
            }
        }
        found.place = Place::Agent;
        let (found, since) = (Box::new(found.ticket.clone()), found.since);
        let triaged = ToDispatcher::Triaged { ticket, found, since };
        out.send(SimDuration::ZERO, Delivery::Dispatcher(agent, triaged));
    }

    fn begin_step(&self, ticket: TicketId, stage: Stage, out: &mut impl Outbox) {
        let Some(StageSettings { latency, .. }) = self.settings.stage(stage) else { return };
        let mut stream = self.streams.stream(Purpose::TriageLatency, ticket.0, stage as u32);
        let latency = sampler::draw_duration(latency, &mut stream);
        out.send(latency, Delivery::Triage(ToTriage::StepOver { ticket, stage }));
    }

    fn step_over(&mut self, ticket: TicketId, stage: Stage, out: &mut impl Outbox) {
        let Some(settings) = self.settings.stage(stage) else { return };
        let mut stream = self.streams.stream(Purpose::TriageError, ticket.0, stage as u32);
        let errs = stream.unit() < settings.error_rate;
        let desk = Arc::clone(&self.rules.desk);
        let Found { ticket: found, company_wrong, right, levels, .. } = &mut self.found[ticket.index()];
        let (was, is) = match stage {
            Stage::Company => {
                let was = found.company;
                found.company = other(errs, was, (0, desk.companies.len() as u32), &mut stream);
                *company_wrong = found.company != was;
                (was, found.company)
            }
            Stage::Urgency | Stage::Impact => {
                let level = &mut levels[usize::from(stage == Stage::Impact)];
                let was = u32::from(*level);
                let is = other(errs, was, (0, 3), &mut stream);
                *level = is as u8;
                (was, is)
            }
            Stage::Priority => {
                let was = u32::from(found.priority);
                let [urgency, impact] = levels.map(usize::from);
                let follows =
                    if levels == right { was } else { self.settings.matrix[urgency][impact].into() };
                let is = other(errs, follows, (PRIORITIES.0, PRIORITIES.1 + 1), &mut stream);
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
            Stage::Company | Stage::Urgency | Stage::Impact | Stage::Priority | Stage::Board => was != is,
            // People and contracts are looked for at the company that was found.
            Stage::Contact | Stage::Agreement => errs || *company_wrong,
            Stage::Summary => false,
        };
        out.state(Fact::Triaged { ticket, stage, was, is, wrong });
        if let Some(place) = ORDER.iter().position(|step| *step == stage) {
            self.step(ticket, &ORDER[place + 1..], out);
        }
    }
}

/// A level of urgency and one of impact from which a ticket's priority follows, or else the nearest one; drawn where there
/// are several.
fn levels(priority: u8, matrix: &PriorityMatrix, stream: &mut Stream) -> [u8; 2] {
    let cells = (0..3).flat_map(|urgency| (0..3).map(move |impact| [urgency, impact]));
    let distance =
        |[urgency, impact]: [u8; 2]| matrix[usize::from(urgency)][usize::from(impact)].abs_diff(priority);
    let least = cells.clone().map(distance).min();
    let nearest: Vec<[u8; 2]> = cells.filter(|cell| Some(distance(*cell)) == least).collect();
    nearest[sampler::below(nearest.len() as u32, stream) as usize]
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
        let (settings, streams) = (&self.settings, self.streams);
        self.found.extend((0..).zip(&self.burst.tickets).map(|(number, ticket)| {
            let right = if settings.judges() {
                let mut stream = streams.stream(Purpose::Severity, number, 0);
                levels(ticket.priority, &settings.matrix, &mut stream)
            } else {
                [0; 2]
            };
            Found {
                ticket: ticket.clone(),
                company_wrong: false,
                right,
                levels: right,
                since: ticket.arrived_at,
                changes: 0,
                place: Place::Triage,
            }
        }));
    }

    fn handle(&mut self, message: ToTriage, out: &mut impl Outbox) {
        match message {
            ToTriage::Arrive { ticket } => self.arrive(ticket, out),
            ToTriage::StepOver { ticket, stage } => self.step_over(ticket, stage, out),
            ToTriage::StatusChange { ticket } => self.change_status(ticket, out),
            ToTriage::Summarise { ticket } => self.begin_step(ticket, Stage::Summary, out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn z1_a_priority_says_which_urgency_and_impact_a_ticket_may_have() {
        let streams = Streams::new(4, 0);
        let drawn = |priority: u8, matrix: &PriorityMatrix| {
            let draw = |ticket| levels(priority, matrix, &mut streams.stream(Purpose::Severity, ticket, 0));
            (0..200)
                .map(draw)
                .collect::<std::collections::BTreeSet<[u8; 2]>>()
                .into_iter()
                .collect::<Vec<_>>()
        };
        let itil = &TriageSettings::ITIL;
        assert_eq!(drawn(1, itil), [[0, 0]]);
        assert_eq!(drawn(2, itil), [[0, 1], [1, 0]]);
        assert_eq!(drawn(3, itil), [[0, 2], [1, 1], [2, 0]]);
        assert_eq!(drawn(4, itil), [[1, 2], [2, 1]]);
        assert_eq!(drawn(5, itil), [[2, 2]]);
        assert_eq!(drawn(9, itil), [[2, 2]], "the nearest that there is");
        assert_eq!(drawn(3, &[[1, 1, 1], [1, 1, 1], [1, 1, 5]]).len(), 9, "all are as near");
    }

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
