//! A sweep as data: what each discipline comes to at each point. Everything that its reports are made from.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Setup, Source};
use crate::kernel::log::Digest;
use crate::keys::text::{self, control};
use crate::metrics::numbers::Numbers;
use crate::metrics::summary::Summary;
use crate::metrics::thresholds::Verdict;

/// The result of `sweep`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sweep {
    /// What was asked, before any key is varied. The digest is that of the scenario with its points.
    pub setup: Setup,
    /// What produced it. In a folder that is `scenario.toml`, `inputs/` and `manifest.json`.
    #[serde(skip)]
    pub source: Source,
    /// The keys that are varied, in the order in which they were stated.
    pub keys: Vec<String>,
    /// How their values are combined: `grid`, or `lhs:N`.
    pub design: String,
    /// The numbers that are told, by their keys.
    pub measures: Vec<String>,
    /// The disciplines, in the scenario's order.
    pub arms: Vec<String>,
    /// The points, the last key changing first.
    pub points: Vec<Point>,
    /// What the reader should know before trusting the numbers; whole sentences.
    pub warnings: Vec<String>,
}

/// One choice of values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// The value of each key, as scenarios write it, in the order of [`Sweep::keys`].
    pub values: Vec<String>,
    /// Replications of each discipline.
    pub replications: u32,
    /// One per discipline, in the order of [`Sweep::arms`].
    pub arms: Vec<PointArm>,
    /// Each threshold, judged at this point, in the scenario's order.
    pub verdicts: Vec<Verdict>,
}

/// One discipline at one point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointArm {
    /// The digests of all replications, joined in their order.
    pub digest: Digest,
    /// What was measured, by the number's key.
    pub numbers: BTreeMap<String, Summary>,
}

impl Point {
    /// The values with their keys: `burst.tickets=60, desk.technicians=6`.
    pub fn name(&self, keys: &[String]) -> String {
        let pairs = keys.iter().zip(&self.values).map(|(key, value)| format!("{key}={value}"));
        pairs.collect::<Vec<_>>().join(", ")
    }
}

impl Sweep {
    /// The whole sweep as JSON, on one line: with indents it would be several times as large.
    pub fn to_json(&self) -> String {
        let text = serde_json::to_string(self).expect("texts, numbers and lists of them serialise");
        text::json(&text) + "\n"
    }

    /// Checks what reports rely on, whoever wrote the file.
    ///
    /// # Errors
    /// What no sweep has.
    pub(super) fn sound(&self) -> Result<(), String> {
        let Self { setup, keys, arms, points, .. } = self;
        let known: BTreeSet<String> = setup.numbers.all().map(|number| number.key()).collect();
        let names: BTreeSet<&String> = arms.iter().collect();
        let of_points = || points.iter().flat_map(|point| &point.arms);
        let texts = [&setup.name, &setup.summary, &self.design].into_iter();
        let values = points.iter().flat_map(|point| &point.values);
        let mut texts = texts.chain(keys).chain(arms).chain(&self.warnings).chain(values);
        let checks = [
            (arms.is_empty() || names.len() < arms.len(), "its disciplines have no names of their own"),
            (keys.is_empty() || points.is_empty(), "it varies nothing"),
            (!(0.5..=0.9999).contains(&setup.confidence), "its confidence is not one from 0.5 to 0.9999"),
            (
                points.iter().any(|point| point.values.len() != keys.len() || point.arms.len() != arms.len()),
                "its points differ in length",
            ),
            (
                of_points()
                    .flat_map(|arm| arm.numbers.keys())
                    .chain(&self.measures)
                    .any(|key| !known.contains(key)),
                "its numbers are not those of this version of Stampede",
            ),
            (texts.any(|text| control(text).is_some()), "it has control characters in a name"),
        ];
        match checks.iter().find(|(wrong, _)| *wrong) {
            Some((_, cause)) => Err((*cause).to_owned()),
            None => Ok(()),
        }
    }

    /// What an arm measured at each point of a number, by its key.
    pub fn course<'a>(&'a self, arm: usize, key: &'a str) -> impl Iterator<Item = Option<&'a Summary>> {
        self.points.iter().map(move |point| point.arms.get(arm)?.numbers.get(key))
    }
}

/// What was measured, by the number's key.
pub fn measured(numbers: &Numbers, summaries: &[Summary]) -> BTreeMap<String, Summary> {
    let all = numbers.all().zip(summaries).filter(|(_, summary)| summary.n > 0);
    all.map(|(number, summary)| (number.key(), *summary)).collect()
}
