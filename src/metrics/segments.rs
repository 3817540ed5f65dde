//! The numbers of segments: what became of each ticket of a replication, told apart by what the tickets are and who took
//! them.

use std::collections::BTreeMap;

use super::counts::{Context, Counts, Lengths};
use super::numbers::Numbers;
use crate::domain::{AgentId, Burst, Desk, Dimension, Segment, SimDuration, SimTime, Ticket, TicketId};
use crate::facts::{Fact, Reason};

/// Watches the tickets of a replication, one by one; serves many replications.
pub(super) struct Segments {
    /// By ticket.
    fates: Vec<Fate>,
    /// For each dimension, the segment of each of its values, by the value's number.
    dimensions: Vec<(Dimension, Vec<Option<usize>>)>,
    sums: Vec<Sums>,
    /// The segment of each of [`Numbers::segmented`]; `None`: one that no ticket can be in.
    places: Vec<Option<usize>>,
}

/// What became of a ticket.
#[expect(clippy::struct_excessive_bools, reason = "each may be so whatever the others are")]
#[derive(Clone, Copy, Default)]
struct Fate {
    /// Somebody looked for a slot or an owner for it.
    read: bool,
    booked: bool,
    double_booked: bool,
    /// Nobody is to work on it.
    left_out: bool,
    agent: Option<AgentId>,
    /// Why it was left without an owner.
    left: Option<Reason>,
    delay: Option<SimDuration>,
    taken: Option<SimDuration>,
    notice: Option<SimDuration>,
    waited: Option<SimDuration>,
    resolved: Option<SimDuration>,
}

/// One segment's part of a replication.
#[derive(Default)]
struct Sums {
    lengths: Lengths,
    counts: Counts,
}

impl Segments {
    /// For the segments among these numbers; `None` where there are none.
    pub(super) fn of(numbers: &Numbers, desk: &Desk, context: &Context) -> Option<Self> {
        let mut known: Vec<&Segment> = Vec::new();
        let mut dimensions: BTreeMap<Dimension, Vec<Option<usize>>> = BTreeMap::new();
        let mut places = Vec::new();
        for segment in numbers.segmented().iter().filter_map(|number| number.segment.as_ref()) {
            let place = known.iter().rposition(|it| *it == segment).unwrap_or_else(|| {
                known.push(segment);
                known.len() - 1
            });
            let number = number_of(segment, desk, context);
            if let Some(number) = number {
                let places = dimensions.entry(segment.dimension).or_default();
                places.resize(places.len().max(number + 1), None);
                places[number] = Some(place);
            }
            places.push(number.map(|_| place));
        }
        let sums = |_: &&Segment| Sums {
            counts: Counts { context: context.clone(), ..Counts::default() },
            ..Sums::default()
        };
        (!known.is_empty()).then(|| Self {
            fates: Vec::new(),
            dimensions: dimensions.into_iter().collect(),
            sums: known.iter().map(sums).collect(),
            places,
        })
    }

    /// Takes in what happened.
    #[inline]
    pub(super) fn see(&mut self, at: SimTime, fact: Fact) {
        match fact {
            Fact::Arrived { ticket } => *self.fate(ticket) = Fate::default(),
            Fact::Skipped { ticket, agent, .. } | Fact::Merged { ticket, agent, .. } => {
                let fate = self.fate(ticket);
                (fate.agent, fate.left_out) = (Some(agent), true);
            }
            Fact::Turn { ticket, agent } => self.fate(ticket).agent = Some(agent),
            Fact::Read { ticket, .. } => self.fate(ticket).read = true,
            Fact::Booked { ticket, start, .. } => {
                let fate = self.fate(ticket);
                (fate.booked, fate.notice) = (true, Some((start - at).max(SimDuration::ZERO)));
            }
            Fact::Dispatched { ticket, delay, taken, .. } => {
                let fate = self.fate(ticket);
                (fate.delay, fate.taken) = (Some(delay), Some(taken));
            }
            Fact::Queued { ticket, agent, delay, taken, .. } => {
                let fate = self.fate(ticket);
                (fate.agent, fate.delay, fate.taken) = (Some(agent), Some(delay), Some(taken));
            }
            Fact::Answered { ticket, agent, delay, taken, .. } => {
                let fate = self.fate(ticket);
                (fate.agent, fate.delay, fate.taken) = (Some(agent), Some(delay), Some(taken));
                fate.left_out = true;
            }
            Fact::Unassigned { ticket, agent, reason, .. } => {
                let answers = self.sums[0].counts.context.answering.contains(&agent);
                let fate = self.fate(ticket);
                (fate.agent, fate.left) = (Some(agent), Some(reason));
                // Where the AI works by itself, nobody waits for the work.
                fate.left_out |= answers;
            }
            Fact::Started { ticket, waited, .. } => self.fate(ticket).waited = Some(waited),
            Fact::Finished { ticket, resolved, .. } => self.fate(ticket).resolved = Some(resolved),
            Fact::DoubleBooked { ticket, .. } => self.fate(ticket).double_booked = true,
            _ => {}
        }
    }

    fn fate(&mut self, ticket: TicketId) -> &mut Fate {
        let place = ticket.index();
        if self.fates.len() <= place {
            self.fates.resize(place + 1, Fate::default());
        }
        &mut self.fates[place]
    }

    /// Adds the numbers of the replication of this burst, which has ended, and is ready for the next one.
    pub(super) fn take(&mut self, numbers: &Numbers, burst: &Burst, values: &mut Vec<Option<f64>>) {
        for (fate, ticket) in self.fates.iter().zip(&burst.tickets) {
            for (dimension, places) in &self.dimensions {
                let place = fate.number(*dimension, ticket).and_then(|number| *places.get(number)?);
                if let Some(place) = place {
                    self.sums[place].add(fate, ticket);
                }
            }
        }
        for (number, place) in numbers.segmented().iter().zip(&self.places) {
            match place {
                Some(place) => {
                    let Sums { lengths, counts } = &mut self.sums[*place];
                    number.measure.take(std::iter::once(number.aggregate), lengths, counts, values);
                }
                None => values.push(None),
            }
        }
        self.fates.clear();
        for sums in self.sums.iter_mut().filter(|sums| sums.counts.arrived > 0) {
            sums.lengths.clear();
            sums.counts.clear();
        }
    }
}

/// The number of a segment's value in its list; `None`: there is no such value.
fn number_of(segment: &Segment, desk: &Desk, context: &Context) -> Option<usize> {
    let value = &*segment.value;
    let among = |names: &[String]| names.iter().position(|name| name == value);
    match segment.dimension {
        Dimension::Priority => value.parse::<u8>().ok().map(usize::from),
        Dimension::Board => desk.boards.iter().position(|board| board.name == value),
        Dimension::Company => among(&desk.companies),
        Dimension::Category => among(&desk.categories),
        Dimension::Agent => among(&context.agent_names),
    }
}

impl Fate {
    /// The number of the ticket's value in this dimension; `None`: it has none.
    fn number(&self, dimension: Dimension, ticket: &Ticket) -> Option<usize> {
        Some(match dimension {
            Dimension::Priority => usize::from(ticket.priority),
            Dimension::Board => ticket.board.index(),
            Dimension::Company => ticket.company as usize,
            Dimension::Category => ticket.category as usize,
            Dimension::Agent => self.agent?.index(),
        })
    }
}

impl Sums {
    /// Adds what became of one of the segment's tickets.
    fn add(&mut self, fate: &Fate, ticket: &Ticket) {
        let Self { lengths, counts } = self;
        counts.arrived += 1;
        counts.reads += u64::from(fate.read);
        counts.booked += u64::from(fate.booked);
        counts.double_booked += u64::from(fate.double_booked);
        counts.to_be_worked_on += u64::from(ticket.work.is_some() && !fate.left_out);
        match fate.left {
            Some(reason) => counts.left(reason),
            // An owner, a team or a result: whichever it is, it is one of those that count as dispatched.
            None => counts.booked_owners += u64::from(fate.delay.is_some()),
        }
        for (length, of) in [
            (fate.delay, &mut lengths.delay),
            (fate.taken, &mut lengths.taken),
            (fate.notice, &mut lengths.notice),
            (fate.waited, &mut lengths.waited),
            (fate.resolved, &mut lengths.resolved),
        ] {
            if let Some(length) = length {
                of.add(length);
            }
        }
    }
}
