//! Parts of a comparison: what a range of replications yields. However the replications are divided into parts, the parts
//! merge to the same comparison.

use std::io;
use std::ops::Range;

use super::spool::Spool;
use super::{Arm, Comparison, Recorded, ReplicationRow, Setup, Source};
use crate::kernel::log::Digest;
use crate::metrics::collector::Totals;
use crate::metrics::comparison::References;
use crate::metrics::thresholds::Threshold;

/// What a range of replications yields.
#[derive(Clone, Debug)]
pub struct Part {
    /// Which replications.
    pub replications: Range<u32>,
    /// One per discipline, in the scenario's order.
    pub arms: Vec<PartOfArm>,
}

/// What a range of replications yields under one discipline.
#[derive(Clone, Debug, Default)]
pub struct PartOfArm {
    /// One row per replication, in their order.
    pub rows: Spool<ReplicationRow>,
    /// The logs that were kept, in the order of the replications.
    pub recorded: Vec<Recorded>,
    /// Sums over the replications.
    pub totals: Totals,
}

/// What a comparison has besides its parts.
#[derive(Clone, Debug)]
pub struct Frame {
    /// What was asked.
    pub setup: Setup,
    /// What produces it.
    pub source: Source,
    /// The names of the arms, in the scenario's order.
    pub arms: Vec<String>,
    /// The arms that the others are measured against.
    pub references: References,
    /// What is demanded.
    pub thresholds: Vec<Threshold>,
    /// What the reader should know before trusting the numbers.
    pub warnings: Vec<String>,
}

/// Why parts are not a comparison.
#[derive(Debug, thiserror::Error)]
pub enum PartsError {
    /// No part has this replication.
    #[error("no part has replication {0}")]
    Missing(u32),
    /// Several parts have this replication, or one has it that should not be there at all.
    #[error("replication {0} is there twice, or is not part of the comparison")]
    Surplus(u32),
    /// A part is of other disciplines.
    #[error("the part from replication {0} on is of another comparison: it has other disciplines")]
    Foreign(u32),
    /// What the parts have put aside cannot be read.
    #[error(transparent)]
    Unreadable(#[from] io::Error),
}

/// Merges parts, which may come in any order, to a comparison.
///
/// # Errors
/// When the parts are not the replications of the setup, each once, or cannot be read back from where they were put aside.
pub fn merge(frame: Frame, mut parts: Vec<Part>) -> Result<Comparison, PartsError> {
    let Frame { setup, source, arms, references, thresholds, warnings } = frame;
    let mut merged: Vec<PartOfArm> = vec![PartOfArm::default(); arms.len()];
    // Sums are of whole numbers, so the place of a row is all that depends on the order of the parts.
    parts.sort_by_key(|part| (part.replications.start, part.replications.end));
    let mut next = 0;
    for part in parts {
        let Range { start, end } = part.replications;
        if start < next {
            return Err(PartsError::Surplus(start));
        }
        if end > setup.replications {
            return Err(PartsError::Surplus(setup.replications.max(start)));
        }
        if start > next {
            return Err(PartsError::Missing(next));
        }
        if part.arms.len() != merged.len() {
            return Err(PartsError::Foreign(start));
        }
        for (all, own) in merged.iter_mut().zip(part.arms) {
            all.rows.append(own.rows);
            all.recorded.extend(own.recorded);
            all.totals.merge(&own.totals);
        }
        next = end;
    }
    if next < setup.replications {
        return Err(PartsError::Missing(next));
    }
    // The arms share their bursts, and so their arrivals.
    let arrivals = merged.first().map(|first| first.totals.arrivals.clone()).unwrap_or_default();
    let arms = arms.into_iter().zip(merged).map(|(name, part)| Arm {
        name,
        summaries: Vec::new(),
        paired: Vec::new(),
        behind: Vec::new(),
        replications: part.rows,
        dispatched: part.totals.dispatched,
        delays: part.totals.delays,
        refused: part.totals.refused,
        agents: part.totals.agents,
        digest: Digest::EMPTY,
        recorded: part.recorded,
    });
    let mut comparison = Comparison {
        setup,
        source,
        arms: arms.collect(),
        references,
        arrivals,
        verdicts: Vec::new(),
        warnings,
    };
    comparison.summarise()?;
    comparison.judge(&thresholds)?;
    Ok(comparison)
}
