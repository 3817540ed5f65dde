//! The disciplines between one at a time and all at once, and the rankers. A ranking by the AI takes two minutes.

use std::collections::BTreeSet;
use std::sync::Arc;

use stampede::domain::{SimDuration, SimTime};
use stampede::engine::Engine;
use stampede::experiment::{Arena, Experiment};
use stampede::facts::{Fact, Record, Refusal};
use stampede::metrics::numbers::Numbers;
use stampede::results::spool::Store;

use super::{
    PARALLEL, SEQUENTIAL, booked, desk, dispatched, found, herd, log_of, measured, minutes, most_at_once,
    owners, people, when,
};
use crate::common::{about, compare, count, logs, parse};

const OPTIMISTIC: &str = "[[discipline]]\nkind = \"optimistic\"\n";
const LOCKED: &str = "[[discipline]]\nkind = \"locked\"\n";
const BATCHED: &str = "[[discipline]]\nkind = \"batched\"\n";
const PODS: &str = "[[discipline]]\nkind = \"pods\"\n";

/// Two teams without a common member, two technicians each, and tickets for both.
fn two_teams(discipline: &str) -> String {
    let teams = "[[desk.team]]\nname = \"Network\"\ntechnicians = 2\n[[desk.team]]\nname = \"Apps\"\ntechnicians = 2\n";
    desk(8, "boards = { Network = 1, Apps = 1 }", teams, "buffer = \"0s\"", discipline)
}

/// When each ticket of a board's dispatch began to look and when it ended, board by board.
fn turns_by_board(text: &str, begins: fn(&Fact) -> bool) -> [Vec<(i64, i64)>; 2] {
    let script = Experiment::prepare(parse(text, &[])).expect("valid").script(0);
    let log = log_of(text, &[]);
    let mut spans = [Vec::new(), Vec::new()];
    for (number, ticket) in (0..).zip(&script.burst.tickets) {
        let own: Vec<Record> = about(&log, number).copied().collect();
        let span = (when(&own, begins)[0], when(&own, |fact| matches!(fact, Fact::Dispatched { .. }))[0]);
        spans[ticket.board.index()].push(span);
    }
    assert!(spans.iter().all(|board| board.len() > 1), "both boards are busy: {spans:?}");
    spans
}

/// Two minutes each, one after the other from minute 0 on.
fn one_after_the_other(count: usize) -> Vec<(i64, i64)> {
    (0..count as i64).map(|number| (2 * number, 2 * number + 2)).collect()
}

#[test]
fn optimistic_refuses_a_calendar_that_has_changed_and_ranks_again_without_walking() {
    let log = log_of(&herd(3, 5, OPTIMISTIC), &[]);
    for ticket in 0..3_u16 {
        let (technician, attempts, rank, taken) = dispatched(&log, u32::from(ticket));
        assert_eq!(
            (technician.0, attempts, rank),
            (u32::from(ticket), ticket + 1, 1),
            "always the primary pick"
        );
        assert_eq!(taken, minutes(2) * i64::from(ticket + 1));
        let calls = about(&log, u32::from(ticket)).filter(|record| matches!(record.fact, Fact::Asked { .. }));
        assert_eq!(calls.count(), usize::from(ticket) + 1, "each lost race costs a call");
    }
    let refusals = found(&log, |fact| match *fact {
        Fact::Refused { ticket, technician, why, .. } => Some((ticket.0, technician.0, why)),
        _ => None,
    });
    let changed = Refusal::Changed;
    assert_eq!(refusals, [(2, (1, 0, changed)), (2, (2, 0, changed)), (4, (2, 1, changed))]);
    assert_eq!(count(&log, |fact| matches!(fact, Fact::Granted { .. })), 0, "nothing is held");
    assert_eq!(count(&log, |fact| matches!(fact, Fact::DoubleBooked { .. })), 0);
}

/// One technician and two agents, whose slots are hours apart.
#[test]
fn optimistic_refuses_a_change_that_would_not_have_been_in_the_way() {
    let late = "[[agent]]\nname = \"early\"\nboards = [\"Early\"]\n[[agent]]\nname = \"late\"\nboards = [\"Late\"]\nlead = \"4h\"\n";
    let teams = "technicians = 1\n[[desk.team]]\nname = \"All\"\nboards = [\"Early\", \"Late\"]\n";
    let text =
        desk(6, "boards = { Early = 1, Late = 1 }", teams, "buffer = \"0s\"", &format!("{late}{OPTIMISTIC}"));
    let log = log_of(&text, &[]);
    let first: Vec<(i64, (u32, u32, i64))> = booked(&log).into_iter().filter(|(at, _)| *at == 2).collect();
    assert_eq!(first.len(), 1, "one write passes, whatever the hour: {first:?}");
    assert_eq!(
        count(&log, |fact| matches!(fact, Fact::Refused { why: Refusal::Changed, .. })),
        5 + 4 + 3 + 2 + 1
    );
}

#[test]
fn locked_dispatches_of_a_team_go_one_after_the_other_and_those_of_disjoint_teams_overlap() {
    let text = two_teams(LOCKED);
    for board in turns_by_board(&text, |fact| matches!(fact, Fact::Locked { .. })) {
        assert_eq!(board, one_after_the_other(board.len()));
    }
    let log = log_of(&text, &[]);
    assert_eq!(when(&log, |fact| matches!(fact, Fact::Turn { .. })), [0; 8], "all wait at once");
    let waits = found(&log, |fact| match *fact {
        Fact::Locked { technicians: 2, waited, .. } => Some(waited),
        _ => None,
    });
    assert_eq!(waits.len(), 8, "everybody eligible is locked");
    assert!(waits.iter().all(|(at, waited)| minutes(*at) == *waited), "{waits:?}");
    assert_eq!(count(&log, |fact| matches!(fact, Fact::Refused { .. } | Fact::DoubleBooked { .. })), 0);
}

#[test]
fn locked_dispatches_of_teams_that_share_a_member_wait_for_each_other() {
    let team = people(&[("Ann", "teams = [\"Network\"]"), ("Ben", ""), ("Cid", "teams = [\"Apps\"]")]);
    let teams = format!("[[desk.team]]\nname = \"Network\"\n[[desk.team]]\nname = \"Apps\"\n{team}");
    let text = desk(8, "boards = { Network = 1, Apps = 1 }", &teams, "buffer = \"0s\"", LOCKED);
    let log = log_of(&text, &[]);
    let most = most_at_once(&log, |fact| match fact {
        Fact::Locked { .. } => 1,
        Fact::Booked { .. } => -1,
        _ => 0,
    });
    assert_eq!((most, booked(&log).len()), (1, 8));
}

#[test]
fn batched_tickets_are_ranked_in_one_call_and_none_is_booked_over_another() {
    let log = log_of(&herd(4, 5, BATCHED), &[]);
    assert_eq!(when(&log, |fact| matches!(fact, Fact::Asked { .. })), [2], "one call, when the window ends");
    assert_eq!(when(&log, |fact| matches!(fact, Fact::Booked { .. })), [4; 4]);
    let slots: BTreeSet<_> =
        booked(&log).iter().map(|(_, (_, technician, start))| (*technician, *start)).collect();
    assert_eq!(slots.len(), 4);
    let refused =
        |fact: &Fact| matches!(fact, Fact::Refused { .. } | Fact::Granted { .. } | Fact::DoubleBooked { .. });
    assert_eq!(count(&log, refused), 0);
    let waits = [("discipline.window", "\"7min\"")];
    assert_eq!(when(&log_of(&herd(4, 5, BATCHED), &waits), |fact| matches!(fact, Fact::Asked { .. })), [7]);
}

/// Tickets in the order in which their locks were complete.
fn in_order_of_locks(log: &[Record]) -> Vec<u32> {
    let locked = |fact: &Fact| if let Fact::Locked { ticket, .. } = fact { Some(ticket.0) } else { None };
    found(log, locked).into_iter().map(|(_, ticket)| ticket).collect()
}

/// Two teams of one, and one of both; ten minutes between a hold and the next.
#[test]
fn a_wide_request_for_locks_is_passed_by_narrow_ones_unless_the_first_come_is_the_first_served() {
    let team = people(&[("Ann", "teams = [\"Left\", \"Both\"]"), ("Ben", "teams = [\"Right\", \"Both\"]")]);
    let names = ["Left", "Right", "Both"];
    let teams: String = names.map(|name| format!("[[desk.team]]\nname = \"{name}\"\n")).concat() + &team;
    let burst = "boards = { Left = 3, Right = 3, Both = 1 }";
    let text = desk(14, burst, &teams, "buffer = \"0s\"", LOCKED);
    let script = Experiment::prepare(parse(&text, &[])).expect("valid").script(0);
    let board = |ticket: u32| script.burst.tickets[ticket as usize].board.0;
    let conflict = |one: u32, other: u32| board(one) == board(other) || board(one) == 2 || board(other) == 2;
    // Pairs of tickets that want the same technician, the later one served first.
    let passed = |queue: &str| {
        let log = log_of(&text, &[("discipline.queue", queue)]);
        let order = in_order_of_locks(&log);
        assert_eq!((order.len(), count(&log, |fact| matches!(fact, Fact::DoubleBooked { .. }))), (14, 0));
        let pairs = order.iter().enumerate().flat_map(|(place, &one)| {
            order[..place].iter().filter(move |&&earlier| earlier > one && conflict(earlier, one))
        });
        pairs.count()
    };
    assert_eq!(passed("\"first-come\""), 0);
    assert!(passed("\"per-technician\"") > 0);
    let plain = in_order_of_locks(&log_of(&text, &[]));
    assert_eq!(plain, in_order_of_locks(&log_of(&text, &[("discipline.queue", "\"per-technician\"")])));
}

const SUBAGENTS: &str = "[[discipline]]\nkind = \"subagents\"\nsubagents = 3\nmax_in_flight = 3\n";

/// How many tickets each batch, or each dispatch of a parent, has, and the minute in which it begins.
fn batches(log: &[Record]) -> Vec<(i64, usize)> {
    let sliced = when(log, |fact| matches!(fact, Fact::Sliced { .. }));
    let begun = if sliced.is_empty() { when(log, |fact| matches!(fact, Fact::Turn { .. })) } else { sliced };
    let mut batches: Vec<(i64, usize)> = Vec::new();
    for at in begun {
        match batches.last_mut() {
            Some((begun, tickets)) if *begun == at => *tickets += 1,
            _ => batches.push((at, 1)),
        }
    }
    batches
}

#[test]
fn a_window_never_cuts_an_instant_in_two() {
    let window = |length| ("discipline.window", length);
    // Triage hands tickets on one after the other, at the same instant.
    let triage = ("triage", "{ company = { latency = \"0s\" }, board = { latency = \"0s\" } }");
    for settings in [vec![window("\"0s\"")], vec![window("\"0s\""), triage], vec![window("\"3min\"")]] {
        let log = log_of(&herd(20, 20, BATCHED), &settings);
        assert_eq!(
            batches(&log).iter().map(|(_, tickets)| tickets).collect::<Vec<_>>(),
            [&20],
            "{settings:?}"
        );
        assert_eq!(count(&log, |fact| matches!(fact, Fact::Asked { .. })), 1, "one call: {settings:?}");
        let log = log_of(&herd(20, 20, SUBAGENTS), &settings);
        let dispatches = count(&log, |fact| matches!(fact, Fact::Resumed { .. }));
        let sliced = count(&log, |fact| matches!(fact, Fact::Sliced { .. }));
        assert_eq!((dispatches, sliced), (1, 20), "{settings:?}");
    }
}

/// The log of a desk of twenty where tickets come at these seconds.
fn log_of_arrivals(discipline: &str, settings: &[(&str, &str)], seconds: &[i64]) -> Vec<Record> {
    let experiment =
        Experiment::prepare(parse(&herd(seconds.len() as u32, 20, discipline), settings)).expect("valid");
    let mut script = experiment.script(0);
    for (ticket, &second) in Arc::make_mut(&mut script.burst).tickets.iter_mut().zip(seconds) {
        ticket.arrived_at = SimTime::ZERO + SimDuration::from_secs(second);
    }
    let rules = experiment.rules();
    Arena::new(&rules[0], Engine::Direct, &Numbers::default())
        .run(&script, Some(&Store::default()))
        .expect("there is room")
        .log
        .expect("the log was asked for")
        .to_vec()
        .expect("it can be read")
}

#[test]
fn what_comes_as_a_window_ends_is_in_it_whole() {
    for discipline in [BATCHED, SUBAGENTS] {
        let window = [("discipline.window", "\"5min\"")];
        let log = log_of_arrivals(discipline, &window, &[0, 0, 0, 300, 300, 300, 301]);
        let sizes: Vec<usize> = batches(&log).iter().map(|(_, tickets)| *tickets).collect();
        assert_eq!(sizes, [6, 1], "{discipline}");
    }
}

#[test]
fn after_a_resume_the_window_counts_from_the_first_ticket_that_waits() {
    // A ticket every half minute; the ranking of the first window's tickets takes from 3:00 to 5:00. 3:30 is the first
    // that waits then, and its window ends at 6:30; 7:00 is the next.
    let seconds: Vec<i64> = (0..16).map(|number| 30 * number).collect();
    let log = log_of_arrivals(BATCHED, &[("discipline.window", "\"3min\"")], &seconds);
    assert_eq!(batches(&log), [(3, 7), (6, 7), (10, 2)]);
    // A window that is over by then ends at once.
    let log = log_of_arrivals(BATCHED, &[("discipline.window", "\"1min\"")], &seconds);
    assert_eq!(batches(&log), [(1, 3), (3, 4), (5, 4), (7, 4), (9, 1)]);
    let one_each = [("discipline.window", "\"1min\""), ("discipline.inside", "\"parallel\"")];
    let log = log_of_arrivals(SUBAGENTS, &one_each, &seconds);
    assert_eq!(batches(&log), [(1, 3), (3, 4), (5, 4), (7, 4), (9, 1)]);
}

/// A ticket that anybody can do comes before one that only Ann can do. Greedy gives Ann the first.
#[test]
fn batched_tickets_without_a_slot_look_for_the_second_day_when_the_others_are_written() {
    // Half an hour each, every forty minutes, within a day from nine o'clock on: the second morning is in reach.
    let team = people(&[("Ann", ""), ("Ben", "")]);
    let text = desk(40, "", &team, "second_day = true", BATCHED);
    for seed in ["1", "2", "3"] {
        let settings = [("seed", seed), ("calendar.write_latency", "{ exponential = { mean = \"30s\" } }")];
        let log = log_of(&text, &settings);
        let second_day = count(&log, |fact| matches!(fact, Fact::Dispatched { rank: 0, .. }));
        assert!(second_day > 5, "{second_day}");
        assert_eq!(count(&log, |fact| matches!(fact, Fact::DoubleBooked { .. })), 0);
        assert_eq!(owners(&log).len(), 40);
    }
}

#[test]
fn batched_matching_beats_greedy_where_greedy_is_wrong() {
    let team = people(&[("Ann", ""), ("Ben", "teams = [\"Any\"]")]);
    let teams = format!("[[desk.team]]\nname = \"Any\"\n[[desk.team]]\nname = \"Only Ann\"\n{team}");
    let burst = "boards = { Any = 1, \"Only Ann\" = 1 }";
    let text = desk(2, burst, &teams, "buffer = \"0s\"", &format!("{SEQUENTIAL}{BATCHED}window = \"0s\"\n"));
    let experiment = Experiment::prepare(parse(&text, &[])).expect("valid");
    let boards = |replication| -> Vec<usize> {
        let script = experiment.script(replication);
        script.burst.tickets.iter().map(|ticket| ticket.board.index()).collect()
    };
    let replication = (0..50).find(|&number| boards(number) == [0, 1]).expect("one in four");
    let logs = logs(parse(&text, &[]), replication);
    // Greedy: Ann at 10, then Ann again when she is free. Matched: Ben and Ann at 10.
    assert_eq!(booked(&logs[0]), [(2, (0, 0, 10)), (4, (1, 0, 40))]);
    assert_eq!(booked(&logs[1]), [(2, (0, 1, 10)), (2, (1, 0, 10))]);
}

/// A document with a pod for each of two companies.
fn pods(document: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("pods.csv");
    std::fs::write(&path, document).expect("writable");
    let key = format!("pods = {:?}\n", path.to_str().expect("a plain path"));
    (folder, key)
}

#[test]
fn pods_run_one_at_a_time_inside_and_all_at_once_across() {
    let (_folder, key) = pods("pod,technician,customer\nRed,Ann,Acme\nRed,Ben,\nBlue,Cid,Bolt\nBlue,Dee,\n");
    let team = people(&[("Ann", ""), ("Ben", ""), ("Cid", ""), ("Dee", "")]);
    let text =
        desk(8, "companies = { Acme = 1, Bolt = 1 }", &format!("{key}{team}"), "buffer = \"0s\"", PODS);
    let script = Experiment::prepare(parse(&text, &[])).expect("valid").script(0);
    let log = log_of(&text, &[]);
    let mut spans = [Vec::new(), Vec::new()];
    for (number, ticket) in (0..).zip(&script.burst.tickets) {
        let own: Vec<Record> = about(&log, number).copied().collect();
        let begun = when(&own, |fact| matches!(fact, Fact::Turn { .. }))[0];
        spans[ticket.company as usize]
            .push((begun, when(&own, |fact| matches!(fact, Fact::Dispatched { .. }))[0]));
        let (owner, ..) = dispatched(&log, number);
        assert_eq!(owner.0 / 2, ticket.company, "each by its own pod");
    }
    assert!(spans.iter().all(|pod| pod.len() > 1), "{spans:?}");
    for pod in spans {
        assert_eq!(pod, one_after_the_other(pod.len()));
    }
    assert_eq!(count(&log, |fact| matches!(fact, Fact::Refused { .. } | Fact::DoubleBooked { .. })), 0);
}

#[test]
fn pods_race_only_for_technicians_whom_they_share() {
    let (_folder, key) = pods("pod,technician,customer\nRed,Ann,Acme\nBlue,Ann,Bolt\nBlue,Ben,\n");
    let team = people(&[("Ann", ""), ("Ben", "")]);
    let outcome = |writes: &str| {
        let arm = format!("{PODS}writes = \"{writes}\"\n");
        let burst = "companies = { Acme = 1, Bolt = 1 }";
        let log = log_of(&desk(8, burst, &format!("{key}{team}"), "buffer = \"0s\"", &arm), &[]);
        let refused = count(&log, |fact| matches!(fact, Fact::Refused { .. }));
        (refused > 0, count(&log, |fact| matches!(fact, Fact::DoubleBooked { .. })) > 0)
    };
    assert_eq!(outcome("held"), (true, false));
    assert_eq!(outcome("unsafe"), (false, true));
}

#[test]
fn pods_without_a_document_are_the_teams() {
    for board in turns_by_board(&two_teams(PODS), |fact| matches!(fact, Fact::Turn { .. })) {
        assert_eq!(board, one_after_the_other(board.len()));
    }
}

#[test]
fn least_loaded_picks_the_fewest_active_tickets_and_history_breaks_ties() {
    let team = people(&[
        ("Ann", "open = { New = 3 }\nhistory = { general = 1.0 }"),
        ("Ben", "open = { New = 1 }\nhistory = { general = 0.2 }"),
        ("Cid", "open = { New = 1 }\nhistory = { general = 0.9 }\nbusy = [\"08:00-12:00\"]"),
    ]);
    let text = desk(6, "", &team, "buffer = \"0s\"", SEQUENTIAL);
    let log = log_of(&text, &[("ranker.kind", "\"least-loaded\"")]);
    // Counts: 3 1 1, then 3 1 2, 3 2 2, 3 2 3, 3 3 3, and 4 3 3.
    assert_eq!(owners(&log), [(0, 2), (1, 1), (2, 2), (3, 1), (4, 0), (5, 2)]);
    assert_eq!(count(&log, |fact| matches!(fact, Fact::Asked { .. })), 0);
}

#[test]
fn least_loaded_counts_no_ticket_that_is_done() {
    let team = people(&[("Ann", "open = { New = 2 }"), ("Ben", "")]);
    // A ticket every two hours, with work two hours later: when the third comes, Ben has done the first of his two.
    let settings = [("ranker.kind", "\"least-loaded\""), ("ranker.rule_latency", "\"2h\"")];
    let log = log_of(&desk(3, "", &team, "buffer = \"0s\"\nlead = \"2h\"", SEQUENTIAL), &settings);
    assert_eq!(owners(&log), [(0, 1), (1, 1), (2, 1)], "one of his left, and two of hers");
}

#[test]
fn two_choices_puts_the_better_of_a_random_pair_first_and_the_rest_by_cost() {
    let settings = [("ranker.kind", "\"two-choices\""), ("discipline.alternatives", "9")];
    let log = log_of(&herd(200, 10, PARALLEL), &settings);
    let mut primaries = [0_u32; 10];
    for ticket in 0..200 {
        let order: Vec<u32> = about(&log, ticket)
            .filter_map(|record| match record.fact {
                Fact::Ranked { attempt: 1, technician, .. } => Some(technician.0),
                _ => None,
            })
            .collect();
        assert_eq!(order.len(), 10);
        assert!(order[0] < order[1], "all cost the same, so the desk's order decides");
        assert!(order[2..].is_sorted(), "{order:?}");
        primaries[order[0] as usize] += 1;
    }
    assert_eq!(primaries[9], 0, "the worst is never the better one");
    assert!(primaries[..8].iter().all(|count| *count > 0), "{primaries:?}");
    assert!(primaries[0] > primaries[6], "{primaries:?}");
}

#[test]
fn an_arm_may_have_a_ranker_of_its_own() {
    let arms = format!("{SEQUENTIAL}{PARALLEL}ranker = \"least-loaded\"\n");
    let comparison =
        compare(parse(&herd(4, 5, &arms), &[("experiment.replications", "1")]), Engine::Direct, 1);
    assert_eq!(
        (measured(&comparison, 0, "ai_calls"), measured(&comparison, 1, "ai_calls")),
        (Some(4.0), Some(0.0))
    );
}
