//! Simulated time: integer microseconds since the scenario's start.

use std::fmt;
use std::ops::{Add, AddAssign, Mul, Sub};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An instant: microseconds since the scenario's start. It may be negative for what was there before.
///
/// Arithmetic on instants and lengths saturates: a heavy tail may well yield a latency of a million years, and the replay
/// must end all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SimTime(i64);

/// A length of time in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SimDuration(i64);

impl SimTime {
    /// The scenario's start.
    pub const ZERO: SimTime = SimTime(0);
    /// Later than everything.
    pub const MAX: SimTime = SimTime(i64::MAX);
    /// Earlier than everything.
    pub const MIN: SimTime = SimTime(i64::MIN);

    /// The instant `micros` microseconds after the scenario's start.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the scenario's start.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Seconds since the scenario's start.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// This instant plus `length`, or [`SimTime::MAX`] where that does not fit.
    #[must_use]
    pub const fn saturating_add(self, length: SimDuration) -> Self {
        Self(self.0.saturating_add(length.0))
    }
}

impl SimDuration {
    /// No time at all.
    pub const ZERO: SimDuration = SimDuration(0);

    /// `micros` microseconds.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// `seconds` seconds.
    pub const fn from_secs(seconds: i64) -> Self {
        Self(seconds * 1_000_000)
    }

    /// `minutes` minutes.
    pub const fn from_mins(minutes: i64) -> Self {
        Self(minutes * 60_000_000)
    }

    /// `hours` hours.
    pub const fn from_hours(hours: i64) -> Self {
        Self(hours * 3_600_000_000)
    }

    /// `seconds` rounded to the nearest microsecond, halves away from zero.
    pub fn from_secs_f64(seconds: f64) -> Self {
        Self(nearest(seconds * 1e6))
    }

    /// Microseconds.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Seconds.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// Minutes.
    pub fn as_mins_f64(self) -> f64 {
        self.0 as f64 / 6e7
    }

    /// Hours.
    pub fn as_hours_f64(self) -> f64 {
        self.0 as f64 / 3.6e9
    }
}

/// The whole number nearest to `value`, halves away from zero; 0 for what is no number. On many processors the library's
/// rounding is a call.
pub fn nearest(value: f64) -> i64 {
    let whole = value as i64;
    let rest = value - whole as f64;
    whole.saturating_add(i64::from(rest >= 0.5)).saturating_sub(i64::from(rest <= -0.5))
}

impl Add<SimDuration> for SimTime {
    type Output = SimTime;
    fn add(self, length: SimDuration) -> SimTime {
        SimTime(self.0.saturating_add(length.0))
    }
}

impl AddAssign<SimDuration> for SimTime {
    fn add_assign(&mut self, length: SimDuration) {
        *self = *self + length;
    }
}

impl Sub<SimDuration> for SimTime {
    type Output = SimTime;
    fn sub(self, length: SimDuration) -> SimTime {
        SimTime(self.0.saturating_sub(length.0))
    }
}

impl Sub for SimTime {
    type Output = SimDuration;
    fn sub(self, earlier: SimTime) -> SimDuration {
        SimDuration(self.0.saturating_sub(earlier.0))
    }
}

impl Add for SimDuration {
    type Output = SimDuration;
    fn add(self, other: SimDuration) -> SimDuration {
        SimDuration(self.0.saturating_add(other.0))
    }
}

impl AddAssign for SimDuration {
    fn add_assign(&mut self, other: SimDuration) {
        *self = *self + other;
    }
}

impl Sub for SimDuration {
    type Output = SimDuration;
    fn sub(self, other: SimDuration) -> SimDuration {
        SimDuration(self.0.saturating_sub(other.0))
    }
}

impl Mul<i64> for SimDuration {
    type Output = SimDuration;
    fn mul(self, times: i64) -> SimDuration {
        SimDuration(self.0.saturating_mul(times))
    }
}

/// Two units at most, as a person would say it: `2 h 30 min`, `4 min 20 s`, `12.5 s`.
impl fmt::Display for SimDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        // Each is rounded from the length itself: what is rounded twice may go up that should go down.
        let length = self.0.unsigned_abs();
        let tenths = (length + 50_000) / 100_000;
        let seconds = (length + 500_000) / 1_000_000;
        let text = if tenths < 600 {
            if tenths.is_multiple_of(10) {
                format!("{sign}{} s", tenths / 10)
            } else {
                format!("{sign}{}.{} s", tenths / 10, tenths % 10)
            }
        } else if seconds < 3600 {
            match (seconds / 60, seconds % 60) {
                (minutes, 0) => format!("{sign}{minutes} min"),
                (minutes, rest) => format!("{sign}{minutes} min {rest:02} s"),
            }
        } else {
            let minutes = (length + 30_000_000) / 60_000_000;
            match (minutes / 60, minutes % 60) {
                (hours, 0) => format!("{sign}{hours} h"),
                (hours, rest) => format!("{sign}{hours} h {rest:02} min"),
            }
        };
        f.pad(&text)
    }
}

/// Why a text is not a duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// It has another form.
    #[error(
        "`{0}` is not a duration: write a number and a unit (us, ms, s, min, h, d), as in \"90s\", \"10min\" or \
         \"1h30min\""
    )]
    Malformed(String),
    /// It is longer than a thousand years.
    #[error("`{0}` is too long: a duration is at most 365250d, which is a thousand years")]
    TooLong(String),
}

/// The units a duration is written in, with their length in microseconds.
const UNITS: [(&str, f64); 6] =
    [("us", 1.0), ("ms", 1e3), ("s", 1e6), ("min", 6e7), ("h", 3.6e9), ("d", 8.64e10)];

/// The longest duration that a scenario may name: a thousand years.
const LONGEST_MICROS: f64 = 3.15576e16;

impl FromStr for SimDuration {
    type Err = DurationError;

    fn from_str(text: &str) -> Result<Self, DurationError> {
        let wrong = || DurationError::Malformed(text.to_owned());
        let mut rest = text.trim();
        let mut micros = 0.0;
        if rest.is_empty() {
            return Err(wrong());
        }
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(wrong)?;
            let number: f64 = rest[..digits].parse().map_err(|_| wrong())?;
            rest = rest[digits..].trim_start();
            let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            let unit = UNITS.iter().find(|(name, _)| *name == &rest[..letters]).ok_or_else(wrong)?;
            micros += number * unit.1;
            rest = rest[letters..].trim_start();
        }
        if micros > LONGEST_MICROS {
            return Err(DurationError::TooLong(text.to_owned()));
        }
        Ok(Self(micros.round() as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_whole_number_is_what_the_library_says() {
        let halves = (-2001..=2001).map(|half| f64::from(half) / 2.0);
        let beside = |value: f64| [value.next_down(), value, value.next_up()];
        let large = [2e15, 4_503_599_627_370_495.5, 9e15, 1e18, 9.3e18, 1e300, f64::INFINITY, f64::NAN];
        for value in halves.chain(large).flat_map(beside).flat_map(|value| [value, -value]) {
            assert_eq!(nearest(value), value.round() as i64, "{value}");
        }
    }

    #[test]
    fn sums_beyond_the_end_of_time_stay_there() {
        let (long, far) = (SimDuration::from_micros(i64::MAX - 1), SimTime::from_micros(i64::MAX - 1));
        let mut sum = long;
        sum += long;
        let mut later = far;
        later += long;
        assert_eq!(
            (sum, later, far + long),
            (SimDuration::from_micros(i64::MAX), SimTime::MAX, SimTime::MAX)
        );
        assert_eq!((long + long, long * 2), (sum, sum));
        assert_eq!(SimTime::from_micros(-9) - long - long, SimTime::MIN);
        assert_eq!(far - SimTime::from_micros(-9), sum);
        assert_eq!(SimDuration::from_micros(-9) - long - long, SimDuration::from_micros(i64::MIN));
    }

    #[test]
    fn durations_read_as_people_write_them() {
        for (text, micros) in [
            ("90s", 90_000_000),
            ("10min", 600_000_000),
            ("1h30min", 5_400_000_000),
            ("1h 30min", 5_400_000_000),
            ("1.5h", 5_400_000_000),
            ("250ms", 250_000),
            ("7us", 7),
            ("2d", 172_800_000_000),
            ("0s", 0),
        ] {
            assert_eq!(text.parse(), Ok(SimDuration::from_micros(micros)), "{text}");
        }
        for text in ["", "10", "-5min", "5 minutes", "min", "1h-3min", "1e3s", "9999999d", "é", "5é"] {
            assert!(text.parse::<SimDuration>().is_err(), "{text} must be refused");
        }
        assert!("365250d".parse::<SimDuration>().is_ok());
        let error = "365251d".parse::<SimDuration>().expect_err("longer than a thousand years").to_string();
        assert!(error.contains("at most 365250d"), "{error}");
    }

    #[test]
    fn durations_print_in_two_units_at_most() {
        for (micros, text) in [
            (0, "0 s"),
            (12_500_000, "12.5 s"),
            (59_949_999, "59.9 s"),
            (59_999_999, "1 min"),
            (260_000_000, "4 min 20 s"),
            // Not up twice: 6 min 27.46 s is 6 min 27.5 s, and yet nearer to 27 s.
            (387_460_000, "6 min 27 s"),
            (7_229_700_000, "2 h"),
            (3_599_700_000, "1 h"),
            (9_000_000_000, "2 h 30 min"),
            (-90_000_000, "-1 min 30 s"),
        ] {
            assert_eq!(SimDuration::from_micros(micros).to_string(), text);
        }
    }
}
