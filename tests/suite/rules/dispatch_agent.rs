//! The rules of the Dispatch Agent, by their ids: which tickets it takes, and what it does with them.

use std::collections::BTreeSet;

use stampede::domain::settings::Stage;
use stampede::engine::Engine;
use stampede::experiment::Experiment;
use stampede::facts::{Fact, Reason, Record, Test};

use super::{
    PARALLEL, SEQUENTIAL, UNSAFE, desk, found, herd, log_of, measured, minute, owners, people, refusal,
    table_of, when,
};
use crate::common::{about, compare, count, logs, parse};

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
fn z1_tickets_that_somebody_owns_are_skipped_unless_the_agent_overwrites_owners() {
    let of = |share: &str, dispatch: &str| {
        let text = desk(60, &format!("owned = {share}"), "technicians = 9", dispatch, PARALLEL);
        let comparison = compare(parse(&text, &[("experiment.replications", "1")]), Engine::Direct, 1);
        let skipped = found(&log_of(&text, &[]), |fact| match *fact {
            Fact::Skipped { ticket, test, .. } => Some((ticket.0, test)),
            _ => None,
        });
        assert!(skipped.iter().all(|(_, (_, test))| *test == Test::Owned), "{skipped:?}");
        let skipped: Vec<u32> = skipped.into_iter().map(|(_, (ticket, _))| ticket).collect();
        let tickets = table_of(&comparison, "tickets");
        assert_eq!(tickets.matches(",skipped,owned,").count(), skipped.len(), "{tickets}");
        assert_eq!(measured(&comparison, 0, "skipped"), Some(skipped.len() as f64));
        (skipped, table_of(&comparison, "audit"))
    };
    assert_eq!(of("0.0", "").0, [0; 0]);
    let (some, more, all) = (of("0.3", "").0, of("0.6", "").0, of("1.0", "").0);
    assert!((5..35).contains(&some.len()) && more.len() < 60, "{some:?}, {more:?}");
    assert!(some.iter().all(|ticket| more.contains(ticket)), "a larger share owns those of a smaller one");
    assert_eq!(all.len(), 60);
    let (skipped, audit) = of("1.0", "overwrite_owner = true");
    assert_eq!(skipped, [0; 0]);
    assert!(audit.contains(",owner,somebody,") && !audit.contains(",owner,,"), "{audit}");
}

/// Tickets that wait for their customer first: the minutes in which each reaches a status, is skipped or gets its turn.
fn reaches(burst: &str, dispatch: &str, rest: &str) -> Vec<(i64, (u32, &'static str))> {
    let burst = format!("statuses = {{ \"Waiting on Customer\" = 1 }}\n{burst}");
    let log = log_of(&desk(3, &burst, "technicians = 9", dispatch, &format!("{rest}\n{PARALLEL}")), &[]);
    found(&log, |fact| match *fact {
        Fact::StatusChanged { ticket, .. } => Some((ticket.0, "status")),
        Fact::Skipped { ticket, test: Test::Status, .. } => Some((ticket.0, "skipped")),
        Fact::Turn { ticket, .. } => Some((ticket.0, "turn")),
        _ => None,
    })
}

#[test]
fn z1_dispatch_runs_once_when_the_ticket_reaches_the_trigger_status() {
    let transition = |from: &str, to: &str, after: &str| {
        format!("{{ from = \"{from}\", to = \"{to}\", after = \"{after}\" }}")
    };
    let answer = transition("Waiting on Customer", "New", "20min");
    let all = |list: &[&str]| format!("transition = [{}]", list.join(", "));
    let of = |list: &[&str], rest: &str| -> Vec<(i64, &'static str)> {
        let statuses = "statuses = [\"New\"]";
        let found = reaches(&all(list), statuses, rest);
        found.into_iter().filter(|(_, (ticket, _))| *ticket == 1).map(|(at, (_, what))| (at, what)).collect()
    };
    assert_eq!(of(&[&answer], ""), [(20, "status"), (20, "turn")]);
    // Once dispatched, people change it no more; it is dispatched once.
    let again = transition("New", "Waiting on Customer", "1min");
    assert_eq!(of(&[&answer, &again], ""), [(20, "status"), (20, "turn")]);
    // Board, status and filters have to be met together: here the status passes while triage is still under way.
    let triage = "[triage]\ncompany = { latency = \"30min\" }";
    assert_eq!(of(&[&answer], triage), [(20, "status"), (30, "turn")]);
    let briefly = transition("New", "Closed", "5min");
    assert_eq!(of(&[&answer, &briefly], triage), [(20, "status"), (25, "status"), (30, "skipped")]);
    // A status on the way that is not the trigger's.
    let parked = transition("Waiting on Customer", "Parked", "7min");
    let back = transition("Parked", "New", "8min");
    assert_eq!(of(&[&parked, &back], ""), [(7, "status"), (15, "status"), (15, "turn")]);
    let never = answer.replace(" }", ", share = 0.0 }");
    let without = of(&[&never], "");
    assert_eq!(without, [(0, "skipped")], "nobody answers");
}

#[test]
fn z1_the_delay_of_a_dispatch_counts_from_the_status_that_let_it_be() {
    let burst = "statuses = { Waiting = 1 }\n\
                 transition = [{ from = \"Waiting\", to = \"New\", after = \"20min\" }]";
    let text =
        desk(1, burst, "technicians = 1", "statuses = [\"New\"]\nstatus_after = \"Assigned\"", SEQUENTIAL);
    let comparison = compare(parse(&text, &[("experiment.replications", "1")]), Engine::Direct, 1);
    assert_eq!(measured(&comparison, 0, "dispatch_delay.mean"), Some(120.0), "the ranking's two minutes");
    assert_eq!(measured(&comparison, 0, "time_to_start.mean"), Some(30.0 * 60.0), "from the arrival");
    let audit = table_of(&comparison, "audit");
    assert!(
        audit.contains(",status,Waiting,New,people") && audit.contains(",status,New,Assigned,dispatch"),
        "{audit}"
    );
}

#[test]
fn z1_a_status_is_reached_by_the_agent_that_waits_for_it() {
    let agents = "[[agent]]\nname = \"day\"\nstatuses = [\"New\"]\n\
                  [[agent]]\nname = \"back\"\nstatuses = [\"Answered\"]\n";
    let burst = "statuses = { Waiting = 1, New = 1 }\n\
                 transition = [{ from = \"Waiting\", to = \"Answered\", after = \"20min\" }]";
    let text = desk(30, burst, "technicians = 9", "", &format!("{agents}{PARALLEL}"));
    let turns = found(&log_of(&text, &[]), |fact| match *fact {
        Fact::Turn { agent, .. } => Some(agent.0),
        _ => None,
    });
    assert_eq!(turns.len(), 30);
    assert!(turns.iter().all(|turn| matches!(turn, (0, 0) | (20, 1))), "{turns:?}");
    assert!(turns.iter().any(|turn| turn.1 == 0) && turns.iter().any(|turn| turn.1 == 1));
}

#[test]
fn z1_priority_follows_from_urgency_and_impact() {
    let of = |priority: u8, triage: &str| {
        let burst = format!("priorities = {{ {priority} = 1 }}");
        let log = log_of(
            &desk(40, &burst, "technicians = 9", "", &format!("[triage]\n{triage}\n{SEQUENTIAL}")),
            &[],
        );
        let steps = found(&log, |fact| match *fact {
            Fact::Triaged { ticket, stage, was, is, wrong } => Some((ticket.0, (stage, was, is, wrong))),
            _ => None,
        });
        let steps: Vec<_> = steps.into_iter().map(|(at, (ticket, step))| (ticket, at, step)).collect();
        (0..40u32)
            .map(|number| {
                let own = steps.iter().filter(|(ticket, ..)| *ticket == number);
                own.map(|(_, at, step)| (*at, *step)).collect::<Vec<_>>()
            })
            .collect::<Vec<_>>()
    };
    let stages = "urgency = { latency = \"1min\" }\nimpact = { latency = \"2min\" }";
    for steps in of(1, stages) {
        let expected = [
            (1, (Stage::Urgency, 0, 0, false)),
            (3, (Stage::Impact, 0, 0, false)),
            (3, (Stage::Priority, 1, 1, false)),
        ];
        assert_eq!(steps, expected);
    }
    // Of a wrong urgency follows a wrong priority, by the matrix.
    for steps in of(1, "urgency = { error_rate = 1.0 }") {
        let [(_, (Stage::Urgency, 0, urgency, true)), (_, (Stage::Priority, 1, priority, true))] = steps[..]
        else {
            panic!("{steps:?}")
        };
        assert_eq!(priority, urgency + 1);
    }
    let flat = "impact = { error_rate = 1.0 }\nmatrix = [[2, 2, 2], [4, 4, 4], [5, 5, 5]]";
    for steps in of(4, flat) {
        let [(_, (Stage::Impact, _, _, true)), (_, (Stage::Priority, 4, 4, false))] = steps[..] else {
            panic!("{steps:?}")
        };
    }
    // The priority's own step comes on top.
    let mut priorities = BTreeSet::new();
    for steps in of(1, "urgency = {}\npriority = { latency = \"9min\", error_rate = 1.0 }") {
        let [(0, (Stage::Urgency, ..)), (9, (Stage::Priority, 1, found, true))] = steps[..] else {
            panic!("{steps:?}")
        };
        priorities.insert(found);
    }
    assert_eq!(priorities, BTreeSet::from([2, 3, 4, 5]));
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
    for (trigger, problem) in [
        ("boards = [\"Netwrk\"]", "the desk has no board \"Netwrk\""),
        ("statuses = [\"Open\"]", "no ticket arrives in status \"Open\""),
        ("companies = [\"Acne\"]", "there is no company \"Acne\" in the burst"),
        ("excluded_companies = [\"Acne\"]", "there is no company \"Acne\" in the burst"),
    ] {
        let error = refusal(&desk(2, "", "technicians = 2", trigger, PARALLEL));
        assert!(error.contains(problem) && error.contains("(known names: "), "{error}");
    }
}

/// The only ticket is from Acme, about the network, of priority 1, and comes on a Monday at eight. Who gets it, by Ann
/// and Ben; `None`: it is left.
fn under(sop: &str) -> (Option<u32>, Vec<Test>) {
    let burst = "companies = { Acme = 1, Bolt = 0 }\ncategories = { network = 1, printing = 0 }\npriorities = { 1 = 1, 3 = 0 }";
    let text = desk(1, burst, &people(&[("Ann", ""), ("Ben", "")]), &format!("sop = [{sop}]"), SEQUENTIAL);
    let log = log_of(&text, &[]);
    let skipped = found(&log, |fact| match *fact {
        Fact::Skipped { test, .. } => Some(test),
        _ => None,
    });
    (owners(&log).first().map(|owner| owner.1), skipped.into_iter().map(|(_, test)| test).collect())
}

#[test]
fn z13_standing_rules_assign_never_assign_and_leave_to_people() {
    assert_eq!(under(""), (Some(0), vec![]));
    assert_eq!(under("{ assign_to = [\"Ben\"] }"), (Some(1), vec![]));
    assert_eq!(under("{ never_assign_to = [\"Ann\"] }"), (Some(1), vec![]));
    assert_eq!(under("{ leave_to_people = true }"), (None, vec![Test::Sop]));
    // All that speak of a ticket count, the prohibition above all.
    let both = "{ assign_to = [\"Ann\", \"Ben\"] }, { never_assign_to = [\"Ann\"] }";
    assert_eq!(under(both), (Some(1), vec![]));
    assert_eq!(under("{ assign_to = [\"Ann\"] }, { never_assign_to = [\"Ann\"] }"), (None, vec![]));
}

#[test]
fn z13_a_standing_rule_holds_where_all_its_conditions_do() {
    for (fits, does_not) in [
        ("companies = [\"Acme\"]", "companies = [\"Bolt\"]"),
        ("categories = [\"printing\", \"network\"]", "categories = [\"printing\"]"),
        ("priorities = [1]", "priorities = [2, 3]"),
        ("hours = \"08:00-09:00\"", "hours = \"07:00-08:00\""),
        ("weekdays = [\"mon\"]", "weekdays = [\"tue\", \"sun\"]"),
    ] {
        assert_eq!(under(&format!("{{ assign_to = [\"Ben\"], {fits} }}")).0, Some(1), "{fits}");
        assert_eq!(under(&format!("{{ assign_to = [\"Ben\"], {does_not} }}")).0, Some(0), "{does_not}");
        assert_eq!(under(&format!("{{ leave_to_people = true, {fits} }}")).1, [Test::Sop], "{fits}");
        assert_eq!(under(&format!("{{ leave_to_people = true, {does_not} }}")).1, [], "{does_not}");
        assert_eq!(under(&format!("{{ never_assign_to = [\"Ann\"], {does_not} }}")).0, Some(0), "{does_not}");
    }
    let one_fails = "{ assign_to = [\"Ben\"], companies = [\"Acme\"], priorities = [3] }";
    assert_eq!(under(one_fails).0, Some(0));
}

#[test]
fn z2_the_preset_dispatches_once_and_never_retries() {
    // Six race in parallel; two lose all four picks.
    let text = format!("preset = \"zofiq\"\n{}", herd(6, 10, PARALLEL));
    let log = log_of(&text, &[]);
    let left = found(&log, |fact| match *fact {
        Fact::Unassigned { ticket, reason, attempts, .. } => Some((ticket.0, reason, attempts)),
        _ => None,
    });
    assert_eq!(left, [(2, (4, Reason::AttemptsExhausted, 1)), (2, (5, Reason::AttemptsExhausted, 1))]);
    for ticket in 0..6 {
        let of = |fits: fn(&Fact) -> bool| about(&log, ticket).filter(|record| fits(&record.fact)).count();
        assert_eq!(of(|fact| matches!(fact, Fact::Turn { .. })), 1);
        assert_eq!(of(|fact| matches!(fact, Fact::Asked { .. })), 1);
    }
}

#[test]
fn z2_where_nobody_is_eligible_the_ticket_is_left_for_good() {
    // Ann is out until nine; nobody comes back to the first ticket then.
    let text = format!(
        "preset = \"zofiq\"\n{}",
        desk(10, "", &people(&[("Ann", "out = [\"08:00-09:00\"]")]), "", SEQUENTIAL)
    );
    let log = log_of(&text, &[("burst.arrivals", "{ uniform = { over = \"2h\" } }")]);
    let script = Experiment::prepare(parse(&text, &[("burst.arrivals", "{ uniform = { over = \"2h\" } }")]));
    let script = script.expect("valid").script(0);
    let early = script.burst.tickets.iter().filter(|ticket| minute(ticket.arrived_at) < 60).count();
    let late = script.burst.tickets.len() - early;
    assert!(early > 0 && late > 0, "{early} and {late}");
    assert_eq!(
        count(&log, |fact| matches!(
            fact,
            Fact::Unassigned { reason: Reason::NobodyEligible, attempts: 1, .. }
        )),
        early
    );
    assert_eq!(count(&log, |fact| matches!(fact, Fact::Dispatched { .. })), late);
    assert_eq!(count(&log, |fact| matches!(fact, Fact::Turn { .. })), 10);
}

#[test]
fn z15_concurrent_owners_go_over_the_cap_and_the_run_counts_it() {
    let dispatch = "mode = \"owner-only\"\nmax_active = 1";
    let text = desk(6, "", "technicians = 3", dispatch, &format!("{SEQUENTIAL}{UNSAFE}{PARALLEL}"));
    let comparison = compare(parse(&text, &[("experiment.replications", "1")]), Engine::Direct, 1);
    let counts =
        |arm| ["over_cap", "dispatched", "unassigned_nobody"].map(|key| measured(&comparison, arm, key));
    assert_eq!(counts(0), [Some(0.0), Some(3.0), Some(3.0)], "one at a time sees every assignment");
    assert_eq!(counts(1), [Some(5.0), Some(6.0), Some(0.0)], "all six saw an idle desk");
    assert_eq!(counts(2), counts(1), "there is no slot to hold");
    let stated = |log: &[Record]| {
        found(log, |fact| match *fact {
            Fact::Assigned { active, over_cap, .. } => Some((active, over_cap)),
            _ => None,
        })
    };
    let log = &logs(parse(&text, &[]), 0)[1];
    let expected: Vec<(i64, (u32, bool))> = (1..=6).map(|active| (2, (active, active > 1))).collect();
    assert_eq!(stated(log), expected);
}

/// A step of triage that has ended, whether wrong, and the minute.
type Step = (i64, (Stage, bool));

/// The steps of triage of a ticket, as `triage` says they are; then the minutes in which its dispatch began and ended.
fn triaged(triage: &str) -> (Vec<Step>, i64, i64) {
    let teams = "[[desk.team]]\nname = \"Network\"\ntechnicians = 1\n[[desk.team]]\nname = \"Apps\"\ntechnicians = 1\n";
    let burst = "boards = { Network = 1, Apps = 0 }\ncompanies = { Acme = 1, Bolt = 0 }";
    let log = log_of(&desk(1, burst, teams, "", &format!("[triage]\n{triage}\n{SEQUENTIAL}")), &[]);
    let steps = found(&log, |fact| match *fact {
        Fact::Triaged { stage, wrong, .. } => Some((stage, wrong)),
        _ => None,
    });
    let minute_of = |fits: fn(&Fact) -> bool| when(&log, fits)[0];
    (
        steps,
        minute_of(|fact| matches!(fact, Fact::Turn { .. })),
        minute_of(|fact| matches!(fact, Fact::Dispatched { .. })),
    )
}

#[test]
fn z1_dispatch_follows_triage_and_the_summary_follows_dispatch() {
    // Written in another order than that in which they run.
    let stage = |name: &str, minutes: u32| format!("{name} = {{ latency = \"{minutes}min\" }}\n");
    let all =
        [("summary", 32), ("agreement", 16), ("contact", 8), ("board", 4), ("priority", 2), ("company", 1)];
    let (steps, began, ended) = triaged(&all.map(|(name, minutes)| stage(name, minutes)).concat());
    assert_eq!(
        steps,
        [
            (1, (Stage::Company, false)),
            (3, (Stage::Priority, false)),
            (7, (Stage::Board, false)),
            (15, (Stage::Contact, false)),
            (31, (Stage::Agreement, false)),
            (33 + 32, (Stage::Summary, false))
        ]
    );
    assert_eq!((began, ended), (31, 33));
    let (steps, began, _) = triaged(&stage("contact", 8));
    assert_eq!((steps, began), (vec![(8, (Stage::Contact, false))], 8), "what is left out takes no time");
}

#[test]
fn z1_a_wrong_board_or_company_sends_the_ticket_where_the_error_points() {
    let teams = "[[desk.team]]\nname = \"Network\"\ntechnicians = 1\n[[desk.team]]\nname = \"Apps\"\ntechnicians = 1\n";
    let burst = "boards = { Network = 1, Apps = 0 }\ncompanies = { Acme = 1, Bolt = 0 }";
    let outcome = |dispatch: &str, triage: &str| {
        let log = log_of(&desk(1, burst, teams, dispatch, &format!("[triage]\n{triage}\n{SEQUENTIAL}")), &[]);
        let skipped = |fact: &Fact| matches!(fact, Fact::Skipped { .. });
        (owners(&log).first().map(|owner| owner.1), count(&log, skipped))
    };
    let (board, company) = ("board = { error_rate = 1.0 }", "company = { error_rate = 1.0 }");
    assert_eq!(outcome("", "board = { error_rate = 0.0 }"), (Some(0), 0));
    assert_eq!(outcome("", board), (Some(1), 0), "the other board's team");
    assert_eq!(outcome("boards = [\"Network\"]", board), (None, 1), "the trigger sees what triage has found");
    assert_eq!(outcome("excluded_companies = [\"Bolt\"]", company), (None, 1));
    assert_eq!(outcome("excluded_companies = [\"Acme\"]", company), (Some(0), 0));
    let (steps, ..) = triaged(&format!("{company}\ncontact = {{ error_rate = 0.0 }}\nagreement = {{}}"));
    let wrong: Vec<(Stage, bool)> = steps.into_iter().map(|(_, step)| step).collect();
    let all_wrong = [Stage::Company, Stage::Contact, Stage::Agreement].map(|stage| (stage, true));
    assert_eq!(wrong, all_wrong, "people and contracts are looked for at the wrong company");
}
