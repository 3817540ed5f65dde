//! `plan.csv`: one row per value or alternative, discipline and threshold.

use crate::domain::stamp::push_number;
use crate::keys::Named;
use crate::keys::text::cell;
use crate::metrics::catalog::{NEVER, NEVER_TEXT};
use crate::results::plan::{Demand, Found, Plan};

/// The columns of a threshold.
const OF_A_DEMAND: [&str; 8] =
    ["metric", "threshold", "unit", "measured", "lower", "upper", "standing", "compare"];

/// The table.
pub(super) fn table(p: &Plan) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut row = |fields: Vec<String>| {
        writer.write_record(fields).expect("a table in memory takes rows of the same length");
    };
    let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    match &p.found {
        Found::Smallest(found) => {
            let key = cell(&found.key).into_owned();
            row([vec![key], own(&["discipline", "replications", "outcome"]), own(&OF_A_DEMAND)].concat());
            for it in &found.tries {
                for demand in &it.demands {
                    let head = vec![
                        cell(&it.value).into_owned(),
                        cell(&demand.discipline).into_owned(),
                        it.replications.to_string(),
                        it.standing(&demand.discipline).name().to_owned(),
                    ];
                    row([head, of_a_demand(Some(demand))].concat());
                }
            }
        }
        Found::Best(found) => {
            let keys = found.keys.iter().map(|key| cell(key).into_owned()).collect();
            row([keys, own(&["discipline", "replications", "outcome", "mean", "tried"]), own(&OF_A_DEMAND)]
                .concat());
            for it in &found.alternatives {
                let mut head: Vec<String> = it.values.iter().map(|value| cell(value).into_owned()).collect();
                head.extend([
                    cell(&it.discipline).into_owned(),
                    it.replications.to_string(),
                    it.fate.name().to_owned(),
                    number(it.mean),
                    it.tried.to_string(),
                ]);
                let demands: Vec<Option<&Demand>> =
                    if it.demands.is_empty() { vec![None] } else { it.demands.iter().map(Some).collect() };
                for demand in demands {
                    row([head.clone(), of_a_demand(demand)].concat());
                }
            }
        }
    }
    let bytes = writer.into_inner().expect("a table in memory can be flushed");
    String::from_utf8(bytes).expect("its cells are text")
}

/// The cells of a threshold; empty where there is none.
fn of_a_demand(demand: Option<&Demand>) -> Vec<String> {
    let Some(demand) = demand else { return vec![String::new(); OF_A_DEMAND.len()] };
    let (lower, upper) = demand.interval().unzip();
    let compared = match demand.compared {
        Some(true) => "holds",
        Some(false) => "crossed",
        None => "",
    };
    vec![
        cell(&demand.threshold.metric).into_owned(),
        cell(&demand.threshold.text).into_owned(),
        demand.threshold.measured_in().name().to_owned(),
        number(demand.measured),
        number(lower),
        number(upper),
        demand.standing.name().to_owned(),
        compared.to_owned(),
    ]
}

/// A number, `never`, or nothing.
fn number(value: Option<f64>) -> String {
    match value {
        None => String::new(),
        Some(NEVER) => NEVER_TEXT.to_owned(),
        Some(value) => {
            let mut text = String::new();
            push_number(&mut text, value);
            text
        }
    }
}
