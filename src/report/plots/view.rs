//! What the charts of a comparison show: which disciplines, and how each of them looks.
//!
//! Up to eight disciplines have a look each. Of more, only those that a reader looks for first are in colour: the baseline,
//! the fastest, and the one that does worst. The rest are thin and grey, behind them.

use std::borrow::Cow;
use std::ops::Deref;

use super::super::judgement::{DOUBLE_BOOKED, baseline, fastest, makespan, mean};
use super::canvas::{Drawing, Point};
use super::style::{LOOKED, Look, PAPER, REST, looks_of};
use super::words::name;
use crate::metrics::comparison::References;
use crate::results::{Arm, Comparison};

/// A comparison as charts show it.
pub(super) struct View<'a> {
    comparison: Cow<'a, Comparison>,
    /// How many disciplines are compared, whether charts show them or not.
    all: usize,
    /// The look of each arm.
    pub looks: Vec<Look>,
    /// Where only some arms are in colour: each of them, and what for.
    lit: Vec<(usize, String)>,
}

impl Deref for View<'_> {
    type Target = Comparison;

    fn deref(&self) -> &Comparison {
        &self.comparison
    }
}

impl<'a> View<'a> {
    /// What the charts of a comparison show.
    pub fn of(comparison: &'a Comparison) -> Self {
        let all = comparison.arms.len();
        let asked = |arm: &Arm| comparison.setup.charts.chart_disciplines.contains(&arm.name);
        let wanted: Vec<usize> = (0..all).filter(|&arm| asked(&comparison.arms[arm])).collect();
        let comparison = match wanted.len() {
            0 => Cow::Borrowed(comparison),
            some if some == all => Cow::Borrowed(comparison),
            _ => Cow::Owned(only(comparison, &wanted)),
        };
        let lit = if comparison.arms.len() > LOOKED { telling(&comparison) } else { Vec::new() };
        let shown: Vec<usize> = if lit.is_empty() {
            (0..comparison.arms.len()).collect()
        } else {
            lit.iter().map(|(arm, _)| *arm).collect()
        };
        let names: Vec<&str> = shown.iter().map(|&arm| &*comparison.arms[arm].name).collect();
        let mut looks = vec![REST; comparison.arms.len()];
        for (arm, look) in shown.into_iter().zip(looks_of(&names)) {
            looks[arm] = look;
        }
        Self { comparison, all, looks, lit }
    }

    /// How many of the disciplines are shown, where not all are: `3 of 8 disciplines shown`.
    pub fn shown(&self) -> Option<String> {
        let shown = self.arms.len();
        (shown < self.all).then(|| format!("{shown} of {} disciplines shown", self.all))
    }

    /// Whether the arm has a look of its own.
    pub fn is_lit(&self, arm: usize) -> bool {
        self.looks[arm] != REST
    }

    /// Which arms are in colour and why, where some are not. For charts that tell arms apart by their looks.
    pub fn colours(&self) -> Option<String> {
        let parts: Vec<String> =
            self.lit.iter().map(|(arm, what)| format!("{} ({what})", name(&self.arms[*arm].name))).collect();
        let rest = self.arms.len() - parts.len();
        (!parts.is_empty()).then(|| format!("in colour: {}; the other {rest} in grey", parts.join(", ")))
    }

    /// The arms in the order in which their lines are drawn: grey ones lie under the others, and broken lines above unbroken
    /// ones, so that both are seen where they meet.
    pub fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.arms.len()).collect();
        order.sort_by_key(|&arm| (self.is_lit(arm), !self.looks[arm].dashes.is_empty(), arm));
        order
    }

    /// Draws the arm's line.
    pub fn line(&self, drawing: &mut Drawing, arm: usize, points: Vec<Point>) {
        let look = self.looks[arm];
        drawing.dashed(points, look.dashes, look.colour, if self.is_lit(arm) { 3.0 } else { 1.7 });
    }

    /// Draws the arm's marker.
    pub fn mark(&self, drawing: &mut Drawing, arm: usize, point: Point) {
        let (look, radius) = (self.looks[arm], if self.is_lit(arm) { 6.5 } else { 4.0 });
        drawing.marker(look.marker, point, radius + 1.5, PAPER);
        drawing.marker(look.marker, point, radius, look.colour);
    }
}

/// The comparison of only these arms, as far as charts need it. Where the baseline is none of them, there is none.
fn only(c: &Comparison, wanted: &[usize]) -> Comparison {
    let place = |arm: usize| wanted.iter().position(|&other| other == arm);
    let arms = wanted.iter().map(|&arm| {
        let behind = &c.arms[arm].behind;
        let earlier = wanted.iter().take_while(|&&other| other < arm);
        let behind = earlier.map(|&other| behind.get(other).copied().flatten()).collect();
        Arm { behind, ..c.arms[arm].clone() }
    });
    Comparison {
        setup: c.setup.clone(),
        source: c.source.clone(),
        arms: arms.collect(),
        references: References {
            one_at_a_time: Some(place(c.references.baseline()).unwrap_or(wanted.len())),
            batched: c.references.batched.and_then(place),
        },
        arrivals: c.arrivals.clone(),
        verdicts: Vec::new(),
        warnings: Vec::new(),
    }
}

/// The arms that a reader of many looks for first, each with what it is, in the scenario's order.
fn telling(c: &Comparison) -> Vec<(usize, String)> {
    let best = fastest(c);
    let doubled = |arm: &Arm| mean(arm, DOUBLE_BOOKED).map_or(0.0, |tickets| tickets.mean);
    let time = |arm: &Arm| makespan(arm).map_or(0.0, |time| time.mean);
    // The first of those with most, unless all have the same.
    let most = |number: &dyn Fn(&Arm) -> f64| {
        let last = c.arms.iter().rev().max_by(|a, b| number(a).total_cmp(&number(b)));
        last.filter(|arm| number(arm) > c.arms.iter().map(number).fold(f64::INFINITY, f64::min))
    };
    let worst = most(&doubled).map(|arm| (arm, "most double bookings"));
    let called = if best.len() > 1 { "among the fastest" } else { "fastest" };
    let mut roles: Vec<(&Arm, &str)> = baseline(c).map(|arm| (arm, "baseline")).into_iter().collect();
    roles.extend(best.first().map(|arm| (*arm, called)));
    roles.extend(worst.or_else(|| most(&time).map(|arm| (arm, "slowest"))));
    if roles.is_empty() {
        roles.extend(c.arms.first().map(|arm| (arm, "the first")));
    }
    let of = |arm: &Arm| -> Vec<&str> {
        roles.iter().filter(|(other, _)| std::ptr::eq(*other, arm)).map(|(_, what)| *what).collect()
    };
    let found = c.arms.iter().map(|arm| of(arm).join(", ")).enumerate();
    found.filter(|(_, what)| !what.is_empty()).collect()
}
