//! `[ranker]` and `[calendar]`: who ranks, at what cost, and how the calendar service answers.

use super::super::document::KeyPath;
use super::super::file::ranker::{CalendarFile, ProviderFile, RankerFile, RankerKindFile};
use super::Resolver;
use crate::domain::settings::{CalendarSettings, ProviderSettings, RankerKind, RankerSettings};
use crate::domain::{Distribution, SimDuration};
use crate::kernel::sampler::natural_log;

impl Resolver<'_> {
    /// The rankers and the simulated AI.
    pub(super) fn ranker(&mut self, file: &RankerFile) -> Option<RankerSettings> {
        let path = KeyPath::root().key("ranker");
        let latency = match &file.latency {
            Some(latency) => self.distribution(latency, &path.key("latency")),
            None => Some(default_latency()),
        };
        let rule_latency = match &file.rule_latency {
            Some(latency) => self.distribution(latency, &path.key("rule_latency")),
            None => Some(Distribution::Constant { value: 1.0 }),
        };
        let tokens = match &file.tokens {
            Some(tokens) => self.distribution(tokens, &path.key("tokens")),
            None => Some(Distribution::ZERO),
        };
        Some(RankerSettings {
            kind: file.kind.map_or(RankerKind::Ai, ranker_kind),
            rule_latency: rule_latency?,
            provider: file.provider.as_ref().map(provider),
            w_start: file.w_start.map_or(1.0, |weight| weight.0),
            w_load: file.w_load.map_or(1.0, |weight| weight.0),
            w_history: file.w_history.map_or(1.0, |weight| weight.0),
            w_peers: file.w_peers.map_or(1.0, |weight| weight.0),
            temperature: file.temperature.map_or(0.0, |temperature| temperature.0),
            latency: latency?,
            tokens: tokens?,
            price_per_million_tokens: file.price_per_million_tokens.map_or(0.0, |price| price.0),
        })
    }

    /// The calendar service.
    pub(super) fn calendar(&mut self, file: &CalendarFile) -> Option<CalendarSettings> {
        let path = KeyPath::root().key("calendar");
        let [read, claim, write] = [
            ("read_latency", &file.read_latency),
            ("claim_latency", &file.claim_latency),
            ("write_latency", &file.write_latency),
        ]
        .map(|(key, typed)| match typed {
            Some(typed) => self.distribution(typed, &path.key(key)),
            None => Some(Distribution::ZERO),
        });
        Some(CalendarSettings {
            read_latency: read?,
            claim_latency: claim?,
            write_latency: write?,
            lease: file.lease.map_or(SimDuration::from_mins(2), |lease| lease.0),
            concurrent_calls: file.concurrent_calls.map(|number| number.0),
        })
    }
}

/// Who ranks.
pub(super) fn ranker_kind(file: RankerKindFile) -> RankerKind {
    match file {
        RankerKindFile::Ai => RankerKind::Ai,
        RankerKindFile::RoundRobin => RankerKind::RoundRobin,
        RankerKindFile::LeastLoaded => RankerKind::LeastLoaded,
        RankerKindFile::TwoChoices => RankerKind::TwoChoices,
    }
}

/// What the provider allows.
fn provider(file: &ProviderFile) -> ProviderSettings {
    ProviderSettings {
        calls_per_minute: file.calls_per_minute.map(|number| number.0),
        concurrent_calls: file.concurrent_calls.map(|number| number.0),
        failure_rate: file.failure_rate.map_or(0.0, |share| share.0),
        max_tries: file.max_tries.map_or(3, |number| number.0 as u16),
        back_off: file.back_off.map_or(SimDuration::from_secs(2), |pause| pause.0),
    }
}

/// How long a ranking takes where a scenario does not say: lognormal, mean 150 s, coefficient of variation 0.6.
fn default_latency() -> Distribution {
    Distribution::Lognormal { mean: 150.0, sigma: natural_log(1.0 + 0.6 * 0.6).sqrt() }
}
