//! From replications to summaries: the measures that span arms, means with intervals, paired differences.

use super::{Arm, Comparison};
use crate::kernel::log::Digest;
use crate::metrics::catalog;
use crate::metrics::summary::{Paired, Summary};
use crate::metrics::thresholds::{self, Threshold};

impl Comparison {
    /// Fills in what follows from the replications of all arms.
    pub(super) fn summarise(&mut self) {
        let confidence = self.setup.confidence;
        if let Some(base) = self.references.one_at_a_time {
            speed_up(&mut self.arms, base);
        }
        if let Some(batched) = self.references.batched {
            regret(&mut self.arms, batched);
        }
        for arm in &mut self.arms {
            arm.digest = Digest::EMPTY;
            arm.replications.iter().for_each(|row| arm.digest.join(row.digest));
        }
        let baseline = self.references.baseline;
        let columns: Vec<Vec<Vec<Option<f64>>>> = self.arms.iter().map(columns).collect();
        for (index, arm) in self.arms.iter_mut().enumerate() {
            arm.summaries =
                columns[index].iter().map(|column| Summary::of(column.iter().copied(), confidence)).collect();
            if index != baseline {
                arm.paired = std::iter::zip(&columns[index], &columns[baseline])
                    .map(|(own, other)| Paired::of(own.iter().copied(), other.iter().copied(), confidence))
                    .collect();
            }
        }
    }

    /// Judges thresholds.
    pub(super) fn judge(&mut self, thresholds: &[Threshold]) {
        let arms: Vec<(&str, &[Summary])> =
            self.arms.iter().map(|arm| (arm.name.as_str(), arm.summaries.as_slice())).collect();
        let Self { setup, .. } = self;
        self.verdicts = thresholds::judge(thresholds, &arms, setup.confidence, setup.replications);
    }
}

/// An arm's values, measure by measure.
fn columns(arm: &Arm) -> Vec<Vec<Option<f64>>> {
    (0..catalog::MEASURES)
        .map(|measure| arm.replications.iter().map(|row| row.values[measure]).collect())
        .collect()
}

/// How many times as fast as one at a time each replication's burst was through.
fn speed_up(arms: &mut [Arm], baseline: usize) {
    let (Some(makespan), Some(speed_up)) = (catalog::position("makespan"), catalog::position("speed_up"))
    else {
        return;
    };
    let base: Vec<Option<f64>> = arms[baseline].replications.iter().map(|row| row.values[makespan]).collect();
    for arm in arms {
        for (row, base) in arm.replications.iter_mut().zip(&base) {
            row.values[speed_up] = match (*base, row.values[makespan]) {
                (Some(base), Some(own)) if own > 0.0 => Some(base / own),
                _ => None,
            };
        }
    }
}

/// How much later than under `batched` work started in each replication.
fn regret(arms: &mut [Arm], batched: usize) {
    let (Some(start), Some(regret)) = (catalog::position("time_to_start.mean"), catalog::position("regret"))
    else {
        return;
    };
    let base: Vec<Option<f64>> = arms[batched].replications.iter().map(|row| row.values[start]).collect();
    for arm in arms {
        for (row, base) in arm.replications.iter_mut().zip(&base) {
            row.values[regret] = row.values[start].zip(*base).map(|(own, base)| own - base);
        }
    }
}
