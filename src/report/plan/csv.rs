//! `plan.csv`: one row per value or alternative, discipline and threshold.

use std::borrow::Cow;
use std::io;

use super::super::export::csv::text_of;
use super::super::tables::{Cell, Sheet};
use crate::keys::Named;
use crate::results::plan::{Demand, Found, Plan};

/// The columns of a threshold.
const OF_A_DEMAND: [&str; 8] =
    ["metric", "threshold", "unit", "measured", "lower", "upper", "standing", "compare"];

/// The table as a text.
pub(super) fn table(p: &Plan) -> String {
    text_of(&p.setup, |sheet| fill(p, sheet))
}

/// Fills a sheet with the table.
pub(in crate::report) fn fill(p: &Plan, sheet: &mut dyn Sheet) -> io::Result<()> {
    match &p.found {
        Found::Smallest(found) => {
            let own = [&found.key, "discipline", "replications", "outcome"];
            sheet.header(&[&own[..], &OF_A_DEMAND].concat())?;
            for it in &found.tries {
                for demand in &it.demands {
                    for cell in [
                        Cell::Value(Cow::Borrowed(&it.value)),
                        (&demand.discipline).into(),
                        it.replications.into(),
                        it.standing(&demand.discipline).name().into(),
                    ] {
                        sheet.cell(cell)?;
                    }
                    of_a_demand(Some(demand), sheet)?;
                }
            }
        }
        Found::Best(found) => {
            let keys: Vec<&str> = found.keys.iter().map(String::as_str).collect();
            let own = ["discipline", "replications", "outcome", "mean", "tried"];
            sheet.header(&[&keys[..], &own, &OF_A_DEMAND].concat())?;
            for it in &found.alternatives {
                let demands: Vec<Option<&Demand>> =
                    if it.demands.is_empty() { vec![None] } else { it.demands.iter().map(Some).collect() };
                for demand in demands {
                    for value in &it.values {
                        sheet.cell(Cell::Value(Cow::Borrowed(value)))?;
                    }
                    for cell in [
                        (&it.discipline).into(),
                        it.replications.into(),
                        it.fate.name().into(),
                        it.mean.into(),
                        it.tried.into(),
                    ] {
                        sheet.cell(cell)?;
                    }
                    of_a_demand(demand, sheet)?;
                }
            }
        }
    }
    Ok(())
}

/// Ends a row with the cells of a threshold; they are empty where there is none.
fn of_a_demand(demand: Option<&Demand>, sheet: &mut dyn Sheet) -> io::Result<()> {
    let Some(demand) = demand else {
        OF_A_DEMAND.iter().try_for_each(|_| sheet.cell(Cell::Nothing))?;
        return sheet.end_row();
    };
    let (lower, upper) = demand.interval().unzip();
    let compared = demand.compared.map(|holds| if holds { "holds" } else { "crossed" });
    for cell in [
        (&demand.threshold.metric).into(),
        (&demand.threshold.text).into(),
        demand.threshold.measured_in().name().into(),
        demand.measured.into(),
        lower.into(),
        upper.into(),
        demand.standing.name().into(),
        compared.into(),
    ] {
        sheet.cell(cell)?;
    }
    sheet.end_row()
}
