//! The names that ids and other numbers of facts stand for, looked up in either direction.

use std::collections::BTreeMap;

use crate::keys::text;

/// A list whose entries facts name by their position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Roll {
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

impl Roll {
    /// All lists.
    pub const ALL: [Roll; 8] = [
        Roll::Tickets,
        Roll::Technicians,
        Roll::Agents,
        Roll::Teams,
        Roll::Boards,
        Roll::Statuses,
        Roll::Categories,
        Roll::Companies,
    ];

    /// What is wrong with a name that is not in the list.
    pub(super) const fn rule(self) -> &'static str {
        match self {
            Roll::Tickets => "no ticket of that name has arrived before",
            Roll::Technicians => "there is no technician of that name on this desk",
            Roll::Agents => "there is no agent of that name in this scenario",
            Roll::Teams => "there is no team of that name on this desk",
            Roll::Boards => "there is no board of that name on this desk",
            Roll::Statuses => "there is no status of that name on this desk",
            Roll::Categories => "there is no category of that name on this desk",
            Roll::Companies => "there is no company of that name on this desk",
        }
    }
}

/// From numbers to names, each quoted once as JSON has it.
#[derive(Clone, Debug, Default)]
pub struct QuotedNames([Vec<String>; Roll::ALL.len()]);

impl QuotedNames {
    /// Replaces the names of a list.
    pub fn set(&mut self, list: Roll, names: impl Iterator<Item = impl AsRef<str>>) {
        self.0[list as usize] = names.map(|name| quoted(name.as_ref())).collect();
    }

    /// The quoted name; the empty text where the list has none.
    pub fn get(&self, list: Roll, number: u32) -> &str {
        self.0[list as usize].get(number as usize).map_or("\"\"", String::as_str)
    }
}

/// A text as JSON has it.
pub fn quoted(text: &str) -> String {
    text::json(&serde_json::to_string(text).expect("a text serialises"))
}

/// From names to numbers.
#[derive(Clone, Debug, Default)]
pub struct Numbers([BTreeMap<String, u32>; Roll::ALL.len()]);

impl Numbers {
    /// Adds a name to a list; the first of several entries of one name is the one that is found.
    pub fn add(&mut self, list: Roll, name: &str, number: u32) {
        self.0[list as usize].entry(name.to_owned()).or_insert(number);
    }

    /// Empties a list.
    pub fn clear(&mut self, list: Roll) {
        self.0[list as usize].clear();
    }

    /// The number of a name.
    pub fn get(&self, list: Roll, name: &str) -> Option<u32> {
        self.0[list as usize].get(name).copied()
    }
}
