//! `stampede explain`: one ticket's story.

use super::arguments::Explain;
use super::exit::{Exit, Failure};
use super::{print, width};
use crate::keys::text::Allowed;
use crate::report::story;
use crate::results::folder;

/// Runs the command.
pub fn explain(arguments: &Explain) -> Result<Exit, Failure> {
    let comparison = folder::read(&arguments.folder).map_err(Failure::input)?;
    let story = story::explain(&comparison, &arguments.ticket, arguments.discipline.as_deref(), width())
        .map_err(Failure::input)?;
    print(story, Allowed::Nothing)?;
    Ok(Exit::Fine)
}
