//! `plan` against brute force and theory: it finds what trying every value finds, with fewer replications.

use stampede::engine::Engine;
use stampede::experiment::search::{answer, question};
use stampede::experiment::{Experiment, ExperimentError, Options};
use stampede::metrics::thresholds::Standing;
use stampede::results::plan::{Best, Erlang, Fate, Found, Plan, Smallest};
use stampede::scenario::{Override, Scenario};

use crate::common::{compare, load, project};

/// Settings of a question.
type Settings<'a> = &'a [(&'a str, &'a str)];

/// A shipped scenario with these settings, and one more.
fn scenario(file: &str, settings: Settings<'_>, set: &[(&str, &str)]) -> Scenario {
    load(&project(file), &[settings, set].concat()).narrowed()
}

/// What a plan finds.
fn planned(file: &str, settings: Settings<'_>, threads: usize) -> Plan {
    let base = scenario(file, settings, &[]);
    let minimised = question(&base).expect("it asks for something").clone();
    let mut at = |set: &[Override]| {
        let set: Vec<(&str, &str)> = set.iter().map(|it| (&*it.key, &*it.value)).collect();
        Experiment::prepare(scenario(file, settings, &set))
    };
    let options = Options { engine: Engine::Direct, threads };
    let base = Experiment::prepare(base).expect("its files are there");
    answer::<ExperimentError>(base, &minimised, &mut at, None, &options, &mut |_| {})
        .expect("nothing stops it")
}

fn smallest(plan: &Plan) -> &Smallest {
    match &plan.found {
        Found::Smallest(smallest) => smallest,
        Found::Best(_) => panic!("a key was asked for"),
    }
}

fn best(plan: &Plan) -> &Best {
    match &plan.found {
        Found::Best(best) => best,
        Found::Smallest(_) => panic!("a number was asked for"),
    }
}

/// The value that was found.
fn found(smallest: &Smallest) -> Option<&str> {
    smallest.headline().and_then(|answer| smallest.at(answer.place?)).map(|it| &*it.value)
}

/// The smallest of these values with which `compare` says that all thresholds hold, by trying each of them, and how many
/// replications that takes.
fn by_force(
    file: &str,
    settings: Settings<'_>,
    key: &str,
    values: impl Iterator<Item = u32>,
) -> (Option<String>, u64) {
    let (mut first, mut spent) = (None, 0);
    for value in values {
        let value = value.to_string();
        let comparison = compare(scenario(file, settings, &[(key, &value)]), Engine::Direct, 2);
        spent += u64::from(comparison.setup.replications);
        if first.is_none() && comparison.verdicts.iter().all(|verdict| verdict.holds) {
            first = Some(value);
        }
    }
    (first, spent)
}

/// 95 % of thirty tickets have an owner within ten minutes, and all have one.
const TEN_MINUTES: (&str, &str) = (
    "thresholds",
    r#"{ "parallel.dispatch_delay" = ["p(95) < 10min"], "parallel.unassigned" = ["count == 0"] }"#,
);
const PARALLEL: (&str, &str) = ("experiment.disciplines", r#"["parallel"]"#);
const REPLICATIONS: (&str, &str) = ("experiment.replications", "400");

const MONDAY: &str = "scenarios/monday-30.toml";

/// Asks a question of a shipped scenario both ways.
fn agree(
    file: &str,
    settings: Settings<'_>,
    key: &str,
    range: std::ops::RangeInclusive<u32>,
    step: usize,
) -> Plan {
    let asked = format!("{key}={}..{}:{step}", range.start(), range.end());
    let settings = [&[TEN_MINUTES, PARALLEL, REPLICATIONS], settings].concat();
    let plan = planned(file, &[&settings[..], &[("plan.minimise", &asked)]].concat(), 2);
    let (first, spent) = by_force(file, &settings, key, range.step_by(step));
    assert_eq!(found(smallest(&plan)), first.as_deref(), "{asked}");
    assert!(plan.spent() < spent, "{} instead of {spent}", plan.spent());
    assert_eq!(plan.is_answered(), first.is_some());
    plan
}

#[test]
fn as_few_technicians_as_brute_force_finds() {
    // Enough of them that no value next to the answer stays open.
    let settings = [("experiment.replications", "1000")];
    let plan = agree(MONDAY, &settings, "desk.technicians", 24..=29, 1);
    let smallest = smallest(&plan);
    let answer = &smallest.answers[0];
    assert!(answer.exhaustive || !answer.fails_above);
    assert_eq!(answer.compared, Some(true));
    let below = answer.place.and_then(|place| smallest.at(place - 1)).expect("the value below was tried");
    assert_eq!(below.standing("parallel"), Standing::Crossed);
}

#[test]
fn as_few_alternatives_as_brute_force_finds() {
    // Every ranking is alike, so that each alternative saves one dispatch in thirty a second ranking.
    let settings = [("thresholds", r#"{ "parallel.retry_rate" = ["mean < 0.55"] }"#)];
    let plan = agree("scenarios/herd.toml", &settings, "discipline.parallel.alternatives", 11..=16, 1);
    assert_eq!(found(smallest(&plan)), Some("13"));
}

/// With twenty-five technicians too little concurrency is a queue, and too much a herd: what holds lies between.
#[test]
fn as_little_concurrency_as_brute_force_finds_in_a_valley() {
    let plan = agree(MONDAY, &[("desk.technicians", "25")], "discipline.parallel.concurrency", 9..=30, 7);
    let smallest = smallest(&plan);
    let answer = &smallest.answers[0];
    assert!(answer.place.is_some() && answer.fails_above && answer.exhaustive, "{answer:?}");
}

#[test]
fn where_nothing_holds_brute_force_finds_nothing_either() {
    let plan = agree(MONDAY, &[], "desk.technicians", 13..=25, 4);
    let smallest = smallest(&plan);
    assert!(smallest.answers[0].exhaustive);
    let nearest = smallest.nearest("parallel").expect("values were tried");
    let worst = nearest.worst("parallel").expect("it does not hold");
    assert_eq!((&*nearest.value, &*worst.threshold.metric), ("25", "dispatch_delay"));
}

/// The cheapest concurrency that keeps ten minutes, by the money for AI calls: brute force compares all means over as many
/// replications. Its differences are larger than the indifference zone.
#[test]
fn as_cheap_as_brute_force_finds() {
    let file = "scenarios/monday-30.toml";
    let settings = [TEN_MINUTES, PARALLEL, REPLICATIONS, ("desk.technicians", "25")];
    let asked =
        [("plan.minimise", "cost"), ("plan.vary", r#"["discipline.parallel.concurrency=12,16,20,30"]"#)];
    let plan = planned(file, &[&settings[..], &asked].concat(), 2);
    let best = best(&plan);
    let mut cheapest: Option<(f64, &str)> = None;
    for value in ["12", "16", "20", "30"] {
        let set = [("discipline.parallel.concurrency", value)];
        let comparison = compare(scenario(file, &settings, &set), Engine::Direct, 2);
        let cost =
            comparison.arms[0].summary("cost").and_then(|it| it.mean).expect("calls have a price").mean;
        let holds = comparison.verdicts.iter().all(|verdict| verdict.holds);
        if holds && cheapest.is_none_or(|(least, _)| cost < least) {
            cheapest = Some((cost, value));
        }
    }
    let chosen = &best.alternatives[best.chosen.expect("there is a choice")];
    assert_eq!(Some(&*chosen.values[0]), cheapest.map(|(_, value)| value), "{best:?}");
    assert!(best.alternatives.iter().any(|it| it.fate == Fate::Infeasible));
    assert!(best.alternatives.iter().any(|it| it.fate == Fate::Worse));
}

/// A queue of M/M/c with seven erlangs. Erlang C: mean waits of 44.5 minutes with 8, 17.7 with 9, 8.2 with 10. 12 bursts of
/// 3,000 tickets; the bursts begin empty, which takes little off the mean.
#[test]
fn in_a_queue_it_takes_as_many_as_erlang_c_says() {
    let settings = [
        ("burst.tickets", "3000"),
        ("experiment.replications", "12"),
        ("thresholds", r#"{ time_to_start = ["mean < 30min"] }"#),
        ("plan.minimise", "desk.technicians=7..20"),
    ];
    let plan = planned("scenarios/bench/w1.toml", &settings, 2);
    let smallest = smallest(&plan);
    assert_eq!((found(smallest), &smallest.erlang), (Some("9"), &Some(Erlang::Takes(9))));
}

#[test]
fn threads_do_not_show_in_a_plan() {
    let settings = [
        TEN_MINUTES,
        PARALLEL,
        ("experiment.replications", "150"),
        ("plan.minimise", "desk.technicians=24..28"),
    ];
    let plans = [1, 2, 7].map(|threads| planned("scenarios/monday-30.toml", &settings, threads).to_json());
    assert!(plans[0] == plans[1] && plans[1] == plans[2]);
}

#[test]
fn every_discipline_has_an_answer_of_its_own() {
    let settings = [
        ("experiment.disciplines", r#"["sequential", "parallel"]"#),
        ("experiment.replications", "100"),
        ("thresholds", r#"{ makespan = ["mean < 30min"] }"#),
        ("plan.minimise", "desk.technicians=5..40"),
    ];
    let plan = planned("scenarios/monday-30.toml", &settings, 2);
    let smallest = smallest(&plan);
    assert_eq!(smallest.answers.len(), 2);
    let headline = smallest.headline().expect("parallel holds");
    assert_eq!(headline.discipline, "parallel");
    assert!(smallest.answers[0].place.is_none(), "one at a time takes two hours whoever is there");
}
