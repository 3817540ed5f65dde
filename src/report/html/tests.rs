//! Tests of the page of a comparison made by hand.

use std::collections::BTreeSet;

use super::data::{Chosen, clock, embedded};
use super::page::digest;
use super::*;
use crate::domain::{SimTime, TicketId};
use crate::report::occupied::Occupied;
use crate::report::plots;
use crate::report::reading::reading;
use crate::report::tests::{comparison, generated};
use crate::results::Assumption;

fn page(c: &Comparison) -> String {
    of_comparison(c, &Charts::of_comparison(c).expect("in memory")).expect("in memory")
}

/// What stands between each start tag that begins like this and its end tag.
fn contents<'a>(page: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    let after = |rest: &'a str| rest.split_once('>').map_or("", |(_, inside)| inside);
    page.split(start).skip(1).map(|rest| after(rest).split(end).next().unwrap_or_default()).collect()
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[test]
fn the_policy_allows_the_pages_own_scripts_and_styles_and_nothing_else() {
    let page = page(&comparison());
    let policy = page.split("content=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
    let (data, scripts): (Vec<&str>, Vec<&str>) =
        contents(&page, "<script", "</script>").into_iter().partition(|text| text.starts_with('{'));
    assert_eq!((data.len(), scripts.len()), (1, 2));
    let styles = contents(&page, "<style", "</style>");
    for allowed in scripts.iter().chain(&styles) {
        assert!(policy.contains(&format!("'{}'", digest(allowed))), "{policy}");
    }
    assert_eq!(policy.matches("sha256-").count(), scripts.len() + styles.len());
    let markup = page.split("<script").next().unwrap_or_default();
    for attribute in ["style", "onclick", "onload", "onerror", "onfocus"] {
        assert!(!markup.contains(&format!(" {attribute}=")), "{attribute} would be refused");
    }
    assert_eq!(page.matches("The MIT License").count(), 1, "uPlot comes with its licence");
}

#[test]
fn names_that_mean_harm_are_text_wherever_they_stand() {
    let mut c = comparison();
    let names = ["</script><script>alert(1)</script>", "<!--<script>", "\" onfocus=\"alert(2)"];
    for (arm, name) in c.arms.iter_mut().zip(names) {
        name.clone_into(&mut arm.name);
    }
    c.setup.name = "<img src=x onerror=alert(3)>".to_owned();
    c.setup.summary = "&lt;b&gt;\u{1b}[31m\u{202e}".to_owned();
    c.setup.assumptions = vec![Assumption::new("<b>", "<script>alert(4)</script>")];
    c.source.scenario = "name = \"</pre><script>alert(5)</script>\"".to_owned();
    c.warnings = vec!["<script>alert(6)</script>".to_owned()];
    let page = page(&c);
    assert_eq!(page.matches("<script").count(), 3);
    assert_eq!(page.matches("</script>").count(), 3);
    assert!(!page.contains("<!--") && !page.contains("<img") && !page.contains("<b>"));
    assert!(!page.contains('\u{1b}') && !page.contains('\u{202e}'));
    let json = embedded(&c).expect("in memory").json;
    let data: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(data["arms"][0]["name"], names[0]);
    let embedded = contents(&page, "<script type=\"application/json\"", "</script>")[0];
    assert_eq!(serde_json::from_str::<serde_json::Value>(embedded).expect("JSON"), data);
}

#[test]
fn the_page_says_what_the_other_reports_say_whatever_happened() {
    for c in generated() {
        let page = unescaped(&of_comparison(&c, &Charts::none()).expect("in memory"));
        for sentence in reading(&c) {
            assert!(page.contains(&sentence), "{sentence}");
        }
        for arm in &c.arms {
            assert!(page.contains(&arm.name), "{}", arm.name);
        }
    }
}

#[test]
fn a_page_is_made_of_nothing() {
    let mut c = comparison();
    for arm in &mut c.arms {
        arm.recorded.clear();
        for summary in &mut arm.summaries {
            summary.mean = None;
        }
    }
    c.verdicts.clear();
    c.warnings.clear();
    let page = page(&c);
    for chapter in ["thresholds", "day", "tickets", "comparison", "curve"] {
        assert!(!page.contains(&format!("id=\"{chapter}\"")), "{chapter}");
    }
    assert!(page.contains("id=\"run\"") && page.ends_with("</html>"));
}

#[test]
fn each_measure_is_explained_and_each_button_has_its_explanation() {
    let page = page(&comparison());
    let of = |start: &str| -> BTreeSet<&str> {
        page.split(start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
    };
    let (described, tips) = (of("aria-describedby=\""), of("role=\"tooltip\" id=\""));
    assert!(described.len() > 8, "{described:?}");
    assert_eq!(described, tips);
}

#[test]
fn every_chart_of_a_comparison_says_how_to_read_it() {
    for name in plots::all_names() {
        assert!(parts::caption(name).is_some(), "{name}");
    }
}

#[test]
fn tickets_are_sampled_at_even_distances_and_told_first_where_they_ended_badly() {
    let all = Chosen::of(30, &[false; 30], 3);
    assert_eq!((all.rows.len(), all.stories.len()), (30, 30));
    let mut badly = [false; 9000];
    badly[8999 / 12 * 12] = true;
    let some = Chosen::of(9000, &badly, 2);
    assert_eq!((some.rows.len(), some.stories.len()), (750, 200));
    assert!(some.rows.windows(2).all(|pair| pair[1].0 - pair[0].0 == 12));
    assert!(some.stories.contains(&749), "the last one ended badly: {:?}", some.stories);
    let places: BTreeSet<usize> = some.stories.iter().copied().collect();
    assert_eq!(places.len(), 200);
    assert_eq!(Chosen::of(0, &[], 1).rows, Vec::<TicketId>::new());
}

#[test]
fn civil_time_follows_the_clocks_where_they_change() {
    let start: jiff::ZonedDateTime = "2026-10-24T20:00:00+02:00[Europe/Berlin]".parse().expect("an instant");
    let hours = |hours: i64| SimTime::from_micros(hours * 3_600_000_000);
    let begin = start.timestamp().as_second();
    assert_eq!(clock(&start, hours(1)), [(0.0, begin + 7200)]);
    assert_eq!(clock(&start, hours(12)), [(0.0, begin + 7200), (7.0 * 3600.0, begin + 3600)]);
}

#[test]
fn milestones_are_told_by_the_tickets_of_all_bursts() {
    let mut c = comparison();
    let at = |second: i64| SimTime::from_micros(second * 1_000_000);
    for second in [0, 0, 10, 10] {
        c.arrivals.add(at(second));
    }
    // 08:00:59 ends in the minute after, and the last ticket of the second discipline never comes.
    for (second, arm) in [(59, 0), (59, 0), (240, 0), (600, 0), (59, 1), (59, 1), (59, 1)] {
        c.arms[arm].dispatched.add(at(second));
    }
    let page = page(&c);
    let table = contents(
        &page,
        "<table aria-label=\"When this share of the tickets of all bursts had an owner\"",
        "</table>",
    );
    let rows = contents(table[0], "<tr", "</tr>");
    let cells = |row: &str| contents(row, "<td", "</td>").join(" ");
    assert_eq!(cells(rows[2]), "08:01 08:01 never", "half of four: {}", rows[2]);
    assert_eq!(cells(rows[6]), "08:10 never never", "all: {}", rows[6]);
}

#[test]
fn a_page_is_the_same_each_time() {
    assert_eq!(page(&comparison()), page(&comparison()));
}

#[test]
fn the_day_shows_who_is_double_booked_first_and_marks_it() {
    let c = comparison();
    let day = |arm: usize| -> serde_json::Value {
        let recorded = c.arms[arm].recorded.first().expect("a recorded replication");
        let (burst, occupied) =
            (recorded.burst().expect("in memory"), Occupied::of(recorded).expect("in memory"));
        let day = day::day(&occupied, &burst, &c.setup.desk).expect("bookings");
        serde_json::to_value(day).expect("JSON")
    };
    let unprotected = day(1);
    assert_eq!((&unprotected["of"], &unprotected["later"]), (&2.into(), &0.into()));
    let [first, second] = &unprotected["technicians"].as_array().expect("rows")[..] else {
        panic!("two rows")
    };
    assert_eq!((&first["name"], &second["name"]), (&"Ada".into(), &"Grace".into()));
    // From, to, ticket, whether it is work, whether it is a double booking.
    let span =
        |row: &serde_json::Value, place: usize| row["spans"][place].as_array().expect("a span")[2..].to_vec();
    assert_eq!(span(first, 0), ["T-001".into(), false.into(), serde_json::Value::from(true)]);
    assert_eq!(span(first, 1), ["T-002".into(), false.into(), serde_json::Value::from(true)]);
    assert_eq!(span(second, 0), ["T-003".into(), false.into(), serde_json::Value::from(false)]);
    let held = day(2);
    let rows = held["technicians"].as_array().expect("rows");
    let spans = rows.iter().flat_map(|row| row["spans"].as_array().expect("spans"));
    assert!(spans.clone().count() > 0 && spans.clone().all(|span| span[4] == false), "{held}");
}
