//! Runs that are killed, and go on.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use stampede::engine::Engine;
use stampede::experiment::{Experiment, Options};
use stampede::results::journal::{Journal, Origin};

use crate::common::{load, project};

/// `stampede`, started in this folder.
fn stampede(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin("stampede"));
    command.current_dir(folder).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Its exit code and standard error.
fn ended(output: Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8(output.stderr).expect("output is UTF-8"))
}

#[expect(clippy::disallowed_methods, reason = "how long a run takes is measured to kill one in the middle")]
fn now() -> Instant {
    Instant::now()
}

/// Every file below a folder, with its bytes.
pub fn contents(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("it can be read") {
            let path = entry.expect("likewise").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(dir).expect("it is below").display().to_string();
                found.push((name, fs::read(&path).expect("likewise")));
            }
        }
    }
    found.sort();
    found
}

/// A comparison that goes on for long enough to be killed in the middle, with logs.
const COMPARE: [&str; 8] = [
    "compare",
    "monday-5.toml",
    "--replications=300",
    "--set=thresholds={}",
    "--set=experiment.records=40",
    "--threads=2",
    "--quiet",
    "--resume",
];

/// A sweep of four points.
const SWEEP: [&str; 7] = [
    "sweep",
    "monday-5.toml",
    "--vary=burst.tickets=5,8",
    "--vary=discipline.alternatives=0,2",
    "--replications=100",
    "--quiet",
    "--resume",
];

/// A plan with several probes.
const PLAN: [&str; 6] = [
    "plan",
    "monday-5.toml",
    "--minimise=desk.technicians=1..8",
    "--set=thresholds={ \"parallel.time_to_start\" = \"mean < 2h\" }",
    "--quiet",
    "--resume",
];

/// A folder with the shipped scenarios of five tickets and of a recorded morning.
fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a temporary folder");
    for file in ["monday-5.toml", "monday-recorded.toml", "monday-recorded.csv"] {
        fs::copy(project("scenarios").join(file), place.path().join(file)).expect("writable");
    }
    place
}

/// The names in a folder that begin with a dot.
fn hidden(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("it can be read");
    let names = entries.map(|entry| entry.expect("likewise").file_name().display().to_string());
    names.filter(|name| name.starts_with('.')).collect()
}

/// Kills runs of a command `kills` times, at moments drawn over a little more than what a run takes, each resumed by the
/// next. Whenever one comes to its end, its files have to be those of a run that nobody has killed.
fn survives(arguments: &[&str], kills: u32) {
    let place = place();
    let run = |out: &str| stampede(place.path(), &[arguments, &["--out", out]].concat());
    let began = now();
    let (code, told) = ended(run("whole").output().expect("it runs"));
    let length = began.elapsed().as_micros() as u64;
    assert!(matches!(code, Some(0 | 99)), "{told}");
    let (whole, out) = (contents(&place.path().join("whole")), place.path().join("out"));
    let (mut killed, mut finished, mut resumed) = (0, 0, 0);
    // SplitMix64 with seed 11.
    let mut state = 11_u64;
    while killed < kills || finished == 0 {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let drawn = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let drawn = (drawn ^ (drawn >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let moment = Duration::from_micros((drawn ^ (drawn >> 31)) % (length + length / 5));
        let (began, mut child) = (now(), run("out").spawn().expect("it runs"));
        while killed == kills || began.elapsed() < moment {
            if child.try_wait().expect("it is ours").is_some() {
                break;
            }
            sleep(Duration::from_millis(1));
        }
        if child.try_wait().expect("it is ours").is_none() {
            child.kill().expect("it is ours");
            child.wait().expect("it ends");
            killed += 1;
            let journal = fs::metadata(place.path().join(".out.stampede-journal"));
            resumed += u32::from(journal.is_ok_and(|journal| journal.len() > 2000));
            continue;
        }
        let (again, told) = ended(child.wait_with_output().expect("it ends"));
        assert_eq!(again, code, "{told}");
        assert!(contents(&out) == whole, "after {killed} kills the files are others");
        assert_eq!(hidden(place.path()), [""; 0]);
        fs::remove_dir_all(&out).expect("it is ours");
        finished += 1;
    }
    assert!(resumed * 3 >= kills, "only {resumed} of {kills} kills left something to go on from");
    eprintln!("{killed} kills, {resumed} of them with something to go on from, {finished} runs to the end");
}

#[test]
fn a_comparison_that_is_killed_at_any_moment_goes_on_and_ends_in_the_same_bytes() {
    survives(&COMPARE, 6);
}

#[test]
fn a_sweep_that_is_killed_at_any_moment_goes_on_and_ends_in_the_same_bytes() {
    survives(&SWEEP, 3);
}

#[test]
fn a_plan_that_is_killed_at_any_moment_goes_on_and_ends_in_the_same_bytes() {
    survives(&PLAN, 3);
}

/// `cargo test --release --test suite -- --ignored a_hundred_kills`
#[test]
#[ignore = "takes minutes"]
fn a_hundred_kills_of_a_comparison() {
    survives(&COMPARE, 100);
}

/// `cargo test --release --test suite -- --ignored a_hundred_kills`
#[test]
#[ignore = "takes minutes"]
fn a_hundred_kills_of_a_sweep() {
    survives(&SWEEP, 100);
}

/// `cargo test --release --test suite -- --ignored a_hundred_kills`
#[test]
#[ignore = "takes minutes"]
fn a_hundred_kills_of_a_plan() {
    survives(&PLAN, 100);
}

/// A run that has begun to keep replications, and goes on for longer than any test.
fn begun(folder: &Path, scenario: &str, flags: &[&str]) -> Child {
    let endless = ["compare", scenario, "--replications", "5000000", "--max-memory", "1TB", "--out", "out"];
    let child = stampede(folder, &[&endless[..], flags].concat()).spawn().expect("it runs");
    let journal = folder.join(".out.stampede-journal");
    while fs::metadata(&journal).map_or(0, |journal| journal.len()) < 100_000 {
        sleep(Duration::from_millis(10));
    }
    child
}

/// Kills a run that has begun to keep replications.
fn killed(folder: &Path, scenario: &str, flags: &[&str]) {
    let mut child = begun(folder, scenario, flags);
    child.kill().expect("it still runs");
    child.wait().expect("it ends");
}

#[cfg(unix)]
#[test]
fn a_signal_leaves_what_is_finished_and_says_so_in_one_line() {
    let place = place();
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let child = begun(place.path(), "monday-5.toml", &[]);
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(sent.expect("there is kill").success());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.stdout, b"");
        let (exit, told) = ended(output);
        assert_eq!(exit, Some(code), "{told}");
        let last = told.lines().last().unwrap_or_default();
        assert!(last.starts_with("interrupted: "), "{told}");
        assert!(last.ends_with(" of 5,000,000 replications are on disk; run again with --resume"), "{told}");
        assert_eq!(hidden(place.path()), [".out.stampede-journal"]);
        assert!(!place.path().join("out").exists());
        // What is begun next is to be waited for.
        fs::remove_file(place.path().join(".out.stampede-journal")).expect("it is there");
    }
}

#[test]
fn what_is_not_resumed_is_discarded_with_a_note_and_what_has_changed_is_refused() {
    let place = place();
    let few = ["--replications", "3", "--set", "thresholds={}", "--out", "out"];
    let run = |scenario: &str, flags: &[&str]| {
        let (code, told) = ended(
            stampede(place.path(), &[&["compare", scenario][..], &few, flags].concat())
                .output()
                .expect("it runs"),
        );
        (code, told)
    };
    let (code, told) = run("monday-5.toml", &["--resume"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("note: there is nothing to resume, so it begins at the beginning"), "{told}");

    killed(place.path(), "monday-5.toml", &[]);
    let kept = || fs::read(place.path().join(".out.stampede-journal")).expect("it is there");
    let before = kept();
    let (code, told) = run("monday-5.toml", &["--resume"]);
    assert_eq!(code, Some(2), "{told}");
    assert_eq!(
        told,
        "error: cannot resume, as something has changed since the run was interrupted: the scenario, or what is set in it; \
         change it back, or begin again without --resume\n"
    );
    assert!(kept() == before, "nothing is lost");
    let (code, told) = run("monday-5.toml", &[]);
    assert_eq!(code, Some(0), "{told}");
    let note = " replications of an interrupted run were on disk and are discarded; they are of another run: the scenario, or \
                what is set in it";
    assert!(told.contains(note), "{told}");
    assert_eq!(hidden(place.path()), [""; 0]);

    // The same scenario, but its recording has changed.
    killed(place.path(), "monday-recorded.toml", &[]);
    let recording = place.path().join("monday-recorded.csv");
    let text = fs::read_to_string(&recording).expect("it was copied");
    let (rest, _) = text.trim_end().rsplit_once('\n').expect("it has many lines");
    fs::write(&recording, format!("{rest}\n")).expect("writable");
    let endless = ["compare", "monday-recorded.toml", "--replications", "5000000", "--max-memory", "1TB"];
    let resume = ["--out", "out", "--resume"];
    let refused = stampede(place.path(), &[&endless[..], &resume].concat()).output().expect("it runs");
    let (code, told) = ended(refused);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("was interrupted: the file inputs/monday-recorded.csv; change it back"), "{told}");
    fs::write(&recording, text).expect("writable");
    let mut child = stampede(place.path(), &[&endless[..], &resume].concat()).spawn().expect("it runs");
    let journal = place.path().join(".out.stampede-journal");
    let before = fs::metadata(&journal).expect("it is there").len();
    while fs::metadata(&journal).expect("it is still there").len() < before + 10_000 {
        sleep(Duration::from_millis(10));
    }
    child.kill().expect("it still runs");
    let (_, told) = ended(child.wait_with_output().expect("it ends"));
    assert!(told.contains("note: going on from "), "{told}");
}

#[test]
fn what_another_version_has_left_is_refused() {
    let place = place();
    let settings = [("experiment.replications", "3"), ("thresholds", "{}")];
    let experiment =
        Experiment::prepare(load(&place.path().join("monday-5.toml"), &settings)).expect("it is shipped");
    let origin = Origin { stampede: "0.0.9".to_owned(), ..experiment.origin("compare") };
    let journal = Journal::create(&place.path().join(".out.stampede-journal"), &origin).expect("writable");
    let options = Options { engine: Engine::Direct, threads: 1 };
    experiment.keeping(journal).run_part(0..2, &options, &mut |_| {}).expect("it runs");
    let run =
        ["compare", "monday-5.toml", "--replications=3", "--set=thresholds={}", "--out=out", "--resume"];
    let (code, told) = ended(stampede(place.path(), &run).output().expect("it runs"));
    assert_eq!(code, Some(2), "{told}");
    let version =
        "interrupted: the version (Stampede 0.0.9, which is now Stampede 0.1.0); change it back, or begin";
    assert!(told.contains(version), "{told}");
    assert!(!place.path().join("out").exists());
}
