//! Everything that is wrong with a scenario and with the files that it names, in one report.

use std::fmt;

use crate::domain::settings::{Arrivals, BurstPlan, TicketPlan};
use crate::scenario::{Draft, Scenario, ScenarioError};
use crate::workload::{self, WorkloadError};

/// What is wrong with a scenario and with the files that it names.
#[derive(Debug)]
pub struct Refusal {
    /// With the scenario.
    pub scenario: ScenarioError,
    /// With the files, in sentences, as far as they can be read and understood beside a scenario that is wrong.
    pub files: Vec<String>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.scenario.fmt(f)?;
        self.files.iter().try_for_each(|problem| write!(f, "\n{problem}"))
    }
}

impl std::error::Error for Refusal {}

/// The scenario of a draft. If something is wrong with it, the files that it names are looked at too, so that all is told at
/// once; of what merely follows from a known problem nothing is said.
///
/// # Errors
/// What is wrong with the scenario, and then also with its files. Of a good scenario the files are not read yet.
pub fn check(mut draft: Draft) -> Result<Scenario, Box<Refusal>> {
    let files = if draft.is_bad() { beside(&mut draft) } else { Ok(()) };
    let files =
        files.err().map_or_else(Vec::new, |error| error.each().iter().map(ToString::to_string).collect());
    draft.finish().map_err(|scenario| Box::new(Refusal { scenario, files }))
}

/// Looks at the files of a draft that is wrong, and if nothing is wrong with its burst and its desk, for names that agents
/// state and nobody knows.
fn beside(draft: &mut Draft) -> Result<(), WorkloadError> {
    let (Some(start), burst, Some(desk)) = draft.plans() else { return Ok(()) };
    if let Some(burst) = burst
        && draft.is_sound(&["start", "time_zone", "burst", "desk"])
    {
        let workload = workload::prepare(burst, desk, start)?;
        draft.meet(workload.desk(), &workload.segments());
        return Ok(());
    }
    let mut desk = desk.clone();
    let recorded = burst.filter(|_| draft.is_sound(&["start", "time_zone", "burst.arrivals"]));
    let nothing = BurstPlan {
        arrivals: Arrivals::Backlog { tickets: 1 },
        tickets: TicketPlan::default(),
        transitions: Vec::new(),
    };
    // Without its boards a desk knows none of those in a recording; one from the recording knows all.
    desk.from_recording |= !draft.is_sound(&["desk.team", "desk.from_recording"]);
    if !draft.is_sound(&["desk.technicians_file", "desk.team", "desk.joined_days"]) {
        desk.technicians_file = None;
    }
    if !draft.is_sound(&["desk.pods"]) {
        desk.pods = None;
    }
    workload::check_files(recorded.unwrap_or(&nothing), &desk, start)
}
