//! `sweep.csv`: one row per point, discipline and number, with a column per key that is varied.

use crate::domain::stamp::push_number;
use crate::keys::Named;
use crate::keys::text::cell;
use crate::metrics::catalog::{NEVER, NEVER_TEXT};
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

/// The table. Numbers that are measured nowhere and of which nothing is demanded have no rows.
pub(super) fn table(s: &Sweep) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut row = |fields: Vec<String>| {
        writer.write_record(fields).expect("a table in memory takes rows of the same length");
    };
    let keys = s.keys.iter().map(|key| cell(key).into_owned());
    row(["point".to_owned()].into_iter().chain(keys).chain(COLUMNS.map(str::to_owned)).collect());
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
                let mean = |of: fn(&Estimate) -> Option<f64>| {
                    field(found.and_then(|it| it.mean.as_ref()).and_then(of))
                };
                let verdicts: Vec<_> = point
                    .verdicts
                    .iter()
                    .filter(|verdict| verdict.discipline == *name && verdict.threshold.number().key() == *key)
                    .collect();
                let demands: Vec<&str> = verdicts.iter().map(|verdict| &*verdict.threshold.text).collect();
                let holds = verdicts.iter().all(|verdict| verdict.holds).to_string();
                let values = point.values.iter().map(|value| cell(value).into_owned());
                row([(place + 1).to_string()]
                    .into_iter()
                    .chain(values)
                    .chain([
                        cell(name).into_owned(),
                        cell(key).into_owned(),
                        number.measure.unit.name().to_owned(),
                        mean(|mean| Some(mean.mean)),
                        mean(Estimate::lower),
                        mean(Estimate::upper),
                        found.map_or(0, |summary| summary.n).to_string(),
                        field(found.and_then(|summary| summary.min)),
                        field(found.and_then(|summary| summary.max)),
                        found
                            .and_then(|it| it.mean)
                            .map_or(String::new(), |mean| mean.basis.word().to_owned()),
                        cell(&demands.join("; ")).into_owned(),
                        if verdicts.is_empty() { String::new() } else { holds },
                    ])
                    .collect());
            }
        }
    }
    let bytes = writer.into_inner().expect("a table in memory is written");
    String::from_utf8(bytes).expect("texts and commas are UTF-8")
}

/// A number in a cell.
fn field(number: Option<f64>) -> String {
    let mut text = String::new();
    match number {
        Some(NEVER) => text += NEVER_TEXT,
        Some(number) => push_number(&mut text, number),
        None => {}
    }
    text
}
