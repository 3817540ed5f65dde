//! Which keys differ between two scenarios, each as a results folder keeps it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::results::Source;

/// A key that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyChange {
    /// The key, with dots between its parts; elements of a list by their names. Or a file that the scenario names.
    pub key: String,
    /// Its value in the baseline, as TOML has it; `None`: it was not stated.
    pub before: Option<String>,
    /// Its value now.
    pub after: Option<String>,
}

/// Sections whose keys say what is measured and demanded, and how often, of events that are the same.
const BESIDES: [&str; 8] =
    ["name", "summary", "thresholds", "experiment", "costs", "sweep", "plan", "output"];

impl KeyChange {
    /// Whether it has a part in what happens in a replication.
    pub fn is_simulated(&self) -> bool {
        let section = self.key.split('.').next().unwrap_or_default();
        !BESIDES.contains(&section)
    }
}

/// The keys and files that differ, in the order of their names.
pub fn changes(before: &Source, after: &Source) -> Vec<KeyChange> {
    let (before, after) = (stated(before), stated(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change = |name: &String| {
        let (before, after) = (before.get(name), after.get(name));
        (before != after).then(|| KeyChange {
            key: name.clone(),
            before: before.cloned(),
            after: after.cloned(),
        })
    };
    names.into_iter().filter_map(change).collect()
}

/// Every value that a scenario states, by its key, and the digests of its files.
fn stated(source: &Source) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    match source.scenario.parse::<toml::Table>() {
        Ok(table) => enter("", &toml::Value::Table(table), &mut found),
        // It was written by hand, with a manifest to match.
        Err(_) => found.extend([("scenario".to_owned(), source.scenario.clone())]),
    }
    let digest = |input: &crate::results::Input| format!("SHA-256 {}", input.sha256);
    found.extend(source.inputs.iter().map(|input| (input.name.clone(), digest(input))));
    found
}

/// Enters the values inside `value`, which is at `path`.
fn enter(path: &str, value: &toml::Value, found: &mut BTreeMap<String, String>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        toml::Value::Table(table) if !table.is_empty() => {
            for (key, value) in table {
                enter(&below(key), value, found);
            }
        }
        toml::Value::Array(items) if !items.is_empty() && items.iter().all(toml::Value::is_table) => {
            let names: Vec<&str> = items.iter().map(name).collect();
            for (index, item) in items.iter().enumerate() {
                let is_own =
                    !names[index].is_empty() && names.iter().filter(|it| **it == names[index]).count() == 1;
                let step = if is_own { names[index].to_owned() } else { index.to_string() };
                enter(&below(&step), item, found);
            }
        }
        value => {
            found.insert(path.to_owned(), value.to_string());
        }
    }
}

/// What an element of a list goes by.
fn name(item: &toml::Value) -> &str {
    ["name", "kind"].iter().find_map(|key| item.get(key)?.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Input;

    fn source(scenario: &str, inputs: &[(&str, &str)]) -> Source {
        let input = |(name, sha256): &(&str, &str)| Input {
            name: (*name).to_owned(),
            path: "x".into(),
            sha256: (*sha256).to_owned(),
        };
        let inputs = inputs.iter().map(input).collect();
        Source { scenario: scenario.to_owned(), inputs, ..Source::default() }
    }

    #[test]
    fn keys_are_told_one_by_one_and_elements_by_their_names() {
        let before = "seed = 1\n[desk]\ntechnicians = 40\n[[discipline]]\nkind = \"sequential\"\n[[discipline]]\n\
                      kind = \"parallel\"\nalternatives = 3\n[thresholds]\nmakespan = [\"mean < 1h\"]\n";
        let after = "seed = 1\n[desk]\ntechnicians = 38\n[[discipline]]\nkind = \"parallel\"\nalternatives = 1\n\
                     [thresholds]\nmakespan = [\"mean < 1h\"]\n[triage]\n";
        let found = changes(
            &source(before, &[("inputs/a.csv", "00"), ("inputs/b.csv", "11")]),
            &source(after, &[("inputs/a.csv", "01"), ("inputs/b.csv", "11")]),
        );
        let told: Vec<_> = found
            .iter()
            .map(|change| {
                (&*change.key, change.before.as_deref(), change.after.as_deref(), change.is_simulated())
            })
            .collect();
        assert_eq!(
            told,
            [
                ("desk.technicians", Some("40"), Some("38"), true),
                ("discipline.parallel.alternatives", Some("3"), Some("1"), true),
                ("discipline.sequential.kind", Some("\"sequential\""), None, true),
                ("inputs/a.csv", Some("SHA-256 00"), Some("SHA-256 01"), true),
                ("triage", None, Some("{}"), true),
            ]
        );
        let thresholds = changes(&source(before, &[]), &source(&before.replace("1h", "2h"), &[]));
        assert_eq!(thresholds.len(), 1);
        assert!(!thresholds[0].is_simulated());
    }

    #[test]
    fn names_that_are_there_twice_and_texts_that_are_no_toml_still_compare() {
        let two = "[[a]]\nname = \"x\"\nb = 1\n[[a]]\nname = \"x\"\nb = 2\n";
        let found = changes(&source(two, &[]), &source(&two.replace("b = 2", "b = 3"), &[]));
        assert_eq!(found.iter().map(|change| &*change.key).collect::<Vec<_>>(), ["a.1.b"]);
        assert_eq!(changes(&source("[", &[]), &source("[", &[])), []);
        assert_eq!(changes(&source("[", &[]), &source("]", &[])).len(), 1);
    }
}
