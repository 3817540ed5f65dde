//! `--export`: the results in further files, each in a format of its own.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::exit::Failure;
use crate::keys::Named;
use crate::keys::nearest::did_you_mean;
use crate::results::single::{SingleFile, SingleFileError};
use crate::scenario::{Format, Output};

/// The files that results are exported to, each of which has been found to be writable.
#[derive(Debug, Default)]
pub struct Exports(Vec<(Format, SingleFile)>);

impl Exports {
    /// Those that a scenario asks for. `folder` is where its results go.
    ///
    /// # Errors
    /// The first file that cannot be written to: nothing need be simulated then.
    pub fn of(output: &Output, folder: Option<&Path>) -> Result<Self, Failure> {
        Self::check(output.exports(), folder)
    }

    /// Those that flags ask for, each as FORMAT=FILE.
    ///
    /// # Errors
    /// The first that is not of this form, names no format, or a file that cannot be written to.
    pub fn typed(flags: &[String], folder: &Path) -> Result<Self, Failure> {
        let wanted: Vec<(Format, PathBuf)> =
            flags.iter().map(|flag| parse(flag)).collect::<Result<_, _>>()?;
        Self::check(wanted.iter().map(|(format, file)| (*format, file.as_path())), Some(folder))
    }

    fn check<'f>(
        wanted: impl Iterator<Item = (Format, &'f Path)>,
        folder: Option<&Path>,
    ) -> Result<Self, Failure> {
        let mut found: Vec<(Format, SingleFile)> = Vec::new();
        for (format, path) in wanted {
            let refused =
                |why: String| Failure::input(format!("--export {}={}: {why}", format.name(), path.display()));
            let file = SingleFile::at(path).map_err(|error| refused(error.to_string()))?;
            if folder.is_some_and(|folder| file.is_in(folder)) {
                let why = "it lies in the folder of the results, which is written as a whole: name a file elsewhere";
                return Err(refused(why.to_owned()));
            }
            if found.iter().any(|(_, other)| other.is_same(&file)) {
                return Err(refused("two exports go to this file: name another".to_owned()));
            }
            found.push((format, file));
        }
        Ok(Self(found))
    }

    /// Checks that no trace is printed or exported, as there is nothing to trace; `instead` says what to do.
    ///
    /// # Errors
    /// That there is one.
    pub fn no_trace(&self, printed: Format, instead: &str) -> Result<(), Failure> {
        if printed != Format::Trace && self.0.iter().all(|(format, _)| *format != Format::Trace) {
            return Ok(());
        }
        Err(Failure::input(format!(
            "a trace shows recorded replications, and there are none to show: {instead}, or leave out the format trace"
        )))
    }

    /// Writes each file, as `render` has it in a format.
    ///
    /// # Errors
    /// Each file that cannot be written; the others are.
    pub fn write(&self, render: impl Fn(Format, &mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
        let failed: Vec<SingleFileError> =
            self.0.iter().filter_map(|(format, file)| file.write(|out| render(*format, out)).err()).collect();
        let sentences: Vec<String> = failed.iter().map(ToString::to_string).collect();
        if sentences.is_empty() { Ok(()) } else { Err(Failure::internal(sentences.join("\nerror: "))) }
    }
}

/// `FORMAT=FILE`, for whoever has no scenario.
fn parse(flag: &str) -> Result<(Format, PathBuf), Failure> {
    let (format, file) = split(flag).map_err(Failure::input)?;
    let known = Format::from_name(format).ok_or_else(|| {
        let help = did_you_mean(format, Format::ALL.iter().map(|format| format.name()));
        Failure::input(format!(
            "--export {flag}: there is no format `{format}`: {}",
            help.unwrap_or_default()
        ))
    })?;
    Ok((known, file.into()))
}

/// The format and the file of `FORMAT=FILE`.
///
/// # Errors
/// What to write instead.
pub fn split(flag: &str) -> Result<(&str, &str), String> {
    let parts = flag.split_once('=').map(|(format, file)| (format.trim(), file));
    parts
        .filter(|(format, file)| !format.is_empty() && !file.is_empty())
        .ok_or_else(|| format!("--export {flag}: write FORMAT=FILE, as in --export junit=results.xml"))
}
