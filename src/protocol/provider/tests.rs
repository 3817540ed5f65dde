//! The provider on its own: the quota per minute to the microsecond, calls at a time, failures and pauses.

use super::*;
use crate::domain::settings::ModeRules;
use crate::domain::{Desk, Distribution};
use crate::kernel::Kernel;
use crate::protocol::instant_rules;
use crate::protocol::message::Delivery;

const SECOND: SimDuration = SimDuration::from_secs(1);

const NO_LIMITS: ProviderSettings = ProviderSettings {
    calls_per_minute: None,
    concurrent_calls: None,
    failure_rate: 0.0,
    max_tries: 3,
    back_off: SimDuration::from_secs(2),
};

/// Calls each begun `after` the start; the answers with their instants, in microseconds.
fn answers(limits: &ProviderSettings, latency: f64, calls: &[SimDuration]) -> Vec<(i64, ToDispatcher)> {
    let mut rules = instant_rules(Desk::default(), ModeRules::TeamOnly);
    rules.ranker.latency = Distribution::Constant { value: latency };
    rules.ranker.provider = Some(limits.clone());
    let mut provider = Provider::new(&rules).expect("there are limits");
    provider.begin(&Script::default());
    let mut out: Kernel<_, _> = Kernel::default();
    for (ticket, after) in (0..).map(TicketId).zip(calls) {
        out.send(*after, Delivery::provider(AgentId(0), ToProvider::Call { ticket, attempt: 1 }));
    }
    let mut answers = Vec::new();
    while let Some(delivery) = out.take_next() {
        match delivery {
            Delivery::Provider(message) => provider.handle(message, &mut out),
            Delivery::Dispatcher(_, answer) => answers.push((out.now().micros(), answer)),
            other => panic!("{other:?}"),
        }
        assert!(limits.concurrent_calls.is_none_or(|limit| provider.under_way <= limit));
    }
    assert!(provider.line.is_empty() && provider.under_way == 0);
    answers
}

fn ranked(ticket: u32) -> ToDispatcher {
    ToDispatcher::Ranked { ticket: TicketId(ticket), tokens: 0, errand: None }
}

#[test]
fn a_call_may_begin_exactly_a_minute_after_the_one_that_used_up_the_quota() {
    let limits = ProviderSettings { calls_per_minute: Some(2), ..NO_LIMITS };
    let calls = [SimDuration::ZERO, SECOND, SECOND * 2, SECOND * 59, SECOND * 60];
    let got = answers(&limits, 0.0, &calls);
    let expected = [(0, 0), (1, 1), (60, 2), (61, 3), (120, 4)];
    assert_eq!(got, expected.map(|(at, ticket)| (at * 1_000_000, ranked(ticket))));
    let spread = [SimDuration::ZERO, SimDuration::ZERO, SimDuration::from_micros(59_999_999)];
    assert_eq!(answers(&limits, 0.0, &spread)[2].0, 60_000_000);
}

#[test]
fn so_many_calls_at_a_time_and_the_others_in_the_order_in_which_they_came() {
    let limits = ProviderSettings { concurrent_calls: Some(2), ..NO_LIMITS };
    let got = answers(&limits, 10.0, &[SimDuration::ZERO; 5]);
    let expected = [(10, 0), (10, 1), (20, 2), (20, 3), (30, 4)];
    assert_eq!(got, expected.map(|(at, ticket)| (at * 1_000_000, ranked(ticket))));
}

#[test]
fn a_call_that_fails_takes_its_time_and_the_pauses_double() {
    let limits = ProviderSettings { failure_rate: 1.0, max_tries: 4, ..NO_LIMITS };
    let failed = ToDispatcher::RankerFailed { ticket: TicketId(0) };
    // Four calls of a second, and pauses of 2, 4 and 8 seconds.
    assert_eq!(answers(&limits, 1.0, &[SimDuration::ZERO]), [(18_000_000, failed.clone())]);
    let once = ProviderSettings { max_tries: 1, ..limits.clone() };
    assert_eq!(answers(&once, 1.0, &[SimDuration::ZERO]), [(1_000_000, failed.clone())]);
    // As many doublings as there may be do not overflow.
    let forever = ProviderSettings { max_tries: 100, ..limits };
    assert_eq!(answers(&forever, 0.0, &[SimDuration::ZERO])[0].1, failed);
}

#[test]
fn a_place_is_free_during_the_pause_of_a_call_that_failed() {
    let limits =
        ProviderSettings { concurrent_calls: Some(1), failure_rate: 0.5, max_tries: 100, ..NO_LIMITS };
    let got = answers(&limits, 1.0, &[SimDuration::ZERO; 12]);
    assert_eq!(got.len(), 12, "every call is answered");
    assert!(got.iter().all(|(_, answer)| matches!(answer, ToDispatcher::Ranked { .. })));
    let tickets: Vec<u32> = (got.iter())
        .filter_map(|(_, answer)| match answer {
            ToDispatcher::Ranked { ticket, .. } => Some(ticket.0),
            _ => None,
        })
        .collect();
    assert!(!tickets.is_sorted(), "others went ahead: {tickets:?}");
}
