//! Reading a results folder back: every file is checked against the manifest before anything is made of it.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use super::bundle::{COMPARISON, EVENTS, PLAN, REPLICATIONS, SCENARIO, SWEEP};
use super::events::EventsError;
use super::folder::READY;
use super::manifest::{self, FORMAT, Kind, Listed, Manifest, NAME, What};
use super::plan::Plan;
use super::spool::{Store, is_of_store};
use super::sweep::Sweep;
use super::{Comparison, Input, Results, Setup, Source, VERSION, events, replications};
use crate::keys::files;
use crate::keys::text::{control, shown};

/// Why a results folder cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no folder.
    #[error("there is no folder {0}: name one that `stampede run` or `stampede compare` wrote")]
    NoFolder(PathBuf),
    /// There is no manifest.
    #[error(
        "{0} holds no results of Stampede, as there is no {NAME} in it: name a folder that `stampede run` or `stampede \
         compare` wrote"
    )]
    NoResults(PathBuf),
    /// The manifest is not one of Stampede's.
    #[error("{path} is not the manifest of a results folder of Stampede: {cause}")]
    Foreign {
        /// The manifest.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// The folder was written by a version that writes another format.
    #[error(
        "{path} is of format {found}, and this version of Stampede ({version}) reads format {FORMAT}: {advice}",
        version = VERSION,
        advice = if *found > FORMAT { "use the version that wrote it, or a later one" } else { "run the scenario again" }
    )]
    OtherFormat {
        /// The manifest.
        path: PathBuf,
        /// The number of its format.
        found: u32,
    },
    /// The folder holds the results of a sweep where those of one comparison are wanted.
    #[error(
        "{0} holds a sweep, not one comparison: `stampede report` shows it as a whole, and `stampede compare {0}/scenario.toml \
         --set KEY=VALUE` makes a comparison of one of its points"
    )]
    Sweep(PathBuf),
    /// The folder holds the results of a plan where those of one comparison are wanted.
    #[error(
        "{0} holds a plan, not one comparison: `stampede report` shows it, and `stampede compare {0}/scenario.toml --set \
         KEY=VALUE` makes a comparison of one of the values that it tried"
    )]
    Plan(PathBuf),
    /// A file that the manifest lists is not there.
    #[error("{} is missing, though {NAME} lists it: was the folder copied only in part?", shown(&.0.to_string_lossy()))]
    Missing(PathBuf),
    /// A file is not the one that was written.
    #[error(
        "{} was altered or cut off: its SHA-256 is not the one in {NAME}; restore it, or run the scenario again",
        shown(&.0.to_string_lossy())
    )]
    Altered(PathBuf),
    /// A file's digest is right and its content is not.
    #[error("{path} cannot be understood: {cause}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// There is no room for what is read.
    #[error(transparent)]
    Aside(io::Error),
    /// The system refused.
    #[error("cannot read {path}: {cause}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's word.
        cause: io::Error,
    },
}

/// A folder that is written to again and again is read no more often than this.
const ATTEMPTS: usize = 10;

/// The comparison in the folder `dir`, as it was written: see [`read_any`].
///
/// # Errors
/// See [`ReadError`].
pub fn read(dir: &Path) -> Result<Comparison, ReadError> {
    match read_any(dir)? {
        Results::Comparison(comparison) => Ok(*comparison),
        Results::Sweep(_) => Err(ReadError::Sweep(dir.to_owned())),
        Results::Plan(_) => Err(ReadError::Plan(dir.to_owned())),
    }
}

/// The results in the folder `dir`, as they were written.
///
/// A derived file (a table, a chart) may be missing, as it can be made again; no file may have been altered. What a writer
/// has left that was killed is read as the next writer would leave it. Where one writes new results in the meantime, the
/// new ones are read.
///
/// # Errors
/// See [`ReadError`].
pub fn read_any(dir: &Path) -> Result<Results, ReadError> {
    let manifest = || files::read(&located(dir, NAME), files::RESULT).ok();
    let mut before = manifest();
    for _ in 1..ATTEMPTS {
        // Files that are on their way may be looked for where they are no more.
        let is_moving = dir.join(READY).exists();
        let found = read_once(dir);
        let after = manifest();
        if before == after && (found.is_ok() || !is_moving) {
            return found;
        }
        before = after;
    }
    read_once(dir)
}

/// Where a file of the results lies: on its way to its place, or there.
fn located(dir: &Path, name: &str) -> PathBuf {
    let ready = dir.join(READY).join(name);
    if ready.exists() { ready } else { dir.join(name) }
}

/// The results in the folder `dir`, unless somebody changes them in the meantime.
fn read_once(dir: &Path) -> Result<Results, ReadError> {
    let folder = Folder { dir, manifest: read_manifest(dir)? };
    folder.verify()?;
    match folder.manifest.what {
        What::Comparison => comparison(&folder).map(Box::new).map(Results::Comparison),
        What::Sweep => sweep(&folder).map(Box::new).map(Results::Sweep),
        What::Plan => plan(&folder).map(Box::new).map(Results::Plan),
    }
}

/// The sweep in a folder.
fn sweep(folder: &Folder<'_>) -> Result<Sweep, ReadError> {
    let mut sweep: Sweep = serde_json::from_slice(&folder.file(SWEEP)?)
        .map_err(|error| folder.malformed(SWEEP, manifest::in_words(&error)))?;
    sweep.sound().map_err(|cause| folder.malformed(SWEEP, cause))?;
    sweep.source = folder.source(&sweep.setup, SWEEP)?;
    Ok(sweep)
}

/// The plan in a folder.
fn plan(folder: &Folder<'_>) -> Result<Plan, ReadError> {
    let mut plan: Plan = serde_json::from_slice(&folder.file(PLAN)?)
        .map_err(|error| folder.malformed(PLAN, manifest::in_words(&error)))?;
    plan.sound().map_err(|cause| folder.malformed(PLAN, cause))?;
    plan.source = folder.source(&plan.setup, PLAN)?;
    Ok(plan)
}

/// The comparison in a folder.
fn comparison(folder: &Folder<'_>) -> Result<Comparison, ReadError> {
    let mut comparison: Comparison = serde_json::from_slice(&folder.file(COMPARISON)?)
        .map_err(|error| folder.malformed(COMPARISON, manifest::in_words(&error)))?;
    sound(&comparison).map_err(|cause| folder.malformed(COMPARISON, cause))?;
    comparison.source = folder.source(&comparison.setup, COMPARISON)?;
    let replications = comparison.setup.replications;
    let store = Store::default();
    let Comparison { setup, arms, .. } = &mut comparison;
    replications::read(folder.open(REPLICATIONS)?, &setup.numbers, arms, replications, &store)
        .map_err(|cause| folder.unread(REPLICATIONS, cause))?;
    let recorded =
        events::read(folder.open(EVENTS)?, &comparison.setup, &store).map_err(|error| match error {
            EventsError::Line { .. } => folder.malformed(EVENTS, error.to_string()),
            EventsError::Io(cause) => folder.unread(EVENTS, cause),
        })?;
    for (name, recorded) in recorded {
        match comparison.arms.iter_mut().find(|arm| arm.name == name) {
            Some(arm) => arm.recorded = recorded,
            None => return Err(folder.malformed(EVENTS, format!("there is no discipline {name:?}"))),
        }
    }
    comparison.summarise().map_err(ReadError::Aside)?;
    Ok(comparison)
}

/// Checks what reports rely on, whoever wrote the file.
///
/// # Errors
/// What no comparison has.
fn sound(comparison: &Comparison) -> Result<(), String> {
    let Comparison { setup, arms, references, arrivals, .. } = comparison;
    let names: BTreeSet<&str> = arms.iter().map(|arm| arm.name.as_str()).collect();
    let desk = &setup.desk;
    let technicians = desk.technicians.len();
    let checks = [
        (arms.is_empty() || names.len() < arms.len(), "its disciplines have no names of their own"),
        (
            [references.one_at_a_time, references.batched]
                .into_iter()
                .flatten()
                .any(|index| index >= arms.len()),
            "it refers to a discipline that is not in it",
        ),
        (!(0.5..=0.9999).contains(&setup.confidence), "its confidence is not one from 0.5 to 0.9999"),
        (setup.replications == 0, "it has no replications"),
        (
            setup.modes.len() != setup.agents.len()
                || arms.iter().any(|arm| arm.agents.len() != setup.agents.len()),
            "its lists of agents differ in length",
        ),
        (
            arms.iter()
                .flat_map(|arm| [&arm.dispatched, &arm.delays, &arm.refused])
                .chain([arrivals])
                .any(|timeline| !timeline.is_sound()),
            "it counts more than can be counted",
        ),
        (
            desk.boards.iter().any(|board| board.team.index() >= desk.teams.len())
                || desk.teams.iter().flat_map(|team| &team.members).any(|who| who.index() >= technicians),
            "its desk refers to teams or technicians that are not on it",
        ),
        (names_of(comparison).any(|name| control(name).is_some()), "it has control characters in a name"),
    ];
    match checks.iter().find(|(wrong, _)| *wrong) {
        Some((_, cause)) => Err((*cause).to_owned()),
        None => Ok(()),
    }
}

/// Every name, and every sentence with names in it.
fn names_of(comparison: &Comparison) -> impl Iterator<Item = &str> {
    let Comparison { setup, arms, warnings, .. } = comparison;
    let desk = &setup.desk;
    let own =
        [&setup.name, &setup.summary].into_iter().chain(&setup.currency).chain(&setup.agents).chain(warnings);
    let lists = desk.statuses.iter().chain(&desk.categories).chain(&desk.companies);
    let teams = desk.teams.iter().map(|team| &team.name).chain(desk.boards.iter().map(|board| &board.name));
    let people =
        desk.technicians.iter().map(|person| &person.name).chain(desk.pods.iter().map(|pod| &pod.name));
    let segments = setup.numbers.segmented().iter().filter_map(|number| number.segment.as_ref());
    let values = segments.map(|segment| &*segment.value);
    let names = own.chain(lists).chain(teams).chain(people).chain(arms.iter().map(|arm| &arm.name));
    names.map(String::as_str).chain(values)
}

/// The manifest of the folder `dir`.
fn read_manifest(dir: &Path) -> Result<Manifest, ReadError> {
    let path = located(dir, NAME);
    let bytes = files::read(&path, files::RESULT).map_err(|cause| match cause.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory if !dir.is_dir() => {
            ReadError::NoFolder(dir.to_owned())
        }
        io::ErrorKind::NotFound => ReadError::NoResults(dir.to_owned()),
        _ => ReadError::Io { path: path.clone(), cause },
    })?;
    match manifest::parse(&bytes) {
        Kind::Current(manifest) => Ok(*manifest),
        Kind::Other(found) => Err(ReadError::OtherFormat { path, found }),
        Kind::Foreign(cause) => Err(ReadError::Foreign { path, cause }),
    }
}

/// A folder with its manifest.
struct Folder<'a> {
    dir: &'a Path,
    manifest: Manifest,
}

impl Folder<'_> {
    /// Checks each file that is there against its digest.
    fn verify(&self) -> Result<(), ReadError> {
        for listed in self.manifest.files.iter().chain(&self.manifest.inputs) {
            if !listed.stays_inside() {
                let cause = format!("it lists {:?}, which is not inside the folder", listed.name);
                return Err(ReadError::Foreign { path: self.dir.join(NAME), cause });
            }
            let path = located(self.dir, &listed.name);
            match manifest::sha256_of(&path) {
                Ok(found) if found == listed.sha256 => {}
                Ok(_) => return Err(ReadError::Altered(path)),
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
                Err(cause) => return Err(ReadError::Io { path, cause }),
            }
        }
        let missing = self.manifest.inputs.iter().find(|input| !located(self.dir, &input.name).exists());
        missing.map_or(Ok(()), |input| Err(ReadError::Missing(self.dir.join(&input.name))))
    }

    /// What produced the results of this setup, which were read from the file `from`.
    fn source(&self, setup: &Setup, from: &str) -> Result<Source, ReadError> {
        if !self.manifest.is_of(setup) {
            return Err(self.malformed(NAME, format!("it does not agree with {from}")));
        }
        let scenario = String::from_utf8(self.file(SCENARIO)?)
            .map_err(|error| self.malformed(SCENARIO, error.to_string()))?;
        let input = |listed: &Listed| Input {
            name: listed.name.clone(),
            path: located(self.dir, &listed.name),
            sha256: listed.sha256.clone(),
        };
        Ok(Source {
            stampede: self.manifest.stampede.clone(),
            scenario,
            overrides: self.manifest.overrides.clone(),
            inputs: self.manifest.inputs.iter().map(input).collect(),
        })
    }

    /// The bytes of a file that results are read from, whose digest has been verified.
    fn file(&self, name: &str) -> Result<Vec<u8>, ReadError> {
        let mut bytes = Vec::new();
        self.open(name)?.read_to_end(&mut bytes).map_err(|cause| self.unread(name, cause))?;
        Ok(bytes)
    }

    /// The same, to be read piece by piece.
    fn open(&self, name: &str) -> Result<BufReader<File>, ReadError> {
        let path = located(self.dir, name);
        if self.manifest.files.iter().all(|listed| listed.name != name) {
            let cause = format!("it does not list {name}");
            return Err(ReadError::Foreign { path: self.dir.join(NAME), cause });
        }
        files::open(&path, files::RESULT).map(BufReader::new).map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => ReadError::Missing(path),
            _ => ReadError::Io { path, cause },
        })
    }

    fn unread(&self, name: &str, cause: io::Error) -> ReadError {
        match cause.kind() {
            io::ErrorKind::InvalidData => self.malformed(name, cause.to_string()),
            _ if is_of_store(&cause) => ReadError::Aside(cause),
            _ => ReadError::Io { path: self.dir.join(name), cause },
        }
    }

    fn malformed(&self, name: &str, cause: impl AsRef<str>) -> ReadError {
        ReadError::Malformed { path: self.dir.join(name), cause: shown(cause.as_ref()).into_owned() }
    }
}
