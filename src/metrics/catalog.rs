//! What a measure is, and the catalog of all of them: every number that a replication yields, in the order of the files.

use std::borrow::Cow;

use super::counts::{Counts, Lengths};
use super::percent::Percent;
use super::quantiles::Quantiles;
use crate::domain::{Segment, SimDuration};
use crate::keys::Named;

pub use super::measures::MEASURES;
pub use super::units::{Better, Unit};

/// How a replication comes to one number of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregate {
    /// The measure has one number per replication as it is.
    Value,
    /// Mean over the tickets that have the value.
    Mean,
    /// Percentile over all tickets that were to be dispatched, nearest rank; [`NEVER`] where it is a ticket without
    /// the value, as such a ticket is later than any other.
    P(Percent),
    /// The ticket with the smallest value.
    Min,
    /// The ticket with the largest value.
    Max,
}

/// The value of a percentile that falls on a ticket without one: so many tickets have none that it is never reached.
/// No other number is infinite.
pub const NEVER: f64 = f64::INFINITY;

/// What files and tables say for [`NEVER`].
pub const NEVER_TEXT: &str = "never";

/// The aggregates of a measure over tickets, in the order of the files.
const OVER_TICKETS: [Aggregate; 7] = [
    Aggregate::Mean,
    Aggregate::P(Percent::MEDIAN),
    Aggregate::P(Percent::whole(90)),
    Aggregate::P(Percent::whole(95)),
    Aggregate::P(Percent::whole(99)),
    Aggregate::Min,
    Aggregate::Max,
];

impl Aggregate {
    /// What follows the measure's name in a key.
    fn suffix(self) -> Cow<'static, str> {
        match self {
            Self::Value => "".into(),
            Self::Mean => ".mean".into(),
            Self::P(percent) => format!(".p{percent}").into(),
            Self::Min => ".min".into(),
            Self::Max => ".max".into(),
        }
    }

    /// What a key has after its dot, if an aggregate over tickets is called so.
    fn parse(name: &str) -> Option<Self> {
        match name {
            "mean" => Some(Self::Mean),
            "min" => Some(Self::Min),
            "max" => Some(Self::Max),
            _ => Percent::parse(name.strip_prefix('p')?).map(Self::P),
        }
    }

    /// The number in seconds, of lengths of which each is a ticket's, where so many other tickets should have one;
    /// `None` without tickets.
    fn of(self, lengths: &mut Quantiles, lacking: usize) -> Option<f64> {
        match self {
            Self::Value | Self::Mean => lengths.mean_seconds(),
            Self::P(percent) => {
                let tickets = lengths.count() + lacking;
                let reached = lengths.ranked(percent.rank(tickets)).map_or(NEVER, SimDuration::as_secs_f64);
                (tickets > 0).then_some(reached)
            }
            Self::Min => lengths.min().map(SimDuration::as_secs_f64),
            Self::Max => lengths.max().map(SimDuration::as_secs_f64),
        }
    }
}

/// One thing that is measured, with all there is to say about it.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// Its name in files and thresholds: `dispatch_delay`.
    pub key: &'static str,
    /// What it counts.
    pub unit: Unit,
    /// Which values are to be wished for.
    pub better: Better,
    /// What a service manager calls it.
    pub label: &'static str,
    /// Its definition for a service manager: what is counted, from when to when, and what is left out.
    pub explanation: &'static str,
    /// Its rows in the tables that people read: each an aggregate with its place, smaller places first; the gaps leave
    /// room. Files have all aggregates of all measures.
    pub rows: &'static [(u16, Aggregate)],
    /// Whether its row stays where every arm has zero: what should not be, and is not, is good news.
    pub tells_zero: bool,
    /// Where its numbers come from.
    pub(super) taken: Taken,
}

/// Where a measure's numbers come from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Taken {
    /// From lengths of time, one per ticket: a number for each of the aggregates over tickets.
    OverTickets {
        /// The lengths.
        lengths: fn(&mut Lengths) -> &mut Quantiles,
        /// How many tickets should have a length, with or without one.
        due: fn(&Counts) -> u64,
        /// What the tickets that have one are called: `the longest of tickets begun`.
        having: &'static str,
    },
    /// From what was counted in the replication; `None` where nothing was measured.
    Once(fn(&Counts) -> Option<f64>),
    /// From another number of this arm and of a reference arm on the same seed, where both were measured.
    Across {
        /// The other number's key.
        number: &'static str,
        /// The arm to compare with.
        with: Reference,
        /// How the measure follows from this arm's number and the reference's, in this order.
        follows: fn(f64, f64) -> Option<f64>,
    },
}

/// An arm that others are compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reference {
    /// The first that dispatches one ticket at a time.
    OneAtATime,
    /// The first that dispatches in batches.
    Batched,
}

impl Measure {
    /// The aggregates that a replication has of it.
    pub const fn aggregates(&self) -> &'static [Aggregate] {
        match self.taken {
            Taken::OverTickets { .. } => &OVER_TICKETS,
            Taken::Once(_) | Taken::Across { .. } => &[Aggregate::Value],
        }
    }

    /// Whether it is a length per ticket, of which a replication has several aggregates.
    pub fn is_over_tickets(&self) -> bool {
        matches!(self.taken, Taken::OverTickets { .. })
    }

    /// Whether a replication has it by segment too: lengths per ticket, and what counts tickets.
    pub fn is_by_segment(&self) -> bool {
        const COUNTS: [&str; 4] = ["tickets", "dispatched", "unassigned", "double_booked_tickets"];
        self.is_over_tickets() || COUNTS.contains(&self.key)
    }

    /// Its numbers of one replication under these of its aggregates.
    pub(super) fn take(
        &self,
        aggregates: impl Iterator<Item = Aggregate>,
        lengths: &mut Lengths,
        counts: &Counts,
        values: &mut Vec<Option<f64>>,
    ) {
        match self.taken {
            Taken::OverTickets { lengths: of, due, .. } => {
                let lengths = of(lengths);
                let lacking = (due(counts) as usize).saturating_sub(lengths.count());
                values.extend(
                    aggregates.map(|it| it.of(lengths, lacking).map(|value| self.unit.rounded(value))),
                );
            }
            Taken::Once(of) => values.push(of(counts).map(|value| self.unit.rounded(value))),
            // The other arm is not known yet.
            Taken::Across { .. } => values.push(None),
        }
    }
}

/// One number that each replication yields: a measure under one of its aggregates, of all tickets or of a segment of them.
#[derive(Clone, Debug)]
pub struct Number {
    /// What is measured.
    pub measure: &'static Measure,
    /// Which number of it.
    pub aggregate: Aggregate,
    /// Of which tickets; `None`: of all.
    pub segment: Option<Segment>,
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        (self.measure.key, self.aggregate, &self.segment)
            == (other.measure.key, other.aggregate, &other.segment)
    }
}

impl Eq for Number {}

impl Number {
    /// A number of all tickets.
    pub const fn of(measure: &'static Measure, aggregate: Aggregate) -> Self {
        Self { measure, aggregate, segment: None }
    }

    /// The name in files: `dispatch_delay.p95`, `dispatch_delay.p95{priority:1}`, or the bare measure where it has one
    /// number.
    pub fn key(&self) -> String {
        let segment = self.segment.as_ref().map(Segment::to_string).unwrap_or_default();
        format!("{}{segment}", self.key_of_all())
    }

    /// The same without the segment.
    pub fn key_of_all(&self) -> String {
        format!("{}{}", self.measure.key, self.aggregate.suffix())
    }

    /// What a service manager calls it. That of a segment ends with its value, a name from the scenario.
    pub fn label(&self) -> Cow<'static, str> {
        match &self.segment {
            None => self.label_of_all(),
            Some(Segment { dimension, value }) => {
                format!("{}, {} {value}", self.label_of_all(), dimension.name()).into()
            }
        }
    }

    /// The same without the segment.
    pub fn label_of_all(&self) -> Cow<'static, str> {
        let of_those = match self.measure.taken {
            Taken::OverTickets { having, .. } => format!(" of tickets {having}"),
            Taken::Once(_) | Taken::Across { .. } => String::new(),
        };
        let which = match self.aggregate {
            Aggregate::Value => return self.measure.label.into(),
            Aggregate::P(Percent::MEDIAN) => "median".to_owned(),
            Aggregate::P(percent) => format!("{percent} %"),
            Aggregate::Mean => format!("mean{of_those}"),
            Aggregate::Min => format!("shortest{of_those}"),
            Aggregate::Max => format!("longest{of_those}"),
        };
        format!("{}, {which}", self.measure.label).into()
    }
}

/// How many numbers a replication yields.
pub const NUMBERS: usize = {
    let (mut numbers, mut index) = (0, 0);
    while index < MEASURES.len() {
        numbers += MEASURES[index].aggregates().len();
        index += 1;
    }
    numbers
};

/// Every number, in the order of the files.
pub fn all() -> impl Iterator<Item = Number> {
    MEASURES
        .iter()
        .flat_map(|measure| measure.aggregates().iter().map(move |&aggregate| Number::of(measure, aggregate)))
}

/// The rows of the tables that people read, in their order: each number with its position in [`all`].
pub fn rows() -> impl Iterator<Item = (usize, Number)> {
    let mut rows: Vec<_> = all()
        .enumerate()
        .filter_map(|(position, number)| {
            let (place, _) = number.measure.rows.iter().find(|(_, it)| *it == number.aggregate)?;
            Some((place, position, number))
        })
        .collect();
    rows.sort_by_key(|&(place, ..)| place);
    rows.into_iter().map(|(_, position, number)| (position, number))
}

/// The measure with this key.
pub fn measure(key: &str) -> Option<&'static Measure> {
    MEASURES.iter().find(|measure| measure.key == key)
}

/// Any percentile of a measure over tickets by its key, as `dispatch_delay.p95` or `dispatch_delay.p99.9`.
pub fn percentile(key: &str) -> Option<Number> {
    let (name, aggregate) = parts(key)?;
    let measure = measure(name).filter(|measure| measure.is_over_tickets())?;
    matches!(aggregate, Aggregate::P(_)).then_some(Number::of(measure, aggregate))
}

/// A number of a segment by its key, as `dispatch_delay.p95{priority:1}`.
pub fn of_segment(key: &str) -> Option<Number> {
    let (name, segment) = key.split_at(key.find('{')?);
    let (name, aggregate) = parts(name)?;
    let measure = measure(name).filter(|measure| measure.is_by_segment())?;
    let is_there = match aggregate {
        Aggregate::P(_) => measure.is_over_tickets(),
        other => measure.aggregates().contains(&other),
    };
    let segment = Segment::parse(segment).ok()?;
    is_there.then_some(Number { measure, aggregate, segment: Some(segment) })
}

/// The number with this key: of the catalog, any percentile, or of a segment.
pub fn number(key: &str) -> Option<Number> {
    all().find(|number| number.key() == key).or_else(|| percentile(key)).or_else(|| of_segment(key))
}

/// A key's measure and aggregate.
fn parts(key: &str) -> Option<(&str, Aggregate)> {
    match key.split_once('.') {
        Some((name, aggregate)) => Some((name, Aggregate::parse(aggregate)?)),
        None => Some((key, Aggregate::Value)),
    }
}

/// The position in [`all`] of a number by its key, as `makespan` or `dispatch_delay.p95`.
pub fn position(key: &str) -> Option<usize> {
    let (name, aggregate) = parts(key)?;
    let mut first = 0;
    for measure in MEASURES {
        let aggregates = measure.aggregates();
        if measure.key == name {
            return aggregates.iter().position(|it| *it == aggregate).map(|place| first + place);
        }
        first += aggregates.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_number_is_found_by_its_key_and_no_other() {
        let keys: Vec<String> = all().map(|number| number.key()).collect();
        assert_eq!(keys.len(), NUMBERS);
        for (place, key) in keys.iter().enumerate() {
            assert_eq!(position(key), Some(place), "{key}");
        }
        for unknown in [
            "",
            "makespan.mean",
            "dispatch_delay",
            "dispatch_delay.p94",
            "dispatch_delay.p95.5",
            "dispatch_delay.",
            "no",
        ] {
            assert_eq!(position(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_percentile_is_of_a_measure_over_tickets() {
        let found = |key| percentile(key).map(|number| (number.key(), number.label().into_owned()));
        assert_eq!(
            found("time_to_start.p99.9"),
            Some(("time_to_start.p99.9".to_owned(), "arrival to start of work, 99.9 %".to_owned()))
        );
        for none in ["makespan.p50", "makespan", "dispatch_delay.mean", "dispatch_delay.p0", "no.p50"] {
            assert_eq!(found(none), None, "{none}");
        }
    }

    #[test]
    fn labels_say_which_tickets_they_are_over() {
        let labels: Vec<_> = all().take(7).map(|number| number.label()).collect();
        assert_eq!(
            labels,
            [
                "arrival to owner, mean of tickets that got one",
                "arrival to owner, median",
                "arrival to owner, 90 %",
                "arrival to owner, 95 %",
                "arrival to owner, 99 %",
                "arrival to owner, shortest of tickets that got one",
                "arrival to owner, longest of tickets that got one",
            ]
        );
    }

    #[test]
    fn keys_and_places_are_given_once_and_rows_are_numbers_of_their_measure() {
        let keys: BTreeSet<_> = MEASURES.iter().map(|measure| measure.key).collect();
        assert_eq!(keys.len(), MEASURES.len());
        let stated: Vec<_> = MEASURES.iter().flat_map(|measure| measure.rows).collect();
        let places: BTreeSet<_> = stated.iter().map(|(place, _)| place).collect();
        assert_eq!(places.len(), stated.len());
        assert_eq!(rows().count(), stated.len());
    }

    #[test]
    fn a_measure_across_arms_follows_from_a_number_of_the_catalog() {
        for measure in MEASURES {
            if let Taken::Across { number, .. } = measure.taken {
                assert!(position(number).is_some(), "{} follows from {number}", measure.key);
            }
        }
    }

    #[test]
    fn every_explanation_is_of_whole_sentences() {
        for measure in MEASURES {
            let text = measure.explanation;
            assert!(text.ends_with('.') && text.starts_with(char::is_uppercase), "{}", measure.key);
            assert!(text.len() < 330, "{} takes {} letters", measure.key, text.len());
        }
    }
}
