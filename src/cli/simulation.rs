//! What `run` and `compare` share: load, check the target folder, simulate with a progress bar, write, print.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::arguments::{Simulation, name};
use super::exit::{Exit, Failure};
use super::{colored, print, tell, width};
use crate::experiment::{self, Experiment, ExperimentError, Options};
use crate::keys::text::{Allowed, is_hidden, printed, shown};
use crate::keys::wording::counted;
use crate::report;
use crate::report::export::{self, Text, text::Style};
use crate::results::Comparison;
use crate::results::folder::{self, Bundle};
use crate::scenario::{self, Color, Format, Output, Override, Registry, Scenario, ScenarioError};

/// Loads the scenario with these overrides. `--out` is not one of them: a path need not be UTF-8.
pub fn load(arguments: &Simulation, overrides: &[Override]) -> Result<Scenario, Failure> {
    let color = colored(arguments.color.unwrap_or(Color::Auto), &io::stderr());
    let mut scenario = load_file(&arguments.scenario, overrides, color)?;
    if arguments.out.is_some() {
        scenario.output.folder.clone_from(&arguments.out);
    }
    Ok(scenario)
}

/// Loads a scenario file; a failure shows every error in it.
pub fn load_file(path: &Path, overrides: &[Override], color: bool) -> Result<Scenario, Failure> {
    let draft = scenario::draft(path, overrides, &Registry::default());
    experiment::check(draft)
        .map_err(|refusal| refused(&refusal.scenario, &with_path(path, &refusal.files), color))
}

/// The failure of a scenario with these problems; what else is to be said follows.
fn refused(problems: &ScenarioError, others: &str, color: bool) -> Failure {
    let allowed = if color { Allowed::Colour } else { Allowed::Nothing };
    Failure { exit: Exit::Input, message: problems.render(color, width()) + others, allowed }
}

/// Sentences on what is wrong with the files of the scenario at `path`, each with a blank line before it.
fn with_path(path: &Path, sentences: &[String]) -> String {
    let path = path.display().to_string();
    let told =
        |sentence: &String| printed(&format!("\nerror: {}: {sentence}\n", shown(&path)), Allowed::Nothing);
    sentences.iter().map(told).collect()
}

/// What a finished simulation leaves.
pub struct Finished {
    /// The results.
    pub comparison: Comparison,
    /// Where they were written.
    pub folder: PathBuf,
}

/// Reads what the scenario, which is in the file at `path`, names, and builds its desk.
pub fn prepare(scenario: &Scenario, path: &Path) -> Result<Experiment, Failure> {
    Experiment::prepare(scenario.clone()).map_err(|error| match error {
        ExperimentError::Names(problems) => {
            refused(&problems, "", colored(scenario.output.color, &io::stderr()))
        }
        error => Failure {
            exit: Exit::Input,
            message: with_path(path, &error.each()).trim_start().to_owned(),
            allowed: Allowed::Nothing,
        },
    })
}

/// Simulates the scenario, which is in the file at `path`, and writes the results, whole or not at all.
pub fn simulate(
    scenario: &Scenario,
    path: &Path,
    options: &Options,
    default_folder: &str,
) -> Result<Finished, Failure> {
    let default_folder = || Path::new("results").join(below(default_folder));
    let folder = scenario.output.folder.clone().unwrap_or_else(default_folder);
    folder::check_target(&folder).map_err(Failure::input)?;
    let experiment = prepare(scenario, path)?;
    let replications = scenario.experiment.replications;
    let bar = progress(scenario.output.quiet, replications);
    #[expect(
        clippy::disallowed_methods,
        reason = "the run's own timing goes to standard error, never into results"
    )]
    let began = Instant::now();
    let comparison = experiment.run(options, &mut |done| bar.set_position(u64::from(done))).map_err(
        |error| match error {
            ExperimentError::NoEngine => Failure::input(error),
            error => Failure::internal(error),
        },
    )?;
    bar.finish_and_clear();
    tell_notes("", &comparison.warnings, scenario.output.quiet);
    if !scenario.output.quiet {
        let tickets = comparison.arrivals.total() * comparison.arms.len() as u64;
        let seconds = began.elapsed().as_secs_f64();
        let rate = tickets as f64 / seconds;
        tell(
            &format!("simulated {tickets} dispatches in {seconds:.2} s ({rate:.0} per second)"),
            Allowed::Nothing,
        );
    }
    save(&folder, &comparison)?;
    Ok(Finished { comparison, folder })
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

/// Writes the results with every derived file into the folder, whole or not at all.
pub fn save(folder: &Path, comparison: &Comparison) -> Result<(), Failure> {
    let derived = report::files(comparison).map_err(Failure::internal)?;
    folder::write(folder, &Bundle::of(comparison, derived)).map_err(Failure::internal)
}

/// A folder of that name that is below whatever it is joined to: without slashes, without dots in front, and without
/// characters that do not show.
fn below(name: &str) -> String {
    let visible = name.trim_start_matches('.');
    let dots = "-".repeat(name.len() - visible.len());
    dots + &visible.replace(|c| matches!(c, '/' | '\\') || is_hidden(c), "-")
}

/// The bar takes what the words leave of a line, so that they are not cut.
const BAR: &str = "{wide_bar} {pos}/{len} replications, {eta} to go";

/// A bar on a terminal, nothing elsewhere.
fn progress(quiet: bool, replications: u32) -> ProgressBar {
    let shown = !quiet && io::stderr().is_terminal();
    let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(u64::from(replications)), target);
    let style = ProgressStyle::with_template(BAR).expect("the template is well formed");
    bar.set_style(style);
    bar
}

/// How results are printed.
#[derive(Clone, Copy)]
pub struct Printing {
    /// In which format.
    pub format: Format,
    /// Of the text report only the thresholds that were crossed.
    pub quiet: bool,
    /// When to use colour.
    pub color: Color,
    /// The text report is that of `run`.
    pub single: bool,
}

impl Printing {
    /// As a scenario asks for.
    pub fn of(output: &Output, single: bool) -> Self {
        Self { format: output.format, quiet: output.quiet, color: output.color, single }
    }
}

/// Prints the results as asked and returns the exit code.
pub fn conclude(printing: Printing, comparison: &Comparison, folder: &Path) -> Result<Exit, Failure> {
    let Printing { format, quiet, color, single } = printing;
    let holds = comparison.verdicts.iter().all(|verdict| verdict.holds);
    let style = Style { color: colored(color, &io::stdout()), width: width() };
    let colours = if style.color { Allowed::Colour } else { Allowed::Nothing };
    if !quiet || format != Format::Text {
        let exporter = export::named(&name(&format), Text { style, single })
            .expect("there is an exporter for each format");
        let allowed = if format == Format::Github { Allowed::Commands } else { colours };
        print(String::from_utf8_lossy(&exporter.export(comparison)), allowed)?;
    } else if !holds {
        print(export::text::thresholds(comparison, style), colours)?;
    }
    if !quiet {
        let folder = folder.display().to_string();
        tell(&format!("results are in {}", shown(&folder)), Allowed::Nothing);
    }
    Ok(if holds { Exit::Fine } else { Exit::Threshold })
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    #[test]
    fn every_format_has_an_exporter() {
        let text = Text { style: Style { color: false, width: 100 }, single: false };
        for format in Format::value_variants() {
            assert!(export::named(&name(format), text).is_some(), "{format:?}");
        }
    }

    #[test]
    fn whatever_a_scenario_is_called_its_results_stay_below_the_folder() {
        for (name, folder) in [
            ("monday-30", "monday-30"),
            ("Q3/2026, plan B", "Q3-2026, plan B"),
            ("/tmp/x", "-tmp-x"),
            ("../x", "---x"),
            ("..", "--"),
            ("a\\..\\b", "a-..-b"),
            ("\u{202e}gnp.exe", "-gnp.exe"),
        ] {
            assert_eq!(below(name), folder);
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
