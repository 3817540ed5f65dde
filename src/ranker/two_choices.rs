//! `two-choices`: two technicians drawn at random, the better one first, then the other, then the rest by cost.

use super::contract::Ranker;
use super::definition::RankerDefinition;
use crate::domain::TicketId;
use crate::domain::calendar::{Offer, OfferOrder};
use crate::domain::settings::RankerSettings;
use crate::kernel::sampler;
use crate::kernel::stream::{Purpose, Streams};
use crate::section;

section! {
    /// Two technicians drawn at random, the better one first.
    pub struct TwoChoicesSettings: Copy {}
}

impl RankerDefinition for TwoChoicesSettings {
    fn name(&self) -> &'static str {
        "two-choices"
    }

    fn build(&self, _: &RankerSettings, order: OfferOrder) -> Box<dyn Ranker> {
        Box::new(TwoChoices::new(order))
    }
}

/// The power of two choices: a random pair spreads dispatches that all see the same calendars, and comparing two keeps
/// most of what comparing all would gain. Source: M. Mitzenmacher, "The power of two choices in randomized load
/// balancing", IEEE Transactions on Parallel and Distributed Systems 12 (2001) 1094–1104.
pub struct TwoChoices {
    order: OfferOrder,
}

impl TwoChoices {
    /// Better is what comes first in this order.
    pub fn new(order: OfferOrder) -> Self {
        Self { order }
    }
}

impl Ranker for TwoChoices {
    fn order(&self) -> OfferOrder {
        self.order
    }

    fn needs(&self, _picks: u32) -> Option<u32> {
        None
    }

    fn rank(&mut self, streams: &Streams, ticket: TicketId, attempt: u16, offers: &mut [Offer]) {
        if offers.len() < 2 {
            return;
        }
        let mut stream = streams.stream(Purpose::TwoChoices, ticket.0, u32::from(attempt));
        let first = sampler::below(offers.len() as u32, &mut stream) as usize;
        let other = sampler::below(offers.len() as u32 - 1, &mut stream) as usize;
        // Any but the first.
        let other = other + usize::from(other >= first);
        // They come cheapest first, so the better of the two is the one that comes first; the rest keep their order.
        let (better, worse) = (first.min(other), first.max(other));
        offers[..=better].rotate_right(1);
        offers[1..=worse].rotate_right(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Preference;
    use crate::domain::{SimTime, TechnicianId};

    /// First places over 60,000 tickets among four technicians, seed 2: the k-th best of n is first when the other one
    /// drawn is worse, with probability 2 (n − k) / (n (n − 1)). Five standard errors.
    #[test]
    fn the_better_of_a_random_pair_comes_first_and_the_rest_follow_by_cost() {
        const N: u32 = 60_000;
        let preference = Preference { start: 1.0, load: 0.0, history: 0.0, peers: 0.0 };
        let mut ranker = TwoChoices::new(OfferOrder::Cost(preference));
        let mut firsts = [0_u32; 4];
        for ticket in 0..N {
            let offer = |number| Offer {
                technician: TechnicianId(number),
                start: SimTime::ZERO,
                cost: f64::from(number),
            };
            let mut offers: Vec<Offer> = (0..4).map(offer).collect();
            ranker.rank(&Streams::new(2, 0), TicketId(ticket), 1, &mut offers);
            firsts[offers[0].technician.index()] += 1;
            assert!(offers[0].cost < offers[1].cost && offers[2].cost < offers[3].cost, "{offers:?}");
        }
        for (count, p) in firsts.into_iter().zip([0.5, 1.0 / 3.0, 1.0 / 6.0, 0.0]) {
            let error = (p * (1.0 - p) / f64::from(N)).sqrt();
            assert!((f64::from(count) / f64::from(N) - p).abs() <= 5.0 * error, "{firsts:?}");
        }
    }
}
