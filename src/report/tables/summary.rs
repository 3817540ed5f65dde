//! `summary.csv`: every number of every discipline but those of segments, over all replications.

use std::io;

use super::{Columns, Each, Table};
use crate::keys::Named;
use crate::metrics::bursts::{OverBursts, Quantile};
use crate::metrics::catalog::{Number, Unit};
use crate::metrics::statistics::{Basis, Estimate};
use crate::metrics::summary::{Paired, Summary};
use crate::results::Comparison;
use crate::results::replications::DISCIPLINE;

pub(super) const TABLE: Table = Table {
    name: "summary",
    about: "One row per discipline and number: each measure, under each of its aggregates, over all replications. Those of \
            segments are in `segments.csv`.",
    optional: false,
    columns: || columns().described(),
    fill: |c, sheet| columns().fill(sheet, |each| rows(c, each)),
};

/// One number of one arm.
pub(super) struct Row<'a> {
    pub arm: &'a str,
    pub number: Number,
    pub summary: &'a Summary,
    pub paired: Option<Paired>,
}

fn columns<'a>() -> Columns<'a, Row<'a>> {
    found(Columns::<'_, Row<'a>>::new().with("discipline", DISCIPLINE, |row| row.arm.into()))
}

/// The columns from the number on.
pub(super) fn found<'a>(columns: Columns<'a, Row<'a>>) -> Columns<'a, Row<'a>> {
    let mean = |row: &Row<'_>, of: fn(&Estimate) -> Option<f64>| row.summary.mean.as_ref().and_then(of);
    let columns = columns
        .with("metric", "The number's key, as in `makespan` or `dispatch_delay.p95`.", |row| {
            row.number.key_of_all().into()
        })
        .with("unit", "Its unit.", |row| row.number.measure.unit.name().into())
        .with("mean", "Its mean over the replications in which it was measured.", move |row| {
            mean(row, |mean| Some(mean.mean)).into()
        })
        .with(
            "lower",
            "The lower end of the mean's confidence interval; empty where there is none, for which see `basis`.",
            move |row| mean(row, Estimate::lower).into(),
        )
        .with("upper", "The upper end.", move |row| mean(row, Estimate::upper).into())
        .with("n", "The replications in which it was measured.", |row| row.summary.n.into())
        .with("min", "The smallest value of a replication.", |row| row.summary.min.into())
        .with("max", "The largest value of a replication.", |row| row.summary.max.into())
        .with("basis", "What the interval rests on; empty where nothing was measured.", |row| {
            row.summary.mean.map(|mean| mean.basis.word()).into()
        })
        .one_of(Basis::WORDS)
        .with(
            "events",
            "With `few`, the replications whose value is not that of all others; with `never`, those whose value is \
             \"never\".",
            |row| row.summary.mean.and_then(|mean| mean.basis.events()).into(),
        )
        .with(
            "at_most",
            "With `few`, the largest share of bursts that would differ so in the long run, with the confidence of the \
             intervals.",
            |row| row.summary.mean.and_then(|mean| mean.basis.at_most()).into(),
        );
    over_bursts(differences(columns))
}

/// The columns of how a number differs from the baseline's.
fn differences<'a>(columns: Columns<'a, Row<'a>>) -> Columns<'a, Row<'a>> {
    columns
        .with(
            "difference",
            "This discipline minus the baseline, paired replication by replication; empty for the baseline itself.",
            |row| row.paired.map(|paired| paired.difference.mean).into(),
        )
        .with("difference_lower", "The lower end of its confidence interval.", |row| {
            row.paired.and_then(|paired| paired.difference.lower()).into()
        })
        .with("difference_upper", "The upper end.", |row| {
            row.paired.and_then(|paired| paired.difference.upper()).into()
        })
        .with(
            "p",
            "How likely a difference at least as far from zero is where there is none; empty where too few replications \
             tell.",
            |row| row.paired.and_then(|paired| paired.p).into(),
        )
        .with(
            "p_holm",
            "The same by Holm's correction for the differences of this number between the baseline and all other \
             disciplines.",
            |row| row.paired.and_then(|paired| paired.p_holm).into(),
        )
        .with(
            "narrowing",
            "How many times as wide the interval of the difference would be if both disciplines had bursts of their own.",
            |row| {
                let narrowing = row.paired.and_then(|paired| paired.narrowing);
                narrowing.map(|it| Unit::Ratio.rounded_over_replications(it)).into()
            },
        )
}

/// The columns of what a number keeps to in shares of the bursts.
fn over_bursts<'a>(columns: Columns<'a, Row<'a>>) -> Columns<'a, Row<'a>> {
    let of = |row: &Row<'_>, which: fn(&OverBursts) -> &Quantile, of: fn(&Quantile) -> Option<f64>| {
        row.summary.over_bursts.as_ref().and_then(|all| of(which(all)))
    };
    let value = |it: &Quantile| Some(it.value);
    let (lower, upper) = (|it: &Quantile| it.lower, |it: &Quantile| it.upper);
    columns
        .with(
            "p50",
            "What it does not exceed in half of the replications in which it was measured; the value of the nearest rank.",
            move |row| of(row, |all| &all.p50, value).into(),
        )
        .with(
            "p50_lower",
            "The lower end of this value's confidence interval; empty, as is the upper end, where there are too few \
             replications for both.",
            move |row| of(row, |all| &all.p50, lower).into(),
        )
        .with("p50_upper", "The upper end.", move |row| of(row, |all| &all.p50, upper).into())
        .with("p90", "What it does not exceed in 90 % of the replications.", move |row| {
            of(row, |all| &all.p90, value).into()
        })
        .with("p90_lower", "The lower end of its interval.", move |row| {
            of(row, |all| &all.p90, lower).into()
        })
        .with("p90_upper", "The upper end.", move |row| of(row, |all| &all.p90, upper).into())
        .with("p95", "What it does not exceed in 95 % of the replications.", move |row| {
            of(row, |all| &all.p95, value).into()
        })
        .with("p95_lower", "The lower end of its interval.", move |row| {
            of(row, |all| &all.p95, lower).into()
        })
        .with("p95_upper", "The upper end.", move |row| of(row, |all| &all.p95, upper).into())
}

fn rows<'a>(c: &'a Comparison, each: Each<'_, Row<'a>>) -> io::Result<()> {
    for arm in &c.arms {
        for (place, (number, summary)) in c.setup.numbers.all().zip(&arm.summaries).enumerate() {
            let paired = arm.paired.get(place).copied().flatten();
            if number.segment.is_none() {
                each(&Row { arm: &arm.name, number, summary, paired })?;
            }
        }
    }
    Ok(())
}
