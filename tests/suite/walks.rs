//! Random scenarios from all the keys there are: every ticket is accounted for, nobody works two jobs at a time, both
//! engines agree.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use stampede::discipline::DisciplineKind;
use stampede::domain::{SpecId, TechnicianId, TicketId};
use stampede::engine::Engine;
use stampede::experiment::Experiment;
use stampede::facts::{Fact, Record};

use crate::common::{compare, count, logs, parse};
use crate::extremes::accounted_for;

/// Two technicians' pods, one customer that has none, and one that has two.
const PODS: &str =
    "pod,technician,customer\nNorth,Ann,Acme\nNorth,Ben,Bolt\nSouth,Cid,Crux\nSouth,Ann,Bolt\n";

/// What the walk draws from: each line of a scenario is one of these, the empty ones leave the default.
const BURST: [&[&str]; 4] = [
    &[
        "{ backlog = {} }",
        "{ uniform = { over = \"20min\" } }",
        "{ spike = { mean = \"5min\", same_company = 0.5 } }",
    ],
    &["", "work = \"25min\"", "work = { lognormal = { mean = \"30min\", cv = 1.0 } }", "work = \"0s\""],
    &["", "duplicates = 0.5", "duplicates = 1.0"],
    &["", "boards = { Net = 1, Apps = 1, Print = 1 }"],
];

const RANKER: [&[&str]; 6] = [
    &["", "kind = \"round-robin\"", "kind = \"least-loaded\"", "kind = \"two-choices\""],
    &["latency = \"0s\"", "latency = \"2min\"", "latency = { exponential = { mean = \"2min\" } }"],
    &["", "temperature = 0.5"],
    &["w_load = 0.0\nw_history = 0.0", ""],
    &["", "tokens = 1000"],
    &[
        "",
        "provider = { calls_per_minute = 2 }",
        "provider = { concurrent_calls = 1, failure_rate = 0.3 }",
        "provider = { calls_per_minute = 3, concurrent_calls = 2, failure_rate = 0.6, max_tries = 2, back_off = \"0s\" }",
        "provider = { failure_rate = 1.0, max_tries = 1 }",
    ],
];

const CALENDAR: [&[&str]; 5] = [
    &["", "read_latency = \"5s\""],
    &["", "claim_latency = \"20s\"", "claim_latency = { uniform = { min = \"0s\", max = \"2min\" } }"],
    &["", "write_latency = \"30s\"", "write_latency = \"3min\""],
    &["", "lease = \"1min\"", "lease = \"30min\""],
    &["", "concurrent_calls = 1", "concurrent_calls = 2"],
];

/// How many of the first of [`DISPATCH`] are about slots.
const ABOUT_SLOTS: usize = 3;

const DISPATCH: [&[&str]; 7] = [
    &["", "buffer = \"0s\"\nlead = \"0s\"", "grid = \"30min\""],
    &["", "horizon = \"1h\""],
    &["", "second_day = true"],
    &["", "status_after = \"Assigned\""],
    &["", "statuses = [\"New\"]"],
    &["", "excluded_companies = [\"Acme\"]", "companies = [\"Acme\", \"Bolt\"]"],
    &[
        "",
        "sop = [{ companies = [\"Acme\"], never_assign_to = [\"Ann\"] }]",
        "sop = [{ categories = [\"vpn\"], assign_to = [\"Ben\"] }, { priorities = [1], assign_to = [\"Ann\", \"Ben\"] }]",
        "sop = [{ priorities = [1], leave_to_people = true }, { hours = \"08:10-09:00\", never_assign_to = [\"Cid\"] }]",
        "sop = [{ never_assign_to = [\"Ann\", \"Ben\", \"Cid\", \"Dee\"] }]",
    ],
];

/// The agents: one, or several with modes of their own. Sub-tables inherit what `[dispatch]` says.
const AGENTS: [(&str, bool); 8] = [
    ("", true),
    ("[[agent]]\nname = \"net\"\nboards = [\"Net\"]\n[[agent]]\nname = \"rest\"\nslot = \"45min\"\n", true),
    (
        "[[agent]]\nname = \"net\"\nboards = [\"Net\"]\n[[agent]]\nname = \"apps\"\nmode = \"team-only\"\n",
        true,
    ),
    ("[[agent]]\nname = \"all\"\nmode = \"team-only\"\n", true),
    (
        "[[agent]]\nname = \"all\"\nmode = \"owner-only\"\nmax_active = 2\nexcluded_statuses = [\"Waiting\"]\n",
        false,
    ),
    (
        "[[agent]]\nname = \"net\"\nboards = [\"Net\"]\nmode = \"owner-only\"\nmax_active = 3\n\
         [[agent]]\nname = \"apps\"\nboards = [\"Apps\"]\nmode = \"team-only\"\n[[agent]]\nname = \"rest\"\n",
        false,
    ),
    ("[[agent]]\nname = \"all\"\nmode = \"read-only\"\nrework = 0.5\n", false),
    (
        "[[agent]]\nname = \"net\"\nboards = [\"Net\"]\nmode = \"read-only\"\nrework = 1.0\n[[agent]]\nname = \"rest\"\n",
        false,
    ),
];

const TRIAGE: [&str; 4] = [
    "",
    "[triage]\ncompany = { latency = \"30s\", error_rate = 0.3 }\nboard = { error_rate = 0.5 }\n",
    "[triage]\npriority = { error_rate = 1.0 }\nsummary = { latency = \"10s\" }\n",
    "[triage]\ncontact = { latency = \"1min\", error_rate = 0.1 }\nagreement = {}\nsummary = {}\n",
];

const DISCIPLINES: [&str; 14] = [
    "kind = \"sequential\"",
    "kind = \"unsafe-parallel\"\nconcurrency = 3",
    "kind = \"parallel\"\nmax_attempts = 2\nalternatives = 1",
    "kind = \"parallel\"\nprotected_share = 0.5",
    "kind = \"parallel\"\nconcurrency = 2\nranker = \"round-robin\"",
    "kind = \"optimistic\"\npeer_awareness = 1.0",
    "kind = \"locked\"\npeer_awareness = 0.5",
    "kind = \"locked\"\nconcurrency = 2\nranker = \"two-choices\"",
    "kind = \"batched\"\nwindow = \"3min\"\nranker = \"ai\"",
    "kind = \"pods\"",
    "kind = \"pods\"\nwrites = \"unsafe\"\nranker = \"least-loaded\"",
    "kind = \"subagents\"\nwindow = \"2min\"\nsubagents = 3\nmax_in_flight = 2\nceiling = \"5min\"",
    "kind = \"subagents\"\nwrites = \"parent\"\ntoken_budget = 1500\nsplit = \"company\"",
    "kind = \"subagents\"\nwrites = \"unsafe\"\ninside = \"parallel\"\nceiling = \"3min\"\nranker = \"ai\"",
];

/// A number below `bound`, the next of a sequence.
fn draw(state: &mut u64, bound: usize) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize % bound
}

fn choose<'a>(state: &mut u64, lists: &[&[&'a str]]) -> Vec<&'a str> {
    lists.iter().map(|list| list[draw(state, list.len())]).collect()
}

/// A scenario, and whether `batched` may be in it.
fn scenario(state: &mut u64, pods: &str) -> String {
    let burst = choose(state, &BURST);
    let [arrivals, burst @ ..] = burst.as_slice() else { unreachable!("four lists") };
    let (agents, may_batch) = AGENTS[draw(state, AGENTS.len())];
    // Where no agent books slots, nothing may be said of them.
    let books_slots =
        agents.is_empty() || agents.matches("[[agent]]").count() > agents.matches("mode = ").count();
    let pods =
        if draw(state, 2) == 0 { format!("pods = {pods:?}\nout_interrupts = true") } else { String::new() };
    let mut text = format!(
        r#"
        name = "walk"
        [burst]
        tickets = {}
        arrivals = {arrivals}
        companies = {{ Acme = 3, Bolt = 2, Crux = 1, Dorn = 1 }}
        categories = {{ vpn = 1, mail = 1 }}
        priorities = {{ 1 = 1, 3 = 2, 4 = 1 }}
        statuses = {{ New = 4, Waiting = 1 }}
        {}
        [desk]
        {pods}
        [[desk.team]]
        name = "Infra"
        boards = ["Net", "Print"]
        [[desk.team]]
        name = "Software"
        boards = ["Apps"]
        [[desk.technician]]
        name = "Ann"
        open = {{ New = 1, Waiting = 2 }}
        [[desk.technician]]
        name = "Ben"
        teams = ["Infra"]
        out = ["08:05-08:30"]
        busy = ["09:00-10:00"]
        history = {{ vpn = 0.9 }}
        [[desk.technician]]
        name = "Cid"
        hours = "08:00-09:00"
        [[desk.technician]]
        name = "Dee"
        teams = ["Software"]
        hours = "09:00-17:00"
        [dispatch]
        {}
        {agents}
        {}
        [ranker]
        {}
        [calendar]
        {}
        [experiment]
        replications = 2
        records = 1
        "#,
        1 + draw(state, 16),
        burst.join("\n"),
        choose(state, &DISPATCH)[if books_slots { 0 } else { ABOUT_SLOTS }..].join("\n"),
        TRIAGE[draw(state, TRIAGE.len())],
        choose(state, &RANKER).join("\n"),
        choose(state, &CALENDAR).join("\n"),
    );
    for number in 0..3 {
        let kind = DISCIPLINES[draw(state, DISCIPLINES.len())];
        if may_batch || !kind.contains("batched") {
            let _ = write!(text, "\n[[discipline]]\nname = \"arm-{number}\"\n{kind}\n");
        }
    }
    // Where the AI works by itself, no other ranker can.
    for other in
        ["round-robin", "least-loaded", "two-choices"].iter().filter(|_| agents.contains("read-only"))
    {
        for key in ["kind", "ranker"] {
            text = text.replace(&format!("{key} = \"{other}\""), &format!("{key} = \"ai\""));
        }
    }
    text + "\n[[discipline]]\nkind = \"parallel\"\n"
}

/// Whoever works does one job at a time, every job once; a spec ends once and a parent resumes once with all results.
fn one_at_a_time(log: &[Record], has_work: impl Fn(TicketId) -> bool, context: &str) {
    let mut working: BTreeMap<TechnicianId, TicketId> = BTreeMap::new();
    let mut owned = BTreeSet::new();
    let (mut started, mut finished) = (BTreeSet::new(), BTreeSet::new());
    let (mut specs, mut ended): (BTreeMap<SpecId, u32>, BTreeSet<SpecId>) = Default::default();
    let mut results: BTreeMap<u32, u32> = BTreeMap::new();
    for record in log {
        match record.fact {
            Fact::Dispatched { ticket, .. } | Fact::Queued { ticket, .. } => {
                owned.insert(ticket);
            }
            Fact::Started { ticket, technician, .. } => {
                assert!(owned.contains(&ticket) && started.insert(ticket), "{context}: {ticket:?} starts");
                assert_eq!(working.insert(technician, ticket), None, "{context}: {technician:?} is busy");
            }
            Fact::Finished { ticket, technician, .. } => {
                assert!(finished.insert(ticket), "{context}: {ticket:?} ends twice");
                assert_eq!(working.remove(&technician), Some(ticket), "{context}");
            }
            Fact::SpecQueued { spec, dispatch, .. } => {
                assert_eq!(specs.insert(spec, dispatch), None, "{context}: {spec:?} is not unique");
                *results.entry(dispatch).or_default() += 1;
            }
            Fact::SpecEnded { spec, .. } => assert!(ended.insert(spec), "{context}: {spec:?} ends twice"),
            Fact::Resumed { dispatch, results: got } => {
                assert_eq!(results.remove(&dispatch), Some(got), "{context}: dispatch {dispatch}");
                assert!(specs.iter().all(|(spec, of)| *of != dispatch || ended.contains(spec)), "{context}");
            }
            _ => {}
        }
    }
    owned.retain(|ticket| has_work(*ticket));
    assert_eq!(started, owned, "{context}: jobs are lost");
    assert_eq!(finished, owned, "{context}: jobs do not end");
    assert!(results.is_empty(), "{context}: parents do not resume: {results:?}");
    assert_eq!(specs.len(), ended.len(), "{context}: subagents do not end");
}

#[test]
fn no_random_scenario_loses_a_ticket_or_parts_the_engines() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let pods = folder.path().join("pods.csv");
    std::fs::write(&pods, PODS).expect("a file can be written");
    let pods = pods.to_str().expect("the path is text");
    let mut state = 1;
    for _ in 0..WALKS {
        let text = scenario(&mut state, pods);
        let scenario = parse(&text, &[]);
        let script = Experiment::prepare(scenario.clone()).expect("it is legal").script(0);
        for (log, arm) in logs(scenario.clone(), 0).into_iter().zip(&scenario.disciplines) {
            accounted_for(&log, &text);
            if looks_before_it_writes(&arm.kind, scenario.agents.len()) {
                let twice = count(&log, |fact| matches!(fact, Fact::DoubleBooked { .. }));
                assert_eq!(twice, 0, "{}: {text}", arm.name);
            }
            let has_work = |ticket: TicketId| script.burst.ticket(ticket).work.is_some();
            one_at_a_time(&log, has_work, &text);
        }
        let digests = |engine| -> Vec<_> {
            compare(scenario.clone(), engine, 1).arms.iter().map(|arm| arm.digest).collect()
        };
        assert_eq!(digests(Engine::Direct), digests(Engine::Actix), "{text}");
    }
}

/// Whether a discipline never double-books, with so many agents side by side.
fn looks_before_it_writes(kind: &DisciplineKind, agents: usize) -> bool {
    let keys = format!("{kind:?}");
    match kind.name() {
        "unsafe-parallel" => false,
        "parallel" => keys.contains("protected_share: 1.0"),
        "optimistic" | "locked" => true,
        "sequential" | "batched" => agents == 1,
        "pods" => keys.contains("writes: Held"),
        "subagents" => !keys.contains("writes: Unsafe"),
        other => panic!("nobody knows whether {other} looks before it writes"),
    }
}

/// Scenarios drawn.
const WALKS: u32 = 150;

/// A desk of two with tickets that all wait at opening, and what else there is to say.
fn small(tickets: u32, rest: &str) -> String {
    format!(
        r#"
        name = "small"
        [burst]
        tickets = {tickets}
        arrivals = {{ backlog = {{}} }}
        work = "5min"
        {rest}
        "#
    )
}

const ANN_AND_BEN: &str =
    "[desk]\n[[desk.technician]]\nname = \"Ann\"\n[[desk.technician]]\nname = \"Ben\"\n";

/// Who owns what in the end.
fn owners(log: &[Record]) -> Vec<TechnicianId> {
    let owner = |record: &Record| match record.fact {
        Fact::Dispatched { technician, .. } => Some(technician),
        _ => None,
    };
    log.iter().filter_map(owner).collect()
}

#[test]
fn z13_who_is_never_to_get_a_ticket_does_not_get_it_on_the_second_day_either() {
    let rest = format!(
        "{ANN_AND_BEN}[dispatch]\nhorizon = \"1h\"\nsecond_day = true\nsop = [{{ never_assign_to = [\"Ann\"] }}]\n\
         [[discipline]]\nkind = \"sequential\"\n[[discipline]]\nkind = \"parallel\"\nmax_attempts = 1\n"
    );
    for log in logs(parse(&small(12, &rest), &[]), 0) {
        assert_eq!(owners(&log), [TechnicianId(1); 12]);
    }
}

#[test]
fn z13_the_hour_of_a_rule_is_that_in_which_the_ticket_comes_however_long_it_waits() {
    let rest = format!(
        "{ANN_AND_BEN}[dispatch]\nsop = [{{ hours = \"08:00-08:01\", never_assign_to = [\"Ann\"] }}]\n\
         [ranker]\nlatency = \"10min\"\n[[discipline]]\nkind = \"sequential\"\n[[discipline]]\nkind = \"locked\"\n"
    );
    for log in logs(parse(&small(4, &rest), &[]), 0) {
        assert_eq!(owners(&log), [TechnicianId(1); 4]);
    }
}

/// Ann owns a ticket from the start, and nobody solves it.
#[test]
fn a_job_from_a_teams_queue_is_not_taken_off_the_count_of_owned_tickets() {
    let rest = "boards = { Net = 1, Apps = 1 }
        [desk]
        [[desk.team]]
        name = \"All\"
        boards = [\"Net\", \"Apps\"]
        [[desk.technician]]
        name = \"Ann\"
        open = { New = 1 }
        [[agent]]
        name = \"net\"
        boards = [\"Net\"]
        mode = \"team-only\"
        [[agent]]
        name = \"apps\"
        mode = \"owner-only\"
        [ranker]
        latency = \"7min\"
        [[discipline]]
        kind = \"sequential\"";
    let log = &logs(parse(&small(20, rest), &[]), 0)[0];
    let active: Vec<u32> = log
        .iter()
        .filter_map(|record| match record.fact {
            Fact::Assigned { active, .. } => Some(active),
            _ => None,
        })
        .collect();
    assert!(active.len() > 3 && active.iter().all(|active| *active > 1), "{active:?}");
}

/// A ceiling at every step of a dispatch: while it reads, ranks, claims, writes and starts over.
#[test]
fn s6_past_its_ceiling_a_subagent_does_nothing_but_end_a_write() {
    let mut orphans = 0;
    for inside in ["sequential", "parallel"] {
        for ceiling in (1..400).step_by(7) {
            let rest = format!(
                "{ANN_AND_BEN}[ranker]\nlatency = \"2min\"\n[calendar]\nread_latency = \"10s\"\n\
                 claim_latency = \"20s\"\nwrite_latency = \"30s\"\nlease = \"40s\"\nconcurrent_calls = 2\n\
                 [[discipline]]\nkind = \"subagents\"\nwindow = \"1s\"\nsubagents = 2\nceiling = \"{ceiling}s\"\n\
                 inside = \"{inside}\"\nmax_attempts = 2\n"
            );
            let context = format!("{inside} for {ceiling} s");
            let log = &logs(parse(&small(6, &rest), &[]), 0)[0];
            accounted_for(log, &context);
            one_at_a_time(log, |_| true, &context);
            let booked = count(log, |fact| matches!(fact, Fact::Booked { .. }));
            assert_eq!(booked, owners(log).len(), "{context}: a write that is under way is waited for");
            let mut left = BTreeMap::new();
            let mut granted = BTreeMap::new();
            for record in log {
                match record.fact {
                    Fact::Unassigned { ticket, .. } => assert!(left.insert(ticket, record.at).is_none()),
                    Fact::Granted { hold, .. } => assert!(granted.insert(hold, record.at).is_none()),
                    // A read may stand in the calendar service's line by then.
                    Fact::Asked { ticket, .. } => {
                        assert!(!left.contains_key(&ticket), "{context}: {ticket:?} goes on");
                    }
                    Fact::Freed { ticket, hold, lapsed: false, orphaned, .. } => {
                        assert_eq!(orphaned, record.at - left[&ticket].max(granted[&hold]), "{context}");
                        orphans += u32::from(orphaned.micros() > 0);
                    }
                    _ => {}
                }
                let past = record.at.micros() >= (1 + i64::from(ceiling)) * 1_000_000;
                let begins =
                    matches!(record.fact, Fact::Asked { .. } | Fact::Ranked { .. } | Fact::Turn { .. });
                assert!(!(past && begins), "{context}: {record:?}");
            }
        }
    }
    assert!(orphans > 0, "some grants came too late");
}

#[test]
fn n12_whose_twin_has_an_owner_is_merged_with_it() {
    let rest = format!("duplicates = 1.0\n{ANN_AND_BEN}[[discipline]]\nkind = \"sequential\"\n");
    let log = &logs(parse(&small(8, &rest), &[]), 0)[0];
    assert_eq!(count(log, |fact| matches!(fact, Fact::Merged { .. })), 4);
    assert_eq!(owners(log).len(), 4);
}

#[test]
fn a_calendar_service_that_serves_one_call_at_a_time_lets_the_others_wait() {
    let rest = format!(
        "{ANN_AND_BEN}[ranker]\nlatency = \"2h\"\n[calendar]\nread_latency = \"10s\"\nconcurrent_calls = 1\n\
         [[discipline]]\nkind = \"unsafe-parallel\"\n"
    );
    let log = &logs(parse(&small(4, &rest), &[]), 0)[0];
    let asked = log.iter().filter(|record| matches!(record.fact, Fact::Asked { .. }));
    let seconds: Vec<i64> = asked.map(|record| record.at.micros() / 1_000_000).collect();
    assert_eq!(seconds, [10, 20, 30, 40]);
}
