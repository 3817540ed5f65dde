//! The numbers of bursts in their order: what a number keeps to in 50, 90 and 95 % of bursts, and how sure that is.
//!
//! A quantile is that of the nearest rank. Its interval has two of the values for ends, and needs to know nothing of how they
//! are distributed: H. A. David and H. N. Nagaraja, "Order Statistics" (3rd edition, 2003), 7.1.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::never;
use super::percent::Percent;
use super::statistics::order_ranks;

/// Up to so many values each is kept by itself.
const EXACT: usize = 4096;

/// Beyond that a power of two is cut into 2⁸ parts, of each of which the least value is kept.
const BITS: u32 = 8;

/// What a number keeps to in shares of the bursts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverBursts {
    /// In half of them it is at most this.
    pub p50: Quantile,
    /// In nine of ten.
    pub p90: Quantile,
    /// In nineteen of twenty.
    pub p95: Quantile,
}

/// A value that so many of the bursts do not exceed, and where it lies in the long run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quantile {
    /// The value of the nearest rank.
    #[serde(with = "never::number")]
    pub value: f64,
    /// The lower end of its interval, with the confidence that was asked for; `None` where too few bursts tell, and then
    /// there is no upper end either.
    #[serde(with = "never::option")]
    pub lower: Option<f64>,
    /// The upper end.
    #[serde(with = "never::option")]
    pub upper: Option<f64>,
}

/// Values of bursts, in whatever order they come.
///
/// Quantiles are exact up to 4,096 values. Beyond that memory is bounded, and a quantile is a value that was seen and less than
/// 0.4 % below the exact one; among whole numbers up to 512, and where few values differ at all, it still is exact.
#[derive(Clone, Debug, Default)]
pub struct Bursts {
    /// The values, as [`ordered`]; once there are too many, those that are in no part yet.
    values: Vec<i64>,
    /// How many values are in a part, and the least of them.
    parts: BTreeMap<i64, (usize, i64)>,
    count: usize,
}

/// The bits of a number, so that they compare as the numbers do.
fn ordered(value: f64) -> i64 {
    // Adding zero makes the negative zero the other one.
    let bits = (value + 0.0).to_bits().cast_signed();
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

/// The number with these bits.
fn number(ordered: i64) -> f64 {
    let bits = if ordered < 0 { ordered ^ i64::MAX } else { ordered };
    f64::from_bits(bits.cast_unsigned())
}

impl Bursts {
    /// Takes in the value of another burst, which may be infinite: "never".
    pub fn add(&mut self, value: f64) {
        self.values.push(ordered(value));
        self.count += 1;
        if self.values.len() > EXACT {
            self.put_away();
        }
    }

    /// Moves the values into their parts. Many at a time: once sorted, each part is looked up once.
    fn put_away(&mut self) {
        let part = |value: i64| value >> (f64::MANTISSA_DIGITS - 1 - BITS);
        self.values.sort_unstable();
        for values in self.values.chunk_by(|&one, &next| part(one) == part(next)) {
            let (count, least) = self.parts.entry(part(values[0])).or_insert((0, values[0]));
            (*count, *least) = (*count + values.len(), values[0].min(*least));
        }
        self.values.clear();
    }

    /// How many there are.
    pub fn count(&self) -> u32 {
        self.count as u32
    }

    /// What they keep to; `None` without values. `ranks` are those of the intervals' ends, as [`Ranks`] has them.
    pub fn quantiles(&self, ranks: &Ranks) -> Option<OverBursts> {
        let mut all = self.clone();
        if all.parts.is_empty() {
            all.values.sort_unstable();
        } else {
            all.put_away();
        }
        let ranked = |rank: usize| {
            if let Some(&value) = all.values.get(rank - 1) {
                return number(value);
            }
            let mut seen = 0;
            let part = all.parts.values().find(|(count, _)| {
                seen += count;
                seen >= rank
            });
            part.map_or(f64::NAN, |&(_, least)| number(least))
        };
        let quantile = |percent: Percent, ends: Option<(u32, u32)>| Quantile {
            value: ranked(percent.rank(self.count)),
            lower: ends.map(|(lower, _)| ranked(lower as usize)),
            upper: ends.map(|(_, upper)| ranked(upper as usize)),
        };
        let [p50, p90, p95] = std::array::from_fn(|place| (SHARES[place], ranks.0[place]));
        (self.count > 0).then(|| OverBursts {
            p50: quantile(p50.0, p50.1),
            p90: quantile(p90.0, p90.1),
            p95: quantile(p95.0, p95.1),
        })
    }
}

/// The shares of bursts that quantiles are of.
const SHARES: [Percent; 3] = [Percent::MEDIAN, Percent::whole(90), Percent::whole(95)];

/// Which of so many values are the ends of the quantiles' intervals; the same for all numbers that as many bursts have.
#[derive(Clone, Copy, Debug)]
pub struct Ranks([Option<(u32, u32)>; 3]);

impl Ranks {
    /// Those of so many values, with this confidence.
    pub fn new(count: u32, confidence: f64) -> Self {
        Self(SHARES.map(|percent| order_ranks(count, percent.share(), confidence)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::sampler::{below, normal};
    use crate::kernel::stream::{Purpose, Streams};

    fn of(values: impl IntoIterator<Item = f64>) -> Bursts {
        let mut bursts = Bursts::default();
        values.into_iter().for_each(|value| bursts.add(value));
        bursts
    }

    fn quantiles(bursts: &Bursts) -> OverBursts {
        bursts.quantiles(&Ranks::new(bursts.count(), 0.95)).expect("there are values")
    }

    /// Values of both signs that differ by many powers of two.
    fn drawn(count: u32) -> Vec<f64> {
        let mut stream = Streams::new(3, 0).stream(Purpose::Work, 0, 0);
        (0..count)
            .map(|_| {
                normal(&mut stream) * [1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, 1e3][below(7, &mut stream) as usize]
            })
            .collect()
    }

    #[test]
    fn bits_compare_as_numbers_do() {
        let rising = [f64::NEG_INFINITY, -1e9, -1.0, -1e-9, 0.0, 1e-300, 1.0, 1.5, 1e9, f64::INFINITY];
        assert!(rising.map(ordered).is_sorted());
        assert_eq!(rising.map(|value| number(ordered(value))), rising);
        assert_eq!(ordered(-0.0), ordered(0.0));
    }

    #[test]
    fn quantiles_are_of_the_nearest_rank_with_the_ranks_of_the_tables_for_ends() {
        let of_a_thousand = quantiles(&of((1..=1000).rev().map(f64::from)));
        let told = |it: Quantile| (it.value, it.lower, it.upper);
        assert_eq!(told(of_a_thousand.p50), (500.0, Some(469.0), Some(532.0)));
        assert_eq!(told(of_a_thousand.p90), (900.0, Some(881.0), Some(919.0)));
        assert_eq!(told(of_a_thousand.p95), (950.0, Some(936.0), Some(964.0)));
        let of_seventy_one = quantiles(&of((1..=71).map(f64::from)));
        assert_eq!(told(of_seventy_one.p95), (68.0, None, None), "72 values are the fewest that tell");
        assert_eq!(told(quantiles(&of([7.0])).p50), (7.0, None, None));
        assert_eq!(Bursts::default().quantiles(&Ranks::new(0, 0.95)), None);
    }

    #[test]
    fn never_is_later_than_anything() {
        let late = of((0..100).map(|place| if place < 8 { f64::INFINITY } else { f64::from(place) }));
        let found = quantiles(&late);
        assert_eq!((found.p90.value, found.p90.upper), (97.0, Some(f64::INFINITY)));
        assert_eq!(found.p95.value, f64::INFINITY);
        let written = serde_json::to_string(&found).expect("numbers and words");
        assert_eq!(serde_json::from_str::<OverBursts>(&written).expect("as written"), found);
    }

    #[test]
    fn beyond_what_is_kept_quantiles_are_nearly_exact_whatever_the_order() {
        let mut values = drawn(20_000);
        let many = quantiles(&of(values.iter().copied()));
        values.rotate_left(7_000);
        values.reverse();
        assert_eq!(quantiles(&of(values.iter().copied())), many);
        values.sort_by(f64::total_cmp);
        for (found, rank) in [(many.p50, 10_000), (many.p90, 18_000), (many.p95, 19_000)] {
            let exact = values[rank - 1];
            assert!((exact - found.value).abs() <= exact.abs() / 256.0, "{} for {exact}", found.value);
            assert!(values.contains(&found.value), "it was seen");
        }
        let counts = of((0..20_000).map(|place| f64::from(place % 500)));
        assert_eq!(quantiles(&counts).p95.value, 474.0, "whole numbers are exact");
    }

    #[test]
    fn intervals_of_quantiles_cover_as_often_as_they_say() {
        // 1,000 experiments of 200 bursts each, uniform from 0 to 1, so that quantiles are known. Ends are ranks, so
        // intervals cover somewhat more often than they say; leaving 94 to 99 % is a matter of four standard errors.
        let ranks = Ranks::new(200, 0.95);
        let mut covered = [0; 3];
        for experiment in 0..1000 {
            let mut stream = Streams::new(11, experiment).stream(Purpose::Work, 0, 0);
            let found = of((0..200).map(|_| stream.unit())).quantiles(&ranks).expect("there are values");
            for (covered, (quantile, truth)) in
                covered.iter_mut().zip([(found.p50, 0.5), (found.p90, 0.9), (found.p95, 0.95)])
            {
                let interval = quantile.lower.zip(quantile.upper).expect("200 bursts tell");
                *covered += u32::from((interval.0..=interval.1).contains(&truth));
            }
        }
        assert!(covered.iter().all(|covered| (940..=990).contains(covered)), "{covered:?}");
    }

    #[test]
    fn the_last_that_is_kept_and_the_first_that_is_not() {
        let values = drawn(EXACT as u32 + 1);
        let mut bursts = of(values[..EXACT].iter().copied());
        let mut sorted = values[..EXACT].to_vec();
        sorted.sort_by(f64::total_cmp);
        assert_eq!(quantiles(&bursts).p50.value, sorted[EXACT / 2 - 1]);
        bursts.add(values[EXACT]);
        assert_eq!((bursts.count() as usize, bursts.values.len()), (EXACT + 1, 0));
        let kept: usize = bursts.parts.values().map(|(count, _)| count).sum();
        assert_eq!(kept, EXACT + 1);
    }
}
