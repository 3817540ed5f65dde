//! What each agent did, summed over replications.

use serde::{Deserialize, Serialize};

use crate::domain::{AgentId, TicketId};

/// One agent's sums. Rates over them are pooled: each dispatch or claim weighs the same, whatever its replication.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentTotals {
    /// Dispatches that got a turn, and tickets that were put into a team's queue, which take none.
    pub dispatches: u64,
    /// Claims made.
    pub claims: u64,
    /// Claims refused.
    pub conflicts: u64,
    /// Dispatches that ended with a pick of a ranking.
    pub ranked: u64,
    /// Those of them that used an alternative.
    pub fallbacks: u64,
    /// Dispatches that made an attempt and ended with an owner or without one.
    pub tried: u64,
    /// Those of them with more than one attempt.
    pub retries: u64,
    /// Tickets left without an owner.
    pub unassigned: u64,
}

impl AgentTotals {
    /// Adds what the same agent did elsewhere.
    pub fn merge(&mut self, other: &Self) {
        self.dispatches += other.dispatches;
        self.claims += other.claims;
        self.conflicts += other.conflicts;
        self.ranked += other.ranked;
        self.fallbacks += other.fallbacks;
        self.tried += other.tried;
        self.retries += other.retries;
        self.unassigned += other.unassigned;
    }

    /// The largest of the sums.
    pub(super) fn largest(&self) -> u64 {
        let Self { dispatches, claims, conflicts, ranked, fallbacks, tried, retries, unassigned } = *self;
        [dispatches, claims, conflicts, ranked, fallbacks, tried, retries, unassigned]
            .into_iter()
            .fold(0, u64::max)
    }

    /// A dispatch ended after so many attempts.
    pub(super) fn ended(&mut self, attempts: u16) {
        self.tried += u64::from(attempts > 0);
        self.retries += u64::from(attempts > 1);
    }

    /// Conflicts over claims, 0..1; `None` without claims.
    pub fn conflict_rate(&self) -> Option<f64> {
        share(self.conflicts, self.claims)
    }

    /// Dispatches that used an alternative, 0..1 of those that followed a ranking; `None` where none did.
    pub fn fallback_rate(&self) -> Option<f64> {
        share(self.fallbacks, self.ranked)
    }

    /// Dispatches with more than one attempt, 0..1 of those that made one; `None` where none did.
    pub fn retry_rate(&self) -> Option<f64> {
        share(self.retries, self.tried)
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The agents of a scenario while a replication is watched: whose ticket is whose, and the sums.
#[derive(Debug)]
pub(super) struct Agents {
    sums: Vec<AgentTotals>,
    /// The agent that each ticket's turn was of; empty where there is one agent only.
    whose: Vec<u32>,
}

/// In [`Agents::whose`]: the ticket has had no turn.
const NOBODY: u32 = u32::MAX;

impl Agents {
    /// For so many agents, at least one.
    pub(super) fn new(agents: usize) -> Self {
        Self { sums: vec![AgentTotals::default(); agents.max(1)], whose: Vec::new() }
    }

    /// The sums since it was last asked, one per agent.
    pub(super) fn take_sums(&mut self) -> Vec<AgentTotals> {
        let taken = self.sums.clone();
        self.sums.fill(AgentTotals::default());
        taken
    }

    /// Forgets whose tickets are whose: the next replication has others.
    pub(super) fn next(&mut self) {
        self.whose.clear();
    }

    /// The sums of this agent.
    pub(super) fn sums_of(&mut self, agent: AgentId) -> Option<&mut AgentTotals> {
        self.sums.get_mut(agent.index())
    }

    /// A ticket got its turn.
    pub(super) fn turn(&mut self, ticket: TicketId, agent: AgentId) {
        if self.sums.len() > 1 {
            if self.whose.len() <= ticket.index() {
                self.whose.resize(ticket.index() + 1, NOBODY);
            }
            self.whose[ticket.index()] = agent.0;
        }
        if let Some(sums) = self.sums_of(agent) {
            sums.dispatches += 1;
        }
    }

    /// The sums of the agent that dispatches this ticket: the only one, or that of its turn.
    #[inline]
    pub(super) fn of(&mut self, ticket: TicketId) -> Option<&mut AgentTotals> {
        let agent = if self.sums.len() == 1 { 0 } else { *self.whose.get(ticket.index())? };
        self.sums.get_mut(agent as usize)
    }
}
