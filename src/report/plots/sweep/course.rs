//! A number against a key: a line per discipline, with a band for the confidence interval.

use plotters::style::RGBColor;

use super::super::super::judgement::alike;
use super::super::super::sweep::label;
use super::super::canvas::{self, Area, Drawing, Point, Text};
use super::super::frame::framed;
use super::super::labels::Labels;
use super::super::style::{LABEL, MUTED, SMALL, coloured, looks_of};
use super::super::words::{name, sentence, share};
use super::scale::{Across, Up};
use super::slice::Slice;
use crate::metrics::catalog::Number;
use crate::metrics::statistics::Estimate;
use crate::results::sweep::Sweep;

/// What a discipline measured along the slice; `None` where it measured nothing.
type Course = Vec<Option<Estimate>>;

/// The chart; `None` where nobody measured the number along the slice.
pub(super) fn compose(s: &Sweep, slice: &Slice<'_>, number: &Number) -> Option<Drawing> {
    let key = number.key();
    let of = |arm: usize| slice.points.iter().map(|point| point.arms[arm].numbers.get(&key)?.mean).collect();
    let courses: Vec<Course> = (0..s.arms.len()).map(of).collect();
    if courses.iter().flatten().all(Option::is_none) {
        return None;
    }
    let unit = number.measure.unit;
    let demands = demands(s, number);
    let finite = |mean: &&Estimate| mean.mean.is_finite();
    let ends =
        |mean: &Estimate| [mean.mean, mean.lower().unwrap_or(mean.mean), mean.upper().unwrap_or(mean.mean)];
    let all: Vec<f64> = courses.iter().flatten().flatten().filter(finite).flat_map(ends).collect();
    let limits = demands.iter().map(|(limit, _)| *limit);
    let most = all.iter().copied().chain(limits).fold(0.0, f64::max);
    let least = all.iter().copied().fold(0.0, f64::min);

    let mut notes = Vec::new();
    if !slice.others.is_empty() {
        notes.push(slice.others.clone());
    }
    if courses.iter().flatten().flatten().any(|mean| mean.width().is_some_and(|width| width > 0.0)) {
        notes.push(format!("bands: {} confidence interval", share(s.setup.confidence)));
    }
    notes.extend(never(s, slice, &courses));
    notes.extend(coloured(s.arms.len()));
    let (mut drawing, area) = framed(&s.setup, finding(s, slice, number, &courses), &super::shown(s), &notes);
    let heading = Text::new(sentence(&label(s, number)), (area.left, area.top + 8.0));
    drawing.text(heading.muted().within(area.width()));
    let room = Area { top: area.top + 34.0, right: area.right - 24.0, bottom: area.bottom - 44.0, ..area };
    let up = Up::new(unit, (least, most), room);
    // Room for the labels of the lines' ends.
    let last =
        |course: &Course| course.iter().flatten().next_back().map(|mean| super::amount(unit, mean.mean));
    let end = |(arm, course): (&String, &Course)| {
        let value = last(course).map_or(0.0, |value| canvas::width(&value, SMALL, false));
        canvas::width(arm, LABEL, true).min(260.0) + value + 34.0
    };
    let room = s.arms.iter().zip(&courses).map(end).fold(0.0, f64::max);
    let right = if slice.is_line { area.right - room } else { up.plot.right - 16.0 };
    let across = Across::new(slice, Area { left: up.plot.left + 16.0, right, ..up.plot });
    up.draw(&mut drawing);
    across.draw(&mut drawing, slice);

    let looks = looks_of(&s.arms.iter().map(String::as_str).collect::<Vec<_>>());
    // Wide bands first, so that they do not hide the narrow ones.
    let mut order: Vec<usize> = (0..courses.len()).collect();
    let width = |course: &Course| course.iter().flatten().filter_map(Estimate::width).fold(0.0, f64::max);
    order.sort_by(|&one, &other| width(&courses[other]).total_cmp(&width(&courses[one])));
    for &arm in &order {
        for stretch in stretches(&courses[arm], slice.is_line) {
            let edge = |end: fn(&Estimate) -> Option<f64>| {
                let at = |&(place, mean): &(usize, Estimate)| {
                    (across.x(slice.at[place]), up.y(end(&mean).unwrap_or(mean.mean)))
                };
                stretch.iter().map(at).collect::<Vec<Point>>()
            };
            let (lower, mut upper) = (edge(Estimate::lower), edge(Estimate::upper));
            if let [(x, top)] = upper[..] {
                // A band of one point is as wide as its marker.
                let band = Area { left: x - 6.0, right: x + 6.0, top, bottom: lower[0].1 };
                drawing.fill(band.corners(), light(looks[arm].colour));
                continue;
            }
            upper.extend(lower.into_iter().rev());
            drawing.fill(upper, light(looks[arm].colour));
        }
    }
    let mut lines: Vec<Vec<Point>> = Vec::new();
    for (limit, _) in &demands {
        let line = vec![(up.plot.left, up.y(*limit)), (across.plot.right, up.y(*limit))];
        drawing.dashed(line.clone(), &[2.0, 4.0], MUTED, 2.0);
        lines.push(line);
    }
    let mut ends = Vec::new();
    order.sort_by_key(|&arm| (!looks[arm].dashes.is_empty(), arm));
    for arm in order {
        for stretch in stretches(&courses[arm], slice.is_line) {
            let line: Vec<Point> =
                stretch.iter().map(|&(place, mean)| (across.x(slice.at[place]), up.y(mean.mean))).collect();
            drawing.dashed(line.clone(), looks[arm].dashes, looks[arm].colour, 3.0);
            for &point in &line {
                drawing.marker(looks[arm].marker, point, 5.0, looks[arm].colour);
            }
            lines.push(line);
        }
        let last = courses[arm].iter().enumerate().rev().find_map(|(place, mean)| Some((place, (*mean)?)));
        if let Some((place, mean)) = last.filter(|(_, mean)| mean.mean.is_finite()) {
            ends.push((arm, mean, (across.x(slice.at[place]), up.y(mean.mean))));
        }
    }
    let taken =
        ends.iter().map(|&(.., (x, y))| Area { left: x, top: y, right: x, bottom: y }.grown(7.0)).collect();
    let mut labels = Labels { plot: up.plot, right: area.right, lines, taken };
    if !slice.is_line {
        super::key(&mut drawing, s, &looks, (area.left, up.plot.bottom + 42.0), up.plot.width() * 0.6);
        ends.clear();
    }
    for (arm, mean, point) in ends {
        let called = Text::new(s.arms[arm].clone(), (0.0, 0.0)).size(LABEL).bold().within(260.0);
        let value = Text::new(super::amount(unit, mean.mean), (0.0, 0.0)).size(SMALL);
        labels.place(&mut drawing, point, called, value, looks[arm].colour);
    }
    for (limit, demand) in demands {
        let called = Text::new(demand, (0.0, 0.0)).size(SMALL).within(400.0);
        let at = (up.plot.left + 0.25 * across.plot.width(), up.y(limit));
        labels.place(&mut drawing, at, called, Text::new("", (0.0, 0.0)), MUTED);
    }
    Some(drawing)
}

/// Neighbours that have values, with their places; each on its own where no line leads from one to the next.
fn stretches(course: &Course, is_line: bool) -> Vec<Vec<(usize, Estimate)>> {
    let found: Vec<Option<(usize, Estimate)>> = course
        .iter()
        .enumerate()
        .map(|(place, mean)| Some((place, (*mean).filter(|mean| mean.mean.is_finite())?)))
        .collect();
    if !is_line {
        return found.into_iter().flatten().map(|one| vec![one]).collect();
    }
    let parts = found.split(Option::is_none).map(|part| part.iter().flatten().copied().collect());
    parts.filter(|part: &Vec<_>| !part.is_empty()).collect()
}

/// The limits of what is demanded of the number, each with the demand.
fn demands(s: &Sweep, number: &Number) -> Vec<(f64, String)> {
    let Some(point) = s.points.first() else { return Vec::new() };
    let mut found: Vec<(f64, String)> = Vec::new();
    for verdict in point.verdicts.iter().filter(|verdict| verdict.threshold.number() == *number) {
        let threshold = &verdict.threshold;
        let of = threshold.discipline.as_ref().map_or_else(String::new, |arm| format!("{}: ", name(arm)));
        let demand = (threshold.limit(), format!("{of}{} {}", threshold.metric, threshold.text));
        if !found.contains(&demand) {
            found.push(demand);
        }
    }
    found
}

/// Where the number is never reached.
fn never(s: &Sweep, slice: &Slice<'_>, courses: &[Course]) -> Option<String> {
    let told = |(arm, course): (usize, &Course)| {
        let is_never = |place: &usize| course[*place].is_some_and(|mean| mean.mean.is_infinite());
        let values: Vec<&str> = (0..course.len()).filter(is_never).map(|place| slice.value(place)).collect();
        let all = values.len() == course.len();
        (!values.is_empty()).then(|| {
            let at = if all {
                "everywhere".to_owned()
            } else {
                format!("at {}", crate::keys::wording::list(&values))
            };
            format!("under {} {at}", name(&s.arms[arm]))
        })
    };
    let told: Vec<String> = courses.iter().enumerate().filter_map(told).collect();
    (!told.is_empty()).then(|| format!("never reached in some bursts: {}", told.join("; ")))
}

/// The finding: where what is demanded holds, or else how much the key changes.
fn finding(s: &Sweep, slice: &Slice<'_>, number: &Number, courses: &[Course]) -> String {
    if !slice.is_line {
        return spread(s, slice, number, courses);
    }
    if let Some(demand) = demanded(s, slice, number) {
        return demand;
    }
    let (first, last) = (0, slice.points.len() - 1);
    let (unit, what) = (number.measure.unit, sentence(&label(s, number)));
    let pairs: Vec<(usize, Estimate, Estimate)> = courses
        .iter()
        .enumerate()
        .filter_map(|(arm, course)| Some((arm, course[first]?, course[last]?)))
        .collect();
    let key = &slice.name;
    let under =
        |arm: usize| if s.arms.len() == 1 { String::new() } else { format!(" under {}", name(&s.arms[arm])) };
    if last == 0 {
        let found =
            pairs.first().map(|(arm, mean, _)| format!("{}{}", super::amount(unit, mean.mean), under(*arm)));
        return format!("{what} at {}: {}", super::set(key, slice.value(0)), found.unwrap_or_default());
    }
    let ends = format!("{} and {}", super::set(key, slice.value(first)), slice.value(last));
    // By how much it changes, as a share of the larger end; "never" is more than anything.
    let change = |one: f64, other: f64| match (one.is_finite(), other.is_finite()) {
        (true, true) if one == other => 0.0,
        (true, true) => (one - other).abs() / one.abs().max(other.abs()),
        (false, false) => 0.0,
        _ => 2.0,
    };
    let most = pairs
        .iter()
        .filter(|(_, one, other)| !alike(one, other))
        .max_by(|a, b| change(a.1.mean, a.2.mean).total_cmp(&change(b.1.mean, b.2.mean)));
    match most {
        None if pairs.is_empty() => format!("{what}: not measured at both {ends}"),
        None => format!("{what}: about the same at {ends}"),
        Some(&(arm, one, other)) => {
            let most = if pairs.len() == 1 { "" } else { ", the largest change" };
            format!(
                "{what}{}: {} at {}, {} at {}{most}",
                under(arm),
                super::amount(unit, one.mean),
                super::set(key, slice.value(first)),
                super::amount(unit, other.mean),
                slice.value(last)
            )
        }
    }
}

/// From where to where the number goes, whatever the keys are.
fn spread(s: &Sweep, slice: &Slice<'_>, number: &Number, courses: &[Course]) -> String {
    let what = sentence(&label(s, number));
    let found = courses.iter().enumerate().flat_map(|(arm, course)| {
        course.iter().enumerate().filter_map(move |(place, mean)| Some((arm, place, (*mean)?.mean)))
    });
    let mut found: Vec<(usize, usize, f64)> = found.collect();
    found.sort_by(|one, other| one.2.total_cmp(&other.2));
    let (Some(&least), Some(&most)) = (found.first(), found.last()) else { return what };
    let told = |(arm, place, value): (usize, usize, f64)| {
        let under = if s.arms.len() == 1 { String::new() } else { format!(" under {}", name(&s.arms[arm])) };
        format!(
            "{}{under} (at {})",
            super::amount(number.measure.unit, value),
            super::set(&slice.name, slice.value(place))
        )
    };
    format!("{what}: between {} and {}", told(least), told(most))
}

/// Where the one thing that is demanded of the number holds; `None` where nothing is, or several things are.
fn demanded(s: &Sweep, slice: &Slice<'_>, number: &Number) -> Option<String> {
    let first = slice.points.first()?;
    let places: Vec<usize> = (0..first.verdicts.len())
        .filter(|&place| first.verdicts[place].threshold.number() == *number)
        .collect();
    let demand = &first.verdicts[*places.first()?].threshold;
    let is_same = |place: &usize| first.verdicts[*place].threshold.text == demand.text;
    if !places.iter().all(is_same) || slice.points.len() < 2 {
        return None;
    }
    let text = format!("{} {}", demand.metric, demand.text);
    let holds =
        |place: usize, point: usize| slice.points[point].verdicts.get(place).is_some_and(|it| it.holds);
    let count = |place: usize| (0..slice.points.len()).filter(|&point| holds(place, point)).count();
    let all = slice.points.len();
    let key = &slice.name;
    let best = *places.iter().max_by_key(|&&place| (count(place), std::cmp::Reverse(place)))?;
    let arm = name(&first.verdicts[best].discipline);
    let under = if places.len() == 1 && s.arms.len() == 1 { String::new() } else { format!(" under {arm}") };
    let held: Vec<usize> = (0..all).filter(|&point| holds(best, point)).collect();
    let values = || format!("{all} values of {key} ({} to {})", slice.value(0), slice.value(all - 1));
    Some(match held[..] {
        [] if places.len() == 1 => format!("{text} holds{under} at none of {}", values()),
        [] => format!("{text} holds under no discipline at any of {}", values()),
        _ if held.len() == all && places.iter().all(|&place| count(place) == all) && places.len() > 1 => {
            format!("{text} holds under all disciplines at all {}", values())
        }
        _ if held.len() == all => format!("{text} holds{under} at all {}", values()),
        [start, ..] if held.len() == all - start => {
            format!("{text} holds{under} from {} on", super::set(key, slice.value(start)))
        }
        [.., end] if held.len() == end + 1 => {
            format!("{text} holds{under} up to {}", super::set(key, slice.value(end)))
        }
        _ => {
            let values: Vec<&str> = held.iter().map(|&point| slice.value(point)).collect();
            format!("{text} holds{under} at {key} = {}", crate::keys::wording::list(&values))
        }
    })
}

/// The colour on a fifth of its strength.
fn light(RGBColor(red, green, blue): RGBColor) -> RGBColor {
    let mix = |part: u8| ((u16::from(part) + 4 * 255) / 5) as u8;
    RGBColor(mix(red), mix(green), mix(blue))
}
