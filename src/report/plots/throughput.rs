//! The throughput chart: how the queue empties against the clock, a line for each discipline.

use super::super::amounts::{self, is_rare};
use super::super::figures::{list, names};
use super::super::judgement::{
    DOUBLE_BOOKED, OVER_CAP, UNASSIGNED, baseline, fastest, is_faultless, makespan, mean, serves_all, some_of,
};
use super::axis::{clock_ticks, round_ticks};
use super::canvas::{Anchor, Area, Drawing, Point, Text, width};
use super::frame::{foot, frame};
use super::hidden::hidden;
use super::labels::Labels;
use super::style::{GRID, MUTED, SMALL};
use super::view::View;
use super::words::{count, duration, name, replications, tickets};
use crate::metrics::timeline::Timeline;
use crate::results::{Arm, Comparison, Gain};

/// The chart; `None` where no ticket arrived or was dispatched.
pub(super) fn compose(comparison: &View<'_>) -> Option<Drawing> {
    let replications_made = f64::from(comparison.setup.replications.max(1));
    let curves: Vec<Vec<Point>> =
        comparison.arms.iter().map(|arm| cumulative(&arm.dispatched, replications_made)).collect();
    let arrivals = cumulative(&comparison.arrivals, replications_made);
    let all = || curves.iter().chain([&arrivals]).filter_map(|curve| curve.last());
    let last = all().map(|end| end.0).fold(0.0, f64::max);
    let most = all().map(|end| end.1).fold(0.0, f64::max);
    // A queue that is never there needs no picture.
    let instant = |arm: &Arm| makespan(arm).is_some_and(|time| time.mean == 0.0);
    if most <= 0.0 || comparison.arms.iter().all(instant) && !comparison.arms.is_empty() {
        return None;
    }

    let shown = replications(comparison);
    let notes: Vec<String> =
        [comparison.colours(), means(comparison), shortfall(comparison)].into_iter().flatten().collect();
    let what = comparison.setup.gain();
    let (mut drawing, area) = frame(comparison, finding(comparison), &shown, &notes);
    let heading = format!("Tickets with {} {}", if what == Gain::Owner { "an" } else { "a" }, what.noun());
    drawing.text(Text::new(heading, (area.left, area.top + 8.0)).muted());

    // Head room above the highest line is where labels of lines that end early find a place.
    let mut ticks = round_ticks(most, 6);
    ticks.retain(|tick| tick.fract() == 0.0 || most < 1.0);
    let top = (most * if comparison.arms.len() > 4 { 1.3 } else { 1.16 }).max(*ticks.last().unwrap_or(&most));
    let digits = ticks.iter().map(|&tick| width(&count(tick), SMALL, false)).fold(0.0, f64::max);
    let left = area.left + (digits + 12.0).max(44.0);
    let plot = Area { left, top: area.top + 26.0, right: area.right - 30.0, bottom: area.bottom - 44.0 };
    let x = |seconds: f64| plot.left + seconds / last * plot.width();
    let y = |tickets: f64| plot.bottom - tickets / top * plot.height();
    for tick in ticks {
        let colour = if tick == 0.0 { MUTED } else { GRID };
        drawing.line(vec![(plot.left, y(tick)), (area.right, y(tick))], colour, 1.0);
        let label = Text::new(count(tick), (plot.left - 8.0, y(tick)));
        drawing.text(label.muted().anchor(Anchor::End));
    }
    let start = &comparison.setup.start;
    for (seconds, label) in clock_ticks(start, 0.0, last, 12) {
        drawing.line(vec![(x(seconds), plot.bottom), (x(seconds), plot.bottom + 6.0)], MUTED, 1.0);
        drawing.line(vec![(x(seconds), plot.top), (x(seconds), plot.bottom)], GRID, 1.0);
        drawing.text(Text::new(label, (x(seconds), plot.bottom + 18.0)).muted().anchor(Anchor::Middle));
    }
    let zone = start.time_zone().iana_name().unwrap_or("local time");
    let caption = Text::new(format!("clock time ({zone})"), (area.right, plot.bottom + 42.0));
    drawing.text(caption.muted().anchor(Anchor::End));

    let place =
        |curve: &[Point]| thinned(&curve.iter().map(|&(at, sum)| (x(at), y(sum))).collect::<Vec<_>>());
    let mut lines: Vec<Vec<Point>> = Vec::new();
    if !arrivals.is_empty() {
        let line = place(&arrivals);
        drawing.dashed(line.clone(), &[3.0, 4.0], MUTED, 2.0);
        lines.push(line);
    }
    let mut drawn: Vec<(usize, Vec<Point>)> = Vec::new();
    let order = || comparison.order().into_iter().filter(|&arm| !curves[arm].is_empty());
    for arm in order() {
        let line = place(&curves[arm]);
        comparison.line(&mut drawing, arm, line.clone());
        drawn.push((arm, line));
    }
    let covered = hidden(comparison, &drawn);
    lines.extend(drawn.into_iter().map(|(_, line)| line));

    // A curve is done where it ends, which is when the slowest replication is through.
    let end = |arm: usize| curves[arm].last().map_or((0.0, 0.0), |&(at, sum)| (x(at), y(sum)));
    let mut ends: Vec<(usize, Point)> = order().map(|arm| (arm, end(arm))).collect();
    for &(arm, point) in &ends {
        comparison.mark(&mut drawing, arm, point);
    }
    // From right to left: room is to the right of a line's end, and the last end has least. Those in colour choose first.
    ends.sort_by(|(a, one), (b, other)| {
        comparison.is_lit(*b).cmp(&comparison.is_lit(*a)).then(other.0.total_cmp(&one.0))
    });
    let marks = ends.iter().map(|&(_, (x, y))| Area { left: x, top: y, right: x, bottom: y }.grown(8.0));
    let mut labels = Labels { plot, right: area.right, lines, taken: marks.collect() };
    for &(arm, point) in &ends {
        let made = makespan(&comparison.arms[arm]).map_or_else(String::new, |time| duration(time.mean));
        labels.arm(&mut drawing, comparison, arm, point, made);
    }
    if let Some(&end) = arrivals.last() {
        let label = Text::new("arrivals", (0.0, 0.0)).size(SMALL).muted();
        labels.place(&mut drawing, (x(end.0), y(end.1)), label, Text::new("", (0.0, 0.0)), MUTED);
    }
    let missing: Vec<&str> = (comparison.arms.iter().zip(&curves))
        .filter(|(_, curve)| curve.is_empty())
        .map(|(arm, _)| &*arm.name)
        .collect();
    let missing = (!missing.is_empty()).then(|| format!("No ticket dispatched: {}", names(missing)));
    let below: Vec<String> = missing.into_iter().chain(covered).collect();
    foot(&mut drawing, (area.left, plot.bottom + 42.0), plot.width() * 0.7, &below);
    Some(drawing)
}

/// Seconds since the start, and the mean number of events until then.
pub(super) fn cumulative(timeline: &Timeline, replications: f64) -> Vec<Point> {
    timeline.running().map(|(at, sum)| (at, sum as f64 / replications)).collect()
}

/// The line without points that nobody could tell apart, nor those inside a horizontal stretch.
pub(super) fn thinned(points: &[Point]) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for (index, &point) in points.iter().enumerate() {
        let near = kept
            .last()
            .is_some_and(|last: &Point| (point.0 - last.0).abs() < 1.0 && (point.1 - last.1).abs() < 1.0);
        let flat = index > 0
            && points[index - 1].1 == point.1
            && points.get(index + 1).is_some_and(|next| next.1 == point.1);
        if index == 0 || index + 1 == points.len() || !(near || flat) {
            kept.push(point);
        }
    }
    kept
}

/// What the times beside the names are, where the curves do not say it.
fn means(c: &Comparison) -> Option<String> {
    let several = c.setup.replications > 1 && c.arms.iter().any(|arm| makespan(arm).is_some());
    let what = c.setup.gain().noun();
    several.then(|| {
        format!("each time is the mean of first arrival to last {what}; each curve ends with its slowest replication")
    })
}

/// Why curves end below the number of tickets: what became of the others.
fn shortfall(c: &Comparison) -> Option<String> {
    let left = format!("left without {}", c.setup.gain().lacked());
    let fates = [
        ("skipped", "left to people by the trigger"),
        ("merged", "merged with another"),
        (UNASSIGNED, &*left),
    ];
    let parts: Vec<String> = fates
        .into_iter()
        .filter_map(|(key, fate)| {
            let some: Vec<&Arm> = c.arms.iter().filter(|arm| some_of(arm, key)).collect();
            let under = if some.len() == c.arms.len() {
                String::new()
            } else {
                format!(" under {}", names(some.iter().map(|arm| &*arm.name)))
            };
            (!some.is_empty()).then(|| format!("{} {fate}{under}", amounts::of_a_burst(&some, key)))
        })
        .collect();
    let arrived = c.arrivals.total() as f64 / f64::from(c.setup.replications.max(1));
    (!parts.is_empty()).then(|| format!("of {}: {}", tickets(arrived), parts.join("; ")))
}

/// The finding: how much sooner the queue is done under the fastest discipline without a fault.
fn finding(c: &Comparison) -> String {
    if c.arms.iter().all(|arm| makespan(arm).is_none()) {
        return format!("No ticket {}", c.setup.gain().verb());
    }
    let best = fastest(c);
    let time = |arm: &Arm| makespan(arm).map_or_else(String::new, |time| duration(time.mean));
    let Some(&first) = best.first() else {
        return match c.arms.as_slice() {
            [only] => format!("{} {}", name(&only.name), faults(c, only)),
            _ => "No discipline is without a fault, so none is called the fastest".to_owned(),
        };
    };
    if let [only] = c.arms.as_slice() {
        return format!("{} clears the queue in {}", name(&only.name), time(only));
    }
    // Where two times read the same, there is no difference to speak of.
    let last = best.iter().rev().find(|arm| time(arm) != time(first));
    let span = last.map_or_else(|| time(first), |last| format!("{} to {}", time(first), time(last)));
    if best.len() == c.arms.len() {
        return match last {
            None => format!("All disciplines clear the queue in about {span}"),
            Some(_) => format!("No discipline is clearly the fastest: {span}"),
        };
    }
    let called = name(&first.name);
    let cleared = match best.as_slice() {
        [_] => format!("{called} clears the queue in {span}"),
        [_, second] => format!("{called} and {} clear the queue in {span}", name(&second.name)),
        _ => format!("{called} and {} others clear the queue in {span}", best.len() - 1),
    };
    // What is faster and has a fault is not praised; that it is there must be said.
    let faster =
        |arm: &Arm| makespan(arm).zip(makespan(first)).is_some_and(|(its, least)| its.mean < least.mean);
    let but = |arm: &Arm| format!("{cleared}; {}, in {}, {}", name(&arm.name), time(arm), faults(c, arm));
    let tempting = c.arms.iter().find(|arm| !is_faultless(arm) && faster(arm));
    let is_base = |arm: &Arm| baseline(c).is_some_and(|base| base.name == arm.name);
    match (baseline(c).filter(|base| serves_all(base)), best.as_slice()) {
        (Some(base), [_]) if is_base(first) => match tempting {
            Some(arm) => but(arm),
            None => format!("Nothing clears the queue sooner than {}: {span}", name(&base.name)),
        },
        (Some(base), [_, second, ..]) if best.iter().any(|arm| is_base(arm)) => {
            let rival = if is_base(first) { second } else { base };
            match time(rival) {
                same if same == time(first) => {
                    let (one, other) = if is_base(first) { (rival, first) } else { (first, rival) };
                    format!("{} is about as fast as {}: {same}", name(&one.name), name(&other.name))
                }
                longer => format!(
                    "{called} is not clearly faster than {}: {} and {longer}",
                    name(&rival.name),
                    time(first)
                ),
            }
        }
        (Some(base), _) if time(base) == span => {
            format!("{called} is about as fast as {}: {span}", name(&base.name))
        }
        (Some(base), _) if is_faultless(base) => format!("{cleared} instead of {}", time(base)),
        (Some(base), _) if !faster(base) => {
            format!("{cleared} instead of {}; {} {}", time(base), name(&base.name), faults(c, base))
        }
        (Some(base), _) => but(base),
        (None, _) => tempting.map_or_else(|| cleared.clone(), but),
    }
}

/// What an arm fails at: `double-books 11 tickets and leaves 2 tickets without an owner`.
fn faults(c: &Comparison, arm: &Arm) -> String {
    let some = |key: &str| {
        let many = mean(arm, key).filter(|many| many.mean > 0.0)?;
        Some(if is_rare(&[arm], key) { amounts::tickets(&[arm], key) } else { tickets(many.mean) })
    };
    let mut faults = Vec::new();
    faults.extend(some(DOUBLE_BOOKED).map(|some| format!("double-books {some}")));
    faults.extend(some(UNASSIGNED).map(|some| format!("leaves {some} without {}", c.setup.gain().lacked())));
    faults.extend(some(OVER_CAP).map(|some| format!("assigns {some} above the cap")));
    list(&faults.iter().map(String::as_str).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SimTime;

    #[test]
    fn the_curve_is_the_running_mean_over_replications() {
        let mut timeline = Timeline::default();
        for second in [1, 1, 3, 3] {
            timeline.add(SimTime::from_micros(second * 1_000_000));
        }
        let curve = cumulative(&timeline, 2.0);
        assert_eq!(curve, [(0.0, 0.0), (1.0, 0.0), (2.0, 1.0), (3.0, 1.0), (4.0, 2.0)]);
    }

    #[test]
    fn thinning_keeps_both_ends_and_every_corner() {
        let line = vec![(0.0, 0.0), (5.0, 0.0), (9.0, 0.0), (9.5, 8.0), (20.0, 8.0)];
        assert_eq!(thinned(&line), [(0.0, 0.0), (9.0, 0.0), (9.5, 8.0), (20.0, 8.0)]);
    }
}
