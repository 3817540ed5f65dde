use super::*;
use crate::domain::settings::{CostSettings, PaidHours};
use crate::domain::{
    AgentId, Burst, HoldId, SimDuration, SimTime, Team, TeamId, Technician, TechnicianId, Ticket, TicketId,
    WorkingHours,
};
use crate::facts::{Reason, Refusal, SpecStatus, Test};
use crate::kernel::log::Log;
use crate::metrics::catalog::{self, NEVER, NUMBERS, Unit};

const MINUTE: i64 = 60_000_000;

fn minutes(count: i64) -> SimDuration {
    SimDuration::from_mins(count)
}

fn at(minute: i64, fact: Fact) -> Record {
    Record { at: SimTime::from_micros(minute * MINUTE), fact }
}

/// Two technicians who work from minute 0 to 60, one who works from 30 to 60.
fn desk() -> Arc<Desk> {
    let window = |from: i64, to: i64| WorkingHours {
        windows: vec![Interval {
            start: SimTime::from_micros(from * MINUTE),
            end: SimTime::from_micros(to * MINUTE),
        }],
        ..WorkingHours::default()
    };
    let technician = |name: &str, hours| Technician {
        name: name.to_owned(),
        hours,
        teams: [TeamId(0)].into(),
        history: [].into(),
        ..Technician::default()
    };
    Arc::new(Desk {
        technicians: vec![technician("Ada", 0), technician("Ben", 0), technician("Cem", 1)],
        teams: vec![Team { name: "first line".to_owned(), members: (0..3).map(TechnicianId).collect() }],
        hours: vec![window(0, 60), window(30, 60), window(-1000, 1000)],
        ..Desk::default()
    })
}

fn collector() -> Collector {
    watching(Context { price_per_million_tokens: 20.0, books_slots: true, agents: 1, ..Context::default() })
}

fn watching(context: Context) -> Collector {
    Collector::new(desk(), context, Numbers::default())
}

/// A burst of so many tickets, of which some have no work.
fn burst(tickets: usize, without_work: &[usize]) -> Burst {
    let mut burst = Burst::default();
    let work = |number| (!without_work.contains(&number)).then_some(minutes(30));
    burst.tickets = (0..tickets).map(|number| Ticket { work: work(number), ..Ticket::default() }).collect();
    burst
}

/// The numbers of a burst without tickets.
fn nothing() -> Values {
    let mut values = vec![None; NUMBERS];
    values[catalog::position("tickets").unwrap()] = Some(0.0);
    values
}

/// What the collector makes of a replication that nobody else works on.
fn taken(collector: &mut Collector) -> Values {
    let worked_until = collector.last_finish();
    collector.take(&Burst::default(), worked_until)
}

fn arrived(ticket: u32) -> Fact {
    Fact::Arrived { ticket: TicketId(ticket) }
}

fn read(ticket: u32) -> Fact {
    Fact::Read { ticket: TicketId(ticket), attempt: 1, offered: 3 }
}

fn asked(ticket: u32, tokens: u32) -> Fact {
    Fact::Asked { ticket: TicketId(ticket), attempt: 1, tokens, answer_at: SimTime::ZERO }
}

fn granted(ticket: u32) -> Fact {
    Fact::Granted {
        ticket: TicketId(ticket),
        hold: HoldId(ticket),
        technician: TechnicianId(0),
        start: SimTime::ZERO,
    }
}

fn refused(ticket: u32) -> Fact {
    Fact::Refused {
        ticket: TicketId(ticket),
        technician: TechnicianId(0),
        start: SimTime::ZERO,
        why: Refusal::Held,
        by: None,
    }
}

fn freed(ticket: u32, orphaned: SimDuration) -> Fact {
    Fact::Freed {
        ticket: TicketId(ticket),
        hold: HoldId(ticket),
        technician: TechnicianId(0),
        start: SimTime::ZERO,
        lapsed: true,
        orphaned,
    }
}

fn dispatched(ticket: u32, attempts: u16, rank: u16, delay: i64, taken: i64) -> Fact {
    Fact::Dispatched {
        ticket: TicketId(ticket),
        technician: TechnicianId(0),
        attempts,
        rank,
        delay: minutes(delay),
        taken: minutes(taken),
    }
}

fn queued(ticket: u32, delay: i64) -> Fact {
    let (ticket, agent, delay) = (TicketId(ticket), AgentId(0), minutes(delay));
    Fact::Queued { ticket, agent, team: TeamId(0), delay, taken: delay }
}

fn unassigned(ticket: u32, reason: Reason, attempts: u16) -> Fact {
    Fact::Unassigned { ticket: TicketId(ticket), agent: AgentId(0), reason, attempts }
}

fn started(ticket: u32, technician: u32, waited: i64) -> Fact {
    Fact::Started {
        ticket: TicketId(ticket),
        technician: TechnicianId(technician),
        waited: minutes(waited),
        late: SimDuration::ZERO,
    }
}

fn finished(ticket: u32, technician: u32, resolved: i64, worked: i64) -> Fact {
    Fact::Finished {
        ticket: TicketId(ticket),
        technician: TechnicianId(technician),
        resolved: minutes(resolved),
        worked: minutes(worked),
    }
}

fn double_booked(ticket: u32, peers: u32, overlap: i64) -> Fact {
    Fact::DoubleBooked {
        ticket: TicketId(ticket),
        technician: TechnicianId(0),
        peers,
        overlap: minutes(overlap),
    }
}

fn replay(records: &[Record]) -> Values {
    let mut collector = collector();
    collector.observe_all(records);
    taken(&mut collector)
}

fn value(outcome: &Values, key: &str) -> Option<f64> {
    outcome[catalog::position(key).expect("the key is in the catalog")]
}

/// The values of these keys must be these.
fn expect(outcome: &Values, expected: &[(&str, Option<f64>)]) {
    for (key, expected) in expected {
        assert_eq!(value(outcome, key), *expected, "{key}");
    }
}

#[test]
fn every_measure_has_its_place() {
    // There are no tickets, and nothing else is measured.
    assert_eq!(replay(&[]), nothing());
    assert_eq!(replay(&[at(0, arrived(0))]).len(), NUMBERS);
}

#[test]
fn lengths_are_taken_from_the_facts_in_seconds() {
    let outcome = replay(&[
        at(5, arrived(0)),
        at(6, dispatched(0, 1, 1, 1, 10)),
        at(9, queued(1, 4)),
        at(9, started(0, 0, 20)),
        at(9, started(1, 0, 40)),
        at(9, finished(1, 0, 100, 3)),
    ]);
    expect(
        &outcome,
        &[
            ("dispatch_delay.mean", Some(150.0)),
            ("dispatch_delay.p50", Some(60.0)),
            ("dispatch_delay.p90", Some(240.0)),
            ("dispatch_delay.min", Some(60.0)),
            ("dispatch_delay.max", Some(240.0)),
            ("dispatch_time.mean", Some(420.0)),
            ("dispatch_time.p99", Some(600.0)),
            ("time_to_start.mean", Some(1800.0)),
            ("time_to_start.min", Some(1200.0)),
            ("time_to_resolve.mean", Some(6000.0)),
            ("time_to_resolve.p95", Some(6000.0)),
        ],
    );
}

#[test]
fn percentiles_stand_where_the_catalog_says() {
    let records: Vec<Record> = (1..=100).map(|minute| at(0, dispatched(0, 1, 1, minute, minute))).collect();
    let outcome = replay(&records);
    for percent in [50, 90, 95, 99] {
        let expected = Some(f64::from(percent) * 60.0);
        expect(&outcome, &[(&format!("dispatch_delay.p{percent}"), expected)]);
    }
}

fn merged(ticket: u32) -> Fact {
    Fact::Merged { ticket: TicketId(ticket), agent: AgentId(0), into: TicketId(0) }
}

#[test]
fn makespan_ends_with_the_last_ticket_that_got_an_owner_or_a_team() {
    for last in [dispatched(1, 1, 1, 1, 1), queued(1, 1)] {
        let outcome = replay(&[
            at(10, arrived(0)),
            at(11, arrived(1)),
            at(12, dispatched(0, 1, 1, 1, 1)),
            at(40, last),
            at(45, unassigned(2, Reason::NoSlot, 1)),
            at(48, merged(3)),
            at(50, started(0, 0, 1)),
            at(55, finished(0, 0, 1, 1)),
        ]);
        expect(&outcome, &[("makespan", Some(1800.0)), ("throughput", Some(4.0))]);
    }
}

#[test]
fn where_nobody_gets_an_owner_no_time_was_taken() {
    let outcome = replay(&[
        at(0, arrived(0)),
        at(0, arrived(1)),
        at(9, unassigned(0, Reason::NobodyEligible, 1)),
        at(9, merged(1)),
    ]);
    for key in ["makespan", "throughput", "speed_up", "dispatch_delay.mean", "dispatch_delay.max"] {
        expect(&outcome, &[(key, None)]);
    }
    expect(&outcome, &[("unassigned", Some(1.0)), ("dispatched", Some(0.0))]);
}

#[test]
fn a_ticket_without_an_owner_is_later_than_any_with_one() {
    // Ten tickets of which one has no owner; skipped and merged ones are not to be dispatched.
    let mut records: Vec<Record> =
        (1..10).map(|ticket| at(0, dispatched(ticket, 1, 1, ticket.into(), 1))).collect();
    records.push(at(20, unassigned(0, Reason::NoSlot, 1)));
    records.push(at(20, merged(10)));
    let outcome = replay(&records);
    expect(
        &outcome,
        &[
            ("dispatch_delay.p50", Some(300.0)),
            ("dispatch_delay.p90", Some(540.0)),
            ("dispatch_delay.p95", Some(NEVER)),
            ("dispatch_time.p90", Some(60.0)),
            ("dispatch_time.p99", Some(NEVER)),
            ("dispatch_delay.mean", Some(300.0)),
            ("dispatch_delay.min", Some(60.0)),
            ("dispatch_delay.max", Some(540.0)),
        ],
    );
    let nobody = replay(&[at(0, unassigned(0, Reason::NoSlot, 1))]);
    expect(&nobody, &[("dispatch_delay.p50", Some(NEVER)), ("dispatch_delay.mean", None)]);
    let nothing_to_do = replay(&[at(0, arrived(0)), at(1, merged(0))]);
    expect(&nothing_to_do, &[("dispatch_delay.p50", None)]);
}

#[test]
fn the_more_tickets_are_left_the_later_is_a_percentile() {
    let percentiles = |left: u32| {
        let served = (0..100).map(|ticket| at(0, dispatched(ticket, 1, 1, i64::from(ticket), 1)));
        let lost = (0..left).map(|ticket| at(0, unassigned(100 + ticket, Reason::NoSlot, 1)));
        let outcome = replay(&served.chain(lost).collect::<Vec<_>>());
        value(&outcome, "dispatch_delay.p95").expect("measured")
    };
    let of_more: Vec<f64> = (0..20).map(percentiles).collect();
    assert!(of_more.is_sorted(), "{of_more:?}");
    assert_eq!((of_more[0], of_more[5], of_more[6]), (94.0 * 60.0, 99.0 * 60.0, NEVER));
}

#[test]
fn work_that_nobody_begins_is_later_than_any_and_work_that_is_not_known_is_none() {
    let records = [
        at(0, dispatched(0, 1, 1, 1, 1)),
        at(0, dispatched(1, 1, 1, 1, 1)),
        at(0, unassigned(2, Reason::NoSlot, 1)),
        at(0, merged(3)),
        at(0, Fact::Skipped { ticket: TicketId(4), agent: AgentId(0), test: Test::Board }),
        at(9, started(0, 0, 9)),
        at(9, finished(0, 0, 10, 1)),
    ];
    for (without_work, to_start, to_resolve) in [
        // Tickets 0 to 2 are to be worked on, and one is begun.
        (&[][..], NEVER, NEVER),
        // The replay of ticket 1 ends at its booking.
        (&[1], 540.0, 600.0),
        (&[1, 2, 3, 4], 540.0, 600.0),
    ] {
        let mut collector = collector();
        collector.observe_all(&records);
        let outcome = collector.take(&burst(5, without_work), None);
        expect(
            &outcome,
            &[
                ("time_to_start.p50", Some(to_start)),
                ("time_to_resolve.p50", Some(to_resolve)),
                ("time_to_start.p99", Some(if without_work.len() < 4 { NEVER } else { to_start })),
                ("time_to_start.mean", Some(540.0)),
            ],
        );
    }
    let mut collector = collector();
    collector.observe_all(&records[..5]);
    expect(&collector.take(&burst(5, &[0, 1, 2, 3, 4]), None), &[("time_to_start.p50", None)]);
}

#[test]
fn percentiles_that_are_asked_for_follow_the_others() {
    let asked = ["dispatch_delay.p80", "dispatch_delay.p99.9"]
        .map(|key| catalog::percentile(key).expect("a percentile"));
    let context =
        Context { price_per_million_tokens: 0.0, books_slots: true, agents: 1, ..Context::default() };
    let mut collector = Collector::new(desk(), context, Numbers::asked_for(asked));
    for _ in 0..2 {
        let served: Vec<Record> =
            (1..=1000).map(|minute| at(0, dispatched(minute, 1, 1, minute.into(), 1))).collect();
        collector.observe_all(&served);
        let values = taken(&mut collector);
        assert_eq!(values[NUMBERS..], [Some(800.0 * 60.0), Some(999.0 * 60.0)]);
        expect(&values, &[("dispatch_delay.p95", Some(950.0 * 60.0))]);
    }
}

#[test]
fn throughput_counts_what_was_dispatched_per_hour_of_makespan() {
    let records = [
        at(0, arrived(0)),
        at(10, dispatched(0, 1, 1, 1, 1)),
        at(20, queued(1, 1)),
        at(30, unassigned(2, Reason::NoSlot, 1)),
    ];
    expect(&replay(&records), &[("throughput", Some(6.0)), ("speed_up", None)]);
    let no_time = replay(&[at(0, arrived(0)), at(0, queued(0, 0))]);
    expect(&no_time, &[("makespan", Some(0.0)), ("throughput", None)]);
}

#[test]
fn tickets_end_dispatched_or_unassigned_for_a_reason() {
    let outcome = replay(&[
        at(0, arrived(0)),
        at(0, read(0)),
        at(1, dispatched(0, 1, 1, 1, 1)),
        at(1, queued(1, 1)),
        at(1, unassigned(2, Reason::NoSlot, 1)),
        at(1, unassigned(3, Reason::NoSlot, 1)),
        at(1, unassigned(4, Reason::AttemptsExhausted, 5)),
    ]);
    expect(
        &outcome,
        &[
            ("dispatched", Some(2.0)),
            ("unassigned", Some(3.0)),
            ("unassigned_no_slot", Some(2.0)),
            ("unassigned_attempts", Some(1.0)),
        ],
    );
}

#[test]
fn conflicts_are_claims_refused() {
    let outcome = replay(&[
        at(0, arrived(0)),
        at(0, arrived(1)),
        at(0, read(0)),
        at(1, granted(0)),
        at(1, refused(1)),
        at(1, refused(1)),
        at(1, refused(1)),
    ]);
    expect(
        &outcome,
        &[
            ("claims", Some(4.0)),
            ("conflicts", Some(3.0)),
            ("conflict_rate", Some(0.75)),
            ("conflicts_per_ticket", Some(1.5)),
        ],
    );
}

#[test]
fn fallbacks_are_dispatches_below_the_primary_pick() {
    let outcome = replay(&[
        at(1, dispatched(0, 1, 1, 1, 1)),
        at(1, dispatched(1, 1, 2, 1, 1)),
        at(1, dispatched(2, 1, 4, 1, 1)),
        at(1, dispatched(3, 1, 1, 1, 1)),
        // Booked on the second day: no ranking was followed.
        at(1, dispatched(4, 5, 0, 1, 1)),
        at(1, queued(5, 1)),
    ]);
    expect(&outcome, &[("fallback_rate", Some(0.5)), ("fallback_depth", Some(2.0))]);
    let none = replay(&[at(1, dispatched(0, 1, 1, 1, 1))]);
    expect(&none, &[("fallback_rate", Some(0.0)), ("fallback_depth", None)]);
    let second_day = replay(&[at(1, dispatched(0, 5, 0, 1, 1))]);
    expect(&second_day, &[("fallback_rate", None), ("fallback_depth", None)]);
}

#[test]
fn attempts_are_those_of_dispatches_that_ended_at_a_calendar() {
    let outcome = replay(&[
        at(1, dispatched(0, 1, 1, 1, 1)),
        at(1, dispatched(1, 3, 1, 1, 1)),
        at(1, unassigned(2, Reason::AttemptsExhausted, 5)),
        at(1, unassigned(3, Reason::NoSlot, 1)),
        at(1, queued(4, 1)),
    ]);
    expect(&outcome, &[("retry_rate", Some(0.5)), ("attempts", Some(2.5))]);
}

#[test]
fn a_pair_of_overlapping_bookings_counts_once() {
    let outcome = replay(&[
        at(0, read(0)),
        // Three bookings that all overlap each other, and a pair.
        at(60, double_booked(0, 2, 0)),
        at(60, double_booked(1, 2, 30)),
        at(60, double_booked(2, 2, 15)),
        at(60, double_booked(3, 1, 0)),
        at(60, double_booked(4, 1, 10)),
    ]);
    expect(
        &outcome,
        &[("double_bookings", Some(4.0)), ("double_booked_tickets", Some(5.0)), ("overlap", Some(55.0))],
    );
}

#[test]
fn utilisation_is_busy_over_working_time_between_first_arrival_and_last_end() {
    let outcome = replay(&[
        at(10, arrived(0)),
        at(20, arrived(1)),
        at(20, started(0, 0, 1)),
        at(30, finished(0, 0, 1, 10)),
        at(35, started(1, 2, 1)),
        at(40, finished(1, 2, 1, 5)),
        at(50, unassigned(3, Reason::NoSlot, 1)),
    ]);
    // Minutes 10 to 40: 30 of Ada's and of Ben's, 10 of Cem's.
    expect(&outcome, &[("utilisation", Some(15.0 / 70.0)), ("utilisation_gini", Some(20.0 / 45.0))]);
    // Under another discipline the same burst keeps them busy until minute 60: 50 of Ada's and of Ben's, 30 of Cem's.
    let mut longer = collector();
    longer.observe_all(&[at(10, arrived(0)), at(20, started(0, 0, 1)), at(30, finished(0, 0, 1, 10))]);
    let until = Some(SimTime::from_micros(60 * MINUTE));
    expect(&longer.take(&Burst::default(), until), &[("utilisation", Some(10.0 / 130.0))]);
    longer.observe_all(&[at(10, arrived(0))]);
    let none_of_it = longer.take(&Burst::default(), until);
    expect(&none_of_it, &[("utilisation", Some(0.0)), ("utilisation_gini", None)]);
    let idle = replay(&[at(10, arrived(0)), at(11, queued(0, 1))]);
    expect(&idle, &[("utilisation", None), ("utilisation_gini", None), ("time_to_start.mean", None)]);
}

#[test]
fn orphaned_time_and_ai_use_add_up() {
    let outcome = replay(&[
        at(0, read(0)),
        at(0, asked(0, 30_000)),
        at(0, asked(0, 20_000)),
        at(0, Fact::CallFailed { ticket: TicketId(1), attempt: 1, tries: 1, again_at: None }),
        at(1, freed(0, minutes(3))),
        at(1, freed(1, minutes(4))),
    ]);
    expect(
        &outcome,
        &[
            ("orphaned_hold", Some(7.0)),
            ("ai_calls", Some(3.0)),
            ("call_failures", Some(1.0)),
            ("tokens", Some(50_000.0)),
            ("cost", Some(1.0)),
        ],
    );
}

#[test]
fn without_a_calendar_nothing_about_bookings_is_measured() {
    let team_only = replay(&[at(0, arrived(0)), at(1, queued(0, 1))]);
    for key in [
        "unassigned_no_slot",
        "unassigned_attempts",
        "claims",
        "conflicts",
        "conflict_rate",
        "conflicts_per_ticket",
        "fallback_rate",
        "fallback_depth",
        "retry_rate",
        "attempts",
        "double_bookings",
        "double_booked_tickets",
        "overlap",
        "orphaned_hold",
    ] {
        expect(&team_only, &[(key, None)]);
    }
    expect(
        &team_only,
        &[
            ("dispatched", Some(1.0)),
            ("unassigned", Some(0.0)),
            ("ai_calls", Some(0.0)),
            ("tokens", Some(0.0)),
            ("cost", Some(0.0)),
        ],
    );
}

#[test]
fn with_a_calendar_zero_is_measured() {
    let unprotected = replay(&[at(0, arrived(0)), at(0, read(0)), at(1, dispatched(0, 1, 1, 1, 1))]);
    for key in ["claims", "conflicts", "conflicts_per_ticket", "double_bookings", "double_booked_tickets"] {
        expect(&unprotected, &[(key, Some(0.0))]);
    }
    for key in ["overlap", "orphaned_hold", "unassigned_no_slot", "retry_rate"] {
        expect(&unprotected, &[(key, Some(0.0))]);
    }
    expect(&unprotected, &[("conflict_rate", None), ("attempts", Some(1.0))]);
}

#[test]
fn the_next_replication_starts_from_nothing_and_chunks_do_not_show() {
    let records = [
        at(10, arrived(0)),
        at(10, read(0)),
        at(10, asked(0, 7)),
        at(11, refused(0)),
        at(11, granted(0)),
        at(11, freed(0, minutes(1))),
        at(12, dispatched(0, 2, 3, 2, 2)),
        at(13, unassigned(1, Reason::NoSlot, 2)),
        at(20, started(0, 1, 10)),
        at(30, finished(0, 1, 20, 10)),
        at(60, double_booked(0, 1, 5)),
    ];
    let mut collector = collector();
    collector.observe_all(&records);
    let first = taken(&mut collector);
    for record in &records {
        collector.observe(record);
    }
    assert_eq!(taken(&mut collector), first);
    assert_eq!(taken(&mut collector), nothing());
}

#[test]
fn timelines_go_on_over_the_replications_until_they_are_taken() {
    let records =
        [at(1, arrived(0)), at(2, queued(0, 1)), at(3, refused(1)), at(5000, dispatched(1, 1, 1, 1, 1))];
    let mut collector = collector();
    let mut merged = Totals::default();
    for replications in 1..3 {
        for _ in 0..replications {
            collector.observe_all(&records);
            taken(&mut collector);
        }
        let totals = collector.take_totals();
        assert_eq!((totals.arrivals.total(), totals.dispatched.total()), (replications, 2 * replications));
        assert_eq!((totals.arrivals.bin_seconds(), totals.dispatched.bin_seconds()), (1.0, 512.0));
        // Both tickets had waited for a minute, and one of them had a claim refused in the third one.
        let at = |second: usize, many: u64| [vec![0; second], vec![many]].concat();
        assert_eq!(
            (totals.delays.counts(), totals.refused.counts()),
            (&*at(60, 2 * replications), &*at(180, replications))
        );
        merged.merge(&totals);
    }
    assert_eq!((merged.arrivals.total(), merged.dispatched.total()), (3, 6));
    assert_eq!((merged.delays.total(), merged.refused.total()), (6, 3));
    let nothing = Totals { agents: vec![AgentTotals::default()], ..Totals::default() };
    assert_eq!(collector.take_totals(), nothing);
}

#[test]
fn counts_that_could_overflow_when_they_are_merged_are_unsound() {
    let agent = |unassigned| AgentTotals { unassigned, ..AgentTotals::default() };
    let totals = |unassigned| Totals { agents: vec![agent(1), agent(unassigned)], ..Totals::default() };
    assert!(totals(1 << 47).is_sound() && !totals(1 << 48).is_sound());
}

#[test]
fn tickets_are_left_for_reasons_that_add_up() {
    let outcome = replay(&[
        at(0, arrived(0)),
        at(0, read(0)),
        at(0, Fact::Rejected { dispatch: 1, specs: 21 }),
        at(1, unassigned(0, Reason::NobodyEligible, 1)),
        at(1, unassigned(1, Reason::Timeout, 0)),
        at(1, unassigned(2, Reason::Budget, 0)),
        at(1, unassigned(3, Reason::TooManySpecs, 0)),
        at(1, unassigned(4, Reason::RankerFailed, 1)),
    ]);
    expect(
        &outcome,
        &[
            ("unassigned", Some(5.0)),
            ("unassigned_no_slot", Some(0.0)),
            ("unassigned_nobody", Some(1.0)),
            ("unassigned_stopped", Some(3.0)),
            ("unassigned_ranker", Some(1.0)),
            // Those that never made an attempt do not count.
            ("attempts", Some(1.0)),
        ],
    );
}

#[test]
fn every_reason_that_occurs_is_measured_whatever_the_mode() {
    let reasons = [
        Reason::NoSlot,
        Reason::AttemptsExhausted,
        Reason::NobodyEligible,
        Reason::Timeout,
        Reason::Budget,
        Reason::TooManySpecs,
        Reason::RankerFailed,
    ];
    let keys = ["no_slot", "attempts", "nobody", "stopped", "ranker"].map(|key| format!("unassigned_{key}"));
    for books_slots in [false, true] {
        for reason in reasons {
            let mut collector = watching(Context {
                price_per_million_tokens: 0.0,
                books_slots,
                agents: 1,
                ..Context::default()
            });
            collector.observe_all(&[at(0, arrived(0)), at(1, unassigned(0, reason, 1))]);
            let outcome = taken(&mut collector);
            let told: f64 = keys.iter().filter_map(|key| value(&outcome, key)).sum();
            assert_eq!(value(&outcome, "unassigned"), Some(told), "{reason:?} is not told");
        }
    }
    for key in keys {
        let number = catalog::position(&key).expect("a measure");
        assert!(catalog::rows().any(|(position, _)| position == number), "{key} has no row");
    }
}

#[test]
fn in_slot_mode_nobody_is_eligible_and_nothing_is_said_of_caps() {
    let outcome =
        replay(&[at(0, arrived(0)), at(0, read(0)), at(1, unassigned(0, Reason::NobodyEligible, 1))]);
    expect(&outcome, &[("unassigned_nobody", Some(1.0)), ("over_cap", None)]);
    let served = replay(&[at(0, arrived(0)), at(0, read(0)), at(1, dispatched(0, 1, 1, 1, 1))]);
    expect(&served, &[("unassigned_nobody", Some(0.0)), ("over_cap", None)]);
}

fn assigned(ticket: u32, over_cap: bool) -> Fact {
    Fact::Assigned { ticket: TicketId(ticket), technician: TechnicianId(0), active: 3, over_cap }
}

#[test]
fn where_only_owners_are_assigned_nothing_about_bookings_is_measured() {
    let context =
        Context { price_per_million_tokens: 0.0, books_slots: false, agents: 1, ..Context::default() };
    let mut collector = watching(context);
    collector.observe_all(&[
        at(0, arrived(0)),
        at(0, read(0)),
        at(1, assigned(0, true)),
        at(1, dispatched(0, 1, 1, 1, 1)),
        at(1, assigned(1, false)),
    ]);
    let outcome = taken(&mut collector);
    for key in ["conflicts", "fallback_rate", "retry_rate", "attempts", "double_bookings", "orphaned_hold"] {
        expect(&outcome, &[(key, None)]);
    }
    expect(&outcome, &[("over_cap", Some(1.0)), ("unassigned_nobody", Some(0.0)), ("dispatched", Some(1.0))]);
    expect(&replay(&[at(0, arrived(0)), at(0, read(0))]), &[("over_cap", None)]);
}

/// A version check at the write claims the owner: what it costs is measured as it is where slots are claimed.
#[test]
fn where_an_owner_is_claimed_the_claims_are_measured() {
    let context =
        Context { price_per_million_tokens: 0.0, books_slots: false, agents: 1, ..Context::default() };
    let mut collector = watching(context);
    let technician = TechnicianId(0);
    let why = Refusal::Changed;
    let start = SimTime::ZERO;
    collector.observe_all(&[
        at(0, arrived(0)),
        at(0, read(0)),
        at(1, Fact::Refused { ticket: TicketId(0), technician, start, why, by: None }),
        at(2, Fact::Passed { ticket: TicketId(0), technician }),
        at(2, assigned(0, false)),
        at(2, dispatched(0, 2, 1, 2, 2)),
    ]);
    let outcome = taken(&mut collector);
    expect(&outcome, &[("claims", Some(2.0)), ("conflicts", Some(1.0)), ("conflict_rate", Some(0.5))]);
    expect(&outcome, &[("attempts", Some(2.0)), ("retry_rate", Some(1.0)), ("double_bookings", None)]);
}

#[test]
fn merging_triage_locks_and_subagents_are_measured_where_they_happen() {
    let ticket = TicketId(0);
    let triaged =
        |wrong| Fact::Triaged { ticket, stage: crate::domain::settings::Stage::Board, was: 0, is: 1, wrong };
    let spec = crate::domain::SpecId(0);
    let locked = |minute| Fact::Locked { ticket, technicians: 2, waited: minutes(minute) };
    let outcome = replay(&[
        at(0, arrived(0)),
        at(0, read(0)),
        at(0, triaged(true)),
        at(0, triaged(false)),
        at(0, Fact::SpecQueued { spec, dispatch: 1, tickets: 2 }),
        at(0, Fact::SpecStarted { spec }),
        at(1, locked(1)),
        at(1, locked(2)),
        at(2, Fact::CallFailed { ticket, attempt: 1, tries: 1, again_at: None }),
        at(7, Fact::Merged { ticket, agent: AgentId(0), into: TicketId(1) }),
        at(8, Fact::SpecEnded { spec, status: SpecStatus::Timeout, done: 1, tokens: 0 }),
        at(8, Fact::Resumed { dispatch: 1, results: 1 }),
    ]);
    expect(
        &outcome,
        &[
            ("triage_errors", Some(1.0)),
            ("lock_wait", Some(90.0)),
            ("call_failures", Some(1.0)),
            ("merged", Some(1.0)),
            ("merges_missed", Some(0.0)),
            ("dispatched", Some(0.0)),
            ("unassigned", Some(0.0)),
            ("makespan", None),
            ("subagents", Some(1.0)),
            ("subagent_timeouts", Some(1.0)),
            ("advanced_runs", Some(2.0)),
            ("sandbox_time", Some(8.0)),
        ],
    );
    let missed = replay(&[at(0, Fact::MergeMissed { ticket, twin: TicketId(1) })]);
    expect(&missed, &[("merged", Some(0.0)), ("merges_missed", Some(1.0))]);
    let plain = replay(&[at(0, arrived(0)), at(0, read(0))]);
    let not_measured =
        ["triage_errors", "lock_wait", "merged", "merges_missed", "subagents", "unassigned_stopped"];
    for key in not_measured.into_iter().chain(["advanced_runs", "sandbox_time"]) {
        expect(&plain, &[(key, None)]);
    }
    expect(&plain, &[("call_failures", Some(0.0))]);
}

#[test]
fn each_agent_has_its_sums_over_all_replications() {
    let turn = |ticket, agent| Fact::Turn { ticket: TicketId(ticket), agent: AgentId(agent) };
    let left = |ticket, reason, attempts| Fact::Unassigned {
        ticket: TicketId(ticket),
        agent: AgentId(1),
        reason,
        attempts,
    };
    let records = [
        at(0, turn(5, 1)),
        at(0, turn(0, 0)),
        at(1, refused(5)),
        at(1, granted(5)),
        at(1, granted(0)),
        at(2, dispatched(5, 2, 3, 1, 1)),
        at(2, dispatched(0, 1, 1, 1, 1)),
        at(3, left(5, Reason::NoSlot, 1)),
        // Neither has had a turn.
        at(3, left(7, Reason::Timeout, 0)),
        at(3, queued(8, 1)),
    ];
    let context =
        Context { price_per_million_tokens: 0.0, books_slots: true, agents: 2, ..Context::default() };
    let mut collector = watching(context);
    for _ in 0..2 {
        collector.observe_all(&records);
        taken(&mut collector);
    }
    let totals = collector.take_totals();
    let [front, back] = totals.agents[..] else { panic!("two agents") };
    assert_eq!((front.dispatches, front.claims, front.conflicts, front.unassigned), (4, 2, 0, 0));
    assert_eq!((back.dispatches, back.claims, back.conflicts, back.unassigned), (2, 4, 2, 4));
    assert_eq!(
        (back.conflict_rate(), back.fallback_rate(), back.retry_rate()),
        (Some(0.5), Some(1.0), Some(0.5))
    );
    assert_eq!((front.fallback_rate(), front.retry_rate()), (Some(0.0), Some(0.0)));
    let mut merged = Totals::default();
    merged.merge(&totals);
    merged.merge(&totals);
    assert_eq!((merged.agents[1].claims, merged.agents[0].dispatches), (8, 8));
}

#[test]
fn the_log_hands_the_collector_back() {
    let mut log = Log::new(Some(Box::new(collector())));
    log.write(SimTime::ZERO, arrived(0));
    let (_, observer) = log.close();
    let any: Box<dyn std::any::Any> = observer.expect("the collector watched");
    let mut collector = any.downcast::<Collector>().expect("it is the collector");
    expect(&taken(&mut collector), &[("dispatched", Some(0.0))]);
}

/// A desk with every price, on which a ticket waits 30 min and another 90, both double-booked, and a third gets no owner.
fn priced(costs: CostSettings) -> Values {
    let context =
        Context { price_per_million_tokens: 3.1, costs, books_slots: true, agents: 1, ..Context::default() };
    let mut collector = watching(context);
    collector.observe_all(&[
        at(0, arrived(0)),
        at(0, arrived(1)),
        at(0, arrived(2)),
        at(0, read(0)),
        at(0, asked(0, 7_777)),
        at(30, dispatched(0, 1, 1, 30, 1)),
        at(90, dispatched(1, 1, 1, 90, 1)),
        at(90, unassigned(2, Reason::NoSlot, 1)),
        at(90, double_booked(0, 1, 5)),
        at(90, double_booked(1, 1, 5)),
        at(100, finished(0, 2, 100, 20)),
        at(120, finished(1, 2, 120, 25)),
    ]);
    taken(&mut collector)
}

const PRICES: CostSettings = CostSettings {
    currency: None,
    technician_hour: Some(60.1),
    technician_hours: PaidHours::Scheduled,
    waiting_hour: Some(12.3),
    double_booking: Some(25.07),
    unassigned: Some(40.3),
};

#[test]
fn each_part_of_the_cost_is_what_was_counted_at_its_price() {
    // Two technicians have an hour until the last work ends, and the third half an hour.
    expect(
        &priced(PRICES),
        &[
            ("cost", Some(0.024_108_7)),
            ("cost_technicians", Some(150.25)),
            ("cost_waiting", Some(24.6)),
            ("cost_double_bookings", Some(50.14)),
            ("cost_unassigned", Some(40.3)),
            ("total_cost", Some(265.314_108_7)),
        ],
    );
    let worked = CostSettings { technician_hours: PaidHours::Worked, ..PRICES };
    expect(&priced(worked), &[("cost_technicians", Some(45.075))]);
}

#[test]
fn the_parts_add_up_to_the_total_exactly_whatever_the_prices() {
    const PARTS: [&str; 5] =
        ["cost", "cost_technicians", "cost_waiting", "cost_double_bookings", "cost_unassigned"];
    for digits in 0..500_u32 {
        // Prices with many decimals, of which now one and now the other is not stated.
        let price = |factor: u32| {
            let is_stated = digits & (1 << factor) == 0;
            is_stated.then(|| f64::from((digits + 1) * 7919 * (factor + 1) % 100_003) / 997.0)
        };
        let costs = CostSettings {
            technician_hour: price(0),
            waiting_hour: price(1),
            double_booking: price(2),
            unassigned: price(3),
            ..PRICES
        };
        let values = priced(costs.clone());
        let sum: f64 = PARTS.iter().filter_map(|part| value(&values, part)).sum();
        let expected = costs.states_a_price().then(|| Unit::Money.rounded(sum));
        assert_eq!(value(&values, "total_cost"), expected, "{costs:?}");
    }
}

#[test]
fn without_a_price_or_what_it_is_the_price_of_nothing_is_measured() {
    let parts = ["cost_technicians", "cost_waiting", "cost_double_bookings", "cost_unassigned"];
    let free = priced(CostSettings::default());
    parts.iter().chain(&["total_cost"]).for_each(|part| expect(&free, &[(part, None)]));
    let waiting = priced(CostSettings { waiting_hour: Some(2.0), ..CostSettings::default() });
    expect(
        &waiting,
        &[("cost_waiting", Some(4.0)), ("cost_unassigned", None), ("total_cost", Some(4.024_108_7))],
    );
    // Nobody has worked: how long technicians are paid is not known, and a total without them would be none.
    let context = Context { costs: PRICES, books_slots: true, agents: 1, ..Context::default() };
    let mut idle = watching(context);
    idle.observe_all(&[at(0, arrived(0)), at(1, dispatched(0, 1, 1, 1, 1))]);
    let idle = taken(&mut idle);
    expect(&idle, &[("cost_technicians", None), ("cost_waiting", Some(0.205)), ("total_cost", None)]);
}
