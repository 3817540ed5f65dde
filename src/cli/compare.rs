//! `stampede compare`: every discipline, many bursts, side by side.

use std::thread;

use super::arguments::{Compare, EngineName, flag};
use super::exit::{Exit, Failure};
use super::simulation::{conclude, load, select, simulate};
use crate::engine::Engine;
use crate::experiment::Options;
use crate::report;

/// Runs the command.
pub fn compare(arguments: &Compare) -> Result<Exit, Failure> {
    let mut overrides = arguments.simulation.overrides().map_err(Failure::input)?;
    if let Some(replications) = arguments.replications {
        overrides.push(flag("experiment.replications", "--replications", &replications));
    }
    let mut scenario = load(&arguments.simulation, &overrides)?;
    select(&mut scenario, &arguments.discipline)?;
    let options = Options {
        engine: engine(arguments.simulation.engine, Engine::Direct),
        threads: match arguments.threads {
            Some(threads) => usize::from(threads),
            None => thread::available_parallelism().map_or(1, usize::from),
        },
    };
    let finished = simulate(&arguments.simulation, &scenario, &options, &scenario.name)?;
    conclude(&arguments.simulation, &finished, report::text::comparison)
}

/// The engine that was asked for.
pub fn engine(name: Option<EngineName>, default: Engine) -> Engine {
    name.map_or(default, |name| match name {
        EngineName::Actix => Engine::Actix,
        EngineName::Direct => Engine::Direct,
    })
}
