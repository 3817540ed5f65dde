//! Thresholds: what a scenario demands of its measures, in k6's grammar.
//!
//! A demand is an aggregate, a comparison and a value: `p(95) < 10min`. It is for a metric, of every arm or of one, of all
//! tickets or of those that a tag in braces names, and of the mean burst or, as in `p(95) < 10min in 95%`, of so many bursts.

use serde::{Deserialize, Serialize};

use super::catalog::{self, Aggregate, Number, Unit};
use super::never;
use super::numbers::Numbers;
use super::percent::Percent;
use super::summary::Summary;
use crate::domain::segment::SegmentError;
use crate::domain::{Segment, SimDuration};
use crate::keys::nearest::closest;
use crate::keys::wording::either;

mod judging;
mod key;
mod standing;

pub use judging::{Judged, judge};
pub use key::Key;
pub use standing::Standing;

/// One demand. Written down as it was stated and parsed again when it is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stated", into = "Stated")]
pub struct Threshold {
    /// The arm it is for; `None`: every arm.
    pub discipline: Option<String>,
    /// The metric's name, with the tag if there is one: `dispatch_delay{priority:1}`.
    pub metric: String,
    /// The demand as it was written: `p(95) < 10min`.
    pub text: String,
    /// The number it is about.
    number: Number,
    over_replications: OverReplications,
    comparison: Comparison,
    /// In the measure's unit.
    limit: f64,
}

/// A demand as a scenario states it.
#[derive(Serialize, Deserialize)]
struct Stated {
    discipline: Option<String>,
    metric: String,
    text: String,
}

impl From<Threshold> for Stated {
    fn from(threshold: Threshold) -> Self {
        let Threshold { discipline, metric, text, .. } = threshold;
        Self { discipline, metric, text }
    }
}

impl TryFrom<Stated> for Threshold {
    type Error = ThresholdError;

    fn try_from(Stated { discipline, metric, text }: Stated) -> Result<Self, ThresholdError> {
        Ok(Self { discipline, ..Self::parse(&metric, &text)? })
    }
}

/// Which number over the replications a demand is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OverReplications {
    Mean,
    Smallest,
    Largest,
    Total,
    /// The share of replications whose own number compares so, which has to be at least this.
    Share(Percent),
}

/// How that number must compare with the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Less,
    AtMost,
    Greater,
    AtLeast,
    Equal,
    Unequal,
}

/// The comparisons as they are written; the longer before those they begin with.
const COMPARISONS: [(&str, Comparison); 6] = [
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("==", Comparison::Equal),
    ("!=", Comparison::Unequal),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
];

/// A demand, judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// The demand.
    pub threshold: Threshold,
    /// The arm it was judged for.
    pub discipline: String,
    /// Whether it holds.
    pub holds: bool,
    /// What was measured, or `None` where nothing was.
    #[serde(with = "never::option")]
    pub measured: Option<f64>,
    /// The number it was judged by (a confidence bound, the most extreme value or a total), or `None`.
    #[serde(with = "never::option")]
    pub judged_by: Option<f64>,
    /// What that number is, in words: `upper 95 % bound of the mean`, `total of 1,000 replications`.
    pub judged_on: String,
    /// The bursts that `measured` is a share of, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_bursts: Option<u32>,
}

/// Why a text is not a threshold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThresholdError {
    /// The metric does not exist.
    #[error("there is no metric `{found}`; did you mean `{nearest}`?")]
    UnknownMetric {
        /// What was written.
        found: String,
        /// The most similar name.
        nearest: &'static str,
    },
    /// The demand does not have its three parts.
    #[error(
        "`{0}` is not a demand: write an aggregate, one of < <= > >= == != and a value, as in \"p(95) < 10min\""
    )]
    Shape(String),
    /// The metric has no such aggregate.
    #[error("`{metric}` has no aggregate `{found}`: write {valid}")]
    UnknownAggregate {
        /// The metric.
        metric: &'static str,
        /// What was written.
        found: String,
        /// The aggregates it has, in words.
        valid: &'static str,
    },
    /// The metric has no aggregate of this spelling.
    #[error("`{metric}` has no aggregate `{found}`; did you mean `{meant}`?")]
    Misspelt {
        /// The metric.
        metric: &'static str,
        /// What was written.
        found: String,
        /// What is spelt nearly so.
        meant: String,
    },
    /// The tag is none.
    #[error(transparent)]
    Tag(#[from] SegmentError),
    /// The metric is not measured by segment.
    #[error("`{metric}` is measured of all tickets only: write it without `{tag}`, or take one of {valid}")]
    NotBySegment {
        /// The metric.
        metric: &'static str,
        /// The tag that was written.
        tag: String,
        /// The metrics that are.
        valid: String,
    },
    /// What follows `in` is no share of bursts.
    #[error(
        "`in {0}` is not a share of bursts: write a percentage above 0 and below 100 with at most two decimals, as in \
         \"p(95) < 10min in 95%\""
    )]
    ShareOfBursts(String),
    /// There is no such percentile.
    #[error(
        "`{0}` is not a percentile: its number is above 0 and below 100 and has at most two decimals, as in p(95) or \
         p(99.9)"
    )]
    Percent(String),
    /// The value is none at all.
    #[error("`{0}` is not a value: write a number, a percentage as in \"35%\" or a duration as in \"10min\"")]
    Value(String),
    /// A number where a duration is needed.
    #[error("`{metric}` is a length of time and `{found}` has no unit: write \"{found}s\" or \"{found}min\"")]
    UnitNeeded {
        /// The metric.
        metric: &'static str,
        /// What was written.
        found: String,
    },
    /// A percentage where a duration is needed.
    #[error(
        "`{metric}` is a length of time, not a share: write a duration, as in \"10min\", instead of `{found}`"
    )]
    TimeNeeded {
        /// The metric.
        metric: &'static str,
        /// What was written.
        found: String,
    },
    /// A duration where none belongs.
    #[error("`{metric}` is not a length of time: write a number without a unit instead of `{found}`")]
    NotATime {
        /// The metric.
        metric: &'static str,
        /// What was written.
        found: String,
    },
    /// A percentage where none belongs.
    #[error("`{metric}` is not a share: write a number without % instead of `{found}`")]
    NotAShare {
        /// The metric.
        metric: &'static str,
        /// What was written.
        found: String,
    },
    /// A share outside 0..1 that was not written as a percentage.
    #[error("`{metric}` is a share, 0 to 1: `{found}` as a percentage is written \"{found}%\"")]
    ShareRange {
        /// The metric.
        metric: &'static str,
        /// What was written.
        found: String,
    },
}

impl Threshold {
    /// Reads a demand. The key is a metric, or a discipline, a dot and a metric; a tag such as `{priority:1}` may follow.
    ///
    /// A demand that ends with `in` and a percentage is one on the number of each burst by itself, which has to meet it in
    /// at least that share of them.
    ///
    /// Aggregates: `mean` (or `avg`), `min` and `max` of every metric; `med` and any percentile, as in `p(95)` or
    /// `p(99.9)`, of a metric over tickets; `count`, the total over the replications, of what counts things; `rate`,
    /// another name for the mean, of a share.
    ///
    /// # Errors
    /// Says what is wrong and what to write. Whether the discipline and the tag's value exist is for the scenario to check.
    pub fn parse(key: &str, expression: &str) -> Result<Self, ThresholdError> {
        let Key { discipline, metric: found, tag } = Key::of(key);
        let Some(measure) = catalog::measure(found) else {
            // In `dispatch_delay.p95` the statistic sits where the metric belongs.
            let looked_up = discipline.filter(|name| nearest_metric(name) == *name).unwrap_or(found);
            return Err(ThresholdError::UnknownMetric {
                found: found.to_owned(),
                nearest: nearest_metric(looked_up),
            });
        };
        let (metric, unit, over_tickets) = (measure.key, measure.unit, measure.is_over_tickets());
        let segment = tag.map(Segment::parse).transpose()?;
        if let Some(segment) = segment.as_ref().filter(|_| !measure.is_by_segment()) {
            let valid = catalog::MEASURES.iter().filter(|measure| measure.is_by_segment());
            let valid = either(&valid.map(|measure| measure.key).collect::<Vec<_>>());
            return Err(ThresholdError::NotBySegment { metric, tag: segment.to_string(), valid });
        }

        let shape = || ThresholdError::Shape(expression.to_owned());
        let sign = expression.find(['<', '>', '=', '!']).ok_or_else(shape)?;
        let aggregate = expression[..sign].trim();
        let (written, comparison) =
            COMPARISONS.into_iter().find(|(it, _)| expression[sign..].starts_with(it)).ok_or_else(shape)?;
        let value = expression[sign + written.len()..].trim();
        if aggregate.is_empty() || value.is_empty() {
            return Err(shape());
        }

        let (within, over_replications) = parse_aggregate(aggregate, over_tickets, unit)
            .ok_or_else(|| no_aggregate(aggregate, metric, over_tickets, unit))?;
        let (value, share) = parse_share(value)?;
        let limit = parse_value(value, metric, unit)?;
        let tag = segment.as_ref().map(Segment::to_string).unwrap_or_default();
        Ok(Self {
            discipline: discipline.map(str::to_owned),
            metric: format!("{metric}{tag}"),
            text: expression.trim().to_owned(),
            number: Number { measure, aggregate: within, segment },
            over_replications: share.map_or(over_replications, OverReplications::Share),
            comparison,
            limit,
        })
    }

    /// The limit, in the metric's unit (seconds, minutes, a share 0..1, …).
    pub fn limit(&self) -> f64 {
        self.limit
    }

    /// The unit of the limit.
    pub fn unit(&self) -> Unit {
        self.number.measure.unit
    }

    /// The unit of what is measured and of what it is judged by: that of the limit, or a share of bursts.
    pub fn measured_in(&self) -> Unit {
        if self.share_of_bursts().is_some() { Unit::Share } else { self.unit() }
    }

    /// The number it is about.
    pub fn number(&self) -> Number {
        self.number.clone()
    }

    /// The share of bursts whose own number has to meet it; `None` where it is about a number over all of them.
    pub fn share_of_bursts(&self) -> Option<Percent> {
        match self.over_replications {
            OverReplications::Share(percent) => Some(percent),
            _ => None,
        }
    }

    /// Whether a burst meets it whose own number is this. One in which nothing was measured does not.
    pub fn is_met_by(&self, number: Option<f64>) -> bool {
        number.is_some_and(|number| self.comparison.holds(number, self.limit))
    }

    /// The summary it is about, of an arm's summaries of these numbers; `None` where it is not among them.
    fn summary<'a>(&self, numbers: &Numbers, summaries: &'a [Summary]) -> Option<&'a Summary> {
        summaries.get(numbers.position(&self.number)?)
    }
}

/// The metric whose name is most like `found`; the first of equals.
fn nearest_metric(found: &str) -> &'static str {
    let metrics = || catalog::MEASURES.iter().map(|measure| measure.key);
    closest(found, metrics()).first().copied().or(metrics().next()).expect("the catalog is not empty")
}

/// The aggregate within a replication and the one over the replications; `None` where the metric has no such.
fn parse_aggregate(text: &str, over_tickets: bool, unit: Unit) -> Option<(Aggregate, OverReplications)> {
    let within = |aggregate| if over_tickets { aggregate } else { Aggregate::Value };
    let percentile = |percent| over_tickets.then_some((Aggregate::P(percent), OverReplications::Mean));
    match text {
        "mean" | "avg" => Some((within(Aggregate::Mean), OverReplications::Mean)),
        "min" => Some((within(Aggregate::Min), OverReplications::Smallest)),
        "max" => Some((within(Aggregate::Max), OverReplications::Largest)),
        "rate" if unit == Unit::Share => Some((Aggregate::Value, OverReplications::Mean)),
        "count" if unit == Unit::Count => Some((Aggregate::Value, OverReplications::Total)),
        "med" => percentile(Percent::whole(50)),
        _ => percentile(Percent::parse(in_brackets(text)?)?),
    }
}

/// What stands in the brackets of `p(…)`.
fn in_brackets(text: &str) -> Option<&str> {
    Some(text.strip_prefix('p')?.trim_start().strip_prefix('(')?.strip_suffix(')')?.trim())
}

/// Why a metric does not have the aggregate that was written.
fn no_aggregate(text: &str, metric: &'static str, over_tickets: bool, unit: Unit) -> ThresholdError {
    let found = text.to_owned();
    if over_tickets && let Some(meant) = meant(text) {
        return ThresholdError::Misspelt { metric, found, meant };
    }
    match in_brackets(text) {
        Some(number) if over_tickets && number.parse::<f64>().is_ok() => ThresholdError::Percent(found),
        _ => ThresholdError::UnknownAggregate { metric, found, valid: valid_aggregates(over_tickets, unit) },
    }
}

/// The aggregate over tickets that is often written so: `p(95)` for `p95`, `P(95)` or `95%`.
fn meant(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    if lower == "median" {
        return Some("med".to_owned());
    }
    let frame = |c: char| matches!(c, '(' | ')' | '[' | ']' | '%' | '.' | '_' | ' ');
    let number = lower.strip_prefix('p').unwrap_or(&lower).trim_matches(frame);
    Percent::parse(number).map(|percent| format!("p({percent})"))
}

/// The aggregates of a metric, for an error message.
fn valid_aggregates(over_tickets: bool, unit: Unit) -> &'static str {
    match (over_tickets, unit) {
        (true, _) => "mean, med, min, max or any percentile, as in p(95)",
        (false, Unit::Count) => "mean, min, max or count",
        (false, Unit::Share) => "mean, rate, min or max",
        (false, _) => "mean, min or max",
    }
}

/// The value without `in 95%` at its end, and that share of bursts.
fn parse_share(value: &str) -> Result<(&str, Option<Percent>), ThresholdError> {
    let is_word = |at: usize| {
        let after = value[at + 2..].chars().next();
        value[..at].ends_with(char::is_whitespace) && after.is_none_or(char::is_whitespace)
    };
    let Some((at, _)) = value.rmatch_indices("in").find(|(at, _)| is_word(*at)) else {
        return Ok((value, None));
    };
    let share = value[at + 2..].trim();
    let percent = share.strip_suffix('%').and_then(|number| Percent::parse(number.trim_end()));
    let percent = percent.ok_or_else(|| ThresholdError::ShareOfBursts(share.to_owned()))?;
    Ok((value[..at].trim_end(), Some(percent)))
}

/// The limit in the metric's unit.
fn parse_value(text: &str, metric: &'static str, unit: Unit) -> Result<f64, ThresholdError> {
    let found = || text.to_owned();
    let number = |digits: &str| digits.trim().parse().ok().filter(|number: &f64| number.is_finite());
    let nonsense = || ThresholdError::Value(text.to_owned());
    let is_time = matches!(unit, Unit::Seconds | Unit::Minutes);
    if let Some(percentage) = text.strip_suffix('%') {
        let percentage: f64 = number(percentage).ok_or_else(nonsense)?;
        match unit {
            Unit::Share => Ok(percentage / 100.0),
            _ if is_time => Err(ThresholdError::TimeNeeded { metric, found: found() }),
            _ => Err(ThresholdError::NotAShare { metric, found: found() }),
        }
    } else if let Some(number) = number(text) {
        match unit {
            _ if is_time => Err(ThresholdError::UnitNeeded { metric, found: found() }),
            Unit::Share if !(0.0..=1.0).contains(&number) => {
                Err(ThresholdError::ShareRange { metric, found: found() })
            }
            _ => Ok(number),
        }
    } else {
        let length: SimDuration = text.parse().map_err(|_| nonsense())?;
        match unit {
            Unit::Seconds => Ok(length.as_secs_f64()),
            Unit::Minutes => Ok(length.as_mins_f64()),
            _ => Err(ThresholdError::NotATime { metric, found: found() }),
        }
    }
}

#[cfg(test)]
mod tests;
