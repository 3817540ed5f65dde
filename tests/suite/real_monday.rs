//! The real Monday: a ServiceNow event log replays with its own groups as teams, where the data folder is present.

use stampede::engine::Engine;

use crate::common::{compare, parse, project};

/// The event log of a week, which is not part of the project: "Incident management process enriched event log" by Amaral,
/// Fantinato and Peres, UCI Machine Learning Repository 498.
const LOG: &str = "../shared/data/servicenow_week_2016-04-04.csv";

#[test]
fn the_morning_of_4_april_2016_replays() {
    if !project(LOG).exists() {
        println!("skipped: the event log {LOG} is not here");
        return;
    }
    let text = format!(
        r#"
        name = "april"
        start = "2016-04-04T08:00"
        [burst]
        arrivals = {{ recorded = {{ file = "../{LOG}", format = "servicenow", from = "2016-04-04T08:00", until = "2016-04-04T12:00" }} }}
        work = {{ lognormal = {{ mean = "25min", cv = 0.5 }} }}
        [desk]
        from_recording = true
        [ranker]
        latency = {{ lognormal = {{ mean = "150s", cv = 0.5 }} }}
        temperature = 0.3
        [[discipline]]
        kind = "sequential"
        [[discipline]]
        kind = "unsafe-parallel"
        [[discipline]]
        kind = "parallel"
        [experiment]
        replications = 20
        "#
    );
    let comparison = compare(parse(&text, &[]), Engine::Direct, 2);
    assert_eq!(comparison.arrivals.total(), 224 * 20, "224 incidents were opened between 08:00 and 12:00");
    assert!(comparison.setup.desk.teams.len() > 25, "{}", comparison.setup.desk.teams.len());
    let mean = |arm: usize, key: &str| {
        comparison.arms[arm].summary(key).and_then(|summary| summary.mean).map(|estimate| estimate.mean)
    };
    for arm in 0..3 {
        let placed = mean(arm, "dispatched").unwrap_or(0.0) + mean(arm, "unassigned").unwrap_or(0.0);
        assert_eq!(placed, 224.0, "no ticket is lost");
    }
    assert_eq!(mean(2, "double_bookings"), Some(0.0));
    assert!(mean(1, "double_bookings") > Some(1.0));
    assert!(mean(0, "makespan") > mean(2, "makespan"));
}
