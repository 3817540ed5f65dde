//! Spans of civil time as stretches of simulated time.

use jiff::civil::DateTime;

use super::error::WorkloadError;
use super::instant::Clock;
use crate::domain::Interval;
use crate::domain::civil::CivilSpan;

/// Which spans are merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Merge {
    /// Those that share an instant.
    Overlapping,
    /// Also those that only touch.
    Touching,
}

/// The spans in the clock's zone, sorted and disjoint. Each runs from its civil start to its civil end, so it is shorter
/// or longer where the clocks change within it; a civil time that is skipped counts as later by the length of the
/// gap, one that exists twice as the earlier. A span that vanishes in this way is left out and named in `vanished`.
///
/// # Errors
/// A span that is not written as `YYYY-MM-DDTHH:MM` or does not end after it begins.
pub(super) fn intervals(
    spans: &[CivilSpan],
    clock: &Clock,
    merge: Merge,
    vanished: &mut Vec<String>,
) -> Result<Vec<Interval>, WorkloadError> {
    let mut found: Vec<Interval> = Vec::with_capacity(spans.len());
    for span in spans {
        let read = |text: &str| {
            let civil: DateTime = text.parse().ok()?;
            Some((civil, clock.civil(civil)?.at))
        };
        let (from, to) = match (read(&span.from), read(&span.to)) {
            (Some(from), Some(to)) if from.0 < to.0 => (from.1, to.1),
            _ => {
                return Err(WorkloadError::BadPlan(format!(
                    "\"{}\" to \"{}\" is not a span of civil time, as from \"2026-11-23T09:00\" to \"2026-11-23T10:30\"",
                    span.from, span.to
                )));
            }
        };
        if from < to {
            found.push(Interval { start: from, end: to });
        } else {
            vanished.push(format!("{} to {}", span.from, span.to));
        }
    }
    found.sort_unstable();
    let mut merged: Vec<Interval> = Vec::with_capacity(found.len());
    for span in found {
        match merged.last_mut() {
            Some(last) if span.start < last.end || (merge == Merge::Touching && span.start == last.end) => {
                last.end = last.end.max(span.end);
            }
            _ => merged.push(span),
        }
    }
    Ok(merged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SimTime;

    /// The spans as hours since the start, and those that vanish.
    fn hours(
        start: &str,
        zone: &str,
        spans: &[(&str, &str)],
        merge: Merge,
    ) -> (Vec<(f64, f64)>, Vec<String>) {
        let zone = jiff::tz::TimeZone::get(zone).unwrap();
        let clock = Clock::elsewhere(&start.parse().unwrap(), zone);
        let spans: Vec<CivilSpan> =
            spans.iter().map(|(from, to)| CivilSpan { from: (*from).into(), to: (*to).into() }).collect();
        let mut vanished = Vec::new();
        let found = intervals(&spans, &clock, merge, &mut vanished).unwrap();
        let hour = |at: SimTime| at.as_secs_f64() / 3600.0;
        (found.iter().map(|span| (hour(span.start), hour(span.end))).collect(), vanished)
    }

    const MONDAY: &str = "2026-11-23T08:00[Europe/Berlin]";

    #[test]
    fn spans_are_sorted_and_merged() {
        let spans = [
            ("2026-11-23T13:00", "2026-11-23T14:00"),
            ("2026-11-23T09:00", "2026-11-23T12:00"),
            ("2026-11-23T10:00", "2026-11-23T11:00"),
            ("2026-11-23T12:00", "2026-11-23T12:30"),
            ("2026-11-23T13:30", "2026-11-23T15:00"),
        ];
        let (touching, _) = hours(MONDAY, "Europe/Berlin", &spans, Merge::Touching);
        assert_eq!(touching, [(1.0, 4.5), (5.0, 7.0)]);
        let (overlapping, _) = hours(MONDAY, "Europe/Berlin", &spans, Merge::Overlapping);
        assert_eq!(overlapping, [(1.0, 4.0), (4.0, 4.5), (5.0, 7.0)]);
    }

    #[test]
    fn spans_are_in_their_own_zone_on_both_sides_of_a_change_of_clocks() {
        // 2026-03-08, 02:00 becomes 03:00 in New York; in Berlin it does three weeks later.
        let start = "2026-03-07T12:00[UTC]";
        let both = [("2026-03-07T09:00", "2026-03-07T10:00"), ("2026-03-08T09:00", "2026-03-08T10:00")];
        let (found, _) = hours(start, "America/New_York", &both, Merge::Overlapping);
        assert_eq!(found, [(2.0, 3.0), (25.0, 26.0)]);
        let (found, _) = hours(start, "Europe/Berlin", &both, Merge::Overlapping);
        assert_eq!(found, [(-4.0, -3.0), (20.0, 21.0)]);
    }

    #[test]
    fn skipped_times_count_as_later_and_doubled_ones_as_earlier() {
        let start = "2026-03-08T00:00[America/New_York]";
        let night = [("2026-03-08T01:00", "2026-03-08T02:30")];
        let (found, _) = hours(start, "America/New_York", &night, Merge::Overlapping);
        assert_eq!(found, [(1.0, 2.5)], "02:30 is 03:30");
        let skipped = [("2026-03-08T02:00", "2026-03-08T03:00")];
        let (found, vanished) = hours(start, "America/New_York", &skipped, Merge::Overlapping);
        assert_eq!(
            (found.len(), &vanished[..]),
            (0, &["2026-03-08T02:00 to 2026-03-08T03:00".to_owned()][..])
        );
        // 2026-11-01, 02:00 becomes 01:00.
        let start = "2026-11-01T00:00[America/New_York]";
        let night = [("2026-11-01T01:30", "2026-11-01T02:00")];
        let (found, _) = hours(start, "America/New_York", &night, Merge::Overlapping);
        assert_eq!(found, [(1.5, 3.0)]);
    }

    #[test]
    fn what_is_no_span_is_an_error() {
        let clock = Clock::new(&MONDAY.parse().unwrap());
        for (from, to) in [("soon", "2026-11-23T09:00"), ("2026-11-23T09:00", "2026-11-23T09:00")] {
            let span = CivilSpan { from: from.into(), to: to.into() };
            let error = intervals(&[span], &clock, Merge::Touching, &mut Vec::new()).unwrap_err().to_string();
            assert!(error.contains("is not a span of civil time") && error.contains(from), "{error}");
        }
    }
}
