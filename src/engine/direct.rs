//! The `direct` driver: a loop that calls each message's actor.

use super::cast::actors;
use super::cast::names::{
    AgentId, CalendarService, Dispatcher, FollowUps, Provider, TeamQueues, Technician, TechnicianId, Triage,
};
use super::{Clockwork, Ending};
use crate::facts::Fact;
use crate::kernel::log::Observer;
use crate::protocol::message::Delivery;
use crate::protocol::{Actor, Outbox, Rules, Script};

/// A world that runs one replication after the other.
pub struct World {
    rules: Rules,
    cast: Cast,
    clockwork: Clockwork,
}

/// Defines the cast: actors that are called.
macro_rules! called {
    ($($(#[$doc:meta])* $field:ident: $actor:ty, $new:expr, $to:ident($($part:ident),+) => $index:expr, $message:ident;)*) => {
        /// The actors.
        struct Cast {
            $($(#[$doc])* $field: Vec<$actor>,)*
        }

        impl Cast {
            fn new(rules: &Rules) -> Self {
                $(let $field: fn(&Rules) -> Vec<$actor> = $new;)*
                Self { $($field: $field(rules),)* }
            }

            fn begin(&mut self, script: &Script) {
                $(self.$field.iter_mut().for_each(|actor| actor.begin(script));)*
            }

            #[inline]
            fn handle(&mut self, delivery: Delivery, out: &mut impl Outbox) {
                match delivery {
                    $(Delivery::$to($($part),+) => self.$field[$index].handle($message, out),)*
                }
            }
        }
    };
}

actors!(called);

impl World {
    /// A world for these rules.
    pub fn new(rules: &Rules) -> Self {
        Self { rules: rules.clone(), cast: Cast::new(rules), clockwork: Clockwork::default() }
    }

    /// Runs one replication to its end.
    pub fn run(&mut self, script: &Script, observer: Option<Box<dyn Observer<Fact>>>) -> Ending {
        let Self { rules, cast, clockwork } = self;
        cast.begin(script);
        clockwork.wind(rules.first_message(script), !cast.calendar.is_empty(), observer);
        while let Some(delivery) = clockwork.next() {
            cast.handle(delivery, &mut clockwork.kernel);
        }
        clockwork.ending()
    }
}
