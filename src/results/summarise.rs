//! From the replications of all arms to what a comparison says of them.

use super::{Comparison, Setup};
use crate::kernel::log::Digest;
use crate::metrics::collector::Values;
use crate::metrics::comparison::compare;
use crate::metrics::summary::Summary;
use crate::metrics::thresholds::{self, Threshold};

impl Comparison {
    /// Fills in what follows from the replications of all arms.
    pub(super) fn summarise(&mut self) {
        let mut rows: Vec<Vec<&mut Values>> = self
            .arms
            .iter_mut()
            .map(|arm| arm.replications.iter_mut().map(|row| &mut row.values).collect())
            .collect();
        let compared = compare(&mut rows, &self.setup.numbers, self.references, self.setup.confidence);
        for (arm, compared) in self.arms.iter_mut().zip(compared) {
            (arm.summaries, arm.paired) = (compared.summaries, compared.paired);
            arm.digest = Digest::EMPTY;
            arm.replications.iter().for_each(|row| arm.digest.join(row.digest));
        }
    }

    /// Judges thresholds.
    pub(super) fn judge(&mut self, thresholds: &[Threshold]) {
        let arms: Vec<(&str, &[Summary])> =
            self.arms.iter().map(|arm| (arm.name.as_str(), arm.summaries.as_slice())).collect();
        let Setup { numbers, confidence, replications, .. } = &self.setup;
        self.verdicts = thresholds::judge(thresholds, numbers, &arms, *confidence, *replications);
    }
}
