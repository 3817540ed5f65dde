//! What `events.jsonl` says of the shipped scenarios reads back as the facts and the bursts that it was written from.

use std::sync::Arc;

use stampede::engine::Engine;
use stampede::results::{Recorded, events};

use crate::common::{compare, load, shipped};

#[test]
fn recorded_replications_of_shipped_scenarios_read_back_and_write_the_same_bytes() {
    for path in shipped().iter().filter(|path| !path.to_string_lossy().contains("bench")) {
        let settings = [("experiment.replications", "2"), ("experiment.records", "2")];
        let mut comparison = compare(load(path, &settings), Engine::Direct, 1);
        let text = events::write(&comparison);
        let read = events::read(text.as_bytes(), &comparison.setup).expect("it is ours");
        assert_eq!(read.len(), comparison.arms.len());
        for ((name, read), arm) in read.into_iter().zip(&mut comparison.arms) {
            assert_eq!((&name, read.len()), (&arm.name, 2));
            for (read, recorded) in read.iter().zip(&arm.recorded) {
                assert!(read.records == recorded.records, "{} of {}", arm.name, path.display());
                assert_eq!(*read, as_read(recorded));
            }
            arm.recorded = read;
        }
        assert!(events::write(&comparison) == text, "{}", path.display());
    }
}

/// A replication without what is not in the file: how long the work takes, and which tickets are twins.
fn as_read(recorded: &Recorded) -> Recorded {
    let mut recorded = recorded.clone();
    for ticket in &mut Arc::make_mut(&mut recorded.burst).tickets {
        (ticket.work, ticket.twin) = (None, None);
    }
    recorded
}
