//! `stampede sweep`: the same comparison at many points, to see what a key changes.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use clap::Args;

use super::arguments::{Extent, Simulation, Threads, flag, listed, name};
use super::durable::{Begun, Durable, Sharding, begin};
use super::exit::{Exit, Failure};
use super::exporting::Exports;
use super::shard::Whole;
use super::signals::Signals;
use super::simulation::{
    Printing, Saved, claim, folder_of, load, many, prepare, progress, refused, save_bundle, show, stopped,
    tell_notes, tell_replaced,
};
use super::{memory, tell};
use crate::experiment::sweep::Sweeping;
use crate::keys::text::Allowed;
use crate::keys::wording::counted;
use crate::report::sweep as reports;
use crate::results::folder::{Bundle, Claim};
use crate::results::sweep::Sweep as Swept;
use crate::scenario::{Format, Output, Scenario, Text};

/// `stampede sweep`
#[derive(Debug, Args)]
pub struct Sweep {
    /// What all simulations take.
    #[command(flatten)]
    pub simulation: Simulation,
    /// How much of it to compare at each point.
    #[command(flatten)]
    pub extent: Extent,
    /// How it is spread.
    #[command(flatten)]
    pub threads: Threads,
    /// Whether to go on where a sweep was interrupted.
    #[command(flatten)]
    pub durable: Durable,
    /// Which part of it is run.
    #[command(flatten)]
    pub sharding: Sharding,
    /// A key and its values, as in --vary burst.tickets=5,20,60 or --vary desk.technicians=6..12:2; may be repeated, and
    /// takes the place of what the scenario varies [scenario key: sweep.vary]
    #[arg(long, value_name = "KEY=VALUES")]
    pub vary: Vec<String>,
    /// How values of several keys are combined: grid, or lhs:N for a Latin hypercube of N points [default: grid]
    /// [scenario key: sweep.design]
    #[arg(long, value_name = "DESIGN")]
    pub design: Option<String>,
    /// Numbers that the table and the charts show, as in dispatch_delay.p95, with commas between them [scenario key:
    /// sweep.measures]
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',')]
    pub measure: Vec<String>,
}

/// What the folder of a sweep is called after, where nobody says where it is.
pub fn default_name(scenario: &Scenario) -> String {
    format!("{}-sweep", scenario.name)
}

/// The bar counts thousandths of points.
const THOUSANDTHS: u64 = 1000;

/// Runs the command.
pub fn sweep(arguments: &Sweep) -> Result<Exit, Failure> {
    arguments.sharding.check(&arguments.simulation.of_results())?;
    let mut overrides = arguments.simulation.overrides().map_err(Failure::input)?;
    overrides.extend(arguments.extent.overrides());
    overrides.extend(arguments.threads.overrides());
    overrides.extend(listed("sweep.vary", "--vary", &arguments.vary));
    overrides.extend(arguments.design.as_ref().map(|design| flag("sweep.design", "--design", design)));
    overrides.extend(listed("sweep.measures", "--measure", &arguments.measure));
    let text = Text::read(&arguments.simulation.scenario);
    let scenario = load(&arguments.simulation, &text, &overrides)?.narrowed();
    if scenario.sweep.vary.is_empty() {
        return Err(Failure::input(
            "nothing is varied: say which key takes which values, as in --vary burst.tickets=5,20,60 or --vary \
             desk.technicians=6..12, or in the scenario with [sweep] and vary = [\"desk.technicians=6..12\"]",
        ));
    }
    let signals = Signals::heed();
    let folder = folder_of(&scenario, &default_name(&scenario), scenario.overrides());
    let Output { color, format, .. } = scenario.output;
    prepare(&scenario, text.name())?;
    let sweeping = Sweeping::prepare(&scenario, &text, &overrides)
        .map_err(|refusal| {
            let annotated = format == Format::Github;
            refused(&refusal.scenario.problems, text.name(), &refusal.files, color, annotated)
        })?
        .stopping_at(signals.stop());
    let options = many(&scenario);
    if let Some(share) = arguments.sharding.shard {
        let whole = Whole {
            scenario: &scenario,
            origin: sweeping.origin(),
            source: sweeping.source(),
            experiments: sweeping.experiments().collect(),
            folder,
            out: arguments.simulation.out.as_deref(),
            options: &options,
        };
        return whole.run(share, &signals);
    }
    let claim = scenario.output.files.then(|| claim(&folder)).transpose()?;
    let exports = Exports::of(&scenario.output, claim.as_ref().map(|_| folder.as_path()))?;
    exports.no_trace(scenario.output.format, UNTRACED)?;
    for experiment in sweeping.experiments() {
        memory::check(&scenario, experiment, &options)?;
    }
    let quiet = scenario.output.quiet;
    if let Some(claim) = &claim {
        tell_replaced(claim, &folder, &sweeping.digest(), quiet);
    }
    let planned = sweeping.experiments().map(|experiment| u64::from(experiment.planned(0))).sum();
    let begun = begin(Some(arguments.durable), claim.as_ref(), &sweeping.origin(), planned, quiet)?;
    let sweeping = match &begun {
        Some(begun) => sweeping.keeping(&begun.journal),
        None => sweeping,
    };
    let points = sweeping.count() as u64;
    let bar = progress(quiet, points * THOUSANDTHS, BAR);
    #[expect(
        clippy::disallowed_methods,
        reason = "the run's own timing goes to standard error, never into results"
    )]
    let began = Instant::now();
    let mut done = 0;
    let ran = sweeping.run(&options, &mut |progress| {
        done = progress.points;
        let part = u64::from(progress.replications) * THOUSANDTHS / u64::from(progress.planned.max(1));
        bar.set_position(progress.points as u64 * THOUSANDTHS + part);
        bar.set_message(format!("{done}/{points}"));
    });
    bar.finish_and_clear();
    let swept = ran.map_err(|error| {
        stopped(
            &signals,
            &error,
            begun.as_ref(),
            &format!("{done} of {} were done", counted(points, "point")),
        )
    })?;
    tell_notes("", &swept.warnings, quiet);
    if !quiet {
        let seconds = began.elapsed().as_secs_f64();
        let runs: u64 = swept.points.iter().map(|point| u64::from(point.replications)).sum();
        let text = format!(
            "ran {} of {} at {} in {seconds:.2} s",
            counted(runs, "replication"),
            counted(swept.arms.len() as u64, "discipline"),
            counted(points, "point")
        );
        tell(&text, Allowed::Nothing);
    }
    let saved = claim
        .map(|claim| save(&claim, &folder, &swept, &signals, begun.as_ref(), options.threads))
        .transpose();
    conclude(&Printing::of(&scenario, false), &swept, saved, &exports)
}

/// What to do for a trace instead.
pub const UNTRACED: &str = "run a point of the sweep with `compare`";

/// The words take little of a line, so that they are not cut.
const BAR: &str = "{wide_bar} {msg} points, {eta} to go";

/// Writes a sweep with every derived file, made with up to so many threads, into the folder, whole or not at all.
pub fn save(
    claim: &Claim,
    folder: &Path,
    swept: &Swept,
    signals: &Signals,
    begun: Option<&Begun>,
    threads: usize,
) -> Result<Saved, Failure> {
    save_bundle(claim, folder, &Bundle::of_sweep(swept, reports::files(swept)), signals, begun, threads)
}

/// Prints a sweep as asked. It explores: which thresholds hold where is told, and none fails it.
pub fn conclude(
    printing: &Printing,
    swept: &Swept,
    saved: Result<Option<Saved>, Failure>,
    exports: &Exports,
) -> Result<Exit, Failure> {
    let render = |format, style, out: &mut dyn Write| {
        let text = reports::export(&name(&format), swept, style);
        out.write_all(text.expect("there is an exporter for each format but a trace").as_bytes())
    };
    show(printing, saved, exports, &render, &|style| reports::thresholds(swept, style))?;
    Ok(Exit::Fine)
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;
    use crate::report::export::text::Style;

    #[test]
    fn every_format_has_an_exporter() {
        let style = Style { color: false, width: 100 };
        let swept = crate::report::sweep::tests::sweep();
        for format in Format::value_variants().iter().filter(|format| **format != Format::Trace) {
            assert!(reports::export(&name(format), &swept, style).is_some(), "{format:?}");
        }
    }
}
