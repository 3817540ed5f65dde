//! `[triage]`: what is found out about a ticket before, and for the summary after, it is dispatched.

use crate::domain::distribution::Durations;
use crate::domain::settings::{PriorityMatrix, StageSettings, TriageSettings};
use crate::keys::document::KeyPath;
use crate::keys::{At, Book, Form, List, Reading, Section, Shape, Share, Whole};
use crate::section;

section! {
    /// The triage that tickets pass, in this order: at least one stage. What a stage that is left out would find out is
    /// right from the start.
    pub struct [1, 9] TriageKeys {
        /// Which company the ticket is from.
        company: StageSettings = none "no such stage",
        /// How urgent the ticket is: high, medium or low. A ticket's priority says which urgency and impact it may have by the
        /// matrix; which of these it has is drawn.
        urgency: StageSettings = none "no such stage",
        /// How far the ticket's trouble reaches: high, medium or low.
        impact: StageSettings = none "no such stage",
        /// Which priority the ticket has. It follows from urgency and impact, where either is a stage, and an error picks
        /// another; it takes no time then and is not wrong of itself, unless it is said how long it takes and how often it is.
        priority: StageSettings = none "no such stage",
        /// The priority, 1 to 9, by urgency (rows: high, medium, low) and impact (columns likewise). A ticket whose priority
        /// it does not have is taken for one of the nearest.
        matrix: Matrix = [[1, 2, 3], [2, 3, 4], [3, 4, 5]],
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

/// A priority for each urgency and impact.
pub struct Matrix;

impl Form for Matrix {
    type Value = PriorityMatrix;

    fn read(at: &mut At<'_, '_>) -> Option<PriorityMatrix> {
        let problems = at.reading.problems.len();
        let rows = at.items::<List<Whole<1, 9, u8>>>()?;
        let rows: Vec<[u8; 3]> = rows.into_iter().filter_map(|row| row.try_into().ok()).collect();
        let matrix = rows.try_into().ok();
        if matrix.is_none() && at.reading.problems.len() == problems {
            return at
                .refuse("three rows of three priorities, as in [[1, 2, 3], [2, 3, 4], [3, 4, 5]]", None);
        }
        matrix
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        List::<List<Whole<1, 9, u8>>>::shape(book)
    }
}

impl TriageKeys {
    /// The stages, each in its place.
    pub fn settings(self, reading: &mut Reading<'_>) -> TriageSettings {
        let Self { company, urgency, impact, priority, matrix, board, contact, agreement, summary } = self;
        let judges = urgency.is_some() || impact.is_some();
        let priority = priority.or_else(|| judges.then(StageSettings::default));
        let stages = [company, priority, board, contact, agreement, summary, urgency, impact];
        let path = KeyPath::root().key("triage");
        if stages.iter().all(Option::is_none) && !reading.is_damaged(&path) {
            let help = "write for example board = { latency = \"20s\", error_rate = 0.02 }".to_owned();
            reading.refuse(&path, "`triage` has no stage", "expected at least one", Some(help));
        }
        let at = path.key("matrix");
        if !judges && reading.is_stated(&at) && !reading.is_damaged(&path) {
            let help = "leave it out, or make a stage of urgency or impact".to_owned();
            reading.refuse_key(&at, format!("`{at}` would have no effect"), Some(help));
        }
        TriageSettings { stages, matrix }
    }
}
