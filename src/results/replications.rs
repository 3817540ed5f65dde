//! `data/replications.csv`: one row per discipline and replication, one column per measure. Written and read.
//!
//! Numbers are the shortest that read back the same, so that what is read is what was written. A percentile that is never
//! reached is the word `never`.

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
    LEADING.iter().map(|(name, _)| (*name).to_owned()).chain(numbers.all().map(|number| number.key()))
}

/// The file.
pub(crate) fn write(comparison: &Comparison) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut row = |cells: &[String]| {
        writer.write_record(cells).expect("rows are as long as the header, and memory takes them");
    };
    row(&header(&comparison.setup.numbers).collect::<Vec<_>>());
    for arm in &comparison.arms {
        for replication in &arm.replications {
            let mut cells = vec![
                cell(&arm.name).into_owned(),
                replication.replication.to_string(),
                replication.digest.to_string(),
            ];
            cells.extend(replication.values.iter().map(|&value| number(value)));
            row(&cells);
        }
    }
    writer.into_inner().expect("memory takes what is left")
}

/// A number as text; nothing where nothing was measured.
fn number(value: Option<f64>) -> String {
    let mut text = String::new();
    match value {
        Some(NEVER) => text += NEVER_TEXT,
        Some(value) => push_number(&mut text, value),
        None => {}
    }
    text
}

/// No measure is as large: a length of time, in seconds, has at most thirteen digits.
const LARGEST: f64 = 1e15;

/// Fills in the rows of the arms, each of which has `replications` of these numbers.
///
/// # Errors
/// What is wrong with the file, with the line.
pub(super) fn read(
    bytes: &[u8],
    numbers: &Numbers,
    arms: &mut [Arm],
    replications: u32,
) -> Result<(), String> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    if header != self::header(numbers).collect::<Vec<_>>() {
        return Err("its columns are not the measures of this version of Stampede".to_owned());
    }
    let percentiles: Vec<bool> =
        numbers.all().map(|number| matches!(number.aggregate, Aggregate::P(_))).collect();
    let mut records = reader.records();
    for arm in arms {
        for replication in 0..replications {
            let record = match records.next() {
                Some(record) => record.map_err(|error| error.to_string())?,
                None => return Err(format!("`{}` has no replication {replication}", arm.name)),
            };
            let line = record.position().map_or(0, csv::Position::line);
            if record[0] != cell(&arm.name) || record[1] != replication.to_string() {
                return Err(format!("line {line} is not replication {replication} of `{}`", arm.name));
            }
            let digest = record[2].parse().map_err(|_| format!("line {line} has no digest"))?;
            let value = |(cell, &is_percentile): (&str, &bool)| match cell {
                "" => Ok(None),
                NEVER_TEXT if is_percentile => Ok(Some(NEVER)),
                cell => match cell.parse::<f64>() {
                    Ok(value) if value.abs() <= LARGEST => Ok(Some(value)),
                    _ => Err(format!("line {line}: {cell:?} is not a number that could be measured")),
                },
            };
            let cells = record.iter().skip(LEADING.len()).zip(&percentiles);
            let values = cells.map(value).collect::<Result<_, _>>()?;
            arm.replications.push(ReplicationRow { replication, digest, values });
        }
    }
    match records.next() {
        None => Ok(()),
        Some(_) => Err("it has more rows than disciplines and replications".to_owned()),
    }
}
