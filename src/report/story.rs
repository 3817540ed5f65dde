//! One ticket's story, told from the events of a results folder: what its dispatch saw, picked, lost and fell back to.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::events::{Event, EventLine};
use super::figures::{clean, counted, list};
use crate::domain::SimDuration;

/// Why a story cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum StoryError {
    /// No results there.
    #[error(
        "{0} holds no events.jsonl: name a folder that `stampede run` or `stampede compare` wrote with --out"
    )]
    NoResults(PathBuf),
    /// The system refused.
    #[error("cannot read {path}: {cause}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's word.
        cause: io::Error,
    },
    /// A line that is not an event.
    #[error("{path}, line {line}: not an event: {cause}; was the file edited or cut off?")]
    BadLine {
        /// The file.
        path: PathBuf,
        /// Counts from 1.
        line: u64,
        /// What is wrong.
        cause: serde_json::Error,
    },
    /// No such discipline.
    #[error("no discipline `{name}` in these results; there are: {known}")]
    UnknownDiscipline {
        /// What was asked for.
        name: String,
        /// Those there are.
        known: String,
    },
    /// No such ticket.
    #[error("no ticket `{name}` in the recorded replications; {nearest}")]
    UnknownTicket {
        /// What was asked for.
        name: String,
        /// A sentence with the nearest names.
        nearest: String,
    },
}

/// Tells the story of `ticket` under each discipline, or only under `discipline`, from the results in `folder`.
///
/// Of several recorded replications it tells the first that has the ticket. The file is read line by line.
///
/// # Errors
/// When the folder holds no results, a line of them is malformed, or there is no such ticket or discipline.
pub fn explain(folder: &Path, ticket: &str, discipline: Option<&str>) -> Result<String, StoryError> {
    let path = folder.join("events.jsonl");
    let mut stories: Vec<Story> = Vec::new();
    let mut disciplines: Vec<String> = Vec::new();
    scan(&path, |line| {
        if disciplines.last() != Some(&line.discipline) && !disciplines.contains(&line.discipline) {
            disciplines.push(line.discipline.clone());
        }
        let lost_to_it = matches!(&line.event, Event::Refused { by: Some(peer), .. } if peer == ticket);
        if (line.ticket != ticket && !lost_to_it)
            || discipline.is_some_and(|wanted| wanted != line.discipline)
        {
            return;
        }
        let known = stories.iter_mut().find(|story| story.discipline == line.discipline);
        let story = match known {
            Some(story) => story,
            None => stories.push_mut(Story::new(&line)),
        };
        if story.replication == line.replication {
            if line.ticket == ticket {
                story.lines.push(line);
            } else if !story.losers.contains(&line.ticket) {
                story.losers.push(line.ticket);
            }
        }
    })?;
    if let Some(name) = discipline.filter(|name| !disciplines.iter().any(|known| known == name)) {
        let known: Vec<&str> = disciplines.iter().map(String::as_str).collect();
        return Err(StoryError::UnknownDiscipline { name: name.to_owned(), known: list(&known) });
    }
    if stories.is_empty() {
        return Err(unknown_ticket(&path, ticket)?);
    }
    if stories.iter().any(|story| story.booking().is_some()) {
        scan(&path, |line| stories.iter_mut().for_each(|story| story.notice_overlap(&line)))?;
    }
    Ok(stories.iter().map(Story::tell).collect::<Vec<_>>().join("\n"))
}

/// Calls `each` with every line of the file.
fn scan(path: &Path, mut each: impl FnMut(EventLine)) -> Result<(), StoryError> {
    let failed = |cause: io::Error| match cause.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            StoryError::NoResults(path.parent().unwrap_or(path).to_owned())
        }
        _ => StoryError::Io { path: path.to_owned(), cause },
    };
    let mut reader = BufReader::new(File::open(path).map_err(failed)?);
    let mut bytes = Vec::new();
    let mut number = 0;
    while reader.read_until(b'\n', &mut bytes).map_err(failed)? > 0 {
        number += 1;
        let line = serde_json::from_slice(&bytes);
        each(line.map_err(|cause| StoryError::BadLine { path: path.to_owned(), line: number, cause })?);
        bytes.clear();
    }
    Ok(())
}

/// The error for a ticket that is not there, with the names that come nearest.
fn unknown_ticket(path: &Path, ticket: &str) -> Result<StoryError, StoryError> {
    let mut names = BTreeSet::new();
    scan(path, |line| {
        names.insert(line.ticket);
    })?;
    let wanted = ticket.to_lowercase();
    let mut ranked: Vec<(usize, &String)> =
        names.iter().map(|name| (strsim::damerau_levenshtein(&wanted, &name.to_lowercase()), name)).collect();
    ranked.sort();
    let nearest: Vec<&str> = ranked.iter().take(3).map(|(_, name)| name.as_str()).collect();
    let nearest = if nearest.is_empty() {
        "no replication was recorded: set `records` in [experiment] to 1 or more".to_owned()
    } else {
        format!("the nearest of {} are {}", counted(names.len() as u64, "name"), list(&nearest))
    };
    Ok(StoryError::UnknownTicket { name: ticket.to_owned(), nearest })
}

/// One ticket under one discipline.
struct Story {
    discipline: String,
    replication: u32,
    lines: Vec<EventLine>,
    /// Tickets that lost a claim to this one.
    losers: Vec<String>,
    /// Tickets whose bookings overlap this one's.
    overlapping: Vec<String>,
}

impl Story {
    fn new(line: &EventLine) -> Self {
        Self {
            discipline: line.discipline.clone(),
            replication: line.replication,
            lines: Vec::new(),
            losers: Vec::new(),
            overlapping: Vec::new(),
        }
    }

    /// The technician, start and end of a booking that was found doubled.
    fn booking(&self) -> Option<(&str, &str, &str)> {
        let doubled = self.lines.iter().any(|line| matches!(line.event, Event::DoubleBooked { .. }));
        self.lines.iter().rev().filter(|_| doubled).find_map(|line| match &line.event {
            Event::Booked { technician, slot, slot_end, .. } => {
                Some((technician.as_str(), slot.as_str(), slot_end.as_str()))
            }
            _ => None,
        })
    }

    /// Remembers a ticket whose booking overlaps this one's.
    fn notice_overlap(&mut self, line: &EventLine) {
        let Some((who, start, end)) = self.booking() else { return };
        let Event::Booked { technician, slot, slot_end, .. } = &line.event else { return };
        let own = self.lines.first().is_some_and(|first| first.ticket == line.ticket);
        let here = line.discipline == self.discipline && line.replication == self.replication;
        if here && !own && technician == who && earlier(slot, end) && earlier(start, slot_end) {
            self.overlapping.push(line.ticket.clone());
        }
    }

    /// The story in plain sentences.
    fn tell(&self) -> String {
        let Some(first) = self.lines.first() else { return String::new() };
        let mut teller = Teller::new(first, self);
        let mut index = 0;
        while index < self.lines.len() {
            // The lines of one ranking are told in one breath.
            let mut end = index + 1;
            if matches!(self.lines[index].event, Event::Ranked { .. }) {
                while self.lines.get(end).is_some_and(|line| matches!(line.event, Event::Ranked { .. })) {
                    end += 1;
                }
            }
            teller.tell(&self.lines[index..end]);
            index = end;
        }
        teller.close()
    }
}

/// Whether an instant comes before another, both RFC 3339.
fn earlier(a: &str, b: &str) -> bool {
    match (a.parse::<jiff::Timestamp>(), b.parse::<jiff::Timestamp>()) {
        (Ok(a), Ok(b)) => a < b,
        _ => a < b,
    }
}

/// What the telling needs to remember.
struct Teller<'a> {
    out: String,
    story: &'a Story,
    /// The first line: the arrival.
    first: &'a EventLine,
    /// The current ranking: technician and slot, the primary pick first.
    ranking: Vec<(&'a str, &'a str)>,
    calls: u64,
    tokens: u64,
    refused: u64,
    attempts: u64,
    outcome: String,
}

impl<'a> Teller<'a> {
    fn new(first: &'a EventLine, story: &'a Story) -> Self {
        let mut out = format!("{} under {}", clean(&first.ticket), clean(&story.discipline));
        if story.replication > 0 {
            let _ = write!(out, ", replication {}", story.replication);
        }
        let _ = writeln!(out, " ({})", day(&first.at));
        Self {
            out,
            story,
            first,
            ranking: Vec::new(),
            calls: 0,
            tokens: 0,
            refused: 0,
            attempts: 0,
            outcome: "It never got as far as an owner.".to_owned(),
        }
    }

    /// Tells one line, or the lines of one ranking.
    fn tell(&mut self, lines: &'a [EventLine]) {
        let line = &lines[0];
        let sentence = match &line.event {
            Event::Ranked { .. } => self.ranking(lines),
            _ => self.sentence(line),
        };
        let since = line.seconds - self.first.seconds;
        let since = if since > 0.0 { format!("+{}", length(since)) } else { String::new() };
        let _ = writeln!(self.out, "  {}  {since:>12}  {sentence}", self.clock(&line.at, 8));
    }

    /// The last lines: the outcome, what it cost, and whom it cost something.
    fn close(mut self) -> String {
        let _ = writeln!(self.out, "  {}", self.outcome);
        let mut costs = Vec::new();
        if self.calls > 0 {
            costs.push(counted(self.calls, "AI call"));
        }
        if self.tokens > 0 {
            costs.push(counted(self.tokens, "token"));
        }
        if self.refused > 0 {
            costs.push(counted(self.refused, "refused claim"));
        }
        if self.attempts > 1 {
            costs.push(match self.attempts - 1 {
                1 => "1 retry from scratch".to_owned(),
                more => format!("{more} retries from scratch"),
            });
        }
        if !costs.is_empty() {
            let costs: Vec<&str> = costs.iter().map(String::as_str).collect();
            let _ = writeln!(self.out, "  It cost {}.", list(&costs));
        }
        if !self.story.losers.is_empty() {
            let _ = writeln!(self.out, "  Claims lost to it: {}.", names(&self.story.losers));
        }
        self.out
    }

    /// The ranking that came back.
    fn ranking(&mut self, lines: &'a [EventLine]) -> String {
        self.ranking.clear();
        let mut picks = Vec::new();
        for line in lines {
            if let Event::Ranked { rank, technician, slot, .. } = &line.event {
                self.ranking.push((technician, slot));
                picks.push(format!("{rank}. {}", self.pick(technician, slot)));
            }
        }
        format!("The ranking came back: {}.", picks.join(", "))
    }

    /// One event as a sentence.
    fn sentence(&mut self, line: &'a EventLine) -> String {
        match &line.event {
            Event::Arrived { team, category, company, priority, .. } => format!(
                "It arrived for {}: {}, {}, priority {priority}.",
                clean(team),
                clean(category),
                clean(company)
            ),
            Event::Skipped { test } => {
                let why = match test.as_str() {
                    "board" => "tickets of its board are not dispatched",
                    "status" => "tickets in its status are not dispatched",
                    "company" => "its company is not among those whose tickets are",
                    _ => "its company is excluded",
                };
                "It was left to people.".clone_into(&mut self.outcome);
                format!("It was not dispatched: {why}.")
            }
            Event::Turn => match line.seconds - self.first.seconds {
                0.0 => "Its turn came at once.".to_owned(),
                waited => format!("Its turn came, after {}.", length(waited)),
            },
            Event::Read { attempt, offered } => {
                self.attempts = u64::from(*attempt);
                self.ranking.clear();
                let begun = if *attempt > 1 {
                    format!("Every pick was lost: attempt {attempt} began from scratch. It")
                } else {
                    "It".to_owned()
                };
                format!(
                    "{begun} read the calendars: {} had a slot to offer.",
                    counted((*offered).into(), "technician")
                )
            }
            Event::Asked { tokens, .. } => {
                self.calls += 1;
                self.tokens += u64::from(*tokens);
                let tokens = match tokens {
                    0 => String::new(),
                    tokens => format!(" ({})", counted(u64::from(*tokens), "token")),
                };
                format!("It asked the AI for a ranking{tokens}.")
            }
            Event::Ranked { .. } => self.ranking(std::slice::from_ref(line)),
            Event::Granted { technician, slot, .. } => match self.rank(technician, slot) {
                Some(rank) if rank > 1 => {
                    format!("It fell back to number {rank}, {}: held.", self.pick(technician, slot))
                }
                _ => format!("It claimed {}: held.", self.pick(technician, slot)),
            },
            Event::Refused { technician, slot, why, by } => {
                self.refused += 1;
                let by = by.as_deref().map_or_else(|| "a peer".into(), clean);
                let why = match why.as_str() {
                    "held" => format!("{by} held it"),
                    "booked" => format!("{by} had booked it"),
                    _ => "the slot had started already".to_owned(),
                };
                format!("It claimed {}: refused, {why}.", self.pick(technician, slot))
            }
            Event::Freed { technician, slot, lapsed, orphaned_s, .. } => {
                let how = if *lapsed { "lapsed" } else { "was given back" };
                let orphaned = if *orphaned_s > 0.0 {
                    format!(", after nobody had needed it for {}", length(*orphaned_s))
                } else {
                    String::new()
                };
                format!("Its hold on {} {how}{orphaned}.", self.pick(technician, slot))
            }
            Event::Booked { technician, slot, slot_end, held } => format!(
                "The booking was written: {} to {}{}.",
                self.pick(technician, slot),
                self.clock(slot_end, 5),
                if *held { "" } else { ", with no hold on the slot" }
            ),
            Event::Dispatched { technician, rank, delay_s, .. } => {
                let pick = match rank {
                    0 => "",
                    1 => ", its first pick",
                    _ => ", an alternative",
                };
                self.outcome =
                    format!("{}{pick}, owns it {} after it arrived.", clean(technician), length(*delay_s));
                format!("{} was told: the dispatch is done.", clean(technician))
            }
            Event::Queued { team, delay_s, .. } => {
                self.outcome = match delay_s {
                    0.0 => format!("It was in the queue of {} as soon as it arrived.", clean(team)),
                    delay => {
                        format!("It was in the queue of {} {} after it arrived.", clean(team), length(*delay))
                    }
                };
                format!("It was put into the queue of {}.", clean(team))
            }
            Event::Unassigned { reason, attempts } => {
                let why = if reason == "no_slot" {
                    "no technician of its team has a free slot within the horizon".to_owned()
                } else {
                    format!("every claim of {} was refused", counted(u64::from(*attempts), "attempt"))
                };
                "It has no owner.".clone_into(&mut self.outcome);
                format!("It was left without an owner: {why}.")
            }
            Event::Started { technician, late_s, .. } => {
                let late = match late_s {
                    0.0 => String::new(),
                    late => format!(", {} after the slot's start", length(*late)),
                };
                format!("{} began to work on it{late}.", clean(technician))
            }
            Event::Finished { technician, worked_s, .. } => {
                format!("{} was done with it, after {} of work.", clean(technician), length(*worked_s))
            }
            Event::DoubleBooked { technician, peers, .. } => {
                let who = if self.story.overlapping.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", names(&self.story.overlapping))
                };
                let others = counted(u64::from(*peers), "other booking");
                format!(
                    "When all was done it was found double-booked: it overlaps {others} of {}{who}.",
                    clean(technician)
                )
            }
        }
    }

    /// The rank of a pick in the current ranking.
    fn rank(&self, technician: &str, slot: &str) -> Option<usize> {
        self.ranking.iter().position(|&pick| pick == (technician, slot)).map(|index| index + 1)
    }

    /// `Ada at 08:30`, with the day where it is not that of the arrival.
    fn pick(&self, technician: &str, slot: &str) -> String {
        format!("{} at {}", clean(technician), self.clock(slot, 5))
    }

    /// The first `digits` characters of the time of day, after the day where it is not that of the arrival.
    fn clock(&self, at: &str, digits: usize) -> String {
        let time = at.get(11..11 + digits).unwrap_or(at);
        if day(at) == day(&self.first.at) { time.to_owned() } else { format!("{} {time}", day(at)) }
    }
}

/// The day of an RFC 3339 instant.
fn day(at: &str) -> &str {
    at.get(..10).unwrap_or(at)
}

/// Seconds as a person says them.
fn length(seconds: f64) -> SimDuration {
    SimDuration::from_secs_f64(seconds)
}

/// Names in a list that ends after ten.
fn names(all: &[String]) -> String {
    const SHOWN: usize = 10;
    let cleaned: Vec<_> = all.iter().take(SHOWN).map(|name| clean(name)).collect();
    let mut shown: Vec<&str> = cleaned.iter().map(AsRef::as_ref).collect();
    let more = all.len().saturating_sub(SHOWN);
    let rest = format!("{more} more");
    if more > 0 {
        shown.push(&rest);
    }
    list(&shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::events;
    use crate::report::tests::comparison;

    fn results() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("events.jsonl"), events::jsonl(&comparison())).unwrap();
        dir
    }

    #[test]
    fn a_lost_race_and_a_fallback_are_told() {
        let text = explain(results().path(), "T-002", Some("parallel")).unwrap();
        assert_eq!(
            text.lines().collect::<Vec<_>>(),
            [
                "T-002 under parallel (2026-11-23)",
                "  08:00:10                It arrived for Service Desk: network, Initech, Inc., priority 3.",
                "  08:00:10                Its turn came at once.",
                "  08:00:10                It read the calendars: 2 technicians had a slot to offer.",
                "  08:00:10                It asked the AI for a ranking (1,200 tokens).",
                "  08:02:30   +2 min 20 s  The ranking came back: 1. Ada at 08:30, 2. Grace at 08:30.",
                "  08:02:30   +2 min 20 s  It claimed Ada at 08:30: refused, T-001 had booked it.",
                "  08:02:30   +2 min 21 s  It fell back to number 2, Grace at 08:30: held.",
                "  08:02:31   +2 min 21 s  The booking was written: Grace at 08:30 to 09:00.",
                "  08:02:31   +2 min 21 s  Grace was told: the dispatch is done.",
                "  Grace, an alternative, owns it 2 min 21 s after it arrived.",
                "  It cost 1 AI call, 1,200 tokens and 1 refused claim.",
                "  Claims lost to it: T-003.",
            ]
        );
    }

    #[test]
    fn a_ticket_without_an_owner_is_told_to_its_end() {
        let text = explain(results().path(), "T-003", Some("parallel")).unwrap();
        assert_eq!(
            text.lines().collect::<Vec<_>>(),
            [
                "T-003 under parallel (2026-11-23)",
                "  08:00:20                It arrived for Service Desk: network, Initech, Inc., priority 3.",
                "  08:00:25          +5 s  Its turn came, after 5 s.",
                "  08:00:25          +5 s  It read the calendars: 2 technicians had a slot to offer.",
                "  08:00:25          +5 s  It asked the AI for a ranking (1,200 tokens).",
                "  08:02:40   +2 min 20 s  The ranking came back: 1. Ada at 08:30, 2. Grace at 08:30.",
                "  08:02:40   +2 min 20 s  It claimed Ada at 08:30: refused, T-001 had booked it.",
                "  08:02:41   +2 min 21 s  It claimed Grace at 08:30: refused, T-002 held it.",
                "  08:02:41   +2 min 21 s  Every pick was lost: attempt 2 began from scratch. It read the calendars: 1 technician had a slot to offer.",
                "  08:02:41   +2 min 21 s  It asked the AI for a ranking (1,200 tokens).",
                "  08:04:40   +4 min 20 s  The ranking came back: 1. Ada at 08:04.",
                "  08:04:40   +4 min 20 s  It claimed Ada at 08:04: refused, the slot had started already.",
                "  08:04:40   +4 min 20 s  It was left without an owner: every claim of 2 attempts was refused.",
                "  It has no owner.",
                "  It cost 2 AI calls, 2,400 tokens, 3 refused claims and 1 retry from scratch.",
            ]
        );
    }

    #[test]
    fn a_double_booking_names_the_other_ticket() {
        let text = explain(results().path(), "T-002", Some("unsafe-parallel")).unwrap();
        assert_eq!(
            text.lines().collect::<Vec<_>>(),
            [
                "T-002 under unsafe-parallel (2026-11-23)",
                "  08:00:10                It arrived for Service Desk: network, Initech, Inc., priority 3.",
                "  08:02:10        +2 min  The booking was written: Ada at 08:30 to 09:00, with no hold on the slot.",
                "  08:02:10        +2 min  Ada was told: the dispatch is done.",
                "  10:30:00   +2 h 30 min  When all was done it was found double-booked: it overlaps 1 other booking of Ada (T-001).",
                "  Ada, its first pick, owns it 2 min after it arrived.",
            ]
        );
    }

    #[test]
    fn without_a_discipline_every_one_is_told_in_the_order_of_the_results() {
        let text = explain(results().path(), "T-001", None).unwrap();
        let heads: Vec<&str> =
            text.lines().filter(|line| !line.starts_with(' ') && !line.is_empty()).collect();
        assert_eq!(
            heads,
            [
                "T-001 under sequential (2026-11-23)",
                "T-001 under unsafe-parallel (2026-11-23)",
                "T-001 under parallel (2026-11-23)"
            ]
        );
    }

    #[test]
    fn errors_say_what_is_there_instead() {
        let dir = results();
        let error = explain(dir.path(), "t-0002", None).unwrap_err().to_string();
        assert_eq!(
            error,
            "no ticket `t-0002` in the recorded replications; the nearest of 4 names are T-002, T-001 and T-003"
        );
        let error = explain(dir.path(), "T-002", Some("paralel")).unwrap_err().to_string();
        assert_eq!(
            error,
            "no discipline `paralel` in these results; there are: sequential, unsafe-parallel and parallel"
        );
        let error = explain(&dir.path().join("elsewhere"), "T-002", None).unwrap_err().to_string();
        assert!(error.contains("elsewhere holds no events.jsonl"), "{error}");
        let path = dir.path().join("events.jsonl");
        let whole = std::fs::read_to_string(&path).unwrap();
        let second = whole.find('\n').unwrap() + 1;
        std::fs::write(&path, &whole[..second + 30]).unwrap();
        let error = explain(dir.path(), "T-002", None).unwrap_err().to_string();
        assert!(error.contains("events.jsonl, line 2: not an event: "), "{error}");
        std::fs::write(&path, b"{\"at\": \"\xff\"}\n").unwrap();
        assert!(matches!(explain(dir.path(), "T-002", None), Err(StoryError::BadLine { line: 1, .. })));
        std::fs::write(&path, "").unwrap();
        let error = explain(dir.path(), "T-002", None).unwrap_err().to_string();
        assert!(error.contains("no replication was recorded"), "{error}");
    }
}
