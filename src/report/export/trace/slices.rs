//! What takes time in a replication, followed from fact to fact: waiting, dispatches with their parts, calls of the AI, subagents,
//! bookings and work.

use std::collections::BTreeMap;
use std::io;

use serde_json::{Value, json};

use crate::domain::{Burst, SimDuration, SimTime, SpecId, TechnicianId, TicketId};
use crate::facts::{Fact, Record};
use crate::keys::Named;
use crate::results::{Recorded, Setup};

/// What a lane is of; a process has them in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Track {
    Dispatch,
    Ai,
    Subagents,
    Technician(TechnicianId, Day),
    Waiting,
}

/// What a technician's lane is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Day {
    Calendar,
    Work,
}

/// Something that takes time.
#[derive(Debug)]
pub(super) struct Slice {
    pub track: Track,
    pub start: SimTime,
    pub end: SimTime,
    pub name: String,
    pub args: Value,
    /// What it consists of: one after the other, within it.
    pub parts: Vec<Part>,
}

/// A part of a dispatch.
#[derive(Debug)]
pub(super) struct Part {
    pub name: &'static str,
    pub start: SimTime,
    pub end: SimTime,
}

/// What is known of a ticket so far.
#[derive(Debug, Default)]
struct Course {
    arrived: Option<SimTime>,
    /// When its dispatch began, if it is under way.
    turn: Option<SimTime>,
    parts: Vec<Part>,
    /// Since when the AI is asked: the call that fails states nothing where it begins.
    asking: Option<SimTime>,
    /// Since when a ranking is there that claims follow.
    claiming: Option<SimTime>,
    refused: u32,
    attempts: u16,
    /// Who works on it, and since when.
    working: Option<(TechnicianId, SimTime)>,
}

/// What took time in a replication.
struct Follower<'a> {
    setup: &'a Setup,
    burst: &'a Burst,
    slices: Vec<Slice>,
    courses: Vec<Course>,
    subagents: BTreeMap<SpecId, SimTime>,
}

/// Everything that takes time in a replication.
///
/// # Errors
/// When it cannot be read.
pub(super) fn slices(setup: &Setup, recorded: &Recorded) -> io::Result<Vec<Slice>> {
    let burst = recorded.burst()?;
    let courses = std::iter::repeat_with(Course::default).take(burst.tickets.len()).collect();
    let mut follower =
        Follower { setup, burst: &burst, slices: Vec::new(), courses, subagents: BTreeMap::new() };
    let mut last = SimTime::ZERO;
    for record in &recorded.records {
        let record = record?;
        last = last.max(record.at);
        follower.follow(&record);
    }
    follower.close(last);
    Ok(follower.slices)
}

impl Follower<'_> {
    fn technician(&self, id: TechnicianId) -> &str {
        &self.setup.desk.technicians[id.index()].name
    }

    fn add(&mut self, track: Track, (start, end): (SimTime, SimTime), name: String, args: Value) {
        self.slices.push(Slice { track, start, end, name, args, parts: Vec::new() });
    }

    /// Takes note of a record.
    fn follow(&mut self, record: &Record) {
        let at = record.at;
        match record.fact {
            Fact::SpecStarted { spec } => {
                self.subagents.insert(spec, at);
            }
            Fact::SpecEnded { spec, status, done, tokens } => {
                let start = self.subagents.remove(&spec).unwrap_or(at);
                let args = json!({"outcome": status.name(), "done": done, "tokens": tokens});
                self.add(Track::Subagents, (start, at), format!("subagent {}", spec.0), args);
            }
            fact => {
                if let Some(ticket) = fact.ticket() {
                    self.of_a_ticket(ticket, at, fact);
                }
            }
        }
    }

    fn of_a_ticket(&mut self, ticket: TicketId, at: SimTime, fact: Fact) {
        let name = self.burst.name(ticket);
        let course = &mut self.courses[ticket.index()];
        match fact {
            Fact::Arrived { .. } => course.arrived = Some(at),
            Fact::Turn { agent, .. } => {
                let start = course.arrived.unwrap_or(at);
                course.turn = Some(at);
                let agent = self.setup.agents.get(agent.index());
                self.add(Track::Waiting, (start, at), name.clone(), json!({"ticket": name, "agent": agent}));
            }
            Fact::Locked { waited, .. } => course.part("locks", at - waited, at),
            Fact::Read { attempt, .. } => {
                course.claimed(at);
                (course.attempts, course.asking) = (attempt, Some(at));
            }
            Fact::Throttled { waited, .. } => {
                course.part("provider", at - waited, at);
                course.asking = Some(at);
            }
            Fact::Asked { attempt, tokens, answer_at, .. } => {
                course.part("AI", at, answer_at);
                let args = json!({"ticket": name, "attempt": attempt, "tokens": tokens});
                self.add(Track::Ai, (at, answer_at), name, args);
            }
            Fact::CallFailed { attempt, tries, again_at, .. } => {
                let start = course.asking.unwrap_or(at);
                course.part("AI", start, at);
                if let Some(again_at) = again_at {
                    course.part("back-off", at, again_at);
                }
                course.asking = again_at;
                let args = json!({"ticket": name, "attempt": attempt, "tries": tries, "outcome": "failed"});
                self.add(Track::Ai, (start, at), name, args);
            }
            Fact::Ranked { .. } => {
                course.claiming.get_or_insert(at);
            }
            Fact::Refused { .. } => course.refused += 1,
            Fact::Booked { technician, start, end, held, .. } => {
                let args = json!({"ticket": name, "technician": self.technician(technician), "held": held});
                self.add(Track::Technician(technician, Day::Calendar), (start, end), name, args);
            }
            Fact::Dispatched { technician, attempts, rank, taken, .. } => {
                course.attempts = attempts;
                let more = json!({"technician": self.technician(technician), "rank": rank});
                self.ended(ticket, at, taken, "dispatched", more);
            }
            Fact::Queued { team, taken, .. } => {
                let team = self.setup.desk.teams.get(team.index()).map(|team| &team.name);
                self.ended(ticket, at, taken, "queued", json!({"team": team}));
            }
            Fact::Answered { attempts, taken, .. } => {
                course.attempts = attempts;
                self.ended(ticket, at, taken, "answered", json!({}));
            }
            Fact::Unassigned { reason, attempts, .. } => {
                course.attempts = attempts;
                self.ended(ticket, at, SimDuration::ZERO, "unassigned", json!({"reason": reason.name()}));
            }
            Fact::Merged { into, .. } => {
                let into = self.burst.name(into);
                self.ended(ticket, at, SimDuration::ZERO, "merged", json!({"into": into}));
            }
            Fact::Started { technician, .. } | Fact::Continued { technician, .. } => {
                course.working = Some((technician, at));
            }
            Fact::Interrupted { .. } => self.worked(ticket, at, "interrupted"),
            Fact::Finished { .. } => self.worked(ticket, at, "finished"),
            _ => {}
        }
    }

    /// The ticket's dispatch has ended, after so long where it had no turn; `more` is what else there is to say of it.
    fn ended(&mut self, ticket: TicketId, at: SimTime, taken: SimDuration, outcome: &str, more: Value) {
        let name = self.burst.name(ticket);
        let course = &mut self.courses[ticket.index()];
        course.claimed(at);
        let course = std::mem::replace(
            course,
            Course { arrived: course.arrived, working: course.working, ..Course::default() },
        );
        let mut args = json!({"ticket": name, "outcome": outcome});
        if let (Value::Object(args), Value::Object(more)) = (&mut args, more) {
            args.extend(more);
            args.insert("attempts".to_owned(), course.attempts.into());
            args.insert("refused".to_owned(), course.refused.into());
        }
        let start = course.turn.unwrap_or(at - taken);
        if course.turn.is_none() {
            let arrived = course.arrived.unwrap_or(start).min(start);
            self.add(Track::Waiting, (arrived, start), name.clone(), args.clone());
        }
        self.slices.push(Slice {
            track: Track::Dispatch,
            start,
            end: at,
            name,
            args,
            parts: course.within(start, at),
        });
    }

    /// Work on the ticket has paused or ended.
    fn worked(&mut self, ticket: TicketId, at: SimTime, outcome: &str) {
        if let Some((technician, start)) = self.courses[ticket.index()].working.take() {
            let name = self.burst.name(ticket);
            let args = json!({"ticket": name, "technician": self.technician(technician), "outcome": outcome});
            self.add(Track::Technician(technician, Day::Work), (start, at), name, args);
        }
    }

    /// Ends what is under way when the replication does, at `last`.
    fn close(&mut self, last: SimTime) {
        for ticket in (0..self.courses.len() as u32).map(TicketId) {
            if self.courses[ticket.index()].turn.is_some() {
                self.ended(ticket, last, SimDuration::ZERO, "unfinished", json!({}));
            }
            self.worked(ticket, last, "unfinished");
        }
        for (spec, start) in std::mem::take(&mut self.subagents) {
            let args = json!({"outcome": "unfinished"});
            self.add(Track::Subagents, (start, last), format!("subagent {}", spec.0), args);
        }
    }
}

impl Course {
    fn part(&mut self, name: &'static str, start: SimTime, end: SimTime) {
        self.parts.push(Part { name, start, end });
    }

    /// What claims there were since the last ranking have ended.
    fn claimed(&mut self, at: SimTime) {
        if let Some(start) = self.claiming.take() {
            self.part("claims", start, at);
        }
    }

    /// The parts, cut to what lies within these instants and behind the part before.
    fn within(mut self, start: SimTime, end: SimTime) -> Vec<Part> {
        self.parts.sort_by_key(|part| (part.start, part.end));
        let mut free = start;
        for part in &mut self.parts {
            part.start = part.start.clamp(free, end);
            part.end = part.end.clamp(part.start, end);
            free = part.end;
        }
        self.parts
    }
}
