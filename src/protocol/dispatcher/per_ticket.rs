//! Something for each of an agent's tickets.

use std::collections::BTreeMap;

use crate::domain::TicketId;

/// At most one value per ticket.
pub(super) enum PerTicket<T> {
    /// By ticket: nothing is found faster, but there is a place for each ticket of the burst, whoever takes it.
    Listed(Vec<Option<T>>),
    /// Those that have one: of thousands of agents, each takes a few tickets only.
    Mapped(BTreeMap<TicketId, T>),
}

impl<T> PerTicket<T> {
    /// So many agents may each have a place for all tickets.
    const FEW: usize = 8;

    /// Nothing yet, for one of so many agents.
    pub fn for_one_of(agents: usize) -> Self {
        if agents <= Self::FEW { Self::Listed(Vec::new()) } else { Self::Mapped(BTreeMap::new()) }
    }

    /// Forgets everything; the next burst has so many tickets.
    pub fn reset(&mut self, tickets: usize) {
        match self {
            Self::Listed(list) => {
                list.clear();
                list.resize_with(tickets, || None);
            }
            Self::Mapped(map) => map.clear(),
        }
    }

    #[inline]
    pub fn get(&self, ticket: TicketId) -> Option<&T> {
        match self {
            Self::Listed(list) => list[ticket.index()].as_ref(),
            Self::Mapped(map) => map.get(&ticket),
        }
    }

    pub fn insert(&mut self, ticket: TicketId, value: T) {
        match self {
            Self::Listed(list) => list[ticket.index()] = Some(value),
            Self::Mapped(map) => {
                map.insert(ticket, value);
            }
        }
    }

    pub fn remove(&mut self, ticket: TicketId) -> Option<T> {
        match self {
            Self::Listed(list) => list[ticket.index()].take(),
            Self::Mapped(map) => map.remove(&ticket),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_agents_and_many_keep_the_same() {
        for agents in [1, PerTicket::<u8>::FEW, PerTicket::<u8>::FEW + 1] {
            let mut values = PerTicket::for_one_of(agents);
            values.reset(3);
            values.insert(TicketId(1), 5);
            values.insert(TicketId(2), 6);
            assert_eq!((values.remove(TicketId(2)), values.remove(TicketId(2))), (Some(6), None));
            assert_eq!([0, 1, 2].map(|ticket| values.get(TicketId(ticket)).copied()), [None, Some(5), None]);
            values.reset(3);
            assert_eq!(values.get(TicketId(1)), None);
        }
        let mut many = PerTicket::<u8>::for_one_of(10_000);
        many.reset(1_000_000);
        assert!(
            matches!(many, PerTicket::Mapped(map) if map.is_empty()),
            "no room for the tickets of others"
        );
    }
}
