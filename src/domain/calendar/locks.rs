//! One lock per technician. A dispatch locks a whole set of them, and nobody can wait in a circle.

use std::collections::{BTreeMap, VecDeque};

use crate::choice;
use crate::domain::ids::{TechnicianId, TicketId};

choice! {
    /// How dispatches stand in line for locks that others have.
    pub enum LockQueue {
        /// In the line of one technician at a time, in the technicians' order: a dispatch that wants many may be passed by
        /// later ones that want a few of them.
        PerTechnician = "per-technician",
        /// In one line, first come, first served: nobody gets what an earlier dispatch waits for.
        FirstCome = "first-come",
    }
}

/// The locks of a desk.
#[derive(Clone, Debug)]
pub struct Locks {
    queue: LockQueue,
    /// The sets that dispatches lock, each in the technicians' order.
    sets: Vec<Vec<TechnicianId>>,
    /// Which set each dispatch wants, and how many of it it has.
    wanted: BTreeMap<TicketId, (usize, usize)>,
    /// For each technician, who has the lock. With a line per technician, behind it who waits, first come, first served.
    lines: Vec<VecDeque<TicketId>>,
    /// With one line: who waits for each set, by the order in which they came.
    waiting: Vec<VecDeque<(u64, TicketId)>>,
    /// How many have come.
    arrivals: u64,
}

impl Locks {
    /// Nothing locked, on a desk with this many technicians.
    pub fn new(technicians: usize, queue: LockQueue) -> Self {
        Self {
            queue,
            sets: Vec::new(),
            wanted: BTreeMap::new(),
            lines: vec![VecDeque::new(); technicians],
            waiting: Vec::new(),
            arrivals: 0,
        }
    }

    /// Frees everything; keeps the sets.
    pub fn reset(&mut self) {
        self.wanted.clear();
        self.lines.iter_mut().for_each(VecDeque::clear);
        self.waiting.iter_mut().for_each(VecDeque::clear);
        self.arrivals = 0;
    }

    /// Whether nobody has a lock or waits for one.
    #[cfg(test)]
    pub(crate) fn are_free(&self) -> bool {
        let waits = self.waiting.iter().any(|line| !line.is_empty());
        self.wanted.is_empty() && !waits && self.lines.iter().all(VecDeque::is_empty)
    }

    /// One more set that dispatches may lock, in ascending order; its number.
    pub fn add_set(&mut self, technicians: Vec<TechnicianId>) -> usize {
        self.sets.push(technicians);
        self.waiting.push(VecDeque::new());
        self.sets.len() - 1
    }

    /// The ticket's dispatch wants the technicians of this set. `true` if it has them all; otherwise it waits.
    pub fn take(&mut self, ticket: TicketId, set: usize) -> bool {
        self.wanted.insert(ticket, (set, 0));
        match self.queue {
            LockQueue::PerTechnician => self.advance(ticket),
            LockQueue::FirstCome => {
                self.waiting[set].push_back((self.arrivals, ticket));
                self.arrivals += 1;
                self.serve().contains(&ticket)
            }
        }
    }

    /// Takes what the ticket's dispatch wants, up to the first lock that somebody else has. `true` if it has all. A
    /// dispatch that has been waiting must be first in that line by now.
    fn advance(&mut self, ticket: TicketId) -> bool {
        let Some((set, has)) = self.wanted.get_mut(&ticket) else { return false };
        while let Some(technician) = self.sets[*set].get(*has) {
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

    /// Goes along the one line: whoever wants nobody that is locked, or wanted by an earlier one, has all. Two that want
    /// the same set are in each other's way, so only the first for each set counts.
    fn serve(&mut self) -> Vec<TicketId> {
        let first =
            |(set, line): (usize, &VecDeque<(u64, TicketId)>)| line.front().map(|first| (*first, set));
        let mut line: Vec<_> = self.waiting.iter().enumerate().filter_map(first).collect();
        line.sort_unstable();
        let mut wanted = vec![false; self.lines.len()];
        let mut complete = Vec::new();
        for ((_, ticket), set) in line {
            let members = &self.sets[set];
            let is_free = |who: &TechnicianId| self.lines[who.index()].is_empty() && !wanted[who.index()];
            if members.iter().all(is_free) {
                for who in members {
                    self.lines[who.index()].push_back(ticket);
                }
                self.waiting[set].pop_front();
                self.wanted.insert(ticket, (set, members.len()));
                complete.push(ticket);
            }
            for who in members {
                wanted[who.index()] = true;
            }
        }
        complete
    }

    /// How many technicians the ticket's dispatch has locked.
    pub fn held(&self, ticket: TicketId) -> u32 {
        self.wanted.get(&ticket).map_or(0, |(_, has)| *has as u32)
    }

    /// Frees what the ticket's dispatch has, and returns the dispatches that now have all they want, in the order in
    /// which they got it.
    pub fn free(&mut self, ticket: TicketId) -> Vec<TicketId> {
        let mut complete = Vec::new();
        let Some((set, has)) = self.wanted.remove(&ticket) else { return complete };
        match self.queue {
            LockQueue::PerTechnician => {
                // It stands in the line of the first technician that it does not have.
                if let Some(technician) = self.sets[set].get(has) {
                    self.lines[technician.index()].retain(|waiting| *waiting != ticket);
                }
                for place in 0..has {
                    let line = &mut self.lines[self.sets[set][place].index()];
                    line.pop_front();
                    if let Some(&next) = line.front()
                        && self.advance(next)
                    {
                        complete.push(next);
                    }
                }
                complete
            }
            LockQueue::FirstCome => {
                self.waiting[set].retain(|(_, waiting)| *waiting != ticket);
                for technician in &self.sets[set][..has] {
                    self.lines[technician.index()].clear();
                }
                self.serve()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: [LockQueue; 2] = [LockQueue::PerTechnician, LockQueue::FirstCome];

    impl Locks {
        /// The ticket's dispatch wants these.
        fn want(&mut self, ticket: TicketId, numbers: &[u32]) -> bool {
            let set = self.add_set(numbers.iter().copied().map(TechnicianId).collect());
            self.take(ticket, set)
        }
    }

    #[test]
    fn locks_are_taken_in_order_and_passed_on_first_come_first() {
        let mut locks = Locks::new(3, LockQueue::PerTechnician);
        let [a, b, c, d] = [0, 1, 2, 3].map(TicketId);
        assert!(locks.want(a, &[0, 1]));
        assert!(!locks.want(b, &[1, 2]), "1 is taken");
        assert!(locks.want(c, &[2]), "b waits for 1 before it asks for 2");
        assert!(!locks.want(d, &[0, 1, 2]));
        assert_eq!(locks.held(a), 2);
        assert_eq!(locks.free(a), [], "b has 1 and waits for 2, d has 0 and waits for 1");
        assert_eq!(locks.free(c), [b]);
        assert_eq!(locks.free(b), [d]);
        assert_eq!(locks.held(d), 3);
        assert_eq!(locks.free(d), []);
        assert!(locks.want(a, &[0, 1, 2]));
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
        for round in 0..400 {
            let mut locks = Locks::new(5, BOTH[round % 2]);
            let sets: Vec<Vec<TechnicianId>> =
                (0..6).map(|_| (0..5).filter(|_| random(2) == 0).map(TechnicianId).collect()).collect();
            for set in &sets {
                locks.add_set(set.clone());
            }
            let mut complete: BTreeMap<TicketId, Vec<TechnicianId>> = BTreeMap::new();
            let mut wants: BTreeMap<TicketId, Vec<TechnicianId>> = BTreeMap::new();
            for ticket in (0..12).map(TicketId) {
                let set = random(6) as usize;
                let wanted = sets[set].clone();
                wants.insert(ticket, wanted.clone());
                if locks.take(ticket, set) {
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
        for queue in BOTH {
            let mut locks = Locks::new(2, queue);
            let [a, b, c] = [0, 1, 2].map(TicketId);
            assert!(locks.want(a, &[0, 1]));
            assert!(!locks.want(b, &[0]));
            assert!(!locks.want(c, &[0]));
            assert_eq!(locks.free(b), []);
            assert_eq!(locks.free(a), [c]);
            assert_eq!(locks.free(c), []);
            assert!(locks.are_free());
        }
    }

    #[test]
    fn in_one_line_nobody_gets_what_an_earlier_one_waits_for() {
        let [a, wide, b, c, d] = [0, 1, 2, 3, 4].map(TicketId);
        let mut locks = Locks::new(4, LockQueue::FirstCome);
        assert!(locks.want(a, &[0]));
        assert!(!locks.want(wide, &[0, 1, 2]));
        assert!(!locks.want(b, &[1]), "the wide one waits for 1");
        assert!(!locks.want(c, &[2, 3]), "and for 2");
        assert!(!locks.want(d, &[3]), "for which c waits, after it");
        assert_eq!(locks.held(wide), 0);
        assert_eq!(locks.free(a), [wide]);
        assert_eq!(locks.held(wide), 3);
        assert_eq!(locks.free(wide), [b, c]);
        assert_eq!(locks.free(c), [d]);

        // With a line for each technician, they pass it.
        let mut locks = Locks::new(4, LockQueue::PerTechnician);
        assert!(locks.want(a, &[0]));
        assert!(!locks.want(wide, &[0, 1, 2]));
        assert!(locks.want(b, &[1]) && locks.want(c, &[2, 3]));
    }

    #[test]
    fn whoever_wants_nobody_waits_for_nobody() {
        for queue in BOTH {
            let mut locks = Locks::new(1, queue);
            let [a, b, c] = [0, 1, 2].map(TicketId);
            assert!(locks.want(a, &[0]) && locks.want(b, &[]) && locks.want(c, &[]));
            assert_eq!(locks.held(b), 0);
        }
    }
}
