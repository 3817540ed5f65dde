//! What differs between two comparisons, for people and for programs: the sentences and rows that all formats share.

mod json;
mod markdown;
#[cfg(test)]
mod tests;
mod text;

pub use json::{json, json_schema};
pub use markdown::markdown;
pub use text::{regressions, text};

use super::content::{self, Row};
use super::export::github;
use super::figures::{clean, counted, estimate, names, quantity};
use crate::metrics::catalog::Unit;
use crate::metrics::statistics::Estimate;
use crate::results::difference::{ArmDifference, Difference, Effect, KeyChange, Pairing, Row as Number};

/// The columns of the tables.
const COLUMNS: [&str; 4] = ["baseline", "now", "difference", "p"];

/// Workflow commands for GitHub: an error for each regression, and a notice with the verdict.
pub fn github(d: &Difference) -> String {
    let regressed = d.regressed().map(|(arm, row)| {
        let [before, after, difference, ..] = cells(row);
        let title = format!("Regression: {}: {}", clean(arm), row.number.key());
        github::error(None, &title, &format!("{after} instead of {before}: {difference}"))
    });
    let crossed = d.crossed.iter().map(|verdict| {
        let title = format!("Threshold crossed, which held: {}", content::demand(verdict));
        github::error(None, &title, &content::finding(verdict))
    });
    let notice = github::notice(&d.names[1], &format!("{} {}", cause(d), verdict(d)));
    crossed.chain(regressed).chain([notice]).collect()
}

/// What was compared with what.
fn heading(d: &Difference) -> String {
    let [before, after] = &d.names;
    let of =
        if before == after { "the baseline".to_owned() } else { format!("the baseline, {}", clean(before)) };
    let replications = |number: u32| counted(number.into(), "replication");
    let [old, new] = d.replications;
    let against = if old == new { "as many".to_owned() } else { replications(old) };
    format!("{}: {} against {against} of {of}", clean(after), replications(new))
}

/// Which replications were compared with which.
fn pairing(d: &Difference) -> String {
    let fewest = d.replications[0].min(d.replications[1]);
    let first = if d.replications[0] == d.replications[1] {
        String::new()
    } else {
        format!(" Differences are those of the first {}.", counted(fewest.into(), "replication"))
    };
    match d.pairing {
        Pairing::Bursts => {
            format!(
                "Each burst is compared with its own in the baseline: seed and arrivals are the same.{first}"
            )
        }
        Pairing::Seed => format!(
            "Each burst is compared with the one of the same number in the baseline: the seed is the same, though the \
             arrivals are not.{first}"
        ),
        Pairing::None => {
            "The two are compared as independent samples (Welch's t): their seeds differ.".to_owned()
        }
    }
}

/// Whether the scenario changed or the program.
fn cause(d: &Difference) -> String {
    let [before, after] = &d.versions;
    let versions = if before == after {
        None
    } else {
        Some(format!("version {} instead of {}", clean(after), clean(before)))
    };
    if d.is_nothing() {
        return match versions {
            None => "Nothing changed.".to_owned(),
            Some(versions) => format!("Nothing changed, though the program did: {versions}."),
        };
    }
    let moved = names(d.moved().map(|arm| arm.name.as_str()));
    match (d.is_same_scenario(), moved.is_empty(), versions) {
        (true, false, versions) => format!(
            "The program changed ({}): the same scenario, files and seed yield other events under {moved}.",
            versions.unwrap_or_else(|| format!("version {} both times", clean(after)))
        ),
        (true, true, None) => "What is simulated did not change, and no event did.".to_owned(),
        (true, true, Some(versions)) => {
            format!("What is simulated did not change, and no event did, though the program did: {versions}.")
        }
        (false, _, None) => "The scenario changed.".to_owned(),
        (false, _, Some(versions)) => {
            format!(
                "The scenario changed, and so did the program ({versions}): which of them did what cannot be told."
            )
        }
    }
}

/// A key that differs, with its values: `desk.technicians: 40 → 38`.
fn key_change(change: &KeyChange) -> String {
    let value = |value: &Option<String>| match value {
        None => "not stated".to_owned(),
        Some(value) => {
            let shown: String = value.chars().take(LONGEST_VALUE).collect();
            let cut = if shown.len() < value.len() { "…" } else { "" };
            format!("{}{cut}", clean(&shown))
        }
    };
    format!("{}: {} → {}", clean(&change.key), value(&change.before), value(&change.after))
}

/// Characters of a value that are shown.
const LONGEST_VALUE: usize = 60;

/// What only one of the two has.
fn of_one(d: &Difference) -> Vec<String> {
    let told = |what: &str, lists: &[Vec<String>; 2]| {
        let sides = ["the baseline", "the later run"].into_iter().zip(lists);
        let sides = sides.filter(|(_, list)| !list.is_empty());
        sides
            .map(|(side, list)| {
                let plural = if list.len() == 1 { "" } else { "s" };
                format!("Only {side} has the {what}{plural} {}.", names(list.iter().map(String::as_str)))
            })
            .collect::<Vec<_>>()
    };
    [told("discipline", &d.arms_of_one), told("number", &d.numbers_of_one)].concat()
}

/// What is said above the rows of a discipline.
fn arm_heading(arm: &ArmDifference) -> String {
    let name = names([arm.name.as_str()]);
    let nothing = if rows(arm).is_empty() { ", and no number by more than chance" } else { "" };
    let logs = match arm.logs {
        None if nothing.is_empty() => String::new(),
        None => ": no number differs by more than chance.".to_owned(),
        Some(0) if arm.rows.iter().all(|row| row.effect == Effect::Same) => ": nothing changed.".to_owned(),
        Some(0) => format!(": no event differs{nothing}."),
        Some(logs) => format!(": events differ in {}{nothing}.", counted(logs.into(), "burst")),
    };
    name + &logs
}

/// The rows of a discipline that are told, those first that matter most, and what has become of each.
fn rows(arm: &ArmDifference) -> Vec<(Effect, Row)> {
    let is_row = |row: &Number| row.number.measure.rows.iter().any(|(_, it)| *it == row.number.aggregate);
    let is_told = |row: &&Number| match row.effect {
        Effect::Same | Effect::Chance | Effect::Untested => false,
        Effect::Untold => is_row(row),
        Effect::Changed | Effect::Better | Effect::Worse | Effect::Regressed => true,
    };
    let mut told: Vec<&Number> = arm.rows.iter().filter(is_told).collect();
    // Stable: what matters as much stays in the order of the files.
    told.sort_by_key(|row| std::cmp::Reverse(row.effect));
    told.into_iter()
        .map(|row| {
            (
                row.effect,
                Row { label: clean(&row.number.label()).into_owned().into(), cells: cells(row).to_vec() },
            )
        })
        .collect()
}

/// The cells of a row.
fn cells(row: &Number) -> [String; 4] {
    let unit = row.number.measure.unit;
    let mean =
        |mean: &Option<Estimate>| mean.as_ref().map_or("–".to_owned(), |mean| quantity(unit, mean.mean));
    let difference = row.contrast.difference.map_or("–".to_owned(), |difference| change(row, &difference));
    let p = match row.p {
        None => "–".to_owned(),
        Some(p) if p < 0.001 => "<0.001".to_owned(),
        Some(p) => format!("{p:.3}"),
    };
    [mean(&row.before), mean(&row.after), difference, p]
}

/// A difference with its sign, and as a share of the baseline: `+41 s ± 3 s (+7.3 %)`.
fn change(row: &Number, difference: &Estimate) -> String {
    let unit = row.unit();
    let sign = if difference.mean > 0.0 { "+" } else { "" };
    let mut text = format!("{sign}{}", estimate(unit, difference));
    if unit == Unit::Share {
        text = text.replace(" %", " points");
    }
    if row.contrast.of_never {
        return format!("{text} of bursts are never");
    }
    let base = row.before.map_or(0.0, |before| before.mean);
    if unit != Unit::Share && base.is_finite() && base != 0.0 {
        text = format!("{text} ({sign}{})", quantity(Unit::Share, difference.mean / base.abs()));
    }
    text
}

/// How sure the rows are.
fn correction(d: &Difference) -> Option<String> {
    // Without the noise of binary sums.
    let alpha = quantity(Unit::Share, ((1.0 - d.confidence) * 1e9).round() / 1e9);
    (d.tested > 0).then(|| {
        format!(
            "The probability that chance makes any of the differences that are told is {alpha} at most: {} tested, with \
             Holm's correction.",
            match d.tested {
                1 => "1 number was".to_owned(),
                _ => format!("{} were", counted(d.tested as u64, "number")),
            }
        )
    })
}

/// Whether it is a regression, and of what.
fn verdict(d: &Difference) -> String {
    let regressed = d.regressed().count() as u64;
    let mut parts = Vec::new();
    if regressed > 0 {
        let are = if regressed == 1 { "is" } else { "are" };
        parts.push(format!(
            "{} {are} worse by more than chance and the tolerance",
            counted(regressed, "number")
        ));
    }
    match d.crossed.len() {
        0 => {}
        1 => parts.push("1 threshold that held is crossed".to_owned()),
        more => parts.push(format!("{more} thresholds that held are crossed")),
    }
    if !parts.is_empty() {
        return format!("Regression: {}.", parts.join(", and "));
    }
    if d.is_nothing() {
        return "No regression.".to_owned();
    }
    let untold = d.arms.iter().flat_map(|arm| &arm.rows).any(|row| row.effect == Effect::Untold);
    if d.tested == 0 && untold {
        return "No threshold that held is crossed; whether a number is worse by more than chance cannot be told from so \
                few replications."
            .to_owned();
    }
    "No regression: no number is worse by more than chance and the tolerance, and no threshold that held is crossed."
        .to_owned()
}
