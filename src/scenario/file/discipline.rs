//! `[[discipline]]`: how dispatches are kept out of each other's way.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Visitor};

use super::super::decode::expected;
use super::duration::{Length, PositiveLength};
use super::number::{Share, Whole};
use super::ranker::RankerKindFile;

/// One arm of the comparison.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Discipline")]
pub struct DisciplineFile {
    /// How concurrent dispatches are controlled.
    #[schemars(required)]
    pub kind: Option<KindFile>,
    /// The arm's name, unique: small letters, digits and hyphens. Default: the kind.
    #[schemars(regex(pattern = "^[a-z0-9-]+$"))]
    pub name: Option<String>,
    /// How many dispatches run at the same time, for `unsafe-parallel`, `parallel`, `optimistic` and `locked`.
    /// Default: no limit.
    pub concurrency: Option<Whole<1, 100_000_000>>,
    /// Ranked picks behind the primary, tried in order when a claim is refused; not for `batched`. Default:
    /// 3.
    #[schemars(extend("default" = 3))]
    pub alternatives: Option<Whole<0, 10_000>>,
    /// Passes of read, rank and claim before a ticket is left unassigned; not for `batched`. Default: 5.
    #[schemars(extend("default" = 5))]
    pub max_attempts: Option<Whole<1, 10_000>>,
    /// How much the ranker heeds what its peers consider, 0 to 1; not for `batched`. Default: 1 for `parallel`, else 0.
    /// Subagents do not see each other.
    pub peer_awareness: Option<Share>,
    /// Who ranks in this arm; `batched` needs "ai". Default: as `ranker.kind` says.
    pub ranker: Option<RankerKindFile>,
    /// For `parallel`: the share of dispatches that are protected, 0 to 1; the rest runs unsafe. Default: 1.0.
    #[schemars(extend("default" = 1.0))]
    pub protected_share: Option<Share>,
    /// For `batched` and `subagents`: how long tickets are collected, from the first that waits. A duration. Default:
    /// "2min" for `batched`, "1min" for `subagents`.
    pub window: Option<Length>,
    /// For `pods` and `subagents`: how slots are taken. Default: "held".
    pub writes: Option<WritesFile>,
    /// For `subagents` with an even split: slices of a dispatch, 1 to 20. Default: 5.
    pub subagents: Option<SubagentCount>,
    /// For `subagents`: how tickets are cut into slices. Default: "even".
    pub split: Option<SplitFile>,
    /// For `subagents`: how many work at the same time, 1 to 20; the rest queue. Default: 5.
    pub max_in_flight: Option<Whole<1, 20>>,
    /// For `subagents`: one that runs for this long is stopped. A duration above zero. Default: "30min".
    pub ceiling: Option<PositiveLength>,
    /// For `subagents`: one that has spent this many tokens halts: it begins no further ticket and ranks none anew. Default:
    /// no budget.
    pub token_budget: Option<Whole<1, 1_000_000_000>>,
    /// For `subagents`: how one works the tickets of its slice. Default: "sequential".
    pub inside: Option<InsideFile>,
}

/// How concurrent dispatches are controlled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "DisciplineKind")]
pub enum KindFile {
    /// One at a time.
    Sequential,
    /// All at once, nothing protects the slot.
    UnsafeParallel,
    /// All at once, the slot is held the moment it is picked.
    Parallel,
    /// All at once; the write is refused when the calendar has changed since it was read.
    Optimistic,
    /// All at once; everybody eligible is locked from the read to the write.
    Locked,
    /// Tickets are collected, ranked once and matched at least cost.
    Batched,
    /// One at a time inside a pod, pods in parallel.
    Pods,
    /// Slices of the burst, one subagent each.
    Subagents,
}

/// How slots are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Writes")]
pub enum WritesFile {
    /// Without another look.
    Unsafe,
    /// Held first.
    Held,
    /// By the parent alone, when all subagents have ended; not for `pods`.
    Parent,
}

/// How tickets are cut into slices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Split")]
pub enum SplitFile {
    /// As even as can be, in the order of arrival.
    Even,
    /// One slice for each company.
    Company,
}

/// How a subagent works the tickets of its slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InsideFile {
    /// One after the other.
    Sequential,
    /// All at once.
    Parallel,
}

/// The names of [`InsideFile`].
const INSIDE: [&str; 2] = ["sequential", "parallel"];

impl<'de> Deserialize<'de> for InsideFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InsideVisitor;

        impl Visitor<'_> for InsideVisitor {
            type Value = InsideFile;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"sequential\" or \"parallel\"")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<InsideFile, E> {
                match text {
                    "sequential" => Ok(InsideFile::Sequential),
                    "parallel" => Ok(InsideFile::Parallel),
                    "subagents" => {
                        Err(expected(&"\"sequential\" or \"parallel\"; a subagent cannot fan out again"))
                    }
                    _ => Err(E::unknown_variant(text, &INSIDE)),
                }
            }
        }

        deserializer.deserialize_any(InsideVisitor)
    }
}

impl JsonSchema for InsideFile {
    fn schema_name() -> Cow<'static, str> {
        "Inside".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "How a subagent works the tickets of its slice.",
            "oneOf": [
                { "description": "One after the other.", "type": "string", "const": "sequential" },
                { "description": "All at once.", "type": "string", "const": "parallel" },
            ],
        })
    }
}

/// The most subagents of one dispatch.
const MOST_SUBAGENTS: u64 = 20;

/// How many subagents a dispatch has: 1 to 20.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubagentCount(pub u32);

impl<'de> Deserialize<'de> for SubagentCount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CountVisitor;

        impl Visitor<'_> for CountVisitor {
            type Value = SubagentCount;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a whole number from 1 to {MOST_SUBAGENTS}")
            }

            fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<SubagentCount, E> {
                match u32::try_from(value) {
                    Ok(0) => Err(expected(&format_args!("a whole number from 1 to {MOST_SUBAGENTS}"))),
                    Ok(count) if value <= MOST_SUBAGENTS => Ok(SubagentCount(count)),
                    _ => Err(expected(&format_args!(
                        "at most {MOST_SUBAGENTS} subagents; a dispatch that asks for more is rejected whole: split \
                         the work into several dispatches"
                    ))),
                }
            }
        }

        deserializer.deserialize_any(CountVisitor)
    }
}

impl JsonSchema for SubagentCount {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "SubagentCount".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 1, "maximum": MOST_SUBAGENTS })
    }
}
