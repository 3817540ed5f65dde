//! The charts of made-up sweeps: what their titles say, and that nothing covers anything or leaves the paper.

use super::super::Charts;
use super::*;
use crate::report::sweep::tests::{grid, odd, sweep};

fn titles(s: &Sweep) -> Vec<(String, String)> {
    let title = |(name, drawing): (String, Drawing)| (name, drawing.title.replace('\u{a0}', " "));
    compose(s).into_iter().map(title).collect()
}

fn title(s: &Sweep, name: &str) -> String {
    let found = titles(s).into_iter().find(|(found, _)| found == name);
    found.unwrap_or_else(|| panic!("no chart {name}: {:?}", titles(s))).1
}

#[test]
fn titles_state_the_finding() {
    let mut s = sweep();
    assert_eq!(
        title(&s, "dispatch_delay.p95"),
        "dispatch_delay p(95) < 10min holds under parallel up to tickets = 20"
    );
    assert_eq!(
        title(&s, "conflict_rate"),
        "Share of a burst's claims refused under parallel: 6 % at tickets = 5, 94 % at 60"
    );
    s.points.iter_mut().for_each(|point| point.verdicts.clear());
    assert_eq!(
        title(&s, "dispatch_delay.p95"),
        "Arrival to owner, 95 % under parallel: 5 min at tickets = 5, never at 60, the largest change"
    );
    s.points[2].arms[1].numbers.clear();
    assert_eq!(
        title(&s, "dispatch_delay.p95"),
        "Arrival to owner, 95 % under sequential: 15 min at tickets = 5, 2 h 30 min at 60"
    );
    let mut always = sweep();
    always.points.iter_mut().for_each(|point| point.verdicts[0].holds = true);
    assert_eq!(
        title(&always, "dispatch_delay.p95"),
        "dispatch_delay p(95) < 10min holds under parallel at all 3 values of tickets (5 to 60)"
    );
    always.points.iter_mut().for_each(|point| point.verdicts[0].holds = false);
    assert_eq!(
        title(&always, "dispatch_delay.p95"),
        "dispatch_delay p(95) < 10min holds under parallel at none of 3 values of tickets (5 to 60)"
    );
}

#[test]
fn the_size_of_the_burst_brings_the_chart_of_conflicts() {
    let mut s = sweep();
    s.measures.truncate(1);
    assert!(titles(&s).iter().any(|(name, _)| name == "conflict_rate"));
    s.keys[0] = "desk.technicians".to_owned();
    assert!(titles(&s).iter().all(|(name, _)| name != "conflict_rate"));
}

#[test]
fn concurrency_has_a_chart_with_the_ideal_line() {
    let mut s = sweep();
    s.keys[0] = "discipline.concurrency".to_owned();
    for (point, time) in s.points.iter_mut().zip([6000.0, 1600.0, 1000.0]) {
        for arm in &mut point.arms {
            let mut summary = *arm.numbers.values().next().unwrap();
            summary.mean = Some(crate::metrics::statistics::Estimate::around(time, 5.0));
            arm.numbers.insert("makespan".to_owned(), summary);
        }
    }
    assert_eq!(
        title(&s, "concurrency"),
        "At concurrency = 60 instead of 5, parallel, which gains most, is 6.0 times as fast, where 12 would be ideal, \
         but some tickets stay without an owner"
    );
    let (_, drawing) = compose(&s).into_iter().find(|(name, _)| name == "concurrency").unwrap();
    assert!(drawing.texts().any(|text| text.words == "ideal"));
    s.keys[0] = "desk.technicians".to_owned();
    assert!(titles(&s).iter().all(|(name, _)| name != "concurrency"));
}

#[test]
fn two_keys_make_a_heat_map_that_frames_what_holds() {
    let s = grid();
    assert_eq!(
        title(&s, "dispatch_delay.p95"),
        "Arrival to owner, 95 %: 8 min 20 s at best, at technicians = 9, concurrency = 16 under parallel"
    );
    let (_, drawing) = compose(&s).into_iter().next().unwrap();
    let texts: Vec<&str> = drawing.texts().map(|text| &*text.words).collect();
    for cell in ["8.3 min", "25 min", "2.0 h", "technicians (down)", "concurrency (across)"] {
        assert!(texts.contains(&cell), "{cell}: {texts:?}");
    }
    assert!(texts.iter().any(|text| text.starts_with("Framed")), "{texts:?}");
}

#[test]
fn the_front_leaves_out_what_is_dearer_and_slower_and_what_has_a_fault() {
    let mut s = sweep();
    assert_eq!(
        title(&s, "cost-delay"),
        "2 of 5 choices are on the front, from sequential at tickets = 5 (15 min for 1) to parallel at tickets = 5 \
         (5 min for 1.20)"
    );
    // Nothing is gained by a price that is the same for all.
    for arm in s.points.iter_mut().flat_map(|point| &mut point.arms) {
        arm.numbers.remove("cost");
    }
    assert!(titles(&s).iter().all(|(name, _)| name != "cost-delay"));
}

#[test]
fn no_text_covers_another_or_leaves_the_chart() {
    for (case, s) in odd().into_iter().chain([("sweep", sweep()), ("grid", grid())]) {
        for (name, drawing) in compose(&s) {
            assert!(!drawing.title.is_empty() && !drawing.title.contains("NaN"), "{case} {name}");
            let areas: Vec<_> = drawing.texts().map(|text| (text.area(), text.words.clone())).collect();
            for (place, (area, words)) in areas.iter().enumerate() {
                let paper = area.left >= 0.0
                    && area.top >= 0.0
                    && area.right <= drawing.paper.width
                    && area.bottom <= drawing.paper.height;
                assert!(paper, "{case} {name}: {words:?} at {area:?}");
                for (other, others) in &areas[..place] {
                    assert!(
                        !area.grown(-1.0).overlaps(other.grown(-1.0)),
                        "{case} {name}: {words:?} covers {others:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn charts_are_the_same_every_time_and_named_for_any_file_system() {
    let mut twins = grid();
    twins.design = "lhs:4".to_owned();
    twins.keys = ["a b", "a-b"].map(|team| format!("desk.team.\"{team}\".technicians")).to_vec();
    for (_, s) in odd().into_iter().chain([("twins", twins)]) {
        let names: Vec<String> = compose(&s).into_iter().map(|(name, _)| name).collect();
        let plain =
            |name: &String| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        assert!(names.iter().all(plain), "{names:?}");
        let unique: std::collections::BTreeSet<&String> = names.iter().collect();
        assert_eq!(unique.len(), names.len(), "{names:?}");
    }
    let charts = Charts::of_sweep(&sweep());
    for place in 0..charts.names().count() {
        let png = charts.png(place).unwrap();
        assert_eq!(Charts::of_sweep(&sweep()).png(place).unwrap(), png);
    }
}
