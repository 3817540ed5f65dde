//! Spreads a range of replications over worker threads and gathers what they bring in.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::mpsc;
use std::thread;

use super::turns::{StopOnDrop, Turns};
use super::worker::{Brought, Plan, Report, work};
use super::{Experiment, ExperimentError, Options};
use crate::metrics::collector::Totals;
use crate::results::part::{Part, PartOfArm};
use crate::results::spool::{SpoolWriter, Store};
use crate::results::{Recorded, ReplicationRow};

/// Runs the replications. They are written in the order of their numbers, so that the order in which workers finish does
/// not show.
pub(super) fn run(
    experiment: &Experiment,
    replications: Range<u32>,
    options: &Options,
    progress: &mut dyn FnMut(u32),
) -> Result<Part, ExperimentError> {
    let workers = options.threads.clamp(1, replications.len().max(1));
    let turns = Turns::new(&replications, workers);
    let plan = Plan { experiment, engine: options.engine, turns: &turns };
    let (sender, receiver) = mpsc::channel();
    let arms = experiment.scenario.disciplines.len();
    let mut gathered = Gathered::new(arms, replications.start, &experiment.store);
    let mut done = 0;
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
        let mut gather = || {
            for report in &receiver {
                match report {
                    Report::Batch(first, batch) => {
                        done += batch.len() as u32;
                        turns.written(gathered.take(first, batch)?);
                        progress(done);
                    }
                    Report::Failed(error) => return Err(error),
                    Report::Done(totals) => gathered.add(&totals),
                }
            }
            Ok(())
        };
        let ended = gather();
        drop(stop);
        // All are joined, whichever fails: one that nobody joins would panic here.
        let joined: Vec<_> = threads.into_iter().map(thread::ScopedJoinHandle::join).collect();
        joined.into_iter().collect::<Result<(), _>>().map_err(|panic| {
            let message = panic.downcast_ref::<String>().map(String::as_str);
            let message = message.or(panic.downcast_ref::<&str>().copied()).unwrap_or("it does not say why");
            ExperimentError::Worker(message.to_owned())
        })?;
        Ok::<(), ExperimentError>(ended?)
    })?;
    if gathered.next != replications.end {
        return Err(ExperimentError::Stopped { done, of: replications.len() as u32 });
    }
    Ok(Part { replications, arms: gathered.finish()? })
}

/// What has come in.
struct Gathered {
    /// The first replication that is not written.
    next: u32,
    /// Batches after it, by their first replication. [`Turns`] keeps them few.
    ahead: BTreeMap<u32, Vec<Brought>>,
    rows: Vec<SpoolWriter<ReplicationRow>>,
    recorded: Vec<Vec<Recorded>>,
    totals: Vec<Totals>,
}

impl Gathered {
    fn new(arms: usize, first: u32, store: &Store) -> Self {
        Self {
            next: first,
            ahead: BTreeMap::new(),
            rows: (0..arms).map(|_| SpoolWriter::new(store)).collect(),
            recorded: vec![Vec::new(); arms],
            totals: vec![Totals::default(); arms],
        }
    }

    /// Takes a batch in and writes what can be written; says up to where that is.
    fn take(&mut self, first: u32, batch: Vec<Brought>) -> io::Result<u32> {
        self.ahead.insert(first, batch);
        while let Some(batch) = self.ahead.remove(&self.next) {
            for Brought { rows, recorded } in batch {
                for (writer, row) in self.rows.iter_mut().zip(&rows) {
                    writer.push(row)?;
                }
                for (all, own) in self.recorded.iter_mut().zip(recorded) {
                    all.push(own);
                }
                self.next += 1;
            }
        }
        Ok(self.next)
    }

    /// Adds the sums of a worker.
    fn add(&mut self, totals: &[Totals]) {
        for (all, own) in self.totals.iter_mut().zip(totals) {
            all.merge(own);
        }
    }

    fn finish(self) -> io::Result<Vec<PartOfArm>> {
        let arms = self.rows.into_iter().zip(self.recorded).zip(self.totals);
        arms.map(|((rows, recorded), totals)| Ok(PartOfArm { rows: rows.finish()?, recorded, totals }))
            .collect()
    }
}
