//! Runs that are interrupted, that share a folder, or that the machine cannot carry.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use crate::common::project;

/// `stampede`, started in this folder.
fn stampede(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("stampede"));
    command.current_dir(folder).args(arguments);
    command
}

/// Its exit code, standard output and standard error.
fn ended(output: Output) -> (Option<i32>, String, String) {
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// What it says of the shipped scenario of five tickets, with these flags.
fn compare(folder: &Path, flags: &[&str]) -> (Option<i32>, String, String) {
    let scenario = project("scenarios/monday-5.toml");
    let scenario = scenario.to_str().expect("a plain path");
    let arguments = [&["compare", scenario, "--replications", "3", "--set", "thresholds={}"], flags].concat();
    ended(stampede(folder, &arguments).output().expect("it runs"))
}

/// A run that goes on for longer than any test, and has claimed its folder.
fn endless(folder: &Path, out: &str) -> Child {
    let scenario = project("scenarios/monday-5.toml");
    let scenario = scenario.to_str().expect("a plain path");
    let arguments = [
        "compare",
        scenario,
        "--replications",
        "5000000",
        "--threads",
        "1",
        "--max-memory",
        "1TB",
        "--out",
        out,
    ];
    let child =
        stampede(folder, &arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let out = folder.join(out);
    let lock = format!(".{}.stampede-lock", out.file_name().expect("a name").display());
    let lock = out.parent().expect("a folder").join(lock);
    while !lock.exists() {
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

/// The names in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("it can be read");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("likewise").file_name().display().to_string()).collect();
    names.sort();
    names
}

#[cfg(unix)]
#[test]
fn a_signal_stops_a_run_and_leaves_the_results_that_are_there_as_they_were() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert_eq!(compare(folder.path(), &["--out", "out", "--quiet"]).0, Some(0));
    let before = fs::read(folder.path().join("out/manifest.json")).expect("it was written");
    let child = endless(folder.path(), "out");
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("there is kill");
    let (exit, printed, told) = ended(child.wait_with_output().expect("it ends"));
    assert_eq!((exit, printed.as_str()), (Some(143), ""), "{told}");
    assert!(told.lines().last().unwrap_or_default().starts_with("interrupted: "), "{told}");
    let names = names(folder.path());
    // What was finished, if anything was.
    assert!(names == ["out"] || names == [".out.stampede-journal", "out"], "{names:?}");
    assert_eq!(fs::read(folder.path().join("out/manifest.json")).expect("it is still there"), before);
}

#[test]
fn a_second_writer_is_refused_in_a_sentence_and_readers_are_not() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert_eq!(compare(folder.path(), &["--out", "out", "--quiet"]).0, Some(0));
    let mut first = endless(folder.path(), "out");
    let (code, printed, told) = compare(folder.path(), &["--out", "out", "--quiet"]);
    assert_eq!((code, printed.as_str()), (Some(2), ""));
    assert_eq!(
        told,
        "error: another Stampede is writing results to out: wait until it is done, or choose another --out\n"
    );
    let (code, printed, told) = ended(stampede(folder.path(), &["report", "out"]).output().expect("it runs"));
    assert_eq!(code, Some(2));
    assert!(printed.contains("sequential"), "what is there is printed all the same: {printed}");
    assert_eq!(told, "error: another Stampede is writing results to out: wait until it is done\n");
    let explained = ended(stampede(folder.path(), &["explain", "out", "T-001"]).output().expect("it runs"));
    assert_eq!(explained.0, Some(0), "{}", explained.2);
    assert_eq!(compare(folder.path(), &["--out", "elsewhere", "--quiet"]).0, Some(0));
    // A kill leaves a lock that nobody holds.
    first.kill().expect("it still runs");
    first.wait().expect("it ends");
    assert_eq!(compare(folder.path(), &["--out", "out", "--quiet"]).0, Some(0));
    assert_eq!(names(folder.path()), ["elsewhere", "out"]);
}

#[test]
fn what_was_set_is_in_the_name_of_the_folder_and_another_experiment_is_not_replaced_silently() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for flags in
        [&["--seed", "7"][..], &["--seed", "8"], &["--seed", "8", "--threads", "1", "--engine", "direct"]]
    {
        let (code, _, told) = compare(folder.path(), flags);
        assert_eq!(code, Some(0), "{told}");
        assert!(!told.contains("another experiment"), "{told}");
    }
    let results = names(&folder.path().join("results"));
    let [first, second] = &results[..] else { panic!("two seeds, two folders: {results:?}") };
    assert!(first.starts_with("monday-5+replications=3+seed=7+thresholds+"), "{first}");
    assert!(second.starts_with("monday-5+replications=3+seed=8+thresholds+"), "{second}");

    assert_eq!(compare(folder.path(), &["--out", "out"]).0, Some(0));
    let (code, _, told) = compare(folder.path(), &["--out", "out", "--seed", "7"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("the results in out are of another experiment and will be replaced"), "{told}");
}

#[test]
fn a_file_of_the_users_stays_in_a_folder_of_results_and_the_run_says_so() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    let told = compare(folder.path(), &["--out", "out"]).2;
    assert!(!told.contains("kept"), "{told}");
    fs::write(out.join("NOTES.md"), "mine").expect("writable");
    let told = compare(folder.path(), &["--out", "out"]).2;
    assert!(told.contains("kept in the folder, though not part of the results: NOTES.md"), "{told}");
    let told = ended(stampede(&out, &["report", "."]).output().expect("it runs")).2;
    assert!(told.contains("NOTES.md"), "in the current folder too: {told}");
    assert_eq!(fs::read_to_string(out.join("NOTES.md")).expect("it is there"), "mine");
    assert_eq!(names(folder.path()), ["out"]);
}

#[test]
fn a_run_that_needs_more_memory_than_it_may_have_is_refused_before_it_starts() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let refused = |flags: &[&str]| {
        let (code, printed, told) = compare(folder.path(), flags);
        assert_eq!((code, printed.as_str()), (Some(1), ""), "{told}");
        assert!(told.starts_with("error: this run needs about "), "{told}");
        assert_eq!(names(folder.path()), [""; 0]);
        told
    };
    let huge = ["--set", "burst.tickets=100000000"];
    let told = refused(&[&huge[..], &["--max-memory", "4 GB"]].concat());
    assert!(told.contains("more than --max-memory allows (4 GB)"), "{told}");
    refused(&[&huge[..], &["--set", "experiment.max_memory=4GB"]].concat());
    refused(&["--max-memory", "1 kB", "--out", "made/for/it"]);
    if cfg!(target_os = "linux") {
        let told = refused(&[&huge[..], &["--set", "desk.technicians=10000"]].concat());
        assert!(told.contains("three quarters of what this machine lets it have"), "{told}");
    }
    let (code, _, told) = compare(folder.path(), &["--max-memory", "2"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("in quotes and with a unit, such as \"2 GB\""), "{told}");
}

#[test]
fn a_temporary_file_that_cannot_be_written_ends_the_run_with_a_sentence_and_without_results() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let scenario = project("scenarios/monday-5.toml");
    let many = ["--replications", "20000", "--set", "thresholds={}", "--out", "out"];
    let run = |temporary: &str| {
        let mut command = stampede(folder.path(), &["compare", scenario.to_str().expect("a plain path")]);
        ended(command.args(many).env("TMPDIR", temporary).output().expect("it runs"))
    };
    let (code, printed, told) = run("no/such/folder");
    assert_eq!((code, printed.as_str()), (Some(1), ""), "{told}");
    assert!(told.contains("cannot write to a temporary file in no/such/folder (set TMPDIR"), "{told}");
    assert!(
        told.trim_end().ends_with(" of 20,000 replications are on disk; run again with --resume"),
        "{told}"
    );
    assert_eq!(names(folder.path()), [".out.stampede-journal"]);
    let (code, _, told) = run(".");
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(names(folder.path()), ["out"], "the temporary file goes with the run");
}
