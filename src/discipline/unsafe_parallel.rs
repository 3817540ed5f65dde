//! `unsafe-parallel`: all at once, check-then-act. Two dispatches that read the same snapshot book the same slot,
//! silently.

use super::lane::InLane;
use super::{Approach, Take};

/// All at once, or `limit` at a time, unprotected.
pub fn new(limit: Option<u32>) -> InLane {
    InLane::new(limit, Approach::by(Take::Write))
}
