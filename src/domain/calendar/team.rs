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
    later: Later,
}

impl TeamIndex {
    pub fn new(members: Vec<TechnicianId>) -> Self {
        let (open, later) = (BitSet::new(members.len()), Later::of(members.len()));
        Self { open, now: SimTime::MIN, later, members }
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
        while let Some(position) = self.later.take_until(now) {
            self.open.insert(position as usize);
        }
    }

    /// A member's gap began at `old` and begins at `new` now; [`SimTime::MAX`] is never.
    pub fn refile(&mut self, position: u32, old: SimTime, new: SimTime) {
        if old == new {
            return;
        }
        if !self.open.remove(position as usize) && old < SimTime::MAX {
            self.later.remove((old, position));
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

    /// Shows members whose gap opens later, with the instant at which it does, in order, until `goes_on` says no.
    pub fn each_later(&self, goes_on: impl FnMut(&(SimTime, u32)) -> bool) {
        self.later.each(goes_on);
    }
}

/// Members by when their gaps open.
#[derive(Clone, Debug)]
enum Later {
    /// The last first: in a small team it takes less to make room than to climb a tree.
    Few(Vec<(SimTime, u32)>),
    Many(BTreeSet<(SimTime, u32)>),
}

impl Later {
    /// The most members of a small team.
    const FEW: usize = 128;

    fn of(members: usize) -> Self {
        if members <= Self::FEW { Self::Few(Vec::new()) } else { Self::Many(BTreeSet::new()) }
    }

    fn clear(&mut self) {
        match self {
            Self::Few(sorted) => sorted.clear(),
            Self::Many(tree) => tree.clear(),
        }
    }

    fn insert(&mut self, opening: (SimTime, u32)) {
        match self {
            Self::Few(sorted) => {
                let place = sorted.partition_point(|other| *other > opening);
                sorted.insert(place, opening);
            }
            Self::Many(tree) => {
                tree.insert(opening);
            }
        }
    }

    fn remove(&mut self, opening: (SimTime, u32)) {
        match self {
            Self::Few(sorted) => {
                let place = sorted.partition_point(|other| *other > opening);
                if sorted.get(place) == Some(&opening) {
                    sorted.remove(place);
                }
            }
            Self::Many(tree) => {
                tree.remove(&opening);
            }
        }
    }

    /// Shows them, the next first, until `goes_on` says no.
    fn each(&self, goes_on: impl FnMut(&(SimTime, u32)) -> bool) {
        match self {
            Self::Few(sorted) => sorted.iter().rev().all(goes_on),
            Self::Many(tree) => tree.iter().all(goes_on),
        };
    }

    /// Takes out the next whose gap opens no later than `now`.
    fn take_until(&mut self, now: SimTime) -> Option<u32> {
        let &(first, position) = match self {
            Self::Few(sorted) => sorted.last()?,
            Self::Many(tree) => tree.first()?,
        };
        if first > now {
            return None;
        }
        match self {
            Self::Few(sorted) => {
                sorted.pop();
            }
            Self::Many(tree) => {
                tree.pop_first();
            }
        }
        Some(position)
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
    fn small_teams_and_large_ones_keep_the_same_order() {
        let shown = |later: &Later| {
            let mut shown = Vec::new();
            later.each(|opening| {
                shown.push(*opening);
                true
            });
            shown
        };
        let (mut few, mut many) = (Later::of(Later::FEW), Later::of(Later::FEW + 1));
        assert!(matches!((&few, &many), (Later::Few(_), Later::Many(_))));
        let mut state = 1_u64;
        for _ in 0..20_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let opening = (SimTime::from_micros((state >> 40) as i64 % 50), (state >> 34) as u32 % 8);
            match state >> 62 {
                0 | 1 if !shown(&many).contains(&opening) => {
                    few.insert(opening);
                    many.insert(opening);
                }
                2 => {
                    few.remove(opening);
                    many.remove(opening);
                }
                _ => assert_eq!(few.take_until(opening.0), many.take_until(opening.0)),
            }
            assert_eq!(shown(&few), shown(&many));
        }
    }

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
