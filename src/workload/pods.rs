//! The pod document: which technicians look after which companies, as far as the desk bears it out.
//!
//! The desk always wins. Names must match exactly; what contradicts the desk is ignored, and a note says so. The document is
//! a table (CSV), or a plain form of headings, lists and tables as text or PDF.

mod form;
mod lines;
mod pdf;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use jiff::ZonedDateTime;

use super::error::WorkloadError;
use super::hours::zone_named;
use crate::domain::civil;
use crate::domain::settings::{DeskPlan, HoursPlan};
use crate::domain::{Desk, Pod, TechnicianId};
use crate::keys::nearest::{kindred, nearest};

/// Where something stands in the document.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    /// The page, from 1, where it has pages.
    page: Option<u32>,
    /// The line of the file or of the page, from 1.
    line: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(page) = self.page {
            write!(f, "page {page}, ")?;
        }
        write!(f, "line {}", self.line)
    }
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
/// A file that cannot be read or names no pod; a table without a column `pod`, or with rows that have too many or too few
/// fields or no pod.
pub(super) fn read(
    path: &Path,
    plan: &DeskPlan,
    desk: &Desk,
    start: &ZonedDateTime,
    notes: &mut Vec<String>,
) -> Result<Vec<Pod>, WorkloadError> {
    let mut document = Document {
        file: path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
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
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    match &*ending {
        "txt" | "text" | "md" => form::read(&mut document, path, lines::of_text(path)?)?,
        "pdf" => {
            let lines = pdf::lines(path, &mut |page, text| {
                document.notes.push(format!("{}, page {page}: {text}", document.file));
            })?;
            form::read(&mut document, path, lines)?;
        }
        _ => table::read(&mut document, path)?,
    }
    Ok(document.close(notes))
}

impl Document<'_> {
    /// The pod of this name.
    fn pod(&mut self, name: &str) -> usize {
        self.numbers.get(name).copied().unwrap_or_else(|| {
            self.pods.push(Draft { name: name.to_owned(), ..Draft::default() });
            self.numbers.insert(name.to_owned(), self.pods.len() - 1);
            self.pods.len() - 1
        })
    }

    /// Puts a technician into a pod.
    fn technician(&mut self, at: Place, pod: usize, name: &str, hours: &str, zone: &str) {
        let Some(number) = self.technicians.get(name).copied() else {
            let meant = meant(name, self.technicians.keys().copied());
            self.note(
                at,
                &format!(
                    "there is no technician \"{name}\" on the desk; names must match exactly{meant}. The line's \
                     technician is ignored."
                ),
            );
            return;
        };
        self.pods[pod].members.insert(number);
        self.hours(at, number, hours, zone);
    }

    /// Compares a technician's hours and zone with those of the desk.
    fn hours(&mut self, at: Place, number: u32, hours: &str, zone: &str) {
        let name = self.desk.technicians[number as usize].name.as_str();
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
                at,
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
                at,
                &format!("the desk has \"{name}\" in {desk_zone}, not \"{zone}\". The desk's zone is used."),
            );
        }
    }

    /// Puts a company into a pod.
    fn customer(&mut self, at: Place, pod: usize, name: &str) {
        let Some(company) = self.companies.get(name).copied() else {
            let meant = meant(name, self.companies.keys().copied());
            self.note(
                at,
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
            self.note(at, &text);
        }
    }

    fn note(&mut self, at: Place, text: &str) {
        self.notes.push(format!("{}, {at}: {text}", self.file));
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
