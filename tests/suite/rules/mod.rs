//! The rules by their ids (N, S and Z), end to end, and what the design decides where they are silent.

mod agents;
mod causes;
mod decisions;
mod disciplines;
mod dispatch_agent;
mod eligibility;
mod fan_out;
mod parallel_dispatch;
mod queues;
mod services;
mod subagents;

use stampede::domain::{SimDuration, SimTime, TechnicianId};
use stampede::experiment::Experiment;
use stampede::facts::{Fact, Record};
use stampede::metrics::catalog;
use stampede::results::Comparison;

use crate::common::{about, logs, parse, project};

/// `tickets` tickets that all wait at opening; every ranking alike; a ranking takes exactly two minutes.
fn herd(tickets: u32, technicians: u32, disciplines: &str) -> String {
    desk(tickets, "", &format!("technicians = {technicians}"), "buffer = \"0s\"", disciplines)
}

/// The same with more to say of the burst, of the desk and of `[dispatch]`; each ticket is half an hour's work.
fn desk(tickets: u32, burst: &str, desk: &str, dispatch: &str, disciplines: &str) -> String {
    format!(
        r#"
        name = "herd"
        [burst]
        tickets = {tickets}
        arrivals = {{ backlog = {{}} }}
        work = "30min"
        {burst}
        [desk]
        {desk}
        [dispatch]
        {dispatch}
        [ranker]
        w_load = 0.0
        w_history = 0.0
        latency = "2min"
        {disciplines}
        "#
    )
}

/// `[[desk.technician]]` entries with these names and further keys.
fn people(list: &[(&str, &str)]) -> String {
    let one = |(name, keys): &(&str, &str)| format!("[[desk.technician]]\nname = \"{name}\"\n{keys}\n");
    list.iter().map(one).collect::<Vec<_>>().concat()
}

const ALL: &str = r#"
[[discipline]]
kind = "sequential"
[[discipline]]
kind = "unsafe-parallel"
[[discipline]]
kind = "parallel"
peer_awareness = 0.0
"#;

const SEQUENTIAL: &str = "[[discipline]]\nkind = \"sequential\"\n";
const UNSAFE: &str = "[[discipline]]\nkind = \"unsafe-parallel\"\n";
const PARALLEL: &str = "[[discipline]]\nkind = \"parallel\"\npeer_awareness = 0.0\n";

/// The log of the first replication of the first arm.
fn log_of(text: &str, settings: &[(&str, &str)]) -> Vec<Record> {
    logs(parse(text, settings), 0).swap_remove(0)
}

/// What is wrong with a scenario, or with the desk and the agents that it describes.
fn refusal(text: &str) -> String {
    match stampede::scenario::parse(text, "test.toml", &project("scenarios"), &[]) {
        Err(error) => error.to_string(),
        Ok(scenario) => Experiment::prepare(scenario).err().expect("something is wrong").to_string(),
    }
}

/// A number of the first replication.
fn measured(comparison: &Comparison, arm: usize, key: &str) -> Option<f64> {
    let row = comparison.arms[arm].replications.iter().next().expect("there is a replication");
    row.expect("it can be read").values[catalog::position(key).expect("in the catalog")]
}

/// A table of the results folder as CSV.
fn table_of(comparison: &Comparison, name: &str) -> String {
    let table = stampede::report::tables::Table::named(name).expect("there is such a table");
    stampede::report::export::csv::table(table, comparison).expect("what was put aside can be read")
}

fn minutes(count: i64) -> SimDuration {
    SimDuration::from_mins(count)
}

/// The minute of an instant, counted from the scenario's start.
fn minute(at: SimTime) -> i64 {
    at.micros().div_euclid(60_000_000)
}

/// What `pick` makes of the facts, in their order, with the minutes at which they became facts.
fn found<T>(log: &[Record], pick: impl Fn(&Fact) -> Option<T>) -> Vec<(i64, T)> {
    log.iter().filter_map(|record| Some((minute(record.at), pick(&record.fact)?))).collect()
}

/// Each booking with the minute in which it is written: ticket, technician, minute in which the slot starts.
fn booked(log: &[Record]) -> Vec<(i64, (u32, u32, i64))> {
    found(log, |fact| match *fact {
        Fact::Booked { ticket, technician, start, .. } => Some((ticket.0, technician.0, minute(start))),
        _ => None,
    })
}

/// Tickets with their owners, in the order in which they got them.
fn owners(log: &[Record]) -> Vec<(u32, u32)> {
    found(log, |fact| match *fact {
        Fact::Dispatched { ticket, technician, .. } => Some((ticket.0, technician.0)),
        _ => None,
    })
    .into_iter()
    .map(|(_, owner)| owner)
    .collect()
}

/// The minutes in which facts that fit were stated.
fn when(log: &[Record], fits: impl Fn(&Fact) -> bool) -> Vec<i64> {
    log.iter().filter(|record| fits(&record.fact)).map(|record| minute(record.at)).collect()
}

/// The most that ran at the same time; `change` says what a fact adds or takes. In the end nothing runs.
fn most_at_once(log: &[Record], change: impl Fn(&Fact) -> i32) -> i32 {
    let (mut running, mut most) = (0, 0);
    for record in log {
        running += change(&record.fact);
        most = most.max(running);
    }
    assert_eq!(running, 0, "what begins ends");
    most
}

/// The first dispatch of a ticket: who, attempts, rank, time taken.
fn dispatched(log: &[Record], ticket: u32) -> (TechnicianId, u16, u16, SimDuration) {
    about(log, ticket)
        .find_map(|record| match record.fact {
            Fact::Dispatched { technician, attempts, rank, taken, .. } => {
                Some((technician, attempts, rank, taken))
            }
            _ => None,
        })
        .expect("the ticket has an owner")
}
