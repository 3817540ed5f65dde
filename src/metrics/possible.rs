//! What can be measured in an arm at all, whatever the draws: a collector is shown everything that can happen there, and what
//! it does not measure then, it never does.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::catalog::{self, MEASURES, Taken};
use super::collector::Collector;
use super::comparison::References;
use super::counts::Context;
use super::numbers::Numbers;
use crate::domain::settings::Stage;
use crate::domain::{
    AgentId, Burst, Desk, HoldId, SimDuration, SimTime, SpecId, TeamId, TechnicianId, TicketId,
};
use crate::facts::{Fact, Reason, Record, Refusal, SpecStatus, Test};
use crate::kernel::log::Observer;

/// What can happen in an arm.
#[expect(clippy::struct_excessive_bools, reason = "each may be so whatever the others are")]
#[derive(Clone, Copy, Debug)]
pub struct Possible {
    /// Dispatches that book slots.
    pub slots: bool,
    /// Dispatches that set an owner without a slot.
    pub owners: bool,
    /// Tickets that go to a team's queue.
    pub queues: bool,
    /// Dispatches that are the AI's work alone.
    pub answers: bool,
    /// Claims that may be refused.
    pub claims: bool,
    /// Locks on technicians.
    pub locks: bool,
    /// Slices for subagents.
    pub slices: bool,
    /// Triage.
    pub triage: bool,
    /// Workflows that follow dispatches.
    pub follow_ups: bool,
    /// Pairs of duplicates.
    pub duplicates: bool,
    /// Work on tickets.
    pub work: bool,
}

/// The keys of the measures that can be measured in each of some arms, which are on the same desk and in the same context.
pub fn measurable(
    arms: &[Possible],
    references: References,
    desk: &Arc<Desk>,
    context: &Context,
) -> Vec<BTreeSet<&'static str>> {
    let mut found: Vec<BTreeSet<&str>> = arms.iter().map(|arm| arm.measured(desk, context)).collect();
    for measure in MEASURES {
        let Taken::Across { number, with, .. } = measure.taken else { continue };
        let number = number.split('.').next().unwrap_or(number);
        if references.arm(with).is_some_and(|arm| found[arm].contains(number)) {
            found.iter_mut().filter(|arm| arm.contains(number)).for_each(|arm| {
                arm.insert(measure.key);
            });
        }
    }
    found
}

impl Possible {
    /// The keys of what a collector measures that sees all of it.
    fn measured(&self, desk: &Arc<Desk>, context: &Context) -> BTreeSet<&'static str> {
        let mut collector = Collector::new(Arc::clone(desk), context.clone(), Numbers::default());
        collector.observe_all(&self.records());
        let worked_until = collector.last_finish();
        let values = collector.take(&Burst::default(), worked_until);
        catalog::all().zip(values).filter_map(|(number, value)| value.map(|_| number.measure.key)).collect()
    }

    /// Everything that can happen, once; the last of it after so long that somebody has had working hours.
    fn records(&self) -> Vec<Record> {
        let (ticket, agent, technician) = (TicketId(0), AgentId(0), TechnicianId(0));
        let (start, length) = (SimTime::ZERO, SimDuration::from_mins(1));
        let (hold, spec, by) = (HoldId(0), SpecId(0), None);
        let left = |reason| Fact::Unassigned { ticket, agent, reason, attempts: 2 };
        let (dispatches, reads) = (self.slots || self.owners || self.answers, self.slots || self.owners);
        let mut facts = vec![
            (true, Fact::Arrived { ticket }),
            (true, Fact::Skipped { ticket, agent, test: Test::Board }),
        ];
        facts.extend([
            (self.triage, Fact::Triaged { ticket, stage: Stage::Board, was: 0, is: 0, wrong: true }),
            (self.follow_ups, Fact::FollowedUp { ticket, wrong: true, done: length }),
            (self.duplicates, Fact::Merged { ticket, agent, into: TicketId(1) }),
            (self.duplicates, Fact::MergeMissed { ticket, twin: TicketId(1) }),
            (dispatches, Fact::Turn { ticket, agent }),
            (reads && self.locks, Fact::Locked { ticket, technicians: 1, waited: length }),
            (reads, Fact::Read { ticket, attempt: 1, offered: 1 }),
            (dispatches, Fact::CallFailed { ticket, attempt: 1, tries: 1, again_at: None }),
            (dispatches, Fact::Asked { ticket, attempt: 1, tokens: 1, answer_at: start }),
            (reads && self.claims, Fact::Passed { ticket, technician }),
            (reads && self.claims, Fact::Refused { ticket, technician, start, why: Refusal::Changed, by }),
            (self.slots, Fact::Freed { ticket, hold, technician, start, lapsed: true, orphaned: length }),
            (self.slots, Fact::Booked { ticket, technician, start, end: start, held: false }),
            (self.slots, Fact::DoubleBooked { ticket, technician, peers: 1, overlap: length }),
            (self.slots, left(Reason::NoSlot)),
            (self.slots, left(Reason::AttemptsExhausted)),
            (self.owners, Fact::Assigned { ticket, technician, active: 1, over_cap: true }),
            (self.owners, left(Reason::NobodyEligible)),
            (dispatches, left(Reason::RankerFailed)),
            (dispatches && self.slices, Fact::SpecQueued { spec, dispatch: 1, tickets: 1 }),
            (dispatches && self.slices, Fact::SpecStarted { spec }),
            (
                dispatches && self.slices,
                Fact::SpecEnded { spec, status: SpecStatus::Timeout, done: 0, tokens: 0 },
            ),
            (dispatches && self.slices, left(Reason::Timeout)),
        ]);
        // So many owners that no percentile is among those who got none.
        let rank = if self.claims { 2 } else { 1 };
        let ends = Fact::Dispatched { ticket, technician, attempts: 2, rank, delay: length, taken: length };
        facts.extend(std::iter::repeat_n((reads, ends), 1000));
        let ends = Fact::Answered { ticket, agent, attempts: 2, delay: length, taken: length };
        facts.extend(std::iter::repeat_n((self.answers, ends), 1000));
        let ends = Fact::Queued { ticket, agent, team: TeamId(0), delay: length, taken: length };
        facts.extend(std::iter::repeat_n((self.queues, ends), 1000));
        let begins = Fact::Started { ticket, technician, waited: length, late: length };
        let finish = Fact::Finished { ticket, technician, resolved: length, worked: length };
        facts.extend([(self.work, begins), (self.work, finish)]);
        let instants = (0..).map(|day| SimTime::ZERO + SimDuration::from_hours(24) * day);
        let happens = facts.into_iter().filter(|(is_possible, _)| *is_possible);
        std::iter::zip(instants, happens).map(|(at, (_, fact))| Record { at, fact }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Interval, Technician, WorkingHours};

    const NOTHING: Possible = Possible {
        slots: false,
        owners: false,
        queues: false,
        answers: false,
        claims: false,
        locks: false,
        slices: false,
        triage: false,
        follow_ups: false,
        duplicates: false,
        work: false,
    };

    /// What can be measured in an arm by itself, besides what can be measured where only slots are booked.
    fn more(arm: Possible) -> Vec<&'static str> {
        let window = Interval { start: SimTime::ZERO, end: SimTime::ZERO + SimDuration::from_hours(9) };
        let desk = Arc::new(Desk {
            technicians: vec![Technician::default()],
            hours: vec![WorkingHours { windows: vec![window], midnights: Vec::new() }],
            ..Desk::default()
        });
        let of = |arm: Possible| {
            let context = Context {
                price_per_million_tokens: 1.0,
                books_slots: arm.slots,
                agents: 1,
                answering: if arm.answers { vec![AgentId(0)] } else { Vec::new() },
                ..Context::default()
            };
            measurable(&[arm], References::default(), &desk, &context).remove(0)
        };
        let plain = of(Possible { slots: true, ..NOTHING });
        of(arm).into_iter().filter(|key| !plain.contains(key)).collect()
    }

    #[test]
    fn what_cannot_happen_is_not_measured() {
        let slots = Possible { slots: true, ..NOTHING };
        assert_eq!(more(slots), [""; 0]);
        assert_eq!(more(Possible { claims: true, ..slots }), ["conflict_rate", "fallback_depth"]);
        assert_eq!(more(Possible { locks: true, ..slots }), ["lock_wait"]);
        assert_eq!(more(Possible { triage: true, ..slots }), ["triage_errors"]);
        assert_eq!(more(Possible { follow_ups: true, ..slots }), ["follow_up_delay", "follow_ups_wrong"]);
        assert_eq!(more(Possible { duplicates: true, ..slots }), ["merged", "merges_missed"]);
        let sliced =
            ["advanced_runs", "sandbox_time", "subagent_timeouts", "subagents", "unassigned_stopped"];
        assert_eq!(more(Possible { slices: true, ..slots }), sliced);
        let worked = ["time_to_resolve", "time_to_start", "utilisation", "utilisation_gini"];
        assert_eq!(more(Possible { work: true, ..slots }), worked);
        assert_eq!(more(Possible { owners: true, ..NOTHING }), ["over_cap"]);
        assert_eq!(more(Possible { answers: true, ..NOTHING }), ["reworked"]);
    }

    #[test]
    fn measures_across_arms_need_the_arm_to_compare_with() {
        let arm = Possible { slots: true, work: true, ..NOTHING };
        let desk = Arc::new(Desk {
            technicians: vec![Technician::default()],
            hours: vec![WorkingHours::default()],
            ..Desk::default()
        });
        let has = |references: References, key: &str| {
            let found = measurable(
                &[arm, arm],
                references,
                &desk,
                &Context { books_slots: true, ..Context::default() },
            );
            found.iter().map(|arm| arm.contains(key)).collect::<Vec<_>>()
        };
        let first = References { one_at_a_time: Some(0), batched: None };
        assert_eq!((has(first, "speed_up"), has(first, "regret")), (vec![true; 2], vec![false; 2]));
        let second = References { one_at_a_time: None, batched: Some(1) };
        assert_eq!((has(second, "speed_up"), has(second, "regret")), (vec![false; 2], vec![true; 2]));
    }
}
