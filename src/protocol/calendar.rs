//! The calendar service of the desk: answers reads, grants or refuses claims, writes entries.

use std::sync::Arc;

use super::message::{Delivery, ToCalendar, ToDispatcher};
use super::{Actor, Outbox, Rules, Script};
use crate::domain::calendar::{Calendar, Hold, Obstacle, Outlook};
use crate::domain::settings::{CalendarSettings, SlotRules};
use crate::domain::{Distribution, HoldId, Interval, SimDuration, SimTime, TechnicianId, TicketId};
use crate::kernel::log::{Fact, Refusal};
use crate::kernel::sampler;
use crate::kernel::stream::{Purpose, Streams};

/// One actor a desk, as a PSA's schedule service is.
pub struct CalendarService {
    calendar: Calendar,
    settings: CalendarSettings,
    /// How the dispatcher wants its offers.
    outlook: Outlook,
    streams: Streams,
}

impl CalendarService {
    /// A service with empty calendars.
    pub fn new(rules: &Rules, slots: SlotRules) -> Self {
        Self {
            calendar: Calendar::new(Arc::clone(&rules.desk), slots, rules.calendar.lease),
            settings: rules.calendar.clone(),
            outlook: rules.outlook(),
            streams: Streams::new(0, 0),
        }
    }

    /// How long a message takes.
    fn latency(
        &self,
        distribution: &Distribution,
        purpose: Purpose,
        ticket: TicketId,
        key: u32,
    ) -> SimDuration {
        if distribution.is_zero() {
            return SimDuration::ZERO;
        }
        sampler::draw_duration(distribution, &mut self.streams.stream(purpose, ticket.0, key))
    }

    fn claim(
        &mut self,
        now: SimTime,
        ticket: TicketId,
        technician: TechnicianId,
        start: SimTime,
        out: &mut impl Outbox,
    ) -> ToDispatcher {
        let obstacle = match self.calendar.claim(now, ticket, technician, start) {
            Ok(hold) => {
                out.state(Fact::Granted { ticket, hold, technician, start });
                return ToDispatcher::Granted { ticket, hold };
            }
            Err(obstacle) => obstacle,
        };
        let (why, by) = match obstacle {
            Obstacle::Started => (Refusal::Started, None),
            Obstacle::Held(peer) => (Refusal::Held, Some(peer)),
            Obstacle::Booked(peer) => (Refusal::Booked, Some(peer)),
        };
        out.state(Fact::Refused { ticket, technician, start, why, by });
        ToDispatcher::Refused { ticket }
    }

    fn close(&mut self, out: &mut impl Outbox) {
        let leaked: Vec<(HoldId, Hold)> = self.calendar.standing_holds().collect();
        for (hold, held) in leaked {
            freed(hold, held, false, out.now() - held.since, out);
        }
        for double in self.calendar.double_bookings() {
            out.state(Fact::DoubleBooked {
                ticket: double.ticket,
                technician: double.technician,
                peers: double.peers,
                overlap: double.overlap,
            });
        }
    }
}

impl Actor for CalendarService {
    type Message = ToCalendar;

    fn begin(&mut self, script: &Script) {
        self.calendar.reset();
        self.streams = script.streams;
    }

    fn handle(&mut self, message: ToCalendar, out: &mut impl Outbox) {
        let now = out.now();
        while let Some((hold, held)) = self.calendar.lapse(now) {
            freed(hold, held, true, SimDuration::ZERO, out);
        }
        let (after, reply) = match message {
            ToCalendar::Read { request, attempt, mut offers } => {
                self.calendar.read(now, &request, &self.outlook, &mut offers);
                let ticket = request.ticket;
                out.state(Fact::Read { ticket, attempt, offered: offers.len() as u32 });
                let after = self.latency(
                    &self.settings.read_latency,
                    Purpose::CalendarRead,
                    ticket,
                    u32::from(attempt),
                );
                (after, ToDispatcher::Snapshot { ticket, offers })
            }
            ToCalendar::Claim { ticket, technician, start, which } => {
                let reply = self.claim(now, ticket, technician, start, out);
                let after =
                    self.latency(&self.settings.claim_latency, Purpose::CalendarClaim, ticket, which.key());
                (after, reply)
            }
            ToCalendar::Confirm { hold, ticket } => {
                let reply = match self.calendar.confirm(hold) {
                    Some((ticket, technician, slot)) => booked(ticket, technician, slot, true, out),
                    None => ToDispatcher::Lapsed { ticket },
                };
                (SimDuration::ZERO, reply)
            }
            ToCalendar::Release { hold } => {
                if let Some(held) = self.calendar.release(hold) {
                    freed(hold, held, false, SimDuration::ZERO, out);
                }
                return;
            }
            ToCalendar::Write { ticket, technician, start } => {
                let slot = self.calendar.write(ticket, technician, start);
                (SimDuration::ZERO, booked(ticket, technician, slot, false, out))
            }
            ToCalendar::WriteSecondDay { ticket, team } => {
                let reply = match self.calendar.write_second_day(now, ticket, team) {
                    Some((technician, slot)) => booked(ticket, technician, slot, false, out),
                    None => ToDispatcher::Full { ticket },
                };
                (SimDuration::ZERO, reply)
            }
            ToCalendar::Leave { ticket } => return self.calendar.forget(ticket),
            ToCalendar::Close => return self.close(out),
        };
        out.send(after, Delivery::Dispatcher(reply));
    }
}

/// States that an entry stands, and says so.
fn booked(
    ticket: TicketId,
    technician: TechnicianId,
    slot: Interval,
    held: bool,
    out: &mut impl Outbox,
) -> ToDispatcher {
    out.state(Fact::Booked { ticket, technician, start: slot.start, end: slot.end, held });
    ToDispatcher::Written { ticket, technician, slot }
}

/// States that a hold is gone.
fn freed(hold: HoldId, held: Hold, lapsed: bool, orphaned: SimDuration, out: &mut impl Outbox) {
    let Hold { ticket, technician, start, .. } = held;
    out.state(Fact::Freed { ticket, hold, technician, start, lapsed, orphaned });
}
