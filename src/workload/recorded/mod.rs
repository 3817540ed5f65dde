//! Recorded bursts: what every source format is read into, and what holds for all of them.

mod native;
mod servicenow;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::ZonedDateTime;

use super::csv_file::{BadRows, CsvFile};
use super::error::{BadRow, WorkloadError};
use super::instant::{Clock, Instant};
use crate::domain::settings::{BurstPlan, RecordingFormat, RecordingPlan};
use crate::domain::{SimDuration, SimTime};
use crate::keys::wording::counted;

/// A recording, whatever its format was.
#[derive(Debug)]
pub(super) struct Recording {
    /// Where it is.
    pub path: PathBuf,
    /// The file's name without its folder, which may differ between machines.
    pub name: String,
    /// The tickets to replay, sorted by arrival; in the file's order among equal instants. Never empty.
    pub tickets: Vec<RecordedTicket>,
    /// The names in the whole file, each in order of first appearance.
    pub boards: Names,
    pub companies: Names,
    pub statuses: Names,
    pub categories: Names,
    pub technicians: Names,
    /// Which technicians were assigned tickets of which boards, anywhere in the file: (board, technician).
    pub members: BTreeSet<(u32, u32)>,
    /// What to call the team for tickets without a board.
    pub boardless_name: &'static str,
    /// What the reader should know, in whole sentences.
    pub notes: Vec<String>,
}

impl Recording {
    /// The error that says why this recording cannot be replayed.
    pub(super) fn refuse(&self, problem: String) -> WorkloadError {
        WorkloadError::BadFile { file: self.path.clone(), problem }
    }
}

/// A ticket as recorded. Names are numbers in the lists of the [`Recording`]; `None` where nothing is recorded.
#[derive(Clone, Debug)]
pub(super) struct RecordedTicket {
    pub name: String,
    pub line: u64,
    pub arrived_at: SimTime,
    pub board: Option<u32>,
    pub status: Option<u32>,
    pub company: Option<u32>,
    pub category: Option<u32>,
    pub priority: Option<u8>,
    /// Whether it had an owner when it arrived.
    pub owned: bool,
    /// When its status changed after its arrival, and to which.
    pub changes: Vec<(SimTime, u32)>,
    pub work: Option<SimDuration>,
}

/// Distinct names, numbered in order of first appearance.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The names.
    pub list: Vec<String>,
    index: BTreeMap<String, u32>,
}

impl Names {
    /// The number of a name; an empty one has none.
    fn number(&mut self, name: &str) -> Option<u32> {
        if name.is_empty() {
            return None;
        }
        if let Some(number) = self.index.get(name) {
            return Some(*number);
        }
        let number = self.list.len() as u32;
        self.list.push(name.to_owned());
        self.index.insert(name.to_owned(), number);
        Some(number)
    }
}

/// What the reader of a format gathers.
#[derive(Debug, Default)]
struct Harvest {
    tickets: Vec<RecordedTicket>,
    boards: Names,
    companies: Names,
    statuses: Names,
    categories: Names,
    technicians: Names,
    members: BTreeSet<(u32, u32)>,
    bad: BadRows,
    /// Tickets outside the limits.
    outside: usize,
    /// Kept tickets whose civil arrival does not exist or exists twice.
    ambiguous: usize,
    /// First and last arrival of the file, kept or not.
    range: Option<(SimTime, SimTime)>,
    notes: Vec<String>,
}

/// The part of a recording to replay.
#[derive(Debug)]
struct Limits {
    from: Option<SimTime>,
    until: Option<SimTime>,
}

impl Harvest {
    /// Whether a ticket of this arrival is to be replayed; counts it if not.
    fn admits(&mut self, limits: &Limits, arrival: Instant) -> bool {
        let (first, last) = self.range.unwrap_or((arrival.at, arrival.at));
        self.range = Some((first.min(arrival.at), last.max(arrival.at)));
        let inside = limits.from.is_none_or(|from| from <= arrival.at)
            && limits.until.is_none_or(|until| arrival.at < until);
        self.outside += usize::from(!inside);
        self.ambiguous += usize::from(inside && arrival.ambiguous);
        inside
    }

    /// Notes that a technician was assigned a ticket of a board.
    fn assigned(&mut self, board: Option<u32>, technician: &str) {
        let technician = self.technicians.number(technician);
        if let (Some(board), Some(technician)) = (board, technician) {
            self.members.insert((board, technician));
        }
    }

    /// Leaves out the later rows of a ticket that is there more than once.
    fn refuse_duplicates(&mut self, column: &str) {
        let mut order: Vec<usize> = (0..self.tickets.len()).collect();
        order.sort_by(|a, b| self.tickets[*a].name.cmp(&self.tickets[*b].name)); // stable: in the file's order
        let mut again = BTreeMap::new();
        for same in order.chunk_by(|a, b| self.tickets[*a].name == self.tickets[*b].name) {
            for later in &same[1..] {
                again.insert(*later, self.tickets[same[0]].line);
            }
        }
        for (position, first) in &again {
            let ticket = &self.tickets[*position];
            self.bad.add(BadRow {
                line: ticket.line,
                column: column.to_owned(),
                value: ticket.name.clone(),
                expected: format!("a ticket that is not in the file yet (it is on line {first})"),
            });
        }
        let mut position = 0;
        self.tickets.retain(|_| {
            position += 1;
            !again.contains_key(&(position - 1))
        });
    }
}

/// Reads a recording row by row.
///
/// # Errors
/// A file that cannot be read, is not a table or has no tickets between the limits; rows that cannot be read, unless they
/// are to be skipped; tickets before `start` that no limit leaves out.
pub(super) fn read(plan: &RecordingPlan, start: &ZonedDateTime) -> Result<Recording, WorkloadError> {
    let clock = Clock::new(start);
    let limit = |key, text: &Option<String>| match text {
        None => Ok(None),
        Some(text) => clock
            .read(text)
            .map(|instant| Some(instant.at))
            .ok_or_else(|| WorkloadError::BadLimit { key, value: text.clone() }),
    };
    let limits = Limits { from: limit("from", &plan.from)?, until: limit("until", &plan.until)? };
    let mut table = CsvFile::open(&plan.file)?;
    let mut harvest = Harvest::default();
    let boardless_name = match plan.format {
        RecordingFormat::Native => {
            native::read(&mut table, &clock, &limits, &mut harvest)?;
            "(no board)"
        }
        RecordingFormat::ServiceNow => {
            servicenow::read(&mut table, &clock, &limits, &mut harvest)?;
            "(no group)"
        }
    };
    let name = table.name();
    let refuse = |problem| WorkloadError::BadFile { file: plan.file.clone(), problem };
    if harvest.bad.count > 0 {
        harvest.bad.listed.sort_by_key(|row| row.line);
        if !plan.skip_bad_rows {
            let BadRows { listed: rows, count } = harvest.bad;
            return Err(WorkloadError::BadRows { file: plan.file.clone(), rows, count });
        }
        harvest.notes.push(format!(
            "{name}: left out {} that could not be read; the first: {}.",
            counted(harvest.bad.count as u64, "row"),
            harvest.bad.listed[0]
        ));
    }
    let Some((first, last)) = harvest.range else {
        let problem = if harvest.bad.count > 0 {
            "none of its rows can be read"
        } else {
            "it has a header but no rows: export the tickets of at least one morning"
        };
        return Err(refuse(problem.into()));
    };
    if harvest.tickets.len() > BurstPlan::MOST_TICKETS as usize {
        return Err(refuse(format!(
            "{} of its tickets arrive between `from` and `until`; a burst has at most {}",
            harvest.tickets.len(),
            BurstPlan::MOST_TICKETS
        )));
    }
    if harvest.tickets.is_empty() {
        return Err(refuse(format!(
            "none of its tickets arrives between `from` and `until`; they arrive from {} to {}",
            clock.show(first),
            clock.show(last)
        )));
    }
    if harvest.outside > 0 {
        harvest.notes.push(format!(
            "{name}: left out {} outside `from` and `until`, kept {}.",
            counted(harvest.outside as u64, "ticket"),
            harvest.tickets.len()
        ));
    }
    if harvest.ambiguous > 0 {
        harvest.notes.push(format!(
            "{name}: {} at civil times that a clock change skips or repeats; a skipped time was moved forward by the \
             length of the gap, a repeated one taken as the earlier.",
            counted(harvest.ambiguous as u64, "arrival")
        ));
    }
    harvest.tickets.sort_by_key(|ticket| ticket.arrived_at);
    let early = harvest.tickets.partition_point(|ticket| ticket.arrived_at < SimTime::ZERO);
    if early > 0 {
        return Err(WorkloadError::BeforeStart {
            file: plan.file.clone(),
            count: early,
            start: clock.show(SimTime::ZERO),
            earliest: clock.show(harvest.tickets[0].arrived_at),
        });
    }
    Ok(Recording {
        path: plan.file.clone(),
        name,
        tickets: harvest.tickets,
        boards: harvest.boards,
        companies: harvest.companies,
        statuses: harvest.statuses,
        categories: harvest.categories,
        technicians: harvest.technicians,
        members: harvest.members,
        boardless_name,
        notes: harvest.notes,
    })
}

#[cfg(test)]
mod tests;
