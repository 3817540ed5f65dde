//! The facts that a world states, in the words of the protocol: everything else is made from them.

#[cfg(test)]
mod tests;
mod words;

pub use crate::domain::calendar::{Finding, Part};
use crate::domain::settings::Stage;
use crate::domain::{AgentId, HoldId, SimDuration, SimTime, SpecId, TeamId, TechnicianId, TicketId};
use crate::kernel::log;

/// A fact and the instant at which it became one.
pub type Record = log::Record<Fact>;

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
        /// Whose dispatch it would have been.
        agent: AgentId,
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
        /// The slot's start; where owners are set, when the owner was picked.
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
        /// Whose dispatch it is: such a ticket has had no turn.
        agent: AgentId,
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
        /// Whose dispatch it is, also where it has had no turn.
        agent: AgentId,
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
        /// Tokens of the rankings that came back to it.
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
}
