//! The results folder: its files put together, and written whole or not at all.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{VERSION, audit, csv, json, plots, subagents};
use crate::domain::hex::hex;
use crate::results::{Comparison, events};

/// The file that lists the others and marks a folder as ours.
const MANIFEST: &str = "manifest.json";
/// The format of the folder: a reader that knows another one must not guess.
const FORMAT: &str = "stampede-results-1";

/// Files with their paths relative to the folder, sorted, the manifest last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// Path, with `/` between its parts, and bytes.
    pub files: Vec<(String, Vec<u8>)>,
}

/// Why a report could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// A chart could not be drawn.
    #[error(transparent)]
    Charts(#[from] plots::PlotError),
}

/// Why a results folder could not be written.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// There is a file in its place.
    #[error("{0} is a file, not a folder: choose another --out")]
    NotAFolder(PathBuf),
    /// It belongs to somebody else.
    #[error(
        "{0} is not empty and holds no results of stampede, so it stays as it is: choose another --out, or an empty folder"
    )]
    Foreign(PathBuf),
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

/// `manifest.json`.
#[derive(Serialize, Deserialize)]
struct Manifest {
    format: String,
    stampede: String,
    scenario: String,
    scenario_digest: String,
    seed: u64,
    replications: u32,
    inputs: Vec<Listed>,
    files: Vec<Listed>,
}

/// A file and its SHA-256 in hexadecimal.
#[derive(Serialize, Deserialize)]
struct Listed {
    name: String,
    sha256: String,
}

/// Puts the files of a comparison together; `inputs` are the recorded files it read, by name and SHA-256.
///
/// # Errors
/// When a chart cannot be drawn.
pub fn bundle(c: &Comparison, charts: bool, inputs: &[(String, String)]) -> Result<Bundle, ReportError> {
    let mut files = vec![
        ("audit.csv".to_owned(), audit::audit(c).into_bytes()),
        ("bookings.csv".to_owned(), csv::bookings(c).into_bytes()),
        ("conflicts.csv".to_owned(), csv::conflicts(c).into_bytes()),
        ("events.jsonl".to_owned(), events::write(c).into_bytes()),
        ("replications.csv".to_owned(), csv::replications(c).into_bytes()),
        ("summary.csv".to_owned(), csv::summary(c).into_bytes()),
        ("summary.json".to_owned(), json::summary(c).into_bytes()),
        ("tickets.csv".to_owned(), csv::tickets(c).into_bytes()),
        ("workflows.csv".to_owned(), csv::workflows(c).into_bytes()),
    ];
    if let Some(table) = subagents::table(c) {
        files.push(("subagents.csv".to_owned(), table.into_bytes()));
    }
    if charts {
        for chart in plots::draw_all(c)? {
            files.push((format!("charts/{}.svg", chart.name), chart.svg.into_bytes()));
            files.push((format!("charts/{}.png", chart.name), chart.png));
        }
    }
    files.sort();
    let mut inputs: Vec<Listed> =
        inputs.iter().map(|(name, sha256)| Listed { name: name.clone(), sha256: sha256.clone() }).collect();
    inputs.sort_by(|a, b| a.name.cmp(&b.name));
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        stampede: VERSION.to_owned(),
        scenario: c.setup.name.clone(),
        scenario_digest: c.setup.scenario_digest.clone(),
        seed: c.setup.seed,
        replications: c.setup.replications,
        inputs,
        files: files
            .iter()
            .map(|(name, bytes)| Listed { name: name.clone(), sha256: sha256(bytes) })
            .collect(),
    };
    files.push((MANIFEST.to_owned(), json::pretty(&manifest).into_bytes()));
    Ok(Bundle { files })
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
    let probe = Bundle { files: vec![(MANIFEST.to_owned(), Vec::new())] };
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
        for (name, bytes) in &bundle.files {
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
            fs::write(&partial, bytes).map_err(|cause| failed("write", &partial, cause))?;
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

/// Removes a file of earlier results, and its folder where that is empty then.
fn remove_stale(dir: &Path, name: &str) -> Result<(), FolderError> {
    let relative = Path::new(name);
    // A manifest that was tampered with must not reach outside the folder.
    if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
        return Ok(());
    }
    let path = dir.join(relative);
    if let Err(cause) = fs::remove_file(&path)
        && cause.kind() != io::ErrorKind::NotFound
    {
        return Err(failed("remove", &path, cause));
    }
    if let Some(folder) = path.parent().filter(|folder| *folder != dir) {
        // Fails where something is left in it, which is as it should be.
        let _ = fs::remove_dir(folder);
    }
    Ok(())
}

/// The files that the folder's manifest lists; `None` where there is no manifest of ours.
fn old_files(dir: &Path) -> Result<Option<Vec<String>>, FolderError> {
    let path = dir.join(MANIFEST);
    let text = match fs::read(&path) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        read => read.map_err(|cause| failed("read", &path, cause))?,
    };
    let manifest =
        serde_json::from_slice::<Manifest>(&text).ok().filter(|manifest| manifest.format == FORMAT);
    Ok(manifest.map(|manifest| manifest.files.into_iter().map(|file| file.name).collect()))
}

fn failed(action: &'static str, path: &Path, cause: io::Error) -> FolderError {
    FolderError::Io { action, path: path.to_owned(), cause }
}

/// SHA-256 in hexadecimal.
fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::comparison;

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

    fn sorted(bundle: &Bundle) -> Vec<(String, Vec<u8>)> {
        let mut files = bundle.files.clone();
        files.sort();
        files
    }

    #[test]
    fn a_folder_holds_the_bundle_and_nothing_else() {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path().join("a/b");
        let bundle = bundle(&comparison(), true, &[]).unwrap();
        check_target(&dir).unwrap();
        write(&dir, &bundle).unwrap();
        assert_eq!(contents(&dir), sorted(&bundle));
        assert!(bundle.files.iter().any(|(name, _)| name.starts_with("charts/")));
        assert_eq!(bundle.files.last().unwrap().0, MANIFEST);
    }

    #[test]
    fn the_same_comparison_gives_the_same_bytes() {
        let inputs = [("b.csv".to_owned(), "02".to_owned()), ("a.csv".to_owned(), "01".to_owned())];
        assert_eq!(
            bundle(&comparison(), true, &inputs).unwrap(),
            bundle(&comparison(), true, &inputs).unwrap()
        );
    }

    #[test]
    fn the_manifest_lists_every_other_file_with_its_digest() {
        let inputs = [("b.csv".to_owned(), "02".to_owned()), ("a.csv".to_owned(), "01".to_owned())];
        let bundle = bundle(&comparison(), true, &inputs).unwrap();
        let (manifest, others) = bundle.files.split_last().unwrap();
        let manifest: Manifest = serde_json::from_slice(&manifest.1).unwrap();
        assert_eq!(manifest.seed, 7);
        assert_eq!(manifest.inputs[0].name, "a.csv");
        assert_eq!(manifest.files.len(), others.len());
        assert!(manifest.files.is_sorted_by_key(|file| &file.name));
        for (listed, (name, bytes)) in manifest.files.iter().zip(others) {
            assert_eq!((&listed.name, &listed.sha256), (name, &sha256(bytes)));
        }
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_folder_of_somebody_else_is_refused_and_stays_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let bundle = bundle(&comparison(), false, &[]).unwrap();
        for (name, text) in [("thesis.txt", "years of work"), (MANIFEST, "{\"name\": \"a web application\"}")]
        {
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
        write(dir.path(), &bundle(&comparison, true, &[]).unwrap()).unwrap();
        fs::write(dir.path().join("notes.txt"), "mine").unwrap();
        let without = bundle(&comparison, false, &[]).unwrap();
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
        write(dir.path(), &bundle(&comparison, false, &[]).unwrap()).unwrap();
        // The charts cannot be written: their folder's name is taken by a file.
        fs::write(dir.path().join("charts"), "mine").unwrap();
        let before = contents(dir.path());
        comparison.setup.seed = 8;
        let error = write(dir.path(), &bundle(&comparison, true, &[]).unwrap()).unwrap_err();
        assert!(matches!(error, FolderError::Io { .. }), "{error}");
        assert_eq!(contents(dir.path()), before);
        fs::remove_file(dir.path().join("charts")).unwrap();
        // Nor can a file whose name is taken by a folder; it comes late, after others were staged.
        fs::remove_file(dir.path().join("tickets.csv")).unwrap();
        fs::create_dir(dir.path().join("tickets.csv")).unwrap();
        let before = contents(dir.path());
        write(dir.path(), &bundle(&comparison, true, &[]).unwrap()).unwrap_err();
        assert_eq!(contents(dir.path()), before);
        assert!(!dir.path().join("charts").exists());
    }

    #[test]
    fn a_manifest_cannot_reach_outside_the_folder() {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path().join("results");
        let without = bundle(&comparison(), false, &[]).unwrap();
        write(&dir, &without).unwrap();
        let outside = place.path().join("precious.txt");
        fs::write(&outside, "mine").unwrap();
        let path = dir.join(MANIFEST);
        let text = fs::read_to_string(&path).unwrap().replace("\"tickets.csv\"", "\"../precious.txt\"");
        fs::write(&path, text).unwrap();
        write(&dir, &without).unwrap();
        assert!(outside.exists());
    }
}
