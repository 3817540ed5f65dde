//! Spreads a range of replications over worker threads and gathers what they bring in.

use std::io;
use std::ops::Range;
use std::sync::atomic::AtomicU32;
use std::sync::mpsc;
use std::thread;

use super::worker::{Outcome, Plan, Report, work};
use super::{Experiment, ExperimentError, Options};
use crate::results::part::{Part, PartOfArm};
use crate::results::{Recorded, ReplicationRow};

/// Runs the replications. Where each has its place is fixed by its number, so that the order in which workers finish does
/// not show.
pub(super) fn run(
    experiment: &Experiment,
    replications: Range<u32>,
    options: &Options,
    progress: &mut dyn FnMut(u32),
) -> Result<Part, ExperimentError> {
    let number = replications.len();
    let workers = options.threads.clamp(1, number.max(1));
    let plan = Plan {
        experiment,
        engine: options.engine,
        next: AtomicU32::new(replications.start),
        end: replications.end,
        // Small enough that all workers end together and progress shows.
        batch: (number / (64 * workers)).clamp(1, 64) as u32,
    };
    let (sender, receiver) = mpsc::channel();
    let arms = experiment.scenario.disciplines.len();
    let mut done: Vec<Option<Vec<Outcome>>> = Vec::new();
    done.resize_with(number, || None);
    let mut part = Part { replications: replications.clone(), arms: vec![PartOfArm::default(); arms] };
    thread::scope(|scope| {
        let threads: io::Result<Vec<_>> = (0..workers)
            .map(|_| {
                let (plan, sender) = (&plan, sender.clone());
                thread::Builder::new().spawn_scoped(scope, move || work(plan, &sender))
            })
            .collect();
        drop(sender);
        let threads = threads.map_err(|cause| {
            plan.abandon();
            ExperimentError::Threads { wanted: workers, cause }
        })?;
        let mut count = 0;
        for report in &receiver {
            match report {
                Report::Batch(first, batch) => {
                    count += batch.len() as u32;
                    for (place, outcomes) in
                        done[(first - replications.start) as usize..].iter_mut().zip(batch)
                    {
                        *place = Some(outcomes);
                    }
                    progress(count);
                }
                Report::Done(totals) => {
                    for (arm, own) in part.arms.iter_mut().zip(&totals) {
                        arm.totals.merge(own);
                    }
                }
            }
        }
        // All are joined, whichever fails: one that nobody joins would panic here.
        let ended: Vec<_> = threads.into_iter().map(thread::ScopedJoinHandle::join).collect();
        ended.into_iter().collect::<Result<(), _>>().map_err(|panic| {
            let message = panic.downcast_ref::<String>().map(String::as_str);
            let message = message.or(panic.downcast_ref::<&str>().copied()).unwrap_or("it does not say why");
            ExperimentError::Worker(message.to_owned())
        })
    })?;
    let count = done.iter().flatten().count() as u32;
    let stopped = || ExperimentError::Stopped { done: count, of: number as u32 };
    let outcomes = done.into_iter().collect::<Option<Vec<_>>>().ok_or_else(stopped)?;
    for (replication, outcomes) in replications.zip(outcomes) {
        for (arm, Outcome { digest, values, log }) in part.arms.iter_mut().zip(outcomes) {
            arm.rows.push(ReplicationRow { replication, digest, values });
            arm.recorded.extend(log.map(|(burst, records)| Recorded { replication, burst, records }));
        }
    }
    Ok(part)
}
