//! What is merely counted or remembered in a replication, and the sums over it that measures share.
//!
//! Where something cannot happen, 0 would be praise for nothing, so such measures are not measured there. What has to
//! have happened is asked here; which question a measure asks, its entry says.

use std::collections::BTreeMap;

use super::causes::{Cause, Spent};
use super::quantiles::Quantiles;
use crate::domain::settings::CostSettings;
use crate::domain::{AgentId, Burst, SimDuration, SimTime, SpecId, TicketId};
use crate::facts::{Fact, Reason, SpecStatus};

/// What the numbers of an arm depend on besides the facts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    /// The price of a million AI tokens.
    pub price_per_million_tokens: f64,
    /// The price of an Advanced run.
    pub price_per_advanced_run: f64,
    /// The price of a minute of a sandbox.
    pub price_per_sandbox_minute: f64,
    /// The other prices.
    pub costs: CostSettings,
    /// Whether slots are booked: a dispatch that sets the owner only reads calendars too, but has nothing to book.
    pub books_slots: bool,
    /// How many agents there are; at least one.
    pub agents: usize,
    /// What they are called, in the scenario's order.
    pub agent_names: Vec<String>,
    /// Those whose dispatches are the AI's work alone.
    pub answering: Vec<AgentId>,
}

/// Lengths of time in a replication, one per ticket each.
#[derive(Debug, Default)]
pub(super) struct Lengths {
    /// Arrival to owner or team.
    pub delay: Quantiles,
    /// Turn to owner or team.
    pub taken: Quantiles,
    /// Booking to start of the slot.
    pub notice: Quantiles,
    /// Arrival to start of work.
    pub waited: Quantiles,
    /// Arrival to end of work.
    pub resolved: Quantiles,
}

impl Lengths {
    /// Forgets everything but the room it took.
    pub fn clear(&mut self) {
        let Self { delay, taken, notice, waited, resolved } = self;
        [delay, taken, notice, waited, resolved].into_iter().for_each(Quantiles::clear);
    }
}

/// Counts of one replication.
#[derive(Default)]
pub(super) struct Counts {
    /// What the numbers depend on besides the facts.
    pub context: Context,
    pub arrived: u64,
    pub first_arrival: Option<SimTime>,
    /// Arrival to owner, team or result, summed over the tickets that got one.
    pub delay: SimDuration,
    /// What that went to, in microseconds.
    pub spent: Spent<i128>,
    /// When the last ticket got an owner, a team or its result.
    pub last_dispatched: Option<SimTime>,
    pub last_finish: Option<SimTime>,
    pub reads: u64,
    /// Calls of the AI that were answered.
    pub asked: u64,
    pub tokens: u64,
    pub granted: u64,
    pub refused: u64,
    pub orphaned: SimDuration,
    /// Tickets that nobody is to work on: skipped and merged ones, and those that the AI alone works on.
    pub left_out: Vec<TicketId>,
    pub skipped: u64,
    pub booked_owners: u64,
    /// Tickets for which a slot was written.
    pub booked: u64,
    pub queued: u64,
    pub answered: u64,
    pub misfits: u64,
    pub no_slot: u64,
    pub attempts_exhausted: u64,
    pub nobody_eligible: u64,
    pub stopped: u64,
    pub ranker_failed: u64,
    pub merged: u64,
    pub merges_missed: u64,
    pub triaged: u64,
    pub triage_errors: u64,
    /// Tickets in the order in which they got an owner or a team.
    pub order: Vec<TicketId>,
    /// Those of them that overtook an earlier one of their company; set once the replication has ended.
    pub overtaking: u64,
    pub follow_ups: u64,
    pub follow_ups_wrong: u64,
    pub follow_up_delay: SimDuration,
    pub assigned: u64,
    pub over_cap: u64,
    pub call_failures: u64,
    pub locked: u64,
    pub lock_wait: SimDuration,
    /// Specs that were queued, and dispatches of the parent that were rejected.
    pub specs: u64,
    pub subagents: u64,
    pub subagent_timeouts: u64,
    /// Runs of parents that asked for subagents, be it in vain.
    pub parent_runs: u64,
    /// When each subagent that runs was started.
    pub sandboxes: BTreeMap<SpecId, SimTime>,
    /// How long subagents ran that have ended.
    pub sandbox_time: SimDuration,
    /// Dispatches that followed a ranking, those of them that used an alternative, and Σ (rank − 1) over these.
    pub ranked: u64,
    pub fallbacks: u64,
    pub fallback_steps: u64,
    /// Dispatches that made an attempt, those of them with more than one, and the attempts of all.
    pub tried: u64,
    pub retried: u64,
    pub attempts: u64,
    pub double_booked: u64,
    /// Other bookings that each booking overlaps, summed.
    pub peers: u64,
    pub overlap: SimDuration,
    /// Tickets to be dispatched whose work is known, so that it would be begun; set once the replication has ended.
    pub to_be_worked_on: u64,
    /// All technicians' working hours from the first arrival to the last end of work under any discipline, and what they
    /// worked; set once the replication has ended, if there was work under some discipline.
    pub scheduled: Option<SimDuration>,
    pub worked: Option<SimDuration>,
    /// Busy over available working time; set once the replication has ended.
    pub utilisation: Option<f64>,
    /// Gini coefficient of busy time; set once the replication has ended.
    pub utilisation_gini: Option<f64>,
}

/// `part` / `whole`, unless there is no whole.
pub(super) fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// How many tickets were left for a reason, where there were some or `possible` says that there could have been.
pub(super) fn left(tickets: u64, possible: bool) -> Option<f64> {
    (possible || tickets > 0).then_some(tickets as f64)
}

/// How many tickets, dispatched in this order, come before an earlier one of their company.
fn overtaking(order: &[TicketId], burst: &Burst) -> u64 {
    let mut earliest: BTreeMap<u32, TicketId> = BTreeMap::new();
    let mut count = 0;
    for ticket in order.iter().rev() {
        let Some(details) = burst.tickets.get(ticket.index()) else { continue };
        let later = earliest.entry(details.company).or_insert(*ticket);
        count += u64::from(*later < *ticket);
        *later = (*later).min(*ticket);
    }
    count
}

/// What measures ask.
impl Counts {
    /// First arrival to the last ticket that got an owner, a team or its result.
    pub fn makespan(&self) -> Option<SimDuration> {
        self.first_arrival.zip(self.last_dispatched).map(|(first, last)| last - first)
    }

    /// Tickets that got an owner, a team or their result.
    pub fn dispatched(&self) -> u64 {
        self.booked_owners + self.queued + self.answered
    }

    /// What one of them has spent on this cause on average, in seconds.
    pub fn spent_on(&self, cause: Cause) -> Option<f64> {
        let tickets = self.dispatched();
        (tickets > 0).then(|| self.spent[cause as usize] as f64 / tickets as f64 / 1e6)
    }

    /// Tickets left without an owner.
    pub fn unassigned(&self) -> u64 {
        self.no_slot + self.attempts_exhausted + self.nobody_eligible + self.stopped + self.ranker_failed
    }

    /// Tickets that were to be dispatched, be it in vain.
    pub fn to_be_dispatched(&self) -> u64 {
        self.dispatched() + self.unassigned()
    }

    /// Claims made.
    pub fn claims(&self) -> u64 {
        self.granted + self.refused
    }

    /// Whether there was a ticket at all.
    pub fn any_arrived(&self) -> bool {
        self.arrived > 0
    }

    /// Whether slots are booked, and somebody looked for one.
    pub fn books(&self) -> bool {
        self.context.books_slots && self.reads > 0
    }

    /// Whether a claim can be made: slots are booked, or an owner was claimed without one.
    pub fn may_claim(&self) -> bool {
        self.context.books_slots || self.claims() > 0
    }

    /// Whether a claim was made, or could have been.
    pub fn claims_or_books(&self) -> bool {
        self.claims() > 0 || self.books()
    }

    /// Whether an owner was assigned without a slot, or nobody was eligible where there are no slots.
    pub fn assigns(&self) -> bool {
        self.assigned > 0 || (!self.context.books_slots && self.nobody_eligible > 0)
    }

    /// Whether a dispatch came as far as to need the AI, or to end without it in a team's queue.
    pub fn reaches_dispatch(&self) -> bool {
        self.reads + self.queued + self.asked + self.call_failures > 0
    }

    /// Whether the AI is to work on a ticket by itself.
    pub fn answers(&self) -> bool {
        self.any_arrived() && !self.context.answering.is_empty()
    }

    /// Whether two dispatches met that could have been merged.
    pub fn merges(&self) -> bool {
        self.merged + self.merges_missed > 0
    }

    /// Runs that count as Advanced: of subagents and of their parents.
    pub fn advanced_runs(&self) -> u64 {
        self.subagents + self.parent_runs
    }

    /// Whether there was a spec for a subagent.
    pub fn slices(&self) -> bool {
        self.specs > 0
    }
}

/// What the collector tells.
impl Counts {
    /// Forgets everything but what does not change; what has taken room keeps it.
    pub fn clear(&mut self) {
        let Self { context, mut order, .. } = std::mem::take(self);
        order.clear();
        *self = Self { context, order, ..Self::default() };
    }

    /// The replication of this burst has ended.
    pub fn close(&mut self, burst: &Burst) {
        let has_work =
            |ticket: &TicketId| burst.tickets.get(ticket.index()).is_some_and(|it| it.work.is_some());
        let known = burst.tickets.iter().filter(|ticket| ticket.work.is_some()).count();
        let left_out = self.left_out.iter().filter(|ticket| has_work(ticket)).count();
        self.to_be_worked_on = (known - left_out) as u64;
        self.overtaking = overtaking(&self.order, burst);
    }

    /// A dispatch ended after so many attempts.
    pub fn ended(&mut self, attempts: u16) {
        self.attempts += u64::from(attempts);
        self.tried += u64::from(attempts > 0);
        self.retried += u64::from(attempts > 1);
    }

    /// A ticket was left without an owner.
    pub fn left(&mut self, reason: Reason) {
        *match reason {
            Reason::NoSlot => &mut self.no_slot,
            Reason::AttemptsExhausted => &mut self.attempts_exhausted,
            Reason::NobodyEligible => &mut self.nobody_eligible,
            Reason::Timeout | Reason::Budget | Reason::TooManySpecs => &mut self.stopped,
            Reason::RankerFailed => &mut self.ranker_failed,
        } += 1;
    }

    /// Counts what most worlds never state.
    #[inline(always)]
    pub fn rarer(&mut self, at: SimTime, fact: Fact) {
        match fact {
            Fact::Merged { ticket, .. } => {
                self.left_out.push(ticket);
                self.merged += 1;
            }
            Fact::MergeMissed { .. } => self.merges_missed += 1,
            Fact::Misfit { .. } => self.misfits += 1,
            Fact::Triaged { wrong, .. } => {
                self.triaged += 1;
                self.triage_errors += u64::from(wrong);
            }
            Fact::Assigned { over_cap, .. } => {
                self.assigned += 1;
                self.over_cap += u64::from(over_cap);
            }
            Fact::FollowedUp { wrong, done, .. } => {
                self.follow_ups += 1;
                self.follow_ups_wrong += u64::from(wrong);
                self.follow_up_delay += done;
            }
            Fact::CallFailed { .. } => self.call_failures += 1,
            Fact::Locked { waited, .. } => {
                self.locked += 1;
                self.lock_wait += waited;
            }
            Fact::SpecQueued { .. } => self.specs += 1,
            Fact::Rejected { .. } => {
                self.specs += 1;
                self.parent_runs += 1;
            }
            Fact::Resumed { .. } => self.parent_runs += 1,
            Fact::SpecStarted { spec } => {
                self.subagents += 1;
                self.sandboxes.insert(spec, at);
            }
            Fact::SpecEnded { spec, status, .. } => {
                self.subagent_timeouts += u64::from(status == SpecStatus::Timeout);
                if let Some(since) = self.sandboxes.remove(&spec) {
                    self.sandbox_time += at - since;
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Ticket;

    #[test]
    fn n12_a_ticket_is_out_of_order_that_comes_before_an_earlier_one_of_its_company() {
        let of = |companies: &[u32], order: &[u32]| {
            let ticket = |&company: &u32| Ticket { company, ..Ticket::default() };
            let burst = Burst { tickets: companies.iter().map(ticket).collect(), ..Burst::default() };
            overtaking(&order.iter().copied().map(TicketId).collect::<Vec<_>>(), &burst)
        };
        assert_eq!(of(&[0, 0, 0], &[0, 1, 2]), 0);
        assert_eq!(of(&[0, 0, 0], &[2, 0, 1]), 1, "one has overtaken two");
        assert_eq!(of(&[0, 0, 0], &[1, 2, 0]), 2, "two have overtaken one");
        assert_eq!(of(&[0, 0, 0], &[2, 1, 0]), 2);
        assert_eq!(of(&[0, 1, 0, 1], &[1, 3, 0, 2]), 0, "companies do not concern each other");
        assert_eq!(of(&[0, 1, 0, 1], &[3, 2, 1, 0]), 2);
        assert_eq!(of(&[0, 0, 0], &[2, 1]), 1, "one that is never dispatched is not overtaken");
    }
}
