//! The chapters of each kind of results.

use std::borrow::Cow;
use std::io;

use maud::{Markup, html};

use super::super::content::{self, Row};
use super::super::figures::{clean, grouped};
use super::super::overview::{Overview, overview};
use super::super::paired::{Differences, differences};
use super::super::plan;
use super::super::plots::{Charts, time_of_day};
use super::super::reading::reading;
use super::super::segments::{Segments, segments};
use super::super::sweep;
use super::data::Embedded;
use super::page::{Chapter, Opening};
use super::parts;
use crate::metrics::catalog::Measure;
use crate::metrics::timeline::Timeline;
use crate::results::plan::Plan;
use crate::results::sweep::Sweep;
use crate::results::{Comparison, Setup};

/// A page's opening and its chapters.
type Page = (Opening, Vec<Chapter>);

/// Of a comparison.
///
/// # Errors
/// When a chart cannot be drawn.
pub(super) fn of_comparison(c: &Comparison, charts: &Charts, data: &Embedded) -> io::Result<Page> {
    let (_, how) = content::heading(c);
    let mut sentences = reading(c).into_iter();
    let finding = sentences.next();
    let more = content::precision(c).into_iter().chain(sentences).collect();
    let opening = Opening { how, finding, more, warnings: c.warnings.clone() };
    let mut chapters = Vec::new();
    if let Some(Overview { heading, columns, rows }) = overview(c) {
        chapters.push(Chapter::new("overview", "Overview", parts::table(&heading, &columns, &rows)));
    }
    if !c.verdicts.is_empty() {
        let rows: Vec<_> = c
            .verdicts
            .iter()
            .map(|verdict| (Some(verdict.holds), content::demand(verdict), content::finding(verdict)))
            .collect();
        chapters.push(Chapter::new("thresholds", "Thresholds", parts::demands("What was demanded", &rows)));
    }
    let (rows, measures): (Vec<Row>, Vec<_>) = content::measured(c).into_iter().unzip();
    if !rows.is_empty() {
        chapters.push(Chapter::new("comparison", "Comparison", comparison(c, &rows, &measures)));
    }
    if charts.names().next().is_some() {
        chapters.push(Chapter::new("charts", "Charts", parts::charts(charts)?));
    }
    if let Some(table) = milestones(c) {
        chapters.push(Chapter::new(
            "curve",
            "How the queue empties",
            html! { div id="curve-view" {} (table) },
        ));
    }
    let scripted = |id, heading, body| Chapter { scripted: true, ..Chapter::new(id, heading, body) };
    if data.has_days {
        chapters.push(scripted("day", "The technicians' day", html! { div id="day-view" {} }));
    }
    if data.tickets > 0 {
        chapters.push(scripted("tickets", "Tickets", html! { (sampled(data)) div id="tickets-view" {} }));
    }
    let by: Vec<Markup> = segments(c, false).into_iter().map(segment_table).collect();
    if !by.is_empty() {
        let body = html! { div id="segments-view" {} @for table in &by { (table) } };
        chapters.push(Chapter::new("segments", "By kind of ticket", body));
    }
    chapters.extend(assumptions(&c.setup));
    Ok((opening, chapters))
}

/// What is held to be true, if the results say it.
fn assumptions(setup: &Setup) -> Option<Chapter> {
    let body = parts::assumptions(setup);
    (!setup.assumptions.is_empty())
        .then(|| Chapter::new("assumptions", "What is held to be true of the desk", body))
}

/// The table of all disciplines, their differences, and what the numbers mean.
fn comparison(c: &Comparison, rows: &[Row], measures: &[Option<&'static Measure>]) -> Markup {
    let arms: Vec<&str> = c.arms.iter().map(|arm| &*arm.name).collect();
    let meaning = |place: usize| {
        let measure = measures.get(place).copied().flatten()?;
        Some((format!("m-{place}"), measure.explanation))
    };
    let caption = match c.setup.replications {
        1 => "What was measured in one replication".to_owned(),
        many => format!("Means over {} replications, with their intervals", grouped(&many.to_string())),
    };
    html! {
        (parts::described(&caption, &arms, rows, meaning, |_| None))
        @if let Some(note) = content::unseen(c) { p class="note" { (note) } }
        @if let Some(Differences { heading, columns, rows, notes }) = differences(c) {
            (parts::table(&heading, &columns, &rows))
            p class="note" { (notes) }
        }
        @if let Some((heading, columns, rows)) = content::agents(c) { (parts::table(&heading, &columns, &rows)) }
    }
}

/// The table of one dimension, whose rows know which segment they are of.
fn segment_table(segments: Segments) -> Markup {
    let kinds: Vec<String> = segments
        .groups
        .iter()
        .flat_map(|(value, rows)| std::iter::repeat_n(value.clone(), rows.len()))
        .collect();
    let (heading, columns) = (segments.heading.clone(), segments.columns.clone());
    parts::described(&heading, &columns, &segments.rows(), |_| None, |place| kinds.get(place))
}

/// The shares of a burst of which it is told when they are through.
const MILESTONES: [u64; 6] = [25, 50, 75, 90, 95, 100];

/// When so much of the burst is through under each discipline, by the sum over all replications: the curve for whoever cannot
/// see or point at it.
fn milestones(c: &Comparison) -> Option<Markup> {
    let all = c.arrivals.total();
    if all == 0 || c.arms.iter().all(|arm| arm.dispatched.total() == 0) {
        return None;
    }
    let arms: Vec<&str> = c.arms.iter().map(|arm| &*arm.name).collect();
    let row = |&share: &u64| {
        // At least one ticket, and no more than there are.
        let wanted = (all * share).div_ceil(100).max(1);
        let at = |timeline: &Timeline| {
            let reached = timeline.running().find(|&(_, many)| many >= wanted);
            reached.map_or_else(|| "never".to_owned(), |(seconds, _)| time_of_day(&c.setup.start, seconds))
        };
        Row {
            label: Cow::Owned(format!("{share} %")),
            cells: c.arms.iter().map(|arm| at(&arm.dispatched)).collect(),
        }
    };
    let of = if c.setup.replications == 1 { "the burst's tickets" } else { "the tickets of all bursts" };
    let caption = format!("When this share of {of} {}", had(c));
    Some(parts::table(&caption, &arms, &MILESTONES.iter().map(row).collect::<Vec<_>>()))
}

/// What the share of tickets did.
fn had(c: &Comparison) -> &'static str {
    use crate::results::Gain;
    match c.setup.gain() {
        Gain::Owner => "had an owner",
        Gain::Team => "was in a team's queue",
        Gain::Result => "had a result",
    }
}

/// That not all tickets are told of, where that is so.
fn sampled(data: &Embedded) -> Markup {
    html! {
        @if data.rows < data.tickets {
            p class="note" {
                "This page has " (grouped(&data.rows.to_string())) " of the " (grouped(&data.tickets.to_string()))
                " tickets of the recorded replications, at even distances in the order of their arrival; data/tickets.csv has all of \
                 them."
            }
        }
        @if data.stories < data.rows {
            p class="note" {
                "It tells the stories of " (grouped(&data.stories.to_string()))
                ", those that ended badly first. Any other is told by " code { "stampede explain" } "."
            }
        }
    }
}

/// Of a sweep.
///
/// # Errors
/// When a chart cannot be drawn.
pub(super) fn of_sweep(s: &Sweep, charts: &Charts) -> io::Result<Page> {
    let (_, how) = sweep::content::heading(s);
    let mut sentences = sweep::content::sentences(s).into_iter();
    let opening =
        Opening { how, finding: sentences.next(), more: sentences.collect(), warnings: s.warnings.clone() };
    let mut chapters = Vec::new();
    let held: Vec<_> = sweep::content::held(s)
        .into_iter()
        .map(|held| {
            let holds = match held.holds {
                holds if holds == held.of => Some(true),
                0 => Some(false),
                _ => None,
            };
            (holds, held.demand, held.words)
        })
        .collect();
    if !held.is_empty() {
        chapters.push(Chapter::new("thresholds", "Thresholds", parts::demands("Where they hold", &held)));
    }
    if charts.names().next().is_some() {
        chapters.push(Chapter::new("charts", "Charts", parts::charts(charts)?));
    }
    let tables = sweep::content::tables(s, MOST);
    if !tables.is_empty() {
        let body = html! {
            @for table in &tables { (parts::table(&table.caption, &s.arms, &table.rows)) }
            @if let Some(more) = sweep::content::left_out(s, MOST) { p class="note" { (more) } }
        };
        chapters.push(Chapter::new("points", "Every point", body));
    }
    chapters.extend(assumptions(&s.setup));
    Ok((opening, chapters))
}

/// Tables end after this many rows.
const MOST: usize = 1000;

/// Of a plan.
///
/// # Errors
/// When the chart cannot be drawn.
pub(super) fn of_plan(p: &Plan, charts: &Charts) -> io::Result<Page> {
    let (_, how) = plan::content::heading(p);
    let mut answers = plan::content::answers(p).into_iter().map(|(_, answer)| format!("{answer}."));
    let opening =
        Opening { how, finding: answers.next(), more: answers.collect(), warnings: p.warnings.clone() };
    let mut chapters = Vec::new();
    if charts.names().next().is_some() {
        chapters.push(Chapter::new("charts", "The answer", parts::charts(charts)?));
    }
    let evidence = plan::content::evidence(p);
    if !evidence.is_empty() {
        let body = html! { ul { @for sentence in &evidence { li { (clean(sentence)) } } } };
        chapters.push(Chapter::new("evidence", "The evidence", body));
    }
    let tried = plan::content::table(p, MOST);
    let body = html! {
        (parts::table(&tried.caption, &tried.columns, &tried.rows))
        @if let Some(more) = tried.left_out() { p class="note" { (more) } }
    };
    chapters.push(Chapter::new("probes", "Every value that was tried", body));
    chapters.extend(assumptions(&p.setup));
    Ok((opening, chapters))
}
