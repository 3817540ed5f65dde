//! From the facts of one replication to its numbers.

use std::sync::Arc;

use super::catalog::MEASURES;
use super::quantiles::Quantiles;
use super::statistics::gini;
use super::timeline::Timeline;
use crate::domain::{Desk, Interval, SimDuration, SimTime};
use crate::kernel::log::{Fact, Observer, Reason, Record};

/// One value a measure, in the order of the catalog; `None` where nothing was measured.
pub type Values = Vec<Option<f64>>;

/// Events against the clock, over all replications that a collector has watched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timelines {
    /// Arrivals.
    pub arrivals: Timeline,
    /// Tickets that got an owner or a team.
    pub dispatched: Timeline,
}

impl Timelines {
    /// Adds what another collector has watched.
    pub fn merge(&mut self, other: &Self) {
        self.arrivals.merge(&other.arrivals);
        self.dispatched.merge(&other.dispatched);
    }
}

/// Watches the log of a replication and keeps what the measures need; one collector serves many replications.
///
/// Booking measures (claims, conflicts, double bookings, …) are measured once a calendar was read: where
/// technicians pull from a queue there is nothing to book, and 0 would be praise for nothing.
pub struct Collector {
    desk: Arc<Desk>,
    /// Technicians that share each of the desk's working hours.
    headcount: Vec<i64>,
    price_per_million_tokens: f64,
    delay: Quantiles,
    taken: Quantiles,
    waited: Quantiles,
    resolved: Quantiles,
    /// Time worked, in microseconds, a technician.
    busy: Vec<i64>,
    counts: Counts,
    timelines: Timelines,
}

/// What is merely counted or remembered in a replication.
#[derive(Default)]
struct Counts {
    arrived: u64,
    first_arrival: Option<SimTime>,
    last_end: Option<SimTime>,
    last_finish: Option<SimTime>,
    reads: u64,
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
    /// Dispatches that followed a ranking, those of them that used an alternative, and Σ (rank − 1) over these.
    ranked: u64,
    fallbacks: u64,
    fallback_steps: u64,
    /// Dispatches with more than one attempt, and the attempts of all.
    retried: u64,
    attempts: u64,
    double_booked: u64,
    peers: u64,
    overlap: SimDuration,
}

impl Counts {
    fn ended(&mut self, at: SimTime, attempts: u16) {
        self.last_end = Some(at);
        self.attempts += u64::from(attempts);
        self.retried += u64::from(attempts > 1);
    }
}

/// `part` / `whole`, unless there is no whole.
fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

impl Collector {
    /// A collector for replications on this desk. The price is that of a million AI tokens.
    pub fn new(desk: Arc<Desk>, price_per_million_tokens: f64) -> Self {
        let mut headcount = vec![0; desk.hours.len()];
        for technician in &desk.technicians {
            headcount[technician.hours] += 1;
        }
        Self {
            busy: vec![0; desk.technicians.len()],
            desk,
            headcount,
            price_per_million_tokens,
            delay: Quantiles::default(),
            taken: Quantiles::default(),
            waited: Quantiles::default(),
            resolved: Quantiles::default(),
            counts: Counts::default(),
            timelines: Timelines::default(),
        }
    }

    /// What happened when, over all replications so far.
    pub fn timelines(&self) -> &Timelines {
        &self.timelines
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
        values
    }

    /// The measures with one number a replication, in the order of [`super::catalog::VALUES`].
    fn plain_values(
        &self,
        counts: &Counts,
        utilisation: Option<f64>,
        utilisation_gini: Option<f64>,
    ) -> [Option<f64>; super::catalog::VALUES.len()] {
        let arrived = |number: u64| (counts.arrived > 0).then_some(number as f64);
        let booking = |number: f64| (counts.reads > 0).then_some(number);
        let asking = |number: f64| (counts.reads + counts.queued > 0).then_some(number);
        let dispatched = counts.booked_owners + counts.queued;
        let unassigned = counts.no_slot + counts.attempts_exhausted;
        let ended = counts.booked_owners + unassigned;
        let claims = counts.granted + counts.refused;
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
            booking(claims as f64),
            booking(counts.refused as f64),
            ratio(counts.refused, claims),
            ratio(counts.refused, counts.arrived).and_then(booking),
            ratio(counts.fallbacks, counts.ranked),
            ratio(counts.fallback_steps, counts.fallbacks),
            ratio(counts.retried, ended),
            ratio(counts.attempts, ended),
            // Each pair is stated by both of its bookings.
            booking(counts.peers as f64 / 2.0),
            booking(counts.double_booked as f64),
            booking(counts.overlap.as_mins_f64()),
            utilisation,
            utilisation_gini,
            booking(counts.orphaned.as_mins_f64()),
            asking(counts.asked as f64),
            asking(counts.tokens as f64),
            asking(counts.tokens as f64 * self.price_per_million_tokens / 1e6),
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

impl Observer for Collector {
    fn observe(&mut self, records: &[Record]) {
        let counts = &mut self.counts;
        for &Record { at, fact } in records {
            match fact {
                Fact::Arrived { .. } => {
                    counts.arrived += 1;
                    counts.first_arrival.get_or_insert(at);
                    self.timelines.arrivals.add(at);
                }
                Fact::Skipped { .. } => counts.skipped += 1,
                Fact::Read { .. } => counts.reads += 1,
                Fact::Asked { tokens, .. } => {
                    counts.asked += 1;
                    counts.tokens += u64::from(tokens);
                }
                Fact::Granted { .. } => counts.granted += 1,
                Fact::Refused { .. } => counts.refused += 1,
                Fact::Freed { orphaned, .. } => counts.orphaned += orphaned,
                Fact::Dispatched { attempts, rank, delay, taken, .. } => {
                    counts.ended(at, attempts);
                    counts.booked_owners += 1;
                    counts.ranked += u64::from(rank > 0);
                    counts.fallbacks += u64::from(rank > 1);
                    counts.fallback_steps += u64::from(rank.saturating_sub(1));
                    self.delay.add(delay);
                    self.taken.add(taken);
                    self.timelines.dispatched.add(at);
                }
                Fact::Queued { delay, taken, .. } => {
                    counts.last_end = Some(at);
                    counts.queued += 1;
                    self.delay.add(delay);
                    self.taken.add(taken);
                    self.timelines.dispatched.add(at);
                }
                Fact::Unassigned { reason, attempts, .. } => {
                    counts.ended(at, attempts);
                    match reason {
                        Reason::NoSlot => counts.no_slot += 1,
                        Reason::AttemptsExhausted => counts.attempts_exhausted += 1,
                        _ => {}
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
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
