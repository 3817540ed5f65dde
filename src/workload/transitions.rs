//! Changes of a ticket's status before it is dispatched, as the scenario's transitions describe them.

use crate::domain::settings::Transition;
use crate::domain::{Distribution, StatusChange, Ticket, TicketId};
use crate::kernel::sampler;
use crate::kernel::stream::{Purpose, Streams};

/// The transitions, in the desk's numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Transitions(Vec<Step>);

#[derive(Clone, Debug)]
struct Step {
    from: u32,
    to: u32,
    after: Distribution,
    share: f64,
}

impl Transitions {
    /// Those of the plan whose statuses tickets of this desk can be in.
    pub(super) fn new(plan: &[Transition], statuses: &[String]) -> Self {
        let number = |name: &String| Some(statuses.iter().position(|known| known == name)? as u32);
        let step = |Transition { from, to, after, share }: &Transition| {
            Some(Step { from: number(from)?, to: number(to)?, after: after.clone(), share: *share })
        };
        Self(plan.iter().filter_map(step).collect())
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the changes of one ticket. Of the transitions that leave a status at most one is made, each with its share; and
    /// none is made twice, so that a circle comes to an end.
    pub(super) fn draw(
        &self,
        id: TicketId,
        ticket: &Ticket,
        streams: &Streams,
        into: &mut Vec<StatusChange>,
    ) {
        let (mut status, mut at) = (ticket.status, ticket.arrived_at);
        let mut made = vec![false; self.0.len()];
        for number in 0..self.0.len() as u32 {
            if self.0.iter().all(|step| step.from != status) {
                return;
            }
            let mut stream = streams.stream(Purpose::Transitions, id.0, number);
            let mut left = stream.unit();
            let mut leaving = self.0.iter().enumerate().filter(|(_, step)| step.from == status);
            let drawn = leaving.find(|(_, step)| {
                left -= step.share;
                left < 0.0
            });
            let Some((place, step)) = drawn.filter(|(place, _)| !made[*place]) else { return };
            made[place] = true;
            (status, at) = (step.to, at + sampler::draw_duration(&step.after, &mut stream));
            into.push(StatusChange { ticket: id, at, status });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{SimDuration, SimTime};

    fn changes(plan: &[(&str, &str, f64)], tickets: u32) -> Vec<Vec<(u32, i64)>> {
        let statuses = ["New", "Waiting", "Parked"].map(str::to_owned);
        let minute = Distribution::Constant { value: 60.0 };
        let plan: Vec<Transition> = (plan.iter())
            .map(|&(from, to, share)| Transition {
                from: from.into(),
                to: to.into(),
                after: minute.clone(),
                share,
            })
            .collect();
        let transitions = Transitions::new(&plan, &statuses);
        let arrived_at = SimTime::ZERO + SimDuration::from_mins(5);
        let ticket = Ticket { status: 1, arrived_at, ..Ticket::default() };
        (0..tickets)
            .map(|number| {
                let mut changes = Vec::new();
                transitions.draw(TicketId(number), &ticket, &Streams::new(3, 0), &mut changes);
                assert!(changes.iter().all(|change| change.ticket == TicketId(number)));
                changes.iter().map(|change| (change.status, change.at.micros() / 60_000_000)).collect()
            })
            .collect()
    }

    #[test]
    fn z1_transitions_follow_each_other_and_none_is_made_twice() {
        assert_eq!(changes(&[], 1), [[]]);
        assert_eq!(changes(&[("New", "Waiting", 1.0)], 1), [[]], "it is in another status");
        assert_eq!(changes(&[("Waiting", "Nowhere", 1.0)], 1), [[]], "no ticket can be in it");
        assert_eq!(changes(&[("Waiting", "New", 1.0)], 1), [[(0, 6)]]);
        let circle = [("New", "Waiting", 1.0), ("Waiting", "New", 1.0)];
        assert_eq!(changes(&circle, 1), [[(0, 6), (1, 7)]]);
    }

    #[test]
    fn z1_of_the_transitions_from_a_status_each_has_its_share() {
        let drawn = changes(&[("Waiting", "New", 0.5), ("Waiting", "Parked", 0.25)], 4000);
        let share = |status: Option<u32>| {
            let of = |changes: &&Vec<(u32, i64)>| changes.first().map(|change| change.0) == status;
            drawn.iter().filter(of).count()
        };
        for (status, expected) in [(Some(0), 2000), (Some(2), 1000), (None, 1000)] {
            assert!(share(status).abs_diff(expected) < 120, "{status:?}: {}", share(status));
        }
    }
}
