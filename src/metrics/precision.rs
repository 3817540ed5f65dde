//! How precise a mean has to be, and the rule by which replications are doubled until it is.

use serde::{Deserialize, Serialize};

use super::catalog::{self, Number, Unit};
use super::statistics::{Basis, Estimate};
use super::summary::Summary;
use crate::domain::SimDuration;
use crate::keys::nearest::closest;

/// So many replications are run before anything is decided. Looking earlier, or more often than at each doubling, stops at
/// intervals that are narrow by chance: see `benches/coverage.md`.
pub const FEWEST: u32 = 100;

/// The number whose mean it is, unless another is named.
pub const DEFAULT: &str = "makespan";

/// What is asked of a mean: that under every arm its confidence interval reaches no farther from it than this. Written down
/// as it was stated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stated", into = "Stated")]
pub struct Precision {
    /// The number whose mean it is.
    pub number: Number,
    /// How far the interval may reach, as it was typed: `2%`, `30s`, `0.5`.
    pub text: String,
    /// No more replications than this.
    pub most: u32,
    within: Within,
}

/// How far an interval may reach from its mean.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Within {
    /// By this share of the mean.
    Share(f64),
    /// By so much, in the unit of the number.
    Amount(f64),
}

/// What is asked, as a file has it.
#[derive(Serialize, Deserialize)]
struct Stated {
    of: String,
    within: String,
    most: u32,
}

impl From<Precision> for Stated {
    fn from(precision: Precision) -> Self {
        let Precision { number, text, most, .. } = precision;
        Self { of: number.key(), within: text, most }
    }
}

impl TryFrom<Stated> for Precision {
    type Error = PrecisionError;

    fn try_from(Stated { of, within, most }: Stated) -> Result<Self, PrecisionError> {
        Self::new(number(&of)?, &within, most)
    }
}

/// Why a precision makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrecisionError {
    /// There is no such number.
    #[error("there is no number {found:?} (did you mean {nearest:?}?)")]
    UnknownNumber {
        /// What was typed.
        found: String,
        /// The key that is most like it.
        nearest: String,
    },
    /// It is neither a share nor a length of time nor a number.
    #[error(
        "{0:?} is no precision: write a share of the mean such as \"2%\", or how far its interval may reach, such as \"30s\""
    )]
    Malformed(String),
    /// It is not above zero, or the whole mean.
    #[error("{0:?} is out of range: write a share above 0% and below 100%, or an amount above zero")]
    Range(String),
    /// A length of time has no unit.
    #[error(
        "`{number}` is a length of time, so {found:?} needs a unit: write \"{found}s\" or \"{found}min\", or a share of the mean such as \"2%\""
    )]
    UnitNeeded {
        /// The number.
        number: String,
        /// What was typed.
        found: String,
    },
    /// A length of time is asked of something else.
    #[error(
        "`{number}` is no length of time: instead of {found:?} write a number, or a share of the mean such as \"2%\""
    )]
    NotATime {
        /// The number.
        number: String,
        /// What was typed.
        found: String,
    },
}

/// The number with this key.
///
/// # Errors
/// There is none, and which one is most like it.
pub fn number(key: &str) -> Result<Number, PrecisionError> {
    let catalogs = || catalog::all().find(|number| number.key() == key);
    catalog::percentile(key).or_else(|| catalog::of_segment(key)).or_else(catalogs).ok_or_else(|| {
        let keys: Vec<String> = catalog::all().map(|number| number.key()).collect();
        let nearest = closest(key, keys.iter().map(String::as_str)).first().copied();
        PrecisionError::UnknownNumber {
            found: key.to_owned(),
            nearest: nearest.unwrap_or(DEFAULT).to_owned(),
        }
    })
}

/// How far an arm is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum State {
    /// The number was not measured in any replication, so there is nothing to be precise about.
    Unmeasured,
    /// In so many of so many replications it is never, so its mean will not have an interval.
    Never(u32, u32),
    /// It is the same in all replications: an interval has nothing to be made from, and counts as narrow.
    Constant,
    /// So far its interval reaches, and so far it may.
    Reaches(f64, f64),
    /// Too few replications differ for an interval.
    Untold,
}

impl State {
    /// Whether the arm is as precise as is asked.
    pub fn is_precise(self) -> bool {
        match self {
            Self::Unmeasured | Self::Constant => true,
            Self::Reaches(so_far, allowed) => so_far <= allowed,
            Self::Never(..) | Self::Untold => false,
        }
    }
}

impl Precision {
    /// Asks for the mean of a number within what `text` says, of at most so many replications.
    ///
    /// # Errors
    /// What the text lacks.
    pub fn new(number: Number, text: &str, most: u32) -> Result<Self, PrecisionError> {
        let typed = text.trim();
        let found = || typed.to_owned();
        let positive = |digits: &str| digits.trim().parse().ok().filter(|number: &f64| number.is_finite());
        let is_time = matches!(number.measure.unit, Unit::Seconds | Unit::Minutes);
        let within = if let Some(share) = typed.strip_suffix('%') {
            let share = positive(share).ok_or_else(|| PrecisionError::Malformed(found()))? / 100.0;
            Within::Share(Some(share).filter(|share| *share < 1.0).unwrap_or_default())
        } else if let Some(amount) = positive(typed) {
            if is_time {
                return Err(PrecisionError::UnitNeeded { number: number.key(), found: found() });
            }
            Within::Amount(amount)
        } else {
            let length: SimDuration = typed.parse().map_err(|_| PrecisionError::Malformed(found()))?;
            match number.measure.unit {
                Unit::Seconds => Within::Amount(length.as_secs_f64()),
                Unit::Minutes => Within::Amount(length.as_mins_f64()),
                _ => return Err(PrecisionError::NotATime { number: number.key(), found: found() }),
            }
        };
        match within {
            Within::Share(size) | Within::Amount(size) if size <= 0.0 => Err(PrecisionError::Range(found())),
            _ => Ok(Self { number, text: found(), most, within }),
        }
    }

    /// The share of the mean, where it is asked for as one.
    pub fn share(&self) -> Option<f64> {
        match self.within {
            Within::Share(share) => Some(share),
            Within::Amount(_) => None,
        }
    }

    /// How many replications are run before the next look, after so many.
    pub fn next(&self, done: u32) -> u32 {
        done.saturating_mul(2).max(FEWEST).min(self.most)
    }

    /// Where replications end that are at `done` of them: at the next look.
    pub fn end_of_stage(&self, done: u32) -> u32 {
        let mut end = self.next(0);
        while end < done.min(self.most) {
            end = self.next(end);
        }
        end
    }

    /// How far an arm is that comes to this summary.
    pub fn state(&self, summary: &Summary) -> State {
        let Some(estimate) = summary.mean else { return State::Unmeasured };
        match (estimate.basis, estimate.interval) {
            (Basis::Never { events, of }, _) => State::Never(events, of),
            (Basis::Single | Basis::Few { events: 0, .. }, _) => State::Constant,
            (_, Some(interval)) => self.reach(&estimate, interval),
            (_, None) => State::Untold,
        }
    }

    /// How far the interval reaches on its longer side, and how far it may.
    fn reach(&self, estimate: &Estimate, (lower, upper): (f64, f64)) -> State {
        let allowed = match self.within {
            Within::Share(share) => share * estimate.mean.abs(),
            Within::Amount(amount) => amount,
        };
        State::Reaches((estimate.mean - lower).max(upper - estimate.mean), allowed)
    }

    /// Whether there is no use in more replications after so many: every arm is as precise as is asked, one never will be,
    /// nothing is measured, or there may be no more.
    pub fn is_settled(&self, arms: &[State], done: u32) -> bool {
        done >= self.most
            || arms.iter().all(|arm| arm.is_precise())
            || arms.iter().any(|arm| matches!(arm, State::Never(..)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(key: &str, text: &str) -> Result<Precision, PrecisionError> {
        Precision::new(number(key)?, text, 1000)
    }

    fn summary(mean: Option<Estimate>) -> Summary {
        Summary { n: 100, mean, min: None, max: None, total: 0.0, above_zero: 0, over_bursts: None }
    }

    #[test]
    fn a_precision_is_a_share_of_the_mean_or_an_amount_in_the_unit_of_the_number() {
        let allowed = |key, text| {
            let skewed = Estimate { mean: 200.0, interval: Some((199.0, 203.0)), basis: Basis::Enough };
            match asked(key, text).map(|asked| asked.state(&summary(Some(skewed)))) {
                Ok(State::Reaches(so_far, allowed)) => {
                    assert_eq!(so_far, 3.0, "the longer side counts");
                    allowed
                }
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(allowed("makespan", "2%"), 4.0);
        assert_eq!(allowed("makespan", " 1min "), 60.0);
        assert_eq!(allowed("overlap", "30s"), 0.5);
        assert_eq!(allowed("ai_calls", "0.25"), 0.25);
        assert_eq!(allowed("dispatch_delay.p99.9", "0.5 %"), 1.0);
        assert_eq!(allowed("dispatch_delay.p95{priority:1}", "1%"), 2.0);
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_advice() {
        for (key, text, part) in [
            ("mkespan", "2%", "did you mean \"makespan\"?"),
            ("dispatch_delay", "2%", "did you mean \"dispatch_delay."),
            ("makespan.mean", "2%", "did you mean \"makespan\"?"),
            ("makespan", "2", "\"2s\" or \"2min\""),
            ("makespan", "narrow", "such as \"2%\""),
            ("makespan", "", "such as \"2%\""),
            ("makespan", "NaN%", "such as \"2%\""),
            ("makespan", "0%", "above 0%"),
            ("makespan", "100%", "below 100%"),
            ("makespan", "-1%", "above 0%"),
            ("makespan", "0s", "above zero"),
            ("ai_calls", "-1", "above zero"),
            ("ai_calls", "2s", "is no length of time"),
            ("conflict_rate", "1min", "is no length of time"),
        ] {
            let error = asked(key, text).expect_err(text).to_string();
            assert!(error.contains(part), "{key} {text}: {error}");
        }
    }

    #[test]
    fn replications_double_from_a_hundred_to_the_most() {
        let asked = asked("makespan", "2%").expect("it makes sense");
        let stages: Vec<u32> = std::iter::successors(Some(asked.next(0)), |&done| {
            Some(asked.next(done)).filter(|_| done < 1000)
        })
        .collect();
        assert_eq!(stages, [100, 200, 400, 800, 1000]);
        let ends = [0, 1, 100, 101, 400, 401, 801, 1000, 2000].map(|done| asked.end_of_stage(done));
        assert_eq!(ends, [100, 100, 100, 200, 400, 800, 1000, 1000, 1000]);
        let huge = Precision { most: u32::MAX, ..asked };
        assert_eq!(huge.next(3_000_000_000), u32::MAX);
    }

    #[test]
    fn it_is_settled_once_all_are_narrow_or_one_can_never_be() {
        let asked = asked("makespan", "2%").expect("it makes sense");
        let state = |basis, interval| asked.state(&summary(Some(Estimate { mean: 100.0, interval, basis })));
        let wide = state(Basis::Enough, Some((97.0, 101.0)));
        let narrow = state(Basis::Enough, Some((98.0, 102.0)));
        let constant = state(Basis::Few { events: 0, of: 100, at_most: 0.04 }, None);
        let untold = state(Basis::Few { events: 2, of: 100, at_most: 0.08 }, None);
        let never = asked.state(&summary(Some(Estimate {
            mean: f64::INFINITY,
            interval: None,
            basis: Basis::Never { events: 1, of: 100 },
        })));
        let unmeasured = asked.state(&summary(None));
        assert!(!asked.is_settled(&[narrow, wide], 100));
        assert!(asked.is_settled(&[narrow, wide], 1000));
        assert!(asked.is_settled(&[narrow, constant, unmeasured], 100));
        assert!(asked.is_settled(&[unmeasured, unmeasured], 100));
        assert!(!asked.is_settled(&[narrow, untold], 100));
        assert!(asked.is_settled(&[wide, never], 100));
    }

    #[test]
    fn a_file_keeps_what_was_asked() {
        let asked = asked("time_to_start.p80", "30s").expect("it makes sense");
        let text = serde_json::to_string(&asked).expect("texts and a number");
        assert_eq!(text, r#"{"of":"time_to_start.p80","within":"30s","most":1000}"#);
        assert_eq!(serde_json::from_str::<Precision>(&text).expect("as written"), asked);
        assert!(serde_json::from_str::<Precision>(&text.replace("30s", "30")).is_err());
    }
}
