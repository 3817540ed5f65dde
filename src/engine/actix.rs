//! The `actix` driver: every actor an actix actor with its own mailbox, the kernel alone decides who is next.
//!
//! The clockwork itself travels: an actor handles its message, takes the next one out of the queue and hands both to
//! that message's actor. That is one mailbox hop per event, and no two actors of one world ever run at once.

use std::sync::Arc;

use actix::{Addr, Context, Handler, Message, SystemRunner};
use tokio::sync::oneshot;

use super::cast::actors;
use super::cast::names::{
    AgentId, CalendarService, Dispatcher, FollowUps, Provider, TeamQueues, Technician, Triage,
};
use super::{Clockwork, Ending};
use crate::facts::Fact;
use crate::kernel::log::Observer;
use crate::protocol::message::Delivery;
use crate::protocol::{Actor, Rules, Script};

/// A world that runs one replication after the other. Its actors live on an arbiter of their own, which runs on the
/// thread that made the world whenever that thread runs a replication.
pub struct World<O: Observer<Fact>> {
    rules: Rules,
    crew: Arc<Crew<O>>,
    clockwork: Clockwork<O>,
    // Dropped last: it drops the actors, each of which holds the crew.
    system: SystemRunner,
}

impl<O: Observer<Fact>> World<O> {
    /// Starts the actors of a world for these rules.
    pub fn new(rules: &Rules) -> Self {
        let system = actix::System::new();
        let crew = system.block_on(async { Arc::new(Crew::start(rules)) });
        crew.announce(&Notice::Meet(Arc::clone(&crew)));
        Self { rules: rules.clone(), crew, clockwork: Clockwork::default(), system }
    }

    /// Runs one replication to its end.
    pub fn run(&mut self, script: &Script, observer: Option<O>) -> Ending<O> {
        self.crew.announce(&Notice::Begin(script.clone()));
        let mut clockwork = std::mem::take(&mut self.clockwork);
        clockwork.wind(self.rules.first_message(script), !self.crew.calendar.is_empty(), observer);
        let (finish, finished) = oneshot::channel();
        self.crew.pass_on(Box::new(Baton { clockwork, finish }));
        self.clockwork = self.system.block_on(finished).expect("the last actor hands the clockwork back");
        self.clockwork.ending()
    }
}

/// Defines the crew: addresses of actors.
macro_rules! addressed {
    ($($(#[$doc:meta])* $field:ident: $actor:ty, $new:expr, $to:ident($($part:ident),+) => $index:expr, $message:ident;)*) => {
        /// The addresses of all actors of a world.
        struct Crew<O: Observer<Fact>> {
            $($(#[$doc])* $field: Vec<Addr<Host<$actor, O>>>,)*
        }

        impl<O: Observer<Fact>> Crew<O> {
            /// Starts the actors on the current arbiter.
            fn start(rules: &Rules) -> Self {
                $(let $field: fn(&Rules) -> Vec<$actor> = $new;)*
                Self { $($field: $field(rules).into_iter().map(Host::start).collect(),)* }
            }

            /// Tells every actor.
            fn announce(&self, notice: &Notice<O>) {
                $(self.$field.iter().for_each(|actor| actor.do_send(notice.clone()));)*
            }

            /// Hands the baton to the actor of the next message, or the clockwork back to whoever waits for the end.
            fn pass_on(&self, mut baton: Box<Baton<O>>) {
                match baton.clockwork.next() {
                    $(Some(Delivery::$to($($part),+)) => {
                        self.$field[$index].do_send(Turn { message: $message, baton });
                    })*
                    None => {
                        let Baton { clockwork, finish } = *baton;
                        // An abandoned experiment does not wait for its last replication.
                        let _ = finish.send(clockwork);
                    }
                }
            }
        }
    };
}

actors!(addressed);

/// What travels from actor to actor.
struct Baton<O: Observer<Fact>> {
    clockwork: Clockwork<O>,
    finish: oneshot::Sender<Clockwork<O>>,
}

/// An actor of the protocol behind an actix mailbox.
struct Host<A, O: Observer<Fact>> {
    actor: A,
    crew: Option<Arc<Crew<O>>>,
}

impl<A: Actor + Unpin + 'static, O: Observer<Fact>> Host<A, O> {
    fn start(actor: A) -> Addr<Self> {
        actix::Actor::start(Self { actor, crew: None })
    }
}

impl<A: Actor + Unpin + 'static, O: Observer<Fact>> actix::Actor for Host<A, O> {
    type Context = Context<Self>;
}

/// It is this actor's turn: a message for it, and the baton to pass on.
struct Turn<M, O: Observer<Fact>> {
    message: M,
    baton: Box<Baton<O>>,
}

impl<M, O: Observer<Fact>> Message for Turn<M, O> {
    type Result = ();
}

impl<A: Actor + Unpin + 'static, O: Observer<Fact>> Handler<Turn<A::Message, O>> for Host<A, O> {
    type Result = ();

    fn handle(&mut self, turn: Turn<A::Message, O>, _: &mut Context<Self>) {
        let Turn { message, mut baton } = turn;
        self.actor.handle(message, &mut baton.clockwork.kernel);
        if let Some(crew) = &self.crew {
            crew.pass_on(baton);
        }
    }
}

/// What all actors are told, outside simulated time.
enum Notice<O: Observer<Fact>> {
    /// Everybody is here.
    Meet(Arc<Crew<O>>),
    /// A replication begins.
    Begin(Script),
}

impl<O: Observer<Fact>> Clone for Notice<O> {
    fn clone(&self) -> Self {
        match self {
            Notice::Meet(crew) => Notice::Meet(Arc::clone(crew)),
            Notice::Begin(script) => Notice::Begin(script.clone()),
        }
    }
}

impl<O: Observer<Fact>> Message for Notice<O> {
    type Result = ();
}

impl<A: Actor + Unpin + 'static, O: Observer<Fact>> Handler<Notice<O>> for Host<A, O> {
    type Result = ();

    fn handle(&mut self, notice: Notice<O>, _: &mut Context<Self>) {
        match notice {
            Notice::Meet(crew) => self.crew = Some(crew),
            Notice::Begin(script) => self.actor.begin(&script),
        }
    }
}
