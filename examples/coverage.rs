//! How often the intervals of a report cover the truth: samples are drawn from the replications of a long run, whose mean
//! is the truth that they should find.
//!
//! Give it results folders, each of a long run of one scenario: `coverage RESULTS…`. What it found of the shipped
//! scenarios is in `benches/coverage.md`.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use stampede::keys::Named as _;
use stampede::metrics::catalog::Unit;
use stampede::metrics::statistics::Moments;
use stampede::metrics::summary::Summary;

/// Replications of a sample, and how many samples are drawn.
const SAMPLES: [(usize, u32); 3] = [(20, 1000), (100, 500), (1000, 200)];

/// What became of the samples of one measure under one discipline.
#[derive(Clone, Copy, Default)]
struct Tried {
    samples: u32,
    /// Samples with an interval.
    stated: u32,
    /// Samples with an interval that lies below the truth, and above it.
    below: u32,
    above: u32,
}

impl Tried {
    fn missed(self) -> f64 {
        percent(self.below + self.above, self.samples)
    }
}

fn percent(part: u32, whole: u32) -> f64 {
    100.0 * f64::from(part) / f64::from(whole.max(1))
}

fn main() -> Result<(), Box<dyn Error>> {
    for folder in std::env::args().skip(1) {
        let folder = Path::new(&folder);
        println!("\n## {}\n", folder.file_name().unwrap_or_default().to_string_lossy());
        println!("| number | discipline | truth | n = 20 | n = 100 | n = 1,000 |\n|---|---|---|---|---|---|");
        let units = units(&folder.join("data/summary.csv"))?;
        let (keys, arms) = replications(&folder.join("data/replications.csv"))?;
        for (arm, rows) in &arms {
            let mut lines: Vec<Vec<String>> = keys.iter().map(|_| Vec::new()).collect();
            for (n, samples) in SAMPLES {
                let tried = try_all(rows, &keys, &units, n, samples);
                for (line, tried) in lines.iter_mut().zip(tried) {
                    line.push(format!(
                        "{:.1} ({:.0})",
                        100.0 - tried.missed(),
                        percent(tried.stated, tried.samples)
                    ));
                }
            }
            for (index, (key, line)) in keys.iter().zip(&lines).enumerate() {
                let all: Moments = rows.iter().filter_map(|row| row[index]).collect();
                // What is the same in every replication has nothing to miss.
                if all.least() != all.most() {
                    let truth = all.mean().unwrap_or_default();
                    println!("| `{key}` | {arm} | {truth:.4} | {} |", line.join(" | "));
                }
            }
        }
    }
    Ok(())
}

/// Draws samples of `n` replications, with replacement, and sums each up.
fn try_all(
    rows: &[Vec<Option<f64>>],
    keys: &[String],
    units: &BTreeMap<String, Unit>,
    n: usize,
    samples: u32,
) -> Vec<Tried> {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let column = |index: usize| rows.iter().filter_map(move |row| row[index]);
    let truths: Vec<Moments> = (0..keys.len()).map(|index| column(index).collect()).collect();
    let mut tried = vec![Tried::default(); keys.len()];
    for _ in 0..samples {
        let mut sums = vec![Moments::default(); keys.len()];
        for _ in 0..n {
            let row = &rows[random.random_range(0..rows.len())];
            for (sum, value) in sums.iter_mut().zip(row) {
                value.iter().for_each(|&value| sum.add(value));
            }
        }
        for (index, sum) in sums.iter().enumerate() {
            let unit = units[&keys[index]];
            let (Some(mean), Some(truth)) =
                (Summary::from_moments(sum, unit, 0.95).mean, truths[index].mean())
            else {
                continue;
            };
            let tried = &mut tried[index];
            tried.samples += 1;
            if let Some((lower, upper)) = mean.interval {
                // The truth is itself a sum, with the rounding of one.
                let noise = 1e-9 * truth.abs();
                tried.stated += 1;
                tried.below += u32::from(upper < truth - noise);
                tried.above += u32::from(lower > truth + noise);
            }
        }
    }
    tried
}

/// The unit of each number.
fn units(path: &Path) -> Result<BTreeMap<String, Unit>, Box<dyn Error>> {
    let mut units = BTreeMap::new();
    for record in csv::Reader::from_path(path)?.records() {
        let record = record?;
        let unit = Unit::ALL.iter().find(|unit| unit.name() == &record[2]).ok_or("an unknown unit")?;
        units.insert(record[1].to_owned(), *unit);
    }
    Ok(units)
}

/// The numbers' keys, and every replication of every discipline.
#[expect(clippy::type_complexity, reason = "it is read in one place")]
fn replications(
    path: &Path,
) -> Result<(Vec<String>, BTreeMap<String, Vec<Vec<Option<f64>>>>), Box<dyn Error>> {
    let mut reader = csv::Reader::from_path(path)?;
    let keys = reader.headers()?.iter().skip(3).map(str::to_owned).collect();
    let mut arms: BTreeMap<String, Vec<Vec<Option<f64>>>> = BTreeMap::new();
    for record in reader.records() {
        let record = record?;
        let value = |cell: &str| match cell {
            "" => Ok(None),
            "never" => Ok(Some(f64::INFINITY)),
            number => number.parse().map(Some),
        };
        let row = record.iter().skip(3).map(value).collect::<Result<_, _>>()?;
        arms.entry(record[0].to_owned()).or_default().push(row);
    }
    Ok((keys, arms))
}
