//! The `actix` driver: every actor an actix actor with its own mailbox, the kernel alone decides who is next.
//!
//! The clockwork itself travels: an actor handles its message, takes the next one out of the queue and hands both to
//! that message's actor. One mailbox hop an event, and no two actors of one world ever run at once.

use std::sync::Arc;

use actix::{Actor as _, Addr, Context, Handler, Message};
use tokio::sync::oneshot;

use super::{Cast, Clockwork, Ending};
use crate::facts::Fact;
use crate::kernel::log::Observer;
use crate::protocol::calendar::CalendarService;
use crate::protocol::dispatcher::Dispatcher;
use crate::protocol::message::Delivery;
use crate::protocol::provider::Provider;
use crate::protocol::queue::TeamQueues;
use crate::protocol::technician::Technician;
use crate::protocol::triage::Triage;
use crate::protocol::{Actor, Rules, Script};

/// A world that runs one replication after the other. Its actors live on the arbiter on which it was made, until it is
/// dropped.
pub struct World {
    rules: Rules,
    crew: Arc<Crew>,
    clockwork: Clockwork,
}

impl World {
    /// Starts the actors of a world for these rules, on the current arbiter.
    pub fn new(rules: &Rules) -> Self {
        let Cast { dispatchers, calendar, triage, provider, queue, technicians } = Cast::new(rules);
        let crew = Arc::new(Crew {
            dispatchers: dispatchers.into_iter().map(Host::start).collect(),
            calendar: calendar.map(Host::start),
            triage: triage.map(Host::start),
            provider: provider.map(Host::start),
            queue: Host::start(queue),
            technicians: technicians.into_iter().map(Host::start).collect(),
        });
        crew.announce(&Notice::Meet(Arc::clone(&crew)));
        Self { rules: rules.clone(), crew, clockwork: Clockwork::default() }
    }

    /// Runs one replication to its end. The arbiter has to be running; it is free for others meanwhile.
    pub async fn run(&mut self, script: &Script, observer: Option<Box<dyn Observer<Fact>>>) -> Ending {
        self.crew.announce(&Notice::Begin(script.clone()));
        let mut clockwork = std::mem::take(&mut self.clockwork);
        clockwork.wind(self.rules.first_message(script), self.crew.calendar.is_some(), observer);
        let (finish, finished) = oneshot::channel();
        self.crew.pass_on(Box::new(Baton { clockwork, finish }));
        self.clockwork = finished.await.expect("the last actor hands the clockwork back");
        self.clockwork.ending()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.crew.announce(&Notice::Retire);
    }
}

/// The addresses of all actors of a world.
struct Crew {
    dispatchers: Vec<Addr<Host<Dispatcher>>>,
    /// These three where the scenario has them.
    calendar: Option<Addr<Host<CalendarService>>>,
    triage: Option<Addr<Host<Triage>>>,
    provider: Option<Addr<Host<Provider>>>,
    queue: Addr<Host<TeamQueues>>,
    technicians: Vec<Addr<Host<Technician>>>,
}

impl Crew {
    /// Hands the baton to the actor of the next message, or the clockwork back to whoever waits for the end.
    fn pass_on(&self, mut baton: Box<Baton>) {
        match baton.clockwork.next() {
            Some(Delivery::Dispatcher(id, message)) => {
                self.dispatchers[id.index()].do_send(Turn { message, baton });
            }
            Some(Delivery::Calendar(call)) => {
                if let Some(calendar) = &self.calendar {
                    calendar.do_send(Turn { message: call, baton });
                }
            }
            Some(Delivery::Triage(message)) => {
                if let Some(triage) = &self.triage {
                    triage.do_send(Turn { message, baton });
                }
            }
            Some(Delivery::Provider(call)) => {
                if let Some(provider) = &self.provider {
                    provider.do_send(Turn { message: call, baton });
                }
            }
            Some(Delivery::Queue(message)) => self.queue.do_send(Turn { message, baton }),
            Some(Delivery::Technician(id, message)) => {
                self.technicians[id.index()].do_send(Turn { message, baton });
            }
            None => {
                let Baton { clockwork, finish } = *baton;
                // An abandoned experiment does not wait for its last replication.
                let _ = finish.send(clockwork);
            }
        }
    }

    /// Tells every actor.
    fn announce(&self, notice: &Notice) {
        self.dispatchers.iter().for_each(|dispatcher| dispatcher.do_send(notice.clone()));
        self.triage.iter().for_each(|triage| triage.do_send(notice.clone()));
        self.provider.iter().for_each(|provider| provider.do_send(notice.clone()));
        self.calendar.iter().for_each(|calendar| calendar.do_send(notice.clone()));
        self.queue.do_send(notice.clone());
        self.technicians.iter().for_each(|technician| technician.do_send(notice.clone()));
    }
}

/// What travels from actor to actor.
struct Baton {
    clockwork: Clockwork,
    finish: oneshot::Sender<Clockwork>,
}

/// An actor of the protocol behind an actix mailbox.
struct Host<A> {
    actor: A,
    crew: Option<Arc<Crew>>,
}

impl<A: Actor + Unpin + 'static> Host<A> {
    fn start(actor: A) -> Addr<Self> {
        Self { actor, crew: None }.start()
    }
}

impl<A: Actor + Unpin + 'static> actix::Actor for Host<A> {
    type Context = Context<Self>;
}

/// It is this actor's turn: a message for it, and the baton to pass on.
struct Turn<M> {
    message: M,
    baton: Box<Baton>,
}

impl<M> Message for Turn<M> {
    type Result = ();
}

impl<A: Actor + Unpin + 'static> Handler<Turn<A::Message>> for Host<A> {
    type Result = ();

    fn handle(&mut self, turn: Turn<A::Message>, _: &mut Context<Self>) {
        let Turn { message, mut baton } = turn;
        self.actor.handle(message, &mut baton.clockwork.kernel);
        if let Some(crew) = &self.crew {
            crew.pass_on(baton);
        }
    }
}

/// What all actors are told, outside simulated time.
#[derive(Clone)]
enum Notice {
    /// Everybody is here.
    Meet(Arc<Crew>),
    /// A replication begins.
    Begin(Script),
    /// The world is over. Actors hold each other's addresses; without them they stop.
    Retire,
}

impl Message for Notice {
    type Result = ();
}

impl<A: Actor + Unpin + 'static> Handler<Notice> for Host<A> {
    type Result = ();

    fn handle(&mut self, notice: Notice, _: &mut Context<Self>) {
        match notice {
            Notice::Meet(crew) => self.crew = Some(crew),
            Notice::Begin(script) => self.actor.begin(&script),
            Notice::Retire => self.crew = None,
        }
    }
}
