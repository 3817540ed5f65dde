//! Whole replications, the workloads of the peers and every shipped scenario, and a whole `compare`: tickets (customers, for
//! W1) per second.
//!
//! A replication is what `compare` makes of it, from the burst to the numbers, with a seed of its own each time.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use stampede::engine::Engine;
use stampede::experiment::{Arena, Experiment};
use stampede::scenario::{self, Override, Scenario, ScenarioError};

fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

fn prepare(scenario: Result<Scenario, ScenarioError>) -> Experiment {
    let scenario = scenario.unwrap_or_else(|error| panic!("{error}"));
    Experiment::prepare(scenario).unwrap_or_else(|error| panic!("{error}"))
}

/// A scenario of the folder with these keys set.
fn experiment(file: impl AsRef<Path>, settings: &[(&str, &str)]) -> Experiment {
    let overrides: Vec<Override> = settings
        .iter()
        .map(|(key, value)| Override { key: (*key).into(), value: (*value).into(), origin: "bench".into() })
        .collect();
    prepare(scenario::load(&scenarios().join(file), &overrides))
}

/// Measures an arm, `batch` replications at a time.
fn replications(
    group: &mut BenchmarkGroup<'_, WallTime>,
    label: &str,
    (experiment, arm): (&Experiment, usize),
    engine: Engine,
    batch: u32,
) {
    let tickets = experiment.script(0).burst.tickets.len() as u64;
    group.throughput(Throughput::Elements(tickets * u64::from(batch)));
    let mut arena = Arena::new(&experiment.rules()[arm], engine, &experiment.numbers());
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

/// The two workloads that other tools run too, under both engines.
fn peers(c: &mut Criterion) {
    let large = [("burst.tickets", "10000"), ("desk.technicians", "4000")];
    let queue = [("burst.tickets", "1000000")];
    let workloads = [
        ("w2 30 tickets 20 technicians", "bench/w2.toml", [].as_slice(), 100),
        ("w2 10000 tickets 4000 technicians", "bench/w2.toml", large.as_slice(), 1),
        ("w1 1000000 customers", "bench/w1.toml", queue.as_slice(), 1),
    ];
    for (name, file, settings, batch) in workloads {
        let experiment = experiment(file, settings);
        let mut group = c.benchmark_group(name);
        if batch == 1 {
            group.sample_size(10);
        }
        for (engine, label) in [(Engine::Direct, "direct"), (Engine::Actix, "actix")] {
            replications(&mut group, label, (&experiment, 0), engine, batch);
        }
        group.finish();
    }
}

/// Every arm of every shipped scenario, a replication at a time.
fn shipped(c: &mut Criterion) {
    let mut files: Vec<PathBuf> = std::fs::read_dir(scenarios())
        .expect("the folder is shipped")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    for file in files {
        let experiment = experiment(&file, &[]);
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let mut group = c.benchmark_group(format!("shipped {name}"));
        // There are many of them.
        group
            .sample_size(10)
            .warm_up_time(Duration::from_millis(100))
            .measurement_time(Duration::from_millis(500));
        for (arm, rules) in experiment.rules().iter().enumerate() {
            replications(&mut group, &rules.discipline.name, (&experiment, arm), Engine::Direct, 1);
        }
        group.finish();
    }
}

/// `batched` where all tickets wait from the outset, so that one batch has them all. Technicians differ in what they solve of
/// each category: tickets that cost the same everywhere are matched at once, which is no work.
fn matching(c: &mut Criterion) {
    const CATEGORIES: u32 = 16;
    let table = |entry: &dyn Fn(u32) -> String| (0..CATEGORIES).map(entry).collect::<Vec<_>>().join(", ");
    let categories = table(&|category| format!("c{category} = 1"));
    let mut group = c.benchmark_group("batched matching");
    group.sample_size(10);
    for tickets in [100, 500, 2000] {
        let technician = |number: u32| {
            let solved =
                table(&|category| format!("c{category} = 0.{:02}", (number * 37 + category * 101) % 89));
            format!("[[desk.technician]]\nname = \"t{number}\"\nhistory = {{ {solved} }}\n")
        };
        let technicians: String = (0..tickets * 2 / 5).map(technician).collect();
        let text = format!(
            "name = \"matching\"\nstart = \"2026-11-23T08:00\"\n[burst]\ntickets = {tickets}\n\
             arrivals = {{ backlog = {{}} }}\ncategories = {{ {categories} }}\n{technicians}\
             [[discipline]]\nkind = \"batched\"\n"
        );
        let experiment = prepare(scenario::parse(&text, "matching.toml", &scenarios(), &[]));
        replications(&mut group, &format!("{tickets} tickets"), (&experiment, 0), Engine::Direct, 1);
    }
    group.finish();
}

/// The program from its start to the last file of the results folder: three arms, a thousand replications, every chart.
fn whole(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let mut group = c.benchmark_group("compare with reports");
    group.sample_size(10);
    for threads in ["1", "2"] {
        group.bench_function(format!("monday-30, threads {threads}"), |bencher| {
            bencher.iter(|| {
                let status = Command::new(env!("CARGO_BIN_EXE_stampede"))
                    .arg("compare")
                    .arg(scenarios().join("monday-30.toml"))
                    .args(["--quiet", "--threads", threads, "--out"])
                    .arg(folder.path().join("results"))
                    .status();
                assert!(status.expect("the program can be started").success());
            });
        });
    }
    group.finish();
}

criterion_group!(benches, peers, shipped, matching, whole);
criterion_main!(benches);
