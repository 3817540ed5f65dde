//! The shipped scenarios: each is valid, explains itself, and keeps the promises in its thresholds.

use std::fs;

use stampede::engine::Engine;
use stampede::metrics::thresholds::Threshold;

use crate::common::{compare, load, shipped};

#[test]
fn every_scenario_opens_with_a_comment_on_what_it_demonstrates() {
    for path in shipped() {
        let text = fs::read_to_string(&path).expect("it is shipped");
        let mut lines = text.lines();
        assert!(lines.next().is_some_and(|line| line.starts_with("#:schema ")), "{}", path.display());
        assert!(lines.next().is_some_and(|line| line.starts_with("# ")), "{}", path.display());
    }
}

/// Whether the thresholds hold; their bounds are far from what was measured, so that 100 bursts do.
#[test]
fn every_scenario_keeps_its_thresholds() {
    for path in shipped() {
        let full = load(&path, &[]);
        assert!(!full.thresholds.is_empty(), "{} demands nothing", path.display());
        let bench = path.parent().is_some_and(|folder| folder.ends_with("bench"));
        // A retry in one burst of fifty takes more bursts to be seen at all, and 95 % of them take more to be shown.
        let is_share = |demand: &Threshold| demand.share_of_bursts().is_some();
        let is_rare = path.ends_with("monday-30.toml") || full.thresholds.iter().any(is_share);
        let bursts = if is_rare { "500" } else { "100" };
        let settings: &[(&str, &str)] = if bench { &[] } else { &[("experiment.replications", bursts)] };
        let comparison = compare(load(&path, settings), Engine::Direct, 2);
        // A demand that names no discipline is judged for each.
        let judged = |demand: &Threshold| demand.discipline.as_ref().map_or(full.disciplines.len(), |_| 1);
        assert_eq!(comparison.verdicts.len(), full.thresholds.iter().map(judged).sum::<usize>());
        for verdict in &comparison.verdicts {
            assert!(verdict.holds, "{}: {verdict:?}", path.display());
        }
    }
}

/// Utilisation is over one span for all disciplines: who does the same work is as busy.
#[test]
fn the_same_work_is_the_same_utilisation_however_long_the_dispatch_takes() {
    let path = crate::common::project("scenarios/monday-30.toml");
    let comparison = compare(load(&path, &[("experiment.replications", "20")]), Engine::Direct, 2);
    let column = |arm: usize, key: &str| -> Vec<Option<f64>> {
        let position = stampede::metrics::catalog::position(key).expect("in the catalog");
        let values = comparison.arms[arm].replications.iter().map(|row| row.map(|row| row.values[position]));
        values.collect::<Result<_, _>>().expect("they can be read")
    };
    for arm in 0..comparison.arms.len() {
        assert!(column(arm, "dispatched").iter().all(|&tickets| tickets == Some(30.0)));
        assert_eq!(column(arm, "utilisation"), column(0, "utilisation"));
        assert!(column(arm, "utilisation").iter().all(|share| share.is_some_and(|share| share > 0.05)));
    }
}

/// Twenty bursts of which none has a double booking do not show that there are none: one burst in ten has.
#[test]
fn a_rare_event_that_was_not_seen_is_no_proof() {
    let settings = [
        ("seed", "19"),
        ("experiment.replications", "20"),
        ("discipline", "[{ kind = \"unsafe-parallel\" }]"),
        (
            "thresholds",
            "{ double_bookings = [\"mean < 0.02\", \"mean < 0.5\"], retry_rate = [\"mean < 1%\"] }",
        ),
    ];
    let path = crate::common::project("scenarios/low-volume.toml");
    for verdict in compare(load(&path, &settings), Engine::Direct, 2).verdicts {
        assert!(!verdict.holds, "{verdict:?}");
    }
}

/// The table of Parallel Dispatch (N13): in parallel the burst takes the slowest single dispatch.
#[test]
fn n13_in_parallel_a_burst_takes_as_long_as_its_slowest_dispatch() {
    for path in ["monday-5.toml", "monday-30.toml", "monday-30-slow-ai.toml"] {
        let path = crate::common::project("scenarios").join(path);
        let comparison = compare(load(&path, &[("experiment.replications", "200")]), Engine::Direct, 2);
        let parallel = comparison.arms.iter().find(|arm| arm.name == "parallel").expect("shipped with it");
        for row in &parallel.replications {
            let row = row.expect("it can be read");
            let value = |key| {
                row.values[stampede::metrics::catalog::position(key).expect("in the catalog")]
                    .expect("measured")
            };
            // Arrivals are spread a little, so the last to end need not be the slowest.
            let spread = if path.ends_with("monday-5.toml") { 20.0 } else { 120.0 };
            assert!(value("makespan") <= value("dispatch_time.max") + spread);
            assert!(value("makespan") >= value("dispatch_time.max"));
        }
    }
}

/// Sentences break between words, and between no number and its unit, however narrow the terminal is.
#[test]
fn no_sentence_on_a_shipped_scenario_breaks_where_it_should_not() {
    use stampede::report::export::text::{Style, comparison};
    use stampede::report::story;
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    for path in shipped() {
        let settings = [("experiment.replications", "3"), ("experiment.records", "1")];
        let compared = compare(load(&path, &settings), Engine::Direct, 2);
        let told = |width| {
            let text = comparison(&compared, Style { color: false, width });
            let recorded = &compared.arms[0].recorded[0];
            let burst = recorded.burst().expect("it can be read");
            let ticket = burst.name(stampede::domain::TicketId(0));
            let story = story::explain(&compared, &ticket, None, width).expect("it is recorded");
            // The sentences are what follows the last table.
            (text.rsplit("\n\n").next().unwrap_or_default().to_owned(), story)
        };
        let whole = told(10_000);
        for width in [40, 60, 80] {
            let narrow = told(width);
            for (narrow, whole) in [(&narrow.0, &whole.0), (&narrow.1, &whole.1)] {
                assert_eq!(words(narrow), words(whole), "{} at {width}", path.display());
                let lines: Vec<&str> = narrow.lines().collect();
                for pair in lines.windows(2) {
                    let (end, start) = (pair[0].trim_end(), pair[1].trim_start());
                    let start = start.split(' ').next().unwrap_or_default();
                    let start = start.trim_end_matches([',', '.', ';', ':', ')']);
                    let parted = ["s", "min", "h", "days", "%", "±"].contains(&start) || end.ends_with('±');
                    assert!(!parted, "{} at {width}:\n{narrow}", path.display());
                }
            }
        }
    }
}
