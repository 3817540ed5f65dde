//! Civil time as people write it in scenarios and tables: working hours, days of the week, spans.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::keys::nearest::nearest;

/// The years that civil times may be in.
pub const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;

/// What working hours look like, for messages.
pub const HOURS_EXPECTED: &str = "working hours such as \"08:00-17:00\", or \"always\"";

/// What a span looks like, for messages.
pub const SPAN_EXPECTED: &str =
    "a span such as \"09:00-10:30\" (on the first day) or \"2026-11-23T09:00/2026-11-23T10:30\"";

/// The days of the week as they are written, Monday first.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// How a civil time is written: to the minute.
const CIVIL: &str = "%Y-%m-%dT%H:%M";

/// Working hours of a day: `None` is round the clock, else minutes after midnight, the first less than the second.
pub type DayHours = Option<(u16, u16)>;

/// Reads `HH:MM-HH:MM`, up to 24:00, or `always`.
///
/// # Errors
/// What was expected instead.
pub fn hours(text: &str) -> Result<DayHours, &'static str> {
    if text == "always" {
        return Ok(None);
    }
    match minutes_of_day(text) {
        Some((from, to)) if from < to => Ok(Some((from, to))),
        Some(_) => {
            Err("hours that end after they start, on the same day; work past midnight is not supported: use \
             \"always\" or hours that end at \"24:00\"")
        }
        None => Err(HOURS_EXPECTED),
    }
}

/// Minutes after midnight of `HH:MM-HH:MM`.
fn minutes_of_day(text: &str) -> Option<(u16, u16)> {
    text.split_once('-').and_then(|(from, to)| Some((minute_of_day(from)?, minute_of_day(to)?)))
}

/// Minutes after midnight of `HH:MM`, up to 24:00.
fn minute_of_day(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let is_number = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    if !is_number(hours) || !is_number(minutes) || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= 1440).then_some(total)
}

/// The zone with this IANA name, from the bundled database only.
///
/// # Errors
/// There is none; the name that was probably meant, if one is close.
pub fn time_zone(name: &str) -> Result<TimeZone, Option<String>> {
    let database = TimeZoneDatabase::bundled();
    database.get(name).map_err(|_| {
        let known: Vec<String> = database.available().map(|name| name.as_str().to_owned()).collect();
        let zones = known.iter().map(String::as_str);
        nearest(name, zones.clone()).or_else(|| nearest_city(name, zones)).map(str::to_owned)
    })
}

/// The zone whose last part is `name` or close to it: "Berlin" is "Europe/Berlin".
fn nearest_city<'a>(name: &str, zones: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let city = |zone: &'a str| zone.rsplit('/').next().unwrap_or(zone);
    let close = nearest(name.rsplit('/').next().unwrap_or(name), zones.clone().map(city))?;
    zones.filter(|zone| zone.contains('/')).find(|zone| city(zone) == close)
}

/// What helps somebody who writes days of the week in another way than [`WEEKDAYS`]: "Monday", "Mon", "mon-fri".
pub fn weekday_help(typed: &str) -> Option<String> {
    const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let position = |typed: &str| {
        let typed = typed.trim().trim_end_matches('.').to_lowercase();
        let short = NAMES.iter().position(|name| typed.len() >= 2 && name.starts_with(&typed));
        short.or_else(|| {
            let name = nearest(&typed, NAMES)?;
            NAMES.iter().position(|known| *known == name)
        })
    };
    if let Some((first, last)) = typed.split_once(['-', '–']) {
        let (first, last) = (position(first)?, position(last)?);
        let days: Vec<String> = (first..=last).map(|day| format!("\"{}\"", WEEKDAYS[day])).collect();
        return (!days.is_empty()).then(|| format!("list the days one by one: {}", days.join(", ")));
    }
    position(typed).map(|day| format!("did you mean \"{}\"?", WEEKDAYS[day]))
}

/// A stretch of civil time in the technician's zone, both ends written `YYYY-MM-DDTHH:MM`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CivilSpan {
    /// Its first minute.
    pub from: String,
    /// The minute after its last; later than `from`.
    pub to: String,
}

/// A stretch of civil time as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretch {
    /// Minutes after midnight of a day that is known from elsewhere, the first less than the second.
    OfDay(u16, u16),
    /// From one civil time to a later one.
    Between(DateTime, DateTime),
}

impl Stretch {
    /// Reads `HH:MM-HH:MM`, up to 24:00, or two civil times `YYYY-MM-DDTHH:MM` with a stroke between them.
    ///
    /// # Errors
    /// What was expected instead.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        const BACKWARDS: &str = "a span that ends after it begins; one past midnight is written \"2026-11-23T22:00/2026-11-24T02:00\"";
        if let Some((from, to)) = text.split_once('/') {
            let civil = |text: &str| {
                DateTime::strptime(CIVIL, text.trim()).ok().filter(|time| YEARS.contains(&time.year()))
            };
            return match (civil(from), civil(to)) {
                (Some(from), Some(to)) if from < to => Ok(Self::Between(from, to)),
                (Some(_), Some(_)) => Err(BACKWARDS),
                _ => Err(SPAN_EXPECTED),
            };
        }
        match minutes_of_day(text) {
            Some((from, to)) if from < to => Ok(Self::OfDay(from, to)),
            Some(_) => Err(BACKWARDS),
            None => Err(SPAN_EXPECTED),
        }
    }

    /// The stretch written out in full; `day` is the day of a stretch that names none.
    pub fn on(self, day: Date) -> CivilSpan {
        let (from, to) = match self {
            Self::OfDay(from, to) => {
                let midnight = day.at(0, 0, 0, 0);
                // Years end long before the calendar does.
                let at = |minute: u16| midnight.saturating_add(i64::from(minute).minutes());
                (at(from), at(to))
            }
            Self::Between(from, to) => (from, to),
        };
        let text = |time: DateTime| time.strftime(CIVIL).to_string();
        CivilSpan { from: text(from), to: text(to) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_read_up_to_midnight_and_not_beyond() {
        assert_eq!(hours("always"), Ok(None));
        assert_eq!(hours("08:00-17:30"), Ok(Some((480, 1050))));
        assert_eq!(hours(" 0:00 - 24:00 "), Ok(Some((0, 1440))));
        for text in ["", "9-17", "08:00", "08:0-09:00", "008:00-09:00", "08:60-09:00", "08:00-24:01", "é-é"]
        {
            assert_eq!(hours(text), Err(HOURS_EXPECTED), "{text}");
        }
        for text in ["17:00-09:00", "09:00-09:00"] {
            assert!(hours(text).unwrap_err().starts_with("hours that end after they start"), "{text}");
        }
    }

    #[test]
    fn spans_are_of_the_given_day_or_name_their_own() {
        let day = jiff::civil::date(2026, 11, 23);
        let span = |text: &str| {
            let CivilSpan { from, to } = Stretch::read(text).unwrap().on(day);
            format!("{from} {to}")
        };
        assert_eq!(span("09:00-10:30"), "2026-11-23T09:00 2026-11-23T10:30");
        assert_eq!(span("22:00-24:00"), "2026-11-23T22:00 2026-11-24T00:00");
        assert_eq!(span("2026-11-25T22:00/2026-11-26T02:00"), "2026-11-25T22:00 2026-11-26T02:00");
    }

    #[test]
    fn other_spans_are_refused() {
        for text in [
            "",
            "lunch",
            "09:00",
            "09:00/10:00",
            "2026-11-23T09:00",
            "2026-11-23T09:00/10:00",
            "2026-11-31T09:00/2026-12-01T10:00",
            "9026-11-23T09:00/9026-11-23T10:00",
        ] {
            assert_eq!(Stretch::read(text), Err(SPAN_EXPECTED), "{text}");
        }
        for text in [
            "10:00-09:00",
            "10:00-10:00",
            "2026-11-23T10:00/2026-11-23T09:00",
            "2026-11-23T10:00/2026-11-23T10:00",
        ] {
            assert!(
                Stretch::read(text).unwrap_err().starts_with("a span that ends after it begins"),
                "{text}"
            );
        }
    }
}
