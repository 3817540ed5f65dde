//! An overview of many disciplines: one line each, with the numbers that decide.

use std::borrow::Cow;

use super::content::Row;
use super::figures::{clean, counted, quantity};
use super::judgement::{DOUBLE_BOOKED, UNASSIGNED, makespan, mean};
use crate::metrics::catalog::{self, Number};
use crate::metrics::statistics::Estimate;
use crate::results::{Arm, Comparison, Gain};

/// Up to so many disciplines stand side by side in one table, which needs no overview.
pub(super) const SIDE_BY_SIDE: usize = 4;

/// The overview as a table.
pub(super) struct Overview {
    /// What stands above it.
    pub heading: String,
    /// What the columns are.
    pub columns: Vec<&'static str>,
    /// A row per discipline.
    pub rows: Vec<Row>,
}

/// A number that decides.
pub(super) struct Column {
    /// Its title where there is little room.
    pub title: &'static str,
    /// The number.
    pub number: Number,
}

/// The numbers that decide, as far as some discipline has measured them.
pub(super) fn columns(c: &Comparison) -> Vec<Column> {
    let result = c.setup.gain() == Gain::Result;
    let all = [
        (if result { "last result" } else { "last owner" }, "makespan"),
        ("delay, 95 %", "dispatch_delay.p95"),
        ("doubles", DOUBLE_BOOKED),
        (if result { "no result" } else { "no owner" }, UNASSIGNED),
        ("cost", "total_cost"),
    ];
    let number = |key| catalog::all().nth(catalog::position(key)?);
    let columns = all.into_iter().filter_map(|(title, key)| Some(Column { title, number: number(key)? }));
    columns.filter(|column| c.arms.iter().any(|arm| column.of(arm).is_some())).collect()
}

impl Column {
    /// The discipline's mean; `None` where nothing was measured, and for the last owner where no ticket gets one.
    pub fn of(&self, arm: &Arm) -> Option<Estimate> {
        match &*self.number.key() {
            "makespan" => makespan(arm),
            key => mean(arm, key),
        }
    }
}

/// How many of the thresholds that are judged for the discipline are crossed, and how many they are.
pub(super) fn crossed(c: &Comparison, arm: &Arm) -> (usize, usize) {
    let own = || c.verdicts.iter().filter(|verdict| verdict.discipline == arm.name);
    (own().filter(|verdict| !verdict.holds).count(), own().count())
}

/// The overview; `None` where the disciplines are few.
pub(super) fn overview(c: &Comparison) -> Option<Overview> {
    if c.arms.len() <= SIDE_BY_SIDE {
        return None;
    }
    let columns = columns(c);
    let verdict = |arm: &Arm| match crossed(c, arm) {
        (_, 0) => "–".to_owned(),
        (0, _) => "✓".to_owned(),
        (crossed, of) => format!("✗ {crossed} of {of}"),
    };
    let cell = |column: &Column, arm: &Arm| {
        let unit = column.number.measure.unit;
        column.of(arm).map_or_else(|| "–".to_owned(), |mean| quantity(unit, mean.mean))
    };
    let row = |arm: &Arm| Row {
        label: Cow::Owned(clean(&arm.name).into_owned()),
        cells: columns
            .iter()
            .map(|column| cell(column, arm))
            .chain((!c.verdicts.is_empty()).then(|| verdict(arm)))
            .collect(),
    };
    let disciplines = counted(c.arms.len() as u64, "discipline");
    let has = |key: &str| columns.iter().any(|column| column.number.key() == key);
    let mut heading = vec![match c.setup.replications {
        1 => disciplines,
        replications => {
            format!("{disciplines}, means of {}", counted(u64::from(replications), "replication"))
        }
    }];
    if has(DOUBLE_BOOKED) {
        heading.push("doubles: tickets in a double booking".to_owned());
    }
    if let Some(currency) = c.setup.currency.as_ref().filter(|_| has("total_cost")) {
        heading.push(format!("cost in {}", clean(currency)));
    }
    if c.verdicts.iter().any(|verdict| !verdict.holds) {
        heading.push("✗: thresholds crossed".to_owned());
    }
    let titles =
        columns.iter().map(|column| column.title).chain((!c.verdicts.is_empty()).then_some("verdict"));
    Some(Overview {
        heading: heading.join("; ") + ":",
        columns: titles.collect(),
        rows: c.arms.iter().map(row).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::{comparison, set};

    /// Six disciplines, of which the first serves nobody and the last has a hostile name.
    fn six() -> Comparison {
        let mut c = comparison();
        let more: Vec<Arm> = c.arms.clone();
        c.arms.extend(more);
        for (number, arm) in c.arms.iter_mut().enumerate().skip(3) {
            arm.name = format!("{}-{number}", arm.name);
        }
        set(&mut c.arms[0], "dispatched", 0.0, 0.0);
        set(&mut c.arms[1], "dispatch_delay.p95", f64::INFINITY, 0.0);
        c.arms[5].name = "a|b\u{1b}[31m".to_owned();
        c
    }

    #[test]
    fn each_discipline_has_a_line_that_is_true_where_nobody_is_served_and_where_nothing_is_measured() {
        let mut c = six();
        let told = |c: &Comparison| {
            let found = overview(c).unwrap();
            let rows = found.rows.iter().map(|row| format!("{}: {}", row.label, row.cells.join(" | ")));
            (found.heading, found.columns.join(" | "), rows.collect::<Vec<_>>())
        };
        let (heading, columns, rows) = told(&c);
        assert_eq!(
            heading,
            "6 disciplines, means of 2 replications; doubles: tickets in a double booking; ✗: thresholds crossed:"
        );
        assert_eq!(columns, "last owner | delay, 95 % | doubles | no owner | verdict");
        assert_eq!(
            rows,
            [
                "sequential: – | 9 min 40 s | 0 | 0 | ✓",
                "unsafe-parallel: 3 min 20 s | never | 2 | 0 | –",
                "parallel: 4 min 50 s | 4 min 20 s | 0 | 0.50 | ✗ 1 of 1",
                "sequential-3: 10 min | 9 min 40 s | 0 | 0 | –",
                "unsafe-parallel-4: 3 min 20 s | 3 min 10 s | 2 | 0 | –",
                "a|b\\u{1b}[31m: 4 min 50 s | 4 min 20 s | 0 | 0.50 | –",
            ]
        );
        c.verdicts.clear();
        c.setup.currency = Some("EUR".to_owned());
        c.setup.replications = 1;
        set(&mut c.arms[2], "total_cost", 1234.5, 20.0);
        let (heading, columns, rows) = told(&c);
        assert_eq!(heading, "6 disciplines; doubles: tickets in a double booking; cost in EUR:");
        assert_eq!(columns, "last owner | delay, 95 % | doubles | no owner | cost");
        assert_eq!(rows[1], "unsafe-parallel: 3 min 20 s | never | 2 | 0 | –");
        assert_eq!(rows[2], "parallel: 4 min 50 s | 4 min 20 s | 0 | 0.50 | 1,234.50");
    }

    #[test]
    fn four_disciplines_need_no_overview() {
        let mut c = six();
        c.arms.truncate(5);
        assert!(overview(&c).is_some());
        c.arms.truncate(4);
        assert!(overview(&c).is_none());
    }
}
