//! The names that ids and other numbers of facts stand for, looked up in either direction.

use std::collections::BTreeMap;

/// A list whose entries facts name by their position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// The tickets of the burst.
    Tickets,
    /// The desk's technicians.
    Technicians,
    /// The scenario's agents.
    Agents,
    /// The desk's teams.
    Teams,
    /// The desk's boards.
    Boards,
    /// The desk's statuses.
    Statuses,
    /// The desk's categories.
    Categories,
    /// The desk's companies.
    Companies,
}

impl List {
    /// All lists.
    pub const ALL: [List; 8] = [
        List::Tickets,
        List::Technicians,
        List::Agents,
        List::Teams,
        List::Boards,
        List::Statuses,
        List::Categories,
        List::Companies,
    ];

    /// What is wrong with a name that is not in the list.
    pub(super) const fn rule(self) -> &'static str {
        match self {
            List::Tickets => "no ticket of that name has arrived before",
            List::Technicians => "there is no technician of that name on this desk",
            List::Agents => "there is no agent of that name in this scenario",
            List::Teams => "there is no team of that name on this desk",
            List::Boards => "there is no board of that name on this desk",
            List::Statuses => "there is no status of that name on this desk",
            List::Categories => "there is no category of that name on this desk",
            List::Companies => "there is no company of that name on this desk",
        }
    }
}

/// From numbers to names, each quoted once as JSON has it.
#[derive(Clone, Debug, Default)]
pub struct QuotedNames([Vec<String>; List::ALL.len()]);

impl QuotedNames {
    /// Replaces the names of a list.
    pub fn set(&mut self, list: List, names: impl Iterator<Item = impl AsRef<str>>) {
        self.0[list as usize] = names.map(|name| quoted(name.as_ref())).collect();
    }

    /// The quoted name; the empty text where the list has none.
    pub fn get(&self, list: List, number: u32) -> &str {
        self.0[list as usize].get(number as usize).map_or("\"\"", String::as_str)
    }
}

/// A text as JSON has it.
pub fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text serialises")
}

/// From names to numbers.
#[derive(Clone, Debug, Default)]
pub struct Numbers([BTreeMap<String, u32>; List::ALL.len()]);

impl Numbers {
    /// Adds a name to a list; the first of several entries of one name is the one that is found.
    pub fn add(&mut self, list: List, name: &str, number: u32) {
        self.0[list as usize].entry(name.to_owned()).or_insert(number);
    }

    /// Empties a list.
    pub fn clear(&mut self, list: List) {
        self.0[list as usize].clear();
    }

    /// The number of a name.
    pub fn get(&self, list: List, name: &str) -> Option<u32> {
        self.0[list as usize].get(name).copied()
    }
}
