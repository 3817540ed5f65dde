//! `[dispatch]` and `[[agent]]`: which tickets are dispatched, and what a dispatch does.

use schemars::{JsonSchema, Schema};
use serde::Deserialize;

use super::duration::{Length, PositiveLength, SlotLength};
use super::number::Whole;
use super::text::{RuleHours, Weekday};

/// Defines `[dispatch]` and `[[agent]]`, which have the same keys, and how the one gives way to the other.
macro_rules! workflow {
    ($($(#[$($attribute:tt)*])* $key:ident: $type:ty,)*) => {
        /// What a dispatch does. Where there are `[[agent]]`, what they have in common.
        #[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[schemars(rename = "Dispatch")]
        pub struct DispatchFile {
            $($(#[$($attribute)*])* pub $key: Option<$type>,)*
        }

        /// One dispatch workflow. A key that is left out is as `[dispatch]` says, and only where that is silent too as
        /// its description says.
        #[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        #[schemars(rename = "Agent", transform = without_defaults)]
        pub struct AgentFile {
            /// The agent's name, unique: small letters, digits and hyphens.
            #[schemars(required, regex(pattern = "^[a-z0-9-]+$"))]
            pub name: Option<String>,
            $($(#[$($attribute)*])* pub $key: Option<$type>,)*
        }

        impl AgentFile {
            /// The agent's keys, and those of `common` where it has none.
            pub fn over(&self, common: &DispatchFile) -> DispatchFile {
                DispatchFile { $($key: self.$key.as_ref().or(common.$key.as_ref()).cloned(),)* }
            }
        }
    };
}

workflow! {
    /// Book a slot with a technician, only assign a technician, or only assign the board's team. Default:
    /// "owner-and-slot".
    #[schemars(extend("default" = "owner-and-slot"))]
    mode: ModeFile,
    /// Dispatch only tickets that arrive at these boards. Default: all.
    boards: Vec<String>,
    /// Dispatch only tickets that arrive in these statuses. A ticket of which no status is recorded is "New".
    /// Default: all.
    statuses: Vec<String>,
    /// Dispatch only tickets of these companies. Default: all.
    companies: Vec<String>,
    /// Never dispatch tickets of these companies, whatever the other lists say. Default: none.
    excluded_companies: Vec<String>,
    /// A slot's length: a duration from 1min to 8h. Default: "30min".
    #[schemars(extend("default" = "30min"))]
    slot: SlotLength,
    /// Free time kept between two calendar entries: a duration. Default: "10min".
    #[schemars(extend("default" = "10min"))]
    buffer: Length,
    /// No slot starts earlier than this after the decision: a duration. Default: "10min".
    #[schemars(extend("default" = "10min"))]
    lead: Length,
    /// Slots start at multiples of this duration after the scenario's start. Default: at any instant.
    grid: PositiveLength,
    /// No slot starts later than this after the decision: a duration above zero. Default: "24h".
    #[schemars(extend("default" = "24h"))]
    horizon: PositiveLength,
    /// After the last attempt has lost, take the first free slot of the second working day. Default: false.
    #[schemars(extend("default" = false))]
    second_day: bool,
    /// The ticket's status once it is dispatched. Default: it stays what it was.
    status_after: String,
    /// With mode "owner-only": a technician with this many active tickets or more gets none. Default: no limit.
    max_active: Whole<1, 1_000_000>,
    /// With mode "owner-only": tickets in these statuses do not count as active. Default: none.
    excluded_statuses: Vec<String>,
    /// Standing rules, all of which apply. Default: none.
    sop: Vec<SopFile>,
}

/// Takes the defaults out: those of an agent are what `[dispatch]` says.
fn without_defaults(schema: &mut Schema) {
    if let Some(serde_json::Value::Object(properties)) = schema.get_mut("properties") {
        for property in properties.values_mut().filter_map(serde_json::Value::as_object_mut) {
            property.remove("default");
        }
    }
}

/// What a dispatch does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Mode")]
pub enum ModeFile {
    /// Assign a technician and book a slot.
    OwnerAndSlot,
    /// Assign a technician by active tickets; no calendar is touched.
    OwnerOnly,
    /// Assign the board's team; technicians pull from its queue.
    TeamOnly,
}

/// A standing rule: conditions, all of which have to hold, and exactly one of `assign_to`, `never_assign_to` and
/// `leave_to_people`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Sop")]
pub struct SopFile {
    /// Tickets of one of these companies. Default: of any.
    pub companies: Option<Vec<String>>,
    /// Tickets in one of these categories. Default: in any.
    pub categories: Option<Vec<String>>,
    /// Tickets of one of these priorities, 1 to 9. Default: of any.
    pub priorities: Option<Vec<Whole<1, 9>>>,
    /// Tickets that come to the agent within these hours of the scenario's time zone, "HH:MM-HH:MM" up to 24:00.
    /// Default: at any time.
    pub hours: Option<RuleHours>,
    /// Tickets that come to the agent on these days. Default: on any.
    #[schemars(length(min = 1))]
    pub weekdays: Option<Vec<Weekday>>,
    /// Only these technicians may own them.
    #[schemars(length(min = 1))]
    pub assign_to: Option<Vec<String>>,
    /// None of these technicians may own them, whatever other rules say.
    #[schemars(length(min = 1))]
    pub never_assign_to: Option<Vec<String>>,
    /// Leave them to people. Only `true` can be said.
    pub leave_to_people: Option<bool>,
}
