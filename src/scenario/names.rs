//! Names that have to be known: boards, statuses, companies, categories and technicians, wherever agents and their standing
//! rules speak of them. They are looked up in the document, so that each that is unknown is told with its place, whatever
//! else is wrong.

use std::path::Path;

use super::burst::BurstKeys;
use super::desk::{self, DeskKeys};
use super::dispatch::stated_at;
use crate::domain::settings::{Arrivals, BurstPlan, DeskPlan};
use crate::domain::{Desk, Dimension, Segment};
use crate::keys::document::{Document, KeyPath, Node, Value};
use crate::keys::nearest::did_you_mean;
use crate::keys::wording::row;
use crate::keys::{Kinds, Named, Problem, Reading};
use crate::metrics::thresholds::Key;

/// Names that are known, by what they name; `None` where that is not known, or not yet.
pub struct Known<'a> {
    boards: Option<Vec<&'a str>>,
    statuses: Option<Vec<&'a str>>,
    companies: Option<Vec<&'a str>>,
    categories: Option<Vec<&'a str>>,
    technicians: Option<Vec<&'a str>>,
}

impl<'a> Known<'a> {
    /// What the scenario says by itself, as far as it could be read.
    pub fn stated(
        reading: &Reading<'a>,
        burst: Option<&'a BurstKeys>,
        keys: Option<&'a DeskKeys>,
        plan: Option<&'a DeskPlan>,
    ) -> Self {
        let is_made = burst.is_some_and(|burst| !burst.may_be_recorded(reading));
        let of_tickets = |key, only| if is_made { of_tickets(reading, key, only) } else { None };
        let keys = keys.filter(|keys| !keys.from_recording);
        let technicians = plan.filter(|plan| keys.is_some() && plan.technicians_file.is_none());
        Self {
            boards: keys.and_then(|keys| desk::boards(reading, keys)),
            statuses: of_tickets("statuses", Desk::FIRST_STATUS).map(|arriving| {
                let reached = burst.into_iter().flat_map(|burst| &burst.transition);
                arriving.into_iter().chain(reached.filter_map(|keys| keys.to.as_deref())).collect()
            }),
            companies: of_tickets("companies", Desk::ONLY_COMPANY),
            categories: of_tickets("categories", Desk::ONLY_CATEGORY),
            technicians: technicians
                .filter(|_| desk::everybody_could_be_read(reading))
                .map(|plan| plan.technicians.iter().map(|technician| technician.name.as_str()).collect()),
        }
    }

    /// What only the files say that the scenario names.
    fn found(plan: &DeskPlan, burst: &BurstPlan, desk: &'a Desk) -> Self {
        let is_recorded = matches!(burst.arrivals, Arrivals::Recorded(_));
        let all = |names: &'a [String], is_news: bool| {
            is_news.then(|| names.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let lists_people = plan.from_recording || plan.technicians_file.is_some();
        Self {
            boards: plan
                .from_recording
                .then(|| desk.boards.iter().map(|board| board.name.as_str()).collect()),
            statuses: all(&desk.statuses, is_recorded),
            companies: all(&desk.companies, is_recorded),
            categories: all(&desk.categories, is_recorded),
            technicians: lists_people.then(|| desk.technicians.iter().map(|who| who.name.as_str()).collect()),
        }
    }

    /// The boards, if they are known.
    pub fn boards(&self) -> Option<&[&'a str]> {
        self.boards.as_deref()
    }
}

/// The names in the burst's table `key`, or the only one where it has no such table.
fn of_tickets<'a>(reading: &Reading<'a>, key: &str, only: &'a str) -> Option<Vec<&'a str>> {
    let path = KeyPath::root().key("burst").key(key);
    match reading.document.find(&path) {
        None => (!reading.is_damaged(&path)).then(|| vec![only]),
        Some(Node { value: Value::Table(table), .. }) if !table.entries.is_empty() => {
            Some(table.entries.iter().map(|entry| entry.key.as_str()).collect())
        }
        Some(_) => None,
    }
}

/// What is wrong with the names in a document, as far as only files could tell, now that the desk of its plans is made.
pub fn unknown_to(
    document: &Document,
    blamed: &[KeyPath],
    (plan, burst): (&DeskPlan, &BurstPlan),
    desk: &Desk,
    segments: &[Segment],
) -> Vec<Problem> {
    let kinds = Kinds::default();
    let mut reading = Reading::new(document, Path::new(""), &kinds);
    for path in blamed {
        reading.damage(path.clone());
    }
    check(&mut reading, &Known::found(plan, burst, desk));
    tags_are_known(&mut reading, burst, desk, segments);
    reading.problems
}

/// Refuses each threshold with a tag whose value neither the desk nor the burst, of which these are `segments`, knows.
fn tags_are_known(reading: &mut Reading<'_>, burst: &BurstPlan, desk: &Desk, segments: &[Segment]) {
    let (path, document) = (KeyPath::root().key("thresholds"), reading.document);
    let Some(Node { value: Value::Table(table), .. }) = document.find(&path) else { return };
    for entry in &table.entries {
        let Some(Ok(Segment { dimension, value })) = Key::of(&entry.key).tag.map(Segment::parse) else {
            continue;
        };
        let mut known: Vec<String> = match dimension {
            Dimension::Board => desk.boards.iter().map(|board| board.name.clone()).collect(),
            Dimension::Company => desk.companies.clone(),
            Dimension::Category => desk.categories.clone(),
            Dimension::Priority => {
                burst.tickets.priorities.iter().map(|(priority, _)| priority.to_string()).collect()
            }
            Dimension::Agent => Vec::new(),
        };
        let met = segments.iter().filter(|segment| segment.dimension == dimension);
        known.extend(met.map(|segment| segment.value.to_string()));
        known.sort();
        known.dedup();
        if known.contains(&value.to_string()) || known.is_empty() {
            continue;
        }
        let message = match dimension {
            Dimension::Board => format!("the desk has no board \"{value}\""),
            Dimension::Company => format!("there is no company \"{value}\" in the burst"),
            Dimension::Category => format!("there is no category \"{value}\" in the burst"),
            Dimension::Priority => format!("no ticket has priority \"{value}\""),
            Dimension::Agent => format!("there is no agent \"{value}\""),
        };
        let several = Dimension::ALL.iter().any(|other| value.contains(&format!("{}:", other.name())));
        let help = if several {
            Some("a threshold takes one tag".to_owned())
        } else if dimension == Dimension::Priority {
            // Every other number looks like a slip of the pen.
            Some(format!("known priorities: {}", row(&known)))
        } else {
            did_you_mean(&value, known.iter().map(String::as_str))
        };
        reading.refuse_key(&path.key(&entry.key), message, help);
    }
}

/// Refuses each name that an agent or a standing rule states and that is not known.
pub fn check(reading: &mut Reading<'_>, known: &Known<'_>) {
    let root = KeyPath::root();
    let agents = match reading.document.find(&root.key("agent")) {
        Some(Node { value: Value::List(agents), .. }) => agents.len(),
        _ => 0,
    };
    let tables: Vec<KeyPath> = match agents {
        0 => vec![root.key("dispatch")],
        count => (0..count).map(|index| root.key("agent").index(index)).collect(),
    };
    let company = |name: &str| format!("there is no company \"{name}\" in the burst");
    for table in &tables {
        let at = |key: &str, reading: &Reading<'_>| stated_at(reading, table, key);
        let path = at("boards", reading);
        each(reading, &path, known.boards.as_deref(), |name| format!("the desk has no board \"{name}\""));
        for key in ["companies", "excluded_companies"] {
            let path = at(key, reading);
            each(reading, &path, known.companies.as_deref(), company);
        }
        let path = at("statuses", reading);
        each(reading, &path, known.statuses.as_deref(), |name| {
            format!("no ticket arrives in status \"{name}\"")
        });
    }
    leaves_a_known_status(reading, known.statuses.as_deref());
    let common = [root.key("dispatch").key("sop")];
    for rules in tables.iter().map(|table| stated_at(reading, table, "sop")).chain(common).collect::<Vec<_>>()
    {
        let Some(Node { value: Value::List(list), .. }) = reading.document.find(&rules) else { continue };
        for rule in (0..list.len()).map(|index| rules.index(index)) {
            each(reading, &rule.key("companies"), known.companies.as_deref(), company);
            each(reading, &rule.key("categories"), known.categories.as_deref(), |name| {
                format!("there is no category \"{name}\" in the burst")
            });
            for key in ["assign_to", "never_assign_to"] {
                each(reading, &rule.key(key), known.technicians.as_deref(), |name| {
                    format!("there is no technician \"{name}\"")
                });
            }
        }
    }
}

/// Refuses each transition from a status that no ticket is ever in.
fn leaves_a_known_status(reading: &mut Reading<'_>, known: Option<&[&str]>) {
    let (list, document) = (KeyPath::root().key("burst").key("transition"), reading.document);
    let (Some(known), Some(Node { value: Value::List(items), .. })) = (known, document.find(&list)) else {
        return;
    };
    for index in 0..items.len() {
        let at = list.index(index).key("from");
        let Some(Node { value: Value::Leaf(serde_json::Value::String(name)), .. }) = document.find(&at)
        else {
            continue;
        };
        if !known.contains(&name.as_str()) && !reading.is_refused(&at) {
            let help = did_you_mean(name, known.iter().copied());
            reading.refuse(&at, format!("no ticket is ever in status \"{name}\""), "", help);
        }
    }
}

/// Refuses each name in the list at `path` that is not among the `known`, unless it is refused already.
fn each(reading: &mut Reading<'_>, path: &KeyPath, known: Option<&[&str]>, message: impl Fn(&str) -> String) {
    let (document, Some(known)) = (reading.document, known) else { return };
    let Some(Node { value: Value::List(names), .. }) = document.find(path) else { return };
    for (index, node) in names.iter().enumerate() {
        let at = path.index(index);
        let Value::Leaf(serde_json::Value::String(name)) = &node.value else { continue };
        if known.contains(&name.as_str()) || reading.is_refused(&at) {
            continue;
        }
        if reading.is_stated(&at) {
            let help = did_you_mean(name, known.iter().copied());
            reading.refuse(&at, message(name), "", help);
        } else {
            // What the preset asks for is not where the user can mend it.
            let at = KeyPath::root().key("burst").key("statuses");
            let help = "let some arrive in it, or state other `statuses` in [dispatch]".to_owned();
            reading.refuse(&at, message(name), "", Some(help));
        }
    }
}
