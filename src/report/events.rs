//! `events.jsonl`: every record of the recorded replications, one JSON object a line, with names and civil time.

use serde::Deserialize;

use super::civil::{Civil, push_seconds, push_whole};
use super::names::{
    finding_name, part_name, reason_name, refusal_name, spec_name, spec_status_name, stage_name, test_name,
};
use crate::domain::settings::Stage;
use crate::domain::{AgentId, Burst, SimDuration, SimTime, SpecId, TeamId, TechnicianId, TicketId};
use crate::facts::{Fact, Record};
use crate::results::{Comparison, Setup};

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
    /// The ticket's name; `None`: the line is about a subagent or its parent.
    #[serde(default)]
    pub ticket: Option<String>,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What a line says. Slots are RFC 3339, lengths are seconds; the facts are those of [`Fact`].
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[expect(missing_docs, reason = "each field says what the field of the same name says in `facts::Fact`")]
pub enum Event {
    /// A ticket arrived.
    Arrived { board: String, team: String, status: String, category: String, company: String, priority: u8 },
    /// It is left to people: it fails the test `board`, `status`, `company`, `excluded_company` or `sop` of the trigger.
    Skipped { agent: Option<String>, test: String },
    /// A step of triage ended: `company`, `priority`, `board`, `contact`, `agreement` or `summary`. The first three say
    /// what the ticket said before and what it says now.
    Triaged { stage: String, was: Option<String>, is: Option<String>, wrong: bool },
    /// Its dispatch began, in the mode `owner-and-slot` or `owner-only`.
    Turn { agent: Option<String>, mode: Option<String> },
    /// It was merged with another ticket.
    Merged { agent: Option<String>, into: String },
    /// It says the same as another ticket, whose dispatch was under way.
    MergeMissed { twin: String },
    /// Everybody eligible is locked.
    Locked { technicians: u32, waited_s: f64 },
    /// How the dispatch saw a member of the team: `eligible`, `out`, `after_hours`, `no_slot`, `at_cap`, `sop` or `pod`.
    Evaluated { attempt: u16, technician: String, finding: String },
    /// A part of a technician's cost: `start`, `load`, `history`, `peers`, `noise`, `active` or `rotation`.
    Scored { attempt: u16, technician: String, part: String, value: Option<f64> },
    /// The calendars were read.
    Read { attempt: u16, offered: u32 },
    /// The ranker was called.
    Asked { attempt: u16, tokens: u32, answer_at: String },
    /// The AI's provider made the call wait.
    Throttled { attempt: u16, waited_s: f64 },
    /// A call of the AI failed; without `again_at` it is not made again.
    CallFailed { attempt: u16, tries: u16, again_at: Option<String> },
    /// A line of the ranking.
    Ranked { attempt: u16, rank: u16, technician: String, slot: String, cost: Option<f64> },
    /// A slot is held.
    Granted { hold: u32, technician: String, slot: String },
    /// Nothing about the technician had changed since the read.
    Passed { technician: String },
    /// A claim was refused: `held`, `booked`, `started`, `busy` or `changed`.
    Refused { technician: String, slot: String, why: String, by: Option<String> },
    /// A hold ended without a booking.
    Freed { hold: u32, technician: String, slot: String, lapsed: bool, orphaned_s: f64 },
    /// A calendar entry was written.
    Booked { technician: String, slot: String, slot_end: String, held: bool },
    /// A technician owns the ticket; no calendar was touched.
    Assigned { technician: String, active: u32, over_cap: bool },
    /// The ticket's status changed.
    StatusChanged { was: String, is: String },
    /// The ticket has an owner.
    Dispatched { technician: String, attempts: u16, rank: u16, delay_s: f64, taken_s: f64 },
    /// The ticket waits in a team's queue.
    Queued { agent: Option<String>, team: String, delay_s: f64, taken_s: f64 },
    /// The ticket has no owner: `no_slot`, `attempts_exhausted`, `nobody_eligible`, `timeout`, `budget`,
    /// `too_many_specs` or `ranker_failed`.
    Unassigned { agent: Option<String>, reason: String, attempts: u16 },
    /// Work began.
    Started { technician: String, waited_s: f64, late_s: f64 },
    /// Work ended.
    Finished { technician: String, resolved_s: f64, worked_s: f64 },
    /// The booking overlaps others.
    DoubleBooked { technician: String, peers: u32, overlap_s: f64 },
    /// A subagent waits for its turn.
    SpecQueued { spec: String, dispatch: u32, tickets: u32 },
    /// The ticket is in a subagent's slice.
    Sliced { spec: String },
    /// A subagent began.
    SpecStarted { spec: String },
    /// A subagent ended: `success`, `failed` or `timeout`.
    SpecEnded { spec: String, status: String, done: u32, tokens: u64 },
    /// The parent went on.
    Resumed { dispatch: u32, results: u32 },
    /// The parent asked for more subagents than there may be and got none.
    Rejected { dispatch: u32, specs: u32 },
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
            let names = Names::new(&recorded.burst, &c.setup);
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
    agents: Vec<String>,
    modes: Vec<String>,
    technicians: Vec<String>,
    boards: Vec<String>,
    teams: Vec<String>,
    statuses: Vec<String>,
    categories: Vec<String>,
    companies: Vec<String>,
    board_teams: Vec<TeamId>,
}

impl Names {
    fn new(burst: &Burst, setup: &Setup) -> Self {
        let desk = &setup.desk;
        Self {
            agents: setup.agents.iter().map(|name| quoted(name)).collect(),
            modes: setup.modes.clone(),
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
            Fact::Skipped { agent, test, .. } => {
                self.agent(agent);
                self.text("test", test_name(test));
            }
            Fact::Turn { agent, .. } => {
                self.agent(agent);
                if let Some(mode) = self.names.modes.get(agent.index()) {
                    self.text("mode", mode);
                }
            }
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
                self.number("cost", cost);
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
            Fact::Queued { agent, team, delay, taken, .. } => {
                self.agent(agent);
                self.team(team);
                self.seconds("delay_s", delay);
                self.seconds("taken_s", taken);
            }
            Fact::Unassigned { agent, reason, attempts, .. } => {
                self.agent(agent);
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
            rarer => self.rarer(rarer),
        }
        *self.out += "}\n";
    }

    /// What facts say that only some disciplines and settings lead to.
    fn rarer(&mut self, fact: Fact) {
        match fact {
            Fact::Triaged { stage, was, is, wrong, .. } => {
                self.text("stage", stage_name(stage));
                self.triaged("was", stage, was);
                self.triaged("is", stage, is);
                self.truth("wrong", wrong);
            }
            Fact::Merged { agent, into, .. } => {
                self.agent(agent);
                self.ticket("into", into);
            }
            Fact::MergeMissed { twin, .. } => self.ticket("twin", twin),
            Fact::Locked { technicians, waited, .. } => {
                self.whole("technicians", technicians);
                self.seconds("waited_s", waited);
            }
            Fact::Evaluated { attempt, technician, finding, .. } => {
                self.whole("attempt", u32::from(attempt));
                self.technician(technician);
                self.text("finding", finding_name(finding));
            }
            Fact::Scored { attempt, technician, part, value, .. } => {
                self.whole("attempt", u32::from(attempt));
                self.technician(technician);
                self.text("part", part_name(part));
                self.number("value", value);
            }
            Fact::Throttled { attempt, waited, .. } => {
                self.whole("attempt", u32::from(attempt));
                self.seconds("waited_s", waited);
            }
            Fact::CallFailed { attempt, tries, again_at, .. } => {
                self.whole("attempt", u32::from(attempt));
                self.whole("tries", u32::from(tries));
                match again_at {
                    Some(at) => self.instant("again_at", at),
                    None => *self.out += ",\"again_at\":null",
                }
            }
            Fact::Assigned { technician, active, over_cap, .. } => {
                self.technician(technician);
                self.whole("active", active);
                self.truth("over_cap", over_cap);
            }
            Fact::Passed { technician, .. } => self.technician(technician),
            Fact::StatusChanged { was, is, .. } => {
                self.raw("was", self.names.statuses.get(was as usize));
                self.raw("is", self.names.statuses.get(is as usize));
            }
            spec => self.spec_fact(spec),
        }
    }

    /// What facts about subagents say.
    fn spec_fact(&mut self, fact: Fact) {
        match fact {
            Fact::SpecQueued { spec, dispatch, tickets } => {
                self.spec(spec);
                self.whole("dispatch", dispatch);
                self.whole("tickets", tickets);
            }
            Fact::Sliced { spec, .. } | Fact::SpecStarted { spec } => self.spec(spec),
            Fact::SpecEnded { spec, status, done, tokens } => {
                self.spec(spec);
                self.text("status", spec_status_name(status));
                self.whole("done", done);
                self.key("tokens");
                push_whole(self.out, tokens);
            }
            Fact::Resumed { dispatch, results } => {
                self.whole("dispatch", dispatch);
                self.whole("results", results);
            }
            Fact::Rejected { dispatch, specs } => {
                self.whole("dispatch", dispatch);
                self.whole("specs", specs);
            }
            other => unreachable!("every other fact is written elsewhere: {other:?}"),
        }
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

    /// The agent's name, where it is known.
    fn agent(&mut self, agent: AgentId) {
        if let Some(name) = self.names.agents.get(agent.index()) {
            self.raw("agent", Some(name));
        }
    }

    fn spec(&mut self, spec: SpecId) {
        self.text("spec", &spec_name(spec));
    }

    /// What a step of triage read or wrote: a name, a priority, or nothing where only right or wrong is simulated.
    fn triaged(&mut self, key: &str, stage: Stage, value: u32) {
        match stage {
            Stage::Company => self.raw(key, self.names.companies.get(value as usize)),
            Stage::Board => self.raw(key, self.names.boards.get(value as usize)),
            Stage::Priority => self.text(key, &value.to_string()),
            Stage::Contact | Stage::Agreement | Stage::Summary => {
                self.key(key);
                *self.out += "null";
            }
        }
    }

    fn number(&mut self, key: &str, number: f64) {
        self.key(key);
        // Adding zero takes the sign from a negative zero.
        *self.out += &if number.is_finite() { (number + 0.0).to_string() } else { "null".to_owned() };
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
mod tests;
