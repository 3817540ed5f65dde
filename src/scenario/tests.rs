//! Scenarios that are right: what keys mean, what is the default, what a flag changes, what the schema says.

mod advice;
mod agents;
mod arms;
mod bad;
mod costs;
mod desk;
mod effective;
mod kinds;
mod pairs;
mod precision;
mod presets;
mod rendering;

use proptest::prelude::*;
use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::*;
use crate::discipline::{DisciplineKind, LaneSettings, ParallelSettings};
use crate::domain::bytes::Bytes;
use crate::domain::charts::{ChartSettings, ChartSize};
use crate::domain::hex::hex;
use crate::domain::settings::{Arrivals, HoursPlan, Mode, ModeRules, RecordingFormat};
use crate::domain::{Distribution, SimDuration};
use crate::keys::Named;

/// The least that makes a scenario.
const MINIMAL: &str = r#"name = "minimal"
[burst]
tickets = 30
arrivals = { uniform = { over = "2min" } }
[desk]
technicians = 2
[[discipline]]
kind = "parallel"
"#;

/// Every section with every key that goes together.
const FULL: &str = r#"#:schema ../schemas/scenario.json
name = "full"
summary = "Everything."
seed = 7
start = 2026-03-30T07:30
time_zone = "Europe/Berlin"
[burst]
tickets = 12
arrivals = { spike = { mean = "5min", same_company = 0.4 } }
work = { lognormal = { mean = "25min", cv = 0.5 } }
categories = { password = 0.5, network = 0.5 }
companies = { "Zeta Ltd" = 2, "Alpha Ltd" = 1 }
boards = { Network = 1, Wifi = 3 }
priorities = { 3 = 0.9, 1 = 0.1 }
[desk]
hours = "09:00-24:00"
weekdays = ["mon", "sat"]
[[desk.team]]
name = "Network"
boards = ["Network", "Wifi"]
[[desk.team]]
name = "Desk"
[[desk.technician]]
name = "Ann"
teams = ["Network"]
history = { network = 0.9 }
[[desk.technician]]
name = "Bob"
hours = "10:00-18:30"
weekdays = ["tue"]
time_zone = "America/New_York"
[dispatch]
mode = "owner-and-slot"
slot = "1h"
buffer = "5min"
lead = "15min"
grid = "30min"
horizon = "48h"
second_day = true
[ranker]
w_start = 2
w_load = 0.5
w_history = 3.0
w_peers = 4
temperature = 0.1
latency = { gamma = { mean = "2min", cv = 0.5 } }
tokens = { uniform = { min = 1000, max = 5000 } }
price_per_million_tokens = 3.0
[calendar]
read_latency = "200ms"
claim_latency = { weibull = { scale = "1s", shape = 2 } }
write_latency = { normal = { mean = "2s", sd = "500ms" } }
lease = "90s"
[[discipline]]
kind = "sequential"
[[discipline]]
kind = "parallel"
name = "parallel-5"
concurrency = 5
alternatives = 2
max_attempts = 4
peer_awareness = 0.5
[[discipline]]
kind = "unsafe-parallel"
[experiment]
replications = 200
confidence = 0.9
records = 2
disciplines = ["parallel-5", "sequential"]
engine = "direct"
threads = 3
max_memory = "1.5 GB"
[output]
folder = "out/full"
format = "markdown"
quiet = true
color = "never"
charts = ["gantt", "dispatch_delay.p95"]
chart_size = "1600x900"
chart_disciplines = ["sequential"]
[thresholds]
dispatch_delay = ["p(95) < 10min", "max < 30min"]
"parallel-5.conflict_rate" = "mean < 0.35"
"#;

/// Parses without flags.
fn read(text: &str) -> Result<Scenario, ScenarioError> {
    parse(text, "test.toml", Path::new(""), &[])
}

/// Parses with `--set` flags.
fn read_with(text: &str, sets: &[&str]) -> Result<Scenario, ScenarioError> {
    let overrides: Vec<Override> = sets
        .iter()
        .map(|set| {
            let (key, value) = set.split_once('=').expect("tests write KEY=VALUE");
            Override { key: key.to_owned(), value: value.to_owned(), origin: "--set".to_owned() }
        })
        .collect();
    parse(text, "test.toml", Path::new(""), &overrides)
}

#[test]
fn defaults_fill_in_what_is_left_out() {
    let scenario = read(MINIMAL).expect("the minimal scenario is right");
    assert_eq!(scenario.start.to_string(), "2026-11-23T08:00:00+00:00[UTC]");
    assert_eq!((scenario.seed, scenario.summary.as_str()), (1, ""));
    assert_eq!(scenario.burst.arrivals, Arrivals::Uniform { tickets: 30, over: SimDuration::from_mins(2) });
    assert_eq!(scenario.burst.tickets.work, None);
    let technicians: Vec<&str> = scenario.desk.technicians.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(technicians, ["Technician 1", "Technician 2"]);
    assert_eq!(scenario.desk.technicians[0].teams[..], ["Service Desk".to_owned()]);
    assert_eq!(scenario.desk.boards, [("Service Desk".to_owned(), "Service Desk".to_owned())]);
    let weekdays = [true, true, true, true, true, false, false];
    assert_eq!(
        scenario.desk.hours,
        [HoursPlan::Daily { from_minute: 480, to_minute: 1020, weekdays, time_zone: None }]
    );
    let ModeRules::OwnerAndSlot(slot) = scenario.agents[0].mode else {
        panic!("slots are booked unless said otherwise")
    };
    assert_eq!(
        (slot.slot, slot.buffer, slot.lead),
        (SimDuration::from_mins(30), SimDuration::from_mins(10), SimDuration::from_mins(10))
    );
    assert_eq!((slot.grid, slot.horizon, slot.second_day), (None, SimDuration::from_hours(24), false));
    let Distribution::Lognormal { mean, sigma } = scenario.ranker.latency else { panic!("lognormal") };
    assert_eq!(mean, 150.0);
    assert!((sigma - 0.554_513).abs() < 1e-6, "√ln 1.36, not {sigma}");
    assert!(scenario.ranker.tokens.is_zero() && scenario.calendar.read_latency.is_zero());
    assert_eq!(scenario.calendar.lease, SimDuration::from_mins(2));
    let arm = &scenario.disciplines[0];
    assert_eq!(
        (arm.name.as_str(), &arm.kind),
        (
            "parallel",
            &DisciplineKind::of(ParallelSettings {
                lane: LaneSettings { concurrency: None },
                protected_share: 1.0
            })
        )
    );
    assert_eq!((arm.alternatives, arm.max_attempts, arm.peer_awareness), (3, 5, 1.0));
    let experiment = scenario.experiment;
    assert_eq!((experiment.replications, experiment.confidence, experiment.records), (1000, 0.95, 1));
    assert_eq!((scenario.running, scenario.output), (Running::default(), Output::default()));
}

#[test]
fn every_key_arrives_where_it_belongs() {
    let scenario = read(FULL).expect("the full scenario is right");
    assert_eq!(scenario.start.to_string(), "2026-03-30T07:30:00+02:00[Europe/Berlin]");
    assert_eq!((scenario.seed, scenario.summary.as_str()), (7, "Everything."));
    assert_eq!(
        scenario.burst.arrivals,
        Arrivals::Spike { tickets: 12, mean: SimDuration::from_mins(5), same_company: 0.4 }
    );
    let burst = &scenario.burst.tickets;
    assert!(matches!(burst.work, Some(Distribution::Lognormal { mean: 1500.0, .. })));
    assert_eq!(burst.companies, [("Zeta Ltd".to_owned(), 2.0), ("Alpha Ltd".to_owned(), 1.0)]);
    assert_eq!(burst.categories.len(), 2);
    assert_eq!(burst.boards[1], ("Wifi".to_owned(), 3.0));
    assert_eq!(burst.priorities, [(3, 0.9), (1, 0.1)]);
    let desk = &scenario.desk;
    assert_eq!(desk.teams, ["Network", "Desk"]);
    assert_eq!(desk.boards[2], ("Desk".to_owned(), "Desk".to_owned()));
    assert_eq!(desk.technicians[0].history, [("network".to_owned(), 0.9)]);
    assert_eq!((desk.technicians[0].hours, desk.technicians[1].hours), (0, 1));
    assert_eq!(desk.technicians[1].teams[..], ["Network".to_owned(), "Desk".to_owned()]);
    let HoursPlan::Daily { from_minute, to_minute, weekdays, time_zone } = &desk.hours[1] else {
        panic!("Bob's hours")
    };
    assert_eq!((*from_minute, *to_minute, time_zone.as_deref()), (600, 1110, Some("America/New_York")));
    assert_eq!(*weekdays, [false, true, false, false, false, false, false]);
    assert!(matches!(desk.hours[0], HoursPlan::Daily { to_minute: 1440, .. }));
    let ModeRules::OwnerAndSlot(slot) = scenario.agents[0].mode else { panic!("slots") };
    assert_eq!((slot.slot, slot.grid), (SimDuration::from_hours(1), Some(SimDuration::from_mins(30))));
    assert!(slot.second_day);
    let ranker = &scenario.ranker;
    assert_eq!((ranker.w_start, ranker.w_load, ranker.w_history, ranker.w_peers), (2.0, 0.5, 3.0, 4.0));
    assert_eq!(ranker.latency, Distribution::Gamma { mean: 120.0, shape: 4.0 });
    assert_eq!(ranker.tokens, Distribution::Uniform { low: 1000.0, high: 5000.0 });
    assert_eq!((ranker.temperature, ranker.price_per_million_tokens), (0.1, 3.0));
    let calendar = &scenario.calendar;
    assert_eq!(calendar.read_latency, Distribution::Constant { value: 0.2 });
    assert_eq!(calendar.claim_latency, Distribution::Weibull { scale: 1.0, shape: 2.0 });
    assert_eq!(calendar.write_latency, Distribution::Normal { mean: 2.0, sd: 0.5 });
    let names: Vec<&str> = scenario.disciplines.iter().map(|arm| arm.name.as_str()).collect();
    assert_eq!(names, ["sequential", "parallel-5", "unsafe-parallel"]);
    let five = LaneSettings { concurrency: Some(5) };
    let parallel_5 = DisciplineKind::of(ParallelSettings { lane: five, protected_share: 1.0 });
    assert_eq!(scenario.disciplines[1].kind, parallel_5);
    assert_eq!(scenario.disciplines[2].peer_awareness, 0.0);
    assert_eq!(scenario.thresholds.len(), 3);
    assert_eq!(scenario.thresholds[2].discipline.as_deref(), Some("parallel-5"));
    assert_eq!(
        scenario.running,
        Running {
            disciplines: vec!["parallel-5".to_owned(), "sequential".to_owned()],
            engine: Some(Engine::Direct),
            threads: Some(3),
            max_memory: Some(Bytes(1_500_000_000)),
        }
    );
    assert_eq!(
        scenario.output,
        Output {
            folder: Some("out/full".into()),
            format: Format::Markdown,
            quiet: true,
            color: Color::Never,
            charts: ChartSettings {
                charts: vec!["gantt".to_owned(), "dispatch_delay.p95".to_owned()],
                chart_size: ChartSize { width: 1600, height: 900 },
                chart_disciplines: vec!["sequential".to_owned()],
            },
            ..Output::default()
        }
    );
}

#[test]
fn every_shape_of_arrivals_is_read() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    std::fs::write(folder.path().join("r.csv"), "ticket,arrived_at\n").expect("the folder is writable");
    let with = |arrivals: &str| {
        let text = MINIMAL.replace("{ uniform = { over = \"2min\" } }", arrivals);
        let text = if arrivals.contains("profile") || arrivals.contains("recorded") {
            text.replace("tickets = 30\n", "")
        } else {
            text
        };
        parse(&text, "test.toml", folder.path(), &[]).map(|scenario| scenario.burst.arrivals)
    };
    assert_eq!(
        with("{ poisson = { mean_gap = \"20s\" } }"),
        Ok(Arrivals::Poisson { tickets: 30, mean_gap: SimDuration::from_secs(20) })
    );
    assert_eq!(with("{ backlog = {} }"), Ok(Arrivals::Backlog { tickets: 30 }));
    assert_eq!(
        with("{ profile = { mean_counts = [4, 0.5], dispersion = 2 } }"),
        Ok(Arrivals::Profile { mean_counts: [4.0, 0.5].into(), dispersion: 2.0 })
    );
    let recorded = "{ recorded = { file = \"r.csv\", format = \"servicenow\", from = 2026-01-01T08:00, \
                    until = \"2026-01-02T08:00:30\", skip_bad_rows = true } }";
    let Ok(Arrivals::Recorded(plan)) = with(recorded) else { panic!("a recording") };
    assert_eq!(plan.file, folder.path().join("r.csv"));
    assert_eq!((plan.format, plan.skip_bad_rows), (RecordingFormat::ServiceNow, true));
    assert_eq!(plan.from.as_deref(), Some("2026-01-01T08:00"));
    assert_eq!(plan.until.as_deref(), Some("2026-01-02T08:00:30"));
}

#[test]
fn a_desk_is_staffed_by_team_or_from_the_recording() {
    let text = MINIMAL.replace(
        "technicians = 2",
        "[[desk.team]]\nname = \"Net\"\ntechnicians = 2\n[[desk.team]]\nname = \"Apps\"\ntechnicians = 1",
    );
    let desk = read(&text).expect("teams have counts").desk;
    let staff: Vec<(&str, &str)> =
        desk.technicians.iter().map(|t| (t.name.as_str(), t.teams[0].as_str())).collect();
    assert_eq!(staff, [("Net 1", "Net"), ("Net 2", "Net"), ("Apps 1", "Apps")]);

    let folder = tempfile::tempdir().expect("a folder for the test");
    std::fs::write(folder.path().join("r.csv"), "ticket,arrived_at\n").expect("the folder is writable");
    let text = MINIMAL
        .replace("tickets = 30\n", "")
        .replace("uniform = { over = \"2min\" }", "recorded = { file = \"r.csv\" }")
        .replace("technicians = 2", "from_recording = true");
    let desk = parse(&text, "test.toml", folder.path(), &[]).expect("the recording says who works").desk;
    assert!(desk.from_recording && desk.technicians.is_empty() && desk.hours.len() == 1);
}

#[test]
fn every_family_of_distributions_is_read() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    std::fs::write(folder.path().join("d.csv"), "delay,note\n90s,a\n\n 2min\n30.5\n").expect("writable");
    let with = |latency: &str| {
        let text = format!("{MINIMAL}[ranker]\nlatency = {latency}\n");
        parse(&text, "test.toml", folder.path(), &[]).expect(latency).ranker.latency
    };
    assert_eq!(with("\"90s\""), Distribution::Constant { value: 90.0 });
    assert_eq!(with("{ constant = \"1h\" }"), Distribution::Constant { value: 3600.0 });
    assert_eq!(
        with("{ uniform = { min = \"1s\", max = \"3s\" } }"),
        Distribution::Uniform { low: 1.0, high: 3.0 }
    );
    assert_eq!(with("{ exponential = { mean = \"1min\" } }"), Distribution::Exponential { mean: 60.0 });
    assert_eq!(
        with("{ lognormal = { mean = \"1min\", sigma = 0.6 } }"),
        Distribution::Lognormal { mean: 60.0, sigma: 0.6 }
    );
    assert_eq!(
        with("{ gamma = { mean = \"1min\", shape = 3 } }"),
        Distribution::Gamma { mean: 60.0, shape: 3.0 }
    );
    for certain in [
        "{ lognormal = { mean = \"1min\", cv = 0 } }",
        "{ gamma = { mean = \"1min\", cv = 0.0 } }",
        "{ normal = { mean = \"1min\", sd = \"0s\" } }",
        "{ uniform = { min = \"1min\", max = \"1min\" } }",
    ] {
        assert_eq!(with(certain), Distribution::Constant { value: 60.0 }, "{certain}");
    }
    assert_eq!(
        with("{ empirical = \"d.csv\" }"),
        Distribution::Empirical { values: [90.0, 120.0, 30.5].into() }
    );
}

#[test]
fn flags_win_over_the_file() {
    let scenario = read_with(
        FULL,
        &[
            "discipline.alternatives=1",
            "discipline.parallel-5.concurrency=9",
            "discipline.2.max_attempts=8",
            "desk.technician.Ann.history.network=0.2",
            "start=2026-11-30T06:00",
            "ranker.latency=60s",
            "ranker.w_load=0",
            "thresholds.\"parallel-5.conflict_rate\"=mean < 0.1",
            "summary=plain words",
        ],
    )
    .expect("the flags are right");
    let arms = &scenario.disciplines;
    assert!(arms.iter().all(|arm| arm.alternatives == 1));
    let nine = LaneSettings { concurrency: Some(9) };
    assert_eq!(arms[1].kind, DisciplineKind::of(ParallelSettings { lane: nine, protected_share: 1.0 }));
    assert_eq!(arms[2].max_attempts, 8);
    assert_eq!(scenario.desk.technicians[0].history, [("network".to_owned(), 0.2)]);
    assert_eq!(scenario.start.to_string(), "2026-11-30T06:00:00+01:00[Europe/Berlin]");
    assert_eq!(scenario.ranker.latency, Distribution::Constant { value: 60.0 });
    assert_eq!(scenario.thresholds.last().map(|t| t.text.as_str()), Some("mean < 0.1"));
    assert_eq!((scenario.summary.as_str(), scenario.ranker.w_load), ("plain words", 0.0));

    let made = read_with(MINIMAL, &["experiment.replications=5", "desk.technicians=40"]).expect("right");
    assert_eq!((made.experiment.replications, made.desk.technicians.len()), (5, 40));
    let seed = Override { key: "seed".into(), value: u64::MAX.to_string(), origin: "--seed".into() };
    assert_eq!(parse(MINIMAL, "t", Path::new(""), &[seed]).map(|s| s.seed), Ok(u64::MAX));
}

#[test]
fn the_digest_is_of_the_effective_document() {
    let digest = |text: &str, sets: &[&str]| read_with(text, sets).expect("right").digest;
    let plain = digest(MINIMAL, &[]);
    assert_eq!(plain.len(), 64);
    assert_eq!(plain, digest(&format!("# A comment.\n{MINIMAL}"), &[]));
    assert_eq!(plain, digest(MINIMAL, &["burst.tickets=30"]));
    assert_ne!(plain, digest(MINIMAL, &["burst.tickets=31"]));
    let reordered = MINIMAL.replace("technicians = 2", "hours = \"always\"\ntechnicians = 2");
    assert_eq!(digest(&reordered, &[]), digest(MINIMAL, &["desk.hours=always"]));
    let weights = |order: &str| digest(MINIMAL, &[&format!("burst.categories={order}")]);
    assert_ne!(weights("{ a = 1, b = 2 }"), weights("{ b = 2, a = 1 }"), "draws depend on this order");
    assert_eq!(
        hex(&Sha256::digest(b"{}")),
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    );
}

#[test]
fn how_to_run_is_not_part_of_the_digest() {
    let digest = |text: &str, sets: &[&str]| read_with(text, sets).expect("right").digest;
    let how = [
        "experiment.disciplines=[\"parallel\"]",
        "experiment.engine=actix",
        "experiment.threads=2",
        "output.folder=out",
        "output.format=json",
        "output.quiet=true",
        "output.color=always",
        "output.charts=[\"gantt\"]",
        "output.chart_size=1600x900",
        "output.chart_disciplines=[\"parallel\"]",
    ];
    assert_eq!(digest(MINIMAL, &[]), digest(MINIMAL, &how));
    assert_eq!(digest(MINIMAL, &[]), digest(&format!("{MINIMAL}[experiment]\nthreads = 2\n[output]\n"), &[]));
    let what = "experiment.replications=9";
    assert_eq!(digest(MINIMAL, &[what]), digest(MINIMAL, &[&[what], &how[..]].concat()));
    assert_ne!(digest(MINIMAL, &[what]), digest(MINIMAL, &how));
    // As it was before there were such keys.
    let json = r#"{"burst":{"arrivals":{"uniform":{"over":"2min"}},"tickets":30},"desk":{"technicians":2},"discipline":[{"kind":"parallel"}],"name":"minimal"}"#;
    assert_eq!(digest(MINIMAL, &how), hex(&Sha256::digest(json)));
}

/// Every key of the document, as `section.key`, without indices.
fn keys(node: &Node, path: &str, found: &mut BTreeSet<String>) {
    match &node.value {
        Value::Table(table) => {
            for entry in &table.entries {
                let path = format!("{path}/{}", entry.key);
                found.insert(path.clone());
                keys(&entry.node, &path, found);
            }
        }
        Value::List(items) => items.iter().for_each(|item| keys(item, path, found)),
        Value::Leaf(_) | Value::Unusable => {}
    }
}

/// The part of the schema that describes `path`, references followed.
fn schema_at(schema: &serde_json::Value, path: &str) -> Option<serde_json::Value> {
    let resolve = |mut part: serde_json::Value| loop {
        let next = if let Some(reference) = part.get("$ref") {
            let name = reference.as_str()?.strip_prefix("#/definitions/")?;
            schema["definitions"].get(name)?.clone()
        } else if let Some(all) = part.get("allOf") {
            all.get(0)?.clone()
        } else if let Some(items) = part.get("items") {
            items.clone()
        } else if let Some(any) = part.get("anyOf") {
            any.get(1)?.clone()
        } else {
            return Some(part);
        };
        part = next;
    };
    path.split('/').skip(1).try_fold(schema.clone(), |part, key| {
        let part = resolve(part)?;
        part.get("properties").and_then(|known| known.get(key)).or(part.get("additionalProperties")).cloned()
    })
}

#[test]
fn the_schema_knows_every_key() {
    let text = json_schema();
    assert_eq!(text, json_schema());
    assert!(text.ends_with("}\n") && !text.contains("\"null\""));
    let schema: serde_json::Value = serde_json::from_str(&text).expect("the schema is JSON");
    let mut found = BTreeSet::new();
    for text in [FULL, agents::AGENTS, arms::ARMS, "preset = \"neo\""] {
        let source =
            Arc::new(Source { name: String::new(), text: text.to_owned(), is_flag: false, is_preset: false });
        let mut problems = Vec::new();
        let table = DeTable::parse(text).expect("TOML");
        let root = Reader { source: (0, &source), offset: 0, problems: &mut problems }.table(table.get_ref());
        let origin = Origin { source: 0, span: 0..0 };
        keys(&Node { value: Value::Table(root), origin }, "", &mut found);
    }
    assert!(found.len() > 130, "{} keys", found.len());
    for path in found {
        let part = schema_at(&schema, &path).unwrap_or_else(|| panic!("{path} is not in the schema"));
        assert_ne!(part, serde_json::Value::Bool(false), "{path} is refused by the schema");
        assert!(!part.is_object() || part.as_object().is_some_and(|part| !part.is_empty()), "{path}");
    }
    for required in ["name", "burst", "desk"] {
        assert!(schema["required"].as_array().expect("a list").contains(&required.into()), "{required}");
    }
    assert_eq!(schema["if"]["not"]["required"][0], "preset");
    assert_eq!(schema["then"]["required"][0], "discipline");
    assert_eq!(schema_at(&schema, "/desk/technicians").expect("there")["minimum"], 1);
}

#[test]
fn the_schemas_defaults_are_the_defaults() {
    let schema: serde_json::Value = serde_json::from_str(&json_schema()).expect("the schema is JSON");
    let mut checked = 0;
    for section in ["", "desk", "dispatch", "ranker", "calendar", "experiment", "output", "discipline"] {
        let part = if section.is_empty() {
            schema.clone()
        } else {
            // A key that does not exist would not be found: any property leads to its table.
            let mut part = schema["properties"][section].clone();
            if let Some(items) = part.get("items") {
                part = items.clone();
            }
            let reference = part.get("allOf").map_or(&part, |all| &all[0])["$ref"].as_str();
            match reference.and_then(|name| name.strip_prefix("#/definitions/")) {
                Some(name) => schema["definitions"][name].clone(),
                None => part,
            }
        };
        for (key, property) in part["properties"].as_object().expect("a table of properties") {
            let Some(default) = property.get("default") else { continue };
            let value: toml::Value = serde_json::from_value(default.clone()).expect("defaults are TOML");
            let path = match section {
                "" => key.clone(),
                // By number, as a kind could be called like a key.
                "discipline" => format!("discipline.0.{key}"),
                section => format!("{section}.{key}"),
            };
            // Keys of a discipline go with some kinds only, which the description lists first.
            let kind = property["description"].as_str().and_then(|words| words.strip_prefix("For `"));
            let kind = kind.and_then(|words| words.split('`').next()).unwrap_or("parallel");
            let text = MINIMAL.replace("\"parallel\"", &format!("{kind:?}"));
            // Keys of a dispatch may go with one mode only.
            let of_mode = |mode: &&Mode| section == "dispatch" && mode.keys().contains(&key.as_str());
            let mode = Mode::ALL.iter().find(of_mode).map(|mode| format!("dispatch.mode={}", mode.name()));
            let mut sets: Vec<&str> = mode.iter().map(String::as_str).collect();
            let plain = Scenario { digest: String::new(), ..read_with(&text, &sets).expect("right") };
            let set = format!("{path}={value}");
            sets.push(&set);
            let stated = read_with(&text, &sets);
            let stated = stated.unwrap_or_else(|error| panic!("{path} = {value}: {error}"));
            assert_eq!(Scenario { digest: String::new(), ..stated }, plain, "{path} = {value}");
            checked += 1;
        }
    }
    assert!(checked >= 31, "{checked} defaults");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_never_panics(text in any::<String>()) {
        if let Err(error) = read(&text) {
            prop_assert!(!error.problems.is_empty());
            let _ = error.render(false, 80);
        }
    }

    #[test]
    fn arbitrary_bytes_in_a_file_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let file = tempfile::NamedTempFile::new().expect("a file for the test");
        std::fs::write(file.path(), &bytes).expect("the file is writable");
        if let Err(error) = load(file.path(), &[]) {
            let _ = error.render(true, 10);
        }
    }

    #[test]
    fn a_damaged_scenario_never_panics(
        at in 0..FULL.len(), length in 0usize..40, insert in "[ -~\n\"=\\[\\]{}éß0-9]{0,6}",
    ) {
        let end = (at + length).min(FULL.len());
        let text = format!("{}{insert}{}", &FULL[..at], &FULL[end..]);
        if let Err(error) = read(&text) {
            for problem in &error.problems {
                prop_assert!(problem.line() <= text.lines().count() + 1);
            }
            let _ = (error.render(false, 80), error.to_string());
        }
    }

    #[test]
    fn arbitrary_flags_never_panic(key in "[a-z.\"_0-9]{0,24}", value in any::<String>()) {
        let flag = Override { key, value, origin: "--set".to_owned() };
        if let Err(error) = parse(FULL, "test.toml", Path::new(""), &[flag]) {
            let _ = error.render(false, 80);
        }
    }

    #[test]
    fn a_known_key_with_any_value_never_panics(index in 0usize..40, value in any::<i64>(), is_text in any::<bool>()) {
        let lines: Vec<&str> = FULL.lines().filter(|line| line.contains(" = ")).collect();
        let line = lines[index % lines.len()];
        let (key, _) = line.split_once(" = ").expect("filtered");
        let value = if is_text { format!("\"{value}\"") } else { value.to_string() };
        let text = FULL.replace(line, &format!("{key} = {value}"));
        if let Err(error) = read(&text) {
            prop_assert!(error.problems.iter().all(|problem| problem.span.is_some()), "{}", error);
        }
    }
}
