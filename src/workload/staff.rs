//! The technicians of a desk from a table: one row per technician.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use jiff::ZonedDateTime;
use jiff::civil::Date;

use super::csv_file::{BadRows, Column, CsvFile, Row};
use super::error::{BadRow, WorkloadError, quoted};
use super::hours::zone_named;
use crate::domain::civil::{self, CivilSpan, Stretch, WEEKDAYS};
use crate::domain::settings::{DeskPlan, HoursPlan, TechnicianPlan};
use crate::keys::nearest::nearest;

/// All columns of the table.
const COLUMNS: [&str; 9] =
    ["technician", "teams", "hours", "weekdays", "time_zone", "history", "out", "busy", "open"];

/// The most tickets that somebody can own in a status.
const MOST_OPEN: u32 = 1_000_000;

/// Where the columns are.
struct Columns {
    technician: Column,
    teams: Column,
    hours: Column,
    weekdays: Column,
    time_zone: Column,
    history: Column,
    out: Column,
    busy: Column,
    open: Column,
}

/// A plan that fills with technicians.
struct Staff<'a> {
    plan: DeskPlan,
    columns: Columns,
    start: &'a ZonedDateTime,
    /// The line of each technician.
    lines: BTreeMap<String, u64>,
}

/// The plan with the technicians in the table at `path`, in the table's order. Where a row leaves a field blank, the
/// desk's value holds: all teams, its hours and days, the scenario's zone.
///
/// # Errors
/// A file that cannot be read or is not a table with a column `technician`; rows that cannot be read; nobody
/// at all, or nobody in some team.
pub(super) fn read(
    path: &Path,
    plan: &DeskPlan,
    start: &ZonedDateTime,
    notes: &mut Vec<String>,
) -> Result<DeskPlan, WorkloadError> {
    let mut table = CsvFile::open(path)?;
    let columns = Columns {
        technician: table.required("technician")?,
        teams: table.column("teams")?,
        hours: table.column("hours")?,
        weekdays: table.column("weekdays")?,
        time_zone: table.column("time_zone")?,
        history: table.column("history")?,
        out: table.column("out")?,
        busy: table.column("busy")?,
        open: table.column("open")?,
    };
    notes.extend(table.ignored(&COLUMNS));
    let mut staff = Staff { plan: plan.clone(), columns, start, lines: BTreeMap::new() };
    let mut bad = BadRows::default();
    while let Some(row) = table.next()? {
        if let Err(row) = staff.row(&row) {
            bad.add(row);
        }
    }
    bad.none(path)?;
    let plan = staff.plan;
    if plan.technicians.is_empty() {
        return Err(
            table.refuse("it has a header but no rows: write a line for at least one technician".into())
        );
    }
    let (count, most) = (plan.technicians.len(), DeskPlan::MOST_TECHNICIANS);
    if count > most {
        return Err(table.refuse(format!("it has {count} technicians; expected at most {most}")));
    }
    let staffed: BTreeSet<&str> =
        plan.technicians.iter().flat_map(|person| person.teams.iter().map(String::as_str)).collect();
    let empty: Vec<&String> = plan.teams.iter().filter(|team| !staffed.contains(team.as_str())).collect();
    if !empty.is_empty() {
        let names = quoted(&empty);
        return Err(table.refuse(format!("nobody in it is in {names}: name the team in the column teams")));
    }
    Ok(plan)
}

/// The parts of a field, separated by semicolons; blank ones are skipped.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(str::trim).filter(|part| !part.is_empty())
}

/// The parts of a field, each a name and a value. Names must differ.
fn named<T>(
    row: &Row<'_>,
    column: Column,
    expected: &str,
    value: impl Fn(&str) -> Option<T>,
) -> Result<Vec<(String, T)>, BadRow> {
    let mut found: Vec<(String, T)> = Vec::new();
    for part in parts(row.text(column)?) {
        let read = part
            .rsplit_once('=')
            .and_then(|(name, text)| Some((name.trim().to_owned(), value(text.trim())?)))
            .filter(|(name, _)| !name.is_empty());
        let (name, value) = read.ok_or_else(|| row.bad(column, part, expected))?;
        if found.iter().any(|(known, _)| *known == name) {
            return Err(row.bad(column, part, "each name once"));
        }
        found.push((name, value));
    }
    Ok(found)
}

impl Staff<'_> {
    /// Reads one row. Of a bad row only the name is kept, so that it is not refused twice.
    fn row(&mut self, row: &Row<'_>) -> Result<(), BadRow> {
        row.whole()?;
        let column = self.columns.technician;
        let name = row.filled(column)?;
        if let Some(line) = self.lines.get(name) {
            let expected = format!("a technician who is not in the table yet ({name:?} is on line {line})");
            return Err(row.bad(column, name, &expected));
        }
        self.lines.insert(name.to_owned(), row.line);
        let teams = self.teams(row)?;
        let time_zone = self.time_zone(row)?;
        let hours = self.hours(row, time_zone.as_ref())?;
        let (out, busy) = (self.columns.out, self.columns.busy);
        let history = named(
            row,
            self.columns.history,
            "a category and its success rate from 0 to 1, as in \"network=0.9\"",
            |text| text.parse().ok().filter(|rate| (0.0..=1.0).contains(rate)),
        )?;
        let open = named(
            row,
            self.columns.open,
            "a status and a number of tickets, as in \"In Progress=3\"",
            |text| text.parse().ok().filter(|count| *count <= MOST_OPEN),
        )?;
        let (out, busy) =
            (self.spans(row, out, time_zone.as_ref())?, self.spans(row, busy, time_zone.as_ref())?);
        let hours = self.plan.index_of_hours(hours);
        let name = name.to_owned();
        let teams = teams.into();
        let plan = TechnicianPlan { name, teams, hours, time_zone, history, out, busy, open };
        Arc::make_mut(&mut self.plan.technicians).push(plan);
        Ok(())
    }

    fn teams(&self, row: &Row<'_>) -> Result<Vec<String>, BadRow> {
        let mut teams: Vec<String> = Vec::new();
        let column = self.columns.teams;
        for name in parts(row.text(column)?) {
            if !self.plan.teams.iter().any(|team| team == name) {
                let meant = nearest(name, self.plan.teams.iter().map(String::as_str));
                let expected = match meant {
                    Some(team) => format!("a team of the desk (did you mean \"{team}\"?)"),
                    None => format!("a team of the desk: {}", quoted(&self.plan.teams)),
                };
                return Err(row.bad(column, name, &expected));
            }
            if teams.iter().any(|team| team == name) {
                return Err(row.bad(column, name, "each team once"));
            }
            teams.push(name.to_owned());
        }
        Ok(if teams.is_empty() { self.plan.teams.clone() } else { teams })
    }

    fn time_zone(&self, row: &Row<'_>) -> Result<Option<String>, BadRow> {
        let column = self.columns.time_zone;
        let name = row.text(column)?;
        if name.is_empty() {
            return Ok(None);
        }
        match zone_named(name) {
            Ok(_) => Ok(Some(name.to_owned())),
            Err(error) => {
                let meant = match error {
                    WorkloadError::UnknownTimeZone { nearest: Some(zone), .. } => {
                        format!(" (did you mean \"{zone}\"?)")
                    }
                    _ => String::new(),
                };
                let expected = format!("an IANA time zone such as \"Europe/Berlin\"{meant}");
                Err(row.bad(column, name, &expected))
            }
        }
    }

    fn hours(&self, row: &Row<'_>, time_zone: Option<&String>) -> Result<HoursPlan, BadRow> {
        let mut days = [false; 7];
        let column = self.columns.weekdays;
        for part in parts(row.text(column)?) {
            if self.plan.joined_days.is_some() {
                return Err(row.bad(column, part, "nothing, as `desk.joined_days` lays days end to end"));
            }
            let day = WEEKDAYS.iter().position(|day| *day == part);
            let bad = || {
                let help = civil::weekday_help(part).map(|help| format!(" ({help})")).unwrap_or_default();
                row.bad(column, part, &format!("weekdays from \"mon\" to \"sun\"{help}"))
            };
            days[day.ok_or_else(bad)?] = true;
        }
        let weekdays = if days.contains(&true) { Some(days) } else { self.plan.weekdays };
        let column = self.columns.hours;
        let stated = match (row.text(column)?, self.plan.hours.first()) {
            ("", Some(HoursPlan::Daily { from_minute, to_minute, .. })) => Some((*from_minute, *to_minute)),
            ("", _) => None,
            (text, _) => civil::hours(text).map_err(|expected| row.bad(column, text, expected))?,
        };
        Ok(HoursPlan::of(stated, weekdays, HoursPlan::WORKDAYS, time_zone.cloned()))
    }

    fn spans(
        &self,
        row: &Row<'_>,
        column: Column,
        time_zone: Option<&String>,
    ) -> Result<Vec<CivilSpan>, BadRow> {
        let first_day = || -> Date {
            let zone = time_zone.and_then(|name| zone_named(name).ok());
            zone.map_or_else(|| self.start.date(), |zone| self.start.with_time_zone(zone).date())
        };
        parts(row.text(column)?)
            .map(|part| match Stretch::read(part) {
                Ok(stretch) => Ok(stretch.on(first_day())),
                Err(expected) => Err(row.bad(column, part, expected)),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
