//! Pairs of tickets about the same thing.

use crate::domain::{Ticket, TicketId};
use crate::kernel::sampler;
use crate::kernel::stream::{Purpose, Streams};

/// Makes round(`share` × tickets / 2) disjoint pairs of the sorted tickets, halves rounded up but never more pairs than
/// there are: every choice of pairs is equally likely, and a ticket left over has no twin. Both of a pair name each
/// other; the later takes the company, the category and the board of the earlier.
///
/// The pairs come from a stream of their own: nothing else is drawn differently where there are duplicates.
pub(super) fn pair(share: f64, streams: &Streams, tickets: &mut [Ticket]) {
    let count = tickets.len() as u32;
    let pairs = ((share * f64::from(count) / 2.0).round() as u32).min(count / 2);
    if pairs == 0 {
        return;
    }
    let mut stream = streams.stream(Purpose::Duplicates, 0, 0);
    // The first places of a random order (Fisher–Yates), two by two.
    let mut order: Vec<u32> = (0..count).collect();
    for place in 0..2 * pairs {
        let other = place + sampler::below(count - place, &mut stream);
        order.swap(place as usize, other as usize);
    }
    for pair in order[..2 * pairs as usize].chunks_exact(2) {
        let (first, second) = (pair[0].min(pair[1]), pair[0].max(pair[1]));
        let earlier = &mut tickets[first as usize];
        earlier.twin = Some(TicketId(second));
        let (company, category, board) = (earlier.company, earlier.category, earlier.board);
        let later = &mut tickets[second as usize];
        *later = Ticket { company, category, board, twin: Some(TicketId(first)), ..later.clone() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{BoardId, SimDuration, SimTime};

    /// Tickets that differ in everything.
    fn tickets(count: u32) -> Vec<Ticket> {
        (0..count)
            .map(|number| Ticket {
                arrived_at: SimTime::from_micros(i64::from(number)),
                board: BoardId(number),
                status: number,
                category: number,
                company: number,
                priority: 1 + (number % 9) as u8,
                work: Some(SimDuration::from_mins(i64::from(number))),
                owned: false,
                twin: None,
            })
            .collect()
    }

    fn paired(share: f64, count: u32, replication: u64) -> Vec<Ticket> {
        let mut tickets = tickets(count);
        pair(share, &Streams::new(3, replication), &mut tickets);
        tickets
    }

    #[test]
    fn as_many_tickets_are_paired_as_the_share_says() {
        for (share, count, expected) in [
            (0.0, 30, 0),
            (0.2, 30, 6),
            (0.1, 30, 4),
            (0.09, 30, 2),
            (1.0, 30, 30),
            (1.0, 5, 4),
            (1.0, 1, 0),
            (1.0, 0, 0),
        ] {
            let paired = paired(share, count, 0).iter().filter(|ticket| ticket.twin.is_some()).count();
            assert_eq!(paired, expected, "{share} of {count}");
        }
    }

    #[test]
    fn n12_twins_name_each_other_and_are_about_the_same_thing() {
        for replication in 0..50 {
            let after = paired(0.5, 41, replication);
            for (number, (ticket, before)) in (0..).zip(after.iter().zip(tickets(41))) {
                let Some(twin) = ticket.twin else {
                    assert_eq!(*ticket, before);
                    continue;
                };
                let other = &after[twin.index()];
                assert_eq!(other.twin, Some(TicketId(number)), "pairs are disjoint");
                let first = number.min(twin.0);
                assert_eq!((ticket.company, ticket.category, ticket.board), (first, first, BoardId(first)));
                let own = Ticket {
                    company: number,
                    category: number,
                    board: BoardId(number),
                    twin: None,
                    ..ticket.clone()
                };
                assert_eq!(own, before, "the rest is the ticket's own");
            }
        }
    }

    #[test]
    fn every_pair_is_equally_likely() {
        // One pair of four tickets: six pairs, 6000 replications, 1000 each with a standard deviation of 29.
        let mut counts = [[0; 4]; 4];
        for replication in 0..6000 {
            let after = paired(0.5, 4, replication);
            let first = after.iter().position(|ticket| ticket.twin.is_some()).unwrap();
            counts[first][after[first].twin.unwrap().index()] += 1;
        }
        for first in 0..4 {
            for second in first + 1..4 {
                assert!((850..1150).contains(&counts[first][second]), "{counts:?}");
            }
        }
    }
}
