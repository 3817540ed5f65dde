//! Fan-out of work that touches no calendar: mode `read-only`, and results that have to fit together.

use stampede::facts::{Fact, Reason};

use super::{PARALLEL, SEQUENTIAL, UNSAFE, desk, found, herd, log_of, measured, refusal, when};
use stampede::engine::Engine;

use crate::common::{compare, count, parse};

/// `tickets` pieces of research that wait at opening, two minutes each, worked on under this discipline.
fn research(tickets: u32, rework: &str, discipline: &str) -> String {
    let dispatch = format!("mode = \"read-only\"\n{rework}");
    desk(tickets, "", "technicians = 3", &dispatch, discipline)
}

/// The minutes in which results came, in the order in which they came, with their tickets and how often each was made.
fn answers(tickets: u32, rework: &str, discipline: &str) -> Vec<(i64, (u32, u16))> {
    found(&log_of(&research(tickets, rework, discipline), &[]), |fact| match *fact {
        Fact::Answered { ticket, attempts, .. } => Some((ticket.0, attempts)),
        _ => None,
    })
}

/// A discipline of this kind.
fn arm(kind: &str, keys: &str) -> String {
    format!("[[discipline]]\nkind = \"{kind}\"\n{keys}\n")
}

#[test]
fn s11_a_read_only_dispatch_is_its_ais_work_and_touches_no_calendar() {
    for (discipline, minutes) in [
        (SEQUENTIAL.to_owned(), [2, 4, 6, 8]),
        (UNSAFE.to_owned(), [2; 4]),
        (PARALLEL.to_owned(), [2; 4]),
        (arm("optimistic", ""), [2; 4]),
        (arm("locked", "concurrency = 2"), [2, 2, 4, 4]),
        (arm("pods", ""), [2, 4, 6, 8]),
        (arm("subagents", "subagents = 2"), [3, 3, 5, 5]),
        (arm("subagents", "subagents = 2\nwrites = \"parent\""), [3, 3, 5, 5]),
    ] {
        let log = log_of(&research(4, "", &discipline), &[]);
        assert_eq!(when(&log, |fact| matches!(fact, Fact::Answered { .. })), minutes, "{discipline}");
        let touches = |fact: &Fact| {
            matches!(
                fact,
                Fact::Read { .. }
                    | Fact::Locked { .. }
                    | Fact::Granted { .. }
                    | Fact::Booked { .. }
                    | Fact::Assigned { .. }
                    | Fact::Dispatched { .. }
                    | Fact::Started { .. }
            )
        };
        assert_eq!(count(&log, touches), 0, "{discipline}");
    }
}

#[test]
fn s11_what_a_read_only_dispatch_takes_and_costs_is_measured_and_nothing_of_technicians() {
    let settings = [("ranker.tokens", "1000")];
    let comparison = compare(parse(&research(4, "", SEQUENTIAL), &settings), Engine::Direct, 1);
    let of = |key: &str| measured(&comparison, 0, key);
    assert_eq!((of("dispatched"), of("unassigned")), (Some(4.0), Some(0.0)));
    assert_eq!((of("makespan"), of("dispatch_time.mean")), (Some(480.0), Some(120.0)));
    assert_eq!((of("ai_calls"), of("tokens"), of("reworked")), (Some(4.0), Some(4000.0), Some(0.0)));
    for key in ["double_bookings", "over_cap", "conflicts", "retry_rate", "time_to_start.p50", "utilisation"]
    {
        assert_eq!(of(key), None, "{key}");
    }
    // Where the AI fails there is no result, and still nobody whose work is awaited.
    let down = [("ranker.provider", "{ failure_rate = 1.0, max_tries = 2 }")];
    let text = research(4, "", &arm("subagents", ""));
    let left = found(&log_of(&text, &down), |fact| match *fact {
        Fact::Unassigned { reason, .. } => Some(reason),
        _ => None,
    });
    assert!(left.len() == 4 && left.iter().all(|(_, reason)| *reason == Reason::RankerFailed), "{left:?}");
    let comparison = compare(parse(&text, &down), Engine::Direct, 1);
    let of = |key: &str| measured(&comparison, 0, key);
    assert_eq!((of("unassigned"), of("ai_calls"), of("makespan")), (Some(4.0), Some(8.0), None));
    assert_eq!(of("time_to_start.p50"), None);
}

#[test]
fn s11_a_read_only_dispatch_needs_the_ai_and_nothing_of_slots() {
    let refused = |text: &str, part: &str| {
        let error = refusal(text);
        assert!(error.contains(part), "{error}");
    };
    let by_rota = arm("sequential", "ranker = \"round-robin\"");
    refused(
        &research(2, "", &by_rota),
        "ranker \"round-robin\" does not go with agent \"dispatch\", whose dispatches are the AI's work alone",
    );
    refused(
        &research(2, "", &arm("batched", "")),
        "with mode \"read-only\" there is nothing to match tickets to",
    );
    refused(&research(2, "slot = \"1h\"", SEQUENTIAL), "`dispatch.slot` does not go with mode \"read-only\"");
    refused(&research(2, "rework = 1.5", SEQUENTIAL), "`dispatch.rework` is the number 1.5");
    let text = herd(2, 2, SEQUENTIAL).replace("buffer = \"0s\"", "rework = 0.5");
    refused(&text, "`dispatch.rework` does not go with mode \"owner-and-slot\"");
    let warnings = compare(parse(&research(2, "", PARALLEL), &[]), Engine::Direct, 1).warnings;
    assert!(warnings.iter().any(|text| text.contains("`parallel` has nothing to hold")), "{warnings:?}");
}

#[test]
fn s12_what_was_made_without_sight_of_what_it_needs_is_made_again() {
    let steps = |discipline: &str| answers(4, "rework = 1.0", discipline);
    // One after the other, each step sees the one before it.
    assert_eq!(steps(SEQUENTIAL), [(2, (0, 1)), (4, (1, 1)), (6, (2, 1)), (8, (3, 1))]);
    // Side by side, only the first is of use: the others are made again, each once those before it are there.
    let in_vain = [(2, (0, 1)), (4, (1, 2)), (6, (2, 2)), (8, (3, 2))];
    assert_eq!(steps(UNSAFE), in_vain);
    assert_eq!(steps(&arm("unsafe-parallel", "concurrency = 2")), in_vain);
    // A subagent sees its own slice and not the other's; its parent makes again what does not fit, after the join.
    let slices = "subagents = 2";
    assert_eq!(steps(&arm("subagents", slices)), [(3, (0, 1)), (5, (1, 1)), (7, (2, 2)), (9, (3, 2))]);
    // It does not, either, if the other slice was done before it began.
    let one_by_one = format!("{slices}\nmax_in_flight = 1");
    assert_eq!(steps(&arm("subagents", &one_by_one)), [(3, (0, 1)), (5, (1, 1)), (11, (2, 2)), (13, (3, 2))]);
    // Where no ticket has to do with another there is nothing to make again.
    assert!(answers(4, "", UNSAFE).iter().all(|(at, (_, attempts))| (*at, *attempts) == (2, 1)));
}

#[test]
fn s12_how_often_a_result_does_not_fit_is_as_stated() {
    let reworked = |rework: &str, discipline: &str, settings: &[(&str, &str)]| {
        let text = research(400, &format!("rework = {rework}"), discipline);
        measured(&compare(parse(&text, settings), Engine::Direct, 1), 0, "reworked").expect("measured")
    };
    // 399 are blind. The bounds are five standard deviations away: one sample in two million is beyond them.
    for (rework, least, most) in [("0.25", 57.0, 143.0), ("0.75", 256.0, 342.0)] {
        let found = reworked(rework, UNSAFE, &[]);
        assert!(least < found && found < most, "{found}");
    }
    assert_eq!(reworked("1.0", UNSAFE, &[]), 399.0);
    assert_eq!(reworked("1.0", SEQUENTIAL, &[]), 0.0);
    // A ticket that comes when all before it are done sees them all, whatever the discipline.
    let seldom = [("burst.arrivals", "{ poisson = { mean_gap = \"100d\" } }"), ("burst.tickets", "20")];
    assert_eq!(reworked("1.0", UNSAFE, &seldom), 0.0);
}
