//! Experiments whose truth is known: how many of their intervals cover it. Everything has fixed seeds.

use stampede::domain::Distribution;
use stampede::engine::Engine;
use stampede::experiment::{Experiment, Options};
use stampede::kernel::sampler::{draw, normal, normal_quantile, poisson};
use stampede::kernel::stream::{Purpose, Stream, Streams};
use stampede::metrics::catalog::{self, NUMBERS, Unit};
use stampede::metrics::collector::Values;
use stampede::metrics::comparison::{Compared, Comparing, MAKESPAN, References};
use stampede::metrics::numbers::Numbers;
use stampede::metrics::precision::{self, Precision};
use stampede::metrics::statistics::{Estimate, Moments, share_interval};
use stampede::metrics::summary::{Paired, Summary};
use stampede::scenario;

/// The confidence of all intervals.
pub const CONFIDENCE: f64 = 0.95;

/// What became of the experiments on one thing.
#[derive(Clone, Debug)]
pub struct Tried {
    /// What is estimated, and of what.
    pub what: String,
    /// The truth, in words.
    pub truth: String,
    /// Experiments.
    pub all: u32,
    /// Those with an interval.
    pub stated: u32,
    /// Those whose interval leaves out the truth.
    pub wrong: u32,
    /// Replications that the experiments took on average.
    pub replications: f64,
}

impl Tried {
    fn new(what: impl Into<String>, truth: impl Into<String>) -> Self {
        Self { what: what.into(), truth: truth.into(), all: 0, stated: 0, wrong: 0, replications: 0.0 }
    }

    /// Takes in the interval of another experiment of so many replications.
    fn add(&mut self, truth: f64, interval: Option<(f64, f64)>, replications: u32) {
        self.replications =
            (self.replications * f64::from(self.all) + f64::from(replications)) / f64::from(self.all + 1);
        self.all += 1;
        if let Some((lower, upper)) = interval {
            // The noise of sums is no error.
            let noise = 1e-9 * truth.abs();
            self.stated += 1;
            self.wrong += u32::from(upper < truth - noise || truth + noise < lower);
        }
    }

    /// Experiments in a hundred whose interval does not leave out the truth.
    pub fn covered(&self) -> f64 {
        100.0 * f64::from(self.all - self.wrong) / f64::from(self.all)
    }
}

/// A stream of its own for each experiment of each case.
fn stream(case: u32, experiment: u32) -> Stream {
    Streams::new(2027, u64::from(experiment)).stream(Purpose::Work, case, 0)
}

/// The latency of an AI that takes 150 s on average, with a coefficient of variation of 0.6.
const SIGMA: f64 = 0.554_513_028_8;
const LATENCY: Distribution = Distribution::Lognormal { mean: 150.0, sigma: SIGMA };

/// Something that varies from burst to burst, its unit and its mean.
type Case = (&'static str, Unit, f64, fn(&mut Stream) -> f64);

/// The longest of thirty latencies. Its mean is ∫ 1 − F(x)³⁰ dx.
fn slowest(stream: &mut Stream) -> f64 {
    (0..30).map(|_| draw(&LATENCY, stream)).fold(0.0, f64::max)
}

const CASES: [Case; 8] = [
    ("a normal distribution", Unit::Seconds, 500.0, |s| 500.0 + 40.0 * normal(s)),
    ("the latency of an AI (lognormal, cv 0.6)", Unit::Seconds, 150.0, |s| draw(&LATENCY, s)),
    ("an exponential distribution", Unit::Seconds, 60.0, |s| {
        draw(&Distribution::Exponential { mean: 60.0 }, s)
    }),
    ("a heavy tail (lognormal, cv 1.5)", Unit::Seconds, 1500.0, |s| {
        draw(&Distribution::Lognormal { mean: 1500.0, sigma: 1.085_658_785 }, s)
    }),
    ("the sum of thirty latencies", Unit::Seconds, 4500.0, |s| (0..30).map(|_| draw(&LATENCY, s)).sum()),
    ("the slowest of thirty latencies", Unit::Seconds, 415.489_534_5, slowest),
    ("a count (Poisson, mean 3)", Unit::Count, 3.0, |s| f64::from(poisson(3.0, s))),
    ("a rare count (Poisson, mean 0.1)", Unit::Count, 0.1, |s| f64::from(poisson(0.1, s))),
];

fn mean_of(moments: &Moments, unit: Unit) -> Option<Estimate> {
    Summary::from_moments(moments, unit, CONFIDENCE).mean
}

/// Means of `n` bursts.
pub fn means(experiments: u32, n: u32) -> Vec<Tried> {
    let tried = |(case, &(name, unit, mean, of)): (usize, &Case)| {
        let mut tried = Tried::new(format!("the mean of {name}"), mean.to_string());
        for experiment in 0..experiments {
            let mut stream = stream(case as u32, experiment);
            let moments: Moments = (0..n).map(|_| of(&mut stream)).collect();
            tried.add(mean, mean_of(&moments, unit).and_then(|mean| mean.interval), n);
        }
        tried
    };
    CASES.iter().enumerate().map(tried).collect()
}

/// Differences between two arms on the same `n` bursts, which have something in common.
pub fn differences(experiments: u32, n: u32) -> Vec<Tried> {
    let tried = |(case, &(name, _, mean, of)): (usize, &Case)| {
        let mut tried = Tried::new(format!("a difference in {name}"), "a tenth of the mean");
        for experiment in 0..experiments {
            let mut stream = stream(100 + case as u32, experiment);
            let mut pair = || {
                let common = draw(&Distribution::Exponential { mean }, &mut stream);
                (Some(common + of(&mut stream) + 0.1 * mean), Some(common + of(&mut stream)))
            };
            let (arm, base): (Vec<_>, Vec<_>) = (0..n).map(|_| pair()).unzip();
            let paired = Paired::of(arm, base, CONFIDENCE).and_then(|paired| paired.difference.interval);
            tried.add(0.1 * mean, paired, n);
        }
        tried
    };
    CASES.iter().enumerate().map(tried).collect()
}

/// Shares of `n` bursts in which something happens.
pub fn proportions(experiments: u32, n: u32) -> Vec<Tried> {
    let shares = [0.5, 0.2, 0.05, 0.95, 0.99];
    let tried = |(case, share): (usize, f64)| {
        let mut tried = Tried::new("a share of bursts", share.to_string());
        for experiment in 0..experiments {
            let mut stream = stream(200 + case as u32, experiment);
            let events = (0..n).filter(|_| stream.unit() < share).count() as u32;
            tried.add(share, Some(share_interval(events, n, CONFIDENCE)), n);
        }
        tried
    };
    shares.into_iter().enumerate().map(tried).collect()
}

/// One replication's numbers of which only the makespan was measured.
fn values(makespan: f64) -> Values {
    let mut values = vec![None; NUMBERS];
    values[position()] = Some(makespan);
    values
}

fn position() -> usize {
    catalog::position(MAKESPAN).expect("in the catalog")
}

/// What replications of some arms come to of which each is the makespans of all.
fn compared(arms: usize, replications: impl Iterator<Item = Vec<f64>>) -> Vec<Compared> {
    let mut comparing = Comparing::new(arms, &Numbers::default(), References::default());
    for makespans in replications {
        let rows: Vec<Values> = makespans.into_iter().map(values).collect();
        comparing.add(rows.iter());
    }
    comparing.finish(CONFIDENCE)
}

/// What `n` bursts keep to in half of them, in nine of ten and in nineteen of twenty: the latency of an AI.
pub fn quantiles(experiments: u32, n: u32) -> Vec<Tried> {
    let shares = [0.5, 0.9, 0.95];
    let truth = |share: f64| 150.0 * libm::exp(SIGMA * normal_quantile(share) - 0.5 * SIGMA * SIGMA);
    let mut all: Vec<Tried> = shares
        .map(|share| {
            Tried::new(
                format!("p{} over bursts of the latency of an AI", share * 100.0),
                format!("{:.3}", truth(share)),
            )
        })
        .into();
    for experiment in 0..experiments {
        let mut stream = stream(300, experiment);
        let found = compared(1, (0..n).map(|_| vec![draw(&LATENCY, &mut stream)]));
        let over = found[0].summaries[position()].over_bursts.expect("there are bursts");
        for ((tried, share), quantile) in all.iter_mut().zip(shares).zip([over.p50, over.p90, over.p95]) {
            tried.add(truth(share), quantile.lower.zip(quantile.upper), n);
        }
    }
    all
}

/// Means of as many bursts as the rule takes for its precision.
pub fn stopping(experiments: u32) -> Vec<Tried> {
    let number = precision::number(MAKESPAN).expect("in the catalog");
    let tried = |(case, text): (usize, &str)| {
        let (name, unit, mean, of) = CASES[case];
        let asked = Precision::new(number.clone(), text, 100_000).expect("it makes sense");
        let mut tried = Tried::new(format!("the mean of {name} within {text}"), mean.to_string());
        for experiment in 0..experiments {
            let mut stream = stream(400 + case as u32, experiment);
            let (mut moments, mut done) = (Moments::default(), 0);
            loop {
                let next = asked.next(done);
                (done..next).for_each(|_| moments.add(of(&mut stream)));
                done = next;
                if asked.is_settled(&[asked.state(&Summary::from_moments(&moments, unit, CONFIDENCE))], done)
                {
                    break;
                }
            }
            tried.add(mean, mean_of(&moments, unit).and_then(|mean| mean.interval), done);
        }
        tried
    };
    let asked = [(0, "1%"), (1, "10%"), (1, "5%"), (2, "10%"), (3, "15%"), (4, "1%"), (5, "3%"), (6, "5%")];
    asked.into_iter().map(tried).collect()
}

/// The same with a look after each replication from the twentieth on, which is not what Stampede does.
pub fn looking_always(experiments: u32) -> Vec<Tried> {
    let tried = |(case, share): (usize, f64)| {
        let (name, unit, mean, of) = CASES[case];
        let mut tried = Tried::new(format!("the mean of {name} within {}%", share * 100.0), mean.to_string());
        for experiment in 0..experiments {
            let mut stream = stream(500 + case as u32, experiment);
            let mut moments: Moments = (0..20).map(|_| of(&mut stream)).collect();
            let interval = loop {
                let found = mean_of(&moments, unit).expect("there are values");
                let (lower, upper) = found.interval.expect("they differ");
                if (found.mean - lower).max(upper - found.mean) <= share * found.mean {
                    break (lower, upper);
                }
                moments.add(of(&mut stream));
            };
            tried.add(mean, Some(interval), moments.count());
        }
        tried
    };
    [(1, 0.1), (2, 0.1)].into_iter().map(tried).collect()
}

/// Families of differences to a baseline.
#[derive(Clone, Debug)]
pub struct Families {
    /// What is tested.
    pub what: String,
    /// Families.
    pub all: u32,
    /// Those in which a difference that is none was called significant.
    pub wrong: u32,
    /// The same without a correction.
    pub uncorrected: u32,
    /// Those in which the arm that is best in truth was ruled out.
    pub outdone: u32,
}

impl Families {
    /// Of a hundred.
    pub fn percent(&self, families: u32) -> f64 {
        100.0 * f64::from(families) / f64::from(self.all)
    }
}

/// Families of so many arms besides the baseline, of which the last few differ, on `n` bursts that all have in common.
pub fn families(experiments: u32, n: u32) -> Vec<Families> {
    let tried = |(case, (arms, differing)): (usize, (usize, usize))| {
        let noun = if arms == 1 { "arm" } else { "arms" };
        let what = format!("{arms} {noun} against a baseline, of which {differing} differ");
        let mut tried = Families { what, all: 0, wrong: 0, uncorrected: 0, outdone: 0 };
        for experiment in 0..experiments {
            let mut stream = stream(600 + case as u32, experiment);
            let mut replication = || {
                let common = draw(&Distribution::Exponential { mean: 150.0 }, &mut stream);
                let mut own = |arm: usize| {
                    let later = if arm > arms - differing { 40.0 } else { 0.0 };
                    common + draw(&LATENCY, &mut stream) + later
                };
                (0..=arms).map(&mut own).collect::<Vec<f64>>()
            };
            let found = compared(arms + 1, (0..n).map(|_| replication()));
            let of_null = |p: fn(&Paired) -> Option<f64>| {
                let null = &found[1..=arms - differing];
                null.iter().any(|arm| {
                    let paired = arm.paired[position()].as_ref().expect("all were measured");
                    p(paired).is_some_and(|p| p <= 1.0 - CONFIDENCE)
                })
            };
            tried.all += 1;
            tried.wrong += u32::from(of_null(|paired| paired.p_holm));
            tried.uncorrected += u32::from(of_null(|paired| paired.p));
            // Of the baseline and the arms that do not differ any is the best; the baseline is as good as the others.
            let behind = found[1..].iter().map(|arm| arm.behind[0].expect("all were measured"));
            tried.outdone +=
                u32::from(behind.into_iter().any(|arm| arm.upper().is_some_and(|upper| upper < 0.0)));
        }
        tried
    };
    [(1, 0), (3, 0), (7, 0), (11, 0), (3, 1), (7, 4)].into_iter().enumerate().map(tried).collect()
}

/// Five tickets at once, with no time but that of the AI: ticket k of five waits k latencies one at a time, and its own in
/// parallel.
const FIVE: &str = r#"
    name = "five"
    [burst]
    tickets = 5
    arrivals = { backlog = {} }
    [desk]
    technicians = 20
    [ranker]
    latency = { lognormal = { mean = "150s", sigma = 0.5545130288 } }
    [calendar]
    read_latency = "0s"
    claim_latency = "0s"
    write_latency = "0s"
    [[discipline]]
    kind = "sequential"
    [[discipline]]
    kind = "parallel"
    alternatives = 19
    [experiment]
    records = 0
"#;

/// Experiments of `n` bursts each with the simulator itself.
pub fn simulated(experiments: u32, n: u32, threads: usize) -> Vec<Tried> {
    let scenario = scenario::parse(FIVE, "five.toml", ".".as_ref(), &[]).expect("it makes sense");
    let experiment = Experiment::prepare(scenario).expect("it needs no files");
    let options = Options { engine: Engine::Direct, threads };
    let part = experiment.run_part(0..experiments * n, &options, &mut |_| {}).expect("nothing is in its way");
    let mut arms = part.arms.iter().map(|arm| arm.rows.iter().map(|row| row.expect("there is room").values));
    let (mut one_at_a_time, mut in_parallel) =
        arms.next().zip(arms.next()).expect("the scenario has two disciplines");
    let at = |key: &str| catalog::position(key).expect("in the catalog");
    let (delay, makespan) = (at("dispatch_delay.mean"), at("makespan"));
    let mut all = vec![
        Tried::new("simulated: mean delay, one at a time", "450"),
        Tried::new("simulated: mean delay, in parallel", "150"),
        Tried::new("simulated: makespan, one at a time", "750"),
        Tried::new("simulated: difference of the mean delays", "-300"),
    ];
    for _ in 0..experiments {
        let mut comparing = Comparing::new(2, &Numbers::default(), References::default());
        for rows in one_at_a_time.by_ref().zip(&mut in_parallel).take(n as usize) {
            comparing.add([&rows.0, &rows.1].into_iter());
        }
        let found = comparing.finish(CONFIDENCE);
        let mean =
            |arm: usize, position: usize| found[arm].summaries[position].mean.and_then(|mean| mean.interval);
        let difference = found[1].paired[delay].and_then(|paired| paired.difference.interval);
        let stated = [mean(0, delay), mean(1, delay), mean(0, makespan), difference];
        for ((tried, truth), interval) in all.iter_mut().zip([450.0, 150.0, 750.0, -300.0]).zip(stated) {
            tried.add(truth, interval, n);
        }
    }
    all
}
