//! One lock per technician, taken in the technicians' order, so that nobody can wait in a circle.

use std::collections::{BTreeMap, VecDeque};

use crate::domain::ids::{TechnicianId, TicketId};

/// The locks of a desk.
#[derive(Clone, Debug, Default)]
pub struct Locks {
    /// For each technician, who has the lock and who waits for it, first come, first served.
    lines: Vec<VecDeque<TicketId>>,
    /// What each dispatch wants, in the technicians' order, and how many of them it has.
    wanted: BTreeMap<TicketId, (Vec<TechnicianId>, usize)>,
}

impl Locks {
    /// Nothing locked, on a desk with this many technicians.
    pub fn new(technicians: usize) -> Self {
        Self { lines: vec![VecDeque::new(); technicians], wanted: BTreeMap::new() }
    }

    /// Frees everything.
    pub fn reset(&mut self) {
        self.lines.iter_mut().for_each(VecDeque::clear);
        self.wanted.clear();
    }

    /// Whether nobody has a lock or waits for one.
    #[cfg(test)]
    pub(crate) fn are_free(&self) -> bool {
        self.wanted.is_empty() && self.lines.iter().all(VecDeque::is_empty)
    }

    /// The ticket's dispatch wants these technicians, who are in ascending order. `true` if it has them all; otherwise it
    /// waits.
    pub fn take(&mut self, ticket: TicketId, technicians: Vec<TechnicianId>) -> bool {
        self.wanted.insert(ticket, (technicians, 0));
        self.advance(ticket)
    }

    /// Takes what the ticket's dispatch wants, up to the first lock that somebody else has. `true` if it has all. A
    /// dispatch that has been waiting must be first in that line by now.
    fn advance(&mut self, ticket: TicketId) -> bool {
        let Some((technicians, has)) = self.wanted.get_mut(&ticket) else { return false };
        while let Some(technician) = technicians.get(*has) {
            let line = &mut self.lines[technician.index()];
            if line.front() != Some(&ticket) {
                line.push_back(ticket);
                if line.front() != Some(&ticket) {
                    return false;
                }
            }
            *has += 1;
        }
        true
    }

    /// How many technicians the ticket's dispatch has locked.
    pub fn held(&self, ticket: TicketId) -> u32 {
        self.wanted.get(&ticket).map_or(0, |(_, has)| *has as u32)
    }

    /// Frees what the ticket's dispatch has, and returns the dispatches that now have all they want, in the order in
    /// which they got it.
    pub fn free(&mut self, ticket: TicketId) -> Vec<TicketId> {
        let mut complete = Vec::new();
        let Some((technicians, _)) = self.wanted.remove(&ticket) else { return complete };
        for technician in technicians {
            let line = &mut self.lines[technician.index()];
            let had = line.front() == Some(&ticket);
            line.retain(|waiting| *waiting != ticket);
            if had
                && let Some(&next) = line.front()
                && self.advance(next)
            {
                complete.push(next);
            }
        }
        complete
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who(numbers: &[u32]) -> Vec<TechnicianId> {
        numbers.iter().copied().map(TechnicianId).collect()
    }

    #[test]
    fn locks_are_taken_in_order_and_passed_on_first_come_first() {
        let mut locks = Locks::new(3);
        let [a, b, c, d] = [0, 1, 2, 3].map(TicketId);
        assert!(locks.take(a, who(&[0, 1])));
        assert!(!locks.take(b, who(&[1, 2])), "1 is taken");
        assert!(locks.take(c, who(&[2])), "b waits for 1 before it asks for 2");
        assert!(!locks.take(d, who(&[0, 1, 2])));
        assert_eq!(locks.held(a), 2);
        assert_eq!(locks.free(a), [], "b has 1 and waits for 2, d has 0 and waits for 1");
        assert_eq!(locks.free(c), [b]);
        assert_eq!(locks.free(b), [d]);
        assert_eq!(locks.held(d), 3);
        assert_eq!(locks.free(d), []);
        assert!(locks.take(a, who(&[0, 1, 2])));
    }

    /// Dispatches come and go in any order, some while they wait: nobody ever has what another has, everybody gets
    /// through, nothing is left locked.
    #[test]
    fn no_lock_has_two_owners_and_nobody_waits_in_a_circle() {
        let mut state = 7_u64;
        let mut random = |bound: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % bound
        };
        for _ in 0..200 {
            let mut locks = Locks::new(5);
            let mut complete: BTreeMap<TicketId, Vec<TechnicianId>> = BTreeMap::new();
            let mut wants: BTreeMap<TicketId, Vec<TechnicianId>> = BTreeMap::new();
            for ticket in (0..12).map(TicketId) {
                let wanted: Vec<TechnicianId> = (0..5).filter(|_| random(2) == 0).map(TechnicianId).collect();
                wants.insert(ticket, wanted.clone());
                if locks.take(ticket, wanted.clone()) {
                    complete.insert(ticket, wanted);
                }
                if random(3) == 0 {
                    // Somebody gives up, whether it waits or has all.
                    let leaver = *wants.keys().nth(random(wants.len() as u64) as usize).expect("somebody");
                    wants.remove(&leaver);
                    complete.remove(&leaver);
                    for next in locks.free(leaver) {
                        assert!(complete.insert(next, wants[&next].clone()).is_none(), "{next:?} twice");
                    }
                }
                let mut owned: Vec<TechnicianId> = complete.values().flatten().copied().collect();
                owned.sort_unstable();
                assert!(owned.windows(2).all(|pair| pair[0] < pair[1]), "{complete:?}");
            }
            while let Some((done, _)) = complete.pop_first() {
                wants.remove(&done);
                for next in locks.free(done) {
                    complete.insert(next, wants[&next].clone());
                }
            }
            assert!(wants.is_empty() && locks.are_free(), "{wants:?}");
        }
    }

    #[test]
    fn whoever_gives_up_waiting_leaves_every_line() {
        let mut locks = Locks::new(2);
        let [a, b, c] = [0, 1, 2].map(TicketId);
        assert!(locks.take(a, who(&[0, 1])));
        assert!(!locks.take(b, who(&[0])));
        assert!(!locks.take(c, who(&[0])));
        assert_eq!(locks.free(b), []);
        assert_eq!(locks.free(a), [c]);
    }
}
