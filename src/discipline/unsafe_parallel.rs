//! `unsafe-parallel`: all at once, check-then-act. Two dispatches that read the same snapshot book the same slot,
//! silently.

use super::{Discipline, Protection, room};
use crate::domain::TicketId;

/// All at once, or `concurrency` at a time, unprotected.
pub struct UnsafeParallel {
    /// Dispatches at the same time; `None`: no limit.
    pub concurrency: Option<u32>,
}

impl Discipline for UnsafeParallel {
    fn admits(&self, running: u32) -> bool {
        room(self.concurrency, running)
    }

    fn protection(&self, _ticket: TicketId) -> Protection {
        Protection::None
    }
}
