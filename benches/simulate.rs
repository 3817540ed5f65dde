//! Simulation alone: replications of a scenario's first arm one after the other, from the burst to the numbers, with no
//! results made of them. Prints what `compare.py` checks: means over the replications, in the units of `summary.json`.
//!
//! `simulate SCENARIO REPLICATIONS ENGINE [KEY=VALUE ...]`

use std::path::Path;

use stampede::engine::Engine;
use stampede::experiment::{Arena, Experiment};
use stampede::keys::Named;
use stampede::metrics::catalog;
use stampede::scenario::{self, Override};

/// The numbers that are printed, where they are measured.
const ANSWERS: [&str; 4] = ["conflicts_per_ticket", "attempts", "dispatch_delay.mean", "time_to_start.mean"];

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, replications, engine, settings @ ..] = arguments.as_slice() else {
        return Err("usage: simulate SCENARIO REPLICATIONS ENGINE [KEY=VALUE ...]".into());
    };
    let replications: u32 =
        replications.parse().map_err(|error| format!("{replications} replications: {error}"))?;
    let engine = Engine::from_name(engine).ok_or_else(|| format!("there is no engine {engine:?}"))?;
    let overrides = settings
        .iter()
        .map(|setting| {
            let (key, value) =
                setting.split_once('=').ok_or_else(|| format!("{setting:?} is not KEY=VALUE"))?;
            Ok(Override { key: key.into(), value: value.into(), origin: "simulate".into() })
        })
        .collect::<Result<Vec<_>, String>>()?;
    let scenario = scenario::load(Path::new(path), &overrides).map_err(|error| error.to_string())?;
    let experiment = Experiment::prepare(scenario).map_err(|error| error.to_string())?;
    let mut arena = Arena::new(&experiment.rules()[0], engine, &experiment.numbers());

    let positions = ANSWERS.map(|key| catalog::position(key).expect("the catalog has it"));
    let mut sums = [(0.0, 0_u32); ANSWERS.len()];
    for replication in 0..replications {
        let outcome = arena.run(&experiment.script(replication), None).expect("no log is kept");
        for ((sum, measured), position) in sums.iter_mut().zip(positions) {
            if let Some(value) = outcome.values[position] {
                *sum += value;
                *measured += 1;
            }
        }
    }
    for (key, (sum, measured)) in ANSWERS.iter().zip(sums).filter(|(_, (_, measured))| *measured > 0) {
        print!("{key}={:.4} ", sum / f64::from(measured));
    }
    println!();
    Ok(())
}
