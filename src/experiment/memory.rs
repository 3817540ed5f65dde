//! What a run needs of memory, estimated before it starts.

use super::{Experiment, Options};
use crate::domain::bytes::Bytes;

// In bytes. They are set so that no measured run needs more than the estimate: see the test.

/// The program and what it reads.
const PROGRAM: u64 = 32_000_000;
/// A thread's stack and its share of the allocator.
const THREAD: u64 = 2_000_000;
/// A row of numbers: one replication of one arm.
const ROW: u64 = 2_400;
/// A ticket in a world.
const TICKET: u64 = 500;
/// A technician in a world.
const TECHNICIAN: u64 = 1_500;
/// An offer that a dispatch holds while others go on: all tickets may be under way at once, and be offered everybody.
const OFFER: u64 = 26;
/// A ticket and a technician in the matrix of an arm that dispatches many tickets together.
const PAIR: u64 = 1_300;
/// A ticket in the log of a recorded replication, with its rows in all tables.
const RECORDED: u64 = 10_000;
/// A technician of whom the log says what became of the offer.
const RECORDED_OFFER: u64 = 900;
/// Of more technicians than these a log says little: offers are found team by team, and not all are told.
const RECORDED_TECHNICIANS: u64 = 64;
/// Where this many tickets per technician are under way at once, a lost race makes the log as long again.
const CROWD: u64 = 10;
/// A ticket is tried so many times at most, whatever the crowd.
const TRIES: u64 = 7;

impl Experiment {
    /// About how much memory it takes to run it and to write its results: rather too much than too little.
    pub fn memory(&self, options: &Options) -> Bytes {
        let settings = &self.scenario.experiment;
        let tickets = self.workload.tickets();
        let technicians = self.workload.desk().technicians.len() as u64;
        let replications = u64::from(settings.replications);
        let records = u64::from(settings.records.min(settings.replications));
        let threads = (options.threads as u64).clamp(1, replications.max(1));
        let tries = (1 + tickets / technicians.max(1) / CROWD).min(TRIES);
        let (mut worlds, mut logs) = (0u64, 0u64);
        for arm in &self.scenario.disciplines {
            let nature = arm.kind.nature();
            let (offers, tries) = if nature.one_at_a_time { (0, 1) } else { (technicians, tries) };
            let pairs = if nature.together { technicians.min(tickets) } else { 0 };
            let of_ticket = sum([(1, TICKET), (offers, OFFER), (pairs, PAIR)]);
            worlds = worlds.saturating_add(sum([(tickets, of_ticket), (technicians, TECHNICIAN)]));
            let told = technicians.min(RECORDED_TECHNICIANS) * tries;
            let recorded = sum([(1, RECORDED), (told, RECORDED_OFFER)]);
            logs = logs.saturating_add(tickets.saturating_mul(recorded));
        }
        let rows = replications * self.scenario.disciplines.len() as u64;
        Bytes(sum([(1, PROGRAM), (threads, THREAD), (threads, worlds), (rows, ROW), (records, logs)]))
    }
}

/// The sum of products.
fn sum<const N: usize>(products: [(u64, u64); N]) -> u64 {
    products.iter().fold(0, |sum, (a, b)| sum.saturating_add(a.saturating_mul(*b)))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::engine::Engine;
    use crate::scenario::{self, Override};

    /// The largest resident size that was measured, in MB, of a release build on 64-bit Linux with one thread and
    /// `thresholds = {}`: `/usr/bin/time -v stampede compare SCENARIO --threads 1 --set …`.
    #[test]
    fn no_measured_run_needs_more_than_the_estimate_nor_a_third_of_it() {
        for (file, settings, measured) in [
            ("monday-5", &["experiment.replications=2"][..], 31),
            ("monday-5", &["experiment.replications=20000"], 135),
            ("monday-30", &["experiment.replications=20", "experiment.records=20"], 102),
            (
                "monday-30",
                &["burst.tickets=3000", "desk.technicians=50", "discipline=[{kind=\"sequential\"}]"],
                130,
            ),
            (
                "monday-30",
                &["burst.tickets=3000", "desk.technicians=50", "discipline=[{kind=\"parallel\"}]"],
                894,
            ),
            (
                "monday-30",
                &["burst.tickets=3000", "desk.technicians=50", "discipline=[{kind=\"optimistic\"}]"],
                624,
            ),
            (
                "monday-30",
                &["burst.tickets=400", "desk.technicians=400", "discipline=[{kind=\"batched\"}]"],
                89,
            ),
            (
                "monday-30",
                &[
                    "burst.tickets=5000",
                    "desk.technicians=500",
                    "discipline=[{kind=\"parallel\"}]",
                    "experiment.records=0",
                ],
                91,
            ),
            (
                "monday-30",
                &[
                    "burst.tickets=10",
                    "desk.technicians=10000",
                    "discipline=[{kind=\"sequential\"}]",
                    "experiment.records=0",
                ],
                40,
            ),
        ] {
            // The first two replications tell as much as all, unless it is their number that counts.
            let mut typed = vec!["thresholds={}"];
            if settings.iter().all(|setting| !setting.starts_with("experiment.replications")) {
                typed.push("experiment.replications=2");
            }
            typed.extend(settings);
            let overrides: Vec<Override> = typed
                .iter()
                .filter_map(|setting| setting.split_once('='))
                .map(|(key, value)| Override { key: key.into(), value: value.into(), origin: "--set".into() })
                .collect();
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{file}.toml"));
            let scenario = scenario::load(&path, &overrides).unwrap();
            let experiment = Experiment::prepare(scenario).unwrap();
            let Bytes(estimate) = experiment.memory(&Options { engine: Engine::Direct, threads: 1 });
            let measured = measured * 1_000_000;
            assert!((measured..=3 * measured).contains(&estimate), "{file} {settings:?}: {estimate}");
        }
    }

    #[test]
    fn no_number_is_too_large_to_be_estimated() {
        let overrides = [("burst.tickets", "100000000"), ("experiment.replications", "100000000")]
            .map(|(key, value)| Override { key: key.into(), value: value.into(), origin: "--set".into() });
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/monday-30.toml");
        let experiment = Experiment::prepare(scenario::load(&path, &overrides).unwrap()).unwrap();
        assert!(experiment.memory(&Options { engine: Engine::Direct, threads: 1024 }) > Bytes(1 << 45));
    }
}
