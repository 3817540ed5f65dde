//! How dispatches write that others may get in the way of.

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
