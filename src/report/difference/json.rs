//! What differs, for programs, and the JSON Schema it keeps to.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::super::export::json::{numbers, or_never, pretty, units};
use super::{cause, verdict};
use crate::keys::Named;
use crate::metrics::thresholds::Verdict;
use crate::results::difference::{ArmDifference, Difference, Effect, Pairing, Row};

/// What differs between a baseline and a later run, as `stampede diff --format json` prints it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Difference")]
struct DifferenceFile {
    /// Whether a number or a threshold regressed: `diff` ends with exit code 99 then.
    regression: bool,
    /// Whether nothing differs but, perhaps, the version of Stampede.
    nothing: bool,
    /// The verdict in a sentence.
    verdict: String,
    /// Whether the scenario changed or the program, in a sentence.
    cause: String,
    /// The baseline.
    baseline: Side,
    /// The later run.
    now: Side,
    /// The two-sided confidence of the intervals; the probability that any effect told is chance is one minus it at most.
    confidence: f64,
    /// Which replications are compared with which.
    #[schemars(schema_with = "pairings")]
    pairing: &'static str,
    /// How many differences were tested at once, for which Holm's correction makes up.
    tested: usize,
    /// The scenario's keys that differ, and the files that it names.
    keys: Vec<Key>,
    /// The disciplines of both runs.
    disciplines: Vec<Discipline>,
    /// Thresholds that held in the baseline and are crossed now.
    crossed: Vec<Threshold>,
    /// Thresholds that were crossed in the baseline and hold now.
    mended: Vec<Threshold>,
}

/// One of the two runs.
#[derive(Serialize, JsonSchema)]
struct Side {
    /// The scenario's name.
    scenario: String,
    /// The version of Stampede.
    stampede: String,
    /// Replications of each discipline.
    replications: u32,
    /// The disciplines that the other run has not.
    only_disciplines: Vec<String>,
    /// The numbers that the other run has not.
    only_numbers: Vec<String>,
}

/// A key that differs.
#[expect(clippy::struct_field_names, reason = "a key is what it is of")]
#[derive(Serialize, JsonSchema)]
struct Key {
    /// The key, or the file.
    key: String,
    /// Its value in the baseline, as TOML has it; null where it is not stated.
    before: Option<String>,
    /// Its value now.
    after: Option<String>,
}

/// One discipline.
#[derive(Serialize, JsonSchema)]
struct Discipline {
    /// Its name.
    name: String,
    /// In how many pairs of replications the event logs differ; null where there are no pairs.
    events_differ: Option<u32>,
    /// Each number that both runs have, by its key.
    metrics: BTreeMap<String, Metric>,
}

/// One number.
#[derive(Serialize, JsonSchema)]
struct Metric {
    /// What has become of it.
    #[schemars(schema_with = "effects")]
    effect: &'static str,
    /// Its mean in the baseline; null where nothing was measured.
    #[serde(serialize_with = "or_never")]
    #[schemars(schema_with = "numbers")]
    before: Option<f64>,
    /// Its mean now.
    #[serde(serialize_with = "or_never")]
    #[schemars(schema_with = "numbers")]
    after: Option<f64>,
    /// The mean difference, now minus baseline; null where there is none to take.
    difference: Option<f64>,
    /// The lower end of its confidence interval.
    lower: Option<f64>,
    /// The upper end.
    upper: Option<f64>,
    /// The unit of the difference.
    #[schemars(schema_with = "units")]
    unit: &'static str,
    /// Whether the difference is one of shares of replications in which the number is never reached.
    of_never: bool,
    /// The probability that chance makes as large a difference, by itself; null where it cannot be told.
    p: Option<f64>,
    /// The same, corrected for all differences that were tested.
    p_corrected: Option<f64>,
}

/// A threshold that turned, as it is judged now.
#[derive(Serialize, JsonSchema)]
struct Threshold {
    /// The discipline.
    discipline: String,
    /// The metric.
    metric: String,
    /// The demand.
    demand: String,
    /// What is measured now.
    #[serde(serialize_with = "or_never")]
    #[schemars(schema_with = "numbers")]
    measured: Option<f64>,
}

/// The names of the values of a choice.
fn choice<N: Named>() -> schemars::Schema {
    let names: Vec<&str> = N::ALL.iter().map(|value| value.name()).collect();
    schemars::json_schema!({ "type": "string", "enum": names })
}

fn pairings(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    choice::<Pairing>()
}

fn effects(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    choice::<Effect>()
}

/// The whole difference.
pub fn json(d: &Difference) -> String {
    let side = |index: usize| Side {
        scenario: d.names[index].clone(),
        stampede: d.versions[index].clone(),
        replications: d.replications[index],
        only_disciplines: d.arms_of_one[index].clone(),
        only_numbers: d.numbers_of_one[index].clone(),
    };
    let key = |change: &crate::results::difference::KeyChange| Key {
        key: change.key.clone(),
        before: change.before.clone(),
        after: change.after.clone(),
    };
    pretty(&DifferenceFile {
        regression: d.is_regression(),
        nothing: d.is_nothing(),
        verdict: verdict(d),
        cause: cause(d),
        baseline: side(0),
        now: side(1),
        confidence: d.confidence,
        pairing: d.pairing.name(),
        tested: d.tested,
        keys: d.keys.iter().map(key).collect(),
        disciplines: d.arms.iter().map(discipline).collect(),
        crossed: d.crossed.iter().map(threshold).collect(),
        mended: d.mended.iter().map(threshold).collect(),
    })
}

/// The JSON Schema of what [`json`] yields, as `schemas/difference.json` has it.
pub fn json_schema() -> String {
    pretty(&schemars::schema_for!(DifferenceFile))
}

fn discipline(arm: &ArmDifference) -> Discipline {
    let metrics = arm.rows.iter().map(|row| (row.number.key(), metric(row)));
    Discipline { name: arm.name.clone(), events_differ: arm.logs, metrics: metrics.collect() }
}

fn metric(row: &Row) -> Metric {
    let difference = row.contrast.difference;
    Metric {
        effect: row.effect.name(),
        before: row.before.map(|before| before.mean),
        after: row.after.map(|after| after.mean),
        difference: difference.map(|difference| difference.mean),
        lower: difference.and_then(|difference| difference.lower()),
        upper: difference.and_then(|difference| difference.upper()),
        unit: row.unit().name(),
        of_never: row.contrast.of_never,
        p: row.contrast.p,
        p_corrected: row.p,
    }
}

fn threshold(verdict: &Verdict) -> Threshold {
    Threshold {
        discipline: verdict.discipline.clone(),
        metric: verdict.threshold.metric.clone(),
        demand: verdict.threshold.text.clone(),
        measured: verdict.measured,
    }
}
