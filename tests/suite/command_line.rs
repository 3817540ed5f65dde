//! The command line: what goes where, and with which exit code.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};

use assert_cmd::Command;

use crate::common::project;

fn stampede() -> Command {
    let mut command = Command::cargo_bin("stampede").expect("the program is built");
    // A workflow of this project's own has a summary that tests must not write to.
    command.current_dir(project(".")).env_remove("GITHUB_STEP_SUMMARY");
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
        "data/summary.json",
        "data/summary.csv",
        "data/replications.csv",
        "data/tickets.csv",
        "data/bookings.csv",
        "data/conflicts.csv",
        "data/event-history.csv",
        "data/events.jsonl",
        "data/comparison.json",
        "manifest.json",
        "scenario.toml",
        "charts/throughput.svg",
        "charts/throughput.png",
        "charts/delay.svg",
        "charts/delay.png",
        "charts/where-the-time-goes.svg",
        "charts/where-the-time-goes.png",
        "charts/refusals.svg",
        "charts/refusals.png",
        "charts/utilisation.svg",
        "charts/utilisation.png",
        "charts/in-flight.svg",
        "charts/in-flight.png",
        "charts/collisions.svg",
        "charts/collisions.png",
        "charts/gantt.svg",
        "charts/gantt.png",
    ] {
        assert!(fs::metadata(out.join(file)).is_ok_and(|file| file.len() > 0), "{file}");
    }
    let rows = fs::read_to_string(out.join("data/tickets.csv")).expect("written").lines().count();
    assert_eq!(rows, 1 + 3 * 5, "a row per ticket of the first replication of each discipline");
    let summary = fs::read_to_string(out.join("data/summary.json")).expect("written");
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
    assert!(folder.path().join("out/data/summary.json").exists(), "the results are kept");
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
        let rows =
            fs::read_to_string(folder.path().join(engine).join("data/replications.csv")).expect("written");
        let row = rows.lines().nth(1).and_then(|row| row.split(',').nth(2)).expect("one replication");
        assert!(line.ends_with(row), "{line} is not that of the replication, {row}");
        (line.to_owned(), fs::read(folder.path().join(engine).join("data/events.jsonl")).expect("written"))
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
    let summary = fs::read_to_string(out.join("data/summary.json")).expect("written");
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
    assert!(text(&unknown.stderr).contains("did you mean \"parallel\"?"), "{}", text(&unknown.stderr));
}

/// A scenario that says how it is to be run, and where its results go.
const HOW: &str = r#"name = "how"
[burst]
tickets = 4
arrivals = { uniform = { over = "1min" } }
[desk]
technicians = 2
[[discipline]]
kind = "sequential"
[[discipline]]
kind = "parallel"
[[discipline]]
kind = "unsafe-parallel"
[experiment]
replications = 2
disciplines = ["unsafe-parallel", "parallel"]
engine = "actix"
threads = 1
[output]
folder = "by-key"
format = "csv"
quiet = true
color = "always"
[thresholds]
makespan = ["mean < 100h"]
"#;

#[test]
fn every_flag_has_a_key_and_the_flag_wins() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("scenarios")).expect("writable");
    fs::write(folder.path().join("scenarios/how.toml"), HOW).expect("writable");
    let run = |command: &str, flags: &[&str]| {
        let mut program = Command::cargo_bin("stampede").expect("the program is built");
        program.current_dir(folder.path()).args([command, "scenarios/how.toml"]).args(flags);
        let output = program.output().expect("it runs");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        (text(&output.stdout), text(&output.stderr))
    };
    let summary = |place: &str| {
        let summary =
            fs::read_to_string(folder.path().join(place).join("data/summary.json")).expect("written");
        serde_json::from_str::<serde_json::Value>(&summary).expect("it is JSON")
    };
    let arms = |place: &str| -> Vec<String> {
        let arms = summary(place)["disciplines"].as_array().expect("a list").clone();
        arms.iter().map(|arm| arm["name"].as_str().expect("a name").to_owned()).collect()
    };

    let (table, told) = run("compare", &[]);
    assert!(table.starts_with("discipline,metric"), "{table}");
    assert_eq!(told, "", "quiet");
    assert_eq!(arms("by-key"), ["parallel", "unsafe-parallel"], "below the current folder, in order");

    let flags = [
        "--discipline",
        "sequential",
        "--out",
        "by-flag",
        "--format",
        "text",
        "--engine",
        "direct",
        "--threads",
        "2",
    ];
    let (table, told) = run("compare", &[&flags[..], &["--set", "output.quiet=false"]].concat());
    assert!(table.contains("sequential") && table.contains('\u{1b}'), "text, in colour: {table}");
    assert!(told.contains("results are in by-flag"), "{told}");
    assert_eq!(arms("by-flag"), ["sequential"]);
    assert_eq!(
        summary("by-key")["scenario"]["digest"].as_str().expect("a digest"),
        summary("by-flag")["scenario"]["digest"].as_str().expect("a digest"),
        "how it is run is no part of the scenario"
    );
    let plain = ["--color", "never", "--format", "text", "--set", "output.quiet=false", "--out", "plain"];
    assert!(!run("compare", &plain).0.contains('\u{1b}'));

    run("run", &["--out", "one"]);
    assert_eq!(arms("one"), ["parallel"], "the first of those the key names, in the scenario's order");
    run("run", &["--out", "other", "--discipline", "sequential"]);
    assert_eq!(arms("other"), ["sequential"]);
}

#[test]
fn results_that_could_not_be_written_are_not_simulated() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // So many replications that simulating them would not go unnoticed.
    fs::write(folder.path().join("how.toml"), HOW.replace("= 2\ndis", "= 100000000\ndis")).expect("writable");
    for (flags, place) in [
        (&["--out", "how.toml/results"] as &[&str], "how.toml/results"),
        (&["--set", "output.folder=how.toml"], "how.toml"),
    ] {
        let output = Command::cargo_bin("stampede")
            .expect("the program is built")
            .current_dir(folder.path())
            .args(["compare", "how.toml"])
            .args(flags)
            .output()
            .expect("it runs");
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(place) && told.contains("choose another --out"), "{told}");
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 1, "nothing is left behind");
    }
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
fn a_scenario_from_standard_input_yields_what_its_file_yields() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let compare = |scenario: &str, input: Vec<u8>| {
        let out = folder.path().join(scenario.replace('/', "-"));
        let mut program = Command::cargo_bin("stampede").expect("the program is built");
        let output = program
            .args(["compare", scenario, "--replications", "20", "--out"])
            .arg(&out)
            .current_dir(env!("CARGO_MANIFEST_DIR").to_owned() + "/scenarios")
            .write_stdin(input)
            .output()
            .expect("it runs");
        (output, out)
    };
    let file = fs::read("scenarios/monday-recorded.toml").expect("it is shipped");
    let ((_, from_file), (_, from_input)) = (compare("monday-recorded.toml", Vec::new()), compare("-", file));
    assert!(contents(&from_file).contains_key(Path::new("manifest.json")));
    assert_eq!(contents(&from_file), contents(&from_input));

    for (input, told) in [
        ("name = 3\n", "standard input:1:8"),
        ("", "standard input"),
        ("name = \"\u{7}\"", "standard input:1:"),
    ] {
        let (output, out) = compare("-", input.into());
        assert_eq!(output.status.code(), Some(2), "{input:?}");
        assert!(text(&output.stderr).contains(told), "{}", text(&output.stderr));
        assert_eq!(contents(&out), contents(&from_file), "what was there stays");
    }
    assert!(text(&compare("-", vec![b'a', 0xff]).0.stderr).contains("0xff at offset 1"));
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

/// `stampede run … 2>&1 | head -1`: the reader leaves before all is said.
#[test]
fn nobody_reading_on_is_no_error() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let exit = |arguments: &[&str]| {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let status = Process::new(assert_cmd::cargo::cargo_bin("stampede"))
            .current_dir(project("."))
            .args(arguments)
            .stdout(writer.try_clone().expect("two ends"))
            .stderr(writer)
            .status()
            .expect("it runs");
        status.code()
    };
    let out = folder.path().join("out");
    let out = out.to_str().expect("a plain path");
    assert_eq!(exit(&["run", "scenarios/monday-5.toml", "--out", out]), Some(0));
    assert_eq!(exit(&["validate", "scenarios/monday-5.toml"]), Some(0));
    assert_eq!(exit(&["validate", "nowhere.toml"]), Some(2));
    assert_eq!(exit(&["run", "nowhere.toml"]), Some(2));
    assert_eq!(exit(&["launch"]), Some(2));
}

/// The files below a folder with their bytes.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("it can be read") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("it is below").to_owned();
                found.insert(name, fs::read(&path).expect("it can be read"));
            }
        }
    }
    found
}

#[test]
fn report_makes_every_derived_file_again() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("out");
    let run =
        ["compare", "scenarios/subagents-20.toml", "--replications", "3", "--set", "thresholds={}", "--out"];
    stampede().args(run).arg(&out).assert().success();
    let written = contents(&out);
    fs::remove_dir_all(out.join("charts")).expect("charts were drawn");
    for derived in ["audit", "bookings", "conflicts", "subagents", "summary", "tickets", "workflows"] {
        fs::remove_file(out.join(format!("data/{derived}.csv"))).expect("it was written");
    }
    fs::remove_file(out.join("data/summary.json")).expect("it was written");
    fs::remove_file(out.join("report.html")).expect("it was written");
    fs::remove_file(out.join("report.xlsx")).expect("it was written");
    let report = stampede().arg("report").arg(&out).output().expect("it runs");
    assert_eq!(report.status.code(), Some(0), "{}", text(&report.stderr));
    assert!(text(&report.stdout).contains("subagents"), "the comparison is printed");
    assert!(contents(&out) == written, "byte for byte");

    let tickets = out.join("data/tickets.csv");
    let edited = fs::read_to_string(&tickets).expect("it was made again") + "x";
    fs::write(&tickets, &edited).expect("it can be edited");
    for refused in [&["report"][..], &["explain", "T-001"]] {
        let mut command = stampede();
        command.arg(refused[0]).arg(&out).args(&refused[1..]);
        let output = command.output().expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{refused:?}");
        assert!(text(&output.stderr).contains("tickets.csv was altered"), "{}", text(&output.stderr));
    }
    assert_eq!(fs::read_to_string(&tickets).expect("it is there"), edited, "nothing is lost");
}

/// The folder says what produced it, in a scenario that needs nothing from outside the folder.
#[test]
fn the_effective_scenario_yields_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for place in ["one", "two"] {
        fs::create_dir(folder.path().join(place)).expect("it can be made");
        let staff = format!("technician,hours\nAnn {place},08:00-17:00\nBob,always\n");
        fs::write(folder.path().join(place).join("table.csv"), staff).expect("it can be written");
    }
    fs::write(folder.path().join("two/table.csv"), "pod,technician,customer\nRed,Bob,company\n")
        .expect("likewise");
    let scenario = folder.path().join("mine.toml");
    let typed = "name = \"mine\"\npreset = \"neo\"\n\
                 burst = { tickets = 9, arrivals = { backlog = {} }, work = { empirical = \"work.csv\" } }\n\
                 desk = { technicians_file = \"one/table.csv\", pods = \"two/table.csv\" }\n\
                 experiment = { replications = 40 }\n";
    fs::write(&scenario, typed).expect("it can be written");
    fs::write(folder.path().join("work.csv"), "20min\n30min\n").expect("it can be written");
    let compare = |command: &str, scenario: &Path, out: &str, flags: &[&str]| {
        let out = folder.path().join(out);
        stampede()
            .arg(command)
            .arg(scenario)
            .args(flags)
            .arg("--quiet")
            .arg("--out")
            .arg(&out)
            .assert()
            .success();
        let mut files = contents(&out);
        let manifest = files.remove(Path::new("manifest.json")).expect("it was written");
        (files, text(&manifest))
    };
    let flags =
        ["--set", "discipline.parallel.alternatives=1", "--seed", "5", "--discipline", "sequential,parallel"];
    let (first, manifest) = compare("compare", &scenario, "first", &flags);
    for given in
        ["--set discipline.parallel.alternatives=1", "--seed 5", "inputs/table.csv", "inputs/2/table.csv"]
    {
        assert!(manifest.contains(given), "{given} is not in {manifest}");
    }
    // Only what is in the folder counts from here on.
    for file in ["mine.toml", "work.csv", "one/table.csv", "two/table.csv"] {
        fs::remove_file(folder.path().join(file)).expect("it is there");
    }
    fs::rename(folder.path().join("first"), folder.path().join("moved")).expect("it can be moved");
    let again = folder.path().join("moved/scenario.toml");
    let (second, _) = compare("compare", &again, "second", &[]);
    assert!(
        first == second,
        "{:?}",
        first
            .iter()
            .filter(|(name, bytes)| second.get(*name) != Some(bytes))
            .map(|(name, _)| name)
            .collect::<Vec<_>>()
    );
    // One replication is its own scenario, whichever command runs it.
    let (single, _) = compare("run", &again, "single", &["--discipline", "parallel"]);
    let narrowed = folder.path().join("single/scenario.toml");
    assert!(compare("run", &narrowed, "single-again", &[]).0 == single);
    assert!(compare("compare", &narrowed, "single-compared", &[]).0 == single);
}

/// A scenario of which a run has something to say: a threshold that no arm can pass, holds that lapse, and a pod member
/// whom nobody knows.
const NOTED: &str = "name = \"noted\"\n[burst]\ntickets = 3\narrivals = { backlog = {} }\n[desk]\ntechnicians = 2\n\
                     pods = \"pods.csv\"\n[calendar]\nlease = \"1s\"\nwrite_latency = \"4s\"\n[[discipline]]\n\
                     kind = \"parallel\"\n[thresholds]\nregret = \"mean < 1min\"\n[experiment]\nreplications = 2\n";

#[test]
fn validate_says_what_a_comparison_would_note() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("noted.toml"), NOTED).expect("writable");
    fs::write(folder.path().join("pods.csv"), "pod,technician,customer\nRed,Technician 3,company\n")
        .expect("writable");
    let run = |arguments: &[&str]| {
        let mut command = stampede();
        let output = command.current_dir(folder.path()).args(arguments).output().expect("it runs");
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let notes = |told: &str, lead: &str| {
        let notes = told.lines().filter_map(|line| line.strip_prefix(lead)).map(str::to_owned);
        notes.collect::<Vec<String>>()
    };
    let (code, out, told) = run(&["validate", "noted.toml"]);
    assert_eq!((code, out.as_str()), (Some(0), "noted.toml: valid (noted: parallel)\n"));
    let (_, _, compared) = run(&["compare", "noted.toml"]);
    let validated = notes(&told, "note: noted.toml: ");
    assert_eq!(validated, notes(&compared, "note: "));
    for part in [
        "there is no technician \"Technician 3\" on the desk",
        "Every hold under `parallel` lapses before its slot is booked: a claim and a write take at least 4 s, and \
         `calendar.lease` is 1 s.",
        "The threshold `regret` (\"mean < 1min\") fails under `parallel`, because it is never measured there. Measured only \
         beside a `batched` discipline.",
    ] {
        assert!(validated.iter().any(|note| note.contains(part)), "no `{part}` in {validated:#?}");
    }
    let count = validated.len();
    let hidden = format!("noted.toml: {count} notes, not shown\n");
    assert_eq!(run(&["validate", "--quiet", "noted.toml"]), (Some(0), out, hidden));
    assert_eq!(run(&["compare", "--quiet", "noted.toml"]).2, format!("{count} notes, not shown\n"));
    let (code, out, told) = run(&["validate", "--strict", "noted.toml"]);
    assert_eq!((code, out.as_str(), notes(&told, "error: noted.toml: ")), (Some(2), "", validated));
    // What a flag mends is not noted any more.
    let mended =
        ["--set", "calendar.lease=\"9s\"", "--set", "thresholds.regret=[\"mean < 1min\"]", "--seed", "4"];
    let (_, _, told) = run(&[&["validate", "noted.toml"], &mended[..]].concat());
    assert_eq!(notes(&told, "note: noted.toml: ").len(), count - 1, "{told}");
    assert_eq!(run(&["validate", "noted.toml", "--discipline", "nope"]).0, Some(2));
}
