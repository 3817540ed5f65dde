//! From the replications of all arms to what a comparison says of them.

use std::io;

use super::{Comparison, Setup};
use crate::kernel::log::Digest;
use crate::metrics::comparison::Comparing;
use crate::metrics::summary::Summary;
use crate::metrics::thresholds::{self, Threshold};

impl Comparison {
    /// Fills in what follows from the replications of all arms, which are read side by side.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(super) fn summarise(&mut self) -> io::Result<()> {
        let mut comparing = Comparing::new(self.arms.len(), &self.setup.numbers, self.references);
        let mut digests = vec![Digest::EMPTY; self.arms.len()];
        let mut rows: Vec<_> = self.arms.iter().map(|arm| arm.replications.iter()).collect();
        for _ in 0..self.setup.replications {
            let row: Option<io::Result<Vec<_>>> = rows.iter_mut().map(Iterator::next).collect();
            let Some(row) = row.transpose()? else { break };
            for (digest, own) in digests.iter_mut().zip(&row) {
                digest.join(own.digest);
            }
            comparing.add(row.iter().map(|own| &own.values));
        }
        let compared = comparing.finish(self.setup.confidence);
        for ((arm, digest), compared) in self.arms.iter_mut().zip(digests).zip(compared) {
            (arm.summaries, arm.paired, arm.digest) = (compared.summaries, compared.paired, digest);
        }
        Ok(())
    }

    /// Judges thresholds.
    pub(super) fn judge(&mut self, thresholds: &[Threshold]) {
        let arms: Vec<(&str, &[Summary])> =
            self.arms.iter().map(|arm| (arm.name.as_str(), arm.summaries.as_slice())).collect();
        let Setup { numbers, confidence, replications, .. } = &self.setup;
        self.verdicts = thresholds::judge(thresholds, numbers, &arms, *confidence, *replications);
    }
}
