//! The simulated AI: cheapest offer first, with noise in proportion to its temperature.

use super::contract::Ranker;
use super::definition::{RankerDefinition, RankerNature};
use crate::domain::TicketId;
use crate::domain::calendar::{CostUnit, Offer, OfferOrder};
use crate::domain::settings::RankerSettings;
use crate::kernel::sampler;
use crate::kernel::stream::{Purpose, Streams};
use crate::section;

section! {
    /// The simulated AI: lowest cost first.
    pub struct AiSettings: Copy {}
}

impl RankerDefinition for AiSettings {
    fn name(&self) -> &'static str {
        "ai"
    }

    fn nature(&self) -> RankerNature {
        RankerNature { asks_ai: true, ..RankerNature::PLAIN }
    }

    fn build(&self, settings: &RankerSettings, order: OfferOrder) -> Box<dyn Ranker> {
        Box::new(Ai::new(order, settings.temperature))
    }
}

/// Ranks by cost minus temperature × standard Gumbel noise, keyed by (ticket, technician, attempt).
///
/// The order is then a Plackett–Luce sample with weights e^(−cost / temperature): at temperature 0 every dispatch that
/// sees the same offers ranks alike; at a high one picks are uniform. Source: J. I. Yellott, "The relationship between
/// Luce's choice axiom, Thurstone's theory of comparative judgment, and the double exponential distribution", Journal
/// of Mathematical Psychology 15 (1977) 109–144.
pub struct Ai {
    order: OfferOrder,
    temperature: f64,
    /// In which costs, noise included, are compared.
    unit: CostUnit,
    /// One number per technician, for as many as the last ranking needed.
    noise: Vec<f64>,
}

impl Ai {
    /// A ranker with this scale of noise, at least 0.
    pub fn new(order: OfferOrder, temperature: f64) -> Self {
        let unit = match order {
            // Where nothing else weighs anything, noise decides alone.
            OfferOrder::Cost(preference) if preference.largest() <= 0.0 => CostUnit::of(temperature),
            _ => order.unit(),
        };
        Self { order, temperature, unit, noise: Vec::new() }
    }
}

impl Ranker for Ai {
    fn order(&self) -> OfferOrder {
        self.order
    }

    /// With noise, all of them.
    fn needs(&self, picks: u32) -> Option<u32> {
        (self.temperature == 0.0).then_some(picks)
    }

    fn rank(&mut self, streams: &Streams, ticket: TicketId, attempt: u16, offers: &mut [Offer]) {
        if self.temperature == 0.0 {
            return;
        }
        let technicians = offers.iter().map(|offer| offer.technician.index() + 1).max().unwrap_or(0);
        self.noise(streams, ticket, attempt, technicians);
        for offer in &mut *offers {
            offer.cost += self.noise[offer.technician.index()];
        }
        self.unit.sort(offers);
    }

    fn noise(&mut self, streams: &Streams, ticket: TicketId, attempt: u16, technicians: usize) -> &[f64] {
        self.noise.clear();
        if self.temperature > 0.0 {
            let mut stream = streams.stream(Purpose::RankerNoise, ticket.0, u32::from(attempt));
            let noise =
                (0..technicians).map(|_| -(self.temperature * sampler::gumbel_quantile(stream.open_unit())));
            self.noise.extend(noise);
        }
        &self.noise
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Preference;
    use crate::domain::{SimTime, TechnicianId};

    fn ai(temperature: f64) -> Ai {
        let start = Preference { start: 1.0, load: 0.0, history: 0.0, peers: 0.0 };
        Ai::new(OfferOrder::Cost(start), temperature)
    }

    fn offers(costs: &[f64]) -> Vec<Offer> {
        let offer =
            |(number, &cost)| Offer { technician: TechnicianId(number as u32), start: SimTime::ZERO, cost };
        costs.iter().enumerate().map(offer).collect()
    }

    #[test]
    fn at_temperature_zero_every_dispatch_ranks_alike() {
        for ticket in 0..50 {
            let mut seen = offers(&[1.0, 2.0, 3.0]);
            ai(0.0).rank(&Streams::new(1, 1), TicketId(ticket), 1, &mut seen);
            assert_eq!(seen, offers(&[1.0, 2.0, 3.0]));
        }
    }

    /// First places over 40,000 tickets, seed 5, against e^(−cost/temperature) within five standard errors: a false
    /// alarm once in half a million.
    #[test]
    fn first_places_follow_the_plackett_luce_weights() {
        const N: u32 = 40_000;
        let costs = [0.0, 0.5, 1.0, 3.0];
        let temperature = 0.8;
        let weights = costs.map(|cost: f64| libm::exp(-cost / temperature));
        let total: f64 = weights.iter().sum();
        let mut firsts = [0_u32; 4];
        let mut ranker = ai(temperature);
        for ticket in 0..N {
            let mut seen = offers(&costs);
            ranker.rank(&Streams::new(5, 0), TicketId(ticket), 1, &mut seen);
            firsts[seen[0].technician.index()] += 1;
        }
        for (count, weight) in firsts.into_iter().zip(weights) {
            let p = weight / total;
            let error = (p * (1.0 - p) / f64::from(N)).sqrt();
            assert!((f64::from(count) / f64::from(N) - p).abs() < 5.0 * error, "{firsts:?}");
        }
    }

    #[test]
    fn every_attempt_has_noise_of_its_own() {
        let mut ranker = ai(1.0);
        let mut noise =
            |ticket, attempt| ranker.noise(&Streams::new(1, 1), TicketId(ticket), attempt, 3).to_vec();
        assert_eq!(noise(3, 1), noise(3, 1));
        assert_ne!(noise(3, 1), noise(3, 2));
        assert_ne!(noise(3, 1), noise(4, 1));
        let orders: std::collections::BTreeSet<Vec<u32>> = (1..50)
            .map(|attempt| {
                let mut seen = offers(&[1.0, 1.0, 1.0]);
                ai(1.0).rank(&Streams::new(1, 1), TicketId(3), attempt, &mut seen);
                seen.iter().map(|offer| offer.technician.0).collect()
            })
            .collect();
        assert_eq!(orders.len(), 6, "so a retry may find any order");
    }

    #[test]
    fn noise_belongs_to_the_technician_not_to_the_place_in_the_list() {
        let mut all = offers(&[1.0, 1.0, 1.0]);
        ai(1.0).rank(&Streams::new(1, 1), TicketId(3), 2, &mut all);
        let mut without_first = offers(&[1.0, 1.0, 1.0]);
        without_first.remove(0);
        ai(1.0).rank(&Streams::new(1, 1), TicketId(3), 2, &mut without_first);
        for offer in without_first {
            assert!(all.contains(&offer));
        }
    }
}
