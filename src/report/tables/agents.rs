//! `workflows.csv`: what each agent did under each discipline.

use std::io;

use super::{Columns, Each, Table};
use crate::metrics::agents::AgentTotals;
use crate::results::Comparison;
use crate::results::replications::DISCIPLINE;

pub(super) const TABLE: Table = Table {
    name: "workflows",
    about: "One row per discipline and agent, summed over all replications; the rates are pooled, so that each claim and \
            each dispatch weighs the same.",
    optional: false,
    columns: || columns().described(),
    fill: |c, sheet| columns().fill(sheet, |each| rows(c, each)),
};

/// One agent's sums under one discipline.
struct Row<'a> {
    arm: &'a str,
    agent: &'a str,
    totals: &'a AgentTotals,
}

fn columns<'a>() -> Columns<'a, Row<'a>> {
    Columns::<'_, Row<'a>>::new()
        .with("discipline", DISCIPLINE, |row| row.arm.into())
        .with("agent", "The agent, by its name in the scenario.", |row| row.agent.into())
        .with(
            "dispatches",
            "Dispatches that got a turn, and tickets put into a team's queue, which take none.",
            |row| row.totals.dispatches.into(),
        )
        .with("claims", "Claims made.", |row| row.totals.claims.into())
        .with("conflicts", "Claims refused.", |row| row.totals.conflicts.into())
        .with("conflict_rate", "Claims refused, as a share of those made.", |row| {
            row.totals.conflict_rate().into()
        })
        .with("fallbacks", "Dispatches that ended with an alternative instead of the primary pick.", |row| {
            row.totals.fallbacks.into()
        })
        .with(
            "fallback_rate",
            "These, as a share of the dispatches that ended with a pick of a ranking.",
            |row| row.totals.fallback_rate().into(),
        )
        .with("retries", "Dispatches with more than one attempt.", |row| row.totals.retries.into())
        .with("retry_rate", "These, as a share of the dispatches that made an attempt and ended.", |row| {
            row.totals.retry_rate().into()
        })
        .with("unassigned", "Tickets left without an owner.", |row| row.totals.unassigned.into())
}

fn rows<'a>(c: &'a Comparison, each: Each<'_, Row<'a>>) -> io::Result<()> {
    for arm in &c.arms {
        for (agent, totals) in c.setup.agents.iter().zip(&arm.agents) {
            each(&Row { arm: &arm.name, agent, totals })?;
        }
    }
    Ok(())
}
