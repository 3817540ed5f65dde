//! The parts that a replication spends its time in, each on its own: the queue, the log, a draw, a read of the calendars, a
//! claim.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use stampede::domain::calendar::{Calendar, Offer, OfferOrder, Outlook, Preference, Request};
use stampede::domain::settings::SlotRules;
use stampede::domain::{Desk, Distribution, Interval, SimDuration, SimTime, TechnicianId, TicketId};
use stampede::experiment::Experiment;
use stampede::facts::Fact;
use stampede::kernel::log::Log;
use stampede::kernel::queue::EventQueue;
use stampede::kernel::sampler;
use stampede::kernel::stream::{Purpose, Sheets, Streams};
use stampede::scenario;

/// As large as the messages of a world are.
type Message = [u64; 8];

/// Numbers without a pattern that a branch predictor could learn (xorshift).
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// One message is delivered and one is sent, while so many wait.
fn queue(c: &mut Criterion) {
    let mut group = c.benchmark_group("queue");
    group.throughput(Throughput::Elements(1));
    for waiting in [30_u64, 10_000] {
        let mut queue: EventQueue<Message> = EventQueue::default();
        let mut state = 1;
        let mut after = move || SimDuration::from_micros((next(&mut state) % 300_000_000) as i64 + 1);
        (0..waiting).for_each(|number| queue.send(after(), [number; 8]));
        let mut sent = 0_u32;
        group.bench_function(format!("later, {waiting} waiting"), |bencher| {
            bencher.iter(|| {
                let message = queue.take_next().expect("as many are sent as are delivered");
                queue.send(after(), message);
                sent += 1;
                // A queue numbers what is sent, and a bench sends more than there are numbers for in a world.
                if sent == 1_000_000 {
                    sent = 0;
                    queue.reset();
                    (0..waiting).for_each(|number| queue.send(after(), [number; 8]));
                }
            });
        });
    }
    let mut queue: EventQueue<Message> = EventQueue::default();
    group.bench_function("at once", |bencher| {
        bencher.iter(|| {
            queue.send(SimDuration::ZERO, black_box([1; 8]));
            queue.take_next()
        });
    });
    group.finish();
}

/// Two actix actors that send a ball to and fro: what a message costs there when nothing is done with it.
#[cfg(feature = "actix")]
mod mailbox {
    use actix::{Actor, Addr, Context, Handler, Message, System};
    use criterion::{Criterion, Throughput};
    use tokio::sync::oneshot;

    const HOPS: u32 = 10_000;

    struct Player {
        partner: Option<Addr<Player>>,
    }

    impl Actor for Player {
        type Context = Context<Self>;
    }

    struct Meet(Addr<Player>);

    impl Message for Meet {
        type Result = ();
    }

    impl Handler<Meet> for Player {
        type Result = ();

        fn handle(&mut self, Meet(partner): Meet, _: &mut Context<Self>) {
            self.partner = Some(partner);
        }
    }

    struct Ball {
        hops: u32,
        end: oneshot::Sender<()>,
    }

    impl Message for Ball {
        type Result = ();
    }

    impl Handler<Ball> for Player {
        type Result = ();

        fn handle(&mut self, Ball { hops, end }: Ball, _: &mut Context<Self>) {
            match &self.partner {
                Some(partner) if hops > 0 => partner.do_send(Ball { hops: hops - 1, end }),
                _ => end.send(()).expect("somebody waits for the end"),
            }
        }
    }

    pub fn mailbox(c: &mut Criterion) {
        let mut group = c.benchmark_group("mailbox");
        group.throughput(Throughput::Elements(u64::from(HOPS)));
        let system = System::new();
        let first = system.block_on(async {
            let first = Player { partner: None }.start();
            first.do_send(Meet(Player { partner: Some(first.clone()) }.start()));
            first
        });
        group.bench_function("hops between two actors", |bencher| {
            bencher.iter(|| {
                let (end, ended) = oneshot::channel();
                first.do_send(Ball { hops: HOPS, end });
                system.block_on(ended).expect("the ball stops in the end");
            });
        });
        group.finish();
    }
}

/// Facts that are digested and that nobody watches.
fn log(c: &mut Criterion) {
    const FACTS: u32 = 10_000;
    let mut group = c.benchmark_group("log");
    group.throughput(Throughput::Elements(u64::from(FACTS)));
    let mut log: Log<Fact> = Log::new(None);
    group.bench_function("facts", |bencher| {
        bencher.iter(|| {
            for number in 0..FACTS {
                let at = SimTime::from_micros(i64::from(number));
                log.write(at, Fact::Passed { ticket: TicketId(number), technician: TechnicianId(number) });
            }
            log.close().0
        });
    });
    group.finish();
}

/// One number of each ticket: its bits alone, from the sheet that neighbours share and from a stream that is opened by
/// itself; and a lognormal latency made of them.
fn draw(c: &mut Criterion) {
    const TICKETS: u32 = 10_000;
    let mut group = c.benchmark_group("draw");
    group.throughput(Throughput::Elements(u64::from(TICKETS)));
    let (streams, purpose) = (Streams::new(1, 0), Purpose::RankerLatency);
    let mut sheets = Sheets::new(streams, purpose);
    group.bench_function("bits", |bencher| {
        bencher.iter(|| (0..TICKETS).fold(0, |sum: u64, ticket| sum ^ sheets.stream(ticket, 1).bits()));
    });
    group.bench_function("bits, each stream by itself", |bencher| {
        bencher.iter(|| {
            (0..TICKETS).fold(0, |sum: u64, ticket| sum ^ streams.stream(purpose, ticket, 1).bits())
        });
    });
    let latency = Distribution::Lognormal { mean: 150.0, sigma: 0.6 };
    group.bench_function("lognormal latency", |bencher| {
        bencher.iter(|| {
            let mut drawn = |ticket| sampler::draw_duration_of(&latency, &mut sheets, ticket, 1);
            (0..TICKETS).fold(SimDuration::ZERO, |sum, ticket| sum + drawn(ticket))
        });
    });
    group.finish();
}

/// A desk of so many technicians without any entries.
fn desk(technicians: u32) -> Arc<Desk> {
    let text = format!(
        "name = \"desk\"\n[burst]\ntickets = 1\narrivals = {{ uniform = {{ over = \"1min\" }} }}\n\
         [desk]\ntechnicians = {technicians}\n[[discipline]]\nkind = \"parallel\"\n"
    );
    let scenario =
        scenario::parse(&text, "desk.toml", ".".as_ref(), &[]).unwrap_or_else(|error| panic!("{error}"));
    let experiment = Experiment::prepare(scenario).unwrap_or_else(|error| panic!("{error}"));
    Arc::clone(&experiment.rules()[0].desk)
}

fn calendar(desk: &Arc<Desk>) -> Calendar {
    Calendar::new(Arc::clone(desk), SlotRules::default(), SimDuration::from_secs(600))
}

/// The four best offers, where only the start matters, and where the load of the day does too.
fn read(c: &mut Criterion) {
    let mut group = c.benchmark_group("calendar read");
    for technicians in [20, 4000] {
        let mut calendar = calendar(&desk(technicians));
        for (label, load) in [("start", 0.0), ("start and load", 0.2)] {
            let order = OfferOrder::Cost(Preference { start: 1.0, load, history: 0.0, peers: 0.0 });
            let outlook = Outlook { order, limit: Some(4), considers: 0 };
            let (request, rules) = (Request::default(), SlotRules::default());
            let mut offers: Vec<Offer> = Vec::new();
            group.bench_function(format!("{label}, {technicians} technicians"), |bencher| {
                bencher.iter(|| {
                    calendar.read(SimTime::ZERO, black_box(&request), &rules, &outlook, &mut offers);
                    offers.len()
                });
            });
            assert_eq!(offers.len(), 4, "the bench reads what is there");
        }
    }
    group.finish();
}

/// A slot that is granted and given back, and one that another ticket holds.
fn claim(c: &mut Criterion) {
    const CLAIMS: u32 = 1000;
    let mut group = c.benchmark_group("claim");
    group.throughput(Throughput::Elements(u64::from(CLAIMS)));
    let slot = Interval::new(SimTime::ZERO, SlotRules::default().slot);
    let mut calendar = calendar(&desk(20));
    // A calendar remembers all holds, so it begins anew now and then.
    group.bench_function("granted and released", |bencher| {
        bencher.iter(|| {
            calendar.reset();
            for number in 0..CLAIMS {
                let technician = TechnicianId(number % 20);
                let hold = calendar.claim(SimTime::ZERO, TicketId(number), technician, slot);
                calendar.release(hold.expect("nobody else claims"));
            }
        });
    });
    calendar.reset();
    calendar.claim(SimTime::ZERO, TicketId(0), TechnicianId(0), slot).expect("nobody else claims");
    group.bench_function("refused", |bencher| {
        bencher.iter(|| {
            let refused =
                |number| calendar.claim(SimTime::ZERO, TicketId(number), TechnicianId(0), slot).is_err();
            assert!((1..=CLAIMS).all(refused));
        });
    });
    group.finish();
}

criterion_group!(benches, queue, log, draw, read, claim);
#[cfg(feature = "actix")]
criterion_group!(engines, mailbox::mailbox);
#[cfg(feature = "actix")]
criterion_main!(benches, engines);
#[cfg(not(feature = "actix"))]
criterion_main!(benches);
