//! What a fact says, as numbers for the digest.

use super::Fact;
use crate::kernel::log::Logged;

impl Logged for Fact {
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
