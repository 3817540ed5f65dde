//! A small comparison made by hand, for the tests of the reports.

use std::sync::Arc;

use crate::domain::charts::ChartSettings;
use crate::domain::{
    AgentId, Board, BoardId, Burst, Desk, HoldId, SimDuration, SimTime, Team, TeamId, Technician,
    TechnicianId, Ticket, TicketId, WorkingHours,
};
use crate::facts::{Fact, Reason, Record, Refusal};
use crate::kernel::log::Digest;
use crate::metrics::agents::AgentTotals;
use crate::metrics::catalog;
use crate::metrics::comparison::References;
use crate::metrics::numbers::Numbers;
use crate::metrics::statistics::Estimate;
use crate::metrics::summary::{Paired, Summary};
use crate::metrics::thresholds::{Threshold, Verdict};
use crate::metrics::timeline::Timeline;
use crate::results::{Arm, Comparison, Recorded, ReplicationRow, Setup, Source};

/// A measure's key, its mean and half the width of its interval.
type Measured = (&'static str, f64, f64);

const ADA: TechnicianId = TechnicianId(0);
const GRACE: TechnicianId = TechnicianId(1);

/// Four tickets, two technicians, three disciplines, two replications of which the first is recorded.
///
/// Under `unsafe-parallel` T-001 and T-002 are double-booked; under `parallel` T-002 falls back, T-003 loses every
/// claim and T-004 never gets a turn.
pub(crate) fn comparison() -> Comparison {
    let sequential = [
        ("makespan", 600.0, 20.0),
        ("dispatch_delay.p95", 580.0, 14.0),
        ("dispatched", 4.0, 0.0),
        ("unassigned", 0.0, 0.0),
        ("double_booked_tickets", 0.0, 0.0),
        ("ai_calls", 4.0, 0.0),
    ];
    let unsafe_parallel = [
        ("makespan", 200.0, 8.0),
        ("dispatch_delay.p95", 190.0, 9.0),
        ("dispatched", 4.0, 0.0),
        ("unassigned", 0.0, 0.0),
        ("double_booked_tickets", 2.0, 0.5),
        ("ai_calls", 4.0, 0.0),
    ];
    let parallel = [
        ("makespan", 290.0, 10.0),
        ("dispatch_delay.p95", 260.0, 12.0),
        ("dispatched", 3.0, 0.2),
        ("unassigned", 0.5, 0.2),
        ("conflict_rate", 0.4, 0.06),
        ("fallback_rate", 0.25, 0.05),
        ("retry_rate", 0.25, 0.05),
        ("double_booked_tickets", 0.0, 0.0),
        ("ai_calls", 5.0, 0.4),
    ];
    Comparison {
        setup: Setup {
            name: "monday-4".to_owned(),
            summary: "Four tickets at once".to_owned(),
            scenario_digest: "0123abcd".to_owned(),
            seed: 7,
            start: "2026-11-23T08:00:00-05:00[America/New_York]".parse().unwrap(),
            replications: 2,
            confidence: 0.95,
            precision: None,
            currency: None,
            numbers: Numbers::default(),
            by: Vec::new(),
            assumptions: Vec::new(),
            charts: ChartSettings::default(),
            desk: Arc::new(desk()),
            agents: vec!["Front desk".to_owned()],
            modes: vec!["owner-and-slot".to_owned()],
            books_slots: true,
            sets_owners: true,
        },
        arms: vec![
            arm("sequential", &sequential, None, sequential_records()),
            arm("unsafe-parallel", &unsafe_parallel, Some(&sequential), unsafe_records()),
            arm("parallel", &parallel, Some(&sequential), parallel_records()),
        ],
        references: References::default(),
        source: Source::default(),
        arrivals: Timeline::default(),
        verdicts: vec![
            Verdict {
                threshold: Threshold::parse("parallel.conflict_rate", "mean < 0.35").unwrap(),
                discipline: "parallel".to_owned(),
                holds: false,
                measured: Some(0.4),
                judged_by: Some(0.46),
                judged_on: "upper 95 % bound of the mean".to_owned(),
                of_bursts: None,
            },
            Verdict {
                threshold: Threshold::parse("dispatch_delay", "p(95) < 10min").unwrap(),
                discipline: "sequential".to_owned(),
                holds: true,
                measured: Some(580.0),
                judged_by: Some(594.0),
                judged_on: "upper 95 % bound of the mean".to_owned(),
                of_bursts: None,
            },
        ],
        warnings: vec!["Two replications say little.".to_owned()],
    }
}

/// Sets the mean of a measure, with an interval of the given half width.
pub(crate) fn set(arm: &mut Arm, key: &str, mean: f64, half: f64) {
    arm.summaries[catalog::position(key).unwrap()].mean = Some(Estimate::around(mean, half));
}

/// Comparisons of one to three arms with every mixture of faults, and of twelve: what each measures, by its key.
pub(crate) fn generated() -> impl Iterator<Item = Comparison> {
    const KINDS: [&[(&str, f64)]; 8] = [
        &[("makespan", 200.0)],
        &[("makespan", 201.0), ("conflict_rate", 0.5)],
        &[("makespan", 900.0), ("merges_missed", 0.004)],
        &[("makespan", 150.0), ("unassigned", 13.1)],
        &[("makespan", 140.0), ("unassigned", 0.002)],
        &[("makespan", 130.0), ("double_booked_tickets", 0.001)],
        &[("makespan", 120.0), ("over_cap", 4.5), ("double_booked_tickets", 30.0)],
        &[("unassigned", 40.0)],
    ];
    const NAMES: [&str; 12] = [
        "zero",
        "Ütrecht",
        "q.2",
        "kebab-case",
        "MIXED Case",
        "日本",
        "x_y",
        "seven",
        "Acht",
        "neun9",
        "ten!",
        "elf/12",
    ];
    let mixtures =
        (1..=3).flat_map(|arms| (0..8_usize.pow(arms)).map(move |mixture| (arms as usize, mixture)));
    let twelve = (0..8).map(|mixture| (12, mixture * 1_234_567));
    mixtures.chain(twelve).map(|(arms, mixture)| {
        let mut c = comparison();
        let pattern = c.arms.swap_remove(0);
        c.setup.replications = 1000;
        c.arms = (0..arms)
            .map(|place| {
                let mut arm = pattern.clone();
                NAMES[place].clone_into(&mut arm.name);
                arm.summaries.iter_mut().for_each(|summary| (summary.n, summary.mean) = (1000, None));
                arm.paired = vec![None; if place == 0 { 0 } else { catalog::NUMBERS }];
                let kind = KINDS[mixture / 8_usize.pow(place as u32) % 8];
                let of = |key: &str| kind.iter().find(|row| row.0 == key).map(|row| row.1);
                for key in ["unassigned", "double_booked_tickets", "over_cap"] {
                    set(&mut arm, key, of(key).unwrap_or(0.0), 0.0);
                }
                set(&mut arm, "dispatched", 40.0 - of("unassigned").unwrap_or(0.0), 0.0);
                for &(key, mean) in kind {
                    set(&mut arm, key, mean, 0.1 * mean);
                }
                arm
            })
            .collect();
        c
    })
}

/// The comparison as `run` makes it: one arm, one replication, no intervals, no thresholds.
pub(super) fn single() -> Comparison {
    let mut c = comparison();
    c.setup.replications = 1;
    c.verdicts.clear();
    c.warnings.clear();
    c.arms.drain(..2);
    let arm = &mut c.arms[0];
    arm.paired.clear();
    arm.replications = arm.replications.iter().take(1).map(Result::unwrap).collect();
    for summary in &mut arm.summaries {
        summary.mean = summary.mean.map(|mean| Estimate::single(mean.mean));
    }
    let unassigned = catalog::position("unassigned").unwrap();
    arm.summaries[unassigned].mean = Some(Estimate::single(1.0));
    c
}

fn desk() -> Desk {
    let technician = |name: &str| Technician {
        name: name.to_owned(),
        hours: 0,
        teams: [TeamId(0)].into(),
        history: [Some(0.5)].into(),
        ..Technician::default()
    };
    Desk {
        technicians: vec![technician("Ada"), technician("Grace")],
        teams: vec![Team { name: "Service Desk".to_owned(), members: vec![ADA, GRACE] }],
        hours: vec![WorkingHours::always()],
        categories: vec!["network".to_owned()],
        companies: vec!["Initech, Inc.".to_owned()],
        boards: vec![Board { name: "Service Desk".to_owned(), team: TeamId(0) }],
        statuses: vec!["New".to_owned(), "Assigned".to_owned()],
        ..Desk::default()
    }
}

fn arm(name: &str, measured: &[Measured], baseline: Option<&[Measured]>, records: Vec<Record>) -> Arm {
    let find = |list: &[Measured], key: &str| list.iter().find(|row| row.0 == key).copied();
    let keys: Vec<String> = catalog::all().map(|number| number.key()).collect();
    let summary = |key: &String| match find(measured, key) {
        Some((_, mean, half)) => Summary {
            n: 2,
            mean: Some(Estimate::around(mean, half)),
            min: Some(mean),
            max: Some(mean),
            total: 2.0 * mean,
            above_zero: if mean > 0.0 { 2 } else { 0 },
            over_bursts: None,
        },
        None => {
            Summary { n: 0, mean: None, min: None, max: None, total: 0.0, above_zero: 0, over_bursts: None }
        }
    };
    let paired = |key: &String| {
        let (_, mean, half) = find(measured, key)?;
        let (_, base, _) = find(baseline?, key)?;
        Some(Paired {
            difference: Estimate::around(mean - base, half),
            narrowing: None,
            p: None,
            p_holm: None,
        })
    };
    let values: Vec<Option<f64>> = keys.iter().map(|key| find(measured, key).map(|row| row.1)).collect();
    let row = |replication| ReplicationRow { replication, digest: Digest::EMPTY, values: values.clone() };
    Arm {
        name: name.to_owned(),
        summaries: keys.iter().map(summary).collect(),
        paired: if baseline.is_some() { keys.iter().map(paired).collect() } else { Vec::new() },
        // To the baseline, which comes first.
        behind: baseline
            .and_then(|_| paired(&"makespan".to_owned()))
            .map(|paired| Some(paired.difference))
            .into_iter()
            .collect(),
        replications: [row(0), row(1)].into_iter().collect(),
        dispatched: Timeline::default(),
        delays: Timeline::default(),
        refused: Timeline::default(),
        agents: vec![AgentTotals::default()],
        digest: Digest::EMPTY,
        recorded: vec![Recorded::new(0, &burst(), records)],
    }
}

fn burst() -> Burst {
    let ticket = |index: i64| Ticket {
        arrived_at: at(10.0 * index as f64),
        board: BoardId(0),
        status: 0,
        category: 0,
        company: 0,
        priority: 3,
        work: None,
        owned: false,
        twin: None,
    };
    Burst { tickets: (0..4).map(ticket).collect(), ..Burst::default() }
}

fn at(seconds: f64) -> SimTime {
    SimTime::ZERO + SimDuration::from_secs_f64(seconds)
}

fn records(facts: &[(f64, Fact)]) -> Vec<Record> {
    let mut records: Vec<Record> = (0..4)
        .map(|n| Record { at: at(10.0 * f64::from(n)), fact: Fact::Arrived { ticket: TicketId(n) } })
        .collect();
    records.extend(facts.iter().map(|&(seconds, fact)| Record { at: at(seconds), fact }));
    records.sort_by_key(|record| record.at);
    records
}

const T1: TicketId = TicketId(0);
const T2: TicketId = TicketId(1);
const T3: TicketId = TicketId(2);

fn ranked(ticket: TicketId, attempt: u16, rank: u16, technician: TechnicianId, start: f64) -> Fact {
    Fact::Ranked { ticket, attempt, rank, technician, start: at(start), cost: 0.5 * f64::from(rank) }
}

fn booked(ticket: TicketId, technician: TechnicianId, held: bool) -> Fact {
    Fact::Booked { ticket, technician, start: at(1800.0), end: at(3600.0), held }
}

fn dispatched(ticket: TicketId, technician: TechnicianId, rank: u16, delay: f64) -> Fact {
    let delay = SimDuration::from_secs_f64(delay);
    Fact::Dispatched { ticket, technician, attempts: 1, rank, delay, taken: delay }
}

fn asked(ticket: TicketId, attempt: u16, answer: f64) -> Fact {
    Fact::Asked { ticket, attempt, tokens: 1200, answer_at: at(answer) }
}

fn sequential_records() -> Vec<Record> {
    records(&[
        (0.0, Fact::Turn { ticket: T1, agent: AgentId(0) }),
        (0.0, Fact::Read { ticket: T1, attempt: 1, offered: 2 }),
    ])
}

fn unsafe_records() -> Vec<Record> {
    let doubled = |ticket, overlap| Fact::DoubleBooked {
        ticket,
        technician: ADA,
        peers: 1,
        overlap: SimDuration::from_mins(overlap),
    };
    records(&[
        (120.0, booked(T1, ADA, false)),
        (120.0, dispatched(T1, ADA, 1, 120.0)),
        (130.0, booked(T2, ADA, false)),
        (130.0, dispatched(T2, ADA, 1, 120.0)),
        (140.0, booked(T3, GRACE, false)),
        (140.0, dispatched(T3, GRACE, 1, 120.0)),
        (9000.0, doubled(T1, 0)),
        (9000.0, doubled(T2, 30)),
    ])
}

fn parallel_records() -> Vec<Record> {
    let refused =
        |ticket, technician, start, why, by| Fact::Refused { ticket, technician, start: at(start), why, by };
    let granted = |ticket, hold, technician| Fact::Granted {
        ticket,
        hold: HoldId(hold),
        technician,
        start: at(1800.0),
    };
    let minutes = SimDuration::from_mins;
    records(&[
        (0.0, Fact::Turn { ticket: T1, agent: AgentId(0) }),
        (0.0, Fact::Read { ticket: T1, attempt: 1, offered: 2 }),
        (0.0, asked(T1, 1, 120.0)),
        (120.0, ranked(T1, 1, 1, ADA, 1800.0)),
        (120.0, ranked(T1, 1, 2, GRACE, 1800.0)),
        (120.0, granted(T1, 0, ADA)),
        (120.5, booked(T1, ADA, true)),
        (120.5, dispatched(T1, ADA, 1, 120.5)),
        (10.0, Fact::Turn { ticket: T2, agent: AgentId(0) }),
        (10.0, Fact::Read { ticket: T2, attempt: 1, offered: 2 }),
        (10.0, asked(T2, 1, 150.0)),
        (150.0, ranked(T2, 1, 1, ADA, 1800.0)),
        (150.0, ranked(T2, 1, 2, GRACE, 1800.0)),
        (150.0, refused(T2, ADA, 1800.0, Refusal::Booked, Some(T1))),
        (150.5, granted(T2, 1, GRACE)),
        (151.0, booked(T2, GRACE, true)),
        (151.0, dispatched(T2, GRACE, 2, 141.0)),
        (25.0, Fact::Turn { ticket: T3, agent: AgentId(0) }),
        (25.0, Fact::Read { ticket: T3, attempt: 1, offered: 2 }),
        (25.0, asked(T3, 1, 160.0)),
        (160.0, ranked(T3, 1, 1, ADA, 1800.0)),
        (160.0, ranked(T3, 1, 2, GRACE, 1800.0)),
        (160.0, refused(T3, ADA, 1800.0, Refusal::Booked, Some(T1))),
        (161.0, refused(T3, GRACE, 1800.0, Refusal::Held, Some(T2))),
        (161.0, Fact::Read { ticket: T3, attempt: 2, offered: 1 }),
        (161.0, asked(T3, 2, 280.0)),
        (280.0, ranked(T3, 2, 1, ADA, 270.0)),
        (280.0, refused(T3, ADA, 270.0, Refusal::Started, None)),
        (
            280.0,
            Fact::Unassigned {
                ticket: T3,
                agent: AgentId(0),
                reason: Reason::AttemptsExhausted,
                attempts: 2,
            },
        ),
        (1800.0, Fact::Started { ticket: T1, technician: ADA, waited: minutes(30), late: SimDuration::ZERO }),
        (3300.0, Fact::Finished { ticket: T1, technician: ADA, resolved: minutes(55), worked: minutes(25) }),
    ])
}
