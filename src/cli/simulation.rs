//! What `run` and `compare` share: load, check the target folder, simulate with a progress bar, write, print.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::arguments::{self, Rendering, Simulation};
use super::durable::{Begun, Durable, after, begin};
use super::exit::{Exit, Failure};
use super::exporting::Exports;
use super::interim::Watch;
use super::signals::Signals;
use super::{annotations, colored, default_folder, memory, print, tell, width};
use crate::engine::Engine;
use crate::experiment::{self, Experiment, ExperimentError, Options};
use crate::keys::text::{Allowed, printed, shown};
use crate::keys::wording::{counted, list, whole};
use crate::report;
use crate::report::export::{self, Github, Text, text::Style};
use crate::results::folder::{self, Bundle, Claim, FolderError, ReadError, Written};
use crate::results::{Comparison, Results};
use crate::scenario::{
    Color, Format, Output, Override, Problem, Registry, Scenario, ScenarioError, Text as ScenarioText,
};

/// The scenario of this text with these overrides. `--out` is not one of them: a path need not be UTF-8.
pub fn load(
    arguments: &Simulation,
    text: &ScenarioText,
    overrides: &[Override],
) -> Result<Scenario, Failure> {
    let color = arguments.color.unwrap_or(Color::Auto);
    let mut scenario = understand(text, overrides, color, arguments.format == Some(Format::Github))?;
    if arguments.out.is_some() {
        scenario.output.folder.clone_from(&arguments.out);
    }
    Ok(scenario)
}

/// The scenario of a text with these overrides; a failure shows every error in it, and prints annotations of a workflow
/// where they are asked for.
pub fn understand(
    text: &ScenarioText,
    overrides: &[Override],
    color: Color,
    annotated: bool,
) -> Result<Scenario, Failure> {
    experiment::check(text.draft(overrides, &Registry::default()))
        .map_err(|refusal| refused(&refusal.scenario.problems, text.name(), &refusal.files, color, annotated))
}

/// The failure of the scenario of this name with these problems; sentences on what is wrong with its files follow.
pub fn refused(problems: &[Problem], name: &str, files: &[String], color: Color, annotated: bool) -> Failure {
    if annotated && let Err(failure) = annotations::scenario(problems, name, files) {
        return failure;
    }
    let color = colored(color, &io::stderr());
    let allowed = if color { Allowed::Colour } else { Allowed::Nothing };
    let files = with_name(name, files);
    let message = match problems {
        [] => files.trim_start().to_owned(),
        problems => ScenarioError { problems: problems.to_vec() }.render(color, width()) + &files,
    };
    Failure { exit: Exit::Input, message, allowed }
}

/// Sentences on what is wrong with the files of the scenario of this name, each with a blank line before it.
fn with_name(name: &str, sentences: &[String]) -> String {
    let lines: Vec<String> = sentences
        .iter()
        .map(|sentence| printed(&format!("\nerror: {}: {sentence}\n", shown(name)), Allowed::Nothing))
        .collect();
    lines.concat()
}

/// What a finished simulation leaves.
pub struct Finished {
    /// The results.
    pub comparison: Comparison,
    /// Where they were written, if they were; nothing where they were not to be.
    pub saved: Result<Option<Saved>, Failure>,
    /// Where they are to be written besides.
    pub exports: Exports,
}

/// Results that were written.
pub struct Saved {
    /// Where.
    folder: PathBuf,
    /// What else is there.
    written: Written,
}

/// Reads what the scenario of this name names, and builds its desk.
pub fn prepare(scenario: &Scenario, name: &str) -> Result<Experiment, Failure> {
    let Output { color, format, .. } = scenario.output;
    let refused = |problems: &[Problem], files: &[String]| {
        refused(problems, name, files, color, format == Format::Github)
    };
    Experiment::prepare(scenario.clone()).map_err(|error| match error {
        ExperimentError::Names(error) => refused(&error.problems, &[]),
        error => refused(&[], &error.each()),
    })
}

/// Simulates the scenario, whose text is called `name`, and writes the results, whole or not at all: to a folder called
/// after `default_name` and these overrides, if the scenario does not say where. Where it is `durable`, an interruption
/// leaves the replications that are finished.
pub fn simulate(
    scenario: &Scenario,
    name: &str,
    options: &Options,
    default_name: &str,
    overrides: &[String],
    durable: Option<Durable>,
) -> Result<Finished, Failure> {
    let signals = Signals::heed();
    let folder = folder_of(scenario, default_name, overrides);
    let claim = scenario.output.files.then(|| claim(&folder)).transpose()?;
    let exports = Exports::of(&scenario.output, claim.as_ref().map(|_| folder.as_path()))?;
    if scenario.experiment.records == 0 {
        exports.no_trace(scenario.output.format, "set `experiment.records` to 1 or more")?;
    }
    let mut experiment = prepare(scenario, name)?.stopping_at(Arc::clone(signals.stop()));
    memory::check(scenario, &experiment, options)?;
    let quiet = scenario.output.quiet;
    if let Some(claim) = &claim {
        tell_replaced(claim, &folder, &scenario.digest, quiet);
    }
    let replications = u64::from(experiment.planned(0));
    let begun = begin(durable, claim.as_ref(), &experiment.origin("compare"), replications, quiet)?;
    if let Some(begun) = &begun {
        experiment = experiment.keeping(begun.journal.clone());
    }
    let bar = progress(quiet, replications, &format!("{BAR}{{msg}}"));
    let mut watch = (!bar.is_hidden()).then(|| Watch::begin(scenario));
    if let Some(watch) = &watch {
        experiment = experiment.watched(watch.so_far());
    }
    #[expect(
        clippy::disallowed_methods,
        reason = "the run's own timing goes to standard error, never into results"
    )]
    let began = Instant::now();
    let ran = experiment.run(options, &mut |done| {
        bar.set_length(u64::from(experiment.planned(done)));
        bar.set_position(u64::from(done));
        if let Some(watch) = &mut watch {
            watch.tell(&bar);
        }
    });
    bar.finish_and_clear();
    let comparison = ran.map_err(|error| stopped(&signals, &error, begun.as_ref(), &error.to_string()))?;
    tell_notes("", &comparison.warnings, quiet);
    if !quiet {
        let tickets = comparison.arrivals.total() * comparison.arms.len() as u64;
        let seconds = began.elapsed().as_secs_f64();
        let told = match begun.as_ref().map_or(0, |begun| begun.had) {
            0 => {
                let rate = tickets as f64 / seconds;
                format!("simulated {tickets} dispatches in {seconds:.2} s ({rate:.0} per second)")
            }
            had => {
                let ran = u64::from(comparison.setup.replications);
                let new = counted(ran.saturating_sub(had), "replication");
                format!("simulated {new} in {seconds:.2} s")
            }
        };
        tell(&told, Allowed::Nothing);
    }
    let saved = claim
        .map(|claim| save(&claim, &folder, &comparison, &signals, begun.as_ref(), options.threads))
        .transpose();
    Ok(Finished { comparison, saved, exports })
}

/// The failure of a simulation that did not get to its end; `done` says how far it got.
pub fn stopped(signals: &Signals, error: &ExperimentError, begun: Option<&Begun>, done: &str) -> Failure {
    match error {
        ExperimentError::Stopped { .. } => {
            let outcome =
                || begun.and_then(Begun::left).unwrap_or_else(|| format!("{done}; no results were written"));
            signals.check(outcome).err().unwrap_or_else(|| Failure::internal(error))
        }
        ExperimentError::NoEngine => Failure::input(error),
        error => Failure::internal(after(begun, error)),
    }
}

/// Claims a folder for results.
pub fn claim(folder: &Path) -> Result<Claim, Failure> {
    folder::claim(folder).map_err(|error| no_place(&error, ", or choose another --out"))
}

/// Tells that results of another experiment are there, if there are.
pub fn tell_replaced(claim: &Claim, folder: &Path, digest: &str, quiet: bool) {
    if !quiet && claim.scenario_digest().is_some_and(|there| there != digest) {
        let folder = folder.display().to_string();
        let note =
            format!("note: the results in {} are of another experiment and will be replaced", shown(&folder));
        tell(&note, Allowed::Nothing);
    }
}

/// Where results go: where the scenario says, else to a folder called after `default_name` and these overrides.
pub fn folder_of(scenario: &Scenario, default_name: &str, overrides: &[String]) -> PathBuf {
    let default = || Path::new("results").join(default_folder::name(default_name, overrides));
    scenario.output.folder.clone().unwrap_or_else(default)
}

/// Tells notes, or how many there are; `about` stands before them.
pub fn tell_notes(about: &str, notes: &[String], quiet: bool) {
    match notes.len() {
        0 => {}
        count if quiet => {
            tell(&format!("{about}{}, not shown", counted(count as u64, "note")), Allowed::Nothing);
        }
        _ => {
            for note in notes {
                tell(&format!("note: {about}{}", shown(note)), Allowed::Nothing);
            }
        }
    }
}

/// The comparison in a results folder.
pub fn open(folder: &Path) -> Result<Comparison, Failure> {
    folder::read(folder).map_err(unread)
}

/// The results in a folder, whatever they are.
pub fn open_any(folder: &Path) -> Result<Results, Failure> {
    folder::read_any(folder).map_err(unread)
}

/// The failure to read a folder.
fn unread(error: ReadError) -> Failure {
    match error {
        ReadError::Aside(_) => Failure::internal(error),
        error => Failure::input(error),
    }
}

/// Writes the results with every derived file, made with up to so many threads, into the folder, whole or not at all; then
/// what was kept of the run is removed.
pub fn save(
    claim: &Claim,
    folder: &Path,
    comparison: &Comparison,
    signals: &Signals,
    begun: Option<&Begun>,
    threads: usize,
) -> Result<Saved, Failure> {
    let derived = report::files(comparison).map_err(Failure::internal)?;
    save_bundle(claim, folder, &Bundle::of(comparison, derived), signals, begun, threads)
}

/// Writes the files, made with up to so many threads, into the folder, whole or not at all; then what was kept of the run is
/// removed.
pub fn save_bundle(
    claim: &Claim,
    folder: &Path,
    bundle: &Bundle<'_>,
    signals: &Signals,
    begun: Option<&Begun>,
    threads: usize,
) -> Result<Saved, Failure> {
    let written = claim.write(bundle, threads, signals.stop());
    if let (Ok(_), Some(begun)) = (&written, begun) {
        begun.journal.remove().map_err(Failure::internal)?;
    }
    signals.check(|| match &written {
        Ok(_) => format!("the results in {} are whole", folder.display()),
        Err(error) => after(begun, error),
    })?;
    let written = written.map_err(|error| {
        let failure = no_place(&error, "");
        Failure { message: after(begun, &failure.message), ..failure }
    })?;
    Ok(Saved { folder: folder.to_owned(), written })
}

/// A folder cannot be written to; `otherwise` is what else could be done.
pub fn no_place(error: &FolderError, otherwise: &str) -> Failure {
    let advice = match error {
        FolderError::Busy(_) => format!(": wait until it is done{otherwise}"),
        _ => otherwise.replacen(", or", ":", 1),
    };
    let message = format!("{error}{advice}");
    if error.is_the_machines() { Failure::internal(message) } else { Failure::input(message) }
}

/// The bar takes what the words leave of a line, so that they are not cut.
pub const BAR: &str = "{wide_bar} {pos}/{len} replications, {eta} to go";

/// A bar on a terminal, nothing elsewhere.
pub fn progress(quiet: bool, length: u64, template: &str) -> ProgressBar {
    let shown = !quiet && io::stderr().is_terminal();
    let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(length), target);
    let style = ProgressStyle::with_template(template).expect("the template is well formed");
    bar.set_style(style);
    bar
}

/// How results are printed.
#[derive(Clone)]
pub struct Printing {
    /// In which format.
    pub format: Format,
    /// Of the text report only the thresholds that were crossed.
    pub quiet: bool,
    /// When to use colour.
    pub color: Color,
    /// The text report is that of `run`.
    pub single: bool,
    /// Where thresholds are stated, for annotations.
    pub github: Github,
}

impl Printing {
    /// As a scenario asks for.
    pub fn of(scenario: &Scenario, single: bool) -> Self {
        let Output { format, quiet, color, .. } = scenario.output;
        let stated = scenario.stated_thresholds();
        let stated =
            stated.filter_map(|(threshold, place)| Some((threshold.clone(), annotations::line(place)?)));
        Self { format, quiet, color, single, github: Github { stated: stated.collect() } }
    }

    /// As flags ask for, of results that were saved.
    pub fn of_saved(Rendering { format, quiet, color, .. }: &Rendering, single: bool) -> Self {
        Self { format: *format, quiet: *quiet, color: *color, single, github: Github::default() }
    }

    /// Writes results in a format.
    fn render(
        &self,
        format: Format,
        style: Style,
        comparison: &Comparison,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        if format == Format::Trace {
            return export::trace::write(comparison, out);
        }
        let text = Text { style, single: self.single };
        let exporter = export::named(&arguments::name(&format), text, &self.github)
            .expect("there is an exporter for each format");
        out.write_all(&exporter.export(comparison))
    }
}

/// How text looks in a file.
const IN_A_FILE: Style = Style { color: false, width: 100 };

/// Prints a comparison as asked, exports it, and returns the exit code.
pub fn conclude(printing: &Printing, finished: Finished) -> Result<Exit, Failure> {
    let Finished { comparison, saved, exports } = finished;
    let holds = comparison.verdicts.iter().all(|verdict| verdict.holds);
    let render = |format, style, out: &mut dyn Write| printing.render(format, style, &comparison, out);
    let short = |style| export::text::thresholds(&comparison, style);
    let exit = if holds { Exit::Fine } else { Exit::Threshold };
    show(printing, saved, &exports, &render, &short)?;
    Ok(exit)
}

/// Prints results as asked, as `render` has them in a format, or with `--quiet` the `short` text, and exports them. Results
/// that could not be written are printed all the same; of a run that was interrupted nothing is.
pub fn show(
    printing: &Printing,
    saved: Result<Option<Saved>, Failure>,
    exports: &Exports,
    render: &dyn Fn(Format, Style, &mut dyn Write) -> io::Result<()>,
    short: &dyn Fn(Style) -> String,
) -> Result<(), Failure> {
    let Printing { format, quiet, color, .. } = *printing;
    if let Err(failure) = &saved
        && matches!(failure.exit, Exit::Interrupted | Exit::Terminated)
    {
        return saved.map(drop);
    }
    let rendered = |format, style| {
        let mut out = Vec::new();
        render(format, style, &mut out).map(|()| out).map_err(Failure::internal)
    };
    let style = Style { color: colored(color, &io::stdout()), width: width() };
    let colours = if style.color { Allowed::Colour } else { Allowed::Nothing };
    if quiet && format == Format::Text {
        print(short(style), colours)?;
    } else {
        let allowed = if format == Format::Github { Allowed::Commands } else { colours };
        print(String::from_utf8_lossy(&rendered(format, style)?), allowed)?;
    }
    if format == Format::Github {
        annotations::summarise(&rendered(Format::Markdown, IN_A_FILE)?);
    }
    exports.write(|format, out| render(format, IN_A_FILE, out))?;
    if let Some(saved) = saved? {
        tell_saved(&saved, quiet);
    }
    Ok(())
}

/// Tells where results are.
fn tell_saved(Saved { folder, written }: &Saved, quiet: bool) {
    if !quiet {
        let kept: Vec<String> = written.kept.iter().map(|path| path.display().to_string()).collect();
        if !kept.is_empty() {
            let kept = list(&kept.iter().map(|name| whole(&shown(name)).into_owned()).collect::<Vec<_>>());
            tell(
                &format!("note: kept in the folder, though not part of the results: {kept}"),
                Allowed::Nothing,
            );
        }
        let folder = folder.display().to_string();
        tell(&format!("results are in {}", shown(&folder)), Allowed::Nothing);
    }
}

/// How a command runs that takes many replications.
pub fn many(scenario: &Scenario) -> Options {
    let threads = scenario.running.threads.map(usize::from);
    Options {
        engine: scenario.running.engine.unwrap_or(Engine::Direct),
        threads: threads.unwrap_or_else(cores),
    }
}

/// How many threads the machine runs at once; one where it does not say.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    #[test]
    fn every_format_has_an_exporter() {
        let text = Text { style: Style { color: false, width: 100 }, single: false };
        for format in Format::value_variants().iter().filter(|format| **format != Format::Trace) {
            assert!(
                export::named(&arguments::name(format), text, &Github::default()).is_some(),
                "{format:?}"
            );
        }
    }

    #[test]
    fn the_words_beside_the_bar_fit_a_narrow_terminal() {
        // What indicatif calls "wide" shrinks; all else is printed whole or cut.
        let words = BAR.strip_prefix("{wide_bar} ").expect("only the bar gives way");
        let longest = words.replace("{pos}/{len}", "100000/100000").replace("{eta}", "59m");
        assert!(longest.len() < 40, "{longest}");
    }
}
