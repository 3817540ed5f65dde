//! A CSV file with a header, read row by row: columns by name, lines by number.

use std::fs::File;
use std::io::{self, BufReader, Chain, Read};
use std::path::{Path, PathBuf};

use csv::{ByteRecord, ReaderBuilder, Terminator};

use super::error::{BadRow, ROWS_LISTED, WorkloadError, quoted};
use crate::keys::files;
use crate::keys::nearest::nearest;
use crate::keys::text::{control, shown};
use crate::keys::wording::counted;

/// Is appended to the file: the first line feed ends its last line, and only an open quotation mark reaches the second.
const TAIL: &[u8] = b"\n\n";

/// The file and the tail appended to it.
type Source = Chain<BufReader<File>, &'static [u8]>;

/// An open file.
pub(super) struct CsvFile {
    path: PathBuf,
    /// The length of file and tail in bytes.
    length: u64,
    reader: csv::Reader<Source>,
    header: Vec<String>,
    record: ByteRecord,
}

/// A column of a table, which may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Column(Option<usize>);

/// A row of a table.
pub(super) struct Row<'a> {
    /// The line on which it starts.
    pub line: u64,
    record: &'a ByteRecord,
    header: &'a [String],
}

/// Rows that cannot be read: the first few are kept, the others counted.
#[derive(Debug, Default)]
pub(super) struct BadRows {
    /// The first of them.
    pub listed: Vec<BadRow>,
    /// How many there are.
    pub count: usize,
}

impl BadRows {
    /// One more.
    pub(super) fn add(&mut self, row: BadRow) {
        self.count += 1;
        if self.listed.len() < ROWS_LISTED {
            self.listed.push(row);
        }
    }

    /// Checks that there are none in the file at `path`, none of whose rows may be left out.
    pub(super) fn none(self, path: &Path) -> Result<(), WorkloadError> {
        if self.count == 0 {
            return Ok(());
        }
        Err(WorkloadError::BadLines { file: path.to_owned(), rows: self.listed, count: self.count })
    }
}

impl CsvFile {
    /// Opens a file and reads its header. A byte order mark, Windows line ends and blanks around names are stripped;
    /// column names are compared without regard to case.
    ///
    /// # Errors
    /// A file that cannot be opened, is empty, or is not CSV in UTF-8.
    pub(super) fn open(path: &Path) -> Result<Self, WorkloadError> {
        let unreadable = |cause| WorkloadError::Unreadable { file: path.to_owned(), cause };
        let file = files::open(path, files::TABLE).map_err(unreadable)?;
        let length = file.metadata().map_err(unreadable)?.len() + TAIL.len() as u64;
        let source = BufReader::with_capacity(1 << 16, file);
        // Only a line feed ends a line, so that lines can be counted; a carriage return before it is taken off with
        // the blanks around a field.
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .terminator(Terminator::Any(b'\n'))
            .from_reader(source.chain(TAIL));
        let mut table =
            CsvFile { path: path.to_owned(), length, reader, header: Vec::new(), record: ByteRecord::new() };
        if table.next()?.is_none() {
            return Err(table.refuse("it is empty; expected a header and rows below it".into()));
        }
        if table.record.as_slice().contains(&0) {
            return Err(table.refuse("it is not text in UTF-8; export it as CSV in UTF-8".into()));
        }
        table.header = (table.record.iter())
            .map(|field| String::from_utf8_lossy(field).trim().to_ascii_lowercase())
            .collect();
        Ok(table)
    }

    /// The file's name without its folder.
    pub(super) fn name(&self) -> String {
        self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy().into_owned()
    }

    /// The error that says why this file cannot be used.
    pub(super) fn refuse(&self, problem: String) -> WorkloadError {
        WorkloadError::BadFile { file: self.path.clone(), problem }
    }

    /// The column with this name, if there is one.
    ///
    /// # Errors
    /// Two columns of this name.
    pub(super) fn column(&self, name: &str) -> Result<Column, WorkloadError> {
        let mut places = self.header.iter().enumerate().filter(|(_, column)| *column == name);
        let first = places.next().map(|(place, _)| place);
        if places.next().is_some() {
            return Err(self.refuse(format!("it has two columns named {name}: remove one")));
        }
        Ok(Column(first))
    }

    /// The column with this name.
    ///
    /// # Errors
    /// No such column, or two.
    pub(super) fn required(&self, name: &str) -> Result<Column, WorkloadError> {
        let column = self.column(name)?;
        if column.0.is_some() {
            return Ok(column);
        }
        let hint = match &self.header[..] {
            [only] if only.contains('\r') => " End its lines with a line feed.".to_owned(),
            [only] if only.contains([';', '\t']) => " Separate its columns with commas.".to_owned(),
            header => nearest(name, header.iter().map(String::as_str))
                .map(|other| format!(" Is it the one named \"{}\"?", shown(other)))
                .unwrap_or_default(),
        };
        Err(self.refuse(format!("its header has no column {name}, but {}.{hint}", quoted(&self.header))))
    }

    /// A sentence on the columns that are not among `known`, if there are any.
    pub(super) fn ignored(&self, known: &[&str]) -> Option<String> {
        let ignored: Vec<&String> =
            self.header.iter().filter(|name| !known.contains(&name.as_str())).collect();
        (!ignored.is_empty())
            .then(|| format!("{}: columns that are not used: {}.", self.name(), quoted(&ignored)))
    }

    /// The next row that is not blank, `None` at the end of the file.
    ///
    /// # Errors
    /// The file cannot be read on.
    pub(super) fn next(&mut self) -> Result<Option<Row<'_>>, WorkloadError> {
        loop {
            let more = self.reader.read_byte_record(&mut self.record).map_err(|error| {
                let cause = match error.into_kind() {
                    csv::ErrorKind::Io(cause) => cause,
                    other => io::Error::other(format!("{other:?}")),
                };
                WorkloadError::Unreadable { file: self.path.clone(), cause }
            })?;
            if !more {
                return Ok(None);
            }
            if !self.record.iter().all(|field| field.trim_ascii().is_empty()) {
                break;
            }
        }
        // The reader stands behind the record's last line feed, unless a quotation mark was left open. Blank lines
        // before the record were skipped with it, so that its own position would be that of the first of them.
        let position = self.reader.position();
        #[expect(
            clippy::naive_bytecount,
            reason = "a record is short, and counting faster takes another crate"
        )]
        let inner = self.record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
        let behind = u64::from(position.byte() < self.length);
        let line = position.line().saturating_sub(inner + behind);
        Ok(Some(Row { line, record: &self.record, header: &self.header }))
    }
}

impl Row<'_> {
    /// Checks that the row has as many fields as the header.
    pub(super) fn whole(&self) -> Result<(), BadRow> {
        let (found, expected) = (self.record.len(), self.header.len());
        if found == expected {
            return Ok(());
        }
        let open =
            if self.record.as_slice().contains(&b'\n') { "; is a quotation mark left open?" } else { "" };
        Err(BadRow {
            line: self.line,
            column: String::new(),
            value: counted(found as u64, "field"),
            expected: format!("{expected}, as in the header{open}"),
        })
    }

    /// The text of a field without the blanks around it; empty where the column is missing. It has no control
    /// characters, as names have none, wherever they come from.
    pub(super) fn text(&self, column: Column) -> Result<&str, BadRow> {
        let field = column.0.and_then(|place| self.record.get(place)).unwrap_or_default();
        let text = std::str::from_utf8(field)
            .map(str::trim)
            .map_err(|_| self.bad(column, &String::from_utf8_lossy(field), "text in UTF-8"))?;
        match control(text) {
            Some(_) => Err(self.bad(column, text, "text without control characters")),
            None => Ok(text),
        }
    }

    /// Like [`Row::text`], but not empty.
    pub(super) fn filled(&self, column: Column) -> Result<&str, BadRow> {
        let text = self.text(column)?;
        if text.is_empty() { Err(self.bad(column, "", "a value")) } else { Ok(text) }
    }

    /// Says that a field's value is not what is expected.
    pub(super) fn bad(&self, column: Column, value: &str, expected: &str) -> BadRow {
        BadRow {
            line: self.line,
            column: column.0.and_then(|place| self.header.get(place)).cloned().unwrap_or_default(),
            value: value.to_owned(),
            expected: expected.to_owned(),
        }
    }
}
