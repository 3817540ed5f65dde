//! `bookings.csv`: every entry that was written into a calendar in the recorded replications.

use std::collections::BTreeSet;
use std::io;

use super::{Columns, Each, RowPlace, Table};
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
        .with("ticket", "The ticket it is for.", |row| row.place.burst.name(row.ticket).into())
        .with("held", "Whether a hold protected the slot until it was booked.", |row| row.held.into())
        .with("double_booked", "Whether it overlaps another booking of the same technician.", |row| {
            row.double_booked.into()
        })
}

fn rows<'a>(c: &'a Comparison, each: Each<'_, Row<'a>>) -> io::Result<()> {
    for place in RowPlace::all(c) {
        let place = place?;
        let mut doubled: BTreeSet<(TicketId, TechnicianId)> = BTreeSet::new();
        for record in &place.recorded.records {
            if let Fact::DoubleBooked { ticket, technician, .. } = record?.fact {
                doubled.insert((ticket, technician));
            }
        }
        for record in &place.recorded.records {
            if let Fact::Booked { ticket, technician, start, end, held } = record?.fact {
                let double_booked = doubled.contains(&(ticket, technician));
                each(&Row { place: place.clone(), ticket, technician, start, end, held, double_booked })?;
            }
        }
    }
    Ok(())
}
