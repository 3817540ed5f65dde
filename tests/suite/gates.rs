//! Gates that a CI job relies on: thresholds and exports by flags, annotations, baselines, differences; and what they refuse.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

use crate::common::project;

/// A workflow of this project's own has a summary that tests must not write to.
fn stampede(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("stampede").expect("the program is built");
    command.current_dir(folder).env_remove("GITHUB_STEP_SUMMARY");
    command
}

/// Exit code, standard output and standard error.
fn told(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = stampede(folder).args(arguments).output().expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    (output.status.code().expect("it ends by itself"), text(output.stdout), text(output.stderr))
}

const SCENARIO: &str = r#"name = "gate"
[burst]
tickets = 4
arrivals = { uniform = { over = "1min" } }
[desk]
technicians = 3
[ranker]
latency = { lognormal = { mean = "90s", cv = 0.4 } }
[[discipline]]
kind = "sequential"
[[discipline]]
kind = "parallel"
[thresholds]
"parallel.makespan" = [
  "mean < 1h",
  "mean < 1s",
]
[experiment]
replications = 30
"#;

/// A folder with that scenario as `gate.toml`.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("gate.toml"), SCENARIO).expect("writable");
    folder
}

fn read(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The names in a folder but for the scenario's.
fn left_in(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).expect("it can be read");
    let names = names.map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned());
    names.filter(|name| name != "gate.toml").collect()
}

const NO_THRESHOLDS: [&str; 2] = ["--set", "thresholds={}"];

#[test]
fn a_threshold_of_a_flag_is_judged_besides_those_of_the_scenario() {
    let folder = folder();
    let at = |arguments: &[&str]| {
        let arguments = [&["compare", "gate.toml", "--no-files", "--quiet"], arguments].concat();
        told(folder.path(), &arguments)
    };
    let flags = ["--threshold", "parallel.makespan: mean < 2s", "--threshold=ai_calls:mean>100"];
    let (code, out, _) = at(&flags);
    assert_eq!(code, 99);
    let crossed: Vec<&str> = out.lines().filter(|line| line.starts_with('✗')).collect();
    assert_eq!(crossed.len(), 4, "one of the scenario, one of the first flag, two arms of the second: {out}");
    assert!(crossed[1].contains("parallel: makespan mean < 2s"), "{out}");
    // It adds, so that none of the scenario's is lost by it, and --set takes their place.
    assert_eq!(at(&[&NO_THRESHOLDS[..], &["--threshold", "makespan: mean < 9h"]].concat()).0, 0);
    assert_eq!(left_in(folder.path()), [""; 0]);
    // One of them says the same as the scenario does, and is judged once.
    let (_, out, _) = at(&["--threshold", "parallel.makespan: mean < 1s"]);
    assert_eq!(out.lines().count(), 1, "{out}");
    // `run` has one burst, of which only what is typed is demanded.
    let (code, out, error) =
        told(folder.path(), &["run", "gate.toml", "--no-files", "--discipline", "parallel"]);
    assert_eq!((code, out.contains("makespan mean")), (0, false), "{error}");
    let typed = ["run", "gate.toml", "--no-files", "--discipline=parallel", "--threshold=makespan:mean<2s"];
    let (code, out, _) = told(folder.path(), &typed);
    assert_eq!((code, out.contains("✗ parallel: makespan mean<2s")), (99, true), "{out}");
    assert_eq!(told(folder.path(), &["validate", "gate.toml", "--threshold", "makespan: mean < 9h"]).0, 0);
}

#[test]
fn a_threshold_of_a_flag_is_part_of_what_is_simulated_again() {
    let folder = folder();
    let flags = ["--threshold", "makespan: max < 9h", "--threshold", "parallel.makespan: min > 1s"];
    let compare = [&["compare", "gate.toml", "-q", "--out", "one"], &NO_THRESHOLDS[..], &flags[..]].concat();
    assert_eq!(told(folder.path(), &compare).0, 0);
    let manifest = read(folder.path(), "one/manifest.json");
    assert!(manifest.contains("--threshold parallel.makespan: min > 1s"), "{manifest}");
    assert_eq!(told(folder.path(), &["compare", "one/scenario.toml", "-q", "--out", "two"]).0, 0);
    assert_eq!(read(folder.path(), "one/junit.xml"), read(folder.path(), "two/junit.xml"));
    // Without --out, runs with other thresholds do not share a folder.
    for flags in [&flags[..2], &flags[2..], &flags[..]] {
        told(folder.path(), &[&["compare", "gate.toml", "-q"], &NO_THRESHOLDS[..], flags].concat());
    }
    assert_eq!(fs::read_dir(folder.path().join("results")).expect("they are there").count(), 3);
}

#[test]
fn results_are_exported_in_any_format_and_to_any_number_of_files() {
    let folder = folder();
    let formats = ["text", "json", "csv", "markdown", "github", "junit", "trace"];
    let exports: Vec<String> = formats.iter().map(|format| format!("--export={format}=x.{format}")).collect();
    let exports: Vec<&str> = exports.iter().map(String::as_str).chain(["--export=csv=again.csv"]).collect();
    let compare = [&["compare", "gate.toml", "-q", "--out", "out"], &exports[..]].concat();
    assert_eq!(told(folder.path(), &compare).0, 99, "what is crossed is exported too");
    let same =
        |one: &str, other: &str| assert!(read(folder.path(), one) == read(folder.path(), other), "{one}");
    same("x.json", "out/data/summary.json");
    same("x.csv", "out/data/summary.csv");
    same("x.markdown", "out/report.md");
    same("x.junit", "out/junit.xml");
    same("again.csv", "x.csv");
    assert!(read(folder.path(), "x.text").contains("✗ parallel: makespan mean < 1s"));
    assert!(read(folder.path(), "x.trace").starts_with("{\"traceEvents\":[\n{\"ph\":\"M\",\"pid\":1,"));
    assert!(read(folder.path(), "x.github").starts_with("::error file=gate.toml,line=16,col=3,title="));
    // Without a folder, exports are all there is; saved results are exported just so.
    let only = ["compare", "gate.toml", "-q", "--no-files", "--export", "junit=only.xml"];
    assert_eq!(told(folder.path(), &only).0, 99);
    same("only.xml", "out/junit.xml");
    assert_eq!(told(folder.path(), &["report", "out", "-q", "--export", "junit=saved.xml"]).0, 99);
    same("saved.xml", "only.xml");
    let keys = ["--set", "output={ files = false, export = { junit = [\"k.xml\"], csv = \"k.csv\" } }"];
    let compare = [&["compare", "gate.toml", "-q", "--export", "junit=flag.xml"], &keys[..]].concat();
    assert_eq!(told(folder.path(), &compare).0, 99);
    same("k.xml", "only.xml");
    same("flag.xml", "only.xml");
    same("k.csv", "x.csv");
}

#[test]
fn an_annotation_is_where_the_threshold_is_stated() {
    let folder = folder();
    let compare = ["compare", "gate.toml", "--no-files", "--format", "github", "--threshold=ai_calls:mean<1"];
    let output = stampede(folder.path())
        .args(compare)
        .env("GITHUB_STEP_SUMMARY", folder.path().join("summary.md"))
        .output()
        .expect("it runs");
    let out = String::from_utf8(output.stdout).expect("UTF-8");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(output.status.code(), Some(99));
    assert!(
        lines[0].starts_with("::error file=gate.toml,line=16,col=3,title=Threshold crossed%3A parallel"),
        "{out}"
    );
    assert!(lines[1].starts_with("::error title=Threshold crossed%3A sequential%3A ai_calls"), "{out}");
    assert!(lines.iter().all(|line| line.starts_with("::")), "{out}");
    let summary = read(folder.path(), "summary.md");
    assert!(summary.starts_with("## gate\n") && summary.ends_with("\n\n"), "{summary}");
    let at = |part: &str| summary.find(part).unwrap_or_else(|| panic!("no {part} in {summary}"));
    assert!(at("✗ **crossed**") < at("first arrival to last owner"), "thresholds come first");
    // A summary that cannot be written is noted and changes nothing else.
    let output = stampede(folder.path())
        .args(compare)
        .env("GITHUB_STEP_SUMMARY", folder.path())
        .output()
        .expect("it runs");
    assert_eq!(String::from_utf8(output.stdout).expect("UTF-8"), out);
    let error = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(error.contains("note: cannot append to"), "{error}");
}

#[test]
fn an_invalid_scenario_is_an_annotation_too() {
    let folder = folder();
    let bad =
        SCENARIO.replace("technicians = 3", "technicians = -3, x").replace("-3, x", "-3\nname = \"50%\\r\"");
    fs::write(folder.path().join("bad,1.toml"), bad).expect("writable");
    for command in ["compare", "run", "validate"] {
        let (code, out, error) = told(folder.path(), &[command, "bad,1.toml", "--format", "github"]);
        assert_eq!(code, 2, "{error}");
        let lines: Vec<&str> = out.lines().collect();
        assert!(lines[0].starts_with("::error file=bad%2C1.toml,line=6,col=15,title="), "{command}: {out}");
        assert!(lines.len() >= 2 && lines[1].starts_with("::error file=bad%2C1.toml,line=7,"), "{out}");
        assert!(error.contains("technicians"), "people are told as well");
        assert_eq!(told(folder.path(), &[command, "bad,1.toml"]).1, "", "nobody has asked for annotations");
    }
    // What is wrong with a file that the scenario names, or with a flag.
    let named = SCENARIO.replace("technicians = 3", "technicians_file = \"staff.csv\"");
    fs::write(folder.path().join("named.toml"), named).expect("writable");
    fs::write(folder.path().join("staff.csv"), "technician,hours\nAnn,never o'clock\n").expect("writable");
    let (code, out, _) = told(folder.path(), &["validate", "named.toml", "--format", "github"]);
    assert!(code == 2 && out.starts_with("::error file=named.toml,line="), "{out}");
    let flag = ["compare", "gate.toml", "--format=github", "--set", "burst.tickets=0"];
    let (code, out, _) = told(folder.path(), &flag);
    assert!(
        code == 2 && out.starts_with("::error title=The scenario is not valid::--set burst.tickets=0"),
        "{out}"
    );
    assert_eq!(
        told(folder.path(), &["validate", "gate.toml", "--format", "github"]).1,
        "gate.toml: valid (gate: sequential, parallel)\n"
    );
}

/// Each with a part of what is said; nothing is written and nothing simulated.
#[test]
fn what_cannot_be_done_is_refused_before_anything_is_simulated() {
    let folder = folder();
    fs::create_dir(folder.path().join("there")).expect("it can be made");
    for (flags, told_so) in [
        (&["--threshold", "makespan"][..], "--threshold makespan: write METRIC: DEMAND"),
        (&["--threshold", ": mean < 1s"], "write METRIC: DEMAND"),
        (&["--threshold", "makespn: mean < 1s"], "did you mean `makespan`?"),
        (&["--threshold", "makespan: p(9) < 1s"], "--threshold makespan: p(9) < 1s"),
        (&["--threshold", "serial.makespan: mean < 1s"], "there is no discipline named `serial`"),
        (&["--export", "junit"], "--export junit: write FORMAT=FILE"),
        (&["--export", "jnit=x.xml"], "did you mean \"junit\"?"),
        (&["--export", "junit=nowhere/x.xml"], "there is no folder nowhere"),
        (&["--export", "junit=there"], "there is a folder: name a file"),
        (&["--export", "junit=x", "--export", "csv=./x"], "two exports go to this file"),
        (&["--set", "output.export.jnit=\"x\""], "did you mean \"junit\"?"),
        (&["--set", "output.export={ junit = \"\" }"], "is empty"),
        (&["--set", "output.export={ junit = [] }"], "at least one value"),
        (&["--export", "trace=x", "--set", "experiment.records=0"], "set `experiment.records` to 1 or more"),
        (&["--format", "trace", "--set", "experiment.records=0"], "a trace shows recorded replications"),
        (&["--no-files", "--out", "x"], "cannot be used with"),
        (&["--no-files", "--resume"], "leave out --no-files"),
        (&["--baseline", "main"], "there is no baseline `main` of gate"),
        (&["--baseline", "../x"], "cannot name a baseline"),
        (&["--save-baseline", ".x"], "cannot name a baseline"),
        (&["--save-baseline", "a", "--baseline", "b"], "cannot be used with"),
        (&["--tolerance", "30s"], "write of which measure"),
        (&["--tolerance", "2%,makespn: 3s"], "there is no measure `2%,makespn`"),
        (&["--tolerance", "2%", "--tolerance", "makespn: 3s"], "did you mean `makespan`?"),
        (&["--set", "output.tolerance=\"x: 3\""], "there is no measure `x`"),
    ] {
        let (code, out, error) = told(folder.path(), &[&["compare", "gate.toml"], flags].concat());
        assert_eq!((code, out.as_str()), (2, ""), "{flags:?}: {error}");
        assert!(error.contains(told_so), "{flags:?}: no `{told_so}` in {error}");
        assert_eq!(left_in(folder.path()), ["there"], "{flags:?}");
    }
    let no = |arguments: &[&str], told_so: &str| {
        let (code, out, error) = told(folder.path(), arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}: {error}");
        assert!(error.contains(told_so), "{arguments:?}: no `{told_so}` in {error}");
    };
    no(&["diff", "there", "there"], "holds no results of Stampede");
    no(&["diff", "nowhere", "there"], "there is no folder nowhere");
    no(&["report", "there", "--export", "xml=x"], "there is no format `xml`");
    let vary = ["--vary", "burst.tickets=4,5"];
    no(
        &[&["sweep", "gate.toml", "--export", "trace=x"], &vary[..]].concat(),
        "run a point of the sweep with",
    );
    let least = ["--minimise", "desk.technicians=4..5"];
    no(
        &[&["plan", "gate.toml", "--export", "trace=x"], &least[..]].concat(),
        "run what the plan answers with",
    );
    assert_eq!(left_in(folder.path()), ["there"]);
    let unrecorded = ["compare", "gate.toml", "-q", "--out", "out", "--set", "experiment.records=0"];
    told(folder.path(), &unrecorded);
    no(&["report", "out", "--export", "trace=x"], "run again with `experiment.records` of 1 or more");
    assert!(!folder.path().join("x").exists());
    no(&["report", "there", "--export", "=x"], "write FORMAT=FILE");
    no(&["completions", "tcsh"], "invalid value 'tcsh'");
    no(&["man", "compere"], "did you mean \"compare\"?");
}

#[test]
fn an_export_into_the_folder_of_the_results_is_refused() {
    let folder = folder();
    let compare = ["compare", "gate.toml", "-q", "--out", "out"];
    assert_eq!(told(folder.path(), &compare).0, 99);
    let before = read(folder.path(), "out/junit.xml");
    for file in ["junit=out/mine.xml", "csv=out/junit.xml"] {
        let (code, _, error) = told(folder.path(), &[&compare[..], &["--export", file]].concat());
        assert!(code == 2 && error.contains("lies in the folder of the results"), "{error}");
        let (code, _, error) = told(folder.path(), &["report", "out", "--export", file]);
        assert!(code == 2 && error.contains("lies in the folder of the results"), "{error}");
    }
    assert_eq!(read(folder.path(), "out/junit.xml"), before);
    assert!(!folder.path().join("out/mine.xml").exists());
}

#[test]
fn a_difference_says_what_changed_and_a_regression_is_exit_99() {
    let folder = folder();
    let compare = |out: &str, flags: &[&str]| {
        let compare = [&["compare", "gate.toml", "-q", "--out", out], &NO_THRESHOLDS[..], flags].concat();
        assert_eq!(told(folder.path(), &compare).0, 0);
    };
    compare("one", &[]);
    compare("same", &[]);
    compare("slow", &["--set", "ranker.latency.lognormal.mean=3min"]);
    compare("alone", &["--discipline", "parallel"]);
    let nothing = told(folder.path(), &["diff", "one", "same"]);
    let words = "gate: 30 replications against as many of the baseline\nNothing changed. No regression.\n";
    assert_eq!(nothing, (0, words.to_owned(), String::new()));
    let (code, out, _) = told(folder.path(), &["diff", "one", "slow"]);
    assert_eq!(code, 99, "{out}");
    for part in [
        "The scenario changed.\n  ranker.latency.lognormal.mean: \"90s\" → \"3min\"",
        "✗ first arrival to last owner",
        "with\nHolm's correction",
        "Regression: ",
    ] {
        let unwrapped = out.replace('\n', " ");
        assert!(out.contains(part) || unwrapped.contains(&part.replace('\n', " ")), "no `{part}` in {out}");
    }
    let (code, out, _) = told(folder.path(), &["diff", "one", "slow", "--tolerance", "500%", "--quiet"]);
    assert_eq!((code, out.as_str()), (0, ""), "all of it is tolerated");
    let tolerated = ["diff", "one", "slow", "--tolerance=500%", "--tolerance=makespan: 1s", "-q"];
    assert_eq!(told(folder.path(), &tolerated).0, 99);
    assert_eq!(
        told(folder.path(), &["diff", "slow", "one", "--tolerance=speed_up: 9"]).0,
        0,
        "faster is no regression"
    );
    let (code, out, _) = told(folder.path(), &["diff", "one", "slow", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&out).expect("it is JSON");
    assert_eq!((code, &value["regression"], &value["pairing"]), (99, &true.into(), &"bursts".into()));
    assert_eq!(value["keys"][0]["key"], "ranker.latency.lognormal.mean");
    let (_, out, _) = told(folder.path(), &["diff", "one", "slow", "--format", "github"]);
    assert!(out.starts_with("::error title=Regression%3A sequential%3A "), "{out}");
    let (_, out, _) = told(folder.path(), &["diff", "one", "slow", "--format", "markdown"]);
    assert!(out.contains("| **regressed** |"), "{out}");
    let (code, out, _) = told(folder.path(), &["diff", "one", "alone"]);
    assert!(code == 0 && out.contains("Only the baseline has the discipline sequential."), "{out}");
    compare("other", &["--discipline", "sequential"]);
    let (code, _, error) = told(folder.path(), &["diff", "other", "alone"]);
    assert!(code == 2 && error.contains("no discipline in common"), "{error}");
}

#[test]
fn a_baseline_is_kept_under_a_name_and_compared_with() {
    let folder = folder();
    let compare = |flags: &[&str]| {
        told(folder.path(), &[&["compare", "gate.toml", "--no-files"], &NO_THRESHOLDS[..], flags].concat())
    };
    let (code, _, error) = compare(&["--save-baseline", "main"]);
    assert!(code == 0 && error.contains("the baseline is kept in results/baselines/gate/main"), "{error}");
    assert!(folder.path().join("results/baselines/gate/main/manifest.json").exists());
    let (code, out, _) = compare(&["--baseline", "main"]);
    assert_eq!(code, 0, "{out}");
    assert!(
        out.ends_with("Nothing changed. No regression.\n") && out.contains("replications, seed"),
        "{out}"
    );
    let slow = ["--set", "ranker.latency.lognormal.mean=3min", "--baseline", "main"];
    let (code, out, _) = compare(&slow);
    assert!(code == 99 && out.contains("Regression: "), "{out}");
    assert_eq!(compare(&[&slow[..], &["--tolerance", "500%"]].concat()).0, 0);
    // For programs, standard output is one document; the rest is told beside it.
    let (code, out, error) = compare(&[&slow[..], &["--format", "json"]].concat());
    assert!(serde_json::from_str::<serde_json::Value>(&out).is_ok() && code == 99, "{out}");
    assert!(error.contains("Regression: "), "{error}");
    let (code, _, error) = compare(&["--baseline", "mian"]);
    assert!(code == 2 && error.contains("--save-baseline mian first"), "{error}");
    // By keys as well.
    let keys =
        ["--set", "output={ files = false, baseline = \"main\", tolerance = [\"1%\", \"makespan: 9h\"] }"];
    assert_eq!(
        told(folder.path(), &[&["compare", "gate.toml", "-q"], &NO_THRESHOLDS[..], &keys[..]].concat()).0,
        0
    );
    // What a run is compared with has to have something of it.
    let other =
        ["compare", "gate.toml", "-q", "--no-files", "--set", "thresholds={}", "--discipline", "parallel"];
    assert_eq!(told(folder.path(), &[&other[..], &["--save-baseline", "parallel"]].concat()).0, 0);
    let (code, _, error) = compare(&["--baseline", "parallel", "--discipline", "sequential"]);
    assert!(code == 2 && error.contains("has none of the disciplines"), "{error}");
}

#[test]
fn stories_completions_and_manuals_are_for_programs() {
    let folder = folder();
    assert_eq!(told(folder.path(), &["compare", "gate.toml", "-q", "--out", "out"]).0, 99);
    let (code, out, _) = told(folder.path(), &["explain", "out", "T-002", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&out).expect("it is JSON");
    assert_eq!((code, value.as_array().map(Vec::len)), (0, Some(2)));
    assert_eq!((&value[1]["ticket"], &value[1]["discipline"]), (&"T-002".into(), &"parallel".into()));
    let lines = value[1]["lines"].as_array().expect("a list");
    assert!(lines.len() > 3 && lines[0]["since_arrival_s"] == 0.0, "{out}");
    let (_, text, _) = told(folder.path(), &["explain", "out", "T-002", "--discipline", "parallel"]);
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for line in lines {
        assert!(words.contains(line["sentence"].as_str().expect("a sentence")), "{line} is not in {text}");
    }
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (code, out, error) = told(folder.path(), &["completions", shell]);
        assert!(code == 0 && error.is_empty() && out.contains("save-baseline"), "{shell}: {out}");
    }
    let (code, page, _) = told(folder.path(), &["man"]);
    assert!(code == 0 && page.contains(".TH stampede 1") && page.contains("stampede\\-diff(1)"), "{page}");
    let (code, page, _) = told(folder.path(), &["man", "diff"]);
    assert!(code == 0 && page.contains("tolerance"), "{page}");
}

/// The workflows of this project and of `examples/ci` are YAML as far as that can be told without a reader of YAML: no tabs,
/// no line that leaves a quotation open, and every flag in them is one that there is.
#[test]
fn the_examples_for_ci_use_flags_that_there_are() {
    let help = |command: &str| told(&project("."), &[command, "--help"]).1;
    let (compare, diff, validate) = (help("compare"), help("diff"), help("validate"));
    let mut checked = 0;
    for file in [
        "examples/ci/github.yml",
        "examples/ci/gitlab.yml",
        "examples/ci/Jenkinsfile",
        ".github/workflows/scenarios.yml",
    ] {
        let text = fs::read_to_string(project(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(!text.contains('\t'), "{file} has tabs");
        for line in text.lines().filter(|line| line.contains("stampede ")) {
            let Some((command, flags)) = ["compare", "diff", "validate"]
                .into_iter()
                .find_map(|command| Some((command, line.split_once(&format!("stampede {command} "))?.1)))
            else {
                continue;
            };
            let help = match command {
                "compare" => &compare,
                "diff" => &diff,
                _ => &validate,
            };
            for flag in flags.split_whitespace().filter(|word| word.starts_with("--")) {
                let flag = flag.split('=').next().unwrap_or_default();
                assert!(help.contains(flag), "{file}: {command} has no {flag}");
                checked += 1;
            }
        }
    }
    let read = |file: &str| fs::read_to_string(project(file)).expect("it is there");
    assert_eq!(read("examples/ci/github.yml"), read(".github/workflows/scenarios.yml"), "one is the other");
    assert!(checked >= 8, "only {checked} flags found: the reader of examples is broken");
}
