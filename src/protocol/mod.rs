//! The protocol, written once: dispatcher, calendar, team queue and technician as pure state machines.
//!
//! A handler takes a message and says what it wants sent, when, and what it states for the log. It has no clock but the
//! outbox's, no randomness but its own named streams, no I/O and no notion of who carries the messages.

pub mod agent;
pub mod calendar;
pub mod dispatcher;
pub mod follow_up;
pub mod message;
pub mod provider;
pub mod queue;
pub mod technician;
pub mod triage;
pub mod trigger;

use std::sync::Arc;

use crate::discipline::DisciplineSettings;
use crate::domain::calendar::{LockQueue, Outlook};
use crate::domain::settings::{
    CalendarSettings, CostSettings, FollowUpSettings, RankerSettings, TriageSettings,
};
use crate::domain::{Burst, Desk, SimDuration, SimTime, TicketId};
use crate::facts::Fact;
use crate::kernel::Kernel;
use crate::kernel::log::Observer;
use crate::kernel::stream::Streams;
use crate::ranker::Ranker;
use agent::{Agents, Way};
use message::{Delivery, ToDispatcher, ToTriage};

/// Where a handler's wishes go.
pub trait Outbox {
    /// Simulated time.
    fn now(&self) -> SimTime;

    /// Sends a message, to be delivered `after` from now.
    fn send(&mut self, after: SimDuration, delivery: Delivery);

    /// Sends a message, to be delivered at this instant once everything else of it is.
    fn send_last(&mut self, delivery: Delivery);

    /// Whether nothing else is to be delivered at this instant. What is sent now without delay comes next, and so does the
    /// answer to it; whoever would answer may then go on to what would be asked next.
    fn is_quiet(&self) -> bool;

    /// States a fact for the log.
    fn state(&mut self, fact: Fact);

    /// Whether facts that only explain others are wanted.
    fn explains(&self) -> bool;
}

impl<O: Observer<Fact>> Outbox for Kernel<Delivery, Fact, O> {
    #[inline]
    fn now(&self) -> SimTime {
        Kernel::now(self)
    }

    #[inline]
    fn send(&mut self, after: SimDuration, delivery: Delivery) {
        Kernel::send(self, after, delivery);
    }

    fn send_last(&mut self, delivery: Delivery) {
        Kernel::send_last(self, delivery);
    }

    #[inline]
    fn is_quiet(&self) -> bool {
        Kernel::is_quiet(self)
    }

    #[inline(always)]
    fn state(&mut self, fact: Fact) {
        Kernel::state(self, fact);
    }

    #[inline]
    fn explains(&self) -> bool {
        Kernel::explains(self)
    }
}

/// What all actors of a world have in common, whatever the replication.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The desk.
    pub desk: Arc<Desk>,
    /// The agents; at least one.
    pub agents: Arc<Agents>,
    /// The triage that tickets pass. `None`: what they say is right from the start.
    pub triage: Option<TriageSettings>,
    /// The workflow that follows each dispatch, if there is one.
    pub follow_up: Option<FollowUpSettings>,
    /// The rankers and the simulated AI.
    pub ranker: RankerSettings,
    /// What things cost, for those who measure.
    pub costs: CostSettings,
    /// The calendar service.
    pub calendar: CalendarSettings,
    /// How concurrent dispatches are controlled.
    pub discipline: DisciplineSettings,
}

impl Rules {
    /// How many picks a ranking has: the primary and its alternatives.
    pub fn picks(&self) -> u32 {
        1 + self.discipline.alternatives
    }

    /// The ranker of this discipline.
    pub fn ranker(&self) -> Box<dyn Ranker> {
        self.discipline.ranker.ranker(&self.ranker, self.discipline.peer_awareness)
    }

    /// How the dispatchers want their offers.
    pub fn outlook(&self) -> Outlook {
        let (ranker, picks) = (self.ranker(), self.picks());
        Outlook { order: ranker.order(), limit: ranker.needs(picks), considers: picks }
    }

    /// Whether any agent books slots.
    pub fn books_slots(&self) -> bool {
        self.agents.iter().any(|agent| matches!(agent.way, Way::Slot(_)))
    }

    /// Whether any agent leaves tickets in the queues of teams.
    pub fn fills_queues(&self) -> bool {
        self.agents.iter().any(|agent| agent.way == Way::Team)
    }

    /// Whether anybody asks how many tickets a technician has, or whose turn it is. Where no ticket gets an owner from
    /// its dispatch, nobody ranks technicians, and there is no calendar service to keep count.
    pub fn keeps_roster(&self) -> bool {
        let by_roster = self.discipline.ranker.nature().by_roster;
        self.agents.iter().any(|agent| match agent.way {
            Way::Slot(_) => by_roster,
            Way::Owner(..) => true,
            Way::Team | Way::Answer { .. } => false,
        })
    }

    /// How dispatches that wait for locks stand in line; `None`: they lock nobody.
    pub fn locks(&self) -> Option<LockQueue> {
        self.discipline.kind.nature().locks
    }

    /// The first message of a replication, with its time: the arrival of its first ticket. `None`: it has no tickets.
    pub fn first_message(&self, script: &Script) -> Option<(SimTime, Delivery)> {
        self.arrival(TicketId(0), &script.burst)
    }

    /// The arrival of a ticket, with its time, at triage or else at the dispatcher of its agent. `None`: the burst ends
    /// before it.
    #[inline]
    fn arrival(&self, ticket: TicketId, burst: &Burst) -> Option<(SimTime, Delivery)> {
        let details = burst.tickets.get(ticket.index())?;
        let at = details.arrived_at;
        let delivery = if self.triage.is_some() {
            Delivery::Triage(ToTriage::Arrive { ticket })
        } else {
            let agent = self.agents.of_ticket(details, at, &self.desk);
            Delivery::Dispatcher(agent, ToDispatcher::Arrive { ticket })
        };
        Some((at, delivery))
    }

    /// Announces the arrival of a ticket, if there is one.
    #[inline]
    fn announce(&self, ticket: TicketId, burst: &Burst, out: &mut impl Outbox) {
        if let Some((at, arrival)) = self.arrival(ticket, burst) {
            out.send(at - out.now(), arrival);
        }
    }
}

/// What differs from replication to replication.
#[derive(Clone, Debug)]
pub struct Script {
    /// The tickets.
    pub burst: Arc<Burst>,
    /// The random streams.
    pub streams: Streams,
}

impl Default for Script {
    fn default() -> Self {
        Self { burst: Arc::new(Burst::default()), streams: Streams::new(0, 0) }
    }
}

/// An actor: behaviour without a driver.
pub trait Actor: Send {
    /// What it can be told.
    type Message: Send;

    /// Begins a replication: forgets the last one.
    fn begin(&mut self, script: &Script);

    /// Acts on a message.
    fn handle(&mut self, message: Self::Message, out: &mut impl Outbox);
}

/// Rules for tests of single actors: the AI answers at once, nothing takes time.
#[cfg(test)]
fn instant_rules(desk: Desk, mode: crate::domain::settings::ModeRules) -> Rules {
    use crate::discipline::{DisciplineKind, ParallelSettings};
    use crate::domain::Distribution;
    use crate::domain::settings::{AgentSettings, TriggerSettings};
    use crate::ranker::{AiSettings, RankerKind};
    use agent::Agent;

    let settings = AgentSettings {
        name: "dispatch".into(),
        mode,
        trigger: TriggerSettings::default(),
        sop: Vec::new(),
        status_after: None,
    };
    let agent = Agent::new(&settings, &desk).expect("it names nothing");
    Rules {
        agents: Arc::new(Agents::new(vec![agent], &desk)),
        desk: Arc::new(desk),
        triage: None,
        follow_up: None,
        ranker: RankerSettings {
            rule_latency: Distribution::ZERO,
            provider: None,
            order: None,
            w_start: 1.0,
            w_load: 0.0,
            w_history: 0.0,
            w_peers: 0.0,
            temperature: 0.0,
            latency: Distribution::ZERO,
            tokens: Distribution::ZERO,
            price_per_million_tokens: 0.0,
            price_per_advanced_run: 0.0,
            price_per_sandbox_minute: 0.0,
        },
        costs: CostSettings::default(),
        calendar: CalendarSettings {
            read_latency: Distribution::ZERO,
            claim_latency: Distribution::ZERO,
            write_latency: Distribution::ZERO,
            lease: SimDuration::from_mins(2),
            concurrent_calls: None,
        },
        discipline: DisciplineSettings {
            name: "parallel".into(),
            kind: DisciplineKind::of(ParallelSettings::default()),
            alternatives: 3,
            max_attempts: 1,
            peer_awareness: 0.0,
            ranker: RankerKind::of(AiSettings::default()),
        },
    }
}
