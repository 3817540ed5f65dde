//! The two workloads of the peers, under both engines: tickets (customers, for W1) per second.
//!
//! A replication is what `compare` makes of it, from the burst to the numbers, with a seed of its own each time.

use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use stampede::engine::Engine;
use stampede::experiment::{Arena, Experiment};
use stampede::scenario::{self, Override};

/// Measures `batch` replications at a time of a scenario with these keys set.
fn workload(c: &mut Criterion, name: &str, file: &str, settings: &[(&str, &str)], batch: u32) {
    let overrides: Vec<Override> = settings
        .iter()
        .map(|(key, value)| Override { key: (*key).into(), value: (*value).into(), origin: "bench".into() })
        .collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/bench").join(file);
    let scenario = scenario::load(&path, &overrides).unwrap_or_else(|error| panic!("{error}"));
    let experiment = Experiment::prepare(scenario).unwrap_or_else(|error| panic!("{error}"));
    let rules = experiment.rules().swap_remove(0);
    let tickets = experiment.script(0).burst.tickets.len() as u64;
    let mut group = c.benchmark_group(name);
    group.throughput(Throughput::Elements(tickets * u64::from(batch)));
    if tickets > 1000 {
        group.sample_size(10);
    }
    for (engine, label) in [(Engine::Direct, "direct"), (Engine::Actix, "actix")] {
        let mut arena = Arena::new(&rules, engine, &experiment.numbers());
        let mut replication = 0;
        group.bench_function(label, |bencher| {
            bencher.iter(|| {
                let mut digests = Vec::new();
                for _ in 0..batch {
                    replication += 1;
                    let outcome = arena.run(&experiment.script(replication), None).expect("no log is kept");
                    digests.push(outcome.digest);
                }
                digests
            });
        });
    }
    group.finish();
}

fn workloads(c: &mut Criterion) {
    workload(c, "w2 30 tickets 20 technicians", "w2.toml", &[], 100);
    let large = [("burst.tickets", "10000"), ("desk.technicians", "4000")];
    workload(c, "w2 10000 tickets 4000 technicians", "w2.toml", &large, 1);
    workload(c, "w1 1000000 customers", "w1.toml", &[("burst.tickets", "1000000")], 1);
}

criterion_group!(benches, workloads);
criterion_main!(benches);
