//! Exporters: a whole comparison in one format, for `--format` or for a file. Each format is a file with one type; a
//! [`trace`], which may be large, is a stream.

pub mod csv;
pub mod github;
pub mod json;
pub mod junit;
pub(super) mod markdown;
pub mod text;
pub mod trace;

use crate::results::Comparison;

pub use csv::Csv;
pub use github::Github;
pub use json::Json;
pub use junit::Junit;
pub use markdown::Markdown;
pub use text::Text;

/// A format that a comparison can be written in.
pub trait Exporter {
    /// What `--format` calls it.
    fn name(&self) -> &'static str;

    /// The comparison in this format.
    fn export(&self, c: &Comparison) -> Vec<u8>;
}

/// The exporter that `--format` calls so; [`Text`] and [`Github`] are as the caller wants them.
pub fn named(name: &str, text: Text, github: &Github) -> Option<Box<dyn Exporter>> {
    let all: [Box<dyn Exporter>; 6] = [
        Box::new(text),
        Box::new(Json),
        Box::new(Csv),
        Box::new(Markdown),
        Box::new(github.clone()),
        Box::new(Junit),
    ];
    all.into_iter().find(|exporter| exporter.name() == name)
}
