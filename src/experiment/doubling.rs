//! Replications that are doubled until a mean is as precise as a scenario asks.
//!
//! Whether it is is looked at after 100, 200, 400 … replications and not in between: the more often an interval is looked at,
//! the more often it is found narrow by chance, and then it covers less than it says.

use super::{Experiment, ExperimentError, Options};
use crate::keys::wording::{counted, list};
use crate::metrics::precision::{Precision, State};
use crate::metrics::statistics::Moments;
use crate::metrics::summary::Summary;
use crate::results::Comparison;
use crate::results::part::{Part, PartsError};

/// Runs as many replications as it takes, each once: the parts between two looks.
pub(super) fn run(
    experiment: &Experiment,
    precision: &Precision,
    options: &Options,
    progress: &mut dyn FnMut(u32),
) -> Result<Vec<Part>, ExperimentError> {
    let position = experiment.numbers().position(&precision.number);
    let mut columns = vec![Moments::default(); experiment.scenario.disciplines.len()];
    let mut parts = Vec::new();
    let mut done = 0;
    loop {
        let next = precision.next(done);
        let part =
            experiment.run_part(done..next, options, &mut |more| progress(done + more)).map_err(|error| {
                match error {
                    ExperimentError::Stopped { done: more, .. } => {
                        ExperimentError::Stopped { done: done + more, of: next }
                    }
                    error => error,
                }
            })?;
        for (column, arm) in columns.iter_mut().zip(&part.arms) {
            for row in &arm.rows {
                let row = row?;
                if let Some(value) = position.and_then(|position| row.values[position]) {
                    column.add(value);
                }
            }
        }
        parts.push(part);
        done = next;
        let (unit, confidence) = (precision.number.measure.unit, experiment.scenario.experiment.confidence);
        let state = |column| precision.state(&Summary::from_moments(column, unit, confidence).rounded(unit));
        let states: Vec<State> = columns.iter().map(state).collect();
        if precision.is_settled(&states, done) {
            return Ok(parts);
        }
    }
}

/// Says in the comparison what there is to say of a precision that was not reached.
///
/// # Errors
/// When there are too few replications to stop at.
pub(super) fn conclude(precision: &Precision, comparison: &mut Comparison) -> Result<(), PartsError> {
    let done = comparison.setup.replications;
    let states = comparison.states(precision);
    if done != precision.end_of_stage(done) || !precision.is_settled(&states, done) {
        return Err(PartsError::Missing(done));
    }
    let arms = |wanted: fn(&State) -> bool| {
        let all = comparison.arms.iter().zip(&states).filter(|(_, state)| wanted(state));
        list(&all.map(|(arm, _)| format!("`{}`", arm.name)).collect::<Vec<_>>())
    };
    let asked = format!("{} within {}", precision.number.key(), precision.text);
    let ran = counted(u64::from(done), "replication");
    let note = if states.iter().all(|state| *state == State::Unmeasured) {
        format!("No precision can be reached of {asked}: it was not measured in any of {ran}.")
    } else if states.iter().any(|state| matches!(state, State::Never(..))) {
        let never = arms(|state| matches!(state, State::Never(..)));
        format!(
            "The precision that was asked for, {asked}, cannot be reached under {never}: in some of {ran} it is never, so \
             its mean has no interval."
        )
    } else if states.iter().all(|state| state.is_precise()) {
        return Ok(());
    } else {
        let wide = arms(|state| !state.is_precise());
        format!(
            "The precision that was asked for, {asked}, is not reached under {wide}: {ran} are the most that are allowed \
             (`experiment.max_replications`)."
        )
    };
    comparison.warnings.push(note);
    Ok(())
}
