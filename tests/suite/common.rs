//! What the tests share: the project's folder, the shipped scenarios, replications with their logs.

use std::path::{Path, PathBuf};

use stampede::domain::TicketId;
use stampede::engine::Engine;
use stampede::experiment::{Arena, Experiment, Options};
use stampede::facts::{Fact, Record};
use stampede::results::Comparison;
use stampede::results::spool::Store;
use stampede::scenario::{self, Override, Scenario};

/// A path inside the project.
pub fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Every scenario that is shipped.
pub fn shipped() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in ["scenarios", "scenarios/bench"] {
        for entry in std::fs::read_dir(project(folder)).expect("the folder is shipped") {
            let path = entry.expect("the folder can be read").path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(files.len() >= 7, "{files:?}");
    files
}

/// A scenario file with keys set.
pub fn load(path: &Path, settings: &[(&str, &str)]) -> Scenario {
    scenario::load(path, &overrides(settings)).unwrap_or_else(|error| panic!("{error}"))
}

/// A scenario from text with keys set. Its tables may lie in temporary folders.
pub fn parse(text: &str, settings: &[(&str, &str)]) -> Scenario {
    let settings = &[&[("allow_outside", "true")], settings].concat();
    scenario::parse(text, "test.toml", &project("scenarios"), &overrides(settings))
        .unwrap_or_else(|error| panic!("{error}"))
}

fn overrides(settings: &[(&str, &str)]) -> Vec<Override> {
    let one = |(key, value): &(&str, &str)| Override {
        key: (*key).to_owned(),
        value: (*value).to_owned(),
        origin: "--set".to_owned(),
    };
    settings.iter().map(one).collect()
}

/// Runs all arms of a scenario.
pub fn compare(scenario: Scenario, engine: Engine, threads: usize) -> Comparison {
    let experiment = Experiment::prepare(scenario).unwrap_or_else(|error| panic!("{error}"));
    experiment.run(&Options { engine, threads }, &mut |_| {}).unwrap_or_else(|error| panic!("{error}"))
}

/// The log of one replication of each arm, in the scenario's order.
pub fn logs(scenario: Scenario, replication: u32) -> Vec<Vec<Record>> {
    let experiment = Experiment::prepare(scenario).unwrap_or_else(|error| panic!("{error}"));
    let script = experiment.script(replication);
    let log = |rules| {
        let outcome =
            Arena::new(rules, Engine::Direct, &experiment.numbers()).run(&script, Some(&Store::default()));
        let log = outcome.expect("there is room").log.expect("the log was asked for");
        log.to_vec().expect("it is in memory or in a file of ours")
    };
    experiment.rules().iter().map(log).collect()
}

/// The facts about one ticket.
pub fn about(log: &[Record], ticket: u32) -> impl Iterator<Item = &Record> {
    log.iter().filter(move |record| record.fact.ticket() == Some(TicketId(ticket)))
}

/// How many facts fit.
pub fn count(log: &[Record], fits: impl Fn(&Fact) -> bool) -> usize {
    log.iter().filter(|record| fits(&record.fact)).count()
}
