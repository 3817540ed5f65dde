//! Differences between runs of a small desk that was really simulated.

use std::path::Path;

use super::*;
use crate::engine::Engine;
use crate::experiment::{Experiment, Options};
use crate::results::ReplicationRow;
use crate::results::spool::{SpoolWriter, Store};
use crate::scenario::{self, Override};

const SCENARIO: &str = r#"
    name = "small"
    [burst]
    tickets = 6
    arrivals = { uniform = { over = "1min" } }
    [desk]
    technicians = 3
    [ranker]
    latency = { lognormal = { mean = "2min", cv = 0.5 } }
    [[discipline]]
    kind = "sequential"
    [[discipline]]
    kind = "parallel"
    [experiment]
    replications = 60
    [thresholds]
    "parallel.makespan" = ["mean < 10min"]
"#;

/// The small desk with these keys set.
fn run(settings: &[(&str, &str)]) -> Comparison {
    let set = |(key, value): &(&str, &str)| Override {
        key: (*key).to_owned(),
        value: (*value).to_owned(),
        origin: "--set".to_owned(),
    };
    let settings: Vec<Override> = settings.iter().map(set).collect();
    let scenario = scenario::parse(SCENARIO, "small.toml", Path::new(""), &settings).unwrap().narrowed();
    let options = Options { engine: Engine::Direct, threads: 1 };
    Experiment::prepare(scenario).unwrap().run(&options, &mut |_| {}).unwrap()
}

fn between(before: &Comparison, after: &Comparison, tolerances: &[&str]) -> Difference {
    Difference::between(before, after, &Tolerances::parse(tolerances).unwrap()).unwrap()
}

/// What has become of a number.
fn effect(d: &Difference, arm: &str, key: &str) -> Effect {
    let arm = d.arms.iter().find(|it| it.name == arm).unwrap();
    arm.rows.iter().find(|row| row.number.key() == key).unwrap().effect
}

#[test]
fn a_run_differs_in_nothing_from_itself() {
    let (one, other) = (run(&[]), run(&[]));
    let d = between(&one, &other, &[]);
    assert!(d.is_nothing() && !d.is_regression() && d.is_same_scenario());
    assert_eq!((d.tested, d.pairing), (0, Pairing::Bursts));
    let mut newer = other;
    newer.source.stampede = "9.9.9".to_owned();
    assert!(between(&one, &newer, &[]).is_nothing(), "another version that yields the same is nothing");
}

#[test]
fn slower_is_a_regression_unless_it_is_tolerated_and_faster_never_is() {
    let (before, after) = (run(&[]), run(&[("ranker.latency.lognormal.mean", "150s")]));
    let d = between(&before, &after, &[]);
    assert!(d.is_regression() && !d.is_same_scenario() && !d.is_nothing());
    assert_eq!(d.pairing, Pairing::Bursts, "the bursts are the same, though the AI is slower");
    let keys: Vec<&str> = d.keys.iter().map(|change| change.key.as_str()).collect();
    assert_eq!(keys, ["ranker.latency.lognormal.mean"]);
    for arm in ["sequential", "parallel"] {
        assert_eq!(effect(&d, arm, "makespan"), Effect::Regressed);
        assert_eq!(effect(&d, arm, "dispatch_delay.p90"), Effect::Untested);
    }
    assert_eq!(d.moved().count(), 2);
    // The AI takes a quarter longer.
    let d = between(&before, &after, &["100%"]);
    let regressed: Vec<_> = d.regressed().map(|(arm, row)| (arm, row.number.key(), row.contrast)).collect();
    assert!(!d.is_regression(), "{regressed:#?}");
    assert_eq!(effect(&d, "sequential", "makespan"), Effect::Worse);
    let d = between(&before, &after, &["100%", "makespan: 1s"]);
    assert_eq!(d.regressed().map(|(arm, _)| arm).collect::<Vec<_>>(), ["sequential", "parallel"]);
    let d = between(&before, &after, &["100%", "dispatch_delay.p90: 1s"]);
    assert_eq!(effect(&d, "sequential", "dispatch_delay.p90"), Effect::Regressed, "asked for, so tested");
    let d = between(&after, &before, &[]);
    // Where the AI is faster, there is less to be gained by asking it several things at once.
    assert!(d.regressed().all(|(_, row)| row.number.measure.key == "speed_up"));
    assert_eq!(effect(&d, "sequential", "makespan"), Effect::Better);
}

#[test]
fn another_seed_is_compared_apart_and_is_chance() {
    let d = between(&run(&[]), &run(&[("seed", "8")]), &[]);
    assert_eq!(d.pairing, Pairing::None);
    assert!(d.arms.iter().all(|arm| arm.logs.is_none()) && d.tested > 20);
    assert!(!d.is_regression(), "seeds 1 and 8: of {} numbers none may be claimed", d.tested);
    assert_eq!(effect(&d, "sequential", "makespan"), Effect::Chance);
    // What is really slower is found all the same.
    let slower = run(&[("seed", "8"), ("ranker.latency.lognormal.mean", "4min")]);
    assert_eq!(effect(&between(&run(&[]), &slower, &[]), "sequential", "makespan"), Effect::Regressed);
}

#[test]
fn more_tickets_are_paired_by_seed_alone() {
    let d = between(&run(&[]), &run(&[("burst.tickets", "7")]), &[]);
    assert_eq!(d.pairing, Pairing::Seed);
    assert_eq!(effect(&d, "sequential", "makespan"), Effect::Regressed);
}

#[test]
fn fewer_replications_of_the_same_are_paired_as_far_as_they_go() {
    let d = between(&run(&[]), &run(&[("experiment.replications", "20")]), &[]);
    assert_eq!((d.pairing, d.replications), (Pairing::Bursts, [60, 20]));
    assert!(d.is_same_scenario() && !d.is_nothing() && !d.is_regression());
    assert!(d.arms.iter().all(|arm| arm.logs == Some(0)));
    assert_eq!(d.arms[0].rows.iter().filter(|row| row.effect != Effect::Same).count(), 0);
}

#[test]
fn one_burst_each_tells_of_no_regression() {
    let single = [("experiment.replications", "1")];
    let slower = [single[0], ("ranker.latency.lognormal.mean", "150s"), ("thresholds", "{}")];
    let d = between(&run(&single), &run(&slower), &[]);
    assert_eq!(effect(&d, "sequential", "makespan"), Effect::Untold);
    assert!(!d.is_regression() && d.tested == 0);
}

#[test]
fn a_threshold_that_held_and_is_crossed_is_a_regression_whatever_is_tolerated() {
    let slower = [("ranker.latency.lognormal.mean", "4min")];
    let (before, after) = (run(&[]), run(&slower));
    let d = between(&before, &after, &["1000%"]);
    assert_eq!(d.crossed.len(), 1, "{:#?} {:#?}", before.verdicts, after.verdicts);
    assert!(d.is_regression() && d.regressed().next().is_none());
    assert_eq!(d.crossed[0].threshold.text, "mean < 10min");
    let d = between(&run(&slower), &run(&[]), &["1000%"]);
    assert!(d.crossed.is_empty() && d.mended.len() == 1 && !d.is_regression());
    // One that was not stated before did not hold before.
    let without = run(&[("thresholds", "{}")]);
    assert!(between(&without, &run(&slower), &["1000%"]).crossed.is_empty());
}

#[test]
fn what_only_one_has_is_named() {
    let few = run(&[("experiment.disciplines", "[\"parallel\"]")]);
    let more = run(&[("thresholds", "{ dispatch_delay = [\"p(83) < 1h\"] }")]);
    let d = between(&few, &more, &[]);
    assert_eq!(d.arms_of_one, [vec![], vec!["sequential".to_owned()]]);
    assert_eq!(d.numbers_of_one, [vec![], vec!["dispatch_delay.p83".to_owned()]]);
    assert_eq!(d.arms.len(), 1);
    assert!(!d.is_nothing());
}

/// The same scenario, and other events: only the program can have changed.
#[test]
fn a_changed_program_is_told_from_a_changed_scenario() {
    let (before, mut after) = (run(&[]), run(&[]));
    let mut rows = SpoolWriter::new(&Store::default());
    for row in &after.arms[1].replications {
        let mut row: ReplicationRow = row.unwrap();
        row.digest = before.arms[0].digest;
        rows.push(&row).unwrap();
    }
    after.arms[1].replications = rows.finish().unwrap();
    let d = between(&before, &after, &[]);
    assert!(d.is_same_scenario() && !d.is_nothing() && !d.is_regression());
    let moved: Vec<_> = d.moved().map(|arm| (arm.name.as_str(), arm.logs)).collect();
    assert_eq!(moved, [("parallel", Some(60))]);
    // A threshold is not simulated.
    let other = run(&[("thresholds", "{ makespan = [\"mean < 9h\"] }")]);
    let d = between(&before, &other, &[]);
    assert!(d.is_same_scenario() && d.moved().next().is_none());
    assert_eq!(d.keys.len(), 2);
}
