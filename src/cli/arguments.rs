//! What can be typed.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::exporting;
use crate::domain::Dimension;
use crate::keys::Named;
use crate::results::share::Share;
use crate::scenario::{Color, Engine, Format, Override};

/// Replays an IT help desk's Monday-morning burst through every way of dispatching it, and says what each costs.
#[derive(Debug, Parser)]
#[command(name = "stampede", version, arg_required_else_help = true, propagate_version = true)]
#[command(
    after_help = "Exit codes: 0 all thresholds hold, 1 internal error or not enough memory, threads or disk, 2 bad usage or \
                  input, 99 a threshold was crossed or a baseline regressed, 130 or 143 interrupted by \
                  SIGINT or SIGTERM: `--resume` goes on with what was finished."
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs one replication of a scenario under one discipline and says what happened
    Run(Run),
    /// Runs every discipline of a scenario on the same bursts, many times, and compares them
    Compare(Compare),
    /// Runs a comparison at every point of a grid or a sample of scenario keys, and shows what they change
    Sweep(super::sweep::Sweep),
    /// Finds the smallest value of a key for which the thresholds hold, or the best of many alternatives
    Plan(super::plan::Plan),
    /// Joins the parts of a run that --shard has divided: the same results as from one run
    Merge(super::merge::Merge),
    /// Says whether scenarios are valid, and if not, what to change
    Validate(Validate),
    /// Prints the JSON Schema of scenario files, of summary.json or of a difference
    Schema(Schema),
    /// Prints a page of the reference: every scenario key, measure or table
    Reference(Reference),
    /// Tells one ticket's story from the results of a run
    Explain(Explain),
    /// Makes every table and chart of saved results again, without simulating
    Report(Report),
    /// Says what changed between two results folders, how sure that is, and whether it is a regression
    Diff(super::diff::Diff),
    /// Prints a script that lets a shell complete commands and flags
    Completions(super::completions::Completions),
    /// Prints the manual page of the program or of a command
    Man(super::man::Man),
}

/// Options that change what a scenario says, whatever is done with it then.
#[derive(Debug, Args)]
pub struct Changes {
    /// Seed of all random streams [scenario key: seed]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Set a scenario key, as in --set desk.technicians=12; may be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Leave out rows of a recording that cannot be read, and count them [scenario key:
    /// burst.arrivals.recorded.skip_bad_rows]
    #[arg(long)]
    pub skip_bad_rows: bool,
    /// Files that the scenario names may lie outside its folder [scenario key: allow_outside]
    #[arg(long)]
    pub allow_outside: bool,
    /// Demand something more of the results than the scenario does, as in --threshold 'parallel.makespan: mean < 15min';
    /// may be repeated [scenario key: thresholds]
    #[arg(long, value_name = "METRIC: DEMAND")]
    pub threshold: Vec<String>,
}

/// Options that say how much of a scenario is compared.
#[derive(Debug, Args)]
pub struct Extent {
    /// Only these disciplines, by their names in the scenario, with commas between them [default: all] [scenario key:
    /// experiment.disciplines]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub discipline: Vec<String>,
    /// How many bursts [scenario key: experiment.replications]
    #[arg(long, value_name = "R")]
    pub replications: Option<u32>,
    /// How precise a mean has to be: replications are doubled from 100 until its interval reaches no farther from it under
    /// any discipline, as in 2% or 'dispatch_delay.mean: 30s'; without a name it is the mean of makespan [scenario keys:
    /// experiment.precision, experiment.precision_of]
    #[arg(long, value_name = "[NUMBER: ]WIDTH", conflicts_with = "replications")]
    pub precision: Option<String>,
    /// With a precision, the most replications [default: 100000] [scenario key: experiment.max_replications]
    #[arg(long, value_name = "R", conflicts_with = "replications")]
    pub max_replications: Option<u32>,
}

/// Options of the commands that simulate.
#[derive(Debug, Args)]
pub struct Simulation {
    /// The scenario, a TOML file; - reads it from standard input
    pub scenario: PathBuf,
    /// What to change in it.
    #[command(flatten)]
    pub changes: Changes,
    /// Who carries the messages; the results are the same [scenario key: experiment.engine]
    #[arg(long, value_enum)]
    pub engine: Option<Engine>,
    /// Folder for the results; made where it is missing [default: results/<scenario name>, and after `run`
    /// results/<scenario name>-<discipline>-run, followed by what was set, as in results/monday-30+seed=7] [scenario
    /// key: output.folder]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Write no folder of results; what is exported is written all the same [scenario key: output.files]
    #[arg(long, conflicts_with = "out")]
    pub no_files: bool,
    /// Write the results to a file besides, in any format that --format knows, as in --export junit=results.xml; may be
    /// repeated [scenario key: output.export]
    #[arg(long, value_name = "FORMAT=FILE")]
    pub export: Vec<String>,
    /// The most memory that the run may need by an estimate made before it starts, as in 2GB [default: three quarters
    /// of what the machine allows] [scenario key: experiment.max_memory]
    #[arg(long, value_name = "SIZE")]
    pub max_memory: Option<String>,
    /// Tell tickets apart by these, with commas between them: a table for each in the reports [default: none] [scenario
    /// key: experiment.by]
    #[arg(long, value_name = "DIMENSIONS", value_enum, value_delimiter = ',')]
    pub by: Vec<Dimension>,
    /// What to print on standard output [default: text] [scenario key: output.format]
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// No progress, and only the number of notes; of the text report only the thresholds that were crossed. Other
    /// formats are printed whole [scenario key: output.quiet]
    #[arg(long, short)]
    pub quiet: bool,
    /// When to use colour (also: NO_COLOR) [default: auto] [scenario key: output.color]
    #[arg(long, value_enum)]
    pub color: Option<Color>,
}

/// Options of the commands that run many replications.
#[derive(Clone, Copy, Debug, Args)]
pub struct Threads {
    /// Worker threads; the results do not depend on it [default: one a core] [scenario key: experiment.threads]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
}

/// Options of the commands that render results which are there.
#[derive(Clone, Debug, Args)]
pub struct Rendering {
    /// What to print on standard output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Write the results to a file besides, in any format that --format knows, as in --export junit=results.xml; may be
    /// repeated
    #[arg(long, value_name = "FORMAT=FILE")]
    pub export: Vec<String>,
    /// Of the text report only the thresholds that were crossed. Other formats are printed whole
    #[arg(long, short)]
    pub quiet: bool,
    /// When to use colour (also: NO_COLOR)
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

/// Options of the commands that keep finished replications.
#[derive(Clone, Copy, Debug, Args)]
pub struct Durable {
    /// Go on where a run into the same folder was interrupted, instead of beginning again; the results are the same. It is
    /// about this start only, and has no scenario key
    #[arg(long)]
    pub resume: bool,
}

/// Options of the commands that can be divided.
#[derive(Clone, Copy, Debug, Args)]
pub struct Sharding {
    /// Only the I-th of N shards: its replications go to a file, by default <results folder>-<I>-of-<N>.part, nothing is judged,
    /// and the exit code is 0; `stampede merge` joins the files. It is about this start only, and has no scenario key
    #[arg(long, value_name = "I/N", conflicts_with = "resume")]
    pub shard: Option<Share>,
}

/// `stampede run`
#[derive(Debug, Args)]
pub struct Run {
    /// What all simulations take.
    #[command(flatten)]
    pub simulation: Simulation,
    /// The discipline, by its name in the scenario [default: the first] [scenario key: experiment.disciplines]
    #[arg(long, value_name = "NAME")]
    pub discipline: Option<String>,
}

/// `stampede compare`
#[derive(Debug, Args)]
pub struct Compare {
    /// What all simulations take.
    #[command(flatten)]
    pub simulation: Simulation,
    /// How much of it to compare.
    #[command(flatten)]
    pub extent: Extent,
    /// What to compare the results with.
    #[command(flatten)]
    pub baselines: super::baselines::BaselineFlags,
    /// How it is spread.
    #[command(flatten)]
    pub threads: Threads,
    /// What is kept of it.
    #[command(flatten)]
    pub durable: Durable,
    /// Which part of it is run.
    #[command(flatten)]
    pub sharding: Sharding,
}

/// `stampede validate`
#[derive(Debug, Args)]
pub struct Validate {
    /// Scenario files; - is standard input
    #[arg(required = true, value_name = "SCENARIO")]
    pub scenarios: Vec<PathBuf>,
    /// What to change in them.
    #[command(flatten)]
    pub changes: Changes,
    /// How much of them would be compared.
    #[command(flatten)]
    pub extent: Extent,
    /// Take notes for errors
    #[arg(long)]
    pub strict: bool,
    /// Also print what is wrong as annotations of a GitHub workflow
    #[arg(long, value_enum, default_value_t = ValidateFormat::Text)]
    pub format: ValidateFormat,
    /// Only count the notes
    #[arg(long, short)]
    pub quiet: bool,
    /// When to use colour (also: NO_COLOR)
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

/// What `validate` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ValidateFormat {
    /// Sentences
    Text,
    /// Sentences, and annotations of a GitHub workflow on standard output
    Github,
}

/// `stampede schema`
#[derive(Debug, Args)]
pub struct Schema {
    /// Of which files the schema is
    #[arg(value_enum, default_value_t = SchemaOf::Scenario)]
    pub of: SchemaOf,
}

/// `stampede reference`
#[derive(Debug, Args)]
pub struct Reference {
    /// Of what
    #[arg(value_enum)]
    pub of: ReferenceOf,
}

/// `stampede explain`
#[derive(Debug, Args)]
pub struct Explain {
    /// A folder of results, as `run` or `compare` wrote it
    #[arg(value_name = "RUN_DIR")]
    pub folder: PathBuf,
    /// The ticket, as in T-007
    pub ticket: String,
    /// Only under this discipline
    #[arg(long, value_name = "NAME")]
    pub discipline: Option<String>,
    /// What to print on standard output
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text)]
    pub format: ExplainFormat,
}

/// What a story is told as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// Sentences with the time of day
    Text,
    /// A list with the story under each discipline, for programs
    Json,
}

/// `stampede report`
#[derive(Debug, Args)]
pub struct Report {
    /// A folder of results, as `run` or `compare` wrote it
    #[arg(value_name = "RUN_DIR")]
    pub folder: PathBuf,
    /// How to render them.
    #[command(flatten)]
    pub rendering: Rendering,
}

/// Which page of the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReferenceOf {
    /// Every key of a scenario, with unit and default
    Scenario,
    /// Every measure, with its definition
    Measures,
    /// Every column of every table in a results folder
    Tables,
}

/// Which schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// Scenario files
    Scenario,
    /// summary.json
    Summary,
    /// What `diff --format json` prints
    Difference,
}

impl Changes {
    /// The flags as overrides of scenario keys; `--set` first, so that a flag wins.
    ///
    /// # Errors
    /// A `--set` without `=`, or another flag that lacks one of its parts.
    pub fn overrides(&self) -> Result<Vec<Override>, String> {
        let mut overrides = Vec::new();
        for setting in &self.set {
            let (key, value) = setting.split_once('=').ok_or_else(|| {
                format!("--set {setting}: write KEY=VALUE, as in --set desk.technicians=12")
            })?;
            overrides.push(Override {
                key: key.trim().into(),
                value: value.trim().into(),
                origin: "--set".into(),
            });
        }
        if let Some(seed) = self.seed {
            overrides.push(flag("seed", "--seed", &seed));
        }
        if self.skip_bad_rows {
            overrides.push(flag("burst.arrivals.recorded.skip_bad_rows", "--skip-bad-rows", &true));
        }
        overrides.extend(allowing_outside(self.allow_outside));
        for threshold in &self.threshold {
            // A metric may have a colon within braces; a demand has none.
            let parts = threshold.rsplit_once(':').map(|(metric, demand)| (metric.trim(), demand.trim()));
            let (metric, demand) =
                parts.filter(|(metric, demand)| !metric.is_empty() && !demand.is_empty()).ok_or_else(|| {
                    format!(
                        "--threshold {threshold}: write METRIC: DEMAND, as in --threshold 'parallel.makespan: mean < 15min'"
                    )
                })?;
            overrides.push(Override::demand(metric, demand));
        }
        Ok(overrides)
    }
}

impl Threads {
    /// The flag as an override of its scenario key.
    pub fn overrides(self) -> Option<Override> {
        self.threads.map(|threads| flag("experiment.threads", "--threads", &threads))
    }
}

impl Extent {
    /// The flags as overrides of scenario keys.
    pub fn overrides(&self) -> Vec<Override> {
        let replications = self.replications.as_ref();
        let mut overrides: Vec<Override> = replications
            .map(|count| flag("experiment.replications", "--replications", count))
            .into_iter()
            .collect();
        if let Some(typed) = &self.precision {
            let (number, width) =
                typed.rsplit_once(':').map_or((None, &**typed), |(of, width)| (Some(of), width));
            // Named like a setting, so that a folder's name tells it.
            overrides.extend(number.map(|number| flag("experiment.precision_of", "--set", &number.trim())));
            overrides.push(flag("experiment.precision", "--precision", &width.trim()));
        }
        if let Some(most) = self.max_replications {
            overrides.push(flag("experiment.max_replications", "--max-replications", &most));
        }
        overrides.extend(disciplines(&self.discipline));
        overrides
    }
}

impl Simulation {
    /// The flags that say what to do with results, and whether they are there.
    pub fn of_results(&self) -> [(&'static str, bool); 2] {
        [("--export", !self.export.is_empty()), ("--no-files", self.no_files)]
    }

    /// The flags that stand for scenario keys, as overrides; `--set` first, so that a flag wins.
    ///
    /// # Errors
    /// A `--set` without `=`, or another flag that lacks one of its parts.
    pub fn overrides(&self) -> Result<Vec<Override>, String> {
        let mut overrides = self.changes.overrides()?;
        if let Some(engine) = self.engine {
            overrides.push(flag("experiment.engine", "--engine", &name(&engine)));
        }
        if let Some(size) = &self.max_memory {
            overrides.push(flag("experiment.max_memory", "--max-memory", size));
        }
        if !self.by.is_empty() {
            let names: Vec<String> = self.by.iter().map(name).collect();
            overrides.push(flag("experiment.by", "--by", &toml::Value::from(names)));
        }
        if let Some(format) = self.format {
            overrides.push(flag("output.format", "--format", &name(&format)));
        }
        if self.no_files {
            overrides.push(flag("output.files", "--no-files", &false));
        }
        for export in &self.export {
            let (format, file) = exporting::split(export)?;
            overrides.push(Override::export(format, file));
        }
        if self.quiet {
            overrides.push(flag("output.quiet", "--quiet", &true));
        }
        if let Some(color) = self.color {
            overrides.push(flag("output.color", "--color", &name(&color)));
        }
        Ok(overrides)
    }
}

/// A flag that stands for a scenario key.
pub fn flag(key: &str, origin: &str, value: &impl ToString) -> Override {
    Override { key: key.to_owned(), value: value.to_string(), origin: origin.to_owned() }
}

/// `--allow-outside`, if it is there.
pub fn allowing_outside(is_there: bool) -> Option<Override> {
    is_there.then(|| flag("allow_outside", "--allow-outside", &true))
}

/// `--discipline`, which stands for a list of names.
pub fn disciplines(names: &[String]) -> Option<Override> {
    listed("experiment.disciplines", "--discipline", names)
}

/// A flag that stands for a list of names, if it is there.
pub fn listed(key: &str, origin: &str, names: &[String]) -> Option<Override> {
    let list = toml::Value::from(names.to_vec());
    (!names.is_empty()).then(|| flag(key, origin, &list))
}

/// The name of a choice, which scenario key and flag share.
pub fn name(choice: &impl ValueEnum) -> String {
    choice.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// A choice of scenario files as a choice of flags.
macro_rules! flag_choice {
    ($name:ty) => {
        impl ValueEnum for $name {
            fn value_variants<'a>() -> &'a [Self] {
                Self::ALL
            }

            fn to_possible_value(&self) -> Option<PossibleValue> {
                Some(PossibleValue::new(self.name()).help(self.meaning().trim_end_matches('.').to_owned()))
            }
        }
    };
}

flag_choice!(Dimension);
flag_choice!(Engine);
flag_choice!(Format);
flag_choice!(Color);
