//! The keys of `[output]` that say what charts show: they change charts and nothing else, and are kept with the results.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

const SCENARIO: &str = r#"
name = "three"
[burst]
tickets = 6
arrivals = { uniform = { over = "2min" } }
[desk]
technicians = 3
[[discipline]]
kind = "sequential"
[[discipline]]
kind = "unsafe-parallel"
[[discipline]]
kind = "parallel"
[experiment]
replications = 4
"#;

const KEYS: &str = "[output]\ncharts = [\"gantt\", \"throughput\", \"desk.technicians\"]\nchart_size = \"800x450\"\n\
                    chart_disciplines = [\"sequential\", \"parallel\"]\n";

/// A folder with the scenario in it, with these keys.
fn place(keys: &str) -> TempDir {
    let place = TempDir::new().expect("there is room");
    fs::write(place.path().join("s.toml"), format!("{SCENARIO}{keys}")).expect("writable");
    place
}

fn stampede(place: &TempDir, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::cargo_bin("stampede").expect("it is built");
    let output = command.current_dir(place.path()).args(arguments).output().expect("it runs");
    (output.status.code(), String::from_utf8(output.stderr).expect("text"))
}

/// Every file of the folder of results but its manifest.
fn contents(place: &TempDir, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = place.path().join(folder);
    let mut found = BTreeMap::new();
    for below in ["", "data", "charts"] {
        for entry in fs::read_dir(folder.join(below)).expect("it is there") {
            let path = entry.expect("it can be read").path();
            if path.is_file() && !path.ends_with("manifest.json") {
                let name = path.strip_prefix(&folder).expect("it is below").to_owned();
                found.insert(name, fs::read(&path).expect("it can be read"));
            }
        }
    }
    found
}

/// The names of the charts in a folder of results, and the size of each PNG.
fn charts(files: &BTreeMap<PathBuf, Vec<u8>>) -> Vec<(String, u32, u32)> {
    let mut charts = Vec::new();
    for (path, bytes) in files.iter().filter(|(path, _)| path.extension().is_some_and(|it| it == "png")) {
        let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
        let name = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
        charts.push((name, number(16), number(20)));
        assert!(files.contains_key(&path.with_extension("svg")));
    }
    charts
}

#[test]
fn keys_of_charts_stay_with_the_results_and_change_charts_alone() {
    let keys = KEYS.replace(", \"desk.technicians\"", "");
    let (usual, asked) = (place(""), place(&keys));
    for place in [&usual, &asked] {
        assert_eq!(stampede(place, &["compare", "s.toml", "--out", "out"]).0, Some(0));
    }
    let (plain, files) = (contents(&usual, "out"), contents(&asked, "out"));
    let of_charts = |path: &Path| {
        // The page has the charts in it.
        let others = ["report.html", "scenario.toml", "comparison.json"];
        path.starts_with("charts") || others.iter().any(|name| path.ends_with(name))
    };
    for (path, bytes) in plain.iter().filter(|(path, _)| !of_charts(path)) {
        assert!(files.get(path) == Some(bytes), "{} is another", path.display());
    }
    let drawn = charts(&files);
    let names: Vec<&str> = drawn.iter().map(|(name, ..)| &**name).collect();
    assert_eq!(names, ["gantt", "throughput"]);
    assert!(drawn.iter().all(|(_, wide, high)| *wide == 800 && *high <= 450), "{drawn:?}");
    assert!(drawn.contains(&("throughput".to_owned(), 800, 450)));
    let svg = String::from_utf8(files[Path::new("charts/throughput.svg")].clone()).expect("text");
    assert!(svg.contains("2 of 3 disciplines shown") && !svg.contains("unsafe-parallel"), "{svg}");

    fs::remove_dir_all(asked.path().join("out/charts")).expect("they were there");
    assert_eq!(stampede(&asked, &["report", "out"]).0, Some(0));
    assert!(contents(&asked, "out") == files, "report makes the same charts");
    assert_eq!(stampede(&asked, &["compare", "out/scenario.toml", "--out", "again"]).0, Some(0));
    assert!(contents(&asked, "again") == files, "the scenario in the folder makes the same folder");
}

#[test]
fn where_no_discipline_that_is_asked_for_is_run_charts_show_what_is() {
    let place = place(&KEYS.replace(", \"desk.technicians\"", ""));
    let run = ["run", "s.toml", "--discipline", "unsafe-parallel", "--out", "out"];
    assert_eq!(stampede(&place, &run).0, Some(0));
    let files = contents(&place, "out");
    let svg = String::from_utf8(files[Path::new("charts/throughput.svg")].clone()).expect("text");
    assert!(svg.contains("unsafe-parallel") && !svg.contains("disciplines shown"), "{svg}");
}

#[test]
fn charts_of_sweeps_and_plans_have_the_size_and_are_chosen_by_name() {
    let keys = "[output]\ncharts = [\"conflict_rate\", \"plan\"]\nchart_size = \"640x360\"\n";
    let place = place(keys);
    let sweep = ["sweep", "s.toml", "--vary", "desk.technicians=2,3", "--out", "swept"];
    assert_eq!(stampede(&place, &sweep).0, Some(0));
    let files = contents(&place, "swept");
    assert_eq!(charts(&files), [("conflict_rate".to_owned(), 640, 360)]);
    fs::remove_dir_all(place.path().join("swept/charts")).expect("they were there");
    assert_eq!(stampede(&place, &["report", "swept"]).0, Some(0));
    assert!(contents(&place, "swept") == files);
    let plan =
        ["plan", "s.toml", "--minimise", "desk.technicians=1..6", "--threshold", "makespan: mean < 1h"];
    assert_eq!(stampede(&place, &[&plan[..], &["--out", "planned"]].concat()).0, Some(0));
    assert_eq!(charts(&contents(&place, "planned")), [("plan".to_owned(), 640, 360)]);
}

#[test]
fn a_chart_that_nobody_knows_is_refused_and_nothing_is_written() {
    let place = place(KEYS);
    let (code, said) = stampede(&place, &["compare", "s.toml", "--out", "out"]);
    assert_eq!(code, Some(2));
    assert!(
        said.contains("there is no chart named \"desk.technicians\"") && said.contains("s.toml:17"),
        "{said}"
    );
    assert!(!place.path().join("out").exists());
}
