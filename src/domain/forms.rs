//! The forms of time as it is typed: durations with a unit, civil times, spans, working hours and days of the week.

use jiff::civil::DateTime;
use serde_json::json;

use super::civil::{self, DayHours, Stretch, YEARS};
use super::time::{DurationError, SimDuration};
use crate::keys::{At, Book, Form, Shape};

/// What a duration looks like, for editors.
const PATTERN: &str = r"^\s*([0-9]+(\.[0-9]*)?\s*(us|ms|s|min|h|d)\s*)+$";

/// What a duration looks like, for messages.
const EXPECTED: &str = "a duration such as \"90s\", \"10min\" or \"1h30min\"";

/// The shortest and the longest slot, in microseconds.
const SLOT_MICROS: std::ops::RangeInclusive<i64> = 60_000_000..=28_800_000_000;

/// Reads a duration of any length.
fn duration(at: &mut At<'_, '_>) -> Option<SimDuration> {
    let needs_unit = |number: &str| {
        format!("a duration, in quotes and with a unit; write for example \"{number}s\" or \"{number}min\"")
    };
    let refused = if let Some(number) = at.number() {
        match number.as_i64() {
            Some(number) if number < 0 => {
                "a duration that is not negative, in quotes and with a unit".to_owned()
            }
            _ => needs_unit(
                &number.as_f64().filter(|_| number.is_f64()).map_or(number.to_string(), |x| x.to_string()),
            ),
        }
    } else if let Some(text) = at.text() {
        match text.parse() {
            Ok(duration) => return Some(duration),
            Err(DurationError::TooLong(_)) => {
                "a duration of at most \"365250d\", which is a thousand years".to_owned()
            }
            Err(_) if text.trim_start().starts_with('-') => "a duration that is not negative".to_owned(),
            Err(_) if text.trim().parse::<f64>().is_ok() => needs_unit(text.trim()),
            Err(_) => format!("{EXPECTED}; units are us, ms, s, min, h and d"),
        }
    } else {
        EXPECTED.to_owned()
    };
    refuse(at, &refused)
}

/// Notes what was expected, and behind a semicolon what helps.
fn refuse<T>(at: &mut At<'_, '_>, expected: &str) -> Option<T> {
    match expected.split_once("; ") {
        Some((expected, help)) => at.refuse(expected, Some(help.to_owned())),
        None => at.refuse(expected, None),
    }
}

/// Defines a form of durations with bounds.
macro_rules! duration {
    ($(#[$doc:meta])* $name:ident, $words:literal, $is_valid:expr, $refusal:literal) => {
        $(#[$doc])*
        pub struct $name;

        impl Form for $name {
            type Value = SimDuration;

            fn read(at: &mut At<'_, '_>) -> Option<SimDuration> {
                let is_valid: fn(SimDuration) -> bool = $is_valid;
                let duration = duration(at)?;
                if is_valid(duration) { Some(duration) } else { refuse(at, $refusal) }
            }

            fn shape(_: &mut Book<'_>) -> Shape {
                Shape::Leaf(json!({ "type": "string", "pattern": PATTERN }), $words.to_owned())
            }
        }
    };
}

duration!(
    /// A duration, zero included.
    Length,
    "a duration",
    |_| true,
    ""
);
duration!(
    /// A duration above zero.
    PositiveLength,
    "a duration above zero",
    |duration| duration > SimDuration::ZERO,
    "a duration above zero"
);
duration!(
    /// A slot's length.
    SlotLength,
    "a duration from 1min to 8h",
    |duration| SLOT_MICROS.contains(&duration.micros()),
    "a duration from \"1min\" to \"8h\"; a slot is one appointment of 1 to 480 minutes, within a working day"
);

/// Defines a form of texts.
macro_rules! text {
    ($(#[$doc:meta])* $name:ident -> $value:ty, $words:literal, $pattern:expr, $expected:expr, $read:expr) => {
        $(#[$doc])*
        pub struct $name;

        impl Form for $name {
            type Value = $value;

            fn read(at: &mut At<'_, '_>) -> Option<$value> {
                let read: fn(&str) -> Result<$value, String> = $read;
                match at.text().map(read) {
                    Some(Ok(value)) => Some(value),
                    Some(Err(expected)) => refuse(at, &expected),
                    None => refuse(at, $expected),
                }
            }

            fn shape(_: &mut Book<'_>) -> Shape {
                Shape::Leaf(json!({ "type": "string", "pattern": $pattern }), $words.to_owned())
            }
        }
    };
}

const CIVIL_EXPECTED: &str = "a civil time such as \"2026-11-23T08:00\"";

/// Hours of a day, or always.
const HOURS_PATTERN: &str = "^(always|\\s*[0-9]{1,2}:[0-9]{2}\\s*-\\s*[0-9]{1,2}:[0-9]{2}\\s*)$";

text!(
    /// A civil time, to the minute or the second.
    CivilTime -> DateTime,
    "a civil time, `YYYY-MM-DDTHH:MM`",
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?$",
    CIVIL_EXPECTED,
    |text| {
        let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
        match formats.iter().find_map(|format| DateTime::strptime(format, text).ok()) {
            Some(time) if YEARS.contains(&time.year()) => Ok(time),
            Some(_) => Err(format!("a civil time between the years {} and {}", YEARS.start(), YEARS.end())),
            None => Err(format!("{CIVIL_EXPECTED}; date, T, hours and minutes, without an offset")),
        }
    }
);
text!(
    /// Working hours of a day.
    Hours -> DayHours,
    "`HH:MM-HH:MM` up to 24:00, or `always`",
    HOURS_PATTERN,
    civil::HOURS_EXPECTED,
    |text| civil::hours(text).map_err(str::to_owned)
);
text!(
    /// The hours of a day in which a standing rule applies.
    RuleHours -> DayHours,
    "`HH:MM-HH:MM` up to 24:00, or `always`",
    HOURS_PATTERN,
    civil::HOURS_EXPECTED,
    |text| civil::hours(text).map_err(|expected| match expected {
        civil::HOURS_EXPECTED => expected.to_owned(),
        _ => "hours that end after they start, on the same day; for hours past midnight write two rules, one that ends \
              at \"24:00\" and one that starts at \"00:00\""
            .to_owned(),
    })
);
text!(
    /// A stretch of civil time: of the first day, or with days of its own.
    Span -> Stretch,
    "`HH:MM-HH:MM`, or two civil times with a stroke between them",
    "^\\s*([0-9]{1,2}:[0-9]{2}\\s*-\\s*[0-9]{1,2}:[0-9]{2}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}\\s*/\\s*[0-9]{4}\
     -[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2})\\s*$",
    civil::SPAN_EXPECTED,
    |text| Stretch::read(text).map_err(str::to_owned)
);

/// A day of the week, read as its number, Monday being 0.
pub struct Weekday;

impl Form for Weekday {
    type Value = usize;

    fn read(at: &mut At<'_, '_>) -> Option<usize> {
        if let Some(help) =
            at.text().filter(|text| !civil::WEEKDAYS.contains(text)).and_then(civil::weekday_help)
        {
            return at.refuse("a day from \"mon\" to \"sun\"", Some(help));
        }
        let name = at.one_of(&civil::WEEKDAYS)?;
        civil::WEEKDAYS.iter().position(|day| *day == name)
    }

    fn shape(_: &mut Book<'_>) -> Shape {
        let words = format!("`{}`", civil::WEEKDAYS.join("`, `"));
        Shape::Leaf(json!({ "type": "string", "enum": civil::WEEKDAYS }), words)
    }
}
