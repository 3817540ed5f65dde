//! The reference page of the measures, made from the catalog.

use std::fmt::Write as _;

use super::catalog::{Aggregate, MEASURES, Measure, Unit};
use super::percent::Percent;
use crate::keys::Named;

/// `docs/measures.md`: every measure with its key, its unit, which values are better and its definition.
pub fn reference() -> String {
    let mut out = "\
# Measures

<!-- Made from src/metrics/measures.rs: change it there, then run `cargo run --release -- reference measures > docs/measures.md`. -->

Everything is measured in simulated time, in each replication on its own. Where something cannot happen, it is not
measured: zero double bookings would be no praise where no slots are booked.

Files give each measure as its mean over the replications with a confidence interval, or with the reason why there is
[none](model.md#how-sure-a-mean-is), beside the smallest and the largest value; every arm but the baseline also has the
difference to the baseline, replication by replication. In a
threshold, `mean` (or `avg`), `min` and `max` are those over the replications; `count` is the total over them, for
measures whose unit is *count*; `rate` is another name for the mean, for shares.

Behind any demand, ` in 95%` asks for the share of bursts that meet it by themselves, and a tag such as `{priority:1}` for
some of the tickets: [thresholds](guides/gate-a-build.md#thresholds). Measures over tickets, `tickets`, `dispatched`,
`unassigned` and `double_booked_tickets` are also measured by segment: see [`segments.csv`](tables.md#segmentscsv). In files
the segment follows the key, as in `dispatch_delay.p95{priority:1}`.

A rate is that of each burst, and its mean is over bursts, whatever the number of claims or dispatches in them. Rates by
agent, in `workflows.csv` and the table by agent, are *pooled*: over the claims or dispatches of all bursts together, each
of which weighs the same. The two differ where bursts do: one with two claims of which one is refused counts as 50 %
beside one with a hundred.

A technician's working hours, and what `out` and `busy` say as times of day, are in that technician's time zone, and so are
the days over which a technician's load is taken.

Lengths of time are written to the microsecond (minutes to eight decimals), money to nine decimals; what is summed over
replications and has no smallest unit, to twelve. Every other number is the shortest text that reads back as the same.

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
    out += ". In files the name follows the key,
as in `dispatch_delay.p95`. In a threshold, `mean`, `med`, `min`, `max` or a percentile such as `p(95)` asks for it; any
percentile above 0 and below 100 will do, with up to two decimals. One that is not in the list above is then measured too,
and stands in the files after those of this page: by measure in the order of this page, and from the smallest percent to
the largest.

**Percentiles** are over all tickets that were to be dispatched: those that got an owner or a team, and those left without
an owner. Skipped and merged tickets are not among them. A ticket without the value, as it never got an owner or was never
begun, is later than any other: where more than 5 % of a burst's tickets have no owner, its `dispatch_delay.p95` is
`never`. Files have that word in place of the number. Mean, shortest and longest are over the tickets that have the value,
as a wait without an end has no mean; a desk that leaves more tickets may thus have a shorter mean.

A percentile is that of each burst, and files give its mean over the bursts, beside what it keeps to
in 50, 90 and 95 % of them. That is not the percentile of the tickets of
all bursts taken together, to which bad mornings contribute more than their share: it answers what a burst is like, not
what a ticket is like. `tickets.csv` has the tickets of the replications that were recorded.

";
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
        Aggregate::P(Percent::MEDIAN) => "`p50` (the median)".to_owned(),
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
