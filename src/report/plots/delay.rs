//! How long tickets wait for their owner: the share of them that has one after so long, a curve for each discipline.

use super::super::figures::names;
use super::super::judgement::{UNASSIGNED, fastest};
use super::axis::length_ticks;
use super::canvas::{Anchor, Area, Drawing, Point, Text, width};
use super::frame::{foot, frame};
use super::hidden::hidden;
use super::labels::Labels;
use super::style::{GRID, INK, MUTED, SMALL};
use super::throughput::{cumulative, thinned};
use super::view::View;
use super::words::{duration, grouped, name, share};
use crate::keys::prose::BOUND;
use crate::metrics::catalog::Aggregate;
use crate::metrics::percent::Percent;
use crate::results::{Arm, Comparison, Gain};

/// The share of tickets that curves are told by.
const MOST: f64 = 0.95;
/// The measure that demands are about.
const DELAY: &str = "dispatch_delay";

/// One discipline's tickets, those of all replications together.
struct Curve {
    /// After so many seconds, the share of tickets that have what they waited for.
    points: Vec<Point>,
}

/// A demand on a percentile: so large a share within so many seconds.
#[derive(Clone, PartialEq)]
struct Demand {
    percent: Percent,
    within: f64,
    /// Of which disciplines.
    of: Vec<String>,
}

/// The chart; `None` where no ticket waits, or none gets what it waits for.
pub(super) fn compose(view: &View<'_>) -> Option<Drawing> {
    let curves: Vec<Curve> = view.arms.iter().map(Curve::of).collect();
    let waits = |arm: &Arm| arm.delays.counts().len() > 1;
    if !view.arms.iter().any(waits) {
        return None;
    }
    let longest = curves.iter().filter_map(|curve| curve.points.last()).map(|end| end.0).fold(0.0, f64::max);
    let demands = demands(view);
    // A demand far beyond the last ticket would squeeze the curves.
    let (near, far): (Vec<Demand>, Vec<Demand>) =
        demands.into_iter().partition(|demand| demand.within <= 2.0 * longest);
    let last = near.iter().map(|demand| 1.02 * demand.within).fold(longest, f64::max);

    let shown = match view.setup.replications {
        1 => "1 replication".to_owned(),
        number => format!("{} replications together", grouped(u64::from(number))),
    };
    let beyond = far.iter().map(|demand| demand.text(view)).collect::<Vec<_>>().join("; ");
    let beyond = (!far.is_empty()).then(|| format!("{beyond}: beyond the right edge"));
    let notes: Vec<String> = [view.colours(), beyond].into_iter().flatten().collect();
    let (mut drawing, area) = frame(view, finding(view, &curves), &shown, &notes);
    let gain = view.setup.gain();
    let heading = format!("Share of the tickets to be dispatched that {}", has(gain));
    drawing.text(Text::new(heading, (area.left, area.top + 8.0)).muted());

    let left = area.left + width(&share(1.0), SMALL, false) + 12.0;
    let plot = Area { left, top: area.top + 26.0, right: area.right - 30.0, bottom: area.bottom - 44.0 };
    // Labels stand on what is left above the highest line.
    let top = if view.arms.len() > 4 { 1.35 } else { 1.2 };
    let x = |seconds: f64| plot.left + seconds / last * plot.width();
    let y = |part: f64| plot.bottom - part / top * plot.height();
    for quarter in 0..=4 {
        let part = f64::from(quarter) / 4.0;
        let colour = if quarter == 0 { MUTED } else { GRID };
        drawing.line(vec![(plot.left, y(part)), (area.right, y(part))], colour, 1.0);
        let label = Text::new(share(part), (plot.left - 8.0, y(part)));
        drawing.text(label.muted().anchor(Anchor::End));
    }
    for (seconds, label) in length_ticks(last, 10) {
        drawing.line(vec![(x(seconds), plot.bottom), (x(seconds), plot.bottom + 6.0)], MUTED, 1.0);
        drawing.line(vec![(x(seconds), plot.top), (x(seconds), plot.bottom)], GRID, 1.0);
        drawing.text(Text::new(label, (x(seconds), plot.bottom + 18.0)).muted().anchor(Anchor::Middle));
    }
    let caption = Text::new(since(gain), (area.right, plot.bottom + 42.0));
    drawing.text(caption.muted().anchor(Anchor::End));

    let mut lines: Vec<Vec<Point>> = Vec::new();
    for demand in &near {
        let corner = (x(demand.within), y(demand.percent.share()));
        let line = vec![(plot.left, corner.1), corner, (corner.0, plot.bottom)];
        drawing.dashed(line.clone(), &[2.0, 3.0], INK, 1.5);
        lines.push(line);
    }
    let order: Vec<usize> = view.order().into_iter().filter(|&arm| !curves[arm].points.is_empty()).collect();
    let mut ends: Vec<(usize, Point)> = Vec::new();
    let mut drawn: Vec<(usize, Vec<Point>)> = Vec::new();
    for &arm in &order {
        let points: Vec<Point> = curves[arm].points.iter().map(|&(at, part)| (x(at), y(part))).collect();
        let line = thinned(&points);
        ends.extend(line.last().map(|&end| (arm, end)));
        view.line(&mut drawing, arm, line.clone());
        drawn.push((arm, line));
    }
    let covered = hidden(view, &drawn);
    lines.extend(drawn.into_iter().map(|(_, line)| line));
    for &(arm, point) in &ends {
        view.mark(&mut drawing, arm, point);
    }
    ends.sort_by(|(a, one), (b, other)| {
        view.is_lit(*b).cmp(&view.is_lit(*a)).then(other.0.total_cmp(&one.0))
    });
    let marks = ends.iter().map(|&(_, (x, y))| Area { left: x, top: y, right: x, bottom: y }.grown(8.0));
    let mut labels = Labels { plot, right: area.right, lines, taken: marks.collect() };
    for &(arm, point) in &ends {
        labels.arm(&mut drawing, view, arm, point, curves[arm].told());
    }
    for demand in &near {
        let label = Text::new(demand.text(view), (0.0, 0.0)).within(420.0);
        labels.place(
            &mut drawing,
            (x(demand.within), y(demand.percent.share())),
            label,
            Text::new("", (0.0, 0.0)),
            INK,
        );
    }
    let missing: Vec<&str> =
        view.arms.iter().filter(|arm| arm.delays.total() == 0).map(|arm| &*arm.name).collect();
    let missing = (!missing.is_empty()).then(|| format!("No ticket {}: {}", gain.verb(), names(missing)));
    let below: Vec<String> = missing.into_iter().chain(covered).collect();
    foot(&mut drawing, (area.left, plot.bottom + 42.0), plot.width() * 0.5, &below);
    Some(drawing)
}

impl Curve {
    /// Tickets that never get what they wait for keep it below the whole.
    fn of(arm: &Arm) -> Self {
        let never = arm.summary(UNASSIGNED).map_or(0.0, |tickets| tickets.total);
        let due = arm.delays.total() as f64 + never;
        Self { points: cumulative(&arm.delays, due.max(1.0)) }
    }

    /// The seconds after which this share of tickets is through; `None`: never.
    fn reaches(&self, part: f64) -> Option<f64> {
        self.points.iter().find(|point| point.1 >= part - 1e-9).map(|point| point.0)
    }

    /// `95 % in 4 min`, or how many are through in the end.
    fn told(&self) -> String {
        match (self.reaches(MOST), self.points.last()) {
            (Some(within), _) => format!("{} in {}", share(MOST), duration(within)),
            (None, Some(end)) => format!("{} in all", share(end.1)),
            (None, None) => String::new(),
        }
    }
}

impl Demand {
    /// `wanted: 95 % within 10 min`.
    fn text(&self, c: &Comparison) -> String {
        let whom = match self.of.as_slice() {
            all if all.len() == c.arms.len() => String::new(),
            [only] => format!(" of {}", name(only)),
            [first, others @ ..] => format!(" of {} and {} more", name(first), others.len()),
            [] => String::new(),
        };
        let Self { percent, within, .. } = self;
        format!("wanted{whom}: {percent}{BOUND}% within {}", duration(*within))
    }
}

/// What is demanded of percentiles of all tickets.
fn demands(c: &Comparison) -> Vec<Demand> {
    let mut demands: Vec<Demand> = Vec::new();
    for verdict in &c.verdicts {
        let number = verdict.threshold.number();
        let Aggregate::P(percent) = number.aggregate else { continue };
        // An upper limit is one that no wait at all keeps.
        let limits = verdict.threshold.is_met_by(Some(0.0));
        if number.measure.key != DELAY || number.segment.is_some() || !limits {
            continue;
        }
        let demand = Demand { percent, within: verdict.threshold.limit(), of: Vec::new() };
        let same = |known: &&mut Demand| (known.percent, known.within) == (demand.percent, demand.within);
        match demands.iter_mut().find(same) {
            Some(known) if known.of.contains(&verdict.discipline) => {}
            Some(known) => known.of.push(verdict.discipline.clone()),
            None => demands.push(Demand { of: vec![verdict.discipline.clone()], ..demand }),
        }
    }
    demands
}

/// What tickets have that need not wait any more.
fn has(gain: Gain) -> &'static str {
    match gain {
        Gain::Owner => "have an owner",
        Gain::Team => "are in their team's queue",
        Gain::Result => "have their result",
    }
}

/// What the horizontal axis counts from.
fn since(gain: Gain) -> &'static str {
    match gain {
        Gain::Owner | Gain::Team => {
            "time since arrival, or since the status that let the ticket be dispatched"
        }
        Gain::Result => "time since arrival",
    }
}

/// The finding: how long it takes until most tickets are through, where it takes longest and where least.
fn finding(c: &Comparison, curves: &[Curve]) -> String {
    let has = has(c.setup.gain());
    let all: Vec<(&Arm, &Curve)> = c.arms.iter().zip(curves).collect();
    let time = |curve: &Curve| curve.reaches(MOST).unwrap_or(f64::INFINITY);
    // Where neither gets so far, who gets further waits less.
    let end = |curve: &Curve| curve.points.last().map_or(0.0, |end| end.1);
    let by_time = |a: &&(&Arm, &Curve), b: &&(&Arm, &Curve)| {
        time(a.1).total_cmp(&time(b.1)).then(end(b.1).total_cmp(&end(a.1)))
    };
    let (Some(&least), Some(&most)) = (all.iter().min_by(by_time), all.iter().max_by(by_time)) else {
        return "Nothing is compared".to_owned();
    };
    let told = |(arm, curve): (&Arm, &Curve)| match curve.reaches(MOST) {
        Some(within) => format!("within {} under {}", duration(within), name(&arm.name)),
        None => format!("never under {}", name(&arm.name)),
    };
    let some = share(MOST);
    if all.len() == 1 {
        return match least.1.reaches(MOST) {
            Some(_) => format!("{some} of the tickets {has} {}", told(least)),
            None => format!(
                "Only {} of the tickets ever {has} under {}",
                share(end(least.1)),
                name(&least.0.name)
            ),
        };
    }
    match (least.1.reaches(MOST), most.1.reaches(MOST)) {
        (None, None) => format!("Under no discipline do {some} of the tickets ever {}", verb(c.setup.gain())),
        (Some(one), Some(other)) if duration(one) == duration(other) => {
            format!("{some} of the tickets {has} within {} under each discipline", duration(one))
        }
        _ => {
            // What is without a fault speaks for the short end, where it is not the long one.
            let best = fastest(c).first().and_then(|best| all.iter().find(|(arm, _)| arm.name == best.name));
            let short =
                best.copied().filter(|best| best.0.name != most.0.name && best.1.reaches(MOST).is_some());
            format!("{some} of the tickets {has} {}, {}", told(short.unwrap_or(least)), told(most))
        }
    }
}

/// The same with an infinitive.
fn verb(gain: Gain) -> &'static str {
    match gain {
        Gain::Owner => "have an owner",
        Gain::Team => "get into their team's queue",
        Gain::Result => "have their result",
    }
}
