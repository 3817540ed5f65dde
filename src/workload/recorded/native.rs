//! The native recorded format: one row per ticket.

use super::super::csv_file::{Column, CsvFile, Row};
use super::super::instant::{Clock, EXPECTED};
use super::{Harvest, Limits, RecordedTicket};
use crate::domain::SimDuration;
use crate::workload::error::{BadRow, WorkloadError};

/// All columns of the format.
const COLUMNS: [&str; 11] = [
    "ticket",
    "arrived_at",
    "company",
    "board",
    "status",
    "priority",
    "category",
    "work_minutes",
    "assigned_to",
    "assigned_at",
    "resolved_at",
];

/// The longest work that is believed: a year.
const WORK_AT_MOST_MINUTES: f64 = 525_600.0;

/// Where the columns are.
struct Columns {
    ticket: Column,
    arrived_at: Column,
    company: Column,
    board: Column,
    status: Column,
    priority: Column,
    category: Column,
    work_minutes: Column,
    assigned_to: Column,
    assigned_at: Column,
    resolved_at: Column,
}

/// Reads all rows. Whoever was assigned before a ticket arrived owned it already; what was done to it from then on is
/// not replayed. `resolved_at` is only checked: the time until a ticket was resolved is not the time worked on it.
pub(super) fn read(
    table: &mut CsvFile,
    clock: &Clock,
    limits: &Limits,
    harvest: &mut Harvest,
) -> Result<(), WorkloadError> {
    let columns = Columns {
        ticket: table.required("ticket")?,
        arrived_at: table.required("arrived_at")?,
        company: table.column("company")?,
        board: table.column("board")?,
        status: table.column("status")?,
        priority: table.column("priority")?,
        category: table.column("category")?,
        work_minutes: table.column("work_minutes")?,
        assigned_to: table.column("assigned_to")?,
        assigned_at: table.column("assigned_at")?,
        resolved_at: table.column("resolved_at")?,
    };
    harvest.notes.extend(table.ignored(&COLUMNS));
    while let Some(row) = table.next()? {
        if let Err(bad) = read_row(&row, &columns, clock, limits, harvest) {
            harvest.bad.add(bad);
        }
    }
    harvest.refuse_duplicates("ticket");
    Ok(())
}

/// Reads one row. Nothing of a bad row is kept.
fn read_row(
    row: &Row<'_>,
    columns: &Columns,
    clock: &Clock,
    limits: &Limits,
    harvest: &mut Harvest,
) -> Result<(), BadRow> {
    row.whole()?;
    let name = row.filled(columns.ticket)?;
    let text = row.filled(columns.arrived_at)?;
    let arrival = clock.read(text).ok_or_else(|| row.bad(columns.arrived_at, text, EXPECTED))?;
    let instant = |column| match row.text(column)? {
        "" => Ok(None),
        text => clock.read(text).map(Some).ok_or_else(|| row.bad(column, text, EXPECTED)),
    };
    let assigned_at = instant(columns.assigned_at)?;
    instant(columns.resolved_at)?;
    let priority = match row.text(columns.priority)? {
        "" => None,
        text => Some((text.parse().ok().filter(|priority| (1..=9).contains(priority))).ok_or_else(|| {
            row.bad(columns.priority, text, "a whole number from 1, the most urgent, to 9")
        })?),
    };
    let work = match row.text(columns.work_minutes)? {
        "" => None,
        text => {
            let minutes: Option<f64> =
                text.parse().ok().filter(|minutes| (0.0..=WORK_AT_MOST_MINUTES).contains(minutes));
            let expected = "minutes of work from 0 to 525600, a year, as in 12.5";
            let minutes = minutes.ok_or_else(|| row.bad(columns.work_minutes, text, expected))?;
            Some(SimDuration::from_secs_f64(minutes * 60.0))
        }
    };
    let (company, board) = (row.text(columns.company)?, row.text(columns.board)?);
    let (category, technician) = (row.text(columns.category)?, row.text(columns.assigned_to)?);
    let board = harvest.boards.number(board);
    let status = harvest.statuses.number(row.text(columns.status)?);
    let company = harvest.companies.number(company);
    let category = harvest.categories.number(category);
    harvest.assigned(board, technician);
    if harvest.admits(limits, arrival) {
        harvest.tickets.push(RecordedTicket {
            name: name.to_owned(),
            line: row.line,
            arrived_at: arrival.at,
            board,
            status,
            company,
            category,
            priority,
            owned: !technician.is_empty() && assigned_at.is_some_and(|assigned| assigned.at < arrival.at),
            changes: Vec::new(),
            work,
        });
    }
    Ok(())
}
