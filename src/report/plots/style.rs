//! How every chart looks: sizes, Okabe–Ito colours, dashes and markers.

use plotters::style::RGBColor;

/// Pixels across, unless a scenario asks for others.
pub(super) const WIDTH: u32 = 1200;
/// Pixels down, unless a scenario asks for others or a chart has less to show.
pub(super) const HEIGHT: u32 = 675;
/// Space kept free at the left and right edges, in pixels.
pub(super) const MARGIN: f64 = 36.0;
/// Space kept free at the bottom edge, in pixels.
pub(super) const BOTTOM: f64 = 24.0;

/// Size of the title, in pixels per em.
pub(super) const TITLE: f64 = 27.0;
/// Size of labels that name things.
pub(super) const LABEL: f64 = 18.0;
/// Size of axis labels and notes.
pub(super) const SMALL: f64 = 15.0;

/// Text and outlines.
pub(super) const INK: RGBColor = RGBColor(30, 30, 30);
/// Secondary text.
pub(super) const MUTED: RGBColor = RGBColor(92, 92, 92);
/// Grid lines.
pub(super) const GRID: RGBColor = RGBColor(224, 224, 224);
/// The background.
pub(super) const PAPER: RGBColor = RGBColor(255, 255, 255);

/// Meanings in a key that are no discipline's own.
pub(super) const NEUTRAL: RGBColor = RGBColor(150, 150, 150);

/// Whether a colour is so light that white beside it, or on it, is hard to see.
pub(super) fn is_light(colour: RGBColor) -> bool {
    // Luma of ITU-R BT.601, in thousandths.
    299 * u32::from(colour.0) + 587 * u32::from(colour.1) + 114 * u32::from(colour.2) > 125_000
}

/// How a discipline is drawn: by colour, and without it by dashes and marker.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    /// One of the Okabe–Ito colours (Okabe and Ito, "Color Universal Design", 2008), but for a violet in the place of their
    /// yellow, which is too pale for a line on white.
    pub colour: RGBColor,
    /// Strokes and gaps in pixels; none: an unbroken line.
    pub dashes: &'static [f64],
    /// Drawn where a line ends.
    pub marker: Marker,
}

/// The shape of a marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    Disc,
    Square,
    Triangle,
    Diamond,
    Plunge,
}

/// The looks. The first three belong to the disciplines of those names, whatever else a scenario compares.
const LOOKS: [(&str, Look); 8] = [
    ("sequential", Look { colour: RGBColor(0, 114, 178), dashes: &[], marker: Marker::Disc }),
    ("unsafe-parallel", Look { colour: RGBColor(213, 94, 0), dashes: &[9.0, 5.0], marker: Marker::Triangle }),
    ("parallel", Look { colour: RGBColor(0, 158, 115), dashes: &[], marker: Marker::Square }),
    ("", Look { colour: RGBColor(204, 121, 167), dashes: &[14.0, 5.0], marker: Marker::Diamond }),
    ("", Look { colour: RGBColor(230, 159, 0), dashes: &[], marker: Marker::Plunge }),
    ("", Look { colour: RGBColor(86, 180, 233), dashes: &[14.0, 4.0, 3.0, 4.0], marker: Marker::Square }),
    ("", Look { colour: RGBColor(0, 0, 0), dashes: &[5.0, 5.0], marker: Marker::Diamond }),
    ("", Look { colour: RGBColor(98, 60, 150), dashes: &[9.0, 3.0, 3.0, 3.0], marker: Marker::Disc }),
];

/// So many arms can be told apart.
pub(super) const LOOKED: usize = LOOKS.len();

/// How arms beyond those that can be told apart are drawn.
pub(super) const REST: Look = Look { colour: RGBColor(196, 196, 196), dashes: &[], marker: Marker::Disc };

/// The looks of arms of these names. A discipline keeps its own; other arms take what is free, in their order, and those that
/// find nothing are grey.
pub(super) fn looks_of(arms: &[&str]) -> Vec<Look> {
    let own = |arm: &&str| LOOKS.iter().find(|(name, _)| name == arm);
    let mut free: Vec<Look> = Vec::new();
    // Looks without an owner first, so that a variant of a discipline is not mistaken for the discipline itself.
    for (name, look) in LOOKS.iter().filter(|(name, _)| name.is_empty()).chain(&LOOKS[..3]) {
        if name.is_empty() || !arms.contains(name) {
            free.push(*look);
        }
    }
    let mut rest = free.iter();
    arms.iter()
        .map(|arm| match own(arm) {
            Some((_, look)) => *look,
            None => rest.next().copied().unwrap_or(REST),
        })
        .collect()
}

/// How many of so many arms have a look of their own, where not all have.
pub(super) fn coloured(arms: usize) -> Option<String> {
    (arms > LOOKED).then(|| format!("{LOOKED} of {arms} disciplines in colour"))
}
