//! Numbers and names as titles and labels write them.

use super::super::figures::{self, estimate, time};
use crate::domain::SimDuration;
use crate::keys::prose::BOUND;
pub(super) use crate::keys::wording::sentence;
use crate::metrics::catalog::Unit;
use crate::metrics::statistics::Estimate;
use crate::results::{Arm, Comparison};

/// A name longer than this many letters is cut in titles.
const TITLE_NAME: usize = 28;

/// A mean of a measure, if it was measured.
pub(super) fn mean(arm: &Arm, key: &str) -> Option<f64> {
    arm.summary(key)?.mean.map(|estimate| estimate.mean)
}

/// Seconds as a person would say them: to the minute from ten minutes on.
pub(super) fn duration(seconds: f64) -> String {
    let rounded = if seconds < 600.0 { seconds.round() } else { (seconds / 60.0).round() * 60.0 };
    bind(&time(SimDuration::from_secs_f64(rounded)))
}

/// A mean count: whole numbers as they are, others to one decimal below 10 and to none above.
pub(super) fn count(value: f64) -> String {
    if value.fract() == 0.0 || value >= 10.0 {
        grouped(value.round() as u64)
    } else if value < 0.05 {
        "<0.1".to_owned()
    } else {
        format!("{value:.1}")
    }
}

/// A mean as the table has it, in two parts: `30.9` and `± 1.3`, `50.3 %` and `± 1.6 %`, `0.10` and `(0.02 to 0.29)`; the
/// second is empty where there is no interval.
pub(super) fn with_interval(unit: Unit, mean: &Estimate) -> (String, String) {
    let text = estimate(unit, mean);
    let percent = if unit == Unit::Share { " %" } else { "" };
    if let Some((value, half)) = text.split_once(" ± ") {
        (bind(&format!("{value}{percent}")), bind(&format!("± {half}")))
    } else if let Some((value, rest)) = text.split_once(" (") {
        (bind(value), bind(&format!("({rest}")))
    } else {
        (bind(&text), String::new())
    }
}

/// A share as a percentage: to one decimal below 10 %.
pub(super) fn share(value: f64) -> String {
    let percent = value * 100.0;
    if percent > 0.0 && percent < 0.05 {
        format!("<0.1{BOUND}%")
    } else if percent > 0.0 && percent < 9.95 {
        format!("{percent:.1}{BOUND}%")
    } else {
        format!("{percent:.0}{BOUND}%")
    }
}

/// What means are taken over: `mean of 1,000 replications`, or `1 replication`.
pub(super) fn replications(comparison: &Comparison) -> String {
    match comparison.setup.replications {
        1 => "1 replication".to_owned(),
        number => format!("mean of {} replications", grouped(u64::from(number))),
    }
}

/// A whole number with commas between thousands.
pub(super) fn grouped(number: u64) -> String {
    figures::grouped(&number.to_string())
}

/// `1 ticket`, `2 tickets`, `1.5 tickets`.
pub(super) fn tickets(value: f64) -> String {
    let number = count(value);
    let noun = if number == "1" { "ticket" } else { "tickets" };
    format!("{number}{BOUND}{noun}")
}

/// A name as titles have room for it.
pub(super) fn name(text: &str) -> String {
    if text.chars().count() <= TITLE_NAME {
        return text.to_owned();
    }
    let kept: String = text.chars().take(TITLE_NAME - 1).collect();
    format!("{}…", kept.trim_end())
}

/// The text in one piece, whatever line it is on.
pub(super) fn bind(text: &str) -> String {
    text.replace(' ', &BOUND.to_string())
}
