//! The chart of dispatches under way against the clock, a line for each discipline: what runs side by side, and what waits.

use std::io;

use super::super::flights::Flights;
use super::axis::{clock_ticks, round_ticks};
use super::canvas::{Anchor, Area, Drawing, Point, Text, width};
use super::frame::{foot, frame};
use super::hidden::hidden;
use super::labels::Labels;
use super::style::{GRID, MUTED, SMALL};
use super::view::View;
use super::words::{grouped, name};
use crate::domain::SimTime;
use crate::results::{Arm, Comparison, Recorded};

/// How many dispatches are under way from each second on at which that changes.
type Steps = Vec<(f64, u32)>;

/// The chart of the first recorded replication; `None` where none is recorded, or no dispatch takes any time.
///
/// # Errors
/// When a recorded replication cannot be read.
pub(super) fn compose(comparison: &View<'_>) -> io::Result<Option<Drawing>> {
    let steps = |arm: &Arm| -> io::Result<Steps> {
        let Some(recorded) = arm.recorded.first() else { return Ok(Steps::new()) };
        Ok(course(recorded)?.into_iter().map(|(at, many)| (at.as_secs_f64(), many)).collect())
    };
    let all = comparison.arms.iter().map(steps).collect::<io::Result<Vec<Steps>>>()?;
    Ok(draw(comparison, &all))
}

/// How many dispatches are under way from each instant on at which that changes.
///
/// # Errors
/// When the records cannot be read.
fn course(recorded: &Recorded) -> io::Result<Vec<(SimTime, u32)>> {
    let mut flights = Flights::new(recorded.tickets.len());
    let mut course: Vec<(SimTime, u32)> = Vec::new();
    for record in &recorded.records {
        let record = record?;
        flights.follow(&record);
        let now = flights.under_way;
        match course.last_mut() {
            Some(last) if last.0 == record.at => last.1 = now,
            Some(last) if last.1 == now => {}
            None if now == 0 => {}
            _ => course.push((record.at, now)),
        }
    }
    // What begins and ends in the same instant leaves no trace.
    course.dedup_by_key(|step| step.1);
    if course.first().is_some_and(|step| step.1 == 0) {
        course.remove(0);
    }
    Ok(course)
}

fn draw(comparison: &View<'_>, all: &[Steps]) -> Option<Drawing> {
    let ends = || all.iter().flatten().map(|step| step.0);
    let (first, last) = (ends().fold(f64::INFINITY, f64::min), ends().fold(0.0, f64::max));
    if first >= last {
        return None;
    }
    let peaks: Vec<u32> = all.iter().map(peak).collect();
    let most = f64::from(peaks.iter().copied().max()?);
    let replications = grouped(u64::from(comparison.setup.replications));
    let shown = format!("replication 1 of {replications}");
    let notes: Vec<String> = comparison.colours().into_iter().collect();
    let (mut drawing, area) = frame(comparison, finding(comparison, &peaks), &shown, &notes);
    drawing.text(Text::new("Dispatches under way", (area.left, area.top + 8.0)).muted());

    let mut ticks = round_ticks(most, 6);
    ticks.retain(|tick| tick.fract() == 0.0);
    // Labels stand on what is left above the highest line.
    let top = 1.25 * most.max(*ticks.last().unwrap_or(&most));
    let digits = ticks.iter().map(|&tick| width(&grouped(tick as u64), SMALL, false)).fold(0.0, f64::max);
    let left = area.left + (digits + 12.0).max(44.0);
    let plot = Area { left, top: area.top + 26.0, right: area.right - 30.0, bottom: area.bottom - 44.0 };
    let x = |seconds: f64| plot.left + (seconds - first) / (last - first) * plot.width();
    let y = |many: f64| plot.bottom - many / top * plot.height();
    for tick in ticks {
        let colour = if tick == 0.0 { MUTED } else { GRID };
        drawing.line(vec![(plot.left, y(tick)), (area.right, y(tick))], colour, 1.0);
        let label = Text::new(grouped(tick as u64), (plot.left - 8.0, y(tick)));
        drawing.text(label.muted().anchor(Anchor::End));
    }
    let start = &comparison.setup.start;
    for (seconds, label) in clock_ticks(start, first, last, 12) {
        drawing.line(vec![(x(seconds), plot.bottom), (x(seconds), plot.bottom + 6.0)], MUTED, 1.0);
        drawing.line(vec![(x(seconds), plot.top), (x(seconds), plot.bottom)], GRID, 1.0);
        drawing.text(Text::new(label, (x(seconds), plot.bottom + 18.0)).muted().anchor(Anchor::Middle));
    }
    let zone = start.time_zone().iana_name().unwrap_or("local time");
    let caption = Text::new(format!("clock time ({zone})"), (area.right, plot.bottom + 42.0));
    drawing.text(caption.muted().anchor(Anchor::End));

    let order = || comparison.order().into_iter().filter(|&arm| !all[arm].is_empty());
    let lines: Vec<(usize, Vec<Point>)> = order().map(|arm| (arm, line(&all[arm], last, x, y))).collect();
    for (arm, line) in &lines {
        comparison.line(&mut drawing, *arm, line.clone());
    }
    let covered: Vec<String> = hidden(comparison, &lines).into_iter().collect();
    let lines = lines.into_iter().map(|(_, line)| line).collect();
    let top_of = |arm: usize| {
        let (at, many) = crest(&all[arm], last);
        (x(at), y(many))
    };
    let mut points: Vec<(usize, Point)> = order().map(|arm| (arm, top_of(arm))).collect();
    for &(arm, point) in &points {
        comparison.mark(&mut drawing, arm, point);
    }
    // From right to left: room is to the right of a point, and the last point has least. Those in colour choose first.
    points.sort_by(|(a, one), (b, other)| {
        comparison.is_lit(*b).cmp(&comparison.is_lit(*a)).then(other.0.total_cmp(&one.0))
    });
    let marks = points.iter().map(|&(_, (x, y))| Area { left: x, top: y, right: x, bottom: y }.grown(8.0));
    let mut labels = Labels { plot, right: area.right, lines, taken: marks.collect() };
    for &(arm, point) in &points {
        let value = format!("{} at most", grouped(u64::from(peaks[arm])));
        labels.arm(&mut drawing, comparison, arm, point, value);
    }
    foot(&mut drawing, (area.left, plot.bottom + 42.0), plot.width() * 0.7, &covered);
    Some(drawing)
}

fn peak(steps: &Steps) -> u32 {
    steps.iter().map(|step| step.1).max().unwrap_or_default()
}

/// The stretches of a course: from, to, and how many are under way. It ends with its last dispatch.
fn stretches(steps: &Steps, last: f64) -> impl Iterator<Item = (f64, f64, u32)> {
    let end = steps.last().map_or(last, |&(from, many)| if many == 0 { from } else { last });
    let ends = steps.iter().skip(1).map(|step| step.0).chain([end]);
    steps.iter().zip(ends).map(|(&(from, many), to)| (from, to, many))
}

/// A point on the line where it is highest; of several, the one that is next to the middle of the line.
fn crest(steps: &Steps, last: f64) -> (f64, f64) {
    let most = peak(steps);
    let middle = steps.first().zip(steps.last()).map_or(0.0, |(first, end)| f64::midpoint(first.0, end.0));
    let highest = stretches(steps, last).filter(|stretch| stretch.2 == most);
    let point = |(from, to, _)| if (from..=to).contains(&middle) { middle } else { f64::midpoint(from, to) };
    let next = highest.map(point).min_by(|a, b| (a - middle).abs().total_cmp(&(b - middle).abs()));
    (next.unwrap_or(middle), f64::from(most))
}

/// The line in pixels: stairs, of which those within one pixel are a single one as high as the highest of them.
fn line(steps: &Steps, last: f64, x: impl Fn(f64) -> f64, y: impl Fn(f64) -> f64) -> Vec<Point> {
    let mut stairs: Vec<(f64, u32)> = Vec::new();
    for within in steps.chunk_by(|a, b| x(a.0).floor() == x(b.0).floor()) {
        let (Some(first), Some(end)) = (within.first(), within.last()) else { continue };
        let most = within.iter().map(|step| step.1).max().unwrap_or_default();
        stairs.push((x(first.0), most));
        if end.1 != most {
            stairs.push((x(end.0).max(x(first.0) + 1.0), end.1));
        }
    }
    let mut line: Vec<Point> = Vec::new();
    let mut from = y(0.0);
    for (at, many) in stairs {
        let at = line.last().map_or(at, |point| point.0.max(at));
        line.extend([(at, from), (at, y(f64::from(many)))]);
        from = y(f64::from(many));
    }
    let end = stretches(steps, last).last().map_or(last, |stretch| stretch.1);
    if line.last().is_some_and(|point| point.0 < x(end)) {
        line.push((x(end), from));
    }
    line
}

/// The finding: which discipline has most dispatches under way at once, and which has fewest.
fn finding(c: &Comparison, peaks: &[u32]) -> String {
    let with = |wanted: u32| -> Vec<&Arm> {
        c.arms.iter().zip(peaks).filter(|&(_, &peak)| peak == wanted).map(|(arm, _)| arm).collect()
    };
    let called = |arms: &[&Arm]| match arms {
        [] => String::new(),
        [only] => name(&only.name),
        [one, other] => format!("{} and {}", name(&one.name), name(&other.name)),
        [first, others @ ..] => format!("{} and {} others", name(&first.name), others.len()),
    };
    let (most, least) = (peaks.iter().max().copied().unwrap_or_default(), peaks.iter().min().copied());
    let least = least.unwrap_or_default();
    let some = format!("{} {}", grouped(most.into()), if most == 1 { "dispatch" } else { "dispatches" });
    if most == least {
        return match c.arms.as_slice() {
            [only] => format!("{} has at most {some} under way at once", name(&only.name)),
            _ => format!("Each discipline has at most {some} under way at once"),
        };
    }
    let (top, low) = (with(most), with(least));
    let has = if top.len() == 1 { "has" } else { "have" };
    let rest = match least {
        0 => "none".to_owned(),
        few => format!("never more than {}", grouped(few.into())),
    };
    format!("{} {has} up to {some} under way at once, {} {rest}", called(&top), called(&low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_rises_and_falls_in_steps_and_has_its_label_where_it_is_highest() {
        let steps = vec![(10.0, 1), (20.0, 3), (40.0, 1), (100.0, 0)];
        assert_eq!(crest(&steps, 100.0), (30.0, 3.0));
        let same = |value: f64| value;
        assert_eq!(
            line(&steps, 100.0, same, same),
            [
                (10.0, 0.0),
                (10.0, 1.0),
                (20.0, 1.0),
                (20.0, 3.0),
                (40.0, 3.0),
                (40.0, 1.0),
                (100.0, 1.0),
                (100.0, 0.0)
            ]
        );
        // Who is still under way at the end is so to the edge of the picture.
        assert_eq!(line(&vec![(1.0, 2)], 9.0, same, same), [(1.0, 0.0), (1.0, 2.0), (9.0, 2.0)]);
        // Within a pixel, any number of steps is one, as high as the highest, and no line turns back.
        let dense: Steps = (0..1000).map(|step| (f64::from(step) / 500.0, 5 + step as u32 % 7)).collect();
        let drawn = line(&dense, 2.0, same, same);
        assert!(drawn.len() < 10 && drawn.iter().any(|point| point.1 == 11.0), "{drawn:?}");
        assert!(drawn.windows(2).all(|pair| pair[0].0 <= pair[1].0), "{drawn:?}");
    }
}
