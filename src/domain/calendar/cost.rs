//! The unit in which costs are compared: the one place that says when two of them are the same.

use std::cmp::Ordering;

use super::Offer;

/// A small unit of cost. Sums of fractions carry noise in their last digits, which must not decide who comes first:
/// costs are compared as whole numbers of units, and technicians who cost the same come in the desk's order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CostUnit {
    /// Ten billion units.
    power: f64,
}

impl CostUnit {
    /// Units in a power of ten that is not below the largest weight.
    const FINENESS: f64 = 1e10;

    /// Where numbers of units are cut, between two whole ones. Not in the middle: waiting times and shares of
    /// days often are simple fractions of a unit that lie exactly there, and noise would decide after all. No fraction with a
    /// small denominator lies close to the golden ratio.
    const CUT: f64 = 0.618_033_988_749_894_9;

    /// The unit where this is the largest weight: a ten-billionth of the power of ten that is not below it.
    pub fn of(weight: f64) -> Self {
        let mut power = 1.0;
        while power < weight {
            power *= 10.0;
        }
        while weight > 0.0 && power / 10.0 >= weight {
            power /= 10.0;
        }
        Self { power }
    }

    /// The cost in whole units.
    #[inline]
    pub fn count(self, cost: f64) -> i64 {
        let units = cost / self.power * Self::FINENESS + Self::CUT;
        let towards_zero = units as i64;
        towards_zero.saturating_sub(i64::from(towards_zero as f64 > units))
    }

    /// The cheapest first, then the desk's order.
    pub fn sort(self, offers: &mut [Offer]) {
        let unit = self.power / Self::FINENESS;
        offers.sort_unstable_by(|one, other| {
            let apart = one.cost - other.cost;
            // Counting is for those that are nearly the same.
            let by_cost = if apart.abs() > 2.0 * unit {
                one.cost.total_cmp(&other.cost)
            } else if apart == 0.0 {
                Ordering::Equal
            } else {
                self.count(one.cost).cmp(&self.count(other.cost))
            };
            by_cost.then(one.technician.cmp(&other.technician))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{SimDuration, SimTime, TechnicianId};

    /// Costs of the same size that differ in the order in which they were added up, for whole microseconds of waiting.
    #[test]
    fn the_order_of_adding_decides_nothing() {
        let mut noisy = 0;
        for weight in [0.25, 0.5, 1.0, 2.0, 3.0, 10.0] {
            let unit = CostUnit::of(weight);
            for micros in 0..20_000 {
                let wait = weight * SimDuration::from_micros(25_227_800_000 + micros).as_hours_f64();
                let (one, other) = (wait + 0.7 - 0.3, wait + 0.4);
                noisy += u32::from(one != other);
                assert_eq!(unit.count(one), unit.count(other), "{weight} {micros}");
                let later = weight * SimDuration::from_micros(25_227_800_000 + micros + 40).as_hours_f64();
                assert!(unit.count(later + 0.4) > unit.count(other), "{weight} {micros}");
            }
        }
        assert!(noisy > 10_000, "{noisy}");
    }

    #[test]
    fn weights_of_all_sizes_have_a_unit_that_tells_them_apart() {
        for weight in [f64::MIN_POSITIVE, 1e-300, 1e-12, 0.2, 1.0, 7.0, 1e12, 1e300] {
            let unit = CostUnit::of(weight);
            let counts = [-1.0, 0.0, 1e-7, 0.5, 1.0, 30.0].map(|share| unit.count(share * weight));
            assert!(counts.is_sorted_by(|one, next| one < next), "{weight}: {counts:?}");
            assert!((1_000_000_000..=10_000_000_000).contains(&unit.count(weight)), "{weight}");
            assert_eq!(unit.count(f64::INFINITY), i64::MAX);
            assert_eq!(unit.count(f64::NEG_INFINITY), i64::MIN);
        }
        assert_eq!(CostUnit::of(0.0), CostUnit::of(1.0), "where nothing has a weight");
    }

    #[test]
    fn who_costs_the_same_comes_in_the_desks_order() {
        let offer = |(number, cost)| Offer { technician: TechnicianId(number), start: SimTime::ZERO, cost };
        let mut offers = [(2, 0.3), (1, 0.1 + 0.2), (3, 0.3 - 1e-8), (0, 0.3 + 1e-8)].map(offer);
        CostUnit::of(1.0).sort(&mut offers);
        assert_eq!(offers.map(|offer| offer.technician.0), [3, 1, 2, 0]);

        // However near the costs are to each other, they come as their counts say.
        let mut state = 1_u64;
        for weight in [1.0, 1e-9, 1e12] {
            let unit = CostUnit::of(weight);
            let mut offers: Vec<Offer> = (0..3000)
                .map(|number| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    offer((number * 7 % 3000, weight * (7.0 + (state >> 52) as f64 * 3e-12)))
                })
                .collect();
            unit.sort(&mut offers);
            assert!(offers.is_sorted_by_key(|offer| (unit.count(offer.cost), offer.technician)), "{weight}");
        }
    }
}
