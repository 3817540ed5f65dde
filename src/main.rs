//! The `stampede` program: parse, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    stampede::cli::main(std::env::args_os()).into()
}
