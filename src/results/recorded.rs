//! A recorded replication: its tickets and everything that happened to them, put aside until somebody reads it.

use std::io;
use std::sync::Arc;

use super::spool::{Spool, SpoolWriter, Store};
use crate::domain::{Burst, Ticket};
use crate::facts::Record;

/// The tickets of a burst in their order, each with its name where it has one of its own.
pub type Tickets = Spool<(Ticket, Option<String>)>;

/// The full log of one replication.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Counts from 0.
    pub replication: u32,
    /// The tickets: see [`Recorded::burst`].
    pub tickets: Tickets,
    /// Everything that happened.
    pub records: Spool<Record>,
}

impl Recorded {
    /// A replication whose log stays in memory.
    pub fn new(replication: u32, burst: &Burst, records: impl IntoIterator<Item = Record>) -> Self {
        let tickets = entries(burst).collect();
        Self { replication, tickets, records: records.into_iter().collect() }
    }

    /// Its burst, as it was put aside.
    ///
    /// # Errors
    /// When the temporary file cannot be read.
    pub fn burst(&self) -> io::Result<Arc<Burst>> {
        let mut burst = Burst { tickets: Vec::with_capacity(self.tickets.len()), ..Burst::default() };
        let mut names = Vec::new();
        for entry in &self.tickets {
            let (ticket, name) = entry?;
            burst.tickets.push(ticket);
            names.extend(name);
        }
        burst.names = names.into();
        Ok(Arc::new(burst))
    }
}

/// Puts a burst aside.
///
/// # Errors
/// When the temporary file cannot be made or written to.
pub fn put_aside(burst: &Burst, store: &Store) -> io::Result<Tickets> {
    let mut writer = SpoolWriter::new(store);
    entries(burst).try_for_each(|entry| writer.push(&entry))?;
    writer.finish()
}

fn entries(burst: &Burst) -> impl Iterator<Item = (Ticket, Option<String>)> {
    burst.tickets.iter().enumerate().map(|(place, ticket)| (ticket.clone(), burst.names.get(place).cloned()))
}
