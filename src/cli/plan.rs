//! `stampede plan`: the smallest value of a key for which the thresholds hold, or the best alternative by a number.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use clap::Args;

use super::arguments::{Extent, Simulation, flag, listed, name};
use super::durable::{Begun, Durable, after, begin};
use super::exit::{Exit, Failure};
use super::exporting::Exports;
use super::signals::Signals;
use super::simulation::{
    IN_A_FILE, Printing, Saved, claim, load, many_threads, prepare, progress, save_bundle, stopped,
    tell_notes, tell_replaced, tell_saved, understand,
};
use super::{annotations, colored, default_folder, memory, print, tell, width};
use crate::engine::Engine;
use crate::experiment::search::{answer, digest, known_points, objection, origin};
use crate::experiment::{Experiment, ExperimentError, Options};
use crate::keys::text::Allowed;
use crate::keys::wording::counted;
use crate::report::export::text::Style;
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
    /// Worker threads; the results do not depend on it [default: one a core] [scenario key: experiment.threads]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
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
    overrides.extend(arguments.threads.map(|threads| flag("experiment.threads", "--threads", &threads)));
    let text_flag = |key: &str, origin: &str, value: &Option<String>| {
        value.as_ref().map(|value| flag(key, origin, value))
    };
    overrides.extend(text_flag("plan.minimise", "--minimise", &arguments.minimise));
    overrides.extend(listed("plan.vary", "--vary", &arguments.vary));
    overrides.extend(text_flag("plan.indifference", "--indifference", &arguments.indifference));
    let text = Text::read(&arguments.simulation.scenario);
    let scenario = load(&arguments.simulation, &text, &overrides)?.narrowed();
    if let Some(objection) = objection(&scenario) {
        return Err(Failure::input(objection));
    }
    let Some(minimised) = scenario.planning.minimise.clone() else { return Ok(Exit::Input) };
    let signals = Signals::heed();
    let Output { color, format, .. } = scenario.output;
    let options = Options {
        engine: scenario.running.engine.unwrap_or(Engine::Direct),
        threads: many_threads(&scenario),
    };
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
    let default_folder = || {
        let name = default_folder::name(&format!("{}-plan", scenario.name), scenario.overrides());
        Path::new("results").join(name)
    };
    let folder = scenario.output.folder.clone().unwrap_or_else(default_folder);
    let claim = scenario.output.files.then(|| claim(&folder)).transpose()?;
    let exports = Exports::of(&scenario.output, claim.as_ref().map(|_| folder.as_path()))?;
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
    let planned = answer(base, &minimised, &mut point, journal, &options, &mut |now| {
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
    let derived = reports::files(planned).map_err(Failure::internal)?;
    save_bundle(claim, folder, &Bundle::of_plan(planned, derived), signals, begun)
}

/// Prints a plan as asked. A question without an answer is as a threshold that was crossed.
pub fn conclude(
    printing: &Printing,
    planned: &Planned,
    saved: Result<Option<Saved>, Failure>,
    exports: &Exports,
) -> Result<Exit, Failure> {
    let Printing { format, quiet, color, .. } = *printing;
    if let Err(failure) = &saved
        && matches!(failure.exit, Exit::Interrupted | Exit::Terminated)
    {
        return saved.map(|_| Exit::Fine);
    }
    let style = Style { color: colored(color, &io::stdout()), width: width() };
    let colours = if style.color { Allowed::Colour } else { Allowed::Nothing };
    let render = |format: Format, style| {
        reports::export(&name(&format), planned, style).expect("there is an exporter for each format")
    };
    let text = match format {
        Format::Text if quiet => reports::short(planned, style),
        _ => render(format, style),
    };
    print(text, if format == Format::Github { Allowed::Commands } else { colours })?;
    if format == Format::Github {
        annotations::summarise(render(Format::Markdown, IN_A_FILE).as_bytes());
    }
    exports.write(|format| render(format, IN_A_FILE).into_bytes())?;
    if let Some(saved) = saved? {
        tell_saved(&saved, quiet);
    }
    Ok(if planned.is_answered() { Exit::Fine } else { Exit::Threshold })
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    #[test]
    fn every_format_has_an_exporter() {
        let style = Style { color: false, width: 100 };
        let planned = crate::report::plan::tests::nine();
        for format in Format::value_variants() {
            assert!(reports::export(&name(format), &planned, style).is_some(), "{format:?}");
        }
    }
}
