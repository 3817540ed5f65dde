//! A priority queue that stays fast however much waits in it.
//!
//! In a heap of a million keys most steps down miss the processor's caches. Here only the next few keys are in a heap. Later
//! ones lie in stretches of time, without any order inside, and a stretch is cut in two until it is short enough for the heap
//! only when its time has come.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Keys, of which the smallest comes first. Each is there once.
pub(super) struct Agenda<K> {
    /// The next ones; empty only where there are none at all.
    next: BinaryHeap<Reverse<K>>,
    /// The others, the latest stretch first.
    later: Vec<Stretch<K>>,
}

/// Keys from `first` on, up to the first of the stretch before it in the list.
struct Stretch<K> {
    first: K,
    keys: Vec<K>,
}

impl<K> Default for Agenda<K> {
    fn default() -> Self {
        Self { next: BinaryHeap::new(), later: Vec::new() }
    }
}

impl<K: Copy + Ord> Agenda<K> {
    /// The most keys in the heap: few enough that they stay in the fastest cache, beside what else is in use.
    const MOST: usize = 512;

    #[inline]
    pub fn push(&mut self, key: K) {
        if self.later.last().is_some_and(|stretch| stretch.first <= key) {
            // The last in the list is the next in time.
            let place = self.later.partition_point(|stretch| stretch.first > key);
            return self.later[place].keys.push(key);
        }
        self.next.push(Reverse(key));
        if self.next.len() > Self::MOST {
            self.spill();
        }
    }

    /// The smallest.
    #[inline]
    pub fn first(&self) -> Option<K> {
        self.next.peek().map(|Reverse(key)| *key)
    }

    /// Takes the smallest out.
    #[inline]
    pub fn pop(&mut self) -> Option<K> {
        let Reverse(key) = self.next.pop()?;
        if self.next.is_empty() && !self.later.is_empty() {
            self.refill();
        }
        Some(key)
    }

    pub fn clear(&mut self) {
        self.next.clear();
        self.later.clear();
    }

    /// Moves the later half of the heap into a stretch.
    #[cold]
    fn spill(&mut self) {
        let mut keys: Vec<K> = self.next.drain().map(|Reverse(key)| key).collect();
        self.cut(&mut keys);
        self.next.extend(keys.into_iter().map(Reverse));
    }

    /// Fills the heap from the next stretch.
    #[cold]
    fn refill(&mut self) {
        let Some(Stretch { mut keys, .. }) = self.later.pop() else { return };
        while keys.len() > Self::MOST / 2 {
            self.cut(&mut keys);
        }
        self.next.extend(keys.into_iter().map(Reverse));
    }

    /// Makes a stretch of the later half of the keys.
    fn cut(&mut self, keys: &mut Vec<K>) {
        let middle = keys.len() / 2;
        let first = *keys.select_nth_unstable(middle).1;
        self.later.push(Stretch { first, keys: keys.split_off(middle) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys without a pattern.
    fn keys() -> impl Iterator<Item = u64> {
        let step = |state: &u64| {
            Some(state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407))
        };
        std::iter::successors(Some(1_u64), step).map(|state| state >> 20)
    }

    #[test]
    fn it_orders_like_a_heap_however_many_wait() {
        let (mut agenda, mut heap) = (Agenda::default(), BinaryHeap::new());
        let (mut keys, mut past) = (keys(), 0);
        // It fills up, stays full and runs empty, several times.
        for (pushes, pops) in
            [(20_000, 5_000), (50_000, 50_000), (0, 20_000), (3, 2), (9_000, 4_000), (0, 9_000)]
        {
            for round in 0..pushes.max(pops) {
                if round < pushes {
                    // Nothing is due before what was taken out last; some of it is due soon.
                    let key = past + (keys.next().unwrap() >> [0, 8, 30][round % 3]);
                    agenda.push(key);
                    heap.push(Reverse(key));
                }
                if round < pops {
                    let popped = agenda.pop();
                    assert_eq!(popped, heap.pop().map(|Reverse(key)| key));
                    past = popped.unwrap_or(past);
                }
                assert_eq!(agenda.first(), heap.peek().map(|Reverse(key)| *key));
                assert!(agenda.next.len() <= Agenda::<u64>::MOST);
            }
        }
        assert!(agenda.next.is_empty() && agenda.later.is_empty());
    }

    #[test]
    fn what_is_cleared_is_empty() {
        let mut agenda = Agenda::default();
        keys().take(5000).for_each(|key| agenda.push(key));
        assert!(!agenda.later.is_empty());
        agenda.clear();
        assert!(agenda.next.is_empty() && agenda.later.is_empty());
        assert_eq!(agenda.pop(), None);
        agenda.push(3);
        assert_eq!(agenda.pop(), Some(3));
    }
}
