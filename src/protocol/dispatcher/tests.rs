use super::*;
use crate::domain::settings::{Mode, SlotRules};
use crate::domain::{Board, TeamId};
use crate::protocol::instant_rules;

/// Keeps what is sent.
#[derive(Default)]
struct Sent(Vec<(SimDuration, Delivery)>);

impl Outbox for Sent {
    fn now(&self) -> SimTime {
        SimTime::ZERO
    }

    fn send(&mut self, after: SimDuration, delivery: Delivery) {
        self.0.push((after, delivery));
    }

    fn state(&mut self, _: Fact) {}

    fn explains(&self) -> bool {
        false
    }
}

#[test]
fn a_grant_that_arrives_too_late_is_released() {
    let board = Board { name: "Service Desk".into(), team: TeamId(0) };
    let desk = Desk { boards: vec![board], ..Desk::default() };
    let rules = instant_rules(desk, Mode::OwnerAndSlot(SlotRules::default()));
    let burst = Arc::new(Burst { tickets: vec![Ticket::default()], ..Burst::default() });
    let mut dispatcher = Dispatcher::new(AgentId(0), &rules);
    dispatcher.begin(&Script { burst, streams: Streams::new(1, 0) });
    let (ticket, hold) = (TicketId(0), HoldId(7));
    let mut sent = Sent::default();
    dispatcher.handle(ToDispatcher::Arrive { ticket }, &mut sent);
    // Nobody has a slot: the dispatch ends.
    dispatcher.handle(ToDispatcher::Snapshot { errand: Box::default() }, &mut sent);
    sent.0.clear();
    dispatcher.handle(ToDispatcher::Granted { ticket, hold }, &mut sent);
    let release = Delivery::Calendar(AgentId(0), ToCalendar::Release { hold });
    assert_eq!(sent.0, [(SimDuration::ZERO, release)]);
}
