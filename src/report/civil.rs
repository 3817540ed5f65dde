//! Simulated instants as civil time, fast enough for a line each.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::{SimDuration, SimTime};

/// Turns simulated instants into RFC 3339 with the offset of the scenario's zone.
pub(super) struct Civil {
    start_micros: i64,
    zone: TimeZone,
}

impl Civil {
    /// For a scenario that starts at `start`.
    pub(super) fn new(start: &jiff::Zoned) -> Self {
        Self { start_micros: start.timestamp().as_microsecond(), zone: start.time_zone().clone() }
    }

    /// Appends `2026-11-23T08:00:03.25-05:00`: microseconds without trailing zeros, none where they are zero.
    ///
    /// An instant past the years that civil time knows is written as the last one it knows.
    pub(super) fn push(&self, out: &mut String, at: SimTime) {
        let micros = self.start_micros.saturating_add(at.micros());
        let timestamp = Timestamp::from_microsecond(micros).unwrap_or(if micros < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        });
        let offset = self.zone.to_offset(timestamp);
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
        // RFC 3339 knows no offsets of seconds, which zones had before 1972.
        let minutes = (offset.seconds().abs() + 30) / 60;
        out.push(if offset.seconds() < 0 { '-' } else { '+' });
        two(out, i64::from(minutes / 60));
        out.push(':');
        two(out, i64::from(minutes % 60));
    }

    /// [`Civil::push`] as a new text.
    pub(super) fn text(&self, at: SimTime) -> String {
        let mut out = String::with_capacity(32);
        self.push(&mut out, at);
        out
    }
}

/// Appends a length in seconds, exactly: `337.25`.
pub(super) fn push_seconds(out: &mut String, length: SimDuration) {
    let micros = length.micros();
    if micros < 0 {
        out.push('-');
    }
    push_whole(out, micros.unsigned_abs() / 1_000_000);
    push_fraction(out, (micros.unsigned_abs() % 1_000_000) as i64);
}

/// Appends a whole number; `write!` takes four times as long.
pub(super) fn push_whole(out: &mut String, number: u64) {
    if number >= 10 {
        push_whole(out, number / 10);
    }
    out.push(digit((number % 10) as i64));
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
    use super::*;

    #[test]
    fn instants_are_written_as_the_zone_of_the_scenario_has_them() {
        let start: jiff::Zoned = "2026-11-01T00:30:00-04:00[America/New_York]".parse().unwrap();
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
        }
        let east: jiff::Zoned = "2026-11-23T08:00:00+05:45[Asia/Kathmandu]".parse().unwrap();
        assert_eq!(Civil::new(&east).text(SimTime::ZERO), "2026-11-23T08:00:00+05:45");
        assert!(civil.text(SimTime::MAX).starts_with("9999-12-30T"), "{}", civil.text(SimTime::MAX));
    }

    #[test]
    fn lengths_are_written_exactly() {
        for (micros, text) in
            [(0, "0"), (337_250_000, "337.25"), (-1, "-0.000001"), (1_000_000_000_001, "1000000.000001")]
        {
            let mut out = String::new();
            push_seconds(&mut out, SimDuration::from_micros(micros));
            assert_eq!(out, text);
        }
    }
}
