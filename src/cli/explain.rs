//! `stampede explain`: one ticket's story.

use super::arguments::{Explain, ExplainFormat};
use super::exit::{Exit, Failure};
use super::simulation::open;
use super::{print, width};
use crate::keys::text::Allowed;
use crate::report::story::{self, StoryError};

/// Runs the command.
pub fn explain(arguments: &Explain) -> Result<Exit, Failure> {
    let comparison = open(&arguments.folder)?;
    let (ticket, discipline) = (arguments.ticket.as_str(), arguments.discipline.as_deref());
    let story = match arguments.format {
        ExplainFormat::Text => story::explain(&comparison, ticket, discipline, width()),
        ExplainFormat::Json => story::explain_json(&comparison, ticket, discipline),
    };
    let story = story.map_err(|error| match error {
        StoryError::Unreadable(_) => Failure::internal(error),
        error => Failure::input(error),
    })?;
    print(story, Allowed::Nothing)?;
    Ok(Exit::Fine)
}
