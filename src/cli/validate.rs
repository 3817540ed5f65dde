//! `stampede validate`: is the scenario all right, and if not, what is wrong with it? What a comparison would note is said too.

use std::io;

use super::arguments::Validate;
use super::exit::{Exit, Failure};
use super::simulation::{prepare, tell_notes, understand};
use super::{colored, print, tell};
use crate::keys::text::{Allowed, shown};
use crate::scenario::Text;

/// Runs the command.
pub fn validate(arguments: &Validate) -> Result<Exit, Failure> {
    let color = colored(arguments.color, &io::stderr());
    let mut overrides = arguments.changes.overrides().map_err(Failure::input)?;
    overrides.extend(arguments.extent.overrides());
    let mut exit = Exit::Fine;
    for path in &arguments.scenarios {
        let text = Text::read(path);
        let checked = understand(&text, &overrides, color).and_then(|scenario| {
            let scenario = scenario.narrowed();
            Ok((prepare(&scenario, text.name())?.notes(), scenario))
        });
        let (notes, scenario) = match checked {
            Ok(checked) => checked,
            Err(failure) => {
                exit = failure.tell();
                continue;
            }
        };
        let path = shown(text.name());
        if arguments.strict && !notes.is_empty() {
            for note in &notes {
                tell(&format!("error: {path}: {}", shown(note)), Allowed::Nothing);
            }
            exit = Exit::Input;
            continue;
        }
        let arms: Vec<&str> = scenario.disciplines.iter().map(|arm| arm.name.as_str()).collect();
        let arms = arms.join(", ");
        print(format!("{path}: valid ({}: {arms})\n", shown(&scenario.name)), Allowed::Nothing)?;
        tell_notes(&format!("{path}: "), &notes, arguments.quiet);
    }
    Ok(exit)
}
