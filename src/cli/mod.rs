//! The command line: arguments, one file per subcommand, exit codes.

mod arguments;
mod compare;
mod exit;
mod explain;
mod reference;
mod report;
mod run;
mod schema;
mod simulation;
mod validate;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};

use clap::Parser;

use crate::scenario::Color;
use arguments::{Arguments, Command};
pub use exit::Exit;
use exit::Failure;

/// Parses the arguments, does what they say, and returns the exit code.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let wanted_help = !error.use_stderr();
            // A closed pipe is not worth another message.
            let _ = error.print();
            return if wanted_help { Exit::Fine } else { Exit::Input };
        }
    };
    let result = match arguments.command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Compare(arguments) => compare::compare(&arguments),
        Command::Validate(arguments) => validate::validate(&arguments),
        Command::Schema(arguments) => schema::schema(&arguments),
        Command::Reference(arguments) => reference::reference(&arguments),
        Command::Explain(arguments) => explain::explain(&arguments),
        Command::Report(arguments) => report::report(&arguments),
    };
    result.unwrap_or_else(|failure| {
        tell(failure.message.trim_end());
        failure.exit
    })
}

/// Writes results to standard output. Nobody reading on is not an error.
fn print(results: impl AsRef<[u8]>) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(results.as_ref()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::internal(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a line to standard error. Where nobody can read it, there is nobody to tell that either.
fn tell(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Whether to colour what goes to `stream`.
fn colored(color: Color, stream: &impl IsTerminal) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    }
}

/// Columns to fill on standard output: the terminal's, between 60 and 120; 100 where there is none.
fn width() -> usize {
    terminal_size::terminal_size().map_or(100, |(columns, _)| usize::from(columns.0).clamp(60, 120))
}
