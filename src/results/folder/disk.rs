//! The changes that writing results makes to the file system, one function each, so that a test can stop the writer
//! before any of them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter};
use std::path::Path;

use crate::results::bundle::Content;
use crate::results::manifest::Digesting;

/// Makes a folder.
pub fn make_folder(path: &Path) -> io::Result<()> {
    step()?;
    fs::create_dir(path)
}

/// Writes a file that is not there yet, sees to it that it outlasts a power cut, and returns its SHA-256 in hexadecimal.
pub fn write(path: &Path, content: &Content) -> io::Result<String> {
    step()?;
    let file = File::create_new(path)?;
    step()?;
    let mut writer = BufWriter::new(Digesting::new(&file));
    content.write(&mut writer)?;
    let sha256 = writer.into_inner()?.finish();
    step()?;
    file.sync_all()?;
    Ok(sha256)
}

/// Makes the names in a folder outlast a power cut. Only Unix can.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    step()?;
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

/// Opens a file to lock it, and makes it where it is missing.
pub fn open_lock(path: &Path) -> io::Result<File> {
    step()?;
    OpenOptions::new().create(true).truncate(false).write(true).open(path)
}

/// Gives a file or a folder another name, in one step.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    step()?;
    fs::rename(from, to)
}

/// Two names change places, in one step. Not every system can.
pub fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    step()?;
    #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
    }
    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    {
        let _ = (one, other);
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// Removes a file.
pub fn remove_file(path: &Path) -> io::Result<()> {
    step()?;
    fs::remove_file(path)
}

/// Removes a folder that is empty.
pub fn remove_folder(path: &Path) -> io::Result<()> {
    step()?;
    fs::remove_dir(path)
}

/// Removes a folder with all that is in it. Links are removed and not followed.
pub fn remove_tree(path: &Path) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() { remove_tree(&entry.path())? } else { remove_file(&entry.path())? }
    }
    remove_folder(path)
}

/// Comes before each change.
#[cfg(not(test))]
#[expect(clippy::unnecessary_wraps, reason = "tests stop the writer here")]
fn step() -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
fn step() -> io::Result<()> {
    super::tests::step()
}
