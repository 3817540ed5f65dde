//! The files of a results folder, before they are written.

use std::io::{self, Write};
use std::path::PathBuf;

use super::manifest::{self, About, Listed, Manifest, NAME, What};
use super::plan::Plan;
use super::sweep::Sweep;
use super::{Comparison, Input, Setup, Source, events, replications};
use crate::keys::files;
use crate::keys::text;

/// The effective scenario.
pub(super) const SCENARIO: &str = "scenario.toml";
/// The comparison but for its replications and logs.
pub(super) const COMPARISON: &str = "data/comparison.json";
/// One row per discipline and replication.
pub(super) const REPLICATIONS: &str = "data/replications.csv";
/// A plan.
pub(super) const PLAN: &str = "data/plan.json";
/// A sweep.
pub(super) const SWEEP: &str = "data/sweep.json";
/// The logs of the recorded replications.
pub(super) const EVENTS: &str = "data/events.jsonl";

/// Makes the bytes of a file.
type Making<'a> = dyn Fn() -> io::Result<Vec<u8>> + Sync + 'a;

/// Writes the bytes of a file.
type Writing<'a> = dyn Fn(&mut dyn Write) -> io::Result<()> + Sync + 'a;

/// What a file consists of.
pub enum Content<'a> {
    /// These bytes.
    Bytes(Vec<u8>),
    /// The bytes that this makes, which are the same each time.
    Made(Box<Making<'a>>),
    /// What this writes, which is the same each time.
    Written(Box<Writing<'a>>),
    /// The bytes of another file, which have this SHA-256.
    CopyOf(PathBuf, String),
}

/// The files of a results folder but for the manifest, which lists them with the digests of what was written.
pub struct Bundle<'a> {
    /// The files, with their paths relative to the folder, `/` between the parts.
    pub files: Vec<(String, Content<'a>)>,
    manifest: Manifest,
}

impl<'a> Content<'a> {
    /// Content that is made as a whole, and not before it is written.
    pub fn made(make: impl Fn() -> io::Result<Vec<u8>> + Sync + 'a) -> Self {
        Self::Made(Box::new(make))
    }

    /// Content that is made piece by piece while it is written.
    pub fn written(write: impl Fn(&mut dyn Write) -> io::Result<()> + Sync + 'a) -> Self {
        Self::Written(Box::new(write))
    }

    /// Writes what the file consists of, which can be done any number of times.
    ///
    /// # Errors
    /// When it cannot be made, or the system refuses. A copy has to be what was read; what has changed since then is no input
    /// of the results.
    pub fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Bytes(bytes) => to.write_all(bytes),
            Self::Made(make) => to.write_all(&make()?),
            Self::Written(write) => write(to),
            Self::CopyOf(from, sha256) => {
                let mut digesting = manifest::Digesting::new(to);
                io::copy(&mut files::open(from, files::RESULT)?, &mut digesting)?;
                if digesting.finish() == *sha256 {
                    return Ok(());
                }
                let from = from.display();
                Err(io::Error::other(format!("{from} has changed since it was read: run again")))
            }
        }
    }
}

impl<'a> Bundle<'a> {
    /// The folder of a comparison: the files that it is read back from, `derived` files, and the inputs.
    pub fn of(comparison: &'a Comparison, derived: Vec<(String, Content<'a>)>) -> Self {
        let own = [
            (COMPARISON, Content::made(|| Ok(pretty(comparison).into_bytes()))),
            (REPLICATIONS, Content::written(|out| replications::write(comparison, out))),
            (EVENTS, Content::written(|out| events::write(comparison, out))),
        ];
        Self::new(What::Comparison, (&comparison.setup, &comparison.source), own, derived)
    }

    /// The folder of a sweep: the file that it is read back from, `derived` files, and the inputs.
    pub fn of_sweep(sweep: &Sweep, derived: Vec<(String, Content<'a>)>) -> Self {
        let own = [(SWEEP, Content::Bytes(sweep.to_json().into_bytes()))];
        Self::new(What::Sweep, (&sweep.setup, &sweep.source), own, derived)
    }

    /// The folder of a plan: the file that it is read back from, `derived` files, and the inputs.
    pub fn of_plan(plan: &Plan, derived: Vec<(String, Content<'a>)>) -> Self {
        let own = [(PLAN, Content::Bytes(plan.to_json().into_bytes()))];
        Self::new(What::Plan, (&plan.setup, &plan.source), own, derived)
    }

    /// A folder of `what` with these files.
    fn new<const N: usize>(
        what: What,
        (setup, source): (&Setup, &Source),
        own: [(&str, Content<'a>); N],
        derived: Vec<(String, Content<'a>)>,
    ) -> Self {
        let scenario = (SCENARIO, Content::Bytes(source.scenario.clone().into_bytes()));
        let own = [scenario].into_iter().chain(own).map(|(name, content)| (name.to_owned(), content));
        let mut files: Vec<(String, Content<'a>)> = own.chain(derived).collect();
        files.sort_by(|(one, _), (other, _)| one.cmp(other));
        let copy = |Input { name, path, sha256 }: &Input| {
            (name.clone(), Content::CopyOf(path.clone(), sha256.clone()))
        };
        files.extend(source.inputs.iter().map(copy));
        Self { files, manifest: Manifest::new(About { what, setup, source }) }
    }

    /// The names of all files, the manifest's included.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|(name, _)| name.as_str()).chain([NAME])
    }

    /// The manifest, given the files as they were written.
    pub(super) fn manifest(&self, written: Vec<Listed>) -> Content<'static> {
        let (inputs, files) = written
            .into_iter()
            .zip(&self.files)
            .partition::<Vec<_>, _>(|(_, (_, content))| matches!(content, Content::CopyOf(..)));
        let listed = |all: Vec<(Listed, _)>| all.into_iter().map(|(listed, _)| listed).collect();
        let manifest = self.manifest.clone().listing(listed(inputs), listed(files));
        Content::Bytes(pretty(&manifest).into_bytes())
    }
}

/// Indented JSON that ends with a newline.
fn pretty(value: &impl serde::Serialize) -> String {
    let text = serde_json::to_string_pretty(value).expect("texts, numbers and lists of them serialise");
    text::json(&text) + "\n"
}
