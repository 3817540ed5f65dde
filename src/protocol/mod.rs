//! The protocol, written once: dispatcher, calendar, team queue and technician as pure state machines.
//!
//! A handler takes a message and says what it wants sent, when, and what it states for the log. It has no clock but the
//! outbox's, no randomness but its own named streams, no I/O and no notion of who carries the messages.

pub mod calendar;
pub mod dispatcher;
pub mod message;
pub mod queue;
pub mod technician;
pub mod trigger;

use std::sync::Arc;

use crate::domain::calendar::Outlook;
use crate::domain::settings::{CalendarSettings, DisciplineSettings, Mode, RankerSettings};
use crate::domain::{Burst, Desk, SimDuration, SimTime};
use crate::kernel::Kernel;
use crate::kernel::log::Fact;
use crate::kernel::stream::Streams;
use crate::ranker::Ai;
use message::Delivery;
use trigger::Trigger;

/// Where a handler's wishes go.
pub trait Outbox {
    /// Simulated time.
    fn now(&self) -> SimTime;

    /// Sends a message, to be delivered `after` from now.
    fn send(&mut self, after: SimDuration, delivery: Delivery);

    /// States a fact for the log.
    fn state(&mut self, fact: Fact);
}

impl Outbox for Kernel<Delivery> {
    #[inline]
    fn now(&self) -> SimTime {
        Kernel::now(self)
    }

    #[inline]
    fn send(&mut self, after: SimDuration, delivery: Delivery) {
        Kernel::send(self, after, delivery);
    }

    #[inline]
    fn state(&mut self, fact: Fact) {
        Kernel::state(self, fact);
    }
}

/// What all actors of a world have in common, whatever the replication.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The desk.
    pub desk: Arc<Desk>,
    /// Which tickets are dispatched.
    pub trigger: Trigger,
    /// What a dispatch does.
    pub mode: Mode,
    /// The simulated AI.
    pub ranker: RankerSettings,
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
    pub fn ranker(&self) -> Ai {
        Ai::new(self.ranker.clone(), self.discipline.peer_awareness)
    }

    /// How the dispatcher wants its offers.
    pub fn outlook(&self) -> Outlook {
        let (ranker, picks) = (self.ranker(), self.picks());
        Outlook { preference: ranker.preference(), limit: ranker.needs(picks), considers: picks }
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
fn instant_rules(desk: Desk, mode: Mode) -> Rules {
    use crate::domain::Distribution;
    use crate::domain::settings::DisciplineKind;

    Rules {
        desk: Arc::new(desk),
        trigger: Trigger::default(),
        mode,
        ranker: RankerSettings {
            kind: crate::domain::settings::RankerKind::Ai,
            rule_latency: Distribution::ZERO,
            provider: None,
            w_start: 1.0,
            w_load: 0.0,
            w_history: 0.0,
            w_peers: 0.0,
            temperature: 0.0,
            latency: Distribution::ZERO,
            tokens: Distribution::ZERO,
            price_per_million_tokens: 0.0,
        },
        calendar: CalendarSettings {
            read_latency: Distribution::ZERO,
            claim_latency: Distribution::ZERO,
            write_latency: Distribution::ZERO,
            lease: SimDuration::from_mins(2),
            concurrent_calls: None,
        },
        discipline: DisciplineSettings {
            name: "parallel".into(),
            kind: DisciplineKind::Parallel { protected_share: 1.0 },
            concurrency: None,
            alternatives: 3,
            max_attempts: 1,
            peer_awareness: 0.0,
            ranker: None,
        },
    }
}
