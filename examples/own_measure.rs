//! A measure of your own: an observer of facts, and what it found over many replications.
//!
//! How often does a dispatch that lost its first pick end with a technician whose slot starts within a quarter of an hour?
//! No shipped measure says so, but the facts do.

use stampede::metrics::catalog::Unit;
use stampede::prelude::*;

const SCENARIO: &str = r#"
    name = "busy morning"
    [burst]
    tickets = 20
    arrivals = { uniform = { over = "5min" } }
    [desk]
    technicians = 12
    [ranker]
    latency = { lognormal = { mean = "150s", cv = 0.6 } }
    [[discipline]]
    kind = "parallel"
    peer_awareness = 0.0
"#;

/// Counts, in one replication, the dispatches that fell back and those of them that have a slot soon all the same.
#[derive(Default)]
struct SoonAnyway {
    fell_back: u32,
    soon: u32,
    /// The start of each ticket's booked slot.
    starts: Vec<(TicketId, SimTime)>,
}

impl Observer<Fact> for SoonAnyway {
    fn observe(&mut self, record: &Record) {
        match record.fact {
            Fact::Booked { ticket, start, .. } => self.starts.push((ticket, start)),
            Fact::Dispatched { ticket, rank, .. } if rank > 1 => {
                self.fell_back += 1;
                let start = self.starts.iter().find(|(booked, _)| *booked == ticket);
                let soon =
                    |&&(_, start): &&(TicketId, SimTime)| start - record.at <= SimDuration::from_mins(15);
                self.soon += u32::from(start.as_ref().is_some_and(soon));
            }
            _ => {}
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let scenario = stampede::scenario::parse(SCENARIO, "busy-morning.toml", ".".as_ref(), &[])?;
    let experiment = Experiment::prepare(scenario)?;
    let shares: Vec<Option<f64>> = (0..200)
        .map(|replication| {
            let seen = experiment.watch("parallel", replication, SoonAnyway::default())?;
            Some(f64::from(seen.soon) / f64::from(seen.fell_back)).filter(|share| share.is_finite())
        })
        .collect();
    let summary = Summary::of(shares, Unit::Share, 0.95);
    let mean = summary.mean.ok_or("no dispatch fell back")?;
    let (lower, upper) = mean.interval.ok_or("too few dispatches fell back")?;
    println!(
        "Of the dispatches that fell back, {:.1} % ({:.1} to {:.1} %) have a slot within a quarter of an hour ({} \
         replications).",
        100.0 * mean.mean,
        100.0 * lower,
        100.0 * upper,
        summary.n
    );
    Ok(())
}
