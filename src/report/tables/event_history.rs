//! `event-history.csv`: every dispatch of the recorded replications, as the history of its agent would show it.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io;

use super::super::figures::{counted, list, quoted};
use super::super::flights::{Flight, Flights};
use super::super::story::left;
use super::tickets::Outcome;
use super::{Columns, Each, RowPlace, Table, values};
use crate::domain::stamp::Civil;
use crate::domain::{SimTime, TechnicianId, TicketId};
use crate::facts::names::Roll;
use crate::facts::{Fact, Record, Refusal};
use crate::keys::Named;
use crate::results::Comparison;

pub(super) const TABLE: Table = Table {
    name: "event-history",
    about: "One row per dispatch of each recorded replication, as the history of its agent would show it: in the order in which \
            they ended, those that did not end last. A ticket that the trigger left to people had none.",
    optional: false,
    columns: || columns().described(),
    fill: |c, sheet| columns().fill(sheet, |each| rows(c, each)),
};

/// The most lost picks that a line of reasoning names.
const NAMED: usize = 3;

/// One dispatch.
struct Row<'a> {
    place: RowPlace<'a>,
    flight: Flight,
    ended: Option<SimTime>,
    status: Outcome,
    technician: Option<TechnicianId>,
    reasoning: String,
}

fn columns<'a>() -> Columns<'a, Row<'a>> {
    let statuses = values::<Outcome>().filter(|&(name, _)| name != Outcome::Skipped.name());
    RowPlace::columns::<Row<'a>>(|row| &row.place)
        .with("ticket", "The ticket.", |row| row.place.burst.name(row.flight.ticket).into())
        .with("agent", "Whose dispatch it was.", |row| {
            row.flight.agent.map(|agent| row.place.setup.name(Roll::Agents, agent.0)).into()
        })
        .with("begun", "When it began; empty where the ticket was left, or merged, before it had a turn.", |row| {
            row.flight.begun.into()
        })
        .with("ended", "When it ended; empty where it had not when the run did.", |row| row.ended.into())
        .with("others", "How many other dispatches were under way when it ended.", |row| row.flight.others.into())
        .with("status", "What became of its ticket.", |row| row.status.name().into())
        .one_of(statuses)
        .with("technician", "The owner, where it found one.", |row| {
            row.technician.map(|who| row.place.setup.name(Roll::Technicians, who.0)).into()
        })
        .with(
            "reasoning",
            "Why it ended so, in a line: what was picked, or fallen back to and for want of what. Of more than three lost picks, \
             the last three.",
            |row| (&row.reasoning).into(),
        )
}

fn rows<'a>(c: &'a Comparison, each: Each<'_, Row<'a>>) -> io::Result<()> {
    let civil = Civil::new(&c.setup.start);
    for place in RowPlace::all(c) {
        let place = place?;
        let mut flights = Flights::new(place.burst.tickets.len());
        let mut courses = vec![Course::default(); place.burst.tickets.len()];
        let place_of = || place.clone();
        for record in &place.recorded.records {
            let record = record?;
            let Some(ticket) = record.fact.ticket() else { continue };
            courses[ticket.index()].note(&record.fact);
            let Some(flight) = flights.follow(&record) else { continue };
            let course = std::mem::take(&mut courses[ticket.index()]);
            let day = flight.begun.unwrap_or(record.at);
            let Some((status, reasoning)) =
                (Teller { place: &place, civil: &civil, day }).end(&course, &record)
            else {
                continue;
            };
            let (ended, technician) = (Some(record.at), course.owner);
            each(&Row { place: place_of(), flight, ended, status, technician, reasoning })?;
        }
        for flight in flights.still() {
            let (status, reasoning) = (Outcome::Unfinished, "under way when the run ended".to_owned());
            each(&Row { place: place_of(), flight, ended: None, status, technician: None, reasoning })?;
        }
    }
    Ok(())
}

/// A pick that was lost, and to what.
#[derive(Clone, Copy)]
struct Lost {
    technician: TechnicianId,
    start: SimTime,
    /// `None`: its hold lapsed.
    why: Option<Refusal>,
    by: Option<TicketId>,
}

/// What a dispatch has been through so far.
#[derive(Clone, Default)]
struct Course {
    attempt: u16,
    /// How many technicians its last look had to offer.
    offered: u32,
    /// The last few picks that were lost.
    lost: VecDeque<Lost>,
    /// How many were lost.
    losses: u64,
    /// How many of them in this attempt.
    losses_now: u64,
    lapsed: bool,
    slot: Option<SimTime>,
    owner: Option<TechnicianId>,
    /// Active tickets of the owner, and whether they are more than the cap allows.
    active: Option<(u32, bool)>,
}

impl Course {
    fn note(&mut self, fact: &Fact) {
        match *fact {
            Fact::Read { attempt, offered, .. } => {
                self.enter(attempt);
                self.offered = offered;
            }
            Fact::Ranked { attempt, .. } => self.enter(attempt),
            Fact::Refused { technician, start, why, by, .. } => {
                self.lose(Lost { technician, start, why: Some(why), by });
            }
            Fact::Freed { technician, start, lapsed: true, .. } => {
                self.lapsed = true;
                self.lose(Lost { technician, start, why: None, by: None });
            }
            Fact::Booked { start, .. } => self.slot = Some(start),
            Fact::Assigned { active, over_cap, .. } => self.active = Some((active, over_cap)),
            Fact::Dispatched { technician, .. } => self.owner = Some(technician),
            _ => {}
        }
    }

    fn enter(&mut self, attempt: u16) {
        if self.attempt != attempt {
            (self.attempt, self.losses_now) = (attempt, 0);
        }
    }

    fn lose(&mut self, pick: Lost) {
        self.losses += 1;
        self.losses_now += 1;
        if self.lost.len() == NAMED {
            self.lost.pop_front();
        }
        self.lost.push_back(pick);
    }
}

/// Puts a course into words.
struct Teller<'a> {
    place: &'a RowPlace<'a>,
    civil: &'a Civil,
    /// The instant whose day is not told.
    day: SimTime,
}

impl Teller<'_> {
    /// How the dispatch ended, and why; `None` where the record ends none.
    fn end(&self, course: &Course, record: &Record) -> Option<(Outcome, String)> {
        Some(match record.fact {
            Fact::Dispatched { technician, attempts, rank, .. } => {
                (Outcome::Dispatched, self.found(course, technician, attempts, rank))
            }
            Fact::Queued { team, .. } => {
                let team = self.entry(Roll::Teams, team.0);
                (Outcome::Queued, format!("put into the queue of {team}"))
            }
            Fact::Answered { attempts: 0 | 1, .. } => {
                (Outcome::Answered, "the AI's result was there".to_owned())
            }
            Fact::Answered { .. } => {
                (Outcome::Answered, "the AI's result was there once it had been made again".to_owned())
            }
            Fact::Merged { into, .. } => {
                (Outcome::Merged, format!("merged with {}, which says the same", self.ticket(into)))
            }
            Fact::Unassigned { agent, reason, attempts, .. } => {
                let mode = self.place.setup.modes.get(agent.index()).map(String::as_str);
                let what = if mode == Some("read-only") { "a result" } else { "an owner" };
                let why = left(reason, attempts, course.offered > 0, course.lapsed);
                let lost = self.lost(course);
                let lost = if lost.is_empty() { lost } else { format!(" ({lost})") };
                (Outcome::Unassigned, format!("left without {what}: {why}{lost}"))
            }
            _ => return None,
        })
    }

    /// `fell back to Bo's 09:10: Ada's 09:10 was held by T-013`.
    fn found(&self, course: &Course, technician: TechnicianId, attempts: u16, rank: u16) -> String {
        let pick = match course.slot {
            Some(start) => self.slot(technician, start),
            None => self.entry(Roll::Technicians, technician.0).into_owned(),
        };
        let how = match (rank, course.losses_now) {
            (0, _) => "took",
            (_, 0) => "picked",
            _ => "fell back to",
        };
        let mut text = format!("{how} {pick}");
        if rank == 0 {
            text += ", the first free slot of the second working day";
        } else if attempts > 1 {
            let _ = write!(text, " at attempt {attempts}");
        }
        if let Some((active, over_cap)) = course.active {
            let cap = if over_cap { ", more than the cap allows" } else { "" };
            let _ = write!(text, ", who now has {}{cap}", counted(active.into(), "active ticket"));
        }
        let lost = self.lost(course);
        if lost.is_empty() { text } else { format!("{text}: {lost}") }
    }

    /// What became of the last picks that were lost; empty where none was.
    fn lost(&self, course: &Course) -> String {
        let told: Vec<String> = course.lost.iter().map(|pick| self.loss(pick)).collect();
        let told = list(&told);
        match course.losses - course.lost.len() as u64 {
            0 => told,
            1 => format!("{told}; 1 pick before was lost as well"),
            more => format!("{told}; {more} picks before were lost as well"),
        }
    }

    fn loss(&self, pick: &Lost) -> String {
        let who = self.entry(Roll::Technicians, pick.technician.0);
        if pick.why == Some(Refusal::Changed) {
            return format!("something about {who} had changed since the read");
        }
        let slot = self.slot(pick.technician, pick.start);
        let by = |what: &str| match pick.by {
            Some(peer) => format!("{slot} was {what} {}", self.ticket(peer)),
            None => format!("{slot} was {what} a peer"),
        };
        match pick.why {
            Some(Refusal::Held) => by("held by"),
            Some(Refusal::Booked) => by("booked for"),
            Some(Refusal::Busy) => format!("{slot} had been taken from the start"),
            Some(Refusal::Started | Refusal::Changed) => format!("{slot} had started already"),
            None => format!("the hold on {slot} had lapsed"),
        }
    }

    /// `Ada's 09:10`, with the day where it is another one.
    fn slot(&self, technician: TechnicianId, start: SimTime) -> String {
        let (at, today) = (self.civil.text(start), self.civil.text(self.day));
        let who = self.entry(Roll::Technicians, technician.0);
        let time = at.get(11..16).unwrap_or(&at);
        match (at.get(..10), today.get(..10)) {
            (Some(day), today) if today != Some(day) => format!("{who}'s {day} {time}"),
            _ => format!("{who}'s {time}"),
        }
    }

    fn entry(&self, of: Roll, number: u32) -> Cow<'_, str> {
        quoted(self.place.setup.name(of, number))
    }

    fn ticket(&self, ticket: TicketId) -> String {
        quoted(&self.place.burst.name(ticket)).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AgentId, SimDuration};
    use crate::facts::Reason;
    use crate::report::export::csv;
    use crate::report::tests::comparison;

    fn history(c: &Comparison, discipline: &str) -> Vec<String> {
        let text = csv::table(&TABLE, c).unwrap();
        let start = format!("{discipline},0,");
        let own = text.lines().filter_map(|line| line.strip_prefix(&start));
        own.map(|line| line.replace("2026-11-23T", "").replace("-05:00", "")).collect()
    }

    #[test]
    fn n14_the_history_says_when_each_dispatch_ended_and_what_it_fell_back_to() {
        assert_eq!(
            history(&comparison(), "parallel"),
            [
                "T-001,Front desk,08:00:00,08:02:00.5,2,dispatched,Ada,picked Ada's 08:30",
                "T-002,Front desk,08:00:10,08:02:31,1,dispatched,Grace,fell back to Grace's 08:30: Ada's 08:30 was booked for \
                 T-001",
                "T-003,Front desk,08:00:25,08:04:40,0,unassigned,,\"left without an owner: every claim of 2 attempts was \
                 refused (Ada's 08:30 was booked for T-001, Grace's 08:30 was held by T-002 and Ada's 08:04 had started \
                 already)\"",
            ]
        );
        assert_eq!(
            history(&comparison(), "sequential"),
            ["T-001,Front desk,08:00:00,,0,unfinished,,under way when the run ended"]
        );
    }

    #[test]
    fn a_dispatch_that_went_another_way_says_which() {
        let (t, ada, grace) = (TicketId, TechnicianId(0), TechnicianId(1));
        let at = |minutes, fact| Record { at: SimTime::ZERO + SimDuration::from_mins(minutes), fact };
        let (agent, delay) = (AgentId(0), SimDuration::from_mins(3));
        let dispatched = |ticket, technician, attempts, rank| Fact::Dispatched {
            ticket: t(ticket),
            technician,
            attempts,
            rank,
            delay,
            taken: delay,
        };
        let tomorrow = SimTime::ZERO + SimDuration::from_mins(24 * 60);
        let lapsed = |ticket| Fact::Freed {
            ticket: t(ticket),
            hold: crate::domain::HoldId(0),
            technician: ada,
            start: SimTime::ZERO,
            lapsed: true,
            orphaned: SimDuration::ZERO,
        };
        let changed = Fact::Refused {
            ticket: t(1),
            technician: ada,
            start: SimTime::ZERO,
            why: Refusal::Changed,
            by: None,
        };
        let booked =
            Fact::Booked { ticket: t(0), technician: ada, start: tomorrow, end: tomorrow, held: false };
        let facts = [
            at(0, Fact::Turn { ticket: t(0), agent }),
            at(0, lapsed(0)),
            at(1, lapsed(0)),
            at(1, lapsed(0)),
            at(1, lapsed(0)),
            at(3, booked),
            at(3, dispatched(0, ada, 2, 0)),
            at(3, Fact::Turn { ticket: t(1), agent }),
            at(3, Fact::Read { ticket: t(1), attempt: 1, offered: 2 }),
            at(4, changed),
            at(4, Fact::Read { ticket: t(1), attempt: 2, offered: 2 }),
            at(6, Fact::Assigned { ticket: t(1), technician: grace, active: 5, over_cap: true }),
            at(6, dispatched(1, grace, 2, 1)),
            at(7, Fact::Merged { ticket: t(2), agent, into: t(1) }),
            at(8, Fact::Unassigned { ticket: t(3), agent, reason: Reason::Timeout, attempts: 0 }),
            at(8, Fact::Turn { ticket: t(0), agent }),
            at(9, Fact::Answered { ticket: t(0), agent, attempts: 2, delay, taken: delay }),
        ];
        let mut c = comparison();
        c.arms.truncate(1);
        c.arms[0].recorded[0].records = facts.into_iter().collect();
        assert_eq!(
            history(&c, "sequential"),
            [
                "T-001,Front desk,08:00:00,08:03:00,0,dispatched,Ada,\"took Ada's 2026-11-24 08:00, the first free slot of the \
                 second working day: the hold on Ada's 08:00 had lapsed, the hold on Ada's 08:00 had lapsed and the hold on \
                 Ada's 08:00 had lapsed; 1 pick before was lost as well\"",
                "T-002,Front desk,08:03:00,08:06:00,0,dispatched,Grace,\"picked Grace at attempt 2, who now has 5 active \
                 tickets, more than the cap allows: something about Ada had changed since the read\"",
                "T-003,Front desk,,08:07:00,0,merged,,\"merged with T-002, which says the same\"",
                "T-004,Front desk,,08:08:00,0,unassigned,,left without an owner: its subagent was stopped at its ceiling",
                "T-001,Front desk,08:08:00,08:09:00,0,answered,,the AI's result was there once it had been made again",
            ]
        );
        c.setup.modes = vec!["read-only".to_owned()];
        assert!(history(&c, "sequential")[3].contains("left without a result: "));
    }
}
