//! `bookings.csv`: every entry that was written into a calendar in the recorded replications.

use std::collections::BTreeSet;

use super::{Columns, RowPlace, Table};
use crate::domain::{SimTime, TechnicianId, TicketId};
use crate::facts::Fact;
use crate::results::Comparison;

pub(super) const TABLE: Table = Table {
    name: "bookings",
    about: "One row per calendar entry of each recorded replication, in the order in which they were written.",
    optional: false,
    columns: || columns().described(),
    fill: |c, sheet| columns().fill(sheet, |each| rows(c, each)),
};

/// One entry.
struct Row<'a> {
    place: RowPlace<'a>,
    ticket: TicketId,
    technician: TechnicianId,
    start: SimTime,
    end: SimTime,
    held: bool,
    double_booked: bool,
}

fn columns<'a>() -> Columns<'a, Row<'a>> {
    RowPlace::columns::<Row<'a>>(|row| &row.place)
        .with("technician", "Whose calendar.", |row| {
            (&row.place.setup.desk.technicians[row.technician.index()].name).into()
        })
        .with("slot_start", "When the slot begins.", |row| row.start.into())
        .with("slot_end", "When it ends.", |row| row.end.into())
        .with("ticket", "The ticket it is for.", |row| row.place.recorded.burst.name(row.ticket).into())
        .with("held", "Whether a hold protected the slot until it was booked.", |row| row.held.into())
        .with("double_booked", "Whether it overlaps another booking of the same technician.", |row| {
            row.double_booked.into()
        })
}

fn rows<'a>(c: &'a Comparison, each: &mut dyn FnMut(&Row<'a>)) {
    for place in RowPlace::all(c) {
        let facts = || place.recorded.records.iter().map(|record| record.fact);
        let doubled: BTreeSet<(TicketId, TechnicianId)> = facts()
            .filter_map(|fact| match fact {
                Fact::DoubleBooked { ticket, technician, .. } => Some((ticket, technician)),
                _ => None,
            })
            .collect();
        for fact in facts() {
            if let Fact::Booked { ticket, technician, start, end, held } = fact {
                let double_booked = doubled.contains(&(ticket, technician));
                each(&Row { place, ticket, technician, start, end, held, double_booked });
            }
        }
    }
}
