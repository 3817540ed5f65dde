//! `[desk]`: technicians by count, by team, by name, by table or from the recording; every name known and unique.

use std::collections::BTreeSet;

use jiff::Zoned;

use super::super::document::KeyPath;
use super::super::file::burst::BurstFile;
use super::super::file::desk::{DeskFile, TeamFile, TechnicianFile};
use super::super::file::text::{Hours, Span, Weekday};
use super::Resolver;
use crate::domain::settings::{CivilSpan, DeskPlan, HoursPlan, TechnicianPlan};

/// The team of a desk that names none.
const DEFAULT_TEAM: &str = "Service Desk";

/// Working hours of a desk that states none, in minutes after midnight.
const DEFAULT_HOURS: Hours = Hours::Daily(8 * 60, 17 * 60);

impl Resolver<'_> {
    /// The plan of the desk of a scenario that starts at `start`; without it, stretches of a day are not read.
    pub(super) fn desk(
        &mut self,
        file: &DeskFile,
        burst: Option<&BurstFile>,
        start: Option<&Zoned>,
    ) -> Option<DeskPlan> {
        let path = KeyPath::root().key("desk");
        let hours = file.hours.unwrap_or(DEFAULT_HOURS);
        let weekdays = file.weekdays.as_deref();
        self.some_weekdays(weekdays, &path);
        self.no_weekdays_beside_joined_days(weekdays, file, &path);
        if hours == Hours::Always && file.joined_days.is_some() {
            let help = "state hours, or leave joined_days out: round the clock, days join by themselves";
            self.refuse_key(
                &path.key("joined_days"),
                "`desk.joined_days` needs working hours, and they are \"always\"",
                Some(help.to_owned()),
            );
        }
        let mut plan = DeskPlan {
            from_recording: file.from_recording.unwrap_or(false),
            technicians: Vec::new(),
            technicians_file: None,
            teams: Vec::new(),
            boards: Vec::new(),
            hours: vec![hours_plan(hours, weekdays, HoursPlan::WORKDAYS, None)],
            weekdays: weekdays.map(week),
            joined_days: file.joined_days.map(|days| days.0),
            statuses: Vec::new(),
            pods: None,
        };
        let pods = file.pods.as_ref();
        plan.pods =
            pods.map(|name| self.file(name, &path.key("pods"), "expected a CSV file with a column pod"));
        if plan.from_recording {
            self.nothing_beside_a_recording(file, burst, &path);
            return Some(plan);
        }
        self.teams(file, &mut plan, &path.key("team"));
        match self.one_way_to_staff(file, &path) {
            None => return None,
            Some(Staff::Count(count)) => {
                let teams = plan.teams.clone();
                plan.technicians = numbered("Technician", count, &teams);
            }
            Some(Staff::Teams) => {
                let counts = file.team.iter().flatten().filter_map(|team| team.technicians);
                let total: u64 = counts.map(|count| u64::from(count.0)).sum();
                if total > DeskPlan::MOST_TECHNICIANS as u64 {
                    let message = format!("the teams have {total} technicians");
                    let expected = format!("expected at most {}", DeskPlan::MOST_TECHNICIANS);
                    self.refuse(&path.key("team").index(0), message, &expected, None);
                    return None;
                }
                for team in file.team.iter().flatten() {
                    if let (Some(name), Some(count)) = (&team.name, team.technicians) {
                        plan.technicians.extend(numbered(name, count.0, std::slice::from_ref(name)));
                    }
                }
            }
            Some(Staff::Names) => {
                for (index, technician) in file.technician.iter().flatten().enumerate() {
                    let path = path.key("technician").index(index);
                    self.technician(technician, (file, burst, start), &mut plan, &path);
                }
            }
            Some(Staff::Table(name)) => {
                let expected = "expected a CSV file with a column technician";
                plan.technicians_file = Some(self.file(name, &path.key("technicians_file"), expected));
                // Who is in it, and whether every team is staffed, is known once it has been read.
                return Some(plan);
            }
        }
        self.everybody_distinct_and_every_team_staffed(file, &plan, &path);
        Some(plan)
    }

    /// Which of the four ways of staffing the file takes; problems are noted for none and for several.
    fn one_way_to_staff<'f>(&mut self, file: &'f DeskFile, path: &KeyPath) -> Option<Staff<'f>> {
        let team_counts: Vec<usize> = (file.team.iter().flatten().enumerate())
            .filter(|(_, team)| team.technicians.is_some())
            .map(|(index, _)| index)
            .collect();
        let named = file.technician.as_ref().is_some_and(|list| !list.is_empty());
        let ways = [
            ("technicians", "`desk.technicians`", file.technicians.map(|count| Staff::Count(count.0))),
            (
                "technicians_file",
                "`desk.technicians_file`",
                file.technicians_file.as_deref().map(Staff::Table),
            ),
            ("technician", "[[desk.technician]]", named.then_some(Staff::Names)),
        ];
        let help = || Some("state technicians in one way only".to_owned());
        let mut present = ways.into_iter().filter_map(|(key, name, staff)| Some((key, name, staff?)));
        let Some((key, name, staff)) = present.next() else {
            if !team_counts.is_empty() {
                return Some(Staff::Teams);
            }
            let keys = ["technicians", "technicians_file", "technician", "team"];
            if !keys.iter().any(|key| self.document.is_damaged(&path.key(key))) {
                let help = "write technicians = 10 in [desk], or list them as [[desk.technician]]";
                self.refuse(path, "the desk has no technicians", "", Some(help.to_owned()));
            }
            return None;
        };
        if let Some((_, other, _)) = present.next() {
            self.refuse_key(&path.key(key), format!("{name} and {other} are both there"), help());
            return None;
        }
        for index in &team_counts {
            let at = path.key("team").index(*index).key("technicians");
            self.refuse_key(&at, format!("`{at}` and {name} are both there"), help());
        }
        team_counts.is_empty().then_some(staff)
    }

    fn nothing_beside_a_recording(&mut self, file: &DeskFile, burst: Option<&BurstFile>, path: &KeyPath) {
        let is_recorded = burst
            .and_then(|burst| burst.arrivals.as_ref())
            .is_none_or(|arrivals| arrivals.recorded.is_some());
        let from_recording = path.key("from_recording");
        let burst_path = KeyPath::root().key("burst");
        if !is_recorded && !self.document.is_damaged(&burst_path.key("arrivals")) {
            self.refuse_key(
                &from_recording,
                "`desk.from_recording` needs a recorded burst",
                Some("write arrivals = { recorded = { file = \"…\" } }, or state technicians".to_owned()),
            );
        }
        for (key, is_there) in [
            ("technicians", file.technicians.is_some()),
            ("technicians_file", file.technicians_file.is_some()),
            ("team", file.team.is_some()),
            ("technician", file.technician.is_some()),
        ] {
            if is_there {
                self.refuse_key(
                    &path.key(key),
                    format!("`desk.{key}` does not go with `desk.from_recording`"),
                    Some("leave it out: the recording says who works there".to_owned()),
                );
            }
        }
    }

    fn teams(&mut self, file: &DeskFile, plan: &mut DeskPlan, path: &KeyPath) {
        let teams = file.team.as_deref().unwrap_or_default();
        if teams.is_empty() {
            plan.teams.push(DEFAULT_TEAM.to_owned());
            plan.boards.push((DEFAULT_TEAM.to_owned(), DEFAULT_TEAM.to_owned()));
        }
        for (index, team) in teams.iter().enumerate() {
            self.team(team, plan, &path.index(index));
        }
    }

    fn team(&mut self, team: &TeamFile, plan: &mut DeskPlan, path: &KeyPath) {
        let Some(name) = self.required(team.name.as_ref(), path, "name", "name = \"Network\"") else {
            return;
        };
        self.proper_name(name, &path.key("name"));
        if plan.teams.contains(name) {
            self.refuse(
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
        if boards.is_empty() && !self.document.is_damaged(&at) {
            self.refuse(&at, format!("team \"{name}\" serves no board"), "expected at least one board", None);
        }
        for (index, board) in boards.iter().enumerate() {
            let at = at.index(index);
            self.proper_name(board, &at);
            if let Some((_, other)) = plan.boards.iter().find(|(known, _)| known == board) {
                let message = format!("board \"{board}\" is served by team \"{other}\" already");
                let at = if team.boards.is_some() { at } else { path.key("name") };
                self.refuse(&at, message, "expected one team per board", None);
            } else {
                plan.boards.push((board.clone(), name.clone()));
            }
        }
    }

    fn technician(
        &mut self,
        technician: &TechnicianFile,
        (desk, burst, start): (&DeskFile, Option<&BurstFile>, Option<&Zoned>),
        plan: &mut DeskPlan,
        path: &KeyPath,
    ) {
        let name = self.required(technician.name.as_ref(), path, "name", "name = \"Ann\"").cloned();
        if let Some(name) = &name {
            self.proper_name(name, &path.key("name"));
        }
        let at = path.key("teams");
        let all = plan.teams.clone();
        let teams = technician.teams.clone().unwrap_or_else(|| all.clone());
        if teams.is_empty() && !self.document.is_damaged(&at) {
            self.refuse(&at, format!("`{at}` is empty"), "expected at least one team", None);
        }
        let teams_known = !self.document.is_damaged(&KeyPath::root().key("desk").key("team"));
        for (index, team) in teams.iter().enumerate() {
            if teams_known && !all.contains(team) {
                let help = Self::did_you_mean(team, all.iter().map(String::as_str));
                self.refuse(&at.index(index), format!("there is no team \"{team}\""), "", help);
            } else if teams[..index].contains(team) {
                self.refuse(&at.index(index), format!("team \"{team}\" is listed twice"), "", None);
            }
        }
        self.some_weekdays(technician.weekdays.as_deref(), path);
        self.no_weekdays_beside_joined_days(technician.weekdays.as_deref(), desk, path);
        let zone = match &technician.time_zone {
            Some(name) => self.time_zone(name, &path.key("time_zone")),
            None => start.map(|start| start.time_zone().clone()),
        };
        let first_day = start.zip(zone).map(|(start, zone)| start.with_time_zone(zone).date());
        let spans = |typed: Option<&Vec<Span>>| -> Vec<CivilSpan> {
            let typed = typed.into_iter().flatten();
            first_day.map_or_else(Vec::new, |day| typed.map(|span| span.0.on(day)).collect())
        };
        let open: Vec<(String, u32)> = (technician.open.iter())
            .flat_map(|open| open.0.iter().map(|(status, count)| (status.clone(), count.0)))
            .collect();
        for (status, _) in open.iter().filter(|(status, _)| status.trim().is_empty()) {
            let at = path.key("open");
            self.refuse_key(&at.key(status), format!("a status in `{at}` is empty"), None);
        }
        let hours = hours_plan(
            technician.hours.or(desk.hours).unwrap_or(DEFAULT_HOURS),
            technician.weekdays.as_deref().or(desk.weekdays.as_deref()),
            HoursPlan::WORKDAYS,
            technician.time_zone.clone(),
        );
        let hours = plan.index_of_hours(hours);
        let history: Vec<(String, f64)> = technician
            .history
            .iter()
            .flat_map(|history| history.0.iter().map(|(category, rate)| (category.clone(), rate.0)))
            .collect();
        self.known_categories(&history, burst, &path.key("history"));
        plan.technicians.push(TechnicianPlan {
            name: name.unwrap_or_default(),
            teams,
            hours,
            time_zone: technician.time_zone.clone(),
            history,
            out: spans(technician.out.as_ref()),
            busy: spans(technician.busy.as_ref()),
            open,
        });
    }

    /// Checks that a history speaks of categories that the burst can have.
    fn known_categories(&mut self, history: &[(String, f64)], burst: Option<&BurstFile>, path: &KeyPath) {
        let at = KeyPath::root().key("burst").key("categories");
        let Some(burst) = burst else { return };
        let Some(categories) = &burst.categories else { return };
        let is_recorded = burst.arrivals.as_ref().is_some_and(|arrivals| arrivals.recorded.is_some());
        if is_recorded || self.document.is_damaged(&at) {
            return;
        }
        let known = categories.0.iter().map(|(name, _)| name.as_str());
        for (category, _) in history {
            if !known.clone().any(|known| known == category) {
                let help = Self::did_you_mean(category, known.clone());
                let message = format!("there is no category \"{category}\" in the burst");
                self.refuse_key(&path.key(category), message, help);
            }
        }
    }

    fn everybody_distinct_and_every_team_staffed(
        &mut self,
        file: &DeskFile,
        plan: &DeskPlan,
        path: &KeyPath,
    ) {
        // Numbered technicians are distinct because their teams are.
        let mut names = BTreeSet::new();
        for (index, technician) in file.technician.iter().flatten().enumerate() {
            if let Some(name) = &technician.name
                && !names.insert(name.as_str())
            {
                let at = path.key("technician").index(index).key("name");
                let message = format!("there are two technicians \"{name}\"");
                self.refuse(&at, message, "expected another name", None);
            }
        }
        if self.document.is_damaged(path) {
            return;
        }
        let staffed: BTreeSet<&str> = plan
            .technicians
            .iter()
            .flat_map(|technician| technician.teams.iter().map(String::as_str))
            .collect();
        for (index, team) in file.team.iter().flatten().enumerate() {
            if let Some(name) = &team.name
                && !staffed.contains(name.as_str())
            {
                let at = path.key("team").index(index).key("name");
                let help = "give it technicians, or take it out".to_owned();
                self.refuse(&at, format!("nobody is in team \"{name}\""), "", Some(help));
            }
        }
    }

    pub(super) fn some_weekdays(&mut self, weekdays: Option<&[Weekday]>, path: &KeyPath) {
        let at = path.key("weekdays");
        if weekdays.is_some_and(<[_]>::is_empty) && !self.document.is_damaged(&at) {
            self.refuse(&at, format!("`{at}` is empty"), "expected at least one day, such as \"mon\"", None);
        }
    }

    /// Refuses the weekdays of the table at `path` where days are laid end to end: they have no names.
    fn no_weekdays_beside_joined_days(
        &mut self,
        stated: Option<&[Weekday]>,
        desk: &DeskFile,
        path: &KeyPath,
    ) {
        if stated.is_some() && desk.joined_days.is_some() {
            let at = path.key("weekdays");
            let help = "leave it out: days that are laid end to end are no days of a week".to_owned();
            self.refuse_key(&at, format!("`{at}` does not go with `desk.joined_days`"), Some(help));
        }
    }

    pub(super) fn proper_name(&mut self, name: &str, path: &KeyPath) {
        if name.trim().is_empty() || name.chars().any(char::is_control) {
            self.refuse(
                path,
                format!("`{path}` is empty or has control characters"),
                "expected a name",
                None,
            );
        }
    }
}

/// How a desk is staffed.
enum Staff<'f> {
    /// A count for the whole desk.
    Count(u32),
    /// By a table in this file.
    Table(&'f str),
    /// A count for each team.
    Teams,
    /// By name.
    Names,
}

/// `count` technicians called "`prefix` 1" and so on.
fn numbered(prefix: &str, count: u32, teams: &[String]) -> Vec<TechnicianPlan> {
    (1..=count)
        .map(|number| TechnicianPlan {
            name: format!("{prefix} {number}"),
            teams: teams.to_vec(),
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
pub(super) fn hours_plan(
    hours: Hours,
    stated: Option<&[Weekday]>,
    otherwise: [bool; 7],
    time_zone: Option<String>,
) -> HoursPlan {
    let minutes = match hours {
        Hours::Always => None,
        Hours::Daily(from, to) => Some((from, to)),
    };
    HoursPlan::of(minutes, stated.map(week), otherwise, time_zone)
}

/// Which days are among `days`, Monday first.
fn week(days: &[Weekday]) -> [bool; 7] {
    let mut week = [false; 7];
    for day in days {
        week[*day as usize] = true;
    }
    week
}
