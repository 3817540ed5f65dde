//! The facts that a world states, in the words of the protocol: everything else is made from them.

mod define;
pub mod line;
pub mod names;
#[cfg(test)]
pub(crate) mod tests;
mod words;

pub use crate::domain::calendar::{CostPart, Finding};
use crate::domain::settings::Stage;
use crate::domain::{AgentId, HoldId, SimDuration, SimTime, SpecId, TeamId, TechnicianId, TicketId};
use crate::kernel::log;
use crate::named;
use define::facts;
use line::Label;

/// A fact and the instant at which it became one.
pub type Record = log::Record<Fact>;

named! {
    /// Why a claim was refused.
    #[derive(serde::Serialize, serde::Deserialize)]
    pub enum Refusal {
        /// A peer holds an overlapping slot.
        Held = "held",
        /// An overlapping booking stands there.
        Booked = "booked",
        /// The slot has started already.
        Started = "started",
        /// An entry that stood in the calendar from the start overlaps.
        Busy = "busy",
        /// What was read has changed since.
        Changed = "changed",
    }
}

named! {
    /// Which test of the trigger a ticket failed.
    #[derive(serde::Serialize, serde::Deserialize)]
    pub enum Test {
        /// It is on another board.
        Board = "board",
        /// It is in another status.
        Status = "status",
        /// Its company is not among those that are dispatched.
        Company = "company",
        /// Its company is among those that never are.
        ExcludedCompany = "excluded_company",
        /// A standing rule leaves it to people.
        Sop = "sop",
        /// It has an owner already, whom the agent does not overwrite.
        Owned = "owned",
    }
}

named! {
    /// How a subagent ended.
    #[derive(serde::Serialize, serde::Deserialize)]
    pub enum SpecStatus {
        /// Every ticket of its slice was worked through.
        Success = "success",
        /// A ticket of its slice could not be done, or it halted because its budget was spent.
        Failed = "failed",
        /// It was stopped at its ceiling.
        Timeout = "timeout",
    }
}

named! {
    /// Why a ticket has no owner.
    #[derive(serde::Serialize, serde::Deserialize)]
    pub enum Reason {
        /// Technicians of its team are eligible, but none of them has a free slot within the horizon.
        NoSlot = "no_slot",
        /// Every attempt lost every claim.
        AttemptsExhausted = "attempts_exhausted",
        /// No technician of its team is eligible.
        NobodyEligible = "nobody_eligible",
        /// Its subagent was stopped at its ceiling.
        Timeout = "timeout",
        /// Its subagent had spent its budget.
        Budget = "budget",
        /// Its dispatch asked for too many subagents and was rejected whole.
        TooManySpecs = "too_many_specs",
        /// The AI failed as often as it may.
        RankerFailed = "ranker_failed",
    }
}

facts! {
    /// What can happen. Attempts and ranks count from 1: attempt 1 is the first, rank 1 the primary pick.
    #[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    pub enum Fact {
        /// A ticket arrived.
        Arrived(ticket) = "arrived" [1, ticket] {}
        /// The ticket is left to people, because it fails a test of the trigger.
        Skipped(ticket) = "skipped" [0x10 | test, (ticket, agent)] {
            /// The agent whose trigger it came furthest with.
            agent: AgentId,
            /// The test.
            test: Test,
        }
        /// A step of triage has ended.
        Triaged(ticket) = "triaged" [0x11 | stage | wrong, ticket, (was, is)] {
            /// The step.
            stage: Stage,
            /// What the ticket said before: an index into the desk's companies or boards or the levels, or a priority; 0
            /// elsewhere.
            was: u32 as "was" of Label::of(stage),
            /// What it says now.
            is: u32 as "is" of Label::of(stage),
            /// Whether that is wrong.
            wrong: bool,
        }
        /// The discipline let the ticket's dispatch begin.
        Turn(ticket) = "turn" [2, (ticket, agent)] {
            /// Whose dispatch it is.
            agent: AgentId,
        }
        /// The ticket was merged with one that says the same, and needs no owner of its own.
        Merged(ticket) = "merged" [0x12, (ticket, into), agent] {
            /// Whose dispatch it would have been.
            agent: AgentId,
            /// The other one.
            into: TicketId,
        }
        /// The ticket says the same as another whose dispatch is under way: too early to be found, so both are dispatched.
        MergeMissed(ticket) = "merge_missed" [0x13, (ticket, twin)] {
            /// The other one.
            twin: TicketId,
        }
        /// The dispatch has locked everybody eligible.
        Locked(ticket) = "locked" [0x14, (ticket, technicians), 0u64, waited] {
            /// How many technicians.
            technicians: u32,
            /// How long it waited for the locks.
            waited: SimDuration as "waited_s",
        }
        /// How the dispatch saw a member of the ticket's team. Not part of the digest.
        Evaluated(ticket) = "evaluated" {
            /// The attempt.
            attempt: u16,
            /// Who.
            technician: TechnicianId,
            /// What it found.
            finding: Finding,
        }
        /// A part of the cost that an eligible technician was ranked by. Not part of the digest.
        Scored(ticket) = "scored" {
            /// The attempt.
            attempt: u16,
            /// Who.
            technician: TechnicianId,
            /// Which part.
            part: CostPart,
            /// Its share of the cost, sign included.
            value: f64,
        }
        /// What an eligible technician was compared by, in the order of the criteria. Not part of the digest.
        Compared(ticket) = "compared" {
            /// The attempt.
            attempt: u16,
            /// Who.
            technician: TechnicianId,
            /// The criterion.
            part: CostPart,
            /// What it comes to; less is better. Hours until the slot, the booked share of the day, minus the success rate, or
            /// how many dispatches consider the technician.
            value: f64,
        }
        /// A snapshot of the calendars was taken.
        Read(ticket) = "read" [3, ticket, (attempt, offered)] {
            /// The attempt.
            attempt: u16,
            /// How many technicians had a slot to offer (as far as the dispatch asked for).
            offered: u32,
        }
        /// What was read is there: the ranking begins, unless the AI's provider makes it wait. Stated where `asked` does not say
        /// so: where rules rank, or there is a provider. Not part of the digest.
        RankingBegun(ticket) = "ranking_begun" {}
        /// The ranker was called.
        Asked(ticket) = "asked" [4, ticket, (attempt, tokens), answer_at] {
            /// The attempt.
            attempt: u16,
            /// Tokens the call uses.
            tokens: u32,
            /// When the ranking will be there.
            answer_at: SimTime,
        }
        /// The AI's provider made the call wait.
        Throttled(ticket) = "throttled" [0x17, (ticket, attempt), 0u64, waited] {
            /// The attempt.
            attempt: u16,
            /// For how long.
            waited: SimDuration as "waited_s",
        }
        /// A call of the AI failed.
        CallFailed(ticket) = "call_failed" [0x18, ticket, (attempt, tries), again_at] {
            /// The attempt.
            attempt: u16,
            /// How many calls of this attempt have failed by now.
            tries: u16,
            /// When it is made again; `None`: it is not.
            again_at: Option<SimTime>,
        }
        /// The ranking that was asked for on behalf of a whole batch has come, or will not. Not part of the digest.
        Batched(ticket) = "batched" {
            /// The ticket in whose name it was asked for.
            with: TicketId,
        }
        /// The dispatch, which had waited for others since it was ranked or got a result that did not fit, goes on. Not part of
        /// the digest.
        TurnAgain(ticket) = "turn_again" {}
        /// One line of the ranking that came back.
        Ranked(ticket) = "ranked" [5, (ticket, technician), (attempt, rank), start, cost] {
            /// The attempt.
            attempt: u16,
            /// 1 is the primary pick.
            rank: u16,
            /// Who.
            technician: TechnicianId,
            /// The slot's start.
            start: SimTime as "slot",
            /// The cost it was ranked by, noise included.
            cost: f64,
        }
        /// A claim was granted: the slot is held.
        Granted(ticket) = "granted" [6, (ticket, technician), hold, start] {
            /// The hold.
            hold: HoldId,
            /// Whose slot.
            technician: TechnicianId,
            /// The slot's start.
            start: SimTime as "slot",
        }
        /// A claim was refused: a conflict.
        Refused(ticket) = "refused" [7 | why, (ticket, technician), by, start] {
            /// Whose slot.
            technician: TechnicianId,
            /// The slot's start; where owners are set, when the owner was picked.
            start: SimTime as "slot",
            /// Why.
            why: Refusal,
            /// The ticket that has the slot, unless it merely started.
            by: Option<TicketId>,
        }
        /// Nothing about the technician has changed since the read: a claim without a hold, granted by writing.
        Passed(ticket) = "passed" [0x21, (ticket, technician)] {
            /// Who.
            technician: TechnicianId,
        }
        /// A hold ended without a booking.
        Freed(ticket) = "freed" [8 | lapsed, (ticket, technician), hold, start, orphaned] {
            /// The hold.
            hold: HoldId,
            /// Whose slot.
            technician: TechnicianId,
            /// The slot's start.
            start: SimTime as "slot",
            /// Its lease ran out; otherwise the dispatch gave it back.
            lapsed: bool,
            /// How long it was held after the dispatch had no use for it any more.
            orphaned: SimDuration as "orphaned_s",
        }
        /// An entry was written into a calendar.
        Booked(ticket) = "booked" [9 | held, (ticket, technician), start, end] {
            /// Whose calendar.
            technician: TechnicianId,
            /// The slot's start.
            start: SimTime as "slot",
            /// The slot's end.
            end: SimTime as "slot_end",
            /// Whether a hold protected it.
            held: bool,
        }
        /// A technician owns the ticket, and no calendar was touched.
        Assigned(ticket) = "assigned" [0x19 | over_cap, (ticket, technician), active] {
            /// The owner.
            technician: TechnicianId,
            /// The owner's active tickets, this one included.
            active: u32,
            /// Whether that is more than the agent allows.
            over_cap: bool,
        }
        /// The ticket's status was changed.
        StatusChanged(ticket) = "status_changed" [0x1a, ticket, (was, is)] {
            /// The status before: an index into the desk's statuses.
            was: u32 as "was" of Label::STATUS,
            /// The status now.
            is: u32 as "is" of Label::STATUS,
        }
        /// The dispatch ended with an owner: the booking is confirmed and the technician told.
        Dispatched(ticket) = "dispatched" [10, (ticket, technician), (attempts, rank), delay, taken] {
            /// The owner.
            technician: TechnicianId,
            /// Attempts it took.
            attempts: u16,
            /// The rank of the pick that won; 0 where no ranking was followed (second-day booking).
            rank: u16,
            /// To now from its arrival, or from the change of status that let it be dispatched.
            delay: SimDuration as "delay_s",
            /// Turn granted to now.
            taken: SimDuration as "taken_s",
        }
        /// The dispatch ended with a team: the ticket waits in its queue.
        Queued(ticket) = "queued" [11, (ticket, team), agent, delay, taken] {
            /// Whose dispatch it is: such a ticket has had no turn.
            agent: AgentId,
            /// The team.
            team: TeamId,
            /// To now from its arrival, or from the change of status that let it be dispatched.
            delay: SimDuration as "delay_s",
            /// Turn granted to now.
            taken: SimDuration as "taken_s",
        }
        /// The result does not fit with those of earlier tickets, which it was made without sight of: it is to be made again.
        Misfit(ticket) = "misfit" [0x33, ticket] {}
        /// The dispatch ended with the AI's result, and nobody was assigned.
        Answered(ticket) = "answered" [0x32, (ticket, agent), attempts, delay, taken] {
            /// Whose dispatch it is.
            agent: AgentId,
            /// How often the AI worked on it: twice where its first result did not fit.
            attempts: u16,
            /// To now from its arrival, or from the change of status that let it be dispatched.
            delay: SimDuration as "delay_s",
            /// Turn granted to now.
            taken: SimDuration as "taken_s",
        }
        /// The dispatch ended without an owner.
        Unassigned(ticket) = "unassigned" [12 | reason, (ticket, agent), attempts] {
            /// Whose dispatch it is, also where it has had no turn.
            agent: AgentId,
            /// Why.
            reason: Reason,
            /// Attempts made.
            attempts: u16,
        }
        /// The workflow that follows the ticket's dispatch is done.
        FollowedUp(ticket) = "followed_up" [0x30 | wrong, ticket, done] {
            /// Whether it had gone wrong, as an earlier ticket of the company was still to be dispatched.
            wrong: bool,
            /// Arrival to now.
            done: SimDuration as "done_s",
        }
        /// Work on the ticket began.
        Started(ticket) = "started" [13, (ticket, technician), waited, late] {
            /// Who.
            technician: TechnicianId,
            /// Arrival to now.
            waited: SimDuration as "waited_s",
            /// How much later than the slot's start; zero without a slot.
            late: SimDuration as "late_s",
        }
        /// Work on the ticket cannot begin though it is due, because its technician is not at work. Not part of the digest.
        Postponed(ticket) = "postponed" {
            /// Who.
            technician: TechnicianId,
            /// Whether the in/out board shows the technician as out; otherwise it is after hours.
            out: bool,
            /// When the technician is back at work; `None`: never.
            until: Option<SimTime>,
        }
        /// Work on the ticket was interrupted: its technician went out.
        Interrupted(ticket) = "interrupted" [0x2a, (ticket, technician), 0u64, until] {
            /// Who.
            technician: TechnicianId,
            /// When the technician is back at work; `None`: never.
            until: Option<SimTime>,
        }
        /// Work that was interrupted went on.
        Continued(ticket) = "continued" [0x2b, (ticket, technician)] {
            /// Who.
            technician: TechnicianId,
        }
        /// Work on the ticket ended.
        Finished(ticket) = "finished" [14, (ticket, technician), resolved, worked] {
            /// Who.
            technician: TechnicianId,
            /// Arrival to now.
            resolved: SimDuration as "resolved_s",
            /// Start of work to now, interruptions left out.
            worked: SimDuration as "worked_s",
        }
        /// Found in the calendar when the world closed: this booking overlaps others of the same technician.
        DoubleBooked(ticket) = "double_booked" [15, (ticket, technician), peers, overlap] {
            /// Whose calendar.
            technician: TechnicianId,
            /// How many other bookings it overlaps.
            peers: u32,
            /// Time first covered twice by this booking, taken in order of start.
            overlap: SimDuration as "overlap_s",
        }
        /// The parent asked for a subagent; it waits for its turn.
        SpecQueued() = "spec_queued" [0x1b, (spec, dispatch), tickets] {
            /// The spec.
            spec: SpecId,
            /// Which dispatch: numbered from 1, each agent's parent in its turn.
            dispatch: u32,
            /// How many tickets are in its slice.
            tickets: u32,
        }
        /// The ticket is in a subagent's slice.
        Sliced(ticket) = "sliced" [0x1c, (ticket, spec)] {
            /// Whose.
            spec: SpecId,
        }
        /// A subagent began.
        SpecStarted() = "spec_started" [0x1d, spec] {
            /// Its spec.
            spec: SpecId,
        }
        /// A subagent ended.
        SpecEnded() = "spec_ended" [0x1e | status, (spec, done), tokens] {
            /// Its spec.
            spec: SpecId,
            /// How.
            status: SpecStatus,
            /// How many tickets of its slice it worked through; one left without an owner is not among them.
            done: u32,
            /// Tokens of the rankings that came back to it.
            tokens: u64,
        }
        /// The parent goes on: all subagents of its dispatch have ended.
        Resumed() = "resumed" [0x1f, (dispatch, results)] {
            /// Which dispatch: numbered from 1, each agent's parent in its turn.
            dispatch: u32,
            /// Results it got, one per spec.
            results: u32,
        }
        /// The parent asked for more subagents than there may be and got none.
        Rejected() = "rejected" [0x20, (dispatch, specs)] {
            /// Which dispatch: numbered from 1, each agent's parent in its turn.
            dispatch: u32,
            /// How many it asked for.
            specs: u32,
        }
    }
}
