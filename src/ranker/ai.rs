//! The simulated AI: cheapest offer first, with noise in proportion to its temperature.

use crate::domain::calendar::{Offer, Preference};
use crate::domain::settings::RankerSettings;
use crate::domain::{SimDuration, TicketId};
use crate::kernel::sampler;
use crate::kernel::stream::{Purpose, Streams};

/// Ranks by cost minus temperature × standard Gumbel noise, keyed by (ticket, technician, attempt).
///
/// The order is then a Plackett–Luce sample with weights e^(−cost / temperature): at temperature 0 every dispatch that
/// sees the same offers ranks alike, at a high one picks are uniform. Source: J. I. Yellott, "The relationship between
/// Luce's choice axiom, Thurstone's theory of comparative judgment, and the double exponential distribution", Journal
/// of Mathematical Psychology 15 (1977) 109–144.
#[derive(Clone, Debug)]
pub struct Ai {
    settings: RankerSettings,
    peer_awareness: f64,
    /// One number for each technician, as far as the last ranking needed them.
    noise: Vec<f64>,
}

/// What a call of the ranker takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Call {
    /// Simulated time until the answer.
    pub latency: SimDuration,
    /// Tokens used.
    pub tokens: u32,
}

impl Ai {
    /// A ranker that heeds its peers as much as `peer_awareness` (0..1) says.
    pub fn new(settings: RankerSettings, peer_awareness: f64) -> Self {
        Self { settings, peer_awareness, noise: Vec::new() }
    }

    /// The order it would choose with temperature 0.
    pub fn preference(&self) -> Preference {
        Preference {
            start: self.settings.w_start,
            load: self.settings.w_load,
            history: self.settings.w_history,
            peers: self.settings.w_peers * self.peer_awareness,
        }
    }

    /// How many offers it has to see to pick `picks` of them: with noise, all.
    pub fn needs(&self, picks: u32) -> Option<u32> {
        (self.settings.temperature == 0.0).then_some(picks)
    }

    /// Orders `offers`, which come cheapest first, and keeps the first `picks`.
    pub fn rank(
        &mut self,
        streams: &Streams,
        ticket: TicketId,
        attempt: u16,
        picks: u32,
        offers: &mut Vec<Offer>,
    ) {
        if self.settings.temperature > 0.0 {
            let technicians = offers.iter().map(|offer| offer.technician.index() + 1).max().unwrap_or(0);
            let mut stream = streams.stream(Purpose::RankerNoise, ticket.0, u32::from(attempt));
            self.noise.clear();
            self.noise.extend((0..technicians).map(|_| stream.open_unit()));
            for offer in &mut *offers {
                offer.cost -= self.settings.temperature
                    * sampler::gumbel_quantile(self.noise[offer.technician.index()]);
            }
            offers.sort_unstable_by(Offer::by_cost);
        }
        offers.truncate(picks as usize);
    }

    /// What this call takes, from streams of its own.
    pub fn call(&self, streams: &Streams, ticket: TicketId, attempt: u16) -> Call {
        let (entity, attempt) = (ticket.0, u32::from(attempt));
        let latency = sampler::draw_duration(
            &self.settings.latency,
            &mut streams.stream(Purpose::RankerLatency, entity, attempt),
        );
        let tokens = if self.settings.tokens.is_zero() {
            0
        } else {
            let mut stream = streams.stream(Purpose::RankerTokens, entity, attempt);
            sampler::draw(&self.settings.tokens, &mut stream).round() as u32
        };
        Call { latency, tokens }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::settings::RankerKind;
    use crate::domain::{Distribution, SimTime, TechnicianId};

    fn ai(temperature: f64) -> Ai {
        let settings = RankerSettings {
            kind: RankerKind::Ai,
            rule_latency: Distribution::ZERO,
            provider: None,
            w_start: 1.0,
            w_load: 0.0,
            w_history: 0.0,
            w_peers: 0.0,
            temperature,
            latency: Distribution::ZERO,
            tokens: Distribution::ZERO,
            price_per_million_tokens: 0.0,
        };
        Ai::new(settings, 1.0)
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
            ai(0.0).rank(&Streams::new(1, 1), TicketId(ticket), 1, 2, &mut seen);
            assert_eq!(seen, offers(&[1.0, 2.0]));
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
            ranker.rank(&Streams::new(5, 0), TicketId(ticket), 1, 4, &mut seen);
            firsts[seen[0].technician.index()] += 1;
        }
        for (count, weight) in firsts.into_iter().zip(weights) {
            let p = weight / total;
            let error = (p * (1.0 - p) / f64::from(N)).sqrt();
            assert!((f64::from(count) / f64::from(N) - p).abs() < 5.0 * error, "{firsts:?}");
        }
    }

    #[test]
    fn noise_belongs_to_the_technician_not_to_the_place_in_the_list() {
        let mut all = offers(&[1.0, 1.0, 1.0]);
        ai(1.0).rank(&Streams::new(1, 1), TicketId(3), 2, 3, &mut all);
        let mut without_first = offers(&[1.0, 1.0, 1.0]);
        without_first.remove(0);
        ai(1.0).rank(&Streams::new(1, 1), TicketId(3), 2, 3, &mut without_first);
        for offer in without_first {
            assert!(all.contains(&offer));
        }
    }
}
