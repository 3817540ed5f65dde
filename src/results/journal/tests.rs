//! Journals that are cut off, altered, forged, of other experiments; and what a run makes of them.

use std::fs;

use super::*;
use crate::engine::Engine;
use crate::experiment::{Experiment, ExperimentError, Options};
use crate::results::Comparison;
use crate::results::part::PartsError;
use crate::results::spool::Spool;
use crate::scenario::Override;

const SCENARIO: &str = r#"
    name = "tiny"
    [burst]
    tickets = 4
    arrivals = { uniform = { over = "1min" } }
    [desk]
    technicians = 2
    [[discipline]]
    kind = "sequential"
    [[discipline]]
    kind = "parallel"
    [experiment]
    replications = 9
    records = 3
    [thresholds]
    dispatch_delay = "p(80) < 10min"
"#;

const OPTIONS: Options = Options { engine: Engine::Direct, threads: 2 };

fn experiment(settings: &[&str]) -> Experiment {
    let set = |setting: &&str| {
        let (key, value) = setting.split_once('=').unwrap();
        Override { key: key.into(), value: value.into(), origin: "--set".into() }
    };
    let overrides: Vec<Override> = settings.iter().map(set).collect();
    let scenario = crate::scenario::parse(SCENARIO, "tiny.toml", Path::new(""), &overrides).unwrap();
    Experiment::prepare(scenario.narrowed()).unwrap()
}

/// Runs an experiment with the journal at `path`, or without one; says what came of it and how many replications it had
/// to run.
fn run(experiment: Experiment, path: Option<&Path>) -> (Comparison, u32) {
    let origin = experiment.origin("compare");
    let journal = path.map(|path| match Journal::open(path).unwrap() {
        Some((_, journal)) => journal,
        None => Journal::create(path, &origin).unwrap(),
    });
    let had = journal.as_ref().map_or(0, |journal| {
        let own = journal.within(&experiment.key(), &(0..experiment.planned(0)));
        own.iter().map(|range| range.end - range.start).sum()
    });
    let experiment = match journal {
        Some(journal) => experiment.keeping(journal),
        None => experiment,
    };
    let mut last = 0;
    let comparison = experiment
        .run(&OPTIONS, &mut |done| {
            assert!(done > last, "progress goes on from what is on disk");
            last = done;
        })
        .unwrap();
    assert_eq!(last, comparison.setup.replications);
    (comparison, last - had)
}

fn equal(one: &Comparison, other: &Comparison) {
    assert!(one == other, "all that is compared, the replications and the logs are the same");
    assert_eq!(one.arms[0].recorded.len(), 3);
}

/// A journal of the whole experiment, as bytes, and what came of it.
fn whole(place: &Path) -> (Vec<u8>, Comparison) {
    let path = place.join("whole");
    let (comparison, run) = run(experiment(&[]), Some(&path));
    assert_eq!(run, 9);
    (fs::read(&path).unwrap(), comparison)
}

#[test]
fn a_run_goes_on_from_what_is_whole_wherever_its_journal_was_cut_off_or_altered() {
    let place = tempfile::tempdir().unwrap();
    let (bytes, comparison) = whole(place.path());
    equal(&run(experiment(&[]), None).0, &comparison);
    let path = place.path().join("torn");
    let mut seen = std::collections::BTreeSet::new();
    for len in (0..bytes.len()).step_by(bytes.len() / 60).chain([bytes.len() - 1, bytes.len()]) {
        fs::write(&path, &bytes[..len]).unwrap();
        let (again, ran) = run(experiment(&[]), Some(&path));
        equal(&again, &comparison);
        seen.insert(ran);
        // What was run is on disk now.
        assert_eq!(run(experiment(&[]), Some(&path)).1, 0, "{len}");
    }
    assert_eq!((seen.first(), seen.last(), seen.len() > 5), (Some(&0), Some(&9), true), "{seen:?}");
    for at in (0..bytes.len()).step_by(bytes.len() / 40) {
        let mut altered = bytes.clone();
        altered[at] ^= 4;
        fs::write(&path, &altered).unwrap();
        let (again, ran) = run(experiment(&[]), Some(&path));
        equal(&again, &comparison);
        assert!(ran > 0, "{at}");
    }
    let zeros = [&bytes[..bytes.len() / 2], &[0; 5000]].concat();
    fs::write(&path, zeros).unwrap();
    equal(&run(experiment(&[]), Some(&path)).0, &comparison);
}

#[test]
fn replications_are_those_of_what_decides_them_and_of_nothing_else() {
    let key = experiment(&[]).key();
    for same in [
        "experiment.replications=70",
        "experiment.confidence=0.9",
        "experiment.threads=7",
        "name=\"other\"",
        "thresholds={ dispatch_delay = \"p(80) < 1h\" }",
        "output.quiet=true",
    ] {
        assert_eq!(experiment(&[same]).key(), key, "{same}");
    }
    for other in [
        "seed=2",
        "burst.tickets=5",
        "desk.technicians=3",
        "discipline.parallel.alternatives=1",
        "experiment.disciplines=[\"parallel\"]",
        "experiment.records=2",
        "thresholds={ dispatch_delay = \"p(81) < 10min\" }",
        "start=\"2026-11-23T09:00\"",
    ] {
        assert_ne!(experiment(&[other]).key(), key, "{other}");
    }
}

#[test]
fn experiments_share_a_journal_and_take_only_what_is_theirs() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("journal");
    for settings in [&[][..], &["seed=2"]] {
        let (kept, ran) = run(experiment(settings), Some(&path));
        assert_eq!(ran, 9);
        equal(&kept, &run(experiment(settings), None).0);
    }
    assert_eq!(Journal::open(&path).unwrap().unwrap().1.replications(), 18);
    // More replications, or fewer, of what is there.
    let (more, ran) = run(experiment(&["experiment.replications=11"]), Some(&path));
    assert_eq!(ran, 2);
    equal(&more, &run(experiment(&["experiment.replications=11"]), None).0);
    let (fewer, ran) = run(experiment(&["experiment.replications=5"]), Some(&path));
    assert_eq!(ran, 0, "each is a batch of its own here");
    equal(&fewer, &run(experiment(&["experiment.replications=5"]), None).0);
}

#[test]
fn what_overlaps_is_taken_once() {
    let place = tempfile::tempdir().unwrap();
    let experiment = experiment(&[]);
    let journal = Journal::create(&place.path().join("journal"), &Origin::default()).unwrap();
    let key = experiment.key();
    for range in [0..3, 2..5, 5..6, 7..9, 7..8] {
        let part = experiment.run_part(range, &OPTIONS, &mut |_| {}).unwrap();
        journal.append(&key, &part).unwrap();
    }
    assert_eq!(journal.within(&key, &(0..9)), [0..3, 5..6, 7..8]);
    assert_eq!(journal.within(&key, &(1..9)), [2..5, 5..6, 7..8]);
    assert_eq!(journal.within(&key, &(8..9)), []);
    assert_eq!(journal.within(&[0; 32], &(0..9)), []);
    let kept = experiment.keeping(journal).run(&OPTIONS, &mut |_| {}).unwrap();
    equal(&kept, &run(self::experiment(&[]), None).0);
}

#[test]
fn a_sealed_journal_is_not_added_to_and_what_it_lacks_is_not_run() {
    let place = tempfile::tempdir().unwrap();
    let (bytes, comparison) = whole(place.path());
    let sealed = |bytes: &[u8]| {
        let path = place.path().join("sealed");
        fs::write(&path, bytes).unwrap();
        let (_, open) = Journal::open(&path).unwrap().unwrap();
        open.kept().end = None;
        experiment(&[]).keeping(open).run(&OPTIONS, &mut |_| {})
    };
    equal(&sealed(&bytes).unwrap(), &comparison);
    let error = sealed(&bytes[..bytes.len() - 1]).map(drop).unwrap_err();
    assert!(matches!(error, ExperimentError::Parts(PartsError::Missing(_))), "{error:?}");
}

/// An entry whose checksums are right may still say what no replication says.
#[test]
fn entries_that_are_not_what_is_expected_are_refused() {
    type Harm = fn(&mut Part);
    fn rows(part: &mut Part, change: impl Fn(&mut ReplicationRow)) {
        let mut rows = part.arms[1].rows.to_vec().unwrap();
        rows.iter_mut().for_each(change);
        part.arms[1].rows = rows.into_iter().collect();
    }
    let harms: [Harm; 11] = [
        |part| drop(part.arms.pop()),
        |part| rows(part, |row| row.replication += 1),
        |part| rows(part, |row| row.values.truncate(5)),
        |part| rows(part, |row| row.values[0] = Some(f64::NAN)),
        |part| rows(part, |row| row.values[0] = Some(-1e300)),
        |part| part.arms[0].rows = Spool::default(),
        |part| drop(part.arms[0].recorded.pop()),
        |part| part.arms[0].recorded[0].replication += 1,
        |part| {
            let twice = part.arms[0].recorded[0].clone();
            part.arms[0].recorded.push(twice);
        },
        |part| part.arms[0].totals.agents.clear(),
        |part| part.arms[0].totals.agents[0].claims = u64::MAX,
    ];
    let place = tempfile::tempdir().unwrap();
    for (number, harm) in harms.iter().enumerate() {
        let experiment = experiment(&[]);
        let mut part = experiment.run_part(0..4, &OPTIONS, &mut |_| {}).unwrap();
        harm(&mut part);
        let journal = Journal::create(&place.path().join("journal"), &Origin::default()).unwrap();
        journal.append(&experiment.key(), &part).unwrap();
        let error = experiment.keeping(journal).run(&OPTIONS, &mut |_| {}).map(drop).unwrap_err();
        assert!(error.to_string().ends_with("journal: it is damaged or cut off"), "{number}: {error}");
    }
}

#[test]
fn what_has_changed_is_named() {
    let was = Origin {
        stampede: "0.1.0".into(),
        command: "compare".into(),
        scenario: "abc".into(),
        inputs: vec![("inputs/a.csv".into(), "1".into()), ("inputs/b.csv".into(), "2".into())],
    };
    assert_eq!(was.changed(&was), None);
    let changed = |change: fn(&mut Origin)| {
        let mut now = was.clone();
        change(&mut now);
        was.changed(&now).unwrap()
    };
    let version = "the version (Stampede 0.1.0, which is now Stampede 0.2.0)";
    assert_eq!(changed(|now| now.stampede = "0.2.0".into()), version);
    assert_eq!(changed(|now| now.scenario = "x".into()), "the scenario, or what is set in it");
    assert_eq!(changed(|now| now.command = "sweep".into()), "the command (`compare`, which is now `sweep`)");
    assert_eq!(changed(|now| now.inputs[1].1 = "3".into()), "the file inputs/b.csv");
    assert_eq!(changed(|now| drop(now.inputs.pop())), "the file inputs/b.csv");
}

#[test]
fn what_is_no_journal_is_none() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("journal");
    assert!(Journal::open(&path).unwrap().is_none());
    for bytes in
        [&b""[..], b"stampede-journal", b"stampede-journal\n", b"stampede-journal\n\0\0\0\0", b"thesis"]
    {
        fs::write(&path, bytes).unwrap();
        assert!(Journal::open(&path).unwrap().is_none(), "{bytes:?}");
    }
    assert!(Journal::open(place.path()).unwrap().is_none(), "a folder");
    let origin = Origin { stampede: "9".into(), ..Origin::default() };
    let journal = Journal::create(&path, &origin).unwrap();
    let (found, again) = Journal::open(&path).unwrap().unwrap();
    assert_eq!((found, again.replications()), (origin, 0));
    journal.remove().unwrap();
    assert!(!path.exists());
    again.remove().unwrap();
}
