//! When claims are refused: how many of a burst in each stretch of time, a line for each discipline.

use super::super::figures::names;
use super::axis::{CLOCK_STEPS, clock_ticks, round_ticks, time_of_day};
use super::canvas::{Anchor, Area, Drawing, Point, Text, width};
use super::frame::{foot, frame};
use super::hidden::hidden;
use super::labels::Labels;
use super::style::{GRID, MUTED, SMALL};
use super::view::View;
use super::words::{count, duration, name, replications};
use crate::metrics::timeline::Timeline;
use crate::results::{Arm, Comparison};

/// Stretches across the picture, about.
const STRETCHES: usize = 72;

/// Claims refused against time, of a mean burst.
struct Course {
    /// Seconds in a stretch.
    step: f64,
    /// The first stretch in which any discipline has a claim refused.
    first: usize,
    /// By discipline, how many in each stretch from the first on.
    arms: Vec<Vec<f64>>,
}

/// The chart; `None` where no claim is refused.
pub(super) fn compose(view: &View<'_>) -> Option<Drawing> {
    let course = Course::of(view)?;
    let many = course.arms.iter().map(Vec::len).max()?;
    let most = course.arms.iter().flatten().copied().fold(0.0, f64::max);
    let notes: Vec<String> = [view.colours(), without(view)].into_iter().flatten().collect();
    let (mut drawing, area) = frame(view, finding(view, &course), &replications(view), &notes);
    let heading = format!("Claims refused in {} of a burst", stretch(course.step));
    drawing.text(Text::new(heading, (area.left, area.top + 8.0)).muted());

    let ticks = round_ticks(most, 5);
    let top = 1.25 * most.max(*ticks.last().unwrap_or(&most));
    let digits = ticks.iter().map(|&tick| width(&tidy(tick), SMALL, false)).fold(0.0, f64::max);
    let left = area.left + (digits + 12.0).max(44.0);
    let plot = Area { left, top: area.top + 26.0, right: area.right - 30.0, bottom: area.bottom - 44.0 };
    let from = course.first as f64 * course.step;
    // A single stretch would fill the picture.
    let to = from + many.max(12) as f64 * course.step;
    let x = |seconds: f64| plot.left + (seconds - from) / (to - from) * plot.width();
    let y = |claims: f64| plot.bottom - claims / top * plot.height();
    for tick in ticks {
        let colour = if tick == 0.0 { MUTED } else { GRID };
        drawing.line(vec![(plot.left, y(tick)), (area.right, y(tick))], colour, 1.0);
        drawing.text(Text::new(tidy(tick), (plot.left - 8.0, y(tick))).muted().anchor(Anchor::End));
    }
    let start = &view.setup.start;
    for (seconds, label) in clock_ticks(start, from, to, 12) {
        drawing.line(vec![(x(seconds), plot.bottom), (x(seconds), plot.bottom + 6.0)], MUTED, 1.0);
        drawing.line(vec![(x(seconds), plot.top), (x(seconds), plot.bottom)], GRID, 1.0);
        drawing.text(Text::new(label, (x(seconds), plot.bottom + 18.0)).muted().anchor(Anchor::Middle));
    }
    let zone = start.time_zone().iana_name().unwrap_or("local time");
    let caption = Text::new(format!("clock time ({zone})"), (area.right, plot.bottom + 42.0));
    drawing.text(caption.muted().anchor(Anchor::End));

    let mut crests: Vec<(usize, Point)> = Vec::new();
    let mut drawn: Vec<(usize, Vec<Point>)> = Vec::new();
    for arm in view.order() {
        let claims = &course.arms[arm];
        let Some(crest) = crest(claims) else { continue };
        let mut line: Vec<Point> = vec![(x(from), y(0.0))];
        for (place, claims) in claims.iter().enumerate() {
            let at = |place: usize| x(from + place as f64 * course.step);
            line.extend([(at(place), y(*claims)), (at(place + 1), y(*claims))]);
        }
        line.extend(line.last().map(|end| (end.0, y(0.0))));
        line.dedup();
        view.line(&mut drawing, arm, line.clone());
        drawn.push((arm, line));
        crests.push((arm, (x(from + (crest as f64 + 0.5) * course.step), y(claims[crest]))));
    }
    let covered: Vec<String> = hidden(view, &drawn).into_iter().collect();
    foot(&mut drawing, (area.left, plot.bottom + 42.0), plot.width() * 0.7, &covered);
    let lines = drawn.into_iter().map(|(_, line)| line).collect();
    for &(arm, point) in &crests {
        view.mark(&mut drawing, arm, point);
    }
    crests.sort_by(|(a, one), (b, other)| {
        view.is_lit(*b).cmp(&view.is_lit(*a)).then(other.0.total_cmp(&one.0))
    });
    let marks = crests.iter().map(|&(_, (x, y))| Area { left: x, top: y, right: x, bottom: y }.grown(8.0));
    let mut labels = Labels { plot, right: area.right, lines, taken: marks.collect() };
    for &(arm, point) in &crests {
        let all = format!("{} in all", count(total(view, &view.arms[arm])));
        labels.arm(&mut drawing, view, arm, point, all);
    }
    Some(drawing)
}

impl Course {
    fn of(c: &Comparison) -> Option<Self> {
        let refused = || c.arms.iter().map(|arm| &arm.refused).filter(|refused| refused.total() > 0);
        let bin = refused().map(Timeline::bin_seconds).fold(0.0, f64::max);
        // Widths of bins are powers of two, and so are their quotients.
        let ratio = |seconds: f64| (bin / seconds) as usize;
        let bins = refused().map(|it| it.counts().len().div_ceil(ratio(it.bin_seconds()))).max()?;
        let begins = |it: &Timeline| {
            let first = it.counts().iter().position(|&claims| claims > 0).unwrap_or_default();
            first / ratio(it.bin_seconds())
        };
        let first = refused().map(begins).min()?;
        let least = (bins - first).div_ceil(STRETCHES).max(1);
        let narrowest = least as f64 * bin;
        let fits = |step: f64| (narrowest..=2.5 * narrowest).contains(&step) && step % bin == 0.0;
        let round = |step: &&i64| fits(**step as f64);
        let wide = CLOCK_STEPS.iter().find(round).map_or(least, |step| (*step as f64 / bin) as usize);
        let first = first / wide;
        let each = f64::from(c.setup.replications.max(1));
        let of = |arm: &Arm| {
            let mut claims = vec![0.0; bins.div_ceil(wide) - first];
            let narrow = ratio(arm.refused.bin_seconds()) * wide;
            for (place, &some) in arm.refused.counts().iter().enumerate().filter(|(_, some)| **some > 0) {
                claims[place / narrow - first] += some as f64 / each;
            }
            claims
        };
        Some(Self { step: bin * wide as f64, first, arms: c.arms.iter().map(of).collect() })
    }
}

/// Where a line is highest; `None` where nothing is refused.
fn crest(claims: &[f64]) -> Option<usize> {
    let most = claims.iter().copied().fold(0.0, f64::max);
    claims.iter().position(|&some| some == most).filter(|_| most > 0.0)
}

/// Claims refused in a mean burst.
fn total(c: &Comparison, arm: &Arm) -> f64 {
    arm.refused.total() as f64 / f64::from(c.setup.replications.max(1))
}

/// A round number, with the decimals that it needs.
fn tidy(value: f64) -> String {
    if value.fract() == 0.0 { count(value) } else { format!("{}", (value * 1e6).round() / 1e6) }
}

/// `each second`, `every 8 s`.
fn stretch(seconds: f64) -> String {
    if seconds == 1.0 { "each second".to_owned() } else { format!("every {}", duration(seconds)) }
}

/// Who has no claim refused.
fn without(c: &Comparison) -> Option<String> {
    let none: Vec<&str> =
        c.arms.iter().filter(|arm| arm.refused.total() == 0).map(|arm| &*arm.name).collect();
    (!none.is_empty()).then(|| format!("no claim refused: {}", names(none)))
}

/// The finding: who has most claims refused, when, and who has fewest.
fn finding(c: &Comparison, course: &Course) -> String {
    let by_total = |a: &(usize, &Arm), b: &(usize, &Arm)| total(c, a.1).total_cmp(&total(c, b.1));
    let arms = || c.arms.iter().enumerate();
    let Some((place, worst)) = arms().rev().max_by(by_total) else { return "Nothing is compared".to_owned() };
    let claims = |many: f64| match count(many) {
        one if one == "1" => "1\u{a0}claim".to_owned(),
        more => format!("{more}\u{a0}claims"),
    };
    let when = crest(&course.arms[place]).map_or_else(String::new, |crest| {
        let at = (course.first + crest) as f64 * course.step;
        format!(", most at {}", time_of_day(&c.setup.start, at))
    });
    let most = format!("{} has {} of a burst refused{when}", name(&worst.name), claims(total(c, worst)));
    if c.arms.len() > 1 && c.arms.iter().all(|arm| arm.refused.total() == worst.refused.total()) {
        return format!("Each discipline has {} of a burst refused", claims(total(c, worst)));
    }
    let least = arms().min_by(by_total).map(|(_, arm)| arm).filter(|arm| arm.name != worst.name);
    match least {
        None => most,
        Some(arm) if arm.refused.total() == 0 => format!("{most}; {} none", name(&arm.name)),
        Some(arm) => format!("{most}; {} has {}", name(&arm.name), count(total(c, arm))),
    }
}
