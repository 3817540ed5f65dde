//! `locked`: all at once, but everybody eligible is locked from the read to the write. Locks are taken in the order of
//! technicians, so nobody waits in a circle; as they span the ranking, dispatches of one team go one after the other.

use super::lane::InLane;
use super::{Approach, Take};

/// All at once, or `limit` at a time, behind locks.
pub fn new(limit: Option<u32>) -> InLane {
    InLane::new(limit, Approach { locks: true, take: Take::Write, walks: true })
}
