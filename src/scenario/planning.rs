//! `[plan]`: what a plan looks for.

use serde_json::json;

use super::sweep::{NumberKey, Varied};
use super::vary::{EXPECTED, Vary, each_once};
use crate::domain::SimDuration;
use crate::keys::document::KeyPath;
use crate::keys::wording::grouped;
use crate::keys::{At, Book, Form, List, Reading, Shape};
use crate::metrics::catalog::{self, Better, Number, Unit};
use crate::metrics::statistics::Zone;
use crate::section;

/// A range has no more values than this.
const MOST_VALUES: u64 = 1_000_000;
/// Nor are there more points to choose from.
const MOST_POINTS: u64 = 1000;

section! {
    /// What `stampede plan` looks for. Other commands do not look at it.
    pub struct Planning {
        /// What is to be as small as can be. Either a scenario key with its range, `"desk.technicians=6..12"`: the smallest
        /// value for which all thresholds hold. Or the key of a number, `"total_cost"` or `"dispatch_delay.p95"`: the
        /// discipline, and the values of the keys in `vary`, for which its mean is best, which is the largest where larger
        /// is better.
        minimise: MinimisedForm = none "none; `stampede plan` needs it",
        /// The keys whose values are chosen from where a number is to be best: `"KEY=V1,V2,…"` or `"KEY=LO..HI:STEP"`, as
        /// `sweep.vary` has them.
        vary: List<Varied> = empty "none: the choice is among the disciplines",
        /// The difference between two means that is worth telling where a number is to be best: a share of the smallest
        /// mean, `"1%"`, or an amount, as in `"30s"` or `2.5`.
        indifference: IndifferenceForm = "1%",
    }
}

/// What is to be as small as can be.
#[derive(Clone, Debug, PartialEq)]
pub enum Minimised {
    /// A scenario key within a range.
    Key(Vary),
    /// A number, or the negative of one of which more is better.
    Number(Number),
}

/// Either of them.
pub struct MinimisedForm;

impl Form for MinimisedForm {
    type Value = Minimised;

    fn read(at: &mut At<'_, '_>) -> Option<Minimised> {
        let is_key = at.text().is_some_and(|text| text.contains('='));
        if !is_key {
            let key = at.read::<NumberKey>()?;
            return catalog::number(&key).map(Minimised::Number);
        }
        let vary = at.read::<Varied>()?;
        if vary.is_range() {
            return Some(Minimised::Key(vary));
        }
        let message = format!("`{}` has no range to search", vary.key());
        at.reading.refuse(&at.path, message, "expected KEY=LO..HI, as in desk.technicians=6..12", None);
        at.reading.damage(at.path.clone());
        None
    }

    fn shape(_: &mut Book<'_>) -> Shape {
        Shape::Leaf(json!({ "type": "string" }), "`KEY=LO..HI`, or the key of a number".to_owned())
    }
}

/// A difference that is worth telling.
#[derive(Clone, Debug, PartialEq)]
pub enum Indifference {
    /// This share of the smallest mean.
    Share(f64),
    /// This long.
    Length(SimDuration),
    /// This many, or this much.
    Amount(f64),
}

/// Such a difference.
pub struct IndifferenceForm;

impl Form for IndifferenceForm {
    type Value = Indifference;

    fn read(at: &mut At<'_, '_>) -> Option<Indifference> {
        let above_zero = |number: f64| (number.is_finite() && number > 0.0).then_some(number);
        let found = match at.number().and_then(serde_json::Number::as_f64) {
            Some(number) => above_zero(number).map(Indifference::Amount),
            None => at.text().and_then(|text| {
                if let Some(percent) = text.strip_suffix('%') {
                    let percent = percent.trim().parse().ok().and_then(above_zero);
                    return percent.map(|it| Indifference::Share(it / 100.0));
                }
                let length = text.parse().ok().filter(|length| *length > SimDuration::ZERO);
                length.map(Indifference::Length)
            }),
        };
        found.or_else(|| {
            at.refuse("a percentage above 0 as in \"1%\", a duration as in \"30s\" or a number above 0", None)
        })
    }

    fn shape(_: &mut Book<'_>) -> Shape {
        let schema = json!({ "type": ["string", "number"], "exclusiveMinimum": 0 });
        Shape::Leaf(schema, "a percentage, a duration or a number above 0".to_owned())
    }
}

impl Planning {
    /// The difference that is worth telling, for a number of this unit.
    pub fn zone(&self, unit: Unit) -> Zone {
        match &self.indifference {
            Indifference::Share(share) => Zone::Share(*share),
            Indifference::Amount(amount) => Zone::Amount(*amount),
            Indifference::Length(length) if unit == Unit::Minutes => Zone::Amount(length.as_mins_f64()),
            Indifference::Length(length) => Zone::Amount(length.as_secs_f64()),
        }
    }

    /// Checks what no single key tells.
    pub fn check(&self, reading: &mut Reading<'_>) {
        let plan = KeyPath::root().key("plan");
        let is_there = |reading: &Reading<'_>, key: &str| reading.document.find(&plan.key(key)).is_some();
        match &self.minimise {
            Some(Minimised::Key(vary)) => {
                if vary.count() > MOST_VALUES {
                    let message =
                        format!("`{}` has {} values", vary.key(), grouped(&vary.count().to_string()));
                    let expected = format!("expected at most {}", grouped(&MOST_VALUES.to_string()));
                    let help = Some("take a shorter range, or steps, as in KEY=LO..HI:STEP".to_owned());
                    reading.refuse(&plan.key("minimise"), message, &expected, help);
                }
                for key in ["vary", "indifference"]
                    .into_iter()
                    .filter(|key| is_there(reading, key))
                    .collect::<Vec<_>>()
                {
                    let at = plan.key(key);
                    let message = format!(
                        "`{at}` is for choosing the best by a number, and here `{}` is sought",
                        vary.key()
                    );
                    let help = "leave it out, or minimise a number such as total_cost".to_owned();
                    reading.refuse(&at, message, "", Some(help));
                }
            }
            Some(Minimised::Number(number)) => self.check_choice(reading, &plan, number),
            None => {}
        }
    }

    /// Checks the choice of the best by a number.
    fn check_choice(&self, reading: &mut Reading<'_>, plan: &KeyPath, number: &Number) {
        if number.measure.better == Better::Neither {
            let message = format!("of `{}` neither less nor more is better", number.key());
            reading.refuse(&plan.key("minimise"), message, "expected a number of which one is", None);
        }
        let is_time = matches!(number.measure.unit, Unit::Seconds | Unit::Minutes);
        let misfit = match self.indifference {
            Indifference::Amount(_) if is_time => {
                Some("is a length of time: write a duration, as in \"30s\", or a share, as in \"1%\"")
            }
            Indifference::Length(_) if !is_time => {
                Some("is not a length of time: write a number, or a share, as in \"1%\"")
            }
            _ => None,
        };
        if let Some(misfit) = misfit {
            let at = plan.key("indifference");
            reading.refuse(&at, format!("`{at}` does not fit: `{}` {misfit}", number.key()), "", None);
        }
        let list = plan.key("vary");
        each_once(reading, &list, &self.vary);
        let mut points = Some(1_u64);
        for (place, vary) in self.vary.iter().enumerate() {
            let at = reading.element(&list, place);
            if let Err(error) = vary.is_countable() {
                reading.refuse(&at, error.to_string(), EXPECTED, None);
                return;
            }
            points = points.and_then(|points| points.checked_mul(vary.count()));
        }
        if points.is_none_or(|points| points > MOST_POINTS) {
            let found =
                points.map_or_else(|| "far too many".to_owned(), |points| grouped(&points.to_string()));
            let expected = format!("expected at most {}", grouped(&MOST_POINTS.to_string()));
            let message = format!("`{list}` has {found} combinations to choose from");
            reading.refuse(&list, message, &expected, Some("take fewer values, or longer steps".to_owned()));
        }
    }
}
