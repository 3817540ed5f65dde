//! `stampede plan`: the smallest value of a key for which the thresholds hold, or the best alternative by a number.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use clap::Args;

use super::arguments::{Extent, Simulation, Threads, flag, listed, name};
use super::durable::{Begun, Durable, after, begin};
use super::exit::{Exit, Failure};
use super::exporting::Exports;
use super::signals::Signals;
use super::simulation::{
    Printing, Saved, claim, folder_of, load, many, prepare, progress, save_bundle, show, stopped, tell_notes,
    tell_replaced, understand,
};
use super::{memory, tell};
use crate::experiment::search::{answer, digest, known_points, origin, question};
use crate::experiment::{Experiment, ExperimentError};
use crate::keys::text::Allowed;
use crate::keys::wording::counted;
use crate::report::plan as reports;
use crate::results::folder::{Bundle, Claim};
use crate::results::plan::Plan as Planned;
use crate::scenario::{Format, Output, Override, Text};

/// `stampede plan`
#[derive(Debug, Args)]
pub struct Plan {
    /// What all simulations take.
    #[command(flatten)]
    pub simulation: Simulation,
    /// How much of it to compare, at the most.
    #[command(flatten)]
    pub extent: Extent,
    /// How it is spread.
    #[command(flatten)]
    pub threads: Threads,
    /// Whether to go on where a plan was interrupted.
    #[command(flatten)]
    pub durable: Durable,
    /// What is to be as small as can be. A key with its range, as in --minimise desk.technicians=6..12: the smallest value
    /// for which all thresholds hold. Or a number, as in --minimise dispatch_delay.p95: the discipline, and the values of
    /// the keys of --vary, with the best mean of it [scenario key: plan.minimise]
    #[arg(long, value_name = "KEY=LO..HI|NUMBER")]
    pub minimise: Option<String>,
    /// A key and its values to choose from, as in --vary desk.technicians=6..12; may be repeated, and takes the place of
    /// what the scenario's plan varies [scenario key: plan.vary]
    #[arg(long, value_name = "KEY=VALUES")]
    pub vary: Vec<String>,
    /// The difference between means of a number that is worth telling: a share of the smallest mean, as in 1%, or an amount,
    /// as in 30s or 2.5 [default: 1%] [scenario key: plan.indifference]
    #[arg(long, value_name = "DIFFERENCE")]
    pub indifference: Option<String>,
}

/// Why a plan was not made.
enum Broken {
    /// A point is no experiment, or cannot be run.
    Point(Failure),
    /// Running was stopped, or failed.
    Run(ExperimentError),
}

impl From<ExperimentError> for Broken {
    fn from(error: ExperimentError) -> Self {
        Self::Run(error)
    }
}

/// Runs the command.
pub fn plan(arguments: &Plan) -> Result<Exit, Failure> {
    let mut overrides = arguments.simulation.overrides().map_err(Failure::input)?;
    overrides.extend(arguments.extent.overrides());
    overrides.extend(arguments.threads.overrides());
    let text_flag = |key: &str, origin: &str, value: &Option<String>| {
        value.as_ref().map(|value| flag(key, origin, value))
    };
    overrides.extend(text_flag("plan.minimise", "--minimise", &arguments.minimise));
    overrides.extend(listed("plan.vary", "--vary", &arguments.vary));
    overrides.extend(text_flag("plan.indifference", "--indifference", &arguments.indifference));
    let text = Text::read(&arguments.simulation.scenario);
    let scenario = load(&arguments.simulation, &text, &overrides)?.narrowed();
    let minimised = question(&scenario).map_err(Failure::input)?;
    let signals = Signals::heed();
    let Output { color, format, .. } = scenario.output;
    let options = many(&scenario);
    let base = prepare(&scenario, text.name())?.stopping_at(Arc::clone(signals.stop()));
    memory::check(&scenario, &base, &options)?;
    let at = |set: &[Override]| -> Result<Experiment, Failure> {
        let overrides: Vec<Override> = overrides.iter().chain(set).cloned().collect();
        let scenario = understand(&text, &overrides, color, format == Format::Github)?.narrowed();
        let experiment = prepare(&scenario, text.name())?.stopping_at(Arc::clone(signals.stop()));
        memory::check(&scenario, &experiment, &options)?;
        Ok(experiment)
    };
    // What is wrong is told before anything is simulated, as far as that is known.
    for set in known_points(&scenario) {
        at(&set)?;
    }
    let folder = folder_of(&scenario, &format!("{}-plan", scenario.name), scenario.overrides());
    let claim = scenario.output.files.then(|| claim(&folder)).transpose()?;
    let exports = Exports::of(&scenario.output, claim.as_ref().map(|_| folder.as_path()))?;
    exports.no_trace(scenario.output.format, UNTRACED)?;
    let quiet = scenario.output.quiet;
    if let Some(claim) = &claim {
        tell_replaced(claim, &folder, &digest(&scenario), quiet);
    }
    let begun = begin(Some(arguments.durable), claim.as_ref(), &origin(&base), 0, quiet)?;
    let journal = begun.as_ref().map(|begun| &begun.journal);
    let bar = progress(quiet, u64::from(base.most_replications()), BAR);
    #[expect(
        clippy::disallowed_methods,
        reason = "the run's own timing goes to standard error, never into results"
    )]
    let began = Instant::now();
    let mut point = |set: &[Override]| at(set).map_err(Broken::Point);
    let planned = answer(base, minimised, &mut point, journal, &options, &mut |now| {
        bar.set_message(now.point);
        bar.set_position(u64::from(now.replications));
    });
    bar.finish_and_clear();
    let planned = planned.map_err(|broken| match broken {
        Broken::Point(failure) => Failure { message: after(begun.as_ref(), &failure.message), ..failure },
        Broken::Run(error) => stopped(&signals, &error, begun.as_ref(), &error.to_string()),
    })?;
    tell_notes("", &planned.warnings, quiet);
    if !quiet {
        let seconds = began.elapsed().as_secs_f64();
        let ran = counted(planned.spent(), "replication");
        tell(&format!("ran {ran} in {seconds:.2} s"), Allowed::Nothing);
    }
    let saved = claim.map(|claim| save(&claim, &folder, &planned, &signals, begun.as_ref())).transpose();
    conclude(&Printing::of(&scenario, false), &planned, saved, &exports)
}

/// What to do for a trace instead.
pub const UNTRACED: &str = "run what the plan answers with `compare`";

/// The words take little of a line, so that they are not cut.
const BAR: &str = "{wide_bar} {pos} replications with {msg}";

/// Writes a plan with every derived file into the folder, whole or not at all.
pub fn save(
    claim: &Claim,
    folder: &Path,
    planned: &Planned,
    signals: &Signals,
    begun: Option<&Begun>,
) -> Result<Saved, Failure> {
    save_bundle(claim, folder, &Bundle::of_plan(planned, reports::files(planned)), signals, begun, 1)
}

/// Prints a plan as asked. A question without an answer is as a threshold that was crossed.
pub fn conclude(
    printing: &Printing,
    planned: &Planned,
    saved: Result<Option<Saved>, Failure>,
    exports: &Exports,
) -> Result<Exit, Failure> {
    let render = |format, style, out: &mut dyn Write| {
        let text = reports::export(&name(&format), planned, style);
        out.write_all(text.expect("there is an exporter for each format but a trace").as_bytes())
    };
    show(printing, saved, exports, &render, &|style| reports::short(planned, style))?;
    Ok(if planned.is_answered() { Exit::Fine } else { Exit::Threshold })
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;
    use crate::report::export::text::Style;

    #[test]
    fn every_format_has_an_exporter() {
        let style = Style { color: false, width: 100 };
        let planned = crate::report::plan::tests::nine();
        for format in Format::value_variants().iter().filter(|format| **format != Format::Trace) {
            assert!(reports::export(&name(format), &planned, style).is_some(), "{format:?}");
        }
    }
}
