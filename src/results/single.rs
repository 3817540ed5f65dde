//! A single file, written whole or not at all: made beside its place under a name of its own, and renamed.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// A place that a file can be written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SingleFile {
    /// As it was named.
    named: PathBuf,
    /// The file itself, links followed, in a folder that is there.
    target: PathBuf,
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SingleFileError {
    /// What is there is something else.
    #[error("{0} is {1}: name a file")]
    NoFile(PathBuf, &'static str),
    /// There is no folder for it.
    #[error("there is no folder {1} to write {0} to: make it first")]
    NoFolder(PathBuf, PathBuf),
    /// The system refused.
    #[error("cannot write {path}: {cause}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's word.
        cause: io::Error,
    },
}

impl SingleFile {
    /// The place at `path`: a file that is there, or none in a folder that is. It is tried whether one can be made there.
    ///
    /// # Errors
    /// When something else than a file is there, there is no folder, or nothing may be made in it.
    pub fn at(path: &Path) -> Result<Self, SingleFileError> {
        let named = path.to_owned();
        let refused = |cause| SingleFileError::Io { path: named.clone(), cause };
        let no_file = |what| SingleFileError::NoFile(named.clone(), what);
        let target = match fs::metadata(path) {
            Ok(found) if found.is_dir() => return Err(no_file("a folder")),
            Ok(found) if !found.is_file() => return Err(no_file("no regular file")),
            Ok(_) => fs::canonicalize(path).map_err(refused)?,
            Err(_) if path.symlink_metadata().is_ok() => return Err(no_file("a link that leads nowhere")),
            Err(_) => {
                let name = path.file_name().ok_or_else(|| no_file("a folder"))?;
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                let folder = folder.unwrap_or(Path::new("."));
                if !folder.is_dir() {
                    return Err(SingleFileError::NoFolder(named, folder.to_owned()));
                }
                fs::canonicalize(folder).map_err(refused)?.join(name)
            }
        };
        let place = Self { named, target };
        place.beside()?;
        Ok(place)
    }

    /// Whether this is the same file, however it was named.
    pub fn is_same(&self, other: &Self) -> bool {
        self.target == other.target
    }

    /// Whether it lies in this folder or below.
    pub fn is_in(&self, folder: &Path) -> bool {
        fs::canonicalize(folder).is_ok_and(|folder| self.target.starts_with(folder))
    }

    /// Writes the file with what `fill` fills it with, in place of the one that is there.
    ///
    /// # Errors
    /// When it cannot be filled or the system refuses; the old file is as it was then.
    pub fn write(&self, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), SingleFileError> {
        let mut file = self.beside()?;
        let mut writer = BufWriter::new(&mut file);
        fill(&mut writer).and_then(|()| writer.flush()).map_err(|cause| self.refused(cause))?;
        drop(writer);
        file.as_file().sync_all().map_err(|cause| self.refused(cause))?;
        file.persist(&self.target).map_err(|error| self.refused(error.error))?;
        Ok(())
    }

    /// A file beside it, which is gone unless it gets the name.
    fn beside(&self) -> Result<NamedTempFile, SingleFileError> {
        let mut builder = Builder::new();
        builder.prefix(".stampede-");
        // As any program would make it; the default is for secrets.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let folder = self.target.parent().unwrap_or(Path::new("."));
        builder.tempfile_in(folder).map_err(|cause| self.refused(cause))
    }

    fn refused(&self, cause: io::Error) -> SingleFileError {
        SingleFileError::Io { path: self.named.clone(), cause }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.xml");
        SingleFile::at(&path).unwrap().write(|out| out.write_all(b"one")).unwrap();
        SingleFile::at(&path).unwrap().write(|out| out.write_all(b"two")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let plain = folder.path().join("plain");
            fs::write(&plain, "").unwrap();
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
            assert_eq!(mode(&path), mode(&plain));
        }
    }

    #[test]
    fn what_is_no_place_for_a_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &Path| SingleFile::at(path).unwrap_err().to_string();
        assert!(at(folder.path()).ends_with("is a folder: name a file"));
        assert!(at(&folder.path().join("x/y.xml")).starts_with("there is no folder"));
        assert!(at(Path::new("..")).contains("is a folder"));
        #[cfg(unix)]
        {
            assert!(at(Path::new("/dev/null")).contains("no regular file"));
            let link = folder.path().join("link");
            std::os::unix::fs::symlink("nowhere", &link).unwrap();
            assert!(at(&link).contains("a link that leads nowhere"));
            let real = folder.path().join("real");
            fs::write(&real, "old").unwrap();
            fs::remove_file(&link).unwrap();
            std::os::unix::fs::symlink("real", &link).unwrap();
            SingleFile::at(&link).unwrap().write(|out| out.write_all(b"new")).unwrap();
            assert_eq!(fs::read(&real).unwrap(), b"new");
            assert!(link.symlink_metadata().unwrap().is_symlink(), "the link stays");
        }
    }
}
