//! The reference page of the measures, made from the catalog.

use std::fmt::Write as _;

use super::catalog::{Aggregate, MEASURES, Measure, Unit};
use crate::keys::Named;

/// `docs/measures.md`: every measure with its key, its unit, which values are better and its definition.
pub fn reference() -> String {
    let mut out = "\
# Measures

<!-- Made from src/metrics/measures.rs: change it there, then run `cargo run --release -- reference measures > docs/measures.md`. -->

Everything is measured in simulated time, in each replication on its own. Where something cannot happen, it is not
measured: zero double bookings would be no praise where no slots are booked.

Files give each measure as its mean over the replications with a confidence interval, beside the smallest and the
largest value; every arm but the baseline also has the difference to the baseline, replication by replication. In a
threshold, `mean` (or `avg`), `min` and `max` are those over the replications; `count` is the total over them, for
measures whose unit is *count*; `rate` is another name for the mean, for shares.

`better` says which of two values is to be wished for, all else equal.
"
    .to_owned();
    let (over_tickets, plain): (Vec<&Measure>, Vec<&Measure>) =
        MEASURES.iter().partition(|measure| measure.is_over_tickets());
    out += "
## Lengths of time, one per ticket

A replication has several numbers of each, taken over its tickets: ";
    let suffixes = over_tickets.first().map_or(&[][..], |measure| measure.aggregates());
    let suffixes: Vec<String> = suffixes.iter().map(|&aggregate| explained(aggregate)).collect();
    out += &suffixes.join(", ");
    out += ". In files the name follows the key,\nas in `dispatch_delay.p95`; in a threshold, `p(95)`, `med`, `mean`, `min` or `max` asks for it.\n\n";
    table(&mut out, &over_tickets);
    out += "\n## One number per replication\n\n";
    table(&mut out, &plain);
    out += "\n## Units\n\n| unit | |\n|---|---|\n";
    for unit in Unit::ALL {
        let _ = writeln!(out, "| {} | {} |", unit.name(), unit.meaning());
    }
    out
}

/// An aggregate's name with what it is.
fn explained(aggregate: Aggregate) -> String {
    match aggregate {
        Aggregate::Value => "the number itself".to_owned(),
        Aggregate::Mean => "`mean`".to_owned(),
        Aggregate::P(50) => "`p50` (the median)".to_owned(),
        Aggregate::P(percent) => format!("`p{percent}`"),
        Aggregate::Min => "`min`".to_owned(),
        Aggregate::Max => "`max`".to_owned(),
    }
}

/// One row per measure.
fn table(out: &mut String, measures: &[&Measure]) {
    *out += "| key | unit | better | what it is |\n|---|---|---|---|\n";
    for measure in measures {
        let Measure { key, unit, better, label, explanation, .. } = measure;
        let _ = writeln!(out, "| `{key}` | {} | {} | *{label}*: {explanation} |", unit.name(), better.name());
    }
}
