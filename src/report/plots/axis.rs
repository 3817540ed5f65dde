//! Ticks: round numbers and round clock times.

use jiff::{SignedDuration, ZonedDateTime};

use super::words::duration;

/// Steps of the clock axis in seconds.
pub(super) const CLOCK_STEPS: [i64; 18] =
    [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/// From zero to `most` (above zero) in about `wanted` round steps: the ticks, of which the last is at least `most`.
pub(super) fn round_ticks(most: f64, wanted: u32) -> Vec<f64> {
    let rough = most / f64::from(wanted);
    let mut power = 1.0;
    while power * 10.0 <= rough {
        power *= 10.0;
    }
    while power > rough {
        power /= 10.0;
    }
    let step = [1.0, 2.0, 5.0, 10.0].map(|digit| digit * power).into_iter().find(|step| *step >= rough);
    let step = step.unwrap_or(10.0 * power);
    let steps = (most / step - 1e-9).ceil() as u32;
    (0..=steps).map(|tick| f64::from(tick) * step).collect()
}

/// From zero to `most` seconds in `wanted` round steps at most: seconds, and the length of time in words.
pub(super) fn length_ticks(most: f64, wanted: usize) -> Vec<(f64, String)> {
    let fits = |step: &i64| most / *step as f64 <= wanted as f64;
    let mut step = CLOCK_STEPS.into_iter().find(fits).unwrap_or(CLOCK_STEPS[CLOCK_STEPS.len() - 1]);
    while !fits(&step) {
        step *= 2;
    }
    let many = (most / step as f64).floor() as i64;
    (0..=many).map(|tick| (tick * step) as f64).map(|seconds| (seconds, duration(seconds))).collect()
}

/// Round clock times from `first` to `last` seconds after `start`, `wanted` at most: seconds after the start, and the
/// label in civil time.
pub(super) fn clock_ticks(start: &ZonedDateTime, first: f64, last: f64, wanted: usize) -> Vec<(f64, String)> {
    let mut step = CLOCK_STEPS[CLOCK_STEPS.len() - 1];
    for candidate in CLOCK_STEPS {
        if (last - first) / candidate as f64 <= wanted as f64 - 1.0 {
            step = candidate;
            break;
        }
    }
    while (last - first) / step as f64 > wanted as f64 - 1.0 {
        step *= 2;
    }
    let form = if step < 60 {
        "%H:%M:%S"
    } else if last - first > 6.0 * 86_400.0 {
        "%Y-%m-%d"
    } else if last - first > 86_400.0 {
        "%a %H:%M"
    } else {
        "%H:%M"
    };
    // Full hours of the civil clock, not of the run, are round.
    let since_midnight =
        i64::from(start.hour()) * 3600 + i64::from(start.minute()) * 60 + i64::from(start.second());
    let mut tick = -since_midnight.rem_euclid(step);
    tick += ((first - tick as f64) / step as f64).ceil() as i64 * step;
    let mut ticks = Vec::new();
    while tick as f64 <= last {
        ticks.push((tick as f64, clock(start, tick, form)));
        tick += step;
    }
    ticks
}

/// The civil time `seconds` after `start`: `08:30`, on another day than the start's `Tue 08:30`, in another week with its date.
pub(in crate::report) fn time_of_day(start: &ZonedDateTime, seconds: f64) -> String {
    let at = seconds.floor() as i64;
    let day = |seconds| clock(start, seconds, "%Y-%m-%d");
    let form = if day(at) == day(0) {
        "%H:%M"
    } else if at < 6 * 86_400 {
        "%a %H:%M"
    } else {
        "%Y-%m-%d %H:%M"
    };
    clock(start, at, form)
}

fn clock(start: &ZonedDateTime, seconds: i64, form: &str) -> String {
    start
        .checked_add(SignedDuration::from_secs(seconds))
        .map_or_else(|_| String::new(), |zoned| zoned.strftime(form).to_string())
}
