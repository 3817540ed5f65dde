//! The tables of a results folder: each column with its name, its meaning and its value in one place.
//!
//! From a table's columns follow its header, its rows in whatever format, and its description in the reference.

mod agents;
mod audit;
mod bookings;
mod conflicts;
mod event_history;
mod reference;
mod segments;
pub(super) mod subagents;
mod summary;
#[cfg(test)]
mod tests;
pub(super) mod tickets;

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use crate::domain::{Burst, SimDuration, SimTime};
use crate::keys::Named;
use crate::results::replications::DISCIPLINE;
use crate::results::{Comparison, Recorded, Setup};

pub use reference::reference;

/// Every table, by name.
pub const TABLES: [Table; 9] = [
    audit::TABLE,
    bookings::TABLE,
    conflicts::TABLE,
    event_history::TABLE,
    segments::TABLE,
    subagents::TABLE,
    summary::TABLE,
    tickets::TABLE,
    agents::TABLE,
];

/// One table.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// The file's name without its extension.
    pub name: &'static str,
    /// What it has a row for, and in which order.
    pub about: &'static str,
    /// Whether there is no such file where there are no rows.
    pub optional: bool,
    columns: fn() -> Vec<Described>,
    fill: fn(&Comparison, &mut dyn Sheet) -> io::Result<()>,
}

impl Table {
    /// The table of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        TABLES.iter().find(|table| table.name == name)
    }

    /// Its columns, each with its meaning.
    #[cfg(feature = "charts")]
    pub(super) fn meanings(&self) -> Vec<(&'static str, &'static str)> {
        (self.columns)().into_iter().map(|column| (column.name, column.about)).collect()
    }

    /// Writes its header and its rows.
    ///
    /// # Errors
    /// When recorded replications cannot be read or the sheet cannot be written.
    pub fn fill(&self, c: &Comparison, sheet: &mut dyn Sheet) -> io::Result<()> {
        (self.fill)(c, sheet)
    }
}

/// What rows are written into: a table in some format. Each may fail as writing fails.
pub trait Sheet {
    /// Begins the table; called once, before anything else.
    #[expect(clippy::missing_errors_doc, reason = "the trait says it")]
    fn header(&mut self, names: &[&str]) -> io::Result<()>;
    /// Adds a cell to the row.
    #[expect(clippy::missing_errors_doc, reason = "the trait says it")]
    fn cell(&mut self, cell: Cell<'_>) -> io::Result<()>;
    /// Ends the row, which has a cell for each name in the header.
    #[expect(clippy::missing_errors_doc, reason = "the trait says it")]
    fn end_row(&mut self) -> io::Result<()>;
}

/// A value with its type.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// There is nothing to say.
    Nothing,
    /// A text.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(u64),
    /// Any number.
    Number(f64),
    /// An instant.
    Instant(SimTime),
    /// A length of time, given in seconds.
    Seconds(SimDuration),
    /// Yes or no.
    Truth(bool),
    /// A value of a key as scenarios write it, which may be a number.
    Value(Cow<'a, str>),
}

/// Makes cells of what rows hold.
macro_rules! cells {
    ($($type:ty => $cell:expr),+ $(,)?) => {
        $(impl<'a> From<$type> for Cell<'a> {
            fn from(value: $type) -> Self {
                $cell(value)
            }
        })+
    };
}

cells! {
    &'a str => |text| Cell::Text(Cow::Borrowed(text)),
    &'a String => |text: &'a String| Cell::Text(Cow::Borrowed(text)),
    String => |text| Cell::Text(Cow::Owned(text)),
    u8 => |number| Cell::Integer(u64::from(number)),
    u16 => |number| Cell::Integer(u64::from(number)),
    u32 => |number| Cell::Integer(u64::from(number)),
    u64 => Cell::Integer,
    f64 => Cell::Number,
    SimTime => Cell::Instant,
    SimDuration => Cell::Seconds,
    bool => Cell::Truth,
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Nothing, Into::into)
    }
}

/// A count from 1; nothing for 0, which stands for none.
fn counted(number: u16) -> Cell<'static> {
    Some(number).filter(|&number| number > 0).into()
}

/// A value that a column may have, with its meaning.
type Value = (&'static str, &'static str);

/// Every value of an enum, as a column may have it.
fn values<N: Named>() -> impl Iterator<Item = Value> {
    N::ALL.iter().map(|value| (value.name(), value.meaning()))
}

/// A column as the reference describes it.
#[derive(Clone, Debug)]
struct Described {
    name: &'static str,
    about: &'static str,
    values: Vec<Value>,
}

/// The columns of a table whose rows are made of `R`.
struct Columns<'r, R>(Vec<Column<'r, R>>);

/// One column.
struct Column<'r, R> {
    described: Described,
    value: Box<dyn Fn(&R) -> Cell<'_> + 'r>,
}

impl<'r, R> Columns<'r, R> {
    /// A table without columns.
    fn new() -> Self {
        Self(Vec::new())
    }

    /// One more column: its name, its meaning, its value in a row.
    fn with(mut self, name: &'static str, about: &'static str, value: impl Fn(&R) -> Cell<'_> + 'r) -> Self {
        let described = Described { name, about, values: Vec::new() };
        self.0.push(Column { described, value: Box::new(value) });
        self
    }

    /// What the last column may say, word by word.
    fn one_of(mut self, values: impl IntoIterator<Item = Value>) -> Self {
        if let Some(column) = self.0.last_mut() {
            column.described.values.extend(values);
        }
        self
    }

    /// The columns without their values.
    fn described(self) -> Vec<Described> {
        self.0.into_iter().map(|column| column.described).collect()
    }

    /// Writes the header, and a row for everything that `rows` hands over.
    fn fill(
        &self,
        sheet: &mut dyn Sheet,
        rows: impl FnOnce(Each<'_, R>) -> io::Result<()>,
    ) -> io::Result<()> {
        let names: Vec<_> = self.0.iter().map(|column| column.described.name).collect();
        sheet.header(&names)?;
        rows(&mut |row| {
            self.0.iter().try_for_each(|column| sheet.cell((column.value)(row)))?;
            sheet.end_row()
        })
    }
}

/// Takes the rows of a table, one after the other.
type Each<'e, R> = &'e mut dyn FnMut(&R) -> io::Result<()>;

/// Which recorded replication a row is of.
#[derive(Clone)]
struct RowPlace<'a> {
    setup: &'a Setup,
    discipline: &'a str,
    recorded: &'a Recorded,
    burst: Arc<Burst>,
}

impl<'a> RowPlace<'a> {
    /// Every recorded replication of every arm, of which one at a time is in memory.
    fn all(c: &'a Comparison) -> impl Iterator<Item = io::Result<Self>> {
        c.arms.iter().flat_map(|arm| {
            arm.recorded.iter().map(|recorded| {
                let burst = recorded.burst()?;
                Ok(Self { setup: &c.setup, discipline: &arm.name, recorded, burst })
            })
        })
    }

    /// The columns that such tables begin with; `of` takes a row's place.
    fn columns<'r, R: 'r>(of: fn(&R) -> &RowPlace<'_>) -> Columns<'r, R> {
        Columns::new().with("discipline", DISCIPLINE, move |row| of(row).discipline.into()).with(
            "replication",
            "The replication; the first is 0.",
            move |row| of(row).recorded.replication.into(),
        )
    }
}
