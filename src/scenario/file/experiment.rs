//! `[experiment]` and `[thresholds]`: how often, how surely, on what, and what is demanded.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use super::super::decode::expected;
use super::number::{Confidence, Whole};
use super::text::Named;
use crate::scenario::running::EngineName;

/// How often the scenario is replayed, and how sure the results have to be.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Experiment")]
pub struct ExperimentFile {
    /// Replications, each with its own tickets and latencies. Default: 1000.
    #[schemars(extend("default" = 1000))]
    pub replications: Option<Whole<1, 100_000_000>>,
    /// Two-sided confidence of the intervals, 0.5 to 0.9999. Default: 0.95.
    #[schemars(extend("default" = 0.95))]
    pub confidence: Option<Confidence>,
    /// How many replications, from the first on, are written out ticket by ticket; at most `replications`.
    /// Default: 1.
    #[schemars(extend("default" = 1))]
    pub records: Option<Whole<0, 100_000_000>>,
    /// Only these disciplines, by name; `run` takes the first of them in the scenario's order. Default: all. A flag on
    /// the command line wins, here and in the next two.
    #[schemars(length(min = 1))]
    pub disciplines: Option<Vec<String>>,
    /// Who carries the messages; the results are the same. Default: "actix" for `run`, else "direct".
    pub engine: Option<EngineName>,
    /// Worker threads; the results do not depend on it. Default: one a core.
    pub threads: Option<Whole<1, 1024>>,
}

/// The thresholds by metric, or by `discipline.metric`.
pub type ThresholdsFile = Named<Demands>;

/// One demand or a list of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Demands {
    /// The demands.
    pub texts: Vec<String>,
    /// Whether they were written as a list.
    pub is_list: bool,
}

const EXPECTED: &str = "a threshold such as \"p(95) < 10min\", or a list of them";

impl<'de> Deserialize<'de> for Demands {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DemandsVisitor;

        impl<'de> Visitor<'de> for DemandsVisitor {
            type Value = Demands;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(EXPECTED)
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Demands, E> {
                Ok(Demands { texts: vec![text.to_owned()], is_list: false })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Demands, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = list.next_element()? {
                    texts.push(text);
                }
                Ok(Demands { texts, is_list: true })
            }

            fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Demands, A::Error> {
                Err(expected(&format_args!(
                    "{EXPECTED}; a threshold for one discipline needs quotes around its key, as in \
                     \"parallel.conflict_rate\" = [\"mean < 0.35\"]"
                )))
            }
        }

        deserializer.deserialize_any(DemandsVisitor)
    }
}

impl JsonSchema for Demands {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Demands".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                { "type": "string" },
                { "type": "array", "items": { "type": "string" }, "minItems": 1 },
            ]
        })
    }
}
