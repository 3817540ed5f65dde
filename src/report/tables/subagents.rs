//! `subagents.csv`: what each subagent of the recorded replications was given and how it ended.

use std::collections::BTreeMap;
use std::io;

use super::{Columns, Each, RowPlace, Table, values};
use crate::domain::{SimTime, SpecId, TicketId};
use crate::facts::{Fact, Reason, SpecStatus};
use crate::keys::Named;
use crate::results::{Comparison, Recorded};

pub(super) const TABLE: Table = Table {
    name: "subagents",
    about: "One row per subagent of each recorded replication, in the order in which the parents asked for them. There is no \
            such file where there are no subagents.",
    optional: true,
    columns: || columns().described(),
    fill: |c, sheet| columns().fill(sheet, |each| rows(c, each)),
};

/// One subagent's slice and its course.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::report) struct Slice {
    /// Its spec.
    pub spec: SpecId,
    /// Which dispatch of the parent, from 1.
    pub dispatch: u32,
    /// How many tickets are in it.
    pub tickets: u32,
    /// When the parent asked for it.
    pub queued_at: SimTime,
    /// When it began.
    pub started_at: Option<SimTime>,
    /// When and how it ended.
    pub ended: Option<End>,
    /// Whether tickets of it were left because its budget was spent.
    pub halted: bool,
}

/// How a subagent ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::report) struct End {
    /// When.
    pub at: SimTime,
    /// How.
    pub status: SpecStatus,
    /// Tickets it worked through.
    pub done: u32,
    /// Tokens it spent.
    pub tokens: u64,
}

impl Slice {
    /// The result in a line: `4 of 6 tickets worked through, stopped at its ceiling`.
    fn summary(&self) -> String {
        let Some(end) = self.ended else {
            return if self.started_at.is_some() { "not ended" } else { "never started" }.to_owned();
        };
        let how = match end.status {
            SpecStatus::Timeout => ", stopped at its ceiling",
            SpecStatus::Failed if self.halted => ", halted with its budget spent",
            SpecStatus::Failed | SpecStatus::Success => "",
        };
        let noun = if self.tickets == 1 { "ticket" } else { "tickets" };
        format!("{} of {} {noun} worked through{how}", end.done, self.tickets)
    }
}

/// The slices of a replication, in the order in which the parent asked for them.
///
/// # Errors
/// When its records cannot be read.
pub(in crate::report) fn slices(recorded: &Recorded) -> io::Result<Vec<Slice>> {
    let mut slices: Vec<Slice> = Vec::new();
    let mut spec_of: BTreeMap<TicketId, SpecId> = BTreeMap::new();
    for record in &recorded.records {
        let record = record?;
        let at = record.at;
        match record.fact {
            Fact::SpecQueued { spec, dispatch, tickets } => {
                slices.push(Slice {
                    spec,
                    dispatch,
                    tickets,
                    queued_at: at,
                    started_at: None,
                    ended: None,
                    halted: false,
                });
            }
            Fact::Sliced { ticket, spec } => {
                spec_of.insert(ticket, spec);
            }
            Fact::Unassigned { ticket, reason: Reason::Budget, .. } => {
                let spec = spec_of.get(&ticket);
                if let Some(slice) = slices.iter_mut().rfind(|slice| Some(&slice.spec) == spec) {
                    slice.halted = true;
                }
            }
            Fact::SpecStarted { spec } => {
                if let Some(slice) = slices.iter_mut().rfind(|slice| slice.spec == spec) {
                    slice.started_at = Some(at);
                }
            }
            Fact::SpecEnded { spec, status, done, tokens } => {
                if let Some(slice) = slices.iter_mut().rfind(|slice| slice.spec == spec) {
                    slice.ended = Some(End { at, status, done, tokens });
                }
            }
            _ => {}
        }
    }
    Ok(slices)
}

/// One slice of a recorded replication.
struct Row<'a> {
    place: RowPlace<'a>,
    slice: Slice,
}

fn columns<'a>() -> Columns<'a, Row<'a>> {
    let end = |row: &Row<'_>| row.slice.ended;
    RowPlace::columns::<Row<'a>>(|row| &row.place)
        .with("dispatch", "Which dispatch of the parent it is of, from 1.", |row| row.slice.dispatch.into())
        .with("spec_id", "Its spec.", |row| row.slice.spec.to_string().into())
        .with("tickets", "How many tickets are in its slice.", |row| row.slice.tickets.into())
        .with("queued_at", "When the parent asked for it.", |row| row.slice.queued_at.into())
        .with("started_at", "When it began.", |row| row.slice.started_at.into())
        .with("ended_at", "When it ended.", move |row| end(row).map(|end| end.at).into())
        .with("status", "How it ended.", move |row| end(row).map(|end| end.status.name()).into())
        .one_of(values::<SpecStatus>())
        .with("done", "How many tickets it worked through.", move |row| end(row).map(|end| end.done).into())
        .with("tokens", "Tokens of the rankings that came back to it.", move |row| {
            end(row).map(|end| end.tokens).into()
        })
        .with("summary", "The result in words.", |row| row.slice.summary().into())
}

fn rows<'a>(c: &'a Comparison, each: Each<'_, Row<'a>>) -> io::Result<()> {
    for place in RowPlace::all(c) {
        let place = place?;
        for slice in slices(place.recorded)? {
            each(&Row { place: place.clone(), slice })?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AgentId, SimDuration};
    use crate::facts::Record;
    use crate::report::export::csv;
    use crate::report::tests::comparison;

    #[test]
    fn each_spec_has_a_row_with_its_course_and_its_result() {
        let mut c = comparison();
        let is_there = |c: &Comparison| csv::tables(c).unwrap().iter().any(|table| table.name == TABLE.name);
        assert!(!is_there(&c));
        let at = |minutes, fact| Record { at: SimTime::ZERO + SimDuration::from_mins(minutes), fact };
        let queued = |spec, tickets| Fact::SpecQueued { spec: SpecId(spec), dispatch: 1, tickets };
        let ended = |spec, status, done| Fact::SpecEnded { spec: SpecId(spec), status, done, tokens: 70_000 };
        c.arms.truncate(1);
        c.arms[0].recorded[0].records = [
            at(0, queued(1, 6)),
            at(0, queued(2, 1)),
            at(0, queued(3, 6)),
            at(0, queued(4, 2)),
            at(0, Fact::Sliced { ticket: TicketId(0), spec: SpecId(3) }),
            at(0, Fact::SpecStarted { spec: SpecId(1) }),
            at(0, Fact::SpecStarted { spec: SpecId(2) }),
            at(5, ended(2, SpecStatus::Success, 1)),
            at(5, Fact::SpecStarted { spec: SpecId(3) }),
            at(
                9,
                Fact::Unassigned {
                    ticket: TicketId(0),
                    agent: AgentId(0),
                    reason: Reason::Budget,
                    attempts: 0,
                },
            ),
            at(9, ended(3, SpecStatus::Failed, 3)),
            at(9, Fact::SpecStarted { spec: SpecId(4) }),
            at(12, ended(4, SpecStatus::Failed, 0)),
            at(12, queued(5, 2)),
            at(30, ended(1, SpecStatus::Timeout, 4)),
        ]
        .into_iter()
        .collect();
        assert!(is_there(&c));
        let text = csv::table(&TABLE, &c).unwrap();
        let start = "2026-11-23T08:00:00-05:00";
        let rows: Vec<String> =
            text.lines().map(|line| line.replace(start, "start").replace("sequential,0,", "")).collect();
        assert_eq!(
            rows[1..],
            [
                "1,spec-1,6,start,start,2026-11-23T08:30:00-05:00,timeout,4,70000,\
                 \"4 of 6 tickets worked through, stopped at its ceiling\"",
                "1,spec-2,1,start,start,2026-11-23T08:05:00-05:00,success,1,70000,1 of 1 ticket worked through",
                "1,spec-3,6,start,2026-11-23T08:05:00-05:00,2026-11-23T08:09:00-05:00,failed,3,70000,\
                 \"3 of 6 tickets worked through, halted with its budget spent\"",
                "1,spec-4,2,start,2026-11-23T08:09:00-05:00,2026-11-23T08:12:00-05:00,failed,0,70000,\
                 0 of 2 tickets worked through",
                "1,spec-5,2,2026-11-23T08:12:00-05:00,,,,,,never started",
            ]
        );
    }
}
