//! What is wrong with a scenario: every problem at once, each with its place, what was found and what was expected.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, SourceCode, SourceSpan,
};
use miette::{MietteSpanContents, SpanContents};

use super::prose;
use super::text::{is_hidden, shown};

/// Narrower than this a diagnostic is unreadable.
const NARROWEST_WIDTH: usize = 40;

/// A text that values come from: the scenario file, or one flag of the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file's name as the user gave it; for a flag, the flag as it was typed.
    pub name: String,
    /// The text that spans refer to.
    pub text: String,
    /// Whether it is a flag of the command line, where lines and columns would say nothing.
    pub is_flag: bool,
    /// Whether it is a preset, which the user cannot change.
    pub is_preset: bool,
}

impl Source {
    /// Line and column of a byte of the text, both from 1, the column in characters.
    fn position(&self, offset: usize) -> (usize, usize) {
        let before = &self.text[..self.text.floor_char_boundary(offset)];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

/// Where something was stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The text that it stands in.
    pub source: Arc<Source>,
    /// The byte of that text with which it begins.
    pub offset: usize,
}

impl Place {
    /// The file with line and column, both from 1; `None` where it is not in a file of the user's, but in a flag or a preset.
    pub fn in_file(&self) -> Option<(&str, usize, usize)> {
        if self.source.is_flag || self.source.is_preset {
            return None;
        }
        let (line, column) = self.source.position(self.offset);
        Some((&self.source.name, line, column))
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where the offending text is.
    pub source: Arc<Source>,
    /// The bytes of the offending text; `None` where something is missing or the text could not be read.
    pub span: Option<Range<usize>>,
    /// What was found.
    pub message: String,
    /// What was expected there; empty where the message says it all.
    pub expected: String,
    /// What the user can do.
    pub help: Option<String>,
}

impl Problem {
    /// The file's name, or the flag as it was typed.
    pub fn file(&self) -> &str {
        &self.source.name
    }

    /// Line and column of the offending text, both from 1, the column in characters.
    pub fn position(&self) -> (usize, usize) {
        self.source.position(self.span.as_ref().map_or(0, |span| span.start))
    }

    /// Where the offending text stands.
    pub fn place(&self) -> Place {
        let offset = self.span.as_ref().map_or(0, |span| span.start);
        Place { source: Arc::clone(&self.source), offset }
    }

    /// The span as it is drawn: within the text, between characters, and no further than the end of its first line.
    fn shown_span(&self) -> Option<Range<usize>> {
        let span = self.span.as_ref()?;
        let text = &self.source.text;
        let start = text.floor_char_boundary(span.start);
        let end = text.ceil_char_boundary(span.end).min(line_end(text, start));
        if end > start {
            return Some(start..end);
        }
        // Nothing stands there, so the character before it has to be marked, if the line has one.
        let before = text[..start].chars().next_back().filter(|character| *character != '\n');
        Some(start - before.map_or(0, char::len_utf8)..start)
    }

    /// The line of the offending text, from 1.
    pub fn line(&self) -> usize {
        self.position().0
    }

    /// The column of the offending text in characters, from 1.
    pub fn column(&self) -> usize {
        self.position().1
    }
}

/// One line: `file:line:column: found: expected (help)`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.position();
        let (name, message) = (shown(&self.source.name), shown(&self.message));
        if self.source.is_flag || self.source.text.is_empty() {
            write!(f, "{name}: {message}")?;
        } else {
            write!(f, "{name}:{line}:{column}: {message}")?;
        }
        if !self.expected.is_empty() {
            write!(f, ": {}", shown(&self.expected))?;
        }
        match &self.help {
            Some(help) => write!(f, " ({})", shown(help)),
            None => Ok(()),
        }
    }
}

/// Everything that is wrong with a scenario, in the order of the file, flags last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioError {
    /// The problems; at least one.
    pub problems: Vec<Problem>,
}

impl ScenarioError {
    /// The problems as a person wants to see them: the offending line with the value underlined, what was found, what
    /// was expected, and what helps. Lines are at most `width` characters long where words allow.
    pub fn render(&self, color: bool, width: usize) -> String {
        let theme = if color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(width.max(NARROWEST_WIDTH))
            .with_break_words(false)
            .with_word_separator(prose::separator())
            .with_word_splitter(textwrap::WordSplitter::NoHyphenation)
            .with_links(false)
            .with_context_lines(1);
        let mut text = String::new();
        for problem in &self.problems {
            if handler.render_report(&mut text, &Shown::new(problem)).is_err() {
                text.push_str(&problem.to_string());
            }
            text.truncate(text.trim_end().len());
            text.push_str("\n\n");
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
        prose::unbind(&text)
    }
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, problem) in self.problems.iter().enumerate() {
            if position > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ScenarioError {}

/// A problem in the form miette draws.
#[derive(Debug)]
struct Shown<'a> {
    problem: &'a Problem,
    /// The line of the offending text; what would drive a terminal is escaped.
    line: String,
    /// The offending text in that line.
    span: Option<Range<usize>>,
}

impl<'a> Shown<'a> {
    fn new(problem: &'a Problem) -> Self {
        let text = &problem.source.text;
        let Some(span) = problem.shown_span() else {
            return Self { problem, line: String::new(), span: None };
        };
        let start = text[..span.start].rfind('\n').map_or(0, |newline| newline + 1);
        // Tabs stay, as miette draws them as blanks.
        let drawn = |part: Range<usize>| {
            let mut out = String::new();
            for c in text[part].chars() {
                if is_hidden(c) && c != '\t' { out.extend(c.escape_default()) } else { out.push(c) }
            }
            out
        };
        let (before, marked) = (drawn(start..span.start), drawn(span.clone()));
        let at = before.len()..before.len() + marked.len();
        let line = before + &marked + &drawn(span.end..line_end(text, span.end));
        Self { problem, line, span: Some(at) }
    }
}

/// A text as it is drawn, with blanks at which no line ends.
fn bound(text: &str) -> String {
    prose::bind(&shown(text))
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { source, message, expected, .. } = self.problem;
        if self.span.is_some() {
            return f.write_str(&bound(message));
        }
        write!(f, "{}: {}", shown(&source.name), bound(message))?;
        if expected.is_empty() { Ok(()) } else { write!(f, ": {}", bound(expected)) }
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.problem.help.as_ref().map(|help| Box::new(bound(help)) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.span.is_some().then_some(self as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.span.as_ref()?;
        let expected = &self.problem.expected;
        let label = (!expected.is_empty()).then(|| bound(expected));
        Some(Box::new(std::iter::once(LabeledSpan::new(label, span.start, span.len()))))
    }
}

impl SourceCode for Shown<'_> {
    /// Without context the span itself, from which miette takes line and column; else the whole line, to be drawn.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let source = &self.problem.source;
        let (line, column) = self.problem.position();
        let name = if source.is_flag { "command line".into() } else { shown(&source.name) };
        let (range, column) = if lines_before == 0 {
            (span.offset()..span.offset() + span.len(), column - 1)
        } else {
            (0..self.line.len(), 0)
        };
        let data = self.line.get(range.clone()).ok_or(MietteError::OutOfBounds)?.as_bytes();
        let range = SourceSpan::from(range);
        Ok(Box::new(MietteSpanContents::new_named(name.into_owned(), data, range, line - 1, column, 1)))
    }
}

/// Where the line that `offset` is in ends, before its line break.
fn line_end(text: &str, offset: usize) -> usize {
    let end = text[offset..].find('\n').map_or(text.len(), |newline| offset + newline);
    if text[offset..end].ends_with('\r') { end - 1 } else { end }
}
