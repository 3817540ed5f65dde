//! What the reports for people all say: the rows of their table, the verdicts in words, and a reading of the numbers.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::figures::{clean, counted, estimate, grouped, list, quantity};
use crate::metrics::catalog::{self, Measure, Unit};
use crate::metrics::statistics::Estimate;
use crate::metrics::thresholds::Verdict;
use crate::results::{Arm, Comparison};

/// Disciplines whose times are at most this share apart are about equally fast.
const SAME: f64 = 0.01;

/// One row of the table.
pub(super) struct Row {
    /// What was measured.
    pub label: Cow<'static, str>,
    /// One cell an arm; a dash where nothing was measured.
    pub cells: Vec<String>,
}

/// The rows in which some arm measured something other than zero.
pub(super) fn rows(c: &Comparison) -> Vec<Row> {
    let mut rows = Vec::new();
    for (position, number) in catalog::rows() {
        let Measure { key, unit, tells_zero, .. } = *number.measure;
        let means: Vec<Option<Estimate>> = c.arms.iter().map(|arm| arm.summaries[position].mean).collect();
        let label = match (key, baseline(c)) {
            // The baseline need not be sequential, and next to itself it says nothing.
            ("speed_up", Some(base)) if c.arms.len() > 1 => {
                Cow::Owned(format!("times as fast as {}", clean(&base.name)))
            }
            ("speed_up", _) => continue,
            _ => number.label(),
        };
        let told = |mean: &Estimate| mean.mean != 0.0 || tells_zero;
        if means.iter().flatten().any(told) {
            let cell =
                |mean: Option<Estimate>| mean.map_or_else(|| "–".to_owned(), |mean| estimate(unit, &mean));
            rows.push(Row { label, cells: means.into_iter().map(cell).collect() });
        }
    }
    rows
}

/// What each agent did under each discipline, over all replications: the heading, the columns and the rows. `None`
/// where there is one agent only: the table has said it all.
pub(super) fn agents(c: &Comparison) -> Option<(&'static str, [&'static str; 5], Vec<Row>)> {
    if c.setup.agents.len() < 2 {
        return None;
    }
    let share = |rate: Option<f64>| rate.map_or_else(|| "–".to_owned(), |rate| quantity(Unit::Share, rate));
    let mut rows = Vec::new();
    for arm in &c.arms {
        for (agent, totals) in c.setup.agents.iter().zip(&arm.agents) {
            rows.push(Row {
                label: Cow::Owned(format!("{}: {}", clean(&arm.name), clean(agent))),
                cells: vec![
                    grouped(&totals.dispatches.to_string()),
                    share(totals.conflict_rate()),
                    share(totals.fallback_rate()),
                    share(totals.retry_rate()),
                    grouped(&totals.unassigned.to_string()),
                ],
            });
        }
    }
    let columns = ["dispatches", "conflicts", "fallbacks", "retries", "unassigned"];
    Some(("By agent, all replications taken together:", columns, rows))
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
    let unit = verdict.threshold.unit();
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

/// A few sentences: who is fastest and by how much, who double-books, what conflicts cost, who goes over the cap, who
/// misses merges, who leaves tickets.
pub(super) fn reading(c: &Comparison) -> Vec<String> {
    let over_cap = per_arm(c, "over_cap", "Tickets of a burst assigned above the cap");
    let missed = per_arm(c, "merges_missed", "Duplicates of a burst dispatched instead of merged");
    let unassigned = per_arm(c, "unassigned", "Tickets of a burst left without an owner");
    let all = [speed(c), double_bookings(c), conflicts(c), over_cap, missed, unassigned];
    all.into_iter().flatten().collect()
}

/// The mean of a measure over the arm's replications.
fn mean(arm: &Arm, key: &str) -> Option<Estimate> {
    arm.summary(key).and_then(|summary| summary.mean)
}

/// The arm that others are compared with.
fn baseline(c: &Comparison) -> Option<&Arm> {
    c.arms.get(c.references.baseline())
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
    let owner = if c.setup.sets_owners { "owner" } else { "team" };
    let mut ranked: Vec<(&Arm, Estimate)> =
        c.arms.iter().filter_map(|arm| Some((arm, mean(arm, "makespan")?))).collect();
    // Stable: those that are equal stay in the scenario's order.
    ranked.sort_by(|(_, a), (_, b)| a.mean.total_cmp(&b.mean));
    let &(first, time) = ranked.first()?;
    let took = estimate(Unit::Seconds, &time);
    let when = format!("the last ticket has its {owner} {took} after the first arrival");
    if c.arms.len() == 1 {
        return Some(format!("Under {} {when}.", clean(&first.name)));
    }
    let is_safe = |arm: &Arm| !some_of(arm, "double_booked_tickets");
    let close = |other: &Estimate| other.mean - time.mean <= SAME * time.mean;
    let fastest: Vec<&Arm> =
        ranked.iter().take_while(|(_, other)| close(other)).map(|&(arm, _)| arm).collect();
    let exactly = ranked[fastest.len() - 1].1.mean.to_bits() == time.mean.to_bits();
    let about = if exactly { "" } else { "about " };
    if fastest.len() == c.arms.len() {
        return Some(format!("All disciplines are {about}equally fast: {when}."));
    }
    let gain = against_baseline(c, first);
    let mut text = match fastest.as_slice() {
        [_] => format!("{} is the fastest: {when}{gain}.", clean(&first.name)),
        several => {
            format!("{} are the fastest, {about}equally: {when}{gain}.", names(several))
        }
    };
    let safe: Vec<&Arm> = fastest.iter().copied().filter(|arm| is_safe(arm)).collect();
    if safe.len() == fastest.len() {
        return Some(text);
    }
    if !safe.is_empty() {
        let _ = write!(text, " Of these only {} {}.", names(&safe), never(&safe));
    } else if let Some(&(arm, time)) = ranked.iter().find(|(arm, _)| is_safe(arm)) {
        let took = estimate(Unit::Seconds, &time);
        let gain = against_baseline(c, arm);
        let _ =
            write!(text, " Of those that never double-book it is {}, with {took}{gain}.", clean(&arm.name));
    }
    Some(text)
}

/// The names of arms: `a, b and c`.
fn names(arms: &[&Arm]) -> String {
    let names: Vec<_> = arms.iter().map(|arm| clean(&arm.name)).collect();
    list(&names.iter().map(AsRef::as_ref).collect::<Vec<&str>>())
}

/// What safe arms do.
fn never(arms: &[&Arm]) -> &'static str {
    if arms.len() == 1 { "never double-books" } else { "never double-book" }
}

/// How much sooner or later an arm is through than the baseline; nothing for the baseline itself.
fn against_baseline(c: &Comparison, arm: &Arm) -> String {
    let (Some(baseline), Some(difference)) = (baseline(c), difference(arm, "makespan")) else {
        return String::new();
    };
    let sooner = -difference;
    let base = clean(&baseline.name);
    let gain = estimate(Unit::Seconds, &sooner);
    if sooner.lower().is_none_or(|lower| lower > 0.0) {
        return format!(", {gain} sooner than under {base}");
    }
    if difference.lower().is_some_and(|lower| lower > 0.0) {
        return format!(", {} later than under {base}", estimate(Unit::Seconds, &difference));
    }
    format!(" (against {base} a gain of {gain}, which may be chance)")
}

/// Who double-books and how often.
fn double_bookings(c: &Comparison) -> Option<String> {
    let key = "double_booked_tickets";
    if !c.setup.books_slots {
        return None;
    }
    let (bad, good): (Vec<&Arm>, Vec<&Arm>) =
        c.arms.iter().filter(|arm| mean(arm, key).is_some()).partition(|arm| some_of(arm, key));
    if bad.is_empty() && good.len() > 1 && good.len() == c.arms.len() {
        return Some("No discipline double-books.".to_owned());
    }
    let mut parts = Vec::new();
    for arm in bad {
        let tickets = estimate(Unit::Count, &mean(arm, key)?);
        let index = catalog::position(key)?;
        let hit = arm.replications.iter().filter(|row| row.values[index].is_some_and(|v| v > 0.0)).count();
        let all = counted(arm.replications.len() as u64, "replication");
        let hit = match arm.replications.len() {
            0 | 1 => String::new(),
            number if number == hit => format!(", in every one of {all}"),
            _ => format!(", in {} of {all}", grouped(&hit.to_string())),
        };
        let noun = if tickets == "1" { "ticket" } else { "tickets" };
        parts.push(format!("{} double-books {tickets} {noun} of a burst{hit}", clean(&arm.name)));
    }
    if !good.is_empty() {
        parts.push(format!("{} {}", names(&good), never(&good)));
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
        let _ = match (some_of(arm, "fallback_rate"), some_of(arm, "retry_rate")) {
            (true, true) => write!(
                text,
                ": {fallback} of the dispatches take an alternative and {retry} start from scratch"
            ),
            (true, false) => {
                write!(
                    text,
                    ": {fallback} of the dispatches take an alternative and none starts from scratch"
                )
            }
            (false, true) => {
                write!(text, ": {retry} of the dispatches start from scratch and none takes an alternative")
            }
            (false, false) => Ok(()),
        };
    }
    if let Some(calls) = difference(arm, "ai_calls")
        && some_of(arm, "ai_calls")
        && let Some(baseline) = baseline(c)
    {
        let than = clean(&baseline.name);
        let size = estimate(Unit::Count, &if calls.mean < 0.0 { -calls } else { calls });
        let noun = if size == "1" { "AI call" } else { "AI calls" };
        let _ = match calls.mean {
            0.0 => write!(text, ", with as many AI calls as {than}"),
            more if more > 0.0 => write!(text, ", with {size} {noun} a burst more than {than}"),
            _ => write!(text, ", with {size} {noun} a burst fewer than {than}"),
        };
    }
    Some(text + ".")
}

/// How many of a thing that should not be, under whom.
fn per_arm(c: &Comparison, key: &str, what: &str) -> Option<String> {
    let parts: Vec<String> = c
        .arms
        .iter()
        .filter(|arm| some_of(arm, key))
        .filter_map(|arm| {
            let tickets = estimate(Unit::Count, &mean(arm, key)?);
            Some(format!("{tickets} under {}", clean(&arm.name)))
        })
        .collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    (!parts.is_empty()).then(|| format!("{what}: {}.", list(&parts)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::summary::Paired;
    use crate::report::tests::comparison;

    /// Sets the mean of a measure, with an interval of the given half width.
    fn set(arm: &mut Arm, key: &str, mean: f64, half: f64) {
        let estimate = Estimate::around(mean, half);
        arm.summaries[catalog::position(key).unwrap()].mean = Some(estimate);
    }

    #[test]
    fn a_gain_that_may_be_chance_is_called_so() {
        let mut c = comparison();
        c.arms.remove(1);
        let index = catalog::position("makespan").unwrap();
        let difference = Estimate::around(-5.0, 8.0);
        c.arms[1].paired[index] = Some(Paired { difference, narrowing: None });
        assert_eq!(
            reading(&c)[0],
            "parallel is the fastest: the last ticket has its owner 4 min 50 s ± 10 s after the first arrival \
             (against sequential a gain of 5 s ± 8 s, which may be chance)."
        );
    }

    #[test]
    fn a_loss_is_not_called_a_gain() {
        let mut c = comparison();
        set(&mut c.arms[2], "makespan", 700.0, 10.0);
        set(&mut c.arms[0], "double_booked_tickets", 2.0, 0.5);
        let index = catalog::position("makespan").unwrap();
        let difference = Estimate::around(100.0, 8.0);
        c.arms[2].paired[index] = Some(Paired { difference, narrowing: None });
        assert!(
            reading(&c)[0].ends_with(
                "Of those that never double-book it is parallel, with 11 min 40 s ± 10 s, 1 min 40 s ± 8 s later than \
                 under sequential."
            ),
            "{}",
            reading(&c)[0]
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
        c.setup.sets_owners = false;
        c.arms.truncate(1);
        assert_eq!(
            reading(&c),
            ["Under sequential the last ticket has its team 10 min ± 20 s after the first arrival."]
        );
        assert!(rows(&c).iter().all(|row| row.label != "share of a burst's claims refused"));
        assert!(rows(&comparison()).iter().any(|row| row.label == "share of a burst's claims refused"));
    }

    #[test]
    fn disciplines_that_are_equally_fast_share_the_praise() {
        let mut c = comparison();
        set(&mut c.arms[2], "makespan", 200.0, 8.0);
        assert_eq!(
            reading(&c)[0],
            "unsafe-parallel and parallel are the fastest, equally: the last ticket has its owner 3 min 20 s ± 8 s \
             after the first arrival, 6 min 40 s ± 8 s sooner than under sequential. Of these only parallel never \
             double-books."
        );
        set(&mut c.arms[2], "makespan", 201.0, 8.0);
        assert!(reading(&c)[0].contains("are the fastest, about equally: the last"));
        set(&mut c.arms[0], "makespan", 201.5, 8.0);
        assert_eq!(
            reading(&c)[0],
            "All disciplines are about equally fast: the last ticket has its owner 3 min 20 s ± 8 s after the first \
             arrival."
        );
        set(&mut c.arms[0], "makespan", 202.5, 8.0);
        assert!(reading(&c)[0].starts_with("unsafe-parallel and parallel are"));
    }

    #[test]
    fn what_does_not_happen_is_said_in_words() {
        let mut c = comparison();
        set(&mut c.arms[1], "double_booked_tickets", 0.0, 0.0);
        set(&mut c.arms[2], "retry_rate", 0.0, 0.0);
        let index = catalog::position("ai_calls").unwrap();
        let difference = Estimate::single(1.0);
        c.arms[2].paired[index] = Some(Paired { difference, narrowing: None });
        let told = reading(&c);
        assert_eq!(told[1], "No discipline double-books.");
        assert_eq!(
            told[2],
            "Under parallel 40.0 ± 6.0 % of the claims are refused: 25.0 ± 5.0 % of the dispatches take an alternative \
             and none starts from scratch, with 1 AI call a burst more than sequential."
        );
        set(&mut c.arms[2], "fallback_rate", 0.0, 0.0);
        assert!(reading(&c)[2].starts_with("Under parallel 40.0 ± 6.0 % of the claims are refused, with"));
        set(&mut c.arms[2], "retry_rate", 0.5, 0.0);
        assert!(
            reading(&c)[2]
                .contains("50 % of the dispatches start from scratch and none takes an alternative")
        );
    }

    #[test]
    fn a_double_booking_in_some_replications_only_says_in_how_many() {
        let mut c = comparison();
        let index = catalog::position("double_booked_tickets").unwrap();
        c.arms[1].replications[0].values[index] = Some(0.0);
        let told = "unsafe-parallel double-books 2.00 ± 0.50 tickets of a burst, in 1 of 2 replications; ";
        assert!(reading(&c)[1].starts_with(told), "{:?}", reading(&c));
    }

    #[test]
    fn a_row_of_zeros_is_left_out_unless_zero_is_good_news() {
        let mut c = comparison();
        let label = |key: &str| catalog::measure(key).unwrap().label;
        for arm in &mut c.arms {
            set(arm, "orphaned_hold", 0.0, 0.0);
            set(arm, "unassigned", 0.0, 0.0);
        }
        let labels = |c: &Comparison| rows(c).into_iter().map(|row| row.label).collect::<Vec<_>>();
        assert!(!labels(&c).contains(&label("orphaned_hold").into()));
        assert!(labels(&c).contains(&label("unassigned").into()));
        set(&mut c.arms[2], "orphaned_hold", 0.5, 0.0);
        assert!(labels(&c).contains(&label("orphaned_hold").into()));
    }

    #[test]
    fn the_speed_up_names_what_it_is_measured_by_and_needs_somebody_to_compare_with() {
        let mut c = comparison();
        set(&mut c.arms[2], "speed_up", 2.1, 0.1);
        assert!(rows(&c).iter().any(|row| row.label == "times as fast as sequential"));
        c.arms.remove(0);
        c.arms[0].paired.clear();
        assert!(rows(&c).iter().any(|row| row.label == "times as fast as unsafe-parallel"));
        c.arms.remove(1);
        set(&mut c.arms[0], "speed_up", 1.0, 0.0);
        assert!(rows(&c).iter().all(|row| !row.label.starts_with("times")));
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
