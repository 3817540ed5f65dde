//! Made bursts against their theory, desks listed and recorded, and what the reader is told.

mod desk;

use std::fs;

use tempfile::TempDir;

use super::*;
use crate::domain::settings::{HoursPlan, RecordingFormat, RecordingPlan, TechnicianPlan, TicketPlan};
use crate::domain::{BoardId, TeamId, Ticket, WorkingHours};

fn start() -> ZonedDateTime {
    "2026-11-23T08:00[Europe/Berlin]".parse().unwrap()
}

fn burst_plan(arrivals: Arrivals) -> BurstPlan {
    BurstPlan { arrivals, tickets: TicketPlan::default(), transitions: Vec::new() }
}

/// Two boards with a team each; Ada in both teams, Bob in the second.
fn desk_plan() -> DeskPlan {
    let technician = |name: &str, teams: &[&str], history: &[(&str, f64)]| TechnicianPlan {
        name: name.into(),
        teams: teams.iter().map(|team| (*team).into()).collect(),
        hours: 0,
        time_zone: None,
        history: history.iter().map(|(category, rate)| ((*category).into(), *rate)).collect(),
        out: vec![],
        busy: vec![],
        open: vec![],
    };
    DeskPlan {
        from_recording: false,
        technicians: Arc::new(vec![
            technician("Ada", &["First line", "Second line"], &[("Mail", 0.9)]),
            technician("Bob", &["Second line"], &[]),
        ]),
        technicians_file: None,
        teams: vec!["First line".into(), "Second line".into()],
        boards: vec![("Service Desk".into(), "First line".into()), ("Projects".into(), "Second line".into())],
        hours: vec![HoursPlan::Always],
        weekdays: None,
        joined_days: None,
        out_interrupts: false,
        statuses: vec![],
        pods: None,
    }
}

fn prepared(plan: &BurstPlan) -> Workload {
    prepare(plan, &desk_plan(), &start()).unwrap()
}

fn tickets(workload: &Workload, replication: u64) -> Vec<Ticket> {
    let mut burst = Burst::default();
    workload.burst(&Streams::new(7, replication), &mut burst);
    assert!(burst.tickets.is_sorted_by_key(|ticket| ticket.arrived_at));
    burst.tickets
}

/// Mean and variance.
fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / (n - 1.0))
}

/// Seed 7, 2000 replications of this plan: every arrival in seconds.
fn arrivals(plan: &BurstPlan) -> Vec<f64> {
    let workload = prepared(plan);
    (0..2000)
        .flat_map(|replication| tickets(&workload, replication))
        .map(|ticket| ticket.arrived_at.as_secs_f64())
        .collect()
}

/// Whether a sample mean lies within five standard errors: false by chance less than once in a million seeds.
fn near(mean: f64, expected: f64, variance: f64, n: usize) -> bool {
    (mean - expected).abs() < 5.0 * (variance / n as f64).sqrt()
}

fn weights(list: &[(&str, f64)]) -> Vec<(String, f64)> {
    list.iter().map(|(name, weight)| ((*name).into(), *weight)).collect()
}

#[test]
fn uniform_arrivals_fill_their_stretch_evenly() {
    let values = arrivals(&burst_plan(Arrivals::Uniform { tickets: 30, over: SimDuration::from_secs(600) }));
    assert_eq!(values.len(), 60_000);
    assert!(values.iter().all(|value| (0.0..=600.0).contains(value)));
    let (mean, variance) = moments(&values);
    assert!(near(mean, 300.0, 30_000.0, values.len()), "{mean}");
    // The variance of (x − mean)² is 600⁴/180.
    assert!(near(variance, 30_000.0, 7.2e8, values.len()), "{variance}");
}

#[test]
fn poisson_gaps_are_exponential_and_the_stream_ends_after_its_tickets() {
    let plan = burst_plan(Arrivals::Poisson { tickets: 20, mean_gap: SimDuration::from_secs(60) });
    let workload = prepared(&plan);
    let mut gaps = Vec::new();
    for replication in 0..2000 {
        let mut last = 0.0;
        for ticket in tickets(&workload, replication) {
            gaps.push(ticket.arrived_at.as_secs_f64() - last);
            last = ticket.arrived_at.as_secs_f64();
        }
    }
    assert_eq!(gaps.len(), 40_000);
    let (mean, variance) = moments(&gaps);
    assert!(near(mean, 60.0, 3600.0, gaps.len()), "{mean}");
    // The fourth central moment of an exponential is 9 mean⁴, so that of its square varies by 8 mean⁴.
    assert!(near(variance, 3600.0, 8.0 * 3600.0 * 3600.0, gaps.len()), "{variance}");
}

#[test]
fn quarter_counts_of_a_profile_are_negative_binomial() {
    let plan = burst_plan(Arrivals::Profile { mean_counts: Arc::from([12.7, 0.0, 12.7]), dispersion: 1.98 });
    let workload = prepared(&plan);
    let mut counts = Vec::new();
    let mut within = Vec::new();
    for replication in 0..4000 {
        let mut count = [0.0; 3];
        for ticket in tickets(&workload, replication) {
            let seconds = ticket.arrived_at.as_secs_f64();
            count[(seconds / 900.0) as usize] += 1.0;
            within.push(seconds % 900.0);
        }
        assert_eq!(count[1], 0.0);
        counts.extend([count[0], count[2]]);
    }
    let (mean, variance) = moments(&counts);
    assert!(near(mean, 12.7, 12.7 * 1.98, counts.len()), "{mean}");
    // Seed 7, 8000 counts. The standard error of the variance is about σ²·√((2 + excess)/n) = 1.7 % with an excess
    // kurtosis of 6/r + 1/σ² = 0.5; 9 % is more than five of them.
    assert!((variance / mean / 1.98 - 1.0).abs() < 0.09, "{}", variance / mean);
    let (mean, _) = moments(&within);
    assert!(near(mean, 450.0, 67_500.0, within.len()), "{mean}");
}

#[test]
fn a_backlog_waits_at_the_start() {
    let workload = prepared(&burst_plan(Arrivals::Backlog { tickets: 5 }));
    let ticket = Ticket {
        arrived_at: SimTime::ZERO,
        board: BoardId(0),
        status: 0,
        category: 0,
        company: 0,
        priority: 3,
        work: None,
        owned: false,
        twin: None,
    };
    assert_eq!(tickets(&workload, 0), vec![ticket; 5]);
    assert_eq!(workload.desk().categories, ["general"]);
    assert_eq!(workload.desk().companies, ["company"]);
}

#[test]
fn n15_a_spike_decays_and_comes_mostly_from_the_first_company() {
    let mut plan =
        burst_plan(Arrivals::Spike { tickets: 30, mean: SimDuration::from_secs(300), same_company: 0.6 });
    plan.tickets.companies = weights(&[("Down", 1.0), ("Big", 3.0), ("Small", 1.0), ("None", 0.0)]);
    let workload = prepared(&plan);
    let all: Vec<Ticket> = (0..2000).flat_map(|replication| tickets(&workload, replication)).collect();
    let seconds: Vec<f64> = all.iter().map(|ticket| ticket.arrived_at.as_secs_f64()).collect();
    let (mean, variance) = moments(&seconds);
    assert!(near(mean, 300.0, 90_000.0, all.len()), "{mean}");
    assert!(near(variance, 90_000.0, 8.0 * 8.1e9, all.len()), "{variance}");
    for (company, share) in [0.6, 0.3, 0.1, 0.0].into_iter().enumerate() {
        let found = all.iter().filter(|ticket| ticket.company as usize == company).count() as f64;
        let found = found / all.len() as f64;
        assert!(found == share || near(found, share, share * (1.0 - share), all.len()), "{company}: {found}");
    }
}

#[test]
fn particulars_follow_their_weights() {
    let mut plan = burst_plan(Arrivals::Uniform { tickets: 30, over: SimDuration::from_secs(600) });
    plan.tickets.boards = weights(&[("Projects", 1.0), ("Service Desk", 3.0)]);
    plan.tickets.categories = weights(&[("Mail", 1.0), ("Print", 1.0)]);
    plan.tickets.companies = weights(&[("A", 2.0), ("B", 3.0)]);
    plan.tickets.priorities = vec![(1, 0.1), (4, 0.9)];
    plan.tickets.work = Some(Distribution::Exponential { mean: 1200.0 });
    let workload = prepared(&plan);
    assert_eq!(workload.desk().technicians[0].history[..], [Some(0.9), None]);
    let all: Vec<Ticket> = (0..1000).flat_map(|replication| tickets(&workload, replication)).collect();
    let share = |of: &dyn Fn(&Ticket) -> bool, expected: f64| {
        let found = all.iter().filter(|ticket| of(ticket)).count() as f64 / all.len() as f64;
        assert!(near(found, expected, expected * (1.0 - expected), all.len()), "{found}, not {expected}");
    };
    share(&|ticket| ticket.board == BoardId(0), 0.75);
    share(&|ticket| ticket.category == 0, 0.5);
    share(&|ticket| ticket.company == 0, 0.4);
    share(&|ticket| ticket.priority == 1, 0.1);
    share(&|ticket| ticket.priority == 4, 0.9);
    let work: Vec<f64> = all.iter().map(|ticket| ticket.work.unwrap().as_secs_f64()).collect();
    let (mean, _) = moments(&work);
    assert!(near(mean, 1200.0, 1200.0 * 1200.0, work.len()), "{mean}");
}

#[test]
fn bursts_depend_on_seed_and_replication_only() {
    let mut plan = burst_plan(Arrivals::Profile { mean_counts: Arc::from([9.0; 8]), dispersion: 2.0 });
    plan.tickets.companies = weights(&[("A", 1.0), ("B", 1.0)]);
    plan.tickets.work = Some(Distribution::Exponential { mean: 60.0 });
    let workload = prepared(&plan);
    let mut reused = Burst::default();
    for replication in [3, 0, 3] {
        workload.burst(&Streams::new(7, replication), &mut reused);
        assert_eq!(reused.tickets, tickets(&prepared(&plan), replication));
    }
    assert_ne!(tickets(&workload, 0), tickets(&workload, 1));
    // What one particular needs never shifts another's draws, nor the arrivals.
    plan.tickets.work = None;
    for (with, without) in tickets(&workload, 0).iter().zip(tickets(&prepared(&plan), 0)) {
        assert_eq!(Ticket { work: None, ..with.clone() }, without);
    }
}

#[test]
fn a_burst_may_be_empty() {
    let workload =
        prepared(&burst_plan(Arrivals::Profile { mean_counts: Arc::from([0.0; 4]), dispersion: 1.0 }));
    assert_eq!(tickets(&workload, 0), []);
}

#[test]
fn unknown_names_are_errors_that_suggest_the_nearest() {
    let mut plan = burst_plan(Arrivals::Backlog { tickets: 1 });
    plan.tickets.boards = weights(&[("Service Dsk", 1.0)]);
    let error = prepare(&plan, &desk_plan(), &start()).unwrap_err().to_string();
    assert_eq!(
        error,
        "the burst's board \"Service Dsk\" is unknown (did you mean \"Service Desk\"?); known are \"Service Desk\", \
         \"Projects\""
    );
    let plan = burst_plan(Arrivals::Backlog { tickets: 1 });
    let mut desk = desk_plan();
    desk.boards[1].1 = "Third line".into();
    let error = prepare(&plan, &desk, &start()).unwrap_err().to_string();
    assert!(error.starts_with("a board's team \"Third line\" is unknown"), "{error}");
    desk.boards.clear();
    assert!(prepare(&plan, &desk, &start()).is_err(), "a ticket has to arrive somewhere");
    let desk = DeskPlan { from_recording: true, ..desk_plan() };
    let error = prepare(&plan, &desk, &start()).unwrap_err().to_string();
    assert!(error.contains("the burst is not recorded"), "{error}");
}

#[test]
fn rates_in_categories_that_no_ticket_has_are_noted() {
    let workload = prepared(&burst_plan(Arrivals::Backlog { tickets: 1 }));
    assert_eq!(
        workload.notes(),
        ["No ticket can be in \"Mail\": success rates in that category are not used."]
    );
}

/// A workload of a recording with these rows.
fn replay(
    rows: &str,
    format: RecordingFormat,
    desk: &DeskPlan,
    change: impl FnOnce(&mut BurstPlan),
) -> Result<Workload, WorkloadError> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("burst.csv");
    fs::write(&file, rows).unwrap();
    let mut plan = burst_plan(Arrivals::Recorded(RecordingPlan {
        file,
        format,
        skip_bad_rows: false,
        from: None,
        until: None,
    }));
    change(&mut plan);
    prepare(&plan, desk, &start())
}

const ROWS: &str = "ticket,arrived_at,board,company,category,priority,work_minutes,assigned_to\n\
                    X2,2026-11-23T08:20,Projects,Contoso,Mail,1,5,Ada\n\
                    X1,2026-11-23T08:10,Service Desk,Fabrikam,Print,,,Bob\n\
                    X3,2026-11-23T08:30,,,,,,Cid\n";

#[test]
fn a_recording_replays_the_same_tickets_and_draws_what_it_does_not_say() {
    let workload = replay(ROWS, RecordingFormat::Native, &desk_plan(), |plan| {
        plan.tickets.work = Some(Distribution::Exponential { mean: 600.0 });
        plan.tickets.companies = weights(&[("Fabrikam", 1.0)]);
    })
    .unwrap();
    assert_eq!(workload.desk().companies, ["Fabrikam", "Contoso"]);
    assert_eq!(workload.desk().categories, ["general", "Mail", "Print"]);
    assert_eq!(workload.desk().technicians[0].history[..], [None, Some(0.9), None]);
    let mut burst = Burst::default();
    workload.burst(&Streams::new(1, 0), &mut burst);
    assert_eq!(burst.names[..], ["X1", "X2", "X3"]);
    let shown: Vec<_> = (burst.tickets.iter())
        .map(|ticket| (ticket.board.0, ticket.company, ticket.category, ticket.priority))
        .collect();
    assert_eq!(shown, [(0, 0, 2, 3), (1, 1, 1, 1), (0, 0, 0, 3)]);
    assert_eq!(burst.tickets[1].work, Some(SimDuration::from_mins(5)), "recorded work is not drawn");
    let first = burst.tickets[0].work.unwrap();
    workload.burst(&Streams::new(1, 1), &mut burst);
    assert_ne!(burst.tickets[0].work.unwrap(), first);
    assert_eq!(burst.tickets[1].work, Some(SimDuration::from_mins(5)));
    assert_eq!(
        workload.notes(),
        ["burst.csv: 1 of 3 tickets name no board; they arrive at the first board, \"Service Desk\"."]
    );
    // The same buffer then serves a synthetic burst, which has no names.
    prepared(&burst_plan(Arrivals::Backlog { tickets: 1 })).burst(&Streams::new(1, 0), &mut burst);
    assert_eq!(burst.name(TicketId(0)), "T-001");
}

#[test]
fn unknown_boards_of_a_recording_are_listed_once() {
    let rows = "ticket,arrived_at,board\nA,2026-11-23T08:00,Sales\nB,2026-11-23T08:00,HR\nC,2026-11-23T08:00,Sales\n\
                D,2026-11-23T08:00,Projects\n";
    let error = replay(rows, RecordingFormat::Native, &desk_plan(), |_| {}).unwrap_err().to_string();
    assert!(
        error.contains(
            "the desk has no board \"Sales\", \"HR\"; its boards are \"Service Desk\", \"Projects\""
        ),
        "{error}"
    );
}

#[test]
fn a_desk_from_the_recording_has_its_boards_as_teams_and_its_people() {
    let desk = DeskPlan { from_recording: true, ..desk_plan() };
    let rows = "ticket,arrived_at,board,assigned_to\nA,2026-11-23T08:00,Mail,Zoe\nB,2026-11-23T08:01,Print,Yan\n\
                C,2026-11-23T08:02,Mail,Yan\nD,2026-11-23T08:03,Print,\n";
    let workload = replay(rows, RecordingFormat::Native, &desk, |_| {}).unwrap();
    let built = workload.desk();
    let people: Vec<_> =
        built.technicians.iter().map(|person| (person.name.as_str(), &person.teams[..])).collect();
    assert_eq!(people, [("Zoe", &[TeamId(0)][..]), ("Yan", &[TeamId(0), TeamId(1)])]);
    let teams: Vec<_> = built.teams.iter().map(|team| (team.name.as_str(), team.members.len())).collect();
    assert_eq!(teams, [("Mail", 2), ("Print", 1)]);
    assert_eq!(built.hours[0].windows, WorkingHours::always().windows);
    assert_eq!(built.hours.len(), 1);
    assert_eq!(workload.notes(), [""; 0]);
    let nobody = "ticket,arrived_at,board\nA,2026-11-23T08:00,Mail\n";
    let error = replay(nobody, RecordingFormat::Native, &desk, |_| {}).unwrap_err().to_string();
    assert!(error.contains("its column assigned_to is missing or names nobody"), "{error}");
}

#[test]
fn groups_unknown_or_without_people_are_served_by_everybody() {
    let desk = DeskPlan { from_recording: true, ..desk_plan() };
    let log = "number,opened_at,assignment_group,assigned_to\n\
               I1,23/11/2026 08:00,Group 1,Zoe\n\
               I2,23/11/2026 08:01,?,Yan\n\
               I3,23/11/2026 08:02,Group 2,?\n";
    let workload = replay(log, RecordingFormat::ServiceNow, &desk, |_| {}).unwrap();
    let teams: Vec<_> =
        workload.desk().teams.iter().map(|team| (team.name.as_str(), team.members.len())).collect();
    assert_eq!(teams, [("Group 1", 1), ("Group 2", 2), ("(no group)", 2)]);
    let order: Vec<u32> = tickets(&workload, 0).iter().map(|ticket| ticket.board.0).collect();
    assert_eq!(order, [0, 2, 1]);
    assert_eq!(
        workload.notes(),
        [
            "burst.csv: nobody is seen working for \"Group 2\"; all 2 technicians of the file serve there.",
            "burst.csv: 1 of 3 tickets name no board; they go to the team \"(no group)\", in which all 2 technicians \
             of the file are.",
        ]
    );
}

#[test]
fn what_is_wrong_with_several_files_is_told_together() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path
    };
    let recording = file("burst.csv", "ticket,arrived_at,board\nA,2026-11-23T08:05,Attic\n");
    let mut desk = desk_plan();
    desk.technicians_file = Some(file("staff.csv", "technician,teams\nAnn,Nowhere\n"));
    desk.pods = Some(file("pods.csv", "team,customer\nRed,Acme\n"));
    let burst = burst_plan(Arrivals::Recorded(RecordingPlan {
        file: recording,
        format: RecordingFormat::Native,
        skip_bad_rows: false,
        from: None,
        until: None,
    }));
    let error = prepare(&burst, &desk, &start()).unwrap_err();
    let told: Vec<String> = error.each().iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 3, "{told:#?}");
    for (sentence, part) in
        told.iter().zip(["the desk has no board \"Attic\"", "found \"Nowhere\"", "no column pod"])
    {
        assert!(sentence.contains(part), "expected {part} in {sentence}");
    }
    assert_eq!(check_files(&burst, &desk, &start()).unwrap_err().each().len(), 3);
}
