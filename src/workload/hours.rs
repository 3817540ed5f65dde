//! Working hours: from civil time, zone and weekdays to stretches of simulated time.

use std::collections::BTreeMap;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan, ZonedDateTime};

use super::error::WorkloadError;
use crate::domain::civil;
use crate::domain::settings::{HoursPlan, TechnicianPlan};
use crate::domain::{Desk, Interval, SimDuration, SimTime, WorkingHours};

/// Working days are laid out for this long after the last arrival that can be expected.
const DAYS_AFTER: i64 = 30;

/// And never for longer than ten years, whatever the burst: a technician's hours stay a small list.
pub(super) const DAYS_AT_MOST: i64 = 3653;

const MINUTES_A_DAY: u16 = 24 * 60;
const DAY: SimDuration = SimDuration::from_hours(24);

/// How many civil days of working hours a burst of this length needs, at most [`DAYS_AT_MOST`].
pub(super) fn days(burst: SimDuration) -> i64 {
    (burst.micros() / DAY.micros() + 1 + DAYS_AFTER).min(DAYS_AT_MOST)
}

/// The working hours of a plan, for `days` civil days from the day of the scenario's start on.
///
/// A window runs from its civil start to its civil end in the technician's zone, so it is an hour shorter or longer
/// where the clocks change within it. A civil time that is skipped counts as later by what is skipped, one that exists
/// twice as the earlier of the two; a window that vanishes in this way is left out. The first window is not clipped: it may
/// begin, or even end, before the scenario's start.
///
/// With `joined_days`, that many windows are laid end to end from the scenario's start, each as long as the plan's
/// hours (round the clock: 24 h); weekdays and zone play no part.
///
/// # Errors
/// An unknown time zone; more joined days than ten years hold.
pub(super) fn expand(
    plan: &HoursPlan,
    joined_days: Option<u32>,
    start: &ZonedDateTime,
    days: i64,
) -> Result<WorkingHours, WorkloadError> {
    let (from_minute, to_minute) = match plan {
        HoursPlan::Always => (0, MINUTES_A_DAY),
        HoursPlan::Daily { from_minute, to_minute, .. } => (*from_minute, *to_minute),
    };
    if let Some(count) = joined_days {
        return joined(count, SimDuration::from_mins(i64::from(to_minute) - i64::from(from_minute)));
    }
    let HoursPlan::Daily { weekdays, time_zone, .. } = plan else {
        return Ok(round_the_clock(start.time_zone(), start, days));
    };
    let zone = match time_zone {
        Some(name) => zone_named(name)?,
        None => start.time_zone().clone(),
    };
    let instant = |day, minute| instant(&zone, start, day, minute);
    let first_weekday = i64::from(start.with_time_zone(zone.clone()).weekday().to_monday_zero_offset());
    let mut windows: Vec<Interval> = Vec::new();
    for day in 0..days {
        if !weekdays[(first_weekday + day).rem_euclid(7) as usize] {
            continue;
        }
        let (Some(start), Some(end)) = (instant(day, from_minute), instant(day, to_minute)) else {
            break;
        };
        // A zone that skips a whole day would lay two windows over each other.
        let earliest = windows.last().map_or(SimTime::MIN, |last| last.end);
        if start < end && start >= earliest {
            windows.push(Interval { start, end });
        }
    }
    Ok(WorkingHours { windows, ..WorkingHours::default() })
}

/// A minute of the civil day that is so many days after that of the scenario's start, in this zone. Beyond the
/// calendar's last year there are no hours any more.
fn instant(zone: &TimeZone, start: &ZonedDateTime, day: i64, minute: u16) -> Option<SimTime> {
    let midnight = start.with_time_zone(zone.clone()).date().to_datetime(Time::midnight());
    let offset: Span = day.days().minutes(i64::from(minute));
    let zoned = zone.to_zoned_datetime(midnight.checked_add(offset).ok()?).ok()?;
    let origin = start.timestamp().as_microsecond();
    Some(SimTime::from_micros(zoned.timestamp().as_microsecond() - origin))
}

/// Round the clock, in the civil days of this zone.
fn round_the_clock(zone: &TimeZone, start: &ZonedDateTime, days: i64) -> WorkingHours {
    let mut midnights: Vec<SimTime> = (0..=days).map_while(|day| instant(zone, start, day, 0)).collect();
    // A zone that skips a whole day has two midnights at once.
    midnights.dedup();
    WorkingHours { midnights, ..WorkingHours::always() }
}

/// Gives those who work round the clock in a zone of their own the days of that zone.
///
/// # Errors
/// An unknown time zone.
pub(super) fn localise(
    desk: &mut Desk,
    plans: &[TechnicianPlan],
    start: &ZonedDateTime,
    days: i64,
) -> Result<(), WorkloadError> {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    for (technician, plan) in desk.technicians.iter_mut().zip(plans) {
        let Some(zone) = plan.time_zone.as_deref() else { continue };
        if desk.hours[technician.hours].midnights.is_empty() {
            continue;
        }
        if !known.contains_key(zone) {
            known.insert(zone, desk.hours.len());
            desk.hours.push(round_the_clock(&zone_named(zone)?, start, days));
        }
        technician.hours = known[zone];
    }
    Ok(())
}

/// `count` windows of `length` from the scenario's start, with nothing between them.
fn joined(count: u32, length: SimDuration) -> Result<WorkingHours, WorkloadError> {
    if i64::from(count) > DAYS_AT_MOST {
        return Err(WorkloadError::BadPlan(format!(
            "the desk asks for {count} joined days; at most {DAYS_AT_MOST} (ten years) can be laid out"
        )));
    }
    let window = |day: u32| Interval::new(SimTime::ZERO + length * i64::from(day), length);
    Ok(WorkingHours { windows: (0..count).map(window).collect(), ..WorkingHours::default() })
}

/// The zone with this IANA name, from the bundled database.
///
/// # Errors
/// No such zone; the error names the nearest.
pub(super) fn zone_named(name: &str) -> Result<TimeZone, WorkloadError> {
    civil::time_zone(name)
        .map_err(|nearest| WorkloadError::UnknownTimeZone { name: name.to_owned(), nearest })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zoned(text: &str) -> ZonedDateTime {
        text.parse().unwrap()
    }

    fn daily(from: u16, to: u16, weekdays: [bool; 7], zone: Option<&str>) -> HoursPlan {
        HoursPlan::Daily {
            from_minute: from * 60,
            to_minute: to * 60,
            weekdays,
            time_zone: zone.map(str::to_owned),
        }
    }

    /// The windows as hours since the start.
    fn in_hours(hours: &WorkingHours) -> Vec<(f64, f64)> {
        let hour = |at: SimTime| at.as_secs_f64() / 3600.0;
        hours.windows.iter().map(|window| (hour(window.start), hour(window.end))).collect()
    }

    const WEEK: [bool; 7] = [true; 7];
    const WORKDAYS: [bool; 7] = [true, true, true, true, true, false, false];

    #[test]
    fn the_first_window_is_whole_and_weekends_are_free() {
        let start = zoned("2026-11-26T10:00[Europe/Berlin]"); // a Thursday
        let hours = expand(&daily(9, 17, WORKDAYS, None), None, &start, 7).unwrap();
        let day = |n: f64| (n * 24.0 - 1.0, n * 24.0 + 7.0);
        assert_eq!(in_hours(&hours), [day(0.0), day(1.0), day(4.0), day(5.0), day(6.0)]);
    }

    #[test]
    fn a_night_shift_is_an_hour_shorter_when_berlin_springs_forward() {
        // 2026-03-29, 02:00 becomes 03:00.
        let start = zoned("2026-03-28T00:00[Europe/Berlin]");
        let hours = expand(&daily(0, 8, WEEK, None), None, &start, 3).unwrap();
        assert_eq!(in_hours(&hours), [(0.0, 8.0), (24.0, 31.0), (47.0, 55.0)]);
        let hours = expand(&daily(2, 3, WEEK, None), None, &start, 3).unwrap();
        assert_eq!(in_hours(&hours), [(2.0, 3.0), (49.0, 50.0)], "the hour that is skipped is no window");
    }

    #[test]
    fn new_york_keeps_its_civil_hours_across_both_changes() {
        // 2026-03-08: 02:00 becomes 03:00. 2026-11-01: 02:00 becomes 01:00.
        let start = zoned("2026-03-07T14:00[UTC]");
        let plan = daily(9, 17, WEEK, Some("America/New_York"));
        let hours = expand(&plan, None, &start, 2).unwrap();
        assert_eq!(in_hours(&hours), [(0.0, 8.0), (23.0, 31.0)]);
        let start = zoned("2026-10-31T13:00[UTC]");
        let hours = expand(&plan, None, &start, 2).unwrap();
        assert_eq!(in_hours(&hours), [(0.0, 8.0), (25.0, 33.0)]);
        let hours = expand(&daily(0, 24, WEEK, Some("America/New_York")), None, &start, 2).unwrap();
        assert_eq!(in_hours(&hours), [(-9.0, 15.0), (15.0, 40.0)], "a day of 25 hours");
    }

    #[test]
    fn days_count_in_the_technicians_zone() {
        // Monday 00:30 in Auckland is still Sunday in London.
        let start = zoned("2026-11-23T00:30[Pacific/Auckland]");
        let monday_only = [true, false, false, false, false, false, false];
        let hours = expand(&daily(9, 10, monday_only, Some("Europe/London")), None, &start, 3).unwrap();
        assert_eq!(in_hours(&hours), [(21.5, 22.5)]);
    }

    #[test]
    fn a_zone_that_skips_a_day_leaves_windows_disjoint() {
        // Samoa had no 2011-12-30.
        let start = zoned("2011-12-29T08:00[Pacific/Apia]");
        let hours = expand(&daily(8, 16, WEEK, None), None, &start, 4).unwrap();
        assert_eq!(in_hours(&hours), [(0.0, 8.0), (24.0, 32.0), (48.0, 56.0)]);
    }

    #[test]
    fn joined_days_have_no_night_between_them() {
        let start = zoned("2026-11-28T10:00[Europe/Berlin]"); // a Saturday
        let hours = expand(&daily(9, 17, WORKDAYS, None), Some(3), &start, 99).unwrap();
        assert_eq!(in_hours(&hours), [(0.0, 8.0), (8.0, 16.0), (16.0, 24.0)]);
        let hours = expand(&HoursPlan::Always, Some(2), &start, 99).unwrap();
        assert_eq!(in_hours(&hours), [(0.0, 24.0), (24.0, 48.0)]);
        assert!(expand(&HoursPlan::Always, Some(1_000_000), &start, 99).is_err());
    }

    #[test]
    fn always_is_always() {
        let start = zoned("2026-11-28T10:00[Europe/Berlin]");
        let hours = expand(&HoursPlan::Always, None, &start, 1).unwrap();
        assert_eq!(hours.windows, WorkingHours::always().windows);
        assert_eq!(days_of(&hours, [0.0, 14.0]), [(-10.0, 14.0), (14.0, 38.0)], "from midnight to midnight");
    }

    /// The days around these hours since the start, as hours since the start.
    fn days_of<const N: usize>(hours: &WorkingHours, at: [f64; N]) -> [(f64, f64); N] {
        let instant = |hours: f64| SimTime::from_micros((hours * 3.6e9) as i64);
        let day = |at| hours.day_at(instant(at)).unwrap();
        let hour = |at: SimTime| at.as_secs_f64() / 3600.0;
        at.map(|at| (hour(day(at).start), hour(day(at).end)))
    }

    #[test]
    fn who_works_round_the_clock_has_the_days_of_the_zone_whatever_the_clocks_do() {
        // 2026-10-25: 03:00 becomes 02:00 in Berlin.
        let start = zoned("2026-10-24T12:00[Europe/Berlin]");
        let hours = expand(&HoursPlan::Always, None, &start, 3).unwrap();
        assert_eq!(
            days_of(&hours, [-20.0, 0.0, 36.5, 37.0]),
            [(-36.0, -12.0), (-12.0, 12.0), (12.0, 37.0), (37.0, 61.0)]
        );
        assert_eq!(
            days_of(&hours, [84.0, 85.0, 200.0]),
            [(61.0, 85.0), (85.0, 109.0), (181.0, 205.0)],
            "and on"
        );
        let hours = round_the_clock(
            &zone_named("Pacific/Apia").unwrap(),
            &zoned("2011-12-29T08:00[Pacific/Apia]"),
            3,
        );
        assert_eq!(days_of(&hours, [0.0, 16.0]), [(-8.0, 16.0), (16.0, 40.0)], "Samoa had no 2011-12-30");
    }

    #[test]
    fn an_unknown_zone_is_an_error_that_suggests_one() {
        let start = zoned("2026-11-28T10:00[Europe/Berlin]");
        let error = expand(&daily(9, 17, WEEK, Some("Europe/Berln")), None, &start, 1).unwrap_err();
        assert!(error.to_string().contains("did you mean \"Europe/Berlin\"?"), "{error}");
    }

    #[test]
    fn the_days_cover_the_burst_and_a_month_but_never_more_than_ten_years() {
        assert_eq!(days(SimDuration::ZERO), 31);
        assert_eq!(days(SimDuration::from_hours(48)), 33);
        assert_eq!(days(SimDuration::from_micros(i64::MAX)), DAYS_AT_MOST);
    }

    #[test]
    fn hours_end_with_the_calendar() {
        let start = zoned("9999-12-28T10:00[UTC]");
        assert!(expand(&daily(9, 17, WEEK, None), None, &start, 31).unwrap().windows.len() <= 4);
    }
}
