//! One ticket's story, told from the events of a results folder: what its dispatch saw, picked, lost and fell back to.

mod sentences;
mod teller;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use super::events::{Event, EventLine};
use super::figures::{counted, list};
use teller::Teller;

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
    let mut agents = BTreeSet::new();
    scan(&path, |number, line| {
        if disciplines.last() != Some(&line.discipline) && !disciplines.contains(&line.discipline) {
            disciplines.push(line.discipline.clone());
        }
        if let Event::Turn { agent: Some(agent), .. }
        | Event::Skipped { agent: Some(agent), .. }
        | Event::Queued { agent: Some(agent), .. } = &line.event
            && !agents.contains(agent)
        {
            agents.insert(agent.clone());
        }
        let Some(own) = concerns(&line, ticket) else { return };
        if discipline.is_some_and(|wanted| wanted != line.discipline) {
            return;
        }
        let known = stories.iter_mut().find(|story| story.discipline == line.discipline);
        let story = match known {
            Some(story) => story,
            None => stories.push_mut(Story::new(&line)),
        };
        if story.replication == line.replication {
            if own {
                story.lines.push((number, line));
            } else {
                story.notice_peer(line);
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
    for story in &mut stories {
        story.several_agents = agents.len() > 1;
    }
    if stories.iter().any(Story::needs_others) {
        scan(&path, |number, line| stories.iter_mut().for_each(|story| story.notice(number, &line)))?;
        for story in &mut stories {
            story.lines.sort_by_key(|(number, _)| *number);
        }
    }
    Ok(stories.iter().map(Story::tell).collect::<Vec<_>>().join("\n"))
}

/// Whether a line is about the ticket (`Some(true)`), or about another one that met it (`Some(false)`).
fn concerns(line: &EventLine, ticket: &str) -> Option<bool> {
    if line.ticket.as_deref() == Some(ticket) {
        return Some(true);
    }
    let met = match &line.event {
        Event::Refused { by: Some(peer), .. } => peer == ticket,
        Event::Merged { into, .. } => into == ticket,
        _ => false,
    };
    met.then_some(false)
}

/// Calls `each` with every line of the file and its number.
fn scan(path: &Path, mut each: impl FnMut(u64, EventLine)) -> Result<(), StoryError> {
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
        let bad = |cause| StoryError::BadLine { path: path.to_owned(), line: number, cause };
        each(number, line.map_err(bad)?);
        bytes.clear();
    }
    Ok(())
}

/// The error for a ticket that is not there, with the names that come nearest.
fn unknown_ticket(path: &Path, ticket: &str) -> Result<StoryError, StoryError> {
    let mut names = BTreeSet::new();
    scan(path, |_, line| names.extend(line.ticket))?;
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
    /// The lines about it, and about its subagent, with their numbers in the file.
    lines: Vec<(u64, EventLine)>,
    /// Tickets that lost a claim to this one.
    losers: Vec<String>,
    /// Tickets that were merged with this one.
    merged: Vec<String>,
    /// Tickets whose bookings overlap this one's.
    overlapping: Vec<String>,
    /// Whether there is more than one dispatch workflow, so that its name says something.
    several_agents: bool,
}

impl Story {
    fn new(line: &EventLine) -> Self {
        Self {
            discipline: line.discipline.clone(),
            replication: line.replication,
            lines: Vec::new(),
            losers: Vec::new(),
            merged: Vec::new(),
            overlapping: Vec::new(),
            several_agents: false,
        }
    }

    /// What happened, in order.
    fn events(&self) -> impl DoubleEndedIterator<Item = &Event> {
        self.lines.iter().map(|(_, line)| &line.event)
    }

    /// Remembers a ticket that met this one.
    fn notice_peer(&mut self, line: EventLine) {
        let list =
            if matches!(line.event, Event::Merged { .. }) { &mut self.merged } else { &mut self.losers };
        if let Some(peer) = line.ticket
            && !list.contains(&peer)
        {
            list.push(peer);
        }
    }

    /// The technician, start and end of a booking that was found doubled.
    fn booking(&self) -> Option<(&str, &str, &str)> {
        let doubled = self.events().any(|event| matches!(event, Event::DoubleBooked { .. }));
        self.events().rev().filter(|_| doubled).find_map(|event| match event {
            Event::Booked { technician, slot, slot_end, .. } => {
                Some((technician.as_str(), slot.as_str(), slot_end.as_str()))
            }
            _ => None,
        })
    }

    /// The spec of the subagent whose slice the ticket is in.
    fn spec(&self) -> Option<&str> {
        self.events().find_map(|event| match event {
            Event::Sliced { spec } => Some(spec.as_str()),
            _ => None,
        })
    }

    /// When the ticket was left because its dispatch asked for too many subagents.
    fn rejected_at(&self) -> Option<&str> {
        self.lines.iter().find_map(|(_, line)| match &line.event {
            Event::Unassigned { reason, .. } if reason == "too_many_specs" => Some(line.at.as_str()),
            _ => None,
        })
    }

    /// Whether there is something to be found out in the lines of others.
    fn needs_others(&self) -> bool {
        self.booking().is_some() || self.spec().is_some() || self.rejected_at().is_some()
    }

    /// Takes from another line what belongs to this story: an overlapping booking, the course of its subagent.
    fn notice(&mut self, number: u64, line: &EventLine) {
        if line.discipline != self.discipline || line.replication != self.replication {
            return;
        }
        match &line.event {
            Event::Booked { technician, slot, slot_end, .. } => {
                let Some((who, start, end)) = self.booking() else { return };
                let own = self.lines.first().is_some_and(|(_, first)| first.ticket == line.ticket);
                if !own && technician == who && earlier(slot, end) && earlier(start, slot_end) {
                    self.overlapping.extend(line.ticket.clone());
                }
            }
            Event::SpecQueued { spec, .. } | Event::SpecStarted { spec } | Event::SpecEnded { spec, .. }
                if self.spec() == Some(spec) =>
            {
                self.lines.push((number, line.clone()));
            }
            Event::Rejected { .. } if self.rejected_at() == Some(&line.at) => {
                self.lines.push((number, line.clone()));
            }
            _ => {}
        }
    }

    /// The story in plain sentences.
    fn tell(&self) -> String {
        let Some((_, first)) = self.lines.first() else { return String::new() };
        let mut teller = Teller::new(first, self);
        // The lines of one ranking are told in one breath, and so is how a dispatch saw the team.
        let one_breath = |a: &Event, b: &Event| match (a, b) {
            (Event::Ranked { .. }, Event::Ranked { .. }) => true,
            (a, b) => assesses(a) && assesses(b),
        };
        for lines in self.lines.chunk_by(|(_, a), (_, b)| one_breath(&a.event, &b.event)) {
            teller.tell(lines);
        }
        teller.close()
    }
}

/// Whether it says how a dispatch saw a technician.
fn assesses(event: &Event) -> bool {
    matches!(event, Event::Evaluated { .. } | Event::Scored { .. })
}

/// Whether an instant comes before another, both RFC 3339.
fn earlier(a: &str, b: &str) -> bool {
    match (a.parse::<jiff::Timestamp>(), b.parse::<jiff::Timestamp>()) {
        (Ok(a), Ok(b)) => a < b,
        _ => a < b,
    }
}
