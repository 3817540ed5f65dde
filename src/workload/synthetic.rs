//! Arrival instants of a synthetic burst.

use crate::domain::settings::Arrivals;
use crate::domain::{SimDuration, SimTime};
use crate::kernel::sampler;
use crate::kernel::stream::{Purpose, Streams};

/// The length of a profile's step.
const QUARTER: SimDuration = SimDuration::from_mins(15);

/// Calls `land` with each arrival instant of one replication, in the order drawn, which need not be that of time. All
/// draws come from one stream, one after the other.
pub(super) fn arrive(arrivals: &Arrivals, streams: &Streams, mut land: impl FnMut(SimTime)) {
    let mut stream = streams.stream(Purpose::Arrivals, 0, 0);
    let mut land_after = |seconds: f64| land(SimTime::ZERO + SimDuration::from_secs_f64(seconds));
    match arrivals {
        Arrivals::Uniform { tickets, over } => {
            let over = over.as_secs_f64();
            for _ in 0..*tickets {
                land_after(over * stream.unit());
            }
        }
        Arrivals::Poisson { tickets, mean_gap } => {
            let mean_gap = mean_gap.as_secs_f64();
            let mut now = 0.0;
            for _ in 0..*tickets {
                now += mean_gap * sampler::exponential(&mut stream);
                land_after(now);
            }
        }
        Arrivals::Profile { mean_counts, dispersion } => {
            let quarter = QUARTER.as_secs_f64();
            for (position, mean) in mean_counts.iter().enumerate() {
                let begin = position as f64 * quarter;
                for _ in 0..sampler::negative_binomial(*mean, *dispersion, &mut stream) {
                    land_after(begin + quarter * stream.unit());
                }
            }
        }
        Arrivals::Backlog { tickets } => (0..*tickets).for_each(|_| land_after(0.0)),
        Arrivals::Spike { tickets, mean, .. } => {
            let mean = mean.as_secs_f64();
            for _ in 0..*tickets {
                land_after(mean * sampler::exponential(&mut stream));
            }
        }
        // A recording brings its own instants.
        Arrivals::Recorded(_) => {}
    }
}

/// How many arrivals there are, where that is drawn on average.
pub(super) fn tickets(arrivals: &Arrivals) -> u64 {
    match arrivals {
        Arrivals::Uniform { tickets, .. }
        | Arrivals::Poisson { tickets, .. }
        | Arrivals::Backlog { tickets }
        | Arrivals::Spike { tickets, .. } => u64::from(*tickets),
        Arrivals::Profile { mean_counts, .. } => mean_counts.iter().sum::<f64>() as u64,
        Arrivals::Recorded(_) => 0,
    }
}

/// A time within which all arrivals land, except in less than one burst in 10¹⁵ where there is no bound.
pub(super) fn span(arrivals: &Arrivals) -> SimDuration {
    match arrivals {
        Arrivals::Uniform { over, .. } => *over,
        Arrivals::Poisson { tickets, mean_gap } => {
            SimDuration::from_secs_f64(mean_gap.as_secs_f64() * (3.0 * f64::from(*tickets) + 40.0))
        }
        Arrivals::Profile { mean_counts, .. } => QUARTER * mean_counts.len() as i64,
        Arrivals::Spike { mean, .. } => SimDuration::from_secs_f64(mean.as_secs_f64() * 60.0),
        Arrivals::Backlog { .. } | Arrivals::Recorded(_) => SimDuration::ZERO,
    }
}
