//! A worker: takes the next replications, runs every discipline on their bursts, hands the numbers over.

use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Sender;

use super::Experiment;
use super::turns::{StopOnDrop, Turns};
use crate::domain::{AgentId, SimTime};
use crate::engine::{Engine, World};
use crate::facts::{Fact, Record};
use crate::kernel::log::{Digest, Observer};
use crate::metrics::collector::{Collector, Totals, Values};
use crate::metrics::comparison::Across;
use crate::metrics::counts::Context;
use crate::metrics::numbers::Numbers;
use crate::protocol::agent::Way;
use crate::protocol::{Rules, Script};
use crate::results::part::{Part, PartOfArm};
use crate::results::recorded::put_aside;
use crate::results::spool::{Spool, SpoolWriter, Store};
use crate::results::{Recorded, ReplicationRow};

/// What all workers share.
pub(super) struct Plan<'a> {
    /// What is run.
    pub experiment: &'a Experiment,
    /// Who carries the messages.
    pub engine: Engine,
    /// Which replications nobody has taken yet.
    pub turns: &'a Turns,
}

/// What a replication yields under one discipline.
pub struct Outcome {
    /// The event log's digest.
    pub digest: Digest,
    /// The numbers.
    pub values: Values,
    /// The event log, where it is kept.
    pub log: Option<Spool<Record>>,
}

/// What a worker hands over: a batch of replications, or that the temporary file is not to be written to.
pub(super) type Report = io::Result<Part>;

/// Watches a world: measures always, keeps the log when asked to.
struct Watcher {
    collector: Collector,
    kept: Option<SpoolWriter<Record>>,
    /// Why the log could not be kept to its end.
    failed: Option<io::Error>,
}

impl Observer<Fact> for Watcher {
    #[inline(always)]
    fn observe(&mut self, record: &Record) {
        self.collector.observe(record);
        if self.kept.is_some() {
            self.keep(*record);
        }
    }

    fn wants_explanations(&self) -> bool {
        self.kept.is_some()
    }
}

impl Watcher {
    #[cold]
    fn keep(&mut self, record: Record) {
        if let Some(kept) = self.kept.as_mut().filter(|_| self.failed.is_none()) {
            self.failed = kept.push(&record).err();
        }
    }
}

/// What the numbers of an arm with these rules depend on besides the facts.
pub(super) fn context(rules: &Rules) -> Context {
    Context {
        price_per_million_tokens: rules.ranker.price_per_million_tokens,
        price_per_advanced_run: rules.ranker.price_per_advanced_run,
        price_per_sandbox_minute: rules.ranker.price_per_sandbox_minute,
        costs: rules.costs.clone(),
        books_slots: rules.books_slots(),
        agents: rules.agents.len(),
        agent_names: rules.agents.iter().map(|agent| agent.name.clone()).collect(),
        answering: (0..)
            .map(AgentId)
            .zip(rules.agents.iter())
            .filter(|(_, agent)| matches!(agent.way, Way::Answer { .. }))
            .map(|(id, _)| id)
            .collect(),
    }
}

/// One discipline's world with its watcher, used again for every replication.
pub struct Arena {
    world: World<Box<Watcher>>,
    watcher: Option<Box<Watcher>>,
}

impl Arena {
    /// An arena for these rules that measures these numbers.
    pub fn new(rules: &Rules, engine: Engine, numbers: &Numbers) -> Self {
        let world = World::new(rules, engine);
        let collector = Collector::new(Arc::clone(&rules.desk), context(rules), numbers.clone());
        Self { world, watcher: Some(Box::new(Watcher { collector, kept: None, failed: None })) }
    }

    /// The sums over all replications since it was last asked.
    fn take_totals(&mut self) -> Totals {
        self.watcher.as_mut().map(|watcher| watcher.collector.take_totals()).unwrap_or_default()
    }

    /// Runs a replication on its own and measures it; returns its log too where there is a store to `keep` it in.
    ///
    /// # Errors
    /// When the store cannot take the log.
    pub fn run(&mut self, script: &Script, keep: Option<&Store>) -> io::Result<Outcome> {
        let digest = self.simulate(script, keep);
        self.measure(script, digest, self.last_finish())
    }

    /// Runs a replication, and writes its log to a store to `keep` it in.
    fn simulate(&mut self, script: &Script, keep: Option<&Store>) -> Digest {
        let mut watcher = self.watcher.take().expect("an arena runs one replication at a time");
        watcher.kept = keep.map(SpoolWriter::new);
        let ending = self.world.run(script, Some(watcher));
        self.watcher = ending.observer;
        ending.digest
    }

    /// When the last work of the replication that was run has ended.
    fn last_finish(&self) -> Option<SimTime> {
        self.watcher.as_ref().and_then(|watcher| watcher.collector.last_finish())
    }

    /// What the replication that was run comes to. `worked_until`: when the last work ended under any discipline.
    fn measure(
        &mut self,
        script: &Script,
        digest: Digest,
        worked_until: Option<SimTime>,
    ) -> io::Result<Outcome> {
        let watcher = self.watcher.as_mut().expect("the watcher is back after each replication");
        let values = watcher.collector.take(&script.burst, worked_until);
        let (kept, failed) = (watcher.kept.take(), watcher.failed.take());
        failed.map_or(Ok(()), Err)?;
        let log = kept.map(SpoolWriter::finish).transpose()?;
        Ok(Outcome { digest, values, log })
    }
}

/// Runs replications until there are none left, nobody listens or all are to stop.
pub(super) fn work(plan: &Plan<'_>, reports: &Sender<Report>) {
    // Nobody must wait for what this one has taken if it panics or stops. Where it ends, there is nothing left to take.
    let _stop = StopOnDrop(plan.turns);
    let rules = plan.experiment.rules();
    let numbers = plan.experiment.numbers();
    let mut arenas: Vec<Arena> = rules.iter().map(|rules| Arena::new(rules, plan.engine, &numbers)).collect();
    let across = Across::new(plan.experiment.references());
    while let Some(replications) = plan.turns.take() {
        let Some(batch) = run(plan.experiment, &mut arenas, &across, replications) else { return };
        let goes_on = batch.is_ok();
        if reports.send(batch).is_err() || !goes_on {
            return;
        }
    }
}

/// Runs replications under every discipline; `None` where all are to stop.
fn run(
    experiment: &Experiment,
    arenas: &mut [Arena],
    across: &Across,
    replications: Range<u32>,
) -> Option<Report> {
    let memory = Store::in_memory();
    let mut rows: Vec<SpoolWriter<ReplicationRow>> =
        arenas.iter().map(|_| SpoolWriter::new(&memory)).collect();
    let mut recorded = vec![Vec::new(); arenas.len()];
    for replication in replications.clone() {
        let script = experiment.script(replication);
        let keep = (replication < experiment.scenario.experiment.records).then_some(&experiment.store);
        let mut digests = Vec::with_capacity(arenas.len());
        for arena in &mut *arenas {
            if experiment.stop.load(Ordering::Relaxed) {
                return None;
            }
            digests.push(arena.simulate(&script, keep));
        }
        let measured = measure(arenas, across, &script, &digests, replication, keep).and_then(|measured| {
            for (((row, log), rows), recorded) in measured.into_iter().zip(&mut rows).zip(&mut recorded) {
                rows.push(&row)?;
                recorded.extend(log);
            }
            Ok(())
        });
        if let Err(error) = measured {
            return Some(Err(error));
        }
    }
    let arms = arenas.iter_mut().zip(rows).zip(recorded).map(|((arena, rows), recorded)| {
        Ok(PartOfArm { rows: rows.finish()?, recorded, totals: arena.take_totals() })
    });
    Some(arms.collect::<io::Result<_>>().map(|arms| Part { replications, arms }))
}

/// What a replication yields that every discipline has run, arm by arm; with its log where that is kept.
fn measure(
    arenas: &mut [Arena],
    across: &Across,
    script: &Script,
    digests: &[Digest],
    replication: u32,
    keep: Option<&Store>,
) -> io::Result<Vec<(ReplicationRow, Option<Recorded>)>> {
    let tickets = keep.map(|store| put_aside(&script.burst, store)).transpose()?;
    let worked_until = arenas.iter().filter_map(Arena::last_finish).max();
    let mut measured = Vec::with_capacity(arenas.len());
    for (arena, &digest) in arenas.iter_mut().zip(digests) {
        let Outcome { digest, values, log } = arena.measure(script, digest, worked_until)?;
        let log = tickets.clone().zip(log);
        measured.push((
            ReplicationRow { replication, digest, values },
            log.map(|(tickets, records)| Recorded { replication, tickets, records }),
        ));
    }
    let mut values: Vec<&mut Values> = measured.iter_mut().map(|(row, _)| &mut row.values).collect();
    across.fill(&mut values);
    Ok(measured)
}
