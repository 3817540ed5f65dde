//! `stampede validate`: whether scenarios are valid, and what to change.

use std::io;

use super::arguments::{Validate, allowing_outside};
use super::exit::{Exit, Failure};
use super::simulation::{load_file, prepare};
use super::{colored, print};
use crate::keys::text::{Allowed, shown};

/// Runs the command: checks every file, whatever is wrong with the others.
pub fn validate(arguments: &Validate) -> Result<Exit, Failure> {
    let color = colored(arguments.color, &io::stderr());
    let overrides = allowing_outside(arguments.allow_outside);
    let mut exit = Exit::Fine;
    for path in &arguments.scenarios {
        let checked = load_file(path, overrides.as_slice(), color).and_then(|scenario| {
            prepare(&scenario, path)?;
            Ok(scenario)
        });
        match checked {
            Ok(scenario) => {
                let arms: Vec<&str> = scenario.disciplines.iter().map(|arm| arm.name.as_str()).collect();
                let arms = arms.join(", ");
                let path = path.display().to_string();
                let line = format!("{}: valid ({}: {arms})\n", shown(&path), shown(&scenario.name));
                print(line, Allowed::Nothing)?;
            }
            Err(failure) => exit = failure.tell(),
        }
    }
    Ok(exit)
}
