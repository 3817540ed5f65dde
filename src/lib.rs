//! Stampede replays an IT help desk's Monday morning: a burst of tickets lands, a dispatch agent (an AI that takes
//! minutes to rank technicians) books each into a technician's calendar. One at a time is safe and slow; all at once is
//! fast and double-books. Stampede runs the same burst through every way of dispatching it and says what each costs.
//!
//! # The way of a ticket
//!
//! 1. [`scenario`] reads a TOML file; `workload` makes the desk and the burst it asks for.
//! 2. [`experiment`] gives every replication its burst and its random streams ([`kernel::stream`]), the same under every
//!    discipline, and runs it in a world of an [`engine`].
//! 3. The world's actors are the state machines of `protocol`: the dispatcher lets the ticket's dispatch begin when its
//!    [`discipline`] says so, reads the [calendars](domain::calendar), has the offers [ranked](ranker), claims the first
//!    pick or the next, confirms, and tells the technician.
//! 4. What happens is stated as [`facts`] in the [log](kernel::log), from which [`metrics`] takes its numbers and the run
//!    its digest.
//! 5. [`results`] holds what came of it, writes it to a folder and reads it back; [`report`] turns it into tables, files
//!    and charts; `cli` is the command line around it all.
//!
//! # From a scenario to a number with its interval
//!
//! ```
//! use stampede::prelude::*;
//!
//! let text = r#"
//!     name = "tiny"
//!     [burst]
//!     tickets = 10
//!     arrivals = { uniform = { over = "1min" } }
//!     [desk]
//!     technicians = 4
//!     [[discipline]]
//!     kind = "sequential"
//!     [[discipline]]
//!     kind = "parallel"
//!     [experiment]
//!     replications = 50
//! "#;
//! let scenario = stampede::scenario::parse(text, "tiny.toml", ".".as_ref(), &[])?;
//! let options = Options { engine: Engine::Direct, threads: 1 };
//! let comparison = Experiment::prepare(scenario)?.run(&options, &mut |_| {})?;
//!
//! let parallel = comparison.arm("parallel").expect("the scenario has it");
//! let speed_up = parallel.summary("speed_up").and_then(|summary| summary.mean).expect("both were measured");
//! let (lower, upper) = speed_up.interval.expect("it varies");
//! println!("{:.1} ({lower:.1} to {upper:.1}) times as fast", speed_up.mean);
//! assert!(lower > 1.0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Bringing your own
//!
//! You can bring a discipline or a ranker ([`scenario::Registry`]) and an observer of facts ([`experiment::Experiment::watch`]):
//! see `examples/own_discipline.rs` and `examples/own_measure.rs`.
//!
//! # Features
//!
//! All are on by default: `cli` is the command line, `charts` draws the charts of a results folder, `actix` is the engine of
//! that name. Without them the crate goes from a scenario to results and report files.

#[cfg(feature = "cli")]
pub mod cli;
pub mod discipline;
pub mod domain;
pub mod engine;
pub mod experiment;
pub mod facts;
pub mod kernel;
pub mod keys;
pub mod metrics;
pub(crate) mod protocol;
pub mod ranker;
pub mod report;
pub mod results;
pub mod scenario;
pub(crate) mod workload;

/// The names that a first program needs.
pub mod prelude {
    pub use crate::domain::{SimDuration, SimTime, TechnicianId, TicketId};
    pub use crate::engine::Engine;
    pub use crate::experiment::{Experiment, ExperimentError, Options};
    pub use crate::facts::{Fact, Record};
    pub use crate::kernel::log::Observer;
    pub use crate::metrics::summary::Summary;
    pub use crate::results::{Arm, Comparison};
    pub use crate::scenario::{Scenario, ScenarioError};
}
