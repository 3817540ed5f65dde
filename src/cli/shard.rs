//! `--shard`: a part of a run, in one file, which judges nothing.

use std::path::{Path, PathBuf};

use super::exit::{Exit, Failure};
use super::signals::Signals;
use super::simulation::{BAR, progress};
use super::{memory, tell};
use crate::experiment::{Experiment, ExperimentError, Options};
use crate::keys::text::{Allowed, shown};
use crate::keys::wording::{counted, grouped};
use crate::results::Source;
use crate::results::journal::Origin;
use crate::results::shard::{PartWriter, ShardError, Task};
use crate::results::share::Share;
use crate::scenario::Scenario;

/// A run to be divided.
pub struct Whole<'a> {
    /// Its scenario, narrowed to what is run.
    pub scenario: &'a Scenario,
    /// What it is.
    pub origin: Origin,
    /// What produces its results.
    pub source: &'a Source,
    /// Its experiments.
    pub experiments: Vec<&'a Experiment>,
    /// Where its results would go.
    pub folder: PathBuf,
    /// Where the part goes, if that is said.
    pub out: Option<&'a Path>,
    /// How to run it.
    pub options: &'a Options,
}

impl Whole<'_> {
    /// Runs a share of the experiments, one after the other, and writes the part.
    ///
    /// # Errors
    /// When the part cannot be written, or the replications cannot be run.
    pub fn run(self, share: Share, signals: &Signals) -> Result<Exit, Failure> {
        let Self { scenario, origin, source, experiments, folder, out, options } = self;
        if scenario.precision.is_some() {
            return Err(Failure::input(
                "--shard needs to know how many replications there are, and with a precision that follows from all of them: set \
                 --replications instead",
            ));
        }
        for experiment in &experiments {
            memory::check(scenario, experiment, options)?;
        }
        let counts: Vec<u32> = experiments.iter().map(|experiment| experiment.planned(0)).collect();
        let ranges = share.ranges(&counts);
        let all = experiments.iter().zip(&ranges).filter(|(_, range)| !range.is_empty());
        let work = all.clone().map(|(experiment, range)| (experiment.key(), range.clone())).collect();
        let path = out.map_or_else(|| beside(folder, share), Path::to_owned);
        let task = Task { origin, scenario: source.scenario.clone(), overrides: source.overrides.clone() };
        let mut writer = PartWriter::begin(&path, &task, &source.inputs, share, work).map_err(failed)?;
        let own: u64 = ranges.iter().map(|range| range.len() as u64).sum();
        let bar = progress(scenario.output.quiet, own, BAR);
        let mut before = 0;
        for (experiment, range) in all {
            let ran = experiment.run_part(range.clone(), options, &mut |done| {
                bar.set_position(before + u64::from(done));
            });
            let part = ran.map_err(|error| match error {
                ExperimentError::Stopped { done, .. } => {
                    let (done, of) = (before + u64::from(done), counted(own, "replication"));
                    let outcome = || {
                        format!("stopped after {} of {of}; no part was written", grouped(&done.to_string()))
                    };
                    signals.check(outcome).err().unwrap_or_else(|| Failure::internal(&error))
                }
                ExperimentError::NoEngine => Failure::input(error),
                error => Failure::internal(error),
            })?;
            writer.add(&experiment.key(), part).map_err(failed)?;
            before += range.len() as u64;
        }
        bar.finish_and_clear();
        writer.finish().map_err(failed)?;
        if !scenario.output.quiet {
            let all = counted(counts.iter().map(|&count| u64::from(count)).sum(), "replication");
            let path = path.display().to_string();
            let told =
                format!("shard {share}, {} of {all}, is in {}", grouped(&own.to_string()), shown(&path));
            tell(&told, Allowed::Nothing);
        }
        Ok(Exit::Fine)
    }
}

/// The file for a part, beside a results folder.
fn beside(folder: PathBuf, share: Share) -> PathBuf {
    let mut path = folder.into_os_string();
    // As many digits as the last has, so that the names sort.
    let digits = share.of.to_string().len();
    path.push(format!("-{:0digits$}-of-{}.part", share.number, share.of));
    path.into()
}

/// A part cannot be written, or parts cannot be joined.
pub fn failed(error: ShardError) -> Failure {
    if error.is_the_machines() { Failure::internal(error) } else { Failure::input(error) }
}
