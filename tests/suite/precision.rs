//! Replications that are doubled until a mean is as precise as a scenario asks.

use std::fs;

use assert_cmd::Command;
use stampede::engine::Engine;
use stampede::experiment::{Experiment, ExperimentError, Options};
use stampede::report::export::text::{Style, comparison as text};
use stampede::results::part::PartsError;

use crate::common::{compare, parse};

/// Four tickets at once, one after the other or side by side. Of twelve people one may be found by two.
const SCENARIO: &str = r#"
    name = "precise"
    [burst]
    tickets = 4
    arrivals = { backlog = {} }
    [desk]
    technicians = 12
    [[discipline]]
    kind = "sequential"
    [[discipline]]
    kind = "parallel"
    [experiment]
    records = 0
"#;

fn options(threads: usize) -> Options {
    Options { engine: Engine::Direct, threads }
}

/// Half the interval of the makespan over its mean, in the arm where that is more.
fn widest(comparison: &stampede::results::Comparison) -> f64 {
    let arms = comparison.arms.iter().filter_map(|arm| {
        let mean = arm.summary("makespan")?.mean?;
        let (lower, upper) = mean.interval?;
        Some((mean.mean - lower).max(upper - mean.mean) / mean.mean)
    });
    arms.fold(0.0, f64::max)
}

#[test]
fn replications_double_until_every_interval_is_narrow_and_each_is_run_once() {
    let scenario = parse(SCENARIO, &[("experiment.precision", "2%")]);
    let experiment = Experiment::prepare(scenario).expect("it makes sense");
    let mut seen = Vec::new();
    let reached = experiment.run(&options(2), &mut |done| seen.push(done)).expect("it runs");
    let ran = reached.setup.replications;
    assert!(ran > 100 && (ran / 100).is_power_of_two(), "{ran}");
    assert_eq!(seen.last(), Some(&ran), "as many were run as there are");
    assert!(seen.is_sorted(), "none is counted again");
    assert!(widest(&reached) <= 0.02, "{}", widest(&reached));
    assert!(reached.warnings.is_empty(), "{:?}", reached.warnings);

    // The same as if so many had been asked for, and half as many are not enough.
    let fixed = |number: u32| {
        compare(parse(SCENARIO, &[("experiment.replications", &number.to_string())]), Engine::Direct, 1)
    };
    let (same, half) = (fixed(ran), fixed(ran / 2));
    for (one, other) in reached.arms.iter().zip(&same.arms) {
        assert_eq!(
            (one.digest, &one.summaries, &one.paired),
            (other.digest, &other.summaries, &other.paired)
        );
    }
    assert!(widest(&half) > 0.02, "{}", widest(&half));

    for threads in [1, 7] {
        let again = experiment.run(&options(threads), &mut |_| {}).expect("it runs");
        assert_eq!(again, reached, "{threads} threads");
    }
    let told = text(&reached, Style { color: false, width: 10_000 });
    let sentence =
        told.lines().find(|line| line.starts_with("Replications were doubled")).expect("it is told");
    assert!(sentence.contains("from 100 to at most 100,000"), "{sentence}");
    assert!(
        sentence.contains("no farther than 2% from it: first arrival to last owner. After "),
        "{sentence}"
    );
    assert!(sentence.contains(" it reaches farthest under parallel: 1."), "{sentence}");
}

#[test]
fn what_is_not_reached_is_said() {
    let told = |settings: &[(&str, &str)]| {
        let comparison = compare(parse(SCENARIO, settings), Engine::Direct, 2);
        (comparison.setup.replications, comparison.warnings.join(" "))
    };
    let precision = ("experiment.precision", "0.1%");
    let (ran, warning) = told(&[precision, ("experiment.max_replications", "300")]);
    assert_eq!(ran, 300);
    assert_eq!(
        warning,
        "The precision that was asked for, makespan within 0.1%, is not reached under `sequential` and `parallel`: 300 \
         replications are the most that are allowed (`experiment.max_replications`)."
    );
    // Nobody has a slot after the first two tickets, so that the third in four is never served.
    let short = [
        precision,
        ("experiment.precision_of", "dispatch_delay.p95"),
        ("desk.technicians", "1"),
        ("dispatch.slot", "8h"),
        ("dispatch.horizon", "8h"),
    ];
    let (ran, warning) = told(&short);
    assert_eq!(ran, 100, "no replication more will help");
    assert!(warning.contains("cannot be reached under `sequential` and `parallel`"), "{warning}");
    let (ran, warning) = told(&[precision, ("experiment.precision_of", "time_to_start.mean")]);
    assert_eq!(ran, 100);
    assert!(warning.contains("it was not measured in any of 100 replications"), "{warning}");
    // What is always the same is as narrow as can be.
    let (ran, warning) = told(&[("experiment.precision", "1%"), ("experiment.precision_of", "dispatched")]);
    assert_eq!((ran, warning.as_str()), (100, ""));
}

#[test]
fn parts_that_stop_too_early_are_no_comparison() {
    let experiment =
        Experiment::prepare(parse(SCENARIO, &[("experiment.precision", "2%")])).expect("it makes sense");
    for end in [100, 150] {
        let part = experiment.run_part(0..end, &options(2), &mut |_| {}).expect("it runs");
        match experiment.conclude(vec![part]) {
            Err(ExperimentError::Parts(PartsError::Missing(missing))) => assert_eq!(missing, end),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn the_flag_names_its_number_and_what_was_run_runs_again_to_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("precise.toml"), SCENARIO.replace("records = 0", "records = 1"))
        .expect("writable");
    let stampede = |arguments: &[&str]| {
        let mut command = Command::cargo_bin("stampede").expect("the program is built");
        command.current_dir(folder.path()).args(arguments).output().expect("it runs")
    };
    let first =
        stampede(&["compare", "precise.toml", "--precision", "dispatch_delay.mean: 20s", "--out", "one"]);
    assert_eq!(first.status.code(), Some(0), "{}", String::from_utf8_lossy(&first.stderr));
    let second = stampede(&["compare", "one/scenario.toml", "--threads", "1", "--out", "two"]);
    assert_eq!(second.status.code(), Some(0), "{}", String::from_utf8_lossy(&second.stderr));
    for file in ["summary.json", "summary.csv", "replications.csv", "comparison.json"] {
        let read = |run: &str| fs::read(folder.path().join(run).join("data").join(file)).expect("written");
        assert_eq!(read("one"), read("two"), "{file}");
    }
    let summary = fs::read(folder.path().join("one/data/summary.json")).expect("written");
    let summary: serde_json::Value = serde_json::from_slice(&summary).expect("JSON");
    let precision = &summary["precision"];
    assert_eq!(precision["number"], "dispatch_delay.mean");
    assert_eq!((&precision["fewest"], &precision["most"]), (&100.into(), &100_000.into()));
    assert_eq!(precision["reached"], true);
    assert!(precision["disciplines"][1]["reaches"].as_f64().expect("a number") <= 20.0);

    let report = stampede(&["report", "one", "--format", "markdown"]);
    assert!(String::from_utf8_lossy(&report.stdout).contains("Replications were doubled, from 100"));

    let before = fs::read_dir(folder.path()).expect("readable").count();
    for (arguments, part) in [
        (&["--precision", "2%", "--replications", "5"][..], "cannot be used with"),
        (&["--precision", "mkespan: 2%"], "did you mean \"makespan\"?"),
        (&["--precision", "2"], "\"2s\" or \"2min\""),
        (&["--precision", ""], "such as \"2%\""),
        (&["--max-replications", "500"], "does nothing without `experiment.precision`"),
    ] {
        let refused = stampede(&[&["compare", "precise.toml"], arguments].concat());
        let told = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}: {told}");
        assert!(
            told.split_whitespace().collect::<Vec<_>>().join(" ").contains(part),
            "{arguments:?}: {told}"
        );
    }
    assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), before, "nothing was written");
}
