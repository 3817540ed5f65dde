//! `[dispatch]` and `[[discipline]]`: slots that fit the working hours, arms with names of their own.

use super::super::document::KeyPath;
use super::super::file::dispatch::{DisciplineFile, DispatchFile, KindFile, ModeFile};
use super::Resolver;
use crate::domain::SimDuration;
use crate::domain::settings::{
    DeskPlan, DisciplineKind, DisciplineSettings, HoursPlan, Mode, SlotRules, TriggerSettings,
};

/// Which tickets are dispatched. Whether the names exist is known only when the burst is.
pub(super) fn trigger(file: &DispatchFile) -> TriggerSettings {
    TriggerSettings {
        boards: file.boards.clone().unwrap_or_default(),
        statuses: file.statuses.clone().unwrap_or_default(),
        companies: file.companies.clone().unwrap_or_default(),
        excluded_companies: file.excluded_companies.clone().unwrap_or_default(),
    }
}

impl Resolver<'_> {
    /// What a dispatch does.
    pub(super) fn mode(&mut self, file: &DispatchFile, desk: Option<&DeskPlan>) -> Mode {
        let path = KeyPath::root().key("dispatch");
        if matches!(file.mode, Some(ModeFile::TeamOnly)) {
            for (key, is_there) in [
                ("slot", file.slot.is_some()),
                ("buffer", file.buffer.is_some()),
                ("lead", file.lead.is_some()),
                ("grid", file.grid.is_some()),
                ("horizon", file.horizon.is_some()),
                ("second_day", file.second_day.is_some()),
            ] {
                if is_there {
                    let help = "leave it out, or write mode = \"owner-and-slot\"".to_owned();
                    let message =
                        format!("`dispatch.{key}` does not go with mode \"team-only\", which books no slot");
                    self.refuse_key(&path.key(key), message, Some(help));
                }
            }
            return Mode::TeamOnly;
        }
        let rules = SlotRules {
            duration: file.slot.map_or(SimDuration::from_mins(30), |slot| slot.0),
            buffer: file.buffer.map_or(SimDuration::from_mins(10), |buffer| buffer.0),
            lead: file.lead.map_or(SimDuration::from_mins(10), |lead| lead.0),
            grid: file.grid.map(|grid| grid.0),
            horizon: file.horizon.map_or(SimDuration::from_hours(24), |horizon| horizon.0),
            second_day: file.second_day.unwrap_or(false),
        };
        if let Some(desk) = desk {
            self.slots_fit(&rules, desk, &path);
        }
        if rules.lead > rules.horizon {
            let (at, expected) = if file.lead.is_some() {
                ("lead", format!("expected at most the horizon, {}", rules.horizon))
            } else {
                ("horizon", format!("expected at least the lead, {}", rules.lead))
            };
            let message = "no slot can start: the lead is longer than the horizon";
            self.refuse(&path.key(at), message, &expected, None);
        }
        Mode::OwnerAndSlot(rules)
    }

    /// Checks that slots of this length, and a second day where it is asked for, exist at all.
    fn slots_fit(&mut self, rules: &SlotRules, desk: &DeskPlan, path: &KeyPath) {
        if rules.second_day {
            let at = path.key("second_day");
            let always = desk.hours.contains(&HoursPlan::Always);
            let reason = match desk.joined_days {
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
        let longest = desk.hours.iter().map(working_day).max().unwrap_or_default();
        let desk_path = KeyPath::root().key("desk");
        if rules.duration > longest && !self.document.is_damaged(&desk_path) {
            let at = path.key("slot");
            let (message, expected) = (
                format!("a slot of {} fits into no working day", rules.duration),
                format!("expected at most the longest working day, {longest}"),
            );
            // With the default length it is the hours that are unusual.
            let at = if self.document.find(&at).is_some() { at } else { desk_path.key("hours") };
            self.refuse(&at, message, &expected, None);
        }
    }

    /// The arms.
    pub(super) fn disciplines(&mut self, files: &[DisciplineFile]) -> Vec<DisciplineSettings> {
        let list = KeyPath::root().key("discipline");
        if files.is_empty() && !self.document.is_damaged(&list) {
            let help = "write [[discipline]] and below it kind = \"sequential\"".to_owned();
            self.refuse(&KeyPath::root(), "there is no [[discipline]] to simulate", "", Some(help));
        }
        let mut arms: Vec<DisciplineSettings> = Vec::new();
        for (index, file) in files.iter().enumerate() {
            let path = list.index(index);
            let Some(kind) = self.required(file.kind, &path, "kind", "kind = \"parallel\"") else { continue };
            let (kind, kind_name) = match kind {
                KindFile::Sequential => (DisciplineKind::Sequential, "sequential"),
                KindFile::UnsafeParallel => (DisciplineKind::UnsafeParallel, "unsafe-parallel"),
                KindFile::Parallel => (DisciplineKind::Parallel { protected_share: 1.0 }, "parallel"),
            };
            let name = file.name.clone().unwrap_or_else(|| kind_name.to_owned());
            let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            if name.is_empty() || !name.bytes().all(is_plain) {
                let expected = "expected small letters, digits and hyphens";
                self.refuse(&path.key("name"), format!("{name:?} cannot name a discipline"), expected, None);
            }
            if arms.iter().any(|arm| arm.name == name) {
                let at = if file.name.is_some() { path.key("name") } else { path.key("kind") };
                let help = "give one of them another name".to_owned();
                self.refuse(&at, format!("there are two disciplines named \"{name}\""), "", Some(help));
            }
            if kind == DisciplineKind::Sequential && file.concurrency.is_some() {
                let help = "leave it out: a sequential discipline runs one dispatch at a time".to_owned();
                let message = "`concurrency` does not go with kind \"sequential\"";
                self.refuse_key(&path.key("concurrency"), message, Some(help));
            }
            let default_awareness = if matches!(kind, DisciplineKind::Parallel { .. }) { 1.0 } else { 0.0 };
            arms.push(DisciplineSettings {
                name,
                kind,
                concurrency: file.concurrency.map(|number| number.0),
                alternatives: file.alternatives.map_or(3, |number| number.0),
                max_attempts: file.max_attempts.map_or(5, |number| number.0),
                peer_awareness: file.peer_awareness.map_or(default_awareness, |share| share.0),
                ranker: None,
            });
        }
        arms
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
