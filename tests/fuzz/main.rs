//! Mutation fuzzing of scenarios, tables and results folders: whatever the input, no panic, no hang, and nothing that
//! drives a terminal.
//!
//! `cargo test --release --test fuzz -- --cases 20000` tries so many cases; `--seconds 60` stops after that time;
//! `--seed 7` tries others. `--only N` tries one case again and keeps its files. A case follows from the seed and its
//! number alone.

mod checks;
mod mutate;

use std::collections::BTreeMap;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use checks::{End, Extent};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use stampede::results;

/// Longer than this no case takes, not even without optimisation on a busy machine.
const LONGEST: Duration = Duration::from_mins(1);

/// One in so many cases is written to a folder and read back.
const WRITTEN: u64 = 20;

/// One in so many cases has its charts drawn, which takes longer than all else.
const DRAWN: u64 = 200;

/// One in so many cases is tried with the program itself.
const PROGRAM: u64 = 25;

/// What is asked for.
struct Budget {
    cases: u64,
    time: Duration,
    seed: u64,
    only: Option<u64>,
}

/// The budget that the arguments state; `None`: tests of another name are asked for.
fn budget() -> Option<Budget> {
    let mut budget = Budget { cases: 400, time: Duration::from_hours(1), seed: 1, only: None };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || {
            let value = arguments.next().and_then(|value| value.parse().ok());
            value.unwrap_or_else(|| panic!("{argument} needs a number"))
        };
        match argument.as_str() {
            "--cases" => budget.cases = number(),
            "--seconds" => (budget.time, budget.cases) = (Duration::from_secs(number()), u64::MAX),
            "--seed" => budget.seed = number(),
            "--only" => budget.only = Some(number()),
            "--list" | "--ignored" => return None,
            // What `cargo test` hands to every test program.
            flag if flag.starts_with('-') => {}
            filter if "fuzz".contains(filter) => {}
            _ => return None,
        }
    }
    Some(budget)
}

#[expect(clippy::disallowed_methods, reason = "the budget of a test is no result")]
fn now() -> Instant {
    Instant::now()
}

/// The files that are mutated.
struct Corpus {
    /// Scenarios and tables by name, which lie in one folder.
    files: Vec<(String, Vec<u8>)>,
    /// Results folders that are whole.
    folders: Vec<PathBuf>,
}

impl Corpus {
    /// Reads the corpus, and makes results folders of its scenarios below `place`.
    fn new(place: &Path) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus");
        let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(&folder)
            .expect("the corpus is there")
            .map(|entry| entry.expect("the corpus can be read"))
            .map(|entry| {
                (
                    entry.file_name().to_string_lossy().into_owned(),
                    fs::read(entry.path()).expect("it can be read"),
                )
            })
            .collect();
        files.sort();
        let mut folders = Vec::new();
        for (name, _) in files.iter().filter(|(name, _)| is_of(name, "toml")) {
            let out = place.join(format!("results-{name}"));
            if checks::saved(&folder.join(name), &out) {
                folders.push(out);
            }
        }
        assert!(folders.len() >= 4, "the corpus has scenarios that are valid: {folders:?}");
        Self { files, folders }
    }

    /// Tries case `number` in the folder `place`.
    fn case(&self, number: u64, seed: u64, place: &Path) -> End {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(number);
        let extent = Extent { written: number.is_multiple_of(WRITTEN), drawn: number.is_multiple_of(DRAWN) };
        if random.random_range(0..5) == 0 {
            return self.results(&mut random, number, extent, place);
        }
        let mut files = self.files.clone();
        let changed = random.random_range(0..files.len());
        let other = files[random.random_range(0..files.len())].1.clone();
        mutate::mutate(&mut files[changed].1, &other, &mut random);
        let name = files[changed].0.clone();
        // The scenario that was changed, or one that may name the table that was.
        let scenarios: Vec<&String> =
            files.iter().map(|(name, _)| name).filter(|name| is_of(name, "toml")).collect();
        let users = match name.as_str() {
            "morning.csv" => "recorded.toml",
            "minutes.csv" => "profile.toml",
            table if is_of(table, "csv") => "export.toml",
            scenario => scenario,
        };
        let scenario = scenarios.into_iter().find(|name| *name == users).expect("the corpus has it").clone();
        for (name, bytes) in &files {
            fs::write(place.join(name), bytes).expect("writable");
        }
        if number.is_multiple_of(PROGRAM) {
            return checks::program(&["validate", &scenario], place);
        }
        checks::scenario(&place.join(scenario), extent)
    }

    /// Tries a results folder with one file changed; for half of them the manifest agrees.
    fn results(&self, random: &mut ChaCha8Rng, number: u64, extent: Extent, place: &Path) -> End {
        let from = &self.folders[random.random_range(0..self.folders.len())];
        let dir = place.join("results");
        copy(from, &dir);
        let names = [
            "data/comparison.json",
            "data/events.jsonl",
            "data/replications.csv",
            "scenario.toml",
            "manifest.json",
        ];
        let path = dir.join(names[random.random_range(0..names.len())]);
        let mut bytes = fs::read(&path).expect("it was copied");
        let before = results::sha256_of(&path).expect("it was copied");
        mutate::mutate(&mut bytes, &self.files[random.random_range(0..self.files.len())].1, random);
        fs::write(&path, bytes).expect("writable");
        if random.random_range(0..4) > 0 {
            let after = results::sha256_of(&path).expect("it was written");
            let manifest = dir.join("manifest.json");
            let text = fs::read(&manifest).expect("it was copied");
            let text = String::from_utf8_lossy(&text).replace(&before, &after);
            fs::write(manifest, text).expect("writable");
        }
        if number.is_multiple_of(PROGRAM) {
            return checks::program(&["explain", "results", "T-001"], place);
        }
        checks::results(&dir, extent)
    }
}

/// Whether a file's name has this extension.
fn is_of(name: &str, extension: &str) -> bool {
    name.rsplit('.').next() == Some(extension)
}

/// Copies the files of a folder that results are read from.
fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("it can be read") {
        let path = entry.expect("it can be read").path();
        let target = to.join(path.file_name().expect("it has a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else if path.extension().is_none_or(|extension| extension != "png" && extension != "svg") {
            fs::create_dir_all(to).expect("writable");
            fs::copy(&path, target).expect("writable");
        }
    }
}

/// Ends the program when a case takes too long.
fn watch(began: Instant, current: Arc<AtomicU64>, since: Arc<AtomicU64>) {
    thread::spawn(move || {
        loop {
            thread::sleep(Duration::from_millis(500));
            let since = Duration::from_millis(since.load(Ordering::Relaxed));
            if began.elapsed().saturating_sub(since) > LONGEST {
                eprintln!(
                    "fuzz: case {} takes more than {} s",
                    current.load(Ordering::Relaxed),
                    LONGEST.as_secs()
                );
                std::process::exit(1);
            }
        }
    });
}

fn main() -> ExitCode {
    let Some(Budget { cases, time, seed, only }) = budget() else { return ExitCode::SUCCESS };
    let place = tempfile::tempdir().expect("a temporary folder");
    let corpus = Corpus::new(place.path());
    let began = now();
    let (current, since) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    watch(began, Arc::clone(&current), Arc::clone(&since));
    let (mut ends, mut failures) = (BTreeMap::new(), 0);
    let mut slowest = (Duration::ZERO, 0);
    let range = only.map_or(0..cases, |number| number..number + 1);
    for number in range {
        if began.elapsed() > time {
            break;
        }
        let start = began.elapsed();
        current.store(number, Ordering::Relaxed);
        since.store(start.as_millis() as u64, Ordering::Relaxed);
        let folder = place.path().join("case");
        fs::create_dir_all(&folder).expect("writable");
        let end = panic::catch_unwind(AssertUnwindSafe(|| corpus.case(number, seed, &folder)));
        if let Ok(end) = end {
            *ends.entry(end).or_insert(0_u64) += 1;
        } else {
            failures += 1;
            eprintln!(
                "fuzz: case {number} of seed {seed} failed; try it again with --seed {seed} --only {number}"
            );
        }
        slowest = slowest.max((began.elapsed().saturating_sub(start), number));
        if only.is_none() {
            fs::remove_dir_all(&folder).expect("writable");
        }
    }
    let total: u64 = ends.values().sum::<u64>() + failures;
    let (longest, number) = slowest;
    println!(
        "fuzz: {total} cases of seed {seed} in {:.0} s, {failures} failures; {ends:?}; the slowest, {number}, took {:.2} s",
        began.elapsed().as_secs_f64(),
        longest.as_secs_f64()
    );
    if only.is_some() {
        println!("fuzz: its files are in {}", place.keep().display());
    }
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
