//! What `events.jsonl` says of the shipped scenarios reads back as the facts and the bursts that it was written from.

use stampede::domain::Ticket;
use stampede::engine::Engine;
use stampede::results::spool::Store;
use stampede::results::{Comparison, Recorded, events};

use crate::common::{compare, load, shipped};

#[test]
fn recorded_replications_of_shipped_scenarios_read_back_and_write_the_same_bytes() {
    for path in shipped().iter().filter(|path| !path.to_string_lossy().contains("bench")) {
        let settings = [("experiment.replications", "2"), ("experiment.records", "2")];
        let mut comparison = compare(load(path, &settings), Engine::Direct, 1);
        let text = written(&comparison);
        let read = events::read(text.as_bytes(), &comparison.setup, &Store::default()).expect("it is ours");
        assert_eq!(read.len(), comparison.arms.len());
        for ((name, read), arm) in read.into_iter().zip(&mut comparison.arms) {
            assert_eq!((&name, read.len()), (&arm.name, 2));
            for (read, recorded) in read.iter().zip(&arm.recorded) {
                assert!(read.records == recorded.records, "{} of {}", arm.name, path.display());
                assert_eq!(*read, as_read(recorded));
            }
            arm.recorded = read;
        }
        assert!(written(&comparison) == text, "{}", path.display());
    }
}

fn written(comparison: &Comparison) -> String {
    let mut out = Vec::new();
    events::write(comparison, &mut out).expect("memory takes it");
    String::from_utf8(out).expect("JSON is UTF-8")
}

/// A replication without what is not in the file: how long the work takes, and which tickets are twins.
fn as_read(recorded: &Recorded) -> Recorded {
    let ticket = |entry: std::io::Result<(Ticket, Option<String>)>| {
        let (ticket, name) = entry.expect("it can be read");
        (Ticket { work: None, twin: None, ..ticket }, name)
    };
    Recorded { tickets: recorded.tickets.iter().map(ticket).collect(), ..recorded.clone() }
}
