//! `audit.csv`: every change to a ticket of the recorded replications, in the order in which they were made.

use std::io;
use std::sync::Arc;

use super::{Columns, Each, RowPlace, Table, values};
use crate::domain::settings::{Level, Stage};
use crate::domain::{Burst, SimTime, TechnicianId, TicketId};
use crate::facts::Fact;
use crate::facts::names::Roll;
use crate::keys::Named;
use crate::results::{Comparison, Setup};

pub(super) const TABLE: Table = Table {
    name: "audit",
    about: "One row per change to a ticket of each recorded replication, in the order in which they were made. Of contact, \
            agreement and summary only whether they are right is simulated.",
    optional: false,
    columns: || columns().described(),
    fill: |c, sheet| columns().fill(sheet, |each| rows(c, each)),
};

/// Whom a ticket arrives with as its owner: nothing depends on who that is.
const SOMEBODY: &str = "somebody";

/// One change.
struct Change<'a> {
    ticket: TicketId,
    field: &'static str,
    was: String,
    is: String,
    by: &'a str,
}

/// One row: a change, where and when.
struct Row<'a> {
    place: RowPlace<'a>,
    at: SimTime,
    change: Change<'a>,
}

fn columns<'a>() -> Columns<'a, Row<'a>> {
    RowPlace::columns::<Row<'a>>(|row| &row.place)
        .with("ticket", "The ticket.", |row| row.place.burst.name(row.change.ticket).into())
        .with("at", "When it was changed.", |row| row.at.into())
        .with("field", "What was changed.", |row| row.change.field.into())
        .one_of(values::<Stage>())
        .one_of([
            ("owner", "The technician who owns it."),
            ("team", "The team in whose queue it waits."),
            ("status", "Its status."),
            ("merged_into", "The ticket that says the same."),
        ])
        .with("was", "The value before; `somebody` is the owner whom a ticket arrived with.", |row| (&row.change.was).into())
        .with("is", "The value now.", |row| (&row.change.is).into())
        .with(
            "by",
            "Who made the change: `triage`, `people` before its dispatch, the agent by its name, or the technician who pulled \
             the ticket.",
            |row| row.change.by.into(),
        )
}

fn rows<'a>(c: &'a Comparison, each: Each<'_, Row<'a>>) -> io::Result<()> {
    for place in RowPlace::all(c) {
        let place = place?;
        let mut trail = Trail::new(&place);
        for record in &place.recorded.records {
            let record = record?;
            if let Some(change) = trail.change(&record.fact) {
                each(&Row { place: place.clone(), at: record.at, change })?;
            }
        }
    }
    Ok(())
}

/// What the trail of a replication needs to remember.
struct Trail<'a> {
    setup: &'a Setup,
    burst: Arc<Burst>,
    /// Whose dispatch each ticket is; empty as long as nothing has said so.
    whose: Vec<&'a str>,
    /// Whether the ticket has an owner.
    owned: Vec<bool>,
}

impl<'a> Trail<'a> {
    fn new(RowPlace { setup, burst, .. }: &RowPlace<'a>) -> Self {
        let tickets = burst.tickets.len();
        Self { setup, burst: Arc::clone(burst), whose: vec![""; tickets], owned: vec![false; tickets] }
    }

    /// The change that a fact is, if it is one.
    fn change(&mut self, fact: &Fact) -> Option<Change<'a>> {
        let ticket = fact.ticket()?;
        if let Fact::Turn { agent, .. } | Fact::Queued { agent, .. } | Fact::Merged { agent, .. } = *fact {
            self.whose[ticket.index()] = self.setup.name(Roll::Agents, agent.0);
        }
        let by = self.whose[ticket.index()];
        let setup = self.setup;
        let technician = |id: TechnicianId| setup.name(Roll::Technicians, id.0);
        let new = |field, is: &str| Change { ticket, field, was: String::new(), is: is.to_owned(), by };
        match *fact {
            Fact::Triaged { stage, was, is, wrong, .. } => {
                let (was, is) = self.triaged(stage, was, is, wrong);
                (was != is).then_some(Change { ticket, field: stage.name(), was, is, by: "triage" })
            }
            Fact::StatusChanged { was, is, .. } => {
                let status = |number| setup.name(Roll::Statuses, number).to_owned();
                // Before a dispatch it is people who change it.
                let by = if by.is_empty() { "people" } else { by };
                Some(Change { ticket, field: "status", was: status(was), is: status(is), by })
            }
            Fact::Merged { into, .. } => Some(new("merged_into", &self.burst.name(into))),
            Fact::Queued { team, .. } => Some(new("team", setup.name(Roll::Teams, team.0))),
            Fact::Dispatched { technician: owner, .. } => {
                self.owned[ticket.index()] = true;
                let was = if self.burst.ticket(ticket).owned { SOMEBODY } else { "" }.to_owned();
                Some(Change { was, ..new("owner", technician(owner)) })
            }
            Fact::Started { technician: owner, .. } if !self.owned[ticket.index()] => {
                self.owned[ticket.index()] = true;
                Some(Change { by: technician(owner), ..new("owner", technician(owner)) })
            }
            _ => None,
        }
    }

    /// What a step of triage read and wrote, in words.
    fn triaged(&self, stage: Stage, was: u32, is: u32, wrong: bool) -> (String, String) {
        let names = |list| (self.setup.name(list, was).to_owned(), self.setup.name(list, is).to_owned());
        match stage {
            Stage::Company => names(Roll::Companies),
            Stage::Board => names(Roll::Boards),
            Stage::Priority => (was.to_string(), is.to_string()),
            Stage::Urgency | Stage::Impact => (Level::word(was).to_owned(), Level::word(is).to_owned()),
            Stage::Contact | Stage::Agreement | Stage::Summary => {
                (String::new(), if wrong { "wrong" } else { "right" }.to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AgentId, SimDuration, TeamId};
    use crate::facts::Record;
    use crate::report::export::csv;
    use crate::report::tests::comparison;

    #[test]
    fn every_change_has_a_row_and_what_stayed_has_none() {
        let (t, d) = (TicketId(1), SimDuration::ZERO);
        let triaged = |stage, was, is, wrong| Fact::Triaged { ticket: t, stage, was, is, wrong };
        let facts = [
            triaged(Stage::Company, 0, 0, false),
            triaged(Stage::Priority, 3, 1, true),
            triaged(Stage::Contact, 0, 0, true),
            Fact::Turn { ticket: t, agent: AgentId(0) },
            Fact::Dispatched {
                ticket: t,
                technician: TechnicianId(1),
                attempts: 1,
                rank: 1,
                delay: d,
                taken: d,
            },
            Fact::StatusChanged { ticket: t, was: 0, is: 1 },
            Fact::Started { ticket: t, technician: TechnicianId(1), waited: d, late: d },
            Fact::Queued { ticket: TicketId(0), agent: AgentId(0), team: TeamId(0), delay: d, taken: d },
            Fact::Started { ticket: TicketId(0), technician: TechnicianId(0), waited: d, late: d },
            Fact::StatusChanged { ticket: TicketId(0), was: 0, is: 1 },
            Fact::Merged { ticket: TicketId(2), agent: AgentId(0), into: t },
        ];
        let mut c = comparison();
        c.arms.truncate(1);
        c.arms[0].recorded[0].records =
            facts.iter().map(|&fact| Record { at: SimTime::ZERO, fact }).collect();
        let text = csv::table(&TABLE, &c).unwrap();
        let rows: Vec<&str> = text.lines().collect();
        let row = |rest: &str| {
            let (ticket, rest) = rest.split_once(' ').expect("a ticket and the rest");
            format!("sequential,0,{ticket},2026-11-23T08:00:00-05:00,{rest}")
        };
        assert_eq!(
            rows,
            [
                "discipline,replication,ticket,at,field,was,is,by".to_owned(),
                row("T-002 priority,3,1,triage"),
                row("T-002 contact,,wrong,triage"),
                row("T-002 owner,,Grace,Front desk"),
                row("T-002 status,New,Assigned,Front desk"),
                row("T-001 team,,Service Desk,Front desk"),
                row("T-001 owner,,Ada,Ada"),
                row("T-001 status,New,Assigned,Front desk"),
                row("T-003 merged_into,,T-002,Front desk"),
            ]
        );
    }
}
