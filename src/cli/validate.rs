//! `stampede validate`: whether scenarios are valid, and what to change.

use std::io;

use super::arguments::Validate;
use super::exit::{Exit, Failure};
use super::simulation::{load_file, prepare};
use super::{colored, print, tell};

/// Runs the command: checks every file, whatever is wrong with the others.
pub fn validate(arguments: &Validate) -> Result<Exit, Failure> {
    let color = colored(arguments.color, &io::stderr());
    let mut exit = Exit::Fine;
    for path in &arguments.scenarios {
        let checked = load_file(path, &[], color).and_then(|scenario| {
            prepare(&scenario, path)?;
            Ok(scenario)
        });
        match checked {
            Ok(scenario) => {
                let arms: Vec<&str> = scenario.disciplines.iter().map(|arm| arm.name.as_str()).collect();
                let arms = arms.join(", ");
                print(format!("{}: valid ({}: {arms})\n", path.display(), scenario.name))?;
            }
            Err(failure) => {
                tell(failure.message.trim_end());
                exit = failure.exit;
            }
        }
    }
    Ok(exit)
}
