//! `summary.csv`: every number of every discipline, over all replications.

use std::io;

use super::{Columns, Each, Table};
use crate::keys::Named;
use crate::metrics::catalog::{Number, Unit};
use crate::metrics::statistics::{Basis, Estimate};
use crate::metrics::summary::{Paired, Summary};
use crate::results::Comparison;
use crate::results::replications::DISCIPLINE;

pub(super) const TABLE: Table = Table {
    name: "summary",
    about: "One row per discipline and number: each measure, under each of its aggregates, over all replications.",
    optional: false,
    columns: || columns().described(),
    fill: |c, sheet| columns().fill(sheet, |each| rows(c, each)),
};

/// One number of one arm.
struct Row<'a> {
    arm: &'a str,
    number: Number,
    summary: &'a Summary,
    paired: Option<Paired>,
}

fn columns<'a>() -> Columns<'a, Row<'a>> {
    let mean = |row: &Row<'_>, of: fn(&Estimate) -> Option<f64>| row.summary.mean.as_ref().and_then(of);
    Columns::<'_, Row<'a>>::new()
        .with("discipline", DISCIPLINE, |row| row.arm.into())
        .with("metric", "The number's key, as in `makespan` or `dispatch_delay.p95`.", |row| {
            row.number.key().into()
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
        )
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

fn rows<'a>(c: &'a Comparison, each: Each<'_, Row<'a>>) -> io::Result<()> {
    for arm in &c.arms {
        for (place, (number, summary)) in c.setup.numbers.all().zip(&arm.summaries).enumerate() {
            let paired = arm.paired.get(place).copied().flatten();
            each(&Row { arm: &arm.name, number, summary, paired })?;
        }
    }
    Ok(())
}
