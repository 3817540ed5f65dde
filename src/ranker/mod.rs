//! Rankers: what turns the offers of the calendars into an ordered list of picks. One file per ranker.
//!
//! A kind of ranker is a section of a scenario with its keys, if it has any, a [`RankerDefinition`] of what the rest of
//! the program needs to know about it, and a line in [`shipped`].

mod ai;
mod contract;
mod definition;
mod least_loaded;
mod round_robin;
mod two_choices;

pub use ai::AiSettings;
pub use contract::Ranker;
pub use definition::{Definition, RankerDefinition, RankerKind, RankerNature, Rankers};
pub use least_loaded::LeastLoaded;
pub use round_robin::RoundRobin;
pub use two_choices::TwoChoicesSettings;

/// The kinds that Stampede comes with.
pub fn shipped() -> Vec<Definition> {
    vec![
        Definition::of::<AiSettings>(),
        Definition::of::<RoundRobin>(),
        Definition::of::<LeastLoaded>(),
        Definition::of::<TwoChoicesSettings>(),
    ]
}
