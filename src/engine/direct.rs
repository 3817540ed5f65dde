//! The `direct` driver: a loop that calls each message's actor.

use super::cast::actors;
use super::cast::names::{
    AgentId, CalendarService, Dispatcher, FollowUps, Provider, TeamQueues, Technician, Triage,
};
use super::{Clockwork, Ending};
use crate::facts::Fact;
use crate::kernel::log::Observer;
use crate::protocol::message::Delivery;
use crate::protocol::{Actor, Outbox, Rules, Script};

/// A world that runs one replication after the other.
pub struct World<O> {
    rules: Rules,
    cast: Cast,
    clockwork: Clockwork<O>,
}

/// Defines the cast: actors that are called.
macro_rules! called {
    ($($(#[$doc:meta])* $field:ident: $actor:ty, $new:expr, $to:ident($($part:ident),+) => $index:expr, $message:ident;)*) => {
        /// The actors.
        struct Cast {
            $($(#[$doc])* $field: Vec<$actor>,)*
        }

        impl Cast {
            fn new(rules: &Rules) -> Self {
                $(let $field: fn(&Rules) -> Vec<$actor> = $new;)*
                Self { $($field: $field(rules),)* }
            }

            fn begin(&mut self, script: &Script) {
                $(self.$field.iter_mut().for_each(|actor| actor.begin(script));)*
            }

            #[inline]
            fn handle(&mut self, delivery: Delivery, out: &mut impl Outbox) {
                match delivery {
                    $(Delivery::$to($($part),+) => self.$field[$index].handle($message, out),)*
                }
            }
        }
    };
}

actors!(called);

impl<O: Observer<Fact>> World<O> {
    /// A world for these rules.
    pub fn new(rules: &Rules) -> Self {
        Self { rules: rules.clone(), cast: Cast::new(rules), clockwork: Clockwork::default() }
    }

    /// Runs one replication to its end.
    pub fn run(&mut self, script: &Script, observer: Option<O>) -> Ending<O> {
        let Self { rules, cast, clockwork } = self;
        cast.begin(script);
        clockwork.wind(rules.first_message(script), !cast.calendar.is_empty(), observer);
        while let Some(delivery) = clockwork.next() {
            cast.handle(delivery, &mut clockwork.kernel);
        }
        clockwork.ending()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::domain::{SimDuration, SimTime};
    use crate::experiment::Experiment;
    use crate::kernel::Kernel;
    use crate::kernel::log::Digest;
    use crate::kernel::stream::{Purpose, Streams};
    use crate::scenario;

    /// A world in which something else always seems to be on its way, so that nobody goes on to what comes next.
    struct Busy<'a>(&'a mut Kernel<Delivery, Fact>);

    impl Outbox for Busy<'_> {
        fn now(&self) -> SimTime {
            self.0.now()
        }
        fn send(&mut self, after: SimDuration, delivery: Delivery) {
            self.0.send(after, delivery);
        }
        fn send_last(&mut self, delivery: Delivery) {
            self.0.send_last(delivery);
        }
        fn is_quiet(&self) -> bool {
            false
        }
        fn state(&mut self, fact: Fact) {
            self.0.state(fact);
        }
        fn explains(&self) -> bool {
            self.0.explains()
        }
    }

    /// Replications in which every claim and every write is a message of its own: digests and messages.
    fn step_by_step(rules: &Rules, script: &Script) -> (Digest, u64) {
        let (mut cast, mut clockwork) = (Cast::new(rules), Clockwork::<()>::default());
        cast.begin(script);
        clockwork.wind(rules.first_message(script), !cast.calendar.is_empty(), None);
        while let Some(delivery) = clockwork.next() {
            cast.handle(delivery, &mut Busy(&mut clockwork.kernel));
        }
        let Ending { digest, messages, .. } = clockwork.ending();
        (digest, messages)
    }

    /// How many messages it saves in the experiment's first replications that calendars go on to what comes next.
    fn saved(experiment: &Experiment, replications: u32) -> u64 {
        let mut saved = 0;
        for rules in experiment.rules() {
            let mut world = World::<()>::new(&rules);
            for replication in 0..replications {
                let script = experiment.script(replication);
                let Ending { digest, messages, .. } = world.run(&script, None);
                let (expected, most) = step_by_step(&rules, &script);
                assert_eq!(digest, expected, "{} {replication}", rules.discipline.name);
                saved += most - messages;
            }
        }
        saved
    }

    #[test]
    fn what_nothing_can_come_between_happens_as_it_does_message_by_message() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
        let mut saved_in = Vec::new();
        for entry in std::fs::read_dir(folder).expect("the shipped scenarios are there") {
            let path = entry.expect("it is listed").path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                let scenario = scenario::load(&path, &[]).unwrap_or_else(|error| panic!("{error}"));
                let experiment = Experiment::prepare(scenario).unwrap_or_else(|error| panic!("{error}"));
                saved_in.push((saved(&experiment, 2), path));
            }
        }
        assert!(saved_in.iter().filter(|(saved, _)| *saved > 0).count() > 5, "{saved_in:?}");
    }

    /// Where latencies are all alike, many dispatches claim at one instant, each refusal between those of others.
    #[test]
    fn random_worlds_with_many_claims_at_one_instant_run_as_they_do_message_by_message() {
        let mut stream = Streams::new(12, 0).stream(Purpose::Design, 0, 0);
        let mut pick = |from: &[&'static str]| from[(stream.bits() % from.len() as u64) as usize];
        let mut all = 0;
        for _ in 0..150 {
            let text = format!(
                r#"
                name = "random"
                seed = 3
                start = "2026-11-23T08:00"
                [burst]
                tickets = {}
                arrivals = {{ uniform = {{ over = "{}" }} }}
                {}
                [desk]
                technicians = {}
                [dispatch]
                grid = "30min"
                second_day = {}
                [ranker]
                latency = "{}"
                [calendar]
                claim_latency = "{}"
                write_latency = "{}"
                lease = "{}"
                {}
                [[discipline]]
                kind = "{}"
                max_attempts = {}
                "#,
                pick(&["3", "12", "40"]),
                pick(&["1us", "2s", "5min"]),
                pick(&["", r#"work = { exponential = { mean = "30min" } }"#]),
                pick(&["2", "5", "20"]),
                pick(&["true", "false"]),
                pick(&["0s", "1s", "2min"]),
                pick(&["0s", "0s", "1s"]),
                pick(&["0s", "0s", "1s"]),
                pick(&["1us", "2min"]),
                pick(&["", "", "concurrent_calls = 2"]),
                pick(&["parallel", "optimistic", "subagents", "unsafe-parallel"]),
                pick(&["1", "4"]),
            );
            let scenario = scenario::parse(&text, "random.toml", ".".as_ref(), &[])
                .unwrap_or_else(|error| panic!("{error} {text}"));
            let experiment = Experiment::prepare(scenario).unwrap_or_else(|error| panic!("{error}"));
            all += saved(&experiment, 2);
        }
        assert!(all > 1000, "{all}");
    }
}
