//! A discipline of your own: of the tickets that wait, the most urgent goes first, so many at a time.
//!
//! It is compared with `parallel`, which takes tickets as they come: `cargo run --release --example own_discipline`.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use stampede::discipline::{
    Approach, Discipline, DisciplineDefinition, Ended, Nature, Order, Orders, Place, Take, Waiting,
};
use stampede::domain::{SimTime, TicketId};
use stampede::engine::Engine;
use stampede::experiment::{Experiment, Options};
use stampede::kernel::stream::Streams;
use stampede::keys::Whole;
use stampede::metrics::catalog;
use stampede::scenario::{self, Registry};

stampede::section! {
    /// The most urgent first, so many at a time, the slot held the moment it is picked.
    pub struct UrgentFirst {
        /// How many dispatches run at the same time.
        width: Whole<1, 1000> = 4,
    }
}

impl DisciplineDefinition for UrgentFirst {
    fn name(&self) -> &'static str {
        "urgent-first"
    }

    /// Like `parallel`, so that only the order differs.
    fn nature(&self) -> Nature {
        Nature { holds: true, peer_awareness: Some(1.0), ..Nature::PLAIN }
    }

    fn build(&self, _: Place) -> Box<dyn Discipline> {
        Box::new(Queue { width: self.width, running: 0, waiting: BinaryHeap::new() })
    }
}

/// Who waits, the most urgent on top; among those the first.
struct Queue {
    width: u32,
    running: u32,
    waiting: BinaryHeap<Reverse<(u8, TicketId)>>,
}

impl Queue {
    fn begin(&mut self, orders: &mut Orders) {
        while self.running < self.width
            && let Some(Reverse((_, ticket))) = self.waiting.pop()
        {
            self.running += 1;
            orders.push_back(Order::Begin(ticket));
        }
    }
}

impl Discipline for Queue {
    fn reset(&mut self, _: &Streams) {
        self.running = 0;
        self.waiting.clear();
    }

    fn waits(&mut self, _: SimTime, waiting: Waiting, orders: &mut Orders) {
        self.waiting.push(Reverse((waiting.priority, waiting.ticket)));
        self.begin(orders);
    }

    fn ended(&mut self, _: SimTime, _: Ended, orders: &mut Orders) {
        self.running -= 1;
        self.begin(orders);
    }

    fn approach(&self, _: TicketId) -> Approach {
        Approach::by(Take::Hold)
    }
}

const SCENARIO: &str = r#"
name = "urgent tickets first"
[burst]
tickets = 60
arrivals = { uniform = { over = "10min" } }
priorities = { 1 = 1, 3 = 4 }
[desk]
technicians = 20
[[discipline]]
kind = "parallel"
concurrency = 6
[[discipline]]
kind = "urgent-first"
width = 6
[experiment]
replications = 200
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let registry = Registry::default().with_discipline::<UrgentFirst>();
    let scenario = scenario::parse_with(SCENARIO, "example.toml", ".".as_ref(), &[], &registry)?;
    let options = Options { engine: Engine::Direct, threads: 2 };
    let comparison = Experiment::prepare(scenario)?.run(&options, &mut |_| ())?;
    let delay = catalog::position("dispatch_delay.mean").ok_or("there is no such measure")?;
    for arm in &comparison.arms {
        let mean = arm.summaries[delay].mean.ok_or("nothing was dispatched")?;
        let (lower, upper) = mean.interval.ok_or("one replication has no interval")?;
        println!(
            "{:<13} a ticket waits {:.1} s ({lower:.1} to {upper:.1}) for its dispatch",
            arm.name, mean.mean
        );
    }
    Ok(())
}
