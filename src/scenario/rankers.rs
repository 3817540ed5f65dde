//! `[ranker]`: who ranks, and the simulated AI.

use super::registry::Registry;
use crate::domain::settings::RankerSettings;
use crate::keys::document::KeyPath;
use crate::keys::{
    At, Book, Chapter, Fallback, Form, Key, KindOf, Kinds, Reading, Section, Shape, Topic, words,
};
use crate::ranker::{Definition, RankerKind, Rankers};
use crate::section;

section! {
    /// Who ranks the technicians, and the simulated AI: what it weighs, how long it takes, what it costs.
    pub struct RankerKeys {
        ..settings: RankerSettings;
        /// Who ranks, unless a discipline says otherwise.
        kind: RankerName = "ai",
    }
}

/// The keys that weigh offers against each other.
pub const WEIGHTS: [&str; 4] = ["w_start", "w_load", "w_history", "w_peers"];

/// Checks that what is compared one after the other is not weighed as well.
pub fn order_or_weights(reading: &mut Reading<'_>, settings: &RankerSettings) {
    if settings.order.is_none() {
        return;
    }
    let path = KeyPath::root().key("ranker");
    let temperature = (settings.temperature > 0.0).then_some("temperature");
    for key in WEIGHTS.into_iter().chain(temperature) {
        let at = path.key(key);
        if reading.document.find(&at).is_some() {
            let help = "leave one of them out: either one thing decides after the other, or they are weighed";
            reading.refuse_key(&at, format!("`{at}` does not go with `ranker.order`"), Some(help.to_owned()));
        }
    }
}

/// The name of a kind of ranker.
pub struct RankerName;

impl Form for RankerName {
    type Value = String;

    fn read(at: &mut At<'_, '_>) -> Option<String> {
        // A default is read before anybody knows the kinds.
        if at.reading.kinds.of(Rankers::NAME).is_empty() {
            at.read::<String>()
        } else {
            at.read::<KindOf<Rankers>>()
        }
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        KindOf::<Rankers>::shape(book)
    }
}

/// [`RankerKeys`], and a table for each kind of ranker that has keys of its own.
pub struct RankerForm;

impl Form for RankerForm {
    type Value = RankerKeys;

    fn read(at: &mut At<'_, '_>) -> Option<RankerKeys> {
        let kinds = at.reading.kinds.of(Rankers::NAME);
        let with_keys = kinds.iter().filter(|kind| has_keys(kind.keys)).map(|kind| kind.name);
        let known: Vec<&str> = RankerKeys::names().into_iter().chain(with_keys).collect();
        at.is_table_of(&known).then(|| RankerKeys::decode(at))
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        book.enter("Ranker", |book| {
            let mut keys = RankerKeys::keys(book);
            let kinds = book.kinds;
            for kind in kinds.of(Rankers::NAME).iter().filter(|kind| has_keys(kind.keys)) {
                let shape = book.enter(kind.name, |book| Chapter::Section {
                    doc: words(kind.doc),
                    keys: (kind.keys)(book),
                    limits: None,
                    kinds: Vec::new(),
                });
                let doc = format!("The keys of kind `{}`.", kind.name);
                keys.push(Key { name: kind.name, doc, shape, fallback: Fallback::Words(String::new()) });
            }
            Chapter::Section { doc: words(RankerKeys::DOC), keys, limits: None, kinds: Vec::new() }
        })
    }
}

fn has_keys(keys: fn(&mut Book<'_>) -> Vec<Key>) -> bool {
    !keys(&mut Book::new(&Kinds::default())).is_empty()
}

/// The kind called `name`, with what `[ranker.<name>]` says; `None` where nobody knows it.
pub fn kind(reading: &mut Reading<'_>, registry: &Registry, name: &str) -> Option<RankerKind> {
    registry.rankers.iter().find(|kind| kind.info.name == name).map(|kind| with_keys(reading, kind))
}

/// Checks the keys of all kinds, whoever ranks.
pub fn check_all(reading: &mut Reading<'_>, registry: &Registry) {
    for kind in &registry.rankers {
        with_keys(reading, kind);
    }
}

fn with_keys(reading: &mut Reading<'_>, kind: &Definition) -> RankerKind {
    let path = KeyPath::root().key("ranker").key(kind.info.name);
    let table = reading.at(&path);
    let read = table.and_then(|mut at| at.is_table_of(&(kind.info.names)()).then(|| (kind.read)(&mut at)));
    read.unwrap_or_else(kind.plain)
}
