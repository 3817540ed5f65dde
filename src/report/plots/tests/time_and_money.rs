//! The charts of delays, causes, refusals, work and costs.

use super::super::view::View;
use super::super::{cost, refusals, utilisation};
use super::*;
use crate::metrics::thresholds::{Threshold, Verdict};

/// Means of a discipline whose tickets wait so long, for all of the causes, and cost something in all ways.
fn means(n: u32) -> Vec<(&'static str, f64)> {
    let n = f64::from(n);
    vec![
        ("makespan", 3600.0 * n),
        ("dispatch_delay.mean", 260.0 + 1000.0 * n),
        ("delay_triage", 30.0),
        ("delay_turn", 1000.0 * n),
        ("delay_ai", 200.0),
        ("delay_calendar", 10.0),
        ("delay_retries", 15.0),
        ("delay_provider", 5.0),
        ("ai_calls", 30.0),
        ("cost", 1.5),
        ("cost_technicians", 6000.0),
        ("cost_waiting", 250.0 * n),
        ("cost_double_bookings", 120.0 * n),
        ("cost_unassigned", 50.0),
        ("total_cost", 6051.5 + 370.0 * n),
        ("double_booked_tickets", n),
    ]
}

/// So many disciplines that have everything to show.
fn full(arms: u32, name: &str) -> Comparison {
    let fakes: Vec<Fake> = (1..=arms).map(|n| fake(&format!("{name}{n}"), 60, 1, &means(n - 1))).collect();
    let mut c = comparison(&fakes, 40, 30, 10);
    for (place, arm) in (0..).zip(&mut c.arms) {
        for claim in 0..60 * place {
            arm.refused.add(second(240 + claim * (7 + place)));
        }
        arm.summaries[catalog::position("unassigned").unwrap()].total = f64::from(place as i32 % 3) * 5.0;
    }
    for text in ["p(95) < 10min", "p(50) < 5min", "p(99.5) < 10h"] {
        demand(&mut c, text, None);
    }
    c.setup.currency = Some("EUR".to_owned());
    c
}

fn second(second: i64) -> SimTime {
    SimTime::ZERO + SimDuration::from_secs(second)
}

/// Demands something of `dispatch_delay`, of one discipline or of all.
fn demand(c: &mut Comparison, text: &str, of: Option<&str>) {
    let threshold = Threshold::parse("dispatch_delay", text).unwrap();
    let arms = c.arms.iter().filter(|arm| of.is_none_or(|of| of == arm.name));
    c.verdicts.extend(arms.map(|arm| Verdict {
        threshold: threshold.clone(),
        discipline: arm.name.clone(),
        holds: true,
        measured: None,
        judged_by: None,
        judged_on: String::new(),
        of_bursts: None,
    }));
}

pub(super) fn cases() -> Vec<(&'static str, Comparison)> {
    vec![
        ("full-one", full(1, "parallel ")),
        ("full-three", full(3, "Dispatch nach Zuständigkeit, Wochentag und Łódź, Variante ")),
        ("full-eight", full(8, "way ")),
        ("full-twelve", full(12, "a rather long name of a discipline, number ")),
    ]
}

/// The title of a chart; `None`: it has nothing to show.
fn title(c: &Comparison, name: &str) -> Option<String> {
    let charts = compose(c).unwrap();
    let found = charts.into_iter().find(|(chart, _)| *chart == name);
    found.map(|(_, drawing)| drawing.title.replace('\u{a0}', " "))
}

/// The three disciplines, whose tickets have waited so many seconds each, and so many of which are left without an owner.
fn waited(sequential: (&[i64], u32), others: &[i64]) -> Comparison {
    let mut c = comparison(&three(), 20, 5, 1);
    for (place, arm) in c.arms.iter_mut().enumerate() {
        arm.delays = Timeline::default();
        let (delays, left) = if place == 0 { sequential } else { (others, 0) };
        for delay in delays {
            arm.delays.add(second(*delay));
        }
        arm.summaries[catalog::position("unassigned").unwrap()].total = f64::from(left);
    }
    c
}

#[test]
fn the_chart_of_delays_says_when_most_tickets_are_through() {
    let minutes: Vec<i64> = (1..=20).map(|minute| 60 * minute - 1).collect();
    let fast: Vec<i64> = std::iter::repeat_n(99, 19).chain([199]).collect();
    let of = |c: &Comparison| title(c, "delay");
    let c = waited((&minutes, 0), &fast);
    assert_eq!(
        of(&c).unwrap(),
        "95 % of the tickets have an owner within 1 min 40 s under parallel, within 19 min under sequential"
    );
    let c = waited((&minutes, 2), &fast);
    assert_eq!(
        of(&c).unwrap(),
        "95 % of the tickets have an owner within 1 min 40 s under parallel, never under sequential"
    );
    let mut alone = c.clone();
    alone.arms.truncate(1);
    assert_eq!(of(&alone).unwrap(), "Only 91 % of the tickets ever have an owner under sequential");
    let same = waited((&fast, 0), &fast);
    assert_eq!(
        of(&same).unwrap(),
        "95 % of the tickets have an owner within 1 min 40 s under each discipline"
    );
    assert_eq!(of(&waited((&[], 20), &[])), None, "nobody is served");
    assert_eq!(of(&waited((&[0; 20], 0), &[0; 20])), None, "nobody waits");
}

#[test]
fn demands_are_drawn_into_the_chart_of_delays_or_said_to_be_beyond_it() {
    let mut c = waited((&[60, 1200], 0), &[30, 90]);
    demand(&mut c, "p(95) < 10min", None);
    demand(&mut c, "p(95) < 10min", None);
    demand(&mut c, "p(99.5) < 15min", Some("parallel"));
    demand(&mut c, "p(50) < 3h", None);
    demand(&mut c, "p(50) > 1s", None);
    demand(&mut c, "mean < 7min", None);
    let drawing = chart(&c, "delay");
    let texts: Vec<String> = drawing.texts().map(|text| text.words.replace('\u{a0}', " ")).collect();
    let wanted: Vec<&String> = texts.iter().filter(|text| text.to_lowercase().contains("wanted")).collect();
    assert_eq!(
        wanted,
        [
            "Wanted: 50 % within 3 h: beyond the right edge",
            "wanted: 95 % within 10 min",
            "wanted of parallel: 99.5 % within 15 min"
        ]
    );
}

/// The three disciplines with these means each.
fn measured(all: [&[(&'static str, f64)]; 3]) -> Comparison {
    let mut fakes = three();
    for (fake, means) in fakes.iter_mut().zip(all) {
        fake.means.extend(means);
    }
    comparison(&fakes, 30, 10, 10)
}

/// Means of the parts of a delay.
fn parts(turn: f64, ai: f64, retries: f64) -> [(&'static str, f64); 7] {
    [
        ("dispatch_delay.mean", turn + ai + retries),
        ("delay_triage", 0.0),
        ("delay_turn", turn),
        ("delay_ai", ai),
        ("delay_calendar", 0.0),
        ("delay_retries", retries),
        ("delay_provider", 0.0),
    ]
}

#[test]
fn where_the_time_goes_is_told_of_the_longest_and_of_the_best() {
    let of = |c: &Comparison| title(c, "where-the-time-goes");
    let (slow, fast) = (parts(3400.0, 200.0, 0.0), parts(0.0, 180.0, 60.0));
    let mut c = measured([&slow, &parts(0.0, 200.0, 0.0), &fast]);
    assert_eq!(
        of(&c).unwrap(),
        "On average it takes 1 h to an owner under sequential, 94 % of it waiting for its turn; 4 min under parallel, \
         75 % of it being ranked"
    );
    let drawing = chart(&c, "where-the-time-goes");
    let key: Vec<&str> = drawing.texts().map(|text| &*text.words).collect();
    assert!(key.contains(&"waiting for its turn") && !key.contains(&"triage"), "{key:?}");
    c.arms.drain(..2);
    assert_eq!(
        of(&c).unwrap(),
        "On average it takes 4 min to an owner under parallel, 75 % of it being ranked"
    );
    let same = measured([&slow, &slow, &slow]);
    assert_eq!(of(&same).unwrap(), "On average it takes 1 h to an owner under each discipline");
    let nothing = parts(0.0, 0.0, 0.0);
    assert_eq!(of(&measured([&nothing, &nothing, &nothing])), None);
    assert_eq!(of(&measured([&[], &[], &[]])), None);
    let some = chart(&measured([&slow, &[], &fast]), "where-the-time-goes");
    assert!(some.texts().any(|text| text.words == "no ticket gets an owner"));
}

#[test]
fn what_a_burst_costs_is_told_of_the_dearest_and_of_the_cheapest() {
    let of = |c: &Comparison| title(c, "cost");
    let costs = |technicians: f64, waiting: f64| {
        [("cost_technicians", technicians), ("cost_waiting", waiting), ("total_cost", technicians + waiting)]
    };
    let mut c = measured([&costs(600.0, 2400.0), &costs(600.0, 90.0), &costs(600.0, 0.0)]);
    assert_eq!(
        of(&c).unwrap(),
        "A burst costs 3,000 under sequential, 80 % of it for waiting; 600 under parallel, all of it for technicians' hours"
    );
    c.setup.currency = Some("EUR\u{1b}[31m".to_owned());
    c.arms.truncate(1);
    let told = of(&c).unwrap();
    assert!(told.starts_with("A burst costs 3,000 EUR") && !told.contains('\u{1b}'), "{told}");
    assert_eq!(of(&measured([&costs(0.0, 0.0), &costs(0.0, 0.0), &[]])), None);
    let free = measured([&costs(9.0, 0.0), &costs(9.0, 0.0), &costs(9.0, 0.0)]);
    assert_eq!(of(&free).unwrap(), "A burst costs 9 under each discipline");
    assert!(
        cost::compose(&View::of(&measured([&[("cost", 3.0)], &[], &[]]))).is_none(),
        "no prices are stated"
    );
}

#[test]
fn refusals_are_told_with_the_time_at_which_most_are() {
    let mut c = comparison(&three(), 30, 10, 2);
    assert_eq!(title(&c, "refusals"), None);
    for at in [240, 241, 241, 300] {
        c.arms[2].refused.add(second(at));
    }
    assert_eq!(
        title(&c, "refusals").unwrap(),
        "parallel has 2 claims of a burst refused, most at 08:04; sequential none"
    );
    // Bins of other disciplines may be wider.
    for at in [100, 5000, 5000] {
        c.arms[1].refused.add(second(at));
    }
    let drawing = refusals::compose(&View::of(&c)).unwrap();
    let texts: Vec<&str> = drawing.texts().map(|text| &*text.words).collect();
    for expected in ["2 in all", "1.5 in all", "No claim refused: sequential"] {
        assert!(texts.contains(&expected), "{expected}: {texts:?}");
    }
    for arm in &mut c.arms {
        arm.refused = Timeline::default();
        arm.refused.add(second(240));
        arm.refused.add(second(241));
    }
    assert_eq!(title(&c, "refusals").unwrap(), "Each discipline has 1 claim of a burst refused");
}

#[test]
fn the_heat_map_says_how_many_work_and_how_long_the_busiest() {
    let mut c = comparison(&three(), 30, 10, 10);
    let told = title(&c, "utilisation").unwrap();
    assert_eq!(
        told,
        "Technicians who work: under sequential 10 of 10, the busiest for 1 h; under unsafe-parallel 5 of 10, the busiest \
         for 2 h 20 min"
    );
    let drawing = chart(&c, "utilisation");
    let texts: Vec<&str> = drawing.texts().map(|text| &*text.words).collect();
    assert!(texts.contains(&"share of each quarter of an hour that a technician is at work"), "{texts:?}");
    // Where no work is simulated, bookings are shown.
    for recorded in c.arms.iter_mut().flat_map(|arm| &mut arm.recorded) {
        let booked = |record: &Record| matches!(record.fact, Fact::Booked { .. });
        recorded.records = recorded.records.iter().map(|record| record.unwrap()).filter(booked).collect();
    }
    assert_eq!(
        title(&c, "utilisation").unwrap(),
        "Technicians who are booked: under sequential 10 of 10, the busiest for 1 h 30 min; under unsafe-parallel 5 of 10, \
         the busiest for 30 min"
    );
    c.arms.drain(..2);
    assert!(title(&c, "utilisation").unwrap().starts_with("Under parallel 10 of 10 technicians are booked"));
    for arm in &mut c.arms {
        arm.recorded.clear();
    }
    assert!(utilisation::compose(&View::of(&c)).unwrap().is_none());
}
