//! How a scenario is run and where its results go. None of it is simulated, so none of it is in the digest.

use std::path::Path;

use super::precision::PrecisionKeys;
use crate::domain::bytes::Bytes;
use crate::domain::charts::{ChartSettings, OF_COMPARISONS, OF_EXPLORATIONS};
use crate::domain::settings::{Engine, ExperimentSettings};
use crate::keys::document::{Document, KeyPath, Node, Value};
use crate::keys::nearest::{did_you_mean, nearest};
use crate::keys::{ByName, Folder, Named, OneOrMore, OutputFile, Reading, Section, SomeOf, Whole};
use crate::metrics::catalog;
use crate::metrics::precision::FEWEST;
use crate::metrics::tolerance::Tolerances;
use crate::{choice, section};

/// The key that lets files lie outside the scenario's folder.
pub(super) const ALLOW_OUTSIDE: &str = "allow_outside";
/// The key by which disciplines are chosen.
pub(super) const DISCIPLINES: &str = "experiment.disciplines";

section! {
    /// How often the scenario is replayed, how sure the results have to be, and how it is run.
    pub struct ExperimentKeys {
        ..settings: ExperimentSettings;
        ..precision: PrecisionKeys;
        ..running: Running;
    }
}

section! {
    /// How to run a scenario. A flag on the command line wins.
    pub struct Running: Eq {
        /// Only these disciplines, by name; `run` takes the first of them in the scenario's order.
        disciplines: SomeOf<String> = empty "all",
        /// Who carries the messages; the results are the same.
        engine: Engine = none "\"actix\" for `run`, else \"direct\"",
        /// Worker threads; the results do not depend on it.
        threads: Whole<1, 1024, u16> = none "one per core",
        /// The most memory that a run may need by an estimate made before it starts; one that needs more is refused. What
        /// the machine has is known on Linux only; elsewhere there is no default.
        max_memory: Bytes = none "three quarters of what the machine, the container and the limits of the process allow",
    }
}

section! {
    /// What is printed, and where the results go. A flag on the command line wins.
    pub struct Output: Eq {
        ..charts: ChartSettings;
        /// Folder for the results, relative to the folder the program is started in, not to the scenario's; made where it
        /// is missing.
        folder: Folder = none "results/<scenario name>, and after `run` results/<scenario name>-<discipline>-run",
        /// Whether the results are written to that folder.
        files: bool = true,
        /// Files that the results are written to besides, by their format, as in `{ junit = "results.xml" }`. Of one format
        /// there may be several. Their folders have to be there.
        export: ByName<OneOrMore<OutputFile>> = empty "none",
        /// The name under which `compare` keeps the results as well, in results/baselines, by scenario.
        save_baseline: String = none "none",
        /// The name under which results were kept that `compare` compares with: a regression is exit code 99.
        baseline: String = none "none",
        /// How much worse a number may be than in the baseline: "2%" of it, or of a measure "makespan: 30s".
        tolerance: OneOrMore<String> = empty "nothing",
        /// What to print on standard output.
        format: Format = "text",
        /// No progress, and only the number of notes; of the text report only the thresholds that were crossed.
        quiet: bool = false,
        /// When to use colour.
        color: Color = "auto",
    }
}

choice! {
    /// What goes to standard output.
    pub enum Format {
        /// A table to read.
        Text = "text",
        /// The content of summary.json.
        Json = "json",
        /// The content of summary.csv.
        Csv = "csv",
        /// The text report for a pull request or a page.
        Markdown = "markdown",
        /// Annotations of a GitHub workflow: crossed thresholds, where the scenario states them, and a summary.
        Github = "github",
        /// The thresholds as test cases, for whatever reads JUnit's XML: the content of junit.xml.
        Junit = "junit",
        /// The recorded replications on the clock, for Perfetto or speedscope: who and what was busy when, as Chrome's trace
        /// events.
        Trace = "trace",
    }
}

choice! {
    /// When to use colour.
    pub enum Color {
        /// On a terminal, unless NO_COLOR is set.
        Auto = "auto",
        /// Always.
        Always = "always",
        /// Never.
        Never = "never",
    }
}

impl ExperimentKeys {
    /// Checks that what is recorded is run, and that the disciplines that are named are among `arms`.
    pub fn check(&self, reading: &mut Reading<'_>, arms: Option<&[String]>) {
        let path = KeyPath::root().key("experiment");
        let &ExperimentSettings { replications, records, ref by, .. } = &self.settings;
        let (fewest, which) = match self.precision.precision {
            Some(_) => (FEWEST, "the fewest replications of a `precision`"),
            None => (replications, "the number of replications"),
        };
        if records > fewest && !reading.is_damaged(&path.key("replications")) {
            let at = path.key("records");
            let expected = format!("expected at most {which}, {fewest}");
            reading.refuse(&at, format!("`{at}` is {records}"), &expected, None);
        }
        for (index, dimension) in by.iter().enumerate().filter(|(index, it)| by[..*index].contains(it)) {
            let at = reading.element(&path.key("by"), index);
            let message = format!("`{}` names \"{}\" twice", path.key("by"), dimension.name());
            reading.refuse(&at, message, "", Some("leave it out once".to_owned()));
        }
        self.running.check(reading, &path, arms);
    }
}

impl Running {
    /// Checks that the disciplines that are named exist.
    fn check(&self, reading: &mut Reading<'_>, path: &KeyPath, arms: Option<&[String]>) {
        let list = path.key("disciplines");
        if self.disciplines.is_empty() && reading.document.find(&list).is_some() && !reading.is_damaged(&list)
        {
            let help = "leave it out to run all".to_owned();
            reading.refuse(&list, format!("`{list}` names none"), "", Some(help));
        }
        let Some(arms) = arms else { return };
        for (index, name) in self.disciplines.iter().enumerate() {
            if !arms.contains(name) {
                let at = reading.element(&list, index);
                let help = did_you_mean(name, arms.iter().map(String::as_str));
                reading.refuse(&at, format!("there is no discipline named {name:?}"), "", help);
            }
        }
    }
}

impl Output {
    /// The files that the results are exported to, each with its format.
    pub fn exports(&self) -> impl Iterator<Item = (Format, &Path)> {
        self.export.iter().flat_map(|(name, files)| {
            let format = Format::from_name(name);
            files.iter().filter_map(move |file| Some((format?, file.as_path())))
        })
    }

    /// Checks that there are such charts and disciplines as are to be shown.
    fn check_charts(&self, reading: &mut Reading<'_>, arms: Option<&[String]>) {
        let output = KeyPath::root().key("output");
        let ChartSettings { charts, chart_disciplines, .. } = &self.charts;
        for (key, names) in [("charts", charts), ("chart_disciplines", chart_disciplines)] {
            let list = output.key(key);
            if names.is_empty() && reading.document.find(&list).is_some() && !reading.is_damaged(&list) {
                let help = "leave it out to show all".to_owned();
                reading.refuse(&list, format!("`{list}` names none"), "", Some(help));
            }
        }
        for (index, name) in charts.iter().enumerate() {
            let number = name.split("-by-").next().unwrap_or(name);
            let fixed = OF_COMPARISONS.into_iter().chain(OF_EXPLORATIONS);
            if fixed.clone().all(|known| known != name) && catalog::number(number).is_none() {
                let numbers: Vec<String> = catalog::all().map(|number| number.key()).collect();
                let near = nearest(name, fixed.clone().chain(numbers.iter().map(String::as_str)));
                let help = match near {
                    Some(_) => near.map(|name| format!("did you mean \"{name}\"?")),
                    None => did_you_mean(name, fixed),
                };
                let at = reading.element(&output.key("charts"), index);
                reading.refuse(&at, format!("there is no chart named {name:?}"), "", help);
            }
        }
        let Some(arms) = arms else { return };
        for (index, name) in chart_disciplines.iter().enumerate().filter(|(_, name)| !arms.contains(name)) {
            let at = reading.element(&output.key("chart_disciplines"), index);
            let help = did_you_mean(name, arms.iter().map(String::as_str));
            reading.refuse(&at, format!("there is no discipline named {name:?}"), "", help);
        }
    }

    /// How much worse a number may be than in the baseline.
    pub fn tolerances(&self) -> Tolerances {
        Tolerances::parse(&self.tolerance).unwrap_or_default()
    }

    /// Checks that folder and baselines have names, that the tolerances are some, and that there are such formats as are
    /// exported, and such charts and disciplines as are to be shown.
    pub fn check(&self, reading: &mut Reading<'_>, arms: Option<&[String]>) {
        self.check_charts(reading, arms);
        let folder = KeyPath::root().key("output").key("folder");
        if self.folder.as_ref().is_some_and(|folder| folder.as_os_str().is_empty()) {
            let expected = "expected a folder such as \"results/monday\"";
            reading.refuse(&folder, format!("`{folder}` is empty"), expected, None);
        }
        let output = KeyPath::root().key("output");
        for (key, name) in [("baseline", &self.baseline), ("save_baseline", &self.save_baseline)] {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
            let is_plain = |name: &String| {
                (1..=100).contains(&name.len()) && !name.starts_with('.') && name.bytes().all(plain)
            };
            if let Some(name) = name.as_ref().filter(|name| !is_plain(name)) {
                let expected = "expected letters, digits and -_. with no dot in front";
                reading.refuse(&output.key(key), format!("{name:?} cannot name a baseline"), expected, None);
            }
        }
        if let Err((index, error)) = Tolerances::parse(&self.tolerance) {
            let path = output.key("tolerance");
            let is_list = matches!(reading.document.find(&path), Some(Node { value: Value::List(_), .. }));
            let at = if is_list { reading.element(&path, index) } else { path };
            reading.refuse(&at, error.to_string(), "", None);
        }
        let export = output.key("export");
        let formats = Format::ALL.iter().map(|format| format.name());
        for (name, _) in &self.export {
            if Format::from_name(name).is_none() {
                let help = did_you_mean(name, formats.clone());
                reading.refuse_key(&export.key(name), format!("there is no format `{name}`"), help);
            }
        }
    }
}

/// Whether a key says how to run a scenario or what to do with the results, and nothing of what is simulated.
pub fn is_besides(key: &str) -> bool {
    let of = |section: &str| key.strip_prefix(section).and_then(|rest| rest.strip_prefix('.'));
    key == "output"
        || key == ALLOW_OUTSIDE
        || of("output").is_some()
        || of("experiment").is_some_and(|key| Running::names().contains(&key))
}

/// The keys besides what is simulated that a results folder keeps: what its disciplines and its charts are.
pub fn kept() -> Vec<String> {
    let charts = ChartSettings::names().into_iter().map(|name| format!("output.{name}"));
    std::iter::once(DISCIPLINES.to_owned()).chain(charts).collect()
}

/// The part of the document that says what is simulated: without the keys of [`Running`] and [`Output`] but those that are
/// `kept`, without where files may lie, and without the name of the preset, which has done its work.
pub fn simulated_part(document: &Document, kept: &[String]) -> Node {
    let mut document = document.clone();
    document.remove(&KeyPath::root().key("preset"));
    document.remove(&KeyPath::root().key(ALLOW_OUTSIDE));
    for (section, keys) in [("experiment", Running::names()), ("output", Output::names())] {
        let path = KeyPath::root().key(section);
        for key in keys.into_iter().filter(|key| !kept.contains(&format!("{section}.{key}"))) {
            document.remove(&path.key(key));
        }
        // A section that had nothing else says as much as none.
        if let Some(Node { value: Value::Table(table), .. }) = document.find(&path)
            && table.entries.is_empty()
        {
            document.remove(&path);
        }
    }
    document.root
}
