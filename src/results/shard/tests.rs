//! Parts that are joined in whatever order, and parts that are missing, foreign, cut off, altered or forged.

use super::*;
use crate::engine::Engine;
use crate::experiment::{Experiment, Options};
use crate::results::Comparison;

/// The scenario, which names a file.
fn scenario(seed: u32) -> String {
    format!(
        "name = \"tiny\"\nseed = {seed}\n[burst]\ntickets = 3\narrivals = {{ uniform = {{ over = \"1min\" }} }}\n\
         work = {{ empirical = \"minutes.csv\" }}\n[desk]\ntechnicians = 2\n[[discipline]]\nkind = \"sequential\"\n\
         [[discipline]]\nkind = \"parallel\"\n[experiment]\nreplications = 10\nrecords = 2\n"
    )
}

fn experiment(place: &Path, seed: u32) -> Experiment {
    fs::write(place.join("minutes.csv"), "600\n1200\n").unwrap();
    let parsed = crate::scenario::parse(&scenario(seed), "tiny.toml", place, &[]).unwrap();
    Experiment::prepare(parsed).unwrap()
}

fn task(experiment: &Experiment) -> Task {
    let source = experiment.source();
    Task {
        origin: experiment.origin("compare"),
        scenario: source.scenario.clone(),
        overrides: source.overrides.clone(),
    }
}

/// Writes a shard of the experiment.
fn shard(experiment: &Experiment, path: &Path, share: Share, threads: usize) {
    let options = Options { engine: Engine::Direct, threads };
    let range = share.ranges(&[10]).remove(0);
    let work = (!range.is_empty()).then(|| (experiment.key(), range.clone()));
    let inputs = &experiment.source().inputs;
    let mut writer =
        PartWriter::begin(path, &task(experiment), inputs, share, work.clone().into_iter().collect())
            .unwrap();
    if work.is_some() {
        let part = experiment.run_part(range, &options, &mut |_| {}).unwrap();
        writer.add(&experiment.key(), part).unwrap();
    }
    writer.finish().unwrap();
}

/// Writes all shards, and says where.
fn shards(experiment: &Experiment, place: &Path, name: &str, of: u32) -> Vec<PathBuf> {
    let path = |number: u32| place.join(format!("{name}{number}.part"));
    (1..=of).for_each(|number| shard(experiment, &path(number), Share { number, of }, 1));
    (1..=of).map(path).collect()
}

/// What parts come to, understood from nothing but them.
fn merged(paths: &[PathBuf]) -> Result<Comparison, String> {
    let joined = join(paths).map_err(|error| error.to_string())?;
    let place = joined.unpack().map_err(|error| error.to_string())?;
    let parsed = crate::scenario::parse(&joined.task.scenario, "scenario.toml", place.path(), &[]);
    let experiment = Experiment::prepare(parsed.map_err(|error| error.to_string())?).unwrap();
    assert_eq!(experiment.origin("compare"), joined.task.origin);
    let options = Options { engine: Engine::Direct, threads: 1 };
    let ran = experiment.keeping(joined.journal.clone()).run(&options, &mut |_| {});
    let mut comparison = ran.map_err(|error| error.to_string())?;
    // The files have been copied into a folder that is gone.
    comparison.source.inputs.iter_mut().for_each(|input| input.path = PathBuf::new());
    Ok(comparison)
}

#[test]
fn parts_join_in_any_order_to_what_one_run_yields() {
    let place = tempfile::tempdir().unwrap();
    let experiment = experiment(place.path(), 1);
    let options = Options { engine: Engine::Direct, threads: 2 };
    let mut whole = experiment.run(&options, &mut |_| {}).unwrap();
    whole.source.inputs.iter_mut().for_each(|input| input.path = PathBuf::new());
    assert_eq!((whole.arms[1].recorded.len(), whole.source.inputs.len()), (2, 1));
    for of in [1, 3, 7, 10, 13] {
        let mut parts = shards(&experiment, place.path(), "part", of);
        parts.reverse();
        let copy = place.path().join("copy");
        fs::copy(&parts[0], &copy).unwrap();
        parts.extend([copy, parts[0].clone()]);
        assert!(merged(&parts).unwrap() == whole, "{of}");
    }
}

#[test]
fn the_bytes_of_a_part_do_not_depend_on_threads() {
    let place = tempfile::tempdir().unwrap();
    let experiment = experiment(place.path(), 1);
    let bytes = [1, 2, 5].map(|threads| {
        let path = place.path().join("part");
        shard(&experiment, &path, Share { number: 2, of: 2 }, threads);
        fs::read(path).unwrap()
    });
    assert!(bytes[0] == bytes[1] && bytes[0] == bytes[2]);
}

#[test]
fn what_is_missing_or_of_another_run_is_named() {
    let place = tempfile::tempdir().unwrap();
    let one = experiment(place.path(), 1);
    let parts = shards(&one, place.path(), "one", 5);
    let refused =
        |parts: &[PathBuf]| merged(parts).unwrap_err().replace(&place.path().display().to_string(), "");
    assert_eq!(refused(&[]), "there are no parts");
    let advice = "run them, or name their parts too";
    assert_eq!(refused(&parts[1..]), format!("shard 1 of 5 is missing: {advice}"));
    let some = [parts[4].clone(), parts[1].clone()];
    assert_eq!(refused(&some), format!("shards 1, 3 and 4 of 5 are missing: {advice}"));

    let others = shards(&experiment(place.path(), 2), place.path(), "other", 5);
    let foreign = [parts[0].clone(), others[1].clone()];
    assert_eq!(
        refused(&foreign),
        "/one1.part and /other2.part are parts of different runs; what differs is the scenario: `seed = 1` and `seed = 2`"
    );
    let divided = shards(&one, place.path(), "divided", 4);
    assert_eq!(
        refused(&[parts[0].clone(), divided[1].clone()]),
        "/one1.part and /divided2.part are parts of different runs; what differs is how they were divided: into 5 shards and \
         into 4 shards"
    );
    let rewritten = |change: fn(&mut Task)| {
        let (path, mut task) = (place.path().join("rewritten.part"), task(&one));
        change(&mut task);
        let inputs = &one.source().inputs;
        let share = Share { number: 1, of: 5 };
        PartWriter::begin(&path, &task, inputs, share, Vec::new()).unwrap().finish().unwrap();
        refused(&[parts[1].clone(), path])
    };
    let asked = rewritten(|task| task.overrides.push("--seed 1".to_owned()));
    assert!(asked.ends_with("what differs is how it was asked for: `` and `--seed 1`"), "{asked}");
    let command = rewritten(|task| task.origin.command = "sweep".to_owned());
    assert!(command.ends_with("what differs is the command: compare and sweep"), "{command}");
    let file = rewritten(|task| task.origin.inputs[0].1.clear());
    assert!(file.ends_with("what differs is the file inputs/minutes.csv"), "{file}");
    let version = rewritten(|task| task.origin.stampede = "0.0.9".to_owned());
    assert_eq!(
        version,
        format!(
            "/rewritten.part was written by Stampede 0.0.9, and this is Stampede {VERSION}: join parts with the version that \
             wrote them"
        )
    );
    // The same shard, without what it should have.
    let (path, share) = (place.path().join("empty.part"), Share { number: 2, of: 5 });
    PartWriter::begin(&path, &task(&one), &one.source().inputs, share, Vec::new()).unwrap().finish().unwrap();
    assert_eq!(
        refused(&[&parts[..], std::slice::from_ref(&path)].concat()),
        "/one2.part and /empty.part are both shard 2/5, and differ: keep the one that you trust"
    );
    let without = [&parts[..1], &[path], &parts[2..]].concat();
    assert_eq!(refused(&without), "no part has replication 2");
}

#[test]
fn whatever_is_cut_off_or_altered_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let experiment = experiment(place.path(), 1);
    let parts = shards(&experiment, place.path(), "part", 2);
    let bytes = fs::read(&parts[0]).unwrap();
    let path = place.path().join("changed");
    let refused = |bytes: &[u8], what: &str| {
        fs::write(&path, bytes).unwrap();
        let error = merged(&[path.clone(), parts[1].clone()]).unwrap_err();
        assert!(error.starts_with(&path.display().to_string()), "{what}: {error}");
        let said = ["is damaged or cut off: copy it again", "is no part of a run: name files"];
        assert!(said.iter().any(|said| error.contains(said)), "{what}: {error}");
    };
    let step = (bytes.len() / 150).max(1);
    for at in (0..400).chain((400..bytes.len()).step_by(step)) {
        refused(&bytes[..at], &format!("cut at {at}"));
        let mut altered = bytes.clone();
        altered[at] ^= 1 << (at % 8);
        refused(&altered, &format!("altered at {at}"));
    }
    refused(&[&bytes[..], b"more"].concat(), "with more behind it");
    // A length that is a lie.
    let mut long = bytes.clone();
    long[FIRST.len()..FIRST.len() + 4].fill(0xff);
    refused(&long, "a length of 4 GiB");
}

/// A part whose checksums are right may still say what no run has written.
#[test]
fn a_part_cannot_reach_outside_its_folder_and_says_what_its_files_are() {
    let place = tempfile::tempdir().unwrap();
    let experiment = experiment(place.path(), 1);
    let outside = place.path().join("outside.csv");
    let refused = |change: &dyn Fn(&mut Task)| {
        let (path, mut task) = (place.path().join("forged"), task(&experiment));
        change(&mut task);
        let share = Share { number: 1, of: 1 };
        let inputs = &experiment.source().inputs;
        PartWriter::begin(&path, &task, inputs, share, Vec::new()).unwrap().finish().unwrap();
        join(&[path]).unwrap().unpack().map(drop).unwrap_err().to_string()
    };
    for name in ["../outside.csv", "inputs/../../outside.csv", &outside.display().to_string(), ""] {
        let error = refused(&|task| name.clone_into(&mut task.origin.inputs[0].0));
        assert!(error.contains("forged is damaged or cut off"), "{name}: {error}");
    }
    let error = refused(&|task| task.origin.inputs[0].1 = "00".repeat(32));
    assert!(error.contains("forged is damaged or cut off"), "{error}");
    assert!(!outside.exists());
}

#[test]
fn a_part_goes_where_nothing_else_is_and_leaves_nothing_if_it_is_given_up() {
    let place = tempfile::tempdir().unwrap();
    let experiment = experiment(place.path(), 1);
    let begin = |path: &Path| {
        let share = Share { number: 1, of: 1 };
        PartWriter::begin(path, &task(&experiment), &experiment.source().inputs, share, Vec::new())
    };
    let mine = place.path().join("mine");
    fs::write(&mine, "mine").unwrap();
    let occupied = begin(&mine).unwrap_err();
    assert!(matches!(occupied, ShardError::Occupied(_)) && !occupied.is_the_machines(), "{occupied}");
    assert!(matches!(begin(place.path()), Err(ShardError::Folder(_))));
    assert!(matches!(begin(&mine.join("x")), Err(ShardError::Io { .. })));
    assert_eq!(fs::read(&mine).unwrap(), b"mine");
    let path = place.path().join("made/for/it.part");
    drop(begin(&path).unwrap());
    assert_eq!(fs::read_dir(place.path().join("made/for")).unwrap().count(), 0);
    // Two at the same time, each with a file of its own.
    let (one, other) = (begin(&path).unwrap(), begin(&path).unwrap());
    other.finish().unwrap();
    let bytes = fs::read(&path).unwrap();
    one.finish().unwrap();
    assert_eq!(fs::read(&path).unwrap(), bytes);
    assert_eq!(fs::read_dir(place.path().join("made/for")).unwrap().count(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), mode(&mine), "as any new file");
    }
    fs::write(place.path().join("minutes.csv"), "1800\n").unwrap();
    assert!(matches!(begin(&path), Err(ShardError::Changed(_))));
}

/// Parts whose bytes were changed, with checksums that agree: they are refused, or say what a run could have written.
#[test]
fn what_is_forged_with_the_right_checksums_is_refused_or_harmless() {
    let place = tempfile::tempdir().unwrap();
    let experiment = experiment(place.path(), 1);
    let parts = shards(&experiment, place.path(), "part", 1);
    let bytes = fs::read(&parts[0]).unwrap();
    let mut found = Frames::new(&bytes[FIRST.len()..], (bytes.len() - FIRST.len()) as u64);
    let mut all = Vec::new();
    while found.left() > 0 {
        let mut frame = Vec::new();
        found.next(&mut frame).unwrap();
        all.push(frame);
    }
    assert!(all.len() > 8, "head, scenario, a file, and an entry with its blocks: {}", all.len());
    let (mut refused, mut harmless) = (0, 0);
    // Steps that share no factor with the lengths, and values that are large as a varint, small or none.
    for round in 0..600_usize {
        let mut frames = all.clone();
        let number = round % frames.len();
        let frame = &mut frames[number];
        let at = (round * 7919) % frame.len();
        match round % 5 {
            0 => frame[at] = 0xff,
            1 => frame[at] = 0,
            2 => frame[at] = frame[at].wrapping_add(1),
            3 => frame.truncate(at),
            _ => drop(frame.splice(at..at, [0xff; 9])),
        }
        let mut forged = FIRST.to_vec();
        for frame in &frames {
            frames::write(&mut forged, frame).unwrap();
        }
        let path = place.path().join("forged");
        fs::write(&path, &forged).unwrap();
        let Ok(joined) = join(std::slice::from_ref(&path)) else {
            refused += 1;
            continue;
        };
        // What the command does, down to the tables of what is taken for a comparison.
        let read = || -> Option<Comparison> {
            let unpacked = joined.unpack().ok()?;
            let parsed =
                crate::scenario::parse(&joined.task.scenario, "scenario.toml", unpacked.path(), &[]).ok()?;
            let experiment = Experiment::prepare(parsed).ok()?;
            let options = Options { engine: Engine::Direct, threads: 1 };
            let experiment = experiment.keeping(joined.journal.clone());
            let comparison = experiment.run(&options, &mut |_| {}).ok()?;
            crate::results::events::check(&comparison).ok()?;
            Some(comparison)
        };
        let Some(comparison) = read() else {
            refused += 1;
            continue;
        };
        harmless += 1;
        for table in crate::report::export::csv::tables(&comparison).unwrap() {
            crate::report::export::csv::write(table, &comparison, &mut Vec::new()).unwrap();
        }
        crate::results::events::write(&comparison, &mut Vec::new()).unwrap();
        let _ = crate::report::story::explain(&comparison, "T-001", None, 80).unwrap();
    }
    assert!(refused > 200 && harmless > 10, "{refused} refused, {harmless} harmless");
}
