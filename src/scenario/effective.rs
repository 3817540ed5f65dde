//! The effective document: what a scenario comes to once its preset is laid under it and all overrides are set.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::overrides::{self, Lists, Override};
use super::precision;
use super::running::{DISCIPLINES, is_besides, kept, simulated_part};
use crate::domain::hex::hex;
use crate::domain::settings::TicketPlan;
use crate::keys::document::{Document, KeyPath, Node, Value};
use crate::keys::{Book, InputFile, Kinds, Place, Section, Shape};

/// The effective document and what it came from.
#[derive(Clone, Debug, Default)]
pub struct Effective {
    /// What is simulated, which disciplines are, and what charts show.
    document: Option<Document>,
    /// The files that it names.
    pub files: Vec<InputFile>,
    /// The overrides that have a part in it, as they were given.
    pub overrides: Vec<String>,
    /// Where each threshold was stated, in their order.
    pub places: Vec<Place>,
}

/// How a scenario is written makes no difference.
impl PartialEq for Effective {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Effective {
    /// That of a document that names these files, in which these overrides are set.
    pub fn new(document: &Document, files: Vec<InputFile>, overrides: &[Override]) -> Self {
        let kept = kept();
        let counts = |given: &&Override| !is_besides(&given.key) || kept.contains(&given.key);
        Self {
            document: Some(Document {
                root: simulated_part(document, &kept),
                sources: document.sources.clone(),
            }),
            files,
            overrides: overrides.iter().filter(counts).map(ToString::to_string).collect(),
            places: Vec::new(),
        }
    }

    /// The same, which knows where each threshold was stated.
    #[must_use]
    pub fn stating(self, places: Vec<Place>) -> Self {
        Self { places, ..self }
    }

    /// The document, which knows where each value was typed.
    pub fn document(&self) -> Option<&Document> {
        self.document.as_ref()
    }

    /// Keeps only this discipline, one recorded replication of it, and the thresholds of `--threshold`.
    pub fn narrow(&mut self, discipline: &str) {
        let Some(document) = &mut self.document else { return };
        overrides::keep_demanded(document);
        precision::remove(document);
        let set = |key: &str, value: String| Override { key: key.to_owned(), value, origin: String::new() };
        let set = [
            set("experiment.replications", "1".to_owned()),
            set("experiment.records", "1".to_owned()),
            set(DISCIPLINES, format!("[{discipline:?}]")),
        ];
        let lists = Lists { lists: Vec::new(), tables_in_elements: Vec::new() };
        overrides::apply(document, &set.each_ref(), &lists, &mut Vec::new());
    }

    /// The document as TOML, the paths of its files renamed.
    pub fn toml(&self, rename: impl Fn(&str) -> String) -> String {
        let renamed =
            self.document.as_ref().map(|document| renamed(document.root.clone(), &self.files, rename));
        match renamed {
            Some(Node { value: Value::Table(table), .. }) => table.toml(),
            _ => String::new(),
        }
    }

    /// The digest of what is simulated, wherever the files lie.
    pub fn digest(&self) -> String {
        self.digest_without(&EXPLORING)
    }

    /// The digest of what decides each replication by itself.
    pub fn deciding(&self) -> String {
        self.digest_without(&[&EXPLORING[..], &["name", "summary", "experiment", "thresholds"]].concat())
    }

    /// The digest of what is simulated but for some of the keys at the top, wherever the files lie.
    fn digest_without(&self, keys: &[&str]) -> String {
        let last = |typed: &str| {
            Path::new(typed)
                .file_name()
                .map_or_else(|| typed.to_owned(), |name| name.to_string_lossy().into_owned())
        };
        let Some(document) = &self.document else { return String::new() };
        let mut simulated = Document::of(renamed(simulated_part(document, &[]), &self.files, last));
        for key in keys {
            simulated.remove(&KeyPath::root().key(key));
        }
        hex(&Sha256::digest(simulated.root.canonical_json() + &order_of_names(document)))
    }
}

/// The sections of what a sweep varies and a plan looks for: the scenario is the same without them.
const EXPLORING: [&str; 2] = ["sweep", "plan"];

/// The document with other paths for its files.
fn renamed(root: Node, files: &[InputFile], rename: impl Fn(&str) -> String) -> Node {
    let mut document = Document::of(root);
    for file in files {
        document.set_leaf(&file.key, rename(&file.typed).into());
    }
    document.root
}

/// The names in the burst's weights as they were written: draws depend on their order, which sorting hides.
fn order_of_names(document: &Document) -> String {
    let burst = KeyPath::root().key("burst");
    let keys = TicketPlan::keys(&mut Book::new(&Kinds::default()));
    let mut sections: Vec<&str> =
        keys.iter().filter(|key| matches!(key.shape, Shape::Names(_))).map(|key| key.name).collect();
    sections.sort_unstable();
    let mut order = String::new();
    for section in sections {
        if let Some(Node { value: Value::Table(table), .. }) = document.find(&burst.key(section)) {
            let keys: Vec<&str> = table.entries.iter().map(|entry| entry.key.as_str()).collect();
            order.extend(["\n", section, "=", &keys.join(",")]);
        }
    }
    order
}
