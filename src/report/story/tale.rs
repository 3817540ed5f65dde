//! A story as it is told: on lines for people, or as JSON for programs.

use std::fmt::Write as _;

use serde::Serialize;

use super::super::figures::clean;
use crate::domain::SimDuration;
use crate::domain::stamp::push_seconds;
use crate::keys::prose::wrap;

/// Narrower lines have no room for sentences beside the clock.
const ROOMY: usize = 60;
/// As wide as the clock and the time since the arrival.
const UNDER_THE_SENTENCE: &str = "                          ";

/// One ticket's story under one discipline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tale {
    /// The ticket.
    pub ticket: String,
    /// The discipline.
    pub discipline: String,
    /// The replication; the first is 0.
    pub replication: u32,
    /// When the ticket arrived: RFC 3339.
    pub arrived: String,
    /// What happened, in order.
    pub lines: Vec<Line>,
    /// The outcome, what it cost, and whom it cost something, in sentences.
    pub ending: Vec<String>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// When: RFC 3339.
    pub at: String,
    /// The time of day, after the day where it is not that of the arrival.
    #[serde(skip)]
    pub clock: String,
    /// How long after the arrival, in seconds.
    #[serde(rename = "since_arrival_s", serialize_with = "seconds")]
    pub since: SimDuration,
    /// What.
    pub sentence: String,
    /// Of a ranking, how the cost of each technician in it came about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reckonings: Vec<String>,
}

/// A length of time as a number of seconds.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference to the field")]
fn seconds<S: serde::Serializer>(length: &SimDuration, serializer: S) -> Result<S::Ok, S::Error> {
    let mut text = String::new();
    push_seconds(&mut text, *length);
    let number: serde_json::Number = text.parse().map_err(serde::ser::Error::custom)?;
    number.serialize(serializer)
}

impl Tale {
    /// On lines of at most `width` columns, where words allow.
    pub fn text(&self, width: usize) -> String {
        let mut out = format!("{} under {}", clean(&self.ticket), clean(&self.discipline));
        if self.replication > 0 {
            let _ = write!(out, ", replication {}", self.replication);
        }
        let _ = writeln!(out, " ({})", day(&self.arrived));
        let indent = if width < ROOMY { "    " } else { UNDER_THE_SENTENCE };
        for line in &self.lines {
            let since =
                if line.since > SimDuration::ZERO { format!("+{}", line.since) } else { String::new() };
            out += &wrap(&line.sentence, width, &format!("  {}  {since:>12}  ", line.clock), indent);
            for reckoning in &line.reckonings {
                out += &wrap(reckoning, width, indent, &format!("{indent}  "));
            }
        }
        for sentence in &self.ending {
            out += &wrap(sentence, width, "  ", "    ");
        }
        out
    }
}

/// The day of an RFC 3339 instant.
pub(super) fn day(at: &str) -> &str {
    at.get(..10).unwrap_or(at)
}
