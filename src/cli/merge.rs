//! `stampede merge`: the parts of a run, joined to what the run would have been.

use std::io;
use std::path::PathBuf;

use clap::Args;

use super::arguments::Rendering;
use super::exit::{Exit, Failure};
use super::exporting::Exports;
use super::report::UNRECORDED;
use super::shard::failed;
use super::signals::Signals;
use super::simulation::{
    Finished, Printing, claim, conclude, cores, folder_of, save, tell_notes, tell_replaced,
};
use super::sweep;
use crate::engine::Engine;
use crate::experiment::sweep::Sweeping;
use crate::experiment::{Experiment, ExperimentError, Options};
use crate::results::events;
use crate::results::shard::{self, Joined, ShardError};
use crate::scenario::{Registry, Text};

/// `stampede merge`
#[derive(Debug, Args)]
pub struct Merge {
    /// The parts, as --shard has written them, in any order
    #[arg(required = true, value_name = "PART")]
    pub parts: Vec<PathBuf>,
    /// Folder for the results; made where it is missing [default: results/<scenario name>, followed by what was set]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// How to render them.
    #[command(flatten)]
    pub rendering: Rendering,
}

/// Nothing is simulated.
const OPTIONS: Options = Options { engine: Engine::Direct, threads: 1 };

/// Runs the command.
pub fn merge(arguments: &Merge) -> Result<Exit, Failure> {
    let signals = Signals::heed();
    let joined = shard::join(&arguments.parts).map_err(failed)?;
    let place = joined.unpack().map_err(failed)?;
    let printing = Printing::of_saved(&arguments.rendering, false);
    let quiet = printing.quiet;
    let Joined { task, journal, .. } = &joined;
    // What a run has understood can be understood again; what cannot was made by somebody else.
    let damaged = || failed(ShardError::Damaged(joined.any().to_owned()));
    let unrun = |error| match error {
        ExperimentError::Parts(_) => damaged(),
        error => Failure::internal(error),
    };
    let text = Text::read(&place.path().join("scenario.toml"));
    let scenario = text.draft(&[], &Registry::default()).finish().map_err(|_| damaged())?.narrowed();
    let claimed = |default_name: &str| {
        let folder = arguments.out.clone();
        let folder = folder.unwrap_or_else(|| folder_of(&scenario, default_name, &task.overrides));
        Ok((claim(&folder)?, Exports::typed(&arguments.rendering.export, &folder)?, folder))
    };
    match task.origin.command.as_str() {
        "compare" => {
            let experiment = Experiment::prepare(scenario.clone()).map_err(|_| damaged())?;
            if experiment.origin("compare") != task.origin {
                return Err(damaged());
            }
            let (claim, exports, folder) = claimed(&scenario.name)?;
            if scenario.experiment.records == 0 {
                exports.no_trace(printing.format, UNRECORDED)?;
            }
            tell_replaced(&claim, &folder, &scenario.digest, quiet);
            let experiment = experiment.keeping(journal.clone());
            let mut comparison = experiment.run(&OPTIONS, &mut |_| {}).map_err(unrun)?;
            events::check(&comparison).map_err(|error| match error.kind() {
                io::ErrorKind::InvalidData => damaged(),
                _ => Failure::internal(error),
            })?;
            comparison.source.overrides.clone_from(&task.overrides);
            tell_notes("", &comparison.warnings, quiet);
            let saved = save(&claim, &folder, &comparison, &signals, None, cores()).map(Some);
            conclude(&printing, Finished { comparison, saved, exports })
        }
        "sweep" => {
            let sweeping = Sweeping::prepare(&scenario, &text, &[]).map_err(|_| damaged())?;
            if sweeping.origin() != task.origin {
                return Err(damaged());
            }
            let (claim, exports, folder) = claimed(&sweep::default_name(&scenario))?;
            exports.no_trace(printing.format, sweep::UNTRACED)?;
            tell_replaced(&claim, &folder, &sweeping.digest(), quiet);
            let mut swept = sweeping.keeping(journal).run(&OPTIONS, &mut |_| {}).map_err(unrun)?;
            swept.source.overrides.clone_from(&task.overrides);
            tell_notes("", &swept.warnings, quiet);
            let saved = sweep::save(&claim, &folder, &swept, &signals, None, cores()).map(Some);
            sweep::conclude(&printing, &swept, saved, &exports)
        }
        _ => Err(damaged()),
    }
}
