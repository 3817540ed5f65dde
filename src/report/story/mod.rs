//! One ticket's story, told from the facts of recorded replications: what its dispatch saw, picked, lost and fell back to.

mod sentences;
mod tale;
mod teller;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use super::export::json;
use super::figures::{clean, counted, names};
use crate::domain::{Burst, SimTime, SpecId, TechnicianId, TicketId};
use crate::facts::{Fact, Reason, Record};
use crate::keys::nearest::closest;
use crate::results::{Arm, Comparison, Recorded, Setup};
pub(super) use sentences::left;
pub use tale::{Line, Tale};
use teller::Teller;

/// Why a story cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum StoryError {
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
    /// A recorded replication cannot be read.
    #[error(transparent)]
    Unreadable(#[from] io::Error),
}

/// Tells the story of `ticket` under each discipline, or only under `discipline`. Of an arm's recorded replications it tells
/// the first that has the ticket. Lines are at most `width` columns wide where words allow.
///
/// # Errors
/// When there is no such ticket or discipline.
pub fn explain(
    c: &Comparison,
    ticket: &str,
    discipline: Option<&str>,
    width: usize,
) -> Result<String, StoryError> {
    let tales = tales(c, ticket, discipline)?;
    Ok(tales.iter().map(|tale| tale.text(width)).collect::<Vec<_>>().join("\n"))
}

/// The same as a JSON list with a story for each discipline.
///
/// # Errors
/// When there is no such ticket or discipline.
pub fn explain_json(c: &Comparison, ticket: &str, discipline: Option<&str>) -> Result<String, StoryError> {
    Ok(json::pretty(&tales(c, ticket, discipline)?))
}

/// The stories.
fn tales(c: &Comparison, ticket: &str, discipline: Option<&str>) -> Result<Vec<Tale>, StoryError> {
    let arms: Vec<&Arm> = c.arms.iter().filter(|arm| !arm.recorded.is_empty()).collect();
    if let Some(wanted) = discipline.filter(|wanted| arms.iter().all(|arm| arm.name != *wanted)) {
        let known = names(arms.iter().map(|arm| &*arm.name));
        return Err(StoryError::UnknownDiscipline { name: clean(wanted).into_owned(), known });
    }
    let several_agents = several_agents(&arms)?;
    let mut tales = Vec::new();
    for arm in arms.iter().filter(|arm| discipline.is_none_or(|wanted| wanted == arm.name)) {
        for recorded in &arm.recorded {
            let burst = recorded.burst()?;
            if let Some(ticket) = find(&burst, ticket) {
                tales.extend(stories(&c.setup, &arm.name, (recorded, &burst), &[ticket], several_agents)?);
                break;
            }
        }
    }
    if tales.is_empty() {
        return Err(unknown_ticket(&arms, ticket)?);
    }
    Ok(tales)
}

/// The agent whose dispatch a fact begins, or ends without a beginning.
fn agent(record: &Record) -> Option<u32> {
    match record.fact {
        Fact::Turn { agent, .. } | Fact::Skipped { agent, .. } | Fact::Queued { agent, .. } => Some(agent.0),
        _ => None,
    }
}

/// The tickets of a burst.
fn tickets(burst: &Burst) -> impl Iterator<Item = TicketId> {
    (0..burst.tickets.len() as u32).map(TicketId)
}

/// The ticket of this name.
fn find(burst: &Burst, name: &str) -> Option<TicketId> {
    tickets(burst).find(|&id| burst.name(id) == name)
}

/// The error for a ticket that is not there, with the names that come nearest.
fn unknown_ticket(arms: &[&Arm], ticket: &str) -> io::Result<StoryError> {
    let mut known: BTreeSet<String> = BTreeSet::new();
    for recorded in arms.iter().flat_map(|arm| &arm.recorded) {
        let burst = recorded.burst()?;
        known.extend(tickets(&burst).map(|id| burst.name(id)));
    }
    let mut nearest = closest(ticket, known.iter().map(String::as_str));
    nearest.truncate(3);
    let nearest = if known.is_empty() {
        "no replication was recorded: set `records` in [experiment] to 1 or more".to_owned()
    } else if nearest.is_empty() {
        format!("none of {} is like it", counted(known.len() as u64, "name"))
    } else {
        let nearest = names(nearest);
        format!("the nearest of {} are {nearest}", counted(known.len() as u64, "name"))
    };
    Ok(StoryError::UnknownTicket { name: clean(ticket).into_owned(), nearest })
}

/// One ticket under one discipline.
struct Story<'a> {
    setup: &'a Setup,
    discipline: &'a str,
    replication: u32,
    burst: &'a Burst,
    ticket: TicketId,
    /// What happened to it and to its subagent.
    records: Vec<Record>,
    /// Tickets that lost a claim to this one.
    losers: Vec<String>,
    /// Tickets that were merged with this one.
    merged: Vec<String>,
    /// Tickets whose bookings overlap this one's.
    overlapping: Vec<String>,
    /// Whether there is more than one agent, so that its name says something.
    several_agents: bool,
}

/// The stories of these tickets of a recorded replication, in the same order. The log is read twice, however many they are.
///
/// # Errors
/// When it cannot be read.
pub(super) fn stories(
    setup: &Setup,
    discipline: &str,
    of: (&Recorded, &Burst),
    tickets: &[TicketId],
    several_agents: bool,
) -> io::Result<Vec<Tale>> {
    let stories = Story::several(setup, discipline, of, tickets, several_agents)?;
    Ok(stories.iter().map(Story::tell).collect())
}

/// Whether the recorded replications tell of more than one agent.
///
/// # Errors
/// When they cannot be read.
pub(super) fn several_agents(arms: &[&Arm]) -> io::Result<bool> {
    let mut agents = BTreeSet::new();
    for record in arms.iter().flat_map(|arm| &arm.recorded).flat_map(|recorded| &recorded.records) {
        agents.extend(agent(&record?));
    }
    Ok(agents.len() > 1)
}

impl<'a> Story<'a> {
    fn several(
        setup: &'a Setup,
        discipline: &'a str,
        (recorded, burst): (&Recorded, &'a Burst),
        tickets: &[TicketId],
        several_agents: bool,
    ) -> io::Result<Vec<Self>> {
        let empty = |&ticket: &TicketId| Self {
            setup,
            discipline,
            replication: recorded.replication,
            burst,
            ticket,
            records: Vec::new(),
            losers: Vec::new(),
            merged: Vec::new(),
            overlapping: Vec::new(),
            several_agents,
        };
        let mut stories: Vec<Self> = tickets.iter().map(empty).collect();
        let place: BTreeMap<TicketId, usize> = (0..).zip(tickets).map(|(place, &it)| (it, place)).collect();
        for record in &recorded.records {
            let record = record?;
            if let Some(own) = record.fact.ticket().and_then(|ticket| place.get(&ticket)) {
                stories[*own].records.push(record);
            }
        }
        let (mut doubled, mut sliced, mut rejected) = (Vec::new(), Vec::new(), Vec::new());
        for (place, story) in stories.iter_mut().enumerate() {
            doubled.extend(story.doubled().map(|booking| (place, booking)));
            sliced.extend(story.spec().map(|spec| (place, spec)));
            rejected.extend(story.rejected_at().map(|at| (place, at)));
            story.records.clear();
        }
        for record in &recorded.records {
            let record = record?;
            let own = record.fact.ticket().and_then(|ticket| place.get(&ticket).copied());
            if let Some(own) = own {
                stories[own].records.push(record);
            }
            let other = |ticket: TicketId| place.get(&ticket).copied().filter(|&place| Some(place) != own);
            match record.fact {
                Fact::Refused { ticket: peer, by: Some(by), .. } => {
                    if let Some(by) = other(by) {
                        remember(&mut stories[by].losers, burst.name(peer));
                    }
                }
                Fact::Merged { ticket: peer, into, .. } => {
                    if let Some(into) = other(into) {
                        remember(&mut stories[into].merged, burst.name(peer));
                    }
                }
                Fact::Booked { ticket: peer, technician, start, end, .. } => {
                    for &(place, (who, from, to)) in &doubled {
                        if Some(place) != own && who == technician && start < to && from < end {
                            stories[place].overlapping.push(burst.name(peer));
                        }
                    }
                }
                Fact::SpecQueued { spec, .. } | Fact::SpecStarted { spec } | Fact::SpecEnded { spec, .. } => {
                    for &(place, _) in sliced.iter().filter(|(_, of)| *of == spec) {
                        stories[place].records.push(record);
                    }
                }
                Fact::Rejected { .. } => {
                    for &(place, _) in rejected.iter().filter(|(_, at)| *at == record.at) {
                        stories[place].records.push(record);
                    }
                }
                _ => {}
            }
        }
        Ok(stories)
    }

    /// What happened, in order.
    fn facts(&self) -> impl DoubleEndedIterator<Item = Fact> {
        self.records.iter().map(|record| record.fact)
    }

    /// The technician, start and end of a booking that was found doubled.
    fn doubled(&self) -> Option<(TechnicianId, SimTime, SimTime)> {
        let doubled = self.facts().any(|fact| matches!(fact, Fact::DoubleBooked { .. }));
        self.facts().rev().filter(|_| doubled).find_map(|fact| match fact {
            Fact::Booked { technician, start, end, .. } => Some((technician, start, end)),
            _ => None,
        })
    }

    /// The spec of the subagent whose slice the ticket is in.
    fn spec(&self) -> Option<SpecId> {
        self.facts().find_map(|fact| match fact {
            Fact::Sliced { spec, .. } => Some(spec),
            _ => None,
        })
    }

    /// When the ticket was left because its dispatch asked for too many subagents.
    fn rejected_at(&self) -> Option<SimTime> {
        let rejected =
            |record: &&Record| matches!(record.fact, Fact::Unassigned { reason: Reason::TooManySpecs, .. });
        self.records.iter().find(rejected).map(|record| record.at)
    }

    /// Whether its dispatch sets the owner without booking a slot.
    fn only_owner(&self) -> bool {
        self.has_mode("owner-only")
    }

    /// Whether its dispatch is the AI's work alone.
    fn only_answer(&self) -> bool {
        self.has_mode("read-only")
    }

    /// Whether the agent whose dispatch it is has this mode.
    fn has_mode(&self, name: &str) -> bool {
        self.facts().any(|fact| match fact {
            Fact::Turn { agent, .. } | Fact::Unassigned { agent, .. } => {
                self.setup.modes.get(agent.index()).is_some_and(|mode| mode == name)
            }
            _ => false,
        })
    }

    /// The story in plain sentences.
    fn tell(&self) -> Tale {
        let first = self.records.first().map_or(SimTime::ZERO, |first| first.at);
        let mut teller = Teller::new(first, self);
        // The facts of one ranking are told in one breath, and so is how a dispatch saw the team.
        let one_breath = |a: Fact, b: Fact| match (a, b) {
            (Fact::Ranked { .. }, Fact::Ranked { .. }) => true,
            (a, b) => assesses(a) && assesses(b),
        };
        for records in self.records.chunk_by(|a, b| one_breath(a.fact, b.fact)) {
            teller.tell(records);
        }
        teller.close()
    }
}

/// Adds a name that is not in the list yet.
fn remember(names: &mut Vec<String>, name: String) {
    if !names.contains(&name) {
        names.push(name);
    }
}

/// Whether it says how a dispatch saw a technician.
fn assesses(fact: Fact) -> bool {
    matches!(fact, Fact::Evaluated { .. } | Fact::Scored { .. } | Fact::Compared { .. })
}
