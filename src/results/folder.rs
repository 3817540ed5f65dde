//! The results folder: its files put together, and written whole or not at all.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::manifest::{self, FORMAT, Kind, Listed, Manifest, NAME};
use super::{Comparison, Input, events, replications};
use crate::keys::{files, text};

pub use super::reading::{ReadError, read};

/// The effective scenario.
pub(super) const SCENARIO: &str = "scenario.toml";
/// The comparison but for its replications and logs.
pub(super) const COMPARISON: &str = "data/comparison.json";
/// One row per discipline and replication.
pub const REPLICATIONS: &str = "data/replications.csv";
/// The logs of the recorded replications.
pub(super) const EVENTS: &str = "data/events.jsonl";

/// What a file consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// These bytes.
    Bytes(Vec<u8>),
    /// The bytes of another file, which have this SHA-256.
    CopyOf(PathBuf, String),
}

/// Files with their paths relative to the folder, `/` between the parts; the manifest comes last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The files.
    pub files: Vec<(String, Content)>,
}

/// Why a results folder could not be written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// There is a file in its place.
    #[error("{0} is a file, not a folder: choose another --out")]
    NotAFolder(PathBuf),
    /// It belongs to somebody else.
    #[error(
        "{0} is not empty and holds no results of Stampede, so it stays as it is: choose another --out, or an empty folder"
    )]
    Foreign(PathBuf),
    /// It was written by a later version.
    #[error(
        "{0} holds results of a later version of Stampede (format {1}, this one writes {FORMAT}), so it stays as it is: \
         choose another --out"
    )]
    Later(PathBuf, u32),
    /// Nothing can be written there.
    #[error("{0}: choose another --out")]
    Unusable(Box<FolderError>),
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

impl Bundle {
    /// The folder of a comparison: the files that it is read back from, the inputs, `derived` files, and the manifest.
    pub fn of(comparison: &Comparison, derived: Vec<(String, Vec<u8>)>) -> Self {
        let mut saved: Vec<(String, Vec<u8>)> = [
            (SCENARIO, comparison.source.scenario.clone().into_bytes()),
            (COMPARISON, pretty(comparison).into_bytes()),
            (REPLICATIONS, replications::write(comparison)),
            (EVENTS, events::write(comparison).into_bytes()),
        ]
        .map(|(name, bytes)| (name.to_owned(), bytes))
        .into();
        saved.extend(derived);
        saved.sort();
        let listed = |(name, bytes): &(String, Vec<u8>)| Listed {
            name: name.clone(),
            sha256: manifest::sha256(bytes),
        };
        let files = saved.iter().map(listed).collect();
        let mut inputs = Vec::new();
        let mut copies = Vec::new();
        for Input { name, path, sha256 } in &comparison.source.inputs {
            inputs.push(Listed { name: name.clone(), sha256: sha256.clone() });
            copies.push((name.clone(), Content::CopyOf(path.clone(), sha256.clone())));
        }
        let manifest = Manifest::new(comparison, inputs, files);
        let mut files: Vec<(String, Content)> =
            saved.into_iter().map(|(name, bytes)| (name, Content::Bytes(bytes))).collect();
        files.extend(copies);
        files.push((NAME.to_owned(), Content::Bytes(pretty(&manifest).into_bytes())));
        Self { files }
    }
}

/// Indented JSON that ends with a newline.
fn pretty(value: &impl serde::Serialize) -> String {
    let text = serde_json::to_string_pretty(value).expect("texts, numbers and lists of them serialise");
    text::json(&text) + "\n"
}

/// Whether results may and can go to `dir`: it does not exist, is empty, or holds results of stampede, and a file can
/// be written there. What that takes is removed again, folders included.
///
/// # Errors
/// When it is a file, belongs to somebody else, cannot be read, made or written to.
pub fn check_target(dir: &Path) -> Result<(), FolderError> {
    let dir = named(dir);
    let unusable = |error| match error {
        FolderError::Io { .. } => FolderError::Unusable(Box::new(error)),
        error => error,
    };
    check_owner(dir).map_err(unusable)?;
    let probe = Bundle { files: vec![(NAME.to_owned(), Content::Bytes(Vec::new()))] };
    let mut staged = Staged::default();
    let tried = staged.stage(dir, &probe);
    staged.undo();
    tried.map_err(unusable)
}

/// Whether results may go to `dir`: it does not exist, is empty, or holds results of stampede.
fn check_owner(dir: &Path) -> Result<(), FolderError> {
    match fs::metadata(dir) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(cause) => return Err(failed("look at", dir, cause)),
        Ok(found) if !found.is_dir() => return Err(FolderError::NotAFolder(dir.to_owned())),
        Ok(_) => {}
    }
    if old_files(dir)?.is_some() {
        return Ok(());
    }
    for entry in fs::read_dir(dir).map_err(|cause| failed("read", dir, cause))? {
        let entry = entry.map_err(|cause| failed("read", dir, cause))?;
        if !entry.file_name().to_string_lossy().ends_with(PARTIAL) {
            return Err(FolderError::Foreign(dir.to_owned()));
        }
    }
    Ok(())
}

/// Writes the files into `dir`, which is made where it is missing.
///
/// All files are written beside their final names first; only when each is whole are they renamed, the manifest last.
/// Files of earlier results that the new ones do not have are removed; what else lies in the folder stays.
///
/// # Errors
/// When it is a file, belongs to somebody else, or the system refuses. When a file cannot be written, everything stays as
/// it was; when one cannot be renamed, those renamed before it are new and the manifest is still the old one.
pub fn write(dir: &Path, bundle: &Bundle) -> Result<(), FolderError> {
    let dir = named(dir);
    check_owner(dir)?;
    let old = if dir.exists() { old_files(dir)?.unwrap_or_default() } else { Vec::new() };
    let mut staged = Staged::default();
    if let Err(error) = staged.stage(dir, bundle) {
        staged.undo();
        return Err(error);
    }
    let (manifest, others) = staged.files.split_last().expect("a bundle has a manifest");
    let renamed = others.iter().try_for_each(rename).and_then(|()| {
        let new: BTreeSet<&str> = bundle.files.iter().map(|(name, _)| name.as_str()).collect();
        // Before the new manifest is in place, so that what an interruption leaves behind is still listed somewhere.
        for name in old.iter().filter(|name| !new.contains(name.as_str())) {
            remove_stale(dir, name)?;
        }
        rename(manifest)
    });
    if renamed.is_err() {
        staged.undo();
    }
    renamed
}

/// The folder under a name that the system knows: the empty path is the current folder.
fn named(dir: &Path) -> &Path {
    if dir.as_os_str().is_empty() { Path::new(".") } else { dir }
}

/// What ends the name of a file that is not whole yet.
const PARTIAL: &str = ".stampede-partial";

/// What was written but not renamed yet, and the folders made for it.
#[derive(Default)]
struct Staged {
    folders: Vec<PathBuf>,
    files: Vec<(PathBuf, PathBuf)>,
}

impl Staged {
    /// Writes each file beside its final name.
    fn stage(&mut self, dir: &Path, bundle: &Bundle) -> Result<(), FolderError> {
        for (name, content) in &bundle.files {
            let path = dir.join(name);
            if path.is_dir() {
                let cause = io::Error::new(io::ErrorKind::IsADirectory, "a folder is in its place");
                return Err(failed("write", &path, cause));
            }
            self.make_folder(path.parent().unwrap_or(dir))?;
            let mut partial = path.clone().into_os_string();
            partial.push(PARTIAL);
            let partial = PathBuf::from(partial);
            self.files.push((partial.clone(), path));
            let written = match content {
                Content::Bytes(bytes) => fs::write(&partial, bytes),
                Content::CopyOf(from, sha256) => copy(from, &partial, sha256),
            };
            written.map_err(|cause| failed("write", &partial, cause))?;
        }
        Ok(())
    }

    /// Makes a folder and those above it, and remembers which.
    fn make_folder(&mut self, folder: &Path) -> Result<(), FolderError> {
        let missing: Vec<&Path> =
            folder.ancestors().take_while(|above| !above.as_os_str().is_empty() && !above.exists()).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(folder).map_err(|cause| failed("make", folder, cause))?;
            self.folders.push(folder.to_owned());
        }
        Ok(())
    }

    /// Removes what was staged, as far as that goes: the error that led here is the one to report.
    fn undo(&self) {
        for (partial, _) in &self.files {
            let _ = fs::remove_file(partial);
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

fn rename((partial, path): &(PathBuf, PathBuf)) -> Result<(), FolderError> {
    fs::rename(partial, path).map_err(|cause| failed("rename to", path, cause))
}

/// Copies what a file says, and nothing about it; it has to be what was read.
fn copy(from: &Path, to: &Path, sha256: &str) -> io::Result<()> {
    io::copy(&mut files::open(from, files::RESULT)?, &mut fs::File::create(to)?)?;
    if manifest::sha256_of(to)? != sha256 {
        return Err(io::Error::other(format!("{} has changed since it was read: run again", from.display())));
    }
    Ok(())
}

/// Removes a file of earlier results, and the folders around it that are empty then.
fn remove_stale(dir: &Path, name: &str) -> Result<(), FolderError> {
    let path = dir.join(name);
    if path.is_dir() {
        return Ok(());
    }
    if let Err(cause) = fs::remove_file(&path)
        && cause.kind() != io::ErrorKind::NotFound
    {
        return Err(failed("remove", &path, cause));
    }
    for folder in path.ancestors().skip(1).take_while(|folder| *folder != dir) {
        // Fails where something is left in it, which is as it should be.
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
}

/// The files that the folder's manifest lists; `None` where there is no manifest of ours.
fn old_files(dir: &Path) -> Result<Option<Vec<String>>, FolderError> {
    /// What the manifests of all formats up to this one have.
    #[derive(serde::Deserialize)]
    struct Files {
        files: Vec<Listed>,
        inputs: Vec<Listed>,
    }
    let path = dir.join(NAME);
    let bytes = match files::read(&path, files::RESULT) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        read => read.map_err(|cause| failed("read", &path, cause))?,
    };
    match manifest::parse(&bytes) {
        Kind::Foreign(_) => return Ok(None),
        Kind::Other(format) if format > FORMAT => return Err(FolderError::Later(dir.to_owned(), format)),
        Kind::Current(_) | Kind::Other(_) => {}
    }
    let Ok(Files { mut files, inputs }) = serde_json::from_slice(&bytes) else { return Ok(None) };
    // Until the second format inputs were read where they lay, and only their names were listed.
    files.extend(inputs.into_iter().filter(|input| input.name.contains('/')));
    Ok(Some(files.into_iter().filter(Listed::stays_inside).map(|file| file.name).collect()))
}

fn failed(action: &'static str, path: &Path, cause: io::Error) -> FolderError {
    FolderError::Io { action, path: path.to_owned(), cause }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report;
    use crate::results::tests::comparison;

    /// Every file below `dir`, with its bytes.
    fn contents(dir: &Path) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        let mut folders = vec![dir.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(dir).unwrap().to_str().unwrap().replace('\\', "/");
                    found.push((name, fs::read(&path).unwrap()));
                }
            }
        }
        found.sort();
        found
    }

    /// The folder of a comparison with its charts, or with one derived file only.
    fn bundle(comparison: &Comparison, whole: bool) -> Bundle {
        let mut derived = report::files(comparison).unwrap();
        derived.retain(|(name, _)| whole || name == "data/tickets.csv");
        Bundle::of(comparison, derived)
    }

    fn sorted(bundle: &Bundle) -> Vec<(String, Vec<u8>)> {
        let bytes = |(name, content): &(String, Content)| match content {
            Content::Bytes(bytes) => (name.clone(), bytes.clone()),
            Content::CopyOf(path, _) => (name.clone(), fs::read(path).unwrap()),
        };
        let mut files: Vec<_> = bundle.files.iter().map(bytes).collect();
        files.sort();
        files
    }

    #[test]
    fn a_folder_holds_the_bundle_and_nothing_else() {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path().join("a/b");
        let bundle = bundle(&comparison(), true);
        check_target(&dir).unwrap();
        write(&dir, &bundle).unwrap();
        assert_eq!(contents(&dir), sorted(&bundle));
        assert!(bundle.files.iter().any(|(name, _)| name.starts_with("charts/")));
        assert_eq!(bundle.files.last().unwrap().0, NAME);
    }

    #[test]
    fn the_same_comparison_gives_the_same_bytes() {
        assert_eq!(bundle(&comparison(), true), bundle(&comparison(), true));
    }

    #[test]
    fn the_manifest_lists_every_other_file_with_its_digest() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("staff.csv");
        fs::write(&path, "abc").unwrap();
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let mut comparison = comparison();
        comparison.source.overrides = vec!["--seed 7".to_owned()];
        comparison.source.inputs =
            vec![Input { name: "inputs/staff.csv".to_owned(), path: path.clone(), sha256: abc.to_owned() }];
        let bundle = bundle(&comparison, true);
        let files = sorted(&bundle);
        let Kind::Current(manifest) = manifest::parse(&files.iter().find(|file| file.0 == NAME).unwrap().1)
        else {
            panic!("it is of the current format");
        };
        assert_eq!(manifest.overrides, ["--seed 7"]);
        assert_eq!(manifest.inputs[0].name, "inputs/staff.csv");
        assert_eq!(manifest.inputs[0].sha256, abc);
        assert!(manifest.files.is_sorted_by_key(|file| &file.name));
        let listed: Vec<&Listed> = manifest.files.iter().chain(&manifest.inputs).collect();
        assert_eq!(listed.len(), files.len() - 1);
        for listed in listed {
            let (_, bytes) = files.iter().find(|(name, _)| *name == listed.name).unwrap();
            assert_eq!(listed.sha256, manifest::sha256(bytes));
        }
        assert_eq!(bundle.files.last().unwrap().0, NAME);

        write(&place.path().join("results"), &bundle).unwrap();
        fs::write(place.path().join("staff.csv"), "abcd").unwrap();
        let error = write(&place.path().join("late"), &bundle).unwrap_err().to_string();
        assert!(error.contains("staff.csv has changed since it was read"), "{error}");
        assert!(!place.path().join("late").exists());
    }

    #[test]
    fn a_folder_of_somebody_else_is_refused_and_stays_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let bundle = bundle(&comparison(), false);
        for (name, text) in [("thesis.txt", "years of work"), (NAME, "{\"name\": \"a web application\"}")] {
            fs::write(dir.path().join(name), text).unwrap();
            let before = contents(dir.path());
            let error = write(dir.path(), &bundle).unwrap_err();
            assert!(matches!(error, FolderError::Foreign(_)), "{error}");
            assert!(error.to_string().contains("choose another --out"));
            assert!(check_target(dir.path()).is_err());
            assert_eq!(contents(dir.path()), before);
        }
        let file = dir.path().join("thesis.txt");
        assert!(matches!(write(&file, &bundle), Err(FolderError::NotAFolder(_))));
    }

    #[test]
    fn the_empty_path_is_the_current_folder_and_no_way_round_the_check() {
        // Tests run in the package's folder, which holds no results.
        assert!(matches!(check_target(Path::new("")), Err(FolderError::Foreign(_))));
    }

    #[test]
    fn a_place_where_nothing_can_be_written_is_refused_and_a_good_one_left_as_it_was() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("file"), "mine").unwrap();
        let before = contents(place.path());
        let below_a_file = place.path().join("file/results");
        let too_long = place.path().join("made").join("x".repeat(300)).join("results");
        for bad in [&below_a_file, &too_long] {
            let error = check_target(bad).unwrap_err();
            assert!(matches!(error, FolderError::Unusable(_)), "{error}");
            assert!(error.to_string().ends_with("choose another --out"), "{error}");
        }
        check_target(&place.path().join("a/b")).unwrap();
        assert_eq!(contents(place.path()), before);
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1, "no folder is left behind");
    }

    #[test]
    fn old_results_give_way_but_what_the_user_put_there_stays() {
        let dir = tempfile::tempdir().unwrap();
        let comparison = comparison();
        write(dir.path(), &bundle(&comparison, true)).unwrap();
        fs::write(dir.path().join("notes.txt"), "mine").unwrap();
        let without = bundle(&comparison, false);
        write(dir.path(), &without).unwrap();
        let mut expected = sorted(&without);
        expected.push(("notes.txt".to_owned(), b"mine".to_vec()));
        expected.sort();
        assert_eq!(contents(dir.path()), expected);
        assert!(!dir.path().join("charts").exists(), "an emptied folder goes too");
    }

    #[test]
    fn a_failing_write_leaves_the_old_files_and_nothing_half_done() {
        let dir = tempfile::tempdir().unwrap();
        let mut comparison = comparison();
        write(dir.path(), &bundle(&comparison, false)).unwrap();
        // The charts cannot be written: their folder's name is taken by a file.
        fs::write(dir.path().join("charts"), "mine").unwrap();
        let before = contents(dir.path());
        comparison.setup.seed = 8;
        let error = write(dir.path(), &bundle(&comparison, true)).unwrap_err();
        assert!(matches!(error, FolderError::Io { .. }), "{error}");
        assert_eq!(contents(dir.path()), before);
        fs::remove_file(dir.path().join("charts")).unwrap();
        // Nor can a file whose name is taken by a folder; it comes late, after others were staged.
        fs::remove_file(dir.path().join("data/tickets.csv")).unwrap();
        fs::create_dir(dir.path().join("data/tickets.csv")).unwrap();
        let before = contents(dir.path());
        write(dir.path(), &bundle(&comparison, true)).unwrap_err();
        assert_eq!(contents(dir.path()), before);
        assert!(!dir.path().join("charts").exists());
    }

    #[test]
    fn a_manifest_cannot_reach_outside_the_folder() {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path().join("results");
        let without = bundle(&comparison(), false);
        write(&dir, &without).unwrap();
        let outside = place.path().join("precious.txt");
        fs::write(&outside, "mine").unwrap();
        let path = dir.join(NAME);
        let text = fs::read_to_string(&path).unwrap().replace("\"data/tickets.csv\"", "\"../precious.txt\"");
        fs::write(&path, text).unwrap();
        write(&dir, &without).unwrap();
        assert!(outside.exists());
    }
}
