//! From the facts of one replication to its numbers.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::agents::{AgentTotals, Agents};
use super::catalog::MEASURES;
use super::causes::Causes;
use super::counts::{Context, Counts, Lengths};
use super::numbers::Numbers;
use super::segments::Segments;
use super::statistics::gini;
use super::timeline::Timeline;

use crate::domain::{Burst, Desk, Interval, SimDuration, SimTime};
use crate::facts::{Fact, Record};
use crate::kernel::log::Observer;

/// One value per number, in the order of [`Numbers`]; `None` where nothing was measured, [`super::catalog::NEVER`] for a
/// percentile that is never reached.
pub type Values = Vec<Option<f64>>;

/// Sums over all replications that a collector has watched, in which their order does not show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Arrivals against the clock.
    pub arrivals: Timeline,
    /// Tickets that got an owner, a team or their result, against the clock.
    pub dispatched: Timeline,
    /// The same tickets against how long they had waited for it.
    pub delays: Timeline,
    /// Claims refused, against the clock.
    pub refused: Timeline,
    /// What each agent did, in the scenario's order.
    pub agents: Vec<AgentTotals>,
}

/// Nothing is counted that often; whatever is merged, such counts do not overflow.
const MOST: u64 = 1 << 47;

impl Totals {
    /// Adds what another collector has watched.
    pub fn merge(&mut self, other: &Self) {
        self.arrivals.merge(&other.arrivals);
        self.dispatched.merge(&other.dispatched);
        self.delays.merge(&other.delays);
        self.refused.merge(&other.refused);
        self.agents.resize(self.agents.len().max(other.agents.len()), AgentTotals::default());
        for (all, own) in self.agents.iter_mut().zip(&other.agents) {
            all.merge(own);
        }
    }

    /// Whether they can be what a collector has watched, so that they and others can be merged.
    pub fn is_sound(&self) -> bool {
        let timelines = [&self.arrivals, &self.dispatched, &self.delays, &self.refused];
        timelines.iter().all(|timeline| timeline.is_sound() && timeline.total() <= MOST)
            && self.agents.iter().all(|agent| agent.largest() <= MOST)
    }
}

/// Watches the log of a replication and keeps what the measures need; one collector serves many replications. What each
/// measure makes of it is said in the catalog.
pub struct Collector {
    desk: Arc<Desk>,
    numbers: Numbers,
    /// Technicians that share each of the desk's working hours.
    headcount: Vec<i64>,
    lengths: Lengths,
    /// Time worked by each technician, in microseconds.
    busy: Vec<i64>,
    counts: Counts,
    causes: Causes,
    arrivals: Timeline,
    dispatched: Timeline,
    delays: Timeline,
    refused: Timeline,
    agents: Agents,
    segments: Option<Segments>,
}

impl Collector {
    /// A collector of these numbers for replications on this desk.
    pub fn new(desk: Arc<Desk>, context: Context, numbers: Numbers) -> Self {
        let mut headcount = vec![0; desk.hours.len()];
        for technician in &desk.technicians {
            headcount[technician.hours] += 1;
        }
        Self {
            segments: Segments::of(&numbers, &desk, &context),
            busy: vec![0; desk.technicians.len()],
            desk,
            numbers,
            headcount,
            lengths: Lengths::default(),
            agents: Agents::new(context.agents),
            counts: Counts { context, ..Counts::default() },
            causes: Causes::default(),
            arrivals: Timeline::default(),
            dispatched: Timeline::default(),
            delays: Timeline::default(),
            refused: Timeline::default(),
        }
    }

    /// What happened when, and under which agent, over all replications since it was last asked.
    pub fn take_totals(&mut self) -> Totals {
        Totals {
            arrivals: self.arrivals.take(),
            dispatched: self.dispatched.take(),
            delays: self.delays.take(),
            refused: self.refused.take(),
            agents: self.agents.take_sums(),
        }
    }

    /// A ticket got an owner, a team or its result.
    #[inline]
    fn dispatched(&mut self, at: SimTime, delay: SimDuration, taken: SimDuration) {
        self.lengths.delay.add(delay);
        self.lengths.taken.add(taken);
        self.dispatched.add(at);
        self.delays.add(SimTime::ZERO + delay);
    }

    /// When the last work of the replication so far ended.
    pub fn last_finish(&self) -> Option<SimTime> {
        self.counts.last_finish
    }

    /// The numbers of the replication of this burst, which has ended; the collector is ready for the next one.
    ///
    /// `worked_until` is when the last work on the burst ended under any of the disciplines that are compared: the same
    /// work is then the same utilisation under each of them.
    pub fn take(&mut self, burst: &Burst, worked_until: Option<SimTime>) -> Values {
        self.counts.close(burst);
        self.counts.delay = self.lengths.delay.sum();
        self.counts.spent = self.causes.take();
        self.measure_work(worked_until);
        let mut values = Vec::with_capacity(self.numbers.count());
        for measure in MEASURES {
            let aggregates = measure.aggregates().iter().copied();
            measure.take(aggregates, &mut self.lengths, &self.counts, &mut values);
        }
        for number in self.numbers.besides() {
            let asked = std::iter::once(number.aggregate);
            number.measure.take(asked, &mut self.lengths, &self.counts, &mut values);
        }
        if let Some(segments) = &mut self.segments {
            segments.take(&self.numbers, burst, &mut values);
        }
        self.lengths.clear();
        self.counts.clear();
        self.busy.fill(0);
        self.agents.next();
        values
    }

    /// Working hours and time worked from the first arrival to the last end of work under any discipline, one over the
    /// other, and the Gini coefficient of time worked. Sorts the times worked.
    fn measure_work(&mut self, worked_until: Option<SimTime>) {
        let Some((start, end)) = self.counts.first_arrival.zip(worked_until) else { return };
        let span = Interval { start, end };
        let available: i128 = self
            .headcount
            .iter()
            .zip(&self.desk.hours)
            .filter(|&(&heads, _)| heads > 0)
            .map(|(&heads, hours)| i128::from(heads) * i128::from(hours.within(span).micros()))
            .sum();
        let busy: i128 = self.busy.iter().map(|&micros| i128::from(micros)).sum();
        let length = |micros: i128| SimDuration::from_micros(i64::try_from(micros).unwrap_or(i64::MAX));
        let counts = &mut self.counts;
        (counts.scheduled, counts.worked) = (Some(length(available)), Some(length(busy)));
        counts.utilisation = (available > 0).then(|| busy as f64 / available as f64);
        counts.utilisation_gini = gini(&mut self.busy);
    }
}

impl Observer<Fact> for Collector {
    #[inline(always)]
    fn observe(&mut self, &Record { at, fact }: &Record) {
        if let Some(segments) = &mut self.segments {
            segments.see(at, fact);
        }
        self.causes.see(at, fact);
        let (counts, agents) = (&mut self.counts, &mut self.agents);
        match fact {
            Fact::Arrived { .. } => {
                counts.arrived += 1;
                counts.first_arrival.get_or_insert(at);
                self.arrivals.add(at);
            }
            Fact::Skipped { ticket, .. } => {
                counts.left_out.push(ticket);
                counts.skipped += 1;
            }
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
                self.refused.add(at);
                if let Some(sums) = agents.of(ticket) {
                    sums.claims += 1;
                    sums.conflicts += 1;
                }
            }
            Fact::Freed { orphaned, .. } => counts.orphaned += orphaned,
            Fact::Booked { start, .. } => {
                counts.booked += 1;
                self.lengths.notice.add((start - at).max(SimDuration::ZERO));
            }
            Fact::Dispatched { ticket, attempts, rank, delay, taken, .. } => {
                counts.ended(attempts);
                counts.last_dispatched = Some(at);
                counts.order.push(ticket);
                if let Some(sums) = agents.of(ticket) {
                    sums.ended(attempts);
                    sums.ranked += u64::from(rank > 0);
                    sums.fallbacks += u64::from(rank > 1);
                }
                counts.booked_owners += 1;
                counts.ranked += u64::from(rank > 0);
                counts.fallbacks += u64::from(rank > 1);
                counts.fallback_steps += u64::from(rank.saturating_sub(1));
                self.dispatched(at, delay, taken);
            }
            Fact::Queued { ticket, agent, delay, taken, .. } => {
                counts.order.push(ticket);
                if let Some(sums) = agents.sums_of(agent) {
                    sums.dispatches += 1;
                }
                counts.last_dispatched = Some(at);
                counts.queued += 1;
                self.dispatched(at, delay, taken);
            }
            Fact::Answered { ticket, delay, taken, .. } => {
                counts.left_out.push(ticket);
                counts.last_dispatched = Some(at);
                counts.answered += 1;
                self.dispatched(at, delay, taken);
            }
            Fact::Unassigned { ticket, agent, reason, attempts } => {
                counts.left(reason);
                // Where the AI works by itself, an attempt claims nothing and nobody waits for the work.
                let answers = counts.context.answering.contains(&agent);
                if answers {
                    counts.left_out.push(ticket);
                } else {
                    counts.ended(attempts);
                }
                if let Some(sums) = agents.sums_of(agent) {
                    sums.unassigned += 1;
                    if !answers {
                        sums.ended(attempts);
                    }
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

#[cfg(test)]
mod tests;
