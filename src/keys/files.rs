//! Files that are read: regular ones of bounded size, and for those that a scenario names, where they may lie.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Component, Path};

/// A mebibyte.
const MIB: u64 = 1 << 20;

/// The most bytes that a scenario may have: 16 MiB.
pub const SCENARIO: u64 = 16 * MIB;
/// The most bytes that a file of values may have, one per line: 64 MiB.
pub const VALUES: u64 = 64 * MIB;
/// The most bytes that a pod document may have that is no table: 16 MiB.
pub const DOCUMENT: u64 = 16 * MIB;
/// The most bytes that a recording, a table of technicians or a table of pods may have: 1 GiB.
pub const TABLE: u64 = 1024 * MIB;
/// The most bytes that a file of a results folder may have: 16 GiB.
pub const RESULT: u64 = 16 * TABLE;

/// Opens a file for reading: a regular one of at most `most` bytes. A pipe or a device might never end, or never begin.
///
/// # Errors
/// What the system says, or what else the file is.
pub fn open(path: &Path, most: u64) -> io::Result<File> {
    // Before it is opened, as opening a pipe waits for its other end.
    check(&fs::metadata(path)?, most)?;
    let file = File::open(path)?;
    check(&file.metadata()?, most)?;
    Ok(file)
}

/// The bytes of a file that [`open`] opens.
///
/// # Errors
/// As [`open`], and when the file cannot be read to its end.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path, most)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn check(found: &Metadata, most: u64) -> io::Result<()> {
    if found.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder, not a file"));
    }
    if !found.is_file() {
        let cause = "it is a pipe or a device; only regular files are read";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, cause));
    }
    if found.len() > most {
        return Err(too_large(most));
    }
    Ok(())
}

/// That something has more than `most` bytes.
pub fn too_large(most: u64) -> io::Error {
    let cause = format!("it is larger than {} MiB, the most that is read", most / MIB);
    io::Error::new(io::ErrorKind::FileTooLarge, cause)
}

/// Whether `typed`, seen from `folder`, is outside it, be it by its parts or through a link.
pub fn is_outside(folder: &Path, typed: &Path) -> bool {
    let mut depth = 0_i32;
    for part in typed.components() {
        match part {
            Component::Normal(_) => depth += 1,
            Component::ParentDir => depth -= 1,
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return true,
        }
        if depth < 0 {
            return true;
        }
    }
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    match (fs::canonicalize(folder), fs::canonicalize(folder.join(typed))) {
        (Ok(folder), Ok(file)) => !file.starts_with(folder),
        // What is not there leads nowhere.
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_of_bounded_size_are_read() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("a.csv");
        fs::write(&path, "12345").unwrap();
        assert_eq!(read(&path, 5).unwrap(), b"12345");
        let error = read(&path, 4).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        assert_eq!(open(place.path(), 5).unwrap_err().kind(), io::ErrorKind::IsADirectory);
        assert_eq!(read(&place.path().join("b.csv"), 5).unwrap_err().kind(), io::ErrorKind::NotFound);
        #[cfg(unix)]
        assert_eq!(open(Path::new("/dev/null"), 5).unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }

    #[test]
    fn a_path_is_outside_by_its_parts_or_through_a_link() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("desk");
        fs::create_dir_all(folder.join("data")).unwrap();
        for file in ["outside.csv", "desk/inside.csv", "desk/data/deep.csv"] {
            fs::write(place.path().join(file), "").unwrap();
        }
        for inside in ["inside.csv", "./data/deep.csv", "data/../inside.csv", "nowhere.csv", ""] {
            assert!(!is_outside(&folder, Path::new(inside)), "{inside}");
        }
        for outside in ["../outside.csv", "data/../../outside.csv", "../desk/inside.csv", "/nowhere.csv"] {
            assert!(is_outside(&folder, Path::new(outside)), "{outside}");
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("../outside.csv", folder.join("link.csv")).unwrap();
            std::os::unix::fs::symlink("data/deep.csv", folder.join("near.csv")).unwrap();
            assert!(is_outside(&folder, Path::new("link.csv")));
            assert!(!is_outside(&folder, Path::new("near.csv")));
        }
    }
}
