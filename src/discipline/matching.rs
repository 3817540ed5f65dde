//! Tickets to technicians' slots at the least total cost: shortest augmenting paths.
//!
//! Whose slot it is and which of that technician's slots it is cost apart from each other. So all slots of a technician
//! that are taken have one price, the next one is the cheapest that is free, and a search looks at technicians, however
//! many slots they have. Tickets that cost the same everywhere are looked at once. Source: R. Jonker and A. Volgenant, "A
//! shortest augmenting path algorithm for dense and sparse linear assignment problems", Computing 38 (1987) 325–340.

use std::ops::{Add, AddAssign, Sub};

/// The cost where a technician may not get the ticket.
pub(super) const BARRED: i64 = i64::MAX;

/// What going without a slot costs: more than all the slots that other tickets could have. A few times as much fits.
const WITHOUT: i64 = i64::MAX / 16;

/// What a search has not reached. Twice as far fits.
const FAR: i64 = i64::MAX / 2;

/// What costs are added up and compared in.
pub(super) trait Amount: Copy + Ord + Add<Output = Self> + Sub<Output = Self> + AddAssign {
    /// As much as a number; where there are several, it is the first of them and the others are 0.
    fn of(number: i64) -> Self;

    /// Cut off at `most` on either side of 0.
    fn within(self, most: i64) -> Self;
}

impl Amount for i64 {
    fn of(number: i64) -> Self {
        number
    }

    fn within(self, most: i64) -> Self {
        self.clamp(-most, most)
    }
}

/// Numbers of which each decides only where all before it are the same. They are added one by one, so that sums are compared
/// like what they are the sums of, and the cheapest matching is the one whose first sum is least, among those the one
/// whose second sum is, and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct InTurn<const N: usize>(pub [i64; N]);

impl<const N: usize> Add for InTurn<N> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(std::array::from_fn(|place| self.0[place] + other.0[place]))
    }
}

impl<const N: usize> Sub for InTurn<N> {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(std::array::from_fn(|place| self.0[place] - other.0[place]))
    }
}

impl<const N: usize> AddAssign for InTurn<N> {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl<const N: usize> Amount for InTurn<N> {
    fn of(number: i64) -> Self {
        Self(std::array::from_fn(|place| if place == 0 { number } else { 0 }))
    }

    fn within(self, most: i64) -> Self {
        Self(self.0.map(|number| number.clamp(-most, most)))
    }
}

/// A matching that grows by a ticket at a time, with the prices that prove it cheapest.
///
/// The last technician is nobody: whoever gets a slot there goes without.
struct Matching<'a, A> {
    /// What tickets of each sort cost at each technician.
    costs: &'a [Vec<A>],
    /// The sort of each ticket.
    sorts: &'a [usize],
    /// What the slots of each technician cost, the cheapest first.
    slots: &'a [Vec<A>],
    /// The tickets in the slots of each technician that are taken: the first ones.
    taken: Vec<Vec<usize>>,
    /// Where each ticket is: the technician, and which of the slots.
    places: Vec<Option<(usize, usize)>>,
    /// The price of a slot at each technician: what those that are taken are worth, or else what the first costs.
    prices: Vec<A>,
    /// What each ticket pays in all.
    paid: Vec<A>,
}

/// A search for the cheapest way to one more slot.
struct Search<A> {
    /// How far it is to each technician's taken slots, and from which ticket.
    distances: Vec<A>,
    from: Vec<usize>,
    /// How many of those slots have been reached, and once they all have, how much farther it is to the next one.
    reached: Vec<usize>,
    farther: Vec<A>,
    /// The sorts of tickets that have been looked at.
    seen: Vec<bool>,
}

/// As many tickets as possible get a slot, at the least total cost: for each of them the technician and the slot. Among
/// matchings that cost the same, tickets come in order, and each takes the first technician that will do.
///
/// Costs are cut off where their sum over all tickets would come near to [`WITHOUT`].
pub(super) fn cheapest<A: Amount>(
    mut costs: Vec<Vec<A>>,
    sorts: &[usize],
    mut slots: Vec<Vec<A>>,
) -> Vec<Option<(usize, usize)>> {
    let most = WITHOUT / 4 / (sorts.len() as i64 + 1);
    for cost in costs.iter_mut().chain(&mut slots).flatten().filter(|cost| **cost != A::of(BARRED)) {
        *cost = cost.within(most);
    }
    let mut matching = Matching::new(&costs, sorts, &slots);
    (0..sorts.len()).for_each(|ticket| matching.add(ticket));
    matching
        .places
        .into_iter()
        .map(|place| place.filter(|(technician, _)| *technician < slots.len()))
        .collect()
}

impl<'a, A: Amount> Matching<'a, A> {
    fn new(costs: &'a [Vec<A>], sorts: &'a [usize], slots: &'a [Vec<A>]) -> Self {
        let first = |slots: &Vec<A>| slots.first().copied().unwrap_or(A::of(FAR));
        Self {
            costs,
            sorts,
            slots,
            taken: vec![Vec::new(); slots.len() + 1],
            places: vec![None; sorts.len()],
            prices: slots.iter().map(first).chain([A::of(WITHOUT)]).collect(),
            paid: vec![A::of(0); sorts.len()],
        }
    }

    /// How much more than those that are taken the technician's next slot costs.
    fn farther(&self, technician: usize) -> A {
        let next = match self.slots.get(technician) {
            Some(slots) => slots.get(self.taken[technician].len()).copied(),
            None => Some(A::of(WITHOUT)),
        };
        next.map_or(A::of(FAR), |cost| cost - self.prices[technician])
    }

    /// One more ticket gets a slot; others may move to another for it.
    fn add(&mut self, ticket: usize) {
        let technicians = self.taken.len();
        let mut search = Search {
            distances: vec![A::of(FAR); technicians],
            from: vec![ticket; technicians],
            reached: vec![0; technicians],
            farther: vec![A::of(0); technicians],
            seen: vec![false; self.costs.len()],
        };
        let (mut at, mut distance) = (ticket, A::of(0));
        let last = loop {
            self.look_around(at, distance, &mut search);
            let (nearest, technician) = self.nearest(&mut search);
            distance = nearest;
            let Some(&next) = self.taken[technician].get(search.reached[technician]) else {
                break technician;
            };
            search.reached[technician] += 1;
            at = next;
        };
        self.reprice(ticket, distance, &search);
        self.shift(last, &search.from);
    }

    /// What can be reached from the slot of a ticket that would move. Another of its sort has been there before.
    fn look_around(&self, ticket: usize, distance: A, search: &mut Search<A>) {
        let sort = self.sorts[ticket];
        if std::mem::replace(&mut search.seen[sort], true) {
            return;
        }
        let start = distance - self.paid[ticket];
        // Nobody takes any ticket.
        let costs = self.costs[sort].iter().copied().chain([A::of(0)]);
        let known = search.distances.iter_mut().zip(&mut search.from);
        for ((cost, &price), (known, from)) in costs.zip(&self.prices).zip(known) {
            if cost != A::of(BARRED) && price != A::of(FAR) && start + cost + price < *known {
                (*known, *from) = (start + cost + price, ticket);
            }
        }
    }

    /// The nearest slot that leads on, or is free: how far it is, and whose. The first technician's among equals.
    fn nearest(&self, search: &mut Search<A>) -> (A, usize) {
        let mut nearest = (A::of(FAR), 0);
        for technician in 0..self.taken.len() {
            let distance = search.distances[technician];
            if distance + search.farther[technician] >= nearest.0 {
                continue;
            }
            let taken = &self.taken[technician];
            let reached = &mut search.reached[technician];
            while taken.get(*reached).is_some_and(|&ticket| search.seen[self.sorts[ticket]]) {
                *reached += 1;
            }
            if *reached == taken.len() {
                search.farther[technician] = self.farther(technician);
            }
            if distance + search.farther[technician] < nearest.0 {
                nearest = (distance + search.farther[technician], technician);
            }
        }
        nearest
    }

    /// Whatever was nearer than the slot that was found is worth more by now.
    fn reprice(&mut self, ticket: usize, distance: A, search: &Search<A>) {
        for (technician, &to) in search.distances.iter().enumerate().filter(|(_, to)| **to < distance) {
            self.prices[technician] += distance - to;
            for &holder in &self.taken[technician] {
                self.paid[holder] += distance - to;
            }
        }
        self.paid[ticket] += distance;
    }

    /// The technician's next slot goes to the ticket from which it was reached, the slot of that one to the ticket from
    /// which that was, and so on.
    fn shift(&mut self, technician: usize, from: &[usize]) {
        let mut place = (technician, self.taken[technician].len());
        self.taken[technician].push(from[technician]);
        loop {
            let ticket = from[place.0];
            self.taken[place.0][place.1] = ticket;
            match self.places[ticket].replace(place) {
                Some(left) => place = left,
                None => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers below a bound, from a sequence.
    struct Random(u64);

    impl Random {
        fn below(&mut self, bound: i64) -> i64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as i64 % bound
        }
    }

    /// Costs by sort of ticket and technician, the sorts of the tickets, the technicians' slots.
    type Case = (Vec<Vec<i64>>, Vec<usize>, Vec<Vec<i64>>);

    /// Costs within `spread`, one in five barred; up to four slots each.
    fn case(random: &mut Random, tickets: usize, technicians: usize, sorts: usize, spread: i64) -> Case {
        let cost = |random: &mut Random| match random.below(5) {
            0 => BARRED,
            _ => random.below(spread) - spread / 2,
        };
        let costs = (0..sorts).map(|_| (0..technicians).map(|_| cost(random)).collect()).collect();
        let of = (0..tickets).map(|_| random.below(sorts as i64) as usize).collect();
        let slots = (0..technicians)
            .map(|_| {
                let mut slots: Vec<i64> =
                    (0..random.below(5)).map(|_| random.below(spread) - spread / 2).collect();
                slots.sort_unstable();
                slots
            })
            .collect();
        (costs, of, slots)
    }

    /// How many tickets go without, and what the others cost.
    fn total(case: &Case, places: &[Option<(usize, usize)>]) -> (usize, i64) {
        let (costs, sorts, slots) = case;
        let mut used: Vec<(usize, usize)> = places.iter().flatten().copied().collect();
        used.sort_unstable();
        assert!(used.windows(2).all(|pair| pair[0] != pair[1]), "no slot twice: {used:?}");
        let cost = |(ticket, place): (usize, &Option<(usize, usize)>)| {
            place.map(|(technician, slot)| {
                let cost = costs[sorts[ticket]][technician];
                assert_ne!(cost, BARRED);
                cost + slots[technician][slot]
            })
        };
        let matched: Vec<i64> = places.iter().enumerate().filter_map(cost).collect();
        (places.len() - matched.len(), matched.iter().sum())
    }

    /// The same for the best of all matchings.
    fn best(case: &Case, ticket: usize, used: &mut Vec<(usize, usize)>) -> (usize, i64) {
        let (costs, sorts, slots) = case;
        if ticket == sorts.len() {
            return (0, 0);
        }
        let (without, cost) = best(case, ticket + 1, used);
        let mut least = (without + 1, cost);
        for (technician, slots) in slots.iter().enumerate() {
            for (slot, own) in slots.iter().enumerate() {
                let cost = costs[sorts[ticket]][technician];
                if cost != BARRED && !used.contains(&(technician, slot)) {
                    used.push((technician, slot));
                    let (without, others) = best(case, ticket + 1, used);
                    least = least.min((without, others + cost + own));
                    used.pop();
                }
            }
        }
        least
    }

    #[test]
    fn no_other_matching_of_a_few_tickets_is_cheaper() {
        let mut random = Random(3);
        for round in 0..600 {
            let (tickets, technicians) = (random.below(6) as usize, random.below(4) as usize);
            let sorts = random.below(4) as usize + 1;
            let case = case(&mut random, tickets, technicians, sorts, [2, 6, 1000][round % 3]);
            let places = cheapest(case.0.clone(), &case.1, case.2.clone());
            assert_eq!(total(&case, &places), best(&case, 0, &mut Vec::new()), "{case:?}");
        }
    }

    /// Optimality by duality: prices under which nobody would rather have another slot than the one that is theirs, and no
    /// free slot has a price above its cost.
    #[test]
    fn prices_prove_that_a_matching_of_hundreds_is_cheapest() {
        let mut random = Random(4);
        for (tickets, technicians, sorts, spread) in [
            (300, 200, 300, 1_000_000),
            (300, 200, 300, 4),
            (300, 20, 300, 1000),
            (300, 200, 3, 50),
            (50, 300, 9, 50),
        ] {
            let case = case(&mut random, tickets, technicians, sorts, spread);
            let (costs, of, slots) = &case;
            let mut matching = Matching::new(costs, of, slots);
            (0..tickets).for_each(|ticket| matching.add(ticket));
            let mut slot_prices: Vec<Vec<i64>> = Vec::new();
            for (technician, slots) in slots.iter().enumerate() {
                let (taken, price) = (matching.taken[technician].len(), matching.prices[technician]);
                let of = |(slot, &cost): (usize, &i64)| if slot < taken { price } else { cost };
                slot_prices.push(slots.iter().enumerate().map(of).collect());
                assert!(slots[..taken].iter().all(|&cost| cost <= price));
            }
            for (ticket, &sort) in of.iter().enumerate() {
                let (at, slot) = matching.places[ticket].expect("everybody is somewhere");
                assert_eq!(matching.taken[at][slot], ticket);
                let own = |technician: usize| costs[sort].get(technician).copied().unwrap_or(0);
                assert_eq!(matching.paid[ticket], matching.prices[at] + own(at), "it pays its price");
                for (technician, prices) in slot_prices.iter().enumerate() {
                    if own(technician) != BARRED {
                        let least = prices.iter().min().map(|price| price + own(technician));
                        assert!(least.is_none_or(|least| matching.paid[ticket] <= least));
                    }
                }
                assert!(matching.paid[ticket] <= WITHOUT);
            }
        }
    }

    /// A matching by numbers in turn against one by the single numbers that they are the digits of.
    #[test]
    fn numbers_in_turn_are_matched_like_the_digits_of_one() {
        let mut random = Random(5);
        for _ in 0..200 {
            let (tickets, technicians) = (random.below(30) as usize, random.below(9) as usize);
            let (costs, sorts, slots) = case(&mut random, tickets, technicians, 4, 4000);
            let digits = |number: i64| InTurn([number.div_euclid(1000), number.rem_euclid(1000)]);
            let whole = |InTurn([first, then]): InTurn<2>| first * 1_000_000_000 + then;
            let digits_of = |table: &[Vec<i64>]| -> Vec<Vec<InTurn<2>>> {
                let each = |&number: &i64| if number == BARRED { InTurn::of(BARRED) } else { digits(number) };
                table.iter().map(|row| row.iter().map(each).collect()).collect()
            };
            let wholes_of = |table: &[Vec<i64>]| -> Vec<Vec<i64>> {
                let each = |&number: &i64| if number == BARRED { BARRED } else { whole(digits(number)) };
                table.iter().map(|row| row.iter().map(each).collect()).collect()
            };
            let in_turn = cheapest(digits_of(&costs), &sorts, digits_of(&slots));
            assert_eq!(in_turn, cheapest(wholes_of(&costs), &sorts, wholes_of(&slots)));
        }
    }

    #[test]
    fn equal_tickets_come_in_order_and_take_the_first_technician() {
        let places = cheapest(vec![vec![0_i64; 3]], &[0; 6], vec![vec![5, 7]; 3]);
        let expected = [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1)];
        assert_eq!(places, expected.map(Some));
    }
}
