//! A small comparison that was really run, and what becomes of it on the way to a folder and back.

use std::fs;
use std::path::Path;

use super::folder::{Bundle, Content, ReadError, read, write};
use super::part::Part;
use super::spool::Store;
use super::*;
use crate::engine::Engine;
use crate::experiment::{Experiment, ExperimentError, Options};
use crate::report;

const SCENARIO: &str = r#"
    name = "tiny \"quoted\""
    summary = "Six tickets, two technicians"
    start = "2026-11-23T08:00"
    time_zone = "America/New_York"
    [burst]
    tickets = 6
    arrivals = { uniform = { over = "1min" } }
    work = "20min"
    companies = { "Initech, Inc." = 1, "Ann\u202eBén" = 2 }
    [desk]
    technicians = 2
    [ranker]
    temperature = 0.5
    [[discipline]]
    kind = "sequential"
    [[discipline]]
    kind = "parallel"
    alternatives = 1
    [[discipline]]
    kind = "batched"
    [experiment]
    replications = 7
    records = 2
    [thresholds]
    dispatch_delay = ["p(95) < 10min", "max < 2h"]
    "parallel.double_bookings" = ["count == 0"]
"#;

fn experiment() -> Experiment {
    prepared(SCENARIO)
}

fn prepared(scenario: &str) -> Experiment {
    let scenario = crate::scenario::parse(scenario, "tiny.toml", Path::new(""), &[]).unwrap();
    Experiment::prepare(scenario).unwrap()
}

const OPTIONS: Options = Options { engine: Engine::Direct, threads: 2 };

/// Six tickets, three disciplines, seven replications of which two are recorded.
pub(super) fn comparison() -> Comparison {
    experiment().run(&OPTIONS, &mut |_| {}).unwrap()
}

fn bundle(comparison: &Comparison) -> Bundle<'_> {
    Bundle::of(comparison, report::files(comparison).unwrap())
}

/// Every file with its bytes.
fn bytes(bundle: &Bundle) -> Vec<(String, Vec<u8>)> {
    let file = |(name, content): &(String, Content)| {
        let mut bytes = Vec::new();
        content.write(&mut bytes).unwrap();
        (name.clone(), bytes)
    };
    bundle.files.iter().map(file).collect()
}

#[test]
fn any_division_into_parts_merges_to_the_same_bytes() {
    let experiment = experiment();
    let part = |from: u32, to: u32| experiment.run_part(from..to, &OPTIONS, &mut |_| {}).unwrap();
    let comparison = comparison();
    let whole = bytes(&bundle(&comparison));
    for cuts in [&[0, 7][..], &[0, 3, 7], &[0, 1, 2, 3, 4, 5, 6, 7], &[0, 0, 5, 5, 7]] {
        let mut parts: Vec<Part> = cuts.windows(2).map(|cut| part(cut[0], cut[1])).collect();
        parts.reverse();
        assert!(bytes(&bundle(&experiment.conclude(parts).unwrap())) == whole, "{cuts:?}");
    }
    let refused = |parts: Vec<Part>| match experiment.conclude(parts) {
        Err(ExperimentError::Parts(error)) => format!("{error:?}"),
        other => panic!("{:?}", other.map(|comparison| comparison.setup)),
    };
    assert_eq!(refused(vec![]), "Missing(0)");
    assert_eq!(refused(vec![part(4, 7), part(0, 3)]), "Missing(3)");
    assert_eq!(refused(vec![part(0, 3), part(3, 6)]), "Missing(6)");
    assert_eq!(refused(vec![part(0, 4), part(3, 7)]), "Surplus(3)");
    assert_eq!(refused(vec![part(0, 7), part(7, 9)]), "Surplus(7)");
    let mut foreign = part(0, 7);
    foreign.arms.pop();
    assert_eq!(refused(vec![foreign]), "Foreign(0)");
}

#[test]
fn what_is_read_is_what_was_written() {
    let dir = tempfile::tempdir().unwrap();
    let comparison = comparison();
    let written = bundle(&comparison);
    write(dir.path(), &written).unwrap();
    let back = read(dir.path()).unwrap();
    assert_eq!(back.setup, comparison.setup);
    assert_eq!(back.verdicts, comparison.verdicts);
    for (back, arm) in back.arms.iter().zip(&comparison.arms) {
        assert_eq!(back.replications, arm.replications);
        assert_eq!((&back.summaries, &back.paired), (&arm.summaries, &arm.paired));
        assert_eq!((&back.dispatched, &back.digest), (&arm.dispatched, &arm.digest));
        assert_eq!((&back.delays, &back.refused), (&arm.delays, &arm.refused));
        assert_eq!(back.recorded.len(), 2);
        for (back, recorded) in back.recorded.iter().zip(&arm.recorded) {
            assert_eq!(back.records, recorded.records);
        }
    }
    assert!(bytes(&bundle(&back)) == bytes(&written), "and written again it is the same bytes");
}

fn table_of_replications(comparison: &Comparison) -> String {
    let mut out = Vec::new();
    replications::write(comparison, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The comparison as it is after a folder, which must say what was written.
fn there_and_back(comparison: &Comparison) -> Comparison {
    let dir = tempfile::tempdir().unwrap();
    let written = bundle(comparison);
    write(dir.path(), &written).unwrap();
    let back = read(dir.path()).unwrap();
    assert!(bytes(&bundle(&back)) == bytes(&written), "what was read is written as the same bytes");
    back
}

#[test]
fn percentiles_that_thresholds_ask_for_stand_in_the_files_and_are_judged() {
    let asked = SCENARIO.replace(
        "[thresholds]",
        "[thresholds]\n time_to_start = \"p(99.9) < 5h\"\n dispatch_time = \"p(12.5) < 1h\"\n \
         \"parallel.dispatch_time\" = [\"p(80) < 1h\", \"p(80) > 1h\"]",
    );
    let comparison = prepared(&asked).run(&OPTIONS, &mut |_| {}).unwrap();
    let text = table_of_replications(&comparison);
    let header = text.lines().next().unwrap();
    let asked = "cost,dispatch_time.p12.5,dispatch_time.p80,time_to_start.p99.9";
    let (_, after) = header.split_once(asked).unwrap_or_else(|| panic!("{header}"));
    assert!(after.starts_with(",\"tickets{company:Initech, Inc.}\","), "segments follow: {after}");
    let judged = comparison.verdicts.iter().filter(|verdict| verdict.measured.is_some()).count();
    assert_eq!(judged, comparison.verdicts.len(), "every percentile is measured");
    let summary = report::export::json::summary(&comparison);
    assert!(summary.contains("\"dispatch_time.p12.5\": {"), "{summary}");
    let back = there_and_back(&comparison);
    assert_eq!(back.setup.numbers, comparison.setup.numbers);
    for (back, arm) in back.arms.iter().zip(&comparison.arms) {
        assert_eq!((&back.summaries, &back.replications), (&arm.summaries, &arm.replications));
    }
}

#[test]
fn segments_and_shares_of_bursts_stand_in_the_files_and_are_judged() {
    let asked = SCENARIO.replace("replications = 7", "replications = 80\n by = [\"company\", \"agent\"]").replace(
        "[thresholds]",
        "[thresholds]\n dispatch_delay = \"p(95) < 2h in 50%\"\n \"parallel.dispatch_delay{company:Initech, Inc.}\" = \
         [\"p(97.5) < 2h in 40%\", \"p(95) < 1us in 1%\"]\n",
    );
    let asked = asked.replace("    dispatch_delay = [\"p(95) < 10min\", \"max < 2h\"]\n", "");
    let comparison = prepared(&asked).run(&OPTIONS, &mut |_| {}).unwrap();
    let told: Vec<_> = (comparison.verdicts.iter())
        .filter(|it| it.threshold.share_of_bursts().is_some())
        .map(|it| (it.threshold.text.as_str(), it.of_bursts, it.holds))
        .collect();
    assert_eq!(told.len(), 5, "{told:?}");
    assert!(told.contains(&("p(97.5) < 2h in 40%", Some(80), true)), "{told:?}");
    assert!(told.contains(&("p(95) < 1us in 1%", Some(80), false)), "{told:?}");
    // By hand: the bursts whose own number meets it.
    let keys: Vec<String> = comparison.setup.numbers.all().map(|number| number.key()).collect();
    let place = keys.iter().position(|key| key == "dispatch_delay.p97.5{company:Initech, Inc.}").unwrap();
    let arm = comparison.arm("parallel").unwrap();
    let met = arm
        .replications
        .iter()
        .filter(|row| row.as_ref().is_ok_and(|row| row.values[place].is_some_and(|delay| delay < 7200.0)));
    let share = comparison.verdicts.iter().find(|it| it.threshold.text.ends_with("40%")).unwrap();
    assert_eq!(share.measured, Some(met.count() as f64 / 80.0));
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &bundle(&comparison)).unwrap();
    let segments = fs::read_to_string(dir.path().join("data/segments.csv")).unwrap();
    assert!(segments.contains("\nparallel,agent,dispatch,unassigned,count,"), "{segments}");
    assert!(
        segments.contains("\nparallel,company,\"Initech, Inc.\",dispatch_delay.p97.5,seconds,"),
        "{segments}"
    );
    let report = fs::read_to_string(dir.path().join("report.md")).unwrap();
    assert!(report.contains("By company") && report.contains("By agent"), "{report}");
    let back = there_and_back(&comparison);
    assert_eq!(back.verdicts, comparison.verdicts);
    let quantiles = |c: &Comparison| c.arms[1].summary("makespan").unwrap().over_bursts.unwrap();
    assert_eq!(quantiles(&back), quantiles(&comparison));
}

#[test]
fn where_nobody_is_at_work_percentiles_are_never_and_nothing_took_any_time() {
    let nobody = SCENARIO.replace("technicians = 2", "technicians = 2\n weekdays = [\"sat\"]");
    let comparison = there_and_back(&prepared(&nobody).run(&OPTIONS, &mut |_| {}).unwrap());
    for arm in &comparison.arms {
        let mean = |key| arm.summary(key).and_then(|summary| summary.mean).map(|mean| mean.mean);
        assert_eq!((mean("unassigned"), mean("dispatched")), (Some(6.0), Some(0.0)), "{}", arm.name);
        assert_eq!((mean("makespan"), mean("throughput"), mean("speed_up")), (None, None, None));
        assert_eq!((mean("dispatch_delay.p50"), mean("dispatch_delay.mean")), (Some(f64::INFINITY), None));
    }
    let delays: Vec<_> =
        comparison.verdicts.iter().filter(|verdict| verdict.threshold.metric == "dispatch_delay").collect();
    assert_eq!(delays.len(), 6);
    assert!(delays.iter().all(|verdict| !verdict.holds), "{delays:?}");
    for text in [table_of_replications(&comparison), report::export::json::summary(&comparison)] {
        assert!(text.contains("never") && !text.contains("inf") && !text.contains("NaN"), "{text}");
    }
}

#[test]
fn differences_are_taken_to_the_sequential_arm_wherever_it_stands() {
    let last = SCENARIO
        .replace("    [[discipline]]\n    kind = \"sequential\"\n", "")
        .replace("kind = \"batched\"", "kind = \"batched\"\n    [[discipline]]\n    kind = \"sequential\"");
    let comparison = prepared(&last).run(&OPTIONS, &mut |_| {}).unwrap();
    let names: Vec<&str> = comparison.arms.iter().map(|arm| arm.name.as_str()).collect();
    assert_eq!(names, ["parallel", "batched", "sequential"]);
    assert_eq!(comparison.references, References { one_at_a_time: Some(2), batched: Some(1) });
    let baseline: Vec<bool> = comparison.arms.iter().map(|arm| arm.paired.is_empty()).collect();
    assert_eq!(baseline, [false, false, true]);
    let makespan = catalog::position("makespan").unwrap();
    let mean = |arm: usize, key: &str| comparison.arms[arm].summary(key).unwrap().mean.unwrap().mean;
    let difference = comparison.arms[0].paired[makespan].unwrap().difference.mean;
    assert!((difference - (mean(0, "makespan") - mean(2, "makespan"))).abs() < 1e-5);
    assert_eq!((mean(2, "speed_up"), mean(1, "regret")), (1.0, 0.0));
    assert!(mean(0, "speed_up") > 1.0);
}

#[test]
fn a_derived_file_may_be_missing_and_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let comparison = comparison();
    let written = bundle(&comparison);
    write(dir.path(), &written).unwrap();
    fs::remove_file(dir.path().join("data/tickets.csv")).unwrap();
    fs::remove_dir_all(dir.path().join("charts")).unwrap();
    assert!(bytes(&bundle(&read(dir.path()).unwrap())) == bytes(&written));
}

/// A change to a folder, and what is said of it.
type Harm = (fn(&Path), &'static str);

#[test]
fn a_folder_that_is_not_as_it_was_written_is_refused_and_the_file_is_named() {
    fn cut(path: &Path) {
        let bytes = fs::read(path).unwrap();
        fs::write(path, &bytes[..bytes.len() - 20]).unwrap();
    }
    fn replace(path: &Path, from: &str, to: &str) {
        let text = fs::read_to_string(path).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
    }
    let harms: [Harm; 9] = [
        (|dir| cut(&dir.join("data/events.jsonl")), "data/events.jsonl was altered or cut off"),
        (|dir| cut(&dir.join("data/comparison.json")), "data/comparison.json was altered or cut off"),
        (|dir| cut(&dir.join("data/summary.json")), "data/summary.json was altered or cut off"),
        (|dir| replace(&dir.join("scenario.toml"), "tiny", "tinx"), "scenario.toml was altered or cut off"),
        (|dir| fs::remove_file(dir.join("data/replications.csv")).unwrap(), "replications.csv is missing"),
        (|dir| fs::remove_file(dir.join("manifest.json")).unwrap(), "no manifest.json in it"),
        (|dir| cut(&dir.join("manifest.json")), "is not the manifest of a results folder"),
        (
            |dir| replace(&dir.join("manifest.json"), "stampede-results-2", "stampede-results-17"),
            "is of format 17, and this version of Stampede",
        ),
        (
            |dir| replace(&dir.join("manifest.json"), "data/tickets.csv", "../tickets.csv"),
            "lists \"../tickets.csv\", which is not inside the folder",
        ),
    ];
    let comparison = comparison();
    let bundle = bundle(&comparison);
    for (harm, said) in harms {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &bundle).unwrap();
        harm(dir.path());
        let error = read(dir.path()).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(read(dir.path()), Err(ReadError::NoResults(_))));
    assert!(matches!(read(&dir.path().join("nowhere")), Err(ReadError::NoFolder(_))));
}

/// A folder whose digests are right may still say what no comparison says.
#[test]
fn what_no_comparison_says_is_refused() {
    let comparison = comparison();
    let bundle = bundle(&comparison);
    let forge = |file: &str, from: &str, to: &str| {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &bundle).unwrap();
        let (path, manifest) = (dir.path().join(file), dir.path().join("manifest.json"));
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from} is not in {text}");
        let old = sha256_of(&path).unwrap();
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        let listed = fs::read_to_string(&manifest).unwrap().replace(&old, &sha256_of(&path).unwrap());
        fs::write(&manifest, listed).unwrap();
        read(dir.path()).unwrap_err().to_string()
    };
    let comparison = "data/comparison.json";
    for (from, to, said) in [
        ("\"confidence\": 0.95", "\"confidence\": 2.0", "its confidence is not one from 0.5"),
        ("\"replications\": 7", "\"replications\": 0", "it has no replications"),
        (
            "\"replications\": 7",
            "\"replications\": 6",
            "manifest.json cannot be understood: it does not agree",
        ),
        ("\"one_at_a_time\": 0", "\"one_at_a_time\": 3", "refers to a discipline that is not in it"),
        ("\"name\": \"parallel\"", "\"name\": \"batched\"", "no names of their own"),
        ("\"doublings\": 0", "\"doublings\": 64", "it counts more than can be counted"),
        ("\"team\": 0", "\"team\": 9", "its desk refers to teams"),
        ("\"owner-and-slot\"", "\"owner-and-slot\", \"team-only\"", "its lists of agents differ"),
        ("p(95) < 10min", "p(95) < soon", "`soon` is not a value"),
        (
            "\"desk\": {",
            "\"charts\": { \"charts\": [], \"chart_size\": \"9x9\", \"chart_disciplines\": [] }, \"desk\": {",
            "a size of charts is not one from 640x360",
        ),
        ("\"setup\": {", "\"setup\": 3, \"other\": {", "integer `3` does not belong there"),
        ("\"replications\": 7", "\"replications\": \"7\"", "string \"7\" does not belong there"),
        ("\"seed\": ", "\"sead\": ", "`seed` is missing"),
        ("\"setup\": {", "\"setup\": {{", "it is not JSON from there on"),
    ] {
        let error = forge(comparison, from, to);
        assert!(error.contains(said) && !error.contains("struct"), "{from}: {error}");
    }
    for cell in ["inf", "NaN", "1e999", "-1e300", "never"] {
        let error = forge("data/replications.csv", ",6,", &format!(",{cell},"));
        assert!(error.contains("is not a number that could be measured"), "{cell}: {error}");
    }
}

/// Replications and logs that go through the temporary file are the same as those in memory, and take no memory.
#[test]
fn what_is_put_aside_in_a_file_gives_the_same_bytes() {
    let comparison = comparison();
    let whole = bytes(&bundle(&comparison));
    let mut experiment = experiment();
    experiment.put_aside_in(Store::new(std::env::temp_dir(), 0));
    let filed = experiment.run(&OPTIONS, &mut |_| {}).unwrap();
    assert!(bytes(&bundle(&filed)) == whole);
    for arm in &filed.arms {
        assert!(arm.replications.held() < 200, "{}", arm.replications.held());
        assert!(arm.recorded.iter().all(|recorded| recorded.records.held() < 400));
    }
    assert!(comparison.arms[0].replications.held() > 1000, "and in memory they do");
}

#[test]
fn a_temporary_file_that_cannot_be_made_ends_the_run_in_a_sentence() {
    let mut experiment = experiment();
    experiment.put_aside_in(Store::new("no/such/folder".into(), 0));
    let error = experiment.run(&OPTIONS, &mut |_| {}).map(drop).unwrap_err();
    assert!(matches!(error, ExperimentError::Aside(_)), "{error:?}");
    assert!(error.to_string().starts_with("cannot write to a temporary file in no/such/folder "), "{error}");
}

/// What grows with the replications or the logs is not made before it is written.
#[test]
fn files_that_grow_with_the_run_are_written_as_a_stream() {
    let comparison = comparison();
    for (name, content) in &bundle(&comparison).files {
        let is_table = [".csv", ".jsonl"].iter().any(|ending| name.ends_with(ending));
        assert_eq!(matches!(content, Content::Written(_)), is_table, "{name}");
    }
}
