//! What a GitHub workflow is told besides the report: annotations of what is wrong with a scenario, and the summary of a
//! step.

use std::fs::OpenOptions;
use std::io::Write;

use super::exit::Failure;
use super::{print, tell};
use crate::keys::text::{Allowed, shown};
use crate::report::export::github::{self, Line};
use crate::scenario::{Place, Problem, STANDARD_INPUT_NAME};

/// The file to which a step of a workflow appends its summary, as the workflow's runner says.
const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// A place as GitHub shows it, where it is in a file of the user's.
pub fn line(place: &Place) -> Option<Line> {
    let (file, line, column) = place.in_file().filter(|(file, ..)| *file != STANDARD_INPUT_NAME)?;
    Some(Line { file: file.to_owned(), line, column })
}

/// Prints an annotation for each problem of a scenario, and one for each sentence on the files of the scenario of this name.
///
/// # Errors
/// When standard output cannot be written to.
pub fn scenario(problems: &[Problem], name: &str, sentences: &[String]) -> Result<(), Failure> {
    let title = "The scenario is not valid";
    let problem = |problem: &Problem| {
        let Problem { message, expected, help, source, .. } = problem;
        let of_flag = source.is_flag.then_some(source.name.as_str());
        let parts = of_flag.into_iter().chain([message.as_str(), expected]).chain(help.as_deref());
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        github::error(line(&problem.place()).as_ref(), title, &parts.join(": "))
    };
    let sentence = |sentence: &String| {
        let at = Line { file: name.to_owned(), line: 1, column: 1 };
        github::error(Some(&at).filter(|_| name != STANDARD_INPUT_NAME), title, sentence)
    };
    let lines = problems.iter().map(problem).chain(sentences.iter().map(sentence));
    print(lines.collect::<String>(), Allowed::Commands)
}

/// Appends Markdown to the summary of the workflow's step, if this is one. That it cannot be written to is said, and is no
/// failure: the results are what they are.
pub fn summarise(markdown: &[u8]) {
    let Some(path) = std::env::var_os(SUMMARY).filter(|path| !path.is_empty()) else { return };
    let file = OpenOptions::new().append(true).create(true).open(&path);
    if let Err(cause) = file.and_then(|mut file| file.write_all(&[markdown, b"\n"].concat())) {
        let path = path.to_string_lossy();
        let note = format!("note: cannot append to {}, which {SUMMARY} names: {cause}", shown(&path));
        tell(&note, Allowed::Nothing);
    }
}
