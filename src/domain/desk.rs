//! The desk: who works there, in which teams, when.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ids::{BoardId, TeamId, TechnicianId};
use super::interval::Interval;
use super::time::{SimDuration, SimTime};

/// One managed service provider's help desk, ready to simulate.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Desk {
    /// The technicians, in the scenario's order.
    pub technicians: Vec<Technician>,
    /// The teams, in the scenario's order.
    pub teams: Vec<Team>,
    /// The boards that tickets arrive at, in the scenario's order.
    pub boards: Vec<Board>,
    /// Working hours that technicians share.
    pub hours: Vec<WorkingHours>,
    /// The names of the ticket categories.
    pub categories: Vec<String>,
    /// The names of the companies.
    pub companies: Vec<String>,
    /// The statuses that tickets can be in.
    pub statuses: Vec<String>,
    /// The pods of the pod document, in its order, as far as the desk bears them out.
    pub pods: Vec<Pod>,
    /// Whether work under way stops when the technician goes out, and goes on after the return.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub out_interrupts: bool,
}

impl Desk {
    /// The status of a ticket that states none.
    pub const FIRST_STATUS: &str = "New";
    /// The category of all tickets where a burst names none.
    pub const ONLY_CATEGORY: &str = "general";
    /// The company of all tickets where a burst names none.
    pub const ONLY_COMPANY: &str = "company";

    /// The team behind a board.
    pub fn team_of(&self, board: BoardId) -> TeamId {
        self.boards[board.index()].team
    }

    /// The first instant, not before `at`, at which the technician is at work: within working hours and not out. `None`:
    /// never again.
    pub fn next_at_work(&self, technician: TechnicianId, at: SimTime) -> Option<SimTime> {
        let person = &self.technicians[technician.index()];
        let hours = &self.hours[person.hours];
        let mut open = hours.next_open(at)?;
        while let Some(absence) = person.absence(open) {
            open = hours.next_open(absence.end)?;
        }
        Some(open)
    }

    /// Whether the technician is within working hours and not out.
    pub fn is_at_work(&self, technician: TechnicianId, at: SimTime) -> bool {
        self.next_at_work(technician, at) == Some(at)
    }

    /// The first pod that looks after the company.
    pub fn pod_of(&self, company: u32) -> Option<usize> {
        self.pods.iter().position(|pod| pod.companies.binary_search(&company).is_ok())
    }
}

/// Technicians and the companies they look after, whatever their teams.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Pod {
    /// The name, unique in the document.
    pub name: String,
    /// The technicians, in the desk's order.
    pub members: Vec<TechnicianId>,
    /// Indices into [`Desk::companies`], ascending.
    pub companies: Vec<u32>,
}

/// A ticket queue and the team behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Board {
    /// The name, unique on the desk.
    pub name: String,
    /// The team.
    pub team: TeamId,
}

/// A person with working hours and teams.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Technician {
    /// The name, unique on the desk.
    pub name: String,
    /// An index into [`Desk::hours`].
    pub hours: usize,
    /// The teams this technician belongs to.
    pub teams: Arc<[TeamId]>,
    /// Success rate by category, 0..1, as many as [`Desk::categories`]; `None` where nothing is known.
    pub history: Arc<[Option<f64>]>,
    /// When the in/out board shows the technician as out: sorted, disjoint.
    pub out: Vec<Interval>,
    /// Entries in the calendar from the outset, by start.
    pub busy: Vec<Interval>,
    /// Tickets owned from the outset: how many in each of [`Desk::statuses`] that has any.
    pub open: Vec<(u32, u32)>,
}

impl Technician {
    /// What a success rate of which nothing is known counts as.
    pub const UNKNOWN_RATE: f64 = 0.5;

    /// The success rate in a category, where it is known.
    pub fn known_rate(&self, category: u32) -> Option<f64> {
        self.history.get(category as usize).copied().flatten()
    }

    /// The success rate in a category, as dispatches reckon with it.
    pub fn success_rate(&self, category: u32) -> f64 {
        self.known_rate(category).unwrap_or(Self::UNKNOWN_RATE)
    }

    /// Whether the in/out board shows the technician as out.
    pub fn is_out(&self, at: SimTime) -> bool {
        self.absence(at).is_some()
    }

    /// The absence that the in/out board shows at this instant.
    pub fn absence(&self, at: SimTime) -> Option<Interval> {
        let next = self.out.partition_point(|span| span.end <= at);
        self.out.get(next).copied().filter(|span| span.start <= at)
    }

    /// When the next absence after `at` begins.
    pub fn next_out(&self, at: SimTime) -> Option<SimTime> {
        self.out.get(self.out.partition_point(|span| span.start <= at)).map(|span| span.start)
    }
}

/// The technicians behind a board.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Team {
    /// The name, unique on the desk.
    pub name: String,
    /// The members, in the desk's order.
    pub members: Vec<TechnicianId>,
}

/// The stretches of time in which a technician works, expanded from civil time: sorted, disjoint.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WorkingHours {
    /// One stretch per working day.
    pub windows: Vec<Interval>,
    /// Where somebody works round the clock: the local midnights that part the days. At least one then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub midnights: Vec<SimTime>,
}

impl WorkingHours {
    /// Round the clock, in days that begin when the scenario does.
    pub fn always() -> Self {
        // Far enough for any scenario, near enough that adding a day to it does not overflow.
        let far = SimTime::from_micros(i64::MAX / 4);
        let window = Interval { start: SimTime::from_micros(i64::MIN / 4), end: far };
        Self { windows: vec![window], midnights: vec![SimTime::ZERO] }
    }

    /// The working day around `at`, or the next one; round the clock from midnight to midnight. Beyond the midnights that
    /// are known, days have 24 hours.
    pub fn day_at(&self, at: SimTime) -> Option<Interval> {
        const DAY: SimDuration = SimDuration::from_hours(24);
        let Some(&first) = self.midnights.first() else {
            return self.windows.get(self.window_after(at)).copied();
        };
        let next = self.midnights.partition_point(|midnight| *midnight <= at);
        match (self.midnights[..next].last(), self.midnights.get(next)) {
            (Some(&start), Some(&end)) => Some(Interval { start, end }),
            (known, _) => {
                let midnight = *known.unwrap_or(&first);
                let days = (at - midnight).micros().div_euclid(DAY.micros());
                Some(Interval::new(midnight + DAY * days, DAY))
            }
        }
    }

    /// The index of the first window that ends after `at`.
    pub fn window_after(&self, at: SimTime) -> usize {
        self.windows.partition_point(|window| window.end <= at)
    }

    /// Whether `at` is inside a window.
    pub fn open_at(&self, at: SimTime) -> bool {
        self.windows.get(self.window_after(at)).is_some_and(|window| window.start <= at)
    }

    /// The first working instant that is not before `at`; `None` when there are no more.
    pub fn next_open(&self, at: SimTime) -> Option<SimTime> {
        self.windows.get(self.window_after(at)).map(|window| window.start.max(at))
    }

    /// The working time inside `span`.
    pub fn within(&self, span: Interval) -> SimDuration {
        let mut total = SimDuration::ZERO;
        for window in &self.windows[self.window_after(span.start)..] {
            if window.start >= span.end {
                break;
            }
            total += window.end.min(span.end) - window.start.max(span.start);
        }
        total
    }
}
