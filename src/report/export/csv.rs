//! Tables as CSV: one file each, and the summary as what `--format csv` prints.
//!
//! Instants are RFC 3339 with the offset of the scenario's zone; numbers are the shortest that read back the same; a
//! cell is empty where there is nothing to say. A text that a spreadsheet would calculate has an apostrophe in front.

use std::io::{self, Write};

use super::super::tables::{Cell, Sheet, TABLES, Table};
use super::Exporter;
use crate::domain::stamp::{Civil, push_number, push_seconds, push_whole};
use crate::keys::text;
use crate::results::{Comparison, Setup};

/// `summary.csv`.
#[derive(Clone, Copy, Debug)]
pub struct Csv;

impl Exporter for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn export(&self, c: &Comparison) -> Vec<u8> {
        let mut out = Vec::new();
        if let Some(table) = Table::named("summary") {
            write(table, c, &mut out).expect("the summary lies in memory, which takes the table too");
        }
        out
    }
}

/// Writes one table.
///
/// # Errors
/// When recorded replications cannot be read or the table cannot be written.
pub fn write(table: &Table, c: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    filled(&c.setup, out, |sheet| table.fill(c, sheet))
}

/// Writes what `fill` fills a sheet with, of results with this setup.
fn filled(
    setup: &Setup,
    out: &mut dyn Write,
    fill: impl FnOnce(&mut dyn Sheet) -> io::Result<()>,
) -> io::Result<()> {
    let civil = Civil::new(&setup.start);
    let mut sheet = CsvSheet { writer: csv::Writer::from_writer(out), civil, text: String::new() };
    fill(&mut sheet)?;
    sheet.writer.flush()
}

/// What `fill` fills a sheet with out of memory, as a text.
pub(in crate::report) fn text_of(
    setup: &Setup,
    fill: impl FnOnce(&mut dyn Sheet) -> io::Result<()>,
) -> String {
    let mut out = Vec::new();
    filled(setup, &mut out, fill).expect("what lies in memory is written to memory");
    String::from_utf8(out).expect("texts and commas are UTF-8")
}

/// One table as a text.
///
/// # Errors
/// When recorded replications cannot be read.
pub fn table(table: &Table, c: &Comparison) -> io::Result<String> {
    let mut out = Vec::new();
    write(table, c, &mut out)?;
    Ok(String::from_utf8(out).expect("texts and commas are UTF-8"))
}

/// The tables that a comparison has: all, but an optional one only where it has rows.
///
/// # Errors
/// When recorded replications cannot be read.
pub fn tables(c: &Comparison) -> io::Result<Vec<&'static Table>> {
    let mut found = Vec::new();
    for table in &TABLES {
        let mut counter = Counter(0);
        if table.optional {
            table.fill(c, &mut counter)?;
        }
        if !table.optional || counter.0 > 0 {
            found.push(table);
        }
    }
    Ok(found)
}

/// Counts rows, without the header.
struct Counter(usize);

impl Sheet for Counter {
    fn header(&mut self, _: &[&str]) -> io::Result<()> {
        Ok(())
    }

    fn cell(&mut self, _: Cell<'_>) -> io::Result<()> {
        Ok(())
    }

    fn end_row(&mut self) -> io::Result<()> {
        self.0 += 1;
        Ok(())
    }
}

/// A table on its way out.
struct CsvSheet<'a> {
    writer: csv::Writer<&'a mut dyn Write>,
    civil: Civil,
    /// The cell that is being written, kept for its room.
    text: String,
}

impl Sheet for CsvSheet<'_> {
    fn header(&mut self, names: &[&str]) -> io::Result<()> {
        names.iter().try_for_each(|name| self.writer.write_field(&*text::cell(name)))?;
        self.end_row()
    }

    fn cell(&mut self, cell: Cell<'_>) -> io::Result<()> {
        if let Cell::Text(text) | Cell::Value(text) = cell {
            return Ok(self.writer.write_field(&*text::cell(&text))?);
        }
        let out = &mut self.text;
        out.clear();
        match cell {
            Cell::Nothing | Cell::Text(_) | Cell::Value(_) => {}
            Cell::Integer(number) => push_whole(out, number),
            Cell::Number(f64::INFINITY) => *out += "never",
            Cell::Number(value) => push_number(out, value),
            Cell::Instant(at) => self.civil.push(out, at),
            Cell::Seconds(length) => push_seconds(out, length),
            Cell::Truth(value) => *out += if value { "true" } else { "false" },
        }
        Ok(self.writer.write_field(out)?)
    }

    fn end_row(&mut self) -> io::Result<()> {
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }
}
