//! What a run tells about itself (N14, Z14), what comes in (N15), and several agents on one desk (Z10).

use std::collections::BTreeMap;

use stampede::domain::settings::Stage;
use stampede::domain::{SimTime, TicketId};
use stampede::engine::Engine;
use stampede::experiment::Experiment;
use stampede::facts::{CostPart, Fact, Finding, Record};
use stampede::metrics::agents::AgentTotals;
use stampede::results::Comparison;

use super::{
    PARALLEL, SEQUENTIAL, desk, found, herd, log_of, minute, most_at_once, people, refusal, table_of,
};
use crate::common::{compare, count, logs, parse};

/// A comparison of one replication, whose log is kept.
fn one(text: &str, settings: &[(&str, &str)]) -> Comparison {
    let mut all = vec![("experiment.replications", "1"), ("experiment.records", "1")];
    all.extend_from_slice(settings);
    compare(parse(text, &all), Engine::Direct, 1)
}

#[test]
fn n14_the_parts_that_a_dispatch_has_seen_add_up_to_the_cost_that_it_ranked_by() {
    let team = people(&[
        ("Ann", "history = { general = 0.9 }\nbusy = [\"09:00-10:00\"]"),
        ("Ben", "out = [\"08:00-09:00\"]"),
        ("Cid", "history = { general = 0.1 }"),
        ("Dee", "busy = [\"08:00-12:00\"]"),
        ("Eve", ""),
    ]);
    let settings = [
        ("ranker.w_load", "3.0"),
        ("ranker.w_history", "0.7"),
        ("ranker.w_peers", "0.4"),
        ("ranker.temperature", "0.5"),
        ("discipline.peer_awareness", "0.8"),
    ];
    let log = log_of(&desk(12, "", &team, "", PARALLEL), &settings);
    let mut costs: BTreeMap<(TicketId, u16, u32), f64> = BTreeMap::new();
    let mut parts: Vec<CostPart> = Vec::new();
    let mut ranked = 0;
    for record in &log {
        match record.fact {
            Fact::Scored { ticket, attempt, technician, part, value } => {
                *costs.entry((ticket, attempt, technician.0)).or_default() += value;
                if !parts.contains(&part) {
                    parts.push(part);
                }
            }
            Fact::Ranked { ticket, attempt, technician, cost, .. } => {
                let sum = costs[&(ticket, attempt, technician.0)];
                assert!((sum - cost).abs() < 1e-9, "{sum} is not {cost}");
                ranked += 1;
            }
            _ => {}
        }
    }
    assert_eq!((ranked % 4, ranked > 48), (0, true), "four picks an attempt, and some retry: {ranked}");
    for part in [CostPart::Start, CostPart::Load, CostPart::History, CostPart::Peers, CostPart::Noise] {
        assert!(parts.contains(&part), "{part:?}");
    }
}

#[test]
fn n14_every_attempt_says_what_it_saw_picked_lost_and_fell_back_to() {
    let team =
        people(&[("Ann", ""), ("Ben", "out = [\"08:00-17:00\"]"), ("Cid", ""), ("Dee", ""), ("Eve", "")]);
    let text = desk(5, "", &team, "", &format!("{PARALLEL}alternatives = 1\n"));
    let log = log_of(&text, &[]);
    let about = |ticket: u32, attempt: u16| {
        let mut seen = Vec::new();
        let (mut picks, mut lost) = (Vec::new(), Vec::new());
        let mut current = 0;
        for record in log.iter().filter(|record| record.fact.ticket() == Some(TicketId(ticket))) {
            match record.fact {
                Fact::Evaluated { attempt: number, technician, finding, .. } if number == attempt => {
                    seen.push((technician.0, finding));
                }
                Fact::Read { attempt, .. } => current = attempt,
                Fact::Ranked { attempt: number, technician, .. } if number == attempt => {
                    picks.push(technician.0);
                }
                Fact::Refused { technician, by: Some(by), .. } if current == attempt => {
                    lost.push((technician.0, by.0));
                }
                _ => {}
            }
        }
        (seen, picks, lost)
    };
    let seen =
        [0, 1, 2, 3, 4].map(|who| (who, if who == 1 { Finding::Out } else { Finding::Eligible })).to_vec();
    assert_eq!(about(0, 1), (seen.clone(), vec![0, 2], vec![]));
    assert_eq!(about(1, 1), (seen.clone(), vec![0, 2], vec![(0, 0)]), "falls back to Cid");
    assert_eq!(about(2, 1), (seen.clone(), vec![0, 2], vec![(0, 0), (2, 1)]), "loses both");
    assert_eq!(about(2, 2), (seen.clone(), vec![3, 4], vec![]), "and sees fresh calendars");
    assert_eq!(about(3, 2), (seen, vec![3, 4], vec![(3, 2)]));
    let ranks = found(&log, |fact| match *fact {
        Fact::Dispatched { ticket, technician, attempts, rank, .. } => {
            Some((ticket.0, technician.0, attempts, rank))
        }
        _ => None,
    });
    assert_eq!(ranks[..4], [(2, (0, 0, 1, 1)), (2, (1, 2, 1, 2)), (4, (2, 3, 2, 1)), (4, (3, 4, 2, 2))]);
}

#[test]
fn n14_every_discipline_says_who_was_eligible_and_who_was_not() {
    let kinds =
        ["sequential", "unsafe-parallel", "parallel", "optimistic", "locked", "batched", "pods", "subagents"];
    let disciplines = kinds.map(|kind| format!("[[discipline]]\nkind = \"{kind}\"\n")).concat();
    let team = people(&[("Ann", ""), ("Ben", "out = [\"08:00-17:00\"]"), ("Cid", "")]);
    let logs = logs(parse(&desk(2, "", &team, "", &disciplines), &[]), 0);
    assert_eq!(logs.len(), kinds.len());
    for (kind, log) in kinds.iter().zip(&logs) {
        for ticket in [0, 1] {
            let attempts = |fact: &Fact| match *fact {
                Fact::Read { ticket: of, attempt, offered } if of.0 == ticket => {
                    assert_eq!(offered, 2, "{kind}: technicians, not slots");
                    Some(attempt)
                }
                _ => None,
            };
            let attempts = found(log, attempts);
            assert!(!attempts.is_empty(), "{kind}");
            for (_, attempt) in attempts {
                let seen = found(log, |fact| match *fact {
                    Fact::Evaluated { ticket: of, attempt: number, technician, finding }
                        if (of.0, number) == (ticket, attempt) =>
                    {
                        Some((technician.0, finding))
                    }
                    _ => None,
                });
                let seen: Vec<(u32, Finding)> = seen.into_iter().map(|(_, seen)| seen).collect();
                let expected = [(0, Finding::Eligible), (1, Finding::Out), (2, Finding::Eligible)];
                assert_eq!(seen, expected, "{kind}, ticket {ticket}, attempt {attempt}");
            }
        }
    }
}

#[test]
fn n14_explaining_changes_nothing() {
    let text = herd(12, 5, PARALLEL);
    let digest = |records: &str| {
        one(&text, &[("experiment.records", records), ("ranker.temperature", "1.0")]).arms[0].digest
    };
    assert_eq!(digest("0"), digest("1"));
}

#[test]
fn n14_each_agent_has_its_conflict_fallback_and_retry_rates() {
    let comparison = one(&herd(6, 10, PARALLEL), &[]);
    // Four win after 1, 2, 3 and 4 claims; two lose four each, and then win after 1 and 2.
    let expected = AgentTotals {
        dispatches: 6,
        claims: 1 + 2 + 3 + 4 + 4 + 4 + 1 + 2,
        conflicts: 1 + 2 + 3 + 4 + 4 + 1,
        ranked: 6,
        fallbacks: 4,
        tried: 6,
        retries: 2,
        unassigned: 0,
    };
    assert_eq!(comparison.arms[0].agents, [expected]);
    let table = table_of(&comparison, "workflows");
    assert_eq!(table.lines().count(), 2, "{table}");
    let rates = [15.0 / 21.0, 4.0 / 6.0, 2.0 / 6.0];
    let row: Vec<f64> =
        table.lines().nth(1).expect("a row").split(',').filter_map(|cell| cell.parse().ok()).collect();
    for rate in rates {
        assert!(row.iter().any(|cell| (cell - rate).abs() < 1e-3), "{rate} in {table}");
    }
}

/// What queues ends alone; what runs in parallel ends beside others, and says what it fell back to.
#[test]
fn n14_the_history_shows_which_dispatches_finish_concurrently_and_why() {
    let history = |discipline: &str| -> Vec<Vec<String>> {
        let table = table_of(&one(&herd(6, 10, discipline), &[]), "event-history");
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let rows = reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect());
        rows.collect()
    };
    let column = |rows: &[Vec<String>], place: usize| -> Vec<String> {
        rows.iter().map(|row| row[place].clone()).collect()
    };
    let (others, status, reasoning) = (6, 7, 9);
    let queued = history(SEQUENTIAL);
    assert_eq!(column(&queued, others), ["0"; 6]);
    assert!(column(&queued, reasoning).iter().all(|why| why.starts_with("picked ")), "{queued:?}");
    let parallel = history(PARALLEL);
    assert_eq!(column(&parallel, status), ["dispatched"; 6]);
    let ended: Vec<u32> =
        column(&parallel, others).iter().map(|count| count.parse().expect("a count")).collect();
    assert!(ended.windows(2).all(|pair| pair[0] > pair[1]) && ended[0] == 5, "{ended:?}");
    let told = column(&parallel, reasoning);
    let with = |part: &str| told.iter().filter(|why| why.contains(part)).count();
    assert_eq!((with("picked "), with("fell back to "), with(" at attempt 2")), (2, 4, 2), "{told:?}");
    assert!(told[1].contains("'s ") && told[1].contains(" was held by T-"), "{told:?}");
}

/// Arrivals in minutes, and the share of the first company.
fn arrivals(shape: &str) -> (Vec<f64>, f64) {
    let text = herd(1000, 10, PARALLEL);
    let settings = [("burst.arrivals", shape), ("burst.companies", "{ Acme = 1, Bolt = 2, Cog = 1 }")];
    let script = Experiment::prepare(parse(&text, &settings)).expect("valid").script(0);
    let tickets = &script.burst.tickets;
    let first = tickets.iter().filter(|ticket| ticket.company == 0).count() as f64 / 1000.0;
    let at = |at: SimTime| at.micros() as f64 / 60e6;
    (tickets.iter().map(|ticket| at(ticket.arrived_at)).collect(), first)
}

#[test]
fn n15_a_monday_queue_an_after_hours_backlog_and_a_post_outage_spike() {
    let within =
        |minutes: &[f64], from: f64, to: f64| minutes.iter().filter(|at| (from..to).contains(*at)).count();
    // A thousand tickets each; five standard errors are less than 80 of them, or 0.08.
    let (monday, share) = arrivals("{ uniform = { over = \"40min\" } }");
    for quarter in 0..4 {
        let from = f64::from(quarter) * 10.0;
        assert!((180..320).contains(&within(&monday, from, from + 10.0)), "every instant alike");
    }
    assert_eq!(within(&monday, 0.0, 40.0), 1000);
    assert!((0.18..0.32).contains(&share), "{share}");
    let (backlog, _) = arrivals("{ backlog = {} }");
    assert!(backlog.iter().all(|at| *at == 0.0), "all wait at opening");
    let (spike, share) = arrivals("{ spike = { mean = \"10min\", same_company = 0.6 } }");
    // 1 − 1/e within the mean, and 1/e of the rest in each further one.
    for (from, share) in [(0.0, 0.632), (10.0, 0.233), (20.0, 0.086)] {
        let count = within(&spike, from, from + 10.0) as f64 / 1000.0;
        assert!((count - share).abs() < 0.08, "{count} from minute {from}");
    }
    assert!((share - 0.6).abs() < 0.08, "{share}");
}

/// Three boards and an agent on each, each in a mode of its own.
fn three_agents(disciplines: &str) -> String {
    let teams = "[[desk.team]]\nname = \"Network\"\ntechnicians = 2\n[[desk.team]]\nname = \"Apps\"\ntechnicians = 2\n\
                 [[desk.team]]\nname = \"Print\"\ntechnicians = 2\n";
    let agents = "[[agent]]\nname = \"net\"\nboards = [\"Network\"]\nmode = \"owner-and-slot\"\n\
                  [[agent]]\nname = \"apps\"\nboards = [\"Apps\"]\nmode = \"owner-only\"\nmax_active = 9\n\
                  [[agent]]\nname = \"print\"\nboards = [\"Print\"]\nmode = \"team-only\"\n";
    let burst = "boards = { Network = 1, Apps = 1, Print = 1 }";
    desk(12, burst, teams, "", &format!("{agents}{disciplines}"))
}

#[test]
fn z10_several_agents_watch_several_boards_each_in_its_own_mode() {
    let text = three_agents(SEQUENTIAL);
    let script = Experiment::prepare(parse(&text, &[])).expect("valid").script(0);
    let log = log_of(&text, &[]);
    let mut done = [0; 3];
    for record in &log {
        let Some(ticket) = record.fact.ticket() else { continue };
        let board = script.burst.ticket(ticket).board.index();
        match record.fact {
            Fact::Turn { agent, .. } => assert_eq!(agent.index(), board),
            Fact::Booked { technician, .. } => {
                assert_eq!((board, technician.index() / 2), (0, 0));
                done[0] += 1;
            }
            Fact::Assigned { technician, .. } => {
                assert_eq!((board, technician.index() / 2), (1, 1));
                done[1] += 1;
            }
            Fact::Queued { team, .. } => {
                assert_eq!((board, team.index()), (2, 2));
                done[2] += 1;
            }
            _ => {}
        }
    }
    assert!(done.iter().all(|count| *count > 1), "{done:?}");
    assert_eq!(done.iter().sum::<i32>(), 12);
}

#[test]
fn z10_one_at_a_time_is_meant_agent_by_agent() {
    let log = log_of(&three_agents(SEQUENTIAL), &[]);
    let mut agent_of = BTreeMap::new();
    for record in &log {
        if let Fact::Turn { ticket, agent } = record.fact {
            agent_of.insert(ticket, agent.0);
        }
    }
    let running = |agent: Option<u32>| {
        most_at_once(&log, |fact| {
            let whose = fact.ticket().and_then(|ticket| agent_of.get(&ticket).copied());
            match fact {
                Fact::Turn { .. } if agent.is_none() || whose == agent => 1,
                Fact::Dispatched { .. } if agent.is_none() || whose == agent => -1,
                _ => 0,
            }
        })
    };
    assert_eq!((running(Some(0)), running(Some(1)), running(None)), (1, 1, 2));
}

#[test]
fn z10_an_agent_has_exactly_one_mode() {
    for mode in ["[\"owner-only\", \"team-only\"]", "\"owner\""] {
        let error = refusal(&desk(1, "", "technicians = 1", &format!("mode = {mode}"), SEQUENTIAL));
        assert!(error.contains("`dispatch.mode`"), "{error}");
    }
    let log = log_of(&herd(1, 1, SEQUENTIAL), &[]);
    assert_eq!(count(&log, |fact| matches!(fact, Fact::Booked { .. })), 1, "slots where nothing is said");
}

#[test]
fn z14_every_change_to_a_ticket_is_in_its_audit_trail() {
    let triage = "[triage]\ncompany = { error_rate = 0.5 }\npriority = { error_rate = 1.0 }\nboard = { error_rate = 0.5 }\n\
                  contact = { error_rate = 0.5 }\nsummary = { latency = \"1min\" }\n";
    let text = three_agents(&format!("{triage}{PARALLEL}"));
    let settings = [
        ("burst.companies", "{ Acme = 1, Bolt = 1 }"),
        ("burst.duplicates", "0.5"),
        ("dispatch.status_after", "\"Assigned\""),
        ("discipline.concurrency", "1"),
    ];
    let comparison = one(&text, &settings);
    let records = &comparison.arms[0].recorded[0].records.to_vec().expect("they can be read");
    let audit = table_of(&comparison, "audit");
    let rows = |field: &str| audit.lines().filter(|row| row.split(',').nth(4) == Some(field)).count();
    let facts = |fits: &dyn Fn(&Fact) -> bool| count(records, fits);
    let owned = facts(&|fact| matches!(fact, Fact::Dispatched { .. }));
    let pulled: Vec<TicketId> = queued(records);
    let started = facts(&|fact| matches!(fact, Fact::Started { ticket, .. } if pulled.contains(ticket)));
    let mut expected = [
        ("owner", owned + started),
        ("team", facts(&|fact| matches!(fact, Fact::Queued { .. }))),
        ("status", facts(&|fact| matches!(fact, Fact::StatusChanged { .. }))),
        ("merged_into", facts(&|fact| matches!(fact, Fact::Merged { .. }))),
    ]
    .to_vec();
    for (field, stage) in
        [("company", Stage::Company), ("priority", Stage::Priority), ("board", Stage::Board)]
    {
        let changed = |fact: &Fact| matches!(fact, Fact::Triaged { stage: of, was, is, .. } if *of == stage && was != is);
        expected.push((field, facts(&changed)));
    }
    for stage in [Stage::Contact, Stage::Summary] {
        let field = if stage == Stage::Contact { "contact" } else { "summary" };
        expected
            .push((field, facts(&|fact| matches!(fact, Fact::Triaged { stage: of, .. } if *of == stage))));
    }
    for (field, facts) in &expected {
        assert!(*facts > 0, "nothing of {field} to be seen");
        assert_eq!(rows(field), *facts, "{field} in\n{audit}");
    }
    let all: usize = expected.iter().map(|(_, facts)| facts).sum();
    assert_eq!(audit.lines().count(), 1 + all, "and nothing else");
    let mut whose = BTreeMap::new();
    for row in audit.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let [_, _, ticket, _, field, _, is, by] = cells[..] else { panic!("eight cells in {row}") };
        let fits = match field {
            "team" => whose.insert(ticket, by).is_none() && by == "print",
            "owner" if whose.get(ticket) == Some(&"print") => by == is,
            "owner" => whose.insert(ticket, by).is_none() && ["net", "apps"].contains(&by),
            "status" => by == whose[ticket],
            "merged_into" => by == whose[is],
            _ => by == "triage",
        };
        assert!(fits, "{row}");
    }
}

#[test]
fn n14_tickets_without_a_turn_are_their_agents_too() {
    let queued = one(&three_agents(PARALLEL), &[]);
    let agents = &queued.arms[0].agents;
    assert!(agents.iter().all(|agent| agent.dispatches > 0), "{agents:?}");
    assert_eq!(agents.iter().map(|agent| agent.dispatches).sum::<u64>(), 12);
    // More than twenty slices: each dispatch is rejected whole.
    let slices = "[[discipline]]\nkind = \"subagents\"\nsplit = \"company\"\n";
    let companies: Vec<String> = (0..25).map(|number| format!("C{number} = 1")).collect();
    let companies = format!("{{ {} }}", companies.join(", "));
    let many = [("burst.tickets", "600"), ("burst.companies", companies.as_str())];
    let left = one(&three_agents(slices), &many);
    let agents: Vec<u64> = left.arms[0].agents.iter().map(|agent| agent.unassigned).collect();
    let records = &left.arms[0].recorded[0].records.to_vec().expect("they can be read");
    let facts = count(records, |fact| matches!(fact, Fact::Unassigned { .. }));
    assert_eq!(count(records, |fact| matches!(fact, Fact::Turn { .. })), 0);
    assert!(agents[0] > 99 && agents[1] > 99 && agents[2] == 0, "{agents:?}");
    assert_eq!(agents.iter().sum::<u64>(), facts as u64);
}

/// The tickets that were left in a queue.
fn queued(records: &[Record]) -> Vec<TicketId> {
    found(records, |fact| match *fact {
        Fact::Queued { ticket, .. } => Some(ticket),
        _ => None,
    })
    .into_iter()
    .map(|(_, ticket)| ticket)
    .collect()
}

#[test]
fn z14_every_evaluation_decision_and_outcome_is_in_the_log() {
    let comparison = one(&three_agents(PARALLEL), &[]);
    let records = &comparison.arms[0].recorded[0].records.to_vec().expect("they can be read");
    let mut text = Vec::new();
    stampede::results::events::write(&comparison, &mut text).expect("memory takes it");
    assert_eq!(text.split_inclusive(|&byte| byte == b'\n').count(), records.len(), "a line per fact");
    let script = Experiment::prepare(parse(&three_agents(PARALLEL), &[])).expect("valid").script(0);
    for (number, ticket) in (0..).zip(&script.burst.tickets) {
        let own: Vec<Record> =
            records.iter().filter(|record| record.fact.ticket() == Some(TicketId(number))).copied().collect();
        let outcomes = count(&own, |fact| matches!(fact, Fact::Dispatched { .. } | Fact::Queued { .. }));
        assert_eq!(outcomes, 1);
        let evaluated = count(&own, |fact| matches!(fact, Fact::Evaluated { .. }));
        let ranked = count(&own, |fact| matches!(fact, Fact::Ranked { .. }));
        if ticket.board.index() == 2 {
            assert_eq!((evaluated, ranked), (0, 0), "nothing is evaluated where teams are assigned");
        } else {
            let reads = count(&own, |fact| matches!(fact, Fact::Read { .. }));
            assert_eq!(evaluated, 2 * reads, "both members, each time");
            assert!(ranked > 0);
        }
    }
    let logs = logs(parse(&three_agents(PARALLEL), &[]), 0);
    assert_eq!(logs[0].len(), records.len());
    assert_eq!(minute(records[0].at), 0);
}
