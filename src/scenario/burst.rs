//! `[burst]`: one shape of arrivals with what it needs, and what the tickets are.

use jiff::civil::DateTime;

use super::checks::file_exists;
use crate::domain::distribution::Durations;
use crate::domain::forms::{CivilTime, Length, PositiveLength};
use crate::domain::settings::{Arrivals, BurstPlan, RecordingFormat, RecordingPlan, TicketPlan, Transition};
use crate::keys::document::{KeyPath, KeyValue, Node, Value};
use crate::keys::nearest::did_you_mean;
use crate::keys::{Dispersion, FileName, List, NonNegative, ProperName, Reading, Share, SomeOf, Whole};
use crate::section;

section! {
    /// The tickets: how many, when, and what they are.
    pub struct BurstKeys {
        ..particulars: TicketPlan;
        /// How many tickets arrive. Required for `uniform`, `poisson`, `backlog` and `spike`; a profile or a recording
        /// determines the number itself.
        tickets: Whole<1, { BurstPlan::MOST_TICKETS }> = none "the number that the profile or the recording has",
        /// How people change the statuses of tickets before they are dispatched, one `[[burst.transition]]` each.
        transition: List<TransitionKeys> = empty "they do not",
        /// How the tickets arrive: exactly one shape.
        arrivals: ArrivalsKeys = required "arrivals = { uniform = { over = \"2min\" } }",
    }
}

section! {
    /// A change of status that people make, such as the customer's answer. It is made at most once per ticket, and not any
    /// more once the ticket has come to its agent. A recorded ticket with changes of its own has only these.
    pub struct TransitionKeys {
        /// The status that the ticket is in: it arrived in it, or reached it by another transition.
        from: ProperName = required "from = \"Waiting on Customer\"",
        /// The status that it reaches.
        to: ProperName = required "to = \"New\"",
        /// How long it is in the first one.
        after: Durations = required "after = { exponential = { mean = \"2h\" } }",
        /// The share of tickets in the first status that reach the other; those of all transitions from one status are 1 at
        /// most.
        share: Share = 1.0,
    }
}

section! {
    /// How the tickets arrive: exactly one shape.
    pub struct [1, 1] ArrivalsKeys {
        /// A Monday queue: every instant of a stretch alike.
        uniform: UniformArrivals = none "",
        /// A Poisson stream that ends with the last ticket.
        poisson: PoissonArrivals = none "",
        /// Counts by quarter hour, as a history shows them, with their overdispersion.
        profile: ProfileArrivals = none "",
        /// Everything waits when the scenario starts: the after-hours backlog. Written `{ backlog = {} }`.
        backlog: BacklogArrivals = none "",
        /// The clean-up after an outage: most tickets at once, then ever fewer.
        spike: SpikeArrivals = none "",
        /// A recorded burst.
        recorded: RecordedArrivals = none "",
    }
}

section! {
    /// A Monday queue.
    pub struct UniformArrivals {
        /// How long tickets keep arriving, from the scenario's start.
        over: Length = required "over = \"15min\"",
    }
}

section! {
    /// A Poisson stream.
    pub struct PoissonArrivals {
        /// The mean time between two tickets.
        mean_gap: PositiveLength = required "mean_gap = \"20s\"",
    }
}

section! {
    /// Counts by quarter hour.
    pub struct ProfileArrivals {
        /// The mean number of tickets in each quarter hour from the scenario's start; at least 0, not all 0, and so few that no
        /// burst comes near 100,000,000 tickets.
        mean_counts: SomeOf<NonNegative> = required "mean_counts = [4, 9, 6]",
        /// Variance over mean of the counts; 1 is Poisson.
        dispersion: Dispersion = 1.0,
    }
}

section! {
    /// An after-hours backlog; it has no parameters.
    pub struct BacklogArrivals {}
}

section! {
    /// The clean-up after an outage.
    pub struct SpikeArrivals {
        /// The mean time from the scenario's start to a ticket.
        mean: PositiveLength = required "mean = \"5min\"",
        /// The share of tickets that come from the first company, whatever its weight; the others share the rest by
        /// theirs. With 0, a first company with others beside it has no ticket.
        same_company: Share = 0.0,
    }
}

section! {
    /// A recorded burst and the part of it to replay.
    pub struct RecordedArrivals {
        /// The recording.
        file: FileName = required "file = \"monday.csv\"",
        /// What the file is.
        format: RecordingFormat = "native",
        /// Leave out tickets before this civil time.
        from: CivilTime = none "none are",
        /// Leave out tickets at or after this civil time.
        until: CivilTime = none "none are",
        /// Leave out rows that cannot be read, and count them, instead of refusing the file.
        skip_bad_rows: bool = false,
    }
}

impl BurstKeys {
    /// Whether tickets come from a recording, or might: nobody knows where the arrivals are wrong.
    pub fn may_be_recorded(&self, reading: &Reading<'_>) -> bool {
        let path = KeyPath::root().key("burst").key("arrivals").key("recorded");
        let is_recorded = |arrivals: &ArrivalsKeys| arrivals.recorded.is_some();
        self.arrivals.as_ref().is_none_or(is_recorded) || reading.is_damaged(&path)
    }

    /// The plan of the burst.
    pub fn plan(&self, reading: &mut Reading<'_>) -> Option<BurstPlan> {
        let arrivals = arrivals(reading, self.arrivals.as_ref()?, self.tickets)?;
        let transitions = transitions(reading, &self.transition);
        Some(BurstPlan { arrivals, tickets: self.particulars.clone(), transitions })
    }
}

/// The transitions, of which each leads to another status, and those from one status have shares of 1 at most.
fn transitions(reading: &mut Reading<'_>, keys: &[TransitionKeys]) -> Vec<Transition> {
    let list = KeyPath::root().key("burst").key("transition");
    let mut found: Vec<Transition> = Vec::new();
    for (index, keys) in keys.iter().enumerate() {
        let path = reading.element(&list, index);
        let TransitionKeys { from: Some(from), to: Some(to), after: Some(after), share } = keys.clone()
        else {
            continue;
        };
        if from == to {
            let at = path.key("to");
            reading.refuse(
                &at,
                format!("`{at}` is the status that the ticket leaves"),
                "expected another",
                None,
            );
        }
        let before: f64 = found.iter().filter(|other| other.from == from).map(|other| other.share).sum();
        // What is typed in decimals may be a hair too much.
        if before + share > 1.0 + 1e-9 {
            let message = format!("the shares of the transitions from \"{from}\" are more than 1 together");
            let at = if reading.is_stated(&path.key("share")) { path.key("share") } else { path };
            reading.refuse(&at, message, "expected at most 1", None);
        }
        found.push(Transition { from, to, after, share });
    }
    found
}

fn arrivals(reading: &mut Reading<'_>, keys: &ArrivalsKeys, tickets: Option<u32>) -> Option<Arrivals> {
    let burst = KeyPath::root().key("burst");
    let path = burst.key("arrivals");
    let shape = reading.exactly_one(
        &path,
        [
            ("uniform", keys.uniform.is_some()),
            ("poisson", keys.poisson.is_some()),
            ("profile", keys.profile.is_some()),
            ("backlog", keys.backlog.is_some()),
            ("spike", keys.spike.is_some()),
            ("recorded", keys.recorded.is_some()),
        ],
        Some("arrivals = { uniform = { over = \"2min\" } }".to_owned()),
    )?;
    if keys.profile.is_some() || keys.recorded.is_some() {
        if tickets.is_some() {
            reading.refuse_key(
                &burst.key("tickets"),
                format!("`burst.tickets` does not go with {shape} arrivals"),
                Some(format!("leave it out: a {shape} burst determines how many tickets arrive")),
            );
        }
    } else if tickets.is_none() {
        reading.missing(&burst, "tickets", "tickets = 30 in [burst]");
    }
    let path = path.key(shape);
    Some(match (&keys.uniform, &keys.poisson, &keys.spike, &keys.profile, &keys.recorded) {
        (Some(uniform), ..) => Arrivals::Uniform { tickets: tickets?, over: uniform.over? },
        (_, Some(poisson), ..) => Arrivals::Poisson { tickets: tickets?, mean_gap: poisson.mean_gap? },
        (_, _, Some(SpikeArrivals { mean, same_company }), ..) => {
            Arrivals::Spike { tickets: tickets?, mean: (*mean)?, same_company: *same_company }
        }
        (.., Some(profile), _) => {
            let mean_counts = profile.mean_counts.as_ref()?;
            let at = path.key("mean_counts");
            let total = mean_counts.iter().sum::<f64>();
            // More than ten standard deviations above the mean no burst will ever come.
            let most = total + 10.0 * (total * profile.dispersion).sqrt();
            if total <= 0.0 && !reading.is_damaged(&at) {
                let message = format!("`{at}` yields no tickets");
                reading.refuse(&at, message, "expected at least one count above 0", None);
            } else if most > f64::from(BurstPlan::MOST_TICKETS) {
                let message = format!("`{at}` can yield {most:.0} tickets");
                let expected = format!("expected at most {}", BurstPlan::MOST_TICKETS);
                reading.refuse(&at, message, &expected, None);
            }
            Arrivals::Profile { mean_counts: mean_counts.as_slice().into(), dispersion: profile.dispersion }
        }
        (.., Some(recorded)) => Arrivals::Recorded(recording(reading, recorded, &path)?),
        (.., None) => Arrivals::Backlog { tickets: tickets? },
    })
}

fn recording(reading: &mut Reading<'_>, keys: &RecordedArrivals, path: &KeyPath) -> Option<RecordingPlan> {
    if let Some(file) = &keys.file {
        file_exists(reading, file, &path.key("file"), "expected a recording");
    }
    if let (Some(from), Some(until)) = (keys.from, keys.until)
        && until <= from
    {
        let until = path.key("until");
        reading.refuse(&until, format!("`{until}` is not after from"), "expected a later time", None);
    }
    Some(RecordingPlan {
        file: keys.file.clone()?,
        format: keys.format,
        skip_bad_rows: keys.skip_bad_rows,
        from: keys.from.map(civil_text),
        until: keys.until.map(civil_text),
    })
}

/// Checks that the boards at which tickets arrive are among those of the desk.
pub fn boards_are_served(reading: &mut Reading<'_>, boards: &[&str]) {
    let path = KeyPath::root().key("burst").key("boards");
    let Some(Node { value: Value::Table(stated), .. }) = reading.document.find(&path) else { return };
    for KeyValue { key: board, .. } in &stated.entries {
        let at = path.key(board);
        if !boards.contains(&board.as_str()) && !reading.is_refused(&at) {
            let help = did_you_mean(board, boards.iter().copied());
            reading.refuse_key(&at, format!("no team serves a board \"{board}\""), help);
        }
    }
}

/// A civil time as plans write it: to the minute where it has no seconds.
fn civil_text(time: DateTime) -> String {
    let format = if time.second() == 0 { "%Y-%m-%dT%H:%M" } else { "%Y-%m-%dT%H:%M:%S" };
    time.strftime(format).to_string()
}
