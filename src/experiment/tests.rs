//! Segments: that they part the whole, and that what is asked of them exists.

use super::*;
use crate::scenario::{self, Override};

/// An experiment of a shipped scenario with these overrides, or why there is none.
fn prepared(file: &str, settings: &[(&str, &str)]) -> Result<Experiment, String> {
    let overrides: Vec<Override> = settings
        .iter()
        .map(|(key, value)| Override {
            key: (*key).to_owned(),
            value: (*value).to_owned(),
            origin: "--set".to_owned(),
        })
        .collect();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{file}.toml"));
    let scenario = scenario::load(&path, &overrides).map_err(|error| error.to_string())?;
    Experiment::prepare(scenario).map_err(|error| error.to_string())
}

fn ran(file: &str, settings: &[(&str, &str)]) -> Comparison {
    let experiment = prepared(file, settings).unwrap_or_else(|error| panic!("{file}: {error}"));
    experiment.run(&Options { engine: Engine::Direct, threads: 1 }, &mut |_| {}).unwrap()
}

const FEW: [(&str, &str); 3] =
    [("experiment.replications", "8"), ("experiment.records", "0"), ("thresholds", "{}")];

/// The dimensions among the segments that a comparison measures.
fn dimensions(c: &Comparison) -> Vec<Dimension> {
    let mut found: Vec<Dimension> = Vec::new();
    for segment in c.setup.numbers.segmented().iter().filter_map(|number| number.segment.as_ref()) {
        if !found.contains(&segment.dimension) {
            found.push(segment.dimension);
        }
    }
    found
}

#[test]
fn segments_part_the_tickets_of_every_replication() {
    use Dimension::{Agent, Board, Category, Company, Priority};
    for (file, by, told) in [
        ("zofiq-team", vec![], vec![Priority, Board]),
        ("after-hours", vec![], vec![Board, Agent]),
        ("zofiq-calendar", vec![Category], vec![Priority, Board, Company, Category]),
        ("fan-out-writes", vec![], vec![]),
    ] {
        let by = toml::Value::from(by.iter().map(|it: &Dimension| it.name()).collect::<Vec<_>>());
        let c = ran(file, &[FEW.as_slice(), &[("experiment.by", &by.to_string())]].concat());
        assert_eq!(dimensions(&c), told, "{file}");
        let numbers: Vec<Number> = c.setup.numbers.all().collect();
        let of = |dimension: Dimension, key: &str| -> Vec<usize> {
            let is_meant = |number: &Number| {
                number.key_of_all() == key
                    && number.segment.as_ref().is_some_and(|segment| segment.dimension == dimension)
            };
            (0..numbers.len()).filter(|&place| is_meant(&numbers[place])).collect()
        };
        for arm in &c.arms {
            for row in &arm.replications {
                let values = row.unwrap().values;
                for &dimension in &told {
                    for key in ["tickets", "unassigned", "double_booked_tickets"] {
                        let whole = values[crate::metrics::catalog::position(key).unwrap()];
                        let parts = of(dimension, key).into_iter().filter_map(|place| values[place]);
                        let sum: f64 = parts.sum();
                        assert_eq!(sum, whole.unwrap_or(0.0), "{file}, {}: {key}, {dimension:?}", arm.name);
                    }
                    let longest = "dispatch_delay.max";
                    let whole = values[crate::metrics::catalog::position(longest).unwrap()];
                    let parts = of(dimension, longest).into_iter().filter_map(|place| values[place]);
                    assert_eq!(parts.reduce(f64::max), whole, "{file}, {}: {longest}", arm.name);
                }
            }
        }
    }
}

#[test]
fn a_segment_of_all_tickets_has_the_numbers_of_all() {
    // Tickets that nobody is to work on: merged ones, and those that the AI alone works on, be it in vain.
    let in_vain = [
        ("burst.work", "{ constant = \"5min\" }"),
        ("ranker.provider.failure_rate", "0.5"),
        ("ranker.provider.max_tries", "1"),
    ];
    for (file, settings) in [
        ("monday-30", &[][..]),
        ("zofiq-queue", &[]),
        ("fan-out-chain", &[]),
        ("fan-out-chain", &in_vain),
        ("fan-out-writes", &[]),
        ("follow-ups", &[]),
        ("post-outage", &[]),
    ] {
        let c = ran(file, &[FEW.as_slice(), &[("experiment.by", "[\"agent\"]")], settings].concat());
        assert!(dimensions(&c).contains(&Dimension::Agent), "{file}");
        let numbers: Vec<Number> = c.setup.numbers.all().collect();
        let agents: Vec<&Number> = (numbers.iter())
            .filter(|number| number.segment.as_ref().is_some_and(|it| it.dimension == Dimension::Agent))
            .collect();
        assert!(agents.len() < 12, "{file} has one agent");
        for row in &c.arms[0].replications {
            let values = row.unwrap().values;
            for number in &agents {
                let whole = crate::metrics::catalog::position(&number.key_of_all()).unwrap();
                let part = c.setup.numbers.position(number).unwrap();
                assert_eq!(values[part], values[whole], "{file}: {}", number.key());
            }
        }
    }
}

#[test]
fn thresholds_with_tags_are_judged_on_their_tickets() {
    let thresholds = r#"{
        "dispatch_delay{priority:1}" = ["p(95) < 10h", "p(97) < 10h in 50%"],
        "sequential.unassigned{board:Network}" = "count >= 0",
        "dispatch_time{priority:2}" = "max < 10h",
    }"#
    .replace('\n', " ");
    let settings = [("experiment.replications", "20"), ("thresholds", &*thresholds)];
    let c = ran("zofiq-team", &settings);
    let told: Vec<_> =
        c.verdicts.iter().map(|it| (it.threshold.metric.as_str(), it.measured.is_some())).collect();
    assert!(told.contains(&("dispatch_delay{priority:1}", true)), "{told:?}");
    let keys: Vec<String> = c.setup.numbers.segmented().iter().map(Number::key).collect();
    for key in ["dispatch_delay.p97{priority:1}", "dispatch_time.max{priority:2}"] {
        assert!(keys.iter().any(|it| it == key), "{key}");
    }
    let share = c.verdicts.iter().find(|it| it.threshold.share_of_bursts().is_some()).unwrap();
    assert_eq!(share.of_bursts, Some(20));
}

#[test]
fn a_hostile_name_in_a_tag_is_a_name_and_the_effective_scenario_keeps_it() {
    let hostile = r#"a.b}{c:"d' \=["#;
    let text = format!(
        "name = \"x\"\n[burst]\ntickets = 6\narrivals = {{ backlog = {{}} }}\nboards = {{ {hostile:?} = 1, plain = 1 }}\n\
         [[desk.team]]\nname = {hostile:?}\ntechnicians = 2\n[[desk.team]]\nname = \"plain\"\ntechnicians = 2\n\
         [[discipline]]\nkind = \"parallel\"\n[experiment]\nreplications = 30\nby = [\"board\"]\n[thresholds]\n{:?} = \
         [\"max < 10h in 10%\"]\n",
        format!("parallel.dispatch_delay{{board:{hostile}}}"),
    );
    let parse = |text: &str| scenario::parse(text, "x.toml", std::path::Path::new(""), &[]).unwrap();
    let scenario = parse(&text);
    let again = parse(&scenario.effective(str::to_owned));
    assert_eq!(again.thresholds, scenario.thresholds);
    let experiment = Experiment::prepare(again).unwrap();
    let c = experiment.run(&Options { engine: Engine::Direct, threads: 1 }, &mut |_| {}).unwrap();
    assert!(c.verdicts[0].measured.is_some_and(|share| share > 0.5), "{:?}", c.verdicts);
    assert_eq!(c.verdicts[0].threshold.number().segment.unwrap().value.as_ref(), hostile);
}

#[test]
fn a_tag_that_nothing_has_is_refused_where_it_stands() {
    for (file, key, told) in [
        ("zofiq-team", "dispatch_delay{priority:7}", "no ticket has priority \"7\""),
        ("zofiq-team", "dispatch_delay{board:Netwrk}", "the desk has no board \"Netwrk\""),
        ("zofiq-team", "dispatch_delay{company:Acme}", "there is no company \"Acme\" in the burst"),
        ("zofiq-team", "dispatch_delay{category:x}", "there is no category \"x\" in the burst"),
        ("after-hours", "dispatch_delay{agent:nobody}", "there is no agent \"nobody\""),
        ("monday-recorded", "dispatch_delay{priority:9}", "no ticket has priority \"9\""),
        ("zofiq-team", "dispatch_delay{priority:1,board:Network}", "no ticket has priority"),
        (
            "zofiq-team",
            "dispatch_delay{prio:1}",
            "tickets are not told apart by `prio`; did you mean `priority`?",
        ),
        ("zofiq-team", "makespan{priority:1}", "is measured of all tickets only"),
    ] {
        let thresholds = format!("{{ {key:?} = \"mean < 1h\" }}");
        let Err(error) = prepared(file, &[("thresholds", &thresholds)]) else { panic!("{key} is refused") };
        assert!(error.contains(told), "{key}: {error}");
        assert!(error.contains("--set") && error.contains(key.split('{').next().unwrap()), "{error}");
    }
    let Err(error) =
        prepared("zofiq-team", &[("thresholds", r#"{ "dispatch_delay{board:Netwrk}" = "mean < 1h" }"#)])
    else {
        panic!("it is refused")
    };
    assert!(error.contains("did you mean \"Network\"?"), "{error}");
    let Err(error) = prepared(
        "zofiq-team",
        &[("thresholds", r#"{ "dispatch_delay{priority:1,board:Network}" = "mean < 1h" }"#)],
    ) else {
        panic!("it is refused")
    };
    assert!(error.contains("a threshold takes one tag"), "{error}");
    let Err(error) = prepared("zofiq-team", &[("experiment.by", "[\"board\", \"board\"]")]) else {
        panic!("it is refused")
    };
    assert!(error.contains("names \"board\" twice"), "{error}");
}
