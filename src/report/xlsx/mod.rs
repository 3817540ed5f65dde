//! `report.xlsx`: the tables of a results folder as a workbook for whoever works with spreadsheets.
//!
//! Numbers are numbers, instants are those that the zone's clocks show, names are text: nothing in it is calculated.

mod book;
mod page;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::io;

use rust_xlsxwriter::ChartType;

use super::content::labelled;
use super::overview::{columns, crossed};
use super::tables::{Cell, Sheet, Table};
use super::{plan as planned, sweep as swept};
use crate::keys::Named;
use crate::metrics::catalog::Unit;
use crate::metrics::thresholds::Verdict;
use crate::results::Comparison;
use crate::results::plan::Plan;
use crate::results::sweep::Sweep;
use book::Book;
use page::Chart;

/// The tables of a comparison that are sheets of their own, each with the file that has all of it.
const SHEETS: [(&str, &str); 4] = [
    ("summary", "data/summary.csv"),
    ("segments", "data/segments.csv"),
    ("tickets", "data/tickets.csv"),
    ("bookings", "data/bookings.csv"),
];

/// The columns of a threshold.
const OF_A_VERDICT: [&str; 8] =
    ["discipline", "metric", "threshold", "unit", "measured", "judged_by", "judged_on", "holds"];

/// The workbook of a comparison.
///
/// # Errors
/// When recorded replications cannot be read.
pub(super) fn comparison(c: &Comparison) -> io::Result<Vec<u8>> {
    let mut book = Book::new(&c.setup);
    book.add("overview", "data/summary.csv", |sheet| overview(c, sheet))?;
    if let Some(makespan) = columns(c).first().filter(|column| column.number.key() == "makespan") {
        let title = format!("{}, minutes", labelled(&c.setup, &makespan.number));
        book.draw(&Chart { title, kind: ChartType::Bar, series: 1..2, categories: 0..1 })?;
    }
    book.add("thresholds", "junit.xml", |sheet| {
        sheet.header(&OF_A_VERDICT)?;
        c.verdicts.iter().try_for_each(|verdict| of_a_verdict(verdict, sheet))
    })?;
    for (name, file) in SHEETS {
        if let Some(table) = Table::named(name) {
            book.add(name, file, |sheet| table.fill(c, sheet))?;
        }
    }
    book.finish()
}

/// A row per discipline with the numbers that decide.
fn overview(c: &Comparison, sheet: &mut dyn Sheet) -> io::Result<()> {
    let columns = columns(c);
    let titles = columns.iter().map(|column| {
        let label = labelled(&c.setup, &column.number);
        if is_time(column.number.measure.unit) { format!("{label} (min)") } else { label }
    });
    let ends = ["thresholds", "crossed"].map(str::to_owned);
    let titles: Vec<String> = ["discipline".to_owned()].into_iter().chain(titles).chain(ends).collect();
    sheet.header(&titles.iter().map(String::as_str).collect::<Vec<_>>())?;
    for arm in &c.arms {
        sheet.cell((&arm.name).into())?;
        for column in &columns {
            sheet.cell(column.of(arm).map(|mean| told(column.number.measure.unit, mean.mean)).into())?;
        }
        let (crossed, of) = crossed(c, arm);
        sheet.cell((of as u64).into())?;
        sheet.cell((crossed as u64).into())?;
        sheet.end_row()?;
    }
    Ok(())
}

/// Whether a unit is one of time, which an overview has in minutes.
fn is_time(unit: Unit) -> bool {
    matches!(unit, Unit::Seconds | Unit::Minutes)
}

/// A mean as an overview has it: a time in minutes with three decimals, all else as it is.
fn told(unit: Unit, mean: f64) -> f64 {
    match unit {
        Unit::Seconds => (mean / 60.0 * 1000.0).round() / 1000.0,
        Unit::Minutes => (mean * 1000.0).round() / 1000.0,
        _ => mean,
    }
}

/// Ends a row with the cells of a threshold.
fn of_a_verdict(verdict: &Verdict, sheet: &mut dyn Sheet) -> io::Result<()> {
    let threshold = &verdict.threshold;
    for cell in [
        (&verdict.discipline).into(),
        (&threshold.metric).into(),
        (&threshold.text).into(),
        threshold.measured_in().name().into(),
        verdict.measured.into(),
        verdict.judged_by.into(),
        (&verdict.judged_on).into(),
        verdict.holds.into(),
    ] {
        sheet.cell(cell)?;
    }
    sheet.end_row()
}

/// The workbook of a sweep.
pub(super) fn sweep(s: &Sweep) -> io::Result<Vec<u8>> {
    let mut book = Book::new(&s.setup);
    if let Some(number) = swept::told(s).first() {
        let (key, unit) = (number.key(), number.measure.unit);
        let label = swept::label(s, number);
        let title = if is_time(unit) { format!("{label}, minutes") } else { label };
        book.add("overview", "data/sweep.csv", |sheet| {
            let keys = swept::short_keys(s);
            let names: Vec<&str> = keys.iter().chain(&s.arms).map(String::as_str).collect();
            sheet.header(&names)?;
            for point in &s.points {
                for value in &point.values {
                    sheet.cell(Cell::Value(Cow::Borrowed(value)))?;
                }
                for arm in &point.arms {
                    let mean = arm.numbers.get(&key).and_then(|summary| summary.mean);
                    sheet.cell(mean.map(|mean| told(unit, mean.mean)).into())?;
                }
                sheet.end_row()?;
            }
            Ok(())
        })?;
        let keys = s.keys.len() as u16;
        let series = keys..keys + s.arms.len() as u16;
        book.draw(&Chart { title, kind: ChartType::Line, series, categories: 0..keys })?;
    }
    book.add("points", "data/sweep.csv", |sheet| swept::fill(s, sheet))?;
    book.finish()
}

/// The workbook of a plan.
pub(super) fn plan(p: &Plan) -> io::Result<Vec<u8>> {
    let mut book = Book::new(&p.setup);
    book.add("answer", "data/plan.json", |sheet| {
        sheet.header(&["what", "sentence"])?;
        let answers = planned::content::answers(p).into_iter().map(|(_, answer)| ("answer", answer));
        let evidence = planned::content::evidence(p).into_iter().map(|sentence| ("evidence", sentence));
        for (what, sentence) in answers.chain(evidence) {
            sheet.cell(what.into())?;
            sheet.cell(sentence.into())?;
            sheet.end_row()?;
        }
        Ok(())
    })?;
    book.add("probes", "data/plan.csv", |sheet| planned::fill(p, sheet))?;
    book.finish()
}
