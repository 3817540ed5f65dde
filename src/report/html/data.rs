//! What the page's script works on: the curves, the tickets with their stories, the technicians' days.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;
use serde_json::Value;

use super::super::figures::clean;
use super::super::occupied::Occupied;
use super::super::plots;
use super::super::story::{self, Tale};
use super::super::tables::{Cell, Sheet, Table, tickets};
use super::day::{Day, day, seconds};
use crate::domain::stamp::Civil;
use crate::domain::{SimTime, TicketId};
use crate::metrics::timeline::Timeline;
use crate::results::{Arm, Comparison, Recorded};

/// Tickets on the page, over all disciplines and recorded replications.
const ROWS: usize = 1500;
/// Stories on the page.
const STORIES: usize = 400;

/// What is embedded.
pub(super) struct Embedded {
    /// As JSON.
    pub json: String,
    /// Tickets of all recorded replications.
    pub tickets: usize,
    /// Those on the page.
    pub rows: usize,
    /// Those with their story.
    pub stories: usize,
    /// Whether somebody has a day to show.
    pub has_days: bool,
}

#[derive(Serialize)]
struct Data<'a> {
    /// From each instant on, in seconds since the start, what is to be added for civil time in seconds since 1970.
    clock: Vec<(f64, i64)>,
    /// What a ticket gets: `owner`.
    gain: &'a str,
    replications: u32,
    arrivals: Curve,
    arms: Vec<ArmData>,
    /// The columns of tickets.
    columns: Vec<Column>,
    /// Sentences that stories refer to by number.
    texts: Vec<String>,
}

/// Seconds since the start, and mean counts until then.
type Curve = (Vec<f64>, Vec<f64>);

#[derive(Serialize)]
struct ArmData {
    name: String,
    colour: String,
    dashes: Vec<f64>,
    curve: Curve,
    replications: Vec<ReplicationData>,
}

#[derive(Serialize)]
struct ReplicationData {
    replication: u32,
    /// Tickets of the burst.
    of: usize,
    /// Those on the page, with a cell per column.
    rows: Vec<Vec<Value>>,
    /// As many, or fewer: the story of the row of this number.
    stories: BTreeMap<usize, StoryData>,
    day: Option<Day>,
}

/// A line: the clock, the seconds since the arrival, the sentence, and what it rests on.
type LineData = (String, f64, usize, Vec<usize>);

#[derive(Serialize)]
struct StoryData {
    lines: Vec<LineData>,
    ending: Vec<usize>,
}

/// A column: what it is called, what it means, and what its cells are.
#[derive(Serialize)]
struct Column {
    name: String,
    about: String,
    kind: &'static str,
}

/// What the page of a comparison works on.
///
/// # Errors
/// When recorded replications cannot be read.
pub(super) fn embedded(c: &Comparison) -> io::Result<Embedded> {
    let all: Vec<&Recorded> = c.arms.iter().flat_map(|arm| &arm.recorded).collect();
    let tickets: usize = all.iter().map(|recorded| recorded.tickets.len()).sum();
    let mut chosen: Vec<Chosen> = Vec::new();
    let mut sheet = Collected::default();
    tickets::fill_some(c, &mut sheet, &mut |recorded, badly| {
        let picked = Chosen::of(recorded.tickets.len(), badly, all.len());
        let rows = picked.rows.clone();
        chosen.push(picked);
        rows
    })?;
    let mut texts = Texts::default();
    let arms: Vec<&Arm> = c.arms.iter().collect();
    let several_agents = story::several_agents(&arms)?;
    let looks = plots::colours(c);
    let (mut rows, mut chosen) = (sheet.rows.into_iter(), chosen.into_iter());
    let (mut arms, mut last) = (Vec::new(), SimTime::ZERO);
    let (mut row_count, mut story_count, mut has_days) = (0, 0, false);
    for (arm, (colour, dashes)) in c.arms.iter().zip(looks) {
        let mut replications = Vec::new();
        for recorded in &arm.recorded {
            let Chosen { rows: picked, stories } = chosen.next().unwrap_or_default();
            let burst = recorded.burst()?;
            let own: Vec<Vec<Value>> = rows.by_ref().take(picked.len()).collect();
            let told: Vec<TicketId> = stories.iter().map(|&place| picked[place]).collect();
            let tales = story::stories(&c.setup, &arm.name, (recorded, &burst), &told, several_agents)?;
            let stories: BTreeMap<usize, StoryData> =
                stories.iter().copied().zip(tales.iter().map(|tale| texts.story(tale))).collect();
            let occupied = Occupied::of(recorded)?;
            last = last.max(occupied.last);
            let day = day(&occupied, &burst, &c.setup.desk);
            row_count += own.len();
            story_count += stories.len();
            has_days |= day.is_some();
            let (replication, of) = (recorded.replication, recorded.tickets.len());
            replications.push(ReplicationData { replication, of, rows: own, stories, day });
        }
        arms.push(ArmData {
            name: clean(&arm.name).into_owned(),
            colour,
            dashes,
            curve: curve(&arm.dispatched, c.setup.replications),
            replications,
        });
    }
    let data = Data {
        clock: clock(&c.setup.start, last),
        gain: c.setup.gain().noun(),
        replications: c.setup.replications,
        arrivals: curve(&c.arrivals, c.setup.replications),
        arms,
        columns: columns(&sheet.kinds),
        texts: texts.all,
    };
    let json = serde_json::to_string(&data).map_err(io::Error::other)?;
    Ok(Embedded { json, tickets, rows: row_count, stories: story_count, has_days })
}

/// Which tickets of a replication are on the page.
#[derive(Default)]
pub(super) struct Chosen {
    pub rows: Vec<TicketId>,
    /// The places in `rows` of those whose story is told.
    pub stories: Vec<usize>,
}

impl Chosen {
    /// At even distances, where a page of so many replications has no room for all; stories first of those that ended badly.
    pub fn of(tickets: usize, badly: &[bool], replications: usize) -> Self {
        let room = |most: usize| (most / replications.max(1)).max(1);
        let shown = tickets.min(room(ROWS));
        let rows: Vec<TicketId> =
            (0..shown).map(|place| TicketId((place * tickets / shown) as u32)).collect();
        let mut stories: Vec<usize> = (0..shown).collect();
        stories.sort_by_key(|&place| !badly.get(rows[place].index()).copied().unwrap_or_default());
        stories.truncate(room(STORIES));
        stories.sort_unstable();
        Self { rows, stories }
    }
}

/// The counts of a timeline as means, without what lies on a straight line between its neighbours.
fn curve(timeline: &Timeline, replications: u32) -> Curve {
    let all: Vec<(f64, u64)> = timeline.running().collect();
    let is_flat =
        |at: usize| at > 0 && at + 1 < all.len() && all[at - 1].1 == all[at].1 && all[at].1 == all[at + 1].1;
    let mean = |sum: u64| (sum as f64 / f64::from(replications.max(1)) * 1e3).round() / 1e3;
    (0..all.len()).filter(|&at| !is_flat(at)).map(|at| (all[at].0, mean(all[at].1))).unzip()
}

/// What is to be added to seconds since the start for civil time in seconds since 1970, from each change of the clocks on.
pub(super) fn clock(start: &jiff::ZonedDateTime, last: SimTime) -> Vec<(f64, i64)> {
    let (begin, civil) = (start.timestamp(), Civil::new(start));
    let changes = start
        .time_zone()
        .following(begin)
        .map(|change| SimTime::from_micros(change.timestamp().as_microsecond() - begin.as_microsecond()));
    let added =
        |at: SimTime| (at.as_secs_f64(), (civil.local_micros(at) - at.micros()).div_euclid(1_000_000));
    [SimTime::ZERO].into_iter().chain(changes.take_while(|at| *at <= last)).map(added).collect()
}

/// The columns with what their cells are; the first two are where a ticket stands in the data.
fn columns(kinds: &[&'static str]) -> Vec<Column> {
    let meanings = Table::named("tickets").map(Table::meanings).unwrap_or_default();
    let column = |((name, about), kind): ((&str, &str), &&'static str)| Column {
        name: name.to_owned(),
        about: about.to_owned(),
        kind,
    };
    meanings.into_iter().zip(kinds).skip(2).map(column).collect()
}

/// Texts of which each is kept once.
#[derive(Default)]
struct Texts {
    all: Vec<String>,
    known: BTreeMap<String, usize>,
}

impl Texts {
    fn number(&mut self, text: &str) -> usize {
        let text = clean(text);
        if let Some(&number) = self.known.get(&*text) {
            return number;
        }
        let number = self.all.len();
        self.all.push(text.clone().into_owned());
        self.known.insert(text.into_owned(), number);
        number
    }

    fn story(&mut self, tale: &Tale) -> StoryData {
        let mut lines = Vec::with_capacity(tale.lines.len());
        for line in &tale.lines {
            let reckonings = line.reckonings.iter().map(|text| self.number(text)).collect();
            let sentence = self.number(&line.sentence);
            lines.push((line.clock.clone(), seconds(line.since.micros()), sentence, reckonings));
        }
        StoryData { lines, ending: tale.ending.iter().map(|text| self.number(text)).collect() }
    }
}

/// Rows as JSON, without the columns that say where they stand.
#[derive(Default)]
struct Collected {
    kinds: Vec<&'static str>,
    rows: Vec<Vec<Value>>,
    row: Vec<Value>,
    column: usize,
}

impl Sheet for Collected {
    fn header(&mut self, names: &[&str]) -> io::Result<()> {
        self.kinds = vec!["text"; names.len()];
        Ok(())
    }

    fn cell(&mut self, cell: Cell<'_>) -> io::Result<()> {
        let (value, kind) = match cell {
            Cell::Nothing => (Value::Null, None),
            Cell::Text(text) | Cell::Value(text) => (Value::from(clean(&text)), None),
            Cell::Integer(number) => (Value::from(number), Some("number")),
            Cell::Number(number) => (Value::from(number), Some("number")),
            Cell::Instant(at) => (Value::from(seconds(at.micros())), Some("instant")),
            Cell::Seconds(length) => (Value::from(seconds(length.micros())), Some("length")),
            Cell::Truth(truth) => (Value::from(truth), Some("truth")),
        };
        if let (Some(kind), Some(known)) = (kind, self.kinds.get_mut(self.column)) {
            *known = kind;
        }
        if self.column >= 2 {
            self.row.push(value);
        }
        self.column += 1;
        Ok(())
    }

    fn end_row(&mut self) -> io::Result<()> {
        self.rows.push(std::mem::take(&mut self.row));
        self.column = 0;
        Ok(())
    }
}
