//! A trace of the recorded replications, for Perfetto, speedscope and whatever else reads Chrome's trace events.
//!
//! Everything that takes time is a complete event (`X`), in microseconds of simulated time since the scenario's start. A
//! replication under a discipline is a process; its threads are lanes: of dispatches, of calls of the AI, of subagents, of each
//! technician's calendar and work, and of the tickets that wait. Within a lane nothing overlaps but a dispatch and what
//! it consists of, which lies within it: what overlaps gets a further lane.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::domain::{Burst, SimDuration, SimTime, SpecId, TechnicianId, TicketId};
use crate::facts::{Fact, Record};
use crate::keys::Named;
use crate::keys::text;
use crate::results::{Comparison, Recorded, Setup};

/// What a lane is of; a process has them in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Track {
    Dispatch,
    Ai,
    Subagents,
    Technician(TechnicianId, Day),
    Waiting,
}

/// What a technician's lane is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Day {
    Calendar,
    Work,
}

/// Something that takes time.
#[derive(Debug)]
struct Slice {
    track: Track,
    start: SimTime,
    end: SimTime,
    name: String,
    args: Value,
    /// What it consists of: one after the other, within it.
    parts: Vec<Part>,
}

/// A part of a dispatch.
#[derive(Debug)]
struct Part {
    name: &'static str,
    start: SimTime,
    end: SimTime,
}

/// Writes the trace, of which one replication at a time is in memory.
///
/// # Errors
/// When a replication cannot be read or the trace cannot be written.
pub fn write(c: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"{\"traceEvents\":[")?;
    let mut events = Events { out, any: false };
    let all: Vec<(&str, &Recorded)> =
        c.arms.iter().flat_map(|arm| arm.recorded.iter().map(|recorded| (&*arm.name, recorded))).collect();
    // No thread has the number of a process, which some viewers would take for its main thread.
    let mut lanes = all.len();
    for (process, (arm, recorded)) in (1_usize..).zip(all) {
        let name = format!("{arm}, replication {}", recorded.replication);
        events.tell(&json!({"ph": "M", "pid": process, "name": "process_name", "args": {"name": name}}))?;
        let order = json!({"sort_index": process});
        events.tell(&json!({"ph": "M", "pid": process, "name": "process_sort_index", "args": order}))?;
        let mut slices = slices(&c.setup, recorded)?;
        slices.sort_by_key(|slice| (slice.track, slice.start, slice.end));
        let mut rest = &slices[..];
        while let Some(first) = rest.first() {
            let (own, others) = rest.split_at(rest.partition_point(|slice| slice.track == first.track));
            lanes = events.track(&c.setup, process, lanes, own)?;
            rest = others;
        }
    }
    events.out.write_all(b"\n],\"displayTimeUnit\":\"ms\"}\n")
}

/// Events on their way out.
struct Events<'o> {
    out: &'o mut dyn Write,
    /// Whether there is one already.
    any: bool,
}

impl Events<'_> {
    /// Writes an event.
    fn tell(&mut self, event: &Value) -> io::Result<()> {
        let between = if self.any { ",\n" } else { "\n" };
        self.any = true;
        self.out.write_all(between.as_bytes())?;
        self.out.write_all(text::json(&event.to_string()).as_bytes())
    }

    /// Writes the slices of a track, which come in the order of their starts, into as many lanes as it takes. Threads are
    /// numbered from the one after `last`; returns the last of them.
    fn track(&mut self, setup: &Setup, process: usize, last: usize, slices: &[Slice]) -> io::Result<usize> {
        // Until when each lane is taken.
        let mut lanes: Vec<SimTime> = Vec::new();
        for slice in slices {
            let lane = lanes.iter().position(|&taken| taken <= slice.start).unwrap_or(lanes.len());
            let thread = last + 1 + lane;
            if lane == lanes.len() {
                lanes.push(slice.end);
                let name = titled(setup, slice.track, lane);
                let args = json!({"name": name});
                self.tell(
                    &json!({"ph": "M", "pid": process, "tid": thread, "name": "thread_name", "args": args}),
                )?;
                let args = json!({"sort_index": thread});
                self.tell(
                    &json!({"ph": "M", "pid": process, "tid": thread, "name": "thread_sort_index", "args": args}),
                )?;
            }
            lanes[lane] = slice.end;
            let mut slice_of = |name: &str, start: SimTime, end: SimTime, args: &Value| {
                let (at, taken) = (start.micros(), (end - start).micros());
                self.tell(&json!({
                    "ph": "X", "pid": process, "tid": thread, "ts": at, "dur": taken, "name": name, "args": args
                }))
            };
            slice_of(&slice.name, slice.start, slice.end, &slice.args)?;
            for part in &slice.parts {
                slice_of(part.name, part.start, part.end, &json!({}))?;
            }
        }
        Ok(last + lanes.len())
    }
}

/// What a lane is called; further ones are numbered.
fn titled(setup: &Setup, track: Track, lane: usize) -> String {
    let technician = |id: TechnicianId| &setup.desk.technicians[id.index()].name;
    let title = match track {
        Track::Waiting => "waiting".to_owned(),
        Track::Dispatch => "dispatch".to_owned(),
        Track::Ai => "AI".to_owned(),
        Track::Subagents => "subagents".to_owned(),
        Track::Technician(id, Day::Calendar) => format!("{}: calendar", technician(id)),
        Track::Technician(id, Day::Work) => format!("{}: work", technician(id)),
    };
    if lane == 0 { title } else { format!("{title} {}", lane + 1) }
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

fn slices(setup: &Setup, recorded: &Recorded) -> io::Result<Vec<Slice>> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::comparison;

    /// The trace, and the names of its threads.
    fn read(c: &Comparison) -> (Vec<Value>, BTreeMap<u64, String>) {
        let mut out = Vec::new();
        write(c, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(!text.chars().any(|c| text::is_hidden(c) && c != '\n'), "{text}");
        let all: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(all["displayTimeUnit"], "ms");
        let events = all["traceEvents"].as_array().unwrap().clone();
        let titles = events.iter().filter(|event| event["name"] == "thread_name");
        let title = |event: &Value| {
            (event["tid"].as_u64().unwrap(), event["args"]["name"].as_str().unwrap().to_owned())
        };
        let titles = titles.map(title).collect();
        (events, titles)
    }

    /// Thread, name, start and length of what takes time, as far as a part of the thread's name goes.
    fn slices(c: &Comparison, thread: &str) -> Vec<(String, String, i64, i64)> {
        let (events, titles) = read(c);
        let told = |event: &Value| {
            let title = titles[&event["tid"].as_u64().unwrap()].clone();
            let number = |key: &str| event[key].as_i64().unwrap();
            (title, event["name"].as_str().unwrap().to_owned(), number("ts"), number("dur"))
        };
        let all = events.iter().filter(|event| event["ph"] == "X").map(told);
        all.filter(|(title, ..)| title.contains(thread)).collect()
    }

    /// One arm with this log.
    fn of(facts: &[(i64, Fact)]) -> Comparison {
        let mut c = comparison();
        c.arms.truncate(1);
        let record =
            |&(seconds, fact): &(i64, Fact)| Record { at: SimTime::from_micros(seconds * 1_000_000), fact };
        c.arms[0].recorded[0].records = facts.iter().map(record).collect();
        c
    }

    fn seconds(seconds: i64) -> SimDuration {
        SimDuration::from_micros(seconds * 1_000_000)
    }

    fn at(seconds: i64) -> SimTime {
        SimTime::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn a_dispatch_consists_of_what_it_waited_for() {
        let (ticket, ada, agent) = (TicketId(0), TechnicianId(0), crate::domain::AgentId(0));
        let asked = |attempt, answer| Fact::Asked { ticket, attempt, tokens: 9, answer_at: at(answer) };
        let ranked = |attempt, start| Fact::Ranked {
            ticket,
            attempt,
            rank: 1,
            technician: ada,
            start: at(start),
            cost: 0.0,
        };
        let looked = |attempt| Fact::Read { ticket, attempt, offered: 2 };
        let again = Fact::CallFailed { ticket, attempt: 1, tries: 1, again_at: Some(at(30)) };
        let refused = Fact::Refused {
            ticket,
            technician: ada,
            start: at(600),
            why: crate::facts::Refusal::Held,
            by: None,
        };
        let c = of(&[
            (1, Fact::Arrived { ticket }),
            (5, Fact::Turn { ticket, agent }),
            (7, Fact::Locked { ticket, technicians: 2, waited: seconds(2) }),
            (7, looked(1)),
            (10, Fact::Throttled { ticket, attempt: 1, waited: seconds(3) }),
            (20, again),
            (30, asked(1, 40)),
            (40, ranked(1, 600)),
            (42, refused),
            (43, looked(2)),
            (43, asked(2, 50)),
            (50, ranked(2, 900)),
            (55, Fact::Booked { ticket, technician: ada, start: at(900), end: at(1800), held: true }),
            (
                60,
                Fact::Dispatched {
                    ticket,
                    technician: ada,
                    attempts: 2,
                    rank: 1,
                    delay: seconds(59),
                    taken: seconds(55),
                },
            ),
            (900, Fact::Started { ticket, technician: ada, waited: seconds(899), late: SimDuration::ZERO }),
            (1000, Fact::Interrupted { ticket, technician: ada, until: None }),
        ]);
        let named = |thread: &str| {
            let all = slices(&c, thread).into_iter();
            all.map(|(_, name, start, taken)| format!("{name} {}+{}", start / 1_000_000, taken / 1_000_000))
                .collect::<Vec<_>>()
        };
        assert_eq!(named("waiting"), ["T-001 1+4"]);
        assert_eq!(
            named("dispatch"),
            [
                "T-001 5+55",
                "locks 5+2",
                "provider 7+3",
                "AI 10+10",
                "back-off 20+10",
                "AI 30+10",
                "claims 40+3",
                "AI 43+7",
                "claims 50+10"
            ]
        );
        assert_eq!(named("AI"), ["T-001 10+10", "T-001 30+10", "T-001 43+7"]);
        assert_eq!(named("Ada: calendar"), ["T-001 900+900"]);
        assert_eq!(named("Ada: work"), ["T-001 900+100"]);
        let (events, _) = read(&c);
        let dispatch = events.iter().find(|event| event["args"]["outcome"] == "dispatched").unwrap();
        assert_eq!(
            dispatch["args"].to_string(),
            r#"{"ticket":"T-001","outcome":"dispatched","technician":"Ada","rank":1,"attempts":2,"refused":1}"#
        );
    }

    #[test]
    fn what_overlaps_has_a_lane_of_its_own_and_what_has_not_ended_ends_with_the_log() {
        let agent = crate::domain::AgentId(0);
        let booked = |ticket, start, end| Fact::Booked {
            ticket: TicketId(ticket),
            technician: TechnicianId(1),
            start: at(start),
            end: at(end),
            held: false,
        };
        let turn = |ticket| Fact::Turn { ticket: TicketId(ticket), agent };
        let c = of(&[
            (0, Fact::Arrived { ticket: TicketId(0) }),
            (0, Fact::Arrived { ticket: TicketId(1) }),
            (0, Fact::Arrived { ticket: TicketId(2) }),
            (1, turn(0)),
            (2, turn(1)),
            (3, booked(0, 10, 30)),
            (4, booked(1, 20, 40)),
            (5, booked(2, 30, 50)),
            (
                6,
                Fact::Unassigned {
                    ticket: TicketId(2),
                    agent,
                    reason: crate::facts::Reason::NoSlot,
                    attempts: 0,
                },
            ),
        ]);
        let told = |thread: &str| {
            let all = slices(&c, thread).into_iter();
            all.map(|(title, name, ..)| format!("{title}: {name}")).collect::<Vec<_>>()
        };
        assert_eq!(
            told("calendar"),
            ["Grace: calendar: T-001", "Grace: calendar 2: T-002", "Grace: calendar: T-003"]
        );
        assert_eq!(told("dispatch"), ["dispatch: T-001", "dispatch 2: T-002", "dispatch: T-003"]);
        assert_eq!(told("waiting"), ["waiting: T-001", "waiting 2: T-002", "waiting 3: T-003"]);
        let (events, _) = read(&c);
        let unfinished = events.iter().filter(|event| event["args"]["outcome"] == "unfinished");
        assert_eq!(
            unfinished.map(|event| event["dur"].as_i64().unwrap()).collect::<Vec<_>>(),
            [5_000_000, 4_000_000]
        );
    }

    #[test]
    fn each_arm_is_a_process_whatever_it_is_called_and_no_thread_has_its_number() {
        let mut c = comparison();
        c.arms[1].name = "\"},\u{202e}</script>##[error]".to_owned();
        let (events, titles) = read(&c);
        let processes: Vec<&str> = events
            .iter()
            .filter(|event| event["name"] == "process_name")
            .map(|event| event["args"]["name"].as_str().unwrap())
            .collect();
        assert_eq!(
            processes,
            [
                "sequential, replication 0",
                "\"},\u{202e}</script>##[error], replication 0",
                "parallel, replication 0"
            ]
        );
        assert!(titles.keys().all(|thread| *thread > 3));
        c.arms.iter_mut().for_each(|arm| arm.recorded.clear());
        assert_eq!(read(&c).0, Vec::<Value>::new());
    }
}
