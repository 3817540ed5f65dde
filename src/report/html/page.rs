//! The frame of every page: its head, the way to its chapters, what was run, and the scripts with their digests.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::super::content::title;
use super::super::figures::clean;
use crate::keys::text;
use crate::keys::wording::sentence;
use crate::results::{Setup, Source};

/// uPlot 1.6.32 by Leon Sorokin, as published.
const UPLOT: &str = include_str!("assets/uplot.js");
const UPLOT_STYLE: &str = include_str!("assets/uplot.css");
const UPLOT_LICENCE: &str = include_str!("assets/uplot.LICENSE");
const SCRIPT: &str = include_str!("assets/page.js");
const STYLE: &str = include_str!("assets/page.css");

/// A part of the page with a heading of its own.
pub(super) struct Chapter {
    /// The name that links to it have.
    pub id: &'static str,
    /// Its heading, which the way to the chapters shows too.
    pub heading: &'static str,
    /// Whether it is empty until a script fills it.
    pub scripted: bool,
    /// What is in it.
    pub body: Markup,
}

impl Chapter {
    /// A chapter that is there without scripts.
    pub fn new(id: &'static str, heading: &'static str, body: Markup) -> Self {
        Self { id, heading, scripted: false, body }
    }
}

/// The first thing that is read: what was run, what was found.
pub(super) struct Opening {
    /// How it was run.
    pub how: String,
    /// The finding in one sentence; none where there is nothing to say.
    pub finding: Option<String>,
    /// What else there is to say.
    pub more: Vec<String>,
    /// What the reader should know before trusting the numbers.
    pub warnings: Vec<String>,
}

/// The page: an opening, and chapters. `data` is what its script works on, as JSON.
pub(super) fn page(
    setup: &Setup,
    source: &Source,
    (opening, chapters): &(Opening, Vec<Chapter>),
    data: Option<&str>,
) -> String {
    let uplot = format!("/*\nuPlot 1.6.32\n{UPLOT_LICENCE}*/\n{UPLOT}");
    let scripts: Vec<&str> = data.map_or_else(|| vec![SCRIPT], |_| vec![&uplot, SCRIPT]);
    let style = data.map_or_else(|| STYLE.to_owned(), |_| format!("{UPLOT_STYLE}\n{STYLE}"));
    let policy = format!(
        "default-src 'none'; script-src {}; style-src '{}'; base-uri 'none'; form-action 'none'",
        scripts.iter().map(|script| format!("'{}'", digest(script))).collect::<Vec<_>>().join(" "),
        digest(&style)
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (clean(&setup.name)) " – Stampede" }
                style { (PreEscaped(&style)) }
            }
            body {
                a class="skip" href="#main" { "Skip to the finding" }
                header {
                    p class="brand" { "Stampede" }
                    div id="theme" {}
                }
                main id="main" tabindex="-1" {
                    h1 { (title(setup)) }
                    p class="how" { (sentence(&opening.how)) "." }
                    @if let Some(finding) = &opening.finding { p class="finding" { (finding) } }
                    @if !opening.more.is_empty() { ul class="more" { @for sentence in &opening.more { li { (sentence) } } } }
                    @for warning in &opening.warnings { p class="note" { strong { "Note: " } (clean(warning)) } }
                    nav aria-label="Chapters" {
                        ol {
                            @for chapter in chapters {
                                li class=[chapter.scripted.then_some("scripted")] { a href={ "#" (chapter.id) } { (chapter.heading) } }
                            }
                        }
                    }
                    @for chapter in chapters {
                        section id=(chapter.id) class=[chapter.scripted.then_some("scripted")] aria-labelledby={ (chapter.id) "-heading" } {
                            h2 id={ (chapter.id) "-heading" } { (chapter.heading) }
                            (chapter.body)
                        }
                    }
                    section id="run" aria-labelledby="run-heading" {
                        h2 id="run-heading" { "How to get the same again" }
                        (again(source, setup))
                    }
                }
                footer { p { "Made by Stampede " (source.stampede) ". This page holds all that it shows and loads nothing." } }
                @if let Some(data) = data { script type="application/json" id="data" { (PreEscaped(inert(data))) } }
                @for script in &scripts { script { (PreEscaped(script)) } }
            }
        }
    };
    page.into_string()
}

/// How to run it again, and the scenario.
fn again(source: &Source, setup: &Setup) -> Markup {
    html! {
        p {
            "The folder that this page was made in has the scenario as it was run, in " code { "scenario.toml" }
            ". Run in the same way, the same version of Stampede yields the same bytes on any machine."
        }
        dl class="facts" {
            div { dt { "Seed" } dd { (setup.seed) } }
            div { dt { "Scenario digest" } dd { code { (setup.scenario_digest) } } }
        }
        details {
            summary { "The scenario" }
            // It is longer than it is wide: whoever has no mouse scrolls it too.
            pre tabindex="0" role="region" aria-label="The scenario" { code { @for line in source.scenario.lines() { (clean(line)) "\n" } } }
        }
    }
}

/// JSON that means the same and cannot end the element that it stands in, nor begin a comment in it.
fn inert(json: &str) -> String {
    text::json(json).replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e")
}

/// What a Content Security Policy calls a script or style of this text.
pub(super) fn digest(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}
