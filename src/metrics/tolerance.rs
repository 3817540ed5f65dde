//! How much worse a number may be than that of a baseline before it counts as a regression.

use super::catalog::{self, Number, Unit};
use crate::domain::SimDuration;
use crate::keys::nearest::nearest;

/// A share of the baseline's number, and an amount besides.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tolerance {
    /// The share: 0.02 for 2 %.
    pub relative: f64,
    /// The amount, in the measure's unit.
    pub absolute: f64,
}

impl Tolerance {
    /// How much this number of the baseline may be exceeded by.
    pub fn around(self, value: f64) -> f64 {
        self.relative * value.abs() + self.absolute
    }
}

/// The tolerances of a comparison with a baseline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tolerances {
    general: f64,
    /// Of measures, or of single numbers of them, by their keys.
    of: Vec<(String, Tolerance)>,
}

/// Why a text is not a tolerance.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ToleranceError {
    /// No measure is called so.
    #[error("there is no measure `{found}`{}", nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?")))]
    UnknownMeasure {
        /// What was written.
        found: String,
        /// What is spelt nearly so.
        nearest: Option<&'static str>,
    },
    /// It is no amount of anything.
    #[error(
        "`{0}` is not a tolerance: write a percentage, as in 2%, or a measure with a percentage or an amount, as in \
         'makespan: 30s'"
    )]
    Shape(String),
    /// An amount says nothing without its measure.
    #[error("`{0}` is an amount of something: write of which measure, as in 'makespan: {0}'")]
    WhatOf(String),
    /// The measure is counted in something else.
    #[error("`{found}` is no amount of `{measure}`, which is {wanted}")]
    Unit {
        /// What was written.
        found: String,
        /// The measure.
        measure: String,
        /// What its amounts are.
        wanted: &'static str,
    },
}

/// What a tolerance is written as.
enum Amount {
    Share(f64),
    Length(SimDuration),
    Number(f64),
}

impl Amount {
    fn parse(text: &str) -> Option<Self> {
        let number =
            |digits: &str| digits.trim().parse().ok().filter(|it: &f64| it.is_finite() && *it >= 0.0);
        match text.strip_suffix('%') {
            Some(percent) => number(percent).map(|percent| Self::Share(percent / 100.0)),
            None => number(text).map(Self::Number).or_else(|| text.parse().ok().map(Self::Length)),
        }
    }
}

impl Tolerances {
    /// Reads tolerances: `2%` is for every measure without one of its own; `makespan: 30s`, `conflict_rate: 0.01` and
    /// `dispatch_delay.p95: 5%` are for one measure, or one number of it. A percentage is one of the baseline's number. The
    /// last for the same counts.
    ///
    /// # Errors
    /// What is wrong with the first that is none, with its place among them.
    pub fn parse<S: AsRef<str>>(texts: &[S]) -> Result<Self, (usize, ToleranceError)> {
        let mut all = Self::default();
        for (index, text) in texts.iter().enumerate() {
            all.add(text.as_ref()).map_err(|error| (index, error))?;
        }
        Ok(all)
    }

    fn add(&mut self, text: &str) -> Result<(), ToleranceError> {
        let shape = || ToleranceError::Shape(text.trim().to_owned());
        // A number of a segment has a colon within braces; an amount has none.
        let Some((name, amount)) = text.rsplit_once(':') else {
            return match Amount::parse(text.trim()).ok_or_else(shape)? {
                Amount::Share(share) => {
                    self.general = share;
                    Ok(())
                }
                Amount::Length(_) | Amount::Number(_) => Err(ToleranceError::WhatOf(text.trim().to_owned())),
            };
        };
        let (name, amount) = (name.trim(), amount.trim());
        let unit = unit(name)?;
        let is_time = matches!(unit, Unit::Seconds | Unit::Minutes);
        let tolerance = match Amount::parse(amount).ok_or_else(shape)? {
            Amount::Share(relative) => Tolerance { relative, absolute: 0.0 },
            Amount::Length(length) if is_time => {
                let absolute =
                    if unit == Unit::Seconds { length.as_secs_f64() } else { length.as_mins_f64() };
                Tolerance { relative: 0.0, absolute }
            }
            Amount::Number(absolute) if !is_time => Tolerance { relative: 0.0, absolute },
            Amount::Length(_) | Amount::Number(_) => {
                let wanted = if is_time {
                    "a length of time: write it with a unit, as in 30s"
                } else {
                    "a number: write it without a unit"
                };
                let (found, measure) = (amount.to_owned(), name.to_owned());
                return Err(ToleranceError::Unit { found, measure, wanted });
            }
        };
        self.of.push((name.to_owned(), tolerance));
        Ok(())
    }

    /// That of a number: its own, that of its measure, or the general one.
    pub fn of(&self, number: &Number) -> Tolerance {
        let general = Tolerance { relative: self.general, absolute: 0.0 };
        self.own(&number.key()).or_else(|| self.own(number.measure.key)).unwrap_or(general)
    }

    /// Whether it is stated for this very number.
    pub fn is_about(&self, number: &Number) -> bool {
        self.own(&number.key()).is_some()
    }

    fn own(&self, name: &str) -> Option<Tolerance> {
        self.of.iter().rev().find(|(of, _)| of == name).map(|(_, tolerance)| *tolerance)
    }
}

/// The unit of a measure, or of a number, by its key.
fn unit(name: &str) -> Result<Unit, ToleranceError> {
    // Segments and percentiles that nobody has asked for yet are numbers too.
    let number = name.split('{').next().unwrap_or_default();
    let measure = number.split('.').next().unwrap_or_default();
    let known = catalog::measure(measure).filter(|measure| {
        number == measure.key
            || catalog::all().any(|it| it.key() == number)
            || catalog::percentile(number).is_some()
    });
    let measures = catalog::MEASURES.iter().map(|measure| measure.key);
    known.map(|measure| measure.unit).ok_or_else(|| ToleranceError::UnknownMeasure {
        found: name.to_owned(),
        nearest: nearest(measure, measures),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[&str], key: &str) -> Tolerance {
        let number = catalog::all().find(|number| number.key() == key).unwrap();
        Tolerances::parse(texts).unwrap().of(&number)
    }

    #[test]
    fn the_nearest_tolerance_counts() {
        let relative = |relative| Tolerance { relative, absolute: 0.0 };
        let absolute = |absolute| Tolerance { relative: 0.0, absolute };
        let all = ["2%", "dispatch_delay: 30s", "dispatch_delay.p95: 1min", "ai_calls: 3", "regret: 90s"];
        assert_eq!(of(&all, "makespan"), relative(0.02));
        assert_eq!(of(&all, "dispatch_delay.p90"), absolute(30.0));
        assert_eq!(of(&all, "dispatch_delay.p95"), absolute(60.0));
        assert_eq!(of(&all, "ai_calls"), absolute(3.0));
        assert_eq!(of(&["1%", "5 %"], "makespan"), relative(0.05));
        assert_eq!(of(&[], "makespan"), Tolerance::default());
        assert_eq!(Tolerance { relative: 0.1, absolute: 1.0 }.around(-20.0), 3.0);
    }

    #[test]
    fn what_is_no_tolerance_says_what_to_write() {
        for (text, told) in [
            ("30s", "write of which measure, as in 'makespan: 30s'"),
            ("3", "write of which measure"),
            ("-2%", "is not a tolerance"),
            ("nan%", "is not a tolerance"),
            ("", "is not a tolerance"),
            ("makespan: ", "is not a tolerance"),
            ("makespn: 2%", "did you mean `makespan`?"),
            ("dispatch_delay.p0: 2%", "there is no measure `dispatch_delay.p0`"),
            ("makespan: 3", "which is a length of time: write it with a unit"),
            ("ai_calls: 3s", "which is a number: write it without a unit"),
        ] {
            let (at, error) = Tolerances::parse(&["1%", text]).unwrap_err();
            assert!(at == 1 && error.to_string().contains(told), "{text}: {error}");
        }
    }
}
