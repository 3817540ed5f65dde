//! Numbers and lengths as text, and simulated instants as civil time and back, fast enough for a line each.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

use super::time::{SimDuration, SimTime};

/// Turns simulated instants into RFC 3339 with the offset of the scenario's zone.
#[derive(Clone, Debug)]
pub struct Civil {
    start_micros: i64,
    zone: TimeZone,
}

impl Civil {
    /// For a scenario that starts at `start`.
    pub fn new(start: &jiff::ZonedDateTime) -> Self {
        Self { start_micros: start.timestamp().as_microsecond(), zone: start.time_zone().clone() }
    }

    /// Appends `2026-11-23T08:00:03.25-05:00`: microseconds without trailing zeros, none where they are zero.
    ///
    /// An instant past the years that civil time knows is written as the last one it knows.
    pub fn push(&self, out: &mut String, at: SimTime) {
        let (timestamp, offset) = self.instant(at);
        let there = offset.to_datetime(timestamp);
        let year = there.year();
        if year < 0 {
            out.push('-');
        }
        let year = i64::from(year.unsigned_abs());
        two(out, year / 100);
        two(out, year % 100);
        for (mark, number) in [
            ('-', there.month()),
            ('-', there.day()),
            ('T', there.hour()),
            (':', there.minute()),
            (':', there.second()),
        ] {
            out.push(mark);
            two(out, i64::from(number));
        }
        push_fraction(out, i64::from(there.subsec_nanosecond() / 1000));
        push_offset(out, offset);
    }

    /// What the clocks of the zone show at the instant, in microseconds since they showed the beginning of 1970.
    pub fn local_micros(&self, at: SimTime) -> i64 {
        let (timestamp, offset) = self.instant(at);
        timestamp.as_microsecond().saturating_add(i64::from(offset.seconds()) * 1_000_000)
    }

    /// The instant, or the nearest that civil time knows, and the zone's offset then.
    fn instant(&self, at: SimTime) -> (Timestamp, Offset) {
        let micros = self.start_micros.saturating_add(at.micros());
        let nearest = if micros < 0 { Timestamp::MIN } else { Timestamp::MAX };
        let timestamp = Timestamp::from_microsecond(micros).unwrap_or(nearest);
        (timestamp, self.zone.to_offset(timestamp))
    }

    /// Whether [`Civil::push`] writes the instant as it is.
    pub fn knows(&self, at: SimTime) -> bool {
        /// The first day of the year 1, and a day for the zone.
        const FIRST: i64 = (-719_162 + 1) * 86_400_000_000;
        let micros = self.start_micros.checked_add(at.micros());
        micros.is_some_and(|micros| (FIRST..=Timestamp::MAX.as_microsecond()).contains(&micros))
    }

    /// The instant that [`Civil::push`] has written as `text`; `None`: it never writes that.
    pub fn parse(&self, text: &str) -> Option<SimTime> {
        let (there, offset) = text.split_at_checked(text.len().checked_sub("+00:00".len())?)?;
        let there: DateTime = there.parse().ok()?;
        let (first, second) = match self.zone.to_ambiguous_timestamp(there).offset() {
            AmbiguousOffset::Unambiguous { offset } => (offset, offset),
            AmbiguousOffset::Gap { before, after } | AmbiguousOffset::Fold { before, after } => {
                (before, after)
            }
        };
        let mut written = String::with_capacity(offset.len());
        push_offset(&mut written, first);
        let offset = if written == offset { first } else { second };
        let micros = offset.to_timestamp(there).ok()?.as_microsecond();
        let at = SimTime::from_micros(micros.checked_sub(self.start_micros)?);
        (self.text(at) == text).then_some(at)
    }

    /// [`Civil::push`] as a new text.
    pub fn text(&self, at: SimTime) -> String {
        let mut out = String::with_capacity(32);
        self.push(&mut out, at);
        out
    }
}

/// Appends `-05:00`. RFC 3339 knows no offsets of seconds, which zones had before 1972.
fn push_offset(out: &mut String, offset: Offset) {
    let minutes = (offset.seconds().abs() + 30) / 60;
    out.push(if offset.seconds() < 0 { '-' } else { '+' });
    two(out, i64::from(minutes / 60));
    out.push(':');
    two(out, i64::from(minutes % 60));
}

/// Appends a length in seconds, exactly: `337.25`.
pub fn push_seconds(out: &mut String, length: SimDuration) {
    let micros = length.micros();
    if micros < 0 {
        out.push('-');
    }
    push_whole(out, micros.unsigned_abs() / 1_000_000);
    push_fraction(out, (micros.unsigned_abs() % 1_000_000) as i64);
}

/// The microseconds that [`push_seconds`] has written.
pub fn micros_of_seconds(text: &str) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) || fraction.len() > 6 {
        return None;
    }
    let whole: i128 = whole.parse::<i64>().ok()?.into();
    let fraction: i128 = format!("{fraction:0<6}").parse::<i64>().ok()?.into();
    i64::try_from(sign * (whole * 1_000_000 + fraction)).ok()
}

/// Appends a whole number; `write!` takes four times as long.
pub fn push_whole(out: &mut String, number: u64) {
    if number >= 10 {
        push_whole(out, number / 10);
    }
    out.push(digit((number % 10) as i64));
}

/// Appends a number's shortest text that reads back the same; nothing for one that is not finite.
pub fn push_number(out: &mut String, number: f64) {
    // Most numbers are of whole millionths. No two decimals of fifteen digits are the same number, so none shorter is this one.
    let micros = (number * 1e6).round();
    if micros.abs() < 1e15 && micros / 1e6 == number {
        push_seconds(out, SimDuration::from_micros(micros as i64));
    } else if number.is_finite() {
        // Adding zero takes the sign from a negative zero.
        let _ = write!(out, "{}", number + 0.0);
    }
}

/// Appends `.25` for 250,000 microseconds and nothing for none.
fn push_fraction(out: &mut String, mut micros: i64) {
    if micros == 0 {
        return;
    }
    out.push('.');
    let mut place = 100_000;
    while micros > 0 {
        out.push(digit(micros / place));
        micros %= place;
        place /= 10;
    }
}

/// Appends two digits.
fn two(out: &mut String, number: i64) {
    out.push(digit(number / 10));
    out.push(digit(number % 10));
}

/// The character of a digit 0..9.
fn digit(number: i64) -> char {
    char::from(b'0' + number as u8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn instants_are_written_as_the_zone_of_the_scenario_has_them() {
        let start: jiff::ZonedDateTime = "2026-11-01T00:30:00-04:00[America/New_York]".parse().unwrap();
        let civil = Civil::new(&start);
        for (micros, text) in [
            (0, "2026-11-01T00:30:00-04:00"),
            (3_123_456, "2026-11-01T00:30:03.123456-04:00"),
            (3_120_000, "2026-11-01T00:30:03.12-04:00"),
            (3_000_010, "2026-11-01T00:30:03.00001-04:00"),
            // The clocks go back an hour at 02:00.
            (5_400_000_000, "2026-11-01T01:00:00-05:00"),
            (-1_800_000_001, "2026-10-31T23:59:59.999999-04:00"),
        ] {
            assert_eq!(civil.text(SimTime::from_micros(micros)), text);
            assert_eq!(civil.parse(text), Some(SimTime::from_micros(micros)));
        }
        // Before the clocks go back, and an hour later.
        assert_eq!(civil.parse("2026-11-01T01:15:00-04:00"), Some(SimTime::from_micros(2_700_000_000)));
        assert_eq!(civil.parse("2026-11-01T01:15:00-05:00"), Some(SimTime::from_micros(6_300_000_000)));
        for wrong in ["", "-05:00", "2026-11-01", "2026-11-01T01:15:00+01:00", "2026-11-01T01:15:00.50-04:00"]
        {
            assert_eq!(civil.parse(wrong), None, "{wrong}");
        }
        let east: jiff::ZonedDateTime = "2026-11-23T08:00:00+05:45[Asia/Kathmandu]".parse().unwrap();
        assert_eq!(Civil::new(&east).text(SimTime::ZERO), "2026-11-23T08:00:00+05:45");
        assert!(civil.text(SimTime::MAX).starts_with("9999-12-30T"), "{}", civil.text(SimTime::MAX));
        assert!(civil.knows(SimTime::ZERO) && !civil.knows(SimTime::MAX) && !civil.knows(SimTime::MIN));
    }

    #[test]
    fn numbers_read_back_the_same() {
        let text = |number| {
            let mut out = String::new();
            push_number(&mut out, number);
            out
        };
        for number in [0.1 + 0.2, 1.0 / 3.0, 1e-9, 123_456_789.0, -2.5] {
            assert_eq!(text(number).parse(), Ok(number));
        }
        assert_eq!(text(-0.0), "0");
        assert_eq!(text(f64::NAN), "");
    }

    proptest! {
        #[test]
        fn numbers_are_written_as_the_standard_library_writes_them(
            bits: u64, micros in -1_000_000_000_000_000_000_i64..=1_000_000_000_000_000_000, shift in 0_u32..50, ulps in 0_u64..3,
        ) {
            let whole = (micros >> shift) as f64 / 1e6;
            for number in [f64::from_bits(bits), whole, f64::from_bits(whole.to_bits() ^ ulps)] {
                let mut out = String::new();
                push_number(&mut out, number);
                let expected = if number.is_finite() { format!("{}", number + 0.0) } else { String::new() };
                prop_assert_eq!(out, expected);
            }
        }
    }

    #[test]
    fn lengths_are_written_exactly() {
        for (micros, text) in
            [(0, "0"), (337_250_000, "337.25"), (-1, "-0.000001"), (1_000_000_000_001, "1000000.000001")]
        {
            let mut out = String::new();
            push_seconds(&mut out, SimDuration::from_micros(micros));
            assert_eq!(out, text);
            assert_eq!(micros_of_seconds(text), Some(micros));
        }
        for wrong in ["", "-", ".5", "5.", "1e3", "+1", "0.0000001", "9223372036854.775808"] {
            assert_eq!(micros_of_seconds(wrong), None, "{wrong}");
        }
        assert_eq!(micros_of_seconds("-9223372036854.775808"), Some(i64::MIN));
    }
}
