//! The rules of Parallel Dispatch, by their ids, and what the design decides where the rules are silent.

use std::collections::{BTreeMap, BTreeSet};

use stampede::domain::{SimDuration, TechnicianId, TicketId};
use stampede::engine::Engine;
use stampede::kernel::log::{Fact, Reason, Record, Refusal, Test};

use crate::common::{about, compare, count, load, logs, parse, project};

/// `tickets` tickets that all wait at opening; every ranking alike; a ranking takes exactly two minutes.
fn herd(tickets: u32, technicians: u32, disciplines: &str) -> String {
    format!(
        r#"
        name = "herd"
        [burst]
        tickets = {tickets}
        arrivals = {{ backlog = {{}} }}
        work = "30min"
        [desk]
        technicians = {technicians}
        [dispatch]
        lead = "10min"
        buffer = "0s"
        [ranker]
        w_load = 0.0
        w_history = 0.0
        latency = "2min"
        {disciplines}
        "#
    )
}

const ALL: &str = r#"
[[discipline]]
kind = "sequential"
[[discipline]]
kind = "unsafe-parallel"
[[discipline]]
kind = "parallel"
peer_awareness = 0.0
"#;

const PARALLEL: &str = "[[discipline]]\nkind = \"parallel\"\npeer_awareness = 0.0\n";

fn minutes(count: i64) -> SimDuration {
    SimDuration::from_mins(count)
}

/// The first dispatch of a ticket: who, attempts, rank, time taken.
fn dispatched(log: &[Record], ticket: u32) -> (TechnicianId, u16, u16, SimDuration) {
    about(log, ticket)
        .find_map(|record| match record.fact {
            Fact::Dispatched { technician, attempts, rank, taken, .. } => {
                Some((technician, attempts, rank, taken))
            }
            _ => None,
        })
        .expect("the ticket has an owner")
}

#[test]
fn n1_without_protection_two_dispatches_of_one_snapshot_book_the_same_slot_silently() {
    let log = &logs(parse(&herd(2, 3, ALL), &[]), 0)[1];
    let slots: BTreeSet<_> = log
        .iter()
        .filter_map(|record| match record.fact {
            Fact::Booked { technician, start, held, .. } => Some((technician, start, held)),
            _ => None,
        })
        .collect();
    assert_eq!(slots.len(), 1, "both tickets in one slot");
    assert_eq!(count(log, |fact| matches!(fact, Fact::DoubleBooked { peers: 1, .. })), 2);
    assert_eq!(count(log, |fact| matches!(fact, Fact::Refused { .. })), 0, "nobody was told");
}

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
fn n2_a_slot_is_claimed_by_one_ticket_only() {
    for replication in 0..20 {
        let log = &logs(load(&project("scenarios/herd.toml"), &[]), replication)[2];
        assert_eq!(count(log, |fact| matches!(fact, Fact::DoubleBooked { .. })), 0);
        let mut slots: Vec<_> = log
            .iter()
            .filter_map(|record| match record.fact {
                Fact::Booked { technician, start, end, .. } => Some((technician, start, end)),
                _ => None,
            })
            .collect();
        assert_eq!(slots.len(), 30);
        slots.sort_unstable();
        assert!(slots.windows(2).all(|pair| pair[0].0 != pair[1].0 || pair[0].2 <= pair[1].1));
    }
}

#[test]
fn n3_the_slot_is_held_when_it_is_picked_not_when_the_entry_is_written() {
    let settings = [("calendar.write_latency", "\"5min\""), ("calendar.lease", "\"10min\"")];
    let log = &logs(parse(&herd(2, 2, PARALLEL), &settings), 0)[0];
    let at = |fits: fn(&Fact) -> bool| {
        log.iter().find(|record| fits(&record.fact)).map(|record| record.at.micros() / 60_000_000)
    };
    assert_eq!(at(|fact| matches!(fact, Fact::Granted { .. })), Some(2), "held with the answer");
    assert_eq!(
        at(|fact| matches!(fact, Fact::Refused { why: Refusal::Held, by: Some(TicketId(0)), .. })),
        Some(2)
    );
    assert_eq!(
        at(|fact| matches!(fact, Fact::Booked { held: true, .. })),
        Some(7),
        "written five minutes later"
    );
}

#[test]
fn n4_a_lost_race_walks_the_alternatives_without_reranking_and_costs_a_claim_round_trip() {
    let settings = [("calendar.claim_latency", "\"3s\"")];
    let log = &logs(parse(&herd(4, 6, PARALLEL), &settings), 0)[0];
    for ticket in 0..4 {
        let (technician, attempts, rank, taken) = dispatched(log, ticket);
        assert_eq!((technician, attempts, rank), (TechnicianId(ticket), 1, ticket as u16 + 1));
        assert_eq!(taken, minutes(2) + SimDuration::from_secs(3) * i64::from(rank));
        assert_eq!(about(log, ticket).filter(|record| matches!(record.fact, Fact::Asked { .. })).count(), 1);
    }
}

#[test]
fn n5_peer_awareness_spreads_the_primary_picks() {
    let primaries = |awareness: &str| {
        let settings = [("discipline.peer_awareness", awareness), ("ranker.w_peers", "1.0")];
        let log = &logs(parse(&herd(5, 20, PARALLEL), &settings), 0)[0];
        log.iter()
            .filter_map(|record| match record.fact {
                Fact::Ranked { rank: 1, attempt: 1, technician, .. } => Some(technician),
                _ => None,
            })
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(primaries("0.0").len(), 1, "everybody picks the same technician");
    assert_eq!(primaries("1.0").len(), 5, "everybody picks somebody else");
}

#[test]
fn n6_where_nothing_is_booked_there_is_nothing_to_hold_and_the_run_says_so() {
    let text = r#"
        name = "team-only"
        [burst]
        tickets = 20
        arrivals = { uniform = { over = "10min" } }
        work = "10min"
        [desk]
        technicians = 3
        [dispatch]
        mode = "team-only"
        [[discipline]]
        kind = "sequential"
        [[discipline]]
        kind = "parallel"
        [experiment]
        replications = 3
    "#;
    let comparison = compare(parse(text, &[]), Engine::Direct, 1);
    assert!(
        comparison.warnings.iter().any(|warning| warning.contains("nothing to hold")),
        "{:?}",
        comparison.warnings
    );
    assert_eq!(comparison.arms[0].digest, comparison.arms[1].digest);
    let booking = parse(&herd(2, 2, PARALLEL), &[("experiment.replications", "1")]);
    assert_eq!(compare(booking, Engine::Direct, 1).warnings, Vec::<String>::new());
}

#[test]
fn n7_one_at_a_time_protection_changes_nothing() {
    let disciplines =
        "[[discipline]]\nkind = \"sequential\"\n[[discipline]]\nkind = \"parallel\"\nconcurrency = 1\n";
    for replication in 0..10 {
        let logs = logs(
            parse(&herd(8, 3, disciplines), &[("ranker.temperature", "0.5"), ("ranker.w_peers", "0.0")]),
            replication,
        );
        let owners: Vec<Vec<Record>> = logs
            .iter()
            .map(|log| {
                let ends =
                    |record: &&Record| matches!(record.fact, Fact::Dispatched { .. } | Fact::Started { .. });
                log.iter().filter(ends).copied().collect()
            })
            .collect();
        assert_eq!(owners[0], owners[1]);
        assert_eq!(owners[0].len(), 16);
    }
}

#[test]
fn n8_when_every_alternative_is_lost_the_dispatch_retries_from_fresh_calendars() {
    let log = &logs(parse(&herd(6, 10, PARALLEL), &[]), 0)[0];
    // Four win with the first ranking; the other two lose all four picks and rank anew, two minutes later.
    for ticket in 4..6 {
        let (technician, attempts, rank, taken) = dispatched(log, ticket);
        assert_eq!((attempts, taken), (2, minutes(4)));
        assert_eq!(
            (technician, rank),
            (TechnicianId(ticket), ticket as u16 - 3),
            "the calendars were read again"
        );
        assert_eq!(about(log, ticket).filter(|record| matches!(record.fact, Fact::Asked { .. })).count(), 2);
        assert_eq!(about(log, ticket).filter(|record| matches!(record.fact, Fact::Read { .. })).count(), 2);
    }
}

#[test]
fn n8_after_the_last_attempt_the_ticket_is_left_with_the_reason() {
    let log = &logs(parse(&herd(6, 10, PARALLEL), &[("discipline.max_attempts", "1")]), 0)[0];
    for ticket in 4..6 {
        let left =
            Fact::Unassigned { ticket: TicketId(ticket), reason: Reason::AttemptsExhausted, attempts: 1 };
        assert_eq!(about(log, ticket).last().map(|record| record.fact), Some(left));
    }
    assert_eq!(count(log, |fact| matches!(fact, Fact::Dispatched { .. })), 4);
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
fn n9_protection_does_not_change_the_ranking() {
    for replication in 0..10 {
        let logs = logs(parse(&herd(12, 8, ALL), &[("ranker.temperature", "1.0")]), replication);
        let rankings = |log: &[Record]| -> Vec<Fact> {
            log.iter()
                .map(|record| record.fact)
                .filter(|fact| matches!(fact, Fact::Ranked { attempt: 1, .. }))
                .collect()
        };
        assert_eq!(rankings(&logs[1]).len(), 48);
        assert_eq!(rankings(&logs[1]), rankings(&logs[2]));
    }
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

/// Four companies on two boards; what is dispatched depends on the trigger.
fn skipped(trigger: &str) -> Vec<(u32, Test)> {
    let text = format!(
        r#"
        name = "trigger"
        [burst]
        tickets = 200
        arrivals = {{ uniform = {{ over = "10min" }} }}
        companies = {{ Acme = 1, Bolt = 1, Cog = 1 }}
        boards = {{ Network = 1, Print = 1 }}
        [desk]
        [[desk.team]]
        name = "Network"
        technicians = 9
        [[desk.team]]
        name = "Print"
        technicians = 9
        [dispatch]
        {trigger}
        [[discipline]]
        kind = "parallel"
        "#
    );
    let log = logs(parse(&text, &[]), 0).swap_remove(0);
    let skipped: Vec<(u32, Test)> = log
        .iter()
        .filter_map(|record| match record.fact {
            Fact::Skipped { ticket, test, .. } => Some((ticket.0, test)),
            _ => None,
        })
        .collect();
    assert_eq!(
        count(&log, |fact| matches!(fact, Fact::Turn { .. })),
        200 - skipped.len(),
        "skipped or dispatched"
    );
    skipped
}

#[test]
fn z1_a_ticket_is_dispatched_only_if_it_passes_the_trigger_and_the_log_says_which_test_failed() {
    assert_eq!(skipped(""), []);
    let by = |trigger: &str, test: Test| {
        let skipped = skipped(trigger);
        assert!(skipped.iter().all(|(_, failed)| *failed == test), "{trigger}: {skipped:?}");
        skipped.len()
    };
    assert!((70..130).contains(&by("boards = [\"Network\"]", Test::Board)));
    assert_eq!(by("statuses = [\"New\"]", Test::Status), 0);
    assert!((100..167).contains(&by("companies = [\"Acme\"]", Test::Company)));
    assert!((40..95).contains(&by("excluded_companies = [\"Acme\"]", Test::ExcludedCompany)));
}

#[test]
fn z11_exclusion_wins_over_inclusion() {
    let both = skipped("companies = [\"Acme\", \"Bolt\"]\nexcluded_companies = [\"Acme\"]");
    let excluded = skipped("excluded_companies = [\"Acme\"]");
    let of = |test| {
        both.iter().filter(|(_, failed)| *failed == test).map(|(ticket, _)| *ticket).collect::<Vec<_>>()
    };
    assert_eq!(of(Test::ExcludedCompany), excluded.iter().map(|(ticket, _)| *ticket).collect::<Vec<_>>());
    assert!((40..95).contains(&of(Test::Company).len()), "those of Cog");
}

#[test]
fn a_trigger_that_names_what_nobody_knows_is_refused() {
    for trigger in ["boards=[\"Netwrk\"]", "statuses=[\"Open\"]", "companies=[\"Acne\"]"] {
        let scenario = parse(
            &herd(2, 2, PARALLEL),
            &[(
                &format!("dispatch.{}", trigger.split('=').next().unwrap_or_default()),
                trigger.split('=').nth(1).unwrap_or_default(),
            )],
        );
        let error = stampede::experiment::Experiment::prepare(scenario).err().map(|error| error.to_string());
        assert!(error.is_some_and(|text| text.contains("they know")), "{trigger}");
    }
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

#[test]
fn a_second_day_booking_follows_no_ranking_and_says_so() {
    let settings = [("discipline.max_attempts", "1"), ("dispatch.second_day", "true")];
    let log = &logs(parse(&herd(6, 10, PARALLEL), &settings), 0)[0];
    for ticket in 4..6 {
        let (_, attempts, rank, _) = dispatched(log, ticket);
        assert_eq!((attempts, rank), (1, 0), "all four picks were lost");
    }
}
