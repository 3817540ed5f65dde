//! What the disciplines come to so far, for whoever watches replications run. Nothing of it is a result.

use super::catalog;
use super::collector::Values;
use super::statistics::{Estimate, Moments};
use super::summary::Summary;

/// The numbers that are watched, by their keys.
pub const WATCHED: [&str; 2] = ["makespan", "double_booked_tickets"];

/// The sums over the replications that have come in.
#[derive(Clone, Debug)]
pub struct Interim {
    confidence: f64,
    /// Where the numbers stand among a replication's values.
    places: [Option<usize>; WATCHED.len()],
    /// Of each discipline, a sum per number.
    arms: Vec<[Moments; WATCHED.len()]>,
    /// How many replications have come in.
    pub replications: u32,
}

impl Interim {
    /// Nothing so far, of so many disciplines; intervals have this confidence.
    pub fn new(arms: usize, confidence: f64) -> Self {
        let places = WATCHED.map(catalog::position);
        Self { confidence, places, arms: vec![Default::default(); arms], replications: 0 }
    }

    /// Adds what a replication yields under a discipline, by its place.
    pub fn add(&mut self, arm: usize, values: &Values) {
        for (place, sum) in self.places.iter().zip(&mut self.arms[arm]) {
            if let Some(value) = place.and_then(|place| values[place]) {
                sum.add(value);
            }
        }
    }

    /// The means of each discipline so far, in the order of [`WATCHED`]; `None` where nothing has been measured.
    pub fn means(&self) -> Vec<[Option<Estimate>; WATCHED.len()]> {
        let mean = |key: &str, sum: &Moments| {
            let unit = catalog::measure(key)?.unit;
            Summary::from_moments(sum, unit, self.confidence).mean
        };
        let of =
            |sums: &[Moments; WATCHED.len()]| std::array::from_fn(|place| mean(WATCHED[place], &sums[place]));
        self.arms.iter().map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_are_of_what_has_been_measured() {
        let mut interim = Interim::new(2, 0.95);
        let values = |makespan: Option<f64>, doubles: f64| {
            let mut values: Values = vec![None; catalog::NUMBERS];
            values[catalog::position("makespan").unwrap()] = makespan;
            values[catalog::position("double_booked_tickets").unwrap()] = Some(doubles);
            values
        };
        interim.add(0, &values(Some(100.0), 0.0));
        interim.add(0, &values(None, 3.0));
        interim.add(0, &values(Some(200.0), 0.0));
        let means = interim.means();
        assert_eq!(means[0].map(|mean| mean.unwrap().mean), [150.0, 1.0]);
        assert_eq!(means[1], [None, None]);
    }
}
