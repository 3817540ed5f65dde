//! What is measured: each measure's key, unit and meaning, in the order in which reports list them.

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds of simulated time.
    Seconds,
    /// Minutes of simulated time.
    Minutes,
    /// A share, 0..1.
    Share,
    /// Things.
    Count,
    /// Tickets per hour.
    PerHour,
    /// A ratio.
    Ratio,
    /// Money, in the currency of the scenario's price.
    Money,
}

/// How a metric over the tickets of one replication is summed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stat {
    /// The replication yields one number.
    Value,
    /// Mean over tickets.
    Mean,
    /// Percentile over tickets, nearest rank.
    P(u8),
    /// Smallest.
    Min,
    /// Largest.
    Max,
}

/// One number that each replication yields.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// The metric's name, as thresholds use it: `dispatch_delay`.
    pub metric: &'static str,
    /// Which number of it.
    pub stat: Stat,
    /// What it counts.
    pub unit: Unit,
    /// What a service manager calls it.
    pub label: &'static str,
}

impl Measure {
    /// The name in files: `dispatch_delay.p95`, or the bare metric where it yields one number.
    pub fn key(&self) -> String {
        match self.stat {
            Stat::Value => self.metric.to_owned(),
            Stat::Mean => format!("{}.mean", self.metric),
            Stat::P(percent) => format!("{}.p{percent}", self.metric),
            Stat::Min => format!("{}.min", self.metric),
            Stat::Max => format!("{}.max", self.metric),
        }
    }
}

/// Defines the measures of a metric over tickets.
macro_rules! over_tickets {
    ($metric:literal, $label:literal) => {
        [
            Measure {
                metric: $metric,
                stat: Stat::Mean,
                unit: Unit::Seconds,
                label: concat!($label, ", mean"),
            },
            Measure {
                metric: $metric,
                stat: Stat::P(50),
                unit: Unit::Seconds,
                label: concat!($label, ", median"),
            },
            Measure {
                metric: $metric,
                stat: Stat::P(90),
                unit: Unit::Seconds,
                label: concat!($label, ", 90 %"),
            },
            Measure {
                metric: $metric,
                stat: Stat::P(95),
                unit: Unit::Seconds,
                label: concat!($label, ", 95 %"),
            },
            Measure {
                metric: $metric,
                stat: Stat::P(99),
                unit: Unit::Seconds,
                label: concat!($label, ", 99 %"),
            },
            Measure {
                metric: $metric,
                stat: Stat::Min,
                unit: Unit::Seconds,
                label: concat!($label, ", shortest"),
            },
            Measure {
                metric: $metric,
                stat: Stat::Max,
                unit: Unit::Seconds,
                label: concat!($label, ", longest"),
            },
        ]
    };
}

/// Defines a measure with one number a replication.
const fn value(metric: &'static str, unit: Unit, label: &'static str) -> Measure {
    Measure { metric, stat: Stat::Value, unit, label }
}

/// Metrics over tickets, seven measures each.
pub const OVER_TICKETS: [[Measure; 7]; 4] = [
    over_tickets!("dispatch_delay", "arrival to owner"),
    over_tickets!("dispatch_time", "turn to owner"),
    over_tickets!("time_to_start", "arrival to start of work"),
    over_tickets!("time_to_resolve", "arrival to end of work"),
];

/// Metrics with one number a replication.
pub const VALUES: [Measure; 37] = [
    value("makespan", Unit::Seconds, "first arrival to last owner"),
    value("throughput", Unit::PerHour, "tickets dispatched per hour"),
    value("speed_up", Unit::Ratio, "times as fast as one at a time"),
    value("skipped", Unit::Count, "tickets left to people by the trigger"),
    value("dispatched", Unit::Count, "tickets with an owner or a team"),
    value("unassigned", Unit::Count, "tickets left without an owner"),
    value("unassigned_no_slot", Unit::Count, "left: no free slot within the horizon"),
    value("unassigned_attempts", Unit::Count, "left: every attempt lost"),
    value("unassigned_nobody", Unit::Count, "left: nobody eligible"),
    value("unassigned_stopped", Unit::Count, "left: its subagent was stopped or never ran"),
    value("unassigned_ranker", Unit::Count, "left: the AI failed"),
    value("merged", Unit::Count, "duplicates merged"),
    value("merges_missed", Unit::Count, "duplicates dispatched instead of merged"),
    value("triage_errors", Unit::Count, "steps of triage that were wrong"),
    value("claims", Unit::Count, "claims made"),
    value("conflicts", Unit::Count, "claims refused"),
    value("conflict_rate", Unit::Share, "share of claims refused"),
    value("conflicts_per_ticket", Unit::Ratio, "claims refused per ticket"),
    value("fallback_rate", Unit::Share, "share of dispatches that used an alternative"),
    value("fallback_depth", Unit::Ratio, "how far down the alternatives, where used"),
    value("retry_rate", Unit::Share, "share of dispatches with more than one attempt"),
    value("attempts", Unit::Ratio, "attempts per dispatch"),
    value("double_bookings", Unit::Count, "overlapping pairs of bookings"),
    value("double_booked_tickets", Unit::Count, "tickets in a double booking"),
    value("overlap", Unit::Minutes, "calendar time promised twice"),
    value("over_cap", Unit::Count, "tickets assigned above the cap"),
    value("utilisation", Unit::Share, "busy share of working time"),
    value("utilisation_gini", Unit::Ratio, "inequality of busy time (Gini)"),
    value("orphaned_hold", Unit::Minutes, "slot time held by nobody"),
    value("lock_wait", Unit::Seconds, "wait for locks, mean"),
    value("regret", Unit::Seconds, "mean start of work later than batched"),
    value("subagents", Unit::Count, "subagents run"),
    value("subagent_timeouts", Unit::Count, "subagents stopped at their ceiling"),
    value("ai_calls", Unit::Count, "AI calls"),
    value("call_failures", Unit::Count, "AI calls that failed"),
    value("tokens", Unit::Count, "AI tokens"),
    value("cost", Unit::Money, "AI cost"),
];

/// How many measures there are.
pub const MEASURES: usize = OVER_TICKETS.len() * 7 + VALUES.len();

/// Every measure, in order.
pub fn all() -> impl Iterator<Item = &'static Measure> {
    OVER_TICKETS.iter().flatten().chain(VALUES.iter())
}

/// The position of a measure by its key.
pub fn position(key: &str) -> Option<usize> {
    all().position(|measure| measure.key() == key)
}
