//! Bad input: exit 2, a message that tells a person what to change, nothing written.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

/// A scenario that is valid until something is replaced in it.
const GOOD: &str = r#"name = "good"
[burst]
tickets = 4
arrivals = { uniform = { over = "1min" } }
[desk]
technicians = 2
[dispatch]
slot = "30min"
[[discipline]]
kind = "parallel"
[experiment]
replications = 2
"#;

/// A scenario that replays `burst.csv` beside it.
const RECORDED: &str = r#"name = "recorded"
start = "2026-11-23T08:00"
[burst]
arrivals = { recorded = { file = "burst.csv" } }
[desk]
technicians = 2
[[discipline]]
kind = "parallel"
"#;

/// Compares `scenario.toml` in `folder` and returns exit code and standard error, having checked that nothing was written.
fn outcome(folder: &Path) -> (i32, String) {
    let before = fs::read_dir(folder).expect("readable").count();
    let output = Command::cargo_bin("stampede")
        .expect("the program is built")
        .current_dir(folder)
        .args(["compare", "scenario.toml"])
        .output()
        .expect("it runs");
    let after = fs::read_dir(folder).expect("readable").count();
    let code = output.status.code().expect("no signal");
    if code != 0 {
        assert_eq!(before, after, "something was written");
        assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    (code, String::from_utf8_lossy(&output.stderr).into_owned())
}

/// What a scenario of these bytes yields, with these bytes as recording.
fn try_files(scenario: &[u8], recording: Option<&[u8]>) -> (i32, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("scenario.toml"), scenario).expect("writable");
    if let Some(recording) = recording {
        fs::write(folder.path().join("burst.csv"), recording).expect("writable");
    }
    outcome(folder.path())
}

#[test]
fn the_good_scenarios_are_good() {
    assert_eq!(try_files(GOOD.as_bytes(), None).0, 0);
    let recording = b"ticket,arrived_at\nA,2026-11-23T08:05\n";
    assert_eq!(try_files(RECORDED.as_bytes(), Some(recording)).0, 0);
}

/// Each with what to replace, by what, and the parts the message must have.
#[test]
fn bad_scenarios_are_refused_with_place_value_and_advice() {
    for (good, bad, parts) in [
        ("tickets = 4", "tickets = ", &["scenario.toml:3"] as &[&str]),
        ("technicians = 2", "technicans = 2", &["scenario.toml:6:1", "technicans", "technicians"]),
        ("tickets = 4", "tickets = \"four\"", &["scenario.toml:3:11", "four"]),
        ("\"1min\"", "\"-1min\"", &["scenario.toml:4:33", "-1min", "not negative"]),
        ("technicians = 2", "technicians = 0", &["scenario.toml:6:15", "0"]),
        ("slot = \"30min\"", "slot = \"20h\"", &["scenario.toml:8:8", "20h", "8"]),
        ("kind = \"parallel\"", "kind = \"paralel\"", &["scenario.toml:10:8", "paralel", "parallel"]),
        ("replications = 2", "replications = 0", &["scenario.toml:12:16"]),
        ("replications = 2", "by = [\"bord\"]", &["scenario.toml:12:7", "bord", "did you mean \"board\"?"]),
        (
            "replications = 2",
            "[thresholds]\n\"dispatch_delay{priority:1}\" = \"mean < 1h\"",
            &["scenario.toml:13:1", "no ticket has priority \"1\"", "known priorities: 3"],
        ),
        (
            "replications = 2",
            "[thresholds]\n\"parallel.dispatch_delay{agent:x}\" = \"mean < 1h\"",
            &["scenario.toml:13:1", "there is no agent \"x\"", "dispatch"],
        ),
        (
            "replications = 2",
            "[thresholds]\nmakespan = \"mean < 1h in 100%\"",
            &["scenario.toml:13:12", "`in 100%` is not a share of bursts"],
        ),
    ] {
        assert!(GOOD.contains(good));
        let (code, message) = try_files(GOOD.replace(good, bad).as_bytes(), None);
        assert_eq!(code, 2, "{bad}: {message}");
        for part in parts {
            assert!(message.contains(part), "{bad}: no `{part}` in\n{message}");
        }
    }
}

#[test]
fn a_dimension_that_there_is_not_is_refused_before_anything_is_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for by in ["--by=mood", "--by=board,mood", "--by="] {
        let mut program = Command::cargo_bin("stampede").expect("the program is built");
        let output = program.current_dir(folder.path()).args(["compare", "scenario.toml", by]).output();
        let output = output.expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{by}");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(
            told.contains("--by") && told.contains("priority, board, company, category, agent"),
            "{told}"
        );
    }
    assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 0);
}

#[test]
fn all_errors_of_a_file_are_reported_at_once() {
    let bad = GOOD
        .replace("technicians = 2", "technicans = 2")
        .replace("\"30min\"", "\"20h\"")
        .replace("replications = 2", "replications = \"many\"");
    let (code, message) = try_files(bad.as_bytes(), None);
    assert_eq!(code, 2);
    for part in ["scenario.toml:6:1", "scenario.toml:8:8", "scenario.toml:12:16"] {
        assert!(message.contains(part), "no `{part}` in\n{message}");
    }
}

#[test]
fn a_missing_file_a_folder_and_invalid_utf8_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (code, message) = outcome(folder.path());
    assert_eq!(code, 2);
    assert!(message.contains("scenario.toml"), "{message}");
    fs::create_dir(folder.path().join("scenario.toml")).expect("writable");
    assert_eq!(outcome(folder.path()).0, 2);
    let (code, message) = try_files(b"name = \"good\"\n[burst]\n# \xff\xfe\n", None);
    assert_eq!(code, 2);
    assert!(message.contains("UTF-8") && message.contains("scenario.toml:3"), "{message}");
}

#[test]
fn bad_recordings_are_refused_with_line_column_and_value() {
    for (recording, parts) in [
        (
            &b"ticket,arrived_at\nA,2026-11-23T08:05\nB,yesterday\n"[..],
            &["burst.csv", "3", "arrived_at", "yesterday"] as &[&str],
        ),
        (b"ticket,arrived_at\nA,2026-02-30T08:05\n", &["burst.csv", "2", "arrived_at", "2026-02-30T08:05"]),
        (b"", &["burst.csv", "empty"]),
        (b"ticket,arrived_at\n", &["burst.csv"]),
        (b"ticket,when\nA,2026-11-23T08:05\n", &["burst.csv", "arrived_at"]),
        (b"ticket,arrived_at\nA\xff,2026-11-23T08:05\n", &["burst.csv", "2", "UTF-8"]),
        (b"ticket,arrived_at\nA,2026-11-23T08:05\nA,2026-11-23T08:06\n", &["burst.csv", "3", "A"]),
    ] {
        let (code, message) = try_files(RECORDED.as_bytes(), Some(recording));
        assert_eq!(code, 2, "{message}");
        for part in parts {
            assert!(message.contains(part), "no `{part}` in\n{message}");
        }
    }
    let (code, message) = try_files(RECORDED.as_bytes(), None);
    assert_eq!(code, 2);
    assert!(message.contains("burst.csv"), "{message}");
}

#[test]
fn bad_usage_is_exit_two() {
    for arguments in [
        &["compare"] as &[&str],
        &["launch"],
        &["compare", "x.toml", "--frequency", "3"],
        &["compare", "x.toml", "--threads", "0"],
        &["explain", "nowhere", "T-001"],
    ] {
        let output =
            Command::cargo_bin("stampede").expect("built").args(arguments).output().expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty());
    }
}

#[test]
fn a_folder_that_is_not_ours_is_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("scenario.toml"), GOOD).expect("writable");
    let precious = folder.path().join("precious");
    fs::create_dir(&precious).expect("writable");
    fs::write(precious.join("thesis.txt"), "all of it").expect("writable");
    let output = Command::cargo_bin("stampede")
        .expect("built")
        .current_dir(folder.path())
        .args(["compare", "scenario.toml", "--out", "precious"])
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--out"));
    assert_eq!(fs::read_dir(&precious).expect("readable").count(), 1);
}

#[test]
fn names_that_nobody_knows_are_reported_with_their_place() {
    let agents = |name: &str| {
        format!(
            "[[agent]]\nname = \"day\"\n[[agent]]\nname = \"night\"\ncompanies = [\"{name}\"]\n[[discipline]]"
        )
    };
    let with = |name| try_files(GOOD.replace("[[discipline]]", &agents(name)).as_bytes(), None);
    assert_eq!(with("company").0, 0);
    let (code, message) = with("compny");
    assert_eq!(code, 2, "{message}");
    for part in ["scenario.toml:13:14", "no company \"compny\" in the burst", "did you mean \"company\"?"] {
        assert!(message.contains(part), "no `{part}` in\n{message}");
    }
}

#[test]
fn a_status_that_no_ticket_is_ever_in_is_noted() {
    let excluding = |status: &str| {
        let desk = "[[desk.technician]]\nname = \"Ann\"\nopen = { \"In Progress\" = 2 }";
        let mode = format!("mode = \"owner-only\"\nexcluded_statuses = [\"New\", \"{status}\"]");
        let scenario = GOOD.replace("technicians = 2", desk).replace("slot = \"30min\"", &mode);
        let (code, message) = try_files(scenario.as_bytes(), None);
        assert_eq!(code, 0, "{message}");
        message
    };
    let note = "note: Agent dispatch does not count tickets in status \"In Progres\", but none is ever in it (did you \
                mean \"In Progress\"?).";
    assert!(excluding("In Progres").contains(note));
    assert!(!excluding("In Progress").contains("does not count"));
}

/// A folder with these files.
fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, content) in files {
        fs::write(folder.path().join(name), content).expect("writable");
    }
    folder
}

#[test]
fn what_is_wrong_with_a_scenario_and_with_its_files_is_told_together() {
    let recording = "ticket,arrived_at,company\nA,2026-11-23T08:05,Oak\nB,someday,Oak\n";
    let scenario = RECORDED.replace(
        "technicians = 2",
        "technicians_file = \"staff.csv\"\n[dispatch]\nslot = \"20s\"\nboards = [\"Dekk\"]",
    );
    let staff = "technician,hours\nAnn,9-17\n";
    let folder = folder_with(&[("scenario.toml", &scenario), ("burst.csv", recording), ("staff.csv", staff)]);
    let (code, message) = outcome(folder.path());
    assert_eq!(code, 2, "{message}");
    for part in [
        "`dispatch.slot` is the string \"20s\"",
        "the desk has no board \"Dekk\"",
        "line 3, arrived_at: found \"someday\"",
        "line 2, hours: found \"9-17\"",
    ] {
        assert!(message.contains(part), "no `{part}` in\n{message}");
    }
}

#[test]
fn names_that_only_files_could_tell_have_their_place_too() {
    let recording = "ticket,arrived_at,company,status\nA,2026-11-23T08:05,Oak,Open\n";
    let trigger = "technicians_file = \"staff.csv\"\n[dispatch]\ncompanies = [\"Oka\"]\nstatuses = [\"Opne\"]\n\
                   [[dispatch.sop]]\nassign_to = [\"Anne\"]";
    let scenario = RECORDED.replace("technicians = 2", trigger);
    let told = |scenario: &str| {
        let files =
            [("scenario.toml", scenario), ("burst.csv", recording), ("staff.csv", "technician\nAnn\n")];
        outcome(folder_with(&files).path())
    };
    // By themselves, and beside a mistake that has nothing to do with them.
    for scenario in
        [scenario.clone(), scenario.replace("[[discipline]]", "[ranker]\ntemperature = -1\n[[discipline]]")]
    {
        let (code, message) = told(&scenario);
        assert_eq!(code, 2, "{message}");
        for part in [
            "scenario.toml:8:14",
            "no company \"Oka\" in the burst",
            "scenario.toml:9:13",
            "no ticket arrives in status \"Opne\"",
            "scenario.toml:11:14",
            "no technician \"Anne\"",
        ] {
            assert!(message.contains(part), "no `{part}` in\n{message}");
        }
        assert_eq!(message.contains("`ranker.temperature`"), scenario.contains("temperature"), "{message}");
    }
    let right = scenario.replace("Oka", "Oak").replace("Opne", "Open").replace("Anne", "Ann");
    assert_eq!(told(&right).0, 0);
}

#[test]
fn nothing_is_said_of_files_that_a_known_problem_makes_moot() {
    // Without its start nobody knows when a ticket arrives, and without its teams whom a board belongs to.
    let scenario = RECORDED
        .replace("start = \"2026-11-23T08:00\"", "start = \"2026-11-23T25:00\"")
        .replace("technicians = 2", "technicians = 2\n[[desk.team]]\nname = 3");
    let recording = "ticket,arrived_at,board\nA,2020-11-23T08:05,Attic\n";
    let (code, message) =
        outcome(folder_with(&[("scenario.toml", &scenario), ("burst.csv", recording)]).path());
    assert!(code == 2 && message.contains("`start`") && message.contains("`desk.team[0].name`"), "{message}");
    assert!(!message.contains("burst.csv"), "{message}");
}
