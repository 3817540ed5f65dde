//! Distributions as they are typed: a plain value, or a table with exactly one family.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, IntoDeserializer, MapAccess, Visitor};

use super::duration::{Length, PositiveLength};
use super::number::{LogDeviation, NonNegative, Positive, Shape, Variation};

/// What a distribution is about: durations or plain numbers.
pub trait Quantity: Copy + fmt::Debug + JsonSchema {
    /// The type of a value, zero included.
    type Value: for<'de> Deserialize<'de> + JsonSchema + Copy + fmt::Debug;
    /// The type of a mean or a scale, above zero.
    type Scale: for<'de> Deserialize<'de> + JsonSchema + Copy + fmt::Debug;
    /// What is expected where a distribution stands.
    const EXPECTED: &str;
    /// Whether files may write units; bare numbers are seconds then.
    const IS_TIME: bool;
    /// Its value in seconds, or the number itself.
    fn value(value: Self::Value) -> f64;
    /// Its value in seconds, or the number itself.
    fn scale(scale: Self::Scale) -> f64;
}

/// Durations.
#[derive(Clone, Copy, Debug, JsonSchema)]
pub struct Time;

/// Plain numbers.
#[derive(Clone, Copy, Debug, JsonSchema)]
pub struct Amount;

impl Quantity for Time {
    type Value = Length;
    type Scale = PositiveLength;
    const EXPECTED: &str =
        "a duration such as \"30min\" or a distribution such as { exponential = { mean = \"25min\" } }";
    const IS_TIME: bool = true;

    fn value(value: Length) -> f64 {
        value.0.as_secs_f64()
    }

    fn scale(scale: PositiveLength) -> f64 {
        scale.0.as_secs_f64()
    }
}

impl Quantity for Amount {
    type Value = NonNegative;
    type Scale = Positive;
    const EXPECTED: &str = "a number or a distribution such as { exponential = { mean = 4000 } }";
    const IS_TIME: bool = false;

    fn value(value: NonNegative) -> f64 {
        value.0
    }

    fn scale(scale: Positive) -> f64 {
        scale.0
    }
}

/// A distribution: a plain value, which always comes, or a table with one family.
#[derive(Clone, Debug)]
pub enum DistributionFile<Q: Quantity> {
    /// Always this value.
    Plain(Q::Value),
    /// A family with its parameters.
    Table(Box<Families<Q>>),
}

/// A distribution: exactly one of the families, with its parameters.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "")]
#[schemars(rename = "{Q}Distribution", bound = "Q: Quantity")]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
pub struct Families<Q: Quantity> {
    /// Always this value.
    pub constant: Option<Q::Value>,
    /// Every value from `min` up to `max` alike.
    pub uniform: Option<UniformRange<Q>>,
    /// Exponential: memoryless, with this mean.
    pub exponential: Option<Exponential<Q>>,
    /// Normal; what falls below zero counts as zero.
    pub normal: Option<Normal<Q>>,
    /// Lognormal, by its mean and either `cv` or `sigma`.
    pub lognormal: Option<Lognormal<Q>>,
    /// Gamma, by its mean and either `shape` or `cv`.
    pub gamma: Option<Gamma<Q>>,
    /// Weibull.
    pub weibull: Option<Weibull<Q>>,
    /// A CSV file, relative to the scenario's folder: one of the values of its first column, each as likely as the
    /// other. A heading is skipped. Bare numbers are seconds where durations are asked for.
    pub empirical: Option<String>,
}

/// Every value from `min` up to `max` alike.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "")]
#[schemars(rename = "{Q}Uniform", bound = "Q: Quantity")]
pub struct UniformRange<Q: Quantity> {
    /// The least value.
    #[schemars(required)]
    pub min: Option<Q::Value>,
    /// The largest value.
    #[schemars(required)]
    pub max: Option<Q::Value>,
}

/// Exponential.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "")]
#[schemars(rename = "{Q}Exponential", bound = "Q: Quantity")]
pub struct Exponential<Q: Quantity> {
    /// The mean, above zero.
    #[schemars(required)]
    pub mean: Option<Q::Scale>,
}

/// Normal.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "")]
#[schemars(rename = "{Q}Normal", bound = "Q: Quantity")]
pub struct Normal<Q: Quantity> {
    /// The mean before the cut at zero.
    #[schemars(required)]
    pub mean: Option<Q::Value>,
    /// The standard deviation before the cut at zero.
    #[schemars(required)]
    pub sd: Option<Q::Value>,
}

/// Lognormal.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "")]
#[schemars(rename = "{Q}Lognormal", bound = "Q: Quantity")]
pub struct Lognormal<Q: Quantity> {
    /// The mean, above zero.
    #[schemars(required)]
    pub mean: Option<Q::Scale>,
    /// The coefficient of variation: standard deviation over mean. Instead of `sigma`.
    pub cv: Option<Variation>,
    /// The standard deviation of the logarithm. Instead of `cv`.
    pub sigma: Option<LogDeviation>,
}

/// Gamma.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "")]
#[schemars(rename = "{Q}Gamma", bound = "Q: Quantity")]
pub struct Gamma<Q: Quantity> {
    /// The mean, above zero.
    #[schemars(required)]
    pub mean: Option<Q::Scale>,
    /// The shape; the coefficient of variation is 1/√shape. Instead of `cv`.
    pub shape: Option<Shape>,
    /// The coefficient of variation: standard deviation over mean. Instead of `shape`.
    pub cv: Option<Variation>,
}

/// Weibull.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, bound = "")]
#[schemars(rename = "{Q}Weibull", bound = "Q: Quantity")]
pub struct Weibull<Q: Quantity> {
    /// The scale: 63 % of the values are below it.
    #[schemars(required)]
    pub scale: Option<Q::Scale>,
    /// The shape; 1 is the exponential.
    #[schemars(required)]
    pub shape: Option<Shape>,
}

/// Tells a plain value from a table.
struct DistributionVisitor<Q>(PhantomData<Q>);

impl<'de, Q: Quantity> Visitor<'de> for DistributionVisitor<Q> {
    type Value = DistributionFile<Q>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Q::EXPECTED)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Q::Value::deserialize(text.into_deserializer()).map(DistributionFile::Plain)
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Self::Value, E> {
        Q::Value::deserialize(number.into_deserializer()).map(DistributionFile::Plain)
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Self::Value, E> {
        Q::Value::deserialize(number.into_deserializer()).map(DistributionFile::Plain)
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Self::Value, E> {
        Q::Value::deserialize(number.into_deserializer()).map(DistributionFile::Plain)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Families::deserialize(MapAccessDeserializer::new(map))
            .map(|families| DistributionFile::Table(Box::new(families)))
    }
}

impl<'de, Q: Quantity> Deserialize<'de> for DistributionFile<Q> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DistributionVisitor(PhantomData))
    }
}

impl<Q: Quantity> JsonSchema for DistributionFile<Q> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("{}OrDistribution", Q::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let plain = generator.subschema_for::<Q::Value>();
        let table = generator.subschema_for::<Families<Q>>();
        json_schema!({ "anyOf": [plain, table] })
    }
}
