//! A line of `events.jsonl`: how each type of a fact's fields stands in it, and how it is read back.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::names::{Numbers, QuotedNames, Roll};
use crate::domain::settings::{Level, Stage};
use crate::domain::stamp::{Civil, micros_of_seconds, push_number, push_seconds, push_whole};
use crate::domain::{AgentId, HoldId, SimDuration, SimTime, SpecId, TeamId, TechnicianId, TicketId};
use crate::keys::Named;
use crate::keys::text::control;

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
pub enum Flaw {
    /// It is no JSON object.
    #[error("not an event: {0}; was the file edited or cut off?")]
    NoObject(serde_json::Error),
    /// It says nothing under a key.
    #[error("`{0}` is missing")]
    Missing(&'static str),
    /// It says something else than can stand under a key.
    #[error("`{key}` is {found}, but {rule}")]
    Wrong {
        /// The key.
        key: &'static str,
        /// What stands there, as JSON.
        found: String,
        /// What should.
        rule: &'static str,
    },
    /// It names a fact that there is not.
    #[error("there is no event named {0:?}")]
    UnknownFact(String),
}

/// A line being written.
pub struct Writer<'a> {
    /// Where to.
    pub out: &'a mut String,
    /// Civil time.
    pub civil: &'a Civil,
    /// The names of tickets and of what is on the desk.
    pub names: &'a QuotedNames,
}

impl Writer<'_> {
    /// Writes the key of the next value.
    pub fn key(&mut self, key: &str) {
        *self.out += ",\"";
        *self.out += key;
        *self.out += "\":";
    }

    /// Writes a value.
    pub fn put<F: Field>(&mut self, value: F) {
        value.write(self);
    }

    /// Writes a bare number as what it stands for.
    pub fn put_labelled(&mut self, number: u32, label: Label) {
        match label {
            Label::Entry(list) => self.name(list, number),
            Label::Priority => self.word(&number.to_string()),
            Label::Level => self.word(Level::word(number)),
            Label::Nothing => *self.out += "null",
        }
    }

    /// Writes the name of an entry of a list.
    pub fn name(&mut self, list: Roll, number: u32) {
        *self.out += self.names.get(list, number);
    }

    /// Writes one of our own words, which need no escapes.
    pub fn word(&mut self, word: &str) {
        self.out.push('"');
        *self.out += word;
        self.out.push('"');
    }
}

/// The fields of a line: keys with their values as JSON.
pub type Fields<'a> = BTreeMap<&'a str, &'a RawValue>;

/// Takes a line apart.
///
/// # Errors
/// When it is no JSON object.
pub fn fields(line: &[u8]) -> Result<Fields<'_>, Flaw> {
    serde_json::from_slice(line).map_err(Flaw::NoObject)
}

/// A line being read.
#[derive(Clone, Copy)]
pub struct LineReader<'a, 'line> {
    /// Its fields.
    pub fields: &'a Fields<'line>,
    /// Civil time.
    pub civil: &'a Civil,
    /// The numbers of tickets and of what is on the desk.
    pub numbers: &'a Numbers,
}

impl<'line> LineReader<'_, 'line> {
    /// The value under a key.
    ///
    /// # Errors
    /// When there is none, or it is of another type.
    pub fn read<F: Field>(&self, key: &'static str) -> Result<F, Flaw> {
        self.parse(key, F::RULE, |value| F::read(value, self))
    }

    /// The text under a key, which has no control characters.
    ///
    /// # Errors
    /// When there is none.
    pub fn text(&self, key: &'static str) -> Result<Cow<'line, str>, Flaw> {
        let clean = |value| text(value).filter(|text| control(text).is_none());
        self.parse(key, "it must be a text without control characters", clean)
    }

    /// The number of the entry of a list that is named under a key.
    ///
    /// # Errors
    /// When there is no such entry.
    pub fn number(&self, key: &'static str, list: Roll) -> Result<u32, Flaw> {
        self.parse(key, list.rule(), |value| self.numbers.get(list, &text(value)?))
    }

    /// The number that stands for what is under a key.
    ///
    /// # Errors
    /// When there is none.
    pub fn read_labelled(&self, key: &'static str, label: Label) -> Result<u32, Flaw> {
        match label {
            Label::Entry(list) => self.number(key, list),
            Label::Priority => {
                self.parse(key, "it must be a priority, in quotes", |value| text(value)?.parse().ok())
            }
            Label::Level => self
                .parse(key, Level::RULE, |value| Level::from_name(&text(value)?).map(|level| level as u32)),
            Label::Nothing => self.parse(key, "it must be null", |value| (value == "null").then_some(0)),
        }
    }

    fn parse<T>(
        &self,
        key: &'static str,
        rule: &'static str,
        parse: impl FnOnce(&'line str) -> Option<T>,
    ) -> Result<T, Flaw> {
        let value = self.fields.get(key).ok_or(Flaw::Missing(key))?.get();
        parse(value).ok_or_else(|| Flaw::Wrong { key, found: value.to_owned(), rule })
    }
}

/// A JSON text without its quotes.
fn text(json: &str) -> Option<Cow<'_, str>> {
    let inner = json.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        return serde_json::from_str(json).ok().map(Cow::Owned);
    }
    Some(Cow::Borrowed(inner))
}

/// What a bare number of a fact stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// An entry of a list.
    Entry(Roll),
    /// A priority.
    Priority,
    /// A level.
    Level,
    /// Nothing: only right or wrong is simulated.
    Nothing,
}

impl Label {
    /// A status.
    pub const STATUS: Label = Label::Entry(Roll::Statuses);

    /// What a step of triage reads and writes.
    pub const fn of(stage: Stage) -> Self {
        match stage {
            Stage::Company => Label::Entry(Roll::Companies),
            Stage::Board => Label::Entry(Roll::Boards),
            Stage::Priority => Label::Priority,
            Stage::Urgency | Stage::Impact => Label::Level,
            Stage::Contact | Stage::Agreement | Stage::Summary => Label::Nothing,
        }
    }
}

/// A type that fields of facts can have.
pub trait Field: Copy {
    /// What must be true of its JSON.
    const RULE: &'static str;

    /// Writes it as JSON.
    fn write(self, line: &mut Writer<'_>);

    /// Reads it from JSON.
    fn read(json: &str, line: &LineReader<'_, '_>) -> Option<Self>;
}

/// Ids that are written as names.
macro_rules! entries {
    ($($id:ident: $list:ident,)+) => {
        $(impl Field for $id {
            const RULE: &'static str = Roll::$list.rule();

            fn write(self, line: &mut Writer<'_>) {
                line.name(Roll::$list, self.0);
            }

            fn read(json: &str, line: &LineReader<'_, '_>) -> Option<Self> {
                line.numbers.get(Roll::$list, &text(json)?).map($id)
            }
        })+
    };
}
entries! { TicketId: Tickets, TechnicianId: Technicians, AgentId: Agents, TeamId: Teams, }

/// Whole numbers.
macro_rules! wholes {
    ($($number:ty)+) => {
        $(impl Field for $number {
            const RULE: &'static str = "it must be a whole number that is not too large";

            fn write(self, line: &mut Writer<'_>) {
                push_whole(line.out, self.into());
            }

            fn read(json: &str, _: &LineReader<'_, '_>) -> Option<Self> {
                json.parse().ok()
            }
        })+
    };
}
wholes! { u8 u16 u32 u64 }

impl Field for HoldId {
    const RULE: &'static str = u32::RULE;

    fn write(self, line: &mut Writer<'_>) {
        line.put(self.0);
    }

    fn read(json: &str, line: &LineReader<'_, '_>) -> Option<Self> {
        u32::read(json, line).map(HoldId)
    }
}

impl Field for SpecId {
    const RULE: &'static str = "it must be a spec, as in \"spec-1\"";

    fn write(self, line: &mut Writer<'_>) {
        line.word(&self.to_string());
    }

    fn read(json: &str, _: &LineReader<'_, '_>) -> Option<Self> {
        text(json)?.strip_prefix("spec-")?.parse().ok().map(SpecId)
    }
}

/// What is no number in JSON, infinite or not a number at all, is `null`.
impl Field for f64 {
    const RULE: &'static str = "it must be a number";

    fn write(self, line: &mut Writer<'_>) {
        if self.is_finite() {
            push_number(line.out, self);
        } else {
            *line.out += "null";
        }
    }

    fn read(json: &str, _: &LineReader<'_, '_>) -> Option<Self> {
        if json == "null" { Some(f64::NAN) } else { json.parse().ok() }
    }
}

impl Field for bool {
    const RULE: &'static str = "it must be true or false";

    fn write(self, line: &mut Writer<'_>) {
        *line.out += if self { "true" } else { "false" };
    }

    fn read(json: &str, _: &LineReader<'_, '_>) -> Option<Self> {
        json.parse().ok()
    }
}

/// RFC 3339; what is too far away for that is written as seconds since the scenario's start.
impl Field for SimTime {
    const RULE: &'static str = "it must be an instant in the scenario's zone";

    fn write(self, line: &mut Writer<'_>) {
        if line.civil.knows(self) {
            line.out.push('"');
            line.civil.push(line.out, self);
            line.out.push('"');
        } else {
            line.put(self - SimTime::ZERO);
        }
    }

    fn read(json: &str, line: &LineReader<'_, '_>) -> Option<Self> {
        match text(json) {
            Some(stamp) => line.civil.parse(&stamp),
            None => micros_of_seconds(json).map(SimTime::from_micros),
        }
    }
}

impl Field for SimDuration {
    const RULE: &'static str = "it must be a number of seconds with six decimals at most";

    fn write(self, line: &mut Writer<'_>) {
        push_seconds(line.out, self);
    }

    fn read(json: &str, _: &LineReader<'_, '_>) -> Option<Self> {
        micros_of_seconds(json).map(SimDuration::from_micros)
    }
}

/// What is not there is `null`.
impl<F: Field> Field for Option<F> {
    const RULE: &'static str = F::RULE;

    fn write(self, line: &mut Writer<'_>) {
        match self {
            Some(value) => value.write(line),
            None => *line.out += "null",
        }
    }

    fn read(json: &str, line: &LineReader<'_, '_>) -> Option<Self> {
        if json == "null" { Some(None) } else { F::read(json, line).map(Some) }
    }
}

impl<N: Named> Field for N {
    const RULE: &'static str = "no event of this name says so";

    fn write(self, line: &mut Writer<'_>) {
        line.word(self.name());
    }

    fn read(json: &str, _: &LineReader<'_, '_>) -> Option<Self> {
        N::from_name(&text(json)?)
    }
}
