//! The numbers that each replication of a comparison yields: those of the catalog, then the percentiles besides them that
//! thresholds ask for.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::catalog::{self, Aggregate, MEASURES, NUMBERS, Number};
use super::percent::Percent;

/// The numbers of a comparison. First those that every comparison has, in the order of the catalog; then percentiles that
/// are asked for, each once, by measure in the order of the catalog and from the smallest percent to the largest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Numbers {
    /// The percentiles that are not in the catalog: the position of their measure in it, and the percent.
    asked: BTreeSet<(usize, Percent)>,
}

impl Numbers {
    /// The numbers of a comparison that is asked for these, in whatever order and however often.
    pub fn asked_for(numbers: impl IntoIterator<Item = Number>) -> Self {
        let besides = |number: Number| match number.aggregate {
            Aggregate::P(percent) if catalog::all().all(|it| it != number) => {
                let measure = MEASURES.iter().position(|measure| measure.key == number.measure.key)?;
                Some((measure, percent))
            }
            _ => None,
        };
        Self { asked: numbers.into_iter().filter_map(besides).collect() }
    }

    /// The percentiles that are asked for besides the catalog's numbers.
    pub fn besides(&self) -> impl Iterator<Item = Number> {
        let number = |&(measure, percent): &(usize, Percent)| Number {
            measure: &MEASURES[measure],
            aggregate: Aggregate::P(percent),
        };
        self.asked.iter().map(number)
    }

    /// All numbers, in the order of the files.
    pub fn all(&self) -> impl Iterator<Item = Number> {
        catalog::all().chain(self.besides())
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        NUMBERS + self.asked.len()
    }

    /// The position of a number in [`Numbers::all`].
    pub fn position(&self, number: Number) -> Option<usize> {
        self.all().position(|it| it == number)
    }

    /// Whether there are none but the catalog's.
    pub fn are_the_catalogs(&self) -> bool {
        self.asked.is_empty()
    }
}

impl From<Numbers> for Vec<String> {
    fn from(numbers: Numbers) -> Self {
        numbers.besides().map(|number| number.key()).collect()
    }
}

impl TryFrom<Vec<String>> for Numbers {
    type Error = String;

    fn try_from(keys: Vec<String>) -> Result<Self, String> {
        let number =
            |key: &String| catalog::percentile(key).ok_or_else(|| format!("{key:?} is no percentile"));
        let numbers = keys.iter().map(number).collect::<Result<Vec<_>, _>>()?;
        Ok(Self::asked_for(numbers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(keys: &[&str]) -> Numbers {
        Numbers::asked_for(keys.iter().map(|key| catalog::percentile(key).expect("a percentile")))
    }

    #[test]
    fn what_is_asked_for_follows_the_catalog_once_each_in_its_order() {
        let numbers = asked(&[
            "time_to_start.p80",
            "dispatch_delay.p99.9",
            "dispatch_delay.p95",
            "dispatch_delay.p8",
            "time_to_start.p80",
        ]);
        let keys: Vec<String> = numbers.all().map(|number| number.key()).collect();
        assert_eq!(keys[NUMBERS..], ["dispatch_delay.p8", "dispatch_delay.p99.9", "time_to_start.p80"]);
        assert_eq!(numbers.count(), keys.len());
        for (place, number) in numbers.all().enumerate() {
            assert_eq!(numbers.position(number), Some(place), "{}", number.key());
        }
        let other = catalog::percentile("dispatch_time.p80").expect("a percentile");
        assert_eq!(numbers.position(other), None);
    }

    #[test]
    fn a_file_keeps_what_was_asked_for() {
        let numbers = asked(&["dispatch_delay.p80", "time_to_resolve.p99.9"]);
        let text = serde_json::to_string(&numbers).expect("texts");
        assert_eq!(text, r#"["dispatch_delay.p80","time_to_resolve.p99.9"]"#);
        assert_eq!(serde_json::from_str::<Numbers>(&text).expect("as written"), numbers);
        for foreign in ["makespan.p80", "dispatch_delay.p100", "dispatch_delay.max", "x"] {
            let error =
                serde_json::from_str::<Numbers>(&format!("[{foreign:?}]")).expect_err("not a percentile");
            assert!(error.to_string().contains("is no percentile"), "{error}");
        }
    }
}
