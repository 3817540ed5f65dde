//! What technicians are booked for and work on, taken from the log of a replication.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use crate::domain::{Interval, SimTime, TechnicianId, TicketId};
use crate::facts::Fact;
use crate::results::Recorded;

/// A stretch of a technician's time that is a ticket's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub technician: TechnicianId,
    pub ticket: TicketId,
    pub span: Interval,
}

/// What a log says of technicians' time.
#[derive(Debug, Default)]
pub(super) struct Occupied {
    /// In the order in which they were written.
    pub bookings: Vec<Stretch>,
    /// Those that were found to overlap another.
    pub doubled: BTreeSet<(TicketId, TechnicianId)>,
    /// Work without its interruptions, in the order in which it ended; what had not ended goes on to the end of the log.
    pub work: Vec<Stretch>,
    /// The end of the log.
    pub last: SimTime,
}

impl Occupied {
    /// Reads the log.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(recorded: &Recorded) -> io::Result<Self> {
        let mut found = Self::default();
        let mut begun: BTreeMap<(TicketId, TechnicianId), SimTime> = BTreeMap::new();
        for record in &recorded.records {
            let record = record?;
            found.last = found.last.max(record.at);
            match record.fact {
                Fact::Booked { ticket, technician, start, end, .. } => {
                    found.bookings.push(Stretch { technician, ticket, span: Interval { start, end } });
                }
                Fact::DoubleBooked { ticket, technician, .. } => {
                    found.doubled.insert((ticket, technician));
                }
                Fact::Started { ticket, technician, .. } | Fact::Continued { ticket, technician } => {
                    begun.insert((ticket, technician), record.at);
                }
                Fact::Interrupted { ticket, technician, .. } | Fact::Finished { ticket, technician, .. } => {
                    if let Some(start) = begun.remove(&(ticket, technician)) {
                        let span = Interval { start, end: record.at };
                        found.work.push(Stretch { technician, ticket, span });
                    }
                }
                _ => {}
            }
        }
        for ((ticket, technician), start) in begun {
            found.work.push(Stretch { technician, ticket, span: Interval { start, end: found.last } });
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SimDuration;
    use crate::report::tests::comparison;

    #[test]
    fn work_is_cut_where_it_is_interrupted_and_goes_on_to_the_end_of_the_log() {
        let (ada, grace, one, two) = (TechnicianId(0), TechnicianId(1), TicketId(0), TicketId(1));
        let at = |second: i64| SimTime::from_micros(second * 1_000_000);
        let started = |ticket, technician| Fact::Started {
            ticket,
            technician,
            waited: SimDuration::ZERO,
            late: SimDuration::ZERO,
        };
        let facts = [
            (1, Fact::Booked { ticket: one, technician: ada, start: at(10), end: at(40), held: true }),
            (10, started(one, ada)),
            (12, started(two, grace)),
            (20, Fact::Interrupted { ticket: one, technician: ada, until: Some(at(30)) }),
            (30, Fact::Continued { ticket: one, technician: ada }),
            (
                35,
                Fact::Finished {
                    ticket: one,
                    technician: ada,
                    resolved: SimDuration::ZERO,
                    worked: SimDuration::ZERO,
                },
            ),
            (50, Fact::Arrived { ticket: TicketId(2) }),
        ];
        let mut c = comparison();
        let records = facts.map(|(second, fact)| crate::facts::Record { at: at(second), fact });
        c.arms[0].recorded[0].records = records.into_iter().collect();
        let found = Occupied::of(&c.arms[0].recorded[0]).expect("in memory");
        let stretch = |technician, ticket, start, end| Stretch {
            technician,
            ticket,
            span: Interval { start: at(start), end: at(end) },
        };
        assert_eq!(found.bookings, [stretch(ada, one, 10, 40)]);
        assert_eq!(
            found.work,
            [stretch(ada, one, 10, 20), stretch(ada, one, 30, 35), stretch(grace, two, 12, 50)]
        );
        assert_eq!((found.last, found.doubled.len()), (at(50), 0));
    }
}
