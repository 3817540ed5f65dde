//! What services outside the desk allow: calendar calls at a time, AI calls per minute and at a time, and calls that
//! fail.

use stampede::domain::{SimDuration, SimTime};
use stampede::facts::{Fact, Reason};

use super::{PARALLEL, desk, dispatched, found, herd, log_of, minutes, when};
use crate::common::{about, count};

#[test]
fn the_calendar_serves_so_many_calls_at_a_time_and_the_delay_shows_it() {
    let reads = |limit: Option<&str>| {
        let mut settings = vec![("calendar.read_latency", "\"1min\"")];
        settings.extend(limit.map(|limit| ("calendar.concurrent_calls", limit)));
        let log = log_of(&herd(6, 10, &format!("{PARALLEL}alternatives = 9\n")), &settings);
        let taken: Vec<SimDuration> = (0..6).map(|ticket| dispatched(&log, ticket).3).collect();
        (when(&log, |fact| matches!(fact, Fact::Read { .. })), taken)
    };
    assert_eq!(reads(None), (vec![0; 6], vec![minutes(3); 6]));
    assert_eq!(reads(Some("2")), (vec![0, 0, 1, 1, 2, 2], [3, 3, 4, 4, 5, 5].map(minutes).to_vec()));
    assert_eq!(
        reads(Some("1")),
        (vec![0, 1, 2, 3, 4, 5], [6, 6, 6, 6, 7, 8].map(minutes).to_vec()),
        "claims stand in line too"
    );
}

#[test]
fn claims_and_writes_are_calls_of_the_calendar_too() {
    let settings = [
        ("calendar.concurrent_calls", "1"),
        ("calendar.claim_latency", "\"10s\""),
        ("calendar.write_latency", "\"20s\""),
    ];
    // Both are ranked at 2:00. Claims until 2:10 and 2:20 (refused, so once more until 2:50); the first writes between.
    let log = log_of(&herd(2, 4, PARALLEL), &settings);
    let seconds = |ticket| dispatched(&log, ticket).3;
    assert_eq!(seconds(0), minutes(2) + SimDuration::from_secs(10 + 10 + 20));
    assert_eq!(seconds(1), minutes(2) + SimDuration::from_secs(10 + 10 + 20 + 10 + 20));
}

#[test]
fn what_is_read_for_a_batch_is_one_call() {
    let agents = "technicians = 12\n[[desk.team]]\nname = \"All\"\nboards = [\"A\", \"B\"]\n\
                  [[agent]]\nname = \"a\"\nboards = [\"A\"]\n[[agent]]\nname = \"b\"\nboards = [\"B\"]";
    let text = desk(10, "boards = { A = 1, B = 1 }", agents, "", "[[discipline]]\nkind = \"batched\"\n");
    let reads = |limit: &str| {
        let settings = [("calendar.read_latency", "\"5min\""), ("calendar.concurrent_calls", limit)];
        let mut reads = when(&log_of(&text, &settings), |fact| matches!(fact, Fact::Read { .. }));
        reads.dedup();
        reads
    };
    assert_eq!(reads("2").len(), 1, "both agents' batches at once");
    let [first, second] = reads("1")[..] else { panic!("one after the other") };
    assert_eq!(second, first + 5);
}

/// A provider with these keys.
fn provider(keys: &str) -> [(&'static str, String); 1] {
    [("ranker.provider", format!("{{ {keys} }}"))]
}

/// The log of five tickets in parallel.
fn five(keys: &str) -> Vec<stampede::facts::Record> {
    let [(key, value)] = provider(keys);
    log_of(&herd(5, 9, &format!("{PARALLEL}alternatives = 8\n")), &[(key, &value)])
}

#[test]
fn the_provider_begins_so_many_calls_a_minute() {
    let log = five("calls_per_minute = 2");
    assert_eq!(when(&log, |fact| matches!(fact, Fact::Asked { .. })), [0, 0, 1, 1, 2]);
    let waited = found(&log, |fact| match *fact {
        Fact::Throttled { waited, .. } => Some(waited),
        _ => None,
    });
    assert_eq!(waited, [(1, minutes(1)), (1, minutes(1)), (2, minutes(2))]);
    assert_eq!(dispatched(&log, 4).3, minutes(4), "the wait shows in the delay");
}

#[test]
fn the_provider_has_so_many_calls_under_way() {
    let log = five("concurrent_calls = 2");
    assert_eq!(when(&log, |fact| matches!(fact, Fact::Asked { .. })), [0, 0, 2, 2, 4]);
    assert_eq!(when(&five("calls_per_minute = 100"), |fact| matches!(fact, Fact::Asked { .. })), [0; 5]);
}

#[test]
fn a_failed_call_is_made_again_after_a_pause_that_doubles_until_the_ticket_is_left() {
    let [(key, value)] = provider("failure_rate = 1.0, max_tries = 4, back_off = \"10s\"");
    let log = log_of(&herd(1, 3, PARALLEL), &[(key, &value)]);
    let at = |seconds: i64| SimTime::ZERO + SimDuration::from_secs(seconds);
    let failures: Vec<(SimTime, u16, Option<SimTime>)> = log
        .iter()
        .filter_map(|record| match record.fact {
            Fact::CallFailed { tries, again_at, .. } => Some((record.at, tries, again_at)),
            _ => None,
        })
        .collect();
    // Two minutes per call, and pauses of 10, 20 and 40 seconds.
    assert_eq!(
        failures,
        [
            (at(120), 1, Some(at(130))),
            (at(250), 2, Some(at(270))),
            (at(390), 3, Some(at(430))),
            (at(550), 4, None)
        ]
    );
    let left = found(&log, |fact| match *fact {
        Fact::Unassigned { reason, attempts, .. } => Some((reason, attempts)),
        _ => None,
    });
    assert_eq!(left, [(9, (Reason::RankerFailed, 1))]);
    assert_eq!(count(&log, |fact| matches!(fact, Fact::Ranked { .. } | Fact::Booked { .. })), 0);
}

#[test]
fn after_some_failures_a_call_may_succeed() {
    let [(key, value)] = provider("failure_rate = 0.5, max_tries = 30, back_off = \"1s\"");
    let log = log_of(&herd(40, 40, &format!("{PARALLEL}alternatives = 39\n")), &[(key, &value)]);
    let failed = count(&log, |fact| matches!(fact, Fact::CallFailed { .. }));
    assert!((15..90).contains(&failed), "{failed}");
    assert_eq!(count(&log, |fact| matches!(fact, Fact::Dispatched { .. })), 40);
    for ticket in 0..40 {
        let asked = about(&log, ticket).filter(|record| matches!(record.fact, Fact::Asked { .. })).count();
        assert_eq!(asked, usize::from(dispatched(&log, ticket).1), "one call per attempt brings the ranking");
    }
}
