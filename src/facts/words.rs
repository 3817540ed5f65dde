//! What fields say, as numbers for the digest.

use crate::domain::{AgentId, HoldId, SimDuration, SimTime, SpecId, TeamId, TechnicianId, TicketId};

/// The words of a fact: its code and its small fields, a byte each, in the first one; zero where nothing is said.
#[inline]
pub(super) fn join<const SMALL: usize, const LARGE: usize>(
    bytes: [u8; SMALL],
    words: [u64; LARGE],
) -> [u64; 5] {
    let mut all = [0; 5];
    for (place, byte) in bytes.into_iter().enumerate() {
        all[0] |= u64::from(byte) << (8 * place);
    }
    all[1..=LARGE].copy_from_slice(&words);
    all
}

/// A field, or two, as one word.
pub(super) trait Word {
    /// The word: different for different values.
    fn word(self) -> u64;
}

/// A field that fits into half a word.
pub(super) trait Half {
    /// Its 32 bits.
    fn half(self) -> u32;
}

impl<H: Half> Word for H {
    #[inline]
    fn word(self) -> u64 {
        u64::from(self.half())
    }
}

/// The first in the lower half.
impl<L: Half, H: Half> Word for (L, H) {
    #[inline]
    fn word(self) -> u64 {
        u64::from(self.0.half()) | u64::from(self.1.half()) << 32
    }
}

/// What is not there is all ones.
impl<W: Word> Word for Option<W> {
    #[inline]
    fn word(self) -> u64 {
        self.map_or(u64::MAX, W::word)
    }
}

/// Implements a trait of one method by one expression per type.
macro_rules! each {
    ($trait:ident, $method:ident -> $number:ty: $($type:ty = |$value:ident| $expression:expr,)+) => {
        $(impl $trait for $type {
            #[inline]
            fn $method(self) -> $number {
                let $value = self;
                $expression
            }
        })+
    };
}

each! { Half, half -> u32:
    TicketId = |id| id.0,
    TechnicianId = |id| id.0,
    AgentId = |id| id.0,
    TeamId = |id| id.0,
    HoldId = |id| id.0,
    SpecId = |id| id.0,
    u16 = |number| number.into(),
    u32 = |number| number,
}

each! { Word, word -> u64:
    SimTime = |at| at.micros() as u64,
    SimDuration = |length| length.micros() as u64,
    u64 = |number| number,
    f64 = |number| number.to_bits(),
}
