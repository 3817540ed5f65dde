//! A part of a comparison as frames: first what it is and its sums, then the blocks of its spools.

use std::io::{self, Read, Write};
use std::ops::Range;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::frames::{self, Frames, damaged};
use super::part::{Part, PartOfArm};
use super::replications::{self, is_measurable};
use super::spool::{Spool, SpoolWriter, Store};
use super::{Recorded, ReplicationRow};
use crate::metrics::collector::Totals;
use crate::metrics::numbers::Numbers;

/// What decides a replication besides its number, as a digest: see
/// [`Experiment::key`](crate::experiment::Experiment::key).
pub type Key = [u8; 32];

/// What an entry has to be so that it can be taken for replications of an experiment.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The experiment's.
    pub key: Key,
    /// How many arms it has.
    pub arms: usize,
    /// How many agents.
    pub agents: usize,
    /// The numbers that each replication yields.
    pub numbers: Numbers,
    /// How many replications, from the first on, are recorded.
    pub records: u32,
}

/// The first frame.
#[derive(Serialize, Deserialize)]
struct Head {
    key: Key,
    replications: Range<u32>,
    arms: Vec<ArmHead>,
}

#[derive(Serialize, Deserialize)]
struct ArmHead {
    totals: Totals,
    rows: Extent,
    recorded: Vec<LogHead>,
}

#[derive(Serialize, Deserialize)]
struct LogHead {
    replication: u32,
    tickets: Extent,
    records: Extent,
}

/// How much of a spool follows: a frame per block.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Extent {
    values: u64,
    blocks: u64,
}

impl Extent {
    fn of<T>(spool: &Spool<T>) -> Self {
        Self { values: spool.len() as u64, blocks: spool.blocks() as u64 }
    }
}

impl Head {
    /// How many frames follow.
    fn blocks(&self) -> u64 {
        let of_arm = |arm: &ArmHead| {
            let logs = arm.recorded.iter().flat_map(|log| [log.tickets, log.records]);
            logs.chain([arm.rows]).fold(0_u64, |sum, extent| sum.saturating_add(extent.blocks))
        };
        self.arms.iter().map(of_arm).fold(0, u64::saturating_add)
    }
}

/// Writes a part of the experiment with this key.
///
/// # Errors
/// When the part cannot be read from where it was put aside, or the system refuses.
pub fn write(key: &Key, part: &Part, to: &mut dyn Write) -> io::Result<()> {
    let log = |Recorded { replication, tickets, records }: &Recorded| LogHead {
        replication: *replication,
        tickets: Extent::of(tickets),
        records: Extent::of(records),
    };
    let arm = |PartOfArm { rows, recorded, totals }: &PartOfArm| ArmHead {
        totals: totals.clone(),
        rows: Extent::of(rows),
        recorded: recorded.iter().map(log).collect(),
    };
    let arms = part.arms.iter().map(arm).collect();
    let head = Head { key: *key, replications: part.replications.clone(), arms };
    frames::write(to, &postcard::to_stdvec(&head).map_err(io::Error::other)?)?;
    let mut block = |bytes: &[u8]| frames::write(to, bytes);
    for PartOfArm { rows, recorded, .. } in &part.arms {
        rows.each_block(&mut block)?;
        for Recorded { tickets, records, .. } in recorded {
            tickets.each_block(&mut block)?;
            records.each_block(&mut block)?;
        }
    }
    Ok(())
}

fn head(frames: &mut Frames<impl Read>, frame: &mut Vec<u8>) -> io::Result<Head> {
    frames.next(frame)?;
    let head: Head = postcard::from_bytes(frame).map_err(|_| damaged())?;
    if head.replications.is_empty() { Err(damaged()) } else { Ok(head) }
}

/// Passes over an entry, and says which replications of which experiment it has.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] where it is not whole; else what the system says.
pub fn pass(frames: &mut Frames<impl Read>) -> io::Result<(Key, Range<u32>)> {
    let mut frame = Vec::new();
    let head = head(frames, &mut frame)?;
    (0..head.blocks()).try_for_each(|_| frames.next(&mut frame))?;
    Ok((head.key, head.replications))
}

/// Reads an entry: its rows into the writers of the arms, its logs into the store. What is returned has no rows.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] where it is not what is expected; else what the system says.
pub fn read(
    frames: &mut Frames<impl Read>,
    expected: &Expected,
    rows: &mut [SpoolWriter<ReplicationRow>],
    store: &Store,
) -> io::Result<Vec<PartOfArm>> {
    let mut frame = Vec::new();
    let Head { key, replications, arms } = head(frames, &mut frame)?;
    if key != expected.key || arms.len() != expected.arms || rows.len() != expected.arms {
        return Err(damaged());
    }
    let percentiles = replications::percentiles(&expected.numbers);
    let logs = replications.start..replications.end.min(expected.records).max(replications.start);
    let mut read = Vec::with_capacity(arms.len());
    for (ArmHead { totals, rows: extent, recorded: heads }, rows) in arms.into_iter().zip(rows) {
        if totals.agents.len() != expected.agents || !totals.is_sound() || heads.len() != logs.len() {
            return Err(damaged());
        }
        let mut next = replications.clone();
        values(frames, &mut frame, extent, |row: ReplicationRow| {
            let fits = |(value, &is_percentile): (&Option<f64>, &bool)| {
                value.is_none_or(|value| is_measurable(value, is_percentile))
            };
            let is_sound = next.next() == Some(row.replication)
                && row.values.len() == percentiles.len()
                && row.values.iter().zip(&percentiles).all(fits);
            if is_sound { rows.push(&row) } else { Err(damaged()) }
        })?;
        if !next.is_empty() {
            return Err(damaged());
        }
        let mut recorded = Vec::with_capacity(heads.len());
        for (LogHead { replication, tickets, records }, expected) in heads.into_iter().zip(logs.clone()) {
            if replication != expected {
                return Err(damaged());
            }
            let tickets = spool(frames, &mut frame, tickets, store)?;
            let records = spool(frames, &mut frame, records, store)?;
            recorded.push(Recorded { replication, tickets, records });
        }
        read.push(PartOfArm { rows: Spool::default(), recorded, totals });
    }
    Ok(read)
}

/// A spool of an entry.
fn spool<T: Serialize + DeserializeOwned>(
    frames: &mut Frames<impl Read>,
    frame: &mut Vec<u8>,
    extent: Extent,
    store: &Store,
) -> io::Result<Spool<T>> {
    let mut writer = SpoolWriter::new(store);
    values(frames, frame, extent, |value: T| writer.push(&value))?;
    writer.finish()
}

/// The values of a spool of an entry.
fn values<T: DeserializeOwned>(
    frames: &mut Frames<impl Read>,
    frame: &mut Vec<u8>,
    extent: Extent,
    mut take: impl FnMut(T) -> io::Result<()>,
) -> io::Result<()> {
    let mut count = 0;
    for _ in 0..extent.blocks {
        frames.next(frame)?;
        let mut left = frame.as_slice();
        while !left.is_empty() {
            let (value, rest) = postcard::take_from_bytes(left).map_err(|_| damaged())?;
            // What takes no bytes would never end.
            if rest.len() == left.len() {
                return Err(damaged());
            }
            left = rest;
            count += 1;
            take(value)?;
        }
    }
    if count == extent.values { Ok(()) } else { Err(damaged()) }
}
