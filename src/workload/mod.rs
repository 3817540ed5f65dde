//! The burst of each replication and the desk it lands on: drawn from a plan, or read from a recording.
//!
//! [`prepare`] does once what all replications share: it reads the recording, the table of technicians and the pod
//! document, expands working hours and builds the [`Desk`]. [`Workload::burst`] then fills in one replication's tickets
//! from its random streams.

mod csv_file;
mod desk;
mod duplicates;
mod error;
mod hours;
mod instant;
mod particulars;
mod pods;
mod recorded;
mod spans;
mod staff;
mod synthetic;
mod transitions;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::ZonedDateTime;

pub use error::WorkloadError;

use self::particulars::{Known, Particulars};
use self::recorded::{RecordedTicket, Recording};
use self::transitions::Transitions;
use crate::domain::settings::{Arrivals, BurstPlan, DeskPlan};
use crate::domain::{
    Board, BoardId, Burst, Desk, Distribution, Segment, SimDuration, SimTime, StatusChange, TicketId,
};
use crate::kernel::sampler;
use crate::kernel::stream::{Purpose, Sheets, Streams};

/// A desk and the source of its bursts, ready for any number of replications.
#[derive(Clone, Debug)]
pub struct Workload {
    desk: Arc<Desk>,
    source: Source,
    particulars: Particulars,
    work: Option<Distribution>,
    owned: f64,
    transitions: Transitions,
    duplicates: f64,
    names: Arc<[String]>,
    notes: Vec<String>,
}

/// Where arrivals come from.
#[derive(Clone, Debug)]
enum Source {
    /// Drawn anew in each replication.
    Made(Arrivals),
    /// The same in each replication, except for what the recording does not say.
    Recorded(Vec<Known>),
}

/// The files that a plan names, read.
#[derive(Default)]
struct Files {
    recording: Option<Recording>,
    /// The plan with the technicians of its table.
    staffed: Option<DeskPlan>,
    notes: Vec<String>,
}

impl Files {
    /// Reads the recording and the table of technicians.
    ///
    /// # Errors
    /// What is wrong with either and, if something is, with the pod document too.
    fn read(burst: &BurstPlan, desk: &DeskPlan, start: &ZonedDateTime) -> Result<Self, WorkloadError> {
        let (mut files, mut wrong) = (Self::default(), Vec::new());
        if let Arrivals::Recorded(plan) = &burst.arrivals {
            match recorded::read(plan, start) {
                Ok(recording) => {
                    wrong.extend(unknown_boards(&recording, desk));
                    files.notes.clone_from(&recording.notes);
                    files.recording = Some(recording);
                }
                Err(error) => wrong.push(error),
            }
        }
        if let Some(file) = desk.technicians_file.as_ref().filter(|_| !desk.from_recording) {
            match staff::read(file, desk, start, &mut files.notes) {
                Ok(staffed) => files.staffed = Some(staffed),
                Err(error) => wrong.push(error),
            }
        }
        if wrong.is_empty() { Ok(files) } else { Err(WorkloadError::several(wrong, check_pods(desk, start))) }
    }
}

/// What is wrong with the files that a plan names, whatever is wrong with the desk or the burst themselves.
///
/// # Errors
/// Everything that is wrong with them.
pub fn check_files(burst: &BurstPlan, desk: &DeskPlan, start: &ZonedDateTime) -> Result<(), WorkloadError> {
    Files::read(burst, desk, start)?;
    check_pods(desk, start).map_or(Ok(()), Err)
}

/// What is wrong with the pod document by itself.
fn check_pods(desk: &DeskPlan, start: &ZonedDateTime) -> Option<WorkloadError> {
    // Whoever it names is unknown on a desk without anybody, which is no error.
    pods::read(desk.pods.as_ref()?, desk, &Desk::default(), start, &mut Vec::new()).err()
}

/// Prepares the bursts of a plan and the desk they land on. `start` is the instant zero of simulated time; its zone is
/// the scenario's.
///
/// A recording's categories and companies extend the desk's lists in order of first appearance. What a recorded ticket
/// leaves open is filled in as for a synthetic one: drawn by the plan's weights where it states some, else the first
/// board, category and company of the desk, priority 3 and status `New`.
///
/// # Errors
/// What the plan, its recording, its table of technicians or its pod document get wrong, with what to change: see
/// [`WorkloadError`].
pub fn prepare(burst: &BurstPlan, desk: &DeskPlan, start: &ZonedDateTime) -> Result<Workload, WorkloadError> {
    let Files { recording, staffed, mut notes } = Files::read(burst, desk, start)?;
    let desk = staffed.as_ref().unwrap_or(desk);
    let last = match &recording {
        Some(file) => {
            file.tickets.last().map_or(SimDuration::ZERO, |ticket| ticket.arrived_at - SimTime::ZERO)
        }
        None => synthetic::span(&burst.arrivals),
    };
    let days = hours::days(last);
    if days == hours::DAYS_AT_MOST {
        notes
            .push("Working hours are laid out for ten years from the start; nobody works after that.".into());
    }
    let hours = desk
        .hours
        .iter()
        .map(|plan| hours::expand(plan, desk.joined_days, start, days))
        .collect::<Result<Vec<_>, _>>()?;
    let mut built = match &recording {
        Some(file) if desk.from_recording => desk::seen_in(file, burst, desk, hours, &mut notes)?,
        None if desk.from_recording => {
            return Err(WorkloadError::BadPlan(
                "the desk should be taken from the recording, but the burst is not recorded: list the desk's \
                 teams, boards and technicians, or name a recording"
                    .into(),
            ));
        }
        _ => {
            let mut built = desk::listed(desk, burst, recording.as_ref(), hours, start, &mut notes)?;
            hours::localise(&mut built.desk, &desk.technicians, start, days)?;
            built
        }
    };
    if let Some(file) = &desk.pods {
        built.desk.pods = pods::read(file, desk, &built.desk, start, &mut notes)?;
    }
    let mut names = Vec::new();
    let (source, particulars) = match recording {
        None => {
            let particulars = Particulars::new(burst, &built.desk)?;
            (Source::Made(burst.arrivals.clone()), particulars)
        }
        Some(file) => {
            names = file.tickets.iter().map(|ticket| ticket.name.clone()).collect();
            // On a desk from the recording the weights of boards have no say.
            let mut unweighted = burst.clone();
            unweighted.tickets.boards.clear();
            let plan = if desk.from_recording { &unweighted } else { burst };
            let particulars = Particulars::new(plan, &built.desk)?;
            if !desk.from_recording {
                note_boardless(&file, burst, &built.desk.boards, &mut notes);
            }
            (Source::Recorded(known(&file, &built)), particulars)
        }
    };
    let transitions = Transitions::new(&burst.transitions, &built.desk.statuses);
    Ok(Workload {
        desk: Arc::new(built.desk),
        source,
        particulars,
        work: burst.tickets.work.clone(),
        owned: burst.tickets.owned,
        transitions,
        duplicates: burst.tickets.duplicates,
        names: names.into(),
        notes,
    })
}

/// Says where recorded tickets without a board go on a desk that the scenario lists.
fn note_boardless(file: &Recording, burst: &BurstPlan, boards: &[Board], notes: &mut Vec<String>) {
    let lost = file.tickets.iter().filter(|ticket| ticket.board.is_none()).count();
    if lost > 0 {
        let total = file.tickets.len();
        let place = match (&burst.tickets.boards[..], boards) {
            ([], [first, ..]) => format!("arrive at the first board, \"{}\"", first.name),
            _ => "get theirs by the burst's board weights".to_owned(),
        };
        notes.push(format!("{}: {lost} of {total} tickets name no board; they {place}.", file.name));
    }
}

/// The boards of a recording that the desk of a plan does not have, if there are any.
fn unknown_boards(file: &Recording, desk: &DeskPlan) -> Option<WorkloadError> {
    let is_replayed = |board: u32| file.tickets.iter().any(|ticket| ticket.board == Some(board));
    let is_known = |name: &String| desk.boards.iter().any(|(board, _)| board == name);
    let unknown: Vec<String> = (file.boards.list.iter().zip(0..))
        .filter(|(name, number)| !desk.from_recording && !is_known(name) && is_replayed(*number))
        .map(|(name, _)| name.clone())
        .collect();
    (!unknown.is_empty()).then(|| WorkloadError::UnknownBoards {
        file: file.path.clone(),
        unknown,
        known: desk.boards.iter().map(|(board, _)| board.clone()).collect(),
    })
}

/// The recorded tickets in the desk's own numbers.
fn known(file: &Recording, built: &desk::Built) -> Vec<Known> {
    let positions = |names: &[String], list: &[String]| {
        let index: BTreeMap<&str, u32> = list.iter().map(String::as_str).zip(0..).collect();
        names.iter().map(|name| index.get(name.as_str()).copied()).collect::<Vec<_>>()
    };
    let categories = positions(&file.categories.list, &built.desk.categories);
    let companies = positions(&file.companies.list, &built.desk.companies);
    let statuses = positions(&file.statuses.list, &built.desk.statuses);
    let names = built.desk.boards.iter().map(|board| board.name.as_str());
    let boards: BTreeMap<&str, BoardId> = names.zip((0..).map(BoardId)).collect();
    let board = |ticket: &RecordedTicket| match ticket.board {
        None => built.boardless,
        Some(number) => boards.get(file.boards.list[number as usize].as_str()).copied(),
    };
    let ticket = |ticket: &RecordedTicket| Known {
        arrived_at: ticket.arrived_at,
        board: board(ticket),
        status: ticket.status.and_then(|number| statuses[number as usize]),
        category: ticket.category.and_then(|number| categories[number as usize]),
        company: ticket.company.and_then(|number| companies[number as usize]),
        priority: ticket.priority,
        owned: ticket.owned,
        changes: (ticket.changes.iter())
            .filter_map(|(at, number)| Some((*at, statuses[*number as usize]?)))
            .collect(),
        work: ticket.work,
    };
    file.tickets.iter().map(ticket).collect()
}

impl Workload {
    /// The desk that all replications share.
    pub fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    /// The segments that tickets can fall into by what they say when they arrive: dimension by dimension, in each in the
    /// order of the desk's list or of the priorities.
    pub fn segments(&self) -> Vec<Segment> {
        let known = match &self.source {
            Source::Made(_) => None,
            Source::Recorded(known) => Some(known.as_slice()),
        };
        self.particulars.segments(&self.desk, known)
    }

    /// About how many tickets a burst has.
    pub fn tickets(&self) -> u64 {
        match &self.source {
            Source::Made(arrivals) => synthetic::tickets(arrivals),
            Source::Recorded(known) => known.len() as u64,
        }
    }

    /// The burst of one replication, into buffers that are reused: sorted by arrival, in the order drawn or recorded
    /// among equal instants. It may be empty. Duplicates are paired last, synthetic and recorded tickets alike: the
    /// later of a pair takes the company, the category and the board of the earlier.
    pub fn burst(&self, streams: &Streams, into: &mut Burst) {
        if !Arc::ptr_eq(&into.names, &self.names) {
            into.names = Arc::clone(&self.names);
        }
        let tickets = &mut into.tickets;
        tickets.clear();
        match &self.source {
            Source::Made(arrivals) => {
                let mut ticket = self.particulars.constant();
                tickets.reserve_exact(synthetic::tickets(arrivals) as usize);
                synthetic::arrive(arrivals, streams, |arrived_at| {
                    ticket.arrived_at = arrived_at;
                    tickets.push(ticket.clone());
                });
                // Equal instants are equal tickets here, so an unstable sort will do.
                tickets.sort_unstable_by_key(|ticket| ticket.arrived_at);
                if self.particulars.vary() {
                    let mut sheets = Sheets::new(*streams, Purpose::Particulars);
                    for (position, ticket) in (0..).zip(tickets.iter_mut()) {
                        let known = Known { arrived_at: ticket.arrived_at, ..Known::default() };
                        *ticket = self.particulars.complete(&known, position, &mut sheets);
                    }
                }
            }
            Source::Recorded(known) => {
                let mut sheets = Sheets::new(*streams, Purpose::Particulars);
                let complete = |(position, known)| self.particulars.complete(known, position, &mut sheets);
                tickets.extend((0..).zip(known).map(complete));
            }
        }
        if let Some(work) = &self.work {
            let mut sheets = Sheets::new(*streams, Purpose::Work);
            for (position, ticket) in (0..).zip(tickets.iter_mut()) {
                if ticket.work.is_none() {
                    ticket.work = Some(sampler::draw_duration_of(work, &mut sheets, position, 0));
                }
            }
        }
        if self.owned > 0.0 {
            let mut sheets = Sheets::new(*streams, Purpose::Owned);
            for (position, ticket) in (0..).zip(tickets.iter_mut()) {
                ticket.owned |= sheets.stream(position, 0).unit() < self.owned;
            }
        }
        duplicates::pair(self.duplicates, streams, tickets);
        into.changes.clear();
        if self.changes_statuses() {
            self.change(streams, into);
        }
    }

    /// Whether people change the status of a ticket before it is dispatched.
    pub fn changes_statuses(&self) -> bool {
        let recorded = match &self.source {
            Source::Made(_) => false,
            Source::Recorded(known) => known.iter().any(|ticket| !ticket.changes.is_empty()),
        };
        recorded || !self.transitions.is_empty()
    }

    /// The changes of the tickets' statuses: those of the recording; of tickets of which it has none, drawn ones.
    fn change(&self, streams: &Streams, burst: &mut Burst) {
        for (ticket, details) in (0..).map(TicketId).zip(&burst.tickets) {
            match &self.source {
                Source::Recorded(known) if !known[ticket.index()].changes.is_empty() => {
                    let changes = known[ticket.index()].changes.iter();
                    burst.changes.extend(changes.map(|&(at, status)| StatusChange { ticket, at, status }));
                }
                _ => self.transitions.draw(ticket, details, streams, &mut burst.changes),
            }
        }
    }

    /// What a reader of the results should know about the recording and the desk, in whole sentences.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

#[cfg(test)]
mod tests;
