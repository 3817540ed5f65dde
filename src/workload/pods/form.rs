//! The plain form of the pod document: under the name of each pod its technicians, hours and customers, as lists or as tables.
//!
//! ```text
//! Pod: Red
//! Technicians: Ben, Dee (09:00-15:00, Europe/Berlin)
//! Hours: 08:00-17:00 Europe/Berlin
//! Customers:
//! - Acme
//! - Initech, Inc.
//! ```

use std::path::Path;

use super::super::error::WorkloadError;
use super::super::hours::zone_named;
use super::lines::{Cell, Line};
use super::{Document, Place};
use crate::domain::civil;
use crate::keys::text::control;
use crate::keys::wording::counted;

/// How many lines that are not understood have a note of their own.
const NOTED: u64 = 20;
/// How much of such a line is quoted, in characters.
const SHOWN: usize = 60;
/// Of how many parts a name consists at most, where commas or brackets part it.
const PARTS: usize = 8;

/// What a part of the form is headed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heading {
    Pod,
    Technicians,
    Hours,
    Zone,
    Customers,
}

impl Heading {
    /// The heading that a text is, whatever its case and its decoration.
    fn of(text: &str) -> Option<Self> {
        let bare = text.trim_matches(|c: char| "#*_:= ".contains(c)).to_ascii_lowercase();
        match &*bare {
            "pod" | "pods" => Some(Self::Pod),
            "technician" | "technicians" => Some(Self::Technicians),
            "hours" | "working hours" => Some(Self::Hours),
            "zone" | "time zone" => Some(Self::Zone),
            "customer" | "customers" => Some(Self::Customers),
            _ => None,
        }
    }

    /// The heading that a text begins with, and what follows it: `Pod: Red`, `Customers:`, `Hours`, `## Pod Red`.
    fn leading(text: &str) -> Option<(Self, &str)> {
        if let Some(heading) = Self::of(text) {
            return Some((heading, ""));
        }
        let mark = if text.starts_with('#') && !text.contains(':') { ' ' } else { ':' };
        let marked = text.trim_start_matches('#').trim_start();
        let (word, rest) = marked.split_once(mark)?;
        Some((Self::of(word)?, rest.trim_matches(|c: char| "*_ ".contains(c))))
    }
}

/// The hours and the zone that a line gives a whole pod.
struct PodHours {
    at: Place,
    pod: usize,
    hours: String,
    zone: String,
}

/// How far the reading has come.
struct Form<'f, 'd> {
    document: &'f mut Document<'d>,
    pod: Option<usize>,
    under: Option<Heading>,
    /// The columns of the table that the lines are rows of; none outside a table.
    columns: Vec<(f64, Heading)>,
    hours: Vec<PodHours>,
    /// How many lines have not been understood.
    lost: u64,
}

/// Reads the lines of the file at `path` into `document`.
///
/// # Errors
/// A form that names no pod.
pub(super) fn read(document: &mut Document<'_>, path: &Path, lines: Vec<Line>) -> Result<(), WorkloadError> {
    let mut form = Form { document, pod: None, under: None, columns: Vec::new(), hours: Vec::new(), lost: 0 };
    for line in lines {
        form.line(&line);
    }
    form.close();
    if document.pods.is_empty() {
        let problem = "it names no pod: write `Pod:` and a name, below it `Technicians:` and `Customers:`";
        return Err(WorkloadError::BadFile { file: path.to_owned(), problem: problem.into() });
    }
    Ok(())
}

impl Form<'_, '_> {
    fn line(&mut self, line: &Line) {
        let Line { at, cells } = line;
        let is_rule = |cell: &Cell| cell.text.chars().all(|c| "-–—=+:|".contains(c));
        if cells.is_empty() {
            self.columns.clear();
        } else if cells.iter().all(is_rule) {
            // The rule below the head of a table, or between its rows.
        } else if cells.iter().any(|cell| control(&cell.text).is_some()) {
            self.lose(*at, "it has control characters");
        } else if let Some(columns) = table(cells) {
            self.columns = columns;
            self.under = None;
        } else if self.columns.is_empty() || cells.iter().all(|cell| Heading::leading(&cell.text).is_some()) {
            self.columns.clear();
            let texts: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
            self.cells(*at, &texts);
        } else {
            self.row(*at, cells);
        }
    }

    /// The cells of a line outside a table: each heading with what follows it as a list, so that hours and zones belong to the
    /// technician before them.
    fn cells(&mut self, at: Place, cells: &[&str]) {
        let mut rest = cells;
        while let Some((first, more)) = rest.split_first() {
            let is_bare = Heading::of(first).is_some();
            let together =
                more.iter().take_while(|cell| !is_bare && Heading::leading(cell).is_none()).count();
            let text = [&[*first], &more[..together]].concat().join(", ");
            self.text(at, &text);
            rest = &more[together..];
        }
    }

    /// A text outside a table.
    fn text(&mut self, at: Place, text: &str) {
        let (heading, body) = match Heading::leading(text) {
            Some((heading, rest)) => {
                self.under = Some(heading);
                (true, rest)
            }
            None => (false, item(text)),
        };
        if body.is_empty() {
            return;
        }
        match (self.under, self.pod) {
            (Some(Heading::Pod), _) => {
                self.pod = Some(self.document.pod(unquoted(body)));
                self.under = None;
            }
            (Some(heading), Some(pod)) => self.say(at, pod, heading, body),
            (Some(_), None) => self.lose(at, "it belongs to no pod"),
            (None, _) if heading => {}
            (None, _) => self.lose(at, &format!("\"{}\" is under no heading", shortened(body))),
        }
    }

    /// A row of a table: each cell belongs to the column that begins nearest to it.
    fn row(&mut self, at: Place, cells: &[Cell]) {
        let mut said: Vec<(Heading, String)> = Vec::new();
        for cell in cells {
            let distance = |column: &&(f64, Heading)| (column.0 - cell.x).abs();
            let column = self.columns.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
            let Some(&(_, heading)) = column else { continue };
            match said.iter_mut().find(|part| part.0 == heading) {
                Some(part) => part.1.extend([", ", &cell.text]),
                None => said.push((heading, cell.text.clone())),
            }
        }
        let take = |heading, said: &mut Vec<(Heading, String)>| {
            let place = said.iter().position(|part| part.0 == heading);
            place.map(|place| said.remove(place).1)
        };
        // Where the cell is empty the row goes on with the pod above it.
        if let Some(name) = take(Heading::Pod, &mut said) {
            self.pod = Some(self.document.pod(unquoted(&name)));
        }
        let Some(pod) = self.pod else { return self.lose(at, "it belongs to no pod") };
        if let Some(technicians) = take(Heading::Technicians, &mut said) {
            let own = [Heading::Hours, Heading::Zone].into_iter().filter_map(|part| take(part, &mut said));
            let own: Vec<String> = own.collect();
            self.technicians(at, pod, &technicians, &own.join(" "));
        }
        for (heading, text) in said {
            self.say(at, pod, heading, &text);
        }
    }

    /// What stands under a heading.
    fn say(&mut self, at: Place, pod: usize, heading: Heading, text: &str) {
        match heading {
            Heading::Pod => {}
            Heading::Technicians => self.technicians(at, pod, text, ""),
            Heading::Customers => {
                for name in names(text, |name| self.document.companies.contains_key(name)) {
                    self.document.customer(at, pod, name);
                }
            }
            Heading::Hours | Heading::Zone => {
                // `Ben: 09:00-15:00` is about Ben alone, whichever pod he is in.
                let own = text.split_once(':').and_then(|(name, rest)| {
                    Some((*self.document.technicians.get(unquoted(name.trim()))?, rest))
                });
                let (hours, zone) = hours_and_zone(own.map_or(text, |(_, rest)| rest));
                match own {
                    Some((number, _)) => self.document.hours(at, number, &hours, &zone),
                    None => self.hours.push(PodHours { at, pod, hours, zone }),
                }
            }
        }
    }

    /// A list of technicians, each perhaps with hours and a zone; `common` are those of all that have none.
    fn technicians(&mut self, at: Place, pod: usize, text: &str, common: &str) {
        let mut found: Vec<(&str, String)> = Vec::new();
        for part in names(text, |name| self.document.technicians.contains_key(name)) {
            let is_known = self.document.technicians.contains_key(part);
            let (name, own) = if is_known { (part, "") } else { parted(part) };
            match found.last_mut() {
                Some(last) if name.is_empty() => last.1.extend([" ", own]),
                _ => found.push((name, own.to_owned())),
            }
        }
        for (name, own) in found {
            let (hours, zone) = hours_and_zone(if own.is_empty() { common } else { &own });
            self.document.technician(at, pod, name, &hours, &zone);
        }
    }

    /// A line that is not understood.
    fn lose(&mut self, at: Place, why: &str) {
        self.lost += 1;
        if self.lost <= NOTED {
            self.document.note(at, &format!("the line is ignored: {why}."));
        }
    }

    /// Compares the pods' hours with their technicians', who are all known by now.
    fn close(self) {
        if self.lost > NOTED {
            let more = counted(self.lost - NOTED, "more line");
            self.document.notes.push(format!("{}: {more} ignored.", self.document.file));
        }
        for PodHours { at, pod, hours, zone } in self.hours {
            let members: Vec<u32> = self.document.pods[pod].members.iter().copied().collect();
            for member in members {
                self.document.hours(at, member, &hours, &zone);
            }
        }
    }
}

/// The columns that a line is the head of: two headings or more, and nothing else.
fn table(cells: &[Cell]) -> Option<Vec<(f64, Heading)>> {
    let columns: Option<Vec<_>> = cells.iter().map(|cell| Some((cell.x, Heading::of(&cell.text)?))).collect();
    columns.filter(|columns| columns.len() > 1 && cells.iter().all(|cell| !cell.text.ends_with(':')))
}

/// The text of an item of a list, without its bullet or its number.
fn item(text: &str) -> &str {
    let text = text.trim_start();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = match text[digits..].strip_prefix(['.', ')']) {
        Some(rest) if digits > 0 && rest.starts_with(' ') => rest,
        _ => text.strip_prefix(['-', '*', '•', '·', '–', '◦', '▪', '\u{f0b7}']).unwrap_or(text),
    };
    rest.trim()
}

/// The names of a list that semicolons, commas or brackets part. A name that is known may have some of them in it.
pub(super) fn names(text: &str, is_known: impl Fn(&str) -> bool) -> Vec<&str> {
    const MARKS: [char; 4] = [';', ',', '(', ')'];
    let mut marks: Vec<usize> = text.match_indices(MARKS).map(|(at, _)| at).collect();
    marks.push(text.len());
    let mut found = Vec::new();
    let (mut from, mut next) = (0, 0);
    while next < marks.len() {
        // A bracket that closes is part of the name that ends with it.
        let part = |mark: usize| {
            let end = marks[mark];
            let closes = text[end..].starts_with(')');
            [end, end + usize::from(closes)].map(|end| unquoted(text[from..end].trim()))
        };
        let ends = (next..marks.len().min(next + PARTS)).rev();
        let known = ends.flat_map(|end| part(end).into_iter().rev().map(move |name| (end, name)));
        let known = known.into_iter().find(|&(_, name)| is_known(name));
        let (end, name) = known.unwrap_or_else(|| (next, part(next)[0]));
        if !name.is_empty() {
            found.push(name);
        }
        from = (marks[end] + 1).min(text.len());
        next = end + 1;
    }
    found
}

/// A name and the hours and zone behind it: `Ben 09:00-15:00 Europe/Berlin`. Either may be empty.
fn parted(text: &str) -> (&str, &str) {
    let mut name = text;
    loop {
        let (rest, last) = name.rsplit_once(' ').unwrap_or(("", name));
        if last.is_empty() || !(is_zone(last) || is_hours(last)) {
            break;
        }
        name = rest.trim_end();
    }
    // Hours with blanks in them are one part and no name.
    if is_hours(name) {
        name = "";
    }
    (name, text[name.len()..].trim())
}

/// The hours and the zone that a text consists of, in either order.
fn hours_and_zone(text: &str) -> (String, String) {
    let words = text.split([' ', ',', ';', '(', ')']).filter(|word| !word.is_empty());
    let (zones, hours): (Vec<&str>, Vec<&str>) = words.partition(|word| is_zone(word));
    let together = plain(&hours.concat());
    let hours = if is_hours(&together) { together } else { hours.join(" ") };
    (hours, zones.join(" "))
}

/// Whether a text is hours as the desk writes them, but for blanks and the length of the dash.
fn is_hours(text: &str) -> bool {
    civil::hours(&plain(text)).is_ok()
}

fn plain(hours: &str) -> String {
    hours.replace(['–', '—'], "-").replace(' ', "")
}

/// Whether a text is a zone. Names like "Cuba" are zones as well, and may be people's.
fn is_zone(text: &str) -> bool {
    (text.contains('/') || text.eq_ignore_ascii_case("utc")) && zone_named(text).is_ok()
}

fn unquoted(name: &str) -> &str {
    let inner = name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
    inner.unwrap_or(name)
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= SHOWN {
        return text.to_owned();
    }
    format!("{}…", text.chars().take(SHOWN).collect::<String>().trim_end())
}
