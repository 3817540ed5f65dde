//! The collisions chart: what each discipline double-books, and how many of its claims are refused.

use super::super::judgement::{fastest, makespan};
use super::axis::round_ticks;
use super::canvas::{Anchor, Area, Drawing, Text, width};
use super::frame::frame;
use super::style::{GRID, INK, LABEL, Look, MUTED, PAPER, SMALL};
use super::view::View;
use super::words::{count, mean, name, replications, share, with_interval};
use crate::metrics::catalog::Unit;
use crate::metrics::statistics::Estimate;
use crate::results::{Arm, Comparison};

const DOUBLED: &str = "double_booked_tickets";
const REFUSED: &str = "conflict_rate";
/// Pixels that a row has at least.
const LEAST: f64 = 26.0;
/// Pixels that a row has at most.
const MOST: f64 = 96.0;

/// The chart; `None` where no slots are booked, or nothing was measured.
pub(super) fn compose(comparison: &View<'_>) -> Option<Drawing> {
    let arms = &comparison.arms;
    let measured = arms.iter().any(|arm| mean(arm, DOUBLED).is_some() || mean(arm, REFUSED).is_some());
    if !comparison.setup.books_slots || !measured {
        return None;
    }
    let shown = replications(comparison);
    let whiskers = arms.iter().any(|arm| {
        [DOUBLED, REFUSED].iter().any(|key| arm.summary(key).and_then(|it| it.mean).is_some_and(is_wide))
    });
    let confidence = format!(
        "whiskers, and what follows a mean: {} confidence interval",
        share(comparison.setup.confidence)
    );
    let notes: Vec<String> = comparison.colours().into_iter().chain(whiskers.then_some(confidence)).collect();
    let (mut drawing, area) = frame(comparison, finding(comparison), &shown, &notes);

    let names: f64 = arms.iter().map(|arm| width(&arm.name, LABEL, true)).fold(0.0, f64::max);
    let names = names.min(230.0) + 38.0;
    let left = area.left + names;
    let gap = 48.0;
    let half = (area.right - left - gap) / 2.0;
    let body = Area { top: area.top + 40.0, bottom: area.bottom - 34.0, ..area };
    let row = (body.height() / arms.len() as f64).clamp(LEAST, MOST);
    let body = Area { bottom: body.top + row * arms.len() as f64, ..body };
    drawing.end_at(body.bottom + 26.0);
    let looks = &comparison.looks;
    for (index, (arm, look)) in arms.iter().zip(looks).enumerate() {
        let middle = body.top + (index as f64 + 0.5) * row;
        drawing.marker(look.marker, (area.left + 9.0, middle), 7.0, look.colour);
        let label = Text::new(arm.name.clone(), (area.left + 26.0, middle)).size(LABEL).bold();
        drawing.text(label.within(names - 38.0));
    }
    let first = Panel {
        heading: "Tickets in a double booking, per burst",
        key: DOUBLED,
        tick: count,
        unit: Unit::Count,
        most: f64::INFINITY,
        absent: "not measured",
    };
    let second = Panel {
        heading: "Share of a burst's claims refused",
        key: REFUSED,
        tick: share,
        unit: Unit::Share,
        most: 1.0,
        absent: "no claims made",
    };
    first.draw(&mut drawing, arms, looks, Area { left, right: left + half, ..body });
    second.draw(&mut drawing, arms, looks, Area { left: left + half + gap, right: area.right, ..body });
    Some(drawing)
}

/// Whether there is an interval that can be seen.
fn is_wide(estimate: Estimate) -> bool {
    estimate.width().is_some_and(|width| width > 0.0)
}

/// The interval's lower end, or the mean itself; nothing that is measured here is negative.
fn lower(estimate: Estimate) -> f64 {
    estimate.lower().unwrap_or(estimate.mean).max(0.0)
}

/// One measure of every arm, as bars from zero.
struct Panel {
    heading: &'static str,
    key: &'static str,
    tick: fn(f64) -> String,
    unit: Unit,
    /// No value can be larger.
    most: f64,
    /// Said in place of a bar.
    absent: &'static str,
}

impl Panel {
    fn draw(&self, drawing: &mut Drawing, arms: &[Arm], looks: &[Look], area: Area) {
        let heading = Text::new(self.heading, (area.left, area.top - 26.0)).size(LABEL).bold();
        drawing.text(heading.within(area.width()));
        let estimates: Vec<Option<Estimate>> =
            arms.iter().map(|arm| arm.summary(self.key).and_then(|summary| summary.mean)).collect();
        let ends = estimates.iter().flatten().map(|estimate| self.upper(*estimate));
        let largest = ends.fold(0.0, f64::max);
        let ticks = round_ticks(if largest > 0.0 { largest } else { self.most.min(10.0) }, 4);
        let end = ticks.last().copied().unwrap_or(1.0);
        // Labels stand to the right of the bars, inside the panel.
        let label = |estimate: &Estimate| with_interval(self.unit, estimate);
        let room = estimates.iter().flatten().map(|estimate| {
            let (value, interval) = label(estimate);
            width(&value, LABEL, true) + 9.0 + width(&interval, SMALL, false)
        });
        let scale = area.width() - room.fold(0.0, f64::max) - 26.0;
        let x = |value: f64| area.left + value / end * scale;
        for tick in ticks {
            let colour = if tick == 0.0 { MUTED } else { GRID };
            drawing.line(vec![(x(tick), area.top - 6.0), (x(tick), area.bottom)], colour, 1.0);
            let label = Text::new((self.tick)(tick), (x(tick), area.bottom + 16.0));
            drawing.text(label.muted().anchor(Anchor::Middle));
        }
        let row = area.height() / arms.len() as f64;
        for (index, (estimate, look)) in estimates.iter().zip(looks).enumerate() {
            let middle = area.top + (index as f64 + 0.5) * row;
            let Some(estimate) = estimate else {
                let text = Text::new(self.absent, (area.left + 12.0, middle)).muted();
                drawing.fill(text.area().grown(2.0).corners(), PAPER);
                drawing.text(text);
                continue;
            };
            let thick = (row * 0.52).min(64.0);
            let bar = Area {
                left: area.left,
                top: middle - thick / 2.0,
                right: x(estimate.mean.min(self.most)),
                bottom: middle + thick / 2.0,
            };
            if bar.width() > 0.0 {
                drawing.fill(bar.corners(), look.colour);
            }
            if is_wide(*estimate) {
                let (from, to) = (x(lower(*estimate)), x(self.upper(*estimate)));
                let tall = thick * 0.22;
                for (colour, line) in [(PAPER, 4.0), (INK, 2.0)] {
                    drawing.line(vec![(from, middle), (to, middle)], colour, line);
                    for end in [from, to] {
                        drawing.line(vec![(end, middle - tall), (end, middle + tall)], colour, line);
                    }
                }
            }
            let (value, interval) = label(estimate);
            let at = x(self.upper(*estimate)).max(bar.right) + 10.0;
            let value = Text::new(value, (at, middle)).size(LABEL).bold();
            let after = value.area().right + 9.0;
            drawing.text(value);
            if !interval.is_empty() {
                drawing.text(Text::new(interval, (after, middle)).muted());
            }
        }
    }

    fn upper(&self, estimate: Estimate) -> f64 {
        estimate.upper().unwrap_or(estimate.mean).min(self.most)
    }
}

/// The share of bursts with a double booking, where there are several bursts.
fn hit(arm: &Arm) -> Option<f64> {
    let summary = arm.summary(DOUBLED)?;
    (summary.n > 1).then(|| f64::from(summary.above_zero) / f64::from(summary.n))
}

/// The finding: who double-books, who does not, and what that costs in refused claims.
fn finding(comparison: &Comparison) -> String {
    let arms = &comparison.arms;
    let replications = f64::from(comparison.setup.replications.max(1));
    let burst = count(comparison.arrivals.total() as f64 / replications);
    let of = |key: &str| -> Vec<(&Arm, f64)> {
        arms.iter().filter_map(|arm| Some((arm, mean(arm, key)?))).collect()
    };
    let by_value = |a: &(&Arm, f64), b: &(&Arm, f64)| a.1.total_cmp(&b.1);
    let doubled = of(DOUBLED);
    let refused = of(REFUSED);
    // What protection costs is told of the fastest that needs nothing else to be said; among equals of the one that pays least.
    let rate = |arm: &Arm| mean(arm, REFUSED).unwrap_or(0.0);
    let best = fastest(comparison).into_iter().min_by(|a, b| rate(a).total_cmp(&rate(b)));
    match doubled.iter().copied().max_by(by_value) {
        Some((worst, tickets)) if tickets > 0.0 => {
            let none = doubled.iter().find(|(_, tickets)| *tickets == 0.0).map(|(arm, _)| *arm);
            let least = doubled.iter().copied().min_by(by_value).filter(|(arm, _)| arm.name != worst.name);
            let contrast = match (best, none, least) {
                (Some(arm), ..) if rate(arm) > 0.0 => {
                    format!("; {} none, at the price of {} refused claims", name(&arm.name), share(rate(arm)))
                }
                (Some(arm), ..) | (None, Some(arm), _) => format!("; {} none", name(&arm.name)),
                (None, None, Some((arm, _))) => format!("; {} the fewest", name(&arm.name)),
                (None, None, None) => String::new(),
            };
            let who = name(&worst.name);
            match hit(worst).filter(|_| tickets < 1.0) {
                Some(bursts) => {
                    format!("{who} double-books tickets in {} of bursts{contrast}", share(bursts))
                }
                None => format!("{who} double-books {} of {burst}\u{a0}tickets{contrast}", count(tickets)),
            }
        }
        other => {
            // Of other bursts nothing is known.
            let seen = match comparison.setup.replications {
                0 | 1 => String::new(),
                number => format!(" in {} bursts", count(f64::from(number))),
            };
            let subject = match (other, arms.len()) {
                _ if arms.iter().all(|arm| makespan(arm).is_none()) => {
                    "No ticket gets an owner, so none is double-booked".to_owned()
                }
                (None, _) => "Double bookings were not measured".to_owned(),
                (_, 1) => format!("{} double-books no ticket{seen}", name(&arms[0].name)),
                _ => format!("No discipline double-books a ticket{seen}"),
            };
            match refused.iter().copied().max_by(by_value) {
                Some((arm, rate)) if rate > 0.0 => {
                    let who = if arms.len() == 1 { "it".to_owned() } else { name(&arm.name) };
                    format!("{subject}; {who} has {} of its claims refused", share(rate))
                }
                Some(_) => format!("{subject}, and no claim is refused"),
                None => subject,
            }
        }
    }
}
