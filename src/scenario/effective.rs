//! The effective document: what a scenario comes to once its preset is laid under it and all overrides are set.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::running::simulated_part;
use crate::domain::hex::hex;
use crate::domain::settings::TicketPlan;
use crate::keys::document::{Document, KeyPath, Node, Value};
use crate::keys::{Book, InputFile, Kinds, Section, Shape};

/// The effective document and the files that it names.
#[derive(Clone, Debug, Default)]
pub struct Effective {
    /// What is simulated, and which disciplines are.
    root: Option<Node>,
    files: Vec<InputFile>,
}

/// How a scenario is written makes no difference.
impl PartialEq for Effective {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Effective {
    /// That of a document that names these files.
    pub fn new(document: &Document, files: Vec<InputFile>) -> Self {
        Self { root: Some(simulated_part(document, &["disciplines"])), files }
    }

    /// The files that the document names.
    pub fn files(&self) -> &[InputFile] {
        &self.files
    }

    /// The document as TOML, the paths of its files renamed.
    pub fn toml(&self, rename: impl Fn(&str) -> String) -> String {
        let renamed = self.root.clone().map(|root| renamed(root, &self.files, rename));
        match renamed {
            Some(Node { value: Value::Table(table), .. }) => table.toml(),
            _ => String::new(),
        }
    }
}

/// The digest of a document that names these files: of what is simulated, wherever the files lie.
pub fn digest(document: &Document, files: &[InputFile]) -> String {
    let last = |typed: &str| {
        Path::new(typed)
            .file_name()
            .map_or_else(|| typed.to_owned(), |name| name.to_string_lossy().into_owned())
    };
    let simulated = renamed(simulated_part(document, &[]), files, last);
    hex(&Sha256::digest(simulated.canonical_json() + &order_of_names(document)))
}

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
