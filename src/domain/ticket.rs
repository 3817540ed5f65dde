//! Tickets and the burst they arrive in.

use super::ids::{BoardId, TicketId};
use super::time::{SimDuration, SimTime};

/// A unit of work that arrives at a board at an instant.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Ticket {
    /// When it arrives.
    pub arrived_at: SimTime,
    /// The board it arrived at.
    pub board: BoardId,
    /// Its status on arrival: an index into [`super::desk::Desk::statuses`].
    pub status: u32,
    /// Its category: an index into [`super::desk::Desk::categories`].
    pub category: u32,
    /// Its company: an index into [`super::desk::Desk::companies`].
    pub company: u32,
    /// 1 is the most urgent.
    pub priority: u8,
    /// Whether somebody owns it when it arrives.
    pub owned: bool,
    /// How long the work takes, which nobody knows until it is done. `None`: the replay ends at the booking.
    pub work: Option<SimDuration>,
    /// The other ticket about the same thing, where there is one.
    pub twin: Option<TicketId>,
}

/// A change of a ticket's status that people make. Once the ticket has come to its agent, it does not happen any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusChange {
    /// The ticket.
    pub ticket: TicketId,
    /// When it is made.
    pub at: SimTime,
    /// The new status: an index into [`super::desk::Desk::statuses`].
    pub status: u32,
}

/// A batch of arrivals, recorded or synthetic, in order of arrival.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Burst {
    /// The tickets; a [`TicketId`] is a position in this list.
    pub tickets: Vec<Ticket>,
    /// The changes of their statuses, ticket by ticket, and in order of time for each.
    pub changes: Vec<StatusChange>,
    /// The tickets' own names where the burst was recorded; empty where it is synthetic.
    pub names: std::sync::Arc<[String]>,
}

impl Burst {
    /// The ticket with this number.
    pub fn ticket(&self, id: TicketId) -> &Ticket {
        &self.tickets[id.index()]
    }

    /// The changes of a ticket's status, in order of time.
    pub fn changes_of(&self, id: TicketId) -> &[StatusChange] {
        let rest = &self.changes[self.changes.partition_point(|change| change.ticket < id)..];
        &rest[..rest.partition_point(|change| change.ticket == id)]
    }

    /// What a person calls the ticket: its recorded name, or `T-001`.
    pub fn name(&self, id: TicketId) -> String {
        self.names.get(id.index()).cloned().unwrap_or_else(|| format!("T-{:03}", id.0 + 1))
    }
}
