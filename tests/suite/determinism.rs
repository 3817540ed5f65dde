//! Same scenario and seed, same bytes: under either engine, in another process, on any number of threads.

use assert_cmd::Command;
use stampede::domain::settings::Arrivals;
use stampede::engine::Engine;
use stampede::engine::direct::World;
use stampede::experiment::Experiment;
use stampede::results::Comparison;

use crate::common::{compare, load, parse, project, shipped};

fn digests(comparison: &Comparison) -> Vec<(String, String)> {
    comparison.arms.iter().map(|arm| (arm.name.clone(), arm.digest.to_string())).collect()
}

/// What no shipped scenario has: tickets with owners, changes of status, urgency and impact, workflows that wait.
const ARRIVING: &str = r#"
    name = "arriving"
    [burst]
    tickets = 40
    arrivals = { uniform = { over = "20min" } }
    work = "20min"
    companies = { Alder = 1, Birch = 1 }
    statuses = { New = 2, Waiting = 1 }
    owned = 0.2
    transition = [
        { from = "Waiting", to = "New", after = { exponential = { mean = "10min" } }, share = 0.7 },
        { from = "New", to = "Waiting", after = "30s", share = 0.2 },
    ]
    [desk]
    technicians = 12
    [dispatch]
    statuses = ["New"]
    [triage]
    urgency = { latency = { exponential = { mean = "20s" } }, error_rate = 0.2 }
    impact = { latency = "15s", error_rate = 0.2 }
    [follow_up]
    overtaken = "waits"
    [[discipline]]
    kind = "sequential"
    [[discipline]]
    kind = "parallel"
"#;

#[test]
fn tickets_that_arrive_owned_or_in_other_statuses_have_the_same_digests_everywhere() {
    let run = |engine, threads| {
        digests(&compare(parse(ARRIVING, &[("experiment.replications", "9")]), engine, threads))
    };
    let expected = run(Engine::Direct, 1);
    assert_eq!(run(Engine::Actix, 1), expected);
    assert_eq!(run(Engine::Actix, 2), expected);
    assert_eq!(run(Engine::Direct, 7), expected);
}

/// Every shipped scenario, shortened: what is equal for a few replications of a few thousand tickets is equal for more.
#[test]
fn both_engines_and_any_number_of_threads_give_the_same_digests() {
    for path in shipped() {
        let mut settings = vec![("experiment.replications", "9"), ("experiment.records", "0")];
        if path.ends_with("w1.toml") {
            settings.push(("burst.tickets", "3000"));
        }
        let run = |engine, threads| digests(&compare(load(&path, &settings), engine, threads));
        let expected = run(Engine::Direct, 1);
        assert!(!expected.is_empty());
        for (engine, threads) in
            [(Engine::Actix, 1), (Engine::Actix, 2), (Engine::Direct, 2), (Engine::Direct, 7)]
        {
            assert_eq!(run(engine, threads), expected, "{} {engine:?} {threads}", path.display());
        }
    }
}

/// A world that has run other replications before gives the same digest as a fresh one, even when the one before ended
/// with work undone: nothing is carried over.
#[test]
fn a_used_world_is_as_good_as_a_new_one() {
    let shift = r#"
        name = "shift"
        start = "2026-11-23T14:00"
        [burst]
        tickets = 40
        arrivals = { uniform = { over = "8h" } }
        work = { exponential = { mean = "30min" } }
        priorities = { 1 = 1, 3 = 1 }
        [desk]
        technicians = 2
        [dispatch]
        mode = "team-only"
        [[discipline]]
        kind = "sequential"
    "#;
    let mut scenarios: Vec<_> = shipped().iter().map(|path| load(path, &[])).collect();
    scenarios.extend([shift, ARRIVING].map(|text| parse(text, &[])));
    for mut scenario in scenarios {
        if let Arrivals::Poisson { tickets, .. } = &mut scenario.burst.arrivals {
            *tickets = 200.min(*tickets);
        }
        for arm in &mut scenario.disciplines {
            arm.max_attempts = 2;
        }
        let name = scenario.name.clone();
        let experiment = Experiment::prepare(scenario).expect("it is shipped");
        for rules in experiment.rules() {
            let mut used: World<()> = World::new(&rules);
            for replication in 0..4 {
                let script = experiment.script(replication);
                let fresh = World::<()>::new(&rules).run(&script, None).digest;
                assert_eq!(
                    used.run(&script, None).digest,
                    fresh,
                    "{name} {} {replication}",
                    rules.discipline.name
                );
            }
        }
    }
}

#[test]
fn another_seed_and_another_replication_give_other_digests() {
    let path = project("scenarios/monday-5.toml");
    let run =
        |seed| compare(load(&path, &[("seed", seed), ("experiment.replications", "2")]), Engine::Direct, 1);
    let (one, two) = (run("1"), run("2"));
    assert_ne!(one.arms[0].digest, two.arms[0].digest);
    let rows = one.arms[0].replications.to_vec().expect("they can be read");
    assert_ne!(rows[0].digest, rows[1].digest);
}

/// Adding or leaving out a discipline shifts nobody else's draws.
#[test]
fn an_arm_does_not_depend_on_its_neighbours() {
    let path = project("scenarios/monday-30.toml");
    let all = compare(load(&path, &[("experiment.replications", "5")]), Engine::Direct, 1);
    let mut alone = load(&path, &[("experiment.replications", "5")]);
    alone.disciplines.retain(|arm| arm.name == "parallel");
    let alone = compare(alone, Engine::Direct, 1);
    assert_eq!(alone.arms[0].digest, all.arms[2].digest);
}

/// Two processes, different engines, threads and folders: every file of the results is the same.
#[test]
fn two_processes_write_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |name: &str, arguments: &[&str]| {
        let out = folder.path().join(name);
        Command::cargo_bin("stampede")
            .expect("the program is built")
            .current_dir(project("."))
            .args(["compare", "scenarios/monday-30.toml", "--replications", "12", "--quiet", "--out"])
            .arg(&out)
            .args(["--set", "thresholds={}"])
            .args(arguments)
            .assert()
            .success();
        out
    };
    let one = run("one", &["--threads", "1"]);
    let two = run("two", &["--threads", "7", "--engine", "actix"]);
    let files = files(&one);
    assert!(files.len() > 10, "{files:?}");
    assert_eq!(files, self::files(&two));
    for file in files {
        let read = |folder: &std::path::Path| std::fs::read(folder.join(&file)).expect("it was just listed");
        assert!(read(&one) == read(&two), "{file} differs");
    }
}

/// The files below a folder, by their path in it.
fn files(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).expect("the folder was written") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let relative = path.strip_prefix(folder).expect("it is below");
                found.push(relative.display().to_string());
            }
        }
    }
    found.sort();
    found
}
