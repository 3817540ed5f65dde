//! The rules of Dispatch Subagents, by their ids. A parent collects tickets for a minute; a ranking takes two.

use std::collections::{BTreeMap, BTreeSet};

use stampede::domain::{SpecId, TicketId};
use stampede::engine::Engine;
use stampede::experiment::Experiment;
use stampede::facts::{Fact, Reason, Record, SpecStatus};

use super::{
    SEQUENTIAL, booked, found, herd, log_of, measured, minute, most_at_once, refusal, table_of, when,
};
use crate::common::{about, compare, count, parse};

/// A discipline `subagents` with these keys.
fn subagents(keys: &str) -> String {
    format!("[[discipline]]\nkind = \"subagents\"\n{keys}\n")
}

fn is_of_a_subagent(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::SpecQueued { .. }
            | Fact::Sliced { .. }
            | Fact::SpecStarted { .. }
            | Fact::SpecEnded { .. }
            | Fact::Resumed { .. }
            | Fact::Rejected { .. }
    )
}

/// How each subagent ended, with the minute: spec, status, tickets worked through, tokens.
fn ends(log: &[Record]) -> Vec<(i64, (u32, SpecStatus, u32, u64))> {
    found(log, |fact| match *fact {
        Fact::SpecEnded { spec, status, done, tokens } => Some((spec.0, status, done, tokens)),
        _ => None,
    })
}

/// The tickets that were left: ticket, reason, attempts made.
fn left(log: &[Record]) -> Vec<(i64, (u32, Reason, u16))> {
    found(log, |fact| match *fact {
        Fact::Unassigned { ticket, reason, attempts, .. } => Some((ticket.0, reason, attempts)),
        _ => None,
    })
}

#[test]
fn s1_nobody_fans_out_unless_the_scenario_asks_for_it() {
    for kind in ["sequential", "unsafe-parallel", "parallel", "optimistic", "locked", "batched", "pods"] {
        let log = log_of(&herd(4, 9, &format!("[[discipline]]\nkind = \"{kind}\"\n")), &[]);
        assert_eq!(count(&log, is_of_a_subagent), 0, "{kind}");
        assert_eq!(booked(&log).len(), 4, "{kind}");
    }
    for preset in ["neo", "zofiq"] {
        let arms = parse(&format!("preset = \"{preset}\"\n{}", herd(2, 2, "")), &[]).disciplines;
        assert!(!arms.is_empty() && arms.iter().all(|arm| arm.name != "subagents"), "{preset}");
    }
}

#[test]
fn s1_each_spec_has_an_id_of_its_own_and_its_slice_of_the_tickets() {
    let arrivals = [("burst.arrivals", "{ uniform = { over = \"1h\" } }")];
    let log = log_of(&herd(40, 20, &subagents("subagents = 4")), &arrivals);
    let mut slices: BTreeMap<SpecId, (u32, Vec<TicketId>)> = BTreeMap::new();
    let mut dispatches = 0;
    for record in &log {
        match record.fact {
            Fact::SpecQueued { spec, dispatch, tickets } => {
                assert!(slices.insert(spec, (tickets, Vec::new())).is_none(), "{spec:?} is there twice");
                dispatches = dispatch;
            }
            Fact::Sliced { ticket, spec } => slices.get_mut(&spec).expect("asked for").1.push(ticket),
            _ => {}
        }
    }
    assert!(dispatches > 3, "{dispatches}");
    assert!(slices.values().all(|(tickets, slice)| *tickets as usize == slice.len() && !slice.is_empty()));
    let all: Vec<TicketId> = slices.values().flat_map(|(_, slice)| slice.iter().copied()).collect();
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 40);
    assert_eq!(all.len(), 40, "every ticket is in one slice");
}

#[test]
fn s2_a_dispatch_has_five_slices_unless_it_says_otherwise_and_they_are_even() {
    let sizes = |keys: &str| -> Vec<u32> {
        found(&log_of(&herd(22, 40, &subagents(keys)), &[]), |fact| match *fact {
            Fact::SpecQueued { tickets, .. } => Some(tickets),
            _ => None,
        })
        .into_iter()
        .map(|(_, tickets)| tickets)
        .collect()
    };
    let sorted = |keys: &str| {
        let mut sizes = sizes(keys);
        sizes.sort_unstable();
        sizes
    };
    assert_eq!(sorted(""), [4, 4, 4, 5, 5]);
    assert_eq!(sorted("subagents = 20"), [vec![1; 18], vec![2; 2]].concat());
}

#[test]
fn s2_twenty_one_subagents_are_refused_with_the_reason() {
    let error = refusal(&herd(40, 40, &subagents("subagents = 21")));
    assert!(error.contains("subagents") && error.contains("21"), "{error}");
    assert!(
        error.contains("at most 20 subagents (a dispatch that asks for more is rejected whole"),
        "{error}"
    );
}

/// A backlog of so many companies, one slice each.
fn by_company(companies: u32) -> Vec<Record> {
    let weights: Vec<String> = (0..companies).map(|number| format!("C{number} = 1")).collect();
    let companies = format!("{{ {} }}", weights.join(", "));
    log_of(&herd(300, 40, &subagents("split = \"company\"")), &[("burst.companies", &companies)])
}

#[test]
fn s2_a_dispatch_of_more_than_twenty_slices_is_rejected_whole_and_nothing_of_it_is_run() {
    let log = by_company(21);
    assert_eq!(
        found(&log, |fact| match *fact {
            Fact::Rejected { dispatch, specs } => Some((dispatch, specs)),
            _ => None,
        }),
        [(1, (1, 21))]
    );
    let left = left(&log);
    assert_eq!(left.len(), 300);
    assert!(left.iter().all(|(_, (_, reason, attempts))| (*reason, *attempts) == (Reason::TooManySpecs, 0)));
    let others = count(&log, |fact| {
        !matches!(fact, Fact::Arrived { .. } | Fact::Rejected { .. } | Fact::Unassigned { .. })
    });
    assert_eq!(others, 0, "no turn, no read, no booking, no subagent");
    let log = by_company(20);
    assert_eq!(count(&log, |fact| matches!(fact, Fact::SpecEnded { .. })), 20);
    assert_eq!(count(&log, |fact| matches!(fact, Fact::Rejected { .. })), 0);
}

#[test]
fn s2_after_a_rejection_the_parent_can_dispatch_again() {
    // An outage brings 21 companies (the first has none of a spike) at once; later tickets come in small numbers.
    let weights: Vec<String> = (0..22).map(|number| format!("C{number} = 1")).collect();
    let companies = format!("{{ {} }}", weights.join(", "));
    let settings =
        [("burst.companies", companies.as_str()), ("burst.arrivals", "{ spike = { mean = \"1min\" } }")];
    let log = log_of(&herd(300, 300, &subagents("split = \"company\"")), &settings);
    assert!(count(&log, |fact| matches!(fact, Fact::Rejected { .. })) > 0);
    assert!(!booked(&log).is_empty(), "the last few are dispatched");
    assert_eq!(booked(&log).len() + left(&log).len(), 300);
}

/// How many subagents work at the same time, and when each began.
fn in_flight(keys: &str) -> (i32, Vec<(i64, u32)>) {
    let log = log_of(&herd(20, 40, &subagents(&format!("subagents = 10\nalternatives = 30\n{keys}"))), &[]);
    let most = most_at_once(&log, |fact| match fact {
        Fact::SpecStarted { .. } => 1,
        Fact::SpecEnded { .. } => -1,
        _ => 0,
    });
    let begun = found(&log, |fact| match *fact {
        Fact::SpecStarted { spec } => Some(spec.0),
        _ => None,
    });
    (most, begun)
}

#[test]
fn s3_at_most_so_many_work_at_the_same_time_and_the_rest_queue() {
    // Two tickets per slice, two minutes each.
    let begun = |minutes: [i64; 10]| minutes.into_iter().zip(1..).collect::<Vec<_>>();
    assert_eq!(in_flight(""), (5, begun([1, 1, 1, 1, 1, 5, 5, 5, 5, 5])));
    assert_eq!(in_flight("max_in_flight = 3"), (3, begun([1, 1, 1, 5, 5, 5, 9, 9, 9, 13])));
    assert_eq!(in_flight("max_in_flight = 20"), (10, begun([1; 10])));
}

#[test]
fn s4_a_subagent_sees_its_own_snapshot_and_no_peers() {
    let heed = [("ranker.w_peers", "100.0")];
    let log = log_of(&herd(4, 9, &subagents("subagents = 2\nwrites = \"unsafe\"")), &heed);
    // Each pair of dispatches picks the same slot; a subagent's second ticket sees what its first has booked.
    assert_eq!(booked(&log), [(3, (0, 0, 11)), (3, (2, 0, 11)), (5, (1, 1, 13)), (5, (3, 1, 13))]);
    let read = when(&log, |fact| matches!(fact, Fact::Read { .. }));
    assert_eq!(read, [1, 1, 3, 3], "a snapshot for each ticket");
    let error = refusal(&herd(4, 9, &subagents("peer_awareness = 0.5")));
    assert!(error.contains("subagents do not see each other"), "{error}");
}

#[test]
fn s5_the_parent_resumes_once_a_dispatch_with_one_result_a_spec() {
    let arrivals = [("burst.arrivals", "{ uniform = { over = \"1h\" } }")];
    let log = log_of(&herd(40, 20, &subagents("subagents = 4\nmax_in_flight = 2")), &arrivals);
    let mut open: BTreeSet<SpecId> = BTreeSet::new();
    let (mut asked, mut current, mut resumed) = (0, 0, 0);
    for record in &log {
        match record.fact {
            Fact::SpecQueued { spec, dispatch, .. } => {
                assert_eq!(dispatch, resumed + 1, "no dispatch begins before the parent has resumed");
                (current, asked) = (dispatch, asked + 1);
                open.insert(spec);
            }
            Fact::SpecEnded { spec, status, .. } => {
                assert_eq!(status, SpecStatus::Success);
                assert!(open.remove(&spec), "a spec ends once");
            }
            Fact::Resumed { dispatch, results } => {
                assert!(open.is_empty(), "all have ended");
                assert_eq!((dispatch, results), (current, asked), "one result per spec");
                (resumed, asked) = (dispatch, 0);
            }
            _ => {}
        }
    }
    assert!(resumed > 3 && resumed == current && asked == 0, "{resumed} of {current}");
}

#[test]
fn s5_each_spec_reports_its_status_and_a_line() {
    let table = |keys: &str, failure_rate: &str| {
        let settings = [
            ("ranker.tokens", "1000"),
            ("ranker.provider.failure_rate", failure_rate),
            ("ranker.provider.max_tries", "1"),
            ("experiment.replications", "1"),
            ("experiment.records", "1"),
        ];
        let text = herd(3, 9, &subagents(&format!("subagents = 1\n{keys}")));
        let comparison = compare(parse(&text, &settings), Engine::Direct, 1);
        table_of(&comparison, "subagents")
    };
    for (keys, failure_rate, status, line) in [
        ("", "0.0", "success", "3 of 3 tickets worked through"),
        ("", "1.0", "failed", "0 of 3 tickets worked through"),
        (
            "token_budget = 1500",
            "0.0",
            "failed",
            "2 of 3 tickets worked through, halted with its budget spent",
        ),
        ("ceiling = \"3min\"", "0.0", "timeout", "1 of 3 tickets worked through, stopped at its ceiling"),
    ] {
        let table = table(keys, failure_rate);
        let rows: Vec<&str> = table.lines().skip(1).collect();
        assert_eq!(rows.len(), 1, "{table}");
        assert!(rows[0].contains(&format!(",{status},")) && rows[0].contains(line), "{keys}: {table}");
    }
}

#[test]
fn s5_a_slice_fails_when_a_ticket_of_it_could_not_be_done() {
    let statuses = |text: &str, settings: &[(&str, &str)]| -> Vec<(SpecStatus, u32)> {
        let ends = ends(&log_of(text, settings));
        ends.into_iter().map(|(_, (_, status, done, _))| (status, done)).collect()
    };
    let (success, failed) = (SpecStatus::Success, SpecStatus::Failed);
    let two = subagents("subagents = 2");
    // The AI is down for good.
    let down = [("ranker.provider", "{ failure_rate = 1.0, max_tries = 1 }")];
    assert_eq!(statuses(&herd(7, 9, &two), &down), [(failed, 0), (failed, 0)]);
    // One technician has room for a single slot: the first ticket gets it, and nobody gets the others.
    let tight = [("dispatch.horizon", "\"12min\"")];
    assert_eq!(statuses(&herd(3, 1, &subagents("subagents = 1")), &tight), [(failed, 1)]);
    assert_eq!(
        statuses(&herd(3, 1, &subagents("subagents = 3\nmax_in_flight = 1")), &tight)[0],
        (success, 1)
    );
    // A merged duplicate is done. Of a ticket that the parent is to write, the subagent's part is done.
    let twins = [("burst.duplicates", "1.0")];
    let merged = statuses(&herd(4, 9, &subagents("subagents = 1")), &twins);
    assert_eq!(merged, [(success, 4)]);
    assert_eq!(
        statuses(&herd(3, 1, &subagents("subagents = 1\nwrites = \"parent\"")), &tight),
        [(success, 3)]
    );
}

#[test]
fn s6_past_its_ceiling_a_subagent_is_stopped_and_its_other_tickets_stay_undispatched() {
    let log = log_of(&herd(4, 9, &subagents("subagents = 1\nceiling = \"5min\"")), &[]);
    // It begins in minute 1; two tickets are done by minute 5, the third is being ranked in minute 6.
    assert_eq!(
        booked(&log).iter().map(|(at, (ticket, ..))| (*at, *ticket)).collect::<Vec<_>>(),
        [(3, 0), (5, 1)]
    );
    assert_eq!(left(&log), [(6, (2, Reason::Timeout, 1)), (6, (3, Reason::Timeout, 0))]);
    assert_eq!(ends(&log), [(6, (1, SpecStatus::Timeout, 2, 0))]);
    assert_eq!(when(&log, |fact| matches!(fact, Fact::Resumed { .. })), [6], "the parent goes on");
}

#[test]
fn s6_a_write_that_is_under_way_when_the_ceiling_is_reached_completes() {
    for writes in ["held", "unsafe"] {
        let settings = [("calendar.write_latency", "\"3min\""), ("calendar.lease", "\"10min\"")];
        let keys = format!("subagents = 1\nceiling = \"4min\"\nwrites = \"{writes}\"");
        let log = log_of(&herd(3, 9, &subagents(&keys)), &settings);
        assert_eq!(booked(&log), [(6, (0, 0, 11))], "{writes}: picked in minute 3, stopped in minute 5");
        assert_eq!(left(&log), [(6, (1, Reason::Timeout, 0)), (6, (2, Reason::Timeout, 0))]);
        assert_eq!(ends(&log), [(6, (1, SpecStatus::Timeout, 1, 0))]);
        assert_eq!(count(&log, |fact| matches!(fact, Fact::Freed { .. })), 0);
    }
}

#[test]
fn s6_the_ceiling_is_half_an_hour_unless_the_scenario_says_otherwise() {
    let log = log_of(&herd(20, 40, &subagents("subagents = 1")), &[("ranker.latency", "\"4min\"")]);
    // Seven tickets take 28 minutes.
    assert_eq!(ends(&log), [(31, (1, SpecStatus::Timeout, 7, 0))]);
}

#[test]
fn s7_a_subagent_halts_itself_once_its_budget_is_spent() {
    let tokens = [("ranker.tokens", "1000")];
    let log = log_of(&herd(5, 9, &subagents("subagents = 1\ntoken_budget = 2500")), &tokens);
    assert_eq!(booked(&log).len(), 3, "the third ticket spends the rest");
    assert_eq!(left(&log), [(7, (3, Reason::Budget, 0)), (7, (4, Reason::Budget, 0))]);
    assert_eq!(ends(&log), [(7, (1, SpecStatus::Failed, 3, 3000))]);
    // Each has a budget of its own, and without one nobody halts.
    let log = log_of(&herd(6, 9, &subagents("subagents = 2\ntoken_budget = 2500")), &tokens);
    assert_eq!(ends(&log), [(7, (1, SpecStatus::Success, 3, 3000)), (7, (2, SpecStatus::Success, 3, 3000))]);
    let log = log_of(&herd(5, 9, &subagents("subagents = 1")), &tokens);
    assert_eq!(ends(&log), [(11, (1, SpecStatus::Success, 5, 5000))]);
    // All four want the same technician, three lose. As long as the budget lasts a loser ranks anew.
    let parallel = "subagents = 1\ninside = \"parallel\"\nalternatives = 0\ntoken_budget = 2500";
    let log = log_of(&herd(4, 9, &subagents(parallel)), &tokens);
    assert_eq!(booked(&log).len(), 2);
    assert_eq!(left(&log), [(3, (3, Reason::Budget, 1)), (5, (2, Reason::Budget, 2))]);
    assert_eq!(ends(&log), [(5, (1, SpecStatus::Failed, 2, 6000))]);
}

/// What the first replication of a scenario with subagents measures.
fn measures(text: &str, settings: &[(&str, &str)], keys: &[&str]) -> Vec<Option<f64>> {
    let comparison = compare(parse(text, settings), Engine::Direct, 1);
    keys.iter().map(|key| measured(&comparison, 0, key)).collect()
}

#[test]
fn s10_each_subagent_and_its_parent_are_advanced_runs_and_every_minute_of_a_sandbox_counts() {
    let keys = ["advanced_runs", "sandbox_time", "cost"];
    let prices = [
        ("ranker.tokens", "1000"),
        ("ranker.price_per_million_tokens", "10.0"),
        ("ranker.price_per_advanced_run", "0.5"),
        ("ranker.price_per_sandbox_minute", "0.125"),
    ];
    let of = |keys_of_arm: &str| measures(&herd(6, 9, &subagents(keys_of_arm)), &prices, &keys);
    let cost = |tokens: f64, runs: f64, minutes: f64| Some(tokens / 1e5 + runs / 2.0 + minutes / 8.0);
    // Three slices of two tickets, two minutes each: three subagents and their parent.
    assert_eq!(of("subagents = 3"), [Some(4.0), Some(12.0), cost(6000.0, 4.0, 12.0)]);
    // The same work by one subagent: fewer runs, the same minutes.
    assert_eq!(of("subagents = 1"), [Some(2.0), Some(12.0), cost(6000.0, 2.0, 12.0)]);
    // Each sandbox takes half a minute to start.
    let started = of("subagents = 3\nsandbox_start = \"30s\"");
    assert_eq!(started, [Some(4.0), Some(13.5), cost(6000.0, 4.0, 13.5)]);
    // One that is stopped has had its sandbox until then: half a minute to start, one ticket, half of the next.
    let stopped = of("subagents = 3\nsandbox_start = \"30s\"\nceiling = \"210s\"");
    assert_eq!(stopped, [Some(4.0), Some(10.5), cost(6000.0, 4.0, 10.5)]);
    // Prices are nil unless they are stated, and where nobody fans out there is nothing to count.
    let plain = measures(&herd(6, 9, &subagents("subagents = 3")), &[("ranker.tokens", "1000")], &keys);
    assert_eq!(plain, [Some(4.0), Some(12.0), Some(0.0)]);
    let sequential = measures(&herd(6, 9, SEQUENTIAL), &prices, &keys);
    assert_eq!(sequential, [None, None, cost(6000.0, 0.0, 0.0)]);
}

#[test]
fn s10_a_parent_whose_dispatch_is_rejected_has_run_all_the_same() {
    let weights: Vec<String> = (0..21).map(|number| format!("C{number} = 1")).collect();
    let companies = format!("{{ {} }}", weights.join(", "));
    let text = herd(300, 40, &subagents("split = \"company\""));
    let found = measures(&text, &[("burst.companies", &companies)], &["advanced_runs", "sandbox_time"]);
    assert_eq!(found, [Some(1.0), Some(0.0)]);
}

#[test]
fn s10_a_sandbox_takes_its_time_to_start_and_the_ceiling_counts_it() {
    let keys = "subagents = 2\nmax_in_flight = 1\nsandbox_start = \"2min\"\nceiling = \"5min\"";
    let log = log_of(&herd(4, 9, &subagents(keys)), &[]);
    // The parent collects for a minute, the first sandbox is up in minute 3; the second subagent follows the first.
    assert_eq!(when(&log, |fact| matches!(fact, Fact::Turn { .. })), [3, 5, 8, 10]);
    let timeout = |at, spec| (at, (spec, SpecStatus::Timeout, 1, 0));
    assert_eq!(ends(&log), [timeout(6, 1), timeout(11, 2)]);
    let error = refusal(&herd(4, 9, &subagents("sandbox_start = \"10min\"\nceiling = \"10min\"")));
    assert!(error.contains("no subagent begins a ticket"), "{error}");
}

#[test]
fn s8_a_subagent_that_fans_out_is_an_error_of_the_scenario() {
    let error = refusal(&herd(4, 9, &subagents("inside = \"subagents\"")));
    assert!(error.contains("a subagent cannot fan out again"), "{error}");
    // What a slice may be worked by.
    let begun = |inside: &str| {
        let log = log_of(&herd(4, 9, &subagents(&format!("subagents = 1\ninside = \"{inside}\""))), &[]);
        when(&log, |fact| matches!(fact, Fact::Turn { .. }))
    };
    assert_eq!(begun("parallel"), [1, 1, 1, 1]);
    assert_eq!(begun("sequential"), [1, 3, 5, 7]);
}

#[test]
fn s9_unsafe_writes_collide_and_held_ones_do_not() {
    let outcome = |writes: &str| {
        let log = log_of(&herd(4, 9, &subagents(&format!("subagents = 2\nwrites = \"{writes}\""))), &[]);
        let slots: BTreeSet<_> =
            booked(&log).iter().map(|(_, (_, technician, start))| (*technician, *start)).collect();
        let double = count(&log, |fact| matches!(fact, Fact::DoubleBooked { .. }));
        let refused = count(&log, |fact| matches!(fact, Fact::Refused { .. }));
        (slots.len(), double, refused)
    };
    assert_eq!(outcome("unsafe"), (2, 4, 0), "silently");
    assert_eq!(outcome("held"), (4, 0, 2), "the second of each pair falls back");
    assert_eq!(outcome("parent").1, 0);
    let default = Experiment::prepare(parse(&herd(1, 1, &subagents("")), &[])).expect("valid");
    let held = Experiment::prepare(parse(&herd(1, 1, &subagents("writes = \"held\"")), &[])).expect("valid");
    assert_eq!(default.rules()[0].discipline.kind, held.rules()[0].discipline.kind, "the default");
}

#[test]
fn s9_the_parent_writes_only_after_the_join_and_one_ticket_at_a_time() {
    let settings = [("calendar.write_latency", "\"1min\"")];
    let log = log_of(&herd(4, 9, &subagents("subagents = 2\nwrites = \"parent\"")), &settings);
    assert_eq!(when(&log, |fact| matches!(fact, Fact::Resumed { .. })), [5]);
    assert_eq!(when(&log, |fact| matches!(fact, Fact::Granted { .. })), [5, 6, 7, 8]);
    // As nothing was written before the join, tickets of both rounds saw empty calendars.
    assert_eq!(booked(&log), [(6, (0, 0, 11)), (7, (2, 1, 11)), (8, (1, 2, 13)), (9, (3, 3, 13))]);
    let writing = most_at_once(&log, |fact| match fact {
        Fact::Granted { .. } => 1,
        Fact::Booked { .. } => -1,
        _ => 0,
    });
    assert_eq!(writing, 1);
    let claimed_before = |record: &&Record| {
        matches!(record.fact, Fact::Granted { .. } | Fact::Refused { .. }) && minute(record.at) < 5
    };
    assert_eq!(log.iter().filter(claimed_before).count(), 0);
    assert_eq!(about(&log, 3).filter(|record| matches!(record.fact, Fact::Read { .. })).count(), 1);
}
