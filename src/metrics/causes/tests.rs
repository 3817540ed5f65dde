use super::*;
use crate::domain::settings::Stage;
use crate::domain::{AgentId, HoldId, SimDuration, TeamId, TechnicianId};
use crate::facts::Refusal;

const SECOND: i64 = 1_000_000;

/// What the tickets that got an owner have spent on triage, turn, AI, calendar, retries and provider, in seconds, when
/// these facts are stated at these seconds.
fn spent(facts: &[(i64, Fact)]) -> [i128; CAUSES] {
    let mut causes = Causes::default();
    for &(second, fact) in facts {
        causes.see(SimTime::from_micros(second * SECOND), fact);
    }
    let spent = causes.take();
    assert_eq!(causes.take(), [0; CAUSES], "each replication for itself");
    spent.map(|micros| micros / i128::from(SECOND))
}

const T: TicketId = TicketId(0);
const WHO: TechnicianId = TechnicianId(0);
const AT: SimTime = SimTime::ZERO;

fn arrived(ticket: TicketId) -> Fact {
    Fact::Arrived { ticket }
}

fn turn(ticket: TicketId) -> Fact {
    Fact::Turn { ticket, agent: AgentId(0) }
}

fn read(ticket: TicketId, attempt: u16) -> Fact {
    Fact::Read { ticket, attempt, offered: 1 }
}

fn asked(ticket: TicketId, attempt: u16) -> Fact {
    Fact::Asked { ticket, attempt, tokens: 0, answer_at: AT }
}

fn ranked(ticket: TicketId, rank: u16) -> Fact {
    Fact::Ranked { ticket, attempt: 1, rank, technician: WHO, start: AT, cost: 0.0 }
}

fn granted(ticket: TicketId) -> Fact {
    Fact::Granted { ticket, hold: HoldId(0), technician: WHO, start: AT }
}

fn refused(ticket: TicketId) -> Fact {
    Fact::Refused { ticket, technician: WHO, start: AT, why: Refusal::Held, by: None }
}

fn freed(ticket: TicketId, lapsed: bool) -> Fact {
    Fact::Freed { ticket, hold: HoldId(0), technician: WHO, start: AT, lapsed, orphaned: SimDuration::ZERO }
}

fn dispatched(ticket: TicketId) -> Fact {
    let (delay, taken) = (SimDuration::ZERO, SimDuration::ZERO);
    Fact::Dispatched { ticket, technician: WHO, attempts: 1, rank: 1, delay, taken }
}

#[test]
fn a_dispatch_without_trouble_is_turn_calendar_and_ai() {
    let facts = [
        (10, arrived(T)),
        (15, turn(T)),
        (16, read(T, 1)),
        (19, asked(T, 1)),
        (139, ranked(T, 1)),
        (139, ranked(T, 2)),
        (140, granted(T)),
        (150, dispatched(T)),
    ];
    assert_eq!(spent(&facts), [0, 5, 120, 1 + 3 + 1 + 10, 0, 0]);
    assert_eq!(spent(&facts[..7]), [0; CAUSES], "what has no owner yet does not count");
}

#[test]
fn triage_counts_from_the_change_of_status_that_lets_the_ticket_be_dispatched() {
    let triaged = Fact::Triaged { ticket: T, stage: Stage::Board, was: 0, is: 0, wrong: false };
    let changed = Fact::StatusChanged { ticket: T, was: 0, is: 1 };
    let end = [
        (30, turn(T)),
        (32, Fact::Locked { ticket: T, technicians: 1, waited: SimDuration::ZERO }),
        (40, dispatched(T)),
    ];
    let with = |facts: &[(i64, Fact)]| spent(&[facts, &end].concat());
    assert_eq!(with(&[(0, arrived(T)), (9, triaged), (20, triaged)]), [20, 12, 0, 8, 0, 0]);
    assert_eq!(with(&[(0, arrived(T)), (9, triaged), (12, changed), (20, triaged)]), [8, 12, 0, 8, 0, 0]);
}

#[test]
fn all_from_a_lost_claim_to_a_granted_one_is_its_price() {
    let lost = [(0, turn(T)), (0, read(T, 1)), (0, asked(T, 1)), (100, ranked(T, 1)), (103, refused(T))];
    let won =
        [(200, asked(T, 2)), (300, ranked(T, 1)), (301, refused(T)), (310, granted(T)), (315, dispatched(T))];
    let facts = [&lost[..], &[(110, read(T, 2))], &won[..]].concat();
    assert_eq!(spent(&facts), [0, 0, 100, 3 + 5, 207, 0]);
    let passed = Fact::Passed { ticket: T, technician: WHO };
    let facts = [&lost[..], &[(110, passed), (115, dispatched(T))]].concat();
    assert_eq!(spent(&facts), [0, 0, 100, 8, 7, 0]);
}

#[test]
fn a_hold_that_lapses_is_lost_and_one_that_is_given_back_is_not() {
    let facts = |lapsed| {
        [(0, turn(T)), (0, ranked(T, 1)), (0, granted(T)), (20, freed(T, lapsed)), (50, dispatched(T))]
    };
    assert_eq!(spent(&facts(true)), [0, 0, 0, 20, 30, 0]);
    assert_eq!(spent(&facts(false)), [0, 0, 0, 50, 0, 0]);
}

#[test]
fn the_provider_is_charged_in_every_attempt() {
    let failed = |again_at| Fact::CallFailed { ticket: T, attempt: 1, tries: 1, again_at };
    let throttled = Fact::Throttled { ticket: T, attempt: 1, waited: SimDuration::ZERO };
    let begun = Fact::RankingBegun { ticket: T };
    let facts = [
        (0, turn(T)),
        (0, read(T, 1)),
        (5, begun),
        (15, throttled),
        (45, failed(Some(AT))),
        (55, asked(T, 1)),
        (155, ranked(T, 1)),
        (155, refused(T)),
        (160, read(T, 2)),
        (165, begun),
        (185, failed(None)),
        (200, dispatched(T)),
    ];
    assert_eq!(spent(&facts), [0, 0, 100, 5, 5 + 5 + 15, 50 + 20]);
}

#[test]
fn a_batch_waits_for_the_ranking_of_its_first_ticket() {
    let (first, second) = (TicketId(1), T);
    let facts = [
        (0, arrived(second)),
        (4, arrived(first)),
        (10, turn(first)),
        (10, turn(second)),
        (10, read(first, 1)),
        (10, read(second, 1)),
        (12, asked(first, 1)),
        (42, Fact::Batched { ticket: second, with: first }),
        (42, ranked(first, 1)),
        (42, granted(first)),
        (42, ranked(second, 1)),
        (42, granted(second)),
        (45, dispatched(second)),
        (49, dispatched(first)),
    ];
    assert_eq!(spent(&facts), [0, 10 + 6, 30 + 30, 2 + 2 + 3 + 7, 0, 0]);
}

#[test]
fn who_waits_for_the_parent_waits_for_a_turn_and_who_does_it_again_pays_for_that() {
    let again = Fact::TurnAgain { ticket: T };
    let written = [
        (0, turn(T)),
        (0, asked(T, 1)),
        (60, ranked(T, 1)),
        (90, again),
        (90, granted(T)),
        (95, dispatched(T)),
    ];
    assert_eq!(spent(&written), [0, 30, 60, 5, 0, 0]);
    let answered = Fact::Answered {
        ticket: T,
        agent: AgentId(0),
        attempts: 2,
        delay: SimDuration::ZERO,
        taken: SimDuration::ZERO,
    };
    let facts = [
        (0, turn(T)),
        (0, asked(T, 1)),
        (60, Fact::Misfit { ticket: T }),
        (90, again),
        (90, asked(T, 2)),
        (150, answered),
    ];
    assert_eq!(spent(&facts), [0, 0, 60, 0, 90, 0]);
}

#[test]
fn a_ticket_that_goes_to_a_team_has_had_no_turn() {
    let (agent, team, delay) = (AgentId(0), TeamId(0), SimDuration::ZERO);
    let queued = Fact::Queued { ticket: T, agent, team, delay, taken: delay };
    let triaged = Fact::Triaged { ticket: T, stage: Stage::Board, was: 0, is: 0, wrong: false };
    assert_eq!(spent(&[(0, arrived(T)), (30, triaged), (30, queued)]), [30, 0, 0, 0, 0, 0]);
}
