//! What a run needs of memory, estimated before it starts.

use super::{Experiment, Options};
use crate::domain::bytes::Bytes;
use crate::results::folder::AT_ONCE;

// In bytes. They are set so that no measured run needs more than the estimate: see the test.

/// The program, what it reads and what it keeps before it puts it aside.
const PROGRAM: u64 = 40_000_000;
/// A thread's stack and its share of the allocator.
const THREAD: u64 = 2_000_000;
/// A chart while it is drawn; that of one thread is the program's.
const CHART: u64 = 25_000_000;
/// A row of numbers, of which only sums stay: one replication of one arm.
const ROW: u64 = 170;
/// What a number of an arm is summed up in, its differences to the baseline included.
const NUMBER: u64 = 1_000;
/// Its value in a replication while replications are summed up.
const VALUE: u64 = 8;
/// No more of its values than this are kept.
const VALUES: u64 = 4096;
/// What became of a ticket, where tickets are told apart.
const FATE: u64 = 100;
/// A ticket in a world.
const TICKET: u64 = 560;
/// A technician in a world.
const TECHNICIAN: u64 = 1_500;
/// An offer that a dispatch holds while others go on: all tickets may be under way at once.
const OFFER: u64 = 26;
/// A dispatch holds no more offers than it asks for.
const OFFERS: u64 = 64;
/// A ticket and a technician in the matrix of an arm that dispatches many tickets together.
const PAIR: u64 = 16;
/// A ticket in the log of a replication that is recorded; once it has ended, the log is put aside.
const RECORDED: u64 = 4_000;

impl Experiment {
    /// About how much memory it takes to run it and to write its results: rather too much than too little.
    pub fn memory(&self, options: &Options) -> Bytes {
        let settings = &self.scenario.experiment;
        let tickets = self.workload.tickets();
        let technicians = self.workload.desk().technicians.len() as u64;
        let replications = u64::from(self.most_replications());
        let threads = (options.threads as u64).clamp(1, replications.max(1));
        let charts = options.threads.clamp(1, AT_ONCE) as u64 - 1;
        let recorded = if settings.records > 0 { RECORDED } else { 0 };
        let numbers = self.numbers();
        let fate = if numbers.segmented().is_empty() { 0 } else { FATE };
        let mut worlds = 0u64;
        for arm in &self.scenario.disciplines {
            let nature = arm.kind.nature();
            let offers = if nature.one_at_a_time { 0 } else { technicians.min(OFFERS) };
            let pairs = if nature.together { technicians.min(tickets) } else { 0 };
            let of_ticket = sum([(1, TICKET + fate), (offers, OFFER), (pairs, PAIR), (1, recorded)]);
            worlds = worlds.saturating_add(sum([(tickets, of_ticket), (technicians, TECHNICIAN)]));
        }
        let rows = replications * self.scenario.disciplines.len() as u64;
        let columns = numbers.count() as u64 * self.scenario.disciplines.len() as u64;
        let column = sum([(1, NUMBER), (replications.min(VALUES), VALUE)]);
        let threads = [(threads, THREAD), (threads, worlds), (charts, CHART)];
        Bytes(sum([(1, PROGRAM), (1, sum(threads)), (rows, ROW), (columns, column)]))
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
            ("monday-5", &["experiment.replications=2"][..], 36),
            ("monday-5", &["experiment.replications=20000"], 45),
            ("monday-30", &["experiment.replications=20", "experiment.records=20"], 41),
            (
                "monday-30",
                &["burst.tickets=3000", "desk.technicians=50", "discipline=[{kind=\"sequential\"}]"],
                44,
            ),
            (
                "monday-30",
                &["burst.tickets=3000", "desk.technicians=50", "discipline=[{kind=\"parallel\"}]"],
                46,
            ),
            (
                "monday-30",
                &["burst.tickets=3000", "desk.technicians=50", "discipline=[{kind=\"optimistic\"}]"],
                46,
            ),
            (
                "monday-30",
                &["burst.tickets=400", "desk.technicians=400", "discipline=[{kind=\"batched\"}]"],
                39,
            ),
            (
                "monday-30",
                &[
                    "burst.tickets=4000",
                    "desk.technicians=4000",
                    "ranker.temperature=1",
                    "discipline=[{kind=\"batched\"}]",
                ],
                296,
            ),
            (
                "monday-30",
                &[
                    "burst.tickets=5000",
                    "desk.technicians=500",
                    "discipline=[{kind=\"parallel\"}]",
                    "experiment.records=0",
                ],
                37,
            ),
            (
                "monday-30",
                &[
                    "burst.tickets=10",
                    "desk.technicians=10000",
                    "discipline=[{kind=\"sequential\"}]",
                    "experiment.records=0",
                ],
                46,
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
    fn up_to_four_threads_draw_a_chart_each() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/monday-5.toml");
        let experiment = Experiment::prepare(scenario::load(&path, &[]).unwrap()).unwrap();
        let with = |threads| experiment.memory(&Options { engine: Engine::Direct, threads }).0;
        let further: Vec<u64> = (1..6).map(|threads| with(threads + 1) - with(threads)).collect();
        assert!(further[..3].iter().all(|bytes| (CHART..2 * CHART).contains(bytes)), "{further:?}");
        assert!(further[3..].iter().all(|bytes| *bytes < CHART), "{further:?}");
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
