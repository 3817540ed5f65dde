//! `[sweep]`: which keys a sweep varies, how it combines their values, and which numbers it tells.

use serde_json::json;

use super::vary::{EXPECTED, Vary, each_once};
use crate::keys::document::KeyPath;
use crate::keys::wording::grouped;
use crate::keys::{At, Book, Form, List, Reading, Shape};
use crate::metrics::catalog;
use crate::metrics::catalog::Number;
use crate::section;

/// A sweep has no more points than this.
const MOST_POINTS: u64 = 2_000;

section! {
    /// What `stampede sweep` varies. Other commands do not look at it.
    pub struct Sweep: Eq {
        /// The keys that are varied, each with its values: `"KEY=V1,V2,…"`, or `"KEY=LO..HI:STEP"` for numbers and
        /// durations, where whole numbers need no step. Keys are written as `--set` takes them.
        vary: List<Varied> = empty "none; `stampede sweep` needs at least one",
        /// How the values of several keys are combined: all with all in a grid, or as a Latin hypercube of so many points,
        /// `lhs:N`, in which each key takes values from all of its range, whatever the others do.
        design: DesignForm = "grid",
        /// The numbers that the table and the charts show, by their keys, as in `"dispatch_delay.p95"`.
        measures: List<NumberKey> = empty "those that thresholds are about, or else dispatch_delay.p95 and conflict_rate",
    }
}

/// How the values of several keys are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Design {
    /// All with all.
    Grid,
    /// A Latin hypercube of so many points.
    Lhs(u32),
}

impl std::fmt::Display for Design {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Grid => f.write_str("grid"),
            Self::Lhs(points) => write!(f, "lhs:{points}"),
        }
    }
}

/// A key with its values.
pub struct Varied;

impl Form for Varied {
    type Value = Vary;

    fn read(at: &mut At<'_, '_>) -> Option<Vary> {
        let text = at.read::<String>()?;
        Vary::parse(&text)
            .map_err(|error| {
                at.reading.refuse(&at.path, error.to_string(), EXPECTED, None);
                at.reading.damage(at.path.clone());
            })
            .ok()
    }

    fn shape(_: &mut Book<'_>) -> Shape {
        let schema = json!({ "type": "string", "pattern": "^[^=]+=.+$" });
        Shape::Leaf(schema, "`KEY=V1,V2,…` or `KEY=LO..HI:STEP`".to_owned())
    }
}

/// A design by its name.
pub struct DesignForm;

impl Form for DesignForm {
    type Value = Design;

    fn read(at: &mut At<'_, '_>) -> Option<Design> {
        let points = |text: &str| {
            let points: u32 = text.strip_prefix("lhs:")?.trim().parse().ok()?;
            (2..=MOST_POINTS).contains(&u64::from(points)).then_some(points)
        };
        match at.text() {
            Some("grid") => Some(Design::Grid),
            Some(text) if points(text).is_some() => points(text).map(Design::Lhs),
            _ => at.refuse("\"grid\", or \"lhs:N\" with a number of points from 2 to 2000", None),
        }
    }

    fn shape(_: &mut Book<'_>) -> Shape {
        let schema = json!({ "type": "string", "pattern": "^(grid|lhs:\\s*[0-9]+)$" });
        Shape::Leaf(schema, "`grid` or `lhs:N`".to_owned())
    }
}

/// A number by its key.
pub struct NumberKey;

impl Form for NumberKey {
    type Value = String;

    fn read(at: &mut At<'_, '_>) -> Option<String> {
        let text = at.read::<String>()?;
        if catalog::number(&text).is_some() {
            return Some(text);
        }
        let help = catalog::measure(&text).map(|measure| {
            let of = |aggregate: &str| format!("{}.{aggregate}", measure.key);
            format!("of its numbers write one, as {} or {}", of("p95"), of("mean"))
        });
        let keys: Vec<String> = catalog::all().map(|number| number.key()).collect();
        let close = crate::keys::nearest::did_you_mean(&text, keys.iter().map(String::as_str));
        let message = format!("there is no number `{text}`");
        at.reading.refuse(&at.path, message, "expected a key as in summary.csv", help.or(close));
        None
    }

    fn shape(_: &mut Book<'_>) -> Shape {
        Shape::Leaf(
            json!({ "type": "string" }),
            "the key of a number, such as `dispatch_delay.p95`".to_owned(),
        )
    }
}

impl Sweep {
    /// The numbers that are told.
    pub fn numbers(&self) -> impl Iterator<Item = Number> {
        self.measures.iter().filter_map(|key| catalog::number(key))
    }

    /// Checks what no single key tells: that no key is varied twice, and that there are points, but not too many.
    pub fn check(&self, reading: &mut Reading<'_>) {
        let list = KeyPath::root().key("sweep").key("vary");
        each_once(reading, &list, &self.vary);
        let mut points = Some(1_u64);
        for (place, vary) in self.vary.iter().enumerate() {
            let at = reading.element(&list, place);
            if let (Design::Grid, Err(error)) = (self.design, vary.is_countable()) {
                let help = "or draw values from the whole range with the design \"lhs:N\"".to_owned();
                reading.refuse(&at, error.to_string(), EXPECTED, Some(help));
                return;
            }
            points = points.and_then(|points| points.checked_mul(vary.count()));
        }
        if self.design == Design::Grid && points.is_none_or(|points| points > MOST_POINTS) {
            let found =
                points.map_or_else(|| "far too many".to_owned(), |points| grouped(&points.to_string()));
            let message = format!("the grid has {found} points");
            let expected = format!("expected at most {}", grouped(&MOST_POINTS.to_string()));
            let help = "take fewer values, longer steps, or the design \"lhs:N\"".to_owned();
            reading.refuse(&list, message, &expected, Some(help));
        }
    }
}
