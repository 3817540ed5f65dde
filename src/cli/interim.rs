//! The comparison so far, below the bar on a terminal: told about once a second, and gone with the bar.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;

use super::width;
use crate::keys::text::{Allowed, printed};
use crate::metrics::interim::Interim;
use crate::report;
use crate::scenario::Scenario;

/// How often it is told.
const EVERY: Duration = Duration::from_secs(1);

/// What is watched, and when it was told last.
pub struct Watch {
    so_far: Arc<Mutex<Interim>>,
    names: Vec<String>,
    told: Instant,
}

impl Watch {
    /// Begins to watch the disciplines of a scenario.
    pub fn begin(scenario: &Scenario) -> Self {
        let names: Vec<String> = scenario.disciplines.iter().map(|arm| arm.name.clone()).collect();
        let so_far = Interim::new(names.len(), scenario.experiment.confidence);
        Self { so_far: Arc::new(Mutex::new(so_far)), names, told: now() }
    }

    /// What is to be filled.
    pub fn so_far(&self) -> Arc<Mutex<Interim>> {
        Arc::clone(&self.so_far)
    }

    /// Tells it below the bar, unless that was just done.
    pub fn tell(&mut self, bar: &ProgressBar) {
        if self.told.elapsed() < EVERY {
            return;
        }
        self.told = now();
        let so_far = self.so_far.lock().unwrap_or_else(PoisonError::into_inner);
        let text = report::interim(&so_far, &self.names, width());
        bar.set_message(format!("\n{}", printed(&text, Allowed::Nothing)));
    }
}

#[expect(clippy::disallowed_methods, reason = "how often something is shown on a terminal is no result")]
fn now() -> Instant {
    Instant::now()
}
