//! `stampede man`: manual pages.

use clap::{Args, CommandFactory};

use super::arguments::Arguments;
use super::exit::{Exit, Failure};
use super::write_out;
use crate::keys::nearest::did_you_mean;
use crate::keys::text::shown;

/// `stampede man`
#[derive(Debug, Args)]
pub struct Man {
    /// The command whose page is wanted [default: that of the program]
    pub command: Option<String>,
}

/// Runs the command: prints the page of the program, or that of one of its commands, as man reads it.
pub fn man(arguments: &Man) -> Result<Exit, Failure> {
    let mut program = Arguments::command();
    program.build();
    let page = match &arguments.command {
        None => program,
        Some(name) => {
            let Some(command) = program.find_subcommand(name) else {
                let known: Vec<&str> = program.get_subcommands().map(clap::Command::get_name).collect();
                let help = did_you_mean(name, known).unwrap_or_default();
                return Err(Failure::input(format!("there is no command `{}`: {help}", shown(name))));
            };
            command.clone()
        }
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut text)
        .map_err(|cause| Failure::internal(format!("the manual page cannot be made: {cause}")))?;
    write_out(&text)?;
    Ok(Exit::Fine)
}
