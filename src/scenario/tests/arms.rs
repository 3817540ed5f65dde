//! Disciplines of every kind, rankers and the calendar's limit: their defaults, their keys, what is refused.

use super::bad::minimal;
use super::*;
use crate::discipline::{
    BatchedSettings, DisciplineSettings, Inside, LockedSettings, OptimisticSettings, PodsSettings,
    SequentialSettings, Split, SubagentSettings, UnsafeParallelSettings, Writes,
};
use crate::domain::settings::ProviderSettings;
use crate::ranker::{AiSettings, LeastLoaded, RankerKind, RoundRobin, TwoChoicesSettings};

/// Every key of disciplines and rankers that goes together.
pub(super) const ARMS: &str = r#"name = "arms"
[burst]
tickets = 12
arrivals = { backlog = {} }
[desk]
technicians = 2
[ranker]
kind = "two-choices"
rule_latency = "3s"
[ranker.provider]
calls_per_minute = 60
concurrent_calls = 4
failure_rate = 1
max_tries = 7
back_off = "500ms"
[calendar]
concurrent_calls = 2
[[discipline]]
kind = "parallel"
protected_share = 0.25
ranker = "least-loaded"
[[discipline]]
kind = "optimistic"
concurrency = 3
[[discipline]]
kind = "locked"
concurrency = 4
[[discipline]]
kind = "batched"
window = "5min"
ranker = "ai"
[[discipline]]
kind = "pods"
writes = "unsafe"
[[discipline]]
kind = "subagents"
window = "0s"
subagents = 20
split = "even"
max_in_flight = 20
sandbox_start = "40s"
ceiling = "10min"
token_budget = 9000
writes = "parent"
inside = "parallel"
[[discipline]]
name = "by-company"
kind = "subagents"
split = "company"
writes = "unsafe"
ranker = "round-robin"
"#;

/// The arm of [`MINIMAL`] with this instead of its kind.
fn arm(keys: &str) -> DisciplineSettings {
    let text = MINIMAL.replace("kind = \"parallel\"", keys);
    read(&text).unwrap_or_else(|error| panic!("{keys}: {error}")).disciplines.remove(0)
}

/// Asserts that [`MINIMAL`] with this instead of its arm's kind has one problem, at the last line and this column.
#[track_caller]
fn refused(keys: &str, column: usize, part: &str) {
    let line = 7 + keys.lines().count();
    minimal("kind = \"parallel\"", keys, &[&format!("test.toml:{line}:{column}: {part}")]);
}

#[test]
fn every_kind_has_its_defaults() {
    let lane = LaneSettings { concurrency: None };
    for (name, kind, peers) in [
        ("sequential", DisciplineKind::of(SequentialSettings {}), 0.0),
        ("unsafe-parallel", DisciplineKind::of(UnsafeParallelSettings { lane }), 0.0),
        ("parallel", DisciplineKind::of(ParallelSettings { lane, protected_share: 1.0 }), 1.0),
        ("optimistic", DisciplineKind::of(OptimisticSettings { lane }), 0.0),
        ("locked", DisciplineKind::of(LockedSettings { lane, ..LockedSettings::default() }), 0.0),
        ("batched", DisciplineKind::of(BatchedSettings { window: SimDuration::from_mins(2) }), 0.0),
        ("pods", DisciplineKind::of(PodsSettings { writes: Writes::Held }), 0.0),
        (
            "subagents",
            DisciplineKind::of(SubagentSettings {
                window: SimDuration::from_mins(1),
                subagents: 5,
                split: Split::Even,
                max_in_flight: 5,
                sandbox_start: SimDuration::ZERO,
                ceiling: SimDuration::from_mins(30),
                token_budget: None,
                writes: Writes::Held,
                inside: Inside::Sequential,
            }),
            0.0,
        ),
    ] {
        let arm = arm(&format!("kind = \"{name}\""));
        assert_eq!((arm.name.as_str(), arm.kind, arm.peer_awareness), (name, kind, peers));
        assert_eq!((arm.alternatives, arm.max_attempts), (3, 5));
        assert_eq!(arm.ranker, RankerKind::of(AiSettings {}));
    }
}

#[test]
fn every_key_of_an_arm_arrives() {
    let arms = read(ARMS).expect("right").disciplines;
    let kinds: Vec<DisciplineKind> = arms.iter().map(|arm| arm.kind.clone()).collect();
    let lane = |concurrency| LaneSettings { concurrency };
    assert_eq!(kinds[0], DisciplineKind::of(ParallelSettings { lane: lane(None), protected_share: 0.25 }));
    assert_eq!(kinds[1], DisciplineKind::of(OptimisticSettings { lane: lane(Some(3)) }));
    assert_eq!(
        kinds[2],
        DisciplineKind::of(LockedSettings { lane: lane(Some(4)), ..LockedSettings::default() })
    );
    assert_eq!(kinds[3], DisciplineKind::of(BatchedSettings { window: SimDuration::from_mins(5) }));
    assert_eq!(kinds[4], DisciplineKind::of(PodsSettings { writes: Writes::Unsafe }));
    assert_eq!(
        kinds[5],
        DisciplineKind::of(SubagentSettings {
            window: SimDuration::ZERO,
            subagents: 20,
            split: Split::Even,
            max_in_flight: 20,
            sandbox_start: SimDuration::from_secs(40),
            ceiling: SimDuration::from_mins(10),
            token_budget: Some(9000),
            writes: Writes::Parent,
            inside: Inside::Parallel,
        })
    );
    let by_company =
        SubagentSettings { split: Split::Company, writes: Writes::Unsafe, ..SubagentSettings::default() };
    assert_eq!(kinds[6], DisciplineKind::of(by_company));
    let rankers: Vec<RankerKind> = arms.iter().map(|arm| arm.ranker.clone()).collect();
    let (least, turn) = (RankerKind::of(LeastLoaded {}), RankerKind::of(RoundRobin {}));
    let general = || RankerKind::of(TwoChoicesSettings {});
    let ai = RankerKind::of(AiSettings {});
    assert_eq!(rankers, [least, general(), general(), ai, general(), general(), turn]);
}

#[test]
fn rankers_and_their_provider_are_read() {
    let plain = read(MINIMAL).expect("right");
    assert_eq!(plain.disciplines[0].ranker, RankerKind::of(AiSettings {}));
    assert_eq!(plain.ranker.provider, None);
    assert_eq!(plain.ranker.rule_latency, Distribution::Constant { value: 1.0 });
    assert_eq!(plain.calendar.concurrent_calls, None);
    let stated = read(ARMS).expect("right");
    assert_eq!(stated.ranker.rule_latency, Distribution::Constant { value: 3.0 });
    assert_eq!(
        stated.ranker.provider,
        Some(ProviderSettings {
            calls_per_minute: Some(60),
            concurrent_calls: Some(4),
            failure_rate: 1.0,
            max_tries: 7,
            back_off: SimDuration::from_micros(500_000),
        })
    );
    assert_eq!(stated.calendar.concurrent_calls, Some(2));
    let empty = read(&format!("{MINIMAL}[ranker.provider]\n")).expect("right").ranker.provider;
    assert_eq!(
        empty,
        Some(ProviderSettings {
            calls_per_minute: None,
            concurrent_calls: None,
            failure_rate: 0.0,
            max_tries: 3,
            back_off: SimDuration::from_secs(2),
        })
    );
}

#[test]
fn limits_are_checked() {
    let section = |keys: &str, part: &str| {
        minimal("[[discipline]]", &format!("{keys}\n[[discipline]]"), &[part]);
    };
    section("[ranker]\nkind = \"round-robbin\"", "did you mean \"round-robin\"?");
    section("[ranker]\nrule_latency = 5", "`ranker.rule_latency` is the number 5: expected a duration");
    section("[ranker.provider]\ncalls_per_minute = 0", "`ranker.provider.calls_per_minute` is the number 0");
    section("[ranker.provider]\nconcurrent_calls = 0", "`ranker.provider.concurrent_calls` is the number 0");
    section("[ranker.provider]\nfailure_rate = 1.1", "`ranker.provider.failure_rate` is the number 1.1");
    section("[ranker.provider]\nmax_tries = 31", "`ranker.provider.max_tries` is the number 31");
    section("[ranker.provider]\nmax_tries = 0", "expected a whole number from 1 to 30");
    section("[ranker.provider]\nback_of = \"1s\"", "did you mean `back_off`?");
    section("[calendar]\nconcurrent_calls = 0", "`calendar.concurrent_calls` is the number 0");
}

#[test]
fn keys_of_another_kind_are_refused() {
    let one_by_one =
        &["sequential", "unsafe-parallel", "parallel", "optimistic", "locked", "pods", "subagents"][..];
    for (key, value, kinds) in [
        ("alternatives", "2", one_by_one),
        ("max_attempts", "2", one_by_one),
        ("peer_awareness", "0", one_by_one),
        ("concurrency", "2", &["unsafe-parallel", "parallel", "optimistic", "locked"]),
        ("protected_share", "0.5", &["parallel"]),
        ("window", "\"1min\"", &["batched", "subagents"]),
        ("writes", "\"held\"", &["pods", "subagents"]),
        ("subagents", "3", &["subagents"]),
        ("split", "\"even\"", &["subagents"]),
        ("max_in_flight", "3", &["subagents"]),
        ("sandbox_start", "\"1min\"", &["subagents"]),
        ("ceiling", "\"1min\"", &["subagents"]),
        ("token_budget", "3", &["subagents"]),
        ("inside", "\"parallel\"", &["subagents"]),
    ] {
        for kind in [
            "sequential",
            "unsafe-parallel",
            "parallel",
            "optimistic",
            "locked",
            "batched",
            "pods",
            "subagents",
        ] {
            let keys = format!("kind = \"{kind}\"\n{key} = {value}");
            if kinds.contains(&kind) {
                arm(&keys);
            } else {
                refused(
                    &keys,
                    1,
                    &format!("`discipline[0].{key}` does not go with kind \"{kind}\" (leave it out"),
                );
            }
        }
    }
    refused(
        "kind = \"pods\"\nconcurrency = 2",
        1,
        "`discipline[0].concurrency` does not go with kind \"pods\" (leave it out: it goes with kind \
         \"unsafe-parallel\", \"parallel\", \"optimistic\" or \"locked\")",
    );
}

#[test]
fn subagents_have_bounds() {
    let sub = "kind = \"subagents\"\n";
    refused(
        &format!("{sub}subagents = 21"),
        13,
        "`discipline[0].subagents` is the number 21: expected at most 20 subagents (a dispatch that asks for more is \
         rejected whole: split the work into several dispatches)",
    );
    refused(
        &format!("{sub}subagents = 0"),
        13,
        "`discipline[0].subagents` is the number 0: expected a whole number",
    );
    refused(&format!("{sub}max_in_flight = 21"), 17, "`discipline[0].max_in_flight` is the number 21");
    refused(&format!("{sub}max_in_flight = 0"), 17, "`discipline[0].max_in_flight` is the number 0");
    refused(
        &format!("{sub}ceiling = \"0s\""),
        11,
        "`discipline[0].ceiling` is the string \"0s\": expected a duration",
    );
    refused(
        &format!("{sub}sandbox_start = \"30min\""),
        17,
        "no subagent begins a ticket: its sandbox takes 30 min to start, and its ceiling is 30 min",
    );
    refused(&format!("{sub}sandbox_start = \"-1s\""), 17, "`discipline[0].sandbox_start` is");
    refused(&format!("{sub}token_budget = 0"), 16, "`discipline[0].token_budget` is the number 0");
    refused(
        &format!("{sub}inside = \"subagents\""),
        10,
        "`discipline[0].inside` is the string \"subagents\": expected \"sequential\" or \"parallel\" (a subagent cannot \
         fan out again)",
    );
    refused(
        &format!("{sub}inside = \"pods\""),
        10,
        "`discipline[0].inside` is the string \"pods\": expected \"sequential\" or \"parallel\"",
    );
    refused(
        &format!("{sub}inside = 1"),
        10,
        "`discipline[0].inside` is the number 1: expected \"sequential\" or",
    );
    refused(
        &format!("{sub}split = \"company\"\nsubagents = 3"),
        1,
        "`discipline[0].subagents` does not go with split \"company\" (leave it out: there are as many",
    );
    refused(
        &format!("{sub}peer_awareness = 0.5"),
        1,
        "`discipline[0].peer_awareness` does not go with kind \"subagents\" (leave it out: subagents do not see",
    );
    assert_eq!(arm(&format!("{sub}peer_awareness = 0")).peer_awareness, 0.0);
    refused(
        "kind = \"pods\"\nwrites = \"parent\"",
        10,
        "`discipline[0].writes` \"parent\" does not go with kind \"pods\": expected \"unsafe\" or \"held\"",
    );
}

#[test]
fn batches_need_costs_and_slots() {
    refused(
        "kind = \"batched\"\nranker = \"round-robin\"",
        10,
        "`discipline[0].ranker` does not go with kind \"batched\": expected \"ai\"",
    );
    let with = |keys: &str| MINIMAL.replace("[[discipline]]\nkind = \"parallel\"", keys);
    let batched = "[[discipline]]\nkind = \"batched\"";
    let kind = "[ranker]\nkind = \"least-loaded\"\n";
    let error = read(&with(&format!("{kind}{batched}"))).expect_err("no costs").to_string();
    assert!(error.starts_with("test.toml:10:8: kind \"batched\" needs the ranker \"ai\", and"), "{error}");
    assert!(read(&with(&format!("{kind}{batched}\nranker = \"ai\""))).is_ok(), "the arm's own wins");
    let agents = "[[agent]]\nname = \"a\"\n[[agent]]\nname = \"b\"\nmode = \"owner-only\"\n";
    let error = read(&with(&format!("{agents}{batched}"))).expect_err("no slots").to_string();
    assert!(error.starts_with("test.toml:13:8: kind \"batched\" does not go with agent \"b\""), "{error}");
    let agents = agents.replace("owner-only", "team-only");
    assert!(read(&with(&format!("{agents}{batched}"))).is_ok());
}
