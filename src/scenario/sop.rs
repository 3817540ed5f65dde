//! Standing rules: one action each, in hours that the desk plan knows.

use super::checks::some_weekdays;
use super::desk::hours_plan;
use crate::domain::forms::{RuleHours, Weekday};
use crate::domain::settings::{DeskPlan, SopAction, SopRule};
use crate::keys::document::KeyPath;
use crate::keys::{List, Reading, SomeOf, Whole};
use crate::section;

/// The days of a rule that states none.
const EVERY_DAY: [bool; 7] = [true; 7];

section! {
    /// A standing rule: conditions, all of which have to hold, and exactly one of `assign_to`, `never_assign_to` and
    /// `leave_to_people`.
    pub struct SopKeys {
        /// Tickets of one of these companies.
        companies: List<String> = empty "of any",
        /// Tickets in one of these categories.
        categories: List<String> = empty "in any",
        /// Tickets of one of these priorities.
        priorities: List<Whole<1, 9, u8>> = empty "of any",
        /// Tickets that come to the agent within these hours of the scenario's time zone.
        hours: RuleHours = none "at any time",
        /// Tickets that come to the agent on these days.
        weekdays: SomeOf<Weekday> = none "on any",
        /// Only these technicians may own them.
        assign_to: SomeOf<String> = none "",
        /// None of these technicians may own them, whatever other rules say.
        never_assign_to: SomeOf<String> = none "",
        /// Leave them to people. Only `true` can be said.
        leave_to_people: bool = none "",
    }
}

/// The rules in the list at `path`. Their hours are added to those of `desk`.
pub fn rules(
    reading: &mut Reading<'_>,
    rules: &[SopKeys],
    path: &KeyPath,
    mut desk: Option<&mut DeskPlan>,
) -> Vec<SopRule> {
    let mut plans = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        let path = reading.element(path, index);
        some_weekdays(reading, rule.weekdays.as_deref(), &path);
        let joined = desk.as_deref().is_some_and(|desk| desk.joined_days.is_some());
        for (key, is_there) in [("hours", rule.hours.is_some()), ("weekdays", rule.weekdays.is_some())] {
            if joined && is_there {
                let message = format!("`{}` does not go with `desk.joined_days`", path.key(key));
                let help = "leave it out: days that are laid end to end have no civil time".to_owned();
                reading.refuse_key(&path.key(key), message, Some(help));
            }
        }
        let action = action(reading, rule, &path);
        let hours = rule_hours(rule, desk.as_deref_mut());
        let Some(action) = action else { continue };
        plans.push(SopRule {
            companies: rule.companies.clone(),
            categories: rule.categories.clone(),
            priorities: rule.priorities.clone(),
            hours,
            action,
        });
    }
    plans
}

/// What a rule demands: exactly one thing.
fn action(reading: &mut Reading<'_>, rule: &SopKeys, path: &KeyPath) -> Option<SopAction> {
    let choices = [
        ("assign_to", rule.assign_to.is_some()),
        ("never_assign_to", rule.never_assign_to.is_some()),
        ("leave_to_people", rule.leave_to_people.is_some()),
    ];
    if choices.iter().all(|(_, is_there)| !is_there) {
        if !reading.is_damaged(path) {
            let help = "add assign_to = [\"Ann\"], never_assign_to = [\"Ann\"] or leave_to_people = true";
            reading.refuse(path, format!("`{path}` demands nothing"), "", Some(help.to_owned()));
        }
        return None;
    }
    let key = reading.exactly_one(path, choices, None)?;
    let at = path.key(key);
    if let Some(leave) = rule.leave_to_people {
        if !leave {
            let help = "take the rule out to have its tickets dispatched".to_owned();
            reading.refuse(&at, format!("`{at}` is false"), "expected true", Some(help));
        }
        return Some(SopAction::LeaveToPeople);
    }
    let names = rule.assign_to.clone().or_else(|| rule.never_assign_to.clone()).unwrap_or_default();
    if names.is_empty() && !reading.is_damaged(&at) {
        reading.refuse(&at, format!("`{at}` is empty"), "expected at least one technician", None);
    }
    Some(if key == "assign_to" { SopAction::AssignTo(names) } else { SopAction::NeverAssignTo(names) })
}

/// The hours in which a rule applies: an index into the desk's, where they are added unless they are there.
fn rule_hours(rule: &SopKeys, desk: Option<&mut DeskPlan>) -> Option<usize> {
    if rule.hours.is_none() && rule.weekdays.is_none() {
        return None;
    }
    let hours = rule.hours.unwrap_or(None);
    let plan = hours_plan(hours, rule.weekdays.as_deref(), EVERY_DAY, None);
    Some(desk?.index_of_hours(plan))
}
