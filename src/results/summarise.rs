//! From the replications of all arms to what a comparison says of them.

use std::io;

use super::{Comparison, Setup};
use crate::kernel::log::Digest;
use crate::metrics::comparison::Comparing;
use crate::metrics::thresholds::{self, Judged, Threshold};

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
            (arm.summaries, arm.paired, arm.behind) = (compared.summaries, compared.paired, compared.behind);
            arm.digest = digest;
        }
        Ok(())
    }

    /// Judges thresholds.
    ///
    /// # Errors
    /// When the replications cannot be read.
    pub(super) fn judge(&mut self, thresholds: &[Threshold]) -> io::Result<()> {
        let meeting = self.meeting(thresholds)?;
        let judged = self.arms.iter().zip(&meeting).map(|(arm, meeting)| Judged {
            name: &arm.name,
            summaries: &arm.summaries,
            meeting,
        });
        let Setup { numbers, confidence, replications, .. } = &self.setup;
        let arms: Vec<Judged<'_>> = judged.collect();
        self.verdicts = thresholds::judge(thresholds, numbers, &arms, *confidence, *replications);
        Ok(())
    }

    /// How many replications of each arm meet each threshold that is about a share of them; 0 for the others.
    fn meeting(&self, thresholds: &[Threshold]) -> io::Result<Vec<Vec<u32>>> {
        let place = |threshold: &Threshold| self.setup.numbers.position(&threshold.number());
        let asked: Vec<(usize, &Threshold, usize)> = (0..)
            .zip(thresholds)
            .filter(|(_, threshold)| threshold.share_of_bursts().is_some())
            .filter_map(|(index, threshold)| Some((index, threshold, place(threshold)?)))
            .collect();
        let mut meeting = vec![vec![0; thresholds.len()]; self.arms.len()];
        if asked.is_empty() {
            return Ok(meeting);
        }
        for (arm, meeting) in self.arms.iter().zip(&mut meeting) {
            for row in &arm.replications {
                let row = row?;
                for (index, threshold, place) in &asked {
                    meeting[*index] += u32::from(threshold.is_met_by(row.values[*place]));
                }
            }
        }
        Ok(meeting)
    }
}
