//! The pod document as a table: a row per technician, per customer, or per both.

use std::path::Path;

use super::super::csv_file::{BadRows, Column, CsvFile, Row};
use super::super::error::{BadRow, WorkloadError};
use super::{Document, Place};

/// All columns.
const COLUMNS: [&str; 5] = ["pod", "technician", "hours", "zone", "customer"];

/// Where the columns are.
struct Columns {
    pod: Column,
    technician: Column,
    hours: Column,
    zone: Column,
    customer: Column,
}

/// Reads the table at `path` into `document`.
pub(super) fn read(document: &mut Document<'_>, path: &Path) -> Result<(), WorkloadError> {
    let mut table = CsvFile::open(path)?;
    let columns = Columns {
        pod: table.required("pod")?,
        technician: table.column("technician")?,
        hours: table.column("hours")?,
        zone: table.column("zone")?,
        customer: table.column("customer")?,
    };
    document.notes.extend(table.ignored(&COLUMNS));
    let mut bad = BadRows::default();
    while let Some(row) = table.next()? {
        if let Err(row) = columns.row(document, &row) {
            bad.add(row);
        }
    }
    bad.none(path)?;
    if document.pods.is_empty() {
        return Err(table.refuse("it has a header but no rows: write a line for at least one pod".into()));
    }
    Ok(())
}

impl Columns {
    /// Adds what a row says to its pod.
    fn row(&self, document: &mut Document<'_>, row: &Row<'_>) -> Result<(), BadRow> {
        row.whole()?;
        let pod = row.filled(self.pod)?;
        let (technician, customer) = (row.text(self.technician)?, row.text(self.customer)?);
        let (hours, zone) = (row.text(self.hours)?, row.text(self.zone)?);
        let pod = document.pod(pod);
        let at = Place { page: None, line: row.line };
        if !technician.is_empty() {
            document.technician(at, pod, technician, hours, zone);
        } else if !hours.is_empty() || !zone.is_empty() {
            document.note(
                at,
                "hours and zone belong to a technician, and the line names none. They are ignored.",
            );
        }
        if !customer.is_empty() {
            document.customer(at, pod, customer);
        }
        Ok(())
    }
}
