//! The command line: arguments, one file per subcommand, exit codes.

mod annotations;
mod arguments;
mod baselines;
mod compare;
mod completions;
mod default_folder;
mod diff;
mod durable;
mod exit;
mod explain;
mod exporting;
mod interim;
mod man;
mod memory;
mod merge;
mod plan;
mod reference;
mod report;
mod run;
mod schema;
mod shard;
mod signals;
mod simulation;
mod sweep;
mod validate;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use clap::Parser;

use crate::keys::prose::wrap;
use crate::keys::text::{Allowed, printed};
use crate::scenario::Color;
use arguments::{Arguments, Command};
pub use exit::Exit;
use exit::Failure;

/// Parses the arguments, does what they say, and returns the exit code.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => {
            tell(&clap_text(&error, &io::stderr()), Allowed::Colour);
            return Exit::Input;
        }
        Err(error) => {
            // A closed pipe is not worth another message.
            let _ = print(clap_text(&error, &io::stdout()), Allowed::Colour);
            return Exit::Fine;
        }
    };
    // A panic is a defect, of which its own message tells where.
    let result = catch_unwind(AssertUnwindSafe(|| obey(arguments.command))).unwrap_or_else(|_| {
        Err(Failure::internal(
            "this is a defect of Stampede; please report it with the scenario and the seed",
        ))
    });
    result.unwrap_or_else(|failure| failure.tell())
}

/// Does what a command says.
fn obey(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Compare(arguments) => compare::compare(&arguments),
        Command::Sweep(arguments) => sweep::sweep(&arguments),
        Command::Merge(arguments) => merge::merge(&arguments),
        Command::Plan(arguments) => plan::plan(&arguments),
        Command::Validate(arguments) => validate::validate(&arguments),
        Command::Schema(arguments) => schema::schema(&arguments),
        Command::Reference(arguments) => reference::reference(&arguments),
        Command::Explain(arguments) => explain::explain(&arguments),
        Command::Report(arguments) => report::report(&arguments),
        Command::Diff(arguments) => diff::diff(&arguments),
        Command::Completions(arguments) => completions::completions(&arguments),
        Command::Man(arguments) => man::man(&arguments),
    }
}

/// What clap has to say.
fn clap_text(error: &clap::Error, stream: &impl IsTerminal) -> String {
    let text = error.render();
    if colored(Color::Auto, stream) { text.ansi().to_string() } else { text.to_string() }
}

/// Writes results to standard output, but for what could drive a terminal or the runner of a CI job. Nobody reading on is
/// not an error.
fn print(results: impl AsRef<str>, allowed: Allowed) -> Result<(), Failure> {
    write_out(printed(results.as_ref(), allowed).as_bytes())
}

/// Writes bytes of the program's own to standard output as they are. Nobody reading on is not an error.
fn write_out(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::internal(format!("cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes a line to standard error, but for what could drive a terminal or the runner of a CI job. Where nobody can read
/// it, there is nobody to tell that either.
fn tell(line: &str, allowed: Allowed) {
    let mut text = printed(line.trim_end(), allowed) + "\n";
    // What is coloured was laid out for the terminal already.
    if allowed == Allowed::Nothing && io::stderr().is_terminal() {
        text = fitted(&text, width());
    }
    let _ = io::stderr().lock().write_all(text.as_bytes());
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

/// Columns to fill: the terminal's, between 40 and 120; 100 where there is none.
fn width() -> usize {
    terminal_size::terminal_size().map_or(100, |(columns, _)| usize::from(columns.0).clamp(40, 120))
}

/// The text in lines that the terminal need not break, which it would do within words.
fn fitted(text: &str, width: usize) -> String {
    let fits = |line: &&str| line.chars().count() <= width;
    let lines = text.lines().map(|line| match Some(line).filter(fits) {
        Some(line) => format!("{line}\n"),
        None => wrap(line, width, "", "  "),
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_is_too_wide_is_broken_between_words_and_what_fits_stays() {
        let text = "error: the hold lapses after 1 min 30 s, long before the write\n  x = [1,  2]\n";
        for width in 40..=60 {
            let lines = fitted(text, width);
            assert!(lines.lines().all(|line| line.len() <= width), "{width}: {lines}");
            assert!(
                lines.contains("1 min 30 s,") && lines.ends_with("\n  x = [1,  2]\n"),
                "{width}: {lines}"
            );
        }
    }
}
