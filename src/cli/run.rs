//! `stampede run`: one burst, one discipline, what happened.

use super::arguments::Run;
use super::compare::engine;
use super::exit::{Exit, Failure};
use super::simulation::{conclude, load, select, simulate};
use crate::engine::Engine;
use crate::experiment::Options;
use crate::report;

/// Runs the command.
pub fn run(arguments: &Run) -> Result<Exit, Failure> {
    let mut scenario =
        load(&arguments.simulation, &arguments.simulation.overrides().map_err(Failure::input)?)?;
    let name = match &arguments.discipline {
        Some(name) => name.clone(),
        None => scenario.disciplines.first().map(|arm| arm.name.clone()).unwrap_or_default(),
    };
    select(&mut scenario, std::slice::from_ref(&name))?;
    scenario.experiment.replications = 1;
    scenario.experiment.records = 1;
    // Thresholds are for means over many bursts; one burst decides nothing.
    scenario.thresholds.clear();
    let options = Options { engine: engine(arguments.simulation.engine, Engine::Actix), threads: 1 };
    let folder = format!("{}-{name}-run", scenario.name);
    let finished = simulate(&arguments.simulation, &scenario, &options, &folder)?;
    conclude(&arguments.simulation, &finished, report::text::run)
}
