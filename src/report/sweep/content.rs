//! What the reports of a sweep all say: its heading, a table per number, where thresholds hold, what changes.

use std::borrow::Cow;

use super::super::content::{Row, conditions, demand, labelled, title};
use super::super::figures::{clean, counted, estimate, list, quoted};
use super::super::judgement::alike;
use crate::metrics::catalog::Number;
use crate::metrics::statistics::Estimate;
use crate::results::sweep::{Point, Sweep};

/// The tables that people read end after this many points.
pub(super) const SHOWN: usize = 60;
/// The sentence on a discipline tells this many numbers.
const TOLD: usize = 4;

/// A number at every point.
pub(in super::super) struct Table {
    /// What the rows are of.
    pub caption: String,
    /// One row per point, with a cell per discipline.
    pub rows: Vec<Row>,
}

/// Where a threshold holds for a discipline.
pub(in super::super) struct Held {
    /// The demand.
    pub demand: String,
    /// At how many points.
    pub holds: usize,
    /// Of how many.
    pub of: usize,
    /// The same in words, with the points.
    pub words: String,
}

/// What was swept, in two lines: the name with its summary, and how it was run.
pub(in super::super) fn heading(s: &Sweep) -> (String, String) {
    let count =
        |pick: fn(u32, u32) -> u32| s.points.iter().map(|point| point.replications).reduce(pick).unwrap_or(0);
    let replications = match (count(u32::min), count(u32::max)) {
        (least, most) if least == most => counted(u64::from(most), "replication"),
        (least, most) => format!("{least} to {}", counted(u64::from(most), "replication")),
    };
    let each = if s.points.len() > 1 { " each" } else { "" };
    let keys: Vec<Cow<'_, str>> = s.keys.iter().map(|key| clean(key)).collect();
    let design = match s.design.strip_prefix("lhs:") {
        Some(_) => " of a Latin hypercube",
        None if s.keys.len() > 1 => " of a grid",
        None => "",
    };
    let points = counted(s.points.len() as u64, "point");
    let how = format!("{points}{design} over {}, {replications}{each}{}", list(&keys), conditions(&s.setup));
    (title(&s.setup), how)
}

/// The numbers that are told, as far as anybody measured them.
pub(in super::super) fn told(s: &Sweep) -> Vec<Number> {
    let told = |number: &Number| {
        let key = number.key();
        s.measures.contains(&key)
            && (0..s.arms.len()).any(|arm| s.course(arm, &key).flatten().next().is_some())
    };
    let mut told: Vec<Number> = s.setup.numbers.all().filter(told).collect();
    told.sort_by_key(|number| s.measures.iter().position(|key| *key == number.key()));
    told
}

/// A number's label, in words that are true of what the scenario gives a ticket.
pub(in super::super) fn label(s: &Sweep, number: &Number) -> String {
    labelled(&s.setup, number)
}

/// A number's label before a verb.
fn subject(s: &Sweep, number: &Number) -> String {
    let label = label(s, number);
    if label.contains(',') { label + "," } else { label }
}

/// The keys by their last steps, as many as it takes to tell them apart: `technicians`, `parallel.concurrency`.
pub(in super::super) fn short_keys(s: &Sweep) -> Vec<String> {
    let last = |key: &str, steps: usize| {
        // Dots in quoted names count as steps too, which makes such a name longer than it has to be.
        let from = key.rmatch_indices('.').nth(steps - 1).map_or(0, |(at, _)| at + 1);
        key[from..].to_owned()
    };
    let shortest = |key: &String| {
        let is_own = |short: &String| {
            let ends = |other: &&String| *other == short || other.ends_with(&format!(".{short}"));
            s.keys.iter().filter(ends).count() == 1 && short.matches('"').count().is_multiple_of(2)
        };
        let short = (1..=key.matches('.').count()).map(|steps| last(key, steps)).find(is_own);
        clean(&short.unwrap_or_else(|| key.clone())).into_owned()
    };
    s.keys.iter().map(shortest).collect()
}

/// A point by its values with their keys: `technicians=6 concurrency=4`.
fn called(s: &Sweep, point: &Point) -> String {
    let values =
        short_keys(s).into_iter().zip(&point.values).map(|(key, value)| format!("{key}={}", clean(value)));
    values.collect::<Vec<_>>().join(" ")
}

/// A point within a sentence: `6` where one key is varied and has been named, else the values with their keys.
fn short(s: &Sweep, point: &Point) -> String {
    match point.values.as_slice() {
        [value] => clean(value).into_owned(),
        _ => called(s, point),
    }
}

/// A table per number that is told, each of at most so many points.
pub(in super::super) fn tables(s: &Sweep, most: usize) -> Vec<Table> {
    let table = |number: Number| {
        let key = number.key();
        let cell = |point: &Point, arm: usize| {
            let mean = point.arms[arm].numbers.get(&key).and_then(|summary| summary.mean);
            mean.map_or_else(|| "–".to_owned(), |mean| estimate(number.measure.unit, &mean))
        };
        let row = |point: &Point| Row {
            label: Cow::Owned(short(s, point)),
            cells: (0..s.arms.len()).map(|arm| cell(point, arm)).collect(),
        };
        let by = match s.keys.as_slice() {
            [key] => format!(", by {}", clean(key)),
            _ => String::new(),
        };
        let caption = format!("{}{by}", label(s, &number));
        Table { caption, rows: s.points.iter().take(most).map(row).collect() }
    };
    told(s).into_iter().map(table).collect()
}

/// That tables do not show all points, where they do not.
pub(in super::super) fn left_out(s: &Sweep, most: usize) -> Option<String> {
    let more = s.points.len().saturating_sub(most);
    (more > 0).then(|| format!("{} more in data/sweep.csv.", counted(more as u64, "point")))
}

/// Where each threshold holds, for each discipline that it is judged for.
pub(in super::super) fn held(s: &Sweep) -> Vec<Held> {
    let Some(first) = s.points.first() else { return Vec::new() };
    let of = s.points.len();
    let held = |place: usize| {
        let holds = |point: &&Point| point.verdicts.get(place).is_some_and(|verdict| verdict.holds);
        let points: Vec<&Point> = s.points.iter().filter(holds).collect();
        let words = match points.len() {
            0 if of == 1 => "does not hold".to_owned(),
            0 => format!("holds at none of {}", counted(of as u64, "point")),
            1 if of == 1 => "holds".to_owned(),
            count if count == of => format!("holds at all {of} points"),
            count => {
                let names: Vec<String> = points.iter().map(|point| short(s, point)).collect();
                let key = if let [key] = &short_keys(s)[..] { format!("{key} = ") } else { String::new() };
                format!("holds at {count} of {of} points: {key}{}", list(&separated(names)))
            }
        };
        Held { demand: demand(&first.verdicts[place]), holds: points.len(), of, words }
    };
    (0..first.verdicts.len()).map(held).collect()
}

/// Names of points that would read as several, in quotation marks.
fn separated(names: Vec<String>) -> Vec<String> {
    names.into_iter().map(|name| crate::keys::wording::whole(&name).into_owned()).collect()
}

/// A sentence per discipline: what changes from the first point to the last, or in a hypercube over all points.
pub(in super::super) fn sentences(s: &Sweep) -> Vec<String> {
    let told = told(s);
    let (Some(first), Some(last)) = (s.points.first(), s.points.last()) else { return Vec::new() };
    let is_line = !s.design.starts_with("lhs");
    let place = match s.points.len() {
        1 => format!("at {}", called(s, first)),
        _ if is_line => format!("from {} to {}", called(s, first), called(s, last)),
        _ => "over all points".to_owned(),
    };
    let sentence = |(arm, name): (usize, &String)| {
        let clause = |number: &Number| if is_line { between(s, arm, number) } else { over(s, arm, number) };
        let clauses: Vec<String> = told.iter().filter_map(clause).take(TOLD).collect();
        (!clauses.is_empty()).then(|| format!("Under {}, {place}: {}.", quoted(name), clauses.join("; ")))
    };
    s.arms.iter().enumerate().filter_map(sentence).collect()
}

/// What a number is at the first point and at the last.
fn between(s: &Sweep, arm: usize, number: &Number) -> Option<String> {
    let (key, label, unit) = (number.key(), subject(s, number), number.measure.unit);
    let means: Vec<Option<Estimate>> = s.course(arm, &key).map(|found| found?.mean).collect();
    let told = |mean: &Estimate| estimate(unit, mean);
    // Without verbs, as labels are in the singular and in the plural.
    let change = match (*means.first()?, *means.last()?) {
        (Some(only), _) if means.len() == 1 => told(&only),
        (Some(first), Some(last)) if alike(&first, &last) => {
            format!("about the same at both ends, {}", told(&last))
        }
        (Some(first), Some(last)) => format!("from {} to {}", told(&first), told(&last)),
        (Some(first), None) => format!("{} at first, not measured in the end", told(&first)),
        (None, Some(last)) => format!("not measured at first, {} in the end", told(&last)),
        (None, None) => return None,
    };
    Some(format!("{label} {change}"))
}

/// From where to where a number goes over all points.
fn over(s: &Sweep, arm: usize, number: &Number) -> Option<String> {
    let (key, label, unit) = (number.key(), subject(s, number), number.measure.unit);
    let mut means: Vec<(Estimate, &Point)> =
        s.course(arm, &key).zip(&s.points).filter_map(|(found, point)| Some((found?.mean?, point))).collect();
    means.sort_by(|(one, _), (other, _)| one.mean.total_cmp(&other.mean));
    let ((least, low), (most, high)) = (means.first()?, means.last()?);
    let at = |mean: &Estimate, point: &Point| format!("{} (at {})", estimate(unit, mean), called(s, point));
    if least.mean.to_bits() == most.mean.to_bits() {
        return Some(format!("{label} {} wherever it is measured", estimate(unit, least)));
    }
    Some(format!("{label} between {} and {}", at(least, low), at(most, high)))
}
