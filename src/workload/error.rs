//! What can be wrong with a workload, told so that the reader knows what to change.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::keys::nearest::nearest;
use crate::keys::wording::{self, counted};

/// How many bad rows an error lists before it only counts them.
pub(super) const ROWS_LISTED: usize = 20;

/// How much of a bad value is quoted, in characters.
const VALUE_SHOWN: usize = 60;

/// The way out of bad rows in a recording.
const SKIP: &str = "correct them, or leave them out and have them counted with --skip-bad-rows";

/// Why a burst or its desk cannot be prepared.
#[derive(Debug, Error)]
pub enum WorkloadError {
    /// A recording or another table cannot be opened or read.
    #[error("cannot read {}: {cause}. Paths are relative to the scenario's folder", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the operating system says.
        cause: io::Error,
    },
    /// A file is not a table, has no rows or lacks a column.
    #[error("{} cannot be used: {problem}", file.display())]
    BadFile {
        /// The file.
        file: PathBuf,
        /// What is wrong with it, and what to do.
        problem: String,
    },
    /// Rows of the recording cannot be read.
    #[error("{}", bad_rows(file, rows, *count, SKIP))]
    BadRows {
        /// The file.
        file: PathBuf,
        /// The first of them, in the file's order; 20 at most.
        rows: Vec<BadRow>,
        /// How many there are.
        count: usize,
    },
    /// Rows of a table other than a recording cannot be read; none may be left out.
    #[error("{}", bad_rows(file, rows, *count, "correct them"))]
    BadLines {
        /// The file.
        file: PathBuf,
        /// The first of them, in the file's order; 20 at most.
        rows: Vec<BadRow>,
        /// How many there are.
        count: usize,
    },
    /// Tickets of the recording arrive before the scenario's start.
    #[error(
        "{} has {} before the scenario's start {start}, the first at {earliest}: set `start` to that or earlier, or \
         leave out what is earlier with `from = \"{start}\"`",
        file.display(), counted(*count as u64, "arrival")
    )]
    BeforeStart {
        /// The file.
        file: PathBuf,
        /// How many.
        count: usize,
        /// The scenario's start, civil time.
        start: String,
        /// The first arrival, civil time.
        earliest: String,
    },
    /// Boards of the recording that the desk does not have.
    #[error(
        "{}: the desk has no board {}; its boards are {}. List them under the desk's boards, or take the desk from \
         the recording",
        file.display(), quoted(unknown), quoted(known)
    )]
    UnknownBoards {
        /// The file.
        file: PathBuf,
        /// Each unknown board once, in order of first appearance.
        unknown: Vec<String>,
        /// The desk's boards.
        known: Vec<String>,
    },
    /// A name that refers to nothing.
    #[error("{what} \"{name}\" is unknown{}; known are {}", did_you_mean(nearest.as_deref()), quoted(known))]
    UnknownName {
        /// What the name should be, and where it stands.
        what: &'static str,
        /// The name.
        name: String,
        /// The known name that resembles it most.
        nearest: Option<String>,
        /// All known names.
        known: Vec<String>,
    },
    /// A time zone that the bundled database does not have.
    #[error(
        "the time zone \"{name}\" is unknown{}; zones have IANA names, as in \"Europe/Berlin\"",
        did_you_mean(nearest.as_deref())
    )]
    UnknownTimeZone {
        /// The zone.
        name: String,
        /// The known zone that resembles it most.
        nearest: Option<String>,
    },
    /// `from` or `until` is not an instant.
    #[error("`{key}` = \"{value}\" is not an instant; expected civil time, as in \"2026-11-23T08:00\"")]
    BadLimit {
        /// `from` or `until`.
        key: &'static str,
        /// What it says.
        value: String,
    },
    /// The plan contradicts itself.
    #[error("{0}")]
    BadPlan(String),
    /// Several things are wrong; at least two, none of them of this kind.
    #[error("{}", lines(.0))]
    Several(Vec<WorkloadError>),
}

impl WorkloadError {
    /// These errors as one; `more` is another, if there is one.
    pub(super) fn several(mut errors: Vec<Self>, more: Option<Self>) -> Self {
        errors.extend(more);
        match errors.pop() {
            Some(only) if errors.is_empty() => only,
            last => {
                errors.extend(last);
                Self::Several(errors)
            }
        }
    }

    /// The errors one by one.
    pub fn each(&self) -> &[Self] {
        match self {
            Self::Several(errors) => errors,
            only => std::slice::from_ref(only),
        }
    }
}

/// The errors, each on lines of its own.
fn lines(errors: &[WorkloadError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// A row of a table that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// The line on which the row starts; the header is on line 1.
    pub line: u64,
    /// The column's name; empty where the whole row is wrong.
    pub column: String,
    /// What stands there.
    pub value: String,
    /// What should.
    pub expected: String,
}

impl fmt::Display for BadRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if !self.column.is_empty() {
            write!(f, ", {}", self.column)?;
        }
        if self.value.chars().count() > VALUE_SHOWN {
            let start: String = self.value.chars().take(VALUE_SHOWN).collect();
            write!(f, ": found {:?}, expected {}", format!("{start}…"), self.expected)
        } else {
            write!(f, ": found {:?}, expected {}", self.value, self.expected)
        }
    }
}

/// The list of bad rows, one per line, with the way out.
fn bad_rows(file: &Path, rows: &[BadRow], count: usize, way_out: &str) -> String {
    let mut lines =
        vec![format!("{} has {} that cannot be read:", file.display(), counted(count as u64, "row"))];
    lines.extend(rows.iter().map(|row| format!("  {row}")));
    if count > rows.len() {
        lines.push(format!("  and {} more", count - rows.len()));
    }
    lines.push(way_out.into());
    lines.join("\n")
}

/// Names in quotation marks, the first ten of them.
pub(super) fn quoted<S: AsRef<str>>(names: &[S]) -> String {
    wording::row(&wording::quoted(names))
}

/// The suggestion part of a message.
fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|name| format!(" (did you mean \"{name}\"?)")).unwrap_or_default()
}

/// A [`WorkloadError::UnknownName`] with the nearest known name.
pub(super) fn unknown_name<'a>(
    what: &'static str,
    name: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> WorkloadError {
    WorkloadError::UnknownName {
        what,
        name: name.to_owned(),
        nearest: nearest(name, known.clone()).map(str::to_owned),
        known: known.map(str::to_owned).collect(),
    }
}
