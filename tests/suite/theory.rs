//! Numbers that are known from elsewhere. Each test states its seed, its sample and its error probability.

use stampede::domain::SimTime;
use stampede::engine::Engine;
use stampede::facts::Fact;
use stampede::metrics::statistics::Estimate;
use stampede::results::{Arm, Comparison};

use crate::common::{compare, load, logs, parse, project};

/// The mean of a measure with its interval.
fn mean(arm: &Arm, key: &str) -> Estimate {
    arm.summary(key).and_then(|summary| summary.mean).unwrap_or_else(|| panic!("{key} was not measured"))
}

/// Whether the truth lies in the interval.
fn covers(arm: &Arm, key: &str, truth: f64) {
    let estimate = mean(arm, key);
    let (lower, upper) = estimate.interval.unwrap_or_else(|| panic!("{key} has no interval"));
    assert!((lower..=upper).contains(&truth), "{key}: {lower} to {upper}, elsewhere {truth}");
}

fn direct(file: &str, settings: &[(&str, &str)]) -> Comparison {
    compare(load(&project(file), settings), Engine::Direct, 2)
}

/// W2 at 30 tickets and 20 technicians against five independent programs, which agree on 4.61, 1.732 and 260 s to about
/// half a unit of the last digit. Seed 1, 2,000 bursts, 99.9 % intervals: three false alarms in a thousand.
#[test]
fn the_herd_agrees_with_its_peers() {
    let comparison = direct("scenarios/bench/w2.toml", &[("experiment.confidence", "0.999")]);
    let arm = &comparison.arms[0];
    covers(arm, "conflicts_per_ticket", 4.61);
    covers(arm, "attempts", 1.732);
    covers(arm, "dispatch_delay.mean", 260.0);
    assert_eq!(arm.summary("double_bookings").map(|summary| summary.total), Some(0.0));
}

/// W2 at 10,000 tickets and 4,000 technicians: 39.3 conflicts, 9.85 attempts, 96 % on the second day, 1,476 s. One burst,
/// seed 1; the peers' own bursts differ from each other by less than the tolerance, which is 1 %.
#[test]
fn the_large_herd_agrees_with_its_peers() {
    let settings = [
        ("burst.tickets", "10000"),
        ("desk.technicians", "4000"),
        ("experiment.replications", "1"),
        ("experiment.records", "1"),
    ];
    let comparison = direct("scenarios/bench/w2.toml", &settings);
    let arm = &comparison.arms[0];
    for (key, elsewhere) in
        [("conflicts_per_ticket", 39.3), ("attempts", 9.85), ("dispatch_delay.mean", 1476.0)]
    {
        let seen = mean(arm, key).mean;
        assert!((seen / elsewhere - 1.0).abs() < 0.01, "{key}: {seen}, elsewhere {elsewhere}");
    }
    let records = &arm.recorded[0].records;
    let second_day = SimTime::from_micros(8 * 3_600_000_000);
    let late = records
        .iter()
        .map(|record| record.expect("it can be read").fact)
        .filter(|fact| matches!(fact, Fact::Booked { start, .. } if *start >= second_day))
        .count();
    assert!((0.95..0.97).contains(&(late as f64 / 10_000.0)), "{late} on the second day");
}

/// M/M/8 at 87.5 % load: Erlang C gives a mean wait of 0.6353 of the mean service time, here 70 minutes. Seed 1, ten
/// runs of 100,000 customers, a 99.9 % interval: one false alarm in a thousand. The runs begin empty, which takes less
/// than a thousandth off the mean.
#[test]
fn the_queue_waits_as_long_as_erlang_c_says() {
    let comparison = direct("scenarios/bench/w1.toml", &[("experiment.confidence", "0.999")]);
    covers(&comparison.arms[0], "time_to_start.mean", 0.6353 * 70.0 * 60.0);
    let half = mean(&comparison.arms[0], "time_to_start.mean").width().unwrap_or(f64::MAX) / 2.0;
    assert!(half < 0.1 * 0.6353 * 70.0 * 60.0, "the interval is too wide to say anything: {half}");
}

/// Sequential dispatch of a Poisson stream is M/G/1: mean delay = E[S] + λ E[S²] / (2 (1 − ρ)) (Pollaczek–Khinchine).
/// With a gap of 200 s and lognormal latencies of mean 150 s and σ 0.6, E[S²] = 150² e^0.36. Seed 1, twenty runs of 20,000
/// tickets, a 99.9 % interval: one false alarm in a thousand.
#[test]
fn sequential_dispatch_is_a_single_server_queue() {
    let text = r#"
        name = "m-g-1"
        [burst]
        tickets = 20000
        arrivals = { poisson = { mean_gap = "200s" } }
        [desk]
        technicians = 40
        hours = "always"
        [ranker]
        w_load = 0.0
        w_history = 0.0
        latency = { lognormal = { mean = "150s", sigma = 0.6 } }
        [[discipline]]
        kind = "sequential"
        [experiment]
        replications = 20
        records = 0
        confidence = 0.999
    "#;
    let comparison = compare(parse(text, &[]), Engine::Direct, 2);
    let second_moment = 150.0 * 150.0 * 1.433_329_414_560_340_4;
    covers(&comparison.arms[0], "dispatch_delay.mean", 150.0 + second_moment / 200.0 / (2.0 * (1.0 - 0.75)));
}

/// N tickets at once, each with a uniformly random pick among T technicians, unprotected: the expected number of tickets
/// beyond the first in their slot is N − T(1 − (1 − 1/T)^N), 20.42 for 30 and 10. Seed 1, 2,000 bursts, five standard
/// errors: a false alarm once in 1.7 million.
#[test]
fn unprotected_random_picks_collide_like_balls_in_bins() {
    let text = r#"
        name = "balls"
        [burst]
        tickets = 30
        arrivals = { backlog = {} }
        [desk]
        technicians = 10
        [ranker]
        temperature = 1000000.0
        latency = "2min"
        [[discipline]]
        kind = "unsafe-parallel"
    "#;
    let bursts = 2000;
    let mut surplus = Vec::new();
    for replication in 0..bursts {
        let log = logs(parse(text, &[]), replication).swap_remove(0);
        let slots: std::collections::BTreeSet<_> = log
            .iter()
            .filter_map(|record| match record.fact {
                Fact::Booked { technician, start, .. } => Some((technician, start)),
                _ => None,
            })
            .collect();
        surplus.push(30.0 - slots.len() as f64);
    }
    let n = f64::from(bursts);
    let seen = surplus.iter().sum::<f64>() / n;
    let variance = surplus.iter().map(|x| (x - seen) * (x - seen)).sum::<f64>() / n;
    let expected = 30.0 - 10.0 * (1.0 - (0..30).fold(1.0, |power, _| power * 0.9));
    assert!((seen - expected).abs() < 5.0 * (variance / n).sqrt(), "{seen}, expected {expected}");
}

/// Common random numbers: the interval of the paired difference is narrower than that of an unpaired one.
#[test]
fn pairing_narrows_the_interval_of_a_difference() {
    let comparison = direct("scenarios/low-volume.toml", &[("experiment.replications", "300")]);
    let position = stampede::metrics::catalog::position("makespan").expect("in the catalog");
    for arm in &comparison.arms[1..] {
        let paired = arm.paired[position].expect("measured in both arms");
        assert!(paired.narrowing.is_some_and(|factor| factor > 10.0), "{}: {:?}", arm.name, paired.narrowing);
    }
}
