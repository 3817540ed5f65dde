//! Golden vectors of every sampler, and their moments against theory.

use std::fmt::Write as _;

use super::*;
use crate::kernel::stream::{Purpose, Streams};

fn stream(entity: u32) -> Stream {
    Streams::new(42, 7).stream(Purpose::Work, entity, 0)
}

/// One of each, with a name.
fn distributions() -> Vec<(&'static str, Distribution)> {
    vec![
        ("constant", Distribution::Constant { value: 2.5 }),
        ("uniform", Distribution::Uniform { low: 1.0, high: 3.0 }),
        ("exponential", Distribution::Exponential { mean: 1500.0 }),
        ("normal", Distribution::Normal { mean: 10.0, sd: 2.0 }),
        ("lognormal", Distribution::Lognormal { mean: 150.0, sigma: 0.6 }),
        ("gamma", Distribution::Gamma { mean: 5.0, shape: 2.5 }),
        ("gamma below one", Distribution::Gamma { mean: 5.0, shape: 0.4 }),
        ("weibull", Distribution::Weibull { scale: 3.0, shape: 1.7 }),
        ("empirical", Distribution::Empirical { values: [1.0, 2.0, 4.0, 8.0].into() }),
    ]
}

#[test]
fn golden_vectors() {
    let mut lines = String::new();
    for (name, distribution) in distributions() {
        let mut stream = stream(1);
        let bits: Vec<String> =
            (0..4).map(|_| format!("{:016x}", draw(&distribution, &mut stream).to_bits())).collect();
        writeln!(lines, "{name}: {}", bits.join(" ")).expect("strings grow");
    }
    let mut stream = stream(2);
    let counts: Vec<u32> = [0.0, 0.5, 12.7, 500.0].map(|mean| poisson(mean, &mut stream)).into();
    writeln!(lines, "poisson: {counts:?}").expect("strings grow");
    let counts: Vec<u32> = [0.5, 12.7, 500.0].map(|mean| negative_binomial(mean, 1.98, &mut stream)).into();
    writeln!(lines, "negative binomial: {counts:?}").expect("strings grow");
    let noise: Vec<String> =
        (0..3).map(|_| format!("{:016x}", gumbel_quantile(stream.open_unit()).to_bits())).collect();
    writeln!(lines, "gumbel: {}", noise.join(" ")).expect("strings grow");
    let picks: Vec<u32> = (0..8).map(|_| below(1000, &mut stream)).collect();
    writeln!(lines, "below 1000: {picks:?}").expect("strings grow");
    let picks: Vec<usize> = (0..8).map(|_| weighted([1.0, 0.0, 3.0].into_iter(), &mut stream)).collect();
    writeln!(lines, "weighted: {picks:?}").expect("strings grow");
    assert_eq!(lines, include_str!("golden.txt"), "the draws changed:\n{lines}");
}

/// Mean and variance over 200,000 draws, seed 42, within five standard errors: a false alarm once in 1.7 million.
#[test]
fn moments_agree_with_theory() {
    const N: u32 = 200_000;
    let sigma: f64 = 0.6;
    let lognormal_variance = 150.0 * 150.0 * (libm::exp(sigma * sigma) - 1.0);
    let weibull_mean = 3.0 * libm::tgamma(1.0 + 1.0 / 1.7);
    let weibull_variance = 9.0 * libm::tgamma(1.0 + 2.0 / 1.7) - weibull_mean * weibull_mean;
    let moments = [
        (2.5, 0.0),
        (2.0, 1.0 / 3.0),
        (1500.0, 1500.0 * 1500.0),
        (10.0, 4.0),
        (150.0, lognormal_variance),
        (5.0, 25.0 / 2.5),
        (5.0, 25.0 / 0.4),
        (weibull_mean, weibull_variance),
        (3.75, 7.1875),
    ];
    for ((name, distribution), (mean, variance)) in distributions().into_iter().zip(moments) {
        let mut stream = stream(3);
        let draws: Vec<f64> = (0..N).map(|_| draw(&distribution, &mut stream)).collect();
        agree(name, &draws, mean, variance);
    }
    for (mean, dispersion) in [(0.5, 1.0), (12.7, 1.0), (300.0, 1.0), (12.7, 1.98), (0.5, 3.0)] {
        let mut stream = stream(4);
        let draws: Vec<f64> =
            (0..N).map(|_| f64::from(negative_binomial(mean, dispersion, &mut stream))).collect();
        agree(&format!("count {mean} {dispersion}"), &draws, mean, dispersion * mean);
    }
    let mut stream = stream(5);
    let noise: Vec<f64> = (0..N).map(|_| gumbel_quantile(stream.open_unit())).collect();
    let pi = std::f64::consts::PI;
    agree("gumbel", &noise, 0.577_215_664_901_532_9, pi * pi / 6.0);
}

fn agree(name: &str, draws: &[f64], mean: f64, variance: f64) {
    let n = draws.len() as f64;
    let seen = draws.iter().sum::<f64>() / n;
    let second = draws.iter().map(|x| (x - mean) * (x - mean)).collect::<Vec<_>>();
    let seen_variance = second.iter().sum::<f64>() / n;
    let fourth = second.iter().map(|x| (x - variance) * (x - variance)).sum::<f64>() / n;
    let (mean_error, variance_error) = ((variance / n).sqrt(), (fourth / n).sqrt());
    assert!((seen - mean).abs() <= 5.0 * mean_error + 1e-12, "{name}: mean {seen}, theory {mean}");
    assert!(
        (seen_variance - variance).abs() <= 5.0 * variance_error + 1e-12,
        "{name}: variance {seen_variance}, theory {variance}"
    );
}

#[test]
fn normal_quantiles_are_those_of_the_tables() {
    for (p, z) in [
        (0.5, 0.0),
        (0.975, 1.959_963_984_540_054),
        (0.25, -0.674_489_750_196_081_7),
        (0.001, -3.090_232_306_167_813_5),
        (1e-20, -9.262_340_089_798_408),
    ] {
        let seen = normal_quantile(p);
        assert!((seen - z).abs() < 1e-14 * z.abs().max(1.0), "{p}: {seen} and {z}");
    }
}
