//! From the facts of one replication to its numbers.

use std::sync::Arc;

use super::catalog::MEASURES;
use super::quantiles::Quantiles;
use super::statistics::gini;
use super::timeline::Timeline;
use super::workflow::{Workflow, Workflows};
use crate::domain::{Desk, Interval, SimDuration, SimTime};
use crate::facts::{Fact, Reason, Record, SpecStatus};
use crate::kernel::log::Observer;

/// One value a measure, in the order of the catalog; `None` where nothing was measured.
pub type Values = Vec<Option<f64>>;

/// Sums over all replications that a collector has watched, in which their order does not show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Arrivals against the clock.
    pub arrivals: Timeline,
    /// Tickets that got an owner or a team, against the clock.
    pub dispatched: Timeline,
    /// What each workflow did, in the scenario's order.
    pub workflows: Vec<Workflow>,
}

impl Totals {
    /// Adds what another collector has watched.
    pub fn merge(&mut self, other: &Self) {
        self.arrivals.merge(&other.arrivals);
        self.dispatched.merge(&other.dispatched);
        self.workflows.resize(self.workflows.len().max(other.workflows.len()), Workflow::default());
        for (all, own) in self.workflows.iter_mut().zip(&other.workflows) {
            all.merge(own);
        }
    }
}

/// What the numbers of an arm depend on besides the facts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Context {
    /// The price of a million AI tokens.
    pub price_per_million_tokens: f64,
    /// Whether slots are booked: a dispatch that sets the owner only reads calendars too, but has nothing to book.
    pub books_slots: bool,
    /// How many dispatch workflows there are; at least one.
    pub agents: usize,
}

/// Watches the log of a replication and keeps what the measures need; one collector serves many replications.
///
/// Where something cannot happen, 0 would be praise for nothing, so such measures are not measured there: those of
/// bookings (claims, conflicts, fallbacks, double bookings, …) only where slots are booked and a calendar was read, those
/// of claims also where the owner is claimed without a slot;
/// assignments above the cap only once an owner was assigned without a slot, or nobody was eligible for that; those
/// of subagents only once there was a spec; those of merging only in replications in which two dispatches met that
/// could have been merged.
///
/// A merged ticket counts as merged: neither as dispatched nor as unassigned. Every call of the AI counts, also one that
/// failed, though that uses no tokens.
pub struct Collector {
    desk: Arc<Desk>,
    /// Technicians that share each of the desk's working hours.
    headcount: Vec<i64>,
    context: Context,
    delay: Quantiles,
    taken: Quantiles,
    waited: Quantiles,
    resolved: Quantiles,
    /// Time worked, in microseconds, a technician.
    busy: Vec<i64>,
    counts: Counts,
    arrivals: Timeline,
    dispatched: Timeline,
    workflows: Workflows,
}

/// What is merely counted or remembered in a replication.
#[derive(Default)]
struct Counts {
    arrived: u64,
    first_arrival: Option<SimTime>,
    last_end: Option<SimTime>,
    last_finish: Option<SimTime>,
    reads: u64,
    /// Calls of the AI that were answered.
    asked: u64,
    tokens: u64,
    granted: u64,
    refused: u64,
    orphaned: SimDuration,
    skipped: u64,
    booked_owners: u64,
    queued: u64,
    no_slot: u64,
    attempts_exhausted: u64,
    nobody_eligible: u64,
    stopped: u64,
    ranker_failed: u64,
    merged: u64,
    merges_missed: u64,
    triaged: u64,
    triage_errors: u64,
    assigned: u64,
    over_cap: u64,
    call_failures: u64,
    locked: u64,
    lock_wait: SimDuration,
    /// Specs that were queued, and dispatches of the parent that were rejected.
    specs: u64,
    subagents: u64,
    subagent_timeouts: u64,
    /// Dispatches that followed a ranking, those of them that used an alternative, and Σ (rank − 1) over these.
    ranked: u64,
    fallbacks: u64,
    fallback_steps: u64,
    /// Dispatches that made an attempt, those of them with more than one, and the attempts of all.
    tried: u64,
    retried: u64,
    attempts: u64,
    double_booked: u64,
    peers: u64,
    overlap: SimDuration,
}

impl Counts {
    /// Counts what most worlds never state.
    fn rarer(&mut self, at: SimTime, fact: Fact) {
        match fact {
            Fact::Merged { .. } => {
                self.last_end = Some(at);
                self.merged += 1;
            }
            Fact::MergeMissed { .. } => self.merges_missed += 1,
            Fact::Triaged { wrong, .. } => {
                self.triaged += 1;
                self.triage_errors += u64::from(wrong);
            }
            Fact::Assigned { over_cap, .. } => {
                self.assigned += 1;
                self.over_cap += u64::from(over_cap);
            }
            Fact::CallFailed { .. } => self.call_failures += 1,
            Fact::Locked { waited, .. } => {
                self.locked += 1;
                self.lock_wait += waited;
            }
            Fact::SpecQueued { .. } | Fact::Rejected { .. } => self.specs += 1,
            Fact::SpecStarted { .. } => self.subagents += 1,
            Fact::SpecEnded { status: SpecStatus::Timeout, .. } => self.subagent_timeouts += 1,
            _ => {}
        }
    }

    fn ended(&mut self, at: SimTime, attempts: u16) {
        self.last_end = Some(at);
        self.attempts += u64::from(attempts);
        self.tried += u64::from(attempts > 0);
        self.retried += u64::from(attempts > 1);
    }
}

impl Reason {
    /// Where such a ticket is counted.
    fn counter(self, counts: &mut Counts) -> &mut u64 {
        match self {
            Self::NoSlot => &mut counts.no_slot,
            Self::AttemptsExhausted => &mut counts.attempts_exhausted,
            Self::NobodyEligible => &mut counts.nobody_eligible,
            Self::Timeout | Self::Budget | Self::TooManySpecs => &mut counts.stopped,
            Self::RankerFailed => &mut counts.ranker_failed,
        }
    }
}

/// `part` / `whole`, unless there is no whole.
fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

impl Collector {
    /// A collector for replications on this desk.
    pub fn new(desk: Arc<Desk>, context: Context) -> Self {
        let mut headcount = vec![0; desk.hours.len()];
        for technician in &desk.technicians {
            headcount[technician.hours] += 1;
        }
        Self {
            busy: vec![0; desk.technicians.len()],
            desk,
            headcount,
            context,
            delay: Quantiles::default(),
            taken: Quantiles::default(),
            waited: Quantiles::default(),
            resolved: Quantiles::default(),
            counts: Counts::default(),
            arrivals: Timeline::default(),
            dispatched: Timeline::default(),
            workflows: Workflows::new(context.agents),
        }
    }

    /// What happened when, and under which workflow, over all replications so far.
    pub fn totals(&self) -> Totals {
        Totals {
            arrivals: self.arrivals.clone(),
            dispatched: self.dispatched.clone(),
            workflows: self.workflows.sums().to_vec(),
        }
    }

    /// The numbers of the replication that has ended; the collector is ready for the next one.
    pub fn take(&mut self) -> Values {
        let mut values = Vec::with_capacity(MEASURES);
        for quantiles in [&mut self.delay, &mut self.taken, &mut self.waited, &mut self.resolved] {
            values.push(quantiles.mean_seconds());
            for percent in [50, 90, 95, 99] {
                values.push(quantiles.percentile(percent).map(SimDuration::as_secs_f64));
            }
            values.extend([quantiles.min(), quantiles.max()].map(|it| it.map(SimDuration::as_secs_f64)));
            quantiles.clear();
        }
        let (utilisation, utilisation_gini) = self.utilisation();
        let counts = std::mem::take(&mut self.counts);
        values.extend(self.plain_values(&counts, utilisation, utilisation_gini));
        self.busy.fill(0);
        self.workflows.next();
        values
    }

    /// The measures with one number a replication, in the order of [`super::catalog::VALUES`].
    fn plain_values(
        &self,
        counts: &Counts,
        utilisation: Option<f64>,
        utilisation_gini: Option<f64>,
    ) -> [Option<f64>; super::catalog::VALUES.len()] {
        let when = |happens: bool, number: f64| happens.then_some(number);
        let arrived = |number: u64| when(counts.arrived > 0, number as f64);
        let books = self.context.books_slots;
        let booking = |number: f64| when(books && counts.reads > 0, number);
        let claims = counts.granted + counts.refused;
        let claiming = |rate: Option<f64>| rate.filter(|_| books || claims > 0);
        let claimed = |number: f64| when(claims > 0, number).or(booking(number));
        let owning = |number: u64| when(counts.assigned + counts.nobody_eligible > 0, number as f64);
        let asking = |number: f64| when(counts.reads + counts.queued > 0, number);
        let merging = |number: u64| when(counts.merged + counts.merges_missed > 0, number as f64);
        let slicing = |number: u64| when(counts.specs > 0, number as f64);
        let dispatched = counts.booked_owners + counts.queued;
        let unassigned = counts.no_slot
            + counts.attempts_exhausted
            + counts.nobody_eligible
            + counts.stopped
            + counts.ranker_failed;
        let makespan = counts.first_arrival.zip(counts.last_end).map(|(first, last)| last - first);
        [
            makespan.map(SimDuration::as_secs_f64),
            makespan
                .filter(|&span| span > SimDuration::ZERO)
                .map(|span| dispatched as f64 / span.as_hours_f64()),
            // The speed-up is against another arm, which the experiment knows and the log does not.
            None,
            arrived(counts.skipped),
            arrived(dispatched),
            arrived(unassigned),
            booking(counts.no_slot as f64),
            booking(counts.attempts_exhausted as f64),
            owning(counts.nobody_eligible),
            slicing(counts.stopped),
            asking(counts.ranker_failed as f64),
            merging(counts.merged),
            merging(counts.merges_missed),
            when(counts.triaged > 0, counts.triage_errors as f64),
            claimed(claims as f64),
            claimed(counts.refused as f64),
            ratio(counts.refused, claims),
            ratio(counts.refused, counts.arrived).and_then(claimed),
            claiming(ratio(counts.fallbacks, counts.ranked)),
            claiming(ratio(counts.fallback_steps, counts.fallbacks)),
            claiming(ratio(counts.retried, counts.tried)),
            claiming(ratio(counts.attempts, counts.tried)),
            // Each pair is stated by both of its bookings.
            booking(counts.peers as f64 / 2.0),
            booking(counts.double_booked as f64),
            booking(counts.overlap.as_mins_f64()),
            owning(counts.over_cap),
            utilisation,
            utilisation_gini,
            booking(counts.orphaned.as_mins_f64()),
            (counts.locked > 0).then(|| counts.lock_wait.as_secs_f64() / counts.locked as f64),
            // The regret, too, is against another arm.
            None,
            slicing(counts.subagents),
            slicing(counts.subagent_timeouts),
            asking((counts.asked + counts.call_failures) as f64),
            asking(counts.call_failures as f64),
            asking(counts.tokens as f64),
            asking(counts.tokens as f64 * self.context.price_per_million_tokens / 1e6),
        ]
    }

    /// Busy over available working time, from the first arrival to the last end of work, and the Gini coefficient of
    /// busy time; both `None` where no work was finished. Sorts the busy times.
    fn utilisation(&mut self) -> (Option<f64>, Option<f64>) {
        let Some((start, end)) = self.counts.first_arrival.zip(self.counts.last_finish) else {
            return (None, None);
        };
        let span = Interval { start, end };
        let available: i128 = self
            .headcount
            .iter()
            .zip(&self.desk.hours)
            .filter(|&(&heads, _)| heads > 0)
            .map(|(&heads, hours)| i128::from(heads) * i128::from(hours.within(span).micros()))
            .sum();
        let busy: i128 = self.busy.iter().map(|&micros| i128::from(micros)).sum();
        ((available > 0).then(|| busy as f64 / available as f64), gini(&mut self.busy))
    }
}

impl Observer<Fact> for Collector {
    fn observe(&mut self, records: &[Record]) {
        let (counts, workflows) = (&mut self.counts, &mut self.workflows);
        for &Record { at, fact } in records {
            match fact {
                Fact::Arrived { .. } => {
                    counts.arrived += 1;
                    counts.first_arrival.get_or_insert(at);
                    self.arrivals.add(at);
                }
                Fact::Skipped { .. } => counts.skipped += 1,
                Fact::Read { .. } => counts.reads += 1,
                Fact::Asked { tokens, .. } => {
                    counts.asked += 1;
                    counts.tokens += u64::from(tokens);
                }
                Fact::Turn { ticket, agent } => workflows.turn(ticket, agent),
                Fact::Granted { ticket, .. } | Fact::Passed { ticket, .. } => {
                    counts.granted += 1;
                    if let Some(workflow) = workflows.of(ticket) {
                        workflow.claims += 1;
                    }
                }
                Fact::Refused { ticket, .. } => {
                    counts.refused += 1;
                    if let Some(workflow) = workflows.of(ticket) {
                        workflow.claims += 1;
                        workflow.conflicts += 1;
                    }
                }
                Fact::Freed { orphaned, .. } => counts.orphaned += orphaned,
                Fact::Dispatched { ticket, attempts, rank, delay, taken, .. } => {
                    counts.ended(at, attempts);
                    if let Some(workflow) = workflows.of(ticket) {
                        workflow.ended(attempts);
                        workflow.ranked += u64::from(rank > 0);
                        workflow.fallbacks += u64::from(rank > 1);
                    }
                    counts.booked_owners += 1;
                    counts.ranked += u64::from(rank > 0);
                    counts.fallbacks += u64::from(rank > 1);
                    counts.fallback_steps += u64::from(rank.saturating_sub(1));
                    self.delay.add(delay);
                    self.taken.add(taken);
                    self.dispatched.add(at);
                }
                Fact::Queued { agent, delay, taken, .. } => {
                    if let Some(workflow) = workflows.sums_of(agent) {
                        workflow.dispatches += 1;
                    }
                    counts.last_end = Some(at);
                    counts.queued += 1;
                    self.delay.add(delay);
                    self.taken.add(taken);
                    self.dispatched.add(at);
                }
                Fact::Unassigned { agent, reason, attempts, .. } => {
                    counts.ended(at, attempts);
                    *reason.counter(counts) += 1;
                    if let Some(workflow) = workflows.sums_of(agent) {
                        workflow.ended(attempts);
                        workflow.unassigned += 1;
                    }
                }
                Fact::Started { waited, .. } => self.waited.add(waited),
                Fact::Finished { technician, resolved, worked, .. } => {
                    counts.last_finish = Some(at);
                    self.busy[technician.index()] += worked.micros();
                    self.resolved.add(resolved);
                }
                Fact::DoubleBooked { peers, overlap, .. } => {
                    counts.double_booked += 1;
                    counts.peers += u64::from(peers);
                    counts.overlap += overlap;
                }
                _ => counts.rarer(at, fact),
            }
        }
    }
}

#[cfg(test)]
mod tests;
