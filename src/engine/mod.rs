//! Drivers: what carries the messages of one world. Both give every message to the same actor in the same order.

pub mod actix;
pub mod direct;

use crate::domain::{AgentId, SimDuration, SimTime, TechnicianId};
use crate::facts::Fact;
use crate::kernel::Kernel;
use crate::kernel::log::{Digest, Observer};
use crate::protocol::Rules;
use crate::protocol::calendar::CalendarService;
use crate::protocol::dispatcher::Dispatcher;
use crate::protocol::message::{Delivery, ToCalendar};
use crate::protocol::provider::Provider;
use crate::protocol::queue::TeamQueues;
use crate::protocol::technician::Technician;
use crate::protocol::triage::Triage;

pub use crate::domain::settings::Engine;

/// What a replication leaves behind.
pub struct Ending {
    /// The digest of its event log.
    pub digest: Digest,
    /// Who watched.
    pub observer: Option<Box<dyn Observer<Fact>>>,
    /// Messages delivered.
    pub messages: u64,
}

/// The actors of one world.
struct Cast {
    dispatchers: Vec<Dispatcher>,
    /// `None` where no agent looks at calendars or owners.
    calendar: Option<CalendarService>,
    /// `None` where tickets say what they are about.
    triage: Option<Triage>,
    /// `None` where nothing limits the calls of the AI.
    provider: Option<Provider>,
    queue: TeamQueues,
    technicians: Vec<Technician>,
}

impl Cast {
    fn new(rules: &Rules) -> Self {
        let agents = 0..rules.agents.len();
        let technicians = 0..rules.desk.technicians.len();
        Self {
            dispatchers: agents.map(|id| Dispatcher::new(AgentId(id as u32), rules)).collect(),
            calendar: CalendarService::new(rules),
            triage: Triage::new(rules),
            provider: Provider::new(rules),
            queue: TeamQueues::new(rules),
            technicians: technicians.map(|id| Technician::new(TechnicianId(id as u32), rules)).collect(),
        }
    }
}

/// The clock of one replication, from the first arrival to the closing of the calendars.
#[derive(Default)]
struct Clockwork {
    kernel: Kernel<Delivery, Fact>,
    closes: bool,
}

impl Clockwork {
    /// Winds it up: the first message is on its way, and `observer` watches. `has_calendar`: there is one to close.
    fn wind(
        &mut self,
        first: Option<(SimTime, Delivery)>,
        has_calendar: bool,
        observer: Option<Box<dyn Observer<Fact>>>,
    ) {
        self.kernel.reset();
        self.kernel.log.watch(observer);
        self.closes = has_calendar;
        if let Some((at, delivery)) = first {
            self.kernel.send(at - SimTime::ZERO, delivery);
        }
    }

    /// The next message; when all is done, the order to close; then nothing.
    #[inline]
    fn next(&mut self) -> Option<Delivery> {
        if self.closes && self.kernel.is_idle() {
            self.closes = false;
            self.kernel.send(SimDuration::ZERO, Delivery::calendar(AgentId(0), ToCalendar::Close));
        }
        self.kernel.take_next()
    }

    fn ending(&mut self) -> Ending {
        let messages = self.kernel.sent();
        let (digest, observer) = self.kernel.log.close();
        Ending { digest, observer, messages }
    }
}
