//! The mode `team-only` (Z9): technicians pull from their teams' queues.

use std::collections::{BTreeMap, BTreeSet};

use stampede::domain::{TechnicianId, TicketId};
use stampede::facts::Fact;

use crate::common::{count, logs, parse};

#[test]
fn z9_technicians_pull_from_the_queue_first_in_first_out_within_a_priority() {
    let text = r#"
        name = "queue"
        [burst]
        tickets = 60
        arrivals = { uniform = { over = "20min" } }
        work = "10min"
        priorities = { 1 = 0.3, 3 = 0.7 }
        [desk]
        technicians = 2
        hours = "always"
        [dispatch]
        mode = "team-only"
        [[discipline]]
        kind = "sequential"
    "#;
    let scenario = parse(text, &[]);
    let script = stampede::experiment::Experiment::prepare(scenario.clone()).expect("valid").script(0);
    let log = &logs(scenario, 0)[0];
    let mut waiting = BTreeSet::new();
    let (mut busy, mut most) = (0, 0);
    for record in log {
        match record.fact {
            Fact::Queued { ticket, .. } => {
                waiting.insert((script.burst.ticket(ticket).priority, ticket));
            }
            Fact::Started { ticket, .. } => {
                assert_eq!(
                    waiting.pop_first().map(|first| first.1),
                    Some(ticket),
                    "the most urgent, then the oldest"
                );
                busy += 1;
                most = most.max(busy);
            }
            Fact::Finished { .. } => busy -= 1,
            _ => {}
        }
    }
    assert_eq!((most, busy, waiting.len()), (2, 0, 0));
}

#[test]
fn z9_a_ticket_that_comes_after_hours_is_pulled_when_the_next_shift_begins() {
    let text = r#"
        name = "late"
        start = "2026-11-23T16:55"
        [burst]
        tickets = 3
        arrivals = { backlog = {} }
        work = "10min"
        [desk]
        technicians = 1
        [dispatch]
        mode = "team-only"
        [[discipline]]
        kind = "sequential"
    "#;
    let log = &logs(parse(text, &[]), 0)[0];
    let starts: Vec<i64> = log
        .iter()
        .filter(|record| matches!(record.fact, Fact::Started { .. }))
        .map(|record| record.at.micros() / 60_000_000)
        .collect();
    // 16:55, then 08:00 and 08:10 of the next day.
    assert_eq!(starts, [0, 15 * 60 + 5, 15 * 60 + 15]);
}

/// Two boards whose teams overlap, hours in three zones, two priorities, two days.
const BOARDS: &str = r#"
    name = "boards"
    start = "2026-11-23T08:00"
    time_zone = "America/New_York"
    [burst]
    tickets = 150
    arrivals = { uniform = { over = "26h" } }
    work = { exponential = { mean = "25min" } }
    priorities = { 1 = 0.3, 3 = 0.7 }
    boards = { Network = 1.0, Apps = 1.0 }
    [desk]
    [[desk.team]]
    name = "Network"
    [[desk.team]]
    name = "Apps"
    [[desk.technician]]
    name = "Ann"
    teams = ["Network"]
    [[desk.technician]]
    name = "Ben"
    time_zone = "Europe/London"
    [[desk.technician]]
    name = "Cid"
    teams = ["Apps", "Network"]
    time_zone = "America/Los_Angeles"
    [[desk.technician]]
    name = "Dee"
    teams = ["Apps"]
    hours = "14:00-22:00"
    [dispatch]
    mode = "team-only"
    [[discipline]]
    kind = "sequential"
"#;

/// Nobody who works at this hour is idle while a ticket waits for a team of theirs; whoever pulls takes the most urgent
/// and then the oldest ticket of their teams; and in the end every ticket is done.
/// Everybody's day begins with all tickets there, some of them booked and some in the queue.
#[test]
fn z9_a_ticket_does_not_wait_for_somebody_who_begins_a_booked_job() {
    let text = r#"
        name = "mixed"
        start = "2026-11-23T07:00"
        [burst]
        tickets = 6
        arrivals = { uniform = { over = "10min" } }
        work = "2h"
        boards = { Slots = 1, Pull = 1 }
        [desk]
        hours = "08:00-17:00"
        [[desk.team]]
        name = "All"
        boards = ["Slots", "Pull"]
        technicians = 7
        [[agent]]
        name = "slots"
        boards = ["Slots"]
        [[agent]]
        name = "pull"
        boards = ["Pull"]
        mode = "team-only"
        [ranker]
        latency = "1min"
        [[discipline]]
        kind = "sequential"
    "#;
    for replication in 0..10 {
        let log = &logs(parse(text, &[]), replication)[0];
        let started: Vec<i64> = log
            .iter()
            .filter(|record| matches!(record.fact, Fact::Started { .. }))
            .map(|record| record.at.micros() / 60_000_000)
            .collect();
        assert_eq!(started, [60; 6], "seven people, six tickets");
    }
}

#[test]
fn z9_over_several_teams_and_hours_nobody_is_idle_while_a_ticket_waits() {
    let experiment = stampede::experiment::Experiment::prepare(parse(BOARDS, &[])).expect("valid");
    let desk = std::sync::Arc::clone(&experiment.rules()[0].desk);
    let works =
        |technician: TechnicianId, at| desk.hours[desk.technicians[technician.index()].hours].open_at(at);
    for replication in 0..20 {
        let script = experiment.script(replication);
        let log = &logs(parse(BOARDS, &[]), replication)[0];
        let mut waiting: BTreeMap<TicketId, _> = BTreeMap::new();
        let mut busy = BTreeSet::new();
        for (number, record) in log.iter().enumerate() {
            match record.fact {
                Fact::Queued { ticket, team, .. } => drop(waiting.insert(ticket, team)),
                Fact::Started { ticket, technician, .. } => {
                    let teams = &desk.technicians[technician.index()].teams;
                    let first = waiting
                        .iter()
                        .filter(|(_, team)| teams.contains(team))
                        .map(|(&ticket, _)| (script.burst.ticket(ticket).priority, ticket))
                        .min();
                    assert_eq!(first.map(|first| first.1), Some(ticket));
                    assert!(busy.insert(technician) && works(technician, record.at));
                    waiting.remove(&ticket);
                }
                Fact::Finished { technician, .. } => assert!(busy.remove(&technician)),
                _ => {}
            }
            // When all that happens at this instant has happened.
            if log.get(number + 1).is_none_or(|next| next.at > record.at) {
                for (id, technician) in (0..).map(TechnicianId).zip(&desk.technicians) {
                    let work = waiting.values().any(|team| technician.teams.contains(team));
                    let idle = !busy.contains(&id) && works(id, record.at);
                    assert!(!(work && idle), "{id:?} is idle at {:?}", record.at);
                }
            }
        }
        assert_eq!(count(log, |fact| matches!(fact, Fact::Finished { .. })), 150);
    }
}

#[test]
fn a_queue_replay_without_work_ends_in_the_queue() {
    let text = BOARDS.replace("work = { exponential = { mean = \"25min\" } }\n", "");
    let log = &logs(parse(&text, &[]), 0)[0];
    assert_eq!(count(log, |fact| matches!(fact, Fact::Queued { .. })), 150);
    assert_eq!(count(log, |fact| matches!(fact, Fact::Started { .. } | Fact::Finished { .. })), 0);
}

#[test]
fn an_earlier_shift_is_not_missed_because_a_later_one_was_planned_first() {
    let text = r#"
        name = "shifts"
        start = "2026-11-23T06:00"
        [burst]
        tickets = 40
        arrivals = { uniform = { over = "30min" } }
        work = "1min"
        boards = { Late = 1, Early = 1 }
        [desk]
        [[desk.team]]
        name = "Late"
        [[desk.team]]
        name = "Early"
        [[desk.technician]]
        name = "Ann"
        teams = ["Late"]
        hours = "10:00-17:00"
        [[desk.technician]]
        name = "Ben"
        teams = ["Early"]
        hours = "09:00-17:00"
        [dispatch]
        mode = "team-only"
        [[discipline]]
        kind = "sequential"
    "#;
    let mut late_came_first = 0;
    for replication in 0..8 {
        let log = &logs(parse(text, &[]), replication)[0];
        let first_start = |who: u32| {
            log.iter().find_map(|record| match record.fact {
                Fact::Started { technician: TechnicianId(id), .. } if id == who => {
                    Some(record.at.micros() / 60_000_000)
                }
                _ => None,
            })
        };
        assert_eq!((first_start(0), first_start(1)), (Some(4 * 60), Some(3 * 60)));
        let first = log.iter().find_map(|record| match record.fact {
            Fact::Queued { team, .. } => Some(team.0),
            _ => None,
        });
        late_came_first += u32::from(first == Some(0));
    }
    assert!((1..8).contains(&late_came_first), "both orders are tried: {late_came_first}");
}
