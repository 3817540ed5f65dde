use std::sync::Arc;

use super::*;
use crate::domain::HoldId;
use crate::facts::{Finding, Part, Reason, Refusal, SpecStatus, Test};
use crate::report::tests::comparison;

#[test]
fn every_record_is_a_line_that_reads_back() {
    let c = comparison();
    let text = jsonl(&c);
    let lines: Vec<EventLine> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let records: Vec<&Record> =
        c.arms.iter().flat_map(|arm| &arm.recorded).flat_map(|recorded| recorded.records.iter()).collect();
    assert_eq!(lines.len(), records.len());
    for (line, record) in lines.iter().zip(records) {
        assert_eq!((line.seconds * 1e6).round() as i64, record.at.micros());
        let civil: jiff::Timestamp = line.at.parse().unwrap();
        let since = civil.as_microsecond() - c.setup.start.timestamp().as_microsecond();
        assert_eq!(since, record.at.micros());
        assert_eq!(line.ticket, record.fact.ticket().map(|ticket| format!("T-{:03}", ticket.0 + 1)));
    }
}

#[test]
fn the_lines_say_what_the_facts_say() {
    let text = jsonl(&comparison());
    let line = text.lines().find(|line| line.contains("\"refused\"")).unwrap();
    assert_eq!(
        line,
        r#"{"discipline":"parallel","replication":0,"at":"2026-11-23T08:02:30-05:00","seconds":150,"event":"refused","ticket":"T-002","technician":"Ada","slot":"2026-11-23T08:30:00-05:00","why":"booked","by":"T-001"}"#
    );
}

/// One fact of each kind, with what its line reads back as.
fn kinds() -> Vec<(Fact, Event)> {
    let (t, who, start) = (TicketId(0), TechnicianId(0), SimTime::ZERO);
    let d = SimDuration::from_micros(1_500_000);
    let technician = || "A \"quoted\" \\ name\n".to_owned();
    let agent = || Some("Front desk".to_owned());
    let slot = || "2026-11-23T08:00:00-05:00".to_owned();
    let spec = || "spec-3".to_owned();
    let text = str::to_owned;
    vec![
        (
            Fact::Arrived { ticket: t },
            Event::Arrived {
                board: text("Service Desk"),
                team: text("Service Desk"),
                status: text("New"),
                category: text("network"),
                company: text("Initech, Inc."),
                priority: 3,
            },
        ),
        (
            Fact::Skipped { ticket: t, agent: AgentId(0), test: Test::Sop },
            Event::Skipped { agent: agent(), test: text("sop") },
        ),
        (
            Fact::Triaged { ticket: t, stage: Stage::Company, was: 0, is: 0, wrong: true },
            Event::Triaged {
                stage: text("company"),
                was: Some(text("Initech, Inc.")),
                is: Some(text("Initech, Inc.")),
                wrong: true,
            },
        ),
        (
            Fact::Triaged { ticket: t, stage: Stage::Priority, was: 3, is: 1, wrong: false },
            Event::Triaged {
                stage: text("priority"),
                was: Some(text("3")),
                is: Some(text("1")),
                wrong: false,
            },
        ),
        (
            Fact::Triaged { ticket: t, stage: Stage::Contact, was: 0, is: 0, wrong: false },
            Event::Triaged { stage: text("contact"), was: None, is: None, wrong: false },
        ),
        (
            Fact::Turn { ticket: t, agent: AgentId(0) },
            Event::Turn { agent: agent(), mode: Some(text("owner-and-slot")) },
        ),
        (Fact::Turn { ticket: t, agent: AgentId(9) }, Event::Turn { agent: None, mode: None }),
        (
            Fact::Merged { ticket: t, agent: AgentId(0), into: TicketId(1) },
            Event::Merged { agent: agent(), into: text("T-002") },
        ),
        (Fact::MergeMissed { ticket: t, twin: TicketId(1) }, Event::MergeMissed { twin: text("T-002") }),
        (
            Fact::Locked { ticket: t, technicians: 2, waited: d },
            Event::Locked { technicians: 2, waited_s: 1.5 },
        ),
        (
            Fact::Evaluated { ticket: t, attempt: 1, technician: who, finding: Finding::AfterHours },
            Event::Evaluated { attempt: 1, technician: technician(), finding: text("after_hours") },
        ),
        (
            Fact::Scored { ticket: t, attempt: 1, technician: who, part: Part::History, value: -0.4 },
            Event::Scored { attempt: 1, technician: technician(), part: text("history"), value: Some(-0.4) },
        ),
        (Fact::Read { ticket: t, attempt: 1, offered: 2 }, Event::Read { attempt: 1, offered: 2 }),
        (
            Fact::Asked { ticket: t, attempt: 1, tokens: 1200, answer_at: start },
            Event::Asked { attempt: 1, tokens: 1200, answer_at: slot() },
        ),
        (
            Fact::Throttled { ticket: t, attempt: 2, waited: d },
            Event::Throttled { attempt: 2, waited_s: 1.5 },
        ),
        (
            Fact::CallFailed { ticket: t, attempt: 1, tries: 2, again_at: Some(start) },
            Event::CallFailed { attempt: 1, tries: 2, again_at: Some(slot()) },
        ),
        (
            Fact::CallFailed { ticket: t, attempt: 1, tries: 3, again_at: None },
            Event::CallFailed { attempt: 1, tries: 3, again_at: None },
        ),
        (
            Fact::Ranked { ticket: t, attempt: 1, rank: 1, technician: who, start, cost: 0.1 },
            Event::Ranked { attempt: 1, rank: 1, technician: technician(), slot: slot(), cost: Some(0.1) },
        ),
        (
            Fact::Granted { ticket: t, hold: HoldId(3), technician: who, start },
            Event::Granted { hold: 3, technician: technician(), slot: slot() },
        ),
        (Fact::Passed { ticket: t, technician: who }, Event::Passed { technician: technician() }),
        (
            Fact::Refused { ticket: t, technician: who, start, why: Refusal::Changed, by: None },
            Event::Refused { technician: technician(), slot: slot(), why: text("changed"), by: None },
        ),
        (
            Fact::Freed { ticket: t, hold: HoldId(3), technician: who, start, lapsed: true, orphaned: d },
            Event::Freed { hold: 3, technician: technician(), slot: slot(), lapsed: true, orphaned_s: 1.5 },
        ),
        (
            Fact::Booked { ticket: t, technician: who, start, end: start, held: true },
            Event::Booked { technician: technician(), slot: slot(), slot_end: slot(), held: true },
        ),
        (
            Fact::Assigned { ticket: t, technician: who, active: 5, over_cap: true },
            Event::Assigned { technician: technician(), active: 5, over_cap: true },
        ),
        (
            Fact::StatusChanged { ticket: t, was: 0, is: 1 },
            Event::StatusChanged { was: text("New"), is: text("Assigned") },
        ),
        (
            Fact::Dispatched { ticket: t, technician: who, attempts: 1, rank: 2, delay: d, taken: d },
            Event::Dispatched { technician: technician(), attempts: 1, rank: 2, delay_s: 1.5, taken_s: 1.5 },
        ),
        (
            Fact::Queued { ticket: t, agent: AgentId(0), team: TeamId(0), delay: d, taken: d },
            Event::Queued { agent: agent(), team: text("Service Desk"), delay_s: 1.5, taken_s: 1.5 },
        ),
        (
            Fact::Unassigned { ticket: t, agent: AgentId(0), reason: Reason::TooManySpecs, attempts: 1 },
            Event::Unassigned { agent: agent(), reason: text("too_many_specs"), attempts: 1 },
        ),
        (
            Fact::Started { ticket: t, technician: who, waited: d, late: d },
            Event::Started { technician: technician(), waited_s: 1.5, late_s: 1.5 },
        ),
        (
            Fact::Finished { ticket: t, technician: who, resolved: d, worked: d },
            Event::Finished { technician: technician(), resolved_s: 1.5, worked_s: 1.5 },
        ),
        (
            Fact::DoubleBooked { ticket: t, technician: who, peers: 1, overlap: d },
            Event::DoubleBooked { technician: technician(), peers: 1, overlap_s: 1.5 },
        ),
        (
            Fact::SpecQueued { spec: SpecId(3), dispatch: 1, tickets: 6 },
            Event::SpecQueued { spec: spec(), dispatch: 1, tickets: 6 },
        ),
        (Fact::Sliced { ticket: t, spec: SpecId(3) }, Event::Sliced { spec: spec() }),
        (Fact::SpecStarted { spec: SpecId(3) }, Event::SpecStarted { spec: spec() }),
        (
            Fact::SpecEnded { spec: SpecId(3), status: SpecStatus::Timeout, done: 4, tokens: 1 << 40 },
            Event::SpecEnded { spec: spec(), status: text("timeout"), done: 4, tokens: 1 << 40 },
        ),
        (Fact::Resumed { dispatch: 1, results: 5 }, Event::Resumed { dispatch: 1, results: 5 }),
        (Fact::Rejected { dispatch: 2, specs: 21 }, Event::Rejected { dispatch: 2, specs: 21 }),
    ]
}

#[test]
fn all_kinds_of_facts_round_trip_and_names_are_escaped() {
    let mut c = comparison();
    let mut desk = (*c.setup.desk).clone();
    desk.technicians[0].name = "A \"quoted\" \\ name\n".to_owned();
    c.setup.desk = Arc::new(desk);
    let kinds = kinds();
    let names: std::collections::BTreeSet<&str> = kinds.iter().map(|(fact, _)| event_name(fact)).collect();
    assert_eq!(names.len(), 33, "a kind of fact is missing here");
    c.arms.truncate(1);
    c.arms[0].recorded[0].records =
        kinds.iter().map(|&(fact, _)| Record { at: SimTime::ZERO, fact }).collect();
    let text = jsonl(&c);
    assert_eq!(text.lines().count(), kinds.len());
    for (line, (fact, event)) in text.lines().zip(kinds) {
        let read: EventLine = serde_json::from_str(line).unwrap();
        assert_eq!(read.event, event, "{line}");
        assert_eq!(read.ticket.is_some(), fact.ticket().is_some(), "{line}");
        assert_eq!(line.contains("\"ticket\":"), fact.ticket().is_some(), "{line}");
    }
}
