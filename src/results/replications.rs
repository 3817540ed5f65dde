//! `data/replications.csv`: one row per discipline and replication, one column per measure. Written and read.
//!
//! Numbers are the shortest that read back the same, so that what is read is what was written. A percentile that is never
//! reached is the word `never`.

use std::io::{self, Read, Write};

use super::spool::{SpoolWriter, Store};
use super::{Arm, Comparison, ReplicationRow};
use crate::domain::stamp::push_number;
use crate::keys::text::cell;
use crate::metrics::catalog::{Aggregate, NEVER, NEVER_TEXT};
use crate::metrics::numbers::Numbers;

/// What a column "discipline" says, in whatever table.
pub const DISCIPLINE: &str = "The discipline, by its name in the scenario.";

/// The columns before the measures, each with what it says.
pub const LEADING: [(&str, &str); 3] = [
    ("discipline", DISCIPLINE),
    ("replication", "The replication; the first is 0."),
    ("digest", "The digest of its event log: equal digests, equal logs."),
];

/// The header.
fn header(numbers: &Numbers) -> impl Iterator<Item = String> {
    let keys = numbers.all().map(|number| cell(&number.key()).into_owned());
    LEADING.iter().map(|(name, _)| (*name).to_owned()).chain(keys)
}

/// Writes the file.
///
/// # Errors
/// When the replications cannot be read or the file cannot be written.
pub(crate) fn write(comparison: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(header(&comparison.setup.numbers))?;
    let mut text = String::new();
    for arm in &comparison.arms {
        for row in &arm.replications {
            let ReplicationRow { replication, digest, values } = row?;
            writer.write_field(&*cell(&arm.name))?;
            writer.write_field(replication.to_string())?;
            writer.write_field(digest.to_string())?;
            for value in values {
                text.clear();
                match value {
                    Some(NEVER) => text += NEVER_TEXT,
                    Some(value) => push_number(&mut text, value),
                    None => {}
                }
                writer.write_field(&text)?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
    }
    writer.flush()
}

/// No measure is as large: a length of time, in seconds, has at most thirteen digits.
const LARGEST: f64 = 1e15;

/// Whether a replication can yield this value, as a percentile or as another number.
pub(super) fn is_measurable(value: f64, is_percentile: bool) -> bool {
    value.abs() <= LARGEST || is_percentile && value == NEVER
}

/// Which of the numbers are percentiles.
pub(super) fn percentiles(numbers: &Numbers) -> Vec<bool> {
    numbers.all().map(|number| matches!(number.aggregate, Aggregate::P(_))).collect()
}

/// Fills in the rows of the arms, each of which has `replications` of these numbers, and puts them into the store.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] where the file is wrong; when the file cannot be read or the store not written to.
pub(super) fn read(
    file: impl Read,
    numbers: &Numbers,
    arms: &mut [Arm],
    replications: u32,
    store: &Store,
) -> io::Result<()> {
    let mut reader = csv::Reader::from_reader(file);
    let header = reader.headers().map_err(unread)?.clone();
    if header != self::header(numbers).collect::<Vec<_>>() {
        return Err(wrong("its columns are not the measures of this version of Stampede"));
    }
    let percentiles = percentiles(numbers);
    let mut records = reader.records();
    for arm in arms {
        let mut rows = SpoolWriter::new(store);
        for replication in 0..replications {
            let record = match records.next() {
                Some(record) => record.map_err(unread)?,
                None => return Err(wrong(format!("`{}` has no replication {replication}", arm.name))),
            };
            let line = record.position().map_or(0, csv::Position::line);
            if record[0] != cell(&arm.name) || record[1] != replication.to_string() {
                return Err(wrong(format!("line {line} is not replication {replication} of `{}`", arm.name)));
            }
            let digest = record[2].parse().map_err(|_| wrong(format!("line {line} has no digest")))?;
            let value = |(cell, &is_percentile): (&str, &bool)| match cell {
                "" => Ok(None),
                NEVER_TEXT if is_percentile => Ok(Some(NEVER)),
                cell => match cell.parse::<f64>() {
                    Ok(value) if value.abs() <= LARGEST => Ok(Some(value)),
                    _ => Err(wrong(format!("line {line}: {cell:?} is not a number that could be measured"))),
                },
            };
            let cells = record.iter().skip(LEADING.len()).zip(&percentiles);
            let values = cells.map(value).collect::<io::Result<_>>()?;
            rows.push(&ReplicationRow { replication, digest, values })?;
        }
        arm.replications = rows.finish()?;
    }
    match records.next() {
        None => Ok(()),
        Some(_) => Err(wrong("it has more rows than disciplines and replications")),
    }
}

/// The file says what no comparison says.
fn wrong(told: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, told.into())
}

/// The file cannot be read, or is no CSV.
fn unread(error: csv::Error) -> io::Error {
    if error.is_io_error() { error.into() } else { wrong(error.to_string()) }
}
