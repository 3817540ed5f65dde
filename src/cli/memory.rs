//! How much memory a run may take, and the refusal of one that needs more.

use super::exit::Failure;
use crate::domain::bytes::Bytes;
use crate::experiment::{Experiment, Options};
use crate::scenario::Scenario;

/// Refuses a run that needs more memory than the scenario allows, or than three quarters of what the machine has.
///
/// # Errors
/// How much it needs, and what to do.
pub fn check(scenario: &Scenario, experiment: &Experiment, options: &Options) -> Result<(), Failure> {
    let needed = experiment.memory(options);
    let (budget, whose) = match (scenario.running.max_memory, available()) {
        (Some(budget), _) => (budget, "than --max-memory allows"),
        (None, Some(Bytes(available))) => {
            (Bytes(available / 4 * 3), "than three quarters of what this machine lets it have")
        }
        (None, None) => return Ok(()),
    };
    if needed <= budget {
        return Ok(());
    }
    Err(Failure::internal(format!(
        "this run needs about {needed} of memory, which is more {whose} ({budget}): ask for fewer replications, records, \
         threads or tickets, or allow more with --max-memory"
    )))
}

/// The memory that this process can have: the machine's, or less where its container or its limits say so. `None`: nobody
/// says, which is so on all systems but Linux.
fn available() -> Option<Bytes> {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Resource, getrlimit};
        let machine = rustix::system::sysinfo();
        let machine = (machine.totalram as u64).saturating_mul(u64::from(machine.mem_unit));
        let container = std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
        let container = container.and_then(|limit| limit.trim().parse().ok());
        let limits = [Resource::As, Resource::Data].map(|resource| getrlimit(resource).current);
        limits.into_iter().chain([container]).flatten().chain([machine]).min().map(Bytes)
    }
    #[cfg(not(target_os = "linux"))]
    {
        None
    }
}
