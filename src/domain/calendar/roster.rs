//! Who owns how many tickets in which status, and whose turn it is in each team.

use crate::domain::desk::Desk;
use crate::domain::ids::{TeamId, TechnicianId};

/// The tickets that technicians own, as the PSA counts them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    statuses: usize,
    /// Tickets by technician and status.
    owned: Vec<u32>,
    /// For each team, the member who got its last ticket or has a slot held for it.
    last: Vec<Option<TechnicianId>>,
}

impl Roster {
    /// The roster of a desk before the burst.
    pub fn new(desk: &Desk) -> Self {
        let mut roster = Self {
            statuses: desk.statuses.len().max(1),
            owned: vec![0; desk.technicians.len() * desk.statuses.len().max(1)],
            last: vec![None; desk.teams.len()],
        };
        roster.reset(desk);
        roster
    }

    /// Back to the state in which the scenario begins.
    pub fn reset(&mut self, desk: &Desk) {
        self.owned.fill(0);
        self.last.fill(None);
        for (number, technician) in desk.technicians.iter().enumerate() {
            for &(status, count) in &technician.open {
                self.owned[number * self.statuses + status as usize] += count;
            }
        }
    }

    /// The technician's tickets in all statuses except the excluded ones.
    pub fn active(&self, technician: TechnicianId, excluded: &[u32]) -> u32 {
        let first = technician.index() * self.statuses;
        (0..)
            .zip(&self.owned[first..first + self.statuses])
            .filter(|(status, _)| !excluded.contains(status))
            .map(|(_, count)| count)
            .sum()
    }

    /// One more ticket.
    pub(super) fn own(&mut self, technician: TechnicianId, status: u32) {
        self.owned[technician.index() * self.statuses + status as usize] += 1;
    }

    /// The technician has had a turn in the team's rotation.
    pub(super) fn pass_turn(&mut self, technician: TechnicianId, team: TeamId) {
        self.last[team.index()] = Some(technician);
    }

    /// One ticket less.
    pub(super) fn disown(&mut self, technician: TechnicianId, status: u32) {
        let count = &mut self.owned[technician.index() * self.statuses + status as usize];
        *count = count.saturating_sub(1);
    }

    /// The member who got the team's last ticket or has a slot held for it.
    pub fn last(&self, team: TeamId) -> Option<TechnicianId> {
        self.last[team.index()]
    }
}
