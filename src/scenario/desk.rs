//! `[desk]`: technicians by count, by team, by name, by table or from the recording; every name known and unique.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::ZonedDateTime;

use super::burst::BurstKeys;
use super::checks::{file_exists, some_weekdays, time_zone, week};
use crate::domain::civil::{CivilSpan, DayHours, Stretch};
use crate::domain::forms::{Hours, Span, Weekday};
use crate::domain::settings::{DeskPlan, HoursPlan, TechnicianPlan};
use crate::keys::document::{KeyPath, Node, Value};
use crate::keys::nearest::did_you_mean;
use crate::keys::{ByName, FileName, List, ProperName, Reading, Share, SomeOf, Whole};
use crate::section;

/// The team of a desk that names none.
const DEFAULT_TEAM: &str = "Service Desk";

section! {
    /// The desk: technicians by count, by team or by name.
    pub struct DeskKeys {
        /// How many technicians: "Technician 1", "Technician 2" and so on, each in every team. Or list them as
        /// `[[desk.technician]]`, or give each `[[desk.team]]` a count of its own, or name a `technicians_file`.
        technicians: Whole<1, 1_000_000> = none "",
        /// A CSV file with the technicians. Columns in any order: `technician` (required), `teams`, `hours`, `weekdays`,
        /// `time_zone`, `history`, `out`, `busy`, `open`.
        technicians_file: FileName = none "",
        /// A document of the pods. CSV, with columns in any order: `pod` (required), `technician`, `hours`, `zone`,
        /// `customer`. Or text (`.txt`, `.text`, `.md`) or PDF (`.pdf`) in a plain form: `Pod:` and a name, below it
        /// `Technicians:`, `Hours:` and `Customers:`, as lists or tables. What contradicts the desk, or cannot be read, is
        /// ignored with a warning.
        pods: FileName = none "no pods",
        /// Working hours.
        hours: Hours = "08:00-17:00",
        /// Working days. With hours "always": round the clock on these days. Not with `joined_days`.
        weekdays: SomeOf<Weekday> = none "Monday to Friday, or with hours \"always\" all days",
        /// Lay this many working days, at most ten years of them, end to end, with no night between them, from the
        /// scenario's start.
        joined_days: Whole<1, 3653> = none "days follow the calendar",
        /// Take teams, boards and technicians from the recording.
        from_recording: bool = false,
        /// Interrupt work under way when its technician goes out; the rest of it is done first after the return. Otherwise
        /// it is finished before the technician leaves.
        out_interrupts: bool = false,
        /// The teams.
        team: List<TeamKeys> = none "one team, \"Service Desk\", with everybody in it and one board of the same name",
        /// The technicians by name.
        technician: List<TechnicianKeys> = none "",
    }
}

section! {
    /// The technicians behind one or more boards.
    pub struct TeamKeys {
        /// The team's name, unique.
        name: ProperName = required "name = \"Network\"",
        /// The ticket queues the team serves.
        boards: SomeOf<ProperName> = none "one, named like the team",
        /// How many technicians: "Network 1", "Network 2" and so on. Only without `desk.technicians`,
        /// `desk.technicians_file` and `[[desk.technician]]`.
        technicians: Whole<1, 1_000_000> = none "",
    }
}

section! {
    /// One technician.
    pub struct TechnicianKeys {
        /// The technician's name, unique.
        name: ProperName = required "name = \"Ann\"",
        /// The teams the technician is in.
        teams: SomeOf<String> = none "all",
        /// Working hours.
        hours: Hours = none "the desk's",
        /// Working days. With hours "always", whether the technician's own or the desk's: round the clock on these
        /// days. Not with `desk.joined_days`.
        weekdays: SomeOf<Weekday> = none "those that the desk states; if it states none, Monday to Friday, or with hours \"always\" all days",
        /// The IANA time zone of the working hours and of `out` and `busy`.
        time_zone: String = none "the scenario's",
        /// The share of tickets solved, by category.
        history: ByName<Share> = empty "unknown",
        /// When the in/out board shows the technician as out, who then gets no ticket, begins no work and pulls nothing
        /// from a queue; see `desk.out_interrupts` for work under way. "HH:MM-HH:MM" on the technician's own day, in their
        /// time zone, on which the scenario starts, or "2026-11-23T09:00/2026-11-23T10:30" in that zone.
        out: List<Span> = empty "never",
        /// What stands in the calendar already, written like `out`.
        busy: List<Span> = empty "nothing",
        /// How many tickets the technician owns already, by status.
        open: ByName<Whole<0, 1_000_000>> = empty "none",
    }
}

/// The plan of the desk of a scenario that starts at `start`; without it, stretches of a day are not read.
pub fn plan(
    reading: &mut Reading<'_>,
    desk: &DeskKeys,
    burst: Option<&BurstKeys>,
    start: Option<&ZonedDateTime>,
) -> Option<DeskPlan> {
    let path = KeyPath::root().key("desk");
    let hours = desk.hours;
    let weekdays = desk.weekdays.as_deref();
    some_weekdays(reading, weekdays, &path);
    no_weekdays_beside_joined_days(reading, weekdays, desk, &path);
    if hours.is_none() && desk.joined_days.is_some() {
        let help = "state hours, or leave joined_days out: round the clock, days join by themselves";
        reading.refuse_key(
            &path.key("joined_days"),
            "`desk.joined_days` needs working hours, and they are \"always\"",
            Some(help.to_owned()),
        );
    }
    let mut plan = DeskPlan {
        from_recording: desk.from_recording,
        technicians: Arc::default(),
        technicians_file: None,
        teams: Vec::new(),
        boards: Vec::new(),
        hours: vec![hours_plan(hours, weekdays, HoursPlan::WORKDAYS, None)],
        weekdays: weekdays.map(week),
        joined_days: desk.joined_days,
        statuses: Vec::new(),
        pods: desk.pods.clone(),
        out_interrupts: desk.out_interrupts,
    };
    if let Some(pods) = &desk.pods {
        file_exists(
            reading,
            pods,
            &path.key("pods"),
            "expected a document of pods: CSV with a column pod, text or PDF",
        );
    }
    if plan.from_recording {
        nothing_beside_a_recording(reading, desk, burst, &path);
        return Some(plan);
    }
    add_teams(reading, desk, &mut plan, &path.key("team"));
    // Whoever is listed is checked, though there be another way of staffing beside it.
    for (index, technician) in desk.technician.iter().flatten().enumerate() {
        let path = reading.element(&path.key("technician"), index);
        add_technician(reading, technician, (desk, burst, start), &mut plan, &path);
    }
    everybody_distinct(reading, desk, &path);
    match one_way_to_staff(reading, desk, &path)? {
        Staff::Count(count) => {
            let teams = plan.teams.clone();
            plan.technicians = Arc::new(numbered("Technician", count, &teams));
        }
        Staff::Teams => {
            let counts = desk.team.iter().flatten().filter_map(|team| team.technicians);
            let total: u64 = counts.map(u64::from).sum();
            if total > DeskPlan::MOST_TECHNICIANS as u64 {
                let message = format!("the teams have {total} technicians");
                let expected = format!("expected at most {}", DeskPlan::MOST_TECHNICIANS);
                reading.refuse(&path.key("team").index(0), message, &expected, None);
                return None;
            }
            let technicians = Arc::make_mut(&mut plan.technicians);
            for team in desk.team.iter().flatten() {
                if let (Some(name), Some(count)) = (&team.name, team.technicians) {
                    technicians.extend(numbered(name, count, std::slice::from_ref(name)));
                }
            }
        }
        Staff::Names => {}
        Staff::Table(file) => {
            let expected = "expected a CSV file with a column technician";
            file_exists(reading, file, &path.key("technicians_file"), expected);
            plan.technicians_file = Some(file.clone());
            // Who is in it, and whether every team is staffed, is known once it has been read.
            return Some(plan);
        }
    }
    every_team_is_staffed(reading, desk, &plan, &path);
    Some(plan)
}

/// Which of the four ways of staffing the file takes; problems are noted for none and for several.
fn one_way_to_staff<'f>(reading: &mut Reading<'_>, desk: &'f DeskKeys, path: &KeyPath) -> Option<Staff<'f>> {
    let team_counts: Vec<usize> = (desk.team.iter().flatten().enumerate())
        .filter(|(_, team)| team.technicians.is_some())
        .map(|(index, _)| index)
        .collect();
    let named = desk.technician.as_ref().is_some_and(|list| !list.is_empty());
    let ways = [
        ("technicians", "`desk.technicians`", desk.technicians.map(Staff::Count)),
        ("technicians_file", "`desk.technicians_file`", desk.technicians_file.as_ref().map(Staff::Table)),
        ("technician", "[[desk.technician]]", named.then_some(Staff::Names)),
    ];
    let help = || Some("state technicians in one way only".to_owned());
    let mut present = ways.into_iter().filter_map(|(key, name, staff)| Some((key, name, staff?)));
    let Some((key, name, staff)) = present.next() else {
        if !team_counts.is_empty() {
            return Some(Staff::Teams);
        }
        let keys = ["technicians", "technicians_file", "technician", "team"];
        if !keys.iter().any(|key| reading.is_damaged(&path.key(key))) {
            let help = "write technicians = 10 in [desk], or list them as [[desk.technician]]";
            reading.refuse(path, "the desk has no technicians", "", Some(help.to_owned()));
        }
        return None;
    };
    if let Some((_, other, _)) = present.next() {
        reading.refuse_key(&path.key(key), format!("{name} and {other} are both there"), help());
        return None;
    }
    for index in &team_counts {
        let at = reading.element(&path.key("team"), *index).key("technicians");
        reading.refuse_key(&at, format!("`{at}` and {name} are both there"), help());
    }
    team_counts.is_empty().then_some(staff)
}

fn nothing_beside_a_recording(
    reading: &mut Reading<'_>,
    desk: &DeskKeys,
    burst: Option<&BurstKeys>,
    path: &KeyPath,
) {
    let is_recorded = burst.is_none_or(|burst| burst.may_be_recorded(reading));
    let from_recording = path.key("from_recording");
    let burst_path = KeyPath::root().key("burst");
    if !is_recorded && !reading.is_damaged(&burst_path.key("arrivals")) {
        reading.refuse_key(
            &from_recording,
            "`desk.from_recording` needs a recorded burst",
            Some("write arrivals = { recorded = { file = \"…\" } }, or state technicians".to_owned()),
        );
    }
    for (key, is_there) in [
        ("technicians", desk.technicians.is_some()),
        ("technicians_file", desk.technicians_file.is_some()),
        ("team", desk.team.is_some()),
        ("technician", desk.technician.is_some()),
        ("out_interrupts", desk.out_interrupts),
    ] {
        if is_there {
            reading.refuse_key(
                &path.key(key),
                format!("`desk.{key}` does not go with `desk.from_recording`"),
                Some("leave it out: the recording says who works there".to_owned()),
            );
        }
    }
}

fn add_teams(reading: &mut Reading<'_>, desk: &DeskKeys, plan: &mut DeskPlan, path: &KeyPath) {
    let teams = desk.team.as_deref().unwrap_or_default();
    if teams.is_empty() {
        plan.teams.push(DEFAULT_TEAM.to_owned());
        plan.boards.push((DEFAULT_TEAM.to_owned(), DEFAULT_TEAM.to_owned()));
    }
    for (index, team) in teams.iter().enumerate() {
        let path = reading.element(path, index);
        add_team(reading, team, plan, &path);
    }
}

fn add_team(reading: &mut Reading<'_>, team: &TeamKeys, plan: &mut DeskPlan, path: &KeyPath) {
    let Some(name) = &team.name else { return };
    if plan.teams.contains(name) {
        reading.refuse(
            &path.key("name"),
            format!("there are two teams \"{name}\""),
            "expected another name",
            None,
        );
        return;
    }
    plan.teams.push(name.clone());
    let at = path.key("boards");
    let default = std::slice::from_ref(name);
    let boards = team.boards.as_deref().unwrap_or(default);
    if boards.is_empty() && !reading.is_damaged(&at) {
        reading.refuse(&at, format!("team \"{name}\" serves no board"), "expected at least one board", None);
    }
    for (index, board) in boards.iter().enumerate() {
        let at = reading.element(&at, index);
        if let Some((_, other)) = plan.boards.iter().find(|(known, _)| known == board) {
            let message = format!("board \"{board}\" is served by team \"{other}\" already");
            let at = if team.boards.is_some() { at } else { path.key("name") };
            reading.refuse(&at, message, "expected one team per board", None);
        } else {
            plan.boards.push((board.clone(), name.clone()));
        }
    }
}

fn add_technician(
    reading: &mut Reading<'_>,
    technician: &TechnicianKeys,
    (desk, burst, start): (&DeskKeys, Option<&BurstKeys>, Option<&ZonedDateTime>),
    plan: &mut DeskPlan,
    path: &KeyPath,
) {
    let at = path.key("teams");
    let all = plan.teams.clone();
    let teams = technician.teams.clone().unwrap_or_else(|| all.clone());
    if teams.is_empty() && !reading.is_damaged(&at) {
        reading.refuse(&at, format!("`{at}` is empty"), "expected at least one team", None);
    }
    let teams_known = !reading.elements_are_damaged(&KeyPath::root().key("desk").key("team"), &["name"]);
    for (index, team) in teams.iter().enumerate() {
        let at = reading.element(&at, index);
        if teams_known && !all.contains(team) {
            let help = did_you_mean(team, all.iter().map(String::as_str));
            reading.refuse(&at, format!("there is no team \"{team}\""), "", help);
        } else if teams[..index].contains(team) {
            reading.refuse(&at, format!("team \"{team}\" is listed twice"), "", None);
        }
    }
    some_weekdays(reading, technician.weekdays.as_deref(), path);
    no_weekdays_beside_joined_days(reading, technician.weekdays.as_deref(), desk, path);
    let zone = match &technician.time_zone {
        Some(name) => time_zone(reading, name, &path.key("time_zone")),
        None => start.map(|start| start.time_zone().clone()),
    };
    let first_day = start.zip(zone).map(|(start, zone)| start.with_time_zone(zone).date());
    let spans = |typed: &[Stretch]| -> Vec<CivilSpan> {
        first_day.map_or_else(Vec::new, |day| typed.iter().map(|span| span.on(day)).collect())
    };
    for (status, _) in technician.open.iter().filter(|(status, _)| status.trim().is_empty()) {
        let at = path.key("open");
        reading.refuse_key(&at.key(status), format!("a status in `{at}` is empty"), None);
    }
    let hours = hours_plan(
        technician.hours.unwrap_or(desk.hours),
        technician.weekdays.as_deref().or(desk.weekdays.as_deref()),
        HoursPlan::WORKDAYS,
        technician.time_zone.clone(),
    );
    let hours = plan.index_of_hours(hours);
    known_categories(reading, &technician.history, burst, &path.key("history"));
    Arc::make_mut(&mut plan.technicians).push(TechnicianPlan {
        name: technician.name.clone().unwrap_or_default(),
        teams: teams.into(),
        hours,
        time_zone: technician.time_zone.clone(),
        history: technician.history.clone(),
        out: spans(&technician.out),
        busy: spans(&technician.busy),
        open: technician.open.clone(),
    });
}

/// Checks that a history speaks of categories that the burst states.
fn known_categories(
    reading: &mut Reading<'_>,
    history: &[(String, f64)],
    burst: Option<&BurstKeys>,
    path: &KeyPath,
) {
    let at = KeyPath::root().key("burst").key("categories");
    let is_made = burst.is_some_and(|burst| !burst.may_be_recorded(reading));
    let Some(Node { value: Value::Table(categories), .. }) = reading.document.find(&at) else { return };
    if categories.entries.is_empty() || !is_made {
        return;
    }
    let known = categories.entries.iter().map(|entry| entry.key.as_str());
    for (category, _) in history {
        if !known.clone().any(|known| known == category) {
            let help = did_you_mean(category, known.clone());
            let message = format!("there is no category \"{category}\" in the burst");
            reading.refuse_key(&path.key(category), message, help);
        }
    }
}

fn everybody_distinct(reading: &mut Reading<'_>, desk: &DeskKeys, path: &KeyPath) {
    // Numbered technicians are distinct because their teams are.
    let mut names = BTreeSet::new();
    for (index, technician) in desk.technician.iter().flatten().enumerate() {
        if let Some(name) = &technician.name
            && !names.insert(name.as_str())
        {
            let at = reading.element(&path.key("technician"), index).key("name");
            let message = format!("there are two technicians \"{name}\"");
            reading.refuse(&at, message, "expected another name", None);
        }
    }
}

fn every_team_is_staffed(reading: &mut Reading<'_>, desk: &DeskKeys, plan: &DeskPlan, path: &KeyPath) {
    // Whoever could not be read may be in it.
    if !everybody_could_be_read(reading) || reading.elements_are_damaged(&path.key("technician"), &["teams"])
    {
        return;
    }
    let staffed: BTreeSet<&str> =
        plan.technicians.iter().flat_map(|technician| technician.teams.iter().map(String::as_str)).collect();
    for (index, team) in desk.team.iter().flatten().enumerate() {
        if let Some(name) = &team.name
            && !staffed.contains(name.as_str())
        {
            let at = reading.element(&path.key("team"), index).key("name");
            let help = "give it technicians, or take it out".to_owned();
            reading.refuse(&at, format!("nobody is in team \"{name}\""), "", Some(help));
        }
    }
}

/// Whether all technicians that the scenario lists or counts could be read, by name at least.
pub fn everybody_could_be_read(reading: &Reading<'_>) -> bool {
    let path = KeyPath::root().key("desk");
    !(reading.is_damaged(&path.key("technicians"))
        || reading.elements_are_damaged(&path.key("technician"), &["name"])
        || reading.elements_are_damaged(&path.key("team"), &["name", "technicians"]))
}

/// The desk's boards, if all could be read.
pub fn boards<'d>(reading: &Reading<'_>, desk: &'d DeskKeys) -> Option<Vec<&'d str>> {
    let path = KeyPath::root().key("desk").key("team");
    let teams = desk.team.as_deref().unwrap_or_default();
    if reading.elements_are_damaged(&path, &["name", "boards"])
        || teams.iter().any(|team| team.name.is_none())
    {
        return None;
    }
    if teams.is_empty() {
        return Some(vec![DEFAULT_TEAM]);
    }
    let of_team = |team: &'d TeamKeys| team.boards.as_deref().unwrap_or(team.name.as_slice());
    Some(teams.iter().flat_map(of_team).map(String::as_str).collect())
}

/// Refuses the weekdays of the table at `path` where days are laid end to end: they have no names.
fn no_weekdays_beside_joined_days(
    reading: &mut Reading<'_>,
    stated: Option<&[usize]>,
    desk: &DeskKeys,
    path: &KeyPath,
) {
    if stated.is_some() && desk.joined_days.is_some() {
        let at = path.key("weekdays");
        let help = "leave it out: days that are laid end to end are no days of a week".to_owned();
        reading.refuse_key(&at, format!("`{at}` does not go with `desk.joined_days`"), Some(help));
    }
}

/// How a desk is staffed.
enum Staff<'f> {
    /// A count for the whole desk.
    Count(u32),
    /// By a table in this file.
    Table(&'f PathBuf),
    /// A count for each team.
    Teams,
    /// By name.
    Names,
}

/// `count` technicians called "`prefix` 1" and so on.
fn numbered(prefix: &str, count: u32, teams: &[String]) -> Vec<TechnicianPlan> {
    let teams: Arc<[String]> = teams.into();
    (1..=count)
        .map(|number| TechnicianPlan {
            name: format!("{prefix} {number}"),
            teams: Arc::clone(&teams),
            hours: 0,
            time_zone: None,
            history: Vec::new(),
            out: Vec::new(),
            busy: Vec::new(),
            open: Vec::new(),
        })
        .collect()
}

/// The plan of these hours on the days that are stated, else on those of `otherwise`.
pub fn hours_plan(
    hours: DayHours,
    stated: Option<&[usize]>,
    otherwise: [bool; 7],
    time_zone: Option<String>,
) -> HoursPlan {
    HoursPlan::of(hours, stated.map(week), otherwise, time_zone)
}
