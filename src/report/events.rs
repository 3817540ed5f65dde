//! `events.jsonl`: every record of the recorded replications, one JSON object a line, with names and civil time.

use serde::Deserialize;

use super::civil::{Civil, push_seconds, push_whole};
use super::csv::{reason_name, refusal_name, test_name};
use crate::domain::{Burst, Desk, SimDuration, SimTime, TeamId, TechnicianId, TicketId};
use crate::experiment::results::Comparison;
use crate::kernel::log::{Fact, Record};

/// A line of `events.jsonl`, read back.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct EventLine {
    /// The discipline.
    pub discipline: String,
    /// The replication, from 0.
    pub replication: u32,
    /// When: RFC 3339 in the scenario's zone.
    pub at: String,
    /// When: seconds since the scenario's start.
    pub seconds: f64,
    /// The ticket's name.
    pub ticket: String,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What a line says. Slots are RFC 3339, lengths are seconds; the facts are those of [`Fact`].
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "each field says what the field of the same name says in `kernel::log::Fact`"
)]
pub enum Event {
    /// A ticket arrived.
    Arrived { board: String, team: String, status: String, category: String, company: String, priority: u8 },
    /// It is left to people: it fails the test `board`, `status`, `company` or `excluded_company` of the trigger.
    Skipped { test: String },
    /// Its dispatch began.
    Turn,
    /// The calendars were read.
    Read { attempt: u16, offered: u32 },
    /// The ranker was called.
    Asked { attempt: u16, tokens: u32, answer_at: String },
    /// A line of the ranking.
    Ranked { attempt: u16, rank: u16, technician: String, slot: String, cost: Option<f64> },
    /// A slot is held.
    Granted { hold: u32, technician: String, slot: String },
    /// A claim was refused: `held`, `booked` or `started`.
    Refused { technician: String, slot: String, why: String, by: Option<String> },
    /// A hold ended without a booking.
    Freed { hold: u32, technician: String, slot: String, lapsed: bool, orphaned_s: f64 },
    /// A calendar entry was written.
    Booked { technician: String, slot: String, slot_end: String, held: bool },
    /// The ticket has an owner.
    Dispatched { technician: String, attempts: u16, rank: u16, delay_s: f64, taken_s: f64 },
    /// The ticket waits in a team's queue.
    Queued { team: String, delay_s: f64, taken_s: f64 },
    /// The ticket has no owner: `no_slot` or `attempts_exhausted`.
    Unassigned { reason: String, attempts: u16 },
    /// Work began.
    Started { technician: String, waited_s: f64, late_s: f64 },
    /// Work ended.
    Finished { technician: String, resolved_s: f64, worked_s: f64 },
    /// The booking overlaps others.
    DoubleBooked { technician: String, peers: u32, overlap_s: f64 },
}

/// The file: the arms in order, their recorded replications in order, their records in order.
pub fn jsonl(c: &Comparison) -> String {
    let lines: usize =
        c.arms.iter().flat_map(|arm| &arm.recorded).map(|recorded| recorded.records.len()).sum();
    let mut out = String::with_capacity(lines * 224);
    let civil = Civil::new(&c.setup.start);
    for arm in &c.arms {
        for recorded in &arm.recorded {
            let head =
                format!("{{\"discipline\":{},\"replication\":{}", quoted(&arm.name), recorded.replication);
            let names = Names::new(&recorded.burst, &c.setup.desk);
            for record in recorded.records.iter() {
                Line { out: &mut out, civil: &civil, names: &names }.write(&head, record, &recorded.burst);
            }
        }
    }
    out
}

/// A text as JSON has it.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text serialises")
}

/// Names, quoted once.
struct Names {
    tickets: Vec<String>,
    technicians: Vec<String>,
    boards: Vec<String>,
    teams: Vec<String>,
    statuses: Vec<String>,
    categories: Vec<String>,
    companies: Vec<String>,
    board_teams: Vec<TeamId>,
}

impl Names {
    fn new(burst: &Burst, desk: &Desk) -> Self {
        Self {
            tickets: (0..burst.tickets.len()).map(|n| quoted(&burst.name(TicketId(n as u32)))).collect(),
            technicians: desk.technicians.iter().map(|technician| quoted(&technician.name)).collect(),
            boards: desk.boards.iter().map(|board| quoted(&board.name)).collect(),
            statuses: desk.statuses.iter().map(|name| quoted(name)).collect(),
            board_teams: desk.boards.iter().map(|board| board.team).collect(),
            teams: desk.teams.iter().map(|team| quoted(&team.name)).collect(),
            categories: desk.categories.iter().map(|name| quoted(name)).collect(),
            companies: desk.companies.iter().map(|name| quoted(name)).collect(),
        }
    }
}

/// A line being written.
struct Line<'a> {
    out: &'a mut String,
    civil: &'a Civil,
    names: &'a Names,
}

impl Line<'_> {
    /// Writes a record.
    fn write(&mut self, head: &str, record: &Record, burst: &Burst) {
        *self.out += head;
        self.instant("at", record.at);
        self.seconds("seconds", record.at - SimTime::ZERO);
        self.text("event", event_name(&record.fact));
        if let Some(ticket) = record.fact.ticket() {
            self.ticket("ticket", ticket);
        }
        match record.fact {
            Fact::Arrived { ticket } => {
                let ticket = burst.ticket(ticket);
                let board = ticket.board.index();
                self.raw("board", self.names.boards.get(board));
                self.raw(
                    "team",
                    self.names.board_teams.get(board).and_then(|team| self.names.teams.get(team.index())),
                );
                self.raw("status", self.names.statuses.get(ticket.status as usize));
                self.raw("category", self.names.categories.get(ticket.category as usize));
                self.raw("company", self.names.companies.get(ticket.company as usize));
                self.whole("priority", u32::from(ticket.priority));
            }
            Fact::Skipped { test, .. } => self.text("test", test_name(test)),
            Fact::Turn { .. } => {}
            Fact::Read { attempt, offered, .. } => {
                self.whole("attempt", u32::from(attempt));
                self.whole("offered", offered);
            }
            Fact::Asked { attempt, tokens, answer_at, .. } => {
                self.whole("attempt", u32::from(attempt));
                self.whole("tokens", tokens);
                self.instant("answer_at", answer_at);
            }
            Fact::Ranked { attempt, rank, technician, start, cost, .. } => {
                self.whole("attempt", u32::from(attempt));
                self.whole("rank", u32::from(rank));
                self.pick(technician, start);
                self.key("cost");
                *self.out += &if cost.is_finite() { (cost + 0.0).to_string() } else { "null".to_owned() };
            }
            Fact::Granted { hold, technician, start, .. } => {
                self.whole("hold", hold.0);
                self.pick(technician, start);
            }
            Fact::Refused { technician, start, why, by, .. } => {
                self.pick(technician, start);
                self.text("why", refusal_name(why));
                match by {
                    Some(peer) => self.ticket("by", peer),
                    None => *self.out += ",\"by\":null",
                }
            }
            Fact::Freed { hold, technician, start, lapsed, orphaned, .. } => {
                self.whole("hold", hold.0);
                self.pick(technician, start);
                self.truth("lapsed", lapsed);
                self.seconds("orphaned_s", orphaned);
            }
            Fact::Booked { technician, start, end, held, .. } => {
                self.pick(technician, start);
                self.instant("slot_end", end);
                self.truth("held", held);
            }
            Fact::Dispatched { technician, attempts, rank, delay, taken, .. } => {
                self.technician(technician);
                self.whole("attempts", u32::from(attempts));
                self.whole("rank", u32::from(rank));
                self.seconds("delay_s", delay);
                self.seconds("taken_s", taken);
            }
            Fact::Queued { team, delay, taken, .. } => {
                self.team(team);
                self.seconds("delay_s", delay);
                self.seconds("taken_s", taken);
            }
            Fact::Unassigned { reason, attempts, .. } => {
                self.text("reason", reason_name(reason));
                self.whole("attempts", u32::from(attempts));
            }
            Fact::Started { technician, waited, late, .. } => {
                self.technician(technician);
                self.seconds("waited_s", waited);
                self.seconds("late_s", late);
            }
            Fact::Finished { technician, resolved, worked, .. } => {
                self.technician(technician);
                self.seconds("resolved_s", resolved);
                self.seconds("worked_s", worked);
            }
            Fact::DoubleBooked { technician, peers, overlap, .. } => {
                self.technician(technician);
                self.whole("peers", peers);
                self.seconds("overlap_s", overlap);
            }
            _ => {}
        }
        *self.out += "}\n";
    }

    fn key(&mut self, key: &str) {
        *self.out += ",\"";
        *self.out += key;
        *self.out += "\":";
    }

    /// A name that is quoted already; the empty text where the list has none.
    fn raw(&mut self, key: &str, quoted: Option<&String>) {
        self.key(key);
        *self.out += quoted.map_or("\"\"", String::as_str);
    }

    /// One of our own words, which need no escapes.
    fn text(&mut self, key: &str, word: &str) {
        self.key(key);
        self.out.push('"');
        *self.out += word;
        self.out.push('"');
    }

    fn ticket(&mut self, key: &str, ticket: TicketId) {
        self.raw(key, self.names.tickets.get(ticket.index()));
    }

    fn technician(&mut self, technician: TechnicianId) {
        self.raw("technician", self.names.technicians.get(technician.index()));
    }

    fn team(&mut self, team: TeamId) {
        self.raw("team", self.names.teams.get(team.index()));
    }

    fn pick(&mut self, technician: TechnicianId, start: SimTime) {
        self.technician(technician);
        self.instant("slot", start);
    }

    fn whole(&mut self, key: &str, number: u32) {
        self.key(key);
        push_whole(self.out, u64::from(number));
    }

    fn truth(&mut self, key: &str, value: bool) {
        self.key(key);
        *self.out += if value { "true" } else { "false" };
    }

    fn instant(&mut self, key: &str, at: SimTime) {
        self.key(key);
        self.out.push('"');
        self.civil.push(self.out, at);
        self.out.push('"');
    }

    fn seconds(&mut self, key: &str, length: SimDuration) {
        self.key(key);
        push_seconds(self.out, length);
    }
}

/// A fact's name in the file.
fn event_name(fact: &Fact) -> &'static str {
    match fact {
        Fact::Arrived { .. } => "arrived",
        Fact::Skipped { .. } => "skipped",
        Fact::Turn { .. } => "turn",
        Fact::Read { .. } => "read",
        Fact::Asked { .. } => "asked",
        Fact::Ranked { .. } => "ranked",
        Fact::Granted { .. } => "granted",
        Fact::Refused { .. } => "refused",
        Fact::Freed { .. } => "freed",
        Fact::Booked { .. } => "booked",
        Fact::Dispatched { .. } => "dispatched",
        Fact::Queued { .. } => "queued",
        Fact::Unassigned { .. } => "unassigned",
        Fact::Started { .. } => "started",
        Fact::Finished { .. } => "finished",
        Fact::DoubleBooked { .. } => "double_booked",
        Fact::Triaged { .. } => "triaged",
        Fact::Merged { .. } => "merged",
        Fact::MergeMissed { .. } => "merge_missed",
        Fact::Locked { .. } => "locked",
        Fact::Evaluated { .. } => "evaluated",
        Fact::Scored { .. } => "scored",
        Fact::Throttled { .. } => "throttled",
        Fact::CallFailed { .. } => "call_failed",
        Fact::Assigned { .. } => "assigned",
        Fact::Passed { .. } => "passed",
        Fact::StatusChanged { .. } => "status_changed",
        Fact::SpecQueued { .. } => "spec_queued",
        Fact::Sliced { .. } => "sliced",
        Fact::SpecStarted { .. } => "spec_started",
        Fact::SpecEnded { .. } => "spec_ended",
        Fact::Resumed { .. } => "resumed",
        Fact::Rejected { .. } => "rejected",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::{AgentId, HoldId};
    use crate::kernel::log::{Reason, Refusal, Test};
    use crate::report::tests::comparison;

    #[test]
    fn every_record_is_a_line_that_reads_back() {
        let c = comparison();
        let text = jsonl(&c);
        let lines: Vec<EventLine> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let records: Vec<&Record> = c
            .arms
            .iter()
            .flat_map(|arm| &arm.recorded)
            .flat_map(|recorded| recorded.records.iter())
            .collect();
        assert_eq!(lines.len(), records.len());
        for (line, record) in lines.iter().zip(records) {
            assert_eq!((line.seconds * 1e6).round() as i64, record.at.micros());
            let civil: jiff::Timestamp = line.at.parse().unwrap();
            let since = civil.as_microsecond() - c.setup.start.timestamp().as_microsecond();
            assert_eq!(since, record.at.micros());
            assert_eq!(line.ticket, format!("T-{:03}", record.fact.ticket().expect("of a ticket").0 + 1));
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

    #[test]
    fn all_kinds_of_facts_round_trip_and_names_are_escaped() {
        let mut c = comparison();
        let mut desk = (*c.setup.desk).clone();
        desk.technicians[0].name = "A \"quoted\" \\ name\n".to_owned();
        c.setup.desk = Arc::new(desk);
        let (t, who, start) = (TicketId(0), TechnicianId(0), SimTime::ZERO);
        let d = SimDuration::from_micros(1_500_000);
        let facts = [
            Fact::Arrived { ticket: t },
            Fact::Skipped { ticket: t, agent: AgentId(0), test: Test::ExcludedCompany },
            Fact::Turn { ticket: t, agent: AgentId(0) },
            Fact::Read { ticket: t, attempt: 1, offered: 2 },
            Fact::Asked { ticket: t, attempt: 1, tokens: 1200, answer_at: start },
            Fact::Ranked { ticket: t, attempt: 1, rank: 1, technician: who, start, cost: 0.1 },
            Fact::Granted { ticket: t, hold: HoldId(3), technician: who, start },
            Fact::Refused { ticket: t, technician: who, start, why: Refusal::Started, by: None },
            Fact::Freed { ticket: t, hold: HoldId(3), technician: who, start, lapsed: true, orphaned: d },
            Fact::Booked { ticket: t, technician: who, start, end: start + d, held: true },
            Fact::Dispatched { ticket: t, technician: who, attempts: 1, rank: 2, delay: d, taken: d },
            Fact::Queued { ticket: t, team: TeamId(0), delay: d, taken: d },
            Fact::Unassigned { ticket: t, reason: Reason::NoSlot, attempts: 1 },
            Fact::Started { ticket: t, technician: who, waited: d, late: d },
            Fact::Finished { ticket: t, technician: who, resolved: d, worked: d },
            Fact::DoubleBooked { ticket: t, technician: who, peers: 1, overlap: d },
        ];
        let records = facts.iter().map(|&fact| Record { at: SimTime::ZERO, fact }).collect();
        c.arms.truncate(1);
        c.arms[0].recorded[0].records = records;
        let text = jsonl(&c);
        let lines: Vec<Event> =
            text.lines().map(|line| serde_json::from_str::<EventLine>(line).unwrap().event).collect();
        assert_eq!(lines.len(), facts.len());
        let name = "A \"quoted\" \\ name\n".to_owned();
        let slot = "2026-11-23T08:00:00-05:00".to_owned();
        assert_eq!(
            lines[5],
            Event::Ranked {
                attempt: 1,
                rank: 1,
                technician: name.clone(),
                slot: slot.clone(),
                cost: Some(0.1)
            }
        );
        assert_eq!(lines[8], Event::Freed { hold: 3, technician: name, slot, lapsed: true, orphaned_s: 1.5 });
        assert_eq!(lines[1], Event::Skipped { test: "excluded_company".to_owned() });
        assert_eq!(lines[12], Event::Unassigned { reason: "no_slot".to_owned(), attempts: 1 });
    }
}
