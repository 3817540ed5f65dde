//! The keys of `[experiment]` that say how precise a mean has to be, instead of how many replications there are.

use serde_json::json;

use crate::keys::document::{Document, KeyPath};
use crate::keys::{At, Book, Form, Reading, Section, Shape, Whole};
use crate::metrics::precision::{self, DEFAULT, Precision, PrecisionError};
use crate::section;

section! {
    /// How precise a mean has to be: replications are doubled until it is.
    pub struct PrecisionKeys: Eq {
        /// Instead of `replications`: these are doubled from 100 until, under every discipline, the interval of the mean of
        /// `precision_of` reaches no farther from it than this: "2%" is a share of the mean, "30s" a length of time; of what
        /// is neither a share nor a time a number will do. Not together with `replications`, but as a flag it takes their
        /// place, as they do its place; of two flags the later counts.
        precision: HowFar = none "replications are not doubled",
        /// The number that has to be so precise, as in "dispatch_delay.mean" or "dispatch_delay.p95".
        precision_of: String = none "\"makespan\"",
        /// With `precision`, the most replications.
        max_replications: Whole<100, 100_000_000> = none "100000",
    }
}

/// The most replications, unless a scenario says otherwise.
const MOST: u32 = 100_000;

/// How far an interval may reach, as text or as a number. Whoever knows the number it is of says what is wrong with it.
pub struct HowFar;

impl Form for HowFar {
    type Value = String;

    fn read(at: &mut At<'_, '_>) -> Option<String> {
        match (at.text(), at.number()) {
            (Some(_), _) => at.read::<String>(),
            (None, Some(number)) => Some(number.to_string()),
            (None, None) => {
                at.refuse("a share such as \"2%\", a length of time such as \"30s\" or a number", None)
            }
        }
    }

    fn shape(_: &mut Book<'_>) -> Shape {
        Shape::Leaf(
            json!({ "type": ["string", "number"] }),
            "\"2%\", a length of time or a number".to_owned(),
        )
    }
}

/// The path of a key of `[experiment]`.
fn path(key: &str) -> KeyPath {
    KeyPath::root().key("experiment").key(key)
}

/// The key that says outright how many replications there are.
const REPLICATIONS: &str = "replications";
const PRECISION: &str = "precision";
const PRECISION_OF: &str = "precision_of";

/// Takes out of the document what a flag overrules: the precision where the number of replications is set after it, and the
/// other way round. Both in the file stay, to be refused.
pub fn overrule(document: &mut Document) {
    let place = |key| document.find(&path(key)).map(|node| node.origin.source);
    // Flags come after the file, in the order in which they were given.
    match (place(REPLICATIONS), place(PRECISION)) {
        (Some(number), Some(precision)) if number > precision => remove(document),
        (Some(number), Some(precision)) if number < precision => document.remove(&path(REPLICATIONS)),
        _ => {}
    }
}

/// Takes out of the document that a mean has to be precise.
pub fn remove(document: &mut Document) {
    for key in PrecisionKeys::names() {
        document.remove(&path(key));
    }
}

impl PrecisionKeys {
    /// What is asked of a mean, if anything is; notes what is wrong with it.
    pub fn asked(&self, reading: &mut Reading<'_>) -> Option<Precision> {
        let Some(text) = &self.precision else {
            let names = PrecisionKeys::names().into_iter().filter(|name| *name != PRECISION);
            let alone = names.filter(|name| reading.document.find(&path(name)).is_some());
            for name in alone.filter(|_| !reading.is_damaged(&path(PRECISION))).collect::<Vec<_>>() {
                let help = Some("write for example precision = \"2%\", or leave it out".to_owned());
                let message = format!("`{}` does nothing without `{}`", path(name), path(PRECISION));
                reading.refuse_key(&path(name), message, help);
            }
            return None;
        };
        if reading.document.find(&path(REPLICATIONS)).is_some() {
            let help = Some("leave one of them out; a flag takes the place of either".to_owned());
            let message = format!(
                "`{}` and `{}` both say how many replications there are",
                path(PRECISION),
                path(REPLICATIONS)
            );
            reading.refuse_key(&path(PRECISION), message, help);
        }
        let named = self.precision_of.as_deref();
        let asked = precision::number(named.unwrap_or(DEFAULT))
            .and_then(|number| Precision::new(number, text, self.max_replications.unwrap_or(MOST)));
        match asked {
            Ok(asked) => Some(asked),
            Err(error) => {
                let is_of_number = matches!(error, PrecisionError::UnknownNumber { .. });
                let at = path(if is_of_number { PRECISION_OF } else { PRECISION });
                reading.refuse(&at, error.to_string(), "", None);
                None
            }
        }
    }
}
