//! A plan as data: what was sought, every value that was tried, and the answer. Everything that its reports are made from.

use serde::{Deserialize, Serialize};

use super::{Setup, Source};
use crate::keys::text::{self, control};
use crate::metrics::thresholds::{Standing, Threshold};
use crate::metrics::{catalog, never};

/// The result of `plan`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// What was asked, before any key is varied.
    pub setup: Setup,
    /// What produced it. In a folder that is `scenario.toml`, `inputs/` and `manifest.json`.
    #[serde(skip)]
    pub source: Source,
    /// The disciplines, in the scenario's order.
    pub arms: Vec<String>,
    /// The question, and what came of it.
    pub found: Found,
    /// What the reader should know before trusting the answer; whole sentences.
    pub warnings: Vec<String>,
}

/// What was sought, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// The smallest value of a key for which the thresholds hold.
    Smallest(Smallest),
    /// The alternative with the best mean of a number, among those for which the thresholds hold.
    Best(Best),
}

/// The search for the smallest value of a key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Smallest {
    /// The key.
    pub key: String,
    /// The smallest value of the range, as scenarios write it.
    pub from: String,
    /// The largest.
    pub to: String,
    /// How many values the range has.
    pub values: u64,
    /// How sure each decision is.
    pub level: Level,
    /// The values that were tried, in ascending order.
    pub tries: Vec<Try>,
    /// One per discipline.
    pub answers: Vec<Answer>,
    /// What Erlang C says, where the question is one that it may be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erlang: Option<Erlang>,
}

/// How the error is split.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// Values that may be tried.
    pub tries: u32,
    /// Looks at each of them: after 100, 200, 400 … replications.
    pub looks: u32,
    /// Thresholds of the discipline that has most.
    pub thresholds: u32,
    /// Disciplines.
    pub arms: u32,
    /// The two-sided confidence of the interval behind each decision at the last look, which has half of the error.
    pub last: f64,
    /// The same at each look before it.
    pub before: f64,
}

/// A value that was tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Try {
    /// Its place in the range, from 0.
    pub place: u64,
    /// The value, as scenarios write it.
    pub value: String,
    /// Replications until each discipline was decided, or there were no more.
    pub replications: u32,
    /// Each threshold for each discipline that it is for: discipline by discipline, in the scenario's order.
    pub demands: Vec<Demand>,
}

/// A threshold for one discipline at one value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Demand {
    /// The discipline.
    pub discipline: String,
    /// The threshold.
    pub threshold: Threshold,
    /// What was measured, or `None` where nothing was.
    #[serde(with = "never::option")]
    pub measured: Option<f64>,
    /// The end of its interval that the threshold is judged on, or `None`.
    #[serde(with = "never::option")]
    pub against: Option<f64>,
    /// The end that its opposite is judged on.
    #[serde(with = "never::option")]
    pub in_favour: Option<f64>,
    /// What `against` is, in words.
    pub judged_on: String,
    /// How it stands.
    #[serde(with = "by_name")]
    pub standing: Standing,
    /// Whether `compare` says that it holds, where as many replications were run as the scenario asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared: Option<bool>,
}

/// What was found for one discipline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The discipline.
    pub discipline: String,
    /// The smallest value that holds, by its place; `None` where none of those that were tried does.
    pub place: Option<u64>,
    /// Whether every smaller value was tried; where none holds, every value.
    pub exhaustive: bool,
    /// Whether a larger value does not hold.
    pub fails_above: bool,
    /// Whether `compare` says that all thresholds of the discipline hold there, with as many replications as the scenario
    /// asks for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared: Option<bool>,
}

/// What Erlang C says of the question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Erlang {
    /// So many technicians.
    Takes(u32),
    /// More technicians than the range has.
    TakesMore,
    /// It does not apply, as these are not so.
    NotApplicable(Vec<String>),
}

/// The choice of the best alternative.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Best {
    /// The number, by its key.
    pub number: String,
    /// Whether the largest mean is the best; otherwise the smallest is.
    pub largest: bool,
    /// The keys that are varied.
    pub keys: Vec<String>,
    /// How sure each decision about a threshold is; `None` where there are no thresholds.
    pub level: Option<Level>,
    /// The difference in means that is worth telling, once it is known.
    pub zone: Option<f64>,
    /// Every alternative: point by point, and within a point discipline by discipline.
    pub alternatives: Vec<Alternative>,
    /// The one that was chosen, by its position.
    pub chosen: Option<usize>,
}

/// A point under one discipline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alternative {
    /// The value of each key, in the order of [`Best::keys`].
    pub values: Vec<String>,
    /// The discipline.
    pub discipline: String,
    /// Replications in which its thresholds were tried.
    pub tried: u32,
    /// Its thresholds.
    pub demands: Vec<Demand>,
    /// Replications in which it was compared with the others: all until it was clear that another is better.
    pub replications: u32,
    /// The mean over them; `None` where it was not compared.
    pub mean: Option<f64>,
    /// What became of it.
    #[serde(with = "by_name")]
    pub fate: Fate,
}

crate::named! {
    /// What became of an alternative.
    pub enum Fate {
        /// It is chosen.
        Chosen = "chosen",
        /// Another is better.
        Worse = "worse",
        /// It was still in when there were no more replications.
        Left = "left",
        /// A threshold does not hold.
        Infeasible = "infeasible",
        /// It was not measured in every replication, or was "never".
        Unmeasured = "unmeasured",
    }
}

impl Demand {
    /// The end of the interval below and the one above what was measured.
    pub fn interval(&self) -> Option<(f64, f64)> {
        let (one, other) = self.against.zip(self.in_favour)?;
        Some((one.min(other), one.max(other)))
    }

    /// How far it is from holding: nothing where it holds.
    pub fn shortfall(&self) -> f64 {
        match self.standing {
            Standing::Holds => 0.0,
            _ => self.threshold.excess(self.measured),
        }
    }
}

impl Try {
    /// The thresholds of a discipline.
    pub fn demands_of<'a>(&'a self, discipline: &'a str) -> impl Iterator<Item = &'a Demand> {
        self.demands.iter().filter(move |demand| demand.discipline == discipline)
    }

    /// How a discipline stands at this value.
    pub fn standing(&self, discipline: &str) -> Standing {
        standing(self.demands_of(discipline))
    }

    /// The threshold of a discipline that is farthest from holding; `None` where all hold.
    pub fn worst(&self, discipline: &str) -> Option<&Demand> {
        let open = self.demands.iter().filter(|demand| demand.discipline == discipline);
        let open = open.filter(|demand| demand.standing != Standing::Holds);
        // Of equals the first.
        open.rev().max_by(|one, other| one.shortfall().total_cmp(&other.shortfall()))
    }
}

/// How thresholds stand together: all hold, one is crossed, or one is undecided.
pub fn standing<'a>(demands: impl Iterator<Item = &'a Demand>) -> Standing {
    let mut all = Standing::Holds;
    for demand in demands {
        match demand.standing {
            Standing::Holds => {}
            Standing::Crossed => return Standing::Crossed,
            Standing::Undecided => all = Standing::Undecided,
        }
    }
    all
}

impl Smallest {
    /// The try at this place.
    pub fn at(&self, place: u64) -> Option<&Try> {
        self.tries.iter().find(|it| it.place == place)
    }

    /// The discipline with the smallest answer; of equals the first.
    pub fn headline(&self) -> Option<&Answer> {
        let found = self.answers.iter().filter(|answer| answer.place.is_some());
        found.min_by_key(|answer| answer.place)
    }

    /// The value that came nearest to holding for a discipline: fewest thresholds that do not hold, and of these the one
    /// that is farthest from its limit nearest to it.
    pub fn nearest(&self, discipline: &str) -> Option<&Try> {
        let open = |it: &Try| it.demands_of(discipline).filter(|d| d.standing != Standing::Holds).count();
        let short = |it: &Try| it.worst(discipline).map_or(0.0, Demand::shortfall);
        self.tries.iter().min_by(|a, b| open(a).cmp(&open(b)).then(short(a).total_cmp(&short(b))))
    }
}

impl Plan {
    /// Checks what reports rely on, whoever wrote the file.
    ///
    /// # Errors
    /// What no plan has.
    pub(super) fn sound(&self) -> Result<(), String> {
        let Self { setup, arms, found, warnings, .. } = self;
        let (mut texts, mut wrong) = (Vec::new(), false);
        let mut named: Vec<&String> = Vec::new();
        match found {
            Found::Smallest(Smallest { key, from, to, values, tries, answers, .. }) => {
                texts.extend([key, from, to].into_iter().chain(tries.iter().map(|it| &it.value)));
                named.extend(tries.iter().flat_map(|it| &it.demands).map(|demand| &demand.discipline));
                named.extend(answers.iter().map(|answer| &answer.discipline));
                let ascend = tries.windows(2).all(|pair| pair[0].place < pair[1].place);
                let is_tried = |place: u64| tries.iter().any(|it| it.place == place);
                let lost = answers.iter().filter_map(|answer| answer.place).any(|place| !is_tried(place));
                wrong |= !ascend || lost || tries.last().is_none_or(|last| last.place >= *values);
            }
            Found::Best(Best { number, keys, alternatives, chosen, .. }) => {
                texts.extend(keys.iter().chain(alternatives.iter().flat_map(|it| &it.values)));
                named.extend(alternatives.iter().map(|it| &it.discipline));
                wrong |= catalog::number(number).is_none()
                    || alternatives.iter().any(|it| it.values.len() != keys.len())
                    || chosen.is_some_and(|chosen| chosen >= alternatives.len());
            }
        }
        texts.extend([&setup.name, &setup.summary].into_iter().chain(warnings).chain(arms));
        let checks = [
            (arms.is_empty(), "it has no disciplines"),
            (
                named.into_iter().any(|name| !arms.contains(name)),
                "it refers to a discipline that is not in it",
            ),
            (!(0.5..=0.9999).contains(&setup.confidence), "its confidence is not one from 0.5 to 0.9999"),
            (wrong, "its answer is not among what was tried"),
            (texts.into_iter().any(|text| control(text).is_some()), "it has control characters in a name"),
        ];
        match checks.iter().find(|(wrong, _)| *wrong) {
            Some((_, cause)) => Err((*cause).to_owned()),
            None => Ok(()),
        }
    }

    /// The whole plan as indented JSON that ends with a newline.
    pub fn to_json(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("texts, numbers and lists of them serialise");
        text::json(&text) + "\n"
    }

    /// Replications of all values or alternatives together.
    pub fn spent(&self) -> u64 {
        match &self.found {
            Found::Smallest(found) => found.tries.iter().map(|it| u64::from(it.replications)).sum(),
            Found::Best(found) => {
                found.alternatives.iter().map(|it| u64::from(it.tried) + u64::from(it.replications)).sum()
            }
        }
    }

    /// Whether the question has an answer.
    pub fn is_answered(&self) -> bool {
        match &self.found {
            Found::Smallest(smallest) => smallest.headline().is_some(),
            Found::Best(best) => best.chosen.is_some(),
        }
    }
}

/// Values that have names, as these.
mod by_name {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::keys::Named;

    pub(super) fn serialize<T: Named, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(value.name())
    }

    pub(super) fn deserialize<'de, T: Named, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        let name = String::deserialize(deserializer)?;
        T::from_name(&name).ok_or_else(|| D::Error::custom(format!("{name:?} is not known")))
    }
}
