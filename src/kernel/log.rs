//! The event log: what happened, in order, with a running digest.
//!
//! Actors state facts; the log absorbs them into a digest and hands them on, a chunk at a time, to whoever watches.
//! Nothing is kept here, so a world of a million tickets needs no more room for its log than one of thirty.

pub use crate::domain::calendar::{Finding, Part};
use crate::domain::settings::Stage;
use crate::domain::{AgentId, HoldId, SimDuration, SimTime, SpecId, TeamId, TechnicianId, TicketId};

/// A fact and the instant at which it became one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Record {
    /// Simulated time.
    pub at: SimTime,
    /// What happened.
    pub fact: Fact,
}

/// Why a claim was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A peer holds an overlapping slot.
    Held,
    /// An overlapping booking stands there.
    Booked,
    /// The slot has started already.
    Started,
    /// An entry that stood in the calendar from the start overlaps.
    Busy,
    /// What was read has changed since.
    Changed,
}

/// Which test of the trigger a ticket failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Test {
    /// It is on another board.
    Board,
    /// It is in another status.
    Status,
    /// Its company is not among those that are dispatched.
    Company,
    /// Its company is among those that never are.
    ExcludedCompany,
    /// A standing rule leaves it to people.
    Sop,
}

/// How a subagent ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpecStatus {
    /// Every ticket of its slice was worked through.
    Success,
    /// It halted before its slice was through: its budget was spent.
    Failed,
    /// It was stopped at its ceiling.
    Timeout,
}

/// Why a ticket has no owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No technician of its team has a free slot within the horizon.
    NoSlot,
    /// Every attempt lost every claim.
    AttemptsExhausted,
    /// No technician of its team is eligible, where no slots are booked.
    NobodyEligible,
    /// Its subagent was stopped at its ceiling.
    Timeout,
    /// Its subagent had spent its budget.
    Budget,
    /// Its dispatch asked for too many subagents and was rejected whole.
    TooManySpecs,
    /// The AI failed as often as it may.
    RankerFailed,
}

/// What can happen. Attempts and ranks count from 1: attempt 1 is the first, rank 1 the primary pick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fact {
    /// A ticket arrived.
    Arrived {
        /// The ticket.
        ticket: TicketId,
    },
    /// The ticket is left to people, because it fails a test of the trigger.
    Skipped {
        /// The ticket.
        ticket: TicketId,
        /// The agent whose trigger it came furthest with.
        agent: AgentId,
        /// The test.
        test: Test,
    },
    /// A step of triage has ended.
    Triaged {
        /// The ticket.
        ticket: TicketId,
        /// The step.
        stage: Stage,
        /// What the ticket said before: an index into the desk's companies or boards, or a priority; 0 elsewhere.
        was: u32,
        /// What it says now.
        is: u32,
        /// Whether that is wrong.
        wrong: bool,
    },
    /// The discipline let the ticket's dispatch begin.
    Turn {
        /// The ticket.
        ticket: TicketId,
        /// Whose dispatch it is.
        agent: AgentId,
    },
    /// The ticket was merged with one that says the same, and needs no owner of its own.
    Merged {
        /// The ticket.
        ticket: TicketId,
        /// The other one.
        into: TicketId,
    },
    /// The ticket says the same as another whose dispatch is under way: too early to be found, so both are dispatched.
    MergeMissed {
        /// The ticket.
        ticket: TicketId,
        /// The other one.
        twin: TicketId,
    },
    /// The dispatch has locked everybody eligible.
    Locked {
        /// The ticket.
        ticket: TicketId,
        /// How many technicians.
        technicians: u32,
        /// How long it waited for the locks.
        waited: SimDuration,
    },
    /// How the dispatch saw a member of the ticket's team. Not part of the digest.
    Evaluated {
        /// The ticket.
        ticket: TicketId,
        /// The attempt.
        attempt: u16,
        /// Who.
        technician: TechnicianId,
        /// What it found.
        finding: Finding,
    },
    /// A part of the cost that an eligible technician was ranked by. Not part of the digest.
    Scored {
        /// The ticket.
        ticket: TicketId,
        /// The attempt.
        attempt: u16,
        /// Who.
        technician: TechnicianId,
        /// Which part.
        part: Part,
        /// Its share of the cost, sign included.
        value: f64,
    },
    /// A snapshot of the calendars was taken.
    Read {
        /// The ticket.
        ticket: TicketId,
        /// The attempt.
        attempt: u16,
        /// How many technicians had a slot to offer (as far as the dispatch asked for).
        offered: u32,
    },
    /// The ranker was called.
    Asked {
        /// The ticket.
        ticket: TicketId,
        /// The attempt.
        attempt: u16,
        /// Tokens the call uses.
        tokens: u32,
        /// When the ranking will be there.
        answer_at: SimTime,
    },
    /// The AI's provider made the call wait.
    Throttled {
        /// The ticket.
        ticket: TicketId,
        /// The attempt.
        attempt: u16,
        /// For how long.
        waited: SimDuration,
    },
    /// A call of the AI failed.
    CallFailed {
        /// The ticket.
        ticket: TicketId,
        /// The attempt.
        attempt: u16,
        /// How many calls of this attempt have failed by now.
        tries: u16,
        /// When it is made again; `None`: it is not.
        again_at: Option<SimTime>,
    },
    /// One line of the ranking that came back.
    Ranked {
        /// The ticket.
        ticket: TicketId,
        /// The attempt.
        attempt: u16,
        /// 1 is the primary pick.
        rank: u16,
        /// Who.
        technician: TechnicianId,
        /// The slot's start.
        start: SimTime,
        /// The cost it was ranked by, noise included.
        cost: f64,
    },
    /// A claim was granted: the slot is held.
    Granted {
        /// The ticket.
        ticket: TicketId,
        /// The hold.
        hold: HoldId,
        /// Whose slot.
        technician: TechnicianId,
        /// The slot's start.
        start: SimTime,
    },
    /// A claim was refused: a conflict.
    Refused {
        /// The ticket.
        ticket: TicketId,
        /// Whose slot.
        technician: TechnicianId,
        /// The slot's start.
        start: SimTime,
        /// Why.
        why: Refusal,
        /// The ticket that has the slot, unless it merely started.
        by: Option<TicketId>,
    },
    /// Nothing about the technician has changed since the read: a claim without a hold, granted by writing.
    Passed {
        /// The ticket.
        ticket: TicketId,
        /// Who.
        technician: TechnicianId,
    },
    /// A hold ended without a booking.
    Freed {
        /// The ticket.
        ticket: TicketId,
        /// The hold.
        hold: HoldId,
        /// Whose slot.
        technician: TechnicianId,
        /// The slot's start.
        start: SimTime,
        /// Its lease ran out; otherwise the dispatch gave it back.
        lapsed: bool,
        /// How long it was held after the dispatch had no use for it any more.
        orphaned: SimDuration,
    },
    /// An entry was written into a calendar.
    Booked {
        /// The ticket.
        ticket: TicketId,
        /// Whose calendar.
        technician: TechnicianId,
        /// The slot's start.
        start: SimTime,
        /// The slot's end.
        end: SimTime,
        /// Whether a hold protected it.
        held: bool,
    },
    /// A technician owns the ticket, and no calendar was touched.
    Assigned {
        /// The ticket.
        ticket: TicketId,
        /// The owner.
        technician: TechnicianId,
        /// The owner's active tickets, this one included.
        active: u32,
        /// Whether that is more than the agent allows.
        over_cap: bool,
    },
    /// The ticket's status was changed.
    StatusChanged {
        /// The ticket.
        ticket: TicketId,
        /// The status before: an index into the desk's statuses.
        was: u32,
        /// The status now.
        is: u32,
    },
    /// The dispatch ended with an owner: the booking is confirmed and the technician told.
    Dispatched {
        /// The ticket.
        ticket: TicketId,
        /// The owner.
        technician: TechnicianId,
        /// Attempts it took.
        attempts: u16,
        /// The rank of the pick that won; 0 where no ranking was followed (second-day booking).
        rank: u16,
        /// Arrival to now.
        delay: SimDuration,
        /// Turn granted to now.
        taken: SimDuration,
    },
    /// The dispatch ended with a team: the ticket waits in its queue.
    Queued {
        /// The ticket.
        ticket: TicketId,
        /// The team.
        team: TeamId,
        /// Arrival to now.
        delay: SimDuration,
        /// Turn granted to now.
        taken: SimDuration,
    },
    /// The dispatch ended without an owner.
    Unassigned {
        /// The ticket.
        ticket: TicketId,
        /// Why.
        reason: Reason,
        /// Attempts made.
        attempts: u16,
    },
    /// Work on the ticket began.
    Started {
        /// The ticket.
        ticket: TicketId,
        /// Who.
        technician: TechnicianId,
        /// Arrival to now.
        waited: SimDuration,
        /// How much later than the slot's start; zero without a slot.
        late: SimDuration,
    },
    /// Work on the ticket ended.
    Finished {
        /// The ticket.
        ticket: TicketId,
        /// Who.
        technician: TechnicianId,
        /// Arrival to now.
        resolved: SimDuration,
        /// Start of work to now.
        worked: SimDuration,
    },
    /// Found in the calendar when the world closed: this booking overlaps others of the same technician.
    DoubleBooked {
        /// The ticket.
        ticket: TicketId,
        /// Whose calendar.
        technician: TechnicianId,
        /// How many other bookings it overlaps.
        peers: u32,
        /// Time first covered twice by this booking, taken in order of start.
        overlap: SimDuration,
    },
    /// The parent asked for a subagent; it waits for its turn.
    SpecQueued {
        /// The spec.
        spec: SpecId,
        /// Which dispatch: numbered from 1, each agent's parent in its turn.
        dispatch: u32,
        /// How many tickets are in its slice.
        tickets: u32,
    },
    /// The ticket is in a subagent's slice.
    Sliced {
        /// The ticket.
        ticket: TicketId,
        /// Whose.
        spec: SpecId,
    },
    /// A subagent began.
    SpecStarted {
        /// Its spec.
        spec: SpecId,
    },
    /// A subagent ended.
    SpecEnded {
        /// Its spec.
        spec: SpecId,
        /// How.
        status: SpecStatus,
        /// How many tickets of its slice it worked through.
        done: u32,
        /// Tokens it spent.
        tokens: u64,
    },
    /// The parent goes on: all subagents of its dispatch have ended.
    Resumed {
        /// Which dispatch: numbered from 1, each agent's parent in its turn.
        dispatch: u32,
        /// Results it got, one a spec.
        results: u32,
    },
    /// The parent asked for more subagents than there may be and got none.
    Rejected {
        /// Which dispatch: numbered from 1, each agent's parent in its turn.
        dispatch: u32,
        /// How many it asked for.
        specs: u32,
    },
}

impl Fact {
    /// Whether it only explains another one. Such facts are stated where a log is kept, and are not in the digest.
    pub fn explains(&self) -> bool {
        matches!(self, Fact::Evaluated { .. } | Fact::Scored { .. })
    }

    /// The ticket it is about, if it is about one.
    pub fn ticket(&self) -> Option<TicketId> {
        match *self {
            Fact::Arrived { ticket }
            | Fact::Skipped { ticket, .. }
            | Fact::Triaged { ticket, .. }
            | Fact::Turn { ticket, .. }
            | Fact::Merged { ticket, .. }
            | Fact::MergeMissed { ticket, .. }
            | Fact::Locked { ticket, .. }
            | Fact::Evaluated { ticket, .. }
            | Fact::Scored { ticket, .. }
            | Fact::Throttled { ticket, .. }
            | Fact::CallFailed { ticket, .. }
            | Fact::Assigned { ticket, .. }
            | Fact::Passed { ticket, .. }
            | Fact::StatusChanged { ticket, .. }
            | Fact::Sliced { ticket, .. }
            | Fact::Read { ticket, .. }
            | Fact::Asked { ticket, .. }
            | Fact::Ranked { ticket, .. }
            | Fact::Granted { ticket, .. }
            | Fact::Refused { ticket, .. }
            | Fact::Freed { ticket, .. }
            | Fact::Booked { ticket, .. }
            | Fact::Dispatched { ticket, .. }
            | Fact::Queued { ticket, .. }
            | Fact::Unassigned { ticket, .. }
            | Fact::Started { ticket, .. }
            | Fact::Finished { ticket, .. }
            | Fact::DoubleBooked { ticket, .. } => Some(ticket),
            Fact::SpecQueued { .. }
            | Fact::SpecStarted { .. }
            | Fact::SpecEnded { .. }
            | Fact::Resumed { .. }
            | Fact::Rejected { .. } => None,
        }
    }

    /// The fact as numbers: everything it says, for the digest.
    fn words(&self) -> [u64; 5] {
        /// Two 32-bit numbers in a word.
        fn pair(low: u32, high: u32) -> u64 {
            u64::from(low) | u64::from(high) << 32
        }
        /// The word of an instant or a length.
        fn micros(value: i64) -> u64 {
            value as u64
        }
        match *self {
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
            Fact::Merged { ticket, into } => [0x12, pair(ticket.0, into.0), 0, 0, 0],
            Fact::MergeMissed { ticket, twin } => [0x13, pair(ticket.0, twin.0), 0, 0, 0],
            Fact::Locked { ticket, technicians, waited } => {
                [0x14, pair(ticket.0, technicians), 0, micros(waited.micros()), 0]
            }
            Fact::Evaluated { ticket, attempt, technician, finding } => {
                [0x15 | (finding as u64) << 8, pair(ticket.0, technician.0), u64::from(attempt), 0, 0]
            }
            Fact::Scored { ticket, attempt, technician, part, value } => [
                0x16 | (part as u64) << 8,
                pair(ticket.0, technician.0),
                u64::from(attempt),
                value.to_bits(),
                0,
            ],
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
            Fact::Queued { ticket, team, delay, taken } => {
                [11, pair(ticket.0, team.0), 0, micros(delay.micros()), micros(taken.micros())]
            }
            Fact::Unassigned { ticket, reason, attempts } => {
                [0xc | (reason as u64) << 8, u64::from(ticket.0), u64::from(attempts), 0, 0]
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
        }
    }
}

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

    /// Absorbs one record.
    ///
    /// Its words are folded by multiplication into two numbers, which two lanes then chain on the records before: order
    /// matters, and so does every bit.
    fn absorb(&mut self, record: &Record) {
        let keys = Self::KEYS;
        let words = record.fact.words();
        let at = (record.at.micros() as u64).wrapping_mul(keys[0]).wrapping_add(words[0]);
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

/// Somebody who watches the log.
pub trait Observer: std::any::Any + Send {
    /// Sees the next records, in order, each exactly once.
    fn observe(&mut self, records: &[Record]);

    /// Whether it wants to see the facts that only explain others.
    fn wants_explanations(&self) -> bool {
        false
    }
}

/// Records handed on at a time.
const CHUNK: usize = 2048;

/// The log of one world.
pub struct Log {
    chunk: Vec<Record>,
    digest: Digest,
    observer: Option<Box<dyn Observer>>,
    explains: bool,
}

impl Log {
    /// An empty log, watched by `observer` if there is one.
    pub fn new(observer: Option<Box<dyn Observer>>) -> Self {
        let mut log =
            Self { chunk: Vec::with_capacity(CHUNK), digest: Digest::EMPTY, observer: None, explains: false };
        log.watch(observer);
        log
    }

    /// Whether facts that only explain others are wanted.
    #[inline]
    pub fn explains(&self) -> bool {
        self.explains
    }

    /// Writes a fact down.
    #[inline]
    pub fn write(&mut self, at: SimTime, fact: Fact) {
        self.chunk.push(Record { at, fact });
        if self.chunk.len() == CHUNK {
            self.flush();
        }
    }

    fn flush(&mut self) {
        for record in &self.chunk {
            if !(self.explains && record.fact.explains()) {
                self.digest.absorb(record);
            }
        }
        if let Some(observer) = &mut self.observer {
            observer.observe(&self.chunk);
        }
        self.chunk.clear();
    }

    /// Closes the log: hands on what is left, returns the digest and the observer, and is empty again.
    pub fn close(&mut self) -> (Digest, Option<Box<dyn Observer>>) {
        self.flush();
        (std::mem::replace(&mut self.digest, Digest::EMPTY), self.observer.take())
    }

    /// Who watches from now on.
    pub fn watch(&mut self, observer: Option<Box<dyn Observer>>) {
        self.explains = observer.as_ref().is_some_and(|observer| observer.wants_explanations());
        self.observer = observer;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(records: &[Record]) -> Digest {
        let mut log = Log::new(None);
        for record in records {
            log.write(record.at, record.fact);
        }
        log.close().0
    }

    /// Every fact with every field at a value of its own, so that a field left out of `words` shows.
    fn specimens() -> Vec<Fact> {
        let (t, who, s, d) =
            (TicketId(3), TechnicianId(5), SimTime::from_micros(7), SimDuration::from_micros(11));
        let hold = HoldId(13);
        vec![
            Fact::Arrived { ticket: t },
            Fact::Arrived { ticket: TicketId(4) },
            Fact::Skipped { ticket: t, agent: AgentId(0), test: Test::Board },
            Fact::Skipped { ticket: t, agent: AgentId(0), test: Test::Status },
            Fact::Skipped { ticket: t, agent: AgentId(1), test: Test::Status },
            Fact::Turn { ticket: t, agent: AgentId(0) },
            Fact::Turn { ticket: t, agent: AgentId(1) },
            Fact::Triaged { ticket: t, stage: Stage::Company, was: 0, is: 1, wrong: true },
            Fact::Triaged { ticket: t, stage: Stage::Board, was: 0, is: 1, wrong: true },
            Fact::Triaged { ticket: t, stage: Stage::Company, was: 1, is: 1, wrong: true },
            Fact::Triaged { ticket: t, stage: Stage::Company, was: 0, is: 2, wrong: true },
            Fact::Triaged { ticket: t, stage: Stage::Company, was: 0, is: 1, wrong: false },
            Fact::Merged { ticket: t, into: TicketId(1) },
            Fact::Merged { ticket: t, into: TicketId(2) },
            Fact::MergeMissed { ticket: t, twin: TicketId(1) },
            Fact::MergeMissed { ticket: t, twin: TicketId(2) },
            Fact::Locked { ticket: t, technicians: 1, waited: d },
            Fact::Locked { ticket: t, technicians: 2, waited: d },
            Fact::Locked { ticket: t, technicians: 1, waited: d * 2 },
            Fact::Throttled { ticket: t, attempt: 1, waited: d },
            Fact::Throttled { ticket: t, attempt: 2, waited: d },
            Fact::Throttled { ticket: t, attempt: 1, waited: d * 2 },
            Fact::CallFailed { ticket: t, attempt: 1, tries: 2, again_at: None },
            Fact::CallFailed { ticket: t, attempt: 2, tries: 1, again_at: None },
            Fact::CallFailed { ticket: t, attempt: 1, tries: 2, again_at: Some(s) },
            Fact::Assigned { ticket: t, technician: who, active: 1, over_cap: true },
            Fact::Assigned { ticket: t, technician: who, active: 2, over_cap: true },
            Fact::Assigned { ticket: t, technician: who, active: 1, over_cap: false },
            Fact::Passed { ticket: t, technician: who },
            Fact::StatusChanged { ticket: t, was: 1, is: 2 },
            Fact::StatusChanged { ticket: t, was: 2, is: 1 },
            Fact::SpecQueued { spec: SpecId(1), dispatch: 2, tickets: 3 },
            Fact::SpecQueued { spec: SpecId(2), dispatch: 1, tickets: 3 },
            Fact::SpecQueued { spec: SpecId(1), dispatch: 2, tickets: 4 },
            Fact::Sliced { ticket: t, spec: SpecId(1) },
            Fact::Sliced { ticket: t, spec: SpecId(2) },
            Fact::SpecStarted { spec: SpecId(1) },
            Fact::SpecStarted { spec: SpecId(2) },
            Fact::SpecEnded { spec: SpecId(1), status: SpecStatus::Success, done: 1, tokens: 2 },
            Fact::SpecEnded { spec: SpecId(1), status: SpecStatus::Failed, done: 1, tokens: 2 },
            Fact::SpecEnded { spec: SpecId(1), status: SpecStatus::Success, done: 2, tokens: 2 },
            Fact::SpecEnded { spec: SpecId(1), status: SpecStatus::Success, done: 1, tokens: 3 },
            Fact::Resumed { dispatch: 1, results: 2 },
            Fact::Resumed { dispatch: 2, results: 1 },
            Fact::Rejected { dispatch: 1, specs: 2 },
            Fact::Rejected { dispatch: 2, specs: 1 },
            Fact::Read { ticket: t, attempt: 1, offered: 2 },
            Fact::Read { ticket: t, attempt: 2, offered: 1 },
            Fact::Asked { ticket: t, attempt: 1, tokens: 2, answer_at: s },
            Fact::Asked { ticket: t, attempt: 1, tokens: 2, answer_at: SimTime::ZERO },
            Fact::Ranked { ticket: t, attempt: 1, rank: 2, technician: who, start: s, cost: 0.5 },
            Fact::Ranked { ticket: t, attempt: 2, rank: 1, technician: who, start: s, cost: 0.5 },
            Fact::Ranked { ticket: t, attempt: 1, rank: 2, technician: who, start: s, cost: -0.5 },
            Fact::Granted { ticket: t, hold, technician: who, start: s },
            Fact::Granted { ticket: t, hold: HoldId(14), technician: who, start: s },
            Fact::Refused { ticket: t, technician: who, start: s, why: Refusal::Held, by: None },
            Fact::Refused { ticket: t, technician: who, start: s, why: Refusal::Booked, by: None },
            Fact::Refused { ticket: t, technician: who, start: s, why: Refusal::Held, by: Some(t) },
            Fact::Freed { ticket: t, hold, technician: who, start: s, lapsed: true, orphaned: d },
            Fact::Freed { ticket: t, hold, technician: who, start: s, lapsed: false, orphaned: d },
            Fact::Freed { ticket: t, hold, technician: who, start: s, lapsed: true, orphaned: d * 2 },
            Fact::Booked { ticket: t, technician: who, start: s, end: s + d, held: true },
            Fact::Booked { ticket: t, technician: who, start: s, end: s + d, held: false },
            Fact::Booked { ticket: t, technician: who, start: s, end: s, held: true },
            Fact::Dispatched { ticket: t, technician: who, attempts: 1, rank: 2, delay: d, taken: d },
            Fact::Dispatched { ticket: t, technician: who, attempts: 2, rank: 1, delay: d, taken: d },
            Fact::Dispatched { ticket: t, technician: who, attempts: 1, rank: 2, delay: d, taken: d * 2 },
            Fact::Queued { ticket: t, team: TeamId(1), delay: d, taken: d },
            Fact::Queued { ticket: t, team: TeamId(2), delay: d, taken: d },
            Fact::Unassigned { ticket: t, reason: Reason::NoSlot, attempts: 1 },
            Fact::Unassigned { ticket: t, reason: Reason::AttemptsExhausted, attempts: 1 },
            Fact::Started { ticket: t, technician: who, waited: d, late: d },
            Fact::Started { ticket: t, technician: who, waited: d, late: SimDuration::ZERO },
            Fact::Finished { ticket: t, technician: who, resolved: d, worked: d },
            Fact::Finished { ticket: t, technician: who, resolved: d, worked: d * 2 },
            Fact::DoubleBooked { ticket: t, technician: who, peers: 1, overlap: d },
            Fact::DoubleBooked { ticket: t, technician: who, peers: 2, overlap: d },
        ]
    }

    #[test]
    fn every_fact_and_every_instant_has_a_digest_of_its_own() {
        let mut seen = std::collections::BTreeSet::new();
        for fact in specimens() {
            for at in [0, 1, 1 << 40] {
                let record = Record { at: SimTime::from_micros(at), fact };
                assert!(seen.insert(digest(&[record])), "{record:?}");
            }
        }
    }

    #[test]
    fn the_order_of_facts_matters_to_the_digest() {
        let records: Vec<Record> =
            specimens().into_iter().map(|fact| Record { at: SimTime::ZERO, fact }).collect();
        let mut swapped = records.clone();
        swapped.swap(3, 4);
        assert_ne!(digest(&records), digest(&swapped));
        assert_ne!(digest(&records), digest(&records[1..]));
    }

    #[test]
    fn chunks_do_not_show_in_the_digest_and_the_observer_sees_each_record_once() {
        struct Count(std::sync::mpsc::Sender<usize>);
        impl Observer for Count {
            fn observe(&mut self, records: &[Record]) {
                self.0.send(records.len()).expect("the test listens");
            }
        }
        let (sender, receiver) = std::sync::mpsc::channel();
        let mut log = Log::new(Some(Box::new(Count(sender))));
        for number in 0..5000 {
            log.write(SimTime::from_micros(number), Fact::Arrived { ticket: TicketId(number as u32) });
        }
        let (watched, observer) = log.close();
        drop(observer);
        assert_eq!(receiver.iter().sum::<usize>(), 5000);
        let records: Vec<Record> = (0..5000)
            .map(|n| Record {
                at: SimTime::from_micros(n),
                fact: Fact::Arrived { ticket: TicketId(n as u32) },
            })
            .collect();
        assert_eq!(digest(&records), watched);
    }
}
