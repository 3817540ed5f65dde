//! Whether demands hold: each is judged by the number that speaks most against it.

use super::{Comparison, OverReplications, Summary, Threshold, Verdict};
use crate::keys::wording::{self, one_in};
use crate::metrics::numbers::Numbers;
use crate::metrics::percent::Percent;
use crate::metrics::statistics::{Basis, Estimate, enough_to_show, share_interval};

/// What an arm is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its summaries, in the order of the numbers.
    pub summaries: &'a [Summary],
    /// How many replications meet each threshold by themselves; what stands there for thresholds that are not about a
    /// share of bursts does not matter.
    pub meeting: &'a [u32],
}

/// Judges thresholds for the arms that were run.
///
/// A threshold without a discipline is judged for every arm, one with a discipline for that arm, or not at all where
/// it was not run. A mean is judged on its confidence bound, or on both where the comparison has two sides; smallest
/// values, largest values and totals are judged as they are. A share of bursts is judged on the lower end of its interval,
/// that of Clopper and Pearson. A mean that is "never" is later than any limit. What was not
/// measured does not hold, nor does what is said of a mean that too few replications tell of.
pub fn judge(
    thresholds: &[Threshold],
    numbers: &Numbers,
    arms: &[Judged<'_>],
    confidence: f64,
    replications: u32,
) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for (index, threshold) in thresholds.iter().enumerate() {
        for &Judged { name, summaries, meeting } in arms {
            if threshold.discipline.as_ref().is_none_or(|discipline| discipline == name) {
                let found = threshold.summary(numbers, summaries).map_or_else(Finding::nothing, |summary| {
                    let meeting = meeting.get(index).copied().unwrap_or_default();
                    Finding::of(threshold, summary, meeting, confidence, replications)
                });
                verdicts.push(Verdict {
                    threshold: threshold.clone(),
                    discipline: name.to_owned(),
                    holds: found.holds,
                    measured: found.measured,
                    judged_by: found.judged_by,
                    judged_on: found.judged_on,
                    of_bursts: found.of_bursts,
                });
            }
        }
    }
    verdicts
}

/// What a summary says about a demand.
struct Finding {
    holds: bool,
    measured: Option<f64>,
    judged_by: Option<f64>,
    judged_on: String,
    of_bursts: Option<u32>,
}

impl Finding {
    /// What it says that so many of the replications meet a demand that `wanted` of them have to.
    fn in_bursts(
        wanted: Percent,
        meeting: u32,
        summary: &Summary,
        confidence: f64,
        replications: u32,
    ) -> Self {
        let (lower, _) = share_interval(meeting, replications, confidence);
        let enough = enough_to_show(wanted.share(), confidence);
        let mut remarks = Vec::new();
        if replications < enough {
            remarks.push(format!("too few to show {wanted} %, which takes at least {}", grouped(enough)));
        }
        if summary.n < replications {
            remarks.push(format!("nothing was measured in {} of them", grouped(replications - summary.n)));
        }
        remarks.push(format!("lower {} % bound", percentage(confidence)));
        Self {
            holds: lower >= wanted.share(),
            measured: Some(f64::from(meeting) / f64::from(replications)),
            judged_by: Some(lower),
            judged_on: remarks.join("; "),
            of_bursts: Some(replications),
        }
    }

    fn of(
        threshold: &Threshold,
        summary: &Summary,
        meeting: u32,
        confidence: f64,
        replications: u32,
    ) -> Self {
        let measured_in = Replications { measured: summary.n, run: replications };
        let as_is = |value: Option<f64>, what: &str| match value {
            None => Self::nothing(),
            Some(value) => Self {
                holds: threshold.comparison.holds(value, threshold.limit),
                measured: Some(value),
                judged_by: Some(value),
                judged_on: if replications == 1 {
                    measured_in.to_string()
                } else {
                    format!("{what} of {measured_in}")
                },
                of_bursts: None,
            },
        };
        let Some(Estimate { mean, interval, basis }) = summary.mean else { return Self::nothing() };
        let bound = |lower: f64, upper: f64| {
            let (holds, judged_by, bound) =
                threshold.comparison.holds_throughout(lower, upper, threshold.limit);
            Self {
                holds,
                measured: Some(mean),
                judged_by: Some(judged_by),
                judged_on: format!("{bound} {} % bound of the mean", percentage(confidence)),
                of_bursts: None,
            }
        };
        // What was never seen may happen all the same.
        let unseen = |found: Self| match basis {
            Basis::Few { events: 0, at_most, .. } if mean == 0.0 => {
                let rarely = one_in(at_most).map(|rare| format!(", so in at most {rare} bursts"));
                Self { judged_on: found.judged_on + &rarely.unwrap_or_default(), ..found }
            }
            _ => found,
        };
        match (threshold.over_replications, basis, interval) {
            (OverReplications::Smallest, ..) => as_is(summary.min, "smallest value"),
            (OverReplications::Largest, ..) => unseen(as_is(summary.max, "largest value")),
            (OverReplications::Total, ..) => unseen(as_is(Some(summary.total), "total")),
            (OverReplications::Share(wanted), ..) => {
                Self::in_bursts(wanted, meeting, summary, confidence, replications)
            }
            (OverReplications::Mean, Basis::Single, _) => as_is(Some(mean), "value"),
            // However many replications there were, one that is never makes the mean so.
            (OverReplications::Mean, Basis::Never { events, of }, _) => Self {
                judged_on: if replications == 1 {
                    measured_in.to_string()
                } else {
                    format!("never in {} of {} replications", grouped(events), grouped(of))
                },
                ..as_is(Some(mean), "value")
            },
            (OverReplications::Mean, Basis::Few { events: 0, at_most, .. }, _) if mean != 0.0 => {
                // Another replication may have another value: one up to twice as large, or none at all.
                let (lower, upper) =
                    interval.unwrap_or((mean - at_most * mean.abs(), mean + at_most * mean.abs()));
                let found = bound(lower, upper);
                Self {
                    judged_on: format!("{}, which was the same in {measured_in}", found.judged_on),
                    ..found
                }
            }
            (OverReplications::Mean, _, Some((lower, upper))) => bound(lower, upper),
            (OverReplications::Mean, basis, None) => Self {
                holds: false,
                measured: Some(mean),
                judged_by: None,
                of_bursts: None,
                judged_on: match basis.events() {
                    None | Some(0) => format!("too few events to tell: the same in {measured_in}"),
                    Some(1) => format!("too few events to tell: 1 of {measured_in} differs from the others"),
                    Some(events) => {
                        format!(
                            "too few events to tell: {} of {measured_in} differ from the others",
                            grouped(events)
                        )
                    }
                },
            },
        }
    }

    fn nothing() -> Self {
        Self {
            holds: false,
            measured: None,
            judged_by: None,
            judged_on: "nothing was measured".to_owned(),
            of_bursts: None,
        }
    }
}

impl Comparison {
    /// Whether one number compares as demanded.
    pub(super) fn holds(self, number: f64, limit: f64) -> bool {
        match self {
            Self::Less => number < limit,
            Self::AtMost => number <= limit,
            Self::Greater => number > limit,
            Self::AtLeast => number >= limit,
            Self::Equal => number == limit,
            Self::Unequal => number != limit,
        }
    }

    /// Whether every number of an interval compares as demanded, the bound that decides it, and which one that is.
    fn holds_throughout(self, lower: f64, upper: f64, limit: f64) -> (bool, f64, &'static str) {
        let lower_is_farther = limit - lower > upper - limit;
        match self {
            Self::Less | Self::AtMost => (self.holds(upper, limit), upper, "upper"),
            Self::Greater | Self::AtLeast => (self.holds(lower, limit), lower, "lower"),
            Self::Equal if lower_is_farther => (lower == limit && upper == limit, lower, "lower"),
            Self::Equal => (lower == limit && upper == limit, upper, "upper"),
            // An interval around the limit has both bounds off it and yet does not exclude it.
            Self::Unequal if lower_is_farther => (limit > upper, upper, "upper"),
            Self::Unequal => (limit < lower, lower, "lower"),
        }
    }
}

/// How many replications a number comes from, in words.
struct Replications {
    measured: u32,
    run: u32,
}

impl std::fmt::Display for Replications {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.measured, self.run) {
            (_, 1) => f.write_str("the only replication"),
            (measured, run) if measured == run => write!(f, "{} replications", grouped(run)),
            (measured, run) => {
                write!(f, "the {} of {} replications that measured it", grouped(measured), grouped(run))
            }
        }
    }
}

/// A confidence as a percentage, without the noise of binary fractions.
fn percentage(confidence: f64) -> f64 {
    (confidence * 1e8).round() / 1e6
}

/// A whole number with commas between the thousands.
fn grouped(number: u32) -> String {
    wording::grouped(&number.to_string())
}
