//! The nouns: time, tickets, the desk, its calendars, and what a scenario asks of them. Of the other rooms it knows `keys`.

pub mod bytes;
pub mod calendar;
pub mod charts;
pub mod civil;
pub mod criteria;
pub mod desk;
pub mod distribution;
pub mod forms;
pub mod hex;
pub mod ids;
pub mod interval;
pub mod segment;
pub mod settings;
pub mod stamp;
pub mod ticket;
pub mod time;

pub use desk::{Board, Desk, Pod, Team, Technician, WorkingHours};
pub use distribution::Distribution;
pub use ids::{AgentId, BoardId, HoldId, SpecId, TeamId, TechnicianId, TicketId};
pub use interval::Interval;
pub use segment::{Dimension, Segment};
pub use ticket::{Burst, StatusChange, Ticket};
pub use time::{SimDuration, SimTime};
