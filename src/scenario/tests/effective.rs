//! The effective scenario: a file that runs as it is and means the same.

use super::*;

/// What `scenario` comes to, read again from the same folder.
fn again(scenario: &Scenario, folder: &Path) -> Scenario {
    let text = scenario.effective(str::to_owned);
    parse(&text, "effective.toml", folder, &[]).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// `scenario` as it is without what says how to run it.
fn simulated(scenario: Scenario) -> Scenario {
    let (disciplines, charts) = (scenario.running.disciplines, scenario.output.charts);
    let output = Output { charts, ..Output::default() };
    Scenario { running: Running { disciplines, ..Running::default() }, output, ..scenario }
}

#[track_caller]
fn means_the_same(scenario: Scenario, folder: &Path) {
    let effective = again(&scenario, folder);
    assert_eq!(effective, simulated(scenario));
    assert_eq!(effective.effective(str::to_owned), again(&effective, folder).effective(str::to_owned));
}

#[test]
fn every_shipped_scenario_means_the_same_once_it_is_written_out() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut seen = 0;
    for folder in [folder.join("bench"), folder] {
        for entry in std::fs::read_dir(&folder).expect("scenarios can be read") {
            let path = entry.expect("scenarios can be read").path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                let scenario = load(&path, &[]).unwrap_or_else(|error| panic!("{error}"));
                means_the_same(scenario, &folder);
                seen += 1;
            }
        }
    }
    assert!(seen > 15, "{seen} scenarios");
}

#[test]
fn presets_and_flags_are_in_it() {
    let text = "name = \"x\"\npreset = \"zofiq\"\n[burst]\ntickets = 3\narrivals = { backlog = {} }\n[desk]\ntechnicians \
                = 2\n[[agent]]\nname = \"a\"\nmode = \"team-only\"\n";
    let flags =
        ["discipline.sequential.alternatives=2", "experiment.threads=2", "output.quiet=true", "seed=9"];
    let scenario = read_with(text, &flags).expect("right");
    let written = scenario.effective(str::to_owned);
    for part in ["seed = 9", "alternatives = 2", "max_attempts = 1", "status_after = \"Assigned\""] {
        assert!(written.contains(part), "no {part} in\n{written}");
    }
    for part in ["preset", "threads", "output", "slot ="] {
        assert!(!written.contains(part), "{part} in\n{written}");
    }
    means_the_same(scenario, Path::new(""));
    let some = read_with(FULL, &["experiment.disciplines=[\"sequential\"]"]).expect("right");
    assert_eq!(again(&some, Path::new("")).running.disciplines, ["sequential"]);
}

#[test]
fn what_charts_show_is_in_it_and_is_no_part_of_the_digest() {
    let flags = [
        "output.charts=[\"gantt\"]",
        "output.chart_size=1600x900",
        "output.chart_disciplines=[\"sequential\"]",
        "output.quiet=true",
    ];
    let scenario = read_with(FULL, &flags).expect("right");
    assert_eq!(scenario.digest, read(FULL).expect("right").digest);
    assert_eq!(scenario.overrides(), flags[..3].iter().map(|set| format!("--set {set}")).collect::<Vec<_>>());
    let effective = again(&scenario, Path::new(""));
    assert_eq!(effective.output, Output { charts: scenario.output.charts, ..Output::default() });
    assert_eq!(effective.digest, scenario.digest);
}

#[test]
fn names_and_numbers_survive_as_they_are() {
    let odd = "categories = { \"a \\\"b\\\" \\\\ \\u202e \\U000E0041 ß 🔥\" = 0.1, z = 1e-300, a = 12345678.901234567 }";
    let text = MINIMAL
        .replace("tickets = 30", &format!("{odd}\ntickets = 30"))
        .replace("\"minimal\"", "'q\"\'\'\"'");
    let text = text.replace("'q\"''\"'", "\"q\\\"'\"");
    let scenario = read(&text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(scenario.burst.tickets.categories[2], ("a".to_owned(), 12_345_678.901_234_567));
    means_the_same(scenario, Path::new(""));
    means_the_same(read_with(FULL, &["seed=18446744073709551615"]).expect("right"), Path::new(""));
    for text in [FULL, agents::AGENTS, arms::ARMS] {
        means_the_same(read(text).expect("right"), Path::new(""));
    }
}

#[test]
fn files_are_named_anew_and_their_folder_is_not_part_of_the_digest() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    std::fs::create_dir_all(folder.path().join("in/puts")).expect("writable");
    for name in ["in/d.csv", "in/puts/d.csv"] {
        std::fs::write(folder.path().join(name), "delay\n90s\n").expect("writable");
    }
    let text = format!("{MINIMAL}[ranker]\nlatency = {{ empirical = \"in/d.csv\" }}\n");
    let scenario = parse(&text, "test.toml", folder.path(), &[]).expect("right");
    let [file] = scenario.input_files() else { panic!("one file") };
    assert_eq!((file.typed.as_str(), &file.path), ("in/d.csv", &folder.path().join("in/d.csv")));
    let moved = scenario.effective(|typed| typed.replace("in/", "in/puts/"));
    assert!(moved.contains("empirical = \"in/puts/d.csv\""), "{moved}");
    let moved = parse(&moved, "test.toml", folder.path(), &[]).expect("right");
    assert_eq!(moved.digest, scenario.digest);
    assert_eq!(moved, scenario);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_flags_say_is_written_out(
        share in 0.0..1.0f64, weight in 0.0..1e12f64, seed in any::<u64>(), name in "[^\\p{Cc}]{1,12}", tickets in 1u32..500,
    ) {
        prop_assume!(!name.trim().is_empty());
        let value = |key: &str, value: String| Override { key: key.to_owned(), value, origin: "--set".to_owned() };
        let flags = [
            value("desk.technician.Ann.history.network", share.to_string()),
            value("ranker.w_load", weight.to_string()),
            value("seed", seed.to_string()),
            value("name", serde_json::Value::from(name.as_str()).to_string()),
            value("burst.tickets", tickets.to_string()),
        ];
        let scenario = parse(FULL, "test.toml", Path::new(""), &flags).unwrap_or_else(|error| panic!("{error}"));
        prop_assert_eq!(&scenario.name, &name);
        prop_assert_eq!(again(&scenario, Path::new("")), simulated(scenario));
    }
}
