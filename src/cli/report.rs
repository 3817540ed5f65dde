//! `stampede report`: every derived file of saved results made again, without simulating.

use super::arguments::Report;
use super::exit::{Exit, Failure};
use super::exporting::Exports;
use super::signals::Signals;
use super::simulation::{Finished, Printing, conclude, cores, no_place, open_any, save};
use super::{plan, sweep};
use crate::results::Results;
use crate::results::folder::{self, ReadError};

/// What to do for a trace of results that have no logs.
pub const UNRECORDED: &str = "run again with `experiment.records` of 1 or more";

/// Runs the command.
pub fn report(arguments: &Report) -> Result<Exit, Failure> {
    let signals = Signals::heed();
    let folder = &arguments.folder;
    if !folder.is_dir() {
        return Err(Failure::input(ReadError::NoFolder(folder.clone())));
    }
    let exports = Exports::typed(&arguments.rendering.export, folder)?;
    // Claimed before it is read: whatever a writer has left there that was killed is tidied up, and nobody writes to it
    // in the meantime.
    let claim = folder::claim(folder).map_err(|error| no_place(&error, ""));
    let printing = Printing::of_saved(&arguments.rendering, false);
    match open_any(folder)? {
        Results::Comparison(comparison) => {
            if comparison.arms.iter().all(|arm| arm.recorded.is_empty()) {
                exports.no_trace(printing.format, UNRECORDED)?;
            }
            let saved =
                claim.and_then(|claim| save(&claim, folder, &comparison, &signals, None, cores())).map(Some);
            let single = comparison.setup.replications == 1 && comparison.arms.len() == 1;
            let comparison = *comparison;
            conclude(&Printing { single, ..printing }, Finished { comparison, saved, exports })
        }
        Results::Sweep(swept) => {
            exports.no_trace(printing.format, sweep::UNTRACED)?;
            let saved = claim
                .and_then(|claim| sweep::save(&claim, folder, &swept, &signals, None, cores()))
                .map(Some);
            sweep::conclude(&printing, &swept, saved, &exports)
        }
        Results::Plan(planned) => {
            exports.no_trace(printing.format, plan::UNTRACED)?;
            let saved =
                claim.and_then(|claim| plan::save(&claim, folder, &planned, &signals, None)).map(Some);
            plan::conclude(&printing, &planned, saved, &exports)
        }
    }
}
