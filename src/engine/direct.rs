//! The `direct` driver: a loop that calls each message's actor.

use super::{Cast, Clockwork, Ending};
use crate::facts::Fact;
use crate::kernel::log::Observer;
use crate::protocol::message::Delivery;
use crate::protocol::{Actor, Rules, Script};

/// A world that runs one replication after the other.
pub struct World {
    rules: Rules,
    cast: Cast,
    clockwork: Clockwork,
}

impl World {
    /// A world for these rules.
    pub fn new(rules: &Rules) -> Self {
        Self { rules: rules.clone(), cast: Cast::new(rules), clockwork: Clockwork::default() }
    }

    /// Runs one replication to its end.
    pub fn run(&mut self, script: &Script, observer: Option<Box<dyn Observer<Fact>>>) -> Ending {
        let Cast { dispatchers, calendar, triage, provider, queue, technicians } = &mut self.cast;
        for dispatcher in dispatchers.iter_mut() {
            dispatcher.begin(script);
        }
        queue.begin(script);
        for calendar in calendar.iter_mut() {
            calendar.begin(script);
        }
        for triage in triage.iter_mut() {
            triage.begin(script);
        }
        for provider in provider.iter_mut() {
            provider.begin(script);
        }
        for technician in technicians.iter_mut() {
            technician.begin(script);
        }
        let clockwork = &mut self.clockwork;
        clockwork.wind(self.rules.first_message(script), calendar.is_some(), observer);
        while let Some(delivery) = clockwork.next() {
            let out = &mut clockwork.kernel;
            match delivery {
                Delivery::Dispatcher(id, message) => dispatchers[id.index()].handle(message, out),
                Delivery::Calendar(call) => {
                    if let Some(calendar) = calendar {
                        calendar.handle(call, out);
                    }
                }
                Delivery::Triage(message) => {
                    if let Some(triage) = triage {
                        triage.handle(message, out);
                    }
                }
                Delivery::Provider(call) => {
                    if let Some(provider) = provider {
                        provider.handle(call, out);
                    }
                }
                Delivery::Queue(message) => queue.handle(message, out),
                Delivery::Technician(id, message) => technicians[id.index()].handle(message, out),
            }
        }
        clockwork.ending()
    }
}
