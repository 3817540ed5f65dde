//! The lines of a document that is not a table, each with its cells: what is set apart by a gap.

use std::path::Path;

use super::super::error::WorkloadError;
use super::Place;
use crate::keys::files;

/// A line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// Where it stands.
    pub at: Place,
    /// Its cells from left to right; none on a blank line.
    pub cells: Vec<Cell>,
}

/// A text within a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cell {
    /// Where it begins, in whatever unit the columns of the document have.
    pub x: f64,
    /// What it says, without blanks around it.
    pub text: String,
}

/// The lines of the text file at `path`.
///
/// # Errors
/// A file that cannot be read, or is not text in UTF-8.
pub(super) fn of_text(path: &Path) -> Result<Vec<Line>, WorkloadError> {
    let bytes = files::read(path, files::DOCUMENT)
        .map_err(|cause| WorkloadError::Unreadable { file: path.to_owned(), cause })?;
    let text = String::from_utf8(bytes).map_err(|_| WorkloadError::BadFile {
        file: path.to_owned(),
        problem: "it is not text in UTF-8; save it as such".into(),
    })?;
    let lines = text.strip_prefix('\u{feff}').unwrap_or(&text).lines();
    let line = |(line, text)| Line { at: Place { page: None, line }, cells: cells(text) };
    Ok((1..).zip(lines).map(line).collect())
}

/// The cells of a line of text: set apart by bars, by tabs, or by two blanks or more.
fn cells(line: &str) -> Vec<Cell> {
    let bars = line.trim_start().starts_with('|') || line.matches('|').count() > 1;
    let mark = if bars { '|' } else { '\t' };
    if !line.contains(mark) {
        return spaced(line, 0.0, 1.0);
    }
    // Where only some rows begin with a bar, the others' first cell is still the first.
    let line = if bars { line.trim_start().strip_prefix('|').unwrap_or(line) } else { line };
    let cell = |(column, text): (u32, &str)| Cell { x: f64::from(column), text: text.trim().to_owned() };
    (0..).zip(line.split(mark)).map(cell).filter(|cell| !cell.text.is_empty()).collect()
}

/// The parts of a text that are set apart by two blanks or more; the text begins at `x` and each letter is `width` wide.
pub(super) fn spaced(text: &str, x: f64, width: f64) -> Vec<Cell> {
    let mut cells = Vec::new();
    let (mut begins, mut part) = (0_u32, String::new());
    let mut blanks = 0;
    let mut close = |part: &mut String, begins: u32| {
        if !part.is_empty() {
            cells.push(Cell { x: x + f64::from(begins) * width, text: std::mem::take(part) });
        }
    };
    for (column, letter) in (0..).zip(text.chars()) {
        if letter == ' ' {
            blanks += 1;
            continue;
        }
        if blanks > 1 || part.is_empty() {
            close(&mut part, begins);
            begins = column;
        } else if blanks == 1 {
            part.push(' ');
        }
        blanks = 0;
        part.push(letter);
    }
    close(&mut part, begins);
    cells
}
