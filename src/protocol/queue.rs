//! The teams' shared queues: tickets wait here until a technician pulls them, first in first out within a priority.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::message::{Delivery, Place, ToQueue, ToTechnician};
use super::{Actor, Outbox, Rules, Script};
use crate::domain::{Burst, Desk, SimDuration, SimTime, TeamId, TechnicianId, TicketId};

/// The queues of all teams of the desk.
pub struct TeamQueues {
    desk: Arc<Desk>,
    burst: Arc<Burst>,
    /// The waiting tickets of each team by priority, the most urgent first, with their numbers in the order of arrival.
    waiting: Vec<BTreeMap<u8, VecDeque<(u32, TicketId)>>>,
    /// How many have arrived.
    arrivals: u32,
    /// The technicians of each team who asked for work, by the number of their request: longest idle first.
    idle: Vec<BTreeMap<u64, TechnicianId>>,
    requests: u64,
    /// When the queues look again because somebody is at work again.
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
            arrivals: 0,
            idle: vec![BTreeMap::new(); teams],
            requests: 0,
            opening: None,
        }
    }

    /// The technician stands in line for work with all teams.
    fn stand_in_line(&mut self, technician: TechnicianId) {
        self.requests += 1;
        for team in &*self.desk.technicians[technician.index()].teams {
            self.idle[team.index()].insert(self.requests, technician);
        }
    }

    /// The technician has found work elsewhere.
    fn withdraw(&mut self, technician: TechnicianId) {
        for team in &*self.desk.technicians[technician.index()].teams {
            self.idle[team.index()].retain(|_, waiting| *waiting != technician);
        }
    }

    /// Takes the longest idle member who is at work at `now` out of the line, here and with all other teams.
    fn next_idle(&mut self, team: TeamId, now: SimTime) -> Option<TechnicianId> {
        let (request, technician) = self.idle[team.index()]
            .iter()
            .map(|(&request, &technician)| (request, technician))
            .find(|&(_, technician)| self.desk.is_at_work(technician, now))?;
        for team in &*self.desk.technicians[technician.index()].teams {
            self.idle[team.index()].remove(&request);
        }
        Some(technician)
    }

    /// Gives the team's next tickets to those who are idle, as long as there are both.
    fn serve(&mut self, team: TeamId, out: &mut impl Outbox) {
        while self.waiting[team.index()].values().any(|line| !line.is_empty()) {
            let Some(technician) = self.next_idle(team, out.now()) else {
                return self.look_again(team, out);
            };
            self.give_next(team, technician, out);
        }
    }

    /// The team's next ticket, if there is one, goes to the technician.
    fn give_next(&mut self, team: TeamId, technician: TechnicianId, out: &mut impl Outbox) {
        let mut lines = self.waiting[team.index()].iter_mut();
        let next = lines.find_map(|(&priority, line)| Some((priority, line.pop_front()?)));
        if let Some((priority, (number, ticket))) = next {
            let take = ToTechnician::Take { ticket, place: Place { team, priority, number } };
            out.send(SimDuration::ZERO, Delivery::Technician(technician, take));
        }
    }

    /// The ticket waits where it waited before, and for whoever else is idle.
    fn give_back(&mut self, ticket: TicketId, place: Place, out: &mut impl Outbox) {
        let line = self.waiting[place.team.index()].entry(place.priority).or_default();
        line.insert(line.partition_point(|&(number, _)| number < place.number), (place.number, ticket));
        self.serve(place.team, out);
    }

    /// Tickets wait while members are idle who are out or after hours: looks again when the first of them is at work.
    fn look_again(&mut self, team: TeamId, out: &mut impl Outbox) {
        let now = out.now();
        let idle = self.idle[team.index()].values();
        let opens = idle.filter_map(|&technician| self.desk.next_at_work(technician, now)).min();
        if let Some(opens) = opens
            && self.opening.is_none_or(|planned| planned <= now || opens < planned)
        {
            self.opening = Some(opens);
            out.send(opens - now, Delivery::Queue(ToQueue::Opening));
        }
    }

    /// A team's next ticket with its priority.
    fn head(&self, team: TeamId) -> Option<(u8, TicketId, TeamId)> {
        let mut waiting = self.waiting[team.index()].iter();
        waiting.find_map(|(&priority, line)| Some((priority, line.front()?.1, team)))
    }

    /// The team, among the technician's, whose next ticket is the most urgent and then the oldest.
    fn most_urgent(&self, technician: TechnicianId) -> Option<TeamId> {
        let teams = self.desk.technicians[technician.index()].teams.iter();
        teams.filter_map(|&team| self.head(team)).min().map(|(_, _, team)| team)
    }

    /// Gives the most urgent, then oldest ticket that somebody idle can take, whatever its team; `false` when there is
    /// none. If teams took turns, somebody in several would be handed the first team's ticket before a more urgent one.
    fn serve_most_urgent(&mut self, out: &mut impl Outbox) -> bool {
        let teams = 0..self.waiting.len() as u32;
        let mut heads: Vec<_> = teams.filter_map(|team| self.head(TeamId(team))).collect();
        heads.sort_unstable();
        for (_, _, team) in heads {
            if let Some(technician) = self.next_idle(team, out.now()) {
                self.give_next(team, technician, out);
                return true;
            }
        }
        false
    }

    fn pull(&mut self, technician: TechnicianId, out: &mut impl Outbox) {
        if let Some(team) = self.most_urgent(technician) {
            if self.desk.is_at_work(technician, out.now()) {
                return self.give_next(team, technician, out);
            }
            self.stand_in_line(technician);
            self.look_again(team, out);
        } else {
            self.stand_in_line(technician);
        }
    }
}

impl Actor for TeamQueues {
    type Message = ToQueue;

    fn begin(&mut self, script: &Script) {
        self.burst = Arc::clone(&script.burst);
        self.waiting.iter_mut().for_each(BTreeMap::clear);
        self.idle.iter_mut().for_each(BTreeMap::clear);
        self.requests = 0;
        self.arrivals = 0;
        self.opening = None;
        for technician in 0..self.desk.technicians.len() {
            self.stand_in_line(TechnicianId(technician as u32));
        }
    }

    fn handle(&mut self, message: ToQueue, out: &mut impl Outbox) {
        match message {
            ToQueue::Put { ticket, team, priority } => {
                if self.burst.ticket(ticket).work.is_none() {
                    // The replay ends here: a job of no length would be praised as solved at once.
                    return;
                }
                self.waiting[team.index()].entry(priority).or_default().push_back((self.arrivals, ticket));
                self.arrivals += 1;
                self.serve(team, out);
            }
            ToQueue::Pull { technician } => self.pull(technician, out),
            ToQueue::GiveBack { ticket, place } => self.give_back(ticket, place, out),
            ToQueue::Withdraw { technician } => self.withdraw(technician),
            ToQueue::Opening => {
                while self.serve_most_urgent(out) {}
                for team in 0..self.waiting.len() {
                    self.serve(TeamId(team as u32), out);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::settings::ModeRules;
    use crate::domain::{Team, Technician, Ticket, WorkingHours};
    use crate::kernel::Kernel;
    use crate::kernel::stream::Streams;
    use crate::protocol::instant_rules;

    /// Two technicians, always at work, each in both teams.
    fn queues() -> TeamQueues {
        let teams: Arc<[TeamId]> = [TeamId(0), TeamId(1)].into();
        let technician = |name: &str| Technician {
            name: name.into(),
            hours: 0,
            teams: Arc::clone(&teams),
            history: [Some(0.5)].into(),
            ..Technician::default()
        };
        let team = |name: &str| Team { name: name.into(), members: vec![TechnicianId(0), TechnicianId(1)] };
        let desk = Desk {
            technicians: vec![technician("Ann"), technician("Ben")],
            teams: vec![team("Network"), team("Apps")],
            hours: vec![WorkingHours::always()],
            ..Desk::default()
        };
        TeamQueues::new(&instant_rules(desk, ModeRules::TeamOnly))
    }

    /// Whoever has been idle for longest is next, and a team that gets no tickets does not remember who asked when.
    #[test]
    fn the_line_of_the_idle_is_as_long_as_they_are_many() {
        let ticket = Ticket { work: Some(SimDuration::ZERO), ..Ticket::default() };
        let burst = Arc::new(Burst { tickets: vec![ticket; 100], ..Burst::default() });
        let mut queues = queues();
        let mut out: Kernel<_, _> = Kernel::default();
        queues.begin(&Script { burst, streams: Streams::new(1, 0) });
        for number in 0..100 {
            let (ticket, technician) = (TicketId(number), TechnicianId(number % 2));
            queues.handle(ToQueue::Put { ticket, team: TeamId(0), priority: 3 }, &mut out);
            let place = Place { team: TeamId(0), priority: 3, number };
            let given = Delivery::Technician(technician, ToTechnician::Take { ticket, place });
            assert_eq!(out.take_next(), Some(given));
            queues.handle(ToQueue::Pull { technician }, &mut out);
            assert_eq!(out.take_next(), None);
            assert!(queues.idle.iter().all(|line| line.len() == 2), "{:?}", queues.idle);
        }
    }
}
