//! Instants as recordings and plans write them, read into simulated time.

use jiff::Timestamp;
use jiff::ZonedDateTime;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::domain::SimTime;

/// What an instant should look like.
pub(super) const EXPECTED: &str =
    "an instant, as in \"2026-11-23T08:05:30+01:00\", or civil time, as in \"2026-11-23 08:05\"";

/// An instant that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Instant {
    /// When.
    pub at: SimTime,
    /// Whether it was a civil time that a clock change skips or repeats.
    pub ambiguous: bool,
}

/// Turns civil time of a zone, as a rule the scenario's, into simulated time.
#[derive(Debug)]
pub(super) struct Clock {
    zone: TimeZone,
    origin: i64,
}

impl Clock {
    /// Counts from `start`, in its zone.
    pub(super) fn new(start: &ZonedDateTime) -> Self {
        Self { zone: start.time_zone().clone(), origin: start.timestamp().as_microsecond() }
    }

    /// Counts from `start`, in another zone.
    pub(super) fn elsewhere(start: &ZonedDateTime, zone: TimeZone) -> Self {
        Self { zone, origin: start.timestamp().as_microsecond() }
    }

    /// Reads RFC 3339, or civil time with minutes or seconds and a `T` or a space before the hour.
    pub(super) fn read(&self, text: &str) -> Option<Instant> {
        let text = text.trim();
        let time = text.get(11..)?;
        if !matches!(text.as_bytes()[10], b'T' | b't' | b' ') {
            return None;
        }
        if time.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.')) {
            return self.civil(text.parse().ok()?);
        }
        let at = self.since_start(text.parse().ok()?);
        Some(Instant { at, ambiguous: false })
    }

    /// An instant of civil time. A time that a clock change skips is moved forward by the length of the gap; of one that
    /// it repeats, the earlier is taken (RFC 5545's rule).
    pub(super) fn civil(&self, civil: DateTime) -> Option<Instant> {
        let zoned = self.zone.to_ambiguous_zoned_datetime(civil);
        let ambiguous = zoned.is_ambiguous();
        Some(Instant { at: self.since_start(zoned.compatible().ok()?.timestamp()), ambiguous })
    }

    fn since_start(&self, instant: Timestamp) -> SimTime {
        SimTime::from_micros(instant.as_microsecond() - self.origin)
    }

    /// Civil time to the second, for messages.
    pub(super) fn show(&self, at: SimTime) -> String {
        Timestamp::from_microsecond(self.origin + at.micros()).map_or_else(
            |_| format!("{at:?}"),
            |instant| {
                let civil = self.zone.to_datetime(instant);
                civil
                    .strftime(if civil.second() == 0 { "%Y-%m-%dT%H:%M" } else { "%Y-%m-%dT%H:%M:%S" })
                    .to_string()
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(start: &str) -> Clock {
        Clock::new(&start.parse().unwrap())
    }

    #[test]
    fn instants_and_civil_times_are_read() {
        let clock = clock("2026-11-23T08:00[Europe/Berlin]");
        for (text, seconds) in [
            ("2026-11-23T08:05", 300),
            ("2026-11-23 08:05", 300),
            (" 2026-11-23 08:05:30 ", 330),
            ("2026-11-23T07:05:30Z", 330),
            ("2026-11-23T07:05:30.000Z", 330),
            ("2026-11-23t07:05:30z", 330),
            ("2026-11-23T08:05:30+01:00", 330),
            ("2026-11-23T12:35:30+0530", 330),
            ("2026-11-22T08:00", -86_400),
        ] {
            let instant = clock.read(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                instant,
                Instant { at: SimTime::from_micros(seconds * 1_000_000), ambiguous: false },
                "{text}"
            );
        }
        for text in [
            "",
            "yesterday",
            "2026-11-23",
            "2026-11-23T",
            "2026-11-23T25:00",
            "2026-13-23T08:00",
            "2026-11-23X08:00",
            "2026-11-23T08:05 or so",
            "2026-11-23T08:05+99:00",
            "23/11/2026 08:05",
            "ééééééééééé",
        ] {
            assert_eq!(clock.read(text), None, "{text}");
        }
    }

    #[test]
    fn skipped_and_repeated_civil_times_are_settled_and_told() {
        let clock = clock("2026-03-08T01:00[America/New_York]");
        let hours = |count: i64| SimTime::from_micros(count * 3_600_000_000);
        // 02:30 does not exist: 03:30, an hour and a half after the start.
        let skipped = clock.read("2026-03-08T02:30").unwrap();
        assert_eq!(skipped, Instant { at: SimTime::from_micros(5_400_000_000), ambiguous: true });
        assert_eq!(clock.read("2026-03-08T03:00").unwrap(), Instant { at: hours(1), ambiguous: false });
        let autumn = Clock::new(&"2026-11-01T00:00[America/New_York]".parse().unwrap());
        assert_eq!(autumn.read("2026-11-01T01:00").unwrap(), Instant { at: hours(1), ambiguous: true });
        assert_eq!(autumn.read("2026-11-01T02:00").unwrap(), Instant { at: hours(3), ambiguous: false });
    }

    #[test]
    fn instants_are_shown_as_civil_time() {
        let clock = clock("2026-11-23T08:00[Europe/Berlin]");
        assert_eq!(clock.show(SimTime::ZERO), "2026-11-23T08:00");
        assert_eq!(clock.show(SimTime::from_micros(61_000_000)), "2026-11-23T08:01:01");
    }
}
