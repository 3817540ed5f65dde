//! `stampede sweep`: the same bytes everywhere, its folder, and what it refuses.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

const SCENARIO: &str = r#"
name = "two-teams"
[burst]
tickets = 12
arrivals = { uniform = { over = "5min" } }
boards = { Help = 0.7, Net = 0.3 }
work = { lognormal = { mean = "25min", cv = 0.5 } }
[[desk.team]]
name = "Help"
technicians = 3
[[desk.team]]
name = "Net"
technicians = 2
[[discipline]]
kind = "sequential"
[[discipline]]
kind = "parallel"
[experiment]
replications = 6
[thresholds]
"parallel.dispatch_delay" = "p(95) < 10min"
"#;

/// The keys of most of these sweeps.
const VARY: [&str; 4] =
    ["--vary", "desk.team.Help.technicians=2..4", "--vary", "discipline.parallel.alternatives=1,3"];

/// A folder with the scenario in it.
fn place(text: &str) -> TempDir {
    let place = TempDir::new().expect("there is room");
    fs::write(place.path().join("s.toml"), text).expect("writable");
    place
}

fn stampede(place: &TempDir) -> Command {
    let mut command = Command::cargo_bin("stampede").expect("it is built");
    command.current_dir(place.path()).env_remove("NO_COLOR");
    command
}

/// A sweep of the scenario in a folder, with more arguments; it succeeds.
fn sweep(place: &TempDir, arguments: &[&str]) -> String {
    let output =
        stampede(place).args(["sweep", "s.toml"]).args(arguments).assert().success().get_output().clone();
    String::from_utf8(output.stdout).expect("text")
}

/// Every file of a folder.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).expect("a folder") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("inside").to_owned();
                found.insert(name, fs::read(&path).expect("readable"));
            }
        }
    }
    found
}

fn json(place: &TempDir, folder: &str) -> Value {
    let bytes = fs::read(place.path().join(folder).join("data/sweep.json")).expect("written");
    serde_json::from_slice(&bytes).expect("JSON")
}

/// What a refused command says; it exits 2 and leaves nothing but the scenario.
fn refused(place: &TempDir, arguments: &[&str]) -> String {
    let before = contents(place.path());
    let output = stampede(place).args(arguments).assert().code(2).get_output().clone();
    assert_eq!(contents(place.path()), before, "{arguments:?} wrote something");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    let said = String::from_utf8(output.stderr).expect("text");
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_sweep_writes_its_folder_and_the_same_bytes_on_any_threads_and_either_engine() {
    let place = place(SCENARIO);
    let text = sweep(&place, &[&VARY[..], &["--out", "one", "--threads", "1"]].concat());
    assert!(text.contains("6 points of a grid over desk.team.Help.technicians and"), "{text}");
    let one = contents(&place.path().join("one"));
    let names: Vec<String> = one.keys().map(|name| name.display().to_string()).collect();
    for name in [
        "charts/dispatch_delay.p95.svg",
        "data/sweep.csv",
        "data/sweep.json",
        "manifest.json",
        "report.html",
        "report.md",
        "report.xlsx",
        "scenario.toml",
    ] {
        assert!(names.contains(&name.to_owned()), "{name}: {names:?}");
    }
    for more in [&["--threads", "2"][..], &["--threads", "7"], &["--threads", "2", "--engine", "actix"]] {
        sweep(&place, &[&VARY[..], &["--out", "other"], more].concat());
        assert_eq!(contents(&place.path().join("other")), one, "{more:?}");
    }
    // The effective scenario is the sweep, flags and all.
    stampede(&place).args(["sweep", "one/scenario.toml", "--out", "again"]).assert().success();
    let again = contents(&place.path().join("again"));
    for (name, bytes) in one.iter().filter(|(name, _)| !name.ends_with("manifest.json")) {
        assert!(again.get(name) == Some(bytes), "{}", name.display());
    }
}

#[test]
fn the_points_come_in_the_order_of_the_grid_and_are_what_compare_finds_there() {
    let place = place(SCENARIO);
    sweep(&place, &[&VARY[..], &["--out", "swept"]].concat());
    let swept = json(&place, "swept");
    let values: Vec<String> = swept["points"]
        .as_array()
        .expect("points")
        .iter()
        .map(|point| {
            format!("{} {}", point["values"][0].as_str().unwrap(), point["values"][1].as_str().unwrap())
        })
        .collect();
    assert_eq!(values, ["2 1", "2 3", "3 1", "3 3", "4 1", "4 3"]);
    let set = ["--set", "desk.team.Help.technicians=3", "--set", "discipline.parallel.alternatives=3"];
    let output = stampede(&place)
        .args(["compare", "s.toml", "--out", "point", "--format", "json"])
        .args(set)
        .output()
        .unwrap();
    let point: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let summary = |arm: usize, key: &str| {
        let found = point["disciplines"][arm]["metrics"]
            .as_object()
            .map(|all| all[key.split('.').next().unwrap()].clone());
        found.unwrap_or_else(|| panic!("{point}"))
    };
    for arm in 0..2 {
        let mean = &swept["points"][3]["arms"][arm]["numbers"]["makespan"]["mean"]["mean"];
        assert!(mean.is_number());
        assert!(
            summary(arm, "makespan").to_string().contains(&mean.to_string()),
            "{}",
            summary(arm, "makespan")
        );
    }
}

#[test]
fn report_makes_every_file_of_a_sweep_again() {
    let place = place(SCENARIO);
    sweep(&place, &[&VARY[..], &["--out", "swept"]].concat());
    let folder = place.path().join("swept");
    let before = contents(&folder);
    for name in ["report.md", "data/sweep.csv"] {
        fs::remove_file(folder.join(name)).expect("it was there");
    }
    fs::remove_dir_all(folder.join("charts")).expect("they were there");
    let report = |format: &str| {
        let output = stampede(&place)
            .args(["report", "swept", "--format", format])
            .assert()
            .success()
            .get_output()
            .clone();
        String::from_utf8(output.stdout).expect("text")
    };
    let text = report("text");
    assert_eq!(contents(&folder), before);
    assert!(text.contains("holds at"), "{text}");
    let file = |name: &str| String::from_utf8(before[Path::new(name)].clone()).expect("text");
    assert_eq!(report("json"), file("data/sweep.json"));
    assert_eq!(report("csv"), file("data/sweep.csv"));
    assert_eq!(report("markdown"), file("report.md"));
    assert!(report("github").starts_with("::notice title=two-teams::"));
    // A byte that was changed is found.
    let path = folder.join("data/sweep.json");
    fs::write(&path, file("data/sweep.json").replacen("two-teams", "two_teams", 1)).expect("writable");
    let output = stampede(&place).args(["report", "swept"]).assert().code(2).get_output().clone();
    assert!(String::from_utf8_lossy(&output.stderr).contains("was altered"));
}

#[test]
fn sweeps_and_comparisons_take_each_others_place_and_explain_tells_them_apart() {
    let place = place(SCENARIO);
    sweep(&place, &[&VARY[..], &["--out", "here"]].concat());
    let said = |command: &[&str], code: i32| {
        let output = stampede(&place).args(command).assert().code(code).get_output().clone();
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let explained = said(&["explain", "here", "T-1"], 2);
    assert!(
        explained.contains("holds a sweep") && explained.contains("stampede compare here/scenario.toml"),
        "{explained}"
    );
    let compared = said(&["compare", "s.toml", "--out", "here", "--set", "thresholds={}"], 0);
    assert!(compared.contains("another experiment and will be replaced"), "{compared}");
    assert!(place.path().join("here/data/comparison.json").exists());
    assert!(!place.path().join("here/data/sweep.json").exists());
    let again = said(&["sweep", "s.toml", "--out", "here", "--vary", "burst.tickets=5,6"], 0);
    assert!(again.contains("another experiment and will be replaced"), "{again}");
    assert!(!place.path().join("here/data/comparison.json").exists());
    let same = said(&["sweep", "s.toml", "--out", "here", "--vary", "burst.tickets=5,6"], 0);
    assert!(!same.contains("another experiment"), "{same}");
}

#[test]
fn the_scenario_says_what_is_swept_and_flags_win() {
    let text = format!(
        "{SCENARIO}\n[sweep]\nvary = [\"burst.tickets=5..9:2\"]\ndesign = \"lhs:4\"\nmeasures = [\"makespan\", \
         \"dispatch_delay.p80\"]\n"
    );
    let place = place(&text);
    sweep(&place, &["--out", "one"]);
    let swept = json(&place, "one");
    assert_eq!(swept["design"], "lhs:4");
    assert_eq!(swept["points"].as_array().unwrap().len(), 4);
    assert_eq!(swept["measures"], serde_json::json!(["makespan", "dispatch_delay.p80"]));
    let flags =
        ["--vary", "desk.team.Net.technicians=1,2", "--design", "grid", "--measure", "claims,conflict_rate"];
    sweep(&place, &[&flags[..], &["--out", "two"]].concat());
    let swept = json(&place, "two");
    assert_eq!(swept["keys"], serde_json::json!(["desk.team.Net.technicians"]));
    assert_eq!(swept["measures"], serde_json::json!(["claims", "conflict_rate"]));
    let scenario = fs::read_to_string(place.path().join("two/scenario.toml")).unwrap();
    assert!(scenario.contains("vary = [\"desk.team.Net.technicians=1,2\"]"), "{scenario}");
    // What is swept is no part of what is simulated.
    fs::write(place.path().join("plain.toml"), SCENARIO).expect("writable");
    let digest = |file: &str| {
        let arguments = ["compare", file, "--out", "compared", "--set", "thresholds={}"];
        stampede(&place).args(arguments).assert().success();
        let manifest = fs::read(place.path().join("compared/manifest.json")).expect("written");
        let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
        manifest["scenario_digest"].as_str().expect("a digest").to_owned()
    };
    assert_eq!(digest("s.toml"), digest("plain.toml"));
}

#[test]
fn a_threshold_that_does_not_hold_is_told_and_fails_nothing() {
    let place = place(SCENARIO);
    let arguments =
        ["--vary", "burst.tickets=4,40", "--set", "thresholds={makespan=\"mean < 1s\"}", "--out", "x"];
    let text = sweep(&place, &arguments);
    assert!(text.contains("✗ parallel: makespan mean < 1s holds at none of 2 points"), "{text}");
    let quiet = sweep(&place, &[&arguments[..], &["-q"]].concat());
    assert_eq!(quiet.lines().count(), 2, "{quiet}");
}

#[test]
fn what_is_wrong_is_told_at_once_with_its_point_and_nothing_is_written() {
    let place = place(SCENARIO);
    for (arguments, wanted) in [
        (&["--vary", "burst.tickts=5,6"][..], "unknown key `tickts` in `burst` (at burst.tickts=5)"),
        (&["--vary", "burst.tickets=5,0"], "`burst.tickets` is the number 0 (at burst.tickets=0)"),
        (&["--vary", "burst.tickets"], "does not say which key takes which values"),
        (&["--vary", "burst.tickets=9..5"], "empty range"),
        (&["--vary", "ranker.latency=1s..9s"], "needs a step"),
        (&["--vary", "burst.tickets=1..9", "--vary", "burst.tickets=3"], "`burst.tickets` is varied twice"),
        (&["--vary", "burst.tickets=1..100000"], "the grid has 100,000 points"),
        (&["--vary", "output.folder=a,b"], "it changes nothing that is simulated"),
        (&["--vary", "experiment.threads=1,2"], "it changes nothing that is simulated"),
        (&["--vary", "seed=1,2"], "all points share the seed"),
        (&["--vary", "discipline=1,2"], "`discipline` is the number 1"),
        (&["--vary", "burst.tickets=5,6", "--design", "lhs:1"], "expected \"grid\", or \"lhs:N\""),
        (&["--vary", "burst.tickets=5,6", "--design", "circle"], "expected \"grid\", or \"lhs:N\""),
        (&["--vary", "burst.tickets=5,6", "--measure", "dispatch_delay"], "as dispatch_delay.p95"),
        (&["--vary", "burst.tickets=5,6", "--measure", "makspan"], "did you mean \"makespan\"?"),
        (&[], "nothing is varied"),
    ] {
        let arguments = [&["sweep", "s.toml", "--out", "x"][..], arguments].concat();
        let said = refused(&place, &arguments);
        assert!(said.contains(wanted), "{arguments:?}: {said}");
    }
    // All at once, each once, with the first of its points.
    let said = refused(
        &place,
        &["sweep", "s.toml", "--vary", "burst.tickets=0,5", "--vary", "desk.team.Help.technicians=0,1,x"],
    );
    // Where a line is too long, a bar goes on.
    let said = said.replace("│ ", "");
    for wanted in [
        "(at burst.tickets=0, desk.team.Help.technicians=0 and 2 points more)",
        "(at burst.tickets=0, desk.team.Help.technicians=x and 1 point more)",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}

#[test]
fn points_need_the_same_disciplines_and_the_same_files() {
    let place = place(
        &SCENARIO
            .replace("arrivals = { uniform = { over = \"5min\" } }", "arrivals.recorded.file = \"a.csv\"")
            .replace("tickets = 12\n", "")
            .replace("boards = { Help = 0.7, Net = 0.3 }\n", ""),
    );
    let row = "ticket,arrived_at,board\nT-1,2026-11-23T08:00:00Z,Help\n";
    for name in ["a.csv", "b.csv"] {
        fs::write(place.path().join(name), row).expect("writable");
    }
    let said = refused(
        &place,
        &["sweep", "s.toml", "--out", "x", "--vary", "burst.arrivals.recorded.file=a.csv,b.csv"],
    );
    assert!(
        said.contains("at burst.arrivals.recorded.file=b.csv: there the scenario names other files"),
        "{said}"
    );
    let said =
        refused(&place, &["sweep", "s.toml", "--out", "x", "--vary", "discipline.0.name=sequential,other"]);
    assert!(said.contains("at discipline.0.name=other: there the disciplines are others"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_sweep_that_is_killed_goes_on_to_the_same_bytes() {
    let place = place(SCENARIO);
    let arguments =
        [&["sweep", "s.toml", "--quiet", "--threads", "1", "--replications", "1500"], &VARY[..]].concat();
    stampede(&place).args(&arguments).args(["--out", "whole"]).assert().success();
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("stampede"))
        .current_dir(place.path())
        .args(&arguments)
        .args(["--out", "resumed"])
        .spawn()
        .expect("it runs");
    // Finished replications of the first points are on disk.
    let journal = place.path().join(".resumed.stampede-journal");
    while !fs::read_dir(&journal)
        .is_ok_and(|files| files.flatten().any(|file| file.metadata().is_ok_and(|it| it.len() > 100_000)))
        && fs::metadata(&journal).map_or(0, |file| if file.is_file() { file.len() } else { 0 }) < 100_000
        && child.try_wait().expect("its state").is_none()
    {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
    let resumed = stampede(&place)
        .args(&arguments[..2])
        .args(&arguments[3..])
        .args(["--out", "resumed", "--resume"])
        .assert();
    let said = String::from_utf8_lossy(&resumed.success().get_output().stderr).into_owned();
    assert!(said.contains("going on from"), "{said}");
    assert_eq!(contents(&place.path().join("resumed")), contents(&place.path().join("whole")));
    // Other points are another run, which a journal does not fit.
    let other = ["sweep", "s.toml", "--out", "resumed", "--vary", "burst.tickets=5,6", "--resume"];
    stampede(&place).args(other).assert().success();
}
