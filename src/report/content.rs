//! What the reports for people all say: the rows of their table, the verdicts in words, and a reading of the numbers.

use std::fmt::Write as _;

use super::figures::{clean, counted, estimate, list, quantity};
use crate::experiment::results::{Arm, Comparison};
use crate::metrics::catalog::{self, Measure, Unit};
use crate::metrics::statistics::Estimate;
use crate::metrics::thresholds::Verdict;

/// The measures a service manager asks for, in the order of the questions: how long, how often in vain, what went
/// wrong, what it costs. Files have all of them.
const ROWS: [&str; 22] = [
    "makespan",
    "dispatch_delay.mean",
    "dispatch_delay.p95",
    "dispatch_delay.max",
    "throughput",
    "speed_up",
    "dispatched",
    "unassigned",
    "conflicts",
    "conflict_rate",
    "fallback_rate",
    "retry_rate",
    "double_bookings",
    "double_booked_tickets",
    "overlap",
    "orphaned_hold",
    "time_to_start.mean",
    "time_to_resolve.mean",
    "utilisation",
    "ai_calls",
    "tokens",
    "cost",
];

/// One row of the table.
pub(super) struct Row {
    /// What was measured.
    pub label: &'static str,
    /// One cell an arm; a dash where nothing was measured.
    pub cells: Vec<String>,
}

/// The rows in which some arm measured something.
pub(super) fn rows(c: &Comparison) -> Vec<Row> {
    let mut rows = Vec::new();
    for key in ROWS {
        let measure = measure(key);
        let means: Vec<Option<Estimate>> = c.arms.iter().map(|arm| mean(arm, key)).collect();
        if means.iter().any(Option::is_some) {
            let cell = |mean: Option<Estimate>| {
                mean.map_or_else(|| "–".to_owned(), |mean| estimate(measure.unit, &mean))
            };
            rows.push(Row { label: measure.label, cells: means.into_iter().map(cell).collect() });
        }
    }
    rows
}

/// What the comparison is of, in two lines: the name with its summary, and how it was run.
pub(super) fn heading(c: &Comparison) -> (String, String) {
    let setup = &c.setup;
    let title = match setup.summary.trim() {
        "" => clean(&setup.name).into_owned(),
        summary => format!("{}: {}", clean(&setup.name), clean(summary)),
    };
    let start = setup.start.strftime("%a %Y-%m-%d %H:%M");
    let zone = setup.start.time_zone().iana_name().map_or_else(String::new, |zone| format!(" {zone}"));
    let intervals = if setup.replications > 1 {
        format!(", {} confidence", quantity(Unit::Share, setup.confidence))
    } else {
        String::new()
    };
    let replications = counted(u64::from(setup.replications), "replication");
    (title, format!("{replications}, seed {}{intervals}, from {start}{zone}", setup.seed))
}

/// The demand with the arm it was judged for: `parallel: conflict_rate mean < 0.35`.
pub(super) fn demand(verdict: &Verdict) -> String {
    let threshold = &verdict.threshold;
    clean(&format!("{}: {} {}", verdict.discipline, threshold.metric, threshold.text)).into_owned()
}

/// What was found: `9 min 20 s (upper 95 % bound of the mean: 9 min 34 s)`.
pub(super) fn finding(verdict: &Verdict) -> String {
    let metric = &verdict.threshold.metric;
    let unit = catalog::all().find(|measure| measure.metric == metric).map_or(Unit::Ratio, |m| m.unit);
    let Some(measured) = verdict.measured else {
        return "nothing was measured".to_owned();
    };
    let measured = quantity(unit, measured);
    match verdict.judged_by.map(|value| quantity(unit, value)) {
        Some(judged) if judged != measured => format!("{measured} ({}: {judged})", verdict.judged_on),
        _ if verdict.judged_on.is_empty() => measured,
        _ => format!("{measured} ({})", verdict.judged_on),
    }
}

/// Two to four sentences: who is fastest and by how much, who double-books, what conflicts cost, who leaves tickets.
pub(super) fn reading(c: &Comparison) -> Vec<String> {
    [speed(c), double_bookings(c), conflicts(c), unassigned(c)].into_iter().flatten().collect()
}

/// The measure with this key, which must be in the catalog.
fn measure(key: &str) -> &'static Measure {
    catalog::all()
        .find(|measure| measure.key() == key)
        .expect("the report asks for measures of the catalog only")
}

/// The mean of a measure over the arm's replications.
fn mean(arm: &Arm, key: &str) -> Option<Estimate> {
    arm.summary(key).and_then(|summary| summary.mean)
}

/// Whether the arm has some of a thing that should not be.
fn some_of(arm: &Arm, key: &str) -> bool {
    mean(arm, key).is_some_and(|mean| mean.mean > 0.0)
}

/// The difference of the arm to the baseline.
fn difference(arm: &Arm, key: &str) -> Option<Estimate> {
    let paired = arm.paired.get(catalog::position(key)?)?;
    paired.map(|paired| paired.difference)
}

/// Who is fastest, and the fastest of those that are safe.
fn speed(c: &Comparison) -> Option<String> {
    let key = "makespan";
    let fastest = |arms: &mut dyn Iterator<Item = &Arm>| {
        arms.filter_map(|arm| mean(arm, key).map(|mean| (arm.name.clone(), mean)))
            .min_by(|(_, a), (_, b)| a.mean.total_cmp(&b.mean))
    };
    let (name, time) = fastest(&mut c.arms.iter())?;
    let took = estimate(Unit::Seconds, &time);
    if c.arms.len() == 1 {
        return Some(format!(
            "Under {} the last ticket has its owner {took} after the first arrival.",
            clean(&name)
        ));
    }
    let mut text = format!(
        "{} is the fastest: the last ticket has its owner {took} after the first arrival{}.",
        clean(&name),
        against_baseline(c, &name)
    );
    let unsafe_arm = |arm: &Arm| some_of(arm, "double_booked_tickets");
    if c.arms.iter().any(|arm| arm.name == name && unsafe_arm(arm))
        && let Some((safe, time)) = fastest(&mut c.arms.iter().filter(|arm| !unsafe_arm(arm)))
    {
        let took = estimate(Unit::Seconds, &time);
        let gain = against_baseline(c, &safe);
        let _ = write!(text, " Of those that never double-book it is {}, with {took}{gain}.", clean(&safe));
    }
    Some(text)
}

/// How much sooner an arm is through than the baseline; nothing for the baseline itself.
fn against_baseline(c: &Comparison, name: &str) -> String {
    let baseline = c.arms.iter().find(|arm| arm.paired.is_empty());
    let (Some(baseline), Some(arm)) = (baseline, c.arms.iter().find(|arm| arm.name == name)) else {
        return String::new();
    };
    let Some(difference) = difference(arm, "makespan") else {
        return String::new();
    };
    let sooner = Estimate { mean: -difference.mean, ..difference };
    let base = clean(&baseline.name);
    let gain = estimate(Unit::Seconds, &sooner);
    if sooner.lower().is_some_and(|lower| lower <= 0.0) {
        return format!(" (against {base} a gain of {gain}, which may be chance)");
    }
    format!(", {gain} sooner than under {base}")
}

/// Who double-books and how often.
fn double_bookings(c: &Comparison) -> Option<String> {
    let key = "double_booked_tickets";
    if !c.setup.books_slots {
        return None;
    }
    let (bad, good): (Vec<&Arm>, Vec<&Arm>) =
        c.arms.iter().filter(|arm| mean(arm, key).is_some()).partition(|arm| some_of(arm, key));
    let never = |arms: &[&Arm]| {
        let names: Vec<_> = arms.iter().map(|arm| clean(&arm.name)).collect();
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        format!("{} never {}", list(&names), if arms.len() == 1 { "double-books" } else { "double-book" })
    };
    let mut parts = Vec::new();
    for arm in bad {
        let tickets = estimate(Unit::Count, &mean(arm, key)?);
        let index = catalog::position(key)?;
        let hit = arm.replications.iter().filter(|row| row.values[index].is_some_and(|v| v > 0.0)).count();
        let hit = if arm.replications.len() > 1 {
            format!(", in {hit} of {}", counted(arm.replications.len() as u64, "replication"))
        } else {
            String::new()
        };
        let noun = if tickets == "1" { "ticket" } else { "tickets" };
        parts.push(format!(
            "{} puts {tickets} {noun} of a burst into a double booking{hit}",
            clean(&arm.name)
        ));
    }
    if !good.is_empty() {
        parts.push(never(&good));
    }
    (!parts.is_empty()).then(|| format!("{}.", parts.join("; ")))
}

/// What losing claims costs the discipline that loses most of them.
fn conflicts(c: &Comparison) -> Option<String> {
    let arm = c.arms.iter().filter(|arm| some_of(arm, "conflict_rate")).min_by(|a, b| {
        let rate = |arm: &Arm| mean(arm, "conflict_rate").map_or(0.0, |mean| mean.mean);
        rate(b).total_cmp(&rate(a))
    })?;
    let share = |key: &str| mean(arm, key).map(|mean| estimate(Unit::Share, &mean));
    let mut text =
        format!("Under {} {} of the claims are refused", clean(&arm.name), share("conflict_rate")?);
    if let (Some(fallback), Some(retry)) = (share("fallback_rate"), share("retry_rate")) {
        let _ =
            write!(text, ": {fallback} of the dispatches take an alternative and {retry} start from scratch");
    }
    if let Some(calls) = difference(arm, "ai_calls")
        && let Some(baseline) = c.arms.iter().find(|arm| arm.paired.is_empty())
    {
        let than = clean(&baseline.name);
        let size = estimate(Unit::Count, &Estimate { mean: calls.mean.abs(), ..calls });
        let _ = match calls.mean {
            0.0 => write!(text, ", with as many AI calls as {than}"),
            more if more > 0.0 => write!(text, ", with {size} AI calls more than {than}"),
            _ => write!(text, ", with {size} AI calls fewer than {than}"),
        };
    }
    Some(text + ".")
}

/// Who leaves tickets without an owner.
fn unassigned(c: &Comparison) -> Option<String> {
    let parts: Vec<String> = c
        .arms
        .iter()
        .filter(|arm| some_of(arm, "unassigned"))
        .filter_map(|arm| {
            let tickets = estimate(Unit::Count, &mean(arm, "unassigned")?);
            Some(format!("{tickets} under {}", clean(&arm.name)))
        })
        .collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    (!parts.is_empty()).then(|| format!("Tickets of a burst left without an owner: {}.", list(&parts)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::summary::Paired;
    use crate::report::tests::comparison;

    /// Sets the mean of a measure, with an interval of the given half width.
    fn set(arm: &mut Arm, key: &str, mean: f64, half: f64) {
        let estimate = Estimate { mean, half_width: Some(half) };
        arm.summaries[catalog::position(key).unwrap()].mean = Some(estimate);
    }

    #[test]
    fn a_gain_that_may_be_chance_is_called_so() {
        let mut c = comparison();
        c.arms.remove(1);
        let index = catalog::position("makespan").unwrap();
        let difference = Estimate { mean: -5.0, half_width: Some(8.0) };
        c.arms[1].paired[index] = Some(Paired { difference, narrowing: None });
        assert_eq!(
            reading(&c)[0],
            "parallel is the fastest: the last ticket has its owner 4 min 50 s ± 10 s after the first arrival \
             (against sequential a gain of 5 s ± 8 s, which may be chance)."
        );
    }

    #[test]
    fn a_baseline_that_is_fastest_is_compared_with_nobody() {
        let mut c = comparison();
        set(&mut c.arms[0], "makespan", 60.0, 1.0);
        assert_eq!(
            reading(&c)[0],
            "sequential is the fastest: the last ticket has its owner 1 min ± 1 s after the first arrival."
        );
    }

    #[test]
    fn what_nobody_measured_is_not_spoken_of() {
        let mut c = comparison();
        c.setup.books_slots = false;
        c.arms.truncate(1);
        assert_eq!(
            reading(&c),
            ["Under sequential the last ticket has its owner 10 min ± 20 s after the first arrival."]
        );
        assert!(rows(&c).iter().all(|row| row.label != "share of claims refused"));
        assert!(rows(&comparison()).iter().any(|row| row.label == "share of claims refused"));
    }

    #[test]
    fn every_row_is_a_measure_of_the_catalog() {
        for key in ROWS {
            assert_eq!(measure(key).key(), key);
        }
    }

    #[test]
    fn a_finding_names_the_number_it_was_judged_by() {
        let mut verdict = comparison().verdicts.swap_remove(1);
        assert_eq!(finding(&verdict), "9 min 40 s (upper 95 % bound of the mean: 9 min 54 s)");
        verdict.judged_by = verdict.measured;
        "the only replication".clone_into(&mut verdict.judged_on);
        assert_eq!(finding(&verdict), "9 min 40 s (the only replication)");
        (verdict.measured, verdict.judged_by) = (None, None);
        assert_eq!(finding(&verdict), "nothing was measured");
    }
}
