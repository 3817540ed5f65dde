//! What the reader of a comparison should know before trusting its numbers.

use std::collections::BTreeSet;

use super::Experiment;
use crate::discipline::DisciplineSettings;
use crate::domain::settings::{Arrivals, ModeRules};
use crate::keys::nearest::nearest;
use crate::protocol::agent::Way;
use crate::scenario::Scenario;

impl Experiment {
    /// Whole sentences.
    pub(super) fn warnings(&self) -> Vec<String> {
        let mut warnings = self.workload.notes().to_vec();
        warnings.extend(self.vain_exclusions());
        let arms = &self.scenario.disciplines;
        let holds = |arm: &&DisciplineSettings| arm.kind.nature().holds;
        for (settings, agent) in self.scenario.agents.iter().zip(self.agents.iter()) {
            let name = &settings.name;
            if let Some(arm) = arms.iter().find(holds) {
                match agent.way {
                    Way::Slot(_) => {}
                    Way::Owner(..) => warnings.push(format!(
                        "Agent {name} assigns owners and books no slots, so `{}` has nothing to hold: its dispatches \
                         race like unprotected ones.",
                        arm.name
                    )),
                    Way::Team => warnings.push(format!(
                        "Agent {name} assigns teams and books no slots, so `{}` has nothing to hold: all disciplines \
                         behave alike.",
                        arm.name
                    )),
                }
            }
        }
        let sides = |arm: &&DisciplineSettings| {
            let nature = arm.kind.nature();
            nature.one_at_a_time || nature.together
        };
        if let (Some((one, other)), Some(arm)) = (self.rivals(), arms.iter().find(sides)) {
            warnings.push(format!(
                "Agents {one} and {other} book the same technicians, each on its own. Under `{}` neither looks at what \
                 the other does, so they can double-book.",
                arm.name
            ));
        }
        warnings
    }

    /// Notes on statuses that agents do not count though no ticket is ever in them, as where they are misspelt.
    fn vain_exclusions(&self) -> Vec<String> {
        let Scenario { burst, agents, .. } = &self.scenario;
        if matches!(burst.arrivals, Arrivals::Recorded(_)) {
            return Vec::new();
        }
        let desk = self.workload.desk();
        let arriving = burst.tickets.statuses.iter().map(|(status, _)| status);
        let plain = desk.statuses.first().filter(|_| burst.tickets.statuses.is_empty());
        let later = agents.iter().filter_map(|agent| agent.status_after.as_ref());
        let owned = desk.technicians.iter().flat_map(|technician| &technician.open);
        let owned = owned.filter_map(|(status, _)| desk.statuses.get(*status as usize));
        let known: BTreeSet<&str> =
            arriving.chain(plain).chain(later).chain(owned).map(String::as_str).collect();
        let mut notes = Vec::new();
        for agent in agents {
            let ModeRules::OwnerOnly(rules) = &agent.mode else { continue };
            for status in rules.excluded_statuses.iter().filter(|status| !known.contains(status.as_str())) {
                let meant = nearest(status, known.iter().copied());
                let meant = meant.map(|name| format!(" (did you mean {name:?}?)")).unwrap_or_default();
                let name = &agent.name;
                notes.push(format!(
                    "Agent {name} does not count tickets in status {status:?}, but none is ever in it{meant}."
                ));
            }
        }
        notes
    }

    /// Two agents that book slots of the same technicians.
    fn rivals(&self) -> Option<(&str, &str)> {
        let desk = self.workload.desk();
        let booking: Vec<_> = std::iter::zip(&self.scenario.agents, self.agents.iter())
            .filter(|(_, agent)| matches!(agent.way, Way::Slot(_)))
            .map(|(settings, agent)| (settings.name.as_str(), agent.reach(desk)))
            .collect();
        let pairs = booking
            .iter()
            .enumerate()
            .flat_map(|(place, one)| booking[place + 1..].iter().map(move |other| (one, other)));
        let mut rivals = pairs.filter(|(one, other)| !one.1.is_disjoint(&other.1));
        rivals.next().map(|(one, other)| (one.0, other.0))
    }
}
