//! Keys: the document that a scenario is typed in, the forms that its values have, and how they are read, with every
//! problem placed. Knows nothing of what the keys mean.
//!
//! A key is written once, where [`section!`](crate::section) or [`choice!`](crate::choice) defines it.

pub mod describe;
pub mod document;
mod form;
pub mod nearest;
mod number;
mod problem;
mod reading;
mod section;

pub use form::{
    Book, Chapter, Chosen, Definition, Fallback, FileName, Folder, Form, Key, KindInfo, KindOf, Kinds, List,
    Named, PlainName, ProperName, Section, Shape, SomeOf, Topic, default_section, default_value,
    enter_section, read_section, words,
};
pub use number::{
    Confidence, Dispersion, LogDeviation, NonNegative, Positive, ShapeParameter, Share, Variation, Whole,
};
pub use problem::{Problem, ScenarioError, Source};
pub use reading::{At, InputFile, Reading};
#[doc(hidden)]
pub use serde_json::json;
