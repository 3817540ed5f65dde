//! `[triage]`: at least one stage, and no error where nothing can go wrong.

use super::super::document::KeyPath;
use super::super::file::distribution::{DistributionFile, Time};
use super::super::file::number::Share;
use super::super::file::triage::TriageFile;
use super::Resolver;
use crate::domain::Distribution;
use crate::domain::settings::{StageSettings, TriageSettings};

impl Resolver<'_> {
    /// The triage.
    pub(super) fn triage(&mut self, file: &TriageFile) -> Option<TriageSettings> {
        let path = KeyPath::root().key("triage");
        let stages = [
            ("company", &file.company),
            ("priority", &file.priority),
            ("board", &file.board),
            ("contact", &file.contact),
            ("agreement", &file.agreement),
        ]
        .map(|(key, stage)| {
            stage.as_ref().map(|stage| self.stage(stage.latency.as_ref(), stage.error_rate, &path.key(key)))
        });
        let at = path.key("summary");
        let summary = file.summary.as_ref().map(|summary| self.stage(summary.latency.as_ref(), None, &at));
        if file.summary.as_ref().is_some_and(|summary| summary.error_rate.is_some()) {
            let at = at.key("error_rate");
            let help = "leave it out: nothing depends on a summary line".to_owned();
            self.refuse_key(&at, format!("`{at}` would have no effect"), Some(help));
        }
        let [company, priority, board, contact, agreement] = stages;
        let stages = [company, priority, board, contact, agreement, summary];
        if stages.iter().all(Option::is_none) && !self.document.is_damaged(&path) {
            let help = "write for example board = { latency = \"20s\", error_rate = 0.02 }".to_owned();
            self.refuse(&path, "`triage` has no stage", "expected at least one", Some(help));
        }
        let mut resolved = [const { None }; 6];
        for (place, stage) in resolved.iter_mut().zip(stages) {
            *place = match stage {
                Some(stage) => Some(stage?),
                None => None,
            };
        }
        Some(TriageSettings { stages: resolved })
    }

    fn stage(
        &mut self,
        latency: Option<&DistributionFile<Time>>,
        error_rate: Option<Share>,
        path: &KeyPath,
    ) -> Option<StageSettings> {
        let latency = match latency {
            Some(latency) => self.distribution(latency, &path.key("latency"))?,
            None => Distribution::ZERO,
        };
        Some(StageSettings { latency, error_rate: error_rate.map_or(0.0, |share| share.0) })
    }
}
