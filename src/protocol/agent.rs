//! An agent in the desk's own numbers: which tickets it takes, whom it may give them to, what it does.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::Arc;

use super::trigger::{Trigger, UnknownName, numbers};
use crate::domain::calendar::{Among, Bar, Owners};
use crate::domain::settings::{AgentSettings, ModeRules, SlotRules, SopAction, SopRule};
use crate::domain::{AgentId, BoardId, Desk, SimTime, TeamId, TechnicianId, Ticket};
use crate::facts::Test;

/// What a dispatch does, in the desk's numbers.
#[derive(Clone, Debug, PartialEq)]
pub enum Way {
    /// A technician is assigned and a slot booked.
    Slot(SlotRules),
    /// A technician is assigned who may own one more.
    Owner(Owners),
    /// The board's team is assigned.
    Team,
    /// The AI works on the ticket, and nobody is assigned. A result that was made without sight of earlier ones has to be
    /// made again with this probability.
    Answer { rework: f64 },
}

/// One agent.
#[derive(Clone, Debug, PartialEq)]
pub struct Agent {
    /// Its name in the scenario.
    pub name: String,
    /// What it does.
    pub way: Way,
    /// The status that it gives a ticket; `None`: the ticket keeps its own.
    pub status_after: Option<u32>,
    trigger: Trigger,
    sop: Vec<Sop>,
}

/// A standing rule in the desk's numbers.
#[derive(Clone, Debug, PartialEq)]
struct Sop {
    companies: Vec<u32>,
    categories: Vec<u32>,
    priorities: Vec<u8>,
    hours: Option<usize>,
    action: Action,
}

#[derive(Clone, Debug, PartialEq)]
enum Action {
    AssignTo(Vec<u32>),
    NeverAssignTo(Vec<u32>),
    LeaveToPeople,
}

impl Agent {
    /// The agent that the settings describe, on this desk.
    ///
    /// # Errors
    /// A name that the desk and its burst do not know.
    pub fn new(settings: &AgentSettings, desk: &Desk) -> Result<Self, UnknownName> {
        let status = |key, name: &String| numbers(key, std::slice::from_ref(name), &desk.statuses);
        Ok(Self {
            name: settings.name.clone(),
            way: match &settings.mode {
                ModeRules::OwnerAndSlot(slots) => Way::Slot(*slots),
                ModeRules::OwnerOnly(owners) => Way::Owner(Owners {
                    max_active: owners.max_active,
                    excluded: numbers("excluded_statuses", &owners.excluded_statuses, &desk.statuses)?,
                    respect_hours: owners.respect_hours,
                }),
                ModeRules::TeamOnly => Way::Team,
                ModeRules::ReadOnly(rules) => Way::Answer { rework: rules.rework },
            },
            status_after: match &settings.status_after {
                Some(name) => status("status_after", name)?.first().copied(),
                None => None,
            },
            trigger: Trigger::new(&settings.trigger, desk)?,
            sop: settings.sop.iter().map(|rule| Sop::new(rule, desk)).collect::<Result<_, _>>()?,
        })
    }

    /// The first test that the ticket, which comes to the agent at `now`, fails; `None`: it is dispatched.
    pub fn fails(&self, ticket: &Ticket, now: SimTime, desk: &Desk) -> Option<Test> {
        let left = |rule: &Sop| rule.action == Action::LeaveToPeople && rule.covers(ticket, now, desk);
        self.trigger.fails(ticket).or_else(|| self.sop.iter().any(left).then_some(Test::Sop))
    }

    /// The technicians whom its tickets may reach: the teams behind its boards.
    pub fn reach(&self, desk: &Desk) -> BTreeSet<TechnicianId> {
        let all: Vec<u32> = match self.trigger.boards() {
            [] => (0..desk.boards.len() as u32).collect(),
            stated => stated.to_vec(),
        };
        let boards = all.into_iter().map(BoardId);
        boards.flat_map(|board| desk.teams[desk.team_of(board).index()].members.iter().copied()).collect()
    }
}

/// The agents of a desk, at least one, in the scenario's order.
#[derive(Clone, Debug)]
pub struct Agents {
    list: Vec<Agent>,
    /// Those that state boards, by board.
    by_board: Vec<Vec<AgentId>>,
    /// The others, which take tickets from every board.
    of_all_boards: Vec<AgentId>,
}

impl Agents {
    /// These agents, on this desk.
    pub fn new(list: Vec<Agent>, desk: &Desk) -> Self {
        let mut by_board = vec![Vec::new(); desk.boards.len()];
        let mut of_all_boards = Vec::new();
        for (id, agent) in (0..).map(AgentId).zip(&list) {
            match agent.trigger.boards() {
                [] => of_all_boards.push(id),
                boards => boards.iter().for_each(|board| by_board[*board as usize].push(id)),
            }
        }
        Self { list, by_board, of_all_boards }
    }

    /// The agent that takes the ticket at `now`: the first whose trigger it passes, or else the first of those with which
    /// it came furthest.
    pub fn of_ticket(&self, ticket: &Ticket, now: SimTime, desk: &Desk) -> AgentId {
        if self.list.len() == 1 {
            return AgentId(0);
        }
        let progress = |id: AgentId| match self.list[id.index()].fails(ticket, now, desk) {
            Some(Test::Board) => 0,
            Some(Test::Status) => 1,
            Some(Test::ExcludedCompany) => 2,
            Some(Test::Company) => 3,
            Some(Test::Owned) => 4,
            Some(Test::Sop) => 5,
            None => 6,
        };
        // With all others it fails at the board.
        let candidates = self.by_board[ticket.board.index()].iter().chain(&self.of_all_boards);
        let furthest = candidates.map(|&id| (progress(id), Reverse(id))).max();
        furthest.map_or(AgentId(0), |(_, Reverse(id))| id)
    }
}

impl Deref for Agents {
    type Target = [Agent];

    fn deref(&self) -> &[Agent] {
        &self.list
    }
}

impl Sop {
    fn new(rule: &SopRule, desk: &Desk) -> Result<Self, UnknownName> {
        let technicians: Vec<&String> = desk.technicians.iter().map(|technician| &technician.name).collect();
        Ok(Self {
            companies: numbers("sop.companies", &rule.companies, &desk.companies)?,
            categories: numbers("sop.categories", &rule.categories, &desk.categories)?,
            priorities: rule.priorities.clone(),
            hours: rule.hours,
            action: match &rule.action {
                SopAction::AssignTo(names) => {
                    Action::AssignTo(numbers("sop.assign_to", names, &technicians)?)
                }
                SopAction::NeverAssignTo(names) => {
                    Action::NeverAssignTo(numbers("sop.never_assign_to", names, &technicians)?)
                }
                SopAction::LeaveToPeople => Action::LeaveToPeople,
            },
        })
    }

    /// Whether the rule speaks of this ticket.
    fn covers(&self, ticket: &Ticket, now: SimTime, desk: &Desk) -> bool {
        let admits = |list: &[u32], number: u32| list.is_empty() || list.contains(&number);
        admits(&self.companies, ticket.company)
            && admits(&self.categories, ticket.category)
            && (self.priorities.is_empty() || self.priorities.contains(&ticket.priority))
            && self.hours.is_none_or(|hours| desk.hours[hours].open_at(now))
    }
}

/// A ticket's team, the numbers of the rules that speak of it, and its pod.
type Circumstances = (TeamId, Vec<usize>, Option<usize>);

/// Whom an agent may ask about a ticket; remembers what it has worked out.
#[derive(Clone, Debug, Default)]
pub struct Admission {
    known: BTreeMap<Circumstances, Option<Arc<Among>>>,
}

impl Admission {
    /// Whom standing rules and the company's pod leave for the ticket; `None`: the whole team.
    ///
    /// Every rule that speaks of the ticket counts, `never_assign_to` above all. `assign_to` overrules the pod. A pod
    /// none of whose members is in the team has no say.
    pub fn among(&mut self, agent: &Agent, ticket: &Ticket, now: SimTime, desk: &Desk) -> Option<Arc<Among>> {
        if agent.sop.is_empty() && desk.pods.is_empty() {
            return None;
        }
        let rules: Vec<usize> =
            (0..agent.sop.len()).filter(|&rule| agent.sop[rule].covers(ticket, now, desk)).collect();
        let pod = desk.pod_of(ticket.company);
        let team = desk.team_of(ticket.board);
        let among = || {
            let rules: Vec<&Action> = rules.iter().map(|&rule| &agent.sop[rule].action).collect();
            work_out(&rules, pod, team, desk)
        };
        self.known.entry((team, rules.clone(), pod)).or_insert_with(among).clone()
    }
}

fn work_out(rules: &[&Action], pod: Option<usize>, team: TeamId, desk: &Desk) -> Option<Arc<Among>> {
    let members = &desk.teams[team.index()].members;
    let assigned = rules.iter().any(|action| matches!(action, Action::AssignTo(_)));
    let pod = pod.map(|pod| &desk.pods[pod].members).filter(|pod| !assigned && shares_a_member(pod, members));
    let bar = |technician: u32| {
        let by_rule = rules.iter().any(|action| match action {
            Action::AssignTo(names) => !names.contains(&technician),
            Action::NeverAssignTo(names) => names.contains(&technician),
            Action::LeaveToPeople => false,
        });
        if by_rule {
            return Some(Bar::Sop);
        }
        pod.is_some_and(|pod| pod.binary_search(&TechnicianId(technician)).is_err()).then_some(Bar::Pod)
    };
    let among: Among = (0..desk.technicians.len() as u32).map(bar).collect();
    members.iter().any(|member| among[member.index()].is_some()).then(|| Arc::new(among))
}

fn shares_a_member(pod: &[TechnicianId], team: &[TechnicianId]) -> bool {
    pod.iter().any(|member| team.binary_search(member).is_ok())
}

#[cfg(test)]
mod tests;
