//! `conflicts.csv`: every refused claim of the recorded replications.

use std::io;

use super::{Columns, Each, RowPlace, Table, counted, values};
use crate::domain::{SimTime, TechnicianId, TicketId};
use crate::facts::{Fact, Refusal};
use crate::keys::Named;
use crate::results::Comparison;

pub(super) const TABLE: Table = Table {
    name: "conflicts",
    about: "One row per refused claim of each recorded replication, in the order of the refusals.",
    optional: false,
    columns: || columns().described(),
    fill: |c, sheet| columns().fill(sheet, |each| rows(c, each)),
};

/// One refusal.
struct Row<'a> {
    place: RowPlace<'a>,
    at: SimTime,
    ticket: TicketId,
    attempt: u16,
    rank: u16,
    technician: TechnicianId,
    start: SimTime,
    why: Refusal,
    by: Option<TicketId>,
}

fn columns<'a>() -> Columns<'a, Row<'a>> {
    RowPlace::columns::<Row<'a>>(|row| &row.place)
        .with("at", "When the claim was refused.", |row| row.at.into())
        .with("ticket", "The ticket it was made for.", |row| row.place.burst.name(row.ticket).into())
        .with("attempt", "The attempt of its dispatch, from 1.", |row| counted(row.attempt))
        .with("rank", "The rank of the pick in the attempt's ranking: 1 is the primary pick; empty where no ranking was followed.", |row| {
            counted(row.rank)
        })
        .with("technician", "Who was claimed.", |row| {
            (&row.place.setup.desk.technicians[row.technician.index()].name).into()
        })
        .with("slot_start", "When the slot begins; empty where no slots are booked.", |row| {
            row.place.setup.books_slots.then_some(row.start).into()
        })
        .with("why", "Why it was refused.", |row| row.why.name().into())
        .one_of(values::<Refusal>())
        .with("by", "The ticket that has the slot, if one does.", |row| {
            row.by.map(|peer| row.place.burst.name(peer)).into()
        })
}

fn rows<'a>(c: &'a Comparison, each: Each<'_, Row<'a>>) -> io::Result<()> {
    for place in RowPlace::all(c) {
        let place = place?;
        let mut tries = vec![Try::default(); place.burst.tickets.len()];
        for record in &place.recorded.records {
            let record = record?;
            let Some(ticket) = record.fact.ticket() else { continue };
            let current = &mut tries[ticket.index()];
            match record.fact {
                Fact::Read { attempt, .. } => current.begin(attempt),
                Fact::Ranked { attempt, rank, technician, start, .. } => {
                    current.begin(attempt);
                    current.picks.push((technician, start, rank));
                }
                Fact::Refused { ticket, technician, start, why, by } => {
                    let (attempt, rank) = (current.attempt, current.rank(technician, start));
                    let place = place.clone();
                    each(&Row { place, at: record.at, ticket, attempt, rank, technician, start, why, by })?;
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// The attempt a ticket's dispatch is in, with its ranking.
#[derive(Clone, Default)]
struct Try {
    attempt: u16,
    picks: Vec<(TechnicianId, SimTime, u16)>,
}

impl Try {
    /// Enters an attempt, unless it is in it already.
    fn begin(&mut self, attempt: u16) {
        if self.attempt != attempt {
            self.attempt = attempt;
            self.picks.clear();
        }
    }

    /// The rank of a pick; 0 for a claim that follows no ranking.
    fn rank(&self, technician: TechnicianId, start: SimTime) -> u16 {
        let pick = self.picks.iter().find(|&&(who, when, _)| (who, when) == (technician, start));
        pick.map_or(0, |&(_, _, rank)| rank)
    }
}
