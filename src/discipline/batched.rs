//! `batched`: tickets are collected for a window, ranked in one call, and matched to slots at least total cost. One batch
//! at a time, so nobody can get in between.

use std::collections::BTreeMap;

use super::contract::{Approach, Discipline, Ended, Order, Orders, Take, Waiting};
use super::definition::{Claims, DisciplineDefinition, Nature, Place};
use super::matching::{Amount, BARRED, InTurn, cheapest};
use super::window::Window;
use crate::domain::calendar::{CostTable, Further, Slots};
use crate::domain::forms::Length;
use crate::domain::{SimDuration, SimTime, TicketId};
use crate::kernel::stream::Streams;
use crate::section;

section! {
    /// Tickets are collected, ranked once and matched at least cost.
    pub struct BatchedSettings: Copy {
        /// How long tickets are collected, from the first that waits.
        window: Length = "2min",
    }
}

impl DisciplineDefinition for BatchedSettings {
    fn name(&self) -> &'static str {
        "batched"
    }

    fn nature(&self) -> Nature {
        Nature { together: true, claims: Claims::Nothing, ..Nature::PLAIN }
    }

    fn build(&self, _: Place) -> Box<dyn Discipline> {
        Box::new(Batched::new(self.window))
    }
}

/// One batch at a time, each collected for a window from its first ticket on.
pub struct Batched {
    window: Window<TicketId>,
    /// Dispatches of the batch that is under way.
    running: u32,
}

impl Batched {
    /// Batches of what comes within `window`.
    pub fn new(window: SimDuration) -> Self {
        Self { window: Window::new(window), running: 0 }
    }

    /// Opens the window if no batch is under way.
    fn collect(&mut self, now: SimTime, orders: &mut Orders) {
        if self.running == 0 {
            self.window.open(now, orders);
        }
    }
}

impl Discipline for Batched {
    fn reset(&mut self, _streams: &Streams) {
        self.window.reset();
        self.running = 0;
    }

    fn waits(&mut self, now: SimTime, waiting: Waiting, orders: &mut Orders) {
        self.window.add(now, waiting.ticket);
        self.collect(now, orders);
    }

    fn woke(&mut self, _now: SimTime, _alarm: u32, orders: &mut Orders) {
        let batch = self.window.close();
        self.running = batch.len() as u32;
        orders.push_back(Order::BeginTogether(batch));
    }

    fn ended(&mut self, now: SimTime, _ended: Ended, orders: &mut Orders) {
        self.running -= 1;
        self.collect(now, orders);
    }

    fn approach(&self, _ticket: TicketId) -> Approach {
        Approach::by(Take::Write)
    }

    /// As many tickets as possible get a slot, at the least total cost.
    fn allot(&mut self, table: &CostTable) -> Vec<Option<(usize, usize)>> {
        let count =
            |cost: f64| if cost.is_finite() { table.unit.count(cost).min(BARRED - 1) } else { BARRED };
        if table.technicians.iter().all(|technician| technician.further.is_empty()) {
            return match_up(table, |cost, _| count(cost));
        }
        match_up(table, |cost, further| {
            let [second, third, fourth] = further.copied().unwrap_or_default().map(count);
            // Whoever may not get the ticket may not, whatever else there is to say.
            if cost.is_finite() { InTurn([count(cost), second, third, fourth]) } else { InTurn::of(BARRED) }
        })
    }
}

/// Matches tickets to slots, whose costs come to what `amount` makes of them and of what decides where they are the same.
fn match_up<A: Amount>(
    table: &CostTable,
    amount: impl Fn(f64, Option<&Further>) -> A,
) -> Vec<Option<(usize, usize)>> {
    let amounts = |costs: &mut dyn Iterator<Item = f64>, further: &[Further]| -> Vec<A> {
        costs.enumerate().map(|(place, cost)| amount(cost, further.get(place))).collect()
    };
    let mut known: BTreeMap<Vec<A>, usize> = BTreeMap::new();
    let mut sorts = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let next = known.len();
        let costs = amounts(&mut row.added.iter().copied(), &row.further);
        sorts.push(*known.entry(costs).or_insert(next));
    }
    let mut costs = vec![Vec::new(); known.len()];
    for (row, sort) in known {
        costs[sort] = row;
    }
    let own = |slots: &Slots| amounts(&mut slots.slots.iter().map(|&(_, cost)| cost), &slots.further);
    cheapest(costs, &sorts, table.technicians.iter().map(own).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::TechnicianId;
    use crate::domain::calendar::{CostUnit, Row};

    /// Technicians with a slot each, whose costs in `unit` differ by ticket; what each ticket gets.
    fn allot(weight: f64, costs: &[&[f64]]) -> Vec<Option<usize>> {
        let slots = |number| Slots {
            technician: TechnicianId(number),
            slots: vec![(SimTime::ZERO, 0.0)],
            further: Vec::new(),
        };
        let table = CostTable {
            unit: CostUnit::of(weight),
            technicians: (0..costs[0].len() as u32).map(slots).collect(),
            rows: costs
                .iter()
                .map(|row| Row { added: row.to_vec(), further: Vec::new(), has_eligible: true })
                .collect(),
        };
        let places = Batched::new(SimDuration::ZERO).allot(&table);
        places.into_iter().map(|place| place.map(|(technician, _)| technician)).collect()
    }

    #[test]
    fn who_is_not_eligible_gets_nothing_and_as_many_as_can_get_something() {
        const NO: f64 = f64::INFINITY;
        assert_eq!(allot(1.0, &[&[1.0, NO], &[1.0, NO]]).iter().flatten().count(), 1);
        assert_eq!(allot(1.0, &[&[NO, NO], &[5.0, 1.0]]), [None, Some(1)]);
        // The cheap pairing of the first ticket would leave the second one without.
        assert_eq!(allot(1.0, &[&[0.0, 900.0], &[800.0, NO]]), [Some(1), Some(0)]);
        assert_eq!(allot(1.0, &[&[], &[]]), [None, None]);
    }

    #[test]
    fn costs_as_small_or_as_large_as_can_be_are_compared() {
        for unit in [f64::MIN_POSITIVE, 1e-300, 1e300] {
            let (low, high) = (unit, 3.0 * unit);
            assert_eq!(allot(unit, &[&[low, high], &[low, low]]), [Some(0), Some(1)], "{unit}");
        }
        assert_eq!(allot(0.0, &[&[0.0, 0.0], &[0.0, 0.0]]).iter().flatten().count(), 2);
    }

    #[test]
    fn what_differs_by_noise_alone_goes_by_the_desks_order() {
        assert_eq!(allot(1.0, &[&[0.1 + 0.2, 0.3]]), [Some(0)]);
        assert_eq!(allot(1.0, &[&[0.3, 0.1 + 0.2]]), [Some(0)]);
        assert_eq!(allot(1.0, &[&[0.3, 0.3 - 1e-9]]), [Some(1)]);
    }
}
