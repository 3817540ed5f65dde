//! `sequential`: one dispatch at a time. Nobody else can take the slot between the read and the write, so nothing
//! protects it.

use super::{Discipline, Protection};
use crate::domain::TicketId;

/// One at a time.
pub struct Sequential;

impl Discipline for Sequential {
    fn admits(&self, running: u32) -> bool {
        running == 0
    }

    fn protection(&self, _ticket: TicketId) -> Protection {
        Protection::None
    }
}
