//! What actors say to each other. Each delivery names its addressee, so that nothing can be sent to the wrong kind.

use crate::domain::calendar::{Offer, Request};
use crate::domain::{HoldId, Interval, SimTime, TeamId, TechnicianId, TicketId};

/// A message with its address.
#[derive(Clone, Debug, PartialEq)]
pub enum Delivery {
    /// To the dispatcher.
    Dispatcher(ToDispatcher),
    /// To the calendar service of the desk.
    Calendar(ToCalendar),
    /// To the queues of the teams.
    Queue(ToQueue),
    /// To a technician.
    Technician(TechnicianId, ToTechnician),
}

/// Which claim of a dispatch: it keys the claim's random draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Try {
    /// The attempt, from 1.
    pub attempt: u16,
    /// The rank of the pick, from 1.
    pub rank: u16,
}

impl Try {
    /// As one number.
    pub fn key(self) -> u32 {
        u32::from(self.attempt) << 16 | u32::from(self.rank)
    }
}

/// What a dispatcher can be told.
#[derive(Clone, Debug, PartialEq)]
pub enum ToDispatcher {
    /// A ticket arrives.
    Arrive {
        /// The ticket.
        ticket: TicketId,
    },
    /// The calendars as they were when the request got there.
    Snapshot {
        /// For this ticket.
        ticket: TicketId,
        /// Cheapest first.
        offers: Vec<Offer>,
    },
    /// The ranker has answered.
    Ranked {
        /// For this ticket.
        ticket: TicketId,
    },
    /// The claim is granted.
    Granted {
        /// For this ticket.
        ticket: TicketId,
        /// Under this hold.
        hold: HoldId,
    },
    /// The claim is refused.
    Refused {
        /// For this ticket.
        ticket: TicketId,
    },
    /// The entry stands in the calendar.
    Written {
        /// For this ticket.
        ticket: TicketId,
        /// Whose calendar.
        technician: TechnicianId,
        /// When.
        slot: Interval,
    },
    /// The hold had lapsed before it was confirmed.
    Lapsed {
        /// For this ticket.
        ticket: TicketId,
    },
    /// The second day is full too.
    Full {
        /// For this ticket.
        ticket: TicketId,
    },
}

/// What the calendar service can be told.
#[derive(Clone, Debug, PartialEq)]
pub enum ToCalendar {
    /// Say who could take a ticket, and when.
    Read {
        /// What is asked.
        request: Request,
        /// The attempt it is for.
        attempt: u16,
        /// A buffer for the answer.
        offers: Vec<Offer>,
    },
    /// Hold a slot.
    Claim {
        /// For this ticket.
        ticket: TicketId,
        /// Whose slot.
        technician: TechnicianId,
        /// When it starts.
        start: SimTime,
        /// Which claim of the dispatch.
        which: Try,
    },
    /// Turn a hold into a booking.
    Confirm {
        /// The hold.
        hold: HoldId,
        /// The ticket it is held for.
        ticket: TicketId,
    },
    /// Give a hold back.
    Release {
        /// The hold.
        hold: HoldId,
    },
    /// Book without looking.
    Write {
        /// For this ticket.
        ticket: TicketId,
        /// Whose slot.
        technician: TechnicianId,
        /// When it starts.
        start: SimTime,
    },
    /// Book the first free slot of the second day.
    WriteSecondDay {
        /// For this ticket.
        ticket: TicketId,
        /// Among this team.
        team: TeamId,
    },
    /// The dispatch has ended without a booking: it considers nobody any more.
    Leave {
        /// The ticket.
        ticket: TicketId,
    },
    /// The world is over: say what stands where it should not.
    Close,
}

/// What the team queues can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToQueue {
    /// A ticket waits for a team.
    Put {
        /// The ticket.
        ticket: TicketId,
        /// The team.
        team: TeamId,
    },
    /// A technician asks for work.
    Pull {
        /// Who.
        technician: TechnicianId,
    },
    /// Somebody's working hours begin.
    Opening,
}

/// What a technician can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToTechnician {
    /// A ticket is booked into the technician's calendar.
    Booked {
        /// The ticket.
        ticket: TicketId,
        /// When.
        slot: Interval,
    },
    /// Work on a ticket, pulled from the queue, can begin.
    Take {
        /// The ticket.
        ticket: TicketId,
    },
    /// A booked job may be due.
    Due,
    /// The work under way is done.
    Done,
}
