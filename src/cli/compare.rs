//! `stampede compare`: every discipline, many bursts, side by side.

use std::sync::Arc;

use super::arguments::Compare;
use super::baselines::{self, BaselineFlags, Baselines};
use super::exit::{Exit, Failure};
use super::shard::Whole;
use super::signals::Signals;
use super::simulation::{Printing, conclude, folder_of, load, many, prepare, simulate};
use crate::scenario::Text;

/// Runs the command.
pub fn compare(arguments: &Compare) -> Result<Exit, Failure> {
    let BaselineFlags { save_baseline, baseline, .. } = &arguments.baselines;
    let others = [("--save-baseline", save_baseline.is_some()), ("--baseline", baseline.is_some())];
    arguments.sharding.check(&others)?;
    arguments.sharding.check(&arguments.simulation.of_results())?;
    let mut overrides = arguments.simulation.overrides().map_err(Failure::input)?;
    overrides.extend(arguments.extent.overrides());
    overrides.extend(arguments.baselines.overrides());
    overrides.extend(arguments.threads.overrides());
    let text = Text::read(&arguments.simulation.scenario);
    let scenario = load(&arguments.simulation, &text, &overrides)?.narrowed();
    let options = many(&scenario);
    if let Some(share) = arguments.sharding.shard {
        let signals = Signals::heed();
        let experiment = prepare(&scenario, text.name())?.stopping_at(Arc::clone(signals.stop()));
        let whole = Whole {
            scenario: &scenario,
            origin: experiment.origin("compare"),
            source: experiment.source(),
            experiments: vec![&experiment],
            folder: folder_of(&scenario, &scenario.name, scenario.overrides()),
            out: arguments.simulation.out.as_deref(),
            options: &options,
        };
        return whole.run(share, &signals);
    }
    let baselines = Baselines::of(&scenario)?;
    let durable = Some(arguments.durable);
    let finished = simulate(&scenario, text.name(), &options, &scenario.name, scenario.overrides(), durable)?;
    let printing = Printing::of(&scenario, false);
    let difference = baselines.difference(&finished.comparison)?;
    if finished.saved.is_ok() {
        baselines.keep(&finished.comparison, options.threads, printing.quiet)?;
    }
    let exit = conclude(&printing, finished)?;
    match difference {
        None => Ok(exit),
        Some(difference) => Ok(exit.worse(baselines::print(&difference, &printing)?)),
    }
}
