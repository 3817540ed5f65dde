//! `stampede plan` on the command line: what it answers, writes, refuses, and goes on with.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;

/// Eight tickets at once: a desk of six cannot take all of them at once.
const SCENARIO: &str = r#"name = "eight"
[burst]
tickets = 8
arrivals = { uniform = { over = "1min" } }
[desk]
technicians = 6
[ranker]
latency = { lognormal = { mean = "2min", cv = 0.3 } }
tokens = { constant = 1000 }
price_per_million_tokens = 5.0
[[discipline]]
kind = "sequential"
[[discipline]]
kind = "parallel"
[experiment]
replications = 100
[thresholds]
"parallel.retry_rate" = ["mean < 0.1"]
[output]
folder = "out"
"#;

/// A folder with the scenario, in which something was replaced.
fn folder(good: &str, other: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert!(SCENARIO.contains(good), "{good}");
    fs::write(folder.path().join("s.toml"), SCENARIO.replacen(good, other, 1)).expect("writable");
    folder
}

fn stampede(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("stampede").expect("the program is built");
    command.current_dir(folder).args(arguments).output().expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("output is UTF-8")
}

/// Every file below a folder, by its path in it.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("readable") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("it is inside").to_owned();
                found.insert(name, fs::read(&path).expect("readable"));
            }
        }
    }
    found
}

#[test]
fn an_answer_is_exit_0_and_everything_about_it_is_written() {
    let folder = folder("eight", "eight");
    let output = stampede(folder.path(), &["plan", "s.toml", "--minimise", "desk.technicians=2..12"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let told = text(&output.stdout).replace('\u{a0}', " ");
    for part in
        ["✓ parallel: desk.technicians = ", "is crossed: ", "With 95 % confidence", "retry_rate mean < 0.1"]
    {
        assert!(told.contains(part), "no `{part}` in\n{told}");
    }
    assert!(!told.contains("sequential:"), "no threshold is for it:\n{told}");
    let files: Vec<String> =
        contents(&folder.path().join("out")).keys().map(|name| name.display().to_string()).collect();
    assert_eq!(
        files,
        [
            "charts/plan.png",
            "charts/plan.svg",
            "data/plan.csv",
            "data/plan.json",
            "junit.xml",
            "manifest.json",
            "report.html",
            "report.md",
            "report.xlsx",
            "scenario.toml"
        ]
    );
}

#[test]
fn no_answer_is_exit_99_and_quiet_says_only_that() {
    let folder = folder("retry_rate\" = [\"mean < 0.1", "makespan\" = [\"mean < 1s");
    let output = stampede(folder.path(), &["plan", "s.toml", "--minimise", "desk.technicians=4..6", "-q"]);
    assert_eq!(output.status.code(), Some(99), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "✗ parallel: no desk.technicians from 4 to 6; every value was tried\n");
    assert_eq!(text(&output.stderr), "");
    let output = stampede(
        folder.path(),
        &["plan", "s.toml", "--minimise", "desk.technicians=4..6", "--format", "github"],
    );
    assert!(text(&output.stdout).contains("::error title=eight::"), "{}", text(&output.stdout));
}

#[test]
fn report_makes_a_plan_again_byte_for_byte_and_its_scenario_runs() {
    for minimised in [
        &["--minimise", "desk.technicians=2..12"][..],
        &["--minimise", "cost", "--vary", "desk.technicians=8,16"],
    ] {
        let folder = folder("eight", "eight");
        let plan = stampede(folder.path(), &[&["plan", "s.toml"], minimised].concat());
        assert_eq!(plan.status.code(), Some(0), "{}", text(&plan.stderr));
        let out = folder.path().join("out");
        let before = contents(&out);
        fs::remove_file(out.join("report.html")).expect("written");
        fs::remove_file(out.join("report.md")).expect("written");
        fs::remove_file(out.join("report.xlsx")).expect("written");
        fs::remove_dir_all(out.join("charts")).expect("written");
        let report = stampede(folder.path(), &["report", "out"]);
        assert_eq!((report.status.code(), text(&report.stdout)), (Some(0), text(&plan.stdout)));
        assert!(contents(&out) == before);
        let explain = stampede(folder.path(), &["explain", "out", "T-001"]);
        assert_eq!(explain.status.code(), Some(2));
        assert!(
            text(&explain.stderr).contains("holds a plan, not one comparison"),
            "{}",
            text(&explain.stderr)
        );
        // What was asked is in the scenario that was saved, and asking again yields the same.
        let again = stampede(folder.path(), &["plan", "out/scenario.toml", "--out", "again"]);
        assert_eq!(text(&again.stdout), text(&plan.stdout));
        let again = contents(&folder.path().join("again"));
        for name in ["data/plan.json", "data/plan.csv", "report.md", "scenario.toml"] {
            assert!(again[Path::new(name)] == before[Path::new(name)], "{name}");
        }
    }
}

#[test]
fn the_best_of_all_disciplines_is_chosen_without_thresholds_too() {
    let folder = folder("\"parallel.retry_rate\" = [\"mean < 0.1\"]", "");
    let output = stampede(folder.path(), &["plan", "s.toml", "--minimise", "makespan"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(
        text(&output.stdout).contains("✓ parallel has the smallest mean of makespan"),
        "{}",
        text(&output.stdout)
    );
    let output = stampede(folder.path(), &["plan", "s.toml", "--minimise", "throughput"]);
    assert!(
        text(&output.stdout).contains("✓ parallel has the largest mean of throughput"),
        "{}",
        text(&output.stdout)
    );
}

/// Each with what is typed behind `plan s.toml`, and what the message has to have.
#[test]
fn what_cannot_be_planned_is_refused_and_nothing_is_written() {
    for (arguments, parts) in [
        (&[][..], &["nothing is sought", "--minimise desk.technicians=6..12"][..]),
        (&["--minimise", "desk.technicans=2..9"], &["technicans", "did you mean `technicians`?"]),
        (&["--minimise", "desk.technicians=9..2"], &["empty range"]),
        (&["--minimise", "desk.technicians=2..x"], &["not a range"]),
        (&["--minimise", "desk.technicians=5"], &["no range to search", "KEY=LO..HI"]),
        (&["--minimise", "desk.technicians=0..4"], &["desk.technicians", "0"]),
        (&["--minimise", "desk.technicians=1..2000000"], &["2,000,000 values", "at most 1,000,000"]),
        (&["--minimise", "name=1..4"], &["cannot be varied"]),
        (&["--minimise", "seed=1..4"], &["cannot be varied"]),
        (&["--minimise", "plan.vary=1..4"], &["cannot be varied"]),
        (&["--minimise", "desk.hours=1..4"], &["desk.hours"]),
        (&["--minimise", "=1..4"], &["which key"]),
        (&["--minimise", "makspan"], &["there is no number `makspan`", "did you mean"]),
        (&["--minimise", "dispatch_delay"], &["dispatch_delay.p95"]),
        (&["--minimise", "tickets"], &["neither less nor more is better"]),
        (&["--minimise", "desk.technicians=2..9", "--set", "thresholds={}"], &["at least one threshold"]),
        (
            &["--minimise", "desk.technicians=2..9", "--discipline", "sequential"],
            &["every threshold is for a discipline that is not run"],
        ),
        (&["--minimise", "makespan", "--discipline", "parallel"], &["nothing to choose from", "--vary"]),
        (
            &["--minimise", "desk.technicians=2..9", "--vary", "burst.tickets=4,5"],
            &["plan.vary", "is for choosing"],
        ),
        (
            &["--minimise", "desk.technicians=2..9", "--indifference", "1%"],
            &["plan.indifference", "is for choosing"],
        ),
        (&["--minimise", "makespan", "--indifference", "2"], &["length of time"]),
        (&["--minimise", "cost", "--indifference", "2s"], &["not a length of time"]),
        (&["--minimise", "cost", "--indifference", "0%"], &["plan.indifference", "above 0"]),
        (
            &["--minimise", "cost", "--vary", "burst.tickets=4", "--vary", "burst.tickets=5"],
            &["varied twice"],
        ),
        (&["--minimise", "cost", "--vary", "desk.technicians=1..2000"], &["combinations", "at most 1,000"]),
        (&["--minimise", "cost", "--vary", "ranker.latency=1min..2min"], &["needs a step"]),
        (&["--minimise", "cost", "--vary", "desk.technicans=4,5"], &["technicans"]),
    ] {
        let folder = folder("eight", "eight");
        let output = stampede(folder.path(), &[&["plan", "s.toml"], arguments].concat());
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
        let flat = told.split_whitespace().collect::<Vec<_>>().join(" ").replace(" │ ", " ");
        for part in parts {
            assert!(flat.contains(part), "{arguments:?}: no `{part}` in\n{told}");
        }
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert_eq!(
            fs::read_dir(folder.path()).expect("readable").count(),
            1,
            "{arguments:?}: something was written"
        );
    }
}

#[test]
fn the_section_is_the_same_as_the_flags_and_other_commands_do_not_look_at_it() {
    let asked = "[output]\n[plan]\nminimise = \"desk.technicians=2..12\"";
    let with_section = folder("[output]", &format!("{}\n[output]", asked.replace("[output]\n", "")));
    let with_flag = folder("eight", "eight");
    let one = stampede(with_section.path(), &["plan", "s.toml"]);
    let other = stampede(with_flag.path(), &["plan", "s.toml", "--minimise", "desk.technicians=2..12"]);
    assert_eq!(text(&one.stdout), text(&other.stdout));
    // The digest of what is simulated is the same with a plan and without.
    let compare = |folder: &Path| {
        let output = stampede(folder, &["compare", "s.toml", "--out", "compared", "--replications", "5"]);
        assert!(matches!(output.status.code(), Some(0 | 99)), "{}", text(&output.stderr));
        fs::read_to_string(folder.join("compared/data/summary.json")).expect("written")
    };
    assert!(compare(with_section.path()) == compare(with_flag.path()));
}
