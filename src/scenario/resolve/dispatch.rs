//! `[dispatch]` and `[[agent]]`: workflows with names of their own, slots that fit the working hours.

use std::collections::{BTreeMap, BTreeSet};

use super::super::document::KeyPath;
use super::super::file::burst::BurstFile;
use super::super::file::dispatch::{AgentFile, DispatchFile, ModeFile};
use super::{Resolver, listed};
use crate::domain::settings::{
    AgentSettings, DeskPlan, HoursPlan, Mode, OwnerRules, SlotRules, SopRule, TriggerSettings,
};
use crate::domain::{Desk, SimDuration};

const SLOT: &str = "owner-and-slot";
const OWNER: &str = "owner-only";
const TEAM: &str = "team-only";

/// The keys of `[dispatch]` that go with some modes only.
pub(in super::super) const KEYS_OF_MODES: [(&str, &[&str]); 8] = [
    ("slot", &[SLOT]),
    ("buffer", &[SLOT]),
    ("lead", &[SLOT]),
    ("grid", &[SLOT]),
    ("horizon", &[SLOT]),
    ("second_day", &[SLOT]),
    ("max_active", &[OWNER]),
    ("excluded_statuses", &[OWNER]),
];

/// The mode of a scenario that states none.
pub(in super::super) const DEFAULT_MODE: &str = SLOT;

/// The name of the only agent of a scenario that lists none.
const ONLY_AGENT: &str = "dispatch";

/// The keys of an agent, with those that it has from `[dispatch]`, and where its own are.
struct Stated<'a> {
    file: &'a DispatchFile,
    own: &'a KeyPath,
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

/// Which tickets are dispatched. Whether the names exist is known only when the burst is.
fn trigger(file: &DispatchFile) -> TriggerSettings {
    TriggerSettings {
        boards: file.boards.clone().unwrap_or_default(),
        statuses: file.statuses.clone().unwrap_or_default(),
        companies: file.companies.clone().unwrap_or_default(),
        excluded_companies: file.excluded_companies.clone().unwrap_or_default(),
    }
}

impl Resolver<'_> {
    /// The dispatch workflows: those of `files` with what they have in common, or that alone. The hours of their
    /// standing rules and the statuses that they name are added to those of `desk`.
    pub(super) fn agents(
        &mut self,
        common: &DispatchFile,
        files: &[AgentFile],
        mut desk: Option<&mut DeskPlan>,
        burst: Option<&BurstFile>,
    ) -> Vec<AgentSettings> {
        let path = KeyPath::root().key("dispatch");
        let list = KeyPath::root().key("agent");
        // Slots lie in working hours, not in the hours of standing rules.
        let shifts = desk
            .as_deref()
            // Who is listed in a file has hours that are not known yet.
            .filter(|desk| desk.technicians_file.is_none())
            .map(Shifts::of);
        let sop = common.sop.as_deref().unwrap_or_default();
        let common_sop = self.sop(sop, &path.key("sop"), desk.as_deref_mut(), burst);
        let mut agents: Vec<AgentSettings> = Vec::new();
        for (index, file) in files.iter().enumerate() {
            let own = list.index(index);
            let name = self.agent_name(file, &agents, &own);
            let sop = match &file.sop {
                Some(sop) => self.sop(sop, &own.key("sop"), desk.as_deref_mut(), burst),
                None => common_sop.clone(),
            };
            let stated = Stated { file: &file.over(common), own: &own };
            agents.push(self.agent(name, sop, &stated, shifts.as_ref()));
        }
        if files.is_empty() {
            let stated = Stated { file: common, own: &path };
            agents.push(self.agent(ONLY_AGENT.to_owned(), common_sop, &stated, shifts.as_ref()));
        } else {
            self.common_keys_go_with_an_agent(&agents, &path, &list);
        }
        if let Some(desk) = desk {
            if let Some(burst) = burst {
                for (index, agent) in agents.iter().enumerate() {
                    let own = if files.is_empty() { path.clone() } else { list.index(index) };
                    let stated = Stated { file: common, own: &own };
                    self.tickets_arrive_in(&agent.trigger.statuses, &stated, &agents, (desk, burst));
                }
            }
            add_statuses(&agents, desk);
        }
        agents
    }

    /// Refuses statuses of a trigger that tickets have only later, or only those that technicians own already: it would
    /// admit none. What no ticket has at all is refused when the burst is known.
    fn tickets_arrive_in(
        &mut self,
        statuses: &[String],
        stated: &Stated<'_>,
        agents: &[AgentSettings],
        (desk, burst): (&DeskPlan, &BurstFile),
    ) {
        let path = KeyPath::root().key("burst");
        let is_recorded = burst.arrivals.as_ref().is_none_or(|arrivals| arrivals.recorded.is_some());
        if is_recorded || self.document.is_damaged(&path.key("statuses")) {
            return;
        }
        let arriving: Vec<&str> = match &burst.statuses {
            Some(statuses) => statuses.0.iter().map(|(status, _)| status.as_str()).collect(),
            None => vec![Desk::FIRST_STATUS],
        };
        let later = agents.iter().filter_map(|agent| agent.status_after.as_ref());
        let owned = desk.technicians.iter().flat_map(|technician| &technician.open).map(|(status, _)| status);
        let others: BTreeSet<&str> =
            later.chain(owned).map(String::as_str).chain([Desk::FIRST_STATUS]).collect();
        let at = self.stated_at(stated, "statuses");
        for (index, status) in statuses.iter().enumerate() {
            let at = at.index(index);
            if !arriving.contains(&status.as_str()) && others.contains(status.as_str()) && self.is_stated(&at)
            {
                let help = Self::did_you_mean(status, arriving.iter().copied());
                self.refuse(&at, format!("no ticket arrives in status \"{status}\""), "", help);
            }
        }
    }

    /// Refuses each key that the table at `path` states for all agents, those in the list at `list`, and that goes with
    /// the mode of none.
    fn common_keys_go_with_an_agent(&mut self, agents: &[AgentSettings], path: &KeyPath, list: &KeyPath) {
        let mut modes = (0..agents.len()).map(|index| list.index(index)).chain([path.clone()]);
        if modes.any(|table| self.document.is_damaged(&table.key("mode"))) {
            return;
        }
        for (key, names) in KEYS_OF_MODES {
            let at = path.key(key);
            if self.is_stated(&at) && !agents.iter().any(|agent| names.contains(&agent.mode.name())) {
                let help = format!("leave it out, or give an agent mode {}", listed(names));
                self.refuse_key(&at, format!("`{at}` goes with the mode of no agent"), Some(help));
            }
        }
    }

    /// The agent's name: there, plain and unique.
    fn agent_name(&mut self, file: &AgentFile, others: &[AgentSettings], path: &KeyPath) -> String {
        let Some(name) = self.required(file.name.as_ref(), path, "name", "name = \"dispatch\"") else {
            return String::new();
        };
        let at = path.key("name");
        self.plain_name(name, "an agent", &at);
        if others.iter().any(|other| other.name == *name) {
            let help = "give one of them another name".to_owned();
            self.refuse(&at, format!("there are two agents named \"{name}\""), "", Some(help));
        }
        name.clone()
    }

    fn agent(
        &mut self,
        name: String,
        sop: Vec<SopRule>,
        stated: &Stated<'_>,
        shifts: Option<&Shifts>,
    ) -> AgentSettings {
        let file = stated.file;
        if let Some(status) = &file.status_after {
            self.proper_name(status, &self.stated_at(stated, "status_after"));
        }
        for (key, statuses) in [("statuses", &file.statuses), ("excluded_statuses", &file.excluded_statuses)]
        {
            let at = self.stated_at(stated, key);
            for (index, status) in statuses.iter().flatten().enumerate() {
                self.proper_name(status, &at.index(index));
            }
        }
        AgentSettings {
            name,
            mode: self.mode(stated, shifts),
            trigger: trigger(file),
            sop,
            status_after: file.status_after.clone(),
        }
    }

    /// Where `key` is stated: with the agent, else in `[dispatch]`.
    fn stated_at(&self, stated: &Stated<'_>, key: &str) -> KeyPath {
        let own = stated.own.key(key);
        if self.document.find(&own).is_some() || self.document.is_damaged(&own) {
            return own;
        }
        KeyPath::root().key("dispatch").key(key)
    }

    /// What a dispatch does.
    fn mode(&mut self, stated: &Stated<'_>, shifts: Option<&Shifts>) -> Mode {
        let file = stated.file;
        let (mode, name) = match file.mode {
            None | Some(ModeFile::OwnerAndSlot) => (ModeFile::OwnerAndSlot, SLOT),
            Some(ModeFile::OwnerOnly) => (ModeFile::OwnerOnly, OWNER),
            Some(ModeFile::TeamOnly) => (ModeFile::TeamOnly, TEAM),
        };
        if !self.document.is_damaged(&self.stated_at(stated, "mode")) {
            self.keys_go_with(stated.own, "mode", name, &KEYS_OF_MODES);
        }
        match mode {
            ModeFile::TeamOnly => Mode::TeamOnly,
            ModeFile::OwnerOnly => Mode::OwnerOnly(OwnerRules {
                max_active: file.max_active.map(|number| number.0),
                excluded_statuses: file.excluded_statuses.clone().unwrap_or_default(),
            }),
            ModeFile::OwnerAndSlot => Mode::OwnerAndSlot(self.slot_rules(stated, shifts)),
        }
    }

    fn slot_rules(&mut self, stated: &Stated<'_>, shifts: Option<&Shifts>) -> SlotRules {
        let file = stated.file;
        let defaults = SlotRules::default();
        let rules = SlotRules {
            duration: file.slot.map_or(defaults.duration, |slot| slot.0),
            buffer: file.buffer.map_or(defaults.buffer, |buffer| buffer.0),
            lead: file.lead.map_or(defaults.lead, |lead| lead.0),
            grid: file.grid.map(|grid| grid.0),
            horizon: file.horizon.map_or(defaults.horizon, |horizon| horizon.0),
            second_day: file.second_day.unwrap_or(defaults.second_day),
        };
        if let Some(shifts) = shifts {
            self.slots_fit(&rules, shifts, stated);
        }
        if rules.lead > rules.horizon {
            let (key, expected) = if self.is_stated(&self.stated_at(stated, "lead")) {
                ("lead", format!("expected at most the horizon, {}", rules.horizon))
            } else {
                ("horizon", format!("expected at least the lead, {}", rules.lead))
            };
            let message = "no slot can start: the lead is longer than the horizon";
            self.refuse(&self.stated_at(stated, key), message, &expected, None);
        }
        rules
    }

    /// Checks that slots of this length, and a second day where it is asked for, exist at all.
    fn slots_fit(&mut self, rules: &SlotRules, shifts: &Shifts, stated: &Stated<'_>) {
        if rules.second_day {
            let at = self.stated_at(stated, "second_day");
            let always = shifts.hours.iter().any(|(hours, _)| *hours == HoursPlan::Always);
            let reason = match shifts.joined_days {
                _ if always => "with hours \"always\" there is no second working day",
                Some(1) => "with `desk.joined_days` = 1 there is no second working day",
                _ => "",
            };
            if !reason.is_empty() {
                let help = "state hours such as \"08:00-17:00\" and at least two days".to_owned();
                let help = Some(help).filter(|_| !self.document.is_damaged(&KeyPath::root().key("desk")));
                self.refuse_key(&at, reason, help);
            }
        }
        let days = shifts.hours.iter().map(|(hours, at)| (working_day(hours), at));
        let Some((longest, hours_at)) = days.max_by_key(|(length, _)| *length) else { return };
        if rules.duration > longest && !self.document.is_damaged(&KeyPath::root().key("desk")) {
            let at = self.stated_at(stated, "slot");
            let (message, expected) = (
                format!("a slot of {} fits into no working day", rules.duration),
                format!("expected at most the longest working day, {longest}"),
            );
            // With the default length, or a preset's, it is the hours that are unusual.
            let desks = KeyPath::root().key("desk").key("hours");
            let at = [&at, hours_at].into_iter().find(|at| self.is_stated(at)).unwrap_or(&desks);
            self.refuse(at, message, &expected, None);
        }
    }
}

/// Adds the statuses that agents give tickets or look for among owned ones to those of the desk, each once. Those of
/// triggers are not among them: a status that no ticket arrives in is a mistake.
fn add_statuses(agents: &[AgentSettings], desk: &mut DeskPlan) {
    for agent in agents {
        let excluded = match &agent.mode {
            Mode::OwnerOnly(rules) => rules.excluded_statuses.as_slice(),
            Mode::OwnerAndSlot(_) | Mode::TeamOnly => &[],
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
