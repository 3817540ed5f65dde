//! The lines of a PDF: its text, put together from where each piece of it is on the page.

use std::path::Path;

use super::super::error::WorkloadError;
use super::lines::Line;

/// The lines of the PDF at `path`, from top to bottom, page by page. What cannot be read of a page is told to `note`.
///
/// # Errors
/// A file that cannot be read, is no PDF, is encrypted, or has no text.
#[cfg(not(feature = "pdf"))]
pub(super) fn lines(path: &Path, _: &mut dyn FnMut(u32, &str)) -> Result<Vec<Line>, WorkloadError> {
    let problem =
        "this build of Stampede reads no PDF: build it with the feature `pdf`, or save the document as text";
    Err(WorkloadError::BadFile { file: path.to_owned(), problem: problem.into() })
}

#[cfg(feature = "pdf")]
pub(super) use reading::lines;

#[cfg(feature = "pdf")]
mod reading {
    use std::collections::BTreeMap;

    use lopdf::content::Content;
    use lopdf::{Dictionary, Document, Encoding, LoadOptions, Object};

    use super::super::Place;
    use super::super::lines::{Cell, spaced};
    use super::{Line, Path, WorkloadError};
    use crate::keys::files;

    /// The most bytes that a stream of the file may unpack to: 64 MiB.
    const UNPACKED: usize = 64 << 20;
    /// A gap in a line that is wider than this sets a cell apart, in ems.
    const CELL: f64 = 0.75;
    /// One that is wider than this is a blank.
    const BLANK: f64 = 0.15;
    /// Baselines that are closer than this are one line, in ems.
    const SAME_LINE: f64 = 0.4;

    /// See [`super::lines`].
    pub(in super::super) fn lines(
        path: &Path,
        note: &mut dyn FnMut(u32, &str),
    ) -> Result<Vec<Line>, WorkloadError> {
        let bytes = files::read(path, files::DOCUMENT)
            .map_err(|cause| WorkloadError::Unreadable { file: path.to_owned(), cause })?;
        let refuse =
            |problem: &str| WorkloadError::BadFile { file: path.to_owned(), problem: problem.into() };
        let options = LoadOptions::with_max_decompressed_size(UNPACKED);
        let document = Document::load_mem_with_options(&bytes, options)
            .map_err(|error| refuse(&format!("it is no PDF that can be read ({error})")))?;
        if document.is_encrypted() || document.was_encrypted() {
            return Err(refuse("it is encrypted; save it without a password"));
        }
        let mut lines = Vec::new();
        for (page, id) in document.get_pages() {
            match pieces(&document, id) {
                Ok(pieces) if pieces.is_empty() => {
                    note(
                        page,
                        "it has no text that can be read; a picture of text is none. The page is ignored.",
                    );
                }
                Ok(pieces) => lines.extend(laid_out(page, pieces)),
                Err(error) => note(page, &format!("it cannot be read ({error}). The page is ignored.")),
            }
        }
        if lines.is_empty() {
            return Err(refuse("it has no text that can be read; a picture of text is none"));
        }
        Ok(lines)
    }

    /// A piece of text on the page, in the unit of its coordinates.
    struct Piece {
        x: f64,
        y: f64,
        end: f64,
        size: f64,
        text: String,
    }

    /// A linear map with an offset, as PDF writes it.
    #[derive(Clone, Copy)]
    struct Map([f64; 6]);

    impl Map {
        const SAME: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

        fn shift(x: f64, y: f64) -> Self {
            Self([1.0, 0.0, 0.0, 1.0, x, y])
        }

        /// This map and then `next`.
        fn then(self, next: Self) -> Self {
            let (own, next) = (self.0, next.0);
            let across = |x: usize, column: usize| own[x] * next[column] + own[x + 1] * next[column + 2];
            Self([
                across(0, 0),
                across(0, 1),
                across(2, 0),
                across(2, 1),
                across(4, 0) + next[4],
                across(4, 1) + next[5],
            ])
        }
    }

    /// A font as far as text needs it.
    struct Font<'a> {
        encoding: Encoding<'a>,
        /// Bytes of a code.
        bytes: usize,
        /// Widths of codes in thousandths of the size.
        widths: BTreeMap<u32, f64>,
        /// The width of the codes that are not listed; `None`: it is estimated.
        other: Option<f64>,
    }

    impl<'a> Font<'a> {
        fn new(document: &'a Document, font: &'a Dictionary) -> lopdf::Result<Self> {
            let encoding = font.get_font_encoding_with_limit(document, UNPACKED)?;
            let descendant = font
                .get_deref(b"DescendantFonts", document)
                .and_then(Object::as_array)
                .ok()
                .and_then(|fonts| document.dereference(fonts.first()?).ok()?.1.as_dict().ok());
            let Some(descendant) = descendant else {
                let first = font.get_deref(b"FirstChar", document).and_then(Object::as_i64).unwrap_or(0);
                let widths = font.get_deref(b"Widths", document).and_then(Object::as_array);
                let codes = u32::try_from(first).unwrap_or(0)..;
                let widths: BTreeMap<u32, f64> = widths.map_or_else(
                    |_| BTreeMap::new(),
                    |widths| codes.zip(widths.iter().map(|width| number(document, width))).collect(),
                );
                return Ok(Self { encoding, bytes: 1, widths, other: None });
            };
            let other = descendant.get(b"DW").map_or(1000.0, |width| number(document, width));
            let mut widths = BTreeMap::new();
            let list = descendant.get_deref(b"W", document).and_then(Object::as_array);
            let mut rest = list.map_or(&[][..], Vec::as_slice);
            // `first [width …]` or `first last width`.
            while let [first, second, more @ ..] = rest {
                let code = number(document, first).max(0.0) as u32;
                if let Ok(row) = document.dereference(second).and_then(|(_, object)| object.as_array()) {
                    widths.extend((code..).zip(row.iter().map(|width| number(document, width))));
                    rest = more;
                } else if let [width, more @ ..] = more {
                    let last = (number(document, second).max(0.0) as u32).min(0xffff);
                    let width = number(document, width);
                    widths.extend((code..=last).map(|code| (code, width)));
                    rest = more;
                } else {
                    break;
                }
            }
            Ok(Self { encoding, bytes: 2, widths, other: Some(other) })
        }

        /// What a string says, and how wide it is in ems; how many codes it has, and how many of them are blanks.
        fn read(&self, string: &[u8]) -> lopdf::Result<(String, f64, [f64; 2])> {
            let text = Document::decode_text(&self.encoding, string)?;
            let codes: Vec<u32> = string
                .chunks(self.bytes)
                .map(|code| code.iter().fold(0, |code, byte| code << 8 | u32::from(*byte)))
                .collect();
            let blanks = string.iter().filter(|&&byte| self.bytes == 1 && byte == b' ').count();
            let letters = text.chars().map(estimated).sum::<f64>() / codes.len().max(1) as f64;
            let width = |code: &u32| self.widths.get(code).copied().or(self.other).unwrap_or(letters);
            let wide = codes.iter().map(width).sum::<f64>() / 1000.0;
            Ok((text, wide, [codes.len() as f64, blanks as f64]))
        }
    }

    /// About how wide a letter is in the usual fonts, in thousandths of the size.
    fn estimated(letter: char) -> f64 {
        match letter {
            'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 240.0,
            ' ' | 'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '/' | '-' => 300.0,
            'm' | 'w' | 'M' | 'W' | '@' | '%' => 850.0,
            letter if letter.is_uppercase() => 680.0,
            _ => 545.0,
        }
    }

    fn number(document: &Document, object: &Object) -> f64 {
        let found = document.dereference(object).and_then(|(_, object)| object.as_float());
        found.map_or(0.0, f64::from)
    }

    /// The state of the page's text while its operators are followed.
    struct Pen<'f, 'a> {
        fonts: &'f BTreeMap<Vec<u8>, Font<'a>>,
        page: Map,
        kept: Vec<Map>,
        line: Map,
        text: Map,
        font: Option<&'f Font<'a>>,
        size: f64,
        leading: f64,
        /// Extra space behind a letter, and behind a blank.
        extra: [f64; 2],
        stretch: f64,
        pieces: Vec<Piece>,
    }

    /// The text of a page, piece by piece.
    fn pieces(document: &Document, id: lopdf::ObjectId) -> lopdf::Result<Vec<Piece>> {
        let mut fonts = BTreeMap::new();
        for (name, font) in document.get_page_fonts(id)? {
            // Text in a font that cannot be made sense of is no text.
            if let Ok(font) = Font::new(document, font) {
                fonts.insert(name, font);
            }
        }
        let content = Content::decode(&document.get_page_content_with_limit(id, UNPACKED)?)?;
        let mut pen = Pen {
            fonts: &fonts,
            page: Map::SAME,
            kept: Vec::new(),
            line: Map::SAME,
            text: Map::SAME,
            font: None,
            size: 1.0,
            leading: 0.0,
            extra: [0.0; 2],
            stretch: 1.0,
            pieces: Vec::new(),
        };
        for operation in &content.operations {
            pen.follow(document, &operation.operator, &operation.operands)?;
        }
        Ok(pen.pieces)
    }

    impl Pen<'_, '_> {
        fn follow(&mut self, document: &Document, operator: &str, operands: &[Object]) -> lopdf::Result<()> {
            let value = |place: usize| operands.get(place).map_or(0.0, |object| number(document, object));
            let map = || Map([value(0), value(1), value(2), value(3), value(4), value(5)]);
            match operator {
                "q" => self.kept.push(self.page),
                "Q" => self.page = self.kept.pop().unwrap_or(Map::SAME),
                "cm" => self.page = map().then(self.page),
                "BT" => (self.line, self.text) = (Map::SAME, Map::SAME),
                "Tf" => {
                    let name = operands.first().and_then(|name| name.as_name().ok());
                    (self.font, self.size) = (name.and_then(|name| self.fonts.get(name)), value(1));
                }
                "TL" => self.leading = value(0),
                "Tc" => self.extra[0] = value(0),
                "Tw" => self.extra[1] = value(0),
                "Tz" => self.stretch = value(0) / 100.0,
                "Td" => self.next_line(value(0), value(1)),
                "TD" => {
                    self.leading = -value(1);
                    self.next_line(value(0), value(1));
                }
                "Tm" => (self.line, self.text) = (map(), map()),
                "T*" => self.next_line(0.0, -self.leading),
                "'" => {
                    self.next_line(0.0, -self.leading);
                    self.show(operands.first())?;
                }
                "\"" => {
                    self.extra = [value(1), value(0)];
                    self.next_line(0.0, -self.leading);
                    self.show(operands.get(2))?;
                }
                "Tj" => self.show(operands.first())?,
                "TJ" => {
                    for part in operands.first().and_then(|parts| parts.as_array().ok()).into_iter().flatten()
                    {
                        match part {
                            Object::String(..) => self.show(Some(part))?,
                            back => {
                                self.advance(-number(document, back) / 1000.0 * self.size * self.stretch);
                            }
                        }
                    }
                }
                _ => {}
            }
            Ok(())
        }

        fn next_line(&mut self, x: f64, y: f64) {
            self.line = Map::shift(x, y).then(self.line);
            self.text = self.line;
        }

        fn advance(&mut self, x: f64) {
            self.text = Map::shift(x, 0.0).then(self.text);
        }

        fn show(&mut self, string: Option<&Object>) -> lopdf::Result<()> {
            let (Some(Object::String(string, _)), Some(font)) = (string, self.font) else { return Ok(()) };
            let (text, wide, [codes, blanks]) = font.read(string)?;
            let Map([.., x, y]) = self.text.then(self.page);
            let extra = codes * self.extra[0] + blanks * self.extra[1];
            self.advance((wide * self.size + extra) * self.stretch);
            let Map([_, _, c, d, end, _]) = self.text.then(self.page);
            let size = self.size.abs() * (c * c + d * d).sqrt();
            // A break that is no blank of the list is one all the same.
            let text = text.replace(['\u{a0}', '\t', '\r', '\n'], " ");
            let is_somewhere = [x, y, end, size].iter().all(|value| value.is_finite());
            if !text.is_empty() && is_somewhere {
                self.pieces.push(Piece { x, y, end, size, text });
            }
            Ok(())
        }
    }

    /// The pieces of a page as lines, from top to bottom, each with its cells from left to right.
    fn laid_out(page: u32, mut pieces: Vec<Piece>) -> Vec<Line> {
        // Stable: what is at the same place stays in its order.
        pieces.sort_by(|a, b| b.y.total_cmp(&a.y));
        let mut rows: Vec<Vec<Piece>> = Vec::new();
        for piece in pieces {
            match rows.last_mut() {
                Some(row) if row[0].y - piece.y < SAME_LINE * row[0].size.max(piece.size) => row.push(piece),
                _ => rows.push(vec![piece]),
            }
        }
        let mut lines = Vec::new();
        for mut row in rows {
            row.sort_by(|a, b| a.x.total_cmp(&b.x));
            let cells = cells(row);
            if !cells.is_empty() {
                let at = Place { page: Some(page), line: lines.len() as u64 + 1 };
                lines.push(Line { at, cells });
            }
        }
        lines
    }

    /// The cells of a line: pieces without a wide gap between them.
    fn cells(row: Vec<Piece>) -> Vec<Cell> {
        let mut joined: Vec<Piece> = Vec::new();
        for piece in row {
            match joined.last_mut() {
                Some(last) if piece.x - last.end <= CELL * last.size.max(piece.size) => {
                    if piece.x - last.end > BLANK * piece.size && !last.text.ends_with(' ') {
                        last.text.push(' ');
                    }
                    last.text += &piece.text;
                    last.end = last.end.max(piece.end);
                }
                _ => joined.push(piece),
            }
        }
        // In a fixed pitch, blanks may be all that sets cells apart.
        let parts = |piece: Piece| {
            let letters = piece.text.chars().count().max(1) as f64;
            spaced(&piece.text, piece.x, (piece.end - piece.x) / letters)
        };
        joined.into_iter().flat_map(parts).collect()
    }
}
