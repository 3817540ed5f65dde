//! What the reports for people all say: their heading, the rows of their table, and the verdicts in words.

use std::borrow::Cow;

use super::figures::{clean, counted, estimate, grouped, names, quantity, rarely};
use super::judgement::baseline;
use crate::metrics::bursts::Quantile;
use crate::metrics::catalog::{self, Measure, Number, Unit};
use crate::metrics::precision::{FEWEST, State};
use crate::metrics::statistics::{Basis, Estimate};
use crate::metrics::thresholds::Verdict;
use crate::results::{Arm, Comparison, Setup};

/// One row of the table.
pub(super) struct Row {
    /// What was measured.
    pub label: Cow<'static, str>,
    /// One cell an arm; a dash where nothing was measured.
    pub cells: Vec<String>,
}

/// The numbers that promises are made of, of which it is told too what holds in 95 % of bursts.
const PROMISED: [&str; 2] = ["makespan", "dispatch_delay.p95"];

/// What the row of that says.
const KEPT: &str = "… in 95 % of bursts at most";

/// The rows in which some arm measured something other than zero.
pub(super) fn rows(c: &Comparison) -> Vec<Row> {
    measured(c).into_iter().map(|(row, _)| row).collect()
}

/// The same, each with its measure; those that follow from the row above have none.
pub(super) fn measured(c: &Comparison) -> Vec<(Row, Option<&'static Measure>)> {
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
            _ => labelled(&c.setup, &number).into(),
        };
        let told = |mean: &Estimate| mean.mean != 0.0 || tells_zero;
        if means.iter().flatten().any(told) {
            let cell = |mean: Option<Estimate>| match mean {
                None => "–".to_owned(),
                // Its label says "later".
                Some(mean) if key == "regret" && mean.mean < 0.0 => {
                    format!("{} earlier", estimate(unit, &-mean))
                }
                Some(mean) => estimate(unit, &mean),
            };
            let kept = PROMISED.contains(&&*number.key()).then(|| kept(c, position)).flatten();
            let row = Row { label, cells: means.into_iter().map(cell).collect() };
            rows.push((row, Some(number.measure)));
            rows.extend(kept.map(|row| (row, None)));
        }
    }
    rows
}

/// What a number is called, and the currency it is in, if it is money and the scenario says which.
pub(super) fn labelled(setup: &Setup, number: &Number) -> String {
    let label = setup.gain().label(&number.label());
    match &setup.currency {
        Some(currency) if number.measure.unit == Unit::Money => format!("{label} ({})", clean(currency)),
        _ => label,
    }
}

/// What the number of the row above keeps to in 95 % of bursts; nothing where there is one burst only.
fn kept(c: &Comparison, position: usize) -> Option<Row> {
    let unit = catalog::all().nth(position)?.measure.unit;
    let of = |arm: &Arm| arm.summaries[position].over_bursts.as_ref().map(|all| all.p95);
    let is_told = c.setup.replications > 1 && c.arms.iter().filter_map(of).count() > 0;
    let cells = c.arms.iter().map(|arm| of(arm).map_or_else(|| "–".to_owned(), |it| limit(unit, &it)));
    is_told.then(|| Row { label: KEPT.into(), cells: cells.collect() })
}

/// A value that bursts keep to, with the longer side of its interval on either: `12 min ± 15 s`.
fn limit(unit: Unit, limit: &Quantile) -> String {
    let value = limit.value;
    match (limit.lower, limit.upper) {
        (Some(lower), Some(upper)) if upper.is_finite() => {
            estimate(unit, &Estimate::around(value, (upper - value).max(value - lower)))
        }
        (Some(lower), Some(_)) if value.is_finite() => {
            let (value, lower) = (quantity(unit, value), quantity(unit, lower));
            format!("{value} ({lower} to never)")
        }
        (Some(_), Some(_)) => quantity(unit, value),
        _ => format!("{} (too few bursts)", quantity(unit, value)),
    }
}

/// What a zero in the table says, and what no interval in it can: nothing where no row is zero in every replication.
pub(super) fn unseen(c: &Comparison) -> Option<String> {
    let of_all = c.arms.iter().flat_map(|arm| arm.summaries.iter().take(c.setup.numbers.first_segmented()));
    let zeros = of_all.filter_map(|summary| {
        let mean = summary.mean?;
        match mean.basis {
            Basis::Few { events: 0, of, at_most } if mean.mean == 0.0 => Some((of, at_most)),
            _ => None,
        }
    });
    let (of, at_most) = zeros.max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(format!(
        "0 stands for none in {}: with {} confidence, it happens in at most {}. Delays as rare as that may be missing from \
         the intervals.",
        counted(u64::from(of), "burst"),
        quantity(Unit::Share, c.setup.confidence),
        rarely(at_most),
    ))
}

/// What each agent did under each discipline, over all replications: the heading, the columns and the rows. `None`
/// where there is one agent only: the table has said it all.
pub(super) fn agents(c: &Comparison) -> Option<(String, [&'static str; 5], Vec<Row>)> {
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
    let replications = counted(u64::from(c.setup.replications), "replication");
    let heading = format!("By agent, totals of {replications}; percentages are shares of these totals:");
    Some((heading, columns, rows))
}

/// What the comparison is of, in two lines: the name with its summary, and how it was run.
pub(super) fn heading(c: &Comparison) -> (String, String) {
    let replications = counted(u64::from(c.setup.replications), "replication");
    (title(&c.setup), replications + &conditions(&c.setup))
}

/// The scenario's name with its summary.
pub(super) fn title(setup: &Setup) -> String {
    match setup.summary.trim() {
        "" => clean(&setup.name).into_owned(),
        summary => format!("{}: {}", clean(&setup.name), clean(summary)),
    }
}

/// How it was run, behind the number of replications: `, seed 7, 95 % confidence, from Mon 2026-11-23 08:00 UTC`.
pub(super) fn conditions(setup: &Setup) -> String {
    let start = setup.start.strftime("%a %Y-%m-%d %H:%M");
    let zone = setup.start.time_zone().iana_name().map_or_else(String::new, |zone| format!(" {zone}"));
    let intervals = if setup.replications > 1 {
        format!(", {} confidence", quantity(Unit::Share, setup.confidence))
    } else {
        String::new()
    };
    format!(", seed {}{intervals}, from {start}{zone}", setup.seed)
}

/// What was asked of a mean's precision, and what came of it; nothing where it was said how many replications there are.
pub(super) fn precision(c: &Comparison) -> Option<String> {
    let asked = c.setup.precision.as_ref()?;
    let states = c.states(asked);
    let unit = asked.number.measure.unit;
    let under = |wanted: fn(&State) -> bool| {
        let arms = c.arms.iter().zip(&states).filter(|(_, state)| wanted(state));
        names(arms.map(|(arm, _)| &*arm.name))
    };
    let reaching = c.arms.iter().zip(&states).filter_map(|(arm, state)| match *state {
        State::Reaches(so_far, allowed) => Some((arm, so_far, so_far / allowed)),
        _ => None,
    });
    let farthest = reaching.max_by(|a, b| a.2.total_cmp(&b.2)).map(|(arm, so_far, over)| {
        let so_far = match asked.share() {
            Some(share) => quantity(Unit::Share, over * share),
            None => quantity(unit, so_far),
        };
        // Of a mean of zero nothing is a share.
        let so_far = if over.is_finite() { so_far } else { "farther than any share of it".to_owned() };
        if c.arms.len() == 1 {
            format!("it reaches {so_far}")
        } else {
            format!("it reaches farthest under {}: {so_far}", names([&*arm.name]))
        }
    });
    let outcome = if states.iter().all(|state| *state == State::Unmeasured) {
        "it was not measured".to_owned()
    } else if states.iter().any(|state| matches!(state, State::Never(..))) {
        let never = under(|state| matches!(state, State::Never(..)));
        format!("under {never} it is never in some replications, and there is no interval")
    } else if states.iter().all(|state| state.is_precise()) {
        farthest.unwrap_or_else(|| "all replications have the same".to_owned())
    } else {
        let wide = under(|state| !state.is_precise());
        let farthest = farthest.map_or_else(String::new, |farthest| format!("; {farthest}"));
        format!("that is not reached under {wide}{farthest}")
    };
    Some(format!(
        "Replications were doubled, from {FEWEST} to at most {}, for the interval of a mean to reach no farther than {} from \
         it: {}. After {} {outcome}.",
        grouped(&asked.most.to_string()),
        clean(&asked.text),
        labelled(&c.setup, &asked.number),
        grouped(&c.setup.replications.to_string()),
    ))
}

/// The demand with the arm it was judged for: `parallel: conflict_rate mean < 0.35`.
pub(super) fn demand(verdict: &Verdict) -> String {
    let threshold = &verdict.threshold;
    clean(&format!("{}: {} {}", verdict.discipline, threshold.metric, threshold.text)).into_owned()
}

/// What was found: `9 min 20 s (upper 95 % bound of the mean: 9 min 34 s)`.
pub(super) fn finding(verdict: &Verdict) -> String {
    let unit = verdict.threshold.measured_in();
    let Some(measured) = verdict.measured else {
        return "nothing was measured".to_owned();
    };
    let measured = quantity(unit, measured);
    if let (Some(bursts), Some(bound)) = (verdict.of_bursts, verdict.judged_by) {
        let (bursts, bound) = (counted(u64::from(bursts), "burst"), quantity(unit, bound));
        return format!("{measured} of {bursts} ({}: {bound})", verdict.judged_on);
    }
    match verdict.judged_by.map(|value| quantity(unit, value)) {
        Some(judged) if judged != measured => format!("{measured} ({}: {judged})", verdict.judged_on),
        _ if verdict.judged_on.is_empty() => measured,
        _ => format!("{measured} ({})", verdict.judged_on),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::bursts::OverBursts;
    use crate::metrics::thresholds::Threshold;
    use crate::report::tests::{comparison, set};

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
    fn money_is_told_in_its_currency_and_other_things_are_not() {
        let mut c = comparison();
        set(&mut c.arms[0], "total_cost", 1234.5, 20.0);
        let labels =
            |c: &Comparison| rows(c).into_iter().map(|row| row.label.into_owned()).collect::<Vec<_>>();
        assert!(labels(&c).contains(&"total cost".to_owned()));
        c.setup.currency = Some("EUR\u{1b}[31m".to_owned());
        let labels = labels(&c);
        assert!(labels.contains(&"total cost (EUR\\u{1b}[31m)".to_owned()), "{labels:?}");
        assert_eq!(labels.iter().filter(|label| label.contains("EUR")).count(), 1);
        assert!(rows(&c).iter().any(|row| row.cells[0] == "1,234.50 ± 20.00"));
    }

    #[test]
    fn what_came_of_a_precision_is_told_truly_of_one_arm_and_of_three() {
        use crate::metrics::precision::{Precision, number};
        let mut c = comparison();
        assert_eq!(precision(&c), None);
        let told = |c: &mut Comparison, key, text| {
            c.setup.precision = Some(Precision::new(number(key).unwrap(), text, 4000).unwrap());
            let told = precision(c).unwrap();
            let start = "Replications were doubled, from 100 to at most 4,000, for the interval of a mean to reach no farther than ";
            told.strip_prefix(start).unwrap_or_else(|| panic!("{told}")).to_owned()
        };
        let own = "from it: first arrival to last owner. After 2";
        assert_eq!(
            told(&mut c, "makespan", "4%"),
            format!("4% {own} it reaches farthest under unsafe-parallel: 4 %.")
        );
        assert_eq!(
            told(&mut c, "makespan", "15s"),
            format!(
                "15s {own} that is not reached under sequential; it reaches farthest under sequential: 20 s."
            )
        );
        assert_eq!(
            told(&mut c, "time_to_start.mean", "2%"),
            "2% from it: arrival to start of work, mean of tickets begun. After 2 it was not measured."
        );
        assert_eq!(
            told(&mut c, "double_booked_tickets", "2%"),
            "2% from it: tickets in a double booking. After 2 that is not reached under unsafe-parallel; it reaches \
             farthest under unsafe-parallel: 25 %."
        );
        c.arms.truncate(1);
        assert_eq!(told(&mut c, "makespan", "4%"), format!("4% {own} it reaches 3.3 %."));
        let basis = Basis::Few { events: 0, of: 2, at_most: 0.84 };
        let position = catalog::position("makespan").unwrap();
        c.arms[0].summaries[position].mean = Some(Estimate { mean: 600.0, interval: None, basis });
        assert_eq!(told(&mut c, "makespan", "4%"), format!("4% {own} all replications have the same."));
        let basis = Basis::Never { events: 1, of: 2 };
        c.arms[0].summaries[position].mean = Some(Estimate { mean: f64::INFINITY, interval: None, basis });
        assert_eq!(
            told(&mut c, "makespan", "4%"),
            format!("4% {own} under sequential it is never in some replications, and there is no interval.")
        );
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
    fn of_what_is_promised_it_is_told_what_holds_in_nineteen_bursts_of_twenty() {
        let mut c = comparison();
        let places = PROMISED.map(|key| catalog::position(key).unwrap());
        let found = |c: &Comparison| rows(c).into_iter().find(|row| row.label == KEPT);
        assert!(found(&c).is_none(), "nothing is known of the bursts");
        for (place, (value, lower, upper)) in [
            (700.0, Some(690.0), Some(715.0)),
            (700.0, Some(690.0), Some(f64::INFINITY)),
            (700.0, None, None),
        ]
        .into_iter()
        .enumerate()
        {
            let p95 = Quantile { value, lower, upper };
            let all = OverBursts { p50: p95, p90: p95, p95 };
            for &number in &places {
                c.arms[place].summaries[number].over_bursts = Some(all);
            }
        }
        let row = found(&c).unwrap();
        assert_eq!(
            row.cells,
            ["11 min 40 s ± 15 s", "11 min 40 s (11 min 30 s to never)", "11 min 40 s (too few bursts)"]
        );
        let all = rows(&c);
        let above: Vec<&str> =
            all.windows(2).filter(|rows| rows[1].label == KEPT).map(|rows| &*rows[0].label).collect();
        assert_eq!(above, ["first arrival to last owner", "arrival to owner, 95 %"]);
        c.setup.replications = 1;
        assert!(found(&c).is_none());
    }

    #[test]
    fn what_starts_sooner_than_batched_is_called_earlier() {
        let mut c = comparison();
        for (arm, (regret, half)) in c.arms.iter_mut().zip([(90.0, 5.0), (-90.0, 5.0), (0.0, 0.0)]) {
            set(arm, "regret", regret, half);
        }
        let label = catalog::measure("regret").unwrap().label;
        let row = rows(&c).into_iter().find(|row| row.label == label).unwrap();
        assert!(row.label.contains("later"));
        assert_eq!(row.cells, ["1 min 30 s ± 5 s", "1 min 30 s ± 5 s earlier", "0 s"]);
    }

    #[test]
    fn a_zero_says_how_often_what_was_not_seen_can_happen() {
        let mut c = comparison();
        for arm in &mut c.arms {
            set(arm, "unassigned", 0.0, 0.0);
        }
        let zero = |c: &mut Comparison, of, at_most| {
            let position =
                catalog::rows().position(|(_, number)| number.measure.key == "unassigned").unwrap();
            let basis = Basis::Few { events: 0, of, at_most };
            c.arms[1].summaries[position].mean = Some(Estimate { mean: 0.0, interval: None, basis });
        };
        zero(&mut c, 20, 0.168_433);
        assert_eq!(
            unseen(&c).unwrap(),
            "0 stands for none in 20 bursts: with 95 % confidence, it happens in at most 1 in 5 bursts (16.8 %). \
             Delays as rare as that may be missing from the intervals."
        );
    }

    #[test]
    fn the_agents_numbers_are_said_to_be_totals() {
        let mut c = comparison();
        assert!(agents(&c).is_none());
        c.setup.agents.push("Night".to_owned());
        let heading = agents(&c).unwrap().0;
        assert_eq!(heading, "By agent, totals of 2 replications; percentages are shares of these totals:");
    }

    #[test]
    fn a_finding_on_a_share_of_bursts_says_of_how_many() {
        let verdict = Verdict {
            threshold: Threshold::parse("dispatch_delay{priority:1}", "p(95) < 10min in 95%").unwrap(),
            discipline: "parallel".to_owned(),
            holds: true,
            measured: Some(0.973),
            judged_by: Some(0.961),
            judged_on: "lower 95 % bound".to_owned(),
            of_bursts: Some(1000),
        };
        assert_eq!(demand(&verdict), "parallel: dispatch_delay{priority:1} p(95) < 10min in 95%");
        assert_eq!(finding(&verdict), "97.3 % of 1,000 bursts (lower 95 % bound: 96.1 %)");
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
