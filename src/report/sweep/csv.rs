//! `sweep.csv`: one row per point, discipline and number, with a column per key that is varied.

use std::borrow::Cow;
use std::io;

use super::super::export::csv::text_of;
use super::super::tables::{Cell, Sheet};
use crate::keys::Named;
use crate::metrics::statistics::Estimate;
use crate::results::sweep::{Point, Sweep};

/// The columns behind the keys.
const COLUMNS: [&str; 12] = [
    "discipline",
    "metric",
    "unit",
    "mean",
    "lower",
    "upper",
    "n",
    "min",
    "max",
    "basis",
    "thresholds",
    "holds",
];

/// The table as a text.
pub(super) fn table(s: &Sweep) -> String {
    text_of(&s.setup, |sheet| fill(s, sheet))
}

/// Fills a sheet with the table. Numbers that are measured nowhere and of which nothing is demanded have no rows.
pub(in crate::report) fn fill(s: &Sweep, sheet: &mut dyn Sheet) -> io::Result<()> {
    let names: Vec<&str> =
        ["point"].into_iter().chain(s.keys.iter().map(String::as_str)).chain(COLUMNS).collect();
    sheet.header(&names)?;
    let numbers: Vec<_> = s.setup.numbers.all().map(|number| (number.clone(), number.key())).collect();
    let is_told = |key: &String| {
        let measured = |point: &Point| point.arms.iter().any(|arm| arm.numbers.contains_key(key));
        let demanded =
            |point: &Point| point.verdicts.iter().any(|verdict| verdict.threshold.number().key() == *key);
        s.points.iter().any(|point| measured(point) || demanded(point))
    };
    let told: Vec<_> = numbers.into_iter().filter(|(_, key)| is_told(key)).collect();
    for (place, point) in s.points.iter().enumerate() {
        for (arm, name) in point.arms.iter().zip(&s.arms) {
            for (number, key) in &told {
                let found = arm.numbers.get(key);
                let mean = found.and_then(|summary| summary.mean);
                let verdicts: Vec<_> = point
                    .verdicts
                    .iter()
                    .filter(|verdict| verdict.discipline == *name && verdict.threshold.number().key() == *key)
                    .collect();
                let demands: Vec<&str> = verdicts.iter().map(|verdict| &*verdict.threshold.text).collect();
                let holds = verdicts.iter().all(|verdict| verdict.holds);
                sheet.cell((place as u64 + 1).into())?;
                for value in &point.values {
                    sheet.cell(Cell::Value(Cow::Borrowed(value)))?;
                }
                for cell in [
                    name.into(),
                    key.into(),
                    number.measure.unit.name().into(),
                    mean.map(|mean| mean.mean).into(),
                    mean.as_ref().and_then(Estimate::lower).into(),
                    mean.as_ref().and_then(Estimate::upper).into(),
                    found.map_or(0, |summary| summary.n).into(),
                    found.and_then(|summary| summary.min).into(),
                    found.and_then(|summary| summary.max).into(),
                    mean.map(|mean| mean.basis.word()).into(),
                    demands.join("; ").into(),
                    (!verdicts.is_empty()).then_some(holds).into(),
                ] {
                    sheet.cell(cell)?;
                }
                sheet.end_row()?;
            }
        }
    }
    Ok(())
}
