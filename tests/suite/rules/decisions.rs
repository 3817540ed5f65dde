//! What the design decides where the rules are silent.

use stampede::domain::{SimDuration, TechnicianId};
use stampede::facts::{Fact, Reason};

use super::{ALL, PARALLEL, dispatched, herd, minutes};
use crate::common::{about, count, logs, parse};

#[test]
fn a_double_booking_shows_as_waiting_because_the_technician_does_one_job_after_the_other() {
    let log = &logs(parse(&herd(2, 3, ALL), &[]), 0)[1];
    let late: Vec<SimDuration> = log
        .iter()
        .filter_map(|record| match record.fact {
            Fact::Started { late, .. } => Some(late),
            _ => None,
        })
        .collect();
    assert_eq!(late, [SimDuration::ZERO, minutes(30)]);
}

#[test]
fn a_job_that_would_start_after_hours_starts_the_next_morning() {
    let settings = [("burst.work", "\"9h\""), ("desk.technicians", "1")];
    let log = &logs(parse(&herd(2, 1, ALL), &settings), 0)[1];
    let starts: Vec<i64> = log
        .iter()
        .filter(|record| matches!(record.fact, Fact::Started { .. }))
        .map(|record| record.at.micros() / 60_000_000)
        .collect();
    // 08:10 to 17:10, ten minutes after hours; the next working day begins 24 hours after the first.
    assert_eq!(starts, [10, 24 * 60]);
}

#[test]
fn a_ticket_for_which_nobody_has_a_slot_is_left_without_asking_the_ranker() {
    // A quarter of an hour before closing time, and tomorrow is too far ahead.
    let settings = [("start", "\"2026-11-23T16:45\""), ("dispatch.horizon", "\"1h\"")];
    let log = &logs(parse(&herd(1, 1, PARALLEL), &settings), 0)[0];
    assert_eq!(count(log, |fact| matches!(fact, Fact::Unassigned { reason: Reason::NoSlot, .. })), 1);
    assert_eq!(count(log, |fact| matches!(fact, Fact::Asked { .. })), 0);
}

#[test]
fn concurrency_limits_how_many_dispatches_run() {
    let log = &logs(parse(&herd(9, 10, PARALLEL), &[("discipline.concurrency", "3")]), 0)[0];
    let (mut running, mut most) = (0_i32, 0);
    for record in log {
        match record.fact {
            Fact::Turn { .. } => running += 1,
            Fact::Dispatched { .. } | Fact::Unassigned { .. } => running -= 1,
            _ => {}
        }
        most = most.max(running);
    }
    assert_eq!((most, running), (3, 0));
    let sequential = &logs(parse(&herd(9, 10, ALL), &[]), 0)[0];
    assert_eq!(dispatched(sequential, 8).3, minutes(2), "its turn comes when the others are done");
    let turn = about(sequential, 8).find(|record| matches!(record.fact, Fact::Turn { .. })).map(|r| r.at);
    assert_eq!(turn.map(|at| at.micros() / 60_000_000), Some(16));
}

#[test]
fn a_hold_whose_lease_runs_out_before_the_write_lapses_and_the_dispatch_goes_on() {
    let settings = [
        ("calendar.write_latency", "\"5min\""),
        ("calendar.lease", "\"1min\""),
        ("discipline.max_attempts", "2"),
        ("discipline.alternatives", "1"),
    ];
    let log = &logs(parse(&herd(1, 2, PARALLEL), &settings), 0)[0];
    assert_eq!(count(log, |fact| matches!(fact, Fact::Granted { .. })), 4, "two picks in two attempts");
    assert_eq!(count(log, |fact| matches!(fact, Fact::Freed { lapsed: true, .. })), 4);
    assert_eq!(count(log, |fact| matches!(fact, Fact::Booked { .. })), 0);
    assert_eq!(count(log, |fact| matches!(fact, Fact::Unassigned { .. })), 1);
}

#[test]
fn a_snapshot_is_stale_from_the_moment_it_is_taken() {
    let settings = [("calendar.read_latency", "\"30s\"")];
    let log = &logs(parse(&herd(1, 2, PARALLEL), &settings), 0)[0];
    let read =
        log.iter().find(|record| matches!(record.fact, Fact::Read { .. })).map(|record| record.at.micros());
    assert_eq!(read, Some(0), "taken when asked");
    assert_eq!(dispatched(log, 0).3, minutes(2) + SimDuration::from_secs(30), "there half a minute later");
}

#[test]
fn a_dispatch_that_ends_without_an_owner_considers_nobody_any_more() {
    // Two technicians; the first ticket loses its lease and gives up before the second one comes.
    let settings = [
        ("burst.arrivals", "{ uniform = { over = \"2h\" } }"),
        ("ranker.latency", "\"1s\""),
        ("calendar.lease", "\"1s\""),
        ("calendar.write_latency", "\"2s\""),
        ("discipline", "[{ kind = \"parallel\", alternatives = 0, max_attempts = 1 }]"),
    ];
    let log = &logs(parse(&herd(2, 2, PARALLEL), &settings), 0)[0];
    let primaries: Vec<TechnicianId> = log
        .iter()
        .filter_map(|record| match record.fact {
            Fact::Ranked { technician, .. } => Some(technician),
            _ => None,
        })
        .collect();
    assert_eq!(count(log, |fact| matches!(fact, Fact::Unassigned { .. })), 2);
    assert_eq!(primaries, [TechnicianId(0); 2]);
}

#[test]
fn when_the_second_day_is_full_too_the_ticket_is_left_with_the_first_reason() {
    // No slot within the horizon today; nine hours tomorrow are eighteen slots.
    let settings =
        [("start", "\"2026-11-23T16:45\""), ("dispatch.horizon", "\"1h\""), ("dispatch.second_day", "true")];
    let log = &logs(parse(&herd(20, 1, PARALLEL), &settings), 0)[0];
    assert_eq!(count(log, |fact| matches!(fact, Fact::Dispatched { attempts: 1, rank: 0, .. })), 18);
    assert_eq!(
        count(log, |fact| matches!(fact, Fact::Unassigned { reason: Reason::NoSlot, attempts: 1, .. })),
        2
    );
}

#[test]
fn a_second_day_booking_follows_no_ranking_and_says_so() {
    let settings = [("discipline.max_attempts", "1"), ("dispatch.second_day", "true")];
    let log = &logs(parse(&herd(6, 10, PARALLEL), &settings), 0)[0];
    for ticket in 4..6 {
        let (_, attempts, rank, _) = dispatched(log, ticket);
        assert_eq!((attempts, rank), (1, 0), "all four picks were lost");
    }
}

#[test]
fn lengths_of_time_in_facts_are_those_between_facts() {
    let arms = "[[discipline]]\nkind = \"sequential\"\n[[discipline]]\nkind = \"unsafe-parallel\"\n\
                [[discipline]]\nkind = \"locked\"\n[[discipline]]\nkind = \"batched\"\n";
    let spread = ("burst.arrivals", "{ uniform = { over = \"10min\" } }");
    let slots = logs(parse(&herd(12, 5, arms), &[spread]), 0);
    let queue =
        logs(parse(&herd(12, 5, PARALLEL).replace("buffer = \"0s\"", "mode = \"team-only\""), &[spread]), 0);
    let (mut started, mut finished, mut given) = (0, 0, 0);
    for log in slots.iter().chain(&queue) {
        for ticket in 0..12 {
            let mut since = std::collections::BTreeMap::new();
            let mut slot = None;
            for record in about(log, ticket) {
                let now = record.at;
                let passed = |from: &str| now - since[from];
                match record.fact {
                    Fact::Dispatched { delay, taken, .. } => {
                        assert_eq!((delay, taken), (passed("arrived"), passed("turn")));
                        given += 1;
                    }
                    Fact::Queued { delay, .. } => {
                        assert_eq!(delay, passed("arrived"));
                        given += 1;
                    }
                    Fact::Locked { waited, .. } => assert_eq!(waited, passed("turn")),
                    Fact::Started { waited, late, .. } => {
                        let due = slot.unwrap_or(now);
                        assert_eq!((waited, late), (passed("arrived"), now - due));
                        started += 1;
                    }
                    Fact::Finished { resolved, worked, .. } => {
                        assert_eq!((resolved, worked), (passed("arrived"), passed("started")));
                        finished += 1;
                    }
                    Fact::Booked { start, .. } => slot = Some(start),
                    _ => {}
                }
                let name = match record.fact {
                    Fact::Arrived { .. } => "arrived",
                    Fact::Turn { .. } => "turn",
                    Fact::Started { .. } => "started",
                    _ => continue,
                };
                since.insert(name, now);
            }
        }
    }
    assert_eq!((started, finished, given), (60, 60, 60));
}
