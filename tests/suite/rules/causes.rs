//! Where the dispatch delay goes: each part by hand, and all parts together in every shipped scenario.

use stampede::engine::Engine;
use stampede::metrics::catalog::position;
use stampede::results::Comparison;

use super::{PARALLEL, desk, herd, measured};
use crate::common::{compare, load, parse, shipped};

/// The parts, in the order of the catalog.
const PARTS: [&str; 6] =
    ["delay_triage", "delay_turn", "delay_ai", "delay_calendar", "delay_retries", "delay_provider"];

fn run(text: &str, settings: &[(&str, &str)]) -> Comparison {
    let once = [("experiment.replications", "1")];
    compare(parse(text, &[&once, settings].concat()), Engine::Direct, 1)
}

/// The parts of the first arm's first replication, in seconds.
fn parts(text: &str, settings: &[(&str, &str)]) -> [f64; 6] {
    let comparison = run(text, settings);
    let parts = PARTS.map(|key| measured(&comparison, 0, key).expect("a ticket has an owner"));
    let sum: f64 = parts.iter().sum();
    let delay = measured(&comparison, 0, "dispatch_delay.mean").expect("a ticket has an owner");
    assert!((sum - delay).abs() < 1e-5, "{parts:?} of {delay}");
    parts
}

#[test]
fn the_parts_add_up_to_the_delay_in_every_shipped_scenario() {
    for path in shipped() {
        let bench = path.parent().is_some_and(|folder| folder.ends_with("bench"));
        let replications = if bench { "1" } else { "4" };
        let settings = [("experiment.replications", replications), ("thresholds", "{}")];
        let comparison = compare(load(&path, &settings), Engine::Direct, 2);
        let place = |key| position(key).expect("in the catalog");
        for arm in &comparison.arms {
            for row in &arm.replications {
                let row = row.expect("it can be read");
                let parts: Vec<f64> = PARTS.iter().filter_map(|key| row.values[place(key)]).collect();
                let sum: f64 = parts.iter().sum();
                let at = format!("{} {}", path.display(), arm.name);
                match row.values[place("dispatch_delay.mean")] {
                    // Each is rounded to the microsecond.
                    Some(mean) => assert!((sum - mean).abs() < 1e-5, "{at}: {parts:?} of {mean}"),
                    None => assert!(parts.is_empty(), "{at}: {parts:?}"),
                }
                assert!(parts.iter().all(|part| *part >= 0.0), "{at}: {parts:?}");
            }
        }
    }
}

#[test]
fn where_nobody_gets_an_owner_there_are_no_parts() {
    let down = [("ranker.provider", "{ failure_rate = 1.0, max_tries = 1 }")];
    let comparison = run(&herd(3, 2, PARALLEL), &down);
    assert_eq!(PARTS.map(|key| measured(&comparison, 0, key)), [None; 6]);
}

#[test]
fn a_lost_race_costs_a_claim_and_where_no_pick_is_left_a_ranking() {
    let latencies = [("calendar.claim_latency", "\"10s\""), ("calendar.write_latency", "\"20s\"")];
    // The second of two tickets claims a second time, 10 seconds later.
    let walks = format!("{PARALLEL}alternatives = 3\n");
    assert_eq!(parts(&herd(2, 4, &walks), &latencies), [0.0, 0.0, 120.0, 30.0, 5.0, 0.0]);
    // Without an alternative it ranks again.
    let ranks = format!("{PARALLEL}alternatives = 0\n");
    assert_eq!(parts(&herd(2, 4, &ranks), &latencies), [0.0, 0.0, 120.0, 30.0, 65.0, 0.0]);
}

#[test]
fn under_optimistic_the_write_is_the_claim() {
    let text = herd(2, 1, "[[discipline]]\nkind = \"optimistic\"\n");
    let written = [("calendar.write_latency", "\"20s\"")];
    // The loser has written for 20 seconds in vain, ranks for 120 and writes again.
    assert_eq!(parts(&text, &written), [0.0, 0.0, 120.0, 20.0, 70.0, 0.0]);
}

#[test]
fn one_at_a_time_all_but_the_first_wait_for_their_turn() {
    for kind in ["sequential", "locked"] {
        let text = herd(3, 1, &format!("[[discipline]]\nkind = \"{kind}\"\n"));
        let read = [("calendar.read_latency", "\"3s\"")];
        assert_eq!(parts(&text, &read), [0.0, 123.0, 120.0, 3.0, 0.0, 0.0], "{kind}");
    }
}

#[test]
fn a_batch_waits_for_its_window_and_for_one_ranking() {
    let text = herd(4, 4, "[[discipline]]\nkind = \"batched\"\nwindow = \"5min\"\n");
    let read = [("calendar.read_latency", "\"3s\"")];
    assert_eq!(parts(&text, &read), [0.0, 300.0, 120.0, 3.0, 0.0, 0.0]);
}

#[test]
fn what_a_rule_takes_is_told_apart_from_the_read() {
    let by_rule = [
        ("calendar.read_latency", "\"3s\""),
        ("ranker.rule_latency", "\"7s\""),
        ("ranker.kind", "\"round-robin\""),
    ];
    assert_eq!(parts(&herd(2, 4, PARALLEL), &by_rule), [0.0, 0.0, 7.0, 3.0, 0.0, 0.0]);
}

#[test]
fn the_provider_makes_calls_wait_and_fails() {
    let text = herd(5, 9, &format!("{PARALLEL}alternatives = 8\n"));
    let read = ("calendar.read_latency", "\"3s\"");
    // Two calls a minute: 0, 0, 60, 60 and 120 seconds.
    let limited = [read, ("ranker.provider", "{ calls_per_minute = 2 }")];
    assert_eq!(parts(&text, &limited), [0.0, 0.0, 120.0, 3.0, 0.0, 48.0]);
    let failing = [
        read,
        ("ranker.provider", "{ failure_rate = 0.5, max_tries = 30, back_off = \"10s\" }"),
        ("dispatch.lead", "\"10h\""),
    ];
    let [.., ai, calendar, retries, provider] = parts(&text, &failing);
    assert_eq!((ai, calendar, retries), (120.0, 3.0, 0.0));
    // A failed call takes as long as another, and the first pause 10 seconds.
    assert!(provider > 0.0 && (5.0 * provider) % 10.0 == 0.0, "{provider}");
}

#[test]
fn triage_is_told_apart_and_a_team_gets_what_it_hands_on() {
    let triage = ("triage", "{ company = { latency = \"30s\" }, board = { latency = \"15s\" } }");
    assert_eq!(parts(&herd(2, 4, PARALLEL), &[triage]), [45.0, 0.0, 120.0, 0.0, 0.0, 0.0]);
    let team = herd(2, 4, PARALLEL).replace("buffer = \"0s\"", "mode = \"team-only\"");
    assert_eq!(parts(&team, &[triage]), [45.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
}

#[test]
fn the_ai_alone_works_and_what_does_not_fit_is_made_again() {
    let arm = "[[discipline]]\nkind = \"unsafe-parallel\"\n";
    let answers = |rework: &str| {
        parts(&desk(3, "", "technicians = 3", &format!("mode = \"read-only\"\nrework = {rework}"), arm), &[])
    };
    assert_eq!(answers("0.0"), [0.0, 0.0, 120.0, 0.0, 0.0, 0.0]);
    // The second is made again at once, and the third after it.
    assert_eq!(answers("1.0"), [0.0, 0.0, 120.0, 0.0, 120.0, 0.0]);
}

#[test]
fn the_parent_of_subagents_writes_one_at_a_time() {
    let text = herd(
        3,
        3,
        "[[discipline]]\nkind = \"subagents\"\nwindow = \"1min\"\nsubagents = 3\nsandbox_start = \"30s\"\nwrites = \"parent\"\n",
    );
    let settings = [("calendar.write_latency", "\"20s\""), ("dispatch.lead", "\"1h\"")];
    // A minute of the window and half a one of the sandbox; then each waits for those before it.
    let [triage, turn, ai, calendar, retries, provider] = parts(&text, &settings);
    assert_eq!((triage, turn, ai, provider), (0.0, 110.0, 120.0, 0.0));
    assert_eq!((calendar, retries), (20.0, 0.0));
}
