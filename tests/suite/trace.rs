//! The trace of recorded replications: what viewers ask of it, that it agrees with the log, and that it is always the same.

use std::collections::BTreeMap;

use serde_json::Value;
use stampede::domain::SimDuration;
use stampede::engine::Engine;
use stampede::facts::Fact;
use stampede::report::export::trace;
use stampede::results::Comparison;

use crate::common::{compare, load, parse, project};

/// Calls that wait for their provider and fail.
const LIMITED: &str = r#"
    name = "limited"
    [burst]
    tickets = 12
    arrivals = { uniform = { over = "1min" } }
    work = "20min"
    [desk]
    technicians = 6
    [ranker]
    latency = { exponential = { mean = "30s" } }
    provider = { concurrent_calls = 2, failure_rate = 0.3, max_tries = 2, back_off = "10s" }
    [[discipline]]
    kind = "parallel"
    [[discipline]]
    kind = "unsafe-parallel"
"#;

/// What takes time: the process, the thread's name, the event.
type Slices = Vec<(u64, String, Value)>;

/// What takes time, having checked that on each thread it nests.
fn slices(bytes: &[u8]) -> Slices {
    let all: Value = serde_json::from_slice(bytes).expect("JSON");
    let events = all["traceEvents"].as_array().expect("a list");
    let number = |event: &Value, key: &str| event[key].as_i64().unwrap_or_else(|| panic!("{key} of {event}"));
    let mut titles = BTreeMap::new();
    let mut threads: BTreeMap<i64, Vec<(i64, i64)>> = BTreeMap::new();
    for event in events {
        match event["ph"].as_str() {
            Some("M") if event["name"] == "thread_name" => {
                let title = event["args"]["name"].as_str().expect("a name").to_owned();
                assert!(titles.insert(number(event, "tid"), title).is_none(), "two threads of one number");
            }
            Some("M") => {}
            Some("X") => {
                let (start, taken) = (number(event, "ts"), number(event, "dur"));
                // Speedscope never ends what has no length.
                assert!(taken > 0 && event["name"].is_string() && event["pid"].is_u64(), "{event}");
                threads.entry(number(event, "tid")).or_default().push((start, -(start + taken)));
            }
            Some("i") => assert!(event["s"] == "t" && event.get("dur").is_none(), "{event}"),
            _ => panic!("{event}"),
        }
    }
    for (thread, mut spans) in threads {
        spans.sort_unstable();
        let mut open: Vec<i64> = Vec::new();
        for (start, end) in spans {
            let end = -end;
            open.retain(|around| *around > start || (*around == start && end == start));
            let around = open.last().copied().unwrap_or(i64::MAX);
            assert!(end <= around, "{start} to {end} overlaps its neighbour on {}", titles[&thread]);
            open.push(end);
        }
    }
    let told = |event: &Value| {
        (event["pid"].as_u64().expect("a number"), titles[&number(event, "tid")].clone(), event.clone())
    };
    events.iter().filter(|event| event["ph"] == "X" || event["ph"] == "i").map(told).collect()
}

/// Checks that the slices of each arm are what its log says.
fn agree(c: &Comparison, slices: &Slices) {
    for (process, arm) in (1..).zip(&c.arms) {
        let of = |thread: &str, outcome: &str| {
            let own = slices.iter().filter(|(pid, title, event)| {
                let is_whole = event["args"].get("ticket").is_some();
                *pid == process && title.contains(thread) && is_whole
            });
            let own = own.filter(|(.., event)| outcome.is_empty() || event["args"]["outcome"] == outcome);
            let taken: Vec<i64> = own.map(|(.., event)| event["dur"].as_i64().unwrap_or_default()).collect();
            (taken.len(), taken.iter().sum::<i64>())
        };
        let facts: Vec<Fact> =
            arm.recorded[0].records.iter().map(|record| record.expect("in memory").fact).collect();
        let sum = |of: &dyn Fn(&Fact) -> Option<SimDuration>| {
            let all: Vec<i64> = facts.iter().filter_map(of).map(SimDuration::micros).collect();
            (all.len(), all.iter().sum::<i64>())
        };
        let told = (of("dispatch", "dispatched"), of(": calendar", ""), of("AI", "").0);
        let found = (
            sum(&|fact| if let Fact::Dispatched { taken, .. } = fact { Some(*taken) } else { None }),
            sum(&|fact| if let Fact::Booked { start, end, .. } = fact { Some(*end - *start) } else { None }),
            facts.iter().filter(|fact| matches!(fact, Fact::Asked { .. } | Fact::CallFailed { .. })).count(),
        );
        assert_eq!(told, found, "{}", arm.name);
        let worked = sum(&|fact| if let Fact::Finished { worked, .. } = fact { Some(*worked) } else { None });
        let work = (of(": work", "finished"), of(": work", "interrupted"), of(": work", "unfinished"));
        assert_eq!(work.0.0, worked.0, "{}", arm.name);
        if work.2.0 == 0 {
            assert_eq!(work.0.1 + work.1.1, worked.1, "{}", arm.name);
        }
    }
}

#[test]
fn a_trace_nests_agrees_with_the_log_and_is_the_same_under_both_engines() {
    const ONE: [(&str, &str); 2] = [("experiment.replications", "1"), ("thresholds", "{}")];
    let shipped = ["monday-30", "subagents-20", "zofiq-queue", "after-hours"];
    let scenarios = shipped.map(|name| load(&project(&format!("scenarios/{name}.toml")), &ONE));
    for scenario in scenarios.into_iter().chain([parse(LIMITED, &ONE)]) {
        let trace = |engine| {
            let c = compare(scenario.clone(), engine, 1);
            let mut out = Vec::new();
            trace::write(&c, &mut out).expect("memory takes it");
            (c, out)
        };
        let (c, bytes) = trace(Engine::Direct);
        assert!(bytes == trace(Engine::Actix).1, "{}", c.setup.name);
        let slices = slices(&bytes);
        assert!(slices.len() > 30, "{}", c.setup.name);
        agree(&c, &slices);
        if c.setup.name == "limited" {
            assert!(slices.iter().any(|(.., event)| event["args"]["outcome"] == "failed"));
            assert!(
                slices.iter().any(|(_, title, _)| title == "AI 2")
                    && slices.iter().all(|(_, title, _)| title != "AI 3")
            );
        }
        if c.setup.name == "monday-30" {
            assert!(slices.iter().any(|(_, title, _)| title.ends_with(": calendar 2")), "double bookings");
        }
    }
}
