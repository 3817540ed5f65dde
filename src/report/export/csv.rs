//! Tables as CSV: one file each, and the summary as what `--format csv` prints.
//!
//! Instants are RFC 3339 with the offset of the scenario's zone; numbers are the shortest that read back the same; a
//! cell is empty where there is nothing to say. A text that a spreadsheet would calculate has an apostrophe in front.

use super::super::tables::{Cell, Sheet, TABLES, Table};
use super::Exporter;
use crate::domain::stamp::{Civil, push_number, push_seconds, push_whole};
use crate::keys::text;
use crate::results::Comparison;

/// `summary.csv`.
#[derive(Clone, Copy, Debug)]
pub struct Csv;

impl Exporter for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn export(&self, c: &Comparison) -> Vec<u8> {
        Table::named("summary").map_or_else(Vec::new, |table| self::table(table, c).into_bytes())
    }
}

/// Every table of the results folder with its file's name; an optional one only where it has rows.
pub fn files(c: &Comparison) -> impl Iterator<Item = (String, String)> {
    TABLES.iter().filter_map(|table| {
        let sheet = filled(table, c);
        (sheet.rows > 0 || !table.optional).then(|| (format!("{}.csv", table.name), sheet.finish()))
    })
}

/// One table.
pub fn table(table: &Table, c: &Comparison) -> String {
    filled(table, c).finish()
}

fn filled(table: &Table, c: &Comparison) -> CsvSheet {
    let mut sheet = CsvSheet {
        writer: csv::Writer::from_writer(Vec::new()),
        civil: Civil::new(&c.setup.start),
        text: String::new(),
        rows: 0,
    };
    table.fill(c, &mut sheet);
    sheet
}

/// A table in memory.
struct CsvSheet {
    writer: csv::Writer<Vec<u8>>,
    civil: Civil,
    /// The cell that is being written, kept for its room.
    text: String,
    /// Rows, without the header.
    rows: usize,
}

impl CsvSheet {
    fn field(&mut self, text: &str) {
        self.writer.write_field(text).expect("memory takes what is written");
    }

    fn end_record(&mut self) {
        self.writer
            .write_record(None::<&[u8]>)
            .expect("rows are as long as their header and memory takes them");
    }

    fn finish(self) -> String {
        let bytes = self.writer.into_inner().expect("memory takes what is left");
        String::from_utf8(bytes).expect("texts and commas are UTF-8")
    }
}

impl Sheet for CsvSheet {
    fn header(&mut self, names: &[&str]) {
        for name in names {
            self.field(name);
        }
        self.end_record();
    }

    fn cell(&mut self, cell: Cell<'_>) {
        if let Cell::Text(text) = cell {
            return self.field(&text::cell(&text));
        }
        let mut out = std::mem::take(&mut self.text);
        out.clear();
        match cell {
            Cell::Nothing | Cell::Text(_) => {}
            Cell::Integer(number) => push_whole(&mut out, number),
            Cell::Number(f64::INFINITY) => out += "never",
            Cell::Number(value) => push_number(&mut out, value),
            Cell::Instant(at) => self.civil.push(&mut out, at),
            Cell::Seconds(length) => push_seconds(&mut out, length),
            Cell::Truth(value) => out += if value { "true" } else { "false" },
        }
        self.field(&out);
        self.text = out;
    }

    fn end_row(&mut self) {
        self.end_record();
        self.rows += 1;
    }
}
