//! `stampede explain`: one ticket's story.

use super::arguments::Explain;
use super::exit::{Exit, Failure};

/// Runs the command.
pub fn explain(arguments: &Explain) -> Result<Exit, Failure> {
    Err(Failure::input(format!("{} cannot be read yet", arguments.folder.display())))
}
