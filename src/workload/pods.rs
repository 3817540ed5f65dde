//! The pod document: which technicians look after which companies, as far as the desk bears it out.
//!
//! The desk always wins. Names must match exactly; what contradicts the desk is ignored, and a note says so.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::ZonedDateTime;

use super::csv_file::{BadRows, Column, CsvFile, Row};
use super::error::{BadRow, WorkloadError};
use super::hours::zone_named;
use crate::domain::civil;
use crate::domain::settings::{DeskPlan, HoursPlan};
use crate::domain::{Desk, Pod, TechnicianId};
use crate::keys::nearest::{kindred, nearest};

/// All columns of the document.
const COLUMNS: [&str; 5] = ["pod", "technician", "hours", "zone", "customer"];

/// Where the columns are.
struct Columns {
    pod: Column,
    technician: Column,
    hours: Column,
    zone: Column,
    customer: Column,
}

/// What the lines so far say of a pod.
#[derive(Default)]
struct Draft {
    name: String,
    members: BTreeSet<u32>,
    companies: BTreeSet<u32>,
}

/// The document beside the desk that it speaks of.
struct Document<'a> {
    /// The file's name.
    file: String,
    columns: Columns,
    plan: &'a DeskPlan,
    desk: &'a Desk,
    start: &'a ZonedDateTime,
    technicians: BTreeMap<&'a str, u32>,
    companies: BTreeMap<&'a str, u32>,
    /// In order of first appearance.
    pods: Vec<Draft>,
    numbers: BTreeMap<String, usize>,
    /// The pod of each company that has one.
    pod_of: BTreeMap<u32, usize>,
    notes: Vec<String>,
}

/// The pods of the document at `path`, in order of first appearance: each is what all its lines say together. A pod that
/// is left without technicians or without companies is left out. `plan` is the plan that `desk` was built from.
///
/// # Errors
/// A file that cannot be read or is not a table with a column `pod`; rows with too many or too few fields or
/// without a pod.
pub(super) fn read(
    path: &Path,
    plan: &DeskPlan,
    desk: &Desk,
    start: &ZonedDateTime,
    notes: &mut Vec<String>,
) -> Result<Vec<Pod>, WorkloadError> {
    let mut table = CsvFile::open(path)?;
    let columns = Columns {
        pod: table.required("pod")?,
        technician: table.column("technician")?,
        hours: table.column("hours")?,
        zone: table.column("zone")?,
        customer: table.column("customer")?,
    };
    notes.extend(table.ignored(&COLUMNS));
    let mut document = Document {
        file: table.name(),
        columns,
        plan,
        desk,
        start,
        technicians: desk.technicians.iter().map(|person| person.name.as_str()).zip(0..).collect(),
        companies: desk.companies.iter().map(String::as_str).zip(0..).collect(),
        pods: Vec::new(),
        numbers: BTreeMap::new(),
        pod_of: BTreeMap::new(),
        notes: Vec::new(),
    };
    let mut bad = BadRows::default();
    while let Some(row) = table.next()? {
        if let Err(row) = document.row(&row) {
            bad.add(row);
        }
    }
    bad.none(path)?;
    if document.pods.is_empty() {
        return Err(table.refuse("it has a header but no rows: write a line for at least one pod".into()));
    }
    let pods = document.close(notes);
    Ok(pods)
}

impl Document<'_> {
    /// Adds what a row says to its pod.
    fn row(&mut self, row: &Row<'_>) -> Result<(), BadRow> {
        row.whole()?;
        let pod = row.filled(self.columns.pod)?;
        let (technician, customer) = (row.text(self.columns.technician)?, row.text(self.columns.customer)?);
        let (hours, zone) = (row.text(self.columns.hours)?, row.text(self.columns.zone)?);
        let number = self.numbers.get(pod).copied().unwrap_or_else(|| {
            self.pods.push(Draft { name: pod.to_owned(), ..Draft::default() });
            self.numbers.insert(pod.to_owned(), self.pods.len() - 1);
            self.pods.len() - 1
        });
        if !technician.is_empty() {
            self.technician(row.line, number, technician, hours, zone);
        } else if !hours.is_empty() || !zone.is_empty() {
            self.note(
                row.line,
                "hours and zone belong to a technician, and the line names none. They are ignored.",
            );
        }
        if !customer.is_empty() {
            self.customer(row.line, number, customer);
        }
        Ok(())
    }

    fn technician(&mut self, line: u64, pod: usize, name: &str, hours: &str, zone: &str) {
        let Some(number) = self.technicians.get(name).copied() else {
            let meant = meant(name, self.technicians.keys().copied());
            self.note(
                line,
                &format!(
                    "there is no technician \"{name}\" on the desk; names must match exactly{meant}. The line's \
                     technician is ignored."
                ),
            );
            return;
        };
        self.pods[pod].members.insert(number);
        let position = number as usize;
        let planned = &self.plan.hours[self.desk.technicians[position].hours];
        let desk_hours = match planned {
            HoursPlan::Always => None,
            HoursPlan::Daily { from_minute, to_minute, .. } => Some((*from_minute, *to_minute)),
        };
        if !hours.is_empty() && civil::hours(hours) != Ok(desk_hours) {
            let shown = desk_hours.map_or_else(
                || "round the clock".to_owned(),
                |(from, to)| format!("{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60),
            );
            self.note(
                line,
                &format!("the desk has \"{name}\" work {shown}, not \"{hours}\". The desk's hours are used."),
            );
        }
        // On a desk from a recording the plan lists nobody.
        let listed = self.plan.technicians.get(position).filter(|person| person.name == name);
        let stated = listed.and_then(|person| person.time_zone.clone());
        let desk_zone =
            stated.or_else(|| self.start.time_zone().iana_name().map(str::to_owned)).unwrap_or_default();
        if !zone.is_empty() && !same_zone(zone, &desk_zone) {
            self.note(
                line,
                &format!("the desk has \"{name}\" in {desk_zone}, not \"{zone}\". The desk's zone is used."),
            );
        }
    }

    fn customer(&mut self, line: u64, pod: usize, name: &str) {
        let Some(company) = self.companies.get(name).copied() else {
            let meant = meant(name, self.companies.keys().copied());
            self.note(
                line,
                &format!(
                    "no ticket can be from a company \"{name}\"; names must match exactly{meant}. The line's customer \
                     is ignored."
                ),
            );
            return;
        };
        let first = *self.pod_of.entry(company).or_insert(pod);
        if first == pod {
            self.pods[pod].companies.insert(company);
        } else {
            let (first, second) = (&self.pods[first].name, &self.pods[pod].name);
            let text = format!(
                "\"{name}\" is in the pod \"{first}\" already and cannot be in \"{second}\" too. The line's customer is \
                 ignored."
            );
            self.note(line, &text);
        }
    }

    fn note(&mut self, line: u64, text: &str) {
        self.notes.push(format!("{}, line {line}: {text}", self.file));
    }

    /// The pods that have both technicians and companies; the notes on the others come last.
    fn close(mut self, notes: &mut Vec<String>) -> Vec<Pod> {
        notes.append(&mut self.notes);
        let mut pods = Vec::with_capacity(self.pods.len());
        for draft in self.pods {
            let Draft { name, members, companies } = draft;
            let lacks = match (members.is_empty(), companies.is_empty()) {
                (false, false) => {
                    let members = members.into_iter().map(TechnicianId).collect();
                    pods.push(Pod { name, members, companies: companies.into_iter().collect() });
                    continue;
                }
                (true, false) => "technicians: it is ignored, and its companies are in no pod",
                (false, true) => "companies: it is ignored",
                (true, true) => "technicians and companies: it is ignored",
            };
            notes.push(format!("{}: the pod \"{name}\" is left without {lacks}.", self.file));
        }
        pods
    }
}

/// Whether two names are of the same zone, whatever their case.
fn same_zone(one: &str, other: &str) -> bool {
    let name = |text: &str| Some(zone_named(text).ok()?.iana_name()?.to_owned());
    one == other || name(one).is_some_and(|one| Some(one) == name(other))
}

/// The suggestion part of a message on a name that nobody bears: a slip of the pen, or another form of a first name.
fn meant<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let close = nearest(name, known.clone()).or_else(|| kindred(name, known));
    close.map(|close| format!(" (did the line mean \"{close}\"?)")).unwrap_or_default()
}

#[cfg(test)]
mod tests;
