//! Legal scenarios at the edges: every ticket is accounted for, both engines agree, nothing panics.

use std::collections::BTreeMap;

use stampede::domain::{AgentId, TicketId};
use stampede::engine::Engine;
use stampede::facts::{Fact, Reason, Record};

use crate::common::{compare, count, logs, parse};

/// Three disciplines on a small desk.
const BASE: &str = r#"
    name = "extreme"
    start = "2026-11-23T08:00"
    time_zone = "America/New_York"
    [burst]
    tickets = 12
    arrivals = { uniform = { over = "10min" } }
    work = "25min"
    [desk]
    technicians = 3
    [ranker]
    latency = "2min"
    [[discipline]]
    kind = "sequential"
    [[discipline]]
    kind = "unsafe-parallel"
    [[discipline]]
    kind = "parallel"
    [experiment]
    replications = 2
    records = 1
"#;

/// Every ticket arrives once and ends once; every grant ends in a booking or is freed, once.
pub fn accounted_for(log: &[Record], context: &str) {
    let mut ends: BTreeMap<TicketId, u32> = BTreeMap::new();
    for record in log {
        match record.fact {
            Fact::Arrived { ticket } => assert!(ends.insert(ticket, 0).is_none(), "{context}"),
            Fact::Dispatched { ticket, .. }
            | Fact::Unassigned { ticket, .. }
            | Fact::Skipped { ticket, .. }
            | Fact::Merged { ticket, .. }
            | Fact::Answered { ticket, .. }
            | Fact::Queued { ticket, .. } => {
                *ends.get_mut(&ticket).expect("it arrived first") += 1;
            }
            _ => {}
        }
    }
    assert!(ends.values().all(|&times| times == 1), "{context}: {ends:?}");
    let granted = count(log, |fact| matches!(fact, Fact::Granted { .. }));
    let closed = count(log, |fact| matches!(fact, Fact::Freed { .. } | Fact::Booked { held: true, .. }));
    assert_eq!(granted, closed, "{context}");
    assert!(log.windows(2).all(|pair| pair[0].at <= pair[1].at), "{context}: time runs back");
}

/// Settings that a scenario may have, few of them sensible. The first text of each is left out of the scenario.
const CASES: [(&str, &[(&str, &str)]); 28] = [
    ("", &[]),
    ("", &[("dispatch.excluded_companies", "[\"company\"]")]),
    ("", &[("burst.tickets", "1"), ("experiment.replications", "1"), ("experiment.confidence", "0.9999")]),
    ("", &[("experiment.confidence", "0.5")]),
    ("", &[("burst.arrivals", "{ backlog = {} }"), ("ranker.latency", "\"0s\"")]),
    ("", &[("burst.arrivals", "{ uniform = { over = \"0s\" } }"), ("burst.work", "\"0s\"")]),
    // Most bursts are empty.
    ("tickets = 12\n", &[("burst.arrivals", "{ profile = { mean_counts = [0.001] } }")]),
    ("", &[("burst.arrivals", "{ uniform = { over = \"300000d\" } }")]),
    ("", &[("burst.arrivals", "{ poisson = { mean_gap = \"300000d\" } }")]),
    ("", &[("burst.work", "\"300000d\"")]),
    ("", &[("burst.work", "{ weibull = { scale = \"300000d\", shape = 0.0001 } }")]),
    ("", &[("dispatch.horizon", "\"10min\""), ("dispatch.lead", "\"10min\"")]),
    ("", &[("dispatch.horizon", "\"300000d\""), ("dispatch.lead", "\"300000d\"")]),
    (
        "",
        &[
            ("dispatch.horizon", "\"300000d\""),
            ("dispatch.lead", "\"300000d\""),
            ("desk.hours", "\"always\""),
        ],
    ),
    ("", &[("dispatch.buffer", "\"300000d\""), ("desk.hours", "\"always\"")]),
    ("", &[("dispatch.grid", "\"300000d\""), ("desk.hours", "\"always\"")]),
    ("", &[("dispatch.grid", "\"1us\"")]),
    ("", &[("desk.joined_days", "1")]),
    (
        "",
        &[
            ("desk.joined_days", "2"),
            ("dispatch.second_day", "true"),
            ("burst.arrivals", "{ uniform = { over = \"30h\" } }"),
        ],
    ),
    ("", &[("ranker.latency", "\"300000d\""), ("burst.tickets", "500")]),
    ("", &[("ranker.latency", "{ weibull = { scale = \"300000d\", shape = 0.0001 } }")]),
    ("", &[("ranker.temperature", "1e12"), ("ranker.w_start", "1e12")]),
    (
        "",
        &[
            ("ranker.w_start", "0.0"),
            ("ranker.w_load", "0.0"),
            ("ranker.w_history", "0.0"),
            ("ranker.w_peers", "0.0"),
        ],
    ),
    ("", &[("calendar.lease", "\"1us\""), ("calendar.claim_latency", "\"1us\"")]),
    ("", &[("calendar.lease", "\"300000d\"")]),
    (
        "",
        &[
            ("calendar.read_latency", "\"1h\""),
            ("calendar.claim_latency", "\"1h\""),
            ("calendar.write_latency", "\"1h\""),
        ],
    ),
    ("", &[("calendar.write_latency", "\"300000d\"")]),
    ("work = \"25min\"\n", &[]),
];

#[test]
fn no_legal_extreme_loses_a_ticket_or_parts_the_engines() {
    for (drop, settings) in CASES {
        let context = format!("without {drop:?}, with {settings:?}");
        assert!(BASE.contains(drop));
        let scenario = parse(&BASE.replace(drop, ""), settings);
        for log in logs(scenario.clone(), 0) {
            accounted_for(&log, &context);
        }
        let digests = |engine| -> Vec<_> {
            compare(scenario.clone(), engine, 2).arms.iter().map(|arm| arm.digest).collect()
        };
        assert_eq!(digests(Engine::Direct), digests(Engine::Actix), "{context}");
    }
}

#[test]
fn the_largest_number_of_attempts_is_counted_to_its_end() {
    let settings = [
        ("burst.tickets", "1"),
        ("ranker.latency", "\"0s\""),
        ("calendar.lease", "\"1us\""),
        ("calendar.write_latency", "\"1ms\""),
        ("experiment.replications", "1"),
        ("discipline", "[{ kind = \"parallel\", alternatives = 0, max_attempts = 10000 }]"),
    ];
    let log = &logs(parse(BASE, &settings), 0)[0];
    assert_eq!(count(log, |fact| matches!(fact, Fact::Freed { lapsed: true, .. })), 10_000);
    let (reason, attempts) = (Reason::AttemptsExhausted, 10_000);
    assert_eq!(
        log.last().map(|record| record.fact),
        Some(Fact::Unassigned { ticket: TicketId(0), agent: AgentId(0), reason, attempts })
    );
}
