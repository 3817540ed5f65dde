//! What the reports for people all say: their heading, the rows of their table, and the verdicts in words.

use std::borrow::Cow;

use super::figures::{clean, counted, estimate, grouped, quantity};
use super::judgement::baseline;
use crate::metrics::catalog::{self, Measure, Unit};
use crate::metrics::statistics::Estimate;
use crate::metrics::thresholds::Verdict;
use crate::results::Comparison;

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
            let cell = |mean: Option<Estimate>| match mean {
                None => "–".to_owned(),
                // Its label says "later".
                Some(mean) if key == "regret" && mean.mean < 0.0 => {
                    format!("{} earlier", estimate(unit, &-mean))
                }
                Some(mean) => estimate(unit, &mean),
            };
            rows.push(Row { label, cells: means.into_iter().map(cell).collect() });
        }
    }
    rows
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
