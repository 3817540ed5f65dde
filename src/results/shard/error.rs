//! Why a part cannot be written, or parts cannot be joined, in sentences.

use std::io;
use std::path::{Path, PathBuf};

use crate::keys::text::shown;
use crate::results::VERSION;
use crate::results::share::Share;

/// Why a part cannot be written, or parts cannot be joined.
#[derive(Debug, thiserror::Error)]
pub enum ShardError {
    /// The system refused.
    #[error("cannot {action} {}: {cause}", told(.path))]
    Io {
        /// What was tried.
        action: &'static str,
        /// With what.
        path: PathBuf,
        /// The system's word.
        cause: io::Error,
    },
    /// There is a folder in its place.
    #[error("{} is a folder: name a file for the part", told(.0))]
    Folder(PathBuf),
    /// A file of the user's is in its place.
    #[error("{} is there already and is no part, so it stays as it is: name another file", told(.0))]
    Occupied(PathBuf),
    /// A file that the scenario names is not what it was.
    #[error("{} has changed since it was read: run again", told(.0))]
    Changed(PathBuf),
    /// It is something else.
    #[error("{} is no part of a run: name files that --shard has written", told(.0))]
    Foreign(PathBuf),
    /// It is not whole, or not as it was written.
    #[error("{} is damaged or cut off: copy it again, or run that shard again", told(.0))]
    Damaged(PathBuf),
    /// Another version wrote it.
    #[error(
        "{} was written by Stampede {}, and this is Stampede {VERSION}: join parts with the version that wrote them",
        told(.0), shown(.1)
    )]
    Version(PathBuf, String),
    /// They are parts of different runs.
    #[error("{} and {} are parts of different runs; what differs is {what}", told(.one), told(.other))]
    Different {
        /// A part.
        one: PathBuf,
        /// Another.
        other: PathBuf,
        /// What differs.
        what: String,
    },
    /// A shard is there twice, and not twice the same.
    #[error("{} and {} are both shard {share}, and differ: keep the one that you trust", told(.one), told(.other))]
    Twice {
        /// A part.
        one: PathBuf,
        /// Another.
        other: PathBuf,
        /// Which.
        share: Share,
    },
    /// Shards are missing.
    #[error("{missing}")]
    Missing {
        /// Which, in a sentence.
        missing: String,
    },
}

/// A path, to be shown.
fn told(path: &Path) -> String {
    shown(&path.display().to_string()).into_owned()
}

impl ShardError {
    /// Whether the machine is at fault, and not what was asked for.
    pub fn is_the_machines(&self) -> bool {
        use io::ErrorKind::{InvalidFilename, InvalidInput, IsADirectory, NotADirectory, NotFound};
        let is_asked_for =
            |kind| matches!(kind, InvalidFilename | InvalidInput | IsADirectory | NotADirectory | NotFound);
        matches!(self, Self::Io { cause, .. } if !is_asked_for(cause.kind()))
    }
}

pub(super) fn refused(action: &'static str, path: &Path, cause: io::Error) -> ShardError {
    ShardError::Io { action, path: path.to_owned(), cause }
}
