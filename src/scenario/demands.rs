//! `[thresholds]`: what is demanded of the results, by metric or by `discipline.metric`, with a tag such as `{priority:1}`
//! or without.

use crate::keys::document::{KeyPath, Value};
use crate::keys::nearest::did_you_mean;
use crate::keys::{At, Book, Form, List, Place, Reading, Shape, SomeOf};
use crate::metrics::thresholds::{Key, Threshold, ThresholdError};

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

/// The thresholds that these demands mean, each with where it was stated. Disciplines that they name are among `arms`, if these are known.
pub fn thresholds(
    reading: &mut Reading<'_>,
    demands: &[(String, (Vec<String>, bool))],
    arms: Option<&[String]>,
) -> Vec<(Threshold, Place)> {
    let path = KeyPath::root().key("thresholds");
    let mut thresholds = Vec::new();
    for (key, (texts, is_list)) in demands {
        let path = path.key(key);
        if texts.is_empty() && !reading.is_damaged(&path) {
            let message = format!("`{path}` demands nothing");
            reading.refuse(&path, message, "expected at least one threshold", None);
        }
        let mut is_known = !texts.is_empty();
        for (index, text) in texts.iter().enumerate() {
            let at = if *is_list { reading.element(&path, index) } else { path.clone() };
            match Threshold::parse(key, text) {
                Ok(threshold) => thresholds.push((threshold, reading.document.place(&at))),
                Err(
                    error @ (ThresholdError::UnknownMetric { .. }
                    | ThresholdError::Tag(_)
                    | ThresholdError::NotBySegment { .. }),
                ) => {
                    reading.refuse_key(&path, error.to_string(), None);
                    is_known = false;
                    break;
                }
                Err(error) => reading.refuse(&at, error.to_string(), "", None),
            }
        }
        if let (Some(arm), Some(arms), true) = (Key::of(key).discipline, arms, is_known)
            && !arms.iter().any(|known| known == arm)
        {
            let help = did_you_mean(arm, arms.iter().map(String::as_str));
            reading.refuse_key(&path, format!("there is no discipline named `{arm}`"), help);
        }
    }
    thresholds
}
