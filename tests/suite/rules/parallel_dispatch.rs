//! The rules of Parallel Dispatch, by their ids.

use std::collections::BTreeSet;

use stampede::domain::{AgentId, SimDuration, TechnicianId, TicketId};
use stampede::engine::Engine;
use stampede::facts::{Fact, Reason, Record, Refusal};

use super::{
    ALL, PARALLEL, SEQUENTIAL, UNSAFE, booked, desk, dispatched, found, herd, log_of, measured, minute,
    minutes, owners, people,
};
use crate::common::{about, compare, count, load, logs, parse, project};

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
fn n2_overlap_is_the_test_and_not_the_start() {
    // One technician; slots from 8:10 to 8:40 by the one agent, from 8:25 to 8:55 by the other.
    let agents = "[[agent]]\nname = \"early\"\nboards = [\"Early\"]\n\
                  [[agent]]\nname = \"late\"\nboards = [\"Late\"]\nlead = \"25min\"\n";
    let teams = "technicians = 1\n[[desk.team]]\nname = \"All\"\nboards = [\"Early\", \"Late\"]\n";
    let burst = "boards = { Early = 1, Late = 1 }";
    let text = desk(6, burst, teams, "buffer = \"0s\"", &format!("{agents}{PARALLEL}max_attempts = 1\n"));
    let log = log_of(&text, &[]);
    let starts: BTreeSet<i64> = found(&log, |fact| match *fact {
        Fact::Ranked { start, .. } => Some(minute(start)),
        _ => None,
    })
    .into_iter()
    .map(|(_, start)| start)
    .collect();
    assert_eq!(starts, BTreeSet::from([10, 25]), "both are picked");
    assert_eq!(booked(&log).len(), 1, "and one is booked");
    assert_eq!(count(&log, |fact| matches!(fact, Fact::Refused { .. })), 5);
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
fn n6_parallel_dispatches_that_assign_owners_race_like_unprotected_ones_and_the_run_says_so() {
    let text =
        desk(6, "", "technicians = 3", "mode = \"owner-only\"", &format!("{UNSAFE}{PARALLEL}{SEQUENTIAL}"));
    let comparison = compare(parse(&text, &[("experiment.replications", "3")]), Engine::Direct, 1);
    let warned = |text: &str| comparison.warnings.iter().filter(|warning| warning.contains(text)).count();
    assert_eq!(
        (warned("`parallel` has nothing to hold: its dispatches race like unprotected ones"), warned("")),
        (1, 1)
    );
    assert_eq!(comparison.arms[0].digest, comparison.arms[1].digest, "no protection");
    assert_ne!(comparison.arms[0].digest, comparison.arms[2].digest, "but a race");
    let log = log_of(&text, &[]);
    assert_eq!(owners(&log), [0, 1, 2, 3, 4, 5].map(|ticket| (ticket, 0)), "all saw the same counts");
    assert_eq!(count(&log, |fact| matches!(fact, Fact::Granted { .. } | Fact::Refused { .. })), 0);
}

#[test]
fn n7_sequential_and_parallel_together_are_sequential_to_the_last_bit() {
    let one_at_a_time = "[[discipline]]\nkind = \"parallel\"\nname = \"both\"\nconcurrency = 1\n";
    for aware in ["0.0", "1.0"] {
        let disciplines = format!("{SEQUENTIAL}{one_at_a_time}peer_awareness = {aware}\n{PARALLEL}");
        let settings = [
            ("ranker.temperature", "0.5"),
            ("ranker.w_peers", "1.0"),
            ("calendar.claim_latency", "\"3s\""),
            ("calendar.write_latency", "\"5s\""),
            ("experiment.replications", "10"),
        ];
        let comparison = compare(parse(&herd(8, 3, &disciplines), &settings), Engine::Direct, 1);
        let [sequential, both, parallel] = comparison.arms.as_slice() else { panic!("three arms") };
        assert_eq!(sequential.digest, both.digest, "peer awareness {aware}");
        assert_ne!(sequential.digest, parallel.digest);
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
        let left = Fact::Unassigned {
            ticket: TicketId(ticket),
            agent: AgentId(0),
            reason: Reason::AttemptsExhausted,
            attempts: 1,
        };
        assert_eq!(about(log, ticket).last().map(|record| record.fact), Some(left));
    }
    assert_eq!(count(log, |fact| matches!(fact, Fact::Dispatched { .. })), 4);
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

/// Two agents, one team: one at a time means one at a time per agent.
#[test]
fn n7_one_at_a_time_is_protected_from_other_agents() {
    let agents = "boards = { A = 1, B = 1 }";
    let team = "technicians = 12\n[[desk.team]]\nname = \"All\"\nboards = [\"A\", \"B\"]\n\
                [[agent]]\nname = \"a\"\nboards = [\"A\"]\n[[agent]]\nname = \"b\"\nboards = [\"B\"]";
    let one = format!("{PARALLEL}concurrency = 1\n");
    let comparison =
        compare(parse(&desk(10, agents, team, "", &format!("{SEQUENTIAL}{one}")), &[]), Engine::Direct, 1);
    assert!(measured(&comparison, 0, "double_booked_tickets") > Some(0.0));
    assert_eq!(measured(&comparison, 1, "double_booked_tickets"), Some(0.0));
    let [warning] = &comparison.warnings[..] else { panic!("{:?}", comparison.warnings) };
    assert!(
        warning.starts_with("Agents a and b book the same technicians") && warning.contains("`sequential`")
    );
    // With a team each they do not meet.
    let apart = team
        .replace(
            "boards = [\"A\", \"B\"]\n",
            "boards = [\"A\"]\ntechnicians = 6\n[[desk.team]]\n\
                name = \"B\"\ntechnicians = 6\n",
        )
        .replace("technicians = 12\n", "");
    let comparison = compare(parse(&desk(10, agents, &apart, "", SEQUENTIAL), &[]), Engine::Direct, 1);
    assert_eq!(comparison.warnings, [""; 0]);
    assert_eq!(measured(&comparison, 0, "double_booked_tickets"), Some(0.0));
}

#[test]
fn n10_round_robin_goes_by_rotation_whatever_the_calendars_say() {
    // Ben has no time before noon, and is asked in his turn all the same.
    let team = people(&[("Ann", ""), ("Ben", "busy = [\"08:00-12:00\"]"), ("Cid", "")]);
    let text = desk(7, "", &team, "buffer = \"0s\"", SEQUENTIAL);
    let log = log_of(&text, &[("ranker.kind", "\"round-robin\"")]);
    assert_eq!(owners(&log), [(0, 0), (1, 1), (2, 2), (3, 0), (4, 1), (5, 2), (6, 0)]);
    assert_eq!(count(&log, |fact| matches!(fact, Fact::Asked { .. })), 0, "no AI is asked");
    let by_cost = owners(&log_of(&text, &[]));
    assert!(by_cost.iter().all(|(_, owner)| *owner != 1), "others could begin earlier: {by_cost:?}");
}

#[test]
fn n10_round_robin_is_protected_like_the_ai_where_slots_are_booked() {
    let settings = [("ranker.kind", "\"round-robin\""), ("ranker.rule_latency", "\"1min\"")];
    let text = herd(3, 5, &format!("{UNSAFE}{PARALLEL}"));
    let logs = logs(parse(&text, &settings), 0);
    let primaries = |log: &[Record]| {
        let primary = |fact: &Fact| match *fact {
            Fact::Ranked { rank: 1, technician, .. } => Some(technician.0),
            _ => None,
        };
        found(log, primary)
    };
    assert_eq!(primaries(&logs[0]), [(1, 0); 3], "all see the same technician as next");
    assert_eq!(primaries(&logs[1]), primaries(&logs[0]));
    assert_eq!(owners(&logs[0]), [(0, 0), (1, 0), (2, 0)]);
    assert_eq!(count(&logs[0], |fact| matches!(fact, Fact::DoubleBooked { peers: 2, .. })), 3);
    assert_eq!(owners(&logs[1]), [(0, 0), (1, 1), (2, 2)], "the following ones in rotation");
    assert_eq!(count(&logs[1], |fact| matches!(fact, Fact::DoubleBooked { .. })), 0);
}

#[test]
fn n10_the_rotation_never_goes_back() {
    // Holds are confirmed after a few seconds, while others are being taken.
    let settings = [
        ("ranker.kind", "\"round-robin\""),
        ("burst.arrivals", "{ uniform = { over = \"1min\" } }"),
        ("calendar.write_latency", "\"6s\""),
    ];
    for seed in ["1", "2", "3"] {
        let mut all = vec![("seed", seed)];
        all.extend_from_slice(&settings);
        let log = log_of(&herd(24, 24, PARALLEL), &all);
        let mut got: Vec<u32> = owners(&log).into_iter().map(|(_, technician)| technician).collect();
        got.sort_unstable();
        assert_eq!(got, (0..24).collect::<Vec<_>>(), "one each");
    }
}

/// How often the turn moved, and how often to somebody who was not after all who had had it. There are more technicians
/// than tickets, so the turn never comes round.
fn turns(discipline: &str, dispatch: &str, seed: &str) -> (usize, usize) {
    let settings = [
        ("seed", seed),
        ("ranker.kind", "\"round-robin\""),
        ("ranker.rule_latency", "{ uniform = { min = \"5s\", max = \"5min\" } }"),
        ("burst.arrivals", "{ uniform = { over = \"5min\" } }"),
    ];
    let arm = format!("[[discipline]]\n{discipline}\n");
    let log = log_of(&desk(24, "", "technicians = 60\nhours = \"always\"", dispatch, &arm), &settings);
    let turns = found(&log, |fact| match *fact {
        Fact::Granted { technician, .. }
        | Fact::Booked { technician, held: false, .. }
        | Fact::Assigned { technician, .. } => Some(technician.0),
        _ => None,
    });
    let (mut furthest, mut back) = (None, 0);
    for &(_, technician) in &turns {
        back += usize::from(furthest >= Some(technician));
        furthest = furthest.max(Some(technician));
    }
    (turns.len(), back)
}

#[test]
fn n10_racing_without_protection_sets_the_turn_back() {
    for seed in ["1", "2", "3"] {
        for discipline in [
            "kind = \"sequential\"",
            "kind = \"locked\"",
            "kind = \"pods\"",
            "kind = \"parallel\"\nalternatives = 23",
            "kind = \"parallel\"\nmax_attempts = 20",
            "kind = \"optimistic\"\nmax_attempts = 40",
            "kind = \"subagents\"\nmax_attempts = 20",
            "kind = \"subagents\"\nmax_attempts = 20\nwrites = \"parent\"",
        ] {
            assert_eq!(turns(discipline, "buffer = \"0s\"", seed), (24, 0), "{discipline}, seed {seed}");
        }
        for discipline in ["kind = \"unsafe-parallel\"", "kind = \"subagents\"\nwrites = \"unsafe\""] {
            let (moved, back) = turns(discipline, "buffer = \"0s\"", seed);
            assert!(moved == 24 && back > 4, "{discipline}, seed {seed}: {back}");
        }
        // Where owners are assigned there is nothing to hold.
        assert!(turns("kind = \"parallel\"", "mode = \"owner-only\"", seed).1 > 4);
        assert_eq!(turns("kind = \"sequential\"", "mode = \"owner-only\"", seed), (24, 0));
    }
    // A pick that is still free although its turn is over: the lead is longer than a slot.
    let ahead = "slot = \"1min\"\nbuffer = \"0s\"\nlead = \"1h\"";
    assert!(turns("kind = \"parallel\"\nalternatives = 23", ahead, "1").1 > 0);
}

#[test]
fn n11_no_share_is_unsafe_and_the_whole_share_is_protected() {
    let arm = |kind: &str, name: &str, more: &str| {
        format!("[[discipline]]\nkind = \"{kind}\"\nname = \"{name}\"\npeer_awareness = 0.7\n{more}\n")
    };
    let disciplines = [
        arm("unsafe-parallel", "unsafe", ""),
        arm("parallel", "none", "protected_share = 0.0"),
        arm("parallel", "whole", "protected_share = 1.0"),
        arm("parallel", "parallel", ""),
        arm("parallel", "half", "protected_share = 0.5"),
    ]
    .concat();
    let settings = [("ranker.temperature", "0.5"), ("experiment.replications", "10")];
    let comparison = compare(parse(&herd(12, 6, &disciplines), &settings), Engine::Direct, 1);
    let digests: Vec<_> = comparison.arms.iter().map(|arm| arm.digest).collect();
    assert_eq!((digests[0], digests[2]), (digests[1], digests[3]));
    assert_eq!(digests.iter().map(ToString::to_string).collect::<BTreeSet<_>>().len(), 3, "all else differs");
}

/// What a share of protection guarantees: a protected dispatch never books over what stands when it claims, so no two of
/// them are ever double-booked with each other. An unprotected one may book over anything, protected slots included.
#[test]
fn n11_a_protected_dispatch_never_books_over_what_stands_but_may_be_booked_over() {
    let settings = [("discipline.protected_share", "0.5"), ("discipline.alternatives", "39")];
    let (mut protected, mut over_protected) = (0, 0);
    for replication in 0..10 {
        let log = &logs(parse(&herd(40, 40, PARALLEL), &settings), replication)[0];
        // In the order of the log: when each slot was taken, whose it is, and whether it was held.
        let mut taken: Vec<(TechnicianId, _, bool)> = Vec::new();
        for record in log {
            match record.fact {
                Fact::Granted { technician, start, .. } => {
                    let standing = taken.iter().any(|slot| (slot.0, slot.1) == (technician, start));
                    assert!(!standing, "a claim was granted over what stood");
                    taken.push((technician, start, true));
                    protected += 1;
                }
                Fact::Booked { technician, start, held: false, .. } => {
                    let stands = |slot: &&(TechnicianId, _, bool)| (slot.0, slot.1) == (technician, start);
                    over_protected += taken.iter().filter(stands).filter(|slot| slot.2).count();
                    taken.push((technician, start, false));
                }
                _ => {}
            }
        }
        assert_eq!(taken.len(), 40);
        assert!(taken.iter().filter(|slot| slot.2).count() > 10, "about half are protected");
    }
    assert!((120..280).contains(&protected), "{protected}");
    assert!(over_protected > 0, "the guarantee is one-sided");
}

#[test]
fn n12_pairs_of_duplicates_are_merged_one_at_a_time_and_missed_in_parallel() {
    let text = desk(
        10,
        "duplicates = 1.0",
        "technicians = 10",
        "buffer = \"0s\"",
        &format!("{SEQUENTIAL}{PARALLEL}"),
    );
    let comparison = compare(
        parse(&text, &[("experiment.replications", "1"), ("discipline.alternatives", "9")]),
        Engine::Direct,
        1,
    );
    for (arm, merged, missed, dispatched, calls) in [(0, 5.0, 0.0, 5.0, 5.0), (1, 0.0, 5.0, 10.0, 10.0)] {
        let counts = ["merged", "merges_missed", "dispatched", "ai_calls"]
            .map(|key| measured(&comparison, arm, key).expect("measured"));
        assert_eq!(counts, [merged, missed, dispatched, calls], "{}", comparison.arms[arm].name);
    }
    let script = stampede::experiment::Experiment::prepare(parse(&text, &[])).expect("valid").script(0);
    for log in logs(parse(&text, &[]), 0) {
        for record in &log {
            if let Fact::Merged { ticket, into: twin, .. } | Fact::MergeMissed { ticket, twin } = record.fact
            {
                assert_eq!(script.burst.ticket(ticket).twin, Some(twin));
                assert!(twin < ticket, "the later one is merged, or could have been");
            }
        }
    }
}

/// Four tickets of one company that wait at opening, and the workflow that follows each dispatch. The AI is fast once.
fn followed(follow_up: &str, burst: &str, disciplines: &str) -> Vec<Vec<(i64, (u32, bool))>> {
    let text = desk(
        4,
        burst,
        "technicians = 9",
        "lead = \"40min\"",
        &format!("[follow_up]\n{follow_up}\n{disciplines}"),
    );
    let text =
        text.replace("latency = \"2min\"\n", "latency = { uniform = { min = \"1min\", max = \"30min\" } }\n");
    let done = |log: &Vec<Record>| {
        found(log, |fact| match *fact {
            Fact::FollowedUp { ticket, wrong, .. } => Some((ticket.0, wrong)),
            _ => None,
        })
    };
    logs(parse(&text, &[]), 0).iter().map(done).collect()
}

#[test]
fn n12_a_workflow_whose_ticket_has_overtaken_another_goes_wrong_or_waits() {
    let disciplines = format!("{SEQUENTIAL}{UNSAFE}{PARALLEL}");
    let of = |overtaken: &str, burst: &str| {
        followed(
            &format!("latency = \"0s\"\nrework = \"10h\"\novertaken = {overtaken:?}"),
            burst,
            &disciplines,
        )
    };
    let tickets =
        |done: &[(i64, (u32, bool))]| done.iter().map(|(_, (ticket, _))| *ticket).collect::<Vec<_>>();
    let wrong = of("goes-wrong", "");
    assert!(wrong.iter().all(|done| done.len() == 4), "each dispatch is followed");
    assert!(wrong[0].iter().all(|(_, (_, wrong))| !wrong), "one at a time keeps the order");
    assert_eq!(tickets(&wrong[0]), [0, 1, 2, 3]);
    for done in &wrong[1..] {
        let (late, in_time): (Vec<_>, Vec<_>) = done.iter().partition(|(_, (_, wrong))| *wrong);
        assert!(!late.is_empty() && late.iter().all(|(at, _)| *at >= 600), "{done:?}");
        assert!(in_time.iter().all(|(at, _)| *at <= 30), "{done:?}");
    }
    let waits = of("waits", "");
    for done in &waits {
        assert_eq!(tickets(done), [0, 1, 2, 3], "in their order");
        assert!(done.iter().all(|(at, (_, wrong))| !wrong && *at <= 120), "{done:?}");
    }
    // What is not to be dispatched is not waited for.
    let left = of("waits", "owned = 0.5");
    assert!(left.iter().all(|done| !done.is_empty() && done.len() < 4), "{left:?}");
    // Other companies do not matter.
    let companies =
        "companies = { Alder = 1, Birch = 1, Cedar = 1, Dogwood = 1, Elder = 1, Fir = 1, Gorse = 1 }";
    let apart = of("goes-wrong", companies);
    assert!(apart[1].iter().filter(|(_, (_, wrong))| *wrong).count() < 3, "{apart:?}");
}

#[test]
fn n12_a_scenario_says_how_many_dispatches_overtook_an_earlier_one_of_their_company() {
    let text = desk(30, "", "technicians = 40", "", &format!("{SEQUENTIAL}{PARALLEL}"))
        .replace("latency = \"2min\"\n", "latency = { exponential = { mean = \"2min\" } }\n");
    let comparison = compare(parse(&text, &[("experiment.replications", "1")]), Engine::Direct, 1);
    assert_eq!(measured(&comparison, 0, "out_of_order"), Some(0.0));
    let overtaking = measured(&comparison, 1, "out_of_order").expect("tickets are dispatched");
    assert!(overtaking > 15.0, "{overtaking}");
    assert_eq!(measured(&comparison, 1, "follow_ups_wrong"), None, "no workflow follows");
}

#[test]
fn n12_in_parallel_a_duplicate_that_comes_when_the_other_is_done_is_merged() {
    let settings = [("burst.arrivals", "{ uniform = { over = \"1000h\" } }"), ("desk.hours", "\"always\"")];
    let text = desk(10, "duplicates = 1.0", "technicians = 10", "buffer = \"0s\"", PARALLEL);
    let log = log_of(&text, &settings);
    assert_eq!(count(&log, |fact| matches!(fact, Fact::Merged { .. })), 5);
    assert_eq!(count(&log, |fact| matches!(fact, Fact::MergeMissed { .. })), 0);
    assert_eq!(booked(&log).len(), 5);
}
