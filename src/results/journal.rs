//! Finished replications on disk, added as they come in: what is left of a run that is killed.
//!
//! A journal is a line that says so, a frame that says what it is of, and entries. An entry that is not whole, as the last may
//! be after a crash, ends it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::ReplicationRow;
use super::entry::{self, Expected, Key};
use super::frames::{self, Frames, damaged};
use super::part::{Part, PartOfArm};
use super::spool::{SpoolWriter, Store};

/// The first line.
const FIRST: &[u8] = b"stampede-journal\n";

/// The work that finished replications belong to. What they are of is the same only where all of it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Origin {
    /// The version of Stampede that simulated.
    pub stampede: String,
    /// The command, and what decides its work besides the scenario.
    pub command: String,
    /// The digest of the scenario.
    pub scenario: String,
    /// The names of the files that the scenario names, each with its SHA-256.
    pub inputs: Vec<(String, String)>,
}

impl Origin {
    /// What has changed from this one to another, if anything has: `the scenario`.
    pub fn changed(&self, now: &Self) -> Option<String> {
        let version = |origin: &Self| format!("Stampede {}", origin.stampede);
        if self.stampede != now.stampede {
            return Some(format!("the version ({}, which is now {})", version(self), version(now)));
        }
        if self.scenario != now.scenario {
            return Some("the scenario, or what is set in it".to_owned());
        }
        if self.command != now.command {
            return Some(format!("the command (`{}`, which is now `{}`)", self.command, now.command));
        }
        let digest = |origin: &Self, name: &String| {
            origin.inputs.iter().find(|(own, _)| own == name).map(|(_, sha256)| sha256.clone())
        };
        let mut names = self.inputs.iter().chain(&now.inputs).map(|(name, _)| name);
        names.find(|name| digest(self, name) != digest(now, name)).map(|name| format!("the file {name}"))
    }
}

/// Finished replications on disk, of one experiment or of several. Clones are the same journal.
#[derive(Clone, Debug)]
pub struct Journal(Arc<Mutex<Kept>>);

#[derive(Debug)]
struct Kept {
    files: Vec<(PathBuf, File)>,
    found: BTreeMap<Key, BTreeMap<(u32, u32), Place>>,
    /// Where the next entry goes in the last file; `None` where nothing is added.
    end: Option<u64>,
}

/// Where an entry begins.
#[derive(Clone, Copy, Debug)]
struct Place {
    file: usize,
    at: u64,
}

impl Journal {
    /// An empty journal in the file at `path`, whatever is there.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn create(path: &Path, origin: &Origin) -> io::Result<Self> {
        let begun = || -> io::Result<(File, u64)> {
            let mut file = File::options().read(true).write(true).create(true).truncate(true).open(path)?;
            let mut bytes = FIRST.to_vec();
            frames::write(&mut bytes, &serde_json::to_vec(origin)?)?;
            file.write_all(&bytes)?;
            Ok((file, bytes.len() as u64))
        };
        let (file, end) = begun().map_err(|cause| failed("write to", path, &cause))?;
        Ok(Self::of(vec![(path.to_owned(), file)], Some(end)))
    }

    /// The journal in the file at `path`, to which entries can be added, and what it is of; `None` where there is none.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn open(path: &Path) -> io::Result<Option<(Origin, Self)>> {
        let found = || -> io::Result<Option<(Origin, Self)>> {
            // A link, a pipe or a folder is nobody's journal.
            if !path.symlink_metadata().is_ok_and(|found| found.is_file()) {
                return Ok(None);
            }
            let file = File::options().read(true).write(true).open(path)?;
            let journal = Self::of(vec![(path.to_owned(), file)], None);
            let origin = journal.kept().begin();
            match origin {
                Ok(origin) => Ok(Some((origin, journal))),
                Err(cause) if is_damage(&cause) => Ok(None),
                Err(cause) => Err(cause),
            }
        };
        found().map_err(|cause| failed("read", path, &cause))
    }

    /// A journal of no files, to which no entries can be added.
    pub fn sealed() -> Self {
        Self::of(Vec::new(), None)
    }

    fn of(files: Vec<(PathBuf, File)>, end: Option<u64>) -> Self {
        Self(Arc::new(Mutex::new(Kept { files, found: BTreeMap::new(), end })))
    }

    /// Nothing in here is left half done by a panic.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the entries of a file, which begin at `at`, into a sealed journal, and says which there are.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] where one is not whole; else what the system says.
    pub(super) fn add(&self, path: &Path, file: File, at: u64) -> io::Result<Vec<(Key, Range<u32>)>> {
        let mut kept = self.kept();
        kept.files.push((path.to_owned(), file));
        let mut all = Vec::new();
        let (_, damage) = kept.scan(at, &mut |key, range| all.push((*key, range)))?;
        if damage { Err(damaged()) } else { Ok(all) }
    }

    /// Whether no entries can be added.
    pub fn is_sealed(&self) -> bool {
        self.kept().end.is_none()
    }

    /// How many replications it has, those of all experiments together.
    pub fn replications(&self) -> u64 {
        let ranges = |ranges: &BTreeMap<(u32, u32), Place>| -> u64 {
            ranges.keys().map(|(start, end)| u64::from(end - start)).sum()
        };
        self.kept().found.values().map(ranges).sum()
    }

    /// The ranges of replications within `all` that it has of the experiment with this key, in their order.
    pub fn within(&self, key: &Key, all: &Range<u32>) -> Vec<Range<u32>> {
        let kept = self.kept();
        let mut next = all.start;
        let mut chosen = Vec::new();
        for &(start, end) in kept.found.get(key).into_iter().flat_map(BTreeMap::keys) {
            if start >= next && end <= all.end {
                chosen.push(start..end);
                next = end;
            }
        }
        chosen
    }

    /// Reads what [`Journal::within`] has named: the rows into the writers of the arms, the logs into the store. What is
    /// returned has no rows.
    ///
    /// # Errors
    /// When it cannot be read, is not what is expected, or cannot be put into the store.
    pub fn read(
        &self,
        replications: &Range<u32>,
        expected: &Expected,
        rows: &mut [SpoolWriter<ReplicationRow>],
        store: &Store,
    ) -> io::Result<Vec<PartOfArm>> {
        let kept = self.kept();
        let ranges = kept.found.get(&expected.key);
        let place = ranges.and_then(|ranges| ranges.get(&(replications.start, replications.end)));
        let Place { file, at } = *place.ok_or(io::ErrorKind::NotFound)?;
        let (path, file) = &kept.files[file];
        frames_from(file, at)
            .and_then(|mut frames| entry::read(&mut frames, expected, rows, store))
            .map_err(|cause| if is_damage(&cause) { failed("read", path, &cause) } else { cause })
    }

    /// Adds a part of the experiment with this key.
    ///
    /// # Errors
    /// When the part cannot be read from where it was put aside, or the system refuses.
    pub fn append(&self, key: &Key, part: &Part) -> io::Result<()> {
        let mut kept = self.kept();
        let (Some(at), Some((path, file))) = (kept.end, kept.files.last()) else { return Ok(()) };
        let append = || -> io::Result<u64> {
            let mut out = BufWriter::new(file);
            out.seek(SeekFrom::Start(at))?;
            entry::write(key, part, &mut out)?;
            out.stream_position()
        };
        let end = append().map_err(|cause| {
            // What is not whole ends the journal wherever it is; this is for the disk that is full.
            let _ = file.set_len(at);
            failed("write to", path, &cause)
        })?;
        kept.end = Some(end);
        let Range { start, end } = part.replications;
        let place = Place { file: kept.files.len() - 1, at };
        kept.found.entry(*key).or_default().insert((start, end), place);
        Ok(())
    }

    /// Removes its file: its replications are somewhere else, or not wanted any more.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn remove(&self) -> io::Result<()> {
        let mut kept = self.kept();
        kept.end = None;
        for (path, _) in &kept.files {
            match std::fs::remove_file(path) {
                Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                    return Err(failed("remove", path, &cause));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl Kept {
    /// Reads the only file from its beginning, up to where it is whole; what comes then is overwritten.
    fn begin(&mut self) -> io::Result<Origin> {
        let (_, file) = &self.files[0];
        let mut from = BufReader::new(file);
        from.seek(SeekFrom::Start(0))?;
        first_line(&mut from, FIRST)?;
        let mut frame = Vec::new();
        Frames::new(&mut from, file.metadata()?.len().saturating_sub(FIRST.len() as u64)).next(&mut frame)?;
        let origin = serde_json::from_slice(&frame).map_err(|_| damaged())?;
        let at = from.stream_position()?;
        drop(from);
        let (end, _) = self.scan(at, &mut |_, _| {})?;
        self.end = Some(end);
        Ok(origin)
    }

    /// Finds the entries of the last file, which begin at `at`: says where they end, and whether anything else follows.
    fn scan(&mut self, at: u64, each: &mut dyn FnMut(&Key, Range<u32>)) -> io::Result<(u64, bool)> {
        let number = self.files.len() - 1;
        let (_, file) = &self.files[number];
        let mut frames = frames_from(file, at)?;
        let all = at + frames.left();
        let mut at = at;
        while at < all {
            let (key, range) = match entry::pass(&mut frames) {
                Ok(found) => found,
                Err(cause) if is_damage(&cause) => return Ok((at, true)),
                Err(cause) => return Err(cause),
            };
            each(&key, range.clone());
            let place = Place { file: number, at };
            self.found.entry(key).or_default().insert((range.start, range.end), place);
            at = all - frames.left();
        }
        Ok((at, false))
    }
}

/// The frames of a file from `at` on.
fn frames_from(file: &File, at: u64) -> io::Result<Frames<impl Read>> {
    let mut from = BufReader::with_capacity(1 << 16, file);
    from.seek(SeekFrom::Start(at))?;
    Ok(Frames::new(from, file.metadata()?.len().saturating_sub(at)))
}

/// Reads the first line of a file, which has to be this one.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] where it is another one; else what the system says.
pub(super) fn first_line(from: &mut impl BufRead, line: &[u8]) -> io::Result<()> {
    let mut found = Vec::new();
    from.take(line.len() as u64).read_to_end(&mut found)?;
    if found == line { Ok(()) } else { Err(damaged()) }
}

/// Whether what was read is at fault, and not the reading.
pub(super) fn is_damage(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof)
}

fn failed(action: &str, path: &Path, cause: &io::Error) -> io::Error {
    io::Error::new(cause.kind(), format!("cannot {action} {}: {cause}", path.display()))
}

#[cfg(test)]
mod tests;
