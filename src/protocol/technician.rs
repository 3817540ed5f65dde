//! A technician: works bookings in the order of their slots, late when the job before overruns; or works what the
//! team's queue gives. Whoever is out begins nothing.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use super::message::{Delivery, Place, ToCalendar, ToQueue, ToTechnician};
use super::{Actor, Outbox, Rules, Script};
use crate::domain::{AgentId, Burst, Desk, SimDuration, SimTime, TechnicianId, TicketId};
use crate::facts::Fact;

/// A job in the agenda, ordered by the slot's start, then in the order in which it was told.
type Job = Reverse<(SimTime, u32, TicketId)>;

/// Work under way, or interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Work {
    ticket: TicketId,
    /// Since when, after the last interruption.
    since: SimTime,
    /// How long before that.
    before: SimDuration,
}

/// One person's work.
pub struct Technician {
    id: TechnicianId,
    desk: Arc<Desk>,
    /// Whether it asks the team's queue for work when there is nothing else to do.
    pulls: bool,
    /// Whether anybody counts the tickets that technicians own.
    is_counted: bool,
    /// Whether it has asked the queue for work and not got any yet.
    stands_in_line: bool,
    burst: Arc<Burst>,
    agenda: BinaryHeap<Job>,
    told: u32,
    working: Option<Work>,
    /// The ticket of which it was last said that it has to wait for the technician.
    postponed: Option<TicketId>,
}

impl Technician {
    /// The technicians of the desk, with empty agendas.
    pub fn all(rules: &Rules) -> Vec<Self> {
        let (pulls, is_counted) = (rules.fills_queues(), rules.keeps_roster());
        let burst = Script::default().burst;
        let technician = |id| Self {
            id: TechnicianId(id),
            desk: Arc::clone(&rules.desk),
            pulls,
            is_counted,
            stands_in_line: false,
            burst: Arc::clone(&burst),
            agenda: BinaryHeap::new(),
            told: 0,
            working: None,
            postponed: None,
        };
        (0..rules.desk.technicians.len() as u32).map(technician).collect()
    }

    /// Notes a booking and sees to it that it is started in time.
    fn booked(&mut self, ticket: TicketId, start: SimTime, out: &mut impl Outbox) {
        self.agenda.push(Reverse((start, self.told, ticket)));
        self.told += 1;
        self.remind(start, out);
    }

    /// Has itself reminded at `due`, or now if that is past.
    fn remind(&self, due: SimTime, out: &mut impl Outbox) {
        out.send(due - out.now(), Delivery::Technician(self.id, ToTechnician::Due));
    }

    /// Starts the next job if it is due, no other is under way and the technician is at work.
    fn start_next(&mut self, out: &mut impl Outbox) {
        let now = out.now();
        if self.working.is_some() {
            return;
        }
        let Some(&Reverse((start, _, ticket))) = self.agenda.peek() else { return };
        if start > now {
            return;
        }
        let at_work = self.desk.next_at_work(self.id, now);
        if at_work == Some(now) {
            self.agenda.pop();
            return self.start(ticket, now - start, out);
        }
        if out.explains() && self.postponed.replace(ticket) != Some(ticket) {
            let is_out = self.desk.technicians[self.id.index()].is_out(now);
            out.state(Fact::Postponed { ticket, technician: self.id, out: is_out, until: at_work });
        }
        if let Some(back) = at_work {
            self.remind(back, out);
        }
    }

    fn start(&mut self, ticket: TicketId, late: SimDuration, out: &mut impl Outbox) {
        let now = out.now();
        let details = self.burst.ticket(ticket);
        let waited = now - details.arrived_at;
        if std::mem::take(&mut self.stands_in_line) {
            let withdraw = ToQueue::Withdraw { technician: self.id };
            out.send(SimDuration::ZERO, Delivery::Queue(withdraw));
        }
        self.working = Some(Work { ticket, since: now, before: SimDuration::ZERO });
        out.state(Fact::Started { ticket, technician: self.id, waited, late });
        let work = details.work.unwrap_or(SimDuration::ZERO);
        self.work_for(work, out);
    }

    /// Works for so long, or until an absence begins that interrupts it.
    fn work_for(&self, rest: SimDuration, out: &mut impl Outbox) {
        let until_out = || Some(self.desk.technicians[self.id.index()].next_out(out.now())? - out.now());
        let until_out = if self.desk.out_interrupts { until_out() } else { None };
        let (after, message) = match until_out.filter(|until| *until < rest) {
            Some(until) => (until, ToTechnician::Interrupt),
            None => (rest, ToTechnician::Done),
        };
        out.send(after, Delivery::Technician(self.id, message));
    }

    fn interrupt(&mut self, out: &mut impl Outbox) {
        let now = out.now();
        let Some(work) = &mut self.working else { return };
        work.before += now - work.since;
        let until = self.desk.next_at_work(self.id, now);
        out.state(Fact::Interrupted { ticket: work.ticket, technician: self.id, until });
        if let Some(back) = until {
            out.send(back - now, Delivery::Technician(self.id, ToTechnician::GoOn));
        }
    }

    fn go_on(&mut self, out: &mut impl Outbox) {
        let Some(work) = &mut self.working else { return };
        work.since = out.now();
        let Work { ticket, before, .. } = *work;
        out.state(Fact::Continued { ticket, technician: self.id });
        let whole = self.burst.ticket(ticket).work.unwrap_or(SimDuration::ZERO);
        self.work_for(whole - before, out);
    }

    fn done(&mut self, out: &mut impl Outbox) {
        let Some(Work { ticket, since, before }) = self.working.take() else { return };
        let now = out.now();
        let resolved = now - self.burst.ticket(ticket).arrived_at;
        out.state(Fact::Finished { ticket, technician: self.id, resolved, worked: before + (now - since) });
        if self.is_counted {
            let resolved = ToCalendar::Resolved { ticket, technician: self.id };
            out.send(SimDuration::ZERO, Delivery::calendar(AgentId(0), resolved));
        }
        self.start_next(out);
        if self.pulls && self.working.is_none() {
            self.stands_in_line = true;
            out.send(SimDuration::ZERO, Delivery::Queue(ToQueue::Pull { technician: self.id }));
        }
    }

    /// Takes a ticket from the queue, or gives it back when a job was begun before the queue heard of that.
    fn take(&mut self, ticket: TicketId, place: Place, out: &mut impl Outbox) {
        self.stands_in_line = false;
        if self.working.is_none() {
            self.start(ticket, SimDuration::ZERO, out);
        } else {
            out.send(SimDuration::ZERO, Delivery::Queue(ToQueue::GiveBack { ticket, place }));
        }
    }
}

impl Actor for Technician {
    type Message = ToTechnician;

    fn begin(&mut self, script: &Script) {
        self.burst = Arc::clone(&script.burst);
        self.agenda.clear();
        self.told = 0;
        self.working = None;
        self.postponed = None;
        // The queues know everybody as idle when a replication begins.
        self.stands_in_line = self.pulls;
    }

    #[inline]
    fn handle(&mut self, message: ToTechnician, out: &mut impl Outbox) {
        match message {
            ToTechnician::Booked { ticket, start } => self.booked(ticket, start, out),
            ToTechnician::Take { ticket, place } => self.take(ticket, place, out),
            ToTechnician::Due => self.start_next(out),
            ToTechnician::Interrupt => self.interrupt(out),
            ToTechnician::GoOn => self.go_on(out),
            ToTechnician::Done => self.done(out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::settings::ModeRules;
    use crate::domain::{Team, TeamId, Ticket, WorkingHours};
    use crate::kernel::Kernel;
    use crate::kernel::stream::Streams;
    use crate::protocol::instant_rules;

    const ANN: TechnicianId = TechnicianId(0);
    const PLACE: Place = Place { team: TeamId(0), priority: 3, number: 0 };
    const DONE: Delivery = Delivery::Technician(ANN, ToTechnician::Done);

    /// Somebody who is always at work and pulls, with three tickets of ten minutes; and where the wishes go.
    fn ann() -> (Technician, Kernel<Delivery, Fact>) {
        let person =
            crate::domain::Technician { name: "Ann".into(), teams: [TeamId(0)].into(), ..Default::default() };
        let desk = Desk {
            technicians: vec![person],
            teams: vec![Team { name: "All".into(), members: vec![ANN] }],
            hours: vec![WorkingHours::always()],
            ..Desk::default()
        };
        let ticket = Ticket { work: Some(SimDuration::from_mins(10)), ..Ticket::default() };
        let burst = Arc::new(Burst { tickets: vec![ticket; 3], ..Burst::default() });
        let mut all = Technician::all(&instant_rules(desk, ModeRules::TeamOnly));
        let mut ann = all.remove(0);
        ann.begin(&Script { burst, streams: Streams::new(1, 0) });
        (ann, Kernel::default())
    }

    fn booked(ticket: u32) -> ToTechnician {
        ToTechnician::Booked { ticket: TicketId(ticket), start: SimTime::ZERO }
    }

    fn due(out: &mut Kernel<Delivery, Fact>) {
        assert_eq!(out.take_next(), Some(Delivery::Technician(ANN, ToTechnician::Due)));
    }

    #[test]
    fn who_begins_a_booked_job_while_in_line_for_work_leaves_the_line() {
        let (mut ann, mut out) = ann();
        ann.handle(booked(0), &mut out);
        due(&mut out);
        ann.handle(ToTechnician::Due, &mut out);
        assert_eq!(out.take_next(), Some(Delivery::Queue(ToQueue::Withdraw { technician: ANN })));
        assert_eq!(out.take_next(), Some(DONE));
        // What the queue gave before it heard of that goes back to others.
        ann.handle(ToTechnician::Take { ticket: TicketId(1), place: PLACE }, &mut out);
        let back = ToQueue::GiveBack { ticket: TicketId(1), place: PLACE };
        assert_eq!(out.take_next(), Some(Delivery::Queue(back)));
        assert_eq!(out.take_next(), None);
        ann.handle(ToTechnician::Done, &mut out);
        assert_eq!(out.take_next(), Some(Delivery::Queue(ToQueue::Pull { technician: ANN })));
        assert_eq!(out.take_next(), None);
    }

    #[test]
    fn overdue_jobs_are_begun_in_the_order_of_their_slots_whoever_was_booked_first() {
        let (mut ann, mut out) = ann();
        let minute = |minute| SimTime::ZERO + SimDuration::from_mins(minute);
        for (ticket, start) in [(0, 0), (1, 8), (2, 5)] {
            ann.handle(ToTechnician::Booked { ticket: TicketId(ticket), start: minute(start) }, &mut out);
        }
        let mut begun = Vec::new();
        while let Some(delivery) = out.take_next() {
            // What she tells the queue is nothing to her.
            let Delivery::Technician(_, message) = delivery else { continue };
            ann.handle(message, &mut out);
            let work = ann.working.map(|work| (work.ticket, work.since));
            begun.extend(work.filter(|job| begun.last() != Some(job)));
        }
        assert_eq!(begun, [(TicketId(0), minute(0)), (TicketId(2), minute(10)), (TicketId(1), minute(20))]);
    }

    #[test]
    fn who_has_another_job_to_do_does_not_ask_for_work() {
        let (mut ann, mut out) = ann();
        ann.handle(ToTechnician::Take { ticket: TicketId(2), place: PLACE }, &mut out);
        ann.handle(booked(0), &mut out);
        due(&mut out);
        // Work is under way: the queue's gift and the booking wait for each other.
        ann.handle(ToTechnician::Due, &mut out);
        assert_eq!(out.take_next(), Some(DONE));
        ann.handle(ToTechnician::Done, &mut out);
        assert_eq!(out.take_next(), Some(DONE), "on with the booked job, without a word to the queue");
        assert_eq!(out.take_next(), None);
        ann.handle(ToTechnician::Done, &mut out);
        assert_eq!(out.take_next(), Some(Delivery::Queue(ToQueue::Pull { technician: ANN })));
        assert_eq!(out.take_next(), None);
    }
}
