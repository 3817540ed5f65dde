//! Each table as CSV.

use super::*;
use crate::domain::{TechnicianId, TicketId};
use crate::facts::Fact;
use crate::metrics::catalog;
use crate::report::export;
use crate::report::tests::comparison;

fn table(table: &Table, c: &Comparison) -> String {
    export::csv::table(table, c).unwrap()
}

fn parsed(text: &str) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap).collect()
}

/// The rows of a discipline, joined by commas without the discipline and the replication.
fn of(text: &str, discipline: &str) -> Vec<String> {
    parsed(text)
        .iter()
        .filter(|row| &row[0] == discipline)
        .map(|row| row.iter().skip(2).collect::<Vec<_>>().join(","))
        .collect()
}

#[test]
fn the_summary_has_a_row_for_each_discipline_and_measure() {
    let rows = parsed(&table(&summary::TABLE, &comparison()));
    assert_eq!(rows.len(), 3 * catalog::NUMBERS);
    let find = |discipline: &str, key: &str| {
        let row = rows.iter().find(|row| &row[0] == discipline && &row[1] == key).unwrap();
        row.iter().skip(2).collect::<Vec<_>>().join(",")
    };
    assert_eq!(
        find("parallel", "makespan"),
        "seconds,290,280,300,2,290,290,enough,,,-310,-320,-300,,,,,,,,,,,,"
    );
    assert_eq!(find("sequential", "conflict_rate"), "share,,,,0,,,,,,,,,,,,,,,,,,,,");
}

#[test]
fn tickets_say_what_became_of_each() {
    let text = table(&tickets::TABLE, &comparison());
    assert_eq!(parsed(&text).len(), 3 * 4);
    assert_eq!(
        of(&text, "parallel"),
        [
            "T-001,2026-11-23T08:00:00-05:00,Service Desk,Service Desk,network,\"Initech, Inc.\",3,dispatched,,Ada,\
             2026-11-23T08:30:00-05:00,2026-11-23T09:00:00-05:00,2026-11-23T08:02:00.5-05:00,120.5,1,1,false,\
             2026-11-23T08:30:00-05:00,2026-11-23T08:55:00-05:00"
                .replace('"', ""),
            "T-002,2026-11-23T08:00:10-05:00,Service Desk,Service Desk,network,Initech, Inc.,3,dispatched,,Grace,\
             2026-11-23T08:30:00-05:00,2026-11-23T09:00:00-05:00,2026-11-23T08:02:31-05:00,141,1,2,false,,"
                .to_owned(),
            "T-003,2026-11-23T08:00:20-05:00,Service Desk,Service Desk,network,Initech, Inc.,3,unassigned,attempts_exhausted,,\
             ,,,,2,,false,,"
                .to_owned(),
            "T-004,2026-11-23T08:00:30-05:00,Service Desk,Service Desk,network,Initech, Inc.,3,unfinished,,,,,,,,,false,,"
                .to_owned(),
        ]
    );
    let doubled = of(&text, "unsafe-parallel").iter().filter(|row| row.contains(",true,")).count();
    assert_eq!(doubled, 2);
}

#[test]
fn bookings_say_whether_they_were_held_and_doubled() {
    let text = table(&bookings::TABLE, &comparison());
    assert_eq!(
        of(&text, "unsafe-parallel"),
        [
            "Ada,2026-11-23T08:30:00-05:00,2026-11-23T09:00:00-05:00,T-001,false,true",
            "Ada,2026-11-23T08:30:00-05:00,2026-11-23T09:00:00-05:00,T-002,false,true",
            "Grace,2026-11-23T08:30:00-05:00,2026-11-23T09:00:00-05:00,T-003,false,false",
        ]
    );
    assert!(of(&text, "parallel").iter().all(|row| row.ends_with("true,false")));
}

#[test]
fn conflicts_know_attempt_and_rank() {
    let text = table(&conflicts::TABLE, &comparison());
    assert_eq!(parsed(&text).len(), 4);
    assert_eq!(
        of(&text, "parallel"),
        [
            "2026-11-23T08:02:30-05:00,T-002,1,1,Ada,2026-11-23T08:30:00-05:00,booked,T-001",
            "2026-11-23T08:02:40-05:00,T-003,1,1,Ada,2026-11-23T08:30:00-05:00,booked,T-001",
            "2026-11-23T08:02:41-05:00,T-003,1,2,Grace,2026-11-23T08:30:00-05:00,held,T-002",
            "2026-11-23T08:04:40-05:00,T-003,2,1,Ada,2026-11-23T08:04:30-05:00,started,",
        ]
    );
}

#[test]
fn a_merged_ticket_and_one_with_an_owner_but_no_slot_say_so() {
    use crate::domain::AgentId;
    use crate::facts::Record;
    let (ticket, technician, delay) = (TicketId(0), TechnicianId(0), SimDuration::from_mins(2));
    let facts = [
        Fact::Assigned { ticket, technician, active: 1, over_cap: false },
        Fact::Dispatched { ticket, technician, attempts: 1, rank: 1, delay, taken: delay },
        Fact::Merged { ticket: TicketId(1), agent: AgentId(0), into: ticket },
    ];
    let mut c = comparison();
    c.arms.truncate(1);
    c.arms[0].recorded[0].records = facts.iter().map(|&fact| Record { at: SimTime::ZERO, fact }).collect();
    let rows = of(&table(&tickets::TABLE, &c), "sequential");
    assert!(rows[0].ends_with(",dispatched,,Ada,,,2026-11-23T08:00:00-05:00,120,1,1,false,,"), "{}", rows[0]);
    assert!(rows[1].ends_with(",merged,,,,,,,,,false,,"), "{}", rows[1]);
    assert_eq!(table(&bookings::TABLE, &c).lines().count(), 1);
    c.arms[0].agents[0].claims = 3;
    c.arms[0].agents[0].conflicts = 1;
    let text = table(&agents::TABLE, &c);
    assert_eq!(text.lines().nth(1), Some("sequential,Front desk,0,3,1,0.3333333333333333,0,,0,,0"));
}

#[test]
fn every_column_and_every_value_is_described() {
    let reference = reference();
    for table in TABLES {
        assert!(reference.contains(&format!("## `{}.csv`", table.name)), "{}", table.name);
        for column in (table.columns)() {
            assert!(reference.contains(&format!("| `{}` | {} |\n", column.name, column.about)));
            assert!(column.about.ends_with('.'), "{}: {}", table.name, column.name);
        }
    }
    for value in ["unfinished", "attempts_exhausted", "excluded_company", "started", "merged_into", "timeout"]
    {
        assert!(reference.contains(&format!("\n| `{value}` | ")), "{value}");
    }
}
