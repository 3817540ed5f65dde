//! Stampede replays an IT help desk's Monday morning: a burst of tickets lands, a dispatch agent (an AI that takes
//! minutes to rank technicians) books each into a technician's calendar. One at a time is safe and slow; all at once is
//! fast and double-books. Stampede runs the same burst through every way of dispatching it and says what each costs.
//!
//! # The way of a ticket
//!
//! 1. [`scenario`] reads a TOML file; [`workload`] makes the desk and the burst it asks for.
//! 2. [`experiment`] gives every replication its burst and its random streams ([`kernel::stream`]), the same under every
//!    discipline, and runs it in a world of an [`engine`].
//! 3. The world's actors are the state machines of [`protocol`]: the dispatcher lets the ticket's dispatch begin when its
//!    [`discipline`] says so, reads the [calendars](domain::calendar), has the offers [ranked](ranker), claims the first
//!    pick or the next, confirms, and tells the technician.
//! 4. What happens is stated as [`facts`] in the [log](kernel::log), from which [`metrics`] takes its numbers and the run
//!    its digest.
//! 5. [`report`] turns the results into a table, files and charts; [`cli`] is the command line around it all.
//!
//! # One replication by hand
//!
//! ```
//! use stampede::engine::direct::World;
//! use stampede::experiment::Experiment;
//!
//! let text = r#"
//!     name = "tiny"
//!     [burst]
//!     tickets = 3
//!     arrivals = { uniform = { over = "1min" } }
//!     [desk]
//!     technicians = 2
//!     [[discipline]]
//!     kind = "parallel"
//! "#;
//! let scenario = stampede::scenario::parse(text, "tiny.toml", ".".as_ref(), &[])?;
//! let experiment = Experiment::prepare(scenario)?;
//! let mut world = World::new(&experiment.rules()[0]);
//! let first = world.run(&experiment.script(0), None);
//! let again = world.run(&experiment.script(0), None);
//! assert_eq!(first.digest, again.digest);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// In the order of who may use whom.
pub mod cli;
pub mod discipline;
pub mod domain;
pub mod engine;
pub mod experiment;
pub mod facts;
pub mod kernel;
pub mod keys;
pub mod metrics;
pub mod protocol;
pub mod ranker;
pub mod report;
pub mod results;
pub mod scenario;
pub mod workload;
