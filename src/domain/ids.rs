//! Numbers that name things: each is an index into the list that holds them.

/// Defines an index newtype.
macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        pub struct $name(pub u32);

        impl $name {
            /// The position in the list.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

index!(
    /// A ticket: its position in the burst, in order of arrival.
    TicketId
);
index!(
    /// A technician: the position in the desk's list, which is the final tie-break of every ranking.
    TechnicianId
);
index!(
    /// A board: the position in the desk's list.
    BoardId
);
index!(
    /// A team: the position in the desk's list.
    TeamId
);
index!(
    /// An agent: the position in the scenario's list.
    AgentId
);
index!(
    /// A subagent's spec: numbered from 1 in the order of its parent's dispatches, the agents' parents taking turns.
    SpecId
);
index!(
    /// A hold, numbered by the calendar in the order of its grants.
    HoldId
);

/// `spec-1` is the first.
impl std::fmt::Display for SpecId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "spec-{}", self.0)
    }
}
