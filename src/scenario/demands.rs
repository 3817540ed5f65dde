//! `[thresholds]`: what is demanded of the results, by metric or by `discipline.metric`.

use super::checks::did_you_mean;
use crate::discipline::DisciplineSettings;
use crate::keys::document::{KeyPath, Value};
use crate::keys::{At, Book, Form, List, Reading, Shape, SomeOf};
use crate::metrics::thresholds::{Threshold, ThresholdError};

const EXPECTED: &str = "a threshold such as \"p(95) < 10min\", or a list of them";

/// One demand or a list of them; whether it is a list.
pub struct Demands;

impl Form for Demands {
    type Value = (Vec<String>, bool);

    fn read(at: &mut At<'_, '_>) -> Option<Self::Value> {
        match &at.node.value {
            Value::List(_) => at.read::<List<String>>().map(|texts| (texts, true)),
            Value::Table(_) => at.refuse(
                EXPECTED,
                Some(
                    "a threshold for one discipline needs quotes around its key, as in \"parallel.conflict_rate\" = \
                     [\"mean < 0.35\"]"
                        .to_owned(),
                ),
            ),
            _ => match at.text() {
                Some(_) => at.read::<String>().map(|text| (vec![text], false)),
                None => at.refuse(EXPECTED, None),
            },
        }
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        Shape::Either(vec![String::shape(book), SomeOf::<String>::shape(book)])
    }
}

/// The thresholds that these demands mean.
pub fn thresholds(
    reading: &mut Reading<'_>,
    demands: &[(String, (Vec<String>, bool))],
    disciplines: &[DisciplineSettings],
) -> Vec<Threshold> {
    let path = KeyPath::root().key("thresholds");
    let arms_known = !reading.is_damaged(&KeyPath::root().key("discipline"));
    let mut thresholds = Vec::new();
    for (key, (texts, is_list)) in demands {
        let path = path.key(key);
        if texts.is_empty() && !reading.is_damaged(&path) {
            let message = format!("`{path}` demands nothing");
            reading.refuse(&path, message, "expected at least one threshold", None);
        }
        for (index, text) in texts.iter().enumerate() {
            let at = if *is_list { reading.element(&path, index) } else { path.clone() };
            let threshold = match Threshold::parse(key, text) {
                Ok(threshold) => threshold,
                Err(error @ ThresholdError::UnknownMetric { .. }) => {
                    reading.refuse_key(&path, error.to_string(), None);
                    break;
                }
                Err(error) => {
                    reading.refuse(&at, error.to_string(), "", None);
                    continue;
                }
            };
            if let Some(arm) = &threshold.discipline
                && arms_known
                && !disciplines.iter().any(|discipline| discipline.name == *arm)
            {
                let help = did_you_mean(arm, disciplines.iter().map(|arm| arm.name.as_str()));
                reading.refuse_key(&path, format!("there is no discipline named `{arm}`"), help);
                break;
            }
            thresholds.push(threshold);
        }
    }
    thresholds
}
