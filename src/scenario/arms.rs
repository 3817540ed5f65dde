//! `[[discipline]]`: arms with names of their own, each with the keys that go with its kind.

use super::checks::{key_goes_with, plain_name};
use super::rankers;
use super::registry::Registry;
use crate::discipline::{Definition, DisciplineKind, DisciplineSettings, Disciplines, Retrying};
use crate::domain::settings::{AgentSettings, ModeRules};
use crate::keys::document::{KeyPath, Node, Step, Value};
use crate::keys::nearest::nearest;
use crate::keys::{
    At, Book, Chapter, Fallback, Form, Key, KindOf, PlainName, Reading, Section, Shape, Topic, words,
};
use crate::ranker::{RankerKind, Rankers};
use crate::section;

section! {
    /// One arm of the comparison.
    pub struct ArmKeys {
        /// How concurrent dispatches are controlled.
        kind: KindOf<Disciplines> = required "kind = \"parallel\"",
        /// The arm's name, unique: small letters, digits and hyphens.
        name: PlainName = none "the kind",
        /// Who ranks in this arm; where tickets are ranked together that has to be the AI.
        ranker: KindOf<Rankers> = none "as `ranker.kind` says",
    }
}

/// An arm: [`ArmKeys`] and those of its kind.
pub struct ArmForm;

impl Form for ArmForm {
    type Value = ();

    fn read(at: &mut At<'_, '_>) -> Option<()> {
        // An element that is no table keeps its place, so that the others keep theirs.
        if !matches!(at.node.value, Value::Table(_)) {
            at.refuse::<()>("a table", None);
        }
        Some(())
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        book.enter("Discipline", |book| {
            let mut keys = ArmKeys::keys(book);
            let mut with_kinds: Vec<(&'static str, Vec<Key>)> = Vec::new();
            for kind in book.kinds.of(Disciplines::NAME) {
                with_kinds.push((kind.name, (kind.keys)(book)));
            }
            for key in with_kinds.iter().flat_map(|(_, keys)| keys) {
                if !keys.iter().any(|known| known.name == key.name) {
                    keys.push(of_kinds(key.name, &with_kinds));
                }
            }
            // The keys say themselves which kinds they are for.
            Chapter::Section { doc: words(ArmKeys::DOC), keys, limits: None, kinds: Vec::new() }
        })
    }
}

/// The key called `name` as the kinds have it that it goes with.
fn of_kinds(name: &str, with_kinds: &[(&'static str, Vec<Key>)]) -> Key {
    let mut versions: Vec<(Key, Vec<String>)> = Vec::new();
    for (kind, keys) in with_kinds {
        let Some(key) = keys.iter().find(|key| key.name == name) else { continue };
        let same =
            |(known, _): &&mut (Key, Vec<String>)| known.doc == key.doc && known.fallback == key.fallback;
        match versions.iter_mut().find(same) {
            Some((_, kinds)) => kinds.push(format!("`{kind}`")),
            None => versions.push((key.clone(), vec![format!("`{kind}`")])),
        }
    }
    let count: usize = versions.iter().map(|(_, kinds)| kinds.len()).sum();
    let (first, kinds) = versions[0].clone();
    if versions.len() == 1 {
        let doc = if count == with_kinds.len() {
            first.doc
        } else {
            format!("For {}: {}", kinds.join(", "), first.doc)
        };
        return Key { doc, ..first };
    }
    let doc = |(key, kinds): &(Key, Vec<String>)| {
        let default = key.fallback.in_words();
        format!("For {}: {} Default: {default}.", kinds.join(", "), key.doc)
    };
    let docs: Vec<String> = versions.iter().map(doc).collect();
    Key { doc: docs.join(" "), fallback: Fallback::Words(String::new()), ..first }
}

/// The arms of a comparison, whose tickets `ranker` ranks unless an arm says otherwise.
pub fn arms(
    reading: &mut Reading<'_>,
    count: usize,
    registry: &Registry,
    ranker: &RankerKind,
) -> Vec<(KeyPath, DisciplineSettings)> {
    let list = KeyPath::root().key("discipline");
    // A preset that is misspelt would have brought its own.
    let preset = KeyPath::root().key("preset");
    if count == 0 && !reading.is_damaged(&list) && !reading.is_damaged(&preset) {
        let help = "write [[discipline]] and below it kind = \"sequential\"".to_owned();
        reading.refuse(&KeyPath::root(), "there is no [[discipline]] to simulate", "", Some(help));
    }
    let mut arms: Vec<(KeyPath, DisciplineSettings)> = Vec::new();
    for index in 0..count {
        let path = list.index(index);
        let Some(arm) = arm(reading, &path, registry, ranker) else { continue };
        let (name, kind) = (path.key("name"), path.key("kind"));
        if arms.iter().any(|(_, other)| other.name == arm.name) && !reading.is_damaged(&name) {
            let at = if reading.document.find(&name).is_some() { name } else { kind };
            let help = "give one of them another name".to_owned();
            let message = format!("there are two disciplines named \"{}\"", arm.name);
            reading.refuse(&at, message, "", Some(help));
        }
        arms.push((path, arm));
    }
    arms
}

/// The arm in the table at `path`; `None` where nobody knows its kind.
fn arm(
    reading: &mut Reading<'_>,
    path: &KeyPath,
    registry: &Registry,
    ranker: &RankerKind,
) -> Option<DisciplineSettings> {
    let mut known = ArmKeys::names();
    for key in registry.disciplines.iter().flat_map(|definition| (definition.info.names)()) {
        if !known.contains(&key) {
            known.push(key);
        }
    }
    let mut at = reading.at(path)?;
    if !at.is_table_of(&known) {
        return None;
    }
    let keys = ArmKeys::decode(&mut at);
    let Some(definition) = keys.kind.and_then(|kind| registry.discipline(&kind)) else {
        // Whatever it was meant to be, its values should have the form of their keys.
        for definition in &registry.disciplines {
            retrying_and_kind(&mut at, definition);
        }
        return None;
    };
    for key in &known[ArmKeys::names().len()..] {
        let goes_with = registry.disciplines.iter().filter(|kind| (kind.info.names)().contains(key));
        let names: Vec<&str> = goes_with.map(|kind| kind.info.name).collect();
        key_goes_with(at.reading, path, key, ("kind", definition.info.name), &names);
    }
    let (retrying, kind) = retrying_and_kind(&mut at, definition);
    kind.check(&mut at);
    let nature = kind.nature();
    let name = keys.name.unwrap_or_else(|| definition.info.name.to_owned());
    plain_name(reading, &name, "a discipline", &path.key("name"));
    if nature.peer_awareness.is_none() && retrying.peer_awareness.is_some_and(|share| share > 0.0) {
        let at = path.key("peer_awareness");
        let name = definition.info.name;
        let help = format!("leave it out: {name} do not see each other");
        reading.refuse_key(&at, format!("`{at}` does not go with kind \"{name}\""), Some(help));
    }
    Some(DisciplineSettings {
        name,
        kind,
        alternatives: retrying.alternatives,
        max_attempts: retrying.max_attempts,
        peer_awareness: retrying.peer_awareness.or(nature.peer_awareness).unwrap_or(0.0),
        ranker: keys
            .ranker
            .and_then(|name| rankers::kind(reading, registry, &name))
            .unwrap_or_else(|| ranker.clone()),
    })
}

/// The names of all arms; `None` where one of them could not be read. An arm whose kind is misspelt has the name that was
/// probably meant.
pub fn names(reading: &Reading<'_>) -> Option<Vec<String>> {
    let list = KeyPath::root().key("discipline");
    let Value::List(arms) = &reading.document.find(&list)?.value else { return None };
    let kinds = || reading.kinds.of(Disciplines::NAME).iter().map(|kind| kind.name);
    let name = |(index, arm): (usize, &Node)| {
        let text = |key: &str| match &arm.child(&Step::Key(key.to_owned()))?.value {
            Value::Leaf(serde_json::Value::String(text)) => Some(text.clone()),
            _ => None,
        };
        text("name").or_else(|| {
            let kind = text("kind").filter(|_| !reading.is_damaged(&list.index(index).key("name")))?;
            kinds().find(|known| *known == kind).or_else(|| nearest(&kind, kinds())).map(str::to_owned)
        })
    };
    arms.iter().enumerate().map(name).collect()
}

/// What is read of a table of this kind beside [`ArmKeys`].
fn retrying_and_kind(at: &mut At<'_, '_>, definition: &Definition) -> (Retrying, DisciplineKind) {
    let retrying =
        if (definition.plain)().nature().together { Retrying::default() } else { Retrying::decode(at) };
    (retrying, (definition.read)(at))
}

/// Checks that arms whose tickets are ranked together have costs to compare, and slots to match tickets to.
pub fn batches_can_be_matched(
    reading: &mut Reading<'_>,
    arms: &[(KeyPath, DisciplineSettings)],
    agents: &[AgentSettings],
) {
    for (path, arm) in arms.iter().filter(|(_, arm)| arm.kind.nature().together) {
        let (ranker, at, kind) = (path.key("ranker"), path.key("kind"), arm.kind.name());
        if !arm.ranker.nature().asks_ai && !reading.is_damaged(&ranker) {
            let why = "a batch is matched by the costs that the AI gives";
            if reading.document.find(&ranker).is_some() {
                let message = format!("`{ranker}` does not go with kind \"{kind}\"");
                reading.refuse(&ranker, message, "expected \"ai\"", Some(why.to_owned()));
            } else {
                let message =
                    format!("kind \"{kind}\" needs the ranker \"ai\", and `ranker.kind` is another");
                let help = format!("write ranker = \"ai\" in this discipline: {why}");
                reading.refuse(&at, message, "", Some(help));
            }
        }
        let slotless =
            |agent: &&AgentSettings| matches!(agent.mode, ModeRules::OwnerOnly(_) | ModeRules::ReadOnly(_));
        if let Some(agent) = agents.iter().find(slotless) {
            let message =
                format!("kind \"{kind}\" does not go with agent \"{}\", which books no slots", agent.name);
            let help = format!("with mode \"{}\" there is nothing to match tickets to", agent.mode.name());
            reading.refuse(&at, message, "", Some(help));
        }
    }
}

/// Checks that the AI ranks in every arm where the dispatches of an agent are its work alone.
pub fn answers_need_the_ai(
    reading: &mut Reading<'_>,
    arms: &[(KeyPath, DisciplineSettings)],
    agents: &[AgentSettings],
) {
    let Some(agent) = agents.iter().find(|agent| matches!(agent.mode, ModeRules::ReadOnly(_))) else {
        return;
    };
    for (path, arm) in arms.iter().filter(|(_, arm)| !arm.ranker.nature().asks_ai) {
        let ranker = path.key("ranker");
        if reading.is_damaged(&ranker) {
            continue;
        }
        let is_own = reading.document.find(&ranker).is_some();
        let at = if is_own { ranker } else { path.key("kind") };
        let message = format!(
            "ranker \"{}\" does not go with agent \"{}\", whose dispatches are the AI's work alone",
            arm.ranker.name(),
            agent.name
        );
        let help = "write ranker = \"ai\" in this discipline".to_owned();
        reading.refuse(&at, message, "", Some(help));
    }
}
