//! The results folder, written whole or not at all.
//!
//! New results are written as a complete folder beside their place, which then changes places with the old one in one
//! step; files of the user's move over to the new one. Where that cannot be (the place is a mount point, the current
//! folder is in it, nothing may be written beside it, the file system cannot), the new folder is made inside the place,
//! and once it is whole its files are moved one by one. Whatever a writer leaves that was killed, the next one finishes
//! or removes, and a reader sees results that are whole: the old ones or the new ones.

mod crew;
mod disk;
mod lock;
mod place;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::manifest::{FORMAT, Listed, NAME};
use lock::Lock;
use place::{Found, Place, Workshop, find, strangers};

pub use super::bundle::{Bundle, Content};
pub use super::reading::{ReadError, read, read_any};
pub use crew::AT_ONCE;
pub(super) use place::READY;

/// Why a results folder could not be written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// There is a file in its place.
    #[error("{0} is a file, not a folder")]
    NotAFolder(PathBuf),
    /// It belongs to somebody else.
    #[error("{0} is not empty and holds no results of Stampede, so it stays as it is")]
    Foreign(PathBuf),
    /// It was written by a later version.
    #[error(
        "{0} holds results of a later version of Stampede (format {1}, this one writes {FORMAT}), so it stays as it is"
    )]
    Later(PathBuf, u32),
    /// A file of the user's has the name of one that is to be written.
    #[error(
        "{0} is not Stampede's and is where results have to go, so everything stays as it is: move it away"
    )]
    Occupied(PathBuf),
    /// Somebody else is writing results there.
    #[error("another Stampede is writing results to {0}")]
    Busy(PathBuf),
    /// The writer was asked to stop before the results were whole.
    #[error("the results were not written, and {0} stays as it was")]
    Stopped(PathBuf),
    /// The system refused.
    #[error("cannot {action} {path}: {cause}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// The system's word.
        cause: io::Error,
    },
}

impl FolderError {
    /// Whether the machine is at fault, whose disk is full or which forbids it, and not the choice of the folder.
    pub fn is_the_machines(&self) -> bool {
        use io::ErrorKind::{InvalidFilename, InvalidInput, NotADirectory, NotFound};
        match self {
            Self::Io { cause, .. } => {
                !matches!(cause.kind(), InvalidFilename | InvalidInput | NotADirectory | NotFound)
            }
            _ => false,
        }
    }
}

/// What came of writing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// What else was in the folder and still is, by its path inside the folder: a folder as a whole where no results are
    /// in it.
    pub kept: Vec<PathBuf>,
}

/// A folder that results may go to, and that no other writer can claim as long as this value lives.
#[derive(Debug)]
pub struct Claim {
    place: Place,
    /// As it was named.
    shown: PathBuf,
    /// Where to get results ready to be swapped in, if that can be.
    beside: Option<Workshop>,
    /// Of the results that are there.
    scenario_digest: Option<String>,
    _lock: Lock,
    _made: Made,
}

/// Claims the folder `dir` for results: it does not exist, is empty, or holds results of Stampede, and can be written to.
/// What a writer has left there that was killed is finished or removed. Folders above it are made where they are missing,
/// and removed with the claim as long as they are empty.
///
/// # Errors
/// When it is a file, belongs to somebody else, is being written to, or cannot be read, made or written to.
pub fn claim(dir: &Path) -> Result<Claim, FolderError> {
    // The empty path is the current folder.
    let shown = if dir.as_os_str().is_empty() { Path::new(".") } else { dir }.to_owned();
    let mut made = Made::default();
    let place = resolve(&shown, &mut made)?;
    let look = || -> Result<Option<Found>, FolderError> {
        let found = find(&place.dir, &shown)?;
        let list = |cause| failed("read", &shown, cause);
        let is_new = !place.dir.exists();
        if is_new || found.is_some() || place.inside().ready.join(NAME).exists() {
            return Ok(found);
        }
        match &strangers(&place.dir, &BTreeSet::new(), &BTreeSet::new()).map_err(list)?[..] {
            [] => Ok(None),
            _ => Err(FolderError::Foreign(shown.clone())),
        }
    };
    // Before anything is touched.
    look()?;
    let outside = place.beside().and_then(|shop| Some((Lock::take(&shop.lock).ok()?, shop)));
    let (lock, beside) = if let Some((lock, shop)) = outside {
        (lock, Some(shop))
    } else {
        make_folders(&place.dir, &mut made.0).map_err(|cause| failed("make", &shown, cause))?;
        let lock = Lock::take(&place.inside().lock);
        (lock.map_err(|cause| failed("write to", &shown, cause))?, None)
    };
    let lock = lock.ok_or_else(|| FolderError::Busy(shown.clone()))?;
    let mut claim = Claim { place, shown, beside, scenario_digest: None, _lock: lock, _made: made };
    claim.heal()?;
    claim.scenario_digest = claim.look_again()?.scenario_digest;
    claim.try_out()?;
    Ok(claim)
}

/// Writes results into the folder `dir`, or leaves it as it is: [`claim`] and [`Claim::write`] in one.
///
/// # Errors
/// See there.
pub fn write(dir: &Path, bundle: &Bundle) -> Result<Written, FolderError> {
    claim(dir)?.write(bundle, 1, &AtomicBool::new(false))
}

impl Claim {
    /// The digest of the scenario whose results are there, if there are any of this format.
    pub fn scenario_digest(&self) -> Option<&str> {
        self.scenario_digest.as_deref()
    }

    /// Where finished replications are kept until the results are whole. It is nobody else's as long as the folder is
    /// claimed.
    pub fn journal(&self) -> PathBuf {
        self.beside.as_ref().map_or_else(|| self.place.inside().journal, |shop| shop.journal.clone())
    }

    /// Writes results in place of those that are there; files are made and written with up to so many threads. What else is
    /// in the folder stays. Once `stop` is set, nothing more is written: until the results are whole, everything stays as it
    /// was.
    ///
    /// # Errors
    /// When a file of the user's is in the way, `stop` was set or the system refuses. Everything is as it was then,
    /// unless it refuses while old results are tidied away.
    pub fn write(&self, bundle: &Bundle, threads: usize, stop: &AtomicBool) -> Result<Written, FolderError> {
        let old = self.look_again()?.files;
        let new: BTreeSet<PathBuf> = bundle.names().map(PathBuf::from).collect();
        let kept = self.strangers(&self.place.dir, &old, &new)?;
        if let Some(bad) = kept.iter().find(|kept| new.iter().any(|file| file.starts_with(kept))) {
            return Err(FolderError::Occupied(self.shown.join(bad)));
        }
        let is_swapped = match &self.beside {
            Some(shop) if !self.place.is_entered() => self.swap(shop, bundle, threads, stop)?,
            _ => false,
        };
        if !is_swapped {
            self.move_in(bundle, threads, stop)?;
        }
        Ok(Written { kept })
    }

    /// Makes the new folder beside its place and swaps it in. `false`: that cannot be, and nothing has changed.
    fn swap(
        &self,
        shop: &Workshop,
        bundle: &Bundle,
        threads: usize,
        stop: &AtomicBool,
    ) -> Result<bool, FolderError> {
        let Workshop { new, ready, .. } = shop;
        let dir = &self.place.dir;
        if disk::make_folder(new).is_err() {
            return Ok(false);
        }
        // Whoever may enter the old folder may enter the new one.
        let as_before = match fs::metadata(dir) {
            Ok(old) => fs::set_permissions(new, old.permissions()),
            Err(_) => Ok(()),
        };
        let filled = as_before
            .map_err(|cause| failed("write to", &self.shown, cause))
            .and_then(|()| self.fill(new, bundle, threads, stop));
        if let Err(error) = filled {
            return undone(new, Err(error));
        }
        let swapped = disk::rename(new, ready)
            .and_then(|()| disk::exchange(ready, dir).or_else(|_| disk::rename(ready, dir)));
        if swapped.is_err() {
            let _ = disk::rename(ready, new);
            return undone(new, Ok(false));
        }
        self.synced(dir.parent().unwrap_or(dir))?;
        self.retire(shop)?;
        Ok(true)
    }

    /// Makes the new folder inside its place and moves what is in it to where it belongs.
    fn move_in(&self, bundle: &Bundle, threads: usize, stop: &AtomicBool) -> Result<(), FolderError> {
        let Workshop { new, ready, .. } = self.place.inside();
        let mut made = Made::default();
        make_folders(&self.place.dir, &mut made.0)
            .and_then(|()| disk::make_folder(&new))
            .map_err(|cause| failed("write to", &self.shown, cause))?;
        let filled = self.fill(&new, bundle, threads, stop).and_then(|()| {
            disk::rename(&new, &ready).map_err(|cause| failed("write to", &self.shown, cause))
        });
        if filled.is_err() {
            return undone(&new, filled);
        }
        self.synced(&self.place.dir)?;
        self.finish()
    }

    /// Writes the files into a folder and sees to it that they last, the manifest last.
    fn fill(
        &self,
        folder: &Path,
        bundle: &Bundle,
        threads: usize,
        stop: &AtomicBool,
    ) -> Result<(), FolderError> {
        let refused = |name: &str, cause| failed("write", &self.shown.join(name), cause);
        let stopped = || {
            let is_set = stop.load(Ordering::Relaxed);
            if is_set { Err(FolderError::Stopped(self.shown.clone())) } else { Ok(()) }
        };
        let mut folders = vec![folder.to_owned()];
        for name in bundle.names() {
            let path = folder.join(name);
            make_folders(path.parent().unwrap_or(folder), &mut folders)
                .map_err(|cause| refused(name, cause))?;
        }
        let write = |name: &str, content: &Content| {
            disk::write(&folder.join(name), content).map_err(|cause| refused(name, cause))
        };
        let written = crew::each(&bundle.files, threads, |(name, content)| {
            stopped()?;
            Ok(Listed { name: name.clone(), sha256: write(name, content)? })
        })?;
        write(NAME, &bundle.manifest(written))?;
        folders.iter().rev().try_for_each(|folder| self.synced(folder))?;
        stopped()
    }

    /// Finishes or removes what a writer has left that was killed.
    fn heal(&self) -> Result<(), FolderError> {
        if let Some(shop) = &self.beside {
            if shop.ready.is_dir() {
                if self.place.dir.exists() {
                    self.retire(shop)?;
                } else {
                    // Results that are whole had nothing left to do but to get their name.
                    let named = disk::rename(&shop.ready, &self.place.dir);
                    named.map_err(|cause| failed("make", &self.shown, cause))?;
                }
            }
            removed(&shop.new)?;
        }
        let inside = self.place.inside();
        if inside.ready.is_dir() {
            self.finish()?;
        }
        removed(&inside.new)
    }

    /// Takes leave of the folder that was swapped out, or was never swapped in: what in it is not Stampede's moves over.
    fn retire(&self, shop: &Workshop) -> Result<(), FolderError> {
        let Workshop { new, ready, .. } = shop;
        if !ready.exists() {
            // The place was empty, so that there was nothing to exchange it for.
            return Ok(());
        }
        let old = find(ready, &self.shown)?.unwrap_or_default().files;
        let current = self.look_again()?.files;
        for stranger in self.strangers(ready, &old, &current)? {
            let to = self.place.dir.join(&stranger);
            let numbered = |number: u32| {
                let mut name = to.clone().into_os_string();
                name.push(format!(".{number}"));
                PathBuf::from(name)
            };
            let free = std::iter::once(to.clone())
                .chain((1..=u32::MAX).map(numbered))
                .find(|path| path.symlink_metadata().is_err());
            make_folders(to.parent().unwrap_or(&to), &mut Vec::new())
                .and_then(|()| disk::rename(&ready.join(&stranger), &free.unwrap_or(to)))
                .map_err(|cause| failed("keep", &self.shown.join(&stranger), cause))?;
        }
        disk::rename(ready, new).map_err(|cause| failed("remove", ready, cause))?;
        removed(new)
    }

    /// Moves the files of the folder that is ready inside the place to where they belong, the manifest last. It can be
    /// begun again wherever it was interrupted.
    fn finish(&self) -> Result<(), FolderError> {
        let (dir, Workshop { new, ready, .. }) = (&self.place.dir, self.place.inside());
        let refused = |name: &Path| {
            let path = self.shown.join(name);
            move |cause| failed("write", &path, cause)
        };
        if let Some(Found { files, .. }) = find(&ready, &self.shown)? {
            let old = find(dir, &self.shown)?.unwrap_or_default().files;
            for name in old.difference(&files) {
                remove_stale(dir, name).map_err(refused(name))?;
            }
            let manifest = PathBuf::from(NAME);
            for name in files.iter().filter(|name| **name != manifest).chain([&manifest]) {
                if ready.join(name).exists() {
                    let to = dir.join(name);
                    make_folders(to.parent().unwrap_or(dir), &mut Vec::new())
                        .and_then(|()| disk::rename(&ready.join(name), &to))
                        .map_err(refused(name))?;
                }
            }
            let folders: BTreeSet<&Path> = files.iter().filter_map(|name| name.parent()).collect();
            folders.iter().try_for_each(|folder| self.synced(&dir.join(folder)))?;
        }
        disk::rename(&ready, &new).map_err(|cause| failed("remove", &ready, cause))?;
        removed(&new)
    }

    /// What the results that are there say of themselves.
    fn look_again(&self) -> Result<Found, FolderError> {
        Ok(find(&self.place.dir, &self.shown)?.unwrap_or_default())
    }

    /// What in a folder is not Stampede's.
    fn strangers(
        &self,
        dir: &Path,
        old: &BTreeSet<PathBuf>,
        new: &BTreeSet<PathBuf>,
    ) -> Result<Vec<PathBuf>, FolderError> {
        match strangers(dir, old, new) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(failed("read", &self.shown, cause)),
            found => Ok(found.unwrap_or_default()),
        }
    }

    /// Whether a folder can be made in the place: who is refused now need not be refused after a long simulation.
    fn try_out(&self) -> Result<(), FolderError> {
        let inside = self.place.inside().new;
        let probe = match &self.beside {
            Some(shop) if !self.place.dir.exists() => &shop.new,
            _ => &inside,
        };
        let tried = disk::make_folder(probe).and_then(|()| disk::remove_folder(probe));
        tried.map_err(|cause| failed("write to", &self.shown, cause))
    }

    /// Sees to it that the names in a folder last.
    fn synced(&self, folder: &Path) -> Result<(), FolderError> {
        disk::sync_folder(folder).map_err(|cause| failed("write to", &self.shown, cause))
    }
}

/// The place that a path names, links followed. The folders above it are made.
fn resolve(shown: &Path, made: &mut Made) -> Result<Place, FolderError> {
    match fs::metadata(shown) {
        Ok(found) if !found.is_dir() => return Err(FolderError::NotAFolder(shown.to_owned())),
        Ok(_) => {
            let dir = fs::canonicalize(shown).map_err(|cause| failed("look at", shown, cause))?;
            return Ok(Place { dir });
        }
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(failed("look at", shown, cause)),
        Err(_) if shown.symlink_metadata().is_ok() => {
            let cause = io::Error::new(io::ErrorKind::NotFound, "it is a link that leads nowhere");
            return Err(failed("write to", shown, cause));
        }
        Err(_) => {}
    }
    let (Some(name), above) = (shown.file_name(), shown.parent().unwrap_or(Path::new(""))) else {
        // It ends in `..`, below a folder that is not there.
        let cause = io::Error::new(io::ErrorKind::NotFound, "there is no such folder");
        return Err(failed("write to", shown, cause));
    };
    let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
    make_folders(above, &mut made.0).map_err(|cause| failed("make", shown, cause))?;
    let above = fs::canonicalize(above).map_err(|cause| failed("look at", above, cause))?;
    Ok(Place { dir: above.join(name) })
}

/// Folders that were made, outermost first. Those that are empty are removed with this value.
#[derive(Debug, Default)]
struct Made(Vec<PathBuf>);

/// Makes a folder and those above it where they are missing, and adds those that it makes.
fn make_folders(folder: &Path, made: &mut Vec<PathBuf>) -> io::Result<()> {
    let missing: Vec<&Path> =
        folder.ancestors().take_while(|above| !above.as_os_str().is_empty() && !above.exists()).collect();
    for folder in missing.into_iter().rev() {
        disk::make_folder(folder)?;
        made.push(folder.to_owned());
    }
    Ok(())
}

impl Drop for Made {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            let _ = disk::remove_folder(folder);
        }
    }
}

/// Removes a file of earlier results, and the folders around it that are empty then.
fn remove_stale(dir: &Path, name: &Path) -> io::Result<()> {
    let path = dir.join(name);
    if path.is_dir() {
        return Ok(());
    }
    match disk::remove_file(&path) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
        _ => {}
    }
    for folder in path.ancestors().skip(1).take_while(|folder| *folder != dir) {
        // Fails where something is left in it, which is as it should be.
        if disk::remove_folder(folder).is_err() {
            break;
        }
    }
    Ok(())
}

/// Removes a folder with all that is in it, if it is there.
fn removed(folder: &Path) -> Result<(), FolderError> {
    match disk::remove_tree(folder) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(failed("remove", folder, cause)),
        _ => Ok(()),
    }
}

/// Removes what was begun, as far as that goes: the error that led here is the one to report.
fn undone<T>(new: &Path, result: Result<T, FolderError>) -> Result<T, FolderError> {
    let _ = removed(new);
    result
}

fn failed(action: &'static str, path: &Path, cause: io::Error) -> FolderError {
    FolderError::Io { action, path: path.to_owned(), cause }
}
