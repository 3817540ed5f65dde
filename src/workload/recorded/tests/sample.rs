//! The shipped recording `scenarios/monday-recorded.csv`: made by this generator, and proved equal to what it makes.
//!
//! A Monday morning of our own making, shaped like a real one. The figures are read off the published "Incident
//! management process enriched event log" (Amaral, Fantinato and Peres, UCI Machine Learning Repository id 498, CC BY
//! 4.0): tickets by hour on its Mondays 678, 814, 735 and 620 from 08 to 12 o'clock; a quarter hour with mean 12.7 and
//! variance 25.2; from the opening to the first assignee a median of 6 min and an upper quartile of 18 min; most
//! priorities 3; a few groups and people who take most of the work. Names and work times are invented: the log records
//! elapsed time only.

use std::fs;
use std::path::PathBuf;

use jiff::ToSpan;
use jiff::civil::date;

use crate::domain::Distribution;
use crate::kernel::sampler;
use crate::kernel::stream::{Purpose, Stream, Streams};

const HOURLY: [f64; 4] = [678.0, 814.0, 735.0, 620.0];
const QUARTER_MEAN: f64 = 12.7;
const QUARTER_VARIANCE: f64 = 25.2;

/// Boards, their share of the tickets and who works there, the busiest first.
const BOARDS: [(&str, f64, &[&str]); 5] = [
    ("Service Desk", 0.52, &["Amara", "Bruno", "Chiara", "Dmitri", "Elif", "Farid", "Greta"]),
    ("Workplace", 0.20, &["Hanna", "Ivo", "Jun"]),
    ("Infrastructure", 0.14, &["Kofi", "Lena", "Mateo"]),
    ("Network", 0.09, &["Nadia", "Oskar"]),
    ("Security", 0.05, &["Priya", "Quentin"]),
];

const COMPANIES: [&str; 10] = [
    "Alder Dental",
    "Birch Logistics",
    "Cedar Legal",
    "Dogwood Foods",
    "Elm Architects",
    "Fir Insurance",
    "Gorse Media",
    "Hazel Clinics",
    "Ivy Retail",
    "Juniper Works",
];

const CATEGORIES: [(&str, f64); 8] = [
    ("Access", 0.26),
    ("Mail", 0.18),
    ("Software", 0.16),
    ("Hardware", 0.13),
    ("Printing", 0.10),
    ("Network", 0.08),
    ("Telephony", 0.05),
    ("Backup", 0.04),
];

/// Priorities with their share: nearly all are 3.
const PRIORITIES: [(u8, f64); 4] = [(1, 0.01), (2, 0.02), (3, 0.95), (4, 0.02)];

/// The position of one of `count` things, each 1/(1 + position) as likely as the first.
fn skewed(count: usize, stream: &mut Stream) -> usize {
    sampler::weighted((1..=count).map(|rank| 1.0 / rank as f64), stream)
}

/// The recording.
fn sample() -> String {
    let streams = Streams::new(498, 0);
    let opening = date(2026, 11, 23).at(8, 0, 0, 0);
    let hourly_mean = HOURLY.iter().sum::<f64>() / HOURLY.len() as f64;
    let mut stream = streams.stream(Purpose::Arrivals, 0, 0);
    let mut seconds: Vec<i64> = Vec::new();
    for quarter in 0..16 {
        let mean = QUARTER_MEAN * HOURLY[quarter / 4] / hourly_mean;
        for _ in 0..sampler::negative_binomial(mean, QUARTER_VARIANCE / QUARTER_MEAN, &mut stream) {
            seconds.push(900 * quarter as i64 + i64::from(sampler::below(900, &mut stream)));
        }
    }
    seconds.sort_unstable();
    let work = Distribution::Lognormal { mean: 20.0, sigma: 0.8 };
    // Seconds until the first assignee: with median 6 min and upper quartile 18 min a Weibull distribution has
    // shape ln 2 / ln 3 (its quantile at p is scale · (−ln(1 − p))^(1/shape), and ln 4 = 2 ln 2).
    let shape = sampler::natural_log(2.0) / sampler::natural_log(3.0);
    // The scale is 6 min / (ln 2)^(1/shape), rounded.
    let delay = Distribution::Weibull { scale: 643.56, shape };
    let header = "ticket,arrived_at,company,board,priority,category,work_minutes,assigned_to,assigned_at";
    let mut lines = vec![header.to_owned()];
    for (number, second) in (0_u32..).zip(seconds) {
        let mut stream = streams.stream(Purpose::Particulars, number, 0);
        let arrived_at = opening + second.seconds();
        let company = COMPANIES[skewed(COMPANIES.len(), &mut stream)];
        let (board, _, people) = BOARDS[sampler::weighted(BOARDS.iter().map(|board| board.1), &mut stream)];
        let (priority, _) = PRIORITIES[sampler::weighted(PRIORITIES.iter().map(|item| item.1), &mut stream)];
        let (category, _) = CATEGORIES[sampler::weighted(CATEGORIES.iter().map(|item| item.1), &mut stream)];
        let technician = people[skewed(people.len(), &mut stream)];
        let minutes =
            sampler::draw(&work, &mut streams.stream(Purpose::Work, number, 0)).round().clamp(1.0, 240.0);
        let delay = sampler::draw(&delay, &mut stream).min(28_800.0) as i64;
        let assigned_at = arrived_at + delay.seconds();
        lines.push(format!(
            "INC{:05},{},{company},{board},{priority},{category},{minutes},{technician},{}",
            20_001 + number,
            arrived_at.strftime("%Y-%m-%dT%H:%M:%S"),
            assigned_at.strftime("%Y-%m-%dT%H:%M:%S"),
        ));
    }
    lines.join("\n") + "\n"
}

fn shipped() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios/monday-recorded.csv")
}

#[test]
fn the_shipped_recording_is_what_the_generator_makes() {
    let file = fs::read_to_string(shipped()).unwrap();
    assert!(file == sample(), "regenerate it: cargo test --lib write_the_shipped_recording -- --ignored");
}

#[test]
#[ignore = "writes scenarios/monday-recorded.csv"]
fn write_the_shipped_recording() {
    fs::write(shipped(), sample()).unwrap();
}
