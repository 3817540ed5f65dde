//! Disciplines: how concurrent dispatches are controlled. One file a discipline.

mod parallel;
mod sequential;
mod unsafe_parallel;

use crate::domain::TicketId;
use crate::domain::settings::{DisciplineKind, DisciplineSettings};

/// How a picked slot is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// The entry is written without another look.
    None,
    /// The slot is held first, and written only once it is.
    Hold,
}

/// What a dispatcher asks before it lets a dispatch begin or take a slot.
pub trait Discipline: Send {
    /// Whether another dispatch may begin while `running` are under way.
    fn admits(&self, running: u32) -> bool;

    /// How the ticket's dispatch takes its slot.
    fn protection(&self, ticket: TicketId) -> Protection;
}

/// The discipline that the settings name.
pub fn build(settings: &DisciplineSettings) -> Box<dyn Discipline> {
    match settings.kind {
        DisciplineKind::Sequential => Box::new(sequential::Sequential),
        DisciplineKind::UnsafeParallel => {
            Box::new(unsafe_parallel::UnsafeParallel { concurrency: settings.concurrency })
        }
        _ => Box::new(parallel::Parallel { concurrency: settings.concurrency }),
    }
}

/// Whether `running` dispatches leave room for one more.
fn room(concurrency: Option<u32>, running: u32) -> bool {
    concurrency.is_none_or(|limit| running < limit)
}
