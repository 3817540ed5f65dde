//! The smallest value of a key for which the thresholds hold, in words.

use super::super::figures::{clean, quantity, quoted};
use super::parts::{self, Table, row};
use crate::keys::wording::{counted, grouped, list};
use crate::metrics::catalog::Unit;
use crate::metrics::thresholds::{Standing, Threshold};
use crate::results::plan::{Answer, Demand, Erlang, Level, Plan, Smallest, Try};

/// The question.
pub(super) fn question(s: &Smallest) -> String {
    let values = counted(s.values, "value");
    format!(
        "the smallest {} from {} to {} ({values}) for which the thresholds hold",
        clean(&s.key),
        s.from,
        s.to
    )
}

/// The answer for each discipline, the smallest first.
pub(super) fn answers(s: &Smallest) -> Vec<(bool, String)> {
    let mut order: Vec<&Answer> = s.answers.iter().collect();
    order.sort_by_key(|answer| (answer.place.is_none(), answer.place));
    order.into_iter().map(|answer| (answer.place.is_some(), sentence(s, answer))).collect()
}

fn sentence(s: &Smallest, answer: &Answer) -> String {
    let (key, name) = (clean(&s.key), quoted(&answer.discipline));
    match answer.place.and_then(|place| s.at(place)) {
        Some(found) => format!("{name}: {key} = {}", found.value),
        None if answer.exhaustive => {
            format!("{name}: no {key} from {} to {}; every value was tried", s.from, s.to)
        }
        None => format!(
            "{name}: none of the {} of {key} from {} to {} that were tried",
            counted(s.tries.len() as u64, "value"),
            s.from,
            s.to
        ),
    }
}

/// The evidence for each answer, then how sure all of it is.
pub(super) fn evidence(p: &Plan, s: &Smallest) -> Vec<String> {
    let mut said: Vec<String> = s.answers.iter().flat_map(|answer| of(p, s, answer)).collect();
    said.push(sureness(p, &s.level, s.tries.iter().flat_map(|it| &it.demands)));
    said.extend(s.erlang.as_ref().map(|erlang| self::erlang(s, erlang)));
    said.push(format!(
        "The search took {} at {}.",
        counted(p.spent(), "replication"),
        counted(s.tries.len() as u64, "value")
    ));
    said
}

/// The evidence for one answer.
fn of(p: &Plan, s: &Smallest, answer: &Answer) -> Vec<String> {
    let name = &*answer.discipline;
    let told = quoted(name);
    let Some(found) = answer.place.and_then(|place| s.at(place)) else {
        let nearest = s.nearest(name).map(|it| {
            let worst = it.worst(name).map(|worst| {
                format!(": {} stands in the way, {}", parts::demand(worst), parts::finding(worst))
            });
            format!("Under {told}, {} came nearest{}.", it.value, worst.unwrap_or_default())
        });
        return nearest.into_iter().collect();
    };
    let mut said = vec![at(s, found, name)];
    if let Some(below) = found.place.checked_sub(1).and_then(|below| s.at(below)) {
        said.push(at(s, below, name));
    }
    if found.place == 0 {
        said.push(format!("Under {told}, {} is the smallest value of the range.", found.value));
    }
    let larger = s.tries.iter().filter(|it| it.place > found.place);
    let failing: Vec<&str> =
        larger.clone().filter(|it| it.standing(name) != Standing::Holds).map(|it| &*it.value).collect();
    if !failing.is_empty() {
        let tried = if answer.exhaustive {
            "every smaller value was tried"
        } else {
            "not every smaller value was tried"
        };
        said.push(format!(
            "Under {told}, the thresholds do not hold for every larger value: they do not with {}; {tried}.",
            list(&failing)
        ));
    } else if larger.clone().next().is_some() {
        let values: Vec<&str> = larger.map(|it| &*it.value).collect();
        said.push(format!(
            "Under {told}, they hold with each larger value that was tried: {}.",
            list(&values)
        ));
    }
    if answer.compared == Some(false) {
        let replications = counted(u64::from(p.setup.replications), "replication");
        said.push(format!(
            "But `stampede compare` with {} says that a threshold is crossed under {told}, over {replications}: ask with \
             more of them.",
            setting(s, &found.value)
        ));
    }
    said
}

/// How a discipline fares with a value.
fn at(s: &Smallest, it: &Try, name: &str) -> String {
    let with = format!("With {} under {}", it.value, quoted(name));
    let replications = counted(u64::from(it.replications), "replication");
    let told = |demand: &Demand| format!("{}: {}", parts::demand(demand), parts::finding(demand));
    let all: Vec<&Demand> = it.demands_of(name).collect();
    match it.worst(name) {
        None => {
            let told: Vec<String> = all.iter().map(|demand| told(demand)).collect();
            let every = if all.len() == 1 { "the threshold holds" } else { "every threshold holds" };
            format!("{with}, {every} in {replications}: {}.", told.join("; "))
        }
        Some(worst) if worst.standing == Standing::Crossed => {
            format!("{with}, {} is crossed: {}, {replications}.", parts::demand(worst), parts::finding(worst))
        }
        Some(worst) => {
            let lenient = all.iter().all(|demand| demand.compared == Some(true));
            let but = if lenient {
                format!(
                    "; `stampede compare` with {}, which is not asked so often, would let it pass",
                    setting(s, &it.value)
                )
            } else {
                String::new()
            };
            format!("{with}, {replications} do not tell whether {}{but}.", told(worst))
        }
    }
}

/// The flag that gives the key a value.
fn setting(s: &Smallest, value: &str) -> String {
    format!("--set '{}={value}'", clean(&s.key))
}

/// How sure the decisions are.
pub(super) fn sureness<'a>(p: &Plan, level: &Level, demands: impl Iterator<Item = &'a Demand>) -> String {
    let looks = level.looks.saturating_sub(1);
    let halves = match looks {
        0 => String::new(),
        1 => ", half of each share for the last look and half for the one before it".to_owned(),
        looks => format!(", half of each share for the last look and half for the {looks} before it"),
    };
    let wrong = |confidence: f64| small(f64::midpoint(1.0, -confidence));
    let each = match looks {
        0 => wrong(level.last),
        _ => format!("{}, or {} before the last look", wrong(level.last), wrong(level.before)),
    };
    let as_they_are = demands.into_iter().any(|demand| !demand.threshold.is_judged_by_bounds());
    let rest = if as_they_are {
        " Smallest and largest values and totals are taken as they are over all replications, without a bound."
    } else {
        ""
    };
    let split = [(level.tries, "value"), (level.thresholds, "threshold"), (level.arms, "discipline")]
        .map(|(count, what)| counted(u64::from(count), what));
    format!(
        "With {} confidence none of these decisions is wrong: the error that is left is split over {}{halves}, so that a \
         bound is wrong with a probability of {each}.{rest}",
        quantity(Unit::Share, p.setup.confidence),
        list(&split),
    )
}

/// A small probability as a percentage with two digits.
fn small(probability: f64) -> String {
    let percent = probability * 100.0;
    let mut places = 0;
    let mut scale = 1.0;
    while percent * scale < 10.0 && places < 7 {
        scale *= 10.0;
        places += 1;
    }
    format!("{percent:.places$} %")
}

fn erlang(s: &Smallest, erlang: &Erlang) -> String {
    match erlang {
        Erlang::Takes(count) => format!(
            "Erlang C, which knows of a queue in its steady state only, would take {}.",
            counted(u64::from(*count), "technician")
        ),
        Erlang::TakesMore => format!(
            "Erlang C, which knows of a queue in its steady state only, would take more than {} technicians.",
            s.to
        ),
        Erlang::NotApplicable(conditions) => {
            format!("Erlang C cannot be asked, as this is not so: {}.", conditions.join("; "))
        }
    }
}

/// The threshold that decides about a discipline: the one that is farthest from holding just below the answer, or where the
/// range comes nearest; where the answer is the smallest value, the first that has a bound.
pub(in super::super) fn deciding<'a>(s: &'a Smallest, discipline: &'a str) -> Option<&'a Threshold> {
    let answer = s.answers.iter().find(|answer| answer.discipline == discipline)?;
    let place = match answer.place {
        Some(place) => place.checked_sub(1).and_then(|below| s.at(below)),
        None => s.nearest(discipline),
    };
    let worst = place.and_then(|it| it.worst(discipline));
    let first = || {
        let it = s.at(answer.place?)?;
        it.demands_of(discipline).max_by_key(|demand| demand.interval().is_some())
    };
    worst.or_else(first).map(|demand| &demand.threshold)
}

/// Columns of thresholds that a table has at most; where there are more, it has one per discipline.
const MOST_COLUMNS: usize = 4;

/// Every value that was tried, with what was found of the thresholds: of all of them where they are few, else of those that
/// decide.
pub(super) fn table(s: &Smallest, most: usize) -> Table {
    let first = s.tries.first().map_or(&[][..], |it| &it.demands);
    let all: Vec<(&str, &Threshold)> = first.iter().map(|it| (&*it.discipline, &it.threshold)).collect();
    let shown = if all.len() <= MOST_COLUMNS {
        all
    } else {
        s.answers.iter().filter_map(|it| Some((&*it.discipline, deciding(s, &it.discipline)?))).collect()
    };
    let cell = |it: &Try, (discipline, threshold): (&str, &Threshold)| {
        let found = it.demands_of(discipline).find(|demand| demand.threshold == *threshold);
        found.map_or_else(String::new, |demand| {
            let mark = match demand.standing {
                Standing::Holds => "✓",
                Standing::Crossed => "✗",
                Standing::Undecided => "?",
            };
            format!("{mark} {}", parts::finding(demand))
        })
    };
    let rows = s.tries.iter().take(most).map(|it| {
        let found = shown.iter().map(|&column| cell(it, column));
        row(&it.value, found.chain([grouped(&it.replications.to_string())]).collect())
    });
    let several = s.answers.len() > 1;
    let column = |(discipline, threshold): &(&str, &Threshold)| {
        let of = if several { format!("{discipline}: ") } else { String::new() };
        clean(&format!("{of}{} {}", threshold.metric, threshold.text)).into_owned()
    };
    Table {
        caption: format!("Each {} that was tried (✓ holds, ✗ is crossed, ? undecided)", clean(&s.key)),
        columns: shown.iter().map(column).chain(["replications".to_owned()]).collect(),
        rows: rows.collect(),
        more: s.tries.len().saturating_sub(most),
    }
}
