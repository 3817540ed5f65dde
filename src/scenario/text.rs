//! The text of a scenario, read once: it is understood as often as is wanted, each time with other values set in it.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Draft, Override, Registry, draft_of, unreadable};
use crate::keys::files;
use crate::keys::{Problem, Source};

/// What stands for standard input where a path is expected.
const STANDARD_INPUT: &str = "-";
/// What messages call it.
pub const STANDARD_INPUT_NAME: &str = "standard input";

/// A scenario as it was read, or why it could not be read.
#[derive(Clone, Debug)]
pub struct Text {
    name: String,
    folder: PathBuf,
    read: Result<String, Problem>,
}

impl Text {
    /// The text of the file at `path`, or of standard input where `path` is `-`. The files that a scenario names lie beside
    /// it; those of one from standard input, in the current folder.
    ///
    /// What cannot be read is told by [`Text::draft`], as is everything else that is wrong.
    pub fn read(path: &Path) -> Self {
        let is_standard_input = path.as_os_str() == STANDARD_INPUT;
        let name =
            if is_standard_input { STANDARD_INPUT_NAME.to_owned() } else { path.display().to_string() };
        let bytes = if is_standard_input { standard_input() } else { files::read(path, files::SCENARIO) };
        let read = bytes.map_err(|error| unread(&name, &error)).and_then(|bytes| utf8(&name, bytes));
        let folder = path.parent().filter(|_| !is_standard_input).unwrap_or(Path::new(""));
        Self { name, folder: folder.to_owned(), read }
    }

    /// What messages call it: its path, or `standard input`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The scenario with `overrides` set in it, as far as it can be understood, and what is wrong with it. It may name the
    /// kinds that `registry` knows.
    pub fn draft(&self, overrides: &[Override], registry: &Registry) -> Draft {
        match &self.read {
            Ok(text) => draft_of(text, &self.name, &self.folder, overrides, registry),
            Err(problem) => unreadable(vec![problem.clone()]),
        }
    }
}

/// All of standard input, unless it is larger than a scenario may be.
fn standard_input() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(files::SCENARIO + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > files::SCENARIO {
        return Err(files::too_large(files::SCENARIO));
    }
    Ok(bytes)
}

/// A problem of a text as a whole, or of the place at `span` in it.
fn problem(name: &str, text: &str, span: Option<std::ops::Range<usize>>, message: String) -> Problem {
    let (name, text) = (name.to_owned(), text.to_owned());
    let source = Arc::new(Source { name, text, is_flag: false, is_preset: false });
    Problem { source, span, message, expected: String::new(), help: None }
}

/// That the system refuses to read it.
fn unread(name: &str, error: &io::Error) -> Problem {
    let whole = |message: &str| problem(name, "", None, message.to_owned());
    match error.kind() {
        io::ErrorKind::IsADirectory => {
            Problem { expected: "expected a scenario file".to_owned(), ..whole("this is a folder") }
        }
        io::ErrorKind::NotFound => Problem {
            help: Some("check the path and the folder you are in".to_owned()),
            ..whole("there is no such file")
        },
        _ => Problem { expected: error.to_string(), ..whole("the file cannot be read") },
    }
}

/// The bytes as text, or the place of the first that is none.
fn utf8(name: &str, bytes: Vec<u8>) -> Result<String, Problem> {
    String::from_utf8(bytes).map_err(|error| {
        let (start, bytes) = (error.utf8_error().valid_up_to(), error.as_bytes());
        // The text before the bad byte is enough to show the place, with the byte replaced.
        let end_of_line =
            bytes[start..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |to| start + to);
        let shown = String::from_utf8_lossy(&bytes[..end_of_line]);
        let message = format!("byte {:#04x} at offset {start} is not UTF-8", bytes[start]);
        Problem {
            expected: "expected UTF-8 text".to_owned(),
            help: Some("save the file as UTF-8".to_owned()),
            ..problem(name, &shown, Some(start..start + '\u{fffd}'.len_utf8()), message)
        }
    })
}
