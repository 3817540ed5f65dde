//! `stampede report`: every derived file of saved results made again, without simulating.

use super::arguments::Report;
use super::exit::{Exit, Failure};
use super::signals::Signals;
use super::simulation::{Printing, conclude, no_place, open_any, save};
use super::{plan, sweep};
use crate::results::Results;
use crate::results::folder::{self, ReadError};

/// Runs the command.
pub fn report(arguments: &Report) -> Result<Exit, Failure> {
    let signals = Signals::heed();
    let folder = &arguments.folder;
    if !folder.is_dir() {
        return Err(Failure::input(ReadError::NoFolder(folder.clone())));
    }
    // Claimed before it is read: whatever a writer has left there that was killed is tidied up, and nobody writes to it
    // in the meantime.
    let claim = folder::claim(folder).map_err(|error| no_place(&error, ""));
    let Report { format, quiet, color, .. } = *arguments;
    let comparison = match open_any(folder)? {
        Results::Comparison(comparison) => *comparison,
        Results::Sweep(swept) => {
            let saved = claim.and_then(|claim| sweep::save(&claim, folder, &swept, &signals, None));
            return sweep::conclude(Printing { format, quiet, color, single: false }, &swept, saved);
        }
        Results::Plan(planned) => {
            let saved = claim.and_then(|claim| plan::save(&claim, folder, &planned, &signals, None));
            return plan::conclude(Printing { format, quiet, color, single: false }, &planned, saved);
        }
    };
    let saved = claim.and_then(|claim| save(&claim, folder, &comparison, &signals, None));
    let printing = Printing {
        format,
        quiet,
        color,
        single: comparison.setup.replications == 1 && comparison.arms.len() == 1,
    };
    conclude(printing, &comparison, saved)
}
