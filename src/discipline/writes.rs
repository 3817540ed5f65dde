//! How dispatches write that others may get in the way of.

use super::definition::Claims;
use crate::choice;

choice! {
    /// How slots are taken.
    pub enum Writes {
        /// Without another look.
        Unsafe = "unsafe",
        /// Held first.
        Held = "held",
        /// By the parent alone, when all subagents have ended; not for `pods`.
        Parent = "parent",
    }
}

impl Writes {
    /// What is claimed before it is written.
    pub(super) fn claims(self) -> Claims {
        match self {
            Self::Unsafe => Claims::Nothing,
            Self::Held | Self::Parent => Claims::Slots,
        }
    }
}
