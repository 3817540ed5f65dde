//! The trigger: which tickets are dispatched at all.

use crate::domain::settings::TriggerSettings;
use crate::domain::{Desk, Ticket};
use crate::facts::Test;

/// An agent's trigger, in the desk's own numbers. An empty list admits everything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trigger {
    boards: Vec<u32>,
    statuses: Vec<u32>,
    companies: Vec<u32>,
    excluded_companies: Vec<u32>,
    overwrites_owner: bool,
}

/// A name that the desk and its tickets do not know. In a scenario that was read it has been refused before.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("dispatch.{key} names {name:?}, which the desk and its tickets do not know")]
pub struct UnknownName {
    key: &'static str,
    name: String,
}

impl Trigger {
    /// The trigger that the settings describe, on this desk.
    ///
    /// # Errors
    /// A name that the desk and its burst do not know.
    pub fn new(settings: &TriggerSettings, desk: &Desk) -> Result<Self, UnknownName> {
        let boards: Vec<&String> = desk.boards.iter().map(|board| &board.name).collect();
        Ok(Self {
            boards: numbers("boards", &settings.boards, &boards)?,
            statuses: numbers("statuses", &settings.statuses, &desk.statuses)?,
            companies: numbers("companies", &settings.companies, &desk.companies)?,
            excluded_companies: numbers("excluded_companies", &settings.excluded_companies, &desk.companies)?,
            overwrites_owner: settings.overwrite_owner,
        })
    }

    /// The boards on which tickets can pass; none: on all.
    pub fn boards(&self) -> &[u32] {
        &self.boards
    }

    /// The first test that the ticket fails, or `None` if it is dispatched. Exclusion wins over inclusion.
    pub fn fails(&self, ticket: &Ticket) -> Option<Test> {
        let admits = |list: &[u32], number: u32| list.is_empty() || list.contains(&number);
        if !admits(&self.boards, ticket.board.0) {
            Some(Test::Board)
        } else if !admits(&self.statuses, ticket.status) {
            Some(Test::Status)
        } else if self.excluded_companies.contains(&ticket.company) {
            Some(Test::ExcludedCompany)
        } else if !admits(&self.companies, ticket.company) {
            Some(Test::Company)
        } else if ticket.owned && !self.overwrites_owner {
            Some(Test::Owned)
        } else {
            None
        }
    }
}

/// The positions of names in the list of those that are known.
pub(super) fn numbers(
    key: &'static str,
    names: &[String],
    known: &[impl AsRef<str>],
) -> Result<Vec<u32>, UnknownName> {
    let number = |name: &String| {
        let position = known.iter().position(|candidate| candidate.as_ref() == name);
        position.map(|position| position as u32).ok_or_else(|| UnknownName { key, name: name.clone() })
    };
    names.iter().map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Board, BoardId, TeamId};

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|&name| name.to_owned()).collect()
    }

    fn desk() -> Desk {
        let board = |name: &str| Board { name: name.into(), team: TeamId(0) };
        Desk {
            boards: vec![board("Network"), board("Print")],
            statuses: names(&["New", "Waiting"]),
            companies: names(&["Acme", "Bolt"]),
            ..Desk::default()
        }
    }

    #[test]
    fn an_unknown_name_is_told() {
        let settings = TriggerSettings { companies: names(&["Acme", "Blot"]), ..TriggerSettings::default() };
        let error = Trigger::new(&settings, &desk()).expect_err("nobody knows it").to_string();
        assert_eq!(error, "dispatch.companies names \"Blot\", which the desk and its tickets do not know");
    }

    #[test]
    fn z1_an_owner_is_overwritten_only_where_the_agent_says_so() {
        let owned = Ticket { owned: true, ..Ticket::default() };
        for (overwrite_owner, fails) in [(false, Some(Test::Owned)), (true, None)] {
            let settings = TriggerSettings { overwrite_owner, ..TriggerSettings::default() };
            let trigger = Trigger::new(&settings, &desk()).expect("it names nothing");
            assert_eq!((trigger.fails(&owned), trigger.fails(&Ticket::default())), (fails, None));
        }
    }

    #[test]
    fn z1_each_test_admits_what_it_names_and_nothing_else() {
        let settings = TriggerSettings::default;
        for (settings, first, second) in [
            (settings(), None, None),
            (TriggerSettings { boards: names(&["Print"]), ..settings() }, Some(Test::Board), None),
            (TriggerSettings { statuses: names(&["Waiting"]), ..settings() }, Some(Test::Status), None),
            (TriggerSettings { companies: names(&["Bolt"]), ..settings() }, Some(Test::Company), None),
            (
                TriggerSettings { excluded_companies: names(&["Bolt"]), ..settings() },
                None,
                Some(Test::ExcludedCompany),
            ),
        ] {
            let trigger = Trigger::new(&settings, &desk()).expect("the desk knows these names");
            // The first ticket has the first of each list, the second the second.
            let ticket = |number| Ticket {
                board: BoardId(number),
                status: number,
                company: number,
                ..Ticket::default()
            };
            assert_eq!(
                (trigger.fails(&ticket(0)), trigger.fails(&ticket(1))),
                (first, second),
                "{settings:?}"
            );
        }
    }
}
