//! The charts of a sweep: a number against a key, what concurrency gains, two keys at once, cost against delay.

mod concurrency;
mod course;
mod front;
mod heat;
pub(super) mod scale;
pub(super) mod slice;
#[cfg(test)]
mod tests;

use super::super::figures::quantity;
use super::super::judgement::{DOUBLE_BOOKED, UNASSIGNED};
use super::super::sweep::{short_keys, told};
use super::canvas::{Drawing, Point as Place, Text};
use super::style::Look;
use super::words::{bind, grouped, name};
use crate::domain::charts::file_name;
use crate::keys::wording::counted;
use crate::metrics::catalog::{self, Number, Unit};
use crate::results::sweep::{PointArm, Sweep};
use slice::{Slice, is_sampled, values};

/// A number is drawn against so many keys of a sample.
const SAMPLED: usize = 3;
/// The number that tells how often claims collide.
const CONFLICTS: &str = "conflict_rate";

/// The charts, each with its file's name, in the order in which reports place them.
pub(super) fn compose(s: &Sweep) -> Vec<(String, Drawing)> {
    let mut charts: Vec<(String, Drawing)> = Vec::new();
    let is_square = s.keys.len() == 2 && !is_sampled(s) && (0..2).all(|key| values(s, key).len() > 1);
    for number in charted(s) {
        let name = file_name(&number.key());
        if is_square {
            charts.extend(heat::compose(s, &number).map(|drawing| (name, drawing)));
        } else if is_sampled(s) && s.keys.len() > 1 {
            for (key, called) in short_keys(s).iter().enumerate().take(SAMPLED) {
                let drawing = Slice::of(s, key).and_then(|slice| course::compose(s, &slice, &number));
                charts.extend(drawing.map(|drawing| (format!("{name}-by-{}", file_name(called)), drawing)));
            }
        } else {
            let drawing = Slice::first(s).and_then(|slice| course::compose(s, &slice, &number));
            charts.extend(drawing.map(|drawing| (name, drawing)));
        }
    }
    let concurrency = (0..s.keys.len()).find_map(|key| concurrency::compose(s, &Slice::of(s, key)?));
    charts.extend(concurrency.map(|drawing| ("concurrency".to_owned(), drawing)));
    charts.extend(front::compose(s).map(|drawing| ("cost-delay".to_owned(), drawing)));
    charts.retain(|(name, _)| s.setup.charts.shows(name));
    // Two names may differ in nothing that a file's name can have.
    for place in 1..charts.len() {
        let is_taken =
            |name: &String| charts[..place].iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
        let name = &charts[place].0;
        let numbered = (2..).map(|number| format!("{name}-{number}"));
        let free = std::iter::once(name.clone()).chain(numbered).find(|name| !is_taken(name));
        charts[place].0 = free.unwrap_or_default();
    }
    charts
}

/// The numbers that have a chart: those that are told, and where the size of the burst is varied how often claims collide.
fn charted(s: &Sweep) -> Vec<Number> {
    let mut numbers = told(s);
    let varies_burst = s.keys.iter().any(|key| key == "burst.tickets");
    let is_there = numbers.iter().any(|number| number.key() == CONFLICTS);
    if varies_burst && s.setup.books_slots && !is_there {
        let conflicts = catalog::all().filter(|number| number.key() == CONFLICTS);
        let measured =
            |_: &Number| (0..s.arms.len()).any(|arm| s.course(arm, CONFLICTS).flatten().next().is_some());
        numbers.extend(conflicts.filter(measured));
    }
    numbers
}

/// What means are taken over: `7 points, mean of 200 replications each`.
fn shown(s: &Sweep) -> String {
    let points = counted(s.points.len() as u64, "point");
    let replications = s.points.iter().map(|point| u64::from(point.replications));
    let (least, most) = (replications.clone().min().unwrap_or(0), replications.max().unwrap_or(0));
    let of = if least == most { String::new() } else { format!("{} to ", grouped(least)) };
    let each = if s.points.len() == 1 { "" } else { " each" };
    match most {
        1 => format!("{points}, 1 replication{each}"),
        most => format!("{points}, mean of {of}{}{each}", counted(most, "replication")),
    }
}

/// What the markers of the disciplines mean, from `at` on as far as there is room.
fn key(drawing: &mut Drawing, s: &Sweep, looks: &[Look], at: Place, room: f64) {
    let mut x = at.0;
    for (arm, look) in s.arms.iter().zip(looks) {
        let text = Text::new(name(arm), (x + 20.0, at.1));
        if text.area().right > at.0 + room {
            let more = Text::new("…", (x, at.1));
            return drawing.text(more);
        }
        drawing.marker(look.marker, (x + 7.0, at.1), 6.0, look.colour);
        x = text.area().right + 18.0;
        drawing.text(text);
    }
}

/// What a discipline does wrong with tickets, if it does.
fn fault(s: &Sweep, arm: &PointArm) -> Option<String> {
    let some = |key: &str| arm.numbers.get(key).and_then(|it| it.mean).is_some_and(|mean| mean.mean > 0.0);
    match (some(UNASSIGNED), some(DOUBLE_BOOKED)) {
        (true, _) => Some(format!("some tickets stay without {}", s.setup.gain().lacked())),
        (false, true) => Some("some tickets are double-booked".to_owned()),
        (false, false) => None,
    }
}

/// A value of a key in one piece: `technicians = 6`.
fn set(key: &str, value: &str) -> String {
    bind(&format!("{key} = {value}"))
}

/// An amount in one piece.
fn amount(unit: Unit, value: f64) -> String {
    bind(&quantity(unit, value))
}
