//! Spreads a range of replications over worker threads and gathers what they bring in, and what a journal has already.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::{PoisonError, mpsc};
use std::thread;

use super::turns::{StopOnDrop, Turns};
use super::worker::{Plan, work};
use super::{Experiment, ExperimentError, Options};
use crate::results::ReplicationRow;
use crate::results::part::{Part, PartOfArm, PartsError};
use crate::results::spool::SpoolWriter;

/// Runs the replications that the journal does not have. They are written in the order of their numbers, so that the order in
/// which workers finish does not show.
pub(super) fn run(
    experiment: &Experiment,
    replications: Range<u32>,
    options: &Options,
    progress: &mut dyn FnMut(u32),
) -> Result<Part, ExperimentError> {
    let Range { start, end } = replications;
    let kept = experiment.journal.as_ref();
    let had = kept.map(|(journal, expected)| journal.within(&expected.key, &(start..end)));
    let mut gathered = Gathered::new(experiment, start);
    // A piece that is on disk, and what lies before it.
    for piece in had.into_iter().flatten().chain(std::iter::once(end..end)) {
        let missing = gathered.next..piece.start;
        if !missing.is_empty() {
            if kept.is_some_and(|(journal, _)| journal.is_sealed()) {
                return Err(PartsError::Missing(missing.start).into());
            }
            simulate(experiment, missing.clone(), options, &mut |part| {
                let written = gathered.take(part)?;
                progress(gathered.done);
                Ok(written)
            })?;
            if gathered.next != missing.end {
                let of = end - start;
                return Err(ExperimentError::Stopped { done: gathered.done, of });
            }
        }
        if !piece.is_empty() {
            gathered.recall(piece)?;
            progress(gathered.done);
        }
    }
    Ok(Part { replications: start..end, arms: gathered.finish()? })
}

/// Simulates replications, and hands on each batch as it comes in; what `take` returns is up to where they are written.
fn simulate(
    experiment: &Experiment,
    replications: Range<u32>,
    options: &Options,
    take: &mut dyn FnMut(Part) -> io::Result<u32>,
) -> Result<(), ExperimentError> {
    let workers = options.threads.clamp(1, replications.len().max(1));
    let turns = Turns::new(&replications, workers);
    let plan = Plan { experiment, engine: options.engine, turns: &turns };
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        // Whatever ends the gathering ends the workers too.
        let stop = StopOnDrop(&turns);
        let threads: io::Result<Vec<_>> = (0..workers)
            .map(|_| {
                let (plan, sender) = (&plan, sender.clone());
                thread::Builder::new().spawn_scoped(scope, move || work(plan, &sender))
            })
            .collect();
        drop(sender);
        let threads = threads.map_err(|cause| ExperimentError::Threads { wanted: workers, cause })?;
        let ended = receiver.iter().try_for_each(|batch| {
            turns.written(take(batch?)?);
            Ok(())
        });
        drop(stop);
        // All are joined, whichever fails: one that nobody joins would panic here.
        let joined: Vec<_> = threads.into_iter().map(thread::ScopedJoinHandle::join).collect();
        joined.into_iter().collect::<Result<(), _>>().map_err(|panic| {
            let message = panic.downcast_ref::<String>().map(String::as_str);
            let message = message.or(panic.downcast_ref::<&str>().copied()).unwrap_or("it does not say why");
            ExperimentError::Worker(message.to_owned())
        })?;
        ended
    })
}

/// What has come in.
struct Gathered<'a> {
    experiment: &'a Experiment,
    /// The first replication that is not written.
    next: u32,
    /// How many have come in.
    done: u32,
    /// Batches after the first that is missing, by their first replication. [`Turns`] keeps them few.
    ahead: BTreeMap<u32, Part>,
    rows: Vec<SpoolWriter<ReplicationRow>>,
    /// Everything but the rows.
    arms: Vec<PartOfArm>,
}

impl<'a> Gathered<'a> {
    fn new(experiment: &'a Experiment, first: u32) -> Self {
        let arms = experiment.scenario.disciplines.len();
        Self {
            experiment,
            next: first,
            done: 0,
            ahead: BTreeMap::new(),
            rows: (0..arms).map(|_| SpoolWriter::new(&experiment.store)).collect(),
            arms: vec![PartOfArm::default(); arms],
        }
    }

    /// Takes a batch in and writes what can be written; says up to where that is.
    fn take(&mut self, batch: Part) -> io::Result<u32> {
        if let Some((journal, expected)) = &self.experiment.journal {
            journal.append(&expected.key, &batch)?;
        }
        if let Some(interim) = &self.experiment.interim {
            let mut so_far = interim.lock().unwrap_or_else(PoisonError::into_inner);
            for (place, arm) in batch.arms.iter().enumerate() {
                arm.rows.iter().try_for_each(|row| {
                    so_far.add(place, &row?.values);
                    io::Result::Ok(())
                })?;
            }
            so_far.replications += batch.replications.len() as u32;
        }
        self.done += batch.replications.len() as u32;
        self.ahead.insert(batch.replications.start, batch);
        while let Some(Part { replications, arms }) = self.ahead.remove(&self.next) {
            for (rows, arm) in self.rows.iter_mut().zip(&arms) {
                rows.copy(&arm.rows)?;
            }
            self.add(arms);
            self.next = replications.end;
        }
        Ok(self.next)
    }

    /// Takes in what the journal has.
    fn recall(&mut self, replications: Range<u32>) -> io::Result<()> {
        if let Some((journal, expected)) = &self.experiment.journal {
            let arms = journal.read(&replications, expected, &mut self.rows, &self.experiment.store)?;
            self.add(arms);
        }
        self.done += replications.len() as u32;
        self.next = replications.end;
        Ok(())
    }

    fn add(&mut self, arms: Vec<PartOfArm>) {
        for (all, own) in self.arms.iter_mut().zip(arms) {
            all.recorded.extend(own.recorded);
            all.totals.merge(&own.totals);
        }
    }

    fn finish(self) -> io::Result<Vec<PartOfArm>> {
        let arms = self.arms.into_iter().zip(self.rows);
        arms.map(|(arm, rows)| Ok(PartOfArm { rows: rows.finish()?, ..arm })).collect()
    }
}
