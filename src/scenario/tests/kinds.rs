//! Kinds of discipline and of ranker that are brought from outside.

use super::*;
use crate::discipline::{Approach, Discipline, DisciplineDefinition, InLane, Place, Take};
use crate::domain::calendar::OfferOrder;
use crate::domain::settings::RankerSettings;
use crate::keys::Whole;
use crate::ranker::{Ranker, RankerDefinition, RoundRobin};

crate::section! {
    /// So many at a time, whatever anybody says.
    pub struct Narrow {
        /// How many.
        width: Whole<1, 4> = 2,
    }
}

impl DisciplineDefinition for Narrow {
    fn name(&self) -> &'static str {
        "narrow"
    }

    fn build(&self, _: Place) -> Box<dyn Discipline> {
        Box::new(InLane::new(Some(self.width), Approach::by(Take::Hold)))
    }
}

crate::section! {
    /// Whoever comes to mind.
    pub struct Whim {
        /// How often it changes.
        changes: Whole<0, 9> = 1,
    }
}

impl RankerDefinition for Whim {
    fn name(&self) -> &'static str {
        "whim"
    }

    fn build(&self, settings: &RankerSettings, order: OfferOrder) -> Box<dyn Ranker> {
        RankerDefinition::build(&RoundRobin {}, settings, order)
    }
}

fn read_own(text: &str) -> Result<Scenario, ScenarioError> {
    let registry = Registry::default().with_discipline::<Narrow>().with_ranker::<Whim>();
    parse_with(text, "test.toml", Path::new(""), &[], &registry)
}

#[test]
fn own_kinds_are_read_with_their_keys() {
    let text = MINIMAL.replace("\"parallel\"", "\"narrow\"\nwidth = 3\nalternatives = 1\nranker = \"whim\"");
    let arm = read_own(&format!("{text}[ranker]\nkind = \"ai\"\n")).expect("right").disciplines.remove(0);
    assert_eq!((arm.name.as_str(), arm.alternatives), ("narrow", 1));
    assert_eq!(format!("{:?} {:?}", arm.kind, arm.ranker), "Narrow { width: 3 } Whim { changes: 1 }");
    let arm = read_own(&format!("{text}[ranker.whim]\nchanges = 4\n")).expect("right").disciplines.remove(0);
    assert_eq!(format!("{:?}", arm.ranker), "Whim { changes: 4 }");
}

#[test]
fn problems_with_own_kinds_are_placed() {
    for (keys, problem) in [
        (
            "\"narow\"",
            "test.toml:8:8: `discipline[0].kind` is the string \"narow\": expected \"sequential\" or \
             \"unsafe-parallel\" or \"parallel\" or \"optimistic\" or \"locked\" or \"batched\" or \"pods\" or \
             \"subagents\" or \"narrow\" (did you mean \"narrow\"?)",
        ),
        (
            "\"narrow\"\nwidth = 5",
            "test.toml:9:9: `discipline[0].width` is the number 5: expected a whole number from 1 to 4",
        ),
        (
            "\"narrow\"\nwdth = 3",
            "test.toml:9:1: unknown key `wdth` in `discipline[0]` (did you mean `width`?)",
        ),
        (
            "\"parallel\"\nwidth = 3",
            "test.toml:9:1: `discipline[0].width` does not go with kind \"parallel\" (leave it out: it goes with kind \
             \"narrow\")",
        ),
        (
            "\"parallel\"\n[ranker.whim]\nchange = 3",
            "test.toml:10:1: unknown key `change` in `ranker.whim` (did you mean `changes`?)",
        ),
    ] {
        let error = read_own(&MINIMAL.replace("\"parallel\"", keys)).expect_err(keys);
        assert_eq!(error.to_string(), problem);
    }
    let unknown = read(&format!("{MINIMAL}[ranker.whim]\n")).expect_err("nobody knows it").to_string();
    assert!(unknown.contains("unknown key `whim` in `ranker`"), "{unknown}");
}
