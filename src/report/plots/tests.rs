//! The charts over made-up comparisons: what they say, where it stands, and that they survive odd input.

mod time_and_money;

use std::sync::Arc;

use super::canvas::{Drawing, Paper};
use super::*;
use crate::domain::charts::{self, ChartSettings, ChartSize};
use crate::domain::{
    AgentId, Board, BoardId, Burst, Desk, SimDuration, SimTime, Team, TeamId, Technician, TechnicianId,
    Ticket, TicketId, WorkingHours,
};
use crate::facts::{Fact, Record};
use crate::kernel::log::Digest;
use crate::metrics::agents::AgentTotals;
use crate::metrics::catalog;
use crate::metrics::comparison::References;
use crate::metrics::numbers::Numbers;
use crate::metrics::statistics::Estimate;
use crate::metrics::summary::{Paired, Summary};
use crate::metrics::timeline::Timeline;
use crate::results::spool::Spool;
use crate::results::{Arm, Recorded, Setup, Source};

/// A discipline to make up.
#[derive(Clone)]
struct Fake {
    name: String,
    /// Seconds from one dispatch to the next; zero: all at once.
    pace: i64,
    /// Tickets that each technician is promised at the same time.
    deep: u32,
    /// Means of measures.
    means: Vec<(&'static str, f64)>,
}

fn fake(name: &str, pace: i64, deep: u32, means: &[(&'static str, f64)]) -> Fake {
    Fake { name: name.to_owned(), pace, deep, means: means.to_vec() }
}

/// The three disciplines of the shipped scenario, with figures of about the size the simulator yields.
fn three() -> Vec<Fake> {
    vec![
        fake(
            "sequential",
            250,
            1,
            &[("makespan", 7500.0), ("double_booked_tickets", 0.0), ("conflict_rate", 0.0)],
        ),
        fake(
            "unsafe-parallel",
            0,
            7,
            &[("makespan", 540.0), ("double_booked_tickets", 11.4), ("conflict_rate", 0.0)],
        ),
        fake(
            "parallel",
            0,
            1,
            &[("makespan", 560.0), ("double_booked_tickets", 0.0), ("conflict_rate", 0.412)],
        ),
    ]
}

fn comparison(fakes: &[Fake], tickets: u32, technicians: u32, replications: u32) -> Comparison {
    let second = |s: i64| SimTime::ZERO + SimDuration::from_secs(s);
    let burst = Arc::new(Burst {
        tickets: (0..tickets)
            .map(|n| Ticket {
                arrived_at: second(4 * i64::from(n)),
                board: BoardId(0),
                status: 0,
                category: 0,
                company: 0,
                priority: 3,
                work: Some(SimDuration::from_mins(20)),
                owned: false,
                twin: None,
            })
            .collect(),
        ..Burst::default()
    });
    let desk = Desk {
        technicians: (1..=technicians)
            .map(|n| Technician {
                name: format!("Technician {n}"),
                hours: 0,
                teams: [TeamId(0)].into(),
                history: [Some(0.5)].into(),
                ..Technician::default()
            })
            .collect(),
        teams: vec![Team {
            name: "Service desk".to_owned(),
            members: (0..technicians).map(TechnicianId).collect(),
        }],
        hours: vec![WorkingHours::always()],
        categories: vec!["general".to_owned()],
        companies: vec!["Acme".to_owned()],
        boards: vec![Board { name: "Service Desk".to_owned(), team: TeamId(0) }],
        statuses: vec!["New".to_owned()],
        ..Desk::default()
    };
    let mut arrivals = Timeline::default();
    for ticket in burst.tickets.iter().flat_map(|ticket| std::iter::repeat_n(ticket, replications as usize)) {
        arrivals.add(ticket.arrived_at);
    }
    Comparison {
        setup: Setup {
            name: "Monday morning, 30 tickets".to_owned(),
            summary: "A weekend's tickets land at eight.".to_owned(),
            scenario_digest: "00".repeat(32),
            seed: 42,
            start: "2026-11-23T08:00:00-05:00[America/New_York]".parse().unwrap(),
            replications,
            confidence: 0.95,
            precision: None,
            currency: None,
            numbers: Numbers::default(),
            by: Vec::new(),
            assumptions: Vec::new(),
            charts: ChartSettings::default(),
            desk: Arc::new(desk),
            agents: vec!["Front desk".to_owned()],
            modes: vec!["owner-and-slot".to_owned()],
            books_slots: true,
            sets_owners: true,
        },
        arms: fakes
            .iter()
            .enumerate()
            .map(|(n, fake)| arm(fake, n == 0, &burst, technicians, replications))
            .collect(),
        references: References::default(),
        source: Source::default(),
        arrivals,
        verdicts: Vec::new(),
        warnings: Vec::new(),
    }
}

fn arm(fake: &Fake, base: bool, burst: &Arc<Burst>, technicians: u32, replications: u32) -> Arm {
    let minute = |m: i64| SimTime::ZERO + SimDuration::from_mins(m);
    let (mut dispatched, mut delays) = (Timeline::default(), Timeline::default());
    let mut records: Vec<Record> = Vec::new();
    let tickets = burst.tickets.len() as u32;
    for n in 0..tickets {
        let arrived = burst.tickets[n as usize].arrived_at;
        // A spread of latencies from one to nine minutes, some longer than others.
        let latency = SimDuration::from_secs(70 + i64::from(n * 7919 % 331));
        let done = if fake.pace == 0 {
            arrived + latency
        } else {
            SimTime::ZERO + SimDuration::from_secs(fake.pace * i64::from(n + 1))
        };
        for replication in 0..replications {
            let done = done + SimDuration::from_secs(i64::from(replication * 37 % 61));
            dispatched.add(done);
            delays.add(SimTime::ZERO + (done - arrived));
        }
        let stacks = n / fake.deep;
        let technician = TechnicianId(stacks.checked_rem(technicians).unwrap_or(0));
        let start = minute(30 + 40 * i64::from(stacks.checked_div(technicians).unwrap_or(0)));
        let ticket = TicketId(n);
        if technicians == 0 {
            continue;
        }
        let end = start + SimDuration::from_mins(30);
        let held = fake.deep == 1;
        let begun = if fake.pace == 0 { arrived } else { done - SimDuration::from_secs(fake.pace) };
        records.push(Record { at: begun, fact: Fact::Turn { ticket, agent: AgentId(0) } });
        records.push(Record { at: done, fact: Fact::Booked { ticket, technician, start, end, held } });
        let (delay, taken) = (done - arrived, done - begun);
        let fact = Fact::Dispatched { ticket, technician, attempts: 1, rank: 1, delay, taken };
        records.push(Record { at: done, fact });
        let began = start + SimDuration::from_mins(22 * i64::from(n % fake.deep));
        let worked = SimDuration::from_mins(20);
        let at = began + worked;
        let (waited, late) = (began - arrived, began - start);
        records.push(Record { at: began, fact: Fact::Started { ticket, technician, waited, late } });
        records
            .push(Record { at, fact: Fact::Finished { ticket, technician, resolved: at - arrived, worked } });
    }
    // Stable: what ends at an instant ends before anything begins there.
    records.sort_by_key(|record| (record.at, matches!(record.fact, Fact::Turn { .. })));
    let summaries: Vec<Summary> = catalog::all()
        .map(|measure| {
            let found = fake.means.iter().find(|(key, _)| *key == measure.key());
            let mean = found.map(|&(_, value)| match replications {
                1 => Estimate::single(value),
                _ => Estimate::around(value, 0.04 * value),
            });
            let above_zero = found.map_or(0, |&(_, value)| if value > 0.0 { replications } else { 0 });
            Summary { n: replications, mean, min: None, max: None, total: 0.0, above_zero, over_bursts: None }
        })
        .collect();
    Arm {
        name: fake.name.clone(),
        summaries,
        paired: if base { Vec::new() } else { vec![None; catalog::NUMBERS] },
        behind: Vec::new(),
        replications: Spool::default(),
        dispatched,
        delays,
        refused: Timeline::default(),
        agents: vec![AgentTotals::default()],
        digest: Digest::EMPTY,
        recorded: vec![Recorded::new(0, burst, records)],
    }
}

/// Comparisons that have broken layouts before, or could.
fn cases() -> Vec<(&'static str, Comparison)> {
    let eight: Vec<Fake> = (0..8)
        .map(|n| {
            let names = [
                "sequential",
                "unsafe-parallel",
                "parallel",
                "parallel-2",
                "optimistic",
                "locked",
                "batched",
                "pods",
            ];
            let means = [
                ("makespan", if n == 0 { 700.0 } else { 3600.0 * f64::from(n) }),
                ("double_booked_tickets", f64::from(n % 3) * 4.5),
                ("conflict_rate", 0.07 * f64::from(n)),
            ];
            fake(names[n as usize], i64::from(n) * 30, 1 + n % 3, &means)
        })
        .collect();
    let mut long = comparison(&three(), 30, 10, 1000);
    long.setup.name = "The Monday after the long weekend on which the mail server died ".repeat(3);
    for arm in &mut long.arms {
        arm.name = format!("{} with a rather long name that goes on & on <forever>", arm.name);
    }
    let mut desk = (*long.setup.desk).clone();
    for technician in &mut desk.technicians {
        technician.name = format!("{} of the night shift in Wolverhampton", technician.name);
    }
    long.setup.desk = Arc::new(desk);
    let mut unmeasured = comparison(&three(), 30, 10, 20);
    for arm in &mut unmeasured.arms {
        for summary in &mut arm.summaries {
            summary.mean = None;
        }
    }
    let mut cases = vec![
        ("three", comparison(&three(), 30, 10, 1000)),
        ("one", comparison(&three()[2..], 30, 10, 1)),
        ("eight", comparison(&eight, 120, 12, 200)),
        ("sixty", comparison(&three(), 300, 60, 100)),
        ("long", long),
        ("unmeasured", unmeasured),
        ("single-ticket", comparison(&three(), 1, 1, 1)),
        ("calm", comparison(&three()[..1], 5, 10, 50)),
        ("nobody", comparison(&three(), 30, 0, 10)),
        ("no-tickets", comparison(&three(), 0, 10, 10)),
        ("subagents", subagents()),
        ("twelve", comparison(&twelve(), 60, 12, 10)),
        ("twenty", comparison(&many(20), 120, 12, 10)),
        ("forty", comparison(&many(40), 30, 3, 1)),
        ("two", comparison(&three()[1..], 30, 3, 10)),
        ("morning", comparison(&three(), 456, 60, 10)),
        ("stacked", comparison(&stacked(), 456, 3, 10)),
        ("foreign", foreign()),
        ("everything zero", zero()),
        ("many subagents", many_subagents()),
        ("three of eight", some_of_eight()),
        ("small and square", sized(640, 640)),
        ("large and wide", sized(3840, 1080)),
        ("no-arms", comparison(&[], 30, 10, 10)),
    ];
    cases.extend(time_and_money::cases());
    cases
}

/// So many disciplines that double-book to a different degree.
fn many(arms: u32) -> Vec<Fake> {
    let fake = |n: u32| {
        let means = [
            ("makespan", 400.0 + 90.0 * f64::from(n)),
            ("double_booked_tickets", f64::from(n % 5)),
            ("conflict_rate", f64::from(n % 7) / 7.0),
        ];
        fake(&format!("discipline number {n}"), i64::from(n % 4) * 15, 1 + n % 5, &means)
    };
    (1..=arms).map(fake).collect()
}

/// Disciplines of which one promises each technician to more than a hundred tickets at once.
fn stacked() -> Vec<Fake> {
    let mut fakes = three();
    fakes[1].deep = 152;
    fakes
}

/// Names in scripts that the embedded font has no letters for.
fn foreign() -> Comparison {
    let mut c = comparison(&three(), 30, 3, 10);
    c.setup.name = "月曜日の朝 🌅 صباح الاثنين".to_owned();
    for (arm, name) in c.arms.iter_mut().zip(["逐次処理", "غير آمن متواز", "параллельно 🔥"])
    {
        arm.name = name.to_owned();
    }
    let mut desk = (*c.setup.desk).clone();
    for (technician, name) in desk.technicians.iter_mut().zip(["田中太郎", "محمد علي", "Zoë Ångström 🔧"])
    {
        technician.name = name.to_owned();
    }
    c.setup.desk = Arc::new(desk);
    c
}

/// Every measure is zero.
fn zero() -> Comparison {
    let mut fakes = three();
    for fake in &mut fakes {
        fake.means = catalog::all().map(|number| (number.measure.key, 0.0)).collect();
    }
    comparison(&fakes, 30, 10, 10)
}

/// Twelve disciplines with twenty subagents each.
fn many_subagents() -> Comparison {
    use crate::domain::SpecId;
    use crate::facts::SpecStatus;
    let mut c = comparison(&twelve(), 60, 12, 10);
    for (place, arm) in c.arms.iter_mut().enumerate() {
        let mut records: Vec<Record> = Vec::new();
        for spec in 1..=20 {
            let at = SimTime::ZERO + SimDuration::from_mins(i64::from(spec));
            records
                .push(Record { at, fact: Fact::SpecQueued { spec: SpecId(spec), dispatch: 1, tickets: 3 } });
            records.push(Record { at, fact: Fact::SpecStarted { spec: SpecId(spec) } });
        }
        for spec in 1..=20 {
            let at = SimTime::ZERO + SimDuration::from_mins(60 + i64::from(spec) + place as i64);
            let status = if spec % 7 == place as u32 { SpecStatus::Failed } else { SpecStatus::Success };
            let fact = Fact::SpecEnded { spec: SpecId(spec), status, done: 3, tokens: 1000 };
            records.push(Record { at, fact });
        }
        arm.recorded[0].records = records.into_iter().collect();
    }
    c
}

/// Eight disciplines of which charts show three.
fn some_of_eight() -> Comparison {
    let mut c = comparison(&many(8), 60, 12, 10);
    let names = [5, 1, 6].map(|place: usize| c.arms[place].name.clone());
    c.setup.charts.chart_disciplines = names.to_vec();
    c
}

/// The usual three disciplines in charts of another size.
fn sized(width: u32, height: u32) -> Comparison {
    let mut c = comparison(&three(), 30, 10, 1000);
    c.setup.charts.chart_size = ChartSize { width, height };
    c
}

/// Twelve disciplines, of which four are all at once.
fn twelve() -> Vec<Fake> {
    let name = |n: u32| format!("discipline number {n}");
    (1..=12).map(|n| fake(&name(n), i64::from(n % 3) * 20, 1, &[("makespan", 600.0)])).collect()
}

#[test]
fn the_chart_of_dispatches_under_way_says_who_overlaps_and_who_queues() {
    let title = |comparison: &Comparison| chart(comparison, "in-flight").title;
    let mut c = comparison(&three(), 30, 10, 1000);
    assert_eq!(
        title(&c),
        "unsafe-parallel and parallel have up to 29 dispatches under way at once, sequential never more than 1"
    );
    c.arms[0].recorded[0].records = std::iter::empty().collect();
    assert_eq!(
        title(&c),
        "unsafe-parallel and parallel have up to 29 dispatches under way at once, sequential none"
    );
    c.arms.truncate(2);
    c.arms.remove(0);
    assert_eq!(title(&c), "unsafe-parallel has at most 29 dispatches under way at once");
    assert_eq!(
        title(&comparison(&[three().remove(0), three().remove(0)], 5, 10, 1)),
        "Each discipline has at most 1 dispatch under way at once"
    );
    assert_eq!(
        title(&comparison(&twelve(), 10, 10, 1)),
        "discipline number 3 and 3 others have up to 10 dispatches under way at once, discipline number 1 and 7 others \
         never more than 1"
    );
    for recorded in c.arms.iter_mut().flat_map(|arm| &mut arm.recorded) {
        recorded.records = std::iter::empty().collect();
    }
    assert!(compose(&c).unwrap().iter().all(|(name, _)| *name != "in-flight"));
}

/// Subagents: six slices of which some end otherwise than they should.
fn subagents() -> Comparison {
    use crate::domain::SpecId;
    use crate::facts::SpecStatus;
    let mut c = comparison(&three()[..1], 30, 10, 10);
    let at =
        |minutes: f64, fact| Record { at: SimTime::ZERO + SimDuration::from_secs_f64(60.0 * minutes), fact };
    let mut records: Vec<Record> = (1..7)
        .map(|spec| at(0.5, Fact::SpecQueued { spec: SpecId(spec), dispatch: 1, tickets: 5 }))
        .collect();
    for (spec, from, to, status, done) in [
        (1, 0.5, 16.0, SpecStatus::Success, 5),
        (2, 0.5, 30.5, SpecStatus::Timeout, 3),
        (3, 0.5, 12.0, SpecStatus::Success, 5),
        (4, 12.0, 24.0, SpecStatus::Failed, 2),
        (5, 16.0, 27.0, SpecStatus::Success, 5),
    ] {
        let spec = SpecId(spec);
        records.push(at(from, Fact::SpecStarted { spec }));
        records.push(at(to, Fact::SpecEnded { spec, status, done, tokens: 100_000 }));
    }
    c.arms[0].name = "subagents".to_owned();
    c.arms[0].recorded[0].records = records.into_iter().collect();
    c
}

#[test]
fn slices_show_how_each_subagent_ended() {
    let drawing = chart(&subagents(), "slices");
    assert_eq!(
        drawing.title,
        "subagents: 3 of 6 subagents got through their slices; 1 stopped at the ceiling, 1 failed"
    );
    let texts: Vec<String> = drawing.texts().map(|text| text.words.replace('\u{a0}', " ")).collect();
    for words in ["spec-1 · 5 tickets", "all done", "3 of 5 done", "2 of 5 done", "never started"] {
        assert!(texts.iter().any(|text| text == words), "{words}: {texts:?}");
    }
    assert!(compose(&comparison(&three(), 30, 10, 10)).unwrap().iter().all(|(name, _)| *name != "slices"));
}

fn chart(comparison: &Comparison, name: &str) -> Drawing {
    compose(comparison)
        .unwrap()
        .into_iter()
        .find(|(chart, _)| *chart == name)
        .expect("the chart has something to show")
        .1
}

/// Each title and the figures it must state, worked out by hand from [`three`].
#[test]
fn titles_state_the_finding_in_the_numbers_of_the_data() {
    let comparison = comparison(&three(), 30, 10, 1000);
    let title = |name| chart(&comparison, name).title.replace('\u{a0}', " ");
    assert_eq!(title("throughput"), "parallel clears the queue in 9 min 20 s instead of 2 h 05 min");
    assert_eq!(
        title("collisions"),
        "unsafe-parallel double-books 11 of 30 tickets; parallel none, at the price of 41 % refused claims"
    );
    assert_eq!(
        title("gantt"),
        "unsafe-parallel promises Technician 1 to 7 tickets at once, at 08:30; parallel never promises anyone twice"
    );
}

#[test]
fn a_fast_discipline_that_double_books_is_not_praised_without_saying_so() {
    let title = chart(&comparison(&three()[..2], 30, 10, 1000), "throughput").title.replace('\u{a0}', " ");
    let expected =
        "sequential clears the queue in 2 h 05 min; unsafe-parallel, in 9 min, double-books 11 tickets";
    assert_eq!(title, expected);
}

#[test]
fn a_baseline_that_nothing_beats_is_not_praised_for_double_booking_either() {
    let mut comparison = comparison(&three(), 30, 10, 1000);
    comparison.arms.remove(0);
    comparison.arms[0].paired.clear();
    let title = chart(&comparison, "throughput").title.replace('\u{a0}', " ");
    let expected =
        "parallel clears the queue in 9 min 20 s; unsafe-parallel, in 9 min, double-books 11 tickets";
    assert_eq!(title, expected);
}

#[test]
fn a_difference_whose_interval_covers_zero_is_none() {
    let mut comparison = comparison(&three(), 30, 10, 1000);
    let makespan = catalog::position("makespan").unwrap();
    comparison.arms.truncate(3);
    comparison.arms.remove(1);
    let difference = Estimate::around(-6940.0, 7000.0);
    comparison.arms[1].paired[makespan] = Some(Paired { difference, narrowing: None, p: None, p_holm: None });
    comparison.arms[1].behind = vec![Some(difference)];
    let title = chart(&comparison, "throughput").title;
    assert_eq!(
        title.replace('\u{a0}', " "),
        "No discipline is clearly the fastest: 9 min 20 s to 2 h 05 min"
    );
    comparison.arms.push(comparison.arms[1].clone());
    comparison.arms[2].name = "slow".to_owned();
    comparison.arms[2].summaries[makespan].mean = Some(Estimate::around(9000.0, 1.0));
    comparison.arms[2].paired[makespan] =
        Some(Paired { difference: Estimate::around(1500.0, 100.0), narrowing: None, p: None, p_holm: None });
    comparison.arms[2].behind = vec![Some(Estimate::around(1500.0, 100.0))];
    let title = chart(&comparison, "throughput").title.replace('\u{a0}', " ");
    assert_eq!(title, "parallel is not clearly faster than sequential: 9 min 20 s and 2 h 05 min");
    comparison.arms[1].summaries[makespan].mean = Some(Estimate::around(7490.0, 1.0));
    let title = chart(&comparison, "throughput").title.replace('\u{a0}', " ");
    assert_eq!(title, "parallel is about as fast as sequential: 2 h 05 min");
}

#[test]
fn one_arm_alone_and_arms_without_measures_still_have_a_title() {
    let alone = chart(&comparison(&three()[2..], 30, 10, 1), "throughput").title.replace('\u{a0}', " ");
    assert_eq!(alone, "parallel clears the queue in 9 min 20 s");
    let calm = chart(&comparison(&three()[..1], 5, 10, 50), "collisions").title;
    assert_eq!(calm, "sequential double-books no ticket in 50 bursts, and no claim is refused");
    for (case, comparison) in cases() {
        for (name, drawing) in compose(&comparison).unwrap() {
            assert!(!drawing.title.is_empty(), "{case} {name}");
        }
    }
}

#[test]
fn a_rare_double_booking_is_told_by_the_share_of_bursts_that_have_one() {
    let mut comparison = comparison(&three(), 30, 10, 4);
    let doubled = catalog::position("double_booked_tickets").unwrap();
    comparison.arms[1].summaries[doubled].mean = Some(Estimate::around(0.5, 0.04));
    comparison.arms[1].summaries[doubled].above_zero = 1;
    let drawing = chart(&comparison, "collisions");
    assert_eq!(
        drawing.title.replace('\u{a0}', " "),
        "unsafe-parallel double-books tickets in 25 % of bursts; parallel none, at the price of 41 % refused claims"
    );
    let label: Vec<&str> = drawing.texts().map(|text| text.words.as_str()).collect();
    assert!(label.windows(2).any(|pair| pair == ["0.50", "±\u{a0}0.04"]), "{label:?}");
}

#[test]
fn of_several_safe_disciplines_the_title_names_the_one_that_pays_least() {
    let mut fakes = three();
    fakes.push(fake("greedy", 0, 1, &[("double_booked_tickets", 0.0), ("conflict_rate", 0.7)]));
    let title = chart(&comparison(&fakes, 30, 10, 10), "collisions").title.replace('\u{a0}', " ");
    assert!(title.ends_with("; parallel none, at the price of 41 % refused claims"), "{title}");
}

#[test]
fn a_long_clock_axis_has_dates_and_a_short_one_times() {
    let start = comparison(&three(), 1, 1, 1).setup.start;
    let labels = |last: f64| -> Vec<String> {
        axis::clock_ticks(&start, 0.0, last, 12).into_iter().map(|(_, label)| label).collect()
    };
    assert_eq!(labels(2.0 * 86_400.0)[1], "Mon 18:00");
    assert_eq!(labels(20.0 * 86_400.0)[..2], ["2026-11-25", "2026-11-27"]);
}

#[test]
fn the_key_shows_double_bookings_as_they_are_drawn_and_only_where_there_are_some() {
    let legend = |fakes: &[Fake]| {
        chart(&comparison(fakes, 30, 10, 10), "gantt")
            .texts()
            .any(|text| text.words == "double booking with its number of tickets")
    };
    assert!(legend(&three()));
    assert!(!legend(&three()[..1]));
}

#[test]
fn a_queue_that_never_lasts_has_no_throughput_chart() {
    let mut fakes = three();
    for fake in &mut fakes {
        fake.means[0] = ("makespan", 0.0);
    }
    assert!(compose(&comparison(&fakes, 30, 10, 10)).unwrap().iter().all(|(name, _)| *name != "throughput"));
}

#[test]
fn a_chart_with_nothing_to_show_is_left_out() {
    let names = |comparison: &Comparison| {
        compose(comparison).unwrap().iter().map(|(name, _)| *name).collect::<Vec<_>>()
    };
    let mut comparison = comparison(&three(), 30, 10, 10);
    assert_eq!(
        names(&comparison),
        ["throughput", "delay", "in-flight", "collisions", "gantt", "utilisation"]
    );
    comparison.setup.books_slots = false;
    for arm in &mut comparison.arms {
        arm.recorded.clear();
    }
    assert_eq!(names(&comparison), ["throughput", "delay"]);
    for timeline in comparison
        .arms
        .iter_mut()
        .flat_map(|arm| [&mut arm.dispatched, &mut arm.delays])
        .chain([&mut comparison.arrivals])
    {
        *timeline = Timeline::default();
    }
    assert!(names(&comparison).is_empty());
}

#[test]
fn no_text_covers_another_or_leaves_the_chart() {
    for (case, comparison) in cases() {
        for (name, drawing) in compose(&comparison).unwrap() {
            let texts: Vec<_> = drawing.texts().filter(|text| !text.words.is_empty()).collect();
            for (index, text) in texts.iter().enumerate() {
                let area = text.area();
                let inside = area.left >= 0.0
                    && area.top >= 0.0
                    && area.right <= drawing.paper.width
                    && area.bottom <= drawing.paper.height;
                assert!(inside, "{case} {name}: {:?} at {area:?}", text.words);
                assert!(text.size >= 15.0, "{case} {name}: {:?} is too small", text.words);
                for other in &texts[index + 1..] {
                    assert!(
                        !area.overlaps(other.area()),
                        "{case} {name}: {:?} and {:?}",
                        text.words,
                        other.words
                    );
                }
            }
        }
    }
}

#[test]
fn a_discipline_keeps_its_colour_whatever_it_is_compared_with() {
    let arms = comparison(&three(), 1, 1, 1).arms;
    let looks = style::looks_of(&arms.iter().map(|arm| &*arm.name).collect::<Vec<_>>());
    assert_eq!(style::looks_of(&[&arms[2].name]), [looks[2]]);
    let (_, eight) = cases().swap_remove(2);
    let eight = View::of(&eight).looks;
    assert_eq!(eight[..3], looks[..]);
    for (index, look) in eight.iter().enumerate() {
        assert!(eight[..index].iter().all(|other| other.colour != look.colour), "{look:?} is used twice");
        let same = |other: &&style::Look| (other.dashes, other.marker) == (look.dashes, look.marker);
        assert_eq!(eight.iter().filter(same).count(), 1, "{look:?} differs by its colour alone");
    }
}

#[test]
fn files_are_whole_and_the_same_every_time() {
    let (_, long) = cases().swap_remove(4);
    for comparison in [comparison(&three(), 30, 10, 1000), long] {
        let charts = Charts::of_comparison(&comparison).unwrap();
        let names: Vec<&str> = compose(&comparison).unwrap().iter().map(|(name, _)| *name).collect();
        assert_eq!(charts.names().collect::<Vec<_>>(), names);
        let pngs: Vec<Vec<u8>> = (0..names.len()).map(|place| charts.png(place).unwrap()).collect();
        for (place, png) in pngs.iter().enumerate() {
            assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n");
            let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
            assert_eq!((number(16), number(20)), charts.drawings[place].1.paper.pixels());
            assert_well_formed(&charts.svg(place).unwrap());
            // Where another chart was painted before, and where none was.
            assert_eq!(charts.png(place).unwrap(), *png);
            assert_eq!(Charts::of_comparison(&comparison).unwrap().png(place).unwrap(), *png);
        }
    }
}

#[test]
fn the_svg_names_the_disciplines_and_the_finding() {
    let comparison = comparison(&three(), 30, 10, 1000);
    let charts = Charts::of_comparison(&comparison).unwrap();
    for (place, (name, drawing)) in compose(&comparison).unwrap().into_iter().enumerate() {
        let svg = charts.svg(place).unwrap();
        assert!(svg.contains(&format!("<title>{}</title>", drawing.title)));
        for arm in &comparison.arms {
            assert!(svg.contains(&format!("\n{}\n</text>", arm.name)), "{name}: {}", arm.name);
        }
    }
}

#[test]
fn what_titles_need_has_a_glyph() {
    use ab_glyph::Font;
    for bold in [false, true] {
        for letter in "Aäßéøłжλ0123456789.,:;·–…×≥≤±−%€<>&'()\u{a0}".chars() {
            assert_ne!(canvas::font(bold).glyph_id(letter).0, 0, "{letter:?}");
        }
    }
}

/// Every tag is closed in its order, and no markup sign stands bare in text or attributes.
fn assert_well_formed(document: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = document;
    while let Some(start) = rest.find('<') {
        let (text, tag) = rest.split_at(start);
        assert!(!text.contains('>'), "bare > in {text:?}");
        for after in text.split('&').skip(1) {
            let known = ["amp;", "lt;", "gt;", "quot;", "apos;"];
            assert!(known.iter().any(|entity| after.starts_with(entity)), "bare & in {text:?}");
        }
        let end = tag.find('>').expect("a tag ends");
        let inner = &tag[1..end];
        assert!(!inner.contains('<') && inner.matches('"').count() % 2 == 0, "broken tag {inner:?}");
        let name = inner.trim_matches('/').split_whitespace().next().unwrap_or_default();
        if inner.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !inner.ends_with('/') {
            open.push(name);
        }
        rest = &tag[end + 1..];
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "left open: {open:?}");
}

/// The mean over replications is before the last of them is through, and stands on the curve well below its end.
#[test]
fn a_marker_stands_where_its_curve_is_done() {
    use super::canvas::Shape;
    let mut fakes = three();
    fakes[2].means[0] = ("makespan", 200.0);
    let comparison = comparison(&fakes, 30, 10, 100);
    let drawing = chart(&comparison, "throughput");
    let green = View::of(&comparison).looks[2].colour;
    let end = drawing.shapes.iter().rev().find_map(|shape| match shape {
        Shape::Line { points, colour, width } if *colour == green && *width == 3.0 => points.last(),
        _ => None,
    });
    let square = drawing.shapes.iter().find_map(|shape| match shape {
        Shape::Area { points, colour } if *colour == green => Some(points),
        _ => None,
    });
    let (end, square) = (end.expect("a curve"), square.expect("a marker"));
    let middle = |of: fn(&canvas::Point) -> f64| square.iter().map(of).sum::<f64>() / square.len() as f64;
    let (x, y) = (middle(|point| point.0), middle(|point| point.1));
    assert!((x - end.0).abs() < 0.5 && (y - end.1).abs() < 0.5, "{end:?} {square:?}");
}

#[test]
fn curves_that_end_below_the_number_of_tickets_say_why() {
    let mut fakes = three();
    fakes[0].means.extend([("skipped", 4.0), ("dispatched", 26.0), ("unassigned", 0.0)]);
    fakes[1].means.extend([("skipped", 4.0), ("dispatched", 24.0), ("unassigned", 2.0)]);
    fakes[2].means.extend([("skipped", 4.0), ("dispatched", 25.998), ("unassigned", 0.002)]);
    let comparison = comparison(&fakes, 30, 10, 1000);
    let drawing = chart(&comparison, "throughput");
    let told: Vec<String> = drawing.texts().map(|text| text.words.replace('\u{a0}', " ")).collect();
    let why = "Of 30 tickets: 4.00 ± 0.16 left to people by the trigger; 2 to 2,000 in 1,000 bursts left without an owner \
               under unsafe-parallel and parallel";
    assert!(told.iter().any(|text| text == why), "{told:?}");
    assert_eq!(
        drawing.title.replace('\u{a0}', " "),
        "sequential clears the queue in 2 h 05 min; unsafe-parallel, in 9 min, double-books 11 tickets and leaves 2 \
         tickets without an owner"
    );
}

#[test]
fn where_nobody_is_served_no_chart_says_otherwise() {
    let mut fakes = three();
    for fake in &mut fakes {
        fake.means = vec![("dispatched", 0.0), ("unassigned", 30.0), ("double_booked_tickets", 0.0)];
    }
    let mut comparison = comparison(&fakes, 30, 10, 10);
    for arm in &mut comparison.arms {
        (arm.dispatched, arm.delays) = (Timeline::default(), Timeline::default());
        arm.recorded.clear();
    }
    let titles: Vec<String> =
        compose(&comparison).unwrap().into_iter().map(|(_, drawing)| drawing.title).collect();
    assert_eq!(titles, ["No ticket gets an owner", "No ticket gets an owner, so none is double-booked"]);
}

#[test]
fn what_protection_costs_is_told_of_the_fastest_and_of_nobody_who_is_outdone() {
    let mut fakes = three();
    fakes[2].means = vec![("makespan", 5000.0), ("double_booked_tickets", 0.0), ("conflict_rate", 0.22)];
    fakes.push(fake("batched", 0, 1, &[("makespan", 300.0), ("double_booked_tickets", 0.0)]));
    let title = chart(&comparison(&fakes, 30, 10, 10), "collisions").title.replace('\u{a0}', " ");
    assert_eq!(title, "unsafe-parallel double-books 11 of 30 tickets; batched none");
}

/// Of whatever is compared, nobody with a fault is said to clear the queue, and names stand as they were given.
#[test]
fn titles_praise_nobody_with_a_fault() {
    use crate::report::judgement::mean;
    let is_faultless = |arm: &Arm| {
        let faults = ["unassigned", "double_booked_tickets", "over_cap"];
        faults.iter().all(|key| mean(arm, key).is_none_or(|found| found.mean == 0.0))
    };
    for mut c in crate::report::tests::generated() {
        c.arrivals.add(SimTime::ZERO);
        let Some(drawing) = throughput::compose(&View::of(&c)) else { continue };
        let title = drawing.title.replace('\u{a0}', " ");
        let praise = title.split(" clear").next().filter(|praise| praise.len() < title.len()).unwrap_or("");
        for arm in &c.arms {
            assert!(is_faultless(arm) || !praise.contains(&arm.name), "{title}");
            let anyhow = title.to_lowercase().matches(&arm.name.to_lowercase()).count();
            assert_eq!(anyhow, title.matches(&arm.name).count(), "{title}");
        }
        assert!(!title.contains("inf") && !title.contains("NaN"), "{title}");
    }
}

/// Beyond eight disciplines nobody has a look twice: the baseline, the fastest and the worst are in colour, the rest is grey.
#[test]
fn of_many_disciplines_only_the_telling_ones_are_in_colour_and_the_chart_says_so() {
    let mut fakes = twelve();
    fakes[3].means = vec![("makespan", 100.0), ("double_booked_tickets", 0.0)];
    fakes[7].means.push(("double_booked_tickets", 3.0));
    let mut c = comparison(&fakes, 60, 12, 10);
    let lit = |c: &Comparison| -> Vec<usize> {
        let view = View::of(c);
        let looks: Vec<style::Look> =
            (0..12).filter(|&arm| view.is_lit(arm)).map(|arm| view.looks[arm]).collect();
        assert!((1..looks.len()).all(|place| !looks[..place].contains(&looks[place])), "{looks:?}");
        (0..12).filter(|&arm| view.is_lit(arm)).collect()
    };
    assert_eq!(lit(&c), [0, 3, 7]);
    let told = "In colour: discipline number 1 (baseline), discipline number 4 (fastest), discipline number 8 (most double \
                bookings); the other 9 in grey";
    for name in ["throughput", "in-flight", "collisions"] {
        let drawing = chart(&c, name);
        assert!(drawing.texts().any(|text| text.words == told), "{name}");
    }
    c.arms.truncate(9);
    assert_eq!(View::of(&c).looks.iter().filter(|look| **look != style::REST).count(), 3);
    c.arms.truncate(8);
    assert!(View::of(&c).looks.iter().all(|look| *look != style::REST) && View::of(&c).colours().is_none());
    // Where nobody double-books, the slowest is the worst.
    let mut slow = twelve();
    slow[11].means = vec![("makespan", 9000.0)];
    assert_eq!(
        View::of(&comparison(&slow, 60, 12, 10)).colours().as_deref(),
        Some(
            "in colour: discipline number 1 (baseline, among the fastest), discipline number 12 (slowest); the other 10 in \
             grey"
        )
    );
}

#[test]
fn the_charts_that_scenarios_may_ask_for_are_those_that_there_are() {
    let names: Vec<&str> = CHARTS.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, charts::OF_COMPARISONS);
    assert!(charts::OF_EXPLORATIONS.contains(&PLAN));
    let page = include_str!("../../../docs/scenario.md");
    let key = page.lines().find(|line| line.starts_with("| `charts` |")).expect("the key is there");
    for name in charts::OF_COMPARISONS.iter().chain(&charts::OF_EXPLORATIONS) {
        assert!(key.contains(name), "{name}");
    }
}

#[test]
fn charts_are_those_that_are_asked_for_and_of_such_a_size() {
    let mut c = comparison(&three(), 30, 10, 10);
    c.setup.charts.charts = ["gantt", "plan", "throughput"].map(str::to_owned).to_vec();
    c.setup.charts.chart_size = ChartSize { width: 1600, height: 900 };
    let charts = Charts::of_comparison(&c).unwrap();
    assert_eq!(charts.names().collect::<Vec<_>>(), ["throughput", "gantt"]);
    let png = charts.png(0).unwrap();
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    assert_eq!((number(16), number(20)), (1600, 900));
    assert!(
        charts.svg(0).unwrap().starts_with("<svg width=\"1600\" height=\"900\" viewBox=\"0 0 6400 3600\"")
    );
    // What is magnified is the same picture.
    let usual = chart(&comparison(&three(), 30, 10, 10), "throughput");
    let large = chart(&c, "throughput");
    assert!(large.shapes == usual.shapes && large.paper.scale == 4.0 / 3.0);
    // Another shape is another picture, on which there is more room.
    let Paper { width, height, scale } = chart(&sized(640, 640), "throughput").paper;
    assert!(
        (width - 1200.0).abs() < 1e-9
            && (height - 1200.0).abs() < 1e-9
            && (scale - 640.0 / 1200.0).abs() < 1e-9
    );
}

/// Who is left out has no part in a chart, nor in what its title compares.
#[test]
fn charts_show_only_the_disciplines_that_are_asked_for_and_say_so() {
    let c = some_of_eight();
    for (name, drawing) in compose(&c).unwrap() {
        let told = |words: &str| drawing.texts().any(|text| text.words.contains(words));
        assert!(told(" · 3 of 8 disciplines shown · "), "{name}");
        for place in 0..8 {
            let shown = c.setup.charts.chart_disciplines.contains(&c.arms[place].name);
            assert!(shown || !told(&c.arms[place].name), "{name}: {}", c.arms[place].name);
        }
    }
    // The baseline is not there, so nothing is compared with it.
    let mut c = comparison(&three(), 30, 10, 1000);
    c.setup.charts.chart_disciplines = vec!["parallel".to_owned()];
    assert_eq!(
        chart(&c, "throughput").title.replace('\u{a0}', " "),
        "parallel clears the queue in 9 min 20 s"
    );
    assert_eq!(View::of(&c).looks, View::of(&comparison(&three()[2..], 30, 10, 1000)).looks);
    // Where none of them was run, all are shown.
    c.setup.charts.chart_disciplines = vec!["locked".to_owned()];
    assert_eq!(chart(&c, "throughput"), chart(&comparison(&three(), 30, 10, 1000), "throughput"));
}

#[test]
fn differences_to_other_arms_stay_with_their_arms() {
    let mut c = comparison(&many(4), 30, 10, 10);
    let behind = |seconds: f64| Some(Estimate::around(seconds, 1.0));
    c.arms[1].behind = vec![behind(1.0)];
    c.arms[2].behind = vec![behind(2.0), behind(21.0)];
    c.arms[3].behind = vec![behind(3.0), behind(31.0), behind(32.0)];
    c.setup.charts.chart_disciplines = [1, 3].map(|place: usize| c.arms[place].name.clone()).to_vec();
    let view = View::of(&c);
    let known: Vec<_> = view.arms.iter().map(|arm| arm.behind.clone()).collect();
    assert_eq!(known, [vec![], vec![behind(31.0)]]);
}

#[test]
fn a_curve_that_lies_under_another_is_said() {
    let mut fakes = three();
    fakes.extend([fake("pods", 0, 1, &[("makespan", 560.0)]), fake("locked", 0, 1, &[("makespan", 560.0)])]);
    let c = comparison(&fakes, 30, 10, 1);
    // Drawn in this order: unbroken lines first.
    let told = "Not to be told apart: unsafe-parallel, parallel and locked lie under pods";
    let found = |name: &str| -> Vec<String> {
        let drawing = chart(&c, name);
        drawing.texts().map(|text| text.words.clone()).filter(|words| words.contains("told apart")).collect()
    };
    assert_eq!((found("throughput"), found("in-flight")), (vec![told.to_owned()], vec![told.to_owned()]));
}

/// However many technicians there are, those with something to see are among the rows, and each double booking has its number.
#[test]
fn the_day_shows_those_with_double_bookings_and_how_many_tickets_each_block_has() {
    let mut c = comparison(&three(), 456, 60, 10);
    let desk = Arc::make_mut(&mut c.setup.desk);
    desk.technicians.reverse();
    let drawing = chart(&c, "gantt");
    let texts: Vec<&str> = drawing.texts().map(|text| text.words.as_str()).collect();
    assert!(
        texts.iter().any(|text| text.contains("12 of 60 technicians: those with double bookings first")),
        "{texts:?}"
    );
    assert_eq!(texts.iter().filter(|text| text.starts_with("Technician")).count(), 12);
    // Sixty-five blocks of seven and one of one on sixty people.
    let blocks =
        texts.iter().filter(|text| text.replace('\u{a0}', " ").trim_end_matches(" tickets") == "7").count();
    assert!(blocks >= 12, "{texts:?}");
    // Without double bookings it is the busiest.
    c.arms.remove(1);
    let busiest = chart(&c, "gantt");
    assert!(busiest.texts().any(|text| text.words.contains("12 of 60 technicians: the busiest")));
    assert!(!busiest.texts().any(|text| text.words == "double booking with its number of tickets"));
}

#[test]
fn slices_show_every_discipline_with_subagents() {
    let c = many_subagents();
    let drawing = chart(&c, "slices");
    let texts: Vec<String> = drawing.texts().map(|text| text.words.replace('\u{a0}', " ")).collect();
    for arm in &c.arms {
        assert!(texts.contains(&arm.name), "{}", arm.name);
    }
    assert_eq!(texts.iter().filter(|text| text.starts_with("spec-")).count(), 24);
    // Of each discipline those that failed come first.
    assert!(texts.iter().filter(|text| *text == "3 of 3 done").count() >= 12, "{texts:?}");
    assert_eq!(
        drawing.title,
        "discipline number 2: 17 of 20 subagents got through their slices; 3 failed; 5 of the other 11 disciplines get all of \
         them through"
    );
    assert!(texts.iter().any(|text| text.starts_with("24 of 240 subagents shown")), "{texts:?}");
}

/// With little to show a picture is less tall, and with many rows it is taller, so that none is left half blank.
#[test]
fn a_picture_is_as_tall_as_what_it_shows() {
    let tall = |fakes: &[Fake], name: &str| chart(&comparison(fakes, 30, 3, 10), name).paper.height;
    for name in ["collisions", "gantt"] {
        assert!(tall(&three()[..1], name) < 480.0, "{name}");
    }
    assert!((tall(&many(12), "collisions") - 675.0).abs() < 60.0);
    assert!(tall(&many(40), "collisions") > 1000.0);
}
