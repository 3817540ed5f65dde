//! What `run` and `compare` share: load, check the target folder, simulate with a progress bar, write, print.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::arguments::Simulation;
use super::exit::{Exit, Failure};
use super::{colored, print, tell, width};
use crate::experiment::{Experiment, Options};
use crate::report::{self, folder};
use crate::results::Comparison;
use crate::scenario::{self, Color, Format, Output, Override, Scenario};

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
    scenario::load(path, overrides)
        .map_err(|error| Failure { exit: Exit::Input, message: error.render(color, width()) })
}

/// Keeps the disciplines that were asked for, in the scenario's order.
pub fn select(scenario: &mut Scenario) {
    let names = &scenario.running.disciplines;
    scenario.disciplines.retain(|arm| names.is_empty() || names.contains(&arm.name));
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
    Experiment::prepare(scenario.clone())
        .map_err(|error| Failure::input(format!("{}: {error}", path.display())))
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
    let inputs = experiment.inputs().to_vec();
    let replications = scenario.experiment.replications;
    let bar = progress(scenario.output.quiet, replications);
    #[expect(
        clippy::disallowed_methods,
        reason = "the run's own timing goes to standard error, never into results"
    )]
    let began = Instant::now();
    let comparison =
        experiment.run(options, &mut |done| bar.set_position(u64::from(done))).map_err(Failure::internal)?;
    bar.finish_and_clear();
    if !scenario.output.quiet {
        for warning in &comparison.warnings {
            tell(&format!("note: {warning}"));
        }
        let tickets = comparison.arrivals.total() * comparison.arms.len() as u64;
        let seconds = began.elapsed().as_secs_f64();
        tell(&format!(
            "simulated {tickets} dispatches in {seconds:.2} s ({:.0} a second)",
            tickets as f64 / seconds
        ));
    }
    let bundle = folder::bundle(&comparison, true, &inputs).map_err(Failure::internal)?;
    folder::write(&folder, &bundle).map_err(Failure::internal)?;
    Ok(Finished { comparison, folder })
}

/// A folder of that name that is below whatever it is joined to: without slashes, and without dots in front.
fn below(name: &str) -> String {
    let visible = name.trim_start_matches('.');
    let dots = "-".repeat(name.len() - visible.len());
    dots + &visible.replace(['/', '\\'], "-")
}

/// A bar on a terminal, nothing elsewhere.
fn progress(quiet: bool, replications: u32) -> ProgressBar {
    let shown = !quiet && io::stderr().is_terminal();
    let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(u64::from(replications)), target);
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} replications, {eta} to go")
        .expect("the template is well formed");
    bar.set_style(style);
    bar
}

/// Prints the results as asked and returns the exit code.
pub fn conclude(
    output: &Output,
    finished: &Finished,
    text: fn(&Comparison, report::text::Style) -> String,
) -> Result<Exit, Failure> {
    let comparison = &finished.comparison;
    let holds = comparison.verdicts.iter().all(|verdict| verdict.holds);
    let style = report::text::Style { color: colored(output.color, &io::stdout()), width: width() };
    if !output.quiet || output.format != Format::Text {
        print(&match output.format {
            Format::Text => text(comparison, style),
            Format::Json => report::json::summary(comparison),
            Format::Csv => report::csv::summary(comparison),
            Format::Markdown => report::markdown::comparison(comparison),
            Format::Github => report::github::annotations(comparison),
        })?;
    } else if !holds {
        print(&report::text::thresholds(comparison, style))?;
    }
    if !output.quiet {
        tell(&format!("results are in {}", finished.folder.display()));
    }
    Ok(if holds { Exit::Fine } else { Exit::Threshold })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_scenario_is_called_its_results_stay_below_the_folder() {
        for (name, folder) in [
            ("monday-30", "monday-30"),
            ("Q3/2026, plan B", "Q3-2026, plan B"),
            ("/tmp/x", "-tmp-x"),
            ("../x", "---x"),
            ("..", "--"),
            ("a\\..\\b", "a-..-b"),
        ] {
            assert_eq!(below(name), folder);
        }
    }
}
