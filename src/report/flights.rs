//! Which dispatches are under way, followed from record to record.

use crate::domain::{AgentId, SimTime, TicketId};
use crate::facts::{Fact, Record};

/// The dispatches of a replication that have begun and not ended.
pub(super) struct Flights {
    /// By ticket: when its dispatch began, and whose it is.
    begun: Vec<Option<(SimTime, AgentId)>>,
    /// How many they are.
    pub under_way: u32,
}

/// A dispatch that has ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Flight {
    /// The ticket.
    pub ticket: TicketId,
    /// When it began; `None`: its ticket was left, or merged, before it had a turn.
    pub begun: Option<SimTime>,
    /// Whose it is.
    pub agent: Option<AgentId>,
    /// How many others were under way at that moment.
    pub others: u32,
}

impl Flights {
    /// None so far, of this many tickets.
    pub fn new(tickets: usize) -> Self {
        Self { begun: vec![None; tickets], under_way: 0 }
    }

    /// Takes note of a record: the dispatch that it ends, if it ends one.
    pub fn follow(&mut self, record: &Record) -> Option<Flight> {
        let ticket = record.fact.ticket()?;
        let (taken, named) = match record.fact {
            Fact::Turn { agent, .. } => {
                self.begun[ticket.index()] = Some((record.at, agent));
                self.under_way += 1;
                return None;
            }
            Fact::Dispatched { taken, .. } => (Some(taken), None),
            Fact::Queued { agent, taken, .. } | Fact::Answered { agent, taken, .. } => {
                (Some(taken), Some(agent))
            }
            Fact::Merged { agent, .. } | Fact::Unassigned { agent, .. } => (None, Some(agent)),
            _ => return None,
        };
        let begun = self.begun[ticket.index()].take();
        self.under_way -= u32::from(begun.is_some());
        Some(Flight {
            ticket,
            begun: begun.map(|(at, _)| at).or(taken.map(|taken| record.at - taken)),
            agent: begun.map(|(_, agent)| agent).or(named),
            others: self.under_way,
        })
    }

    /// Those that are still under way, in the tickets' order.
    pub fn still(&self) -> impl Iterator<Item = Flight> {
        let others = self.under_way.saturating_sub(1);
        (0..).map(TicketId).zip(&self.begun).filter_map(move |(ticket, begun)| {
            let (at, agent) = (*begun)?;
            Some(Flight { ticket, begun: Some(at), agent: Some(agent), others })
        })
    }
}
