use super::*;

fn parsed(key: &str, expression: &str) -> Threshold {
    Threshold::parse(key, expression).unwrap_or_else(|error| panic!("{key}: {expression}: {error}"))
}

fn error(key: &str, expression: &str) -> String {
    Threshold::parse(key, expression).expect_err("the threshold must be refused").to_string()
}

#[test]
fn demands_read_as_they_are_written() {
    for (key, expression, measure, limit) in [
        ("dispatch_delay", "p(95) < 10min", "dispatch_delay.p95", 600.0),
        ("dispatch_delay", "p( 50 )<=1h30min", "dispatch_delay.p50", 5400.0),
        ("dispatch_delay", "med > 90s", "dispatch_delay.p50", 90.0),
        ("dispatch_delay", "p(80) < 5min", "dispatch_delay.p80", 300.0),
        ("time_to_start", "p(99.90) < 1h", "time_to_start.p99.9", 3600.0),
        ("time_to_resolve", "p(0.25) < 1h", "time_to_resolve.p0.25", 3600.0),
        ("dispatch_delay", "  mean >= 1.5h ", "dispatch_delay.mean", 5400.0),
        ("time_to_start", "avg < 250ms", "time_to_start.mean", 0.25),
        ("time_to_resolve", "max < 1d", "time_to_resolve.max", 86_400.0),
        ("dispatch_time", "min != 0s", "dispatch_time.min", 0.0),
        ("double_bookings", "count == 0", "double_bookings", 0.0),
        ("cost", "mean < 12.5", "cost", 12.5),
        ("overlap", "mean < 90s", "overlap", 1.5),
        ("makespan", "max < 1h", "makespan", 3600.0),
        ("conflict_rate", "rate < 35%", "conflict_rate", 0.35),
        ("conflict_rate", "mean < 0.35", "conflict_rate", 0.35),
        ("utilisation", "max < 120 %", "utilisation", 1.2),
    ] {
        let threshold = parsed(key, expression);
        assert_eq!(threshold.number().key(), measure, "{expression}");
        assert_eq!(threshold.limit(), limit, "{expression}");
        assert_eq!((threshold.discipline.as_deref(), threshold.metric.as_str()), (None, key));
        assert_eq!(threshold.text, expression.trim());
    }
}

#[test]
fn a_key_may_name_a_discipline() {
    let threshold = parsed("unsafe-parallel.double_bookings", "count > 0");
    assert_eq!(threshold.discipline.as_deref(), Some("unsafe-parallel"));
    assert_eq!(threshold.metric, "double_bookings");
    assert_eq!(threshold.unit(), Unit::Count);
}

#[test]
fn every_metric_takes_the_aggregates_that_its_error_lists() {
    for measure in catalog::MEASURES {
        let value = match measure.unit {
            Unit::Seconds | Unit::Minutes => "1min",
            _ => "1",
        };
        let valid = valid_aggregates(measure.is_over_tickets(), measure.unit);
        for aggregate in valid.replace(" or ", ", ").replace("any percentile, as in ", "").split(", ") {
            parsed(measure.key, &format!("{aggregate} < {value}"));
        }
    }
}

#[test]
fn an_unknown_metric_names_the_nearest() {
    assert_eq!(
        error("parallel.conflict_rte", "mean < 1"),
        "there is no metric `conflict_rte`; did you mean `conflict_rate`?"
    );
    assert!(error("dispatchdelay", "mean < 1s").ends_with("did you mean `dispatch_delay`?"));
    assert!(error("dispatch_delay.p95", "mean < 1s").ends_with("did you mean `dispatch_delay`?"));
}

#[test]
fn an_unknown_aggregate_lists_the_valid_ones() {
    for aggregate in ["p(x)", "p", "p()", "count", "rate", "é"] {
        assert_eq!(
            error("dispatch_delay", &format!("{aggregate} < 1s")),
            format!(
                "`dispatch_delay` has no aggregate `{aggregate}`: write mean, med, min, max or any percentile, as in p(95)"
            )
        );
    }
    assert!(error("makespan", "p95 < 1min").ends_with("write mean, min or max"));
    assert!(error("double_bookings", "p(95) < 1").ends_with("write mean, min, max or count"));
    assert!(error("conflict_rate", "count < 1").ends_with("write mean, rate, min or max"));
    assert!(error("attempts", "rate < 1").ends_with("write mean, min or max"));
}

#[test]
fn a_misspelt_percentile_is_named_as_it_is_written() {
    for (written, meant) in [
        ("p95", "p(95)"),
        ("P(95)", "p(95)"),
        ("p(95", "p(95)"),
        ("p_99.9", "p(99.9)"),
        ("p(80%)", "p(80)"),
        ("90%", "p(90)"),
        ("median", "med"),
    ] {
        assert_eq!(
            error("dispatch_delay", &format!("{written} < 10min")),
            format!("`dispatch_delay` has no aggregate `{written}`; did you mean `{meant}`?")
        );
    }
    for percentile in ["p(0)", "p(100)", "p(-5)", "p(99.999)", "p(1e1)"] {
        let message = error("dispatch_delay", &format!("{percentile} < 10min"));
        assert!(message.contains("above 0 and below 100 and has at most two decimals"), "{message}");
    }
}

#[test]
fn what_lacks_a_part_is_not_a_demand() {
    for expression in ["", "mean", "mean <", "< 3", "mean 3", "mean = 3", "mean =< 3", "mean ! 3"] {
        assert!(error("attempts", expression).contains("is not a demand"), "{expression}");
    }
    for expression in [
        "mean < three",
        "mean < < 3",
        "mean < nan",
        "mean < inf",
        "mean < 5 parsecs",
        "mean < %",
        "mean === 3",
    ] {
        assert!(error("attempts", expression).contains("is not a value"), "{expression}");
    }
}

#[test]
fn a_value_must_suit_the_unit() {
    for (key, expression, said) in [
        ("dispatch_delay", "p(95) < 10", "has no unit: write \"10s\" or \"10min\""),
        ("overlap", "mean < 0", "has no unit: write \"0s\" or \"0min\""),
        ("dispatch_delay", "p(95) < 10%", "is a length of time, not a share"),
        ("double_bookings", "count < 10min", "is not a length of time"),
        ("conflict_rate", "mean < 10s", "is not a length of time"),
        ("double_bookings", "count < 10%", "is not a share"),
        ("conflict_rate", "mean < 35", "as a percentage is written \"35%\""),
        ("conflict_rate", "mean > -0.5", "is a share, 0 to 1"),
    ] {
        let message = error(key, expression);
        assert!(message.contains(said), "{expression}: {message}");
    }
}

/// Summaries in which only the measure `key` has values, the same for each arm's replications.
fn summaries(key: &str, values: &[f64]) -> Vec<Summary> {
    let position = catalog::position(key).expect("the key is in the catalog");
    catalog::all()
        .enumerate()
        .map(|(index, number)| {
            let values = if index == position { values } else { &[] };
            Summary::of(values.iter().copied().map(Some), number.measure.unit, 0.95)
        })
        .collect()
}

/// The one verdict on a threshold where `measure` had these values.
fn verdict(key: &str, expression: &str, measure: &str, values: &[f64]) -> Verdict {
    let summaries = summaries(measure, values);
    let replications = values.len().max(1) as u32;
    let mut verdicts = judge(
        &[parsed(key, expression)],
        &Numbers::default(),
        &[Judged { name: "parallel", summaries: &summaries, meeting: &[] }],
        0.95,
        replications,
    );
    assert_eq!(verdicts.len(), 1);
    verdicts.remove(0)
}

/// Mean 0.5, variance 0.01 / 3, half width t(3) · √(0.01 / 12) = 3.182446 · 0.0288675 = 0.091869.
const SHARES: [f64; 4] = [0.45, 0.45, 0.55, 0.55];
const HALF: f64 = 0.091_869_3;

#[test]
fn a_mean_is_judged_on_the_bound_that_works_against_it() {
    for (expression, holds, bound, judged_by) in [
        ("mean < 0.592", true, "upper", 0.5 + HALF),
        ("mean < 0.591", false, "upper", 0.5 + HALF),
        ("mean <= 0.591", false, "upper", 0.5 + HALF),
        ("mean > 0.408", true, "lower", 0.5 - HALF),
        ("rate > 0.409", false, "lower", 0.5 - HALF),
        ("mean >= 40.9%", false, "lower", 0.5 - HALF),
        ("mean == 0.5", false, "upper", 0.5 + HALF),
        ("mean == 0.55", false, "lower", 0.5 - HALF),
        ("mean != 0.55", false, "upper", 0.5 + HALF),
        ("mean != 0.592", true, "upper", 0.5 + HALF),
        ("mean != 0.45", false, "lower", 0.5 - HALF),
        ("mean != 0.408", true, "lower", 0.5 - HALF),
    ] {
        let verdict = verdict("conflict_rate", expression, "conflict_rate", &SHARES);
        assert_eq!(verdict.holds, holds, "{expression}");
        assert!((verdict.judged_by.expect("measured") - judged_by).abs() < 1e-6, "{expression}");
        assert!((verdict.measured.expect("measured") - 0.5).abs() < 1e-12);
        assert_eq!(verdict.judged_on, format!("{bound} 95 % bound of the mean"));
    }
}

#[test]
fn equal_values_may_differ_in_the_next_replication() {
    // Of thirty replications that are all the same, at most 11.57 % of all others differ: Clopper and Pearson.
    for (expression, holds) in [
        ("mean == 1", false),
        ("mean != 1", false),
        ("mean <= 1", false),
        ("mean < 1.12", true),
        ("mean < 1.11", false),
        ("mean > 0.88", true),
        ("mean > 0.89", false),
        ("mean != 2", true),
        ("max <= 1", true),
        ("min >= 1", true),
    ] {
        assert_eq!(verdict("attempts", expression, "attempts", &[1.0; 30]).holds, holds, "{expression}");
    }
    let found = verdict("makespan", "mean < 9min", "makespan", &[480.0; 30]);
    assert_eq!((found.holds, found.measured), (true, Some(480.0)));
    assert_eq!(found.judged_on, "upper 95 % bound of the mean, which was the same in 30 replications");
    assert!((found.judged_by.expect("measured") - 480.0 * 1.1157).abs() < 0.1);
}

#[test]
fn no_event_is_no_proof_that_there_are_few() {
    let none = [0.0; 20];
    for expression in ["mean < 0.02", "mean <= 0", "mean == 0", "mean < 5"] {
        let found = verdict("double_bookings", expression, "double_bookings", &none);
        assert!(!found.holds, "{expression}");
        assert_eq!((found.measured, found.judged_by), (Some(0.0), None));
        assert_eq!(found.judged_on, "too few events to tell: the same in 20 replications");
    }
    // What was seen is judged as it is, and told with what may happen all the same.
    let found = verdict("double_bookings", "count == 0", "double_bookings", &none);
    assert_eq!(
        (found.holds, found.judged_on.as_str()),
        (true, "total of 20 replications, so in at most 1 in 5 bursts")
    );
    let found = verdict("double_bookings", "max <= 0", "double_bookings", &none);
    assert_eq!(
        (found.holds, found.judged_on.as_str()),
        (true, "largest value of 20 replications, so in at most 1 in 5 bursts")
    );
    // A share is at most one, wherever it is not zero: at most 16.8 % of bursts.
    let rate = |expression| verdict("retry_rate", expression, "retry_rate", &none).holds;
    assert_eq!((rate("mean < 17%"), rate("mean < 16%")), (true, false));
}

#[test]
fn few_events_do_not_show_how_many_there_are() {
    let mut values = [0.0; 20];
    values[3] = 1.0;
    let found = verdict("double_bookings", "mean < 1", "double_bookings", &values);
    assert_eq!((found.holds, found.judged_by), (false, None));
    assert!((found.measured.expect("measured") - 0.05).abs() < 1e-12);
    assert_eq!(found.judged_on, "too few events to tell: 1 of 20 replications differs from the others");
    values[4] = 2.0;
    let found = verdict("double_bookings", "mean < 1", "double_bookings", &values);
    assert_eq!(found.judged_on, "too few events to tell: 2 of 20 replications differ from the others");
}

#[test]
fn never_is_later_than_any_limit() {
    let values = [500.0, f64::INFINITY, 510.0, f64::INFINITY];
    for (expression, holds) in
        [("p(95) < 1d", false), ("p(95) > 1d", true), ("p(95) == 1d", false), ("p(95) != 1d", true)]
    {
        let found = verdict("dispatch_delay", expression, "dispatch_delay.p95", &values);
        assert_eq!(
            (found.holds, found.measured, found.judged_by),
            (holds, Some(f64::INFINITY), Some(f64::INFINITY))
        );
        assert_eq!(found.judged_on, "never in 2 of 4 replications");
    }
    let found = verdict("dispatch_delay", "p(95) < 1d", "dispatch_delay.p95", &values[1..2]);
    assert_eq!((found.holds, found.judged_on.as_str()), (false, "the only replication"));
}

#[test]
fn percentiles_are_judged_on_the_bound_of_their_mean() {
    let values = [500.0, 510.0, 590.0, 600.0];
    let verdict = verdict("dispatch_delay", "p(95) < 10min", "dispatch_delay.p95", &values);
    assert!(!verdict.holds, "the mean is below ten minutes, its upper bound is not");
    assert_eq!(verdict.measured, Some(550.0));
    assert!(verdict.judged_by.expect("measured") > 600.0);
}

#[test]
fn extremes_and_totals_are_judged_as_they_are() {
    let delays = [500.0, 700.0, 600.0];
    for (expression, measure, holds, number, said) in [
        ("max < 700s", "dispatch_delay.max", false, 700.0, "largest value of 3 replications"),
        ("max <= 700s", "dispatch_delay.max", true, 700.0, "largest value of 3 replications"),
        ("min >= 500s", "dispatch_delay.min", true, 500.0, "smallest value of 3 replications"),
        ("min > 500s", "dispatch_delay.min", false, 500.0, "smallest value of 3 replications"),
    ] {
        let verdict = verdict("dispatch_delay", expression, measure, &delays);
        assert_eq!((verdict.holds, verdict.measured, verdict.judged_by), (holds, Some(number), Some(number)));
        assert_eq!(verdict.judged_on, said);
    }
    let verdict = verdict("double_bookings", "count <= 3", "double_bookings", &[0.0, 4.0, 0.0, 1.0]);
    assert_eq!((verdict.holds, verdict.measured), (false, Some(5.0)));
    assert_eq!(verdict.judged_on, "total of 4 replications");
}

#[test]
fn a_single_replication_is_judged_as_it_is() {
    let verdict = verdict("dispatch_delay", "p(95) < 10min", "dispatch_delay.p95", &[599.0]);
    assert_eq!((verdict.holds, verdict.judged_by), (true, Some(599.0)));
    assert_eq!(verdict.judged_on, "the only replication");
}

#[test]
fn replications_that_measured_nothing_are_mentioned() {
    let summaries = summaries("conflict_rate", &[0.1]);
    let verdicts = judge(
        &[parsed("conflict_rate", "mean < 0.2")],
        &Numbers::default(),
        &[Judged { name: "a", summaries: &summaries, meeting: &[] }],
        0.95,
        1000,
    );
    assert_eq!(verdicts[0].judged_on, "value of the 1 of 1,000 replications that measured it");
    let verdicts = judge(
        &[parsed("conflict_rate", "max < 0.2")],
        &Numbers::default(),
        &[Judged { name: "a", summaries: &summaries, meeting: &[] }],
        0.95,
        1_234_567,
    );
    assert_eq!(verdicts[0].judged_on, "largest value of the 1 of 1,234,567 replications that measured it");
}

#[test]
fn nothing_measured_does_not_hold() {
    for expression in ["count == 0", "count >= 0", "mean == 0", "min >= 0", "max >= 0", "mean != 1"] {
        let verdict = verdict("double_bookings", expression, "claims", &[1.0, 2.0]);
        assert!(!verdict.holds, "{expression}");
        assert_eq!((verdict.measured, verdict.judged_by), (None, None));
        assert_eq!(verdict.judged_on, "nothing was measured");
    }
}

#[test]
fn thresholds_are_judged_for_the_arms_they_are_for() {
    let (few, many) = (summaries("conflicts", &[1.0; 20]), summaries("conflicts", &[5.0; 20]));
    let arms = [("sequential", &few), ("parallel", &many)];
    let arms = arms.map(|(name, summaries)| Judged { name, summaries, meeting: &[] });
    let thresholds = [
        parsed("conflicts", "mean < 3"),
        parsed("parallel.conflicts", "mean > 3"),
        parsed("not-run.conflicts", "mean > 3"),
    ];
    let verdicts = judge(&thresholds, &Numbers::default(), &arms, 0.95, 20);
    let told: Vec<_> =
        verdicts.iter().map(|it| (it.threshold.text.as_str(), it.discipline.as_str(), it.holds)).collect();
    assert_eq!(
        told,
        [("mean < 3", "sequential", true), ("mean < 3", "parallel", false), ("mean > 3", "parallel", true)]
    );
}

/// The verdict on a demand that so many of the replications meet, of which the first ones measured something.
fn in_bursts(expression: &str, meeting: u32, measured: u32, replications: u32) -> Verdict {
    let summaries = summaries("dispatch_delay.p95", &vec![500.0; measured as usize]);
    let arms = [Judged { name: "a", summaries: &summaries, meeting: &[meeting] }];
    let thresholds = [parsed("dispatch_delay", expression)];
    judge(&thresholds, &Numbers::default(), &arms, 0.95, replications).remove(0)
}

#[test]
fn a_demand_on_a_share_of_bursts_reads_as_it_is_written() {
    for (expression, limit, percent) in [
        ("p(95) < 10min in 95%", 600.0, "95"),
        ("p(95) <= 1h 30min  in\t99.9 %", 5400.0, "99.9"),
        ("max > 90s in 0.5%", 90.0, "0.5"),
    ] {
        let threshold = parsed("dispatch_delay", expression);
        assert_eq!(threshold.limit(), limit, "{expression}");
        assert_eq!(threshold.share_of_bursts(), Percent::parse(percent), "{expression}");
        assert_eq!((threshold.unit(), threshold.measured_in()), (Unit::Seconds, Unit::Share));
        let written = serde_json::to_string(&threshold).expect("texts");
        assert_eq!(serde_json::from_str::<Threshold>(&written).expect("as written"), threshold);
    }
    for (key, expression) in [
        ("double_bookings", "count == 0 in 95%"),
        ("conflict_rate", "rate < 5% in 95%"),
        ("makespan", "max < 10min in 95%"),
        ("cost", "min != 3 in 95%"),
    ] {
        assert!(parsed(key, expression).share_of_bursts().is_some(), "{key}: {expression}");
    }
    for share in ["", "95", "0.95", "0%", "100%", "95.123%", "95%%", "most", "95% of bursts"] {
        let message = error("dispatch_delay", &format!("p(95) < 10min in {share}"));
        assert!(message.starts_with(&format!("`in {share}` is not a share of bursts")), "{message}");
    }
    assert!(error("dispatch_delay", "p(95) < 10min in95%").contains("is not a value"));
    assert!(error("dispatch_delay", "p(95) < in 95%").contains("is not a value"));
}

#[test]
fn a_burst_meets_a_demand_by_its_own_number() {
    let below = parsed("dispatch_delay", "p(95) < 10min in 95%");
    for (number, meets) in
        [(Some(599.9), true), (Some(600.0), false), (Some(f64::INFINITY), false), (None, false)]
    {
        assert_eq!(below.is_met_by(number), meets, "{number:?}");
    }
    assert!(parsed("dispatch_delay", "p(95) > 10min in 95%").is_met_by(Some(f64::INFINITY)));
    assert!(parsed("unassigned", "count == 0 in 95%").is_met_by(Some(0.0)));
}

#[test]
fn a_share_of_bursts_is_judged_on_its_lower_bound() {
    // Clopper and Pearson at 95 %: 960 of 1,000 are from 94.59 %, 965 from 95.17 %.
    for (meeting, holds, bound) in [(960, false, 0.945_93), (965, true, 0.951_67)] {
        let found = in_bursts("p(95) < 10min in 95%", meeting, 1000, 1000);
        assert_eq!((found.holds, found.of_bursts), (holds, Some(1000)), "{meeting}");
        assert_eq!(found.measured, Some(f64::from(meeting) / 1000.0));
        assert!((found.judged_by.expect("measured") - bound).abs() < 1e-4, "{:?}", found.judged_by);
        assert_eq!(found.judged_on, "lower 95 % bound");
    }
}

#[test]
fn too_few_bursts_cannot_show_a_share_and_it_is_said_how_many_could() {
    let found = in_bursts("p(95) < 10min in 95%", 71, 71, 71);
    assert_eq!((found.holds, found.measured), (false, Some(1.0)));
    assert_eq!(found.judged_on, "too few to show 95 %, which takes at least 72; lower 95 % bound");
    assert!(in_bursts("p(95) < 10min in 95%", 72, 72, 72).holds);
    assert!(!in_bursts("p(95) < 10min in 95%", 1, 1, 1).holds);
    assert!(!in_bursts("p(95) < 10min in 99.99%", 1000, 1000, 1000).holds);
}

#[test]
fn bursts_that_measured_nothing_count_as_not_meeting_it() {
    let found = in_bursts("p(95) < 10min in 50%", 700, 700, 1000);
    assert_eq!((found.holds, found.measured), (true, Some(0.7)));
    assert_eq!(found.judged_on, "nothing was measured in 300 of them; lower 95 % bound");
    let found = in_bursts("p(95) < 10min in 50%", 0, 0, 1000);
    assert_eq!((found.holds, found.measured, found.of_bursts), (false, None, None));
    assert_eq!(found.judged_on, "nothing was measured");
}

#[test]
fn a_tag_names_tickets_by_what_they_are() {
    for (key, discipline, metric, number) in [
        (
            "parallel.dispatch_delay{priority:1}",
            Some("parallel"),
            "dispatch_delay{priority:1}",
            "p95{priority:1}",
        ),
        ("dispatch_delay{agent:help}", None, "dispatch_delay{agent:help}", "p95{agent:help}"),
        (
            "dispatch_delay{ board :Help Desk}",
            None,
            "dispatch_delay{board:Help Desk}",
            "p95{board:Help Desk}",
        ),
        (
            "dispatch_delay{company:a.b:c}{d}",
            None,
            "dispatch_delay{company:a.b:c}{d}",
            "p95{company:a.b:c}{d}",
        ),
    ] {
        let threshold = parsed(key, "p(95) < 15min");
        assert_eq!((threshold.discipline.as_deref(), threshold.metric.as_str()), (discipline, metric));
        assert_eq!(threshold.number().key(), format!("dispatch_delay.{number}"));
        let written = serde_json::to_string(&threshold).expect("texts");
        assert_eq!(serde_json::from_str::<Threshold>(&written).expect("as written"), threshold);
    }
    assert_eq!(parsed("unassigned{board:x}", "count == 0").number().key(), "unassigned{board:x}");
    assert_eq!(
        error("dispatch_delay{bord:x}", "mean < 1s"),
        "tickets are not told apart by `bord`; did you mean `board`?"
    );
    assert!(error("dispatch_delay{priority=1}", "mean < 1s").starts_with("`{priority=1}` is not a tag"));
    assert!(error("dispatch_dely{priority:1}", "mean < 1s").ends_with("did you mean `dispatch_delay`?"));
    assert!(
        error("makespan{priority:1}", "mean < 1s")
            .starts_with("`makespan` is measured of all tickets only: write it without `{priority:1}`")
    );
}
