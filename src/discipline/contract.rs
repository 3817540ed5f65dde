//! What a discipline is told and asked, and what it answers.

use std::collections::VecDeque;

use crate::domain::calendar::CostTable;
use crate::domain::{SimDuration, SimTime, TicketId};
use crate::facts::{Fact, Reason};
use crate::kernel::stream::Streams;

/// How a picked slot is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// The entry is written without another look.
    Write,
    /// The slot is held first, and written only once it is.
    Hold,
    /// The entry is written if nothing about the technician has changed since the read.
    WriteIfCurrent,
    /// Not yet: the dispatch rests with its picks until [`Order::Write`].
    Rest,
}

/// How a dispatch goes about its business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Approach {
    /// Everybody eligible is locked before the read, and freed when the dispatch ends.
    pub locks: bool,
    /// How a pick is taken.
    pub take: Take,
    /// A lost race goes on to the next pick; otherwise to a new ranking.
    pub walks: bool,
}

impl Approach {
    /// No locks, picks taken as `take` says, alternatives walked.
    pub const fn by(take: Take) -> Self {
        Self { locks: false, take, walks: true }
    }
}

/// A ticket that waits for its dispatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The ticket.
    pub ticket: TicketId,
    /// The pod that looks after its company; without one its team, both numbered together.
    pub pod: u32,
    /// Its company.
    pub company: u32,
    /// Its priority, 1 the most urgent.
    pub priority: u8,
}

/// How a dispatch ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The ticket has an owner, or its result.
    Dispatched,
    /// It was left without one.
    Left,
    /// It was merged with another.
    Merged,
    /// It rests until it is told to write: ranked, or with a result that does not fit.
    Resting,
}

/// The end, or the rest, of a dispatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Whose.
    pub ticket: TicketId,
    /// How.
    pub how: How,
    /// Tokens it has spent so far.
    pub tokens: u64,
}

/// What a discipline wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// The ticket's dispatch begins.
    Begin(TicketId),
    /// These tickets are read for together, ranked in one call and given what [`Discipline::allot`] says.
    BeginTogether(Vec<TicketId>),
    /// A resting dispatch takes its picks, or makes its result again.
    Write(TicketId),
    /// The ticket is left for this reason: a dispatch under way stops where it is, unless its write is under way already.
    Leave(TicketId, Reason),
    /// [`Discipline::woke`] is called with this number so much later.
    Wake(SimDuration, u32),
    /// The same, once everything else of that instant has happened: whatever comes at the instant has come.
    WakeLast(SimDuration, u32),
    /// A fact for the log.
    State(Box<Fact>),
}

/// What a discipline wants done, first things first.
pub type Orders = VecDeque<Order>;

/// What a dispatcher asks before and after each dispatch.
pub trait Discipline: Send {
    /// Begins a replication: forgets the last one.
    fn reset(&mut self, streams: &Streams);

    /// A ticket waits for its dispatch.
    fn waits(&mut self, now: SimTime, waiting: Waiting, orders: &mut Orders);

    /// A dispatch has ended, or rests.
    fn ended(&mut self, now: SimTime, ended: Ended, orders: &mut Orders);

    /// Whether a dispatch that has lost all its picks and spent so many tokens may rank anew; otherwise it is left for want
    /// of a budget.
    fn affords_retry(&mut self, _ticket: TicketId, _tokens: u64) -> bool {
        true
    }

    /// Where results have to fit together: whether the ticket's dispatch, which begins, sees those of all earlier tickets
    /// whose dispatches have ended.
    fn sees_results(&self, _ticket: TicketId) -> bool {
        true
    }

    /// Whether a dispatch whose result does not fit rests until [`Order::Write`]. Otherwise the result is made again as
    /// soon as no dispatch of an earlier ticket is under way.
    fn reworks_in_the_end(&self) -> bool {
        false
    }

    /// An alarm rings.
    fn woke(&mut self, _now: SimTime, _alarm: u32, _orders: &mut Orders) {}

    /// How the ticket's dispatch goes about its business.
    fn approach(&self, ticket: TicketId) -> Approach;

    /// Which slot each row of the table gets, as the place of the technician in the table and that of the slot among the
    /// technician's; no slot twice. For dispatches that begin together.
    fn allot(&mut self, table: &CostTable) -> Vec<Option<(usize, usize)>> {
        vec![None; table.rows.len()]
    }
}
