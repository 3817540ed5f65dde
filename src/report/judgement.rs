//! Which disciplines are without a fault, and which of those is the fastest: what every headline goes by.
//!
//! A discipline is without a fault if, in every replication, each ticket that was to be dispatched gets an owner or a team,
//! no technician is promised to two tickets at once, and none gets more tickets than the cap allows.

use crate::metrics::catalog;
use crate::metrics::statistics::{Basis, Estimate};
use crate::results::{Arm, Comparison};

/// Disciplines whose times are at most this share apart are about equally fast.
const SAME: f64 = 0.01;

/// What makes a fault, by the measure that counts it.
pub(super) const FAULTS: [&str; 3] = [DOUBLE_BOOKED, UNASSIGNED, OVER_CAP];
pub(super) const DOUBLE_BOOKED: &str = "double_booked_tickets";
pub(super) const UNASSIGNED: &str = "unassigned";
pub(super) const OVER_CAP: &str = "over_cap";
const MAKESPAN: &str = "makespan";

/// The mean of a measure over the arm's replications.
pub(super) fn mean(arm: &Arm, key: &str) -> Option<Estimate> {
    arm.summary(key).and_then(|summary| summary.mean)
}

/// Whether the arm has some of a thing in some replication.
pub(super) fn some_of(arm: &Arm, key: &str) -> bool {
    mean(arm, key).is_some_and(|mean| mean.mean > 0.0)
}

/// The arm that others are compared with.
pub(super) fn baseline(c: &Comparison) -> Option<&Arm> {
    c.arms.get(c.references.baseline())
}

/// The difference of the arm to the baseline.
pub(super) fn difference(arm: &Arm, key: &str) -> Option<Estimate> {
    let paired = arm.paired.get(catalog::position(key)?)?;
    paired.map(|paired| paired.difference)
}

/// How long the arm takes until the last ticket has its owner; `None` where no ticket gets one.
pub(super) fn makespan(arm: &Arm) -> Option<Estimate> {
    let serves = mean(arm, "dispatched").is_none_or(|tickets| tickets.mean > 0.0);
    mean(arm, MAKESPAN).filter(|_| serves)
}

/// Whether every ticket that is to be dispatched gets its owner or its team.
pub(super) fn serves_all(arm: &Arm) -> bool {
    makespan(arm).is_some() && !some_of(arm, UNASSIGNED)
}

/// Whether there is nothing to hold against the arm but the time that it takes.
pub(super) fn is_faultless(arm: &Arm) -> bool {
    makespan(arm).is_some() && FAULTS.iter().all(|fault| !some_of(arm, fault))
}

/// The arms without a fault that nothing without a fault is clearly faster than, or by no more than a hundredth, the fastest
/// first; none where every arm has a fault.
pub(super) fn fastest(c: &Comparison) -> Vec<&Arm> {
    let mut faultless: Vec<&Arm> = c.arms.iter().filter(|arm| is_faultless(arm)).collect();
    let time = |arm: &Arm| makespan(arm).map_or(f64::INFINITY, |time| time.mean);
    // Stable: those that are equal stay in the scenario's order.
    faultless.sort_by(|a, b| time(a).total_cmp(&time(b)));
    let best: Vec<&str> = candidates(c).into_iter().map(|arm| &*arm.name).collect();
    if let Some(&first) = faultless.first() {
        let close = |arm: &&Arm| are_close(&[first, arm]);
        faultless.retain(|arm| close(arm) || best.contains(&&*arm.name));
    }
    faultless
}

/// The arms without a fault of which one has the shortest time in truth, with the confidence of the comparison: those that are
/// not behind another for sure (Hsu 1984). In the scenario's order; none where every arm has a fault.
pub(super) fn candidates(c: &Comparison) -> Vec<&Arm> {
    let faultless = || c.arms.iter().enumerate().filter(|(_, arm)| is_faultless(arm));
    let is_outdone = |place| faultless().any(|(other, _)| other != place && is_behind(c, place, other));
    faultless().filter(|&(place, _)| !is_outdone(place)).map(|(_, arm)| arm).collect()
}

/// Whether an arm's time is longer than another's by more than chance makes of replications as many as these. Both saw the
/// same bursts, so the differences within each tell; the two means do where no burst gave both a time.
fn is_behind(c: &Comparison, arm: usize, other: usize) -> bool {
    let known = |one: usize, before: usize| c.arms[one].behind.get(before).copied().flatten();
    match known(arm, other).or_else(|| known(other, arm).map(|difference| -difference)) {
        Some(difference) => difference.mean > 0.0 && is_clear(&difference),
        None => match (makespan(&c.arms[arm]), makespan(&c.arms[other])) {
            (Some(time), Some(least)) => time.mean > least.mean && !alike(&time, &least),
            _ => false,
        },
    }
}

/// Whether the times of the fastest are at most a hundredth apart; others are only not clearly apart.
pub(super) fn are_close(best: &[&Arm]) -> bool {
    let mut times = best.iter().filter_map(|arm| makespan(arm)).map(|time| time.mean);
    let first = times.next().unwrap_or_default();
    times.all(|time| time - first <= SAME * first)
}

/// By how much sooner the arm is through than the baseline; `None` for the baseline itself, and where the two did not serve
/// the same tickets.
pub(super) fn gain(c: &Comparison, arm: &Arm) -> Option<Estimate> {
    let comparable = serves_all(arm) && baseline(c).is_some_and(serves_all);
    difference(arm, MAKESPAN).filter(|_| comparable).map(|difference| -difference)
}

/// Whether a difference is more than chance makes of replications as many as these: its interval is without zero, or every
/// replication has the same.
pub(super) fn is_clear(difference: &Estimate) -> bool {
    difference.mean != 0.0
        && (is_constant(difference)
            || difference.interval.is_some_and(|(lower, upper)| lower > 0.0 || upper < 0.0))
}

/// Whether every replication has the same.
pub(super) fn is_constant(estimate: &Estimate) -> bool {
    matches!(estimate.basis, Basis::Single | Basis::Few { events: 0, .. }) || estimate.width() == Some(0.0)
}

/// Whether two means are the same, or no further apart than chance makes them.
pub(super) fn alike(one: &Estimate, other: &Estimate) -> bool {
    let covers = |one: &Estimate, value: f64| {
        one.interval.is_some_and(|(lower, upper)| lower <= value && value <= upper)
    };
    one.mean.to_bits() == other.mean.to_bits() || covers(one, other.mean) || covers(other, one.mean)
}
