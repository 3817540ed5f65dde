//! The reports of made-up plans: what they say, and that they are true of whatever was found.

use super::super::tests::comparison;
use super::*;
use crate::metrics::thresholds::{Standing, Threshold};
use crate::results::plan::{Alternative, Answer, Best, Demand, Erlang, Fate, Found, Level, Smallest, Try};

/// A threshold at a value: how it stands, what was measured and how far the bounds are from that.
fn demand(discipline: &str, text: &str, standing: Standing, measured: Option<f64>, half: f64) -> Demand {
    let key = if text.starts_with("count") { "unassigned" } else { "dispatch_delay" };
    Demand {
        discipline: discipline.to_owned(),
        threshold: Threshold::parse(key, text).expect("a demand"),
        measured,
        against: measured.map(|value| value + half),
        in_favour: measured.map(|value| value - half),
        judged_on: String::new(),
        standing,
        compared: None,
    }
}

/// Values from 6 on with the 95th percentile in seconds that `parallel` has there.
fn tries(values: &[(u64, f64, Standing)]) -> Vec<Try> {
    let one = |&(value, seconds, standing): &(u64, f64, Standing)| Try {
        place: value - 6,
        value: value.to_string(),
        replications: 100,
        demands: vec![demand("parallel", "p(95) < 10min", standing, Some(seconds), 20.0)],
    };
    values.iter().map(one).collect()
}

/// A plan of so many technicians, from 6 to 16.
pub(crate) fn plan(tries: Vec<Try>, answer: Option<u64>) -> Plan {
    let c = comparison();
    let answer = Answer {
        discipline: "parallel".to_owned(),
        place: answer.map(|value| value - 6),
        exhaustive: tries.len() == 11,
        fails_above: false,
        compared: answer.map(|_| true),
    };
    Plan {
        setup: c.setup,
        source: c.source,
        arms: vec!["sequential".to_owned(), "parallel".to_owned()],
        found: Found::Smallest(Smallest {
            key: "desk.technicians".to_owned(),
            from: "6".to_owned(),
            to: "16".to_owned(),
            values: 11,
            level: Level {
                tries: 11,
                looks: 5,
                thresholds: 1,
                arms: 1,
                last: 0.995_454_545,
                before: 0.998_863_636,
            },
            tries,
            answers: vec![answer],
            erlang: None,
        }),
        warnings: vec!["One note.".to_owned()],
    }
}

/// Nine are enough, and eight are not.
pub(crate) fn nine() -> Plan {
    use Standing::{Crossed, Holds};
    plan(tries(&[(6, 717.0, Crossed), (8, 627.0, Crossed), (9, 571.0, Holds), (16, 488.0, Holds)]), Some(9))
}

fn found(p: &mut Plan) -> &mut Smallest {
    match &mut p.found {
        Found::Smallest(found) => found,
        Found::Best(_) => panic!("it is of a key"),
    }
}

/// A choice between `parallel` with two values of a key and `sequential`.
pub(crate) fn choice(fates: [Fate; 3], zone: Option<f64>) -> Plan {
    let alternative = |(value, discipline, mean): (&str, &str, f64), fate: Fate| {
        let is_in = !matches!(fate, Fate::Infeasible | Fate::Unmeasured);
        Alternative {
            values: vec![value.to_owned()],
            discipline: discipline.to_owned(),
            tried: 100,
            demands: vec![demand(discipline, "p(95) < 10min", Standing::Holds, Some(500.0), 9.0)],
            replications: if is_in { 150 } else { 0 },
            mean: is_in.then_some(mean),
            fate,
        }
    };
    let made = [("8", "parallel", 0.55), ("16", "parallel", 0.5), ("8", "sequential", 0.75)];
    let alternatives: Vec<Alternative> =
        made.into_iter().zip(fates).map(|(it, fate)| alternative(it, fate)).collect();
    let Found::Smallest(found) = nine().found else { panic!("it is of a key") };
    Plan {
        found: Found::Best(Best {
            number: "cost".to_owned(),
            largest: false,
            keys: vec!["discipline.concurrency".to_owned()],
            level: Some(found.level),
            zone,
            chosen: alternatives.iter().position(|it| it.fate == Fate::Chosen),
            alternatives,
        }),
        ..nine()
    }
}

const STYLE: Style = Style { color: false, width: 1000 };

fn text(p: &Plan) -> String {
    export("text", p, STYLE).expect("there is a text").replace('\u{a0}', " ")
}

fn says(p: &Plan, sentence: &str) {
    let text = text(p);
    assert!(text.contains(sentence), "{sentence}\nis not in\n{text}");
}

#[test]
fn the_answer_comes_with_its_evidence_and_that_of_the_value_below() {
    let p = nine();
    says(&p, "the smallest desk.technicians from 6 to 16 (11 values) for which the thresholds hold, seed 7");
    says(&p, "\n✓ parallel: desk.technicians = 9\n");
    says(
        &p,
        "With 9 under parallel, the threshold holds in 100 replications: dispatch_delay p(95) < 10min: 9 min 31 s (upper \
         bound 9 min 51 s).",
    );
    says(
        &p,
        "With 8 under parallel, dispatch_delay p(95) < 10min is crossed: 10 min 27 s (lower bound 10 min 07 s), 100 rep",
    );
    says(&p, "Under parallel, they hold with each larger value that was tried: 16.");
    says(
        &p,
        "split over 11 values, 1 threshold and 1 discipline, half of each share for the last look and half for the 4",
    );
    says(&p, "so that a bound is wrong with a probability of 0.23 %, or 0.057 % before the last look.\n");
    says(&p, "The search took 400 replications at 4 values.");
    assert!(p.is_answered());
}

#[test]
fn without_an_answer_it_is_said_what_came_nearest_and_what_stands_in_the_way() {
    let mut tried = tries(&[
        (6, 717.0, Standing::Crossed),
        (11, 640.0, Standing::Crossed),
        (16, 650.0, Standing::Crossed),
    ]);
    tried[2].demands.push(demand("parallel", "count == 0", Standing::Crossed, Some(3.0), 0.0));
    let p = plan(tried, None);
    says(&p, "✗ parallel: none of the 3 values of desk.technicians from 6 to 16 that were tried");
    says(
        &p,
        "Under parallel, 11 came nearest: dispatch_delay p(95) < 10min stands in the way, 10 min 40 s (lower bound 10 min 20",
    );
    says(&p, "totals are taken as they are");
    assert!(!p.is_answered());
    let all: Vec<_> = (6..=16).map(|value| (value, 717.0, Standing::Crossed)).collect();
    says(&plan(tries(&all), None), "✗ parallel: no desk.technicians from 6 to 16; every value was tried");
}

#[test]
fn a_value_that_is_not_decided_is_told_as_that_and_what_compare_would_say() {
    let mut p = plan(tries(&[(8, 590.0, Standing::Undecided), (9, 571.0, Standing::Holds)]), Some(9));
    let told = "With 8 under parallel, 100 replications do not tell whether dispatch_delay p(95) < 10min: 9 min 50 s (upper \
                bound 10 min 10 s)";
    says(&p, &format!("{told}."));
    found(&mut p).tries[0].demands[0].compared = Some(true);
    says(
        &p,
        &format!(
            "{told}; `stampede compare` with --set 'desk.technicians=8', which is not asked so often, would"
        ),
    );
    found(&mut p).answers[0].compared = Some(false);
    says(
        &p,
        "But `stampede compare` with --set 'desk.technicians=9' says that a threshold is crossed under parallel",
    );
}

#[test]
fn a_response_that_changes_more_than_once_is_said_to() {
    let mut p = nine();
    let smallest = found(&mut p);
    smallest.tries[3].demands[0].standing = Standing::Crossed;
    smallest.answers[0].fails_above = true;
    says(
        &p,
        "Under parallel, the thresholds do not hold for every larger value: they do not with 16; not every smaller value was \
         tried.",
    );
    let p = plan(tries(&[(6, 300.0, Standing::Holds)]), Some(6));
    says(&p, "Under parallel, 6 is the smallest value of the range.");
}

#[test]
fn every_discipline_is_told_the_smallest_first() {
    let mut p = nine();
    let smallest = found(&mut p);
    let crossed = demand("sequential", "p(95) < 10min", Standing::Crossed, Some(f64::INFINITY), 0.0);
    smallest.tries.iter_mut().for_each(|it| it.demands.insert(0, crossed.clone()));
    let none = Answer {
        discipline: "sequential".to_owned(),
        place: None,
        compared: None,
        ..smallest.answers[0].clone()
    };
    smallest.answers.insert(0, none);
    let text = text(&p);
    let (first, second) = (text.find("✓ parallel: desk"), text.find("✗ sequential: none of the 4 values"));
    assert!(first.is_some() && first < second, "{text}");
    says(&p, "stands in the way, never.");
    assert!(p.is_answered());
}

#[test]
fn erlang_c_stands_beside_the_answer() {
    let mut p = nine();
    found(&mut p).erlang = Some(Erlang::Takes(8));
    says(&p, "Erlang C, which knows of a queue in its steady state only, would take 8 technicians.");
    found(&mut p).erlang = Some(Erlang::TakesMore);
    says(&p, "would take more than 16 technicians.");
    found(&mut p).erlang =
        Some(Erlang::NotApplicable(vec!["work is exponential".to_owned(), "there is one team".to_owned()]));
    says(&p, "Erlang C cannot be asked, as this is not so: work is exponential; there is one team.");
}

#[test]
fn a_choice_says_how_sure_it_is_or_why_there_is_none() {
    let p = choice([Fate::Worse, Fate::Chosen, Fate::Infeasible], Some(0.005));
    says(&p, "✓ parallel with discipline.concurrency = 16 has the smallest mean of cost, 0.50\n");
    says(
        &p,
        "With 95 % confidence no other alternative that was compared has a mean of cost that is smaller by more than 0.0050",
    );
    says(
        &p,
        "Left out, as a threshold does not hold, or the replications do not tell: sequential with discipline.concurrency = 8.",
    );
    for (fates, zone, told) in [
        (
            [Fate::Infeasible; 3],
            None,
            "✗ Nothing can be chosen: the thresholds hold for none of the 3 alternatives",
        ),
        (
            [Fate::Left, Fate::Left, Fate::Worse],
            Some(0.1),
            "after 150 replications 2 alternatives are left, of which parallel with",
        ),
        ([Fate::Left; 3], None, "a share of it tells nothing apart"),
        ([Fate::Unmeasured; 3], None, "cost was not measured in every replication of any alternative"),
    ] {
        let p = choice(fates, zone);
        says(&p, told);
        assert!(!p.is_answered());
    }
    let alone = choice([Fate::Infeasible, Fate::Chosen, Fate::Infeasible], None);
    says(&alone, "parallel with discipline.concurrency = 16 is the only alternative that could be compared.");
}

#[test]
fn every_format_is_whole_whatever_names_there_are() {
    for mut p in
        [nine(), plan(Vec::new(), None), choice([Fate::Worse, Fate::Chosen, Fate::Infeasible], Some(0.1))]
    {
        p.setup.name = "a|b\n::error::no".to_owned();
        for arm in &mut p.arms {
            *arm += "|*x*";
        }
        match &mut p.found {
            Found::Smallest(found) => {
                found.key = "desk.team.\"=a|b\".technicians".to_owned();
                found.answers.iter_mut().for_each(|answer| answer.discipline += "|*x*");
                found.tries.iter_mut().flat_map(|it| &mut it.demands).for_each(|it| it.discipline += "|*x*");
            }
            Found::Best(found) => {
                found.keys[0] = "=a|b".to_owned();
                found.alternatives.iter_mut().for_each(|it| it.discipline += "|*x*");
            }
        }
        let github = export("github", &p, STYLE).expect("a format");
        assert_eq!(github.lines().count(), 2, "{github}");
        assert_eq!(github.contains("\n::notice "), p.is_answered(), "{github}");
        let markdown = export("markdown", &p, STYLE).expect("a format");
        let table = markdown.lines().skip_while(|line| !line.starts_with("| |"));
        let columns = |line: &str| line.replace("\\|", "").matches('|').count();
        let counts: Vec<usize> = table.take_while(|line| line.starts_with('|')).map(columns).collect();
        assert!(counts.len() >= 2 && counts.windows(2).all(|pair| pair[0] == pair[1]), "{markdown}");
        let table = export("csv", &p, STYLE).expect("a format");
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(table.as_bytes());
        assert!(reader.records().all(|record| record.is_ok()), "{table}");
        assert!(!table.contains("\n=") && !table.starts_with('='), "{table}");
        let again: Plan =
            serde_json::from_str(&export("json", &p, STYLE).expect("a format")).expect("as written");
        assert_eq!(again.found, p.found);
        assert!(export("yaml", &p, STYLE).is_none());
    }
}

#[test]
fn the_table_has_a_row_per_threshold_with_its_interval() {
    let mut p = nine();
    found(&mut p).tries[0].demands[0].measured = Some(f64::INFINITY);
    let table = export("csv", &p, STYLE).expect("a format");
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(
        lines[..3],
        [
            "desk.technicians,discipline,replications,outcome,metric,threshold,unit,measured,lower,upper,standing,compare",
            "6,parallel,100,crossed,dispatch_delay,p(95) < 10min,seconds,never,697,737,crossed,",
            "8,parallel,100,crossed,dispatch_delay,p(95) < 10min,seconds,627,607,647,crossed,",
        ]
    );
    assert_eq!(lines.len(), 5);
}

#[test]
fn a_key_is_short_where_its_section_goes_without_saying() {
    for (key, short) in [
        ("desk.technicians", "technicians"),
        ("desk.team.Help Desk.technicians", "Help Desk.technicians"),
        ("discipline.parallel.concurrency", "parallel.concurrency"),
        ("ranker.latency", "ranker.latency"),
    ] {
        assert_eq!(short_key(key), short);
    }
}
