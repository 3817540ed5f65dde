//! `stampede report`: every derived file of saved results made again, without simulating.

use super::arguments::Report;
use super::exit::{Exit, Failure};
use super::simulation::{Printing, conclude, save};
use crate::results::folder;

/// Runs the command.
pub fn report(arguments: &Report) -> Result<Exit, Failure> {
    let comparison = folder::read(&arguments.folder).map_err(Failure::input)?;
    save(&arguments.folder, &comparison)?;
    let Report { format, quiet, color, .. } = *arguments;
    let printing = Printing {
        format,
        quiet,
        color,
        single: comparison.setup.replications == 1 && comparison.arms.len() == 1,
    };
    conclude(printing, &comparison, &arguments.folder)
}
