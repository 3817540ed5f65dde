//! The tables: a summary, the replications, and of the recorded replications the tickets, bookings and conflicts.
//!
//! Instants are RFC 3339 with the offset of the scenario's zone; numbers are the shortest that read back the same; a
//! cell is empty where there is nothing to say.

use std::collections::BTreeSet;

use super::json::unit_name;
use crate::domain::stamp::{Civil, push_seconds};
use crate::domain::{Burst, Interval, Named, SimDuration, SimTime, TechnicianId, TicketId};
use crate::facts::Fact;
use crate::metrics::catalog;
use crate::results::{Comparison, Recorded};

/// `summary.csv`: one row a discipline and measure.
pub fn summary(c: &Comparison) -> String {
    let mut table =
        Table::new(&["discipline", "metric", "unit", "mean", "lower", "upper", "n", "min", "max"]);
    for arm in &c.arms {
        for (measure, summary) in catalog::all().zip(&arm.summaries) {
            table.row(&[
                &arm.name,
                &measure.key(),
                unit_name(measure.unit),
                &number(summary.mean.map(|mean| mean.mean)),
                &number(summary.mean.and_then(|mean| mean.lower())),
                &number(summary.mean.and_then(|mean| mean.upper())),
                &summary.n.to_string(),
                &number(summary.min),
                &number(summary.max),
            ]);
        }
    }
    table.finish()
}

/// `replications.csv`: one row a discipline and replication, one column a measure.
pub fn replications(c: &Comparison) -> String {
    let keys: Vec<String> = catalog::all().map(catalog::Measure::key).collect();
    let mut header = vec!["discipline", "replication", "digest"];
    header.extend(keys.iter().map(String::as_str));
    let mut table = Table::new(&header);
    for arm in &c.arms {
        for row in &arm.replications {
            let mut cells = vec![arm.name.clone(), row.replication.to_string(), row.digest.to_string()];
            cells.extend(row.values.iter().map(|&value| number(value)));
            table.row(&cells.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }
    table.finish()
}

/// What became of one ticket.
#[derive(Clone, Default)]
struct Fate {
    outcome: Option<&'static str>,
    reason: &'static str,
    technician: Option<TechnicianId>,
    slot: Option<Interval>,
    dispatched_at: Option<SimTime>,
    delay: Option<SimDuration>,
    attempts: u16,
    rank: u16,
    double_booked: bool,
    started_at: Option<SimTime>,
    finished_at: Option<SimTime>,
}

/// `tickets.csv`: one row a ticket of each recorded replication.
pub fn tickets(c: &Comparison) -> String {
    let mut table = Table::new(&[
        "discipline",
        "replication",
        "ticket",
        "arrived_at",
        "board",
        "team",
        "category",
        "company",
        "priority",
        "outcome",
        "reason",
        "technician",
        "slot_start",
        "slot_end",
        "dispatched_at",
        "dispatch_delay_s",
        "attempts",
        "rank",
        "double_booked",
        "work_started_at",
        "work_finished_at",
    ]);
    let civil = Civil::new(&c.setup.start);
    let desk = &c.setup.desk;
    let instant = |at: Option<SimTime>| at.map_or_else(String::new, |at| civil.text(at));
    for_each_recorded(c, |discipline, replication, recorded| {
        for (index, fate) in fates(recorded).into_iter().enumerate() {
            let id = TicketId(index as u32);
            let ticket = recorded.burst.ticket(id);
            let mut delay = String::new();
            if let Some(length) = fate.delay {
                push_seconds(&mut delay, length);
            }
            table.row(&[
                discipline,
                replication,
                &recorded.burst.name(id),
                &civil.text(ticket.arrived_at),
                desk.boards.get(ticket.board.index()).map_or("", |board| &board.name),
                desk.teams.get(desk.team_of(ticket.board).index()).map_or("", |team| &team.name),
                desk.categories.get(ticket.category as usize).map_or("", String::as_str),
                desk.companies.get(ticket.company as usize).map_or("", String::as_str),
                &ticket.priority.to_string(),
                fate.outcome.unwrap_or("unfinished"),
                fate.reason,
                fate.technician.map_or("", |who| &desk.technicians[who.index()].name),
                &instant(fate.slot.map(|slot| slot.start)),
                &instant(fate.slot.map(|slot| slot.end)),
                &instant(fate.dispatched_at),
                &delay,
                &counted(fate.attempts),
                &counted(fate.rank),
                truth(fate.double_booked),
                &instant(fate.started_at),
                &instant(fate.finished_at),
            ]);
        }
    });
    table.finish()
}

/// `bookings.csv`: one row a calendar entry, in the order in which they were written.
pub fn bookings(c: &Comparison) -> String {
    let mut table = Table::new(&[
        "discipline",
        "replication",
        "technician",
        "slot_start",
        "slot_end",
        "ticket",
        "held",
        "double_booked",
    ]);
    let civil = Civil::new(&c.setup.start);
    for_each_recorded(c, |discipline, replication, recorded| {
        let mut doubled = BTreeSet::new();
        for record in recorded.records.iter() {
            if let Fact::DoubleBooked { ticket, technician, .. } = record.fact {
                doubled.insert((ticket, technician));
            }
        }
        for record in recorded.records.iter() {
            if let Fact::Booked { ticket, technician, start, end, held } = record.fact {
                table.row(&[
                    discipline,
                    replication,
                    &c.setup.desk.technicians[technician.index()].name,
                    &civil.text(start),
                    &civil.text(end),
                    &recorded.burst.name(ticket),
                    truth(held),
                    truth(doubled.contains(&(ticket, technician))),
                ]);
            }
        }
    });
    table.finish()
}

/// `conflicts.csv`: one row a refused claim, in the order of the refusals.
pub fn conflicts(c: &Comparison) -> String {
    let mut table = Table::new(&[
        "discipline",
        "replication",
        "at",
        "ticket",
        "attempt",
        "rank",
        "technician",
        "slot_start",
        "why",
        "by",
    ]);
    let civil = Civil::new(&c.setup.start);
    for_each_recorded(c, |discipline, replication, recorded| {
        let mut tries = vec![Try::default(); recorded.burst.tickets.len()];
        for record in recorded.records.iter() {
            let Some(ticket) = record.fact.ticket() else { continue };
            let current = &mut tries[ticket.index()];
            match record.fact {
                Fact::Read { attempt, .. } => current.begin(attempt),
                Fact::Ranked { attempt, rank, technician, start, .. } => {
                    current.begin(attempt);
                    current.picks.push((technician, start, rank));
                }
                Fact::Refused { ticket, technician, start, why, by } => table.row(&[
                    discipline,
                    replication,
                    &civil.text(record.at),
                    &recorded.burst.name(ticket),
                    &counted(current.attempt),
                    &counted(current.rank(technician, start)),
                    &c.setup.desk.technicians[technician.index()].name,
                    &if c.setup.books_slots { civil.text(start) } else { String::new() },
                    why.name(),
                    &by.map_or_else(String::new, |peer| recorded.burst.name(peer)),
                ]),
                _ => {}
            }
        }
    });
    table.finish()
}

/// The attempt a ticket's dispatch is in, with its ranking.
#[derive(Clone, Default)]
struct Try {
    attempt: u16,
    picks: Vec<(TechnicianId, SimTime, u16)>,
}

impl Try {
    /// Enters an attempt, unless it is in it already.
    fn begin(&mut self, attempt: u16) {
        if self.attempt != attempt {
            self.attempt = attempt;
            self.picks.clear();
        }
    }

    /// The rank of a pick; 0 for a claim that follows no ranking.
    fn rank(&self, technician: TechnicianId, start: SimTime) -> u16 {
        let pick = self.picks.iter().find(|&&(who, when, _)| (who, when) == (technician, start));
        pick.map_or(0, |&(_, _, rank)| rank)
    }
}

/// What became of each ticket of the burst.
fn fates(recorded: &Recorded) -> Vec<Fate> {
    let burst: &Burst = &recorded.burst;
    let mut fates = vec![Fate::default(); burst.tickets.len()];
    for record in recorded.records.iter() {
        let Some(ticket) = record.fact.ticket() else { continue };
        let fate = &mut fates[ticket.index()];
        match record.fact {
            Fact::Booked { technician, start, end, .. } => {
                fate.technician = Some(technician);
                fate.slot = Some(Interval { start, end });
            }
            Fact::Dispatched { technician, attempts, rank, delay, .. } => {
                fate.outcome = Some("dispatched");
                fate.technician = Some(technician);
                fate.attempts = attempts;
                fate.rank = rank;
                fate.dispatched_at = Some(record.at);
                fate.delay = Some(delay);
            }
            Fact::Queued { delay, .. } => {
                fate.outcome = Some("queued");
                fate.dispatched_at = Some(record.at);
                fate.delay = Some(delay);
            }
            Fact::Merged { .. } => fate.outcome = Some("merged"),
            Fact::Skipped { test, .. } => {
                fate.outcome = Some("skipped");
                fate.reason = test.name();
            }
            Fact::Unassigned { reason, attempts, .. } => {
                fate.outcome = Some("unassigned");
                fate.reason = reason.name();
                fate.attempts = attempts;
            }
            Fact::Started { technician, .. } => {
                fate.technician = Some(technician);
                fate.started_at = Some(record.at);
            }
            Fact::Finished { .. } => fate.finished_at = Some(record.at),
            Fact::DoubleBooked { .. } => fate.double_booked = true,
            Fact::Read { attempt, .. } => fate.attempts = attempt,
            _ => {}
        }
    }
    fates
}

/// `workflows.csv`: one row a discipline and dispatch workflow, summed over all replications; the rates are pooled, so
/// that each claim and each dispatch weighs the same.
pub fn workflows(c: &Comparison) -> String {
    let mut table = Table::new(&[
        "discipline",
        "workflow",
        "dispatches",
        "claims",
        "conflicts",
        "conflict_rate",
        "fallbacks",
        "fallback_rate",
        "retries",
        "retry_rate",
        "unassigned",
    ]);
    for arm in &c.arms {
        for (agent, workflow) in c.setup.agents.iter().zip(&arm.workflows) {
            table.row(&[
                &arm.name,
                agent,
                &workflow.dispatches.to_string(),
                &workflow.claims.to_string(),
                &workflow.conflicts.to_string(),
                &number(workflow.conflict_rate()),
                &workflow.fallbacks.to_string(),
                &number(workflow.fallback_rate()),
                &workflow.retries.to_string(),
                &number(workflow.retry_rate()),
                &workflow.unassigned.to_string(),
            ]);
        }
    }
    table.finish()
}

/// Calls `each` with the discipline's name, the replication's number as a text and its log.
pub(super) fn for_each_recorded(c: &Comparison, mut each: impl FnMut(&str, &str, &Recorded)) {
    for arm in &c.arms {
        for recorded in &arm.recorded {
            each(&arm.name, &recorded.replication.to_string(), recorded);
        }
    }
}

/// A table in memory.
pub(super) struct Table(csv::Writer<Vec<u8>>);

impl Table {
    /// A table with this header.
    pub(super) fn new(header: &[&str]) -> Self {
        let mut table = Self(csv::Writer::from_writer(Vec::new()));
        table.row(header);
        table
    }

    /// Adds a row, as long as the header.
    pub(super) fn row(&mut self, cells: &[&str]) {
        self.0.write_record(cells).expect("rows are as long as their header and memory takes them");
    }

    /// The table as text.
    pub(super) fn finish(self) -> String {
        let bytes = self.0.into_inner().expect("memory takes what is left");
        String::from_utf8(bytes).expect("texts and commas are UTF-8")
    }
}

/// A number's shortest text that reads back the same; nothing where nothing was measured.
fn number(value: Option<f64>) -> String {
    // Adding zero takes the sign from a negative zero.
    value.filter(|value| value.is_finite()).map_or_else(String::new, |value| (value + 0.0).to_string())
}

/// A count from 1; nothing for 0, which stands for none.
fn counted(number: u16) -> String {
    if number == 0 { String::new() } else { number.to_string() }
}

fn truth(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::comparison;

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
        let rows = parsed(&summary(&comparison()));
        assert_eq!(rows.len(), 3 * catalog::MEASURES);
        let find = |discipline: &str, key: &str| {
            let row = rows.iter().find(|row| &row[0] == discipline && &row[1] == key).unwrap();
            row.iter().skip(2).collect::<Vec<_>>().join(",")
        };
        assert_eq!(find("parallel", "makespan"), "seconds,290,280,300,2,290,290");
        assert_eq!(find("sequential", "conflict_rate"), "share,,,,0,,");
    }

    #[test]
    fn replications_have_a_column_for_each_measure() {
        let text = replications(&comparison());
        let rows = parsed(&text);
        assert_eq!(rows.len(), 3 * 2);
        assert!(rows.iter().all(|row| row.len() == 3 + catalog::MEASURES));
        let position = text.lines().next().unwrap().split(',').position(|key| key == "makespan").unwrap();
        assert_eq!(&rows[5][position], "290");
        assert_eq!(&rows[5][1], "1");
    }

    #[test]
    fn tickets_say_what_became_of_each() {
        let text = tickets(&comparison());
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
        let text = bookings(&comparison());
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
        let text = conflicts(&comparison());
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
        c.arms[0].recorded[0].records =
            facts.iter().map(|&fact| Record { at: SimTime::ZERO, fact }).collect();
        let rows = of(&tickets(&c), "sequential");
        assert!(
            rows[0].ends_with(",dispatched,,Ada,,,2026-11-23T08:00:00-05:00,120,1,1,false,,"),
            "{}",
            rows[0]
        );
        assert!(rows[1].ends_with(",merged,,,,,,,,,false,,"), "{}", rows[1]);
        assert_eq!(bookings(&c).lines().count(), 1);
        c.arms[0].workflows[0].claims = 3;
        c.arms[0].workflows[0].conflicts = 1;
        let text = workflows(&c);
        assert_eq!(text.lines().nth(1), Some("sequential,Front desk,0,3,1,0.3333333333333333,0,,0,,0"));
    }

    #[test]
    fn numbers_read_back_the_same() {
        for value in [0.1 + 0.2, 1.0 / 3.0, 1e-9, 123_456_789.0, -2.5] {
            assert_eq!(number(Some(value)).parse(), Ok(value));
        }
        assert_eq!(number(Some(-0.0)), "0");
        assert_eq!(number(None), "");
    }
}
