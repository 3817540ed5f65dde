//! What chapters are made of: tables, verdicts, charts, facts.

use std::io;

use maud::{Markup, PreEscaped, html};

use super::super::content::Row;
use super::super::figures::clean;
use super::super::plots::Charts;
use crate::results::Setup;

/// A table that may be wider than the page, of which the first column says what each row is of.
pub(super) fn table(caption: &str, columns: &[impl AsRef<str>], rows: &[Row]) -> Markup {
    described(caption, columns, rows, |_| None, |_| None)
}

/// The same, where labels may be explained and rows be of a kind of ticket: both take a row's place.
pub(super) fn described<'a>(
    caption: &str,
    columns: &[impl AsRef<str>],
    rows: &[Row],
    explain: impl Fn(usize) -> Option<(String, &'static str)>,
    kind: impl Fn(usize) -> Option<&'a String>,
) -> Markup {
    wide(
        caption,
        &html! {
            table aria-label=(caption) {
                thead {
                    tr {
                        td {}
                        @for column in columns { th scope="col" class="number" { (clean(column.as_ref())) } }
                    }
                }
                tbody {
                    @for (place, row) in rows.iter().enumerate() {
                        tr data-kind=[kind(place)] {
                            th scope="row" {
                                @if let Some((id, meaning)) = explain(place) {
                                    span class="term" {
                                        button type="button" aria-describedby=(id) { (clean(&row.label)) }
                                        span class="tip" role="tooltip" id=(id) { (meaning) }
                                    }
                                } @else { (clean(&row.label)) }
                            }
                            @for cell in &row.cells { td class="number" { (clean(cell)) } }
                        }
                    }
                }
            }
        },
    )
}

/// What may be wider than the page and is scrolled then, with the keyboard too, under what it is.
fn wide(label: &str, body: &Markup) -> Markup {
    html! { p class="caption" { (label) } div class="wide" tabindex="0" role="region" aria-label=(label) { (body) } }
}

/// Whether a demand is met, by mark and word; `partly` where it is at some points only.
pub(super) fn mark(holds: Option<bool>) -> Markup {
    let (class, sign, word) = match holds {
        Some(true) => ("good", "✓", "holds"),
        Some(false) => ("bad", "✗", "crossed"),
        None => ("partly", "~", "holds in part"),
    };
    html! { span class=(class) { span aria-hidden="true" { (sign) } " " (word) } }
}

/// Demands with their marks and what was found.
pub(super) fn demands(caption: &str, rows: &[(Option<bool>, String, String)]) -> Markup {
    wide(
        caption,
        &html! {
            table aria-label=(caption) {
                thead { tr { th scope="col" { "Verdict" } th scope="col" { "Threshold" } th scope="col" { "Found" } } }
                tbody {
                    @for (holds, demand, found) in rows {
                        tr { td { (mark(*holds)) } th scope="row" { (demand) } td { (found) } }
                    }
                }
            }
        },
    )
}

/// The charts as drawings within the page, each with how to read it.
///
/// # Errors
/// When one cannot be drawn.
pub(super) fn charts(charts: &Charts) -> io::Result<Markup> {
    let mut figures = Vec::new();
    for (place, name) in charts.names().enumerate() {
        let drawing = charts.svg(place).map_err(io::Error::other)?;
        figures.push(html! {
            figure {
                div class="wide chart" tabindex="0" role="region" aria-label={ "Chart: " (clean(name)) } { (PreEscaped(drawing)) }
                @if let Some(how) = caption(name) { figcaption { (how) } }
            }
        });
    }
    Ok(html! { @for figure in &figures { (figure) } })
}

/// How to read the chart of this name.
pub(super) fn caption(name: &str) -> Option<&'static str> {
    Some(match name {
        "throughput" => {
            "Each line counts the tickets that are through by the time below. The sooner a line reaches its full height, the \
             sooner the queue is done; the dotted line is when tickets arrive."
        }
        "delay" => {
            "Go up from a time to a line: that share of all tickets is through within it. A line further left is better; one that \
             ends below 100 % leaves tickets behind. Dotted corners are what was demanded."
        }
        "where-the-time-goes" => {
            "The mean time from a ticket's arrival to its owner, cut by what it waits for. The longest piece is what to work on."
        }
        "in-flight" => {
            "How many dispatches are under way at once. One at a time stays at one; a peak means that many are deciding without \
             having seen each other's result."
        }
        "collisions" => {
            "What goes wrong where dispatches race: claims that were refused, and tickets that share a technician's time with \
             another."
        }
        "refusals" => {
            "When claims are refused. One sharp peak is the first look of all dispatches at the same calendars; what comes after it \
             are those that ranked again."
        }
        "cost" => {
            "What a burst costs, cut by what the money is spent on, at the prices that the scenario states."
        }
        "utilisation" => {
            "Who works when, in one replayed burst: the darker a cell, the busier. A few dark rows among empty ones are work that is \
             badly spread."
        }
        "gantt" => {
            "One row per technician, in one replayed burst. A block is a booked slot; a hatched one with a number is booked for so \
             many tickets at once, and the technician can keep one of them."
        }
        "slices" => "How the burst was cut among subagents, and how long each of them took.",
        "plan" => {
            "Each point is a value that was tried, with the interval that it was judged by. The answer is the smallest value \
             from which on every threshold holds."
        }
        _ => return None,
    })
}

/// What is held to be true of the desk.
pub(super) fn assumptions(setup: &Setup) -> Markup {
    html! {
        p { "The result is no better than this. If a line is not how your desk works, change it in the scenario and run again." }
        dl class="facts" {
            @for it in &setup.assumptions { div { dt { (clean(&it.topic)) } dd { (clean(&it.words)) } } }
        }
    }
}
