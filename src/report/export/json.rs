//! `summary.json`: the whole comparison for programs, and the JSON Schema it keeps to.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::super::judgement::{candidates, is_faultless};
use super::Exporter;
use crate::keys::Named;
use crate::keys::text;
use crate::metrics::bursts::{self, OverBursts};
use crate::metrics::catalog::Unit;
use crate::metrics::comparison::MAKESPAN;
use crate::metrics::numbers::Numbers;
use crate::metrics::precision::{FEWEST, State};
use crate::metrics::statistics::Basis;
use crate::metrics::thresholds::Verdict;
use crate::results::{Arm, Comparison};

/// `summary.json`.
#[derive(Clone, Copy, Debug)]
pub struct Json;

impl Exporter for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn export(&self, c: &Comparison) -> Vec<u8> {
        summary(c).into_bytes()
    }
}

/// A comparison of dispatch disciplines, as Stampede writes it to summary.json.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Summary")]
struct SummaryFile<'a> {
    /// The version of Stampede that made the file.
    stampede: &'a str,
    /// The scenario that was run.
    scenario: ScenarioRun<'a>,
    /// Replications of each discipline.
    replications: u32,
    /// What amounts of money are in; null where the scenario does not say.
    currency: Option<&'a str>,
    /// How precise a mean had to be, which decided how many replications there are; null where it was said how many.
    precision: Option<Precision>,
    /// Two-sided confidence of the intervals, as in 0.95.
    confidence: f64,
    /// Each threshold, judged, in the scenario's order.
    thresholds: Vec<Threshold<'a>>,
    /// Which disciplines may be the best; null where no two are without a fault, or there is one replication only.
    best: Option<Best<'a>>,
    /// The disciplines, in the scenario's order.
    disciplines: Vec<Discipline<'a>>,
    /// What the reader should know before trusting the numbers; whole sentences.
    warnings: &'a [String],
}

/// Of the disciplines without a fault, those of which one has the least of a number in truth, with the confidence of the
/// intervals.
#[derive(Serialize, JsonSchema)]
struct Best<'a> {
    /// The number by its key.
    number: &'static str,
    /// The disciplines, in the scenario's order.
    one_of: Vec<&'a str>,
}

/// How precise a mean had to be under every discipline.
#[derive(Serialize, JsonSchema)]
struct Precision {
    /// The number by its key, as in `makespan`.
    number: String,
    /// How far from its mean the interval was to reach at most, as the scenario has it: "2%" of the mean, or "30s".
    within: String,
    /// The replications before the first look at it; at each look they are doubled.
    fewest: u32,
    /// No more replications than this.
    most: u32,
    /// Whether it was reached under every discipline.
    reached: bool,
    /// How far each discipline got, in the scenario's order.
    disciplines: Vec<ArmsPrecision>,
}

/// How precise a mean is under one discipline.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Reached")]
struct ArmsPrecision {
    /// The discipline.
    discipline: String,
    /// Whether it is as precise as was asked; also where all replications have the same value, or it is not measured there.
    reached: bool,
    /// How far the interval reaches from the mean on its longer side; null where there is none.
    reaches: Option<f64>,
    /// How far it was to reach at most, in the unit of the number.
    allowed: Option<f64>,
}

/// What was run.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Scenario")]
struct ScenarioRun<'a> {
    /// Its name.
    name: &'a str,
    /// Its one-line summary.
    summary: &'a str,
    /// SHA-256 of the scenario as it was run, in hexadecimal.
    digest: &'a str,
    /// The seed.
    seed: u64,
    /// The start: RFC 3339.
    start: String,
    /// The IANA name of the time zone, or null where the start has a fixed offset only.
    time_zone: Option<&'a str>,
}

/// A threshold, judged for one discipline.
#[derive(Serialize, JsonSchema)]
struct Threshold<'a> {
    /// The discipline it was judged for.
    discipline: &'a str,
    /// The metric.
    metric: &'a str,
    /// The demand, as the scenario has it.
    demand: &'a str,
    /// Whether it holds.
    holds: bool,
    /// What was measured; null where nothing was, and then the threshold does not hold.
    #[serde(serialize_with = "or_never")]
    #[schemars(schema_with = "numbers")]
    measured: Option<f64>,
    /// The number it was judged by.
    #[serde(serialize_with = "or_never")]
    #[schemars(schema_with = "numbers")]
    judged_by: Option<f64>,
    /// What that number is, in words.
    judged_on: &'a str,
}

/// One discipline's results.
#[derive(Serialize, JsonSchema)]
struct Discipline<'a> {
    /// Its name.
    name: &'a str,
    /// The digest of its event logs, all replications joined: equal digests, equal logs.
    digest: String,
    /// Whether the differences are taken to this discipline.
    baseline: bool,
    /// Each measure by its key, as in `dispatch_delay.p95`.
    metrics: BTreeMap<String, Metric>,
}

/// One measure over the replications.
#[derive(Serialize, JsonSchema)]
struct Metric {
    /// The mean over replications; null where nothing was measured.
    #[serde(serialize_with = "or_never")]
    #[schemars(schema_with = "numbers")]
    mean: Option<f64>,
    /// The lower end of the mean's confidence interval; null where there is none, for which see `basis`.
    lower: Option<f64>,
    /// The upper end.
    upper: Option<f64>,
    /// What the interval rests on: enough replications that differ; a single one; few that differ, where nearly all have
    /// the same value; or replications in which it is never.
    #[schemars(schema_with = "bases")]
    basis: Option<&'static str>,
    /// With `few`, the replications whose value is not that of all others; with `never`, those whose value is "never".
    events: Option<u32>,
    /// With `few`, the largest share of bursts that would differ so in the long run, with the confidence of the intervals.
    at_most: Option<f64>,
    /// Replications in which it was measured.
    n: u32,
    /// The smallest value.
    #[serde(serialize_with = "or_never")]
    #[schemars(schema_with = "numbers")]
    min: Option<f64>,
    /// The largest value.
    #[serde(serialize_with = "or_never")]
    #[schemars(schema_with = "numbers")]
    max: Option<f64>,
    /// The sum over replications.
    #[serde(serialize_with = "or_never")]
    #[schemars(schema_with = "numbers")]
    total: Option<f64>,
    /// What it does not exceed in shares of the replications; null where nothing was measured.
    over_replications: Option<OverReplications>,
    /// The unit of these numbers; money is in `currency`.
    #[schemars(schema_with = "units")]
    unit: &'static str,
    /// This discipline minus the baseline, paired replication by replication; null for the baseline itself.
    difference: Option<Difference>,
}

/// The names of all units.
pub(in crate::report) fn units(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let names: Vec<&str> = Unit::ALL.iter().map(|unit| unit.name()).collect();
    schemars::json_schema!({ "type": "string", "enum": names })
}

/// A number; the word `never` for one that is infinite, which JSON has no number for.
#[expect(clippy::ref_option, reason = "serde hands over a reference to the field")]
pub(in crate::report) fn or_never<S: serde::Serializer>(
    number: &Option<f64>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match number {
        Some(f64::INFINITY) => serializer.serialize_str("never"),
        number => number.serialize(serializer),
    }
}

/// A number, `never` or nothing.
pub(in crate::report) fn numbers(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({ "type": ["number", "string", "null"], "pattern": "^never$" })
}

/// The words for what intervals rest on, or nothing.
fn bases(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let words = Basis::WORDS.map(|(word, _)| Some(word));
    let words: Vec<_> = words.into_iter().chain([None]).collect();
    schemars::json_schema!({ "type": ["string", "null"], "enum": words })
}

/// What a measure does not exceed in shares of the replications: values of the nearest rank.
#[derive(Serialize, JsonSchema)]
struct OverReplications {
    /// In half of them.
    p50: Quantile,
    /// In 90 % of them.
    p90: Quantile,
    /// In 95 % of them.
    p95: Quantile,
}

/// A value that so many replications do not exceed.
#[derive(Serialize, JsonSchema)]
struct Quantile {
    /// The value.
    #[serde(serialize_with = "or_never")]
    #[schemars(schema_with = "numbers")]
    value: Option<f64>,
    /// The lower end of its confidence interval; null, as the upper end is, where there are too few replications for both.
    #[serde(serialize_with = "or_never")]
    #[schemars(schema_with = "numbers")]
    lower: Option<f64>,
    /// The upper end.
    #[serde(serialize_with = "or_never")]
    #[schemars(schema_with = "numbers")]
    upper: Option<f64>,
}

/// A paired difference to the baseline.
#[derive(Serialize, JsonSchema)]
struct Difference {
    /// The mean difference.
    mean: f64,
    /// The lower end of its confidence interval; null where there is none, for which see `basis`.
    lower: Option<f64>,
    /// The upper end.
    upper: Option<f64>,
    /// What the interval rests on.
    #[schemars(schema_with = "bases")]
    basis: Option<&'static str>,
    /// How likely a difference at least as far from zero is where there is none; null where too few replications tell. At
    /// least 1e-9: what is less likely is not told apart.
    p: Option<f64>,
    /// The same by Holm's correction for the differences of this number between the baseline and all other disciplines.
    p_holm: Option<f64>,
    /// How many times as wide the interval would be if both disciplines had bursts of their own; null where it has no width.
    narrowing: Option<f64>,
}

/// The comparison as `summary.json` has it.
pub fn summary(c: &Comparison) -> String {
    let setup = &c.setup;
    let view = SummaryFile {
        stampede: &c.source.stampede,
        scenario: ScenarioRun {
            name: &setup.name,
            summary: &setup.summary,
            digest: &setup.scenario_digest,
            seed: setup.seed,
            start: crate::domain::stamp::Civil::new(&setup.start).text(crate::domain::SimTime::ZERO),
            time_zone: setup.start.time_zone().iana_name(),
        },
        replications: setup.replications,
        currency: setup.currency.as_deref(),
        precision: precision(c),
        confidence: setup.confidence,
        thresholds: c.verdicts.iter().map(threshold).collect(),
        best: best(c),
        disciplines: c.arms.iter().map(|arm| discipline(arm, &c.setup.numbers)).collect(),
        warnings: &c.warnings,
    };
    pretty(&view)
}

/// The JSON Schema of `summary.json`, as `schemas/summary.json` has it.
pub fn json_schema() -> String {
    pretty(&schemars::schema_for!(SummaryFile<'_>))
}

/// Indented JSON that ends with a newline.
pub(in crate::report) fn pretty(value: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(value).expect("texts, numbers and maps with text keys serialise");
    text::json(&text) + "\n"
}

fn best(c: &Comparison) -> Option<Best<'_>> {
    let faultless = c.arms.iter().filter(|arm| is_faultless(arm)).count();
    let one_of = || candidates(c).into_iter().map(|arm| &*arm.name).collect();
    (faultless > 1 && c.setup.replications > 1).then(|| Best { number: MAKESPAN, one_of: one_of() })
}

fn precision(c: &Comparison) -> Option<Precision> {
    let asked = c.setup.precision.as_ref()?;
    let states = c.states(asked);
    let unit = asked.number.measure.unit;
    let reached = |(arm, state): (&Arm, &State)| {
        let far = match *state {
            State::Reaches(reaches, allowed) => Some((reaches, allowed)),
            _ => None,
        };
        ArmsPrecision {
            discipline: arm.name.clone(),
            reached: state.is_precise(),
            reaches: far.map(|(reaches, _)| unit.rounded_over_replications(reaches)),
            allowed: far.map(|(_, allowed)| unit.rounded_over_replications(allowed)),
        }
    };
    Some(Precision {
        number: asked.number.key(),
        within: asked.text.clone(),
        fewest: FEWEST.min(asked.most),
        most: asked.most,
        reached: states.iter().all(|state| state.is_precise() && *state != State::Unmeasured),
        disciplines: c.arms.iter().zip(&states).map(reached).collect(),
    })
}

fn threshold(verdict: &Verdict) -> Threshold<'_> {
    Threshold {
        discipline: &verdict.discipline,
        metric: &verdict.threshold.metric,
        demand: &verdict.threshold.text,
        holds: verdict.holds,
        measured: verdict.measured,
        judged_by: verdict.judged_by,
        judged_on: &verdict.judged_on,
    }
}

fn over_replications(found: &OverBursts) -> OverReplications {
    let quantile =
        |it: &bursts::Quantile| Quantile { value: Some(it.value), lower: it.lower, upper: it.upper };
    OverReplications { p50: quantile(&found.p50), p90: quantile(&found.p90), p95: quantile(&found.p95) }
}

fn discipline<'a>(arm: &'a Arm, numbers: &Numbers) -> Discipline<'a> {
    let metrics = numbers.all().zip(&arm.summaries).enumerate().map(|(index, (number, summary))| {
        let paired = arm.paired.get(index).copied().flatten();
        let metric = Metric {
            mean: summary.mean.map(|mean| mean.mean),
            lower: summary.mean.and_then(|mean| mean.lower()),
            upper: summary.mean.and_then(|mean| mean.upper()),
            basis: summary.mean.map(|mean| mean.basis.word()),
            events: summary.mean.and_then(|mean| mean.basis.events()),
            at_most: summary.mean.and_then(|mean| mean.basis.at_most()),
            n: summary.n,
            min: summary.min,
            max: summary.max,
            total: Some(summary.total),
            over_replications: summary.over_bursts.as_ref().map(over_replications),
            unit: number.measure.unit.name(),
            difference: paired.map(|paired| Difference {
                mean: paired.difference.mean,
                lower: paired.difference.lower(),
                upper: paired.difference.upper(),
                basis: Some(paired.difference.basis.word()),
                p: paired.p,
                p_holm: paired.p_holm,
                narrowing: paired.narrowing.map(|it| Unit::Ratio.rounded_over_replications(it)),
            }),
        };
        (number.key(), metric)
    });
    Discipline {
        name: &arm.name,
        digest: arm.digest.to_string(),
        baseline: arm.paired.is_empty(),
        metrics: metrics.collect(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::metrics::catalog;
    use crate::report::tests::comparison;

    /// Checks what the schema says of objects, arrays and plain types.
    fn check(value: &Value, schema: &Value, root: &Value, path: &str) {
        if let Some(reference) = schema["$ref"].as_str() {
            let target =
                root.pointer(reference.trim_start_matches('#')).expect("the reference leads somewhere");
            return check(value, target, root, path);
        }
        if let Some(options) = schema["anyOf"].as_array() {
            let option = if value.is_null() { &options[1] } else { &options[0] };
            return check(value, option, root, path);
        }
        let types: Vec<&str> = match &schema["type"] {
            Value::String(only) => vec![only],
            Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
            other => panic!("{path}: the schema says nothing of the type: {other}"),
        };
        let found = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_u64() && types.contains(&"integer") => "integer",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        assert!(types.contains(&found), "{path} is {found} and not one of {types:?}");
        if let Value::Array(items) = value {
            for (index, item) in items.iter().enumerate() {
                check(item, &schema["items"], root, &format!("{path}[{index}]"));
            }
        }
        if let Value::Object(fields) = value {
            for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                assert!(fields.contains_key(name), "{path} has no {name}");
            }
            for (name, field) in fields {
                let known = schema["properties"].get(name).unwrap_or(&schema["additionalProperties"]);
                assert!(known.is_object(), "{path}.{name} is not in the schema");
                check(field, known, root, &format!("{path}.{name}"));
            }
        }
    }

    #[test]
    fn the_summary_keeps_to_its_schema_and_has_the_numbers() {
        let text = summary(&comparison());
        assert!(text.ends_with("}\n"));
        let value: Value = serde_json::from_str(&text).unwrap();
        let schema: Value = serde_json::from_str(&json_schema()).unwrap();
        check(&value, &schema, &schema, "summary");

        assert_eq!(value["scenario"]["start"], "2026-11-23T08:00:00-05:00");
        assert_eq!(value["scenario"]["time_zone"], "America/New_York");
        assert_eq!((&value["currency"], &value["precision"]), (&Value::Null, &Value::Null));
        assert_eq!(value["thresholds"][0]["holds"], false);
        assert_eq!(value["disciplines"][0]["baseline"], true);
        let makespan = &value["disciplines"][2]["metrics"]["makespan"];
        assert_eq!(makespan["mean"], 290.0);
        assert_eq!(makespan["lower"], 280.0);
        assert_eq!(makespan["unit"], "seconds");
        assert_eq!(makespan["difference"]["mean"], -310.0);
        assert_eq!(value["best"], Value::Null, "only one is without a fault");
        assert_eq!(value["disciplines"][0]["metrics"]["conflict_rate"]["mean"], Value::Null);
        assert_eq!(value["disciplines"][0]["metrics"].as_object().unwrap().len(), catalog::NUMBERS);
        let order: Vec<&String> = value.as_object().unwrap().keys().collect();
        assert!(
            order.iter().position(|k| *k == "thresholds") < order.iter().position(|k| *k == "disciplines")
        );
    }

    #[test]
    fn what_was_asked_of_a_mean_and_what_came_of_it_keep_to_the_schema() {
        use crate::metrics::precision::{Precision, number};
        let mut c = comparison();
        c.setup.currency = Some("EUR".to_owned());
        let asked = |key, text| Precision::new(number(key).unwrap(), text, 400).unwrap();
        let told = |c: &Comparison| {
            let value: Value = serde_json::from_str(&summary(c)).unwrap();
            let schema: Value = serde_json::from_str(&json_schema()).unwrap();
            check(&value, &schema, &schema, "summary");
            (value["precision"].clone(), value["currency"].clone())
        };
        c.setup.precision = Some(asked("makespan", "3.5%"));
        let (precision, currency) = told(&c);
        assert_eq!(currency, "EUR");
        assert_eq!((&precision["number"], &precision["within"]), (&"makespan".into(), &"3.5%".into()));
        assert_eq!((&precision["fewest"], &precision["most"]), (&100.into(), &400.into()));
        assert_eq!(precision["reached"], false, "8 s of 200 are 4 %");
        let arm = &precision["disciplines"][1];
        assert_eq!((&arm["discipline"], &arm["reached"]), (&"unsafe-parallel".into(), &false.into()));
        assert_eq!((&arm["reaches"], &arm["allowed"]), (&8.0.into(), &7.0.into()));
        c.setup.precision = Some(asked("makespan", "20s"));
        assert_eq!(told(&c).0["reached"], true);
        // Measured under one discipline only.
        c.setup.precision = Some(asked("conflict_rate", "20%"));
        let (precision, _) = told(&c);
        assert_eq!(
            (&precision["reached"], &precision["disciplines"][0]["reaches"]),
            (&false.into(), &Value::Null)
        );
    }

    #[test]
    fn the_schema_is_the_same_each_time() {
        assert_eq!(json_schema(), json_schema());
        assert!(json_schema().contains("\"difference\""));
    }
}
