//! `tickets.csv`: what became of each ticket of the recorded replications.

use std::io;

#[cfg(feature = "charts")]
use super::Sheet;
use super::{Columns, Each, RowPlace, Table, counted, values};
use crate::domain::{Interval, SimDuration, SimTime, TechnicianId, Ticket, TicketId};
use crate::facts::{Fact, Reason, Test};
use crate::keys::Named;
use crate::named;
use crate::results::{Comparison, Recorded};

pub(super) const TABLE: Table = Table {
    name: "tickets",
    about: "One row per discipline, recorded replication and ticket, in the order of the burst.",
    optional: false,
    columns: || columns().described(),
    fill: |c, sheet| columns().fill(sheet, |each| rows(c, each)),
};

named! {
    /// What can become of a ticket.
    pub(super) enum Outcome {
        /// It has an owner.
        Dispatched = "dispatched",
        /// It was put into its team's queue.
        Queued = "queued",
        /// The AI's result is there, and nobody was assigned.
        Answered = "answered",
        /// It was merged with a ticket that says the same.
        Merged = "merged",
        /// It was left to people; `reason` says by which test of the trigger.
        Skipped = "skipped",
        /// Its dispatch ended without an owner; `reason` says why.
        Unassigned = "unassigned",
        /// Its dispatch had not ended when the run did.
        Unfinished = "unfinished",
    }
}

/// What became of one ticket.
#[derive(Clone, Default)]
struct Fate {
    /// `None`: it is unfinished.
    outcome: Option<Outcome>,
    reason: Option<&'static str>,
    technician: Option<TechnicianId>,
    slot: Option<Interval>,
    dispatched_at: Option<SimTime>,
    delay: Option<SimDuration>,
    attempts: u16,
    rank: u16,
    double_booked: bool,
    started_at: Option<SimTime>,
    finished_at: Option<SimTime>,
}

/// One ticket.
struct Row<'a> {
    place: RowPlace<'a>,
    id: TicketId,
    fate: Fate,
}

impl Row<'_> {
    fn ticket(&self) -> &Ticket {
        self.place.burst.ticket(self.id)
    }
}

fn columns<'a>() -> Columns<'a, Row<'a>> {
    RowPlace::columns::<Row<'a>>(|row| &row.place)
        .with("ticket", "The ticket, by its recorded name or its number in the burst.", |row| {
            row.place.burst.name(row.id).into()
        })
        .with("arrived_at", "When it arrived.", |row| row.ticket().arrived_at.into())
        .with("board", "The board it is on, as it arrived.", |row| {
            row.place.setup.desk.boards.get(row.ticket().board.index()).map(|board| &board.name).into()
        })
        .with("team", "The team behind that board.", |row| {
            let desk = &row.place.setup.desk;
            desk.teams.get(desk.team_of(row.ticket().board).index()).map(|team| &team.name).into()
        })
        .with("category", "Its category.", |row| {
            row.place.setup.desk.categories.get(row.ticket().category as usize).into()
        })
        .with("company", "The company it is from.", |row| {
            row.place.setup.desk.companies.get(row.ticket().company as usize).into()
        })
        .with("priority", "Its priority.", |row| row.ticket().priority.into())
        .with("outcome", "What became of it.", |row| {
            row.fate.outcome.unwrap_or(Outcome::Unfinished).name().into()
        })
        .one_of(values::<Outcome>())
        .with("reason", "Why it was skipped or left without an owner.", |row| row.fate.reason.into())
        .one_of(values::<Reason>())
        .one_of(values::<Test>())
        .with("technician", "The owner, or who works on it.", |row| {
            row.fate.technician.map(|who| &row.place.setup.desk.technicians[who.index()].name).into()
        })
        .with("slot_start", "When the slot begins that is booked for it.", |row| {
            row.fate.slot.map(|slot| slot.start).into()
        })
        .with("slot_end", "When that slot ends.", |row| row.fate.slot.map(|slot| slot.end).into())
        .with("dispatched_at", "When it got its owner, its team or its result.", |row| {
            row.fate.dispatched_at.into()
        })
        .with(
            "dispatch_delay_s",
            "Seconds to that from its arrival, or from the change of status that let it be dispatched.",
            |row| row.fate.delay.into(),
        )
        .with("attempts", "Attempts that its dispatch made.", |row| counted(row.fate.attempts))
        .with(
            "rank",
            "The rank of the pick that won: 1 is the primary pick; empty where no ranking was followed.",
            |row| counted(row.fate.rank),
        )
        .with("double_booked", "Whether its booking overlaps another one of the same technician.", |row| {
            row.fate.double_booked.into()
        })
        .with("work_started_at", "When work on it began.", |row| row.fate.started_at.into())
        .with("work_finished_at", "When work on it ended.", |row| row.fate.finished_at.into())
}

fn rows<'a>(c: &'a Comparison, each: Each<'_, Row<'a>>) -> io::Result<()> {
    for place in RowPlace::all(c) {
        let place = place?;
        for (id, fate) in (0..).map(TicketId).zip(fates(place.recorded)?) {
            each(&Row { place: place.clone(), id, fate })?;
        }
    }
    Ok(())
}

/// Writes the header, and of each recorded replication the rows of those tickets that `pick` chooses. It is told of each
/// ticket, in the order of the burst, whether it ended badly: double-booked, or without an owner.
///
/// # Errors
/// When recorded replications cannot be read or the sheet cannot be written.
#[cfg(feature = "charts")]
pub(in crate::report) fn fill_some(
    c: &Comparison,
    sheet: &mut dyn Sheet,
    pick: &mut dyn FnMut(&Recorded, &[bool]) -> Vec<TicketId>,
) -> io::Result<()> {
    columns().fill(sheet, |each| {
        for place in RowPlace::all(c) {
            let place = place?;
            let fates = fates(place.recorded)?;
            let badly = |fate: &Fate| fate.double_booked || fate.outcome == Some(Outcome::Unassigned);
            for id in pick(place.recorded, &fates.iter().map(badly).collect::<Vec<_>>()) {
                let Some(fate) = fates.get(id.index()) else { continue };
                each(&Row { place: place.clone(), id, fate: fate.clone() })?;
            }
        }
        Ok(())
    })
}

/// What became of each ticket of the burst.
fn fates(recorded: &Recorded) -> io::Result<Vec<Fate>> {
    let mut fates = vec![Fate::default(); recorded.tickets.len()];
    for record in &recorded.records {
        let record = record?;
        let Some(ticket) = record.fact.ticket() else { continue };
        let fate = &mut fates[ticket.index()];
        match record.fact {
            Fact::Booked { technician, start, end, .. } => {
                fate.technician = Some(technician);
                fate.slot = Some(Interval { start, end });
            }
            Fact::Dispatched { technician, attempts, rank, delay, .. } => {
                fate.outcome = Some(Outcome::Dispatched);
                fate.technician = Some(technician);
                fate.attempts = attempts;
                fate.rank = rank;
                fate.dispatched_at = Some(record.at);
                fate.delay = Some(delay);
            }
            Fact::Queued { delay, .. } => {
                fate.outcome = Some(Outcome::Queued);
                fate.dispatched_at = Some(record.at);
                fate.delay = Some(delay);
            }
            Fact::Answered { attempts, delay, .. } => {
                fate.outcome = Some(Outcome::Answered);
                fate.attempts = attempts;
                fate.dispatched_at = Some(record.at);
                fate.delay = Some(delay);
            }
            Fact::Merged { .. } => fate.outcome = Some(Outcome::Merged),
            Fact::Skipped { test, .. } => {
                fate.outcome = Some(Outcome::Skipped);
                fate.reason = Some(test.name());
            }
            Fact::Unassigned { reason, attempts, .. } => {
                fate.outcome = Some(Outcome::Unassigned);
                fate.reason = Some(reason.name());
                fate.attempts = attempts;
            }
            Fact::Started { technician, .. } => {
                fate.technician = Some(technician);
                fate.started_at = Some(record.at);
            }
            Fact::Finished { .. } => fate.finished_at = Some(record.at),
            Fact::DoubleBooked { .. } => fate.double_booked = true,
            Fact::Read { attempt, .. } => fate.attempts = attempt,
            _ => {}
        }
    }
    Ok(fates)
}
