//! `sequential`: one dispatch at a time. Nobody else can take the slot between the read and the write, so nothing
//! protects it.

use super::lane::InLane;
use super::{Approach, Take};

/// One at a time.
pub fn new() -> InLane {
    InLane::new(Some(1), Approach::by(Take::Write))
}
