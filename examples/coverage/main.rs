//! How often the intervals of a report cover the truth.
//!
//! Without arguments it makes experiments whose truth is known. Given results folders, each of a long run of one scenario, it
//! draws samples from their replications, whose mean is the truth that the samples should find: `coverage RESULTS…`. What
//! it found is in `benches/coverage.md`.

mod known;

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
const SAMPLES: [(usize, u32); 3] = [(20, 2000), (100, 1000), (1000, 400)];

/// What became of the samples of one measure under one discipline.
#[derive(Clone, Copy, Default)]
struct Tried {
    samples: u32,
    /// Samples with an interval.
    stated: u32,
    /// Samples whose interval leaves out the truth.
    wrong: u32,
}

impl Tried {
    fn missed(self) -> f64 {
        percent(self.wrong, self.samples)
    }
}

/// How many samples in a hundred do not leave out the truth, and how many have an interval; nothing without samples.
impl std::fmt::Display for Tried {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.samples {
            0 => Ok(()),
            all => write!(f, "{:.1} ({:.0})", 100.0 - self.missed(), percent(self.stated, all)),
        }
    }
}

fn percent(part: u32, whole: u32) -> f64 {
    100.0 * f64::from(part) / f64::from(whole.max(1))
}

fn main() -> Result<(), Box<dyn Error>> {
    if std::env::args().len() == 1 {
        known_truths();
    }
    for folder in std::env::args().skip(1) {
        let folder = Path::new(&folder);
        println!("\n## {}\n", folder.file_name().unwrap_or_default().to_string_lossy());
        println!("| number | n = 20 | n = 100 | n = 1,000 |\n|---|---|---|---|");
        let units = units(&folder.join("data/summary.csv"))?;
        let (keys, arms) = replications(&folder.join("data/replications.csv"))?;
        let tried: Vec<[Vec<Tried>; SAMPLES.len()]> = arms
            .values()
            .map(|rows| SAMPLES.map(|(n, samples)| try_all(rows, &keys, &units, n, samples)))
            .collect();
        for (index, key) in keys.iter().enumerate() {
            // The discipline with which it goes worst.
            let worst = |size: usize| {
                tried.iter().map(|arm| arm[size][index]).max_by(|a, b| a.missed().total_cmp(&b.missed()))
            };
            let cells: Option<Vec<String>> =
                (0..SAMPLES.len()).map(|size| Some(worst(size)?.to_string())).collect();
            if let Some(cells) = cells.filter(|cells| !cells[0].is_empty()) {
                println!("| `{key}` | {} |", cells.join(" | "));
            }
        }
    }
    Ok(())
}

/// Experiments whose truth is known.
fn known_truths() {
    const EXPERIMENTS: u32 = 1000;
    let kinds: [fn(u32, u32) -> Vec<known::Tried>; 5] =
        [known::means, known::differences, known::proportions, known::quantiles, |experiments, n| {
            known::simulated(experiments, n, 2)
        }];
    println!("| interval of | truth | n = 20 | n = 100 | n = 1,000 |\n|---|---|---|---|---|");
    for kind in kinds {
        let [few, some, many] = [20, 100, 1000].map(|n| kind(EXPERIMENTS, n));
        for ((few, some), many) in few.iter().zip(&some).zip(&many) {
            let cells = [few, some, many].map(|it| {
                let stated = percent(it.stated, it.all);
                format!("{:.1} ({stated:.0})", it.covered())
            });
            println!("| {} | {} | {} |", few.what, few.truth, cells.join(" | "));
        }
    }
    for (title, all) in [
        ("Doubling from 100", known::stopping(EXPERIMENTS)),
        ("A look after each replication from the twentieth on", known::looking_always(EXPERIMENTS)),
    ] {
        println!("\n{title}:\n\n| interval of | truth | covered | replications |\n|---|---|---|---|");
        for it in all {
            println!("| {} | {} | {:.1} | {:.0} |", it.what, it.truth, it.covered(), it.replications);
        }
    }
    println!("\n| family | wrong by `p_holm` | wrong by `p` | best ruled out |\n|---|---|---|---|");
    for it in known::families(EXPERIMENTS, 100) {
        let cells = [it.wrong, it.uncorrected, it.outdone].map(|count| format!("{:.1}", it.percent(count)));
        println!("| {} | {} |", it.what, cells.join(" | "));
    }
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
                if let Some(value) = value {
                    sum.add(*value);
                }
            }
        }
        for (index, sum) in sums.iter().enumerate() {
            // What is measured nowhere has no row in the summary.
            let Some(&unit) = units.get(&keys[index]) else { continue };
            let all = &truths[index];
            let (Some(mean), Some(truth)) = (Summary::from_moments(sum, unit, 0.95).mean, all.mean()) else {
                continue;
            };
            // What is always the same has nothing to leave out, and what may be never has no mean to be found.
            if all.least() == all.most() || truth.is_infinite() {
                continue;
            }
            let tried = &mut tried[index];
            tried.samples += 1;
            if let Some((lower, upper)) = mean.interval {
                // The truth is itself a sum, with the rounding of one.
                let noise = 1e-9 * truth.abs();
                tried.stated += 1;
                tried.wrong += u32::from(upper < truth - noise || truth + noise < lower);
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
