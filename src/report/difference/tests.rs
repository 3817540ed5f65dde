//! How differences read, by a comparison that is made by hand.

use serde_json::Value;

use super::*;
use crate::metrics::tolerance::Tolerances;
use crate::report::export::text::Style;
use crate::report::tests::{comparison, set};
use crate::results::Comparison;
use crate::results::ReplicationRow;
use crate::results::spool::{SpoolWriter, Store};

const PLAIN: Style = Style { color: false, width: 100 };

/// The sample with 40 replications of `parallel`, whose makespan is `makespan` and up to a second more.
fn sample(makespan: f64) -> Comparison {
    let mut c = comparison();
    c.setup.replications = 40;
    let place = crate::metrics::catalog::position("makespan").unwrap();
    let pattern: ReplicationRow = c.arms[2].replications.iter().next().unwrap().unwrap();
    let mut rows = SpoolWriter::new(&Store::default());
    for replication in 0..40 {
        let mut values = pattern.values.clone();
        values[place] = Some(makespan + f64::from(replication % 3) / 2.0);
        let mut digest = pattern.digest;
        if makespan != 290.0 {
            digest.join(pattern.digest);
        }
        rows.push(&ReplicationRow { replication, digest, values }).unwrap();
    }
    c.arms.drain(..2);
    set(&mut c.arms[0], "makespan", makespan, 0.0);
    c.arms[0].replications = rows.finish().unwrap();
    c.verdicts[0].holds = true;
    c
}

fn between(before: &Comparison, after: &Comparison) -> Difference {
    Difference::between(before, after, &Tolerances::default()).unwrap()
}

#[test]
fn a_regression_reads_like_this() {
    let mut after = sample(300.0);
    after.source.stampede = "0.2.0".to_owned();
    after.source.scenario = "seed = 7\n[desk]\ntechnicians = 2\n".to_owned();
    after.verdicts[0].holds = false;
    let mut before = sample(290.0);
    before.source.stampede = "0.1.0".to_owned();
    before.source.scenario = "seed = 7\n[desk]\ntechnicians = 3\n".to_owned();
    let text = text(&between(&before, &after), PLAIN);
    assert_eq!(
        text.lines().collect::<Vec<_>>(),
        [
            "monday-4: 40 replications against as many of the baseline",
            "Each burst is compared with its own in the baseline: seed and arrivals are the same.",
            "",
            "The scenario changed, and so did the program (version 0.2.0 instead of 0.1.0): which of them did",
            "what cannot be told.",
            "  desk.technicians: 3 → 2",
            "",
            "✗ parallel: conflict_rate mean < 0.35 held, and is crossed: 40 % (upper 95 % bound of the mean:",
            "    46 %)",
            "",
            "parallel: events differ in 40 bursts.",
            "                                 baseline    now      difference       p",
            "✗ first arrival to last owner  4 min 50 s  5 min  +10 s (+3.4 %)  <0.001",
            "",
            "✗ worse by more than chance and the tolerance",
            "The probability that chance makes any of the differences that are told is 5 % at most: 9 numbers",
            "were tested, with Holm's correction.",
            "Regression: 1 number is worse by more than chance and the tolerance, and 1 threshold that held is",
            "crossed.",
        ]
        .map(str::to_owned)
    );
}

#[test]
fn nothing_reads_like_this_and_quiet_says_nothing() {
    let d = between(&sample(290.0), &sample(290.0));
    let told = text(&d, PLAIN);
    assert_eq!(
        told,
        "monday-4: 40 replications against as many of the baseline\nNothing changed. No regression.\n"
    );
    assert_eq!(regressions(&d, PLAIN), "");
    let d = between(&sample(290.0), &sample(300.0));
    assert!(regressions(&d, PLAIN).contains("✗ first arrival to last owner"));
    assert!(text(&d, PLAIN).contains("The program changed (version"), "{}", text(&d, PLAIN));
}

#[test]
fn programs_and_pages_are_told_the_same() {
    let d = between(&sample(290.0), &sample(300.0));
    let value: Value = serde_json::from_str(&json(&d)).unwrap();
    assert_eq!((&value["regression"], &value["nothing"]), (&true.into(), &false.into()));
    let makespan = &value["disciplines"][0]["metrics"]["makespan"];
    assert_eq!(makespan["effect"], "regressed");
    assert_eq!(makespan["difference"], 10.0);
    assert_eq!(value["disciplines"][0]["metrics"]["ai_calls"]["effect"], "same");
    let schema: Value = serde_json::from_str(&json_schema()).unwrap();
    let known = schema["properties"].as_object().unwrap();
    assert!(value.as_object().unwrap().keys().all(|key| known.contains_key(key)));
    let page = markdown(&d);
    assert!(page.contains("\n✗ **Regression: 1 number is worse"), "{page}");
    assert!(page.contains("| first arrival to last owner | 4 min 50 s | 5 min | +10 s"), "{page}");
    let commands = github(&d);
    assert!(commands.starts_with("::error title=Regression%3A parallel%3A makespan::"), "{commands}");
    assert_eq!(commands.lines().count(), 2);
    assert!(commands.lines().all(|line| line.starts_with("::")));
}

#[test]
fn hostile_names_drive_nothing() {
    let rename = |mut c: Comparison| {
        c.setup.name = "a\n::error::b|\u{1b}[31m".to_owned();
        c.arms[0].name = "p|q\n::error::x".to_owned();
        c.source.scenario = format!("name = {:?}\n", "<b>\u{202e}::error::");
        c
    };
    let mut after = rename(sample(300.0));
    after.source.scenario.clear();
    let d = between(&rename(sample(290.0)), &after);
    for told in [text(&d, PLAIN), markdown(&d), github(&d)] {
        assert!(!told.contains(['\u{1b}', '\u{202e}']), "{told}");
        assert!(!told.contains("\n::error::"), "{told}");
    }
    let rows = markdown(&d);
    let rows: Vec<&str> = rows.lines().filter(|line| line.starts_with("| ")).collect();
    assert!(rows.iter().all(|line| line.replace("\\|", "").matches('|').count() == 7), "{rows:?}");
}
