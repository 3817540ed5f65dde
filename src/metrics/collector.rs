//! From the facts of one replication to its numbers.

use std::sync::Arc;

use super::agents::{AgentTotals, Agents};
use super::catalog::{MEASURES, NUMBERS};
use super::counts::{Context, Counts, Lengths};
use super::statistics::gini;
use super::timeline::Timeline;

use crate::domain::{Desk, Interval};
use crate::facts::{Fact, Record};
use crate::kernel::log::Observer;

/// One value per number, in the order of the catalog; `None` where nothing was measured.
pub type Values = Vec<Option<f64>>;

/// Sums over all replications that a collector has watched, in which their order does not show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Arrivals against the clock.
    pub arrivals: Timeline,
    /// Tickets that got an owner or a team, against the clock.
    pub dispatched: Timeline,
    /// What each agent did, in the scenario's order.
    pub agents: Vec<AgentTotals>,
}

impl Totals {
    /// Adds what another collector has watched.
    pub fn merge(&mut self, other: &Self) {
        self.arrivals.merge(&other.arrivals);
        self.dispatched.merge(&other.dispatched);
        self.agents.resize(self.agents.len().max(other.agents.len()), AgentTotals::default());
        for (all, own) in self.agents.iter_mut().zip(&other.agents) {
            all.merge(own);
        }
    }
}

/// Watches the log of a replication and keeps what the measures need; one collector serves many replications. What each
/// measure makes of it is said in the catalog.
pub struct Collector {
    desk: Arc<Desk>,
    /// Technicians that share each of the desk's working hours.
    headcount: Vec<i64>,
    lengths: Lengths,
    /// Time worked by each technician, in microseconds.
    busy: Vec<i64>,
    counts: Counts,
    arrivals: Timeline,
    dispatched: Timeline,
    agents: Agents,
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
            lengths: Lengths::default(),
            counts: Counts { context, ..Counts::default() },
            arrivals: Timeline::default(),
            dispatched: Timeline::default(),
            agents: Agents::new(context.agents),
        }
    }

    /// What happened when, and under which agent, over all replications so far.
    pub fn totals(&self) -> Totals {
        Totals {
            arrivals: self.arrivals.clone(),
            dispatched: self.dispatched.clone(),
            agents: self.agents.sums().to_vec(),
        }
    }

    /// The numbers of the replication that has ended; the collector is ready for the next one.
    pub fn take(&mut self) -> Values {
        (self.counts.utilisation, self.counts.utilisation_gini) = self.utilisation();
        let mut values = Vec::with_capacity(NUMBERS);
        for measure in MEASURES {
            measure.take(&mut self.lengths, &self.counts, &mut values);
        }
        self.counts = Counts { context: self.counts.context, ..Counts::default() };
        self.busy.fill(0);
        self.agents.next();
        values
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
        let (counts, agents) = (&mut self.counts, &mut self.agents);
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
                Fact::Turn { ticket, agent } => agents.turn(ticket, agent),
                Fact::Granted { ticket, .. } | Fact::Passed { ticket, .. } => {
                    counts.granted += 1;
                    if let Some(sums) = agents.of(ticket) {
                        sums.claims += 1;
                    }
                }
                Fact::Refused { ticket, .. } => {
                    counts.refused += 1;
                    if let Some(sums) = agents.of(ticket) {
                        sums.claims += 1;
                        sums.conflicts += 1;
                    }
                }
                Fact::Freed { orphaned, .. } => counts.orphaned += orphaned,
                Fact::Dispatched { ticket, attempts, rank, delay, taken, .. } => {
                    counts.ended(at, attempts);
                    if let Some(sums) = agents.of(ticket) {
                        sums.ended(attempts);
                        sums.ranked += u64::from(rank > 0);
                        sums.fallbacks += u64::from(rank > 1);
                    }
                    counts.booked_owners += 1;
                    counts.ranked += u64::from(rank > 0);
                    counts.fallbacks += u64::from(rank > 1);
                    counts.fallback_steps += u64::from(rank.saturating_sub(1));
                    self.lengths.delay.add(delay);
                    self.lengths.taken.add(taken);
                    self.dispatched.add(at);
                }
                Fact::Queued { agent, delay, taken, .. } => {
                    if let Some(sums) = agents.sums_of(agent) {
                        sums.dispatches += 1;
                    }
                    counts.last_end = Some(at);
                    counts.queued += 1;
                    self.lengths.delay.add(delay);
                    self.lengths.taken.add(taken);
                    self.dispatched.add(at);
                }
                Fact::Unassigned { agent, reason, attempts, .. } => {
                    counts.ended(at, attempts);
                    counts.left(reason);
                    if let Some(sums) = agents.sums_of(agent) {
                        sums.ended(attempts);
                        sums.unassigned += 1;
                    }
                }
                Fact::Started { waited, .. } => self.lengths.waited.add(waited),
                Fact::Finished { technician, resolved, worked, .. } => {
                    counts.last_finish = Some(at);
                    self.busy[technician.index()] += worked.micros();
                    self.lengths.resolved.add(resolved);
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
