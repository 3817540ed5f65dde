//! Prices, as scenarios state them.

use super::*;
use crate::domain::settings::{CostSettings, PaidHours};

fn with(costs: &str) -> String {
    format!("{MINIMAL}[costs]\n{costs}\n")
}

#[test]
fn nothing_has_a_price_unless_one_is_stated() {
    let of = |text: &str| parse(text, "test.toml", Path::new(""), &[]).unwrap().costs;
    assert_eq!(of(MINIMAL), CostSettings::default());
    assert!(!of(MINIMAL).states_a_price());
    assert!(!of(&with("currency = \"EUR\"")).states_a_price(), "the currency is of the AI's prices too");
    let all = "currency = \"EUR\"\ntechnician_hour = 42\ntechnician_hours = \"worked\"\nwaiting_hour = 0.5\n\
               double_booking = 35\nunassigned = 0";
    let stated = CostSettings {
        currency: Some("EUR".to_owned()),
        technician_hour: Some(42.0),
        technician_hours: PaidHours::Worked,
        waiting_hour: Some(0.5),
        double_booking: Some(35.0),
        unassigned: Some(0.0),
    };
    assert_eq!(of(&with(all)), stated);
    for key in ["technician_hour", "waiting_hour", "double_booking", "unassigned"] {
        assert!(of(&with(&format!("{key} = 0"))).states_a_price(), "{key}");
    }
}

#[test]
fn a_price_that_makes_no_sense_is_refused_where_it_stands() {
    for (costs, place, part) in [
        ("technician_hour = -1", "10:19", "expected a number of at least 0"),
        ("double_booking = \"35 EUR\"", "10:18", "expected a number of at least 0"),
        ("currency = \" \"", "10:12", "expected a name"),
        ("technician_hour = 1\ntechnician_hours = \"planned\"", "11:20", "\"scheduled\" or \"worked\""),
        ("technician_hours = \"worked\"", "10:1", "does nothing without `costs.technician_hour`"),
        ("ai_tokens = 3", "10:1", "unknown key `ai_tokens`"),
    ] {
        let found = bad::problems(&with(costs));
        assert_eq!(found.len(), 1, "{costs}: {found:#?}");
        assert!(found[0].starts_with(&format!("test.toml:{place}: ")), "{costs}: {}", found[0]);
        assert!(found[0].contains(part), "{costs}: {}", found[0]);
    }
}

#[test]
fn a_price_of_hours_in_which_nobody_has_work_is_noted() {
    let notes = |text: &str| {
        let scenario = parse(text, "test.toml", Path::new(""), &[]).unwrap();
        crate::experiment::Experiment::prepare(scenario).unwrap().notes().join(" ")
    };
    let idle = with("technician_hour = 42");
    assert!(
        notes(&idle).contains("neither `cost_technicians` nor `total_cost` is measured"),
        "{}",
        notes(&idle)
    );
    assert_eq!(notes(&idle.replace("[desk]", "work = { constant = \"20min\" }\n[desk]")), "");
    assert_eq!(notes(&with("waiting_hour = 42")), "");
}
