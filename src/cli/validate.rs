//! `stampede validate`: is the scenario all right, and if not, what is wrong with it? What a comparison would note is said too.

use super::arguments::{Validate, ValidateFormat};
use super::exit::{Exit, Failure};
use super::simulation::{prepare, tell_notes, understand};
use super::{annotations, print, tell};
use crate::keys::text::{Allowed, shown};
use crate::scenario::{Format, Text};

/// Runs the command.
pub fn validate(arguments: &Validate) -> Result<Exit, Failure> {
    let annotated = arguments.format == ValidateFormat::Github;
    let mut overrides = arguments.changes.overrides().map_err(Failure::input)?;
    overrides.extend(arguments.extent.overrides());
    let mut exit = Exit::Fine;
    for path in &arguments.scenarios {
        let text = Text::read(path);
        let checked = understand(&text, &overrides, arguments.color, annotated).and_then(|mut scenario| {
            if annotated {
                scenario.output.format = Format::Github;
            }
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
            if annotated {
                annotations::scenario(&[], text.name(), &notes)?;
            }
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
