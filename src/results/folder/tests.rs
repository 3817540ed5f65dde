//! Results folders as they are written, interrupted at every step, healed, shared with other writers and with files of the
//! user's.

use std::cell::Cell;

use super::*;
use crate::report;
use crate::results::manifest::{self, Kind};
use crate::results::tests::comparison;
use crate::results::{Comparison, Input};

thread_local! {
    /// How many changes to the file system are still made on this thread before one fails, and whether all fail after it.
    static FAULT: Cell<Option<(u32, bool)>> = const { Cell::new(None) };
}

/// Comes before each change to the file system.
pub(super) fn step() -> io::Result<()> {
    match FAULT.get() {
        None => return Ok(()),
        Some((0, true)) => {}
        Some((0, false)) => FAULT.set(None),
        Some((left, is_kill)) => {
            FAULT.set(Some((left - 1, is_kill)));
            return Ok(());
        }
    }
    Err(io::Error::new(io::ErrorKind::StorageFull, "the test stops here"))
}

/// Every file below `dir`, with its bytes.
fn contents(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(dir).unwrap().to_str().unwrap().replace('\\', "/");
                found.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// The folder of a comparison with its charts, or with one derived file only.
fn bundle(comparison: &Comparison, whole: bool) -> Bundle<'_> {
    let mut derived = report::files(comparison).unwrap();
    derived.retain(|(name, _)| whole || name == "data/tickets.csv");
    Bundle::of(comparison, derived)
}

/// The files of a bundle with their bytes, as they have to be in a folder.
fn sorted(bundle: &Bundle) -> Vec<(String, Vec<u8>)> {
    let bytes = |content: &Content| {
        let mut bytes = Vec::new();
        content.write(&mut bytes).unwrap();
        bytes
    };
    let mut files: Vec<_> =
        bundle.files.iter().map(|(name, content)| (name.clone(), bytes(content))).collect();
    let listed = |(name, bytes): &(String, Vec<u8>)| {
        let mut digesting = manifest::Digesting::new(io::sink());
        io::Write::write_all(&mut digesting, bytes).unwrap();
        Listed { name: name.clone(), sha256: digesting.finish() }
    };
    let manifest = bundle.manifest(files.iter().map(listed).collect());
    files.push((NAME.to_owned(), bytes(&manifest)));
    files.sort();
    files
}

#[test]
fn a_folder_holds_the_bundle_and_nothing_else() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("a/b");
    let comparison = comparison();
    let bundle = bundle(&comparison, true);
    let expected = below("a/b", sorted(&bundle));
    for threads in [1, 3] {
        let written = claim(&dir).unwrap().write(&bundle, threads, &AtomicBool::new(false));
        assert_eq!(written.unwrap(), Written::default());
        assert!(contents(place.path()) == expected, "{threads}");
    }
    assert!(bundle.files.iter().any(|(name, _)| name.starts_with("charts/")));
}

/// The files as they are called seen from a folder above.
fn below(folder: &str, files: Vec<(String, Vec<u8>)>) -> Vec<(String, Vec<u8>)> {
    files.into_iter().map(|(name, bytes)| (format!("{folder}/{name}"), bytes)).collect()
}

#[test]
fn the_same_comparison_gives_the_same_bytes() {
    let (one, other) = (comparison(), comparison());
    assert_eq!(sorted(&bundle(&one, true)), sorted(&bundle(&other, true)));
}

#[test]
fn the_manifest_lists_every_other_file_with_its_digest() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("staff.csv");
    fs::write(&path, "abc").unwrap();
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let mut comparison = comparison();
    comparison.source.overrides = vec!["--seed 7".to_owned()];
    comparison.source.inputs =
        vec![Input { name: "inputs/staff.csv".to_owned(), path: path.clone(), sha256: abc.to_owned() }];
    let bundle = bundle(&comparison, true);
    let files = sorted(&bundle);
    let Kind::Current(manifest) = manifest::parse(&files.iter().find(|file| file.0 == NAME).unwrap().1)
    else {
        panic!("it is of the current format");
    };
    assert_eq!(manifest.overrides, ["--seed 7"]);
    assert_eq!(manifest.inputs[0].name, "inputs/staff.csv");
    assert_eq!(manifest.inputs[0].sha256, abc);
    assert!(manifest.files.is_sorted_by_key(|file| &file.name));
    let listed: Vec<&Listed> = manifest.files.iter().chain(&manifest.inputs).collect();
    assert_eq!(listed.len(), files.len() - 1);
    let dir = place.path().join("results");
    write(&dir, &bundle).unwrap();
    assert_eq!(contents(&dir), files);
    for listed in listed {
        assert_eq!(listed.sha256, manifest::sha256_of(&dir.join(&listed.name)).unwrap());
    }

    fs::write(place.path().join("staff.csv"), "abcd").unwrap();
    let error = write(&place.path().join("late"), &bundle).unwrap_err().to_string();
    assert!(error.contains("staff.csv has changed since it was read"), "{error}");
    assert!(!place.path().join("late").exists());
}

#[test]
fn a_folder_of_somebody_else_is_refused_and_stays_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let comparison = comparison();
    let bundle = bundle(&comparison, false);
    for (name, text) in [("thesis.txt", "years of work"), (NAME, "{\"name\": \"a web application\"}")] {
        fs::write(dir.path().join(name), text).unwrap();
        let before = contents(dir.path());
        let error = write(dir.path(), &bundle).unwrap_err();
        assert!(matches!(error, FolderError::Foreign(_)), "{error}");
        assert!(claim(dir.path()).is_err());
        assert_eq!(contents(dir.path()), before);
    }
    let file = dir.path().join("thesis.txt");
    assert!(matches!(write(&file, &bundle), Err(FolderError::NotAFolder(_))));
}

#[test]
fn the_empty_path_is_the_current_folder_and_no_way_round_the_check() {
    // Tests run in the package's folder, which holds no results.
    assert!(matches!(claim(Path::new("")), Err(FolderError::Foreign(_))));
}

#[test]
fn a_place_where_nothing_can_be_written_is_refused_and_a_good_one_left_as_it_was() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("file"), "mine").unwrap();
    let before = contents(place.path());
    let below_a_file = place.path().join("file/results");
    let too_long = place.path().join("made").join("x".repeat(300)).join("results");
    for bad in [&below_a_file, &too_long] {
        let error = claim(bad).unwrap_err();
        assert!(matches!(error, FolderError::Io { .. }) && !error.is_the_machines(), "{error}");
    }
    drop(claim(&place.path().join("a/b")).unwrap());
    assert_eq!(contents(place.path()), before);
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1, "no folder is left behind");
}

#[test]
fn old_results_give_way_but_what_the_user_put_there_stays_and_is_named() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("results");
    let comparison = comparison();
    write(&dir, &bundle(&comparison, true)).unwrap();
    let mine = ["NOTES.md", "charts/mine/a.png", "data/mine.csv"];
    for name in mine {
        fs::create_dir_all(dir.join(name).parent().unwrap()).unwrap();
        fs::write(dir.join(name), "mine").unwrap();
    }
    let without = bundle(&comparison, false);
    let kept = write(&dir, &without).unwrap().kept;
    assert_eq!(kept, ["NOTES.md", "charts/mine", "data/mine.csv"].map(PathBuf::from));
    let mut expected = sorted(&without);
    expected.extend(mine.map(|name| (name.to_owned(), b"mine".to_vec())));
    expected.sort();
    assert_eq!(contents(place.path()), below("results", expected));
}

#[test]
fn a_file_of_the_users_where_results_have_to_go_is_refused_and_nothing_happens() {
    let dir = tempfile::tempdir().unwrap();
    let comparison = comparison();
    write(dir.path(), &bundle(&comparison, false)).unwrap();
    // A file where the folder of the charts has to be, a file where a chart has to be, a folder where a table has to be.
    for (name, is_folder) in [("charts", false), ("charts/gantt.svg", false), ("data/summary.csv", true)] {
        let path = dir.path().join(name);
        fs::create_dir_all(if is_folder { &path } else { path.parent().unwrap() }).unwrap();
        if !is_folder {
            fs::write(&path, "mine").unwrap();
        }
        let before = contents(dir.path());
        let error = write(dir.path(), &bundle(&comparison, true)).unwrap_err();
        assert!(matches!(&error, FolderError::Occupied(at) if *at == path), "{error}");
        assert_eq!(contents(dir.path()), before);
        if is_folder { fs::remove_dir(&path).unwrap() } else { fs::remove_file(&path).unwrap() }
    }
    write(dir.path(), &bundle(&comparison, true)).unwrap();
}

/// A name so long that nothing can be made beside it, where results are moved in file by file.
fn names() -> [String; 2] {
    ["results".to_owned(), "r".repeat(250)]
}

/// The comparison with another seed, which lives as long as the test's process, and one derived file of this name.
fn version(comparison: &Comparison, seed: u64, derived: &str) -> Bundle<'static> {
    let mut comparison = comparison.clone();
    comparison.setup.seed = seed;
    let derived = vec![(derived.to_owned(), Content::Bytes(seed.to_string().into_bytes()))];
    Bundle::of(Box::leak(Box::new(comparison)), derived)
}

/// What a writer comes to that is killed after so many steps; `None` where it was killed.
fn killed<T>(steps: u32, writer: impl FnOnce() -> T) -> Option<T> {
    FAULT.set(Some((steps, true)));
    let result = writer();
    FAULT.replace(None).is_some_and(|(left, _)| left > 0).then_some(result)
}

/// A writer that is killed before any step leaves the old results or the new ones, and the next writer nothing else.
#[test]
fn a_kill_at_any_instant_leaves_results_that_are_whole_and_the_next_writer_tidies_up() {
    let comparison = comparison();
    let [old, new, next] = [(1, "charts/old.svg"), (2, "extra/deep/new.txt"), (3, "charts/next.svg")]
        .map(|(seed, derived)| version(&comparison, seed, derived));
    let with_notes = |bundle: &Bundle| {
        let notes =
            ["NOTES.md", "charts/mine.png", "mine/a/b"].map(|name| (name.to_owned(), b"mine".to_vec()));
        let mut files: Vec<_> = sorted(bundle).into_iter().chain(notes).collect();
        files.sort();
        files
    };
    for name in names() {
        let (mut steps, mut kept_old, mut kept_new) = (0, 0, 0);
        loop {
            let place = tempfile::tempdir().unwrap();
            let dir = place.path().join(&name);
            write(&dir, &old).unwrap();
            for (mine, _) in with_notes(&old).iter().filter(|(_, bytes)| bytes == b"mine") {
                fs::create_dir_all(dir.join(mine).parent().unwrap()).unwrap();
                fs::write(dir.join(mine), "mine").unwrap();
            }
            let is_whole = killed(steps, || write(&dir, &new)).is_some();
            let seed = read(&dir).unwrap_or_else(|error| panic!("{name}, {steps}: {error}")).setup.seed;
            if seed == 1 {
                kept_old += 1;
            } else {
                kept_new += 1;
            }
            assert!(seed == 1 && kept_new == 0 || seed == 2, "{name}, {steps}: {seed}");
            if name == "results" {
                // Not only a reader that knows what a writer leaves finds what the manifest lists.
                let files = sorted(if seed == 1 { &old } else { &new });
                assert!(
                    files.iter().all(|(name, bytes)| fs::read(dir.join(name)).unwrap() == *bytes),
                    "{steps}"
                );
            }
            if is_whole {
                assert!(contents(place.path()) == below(&name, with_notes(&new)));
                break;
            }
            // One time in two a reader that writes comes first, as `report` does.
            if steps % 2 == 0 {
                drop(claim(&dir).unwrap());
                let whole = with_notes(if seed == 1 { &old } else { &new });
                assert!(contents(place.path()) == below(&name, whole), "{name}, {steps}");
            }
            let kept = write(&dir, &next).unwrap().kept;
            assert_eq!(kept, ["NOTES.md", "charts/mine.png", "mine"].map(PathBuf::from));
            assert!(contents(place.path()) == below(&name, with_notes(&next)), "{name}, {steps}");
            assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
            assert!(!dir.join("extra").exists(), "an emptied folder goes too");
            steps += 1;
        }
        assert!(kept_old > 20 && kept_new > 5, "{name}: {kept_old} {kept_new}");
    }
}

#[test]
fn a_kill_before_there_were_results_locks_nobody_out() {
    let comparison = comparison();
    let [new, next] =
        [(2, "charts/new.svg"), (3, "next.txt")].map(|(seed, name)| version(&comparison, seed, name));
    for name in names() {
        for steps in 0.. {
            let place = tempfile::tempdir().unwrap();
            let dir = place.path().join("a").join(&name);
            let is_whole = killed(steps, || write(&dir, &new)).is_some();
            match read(&dir) {
                Ok(found) => assert_eq!(found.setup.seed, 2),
                Err(ReadError::NoFolder(_) | ReadError::NoResults(_)) if !is_whole => {}
                Err(error) => panic!("{name}, {steps}: {error}"),
            }
            write(&dir, &next).unwrap();
            assert!(contents(place.path()) == below(&format!("a/{name}"), sorted(&next)), "{name}, {steps}");
            if is_whole {
                break;
            }
        }
    }
}

/// A disk that is full at any step, or for good.
#[test]
fn what_the_system_refuses_leaves_the_old_results_or_the_new_ones_and_nothing_beside_them() {
    let comparison = comparison();
    let [old, new] =
        [(1, "charts/old.svg"), (2, "new.txt")].map(|(seed, name)| version(&comparison, seed, name));
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("results");
    let mut refusals = 0;
    for steps in 0.. {
        write(&dir, &old).unwrap();
        fs::write(dir.join("NOTES.md"), "mine").unwrap();
        FAULT.set(Some((steps, false)));
        let written = write(&dir, &new);
        let is_past = FAULT.replace(None).is_some();
        let mut expected = sorted(if written.is_ok() { &new } else { &old });
        expected.push(("NOTES.md".to_owned(), b"mine".to_vec()));
        expected.sort();
        if let Err(error) = &written {
            assert!(error.is_the_machines(), "{error}");
            refusals += 1;
        }
        if contents(place.path()) != below("results", expected.clone()) {
            // What was refused was to tidy up behind new results.
            drop(claim(&dir).unwrap());
            let mut expected = sorted(&new);
            expected.push(("NOTES.md".to_owned(), b"mine".to_vec()));
            expected.sort();
            assert!(contents(place.path()) == below("results", expected), "{steps}");
        }
        if is_past {
            break;
        }
    }
    assert!(refusals > 20, "{refusals}");
}

#[test]
fn writing_stops_on_request_and_leaves_everything_as_it_was() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("a/results");
    let comparison = comparison();
    let stopped = || claim(&dir).unwrap().write(&version(&comparison, 2, "b"), 2, &AtomicBool::new(true));
    assert!(matches!(stopped(), Err(FolderError::Stopped(_))));
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0, "folders that were made for it are gone");
    write(&dir, &version(&comparison, 1, "a")).unwrap();
    let before = contents(place.path());
    assert!(matches!(stopped(), Err(FolderError::Stopped(_))));
    assert_eq!(contents(place.path()), before);
}

#[test]
fn a_second_writer_is_refused_until_the_first_is_done() {
    let comparison = comparison();
    for name in names() {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path().join(&name);
        let first = claim(&dir).unwrap();
        assert!(matches!(claim(&dir), Err(FolderError::Busy(_))));
        drop(claim(&place.path().join("elsewhere")).unwrap());
        first.write(&version(&comparison, 1, "a"), 1, &AtomicBool::new(false)).unwrap();
        assert!(
            matches!(write(&dir, &version(&comparison, 2, "b")), Err(FolderError::Busy(_))),
            "swapped, but held"
        );
        drop(first);
        write(&dir, &version(&comparison, 2, "b")).unwrap();
        // A lock that is left behind is held by nobody.
        for lock in [format!(".{name}.stampede-lock"), format!("{name}/.stampede-lock")] {
            let _ = fs::write(place.path().join(lock), "");
        }
        write(&dir, &version(&comparison, 3, "c")).unwrap();
        assert!(!place.path().join(format!(".{name}.stampede-lock")).exists());
        assert_eq!(read(&dir).unwrap().setup.seed, 3);
    }
}

/// What a run that is killed has kept belongs to whoever claims the folder, and to nobody else.
#[test]
fn what_is_kept_of_a_run_is_not_among_the_results_and_stays_until_it_is_removed() {
    let comparison = comparison();
    for name in names() {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path().join("made").join(&name);
        let claimed = claim(&dir).unwrap();
        let kept = claimed.journal();
        fs::write(&kept, "replications").unwrap();
        drop(claimed);
        assert!(kept.exists(), "the folders around it stay too");
        let claimed = claim(&dir).unwrap();
        assert_eq!(claimed.journal(), kept);
        let written = claimed.write(&version(&comparison, 1, "a"), 1, &AtomicBool::new(false)).unwrap();
        assert_eq!(written, Written::default());
        assert_eq!(fs::read(&kept).unwrap(), b"replications", "it is removed by whoever has begun it");
        fs::remove_file(&kept).unwrap();
        drop(claimed);
        let expected = sorted(&version(&comparison, 1, "a"));
        assert!(contents(place.path()) == below(&format!("made/{name}"), expected));
    }
}

#[test]
fn whoever_reads_while_others_write_reads_one_or_the_other() {
    let comparison = comparison();
    let versions = [version(&comparison, 1, "a"), version(&comparison, 2, "b")];
    for name in names() {
        let place = tempfile::tempdir().unwrap();
        let dir = place.path().join(&name);
        write(&dir, &versions[0]).unwrap();
        let done = AtomicBool::new(false);
        let mut seen = BTreeSet::new();
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                for round in 0..40 {
                    write(&dir, &versions[(round + 1) % 2]).unwrap();
                }
                done.store(true, Ordering::Relaxed);
            });
            while !done.load(Ordering::Relaxed) && !writer.is_finished() {
                seen.insert(read(&dir).unwrap_or_else(|error| panic!("{name}: {error}")).setup.seed);
            }
        });
        assert!(seen.iter().all(|seed| [1, 2].contains(seed)), "{seen:?}");
    }
}

/// A file of the user's that was on its way, and whose name was taken in the meantime.
#[test]
fn what_a_killed_writer_had_not_moved_yet_comes_back_and_replaces_nothing() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("results");
    let comparison = comparison();
    let bundle = bundle(&comparison, false);
    write(&dir, &bundle).unwrap();
    let ready = place.path().join(".results.stampede-ready");
    fs::create_dir_all(ready.join("mine")).unwrap();
    fs::write(ready.join("NOTES.md"), "old").unwrap();
    fs::write(ready.join("mine/more"), "old").unwrap();
    fs::write(dir.join("NOTES.md"), "new").unwrap();
    let kept = write(&dir, &bundle).unwrap().kept;
    assert_eq!(kept, ["NOTES.md", "NOTES.md.1", "mine"].map(PathBuf::from));
    assert_eq!(fs::read_to_string(dir.join("NOTES.md")).unwrap(), "new");
    assert_eq!(fs::read_to_string(dir.join("NOTES.md.1")).unwrap(), "old");
    assert_eq!(fs::read_to_string(dir.join("mine/more")).unwrap(), "old");
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
}

/// The first version renamed file by file, in the place itself.
#[test]
fn what_an_interrupted_writer_of_the_first_version_left_is_results_too() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("results");
    let comparison = comparison();
    let bundle = bundle(&comparison, false);
    write(&dir, &bundle).unwrap();
    fs::rename(dir.join(NAME), dir.join("manifest.json.stampede-partial")).unwrap();
    fs::rename(dir.join("scenario.toml"), dir.join("scenario.toml.stampede-partial")).unwrap();
    assert!(matches!(read(&dir), Err(ReadError::NoResults(_))));
    write(&dir, &bundle).unwrap();
    assert_eq!(contents(place.path()), below("results", sorted(&bundle)));
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_stays_and_so_do_the_folders_permissions() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = tempfile::tempdir().unwrap();
    let (link, dir) = (place.path().join("latest"), place.path().join("real/monday"));
    fs::create_dir_all(&dir).unwrap();
    fs::set_permissions(&dir, fs::Permissions::from_mode(0o2750)).unwrap();
    symlink("real/monday", &link).unwrap();
    let comparison = comparison();
    for seed in [1, 2] {
        write(&link, &version(&comparison, seed, "a")).unwrap();
        assert!(link.is_symlink());
        assert_eq!(read(&dir).unwrap().setup.seed, seed);
        assert_eq!(fs::metadata(&dir).unwrap().permissions().mode() & 0o7777, 0o2750);
    }
    symlink("nowhere", place.path().join("broken")).unwrap();
    let error = claim(&place.path().join("broken")).unwrap_err();
    assert!(error.to_string().contains("leads nowhere") && !error.is_the_machines(), "{error}");
}

#[test]
fn a_manifest_cannot_reach_outside_the_folder() {
    let place = tempfile::tempdir().unwrap();
    let dir = place.path().join("results");
    let comparison = comparison();
    let without = bundle(&comparison, false);
    write(&dir, &without).unwrap();
    let outside = place.path().join("precious.txt");
    fs::write(&outside, "mine").unwrap();
    let path = dir.join(NAME);
    let text = fs::read_to_string(&path).unwrap().replace("\"data/tickets.csv\"", "\"../precious.txt\"");
    fs::write(&path, text).unwrap();
    // What it does not list is not Stampede's.
    assert!(matches!(write(&dir, &without), Err(FolderError::Occupied(_))));
    fs::remove_file(dir.join("data/tickets.csv")).unwrap();
    write(&dir, &without).unwrap();
    assert!(outside.exists());
}
