//! Points along one key, in the order of its values, while all others stay as they are.

use super::super::super::sweep::short_keys;
use super::super::words::name;
use crate::domain::SimDuration;
use crate::results::sweep::{Point, Sweep};

/// The points along a key.
pub(super) struct Slice<'a> {
    /// The key's place among those that are varied.
    pub key: usize,
    /// Its name, as short as it can be.
    pub name: String,
    /// The points.
    pub points: Vec<&'a Point>,
    /// Where each is along the key: its value, in seconds where it is a duration, or else its place.
    pub at: Vec<f64>,
    /// Whether these are values, rather than places.
    pub is_measured: bool,
    /// Whether neighbours differ in this key alone, so that a line may lead from one to the next.
    pub is_line: bool,
    /// A note on the other keys; empty where there are none.
    pub others: String,
}

impl<'a> Slice<'a> {
    /// The points along the first key that has more than one value.
    pub fn first(s: &'a Sweep) -> Option<Self> {
        let key = (0..s.keys.len()).find(|&key| values(s, key).len() > 1).unwrap_or(0);
        Self::of(s, key)
    }

    /// The points along this key: in a sample of several keys, in which none stays as it is, all points.
    pub fn of(s: &'a Sweep, key: usize) -> Option<Self> {
        let first = s.points.first()?;
        let is_line = !is_sampled(s) || s.keys.len() == 1;
        let is_along = |point: &&Point| {
            let same = |other| other == key || point.values[other] == first.values[other];
            !is_line || (0..s.keys.len()).all(same)
        };
        let points: Vec<&Point> = s.points.iter().filter(is_along).collect();
        let measured: Option<Vec<f64>> = points.iter().map(|point| amount(&point.values[key])).collect();
        let is_measured = measured.is_some();
        let places = || (0..points.len()).map(|place| place as f64).collect();
        let at: Vec<f64> = measured.unwrap_or_else(places);
        let mut order: Vec<usize> = (0..points.len()).collect();
        order.sort_by(|&one, &other| at[one].total_cmp(&at[other]));
        let names = short_keys(s);
        let others = (0..s.keys.len()).filter(|&other| other != key);
        let others: Vec<String> = others
            .map(|other| {
                if is_line {
                    format!("{} = {}", names[other], first.values[other])
                } else {
                    names[other].clone()
                }
            })
            .collect();
        Some(Self {
            key,
            name: name(&names[key]),
            points: order.iter().map(|&place| points[place]).collect(),
            at: order.iter().map(|&place| at[place]).collect(),
            is_measured,
            is_line,
            others: match (others.is_empty(), is_line) {
                (true, _) => String::new(),
                (false, true) => format!("with {}", others.join(", ")),
                (false, false) => format!("also varied: {}", others.join(", ")),
            },
        })
    }

    /// The value of a point, as it was typed.
    pub fn value(&self, place: usize) -> &'a str {
        &self.points[place].values[self.key]
    }
}

/// Whether the points are a sample, and no grid.
pub(super) fn is_sampled(s: &Sweep) -> bool {
    s.design.starts_with("lhs")
}

/// The values of a key, each once: in order where they are amounts, or else as they come.
pub(super) fn values(s: &Sweep, key: usize) -> Vec<&str> {
    let mut values: Vec<&str> = Vec::new();
    for point in &s.points {
        if !values.contains(&&*point.values[key]) {
            values.push(&point.values[key]);
        }
    }
    if values.iter().all(|value| amount(value).is_some()) {
        values.sort_by(|one, other| amount(one).unwrap_or(0.0).total_cmp(&amount(other).unwrap_or(0.0)));
    }
    values
}

/// A value as an amount: a number, or a duration in seconds.
pub(in super::super) fn amount(value: &str) -> Option<f64> {
    let number = value.parse::<f64>().ok().filter(|number| number.is_finite());
    number.or_else(|| value.parse::<SimDuration>().ok().map(SimDuration::as_secs_f64))
}
