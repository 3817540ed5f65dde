//! `events.jsonl`: every record of the recorded replications, one JSON object per line, with names and civil time;
//! written here and read back.

use std::sync::Arc;

use super::{Comparison, Recorded, Setup};
use crate::domain::stamp::{Civil, push_seconds};
use crate::domain::{BoardId, Burst, SimTime, Ticket, TicketId};
use crate::facts::line::{self, Flaw, LineReader, Writer};
use crate::facts::names::{Numbers, QuotedNames, Roll, quoted};
use crate::facts::{Fact, Record};

/// Why events cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {flaw}")]
pub struct EventsError {
    /// Counts from 1.
    pub line: usize,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// The file: the arms in order, their recorded replications in order, their records in order.
pub fn write(c: &Comparison) -> String {
    let lines: usize =
        c.arms.iter().flat_map(|arm| &arm.recorded).map(|recorded| recorded.records.len()).sum();
    let mut out = String::with_capacity(lines * 224);
    let civil = Civil::new(&c.setup.start);
    let mut names = QuotedNames::default();
    for list in Roll::ALL {
        names.set(list, entries(&c.setup, list));
    }
    for arm in &c.arms {
        for recorded in &arm.recorded {
            let burst = &recorded.burst;
            names.set(
                Roll::Tickets,
                (0..burst.tickets.len()).map(|number| burst.name(TicketId(number as u32))),
            );
            let head =
                format!("{{\"discipline\":{},\"replication\":{}", quoted(&arm.name), recorded.replication);
            for record in recorded.records.iter() {
                out += &head;
                write_record(
                    &mut Writer { out: &mut out, civil: &civil, names: &names },
                    record,
                    burst,
                    &c.setup,
                );
            }
        }
    }
    out
}

/// The names of a list of the desk or of the agents.
fn entries(setup: &Setup, list: Roll) -> impl Iterator<Item = &str> {
    (0..).map_while(move |number| setup.entry(list, number))
}

/// Writes the rest of a record's line after its discipline and replication.
fn write_record(line: &mut Writer<'_>, record: &Record, burst: &Burst, setup: &Setup) {
    line.key("at");
    line.out.push('"');
    line.civil.push(line.out, record.at);
    line.out.push('"');
    line.key("seconds");
    push_seconds(line.out, record.at - SimTime::ZERO);
    line.key("event");
    line.word(record.fact.name());
    if let Some(ticket) = record.fact.ticket() {
        line.key("ticket");
        line.put(ticket);
    }
    record.fact.write(line);
    match record.fact {
        Fact::Arrived { ticket } => write_particulars(line, burst.ticket(ticket), setup),
        Fact::Turn { agent, .. } => {
            if let Some(mode) = setup.modes.get(agent.index()) {
                line.key("mode");
                line.word(mode);
            }
        }
        _ => {}
    }
    *line.out += "}\n";
}

/// Writes what a ticket says when it arrives.
fn write_particulars(line: &mut Writer<'_>, ticket: &Ticket, setup: &Setup) {
    line.key("board");
    line.name(Roll::Boards, ticket.board.0);
    line.key("team");
    line.name(
        Roll::Teams,
        setup.desk.boards.get(ticket.board.index()).map_or(u32::MAX, |board| board.team.0),
    );
    line.key("status");
    line.name(Roll::Statuses, ticket.status);
    line.key("category");
    line.name(Roll::Categories, ticket.category);
    line.key("company");
    line.name(Roll::Companies, ticket.company);
    line.key("priority");
    line.put(ticket.priority);
}

/// Reads what [`write()`] has written for `setup`: the arms that have recorded replications, each by its name.
///
/// A burst's tickets are those that arrive, in their order. How long their work takes and which of them are twins is not
/// in the file, so that they come without it.
///
/// # Errors
/// When a line is no event, or names what is not on the desk.
pub fn read(text: &[u8], setup: &Setup) -> Result<Vec<(String, Vec<Recorded>)>, EventsError> {
    let mut reading = Reading {
        civil: Civil::new(&setup.start),
        numbers: Numbers::default(),
        arms: Vec::new(),
        tickets: Vec::new(),
        names: Vec::new(),
        records: Vec::new(),
    };
    for list in Roll::ALL {
        for (number, name) in (0..).zip(entries(setup, list)) {
            reading.numbers.add(list, name, number);
        }
    }
    for (index, line) in text.split_inclusive(|&byte| byte == b'\n').enumerate() {
        reading.line(line).map_err(|flaw| EventsError { line: index + 1, flaw })?;
    }
    reading.close();
    Ok(reading.arms)
}

/// What has been read so far.
struct Reading {
    civil: Civil,
    numbers: Numbers,
    /// The last replication of the last arm is being read: its burst and records are still to come.
    arms: Vec<(String, Vec<Recorded>)>,
    /// The tickets that have arrived in that replication.
    tickets: Vec<Ticket>,
    /// Their names.
    names: Vec<String>,
    /// What has happened in it.
    records: Vec<Record>,
}

impl Reading {
    fn line(&mut self, line: &[u8]) -> Result<(), Flaw> {
        let fields = line::fields(line)?;
        let reader = LineReader { fields: &fields, civil: &self.civil, numbers: &self.numbers };
        let (arm, replication) = (reader.text("discipline")?, reader.read("replication")?);
        if self.current() != Some((&*arm, replication)) {
            self.close();
            self.open(&arm, replication);
        }
        let reader = LineReader { fields: &fields, civil: &self.civil, numbers: &self.numbers };
        let at = SimTime::ZERO + reader.read("seconds")?;
        let fact = match &*reader.text("event")? {
            "arrived" => {
                let ticket = Ticket {
                    arrived_at: at,
                    board: BoardId(reader.number("board", Roll::Boards)?),
                    status: reader.number("status", Roll::Statuses)?,
                    category: reader.number("category", Roll::Categories)?,
                    company: reader.number("company", Roll::Companies)?,
                    priority: reader.read("priority")?,
                    work: None,
                    twin: None,
                };
                let name = reader.text("ticket")?.into_owned();
                let id = TicketId(self.tickets.len() as u32);
                self.numbers.add(Roll::Tickets, &name, id.0);
                self.tickets.push(ticket);
                self.names.push(name);
                Fact::Arrived { ticket: id }
            }
            name => Fact::read(name, &reader)?,
        };
        self.records.push(Record { at, fact });
        Ok(())
    }

    /// The arm and the replication that are being read.
    fn current(&self) -> Option<(&str, u32)> {
        let (arm, recorded) = self.arms.last()?;
        Some((arm, recorded.last()?.replication))
    }

    /// Begins another replication.
    fn open(&mut self, arm: &str, replication: u32) {
        let recorded = Recorded { replication, burst: Arc::default(), records: Arc::default() };
        match self.arms.last_mut() {
            Some((last, all)) if last == arm => all.push(recorded),
            _ => self.arms.push((arm.to_owned(), vec![recorded])),
        }
    }

    /// Ends the replication that is being read.
    fn close(&mut self) {
        self.numbers.clear(Roll::Tickets);
        let tickets = std::mem::take(&mut self.tickets);
        let mut burst = Burst { tickets, names: std::mem::take(&mut self.names).into() };
        let made = Burst { names: Arc::default(), ..burst.clone() };
        if (0..).zip(&*burst.names).all(|(number, name)| *name == made.name(TicketId(number))) {
            burst = made;
        }
        if let Some(recorded) = self.arms.last_mut().and_then(|(_, all)| all.last_mut()) {
            recorded.burst = Arc::new(burst);
            recorded.records = std::mem::take(&mut self.records).into();
        }
    }
}

#[cfg(test)]
mod tests;
