//! A key with the values that it takes one after the other: `burst.tickets=5,20,60` or `desk.technicians=6..12:2`.
//!
//! Values of a range are counted in whole units of its last decimal, or in microseconds, so that a step of 0.1 is one.

use std::collections::BTreeSet;

use super::overrides::{Override, split_key};
use super::running::Running;
use crate::domain::SimDuration;
use crate::keys::document::KeyPath;
use crate::keys::{Reading, Section};

/// Refuses keys of a list that are varied twice.
pub(super) fn each_once(reading: &mut Reading<'_>, list: &KeyPath, varied: &[Vary]) {
    for (place, vary) in varied.iter().enumerate() {
        if varied[..place].iter().any(|earlier| earlier.key() == vary.key()) {
            let (at, message) = (reading.element(list, place), format!("`{}` is varied twice", vary.key()));
            reading.refuse(&at, message, "expected each key once, with all its values", None);
        }
    }
}

/// What a key with its values looks like, for messages.
pub const EXPECTED: &str = "expected KEY=V1,V2,… or KEY=LO..HI:STEP";

/// Decimals that a bound may have.
const MOST_DECIMALS: usize = 9;
/// Bounds have no more digits than this, the decimals included.
const MOST_DIGITS: usize = 15;
/// A range without a step has values at this many equal distances.
const FINE: i64 = 1000;

/// A scenario key with the values that it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vary {
    key: String,
    values: Values,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Values {
    /// As they were typed.
    List(Vec<String>),
    Range(Range),
}

/// Values at equal distances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    low: i64,
    step: i64,
    /// How many values there are.
    count: u64,
    unit: Unit,
    /// Whether the step was stated, or goes without saying.
    is_stepped: bool,
}

/// What the whole numbers of a range stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    /// A number with this many decimals.
    Number(usize),
    /// Microseconds.
    Duration,
}

/// Why a text is not a key with its values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaryError {
    /// It has no key or no values.
    #[error("`{0}` does not say which key takes which values: write for example \"burst.tickets=5,20,60\"")]
    Shape(String),
    /// The key is not one.
    #[error("`{0}` is not a key: write names joined by dots, such as burst.tickets")]
    Key(String),
    /// What differs from point to point would be nothing that is simulated.
    #[error("`{key}` cannot be varied: {why}")]
    Idle {
        /// The key.
        key: String,
        /// Why it makes no difference.
        why: &'static str,
    },
    /// A value is missing between two commas, or stands there twice.
    #[error("`{key}` has {found}: write each value once, with commas between them")]
    List {
        /// The key.
        key: String,
        /// What is wrong.
        found: String,
    },
    /// A value is more than a plain one.
    #[error(
        "`{key}` takes plain values here, and {value} is a list, a table or quoted: vary a key inside it"
    )]
    NotPlain {
        /// The key.
        key: String,
        /// The value.
        value: String,
    },
    /// The ends of a range, or its step, are not numbers or durations.
    #[error(
        "`{0}` is not a range: write two numbers or two durations, and behind a colon the step, as in 6..12:2 or \
         1min..10min:1min"
    )]
    Range(String),
    /// The range ends before it begins.
    #[error("`{0}` is an empty range: its first value is above its last")]
    Empty(String),
    /// The step is zero or less.
    #[error("`{0}` has a step that leads nowhere: write one above zero")]
    Step(String),
    /// It takes a step to know the values.
    #[error(
        "`{0}` needs a step, as only whole numbers have one that goes without saying: write KEY=LO..HI:STEP"
    )]
    NoStep(String),
}

impl Vary {
    /// Reads `KEY=V1,V2,…`, `KEY=LO..HI` or `KEY=LO..HI:STEP`.
    ///
    /// # Errors
    /// Says what is wrong and what to write. Whether the key exists and takes these values is not looked at.
    pub fn parse(text: &str) -> Result<Self, VaryError> {
        // An equals sign may stand in a quoted name.
        let mut is_quoted = false;
        let split = text.find(|c: char| {
            is_quoted ^= c == '"';
            c == '=' && !is_quoted
        });
        let shape = || VaryError::Shape(text.trim().to_owned());
        let (key, values) = split.map(|at| (text[..at].trim(), text[at + 1..].trim())).ok_or_else(shape)?;
        if key.is_empty() || values.is_empty() {
            return Err(shape());
        }
        let steps = split_key(key).ok_or_else(|| VaryError::Key(key.to_owned()))?;
        if let Some(why) = idle(&steps) {
            return Err(VaryError::Idle { key: key.to_owned(), why });
        }
        let is_range = !values.contains(',') && values.find("..").is_some_and(|at| at > 0);
        let values = if is_range {
            Values::Range(Range::parse(values).map_err(|wrong| wrong(text.trim().to_owned()))?)
        } else {
            Values::List(list(key, values)?)
        };
        Ok(Self { key: key.to_owned(), values })
    }

    /// The key, as it was typed.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// How many values there are; of a range without a step, how many [`Vary::value`] can tell apart.
    pub fn count(&self) -> u64 {
        match &self.values {
            Values::List(values) => values.len() as u64,
            Values::Range(range) => range.count,
        }
    }

    /// Whether the values are listed, or lie a step apart.
    ///
    /// # Errors
    /// When it is a range that needs a step.
    pub fn is_countable(&self) -> Result<(), VaryError> {
        match &self.values {
            Values::Range(range) if !range.is_stepped => Err(VaryError::NoStep(self.key.clone())),
            _ => Ok(()),
        }
    }

    /// Whether it is a range.
    pub fn is_range(&self) -> bool {
        matches!(self.values, Values::Range(_))
    }

    /// A value by its place, which counts from 0 and stays below [`Vary::count`], as scenarios write it.
    pub fn value(&self, place: u64) -> String {
        match &self.values {
            Values::List(values) => values.get(place as usize).cloned().unwrap_or_default(),
            Values::Range(range) => range.unit.typed(range.low + place as i64 * range.step),
        }
    }

    /// The override that gives the key this value.
    pub fn set(&self, value: &str) -> Override {
        Override { key: self.key.clone(), value: value.to_owned(), origin: "--set".to_owned() }
    }
}

/// Why a key makes no difference to what is simulated, or must not.
fn idle(steps: &[String]) -> Option<&'static str> {
    let second = steps.get(1).map(String::as_str);
    match (steps[0].as_str(), second) {
        ("output" | "sweep" | "plan" | "allow_outside" | "name" | "summary", _)
        | ("experiment", None | Some("records" | "confidence")) => {
            Some("it changes nothing that is simulated")
        }
        ("experiment", Some("disciplines")) => Some("all points have the same disciplines"),
        ("experiment", Some(key)) if Running::names().contains(&key) => {
            Some("it changes nothing that is simulated")
        }
        ("thresholds", _) => Some("all points are held to the same thresholds"),
        ("seed", _) => Some("all points share the seed, so that they see the same bursts"),
        _ => None,
    }
}

/// Values with commas between them.
fn list(key: &str, text: &str) -> Result<Vec<String>, VaryError> {
    let mut seen = BTreeSet::new();
    let mut values = Vec::new();
    for value in text.split(',').map(str::trim) {
        if value.starts_with(['[', '{', '"', '\'']) {
            return Err(VaryError::NotPlain { key: key.to_owned(), value: value.to_owned() });
        }
        let found = match value {
            "" => "nothing between two commas".to_owned(),
            value if !seen.insert(value) => format!("the value {value} twice"),
            _ => {
                values.push(value.to_owned());
                continue;
            }
        };
        return Err(VaryError::List { key: key.to_owned(), found });
    }
    Ok(values)
}

impl Range {
    /// Reads `LO..HI` or `LO..HI:STEP`; an error still lacks the text.
    fn parse(text: &str) -> Result<Self, fn(String) -> VaryError> {
        let (low, rest) = text.split_once("..").ok_or(VaryError::Range as fn(_) -> _)?;
        let (high, step) = match rest.split_once(':') {
            Some((high, step)) => (high, Some(step.trim())),
            None => (rest, None),
        };
        let parts = [Some(low.trim()), Some(high.trim()), step];
        let mut unit = if parts.iter().flatten().all(|part| decimals(part).is_some()) {
            Unit::Number(parts.iter().flatten().filter_map(|part| decimals(part)).max().unwrap_or(0))
        } else {
            Unit::Duration
        };
        let units = |unit: Unit, text: &str| unit.units(text).ok_or(VaryError::Range as fn(_) -> _);
        let is_stepped = step.is_some() || unit == Unit::Number(0);
        if let (Unit::Number(decimals), false) = (unit, is_stepped) {
            // As fine as a thousandth of the last decimal that was typed.
            unit = Unit::Number(decimals + 3);
        }
        let (low, high) =
            (units(unit, parts[0].unwrap_or_default())?, units(unit, parts[1].unwrap_or_default())?);
        if low > high {
            return Err(VaryError::Empty);
        }
        let span = high - low;
        let step = match (step, unit) {
            (Some(step), _) => units(unit, step)?,
            (None, Unit::Duration) => {
                let tens = (0..).map(|power| 10_i64.pow(power));
                tens.take_while(|&ten| ten <= (span / FINE).max(1)).last().unwrap_or(1)
            }
            (None, Unit::Number(_)) => 1,
        };
        if step <= 0 {
            return Err(VaryError::Step);
        }
        Ok(Self { low, step, count: (span / step) as u64 + 1, unit, is_stepped })
    }
}

/// The decimals of a number; `None` where the text is none, or has more digits than can be counted with.
fn decimals(text: &str) -> Option<usize> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let decimals = digits.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    (are_digits(whole) && are_digits(fraction))
        .then_some(decimals)
        .filter(|&decimals| decimals <= MOST_DECIMALS && whole.len() + decimals <= MOST_DIGITS)
}

impl Unit {
    /// A bound or a step in whole units.
    fn units(self, text: &str) -> Option<i64> {
        match self {
            Self::Duration => text.parse::<SimDuration>().ok().map(SimDuration::micros),
            Self::Number(places) => {
                let missing = places.checked_sub(decimals(text)?)?;
                let digits: String = text.chars().filter(|c| *c != '.').collect();
                digits.parse::<i64>().ok()?.checked_mul(10_i64.pow(missing as u32))
            }
        }
    }

    /// So many units as a scenario writes them.
    fn typed(self, units: i64) -> String {
        match self {
            Self::Number(0) => units.to_string(),
            Self::Number(places) => {
                let (sign, size) = (if units < 0 { "-" } else { "" }, units.unsigned_abs());
                let scale = 10_u64.pow(places as u32);
                let text = format!("{sign}{}.{:0places$}", size / scale, size % scale);
                let text = text.trim_end_matches('0');
                if text.ends_with('.') { format!("{text}0") } else { text.to_owned() }
            }
            Self::Duration => {
                const UNITS: [(&str, i64); 5] =
                    [("h", 3_600_000_000), ("min", 60_000_000), ("s", 1_000_000), ("ms", 1000), ("us", 1)];
                let (mut text, mut rest) = (String::new(), units);
                for (name, length) in UNITS {
                    if rest >= length {
                        text += &(rest / length).to_string();
                        text += name;
                        rest %= length;
                    }
                }
                if text.is_empty() { "0s".to_owned() } else { text }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        let vary = Vary::parse(text).expect("a key with its values");
        (0..vary.count()).map(|place| vary.value(place)).collect()
    }

    #[test]
    fn lists_and_ranges_have_these_values() {
        for (text, expected) in [
            ("burst.tickets=5,20, 60", "5 20 60"),
            ("burst.tickets = 5", "5"),
            ("desk.technicians=6..9", "6 7 8 9"),
            ("desk.technicians=1..10:4", "1 5 9"),
            ("x.share=0.1..0.4:0.1", "0.1 0.2 0.3 0.4"),
            ("x.share=0..1:0.25", "0.0 0.25 0.5 0.75 1.0"),
            ("x.offset=-1..1", "-1 0 1"),
            ("x.offset=-0.5..0.5:0.5", "-0.5 0.0 0.5"),
            ("ranker.latency=1min..3min:30s", "1min 1min30s 2min 2min30s 3min"),
            ("ranker.latency=0s..1h30min:45min", "0s 45min 1h30min"),
            ("desk.team.\"Help = Desk\".technicians=6,9", "6 9"),
            ("burst.arrivals.recorded.file=../a.csv,b.csv", "../a.csv b.csv"),
        ] {
            assert_eq!(values(text).join(" "), expected, "{text}");
        }
        let vary = Vary::parse("desk.team.\"Help = Desk\".technicians=6,9").expect("as above");
        assert_eq!(vary.set("9").to_string(), "--set desk.team.\"Help = Desk\".technicians=9");
    }

    #[test]
    fn a_range_without_a_step_is_fine_and_cannot_be_counted_off() {
        let share = Vary::parse("x.share=0.0..1.0").expect("a range");
        assert!(matches!(share.is_countable(), Err(VaryError::NoStep(_))));
        assert_eq!(
            (share.count(), share.value(1), share.value(10_000)),
            (10_001, "0.0001".into(), "1.0".into())
        );
        let length = Vary::parse("x.length=1min..10min").expect("a range");
        assert_eq!(
            (length.count(), length.value(3), length.value(5400)),
            (5401, "1min300ms".into(), "10min".into())
        );
        assert!(length.is_countable().is_err() && length.is_range());
        assert!(Vary::parse("x.count=1..10").expect("a range").is_countable().is_ok());
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, message) in [
            ("burst.tickets", "which key takes which values"),
            ("=5,6", "which key takes which values"),
            ("burst.tickets=", "which key takes which values"),
            ("burst..tickets=5", "`burst..tickets` is not a key"),
            ("burst.tickets=5,,6", "nothing between two commas"),
            ("burst.tickets=5,6,5", "the value 5 twice"),
            ("burst.arrivals={ a = 1 }", "plain values"),
            ("burst.tickets=5..x", "is not a range"),
            ("burst.tickets=5..", "is not a range"),
            ("burst.tickets=5..10min", "is not a range"),
            ("burst.tickets=1..99999999999999999", "is not a range"),
            ("burst.tickets=9..5", "empty range"),
            ("burst.tickets=5..9:0", "leads nowhere"),
            ("burst.tickets=5..9:-1", "leads nowhere"),
            ("output.folder=a,b", "changes nothing that is simulated"),
            ("experiment.threads=1,2", "changes nothing that is simulated"),
            ("experiment.confidence=0.9,0.95", "changes nothing that is simulated"),
            ("experiment.disciplines=a,b", "the same disciplines"),
            ("thresholds.makespan=a,b", "the same thresholds"),
            ("seed=1,2", "share the seed"),
        ] {
            let error = Vary::parse(text).expect_err(text).to_string();
            assert!(error.contains(message), "{text}: {error}");
        }
        assert!(Vary::parse("experiment.replications=10,20").is_ok());
    }
}
