//! `stampede merge`: the parts of a run, joined to what the run would have been.

use std::path::{Path, PathBuf};

use clap::Args;

use super::default_folder;
use super::exit::{Exit, Failure};
use super::shard::failed;
use super::signals::Signals;
use super::simulation::{Printing, conclude, no_place, prepare, save, tell_notes};
use crate::engine::Engine;
use crate::experiment::{ExperimentError, Options};
use crate::results::folder;
use crate::results::shard::{self, Joined, ShardError};
use crate::scenario::{self, Color, Format};

/// `stampede merge`
#[derive(Debug, Args)]
pub struct Merge {
    /// The parts, as --shard has written them, in any order
    #[arg(required = true, value_name = "PART")]
    pub parts: Vec<PathBuf>,
    /// Folder for the results; made where it is missing [default: results/<scenario name>, followed by what was set]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What to print on standard output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Of the text report only the thresholds that were crossed. Other formats are printed whole
    #[arg(long, short)]
    pub quiet: bool,
    /// When to use colour (also: NO_COLOR)
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

/// Nothing is simulated.
const OPTIONS: Options = Options { engine: Engine::Direct, threads: 1 };

/// Runs the command.
pub fn merge(arguments: &Merge) -> Result<Exit, Failure> {
    let signals = Signals::heed();
    let joined = shard::join(&arguments.parts).map_err(failed)?;
    let place = joined.unpack().map_err(failed)?;
    let damaged = || failed(ShardError::Damaged(joined.any().to_owned()));
    let Joined { task, journal, .. } = &joined;
    // What a run has understood can be understood again; what cannot was made by somebody else.
    let scenario = scenario::parse(&task.scenario, "scenario.toml", place.path(), &[]);
    let scenario = scenario.map_err(|_| damaged())?.narrowed();
    let experiment = prepare(&scenario, "scenario.toml").map_err(|_| damaged())?;
    if experiment.origin(&task.origin.command) != task.origin {
        return Err(damaged());
    }
    let default = || Path::new("results").join(default_folder::name(&scenario.name, &task.overrides));
    let folder = arguments.out.clone().unwrap_or_else(default);
    let claim = folder::claim(&folder).map_err(|error| no_place(&error, ", or choose another --out"))?;
    let experiment = experiment.keeping(journal.clone());
    let comparison = experiment.run(&OPTIONS, &mut |_| {}).map_err(|error| match error {
        ExperimentError::Parts(_) => damaged(),
        error => Failure::internal(error),
    });
    let mut comparison = comparison?;
    comparison.source.overrides.clone_from(&task.overrides);
    let saved = save(&claim, &folder, &comparison, &signals, None);
    let Merge { format, quiet, color, .. } = *arguments;
    tell_notes("", &comparison.warnings, quiet);
    conclude(Printing { format, quiet, color, single: false }, &comparison, saved)
}
