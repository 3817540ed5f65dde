//! `optimistic`: all at once; each write is refused when anything about the technician has changed since it was read. A
//! lost race costs a new ranking, because only a new read can tell what has changed.

use super::lane::InLane;
use super::{Approach, Take};

/// All at once, or `limit` at a time, with a version check at the write.
pub fn new(limit: Option<u32>) -> InLane {
    InLane::new(limit, Approach { locks: false, take: Take::WriteIfCurrent, walks: false })
}
