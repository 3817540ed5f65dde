//! A place for results: the names that Stampede uses in it and beside it, and what in it is whose.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{FolderError, failed};
use crate::keys::files;
use crate::results::manifest::{self, FORMAT, Kind, Listed, NAME};

/// What the names begin with that Stampede uses inside a place.
const OWN: &str = ".stampede-";
/// How an interrupted writer of the first version named a file that was not whole yet.
const PARTIAL: &str = ".stampede-partial";

/// The folder that results are read from in place of the place itself: it is whole, and on its way there.
pub(in crate::results) const READY: &str = ".stampede-ready";

/// Where a writer puts the files before they are in their place, which file it locks, and where it keeps what is finished.
#[derive(Clone, Debug)]
pub(super) struct Workshop {
    /// What is not whole yet, or of no use any more: it can be removed with all that is in it.
    pub new: PathBuf,
    /// What is whole: new results that are not in their place yet, or the old ones.
    pub ready: PathBuf,
    /// The file that is locked.
    pub lock: PathBuf,
    /// Where finished replications are kept.
    pub journal: PathBuf,
}

/// Where results go.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The folder itself, links followed.
    pub dir: PathBuf,
}

impl Place {
    /// A workshop beside the place, from where results are swapped in; `None` where nothing can be swapped: at a root, or
    /// where another file system is mounted.
    pub fn beside(&self) -> Option<Workshop> {
        let (parent, name) = (self.dir.parent()?, self.dir.file_name()?);
        let path = |what: &str| {
            let mut hidden = OsString::from(".");
            hidden.push(name);
            hidden.push(OWN);
            hidden.push(what);
            parent.join(hidden)
        };
        (!is_mounted(&self.dir)).then(|| Workshop {
            new: path("new"),
            ready: path("ready"),
            lock: path("lock"),
            journal: path("journal"),
        })
    }

    /// A workshop inside the place, from where results are moved file by file.
    pub fn inside(&self) -> Workshop {
        let path = |what: &str| self.dir.join(format!("{OWN}{what}"));
        Workshop {
            new: path("new"),
            ready: self.dir.join(READY),
            lock: path("lock"),
            journal: path("journal"),
        }
    }

    /// Whether this process is in it: a folder that is swapped out from under whoever is in it is gone for them.
    pub fn is_entered(&self) -> bool {
        std::env::current_dir().is_ok_and(|here| here.starts_with(&self.dir))
    }
}

/// Whether another file system, or another part of one, is mounted there.
fn is_mounted(dir: &Path) -> bool {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
        statx(CWD, dir, AtFlags::empty(), StatxFlags::empty())
            .is_ok_and(|found| found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
    }
    // Elsewhere the swap fails, which leads to the workshop inside.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    {
        let _ = dir;
        false
    }
}

/// The manifest of the results in a folder, as far as manifests of all formats agree.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The files that it lists, its own name included.
    pub files: BTreeSet<PathBuf>,
    /// The digest of the scenario that was run, where it is of the current format.
    pub scenario_digest: Option<String>,
}

/// What the folder's manifest says; `None` where there is no manifest of ours.
///
/// # Errors
/// When it was written by a later version, or cannot be read.
pub(super) fn find(dir: &Path, shown: &Path) -> Result<Option<Found>, FolderError> {
    /// What the manifests of all formats up to this one have.
    #[derive(serde::Deserialize)]
    struct Files {
        files: Vec<Listed>,
        inputs: Vec<Listed>,
    }
    // The first version renamed its files one after the other, the manifest last.
    let candidates = [NAME.to_owned(), format!("{NAME}{PARTIAL}")];
    let mut read = candidates.iter().map(|name| files::read(&dir.join(name), files::RESULT));
    let bytes =
        match read.find(|read| !read.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::NotFound)) {
            None => return Ok(None),
            Some(read) => read.map_err(|cause| failed("read", &shown.join(NAME), cause))?,
        };
    let scenario_digest = match manifest::parse(&bytes) {
        Kind::Foreign(_) => return Ok(None),
        Kind::Other(format) if format > FORMAT => return Err(FolderError::Later(shown.to_owned(), format)),
        Kind::Current(manifest) => Some(manifest.scenario_digest),
        Kind::Other(_) => None,
    };
    let Ok(Files { files, inputs }) = serde_json::from_slice(&bytes) else { return Ok(None) };
    // Until the second format inputs were read where they lay, and only their names were listed.
    let inputs = inputs.into_iter().filter(|input| input.name.contains('/'));
    let listed = files.into_iter().chain(inputs).filter(Listed::stays_inside);
    let names = listed.map(|file| PathBuf::from(file.name)).chain([PathBuf::from(NAME)]);
    Ok(Some(Found { files: names.collect(), scenario_digest }))
}

/// What is in the folder that is not Stampede's, by its path inside the folder: a folder as a whole where neither `old`
/// nor `new` has files in it. `old` are the files of the results in it, `new` are those that are to come.
pub(super) fn strangers(
    dir: &Path,
    old: &BTreeSet<PathBuf>,
    new: &BTreeSet<PathBuf>,
) -> io::Result<Vec<PathBuf>> {
    let shares = |files: &BTreeSet<PathBuf>, folder: &Path| {
        files.range(folder.to_owned()..).next().is_some_and(|file| file.starts_with(folder))
    };
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(dir.join(&folder))? {
            let entry = entry?;
            let (name, path) = (entry.file_name(), folder.join(entry.file_name()));
            let name = name.to_string_lossy();
            let is_folder = entry.file_type()?.is_dir();
            if is_folder && (shares(old, &path) || shares(new, &path)) && !new.contains(&path) {
                folders.push(path);
            } else if is_folder || !old.contains(&path) {
                let is_own =
                    name.ends_with(PARTIAL) || folder.as_os_str().is_empty() && name.starts_with(OWN);
                found.extend((!is_own).then_some(path));
            }
        }
    }
    found.sort();
    Ok(found)
}
