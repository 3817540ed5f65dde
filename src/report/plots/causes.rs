//! Where the time goes: what a ticket's way to its owner is made of, a bar for each discipline.

use plotters::style::RGBColor;

use super::super::judgement::{fastest, mean};
use super::axis::length_ticks;
use super::canvas::Drawing;
use super::frame::frame;
use super::stacks::{Fill, Part, Pattern, Stacks};
use super::view::View;
use super::words::{duration, name, replications, share};
use crate::results::{Arm, Comparison, Gain};

/// A part of the delay.
struct Cause {
    /// Its measure.
    key: &'static str,
    name: &'static str,
    /// What a ticket does meanwhile.
    spent: &'static str,
    fill: Fill,
}

/// The parts, in the order in which a ticket comes to them.
const CAUSES: [Cause; 6] = [
    Cause {
        key: "delay_triage",
        name: "triage",
        spent: "in triage",
        fill: Fill { colour: RGBColor(204, 121, 167), pattern: Pattern::Crossed },
    },
    Cause {
        key: "delay_turn",
        name: "waiting for its turn",
        spent: "waiting for its turn",
        fill: Fill { colour: RGBColor(150, 150, 150), pattern: Pattern::Rising },
    },
    Cause {
        key: RANKING,
        name: "ranking",
        spent: "being ranked",
        fill: Fill { colour: RGBColor(0, 114, 178), pattern: Pattern::Plain },
    },
    Cause {
        key: "delay_calendar",
        name: "calendars read, claimed and written",
        spent: "with calendars",
        fill: Fill { colour: RGBColor(86, 180, 233), pattern: Pattern::Level },
    },
    Cause {
        key: RETRIES,
        name: "lost races and what is done again",
        spent: "on lost races",
        fill: Fill { colour: RGBColor(213, 94, 0), pattern: Pattern::Falling },
    },
    Cause {
        key: "delay_provider",
        name: "the AI's provider: its queue and failures",
        spent: "at the AI's provider",
        fill: Fill { colour: RGBColor(230, 159, 0), pattern: Pattern::Upright },
    },
];

const DELAY: &str = "dispatch_delay.mean";
const RANKING: &str = "delay_ai";
const RETRIES: &str = "delay_retries";

/// The chart; `None` where no ticket waits, or none gets what it waits for.
pub(super) fn compose(view: &View<'_>) -> Option<Drawing> {
    let bars: Vec<Option<Vec<f64>>> = view.arms.iter().map(parts).collect();
    let longest = bars.iter().flatten().map(|parts| parts.iter().sum::<f64>()).fold(0.0, f64::max);
    if longest <= 0.0 {
        return None;
    }
    let (gain, works) = (view.setup.gain(), view.arms.iter().any(asks_ai));
    let parts = CAUSES.iter().map(|cause| {
        let name = match (cause.key, gain) {
            (RANKING, Gain::Result) => "the AI's work",
            (RETRIES, Gain::Result) => "what is done again, and the wait for it",
            (RANKING, _) if works => "ranking by the AI",
            _ => cause.name,
        };
        Part { name: name.to_owned(), fill: cause.fill }
    });
    let stacks = Stacks {
        heading: format!("From a ticket's arrival to its {}, mean of the tickets that get one", gain.noun()),
        parts: parts.collect(),
        bars,
        absent: format!("no ticket {}", gain.verb()),
        ticks: length_ticks(longest, 8),
        says: duration,
    };
    let notes: Vec<String> = view.colours().into_iter().collect();
    let (mut drawing, area) = frame(view, finding(view), &replications(view), &notes);
    stacks.draw(&mut drawing, view, area);
    Some(drawing)
}

/// The parts of an arm's mean delay; `None` where no ticket got what it waited for.
fn parts(arm: &Arm) -> Option<Vec<f64>> {
    CAUSES.iter().map(|cause| mean(arm, cause.key).map(|part| part.mean)).collect()
}

fn asks_ai(arm: &Arm) -> bool {
    mean(arm, "ai_calls").is_some_and(|calls| calls.mean > 0.0)
}

/// The finding: how long a ticket waits where it waits longest and where it waits least, and for what most of all.
fn finding(c: &Comparison) -> String {
    let mut delays: Vec<(&Arm, f64)> =
        c.arms.iter().filter_map(|arm| Some((arm, mean(arm, DELAY)?.mean))).collect();
    delays.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (Some(&(longest, most)), Some(&(shortest, least))) = (delays.first(), delays.last()) else {
        return format!("No ticket {}", c.setup.gain().verb());
    };
    let noun = c.setup.gain().noun();
    let article = if c.setup.gain() == Gain::Owner { "an" } else { "a" };
    let told = |arm: &Arm, delay: f64, end: &str| {
        format!("{}{end} under {}{}", duration(delay), name(&arm.name), mostly(c, arm, delay))
    };
    let end = format!(" to {article} {noun}");
    if delays.len() == 1 {
        return format!("On average it takes {}", told(longest, most, &end));
    }
    if duration(most) == duration(least) {
        return format!("On average it takes {}{end} under each discipline", duration(most));
    }
    // What is without a fault speaks for the short end, where that is not the end itself.
    let best = fastest(c).first().copied().filter(|best| best.name != longest.name).unwrap_or(shortest);
    let its = mean(best, DELAY).map_or(least, |delay| delay.mean);
    format!("On average it takes {}; {}", told(longest, most, &end), told(best, its, ""))
}

/// What most of a delay goes to: `, 94 % of it waiting for its turn`.
fn mostly(c: &Comparison, arm: &Arm, delay: f64) -> String {
    let Some(parts) = parts(arm).filter(|_| delay > 0.0) else { return String::new() };
    let Some((cause, part)) = CAUSES.iter().zip(parts).max_by(|a, b| a.1.total_cmp(&b.1)) else {
        return String::new();
    };
    let spent = match (cause.key, c.setup.gain()) {
        (RANKING, Gain::Result) => "the AI's work",
        (RETRIES, Gain::Result) => "work that is done again",
        _ => cause.spent,
    };
    let some = share((part / delay).min(1.0));
    let some = match some.starts_with("100") {
        true if part >= delay => "all",
        true => "nearly all",
        false => &some,
    };
    format!(", {some} of it {spent}")
}
