//! `stampede run`: one burst, one discipline, what happened.

use super::arguments::{Run, disciplines};
use super::exit::{Exit, Failure};
use super::simulation::{conclude, load, select, simulate};
use crate::engine::Engine;
use crate::experiment::Options;
use crate::report;

/// Runs the command.
pub fn run(arguments: &Run) -> Result<Exit, Failure> {
    let mut overrides = arguments.simulation.overrides().map_err(Failure::input)?;
    overrides.extend(disciplines(arguments.discipline.as_slice()));
    let mut scenario = load(&arguments.simulation, &overrides)?;
    select(&mut scenario);
    scenario.disciplines.truncate(1);
    let folder = format!("{}-{}-run", scenario.name, scenario.disciplines[0].name);
    scenario.experiment.replications = 1;
    scenario.experiment.records = 1;
    // Thresholds are for means over many bursts; one burst decides nothing.
    scenario.thresholds.clear();
    let options = Options { engine: scenario.running.engine.unwrap_or(Engine::Actix), threads: 1 };
    let finished = simulate(&scenario, &arguments.simulation.scenario, &options, &folder)?;
    conclude(&scenario.output, &finished, report::text::run)
}
