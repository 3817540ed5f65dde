//! Disciplines: how concurrent dispatches are controlled. One file per discipline.
//!
//! A discipline is a small state machine. It is told which tickets wait, which dispatches have ended and when an alarm it
//! set rings, and answers with [`Order`]s; and it says of each dispatch how it goes about taking a slot. What a dispatch
//! does then is the dispatcher's business.
//!
//! A kind of discipline is a section of a scenario with its keys, a [`DisciplineDefinition`] of what the rest of the
//! program needs to know about it, and a line in [`shipped`].

mod batched;
mod contract;
mod definition;
mod lane;
mod locked;
mod matching;
mod optimistic;
mod parallel;
mod pods;
mod sequential;
mod subagents;
mod unsafe_parallel;
mod window;
mod writes;

pub use batched::BatchedSettings;
pub use contract::{Approach, Discipline, Ended, How, Order, Orders, Take, Waiting};
pub use definition::{
    Claims, Definition, DisciplineDefinition, DisciplineKind, DisciplineSettings, Disciplines, Nature, Place,
    Retrying,
};
pub use lane::{InLane, Lane, LaneSettings};
pub use locked::LockedSettings;
pub use optimistic::OptimisticSettings;
pub use parallel::ParallelSettings;
pub use pods::PodsSettings;
pub use sequential::SequentialSettings;
pub use subagents::{Inside, Split, SubagentSettings};
pub use unsafe_parallel::UnsafeParallelSettings;
pub use writes::Writes;

/// The kinds that Stampede comes with.
pub fn shipped() -> Vec<Definition> {
    vec![
        Definition::of::<SequentialSettings>(),
        Definition::of::<UnsafeParallelSettings>(),
        Definition::of::<ParallelSettings>(),
        Definition::of::<OptimisticSettings>(),
        Definition::of::<LockedSettings>(),
        Definition::of::<BatchedSettings>(),
        Definition::of::<PodsSettings>(),
        Definition::of::<SubagentSettings>(),
    ]
}

#[cfg(test)]
mod tests;
