//! Drivers: what carries the messages of one world. Both give every message to the same actor in the same order.

#[cfg(feature = "actix")]
pub mod actix;
mod cast;
pub mod direct;

use crate::domain::{AgentId, SimDuration, SimTime};
use crate::facts::Fact;
use crate::kernel::Kernel;
use crate::kernel::log::{Digest, Observer};
use crate::protocol::message::{Delivery, ToCalendar};
use crate::protocol::{Rules, Script};

pub use crate::domain::settings::Engine;

/// Whether this build has the engine: `actix` is a feature.
pub fn is_built_in(engine: Engine) -> bool {
    engine == Engine::Direct || cfg!(feature = "actix")
}

/// What a replication leaves behind.
pub struct Ending<O> {
    /// The digest of its event log.
    pub digest: Digest,
    /// Who watched.
    pub observer: Option<O>,
    /// Messages delivered.
    pub messages: u64,
}

/// A world under either engine, watched by an `O`. It runs one replication after the other, on the thread that made it.
pub enum World<O: Observer<Fact>> {
    /// Under `actix`.
    #[cfg(feature = "actix")]
    Actix(Box<actix::World<O>>),
    /// Under `direct`.
    Direct(Box<direct::World<O>>),
}

impl<O: Observer<Fact>> World<O> {
    /// A world for these rules.
    ///
    /// # Panics
    /// Where the engine is not [built in](is_built_in).
    pub fn new(rules: &Rules, engine: Engine) -> Self {
        match engine {
            #[cfg(feature = "actix")]
            Engine::Actix => World::Actix(Box::new(actix::World::new(rules))),
            #[cfg(not(feature = "actix"))]
            Engine::Actix => panic!("`is_built_in` was not asked"),
            Engine::Direct => World::Direct(Box::new(direct::World::new(rules))),
        }
    }

    /// Runs one replication to its end.
    pub fn run(&mut self, script: &Script, observer: Option<O>) -> Ending<O> {
        match self {
            #[cfg(feature = "actix")]
            World::Actix(world) => world.run(script, observer),
            World::Direct(world) => world.run(script, observer),
        }
    }
}

/// The clock of one replication, from the first arrival to the closing of the calendars.
struct Clockwork<O> {
    kernel: Kernel<Delivery, Fact, O>,
    closes: bool,
}

impl<O: Observer<Fact>> Default for Clockwork<O> {
    fn default() -> Self {
        Self { kernel: Kernel::default(), closes: false }
    }
}

impl<O: Observer<Fact>> Clockwork<O> {
    /// Winds it up: the first message is on its way, and `observer` watches. `has_calendar`: there is one to close.
    fn wind(&mut self, first: Option<(SimTime, Delivery)>, has_calendar: bool, observer: Option<O>) {
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
        let next = self.kernel.take_next();
        if next.is_none() && std::mem::take(&mut self.closes) {
            self.kernel.send(SimDuration::ZERO, Delivery::calendar(AgentId(0), ToCalendar::Close));
            return self.kernel.take_next();
        }
        next
    }

    fn ending(&mut self) -> Ending<O> {
        let messages = self.kernel.sent();
        let (digest, observer) = self.kernel.log.close();
        Ending { digest, observer, messages }
    }
}
