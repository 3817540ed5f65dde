use super::*;
use crate::domain::settings::{ModeRules, SlotRules};
use crate::domain::{Board, Desk, TeamId};
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

    fn send_last(&mut self, delivery: Delivery) {
        self.send(SimDuration::ZERO, delivery);
    }

    fn is_quiet(&self) -> bool {
        false
    }

    fn state(&mut self, _: Fact) {}

    fn explains(&self) -> bool {
        false
    }
}

#[test]
fn a_grant_that_arrives_too_late_is_released() {
    let board = Board { name: "Service Desk".into(), team: TeamId(0) };
    let desk = Desk { boards: vec![board], ..Desk::default() };
    let rules = instant_rules(desk, ModeRules::OwnerAndSlot(SlotRules::default()));
    let burst = Arc::new(Burst { tickets: vec![Ticket::default()], ..Burst::default() });
    let mut dispatcher = Dispatcher::new(AgentId(0), &rules);
    dispatcher.begin(&Script { burst, streams: Streams::new(1, 0) });
    let (ticket, hold) = (TicketId(0), HoldId(7));
    let mut sent = Sent::default();
    dispatcher.handle(ToDispatcher::Arrive { ticket }, &mut sent);
    // Nobody has a slot: the dispatch ends.
    dispatcher.handle(ToDispatcher::Snapshot { errand: Box::default() }, &mut sent);
    sent.0.clear();
    dispatcher.handle(ToDispatcher::Granted { errand: Box::default(), rank: 1, hold }, &mut sent);
    let release = Delivery::calendar(AgentId(0), ToCalendar::Release { hold, unneeded_since: SimTime::ZERO });
    assert_eq!(sent.0, [(SimDuration::ZERO, release)]);
}

use crate::discipline::{
    DisciplineKind, Inside, LaneSettings, LockedSettings, OptimisticSettings, ParallelSettings, Split,
    SubagentSettings, Writes,
};
use crate::domain::settings::{StageSettings, TriageSettings};
use crate::domain::{Distribution, WorkingHours};
use crate::kernel::Kernel;
use crate::protocol::calendar::CalendarService;
use crate::protocol::triage::Triage;

/// Three technicians who always work, in one team.
fn desk() -> Desk {
    let technician = |number: u32| crate::domain::Technician {
        name: format!("Technician {number}"),
        teams: [TeamId(0)].into(),
        ..Default::default()
    };
    let members = (0..3).map(TechnicianId).collect();
    Desk {
        technicians: (0..3).map(technician).collect(),
        teams: vec![crate::domain::Team { name: "All".into(), members }],
        boards: (0..4).map(|n| Board { name: format!("Board {n}"), team: TeamId(0) }).collect(),
        companies: (0..4).map(|n| format!("Company {n}")).collect(),
        hours: vec![WorkingHours::always()],
        ..Desk::default()
    }
}

fn seconds(value: i64) -> Distribution {
    Distribution::Constant { value: value as f64 }
}

/// A dispatcher and its calendar service, every step of which takes time: a read 10 s, a claim 20 s, a ranking 60 s, a
/// write 30 s.
fn slow(calls: Option<u32>) -> Rules {
    let mut rules = instant_rules(desk(), ModeRules::OwnerAndSlot(SlotRules::default()));
    rules.ranker.latency = seconds(60);
    rules.ranker.w_peers = 1.0;
    rules.calendar.read_latency = seconds(10);
    rules.calendar.claim_latency = seconds(20);
    rules.calendar.write_latency = seconds(30);
    rules.calendar.concurrent_calls = calls;
    rules
}

/// A clock that keeps what is stated.
struct Watch(Kernel<Delivery, Fact>, Vec<Fact>);
impl Outbox for Watch {
    fn now(&self) -> SimTime {
        self.0.now()
    }
    fn send(&mut self, after: SimDuration, delivery: Delivery) {
        self.0.send(after, delivery);
    }
    fn send_last(&mut self, delivery: Delivery) {
        self.0.send_last(delivery);
    }
    fn is_quiet(&self) -> bool {
        self.0.is_quiet()
    }
    fn state(&mut self, fact: Fact) {
        self.1.push(fact);
    }
    fn explains(&self) -> bool {
        false
    }
}

/// Runs the tickets to their end, and tells the dispatcher to stop the first of them at an instant, in seconds.
fn run(rules: &Rules, tickets: usize, stops_at: Option<i64>) -> (CalendarService, Vec<Fact>) {
    let script = Script {
        burst: Arc::new(Burst { tickets: vec![Ticket::default(); tickets], ..Burst::default() }),
        streams: Streams::new(1, 0),
    };
    let mut dispatcher = Dispatcher::new(AgentId(0), rules);
    let mut calendar = CalendarService::new(rules).expect("slots are booked");
    dispatcher.begin(&script);
    calendar.begin(&script);
    let mut out = Watch(Kernel::default(), Vec::new());
    let (at, first) = rules.first_message(&script).expect("there are tickets");
    out.send(at - SimTime::ZERO, first);
    if let Some(at) = stops_at {
        // An alarm that the discipline does not know is the signal here.
        let alarm = ToDispatcher::Alarm { alarm: u32::MAX };
        out.send(SimDuration::from_secs(at), Delivery::Dispatcher(AgentId(0), alarm));
    }
    while let Some(delivery) = out.0.take_next() {
        match delivery {
            Delivery::Dispatcher(_, ToDispatcher::Alarm { alarm: u32::MAX })
                if dispatcher.flies(TicketId(0)) =>
            {
                dispatcher.stop(TicketId(0), Reason::Timeout, &mut out);
                dispatcher.follow(&mut out);
            }
            Delivery::Dispatcher(_, message) => dispatcher.handle(message, &mut out),
            Delivery::Calendar(message) => calendar.handle(message, &mut out),
            _ => {}
        }
    }
    assert_eq!(dispatcher.vacant.len(), dispatcher.flights.len(), "nobody flies any more");
    (calendar, out.1)
}

#[test]
fn a_dispatch_that_is_stopped_at_any_step_leaves_nothing_behind() {
    let lane = LaneSettings { concurrency: None };
    let locked = DisciplineKind::of(LockedSettings { lane, ..LockedSettings::default() });
    let parallel = DisciplineKind::of(ParallelSettings { lane, protected_share: 1.0 });
    for kind in [locked, parallel, DisciplineKind::of(OptimisticSettings { lane })] {
        for calls in [None, Some(1)] {
            for at in (0..300).step_by(5) {
                let mut rules = slow(calls);
                rules.discipline.kind = kind.clone();
                // The calendar's line knows nothing of a stop, so there peers are not counted.
                rules.discipline.peer_awareness = f64::from(u8::from(calls.is_none()));
                let (calendar, facts) = run(&rules, 4, Some(at));
                let context = format!("{kind:?}, {calls:?} calls, stopped at {at} s: {facts:?}");
                assert!(calendar.is_at_rest(), "{context}");
                for ticket in (0..4).map(TicketId) {
                    let ends = |fact: &&Fact| {
                        matches!(fact, Fact::Dispatched { ticket: of, .. } | Fact::Unassigned { ticket: of, .. }
                            if *of == ticket)
                    };
                    assert_eq!(facts.iter().filter(ends).count(), 1, "{ticket:?} {context}");
                }
            }
        }
    }
}

#[test]
fn calls_wait_in_line_and_all_are_served() {
    for calls in 1..4 {
        let mut rules = slow(Some(calls));
        rules.calendar.lease = SimDuration::from_hours(1);
        rules.discipline.max_attempts = 50;
        let (calendar, facts) = run(&rules, 7, None);
        assert!(calendar.is_at_rest());
        assert_eq!(facts.iter().filter(|fact| matches!(fact, Fact::Dispatched { .. })).count(), 7);
    }
}

/// A ceiling of a minute and a half comes while the entry is being written, of which the hold lapses meanwhile.
#[test]
fn s6_after_a_write_that_fails_past_the_ceiling_nothing_follows() {
    let mut rules = slow(None);
    rules.calendar.lease = SimDuration::from_secs(25);
    rules.discipline.max_attempts = 5;
    rules.discipline.kind = DisciplineKind::of(SubagentSettings {
        window: SimDuration::ZERO,
        subagents: 1,
        split: Split::Even,
        max_in_flight: 1,
        sandbox_start: SimDuration::ZERO,
        ceiling: SimDuration::from_secs(100),
        token_budget: None,
        writes: Writes::Held,
        inside: Inside::Sequential,
    });
    let (_, facts) = run(&rules, 1, None);
    assert_eq!(facts.iter().filter(|fact| matches!(fact, Fact::Granted { .. })).count(), 1);
    let left =
        Fact::Unassigned { ticket: TicketId(0), agent: AgentId(0), reason: Reason::Timeout, attempts: 1 };
    assert!(facts.contains(&left), "{facts:?}");
}

/// The stages in their order, what each is wrong about, and where the ticket goes in the end.
#[test]
fn z1_triage_passes_its_stages_in_order_and_a_wrong_company_makes_contact_and_agreement_wrong() {
    use crate::domain::settings::Stage;

    let mut rules = slow(None);
    let stage = |error_rate| Some(StageSettings { latency: seconds(7), error_rate });
    for wrong_company in [1.0, 0.0] {
        let stages =
            [stage(wrong_company), stage(0.0), stage(1.0), stage(0.0), stage(0.0), stage(0.0), None, None];
        rules.triage = Some(TriageSettings { stages, ..TriageSettings::NOTHING });
        let burst = Arc::new(Burst { tickets: vec![Ticket::default()], ..Burst::default() });
        let mut triage = Triage::new(&rules).expect("there are stages");
        triage.begin(&Script { burst, streams: Streams::new(1, 0) });
        let mut out = Watch(Kernel::default(), Vec::new());
        triage.handle(ToTriage::Arrive { ticket: TicketId(0) }, &mut out);
        let mut handed_on = None;
        while let Some(delivery) = out.0.take_next() {
            match delivery {
                Delivery::Triage(message) => triage.handle(message, &mut out),
                Delivery::Dispatcher(_, message) => {
                    handed_on = Some((out.now().micros(), message));
                    triage.handle(ToTriage::Summarise { ticket: TicketId(0) }, &mut out);
                }
                other => panic!("{other:?}"),
            }
        }
        let wrong = wrong_company > 0.0;
        let expected = [
            (Stage::Company, wrong),
            (Stage::Priority, false),
            (Stage::Board, true),
            (Stage::Contact, wrong),
            (Stage::Agreement, wrong),
            (Stage::Summary, false),
        ];
        let triaged = |fact: &Fact| match fact {
            Fact::Triaged { stage, wrong, .. } => Some((*stage, *wrong)),
            _ => None,
        };
        assert_eq!(out.1.iter().filter_map(triaged).collect::<Vec<_>>(), expected);
        let Some((35_000_000, ToDispatcher::Triaged { found, .. })) = handed_on else {
            panic!("{handed_on:?}");
        };
        let Ticket { board, company, priority, .. } = *found;
        assert_eq!((board.0 == 0, company == 0, priority), (false, !wrong, Ticket::default().priority));
    }
}
