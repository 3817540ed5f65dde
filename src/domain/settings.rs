//! What a scenario asks for, resolved and validated: the plans that workloads, protocol and experiments work from.

use std::path::PathBuf;
use std::sync::Arc;

use super::distribution::Distribution;
use super::named::named;
use super::time::SimDuration;

/// Where the burst comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct BurstPlan {
    /// How tickets arrive.
    pub arrivals: Arrivals,
    /// How long a ticket's work takes, where a recording does not say. `None`: the replay ends at the booking.
    pub work: Option<Distribution>,
    /// Ticket categories with their weights, in the scenario's order; empty: one category, `general`.
    pub categories: Vec<(String, f64)>,
    /// Companies with their weights, in the scenario's order; empty: one company, `company`.
    pub companies: Vec<(String, f64)>,
    /// Boards with their weights, in the scenario's order; empty: every ticket arrives at the first board.
    pub boards: Vec<(String, f64)>,
    /// Priorities (1 the most urgent) with their weights; empty: all are 3.
    pub priorities: Vec<(u8, f64)>,
    /// Statuses on arrival with their weights; empty: all are `New`.
    pub statuses: Vec<(String, f64)>,
    /// The share of tickets, 0..1, that belong to a pair of duplicates.
    pub duplicates: f64,
}

/// The shape of the arrivals. Instants count from the scenario's start.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrivals {
    /// `tickets` arrivals, uniform over `over`: a Monday queue.
    Uniform {
        /// How many.
        tickets: u32,
        /// From the start until this long after it.
        over: SimDuration,
    },
    /// A Poisson stream that ends after `tickets` arrivals.
    Poisson {
        /// How many.
        tickets: u32,
        /// The mean time between two arrivals.
        mean_gap: SimDuration,
    },
    /// Counts by quarter hour: negative binomial with mean `mean_counts[i]` and variance `dispersion` times the
    /// mean (1: Poisson), each count uniform over its quarter.
    Profile {
        /// The mean count of each quarter hour from the scenario's start.
        mean_counts: Arc<[f64]>,
        /// Variance over mean, at least 1.
        dispersion: f64,
    },
    /// `tickets` tickets that all wait when the desk opens: the after-hours backlog.
    Backlog {
        /// How many.
        tickets: u32,
    },
    /// `tickets` tickets after an outage: exponential with mean `mean` after the start; a `same_company` share of
    /// them from the first company.
    Spike {
        /// How many.
        tickets: u32,
        /// The mean time from the start to an arrival.
        mean: SimDuration,
        /// The share of tickets that come from the first company, 0..1.
        same_company: f64,
    },
    /// A recording.
    Recorded(RecordingPlan),
}

/// A recorded burst and the part of it to replay.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordingPlan {
    /// The file, resolved against the scenario's folder.
    pub file: PathBuf,
    /// What the file is.
    pub format: RecordingFormat,
    /// Leave out rows that cannot be read, and count them, instead of refusing the file.
    pub skip_bad_rows: bool,
    /// Civil time in the scenario's zone, `YYYY-MM-DDTHH:MM`: tickets before it are left out.
    pub from: Option<String>,
    /// Likewise: tickets at or after it are left out.
    pub until: Option<String>,
}

/// A recording's file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordingFormat {
    /// Stampede's own CSV.
    Native,
    /// A ServiceNow incident event log: several rows an incident, `d/m/yyyy HH:MM`, `?` for unknown.
    ServiceNow,
}

/// The desk as a scenario states it.
#[derive(Clone, Debug, PartialEq)]
pub struct DeskPlan {
    /// Teams, boards and technicians are those of the recording instead of what is listed here.
    pub from_recording: bool,
    /// The technicians in order.
    pub technicians: Vec<TechnicianPlan>,
    /// A table of the technicians, resolved against the scenario's folder; `technicians` is empty then.
    pub technicians_file: Option<PathBuf>,
    /// The teams' names in order; at least one unless `from_recording`.
    pub teams: Vec<String>,
    /// Boards and the team behind each, in order; at least one unless `from_recording`.
    pub boards: Vec<(String, String)>,
    /// Distinct hours; technicians refer to theirs, and standing rules to those in which they apply, by index. At
    /// least one: the first are the desk's, which serve a desk from a recording.
    pub hours: Vec<HoursPlan>,
    /// The working days that the desk states, Monday first; those of technicians in the table who state none.
    pub weekdays: Option<[bool; 7]>,
    /// Lay the working days end to end, with no night between them, from the scenario's start.
    pub joined_days: Option<u32>,
    /// Statuses that the scenario names besides those that tickets arrive in.
    pub statuses: Vec<String>,
    /// The pod document, resolved against the scenario's folder.
    pub pods: Option<PathBuf>,
}

impl DeskPlan {
    /// The most technicians that a desk can have.
    pub const MOST_TECHNICIANS: usize = 1_000_000;

    /// The index of these working hours, which are added unless they are there.
    pub fn index_of_hours(&mut self, hours: HoursPlan) -> usize {
        self.hours.iter().position(|known| *known == hours).unwrap_or_else(|| {
            self.hours.push(hours);
            self.hours.len() - 1
        })
    }
}

/// One technician as a scenario states it.
#[derive(Clone, Debug, PartialEq)]
pub struct TechnicianPlan {
    /// The name, unique.
    pub name: String,
    /// Names from [`DeskPlan::teams`]; at least one.
    pub teams: Vec<String>,
    /// An index into [`DeskPlan::hours`].
    pub hours: usize,
    /// The IANA name of the technician's zone; `None` is the scenario's.
    pub time_zone: Option<String>,
    /// Success rate by category name, 0..1.
    pub history: Vec<(String, f64)>,
    /// When the in/out board shows the technician as out.
    pub out: Vec<CivilSpan>,
    /// What stands in the calendar already.
    pub busy: Vec<CivilSpan>,
    /// Tickets owned already, by status.
    pub open: Vec<(String, u32)>,
}

/// A stretch of civil time in the technician's zone, both ends written `YYYY-MM-DDTHH:MM`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CivilSpan {
    /// Its first minute.
    pub from: String,
    /// The minute after its last; later than `from`.
    pub to: String,
}

/// Working hours in civil time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoursPlan {
    /// Round the clock.
    Always,
    /// The same hours on some days of the week.
    Daily {
        /// Minutes after midnight at which work starts.
        from_minute: u16,
        /// Minutes after midnight at which it ends; larger than `from_minute`, at most 1440.
        to_minute: u16,
        /// Monday first.
        weekdays: [bool; 7],
        /// An IANA zone name; `None` is the scenario's.
        time_zone: Option<String>,
    },
}

impl HoursPlan {
    /// Monday to Friday: the working days where none are stated.
    pub const WORKDAYS: [bool; 7] = [true, true, true, true, true, false, false];

    /// The plan of hours in minutes after midnight, `None` being round the clock, and of the days that are stated.
    /// Where none are, hours are those of `otherwise`, and round the clock is on all days.
    pub fn of(
        hours: Option<(u16, u16)>,
        stated: Option<[bool; 7]>,
        otherwise: [bool; 7],
        time_zone: Option<String>,
    ) -> Self {
        let (from_minute, to_minute) = match (hours, stated) {
            (None, None) => return Self::Always,
            (None, Some(days)) if days == [true; 7] => return Self::Always,
            (None, Some(_)) => (0, 24 * 60),
            (Some(minutes), _) => minutes,
        };
        Self::Daily { from_minute, to_minute, weekdays: stated.unwrap_or(otherwise), time_zone }
    }
}

/// One dispatch workflow: which tickets it takes and what it does with them.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentSettings {
    /// The name, unique.
    pub name: String,
    /// What a dispatch does.
    pub mode: Mode,
    /// Which tickets are dispatched.
    pub trigger: TriggerSettings,
    /// Standing rules, all of which apply.
    pub sop: Vec<SopRule>,
    /// The ticket's status once it is dispatched. `None`: it stays what it was.
    pub status_after: Option<String>,
}

/// What a dispatch does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Assign a technician and book a slot.
    OwnerAndSlot(SlotRules),
    /// Assign a technician; no calendar is touched.
    OwnerOnly(OwnerRules),
    /// Assign the board's team; technicians pull from its queue.
    TeamOnly,
}

impl Mode {
    /// The mode as scenarios and results call it.
    pub const fn name(&self) -> &'static str {
        match self {
            Mode::OwnerAndSlot(_) => "owner-and-slot",
            Mode::OwnerOnly(_) => "owner-only",
            Mode::TeamOnly => "team-only",
        }
    }
}

/// Who may own one more ticket where no slots are booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerRules {
    /// A technician with this many active tickets or more is out. `None`: nobody is.
    pub max_active: Option<u32>,
    /// Tickets in these statuses do not count as active.
    pub excluded_statuses: Vec<String>,
}

/// A standing rule of the service desk, as its standard operating procedures (SOP) state it. Empty lists match every
/// ticket.
#[derive(Clone, Debug, PartialEq)]
pub struct SopRule {
    /// Tickets of one of these companies.
    pub companies: Vec<String>,
    /// Tickets in one of these categories.
    pub categories: Vec<String>,
    /// Tickets of one of these priorities.
    pub priorities: Vec<u8>,
    /// Tickets that come to the agent within these hours: an index into [`DeskPlan::hours`].
    pub hours: Option<usize>,
    /// What is to be done with them.
    pub action: SopAction,
}

/// What a standing rule demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SopAction {
    /// Only these technicians.
    AssignTo(Vec<String>),
    /// None of these technicians, whatever other rules say.
    NeverAssignTo(Vec<String>),
    /// Leave the ticket to people.
    LeaveToPeople,
}

named! {
    /// The steps of triage, in the order in which they run; each has the name of the field that it fills.
    pub enum Stage {
        /// Which company the ticket is from.
        Company = "company",
        /// Urgency, impact and priority.
        Priority = "priority",
        /// Which board it belongs to.
        Board = "board",
        /// Who reported it.
        Contact = "contact",
        /// Which agreement covers it.
        Agreement = "agreement",
        /// The summary line, written after the dispatch.
        Summary = "summary",
    }
}

/// The triage that a ticket passes before, and for the summary after, its dispatch.
#[derive(Clone, Debug, PartialEq)]
pub struct TriageSettings {
    /// By [`Stage`], in its order; `None`: the stage is not there, and what it finds out is right from the start.
    pub stages: [Option<StageSettings>; 6],
}

/// One step of triage.
#[derive(Clone, Debug, PartialEq)]
pub struct StageSettings {
    /// How long it takes.
    pub latency: Distribution,
    /// How often it is wrong, 0..1.
    pub error_rate: f64,
}

/// Which tickets are dispatched; an empty list admits everything. The rest is left to people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TriggerSettings {
    /// Tickets that arrive at one of these boards.
    pub boards: Vec<String>,
    /// Tickets that arrive in one of these statuses.
    pub statuses: Vec<String>,
    /// Tickets of one of these companies.
    pub companies: Vec<String>,
    /// No ticket of these companies, whatever the other lists say.
    pub excluded_companies: Vec<String>,
}

/// How slots are laid into a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotRules {
    /// A slot's length.
    pub duration: SimDuration,
    /// Free time kept between two entries. It shapes the search; a conflict is an overlap of the slots themselves.
    pub buffer: SimDuration,
    /// No slot starts earlier than this after the decision.
    pub lead: SimDuration,
    /// Slots start at multiples of this after the scenario's start. `None`: at any instant.
    pub grid: Option<SimDuration>,
    /// No slot starts later than this after the decision.
    pub horizon: SimDuration,
    /// After the last attempt has lost, take the first free slot of the second working day, looking from the
    /// technician (ticket number mod technicians) on.
    pub second_day: bool,
}

/// Half an hour, ten minutes' buffer, ten minutes' notice, one day ahead at most.
impl Default for SlotRules {
    fn default() -> Self {
        Self {
            duration: SimDuration::from_mins(30),
            buffer: SimDuration::from_mins(10),
            lead: SimDuration::from_mins(10),
            grid: None,
            horizon: SimDuration::from_hours(24),
            second_day: false,
        }
    }
}

/// Latencies and leases of the calendar service.
#[derive(Clone, Debug, PartialEq)]
pub struct CalendarSettings {
    /// From the snapshot to its arrival at the dispatcher.
    pub read_latency: Distribution,
    /// A claim's way there and back; the slot is held from its start.
    pub claim_latency: Distribution,
    /// From the decision until the entry stands in the calendar.
    pub write_latency: Distribution,
    /// A hold that is not confirmed lapses after this.
    pub lease: SimDuration,
    /// Calls served at the same time; the others wait in the order in which they came. `None`: no limit.
    pub concurrent_calls: Option<u32>,
}

/// Who ranks the technicians.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RankerKind {
    /// The simulated AI: lowest cost first.
    Ai,
    /// The next eligible technician in rotation, then the following ones.
    RoundRobin,
    /// Fewest active tickets first, history breaks ties.
    LeastLoaded,
    /// Two technicians drawn at random, the better one first; then the rest by cost.
    TwoChoices,
}

/// What the provider of the AI allows, and how often it fails.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderSettings {
    /// Calls that may begin within any sixty seconds. `None`: no limit.
    pub calls_per_minute: Option<u32>,
    /// Calls under way at the same time. `None`: no limit.
    pub concurrent_calls: Option<u32>,
    /// The share of calls that fail, 0..1, after their whole latency.
    pub failure_rate: f64,
    /// How often a call is made, the first included, before the dispatch is given up; at least 1.
    pub max_tries: u16,
    /// The pause before the second try; it doubles with each further one.
    pub back_off: SimDuration,
}

/// The rankers and the simulated AI.
#[derive(Clone, Debug, PartialEq)]
pub struct RankerSettings {
    /// Who ranks, unless a discipline says otherwise.
    pub kind: RankerKind,
    /// How long a ranking takes that asks no AI.
    pub rule_latency: Distribution,
    /// What the AI's provider allows. `None`: everything.
    pub provider: Option<ProviderSettings>,
    /// Cost of an hour until the slot.
    pub w_start: f64,
    /// Cost of a day that is wholly booked.
    pub w_load: f64,
    /// Worth of a success rate of one.
    pub w_history: f64,
    /// Cost of each dispatch that considers the same technician, times the discipline's peer awareness.
    pub w_peers: f64,
    /// Scale of the Gumbel noise; 0: everybody ranks alike.
    pub temperature: f64,
    /// How long a ranking takes.
    pub latency: Distribution,
    /// Tokens a ranking uses.
    pub tokens: Distribution,
    /// Price of a million tokens, in the reader's currency.
    pub price_per_million_tokens: f64,
}

/// One arm of the comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct DisciplineSettings {
    /// The arm's name, unique in the scenario.
    pub name: String,
    /// The discipline.
    pub kind: DisciplineKind,
    /// Dispatches at the same time; `None`: no limit.
    pub concurrency: Option<u32>,
    /// Ranked picks behind the primary.
    pub alternatives: u32,
    /// Passes of read, rank and claim before a ticket is left unassigned.
    pub max_attempts: u32,
    /// How much the ranker heeds what its peers consider, 0..1.
    pub peer_awareness: f64,
    /// Who ranks in this arm. `None`: as [`RankerSettings::kind`] says.
    pub ranker: Option<RankerKind>,
}

/// The disciplines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DisciplineKind {
    /// One at a time.
    Sequential,
    /// All at once, nothing protects the slot.
    UnsafeParallel,
    /// All at once, the slot is held the moment it is picked.
    Parallel {
        /// The share of dispatches that are protected, 0..1; the rest runs unsafe.
        protected_share: f64,
    },
    /// All at once; the write is refused when the calendar has changed since it was read.
    Optimistic,
    /// All at once; everybody eligible is locked from the read to the write.
    Locked,
    /// Tickets are collected, ranked once and matched at least cost.
    Batched {
        /// How long tickets are collected, from the first that waits.
        window: SimDuration,
    },
    /// One at a time inside a pod, pods in parallel.
    Pods {
        /// How a slot is taken.
        writes: Writes,
    },
    /// Slices of the burst, one subagent each.
    Subagents(SubagentSettings),
}

/// How dispatches write that others may get in the way of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writes {
    /// Without another look.
    Unsafe,
    /// Held first.
    Held,
    /// By the parent alone, when all subagents have ended.
    Parent,
}

/// How a parent cuts tickets into slices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// As many slices as asked for, as even as can be, in the order of arrival.
    Even,
    /// One slice for each company.
    Company,
}

/// The discipline `subagents`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubagentSettings {
    /// How long the parent collects tickets, from the first that waits.
    pub window: SimDuration,
    /// Slices of a dispatch, 1..=20, where they are cut evenly.
    pub subagents: u32,
    /// How the tickets are cut.
    pub split: Split,
    /// Subagents at work at the same time; the rest queue.
    pub max_in_flight: u32,
    /// A subagent that runs for this long is stopped.
    pub ceiling: SimDuration,
    /// A subagent that has spent this many tokens halts. `None`: no budget.
    pub token_budget: Option<u64>,
    /// How slots are taken.
    pub writes: Writes,
    /// Whether a subagent works all tickets of its slice at once instead of one after the other.
    pub inside_parallel: bool,
}

/// How often, and how surely.
#[derive(Clone, Debug, PartialEq)]
pub struct ExperimentSettings {
    /// Replications, each with its own tickets and latencies, common to all disciplines.
    pub replications: u32,
    /// Two-sided confidence of the intervals, as in 0.95.
    pub confidence: f64,
    /// How many replications, from the first on, are written out ticket by ticket.
    pub records: u32,
}
