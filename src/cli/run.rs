//! `stampede run`: one burst, one discipline, what happened.

use super::arguments::{Run, disciplines};
use super::exit::{Exit, Failure};
use super::simulation::{Printing, conclude, load, simulate};
use crate::engine::{self, Engine};
use crate::experiment::Options;
use crate::scenario::Text;

/// Runs the command.
pub fn run(arguments: &Run) -> Result<Exit, Failure> {
    let mut overrides = arguments.simulation.overrides().map_err(Failure::input)?;
    overrides.extend(disciplines(arguments.discipline.as_slice()));
    let text = Text::read(&arguments.simulation.scenario);
    let scenario = load(&arguments.simulation, &text, &overrides)?.single();
    let folder = format!("{}-{}-run", scenario.name, scenario.disciplines[0].name);
    // The name of the folder tells the discipline already.
    let told = |given: &&String| !given.starts_with("--discipline ");
    let overrides: Vec<String> = scenario.overrides().iter().filter(told).cloned().collect();
    let default = if engine::is_built_in(Engine::Actix) { Engine::Actix } else { Engine::Direct };
    let options = Options { engine: scenario.running.engine.unwrap_or(default), threads: 1 };
    let finished = simulate(&scenario, text.name(), &options, &folder, &overrides, None)?;
    conclude(&Printing::of(&scenario, true), finished)
}
