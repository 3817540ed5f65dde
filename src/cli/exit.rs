//! Exit codes, which scripts may rely on.

use std::fmt::Display;
use std::process::ExitCode;

use crate::keys::text::Allowed;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All thresholds hold.
    Fine = 0,
    /// An internal error: a defect, or the machine has too little memory, too few threads, a full or forbidden disk.
    Internal = 1,
    /// Bad usage, a bad scenario, unreadable or malformed input.
    Input = 2,
    /// A threshold was crossed, or a baseline regressed.
    Threshold = 99,
    /// SIGINT came, as from Ctrl-C.
    Interrupted = 130,
    /// SIGTERM came.
    Terminated = 143,
}

impl Exit {
    /// This one, or the other where this is fine.
    #[must_use]
    pub fn worse(self, other: Self) -> Self {
        if self == Self::Fine { other } else { self }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Why a command stopped: what to tell the user, and the exit code.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// The whole message, ready to print.
    pub message: String,
    /// What the message has besides text.
    pub allowed: Allowed,
}

impl Failure {
    /// The user's input is at fault.
    pub fn input(message: impl Display) -> Self {
        Self { exit: Exit::Input, message: format!("error: {message}"), allowed: Allowed::Nothing }
    }

    /// Something here is at fault.
    pub fn internal(message: impl Display) -> Self {
        Self { exit: Exit::Internal, message: format!("error: {message}"), allowed: Allowed::Nothing }
    }

    /// Tells the user, and returns the exit code.
    pub fn tell(&self) -> Exit {
        super::tell(&self.message, self.allowed);
        self.exit
    }
}
