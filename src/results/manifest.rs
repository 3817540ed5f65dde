//! `manifest.json`: what a results folder is, and the digest of every file in it.

use std::io;
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};
use serde_json::error::Category;
use sha2::{Digest, Sha256};

use super::{Setup, Source};
use crate::domain::hex::hex;
use crate::keys::files;

/// The file that lists the others and marks a folder as ours.
pub(super) const NAME: &str = "manifest.json";
/// The format of the folder: a reader that knows another one must not guess.
pub(super) const FORMAT: u32 = 2;
/// What the format is called, before its number.
const FORMAT_NAME: &str = "stampede-results-";

/// What a results folder holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// What `run` or `compare` made.
    #[default]
    Comparison,
    /// What `sweep` made.
    Sweep,
    /// What `plan` made.
    Plan,
}

/// What a manifest says of the simulation.
pub(super) struct About<'a> {
    pub what: What,
    pub setup: &'a Setup,
    pub source: &'a Source,
}

/// The content of `manifest.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// The format of the folder: `stampede-results-2`.
    format: String,
    /// What the folder holds.
    #[serde(default)]
    pub what: What,
    /// The version of Stampede that simulated.
    pub stampede: String,
    /// The scenario's name.
    pub scenario: String,
    /// The digest of the scenario as it was run.
    pub scenario_digest: String,
    /// The seed.
    pub seed: u64,
    /// Replications per discipline.
    pub replications: u32,
    /// The overrides as they were given.
    pub overrides: Vec<String>,
    /// Copies of the files that the scenario names.
    pub inputs: Vec<Listed>,
    /// Every other file but this one.
    pub files: Vec<Listed>,
}

/// A file, with `/` between the parts of its path, and its SHA-256 in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Listed {
    pub name: String,
    pub sha256: String,
}

impl Listed {
    /// Whether its name stays inside the folder: a manifest that was tampered with must not reach outside.
    pub fn stays_inside(&self) -> bool {
        let mut parts = Path::new(&self.name).components().peekable();
        parts.peek().is_some() && parts.all(|part| matches!(part, Component::Normal(_)))
    }
}

/// Only as much of a manifest as every format has.
#[derive(Deserialize)]
struct Head {
    format: String,
}

/// Whose manifest a text is.
pub(super) enum Kind {
    /// Ours, of the format that this version writes.
    Current(Box<Manifest>),
    /// Ours, of a format with this number.
    Other(u32),
    /// Somebody else's, or damaged, and why.
    Foreign(String),
}

/// The format's name with its number.
pub(super) fn format() -> String {
    format!("{FORMAT_NAME}{FORMAT}")
}

/// What is wrong with a text that is not the JSON that was written, without the names that the program has for it.
pub(super) fn in_words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    let what = match error.classify() {
        Category::Syntax => "it is not JSON from there on".to_owned(),
        Category::Eof => "it ends there, too early".to_owned(),
        Category::Data | Category::Io => {
            let found = text.split_once(": ").filter(|(what, _)| what.starts_with("invalid "));
            let found =
                found.map(|(_, rest)| rest.rsplit_once(", expected ").map_or(rest, |(found, _)| found));
            match (found, text.strip_prefix("missing field ")) {
                (Some(found), _) => format!("{found} does not belong there"),
                (None, Some(field)) => format!("{field} is missing"),
                // What Stampede itself says of a value.
                (None, None) => text.to_owned(),
            }
        }
    };
    format!("line {}, column {}: {what}", error.line(), error.column())
}

/// Reads a manifest.
pub(super) fn parse(bytes: &[u8]) -> Kind {
    let head: Head = match serde_json::from_slice(bytes) {
        Ok(head) => head,
        Err(_) => return Kind::Foreign("it does not say its format".to_owned()),
    };
    match head.format.strip_prefix(FORMAT_NAME).and_then(|number| number.parse().ok()) {
        None => Kind::Foreign(format!("its format is {:?}", head.format)),
        Some(FORMAT) => serde_json::from_slice(bytes).map_or_else(
            |error| Kind::Foreign(in_words(&error)),
            |manifest| Kind::Current(Box::new(manifest)),
        ),
        Some(other) => Kind::Other(other),
    }
}

impl Manifest {
    /// A manifest of the current format, which lists no files yet.
    pub fn new(About { what, setup, source }: About<'_>) -> Self {
        Self {
            format: format(),
            what,
            stampede: source.stampede.clone(),
            scenario: setup.name.clone(),
            scenario_digest: setup.scenario_digest.clone(),
            seed: setup.seed,
            replications: setup.replications,
            overrides: source.overrides.clone(),
            inputs: Vec::new(),
            files: Vec::new(),
        }
    }

    /// The manifest with these files.
    pub fn listing(self, inputs: Vec<Listed>, files: Vec<Listed>) -> Self {
        Self { inputs, files, ..self }
    }

    /// Whether what it says of the simulation is what the setup says.
    pub fn is_of(&self, setup: &Setup) -> bool {
        (&self.scenario, &self.scenario_digest) == (&setup.name, &setup.scenario_digest)
            && (self.seed, self.replications) == (setup.seed, setup.replications)
    }
}

/// The SHA-256 of a file, in hexadecimal, read piece by piece.
///
/// # Errors
/// When the file cannot be read.
pub fn sha256_of(path: &Path) -> io::Result<String> {
    let mut digesting = Digesting::new(io::sink());
    io::copy(&mut files::open(path, files::RESULT)?, &mut digesting)?;
    Ok(digesting.finish())
}

/// Passes bytes on, and takes them in for their digest.
pub(super) struct Digesting<W> {
    to: W,
    digest: Sha256,
}

impl<W> Digesting<W> {
    /// Passes bytes on to `to`.
    pub fn new(to: W) -> Self {
        Self { to, digest: Sha256::new() }
    }

    /// The SHA-256 of the bytes, in hexadecimal.
    pub fn finish(self) -> String {
        hex(&self.digest.finalize())
    }
}

impl<W: io::Write> io::Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let passed = self.to.write(bytes)?;
        self.digest.update(&bytes[..passed]);
        Ok(passed)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
