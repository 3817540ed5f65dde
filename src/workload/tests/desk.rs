//! Absences, entries and open tickets on the desk; statuses, duplicates, and the tables beside a scenario.

use super::*;
use crate::domain::civil::CivilSpan;
use crate::domain::{Interval, TechnicianId, TicketId};

fn span(from: &str, to: &str) -> CivilSpan {
    CivilSpan { from: from.into(), to: to.into() }
}

/// A stretch in hours since the start.
fn hours(span: &Interval) -> (f64, f64) {
    (span.start.as_secs_f64() / 3600.0, span.end.as_secs_f64() / 3600.0)
}

fn backlog(tickets: u32) -> BurstPlan {
    burst_plan(Arrivals::Backlog { tickets })
}

#[test]
fn hours_absences_and_entries_keep_their_civil_time_when_one_zone_changes_its_clocks() {
    // 2026-03-29: clocks go forward in Berlin, where the scenario is, but not in New York, where they have already.
    let start = "2026-03-27T08:00[Europe/Berlin]".parse().unwrap(); // a Friday
    let mut plan = desk_plan();
    let weekdays = HoursPlan::WORKDAYS;
    let daily = |time_zone| HoursPlan::Daily { from_minute: 480, to_minute: 1020, weekdays, time_zone };
    let zone = Some("America/New_York".to_owned());
    plan.hours = vec![daily(None), daily(zone.clone())];
    Arc::make_mut(&mut plan.technicians)[1].hours = 1;
    Arc::make_mut(&mut plan.technicians)[1].time_zone = zone;
    for technician in Arc::make_mut(&mut plan.technicians) {
        technician.busy =
            vec![span("2026-03-30T09:00", "2026-03-30T10:00"), span("2026-03-27T09:00", "2026-03-27T10:00")];
        technician.out = vec![span("2026-03-30T12:00", "2026-03-30T13:00")];
    }
    let workload = prepare(&backlog(1), &plan, &start).unwrap();
    let desk = workload.desk();
    let [berlin, new_york] = &desk.technicians[..] else { panic!() };
    let first = |hours: &WorkingHours| hours.windows[..2].iter().map(self::hours).collect::<Vec<_>>();
    assert_eq!(first(&desk.hours[berlin.hours]), [(0.0, 9.0), (71.0, 80.0)]);
    assert_eq!(first(&desk.hours[new_york.hours]), [(5.0, 14.0), (77.0, 86.0)]);
    let spans = |list: &[Interval]| list.iter().map(hours).collect::<Vec<_>>();
    assert_eq!(spans(&berlin.busy), [(1.0, 2.0), (72.0, 73.0)]);
    assert_eq!(spans(&new_york.busy), [(6.0, 7.0), (78.0, 79.0)]);
    assert_eq!((spans(&berlin.out), spans(&new_york.out)), (vec![(75.0, 76.0)], vec![(81.0, 82.0)]));
}

#[test]
fn absences_that_touch_are_one_and_entries_that_touch_are_two() {
    let mut plan = desk_plan();
    let halves =
        vec![span("2026-11-23T09:00", "2026-11-23T10:00"), span("2026-11-23T08:00", "2026-11-23T09:00")];
    Arc::make_mut(&mut plan.technicians)[0].out = halves.clone();
    Arc::make_mut(&mut plan.technicians)[0].busy = halves;
    // Joined days have no nights, but civil times stay where they are.
    for joined_days in [None, Some(2)] {
        let desk = DeskPlan {
            joined_days,
            hours: vec![HoursPlan::Daily {
                from_minute: 540,
                to_minute: 1020,
                weekdays: HoursPlan::WORKDAYS,
                time_zone: None,
            }],
            ..plan.clone()
        };
        let workload = prepare(&backlog(1), &desk, &start()).unwrap();
        let ada = &workload.desk().technicians[0];
        assert_eq!(ada.out.iter().map(hours).collect::<Vec<_>>(), [(0.0, 2.0)]);
        assert_eq!(ada.busy.iter().map(hours).collect::<Vec<_>>(), [(0.0, 1.0), (1.0, 2.0)]);
    }
}

#[test]
fn what_the_clocks_skip_is_left_out_and_told() {
    let mut plan = desk_plan();
    Arc::make_mut(&mut plan.technicians)[1].time_zone = Some("America/New_York".into());
    Arc::make_mut(&mut plan.technicians)[1].busy = vec![span("2026-03-08T02:00", "2026-03-08T03:00")];
    let workload = prepare(&backlog(1), &plan, &"2026-03-07T08:00[Europe/Berlin]".parse().unwrap()).unwrap();
    assert_eq!(workload.desk().technicians[1].busy, []);
    assert_eq!(
        workload.notes()[0],
        "Bob: 2026-03-08T02:00 to 2026-03-08T03:00 does not exist, because the clocks change then; it is left out."
    );
    Arc::make_mut(&mut plan.technicians)[1].time_zone = Some("America/New_Yrk".into());
    assert!(prepare(&backlog(1), &plan, &start()).is_err());
    Arc::make_mut(&mut plan.technicians)[1].time_zone = None;
    Arc::make_mut(&mut plan.technicians)[1].busy = vec![span("noon", "one")];
    assert!(prepare(&backlog(1), &plan, &start()).is_err());
}

#[test]
fn statuses_come_from_everywhere_in_a_fixed_order_each_once() {
    let mut plan = desk_plan();
    plan.statuses = vec!["Assigned".into(), "Open".into(), "New".into()];
    Arc::make_mut(&mut plan.technicians)[0].open =
        vec![("Waiting".into(), 2), ("Open".into(), 1), ("Asleep".into(), 0)];
    Arc::make_mut(&mut plan.technicians)[1].open = vec![("Assigned".into(), 4), ("New".into(), 5)];
    let rows = "ticket,arrived_at,status\nA,2026-11-23T08:00,Recorded\nB,2026-11-23T08:01,Waiting\n";
    let workload = replay(rows, RecordingFormat::Native, &plan, |plan| {
        plan.tickets.statuses = weights(&[("Open", 1.0), ("Reopened", 0.0)]);
    })
    .unwrap();
    let desk = workload.desk();
    assert_eq!(desk.statuses, ["New", "Open", "Reopened", "Assigned", "Waiting", "Asleep", "Recorded"]);
    assert_eq!(desk.technicians[0].open, [(1, 1), (4, 2)], "only where there are any");
    assert_eq!(desk.technicians[1].open, [(0, 5), (3, 4)]);
    assert_eq!(tickets(&workload, 0).iter().map(|ticket| ticket.status).collect::<Vec<_>>(), [6, 4]);
}

#[test]
fn statuses_are_drawn_by_weight_and_shift_nobody() {
    let mut plan = burst_plan(Arrivals::Uniform { tickets: 30, over: SimDuration::from_secs(600) });
    plan.tickets.boards = weights(&[("Projects", 1.0), ("Service Desk", 3.0)]);
    plan.tickets.categories = weights(&[("Mail", 1.0), ("Print", 1.0)]);
    plan.tickets.companies = weights(&[("A", 2.0), ("B", 3.0)]);
    plan.tickets.priorities = vec![(1, 0.5), (4, 0.5)];
    plan.tickets.work = Some(Distribution::Exponential { mean: 1200.0 });
    let without = prepared(&plan);
    plan.tickets.statuses = weights(&[("Open", 1.0), ("New", 3.0)]);
    let with = prepared(&plan);
    let (mut open, mut all) = (0.0, 0);
    for replication in 0..1000 {
        for (with, without) in tickets(&with, replication).iter().zip(tickets(&without, replication)) {
            assert_eq!(Ticket { status: 0, ..with.clone() }, without);
            open += f64::from(with.status);
            all += 1;
        }
    }
    assert!(near(open / f64::from(all), 0.25, 0.25 * 0.75, all as usize), "{open} of {all}");
    // One status alone needs no draw, and nothing else varies here.
    let mut plan = backlog(2);
    plan.tickets.statuses = weights(&[("Open", 1.0), ("Closed", 0.0)]);
    assert!(tickets(&prepared(&plan), 0).iter().all(|ticket| ticket.status == 1));
}

#[test]
fn a_recorded_ticket_without_a_status_has_one_by_weight() {
    let rows = "ticket,arrived_at,status\nA,2026-11-23T08:00,\nB,2026-11-23T08:01,Waiting\n";
    let workload = replay(rows, RecordingFormat::Native, &desk_plan(), |plan| {
        plan.tickets.statuses = weights(&[("Open", 1.0)]);
    })
    .unwrap();
    assert_eq!(tickets(&workload, 0).iter().map(|ticket| ticket.status).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn n12_duplicates_are_paired_in_order_of_arrival_and_shift_nobody() {
    let mut plan = burst_plan(Arrivals::Uniform { tickets: 31, over: SimDuration::from_secs(600) });
    plan.tickets.boards = weights(&[("Projects", 1.0), ("Service Desk", 1.0)]);
    plan.tickets.categories = weights(&[("Mail", 1.0), ("Print", 1.0)]);
    plan.tickets.companies = weights(&[("A", 1.0), ("B", 1.0)]);
    plan.tickets.priorities = vec![(1, 0.5), (4, 0.5)];
    plan.tickets.statuses = weights(&[("Open", 1.0), ("New", 1.0)]);
    plan.tickets.work = Some(Distribution::Exponential { mean: 1200.0 });
    let without = prepared(&plan);
    plan.tickets.duplicates = 0.4;
    let with = prepared(&plan);
    for replication in 0..20 {
        let (with, without) = (tickets(&with, replication), tickets(&without, replication));
        assert_eq!(with.iter().filter(|ticket| ticket.twin.is_some()).count(), 12);
        for (number, (ticket, before)) in (0..).zip(with.iter().zip(&without)) {
            let earlier = ticket.twin.filter(|twin| twin.0 < number).map_or(before, |twin| {
                assert_eq!(with[twin.index()].twin, Some(TicketId(number)));
                &without[twin.index()]
            });
            let expected = Ticket {
                company: earlier.company,
                category: earlier.category,
                board: earlier.board,
                twin: ticket.twin,
                ..before.clone()
            };
            assert_eq!(*ticket, expected);
        }
    }
    let pairs =
        |replication| tickets(&with, replication).iter().map(|ticket| ticket.twin).collect::<Vec<_>>();
    assert_ne!(pairs(0), pairs(1));
    assert_eq!(pairs(1), pairs(1));
}

#[test]
fn n12_recorded_tickets_have_duplicates_too() {
    let workload =
        replay(ROWS, RecordingFormat::Native, &desk_plan(), |plan| plan.tickets.duplicates = 1.0).unwrap();
    let all = tickets(&workload, 0);
    let pair: Vec<&Ticket> = all.iter().filter(|ticket| ticket.twin.is_some()).collect();
    assert_eq!(pair.len(), 2, "the third is left over");
    let about = |ticket: &Ticket| (ticket.company, ticket.category, ticket.board);
    assert_eq!(about(pair[0]), about(pair[1]));
}

#[test]
fn tables_beside_the_scenario_staff_the_desk() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).unwrap();
        Some(folder.path().join(name))
    };
    let staff = "technician,teams,time_zone,hours,busy,open,notes\n\
                 Zoe,,America/New_York,08:00-17:00,09:00-10:00,Waiting=2,x\n\
                 Yan,Second line,,,,,\n";
    let desk = DeskPlan {
        technicians: Arc::default(),
        technicians_file: write("staff.csv", staff),
        pods: write("pods.csv", "pod,technician,zone,customer\nRed,Yan,,B\nRed,Zoe,UTC,\nBlue,Ann,,A\n"),
        ..desk_plan()
    };
    let mut burst = backlog(3);
    burst.tickets.companies = weights(&[("A", 1.0), ("B", 1.0)]);
    let workload = prepare(&burst, &desk, &start()).unwrap();
    let built = workload.desk();
    let [zoe, yan] = &built.technicians[..] else { panic!() };
    assert_eq!((zoe.name.as_str(), &zoe.teams[..]), ("Zoe", &[TeamId(0), TeamId(1)][..]));
    assert_eq!((yan.name.as_str(), &yan.teams[..]), ("Yan", &[TeamId(1)][..]));
    assert_eq!((hours(&zoe.busy[0]), &zoe.open[..]), ((7.0, 8.0), &[(1, 2)][..]));
    assert_eq!(hours(&built.hours[zoe.hours].windows[0]), (6.0, 15.0));
    assert_eq!(built.hours[yan.hours].windows, WorkingHours::always().windows);
    assert_eq!(built.teams[1].members, [TechnicianId(0), TechnicianId(1)]);
    let [red] = &built.pods[..] else { panic!("{:?}", built.pods) };
    assert_eq!(
        (red.name.as_str(), &red.members[..], &red.companies[..]),
        ("Red", &[TechnicianId(0), TechnicianId(1)][..], &[1][..])
    );
    assert_eq!((built.pod_of(1), built.pod_of(0)), (Some(0), None));
    let notes = workload.notes();
    assert_eq!(notes.len(), 4, "{notes:#?}");
    for (note, part) in notes.iter().zip([
        "staff.csv: columns that are not used: \"notes\".",
        "pods.csv, line 3: the desk has \"Zoe\" in America/New_York, not \"UTC\".",
        "pods.csv, line 4: there is no technician \"Ann\" on the desk",
        "pods.csv: the pod \"Blue\" is left without technicians",
    ]) {
        assert!(note.starts_with(part), "expected {part} in {note}");
    }
}

#[test]
fn a_recorded_desk_has_the_pods_of_a_document() {
    let folder = TempDir::new().unwrap();
    let pods = folder.path().join("pods.csv");
    fs::write(&pods, "pod,technician,hours,zone,customer\nRed,Cid,always,Europe/Berlin,Contoso\n").unwrap();
    let desk =
        DeskPlan { from_recording: true, technicians: Arc::default(), pods: Some(pods), ..desk_plan() };
    let workload = replay(ROWS, RecordingFormat::Native, &desk, |_| {}).unwrap();
    assert_eq!((workload.desk().pods.len(), workload.desk().pods[0].members.len()), (1, 1));
}
