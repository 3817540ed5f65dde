//! The numbers that each replication of a comparison yields: those of the catalog, then the percentiles besides them that
//! thresholds ask for, then those of segments.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::catalog::{self, Aggregate, MEASURES, NUMBERS, Number};
use super::percent::Percent;
use crate::domain::Segment;

/// The numbers of a comparison. First those that every comparison has, in the order of the catalog; then percentiles that
/// are asked for, each once, by measure in the order of the catalog and from the smallest percent to the largest; then those
/// of segments, segment by segment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Numbers {
    /// The percentiles that are not in the catalog: the position of their measure in it, and the percent.
    asked: BTreeSet<(usize, Percent)>,
    /// Those of segments, each once.
    segmented: Vec<Number>,
}

/// What every segment that tickets are told apart by has.
const OF_SEGMENTS: [(&str, Aggregate); 9] = [
    ("tickets", Aggregate::Value),
    ("dispatch_delay", Aggregate::Mean),
    ("dispatch_delay", Aggregate::P(Percent::MEDIAN)),
    ("dispatch_delay", Aggregate::P(Percent::whole(95))),
    ("dispatch_delay", Aggregate::Max),
    ("time_to_start", Aggregate::Mean),
    ("time_to_start", Aggregate::P(Percent::whole(95))),
    ("unassigned", Aggregate::Value),
    ("double_booked_tickets", Aggregate::Value),
];

impl Numbers {
    /// The numbers of a comparison that is asked for these, in whatever order and however often.
    pub fn asked_for(numbers: impl IntoIterator<Item = Number>) -> Self {
        let mut all = Self::default();
        for number in numbers {
            match number {
                Number { segment: Some(_), .. } => all.segmented.push(number),
                Number { aggregate: Aggregate::P(percent), .. } if catalog::all().all(|it| it != number) => {
                    let measure = MEASURES.iter().position(|measure| measure.key == number.measure.key);
                    all.asked.extend(measure.map(|measure| (measure, percent)));
                }
                _ => {}
            }
        }
        let mut known = BTreeSet::new();
        all.segmented.retain(|number| known.insert(number.key()));
        all
    }

    /// These and what is measured of each of the segments; what is asked for of a segment besides follows the rest of it.
    #[must_use]
    pub fn of_segments(mut self, segments: impl IntoIterator<Item = Segment>) -> Self {
        let mut asked = std::mem::take(&mut self.segmented);
        for segment in segments {
            let number = |(key, aggregate)| {
                let measure = catalog::measure(key).expect("what segments have is in the catalog");
                Number { measure, aggregate, segment: Some(segment.clone()) }
            };
            let its: Vec<Number> = OF_SEGMENTS.map(number).into();
            asked.retain(|number| !its.contains(number));
            let is_of_it = |number: &mut Number| number.segment.as_ref() == Some(&segment);
            let besides: Vec<Number> = asked.extract_if(.., is_of_it).collect();
            self.segmented.extend(its.into_iter().chain(besides));
        }
        self.segmented.extend(asked);
        self
    }

    /// Those of segments.
    pub fn segmented(&self) -> &[Number] {
        &self.segmented
    }

    /// The position in [`Numbers::all`] of the first that is of a segment.
    pub fn first_segmented(&self) -> usize {
        NUMBERS + self.asked.len()
    }

    /// The percentiles that are asked for besides the catalog's numbers.
    pub fn besides(&self) -> impl Iterator<Item = Number> {
        let number =
            |&(measure, percent): &(usize, Percent)| Number::of(&MEASURES[measure], Aggregate::P(percent));
        self.asked.iter().map(number)
    }

    /// All numbers, in the order of the files.
    pub fn all(&self) -> impl Iterator<Item = Number> {
        catalog::all().chain(self.besides()).chain(self.segmented.iter().cloned())
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.first_segmented() + self.segmented.len()
    }

    /// The position of a number in [`Numbers::all`].
    pub fn position(&self, number: &Number) -> Option<usize> {
        self.all().position(|it| it == *number)
    }

    /// Whether there are none but the catalog's.
    pub fn are_the_catalogs(&self) -> bool {
        self.asked.is_empty() && self.segmented.is_empty()
    }
}

impl From<Numbers> for Vec<String> {
    fn from(numbers: Numbers) -> Self {
        numbers.all().skip(NUMBERS).map(|number| number.key()).collect()
    }
}

impl TryFrom<Vec<String>> for Numbers {
    type Error = String;

    fn try_from(keys: Vec<String>) -> Result<Self, String> {
        let number = |key: &String| {
            let number = catalog::of_segment(key).or_else(|| catalog::percentile(key));
            number.ok_or_else(|| format!("{key:?} is neither a percentile nor a number of a segment"))
        };
        let numbers = keys.iter().map(number).collect::<Result<Vec<_>, _>>()?;
        Ok(Self::asked_for(numbers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Dimension;

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
            assert_eq!(numbers.position(&number), Some(place), "{}", number.key());
        }
        let other = catalog::percentile("dispatch_time.p80").expect("a percentile");
        assert_eq!(numbers.position(&other), None);
    }

    #[test]
    fn segments_follow_with_what_each_of_them_has_and_what_is_asked_for_of_them() {
        let of = |key: &str| catalog::of_segment(key).unwrap_or_else(|| panic!("{key}"));
        let numbers = Numbers::asked_for([
            of("dispatch_delay.p99.9{board:a.b{c}:d}"),
            of("dispatch_time.max{priority:7}"),
            of("dispatch_delay.p95{priority:1}"),
            catalog::percentile("dispatch_delay.p80").expect("a percentile"),
        ]);
        let segments = [Segment::new(Dimension::Priority, "1"), Segment::new(Dimension::Board, "a.b{c}:d")];
        let numbers = numbers.of_segments(segments);
        let keys: Vec<String> = numbers.all().skip(NUMBERS).map(|number| number.key()).collect();
        assert_eq!(
            keys[..3],
            ["dispatch_delay.p80", "tickets{priority:1}", "dispatch_delay.mean{priority:1}"]
        );
        assert_eq!(keys[9], "double_booked_tickets{priority:1}");
        assert_eq!(keys[10], "tickets{board:a.b{c}:d}");
        assert_eq!(keys[19..], ["dispatch_delay.p99.9{board:a.b{c}:d}", "dispatch_time.max{priority:7}"]);
        assert_eq!((numbers.count(), numbers.first_segmented()), (NUMBERS + keys.len(), NUMBERS + 1));
        assert_eq!(numbers.position(&of("tickets{priority:1}")), Some(NUMBERS + 1));
        let text = serde_json::to_string(&numbers).expect("texts");
        assert_eq!(serde_json::from_str::<Numbers>(&text).expect("as written"), numbers);
    }

    #[test]
    fn a_file_keeps_what_was_asked_for() {
        let numbers = asked(&["dispatch_delay.p80", "time_to_resolve.p99.9"]);
        let text = serde_json::to_string(&numbers).expect("texts");
        assert_eq!(text, r#"["dispatch_delay.p80","time_to_resolve.p99.9"]"#);
        assert_eq!(serde_json::from_str::<Numbers>(&text).expect("as written"), numbers);
        for foreign in [
            "makespan.p80",
            "dispatch_delay.p100",
            "dispatch_delay.max",
            "x",
            "makespan{priority:1}",
            "unassigned.p95{priority:1}",
            "dispatch_delay{priority:1}",
            "dispatch_delay.p95{mood:1}",
            "dispatch_delay.p95{priority}",
        ] {
            let error =
                serde_json::from_str::<Numbers>(&format!("[{foreign:?}]")).expect_err("not a percentile");
            assert!(error.to_string().contains("is neither a percentile nor"), "{error}");
        }
    }
}
