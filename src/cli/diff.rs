//! `stampede diff`: what changed between two results folders, and whether it is a regression.

use std::io;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::exit::{Exit, Failure};
use super::simulation::open;
use super::{annotations, colored, print, width};
use crate::keys::text::Allowed;
use crate::metrics::tolerance::Tolerances;
use crate::report::difference;
use crate::report::export::text::Style;
use crate::results::Comparison;
use crate::results::difference::Difference;
use crate::scenario::Color;

/// `stampede diff`
#[derive(Debug, Args)]
pub struct Diff {
    /// The results to compare with, as `run` or `compare` wrote them
    #[arg(value_name = "BASELINE_DIR")]
    pub baseline: PathBuf,
    /// The later results
    #[arg(value_name = "RUN_DIR")]
    pub run: PathBuf,
    /// How much worse a number may be than in the baseline: 2% of it, or of a measure 'makespan: 30s'; may be repeated
    /// [default: nothing]
    #[arg(long, value_name = "[MEASURE: ]AMOUNT")]
    pub tolerance: Vec<String>,
    /// What to print on standard output
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub format: DiffFormat,
    /// Of the text only regressions. Other formats are printed whole
    #[arg(long, short)]
    pub quiet: bool,
    /// When to use colour (also: NO_COLOR)
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

/// What a difference is printed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// Tables to read
    Text,
    /// Everything, for programs
    Json,
    /// The text for a pull request or a page
    Markdown,
    /// Annotations of a GitHub workflow, and the Markdown in the summary of its step
    Github,
}

/// Runs the command.
pub fn diff(arguments: &Diff) -> Result<Exit, Failure> {
    let Diff { format, quiet, color, .. } = *arguments;
    let tolerances = Tolerances::parse(&arguments.tolerance).map_err(|(index, error)| {
        Failure::input(format!("--tolerance {}: {error}", arguments.tolerance[index]))
    })?;
    let (baseline, run) = (open(&arguments.baseline)?, open(&arguments.run)?);
    let difference = between(&baseline, &run, &tolerances)?;
    let style = Style { color: colored(color, &io::stdout()), width: width() };
    tell(&difference, format, quiet, style)
}

/// What differs between two comparisons.
///
/// # Errors
/// When they have no discipline in common, or one cannot be read.
pub fn between(
    baseline: &Comparison,
    run: &Comparison,
    tolerances: &Tolerances,
) -> Result<Difference, Failure> {
    let difference = Difference::between(baseline, run, tolerances).map_err(Failure::internal)?;
    if difference.arms.is_empty() {
        return Err(Failure::input(
            "the two have no discipline in common, so nothing can be compared: name results of the same disciplines",
        ));
    }
    Ok(difference)
}

/// Prints what differs; the exit code says whether it is a regression.
pub fn tell(difference: &Difference, format: DiffFormat, quiet: bool, style: Style) -> Result<Exit, Failure> {
    let colours = if style.color { Allowed::Colour } else { Allowed::Nothing };
    match format {
        DiffFormat::Text if quiet => print(difference::regressions(difference, style), colours)?,
        DiffFormat::Text => print(difference::text(difference, style), colours)?,
        DiffFormat::Json => print(difference::json(difference), Allowed::Nothing)?,
        DiffFormat::Markdown => print(difference::markdown(difference), Allowed::Nothing)?,
        DiffFormat::Github => {
            print(difference::github(difference), Allowed::Commands)?;
            annotations::summarise(difference::markdown(difference).as_bytes());
        }
    }
    Ok(exit(difference))
}

/// The exit code that a difference asks for.
pub fn exit(difference: &Difference) -> Exit {
    if difference.is_regression() { Exit::Threshold } else { Exit::Fine }
}
