//! Segments: tickets that are told apart by what they are, or by the agent that takes them.

use std::fmt;
use std::sync::Arc;

use crate::choice;
use crate::keys::Named;
use crate::keys::nearest::closest;

choice! {
    /// What tickets are told apart by: what they say when they arrive, or the agent that takes them.
    pub enum Dimension {
        /// The priority, from 1 (the most urgent) to 9.
        Priority = "priority",
        /// The board that the ticket arrives at.
        Board = "board",
        /// The company that it comes from.
        Company = "company",
        /// The category.
        Category = "category",
        /// The agent that dispatches the ticket, or leaves it to people.
        Agent = "agent",
    }
}

/// The tickets that have the same value in one dimension. Written as in thresholds and in the keys of numbers:
/// `{priority:1}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Segment {
    /// What the tickets are told apart by.
    pub dimension: Dimension,
    /// The value, as people call it: `1`, `Service Desk`.
    pub value: Arc<str>,
}

/// Why a text is not a segment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SegmentError {
    /// It does not have its two parts.
    #[error("`{0}` is not a tag: write a dimension, a colon and a value in braces, as in {{priority:1}}")]
    Shape(String),
    /// There is no such dimension.
    #[error("tickets are not told apart by `{found}`; did you mean `{nearest}`?")]
    UnknownDimension {
        /// What was written.
        found: String,
        /// The most similar dimension.
        nearest: &'static str,
    },
}

impl Segment {
    /// The segment of a dimension with this value.
    pub fn new(dimension: Dimension, value: impl Into<Arc<str>>) -> Self {
        Self { dimension, value: value.into() }
    }

    /// Reads `{priority:1}`. Everything between the first colon and the last brace is the value.
    ///
    /// # Errors
    /// Says what is wrong and what to write. Whether there is such a value is not known here.
    pub fn parse(text: &str) -> Result<Self, SegmentError> {
        let shape = || SegmentError::Shape(text.to_owned());
        let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).ok_or_else(shape)?;
        let (dimension, value) = inner.split_once(':').ok_or_else(shape)?;
        let (dimension, names) = (dimension.trim(), || Dimension::ALL.iter().map(|it| it.name()));
        if dimension.is_empty() || value.is_empty() {
            return Err(shape());
        }
        let Some(dimension) = Dimension::from_name(dimension) else {
            let nearest = closest(dimension, names()).first().copied();
            let nearest = nearest.unwrap_or(Dimension::Priority.name());
            return Err(SegmentError::UnknownDimension { found: dimension.to_owned(), nearest });
        };
        Ok(Self::new(dimension, value))
    }
}

/// `{priority:1}`.
impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{}:{}}}", self.dimension.name(), self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_read_as_it_is_written_whatever_the_name() {
        for (dimension, value) in [
            (Dimension::Priority, "1"),
            (Dimension::Board, "Help Desk"),
            (Dimension::Company, "a:b}{c,d.e\"f'"),
            (Dimension::Category, "}"),
            (Dimension::Agent, " x "),
        ] {
            let segment = Segment::new(dimension, value);
            assert_eq!(Segment::parse(&segment.to_string()), Ok(segment));
        }
        assert_eq!(Segment::parse("{ board :x}"), Ok(Segment::new(Dimension::Board, "x")));
    }

    #[test]
    fn what_is_no_tag_says_what_to_write() {
        for text in ["{}", "{priority}", "{priority:}", "{:1}", "{priority:1", "priority:1", "{priority:1}x"]
        {
            assert_eq!(Segment::parse(text), Err(SegmentError::Shape(text.to_owned())), "{text}");
        }
        let error = Segment::parse("{prioritty:1}").expect_err("there is no such dimension");
        assert_eq!(error.to_string(), "tickets are not told apart by `prioritty`; did you mean `priority`?");
    }
}
