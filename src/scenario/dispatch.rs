//! `[dispatch]` and `[[agent]]`: agents with names of their own, slots that fit the working hours.

use std::collections::BTreeMap;

use super::checks::{key_goes_with, plain_name};
use super::sop::{self, SopKeys};
use crate::domain::SimDuration;
use crate::domain::settings::{
    AgentSettings, DeskPlan, HoursPlan, LeadFrom, Mode, ModeRules, OwnerRules, ReadOnlyRules, SlotRules,
    SopRule, TriggerSettings,
};
use crate::keys::document::KeyPath;
use crate::keys::{
    At, Book, Chapter, Fallback, Form, List, Named, PlainName, ProperName, Reading, Section, Shape, words,
};
use crate::section;

/// The name of the only agent of a scenario that lists none.
const ONLY_AGENT: &str = "dispatch";

section! {
    /// What a dispatch does. Where there are `[[agent]]`, what they have in common.
    pub struct DispatchKeys {
        ..trigger: TriggerSettings;
        ..slots: SlotRules;
        ..owners: OwnerRules;
        ..answers: ReadOnlyRules;
        /// Book a slot with a technician, only assign a technician, only assign the board's team, or only have the AI work.
        mode: Mode = "owner-and-slot",
        /// The ticket's status once it is dispatched.
        status_after: ProperName = none "it stays what it was",
        /// Standing rules, all of which apply.
        sop: List<SopKeys> = empty "none",
    }
}

/// [`DispatchKeys`], with the modes that they go with.
pub struct Dispatch;

impl Form for Dispatch {
    type Value = DispatchKeys;

    fn read(at: &mut At<'_, '_>) -> Option<DispatchKeys> {
        at.read::<DispatchKeys>()
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        book.enter("Dispatch", |book| {
            let keys = DispatchKeys::keys(book);
            Chapter::Section { doc: words(DispatchKeys::DOC), keys, limits: None, kinds: kinds() }
        })
    }
}

section! {
    /// What an agent is called.
    pub struct AgentName {
        /// The agent's name, unique: small letters, digits and hyphens.
        name: PlainName = required "name = \"dispatch\"",
    }
}

/// One agent: its name, and [`DispatchKeys`] that fall back on those of `[dispatch]`.
pub struct AgentKeys;

impl Form for AgentKeys {
    type Value = Option<String>;

    fn read(at: &mut At<'_, '_>) -> Option<Self::Value> {
        let names: Vec<&str> = AgentName::names().into_iter().chain(DispatchKeys::names()).collect();
        // An element that is no table keeps its place, so that the others keep theirs.
        Some(if at.is_table_of(&names) { AgentName::decode(at).name } else { None })
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        book.enter("Agent", |book| {
            let mut keys = AgentName::keys(book);
            for mut key in DispatchKeys::keys(book) {
                key.fallback = Fallback::Words("as `[dispatch]` says".to_owned());
                keys.push(key);
            }
            let doc = "One agent. A key that is left out is as `[dispatch]` says; where that says nothing either, its default \
                       there holds.";
            Chapter::Section { doc: words(&[doc]), keys, limits: None, kinds: kinds() }
        })
    }
}

/// The modes with all the keys that go with each.
pub fn kinds() -> Vec<(&'static str, Vec<&'static str>)> {
    let keys = |mode: &Mode| {
        let of_others: Vec<&str> = (Mode::ALL.iter())
            .flat_map(|other| other.keys())
            .filter(|key| !mode.keys().contains(key))
            .collect();
        let mut keys = AgentName::names();
        keys.extend(DispatchKeys::names().into_iter().filter(|key| !of_others.contains(key)));
        (mode.name(), keys)
    };
    Mode::ALL.iter().map(keys).collect()
}

/// The working hours that technicians have, each once.
struct Shifts {
    /// With where the first who has them would state them.
    hours: Vec<(HoursPlan, KeyPath)>,
    joined_days: Option<u32>,
}

impl Shifts {
    /// Those of the desk's technicians; where a recording says who works there, the desk's.
    fn of(desk: &DeskPlan) -> Self {
        let path = KeyPath::root().key("desk");
        let mut hours: BTreeMap<usize, KeyPath> = BTreeMap::new();
        for (index, technician) in desk.technicians.iter().enumerate() {
            let own = || path.key("technician").index(index).key("hours");
            hours.entry(technician.hours).or_insert_with(own);
        }
        if hours.is_empty() {
            hours.insert(0, path.key("hours"));
        }
        let hours = hours.into_iter().map(|(number, at)| (desk.hours[number].clone(), at)).collect();
        Self { hours, joined_days: desk.joined_days }
    }
}

/// The agents: those of the list `[[agent]]`, called `names`, with what they have in `common`, or that alone.
/// The hours of their standing rules and the statuses that they name are added to those of `desk`.
pub fn agents(
    reading: &mut Reading<'_>,
    common: &DispatchKeys,
    names: &[Option<String>],
    mut desk: Option<&mut DeskPlan>,
) -> Vec<AgentSettings> {
    let path = KeyPath::root().key("dispatch");
    let list = KeyPath::root().key("agent");
    // Slots lie in working hours, not in the hours of standing rules.
    let shifts = desk
        .as_deref()
        // Who is listed in a file has hours that are not known yet.
        .filter(|desk| desk.technicians_file.is_none())
        .map(Shifts::of);
    let common_sop = sop::rules(reading, &common.sop, &path.key("sop"), desk.as_deref_mut());
    let mut agents: Vec<AgentSettings> = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let own = list.index(index);
        let name = agent_name(reading, name.as_deref(), &agents, &own);
        let Some(keys) = reading.at(&own).map(|at| DispatchKeys::decode(&mut at.over(&path))) else {
            continue;
        };
        let at = own.key("sop");
        let sop = if reading.document.find(&at).is_some() {
            sop::rules(reading, &keys.sop, &at, desk.as_deref_mut())
        } else {
            common_sop.clone()
        };
        agents.push(agent(reading, name, keys, sop, &own, shifts.as_ref()));
    }
    if names.is_empty() {
        let name = ONLY_AGENT.to_owned();
        agents.push(agent(reading, name, common.clone(), common_sop, &path, shifts.as_ref()));
    } else {
        common_keys_go_with_an_agent(reading, &agents, &path, &list);
    }
    if let Some(desk) = desk {
        add_statuses(&agents, desk);
    }
    agents
}

/// Refuses each key that the table at `path` states for all agents, those in the list at `list`, and that goes with
/// the mode of none.
fn common_keys_go_with_an_agent(
    reading: &mut Reading<'_>,
    agents: &[AgentSettings],
    path: &KeyPath,
    list: &KeyPath,
) {
    let mut modes = (0..agents.len()).map(|index| list.index(index)).chain([path.clone()]);
    if modes.any(|table| reading.is_damaged(&table.key("mode"))) {
        return;
    }
    for mode in Mode::ALL {
        for key in mode.keys() {
            let at = path.key(key);
            let is_used = agents.iter().any(|agent| agent.mode.name() == mode.name());
            if !is_used && reading.is_stated(&at) && !reading.is_damaged(&at) {
                let help = format!("leave it out, or give an agent mode \"{}\"", mode.name());
                reading.refuse_key(&at, format!("`{at}` goes with the mode of no agent"), Some(help));
            }
        }
    }
}

/// The agent's name: plain and unique.
fn agent_name(
    reading: &mut Reading<'_>,
    name: Option<&str>,
    others: &[AgentSettings],
    path: &KeyPath,
) -> String {
    let Some(name) = name else { return String::new() };
    let at = path.key("name");
    plain_name(reading, name, "an agent", &at);
    if others.iter().any(|other| other.name == *name) {
        let help = "give one of them another name".to_owned();
        reading.refuse(&at, format!("there are two agents named \"{name}\""), "", Some(help));
    }
    name.to_owned()
}

/// The agent whose own keys are in the table at `own`.
fn agent(
    reading: &mut Reading<'_>,
    name: String,
    keys: DispatchKeys,
    sop: Vec<SopRule>,
    own: &KeyPath,
    shifts: Option<&Shifts>,
) -> AgentSettings {
    if !reading.is_damaged(&stated_at(reading, own, "mode")) {
        for mode in Mode::ALL {
            for key in mode.keys() {
                key_goes_with(reading, own, key, ("mode", keys.mode.name()), &[mode.name()]);
            }
        }
    }
    let mode = match keys.mode {
        Mode::TeamOnly => ModeRules::TeamOnly,
        Mode::ReadOnly => ModeRules::ReadOnly(keys.answers),
        Mode::OwnerOnly => ModeRules::OwnerOnly(keys.owners),
        Mode::OwnerAndSlot => {
            slots_can_start(reading, &keys.slots, own);
            if let Some(shifts) = shifts {
                slots_fit(reading, &keys.slots, shifts, own);
            }
            ModeRules::OwnerAndSlot(keys.slots)
        }
    };
    AgentSettings { name, mode, trigger: keys.trigger, sop, status_after: keys.status_after }
}

/// Checks that a lead that counts from the decision does not meet a provider, which lets rankings wait.
pub fn decisions_can_be_foreseen(reading: &mut Reading<'_>, agents: &[AgentSettings]) {
    let (root, list) = (KeyPath::root(), KeyPath::root().key("agent"));
    if !reading.is_stated(&root.key("ranker").key("provider")) {
        return;
    }
    let late = |agent: &AgentSettings| matches!(&agent.mode, ModeRules::OwnerAndSlot(slots) if slots.lead_from == LeadFrom::Decision);
    if let Some(index) = agents.iter().position(late) {
        let own =
            if reading.document.find(&list).is_some() { list.index(index) } else { root.key("dispatch") };
        let at = stated_at(reading, &own, "lead_from");
        let message = format!("`{at}` does not go with `ranker.provider`");
        let help = "leave one of them out: nobody knows in advance how long the provider lets a ranking wait";
        reading.refuse(&at, message, "expected \"read\"", Some(help.to_owned()));
    }
}

/// Where `key` is stated: with the agent, else in `[dispatch]`.
pub fn stated_at(reading: &Reading<'_>, own: &KeyPath, key: &str) -> KeyPath {
    let own = own.key(key);
    if reading.document.find(&own).is_some() || reading.is_damaged(&own) {
        return own;
    }
    KeyPath::root().key("dispatch").key(key)
}

fn slots_can_start(reading: &mut Reading<'_>, rules: &SlotRules, own: &KeyPath) {
    if rules.lead > rules.horizon {
        let (key, expected) = if reading.is_stated(&stated_at(reading, own, "lead")) {
            ("lead", format!("expected at most the horizon, {}", rules.horizon))
        } else {
            ("horizon", format!("expected at least the lead, {}", rules.lead))
        };
        let message = "no slot can start: the lead is longer than the horizon";
        reading.refuse(&stated_at(reading, own, key), message, &expected, None);
    }
}

/// Checks that slots of this length, and a second day where it is asked for, exist at all.
fn slots_fit(reading: &mut Reading<'_>, rules: &SlotRules, shifts: &Shifts, own: &KeyPath) {
    let desk = KeyPath::root().key("desk");
    let hours_known = !reading.is_damaged(&desk.key("hours"))
        && !reading.is_damaged(&desk.key("joined_days"))
        && !reading.elements_are_damaged(&desk.key("technician"), &["hours"]);
    if rules.second_day {
        let at = stated_at(reading, own, "second_day");
        let always = shifts.hours.iter().any(|(hours, _)| *hours == HoursPlan::Always);
        let reason = match shifts.joined_days {
            _ if always => "with hours \"always\" there is no second working day",
            Some(1) => "with `desk.joined_days` = 1 there is no second working day",
            _ => "",
        };
        if !reason.is_empty() {
            let help = "state hours such as \"08:00-17:00\" and at least two days".to_owned();
            reading.refuse_key(&at, reason, Some(help).filter(|_| hours_known));
        }
    }
    let days = shifts.hours.iter().map(|(hours, at)| (working_day(hours), at));
    let Some((longest, hours_at)) = days.max_by_key(|(length, _)| *length) else { return };
    if rules.slot > longest && hours_known {
        let at = stated_at(reading, own, "slot");
        let (message, expected) = (
            format!("a slot of {} fits into no working day", rules.slot),
            format!("expected at most the longest working day, {longest}"),
        );
        // With the default length, or a preset's, it is the hours that are unusual.
        let desks = desk.key("hours");
        let at = [&at, hours_at].into_iter().find(|at| reading.is_stated(at)).unwrap_or(&desks);
        reading.refuse(at, message, &expected, None);
    }
}

/// Adds the statuses that agents give tickets or look for among owned ones to those of the desk, each once. Those of
/// triggers are not among them: a status that no ticket arrives in is a mistake.
fn add_statuses(agents: &[AgentSettings], desk: &mut DeskPlan) {
    for agent in agents {
        let excluded = match &agent.mode {
            ModeRules::OwnerOnly(rules) => rules.excluded_statuses.as_slice(),
            ModeRules::OwnerAndSlot(_) | ModeRules::TeamOnly | ModeRules::ReadOnly(_) => &[],
        };
        for status in agent.status_after.iter().chain(excluded) {
            if !desk.statuses.contains(status) {
                desk.statuses.push(status.clone());
            }
        }
    }
}

/// The length of a working day.
fn working_day(hours: &HoursPlan) -> SimDuration {
    match hours {
        HoursPlan::Always => SimDuration::from_hours(24),
        HoursPlan::Daily { from_minute, to_minute, .. } => {
            SimDuration::from_mins(i64::from(to_minute - from_minute))
        }
    }
}
