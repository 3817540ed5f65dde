//! What a measure is, and the catalog of all of them: every number that a replication yields, in the order of the files.

use std::borrow::Cow;

use super::counts::{Counts, Lengths};
use super::quantiles::Quantiles;
use crate::domain::SimDuration;
use crate::named;

pub use super::measures::MEASURES;

named! {
    /// What a number counts.
    pub enum Unit {
        /// Seconds of simulated time.
        Seconds = "seconds",
        /// Minutes of simulated time.
        Minutes = "minutes",
        /// A share, 0 to 1; in a threshold also a percentage, as in `35%`.
        Share = "share",
        /// Things.
        Count = "count",
        /// Tickets per hour.
        PerHour = "per_hour",
        /// A ratio.
        Ratio = "ratio",
        /// Money, in the currency of the scenario's price.
        Money = "money",
    }
}

named! {
    /// Which of two values of a measure a service manager would rather have.
    pub enum Better {
        /// The smaller one.
        Smaller = "smaller",
        /// The larger one.
        Larger = "larger",
        /// It depends: the number describes and does not judge.
        Neither = "neither",
    }
}

/// How a replication comes to one number of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregate {
    /// The measure has one number per replication as it is.
    Value,
    /// Mean over tickets.
    Mean,
    /// Percentile over tickets, nearest rank.
    P(u8),
    /// The ticket with the smallest value.
    Min,
    /// The ticket with the largest value.
    Max,
}

/// The aggregates of a measure over tickets, in the order of the files.
const OVER_TICKETS: [Aggregate; 7] = [
    Aggregate::Mean,
    Aggregate::P(50),
    Aggregate::P(90),
    Aggregate::P(95),
    Aggregate::P(99),
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
            _ => name.strip_prefix('p')?.parse().ok().map(Self::P),
        }
    }

    /// The number in seconds, of lengths of which each is a ticket's; `None` without tickets.
    fn of(self, lengths: &mut Quantiles) -> Option<f64> {
        match self {
            Self::Value | Self::Mean => lengths.mean_seconds(),
            Self::P(percent) => lengths.percentile(percent).map(SimDuration::as_secs_f64),
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
    OverTickets(fn(&mut Lengths) -> &mut Quantiles),
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
            Taken::OverTickets(_) => &OVER_TICKETS,
            Taken::Once(_) | Taken::Across { .. } => &[Aggregate::Value],
        }
    }

    /// Whether it is a length per ticket, of which a replication has several aggregates.
    pub fn is_over_tickets(&self) -> bool {
        matches!(self.taken, Taken::OverTickets(_))
    }

    /// Its numbers, one per aggregate, for [`all`] of one replication. Lengths are forgotten once they are taken.
    pub(super) fn take(&self, lengths: &mut Lengths, counts: &Counts, values: &mut Vec<Option<f64>>) {
        match self.taken {
            Taken::OverTickets(of) => {
                let lengths = of(lengths);
                values.extend(OVER_TICKETS.map(|aggregate| aggregate.of(lengths)));
                lengths.clear();
            }
            Taken::Once(of) => values.push(of(counts)),
            // The other arm is not known yet.
            Taken::Across { .. } => values.push(None),
        }
    }
}

/// One number that each replication yields: a measure under one of its aggregates.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    /// What is measured.
    pub measure: &'static Measure,
    /// Which number of it.
    pub aggregate: Aggregate,
}

impl Number {
    /// The name in files: `dispatch_delay.p95`, or the bare measure where it has one number.
    pub fn key(&self) -> String {
        format!("{}{}", self.measure.key, self.aggregate.suffix())
    }

    /// What a service manager calls it.
    pub fn label(&self) -> Cow<'static, str> {
        let which = match self.aggregate {
            Aggregate::Value => return self.measure.label.into(),
            Aggregate::Mean => "mean",
            Aggregate::P(50) => "median",
            Aggregate::P(percent) => return format!("{}, {percent} %", self.measure.label).into(),
            Aggregate::Min => "shortest",
            Aggregate::Max => "longest",
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
        .flat_map(|measure| measure.aggregates().iter().map(move |&aggregate| Number { measure, aggregate }))
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

/// The position in [`all`] of a number by its key, as `makespan` or `dispatch_delay.p95`.
pub fn position(key: &str) -> Option<usize> {
    let (name, aggregate) = match key.split_once('.') {
        Some((name, aggregate)) => (name, Aggregate::parse(aggregate)?),
        None => (key, Aggregate::Value),
    };
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
        for unknown in ["", "makespan.mean", "dispatch_delay", "dispatch_delay.p94", "dispatch_delay.", "no"]
        {
            assert_eq!(position(unknown), None, "{unknown}");
        }
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
