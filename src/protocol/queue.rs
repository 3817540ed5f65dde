//! The teams' shared queues: tickets wait here until a technician pulls them, first in first out within a priority.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::message::{Delivery, ToQueue, ToTechnician};
use super::{Actor, Outbox, Rules, Script};
use crate::domain::{Burst, Desk, SimDuration, SimTime, TeamId, TechnicianId, TicketId};

/// The queues of all teams of the desk.
pub struct TeamQueues {
    desk: Arc<Desk>,
    burst: Arc<Burst>,
    /// For each team the waiting tickets by priority, the most urgent first.
    waiting: Vec<BTreeMap<u8, VecDeque<TicketId>>>,
    /// For each team the technicians who asked for work, longest idle first. One who has found work since is still
    /// in line, with an outdated `idle_since`, and is passed over.
    idle: Vec<VecDeque<(TechnicianId, u64)>>,
    /// For each technician the number of the request that still stands.
    idle_since: Vec<Option<u64>>,
    requests: u64,
    /// When the queues look again because somebody's working hours begin.
    opening: Option<SimTime>,
}

impl TeamQueues {
    /// Empty queues.
    pub fn new(rules: &Rules) -> Self {
        let teams = rules.desk.teams.len();
        Self {
            desk: Arc::clone(&rules.desk),
            burst: Script::default().burst,
            waiting: vec![BTreeMap::new(); teams],
            idle: vec![VecDeque::new(); teams],
            idle_since: vec![None; rules.desk.technicians.len()],
            requests: 0,
            opening: None,
        }
    }

    /// The technician stands in line for work with all teams.
    fn stand_in_line(&mut self, technician: TechnicianId) {
        self.requests += 1;
        self.idle_since[technician.index()] = Some(self.requests);
        for team in &self.desk.technicians[technician.index()].teams {
            self.idle[team.index()].push_back((technician, self.requests));
        }
    }

    /// Takes the longest idle member who works at `now` out of the line.
    fn next_idle(&mut self, team: TeamId, now: SimTime) -> Option<TechnicianId> {
        let line = &mut self.idle[team.index()];
        let stands = |&(technician, request): &(TechnicianId, u64), since: &[Option<u64>]| {
            since[technician.index()] == Some(request)
        };
        while line.front().is_some_and(|place| !stands(place, &self.idle_since)) {
            line.pop_front();
        }
        let works = |technician: TechnicianId| {
            self.desk.hours[self.desk.technicians[technician.index()].hours].open_at(now)
        };
        let position = line.iter().position(|place| stands(place, &self.idle_since) && works(place.0))?;
        let (technician, _) = line.remove(position)?;
        self.idle_since[technician.index()] = None;
        Some(technician)
    }

    /// Gives the team's next tickets to those who are idle, as long as there are both.
    fn serve(&mut self, team: TeamId, out: &mut impl Outbox) {
        while self.waiting[team.index()].values().any(|line| !line.is_empty()) {
            let Some(technician) = self.next_idle(team, out.now()) else {
                return self.look_again(team, out);
            };
            if let Some(ticket) = self.take(team) {
                give(ticket, technician, out);
            }
        }
    }

    fn take(&mut self, team: TeamId) -> Option<TicketId> {
        self.waiting[team.index()].values_mut().find_map(VecDeque::pop_front)
    }

    /// Tickets wait while members are idle outside their hours: looks again when the first of them begins.
    fn look_again(&mut self, team: TeamId, out: &mut impl Outbox) {
        let now = out.now();
        let idle = self.idle[team.index()].iter();
        let opens = idle
            .filter(|(technician, request)| self.idle_since[technician.index()] == Some(*request))
            .filter_map(|(technician, _)| {
                self.desk.hours[self.desk.technicians[technician.index()].hours].next_open(now)
            })
            .min();
        if let Some(opens) = opens
            && self.opening.is_none_or(|planned| planned <= now || opens < planned)
        {
            self.opening = Some(opens);
            out.send(opens - now, Delivery::Queue(ToQueue::Opening));
        }
    }

    /// The team, among the technician's, whose next ticket is the most urgent and then the oldest.
    fn most_urgent(&self, technician: TechnicianId) -> Option<TeamId> {
        let teams = self.desk.technicians[technician.index()].teams.iter();
        teams
            .filter_map(|&team| {
                let mut waiting = self.waiting[team.index()].iter();
                waiting.find_map(|(&priority, line)| Some((priority, *line.front()?, team)))
            })
            .min()
            .map(|(_, _, team)| team)
    }

    fn pull(&mut self, technician: TechnicianId, out: &mut impl Outbox) {
        let hours = &self.desk.hours[self.desk.technicians[technician.index()].hours];
        if let Some(team) = self.most_urgent(technician) {
            if hours.open_at(out.now())
                && let Some(ticket) = self.take(team)
            {
                return give(ticket, technician, out);
            }
            self.stand_in_line(technician);
            self.look_again(team, out);
        } else {
            self.stand_in_line(technician);
        }
    }
}

/// The ticket goes to the technician.
fn give(ticket: TicketId, technician: TechnicianId, out: &mut impl Outbox) {
    out.send(SimDuration::ZERO, Delivery::Technician(technician, ToTechnician::Take { ticket }));
}

impl Actor for TeamQueues {
    type Message = ToQueue;

    fn begin(&mut self, script: &Script) {
        self.burst = Arc::clone(&script.burst);
        self.waiting.iter_mut().for_each(BTreeMap::clear);
        self.idle.iter_mut().for_each(VecDeque::clear);
        self.requests = 0;
        self.opening = None;
        for technician in 0..self.idle_since.len() {
            self.stand_in_line(TechnicianId(technician as u32));
        }
    }

    fn handle(&mut self, message: ToQueue, out: &mut impl Outbox) {
        match message {
            ToQueue::Put { ticket, team } => {
                let priority = self.burst.ticket(ticket).priority;
                self.waiting[team.index()].entry(priority).or_default().push_back(ticket);
                self.serve(team, out);
            }
            ToQueue::Pull { technician } => self.pull(technician, out),
            ToQueue::Opening => {
                for team in 0..self.waiting.len() {
                    self.serve(TeamId(team as u32), out);
                }
            }
        }
    }
}
