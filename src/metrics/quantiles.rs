//! A streaming summary of lengths of time: count, mean, extremes and ranks, whatever the order they come in.

use crate::domain::SimDuration;

/// Values kept as they are; one more and they move into the histogram.
const EXACT: usize = 16_384;

/// A power of two is cut into 2⁸ buckets, so a bucket is at most 2⁻⁸ of its values wide.
const BITS: u32 = 8;

/// Buckets that cover every length up to `i64::MAX` microseconds.
const BUCKETS: usize = (64 - BITS as usize) << BITS;

/// Lengths of time, summed up.
///
/// Count, mean and extremes are exact. So is the value of any rank among up to 16,384 values; beyond that it comes from a
/// histogram with integer bounds and is less than 0.2 % off.
/// The order of the values never shows.
#[derive(Clone, Debug)]
pub struct Quantiles {
    count: usize,
    sum_micros: i128,
    min_micros: i64,
    max_micros: i64,
    /// The values while there are few; empty once the histogram has taken over.
    values: Vec<i64>,
    sorted: bool,
    /// Values per bucket; empty until it is first needed, all zero until there are too many values to keep.
    buckets: Vec<u64>,
}

impl Default for Quantiles {
    fn default() -> Self {
        Self {
            count: 0,
            sum_micros: 0,
            min_micros: i64::MAX,
            max_micros: i64::MIN,
            values: Vec::new(),
            sorted: true,
            buckets: Vec::new(),
        }
    }
}

/// The bucket of a length; what is negative goes with zero.
fn bucket(micros: i64) -> usize {
    let micros = micros.max(0) as u64;
    let shift = 63 - BITS - (micros | 1 << BITS).leading_zeros();
    ((shift as usize) << BITS) + (micros >> shift) as usize
}

/// The middle of a bucket.
fn middle(bucket: usize) -> i64 {
    let bucket = bucket as u64;
    let shift = (bucket >> BITS).saturating_sub(1);
    let low = (bucket - (shift << BITS)) << shift;
    (low + (1 << shift) / 2) as i64
}

impl Quantiles {
    /// Takes in a length.
    #[inline]
    pub fn add(&mut self, length: SimDuration) {
        let micros = length.micros();
        self.sum_micros += i128::from(micros);
        self.min_micros = self.min_micros.min(micros);
        self.max_micros = self.max_micros.max(micros);
        if self.count < EXACT {
            self.values.push(micros);
            self.sorted = false;
        } else {
            self.add_to_histogram(micros);
        }
        self.count += 1;
    }

    #[cold]
    fn add_to_histogram(&mut self, micros: i64) {
        if self.buckets.is_empty() {
            self.buckets.resize(BUCKETS, 0);
        }
        for micros in self.values.drain(..) {
            self.buckets[bucket(micros)] += 1;
        }
        self.buckets[bucket(micros)] += 1;
    }

    /// Forgets everything but the room it took.
    pub fn clear(&mut self) {
        if self.count > EXACT {
            self.buckets[bucket(self.min_micros)..=bucket(self.max_micros)].fill(0);
        }
        self.values.clear();
        self.sorted = true;
        self.count = 0;
        self.sum_micros = 0;
        self.min_micros = i64::MAX;
        self.max_micros = i64::MIN;
    }

    /// How many lengths there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// All of them together, or the longest that there is.
    pub fn sum(&self) -> SimDuration {
        SimDuration::from_micros(i64::try_from(self.sum_micros).unwrap_or(i64::MAX))
    }

    /// The mean in seconds.
    pub fn mean_seconds(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum_micros as f64 / self.count as f64 / 1e6)
    }

    /// The shortest.
    pub fn min(&self) -> Option<SimDuration> {
        (self.count > 0).then(|| SimDuration::from_micros(self.min_micros))
    }

    /// The longest.
    pub fn max(&self) -> Option<SimDuration> {
        (self.count > 0).then(|| SimDuration::from_micros(self.max_micros))
    }

    /// The value of this rank, the shortest having rank 1; `None` where there is none.
    ///
    /// Sorts the values where they are kept, which is why it wants `&mut`.
    pub fn ranked(&mut self, rank: usize) -> Option<SimDuration> {
        if !(1..=self.count).contains(&rank) {
            return None;
        }
        if rank == 1 {
            return self.min();
        }
        if rank == self.count {
            return self.max();
        }
        if self.count <= EXACT {
            if !self.sorted {
                self.values.sort_unstable();
                self.sorted = true;
            }
            return Some(SimDuration::from_micros(self.values[rank - 1]));
        }
        let mut seen = 0;
        let first = bucket(self.min_micros);
        let found = self.buckets[first..]
            .iter()
            .position(|&count| {
                seen += count;
                seen >= rank as u64
            })
            .expect("the buckets hold `count` values and the rank is not above it");
        Some(SimDuration::from_micros(middle(first + found).clamp(self.min_micros, self.max_micros)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Distribution;
    use crate::kernel::sampler::{below, draw_duration};
    use crate::kernel::stream::{Purpose, Stream, Streams};
    use proptest::prelude::*;

    fn stream(seed: u64) -> Stream {
        Streams::new(seed, 0).stream(Purpose::Work, 0, 0)
    }

    impl Quantiles {
        /// A percentile by nearest rank, 0 being the shortest.
        fn percentile(&mut self, percent: u8) -> Option<SimDuration> {
            self.ranked((self.count * usize::from(percent)).div_ceil(100).max(1))
        }
    }

    fn filled(values: &[i64]) -> Quantiles {
        let mut quantiles = Quantiles::default();
        for &micros in values {
            quantiles.add(SimDuration::from_micros(micros));
        }
        quantiles
    }

    /// The definition, word by word: the smallest value such that p % of all are not above it.
    fn brute(values: &[i64], percent: u8) -> i64 {
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        *sorted
            .iter()
            .find(|&&value| {
                sorted.iter().filter(|&&other| other <= value).count() * 100
                    >= values.len() * percent as usize
            })
            .expect("the largest value qualifies")
    }

    proptest! {
        #[test]
        fn percentiles_of_few_values_are_exact(
            values in prop::collection::vec(-5_i64..2_000, 1..300), percent in 0_u8..=100,
        ) {
            let mut quantiles = filled(&values);
            let expected = brute(&values, percent);
            prop_assert_eq!(quantiles.percentile(percent), Some(SimDuration::from_micros(expected)));
            prop_assert_eq!(quantiles.min(), values.iter().min().map(|&v| SimDuration::from_micros(v)));
            prop_assert_eq!(quantiles.max(), values.iter().max().map(|&v| SimDuration::from_micros(v)));
            prop_assert_eq!(quantiles.count(), values.len());
        }

        #[test]
        fn a_bucket_holds_its_values_within_its_error(micros in 0..=i64::MAX, shift in 0_u32..63) {
            let micros = micros >> shift;
            let error = (middle(bucket(micros)) - micros).unsigned_abs();
            prop_assert!(u128::from(error) * 512 <= micros as u128, "{micros} is {error} off");
        }

        #[test]
        fn buckets_are_in_the_order_of_their_values(a in 0..=i64::MAX, b in 0..=i64::MAX, s in 0_u32..63) {
            let (a, b) = (a >> s, b >> s);
            prop_assert_eq!(bucket(a) < bucket(b), a < b && bucket(a) != bucket(b));
        }
    }

    #[test]
    fn the_buckets_cover_every_length() {
        assert_eq!(bucket(0), 0);
        assert_eq!(bucket(-1), 0);
        assert_eq!(bucket(255), 255);
        assert_eq!(bucket(256), 256);
        assert_eq!(bucket(511), 511);
        assert_eq!(bucket(512), 512);
        assert_eq!(bucket(513), 512);
        assert_eq!(bucket(i64::MAX), BUCKETS - 1);
    }

    #[test]
    fn percentiles_of_many_values_are_within_a_fifth_of_a_percent() {
        // Seed 1; lognormal lengths over four orders of magnitude. Bounds are certain, not statistical.
        let mut stream = stream(1);
        let distribution = Distribution::Lognormal { mean: 600.0, sigma: 1.5 };
        let values: Vec<i64> =
            (0..60_000).map(|_| draw_duration(&distribution, &mut stream).micros()).collect();
        let mut sorted = values.clone();
        sorted.sort_unstable();
        let mut quantiles = filled(&values);
        for percent in 1..=100_u8 {
            let exact = sorted[(values.len() * percent as usize).div_ceil(100) - 1];
            let found = quantiles.percentile(percent).expect("there are values").micros();
            assert!((found - exact).abs() as f64 <= exact as f64 / 512.0, "p{percent}: {found} for {exact}");
        }
        assert_eq!(quantiles.percentile(0), quantiles.min());
        assert_eq!(quantiles.percentile(100), quantiles.max());
        let sum: i64 = values.iter().sum();
        assert_eq!(quantiles.mean_seconds(), Some(sum as f64 / 60_000.0 / 1e6));
    }

    #[test]
    fn the_last_value_kept_exactly_and_the_first_that_is_not() {
        let values: Vec<i64> = (0..EXACT as i64).map(|i| 1_000_000 + i * 7).collect();
        let mut quantiles = filled(&values);
        assert_eq!(quantiles.percentile(50).map(SimDuration::micros), Some(values[EXACT / 2 - 1]));
        quantiles.add(SimDuration::from_micros(5_000_000));
        assert_eq!(quantiles.count(), EXACT + 1);
        let median = quantiles.percentile(50).expect("there are values").micros();
        assert!((median - values[EXACT / 2]).abs() <= values[EXACT / 2] / 512);
        assert_eq!(quantiles.max(), Some(SimDuration::from_secs(5)));
    }

    #[test]
    fn ranks_are_exact_where_many_values_share_a_bucket() {
        let mut quantiles = filled(&[vec![300; 10_000], vec![400; 10_000]].concat());
        for (percent, micros) in [(1, 300), (50, 300), (51, 400), (99, 400)] {
            assert_eq!(quantiles.percentile(percent).map(SimDuration::micros), Some(micros), "p{percent}");
        }
    }

    #[test]
    fn the_order_of_the_values_does_not_show() {
        for size in [1000, EXACT + 1, 40_000] {
            let mut stream = stream(size as u64);
            let mut values: Vec<i64> = (0..size).map(|_| i64::from(below(1 << 30, &mut stream))).collect();
            let mut first = filled(&values);
            values.reverse();
            values.rotate_left(size / 3);
            let mut second = filled(&values);
            for percent in 0..=100 {
                assert_eq!(first.percentile(percent), second.percentile(percent));
            }
            assert_eq!(first.mean_seconds(), second.mean_seconds());
        }
    }

    #[test]
    fn percentiles_may_be_asked_for_between_two_values() {
        let mut quantiles = filled(&[5, 1]);
        assert_eq!(quantiles.percentile(50).map(SimDuration::micros), Some(1));
        quantiles.add(SimDuration::from_micros(0));
        assert_eq!(quantiles.percentile(1).map(SimDuration::micros), Some(0));
    }

    #[test]
    fn there_is_no_rank_but_those_of_the_values() {
        for mut quantiles in [filled(&[5, 1]), filled(&vec![7; EXACT + 1])] {
            assert_eq!((quantiles.ranked(0), quantiles.ranked(quantiles.count() + 1)), (None, None));
            assert_eq!(quantiles.ranked(quantiles.count()), quantiles.max());
        }
        assert_eq!(Quantiles::default().ranked(1), None);
    }

    #[test]
    fn a_cleared_summary_is_like_a_new_one() {
        let large: Vec<i64> = (0..EXACT as i64 * 2).map(|i| i * 1000).collect();
        let mut reused = filled(&large);
        for values in [vec![3, 1, 2], large.clone(), Vec::new()] {
            reused.clear();
            for &micros in &values {
                reused.add(SimDuration::from_micros(micros));
            }
            let mut new = filled(&values);
            for percent in [0, 1, 50, 90, 95, 99, 100] {
                assert_eq!(reused.percentile(percent), new.percentile(percent));
            }
            assert_eq!((reused.count(), reused.min(), reused.max()), (new.count(), new.min(), new.max()));
            assert_eq!(reused.mean_seconds(), new.mean_seconds());
        }
        assert_eq!(reused.percentile(50), None);
        assert_eq!(reused.mean_seconds(), None);
    }
}
