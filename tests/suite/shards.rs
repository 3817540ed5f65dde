//! Runs that are divided into shards and merged.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::project;
use crate::resuming::contents;

/// `stampede`, started in this folder.
fn stampede(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("stampede"));
    command.current_dir(folder).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Its exit code, standard output and standard error.
fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = stampede(folder, arguments).output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// A folder with the shipped scenario of a recorded morning.
fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a temporary folder");
    for file in ["monday-5.toml", "monday-recorded.toml", "monday-recorded.csv"] {
        fs::copy(project("scenarios").join(file), place.path().join(file)).expect("writable");
    }
    place
}

/// As one run and as seven shards, merged: the same bytes.
fn merges(arguments: &[&str], exit: i32) {
    let place = place();
    let whole = run(place.path(), &[arguments, &["--out", "whole"]].concat());
    assert_eq!(whole.0, Some(exit), "{}", whole.2);
    let mut parts = Vec::new();
    for number in 1..=7 {
        let (shard, out) = (format!("--shard={number}/7"), format!("parts/{}.part", 8 - number));
        let threads = format!("--threads={}", 1 + number % 3);
        let (code, printed, told) =
            run(place.path(), &[arguments, &[&shard, "--out", &out, "--quiet", &threads]].concat());
        assert_eq!((code, printed.as_str(), told.as_str()), (Some(0), "", ""), "a shard judges nothing");
        parts.push(out);
    }
    parts.push("parts/3.part".to_owned());
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    // What it was made from may be gone.
    for file in ["monday-5.toml", "monday-recorded.toml", "monday-recorded.csv"] {
        fs::remove_file(place.path().join(file)).expect("it is ours");
    }
    let merged = run(place.path(), &[&["merge"], &parts[..], &["--out", "merged"]].concat());
    assert_eq!((merged.0, &merged.1), (Some(exit), &whole.1), "{}", merged.2);
    let folder = |name: &str| contents(&place.path().join(name));
    assert!(folder("merged") == folder("whole"), "the files are others");
    let (code, _, told) = run(place.path(), &[&["merge", "--out", "gap"], &parts[1..6]].concat());
    assert_eq!(code, Some(2));
    assert_eq!(told, "error: shards 1 and 7 of 7 are missing: run them, or name their parts too\n");
    assert!(!place.path().join("gap").exists());
}

#[test]
fn a_comparison_of_a_recording_merges_to_the_same_bytes() {
    let recorded = ["compare", "monday-recorded.toml", "--replications=17", "--set=experiment.records=4"];
    merges(
        &[&recorded[..], &["--seed=7", "--discipline=parallel,sequential", "--set=thresholds={}"]].concat(),
        0,
    );
}

#[test]
fn a_sweep_merges_to_the_same_bytes() {
    merges(&["sweep", "monday-5.toml", "--replications=5", "--vary=burst.tickets=5,8", "--seed=3"], 0);
}

#[test]
fn thresholds_are_judged_when_parts_are_merged() {
    merges(&["compare", "monday-5.toml", "--replications=9", "--set=thresholds.makespan=\"mean < 1s\""], 99);
}

#[test]
fn more_shards_than_replications_leave_some_empty() {
    let place = place();
    let few =
        ["compare", "monday-5.toml", "--replications=2", "--set=thresholds={}", "--discipline=sequential"];
    let mut parts = Vec::new();
    for number in 1..=5 {
        let (code, _, told) = run(place.path(), &[&few[..], &[&format!("--shard={number}/5")]].concat());
        assert_eq!(code, Some(0), "{told}");
        parts.push(told.rsplit_once(" is in ").expect("it says where").1.trim().to_owned());
    }
    assert!(parts[4].starts_with("results/monday-5+") && parts[4].ends_with("-5-of-5.part"), "{parts:?}");
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    assert_eq!(run(place.path(), &[&few[..], &["--out=whole"]].concat()).0, Some(0));
    let (code, _, told) = run(place.path(), &[&["merge"], &parts[..]].concat());
    assert_eq!(code, Some(0), "{told}");
    let merged =
        told.lines().last().and_then(|line| line.strip_prefix("results are in ")).expect("it says where");
    assert!(contents(&place.path().join(merged)) == contents(&place.path().join("whole")));
}

#[test]
fn what_cannot_be_a_shard_or_be_merged_is_refused_and_nothing_is_written() {
    let place = place();
    fs::write(place.path().join("thesis.txt"), "years of work").expect("writable");
    let before = contents(place.path());
    let shard = |flags: &[&str]| run(place.path(), &[&["compare", "monday-5.toml"], flags].concat());
    for (flags, said) in [
        (&["--shard=0/7"][..], "there is no shard 0/7: the first is 1"),
        (&["--shard=8/7"], "there is no shard 8/7"),
        (&["--shard=7"], "write I/N, as in 1/7"),
        (&["--shard=1/7", "--resume"], "cannot be used with"),
        (&["--shard=1/7", "--precision=2%"], "set --replications instead"),
        (
            &["--shard=1/7", "--out=thesis.txt"],
            "thesis.txt is there already and is no part, so it stays as it is",
        ),
        (&["--shard=1/7", "--out=."], ". is a folder: name a file for the part"),
        (&["--shard=1/7", "--seed=x"], "invalid value 'x'"),
    ] {
        let (code, printed, told) = shard(flags);
        assert_eq!((code, printed.as_str()), (Some(2), ""), "{flags:?}: {told}");
        assert!(told.contains(said), "{flags:?}: {told}");
    }
    for (parts, said) in [
        (&["thesis.txt"][..], "error: thesis.txt is no part of a run: name files that --shard has written\n"),
        (&["nowhere.part"], "error: cannot read nowhere.part: "),
        (&["."], "error: cannot read .: it is a folder, not a file\n"),
        (&[], "error: the following required arguments were not provided"),
    ] {
        let (code, printed, told) = run(place.path(), &[&["merge"], parts].concat());
        assert_eq!((code, printed.as_str()), (Some(2), ""), "{parts:?}: {told}");
        assert!(told.starts_with(said), "{parts:?}: {told}");
    }
    assert!(contents(place.path()) == before);
}

/// Workers that have lost their parent may go on beside those that replace them.
#[test]
fn workers_that_write_the_same_part_end_with_one_that_is_whole() {
    let place = place();
    let shard =
        ["compare", "monday-5.toml", "--replications=60", "--set=thresholds={}", "--quiet", "--shard=1/1"];
    let workers: Vec<_> = (1..=4)
        .map(|threads| {
            let threads = format!("--threads={threads}");
            stampede(place.path(), &[&shard[..], &["--out=one.part", &threads]].concat())
                .spawn()
                .expect("it runs")
        })
        .collect();
    for worker in workers {
        let output = worker.wait_with_output().expect("it ends");
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
    }
    let mut alone = stampede(place.path(), &[&shard[..], &["--out=alone.part"]].concat());
    assert!(alone.output().expect("it runs").status.success());
    let part = |name: &str| fs::read(place.path().join(name)).expect("it was written");
    assert!(part("one.part") == part("alone.part"));
    let hidden = |(name, _): &(String, Vec<u8>)| name.starts_with('.');
    assert!(!contents(place.path()).iter().any(hidden), "and nothing else is left");
    assert_eq!(run(place.path(), &["merge", "one.part", "--out=merged", "--quiet"]).0, Some(0));
}
