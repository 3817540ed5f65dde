//! Drivers: what carries the messages of one world. Both give every message to the same actor in the same order.

pub mod actix;
pub mod direct;

use crate::domain::settings::Mode;
use crate::domain::{SimDuration, SimTime, TechnicianId, TicketId};
use crate::kernel::Kernel;
use crate::kernel::log::{Digest, Observer};
use crate::protocol::calendar::CalendarService;
use crate::protocol::dispatcher::Dispatcher;
use crate::protocol::message::{Delivery, ToCalendar, ToDispatcher};
use crate::protocol::queue::TeamQueues;
use crate::protocol::technician::Technician;
use crate::protocol::{Rules, Script};

/// Which driver carries the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Every actor is an actix actor with a mailbox of its own.
    Actix,
    /// The same actors, called in a loop.
    Direct,
}

/// What a replication leaves behind.
pub struct Ending {
    /// The digest of its event log.
    pub digest: Digest,
    /// Who watched.
    pub observer: Option<Box<dyn Observer>>,
    /// Messages delivered.
    pub messages: u64,
}

/// The actors of one world.
struct Cast {
    dispatcher: Dispatcher,
    /// `None` where no slots are booked.
    calendar: Option<CalendarService>,
    queue: TeamQueues,
    technicians: Vec<Technician>,
}

impl Cast {
    fn new(rules: &Rules) -> Self {
        let technicians = 0..rules.desk.technicians.len();
        Self {
            dispatcher: Dispatcher::new(rules),
            calendar: match rules.mode {
                Mode::OwnerAndSlot(slots) => Some(CalendarService::new(rules, slots)),
                Mode::TeamOnly | Mode::OwnerOnly(_) => None,
            },
            queue: TeamQueues::new(rules),
            technicians: technicians.map(|id| Technician::new(TechnicianId(id as u32), rules)).collect(),
        }
    }
}

/// The clock of one replication, from the first arrival to the closing of the calendars.
#[derive(Default)]
struct Clockwork {
    kernel: Kernel<Delivery>,
    closes: bool,
}

impl Clockwork {
    /// Winds it up: the first ticket will arrive, and `observer` watches. `books_slots`: there are calendars to close.
    fn wind(&mut self, script: &Script, books_slots: bool, observer: Option<Box<dyn Observer>>) {
        self.kernel.reset();
        self.kernel.log.watch(observer);
        self.closes = books_slots;
        if let Some(first) = script.burst.tickets.first() {
            let arrive = ToDispatcher::Arrive { ticket: TicketId(0) };
            self.kernel.send(first.arrived_at - SimTime::ZERO, Delivery::Dispatcher(arrive));
        }
    }

    /// The next message; when all is done, the order to close; then nothing.
    #[inline]
    fn next(&mut self) -> Option<Delivery> {
        let next = self.kernel.take_next();
        if next.is_none() && self.closes {
            self.closes = false;
            self.kernel.send(SimDuration::ZERO, Delivery::Calendar(ToCalendar::Close));
            return self.kernel.take_next();
        }
        next
    }

    fn ending(&mut self) -> Ending {
        let messages = self.kernel.sent();
        let (digest, observer) = self.kernel.log.close();
        Ending { digest, observer, messages }
    }
}
