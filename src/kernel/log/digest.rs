//! The digest of an event log.

use super::{Fact, Record};

/// A 128-bit digest of an event log. Equal logs have equal digests; it is a checksum, not a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest {
    high: u64,
    low: u64,
}

impl Digest {
    /// The digest of an empty log: the first fractional bits of √2 and √3.
    pub const EMPTY: Digest = Digest { high: 0x6a09_e667_f3bc_c908, low: 0xbb67_ae85_84ca_a73b };

    /// Odd multipliers, one a word: fractional bits of the square roots of 5, 7, 11, 13, 17 and 19, made odd.
    const KEYS: [u64; 6] = [
        0x3c6e_f372_fe94_f82b,
        0xa54f_f53a_5f1d_36f1,
        0x510e_527f_ade6_82d1,
        0x9b05_688c_2b3e_6c1f,
        0x1f83_d9ab_fb41_bd6b,
        0x5be0_cd19_137e_2179,
    ];

    /// Absorbs records, all but those that only explain others.
    ///
    /// The words of each are folded by multiplication into two numbers, which two lanes then chain on the records before:
    /// order matters, and so does every bit.
    pub(super) fn absorb(&mut self, records: &[Record]) {
        let keys = Self::KEYS;
        let Digest { mut high, mut low } = *self;
        for Record { at, fact } in records {
            let Some(words) = fact.words() else { continue };
            let at = (at.micros() as u64).wrapping_mul(keys[0]).wrapping_add(words[0]);
            let lengths = words[3].wrapping_mul(keys[3]).wrapping_add(words[4]);
            let first = fold(at, words[1] ^ keys[1]);
            let second = fold(words[2] ^ keys[2], lengths ^ keys[4]);
            high = fold(high ^ first, second ^ keys[5]);
            low = (low.rotate_left(29) ^ second).wrapping_mul(keys[5]).wrapping_add(first);
        }
        *self = Digest { high, low };
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
fn fold(x: u64, y: u64) -> u64 {
    let wide = u128::from(x) * u128::from(y);
    wide as u64 ^ (wide >> 64) as u64
}

/// Thirty-two hexadecimal digits.
impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}{:016x}", self.high, self.low)
    }
}

impl Fact {
    /// The fact as numbers: everything it says, for the digest. `None`: it only explains another one.
    #[inline]
    fn words(&self) -> Option<[u64; 5]> {
        /// Two 32-bit numbers in a word.
        fn pair(low: u32, high: u32) -> u64 {
            u64::from(low) | u64::from(high) << 32
        }
        /// The word of an instant or a length.
        fn micros(value: i64) -> u64 {
            value as u64
        }
        Some(match *self {
            Fact::Arrived { ticket } => [1, u64::from(ticket.0), 0, 0, 0],
            Fact::Skipped { ticket, agent, test } => {
                [0x10 | (test as u64) << 8, pair(ticket.0, agent.0), 0, 0, 0]
            }
            Fact::Triaged { ticket, stage, was, is, wrong } => [
                0x11 | (stage as u64) << 8 | u64::from(wrong) << 16,
                u64::from(ticket.0),
                pair(was, is),
                0,
                0,
            ],
            Fact::Turn { ticket, agent } => [2, pair(ticket.0, agent.0), 0, 0, 0],
            Fact::Merged { ticket, agent, into } => [0x12, pair(ticket.0, into.0), u64::from(agent.0), 0, 0],
            Fact::MergeMissed { ticket, twin } => [0x13, pair(ticket.0, twin.0), 0, 0, 0],
            Fact::Locked { ticket, technicians, waited } => {
                [0x14, pair(ticket.0, technicians), 0, micros(waited.micros()), 0]
            }
            Fact::Evaluated { .. } | Fact::Scored { .. } => return None,
            Fact::Throttled { ticket, attempt, waited } => {
                [0x17, pair(ticket.0, u32::from(attempt)), 0, micros(waited.micros()), 0]
            }
            Fact::CallFailed { ticket, attempt, tries, again_at } => [
                0x18,
                u64::from(ticket.0),
                pair(u32::from(attempt), u32::from(tries)),
                again_at.map_or(u64::MAX, |at| micros(at.micros())),
                0,
            ],
            Fact::Assigned { ticket, technician, active, over_cap } => {
                [0x19 | u64::from(over_cap) << 8, pair(ticket.0, technician.0), u64::from(active), 0, 0]
            }
            Fact::Passed { ticket, technician } => [0x21, pair(ticket.0, technician.0), 0, 0, 0],
            Fact::StatusChanged { ticket, was, is } => [0x1a, u64::from(ticket.0), pair(was, is), 0, 0],
            Fact::SpecQueued { spec, dispatch, tickets } => {
                [0x1b, pair(spec.0, dispatch), u64::from(tickets), 0, 0]
            }
            Fact::Sliced { ticket, spec } => [0x1c, pair(ticket.0, spec.0), 0, 0, 0],
            Fact::SpecStarted { spec } => [0x1d, u64::from(spec.0), 0, 0, 0],
            Fact::SpecEnded { spec, status, done, tokens } => {
                [0x1e | (status as u64) << 8, pair(spec.0, done), tokens, 0, 0]
            }
            Fact::Resumed { dispatch, results } => [0x1f, pair(dispatch, results), 0, 0, 0],
            Fact::Rejected { dispatch, specs } => [0x20, pair(dispatch, specs), 0, 0, 0],
            Fact::Read { ticket, attempt, offered } => {
                [3, u64::from(ticket.0), pair(u32::from(attempt), offered), 0, 0]
            }
            Fact::Asked { ticket, attempt, tokens, answer_at } => {
                [4, u64::from(ticket.0), pair(u32::from(attempt), tokens), micros(answer_at.micros()), 0]
            }
            Fact::Ranked { ticket, attempt, rank, technician, start, cost } => [
                5,
                pair(ticket.0, technician.0),
                pair(u32::from(attempt), u32::from(rank)),
                micros(start.micros()),
                cost.to_bits(),
            ],
            Fact::Granted { ticket, hold, technician, start } => {
                [6, pair(ticket.0, technician.0), u64::from(hold.0), micros(start.micros()), 0]
            }
            Fact::Refused { ticket, technician, start, why, by } => [
                7 | (why as u64) << 8,
                pair(ticket.0, technician.0),
                by.map_or(u64::MAX, |peer| u64::from(peer.0)),
                micros(start.micros()),
                0,
            ],
            Fact::Freed { ticket, hold, technician, start, lapsed, orphaned } => [
                8 | u64::from(lapsed) << 8,
                pair(ticket.0, technician.0),
                u64::from(hold.0),
                micros(start.micros()),
                micros(orphaned.micros()),
            ],
            Fact::Booked { ticket, technician, start, end, held } => [
                9 | u64::from(held) << 8,
                pair(ticket.0, technician.0),
                micros(start.micros()),
                micros(end.micros()),
                0,
            ],
            Fact::Dispatched { ticket, technician, attempts, rank, delay, taken } => [
                10,
                pair(ticket.0, technician.0),
                pair(u32::from(attempts), u32::from(rank)),
                micros(delay.micros()),
                micros(taken.micros()),
            ],
            Fact::Queued { ticket, agent, team, delay, taken } => [
                11,
                pair(ticket.0, team.0),
                u64::from(agent.0),
                micros(delay.micros()),
                micros(taken.micros()),
            ],
            Fact::Unassigned { ticket, agent, reason, attempts } => {
                [0xc | (reason as u64) << 8, pair(ticket.0, agent.0), u64::from(attempts), 0, 0]
            }
            Fact::Started { ticket, technician, waited, late } => {
                [13, pair(ticket.0, technician.0), micros(waited.micros()), micros(late.micros()), 0]
            }
            Fact::Finished { ticket, technician, resolved, worked } => {
                [14, pair(ticket.0, technician.0), micros(resolved.micros()), micros(worked.micros()), 0]
            }
            Fact::DoubleBooked { ticket, technician, peers, overlap } => {
                [15, pair(ticket.0, technician.0), u64::from(peers), micros(overlap.micros()), 0]
            }
        })
    }
}
