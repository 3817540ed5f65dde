//! Numbers as people read them: few digits, with their unit and, where it is known, how far the truth may be.

use std::borrow::Cow;

use crate::domain::SimDuration;
pub(super) use crate::keys::text::shown as clean;
pub(super) use crate::keys::wording::{counted, grouped, list};
use crate::keys::wording::{one_in, whole};
use crate::metrics::catalog::Unit;
use crate::metrics::statistics::{Basis, Estimate};

/// `value` in its unit: `9 min 20 s`, `34.2 %`, `1,250`, or `never`.
pub(super) fn quantity(unit: Unit, value: f64) -> String {
    match unit {
        _ if value == f64::INFINITY => "never".to_owned(),
        Unit::Seconds | Unit::Minutes => time(duration(unit, value)),
        Unit::Share => format!("{} %", plain(value * 100.0, percent_decimals(value * 100.0))),
        Unit::Count | Unit::PerHour | Unit::Ratio | Unit::Money => plain(value, decimals(unit, value)),
    }
}

/// A mean with its interval: `9 min 20 s ± 14 s`, `34.2 ± 1.1 %`, or `0.10 (0.02 to 0.29)` where the ends are not equally
/// far from it; the bare mean where there is one value only, or all are the same.
pub(super) fn estimate(unit: Unit, estimate: &Estimate) -> String {
    let mean = estimate.mean;
    let bare = quantity(unit, mean);
    match (estimate.basis, estimate.interval) {
        (Basis::Never { events, of }, _) if events < of => {
            format!("{bare} ({} of {})", grouped(&events.to_string()), grouped(&of.to_string()))
        }
        (Basis::Few { events: 0, .. }, _) => bare,
        (Basis::Few { .. }, None) => format!("{bare} (too few events)"),
        (_, Some((lower, upper))) if lower < upper => with_ends(unit, mean, lower, upper),
        _ => bare,
    }
}

/// A mean with the ends of its interval.
fn with_ends(unit: Unit, mean: f64, lower: f64, upper: f64) -> String {
    let (scale, places) = match unit {
        Unit::Share => (100.0, percent_decimals(mean * 100.0)),
        _ => (1.0, decimals(unit, mean)),
    };
    let is_time = matches!(unit, Unit::Seconds | Unit::Minutes);
    let margin = |length: f64| {
        if !is_time {
            return margin(length * scale, places);
        }
        let length = duration(unit, length);
        if length.micros() < 50_000 { "<0.1 s".to_owned() } else { length.to_string() }
    };
    let number = |value: f64| {
        if is_time {
            return time(duration(unit, value));
        }
        // A bound far above the mean needs fewer decimals.
        let own = if unit == Unit::Share { percent_decimals(value * 100.0) } else { decimals(unit, value) };
        if value == 0.0 { "0".to_owned() } else { fixed(value * scale, places.min(own)) }
    };
    let percent = if unit == Unit::Share { " %" } else { "" };
    let (below, above) = (margin(mean - lower), margin(upper - mean));
    if below == above {
        return format!("{} ± {above}{percent}", number(mean));
    }
    match (number(lower), number(upper)) {
        (lower, upper) if lower == upper => format!("{}{percent}", number(mean)),
        (lower, upper) => format!("{}{percent} ({lower} to {upper}{percent})", number(mean)),
    }
}

/// How rare at most what happens in this share of bursts is: `1 in 271 bursts (0.37 %)`.
pub(super) fn rarely(share: f64) -> String {
    let percent = quantity(Unit::Share, share);
    one_in(share).map_or_else(|| format!("{percent} of bursts"), |rare| format!("{rare} bursts ({percent})"))
}

/// Names in a list that ends after ten. One that would read as several is quoted: `Ada, "Initech, Inc." and 3 more`.
pub(super) fn names<'a>(all: impl IntoIterator<Item = &'a str>) -> String {
    list(&all.into_iter().map(|name| quoted(name).into_owned()).collect::<Vec<_>>())
}

/// A name within a sentence: quoted where it would read as more than one.
pub(super) fn quoted(name: &str) -> Cow<'_, str> {
    match clean(name) {
        Cow::Borrowed(name) => whole(name),
        Cow::Owned(name) => Cow::Owned(whole(&name).into_owned()),
    }
}

/// The length of time a value in seconds or minutes stands for.
fn duration(unit: Unit, value: f64) -> SimDuration {
    SimDuration::from_secs_f64(if unit == Unit::Minutes { value * 60.0 } else { value })
}

/// A length of time in words; from a hundred hours on in days, as nobody counts thousands of hours.
pub(super) fn time(length: SimDuration) -> String {
    const HOUR: i64 = 3_600_000_000;
    if length < SimDuration::ZERO {
        let size = time(SimDuration::from_micros(length.micros().saturating_neg()));
        return if size == "0 s" { size } else { format!("−{size}") };
    }
    if length.micros() < 100 * HOUR {
        return length.to_string();
    }
    let hours = length.micros().saturating_add(HOUR / 2) / HOUR;
    match (grouped(&(hours / 24).to_string()), hours % 24) {
        (days, 0) => format!("{days} days"),
        (days, rest) => format!("{days} days {rest} h"),
    }
}

/// Files have no more decimals of an amount of money.
const MOST_PLACES: usize = 9;

/// Decimals that leave about three digits.
fn decimals(unit: Unit, value: f64) -> usize {
    let size = value.abs();
    let places = if size >= 100.0 {
        0
    } else if size >= 10.0 {
        1
    } else if size >= 0.1 || size == 0.0 {
        2
    } else if size >= 0.01 {
        3
    } else {
        4
    };
    match unit {
        // What an AI call costs may be far below a cent, and is not nothing.
        Unit::Money if size > 0.0 && size < 0.001 => {
            let (mut places, mut shown) = (places, size * 1e4);
            while shown < 10.0 && places < MOST_PLACES {
                (places, shown) = (places + 1, shown * 10.0);
            }
            places
        }
        Unit::Money => places.max(2),
        _ => places,
    }
}

/// Decimals of a percentage.
fn percent_decimals(percent: f64) -> usize {
    let size = percent.abs();
    if size >= 1.0 || size == 0.0 {
        1
    } else if size >= 0.1 {
        2
    } else {
        3
    }
}

/// A whole number without decimals, any other with `places` of them.
fn plain(value: f64, places: usize) -> String {
    fixed(value, if value.fract() == 0.0 { 0 } else { places })
}

/// The half of an interval; one too small for `places` decimals is given as less than the smallest that shows.
fn margin(half: f64, places: usize) -> String {
    let text = fixed(half, places);
    if text.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
        return text;
    }
    format!("<{}1", if places == 0 { String::new() } else { format!("0.{}", "0".repeat(places - 1)) })
}

/// A number with `places` decimals and thousands set off by commas.
fn fixed(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    let digits = text.trim_start_matches('-');
    let sign = if text.starts_with('-') && digits.bytes().any(|byte| (b'1'..=b'9').contains(&byte)) {
        "−"
    } else {
        ""
    };
    match digits.split_once('.') {
        Some((whole, fraction)) => format!("{sign}{}.{fraction}", grouped(whole)),
        None => format!("{sign}{}", grouped(digits)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_about_three_digits_and_their_unit() {
        for (unit, value, text) in [
            (Unit::Seconds, 560.0, "9 min 20 s"),
            (Unit::Minutes, 90.5, "1 h 31 min"),
            (Unit::Seconds, 359_000.0, "99 h 43 min"),
            (Unit::Seconds, 59_998_260.0, "694 days 10 h"),
            (Unit::Minutes, 144_000_000.0, "100,000 days"),
            (Unit::Share, 0.34249, "34.2 %"),
            (Unit::Share, 1.0, "100 %"),
            (Unit::Share, 0.00042, "0.042 %"),
            (Unit::Count, 30.0, "30"),
            (Unit::Count, 1_234_567.0, "1,234,567"),
            (Unit::Count, 12.345, "12.3"),
            (Unit::Ratio, 1.054, "1.05"),
            (Unit::Ratio, -0.0, "0"),
            (Unit::Ratio, -1.5, "−1.50"),
            (Unit::Share, -0.25, "−25 %"),
            (Unit::Seconds, -90.0, "−1 min 30 s"),
            (Unit::Seconds, -0.01, "0 s"),
            (Unit::Money, 12.345, "12.35"),
            (Unit::Money, 0.01234, "0.012"),
            (Unit::Money, 1234.5, "1,234.50"),
            (Unit::Money, 1_234_567.891, "1,234,567.89"),
            (Unit::Money, 12.0, "12"),
            (Unit::Money, 0.001, "0.0010"),
            (Unit::Money, 0.000_123_4, "0.00012"),
            (Unit::Money, 0.000_002_5, "0.0000025"),
            (Unit::Money, 0.000_000_001, "0.000000001"),
            (Unit::Money, -3.5, "−3.50"),
        ] {
            assert_eq!(quantity(unit, value), text, "{value}");
        }
    }

    #[test]
    fn what_may_be_rare_is_told_as_one_in_so_many_where_that_is_more_than_one() {
        for (share, told) in [
            (0.003_682, "1 in 271 bursts (0.37 %)"),
            (0.168_433, "1 in 5 bursts (16.8 %)"),
            (0.000_001, "1 in 1,000,000 bursts (0.000 %)"),
            (0.841_886, "84.2 % of bursts"),
        ] {
            assert_eq!(rarely(share), told);
        }
    }

    #[test]
    fn the_longest_time_there_is_can_be_told() {
        assert_eq!(time(SimDuration::from_micros(i64::MAX)), "106,751,991 days 4 h");
    }

    #[test]
    fn an_interval_has_the_decimals_of_its_mean() {
        for (unit, mean, half, text) in [
            (Unit::Seconds, 560.0, 14.2, "9 min 20 s ± 14.2 s"),
            (Unit::Seconds, 560.0, 0.004, "9 min 20 s ± <0.1 s"),
            (Unit::Share, 0.342, 0.0113, "34.2 ± 1.1 %"),
            (Unit::Count, 30.0, 0.0, "30"),
            (Unit::Count, 30.0, 0.25, "30.0 ± 0.2"),
            (Unit::Count, 0.0, 0.25, "0 ± 0.25"),
            (Unit::Count, 1500.2, 0.25, "1,500 ± <1"),
            (Unit::Count, 3.0, 0.001, "3.00 ± <0.01"),
            (Unit::Money, 1234.5, 20.0, "1,234.50 ± 20.00"),
            (Unit::Money, 0.000_12, 0.000_03, "0.00012 ± 0.00003"),
            (Unit::Ratio, -0.001, 0.02, "−0.0010 ± 0.0200"),
        ] {
            assert_eq!(estimate(unit, &Estimate::around(mean, half)), text);
        }
        assert_eq!(estimate(Unit::Seconds, &Estimate::single(560.0)), "9 min 20 s");
    }

    #[test]
    fn an_interval_whose_ends_are_not_equally_far_is_given_by_them() {
        for (unit, mean, lower, upper, text) in [
            (Unit::Count, 0.1, 0.02, 0.29, "0.10 (0.02 to 0.29)"),
            (Unit::Count, 0.1, 0.0, 0.3, "0.10 (0 to 0.30)"),
            (Unit::Share, 0.0125, 0.0012, 0.0481, "1.2 % (0.1 to 4.8 %)"),
            (Unit::Share, 0.000_33, 0.0, 0.054_46, "0.033 % (0 to 5.4 %)"),
            (Unit::Seconds, 560.0, 500.0, 700.0, "9 min 20 s (8 min 20 s to 11 min 40 s)"),
            (Unit::Count, 12.0, 11.901, 12.104, "12.0 ± 0.1"),
            (Unit::Seconds, 18_000.0, 17_985.0, 18_001.0, "5 h"),
        ] {
            let skewed = Estimate { mean, interval: Some((lower, upper)), basis: Basis::Enough };
            assert_eq!(estimate(unit, &skewed), text);
        }
    }

    #[test]
    fn what_has_no_interval_says_why() {
        let few = |mean, events, of, at_most| Estimate {
            mean,
            interval: None,
            basis: Basis::Few { events, of, at_most },
        };
        assert_eq!(estimate(Unit::Count, &few(0.0, 0, 20, 0.168)), "0");
        assert_eq!(estimate(Unit::Count, &few(30.0, 0, 20, 0.168)), "30");
        assert_eq!(estimate(Unit::Count, &few(0.05, 1, 20, 0.25)), "0.050 (too few events)");
        let never =
            |events, of| Estimate { mean: f64::INFINITY, interval: None, basis: Basis::Never { events, of } };
        assert_eq!(estimate(Unit::Seconds, &never(3, 1000)), "never (3 of 1,000)");
        assert_eq!(estimate(Unit::Seconds, &never(20, 20)), "never");
    }

    #[test]
    fn names_lose_what_a_terminal_would_obey_and_stay_one_in_a_list() {
        assert_eq!(
            names(["Initech, Inc.", "Hills and Sons", "Ada"]),
            "\"Initech, Inc.\", \"Hills and Sons\" and Ada"
        );
        let twelve: Vec<String> = (1..=12).map(|number| number.to_string()).collect();
        assert_eq!(names(twelve.iter().map(String::as_str)), "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more");
        assert_eq!(clean("T\u{1b}[31m"), "T\\u{1b}[31m");
    }
}
