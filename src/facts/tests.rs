//! Every fact and every field of it shows in the digest.

use proptest::prelude::*;

use super::*;
use crate::kernel::log::{Digest, Log, Observer};
use crate::keys::Named;

/// A type of fields, with values to test it by: entries of lists are among the first two of them.
pub(crate) trait Sample: Sized {
    fn samples() -> BoxedStrategy<Self>;
}

macro_rules! samples {
    ($($type:ty: $strategy:expr,)+) => {
        $(impl Sample for $type {
            fn samples() -> BoxedStrategy<Self> {
                $strategy.boxed()
            }
        })+
    };
}
samples! {
    TicketId: (0..2u32).prop_map(TicketId),
    TechnicianId: (0..2u32).prop_map(TechnicianId),
    AgentId: (0..2u32).prop_map(AgentId),
    TeamId: (0..2u32).prop_map(TeamId),
    HoldId: any::<u32>().prop_map(HoldId),
    SpecId: any::<u32>().prop_map(SpecId),
    bool: any::<bool>(),
    u16: any::<u16>(),
    u32: prop_oneof![0..2u32, any::<u32>()],
    u64: any::<u64>(),
    f64: prop::num::f64::NORMAL | prop::num::f64::ZERO,
    SimTime: micros().prop_map(SimTime::from_micros),
    SimDuration: micros().prop_map(SimDuration::from_micros),
}

/// From a week and all the time in the world.
fn micros() -> impl Strategy<Value = i64> {
    let week = 7 * 24 * 3600 * 1_000_000i64;
    prop_oneof![-week..week, (0..7 * 24 * 3600i64).prop_map(|seconds| seconds * 1_000_000), any::<i64>()]
}

impl<S: Sample + Clone + std::fmt::Debug + 'static> Sample for Option<S> {
    fn samples() -> BoxedStrategy<Self> {
        prop::option::of(S::samples()).boxed()
    }
}

impl<N: Named + std::fmt::Debug> Sample for N {
    fn samples() -> BoxedStrategy<Self> {
        prop::sample::select(N::ALL).boxed()
    }
}

fn digest(records: &[Record]) -> Digest {
    let mut log: Log<Fact> = Log::new(None);
    for record in records {
        log.write(record.at, record.fact);
    }
    log.close().0
}

/// Every fact with every field at a value of its own, so that a field left out of `words` shows.
fn specimens() -> Vec<Fact> {
    let (t, who, s, d) =
        (TicketId(3), TechnicianId(5), SimTime::from_micros(7), SimDuration::from_micros(11));
    let hold = HoldId(13);
    vec![
        Fact::Arrived { ticket: t },
        Fact::Arrived { ticket: TicketId(4) },
        Fact::Skipped { ticket: t, agent: AgentId(0), test: Test::Board },
        Fact::Skipped { ticket: t, agent: AgentId(0), test: Test::Status },
        Fact::Skipped { ticket: t, agent: AgentId(1), test: Test::Status },
        Fact::Turn { ticket: t, agent: AgentId(0) },
        Fact::Turn { ticket: t, agent: AgentId(1) },
        Fact::Triaged { ticket: t, stage: Stage::Company, was: 0, is: 1, wrong: true },
        Fact::Triaged { ticket: t, stage: Stage::Board, was: 0, is: 1, wrong: true },
        Fact::Triaged { ticket: t, stage: Stage::Company, was: 1, is: 1, wrong: true },
        Fact::Triaged { ticket: t, stage: Stage::Company, was: 0, is: 2, wrong: true },
        Fact::Triaged { ticket: t, stage: Stage::Company, was: 0, is: 1, wrong: false },
        Fact::Merged { ticket: t, agent: AgentId(0), into: TicketId(1) },
        Fact::Merged { ticket: t, agent: AgentId(0), into: TicketId(2) },
        Fact::Merged { ticket: t, agent: AgentId(1), into: TicketId(1) },
        Fact::MergeMissed { ticket: t, twin: TicketId(1) },
        Fact::MergeMissed { ticket: t, twin: TicketId(2) },
        Fact::Locked { ticket: t, technicians: 1, waited: d },
        Fact::Locked { ticket: t, technicians: 2, waited: d },
        Fact::Locked { ticket: t, technicians: 1, waited: d * 2 },
        Fact::Throttled { ticket: t, attempt: 1, waited: d },
        Fact::Throttled { ticket: t, attempt: 2, waited: d },
        Fact::Throttled { ticket: t, attempt: 1, waited: d * 2 },
        Fact::CallFailed { ticket: t, attempt: 1, tries: 2, again_at: None },
        Fact::CallFailed { ticket: t, attempt: 2, tries: 1, again_at: None },
        Fact::CallFailed { ticket: t, attempt: 1, tries: 2, again_at: Some(s) },
        Fact::Assigned { ticket: t, technician: who, active: 1, over_cap: true },
        Fact::Assigned { ticket: t, technician: who, active: 2, over_cap: true },
        Fact::Assigned { ticket: t, technician: who, active: 1, over_cap: false },
        Fact::Passed { ticket: t, technician: who },
        Fact::FollowedUp { ticket: t, wrong: false, done: d },
        Fact::FollowedUp { ticket: t, wrong: true, done: d },
        Fact::FollowedUp { ticket: t, wrong: false, done: d * 2 },
        Fact::StatusChanged { ticket: t, was: 1, is: 2 },
        Fact::StatusChanged { ticket: t, was: 2, is: 1 },
        Fact::SpecQueued { spec: SpecId(1), dispatch: 2, tickets: 3 },
        Fact::SpecQueued { spec: SpecId(2), dispatch: 1, tickets: 3 },
        Fact::SpecQueued { spec: SpecId(1), dispatch: 2, tickets: 4 },
        Fact::Sliced { ticket: t, spec: SpecId(1) },
        Fact::Sliced { ticket: t, spec: SpecId(2) },
        Fact::SpecStarted { spec: SpecId(1) },
        Fact::SpecStarted { spec: SpecId(2) },
        Fact::SpecEnded { spec: SpecId(1), status: SpecStatus::Success, done: 1, tokens: 2 },
        Fact::SpecEnded { spec: SpecId(1), status: SpecStatus::Failed, done: 1, tokens: 2 },
        Fact::SpecEnded { spec: SpecId(1), status: SpecStatus::Success, done: 2, tokens: 2 },
        Fact::SpecEnded { spec: SpecId(1), status: SpecStatus::Success, done: 1, tokens: 3 },
        Fact::Resumed { dispatch: 1, results: 2 },
        Fact::Resumed { dispatch: 2, results: 1 },
        Fact::Rejected { dispatch: 1, specs: 2 },
        Fact::Rejected { dispatch: 2, specs: 1 },
        Fact::Read { ticket: t, attempt: 1, offered: 2 },
        Fact::Read { ticket: t, attempt: 2, offered: 1 },
        Fact::Asked { ticket: t, attempt: 1, tokens: 2, answer_at: s },
        Fact::Asked { ticket: t, attempt: 1, tokens: 2, answer_at: SimTime::ZERO },
        Fact::Ranked { ticket: t, attempt: 1, rank: 2, technician: who, start: s, cost: 0.5 },
        Fact::Ranked { ticket: t, attempt: 2, rank: 1, technician: who, start: s, cost: 0.5 },
        Fact::Ranked { ticket: t, attempt: 1, rank: 2, technician: who, start: s, cost: -0.5 },
        Fact::Granted { ticket: t, hold, technician: who, start: s },
        Fact::Granted { ticket: t, hold: HoldId(14), technician: who, start: s },
        Fact::Refused { ticket: t, technician: who, start: s, why: Refusal::Held, by: None },
        Fact::Refused { ticket: t, technician: who, start: s, why: Refusal::Booked, by: None },
        Fact::Refused { ticket: t, technician: who, start: s, why: Refusal::Held, by: Some(t) },
        Fact::Freed { ticket: t, hold, technician: who, start: s, lapsed: true, orphaned: d },
        Fact::Freed { ticket: t, hold, technician: who, start: s, lapsed: false, orphaned: d },
        Fact::Freed { ticket: t, hold, technician: who, start: s, lapsed: true, orphaned: d * 2 },
        Fact::Booked { ticket: t, technician: who, start: s, end: s + d, held: true },
        Fact::Booked { ticket: t, technician: who, start: s, end: s + d, held: false },
        Fact::Booked { ticket: t, technician: who, start: s, end: s, held: true },
        Fact::Dispatched { ticket: t, technician: who, attempts: 1, rank: 2, delay: d, taken: d },
        Fact::Dispatched { ticket: t, technician: who, attempts: 2, rank: 1, delay: d, taken: d },
        Fact::Dispatched { ticket: t, technician: who, attempts: 1, rank: 2, delay: d, taken: d * 2 },
        Fact::Queued { ticket: t, agent: AgentId(0), team: TeamId(1), delay: d, taken: d },
        Fact::Queued { ticket: t, agent: AgentId(0), team: TeamId(2), delay: d, taken: d },
        Fact::Queued { ticket: t, agent: AgentId(1), team: TeamId(1), delay: d, taken: d },
        Fact::Misfit { ticket: t },
        Fact::Answered { ticket: t, agent: AgentId(0), attempts: 1, delay: d, taken: d },
        Fact::Answered { ticket: t, agent: AgentId(1), attempts: 1, delay: d, taken: d },
        Fact::Answered { ticket: t, agent: AgentId(0), attempts: 2, delay: d, taken: d },
        Fact::Unassigned { ticket: t, agent: AgentId(0), reason: Reason::NoSlot, attempts: 1 },
        Fact::Unassigned { ticket: t, agent: AgentId(0), reason: Reason::AttemptsExhausted, attempts: 1 },
        Fact::Unassigned { ticket: t, agent: AgentId(1), reason: Reason::NoSlot, attempts: 1 },
        Fact::Started { ticket: t, technician: who, waited: d, late: d },
        Fact::Started { ticket: t, technician: who, waited: d, late: SimDuration::ZERO },
        Fact::Interrupted { ticket: t, technician: who, until: Some(s) },
        Fact::Interrupted { ticket: t, technician: who, until: None },
        Fact::Continued { ticket: t, technician: who },
        Fact::Finished { ticket: t, technician: who, resolved: d, worked: d },
        Fact::Finished { ticket: t, technician: who, resolved: d, worked: d * 2 },
        Fact::DoubleBooked { ticket: t, technician: who, peers: 1, overlap: d },
        Fact::DoubleBooked { ticket: t, technician: who, peers: 2, overlap: d },
    ]
}

#[test]
fn every_fact_and_every_instant_has_a_digest_of_its_own() {
    let mut seen = std::collections::BTreeSet::new();
    for fact in specimens() {
        for at in [0, 1, 1 << 40] {
            let record = Record { at: SimTime::from_micros(at), fact };
            assert!(seen.insert(digest(&[record])), "{record:?}");
        }
    }
}

#[test]
fn the_order_of_facts_matters_to_the_digest() {
    let records: Vec<Record> =
        specimens().into_iter().map(|fact| Record { at: SimTime::ZERO, fact }).collect();
    let mut swapped = records.clone();
    swapped.swap(3, 4);
    assert_ne!(digest(&records), digest(&swapped));
    assert_ne!(digest(&records), digest(&records[1..]));
}

#[test]
fn the_observer_sees_each_record_once_and_in_order() {
    struct Seen(Vec<Record>);
    impl Observer<Fact> for Seen {
        fn observe(&mut self, record: &Record) {
            self.0.push(*record);
        }
    }
    let mut log = Log::new(Some(Seen(Vec::new())));
    for number in 0..5000 {
        log.write(SimTime::from_micros(number), Fact::Arrived { ticket: TicketId(number as u32) });
    }
    let (watched, observer) = log.close();
    let records: Vec<Record> = (0..5000)
        .map(|n| Record { at: SimTime::from_micros(n), fact: Fact::Arrived { ticket: TicketId(n as u32) } })
        .collect();
    assert_eq!(digest(&records), watched);
    assert_eq!(observer.map(|seen| seen.0), Some(records));
}
