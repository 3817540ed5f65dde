//! What actors say to each other. Each delivery names its addressee, so that nothing can be sent to the wrong kind.
//!
//! Small messages are aligned to a word (`align(8)`); otherwise a delivery is read across the writes that made it,
//! which stalls the processor.

use crate::domain::calendar::{CostTable, Offer, Request};
use crate::domain::settings::Stage;
use crate::domain::{AgentId, HoldId, SimTime, TeamId, TechnicianId, Ticket, TicketId};

/// A message with its address.
#[derive(Clone, Debug, PartialEq)]
pub enum Delivery {
    /// To the dispatcher of this agent.
    Dispatcher(AgentId, ToDispatcher),
    /// To the calendar service of the desk.
    Calendar(Sent<ToCalendar>),
    /// To triage.
    Triage(ToTriage),
    /// To the workflows that follow dispatches.
    FollowUp(ToFollowUp),
    /// To the provider of the AI.
    Provider(Sent<ToProvider>),
    /// To the queues of the teams.
    Queue(ToQueue),
    /// To a technician.
    Technician(TechnicianId, ToTechnician),
}

/// A message with its sender. It is one thing from the queue to its handler, and is not taken apart on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent<M> {
    /// The agent whose dispatcher sent it, or whose ticket it is about.
    pub from: AgentId,
    /// The message.
    pub message: M,
}

impl Delivery {
    /// To the calendar service, from the dispatcher of this agent or about one of its tickets.
    #[inline]
    pub fn calendar(from: AgentId, message: ToCalendar) -> Self {
        Delivery::Calendar(Sent { from, message })
    }

    /// To the provider of the AI, from the dispatcher of this agent.
    #[inline]
    pub fn provider(from: AgentId, message: ToProvider) -> Self {
        Delivery::Provider(Sent { from, message })
    }
}

/// Which claim or write of a dispatch: it keys the random draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Try {
    /// The attempt, from 1.
    pub attempt: u16,
    /// The rank of the pick, from 1; 0 where no ranking is followed.
    pub rank: u16,
}

impl Try {
    /// As one number.
    pub fn key(self) -> u32 {
        u32::from(self.attempt) << 16 | u32::from(self.rank)
    }
}

/// A question to the calendars and its answer. It travels to and fro, so that nothing is copied or allocated again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Errand {
    /// What is asked.
    pub request: Request,
    /// The answer, first choice first; later the ranking.
    pub offers: Vec<Offer>,
    /// What a write must cite if it depends on nothing having changed since the answer.
    pub version: u64,
    /// Where nobody has a slot to offer: whether anybody is eligible all the same.
    pub has_eligible: bool,
}

/// What a dispatcher can be told.
#[derive(Clone, Debug, PartialEq)]
pub enum ToDispatcher {
    /// A ticket arrives.
    Arrive {
        /// The ticket.
        ticket: TicketId,
    },
    /// A ticket has passed triage.
    Triaged {
        /// The ticket.
        ticket: TicketId,
        /// What triage has found.
        found: Box<Ticket>,
        /// Since when it could be dispatched: its arrival, or the change of its status that let it be.
        since: SimTime,
    },
    /// Everybody eligible is locked.
    Locked {
        /// For this ticket.
        ticket: TicketId,
    },
    /// The calendars as they were when the request got there.
    Snapshot {
        /// With the answer.
        errand: Box<Errand>,
    },
    /// The same for a batch.
    Together {
        /// What each ticket of the batch would cost in each slot.
        table: Box<CostTable>,
    },
    /// The ranker has answered.
    Ranked {
        /// For this ticket, or the batch that it is the first of.
        ticket: TicketId,
        /// Tokens the answer has cost.
        tokens: u32,
        /// The ranking, unless the dispatcher has kept it.
        errand: Option<Box<Errand>>,
    },
    /// The AI has failed as often as it may.
    RankerFailed {
        /// For this ticket, or the batch that it is the first of.
        ticket: TicketId,
    },
    /// The claim of a pick is granted.
    Granted {
        /// With the ranking.
        errand: Box<Errand>,
        /// The rank of the pick.
        rank: u16,
        /// Under this hold.
        hold: HoldId,
    },
    /// It is granted, and the entry stands in the calendar.
    Booked {
        /// With the ranking.
        errand: Box<Errand>,
        /// The rank of the pick.
        rank: u16,
    },
    /// It is refused, as were those before it.
    Beaten {
        /// With the ranking.
        errand: Box<Errand>,
        /// The rank of the last pick that was tried.
        rank: u16,
    },
    /// The write that depended on nothing having changed is refused.
    Refused {
        /// For this ticket.
        ticket: TicketId,
    },
    /// The entry stands in the calendar, or the owner in the ticket.
    Written {
        /// For this ticket.
        ticket: TicketId,
        /// Whose calendar, or the owner.
        technician: TechnicianId,
        /// When the entry starts; without an entry, now.
        start: SimTime,
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
    /// An alarm of the discipline is to ring when everything else of this instant is done.
    AlarmLast {
        /// Which.
        alarm: u32,
    },
    /// An alarm of the discipline rings.
    Alarm {
        /// Which.
        alarm: u32,
    },
}

/// A write that depends on what was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Citation {
    /// Whose slot, or the owner.
    pub technician: TechnicianId,
    /// When the slot starts; for an owner, when it was read.
    pub start: SimTime,
    /// The version that was read.
    pub version: u64,
}

/// What a write places a ticket into. Slots are as long as the agent says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placement {
    /// The slot that this hold keeps.
    Held(HoldId),
    /// The slot that starts then, whatever stands there.
    Slot(TechnicianId, SimTime),
    /// A slot or an owner, if nothing about the technician has changed since the read.
    IfCurrent(Box<Citation>),
    /// The first free slot of the second day among those whom the request admits.
    SecondDay(Box<Request>),
    /// An owner.
    Owner(TechnicianId),
}

/// What the calendar service can be told.
#[derive(Clone, Debug, PartialEq)]
pub enum ToCalendar {
    /// Lock everybody who is eligible.
    Lock {
        /// For this request.
        request: Box<Request>,
    },
    /// Say who could take a ticket, and when.
    Read {
        /// With what is asked.
        errand: Box<Errand>,
        /// The attempt it is for.
        attempt: u16,
    },
    /// Say what each of these tickets would cost in each slot.
    ReadTogether {
        /// What is asked; at least one.
        requests: Box<[Request]>,
    },
    /// Hold the slot of a pick.
    Claim {
        /// With the ranking.
        errand: Box<Errand>,
        /// Which claim of the dispatch: that of the pick of this rank.
        which: Try,
        /// Whether a refusal goes on to the next pick.
        walks: bool,
    },
    /// Write an entry or an owner, which takes its latency.
    Write {
        /// For this ticket.
        ticket: TicketId,
        /// What.
        placement: Placement,
        /// Which write of the dispatch.
        which: Try,
    },
    /// The latency of a write is over.
    Stand {
        /// For this ticket.
        ticket: TicketId,
        /// What.
        placement: Placement,
    },
    /// A call is over that kept one of the service's places busy.
    CallOver,
    /// Give a hold back.
    Release {
        /// The hold.
        hold: HoldId,
        /// Since when nobody has needed it.
        unneeded_since: SimTime,
    },
    /// The dispatch has ended without a booking: it considers nobody any more, and locks nobody.
    Leave {
        /// The ticket.
        ticket: TicketId,
    },
    /// A technician is done with a ticket.
    Resolved {
        /// The ticket.
        ticket: TicketId,
        /// Its owner.
        technician: TechnicianId,
    },
    /// The world is over: say what is left that should not be.
    Close,
}

impl ToCalendar {
    /// Whether it is a call; the service may limit how many of these it takes at a time.
    pub fn is_call(&self) -> bool {
        use ToCalendar::{Claim, Read, ReadTogether, Write};
        matches!(self, Read { .. } | ReadTogether { .. } | Claim { .. } | Write { .. })
    }
}

/// What triage can be told.
#[repr(align(8))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToTriage {
    /// A ticket arrives.
    Arrive {
        /// The ticket.
        ticket: TicketId,
    },
    /// A step has ended.
    StepOver {
        /// The ticket.
        ticket: TicketId,
        /// The step.
        stage: Stage,
    },
    /// People change the ticket's status.
    StatusChange {
        /// The ticket.
        ticket: TicketId,
    },
    /// The ticket has been dispatched and gets its summary line.
    Summarise {
        /// The ticket.
        ticket: TicketId,
    },
}

/// What the workflows that follow dispatches can be told.
#[repr(align(8))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToFollowUp {
    /// A ticket has an owner or a team.
    Dispatched {
        /// The ticket.
        ticket: TicketId,
    },
    /// A ticket will have none: it was skipped, merged or left.
    Left {
        /// The ticket.
        ticket: TicketId,
    },
    /// A workflow is done.
    Over {
        /// The ticket that it follows.
        ticket: TicketId,
        /// Whether it had gone wrong.
        wrong: bool,
    },
}

/// What the provider of the AI can be told.
#[repr(align(8))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToProvider {
    /// Rank.
    Call {
        /// For this ticket.
        ticket: TicketId,
        /// The attempt.
        attempt: u16,
    },
    /// A call has ended, well or not.
    CallOver {
        /// For this ticket.
        ticket: TicketId,
        /// The attempt.
        attempt: u16,
        /// Which call of the attempt, from 1.
        tries: u16,
    },
    /// The pause after a failed call is over.
    Again {
        /// For this ticket.
        ticket: TicketId,
        /// The attempt.
        attempt: u16,
        /// Which call of the attempt comes now.
        tries: u16,
    },
    /// A call that waited for the minute's quota may begin.
    Quota,
}

/// Where a ticket waits in the queues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The team.
    pub team: TeamId,
    /// The priority, 1 the most urgent.
    pub priority: u8,
    /// How many came before it.
    pub number: u32,
}

/// What the team queues can be told.
#[repr(align(8))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToQueue {
    /// A ticket waits for a team.
    Put {
        /// The ticket.
        ticket: TicketId,
        /// The team.
        team: TeamId,
        /// The priority, 1 the most urgent.
        priority: u8,
    },
    /// A technician asks for work.
    Pull {
        /// Who.
        technician: TechnicianId,
    },
    /// A technician who asked for work has found some.
    Withdraw {
        /// Who.
        technician: TechnicianId,
    },
    /// A technician who was given a ticket works already: it goes back to its place.
    GiveBack {
        /// The ticket.
        ticket: TicketId,
        /// Its place.
        place: Place,
    },
    /// Somebody is at work again.
    Opening,
}

/// What a technician can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToTechnician {
    /// A ticket is booked into the technician's calendar.
    Booked {
        /// The ticket.
        ticket: TicketId,
        /// When the slot starts; where there is none, now.
        start: SimTime,
    },
    /// Work on a ticket, pulled from the queue, can begin.
    Take {
        /// The ticket.
        ticket: TicketId,
        /// Where it waited.
        place: Place,
    },
    /// A booked job may be due.
    Due,
    /// An absence begins that interrupts the work under way.
    Interrupt,
    /// The technician is back: on with the work that was interrupted.
    GoOn,
    /// The work under way is done.
    Done,
}
