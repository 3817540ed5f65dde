//! `batched`: tickets are collected for a window, ranked in one call, and matched to slots at least total cost. One batch
//! at a time, so nobody can get in between.

use pathfinding::kuhn_munkres::kuhn_munkres_min;
use pathfinding::matrix::Matrix;

use super::contract::{Approach, Discipline, Ended, Order, Orders, Take, Waiting};
use super::definition::{DisciplineDefinition, Nature, Place};
use crate::domain::calendar::CostTable;
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
        Nature { together: true, ..Nature::PLAIN }
    }

    fn build(&self, _: Place) -> Box<dyn Discipline> {
        Box::new(Batched::new(self.window))
    }
}

/// One batch at a time, each collected for a window from its first ticket on.
pub struct Batched {
    window: SimDuration,
    waiting: Vec<TicketId>,
    /// Whether the window's end has been asked for.
    collecting: bool,
    /// Dispatches of the batch that is under way.
    running: u32,
}

impl Batched {
    /// Batches of what comes within `window`.
    pub fn new(window: SimDuration) -> Self {
        Self { window, waiting: Vec::new(), collecting: false, running: 0 }
    }

    /// Opens a window if tickets wait and none is open.
    fn collect(&mut self, orders: &mut Orders) {
        if !self.waiting.is_empty() && !self.collecting && self.running == 0 {
            self.collecting = true;
            orders.push_back(Order::Wake(self.window, 0));
        }
    }
}

impl Discipline for Batched {
    fn reset(&mut self, _streams: &Streams) {
        self.waiting.clear();
        self.collecting = false;
        self.running = 0;
    }

    fn waits(&mut self, _now: SimTime, waiting: Waiting, orders: &mut Orders) {
        self.waiting.push(waiting.ticket);
        self.collect(orders);
    }

    fn woke(&mut self, _now: SimTime, _alarm: u32, orders: &mut Orders) {
        self.collecting = false;
        self.running = self.waiting.len() as u32;
        orders.push_back(Order::BeginTogether(std::mem::take(&mut self.waiting)));
    }

    fn ended(&mut self, _now: SimTime, _ended: Ended, orders: &mut Orders) {
        self.running -= 1;
        self.collect(orders);
    }

    fn approach(&self, _ticket: TicketId) -> Approach {
        Approach::by(Take::Write)
    }

    /// As many rows as possible get a column, at the least total cost: the Hungarian method, O(rows² · columns).
    fn allot(&mut self, table: &CostTable) -> Vec<Option<usize>> {
        /// Steps between no cost and the largest; finer differences do not count.
        const STEPS: f64 = 1e9;
        let (rows, columns) = (table.costs.len(), table.columns.len());
        if rows == 0 || columns == 0 {
            return vec![None; rows];
        }
        let finite = || table.costs.iter().flatten().filter(|cost| cost.is_finite());
        let largest = finite().fold(0.0_f64, |largest, cost| largest.max(cost.abs()));
        // A cost of zero is zero steps, and the smallest possible costs do not overflow.
        let largest = if largest > 0.0 { largest } else { 1.0 };
        // Going without costs more than all the slots that the others could have.
        let without = 2 * STEPS as i64 * (rows as i64 + 1);
        let steps =
            |cost: f64| if cost.is_finite() { (cost / largest * STEPS).round() as i64 } else { without + 1 };
        // Each row has a column for going without, so that there is always a complete matching.
        let weights = Matrix::from_fn(rows, columns + rows, |(row, column)| {
            table.costs[row].get(column).map_or(without, |cost| steps(*cost))
        });
        let (_, chosen) = kuhn_munkres_min(&weights);
        let is_slot = |row: usize, column: usize| column < columns && table.costs[row][column].is_finite();
        chosen.into_iter().enumerate().map(|(row, column)| is_slot(row, column).then_some(column)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::TechnicianId;

    fn allot(costs: &[&[f64]]) -> Vec<Option<usize>> {
        let columns =
            (0..costs[0].len()).map(|number| (TechnicianId(number as u32), SimTime::ZERO)).collect();
        let table = CostTable { columns, costs: costs.iter().map(|row| row.to_vec()).collect() };
        Batched::new(SimDuration::ZERO).allot(&table)
    }

    /// The least total cost of giving each row a column of its own, by trying everything.
    fn least(costs: &[Vec<f64>], row: usize, taken: &mut Vec<usize>) -> f64 {
        if row == costs.len() {
            return 0.0;
        }
        let mut best = f64::INFINITY;
        for column in 0..costs[0].len() {
            if !taken.contains(&column) {
                taken.push(column);
                best = best.min(costs[row][column] + least(costs, row + 1, taken));
                taken.pop();
            }
        }
        best
    }

    #[test]
    fn the_matching_costs_the_least_of_all() {
        let mut state = 3_u64;
        for _ in 0..50 {
            let costs: Vec<Vec<f64>> = (0..4)
                .map(|_| {
                    let draw = |_| {
                        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                        f64::from((state >> 40) as u32 % 1000) / 10.0 - 20.0
                    };
                    (0..6).map(draw).collect()
                })
                .collect();
            let rows: Vec<&[f64]> = costs.iter().map(Vec::as_slice).collect();
            let chosen = allot(&rows);
            let total: f64 = chosen
                .iter()
                .enumerate()
                .map(|(row, column)| costs[row][column.expect("enough columns")])
                .sum();
            assert!((total - least(&costs, 0, &mut Vec::new())).abs() < 1e-6, "{costs:?} {chosen:?}");
        }
    }

    #[test]
    fn who_is_not_eligible_gets_nothing_and_as_many_as_can_get_something() {
        const NO: f64 = f64::INFINITY;
        assert_eq!(allot(&[&[1.0, NO], &[1.0, NO]]).iter().flatten().count(), 1);
        assert_eq!(allot(&[&[NO, NO], &[5.0, 1.0]]), [None, Some(1)]);
        // The cheap pairing of the first row would leave the second one without.
        assert_eq!(allot(&[&[0.0, 900.0], &[800.0, NO]]), [Some(1), Some(0)]);
        assert_eq!(allot(&[&[], &[]]), [None, None]);
    }

    #[test]
    fn costs_as_small_or_as_large_as_can_be_are_compared() {
        for unit in [f64::MIN_POSITIVE, 1e-300, 1e300] {
            let (low, high) = (unit, 3.0 * unit);
            assert_eq!(allot(&[&[low, high], &[low, low]]), [Some(0), Some(1)], "{unit}");
        }
        assert_eq!(allot(&[&[0.0, 0.0], &[0.0, 0.0]]).iter().flatten().count(), 2);
    }
}
