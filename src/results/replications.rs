//! `data/replications.csv`: one row per discipline and replication, one column per measure. Written and read.
//!
//! Numbers are the shortest that read back the same, so that what is read is what was written.

use super::{Arm, Comparison, ReplicationRow};
use crate::domain::stamp::push_number;
use crate::metrics::catalog;

/// What a column "discipline" says, in whatever table.
pub const DISCIPLINE: &str = "The discipline, by its name in the scenario.";

/// The columns before the measures, each with what it says.
pub const LEADING: [(&str, &str); 3] = [
    ("discipline", DISCIPLINE),
    ("replication", "The replication; the first is 0."),
    ("digest", "The digest of its event log: equal digests, equal logs."),
];

/// The header.
fn header() -> impl Iterator<Item = String> {
    LEADING.iter().map(|(name, _)| (*name).to_owned()).chain(catalog::all().map(|number| number.key()))
}

/// The file.
pub(crate) fn write(comparison: &Comparison) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut row = |cells: &[String]| {
        writer.write_record(cells).expect("rows are as long as the header, and memory takes them");
    };
    row(&header().collect::<Vec<_>>());
    for arm in &comparison.arms {
        for replication in &arm.replications {
            let mut cells =
                vec![arm.name.clone(), replication.replication.to_string(), replication.digest.to_string()];
            cells.extend(replication.values.iter().map(|&value| number(value)));
            row(&cells);
        }
    }
    writer.into_inner().expect("memory takes what is left")
}

/// A number as text; nothing where nothing was measured.
fn number(value: Option<f64>) -> String {
    let mut text = String::new();
    if let Some(value) = value {
        push_number(&mut text, value);
    }
    text
}

/// No measure is as large: a length of time, in seconds, has at most thirteen digits.
const LARGEST: f64 = 1e15;

/// Fills in the rows of the arms, each of which has `replications`.
///
/// # Errors
/// What is wrong with the file, with the line.
pub(super) fn read(bytes: &[u8], arms: &mut [Arm], replications: u32) -> Result<(), String> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    if header != self::header().collect::<Vec<_>>() {
        return Err("its columns are not the measures of this version of Stampede".to_owned());
    }
    let mut records = reader.records();
    for arm in arms {
        for replication in 0..replications {
            let record = match records.next() {
                Some(record) => record.map_err(|error| error.to_string())?,
                None => return Err(format!("`{}` has no replication {replication}", arm.name)),
            };
            let line = record.position().map_or(0, csv::Position::line);
            if record[0] != arm.name || record[1] != replication.to_string() {
                return Err(format!("line {line} is not replication {replication} of `{}`", arm.name));
            }
            let digest = record[2].parse().map_err(|_| format!("line {line} has no digest"))?;
            let value = |cell: &str| match cell {
                "" => Ok(None),
                cell => match cell.parse::<f64>() {
                    Ok(value) if value.abs() <= LARGEST => Ok(Some(value)),
                    _ => Err(format!("line {line}: {cell:?} is not a number that could be measured")),
                },
            };
            let values = record.iter().skip(LEADING.len()).map(value).collect::<Result<_, _>>()?;
            arm.replications.push(ReplicationRow { replication, digest, values });
        }
    }
    match records.next() {
        None => Ok(()),
        Some(_) => Err("it has more rows than disciplines and replications".to_owned()),
    }
}
