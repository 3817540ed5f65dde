//! `subagents`: a parent cuts the tickets that wait into slices, one subagent each, and goes on once all have ended.
//!
//! While it is paused it takes no new tickets; they are in its next dispatch.

use std::collections::{BTreeMap, VecDeque};

use super::contract::{Approach, Discipline, Ended, How, Order, Orders, Take, Waiting};
use super::definition::{DisciplineDefinition, Nature, Place};
use super::window::{WINDOW, Window};
use super::writes::Writes;
use crate::domain::forms::{Length, PositiveLength};
use crate::domain::{AgentId, SimDuration, SimTime, SpecId, TicketId};
use crate::facts::{Fact, Reason, SpecStatus};
use crate::kernel::stream::Streams;
use crate::keys::{At, Book, Form, Shape, Whole};
use crate::{choice, section};

/// The most specs that a dispatch may have. One that asks for more is rejected whole.
pub const MOST_SPECS: usize = 20;

section! {
    /// Slices of the burst, one subagent each.
    pub struct SubagentSettings: Copy {
        /// How long the parent collects tickets, from the first that waits.
        window: Length = "1min",
        /// With an even split: slices of a dispatch.
        subagents: SubagentCount = 5,
        /// How tickets are cut into slices.
        split: Split = "even",
        /// How many subagents work at the same time; the rest queue.
        max_in_flight: Whole<1, 20> = 5,
        /// How long a subagent's sandbox takes to start. The subagent counts as running meanwhile, and begins no ticket.
        sandbox_start: Length = "0s",
        /// A subagent that runs for this long, the start of its sandbox included, is stopped.
        ceiling: PositiveLength = "30min",
        /// A subagent that has spent this many tokens halts: it begins no further ticket and ranks none anew.
        token_budget: Whole<1, 1_000_000_000, u64> = none "no budget",
        /// How slots are taken.
        writes: Writes = "held",
        /// How a subagent works the tickets of its slice.
        inside: InsideForm = "sequential",
    }
}

impl DisciplineDefinition for SubagentSettings {
    fn name(&self) -> &'static str {
        "subagents"
    }

    fn nature(&self) -> Nature {
        Nature { peer_awareness: None, claims: self.writes.claims(), slices: true, ..Nature::PLAIN }
    }

    fn check(&self, at: &mut At<'_, '_>) {
        if self.split == Split::Company && at.key("subagents").is_some() {
            let path = at.path.key("subagents");
            let help = "leave it out: there are as many subagents as companies".to_owned();
            let message = format!("`{path}` does not go with split \"company\"");
            at.reading.refuse_key(&path, message, Some(help));
        }
        let damaged = |key| at.reading.is_damaged(&at.path.key(key));
        if self.sandbox_start >= self.ceiling && !damaged("sandbox_start") && !damaged("ceiling") {
            let stated = if at.key("sandbox_start").is_some() { "sandbox_start" } else { "ceiling" };
            let path = at.path.key(stated);
            let message = format!(
                "no subagent begins a ticket: its sandbox takes {} to start, and its ceiling is {}",
                self.sandbox_start, self.ceiling
            );
            at.reading.refuse(&path, message, "expected a start that is shorter than the ceiling", None);
        }
    }

    fn build(&self, place: Place) -> Box<dyn Discipline> {
        Box::new(Subagents::new(*self, place.agent, place.agents))
    }
}

choice! {
    /// How tickets are cut into slices.
    pub enum Split {
        /// As even as can be, in the order of arrival.
        Even = "even",
        /// One slice for each company.
        Company = "company",
    }
}

choice! {
    /// How a subagent works the tickets of its slice.
    pub enum Inside {
        /// One after the other.
        Sequential = "sequential",
        /// All at once.
        Parallel = "parallel",
    }
}

/// [`Inside`], with a reason for what it cannot be.
pub struct InsideForm;

impl Form for InsideForm {
    type Value = Inside;

    fn read(at: &mut At<'_, '_>) -> Option<Inside> {
        match at.text() {
            Some("subagents") => at
                .refuse("\"sequential\" or \"parallel\"", Some("a subagent cannot fan out again".to_owned())),
            _ => at.read::<Inside>(),
        }
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        Inside::shape(book)
    }
}

/// How many slices a dispatch may have.
pub struct SubagentCount;

impl Form for SubagentCount {
    type Value = u32;

    fn read(at: &mut At<'_, '_>) -> Option<u32> {
        let number = at.number().and_then(serde_json::Number::as_u64);
        if number.is_some_and(|number| number > MOST_SPECS as u64) {
            let help =
                "a dispatch that asks for more is rejected whole: split the work into several dispatches";
            return at.refuse(format_args!("at most {MOST_SPECS} subagents"), Some(help.to_owned()));
        }
        at.read::<Whole<1, { MOST_SPECS as u32 }>>()
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        Whole::<1, { MOST_SPECS as u32 }>::shape(book)
    }
}

/// In the number of an alarm: the sandbox of the spec has started. Without it, the ceiling of the spec is reached.
const SANDBOX_STARTED: u32 = 1 << 31;

/// A subagent and its slice.
#[derive(Debug)]
struct Subagent {
    waiting: VecDeque<TicketId>,
    /// The earliest ticket of its slice.
    first: TicketId,
    /// Dispatches under way.
    running: u32,
    done: u32,
    /// Whether a ticket of its slice could not be done.
    failed: bool,
    tokens: u64,
    /// Why it takes no more tickets, once it does not.
    halted: Option<SpecStatus>,
}

impl Subagent {
    /// Whether the budget, if there is one, is spent.
    fn has_spent(&self, budget: Option<u64>) -> bool {
        budget.is_some_and(|budget| self.tokens >= budget)
    }
}

/// What the parent is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Parent {
    /// It collects tickets.
    Collecting,
    /// It is paused until its subagents have ended.
    Paused,
    /// It writes what they have ranked, or makes again what does not fit, one ticket at a time.
    Writing,
}

/// A parent with its subagents.
pub struct Subagents {
    settings: SubagentSettings,
    /// Whose parent it is, and how many there are: they take turns with the numbers.
    agent: AgentId,
    agents: u32,
    parent: Parent,
    window: Window<Waiting>,
    dispatches: u32,
    /// Specs so far, of all dispatches.
    specs: u32,
    /// The subagents of this dispatch, by spec.
    crew: BTreeMap<SpecId, Subagent>,
    queued: VecDeque<SpecId>,
    in_flight: u32,
    /// Whose dispatches are under way, and how many tokens of each are counted already.
    under_way: BTreeMap<TicketId, (SpecId, u64)>,
    /// Ranked by subagents, to be written by the parent; or with a result for the parent to make again.
    to_write: VecDeque<TicketId>,
}

impl Subagents {
    /// The parent of `agent`, one of `agents`, with nothing to do. Its dispatches and specs have numbers that no other
    /// agent's have: from 1 on where there is one agent.
    pub fn new(settings: SubagentSettings, agent: AgentId, agents: u32) -> Self {
        Self {
            settings,
            agent,
            agents,
            parent: Parent::Collecting,
            window: Window::new(settings.window),
            dispatches: 0,
            specs: 0,
            crew: BTreeMap::new(),
            queued: VecDeque::new(),
            in_flight: 0,
            under_way: BTreeMap::new(),
            to_write: VecDeque::new(),
        }
    }

    /// The number, among those of all parents, of this parent's `count`-th dispatch or spec.
    fn number(&self, count: u32) -> u32 {
        (count - 1) * self.agents + self.agent.0 + 1
    }

    /// Opens the window if the parent has nothing else to do.
    fn collect(&mut self, now: SimTime, orders: &mut Orders) {
        if self.parent == Parent::Collecting {
            self.window.open(now, orders);
        }
    }

    /// Cuts what was collected into slices.
    fn slices(&mut self) -> Vec<Vec<TicketId>> {
        let collected = self.window.close();
        match self.settings.split {
            Split::Even => {
                let count = (self.settings.subagents as usize).min(collected.len());
                let first = |slice: usize| slice * collected.len() / count;
                let tickets = |slice| collected[first(slice)..first(slice + 1)].iter();
                (0..count).map(|slice| tickets(slice).map(|waiting| waiting.ticket).collect()).collect()
            }
            Split::Company => {
                let mut companies: BTreeMap<u32, Vec<TicketId>> = BTreeMap::new();
                for waiting in collected {
                    companies.entry(waiting.company).or_default().push(waiting.ticket);
                }
                companies.into_values().collect()
            }
        }
    }

    /// Hands the collected tickets to subagents.
    fn dispatch(&mut self, orders: &mut Orders) {
        let slices = self.slices();
        self.dispatches += 1;
        let dispatch = self.number(self.dispatches);
        if slices.len() > MOST_SPECS {
            orders.push_back(Order::State(Box::new(Fact::Rejected { dispatch, specs: slices.len() as u32 })));
            let tickets = slices.into_iter().flatten();
            orders.extend(tickets.map(|ticket| Order::Leave(ticket, Reason::TooManySpecs)));
            return;
        }
        self.parent = Parent::Paused;
        for slice in slices {
            self.specs += 1;
            let spec = SpecId(self.number(self.specs));
            let tickets = slice.len() as u32;
            orders.push_back(Order::State(Box::new(Fact::SpecQueued { spec, dispatch, tickets })));
            for &ticket in &slice {
                orders.push_back(Order::State(Box::new(Fact::Sliced { ticket, spec })));
            }
            let first = slice.iter().copied().min().unwrap_or_default();
            let waiting = slice.into();
            self.crew.insert(
                spec,
                Subagent { waiting, first, running: 0, done: 0, failed: false, tokens: 0, halted: None },
            );
            self.queued.push_back(spec);
        }
        self.start(orders);
    }

    /// Starts subagents as long as there is room.
    fn start(&mut self, orders: &mut Orders) {
        while self.in_flight < self.settings.max_in_flight
            && let Some(spec) = self.queued.pop_front()
        {
            self.in_flight += 1;
            orders.push_back(Order::State(Box::new(Fact::SpecStarted { spec })));
            orders.push_back(Order::Wake(self.settings.ceiling, spec.0));
            match self.settings.sandbox_start {
                SimDuration::ZERO => self.go_on(spec, orders),
                start => orders.push_back(Order::Wake(start, spec.0 | SANDBOX_STARTED)),
            }
        }
    }

    /// The subagent takes its next tickets, or ends.
    fn go_on(&mut self, spec: SpecId, orders: &mut Orders) {
        let Some(subagent) = self.crew.get_mut(&spec) else { return };
        let room = if self.settings.inside == Inside::Parallel { u32::MAX } else { 1 };
        while subagent.halted.is_none()
            && subagent.running < room
            && let Some(ticket) = subagent.waiting.pop_front()
        {
            subagent.running += 1;
            self.under_way.insert(ticket, (spec, 0));
            orders.push_back(Order::Begin(ticket));
        }
        if subagent.running > 0 {
            return;
        }
        let outcome = if subagent.failed { SpecStatus::Failed } else { SpecStatus::Success };
        let status = subagent.halted.unwrap_or(outcome);
        let (done, tokens) = (subagent.done, subagent.tokens);
        let reason = if status == SpecStatus::Timeout { Reason::Timeout } else { Reason::Budget };
        orders.extend(subagent.waiting.drain(..).map(|ticket| Order::Leave(ticket, reason)));
        orders.push_back(Order::State(Box::new(Fact::SpecEnded { spec, status, done, tokens })));
        // Its result stays until the parent resumes, but nothing more can happen to it.
        subagent.halted = Some(status);
        self.in_flight -= 1;
        self.start(orders);
        if self.in_flight == 0 && self.queued.is_empty() {
            self.resume(orders);
        }
    }

    /// Counts the tokens that a dispatch has spent so far, and says whose they are.
    fn count(&mut self, ticket: TicketId, tokens: u64) -> Option<SpecId> {
        let (spec, counted) = self.under_way.get_mut(&ticket)?;
        let more = tokens - std::mem::replace(counted, tokens);
        self.crew.get_mut(spec)?.tokens += more;
        Some(*spec)
    }

    /// A dispatch of a subagent has ended, or rests.
    fn account(&mut self, ended: Ended, orders: &mut Orders) {
        let Some(spec) = self.count(ended.ticket, ended.tokens) else { return };
        self.under_way.remove(&ended.ticket);
        if ended.how == How::Resting {
            self.to_write.push_back(ended.ticket);
        }
        let budget = self.settings.token_budget;
        let Some(subagent) = self.crew.get_mut(&spec) else { return };
        subagent.running -= 1;
        if ended.how == How::Left {
            subagent.failed = true;
        } else {
            subagent.done += 1;
        }
        let is_spent = subagent.has_spent(budget);
        if is_spent && subagent.halted.is_none() && !subagent.waiting.is_empty() {
            subagent.halted = Some(SpecStatus::Failed);
        }
        self.go_on(spec, orders);
    }

    /// All subagents have ended: the parent goes on, once.
    fn resume(&mut self, orders: &mut Orders) {
        let results = self.crew.len() as u32;
        orders.push_back(Order::State(Box::new(Fact::Resumed {
            dispatch: self.number(self.dispatches),
            results,
        })));
        self.crew.clear();
        self.under_way.clear();
        self.parent = Parent::Writing;
        self.write_next(orders);
    }

    /// The parent sees to the next ticket that its subagents have left to it, or is free again.
    fn write_next(&mut self, orders: &mut Orders) {
        if let Some(ticket) = self.to_write.pop_front() {
            orders.push_back(Order::Write(ticket));
        } else {
            self.parent = Parent::Collecting;
        }
    }
}

impl Discipline for Subagents {
    fn reset(&mut self, _streams: &Streams) {
        *self = Self::new(self.settings, self.agent, self.agents);
    }

    fn waits(&mut self, now: SimTime, waiting: Waiting, orders: &mut Orders) {
        self.window.add(now, waiting);
        self.collect(now, orders);
    }

    fn woke(&mut self, _now: SimTime, alarm: u32, orders: &mut Orders) {
        if alarm == WINDOW {
            return self.dispatch(orders);
        }
        let spec = SpecId(alarm & !SANDBOX_STARTED);
        if alarm & SANDBOX_STARTED != 0 {
            return self.go_on(spec, orders);
        }
        let Some(subagent) = self.crew.get_mut(&spec) else { return };
        if subagent.halted.is_some() {
            return;
        }
        subagent.halted = Some(SpecStatus::Timeout);
        let under_way = self.under_way.iter().filter(|(_, (of, _))| *of == spec);
        orders.extend(under_way.map(|(ticket, _)| Order::Leave(*ticket, Reason::Timeout)));
    }

    fn affords_retry(&mut self, ticket: TicketId, tokens: u64) -> bool {
        let Some(spec) = self.count(ticket, tokens) else { return true };
        let Some(subagent) = self.crew.get_mut(&spec) else { return true };
        let is_spent = subagent.has_spent(self.settings.token_budget);
        if is_spent {
            subagent.halted.get_or_insert(SpecStatus::Failed);
        }
        !is_spent
    }

    /// A subagent sees what was there when its parent was paused, and the results of its own slice.
    fn sees_results(&self, ticket: TicketId) -> bool {
        let own = self.under_way.get(&ticket).map(|(spec, _)| *spec);
        self.crew.iter().all(|(spec, other)| Some(*spec) == own || other.first > ticket)
    }

    /// Only the parent sees what all of them have made.
    fn reworks_in_the_end(&self) -> bool {
        true
    }

    fn ended(&mut self, now: SimTime, ended: Ended, orders: &mut Orders) {
        if self.parent == Parent::Writing {
            self.write_next(orders);
        } else {
            self.account(ended, orders);
        }
        self.collect(now, orders);
    }

    fn approach(&self, _ticket: TicketId) -> Approach {
        Approach::by(match (self.settings.writes, self.parent) {
            (Writes::Unsafe, _) => Take::Write,
            (Writes::Held, _) | (Writes::Parent, Parent::Writing) => Take::Hold,
            (Writes::Parent, _) => Take::Rest,
        })
    }
}
