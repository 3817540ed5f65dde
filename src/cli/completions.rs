//! `stampede completions`: what a shell needs to complete commands and flags.

use clap::{Args, CommandFactory, ValueEnum};

use super::arguments::Arguments;
use super::exit::{Exit, Failure};
use super::write_out;

/// `stampede completions`
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// The shells that completions can be made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "lower")]
pub enum Shell {
    /// bash
    Bash,
    /// Elvish
    Elvish,
    /// fish
    Fish,
    /// PowerShell
    #[value(name = "powershell")]
    Power,
    /// Zsh
    Zsh,
}

/// Runs the command.
pub fn completions(arguments: &Completions) -> Result<Exit, Failure> {
    let shell = match arguments.shell {
        Shell::Bash => clap_complete::Shell::Bash,
        Shell::Elvish => clap_complete::Shell::Elvish,
        Shell::Fish => clap_complete::Shell::Fish,
        Shell::Power => clap_complete::Shell::PowerShell,
        Shell::Zsh => clap_complete::Shell::Zsh,
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "stampede", &mut script);
    write_out(&script)?;
    Ok(Exit::Fine)
}
