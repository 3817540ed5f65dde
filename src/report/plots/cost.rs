//! What a burst costs under each discipline, by what it is spent on.

use plotters::style::RGBColor;

use super::super::figures::{clean, quantity};
use super::super::judgement::mean;
use super::axis::round_ticks;
use super::canvas::Drawing;
use super::frame::frame;
use super::stacks::{Fill, Part, Pattern, Stacks};
use super::view::View;
use super::words::{bind, count, name, replications, share};
use crate::metrics::catalog::Unit;
use crate::results::{Arm, Comparison};

/// The parts: measure, name, what it is as a share of the whole, look.
const PARTS: [(&str, &str, Fill); 5] = [
    ("cost", "the AI", Fill { colour: RGBColor(0, 114, 178), pattern: Pattern::Plain }),
    (
        "cost_technicians",
        "technicians' hours",
        Fill { colour: RGBColor(86, 180, 233), pattern: Pattern::Level },
    ),
    ("cost_waiting", "waiting", Fill { colour: RGBColor(150, 150, 150), pattern: Pattern::Rising }),
    (
        "cost_double_bookings",
        "double bookings",
        Fill { colour: RGBColor(213, 94, 0), pattern: Pattern::Falling },
    ),
    (
        "cost_unassigned",
        "tickets without an owner",
        Fill { colour: RGBColor(230, 159, 0), pattern: Pattern::Upright },
    ),
];

const TOTAL: &str = "total_cost";

/// The chart; `None` where the scenario states no prices, or nothing costs anything.
pub(super) fn compose(view: &View<'_>) -> Option<Drawing> {
    let bars: Vec<Option<Vec<f64>>> = view.arms.iter().map(parts).collect();
    let most = bars.iter().flatten().map(|parts| parts.iter().sum::<f64>()).fold(0.0, f64::max);
    if most <= 0.0 {
        return None;
    }
    let currency = view.setup.currency.as_ref().map(|currency| format!(", in {}", clean(currency)));
    let mut ticks = round_ticks(most, 8);
    ticks.retain(|tick| *tick <= most * 1.02);
    let lacked = view.setup.gain().lacked();
    let part = |&(key, called, fill): &(&str, &str, Fill)| Part {
        name: if key == "cost_unassigned" { format!("tickets without {lacked}") } else { called.to_owned() },
        fill,
    };
    let stacks = Stacks {
        heading: format!("Mean cost of a burst{}", currency.unwrap_or_default()),
        parts: PARTS.iter().map(part).collect(),
        bars,
        absent: "not known".to_owned(),
        ticks: ticks.into_iter().map(|tick| (tick, money(tick))).collect(),
        says: money,
    };
    let notes: Vec<String> = view.colours().into_iter().collect();
    let (mut drawing, area) = frame(view, finding(view), &replications(view), &notes);
    stacks.draw(&mut drawing, view, area);
    Some(drawing)
}

/// An amount, from a hundred on without decimals.
fn money(value: f64) -> String {
    let whole = value >= 100.0;
    if whole { count(value) } else { bind(&quantity(Unit::Money, value)) }
}

/// The parts of what an arm costs; `None` where that is not known. What is not measured costs nothing.
fn parts(arm: &Arm) -> Option<Vec<f64>> {
    mean(arm, TOTAL)?;
    Some(PARTS.iter().map(|(key, ..)| mean(arm, key).map_or(0.0, |part| part.mean)).collect())
}

/// The finding: what a burst costs where it costs most and where it costs least, and what most of that goes to.
fn finding(c: &Comparison) -> String {
    let mut totals: Vec<(&Arm, f64)> =
        c.arms.iter().filter_map(|arm| Some((arm, mean(arm, TOTAL)?.mean))).collect();
    totals.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (Some(&(dearest, most)), Some(&(cheapest, least))) = (totals.first(), totals.last()) else {
        return "What a burst costs is not known".to_owned();
    };
    let price = |value: f64| match &c.setup.currency {
        Some(currency) => bind(&format!("{} {}", money(value), name(&clean(currency)))),
        None => money(value),
    };
    if totals.len() > 1 && price(most) == price(least) {
        return format!("A burst costs {} under each discipline", price(most));
    }
    let part = |arm: &Arm, total: f64| {
        let parts = parts(arm)?;
        let (&(key, called, _), part) = PARTS.iter().zip(parts).max_by(|a, b| a.1.total_cmp(&b.1))?;
        let lacked = format!("tickets without {}", c.setup.gain().lacked());
        let called = if key == "cost_unassigned" { &lacked } else { called };
        let some = share((part / total).min(1.0));
        let of_it = match some.starts_with("100") {
            true if part >= total => "all",
            true => "nearly all",
            false => &some,
        };
        (total > 0.0).then(|| format!(", {of_it} of it for {called}"))
    };
    let told = |(arm, total): (&Arm, f64)| {
        format!("{} under {}{}", price(total), name(&arm.name), part(arm, total).unwrap_or_default())
    };
    if totals.len() == 1 {
        return format!("A burst costs {}", told((dearest, most)));
    }
    format!("A burst costs {}; {}", told((dearest, most)), told((cheapest, least)))
}
