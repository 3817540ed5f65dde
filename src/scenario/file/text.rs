//! Texts with a form of their own: civil times, spans, working hours, weekdays and tables of weights.

use std::borrow::Cow;
use std::fmt;

use jiff::civil::DateTime;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use super::super::decode::expected;
use super::number::NonNegative;
use crate::domain::civil::{self, Stretch, YEARS};

/// A civil time, to the minute or the second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CivilTime(pub DateTime);

const CIVIL_EXPECTED: &str = "a civil time such as \"2026-11-23T08:00\"";

impl<'de> Deserialize<'de> for CivilTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CivilVisitor;

        impl Visitor<'_> for CivilVisitor {
            type Value = CivilTime;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(CIVIL_EXPECTED)
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<CivilTime, E> {
                let read = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
                    .iter()
                    .find_map(|format| DateTime::strptime(format, text).ok());
                match read {
                    Some(time) if YEARS.contains(&time.year()) => Ok(CivilTime(time)),
                    Some(_) => Err(expected(&format_args!(
                        "a civil time between the years {} and {}",
                        YEARS.start(),
                        YEARS.end()
                    ))),
                    None => Err(expected(&format_args!(
                        "{CIVIL_EXPECTED}; date, T, hours and minutes, without an offset"
                    ))),
                }
            }
        }

        deserializer.deserialize_any(CivilVisitor)
    }
}

impl JsonSchema for CivilTime {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "CivilTime".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?$" })
    }
}

/// Working hours of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hours {
    /// Round the clock.
    Always,
    /// From a minute after midnight until another.
    Daily(u16, u16),
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct HoursVisitor;

        impl Visitor<'_> for HoursVisitor {
            type Value = Hours;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(civil::HOURS_EXPECTED)
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Hours, E> {
                match civil::hours(text) {
                    Ok(None) => Ok(Hours::Always),
                    Ok(Some((from, to))) => Ok(Hours::Daily(from, to)),
                    Err(wanted) => Err(expected(&wanted)),
                }
            }
        }

        deserializer.deserialize_any(HoursVisitor)
    }
}

impl JsonSchema for Hours {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Hours".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^(always|\\s*[0-9]{1,2}:[0-9]{2}\\s*-\\s*[0-9]{1,2}:[0-9]{2}\\s*)$" })
    }
}

/// The hours of a day in which a standing rule applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleHours(pub Hours);

impl<'de> Deserialize<'de> for RuleHours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct RuleVisitor;

        impl Visitor<'_> for RuleVisitor {
            type Value = RuleHours;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(civil::HOURS_EXPECTED)
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<RuleHours, E> {
                let past_midnight = "for hours past midnight write two rules, one that ends at \"24:00\" and one that \
                                     starts at \"00:00\"";
                match civil::hours(text) {
                    Ok(None) => Ok(RuleHours(Hours::Always)),
                    Ok(Some((from, to))) => Ok(RuleHours(Hours::Daily(from, to))),
                    Err(civil::HOURS_EXPECTED) => Err(expected(&civil::HOURS_EXPECTED)),
                    Err(_) => Err(expected(&format_args!(
                        "hours that end after they start, on the same day; {past_midnight}"
                    ))),
                }
            }
        }

        deserializer.deserialize_any(RuleVisitor)
    }
}

impl JsonSchema for RuleHours {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "RuleHours".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Hours::json_schema(generator)
    }
}

/// A stretch of civil time: of the first day, or with days of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub Stretch);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SpanVisitor;

        impl Visitor<'_> for SpanVisitor {
            type Value = Span;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(civil::SPAN_EXPECTED)
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Span, E> {
                Stretch::read(text).map(Span).map_err(|wanted| expected(&wanted))
            }
        }

        deserializer.deserialize_any(SpanVisitor)
    }
}

impl JsonSchema for Span {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let time = "[0-9]{1,2}:[0-9]{2}";
        let civil = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}";
        let pattern = format!("^\\s*({time}\\s*-\\s*{time}|{civil}\\s*/\\s*{civil})\\s*$");
        json_schema!({ "type": "string", "pattern": pattern })
    }
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

/// A table of names with numbers, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Named<T>(pub Vec<(String, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NamedVisitor<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for NamedVisitor<T> {
            type Value = Named<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Named<T>, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Named(entries))
            }
        }

        deserializer.deserialize_map(NamedVisitor(std::marker::PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Named<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Named_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": generator.subschema_for::<T>() })
    }
}

/// Weights by name: how likely each is, relative to the others.
pub type Weights = Named<NonNegative>;
