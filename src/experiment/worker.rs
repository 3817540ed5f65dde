//! A worker: takes the next replications, runs every discipline on their bursts, hands the numbers over.

use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::Sender;

use super::Experiment;
use crate::domain::{Burst, SimTime};
use crate::engine::{Engine, World};
use crate::facts::{Fact, Record};
use crate::kernel::log::{Digest, Observer};
use crate::metrics::collector::{Collector, Totals, Values};
use crate::metrics::counts::Context;
use crate::metrics::numbers::Numbers;
use crate::protocol::{Rules, Script};

/// What all workers share.
pub(super) struct Plan<'a> {
    /// What is run.
    pub experiment: &'a Experiment,
    /// Who carries the messages.
    pub engine: Engine,
    /// The next replication that nobody has taken yet.
    pub next: AtomicU32,
    /// The replication after the last.
    pub end: u32,
    /// How many a worker takes at a time: waking the gatherer for each of them would take as long as a small one.
    pub batch: u32,
}

impl Plan<'_> {
    /// Leaves the replications that nobody has taken yet undone.
    pub fn abandon(&self) {
        self.next.store(self.end, Ordering::Relaxed);
    }
}

/// What a replication yields under one discipline.
pub struct Outcome {
    /// The event log's digest.
    pub digest: Digest,
    /// The numbers.
    pub values: Values,
    /// The tickets and the event log, where it is kept.
    pub log: Option<(Arc<Burst>, Arc<[Record]>)>,
}

/// What a worker hands over.
pub(super) enum Report {
    /// Replications, from this number on, each with one outcome an arm.
    Batch(u32, Vec<Vec<Outcome>>),
    /// It is done: the sums over all its replications, arm by arm.
    Done(Vec<Totals>),
}

/// Watches a world: measures always, keeps the log when asked to.
struct Watcher {
    collector: Collector,
    kept: Option<Vec<Record>>,
}

impl Observer<Fact> for Watcher {
    fn observe(&mut self, records: &[Record]) {
        self.collector.observe(records);
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(records);
        }
    }

    fn wants_explanations(&self) -> bool {
        self.kept.is_some()
    }
}

/// What the numbers of an arm with these rules depend on besides the facts.
pub(super) fn context(rules: &Rules) -> Context {
    Context {
        price_per_million_tokens: rules.ranker.price_per_million_tokens,
        books_slots: rules.books_slots(),
        agents: rules.agents.len(),
    }
}

/// One discipline's world with its watcher, used again for every replication.
pub struct Arena {
    world: World,
    watcher: Option<Box<Watcher>>,
}

impl Arena {
    /// An arena for these rules that measures these numbers.
    pub fn new(rules: &Rules, engine: Engine, numbers: &Numbers) -> Self {
        let world = World::new(rules, engine);
        let collector = Collector::new(Arc::clone(&rules.desk), context(rules), numbers.clone());
        Self { world, watcher: Some(Box::new(Watcher { collector, kept: None })) }
    }

    /// The sums over all replications so far.
    fn totals(&self) -> Totals {
        self.watcher.as_ref().map(|watcher| watcher.collector.totals()).unwrap_or_default()
    }

    /// Runs a replication on its own and measures it; `keep`: returns its log too.
    pub fn run(&mut self, script: &Script, keep: bool) -> Outcome {
        let digest = self.simulate(script, keep);
        self.measure(script, digest, self.last_finish())
    }

    /// Runs a replication; `keep`: keeps its log.
    fn simulate(&mut self, script: &Script, keep: bool) -> Digest {
        let mut watcher = self.watcher.take().expect("an arena runs one replication at a time");
        watcher.kept = keep.then(Vec::new);
        let ending = self.world.run(script, Some(watcher));
        let observer: Box<dyn Any> = ending.observer.expect("the log returns the observer it was given");
        self.watcher = Some(observer.downcast().expect("the observer is the watcher it was given"));
        ending.digest
    }

    /// When the last work of the replication that was run has ended.
    fn last_finish(&self) -> Option<SimTime> {
        self.watcher.as_ref().and_then(|watcher| watcher.collector.last_finish())
    }

    /// What the replication that was run comes to. `worked_until`: when the last work ended under any discipline.
    fn measure(&mut self, script: &Script, digest: Digest, worked_until: Option<SimTime>) -> Outcome {
        let watcher = self.watcher.as_mut().expect("the watcher is back after each replication");
        let values = watcher.collector.take(&script.burst, worked_until);
        let log = watcher.kept.take().map(|records| (Arc::clone(&script.burst), Arc::from(records)));
        Outcome { digest, values, log }
    }
}

/// A worker that panics takes the others off their work: the experiment has failed.
struct Alarm<'a>(&'a Plan<'a>);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.abandon();
        }
    }
}

/// Runs replications until there are none left, nobody listens or all are to stop.
pub(super) fn work(plan: &Plan<'_>, reports: &Sender<Report>) {
    let _alarm = Alarm(plan);
    let rules = plan.experiment.rules();
    let settings = &plan.experiment.scenario.experiment;
    let numbers = plan.experiment.numbers();
    let mut arenas: Vec<Arena> = rules.iter().map(|rules| Arena::new(rules, plan.engine, &numbers)).collect();
    loop {
        let first = plan.next.fetch_add(plan.batch, Ordering::Relaxed);
        if first >= plan.end {
            // Sums over replications, in which the order does not show.
            let _ = reports.send(Report::Done(arenas.iter().map(Arena::totals).collect()));
            return;
        }
        let mut batch = Vec::with_capacity(plan.batch as usize);
        for number in first..plan.end.min(first + plan.batch) {
            let script = plan.experiment.script(number);
            let keep = number < settings.records;
            let mut digests = Vec::with_capacity(arenas.len());
            for arena in &mut arenas {
                if plan.experiment.stop.load(Ordering::Relaxed) {
                    return;
                }
                digests.push(arena.simulate(&script, keep));
            }
            let worked_until = arenas.iter().filter_map(Arena::last_finish).max();
            let measured = arenas.iter_mut().zip(digests);
            batch
                .push(measured.map(|(arena, digest)| arena.measure(&script, digest, worked_until)).collect());
        }
        if reports.send(Report::Batch(first, batch)).is_err() {
            return;
        }
    }
}
