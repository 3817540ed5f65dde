//! How precise a mean has to be, as scenarios and flags say it.

use super::*;

/// [`MINIMAL`] with these lines in `[experiment]`.
fn with(experiment: &str) -> String {
    format!("{MINIMAL}[experiment]\n{experiment}\n")
}

fn flag(key: &str, value: &str, origin: &str) -> Override {
    Override { key: format!("experiment.{key}"), value: value.into(), origin: origin.into() }
}

/// What is asked of which number, of at most how many replications.
fn asked(text: &str, overrides: &[Override]) -> Option<(String, String, u32)> {
    let scenario =
        parse(text, "test.toml", Path::new(""), overrides).unwrap_or_else(|error| panic!("{error}"));
    scenario.precision.map(|asked| (asked.number.key(), asked.text, asked.most))
}

#[test]
fn a_precision_is_of_the_makespan_unless_another_number_is_named() {
    let of = |number: &str, text: &str, most| Some((number.to_owned(), text.to_owned(), most));
    assert_eq!(asked(MINIMAL, &[]), None);
    assert_eq!(asked(&with("precision = \"2%\""), &[]), of("makespan", "2%", 100_000));
    let text = with("precision = 0.5\nprecision_of = \"ai_calls\"\nmax_replications = 400");
    assert_eq!(asked(&text, &[]), of("ai_calls", "0.5", 400));
    let text = with("precision = \"30s\"\nprecision_of = \"dispatch_delay.p99.9\"");
    assert_eq!(asked(&text, &[]), of("dispatch_delay.p99.9", "30s", 100_000));
}

#[test]
fn a_flag_takes_the_place_of_what_the_file_says_and_of_an_earlier_flag() {
    let number = flag("replications", "7", "--replications");
    let precision = flag("precision", "3%", "--precision");
    let both = with("precision = \"2%\"\nmax_replications = 200");
    assert_eq!(asked(&both, std::slice::from_ref(&number)), None);
    let scenario = parse(&both, "test.toml", Path::new(""), std::slice::from_ref(&number)).unwrap();
    assert_eq!(scenario.experiment.replications, 7);
    assert!(!scenario.effective(str::to_owned).contains("precision"), "it would be refused");
    let fixed = with("replications = 7");
    assert_eq!(
        asked(&fixed, std::slice::from_ref(&precision)).map(|(_, text, _)| text).as_deref(),
        Some("3%")
    );
    assert_eq!(
        asked(MINIMAL, &[number.clone(), precision.clone()]).map(|(_, text, _)| text).as_deref(),
        Some("3%")
    );
    assert_eq!(asked(MINIMAL, &[precision, number]), None);
}

#[test]
fn what_was_run_runs_again_and_one_replication_asks_for_nothing() {
    let text = with("precision = \"2%\"\nprecision_of = \"dispatch_delay.mean\"");
    let scenario = parse(&text, "test.toml", Path::new(""), &[]).unwrap();
    let again = scenario.effective(str::to_owned);
    assert_eq!(asked(&again, &[]), asked(&text, &[]));
    let single = scenario.single();
    assert_eq!(single.precision, None);
    assert!(!single.effective(str::to_owned).contains("precision"));
}

#[test]
fn what_makes_no_sense_is_refused_where_it_stands() {
    for (experiment, place, part) in [
        ("precision = \"2%\"\nreplications = 9", "10:1", "both say how many replications there are"),
        ("precision = \"wide\"", "10:13", "write a share of the mean such as \"2%\""),
        ("precision = true", "10:13", "expected a share such as \"2%\""),
        ("precision = 3", "10:13", "\"3s\" or \"3min\""),
        ("precision = \"2%\"\nprecision_of = \"makspan\"", "11:16", "did you mean \"makespan\"?"),
        ("precision_of = \"makespan\"", "10:1", "does nothing without `experiment.precision`"),
        ("max_replications = 500", "10:1", "does nothing without `experiment.precision`"),
        ("precision = \"2%\"\nmax_replications = 99", "11:20", "from 100 to"),
        ("precision = \"2%\"\nrecords = 101", "11:11", "the fewest replications of a `precision`, 100"),
        ("precison = \"2%\"\nmax_replications = 500", "10:1", "did you mean `precision`?"),
    ] {
        let found = bad::problems(&with(experiment));
        assert_eq!(found.len(), 1, "{experiment}: {found:#?}");
        assert!(found[0].starts_with(&format!("test.toml:{place}: ")), "{experiment}: {}", found[0]);
        assert!(found[0].contains(part), "{experiment}: {}", found[0]);
    }
}
