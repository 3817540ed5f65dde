//! Cost against delay: every discipline at every point, and those of which nothing is both cheaper and faster.

use super::super::super::figures::quantity;
use super::super::super::judgement::FAULTS;
use super::super::super::sweep::{label, short_keys, told};
use super::super::canvas::{Anchor, Area, Drawing, Point as Place, Text};
use super::super::frame::framed;
use super::super::labels::Labels;
use super::super::style::{INK, MUTED, PAPER, SMALL, coloured, looks_of};
use super::super::words::{name, sentence};
use super::scale::{Up, ticks};
use crate::keys::wording::counted;
use crate::metrics::catalog::{self, Number, Unit};
use crate::results::sweep::{Point, Sweep};

/// What a burst costs: with all its parts where they are measured, or else the AI's price.
const COSTS: [&str; 2] = ["total_cost", "cost"];
/// The delay where none is told.
const DELAY: &str = "dispatch_delay.p95";
/// So many points of the front are named.
const NAMED: usize = 12;
/// The width of the column in which they are.
const COLUMN: f64 = 330.0;

/// A discipline at a point.
struct Choice<'a> {
    point: &'a Point,
    arm: usize,
    cost: f64,
    delay: f64,
    has_fault: bool,
}

/// The chart; `None` where nothing costs anything, or all cost the same.
pub(super) fn compose(s: &Sweep) -> Option<Drawing> {
    let delay =
        told(s).into_iter().find(is_delay).or_else(|| catalog::all().find(|number| number.key() == DELAY))?;
    let costs = COSTS.iter().filter_map(|key| catalog::all().find(|number| number.key() == *key));
    let (cost, choices) = costs
        .map(|cost| {
            let choices = choices(s, &cost, &delay);
            (cost, choices)
        })
        .find(|(_, choices)| differ(choices))?;
    let sound: Vec<&Choice<'_>> = choices.iter().filter(|choice| !choice.has_fault).collect();
    let front = front(&sound);
    let names = short_keys(s);
    let called = |choice: &Choice<'_>| {
        let values: Vec<String> =
            names.iter().zip(&choice.point.values).map(|(key, value)| super::set(key, value)).collect();
        let at = values.join(", ");
        if s.arms.len() == 1 { at } else { format!("{} at {at}", name(&s.arms[choice.arm])) }
    };
    let mut notes =
        vec!["by means; nothing without a fault is both cheaper and faster than what is numbered".to_owned()];
    let all = s.points.len() * s.arms.len();
    if choices.len() < all {
        notes.push(format!(
            "not shown: {} without such a delay",
            counted((all - choices.len()) as u64, "choice")
        ));
    }
    if choices.iter().any(|choice| choice.has_fault) {
        notes.push(
            "rings: tickets are double-booked or left without an owner, or a cap is not kept".to_owned(),
        );
    }
    let told = |choice: &Choice<'_>| {
        format!(
            "{} for {}",
            super::amount(delay.measure.unit, choice.delay),
            super::amount(cost.measure.unit, choice.cost)
        )
    };
    let title = finding(&front, choices.len(), called, told);
    notes.extend(coloured(s.arms.len()));
    let (mut drawing, area) = framed(&s.setup, title, &super::shown(s), &notes);
    let heading = Text::new(sentence(&label(s, &delay)), (area.left, area.top + 8.0)).muted();
    drawing.text(heading.within(area.width()));
    let room = Area { top: area.top + 34.0, bottom: area.bottom - 48.0, right: area.right - COLUMN, ..area };
    let most = |of: fn(&Choice<'_>) -> f64| choices.iter().map(of).fold(0.0, f64::max);
    let up = Up::new(delay.measure.unit, (0.0, most(|choice| choice.delay)), room);
    up.draw(&mut drawing);
    let ticks = ticks(cost.measure.unit, most(|choice| choice.cost));
    let end = ticks.last().copied().unwrap_or(1.0);
    let plot = Area { left: up.plot.left + 14.0, ..up.plot };
    let at =
        |choice: &Choice<'_>| -> Place { (plot.left + choice.cost / end * plot.width(), up.y(choice.delay)) };
    for tick in ticks {
        let x = plot.left + tick / end * plot.width();
        drawing.line(vec![(x, plot.bottom), (x, plot.bottom + 6.0)], MUTED, 1.0);
        let label = Text::new(quantity(cost.measure.unit, tick), (x, plot.bottom + 18.0)).muted();
        drawing.text(label.anchor(Anchor::Middle));
    }
    let axis = Text::new(sentence(&label(s, &cost)), (plot.right, plot.bottom + 42.0)).muted();
    drawing.text(axis.anchor(Anchor::End).within(plot.width() * 0.4));

    let mut steps: Vec<Place> = Vec::new();
    for choice in &front {
        let place = at(choice);
        steps.extend(steps.last().map(|last| (place.0, last.1)));
        steps.push(place);
    }
    drawing.line(steps.clone(), MUTED, 1.5);
    let looks = looks_of(&s.arms.iter().map(String::as_str).collect::<Vec<_>>());
    for choice in &choices {
        let look = looks[choice.arm];
        drawing.marker(look.marker, at(choice), 6.0, look.colour);
        if choice.has_fault {
            drawing.disc(at(choice), 3.0, PAPER);
        }
    }
    super::key(&mut drawing, s, &looks, (area.left, plot.bottom + 42.0), plot.width() * 0.55);
    let taken = choices
        .iter()
        .map(at)
        .map(|(x, y)| Area { left: x, top: y, right: x, bottom: y }.grown(7.0))
        .collect();
    let mut labels = Labels { plot: up.plot, right: plot.right, lines: vec![steps], taken };
    let (left, mut y) = (plot.right + 30.0, plot.top);
    for (place, choice) in front.iter().take(NAMED).enumerate() {
        let number = Text::new((place + 1).to_string(), (0.0, 0.0)).size(SMALL).bold();
        labels.place(&mut drawing, at(choice), number.clone(), Text::new("", (0.0, 0.0)), INK);
        drawing.text(Text { at: (left, y), ..number });
        let (line, under) =
            (Text::new(called(choice), (left + 24.0, y)), Text::new(told(choice), (left + 24.0, y + 18.0)));
        drawing.text(line.within(area.right - left - 24.0));
        drawing.text(under.muted().within(area.right - left - 24.0));
        y += 42.0;
    }
    if front.len() > NAMED {
        drawing.text(Text::new(format!("and {} more", front.len() - NAMED), (left, y)).muted());
    }
    Some(drawing)
}

/// Whether a number is a delay.
fn is_delay(number: &Number) -> bool {
    matches!(number.measure.unit, Unit::Seconds | Unit::Minutes)
}

/// Whether something costs something, and not all the same.
fn differ(choices: &[Choice<'_>]) -> bool {
    choices.iter().any(|choice| choice.cost.to_bits() != choices[0].cost.to_bits())
}

/// Every discipline at every point that measured both.
fn choices<'s>(s: &'s Sweep, cost: &Number, delay: &Number) -> Vec<Choice<'s>> {
    let (cost, delay) = (cost.key(), delay.key());
    let choice = |(point, arm): (_, usize)| {
        let point: &'s Point = point;
        let mean = |key: &str| {
            point.arms[arm].numbers.get(key).and_then(|summary| summary.mean).map(|mean| mean.mean)
        };
        let has_fault = FAULTS.iter().any(|key| mean(key).is_some_and(|mean| mean > 0.0));
        let finite = |key: &str| mean(key).filter(|mean| mean.is_finite());
        Some(Choice { point, arm, cost: finite(&cost)?, delay: finite(&delay)?, has_fault })
    };
    s.points
        .iter()
        .flat_map(|point| (0..s.arms.len()).map(move |arm| (point, arm)))
        .filter_map(choice)
        .collect()
}

/// Those of which no other is cheaper without being slower, or faster without being dearer: the cheapest first.
fn front<'a, 's>(choices: &[&'a Choice<'s>]) -> Vec<&'a Choice<'s>> {
    let mut sorted = choices.to_vec();
    sorted.sort_by(|one, other| one.cost.total_cmp(&other.cost).then(one.delay.total_cmp(&other.delay)));
    let mut front: Vec<&Choice<'_>> = Vec::new();
    for choice in sorted {
        if front.last().is_none_or(|last| choice.delay < last.delay) {
            front.push(choice);
        }
    }
    front
}

/// The finding: what the front leads from and to.
fn finding(
    front: &[&Choice<'_>],
    all: usize,
    called: impl Fn(&Choice<'_>) -> String,
    told: impl Fn(&Choice<'_>) -> String,
) -> String {
    let all = counted(all as u64, "choice");
    match front {
        [] => format!("None of {all} is without a fault"),
        [only] => {
            format!("Nothing without a fault is cheaper or faster than {}: {}", called(only), told(only))
        }
        [first, .., last] => format!(
            "{} of {all} are on the front, from {} ({}) to {} ({})",
            front.len(),
            called(first),
            told(first),
            called(last),
            told(last)
        ),
    }
}
