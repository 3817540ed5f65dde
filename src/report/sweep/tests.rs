//! Sweeps made by hand: what the reports say of them, and that it stays true where there is little to say.

use super::*;
use crate::kernel::log::Digest;
use crate::metrics::statistics::{Basis, Estimate};
use crate::metrics::summary::Summary;
use crate::metrics::thresholds::{Threshold, Verdict};
use crate::report::tests::comparison;
use crate::results::sweep::{Point, PointArm};

const PLAIN: Style = Style { color: false, width: 100 };

/// What an arm measures: a number's key, its mean and half the width of its interval.
pub(crate) type Measured<'a> = &'a [(&'a str, f64, f64)];

/// A point of a sweep over two disciplines, with a threshold on the second.
pub(crate) fn point(values: &[&str], arms: &[Measured<'_>], holds: bool) -> Point {
    let arm = |measured: &Measured<'_>| PointArm {
        digest: Digest::EMPTY,
        numbers: measured
            .iter()
            .map(|&(key, mean, half)| {
                let mean = match mean {
                    f64::INFINITY => {
                        Estimate { mean, interval: None, basis: Basis::Never { events: 3, of: 200 } }
                    }
                    mean => Estimate::around(mean, half),
                };
                let (min, max) = (Some(mean.mean - half), Some(mean.mean + half));
                (
                    key.to_owned(),
                    Summary {
                        n: 200,
                        mean: Some(mean),
                        min,
                        max,
                        total: 0.0,
                        above_zero: 0,
                        over_bursts: None,
                    },
                )
            })
            .collect(),
    };
    let verdict = Verdict {
        threshold: Threshold::parse("parallel.dispatch_delay", "p(95) < 10min").unwrap(),
        discipline: "parallel".to_owned(),
        holds,
        measured: Some(1.0),
        of_bursts: None,
        judged_by: Some(1.0),
        judged_on: String::new(),
    };
    Point {
        values: values.iter().map(|&value| value.to_owned()).collect(),
        replications: 200,
        arms: arms.iter().map(arm).collect(),
        verdicts: vec![verdict],
    }
}

/// Two disciplines at three sizes of a burst.
pub(crate) fn sweep() -> Sweep {
    let c = comparison();
    Sweep {
        setup: c.setup,
        source: c.source,
        keys: vec!["burst.tickets".to_owned()],
        design: "grid".to_owned(),
        measures: vec!["dispatch_delay.p95".to_owned(), "conflict_rate".to_owned()],
        arms: vec!["sequential".to_owned(), "parallel".to_owned()],
        points: vec![
            point(
                &["5"],
                &[
                    &[("dispatch_delay.p95", 900.0, 20.0), ("makespan", 1000.0, 9.0), ("cost", 1.0, 0.0)],
                    &[
                        ("dispatch_delay.p95", 300.0, 9.0),
                        ("conflict_rate", 0.06, 0.01),
                        ("makespan", 400.0, 9.0),
                        ("cost", 1.2, 0.1),
                    ],
                ],
                true,
            ),
            point(
                &["20"],
                &[
                    &[("dispatch_delay.p95", 3600.0, 60.0), ("cost", 4.0, 0.0)],
                    &[("dispatch_delay.p95", 480.0, 9.0), ("conflict_rate", 0.4, 0.02), ("cost", 5.0, 0.1)],
                ],
                true,
            ),
            point(
                &["60"],
                &[
                    &[("dispatch_delay.p95", 9000.0, 90.0), ("cost", 12.0, 0.0)],
                    &[
                        ("dispatch_delay.p95", f64::INFINITY, 0.0),
                        ("conflict_rate", 0.94, 0.02),
                        ("unassigned", 1.5, 0.2),
                        ("cost", 19.0, 0.4),
                    ],
                ],
                false,
            ),
        ],
        warnings: vec!["at burst.tickets=60: a cap is met.".to_owned()],
    }
}

/// Technicians by concurrency, two values each.
pub(crate) fn grid() -> Sweep {
    let delay = |sequential: f64, parallel: f64| {
        [[("dispatch_delay.p95", sequential, 10.0)], [("dispatch_delay.p95", parallel, 10.0)]]
    };
    let at = |values: &[&str], [one, other]: [[(&str, f64, f64); 1]; 2], holds| {
        point(values, &[&one, &other], holds)
    };
    Sweep {
        keys: vec![
            "desk.team.\"Help Desk\".technicians".to_owned(),
            "discipline.parallel.concurrency".to_owned(),
        ],
        measures: vec!["dispatch_delay.p95".to_owned()],
        points: vec![
            at(&["6", "4"], delay(7200.0, 1500.0), false),
            at(&["6", "16"], delay(7200.0, 700.0), false),
            at(&["9", "4"], delay(7100.0, 1400.0), false),
            at(&["9", "16"], delay(7100.0, 500.0), true),
        ],
        warnings: Vec::new(),
        ..sweep()
    }
}

/// Sweeps with little in them, and with more than there is room for.
pub(crate) fn odd() -> Vec<(&'static str, Sweep)> {
    let mut single = sweep();
    single.points.truncate(1);
    let mut one_arm = sweep();
    one_arm.arms.remove(0);
    one_arm.points.iter_mut().for_each(|point| drop(point.arms.remove(0)));
    let mut zero = sweep();
    for arm in zero.points.iter_mut().flat_map(|point| &mut point.arms) {
        for summary in arm.numbers.values_mut() {
            summary.mean = Some(Estimate::around(0.0, 0.0));
        }
    }
    let mut nothing = sweep();
    nothing.points.iter_mut().flat_map(|point| &mut point.arms).for_each(|arm| arm.numbers.clear());
    let mut twelve = grid();
    twelve.arms = (1..=12).map(|number| format!("discipline number {number} of many")).collect();
    for point in &mut twelve.points {
        let arm = point.arms[1].clone();
        point.arms = vec![arm; 12];
    }
    let mut hostile = sweep();
    hostile.setup.name = "::error::<b> & ".repeat(30);
    hostile.keys = vec!["desk.team.\"a, b and c.d = 1\".technicians".to_owned()];
    hostile.arms[1] =
        "=cmd|' /C calc'!A0, and a name that is rather long for any chart to show in full".to_owned();
    for (point, value) in hostile.points.iter_mut().zip(["a|b", "x, y", "=1+1"]) {
        point.values = vec![value.to_owned()];
    }
    let mut sample = grid();
    sample.design = "lhs:4".to_owned();
    let mut words = sweep();
    words.keys = vec!["preset".to_owned()];
    for (point, value) in words.points.iter_mut().zip(["zofiq", "halo", "none at all"]) {
        point.values = vec![value.to_owned()];
    }
    let mut three = grid();
    three.keys.push("ranker.latency".to_owned());
    three.points.iter_mut().for_each(|point| point.values.push("1min30s".to_owned()));
    let mut many = sweep();
    let pattern = many.points[0].clone();
    many.points =
        (1..=300).map(|number| Point { values: vec![number.to_string()], ..pattern.clone() }).collect();
    vec![
        ("single", single),
        ("one arm", one_arm),
        ("zero", zero),
        ("nothing", nothing),
        ("twelve", twelve),
        ("hostile", hostile),
        ("sample", sample),
        ("words", words),
        ("three keys", three),
        ("many", many),
    ]
}

#[test]
fn a_sweep_reads_like_this() {
    let text = text::sweep(&sweep(), PLAIN);
    assert_eq!(
        text.lines().collect::<Vec<_>>(),
        [
            "monday-4: Four tickets at once",
            "3 points over burst.tickets, 200 replications each, seed 7, 95 % confidence, from Mon 2026-11-23",
            "08:00 America/New_York",
            "",
            "~ parallel: dispatch_delay p(95) < 10min holds at 2 of 3 points: tickets = 5 and 20",
            "",
            "arrival to owner, 95 %, by burst.tickets:",
            "                 sequential          parallel",
            "5             15 min ± 20 s       5 min ± 9 s",
            "20              1 h ± 1 min       8 min ± 9 s",
            "60  2 h 30 min ± 1 min 30 s  never (3 of 200)",
            "",
            "share of a burst's claims refused, by burst.tickets:",
            "    sequential      parallel",
            "5            –   6.0 ± 1.0 %",
            "20           –  40.0 ± 2.0 %",
            "60           –  94.0 ± 2.0 %",
            "",
            "Under sequential, from tickets=5 to tickets=60: arrival to owner, 95 %, from 15 min ± 20 s to",
            "2 h 30 min ± 1 min 30 s.",
            "Under parallel, from tickets=5 to tickets=60: arrival to owner, 95 %, from 5 min ± 9 s to never",
            "(3 of 200); share of a burst's claims refused from 6.0 ± 1.0 % to 94.0 ± 2.0 %.",
        ]
    );
}

#[test]
fn a_grid_is_told_by_short_names_of_its_keys() {
    let text = text::sweep(&grid(), PLAIN);
    for part in [
        "4 points of a grid over desk.team.\"Help Desk\".technicians and discipline.parallel.concurrency",
        "holds at 1 of 4 points: technicians=9 concurrency=16",
        "technicians=6 concurrency=4 ",
        "Under parallel, from technicians=6 concurrency=4 to technicians=9 concurrency=16: arrival to owner, 95 %, from",
    ] {
        assert!(text.replace('\n', " ").contains(part), "{part}\n{text}");
    }
    let mut alike = grid();
    alike.keys[0] = "discipline.locked.concurrency".to_owned();
    assert_eq!(short_keys(&alike), ["locked.concurrency", "parallel.concurrency"]);
    alike.keys[0] = "desk.team.\"a.b\".technicians".to_owned();
    assert_eq!(short_keys(&alike)[0], "technicians");
}

#[test]
fn what_is_said_of_odd_sweeps_is_true() {
    for (name, s) in odd() {
        let text = text::sweep(&s, PLAIN);
        assert!(!text.contains('\u{1b}'), "{name}: {text}");
        for line in text.lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= 100, "{name}: {line}");
        }
        let table = csv::table(&s);
        assert!(table.lines().count() > 1 || name == "nothing", "{name}");
        let table = markdown::sweep(&s);
        for line in table.lines().filter(|line| line.starts_with('|')) {
            let bars = line.replace("\\|", "").matches('|').count();
            assert!([4, s.arms.len() + 2].contains(&bars), "{name}: {line}");
        }
        let json: Sweep = serde_json::from_str(&s.to_json()).unwrap();
        assert_eq!(json, Sweep { source: crate::results::Source::default(), ..s.clone() }, "{name}");
        assert_eq!(github::annotations(&s).lines().count(), 1 + s.warnings.len(), "{name}");
    }
    let said = |wanted: &str| {
        let odd = odd().into_iter().find(|(name, _)| *name == wanted).unwrap().1;
        text::sweep(&odd, Style { color: false, width: 4000 })
    };
    let single = said("single");
    assert!(single.contains("1 point over burst.tickets, 200 replications, seed"), "{single}");
    assert!(single.contains("p(95) < 10min holds\n"), "{single}");
    assert!(
        single.contains("Under sequential, at tickets=5: arrival to owner, 95 %, 15 min ± 20 s"),
        "{single}"
    );
    assert!(said("zero").contains("about the same at both ends, 0 s"), "{}", said("zero"));
    assert!(!said("nothing").contains("Under"), "{}", said("nothing"));
    assert!(said("sample").contains("between 8 min 20 s ± 10 s (at technicians=9 concurrency=16) and"));
    assert!(said("many").contains("240 points more in data/sweep.csv"), "{}", said("many"));
}

#[test]
fn the_table_has_a_row_for_each_number_of_each_discipline_at_each_point() {
    let table = csv::table(&sweep());
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(
        lines[0],
        "point,burst.tickets,discipline,metric,unit,mean,lower,upper,n,min,max,basis,thresholds,holds"
    );
    // Five numbers that somebody measured, of two disciplines at three points.
    assert_eq!(lines.len(), 1 + 5 * 2 * 3);
    assert!(lines.contains(
        &"1,5,parallel,dispatch_delay.p95,seconds,300,291,309,200,291,309,enough,p(95) < 10min,true"
    ));
    assert!(lines.contains(
        &"3,60,parallel,dispatch_delay.p95,seconds,never,,,200,never,never,never,p(95) < 10min,false"
    ));
    assert!(lines.contains(&"1,5,sequential,conflict_rate,share,,,,0,,,,,"));
    let hostile = csv::table(&odd().swap_remove(5).1);
    assert!(hostile.contains("3,'=1+1,") && hostile.contains("\"'=cmd|"), "a spreadsheet must not calculate");
}

#[test]
fn of_the_thresholds_alone_those_are_told_that_do_not_hold_everywhere() {
    let mut s = sweep();
    assert_eq!(
        thresholds(&s, PLAIN),
        "~ parallel: dispatch_delay p(95) < 10min holds at 2 of 3 points: tickets = 5 and 20\n"
    );
    s.points.remove(2);
    assert_eq!(thresholds(&s, PLAIN), "");
    s.points.iter_mut().for_each(|point| point.verdicts[0].holds = false);
    assert_eq!(thresholds(&s, PLAIN), "✗ parallel: dispatch_delay p(95) < 10min holds at none of 2 points\n");
}
