//! `parallel`: all at once, the slot held the moment it is picked. A lost race walks the ranked alternatives, then
//! retries from scratch.

use super::{Discipline, Protection, room};
use crate::domain::TicketId;

/// All at once, or `concurrency` at a time, protected by holds.
pub struct Parallel {
    /// Dispatches at the same time; `None`: no limit.
    pub concurrency: Option<u32>,
}

impl Discipline for Parallel {
    fn admits(&self, running: u32) -> bool {
        room(self.concurrency, running)
    }

    fn protection(&self, _ticket: TicketId) -> Protection {
        Protection::Hold
    }
}
