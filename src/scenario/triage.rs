//! `[triage]`: what is found out about a ticket before, and for the summary after, it is dispatched.

use crate::domain::distribution::Durations;
use crate::domain::settings::{StageSettings, TriageSettings};
use crate::keys::document::KeyPath;
use crate::keys::{At, Book, Form, Reading, Section, Shape, Share};
use crate::section;

section! {
    /// The triage that tickets pass, in this order: at least one stage. What a stage that is left out would find out is
    /// right from the start.
    pub struct [1, 6] TriageKeys {
        /// Which company the ticket is from.
        company: StageSettings = none "no such stage",
        /// Urgency, impact and priority.
        priority: StageSettings = none "no such stage",
        /// Which board the ticket belongs to.
        board: StageSettings = none "no such stage",
        /// Who reported the ticket.
        contact: StageSettings = none "no such stage",
        /// Which agreement covers the ticket.
        agreement: StageSettings = none "no such stage",
        /// The summary line, written after the dispatch.
        summary: SummaryLine = none "no such stage",
    }
}

section! {
    /// The step that writes the summary line.
    pub struct SummaryLineKeys {
        /// How long it takes.
        latency: Durations = "0s",
    }
}

/// [`SummaryLineKeys`], with a reason why they are not those of other stages.
pub struct SummaryLine;

impl Form for SummaryLine {
    type Value = StageSettings;

    fn read(at: &mut At<'_, '_>) -> Option<StageSettings> {
        if !at.is_table_of(&StageSettings::names()) {
            return None;
        }
        if at.field::<Share>("error_rate").is_some() {
            let path = at.path.key("error_rate");
            let help = "leave it out: nothing depends on a summary line".to_owned();
            at.reading.refuse_key(&path, format!("`{path}` would have no effect"), Some(help));
        }
        let SummaryLineKeys { latency } = SummaryLineKeys::decode(at);
        Some(StageSettings { latency, error_rate: 0.0 })
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        SummaryLineKeys::shape(book)
    }
}

impl TriageKeys {
    /// The stages in their order.
    pub fn settings(self, reading: &mut Reading<'_>) -> TriageSettings {
        let Self { company, priority, board, contact, agreement, summary } = self;
        let stages = [company, priority, board, contact, agreement, summary];
        let path = KeyPath::root().key("triage");
        if stages.iter().all(Option::is_none) && !reading.is_damaged(&path) {
            let help = "write for example board = { latency = \"20s\", error_rate = 0.02 }".to_owned();
            reading.refuse(&path, "`triage` has no stage", "expected at least one", Some(help));
        }
        TriageSettings { stages }
    }
}
