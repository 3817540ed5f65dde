//! From what was typed to what it means: defaults filled in, requirements and contradictions checked, all of them.

mod burst;
mod desk;
pub(super) mod discipline;
pub(super) mod dispatch;
mod distribution;
mod ranker;
mod running;
mod sop;
mod triage;

use std::path::Path;

use jiff::Zoned;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};

use super::Scenario;
use super::document::{Document, KeyPath};
use super::error::Problem;
use super::file::ScenarioFile;
use super::file::experiment::{ExperimentFile, ThresholdsFile};
use crate::domain::nearest::nearest;
use crate::domain::settings::{Arrivals, DisciplineSettings, ExperimentSettings};
use crate::metrics::thresholds::{Threshold, ThresholdError};

/// When a scenario starts that does not say: a Monday.
const DEFAULT_START: jiff::civil::DateTime = jiff::civil::date(2026, 11, 23).at(8, 0, 0, 0);

/// The scenario that `file` means, or `None`; what is wrong with it is added to `problems`.
pub(super) fn resolve(
    document: &Document,
    file: &ScenarioFile,
    folder: &Path,
    digest: String,
    problems: &mut Vec<Problem>,
) -> Option<Scenario> {
    let mut resolver = Resolver { document, folder, problems };
    let root = KeyPath::root();
    let name = resolver.required(file.name.as_ref(), &root, "name", "name = \"monday-30\"").cloned();
    if name.as_ref().is_some_and(|name| name.trim().is_empty() || name.chars().any(char::is_control)) {
        resolver.refuse(
            &root.key("name"),
            "the scenario's name is empty or has control characters",
            "",
            None,
        );
    }
    let start = resolver.start(file);
    let burst_file =
        resolver.required(file.burst.as_ref(), &root, "burst", "[burst] with tickets and arrivals");
    let burst = burst_file.and_then(|burst| resolver.burst(burst));
    let desk_file = resolver.required(file.desk.as_ref(), &root, "desk", "[desk] with technicians = 10");
    let mut desk = desk_file.and_then(|desk| resolver.desk(desk, burst_file, start.as_ref()));
    if let (Some(burst), Some(desk)) = (&burst, &desk) {
        resolver.boards_of_burst(burst, desk);
    }
    let dispatch_file = file.dispatch.clone().unwrap_or_default();
    let agent_files = file.agent.as_deref().unwrap_or_default();
    let agents = resolver.agents(&dispatch_file, agent_files, desk.as_mut(), burst_file);
    let triage = file.triage.as_ref().map(|triage| resolver.triage(triage));
    let ranker_file = file.ranker.clone().unwrap_or_default();
    let ranker = resolver.ranker(&ranker_file);
    let calendar = resolver.calendar(&file.calendar.clone().unwrap_or_default());
    let discipline_files = file.discipline.as_deref().unwrap_or_default();
    let disciplines = resolver.disciplines(discipline_files);
    resolver.batches_can_be_matched(discipline_files, &agents, ranker_file.kind);
    let experiment_file = file.experiment.clone().unwrap_or_default();
    let experiment = resolver.experiment(&experiment_file);
    let thresholds = resolver.thresholds(&file.thresholds.clone().unwrap_or_default(), &disciplines);
    let running = resolver.running(&experiment_file, &file.output.clone().unwrap_or_default(), &disciplines);
    Some(Scenario {
        name: name?,
        summary: file.summary.clone().unwrap_or_default(),
        seed: file.seed.unwrap_or(1),
        start: start?,
        burst: burst?,
        desk: desk?,
        agents,
        triage: match triage {
            Some(triage) => Some(triage?),
            None => None,
        },
        ranker: ranker?,
        calendar: calendar?,
        disciplines,
        experiment,
        thresholds,
        running,
        digest,
    })
}

/// Checks values and notes what is wrong.
struct Resolver<'a> {
    document: &'a Document,
    /// Where files named by the scenario are looked for.
    folder: &'a Path,
    problems: &'a mut Vec<Problem>,
}

impl Resolver<'_> {
    /// Notes a problem with the value at `path`, or with the closest table around it.
    fn refuse(&mut self, path: &KeyPath, message: impl Into<String>, expected: &str, help: Option<String>) {
        let path = self.document.deepest(path);
        let origin = self.document.origin(&path);
        self.note(self.document.problem(origin, message.into(), expected.to_owned(), help));
    }

    /// Notes a problem with the key that `path` ends with.
    fn refuse_key(&mut self, path: &KeyPath, message: impl Into<String>, help: Option<String>) {
        let origin = self.document.key_origin(path);
        self.note(self.document.problem(origin, message.into(), String::new(), help));
    }

    /// Notes a problem once: what several agents have in common is wrong for each of them.
    fn note(&mut self, problem: Problem) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// Whether the user states a value at `path`, in the file or with a flag. What a preset says is not stated.
    fn is_stated(&self, path: &KeyPath) -> bool {
        let origin = self.document.find(path).map(|node| &node.origin);
        origin.is_some_and(|origin| !self.document.sources[origin.source].is_preset)
    }

    /// Refuses each key of the table at `path` that is there and does not go with the mode or kind called `found`.
    fn keys_go_with(&mut self, path: &KeyPath, what: &str, found: &str, table: &[(&str, &[&str])]) {
        for (key, names) in table {
            let at = path.key(key);
            if self.document.find(&at).is_some() && !names.contains(&found) {
                let help = format!("leave it out: it goes with {what} {}", listed(names));
                self.refuse_key(&at, format!("`{at}` does not go with {what} \"{found}\""), Some(help));
            }
        }
    }

    /// Checks that `name` can be addressed in a key: small letters, digits and hyphens. `owner` says whose name it is.
    fn plain_name(&mut self, name: &str, owner: &str, path: &KeyPath) {
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if name.is_empty() || !name.bytes().all(is_plain) {
            let expected = "expected small letters, digits and hyphens";
            self.refuse(path, format!("{name:?} cannot name {owner}"), expected, None);
        }
    }

    /// `value`, with a problem noted if it is absent; not if it was there and is known to be wrong.
    fn required<T>(&mut self, value: Option<T>, table: &KeyPath, key: &str, example: &str) -> Option<T> {
        let path = table.key(key);
        if value.is_none() && !self.document.is_damaged(&path) {
            self.refuse(table, format!("`{path}` is missing"), "", Some(format!("write {example}")));
        }
        value
    }

    /// The one of `choices` that is there; a problem is noted for none or several.
    fn exactly_one<'c>(&mut self, path: &KeyPath, choices: &[(&'c str, bool)]) -> Option<&'c str> {
        let present: Vec<&str> = choices.iter().filter(|(_, is)| *is).map(|(name, _)| *name).collect();
        let all: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let expected = format!("expected exactly one of {}", all.join(", "));
        match present.as_slice() {
            [] if self.document.is_damaged(path) => None,
            [] => {
                self.refuse(path, format!("`{path}` says nothing"), &expected, None);
                None
            }
            [_] => choices.iter().find(|(_, is)| *is).map(|(name, _)| *name),
            [first, .., last] => {
                let found = if present.len() == 2 {
                    format!("`{path}` has both {first} and {last}")
                } else {
                    format!("`{path}` has {}", present.join(", "))
                };
                self.refuse(path, found, &expected, None);
                None
            }
        }
    }

    /// The name of `known` that was probably meant.
    fn did_you_mean<'n>(typed: &str, known: impl IntoIterator<Item = &'n str> + Clone) -> Option<String> {
        if let Some(close) = nearest(typed, known.clone()) {
            return Some(format!("did you mean \"{close}\"?"));
        }
        let names: Vec<&str> = known.into_iter().take(12).collect();
        (!names.is_empty()).then(|| format!("known names: {}", names.join(", ")))
    }

    /// The zone called `name`, from the bundled database only.
    fn time_zone(&mut self, name: &str, path: &KeyPath) -> Option<TimeZone> {
        let database = TimeZoneDatabase::bundled();
        if let Ok(zone) = database.get(name) {
            return Some(zone);
        }
        let known: Vec<String> = database.available().map(|name| name.as_str().to_owned()).collect();
        let close = nearest(name, known.iter().map(String::as_str))
            .or_else(|| nearest_city(name, known.iter().map(String::as_str)));
        let help = close.map(|close| format!("did you mean \"{close}\"?"));
        self.refuse(
            path,
            format!("there is no time zone \"{}\"", name.escape_debug()),
            "expected an IANA name such as \"Europe/Berlin\"",
            help,
        );
        None
    }

    /// Simulated time zero.
    fn start(&mut self, file: &ScenarioFile) -> Option<Zoned> {
        let zone_path = KeyPath::root().key("time_zone");
        let zone = self.time_zone(file.time_zone.as_deref().unwrap_or("UTC"), &zone_path)?;
        let civil = file.start.map_or(DEFAULT_START, |start| start.0);
        let ambiguous = zone.to_ambiguous_zoned(civil);
        if let AmbiguousOffset::Gap { .. } = ambiguous.offset() {
            self.refuse(
                &KeyPath::root().key("start"),
                format!("{civil} does not exist in {}", zone.iana_name().unwrap_or("this zone")),
                "expected a time that clocks show: they are put forward here",
                Some("start an hour later".to_owned()),
            );
            return None;
        }
        ambiguous.compatible().ok()
    }

    fn experiment(&mut self, file: &ExperimentFile) -> ExperimentSettings {
        let path = KeyPath::root().key("experiment");
        let replications = file.replications.map_or(1000, |number| number.0);
        let records = file.records.map_or(1, |number| number.0);
        if records > replications && !self.document.is_damaged(&path.key("replications")) {
            self.refuse(
                &path.key("records"),
                format!("`{}` is {records}", path.key("records")),
                &format!("expected at most the number of replications, {replications}"),
                None,
            );
        }
        let confidence = file.confidence.map_or(0.95, |confidence| confidence.0);
        ExperimentSettings { replications, confidence, records }
    }

    fn thresholds(&mut self, file: &ThresholdsFile, disciplines: &[DisciplineSettings]) -> Vec<Threshold> {
        let path = KeyPath::root().key("thresholds");
        let mut thresholds = Vec::new();
        for (key, demands) in &file.0 {
            let path = path.key(key);
            if demands.texts.is_empty() && !self.document.is_damaged(&path) {
                self.refuse(
                    &path,
                    format!("`{path}` demands nothing"),
                    "expected at least one threshold",
                    None,
                );
            }
            let arms_known = !self.document.is_damaged(&KeyPath::root().key("discipline"));
            for (index, text) in demands.texts.iter().enumerate() {
                let at = if demands.is_list { path.index(index) } else { path.clone() };
                let threshold = match Threshold::parse(key, text) {
                    Ok(threshold) => threshold,
                    Err(error @ ThresholdError::UnknownMetric { .. }) => {
                        self.refuse_key(&path, error.to_string(), None);
                        break;
                    }
                    Err(error) => {
                        self.refuse(&at, error.to_string(), "", None);
                        continue;
                    }
                };
                if let Some(arm) = &threshold.discipline
                    && arms_known
                    && !disciplines.iter().any(|discipline| discipline.name == *arm)
                {
                    let help = Self::did_you_mean(arm, disciplines.iter().map(|arm| arm.name.as_str()));
                    self.refuse_key(&path, format!("there is no discipline named `{arm}`"), help);
                    break;
                }
                thresholds.push(threshold);
            }
        }
        thresholds
    }
}

/// Names as a sentence lists choices: `"a", "b" or "c"`.
fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// Whether tickets come from a recording.
fn is_recorded(arrivals: &Arrivals) -> bool {
    matches!(arrivals, Arrivals::Recorded(_))
}

/// The zone whose last part is `name` or close to it: "Berlin" is "Europe/Berlin".
fn nearest_city<'a>(name: &str, zones: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let city = |zone: &'a str| zone.rsplit('/').next().unwrap_or(zone);
    let close = nearest(name.rsplit('/').next().unwrap_or(name), zones.clone().map(city))?;
    zones.filter(|zone| zone.contains('/')).find(|zone| city(zone) == close)
}
