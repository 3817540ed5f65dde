//! What a scenario asks for, resolved and validated: the plans that workloads, protocol and experiments work from.

use std::path::PathBuf;
use std::sync::Arc;

use super::civil::CivilSpan;
use super::criteria::Criteria;
use super::distribution::{Amounts, Distribution, Durations};
use super::forms::{Length, PositiveLength, SlotLength};
use super::segment::Dimension;
use super::time::SimDuration;
use crate::keys::{
    At, Book, ByName, Confidence, Form, List, Named, NonNegative, ProperName, Section, Shape, Share, Whole,
};
use crate::{choice, named, section};

/// Where the burst comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct BurstPlan {
    /// How tickets arrive.
    pub arrivals: Arrivals,
    /// What the tickets are.
    pub tickets: TicketPlan,
    /// How people change their statuses before they are dispatched.
    pub transitions: Vec<Transition>,
}

impl BurstPlan {
    /// The most tickets that a burst can have, however they arrive.
    pub const MOST_TICKETS: u32 = 100_000_000;
}

/// A change of status that people make.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// The status that is left.
    pub from: String,
    /// The status that is reached.
    pub to: String,
    /// How long the ticket stays in the one before.
    pub after: Distribution,
    /// How likely it is that a ticket that is in the one reaches the other.
    pub share: f64,
}

section! {
    /// What tickets are.
    pub struct TicketPlan {
        /// How long a ticket's work takes, where a recording does not say. Without it the replay ends at the booking.
        work: Durations = none "no work",
        /// Ticket categories with their weights, at least 0, not all 0.
        categories: Weights = empty "one category, `general`",
        /// Companies with their weights, at least 0, not all 0.
        companies: Weights = empty "one company, `company`",
        /// Boards with their weights, at least 0, not all 0.
        boards: Weights = empty "every ticket arrives at the desk's first board",
        /// Priorities 1 to 9 (1 is the most urgent) with their weights, at least 0, not all 0.
        priorities: Priorities = empty "all are 3",
        /// Statuses on arrival with their weights, at least 0, not all 0.
        statuses: Weights = empty "all are `New`",
        /// The share of tickets that somebody owns when they arrive, besides those to which a recording had assigned somebody
        /// before. They are left to their owners unless `dispatch.overwrite_owner` is set.
        owned: Share = 0.0,
        /// The share of tickets that belong to a pair of duplicates.
        duplicates: Share = 0.0,
    }
}

/// Weights by name, in the order of the document: how likely each is, relative to the others. At least one is above 0.
pub struct Weights;

impl Form for Weights {
    type Value = Vec<(String, f64)>;

    fn read(at: &mut At<'_, '_>) -> Option<Self::Value> {
        let weights = at.entries::<NonNegative>()?;
        let path = &at.path;
        if weights.iter().map(|(_, weight)| weight).sum::<f64>() <= 0.0 && !at.reading.is_damaged(path) {
            let message = format!("`{path}` leaves nothing to choose from");
            at.reading.refuse(path, message, "expected at least one weight above 0", None);
        }
        for (name, _) in weights.iter().filter(|(name, _)| name.trim().is_empty()) {
            at.reading.refuse_key(&path.key(name), format!("a name in `{path}` is empty"), None);
        }
        Some(weights)
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        ByName::<NonNegative>::shape(book)
    }
}

/// Weights by priority, 1 to 9.
pub struct Priorities;

impl Form for Priorities {
    type Value = Vec<(u8, f64)>;

    fn read(at: &mut At<'_, '_>) -> Option<Self::Value> {
        let mut priorities = Vec::new();
        for (name, weight) in at.read::<Weights>()? {
            match name.parse::<u8>() {
                Ok(priority @ 1..=9) if name.len() == 1 => priorities.push((priority, weight)),
                _ => at.reading.refuse_key(
                    &at.path.key(&name),
                    format!("`{name}` is not a priority"),
                    Some("priorities are 1 (the most urgent) to 9".to_owned()),
                ),
            }
        }
        Some(priorities)
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        Weights::shape(book)
    }
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

choice! {
    /// The format of a recording.
    pub enum RecordingFormat {
        /// Stampede's own CSV.
        Native = "native",
        /// A ServiceNow incident event log: several rows per incident, `d/m/yyyy HH:MM`, `?` for unknown.
        ServiceNow = "servicenow",
    }
}

/// The desk as a scenario states it.
#[derive(Clone, Debug, PartialEq)]
pub struct DeskPlan {
    /// Teams, boards and technicians are those of the recording instead of what is listed here.
    pub from_recording: bool,
    /// The technicians in order; shared, as there may be a million of them.
    pub technicians: Arc<Vec<TechnicianPlan>>,
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
    /// Whether work under way stops when the technician goes out, and goes on after the return.
    pub out_interrupts: bool,
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
    pub teams: Arc<[String]>,
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

/// One agent: which tickets it takes and what it does with them.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentSettings {
    /// The name, unique.
    pub name: String,
    /// What a dispatch does.
    pub mode: ModeRules,
    /// Which tickets are dispatched.
    pub trigger: TriggerSettings,
    /// Standing rules, all of which apply.
    pub sop: Vec<SopRule>,
    /// The ticket's status once it is dispatched. `None`: it stays what it was.
    pub status_after: Option<String>,
}

/// What a dispatch does.
#[derive(Clone, Debug, PartialEq)]
pub enum ModeRules {
    /// Assign a technician and book a slot.
    OwnerAndSlot(SlotRules),
    /// Assign a technician; no calendar is touched.
    OwnerOnly(OwnerRules),
    /// Assign the board's team; technicians pull from its queue.
    TeamOnly,
    /// Nothing but the AI's work on the ticket.
    ReadOnly(ReadOnlyRules),
}

choice! {
    /// What a dispatch does.
    pub enum Mode {
        /// Assign a technician and book a slot.
        OwnerAndSlot = "owner-and-slot",
        /// Assign a technician by active tickets; no calendar is touched.
        OwnerOnly = "owner-only",
        /// Assign the board's team; technicians pull from its queue.
        TeamOnly = "team-only",
        /// Have the AI work on the ticket, as for a piece of research or an audit: no calendar is read or written, nobody is
        /// assigned, and the dispatch ends with the result. How long that takes is `ranker.latency`.
        ReadOnly = "read-only",
    }
}

impl Mode {
    /// The keys that go with this mode only.
    pub fn keys(self) -> Vec<&'static str> {
        match self {
            Self::OwnerAndSlot => SlotRules::names(),
            Self::OwnerOnly => OwnerRules::names(),
            Self::TeamOnly => Vec::new(),
            Self::ReadOnly => ReadOnlyRules::names(),
        }
    }
}

impl ModeRules {
    /// The mode as scenarios and results call it.
    pub fn name(&self) -> &'static str {
        match self {
            ModeRules::OwnerAndSlot(_) => Mode::OwnerAndSlot.name(),
            ModeRules::OwnerOnly(_) => Mode::OwnerOnly.name(),
            ModeRules::TeamOnly => Mode::TeamOnly.name(),
            ModeRules::ReadOnly(_) => Mode::ReadOnly.name(),
        }
    }
}

section! {
    /// Who may own one more ticket where no slots are booked.
    pub struct OwnerRules: Eq {
        /// A technician with this many active tickets or more gets none.
        max_active: Whole<1, 1_000_000> = none "no limit",
        /// Tickets in these statuses do not count as active.
        excluded_statuses: List<ProperName> = empty "none",
        /// Ask only who is within working hours, too. Otherwise the in/out board alone says who is there, and a ticket that is
        /// assigned after hours is begun when its owner is at work again.
        respect_hours: bool = false,
    }
}

section! {
    /// How results depend on each other where a dispatch is the AI's work alone.
    pub struct ReadOnlyRules: Copy {
        /// How likely a result that was made without sight of those of all earlier tickets does not fit with them and has to
        /// be made again: 0 where no ticket has to do with another, 1 where each step needs the one before it.
        rework: Share = 0.0,
    }
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
    /// The steps of triage; each has the name of the field that it fills.
    #[derive(serde::Serialize, serde::Deserialize)]
    pub enum Stage {
        /// Which company the ticket is from.
        Company = "company",
        /// Which priority it has.
        Priority = "priority",
        /// Which board it belongs to.
        Board = "board",
        /// Who reported it.
        Contact = "contact",
        /// Which agreement covers it.
        Agreement = "agreement",
        /// The summary line, written after the dispatch.
        Summary = "summary",
        /// How urgent it is.
        Urgency = "urgency",
        /// How far its trouble reaches.
        Impact = "impact",
    }
}

named! {
    /// How urgent a ticket is, or how far its trouble reaches.
    pub enum Level {
        /// The most.
        High = "high",
        /// In between.
        Medium = "medium",
        /// The least.
        Low = "low",
    }
}

impl Level {
    /// What the level of this number, from 0 for the highest, is called; nothing where there is none.
    pub fn word(number: u32) -> &'static str {
        Self::ALL.get(number as usize).map_or("", |level| level.name())
    }
}

/// The priority by urgency (rows, from high to low) and impact (columns likewise).
pub type PriorityMatrix = [[u8; 3]; 3];

/// The triage that a ticket passes before, and for the summary after, its dispatch.
#[derive(Clone, Debug, PartialEq)]
pub struct TriageSettings {
    /// By [`Stage`], in the order of its definition; `None`: the stage is not there, and what it finds out is right from
    /// the start.
    pub stages: [Option<StageSettings>; 8],
    /// What follows from urgency and impact, where these are found out.
    pub matrix: PriorityMatrix,
}

impl TriageSettings {
    /// ITIL's matrix.
    pub const ITIL: PriorityMatrix = [[1, 2, 3], [2, 3, 4], [3, 4, 5]];

    /// Triage that finds nothing out: tickets only wait there for a status in which they are dispatched.
    pub const NOTHING: Self = Self { stages: [const { None }; 8], matrix: Self::ITIL };

    /// The settings of a stage, if it is there.
    pub fn stage(&self, stage: Stage) -> Option<&StageSettings> {
        self.stages[stage as usize].as_ref()
    }

    /// Whether the priority follows from urgency and impact.
    pub fn judges(&self) -> bool {
        self.stage(Stage::Urgency).or(self.stage(Stage::Impact)).is_some()
    }
}

section! {
    /// One step of triage.
    pub struct StageSettings {
        /// How long it takes.
        latency: Durations = "0s",
        /// How often it is wrong.
        error_rate: Share = 0.0,
    }
}

choice! {
    /// What becomes of a follow-up workflow whose ticket has overtaken an earlier one of its company.
    pub enum Overtaken {
        /// It waits until every earlier ticket of the company has been dispatched, or is not to be.
        Waits = "waits",
        /// It runs all the same, goes wrong and is put right.
        GoesWrong = "goes-wrong",
    }
}

section! {
    /// The workflow that follows each dispatch, such as a search for tickets to merge with. Those of one company have to begin in
    /// the order in which its tickets arrived.
    pub struct FollowUpSettings {
        /// How long it takes.
        latency: Durations = "1min",
        /// What becomes of it where an earlier ticket of the company is still to be dispatched.
        overtaken: Overtaken = "goes-wrong",
        /// How much longer one takes that has gone wrong.
        rework: Durations = "15min",
    }
}

section! {
    /// Which tickets are dispatched; the rest is left to people.
    pub struct TriggerSettings: Eq {
        /// Dispatch only tickets that arrive at these boards.
        boards: List<String> = empty "all",
        /// Dispatch only tickets in these statuses: they arrive in one, or reach it by `[[burst.transition]]` or as the
        /// recording says. A ticket of which no status is recorded is "New".
        statuses: List<ProperName> = empty "all",
        /// Dispatch only tickets of these companies.
        companies: List<String> = empty "all",
        /// Never dispatch tickets of these companies, whatever the other lists say.
        excluded_companies: List<String> = empty "none",
        /// Dispatch tickets that have an owner already too, which gives them another; otherwise they are left to theirs.
        overwrite_owner: bool = false,
    }
}

section! {
    /// How slots are laid into a calendar.
    pub struct SlotRules: Copy, Eq {
        /// A slot's length.
        slot: SlotLength = "30min",
        /// Free time kept between two calendar entries. It shapes the search; a conflict is an overlap of the slots
        /// themselves.
        buffer: Length = "10min",
        /// No slot starts earlier than this after the decision.
        lead: Length = "10min",
        /// What counts as the decision, for `lead` and `horizon`. A ranking takes its time: with a lead of 10 minutes that
        /// counts from the read, and an AI that takes 4, the technician hears of the slot 6 minutes ahead. Not "decision"
        /// together with `ranker.provider`, as nobody knows in advance how long that lets a ranking wait.
        lead_from: LeadFrom = "read",
        /// Slots start at multiples of this duration after the scenario's start.
        grid: PositiveLength = none "at any instant",
        /// No slot starts later than this after the decision.
        horizon: PositiveLength = "24h",
        /// After the last attempt has lost, take the first free slot of the second working day, looking from the
        /// technician (ticket number mod technicians) on.
        second_day: bool = false,
    }
}

choice! {
    /// From when a lead counts.
    pub enum LeadFrom {
        /// From the read of the calendars.
        Read = "read",
        /// From the end of the ranking: slots are looked for as they will be needed then.
        Decision = "decision",
    }
}

section! {
    /// The calendar service: its latencies and its leases.
    pub struct CalendarSettings {
        /// From the snapshot to its arrival at the dispatcher.
        read_latency: Durations = "0s",
        /// A claim's way there and back; the slot is held from its start.
        claim_latency: Durations = "0s",
        /// From the decision until the entry stands in the calendar.
        write_latency: Durations = "0s",
        /// A hold that is not confirmed lapses after this duration.
        lease: PositiveLength = "2min",
        /// Calls served at the same time; the others wait in the order in which they came.
        concurrent_calls: Whole<1, 100_000_000> = none "no limit",
    }
}

section! {
    /// What the provider of the AI allows, and how often it fails.
    pub struct ProviderSettings {
        /// Calls that may begin within any sixty seconds.
        calls_per_minute: Whole<1, 100_000_000> = none "no limit",
        /// Calls under way at the same time.
        concurrent_calls: Whole<1, 100_000_000> = none "no limit",
        /// The share of calls that fail, each after its whole latency.
        failure_rate: Share = 0.0,
        /// How often a call is made, the first included, before the dispatch is given up. Each pause is twice the last.
        max_tries: Whole<1, 30, u16> = 3,
        /// The pause before the second try; it doubles with each further one.
        back_off: Length = "2s",
    }
}

section! {
    /// The simulated AI: what it weighs, how long it takes, what it costs; and how long the other rankers take.
    pub struct RankerSettings {
        /// How long a ranking takes that asks no AI.
        rule_latency: Durations = "1s",
        /// What the AI's provider allows, and how often it fails.
        provider: ProviderSettings = none "everything, never",
        /// Compare offers by one thing after the other instead of weighing them: each decides only where all before it are
        /// the same. `["start", "load", "history"]` takes the earliest slot, and among those that start at the same instant the
        /// technician with the least booked day. Not together with weights or a temperature.
        order: Criteria = none "offers are weighed",
        /// Cost of an hour until the slot.
        w_start: NonNegative = 1.0,
        /// Cost of a day that is wholly booked.
        w_load: NonNegative = 1.0,
        /// Worth of a success rate of one in the ticket's category.
        w_history: NonNegative = 1.0,
        /// Cost of each other dispatch that considers the same technician, times the peer awareness.
        w_peers: NonNegative = 1.0,
        /// Scale of the Gumbel noise in the ranking; 0: every dispatch ranks alike.
        temperature: NonNegative = 0.0,
        /// How long a ranking by the AI takes.
        latency: Durations = { "lognormal": { "mean": "150s", "cv": 0.6 } },
        /// Tokens a ranking uses.
        tokens: Amounts = 0,
        /// Price of a million tokens, in the currency of `costs.currency`.
        price_per_million_tokens: NonNegative = 0,
        /// Price of an Advanced run, in the same currency: each subagent is one, and so is its parent.
        price_per_advanced_run: NonNegative = 0,
        /// Price of a minute of a subagent's sandbox, in the same currency.
        price_per_sandbox_minute: NonNegative = 0,
    }
}

section! {
    /// What a morning costs besides the AI, whose prices are in `[ranker]`. Each price that is stated adds a part to the
    /// measure `total_cost`.
    pub struct CostSettings {
        /// What amounts of money are in, as in "EUR": reports show it beside them.
        currency: ProperName = none "amounts stand alone",
        /// Price of a technician's hour.
        technician_hour: NonNegative = none "technicians' hours add nothing",
        /// Which of technicians' hours are paid.
        technician_hours: PaidHours = "scheduled",
        /// Price of an hour that a ticket waits, from its arrival until it has its owner, its team or its result.
        waiting_hour: NonNegative = none "waiting adds nothing",
        /// Price of a ticket in a double booking: where two tickets share a slot, both count.
        double_booking: NonNegative = none "double bookings add nothing",
        /// Price of a ticket that is left without an owner.
        unassigned: NonNegative = none "tickets without an owner add nothing",
    }
}

impl CostSettings {
    /// Whether a price is stated.
    pub fn states_a_price(&self) -> bool {
        [self.technician_hour, self.waiting_hour, self.double_booking, self.unassigned]
            .iter()
            .any(Option::is_some)
    }
}

choice! {
    /// Which of technicians' hours are paid.
    pub enum PaidHours {
        /// The working hours of all technicians from the first arrival to the last end of work under any of the disciplines,
        /// which are the same under each.
        Scheduled = "scheduled",
        /// The time worked on tickets.
        Worked = "worked",
    }
}

section! {
    /// How often the scenario is replayed, and how sure the results have to be.
    pub struct ExperimentSettings {
        /// Replications, each with its own tickets and latencies, common to all disciplines.
        replications: Whole<1, 100_000_000> = 1000,
        /// Two-sided confidence of the intervals.
        confidence: Confidence = 0.95,
        /// How many replications, from the first on, are written out ticket by ticket; at most `replications`.
        records: Whole<0, 100_000_000> = 1,
        /// What tickets are told apart by: a table for each of these in the reports, and in `segments.csv` however many
        /// values it has. Those with two to twelve values are there in any case.
        by: List<Dimension> = empty "no such tables",
    }
}

choice! {
    /// Who carries the messages; the results are the same.
    pub enum Engine {
        /// Every actor with a mailbox of its own.
        Actix = "actix",
        /// The same actors, called in a loop.
        Direct = "direct",
    }
}
