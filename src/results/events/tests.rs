//! Events are written as they always were, and read back as they were stated.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::domain::settings::Stage;
use crate::domain::{AgentId, Board, HoldId, SimDuration, SpecId, Team, TeamId, Technician, TechnicianId};
use crate::facts::tests::Sample as _;
use crate::facts::{CostPart, Finding, Reason, Refusal, SpecStatus, Test};
use crate::report::tests::comparison;

/// The arms of a comparison as [`read`] gives them.
fn recorded(c: &Comparison) -> Vec<(String, Vec<Recorded>)> {
    c.arms.iter().map(|arm| (arm.name.clone(), arm.recorded.clone())).collect()
}

/// What [`super::write()`] writes.
fn write(c: &Comparison) -> String {
    let mut out = Vec::new();
    super::write(c, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What [`super::read`] makes of it, with nothing in memory.
fn read(text: &[u8], setup: &Setup) -> Result<Vec<(String, Vec<Recorded>)>, EventsError> {
    super::read(text, setup, &Store::new(std::env::temp_dir(), 0))
}

#[test]
fn what_is_written_reads_back() {
    let mut c = comparison();
    let mut second = c.arms[0].recorded[0].clone();
    second.replication = 1;
    c.arms[0].recorded.push(second);
    let text = write(&c);
    let records: usize = c.arms.iter().flat_map(|arm| &arm.recorded).map(|r| r.records.len()).sum();
    assert_eq!(text.lines().count(), records);
    assert_eq!(read(text.as_bytes(), &c.setup).unwrap(), recorded(&c));
    assert_eq!(read(b"", &c.setup).unwrap(), []);
}

#[test]
fn the_lines_say_what_the_facts_say() {
    let text = write(&comparison());
    let line = text.lines().find(|line| line.contains("\"refused\"")).unwrap();
    assert_eq!(
        line,
        r#"{"discipline":"parallel","replication":0,"at":"2026-11-23T08:02:30-05:00","seconds":150,"event":"refused","ticket":"T-002","technician":"Ada","slot":"2026-11-23T08:30:00-05:00","why":"booked","by":"T-001"}"#
    );
}

/// One fact of each kind, with its line after the instant.
fn kinds() -> Vec<(Fact, &'static str)> {
    let (t, who, start) = (TicketId(0), TechnicianId(0), SimTime::ZERO);
    let d = SimDuration::from_micros(1_500_000);
    vec![
        (
            Fact::Arrived { ticket: t },
            r#""arrived","ticket":"T-001","board":"Service Desk","team":"Service Desk","status":"New","category":"network","company":"Initech, Inc.","priority":3}"#,
        ),
        (
            Fact::Skipped { ticket: t, agent: AgentId(0), test: Test::Sop },
            r#""skipped","ticket":"T-001","agent":"Front desk","test":"sop"}"#,
        ),
        (
            Fact::Triaged { ticket: t, stage: Stage::Company, was: 0, is: 0, wrong: true },
            r#""triaged","ticket":"T-001","stage":"company","was":"Initech, Inc.","is":"Initech, Inc.","wrong":true}"#,
        ),
        (
            Fact::Triaged { ticket: t, stage: Stage::Priority, was: 3, is: 1, wrong: false },
            r#""triaged","ticket":"T-001","stage":"priority","was":"3","is":"1","wrong":false}"#,
        ),
        (
            Fact::Triaged { ticket: t, stage: Stage::Contact, was: 0, is: 0, wrong: false },
            r#""triaged","ticket":"T-001","stage":"contact","was":null,"is":null,"wrong":false}"#,
        ),
        (
            Fact::Turn { ticket: t, agent: AgentId(0) },
            r#""turn","ticket":"T-001","agent":"Front desk","mode":"owner-and-slot"}"#,
        ),
        (
            Fact::Merged { ticket: t, agent: AgentId(0), into: TicketId(1) },
            r#""merged","ticket":"T-001","agent":"Front desk","into":"T-002"}"#,
        ),
        (
            Fact::MergeMissed { ticket: t, twin: TicketId(1) },
            r#""merge_missed","ticket":"T-001","twin":"T-002"}"#,
        ),
        (
            Fact::Locked { ticket: t, technicians: 2, waited: d },
            r#""locked","ticket":"T-001","technicians":2,"waited_s":1.5}"#,
        ),
        (
            Fact::Triaged { ticket: t, stage: Stage::Urgency, was: 2, is: 0, wrong: true },
            r#""triaged","ticket":"T-001","stage":"urgency","was":"low","is":"high","wrong":true}"#,
        ),
        (
            Fact::FollowedUp { ticket: t, wrong: true, done: d },
            r#""followed_up","ticket":"T-001","wrong":true,"done_s":1.5}"#,
        ),
        (
            Fact::Evaluated { ticket: t, attempt: 1, technician: who, finding: Finding::AfterHours },
            r#""evaluated","ticket":"T-001","attempt":1,"technician":"A \"quoted\" \\ name\n","finding":"after_hours"}"#,
        ),
        (
            Fact::Scored { ticket: t, attempt: 1, technician: who, part: CostPart::History, value: -0.4 },
            r#""scored","ticket":"T-001","attempt":1,"technician":"A \"quoted\" \\ name\n","part":"history","value":-0.4}"#,
        ),
        (
            Fact::Read { ticket: t, attempt: 1, offered: 2 },
            r#""read","ticket":"T-001","attempt":1,"offered":2}"#,
        ),
        (Fact::RankingBegun { ticket: t }, r#""ranking_begun","ticket":"T-001"}"#),
        (Fact::Batched { ticket: t, with: TicketId(1) }, r#""batched","ticket":"T-001","with":"T-002"}"#),
        (Fact::TurnAgain { ticket: t }, r#""turn_again","ticket":"T-001"}"#),
        (
            Fact::Asked { ticket: t, attempt: 1, tokens: 1200, answer_at: start },
            r#""asked","ticket":"T-001","attempt":1,"tokens":1200,"answer_at":"2026-11-23T08:00:00-05:00"}"#,
        ),
        (
            Fact::Throttled { ticket: t, attempt: 2, waited: d },
            r#""throttled","ticket":"T-001","attempt":2,"waited_s":1.5}"#,
        ),
        (
            Fact::CallFailed { ticket: t, attempt: 1, tries: 2, again_at: Some(start) },
            r#""call_failed","ticket":"T-001","attempt":1,"tries":2,"again_at":"2026-11-23T08:00:00-05:00"}"#,
        ),
        (
            Fact::CallFailed { ticket: t, attempt: 1, tries: 3, again_at: None },
            r#""call_failed","ticket":"T-001","attempt":1,"tries":3,"again_at":null}"#,
        ),
        (
            Fact::Ranked { ticket: t, attempt: 1, rank: 1, technician: who, start, cost: 0.1 },
            r#""ranked","ticket":"T-001","attempt":1,"rank":1,"technician":"A \"quoted\" \\ name\n","slot":"2026-11-23T08:00:00-05:00","cost":0.1}"#,
        ),
        (
            Fact::Granted { ticket: t, hold: HoldId(3), technician: who, start },
            r#""granted","ticket":"T-001","hold":3,"technician":"A \"quoted\" \\ name\n","slot":"2026-11-23T08:00:00-05:00"}"#,
        ),
        (
            Fact::Passed { ticket: t, technician: who },
            r#""passed","ticket":"T-001","technician":"A \"quoted\" \\ name\n"}"#,
        ),
        (
            Fact::Refused { ticket: t, technician: who, start, why: Refusal::Changed, by: None },
            r#""refused","ticket":"T-001","technician":"A \"quoted\" \\ name\n","slot":"2026-11-23T08:00:00-05:00","why":"changed","by":null}"#,
        ),
        (
            Fact::Freed { ticket: t, hold: HoldId(3), technician: who, start, lapsed: true, orphaned: d },
            r#""freed","ticket":"T-001","hold":3,"technician":"A \"quoted\" \\ name\n","slot":"2026-11-23T08:00:00-05:00","lapsed":true,"orphaned_s":1.5}"#,
        ),
        (
            Fact::Booked { ticket: t, technician: who, start, end: start, held: true },
            r#""booked","ticket":"T-001","technician":"A \"quoted\" \\ name\n","slot":"2026-11-23T08:00:00-05:00","slot_end":"2026-11-23T08:00:00-05:00","held":true}"#,
        ),
        (
            Fact::Assigned { ticket: t, technician: who, active: 5, over_cap: true },
            r#""assigned","ticket":"T-001","technician":"A \"quoted\" \\ name\n","active":5,"over_cap":true}"#,
        ),
        (
            Fact::StatusChanged { ticket: t, was: 0, is: 1 },
            r#""status_changed","ticket":"T-001","was":"New","is":"Assigned"}"#,
        ),
        (
            Fact::Dispatched { ticket: t, technician: who, attempts: 1, rank: 2, delay: d, taken: d },
            r#""dispatched","ticket":"T-001","technician":"A \"quoted\" \\ name\n","attempts":1,"rank":2,"delay_s":1.5,"taken_s":1.5}"#,
        ),
        (
            Fact::Queued { ticket: t, agent: AgentId(0), team: TeamId(0), delay: d, taken: d },
            r#""queued","ticket":"T-001","agent":"Front desk","team":"Service Desk","delay_s":1.5,"taken_s":1.5}"#,
        ),
        (Fact::Misfit { ticket: t }, r#""misfit","ticket":"T-001"}"#),
        (
            Fact::Answered { ticket: t, agent: AgentId(0), attempts: 2, delay: d, taken: d },
            r#""answered","ticket":"T-001","agent":"Front desk","attempts":2,"delay_s":1.5,"taken_s":1.5}"#,
        ),
        (
            Fact::Unassigned { ticket: t, agent: AgentId(0), reason: Reason::TooManySpecs, attempts: 1 },
            r#""unassigned","ticket":"T-001","agent":"Front desk","reason":"too_many_specs","attempts":1}"#,
        ),
        (
            Fact::Started { ticket: t, technician: who, waited: d, late: d },
            r#""started","ticket":"T-001","technician":"A \"quoted\" \\ name\n","waited_s":1.5,"late_s":1.5}"#,
        ),
        (
            Fact::Compared { ticket: t, attempt: 1, technician: who, part: CostPart::Load, value: 0.25 },
            r#""compared","ticket":"T-001","attempt":1,"technician":"A \"quoted\" \\ name\n","part":"load","value":0.25}"#,
        ),
        (
            Fact::Postponed { ticket: t, technician: who, out: true, until: None },
            r#""postponed","ticket":"T-001","technician":"A \"quoted\" \\ name\n","out":true,"until":null}"#,
        ),
        (
            Fact::Interrupted { ticket: t, technician: who, until: None },
            r#""interrupted","ticket":"T-001","technician":"A \"quoted\" \\ name\n","until":null}"#,
        ),
        (
            Fact::Continued { ticket: t, technician: who },
            r#""continued","ticket":"T-001","technician":"A \"quoted\" \\ name\n"}"#,
        ),
        (
            Fact::Finished { ticket: t, technician: who, resolved: d, worked: d },
            r#""finished","ticket":"T-001","technician":"A \"quoted\" \\ name\n","resolved_s":1.5,"worked_s":1.5}"#,
        ),
        (
            Fact::DoubleBooked { ticket: t, technician: who, peers: 1, overlap: d },
            r#""double_booked","ticket":"T-001","technician":"A \"quoted\" \\ name\n","peers":1,"overlap_s":1.5}"#,
        ),
        (
            Fact::SpecQueued { spec: SpecId(3), dispatch: 1, tickets: 6 },
            r#""spec_queued","spec":"spec-3","dispatch":1,"tickets":6}"#,
        ),
        (Fact::Sliced { ticket: t, spec: SpecId(3) }, r#""sliced","ticket":"T-001","spec":"spec-3"}"#),
        (Fact::SpecStarted { spec: SpecId(3) }, r#""spec_started","spec":"spec-3"}"#),
        (
            Fact::SpecEnded { spec: SpecId(3), status: SpecStatus::Timeout, done: 4, tokens: 1 << 40 },
            r#""spec_ended","spec":"spec-3","status":"timeout","done":4,"tokens":1099511627776}"#,
        ),
        (Fact::Resumed { dispatch: 1, results: 5 }, r#""resumed","dispatch":1,"results":5}"#),
        (Fact::Rejected { dispatch: 2, specs: 21 }, r#""rejected","dispatch":2,"specs":21}"#),
    ]
}

#[test]
fn each_fact_has_its_line_and_names_are_escaped() {
    let mut c = comparison();
    let mut desk = (*c.setup.desk).clone();
    desk.technicians[0].name = "A \"quoted\" \\ name\n".to_owned();
    c.setup.desk = Arc::new(desk);
    let kinds = kinds();
    let names: std::collections::BTreeSet<&str> = kinds.iter().map(|(fact, _)| fact.name()).collect();
    assert_eq!(names.len(), Fact::NAMES.len(), "a fact is missing here");
    c.arms.truncate(1);
    c.arms[0].recorded[0].records =
        kinds.iter().map(|&(fact, _)| Record { at: SimTime::ZERO, fact }).collect();
    let text = write(&c);
    let head =
        r#"{"discipline":"sequential","replication":0,"at":"2026-11-23T08:00:00-05:00","seconds":0,"event":"#;
    for (line, (fact, rest)) in text.lines().zip(kinds) {
        assert_eq!(line.strip_prefix(head), Some(rest), "{fact:?}");
    }
}

/// Comparisons of one recorded replication, with any facts at any instants, on a desk of which each list has two entries
/// with names that need escapes, in zones with offsets of hours, minutes and seconds.
fn any_comparison() -> impl Strategy<Value = Comparison> {
    let start = prop::sample::select(vec![
        "2026-11-01T00:30:00-04:00[America/New_York]",
        "2026-11-23T08:00:00+05:45[Asia/Kathmandu]",
        "1880-03-01T08:00:00-04:56:02[America/New_York]",
    ]);
    let records = vec((SimTime::samples(), Fact::any()), 0..40);
    (start, any::<bool>(), records).prop_map(|(start, named, records)| {
        let mut c = comparison();
        c.setup.start = start.parse().unwrap();
        let names = || vec!["A \"quoted\" \\ name\u{202e}".to_owned(), "Zoë 😀".to_owned()];
        let desk = Arc::make_mut(&mut c.setup.desk);
        desk.companies = names();
        desk.categories = names();
        desk.statuses = names();
        desk.technicians =
            names().into_iter().map(|name| Technician { name, ..Technician::default() }).collect();
        desk.teams = names().into_iter().map(|name| Team { name, members: Vec::new() }).collect();
        desk.boards = (0..).zip(names()).map(|(team, name)| Board { name, team: TeamId(1 - team) }).collect();
        c.setup.agents = names();
        let ticket = |number: u32| Ticket {
            arrived_at: SimTime::from_micros(number.into()),
            board: BoardId(number),
            status: number,
            category: number,
            company: number,
            priority: number as u8,
            work: None,
            owned: number == 1,
            twin: None,
        };
        let burst = Burst {
            tickets: vec![ticket(0), ticket(1)],
            changes: Vec::new(),
            names: if named { names().into() } else { Arc::default() },
        };
        let arrivals = (0..).zip(&burst.tickets).map(|(number, ticket)| Record {
            at: ticket.arrived_at,
            fact: Fact::Arrived { ticket: TicketId(number) },
        });
        let others = records
            .into_iter()
            .filter(|(_, fact)| !matches!(fact, Fact::Arrived { .. }))
            .map(|(at, fact)| Record { at, fact: possible(fact) });
        c.arms.truncate(1);
        c.arms[0].name = "a \"lane\"".to_owned();
        c.arms[0].recorded = vec![Recorded::new(3, &burst, arrivals.chain(others))];
        c
    })
}

/// The fact with bare numbers that stand for something.
fn possible(mut fact: Fact) -> Fact {
    match &mut fact {
        Fact::StatusChanged { was, is, .. } => (*was, *is) = (*was % 2, *is % 2),
        Fact::Triaged { stage: Stage::Company | Stage::Board, was, is, .. } => {
            (*was, *is) = (*was % 2, *is % 2);
        }
        Fact::Triaged { stage: Stage::Urgency | Stage::Impact, was, is, .. } => {
            (*was, *is) = (*was % 3, *is % 3);
        }
        Fact::Triaged { stage: Stage::Contact | Stage::Agreement | Stage::Summary, was, is, .. } => {
            (*was, *is) = (0, 0);
        }
        _ => {}
    }
    fact
}

proptest! {
    #[test]
    fn any_facts_read_back_equal_and_write_the_same_bytes(c in any_comparison()) {
        let text = write(&c);
        let read = read(text.as_bytes(), &c.setup).unwrap();
        prop_assert_eq!(&read, &recorded(&c));
        let mut again = c.clone();
        again.arms[0].recorded = read.into_iter().next().unwrap().1;
        prop_assert_eq!(write(&again), text);
    }
}

#[test]
fn a_cost_that_is_no_number_is_null() {
    let mut c = comparison();
    c.arms.truncate(1);
    let (ticket, technician) = (TicketId(0), TechnicianId(0));
    let scored = Fact::Scored { ticket, attempt: 1, technician, part: CostPart::Start, value: f64::INFINITY };
    let at = SimTime::ZERO;
    c.arms[0].recorded[0].records =
        [Record { at, fact: Fact::Arrived { ticket } }, Record { at, fact: scored }].into_iter().collect();
    let text = write(&c);
    assert!(text.ends_with(",\"value\":null}\n"), "{text}");
    c.arms[0].recorded = read(text.as_bytes(), &c.setup).unwrap().remove(0).1;
    assert_eq!(write(&c), text);
}

#[test]
fn a_line_that_cannot_be_read_is_named_with_what_is_wrong() {
    let c = comparison();
    let whole = write(&c);
    let error = |text: &str| read(text.as_bytes(), &c.setup).unwrap_err().to_string();
    let second = whole.find('\n').unwrap() + 1;
    assert!(error(&whole[..second + 30]).starts_with("line 2: not an event: "));
    assert!(error(&format!("{}\n", &whole[..second])).starts_with("line 2: not an event: "));
    assert!(matches!(read(b"{\"at\": \"\xff\"}\n", &c.setup), Err(EventsError::Line { line: 1, .. })));
    let arrived = whole.lines().next().unwrap();
    let granted = whole.lines().find(|line| line.contains("\"granted\"")).unwrap();
    for (found, put, wrong) in [
        (
            "\"Ada\"",
            "\"Bob\"",
            "`technician` is \"Bob\", but there is no technician of that name on this desk",
        ),
        (
            "\"T-001\",\"hold",
            "\"T-004\",\"hold",
            "`ticket` is \"T-004\", but no ticket of that name has arrived before",
        ),
        ("granted", "grunted", "there is no event named \"grunted\""),
        ("\"hold\":0,", "", "`hold` is missing"),
        ("\"hold\":0,", "\"hold\":-1,", "`hold` is -1, but it must be a whole number that is not too large"),
        (
            "\"seconds\":120,",
            "\"seconds\":1e2,",
            "`seconds` is 1e2, but it must be a number of seconds with six decimals at most",
        ),
        (
            "08:30:00-05:00",
            "08:30:00-04:00",
            "`slot` is \"2026-11-23T08:30:00-04:00\", but it must be an instant in the scenario's zone",
        ),
    ] {
        let text =
            format!("{arrived}\n{}\n", granted.replacen(found, put, 1)).replace("sequential", "parallel");
        assert_eq!(error(&text), format!("line 2: {wrong}"));
    }
    let text = arrived.replace("\"New\"", "\"Old\"");
    assert_eq!(error(&text), "line 1: `status` is \"Old\", but there is no status of that name on this desk");
}
