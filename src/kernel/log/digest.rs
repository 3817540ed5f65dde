//! The digest of an event log.

use super::{Logged, Record};

/// A 128-bit digest of an event log. Equal logs have equal digests; it is a checksum, not a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Digest {
    high: u64,
    low: u64,
}

impl Default for Digest {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl Digest {
    /// The digest of an empty log: the first fractional bits of √2 and √3.
    pub const EMPTY: Digest = Digest { high: 0x6a09_e667_f3bc_c908, low: 0xbb67_ae85_84ca_a73b };

    /// Odd multipliers, one per word: fractional bits of the square roots of 5, 7, 11, 13, 17 and 19, made odd.
    const KEYS: [u64; 6] = [
        0x3c6e_f372_fe94_f82b,
        0xa54f_f53a_5f1d_36f1,
        0x510e_527f_ade6_82d1,
        0x9b05_688c_2b3e_6c1f,
        0x1f83_d9ab_fb41_bd6b,
        0x5be0_cd19_137e_2179,
    ];

    /// Absorbs a record, unless it only explains others.
    ///
    /// Its words are folded by multiplication into two numbers, which two lanes then chain to the records before it: order
    /// matters, and so does every bit.
    #[inline(always)]
    pub(super) fn absorb<F: Logged>(&mut self, Record { at, fact }: &Record<F>) {
        let keys = Self::KEYS;
        let Some(words) = fact.words() else { return };
        let at = (at.micros() as u64).wrapping_mul(keys[0]).wrapping_add(words[0]);
        let lengths = words[3].wrapping_mul(keys[3]).wrapping_add(words[4]);
        let first = fold(at, words[1] ^ keys[1]);
        let second = fold(words[2] ^ keys[2], lengths ^ keys[4]);
        self.high = fold(self.high ^ first, second ^ keys[5]);
        self.low = (self.low.rotate_left(29) ^ second).wrapping_mul(keys[5]).wrapping_add(first);
    }

    /// Absorbs another digest, as when the digests of replications are joined in their order.
    pub fn join(&mut self, other: Digest) {
        for half in [other.high, other.low] {
            self.high = (self.high.rotate_left(29) ^ half).wrapping_mul(Self::KEYS[3]).wrapping_add(self.low);
            self.low = (self.low.rotate_left(23) ^ self.high).wrapping_mul(Self::KEYS[5]);
        }
    }
}

/// The product of two numbers, its high half folded into its low one.
#[inline(always)]
fn fold(x: u64, y: u64) -> u64 {
    let wide = u128::from(x) * u128::from(y);
    wide as u64 ^ (wide >> 64) as u64
}

/// Reads what [`Display`](std::fmt::Display) writes.
impl std::str::FromStr for Digest {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (high, low) = text.split_at_checked(16).unwrap_or((text, ""));
        Ok(Self { high: u64::from_str_radix(high, 16)?, low: u64::from_str_radix(low, 16)? })
    }
}

/// Thirty-two hexadecimal digits.
impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}{:016x}", self.high, self.low)
    }
}
