//! Baselines of `compare`: results that are kept under a name, and that later results are compared with.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use clap::Args;

use super::arguments::flag;
use super::default_folder;
use super::diff::{self, DiffFormat};
use super::exit::{Exit, Failure};
use super::simulation::{Printing, no_place, open};
use super::{colored, tell, width};
use crate::keys::text::{Allowed, shown};
use crate::metrics::tolerance::Tolerances;
use crate::report;
use crate::report::difference::{regressions, text};
use crate::report::export::text::Style;
use crate::results::Comparison;
use crate::results::difference::Difference;
use crate::results::folder::{self, Bundle, Claim};
use crate::scenario::{Format, Override, Scenario};

/// Flags of baselines.
#[derive(Debug, Args)]
pub struct BaselineFlags {
    /// Keep the results under this name as well, in results/baselines/<scenario name>/NAME [scenario key:
    /// output.save_baseline]
    #[arg(long, value_name = "NAME", conflicts_with = "baseline")]
    pub save_baseline: Option<String>,
    /// Compare with the results that were kept under this name; a regression is exit code 99 [scenario key:
    /// output.baseline]
    #[arg(long, value_name = "NAME")]
    pub baseline: Option<String>,
    /// How much worse a number may be than in the baseline: 2% of it, or of a measure 'makespan: 30s'; may be repeated
    /// [default: nothing] [scenario key: output.tolerance]
    #[arg(long, value_name = "[MEASURE: ]AMOUNT")]
    pub tolerance: Vec<String>,
}

impl BaselineFlags {
    /// The flags as overrides of scenario keys.
    pub fn overrides(&self) -> Vec<Override> {
        let names = [
            ("output.save_baseline", "--save-baseline", &self.save_baseline),
            ("output.baseline", "--baseline", &self.baseline),
        ];
        let text = |text: &String| toml::Value::from(text.clone());
        let names = names
            .into_iter()
            .filter_map(|(key, origin, name)| Some(flag(key, origin, &text(name.as_ref()?))));
        let tolerance = toml::Value::from(self.tolerance.clone());
        let tolerance = flag("output.tolerance", "--tolerance", &tolerance);
        names.chain((!self.tolerance.is_empty()).then_some(tolerance)).collect()
    }
}

/// What a scenario says of baselines, found to be there and writable.
pub struct Baselines {
    earlier: Option<Comparison>,
    tolerances: Tolerances,
    kept: Option<(Claim, PathBuf)>,
}

impl Baselines {
    /// Reads the baseline and claims the folder of the one to be kept.
    ///
    /// # Errors
    /// When the baseline is missing or has none of the disciplines, or the folder is no place for results: nothing need be
    /// simulated then.
    pub fn of(scenario: &Scenario) -> Result<Self, Failure> {
        let output = &scenario.output;
        let folder = |name: &String| {
            Path::new("results/baselines").join(default_folder::below(&scenario.name)).join(name)
        };
        let earlier = output.baseline.as_ref().map(|name| read(name, &folder(name), scenario)).transpose()?;
        let claim = |folder: PathBuf| match folder::claim(&folder) {
            Ok(claim) => Ok((claim, folder)),
            Err(error) => Err(no_place(&error, ", or choose another name for --save-baseline")),
        };
        let kept = output.save_baseline.as_ref().map(folder).map(claim).transpose()?;
        Ok(Self { earlier, tolerances: output.tolerances(), kept })
    }

    /// What differs from the baseline, if there is one.
    ///
    /// # Errors
    /// When replications cannot be read.
    pub fn difference(&self, comparison: &Comparison) -> Result<Option<Difference>, Failure> {
        self.earlier.as_ref().map(|earlier| diff::between(earlier, comparison, &self.tolerances)).transpose()
    }

    /// Keeps results as a baseline, if that was asked for; its files are made with up to so many threads.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn keep(&self, comparison: &Comparison, threads: usize, quiet: bool) -> Result<(), Failure> {
        let Some((claim, folder)) = &self.kept else { return Ok(()) };
        let derived = report::files(comparison).map_err(Failure::internal)?;
        claim
            .write(&Bundle::of(comparison, derived), threads, &AtomicBool::new(false))
            .map_err(|error| no_place(&error, ""))?;
        if !quiet {
            tell(&format!("the baseline is kept in {}", shown(&folder.to_string_lossy())), Allowed::Nothing);
        }
        Ok(())
    }
}

/// The baseline of this name.
fn read(name: &str, folder: &Path, scenario: &Scenario) -> Result<Comparison, Failure> {
    if !folder.is_dir() {
        return Err(Failure::input(format!(
            "there is no baseline `{name}` of {}, as there is no folder {}: run with --save-baseline {name} first",
            shown(&scenario.name),
            shown(&folder.to_string_lossy()),
        )));
    }
    let earlier = open(folder)?;
    if scenario.disciplines.iter().all(|arm| earlier.arm(&arm.name).is_none()) {
        return Err(Failure::input(format!(
            "the baseline `{name}` has none of the disciplines that are run: run them with --save-baseline {name} first"
        )));
    }
    Ok(earlier)
}

/// Prints what differs from the baseline below the results, or on standard error where standard output is for programs;
/// the exit code says whether it is a regression.
///
/// # Errors
/// When standard output cannot be written to.
pub fn print(difference: &Difference, printing: &Printing) -> Result<Exit, Failure> {
    let format = match printing.format {
        Format::Text => DiffFormat::Text,
        Format::Markdown => DiffFormat::Markdown,
        Format::Github => DiffFormat::Github,
        Format::Json | Format::Csv | Format::Junit | Format::Trace => {
            let told = if printing.quiet { regressions } else { text };
            tell(&told(difference, Style { color: false, width: width() }), Allowed::Nothing);
            return Ok(diff::exit(difference));
        }
    };
    let style = Style { color: colored(printing.color, &io::stdout()), width: width() };
    if format != DiffFormat::Github && !printing.quiet {
        super::print("\n", Allowed::Nothing)?;
    }
    diff::tell(difference, format, printing.quiet, style)
}
