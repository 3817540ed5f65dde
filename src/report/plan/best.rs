//! The best alternative by a number, in words.

use super::super::content::labelled;
use super::super::figures::{clean, quantity, quoted};
use super::parts::{Table, row};
use super::smallest::sureness;
use crate::keys::wording::{counted, grouped, list};
use crate::metrics::catalog::{self, Unit};
use crate::results::plan::{Alternative, Best, Fate, Plan};

/// Sentences name no more alternatives than this.
const FEW: usize = 4;

/// The question.
pub(super) fn question(b: &Best) -> String {
    let which = if b.largest { "largest" } else { "smallest" };
    let held = if b.level.is_some() { " whose thresholds hold" } else { "" };
    format!(
        "the alternative with the {which} mean of {}, of {}{held}",
        b.number,
        counted(b.alternatives.len() as u64, "alternative")
    )
}

/// The answer.
pub(super) fn answer(b: &Best) -> String {
    let which = if b.largest { "largest" } else { "smallest" };
    if let Some(chosen) = b.chosen.and_then(|chosen| b.alternatives.get(chosen)) {
        let mean = chosen.mean.map(|mean| format!(", {}", told(b, mean))).unwrap_or_default();
        return format!("{} has the {which} mean of {}{mean}", name(b, chosen), b.number);
    }
    let left = having(b, Fate::Left);
    if !left.is_empty() && b.zone.is_none() {
        return format!(
            "Nothing can be chosen: the mean of {} that is nearest to 0 is 0, and a share of it tells nothing apart; state \
             an amount with --indifference or plan.indifference",
            b.number
        );
    }
    if let Some(best) = nearest(b, &left) {
        return format!(
            "Nothing can be chosen yet: after {} {} are left, of which {} has the {which} mean of {} so far",
            counted(u64::from(best.replications), "replication"),
            counted(left.len() as u64, "alternative"),
            name(b, best),
            b.number
        );
    }
    let feasible = b.alternatives.iter().any(|it| it.fate != Fate::Infeasible);
    if feasible {
        format!(
            "Nothing can be chosen: {} was not measured in every replication of any alternative",
            b.number
        )
    } else {
        format!(
            "Nothing can be chosen: the thresholds hold for none of the {}",
            counted(b.alternatives.len() as u64, "alternative")
        )
    }
}

/// Why, and how sure it is.
pub(super) fn evidence(p: &Plan, b: &Best) -> Vec<String> {
    let mut said = Vec::new();
    let confidence = quantity(Unit::Share, p.setup.confidence);
    if let (Some(_), Some(zone)) = (b.chosen, b.zone) {
        let which = if b.largest { "larger" } else { "smaller" };
        said.push(format!(
            "With {confidence} confidence no other alternative that was compared has a mean of {} that is {which} by more \
             than {} (Kim and Nelson's procedure, on common random numbers).",
            b.number,
            told(b, zone)
        ));
    }
    if let (Some(chosen), Fate::Chosen, 1) = (b.chosen, Fate::Chosen, compared(b)) {
        said.push(format!(
            "{} is the only alternative that could be compared.",
            name(b, &b.alternatives[chosen])
        ));
    }
    for (fate, why) in [
        (Fate::Infeasible, "a threshold does not hold, or the replications do not tell"),
        (Fate::Unmeasured, "the number was not measured in every replication, or was never reached"),
    ] {
        let out = having(b, fate);
        if !out.is_empty() {
            let names: Vec<String> = out.iter().map(|it| name(b, it)).collect();
            let who = match names.as_slice() {
                few if few.len() <= FEW => list(few),
                many => format!("{} of {}", many.len(), counted(b.alternatives.len() as u64, "alternative")),
            };
            said.push(format!("Left out, as {why}: {who}."));
        }
    }
    if let Some(level) = &b.level {
        said.push(sureness(p, level, b.alternatives.iter().flat_map(|it| &it.demands)));
    }
    said.push(format!("All of it took {}.", counted(p.spent(), "replication")));
    said
}

/// How many alternatives took part.
fn compared(b: &Best) -> usize {
    b.alternatives.iter().filter(|it| matches!(it.fate, Fate::Chosen | Fate::Worse | Fate::Left)).count()
}

fn having(b: &Best, fate: Fate) -> Vec<&Alternative> {
    b.alternatives.iter().filter(|it| it.fate == fate).collect()
}

/// The best of some, by what is known so far.
fn nearest<'a>(b: &Best, some: &[&'a Alternative]) -> Option<&'a Alternative> {
    let sign = if b.largest { -1.0 } else { 1.0 };
    let mean = |it: &Alternative| it.mean.map_or(f64::INFINITY, |mean| sign * mean);
    some.iter().copied().min_by(|one, other| mean(one).total_cmp(&mean(other)))
}

/// A value of the number.
fn told(b: &Best, value: f64) -> String {
    catalog::number(&b.number)
        .map_or_else(|| value.to_string(), |number| quantity(number.measure.unit, value))
}

/// What an alternative is called: its discipline, and its values.
fn name(b: &Best, it: &Alternative) -> String {
    let values: Vec<String> = b
        .keys
        .iter()
        .zip(&it.values)
        .map(|(key, value)| clean(&format!("{key} = {value}")).into_owned())
        .collect();
    match values.as_slice() {
        [] => quoted(&it.discipline).into_owned(),
        values => format!("{} with {}", quoted(&it.discipline), list(values)),
    }
}

/// Every alternative.
pub(super) fn table(p: &Plan, b: &Best, most: usize) -> Table {
    let what =
        catalog::number(&b.number).map_or_else(|| b.number.clone(), |number| labelled(&p.setup, &number));
    let rows = b.alternatives.iter().take(most).map(|it| {
        let fate = match it.fate {
            Fate::Chosen => "chosen",
            Fate::Worse => "worse",
            Fate::Left => "left",
            Fate::Infeasible => "a threshold does not hold",
            Fate::Unmeasured => "not measured",
        };
        let mean = it.mean.map_or_else(|| "–".to_owned(), |mean| told(b, mean));
        row(&name(b, it), vec![fate.to_owned(), mean, grouped(&it.replications.to_string())])
    });
    Table {
        caption: format!(
            "Each alternative with its mean of {what} over the replications in which it was compared"
        ),
        columns: ["outcome", "mean", "replications"].map(str::to_owned).to_vec(),
        rows: rows.collect(),
        more: b.alternatives.len().saturating_sub(most),
    }
}
