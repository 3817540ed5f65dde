//! Standing rules: one action each, about names that exist, in hours that the desk plan knows.

use super::super::document::KeyPath;
use super::super::file::burst::BurstFile;
use super::super::file::dispatch::SopFile;
use super::super::file::text::{Hours, RuleHours};
use super::Resolver;
use super::desk::hours_plan;
use crate::domain::settings::{DeskPlan, SopAction, SopRule};

/// The days of a rule that states none.
const EVERY_DAY: [bool; 7] = [true; 7];

impl Resolver<'_> {
    /// The rules in the list at `path`. Their hours are added to those of `desk`.
    pub(super) fn sop(
        &mut self,
        files: &[SopFile],
        path: &KeyPath,
        mut desk: Option<&mut DeskPlan>,
        burst: Option<&BurstFile>,
    ) -> Vec<SopRule> {
        let mut rules = Vec::new();
        for (index, file) in files.iter().enumerate() {
            let path = path.index(index);
            let categories = burst.and_then(|burst| burst.categories.as_ref());
            let companies = burst.and_then(|burst| burst.companies.as_ref());
            for (key, what, typed, known) in [
                ("companies", "company", &file.companies, companies),
                ("categories", "category", &file.categories, categories),
            ] {
                let burst_path = KeyPath::root().key("burst");
                let is_recorded = burst
                    .and_then(|burst| burst.arrivals.as_ref())
                    .is_none_or(|arrivals| arrivals.recorded.is_some());
                if let Some(known) = known
                    && !is_recorded
                    && !self.document.is_damaged(&burst_path.key(key))
                {
                    let known: Vec<&str> = known.0.iter().map(|(name, _)| name.as_str()).collect();
                    let what = format!("{what} \"{{}}\" in the burst");
                    self.known_names(typed.as_deref().unwrap_or_default(), &known, &what, &path.key(key));
                }
            }
            self.some_weekdays(file.weekdays.as_deref(), &path);
            let joined = desk.as_deref().is_some_and(|desk| desk.joined_days.is_some());
            for (key, is_there) in [("hours", file.hours.is_some()), ("weekdays", file.weekdays.is_some())] {
                if joined && is_there {
                    let message = format!("`{}` does not go with `desk.joined_days`", path.key(key));
                    let help = "leave it out: days that are laid end to end have no civil time".to_owned();
                    self.refuse_key(&path.key(key), message, Some(help));
                }
            }
            let action = self.action(file, desk.as_deref(), &path);
            let hours = rule_hours(file, desk.as_deref_mut());
            let Some(action) = action else { continue };
            rules.push(SopRule {
                companies: file.companies.clone().unwrap_or_default(),
                categories: file.categories.clone().unwrap_or_default(),
                priorities: file.priorities.iter().flatten().map(|priority| priority.0 as u8).collect(),
                hours,
                action,
            });
        }
        rules
    }

    /// What a rule demands: exactly one thing.
    fn action(&mut self, file: &SopFile, desk: Option<&DeskPlan>, path: &KeyPath) -> Option<SopAction> {
        let choices = [
            ("assign_to", file.assign_to.is_some()),
            ("never_assign_to", file.never_assign_to.is_some()),
            ("leave_to_people", file.leave_to_people.is_some()),
        ];
        if choices.iter().all(|(_, is_there)| !is_there) {
            if !self.document.is_damaged(path) {
                let help = "add assign_to = [\"Ann\"], never_assign_to = [\"Ann\"] or leave_to_people = true";
                self.refuse(path, format!("`{path}` demands nothing"), "", Some(help.to_owned()));
            }
            return None;
        }
        let key = self.exactly_one(path, &choices)?;
        let at = path.key(key);
        if let Some(leave) = file.leave_to_people {
            if !leave {
                let help = "take the rule out to have its tickets dispatched".to_owned();
                self.refuse(&at, format!("`{at}` is false"), "expected true", Some(help));
            }
            return Some(SopAction::LeaveToPeople);
        }
        let names = file.assign_to.clone().or_else(|| file.never_assign_to.clone()).unwrap_or_default();
        if names.is_empty() && !self.document.is_damaged(&at) {
            self.refuse(&at, format!("`{at}` is empty"), "expected at least one technician", None);
        }
        if let Some(desk) = desk
            && !desk.from_recording
            && desk.technicians_file.is_none()
            && !self.document.is_damaged(&KeyPath::root().key("desk").key("technician"))
        {
            let known: Vec<&str> = desk.technicians.iter().map(|known| known.name.as_str()).collect();
            self.known_names(&names, &known, "technician \"{}\"", &at);
        }
        Some(if key == "assign_to" { SopAction::AssignTo(names) } else { SopAction::NeverAssignTo(names) })
    }

    /// Refuses each of the names in the list at `path` that is not known; `what` says what it is, with `{}` for the
    /// name.
    fn known_names(&mut self, names: &[String], known: &[&str], what: &str, path: &KeyPath) {
        for (index, name) in names.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                let help = Self::did_you_mean(name, known.iter().copied());
                self.refuse(
                    &path.index(index),
                    format!("there is no {}", what.replace("{}", name)),
                    "",
                    help,
                );
            }
        }
    }
}

/// The hours in which a rule applies: an index into the desk's, where they are added unless they are there.
fn rule_hours(file: &SopFile, desk: Option<&mut DeskPlan>) -> Option<usize> {
    if file.hours.is_none() && file.weekdays.is_none() {
        return None;
    }
    let hours = file.hours.map_or(Hours::Always, |RuleHours(hours)| hours);
    let plan = hours_plan(hours, file.weekdays.as_deref(), EVERY_DAY, None);
    Some(desk?.index_of_hours(plan))
}
