//! Keys: the document that a scenario is typed in, the forms that its values have, and how they are read, with every
//! problem placed. Knows nothing of what the keys mean.
//!
//! A key is written once, where [`section!`](crate::section) or [`choice!`](crate::choice) defines it.

mod book;
pub mod describe;
pub mod document;
pub mod files;
mod form;
mod kinds;
mod named;
pub mod nearest;
mod number;
mod plain;
mod problem;
pub mod prose;
pub(crate) mod reading;
mod section;
pub mod text;
pub mod wording;

pub use book::{Book, Chapter, Fallback, Key, KindInfo, Kinds, Shape, words};
pub use form::{
    Form, Section, default_section, default_value, enter_choice, enter_section, read_choice, read_section,
};
pub use kinds::{Chosen, Definition, KindOf, Topic};
pub use named::Named;
pub use number::{
    Confidence, Dispersion, LogDeviation, NonNegative, Positive, ShapeParameter, Share, Variation, Whole,
};
pub use plain::{
    ByName, FileName, Folder, List, OneOrMore, OutputFile, PlainName, ProperName, Sentence, SomeOf,
};
pub use problem::{Place, Problem, ScenarioError, Source};
pub use reading::{At, InputFile, Reading};
#[doc(hidden)]
pub use serde_json::json;
