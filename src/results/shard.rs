//! Parts of one run, simulated apart: each is a file that has what it was made from, so that nothing else is needed to join
//! them.
//!
//! A part is a line that says so, a frame that says what it is of, a frame with what the run was made from, the bytes of the
//! files that the scenario names, and one entry per experiment.

mod error;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tempfile::{NamedTempFile, TempDir};

use super::entry::{self, Key};
use super::frames::{self, Frames, damaged};
use super::journal::{Journal, Origin, first_line, is_damage};
use super::manifest::{Listed, sha256_of};
use super::part::{Part, PartOfArm};
use super::share::Share;
use super::spool::{SpoolWriter, Store};
use super::{Input, VERSION};
use crate::keys::files;
use crate::keys::text::shown;
use crate::keys::wording::{counted, list};

pub use error::ShardError;
use error::refused;

/// The first line.
const FIRST: &[u8] = b"stampede-part\n";

/// Bytes of an input in a frame.
const PIECE: u64 = 1 << 16;

/// What the parts of a run have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// What they are of.
    pub origin: Origin,
    /// The effective scenario.
    pub scenario: String,
    /// The overrides as they were given.
    pub overrides: Vec<String>,
}

/// The second frame.
#[derive(Serialize, Deserialize)]
struct Head {
    share: Share,
    scenario: String,
    overrides: Vec<String>,
    /// How many bytes the inputs have.
    inputs: Vec<u64>,
    /// The entries that follow.
    work: Vec<(Key, Range<u32>)>,
}

/// A part that is being written: to a file of its own beside the place, which is swapped in when it is whole, so that others
/// may write the same part at the same time.
#[derive(Debug)]
pub struct PartWriter {
    path: PathBuf,
    file: BufWriter<NamedTempFile>,
}

impl PartWriter {
    /// Begins a part: this share of the task, which is the work that it has of each experiment. Folders are made where they
    /// are missing.
    ///
    /// # Errors
    /// When something else is in its place, an input has changed or the system refuses.
    pub fn begin(
        path: &Path,
        task: &Task,
        inputs: &[Input],
        share: Share,
        work: Vec<(Key, Range<u32>)>,
    ) -> Result<Self, ShardError> {
        let write = |cause| refused("write", path, cause);
        vacant(path)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(write)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let prefix = format!(".{name}.stampede-");
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As of any new file; what is temporary only is otherwise for nobody else.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let mut file = BufWriter::new(builder.tempfile_in(folder).map_err(write)?);
        let sizes: io::Result<Vec<u64>> =
            inputs.iter().map(|input| Ok(fs::metadata(&input.path)?.len())).collect();
        let Task { origin, scenario, overrides } = task.clone();
        let head = Head { share, scenario, overrides, inputs: sizes.map_err(write)?, work };
        let mut begun = || -> io::Result<()> {
            file.write_all(FIRST)?;
            frames::write(&mut file, &serde_json::to_vec(&origin)?)?;
            frames::write(&mut file, &postcard::to_stdvec(&head).map_err(io::Error::other)?)
        };
        begun().map_err(write)?;
        for (input, &size) in inputs.iter().zip(&head.inputs) {
            copy_in(input, size, &mut file).map_err(write)?;
            // What was copied is what was read, unless it is being changed at this very moment, which joining notices.
            if !sha256_of(&input.path).is_ok_and(|sha256| sha256 == input.sha256) {
                return Err(ShardError::Changed(input.path.clone()));
            }
        }
        Ok(Self { path: path.to_owned(), file })
    }

    /// Adds the next of its work, in the order in which it was stated.
    ///
    /// # Errors
    /// When what it has put aside cannot be read, or the system refuses.
    pub fn add(&mut self, key: &Key, part: Part) -> Result<(), ShardError> {
        let add = || -> io::Result<()> {
            // How rows lie in blocks depends on the threads that made them.
            let store = Store::default();
            let again = |arm: PartOfArm| -> io::Result<PartOfArm> {
                let mut rows = SpoolWriter::new(&store);
                arm.rows.iter().try_for_each(|row| rows.push(&row?))?;
                Ok(PartOfArm { rows: rows.finish()?, ..arm })
            };
            let Part { replications, arms } = part;
            let arms = arms.into_iter().map(again).collect::<io::Result<_>>()?;
            entry::write(key, &Part { replications, arms }, &mut self.file)
        };
        add().map_err(|cause| refused("write", &self.path, cause))
    }

    /// Puts the part into its place, whole.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn finish(self) -> Result<(), ShardError> {
        let Self { path, file } = self;
        let whole = || -> io::Result<()> {
            let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|error| error.error)?;
            Ok(())
        };
        whole().map_err(|cause| refused("write", &path, cause))
    }
}

/// Checks that a part may be written to a place: nothing is there, or a part.
fn vacant(path: &Path) -> Result<(), ShardError> {
    let found = match fs::metadata(path) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
        found => found.map_err(|cause| refused("write", path, cause))?,
    };
    if found.is_dir() {
        return Err(ShardError::Folder(path.to_owned()));
    }
    let is_part = || File::open(path).is_ok_and(|file| first_line(&mut BufReader::new(file), FIRST).is_ok());
    if found.is_file() && is_part() { Ok(()) } else { Err(ShardError::Occupied(path.to_owned())) }
}

/// Copies the bytes of an input into frames.
fn copy_in(input: &Input, size: u64, to: &mut impl Write) -> io::Result<()> {
    let mut from = files::open(&input.path, files::RESULT)?;
    let (mut piece, mut left) = (Vec::new(), size);
    while left > 0 {
        piece.clear();
        let read = (&mut from).take(left.min(PIECE)).read_to_end(&mut piece)?;
        if read == 0 {
            return Err(io::Error::other(format!("{} has become shorter", input.path.display())));
        }
        frames::write(to, &piece)?;
        left -= read as u64;
    }
    Ok(())
}

/// A part as it is found.
struct Found {
    path: PathBuf,
    task: Task,
    head: Head,
    /// Where the inputs begin, and where the entries do.
    inputs: u64,
    entries: u64,
}

/// All parts of a run.
#[derive(Debug)]
pub struct Joined {
    /// What they are parts of.
    pub task: Task,
    /// What all of them have, to which nothing is added.
    pub journal: Journal,
    /// A part, where the inputs begin in it, and how many bytes each has.
    sources: (PathBuf, u64, Vec<u64>),
}

/// Joins the parts in these files, in any order. The same part may be there several times.
///
/// # Errors
/// When one is no part, or not whole; when they are of different runs, or shards are missing.
pub fn join(paths: &[PathBuf]) -> Result<Joined, ShardError> {
    let mut shards: BTreeMap<u32, Found> = BTreeMap::new();
    for path in paths {
        let found = open(path)?;
        if let Some(first) = shards.values().next() {
            same_run(first, &found)?;
        }
        match shards.get(&found.head.share.number) {
            None => {
                shards.insert(found.head.share.number, found);
            }
            Some(known) => same_bytes(known, &found)?,
        }
    }
    let Some(of) = shards.values().next().map(|found| found.head.share.of) else {
        return Err(ShardError::Missing { missing: "there are no parts".to_owned() });
    };
    let journal = Journal::sealed();
    for found in shards.values() {
        let file = File::open(&found.path).map_err(|cause| refused("read", &found.path, cause))?;
        let entries = journal.add(&found.path, file, found.entries);
        if entries.map_err(|cause| unread(&found.path, cause))? != found.head.work {
            return Err(ShardError::Damaged(found.path.clone()));
        }
    }
    if shards.len() < of as usize {
        return Err(missing(&shards, of));
    }
    let first = shards.into_values().next().expect("there is one, as was seen above");
    Ok(Joined { task: first.task, journal, sources: (first.path, first.inputs, first.head.inputs) })
}

impl Joined {
    /// Puts the scenario into a temporary folder, as `scenario.toml`, and the files that it names where it looks for them.
    ///
    /// # Errors
    /// When they are not what they were, or the system refuses.
    pub fn unpack(&self) -> Result<TempDir, ShardError> {
        let place = tempfile::tempdir().map_err(|cause| refused("write to", &std::env::temp_dir(), cause))?;
        let folder = place.path();
        let scenario = folder.join("scenario.toml");
        fs::write(&scenario, &self.task.scenario).map_err(|cause| refused("write", &scenario, cause))?;
        let (path, at, sizes) = &self.sources;
        let read = |cause| unread(path, cause);
        let (mut frames, _) = open_at(path, *at).map_err(read)?;
        for ((name, sha256), &size) in self.task.origin.inputs.iter().zip(sizes) {
            let listed = Listed { name: name.clone(), sha256: sha256.clone() };
            if !name.starts_with("inputs/") || !listed.stays_inside() {
                return Err(ShardError::Damaged(path.clone()));
            }
            let target = folder.join(name);
            let write = |cause| refused("write", &target, cause);
            fs::create_dir_all(target.parent().unwrap_or(folder)).map_err(write)?;
            let mut file = File::create_new(&target).map_err(write)?;
            let mut piece = Vec::new();
            let mut left = size;
            while left > 0 {
                frames.next(&mut piece).map_err(read)?;
                left = left.checked_sub(piece.len() as u64).ok_or_else(|| read(damaged()))?;
                file.write_all(&piece).map_err(write)?;
            }
            if sha256_of(&target).map_err(write)? != *sha256 {
                return Err(ShardError::Damaged(path.clone()));
            }
        }
        Ok(place)
    }

    /// A part, to speak of where all of them are at fault.
    pub fn any(&self) -> &Path {
        &self.sources.0
    }
}

/// The frames of a file from `at` on, and where they begin.
fn open_at(path: &Path, at: u64) -> io::Result<(Frames<BufReader<File>>, u64)> {
    let mut file = files::open(path, u64::MAX)?;
    file.seek(SeekFrom::Start(at))?;
    let left = file.metadata()?.len().saturating_sub(at);
    Ok((Frames::new(BufReader::with_capacity(PIECE as usize, file), left), at + left))
}

/// Reads a part up to its entries.
fn open(path: &Path) -> Result<Found, ShardError> {
    let read = |cause| unread(path, cause);
    let mut file = files::open(path, u64::MAX).map_err(read)?;
    if first_line(&mut BufReader::new(&mut file), FIRST).is_err() {
        return Err(ShardError::Foreign(path.to_owned()));
    }
    let (mut frames, end) = open_at(path, FIRST.len() as u64).map_err(read)?;
    let mut frame = Vec::new();
    frames.next(&mut frame).map_err(read)?;
    let damaged = || ShardError::Damaged(path.to_owned());
    let origin: Origin = serde_json::from_slice(&frame).map_err(|_| damaged())?;
    if origin.stampede != VERSION {
        return Err(ShardError::Version(path.to_owned(), origin.stampede));
    }
    frames.next(&mut frame).map_err(read)?;
    let head: Head = postcard::from_bytes(&frame).map_err(|_| damaged())?;
    let Share { number, of } = head.share;
    if !(1..=of).contains(&number) || head.inputs.len() != origin.inputs.len() {
        return Err(damaged());
    }
    let inputs = end - frames.left();
    for &size in &head.inputs {
        let mut left = size;
        while left > 0 {
            frames.next(&mut frame).map_err(read)?;
            left = left.checked_sub(frame.len() as u64).filter(|_| !frame.is_empty()).ok_or_else(damaged)?;
        }
    }
    let entries = end - frames.left();
    let task = Task { origin, scenario: head.scenario.clone(), overrides: head.overrides.clone() };
    Ok(Found { path: path.to_owned(), task, head, inputs, entries })
}

fn unread(path: &Path, cause: io::Error) -> ShardError {
    if is_damage(&cause) { ShardError::Damaged(path.to_owned()) } else { refused("read", path, cause) }
}

/// Checks that two parts are of one run.
fn same_run(one: &Found, other: &Found) -> Result<(), ShardError> {
    let (task, now) = (&one.task, &other.task);
    let what = if task.origin.command != now.origin.command {
        Some(format!("the command: {} and {}", shown(&task.origin.command), shown(&now.origin.command)))
    } else if task.scenario != now.scenario {
        Some(differing_line(&task.scenario, &now.scenario))
    } else if let Some(changed) = task.origin.changed(&now.origin) {
        Some(shown(&changed).into_owned())
    } else if task.overrides != now.overrides {
        let flags = |overrides: &[String]| shown(&overrides.join(" ")).into_owned();
        Some(format!("how it was asked for: `{}` and `{}`", flags(&task.overrides), flags(&now.overrides)))
    } else if one.head.share.of != other.head.share.of {
        let of = |found: &Found| counted(u64::from(found.head.share.of), "shard");
        Some(format!("how they were divided: into {} and into {}", of(one), of(other)))
    } else {
        None
    };
    let (one, other) = (one.path.clone(), other.path.clone());
    what.map_or(Ok(()), |what| Err(ShardError::Different { one, other, what }))
}

/// Where two scenarios differ first.
fn differing_line(one: &str, other: &str) -> String {
    let lines = || one.lines().map(Some).chain([None]).zip(other.lines().map(Some).chain([None]));
    let told =
        |line: Option<&str>| line.map_or("nothing".to_owned(), |line| format!("`{}`", shown(line.trim())));
    match lines().find(|(one, other)| one != other) {
        Some((one, other)) => format!("the scenario: {} and {}", told(one), told(other)),
        None => "the scenario".to_owned(),
    }
}

/// Checks that two files that are the same shard are the same file, or a copy.
fn same_bytes(one: &Found, other: &Found) -> Result<(), ShardError> {
    let digest = |found: &Found| sha256_of(&found.path).map_err(|cause| refused("read", &found.path, cause));
    if digest(one)? == digest(other)? {
        return Ok(());
    }
    let share = one.head.share;
    Err(ShardError::Twice { one: one.path.clone(), other: other.path.clone(), share })
}

/// That shards are missing, and which.
fn missing(shards: &BTreeMap<u32, Found>, of: u32) -> ShardError {
    let missing: Vec<String> = (1..=of)
        .filter(|number| !shards.contains_key(number))
        // More than ten are not listed; their number is all that is needed.
        .map(|number| number.to_string())
        .take(1_000)
        .collect();
    let count = u64::from(of) - shards.len() as u64;
    let (which, are) = if count == 1 { ("shard", "is") } else { ("shards", "are") };
    let names = if count > 1_000 { format!("{count}") } else { list(&missing) };
    ShardError::Missing {
        missing: format!("{which} {names} of {of} {are} missing: run them, or name their parts too"),
    }
}

#[cfg(test)]
mod tests;
