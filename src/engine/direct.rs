//! The `direct` driver: a loop that calls each message's actor.

use super::{Cast, Clockwork, Ending};
use crate::kernel::log::Observer;
use crate::protocol::message::Delivery;
use crate::protocol::{Actor, Rules, Script};

/// A world that runs one replication after the other.
pub struct World {
    cast: Cast,
    clockwork: Clockwork,
}

impl World {
    /// A world for these rules.
    pub fn new(rules: &Rules) -> Self {
        Self { cast: Cast::new(rules), clockwork: Clockwork::default() }
    }

    /// Runs one replication to its end.
    pub fn run(&mut self, script: &Script, observer: Option<Box<dyn Observer>>) -> Ending {
        let Cast { dispatcher, calendar, queue, technicians } = &mut self.cast;
        dispatcher.begin(script);
        queue.begin(script);
        if let Some(calendar) = calendar {
            calendar.begin(script);
        }
        for technician in &mut *technicians {
            technician.begin(script);
        }
        let clockwork = &mut self.clockwork;
        clockwork.wind(script, calendar.is_some(), observer);
        while let Some(delivery) = clockwork.next() {
            let out = &mut clockwork.kernel;
            match delivery {
                Delivery::Dispatcher(message) => dispatcher.handle(message, out),
                Delivery::Calendar(message) => {
                    if let Some(calendar) = calendar {
                        calendar.handle(message, out);
                    }
                }
                Delivery::Queue(message) => queue.handle(message, out),
                Delivery::Technician(id, message) => technicians[id.index()].handle(message, out),
            }
        }
        clockwork.ending()
    }
}
