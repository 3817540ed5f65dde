//! The command line: what goes where, and with which exit code.

use std::fs;
use std::process::{Command as Process, Stdio};

use assert_cmd::Command;

use crate::common::project;

fn stampede() -> Command {
    let mut command = Command::cargo_bin("stampede").expect("the program is built");
    command.current_dir(project("."));
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("output is UTF-8")
}

#[test]
fn compare_prints_a_table_and_writes_every_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    let output = stampede()
        .args(["compare", "scenarios/monday-5.toml", "--replications", "200", "--out"])
        .arg(&out)
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let table = text(&output.stdout);
    for part in ["sequential", "unsafe-parallel", "parallel", "double", "200"] {
        assert!(table.contains(part), "no `{part}` in\n{table}");
    }
    assert!(text(&output.stderr).contains("results are in"));
    for file in [
        "summary.json",
        "summary.csv",
        "replications.csv",
        "tickets.csv",
        "bookings.csv",
        "conflicts.csv",
        "events.jsonl",
        "manifest.json",
        "charts/throughput.svg",
        "charts/throughput.png",
        "charts/collisions.svg",
        "charts/collisions.png",
        "charts/gantt.svg",
        "charts/gantt.png",
    ] {
        assert!(fs::metadata(out.join(file)).is_ok_and(|file| file.len() > 0), "{file}");
    }
    let rows = fs::read_to_string(out.join("tickets.csv")).expect("written").lines().count();
    assert_eq!(rows, 1 + 3 * 5, "a row a ticket of the first replication of each discipline");
    let summary = fs::read_to_string(out.join("summary.json")).expect("written");
    for word in [folder.path().to_str().expect("a plain path"), "threads", "elapsed"] {
        assert!(!summary.contains(word), "{word} must not show");
    }

    let story = stampede()
        .arg("explain")
        .arg(&out)
        .args(["T-003", "--discipline", "parallel"])
        .output()
        .expect("it runs");
    assert_eq!(story.status.code(), Some(0), "{}", text(&story.stderr));
    let story = text(&story.stdout);
    assert!(story.contains("T-003") && story.contains("Technician"), "{story}");
    let unknown = stampede().arg("explain").arg(&out).arg("T-0003").output().expect("it runs");
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("T-003"), "the nearest is named");
}

#[test]
fn a_crossed_threshold_is_exit_99_and_says_which() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = stampede()
        .args(["compare", "scenarios/monday-5.toml", "--replications", "50", "--quiet", "--out"])
        .arg(folder.path().join("out"))
        .args([
            "--set",
            "thresholds={ \"parallel.makespan\" = [\"mean < 1s\"], makespan = [\"mean < 10h\"] }",
        ])
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(99), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("mean < 1s"), "{}", text(&output.stdout));
    assert!(!text(&output.stdout).contains("mean < 10h"), "those that hold are not worth a line");
    assert_eq!(text(&output.stderr), "", "quiet");
    assert!(folder.path().join("out/summary.json").exists(), "the results are kept");
}

#[test]
fn run_tells_what_happened_and_both_engines_agree() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let digest = |engine: &str| {
        let output = stampede()
            .args([
                "run",
                "scenarios/monday-30.toml",
                "--discipline",
                "parallel",
                "--engine",
                engine,
                "--out",
            ])
            .arg(folder.path().join(engine))
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let told = text(&output.stdout);
        let line =
            told.lines().find(|line| line.to_lowercase().contains("digest")).expect("the digest is told");
        (line.to_owned(), fs::read(folder.path().join(engine).join("events.jsonl")).expect("written"))
    };
    let (actix, direct) = (digest("actix"), digest("direct"));
    assert!(actix == direct);
    assert!(actix.1.len() > 10_000, "the full event log is written");
}

#[test]
fn every_format_can_be_printed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (format, part) in [
        ("text", "parallel"),
        ("json", "\"disciplines\""),
        ("csv", "discipline,metric"),
        ("markdown", "|"),
        ("github", "::"),
    ] {
        let output = stampede()
            .args(["compare", "scenarios/monday-5.toml", "--replications", "3", "--format", format, "--out"])
            .arg(folder.path().join("out"))
            .args(["--set", "thresholds={}"])
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(text(&output.stdout).contains(part), "{format}");
    }
}

#[test]
fn flags_win_over_the_scenario() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    stampede()
        .args(["compare", "scenarios/monday-5.toml", "--set", "seed=5", "--seed", "7", "--replications", "2"])
        .args(["--discipline", "parallel,sequential", "--set", "thresholds={}", "--out"])
        .arg(&out)
        .assert()
        .success();
    let summary = fs::read_to_string(out.join("summary.json")).expect("written");
    let summary: serde_json::Value = serde_json::from_str(&summary).expect("it is JSON");
    assert_eq!(summary["scenario"]["seed"], 7);
    assert_eq!(summary["replications"], 2);
    let names: Vec<_> =
        summary["disciplines"].as_array().expect("a list").iter().map(|arm| arm["name"].clone()).collect();
    assert_eq!(names, ["sequential", "parallel"], "in the scenario's order");
    let unknown = stampede()
        .args(["compare", "scenarios/monday-5.toml", "--discipline", "paralel"])
        .output()
        .expect("it runs");
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("parallel"));
}

#[test]
fn bad_rows_are_refused_or_on_request_left_out_and_counted() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = |name: &str, content: &str| fs::write(folder.path().join(name), content).expect("writable");
    file(
        "monday.csv",
        "ticket,arrived_at,assigned_to\nA,2026-11-23T08:00,Ada\nB,2026-11-23T08:01,Grace\nC,soon,Ada\n",
    );
    file(
        "monday.toml",
        "name = \"monday\"\nstart = \"2026-11-23T08:00\"\n[burst]\narrivals = { recorded = { file = \"monday.csv\" } }\n\
         [desk]\nfrom_recording = true\n[[discipline]]\nkind = \"parallel\"\n",
    );
    let run = |flags: &[&str]| {
        let mut command = stampede();
        command.arg("run").arg(folder.path().join("monday.toml")).args(flags).arg("--out");
        command.arg(folder.path().join("out")).output().expect("it runs")
    };
    let refused = run(&[]);
    assert_eq!(refused.status.code(), Some(2));
    let told = text(&refused.stderr);
    assert!(told.contains("line 4") && told.contains("--skip-bad-rows"), "{told}");
    let skipped = run(&["--skip-bad-rows"]);
    assert_eq!(skipped.status.code(), Some(0), "{}", text(&skipped.stderr));
    assert!(text(&skipped.stderr).contains("line 4"), "{}", text(&skipped.stderr));
    assert!(text(&skipped.stdout).contains("2 tickets dispatched"), "{}", text(&skipped.stdout));
}

#[test]
fn validate_checks_every_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let bad = folder.path().join("bad.toml");
    fs::write(&bad, "name = 3\n").expect("writable");
    let output = stampede()
        .args(["validate", "scenarios/monday-5.toml"])
        .arg(&bad)
        .args(["scenarios/monday-recorded.toml"])
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stdout).lines().count(), 2, "the good ones are named");
    assert!(text(&output.stderr).contains("bad.toml:1:8"), "{}", text(&output.stderr));
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let mut child = Process::new(assert_cmd::cargo::cargo_bin("stampede"))
        .args(["schema", "scenario"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(output.stderr.is_empty());
}

#[test]
fn help_names_every_command() {
    let help = text(&stampede().arg("--help").output().expect("it runs").stdout);
    for command in ["run", "compare", "validate", "schema", "explain"] {
        assert!(help.contains(command));
    }
}
