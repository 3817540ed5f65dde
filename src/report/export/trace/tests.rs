//! Traces made from logs by hand: what each dispatch consists of, and which lane things are in.

use std::collections::BTreeMap;

use super::*;
use crate::domain::{AgentId, SimDuration, TicketId};
use crate::facts::{Fact, Reason, Record, Refusal};
use crate::report::tests::comparison;

/// The trace, and the names of its threads.
fn read(c: &Comparison) -> (Vec<Value>, BTreeMap<u64, String>) {
    let mut out = Vec::new();
    write(c, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(!text.chars().any(|c| text::is_hidden(c) && c != '\n'), "{text}");
    let all: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(all["displayTimeUnit"], "ms");
    let events = all["traceEvents"].as_array().unwrap().clone();
    let titles = events.iter().filter(|event| event["name"] == "thread_name");
    let title =
        |event: &Value| (event["tid"].as_u64().unwrap(), event["args"]["name"].as_str().unwrap().to_owned());
    let titles = titles.map(title).collect();
    (events, titles)
}

/// Thread, name, start and length of what happens, 0 for an instant, as far as a part of the thread's name goes.
fn slices(c: &Comparison, thread: &str) -> Vec<(String, String, i64, i64)> {
    let (events, titles) = read(c);
    let told = |event: &Value| {
        let title = titles[&event["tid"].as_u64().unwrap()].clone();
        let number = |key: &str| event[key].as_i64().unwrap();
        let taken = if event["ph"] == "i" { 0 } else { number("dur") };
        (title, event["name"].as_str().unwrap().to_owned(), number("ts"), taken)
    };
    let all = events.iter().filter(|event| event["ph"] == "X" || event["ph"] == "i").map(told);
    all.filter(|(title, ..)| title.contains(thread)).collect()
}

/// One arm with this log.
fn of(facts: &[(i64, Fact)]) -> Comparison {
    let mut c = comparison();
    c.arms.truncate(1);
    let record =
        |&(seconds, fact): &(i64, Fact)| Record { at: SimTime::from_micros(seconds * 1_000_000), fact };
    c.arms[0].recorded[0].records = facts.iter().map(record).collect();
    c
}

fn seconds(seconds: i64) -> SimDuration {
    SimDuration::from_micros(seconds * 1_000_000)
}

fn at(seconds: i64) -> SimTime {
    SimTime::from_micros(seconds * 1_000_000)
}

#[test]
fn a_dispatch_consists_of_what_it_waited_for() {
    let (ticket, ada, agent) = (TicketId(0), TechnicianId(0), AgentId(0));
    let asked = |attempt, answer| Fact::Asked { ticket, attempt, tokens: 9, answer_at: at(answer) };
    let ranked = |attempt, start| Fact::Ranked {
        ticket,
        attempt,
        rank: 1,
        technician: ada,
        start: at(start),
        cost: 0.0,
    };
    let looked = |attempt| Fact::Read { ticket, attempt, offered: 2 };
    let again = Fact::CallFailed { ticket, attempt: 1, tries: 1, again_at: Some(at(30)) };
    let refused = Fact::Refused { ticket, technician: ada, start: at(600), why: Refusal::Held, by: None };
    let c = of(&[
        (1, Fact::Arrived { ticket }),
        (5, Fact::Turn { ticket, agent }),
        (7, Fact::Locked { ticket, technicians: 2, waited: seconds(2) }),
        (7, looked(1)),
        (10, Fact::Throttled { ticket, attempt: 1, waited: seconds(3) }),
        (20, again),
        (30, asked(1, 40)),
        (40, ranked(1, 600)),
        (42, refused),
        (43, looked(2)),
        (43, asked(2, 50)),
        (50, ranked(2, 900)),
        (55, Fact::Booked { ticket, technician: ada, start: at(900), end: at(1800), held: true }),
        (
            60,
            Fact::Dispatched {
                ticket,
                technician: ada,
                attempts: 2,
                rank: 1,
                delay: seconds(59),
                taken: seconds(55),
            },
        ),
        (900, Fact::Started { ticket, technician: ada, waited: seconds(899), late: SimDuration::ZERO }),
        (1000, Fact::Interrupted { ticket, technician: ada, until: None }),
    ]);
    let named = |thread: &str| {
        let all = slices(&c, thread).into_iter();
        all.map(|(_, name, start, taken)| format!("{name} {}+{}", start / 1_000_000, taken / 1_000_000))
            .collect::<Vec<_>>()
    };
    assert_eq!(named("waiting"), ["T-001 1+4"]);
    assert_eq!(
        named("dispatch"),
        [
            "T-001 5+55",
            "locks 5+2",
            "provider 7+3",
            "AI 10+10",
            "back-off 20+10",
            "AI 30+10",
            "claims 40+3",
            "AI 43+7",
            "claims 50+10"
        ]
    );
    assert_eq!(named("AI"), ["T-001 10+10", "T-001 30+10", "T-001 43+7"]);
    assert_eq!(named("Ada: calendar"), ["T-001 900+900"]);
    assert_eq!(named("Ada: work"), ["T-001 900+100"]);
    let (events, _) = read(&c);
    let dispatch = events.iter().find(|event| event["args"]["outcome"] == "dispatched").unwrap();
    assert_eq!(
        dispatch["args"].to_string(),
        r#"{"ticket":"T-001","outcome":"dispatched","technician":"Ada","rank":1,"attempts":2,"refused":1}"#
    );
}

#[test]
fn what_overlaps_has_a_lane_of_its_own_and_what_has_not_ended_ends_with_the_log() {
    let agent = AgentId(0);
    let booked = |ticket, start, end| Fact::Booked {
        ticket: TicketId(ticket),
        technician: TechnicianId(1),
        start: at(start),
        end: at(end),
        held: false,
    };
    let turn = |ticket| Fact::Turn { ticket: TicketId(ticket), agent };
    let c = of(&[
        (0, Fact::Arrived { ticket: TicketId(0) }),
        (0, Fact::Arrived { ticket: TicketId(1) }),
        (0, Fact::Arrived { ticket: TicketId(2) }),
        (1, turn(0)),
        (2, turn(1)),
        (3, booked(0, 10, 30)),
        (4, booked(1, 20, 40)),
        (5, booked(2, 30, 50)),
        (6, Fact::Unassigned { ticket: TicketId(2), agent, reason: Reason::NoSlot, attempts: 0 }),
    ]);
    let told = |thread: &str| {
        let all = slices(&c, thread).into_iter();
        all.map(|(title, name, ..)| format!("{title}: {name}")).collect::<Vec<_>>()
    };
    assert_eq!(
        told("calendar"),
        ["Grace: calendar: T-001", "Grace: calendar 2: T-002", "Grace: calendar: T-003"]
    );
    assert_eq!(told("dispatch"), ["dispatch: T-001", "dispatch 2: T-002", "dispatch: T-003"]);
    assert_eq!(told("waiting"), ["waiting: T-001", "waiting 2: T-002", "waiting 3: T-003"]);
    let (events, _) = read(&c);
    let unfinished = events.iter().filter(|event| event["args"]["outcome"] == "unfinished");
    assert_eq!(
        unfinished.map(|event| event["dur"].as_i64().unwrap()).collect::<Vec<_>>(),
        [5_000_000, 4_000_000]
    );
}

#[test]
fn each_arm_is_a_process_whatever_it_is_called_and_no_thread_has_its_number() {
    let mut c = comparison();
    c.arms[1].name = "\"},\u{202e}</script>##[error]".to_owned();
    let (events, titles) = read(&c);
    let processes: Vec<&str> = events
        .iter()
        .filter(|event| event["name"] == "process_name")
        .map(|event| event["args"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        processes,
        [
            "sequential, replication 0",
            "\"},\u{202e}</script>##[error], replication 0",
            "parallel, replication 0"
        ]
    );
    assert!(titles.keys().all(|thread| *thread > 3));
    c.arms.iter_mut().for_each(|arm| arm.recorded.clear());
    assert_eq!(read(&c).0, Vec::<Value>::new());
}
