//! What Erlang C says of the question how many technicians, where the scenario is the queue that it speaks of.

use crate::domain::Distribution;
use crate::domain::settings::{
    AgentSettings, Arrivals, BurstPlan, DeskPlan, HoursPlan, ModeRules, TriggerSettings,
};
use crate::metrics::catalog::{Aggregate, Unit};
use crate::metrics::statistics::ErlangC;
use crate::metrics::thresholds::Threshold;
use crate::results::plan::Erlang;
use crate::scenario::Scenario;

/// The metric that is the wait in the queue.
const WAIT: &str = "time_to_start";

/// The smallest number of technicians from `from` to `to` for which the queue of Erlang C keeps every threshold of the
/// scenario, or what keeps it from being asked. `None`: the scenario has no agent that works like a queue, or a key other
/// than a number of technicians is sought, so that nobody would ask.
pub fn erlang(scenario: &Scenario, key: &str, range: Option<(u32, u32)>) -> Option<Erlang> {
    let is_queue = |agent: &AgentSettings| matches!(agent.mode, ModeRules::TeamOnly);
    if !scenario.agents.iter().any(is_queue) || !key.ends_with("technicians") {
        return None;
    }
    let mut against: Vec<&str> =
        conditions(scenario).into_iter().filter_map(|(ok, what)| (!ok).then_some(what)).collect();
    let waits: Vec<Wait> = scenario.thresholds.iter().filter_map(Wait::of).collect();
    if waits.is_empty() || waits.len() < scenario.thresholds.len() {
        against.push("each threshold is an upper limit of the mean or of a percentile of time_to_start");
    }
    let queue = Queue::of(&scenario.burst).filter(|_| against.is_empty());
    let Some((queue, (from, to))) = queue.zip(range) else {
        return Some(Erlang::NotApplicable(against.into_iter().map(str::to_owned).collect()));
    };
    let holds = |technicians: &u32| {
        let queue_at = ErlangC::new(*technicians, queue.work / queue.gap);
        queue_at.is_some_and(|at| waits.iter().all(|wait| wait.holds(&at, queue.work)))
    };
    Some((from..=to).find(holds).map_or(Erlang::TakesMore, Erlang::Takes))
}

/// What has to be so for the theory to apply, and whether it is.
fn conditions(scenario: &Scenario) -> Vec<(bool, &'static str)> {
    let Scenario { burst, desk, agents, .. } = scenario;
    let DeskPlan { from_recording, technicians, technicians_file, teams, hours, .. } = desk;
    let tickets = &burst.tickets;
    let plain = |agent: &AgentSettings| {
        matches!(agent.mode, ModeRules::TeamOnly)
            && agent.trigger == TriggerSettings::default()
            && agent.sop.is_empty()
    };
    let idle = technicians.iter().all(|it| it.out.is_empty() && it.busy.is_empty() && it.open.is_empty());
    vec![
        (matches!(agents.as_slice(), [one] if plain(one)), "one agent of mode team-only takes every ticket"),
        (matches!(burst.arrivals, Arrivals::Poisson { .. }), "tickets arrive in a Poisson stream"),
        (matches!(tickets.work, Some(Distribution::Exponential { .. })), "work is exponential"),
        (
            scenario.triage.is_none() && scenario.follow_up.is_none() && burst.transitions.is_empty(),
            "no triage, no workflow and no change of status comes in between",
        ),
        (tickets.owned == 0.0 && tickets.duplicates == 0.0, "no ticket has an owner or a duplicate"),
        (teams.len() == 1, "there is one team"),
        (
            !from_recording
                && technicians_file.is_none()
                && hours.iter().all(|it| *it == HoursPlan::Always)
                && idle,
            "every technician works round the clock and is free at first",
        ),
    ]
}

/// The queue's mean times, in seconds.
struct Queue {
    gap: f64,
    work: f64,
}

impl Queue {
    fn of(burst: &BurstPlan) -> Option<Self> {
        match (&burst.arrivals, &burst.tickets.work) {
            (Arrivals::Poisson { mean_gap, .. }, Some(Distribution::Exponential { mean })) => {
                Some(Self { gap: mean_gap.as_secs_f64(), work: *mean })
            }
            _ => None,
        }
    }
}

/// A threshold on the wait.
struct Wait {
    aggregate: Aggregate,
    /// In seconds.
    limit: f64,
}

impl Wait {
    fn of(threshold: &Threshold) -> Option<Self> {
        let number = threshold.number();
        let is_wait = number.measure.key == WAIT && number.measure.unit == Unit::Seconds;
        let is_known = matches!(number.aggregate, Aggregate::Mean | Aggregate::P(_));
        (is_wait && is_known && threshold.is_upper_limit_of_a_mean())
            .then(|| Self { aggregate: number.aggregate, limit: threshold.limit() })
    }

    fn holds(&self, queue: &ErlangC, work: f64) -> bool {
        let wait = match self.aggregate {
            Aggregate::P(percent) => queue.wait_of(percent.share()),
            _ => queue.mean_wait(),
        };
        wait * work <= self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    fn asked(changes: &[(&str, &str)]) -> Option<Erlang> {
        let text = r#"
            name = "queue"
            [burst]
            tickets = 1000
            arrivals = { poisson = { mean_gap = "10min" } }
            work = { exponential = { mean = "70min" } }
            [desk]
            technicians = 8
            hours = "always"
            [dispatch]
            mode = "team-only"
            [[discipline]]
            kind = "sequential"
            [thresholds]
            time_to_start = ["mean < 45min"]
        "#;
        let overrides: Vec<_> = (changes.iter())
            .map(|(key, value)| scenario::Override {
                key: (*key).into(),
                value: (*value).into(),
                origin: "--set".into(),
            })
            .collect();
        let scenario = scenario::parse(text, "queue.toml", ".".as_ref(), &overrides).expect("it is valid");
        erlang(&scenario, "desk.technicians", Some((1, 20)))
    }

    #[test]
    fn it_says_how_many_it_would_take() {
        // Seven erlangs: mean waits of 44.47 min with 8 technicians, of 17.7 with 9.
        assert_eq!(asked(&[]), Some(Erlang::Takes(8)));
        assert_eq!(asked(&[("thresholds.time_to_start", r#"["mean < 40min"]"#)]), Some(Erlang::Takes(9)));
        // P(W > t) = C e^(-(c - a) t / 70 min): 15 technicians let 95 % start at once, 12 within 15 minutes.
        assert_eq!(asked(&[("thresholds.time_to_start", r#"["p(95) < 15min"]"#)]), Some(Erlang::Takes(12)));
        assert_eq!(
            asked(&[("burst.work", r#"{ exponential = { mean = "10h" } }"#)]),
            Some(Erlang::TakesMore)
        );
    }

    #[test]
    fn what_keeps_it_from_being_asked_is_said() {
        for (key, value, what) in [
            ("burst.work", r#"{ constant = "70min" }"#, "work is exponential"),
            ("burst.arrivals", r#"{ uniform = { over = "10min" } }"#, "Poisson"),
            ("desk.hours", r#""08:00-17:00""#, "round the clock"),
            ("burst.owned", "0.1", "owner"),
            ("thresholds.dispatch_delay", r#"["mean < 45min"]"#, "time_to_start"),
        ] {
            let found = asked(&[(key, value)]);
            assert!(
                matches!(&found, Some(Erlang::NotApplicable(all)) if all.len() == 1 && all[0].contains(what)),
                "{key}: {found:?}"
            );
        }
        assert_eq!(asked(&[("dispatch.mode", "owner-only")]), None);
    }
}
