//! Dispatches that are the AI's work alone: no calendar is read and nothing is claimed; the result is the end.
//!
//! A result is *blind* if the dispatch began before the results of all earlier tickets could be seen. Whether a blind one
//! fits with those is drawn. One that does not is made again with all of them in sight, and then it fits.

use std::collections::BTreeSet;

use super::{Dispatcher, Fact, How, Outbox, Purpose, TicketId, Way};

/// The tickets whose results have to fit together.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// Those that are to be dispatched, or are, and have no result yet.
    awaited: BTreeSet<TicketId>,
    /// Those of them whose first result is blind.
    blind: BTreeSet<TicketId>,
    /// Those of them whose result is to be made again once no earlier dispatch is under way.
    misfits: BTreeSet<TicketId>,
}

impl Answers {
    /// Forgets all of them.
    pub fn clear(&mut self) {
        let Self { awaited, blind, misfits } = self;
        [awaited, blind, misfits].into_iter().for_each(BTreeSet::clear);
    }

    /// The ticket has its result, or will get none.
    fn forget(&mut self, ticket: TicketId) {
        self.awaited.remove(&ticket);
        self.blind.remove(&ticket);
        self.misfits.remove(&ticket);
    }
}

impl Dispatcher {
    /// Whether dispatches are the AI's work alone.
    pub(super) fn only_answers(&self) -> bool {
        matches!(self.agent().way, Way::Answer { .. })
    }

    /// How likely a blind result does not fit; 0 where results have nothing to do with each other.
    fn misfit_rate(&self) -> f64 {
        if let Way::Answer { rework } = self.agent().way { rework } else { 0.0 }
    }

    /// A ticket waits for its result.
    pub(super) fn await_answer(&mut self, ticket: TicketId) {
        if self.misfit_rate() > 0.0 {
            self.answers.awaited.insert(ticket);
        }
    }

    /// Begins the dispatch of a ticket.
    pub(super) fn begin_answer(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        if self.misfit_rate() > 0.0 {
            let is_first = self.answers.awaited.range(..ticket).next().is_none();
            if !is_first || !self.discipline.sees_results(ticket) {
                self.answers.blind.insert(ticket);
            }
        }
        self.work_on(ticket, out);
    }

    /// Has the AI work on a ticket, for the first time or again.
    fn work_on(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        let flight = self.flight(ticket);
        flight.attempt += 1;
        let attempt = flight.attempt;
        self.ask(ticket, attempt, None, out);
    }

    /// The AI is done with a ticket.
    pub(super) fn answered(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        if self.answers.blind.remove(&ticket) && self.misfits(ticket) {
            out.state(Fact::Misfit { ticket });
            if self.discipline.reworks_in_the_end() {
                return self.report(ticket, How::Resting, out);
            }
            self.answers.misfits.insert(ticket);
            return self.rework_next(out);
        }
        let now = out.now();
        let flight = self.flight(ticket);
        let (attempts, taken) = (flight.attempt, now - flight.began);
        let delay = self.delay(ticket, now);
        out.state(Fact::Answered { ticket, agent: self.id, attempts, delay, taken });
        self.settle(ticket, out);
        self.end(ticket, How::Dispatched, out);
    }

    fn misfits(&self, ticket: TicketId) -> bool {
        self.streams.stream(Purpose::Rework, ticket.0, 0).unit() < self.misfit_rate()
    }

    /// The dispatch of a ticket is over, or will never begin.
    pub(super) fn settle_answers(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        if self.misfit_rate() > 0.0 {
            self.answers.forget(ticket);
            self.rework_next(out);
        }
    }

    /// Makes the earliest result again that does not fit, unless it needs one whose dispatch is under way. The earliest
    /// dispatch under way waits for none, so that all of them end.
    fn rework_next(&mut self, out: &mut impl Outbox) {
        let Some(&ticket) = self.answers.misfits.first() else { return };
        if !self.answers.awaited.range(..ticket).any(|&earlier| self.flies(earlier)) {
            self.answers.misfits.remove(&ticket);
            self.rework(ticket, out);
        }
    }

    /// Makes a result again.
    pub(super) fn rework(&mut self, ticket: TicketId, out: &mut impl Outbox) {
        out.state(Fact::TurnAgain { ticket });
        self.work_on(ticket, out);
    }
}
