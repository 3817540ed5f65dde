//! What holds of every input, however broken: it is refused with a place, or simulated and reported harmlessly.

use std::fs;
use std::path::Path;
use std::process::Command;

use stampede::domain::settings::Arrivals;
use stampede::experiment::{Experiment, Options};
use stampede::keys::text::{Allowed, printed};
use stampede::prelude::{Engine, TicketId};
use stampede::report::export::{Csv, Exporter, Github, Json, Markdown, Text, csv, text::Style, trace};
use stampede::report::{files, story};
use stampede::results::Comparison;
use stampede::results::folder::{self, Bundle};
use stampede::scenario::{self, Override, Scenario};

/// More tickets, or more technicians, are not simulated: that is slow, and finds nothing new.
const LARGEST: usize = 300;

/// What is done with a case besides reading, simulating and reporting it.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// It is written to a folder and read back.
    pub written: bool,
    /// Its charts are drawn.
    pub drawn: bool,
}

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// The input was refused.
    Refused,
    /// It was accepted, and too large to be simulated here.
    Large,
    /// It was simulated, or read, and reported.
    Reported,
}

/// Fails unless text for people is free of what drives a terminal.
fn is_harmless(text: &str, what: &str) {
    let is_raw = |c: char| {
        c.is_control() && c != '\n'
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}')
    };
    assert!(!text.contains(is_raw), "{what} has a raw character: {text:?}");
}

/// Fails unless what is printed drives neither a terminal nor a CI job.
fn is_no_command(text: &str, what: &str) {
    is_harmless(text, what);
    let acts = |line: &str| line.trim_start().starts_with("::") || line.contains("##[");
    assert!(!text.lines().any(acts), "{what} has a command: {text:?}");
}

/// The scenario in a file, read, simulated and reported as far as it goes.
pub fn scenario(path: &Path, extent: Extent) -> End {
    let scenario = match scenario::load(path, &few()) {
        Ok(scenario) => scenario,
        Err(error) => {
            assert!(!error.problems.is_empty(), "it is refused without a reason");
            let name = path.display().to_string();
            for problem in &error.problems {
                let told = problem.to_string();
                assert!(told.starts_with(&name) || told.starts_with("--set "), "no place: {told}");
            }
            is_harmless(&error.to_string(), "the problems");
            is_no_command(&printed(&error.render(false, 80), Allowed::Nothing), "the problems as drawn");
            return End::Refused;
        }
    };
    if is_large(&scenario) {
        return End::Large;
    }
    let effective = scenario.effective(str::to_owned);
    is_harmless(&effective, "the effective scenario");
    let experiment = match Experiment::prepare(scenario) {
        Ok(experiment) => experiment,
        Err(error) => {
            is_no_command(&printed(&error.to_string(), Allowed::Nothing), "the error");
            assert!(!error.to_string().contains(|c: char| c.is_control() && c != '\n'), "{error:?}");
            return End::Refused;
        }
    };
    if experiment.script(0).burst.tickets.len() > LARGEST {
        return End::Large;
    }
    let comparison = run(&experiment);
    reports(&comparison, extent.drawn);
    if extent.written {
        let dir = path.with_file_name("written");
        folder::write(&dir, &Bundle::of(&comparison, Vec::new())).unwrap_or_else(|error| panic!("{error}"));
        let read = folder::read(&dir).unwrap_or_else(|error| panic!("what was written is refused: {error}"));
        assert_eq!(Json.export(&read), Json.export(&comparison), "what is read is not what was written");
        fs::remove_dir_all(&dir).unwrap_or_else(|error| panic!("{error}"));
    }
    End::Reported
}

/// Two replications, the first of which is recorded.
fn few() -> [Override; 2] {
    [("experiment.replications", "2"), ("experiment.records", "1")].map(|(key, value)| Override {
        key: key.to_owned(),
        value: value.to_owned(),
        origin: "--set".to_owned(),
    })
}

fn run(experiment: &Experiment) -> Comparison {
    let options = Options { engine: Engine::Direct, threads: 1 };
    experiment.run(&options, &mut |_| {}).unwrap_or_else(|error| panic!("it stopped: {error}"))
}

/// Simulates the scenario in a file and saves the results in the folder `out`, if the scenario is valid.
pub fn saved(path: &Path, out: &Path) -> bool {
    let Ok(scenario) = scenario::load(path, &few()) else { return false };
    let Ok(experiment) = Experiment::prepare(scenario) else { return false };
    let comparison = run(&experiment);
    folder::write(out, &Bundle::of(&comparison, Vec::new())).unwrap_or_else(|error| panic!("{error}"));
    true
}

fn is_large(scenario: &Scenario) -> bool {
    let tickets = match &scenario.burst.arrivals {
        Arrivals::Uniform { tickets, .. }
        | Arrivals::Poisson { tickets, .. }
        | Arrivals::Backlog { tickets }
        | Arrivals::Spike { tickets, .. } => *tickets as usize,
        Arrivals::Profile { mean_counts, .. } => mean_counts.iter().sum::<f64>() as usize,
        Arrivals::Recorded(_) => 0,
    };
    tickets > LARGEST || scenario.desk.technicians.len() > LARGEST
}

/// Every report of a comparison, and, where that is asked for, its charts.
fn reports(c: &Comparison, drawn: bool) {
    let style = Style { color: false, width: 80 };
    let text =
        |exporter: &dyn Exporter| String::from_utf8(exporter.export(c)).unwrap_or_else(|e| panic!("{e}"));
    for single in [false, true] {
        is_no_command(&printed(&text(&Text { style, single }), Allowed::Nothing), "the report");
    }
    is_harmless(&text(&Text { style, single: false }), "the report");
    is_harmless(&text(&Markdown), "report.md");
    is_harmless(&text(&Csv), "the CSV");
    let json = text(&Json);
    is_no_command(&json, "summary.json");
    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "no JSON: {json}");
    let github = text(&Github::default());
    is_harmless(&github, "the annotations");
    assert!(github.lines().all(|line| line.starts_with("::")), "{github}");
    let mut traced = Vec::new();
    trace::write(c, &mut traced).unwrap_or_else(|error| panic!("{error}"));
    let traced = String::from_utf8(traced).unwrap_or_else(|error| panic!("{error}"));
    is_harmless(&traced, "the trace");
    assert!(serde_json::from_str::<serde_json::Value>(&traced).is_ok(), "no JSON: {traced}");
    for table in csv::tables(c).unwrap_or_else(|error| panic!("{error}")) {
        let file = table.name;
        let table = csv::table(table, c).unwrap_or_else(|error| panic!("{error}"));
        is_harmless(&table, file);
        let mut reader = ::csv::Reader::from_reader(table.as_bytes());
        for record in reader.records() {
            for field in &record.unwrap_or_else(|error| panic!("{file}: {error}")) {
                let acts = field.starts_with(['=', '+', '-', '@']) && field.parse::<f64>().is_err();
                assert!(!acts, "{file} has a formula: {field}");
            }
        }
    }
    if drawn {
        for (file, content) in files(c).unwrap_or_else(|error| panic!("{error}")) {
            let mut bytes = Vec::new();
            content.write(&mut bytes).unwrap_or_else(|error| panic!("{error}"));
            if let Ok(text) = String::from_utf8(bytes) {
                is_harmless(&text, &file);
            }
        }
    }
    for arm in &c.arms {
        let Some(recorded) = arm.recorded.first() else { continue };
        let burst = recorded.burst().unwrap_or_else(|error| panic!("{error}"));
        for number in 0..burst.tickets.len().min(3) {
            let name = burst.name(TicketId(number as u32));
            let told = story::explain(c, &name, None, 100).unwrap_or_else(|error| panic!("{error}"));
            is_harmless(&told, "the story");
        }
    }
    let told = story::explain(c, "\u{1b}\u{202e}", None, 100);
    is_harmless(&told.unwrap_or_else(|error| error.to_string()), "the story of nobody");
}

/// The results in a folder, read and reported as far as that goes.
pub fn results(dir: &Path, extent: Extent) -> End {
    match folder::read(dir) {
        Ok(comparison) => {
            reports(&comparison, extent.drawn);
            End::Reported
        }
        Err(error) => {
            let told = error.to_string();
            is_harmless(&told, "the error");
            assert!(told.contains(&*dir.display().to_string()), "no place: {told}");
            End::Refused
        }
    }
}

/// What the program itself makes of these arguments.
pub fn program(arguments: &[&str], folder: &Path) -> End {
    let output = Command::new(env!("CARGO_BIN_EXE_stampede"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("{error}"));
    for (stream, what) in [(&output.stdout, "standard output"), (&output.stderr, "standard error")] {
        let text = std::str::from_utf8(stream).unwrap_or_else(|error| panic!("{what}: {error}"));
        is_no_command(text, what);
    }
    let code = output.status.code();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(code, Some(0 | 2 | 99)), "exit code {code:?}: {told}");
    if code == Some(2) { End::Refused } else { End::Reported }
}
