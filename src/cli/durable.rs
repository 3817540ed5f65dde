//! Work that survives an interruption or is divided: finished replications are kept until the results are whole.

use std::fmt::Display;

pub use super::arguments::{Durable, Sharding};
use super::exit::Failure;
use super::tell;
use crate::keys::text::{Allowed, shown};
use crate::keys::wording::{counted, grouped};
use crate::results::folder::Claim;
use crate::results::journal::{Journal, Origin};

impl Sharding {
    /// That flags of results, of which this is said whether they are there, go with no shard, which writes its part only.
    ///
    /// # Errors
    /// The flag that does not go with it.
    pub fn check(&self, flags: &[(&str, bool)]) -> Result<(), Failure> {
        match flags.iter().find(|(_, is_there)| *is_there && self.shard.is_some()) {
            None => Ok(()),
            Some((flag, _)) => Err(Failure::input(format!(
                "--shard writes its part and nothing else, so it cannot be used with {flag}: leave that to the results of \
                 `stampede merge`"
            ))),
        }
    }
}

/// What a run begins with.
pub struct Begun {
    /// Where finished replications are kept.
    pub journal: Journal,
    /// How many were there already.
    pub had: u64,
    /// How many there are to be, as far as that is known; 0 where it is not.
    pub of: u64,
}

/// What a run begins with whose results go to a claimed folder; nothing where it is not durable, or there is no folder to
/// keep anything in.
///
/// # Errors
/// As for [`Durable::begin`]; that without a folder nothing can be resumed.
pub fn begin(
    durable: Option<Durable>,
    claim: Option<&Claim>,
    origin: &Origin,
    of: u64,
    quiet: bool,
) -> Result<Option<Begun>, Failure> {
    match (durable, claim) {
        (Some(durable), Some(claim)) => durable.begin(claim, origin, of, quiet).map(Some),
        (Some(Durable { resume: true }), None) => Err(Failure::input(
            "--resume goes on from what is in the folder of the results: leave out --no-files",
        )),
        (_, None) | (None, _) => Ok(None),
    }
}

impl Durable {
    /// The journal of so many replications, whose results go to a claimed folder: the one that an interrupted run has left
    /// there, where it is to be resumed, else an empty one.
    ///
    /// # Errors
    /// When what was interrupted is not what is to be resumed, and what has changed; when the system refuses.
    fn begin(self, claim: &Claim, origin: &Origin, of: u64, quiet: bool) -> Result<Begun, Failure> {
        let note = |told: &str| {
            if !quiet {
                tell(&format!("note: {told}"), Allowed::Nothing);
            }
        };
        let path = claim.journal();
        let old = Journal::open(&path).map_err(Failure::internal)?;
        let old = old.map(|(was, journal)| (was.changed(origin), journal.replications(), journal));
        match old {
            Some((None, had @ 1.., journal)) if self.resume => {
                note(&format!("going on from {} on disk", counted(had, "replication")));
                return Ok(Begun { journal, had, of });
            }
            Some((Some(changed), 1.., _)) if self.resume => {
                let changed = shown(&changed).into_owned();
                return Err(Failure::input(format!(
                    "cannot resume, as something has changed since the run was interrupted: {changed}; change it back, or \
                     begin again without --resume"
                )));
            }
            Some((changed, had @ 1.., _)) => {
                let otherwise = match changed {
                    None => "--resume would have gone on from there".to_owned(),
                    Some(changed) => format!("they are of another run: {}", shown(&changed)),
                };
                let had = counted(had, "replication");
                note(&format!("{had} of an interrupted run were on disk and are discarded; {otherwise}"));
            }
            _ if self.resume => note("there is nothing to resume, so it begins at the beginning"),
            _ => {}
        }
        let journal = Journal::create(&path, origin).map_err(Failure::internal)?;
        Ok(Begun { journal, had: 0, of })
    }
}

impl Begun {
    /// What follows on the end of a run whose results are not whole: how many of its replications are on disk. Where there
    /// are none, nothing is left, and nothing is said.
    pub fn left(&self) -> Option<String> {
        match self.journal.replications() {
            0 => {
                // There is nothing to lose in it.
                let _ = self.journal.remove();
                None
            }
            done => {
                // With a precision, how many there are to be follows from those that there are.
                let of = self.of.max(done);
                let on_disk = if done == of {
                    counted(done, "replication")
                } else {
                    format!("{} of {}", grouped(&done.to_string()), counted(of, "replication"))
                };
                let are = if of == 1 { "is" } else { "are" };
                Some(format!("{on_disk} {are} on disk; run again with --resume"))
            }
        }
    }
}

/// What went wrong with a run, and what is left of it.
pub fn after(begun: Option<&Begun>, error: &impl Display) -> String {
    match begun.and_then(Begun::left) {
        Some(left) => format!("{error}; {left}"),
        None => error.to_string(),
    }
}
