//! `stampede explain`: one ticket's story.

use super::arguments::Explain;
use super::exit::{Exit, Failure};
use super::print;
use crate::report::story;

/// Runs the command.
pub fn explain(arguments: &Explain) -> Result<Exit, Failure> {
    let story = story::explain(&arguments.folder, &arguments.ticket, arguments.discipline.as_deref())
        .map_err(Failure::input)?;
    print(&story)?;
    Ok(Exit::Fine)
}
