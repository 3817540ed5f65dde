//! What the reader of a comparison should know before trusting its numbers.

use std::collections::BTreeSet;

use super::Experiment;
use super::worker::context;
use crate::discipline::{Claims, DisciplineSettings};
use crate::domain::SimDuration;
use crate::domain::calendar::OfferOrder;
use crate::domain::criteria::Criterion;
use crate::domain::settings::{Arrivals, CalendarSettings, ModeRules};
use crate::keys::nearest::nearest;
use crate::keys::wording::list;
use crate::metrics::possible::{Possible, measurable};
use crate::metrics::thresholds::Threshold;
use crate::protocol::agent::Way;
use crate::scenario::Scenario;

impl Experiment {
    /// What the reader of the results should know before trusting them, in whole sentences.
    pub fn notes(&self) -> Vec<String> {
        let mut warnings = self.workload.notes().to_vec();
        warnings.extend(self.vain_exclusions());
        if !self.scenario.burst.transitions.is_empty() && self.triage().is_none() {
            let note = "`burst.transition` has no effect: `dispatch.statuses` is empty, so tickets are dispatched in any status.";
            warnings.push(note.to_owned());
        }
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
                    Way::Answer { .. } => warnings.push(format!(
                        "Agent {name} only has the AI work and books no slots, so `{}` has nothing to hold.",
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
        warnings.extend(self.vain_holds());
        warnings.extend(self.vain_awareness());
        warnings.extend(self.vain_hours());
        warnings.extend(self.vain_thresholds());
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

    /// Notes on arms whose slots are never booked, because a hold ends before the booking can be confirmed.
    fn vain_holds(&self) -> Option<String> {
        let CalendarSettings { claim_latency, write_latency, lease, .. } = &self.scenario.calendar;
        let least = SimDuration::from_secs_f64(claim_latency.least() + write_latency.least());
        let holds = |arm: &&DisciplineSettings| arm.kind.nature().claims == Claims::Slots;
        let arms: Vec<String> =
            self.scenario.disciplines.iter().filter(holds).map(|arm| format!("`{}`", arm.name)).collect();
        let books = self.agents.iter().any(|agent| matches!(agent.way, Way::Slot(_)));
        (least > *lease && books && !arms.is_empty()).then(|| {
            format!(
                "Every hold under {} lapses before its slot is booked: a claim and a write take at least {least}, and \
                 `calendar.lease` is {lease}.",
                list(&arms)
            )
        })
    }

    /// Notes on an arm whose dispatches see each other, and do not care.
    fn vain_awareness(&self) -> Option<String> {
        let settings = &self.scenario.ranker;
        let is_vain = |arm: &&DisciplineSettings| {
            let order = arm.ranker.ranker(settings, arm.peer_awareness).order();
            let in_turn =
                matches!(order, OfferOrder::InTurn(criteria) if !criteria.contains(Criterion::Peers));
            in_turn && arm.peer_awareness > 0.0
        };
        let arm = self.scenario.disciplines.iter().find(is_vain)?;
        self.agents.iter().any(|agent| agent.way != Way::Team).then(|| {
            format!(
                "Dispatches under `{}` see each other, but `ranker.order` leaves out \"peers\", so they do not avoid each \
                 other.",
                arm.name
            )
        })
    }

    /// Notes that technicians have a price and nothing to do.
    fn vain_hours(&self) -> Option<String> {
        let Scenario { burst, costs, .. } = &self.scenario;
        let works = burst.tickets.work.is_some() || matches!(burst.arrivals, Arrivals::Recorded(_));
        (costs.technician_hour.is_some() && !works).then(|| {
            "Technicians have a price (`costs.technician_hour`) and no work (`burst.work`), so neither `cost_technicians` \
             nor `total_cost` is measured."
                .to_owned()
        })
    }

    /// Notes on thresholds that fail whatever happens, because what they are about is never measured.
    fn vain_thresholds(&self) -> Vec<String> {
        let Scenario { burst, triage, follow_up, disciplines, thresholds, .. } = &self.scenario;
        let any = |wanted: fn(&Way) -> bool| self.agents.iter().any(|agent| wanted(&agent.way));
        let possible = |arm: &DisciplineSettings| {
            let nature = arm.kind.nature();
            let (slots, owners) =
                (any(|way| matches!(way, Way::Slot(_))), any(|way| matches!(way, Way::Owner(..))));
            Possible {
                slots,
                owners,
                queues: any(|way| matches!(way, Way::Team)),
                answers: any(|way| matches!(way, Way::Answer { .. })),
                claims: match nature.claims {
                    Claims::Nothing => false,
                    Claims::Slots => slots,
                    Claims::Anything => slots || owners,
                },
                locks: nature.locks.is_some(),
                slices: nature.slices,
                triage: triage.is_some(),
                follow_ups: follow_up.is_some(),
                duplicates: burst.tickets.duplicates > 0.0,
                work: any(|way| !matches!(way, Way::Answer { .. }))
                    && (burst.tickets.work.is_some() || matches!(burst.arrivals, Arrivals::Recorded(_))),
            }
        };
        let arms: Vec<Possible> = disciplines.iter().map(possible).collect();
        let Some(context) = self.rules().first().map(context) else { return Vec::new() };
        let measurable = measurable(&arms, self.references(), self.workload.desk(), &context);
        let note = |threshold: &Threshold| {
            let is_meant =
                |arm: &DisciplineSettings| threshold.discipline.as_ref().is_none_or(|name| *name == arm.name);
            let vain: Vec<String> = std::iter::zip(disciplines, &measurable)
                .filter(|(arm, measurable)| {
                    is_meant(arm) && !measurable.contains(threshold.number().measure.key)
                })
                .map(|(arm, _)| format!("`{}`", arm.name))
                .collect();
            let explanation = threshold.number().measure.explanation;
            let conditions = explanation.split_inclusive(". ").map(str::trim);
            let when: Vec<&str> = conditions
                .filter(|text| text.starts_with("Measured only") || text.starts_with("Not measured"))
                .collect();
            let without_work = when.is_empty() && arms.iter().all(|arm| !arm.work);
            let why = if without_work {
                "Without `burst.work` a ticket is done once it is dispatched.".to_owned()
            } else {
                when.join(" ")
            };
            let key = threshold.discipline.as_ref().map(|name| format!("{name}.")).unwrap_or_default();
            let sentence = format!(
                "The threshold `{key}{}` (\"{}\") fails under {}, because it is never measured there. {}",
                threshold.metric,
                threshold.text,
                list(&vain),
                why
            );
            (!vain.is_empty()).then(|| sentence.trim_end().to_owned())
        };
        thresholds.iter().filter_map(note).collect()
    }

    /// Notes on statuses that agents do not count though no ticket is ever in them, as where they are misspelt.
    fn vain_exclusions(&self) -> Vec<String> {
        let Scenario { burst, agents, .. } = &self.scenario;
        if matches!(burst.arrivals, Arrivals::Recorded(_)) {
            return Vec::new();
        }
        let desk = self.workload.desk();
        let arriving = burst.tickets.statuses.iter().map(|(status, _)| status);
        let reached = burst.transitions.iter().map(|transition| &transition.to);
        let plain = desk.statuses.first().filter(|_| burst.tickets.statuses.is_empty());
        let later = agents.iter().filter_map(|agent| agent.status_after.as_ref());
        let owned = desk.technicians.iter().flat_map(|technician| &technician.open);
        let owned = owned.filter_map(|(status, _)| desk.statuses.get(*status as usize));
        let known: BTreeSet<&str> =
            arriving.chain(reached).chain(plain).chain(later).chain(owned).map(String::as_str).collect();
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
