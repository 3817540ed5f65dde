//! Replications and comparisons: the same bursts under every discipline, spread over worker arbiters.

mod worker;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::mpsc;

use crate::discipline::DisciplineSettings;
use crate::domain::Burst;
use crate::domain::nearest::nearest;
use crate::domain::settings::{AgentSettings, Arrivals, Mode};
use crate::engine::Engine;
use crate::kernel::log::Digest;
use crate::kernel::stream::Streams;
use crate::metrics::catalog;
use crate::metrics::collector::Totals;
use crate::metrics::summary::{Paired, Summary};
use crate::metrics::thresholds;
use crate::metrics::timeline::Timeline;
use crate::protocol::agent::{Agent, Way};
use crate::protocol::trigger::UnknownName;
use crate::protocol::{Rules, Script};
use crate::results::{Arm, Comparison, Recorded, ReplicationRow, Setup};
use crate::scenario::Scenario;
use crate::workload::{self, Workload, WorkloadError};
pub use worker::{ArmOutcome, Stage};
use worker::{Plan, Report};

/// How to run an experiment. None of it shows in the results.
#[derive(Clone, Debug)]
pub struct Options {
    /// Who carries the messages.
    pub engine: Engine,
    /// Worker arbiters; at least one.
    pub threads: usize,
}

/// Why an experiment could not be run to its end.
#[derive(Debug, thiserror::Error)]
pub enum ExperimentError {
    /// The burst or the desk cannot be made.
    #[error(transparent)]
    Workload(#[from] WorkloadError),
    /// An agent names what the desk does not know.
    #[error("{whose}{error}")]
    Agent {
        /// Which agent, where there are several; else empty.
        whose: String,
        /// What it names.
        error: UnknownName,
    },
    /// A worker failed, which is a defect.
    #[error(
        "a worker stopped before its replications were done; please report this with the scenario and the seed"
    )]
    Worker,
}

/// A scenario with its desk and its bursts, ready to run.
pub struct Experiment {
    scenario: Scenario,
    workload: Workload,
    agents: Arc<[Agent]>,
}

impl Experiment {
    /// Reads what the scenario names and builds its desk.
    ///
    /// # Errors
    /// What is wrong with the recording or the desk.
    pub fn prepare(scenario: Scenario) -> Result<Self, ExperimentError> {
        let workload = workload::prepare(&scenario.burst, &scenario.desk, &scenario.start)?;
        let agent = |settings: &AgentSettings| {
            let whose = || match scenario.agents.len() {
                0 | 1 => String::new(),
                _ => format!("agent {:?}: ", settings.name),
            };
            Agent::new(settings, workload.desk())
                .map_err(|error| ExperimentError::Agent { whose: whose(), error })
        };
        let agents = scenario.agents.iter().map(agent).collect::<Result<_, ExperimentError>>()?;
        Ok(Self { scenario, workload, agents })
    }

    /// Files that were read besides the scenario, with their SHA-256.
    pub fn inputs(&self) -> &[(String, String)] {
        self.workload.inputs()
    }

    /// The rules of each arm, in the scenario's order.
    pub fn rules(&self) -> Vec<Rules> {
        let rules = |discipline: &DisciplineSettings| Rules {
            desk: Arc::clone(self.workload.desk()),
            agents: Arc::clone(&self.agents),
            triage: self.scenario.triage.clone(),
            ranker: self.scenario.ranker.clone(),
            calendar: self.scenario.calendar.clone(),
            discipline: discipline.clone(),
        };
        self.scenario.disciplines.iter().map(rules).collect()
    }

    /// The burst of a replication, which counts from 0, with its random streams.
    pub fn script(&self, replication: u32) -> Script {
        let streams = Streams::new(self.scenario.seed, u64::from(replication));
        let mut burst = Burst::default();
        self.workload.burst(&streams, &mut burst);
        Script { burst: Arc::new(burst), streams }
    }

    /// Runs every discipline of the scenario on the same bursts. `progress` is told how many replications are done.
    ///
    /// # Errors
    /// [`ExperimentError::Worker`], which is a defect.
    pub fn run(
        self,
        options: &Options,
        progress: &mut dyn FnMut(u32),
    ) -> Result<Comparison, ExperimentError> {
        let plan = Arc::new(Plan {
            // Small enough that all workers end together and progress shows.
            batch: (self.scenario.experiment.replications / (64 * options.threads.max(1) as u32))
                .clamp(1, 64),
            experiment: self,
            engine: options.engine,
            next: AtomicU32::new(0),
        });
        let harvest = gather(&plan, options.threads, progress)?;
        let Experiment { scenario, workload, .. } = &plan.experiment;
        let mut comparison = Comparison {
            setup: Setup {
                name: scenario.name.clone(),
                summary: scenario.summary.clone(),
                scenario_digest: scenario.digest.clone(),
                seed: scenario.seed,
                start: scenario.start.clone(),
                replications: scenario.experiment.replications,
                confidence: scenario.experiment.confidence,
                desk: Arc::clone(workload.desk()),
                agents: scenario.agents.iter().map(|agent| agent.name.clone()).collect(),
                modes: scenario.agents.iter().map(|agent| agent.mode.clone()).collect(),
                books_slots: plan.experiment.agents.iter().any(|agent| matches!(agent.way, Way::Slot(_))),
                sets_owners: plan.experiment.agents.iter().any(|agent| agent.way != Way::Team),
            },
            arms: Vec::new(),
            arrivals: Timeline::default(),
            verdicts: Vec::new(),
            warnings: plan.experiment.warnings(),
        };
        merge(&mut comparison, &scenario.disciplines, harvest);
        let arms: Vec<(&str, &[Summary])> =
            comparison.arms.iter().map(|arm| (arm.name.as_str(), arm.summaries.as_slice())).collect();
        comparison.verdicts = thresholds::judge(
            &scenario.thresholds,
            &arms,
            scenario.experiment.confidence,
            scenario.experiment.replications,
        );
        Ok(comparison)
    }

    /// Notes on statuses that agents do not count though no ticket is ever in them, as where they are misspelt.
    fn vain_exclusions(&self) -> Vec<String> {
        let Scenario { burst, agents, .. } = &self.scenario;
        if matches!(burst.arrivals, Arrivals::Recorded(_)) {
            return Vec::new();
        }
        let desk = self.workload.desk();
        let arriving = burst.tickets.statuses.iter().map(|(status, _)| status);
        let plain = desk.statuses.first().filter(|_| burst.tickets.statuses.is_empty());
        let later = agents.iter().filter_map(|agent| agent.status_after.as_ref());
        let owned = desk.technicians.iter().flat_map(|technician| &technician.open);
        let owned = owned.filter_map(|(status, _)| desk.statuses.get(*status as usize));
        let known: BTreeSet<&str> =
            arriving.chain(plain).chain(later).chain(owned).map(String::as_str).collect();
        let mut notes = Vec::new();
        for agent in agents {
            let Mode::OwnerOnly(rules) = &agent.mode else { continue };
            for status in rules.excluded_statuses.iter().filter(|status| !known.contains(status.as_str())) {
                let meant = nearest(status, known.iter().copied());
                let meant = meant.map(|name| format!(" (did you mean {name:?}?)")).unwrap_or_default();
                let name = &agent.name;
                notes.push(format!(
                    "Agent {name} does not count tickets in status {status:?}, but none is ever in it{meant}."
                ));
            }
        }
        notes
    }

    fn warnings(&self) -> Vec<String> {
        let mut warnings = self.workload.notes().to_vec();
        warnings.extend(self.vain_exclusions());
        let arms = &self.scenario.disciplines;
        let holds = |arm: &&DisciplineSettings| arm.kind.nature().holds;
        for (settings, agent) in self.scenario.agents.iter().zip(self.agents.iter()) {
            let name = &settings.name;
            if let Some(arm) = arms.iter().find(holds) {
                match agent.way {
                    Way::Slot(_) => {}
                    Way::Owner(..) => warnings.push(format!(
                        "Agent {name} assigns owners and books no slots, so `{}` has nothing to hold: its dispatches \
                         race like unprotected ones.",
                        arm.name
                    )),
                    Way::Team => warnings.push(format!(
                        "Agent {name} assigns teams and books no slots, so `{}` has nothing to hold: all disciplines \
                         behave alike.",
                        arm.name
                    )),
                }
            }
        }
        let sides = |arm: &&DisciplineSettings| {
            let nature = arm.kind.nature();
            nature.one_at_a_time || nature.together
        };
        if let (Some((one, other)), Some(arm)) = (self.rivals(), arms.iter().find(sides)) {
            warnings.push(format!(
                "Agents {one} and {other} book the same technicians, each on its own. Under `{}` neither looks at what \
                 the other does, so they can double-book.",
                arm.name
            ));
        }
        warnings
    }

    /// Two agents that book slots of the same technicians.
    fn rivals(&self) -> Option<(&str, &str)> {
        let desk = self.workload.desk();
        let booking: Vec<_> = std::iter::zip(&self.scenario.agents, self.agents.iter())
            .filter(|(_, agent)| matches!(agent.way, Way::Slot(_)))
            .map(|(settings, agent)| (settings.name.as_str(), agent.reach(desk)))
            .collect();
        let pairs = booking
            .iter()
            .enumerate()
            .flat_map(|(place, one)| booking[place + 1..].iter().map(move |other| (one, other)));
        let mut rivals = pairs.filter(|(one, other)| !one.1.is_disjoint(&other.1));
        rivals.next().map(|(one, other)| (one.0, other.0))
    }
}

/// What the workers have brought in.
struct Harvest {
    /// In their order.
    replications: Vec<Vec<ArmOutcome>>,
    /// One an arm.
    totals: Vec<Totals>,
}

/// Runs all replications on `threads` arbiters.
fn gather(
    plan: &Arc<Plan>,
    threads: usize,
    progress: &mut dyn FnMut(u32),
) -> Result<Harvest, ExperimentError> {
    let (sender, receiver) = mpsc::channel();
    actix::System::new().block_on(async {
        let replications = plan.experiment.scenario.experiment.replications as usize;
        let workers = threads.clamp(1, replications.max(1));
        let arbiters: Vec<actix::Arbiter> = (0..workers)
            .map(|_| {
                let arbiter = actix::Arbiter::new();
                let (plan, sender) = (Arc::clone(plan), sender.clone());
                arbiter.spawn(async move { worker::work(&plan, &sender).await });
                arbiter
            })
            .collect();
        drop(sender);
        // The place of each replication is fixed by its number, so the order in which workers finish does not show.
        let mut done: Vec<Option<Vec<ArmOutcome>>> = Vec::new();
        done.resize_with(replications, || None);
        let mut count = 0;
        let mut totals = vec![Totals::default(); plan.experiment.scenario.disciplines.len()];
        for report in &receiver {
            match report {
                Report::Batch(first, batch) => {
                    count += batch.len() as u32;
                    for (place, replication) in done[first as usize..].iter_mut().zip(batch) {
                        *place = Some(replication);
                    }
                    progress(count);
                }
                Report::Done(arms) => {
                    for (all, own) in totals.iter_mut().zip(&arms) {
                        all.merge(own);
                    }
                }
            }
        }
        for arbiter in arbiters {
            arbiter.stop();
            arbiter.join().map_err(|_| ExperimentError::Worker)?;
        }
        let replications = done.into_iter().collect::<Option<Vec<_>>>().ok_or(ExperimentError::Worker)?;
        Ok(Harvest { replications, totals })
    })
}

/// The arm that the others are compared with: the first sequential one, or else the first.
fn baseline(disciplines: &[DisciplineSettings]) -> usize {
    disciplines.iter().position(|arm| arm.kind.nature().one_at_a_time).unwrap_or(0)
}

/// Turns replications into arms with summaries and differences.
fn merge(comparison: &mut Comparison, disciplines: &[DisciplineSettings], harvest: Harvest) {
    let confidence = comparison.setup.confidence;
    // The arms share their bursts, and so their arrivals.
    comparison.arrivals = harvest.totals.first().map(|first| first.arrivals.clone()).unwrap_or_default();
    comparison.arms = disciplines
        .iter()
        .zip(harvest.totals)
        .map(|(discipline, totals)| Arm {
            name: discipline.name.clone(),
            summaries: Vec::new(),
            paired: Vec::new(),
            replications: Vec::new(),
            dispatched: totals.dispatched,
            workflows: totals.workflows,
            digest: Digest::EMPTY,
            recorded: Vec::new(),
        })
        .collect();
    for (number, outcomes) in (0..).zip(harvest.replications) {
        for (arm, outcome) in comparison.arms.iter_mut().zip(outcomes) {
            arm.digest.join(outcome.digest);
            if let Some((burst, records)) = outcome.log {
                arm.recorded.push(Recorded { replication: number, burst, records });
            }
            arm.replications.push(ReplicationRow {
                replication: number,
                digest: outcome.digest,
                values: outcome.values,
            });
        }
    }
    let baseline = baseline(disciplines);
    if disciplines[baseline].kind.nature().one_at_a_time {
        speed_up(&mut comparison.arms, baseline);
    }
    if let Some(batched) = disciplines.iter().position(|arm| arm.kind.nature().together) {
        regret(&mut comparison.arms, batched);
    }
    let columns: Vec<Vec<Vec<Option<f64>>>> = comparison.arms.iter().map(columns).collect();
    for (index, arm) in comparison.arms.iter_mut().enumerate() {
        arm.summaries =
            columns[index].iter().map(|column| Summary::of(column.iter().copied(), confidence)).collect();
        if index != baseline {
            arm.paired = std::iter::zip(&columns[index], &columns[baseline])
                .map(|(own, other)| Paired::of(own.iter().copied(), other.iter().copied(), confidence))
                .collect();
        }
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

/// How much later than under `batched` work started in each replication, on the mean over the tickets that it started
/// on. Where two arms start on the same tickets, the mean wait differs as the mean start does; where they do not, each
/// is taken over its own.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn arm(starts: &[Option<f64>]) -> Arm {
        let start = catalog::position("time_to_start.mean").unwrap();
        let row = |(replication, &value): (u32, &Option<f64>)| {
            let mut values = vec![None; catalog::MEASURES];
            values[start] = value;
            ReplicationRow { replication, digest: Digest::EMPTY, values }
        };
        Arm {
            name: String::new(),
            summaries: Vec::new(),
            paired: Vec::new(),
            replications: (0..).zip(starts).map(row).collect(),
            dispatched: Timeline::default(),
            workflows: Vec::new(),
            digest: Digest::EMPTY,
            recorded: Vec::new(),
        }
    }

    #[test]
    fn regret_is_the_later_start_on_the_same_seed() {
        let mut arms =
            [arm(&[Some(90.0), Some(50.0), None]), arm(&[Some(60.0), None, Some(10.0)]), arm(&[None; 3])];
        regret(&mut arms, 1);
        let index = catalog::position("regret").unwrap();
        let found = |arm: &Arm| arm.replications.iter().map(|row| row.values[index]).collect::<Vec<_>>();
        assert_eq!(found(&arms[0]), [Some(30.0), None, None]);
        assert_eq!(found(&arms[1]), [Some(0.0), None, Some(0.0)]);
        assert_eq!(found(&arms[2]), [None; 3]);
    }
}
