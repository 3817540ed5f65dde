//! Which part of a run a shard is.

use std::ops::Range;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Which of how many shards, the first being 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Its number, from 1 on.
    pub number: u32,
    /// How many there are.
    pub of: u32,
}

impl Share {
    /// What falls to it of replications, one after the other: those of several experiments, each of which has so many. All
    /// shards together have each of them once.
    pub fn ranges(self, replications: &[u32]) -> Vec<Range<u32>> {
        let all: u64 = replications.iter().map(|&count| u64::from(count)).sum();
        let cut = |number: u32| (u128::from(all) * u128::from(number) / u128::from(self.of.max(1))) as u64;
        let (start, end) = (cut(self.number.saturating_sub(1)), cut(self.number));
        let mut first = 0_u64;
        let range = |&count: &u32| {
            let within = |at: u64| at.saturating_sub(first).min(u64::from(count)) as u32;
            let range = within(start)..within(end);
            first += u64::from(count);
            range
        };
        replications.iter().map(range).collect()
    }
}

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let share = text.split_once('/').and_then(|(number, of)| {
            Some(Self { number: number.trim().parse().ok()?, of: of.trim().parse().ok()? })
        });
        let share = share.ok_or("write I/N, as in 1/7, the first of seven")?;
        if (1..=share.of).contains(&share.number) {
            return Ok(share);
        }
        Err(format!("there is no shard {share}: the first is 1, and the last is as many as there are"))
    }
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_shards_together_have_everything_once() {
        for counts in [&[10][..], &[0, 7, 3, 0, 20], &[1; 40], &[u32::MAX, u32::MAX]] {
            for of in [1, 2, 3, 7, 50, 1000] {
                let mut next = vec![0; counts.len()];
                let mut sizes = Vec::new();
                for number in 1..=of {
                    let ranges = Share { number, of }.ranges(counts);
                    sizes.push(ranges.iter().map(|range| u64::from(range.end - range.start)).sum::<u64>());
                    for (next, range) in next.iter_mut().zip(ranges).filter(|(_, range)| !range.is_empty()) {
                        assert_eq!(range.start, *next);
                        *next = range.end;
                    }
                }
                assert_eq!(next, counts, "{of}");
                assert!(
                    sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1,
                    "they are as large as can be"
                );
            }
        }
    }

    #[test]
    fn a_share_is_written_as_it_is_read() {
        assert_eq!("3/7".parse(), Ok(Share { number: 3, of: 7 }));
        assert_eq!(Share { number: 3, of: 7 }.to_string(), "3/7");
        for bad in ["", "3", "3/", "/7", "x/7", "3/7/9", "-1/7", "1/4294967296"] {
            assert!(bad.parse::<Share>().unwrap_err().starts_with("write I/N"), "{bad}");
        }
        for bad in ["0/7", "8/7", "0/0", "1/0"] {
            assert!(bad.parse::<Share>().unwrap_err().starts_with("there is no shard"), "{bad}");
        }
    }
}
