//! Where the dispatch delay goes: every moment of it is charged to one cause.
//!
//! Between two facts about a ticket one cause is charged, so that the parts add up to the delay to the microsecond.

use crate::domain::{SimTime, TicketId};
use crate::facts::Fact;

/// How many causes there are.
const CAUSES: usize = 6;

/// What a ticket waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Cause {
    /// Triage.
    Triage,
    /// Its turn: the discipline, locks, the start of a sandbox, the parent of its subagent.
    #[default]
    Turn,
    /// The ranking or the result that ended the dispatch.
    Ai,
    /// Reads, claims and writes, and the line for them.
    Calendar,
    /// What had to be done again: all from a claim that was refused to one that was granted, or from a result that did not fit
    /// to one that did.
    Retries,
    /// The AI's provider: its line, failed calls and the pauses after them. Not told apart by attempt.
    Provider,
}

/// Time charged to each cause, in microseconds.
pub(super) type Spent<Micros> = [Micros; CAUSES];

/// What a ticket has waited for so far.
#[derive(Clone, Copy, Default)]
struct Wait {
    spent: Spent<i64>,
    /// Until when all time is charged.
    until: SimTime,
    /// What it waits for from then on.
    next: Cause,
    /// Something is to be done again.
    again: bool,
}

impl Wait {
    /// The time until now went to what it has been waiting for; from now on it waits for `next`.
    #[inline]
    fn turn_to(&mut self, now: SimTime, next: Cause) {
        self.charge(now, self.next, next);
    }

    /// The time until now went to this cause; from now on it waits for `next`.
    #[inline]
    fn charge(&mut self, now: SimTime, cause: Cause, next: Cause) {
        if now != self.until {
            let cause = if self.again && cause != Cause::Provider { Cause::Retries } else { cause };
            self.spent[cause as usize] += (now - self.until).micros();
            self.until = now;
        }
        self.next = next;
    }
}

/// Watches the tickets of a replication, one by one; serves many replications.
#[derive(Default)]
pub(super) struct Causes {
    /// By ticket.
    waits: Vec<Wait>,
    /// Summed over the tickets that got an owner, a team or their result.
    sums: Spent<i128>,
}

impl Causes {
    /// Takes in what happened.
    #[inline(always)]
    pub(super) fn see(&mut self, now: SimTime, fact: Fact) {
        match fact {
            // The delay counts from the change of status that lets a ticket be dispatched.
            Fact::Arrived { ticket } | Fact::StatusChanged { ticket, .. } => {
                *self.wait(ticket) = Wait { until: now, ..Wait::default() };
            }
            Fact::Triaged { ticket, .. } => self.wait(ticket).charge(now, Cause::Triage, Cause::Turn),
            Fact::Turn { ticket, .. } | Fact::Locked { ticket, .. } | Fact::TurnAgain { ticket } => {
                self.wait(ticket).charge(now, Cause::Turn, Cause::Calendar);
            }
            Fact::Read { ticket, .. } | Fact::Ranked { ticket, rank: 1, .. } => {
                self.wait(ticket).turn_to(now, Cause::Calendar);
            }
            Fact::RankingBegun { ticket } | Fact::Asked { ticket, .. } => {
                self.wait(ticket).turn_to(now, Cause::Ai);
            }
            Fact::Throttled { ticket, .. } => self.wait(ticket).charge(now, Cause::Provider, Cause::Ai),
            Fact::CallFailed { ticket, again_at, .. } => {
                let next = if again_at.is_some() { Cause::Provider } else { Cause::Calendar };
                self.wait(ticket).charge(now, Cause::Provider, next);
            }
            Fact::Batched { ticket, with } => self.share(now, ticket, with),
            Fact::Granted { ticket, .. } | Fact::Passed { ticket, .. } => self.judge(now, ticket, false),
            Fact::Refused { ticket, .. }
            | Fact::Freed { ticket, lapsed: true, .. }
            | Fact::Misfit { ticket } => {
                self.judge(now, ticket, true);
            }
            Fact::Dispatched { ticket, .. } | Fact::Queued { ticket, .. } | Fact::Answered { ticket, .. } => {
                self.end(now, ticket);
            }
            _ => {}
        }
    }

    #[inline]
    fn wait(&mut self, ticket: TicketId) -> &mut Wait {
        let place = ticket.index();
        if self.waits.len() <= place {
            self.waits.resize(place + 1, Wait::default());
        }
        &mut self.waits[place]
    }

    /// What was tried has failed, so that it is to be done again, or it has not.
    #[inline]
    fn judge(&mut self, now: SimTime, ticket: TicketId, again: bool) {
        let wait = self.wait(ticket);
        wait.turn_to(now, Cause::Calendar);
        wait.again = again;
    }

    /// The ticket has waited, since its turn, for what another of its batch has waited for.
    fn share(&mut self, now: SimTime, ticket: TicketId, with: TicketId) {
        let first = self.wait(with);
        first.turn_to(now, first.next);
        let Wait { spent: [.., ai, calendar, retries, provider], .. } = *first;
        let Wait { spent: [triage, turn, ..], .. } = *self.wait(ticket);
        let spent = [triage, turn, ai, calendar, retries, provider];
        *self.wait(ticket) = Wait { spent, until: now, next: Cause::Calendar, again: false };
    }

    /// The ticket has what it waited for.
    #[inline]
    fn end(&mut self, now: SimTime, ticket: TicketId) {
        let wait = self.wait(ticket);
        wait.turn_to(now, Cause::Calendar);
        let spent = wait.spent;
        for (sum, micros) in self.sums.iter_mut().zip(spent) {
            *sum += i128::from(micros);
        }
    }

    /// The sums of the replication, which has ended; is ready for the next one.
    pub(super) fn take(&mut self) -> Spent<i128> {
        self.waits.clear();
        std::mem::take(&mut self.sums)
    }
}

#[cfg(test)]
mod tests;
