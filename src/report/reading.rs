//! A reading of the numbers in a few sentences: who is fastest without a fault, who has which fault, what losing claims
//! costs.

use super::amounts::{DISPATCHED, is_rare, tickets};
use super::figures::{counted, estimate, grouped, list, names, quantity};
use super::judgement::{
    DOUBLE_BOOKED, OVER_CAP, UNASSIGNED, alike, are_close, baseline, difference, fastest, gain, is_clear,
    is_constant, is_faultless, makespan, mean, serves_all, some_of,
};
use super::paired;
use crate::metrics::catalog::Unit;
use crate::metrics::statistics::Estimate;
use crate::results::{Arm, Comparison, Gain};

/// More names than this are not listed where they are the ordinary case.
const FEW: usize = 3;

#[cfg(test)]
mod tests;

/// The sentences.
pub(super) fn reading(c: &Comparison) -> Vec<String> {
    if c.arms.iter().all(|arm| makespan(arm).is_none()) {
        return nothing(c).into_iter().collect();
    }
    let best = fastest(c);
    let all = [
        Some(if c.arms.len() == 1 { alone(c, &c.arms[0]) } else { headline(c, &best) }),
        paired::best(c),
        double_bookings(c),
        unassigned(c),
        told(c, OVER_CAP, |arms, tickets| {
            Some(format!("{} {tickets} above the cap", verb(arms, "assigns", "assign")))
        }),
        conflicts(c, &best),
        told(c, "merges_missed", |arms, tickets| {
            let them = if tickets.starts_with("one ") || tickets.starts_with("1 ") { "it" } else { "them" };
            let tickets = tickets.replacen("ticket", "duplicate", 1);
            Some(format!("{} {tickets} instead of merging {them}", verb(arms, "dispatches", "dispatch")))
        }),
    ];
    all.into_iter().flatten().collect()
}

/// What is said where no arm gave any ticket an owner; nothing where there was nothing to do.
fn nothing(c: &Comparison) -> Option<String> {
    let what = c.setup.gain().verb();
    match c.arms.as_slice() {
        arms if !arms.iter().any(|arm| some_of(arm, UNASSIGNED)) => {
            let known = arms.iter().any(|arm| mean(arm, UNASSIGNED).is_some());
            known.then(|| "No ticket is to be dispatched.".to_owned())
        }
        [only] => Some(format!("Under {} no ticket {what}.", names([&*only.name]))),
        _ => Some(format!("No ticket {what}, whatever the discipline.")),
    }
}

/// What a ticket gets where its dispatch ends well.
fn owner(c: &Comparison) -> &'static str {
    match (c.setup.gain(), c.setup.has_mode("team-only"), c.setup.has_mode("read-only")) {
        (Gain::Owner, true, true) => "owner, its team or its result",
        (Gain::Owner, true, false) => "owner or its team",
        (Gain::Owner, false, true) => "owner or its result",
        (Gain::Team, _, true) => "team or its result",
        (gain, ..) => gain.noun(),
    }
}

/// When the last ticket is through under the fastest, which serve them all.
fn when(c: &Comparison, best: &[&Arm]) -> String {
    let owner = owner(c);
    if best.iter().all(|arm| mean(arm, "dispatch_delay.max").is_some_and(|longest| longest.mean == 0.0)) {
        return format!("every ticket has its {owner} as soon as it arrives");
    }
    let times = || best.iter().filter_map(|arm| makespan(arm));
    let took = match times().next().zip(times().next_back()) {
        Some((first, last)) if !are_close(best) => {
            let (first, last) = (quantity(Unit::Seconds, first.mean), quantity(Unit::Seconds, last.mean));
            format!("{first} to {last}")
        }
        Some((first, _)) => estimate(Unit::Seconds, &first),
        None => String::new(),
    };
    format!("the last ticket has its {owner} {took} after the first arrival")
}

/// What the only arm achieves.
fn alone(c: &Comparison, arm: &Arm) -> String {
    let under = format!("Under {}", names([&*arm.name]));
    if serves_all(arm) {
        return format!("{under} {}.", when(c, &[arm]));
    }
    let took = makespan(arm).map_or_else(String::new, |time| estimate(Unit::Seconds, &time));
    let owner = owner(c).replace("its team", "a team");
    let article = if owner.starts_with('o') { "an" } else { "a" };
    let served = tickets(&[arm], DISPATCHED);
    let get = if served.starts_with("one ") { "gets" } else { "get" };
    format!("{under} {served} {get} {article} {owner}, the last of them {took} after the first arrival.")
}

/// Who is the fastest of those without a fault.
fn headline(c: &Comparison, best: &[&Arm]) -> String {
    let Some(&first) = best.first() else {
        return "No discipline is without a fault, so none is called the fastest.".to_owned();
    };
    let exactly = |arm: &&Arm| makespan(arm).map(|time| time.mean) == makespan(first).map(|time| time.mean);
    let (equally, all) = if best.iter().all(exactly) {
        ("equally", "All disciplines are equally fast")
    } else if are_close(best) {
        ("about equally", "All disciplines are about equally fast")
    } else {
        ("with no clear difference", "No discipline is clearly the fastest")
    };
    let gain = against_baseline(c, best);
    let when = when(c, best);
    if best.len() == c.arms.len() {
        return format!("{all}: {when}.");
    }
    let called = names(best.iter().map(|arm| &*arm.name));
    let faultless = c.arms.iter().filter(|arm| is_faultless(arm)).count();
    if faultless == 1 {
        return format!("Only {called} {}: {when}{gain}.", virtues(c, "gives", "double-books", "keeps"));
    }
    let of = if faultless < c.arms.len() {
        format!("Of the disciplines that {}, ", virtues(c, "give", "double-book", "keep"))
    } else {
        String::new()
    };
    match best {
        [_] => format!("{of}{called} is the fastest: {when}{gain}."),
        _ => format!("{of}{called} are the fastest, {equally}: {when}{gain}."),
    }
}

/// What makes a discipline one without a fault, as far as this desk can tell.
fn virtues(c: &Comparison, give: &str, double_book: &str, keep: &str) -> String {
    let owner = owner(c).replace("its team", "a team");
    let article = if owner.starts_with('o') { "an" } else { "a" };
    let mut virtues = vec![format!("{give} every ticket {article} {owner}")];
    if c.setup.books_slots {
        virtues.push(format!("{double_book} none"));
    }
    if c.arms.iter().any(|arm| mean(arm, OVER_CAP).is_some()) {
        virtues.push(format!("{keep} to the cap"));
    }
    list(&virtues.iter().map(String::as_str).collect::<Vec<_>>())
}

/// How much sooner or later the fastest arm is through than the baseline; nothing where the baseline is among the fastest or
/// did not serve every ticket.
fn against_baseline(c: &Comparison, best: &[&Arm]) -> String {
    let (Some(base), Some(gain)) = (baseline(c), gain(c, best[0])) else { return String::new() };
    if gain.mean == 0.0 || best.iter().any(|arm| arm.name == base.name) {
        return String::new();
    }
    let base = names([&*base.name]);
    let (size, word) = if gain.mean > 0.0 { (gain, "sooner") } else { (-gain, "later") };
    let size = estimate(Unit::Seconds, &size);
    if is_clear(&gain) {
        format!(", {size} {word} than under {base}")
    } else {
        format!(" ({size} {word} than under {base}, which may be chance)")
    }
}

/// Who double-books and how often.
fn double_bookings(c: &Comparison) -> Option<String> {
    if !c.setup.books_slots {
        return None;
    }
    // Of others nothing is known.
    let these = match c.setup.replications {
        1 => "in this burst".to_owned(),
        number => format!("in these {}", counted(u64::from(number), "burst")),
    };
    let serving = c.arms.iter().filter(|arm| makespan(arm).is_some() && mean(arm, DOUBLE_BOOKED).is_some());
    let (bad, good): (Vec<&Arm>, Vec<&Arm>) = serving.partition(|arm| some_of(arm, DOUBLE_BOOKED));
    if bad.is_empty() && c.arms.len() > 1 {
        return (good.len() == c.arms.len()).then(|| format!("No discipline double-books {these}."));
    }
    let mut parts: Vec<String> = bad
        .iter()
        .map(|arm| {
            let hit = if is_rare(&[arm], DOUBLE_BOOKED) { String::new() } else { hit(arm) };
            format!("{} double-books {}{hit}", names([&*arm.name]), tickets(&[arm], DOUBLE_BOOKED))
        })
        .collect();
    match good.as_slice() {
        [] => {}
        [only] => parts.push(format!("{} never double-books {these}", names([&*only.name]))),
        few if few.len() <= FEW => {
            parts.push(format!("{} never double-book {these}", names(few.iter().map(|arm| &*arm.name))));
        }
        _ => parts.push(format!("the others never double-book {these}")),
    }
    (!parts.is_empty()).then(|| format!("{}.", parts.join("; ")))
}

/// In how many replications a ticket is double-booked.
fn hit(arm: &Arm) -> String {
    let Some(summary) = arm.summary(DOUBLE_BOOKED) else { return String::new() };
    let hit = summary.above_zero;
    let all = counted(u64::from(summary.n), "replication");
    match summary.n {
        0 | 1 => String::new(),
        number if number == hit => format!(", in every one of {all}"),
        _ => format!(", in {} of {all}", grouped(&hit.to_string())),
    }
}

/// Who leaves tickets without an owner, and how many of how many.
fn unassigned(c: &Comparison) -> Option<String> {
    // Of the only arm it has been said.
    if c.arms.len() == 1 {
        return None;
    }
    let owner = c.setup.gain().lacked();
    told(c, UNASSIGNED, |arms, tickets| {
        if arms.iter().all(|arm| makespan(arm).is_none()) {
            return Some(format!("{} no ticket {owner}", verb(arms, "gives", "give")));
        }
        Some(format!("{} {tickets} without {owner}", verb(arms, "leaves", "leave")))
    })
}

/// The names of arms and what they do; what several do, each of them does.
fn verb(arms: &[&Arm], one: &str, several: &str) -> String {
    let called = names(arms.iter().map(|arm| &*arm.name));
    if arms.len() == 1 { format!("{called} {one}") } else { format!("{called} each {several}") }
}

/// A sentence on every arm that has some of a thing. Those that have about as many of it are spoken of together.
fn told(c: &Comparison, key: &str, clause: impl Fn(&[&Arm], &str) -> Option<String>) -> Option<String> {
    let mut arms: Vec<(&Arm, Estimate)> = c
        .arms
        .iter()
        .filter(|arm| some_of(arm, key))
        .filter_map(|arm| Some((arm, mean(arm, key)?)))
        .collect();
    arms.sort_by(|(_, a), (_, b)| a.mean.total_cmp(&b.mean));
    let mut groups: Vec<Vec<&Arm>> = Vec::new();
    let mut least: Option<Estimate> = None;
    for (arm, found) in arms {
        let serves = |arm: &Arm| makespan(arm).is_some();
        match groups.last_mut().filter(|group| serves(group[0]) == serves(arm)).zip(least) {
            Some((group, least)) if alike(&least, &found) => group.push(arm),
            _ => {
                groups.push(vec![arm]);
                least = Some(found);
            }
        }
    }
    for group in &mut groups {
        group.sort_by_key(|arm| c.arms.iter().position(|other| other.name == arm.name));
    }
    let clauses: Vec<String> = groups.iter().filter_map(|arms| clause(arms, &tickets(arms, key))).collect();
    (!clauses.is_empty()).then(|| format!("{}.", clauses.join("; ")))
}

/// What losing claims costs the fastest; of several it names the one that pays least.
fn conflicts(c: &Comparison, best: &[&Arm]) -> Option<String> {
    let arms: Vec<&Arm> = if c.arms.len() == 1 { c.arms.iter().collect() } else { best.to_vec() };
    let rate = |arm: &Arm| mean(arm, "conflict_rate").map_or(0.0, |rate| rate.mean);
    let (paying, free): (Vec<&Arm>, Vec<&Arm>) = arms.iter().partition(|arm| rate(arm) > 0.0);
    let arm = paying.iter().copied().min_by(|a, b| rate(a).total_cmp(&rate(b)))?;
    if !free.is_empty() {
        let has = if free.len() == 1 { "has" } else { "have" };
        return Some(format!(
            "Of the fastest only {} {has} no claim refused.",
            names(free.iter().map(|arm| &*arm.name))
        ));
    }
    let share = |key: &str| mean(arm, key).map(|mean| estimate(Unit::Share, &mean));
    let called = names([&*arm.name]);
    let refused = share("conflict_rate")?;
    let is_alike = |other: &&Arm| {
        let rates = mean(arm, "conflict_rate").zip(mean(other, "conflict_rate"));
        other.name != arm.name && rates.is_some_and(|(one, other)| alike(&one, &other))
    };
    let told = if paying.len() == 1 || paying.iter().any(is_alike) {
        format!("Under {called} {refused} of the claims are refused")
    } else {
        format!("Of the fastest {called} has the fewest of its claims refused, {refused}")
    };
    let takes = |key: &str| share(key).filter(|_| some_of(arm, key));
    let costs = match (takes("fallback_rate"), takes("retry_rate")) {
        (Some(fallback), Some(retry)) => {
            format!(": {fallback} of the dispatches take an alternative and {retry} start from scratch")
        }
        (Some(fallback), None) => {
            format!(": {fallback} of the dispatches take an alternative and none starts from scratch")
        }
        (None, Some(retry)) => {
            format!(": {retry} of the dispatches start from scratch and none takes an alternative")
        }
        (None, None) => String::new(),
    };
    Some(format!("{told}{costs}{}.", more_calls(c, arm).unwrap_or_default()))
}

/// How many more calls of the AI the arm makes than the baseline.
fn more_calls(c: &Comparison, arm: &Arm) -> Option<String> {
    let calls = difference(arm, "ai_calls").filter(|_| some_of(arm, "ai_calls"))?;
    let base = names([&*baseline(c)?.name]);
    if calls.mean == 0.0 && is_constant(&calls) {
        return Some(format!(", and a burst takes as many AI calls as under {base}"));
    }
    let (size, word) = if calls.mean > 0.0 { (calls, "more") } else { (-calls, "fewer") };
    let size = estimate(Unit::Count, &size);
    let noun = if size == "1" { "call" } else { "calls" };
    is_clear(&calls).then(|| format!(", and a burst takes {size} {word} AI {noun} than under {base}"))
}
