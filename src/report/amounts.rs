//! How many tickets, in words that stay true where there is hardly one in a thousand bursts.

use super::figures::{counted, estimate, quantity};
use super::judgement::{UNASSIGNED, is_constant, mean};
use crate::metrics::catalog::Unit;
use crate::metrics::statistics::Estimate;
use crate::results::Arm;

/// Tickets that get an owner or a team.
pub(super) const DISPATCHED: &str = "dispatched";

/// Fewer tickets of a burst than this are told as so many in all bursts.
const RARE: f64 = 0.1;

/// Whether there are so few of a thing that it is told by how many there were in all bursts.
///
/// Tickets that get an owner are told as those are that do not.
pub(super) fn is_rare(arms: &[&Arm], key: &str) -> bool {
    let key = if key == DISPATCHED { UNASSIGNED } else { key };
    let rare = |mean: Estimate| {
        mean.mean < RARE || !is_constant(&mean) && mean.lower().is_none_or(|lower| lower <= 0.0)
    };
    bursts(arms) > 1 && arms.iter().filter_map(|arm| mean(arm, key)).any(rare)
}

/// In how many bursts the arms were measured.
fn bursts(arms: &[&Arm]) -> u32 {
    arms.iter().filter_map(|arm| arm.summary(UNASSIGNED)).map(|summary| summary.n).max().unwrap_or(1)
}

/// How many tickets of a burst are to be dispatched.
fn to_dispatch(arm: &Arm) -> f64 {
    let parts = [DISPATCHED, UNASSIGNED];
    let sum: f64 = parts.iter().filter_map(|key| mean(arm, key)).map(|mean| mean.mean).sum();
    // Two means need not add up to the whole number that they are parts of.
    (sum * 1e6).round() / 1e6
}

/// How many tickets in words, and where they are counted against all: of how many. The arms have about as many; where not exactly as
/// many, both ends are given.
///
/// `2 tickets`, `29.9 ± 0.2 tickets of a burst`, `13.1 ± 0.2 of the 60 tickets of a burst`, `1 to 3 tickets in 20 bursts`,
/// `one of the 30,000 tickets of 500 bursts`.
pub(super) fn tickets(arms: &[&Arm], key: &str) -> String {
    let number = number(arms, key);
    let (n, rare) = (bursts(arms), is_rare(arms, key));
    let noun = |number: &str| if ["one", "1"].contains(&number) { "ticket" } else { "tickets" };
    let place = |before: &str| match (n, rare) {
        (1, _) => String::new(),
        (_, false) => " of a burst".to_owned(),
        (n, true) => format!(" {before} {}", counted(n.into(), "burst")),
    };
    if [UNASSIGNED, DISPATCHED].contains(&key) {
        let all = range(arms, rare, to_dispatch);
        return format!("{number} of the {all} {}{}", noun(&all), place("of"));
    }
    format!("{number} {}{}", noun(&number), place("in"))
}

/// The same without what is counted: `29.9 ± 0.2`, `1.5 to 1.6`, `one in 1,000 bursts`.
#[cfg(feature = "charts")]
pub(super) fn of_a_burst(arms: &[&Arm], key: &str) -> String {
    let number = number(arms, key);
    if is_rare(arms, key) { format!("{number} in {}", counted(bursts(arms).into(), "burst")) } else { number }
}

/// How many; where they are rare, in all bursts.
fn number(arms: &[&Arm], key: &str) -> String {
    let rare = is_rare(arms, key);
    let number = range(arms, rare, |arm| mean(arm, key).map_or(0.0, |mean| mean.mean));
    match arms {
        _ if number == "1" && (rare || bursts(arms) == 1) => "one".to_owned(),
        [first, ..] if !rare && !number.contains(" to ") => {
            mean(first, key).map_or(number, |mean| estimate(Unit::Count, &mean))
        }
        _ => number,
    }
}

/// The least and the most that arms have of something in a burst, or where it is rare in all bursts; one number where these
/// are the same.
fn range(arms: &[&Arm], rare: bool, of: impl Fn(&Arm) -> f64) -> String {
    let n = f64::from(bursts(arms));
    let amount = |mean: f64| quantity(Unit::Count, if rare { (mean * n).round() } else { mean });
    let all = || arms.iter().map(|arm| of(arm));
    match (amount(all().fold(f64::INFINITY, f64::min)), amount(all().fold(0.0, f64::max))) {
        (least, most) if least == most => most,
        (least, most) => format!("{least} to {most}"),
    }
}
