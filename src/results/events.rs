//! `events.jsonl`: every record of the recorded replications, one JSON object per line, with names and civil time;
//! written here and read back.

use std::borrow::Cow;
use std::io::{self, BufRead, Write};

use super::recorded::put_aside;
use super::spool::{Spool, SpoolWriter, Store};
use super::{Comparison, Recorded, Setup};
use crate::domain::stamp::{Civil, push_seconds};
use crate::domain::{BoardId, Burst, SimTime, Ticket, TicketId};
use crate::facts::line::{self, Fields, Flaw, LineReader, Writer};
use crate::facts::names::{Numbers, QuotedNames, Roll, quoted};
use crate::facts::{Fact, Record};

/// Why events cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum EventsError {
    /// A line is no event.
    #[error("line {line}: {flaw}")]
    Line {
        /// Counts from 1.
        line: usize,
        /// What is wrong with it.
        flaw: Flaw,
    },
    /// The file cannot be read, or what is read cannot be put aside.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Writes the file: the arms in order, their recorded replications in order, their records in order.
///
/// # Errors
/// When the records cannot be read or the file cannot be written.
pub fn write(c: &Comparison, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    let civil = Civil::new(&c.setup.start);
    let mut names = QuotedNames::default();
    for list in Roll::ALL {
        names.set(list, entries(&c.setup, list));
    }
    for arm in &c.arms {
        for recorded in &arm.recorded {
            let burst = &recorded.burst()?;
            names.set(
                Roll::Tickets,
                (0..burst.tickets.len()).map(|number| burst.name(TicketId(number as u32))),
            );
            let head =
                format!("{{\"discipline\":{},\"replication\":{}", quoted(&arm.name), recorded.replication);
            for record in &recorded.records {
                text.clear();
                text += &head;
                let mut line = Writer { out: &mut text, civil: &civil, names: &names };
                write_record(&mut line, &record?, burst, &c.setup);
                out.write_all(text.as_bytes())?;
            }
        }
    }
    Ok(())
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
    if ticket.owned {
        line.key("owned");
        line.put(true);
    }
}

/// Reads what [`write()`] has written for `setup`: the arms that have recorded replications, each by its name. What is read
/// goes into the store.
///
/// A burst's tickets are those that arrive, in their order. How long their work takes and which of them are twins is not
/// in the file, so that they come without it.
///
/// # Errors
/// When a line is no event, or names what is not on the desk; when the file cannot be read or the store not written to.
pub fn read(
    mut file: impl BufRead,
    setup: &Setup,
    store: &Store,
) -> Result<Vec<(String, Vec<Recorded>)>, EventsError> {
    let mut reading = Reading::new(setup, store);
    let mut text = Vec::new();
    for line in 1.. {
        text.clear();
        if file.read_until(b'\n', &mut text)? == 0 {
            break;
        }
        let flawed = |flaw| EventsError::Line { line, flaw };
        let fields = line::fields(&text).map_err(flawed)?;
        let (arm, replication) = reading.head(&fields).map_err(flawed)?;
        if reading.current() != Some((&*arm, replication)) {
            reading.close()?;
            reading.open(&arm, replication);
        }
        let record = reading.record(&fields).map_err(flawed)?;
        reading.records.push(&record)?;
    }
    reading.close()?;
    Ok(reading.arms)
}

/// Checks the logs of a comparison that somebody else may have made: what [`read()`] would make of them has to be what they
/// are.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] where it is not; when they cannot be read.
pub fn check(c: &Comparison) -> io::Result<()> {
    let wrong = || io::Error::new(io::ErrorKind::InvalidData, "a log says what no log says");
    let civil = Civil::new(&c.setup.start);
    let memory = Store::in_memory();
    let mut names = QuotedNames::default();
    for list in Roll::ALL {
        names.set(list, entries(&c.setup, list));
    }
    let mut text = String::new();
    for recorded in c.arms.iter().flat_map(|arm| &arm.recorded) {
        let burst = &recorded.burst()?;
        names.set(Roll::Tickets, (0..burst.tickets.len()).map(|number| burst.name(TicketId(number as u32))));
        let mut reading = Reading::new(&c.setup, &memory);
        for record in &recorded.records {
            let record = record?;
            let next = reading.tickets.len();
            if let Fact::Arrived { ticket } = record.fact {
                let arrives = burst.tickets.get(next).is_some_and(|ticket| ticket.arrived_at == record.at);
                if ticket.index() != next || !arrives {
                    return Err(wrong());
                }
            }
            text.clear();
            text += "{\"replication\":0";
            let mut line = Writer { out: &mut text, civil: &civil, names: &names };
            write_record(&mut line, &record, burst, &c.setup);
            let fields = line::fields(text.as_bytes()).map_err(|_| wrong())?;
            if reading.record(&fields).ok() != Some(record) {
                return Err(wrong());
            }
        }
        if reading.tickets.len() != burst.tickets.len() {
            return Err(wrong());
        }
    }
    Ok(())
}

/// What has been read so far.
struct Reading<'s> {
    store: &'s Store,
    civil: Civil,
    numbers: Numbers,
    /// The last replication of the last arm is being read: its tickets and records are still to come.
    arms: Vec<(String, Vec<Recorded>)>,
    /// The tickets that have arrived in that replication.
    tickets: Vec<Ticket>,
    /// Their names.
    names: Vec<String>,
    /// What has happened in it.
    records: SpoolWriter<Record>,
}

impl<'s> Reading<'s> {
    /// Nothing yet, of a comparison of this setup.
    fn new(setup: &Setup, store: &'s Store) -> Self {
        let mut numbers = Numbers::default();
        for list in Roll::ALL {
            for (number, name) in (0..).zip(entries(setup, list)) {
                numbers.add(list, name, number);
            }
        }
        Self {
            civil: Civil::new(&setup.start),
            numbers,
            arms: Vec::new(),
            tickets: Vec::new(),
            names: Vec::new(),
            records: SpoolWriter::new(store),
            store,
        }
    }

    fn reader<'a, 'line>(&'a self, fields: &'a Fields<'line>) -> LineReader<'a, 'line> {
        LineReader { fields, civil: &self.civil, numbers: &self.numbers }
    }

    /// The arm and the replication that a line is of.
    fn head<'line>(&self, fields: &Fields<'line>) -> Result<(Cow<'line, str>, u32), Flaw> {
        let reader = self.reader(fields);
        Ok((reader.text("discipline")?, reader.read("replication")?))
    }

    /// What a line says has happened.
    fn record(&mut self, fields: &Fields<'_>) -> Result<Record, Flaw> {
        let reader = self.reader(fields);
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
                    owned: reader.fields.contains_key("owned") && reader.read("owned")?,
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
        Ok(Record { at, fact })
    }

    /// The arm and the replication that are being read.
    fn current(&self) -> Option<(&str, u32)> {
        let (arm, recorded) = self.arms.last()?;
        Some((arm, recorded.last()?.replication))
    }

    /// Begins another replication.
    fn open(&mut self, arm: &str, replication: u32) {
        let recorded = Recorded { replication, tickets: Spool::default(), records: Spool::default() };
        match self.arms.last_mut() {
            Some((last, all)) if last == arm => all.push(recorded),
            _ => self.arms.push((arm.to_owned(), vec![recorded])),
        }
    }

    /// Ends the replication that is being read.
    fn close(&mut self) -> io::Result<()> {
        self.numbers.clear(Roll::Tickets);
        let tickets = std::mem::take(&mut self.tickets);
        let mut burst = Burst { tickets, ..Burst::default() };
        let names = std::mem::take(&mut self.names);
        if (0..).zip(&names).any(|(number, name)| *name != burst.name(TicketId(number))) {
            burst.names = names.into();
        }
        let records = std::mem::replace(&mut self.records, SpoolWriter::new(self.store));
        if let Some(recorded) = self.arms.last_mut().and_then(|(_, all)| all.last_mut()) {
            recorded.tickets = put_aside(&burst, self.store)?;
            recorded.records = records.finish()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
