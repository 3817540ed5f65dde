//! What both kinds of answers are told with: a table, its rows, and a threshold with what was found of it.

use std::borrow::Cow;

use super::super::content::Row;
use super::super::figures::{clean, quantity};
use crate::keys::wording::counted;
use crate::metrics::thresholds::Standing;
use crate::results::plan::Demand;

/// Tables that people read end after this many rows.
pub(super) const SHOWN: usize = 60;

/// A table of what was tried.
pub(in super::super) struct Table {
    /// What its rows are.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// Its rows, as many as were asked for.
    pub rows: Vec<Row>,
    /// How many more there are.
    pub more: usize,
}

impl Table {
    /// That there are more rows, where there are.
    pub fn left_out(&self) -> Option<String> {
        (self.more > 0).then(|| format!("{} more in data/plan.csv.", counted(self.more as u64, "row")))
    }
}

/// A demand without its discipline: `dispatch_delay p(95) < 10min`.
pub(super) fn demand(demand: &Demand) -> String {
    clean(&format!("{} {}", demand.threshold.metric, demand.threshold.text)).into_owned()
}

/// What was found of a demand: `9 min 20 s (upper bound 9 min 34 s)`, with the bound that decides it.
pub(super) fn finding(demand: &Demand) -> String {
    let unit = demand.threshold.measured_in();
    let Some(measured) = demand.measured else { return "nothing was measured".to_owned() };
    let told = quantity(unit, measured);
    let bound = match demand.standing {
        Standing::Crossed => demand.in_favour,
        Standing::Holds | Standing::Undecided => demand.against,
    };
    match bound.filter(|bound| *bound != measured) {
        Some(bound) if bound > measured => format!("{told} (upper bound {})", quantity(unit, bound)),
        Some(bound) => format!("{told} (lower bound {})", quantity(unit, bound)),
        None => told,
    }
}

/// A name in a table.
pub(super) fn label(text: &str) -> Cow<'static, str> {
    Cow::Owned(clean(text).into_owned())
}

/// A row of the table.
pub(super) fn row(name: &str, cells: Vec<String>) -> Row {
    Row { label: label(name), cells }
}
