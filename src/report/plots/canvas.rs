//! A chart as a list of shapes in pixels, and the measuring of text.

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, GlyphId};
use plotters::style::RGBColor;

use super::style::{BOTTOM, HEIGHT, INK, MUTED, Marker, SMALL, WIDTH};
use crate::domain::charts::ChartSize;
use crate::keys::text::shown;

/// A place in pixels from the upper left corner.
pub(super) type Point = (f64, f64);

/// A chart before it is painted. Later shapes cover earlier ones.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Drawing {
    /// The finding.
    pub title: String,
    /// What it is painted on.
    pub paper: Paper,
    /// What to paint, in order.
    pub shapes: Vec<Shape>,
}

/// What a chart is painted on. All charts are composed in the same sizes of type, and magnified as they are painted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Paper {
    /// Pixels across, before it is magnified.
    pub width: f64,
    /// Pixels down, before it is magnified.
    pub height: f64,
    /// How many pixels of the file make one.
    pub scale: f64,
}

impl Paper {
    /// Paper for a file of this size: what is drawn is magnified as far as the file has room for all of it, and where the file
    /// has another shape than charts usually have, there is more to draw on.
    pub fn of(size: ChartSize) -> Self {
        let (width, height) = (f64::from(size.width), f64::from(size.height));
        let scale = (width / f64::from(WIDTH)).min(height / f64::from(HEIGHT));
        Self { width: width / scale, height: height / scale, scale }
    }

    /// Width and height of the file, in pixels.
    pub fn pixels(self) -> (u32, u32) {
        ((self.width * self.scale).round() as u32, (self.height * self.scale).round() as u32)
    }
}

/// Something to paint.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    /// An open line.
    Line { points: Vec<Point>, colour: RGBColor, width: f64 },
    /// A filled polygon.
    Area { points: Vec<Point>, colour: RGBColor },
    /// A filled circle.
    Disc { centre: Point, radius: f64, colour: RGBColor },
    /// A line of text.
    Text(Text),
}

/// A line of text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Text {
    /// What it says.
    pub words: String,
    /// Where its anchor is; vertically, the middle of its capitals.
    pub at: Point,
    /// Pixels per em.
    pub size: f64,
    /// Heavier strokes.
    pub bold: bool,
    /// The colour.
    pub colour: RGBColor,
    /// What the anchor is.
    pub anchor: Anchor,
}

/// Which part of a text is at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// The left end.
    Start,
    /// The middle.
    Middle,
    /// The right end.
    End,
}

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Area {
    /// Width in pixels.
    pub fn width(self) -> f64 {
        self.right - self.left
    }

    /// Height in pixels.
    pub fn height(self) -> f64 {
        self.bottom - self.top
    }

    /// Whether the two share more than an edge.
    pub fn overlaps(self, other: Area) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// The area with its edges moved outwards by `margin`.
    pub fn grown(self, margin: f64) -> Area {
        Area {
            left: self.left - margin,
            top: self.top - margin,
            right: self.right + margin,
            bottom: self.bottom + margin,
        }
    }

    /// Its corners, clockwise from the upper left.
    pub fn corners(self) -> Vec<Point> {
        vec![
            (self.left, self.top),
            (self.right, self.top),
            (self.right, self.bottom),
            (self.left, self.bottom),
        ]
    }
}

impl Text {
    /// Text in the usual size and ink, its left end at `at`.
    pub fn new(words: impl Into<String>, at: Point) -> Self {
        Self {
            words: shown(&words.into()).into_owned(),
            at,
            size: SMALL,
            bold: false,
            colour: INK,
            anchor: Anchor::Start,
        }
    }

    /// In another size.
    pub fn size(self, size: f64) -> Self {
        Self { size, ..self }
    }

    /// In bold.
    pub fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    /// In grey.
    pub fn muted(self) -> Self {
        Self { colour: MUTED, ..self }
    }

    /// Anchored elsewhere.
    pub fn anchor(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    /// Shortened to `room` pixels, with an ellipsis where something is left out.
    pub fn within(self, room: f64) -> Self {
        Self { words: elide(&self.words, room, self.size, self.bold), ..self }
    }

    /// Where the letters begin.
    pub fn left(&self) -> f64 {
        let width = width(&self.words, self.size, self.bold);
        match self.anchor {
            Anchor::Start => self.at.0,
            Anchor::Middle => self.at.0 - width / 2.0,
            Anchor::End => self.at.0 - width,
        }
    }

    /// The line that letters stand on.
    pub fn baseline(&self) -> f64 {
        // Capitals of the embedded font are 0.714 em high.
        self.at.1 + 0.357 * self.size
    }

    /// What it covers, from the top of the capitals to the lowest descender.
    pub fn area(&self) -> Area {
        let left = self.left();
        Area {
            left,
            top: self.at.1 - 0.4 * self.size,
            right: left + width(&self.words, self.size, self.bold),
            bottom: self.baseline() + 0.22 * self.size,
        }
    }
}

impl Drawing {
    /// An empty chart whose finding is `title`.
    pub fn new(title: String, paper: Paper) -> Self {
        Self { title, paper, shapes: Vec::new() }
    }

    /// Ends the paper beneath `bottom`: where there is little to show it gets less tall, where there is much taller.
    pub fn end_at(&mut self, bottom: f64) {
        self.paper.height = (bottom + BOTTOM).ceil();
    }

    /// A line through `points`.
    pub fn line(&mut self, points: Vec<Point>, colour: RGBColor, width: f64) {
        self.shapes.push(Shape::Line { points, colour, width });
    }

    /// A line broken into dashes: lengths of stroke and gap in turn, in pixels; none: an unbroken line.
    pub fn dashed(&mut self, points: Vec<Point>, dashes: &[f64], colour: RGBColor, width: f64) {
        if dashes.is_empty() {
            return self.line(points, colour, width);
        }
        let (mut dash, mut left) = (0, dashes[0]);
        let mut stroke: Vec<Point> = points.first().copied().into_iter().collect();
        for pair in points.windows(2) {
            let (mut from, to) = (pair[0], pair[1]);
            loop {
                let (dx, dy) = (to.0 - from.0, to.1 - from.1);
                let length = (dx * dx + dy * dy).sqrt();
                if length <= left {
                    left -= length;
                    stroke.push(to);
                    break;
                }
                from = (from.0 + dx * left / length, from.1 + dy * left / length);
                stroke.push(from);
                if dash % 2 == 0 {
                    self.line(std::mem::take(&mut stroke), colour, width);
                }
                stroke = vec![from];
                dash += 1;
                left = dashes[dash % dashes.len()];
            }
        }
        if dash % 2 == 0 && stroke.len() > 1 {
            self.line(stroke, colour, width);
        }
    }

    /// A filled polygon.
    pub fn fill(&mut self, points: Vec<Point>, colour: RGBColor) {
        self.shapes.push(Shape::Area { points, colour });
    }

    /// The outline of a rectangle.
    pub fn outline(&mut self, area: Area, colour: RGBColor, width: f64) {
        let mut points = area.corners();
        points.push(points[0]);
        points.push(points[1]);
        self.line(points, colour, width);
    }

    /// A filled circle.
    pub fn disc(&mut self, centre: Point, radius: f64, colour: RGBColor) {
        self.shapes.push(Shape::Disc { centre, radius, colour });
    }

    /// A marker.
    pub fn marker(&mut self, marker: Marker, (x, y): Point, radius: f64, colour: RGBColor) {
        let r = radius;
        match marker {
            Marker::Disc => self.disc((x, y), r, colour),
            Marker::Square => {
                let half = 0.88 * r;
                self.fill(
                    Area { left: x - half, top: y - half, right: x + half, bottom: y + half }.corners(),
                    colour,
                );
            }
            Marker::Triangle => {
                self.fill(
                    vec![(x, y - 1.2 * r), (x + 1.1 * r, y + 0.8 * r), (x - 1.1 * r, y + 0.8 * r)],
                    colour,
                );
            }
            Marker::Plunge => {
                self.fill(
                    vec![(x, y + 1.2 * r), (x + 1.1 * r, y - 0.8 * r), (x - 1.1 * r, y - 0.8 * r)],
                    colour,
                );
            }
            Marker::Diamond => {
                let half = 1.2 * r;
                self.fill(vec![(x, y - half), (x + half, y), (x, y + half), (x - half, y)], colour);
            }
        }
    }

    /// A line of text.
    pub fn text(&mut self, text: Text) {
        self.shapes.push(Shape::Text(text));
    }

    /// Every text of the chart.
    #[cfg(test)]
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        self.shapes.iter().filter_map(|shape| match shape {
            Shape::Text(text) => Some(text),
            _ => None,
        })
    }
}

/// The embedded font in one of its two weights.
pub(super) fn font(bold: bool) -> &'static FontRef<'static> {
    static REGULAR: LazyLock<FontRef<'static>> =
        LazyLock::new(|| load(include_bytes!("font/OpenSans-Regular-subset.ttf")));
    static BOLD: LazyLock<FontRef<'static>> =
        LazyLock::new(|| load(include_bytes!("font/OpenSans-Bold-subset.ttf")));
    if bold { &BOLD } else { &REGULAR }
}

fn load(bytes: &'static [u8]) -> FontRef<'static> {
    FontRef::try_from_slice(bytes).expect("the embedded font is a valid font")
}

/// How wide a text is, in pixels, at `size` pixels per em.
pub(super) fn width(text: &str, size: f64, bold: bool) -> f64 {
    let font = font(bold);
    text.chars().map(|letter| advance(font, letter)).sum::<f64>() * size
}

/// How far it is from the beginning of a letter to that of the next, in em. Letters that the font does not have may be as wide
/// as high: in an SVG another font has them, in a bitmap a box stands for each.
pub(super) fn advance(font: &FontRef<'_>, letter: char) -> f64 {
    match font.glyph_id(letter) {
        GlyphId(0) => 1.0,
        id => f64::from(font.h_advance_unscaled(id)) / font.units_per_em().map_or(1.0, f64::from),
    }
}

/// The text, or as much of its beginning as fits into `room` pixels with an ellipsis.
pub(super) fn elide(text: &str, room: f64, size: f64, bold: bool) -> String {
    if width(text, size, bold) <= room {
        return text.to_owned();
    }
    let mut kept: String = text.to_owned();
    while kept.pop().is_some() {
        let candidate = format!("{}…", kept.trim_end());
        if width(&candidate, size, bold) <= room {
            return candidate;
        }
    }
    String::new()
}

/// The text broken between words into lines of at most `room` pixels, `most` lines at most.
pub(super) fn wrap(text: &str, room: f64, size: f64, bold: bool, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let count = lines.len();
        let last = &mut lines[count - 1];
        let longer = if last.is_empty() { word.to_owned() } else { format!("{last} {word}") };
        if last.is_empty() || count == most || width(&longer, size, bold) <= room {
            *last = longer;
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.iter().map(|line| elide(line, room, size, bold)).collect()
}
