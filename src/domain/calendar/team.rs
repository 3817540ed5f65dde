//! A team's technicians by earliest start: those whose gap is open now, and those whose gap opens later.

use std::collections::BTreeSet;

use crate::domain::ids::TechnicianId;
use crate::domain::time::SimTime;

/// The index of one team. Members are named by their position in the team.
#[derive(Clone, Debug)]
pub(super) struct TeamIndex {
    members: Vec<TechnicianId>,
    /// Gaps that began at or before this instant are open.
    now: SimTime,
    open: BitSet,
    later: BTreeSet<(SimTime, u32)>,
}

impl TeamIndex {
    pub fn new(members: Vec<TechnicianId>) -> Self {
        Self { open: BitSet::new(members.len()), now: SimTime::MIN, later: BTreeSet::new(), members }
    }

    /// Forgets everything; gaps that begin at or before `now` will be open.
    pub fn restart(&mut self, now: SimTime) {
        self.now = now;
        self.open.clear();
        self.later.clear();
    }

    pub fn member(&self, position: usize) -> TechnicianId {
        self.members[position]
    }

    /// The instant up to which gaps have been opened.
    pub fn advanced_to(&self) -> SimTime {
        self.now
    }

    /// Opens the gaps that begin at or before `now`.
    pub fn advance(&mut self, now: SimTime) {
        self.now = now;
        while let Some(&(first, position)) = self.later.first() {
            if first > now {
                break;
            }
            self.later.pop_first();
            self.open.insert(position as usize);
        }
    }

    /// A member's gap began at `old` and begins at `new` now; [`SimTime::MAX`] is never.
    pub fn refile(&mut self, position: u32, old: SimTime, new: SimTime) {
        if old == new {
            return;
        }
        if !self.open.remove(position as usize) && old < SimTime::MAX {
            self.later.remove(&(old, position));
        }
        if new == SimTime::MAX {
            // Never, even when the clock has got that far.
        } else if new <= self.now {
            self.open.insert(position as usize);
        } else {
            self.later.insert((new, position));
        }
    }

    pub fn is_open(&self, position: usize) -> bool {
        self.open.contains(position)
    }

    /// The first member at or after `position` whose gap is open.
    pub fn next_open(&self, position: usize) -> Option<usize> {
        self.open.next(position)
    }

    /// Members whose gap opens later, with the instant at which it does, in order.
    pub fn later(&self) -> impl Iterator<Item = (SimTime, u32)> + '_ {
        self.later.iter().copied()
    }
}

/// A set of small numbers that finds the next member quickly: each level has a bit for every word of the one below that
/// is not empty.
#[derive(Clone, Debug)]
struct BitSet {
    levels: Vec<Vec<u64>>,
}

impl BitSet {
    fn new(size: usize) -> Self {
        let mut levels = Vec::new();
        let mut words = size;
        loop {
            words = words.div_ceil(64).max(1);
            levels.push(vec![0; words]);
            if words == 1 {
                return Self { levels };
            }
        }
    }

    fn clear(&mut self) {
        for level in &mut self.levels {
            level.fill(0);
        }
    }

    fn contains(&self, number: usize) -> bool {
        self.levels[0][number / 64] >> (number % 64) & 1 == 1
    }

    fn insert(&mut self, number: usize) {
        let mut place = number;
        for level in &mut self.levels {
            level[place / 64] |= 1 << (place % 64);
            place /= 64;
        }
    }

    /// Whether it was there.
    fn remove(&mut self, number: usize) -> bool {
        if !self.contains(number) {
            return false;
        }
        let mut place = number;
        for level in &mut self.levels {
            let word = &mut level[place / 64];
            *word &= !(1 << (place % 64));
            if *word != 0 {
                break;
            }
            place /= 64;
        }
        true
    }

    /// The smallest member that is not below `number`.
    fn next(&self, number: usize) -> Option<usize> {
        let mut place = number;
        for (height, level) in self.levels.iter().enumerate() {
            let word = level.get(place / 64)?;
            let rest = word & (u64::MAX << (place % 64));
            if rest != 0 {
                let mut found = place / 64 * 64 + rest.trailing_zeros() as usize;
                for lower in self.levels[..height].iter().rev() {
                    found = found * 64 + lower[found].trailing_zeros() as usize;
                }
                return Some(found);
            }
            place = place / 64 + 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bit_set_agrees_with_a_tree_set() {
        for size in [1, 64, 65, 5000, 300_000] {
            let (mut bits, mut tree) = (BitSet::new(size), BTreeSet::new());
            let mut state = size as u64;
            for _ in 0..20_000 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let number = (state >> 33) as usize % size;
                if state >> 32 & 1 == 0 {
                    bits.insert(number);
                    tree.insert(number);
                } else {
                    assert_eq!(bits.remove(number), tree.remove(&number));
                }
                let probe = (state >> 40) as usize % (size + 1);
                assert_eq!(bits.next(probe), tree.range(probe..).next().copied(), "{size} {probe}");
            }
            bits.clear();
            assert_eq!(bits.next(0), None);
        }
    }
}
