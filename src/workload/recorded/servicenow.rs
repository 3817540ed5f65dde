//! ServiceNow incident event logs: several rows per incident, one for each update.

use std::collections::BTreeMap;

use jiff::civil::DateTime;

use super::super::csv_file::{Column, CsvFile, Row};
use super::super::instant::{Clock, Instant};
use super::{Harvest, Limits, RecordedTicket};
use crate::domain::SimTime;
use crate::workload::error::{BadRow, WorkloadError};

/// What `opened_at` and `sys_updated_at` should look like.
const EXPECTED: &str = "d/m/yyyy HH:MM, as in \"4/4/2016 08:05\", or \"2016-04-04 08:05:00\"";

/// Where the columns are.
struct Columns {
    number: Column,
    opened_at: Column,
    group: Column,
    state: Column,
    updated_at: Column,
    assigned_to: Column,
    priority: Column,
    category: Column,
    company: Column,
}

/// What is known of an incident so far: for each field the first value that is not `?`.
struct Incident {
    number: String,
    line: u64,
    opened: Option<Instant>,
    board: Option<u32>,
    status: Option<u32>,
    /// Its states with the instants of the rows that say so, where they say when that was.
    states: Vec<(SimTime, u32)>,
    company: Option<u32>,
    category: Option<u32>,
    priority: Option<u8>,
}

/// When the state changed after the opening, and to which: the first is the one that the incident was opened in.
fn changes(mut states: Vec<(SimTime, u32)>, opened: SimTime) -> Vec<(SimTime, u32)> {
    states.sort_by_key(|(at, _)| *at); // stable: in the file's order
    states.dedup_by_key(|(_, state)| *state);
    states.into_iter().skip(1).map(|(at, state)| (at.max(opened), state)).collect()
}

/// Reads all rows, then makes one ticket of each incident. Rows of an incident need not follow each other, so every
/// incident is remembered until the end of the file.
///
/// When an incident was resolved or closed is not read: that is elapsed time, never the time worked on it.
pub(super) fn read(
    table: &mut CsvFile,
    clock: &Clock,
    limits: &Limits,
    harvest: &mut Harvest,
) -> Result<(), WorkloadError> {
    let columns = Columns {
        number: table.required("number")?,
        opened_at: table.required("opened_at")?,
        group: table.required("assignment_group")?,
        state: table.column("incident_state")?,
        updated_at: table.column("sys_updated_at")?,
        assigned_to: table.column("assigned_to")?,
        priority: table.column("priority")?,
        category: table.column("category")?,
        company: table.column("company")?,
    };
    let mut incidents: Vec<Incident> = Vec::new();
    let mut index: BTreeMap<String, usize> = BTreeMap::new();
    while let Some(row) = table.next()? {
        if let Err(bad) = read_row(&row, &columns, clock, harvest, &mut incidents, &mut index) {
            harvest.bad.add(bad);
        }
    }
    for incident in incidents {
        let Some(opened) = incident.opened else {
            harvest.bad.add(BadRow {
                line: incident.line,
                column: "opened_at".into(),
                value: "?".into(),
                expected: format!("a time in at least one row of {}", incident.number),
            });
            continue;
        };
        if harvest.admits(limits, opened) {
            harvest.tickets.push(RecordedTicket {
                name: incident.number,
                line: incident.line,
                arrived_at: opened.at,
                board: incident.board,
                status: incident.status,
                company: incident.company,
                category: incident.category,
                priority: incident.priority,
                // Whoever its first row names may have been assigned between its opening and that row.
                owned: false,
                changes: changes(incident.states, opened.at),
                work: None,
            });
        }
    }
    Ok(())
}

/// Reads one row into its incident. Nothing of a bad row is kept.
fn read_row(
    row: &Row<'_>,
    columns: &Columns,
    clock: &Clock,
    harvest: &mut Harvest,
    incidents: &mut Vec<Incident>,
    index: &mut BTreeMap<String, usize>,
) -> Result<(), BadRow> {
    row.whole()?;
    let number = match known(row.text(columns.number)?) {
        "" => return Err(row.bad(columns.number, row.text(columns.number)?, "an incident number")),
        number => number,
    };
    let instant = |column| match known(row.text(column)?) {
        "" => Ok(None),
        text => {
            let instant = day_first(text).map_or_else(|| clock.read(text), |civil| clock.civil(civil));
            instant.map(Some).ok_or_else(|| row.bad(column, text, EXPECTED))
        }
    };
    let (opened, updated) = (instant(columns.opened_at)?, instant(columns.updated_at)?);
    let priority = match known(row.text(columns.priority)?) {
        "" => None,
        text => Some(leading_digit(text).ok_or_else(|| {
            row.bad(columns.priority, text, "a digit from 1 to 9 at the start, as in \"3 - Moderate\"")
        })?),
    };
    let (group, technician) = (known(row.text(columns.group)?), known(row.text(columns.assigned_to)?));
    let (category, company) = (known(row.text(columns.category)?), known(row.text(columns.company)?));
    let board = harvest.boards.number(group);
    let status = harvest.statuses.number(known(row.text(columns.state)?));
    let category = harvest.categories.number(category);
    let company = harvest.companies.number(company);
    harvest.assigned(board, technician);
    let place = if let Some(place) = index.get(number) {
        *place
    } else {
        index.insert(number.to_owned(), incidents.len());
        incidents.push(Incident {
            number: number.to_owned(),
            line: row.line,
            opened: None,
            board: None,
            status: None,
            states: Vec::new(),
            company: None,
            category: None,
            priority: None,
        });
        incidents.len() - 1
    };
    let incident = &mut incidents[place];
    incident.opened = incident.opened.or(opened);
    incident.board = incident.board.or(board);
    incident.status = incident.status.or(status);
    incident.states.extend(updated.zip(status).map(|(updated, state)| (updated.at, state)));
    incident.company = incident.company.or(company);
    incident.category = incident.category.or(category);
    incident.priority = incident.priority.or(priority);
    Ok(())
}

/// The field, empty where it is ServiceNow's `?` for unknown.
fn known(text: &str) -> &str {
    if text == "?" { "" } else { text }
}

/// A priority from 1 to 9 at the start of its label.
fn leading_digit(text: &str) -> Option<u8> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..digits].parse().ok().filter(|priority| (1..=9).contains(priority))
}

/// `d/m/yyyy HH:MM`, with or without seconds.
fn day_first(text: &str) -> Option<DateTime> {
    let (date, time) = text.split_once(' ')?;
    let (day, rest) = date.split_once('/')?;
    let (month, year) = rest.split_once('/')?;
    let (hour, rest) = time.trim().split_once(':')?;
    let (minute, second) = rest.split_once(':').unwrap_or((rest, "0"));
    let field = |text: &str| text.parse::<i8>().ok();
    let year = year.parse().ok()?;
    DateTime::new(year, field(month)?, field(day)?, field(hour)?, field(minute)?, field(second)?, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_comes_before_the_month() {
        let civil = |text: &str| text.parse::<DateTime>().ok();
        assert_eq!(day_first("5/4/2016 11:55"), civil("2016-04-05T11:55"));
        assert_eq!(day_first("31/12/2016 00:25:07"), civil("2016-12-31T00:25:07"));
        for text in ["", "5/4/2016", "13/13/2016 11:55", "5/4/2016 11", "5-4-2016 11:55", "999/4/2016 11:55"]
        {
            assert_eq!(day_first(text), None, "{text}");
        }
    }

    #[test]
    fn a_priority_is_the_digit_of_its_label() {
        assert_eq!(leading_digit("3 - Moderate"), Some(3));
        assert_eq!(leading_digit("1"), Some(1));
        for text in ["Moderate", "0 - None", "12", "999999"] {
            assert_eq!(leading_digit(text), None, "{text}");
        }
    }
}
