//! What defines a kind of discipline: its keys, and what the rest of the program needs to know about it.

use std::fmt;
use std::sync::Arc;

use super::contract::Discipline;
use crate::domain::AgentId;
use crate::domain::calendar::LockQueue;
use crate::keys::{self, At, Book, Chosen, Fallback, Key, KindInfo, Section, Share, Topic, Whole};
use crate::ranker::RankerKind;
use crate::section;

/// A kind of discipline: a [`Section`] whose keys stand in the `[[discipline]]` table beside `kind`, and whose
/// documentation says in a sentence what the kind does.
pub trait DisciplineDefinition: fmt::Debug + Send + Sync {
    /// What the kind is called in scenarios.
    fn name(&self) -> &'static str;

    /// What the rest of the program needs to know about it.
    fn nature(&self) -> Nature {
        Nature::PLAIN
    }

    /// Notes what contradicts itself in the table that these keys were read from.
    fn check(&self, _at: &mut At<'_, '_>) {}

    /// The discipline, with nothing to do, of one dispatcher.
    fn build(&self, place: Place) -> Box<dyn Discipline>;
}

/// Whose discipline it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The agent.
    pub agent: AgentId,
    /// How many agents there are.
    pub agents: u32,
}

/// What the dispatches of a discipline claim before it is theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claims {
    /// Nothing: they write without another look.
    Nothing,
    /// Slots, which they hold until they write.
    Slots,
    /// Slots or, where none are booked, technicians.
    Anything,
}

/// What holds for every discipline of a kind.
#[expect(clippy::struct_excessive_bools, reason = "each may be so whatever the others are")]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Nature {
    /// It is the baseline that others are compared with: one dispatch at a time, and nothing protects it.
    pub one_at_a_time: bool,
    /// Tickets are ranked together and matched by cost, unprotected: that needs the AI and slots, nothing is refused, and
    /// the keys of [`Retrying`] mean nothing. Regret is measured against the first arm of that nature.
    pub together: bool,
    /// Its dispatches lock technicians, and stand in line for them in this way. `None`: they lock nobody.
    pub locks: Option<LockQueue>,
    /// It is about holding slots: where no agent books any, it has nothing to do.
    pub holds: bool,
    /// What its dispatches claim, so that a claim can be refused.
    pub claims: Claims,
    /// It cuts the burst into slices for subagents.
    pub slices: bool,
    /// How much its rankers heed what peers consider, unless an arm says otherwise. `None`: they never do.
    pub peer_awareness: Option<f64>,
}

impl Nature {
    /// Nothing special.
    pub const PLAIN: Nature = Nature {
        one_at_a_time: false,
        together: false,
        locks: None,
        holds: false,
        claims: Claims::Anything,
        slices: false,
        peer_awareness: Some(0.0),
    };
}

section! {
    /// What a dispatch does when its picks are refused.
    pub struct Retrying {
        /// Ranked picks behind the primary, tried in order when a claim is refused.
        alternatives: Whole<0, 10_000> = 3,
        /// Passes of read, rank and claim before a ticket is left unassigned.
        max_attempts: Whole<1, 10_000> = 5,
        /// How much the ranker heeds what its peers consider.
        peer_awareness: Share = none "as the kind says",
    }
}

/// One arm of the comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct DisciplineSettings {
    /// The arm's name, unique in the scenario.
    pub name: String,
    /// The discipline with its keys.
    pub kind: DisciplineKind,
    /// Ranked picks behind the primary.
    pub alternatives: u32,
    /// Passes of read, rank and claim before a ticket is left unassigned.
    pub max_attempts: u32,
    /// How much the ranker heeds what its peers consider, 0..1.
    pub peer_awareness: f64,
    /// Who ranks in this arm.
    pub ranker: RankerKind,
}

/// A kind of discipline with its keys.
pub type DisciplineKind = Chosen<dyn DisciplineDefinition>;

impl DisciplineKind {
    /// The kind with these keys.
    pub fn of(settings: impl DisciplineDefinition + 'static) -> Self {
        Self(Arc::new(settings))
    }
}

/// A kind of discipline as the reader of scenarios knows it.
pub type Definition = keys::Definition<DisciplineKind>;

impl Definition {
    /// The kind that `D` defines.
    pub fn of<D: DisciplineDefinition + Section + Default>() -> Self {
        Self {
            info: KindInfo { name: D::default().name(), doc: D::DOC, keys: own_keys::<D>, names: names::<D> },
            read: |at| DisciplineKind::of(D::decode(at)),
            plain: || DisciplineKind::of(D::default()),
        }
    }
}

/// The keys that go with the kind `D`.
fn own_keys<D: DisciplineDefinition + Section + Default>(book: &mut Book<'_>) -> Vec<Key> {
    let nature = D::default().nature();
    let mut keys = if nature.together { Vec::new() } else { Retrying::keys(book) };
    for key in keys.iter_mut().filter(|key| key.name == "peer_awareness") {
        key.fallback = Fallback::Words(match nature.peer_awareness {
            Some(share) => share.to_string(),
            None => "0, they do not see each other".to_owned(),
        });
    }
    keys.extend(D::keys(book));
    keys
}

fn names<D: DisciplineDefinition + Section + Default>() -> Vec<&'static str> {
    let mut names = if D::default().nature().together { Vec::new() } else { Retrying::names() };
    names.extend(D::names());
    names
}

/// The topic of kinds of discipline.
pub struct Disciplines;

impl Topic for Disciplines {
    const NAME: &'static str = "DisciplineKind";
    const DOC: &'static str = "How concurrent dispatches are controlled.";
}
